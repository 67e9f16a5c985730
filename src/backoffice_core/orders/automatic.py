"""
What a shop lets happen by itself after a command, by its settings.

1. ``capture_mode="at_checkout"`` captures what an order is placed with.
2. ``auto_fulfill`` ships an order once it became paid.
3. ``capture_mode="on_fulfillment"`` captures once all of an order was shipped; what is authorized
   later than that, at once.
4. ``auto_archive`` files an order once a command made it finished.
5. The shop's assessors are asked about an order that is placed (``assess.py``). Steps 1 to 3 wait for
   them, and follow once nobody is waited for any more. From the level that the shop's risk policy
   names, nothing is captured by itself.

Each step is a rule of its own; one that is refused is left out and leaves a warning.
"""

from collections.abc import Callable
from typing import Final

from backoffice_core.failures import BackOfficeError
from backoffice_core.orders.archive import filed
from backoffice_core.orders.assess import asked
from backoffice_core.orders.change import Change, Facts
from backoffice_core.orders.events import PaymentAuthorized
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.fulfill import Fulfill, fulfill
from backoffice_core.orders.order import Order
from backoffice_core.orders.pay import Capture, capture
from backoffice_core.orders.states import Lifecycle
from backoffice_core.orders.status import FinancialStatus, FulfillmentState


def follow_up(change: Change, facts: Facts) -> Change:
    """Return *change* with what the settings let follow it."""
    if not change:
        return change
    change = asked(change, facts)
    for due, step in _STEPS:
        try:
            if due(change, facts):
                change = change.then(step(change.order, facts))
        except BackOfficeError as refused:
            change = evolve(change, warnings=(*change.warnings, str(refused)))
    if facts.settings.auto_archive and _became(change, lambda order: order.finished):
        change = change.then(filed(change.order, facts, automatic=True))
    return change


def _became(change: Change, holds: Callable[[Order], bool]) -> bool:
    """Whether something holds now that did not before; a cancelled or deleted order becomes nothing."""
    if change.order.lifecycle in (Lifecycle.CANCELLED, Lifecycle.DELETED):
        return False
    return holds(change.order) and (change.before is None or not holds(change.before))


def _capture_now(change: Change, facts: Facts) -> bool:
    if facts.settings.capture_mode != "at_checkout" or change.order.sums.capturable <= 0:
        return False
    if _waits(change.order, facts):
        return False
    came_with = {one.id for one in change.order.transactions if one.checkout}
    now = change.order.authorizations.keys() if _let_go(change, facts) else _authorized(change)
    return bool(came_with & now)


def _waits(order: Order, facts: Facts) -> bool:
    """Whether nothing is captured by itself for now: somebody is still assessing it, or it is too risky."""
    return bool(order.assessing) or order.risk_level.reaches(facts.settings.risk.no_capture_at)


def _let_go(change: Change, facts: Facts) -> bool:
    """Whether captures waited for assessments, and do so no more."""
    return change.before is not None and _waits(change.before, facts) and not _waits(change.order, facts)


def _authorized(change: Change) -> set[str]:
    """Return the ids of what was set aside now; a registered gateway does so after the order was placed."""
    return {event.transaction_id for event in change.events if isinstance(event, PaymentAuthorized)}


def _fulfill_now(change: Change, facts: Facts) -> bool:
    if not facts.settings.auto_fulfill or change.order.to_fulfill <= 0:
        return False
    # While somebody was assessing it, what was paid did not count.
    return _became(change, lambda one: one.financial_status is FinancialStatus.PAID and not one.assessing)


def _capture_shipped(change: Change, facts: Facts) -> bool:
    if facts.settings.capture_mode != "on_fulfillment" or change.order.sums.capturable <= 0:
        return False
    if change.order.cancelled_at is not None or not _all_shipped(change.order) or _waits(change.order, facts):
        return False
    return bool(_authorized(change)) or _became(change, _all_shipped) or _let_go(change, facts)


def _all_shipped(order: Order) -> bool:
    return order.fulfillment_status is FulfillmentState.FULFILLED


def _captured(order: Order, facts: Facts) -> Change:
    return capture(order, Capture(), facts)


def _shipped(order: Order, facts: Facts) -> Change:
    return fulfill(order, Fulfill(), facts)


#: Whether a step is due after what happened so far, and the step; in this order.
_STEPS: Final[tuple[tuple[Callable[[Change, Facts], bool], Callable[[Order, Facts], Change]], ...]] = (
    (_capture_now, _captured),
    (_fulfill_now, _shipped),
    (_capture_shipped, _captured),
)
