"""Orders of Shopify's REST JSON written by hand, and what becomes of them."""

import io
import json
from collections.abc import Mapping
from typing import Any

from backoffice_core.importer import import_json
from backoffice_core.orders.order import Order
from backoffice_core.settings import Settings
from backoffice_core.shopify.imported import Read
from backoffice_core.shopify.json_lines import JsonOrder
from backoffice_core.shopify.report import ImportReport
from backoffice_core.shopify.rest_order import read_rest_order
from backoffice_core.storage.base import Storage
from tests.shopify.helpers import NOW, SETTINGS, SHOP, check_invariants, ids

Json = dict[str, Any]

#: The ids of the two lines of `rest`.
CANDLE, SOAP = 101, 102


def money(amount: str, currency: str = "USD") -> Json:
    """Return a ``..._set``."""
    return {key: {"amount": amount, "currency_code": currency} for key in ("shop_money", "presentment_money")}


def tax(price: str, rate: float = 0.05, title: str = "State Tax") -> Json:
    """Return a tax line."""
    return {"title": title, "rate": rate, "price": price}


def line(id: int, title: str, price: str, quantity: int = 1, taxes: tuple[Json, ...] = (), **more: Any) -> Json:
    """Return a line of goods that was not shipped yet."""
    return {
        "id": id,
        "title": title,
        "variant_title": None,
        "sku": title[:3].upper(),
        "quantity": quantity,
        "price": price,
        "grams": 200,
        "vendor": "Wick & Co",
        "product_id": id * 10,
        "variant_id": id * 100,
        "requires_shipping": True,
        "taxable": True,
        "gift_card": False,
        "fulfillment_status": None,
        "properties": [],
        "tax_lines": list(taxes),
        "discount_allocations": [],
        **more,
    }


def sale(amount: str, id: int = 901, kind: str = "sale", **more: Any) -> Json:
    """Return a transaction that succeeded."""
    return {
        "id": id,
        "kind": kind,
        "status": "success",
        "amount": amount,
        "currency": "USD",
        "gateway": "shopify_payments",
        "authorization": f"ch_{id}",
        "parent_id": None,
        "created_at": "2025-03-01T23:30:05-05:00",
        "test": False,
        **more,
    }


def parcel(units: Mapping[int, int], number: int = 1, status: str = "success", **more: Any) -> Json:
    """Return a fulfillment."""
    return {
        "id": 700 + number,
        "name": f"#1001-F{number}",
        "status": status,
        "created_at": "2025-03-03T09:00:00-05:00",
        "updated_at": "2025-03-04T09:00:00-05:00",
        "tracking_company": "UPS",
        "tracking_number": "1Z2345",
        "tracking_url": "https://example.com/1Z2345",
        "line_items": [{"id": id, "quantity": quantity} for id, quantity in units.items()],
        **more,
    }


def back(id: int, quantity: int, subtotal: str, total_tax: str, restock: str = "return") -> Json:
    """Return a refund line."""
    return {
        "line_item_id": id,
        "quantity": quantity,
        "restock_type": restock,
        "subtotal": subtotal,
        "total_tax": total_tax,
        "location_id": 5,
    }


def refund(
    *lines: Json, amount: str | None = None, adjustments: tuple[Json, ...] = (), id: int = 801, **more: Any
) -> Json:
    """Return a refund, with the transaction that carries it where there is an amount."""
    at = "2025-03-10T12:00:00-05:00"
    sent = {"kind": "refund", "parent_id": 901, "created_at": at, "authorization": f"re_{id}"}
    return {
        "id": id,
        "created_at": at,
        "note": "too small",
        "refund_line_items": list(lines),
        "order_adjustments": list(adjustments),
        "transactions": [] if amount is None else [sale(amount, id + 1000, **sent)],
        **more,
    }


def adjustment(amount: str, kind: str = "refund_discrepancy", tax_amount: str = "0.00") -> Json:
    """Return what a refund differs from what its units are worth."""
    return {"kind": kind, "amount": amount, "tax_amount": tax_amount, "reason": "Refund discrepancy"}


def rest(**more: Any) -> Json:
    """
    Return a paid order: two candles of 10.00 and soap of 5.00, 5 % tax on top, shipping of 4.95.

    Subtotal 25.00, tax 1.25, total 31.20.
    """
    return {
        "id": 5001,
        "name": "#1001",
        "order_number": 1001,
        "email": "ada@example.com",
        "phone": None,
        "created_at": "2025-03-01T23:30:00-05:00",
        "processed_at": "2025-03-01T23:30:00-05:00",
        "updated_at": "2025-03-12T12:00:00-05:00",
        "closed_at": None,
        "cancelled_at": None,
        "cancel_reason": None,
        "currency": "USD",
        "taxes_included": False,
        "financial_status": "paid",
        "fulfillment_status": None,
        "subtotal_price": "25.00",
        "total_tax": "1.25",
        "total_price": "31.20",
        "total_discounts": "0.00",
        "total_line_items_price": "25.00",
        "total_shipping_price_set": money("4.95"),
        "source_name": "web",
        "test": False,
        "tags": "vip, Early",
        "note": None,
        "note_attributes": [{"name": "gift", "value": "yes"}],
        "discount_codes": [],
        "discount_applications": [],
        "customer": {"id": 77, "first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.com"},
        "billing_address": None,
        "shipping_address": {"first_name": "Ada", "last_name": "Lovelace", "city": "London", "country_code": "GB"},
        "line_items": [
            line(CANDLE, "Candle", "10.00", 2, (tax("1.00"),)),
            line(SOAP, "Soap", "5.00", 1, (tax("0.25"),)),
        ],
        "shipping_lines": [{"title": "Standard", "price": "4.95", "tax_lines": [], "discount_allocations": []}],
        "transactions": [sale("31.20")],
        "fulfillments": [],
        "refunds": [],
        **more,
    }


def without(order: Json, *keys: str) -> Json:
    """Return an order without some keys."""
    return {key: value for key, value in order.items() if key not in keys}


def read(data: Any, settings: Settings = SETTINGS) -> Read:
    """Return the order that some JSON tells; its invariants are checked."""
    found = read_rest_order(JsonOrder(data, 1), settings, ids())
    check_invariants(found.order)
    check_invariants(found.placed)
    return found


def order(data: Any, **more: Any) -> Order:
    """Return the order that some JSON tells."""
    return read(data, **more).order


def odd(found: Read) -> list[str]:
    """Return the invariants that an order breaks."""
    return [finding.code for finding in found.findings]


def bring_json(storage: Storage, source: Any, settings: Settings = SETTINGS, **more: Any) -> ImportReport:
    """Import JSON."""
    options = {"now": NOW, "new_id": ids(), **more}
    return import_json(storage, SHOP, settings, source, **options)


def json_file(data: Any, **more: Any) -> io.BytesIO:
    """Return data as an open file."""
    return io.BytesIO(json.dumps(data, **more).encode())


def json_rows(*orders: Json) -> io.BytesIO:
    """Return orders as an open file with one a line."""
    return io.BytesIO("".join(json.dumps(one) + "\n" for one in orders).encode())


def figures(found: Order) -> tuple[str, ...]:
    """Return subtotal, tax, total, refunded, current total and outstanding."""
    amounts = (found.subtotal, found.total_tax, found.total, found.refunded, found.current_total, found.outstanding)
    return tuple(one.amount for one in amounts)


def statuses(found: Order) -> tuple[str, str, str]:
    """Return the three statuses."""
    return str(found.financial_status), str(found.fulfillment_status), str(found.lifecycle)
