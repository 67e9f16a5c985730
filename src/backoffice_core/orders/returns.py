"""
Returns: units that a customer wants to give back.

Rules:

1. Only units that were shipped and did not come back can be returned, less those that other
   returns wait for. There must be some.
2. A return is asked for, then approved or declined; approved it is open until it is closed, and a
   closed one can be opened again. Saying the same again changes nothing.
3. Receiving says that units are back. It neither gives money nor puts them on sale: that is what
   refund and restock are for. Never more than the return is still to bring.
4. A return can be given up while nothing came back by it.
5. A return that is asked for or open keeps an order from being finished, and takes up an archived
   one. An order that is cancelled has no new ones.

A return is called ``#1001-R1`` after its order. What a return is to bring, and comes back by a
refund or by being restocked, counts as received by it.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

import attrs

from backoffice_core.failures import InvalidValue, NotFound, Refused, reason
from backoffice_core.orders.archive import check_not_cancelled, taken_up
from backoffice_core.orders.asked import text_up_to
from backoffice_core.orders.change import Change, Command, Facts, unchanged
from backoffice_core.orders.events import (
    OrderEvent,
    ReturnApproved,
    ReturnCancelled,
    ReturnClosed,
    ReturnDeclined,
    ReturnReceived,
    ReturnReopened,
    ReturnRequested,
)
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.facts import Units
from backoffice_core.orders.find import TooManyUnits, units_of
from backoffice_core.orders.order import Order
from backoffice_core.orders.returned import Receipt, ReceiptLine, Return, ReturnLine, arrived, expected
from backoffice_core.orders.states import RETURN, ReturnStatus, step
from backoffice_core.typed import one_of

#: Why units come back, as Shopify has it; ``other`` needs a note.
REASONS = (
    "color",
    "defective",
    "not_as_described",
    "other",
    "size_too_large",
    "size_too_small",
    "style",
    "unknown",
    "unwanted",
    "wrong_item",
)
#: Why a return is declined, as Shopify has it.
DECLINES = ("final_sale", "other", "return_period_ended")


@reason
class UnknownReturn(NotFound):
    """
    An order has no such return.

    Attributes:
        order_id: The order.

        given: What was given, an id or a name.

        known: The names that would do.
    """

    code: ClassVar[str] = "unknown_return"
    order_id: str
    given: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        return f"order {self.order_id} has no return {self.given!r}; it has {', '.join(self.known) or 'none'}"


@reason
class NothingToReturn(Refused):
    """
    No unit can be returned: none is with the customer, or other returns wait for all of them.

    Attributes:
        order_id: The order.

        waiting: Units that other returns wait for.
    """

    code: ClassVar[str] = "nothing_to_return"
    order_id: str
    waiting: int

    def __str__(self) -> str:
        rest = f"; other returns wait for {self.waiting}" if self.waiting else ""
        return f"order {self.order_id} has no unit with the customer that could be returned{rest}"


@reason
class ReturnUnderWay(Refused):
    """
    A return cannot be given up: units of it came back.

    Attributes:
        order_id: The order.

        name: The return's name.

        received: Units that came back by it.
    """

    code: ClassVar[str] = "return_under_way"
    order_id: str
    name: str
    received: int

    def __str__(self) -> str:
        return f"order {self.order_id}: {self.received} units came back by {self.name}; close it instead"


def _reasons(_: object, attribute: "attrs.Attribute[Any]", value: Any) -> None:
    for one in value.values() if isinstance(value, Mapping) else (value,):
        one_of(*REASONS)(None, attribute, one)


@attrs.frozen(kw_only=True)
class RequestReturn(Command):
    """Enter that units are to come back; all that are with the customer unless some are named."""

    lines: Mapping[str, int] | None = None
    reason: str | Mapping[str, str] = attrs.field(default="unknown", validator=_reasons)
    note: str | None = attrs.field(default=None, repr=False, validator=attrs.validators.optional(text_up_to(255)))
    approve: bool = False
    notify: bool | None = None


@attrs.frozen(kw_only=True)
class ApproveReturn(Command):
    """Agree to a return."""

    return_id: str
    notify: bool | None = None


@attrs.frozen(kw_only=True)
class DeclineReturn(Command):
    """Say no to a return."""

    return_id: str
    reason: str = attrs.field(default="other", validator=one_of(*DECLINES))
    note: str | None = attrs.field(default=None, repr=False, validator=attrs.validators.optional(text_up_to(500)))
    notify: bool | None = None


@attrs.frozen(kw_only=True)
class ReceiveReturn(Command):
    """Say that units of a return are back; all that it is still to bring unless some are named."""

    return_id: str
    lines: Mapping[str, int] | None = None


@attrs.frozen(kw_only=True)
class CloseReturn(Command):
    """Say that a return was dealt with."""

    return_id: str


@attrs.frozen(kw_only=True)
class ReopenReturn(Command):
    """Take up a return that was closed."""

    return_id: str


@attrs.frozen(kw_only=True)
class CancelReturn(Command):
    """Give up a return."""

    return_id: str


def request_return(order: Order, command: RequestReturn, facts: Facts) -> Change:
    """
    Enter that units are to come back.

    Raises:
        NothingToReturn: Rule 1.
        TooManyUnits: Rule 1.
        OrderIsCancelled: Rule 5.
    """
    check_not_cancelled(order, "be returned")
    lines = tuple(_line(order, one, command) for one in _units(order, command))
    if command.note is None and any(line.reason == "other" for line in lines):
        raise InvalidValue("note", "none", "a note that says what the reason is, with the reason other")
    made = Return(
        id=facts.new_id(),
        name=f"{order.name}-R{len(order.returns) + 1}",
        status=ReturnStatus.OPEN if command.approve else ReturnStatus.REQUESTED,
        lines=lines,
        at=facts.now,
        note=command.note,
        approved_at=facts.now if command.approve else None,
        actor=facts.actor,
    )
    events: list[OrderEvent] = [ReturnRequested(made.id, made.name, made.units)]
    if command.approve:
        events.append(ReturnApproved(made.id, facts.tells("return_approved", command.notify)))
    after = evolve(order, returns=(*order.returns, made))
    return Change(before=order, order=after, events=tuple(events)).then(taken_up(after, automatic=True))


def _units(order: Order, command: RequestReturn) -> tuple[Units, ...]:
    promised = expected(order.returns)
    left = {id: row.returnable - promised.get(id, 0) for id, row in order.counters.items()}
    if command.lines is None:
        units = tuple(Units(id, count) for id, count in left.items() if count > 0)
        if not units:
            raise NothingToReturn(order.id, sum(promised.values()))
        return units
    units = units_of(order, command.lines)
    if not units:
        raise InvalidValue("lines", repr(dict(command.lines)), "at least one unit")
    for one in units:
        if one.quantity > left[one.line_id]:
            raise TooManyUnits(order.id, one.line_id, "return", one.quantity, max(0, left[one.line_id]))
    return units


def _line(order: Order, units: Units, command: RequestReturn) -> ReturnLine:
    why = command.reason
    if isinstance(why, Mapping):
        line = next(line for line in order.lines if line.id == units.line_id)
        why = next((word for name, word in why.items() if name in (line.id, line.sku)), "unknown")
    return ReturnLine(line_id=units.line_id, quantity=units.quantity, reason=why)


def approve_return(order: Order, command: ApproveReturn, facts: Facts) -> Change:
    """
    Agree to a return (rule 2).

    Raises:
        UnknownReturn: The order has no such return.
        TransitionRefused: It was declined, or given up.
    """
    one = return_named(order, command.return_id)
    if one.approved_at is not None and one.status is not ReturnStatus.CANCELLED:
        return unchanged(order)
    after = evolve(one, status=step("return", RETURN, one.status, "approve"), approved_at=facts.now)
    return _changed(order, after, ReturnApproved(one.id, facts.tells("return_approved", command.notify)))


def decline_return(order: Order, command: DeclineReturn, facts: Facts) -> Change:
    """
    Say no to a return (rule 2).

    Raises:
        UnknownReturn: The order has no such return.
        TransitionRefused: It was approved.
    """
    one = return_named(order, command.return_id)
    if one.status is ReturnStatus.DECLINED:
        return unchanged(order)
    after = evolve(
        one,
        status=step("return", RETURN, one.status, "decline"),
        ended_at=facts.now,
        decline_reason=command.reason,
        decline_note=command.note,
    )
    told = ReturnDeclined(one.id, command.reason, facts.tells("return_declined", command.notify))
    return _changed(order, after, told)


def receive_return(order: Order, command: ReceiveReturn, facts: Facts) -> Change:
    """
    Say that units of a return are back (rule 3).

    Raises:
        UnknownReturn: The order has no such return.
        TransitionRefused: It is not open.
        TooManyUnits: More than the return is still to bring.
    """
    one = return_named(order, command.return_id)
    # Receiving is no move of its own, and possible where closing is.
    step("return", RETURN, one.status, "close")
    left = {line.line_id: line.expected for line in one.lines if line.expected}
    wanted = left
    if command.lines is not None:
        wanted = {units.line_id: units.quantity for units in units_of(order, command.lines)}
    if not wanted:
        raise InvalidValue("lines", repr(dict(command.lines or {})), "at least one unit that is still to come")
    for id, quantity in wanted.items():
        if quantity > left.get(id, 0):
            raise TooManyUnits(order.id, id, "receive", quantity, left.get(id, 0))
    made = Receipt(
        id=facts.new_id(),
        return_id=one.id,
        lines=tuple(
            ReceiptLine(line_id=id, quantity=quantity, refunded=min(quantity, order.counters[id].kept))
            for id, quantity in wanted.items()
        ),
        at=facts.now,
        actor=facts.actor,
    )
    returns = order.returns
    for id, quantity in wanted.items():
        returns = arrived(returns, id, quantity, only=one.id)
    after = evolve(order, returns=returns, receipts=(*order.receipts, made))
    return Change(before=order, order=after, events=(ReturnReceived(made.id, one.id, sum(wanted.values())),))


def close_return(order: Order, command: CloseReturn, facts: Facts) -> Change:
    """
    Say that a return was dealt with (rule 2).

    Raises:
        UnknownReturn: The order has no such return.
        TransitionRefused: It is not open.
    """
    one = return_named(order, command.return_id)
    if one.status is ReturnStatus.CLOSED:
        return unchanged(order)
    after = evolve(one, status=step("return", RETURN, one.status, "close"), ended_at=facts.now)
    return _changed(order, after, ReturnClosed(one.id))


def reopen_return(order: Order, command: ReopenReturn, facts: Facts) -> Change:
    """
    Take up a return that was closed (rule 2).

    Raises:
        UnknownReturn: The order has no such return.
        TransitionRefused: It was not closed.
        TooManyUnits: Other returns wait for its units now, or they came back.
        OrderIsCancelled: Rule 5.
    """
    check_not_cancelled(order, "take up a return")
    one = return_named(order, command.return_id)
    if one.status is ReturnStatus.OPEN:
        return unchanged(order)
    promised = expected(order.returns)
    for line in one.lines:
        left = order.counters[line.line_id].returnable - promised.get(line.line_id, 0)
        if line.expected > left:
            raise TooManyUnits(order.id, line.line_id, "return", line.expected, max(0, left))
    after = evolve(one, status=step("return", RETURN, one.status, "reopen"), ended_at=None)
    change = _changed(order, after, ReturnReopened(one.id))
    return change.then(taken_up(change.order, automatic=True))


def cancel_return(order: Order, command: CancelReturn, facts: Facts) -> Change:
    """
    Give up a return (rule 4).

    Raises:
        UnknownReturn: The order has no such return.
        ReturnUnderWay: Units came back by it.
        TransitionRefused: It is not open.
    """
    one = return_named(order, command.return_id)
    if one.status is ReturnStatus.CANCELLED:
        return unchanged(order)
    received = sum(line.received for line in one.lines)
    if received:
        raise ReturnUnderWay(order.id, one.name, received)
    after = evolve(one, status=step("return", RETURN, one.status, "cancel"), ended_at=facts.now)
    return _changed(order, after, ReturnCancelled(one.id))


def return_named(order: Order, name: str) -> Return:
    """
    Return a return by its id or name.

    Raises:
        UnknownReturn: There is none.
    """
    for one in order.returns:
        if name in (one.id, one.name):
            return one
    raise UnknownReturn(order.id, name, tuple(one.name for one in order.returns))


def _changed(order: Order, after: Return, event: OrderEvent) -> Change:
    returns = tuple(after if one.id == after.id else one for one in order.returns)
    return Change(before=order, order=evolve(order, returns=returns), events=(event,))
