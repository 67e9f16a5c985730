"""
From the lines of a file to the rows of one order after another.

The rows of an order stand together, so that no more than one order is ever in memory. The first
row carries what is said once per order; every row carries one line item.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import ClassVar

import attrs

from backoffice_core.failures import reason
from backoffice_core.shopify.columns import ORDERS_EXPORT, BrokenFile, Columns, Kind, columns_of
from backoffice_core.shopify.guard import unguarded
from backoffice_core.shopify.written import csv_text


@reason
class BrokenRow(BrokenFile):
    """
    A row is cut off or otherwise no row of this file.

    Attributes:
        line: The line that the row begins on, from 1.

        found: What is wrong with it.

        would_do: What would have been accepted.
    """

    code: ClassVar[str] = "broken_row"
    line: int
    found: str
    would_do: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.found}; {self.would_do} would do"


@attrs.frozen(repr=False)
class Row:
    """
    A row of the file.

    Attributes:
        line: The line that it begins on, from 1.

        cells: Its cells in the file's order.

        columns: Where the columns are.
    """

    line: int
    cells: list[str]
    columns: Columns

    def __getitem__(self, name: str) -> str:
        """Return the cell of one of `columns.NAMES` without spaces around it; empty where there is no such column."""
        at = self.columns.at[name]
        return self.cells[at].strip() if at >= 0 else ""


@attrs.frozen(repr=False, slots=False)
class Group:
    """
    The rows of one order.

    Attributes:
        name: The order's name.

        rows: Its rows, at least one.
    """

    name: str
    rows: tuple[Row, ...]

    @property
    def first(self) -> Row:
        """The row that carries what is said once per order."""
        return self.rows[0]

    @property
    def line(self) -> int:
        """The line of the file that it begins on, from 1."""
        return self.first.line

    @property
    def source_id(self) -> str:
        """Shopify's id of the order, or its name where the file has none."""
        return unguarded(self.first["Id"]) or self.name

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of what the rows say, whatever the layout: the same order in two files has the same."""
        digest = hashlib.sha256()
        for row in self.rows:
            for name, at in row.columns.at.items():
                if at >= 0 and row.cells[at]:
                    digest.update(f"{name}\x1f{row.cells[at]}\x1e".encode("utf-8", "surrogatepass"))
            digest.update(b"\x1d")
        return digest.hexdigest()


def groups(lines: Iterable[str]) -> Iterator[Group]:
    """
    Yield the orders of a file, each with its rows, in the file's order.

    Raises:
        MissingColumns: The header lacks one that is needed.
        BrokenRow: A row is cut off, has too many cells, or is quoted wrongly.
        WrongEncoding: The file is not in UTF-8.
    """
    name, id, rows = "", "", list[Row]()
    for row in table(lines):
        own_name, own_id = unguarded(row["Name"]), row["Id"]
        if not own_name:
            raise BrokenRow(row.line, "the row has no order name", "a row with the order's Name")
        if rows and (own_name != name or (own_id and own_id != id)):
            yield Group(name, tuple(rows))
            rows = []
        if not rows:
            name, id = own_name, own_id
        rows.append(row)
    if rows:
        yield Group(name, tuple(rows))


def print_of(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return the fingerprint that the rows of one order have in a file with some columns."""
    (group,) = groups(io.StringIO(csv_text([names, *rows]), newline=""))
    return group.fingerprint


def table(lines: Iterable[str], kind: Kind = ORDERS_EXPORT) -> Iterator[Row]:
    """
    Yield the rows of a file below its header, empty ones left out.

    Raises:
        MissingColumns: The header lacks one that is needed.
        BrokenRow: A row is cut off, has too many cells, or is quoted wrongly.
    """
    columns: Columns | None = None
    for line, cells in _cells(lines):
        if not any(cells):
            continue
        if columns is None:
            columns = columns_of(cells, line, kind)
        elif len(cells) != columns.width:
            raise BrokenRow(line, f"the row has {len(cells)} cells", f"a whole row of {columns.width} cells")
        else:
            yield Row(line, cells, columns)
    if columns is None:
        columns_of((), 1, kind)


def _cells(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each row with the line it begins on."""
    reader = csv.reader(lines, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            long = str(error).startswith("field larger")
            would_do = (
                f"cells of at most {csv.field_size_limit()} characters" if long else "cells quoted as in RFC 4180"
            )
            raise BrokenRow(line, f"the row cannot be read ({error})", would_do) from error
        yield line, cells
