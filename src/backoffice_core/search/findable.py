"""
What an order is found by: terms, words, and columns for sorting and ranges.

All of it is derived from the order and from nothing else, so it can be made anew at any time.

* A **term** is ``key:value``, such as ``tag:vip`` or ``fin:paid``, without case. Of a value of
  several words the later ones stand as ``key*words``, so that a prefix finds them.
* **Words** are lines, one a text, each word with a space on both sides.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

import attrs

from backoffice_core.clock import to_micros
from backoffice_core.money import digits
from backoffice_core.orders.states import Lifecycle
from backoffice_core.search.text import fold, lines, plain

if TYPE_CHECKING:
    from backoffice_core.orders.order import Address, Order

#: Amounts are kept in 1/10,000 of the major unit, so that they compare across currencies.
AMOUNT_DIGITS: Final = 4
#: A value longer than that is told by its beginning and a hash of the whole.
LONGEST_VALUE: Final = 60
#: The longest text to sort by.
LONGEST_KEY: Final = 100


@attrs.frozen
class Columns:
    """
    What orders are sorted by, and what ranges are asked of; nothing is ever missing.

    Attributes:
        id: The order's id.

        created_at: When it was placed, in microseconds since 1970 UTC.

        updated_at: When it was last changed, the same.

        number: The number in its name; 0 where there is none.

        total: What it costs before returns, in 1/10,000 of the major unit.

        current_total: What is left of it costs, the same.

        items: Units that were sold, without tips.

        customer: Who bought, folded; empty for nobody known.

        destination: Country, province and city it goes to, folded; empty where none is known.

        financial_status: Where the money stands.

        fulfillment_status: Where the goods stand.
    """

    id: str
    created_at: int
    updated_at: int
    number: int
    total: int
    current_total: int
    items: int
    customer: str
    destination: str
    financial_status: str
    fulfillment_status: str


@attrs.frozen
class Findable:
    """
    What one order is found by.

    Attributes:
        terms: Its terms, sorted.

        words: Its words; see the head of this file.

        columns: Its columns.
    """

    terms: tuple[str, ...]
    words: str
    columns: Columns


def findable(order: "Order") -> Findable:
    """Return what an order is found by."""
    return Findable(tuple(sorted(set(_terms(order)))), _words(order), _columns(order))


def term(key: str, value: str) -> str:
    """Return the term of a value, which stands for no other one."""
    return f"{key}:{short(plain(value))}"


def short(value: str) -> str:
    """Return a value that fits into a term."""
    if len(value) <= LONGEST_VALUE:
        return value
    return f"{value[:LONGEST_VALUE]}\x1e{hashlib.sha256(value.encode()).hexdigest()[:16]}"


def scaled(minor: int, currency: str) -> int:
    """Return minor units in 1/10,000 of the major unit."""
    return minor * int(10 ** (AMOUNT_DIGITS - digits(currency)))


def bare_name(name: str) -> str:
    """Return an order's name without the hash sign that most people leave out."""
    return name.removeprefix("#")


def _terms(order: "Order") -> Iterator[str]:
    yield f"fin:{order.financial_status}"
    yield f"ful:{order.fulfillment_status}"
    yield f"ret:{order.return_status}"
    yield "is:open" if order.closed_at is None else "is:closed"
    if order.lifecycle is Lifecycle.CANCELLED:
        yield "is:cancelled"
    if order.test:
        yield "is:test"
    yield from _valued("name", [bare_name(order.name)])
    yield from _valued("tag", order.tags)
    yield from _valued("sku", (line.sku for line in order.lines))
    yield from _valued("code", (discount.code for discount in order.discounts))
    yield from _valued("gw", (one.gateway for one in order.transactions))
    yield from _valued("ref", (one.reference for one in order.transactions))
    yield from _valued("chan", [order.channel])
    yield from _valued("src", [order.source[1] if order.source else None])
    yield from _valued("place", _places(order))
    if order.customer is not None:
        yield from _valued("customer", [order.customer.id])
        yield from _valued("email", [order.customer.email])


def _valued(key: str, values: Iterable[str | None]) -> Iterator[str]:
    for value in values:
        if value and (text := plain(value)):
            yield f"{key}:{short(text)}"
            while " " in text:
                text = text.partition(" ")[2]
                yield f"{key}*{text[:LONGEST_VALUE]}"


def _places(order: "Order") -> Iterator[str | None]:
    for line in order.lines:
        for place, _ in line.allocated:
            yield place
    for parcel in order.fulfillments:
        yield parcel.location_id


def _words(order: "Order") -> str:
    texts: list[str | None] = [order.name]
    if order.customer is not None:
        texts += [order.customer.name, order.customer.email, *_phone(order.customer.phone)]
    for address in (order.shipping_address, order.billing_address):
        texts += _address(address) if address is not None else ()
    for line in order.lines:
        texts += [line.title, line.variant_title, line.sku]
    texts += [one.reference for one in order.transactions]
    return lines(texts)


def _address(address: "Address") -> list[str | None]:
    return [
        *(address.name, address.company, address.address1, address.address2, address.city, address.zip),
        *(address.province, address.province_name, address.country, *_phone(address.phone)),
    ]


def _phone(phone: str | None) -> tuple[str | None, ...]:
    """Return a phone number as it was written, and its digits in one."""
    return (phone, "".join(filter(str.isdecimal, phone))) if phone else ()


def _columns(order: "Order") -> Columns:
    place = order.shipping_address or order.billing_address
    parts = (place.country, place.province, place.city) if place is not None else ()
    return Columns(
        id=order.id,
        created_at=to_micros(order.created_at),
        updated_at=to_micros(order.updated_at),
        number=order.number,
        total=scaled(order.sums.total, order.currency),
        current_total=scaled(order.sums.current_total, order.currency),
        items=sum(line.quantity for line in order.lines if not line.is_tip),
        customer=fold(buyer(order) or "")[:LONGEST_KEY],
        destination=fold(" ".join(part or "" for part in parts))[:LONGEST_KEY],
        financial_status=order.financial_status.value,
        fulfillment_status=order.fulfillment_status.value,
    )


def buyer(order: "Order") -> str | None:
    """Return what the list calls the customer: a name, else an address for mail; None for nobody known."""
    known = order.customer
    place = order.billing_address or order.shipping_address
    names = (known.name if known else None, place.name if place else None, known.email if known else None)
    return next((name for name in names if name), None)
