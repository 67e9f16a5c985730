"""Which kinds of message there are: what each tells, to whom, and what it is about."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

import attrs

Audience = Literal["customer", "staff"]
About = Literal["order", "draft", "checkout", "export"]


@attrs.frozen
class Kind:
    """
    A kind of message.

    Attributes:
        says: What it tells.

        audience: Whom it is for.

        about: What its subject is.
    """

    says: str
    audience: Audience = "customer"
    about: About = "order"


#: Every kind of message by name.
KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "order_placed": Kind("the order was placed"),
        "order_shipped": Kind("units of it were shipped"),
        "tracking_updated": Kind("a parcel's tracking changed"),
        "order_refunded": Kind("money was given back"),
        "order_cancelled": Kind("the order was cancelled"),
        "order_edited": Kind("what the order sells was changed"),
        "return_approved": Kind("a return was agreed to"),
        "return_declined": Kind("a return was not agreed to"),
        "order_invoice": Kind("the customer is asked to pay what is owed"),
        "draft_invoice": Kind("the customer is asked to pay what a draft comes to", about="draft"),
    }
)
