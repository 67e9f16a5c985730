"""
The table of fields: what a query can ask for (`docs/reference/search.md` shows it).

Source: the filters of Shopify's `orders` query; those that our orders have nothing for are told
apart from those that nobody knows.
"""

from typing import Final

import attrs

from backoffice_core.orders.status import FinancialStatus, FulfillmentState, ReturnState
from backoffice_core.search.conditions import NEVER, Condition, Has, some, unless
from backoffice_core.search.dates import moment
from backoffice_core.search.findable import bare_name
from backoffice_core.search.values import Reader, amount, choice, identifier, keyword, number


@attrs.frozen
class Field:
    """
    Something that can be asked for.

    Attributes:
        name: What it is called in a query.

        finds: What it finds, for the docs.

        read: What reads one of its values.

        without: Whether it finds what has none of its values.
    """

    name: str
    finds: str
    read: Reader
    without: bool = False


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
_FLAG: Final[dict[str, Condition]] = {"true": Has("is:test"), "false": unless(Has("is:test"))}

_PLACED: Final = moment("created_at")
_CHANNEL: Final = keyword("chan")
_TAG: Final = keyword("tag")
_PLACE: Final = keyword("place")

_FIELDS: Final = (
    Field("id", "the order's id", identifier("id")),
    Field("name", "the order's name, with or without its hash sign", keyword("name", bare_name)),
    Field("status", "`open`, `closed` (archived; cancelled ones are), `cancelled`, `not_closed`", choice(_STATUS)),
    Field("financial_status", "where the money stands; `unpaid` is all that is still to come", choice(_FINANCIAL)),
    Field("fulfillment_status", "where the goods stand; `unshipped`, `partial`, `shipped`", choice(_FULFILLMENT)),
    Field("return_status", "where the returns stand", choice(_RETURN)),
    Field("created_at", "when it was placed", _PLACED),
    Field("processed_at", "the same", _PLACED),
    Field("updated_at", "when it was last changed", moment("updated_at")),
    Field("customer_id", "the customer's id", keyword("customer")),
    Field("email", "the customer's address for mail", keyword("email")),
    Field("tag", "a tag", _TAG),
    Field("tag_not", "orders without a tag", _TAG, without=True),
    Field("sku", "the SKU of something in it", keyword("sku")),
    Field("total_price", "what it costs before returns, in major units", amount("total")),
    Field("current_total_price", "what is left of it costs, in major units", amount("current_total")),
    Field("subtotal_line_items_quantity", "how many units were sold, without tips", number("items")),
    Field("discount_code", "a code that was typed in", keyword("code")),
    Field("gateway", "a gateway that took part in paying it", keyword("gw")),
    Field("payment_id", "a gateway's own name for a payment", keyword("ref")),
    Field("source_identifier", "the channel's own id of it", keyword("src")),
    Field("channel", "where it was sold", _CHANNEL),
    Field("sales_channel", "the same", _CHANNEL),
    Field("source_name", "the same", _CHANNEL),
    Field("fulfillment_location_id", "a location that ships or shipped some of it", _PLACE),
    Field("location_id", "the same", _PLACE),
    Field("test", "`true` or `false`: whether it is a trial", choice(_FLAG)),
)

#: The fields by name.
FIELDS: Final[dict[str, Field]] = {field.name: field for field in _FIELDS}

#: Shopify's filters that our orders hold nothing for.
NOT_HELD: Final = (
    *("confirmation_number", "po_number", "cart_token", "checkout_token", "payment_provider_id", "credit_card_last4"),
    *("total_weight", "delivery_method", "channel_id", "reference_location_id", "risk_level"),
    *("fraud_protection_level", "chargeback_status"),
)
