"""
Money: whole minor units of one ISO 4217 currency, and how an amount is split.

Rules:

1. An amount is an integer of minor units. Floats are refused, and so are more digits than the
   currency has (JPY 16.24, EUR 1.005).
2. Rounding is asked for by name (`Money.rounded`), half up.
3. `allocate` gives parts that sum to the whole: largest remainder, ties to the first, zero
   weight gets zero, no part has the other sign than the whole.
4. Amounts of two currencies are never added or compared.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import ClassVar, Final, Self

import attrs

from backoffice_core.currencies import DIGITS
from backoffice_core.failures import InvalidInput, InvalidValue, reason

Number = str | int | Decimal

_NUMBER: Final = re.compile(r"([+-]?)(\d{1,18})(?:\.(\d{1,12}))?", re.ASCII)
#: 64-bit storage columns hold this many minor units in 1/10,000 of the major unit.
MOST: Final = 10**14


@reason
class UnknownCurrency(InvalidInput):
    """
    A code that is not an ISO 4217 currency.

    Attributes:
        currency: What was given.
    """

    code: ClassVar[str] = "unknown_currency"
    currency: str

    def __str__(self) -> str:
        return f"{self.currency!r} is no ISO 4217 currency code; EUR, JPY or KWD would do"


@reason
class TooManyDigits(InvalidInput):
    """
    An amount is finer than its currency.

    Attributes:
        amount: What was given.

        currency: The currency.

        digits: How many digits after the point the currency has.
    """

    code: ClassVar[str] = "too_many_digits"
    amount: str
    currency: str
    digits: int

    def __str__(self) -> str:
        return (
            f"{self.amount} has more digits than {self.currency}, which has {self.digits};"
            f" round it first, with Money.rounded"
        )


@reason
class CurrencyMismatch(InvalidInput):
    """
    An amount is in another currency than the one it meets.

    Attributes:
        expected: The currency that would have done.

        given: The currency that was given.
    """

    code: ClassVar[str] = "currency_mismatch"
    expected: str
    given: str

    def __str__(self) -> str:
        return f"an amount in {self.given} was given where only {self.expected} will do"


@reason
class NothingToAllocateOn(InvalidInput):
    """
    An amount is to be split over weights that are all zero.

    Attributes:
        amount: The amount in minor units.
    """

    code: ClassVar[str] = "nothing_to_allocate_on"
    amount: int

    def __str__(self) -> str:
        return f"{self.amount} minor units cannot be split over weights that are all zero"


def digits(currency: str) -> int:
    """
    Return how many digits after the point *currency* has.

    Raises:
        UnknownCurrency: It is not in ISO 4217.
    """
    try:
        return DIGITS[currency]
    except (KeyError, TypeError):
        raise UnknownCurrency(str(currency)) from None


@lru_cache(maxsize=4096)
def _parse(text: str, currency: str) -> int:
    places = digits(currency)
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        raise InvalidValue("amount", repr(text), "digits with at most one point, such as '12.50'")
    sign, whole, fraction = match[1], match[2], (match[3] or "")
    if len(fraction.rstrip("0")) > places:
        raise TooManyDigits(text.strip(), currency, places)
    minor = int(whole) * 10**places + int(fraction[:places].ljust(places, "0") or "0")
    if minor > MOST:
        raise InvalidValue("amount", text.strip(), f"at most {MOST} minor units")
    return int(-minor if sign == "-" else minor)


def half_up(value: Fraction) -> int:
    """Round to the nearest whole number, halves away from zero."""
    size = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return size if value >= 0 else -size


def ratio(amount: int, part: int, whole: int) -> int:
    """Return ``amount * part / whole`` rounded half up; none is negative, and *whole* is not 0."""
    return (2 * amount * part + whole) // (2 * whole)


def allocate(amount: int, weights: Sequence[int | Fraction]) -> list[int]:
    """
    Split *amount* by *weights* so that the parts sum to it.

    Largest remainder, ties to the first. A zero weight gets zero, and no part has the other
    sign than the whole.

    Raises:
        InvalidValue: A weight is negative, or a float was given.
        NothingToAllocateOn: All weights are zero and the amount is not.
    """
    if any(weight < 0 for weight in weights):
        raise InvalidValue("weights", repr(list(weights)), "weights of at least 0")
    whole = sum(weights)
    if isinstance(whole, float) or type(amount) is not int:
        raise InvalidValue("weights", repr((amount, list(weights))), "a whole amount, and weights that are no floats")
    if not whole:
        if amount:
            raise NothingToAllocateOn(amount)
        return [0] * len(weights)
    size = abs(amount)
    if isinstance(whole, int):
        split = [divmod(size * weight, whole) for weight in weights]
    else:
        split = [divmod(Fraction(size * weight) / whole, 1) for weight in weights]
    parts = [int(floor) for floor, _ in split]
    by_rest = sorted(range(len(parts)), key=lambda i: (-split[i][1], i))
    for i in by_rest[: size - sum(parts)]:
        parts[i] += 1
    return parts if amount >= 0 else [-part for part in parts]


@attrs.frozen(order=False, repr=False)
class Money:
    """
    An exact amount of one currency.

    Attributes:
        minor: Whole minor units (cents of EUR, yen of JPY, fils of KWD).

        currency: ISO 4217 code.
    """

    minor: int
    currency: str

    def __attrs_post_init__(self) -> None:
        if type(self.minor) is not int:
            raise InvalidValue("minor", repr(self.minor), "a whole number of minor units")
        if self.currency not in DIGITS:
            raise UnknownCurrency(str(self.currency))

    @classmethod
    def of(cls, amount: "Money | Number", currency: str) -> "Money":
        """
        Return *amount* of *currency*, exactly.

        Args:
            amount: Text such as ``"12.50"``, an int of major units, a `decimal.Decimal`, or
                a `Money` of that currency.

            currency: ISO 4217 code.

        Raises:
            TooManyDigits: The currency is not that fine.
            CurrencyMismatch: A `Money` of another currency.
            InvalidValue: A float, or text that is no number.
        """
        return cls(minor_of(amount, currency), currency)

    @classmethod
    def rounded(cls, amount: str | int | Decimal | Fraction, currency: str) -> Self:
        """
        Return *amount* of *currency*, rounded half up to its minor unit.

        Raises:
            InvalidValue: A float, no number, or one that is too large or too long.
        """
        if isinstance(amount, float):
            raise InvalidValue("amount", f"the float {amount!r}", "text such as '12.50' or a Decimal")
        if _is_endless(amount):
            raise InvalidValue("amount", "a number that is too large or too long", f"at most {MOST} minor units")
        try:
            exact = Fraction(amount)
        except (ValueError, TypeError, ArithmeticError):
            raise InvalidValue("amount", repr(amount), "a number such as '12.505'") from None
        minor = half_up(exact * 10 ** digits(currency))
        if abs(minor) > MOST:
            raise InvalidValue("amount", "a number that is too large", f"at most {MOST} minor units")
        return cls(minor, currency)

    @classmethod
    def zero(cls, currency: str) -> Self:
        """Return nothing, of *currency*."""
        return cls(0, currency)

    @property
    def amount(self) -> str:
        """The amount in major units as text, with all the digits of the currency."""
        places = digits(self.currency)
        sign = "-" if self.minor < 0 else ""
        if not places:
            return f"{sign}{abs(self.minor)}"
        whole, fraction = divmod(abs(self.minor), 10**places)
        return f"{sign}{whole}.{fraction:0{places}d}"

    @property
    def decimal(self) -> Decimal:
        """The amount in major units as an exact `decimal.Decimal`."""
        return Decimal(self.amount)

    def allocate(self, weights: Sequence[int]) -> list["Money"]:
        """Split by *weights* so that the parts sum to the whole; see `allocate`."""
        return [Money(part, self.currency) for part in allocate(self.minor, weights)]

    def _minor(self, other: object) -> int:
        if not isinstance(other, Money):
            raise InvalidValue("amount", repr(other), f"Money of {self.currency}")
        if other.currency != self.currency:
            raise CurrencyMismatch(self.currency, other.currency)
        return other.minor

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._minor(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._minor(other), self.currency)

    def __mul__(self, times: int) -> "Money":
        if type(times) is not int:
            raise InvalidValue("times", repr(times), "a whole number; round a share with Money.rounded")
        return Money(self.minor * times, self.currency)

    __rmul__ = __mul__

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._minor(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._minor(other)

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._minor(other)

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._minor(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def __repr__(self) -> str:
        return f"Money({self})"


#: More digits than any amount has, before or after the point.
_DIGITS: Final = 60


def _is_endless(number: object) -> bool:
    """Whether a number is so large or so long that reckoning with it, or only printing it, would take for ever."""
    if isinstance(number, str):
        # A word with an exponent is short, and what it stands for need not be.
        return len(number) > 2 * _DIGITS or ("e" in number.lower() and _is_endless(_decimal(number)))
    if isinstance(number, Decimal):
        exponent = number.as_tuple().exponent
        return isinstance(exponent, int) and (number.adjusted() > _DIGITS or exponent < -_DIGITS)
    if isinstance(number, int):
        return number.bit_length() > 4 * _DIGITS
    return isinstance(number, Fraction) and (_is_endless(number.numerator) or _is_endless(number.denominator))


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError:
        return Decimal(0)


def minor_of(amount: "Money | Number", currency: str, field: str = "amount") -> int:
    """
    Return *amount* in minor units of *currency*; the door that every given amount comes through.

    Raises:
        TooManyDigits: The currency is not that fine.
        CurrencyMismatch: A `Money` of another currency.
        InvalidValue: A float, or text that is no number.
    """
    if isinstance(amount, Money):
        if amount.currency != currency:
            raise CurrencyMismatch(currency, amount.currency)
        if abs(amount.minor) > MOST:
            raise InvalidValue(field, str(amount), f"at most {MOST} minor units")
        return amount.minor
    if isinstance(amount, bool | float) or not isinstance(amount, str | int | Decimal):
        raise InvalidValue(field, repr(amount), "text such as '12.50', a Decimal or Money")
    if _is_endless(amount):
        raise InvalidValue(field, "a number that is too large or too long", f"at most {MOST} minor units")
    try:
        return _parse(format(amount, "f") if isinstance(amount, Decimal) else str(amount), currency)
    except InvalidValue as error:
        raise InvalidValue(field, error.given, error.would_do) from None
