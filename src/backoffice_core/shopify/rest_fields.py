"""
Reading one field of Shopify's REST JSON: amounts, units, instants, text, and what is below it.

A field that is not there and one that is null are the same. An error names the field by its path,
such as ``line_items[2].quantity``; what it holds is told only where that is never personal.
"""

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, ClassVar, Final

import attrs
import pendulum

from backoffice_core.failures import InvalidInput, InvalidValue, reason
from backoffice_core.money import TooManyDigits, minor_of
from backoffice_core.shopify.cells import MOST_UNITS, BadCell, dated
from backoffice_core.typed import check_text, kind_of

#: How much of a value an error tells.
_TOLD: Final = 40


@reason
class BadField(BadCell):
    """
    A field of an order in JSON holds a value that cannot be meant; the order is left out.

    Attributes:
        line: The line that the order begins on, from 1; for data that came parsed, its place.

        column: The field, by its path in the order.

        given: What is there; of what may be personal, its type.

        would_do: What would have been accepted.
    """

    code: ClassVar[str] = "bad_field"


@attrs.frozen(repr=False)
class Fields:
    """
    An object of the JSON.

    Attributes:
        data: Its members.

        line: The line that the order begins on.

        path: Where it stands in the order; empty for the order itself.
    """

    data: Mapping[str, Any]
    line: int
    path: str = ""

    def __contains__(self, key: str) -> bool:
        return self.data.get(key) is not None

    def at(self, key: str) -> str:
        """Return the path of a member."""
        return f"{self.path}.{key}" if self.path else key

    def bad(self, key: str, given: str, would_do: str) -> BadField:
        """Return the error that a member cannot be meant."""
        return BadField(self.line, self.at(key), given, would_do)

    def text(self, key: str, most: int | None = None) -> str | None:
        """
        Return text, a number as text; None for empty text.

        Raises:
            BadField: It is of another type, too long, or has characters that are none.
        """
        value = self.data.get(key)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise self.bad(key, kind_of(value), "text")
        text = value if isinstance(value, str) else _digits(value)
        try:
            check_text(key, text)
        except InvalidValue as error:
            raise self.bad(key, error.given, error.would_do) from None
        if most is not None and len(text) > most:
            raise self.bad(key, f"text of {len(text)} characters", f"at most {most} characters")
        return text

    def first(self, key: str, most: int | None = None) -> str | None:
        """
        Return the first text of a list of texts; None where there is none.

        Raises:
            BadField: It is no text, too long, or has characters that are none.
        """
        values = self.data.get(key)
        if not isinstance(values, list | tuple) or not values:
            return None
        place = f"{key}[0]"
        return Fields({place: values[0]}, self.line, self.path).text(place, most)

    def word(self, key: str) -> str:
        """Return one of Shopify's own words in lower case; empty where there is none."""
        return (self.text(key) or "").strip().casefold()

    def amount(self, key: str, currency: str) -> int | None:
        """
        Return an amount of at least 0 in minor units; None where there is none.

        Raises:
            BadField: It is no amount of the currency, or is below zero.
        """
        minor = self.signed(key, currency)
        if minor is not None and minor < 0:
            raise self.bad(key, _told(self.data.get(key)), "an amount of at least 0")
        return minor

    def signed(self, key: str, currency: str) -> int | None:
        """
        Return an amount in minor units that may be below zero; None where there is none.

        Raises:
            BadField: It is no amount of the currency.
        """
        value = self.data.get(key)
        if value is None or value == "":
            return None
        try:
            return minor_of(_number(value), currency)
        except TooManyDigits as error:
            would_do = f"an amount with at most {error.digits} digits after the point, as {currency} has,"
            raise self.bad(key, _told(value), would_do) from None
        except InvalidInput:
            raise self.bad(key, _told(value), "digits with at most one point, such as 104999.00,") from None

    def of_set(self, key: str, currency: str) -> int | None:
        """Return the shop's amount of a ``..._set``, in minor units; None where there is none."""
        bag = self.one(key)
        money = bag.one("shop_money") if bag is not None else None
        return money.signed("amount", currency) if money is not None else None

    def rate(self, key: str) -> str | None:
        """
        Return a tax rate as decimal text such as ``0.06``; None where there is none.

        Raises:
            BadField: It is no number from 0 to 10.
        """
        value = self.data.get(key)
        if value is None or value == "":
            return None
        try:
            rate = Decimal(str(_number(value)))
        except (ArithmeticError, ValueError):
            rate = Decimal(-1)
        if not (rate.is_finite() and 0 <= rate <= 10):
            raise self.bad(key, _told(value), "a rate such as 0.06")
        return format(round(rate, 8).normalize(), "f")

    def text_of_number(self, key: str) -> str | None:
        """Return text or a number as text, such as a percentage; None where there is none."""
        value = self.data.get(key)
        return str(_number(value)) if isinstance(value, float) else self.text(key)

    def units(self, key: str, least: int = 0) -> int | None:
        """
        Return a number of units; None where there is none.

        Raises:
            BadField: It is no whole number from *least* to `MOST_UNITS`.
        """
        value = self.data.get(key)
        if value is None:
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= len(str(MOST_UNITS)):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= MOST_UNITS:
            raise self.bad(key, _told(value), f"a whole number from {least} to {MOST_UNITS}")
        return value

    def yes(self, key: str, *, default: bool = False) -> bool:
        """
        Return yes or no; *default* where nothing is said.

        Raises:
            BadField: It is something else.
        """
        value = self.data.get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self.bad(key, _told(value), "true or false")
        return value

    def moment(self, key: str) -> pendulum.DateTime | None:
        """
        Return an instant in UTC; None where there is none.

        Raises:
            BadField: It is no instant, or does not say its offset from UTC.
        """
        value = self.data.get(key)
        if value is None or value == "":
            return None
        try:
            return dated(value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(value))
        except (ValueError, TypeError, OverflowError, InvalidInput):
            raise self.bad(key, _told(value), "an instant such as 2023-05-31T23:06:04-07:00") from None

    def one(self, key: str) -> "Fields | None":
        """
        Return the object below a member; None where there is none.

        Raises:
            BadField: It is something else.
        """
        value = self.data.get(key)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise self.bad(key, kind_of(value), "an object")
        return Fields(value, self.line, self.at(key))

    def each(self, key: str) -> Iterator["Fields"]:
        """
        Yield the objects of a list; none where there is none.

        Raises:
            BadField: It is no list of objects.
        """
        value = self.data.get(key)
        if value is None:
            return
        if not isinstance(value, list | tuple):
            raise self.bad(key, kind_of(value), "a list")
        for place, member in enumerate(value):
            if not isinstance(member, Mapping):
                raise self.bad(f"{key}[{place}]", kind_of(member), "an object")
            yield Fields(member, self.line, self.at(f"{key}[{place}]"))


def _number(value: Any) -> Any:
    """Return a JSON number exactly as it was written; the floats of parsers never reach a sum."""
    if isinstance(value, float):
        return Decimal(repr(value)) if math.isfinite(value) else "NaN"
    return _digits(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _digits(value: int) -> str:
    return str(value) if abs(value) < 10**30 else "a number of more than 30 digits"


def _told(value: Any) -> str:
    """Return what an error tells of a value that is never personal."""
    if isinstance(value, int) and not isinstance(value, bool):
        return _digits(value)
    if isinstance(value, str | float | bool | Decimal):
        text = repr(value) if isinstance(value, str) else str(value)
        return text if len(text) <= _TOLD else f"{text[:_TOLD]}..."
    return kind_of(value)
