"""
A month of a real shop imported and exported again: which cells are the file's, and why the others are not.

Nothing is normalized: cells are compared as they stand in the two files.
"""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from backoffice_core import BackOffice
from backoffice_core.shopify.columns import NAMES
from tests.shopify.helpers import shared_file

Row = dict[str, str]
TAXES = tuple(f"Tax {number} {what}" for number in range(1, 6) for what in ("Name", "Value"))


def dropped(theirs: str, ours: str, row: Row) -> bool:
    """Whether the cell is empty now."""
    return not ours


def sorted_tags(theirs: str, ours: str, row: Row) -> bool:
    return ours == ", ".join(sorted(theirs.split(", "), key=str.casefold))


def without_spaces(theirs: str, ours: str, row: Row) -> bool:
    return ours == theirs.strip()


def of_payments_and_refunds(theirs: str, ours: str, row: Row) -> bool:
    """Whether what is left are the references of payments, and of a refund behind them; of no payment nothing."""
    if nothing_was_received(theirs, ours, row):
        return True
    kept, all_of_them = ours.split(" + "), theirs.split(" + ")
    payments = row["Payment ID"].split(" + ")
    return set(kept) <= set(all_of_them) and kept[: len(payments)] == payments


def nothing_was_taxed(theirs: str, ours: str, row: Row) -> bool:
    return row["Taxes"] == "0.00"


def nothing_was_received(theirs: str, ours: str, row: Row) -> bool:
    return not ours and row["Financial Status"] == "pending" and row["Outstanding Balance"] == row["Total"]


#: For each column that differs anywhere: in how many cells, whether each of them is explained, and the reason.
EXPLAINED: dict[str, tuple[int, Callable[[str, str, Row], bool], str]] = {
    "Location": (2330, dropped, "where it was sold at a till; an order here has no such place"),
    "Employee": (64, dropped, "who sold it at a till; an order here has no such person"),
    "Tags": (506, sorted_tags, "tags are sorted"),
    "Notes": (9, without_spaces, "spaces around a note are left out"),
    "Payment References": (
        759,
        of_payments_and_refunds,
        "those of attempts belong to no payment, no refund",
    ),
    "Payment Method": (1, nothing_was_received, "a payment that never arrived is none"),
    "Payment ID": (1, nothing_was_received, "a payment that never arrived is none"),
    **{
        name: (count, nothing_was_taxed, "taxes of 0.00 are kept at a rate of 0 only, or additions would be taxed")
        for name, count in zip(TAXES, (43, 42, 36, 36, 13, 13, 9, 9, 3, 3), strict=True)
    },
}


@pytest.fixture(scope="module")
def files() -> Iterator[tuple[str, str]]:
    """The file, and what is exported after it was imported."""
    text = shared_file("orders_export_2023_us_5121rows.csv").read_text(encoding="utf-8")
    office = BackOffice.open("memory:", currency="USD", taxes_included=False, timezone="America/Los_Angeles")
    office.orders.import_csv(io.StringIO(text, newline=""))
    out = io.StringIO()
    assert (3885, 5121) == (office.orders.export().to_file(out).orders, text.count("\n#S-"))
    yield text, out.getvalue()
    office.close()


def by_name(text: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in csv.DictReader(io.StringIO(text, newline=""), strict=True):
        found.setdefault(row["Name"], []).append(row)
    return found


def test_the_header_is_the_files(files: tuple[str, str]) -> None:
    assert files[0].partition("\n")[0] == files[1].partition("\n")[0]


def test_every_cell_is_the_files_or_its_difference_has_a_reason(files: tuple[str, str]) -> None:
    theirs, ours = map(by_name, files)
    assert theirs.keys() == ours.keys()
    counts: Counter[str] = Counter()
    for name, rows in theirs.items():
        for row, twin in zip(rows, ours[name], strict=True):
            for column in NAMES:
                if row[column] != twin[column]:
                    counts[column] += 1
                    assert column in EXPLAINED, (name, column, row[column], twin[column])
                    assert EXPLAINED[column][1](row[column], twin[column], row), (name, column)
    assert {column: count for column, (count, _, _) in EXPLAINED.items()} == counts


def test_orders_stand_where_they_stood(files: tuple[str, str]) -> None:
    """Newest first; of one second the file has two pairs of orders the other way round than by number."""
    theirs, ours = (list(by_name(text)) for text in files)
    assert ["#S-13819", "#S-13820"] == [a for a, b in zip(theirs, ours, strict=True) if a != b][:2]
    moved = [a for a, b in zip(theirs, ours, strict=True) if a != b]
    assert (4, sorted(moved)) == (len(moved), sorted(b for a, b in zip(theirs, ours, strict=True) if a != b))


def test_exported_imported_and_exported_again_it_is_the_same_file(files: tuple[str, str]) -> None:
    again, out = (
        BackOffice.open("memory:", currency="USD", taxes_included=False, timezone="America/Los_Angeles"),
        io.StringIO(),
    )
    again.orders.import_csv(io.StringIO(files[1], newline=""))
    again.orders.export().to_file(out)
    assert files[1] == out.getvalue()
