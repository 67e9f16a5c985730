"""
From an `Order` to its rows of Shopify's ``orders_export.csv``: the way back of ``orders_csv.py``.

Rules:

1. A row per line. What is said once per order stands on the first; name, e-mail, phone and when it
   was placed stand on every one.
2. Amounts are what was agreed, before anything was given back: of a line all units ever agreed.
   They have the digits of their currency.
3. Moments are the shop's time. ``Paid at`` is the last payment of an order that was paid,
   ``Fulfilled at`` the last parcel of one that was shipped whole; else they are empty.
4. ``Fulfillment Status`` knows three words; an order on hold is ``unfulfilled``. That of a line is
   what became of its units: ``fulfilled`` when some were shipped and none is left to ship; a tip
   is ``not_eligible``.
5. ``Outstanding Balance`` is what is owed, of a cancelled order nothing. Where an order was paid it
   still counts what an edit took out of it.
6. ``Lineitem discount`` is what was taken off that line by itself; a discount on the whole order
   stands in ``Discount Amount`` alone.
7. ``Payment Reference`` is that of the last payment, ``Payment ID`` those of all payments,
   ``Payment References`` those of what was given back or let go, too.
8. ``Id`` is Shopify's where the order came from there, else our own.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Final

from backoffice_core.orders.facts import Transaction, TransactionKind
from backoffice_core.orders.order import Address, Order
from backoffice_core.orders.states import FulfillmentStatus, TransactionStatus
from backoffice_core.orders.status import FinancialStatus, FulfillmentState
from backoffice_core.orders.terms import PaymentTerms, TermsKind
from backoffice_core.shopify.columns import NAMES, TAXES
from backoffice_core.shopify.goods import DUTIES
from backoffice_core.shopify.goods_out import line_cells, taxes_by_name
from backoffice_core.shopify.guard import guarded, phone_cell, zip_cell
from backoffice_core.shopify.imported import CHANNEL
from backoffice_core.shopify.written import Written, amounts_in, stamp

#: What joins several gateways, or references, in one cell.
JOINT: Final = " + "
#: The gateway of a payment of which nobody said how it was paid.
UNKNOWN: Final = "unknown"

_K: Final = TransactionKind
_S: Final = TransactionStatus
_PAYMENTS: Final = (_K.SALE, _K.CAPTURE)
_BROUGHT: Final = (_K.SALE, _K.CAPTURE, _K.AUTHORIZATION)
_NEVER: Final = (_S.FAILURE, _S.REVERSED)
_PAID: Final = (FinancialStatus.PAID, FinancialStatus.PARTIALLY_REFUNDED, FinancialStatus.REFUNDED)
_SHIPPED: Final = {
    FulfillmentState.FULFILLED: "fulfilled",
    FulfillmentState.PARTIALLY_FULFILLED: "partial",
}
#: Empty cells of the rows after an order's first: up to Created at, up to Vendor, up to Lineitem discount and so on.
_TO_CREATED: Final = [""] * (NAMES.index("Created at") - 2)
_TO_VENDOR: Final = [""] * (NAMES.index("Vendor") - NAMES.index("Billing Name"))
_TO_DISCOUNT: Final = [""] * (NAMES.index("Lineitem discount") - NAMES.index("Outstanding Balance"))
_TO_PHONE: Final = [""] * (2 * len(TAXES))
_TO_END: Final = [""] * (len(NAMES) - NAMES.index("Receipt Number"))
_NO_LINE: Final = ([""] * 8, "", "")
_NO_ADDRESS: Final = [""] * 10


def order_rows(order: Order, zone: dt.tzinfo) -> list[list[str]]:
    """
    Return the rows of an order, each with a cell for every one of `columns.NAMES`.

    Args:
        order: The order.

        zone: The shop's time zone.
    """
    written = amounts_in(order.currency)
    customer = order.customer
    email = guarded(customer.email) if customer else ""
    phone = phone_cell(customer.phone) if customer else ""
    name, placed = guarded(order.name), stamp(order.created_at, zone)
    lines = line_cells(order, written) or [_NO_LINE]
    first, vendor, discount = lines[0]
    rows = [
        [
            *(name, email, *_figures(order, written, zone), placed),
            *first,
            *_address(order.billing_address),
            *_address(order.shipping_address),
            *_remarks(order, zone),
            *_payment(order, written, vendor),
            *_origin(order),
            discount,
            *_taxes(order, written),
            *(phone, "", *_last(order, written, zone)),
        ]
    ]
    rows += [
        [
            name,
            email,
            *_TO_CREATED,
            placed,
            *cells,
            *_TO_VENDOR,
            vendor,
            *_TO_DISCOUNT,
            off,
            *_TO_PHONE,
            phone,
            *_TO_END,
        ]
        for cells, vendor, off in lines[1:]
    ]
    return rows


def _figures(order: Order, written: Written, zone: dt.tzinfo) -> Iterable[str]:
    """Return the cells from Financial Status to Shipping Method."""
    sums, financial, shipped = order.sums, order.financial_status, order.fulfillment_status
    paid_at = fulfilled_at = ""
    if financial in _PAID:
        payments = [one.at for one in order.transactions if one.kind in _PAYMENTS and one.in_force > 0]
        paid_at = stamp(max(payments, default=None), zone)
    if shipped is FulfillmentState.FULFILLED:
        parcels = [one.at for one in order.fulfillments if one.status is FulfillmentStatus.SUCCESS]
        fulfilled_at = stamp(max(parcels, default=None), zone)
    charges = [charge for charge in order.shipping_lines if charge.title != DUTIES]
    return (
        financial.value,
        paid_at,
        _SHIPPED.get(shipped, "unfulfilled"),
        fulfilled_at,
        "yes" if _wants_mail(order) else "no",
        order.currency,
        written(sums.subtotal),
        written(sums.shipping - _duties(order)),
        written(sums.tax),
        written(sums.total),
        guarded(next((one.code for one in order.discounts if one.code), None)),
        written(sums.discounts),
        guarded(charges[0].title) if charges else "",
    )


def _wants_mail(order: Order) -> bool:
    """Whether the customer agreed to be written to, and can be."""
    customer = order.customer
    return customer is not None and customer.accepts_marketing and bool(customer.email or customer.phone)


def _duties(order: Order) -> int:
    """Return what the shipping lines that carry duties cost, without taxes where they come on top."""
    return sum(
        charge.paid_minor - (0 if order.taxes_included else sum(charge.taxes_minor))
        for charge in order.shipping_lines
        if charge.title == DUTIES
    )


def _address(address: Address | None) -> list[str]:
    """Return the ten cells of an address."""
    if address is None:
        return _NO_ADDRESS
    first, second = address.address1, address.address2
    return [
        guarded(address.name),
        guarded(f"{first}, {second}" if first and second else first),
        guarded(first),
        guarded(second),
        guarded(address.company),
        guarded(address.city),
        zip_cell(address.zip),
        guarded(address.province),
        guarded(address.country),
        phone_cell(address.phone),
    ]


def _remarks(order: Order, zone: dt.tzinfo) -> Iterable[str]:
    """Return the cells Notes, Note Attributes and Cancelled at."""
    attributes = "\n".join(f"{key}: {value}" for key, value in order.attributes) if order.attributes else ""
    return guarded(order.note), guarded(attributes), stamp(order.cancelled_at, zone)


def _payment(order: Order, written: Written, vendor: str) -> Iterable[str]:
    """Return the cells from Payment Method to Outstanding Balance."""
    brought = [one for one in order.transactions if one.kind in _BROUGHT and one.status not in _NEVER]
    gateways = dict.fromkeys(one.gateway for one in brought if one.gateway != UNKNOWN)
    return (
        guarded(JOINT.join(gateways)),
        guarded(_references(brought).rpartition(JOINT)[2]),
        written(order.sums.refunded),
        vendor,
        written(_outstanding(order)),
    )


def _references(some: Iterable[Transaction]) -> str:
    return JOINT.join(dict.fromkeys(one.reference for one in some if one.reference))


def _outstanding(order: Order) -> int:
    """Return what is owed (rule 5)."""
    if order.cancelled_at is not None:
        return 0
    owed = order.sums.outstanding
    if order.removals and order.financial_status is FinancialStatus.PAID:
        owed += sum(
            gone.adjustment_minor + sum(line.minor for line in gone.lines) + sum(part.minor for part in gone.shipping)
            for gone in order.removals
        )
    return max(0, owed)


def _origin(order: Order) -> Iterable[str]:
    """Return the cells from Employee to Source; nobody says who sold it where, or how risky it was."""
    id = order.id
    if order.source is not None and order.source[0] == CHANNEL:
        # What came from a file without the column Id is known by its name.
        id = order.source[1] if order.source[1] != order.name else ""
    return "", "", "", guarded(id), guarded(", ".join(order.tags)), "", guarded(order.channel)


def _taxes(order: Order, written: Written) -> list[str]:
    """Return the cells of the taxes; there is room for five."""
    cells: list[str] = []
    for name, minor in list(taxes_by_name(order).items())[: len(TAXES)]:
        cells += guarded(name), written(minor)
    return cells + _TO_PHONE[len(cells) :]


def _last(order: Order, written: Written, zone: dt.tzinfo) -> Iterable[str]:
    """Return the cells from Duties to Payment References."""
    duties = any(charge.title == DUTIES for charge in order.shipping_lines)
    billing, shipping = order.billing_address, order.shipping_address
    brought = [one for one in order.transactions if one.kind in _BROUGHT and one.status not in _NEVER]
    others = [one for one in order.transactions if one.kind not in _BROUGHT and one.status not in _NEVER]
    unpaid = order.terms is not None and order.cancelled_at is None and order.sums.current_total > order.sums.net
    return (
        written(_duties(order)) if duties else "",
        guarded(billing.province_name) if billing else "",
        guarded(shipping.province_name) if shipping else "",
        guarded(_references(brought)),
        _terms(order.terms),
        stamp(order.payment_due_at, zone) if unpaid else "",
        guarded(_references([*brought, *others])),
    )


def _terms(terms: PaymentTerms | None) -> str:
    if terms is None:
        return ""
    if terms.kind is TermsKind.NET:
        return f"Net {terms.days}"
    return _TERMS[terms.kind]


_TERMS: Final = {
    TermsKind.FIXED: "Fixed",
    TermsKind.RECEIPT: "Due on receipt",
    TermsKind.FULFILLMENT: "Due on fulfillment",
}
