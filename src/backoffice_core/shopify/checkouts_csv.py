"""
Shopify's file of abandoned checkouts, in and out: the orders export with 70 of its columns.

Rules:

1. A row per line, as in an orders export. Figures, discounts and taxes are read by the code that
   reads those of orders, and written by the code that writes them.
2. Nothing was paid: ``Financial Status`` is empty. A row with one is an order's, and is refused.
3. ``Paid at`` is when it became an order, ``Cancelled at`` when it was closed without one; mostly
   both are empty. ``Payment Method`` is the gateway that was chosen. What customs take has no
   column: it is shipping.
4. The file does not say when a checkout was last changed: it counts as its beginning.
"""

import datetime as dt
from collections.abc import Callable
from typing import Final

import attrs

from backoffice_core.orders.checkout import Checkout, TypedCode
from backoffice_core.orders.place import MOST_LINES, TooManyLines
from backoffice_core.orders.status import FinancialStatus
from backoffice_core.settings import Settings
from backoffice_core.shopify.cells import BadCell, text
from backoffice_core.shopify.columns import NAMES as ORDER_NAMES
from backoffice_core.shopify.fate import fate_of
from backoffice_core.shopify.goods import Goods, goods_of
from backoffice_core.shopify.guard import guarded
from backoffice_core.shopify.imported import CHANNEL, LONGEST_ID, LONGEST_NAME
from backoffice_core.shopify.orders_out import order_rows
from backoffice_core.shopify.people import people_of
from backoffice_core.shopify.rest_checkout import CheckoutRead
from backoffice_core.shopify.rows import Group
from backoffice_core.shopify.sheet import Sheet, sheet_of
from backoffice_core.shopify.written import amounts_in, stamp

_NOT_THERE: Final = (
    *("Outstanding Balance", "Employee", "Location", "Device ID", "Duties", "Payment ID"),
    *("Payment Terms Name", "Next Payment Due At", "Payment References"),
)
#: The 70 columns of the file, in their order.
NAMES: Final[tuple[str, ...]] = tuple(name for name in ORDER_NAMES if name not in _NOT_THERE)
_PLACES: Final = tuple(ORDER_NAMES.index(name) for name in NAMES)
_AT: Final = {name: at for at, name in enumerate(NAMES)}


def read_checkout(group: Group, settings: Settings, new_id: Callable[[], str]) -> CheckoutRead:
    """
    Return the checkout that the rows of a file tell.

    Args:
        group: Its rows.

        settings: The shop's: they decide whether prices contain taxes where there are none.

        new_id: Makes an id.

    Raises:
        BadCell: A cell holds what cannot be meant, or it is an order (rule 2).
        FiguresDisagree: A figure does not follow from the others.
        TooManyLines: More lines than an order may have.
    """
    if len(group.rows) > MOST_LINES:
        raise TooManyLines(len(group.rows), MOST_LINES)
    for column, given, most in (("Name", group.name, LONGEST_NAME), ("Id", group.source_id, LONGEST_ID)):
        if len(given) > most:
            raise BadCell(group.first.line, column, f"text of {len(given)} characters", f"at most {most} characters")
    status = group.first["Financial Status"]
    if status:
        raise BadCell(group.line, "Financial Status", status, "an empty cell, as checkouts have it, of no order,")
    sheet = sheet_of(group, FinancialStatus.PENDING)
    goods = goods_of(sheet, fate_of(sheet), new_id, taxes_included=settings.taxes_included)
    return CheckoutRead(checkout=_checkout(group, sheet, goods, new_id), findings=(), fingerprint=group.fingerprint)


def _checkout(group: Group, sheet: Sheet, goods: Goods, new_id: Callable[[], str]) -> Checkout:
    people, row = people_of(group.first), group.first
    bare = Checkout(
        id=new_id(),
        name=group.name,
        currency=sheet.currency,
        taxes_included=goods.taxes_included,
        created_at=sheet.created_at,
        updated_at=sheet.created_at,
        completed_at=sheet.paid_at,
        closed_at=sheet.cancelled_at,
        customer=people.customer,
        shipping_address=people.shipping,
        billing_address=people.billing,
        note=people.note,
        attributes=people.attributes,
        lines=goods.lines,
        shipping_lines=goods.shipping_lines,
        discounts=goods.discounts,
        listed_minor=sum(line.listed for line in sheet.goods),
        discounts_minor=0,
        subtotal_minor=sheet.subtotal,
        tax_minor=sheet.taxes,
        total_minor=sheet.total,
        channel=people.channel,
        gateway=text(row, "Payment Method"),
        source=(CHANNEL, group.source_id),
    )
    off = bare.as_order.sums.discounts
    codes = (TypedCode(code=sheet.code, minor=off, currency=sheet.currency),) if sheet.code else ()
    return attrs.evolve(bare, discounts_minor=off, codes=codes)


def checkout_rows(checkout: Checkout, zone: dt.tzinfo) -> list[list[str]]:
    """
    Return the rows of a checkout, each with a cell for every one of `NAMES`.

    Args:
        checkout: The checkout.

        zone: The shop's time zone.
    """
    order = checkout.as_order
    rows = [[cells[at] for at in _PLACES] for cells in order_rows(order, zone)]
    written, first = amounts_in(checkout.currency), rows[0]
    told = {
        "Financial Status": "",
        "Paid at": stamp(checkout.completed_at, zone),
        "Cancelled at": stamp(checkout.closed_at, zone),
        "Subtotal": written(checkout.subtotal_minor),
        "Shipping": written(order.sums.shipping),
        "Shipping Method": guarded(order.shipping_lines[0].title) if order.shipping_lines else "",
        "Taxes": written(checkout.tax_minor),
        "Total": written(checkout.total_minor),
        "Discount Amount": written(checkout.discounts_minor),
        "Discount Code": guarded(checkout.codes[0].code if checkout.codes else None),
        "Payment Method": guarded(checkout.gateway),
        "Id": guarded(checkout.source[1] if checkout.source and checkout.source[0] == CHANNEL else checkout.id),
    }
    for name, cell in told.items():
        first[_AT[name]] = cell
    return rows
