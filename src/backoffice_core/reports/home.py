"""
The advice of the home page: a table of rules, each a pure function of what the shop contains.

Rules:

1. Advice comes by severity, then in the order of the table; a host's own comes after ours of its severity.
2. Counts end at 10,000; ``at_least`` says that there is more.
3. What was snoozed comes back when its time is over; what was dismissed, when there is more of it than
   there was then, or than ``run_due`` found since: what was gone in between is news when it comes back.
4. What costs money when it is overlooked can be snoozed, and not be dismissed.
"""

import datetime as dt
import enum
import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, Final

import attrs
import pendulum

from backoffice_core.failures import InvalidValue, Refused, reason
from backoffice_core.orders.story.sentences import Language
from backoffice_core.reports.homewords import WORDS, Said
from backoffice_core.settings import Hushed, Settings
from backoffice_core.typed import check_types, whole_from

#: How far anything is counted.
MOST: Final = 10_000
#: So many units of a variant are few.
LOW_STOCK: Final = 5
#: Variants of which little is left, drafts and exports are looked at so far.
LOOKED_AT: Final = 100
#: How long an export that failed is told of.
FAILED_FOR: Final = dt.timedelta(days=7)
#: The longest time, in days, that advice can be snoozed.
LONGEST_SNOOZE: Final = 30


class Severity(enum.StrEnum):
    """How much it matters, in Shopify's words."""

    CRITICAL = "critical"  #: money or customers are lost while it waits
    WARNING = "warning"  #: something is wrong
    DEFAULT = "default"  #: the day's work
    INFO = "info"  #: what a shop still lacks


@reason
class AdviceStays(Refused):
    """
    Advice that cannot be dismissed.

    Attributes:
        id: The advice.
    """

    code: ClassVar[str] = "advice_stays"
    id: str

    def __str__(self) -> str:
        return f"{self.id!r} goes when there is nothing left of it; it can be snoozed for some days"


@attrs.frozen(kw_only=True)
class ShopFacts:
    """
    What a shop contains, as advice is made of; everything is counted to one beyond `MOST` at most.

    Attributes:
        now: This moment, UTC.

        language: ``en`` or ``fr``, that texts are to be in.

        settings: The shop's.

        notifies: Whether messages go anywhere: a notifier was given that is not the log.

        sells: Whether a variant is on sale.

        orders: 0 where there is no order, else 1.

        to_fulfill: Orders with units to ship that no hold stops.

        to_capture: Orders of which something can be captured.

        expiring: Orders whose authorization lapses in two days at most.

        to_collect: Orders of which the customer owes something.

        to_refund: Orders of which the shop owes something.

        risky: Open orders with a high risk.

        returns: Orders with a return that waits for an answer.

        drafts: Drafts with an address for mail whose invoice was not sent, of the latest 100.

        carts: Checkouts that were left behind.

        sold_out: Variants of which nothing is left, of the 100 with the least.

        low: Variants of which `LOW_STOCK` units or fewer are left, and some, of the same.

        failed_messages: Messages that could not be sent and are not tried again.

        failed_exports: Exports by mail that failed in the last seven days, of the latest 100.

        closed: Whether visitors of the storefront need its password.
    """

    now: pendulum.DateTime
    language: Language = "en"
    settings: Settings
    notifies: bool = True
    sells: bool = False
    orders: int = 0
    to_fulfill: int = 0
    to_capture: int = 0
    expiring: int = 0
    to_collect: int = 0
    to_refund: int = 0
    risky: int = 0
    returns: int = 0
    drafts: int = 0
    carts: int = 0
    sold_out: int = 0
    low: int = 0
    failed_messages: int = 0
    failed_exports: int = 0
    closed: bool = False


def _severity(value: Any) -> Severity:
    try:
        return Severity(value)
    except ValueError:
        raise InvalidValue("severity", repr(value)[:200], " or ".join(Severity)) from None


