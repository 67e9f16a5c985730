"""
Refunds: units, shipping, an amount on a line, or an amount alone.

Rules:

1. Never more money than was received and is neither given back nor on its way back.
2. Never more units of a line than are left; they are worth their stored parts.
3. An amount on a line is spread over its units that are left, by what they paid; never more
   than they are worth. Shipping is given back up to what was paid for it and is left.
4. Restock per line: ``cancel`` for unshipped units, ``return`` for shipped ones, ``no_restock``
   for money only. Units that came back by a return before are refunded first, as ``received``:
   money only too. Left out: then unshipped units as ``cancel``, then shipped ones as ``return``.
   An amount cannot be restocked.
5. Without an amount the suggestion is given: what the customer would then have paid too much.
   What differs from the neutral range is an adjustment: a fee kept, or goodwill. With
   ``pay_later`` the units leave, nothing is sent and nothing adjusted: the shop owes.
6. The money goes back to the payments it came from: as the caller says, else gift cards first,
   then the oldest.
7. Something must come back: units, shipping, or an amount above 0.

The arithmetic of rule 5, for units and amounts worth V, an amount G, a current total C and what
can be refunded R: ``back = max(0, V - C)``, ``V' = V - back``; suggested
``S = clamp(R - (C - V'), 0, R)``; neutral from ``max(0, V' - max(0, C - R))`` to
``V' + max(0, R - C)``, cut to 0..R; adjustment ``(G - the nearest neutral amount) - back``.

Shopify does not publish its formula; T1 to T8 of the vectors and the cases on refunds hold.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar, NamedTuple

import attrs

from backoffice_core.failures import InvalidValue, Refused, reason
from backoffice_core.money import Money, minor_of
from backoffice_core.orders.amounts import shipping_gone
from backoffice_core.orders.asked import Amount
from backoffice_core.orders.change import Change, Command, Facts, Suggestion
from backoffice_core.orders.events import OrderRefunded
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.facts import Movement
from backoffice_core.orders.find import (
    TooManyUnits,
    line_named,
    shipping_line_named,
    units_of,
)
from backoffice_core.orders.givenback import Refund, RefundLine, Restock, ShippingPart
from backoffice_core.orders.lines import LineItem, ShippingLine
from backoffice_core.orders.order import Order
from backoffice_core.orders.parts import take_amount, value
from backoffice_core.orders.payback import RefundExceedsPart, spread
from backoffice_core.orders.pricing import NegativeAmount
from backoffice_core.orders.returned import arrived
from backoffice_core.orders.states import FulfillmentStatus
from backoffice_core.orders.stock import StockPlace, bring_back, check_location, free
from backoffice_core.orders.transactions import events_of, intents_of, positive, with_transactions


@reason
class RefundExceedsPaid(Refused):
    """
    More is to be given back than was received and is left.

    Attributes:
        order_id: The order.

        requested: What was asked for, as `Money`.

        refundable: The most that could be given back now, as `Money`.
    """

    code: ClassVar[str] = "refund_exceeds_paid"
    order_id: str
    requested: Money
    refundable: Money

    def __str__(self) -> str:
        return f"order {self.order_id}: cannot refund {self.requested}, {self.refundable} is left of what was paid"


@reason
class NothingToRefund(Refused):
    """
    Nothing was named, and the shop owes nothing.

    Attributes:
        order_id: The order.

        refundable: What could be given back as goodwill, by an amount, as `Money`.
    """

    code: ClassVar[str] = "nothing_to_refund"
    order_id: str
    refundable: Money

    def __str__(self) -> str:
        return (
            f"order {self.order_id}: no unit, shipping or amount was named and nothing is owed to the customer;"
            f" up to {self.refundable} could be given back by amount"
        )


@attrs.frozen(kw_only=True, eq=True)
class RefundOrder(Command):
    """Give money back, and take units back."""

    places: ClassVar[bool] = True
    lines: Mapping[str, int] | None = None
    restock: str | Mapping[str, str] | None = None
    shipped: Mapping[str, int] | None = None
    location: str | None = None
    amounts: Mapping[str, Amount] | None = None
    shipping: bool | Amount | Mapping[str, Amount] | None = None
    amount: Amount | None = None
    payments: Mapping[str, Amount] | Sequence[str] | None = None
    pay_later: bool = False
    note: str | None = attrs.field(default=None, repr=False)
    notify: bool | None = None

    @classmethod
    def name(cls) -> str:
        """The command's name in the API."""
        return "refund"


