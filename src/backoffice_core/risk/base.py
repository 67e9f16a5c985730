"""
What an assessor is: something of the host's that says how risky an order is.

It is asked outside of any transaction, by whoever calls `outbox.deliver`, after the order was placed and
before anything is captured by itself. An exception means that it does not know yet: it is asked again
later. It never blocks an order: who fails for good, or is overdue, is given up, and an event says so.
"""

from collections.abc import Awaitable
from typing import Protocol

import attrs
import pendulum

from backoffice_core.money import Money
from backoffice_core.orders.order import Order
from backoffice_core.orders.risk import Assessment


@attrs.frozen(kw_only=True)
class History:
    """
    What the shop knows of a customer and of its last orders, as it was when an order was placed.

    A customer is an account or an address for mail. Trials count nowhere; counts leave out the order itself.

    Attributes:
        orders: Earlier orders of the customer, counted up to 1,000.

        read: How many of them, the latest, the figures below are of: at most 50.

        first_at: When the first of those was placed, UTC.

        paid: What they paid for those in the currency of the order, refunds not taken off.

        refunded: What was given back to them of that.

        chargebacks: How many of their payments were taken back from the shop.

        cancelled: How many of those orders were cancelled.

        same_email: Orders with the same address for mail in the window before this one.

        same_address: Orders that went to the same street and town in it.

        same_ip: Orders from the same client address in it.

        window_hours: How long the window is.

        median: The median total of the shop's last orders in the currency; None while there are too few.

        failed_payments: Payments of the order, and of its checkout, that failed.

        cards: How many cards were tried, as far as gateways tell them apart.
    """

    orders: int = 0
    read: int = 0
    first_at: pendulum.DateTime | None = None
    paid: Money
    refunded: Money
    chargebacks: int = 0
    cancelled: int = 0
    same_email: int = 0
    same_address: int = 0
    same_ip: int = 0
    window_hours: int = 24
    median: Money | None = None
    failed_payments: int = 0
    cards: int = 0


@attrs.frozen(kw_only=True)
class RiskRequest:
    """
    What an assessor is asked about.

    Attributes:
        order: The order, as it is now.

        history: What the shop knows beside it.
    """

    order: Order
    history: History


class RiskAssessor(Protocol):
    """Says how risky an order is; sync or async."""

    @property
    def name(self) -> str:
        """What it is known by in the shop: 1 to 50 letters, digits, dots, dashes and underscores. It never changes."""
        ...

    def assess(self, request: RiskRequest, *, timeout: float) -> Assessment | Awaitable[Assessment]:
        """
        Return what it thinks of an order; asked again, the same unless something changed.

        ``pending`` says that the host will record the answer by `orders.assess`, as when a webhook brings it.

        Args:
            request: The order and its history.

            timeout: After so many seconds its answer is not waited for any more. One that is not async
                has to give up by itself, as by the timeout of its HTTP client.
        """
        ...
