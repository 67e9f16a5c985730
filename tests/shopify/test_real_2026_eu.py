"""A real shop in the European Union: VAT of 19 and 20 % in the prices, one discount on the whole order."""

import csv
from decimal import Decimal

from backoffice_core.settings import Settings
from tests.shopify.helpers import bring_in, check_invariants, opened, shared_file, stored

SETTINGS = Settings(currency="EUR", taxes_included=False, timezone="Europe/Berlin")


def test_each_figure_is_the_files() -> None:
    file = shared_file("orders_export_2026_eu_vat_included.csv")
    with file.open(encoding="utf-8", newline="") as opened_file:
        rows = [row for row in csv.DictReader(opened_file) if row["Total"]]
    storage = opened(SETTINGS)
    report = bring_in(storage, file, SETTINGS)
    assert (7, 7, ()) == (report.read, report.imported, report.refused)
    orders = {order.name: order for order in stored(storage)}
    for row in rows:
        order = orders[row["Name"]]
        check_invariants(order)
        assert order.taxes_included
        columns = ("Subtotal", "Discount Amount", "Shipping", "Taxes", "Total", "Outstanding Balance")
        figures = ("subtotal", "total_discounts", "total_shipping", "total_tax", "total", "outstanding")
        assert [Decimal(row[column]) for column in columns] == [getattr(order, name).decimal for name in figures]
        assert (row["Financial Status"], row["Fulfillment Status"]) == (
            order.financial_status,
            order.fulfillment_status,
        )
        assert {row["Tax 1 Name"].rpartition(" ")[0].rpartition(" ")[0]} == {
            tax.title for item in order.lines for tax in item.taxes
        }
    assert {"discount_not_on_lines": 6} == report.counts