@attrs.frozen(kw_only=True)
class Advice:
    """
    One piece of advice.

    Attributes:
        id: Its name, for `dismiss` and `snooze`.

        severity: How much it matters.

        title: What is the case, with the number.

        text: What to do.

        count: How many things it is about, `MOST` at most; 1 for a shop as a whole.

        at_least: Whether there are more.

        desk: Where they are shown: ``orders``, ``drafts``, ``checkouts``, ``outbox``, ``exports``, ``catalog``,
            ``settings``, ``storefront``, or whatever a host understands.

        query: What finds them there; None where the desk has no search.

        dismissable: Whether it can be dismissed.
    """

    id: str
    severity: Severity = attrs.field(default=Severity.DEFAULT, converter=_severity)
    title: str
    text: str = ""
    count: int = 1
    at_least: bool = False
    desk: str | None = None
    query: str | None = None
    dismissable: bool = True

    def __attrs_post_init__(self) -> None:
        check_types(self)
        whole_from("count", self.count, 0)
        if not self.id.strip():
            raise InvalidValue("id", repr(self.id), "a name, for dismiss and snooze")


#: Advice of a host's own, made of the same facts.
Advisor = Callable[[ShopFacts], "Iterable[Advice] | Advice | None"]


@attrs.frozen
class Rule:
    """
    One row of the table.

    Attributes:
        id: The name of its advice.

        severity: How much it matters.

        desk: Where what it is about is shown.

        query: What finds that.

        count: How many things there are; none, no advice.

        dismissable: Whether it can be dismissed.
    """

    id: str
    severity: Severity
    desk: str
    query: str | None
    count: Callable[[ShopFacts], int]
    dismissable: bool = True


_C, _W, _D, _I = Severity.CRITICAL, Severity.WARNING, Severity.DEFAULT, Severity.INFO

#: Our advice, the most severe first.
RULES: Final = (
    Rule("authorizations_expiring", _C, "orders", "to_do:expiring", lambda f: f.expiring, dismissable=False),
    Rule("risky_orders", _C, "orders", "risk_level:high status:open", lambda f: f.risky, dismissable=False),
    Rule("messages_failed", _C, "outbox", "dead", lambda f: f.failed_messages, dismissable=False),
    Rule("orders_to_refund", _W, "orders", "to_do:refund", lambda f: f.to_refund, dismissable=False),
    Rule("returns_to_answer", _W, "orders", "return_status:return_requested", lambda f: f.returns, dismissable=False),
    Rule("no_notifier", _W, "settings", None, lambda f: not f.notifies and f.orders),
    Rule("exports_failed", _W, "exports", None, lambda f: f.failed_exports),
    Rule("sold_out", _W, "catalog", None, lambda f: f.sold_out),
    Rule("storefront_closed", _W, "storefront", None, lambda f: f.closed and f.sells),
    Rule("orders_to_fulfill", _D, "orders", "to_do:fulfill", lambda f: f.to_fulfill, dismissable=False),
    Rule("payments_to_capture", _D, "orders", "to_do:capture", lambda f: f.to_capture, dismissable=False),
    Rule("payments_to_collect", _D, "orders", "to_do:collect", lambda f: f.to_collect, dismissable=False),
    Rule("invoices_to_send", _D, "drafts", None, lambda f: f.drafts),
    Rule("carts_to_recover", _D, "checkouts", "status:abandoned", lambda f: f.carts),
    Rule("low_stock", _D, "catalog", None, lambda f: f.low),
    Rule("nothing_for_sale", _I, "catalog", None, lambda f: not f.sells and not f.orders),
    Rule("no_sender", _I, "settings", None, lambda f: not f.settings.shop_name),
    Rule("no_owner_email", _I, "settings", None, lambda f: not (f.settings.owner_email or f.settings.staff_emails)),
    Rule("no_orders", _I, "orders", None, lambda f: f.sells and not f.orders),
)


