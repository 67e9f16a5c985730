"""Files stay short enough to be read at one go."""

import pytest

from tests.mutants import PACKAGE

#: The most lines of a file; flat tables may be longer (decision 0070).
MOST = 400
TABLES = {"orders/events.py", "storage/sql/tables.py"}
FILES = sorted(str(file.relative_to(PACKAGE)) for file in PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("name", [name for name in FILES if name not in TABLES])
def test_a_file_is_not_too_long(name: str) -> None:
    """One that grows past it has two things to say: find the seam between them."""
    assert len((PACKAGE / name).read_text(encoding="utf-8").splitlines()) <= MOST


def test_the_tables_are_there() -> None:
    """A name in the list that is no file any more would excuse nothing."""
    assert set(FILES) >= TABLES
