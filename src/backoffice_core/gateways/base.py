"""
What a payment gateway is.

A gateway is asked outside any transaction, with a key that never changes for one movement of
money: asked again with the same key it must move nothing twice and answer the same. It answers
what happened; an exception means that nobody knows, and the movement stays ``unknown`` until it
is settled or `PaymentGateway.fetch` tells.
"""

from collections.abc import Awaitable
from typing import Protocol

import attrs

from backoffice_core.money import Money
from backoffice_core.orders.facts import Card


@attrs.frozen(kw_only=True)
class PaymentRequest:
    """
    What a gateway is asked to do.

    Attributes:
        key: The idempotency key: the transaction's id.

        order_id: The order.

        amount: How much; zero for a void.

        reference: The gateway's own name of the authorization or payment it is about.

        final: Whether the rest of the authorization is let go by this capture.
    """

    key: str
    order_id: str
    amount: Money
    reference: str | None = None
    final: bool = False


@attrs.frozen
class Succeeded:
    """
    It happened.

    Attributes:
        reference: The gateway's own name of the movement.

        amount: How much, when it was less than asked.

        card: What it tells of the card, for those who assess the risk.
    """

    reference: str | None = None
    amount: Money | None = None
    card: Card | None = attrs.field(default=None, kw_only=True, repr=False)


@attrs.frozen
class Pending:
    """It is under way; `PaymentGateway.fetch` or a webhook of the host will tell."""


@attrs.frozen
class Declined:
    """
    It did not happen.

    Attributes:
        code: The gateway's code, such as ``card_declined``.

        card: What it tells of the card, for those who assess the risk.
    """

    code: str
    card: Card | None = attrs.field(default=None, kw_only=True, repr=False)


Outcome = Succeeded | Pending | Declined
Answer = Outcome | Awaitable[Outcome]


class PaymentGateway(Protocol):
    """Moves money. Every method may be sync or async."""

    def authorize(self, request: PaymentRequest) -> Answer:
        """Set money aside."""
        ...

    def sale(self, request: PaymentRequest) -> Answer:
        """Set money aside and take it at once."""
        ...

    def capture(self, request: PaymentRequest) -> Answer:
        """Take money that was set aside."""
        ...

    def refund(self, request: PaymentRequest) -> Answer:
        """Give money back."""
        ...

    def void(self, request: PaymentRequest) -> Answer:
        """Let go what is left of an authorization."""
        ...

    def fetch(self, key: str) -> Outcome | Awaitable[Outcome | None] | None:
        """Tell what became of a key; None when the gateway never heard of it."""
        ...
