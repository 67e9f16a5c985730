"""
What an order is found by: terms, words, and columns for sorting and ranges.

All of it is derived from the order and from nothing else, so it can be made anew at any time.

* A **term** is ``key:value``, such as ``tag:vip`` or ``fin:paid``, without case; that of a customer's
  id tells case and spaces apart, see `account`. Of a value of several words the later ones stand as
  ``key*words``, so that a prefix finds them.
* **Words** are lines, one a text, each word with a space on both sides.
"""

import hashlib
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import attrs

from backoffice_core.clock import to_micros
from backoffice_core.money import digits
from backoffice_core.orders.risk import RiskLevel
from backoffice_core.orders.states import Lifecycle
from backoffice_core.orders.todo import to_do
from backoffice_core.search.text import fold, lines, plain

if TYPE_CHECKING:
    from backoffice_core.orders.checkout import Checkout
    from backoffice_core.orders.order import Address, CustomerRef, Order

#: Amounts are kept in 1/10,000 of the major unit, so that they compare across currencies.
AMOUNT_DIGITS: Final = 4
#: A value longer than that is told by its beginning and a hash of the whole.
LONGEST_VALUE: Final = 60
#: How the term of a customer's id begins; a guest has none.
ACCOUNT: Final = "customer:"
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


C = TypeVar("C")


@attrs.frozen
class Findable(Generic[C]):
    """
    What one document is found by.

    Attributes:
        terms: Its terms, sorted.

        words: Its words; see the head of this file.

        columns: Its columns.

        person: Who bought, as people are told apart; see `person`.
    """

    terms: tuple[str, ...]
    words: str
    columns: C
    person: str | None = None


def findable(order: "Order") -> Findable[Columns]:
    """Return what an order is found by."""
    return Findable(tuple(sorted(set(_terms(order)))), _words(order), _columns(order), person(order))


def term(key: str, value: str) -> str:
    """Return the term of a value, which stands for no other one."""
    return f"{key}:{short(plain(value))}"


def short(value: str) -> str:
    """Return a value that fits into a term."""
    return value if len(value) <= LONGEST_VALUE else _told_by_hash(value, value)


def _told_by_hash(value: str, whole: str) -> str:
    """Return the beginning of a value, and a hash of what it stands for."""
    return f"{value[:LONGEST_VALUE]}\x1e{hashlib.sha256(whole.encode()).hexdigest()[:16]}"


def account(id: str) -> str:
    """
    Return the term of a customer's id, which stands for no other one, of another case or with other spaces either.

    It begins as the id does without case, so what an id begins with is looked for as in other values. One that
    is written so itself, as nearly all are, has the term that it has by `term`.
    """
    return _account_terms(id)[0]


def accounts(who: "CustomerRef | None") -> tuple[str, ...]:
    """Return the terms of who bought, by their account: of its id, and those that its later words are found by."""
    return _account_terms(who.id) if who is not None and who.id else ()


@lru_cache(maxsize=8192)
def _account_terms(id: str) -> tuple[str, ...]:
    text = plain(id)
    whole = short(id) if text == id else _told_by_hash(text, id)
    return (f"{ACCOUNT}{whole}", *_later_words("customer", text))


def scaled(minor: int, currency: str) -> int:
    """Return minor units in 1/10,000 of the major unit."""
    return minor * int(10 ** (AMOUNT_DIGITS - digits(currency)))


def bare_name(name: str) -> str:
    """Return an order's name without the hash sign that most people leave out."""
    return name.removeprefix("#")


def _terms(order: "Order") -> list[str]:
    return _states(order) + [term for _, part in _PARTS for term in part(order)]


_STATES: Final = ("fin:", "ful:", "ret:", "is:", "todo:")


def _states(order: "Order") -> list[str]:
    states = [
        f"fin:{order.financial_status}",
        f"ful:{order.fulfillment_status}",
        f"ret:{order.return_status}",
        "is:open" if order.closed_at is None else "is:closed",
    ]
    if order.lifecycle is Lifecycle.CANCELLED:
        states.append("is:cancelled")
    if order.test:
        states.append("is:test")
    return states + [f"todo:{what}" for what in to_do(order)]


def valued(key: str, values: Iterable[str | None]) -> list[str]:
    """Return the terms of several values, and those that their later words are found by."""
    return [term for value in values if value for term in _all_terms(key, value)]


@lru_cache(maxsize=8192)
def _all_terms(key: str, value: str) -> tuple[str, ...]:
    """Return the term of a value, and those that its later words are found by."""
    if not (text := plain(value)):
        return ()
    return (f"{key}:{short(text)}", *_later_words(key, text))


def _later_words(key: str, text: str) -> list[str]:
    found = list[str]()
    while " " in text:
        text = text.partition(" ")[2]
        found.append(f"{key}*{text[:LONGEST_VALUE]}")
    return found


def _places(order: "Order") -> list[str]:
    allocated = [place for line in order.lines for place, _ in line.allocated]
    return valued("place", [*allocated, *[parcel.location_id for parcel in order.fulfillments]])


def _risk(order: "Order") -> list[str]:
    """Return how risky an order is; nothing for one of which nothing is known."""
    level = order.risk_level
    return [f"risk:{level}"] if level is not RiskLevel.NONE else []


def _near(order: "Order") -> list[str]:
    """Return where an order came from and goes to, by which others like it are counted; of orders that are assessed."""
    if order.assess_by is None:
        return []
    ip, place = order.client.ip if order.client is not None else None, street(order)
    return [term(key, value) for key, value in (("ip", ip), ("addr", place)) if value]


