"""The table of mutants is about lines that are there; breaking them takes minutes and stands in `mutants.py`."""

import pytest

from tests.mutants import MUTANTS, PACKAGE, ROOT, Mutant


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_a_mutant_breaks_one_line_of_today(mutant: Mutant) -> None:
    """A line that moved or was written anew takes its mutant along."""
    text = (PACKAGE / mutant.file).read_text(encoding="utf-8")
    assert 1 == text.count(mutant.old)
    assert mutant.old != mutant.new
    assert (ROOT / mutant.test.partition("::")[0]).exists()


def test_each_stands_there_once() -> None:
    rows = [(one.file, one.old, one.new, one.test) for one in MUTANTS]
    assert len(rows) == len(set(rows))
