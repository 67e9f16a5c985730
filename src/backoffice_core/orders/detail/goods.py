"""What an order sells, as its page shows it: lines with what each unit left costs, and shipping."""

from collections.abc import Sequence
from typing import overload

import attrs
import pendulum

from backoffice_core.money import Money
from backoffice_core.orders.counters import Counters
from backoffice_core.orders.lines import LineKind
from backoffice_core.orders.parts import Span, count, value


@attrs.frozen(kw_only=True)
class DiscountDetail:
    """
    A discount of an order, or its share of one line.

    Attributes:
        id: The discount's id within the order.

        title: What it is called.

        code: The code that was typed in, if one was.

        kind: ``fixed`` or ``percentage``.

        value: The amount in major units, or the percentage, as text.

        target: ``order``, ``lines`` or ``shipping``.

        amount: What it took off what was sold, edits included and refunds not.

        removed_at: When an edit took it away from what was left, UTC.
    """

    id: str
    title: str
    code: str | None
    kind: str
    value: str
    target: str
    amount: Money
    removed_at: pendulum.DateTime | None


@attrs.frozen(kw_only=True)
class TaxDetail:
    """
    A tax of a line or of shipping.

    Attributes:
        title: Its name, such as ``TVA``.

        rate: The rate as decimal text, such as ``0.20``.

        amount: The tax as agreed.

        left: The tax of what is left.
    """

    title: str
    rate: str
    amount: Money
    left: Money


@attrs.frozen
class UnitPart:
    """
    What one unit costs.

    Attributes:
        amount: What the customer pays for it, tax in.

        tax: What of it is tax.
    """

    amount: Money
    tax: Money


@attrs.frozen
class Parts(Sequence[UnitPart]):
    """
    What each unit of a line that is left costs, the next one to leave first.

    It is a sequence that reckons a part when it is asked for it: a line may have very many units.

    Attributes:
        spans: The line's spans.

        gone: How many of its units, from the low end, left the order.

        currency: The order's currency.
    """

    spans: tuple[Span, ...] = attrs.field(repr=False)
    gone: int
    currency: str

    @overload
    def __getitem__(self, at: int) -> UnitPart: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[UnitPart]: ...

    def __getitem__(self, at: int | slice) -> UnitPart | Sequence[UnitPart]:
        places = range(self.gone, self.gone + len(self))[at]
        return self._unit(places) if isinstance(places, int) else tuple(self._unit(place) for place in places)

    def __len__(self) -> int:
        return max(0, count(self.spans) - self.gone)

    def _unit(self, place: int) -> UnitPart:
        part = value(self.spans, place, place + 1)
        return UnitPart(Money(part.paid, self.currency), Money(part.tax, self.currency))


@attrs.frozen(kw_only=True)
class LineDetail:
    """
    A line of an order.

    Attributes:
        id: Its id within the order.

        title: What it is called.

        variant_title: What the variant is called.

        kind: What it sells.

        sku: Stock keeping unit.

        vendor: Who makes it.

        variant_id: The variant of the catalog, None for goods of the host's own.

        product_id: The product of the catalog.

        properties: Free pairs of the host's own.

        requires_shipping: Whether it has to be sent.

        price: Price of a unit before discounts; tax in where the order's prices contain it.

        compare_at: The price it is compared with.

        quantity: Units ever agreed.

        counters: How many units are where: ordered, current, to fulfill, ready, held and so on.

        discounts: What each discount took off the line, in the order of the order's discounts.

        taxes: Its taxes, in the order in which they were agreed.

        amount: What all units cost as agreed, discounts off, tax in.

        tax: What of ``amount`` is tax.

        left: What the units that are left cost, tax in.

        left_tax: What of ``left`` is tax.

        parts: What each unit that is left costs; they sum to ``left``.
    """

    id: str
    title: str
    variant_title: str | None
    kind: LineKind
    sku: str | None
    vendor: str | None
    variant_id: str | None
    product_id: str | None
    properties: tuple[tuple[str, str], ...] = attrs.field(repr=False)
    requires_shipping: bool
    price: Money
    compare_at: Money | None
    quantity: int
    counters: Counters
    discounts: tuple[DiscountDetail, ...]
    taxes: tuple[TaxDetail, ...]
    amount: Money
    tax: Money
    left: Money
    left_tax: Money
    parts: Parts

    @property
    def name(self) -> str:
        """Title and variant title in one."""
        return f"{self.title} - {self.variant_title}" if self.variant_title else self.title


@attrs.frozen(kw_only=True)
class ShippingDetail:
    """
    A charge for shipping.

    Attributes:
        id: Its id within the order.

        title: The method, such as ``Standard``.

        price: The charge before discounts.

        discounts: What each discount took off it.

        taxes: Its taxes, in the order in which they were agreed.

        amount: What the customer pays for it as agreed, tax in.

        tax: What of ``amount`` is tax.

        left: What was neither refunded nor removed of it, tax in.

        left_tax: What of ``left`` is tax.
    """

    id: str
    title: str
    price: Money
    discounts: tuple[DiscountDetail, ...]
    taxes: tuple[TaxDetail, ...]
    amount: Money
    tax: Money
    left: Money
    left_tax: Money
