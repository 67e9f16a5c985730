"""Columns are found by name, in every layout that was ever seen."""

import json

import pytest

from backoffice_core.shopify.columns import NAMES, REQUIRED, MissingColumns, columns_of, plain
from tests.shopify.helpers import PAID, order, row, shared_file


def test_a_file_of_today_has_79_columns_each_where_it_is() -> None:
    assert len(NAMES) == 79
    assert {name: at for at, name in enumerate(NAMES)} == columns_of(NAMES).at


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("Lineitem compare-at price", "Lineitem compare at price"),
        ("Lineitem SKU", "Lineitem sku"),
        ("Canceled at", "Cancelled at"),
        ("Payment Reference (deprecated)", "Payment Reference"),
        ("Payment terms", "Payment Terms Name"),
        ("Next payment due at", "Next Payment Due At"),
        ("  FINANCIAL   status ", "Financial Status"),
        ("Fulfilment Status", "Fulfillment Status"),
    ],
)
def test_spellings(given: str, name: str) -> None:
    assert plain(name) == plain(given)
    assert columns_of([*REQUIRED, given] if name not in REQUIRED else REQUIRED).at[name] >= 0


def test_unknown_columns_are_left_out_and_of_two_alike_the_first_counts() -> None:
    columns = columns_of(["Margin", *REQUIRED, "Total"])
    assert 1 + REQUIRED.index("Total") == columns.at["Total"]
    assert "Margin" not in columns.at
    assert len(REQUIRED) + 2 == columns.width


def test_missing_columns_are_named() -> None:
    with pytest.raises(MissingColumns) as caught:
        columns_of([name for name in NAMES if name not in ("Total", "Currency")])
    assert (("Currency", "Total"), 77) == (caught.value.missing, caught.value.found)
    assert "line 1: the header has 77 columns and lacks Currency, Total" in str(caught.value)


def test_semicolons_are_told() -> None:
    with pytest.raises(MissingColumns, match="must be separated by commas"):
        columns_of([";".join(NAMES)])


def test_a_file_without_the_later_columns_gives_the_same_figures() -> None:
    """What 2012 had: no refunds, balance, ids, discounts per line, nor single taxes."""
    old = NAMES[: NAMES.index("Payment Method")]
    assert len(old) == 47
    cells = {name: cell for name, cell in row().items() if name in old}
    found = order(cells, columns=old)
    assert ("25.95", "1.00", "paid", "fulfilled") == (
        found.total.amount,
        found.total_tax.amount,
        found.financial_status,
        found.fulfillment_status,
    )
    assert ("shopify", "#1001") == found.source
    assert [("Tax", "0.0401")] == [(tax.title, tax.rate) for tax in found.lines[0].taxes]


def test_the_real_layouts_are_read() -> None:
    """Each of six headers from 2012 to 2026, its columns in its own order and spelling."""
    layouts = json.loads(shared_file("header_variants.json").read_text(encoding="utf-8"))
    assert len(layouts) == 6
    for layout in layouts:
        known = {plain(name): name for name in NAMES}
        names = [known[plain(given)] for given in layout["columns"]]  # every one of them is known
        assert len(set(names)) == layout["count"]
        columns = columns_of(layout["columns"])
        assert {name: at for at, name in enumerate(names)} == {n: at for n, at in columns.at.items() if at >= 0}


def test_the_real_layouts_give_the_same_order() -> None:
    layouts = json.loads(shared_file("header_variants.json").read_text(encoding="utf-8"))
    known = {plain(name): name for name in NAMES}
    for layout in layouts:
        given = {column: PAID.get(known[plain(column)], "") for column in layout["columns"]}
        found = order(given, columns=layout["columns"])
        assert ("20.00", "4.95", "1.00", "25.95") == (
            found.subtotal.amount,
            found.total_shipping.amount,
            found.total_tax.amount,
            found.total.amount,
        )
        assert ("paid", "fulfilled", "0.00") == (
            found.financial_status,
            found.fulfillment_status,
            found.outstanding.amount,
        )