class Taken(NamedTuple):
    """What leaves an order: the lines as they are then, what was taken, and how stock moves."""

    lines: tuple[LineItem, ...]
    taken: tuple[RefundLine, ...]
    movements: tuple[Movement, ...]


def refund(order: Order, command: RefundOrder, facts: Facts) -> Change:
    """
    Give money back, and take units back.

    Raises:
        RefundExceedsPaid: Rule 1.
        TooManyUnits: Rules 2 and 4.
        RefundExceedsPart: Rule 3, or a payment is asked for more than is left of it.
        NothingToRefund: Rule 7.
        SplitMismatch: The amounts on the payments do not sum to the refund.
        UnknownLine: There is no such line.
        UnknownId: There is no such location.
    """
    id = facts.new_id()
    units = _units(order, command, id, facts)
    on_lines = _amounts(order, command, units)
    shipping = _shipping(order, command.shipping)
    taken = units.taken + on_lines.taken
    worth = sum(one.minor for one in taken) + sum(one.minor for one in shipping)
    suggestion = suggest(order, worth)
    minor = _money(order, command, suggestion, named=bool(taken or shipping))
    back = max(0, worth - order.sums.current_total)
    adjustment = -back if command.pay_later else minor - suggestion.nearest(minor) - back
    made = spread(order, minor, facts, command.payments)
    given = Refund(
        id=id,
        at=facts.now,
        minor=minor,
        currency=order.currency,
        lines=taken,
        shipping=shipping,
        adjustment_minor=adjustment,
        transaction_ids=tuple(one.id for one in made),
        note=command.note,
        actor=facts.actor,
    )
    returns = order.returns
    for one in taken if returns else ():
        returns = arrived(returns, one.line_id, one.quantity) if one.restock is Restock.RETURN else returns
    refunds = (*order.refunds, given)
    after = with_transactions(evolve(order, lines=on_lines.lines, refunds=refunds, returns=returns), made)
    notify = facts.tells("order_refunded", command.notify)
    told = OrderRefunded(id, minor, sum(one.quantity for one in taken), adjustment, notify)
    return Change(
        before=order,
        order=after,
        events=(told, *events_of(made, after)),
        movements=units.movements,
        intents=intents_of(made, facts),
        suggestion=suggestion,
    )


def suggest(order: Order, worth: int) -> Suggestion:
    """Return what to give back for units, amounts and shipping worth *worth* minor units (rule 5)."""
    current, refundable = order.sums.current_total, order.sums.refundable
    value_now = min(worth, current)
    return Suggestion(
        amount_minor=min(max(refundable - (current - value_now), 0), refundable),
        low_minor=min(max(0, value_now - max(0, current - refundable)), refundable),
        high_minor=min(value_now + max(0, refundable - current), refundable),
        currency=order.currency,
    )


# --- what comes back


