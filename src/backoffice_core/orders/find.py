"""How the parts of an order are named: a line by its id, or by a SKU that is unique in the order."""

from collections.abc import Mapping
from typing import ClassVar

from backoffice_core.failures import InvalidInput, NotFound, Refused, reason
from backoffice_core.orders.asked import MOST_UNITS
from backoffice_core.orders.facts import Fulfillment, Transaction, Units
from backoffice_core.orders.lines import Applied, LineItem, ShippingLine
from backoffice_core.orders.order import Order
from backoffice_core.typed import whole_from


@reason
class UnknownLine(NotFound):
    """
    An order has no such line.

    Attributes:
        order_id: The order.

        line: What was given, a line id or a SKU.

        known: The SKUs and line ids it has, in the order of its lines.
    """

    code: ClassVar[str] = "unknown_line"
    order_id: str
    line: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        return f"order {self.order_id} has no line {self.line!r}; it has {', '.join(self.known)}"


@reason
class AmbiguousLine(InvalidInput):
    """
    A SKU is on several lines of an order.

    Attributes:
        order_id: The order.

        sku: The SKU that was given.

        line_ids: The lines it is on; one of these would do.
    """

    code: ClassVar[str] = "ambiguous_line"
    order_id: str
    sku: str
    line_ids: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.sku!r} is on several lines of order {self.order_id}; name one of {', '.join(self.line_ids)}"


@reason
class UnknownTransaction(NotFound):
    """
    An order has no such transaction.

    Attributes:
        order_id: The order.

        transaction: What was given.

        known: The ids that would do.
    """

    code: ClassVar[str] = "unknown_transaction"
    order_id: str
    transaction: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        would_do = ", ".join(self.known) or "none"
        return f"order {self.order_id} has no such transaction {self.transaction!r}; possible: {would_do}"


@reason
class UnknownFulfillment(NotFound):
    """
    An order has no such fulfillment.

    Attributes:
        order_id: The order.

        fulfillment: What was given, an id or a name.

        known: The names that would do.
    """

    code: ClassVar[str] = "unknown_fulfillment"
    order_id: str
    fulfillment: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        would_do = ", ".join(self.known) or "none"
        return f"order {self.order_id} has no fulfillment {self.fulfillment!r}; it has {would_do}"


@reason
class UnknownHold(NotFound):
    """
    An order has no such hold.

    Attributes:
        order_id: The order.

        hold: What was given.

        known: The ids of its holds.
    """

    code: ClassVar[str] = "unknown_hold"
    order_id: str
    hold: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        return f"order {self.order_id} has no hold {self.hold!r}; it has {', '.join(self.known) or 'none'}"


@reason
class UnknownDiscount(NotFound):
    """
    An order has no such discount, or an edit took it away.

    Attributes:
        order_id: The order.

        discount: What was given: an id, a code or a title.

        known: The codes of its discounts, or their ids where they have none.
    """

    code: ClassVar[str] = "unknown_discount"
    order_id: str
    discount: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        would_do = ", ".join(self.known) or "none"
        return f"order {self.order_id} has no discount {self.discount!r}; it has {would_do}"


@reason
class TooManyUnits(Refused):
    """
    More units of a line are asked for than are left.

    Attributes:
        order_id: The order that was left unchanged.

        line: The line's id.

        action: What was asked for, such as ``refund``.

        requested: Units asked for.

        left: Units that would have been possible.
    """

    code: ClassVar[str] = "too_many_units"
    order_id: str
    line: str
    action: str
    requested: int
    left: int

    def __str__(self) -> str:
        return (
            f"order {self.order_id}: cannot {self.action} {self.requested} units of line {self.line},"
            f" {self.left} are possible"
        )


def line_named(order: Order, name: str) -> LineItem:
    """
    Return a line by its id or by a SKU that is unique in the order.

    Raises:
        UnknownLine: There is none.
        AmbiguousLine: The SKU is on several lines.
    """
    for line in order.lines:
        if line.id == name:
            return line
    by_sku = [line for line in order.lines if line.sku is not None and line.sku == name]
    if len(by_sku) == 1:
        return by_sku[0]
    if by_sku:
        raise AmbiguousLine(order.id, name, tuple(line.id for line in by_sku))
    raise UnknownLine(order.id, str(name), tuple(line.sku or line.id for line in order.lines))


def units_of(order: Order, lines: Mapping[str, int]) -> tuple[Units, ...]:
    """
    Return the units that were named, a line once; lines at 0 are left out.

    Raises:
        UnknownLine: There is no such line.
        AmbiguousLine: A SKU is on several lines.
        InvalidValue: A quantity is below 0 or no whole number.
    """
    found: dict[str, int] = {}
    for name, quantity in lines.items():
        whole_from(f"lines[{name!r}]", quantity, 0, MOST_UNITS)
        line = line_named(order, name)
        found[line.id] = found.get(line.id, 0) + quantity
    return tuple(Units(id, quantity) for id, quantity in found.items() if quantity)


def discount_named(order: Order, name: str) -> Applied:
    """
    Return a discount that still holds, by its id, its code, or a title that is unique in the order.

    Raises:
        UnknownDiscount: There is none, or the title is that of several.
    """
    held = [one for one in order.discounts if one.removed_at is None]
    for found in (
        [one for one in held if one.id == name],
        [one for one in held if one.code == name],
        [one for one in held if one.title == name],
    ):
        if len(found) == 1:
            return found[0]
    raise UnknownDiscount(order.id, str(name), tuple(one.code or one.id for one in held))


def shipping_line_named(order: Order, name: str) -> ShippingLine:
    """
    Return a shipping line by its id.

    Raises:
        UnknownLine: There is none.
    """
    for line in order.shipping_lines:
        if line.id == name:
            return line
    raise UnknownLine(order.id, name, tuple(line.id for line in order.shipping_lines))


def fulfillment_named(order: Order, name: str) -> Fulfillment:
    """
    Return a fulfillment by its id or name.

    Raises:
        UnknownFulfillment: There is none.
    """
    for one in order.fulfillments:
        if name in (one.id, one.name):
            return one
    raise UnknownFulfillment(order.id, name, tuple(one.name for one in order.fulfillments))


def transaction_with(order: Order, id: str) -> Transaction:
    """
    Return a transaction by its id.

    Raises:
        UnknownTransaction: There is none.
    """
    for one in order.transactions:
        if one.id == id:
            return one
    raise UnknownTransaction(order.id, id, tuple(one.id for one in order.transactions))


def replaced_line(order: Order, line: LineItem) -> tuple[LineItem, ...]:
    """Return the order's lines with one of them replaced by *line*, by its id."""
    return tuple(line if one.id == line.id else one for one in order.lines)


def replaced_transaction(order: Order, transaction: Transaction) -> tuple[Transaction, ...]:
    """Return the order's transactions with one of them replaced by *transaction*, by its id."""
    return tuple(transaction if one.id == transaction.id else one for one in order.transactions)
