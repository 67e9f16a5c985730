"""
What the file says of one order: its figures, statuses, lines and taxes, read but not yet judged.

Amounts are minor units of the order's currency, instants UTC. A figure that the file does not
have is None, which is not the same as 0.
"""

import enum
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Final, TypeVar

import attrs
import pendulum

from backoffice_core.orders.status import FinancialStatus, FulfillmentState
from backoffice_core.shopify.cells import BadCell, amount, currency_of, maybe_amount, moment, text, units, yes
from backoffice_core.shopify.columns import TAXES
from backoffice_core.shopify.rows import Group, Row

T = TypeVar("T")


class LineStatus(enum.Enum):
    """What the file says of the shipping of one line."""

    FULFILLED = "fulfilled"  #: all of its units
    PARTIAL = "partial"  #: some of its units; the file does not say how many
    PENDING = "pending"  #: none of them


#: The statuses of the file, today's and older ones, and what they are here.
FINANCIAL: Final[Mapping[str, FinancialStatus]] = {str(one): one for one in FinancialStatus}
_F: Final = FulfillmentState
FULFILLMENT: Final[Mapping[str, FulfillmentState]] = {
    "fulfilled": _F.FULFILLED,
    "shipped": _F.FULFILLED,
    "partial": _F.PARTIALLY_FULFILLED,
    "partially_fulfilled": _F.PARTIALLY_FULFILLED,
    "on_hold": _F.ON_HOLD,
    "": _F.UNFULFILLED,
    "unfulfilled": _F.UNFULFILLED,
    "unshipped": _F.UNFULFILLED,
    "pending": _F.UNFULFILLED,
    "open": _F.UNFULFILLED,
    "restocked": _F.UNFULFILLED,
    "in_progress": _F.UNFULFILLED,
    "scheduled": _F.UNFULFILLED,
    "pending_fulfillment": _F.UNFULFILLED,
    "request_declined": _F.UNFULFILLED,
}
_LINE: Final[Mapping[str, LineStatus]] = {
    "fulfilled": LineStatus.FULFILLED,
    "partial": LineStatus.PARTIAL,
    "pending": LineStatus.PENDING,
    "unfulfilled": LineStatus.PENDING,
    "not_eligible": LineStatus.PENDING,
    "restocked": LineStatus.PENDING,
}
#: The status of a line that is never shipped, and the name that Shopify gives a tip.
_NEVER_SHIPPED: Final = "not_eligible"
_TIP: Final = "tip"
#: What joins several gateways, or references, in one cell.
JOINT: Final = " + "
#: What a spreadsheet makes of a long id: many have the same.
_ROUNDED: Final = re.compile(r"\d(?:[.,]\d*)?[Ee]\+\d+", re.ASCII)
_RATE: Final = re.compile(r"^(.*?)\s*\(?(\d{1,4}(?:[.,]\d{1,10})?)\s*%\)?$", re.ASCII | re.DOTALL)


@attrs.frozen(kw_only=True)
class SheetLine:
    """
    A line item of the file.

    Attributes:
        line: The line of the file, from 1.

        listed: Price times units, before discounts.

        discount: What the file says was taken off it.

        tip: Whether it is a tip: outside the subtotal, never shipped.
    """

    line: int
    title: str
    quantity: int
    unit: int
    compare_at: int | None
    discount: int
    status: LineStatus
    tip: bool
    sku: str | None
    vendor: str | None
    requires_shipping: bool
    taxable: bool

    @property
    def listed(self) -> int:
        """Price times units, before discounts."""
        return self.unit * self.quantity


@attrs.frozen
class SheetTax:
    """
    A tax of the whole order.

    Attributes:
        title: Its name without the rate.

        rate: The rate as decimal text such as ``0.05``; None where the name has none.

        minor: Its sum over the order.
    """

    title: str
    rate: str | None
    minor: int


@attrs.frozen(kw_only=True)
class Sheet:
    """An order as the file has it."""

    name: str
    line: int
    currency: str
    financial: FinancialStatus
    fulfillment: FulfillmentState
    created_at: pendulum.DateTime
    paid_at: pendulum.DateTime | None
    fulfilled_at: pendulum.DateTime | None
    cancelled_at: pendulum.DateTime | None
    subtotal: int
    shipping: int
    taxes: int
    duties: int | None
    total: int
    discount: int | None
    refunded: int | None
    outstanding: int | None
    code: str | None
    shipping_method: str | None
    payment_method: str
    reference: str | None
    other_reference: str | None
    tax_lines: tuple[SheetTax, ...]
    lines: tuple[SheetLine, ...]

    @property
    def goods(self) -> tuple[SheetLine, ...]:
        """The lines that are no tips."""
        return tuple(line for line in self.lines if not line.tip)

    @property
    def tips(self) -> int:
        """The sum of the tips."""
        return sum(line.listed for line in self.lines if line.tip)


