"""
Core statements compiled once, for the few that every command runs.

They are compiled for the dialect and run on the driver's cursor of the same Core transaction.

Measured against the raw driver: 1.0 to 1.3 times its time, where Core's own cache takes twice and
statements built per call three to five times as long. Nothing else goes round Core.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.engine import Dialect


class Cursor(Protocol):
    """What is used of a driver's cursor."""

    rowcount: int

    def execute(self, text: str, values: Any = ...) -> Any:
        """Run a statement."""
        ...

    def executemany(self, text: str, values: Any) -> Any:
        """Run a statement for each row of values."""
        ...

    def fetchone(self) -> Any:
        """Return the next row."""
        ...

    def fetchall(self) -> Any:
        """Return the rows that are left."""
        ...


class Compiled:
    """One statement as a driver takes it."""

    def __init__(self, statement: sa.sql.expression.Executable, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        self.text = str(compiled)
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}
        names = tuple(compiled.positiontup or ())
        self._names = names or tuple(compiled.params)
        self._row = itemgetter(*names) if len(names) > 1 else (lambda values: (values[names[0]],)) if names else None

    def values(self, given: Mapping[str, Any]) -> Any:
        """Return *given* as the driver takes it."""
        if self._fixed:
            given = {**self._fixed, **given}
        return self._row(given) if self._row else given

    def insert(self, cursor: Cursor, rows: Sequence[tuple[Any, ...]]) -> None:
        """Run an insert for each row of values in the order of the table's columns."""
        values: Any = rows if self._row else [dict(zip(self._names, row, strict=True)) for row in rows]
        if len(rows) == 1:
            cursor.execute(self.text, values[0])
        else:
            cursor.executemany(self.text, values)


@lru_cache(maxsize=512)
def compiled(statement: sa.sql.expression.Executable, dialect: Dialect) -> Compiled:
    """Return *statement* compiled for *dialect*; statements are module constants, compared by identity."""
    return Compiled(statement, dialect)


@lru_cache(maxsize=64)
def compiled_insert(table: sa.Table, dialect: Dialect) -> Compiled:
    """Return the insert of a whole row into *table*, compiled for *dialect*."""
    values: dict[str, Any] = {column.name: sa.bindparam(column.name) for column in table.columns}
    return Compiled(sa.insert(table).values(values), dialect)
