"""
Cells that a spreadsheet would take for a formula or a number: an apostrophe goes before them, and off again.

Rules:

1. Text that begins like a formula gets an apostrophe; so does text that begins with apostrophes
   before that, so that taking one off gives back exactly what was there.
2. A phone number that is a plus and digits is left as it is. One with spaces or dashes is not: of
   ``+1-555-0100`` a spreadsheet makes a sum.
3. A ZIP code of digits gets an apostrophe, so that it keeps its zeros.
"""

import re
from typing import Final

#: What a formula begins with, as far as spreadsheets go.
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")
_GUARDED: Final = re.compile(r"''*[=+\-@\t\r]")
#: Most text begins with none of these, which is told faster than by a pattern.
_FIRST: Final = frozenset("'=+-@\t\r")


def guarded(text: str | None) -> str:
    """Return text as a cell (rule 1); empty for None."""
    if not text:
        return ""
    return f"'{text}" if text[0] in _FIRST and _FORMULA.match(text) else text


def unguarded(cell: str) -> str:
    """Return the text of a cell of `guarded`; other apostrophes stay."""
    return cell[1:] if _GUARDED.match(cell) else cell


def phone_cell(number: str | None) -> str:
    """Return a phone number as a cell (rule 2); empty for None."""
    if not number:
        return ""
    first, rest = number[0], number[1:]
    if first not in _FIRST or (first == "+" and rest.isascii() and rest.isdigit()):
        return number
    return f"'{number}"


def zip_cell(code: str | None) -> str:
    """Return a ZIP code as a cell (rule 3); empty for None."""
    if not code:
        return ""
    return f"'{code}" if code[0] in _FIRST or (code.isascii() and code.isdigit()) else code


def bare_code(cell: str) -> str:
    """Return the phone number or ZIP code of a cell."""
    return cell.removeprefix("'")
