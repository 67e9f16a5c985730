"""Reading one cell: amounts, whole numbers, instants, yes and no, and text that was guarded."""

import datetime as dt
import re
from functools import lru_cache
from typing import ClassVar, Final

import pendulum

from backoffice_core.clock import utc
from backoffice_core.failures import InvalidInput, reason
from backoffice_core.money import TooManyDigits, UnknownCurrency, digits, minor_of
from backoffice_core.shopify.guard import bare_code, unguarded
from backoffice_core.shopify.rows import Row

_OFFSET: Final = re.compile(r"[+-]\d\d:?\d\d", re.ASCII)
_YES: Final = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
#: More units of a line than any shop sells; keeps figures within what storages hold.
MOST_UNITS: Final = 1_000_000


@reason
class BadCell(InvalidInput):
    """
    A cell of an order holds a value that cannot be meant; the order is left out.

    Attributes:
        line: The line that its row begins on, from 1.

        column: The column.

        given: What is there.

        would_do: What would have been accepted.
    """

    code: ClassVar[str] = "bad_cell"
    line: int
    column: str
    given: str
    would_do: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.column}: {self.given or 'nothing'} was given; {self.would_do} would do"


@reason
class FiguresDisagree(BadCell):
    """A figure of an order does not follow from its other figures; the order is left out."""

    code: ClassVar[str] = "figures_disagree"


def text(row: Row, column: str) -> str | None:
    """Return text without the apostrophe that guards it; None for an empty cell."""
    cell = row[column]
    if not cell:
        return None
    return unguarded(cell)


def code(row: Row, column: str) -> str | None:
    """Return a ZIP code or phone number without the apostrophe that keeps its zeros."""
    return bare_code(row[column]) or None


def amount(row: Row, column: str, currency: str) -> int:
    """
    Return an amount in minor units; 0 for an empty cell or a column that is not there.

    Raises:
        BadCell: It is no amount of the currency, or is below zero.
    """
    cell = row[column]
    if not cell:
        return 0
    try:
        minor = minor_of(cell, currency)
    except TooManyDigits as error:
        would_do = f"an amount with at most {error.digits} digits after the point, as {currency} has,"
        raise BadCell(row.line, column, cell, would_do) from error
    except InvalidInput as error:
        would_do = "digits with at most one point and nothing between them, such as 104999.00,"
        raise BadCell(row.line, column, cell, would_do) from error
    if minor < 0:
        raise BadCell(row.line, column, cell, "an amount of at least 0")
    return minor


def maybe_amount(row: Row, column: str, currency: str) -> int | None:
    """Return an amount in minor units; None for an empty cell or a column that is not there."""
    return amount(row, column, currency) if row[column] else None


def currency_of(row: Row) -> str:
    """
    Return the currency of a row.

    Raises:
        BadCell: It is none.
    """
    given = row["Currency"]
    try:
        digits(given)
    except UnknownCurrency as error:
        raise BadCell(row.line, "Currency", given, "an ISO 4217 code such as EUR") from error
    return given


def units(row: Row, column: str) -> int:
    """
    Return a number of units.

    Raises:
        BadCell: It is no whole number from 1 to `MOST_UNITS`.
    """
    cell = row[column]
    if not (cell.isascii() and cell.isdigit() and len(cell) <= 7 and 1 <= int(cell) <= MOST_UNITS):
        raise BadCell(row.line, column, cell, f"a whole number from 1 to {MOST_UNITS}")
    return int(cell)


def yes(row: Row, column: str, *, default: bool) -> bool:
    """
    Return yes or no; *default* for an empty cell or a column that is not there.

    Raises:
        BadCell: It is another word.
    """
    cell = row[column].casefold()
    if not cell:
        return default
    if cell not in _YES:
        raise BadCell(row.line, column, row[column], "true or false")
    return _YES[cell]


def moment(row: Row, column: str) -> pendulum.DateTime | None:
    """
    Return an instant in UTC; None for an empty cell.

    Raises:
        BadCell: It is no instant, or does not say its offset from UTC.
    """
    cell = row[column]
    if not cell:
        return None
    try:
        return _instant(cell)
    except (ValueError, OverflowError, InvalidInput) as error:
        raise BadCell(row.line, column, cell, "an instant such as 2023-05-31 23:06:04 -0700") from error


@lru_cache(maxsize=4096)
def _instant(cell: str) -> pendulum.DateTime:
    stamp, _, offset = cell.rpartition(" ")
    if not stamp or not (offset in ("UTC", "Z") or _OFFSET.fullmatch(offset)):
        return dated(dt.datetime.fromisoformat(cell))
    return dated(dt.datetime.fromisoformat(stamp.replace(" ", "T") + ("Z" if offset in ("UTC", "Z") else offset)))


def dated(value: dt.datetime) -> pendulum.DateTime:
    """
    Return an instant in UTC.

    Raises:
        ValueError: It has no day in some time zone: it is at an end of the calendar.
        InvalidValue: It is naive.
    """
    if not dt.MINYEAR < value.year < dt.MAXYEAR:
        raise ValueError(value.year)
    return utc(value)