def _units(order: Order, command: RefundOrder, key: str, facts: Facts) -> Taken:
    check_location(command.location, facts.places)
    for named in (command.restock, command.shipped):
        for name in named if isinstance(named, Mapping) else ():
            line_named(order, name)
    lines = order.lines
    taken: list[RefundLine] = []
    movements: list[Movement] = []
    for units in units_of(order, command.lines or {}):
        line = line_named(order, units.line_id)
        _check_units_left(order, line, units.quantity)
        start = order.counters[line.id].consumed
        for restock, quantity, shipped in _ways(order, command, line, units.quantity):
            part = value(line.spans, start, start + quantity)
            start += quantity
            place = place_of_return(order, line, command.location, facts) if restock is Restock.RETURN else None
            if restock is Restock.CANCEL:
                allocated, moves = free(line, quantity, key, restock=True, location=command.location)
                line = evolve(line, allocated=allocated)
                lines = tuple(line if one.id == line.id else one for one in lines)
            else:
                moves = bring_back(line, quantity, key, place)
            movements.extend(moves)
            where = place.id if place else None
            taken.append(RefundLine.of(line, part, quantity, restock, shipped=shipped, location_id=where))
    return Taken(lines, tuple(taken), tuple(movements))


def _check_units_left(order: Order, line: LineItem, quantity: int) -> None:
    """Raise when more units of a line come back than are left (rule 2)."""
    left = order.counters[line.id].current
    if quantity > left:
        raise TooManyUnits(order.id, line.id, "refund", quantity, left)


def _ways(order: Order, command: RefundOrder, line: LineItem, quantity: int) -> list[tuple[Restock, int, int]]:
    """Return how the units of a line come back: restock, units, how many of them had shipped."""
    row = order.counters[line.id]
    asked = _restock(command.restock, line)
    named = [name for name in command.shipped or {} if name in (line.id, line.sku)]
    if named and asked is not Restock.NO_RESTOCK:
        given = str(asked) if asked is not None else "a line that restocks by itself"
        raise InvalidValue(f"shipped[{named[0]!r}]", given, "restock='no_restock' for the line; else it is known")
    # What came back already waits for its money, so it goes first.
    back = min(quantity, row.received) if asked in (None, Restock.NO_RESTOCK) else 0
    received, quantity = [(Restock.RECEIVED, back, back)] if back else [], quantity - back
    if asked is None:
        unshipped = min(quantity, row.unshipped)
        ways = [(Restock.CANCEL, unshipped, 0), (Restock.RETURN, quantity - unshipped, quantity - unshipped)]
        return received + [way for way in ways if way[1]]
    if asked is Restock.RECEIVED and quantity > row.received:
        raise TooManyUnits(order.id, line.id, "refund what was received", quantity, row.received)
    if asked is Restock.CANCEL and quantity > row.unshipped:
        raise TooManyUnits(order.id, line.id, "cancel", quantity, row.unshipped)
    if asked is Restock.RETURN and quantity > row.shipped:
        raise TooManyUnits(order.id, line.id, "return", quantity, row.shipped)
    if asked is not Restock.NO_RESTOCK:
        return [(asked, quantity, 0 if asked is Restock.CANCEL else quantity)]
    shipped = min(quantity, row.shipped)
    for name, told in (command.shipped or {}).items():
        if name in (line.id, line.sku):
            low = max(0, quantity - row.unshipped)
            if type(told) is not int or not low <= told <= shipped:
                raise InvalidValue(f"shipped[{name!r}]", repr(told), f"{low} to {shipped}")
            shipped = told
    return received + ([(asked, quantity, shipped)] if quantity else [])


def _restock(asked: str | Mapping[str, str] | None, line: LineItem) -> Restock | None:
    if isinstance(asked, Mapping):
        asked = next((way for name, way in asked.items() if name in (line.id, line.sku)), None)
    if asked is None:
        return None
    try:
        return Restock(asked)
    except ValueError:
        raise InvalidValue("restock", repr(asked), "cancel, return, received or no_restock") from None


def place_of_return(order: Order, line: LineItem, location: str | None, facts: Facts) -> StockPlace | None:
    """Return where shipped units come back to: the place that was named, else the last one they left."""
    known = {place.id: place for place in facts.places}
    if location is not None:
        return known[location]
    for parcel in reversed(order.fulfillments):
        for move in reversed(parcel.movements if parcel.status is FulfillmentStatus.SUCCESS else ()):
            if move.line_id == line.id and move.on_hand < 0 and move.location_id in known:
                return known[move.location_id]
    return facts.places[0] if facts.places else None


