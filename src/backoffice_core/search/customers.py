"""What a customer is found by, and what can be asked for of customers; see ``checkouts.py``."""

from typing import Final

import attrs

from backoffice_core.catalog.customers import Customer
from backoffice_core.clock import to_micros
from backoffice_core.search.conditions import AllOf, AnyOf, Condition, Has, Starts, some, unless
from backoffice_core.search.dates import moment
from backoffice_core.search.fields import Field, Fields, worded
from backoffice_core.search.findable import (
    ACCOUNT,
    LONGEST_KEY,
    Findable,
    account,
    address_texts,
    phone_texts,
    short,
    term,
    valued,
)
from backoffice_core.search.text import fold, lines, plain
from backoffice_core.search.tree import Term, Value
from backoffice_core.search.values import Scope, identifier, keyword

#: The sort keys of customers, and the column of each.
CUSTOMER_KEYS: Final[dict[str, str]] = {
    "id": "id",
    "name": "name",
    "created_at": "created_at",
    "updated_at": "updated_at",
    "relevance": "created_at",
}


@attrs.frozen
class CustomerColumns:
    """
    What customers are sorted by, and what ranges are asked of; nothing is ever missing.

    Attributes:
        id: The customer's id.

        created_at: When it was made, in microseconds since 1970 UTC.

        updated_at: When it was last changed, the same.

        name: What they are called, folded, or else their address for mail.
    """

    id: str
    created_at: int
    updated_at: int
    name: str


def findable_customer(customer: Customer) -> Findable[CustomerColumns]:
    """Return what a customer is found by."""
    columns = CustomerColumns(
        id=customer.id,
        created_at=to_micros(customer.created_at),
        updated_at=to_micros(customer.updated_at),
        name=fold(customer.name or customer.email or "")[:LONGEST_KEY],
    )
    return Findable(tuple(sorted(set(_terms(customer)))), _words(customer), columns)


def _terms(customer: Customer) -> list[str]:
    return [
        "is:active" if customer.archived_at is None else "is:archived",
        *(["is:subscribed"] if customer.accepts_marketing else []),
        *valued("name", (customer.name,)),
        *valued("email", (customer.email,)),
        *valued("phone", phone_texts(customer.phone)),
        *valued("tag", customer.tags),
        *valued("country", [one.country for one in customer.addresses]),
    ]


def _words(customer: Customer) -> str:
    addresses = [text for one in customer.addresses for text in address_texts(one)]
    phone = phone_texts(customer.phone)
    return lines([customer.name, customer.email, *phone, *addresses, customer.note, *customer.tags])


def email_key(email: str) -> str:
    """Return an address for mail as it is compared: without case, a long one told by its beginning and a hash."""
    return short(plain(email))


# --- what is kept of a person beside their record


def persons(customer_id: str | None, email: str | None) -> tuple[str, ...]:
    """
    Return who somebody is in the orders' terms: by their account, and as a guest with their address.

    An order under another account is not theirs, whatever its address.
    """
    return (
        *([account(customer_id)] if customer_id else []),
        *([term("email", email)] if email else []),
    )


def kept_of(customer_id: str | None, email: str | None) -> Condition:
    """
    Return what orders and checkouts of somebody meet: those of their account, and a guest's with their address.

    Where no account is known, those of the address under whatever account.
    """
    guest: list[Condition] = []
    if email:
        address = Has(term("email", email))
        guest = [AllOf((address, unless(Starts(ACCOUNT))))] if customer_id else [address]
    known: list[Condition] = [Has(account(customer_id))] if customer_id else []
    return some([*known, *guest]) if known or guest else AnyOf()


def guest_with(email: str) -> Condition:
    """Return what the orders and checkouts of a guest meet."""
    return AllOf((Has(term("email", email)), unless(Starts(ACCOUNT))))


_STATUS: Final[dict[str, Condition]] = {"active": Has("is:active"), "archived": Has("is:archived")}
_CONSENT: Final[dict[str, Condition]] = {"true": Has("is:subscribed"), "false": unless(Has("is:subscribed"))}
_PHONE: Final = keyword("phone")
_TAG: Final = keyword("tag")


def _phone(asked: Term, value: Value, scope: Scope) -> Condition:
    """Read a number, as it was written or by its digits."""
    digits = "".join(filter(str.isdecimal, value.text))
    written = _PHONE(asked, value, scope)
    return some([written, _PHONE(asked, attrs.evolve(value, text=digits), scope)]) if digits else written


_FIELDS: Final = (
    Field("id", "the customer's id", "id", identifier("id")),
    Field("name", "what they are called", "text", keyword("name")),
    Field("email", "their address for mail", "text", keyword("email")),
    Field("phone", "their number, however it is written", "text", _phone),
    Field("tag", "a tag", "text", _TAG),
    Field("tag_not", "customers without a tag", "text", _TAG, without=True),
    Field("country", "the country of one of their addresses", "text", keyword("country")),
    worded("status", "whether it was put away", _STATUS),
    worded("accepts_marketing", "whether they agreed to be written to", _CONSENT),
    Field("created_at", "when it was made", "moment", moment("created_at")),
    Field("updated_at", "when it was last changed", "moment", moment("updated_at")),
)

#: What can be asked for of customers.
CUSTOMERS: Final = Fields("customers", {field.name: field for field in _FIELDS})
