"""
What a caller asks for when an order is placed.

Plain values, checked here as far as one can without knowing the order. Amounts are `Money` or
text in the order's currency.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Literal, TypeVar

import attrs
import pendulum

from backoffice_core.clock import maybe_utc
from backoffice_core.failures import InvalidValue
from backoffice_core.money import Money
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.facts import Card
from backoffice_core.orders.lines import LineKind
from backoffice_core.orders.order import Address, CustomerRef
from backoffice_core.typed import check_text, check_types, kind_of, one_of, whole_from, word_of

Amount = Money | str | int | Decimal

T = TypeVar("T")

LONGEST_TITLE = 255
#: The most units of one line.
MOST_UNITS = 1_000_000_000


def text_up_to(longest: int) -> Any:
    """Return a validator of text that is not empty and not longer than *longest*."""

    def validate(_: object, attribute: "attrs.Attribute[str]", value: Any) -> None:
        if not isinstance(value, str) or not value.strip() or len(value) > longest:
            given = f"text of {len(value)} characters" if isinstance(value, str) else kind_of(value)
            raise InvalidValue(attribute.name, given, f"text of 1 to {longest} characters")
        check_text(attribute.name, value)

    return validate


def at_least(least: int) -> Any:
    """Return a validator of whole numbers that are neither below *least* nor above `MOST_UNITS`."""

    def validate(_: object, attribute: "attrs.Attribute[int]", value: Any) -> None:
        whole_from(attribute.name, value, least, MOST_UNITS)

    return validate


def members(value: Any, kind: type[T], field: str | None = None) -> tuple[T, ...]:
    """
    Return one or several values of a kind as a tuple.

    Args:
        value: What was given.

        kind: The class.

        field: What an error calls it; the name of the class unless it is given.

    Raises:
        InvalidValue: One is of another kind.
    """
    name, one_of_them = field or kind.__name__.lower(), f"{_article(kind.__name__)} {kind.__name__}"
    if value is None:
        return ()
    if isinstance(value, kind):
        return (value,)
    if not isinstance(value, Iterable):
        raise InvalidValue(name, repr(value), f"{one_of_them}, or several")
    given: tuple[Any, ...] = tuple(value)
    for one in given:
        if not isinstance(one, kind):
            raise InvalidValue(name, repr(one), one_of_them)
    return given


def _article(word: str) -> str:
    return "an" if word[0] in "AEIOU" else "a"


def _kind(value: Any) -> LineKind:
    return word_of("kind", LineKind, value)


def _rate(value: Any) -> str:
    would_do = "a share as text, such as '0.20' for 20 percent"
    if isinstance(value, float | bool) or not isinstance(value, str | int | Decimal):
        raise InvalidValue("rate", repr(value), would_do)
    try:
        number = Decimal(value)
    except ArithmeticError:
        raise InvalidValue("rate", repr(value), would_do) from None
    if not number.is_finite() or not 0 <= number <= 10:
        given = f"{number:.3e}" if isinstance(value, int) else repr(value)
        raise InvalidValue("rate", given, "a share from 0 to 10, such as '0.20' for 20 percent")
    if number != round(number, 12):
        raise InvalidValue("rate", repr(value), "a share of at most 12 digits after the point")
    return format(number, "f")


def _names(on: Any) -> str | tuple[str, ...]:
    if isinstance(on, str):
        return on
    names = tuple(on) if isinstance(on, Iterable) else ()
    if not names or not all(isinstance(name, str) for name in names):
        raise InvalidValue("on", repr(on), "order, shipping or SKUs that are on lines")
    return names


def expiry(value: Any) -> pendulum.DateTime | None:
    """Return when an authorization lapses, from an aware instant or None."""
    return maybe_utc(value, "expires_at")


def properties_of(value: Any) -> tuple[tuple[str, str], ...]:
    """Return the properties of a line as pairs of text, in their order."""
    return _pairs("properties", value)


def attributes_of(value: Any) -> tuple[tuple[str, str], ...]:
    """Return the attributes of an order as pairs of text, in their order."""
    return _pairs("attributes", value)


def _pairs(field: str, value: Any) -> tuple[tuple[str, str], ...]:
    if not value:
        return ()
    would_do = "a mapping of text to text, or pairs"
    if not isinstance(value, Iterable) or isinstance(value, str):
        raise InvalidValue(field, kind_of(value), would_do)
    found = []
    for row in value.items() if isinstance(value, Mapping) else value:
        if not isinstance(row, tuple | list) or len(row) != 2:
            raise InvalidValue(field, kind_of(row), would_do)
        pair = str(row[0]), str(row[1])
        for text in pair:
            check_text(field, text)
        found.append(pair)
    return tuple(found)


def taxes_of(value: Any) -> tuple["Tax", ...]:
    """Return what was given as taxes as a tuple."""
    return members(value, Tax)


def discounts_of(value: Any) -> tuple["Discount", ...]:
    """Return what was given as discounts as a tuple."""
    return members(value, Discount)


def payments_of(value: Any) -> tuple["Sale", ...]:
    """Return what was given as payments as a tuple."""
    return members(value, Sale)


@attrs.frozen
class Tax:
    """
    A tax on a line or on shipping.

    Attributes:
        title: Its name, such as ``TVA``.

        rate: The share as text, ``"0.20"`` for 20 percent. A tax without a rate is refused.

        amount: The amount, when it is given; otherwise it is computed, half up.
    """

    title: str = attrs.field(validator=text_up_to(LONGEST_TITLE))
    rate: str = attrs.field(converter=_rate)
    amount: Amount | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        check_types(self)


@attrs.frozen
class Discount:
    """
    A discount: a fixed amount for all it applies to, or a percentage.

    Attributes:
        title: What it is called.

        amount: The fixed amount for the line or lines together, cut off at what they cost.

        percent: The percentage, ``"12.5"``; more than 0, at most 100, at most two decimals.

        on: ``order``, ``shipping``, or the SKUs of the lines it is for.

        code: The code that was typed in.
    """

    title: str = attrs.field(validator=text_up_to(LONGEST_TITLE))
    amount: Amount | None = attrs.field(default=None, kw_only=True)
    percent: str | None = attrs.field(default=None, kw_only=True)
    on: str | tuple[str, ...] = attrs.field(default="order", kw_only=True, converter=_names)
    code: str | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        check_types(self)
        if (self.amount is None) == (self.percent is None):
            raise InvalidValue("discount", f"{self.title!r} with both or neither", "either amount or percent")
        if self.percent is not None:
            self.share()

    def share(self) -> Decimal:
        """Return the percentage as a number."""
        try:
            share = Decimal(str(self.percent))
        except ArithmeticError:
            share = Decimal("NaN")
        exponent = share.as_tuple().exponent
        if not share.is_finite() or not 0 < share <= 100 or (isinstance(exponent, int) and exponent < -2):
            raise InvalidValue("percent", repr(self.percent), "more than 0, at most 100, at most two decimals")
        return share


@attrs.frozen
class Line:
    """
    A line of an order to be placed: a variant of the catalog, or goods priced by the host.

    Attributes:
        title: What it is called; a variant brings its own.

        variant: A variant's id or SKU in the catalog.

        sku: Stock keeping unit.

        quantity: How many, at least 1.

        price: Price of one; a variant brings its own unless one is given here.

        taxes: The taxes on it.

        discounts: Discounts on this line alone; ``on`` is left out.

        kind: ``product``, ``custom``, ``tip`` or ``gift_card``.
    """

    title: str | None = attrs.field(default=None, validator=attrs.validators.optional(text_up_to(LONGEST_TITLE)))
    variant: str | None = attrs.field(default=None, kw_only=True)
    sku: str | None = attrs.field(default=None, kw_only=True)
    quantity: int = attrs.field(default=1, validator=at_least(1), kw_only=True)
    price: Amount | None = attrs.field(default=None, kw_only=True)
    taxes: tuple[Tax, ...] = attrs.field(default=(), converter=taxes_of, kw_only=True)
    discounts: tuple[Discount, ...] = attrs.field(default=(), converter=discounts_of, kw_only=True)
    kind: LineKind = attrs.field(default=LineKind.PRODUCT, converter=_kind, kw_only=True)
    variant_title: str | None = attrs.field(default=None, kw_only=True)
    vendor: str | None = attrs.field(default=None, kw_only=True)
    requires_shipping: bool = attrs.field(default=True, kw_only=True)
    properties: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=properties_of, kw_only=True, repr=False)

    def __attrs_post_init__(self) -> None:
        check_types(self)


@attrs.frozen
class Shipping:
    """
    A charge for shipping.

    Attributes:
        title: The method.

        price: The charge.

        taxes: The taxes on it.
    """

    title: str = attrs.field(validator=text_up_to(LONGEST_TITLE))
    price: Amount
    taxes: tuple[Tax, ...] = attrs.field(default=(), converter=taxes_of)

    def __attrs_post_init__(self) -> None:
        check_types(self)


@attrs.frozen
class Sale:
    """
    Money that was taken at once, or is to be.

    Attributes:
        amount: How much.

        gateway: The gateway's name. One that is registered and gave no *reference* is asked;
            otherwise the payment is recorded as having happened.

        reference: The gateway's own name for the movement.

        status: ``success``, ``pending`` or ``failure``.

        card: What the gateway told of the card, such as ``Card(avs="Y", cvc="M")``.
    """

    amount: Amount
    gateway: str = attrs.field(default="manual", kw_only=True, validator=text_up_to(LONGEST_TITLE))
    reference: str | None = attrs.field(default=None, kw_only=True)
    status: Literal["success", "pending", "failure"] = attrs.field(
        default="success", kw_only=True, validator=one_of("success", "pending", "failure")
    )
    card: Card | None = attrs.field(default=None, kw_only=True, repr=False)

    def __attrs_post_init__(self) -> None:
        check_types(self)


@attrs.frozen
class Authorization(Sale):
    """
    Money that was set aside, or is to be, and has to be captured.

    Attributes:
        expires_at: When it lapses, an aware instant.
    """

    expires_at: pendulum.DateTime | None = attrs.field(default=None, kw_only=True, converter=expiry)


def shipping_of(value: Any) -> tuple[Shipping, ...]:
    """Return what was given as shipping: nothing, an amount, a `Shipping`, or several."""
    if value is None:
        return ()
    if isinstance(value, Shipping):
        return (value,)
    if isinstance(value, Money | str | int | Decimal):
        return (Shipping("Shipping", value),)
    return members(value, Shipping)


def customer_of(
    customer: CustomerRef | str | None, email: str | None, phone: str | None, name: str | None = None
) -> CustomerRef | None:
    """Return who buys, from a reference, an id, or what a guest left."""
    known = CustomerRef(id=customer) if isinstance(customer, str) else customer
    if known is not None:
        if not isinstance(known, CustomerRef):
            raise InvalidValue("customer", kind_of(customer), "a CustomerRef, or a customer's id")
        check_types(known)
    if email is None and phone is None and name is None:
        return known
    if email is not None and ("@" not in email[1:-1] or any(c.isspace() for c in email)):
        raise InvalidValue("email", "text that is no address", "an address such as ada@example.com")
    base = known or CustomerRef()
    return evolve(base, email=email or base.email, phone=phone or base.phone, name=name or base.name)


__all__ = [
    "Address",
    "Amount",
    "Authorization",
    "CustomerRef",
    "Discount",
    "Line",
    "Sale",
    "Shipping",
    "Tax",
]