def _amounts(order: Order, command: RefundOrder, units: Taken) -> Taken:
    """Take amounts off lines, after the units that come back with them (rule 3)."""
    lines, taken = units.lines, []
    for name, amount in (command.amounts or {}).items():
        line = next(one for one in lines if one.id == line_named(order, name).id)
        minor = positive(amount, order.currency, f"amounts[{name!r}]")
        gone = order.counters[line.id].consumed + sum(one.quantity for one in units.taken if one.line_id == line.id)
        left = value(line.spans, gone).paid
        if minor > left:
            raise RefundExceedsPart(order.id, line.id, Money(minor, order.currency), Money(left, order.currency))
        spans, part = take_amount(line.spans, gone, minor)
        lines = tuple(evolve(one, spans=spans) if one.id == line.id else one for one in lines)
        taken.append(RefundLine.of(line, part, 0, Restock.NO_RESTOCK))
    return Taken(lines, tuple(taken), ())


def _shipping(order: Order, asked: bool | Amount | Mapping[str, Amount] | None) -> tuple[ShippingPart, ...]:
    if asked is None or asked is False:
        return ()
    gone = shipping_gone(order)
    left = {line.id: line.paid_minor - gone.get(line.id, 0) for line in order.shipping_lines}
    wanted: dict[str, int] = {}
    if isinstance(asked, Mapping):
        for name, amount in asked.items():
            line = shipping_line_named(order, name)
            wanted[line.id] = positive(amount, order.currency, f"shipping[{name!r}]")
    else:
        whole = sum(left.values())
        rest = whole if asked is True else positive(asked, order.currency, "shipping")
        if rest > whole or not rest:
            raise RefundExceedsPart(order.id, "shipping", Money(rest, order.currency), Money(whole, order.currency))
        for id, amount_left in left.items():
            wanted[id] = min(rest, amount_left)
            rest -= wanted[id]
    for id, minor in wanted.items():
        if minor > left[id]:
            raise RefundExceedsPart(order.id, id, Money(minor, order.currency), Money(left[id], order.currency))
    lines = {line.id: line for line in order.shipping_lines}
    return tuple(shipping_part(lines[id], gone.get(id, 0), minor) for id, minor in wanted.items() if minor)


def shipping_part(line: ShippingLine, gone: int, minor: int) -> ShippingPart:
    """Return what the next *minor* cents of a shipping line are, *gone* of them being taken."""
    return ShippingPart(
        shipping_line_id=line.id, minor=minor, taxes_minor=line.taxes_on(gone, gone + minor), currency=line.currency
    )


# --- how much money, and to which payments


def _money(order: Order, command: RefundOrder, suggestion: Suggestion, *, named: bool) -> int:
    """Return what is given back: nothing yet, the suggestion, or what was asked for (rule 5)."""
    if command.pay_later:
        if command.amount is not None:
            raise InvalidValue("amount", repr(command.amount), "no amount together with pay_later")
        minor = 0
    elif command.amount is None:
        minor = suggestion.amount_minor
    else:
        minor = minor_of(command.amount, order.currency)
    _check_something(order, command, minor, named=named)
    _check_within_paid(order, minor)
    return minor


def _check_something(order: Order, command: RefundOrder, minor: int, *, named: bool) -> None:
    """Raise unless something comes back (rule 7); an amount alone brings no units to restock (rule 4)."""
    if minor < 0:
        raise NegativeAmount("amount", minor)
    if not named and command.restock is not None:
        raise InvalidValue("restock", repr(command.restock), "units to restock; an amount cannot be")
    if not named and not minor:
        raise NothingToRefund(order.id, Money(order.sums.refundable, order.currency))


def _check_within_paid(order: Order, minor: int) -> None:
    """Raise when more is given back than was received and is left (rule 1)."""
    refundable = order.sums.refundable
    if minor > refundable:
        raise RefundExceedsPaid(order.id, Money(minor, order.currency), Money(refundable, order.currency))
