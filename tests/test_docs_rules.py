"""Each row of docs/reference/rules.md names things that are there, and each numbered rule has a row."""

import ast
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from backoffice_core import errors

ROOT = Path(__file__).parent.parent
ORDERS = ROOT / "src" / "backoffice_core" / "orders"
PAGE = ROOT / "docs" / "reference" / "rules.md"
HOUSE = ROOT / "docs" / "explanation" / "architecture.md"
ROW = re.compile(
    r"\| (?P<question>[^|]+) \| `(?P<file>\w+)\.py` (?P<rule>\d+) \| `(?P<function>\w+)`"
    r" \| `(?P<tests>\w+)` \|(?P<codes>.*)\|"
)


class Row(NamedTuple):
    """A row of the page."""

    question: str
    file: str
    rule: str
    function: str
    tests: str
    codes: tuple[str, ...]


def rows() -> list[Row]:
    """Return the rows of the page."""
    found = []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        match = ROW.fullmatch(line)
        if match:
            found.append(Row(*match.group(1, 2, 3, 4, 5), tuple(re.findall(r"\[`(\w+)`\]", match["codes"]))))
    return found


def defined(path: Path) -> set[str]:
    """Return the names of the functions and classes of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def numbered(file: str) -> set[str]:
    """Return the numbers of the rules in a file's docstring."""
    said = ast.get_docstring(ast.parse((ORDERS / f"{file}.py").read_text(encoding="utf-8"))) or ""
    return set(re.findall(r"^(\d+)\. ", said, re.MULTILINE))


def test_every_line_of_a_table_is_read() -> None:
    lines = [one for one in PAGE.read_text(encoding="utf-8").splitlines() if one.startswith("| ")]
    assert len(rows()) == len([one for one in lines if not one.startswith(("| question", "| ---"))])


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.file}-{row.rule}")
def test_what_a_row_names_is_there(row: Row) -> None:
    assert row.rule in numbered(row.file)
    assert row.function in defined(ORDERS / f"{row.file}.py")
    assert row.tests in defined(ROOT / "tests" / "orders" / f"test_{row.file}.py")
    assert row.tests.startswith(f"TestRule{row.rule}_")
    assert set(row.codes) <= {getattr(errors, name).code for name in errors.__all__}


def test_every_numbered_rule_has_a_row() -> None:
    asked = {(row.file, row.rule) for row in rows()}
    known = {(path.stem, number) for path in ORDERS.glob("*.py") for number in numbered(path.stem)}
    assert set() == known - asked


def test_every_anchor_is_on_the_page_of_errors() -> None:
    text = (PAGE.parent / "errors.md").read_text(encoding="utf-8")
    anchors = set(re.findall(r"^#+ (\w+)$", text, re.MULTILINE))
    assert {getattr(errors, name).code for name in errors.__all__} - {"back_office_error"} <= anchors
    assert {code for row in rows() for code in row.codes} <= anchors


def test_every_file_that_the_page_on_the_house_names_is_there() -> None:
    named = re.findall(r"`([\w/]+\.py)`", HOUSE.read_text(encoding="utf-8"))
    assert len(named) > 40
    assert [] == [name for name in named if not (ORDERS.parent / name).is_file()]
