"""Checkouts of Shopify's REST JSON written by hand, and what becomes of them."""

from typing import Any

from backoffice_core.checkoutimporter import import_checkouts
from backoffice_core.orders.checkout import Checkout
from backoffice_core.settings import Settings
from backoffice_core.shopify.json_lines import CHECKOUTS, JsonOrder
from backoffice_core.shopify.report import ImportReport
from backoffice_core.shopify.rest_checkout import CheckoutRead, read_rest_checkout
from backoffice_core.storage.base import Storage
from tests.shopify.helpers import NOW, SETTINGS, SHOP, check_invariants, ids
from tests.shopify.rest import Json, tax


def goods(title: str, price: str, quantity: int = 1, *taxes: Json, **more: Any) -> Json:
    """Return a line of a checkout."""
    return {
        "variant_id": 1,
        "product_id": 2,
        "title": title,
        "variant_title": None,
        "sku": title[:3].upper(),
        "vendor": "Wick & Co",
        "quantity": quantity,
        "price": price,
        "grams": 200,
        "requires_shipping": True,
        "taxable": True,
        "gift_card": False,
        "tax_lines": list(taxes),
        "applied_discounts": [],
        "discount_allocations": [],
        "properties": None,
        **more,
    }


def checkout(**more: Any) -> Json:
    """
    Return an open checkout: two candles of 10.00 at 2.00 less, soap of 5.00, shipping of 4.00, 5 % tax on top of all.

    Subtotal 23.00, tax 1.35, total 28.35.
    """
    return {
        "id": 8001,
        "name": "#8001",
        "token": "tok-8001",
        "cart_token": "cart-8001",
        "email": "ada@example.com",
        "phone": "+44 1",
        "gateway": None,
        "buyer_accepts_marketing": True,
        "sms_marketing_phone": "+44 2",
        "created_at": "2025-03-01T23:30:00-05:00",
        "updated_at": "2025-03-01T23:50:00-05:00",
        "completed_at": None,
        "closed_at": None,
        "landing_site": "/?utm_source=mail",
        "referring_site": "https://example.com/blog",
        "note": "called",
        "note_attributes": [{"name": "gift", "value": "yes"}],
        "currency": "USD",
        "presentment_currency": "USD",
        "taxes_included": False,
        "customer_locale": "en",
        "source_name": "web",
        "line_items": [
            goods("Candle", "10.00", 2, tax("0.90"), discount_allocations=[{"amount": "2.00"}]),
            goods("Soap", "5.00", 1, tax("0.25")),
        ],
        "shipping_lines": [{"title": "By bike", "price": "4.00", "tax_lines": [tax("0.20")]}],
        "discount_codes": [{"code": "SPRING", "amount": "2.00", "type": "fixed_amount"}],
        "tax_lines": [tax("1.35")],
        "total_line_items_price": "25.00",
        "total_discounts": "2.00",
        "subtotal_price": "23.00",
        "total_tax": "1.35",
        "total_duties": None,
        "total_price": "28.35",
        "abandoned_checkout_url": "https://example.com/1/checkouts/tok-8001/recover?key=let-me-in",
        "shipping_address": {"first_name": "Ada", "last_name": "Lovelace", "city": "London", "country_code": "GB"},
        "billing_address": None,
        "customer": {"id": 77, "first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.com"},
        **more,
    }


def read(data: Any, settings: Settings = SETTINGS) -> CheckoutRead:
    """Return the checkout that some JSON tells; the invariants of the order that it would be are checked."""
    found = read_rest_checkout(JsonOrder(data, 1, CHECKOUTS), settings, ids())
    check_invariants(found.checkout.as_order)
    return found


def odd(found: CheckoutRead) -> list[str]:
    """Return the invariants that a checkout breaks."""
    return [finding.code for finding in found.findings]


def bring(storage: Storage, source: Any, settings: Settings = SETTINGS, **more: Any) -> ImportReport:
    """Import checkouts."""
    options = {"now": NOW, "new_id": ids(), **more}
    return import_checkouts(storage, SHOP, settings, source, **options)


def kept(storage: Storage) -> list[Checkout]:
    """Return all checkouts of the shop, newest first."""
    with storage.read(SHOP) as unit:
        return list(unit.checkouts(100_000).checkouts)


def figures(found: Checkout) -> tuple[str, ...]:
    """Return the price of the lines, discounts, subtotal, shipping, tax and total."""
    amounts = (
        found.total_line_items,
        found.total_discounts,
        found.subtotal,
        found.total_shipping,
        found.total_tax,
        found.total,
    )
    return tuple(one.amount for one in amounts)
