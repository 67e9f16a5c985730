"""Checkouts as Shopify's file of them: `BackOffice.checkouts.export`."""

import os
from collections.abc import Iterator
from typing import Any, BinaryIO, Final, TextIO

import attrs

from backoffice_core.clock import zone
from backoffice_core.context import Context
from backoffice_core.desks.found import scope_of
from backoffice_core.desks.writing import write_file, write_path
from backoffice_core.search.checkouts import CHECKOUTS
from backoffice_core.search.conditions import Condition
from backoffice_core.search.query import Query
from backoffice_core.search.sorting import Cursor, Sort
from backoffice_core.search.values import Scope
from backoffice_core.search.wanted import Wanted
from backoffice_core.shopify.layouts import CHECKOUTS as LAYOUT
from backoffice_core.shopify.written import csv_text

#: Of so many checkouts documents and rows are in memory at once.
_PAGE: Final = 100
_NEWEST: Final = Sort("created_at", descending=True)


@attrs.frozen
class CheckoutsExported:
    """
    What was written.

    Attributes:
        checkouts: How many checkouts.

        rows: How many rows, the header not among them.
    """

    checkouts: int
    rows: int


class CheckoutExport:
    """
    Some checkouts as rows of Shopify's file, the newest first.

    Rows are made while they are asked for, of some checkouts at a time. Every method raises
    `UnclearQuery` for a query that cannot be meant.
    """

    def __init__(self, context: Context, query: Query) -> None:
        self._context = context
        self._query = query

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in their order."""
        return LAYOUT.columns

    def rows(self) -> Iterator[list[str]]:
        """Return the rows one after another, without the header; cells are as in the file."""
        return (row for rows in self._begin() for row in rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield the rows as plain values by column: amounts are Decimal, moments aware, an empty cell None."""
        zone_ = zone(self._scope().timezone)
        return (LAYOUT.plain(row, zone_) for rows in self._begin() for row in rows)

    def dicts(self) -> list[dict[str, Any]]:
        """Return all rows as plain values by column."""
        return list(self)

    def to_path(self, path: str | os.PathLike[str], *, mark: bool = False) -> CheckoutsExported:
        """
        Write a CSV file in UTF-8. It is there when all of it was written, else nothing is changed.

        Args:
            path: Where to; a file that is there is replaced.

            mark: Begin it with a byte order mark, by which Excel knows that it is UTF-8.

        Returns:
            How much was written.

        Raises:
            InvalidValue: There can be no file at *path*.
        """
        writing = _Writing(self._begin())
        write_path(path, writing, "utf-8-sig" if mark else "utf-8")
        return writing.done

    def to_file(self, file: TextIO | BinaryIO, *, mark: bool = False) -> CheckoutsExported:
        """
        Write CSV to a file that is open; it stays open.

        Args:
            file: Where to: binary, or text opened with ``newline=""``.

            mark: Begin a binary one with a byte order mark.

        Returns:
            How much was written.

        Raises:
            InvalidValue: It cannot be written to.
        """
        writing = _Writing(self._begin())
        write_file(file, writing, "utf-8-sig" if mark else "utf-8")
        return writing.done

    def _scope(self) -> Scope:
        return self._context.read(lambda unit: scope_of(self._context, unit))

    def _begin(self) -> Iterator[list[list[str]]]:
        """Return the rows of each checkout; what the query means is found out now."""
        scope = self._scope()
        return self._each(self._query.strict_meaning(scope, CHECKOUTS).condition, scope)

    def _each(self, condition: Condition, scope: Scope) -> Iterator[list[list[str]]]:
        after: Cursor | None = None
        while True:
            wanted = Wanted(condition, _NEWEST, _PAGE, after)
            hits = self._context.read(lambda unit, wanted=wanted: unit.search_checkouts(wanted))  # type: ignore[misc]
            for hit in hits:
                yield LAYOUT.rows(hit.checkout, zone(scope.timezone))
            if len(hits) < _PAGE:
                return
            after = hits[-1].cursor


class _Writing:
    """The text of a file, piece by piece, and a count of what went into it."""

    def __init__(self, each: Iterator[list[list[str]]]) -> None:
        self._each = each
        self.done = CheckoutsExported(0, 0)

    def __iter__(self) -> Iterator[str]:
        yield csv_text([LAYOUT.columns])
        for rows in self._each:
            yield csv_text(rows)
            self.done = CheckoutsExported(self.done.checkouts + 1, self.done.rows + len(rows))
