"""
Placing an order.

Rules:

1. An order has 1 to 500 lines.
2. Prices, discounts and taxes are agreed now and never read again (``pricing.py``).
3. Stock is promised now: locations in their order, never below zero for a variant that may not
   be oversold.
4. ``expected_total`` refuses an order that comes to another total.
5. A source is unique in the shop: one checkout becomes one order however often it is tried;
   another content under the same source is refused.
6. The name is taken from the shop's counter in the same unit of work; a refusal gives it back.
7. Payments that come with the order are recorded with it.
8. An order of a checkout completes it, in the same unit of work; so does one of its source.
9. A channel that the shop disabled takes no order, but for what was begun there (``channel.py``).

The visits that led to it are kept with it (``visits.py``); two tries of one request may differ in them.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

import attrs

from backoffice_core.failures import Conflict, InvalidInput, InvalidValue, Refused, reason
from backoffice_core.money import MOST, Money, digits, minor_of
from backoffice_core.orders.amounts import total_of
from backoffice_core.orders.asked import (
    Amount,
    Discount,
    Line,
    Sale,
    Shipping,
    attributes_of,
    customer_of,
    discounts_of,
    members,
    payments_of,
    shipping_of,
)
from backoffice_core.orders.change import Change, Command, Facts
from backoffice_core.orders.channel import check_open
from backoffice_core.orders.events import OrderPlaced
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.facts import Movement, Transaction
from backoffice_core.orders.lines import LineItem
from backoffice_core.orders.notes import note_text
from backoffice_core.orders.order import Address, Client, CustomerRef, Order
from backoffice_core.orders.pricing import Priced, Terms, price
from backoffice_core.orders.stock import commit, seen_after
from backoffice_core.orders.tags import clean, merged
from backoffice_core.orders.transactions import events_of, intents_of, transaction_of
from backoffice_core.orders.visits import Visit, kept_visits
from backoffice_core.typed import check_text, check_types, kind_of

MOST_LINES = 500


@reason
class NoLines(InvalidInput):
    """An order without lines."""

    code: ClassVar[str] = "no_lines"

    def __str__(self) -> str:
        return "an order needs at least one line"


@reason
class TooManyLines(InvalidInput):
    """
    An order with too many lines.

    Attributes:
        lines: How many it would have.

        most: How many it may have.
    """

    code: ClassVar[str] = "too_many_lines"
    lines: int
    most: int

    def __str__(self) -> str:
        return f"the order would have {self.lines} lines; at most {self.most} would do"


@reason
class TotalMismatch(Refused):
    """
    The order comes to another total than the caller expects.

    Attributes:
        expected: What the caller expects, as `Money`.

        computed: What it comes to, as `Money`.
    """

    code: ClassVar[str] = "total_mismatch"
    expected: Money
    computed: Money

    def __str__(self) -> str:
        return f"the order comes to {self.computed}, not to the expected {self.expected}"


@reason
class SourceTaken(Conflict):
    """
    The same source was placed before with another content.

    Attributes:
        channel: The channel.

        id: The channel's own id.

        order_id: The order it became.
    """

    code: ClassVar[str] = "source_taken"
    channel: str
    id: str
    order_id: str

    def __str__(self) -> str:
        return f"{self.channel} {self.id} became order {self.order_id} with another content; edit that order instead"


def source_of(value: Any) -> tuple[str, str] | None:
    """
    Return a channel and its own id of something.

    Raises:
        InvalidValue: It is neither that nor None.
    """
    if value is None:
        return None
    if not isinstance(value, tuple | list) or len(value) != 2 or not all(isinstance(v, str) and v for v in value):
        raise InvalidValue("source", repr(value), "a channel and its own id, such as ('web', 'checkout-881')")
    if len(value[0]) > 64 or len(value[1]) > 128:
        raise InvalidValue("source", repr(value), "at most 64 and 128 characters")
    check_text("source", value[0] + value[1])
    return value[0], value[1]


def address_field(_: object, attribute: "attrs.Attribute[Any]", value: Any) -> None:
    """Refuse what is no address."""
    if value is not None:
        if not isinstance(value, Address):
            raise InvalidValue(attribute.name, kind_of(value), "an Address")
        check_types(value)


def client_field(_: object, attribute: "attrs.Attribute[Any]", value: Any) -> None:
    """Refuse what is no client."""
    if value is not None:
        if not isinstance(value, Client):
            raise InvalidValue(attribute.name, kind_of(value), "a Client, such as Client(ip='203.0.113.7')")
        check_types(value)


def lines_of(value: Any) -> tuple[Line, ...]:
    """Return what was given as lines as a tuple."""
    return members(value, Line)


def visits_of(value: Any) -> tuple[Visit, ...]:
    """Return what was given as visits as a tuple."""
    return members(value, Visit, "visits")


@attrs.frozen(kw_only=True)
class Place(Command):
    """Place an order."""

    places: ClassVar[bool] = True
    levels: ClassVar[bool] = True
    beside: ClassVar[tuple[str, ...]] = ("visits",)
    lines: tuple[Line, ...] = attrs.field(converter=lines_of)
    shipping: tuple[Shipping, ...] = attrs.field(default=(), converter=shipping_of)
    discounts: tuple[Discount, ...] = attrs.field(default=(), converter=discounts_of)
    payments: tuple[Sale, ...] = attrs.field(default=(), converter=payments_of)
    customer: CustomerRef | str | None = None
    email: str | None = attrs.field(default=None, repr=False)
    phone: str | None = attrs.field(default=None, repr=False)
    shipping_address: Address | None = attrs.field(default=None, validator=address_field)
    billing_address: Address | None = attrs.field(default=None, validator=address_field)
    note: str | None = attrs.field(default=None, converter=note_text, repr=False)
    attributes: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=attributes_of, repr=False)
    tags: tuple[str, ...] = attrs.field(default=(), converter=clean)
    channel: str | None = None
    source: tuple[str, str] | None = attrs.field(default=None, converter=source_of)
    currency: str | None = None
    taxes_included: bool | None = None
    expected_total: Amount | None = None
    test: bool = False
    notify: bool | None = None
    checkout: str | None = None
    visits: tuple[Visit, ...] = attrs.field(default=(), converter=visits_of, repr=False)
    client: Client | None = attrs.field(default=None, validator=client_field, repr=False)

    @property
    def wanted(self) -> Mapping[str, str]:
        """The variants of its lines."""
        return {f"lines[{at}].variant": line.variant for at, line in enumerate(self.lines) if line.variant is not None}


def place(command: Place, facts: Facts) -> Change:
    """
    Place an order.

    Raises:
        NoLines: Rule 1.
        TooManyLines: Rule 1.
        OutOfStock: Rule 3.
        ChannelDisabled: Rule 9.
        TotalMismatch: Rule 4.
        NegativeAmount: A price below zero.
        TooManyDigits: An amount is finer than the currency.
    """
    _check_lines(command)
    if command.checkout is None:
        check_open(_channel(command), facts.settings)
    terms = _terms(command, facts)
    priced = price(command.lines, command.shipping, command.discounts, terms, facts.variants)
    id = facts.new_id()
    lines, movements = _promised(priced.lines, id, facts)
    check_references(command.payments)
    made = [evolve(transaction_of(payment, terms.currency, facts), checkout=True) for payment in command.payments]
    order = _order(command, evolve(priced, lines=lines), made, terms, facts, id)
    if order.original_total_minor > MOST:
        raise InvalidValue("total", str(order.total), f"at most {MOST} minor units")
    _check_total(command, order)
    notify = facts.tells("order_placed", command.notify)
    placed = OrderPlaced(order.name, order.original_total_minor, order.currency, False, notify)
    return Change(
        before=None,
        order=order,
        events=(placed, *events_of(made, order)),
        movements=movements,
        intents=intents_of(made, facts),
    )


def _check_lines(command: Place) -> None:
    """Raise unless there are 1 to 500 lines (rule 1)."""
    if not command.lines:
        raise NoLines
    if len(command.lines) > MOST_LINES:
        raise TooManyLines(len(command.lines), MOST_LINES)


def _check_total(command: Place, order: Order) -> None:
    """Raise when the caller expects another total (rule 4)."""
    if command.expected_total is None:
        return
    expected = minor_of(command.expected_total, order.currency, "expected_total")
    if expected != order.original_total_minor:
        raise TotalMismatch(Money(expected, order.currency), order.total)


def check_references(payments: Iterable[Sale]) -> None:
    """Refuse payments that would be one movement of money counted twice."""
    seen = set()
    for at, payment in enumerate(payments):
        named = (payment.gateway, payment.reference, type(payment))
        if payment.reference is not None and named in seen:
            raise InvalidValue(f"payments[{at}].reference", repr(payment.reference), "a reference that is given once")
        seen.add(named)


def _terms(command: Place, facts: Facts) -> Terms:
    currency = command.currency or facts.settings.currency
    digits(currency)
    included = facts.settings.taxes_included if command.taxes_included is None else command.taxes_included
    return Terms(
        currency=currency,
        taxes_included=included,
        tax_rounding=facts.settings.tax_rounding,
        new_id=facts.new_id,
    )


def _channel(command: Place) -> str | None:
    return command.channel or (command.source[0] if command.source else None)


def _promised(lines: Iterable[LineItem], key: str, facts: Facts) -> tuple[tuple[LineItem, ...], tuple[Movement, ...]]:
    """Promise the stock; lines of one variant see what the lines before them took."""
    levels = facts.levels
    promised: list[LineItem] = []
    movements: list[Movement] = []
    for line in lines:
        if line.tracked:
            allocated, moves = commit(line, line.quantity, key, facts.places, levels)
            movements.extend(moves)
            levels = seen_after(levels, moves)
            promised.append(evolve(line, allocated=allocated))
        else:
            promised.append(line)
    return tuple(promised), tuple(movements)


def _order(command: Place, priced: Priced, made: Sequence[Transaction], terms: Terms, facts: Facts, id: str) -> Order:
    return Order(
        id=id,
        name=facts.order_name,
        number=facts.number,
        currency=terms.currency,
        taxes_included=terms.taxes_included,
        created_at=facts.now,
        updated_at=facts.now,
        customer=customer_of(command.customer, command.email, command.phone),
        shipping_address=command.shipping_address,
        billing_address=command.billing_address,
        note=command.note,
        attributes=command.attributes,
        channel=_channel(command),
        source=command.source,
        test=command.test,
        tags=merged((), command.tags),
        original_total_minor=total_of(priced.lines, priced.shipping_lines),
        lines=priced.lines,
        shipping_lines=priced.shipping_lines,
        discounts=priced.discounts,
        transactions=tuple(made),
        visits=kept_visits(command.visits, facts.now),
        client=command.client,
    )
