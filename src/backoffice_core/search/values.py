"""
What the values of each kind of field mean; those that are moments stand in ``dates.py``.

Each kind turns a value of a term into a condition. One that cannot be meant raises `Unclear`,
which the reader of the query turns into a warning.
"""

import re
from collections.abc import Callable, Mapping
from decimal import MAX_EMAX, MIN_EMIN, ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from difflib import get_close_matches
from typing import Final

import attrs
import pendulum

from backoffice_core.search.conditions import (
    ALWAYS,
    Between,
    Condition,
    Has,
    Starts,
    some,
    unless,
)
from backoffice_core.search.findable import AMOUNT_DIGITS, LONGEST_VALUE, account, term
from backoffice_core.search.text import plain
from backoffice_core.search.tree import Term, Value
from backoffice_core.typed import can_be_kept


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


#: Returns what one value of a term asks for.
Reader = Callable[[Term, Value, Scope], Condition]
_Bounds = tuple[int | None, int | None]

#: The greatest number that is told from greater ones.
_GREATEST: Final = 2**62
#: Numbers are read to the last digit, whatever the decimal context of the program is.
_EXACT: Final = Context(prec=100, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[])


def closest(given: str, known: Mapping[str, object] | tuple[str, ...]) -> str | None:
    """Return what of *known* is most like what was given."""
    found = get_close_matches(given.casefold()[:40], list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def _not_compared(asked: Term) -> None:
    if asked.comparator:
        raise Unclear("not_comparable", f"{asked.field} cannot be compared by {asked.comparator}", f"{asked.field}:")


def _said(asked: Term, value: Value) -> str:
    """Return what a value says, without the spaces around it."""
    if not value.text.strip():
        raise _empty(asked)
    return value.text.strip()


def _empty(asked: Term) -> Unclear:
    return Unclear("empty_value", f"{asked.field}: is not told what to look for; write it right behind the colon")


def _no_character(asked: Term, value: Value) -> Unclear:
    return Unclear("no_character", f"{asked.field}: nothing in {value.text[:40]!r} can be looked for")


def keyword(key: str, prepare: Callable[[str], str] = str) -> Reader:
    """Read the values of a field that is found by its whole value, or by how one of its words begins."""

    def read(asked: Term, value: Value, scope: Scope) -> Condition:
        """Return the condition of one value."""
        _not_compared(asked)
        if value.prefix and prepare(value.text) == "":
            return Starts(f"{key}:")
        text = plain(prepare(_said(asked, value)))
        if not text:
            raise _no_character(asked, value)
        if not value.prefix:
            return Has(term(key, text))
        return some([Starts(f"{key}:{text[:LONGEST_VALUE]}"), Starts(f"{key}*{text[:LONGEST_VALUE]}")])

    return read


def customer_id(asked: Term, value: Value, scope: Scope) -> Condition:
    """Read a customer's id: the whole one as it is spelled, to the last space; what one begins with in any case."""
    if value.prefix:
        return _ID_BEGINS(asked, value, scope)
    _not_compared(asked)
    if not value.text:
        raise _empty(asked)
    if not can_be_kept(value.text):
        raise _no_character(asked, value)
    return Has(account(value.text))


_ID_BEGINS: Final = keyword("customer")


def choice(words: Mapping[str, Condition]) -> Reader:
    """Read words that each have a condition."""

    def read(asked: Term, value: Value, scope: Scope) -> Condition:
        """Return the condition of one word."""
        _not_compared(asked)
        if value.prefix and not value.text:
            return ALWAYS
        text = _said(asked, value).casefold()
        if value.prefix or text not in words:
            known = ", ".join(words)
            written = f"{value.text[:40]}{'*' * value.prefix}"
            raise Unclear("unknown_value", f"{asked.field}: {written!r} is none of {known}", closest(text, words))
        return words[text]

    return read


def identifier(column: str) -> Reader:
    """Read ids, which compare as text."""

    def read(asked: Term, value: Value, scope: Scope) -> Condition:
        """Return the condition of one id."""
        if value.prefix and asked.comparator:
            raise Unclear("not_a_prefix", f"{asked.field}: what ends in a star cannot be compared")
        if value.prefix and not value.text:
            return ALWAYS
        text = value.text
        if not text.strip():
            raise _empty(asked)
        if not (text.isascii() and text.isprintable()):
            raise Unclear("no_character", f"{asked.field}: {text[:40]!r} is no id, which has ASCII characters only")
        if value.prefix:
            return Between(column, text, text + _LAST_CHARACTER * LONGEST_ID)
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

    return read


#: The longest id that a storage keeps, and what sorts behind all that stands in one.
LONGEST_ID: Final = 36
_LAST_CHARACTER: Final = "~"


# --- numbers and moments: a value is a span of whole numbers, and a comparator takes one of its ends


def ranged(column: str, span: Callable[[str, Scope], tuple[int, int]]) -> Reader:
    """Read values that are spans, ranges of them written ``a..b``, and comparisons with them."""

    def read(asked: Term, value: Value, scope: Scope) -> Condition:
        """Return the condition of one value or range."""
        if value.prefix:
            if value.text or asked.comparator:
                raise Unclear("not_a_prefix", f"{asked.field} cannot begin with something; compare it")
            return ALWAYS
        first, is_range, last = (part.strip() for part in _said(asked, value).partition(".."))
        if not is_range:
            return Between(column, *_compared(asked.comparator, *span(first, scope)))
        if asked.comparator:
            raise Unclear("range_compared", f"a range cannot be compared by {asked.comparator}")
        if not first and not last:
            raise Unclear("empty_value", f"{asked.field}: the range has neither a beginning nor an end")
        return _range(column, span(first, scope) if first else None, span(last, scope) if last else None, value.text)

    return read


def _range(column: str, first: tuple[int, int] | None, last: tuple[int, int] | None, text: str) -> Condition:
    """Return the condition of a range, which is open where it has no end."""
    if first and last and min(first) > max(last):
        beginning, _, end = text.partition("..")
        raise Unclear(
            "reversed_range", f"the range {text[:40]!r} ends before it begins", f"{end.strip()}..{beginning.strip()}"
        )
    return Between(column, first[0] if first else None, last[1] if last else None)


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
    return ranged(column, lambda text, _: _number(text, decimals))


def amount(column: str) -> Reader:
    """Read amounts in major units, such as 19.99, in whichever currency the order has."""
    return number(column, AMOUNT_DIGITS)


def _number(text: str, decimals: int) -> tuple[int, int]:
    """Return the whole numbers that a number lies between; one between two of them has none, so low is above high."""
    value = Decimal(text, _EXACT) if _NUMBER.fullmatch(text) else Decimal("NaN")
    if not value.is_finite():
        raise Unclear("not_a_number", f"{text[:40]!r} is no number such as 19.99")
    if value and value.adjusted() > _DIGITS:
        return (-_GREATEST, -_GREATEST) if value.is_signed() else (_GREATEST, _GREATEST)
    exact = value.scaleb(decimals, _EXACT)
    bounds = (int(exact.to_integral_value(rounding)) for rounding in (ROUND_CEILING, ROUND_FLOOR))
    low, high = (max(-_GREATEST, min(_GREATEST, bound)) for bound in bounds)
    return low, high


#: A number with more digits before its point is greater than all that a column holds.
_DIGITS: Final = 30
_NUMBER: Final = re.compile(r"(?=.{1,60}$)[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
