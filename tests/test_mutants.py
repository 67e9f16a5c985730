"""The table of mutants is about lines that are there; breaking them takes minutes and stands in `mutants.py`."""

import importlib
from functools import reduce
from typing import Any

import pytest

from tests.mutants import MUTANTS, PACKAGE, Mutant


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_a_mutant_breaks_one_line_of_today(mutant: Mutant) -> None:
    """A line that moved or was written anew takes its mutant along."""
    text = (PACKAGE / mutant.file).read_text(encoding="utf-8")
    assert 1 == text.count(mutant.old)
    assert mutant.old != mutant.new


def test_each_stands_there_once() -> None:
    rows = [(one.file, one.old, one.new, one.test) for one in MUTANTS]
    assert len(rows) == len(set(rows))


@pytest.mark.parametrize("named", sorted({mutant.test for mutant in MUTANTS}))
def test_its_test_is_there(named: str) -> None:
    """A test that was given another name is named anew beside its mutants."""
    file, *names = named.split("::")
    module: Any = importlib.import_module(file.removesuffix(".py").replace("/", "."))
    assert callable(reduce(getattr, (name.partition("[")[0] for name in names), module)) or not names