def sheet_of(group: Group, financial: FinancialStatus | None = None) -> Sheet:
    """
    Return what the rows of an order say.

    Args:
        group: The rows.

        financial: What stands for the financial status of what has none, as a checkout; read unless given.

    Raises:
        BadCell: A cell holds what cannot be meant, or one that is needed is empty.
    """
    row = group.first
    if _ROUNDED.fullmatch(row["Id"]):
        raise BadCell(row.line, "Id", row["Id"], "the id itself, which a spreadsheet rounded,")
    currency = currency_of(row)
    fulfillment = _one_of(FULFILLMENT, row, "Fulfillment Status")
    payments = text(row, "Payment ID") or text(row, "Payment Reference")
    created_at = moment(row, "Created at")
    if created_at is None:
        raise BadCell(row.line, "Created at", "", "an instant such as 2023-05-31 23:06:04 -0700")
    return Sheet(
        name=group.name,
        line=row.line,
        currency=currency,
        financial=financial or _one_of(FINANCIAL, row, "Financial Status"),
        fulfillment=fulfillment,
        created_at=created_at,
        paid_at=moment(row, "Paid at"),
        fulfilled_at=moment(row, "Fulfilled at"),
        cancelled_at=moment(row, "Cancelled at"),
        subtotal=_needed(row, "Subtotal", currency),
        shipping=amount(row, "Shipping", currency),
        taxes=amount(row, "Taxes", currency),
        duties=maybe_amount(row, "Duties", currency),
        total=_needed(row, "Total", currency),
        discount=maybe_amount(row, "Discount Amount", currency),
        refunded=maybe_amount(row, "Refunded Amount", currency),
        outstanding=maybe_amount(row, "Outstanding Balance", currency),
        code=text(row, "Discount Code"),
        shipping_method=text(row, "Shipping Method"),
        payment_method=text(row, "Payment Method") or "unknown",
        reference=payments,
        other_reference=_others(payments, text(row, "Payment References")),
        tax_lines=tuple(_taxes(row, currency)),
        lines=tuple(_line(one, currency, fulfillment) for one in group.rows),
    )


def _needed(row: Row, column: str, currency: str) -> int:
    minor = maybe_amount(row, column, currency)
    if minor is None:
        raise BadCell(row.line, column, "", "the figure on the order's first row, which this should be,")
    return minor


def _one_of(known: Mapping[str, T], row: Row, column: str) -> T:
    given = row[column].casefold().replace(" ", "_")
    if given not in known:
        raise BadCell(row.line, column, row[column], " or ".join(name for name in known if name))
    return known[given]


def _others(payments: str | None, all: str | None) -> str | None:
    """Return the references of an order that are none of its payments'."""
    if all is None:
        return None
    known = (payments or "").split(JOINT)
    return JOINT.join(one for one in all.split(JOINT) if one not in known) or None


def _line(row: Row, currency: str, fulfillment: FulfillmentState) -> SheetLine:
    told = row["Lineitem fulfillment status"].casefold()
    status = told or ("fulfilled" if fulfillment is FulfillmentState.FULFILLED else "pending")
    if status not in _LINE:
        raise BadCell(row.line, "Lineitem fulfillment status", status, " or ".join(_LINE))
    title = text(row, "Lineitem name")
    if title is None:
        raise BadCell(row.line, "Lineitem name", "", "the name of what was sold")
    shipped = yes(row, "Lineitem requires shipping", default=True)
    tip = status == _NEVER_SHIPPED or (not told and title.casefold() == _TIP and not shipped)
    line = SheetLine(
        line=row.line,
        title=title,
        quantity=units(row, "Lineitem quantity"),
        unit=amount(row, "Lineitem price", currency),
        compare_at=maybe_amount(row, "Lineitem compare at price", currency),
        discount=amount(row, "Lineitem discount", currency),
        status=_LINE[status],
        tip=tip,
        sku=text(row, "Lineitem sku"),
        vendor=text(row, "Vendor"),
        requires_shipping=shipped,
        taxable=yes(row, "Lineitem taxable", default=True) and not tip,
    )
    if tip and line.discount:
        raise BadCell(row.line, "Lineitem discount", row["Lineitem discount"], "no discount, the line being a tip,")
    return line


def _taxes(row: Row, currency: str) -> list[SheetTax]:
    found = []
    for number in TAXES:
        name = text(row, f"Tax {number} Name")
        minor = amount(row, f"Tax {number} Value", currency)
        if name or minor:
            found.append(SheetTax(*_named(name or f"Tax {number}"), minor))
    return found


@lru_cache(maxsize=4096)
def _named(name: str) -> tuple[str, str | None]:
    """Return title and rate of a name such as ``Wisconsin State Tax 5%`` or ``AT VAT 20 %``."""
    match = _RATE.match(name)
    if match is None:
        return name, None
    rate = (Decimal(match[2].replace(",", ".")) / 100).normalize()
    return match[1] or name, format(rate, "f")
