"""
Every case has a test, or is in the list of deviations, or of later parts.

The cases stand in ``../shared/cases/cases.jsonl`` beside the repository; where that is absent,
only the lists are compared with the tests.
"""

import ast
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.cases.deviations import DEVIATIONS, LATER

HERE = Path(__file__).parent
CASES = HERE.parents[2] / "shared" / "cases" / "cases.jsonl"
TOPICS = {
    "money",
    "allocation",
    "capture",
    "refund",
    "restock",
    "state",
    "fulfilment",
    "cancel",
    "tags",
    "edit",
    "draft",
    "search",
    "abandonment",
}

#: Cases that are read from a file; their tests compare the file with the order in their own way.
IMPORTED = {"C224", "C226", "C227", "C229", "C231", "C244", "C245", "C242"}


@cache
def functions() -> dict[str, str]:
    """Return the source of every test function of this folder by its name."""
    found: dict[str, str] = {}
    for path in sorted(HERE.glob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found[node.name] = ast.get_source_segment(text, node) or ""
    return found


def by_id(prefix: str) -> dict[str, str]:
    """Return the ids that tests are named after, with the source of the test."""
    found: dict[str, str] = {}
    for name, source in functions().items():
        match = re.match(rf"{prefix}(\d+)_", name)
        if match:
            found[f"C{match[1]}"] = found.get(f"C{match[1]}", "") + source
    return found


@pytest.fixture(scope="module")
def cases() -> list[dict[str, Any]]:
    if not CASES.exists():
        pytest.skip("the file of cases is not there: shared/cases/cases.jsonl beside the repository")
    return [json.loads(row) for row in CASES.read_text(encoding="utf-8").splitlines() if row]


def test_no_case_stands_in_two_lists() -> None:
    listed = Counter([*by_id("test_c"), *(one.id for one in DEVIATIONS), *LATER])
    assert {} == {id: times for id, times in listed.items() if times > 1}


def test_every_deviation_is_tested() -> None:
    assert {one.id for one in DEVIATIONS} == set(by_id("test_deviation_c"))


def test_every_case_is_somewhere(cases: list[dict[str, Any]]) -> None:
    known = {*by_id("test_c"), *(one.id for one in DEVIATIONS), *LATER}
    assert [] == sorted({case["id"] for case in cases} - known)
    assert [] == sorted(known - {case["id"] for case in cases})


def test_what_is_left_for_later_is_of_another_topic_or_named(cases: list[dict[str, Any]]) -> None:
    """Of the topics that are answered now none waits."""
    waiting = {case["id"] for case in cases if case["topic"] in TOPICS} & set(LATER)
    assert set() == waiting


def test_the_expected_amounts_stand_in_the_tests(cases: list[dict[str, Any]]) -> None:
    missing = {}
    for case in cases:
        source = by_id("test_c").get(case["id"])
        if source is None or case["topic"] not in TOPICS or case["id"] in IMPORTED:
            continue
        absent = [
            figure for figure in _figures(case["expect"]) if not re.search(rf"(?<!\d){re.escape(figure)}", source)
        ]
        if absent:
            missing[case["id"]] = absent
    assert {} == missing


def _figures(value: Any) -> list[str]:
    """Return the amounts, as text, that are anywhere in what a case expects."""
    if isinstance(value, dict):
        return [figure for one in value.values() for figure in _figures(one)]
    if isinstance(value, list):
        return [figure for one in value for figure in _figures(one)]
    if isinstance(value, int) and not isinstance(value, bool):
        return [str(value)]
    return [value] if isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value) else []
