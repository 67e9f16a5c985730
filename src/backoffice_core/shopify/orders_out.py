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
from typing import Final, NamedTuple

from backoffice_core.orders.facts import TransactionKind
from backoffice_core.orders.order import Address, Order
from backoffice_core.orders.risk import RiskLevel
from backoffice_core.orders.states import FulfillmentStatus, TransactionStatus
from backoffice_core.orders.status import FinancialStatus
from backoffice_core.orders.terms import TermsKind
from backoffice_core.shopify.columns import NAMES, TAXES
from backoffice_core.shopify.goods import DUTIES
from backoffice_core.shopify.goods_out import line_cells, taxes_by_name
from backoffice_core.shopify.guard import guarded, phone_cell, zip_cell
from backoffice_core.shopify.imported import CHANNEL
from backoffice_core.shopify.sheet import JOINT
from backoffice_core.shopify.written import Written, amounts_in, stamp

#: The gateway of a payment of which nobody said how it was paid.
UNKNOWN: Final = "unknown"

_K: Final = TransactionKind
_S: Final = TransactionStatus
_PAYMENTS: Final = (_K.SALE, _K.CAPTURE)
_BROUGHT: Final = (_K.SALE, _K.CAPTURE, _K.AUTHORIZATION)
_NEVER: Final = (_S.FAILURE, _S.REVERSED)
_PAID: Final = (FinancialStatus.PAID, FinancialStatus.PARTIALLY_REFUNDED, FinancialStatus.REFUNDED)
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
    cells, vendor, off = lines[0]
    paid, duties = _money(order), _duties(order)
    billing, shipping = order.billing_address, order.shipping_address
    rows = [
        [
            *(name, email, *_figures(order, duties or 0, written, zone), placed),
            *cells,
            *_address(billing),
            *_address(shipping),
            *(guarded(order.note), guarded(_attributes(order)), stamp(order.cancelled_at, zone)),
            *(paid.method, paid.reference, written(order.sums.refunded), vendor, written(_outstanding(order))),
            # Nobody says who sold it where with what.
            *("", "", "", guarded(id_of(order)), guarded(", ".join(order.tags)), _risk(order), guarded(order.channel)),
            off,
            *_taxes(order, written),
            *(phone, "", "" if duties is None else written(duties)),
            guarded(billing.province_name) if billing else "",
            guarded(shipping.province_name) if shipping else "",
            *(paid.payments, *_terms(order, zone), paid.references),
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


def _risk(order: Order) -> str:
    """Return the cell of Risk Level; empty where nothing is known yet."""
    level = order.risk_level
    return level.value.capitalize() if level not in (RiskLevel.NONE, RiskLevel.PENDING) else ""


def _figures(order: Order, duties: int, written: Written, zone: dt.tzinfo) -> Iterable[str]:
    """Return the cells from Financial Status to Shipping Method."""
    sums, financial, shipped = order.sums, order.financial_status, _shipped(order)
    paid_at = fulfilled_at = ""
    if financial in _PAID:
        payments = [one.at for one in order.transactions if one.kind in _PAYMENTS and one.in_force > 0]
        paid_at = stamp(max(payments, default=None), zone)
    if shipped == "fulfilled":
        parcels = [one.at for one in order.fulfillments if one.status is FulfillmentStatus.SUCCESS]
        fulfilled_at = stamp(max(parcels, default=None), zone)
    method = next((charge.title for charge in order.shipping_lines if charge.title != DUTIES), None)
    return (
        financial.value,
        paid_at,
        shipped,
        fulfilled_at,
        "yes" if _wants_mail(order) else "no",
        order.currency,
        written(sums.subtotal),
        written(sums.shipping - duties),
        written(sums.tax),
        written(sums.total),
        guarded(next((one.code for one in order.discounts if one.code), None)),
        written(sums.discounts),
        guarded(method),
    )


def _shipped(order: Order) -> str:
    """Return the word for what was shipped (rule 4); the same as `Order.fulfillment_status`, but for holds."""
    rows = order.counters.values()
    if not any(row.fulfilled for row in rows):
        return "unfulfilled"
    return "partial" if any(row.to_fulfill for row in rows) else "fulfilled"


def _wants_mail(order: Order) -> bool:
    """Whether the customer agreed to be written to, and can be."""
    customer = order.customer
    return customer is not None and customer.accepts_marketing and bool(customer.email or customer.phone)


def _duties(order: Order) -> int | None:
    """Return what the shipping lines that carry duties cost, without taxes where they come on top; None without any."""
    charges = [charge for charge in order.shipping_lines if charge.title == DUTIES]
    if not charges:
        return None
    taxes = 0 if order.taxes_included else sum(sum(charge.taxes_minor) for charge in charges)
    return sum(charge.paid_minor for charge in charges) - taxes


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


def _attributes(order: Order) -> str:
    return "\n".join([f"{key}: {value}" for key, value in order.attributes])


class Paid(NamedTuple):
    """The cells that tell how an order was paid."""

    method: str = ""
    reference: str = ""
    payments: str = ""
    references: str = ""


def _money(order: Order) -> Paid:
    """Return by what an order was paid, and under which references (rule 7)."""
    gateways: dict[str, None] = {}
    payments: dict[str, None] = {}
    others: dict[str, None] = {}
    for one in order.transactions:
        if one.status in _NEVER:
            continue
        brought = one.kind in _BROUGHT
        if brought and one.gateway != UNKNOWN:
            gateways[one.gateway] = None
        if one.reference:
            (payments if brought else others)[one.reference] = None
    if not gateways and not payments and not others:
        return Paid()
    joined = JOINT.join(payments)
    return Paid(
        guarded(JOINT.join(gateways)),
        guarded(joined.rpartition(JOINT)[2]),
        guarded(joined),
        guarded(JOINT.join({**payments, **others})),
    )


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


def id_of(order: Order) -> str:
    """Return the id of an order (rule 8); what came from a file without the column Id is known by its name."""
    if order.source is None or order.source[0] != CHANNEL:
        return order.id
    return order.source[1] if order.source[1] != order.name else ""


def _taxes(order: Order, written: Written) -> list[str]:
    """Return the cells of the taxes; there is room for five."""
    cells: list[str] = []
    for name, minor in list(taxes_by_name(order).items())[: len(TAXES)]:
        cells += guarded(name), written(minor)
    return cells + _TO_PHONE[len(cells) :]


def _terms(order: Order, zone: dt.tzinfo) -> tuple[str, str]:
    """Return the cells Payment Terms Name and Next Payment Due At."""
    terms = order.terms
    if terms is None:
        return "", ""
    unpaid = order.cancelled_at is None and order.sums.current_total > order.sums.net
    name = f"Net {terms.days}" if terms.kind is TermsKind.NET else _TERMS[terms.kind]
    return name, stamp(order.payment_due_at, zone) if unpaid else ""


_TERMS: Final = {
    TermsKind.FIXED: "Fixed",
    TermsKind.RECEIPT: "Due on receipt",
    TermsKind.FULFILLMENT: "Due on fulfillment",
}