def street(order: "Order") -> str | None:
    """Return the address that an order goes to, as addresses are told apart; None where it says too little."""
    place = order.shipping_address or order.billing_address
    if place is None or not place.address1 or not (place.zip or place.city):
        return None
    return " ".join(part or "" for part in (place.address1, place.zip or place.city, place.country))


_Part = Callable[["Order"], list[str]]
#: The terms that come of a field, and the field. No two of these have a term in common, but the same function twice.
_PARTS: Final[tuple[tuple[str, _Part], ...]] = (
    ("name", lambda order: valued("name", (bare_name(order.name),))),
    ("tags", lambda order: valued("tag", order.tags)),
    ("lines", lambda order: valued("sku", [line.sku for line in order.lines])),
    ("discounts", lambda order: valued("code", [discount.code for discount in order.discounts])),
    ("transactions", lambda order: valued("gw", [one.gateway for one in order.transactions])),
    ("transactions", lambda order: valued("ref", _references(order))),
    ("channel", lambda order: valued("chan", (order.channel,))),
    ("source", lambda order: valued("src", order.source[1:] if order.source else ())),
    ("lines", _places),
    ("fulfillments", _places),
    ("assessments", _risk),
    ("assessing", _risk),
    ("shipping_address", _near),
    ("billing_address", _near),
    ("client", _near),
    ("assess_by", _near),
    ("customer", lambda order: list(accounts(order.customer))),
    ("customer", lambda order: valued("email", (order.customer.email,)) if order.customer else []),
)

#: What words, customer and destination are made of, beside the references of payments.
_TEXTS: Final = ("name", "customer", "shipping_address", "billing_address", "lines")


def terms_changed(before: "Order", order: "Order", known: set[str]) -> tuple[set[str], set[str]]:
    """
    Return the terms that an order is found by no more, and those that are new.

    Args:
        before: The order as it was.

        order: The order as it is; only parts of it that differ are looked at.

        known: The terms of *before*.
    """
    was, now = {term for term in known if term.startswith(_STATES)}, set(_states(order))
    for field, part in _PARTS:
        if getattr(before, field) is not getattr(order, field):
            was.update(part(before))
            now.update(part(order))
    return was - now, now - was


def texts_stay(before: "Order", order: "Order") -> bool:
    """Whether an order surely has the words, the customer and the destination that it had."""
    same = all(getattr(before, name) is getattr(order, name) for name in _TEXTS)
    return same and _references(before) == _references(order)


def _references(order: "Order") -> list[str]:
    return [one.reference for one in order.transactions if one.reference]


def _words(order: "Order") -> str:
    return lines([*texts_of(order), *_references(order)])


def texts_of(document: "Order | Checkout") -> list[str | None]:
    """Return the texts that an order or a checkout is found by: its name, who buys, where to, and what."""
    texts: list[str | None] = [document.name]
    if document.customer is not None:
        texts += [document.customer.name, document.customer.email, *phone_texts(document.customer.phone)]
    for address in (document.shipping_address, document.billing_address):
        texts += address_texts(address) if address is not None else ()
    for line in document.lines:
        texts += [line.title, line.variant_title, line.sku]
    return texts


def address_texts(address: "Address") -> list[str | None]:
    """Return the texts of an address."""
    return [
        *(address.name, address.company, address.address1, address.address2, address.city, address.zip),
        *(address.province, address.province_name, address.country, *phone_texts(address.phone)),
    ]


def phone_texts(phone: str | None) -> tuple[str | None, ...]:
    """Return a phone number as it was written, and its digits in one."""
    return (phone, "".join(filter(str.isdecimal, phone))) if phone else ()


def _columns(order: "Order") -> Columns:
    place = order.shipping_address or order.billing_address
    parts = (place.country, place.province, place.city) if place is not None else ()
    return Columns(
        id=order.id,
        created_at=to_micros(order.created_at),
        number=order.number,
        customer=fold(buyer(order) or "")[:LONGEST_KEY],
        destination=fold(" ".join(part or "" for part in parts))[:LONGEST_KEY],
        **changing_columns(order),
    )


def changing_columns(order: "Order") -> dict[str, Any]:
    """Return the columns, by name, that hardly any change of an order leaves as they were."""
    sums, scale = order.sums, scaled(1, order.currency)
    return {
        "updated_at": to_micros(order.updated_at),
        "total": sums.total * scale,
        "current_total": sums.current_total * scale,
        "items": items(order),
        "financial_status": order.financial_status.value,
        "fulfillment_status": order.fulfillment_status.value,
    }


def items(order: "Order") -> int:
    """Return how many units were sold, without tips."""
    return sum([line.quantity for line in order.lines if not line.is_tip])


def person(order: "Order") -> str | None:
    """
    Return who bought, as people are told apart: by their account, else by their address for mail.

    None for nobody known, and for trials, which are in no figures.
    """
    known = order.customer
    if known is None or order.test:
        return None
    if known.id:
        return account(known.id)
    return term("email", known.email) if known.email else None


def buyer(order: "Order | Checkout") -> str | None:
    """Return what the list calls the customer: a name, else an address for mail; None for nobody known."""
    known = order.customer
    place = order.billing_address or order.shipping_address
    names = (known.name if known else None, place.name if place else None, known.email if known else None)
    return next((name for name in names if name), None)


def forget_terms() -> None:
    """Let go of the terms that were made last, as `backoffice_core.search.text.forget` does of texts."""
    _all_terms.cache_clear()
    _account_terms.cache_clear()
