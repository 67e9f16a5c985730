"""
What the values of each kind of field mean.

Each kind turns a term into a condition. A value that cannot be meant raises `Unclear`, which the
reader of the query turns into a warning.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Final

import attrs
import pendulum

from backoffice_core.clock import to_micros, zone
from backoffice_core.search.conditions import (
    ALWAYS,
    NEVER,
    Between,
    Condition,
    Has,
    Starts,
    some,
    unless,
)
from backoffice_core.search.findable import AMOUNT_DIGITS, LONGEST_VALUE, term
from backoffice_core.search.text import plain
from backoffice_core.search.tree import Term, Value


class Unclear(Exception):
    """
    A value that cannot be meant.

    Attributes:
        code: A stable name of the reason.

        message: What is wrong with it.

        suggestion: What may have been meant.
    """

    def __init__(self, code: str, message: str, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.suggestion = suggestion


@attrs.frozen
class Scope:
    """
    When and where a query is asked.

    Attributes:
        now: The moment, UTC.

        timezone: IANA name of the shop's zone, which days are days of unless a query says otherwise.
    """

    now: pendulum.DateTime
    timezone: str


Reader = Callable[[Term, Scope], Condition]
_Bounds = tuple[int | None, int | None]

#: The greatest number that is told from greater ones.
_GREATEST: Final = 2**62


def closest(given: str, known: Mapping[str, object] | tuple[str, ...]) -> str | None:
    """Return what of *known* is most like what was given."""
    found = get_close_matches(given.casefold()[:100], list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def _each(asked: Term, one: Callable[[Value], Condition]) -> Condition:
    """Return the condition that one of a term's values is met."""
    if asked.comparator:
        raise Unclear("not_comparable", f"{asked.field} cannot be compared by {asked.comparator}", f"{asked.field}:")
    return some([one(value) for value in asked.values])


def _said(asked: Term, value: Value) -> str:
    if not value.text.strip():
        raise Unclear("empty_value", f"{asked.field}: is not told what to look for; write it right behind the colon")
    return value.text


def keyword(key: str, prepare: Callable[[str], str] = str) -> Reader:
    """Read the values of a field that is found by its whole value, or by how one of its words begins."""

    def read(asked: Term, scope: Scope) -> Condition:
        """Return the condition."""

        def one(value: Value) -> Condition:
            """Return the condition of one value."""
            if value.prefix:
                text = plain(prepare(value.text))[:LONGEST_VALUE]
                starts = Starts(f"{key}:{text}")
                return some([starts, Starts(f"{key}*{text}")]) if text else starts
            return Has(term(key, prepare(_said(asked, value))))

        return _each(asked, one)

    return read


def without(reader: Reader) -> Reader:
    """Read what another field reads, and turn it round."""
    return lambda asked, scope: unless(reader(asked, scope))


def choice(words: Mapping[str, Condition]) -> Reader:
    """Read words that each have a condition."""

    def read(asked: Term, scope: Scope) -> Condition:
        """Return the condition."""

        def one(value: Value) -> Condition:
            """Return the condition of one word."""
            if value.prefix and not value.text:
                return ALWAYS
            text = _said(asked, value).strip().casefold()
            if value.prefix or text not in words:
                known = ", ".join(words)
                raise Unclear("unknown_value", f"{asked.field} is one of {known}", closest(text, words))
            return words[text]

        return _each(asked, one)

    return read


def identifier(column: str) -> Reader:
    """Read ids, which compare as text."""

    def read(asked: Term, scope: Scope) -> Condition:
        """Return the condition."""

        def one(value: Value) -> Condition:
            """Return the condition of one id."""
            if value.prefix:
                return Between(column, value.text, value.text + "~") if value.text else ALWAYS
            text = _said(asked, value)
            if not text.isascii():
                return NEVER
            match asked.comparator:
                case "<=":
                    return Between(column, None, text)
                case ">=":
                    return Between(column, text, None)
                case "<":
                    return unless(Between(column, text, None))
                case ">":
                    return unless(Between(column, None, text))
                case _:
                    return Between(column, text, text)

        return some([one(value) for value in asked.values])

    return read


# --- numbers and moments: a value is a span of whole numbers, and a comparator takes one of its ends


def _ranged(column: str, span: Callable[[str, Scope], tuple[int, int]]) -> Reader:
    """Read values that are spans, ranges of them written ``a..b``, and comparisons with them."""

    def read(asked: Term, scope: Scope) -> Condition:
        """Return the condition."""

        def one(value: Value) -> Condition:
            """Return the condition of one value or range."""
            if value.prefix:
                if value.text or asked.comparator:
                    raise Unclear("not_a_prefix", f"{asked.field} cannot begin with something; compare it")
                return ALWAYS
            first, ranged, last = _said(asked, value).partition("..")
            if not ranged:
                return Between(column, *_compared(asked.comparator, *span(first, scope)))
            if asked.comparator:
                raise Unclear("range_compared", f"a range cannot be compared by {asked.comparator}")
            # A range without an end is open there.
            low = span(first, scope)[0] if first else None
            return Between(column, low, span(last, scope)[1] if last else None)

        return some([one(value) for value in asked.values])

    return read


