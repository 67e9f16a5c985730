"""
What a checkout is found by, and what can be asked for of checkouts.

The query language, its readers and both compilers are those of orders; here stand the terms, the
columns and the table of fields. Source: the filters of Shopify's `abandonedCheckouts` query, and a
few that people look for.
"""

from typing import Final

import attrs

from backoffice_core.clock import to_micros
from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.reminder import EmailState, RecoveryState
from backoffice_core.search.conditions import AllOf, Condition, Has, some, unless
from backoffice_core.search.dates import moment
from backoffice_core.search.fields import Field, Fields, worded
from backoffice_core.search.findable import (
    LONGEST_KEY,
    Findable,
    account,
    accounts,
    bare_name,
    buyer,
    scaled,
    term,
    texts_of,
    valued,
)
from backoffice_core.search.text import fold, lines
from backoffice_core.search.values import amount, customer_id, identifier, keyword

#: So much of a token's hash stands in a term: 160 bits.
HASH_LENGTH: Final = 40


@attrs.frozen
class CheckoutColumns:
    """
    What checkouts are sorted by, and what ranges are asked of; nothing is ever missing.

    Attributes:
        id: The checkout's id.

        created_at: When it was begun, in microseconds since 1970 UTC.

        updated_at: When its customer last changed it, the same.

        total: What the customer was asked for, in 1/10,000 of the major unit.

        customer: Who was about to buy, folded; empty for nobody known.
    """

    id: str
    created_at: int
    updated_at: int
    total: int
    customer: str


def findable_checkout(checkout: Checkout) -> Findable[CheckoutColumns]:
    """Return what a checkout is found by."""
    return Findable(tuple(sorted(set(_terms(checkout)))), lines(texts_of(checkout)), _columns(checkout))


def _columns(checkout: Checkout) -> CheckoutColumns:
    return CheckoutColumns(
        id=checkout.id,
        created_at=to_micros(checkout.created_at),
        updated_at=to_micros(checkout.updated_at),
        total=scaled(checkout.total_minor, checkout.currency),
        customer=fold(buyer(checkout) or "")[:LONGEST_KEY],
    )


def _terms(checkout: Checkout) -> list[str]:
    person = checkout.customer
    return [
        f"is:{checkout.status}",
        *(["is:abandoned"] if checkout.is_abandoned else []),
        f"rec:{checkout.recovery_state}",
        f"mail:{checkout.email_state}",
        *valued("name", (bare_name(checkout.name),)),
        *valued("chan", (checkout.channel,)),
        *valued("src", checkout.source[1:] if checkout.source else ()),
        *valued("sku", [line.sku for line in checkout.lines]),
        *valued("code", [one.code for one in checkout.codes]),
        *accounts(person),
        *valued("email", (person.email,) if person else ()),
        *[link_term(hash) for one in checkout.reminders for hash in one.hashes],
    ]


def link_term(hash: str) -> str:
    """Return the term of a recovery link, by the hash of its token."""
    return f"link:{hash[:HASH_LENGTH]}"


def person_condition(customer_id: str | None, email: str | None) -> Condition | None:
    """
    Return what orders and checkouts of a person meet: their id, or their address, whatever its case.

    None where neither is known.
    """
    known: list[Condition] = [Has(account(customer_id))] if customer_id else []
    known += [Has(term("email", email))] if email else []
    return some(known) if known else None


_STATUS: Final[dict[str, Condition]] = {
    "open": Has("is:open"),
    "closed": Has("is:closed"),
    "abandoned": Has("is:abandoned"),
    "active": AllOf((Has("is:open"), unless(Has("is:abandoned")))),
}
_RECOVERY: Final[dict[str, Condition]] = {one.value: Has(f"rec:{one}") for one in RecoveryState}
_EMAIL: Final[dict[str, Condition]] = {one.value: Has(f"mail:{one}") for one in EmailState}

_FIELDS: Final = (
    Field("id", "the checkout's id", "id", identifier("id")),
    Field("name", "the checkout's name, with or without its hash sign", "text", keyword("name", bare_name)),
    worded(
        "status", "whether it is done with; `abandoned` and `active` are the open ones, left behind or not", _STATUS
    ),
    worded("recovery_state", "whether it was completed through the link of a mail", _RECOVERY),
    worded("email_state", "what became of the mails that ask its customer back", _EMAIL),
    Field("created_at", "when it was begun", "moment", moment("created_at")),
    Field("updated_at", "when its customer last changed it", "moment", moment("updated_at")),
    Field("customer_id", "the customer's id", "customer", customer_id),
    Field("email", "the customer's address for mail", "text", keyword("email")),
    Field("sku", "the SKU of something in it", "text", keyword("sku")),
    Field("total_price", "what the customer was asked for", "amount", amount("total")),
    Field("discount_code", "a code that was typed in", "text", keyword("code")),
    Field("source_identifier", "the channel's own id of it", "text", keyword("src")),
    Field("channel", "where it was begun", "text", keyword("chan")),
)

#: What can be asked for of checkouts.
CHECKOUTS: Final = Fields("checkouts", {field.name: field for field in _FIELDS})
