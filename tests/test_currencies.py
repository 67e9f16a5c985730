"""The table of currencies against the ISO 4217 package, and the codes that programs get wrong."""

import iso4217
import pytest

from backoffice_core.currencies import DIGITS
from tools import currencies as tool


def test_equals_the_package() -> None:
    """Every code with digits in ISO 4217 is in the table with these digits; the rest is listed as withdrawn."""
    assert tool.current() | tool.WITHDRAWN == dict(DIGITS)


def test_nothing_withdrawn_is_current() -> None:
    """A code that ISO 4217 takes back into use must leave the list of withdrawn ones."""
    assert set() == set(tool.WITHDRAWN) & set(tool.current())


def test_file_is_the_generated_one() -> None:
    """Nobody edits the module by hand."""
    assert tool.render() == tool.TARGET.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("code", "digits"),
    [
        ("BHD", 3),
        ("BIF", 0),
        ("CLF", 4),
        ("CLP", 0),
        ("EUR", 2),
        ("HUF", 2),
        ("ISK", 0),
        ("JPY", 0),
        ("KRW", 0),
        ("KWD", 3),
        ("MGA", 2),
        ("TND", 3),
        ("TWD", 2),
        ("UGX", 0),
        ("USD", 2),
        ("UYW", 4),
        ("VND", 0),
        ("XAD", 2),
        ("XCG", 2),
        ("ZWG", 2),
        ("BGN", 2),
        ("BYR", 0),
        ("HRK", 2),
    ],
)
def test_digits(code: str, digits: int) -> None:
    """Currencies with other than two digits, new ones, and withdrawn ones."""
    assert digits == DIGITS[code]


@pytest.mark.parametrize("code", ["XAG", "XAU", "XDR", "XPD", "XPT", "XSU", "XTS", "XUA", "XXX"])
def test_codes_without_digits_are_left_out(code: str) -> None:
    """An amount in ounces or in no currency has no minor unit."""
    assert iso4217.raw_table[code]["CcyMnrUnts"] == "N.A."
    assert code not in DIGITS


def test_codes_are_three_capitals_and_the_table_is_closed() -> None:
    """The keys can be matched without folding, and no caller can add one."""
    assert all(len(code) == 3 and code.isascii() and code.isalpha() and code.isupper() for code in DIGITS)
    with pytest.raises(TypeError):
        DIGITS["EUR"] = 3  # type: ignore[index]
