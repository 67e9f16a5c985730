"""Draft orders of Shopify's REST JSON written by hand, and what becomes of them."""

from typing import Any

from backoffice_core.draftimporter import import_drafts
from backoffice_core.orders.draft import Draft
from backoffice_core.settings import Settings
from backoffice_core.shopify.json_lines import DRAFTS, JsonOrder
from backoffice_core.shopify.report import ImportReport
from backoffice_core.shopify.rest_draft import DraftRead, read_rest_draft
from backoffice_core.storage.base import Storage
from tests.shopify.helpers import NOW, SETTINGS, SHOP, check_invariants, ids
from tests.shopify.rest import Json, tax


def goods(title: str, price: str, quantity: int = 1, *taxes: Json, **more: Any) -> Json:
    """Return a line of a draft."""
    return {
        "variant_id": None,
        "product_id": None,
        "title": title,
        "variant_title": None,
        "sku": None,
        "vendor": None,
        "quantity": quantity,
        "price": price,
        "requires_shipping": True,
        "taxable": True,
        "gift_card": False,
        "tax_lines": list(taxes),
        "applied_discount": None,
        "properties": [],
        "custom": True,
        **more,
    }


def off(amount: str | None, value: str = "10.0", kind: str = "percentage", title: str = "Friend") -> Json:
    """Return an ``applied_discount``."""
    return {"title": title, "description": "because", "value": value, "value_type": kind, "amount": amount}


def draft(**more: Any) -> Json:
    """
    Return an open draft: two candles of 10.00 at 10 % less, soap of 5.00, shipping of 4.00, 5 % tax on top of all.

    Subtotal 23.00, tax 1.35, total 28.35.
    """
    return {
        "id": 7001,
        "name": "#D12",
        "status": "open",
        "note": "called",
        "email": "ada@example.com",
        "taxes_included": False,
        "currency": "USD",
        "invoice_sent_at": None,
        "created_at": "2025-03-01T23:30:00-05:00",
        "updated_at": "2025-03-02T23:30:00-05:00",
        "tax_exempt": False,
        "completed_at": None,
        "line_items": [
            goods("Candle", "10.00", 2, tax("0.90"), applied_discount=off("2.00")),
            goods("Soap", "5.00", 1, tax("0.25")),
        ],
        "shipping_address": {"first_name": "Ada", "last_name": "Lovelace", "city": "London", "country_code": "GB"},
        "billing_address": None,
        "invoice_url": "https://example.com/invoices/1",
        "applied_discount": None,
        "order_id": None,
        "shipping_line": {"title": "By bike", "custom": True, "handle": None, "price": "4.00"},
        "tax_lines": [tax("1.35")],
        "tags": "vip, Early",
        "note_attributes": [{"name": "gift", "value": "yes"}],
        "total_price": "28.35",
        "subtotal_price": "23.00",
        "total_tax": "1.35",
        "payment_terms": None,
        "customer": {"id": 77, "first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.com"},
        **more,
    }


def read(data: Any, settings: Settings = SETTINGS) -> DraftRead:
    """Return the draft that some JSON tells; the invariants of the order that it would be are checked."""
    found = read_rest_draft(JsonOrder(data, 1, DRAFTS), settings, ids())
    check_invariants(found.draft.as_order)
    return found


def odd(found: DraftRead) -> list[str]:
    """Return the invariants that a draft breaks."""
    return [finding.code for finding in found.findings]


def bring(storage: Storage, source: Any, settings: Settings = SETTINGS, **more: Any) -> ImportReport:
    """Import drafts."""
    options = {"now": NOW, "new_id": ids(), **more}
    return import_drafts(storage, SHOP, settings, source, **options)


def kept(storage: Storage) -> list[Draft]:
    """Return all drafts of the shop, newest first."""
    with storage.read(SHOP) as unit:
        return list(unit.drafts(100_000).drafts)


def figures(found: Draft) -> tuple[str, ...]:
    """Return subtotal, discounts, shipping, tax and total."""
    amounts = (found.subtotal, found.total_discounts, found.total_shipping, found.total_tax, found.total)
    return tuple(one.amount for one in amounts)
