"""
Cells that a spreadsheet would take for a formula or a number: an apostrophe goes before them, and off again.

Rules:

1. Text that begins like a formula, spaces before it or not, gets an apostrophe; so does text that
   begins with apostrophes before that, so that taking one off gives back exactly what was there.
2. A phone number that is a plus and digits is left as it is. One with spaces or dashes is not: of
   ``+1-555-0100`` a spreadsheet makes a sum.
3. A ZIP code of digits gets an apostrophe, so that it keeps its zeros.
"""

import re
from typing import Final

#: What a formula begins with, as far as spreadsheets go, and what may stand before it.
_FORMULA: Final = re.compile(r"[\s']*[=+\-@]|[\s']*[\t\r]")
_GUARDED: Final = re.compile(rf"'(?:{_FORMULA.pattern})")
#: Most text begins with none of these and no space, which is told faster than by a pattern.
_FIRST: Final = frozenset("'=+-@")


def guarded(text: str | None) -> str:
    """Return text as a cell (rule 1); empty for None."""
    if not text:
        return ""
    first = text[0]
    return f"'{text}" if (first in _FIRST or first.isspace()) and _FORMULA.match(text) else text


def unguarded(cell: str) -> str:
    """Return the text of a cell of `guarded`; other apostrophes stay."""
    return cell[1:] if cell[:1] == "'" and _GUARDED.match(cell) else cell


def phone_cell(number: str | None) -> str:
    """Return a phone number as a cell (rule 2); empty for None."""
    if not number:
        return ""
    rest = number[1:]
    return number if number[0] == "+" and rest.isascii() and rest.isdigit() else _code(number)


def zip_cell(code: str | None) -> str:
    """Return a ZIP code as a cell (rule 3); empty for None."""
    if not code:
        return ""
    return f"'{code}" if code.isascii() and code.isdigit() else _code(code)


def _code(text: str) -> str:
    return f"'{text}" if text.lstrip().startswith("'") else guarded(text)


def bare_code(cell: str) -> str:
    """Return the phone number or ZIP code of a cell."""
    return cell.removeprefix("'")