def _compared(comparator: str, low: int, high: int) -> _Bounds:
    match comparator:
        case "<":
            return None, low - 1
        case "<=":
            return None, high
        case ">":
            return high + 1, None
        case ">=":
            return low, None
        case _:
            return low, high


def number(column: str, decimals: int = 0) -> Reader:
    """Read numbers, of a column that keeps so many decimals in whole numbers."""
    return _ranged(column, lambda text, _: _number(text, decimals))


def amount(column: str) -> Reader:
    """Read amounts in major units, such as 19.99, in whichever currency the order has."""
    return number(column, AMOUNT_DIGITS)


def _number(text: str, decimals: int) -> tuple[int, int]:
    """Return the whole numbers that a number lies between; one between two of them has none, so low is above high."""
    try:
        value = Decimal(text.strip()) if text.isascii() and len(text) <= 40 else Decimal("NaN")
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise Unclear("not_a_number", f"{text[:40]!r} is no number such as 19.99")
    if abs(value) >= 10**15:
        return (_GREATEST, _GREATEST) if value > 0 else (-_GREATEST, -_GREATEST)
    exact = value.scaleb(decimals)
    return int(exact.to_integral_value(ROUND_CEILING)), int(exact.to_integral_value(ROUND_FLOOR))


_AGO: Final = re.compile(r"-(\d{1,4})(min|h|d|w|m|y)")
_UNITS: Final = {"min": "minutes", "h": "hours", "d": "days", "w": "weeks", "m": "months", "y": "years"}
_DATE: Final = re.compile(
    r"(\d{4})(?:-(\d{2})(?:-(\d{2})"
    r"(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?)?)?",
    re.ASCII,
)
_DAY: Final = dt.timedelta(days=1)


def moment(column: str) -> Reader:
    """
    Read moments: a year, month or day of the shop's, a time in ISO 8601, ``now``, ``today``, ``-7d``.

    A year is all of it, a time without seconds its minute: ``<=2024`` has all of 2024 in it.
    ``-7d`` is seven days ago, to the second; ``min h d w m y`` are its units.
    """
    return _ranged(column, _span)


def _span(text: str, scope: Scope) -> tuple[int, int]:
    said = text.strip()
    now = to_micros(scope.now)
    if said.casefold() in ("now", "-0d"):
        return now, now
    if said.casefold() in ("today", "yesterday"):
        day = dt.datetime.fromtimestamp(now // 1_000_000, zone(scope.timezone)).date()
        return _days(day - _DAY if said.casefold() == "yesterday" else day, 1, scope)
    if (ago := _AGO.fullmatch(said.casefold())) is not None:
        then = to_micros(scope.now.subtract(**{_UNITS[ago[2]]: int(ago[1])}))
        return then, then
    found = _DATE.fullmatch(said)
    if found is None:
        raise Unclear("not_a_date", f"{said[:40]!r} is no date such as 2024-03-31, 2024-03, 2024, now or -7d")
    try:
        return _written(found, scope)
    except (ValueError, OverflowError):
        raise Unclear("not_a_date", f"there is no {said[:40]}") from None


def _written(found: re.Match[str], scope: Scope) -> tuple[int, int]:
    """Return the first and last microsecond of what was written."""
    year, month, day = (int(part) if part else None for part in found.group(1, 2, 3))
    if year is None or not 1 <= year <= 9998:
        raise ValueError(found[0])
    if month is None:
        return _days(dt.date(year, 1, 1), (dt.date(year + 1, 1, 1) - dt.date(year, 1, 1)).days, scope)
    if day is None:
        first = dt.date(year, month, 1)
        return _days(first, ((first + 31 * _DAY).replace(day=1) - first).days, scope)
    if found[4] is None:
        return _days(dt.date(year, month, day), 1, scope)
    seconds, fraction, offset = found[6], found[7], found[8]
    there = _offset(offset) if offset else zone(scope.timezone)
    micro = int((fraction or "").ljust(6, "0"))
    low = to_micros(dt.datetime(year, month, day, int(found[4]), int(found[5]), int(seconds or 0), micro, there))
    length = 10 ** (6 - len(fraction)) if fraction else 1_000_000 if seconds else 60_000_000
    return low, low + length - 1


def _offset(text: str) -> dt.timezone:
    if text == "Z":
        return dt.UTC
    shift = dt.timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return dt.timezone(-shift if text[0] == "-" else shift)


def _days(first: dt.date, count: int, scope: Scope) -> tuple[int, int]:
    """Return the first and last microsecond of days in the shop's zone, however long its clocks make them."""
    return _midnight(first, scope), _midnight(first + count * _DAY, scope) - 1


def _midnight(day: dt.date, scope: Scope) -> int:
    return to_micros(dt.datetime.combine(day, dt.time(), zone(scope.timezone)))
