"""The table of reports is complete, and the tests it names are there."""

import ast
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.reports import REPORTS, VECTORS, Report

HERE = Path(__file__).parent


@cache
def names_in(file: str) -> frozenset[str]:
    """Return what can follow a file in the name of a test: functions, classes, methods."""
    path = HERE / file
    if not path.exists():
        return frozenset()
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{one.name}" for one in node.body if isinstance(one, ast.FunctionDef)}
    return frozenset(found)


def missing(tests: tuple[str, ...]) -> list[str]:
    """Return those of *tests* that are not there."""
    return [test for test in tests if test.partition("::")[2] not in names_in(test.partition("::")[0])]


def test_each_of_the_139_reports_stands_there_once() -> None:
    assert dict.fromkeys(range(1, 140), 1) == dict(Counter(report.number for report in REPORTS))


def test_each_report_is_shown_or_waits_for_a_part() -> None:
    assert [] == [report.number for report in REPORTS if bool(report.tests) == bool(report.waits_for)]


def test_what_waits_says_for_which_part() -> None:
    parts = ("part 2: ", "part 3: ", "part 4: ", "part 5: ")
    assert [] == [one.number for one in REPORTS if one.waits_for and not one.waits_for.startswith(parts)]


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: str(report.number))
def test_the_tests_of_a_report_are_there(report: Report) -> None:
    assert [] == missing(report.tests)


def test_no_test_of_a_report_is_left_out_of_the_table() -> None:
    """A test that is named after a report stands in its row."""
    written = {
        f"reported/{path.name}::{name}"
        for path in (HERE / "reported").glob("test_*.py")
        for name in names_in(f"reported/{path.name}")
        if name.startswith(("test_report_", "test_vector_"))
    }
    assert written == {
        test for test in (*(test for one in REPORTS for test in one.tests), *VECTORS.values()) if "reported/" in test
    }


def test_the_vectors_have_tests() -> None:
    first = {f"T{at}" for at in range(1, 25)}
    assert first == set(VECTORS)
    assert [] == missing(tuple(VECTORS.values()))
