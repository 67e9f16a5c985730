"""
The table of fields: what a query can ask for (`docs/reference/search.md` shows it).

Source: the filters of Shopify's `orders` query; those that our orders have nothing for are told
apart from those that nobody knows.
"""

from collections.abc import Mapping
from typing import Final

import attrs

from backoffice_core.orders.risk import RiskLevel
from backoffice_core.orders.status import FinancialStatus, FulfillmentState, ReturnState
from backoffice_core.orders.todo import ToDo
from backoffice_core.search.conditions import NEVER, Condition, Has, some, unless
from backoffice_core.search.dates import moment
from backoffice_core.search.findable import bare_name
from backoffice_core.search.values import Reader, amount, choice, customer_id, identifier, keyword, number


@attrs.frozen
class Field:
    """
    Something that can be asked for.

    Attributes:
        name: What it is called in a query.

        finds: What it finds, for the docs.

        takes: What its values are, for the docs: one of `TAKES`, or the words that there are.

        read: What reads one of its values.

        without: Whether it finds what has none of its values.
    """

    name: str
    finds: str
    takes: str
    read: Reader
    without: bool = False


@attrs.frozen
class Fields:
    """
    All that can be asked for of one kind of document.

    Attributes:
        things: What the documents are called.

        by_name: The fields by name.

        not_held: Names of filters of Shopify's that the documents hold nothing for.
    """

    things: str
    by_name: Mapping[str, Field]
    not_held: tuple[str, ...] = ()


#: The kinds of values, and what can be asked of them.
TAKES: Final[dict[str, str]] = {
    "text": "the whole value in any case; `ab*` for one of which a word begins so",
    "customer": "the whole id, as it is spelled, with its spaces; `ab*` for one of which a word begins so in any case",
    "id": "the whole id, as it is spelled; `ab*`; compared as text by `<`, `<=`, `>`, `>=`",
    "number": "`5`, `<5`, `<=5`, `>5`, `>=5`, and `5..20` with both ends, one of which may be left out",
    "amount": "a number in major units, such as `19.99`, in whichever currency the order has",
    "moment": "a year, month, day or time, `now`, `today`, `yesterday`, or a while ago: `-7d`; compared as numbers are",
}

#: The built-in view "Unpaid": all that money is still to come for.
UNPAID: Final = (
    FinancialStatus.AUTHORIZED,
    FinancialStatus.PENDING,
    FinancialStatus.EXPIRED,
    FinancialStatus.PARTIALLY_PAID,
)

_OPEN: Final = Has("is:open")
_NOTHING_SHIPPED: Final = some([Has(f"ful:{FulfillmentState.UNFULFILLED}"), Has(f"ful:{FulfillmentState.ON_HOLD}")])
_STATUS: Final[dict[str, Condition]] = {
    "open": _OPEN,
    "not_closed": _OPEN,
    "closed": Has("is:closed"),
    "archived": Has("is:closed"),
    "cancelled": Has("is:cancelled"),
}
_FINANCIAL: Final[dict[str, Condition]] = {
    **{one.value: Has(f"fin:{one}") for one in FinancialStatus},
    "unpaid": some([Has(f"fin:{one}") for one in UNPAID]),
}
# What no order of ours ever is can be asked for all the same: the answer is none.
_FULFILLMENT: Final[dict[str, Condition]] = {
    **{one.value: Has(f"ful:{one}") for one in FulfillmentState},
    "partial": Has(f"ful:{FulfillmentState.PARTIALLY_FULFILLED}"),
    "shipped": Has(f"ful:{FulfillmentState.FULFILLED}"),
    "unshipped": _NOTHING_SHIPPED,
    **dict.fromkeys(("in_progress", "scheduled", "request_declined"), NEVER),
}
_RETURN: Final[dict[str, Condition]] = {
    **{one.value: Has(f"ret:{one}") for one in ReturnState},
    **dict.fromkeys(("inspection_complete", "return_failed"), NEVER),
}
_TO_DO: Final[dict[str, Condition]] = {one.value: Has(f"todo:{one}") for one in ToDo}
_KNOWN_RISKS: Final = {one.value: Has(f"risk:{one}") for one in RiskLevel if one is not RiskLevel.NONE}
_RISK: Final[dict[str, Condition]] = {**_KNOWN_RISKS, "none": unless(some(_KNOWN_RISKS.values()))}
_FLAG: Final[dict[str, Condition]] = {"true": Has("is:test"), "false": unless(Has("is:test"))}

_PLACED: Final = moment("created_at")
_CHANNEL: Final = keyword("chan")
_TAG: Final = keyword("tag")
_PLACE: Final = keyword("place")


def worded(name: str, finds: str, words: dict[str, Condition]) -> Field:
    """Return a field of a few words, each with its condition."""
    return Field(name, finds, ", ".join(f"`{word}`" for word in words), choice(words))


_FIELDS: Final = (
    Field("id", "the order's id", "id", identifier("id")),
    Field("name", "the order's name, with or without its hash sign", "text", keyword("name", bare_name)),
    worded("status", "whether it is done with; a cancelled order is closed, too", _STATUS),
    worded("financial_status", "where the money stands; `unpaid` is all that is still to come", _FINANCIAL),
    worded("fulfillment_status", "where the goods stand", _FULFILLMENT),
    worded("return_status", "where the returns stand", _RETURN),
    worded("to_do", "what is to be done about it; nothing is about a trial", _TO_DO),
    Field("created_at", "when it was placed", "moment", _PLACED),
    Field("processed_at", "the same", "moment", _PLACED),
    Field("updated_at", "when it was last changed", "moment", moment("updated_at")),
    Field("customer_id", "the customer's id", "customer", customer_id),
    Field("email", "the customer's address for mail", "text", keyword("email")),
    Field("tag", "a tag", "text", _TAG),
    Field("tag_not", "orders without a tag", "text", _TAG, without=True),
    Field("sku", "the SKU of something in it", "text", keyword("sku")),
    Field("total_price", "what it costs before returns", "amount", amount("total")),
    Field("current_total_price", "what is left of it costs", "amount", amount("current_total")),
    Field("subtotal_line_items_quantity", "how many units were sold, without tips", "number", number("items")),
    Field("discount_code", "a code that was typed in", "text", keyword("code")),
    Field("gateway", "a gateway that took part in paying it", "text", keyword("gw")),
    Field("payment_id", "a gateway's own name for a payment", "text", keyword("ref")),
    Field("source_identifier", "the channel's own id of it", "text", keyword("src")),
    Field("channel", "where it was sold", "text", _CHANNEL),
    Field("sales_channel", "the same", "text", _CHANNEL),
    Field("source_name", "the same", "text", _CHANNEL),
    Field("fulfillment_location_id", "a location that ships or shipped some of it", "text", _PLACE),
    Field("location_id", "the same", "text", _PLACE),
    worded("risk_level", "how risky it is, by the most severe assessment", _RISK),
    worded("test", "whether it is a trial", _FLAG),
)

#: The fields by name.
FIELDS: Final[dict[str, Field]] = {field.name: field for field in _FIELDS}

#: Shopify's filters that our orders hold nothing for.
NOT_HELD: Final = (
    *("confirmation_number", "po_number", "cart_token", "checkout_token", "payment_provider_id", "credit_card_last4"),
    *("total_weight", "delivery_method", "channel_id", "reference_location_id"),
    *("fraud_protection_level", "chargeback_status"),
)

#: What can be asked for of orders.
ORDERS: Final = Fields("orders", FIELDS, NOT_HELD)
