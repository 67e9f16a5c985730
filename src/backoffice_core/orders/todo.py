"""
What is to be done about an order: what the home page counts, and a search finds.

Facts decide, never a clock: that an authorization lapses soon is a fact that ``run_due`` recorded.
There is nothing to do about a trial.
"""

import enum
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from backoffice_core.orders.announce import lapses_soon

if TYPE_CHECKING:
    from backoffice_core.orders.order import Order


class ToDo(enum.StrEnum):
    """What is to be done about an order."""

    FULFILL = "fulfill"  #: units wait to be shipped, and no hold stops them
    CAPTURE = "capture"  #: money that was set aside can be taken
    EXPIRING = "expiring"  #: money that was set aside is free again in two days at most
    COLLECT = "collect"  #: the customer owes what no authorization covers
    REFUND = "refund"  #: the shop owes the customer


TO_DO: Final[tuple[tuple[ToDo, str, Callable[["Order"], bool]], ...]] = (
    (
        ToDo.FULFILL,
        "it is open, and units are left that no hold stops",
        lambda o: o.closed_at is None and o.to_fulfill > o.held,
    ),
    (ToDo.CAPTURE, "it is not cancelled, and something can be captured", lambda o: _kept(o) and o.sums.capturable > 0),
    (ToDo.EXPIRING, "an authorization was warned of and has something left", lapses_soon),
    (
        ToDo.COLLECT,
        "it is open, and more is owed than can be captured",
        lambda o: o.closed_at is None and o.sums.outstanding > 0,
    ),
    (ToDo.REFUND, "more was received than it costs now", lambda o: o.sums.outstanding < 0),
)


def _kept(order: "Order") -> bool:
    return order.cancelled_at is None


def to_do(order: "Order") -> tuple[ToDo, ...]:
    """Return all that is to be done about an order, in the order of `TO_DO`."""
    return () if order.test else tuple(what for what, _, holds in TO_DO if holds(order))
