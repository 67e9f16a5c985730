"""Rows of an orders export written by hand, and what becomes of them."""

import csv
import io
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pendulum
import pytest

from backoffice_core.importer import import_orders
from backoffice_core.orders.order import Order
from backoffice_core.orders.parts import unit_parts
from backoffice_core.settings import Settings
from backoffice_core.shopify.columns import NAMES
from backoffice_core.shopify.imported import Read
from backoffice_core.shopify.orders_csv import read_order
from backoffice_core.shopify.report import ImportReport
from backoffice_core.shopify.rows import Group, groups
from backoffice_core.storage.base import Storage
from backoffice_core.storage.memory import MemoryStorage

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "tests" / "fixtures"
SHARED = ROOT.parent / "shared" / "data" / "shopify_csv"
SHOP = "main"
NOW = pendulum.datetime(2025, 6, 1, 12)
SETTINGS = Settings(currency="USD", taxes_included=False, timezone="America/New_York")

#: A paid and shipped order of one line, 20.00 with a tax of 5 % on top and shipping of 4.95.
PAID: Mapping[str, str] = {
    "Name": "#1001",
    "Email": "ada@example.com",
    "Financial Status": "paid",
    "Paid at": "2025-03-01 23:30:05 -0500",
    "Fulfillment Status": "fulfilled",
    "Fulfilled at": "2025-03-03 09:00:00 -0500",
    "Accepts Marketing": "yes",
    "Currency": "USD",
    "Subtotal": "20.00",
    "Shipping": "4.95",
    "Taxes": "1.00",
    "Total": "25.95",
    "Discount Amount": "0.00",
    "Shipping Method": "Standard",
    "Created at": "2025-03-01 23:30:00 -0500",
    "Lineitem quantity": "2",
    "Lineitem name": "Candle",
    "Lineitem price": "10.00",
    "Lineitem sku": "CND",
    "Lineitem requires shipping": "true",
    "Lineitem taxable": "true",
    "Lineitem fulfillment status": "fulfilled",
    "Payment Method": "Shopify Payments",
    "Payment Reference": "pay_1",
    "Refunded Amount": "0.00",
    "Outstanding Balance": "0.00",
    "Id": "5001",
    "Lineitem discount": "0.00",
    "Tax 1 Name": "Maple State Tax 5%",
    "Tax 1 Value": "1.00",
}
#: Cells that a further row of that order has.
MORE = ("Name", "Email", "Created at")


def column(name: str) -> str:
    """Return the column that a keyword such as ``financial_status`` names."""
    plain = name.replace("_", " ").casefold()
    return next(column for column in NAMES if column.casefold() == plain)


def row(**cells: str) -> dict[str, str]:
    """Return the row of `PAID` with other cells, named like ``financial_status``."""
    return {**PAID, **{column(name): cell for name, cell in cells.items()}}


def line(price: str, quantity: int = 1, name: str = "Candle", **cells: str) -> dict[str, str]:
    """Return a further row of that order: one line, shipped."""
    return {
        **{key: PAID[key] for key in MORE},
        "Lineitem quantity": str(quantity),
        "Lineitem name": name,
        "Lineitem price": price,
        "Lineitem requires shipping": "true",
        "Lineitem taxable": "true",
        "Lineitem fulfillment status": "fulfilled",
        "Lineitem discount": "0.00",
        **{column(key): cell for key, cell in cells.items()},
    }


def tip(price: str) -> dict[str, str]:
    """Return the row of a tip."""
    more = {"lineitem_requires_shipping": "false", "lineitem_taxable": "false"}
    return line(price, name="Tip", lineitem_fulfillment_status="not_eligible", **more)


def csv_text(rows: Iterable[Mapping[str, str]], columns: Sequence[str] = NAMES) -> str:
    """Return rows as the text of a file."""
    file = io.StringIO()
    writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def csv_file(*rows: Mapping[str, str], columns: Sequence[str] = NAMES) -> io.BytesIO:
    """Return rows as an open file."""
    return io.BytesIO(csv_text(rows, columns).encode())


def one_group(*rows: Mapping[str, str], columns: Sequence[str] = NAMES) -> Group:
    """Return rows as the rows of the one order that they tell."""
    (group,) = groups(io.StringIO(csv_text(rows, columns), newline=""))
    return group


def ids() -> Callable[[], str]:
    """Return what makes ids in order."""
    counter = itertools.count(1)
    return lambda: f"id-{next(counter):06}"


def read(*rows: Mapping[str, str], settings: Settings = SETTINGS, columns: Sequence[str] = NAMES) -> Read:
    """Return the order that some rows tell; its invariants are checked."""
    found = read_order(one_group(*rows, columns=columns), settings, ids())
    check_invariants(found.order)
    check_invariants(found.placed)
    return found


def order(*rows: Mapping[str, str], **more: Any) -> Order:
    """Return the order that some rows tell."""
    return read(*rows, **more).order


def codes(found: Read) -> list[str]:
    """Return the invariants that an order breaks."""
    return [finding.code for finding in found.findings]


def opened(settings: Settings = SETTINGS, storage: Storage | None = None) -> Storage:
    """Return a storage with an empty shop, in memory unless one is given."""
    storage = MemoryStorage() if storage is None else storage
    with storage.write(SHOP) as unit:
        unit.create_shop(settings)
    return storage


def bring_in(storage: Storage, source: Any, settings: Settings = SETTINGS, **more: Any) -> ImportReport:
    """Import a file."""
    options = {"now": NOW, "new_id": ids(), **more}
    return import_orders(storage, SHOP, settings, source, **options)


def stored(storage: Storage) -> list[Order]:
    """Return all orders of the shop, newest first."""
    with storage.read(SHOP) as unit:
        return list(unit.page(100_000).orders)


def shared_file(name: str) -> Path:
    """Return a real file that the project does not keep; skip where it is not there."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"needs the real file {name}, which is not part of the project")
    return path


def check_invariants(order: Order) -> None:
    """Check that the parts of an order sum to its totals and none is negative."""
    sums = order.sums
    paid = tax = tips = 0
    for item in order.lines:
        parts = unit_parts(item.spans)
        assert len(parts) == item.quantity
        assert all(part.paid >= 0 and part.net >= 0 and min(part.taxes, default=0) >= 0 for part in parts)
        assert all(len(part.taxes) == len(item.taxes) for part in parts)
        assert all(minor > 0 for span in item.spans for _, minor in span.discounts)
        tips += sum(part.paid for part in parts) if item.is_tip else 0
        paid += sum(part.paid for part in parts)
        tax += sum(part.tax for part in parts)
    for charge in order.shipping_lines:
        assert 0 <= sum(charge.taxes_minor) <= charge.paid_minor
        assert len(charge.taxes) == len(charge.taxes_minor)
        paid, tax = paid + charge.paid_minor, tax + sum(charge.taxes_minor)
    assert (sums.total, sums.tax, sums.tips) == (paid, tax, tips)
    assert sums.total == sums.subtotal + sums.shipping + sums.tips + (0 if order.taxes_included else sums.tax)
    assert sums.discounts == sum(discount.minor for discount in order.discounts)
    assert 0 <= sums.current_total <= sums.total
    assert sums.refunded <= sums.received
    for counters in order.counters.values():
        assert min(counters.current, counters.to_fulfill, counters.returnable, counters.unshipped) >= 0