def advice(facts: ShopFacts, advisors: Sequence[Advisor] = ()) -> tuple[Advice, ...]:
    """
    Return all advice that a shop needs, hushed or not (rules 1 and 2).

    Raises:
        InvalidValue: A host's advice has an id that is taken, or is none.
    """
    found = [_told(rule, count, facts.language) for rule in RULES if (count := int(rule.count(facts)))]
    taken = {rule.id for rule in RULES}
    for one in (one for advisor in advisors for one in _given(advisor(facts))):
        if one.id in taken:
            raise InvalidValue("advice", repr(one.id), "an id that no other advice has")
        taken.add(one.id)
        found.append(one)
    ranks = list(Severity)
    return tuple(sorted(found, key=lambda one: ranks.index(one.severity)))


def checked_advisors(advisors: Any) -> tuple[Advisor, ...]:
    """
    Return advisors as a tuple.

    Raises:
        InvalidValue: One cannot be called, or they are not several.
    """
    for one in advisors if isinstance(advisors, Iterable) else (advisors,):
        if not callable(one) or not isinstance(advisors, Iterable):
            raise InvalidValue("advice", repr(one)[:200], "several functions that take ShopFacts")
    return tuple(advisors)


def _given(value: Any) -> tuple[Advice, ...]:
    """Return what an advisor answered as a tuple."""
    if value is None:
        return ()
    if inspect.iscoroutine(value):
        value.close()
        raise InvalidValue("advice", "an answer that is awaited", "an Advice, several, or None, from a plain function")
    if not isinstance(value, Iterable | Advice):
        raise InvalidValue("advice", repr(value)[:200], "an Advice, several, or None")
    given = (value,) if isinstance(value, Advice) else tuple(value)
    for one in given:
        if not isinstance(one, Advice):
            raise InvalidValue("advice", repr(one), "an Advice, several, or None")
    return given


def _told(rule: Rule, count: int, language: Language) -> Advice:
    said: Said = WORDS[rule.id][language]
    at_least, shown = count > MOST, min(count, MOST)
    number = f"{shown}+" if at_least else f"{shown}"
    return Advice(
        id=rule.id,
        severity=rule.severity,
        title=said.one if shown == 1 else said.many.replace("{count}", number),
        text=said.text,
        count=shown,
        at_least=at_least,
        desk=rule.desk,
        query=rule.query,
        dismissable=rule.dismissable,
    )


def shown(found: Iterable[Advice], hushed: Iterable[Hushed], now: pendulum.DateTime) -> tuple[Advice, ...]:
    """Return the advice that is not hushed now (rule 3)."""
    by_id = {one.id: one for one in hushed}
    return tuple(one for one in found if one.id not in by_id or not _is_hushed(one, by_id[one.id], now))


def _is_hushed(one: Advice, by: Hushed, now: pendulum.DateTime) -> bool:
    return now < by.until if by.until is not None else one.count <= by.count


def hush(
    hushed: Iterable[Hushed], one: Advice, now: pendulum.DateTime, until: pendulum.DateTime | None
) -> tuple[Hushed, ...]:
    """
    Return what is hushed when a piece of advice is; what came back by itself is let go of.

    Raises:
        AdviceStays: It cannot be dismissed (rule 4).
    """
    if until is None and not one.dismissable:
        raise AdviceStays(one.id)
    kept = [by for by in hushed if by.id != one.id and (by.until is None or now < by.until)]
    return (*kept, Hushed(id=one.id, until=until, count=one.count))


def lowered(hushed: Iterable[Hushed], found: Iterable[Advice], ours_only: bool) -> tuple[Hushed, ...]:
    """
    Return what is hushed with no more of what was dismissed than there is now; what is gone is let go of (rule 3).

    Args:
        hushed: What is hushed.

        found: All advice there is now, hushed or not.

        ours_only: Whether a host's own is not among it, and nothing is known of that.
    """
    counts, ours = {one.id: one.count for one in found}, {rule.id for rule in RULES}

    def now(by: Hushed) -> Hushed | None:
        """Return it as it is now; None where there is nothing left of it."""
        if by.until is not None or (ours_only and by.id not in ours):
            return by
        left = min(by.count, counts.get(by.id, 0))
        return attrs.evolve(by, count=left) if left else None

    return tuple(one for by in hushed if (one := now(by)) is not None)
