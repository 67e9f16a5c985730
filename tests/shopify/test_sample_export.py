"""The sample that the demo imports: written by a tool, the same every time, with the oddities of real files."""

import csv
from collections import Counter
from pathlib import Path

import backoffice_core
from backoffice_core.settings import Settings
from backoffice_core.shopify.columns import NAMES
from tests.shopify.helpers import bring_in, check_invariants, opened, stored
from tools.sample_export import ORDERS, write

SAMPLE = Path(backoffice_core.__file__).parent / "demo" / "sample_orders_export.csv"
SETTINGS = Settings(currency="USD", taxes_included=False, timezone="America/New_York")


def test_the_tool_writes_what_is_committed(tmp_path: Path) -> None:
    write(tmp_path / "sample.csv")
    assert SAMPLE.read_bytes() == (tmp_path / "sample.csv").read_bytes()


def test_it_has_what_real_files_have() -> None:
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(NAMES) == list(rows[0])
    first = [row for row in rows if row["Total"]]
    assert ORDERS == len(first)
    statuses = Counter(row["Financial Status"] for row in first)
    assert {"paid", "partially_refunded", "refunded", "authorized", "pending", "voided", "expired"} == set(statuses)
    assert {"fulfilled", "unfulfilled", "partial"} == {row["Fulfillment Status"] for row in first}
    assert any(row["Cancelled at"] for row in first)
    assert any(" + " in row["Payment Method"] for row in first)
    assert any("\n" in row["Notes"] for row in first)
    assert any(row["Notes"].startswith("'=") for row in first)
    assert any(row["Shipping Zip"].startswith("'0") for row in first)
    assert any(row["Lineitem name"] == "Tip" for row in rows)


def test_all_but_the_odd_number_come_in() -> None:
    storage = opened(SETTINGS)
    report = bring_in(storage, SAMPLE, SETTINGS)
    assert (ORDERS, ORDERS - 1) == (report.read, report.imported)
    (refusal,) = report.refused
    assert "1,04," in str(refusal)
    expected = {
        *("discount_not_on_lines", "taxes_beyond_columns", "pending_in_fulfilled"),
        *("paid_with_balance", "cancelled_not_refunded"),
    }
    assert expected == set(report.counts)
    for order in stored(storage):
        check_invariants(order)
