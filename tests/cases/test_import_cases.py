"""Cases from real exports: the rows of a file, and the order that they become."""

import csv
from collections.abc import Mapping

import pytest

from backoffice_core.money import Money
from backoffice_core.orders.order import Order
from backoffice_core.shopify.cells import BadCell
from backoffice_core.shopify.transactions_csv import read_transactions, transaction_totals
from tests.shopify.helpers import column, line, order, read, row, shared_file, tip

#: What is said of the line of the row that the helpers start from; the cases replace it.
NO_TAXES = {"taxes": "0.00", "tax_1_name": "", "tax_1_value": "", "shipping": "0.00"}


def sold(first: Mapping[str, str], *lines: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the rows of an order: what is said once per order, and its lines."""
    items = [dict(item) for item in lines]
    items[0] = {**first, **{name: cell for name, cell in items[0].items() if name.startswith("Lineitem")}}
    return items


def amounts(found: Order, *names: str) -> list[str]:
    return [getattr(found, name).amount for name in names]


def test_c224_continuation_rows_carry_their_line_and_nothing_of_the_order() -> None:
    allowed = {
        *("Name", "Email", "Created at", "Vendor", "Phone"),
        *("Lineitem quantity", "Lineitem name", "Lineitem price", "Lineitem compare at price", "Lineitem sku"),
        *("Lineitem requires shipping", "Lineitem taxable", "Lineitem fulfillment status", "Lineitem discount"),
    }
    filled: set[str] = set()
    lines: dict[str, int] = {}
    with shared_file("orders_export_2023_us_5121rows.csv").open(encoding="utf-8", newline="") as file:
        for cells in csv.DictReader(file):
            lines[cells["Name"]] = lines.get(cells["Name"], 0) + 1
            if lines[cells["Name"]] > 1:
                filled |= {name for name, cell in cells.items() if cell}
    assert allowed == filled
    assert 14 == max(lines.values())
    found = order(*sold(row(**NO_TAXES, subtotal="23.00", total="23.00"), line("20.00"), *[line("0.25", 12)]))
    assert ["#1001", "ada@example.com"] == [found.name, found.email]
    assert [("20.00", 1), ("0.25", 12)] == [(item.price.amount, item.quantity) for item in found.lines]


def test_c226_a_tip_is_outside_the_subtotal() -> None:
    first = row(**NO_TAXES, subtotal="222.75", total="233.89", discount_amount="74.25")
    found = order(*sold(first, line("99.00", 3, lineitem_discount="74.25"), tip("11.14")))
    assert ["222.75", "74.25", "11.14", "233.89"] == amounts(
        found, "subtotal", "total_discounts", "total_tips", "total"
    )


def test_c227_most_of_it_was_given_back() -> None:
    first = row(
        **{**NO_TAXES, "taxes": "7.15", "tax_1_name": "Tax 6%", "tax_1_value": "7.15"},
        subtotal="119.20",
        total="126.35",
        financial_status="partially_refunded",
        refunded_amount="106.35",
    )
    found = order(*sold(first, line("119.20")))
    assert "partially_refunded" == found.financial_status
    assert ["126.35", "126.35", "106.35", "20.00", "0.00"] == amounts(
        found, "total", "received", "refunded", "net_payment", "outstanding"
    )


EU = {"currency": "EUR", "tax_1_name": "AT VAT 20 %", "shipping": "13.99"}


def test_c229_a_code_that_gave_two_of_three_items_away() -> None:
    figures = {"subtotal": "302.51", "taxes": "52.75", "tax_1_value": "52.75", "total": "316.50"}
    first = row(**EU, **figures, discount_amount="45.36", discount_code="SALE")
    found = order(*sold(first, line("25.20"), line("20.16"), line("302.51")))
    assert found.taxes_included
    assert ["302.51", "45.36", "13.99", "52.75", "316.50"] == amounts(
        found, "subtotal", "total_discounts", "total_shipping", "total_tax", "total"
    )
    assert found.shipping_lines[0].taxes_minor[0] > 0  # 20 % of the shipping is contained too


def test_c231_ten_percent_of_the_goods() -> None:
    figures = {"subtotal": "331.23", "taxes": "57.54", "tax_1_value": "57.54", "total": "345.22"}
    first = row(**EU, **figures, discount_amount="36.80", discount_code="WELCOME10")
    found = order(*sold(first, line("302.51"), line("25.20"), line("20.16", 2)))
    assert found.taxes_included
    assert ["331.23", "36.80", "57.54", "345.22"] == amounts(found, "subtotal", "total_discounts", "total_tax", "total")
    shares = [sum(minor for _, minor in item.spans[0].discounts) for item in found.lines]
    assert [3025, 252, 403] == shares


def test_c244_a_file_of_shopify_has_no_separators_and_one_that_has_is_refused_clearly() -> None:
    """Not strict: grouped by lakh, as 1,04,999.00, is refused; as Shopify writes it, the figures come out."""
    first = {"currency": "INR", "taxes": "18,457.78", "tax_1_name": "IGST 18%", "tax_1_value": "18457.78"}
    odd = row(**first, subtotal="1,04,999.00", shipping="0.00", total="1,23,456.78")
    with pytest.raises(BadCell) as caught:
        read(*sold(odd, line("104999.00")))
    assert (2, "Subtotal", "1,04,999.00") == (caught.value.line, caught.value.column, caught.value.given)
    assert "digits with at most one point and nothing between them, such as 104999.00" in str(caught.value)
    plain = {**odd, "Subtotal": "104999.00", "Taxes": "18457.78", "Total": "123456.78"}
    found = order(*sold(plain, line("104999.00")))
    assert ["104999.00", "18457.78", "123456.78"] == amounts(found, "subtotal", "total_tax", "total")
    assert Money.of("104999.00", "INR") == found.subtotal


def test_c245_voided_and_nothing_was_received() -> None:
    cells = {"financial_status": "voided", "paid_at": "", "fulfillment_status": "unfulfilled", "fulfilled_at": ""}
    first = row(**NO_TAXES, **cells, subtotal="1118.64", total="1118.64", refunded_amount="0.00")
    found = order(
        *sold(first | {column("outstanding_balance"): ""}, line("1118.64", lineitem_fulfillment_status="pending"))
    )
    assert ("voided", "unfulfilled") == (found.financial_status, found.fulfillment_status)
    assert ["0.00", "0.00", "1118.64"] == amounts(found, "received", "refunded", "outstanding")


def test_c239_what_a_history_of_transactions_sums_to() -> None:
    with shared_file("transactions_export_order_history_v10cols.csv").open(encoding="utf-8", newline="") as file:
        rows = list(read_transactions(file))
    assert [("#1001", "sale"), ("#1001", "refund"), ("#1002", "capture"), ("#1003", "sale")] == [
        (row.name, row.kind) for row in rows
    ]
    sums = transaction_totals(rows)["USD"]
    assert (3, "150.00", "20.00", "130.00") == (
        sums.rows,
        sums.captured.amount,
        sums.refunded.amount,
        sums.net.amount,
    )
    assert ["999.00"] == [row.amount.amount for row in rows if not row.successful]
