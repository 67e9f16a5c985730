"""
Assessing how risky an order is.

Rules:

1. The shop's assessors are asked about each order as it is placed, and again when somebody asks for
   it; an edit asks nobody.
2. A provider's assessment takes the place of its last one. The same again changes nothing.
3. An assessor that failed for good, or whose time is over, is not waited for any more: no order
   stays behind for it.
4. By the shop's settings an order is cancelled, or all that is left to ship is held, when its level
   comes to a limit that it was below; a cancel that is refused leaves a hold. Both happen once: what
   a person decided afterwards stands.

A hold stops units from being shipped and touches no payment. What waits for assessors stands in ``automatic.py``.
"""

from typing import ClassVar, Literal

import attrs

from backoffice_core.failures import InvalidValue, Refused, reason
from backoffice_core.orders.cancel import Cancel, cancel
from backoffice_core.orders.change import Change, Command, Facts, unchanged
from backoffice_core.orders.erase import is_erased, without_person
from backoffice_core.orders.events import RiskAssessed, RiskAssessmentFailed, RiskAssessmentRequested
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.hold import HoldOrder, hold
from backoffice_core.orders.order import Order
from backoffice_core.orders.risk import Assessment, RiskLevel
from backoffice_core.typed import check_text, kind_of, one_of


@reason
class NobodyToAsk(Refused):
    """
    The shop has no assessors.

    Attributes:
        order_id: The order.
    """

    code: ClassVar[str] = "nobody_to_ask"
    order_id: str

    def __str__(self) -> str:
        return (
            f"order {self.order_id}: the shop has no assessor to ask; open it with assessors=,"
            f" or record an assessment by assess"
        )


def _assessment(_: object, attribute: "attrs.Attribute[Assessment]", value: object) -> None:
    if not isinstance(value, Assessment):
        raise InvalidValue(attribute.name, kind_of(value), "an Assessment")
    if not value.provider.strip():
        raise InvalidValue("provider", "nothing", "the name of whoever says so")
    check_text("provider", value.provider)


@attrs.frozen(kw_only=True)
class Assess(Command):
    """Record what a provider says about the risk of an order."""

    places: ClassVar[bool] = True
    assessment: Assessment = attrs.field(validator=_assessment)


@attrs.frozen(kw_only=True)
class Reassess(Command):
    """Ask the shop's assessors about an order again."""


@attrs.frozen(kw_only=True)
class EndAssessing(Command):
    """
    Wait no more for an assessor, or for all of them whose time is over.

    Attributes:
        provider: The assessor that failed; left out, all that are waited for, when their time is over.

        reason: ``failed`` after the last attempt, ``overdue`` otherwise.
    """

    places: ClassVar[bool] = True
    provider: str | None = None
    reason: Literal["failed", "overdue"] = attrs.field(default="overdue", validator=one_of("failed", "overdue"))


def asked(change: Change, facts: Facts) -> Change:
    """Return a change that places an order with the shop's assessors asked about it (rule 1)."""
    if change.before is not None or not facts.settings.assessors:
        return change
    return change.then(_requested(change.order, facts))


def reassess(order: Order, command: Reassess, facts: Facts) -> Change:
    """
    Ask the shop's assessors about an order again; what they said stands until they answer.

    Raises:
        NobodyToAsk: The shop has none.
    """
    if not facts.settings.assessors:
        raise NobodyToAsk(order.id)
    return _requested(order, facts)


def _requested(order: Order, facts: Facts) -> Change:
    names = facts.settings.assessors
    by = facts.now.add(minutes=facts.settings.risk.wait_minutes)
    after = evolve(order, assessing=names, assess_by=by)
    return Change(before=order, order=after, events=(RiskAssessmentRequested(names),))


def assess(order: Order, command: Assess, facts: Facts) -> Change:
    """Record what a provider says about the risk of an order; who was asked before an erasure may name the person."""
    said = without_person(command.assessment) if is_erased(order) else command.assessment
    given = evolve(said, at=facts.now)
    name, awaited = given.provider, given.level is RiskLevel.PENDING
    known = next((one for one in order.assessments if one.provider == name), None)
    if known is not None and known.says_the_same(given) and (awaited or name not in order.assessing):
        return unchanged(order)
    others = tuple(one for one in order.assessments if one.provider != name)
    # Who says that it will say so later is waited for as long as before.
    assessing = order.assessing if awaited else _without(order.assessing, name)
    after = evolve(order, assessments=(*others, given), assessing=assessing)
    told = RiskAssessed(name, given.level.value, order.risk_level.value, after.risk_level.value)
    return _acted(Change(before=order, order=after, events=(told,)), facts)


def end_assessing(order: Order, command: EndAssessing, facts: Facts) -> Change:
    """Wait no more for an assessor, or for all of them whose time is over (rule 3)."""
    if command.provider is not None:
        ended = tuple(name for name in order.assessing if name == command.provider)
    else:
        ended = order.assessing if order.assess_by is not None and facts.now >= order.assess_by else ()
    if not ended:
        return unchanged(order)
    # What was never said is no assessment.
    left = tuple(one for one in order.assessments if one.provider not in ended or one.level is not RiskLevel.PENDING)
    after = evolve(order, assessments=left, assessing=_without(order.assessing, *ended))
    events = tuple(RiskAssessmentFailed(name, command.reason) for name in ended)
    return Change(before=order, order=after, events=events)


def _without(names: tuple[str, ...], *gone: str) -> tuple[str, ...]:
    return tuple(name for name in names if name not in gone)


def _acted(change: Change, facts: Facts) -> Change:
    """Return a change with what the shop's settings do about the level that it led to (rule 4)."""
    policy, order = facts.settings.risk, change.order
    if order.cancelled_at is not None:
        return change
    warnings = change.warnings
    if _came_to(policy.cancel_at, change):
        try:
            return change.then(cancel(order, Cancel(reason="fraud"), facts))
        except Refused as no:
            warnings = (*warnings, str(no))
    elif not _came_to(policy.hold_at, change):
        return change
    return evolve(change.then(_held(order, facts)), warnings=warnings)


def _came_to(limit: str | None, change: Change) -> bool:
    return change.order.risk_level.reaches(limit) and not (change.before or change.order).risk_level.reaches(limit)


def _held(order: Order, facts: Facts) -> Change:
    """Return the order with all that is left to ship held, if anything is."""
    if order.to_fulfill <= order.held:
        return unchanged(order)
    change = hold(order, HoldOrder(reason="high_risk_of_fraud"), facts)
    *others, made = change.order.holds
    return evolve(change, order=evolve(change.order, holds=(*others, evolve(made, automatic=True))))
