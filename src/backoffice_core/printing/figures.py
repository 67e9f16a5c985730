"""
Amounts, numbers and moments as a reader writes them, in English and French.

1. An amount has all the digits of its currency. English has the sign first (``€129.90``, ``KWD 1.500``), French
   behind a space that does not break (``129,90 €``).
2. A currency is written by a sign that no other one shares in that language, else by its code.
3. A moment is told in the shop's time zone. A day is ``May 17, 2024`` in English, ``17 May 2024`` in that of
   anywhere but the United States, ``17 mai 2024`` in French.

The signs are those of the Unicode CLDR. Nothing here asks the machine's locale.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar, Final

import attrs
import pendulum

from backoffice_core.money import Money
from backoffice_core.orders.story.sentences import Language, language_for

#: A space at which no line ends; the narrow one stands between three digits and the next in French.
SPACE: Final = "\u00a0"
NARROW: Final = "\u202f"
#: The sign of a negative amount, as wide as a plus.
MINUS: Final = "\u2212"

_ENGLISH_SIGNS: Final = {
    "AUD": "A$",
    "BRL": "R$",
    "CAD": "CA$",
    "CNY": "CN¥",
    "EUR": "€",
    "GBP": "£",
    "HKD": "HK$",
    "ILS": "₪",
    "INR": "₹",
    "JPY": "¥",
    "KRW": "₩",
    "MXN": "MX$",
    "NZD": "NZ$",
    "PHP": "₱",
    "TWD": "NT$",
    "USD": "$",
    "VND": "₫",
    "XCD": "EC$",
}
_FRENCH_SIGNS: Final = {
    "AUD": "$AU",
    "BRL": "R$",
    "CAD": "$CA",
    "EUR": "€",
    "GBP": "£GB",
    "ILS": "₪",
    "INR": "₹",
    "KRW": "₩",
    "MXN": "$MX",
    "NZD": "$NZ",
    "SGD": "$SG",
    "USD": "$US",
    "VND": "₫",
    "XAF": "FCFA",
    "XOF": "F\u202fCFA",
    "XPF": "FCFP",
}
_ENGLISH_MONTHS: Final = "January February March April May June July August September October November December"
_FRENCH_MONTHS: Final = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"


@attrs.frozen
class Figures(ABC):
    """
    How one reader writes figures.

    Attributes:
        zone: IANA name of the zone that moments are told in.

        month_first: Whether an English day begins with its month.
    """

    signs: ClassVar[Mapping[str, str]]
    months: ClassVar[tuple[str, ...]]
    thousands: ClassVar[str]
    point: ClassVar[str]

    zone: str
    month_first: bool = True

    def number(self, number: int) -> str:
        """Return a whole number, such as ``1,234``."""
        return f"{MINUS if number < 0 else ''}{abs(number):,}".replace(",", self.thousands)

    def money(self, money: Money) -> str:
        """Return an amount with its currency, such as ``€1,234.50``."""
        return self._signed(MINUS if money.minor < 0 else "", self._digits(money), money.currency)

    def rate(self, rate: str) -> str:
        """Return the rate of a tax, a fraction as decimal text, in percent: ``5.5%``."""
        share = format((Decimal(rate) * 100).normalize(), "f")
        return self._percent(share.replace("-", MINUS).replace(".", self.point))

    def day(self, at: pendulum.DateTime) -> str:
        """Return the day of a moment, such as ``May 17, 2024``."""
        local = at.in_timezone(self.zone)
        return self._day(local.day, self.months[local.month - 1], local.year)

    def moment(self, at: pendulum.DateTime) -> str:
        """Return a moment to the minute."""
        local = at.in_timezone(self.zone)
        return self._moment(self.day(at), local.hour, local.minute)

    def _digits(self, money: Money) -> str:
        whole, _, fraction = money.amount.lstrip("-").partition(".")
        return self.number(int(whole)) + (f"{self.point}{fraction}" if fraction else "")

    @abstractmethod
    def _signed(self, sign: str, digits: str, currency: str) -> str: ...

    @abstractmethod
    def _percent(self, share: str) -> str: ...

    @abstractmethod
    def _day(self, day: int, month: str, year: int) -> str: ...

    @abstractmethod
    def _moment(self, day: str, hour: int, minute: int) -> str: ...


class EnglishFigures(Figures):
    """English figures."""

    signs = _ENGLISH_SIGNS
    months = tuple(_ENGLISH_MONTHS.split())
    thousands = ","
    point = "."

    def _signed(self, sign: str, digits: str, currency: str) -> str:
        return f"{sign}{self.signs.get(currency, currency + SPACE)}{digits}"

    def _percent(self, share: str) -> str:
        return f"{share}%"

    def _day(self, day: int, month: str, year: int) -> str:
        return f"{month} {day}, {year}" if self.month_first else f"{day} {month} {year}"

    def _moment(self, day: str, hour: int, minute: int) -> str:
        if self.month_first:
            return f"{day}, {hour % 12 or 12}:{minute:02}{SPACE}{'am' if hour < 12 else 'pm'}"
        return f"{day}, {hour:02}:{minute:02}"


class FrenchFigures(Figures):
    """French figures."""

    signs = _FRENCH_SIGNS
    months = tuple(_FRENCH_MONTHS.split())
    thousands = NARROW
    point = ","

    def _signed(self, sign: str, digits: str, currency: str) -> str:
        return f"{sign}{digits}{SPACE}{self.signs.get(currency, currency)}"

    def _percent(self, share: str) -> str:
        return f"{share}{NARROW}%"

    def _day(self, day: int, month: str, year: int) -> str:
        return f"{'1er' if day == 1 else day} {month} {year}"

    def _moment(self, day: str, hour: int, minute: int) -> str:
        return f"{day} à {hour:02}:{minute:02}"


_KINDS: Final[Mapping[Language, type[Figures]]] = {"en": EnglishFigures, "fr": FrenchFigures}


def figures_for(locale: str, zone: str) -> Figures:
    """
    Return how a reader writes figures.

    Args:
        locale: Such as ``fr-CA``; English where its language is not known here.

        zone: IANA name of the zone that moments are told in.
    """
    month_first = locale.replace("_", "-").upper() in ("EN", "EN-US")
    return _KINDS[language_for(locale)](zone, month_first=month_first)
