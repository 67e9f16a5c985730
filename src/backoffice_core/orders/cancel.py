"""
Cancelling an order.

Rules:

1. What was not shipped leaves the order: restocked, or written off. With nothing shipped, what
   is left of shipping and tips leaves too. Shipped units stay with the customer.
2. Refused when all was shipped: undo the fulfillments, or refund.
3. What is left of authorizations is let go, refund or not; refused while a capture or void of
   one has no outcome. A sale that was only waited for, with no gateway's name for it, is not
   waited for any more; if the money comes all the same, it can still be recorded.
4. Refused while shipped units are covered by an authorization only, or by one that has no outcome
   yet: settle it, and capture first.
5. In figures it is the refund rule. Money that is not refunded now is owed by the shop, in plain
   sight.
6. A cancelled order is archived, stays cancelled, and has no holds.
7. Refused while a return is asked for or open.
"""

from typing import ClassVar

import attrs

from backoffice_core.failures import Refused, reason
from backoffice_core.money import Money
from backoffice_core.orders.amounts import shipping_gone
from backoffice_core.orders.asked import text_up_to
from backoffice_core.orders.change import Change, Command, Facts
from backoffice_core.orders.events import HoldReleased, OrderCancelled, OrderEvent, OrderRefunded
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.facts import Movement, TransactionKind, Units
from backoffice_core.orders.givenback import Refund, RefundLine, Removal, Restock, ShippingPart
from backoffice_core.orders.lines import LineItem
from backoffice_core.orders.order import Order
from backoffice_core.orders.parts import value
from backoffice_core.orders.pay import AuthorizationBusy, waited_for
from backoffice_core.orders.payback import spread
from backoffice_core.orders.refund import shipping_part, suggest
from backoffice_core.orders.states import LIFECYCLE, HoldStatus, TransactionStatus, step
from backoffice_core.orders.stock import free
from backoffice_core.orders.transactions import busy, events_of, intents_of, moved, voids, with_transactions

#: Reasons as Shopify has them; others are welcome.
REASONS = ("customer", "declined", "fraud", "inventory", "staff", "other")


@reason
class AlreadyCancelled(Refused):
    """
    The order is cancelled already.

    Attributes:
        order_id: The order.
    """

    code: ClassVar[str] = "already_cancelled"
    order_id: str

    def __str__(self) -> str:
        return f"order {self.order_id} is cancelled already; what is owed can be refunded"


@reason
class AllShipped(Refused):
    """
    Nothing is left that could be cancelled.

    Attributes:
        order_id: The order.

        fulfillments: The names of the fulfillments that stand.
    """

    code: ClassVar[str] = "all_shipped"
    order_id: str
    fulfillments: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"order {self.order_id}: all of it was shipped; cancel the fulfillments"
            f" ({', '.join(self.fulfillments)}), or refund"
        )


@reason
class CaptureFirst(Refused):
    """
    Shipped units are covered by an authorization that cancelling would let go.

    Attributes:
        order_id: The order.

        amount: What has to be captured first, as `Money`.
    """

    code: ClassVar[str] = "capture_first"
    order_id: str
    amount: Money

    def __str__(self) -> str:
        return f"order {self.order_id}: shipped units are covered by an authorization only; capture {self.amount} first"


@reason
class ReturnsOpen(Refused):
    """
    Units are still to come back by returns.

    Attributes:
        order_id: The order.

        returns: The names of the returns.
    """

    code: ClassVar[str] = "returns_open"
    order_id: str
    returns: tuple[str, ...]

    def __str__(self) -> str:
        return f"order {self.order_id}: units are to come back by {', '.join(self.returns)}; close or cancel that first"


@attrs.frozen(kw_only=True)
class Cancel(Command):
    """Cancel an order."""

    reason: str = attrs.field(default="other", validator=text_up_to(255))
    restock: bool = True
    refund: bool = True
    note: str | None = attrs.field(default=None, repr=False, validator=attrs.validators.optional(text_up_to(255)))
    notify: bool | None = None


def cancel(order: Order, command: Cancel, facts: Facts) -> Change:
    """
    Cancel an order.

    Raises:
        AlreadyCancelled: It is cancelled.
        AllShipped: Rule 2.
        AuthorizationBusy: Rule 3.
        CaptureFirst: Rule 4.
        ReturnsOpen: Rule 7.
    """
    open_auths = order.authorizations
    check_cancellable(order)
    key = facts.new_id()
    removed, shipping = _leaving(order)
    worth = sum(one.minor for one in removed) + sum(one.minor for one in shipping)
    suggestion = suggest(order, worth)
    lines, movements = _freed(order, removed, key, restock=command.restock)
    removal = Removal(
        id=key,
        at=facts.now,
        cause="cancel",
        lines=removed,
        released=tuple(Units(id, row.waiting) for id, row in order.counters.items() if row.waiting),
        shipping=shipping,
        adjustment_minor=-max(0, worth - order.sums.current_total),
        currency=order.currency,
        actor=facts.actor,
    )
    minor = suggestion.amount_minor if command.refund else 0
    back = spread(order, minor, facts) if minor else []
    made = [*back, *voids(order, open_auths, facts)]
    given = Refund(
        id=facts.new_id(),
        at=facts.now,
        minor=minor,
        currency=order.currency,
        transaction_ids=tuple(one.id for one in back),
        note=command.note,
        actor=facts.actor,
    )
    after = evolve(
        _closed(order, command, facts),
        lines=lines,
        removals=(*order.removals, removal),
        refunds=(*order.refunds, given) if minor else order.refunds,
    )
    after = with_transactions(after, made)
    units = sum(one.quantity for one in removed)
    notify = facts.tells("order_cancelled", command.notify)
    events: list[OrderEvent] = [OrderCancelled(key, command.reason, units, command.restock, notify)]
    if minor:
        events.append(OrderRefunded(given.id, minor, 0, 0))
    events += [HoldReleased(one.id) for one in order.holds if one.status is HoldStatus.ACTIVE]
    change = Change(
        before=order,
        order=after,
        events=(*events, *events_of(made, after)),
        movements=movements,
        intents=intents_of(made, facts),
        suggestion=suggestion,
    )
    for one in waited_for(order, facts):
        if one.status is TransactionStatus.PENDING and one.reference is None:
            change = change.then(moved(change.order, evolve(one, error="cancelled"), "fail"))
    return change


def check_cancellable(order: Order) -> None:
    """
    Raise unless the order can be cancelled now.

    Raises:
        AlreadyCancelled: It is cancelled.
        AllShipped: Rule 2.
        AuthorizationBusy: Rule 3.
        CaptureFirst: Rule 4.
        ReturnsOpen: Rule 7.
    """
    if order.cancelled_at is not None:
        raise AlreadyCancelled(order.id)
    _check_something_left(order)
    _check_no_returns(order)
    _check_authorizations_free(order)
    _check_shipped_is_captured(order)


def _check_something_left(order: Order) -> None:
    """Raise when all was shipped (rule 2)."""
    if order.fulfilled and not order.to_fulfill:
        raise AllShipped(order.id, tuple(one.name for one in order.fulfillments if one.cancelled_at is None))


def _check_no_returns(order: Order) -> None:
    """Raise while units are to come back by a return (rule 7)."""
    names = tuple(one.name for one in order.returns if one.active)
    if names:
        raise ReturnsOpen(order.id, names)


def _check_authorizations_free(order: Order) -> None:
    """Raise while something on an authorization that would be let go has no outcome (rules 3 and 4)."""
    for one in order.transactions:
        if one.kind is not TransactionKind.AUTHORIZATION:
            continue
        blocking = busy(order, one.id)
        if one.open and order.fulfilled:
            # It may turn out to cover what was shipped, and nothing is captured on a cancelled order.
            blocking = one
        if blocking is not None:
            raise AuthorizationBusy(order.id, one.id, blocking.id)


def _check_shipped_is_captured(order: Order) -> None:
    """Raise while shipped units are covered by an authorization only (rule 4)."""
    removed, shipping = _leaving(order)
    worth = sum(one.minor for one in removed) + sum(one.minor for one in shipping)
    left = max(0, order.sums.current_total - worth)
    uncovered = min(order.sums.open_auth, left - order.sums.net - order.sums.coming)
    if order.fulfilled and uncovered > 0:
        raise CaptureFirst(order.id, Money(uncovered, order.currency))


def _leaving(order: Order) -> tuple[tuple[RefundLine, ...], tuple[ShippingPart, ...]]:
    """Return what leaves the order, with what it is worth (rule 1)."""
    nothing_shipped = not order.fulfilled
    removed = []
    for line in order.lines:
        row = order.counters[line.id]
        quantity = row.unshipped if line.fulfillable or nothing_shipped else 0
        if quantity:
            part = value(line.spans, row.consumed, row.consumed + quantity)
            removed.append(RefundLine.of(line, part, quantity, Restock.CANCEL))
    if not nothing_shipped:
        return tuple(removed), ()
    gone = shipping_gone(order)
    shipping = [
        shipping_part(line, gone.get(line.id, 0), line.paid_minor - gone.get(line.id, 0))
        for line in order.shipping_lines
    ]
    return tuple(removed), tuple(part for part in shipping if part.minor)


def _freed(
    order: Order, removed: tuple[RefundLine, ...], key: str, *, restock: bool
) -> tuple[tuple[LineItem, ...], tuple[Movement, ...]]:
    gone = {one.line_id: one.quantity for one in removed}
    lines: list[LineItem] = []
    movements: list[Movement] = []
    for line in order.lines:
        quantity = gone.get(line.id, 0) + order.counters[line.id].waiting
        allocated, moves = free(line, quantity, key, restock=restock)
        lines.append(evolve(line, allocated=allocated) if moves else line)
        movements.extend(moves)
    return tuple(lines), tuple(movements)


def _closed(order: Order, command: Cancel, facts: Facts) -> Order:
    step("order", LIFECYCLE, order.lifecycle, "cancel")
    holds = tuple(
        evolve(one, released_at=facts.now, release_reason="cancelled", released_by=facts.actor)
        if one.status is HoldStatus.ACTIVE
        else one
        for one in order.holds
    )
    return evolve(
        order,
        cancelled_at=facts.now,
        closed_at=order.closed_at or facts.now,
        cancel_reason=command.reason,
        holds=holds,
    )
