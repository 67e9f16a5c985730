"""
The derived statuses: the first row that matches, top to bottom.

Facts decide, never a clock: an authorization that lapsed is a fact that ``run_due`` recorded.
``docs/reference/states.md`` is rendered from these tables.
"""

import enum
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, TypeVar

from backoffice_core.orders.facts import TransactionKind
from backoffice_core.orders.states import Lifecycle, ReturnStatus, TransactionStatus

if TYPE_CHECKING:
    from backoffice_core.orders.order import Order

S = TypeVar("S", bound=enum.StrEnum)


class FinancialStatus(enum.StrEnum):
    """Where the money stands."""

    PENDING = "pending"  #: nothing was received yet
    AUTHORIZED = "authorized"  #: set aside, still to be captured
    PARTIALLY_PAID = "partially_paid"  #: less was received than is owed
    PAID = "paid"  #: all that is owed was received
    PARTIALLY_REFUNDED = "partially_refunded"  #: part of what was received was given back
    REFUNDED = "refunded"  #: all that was received was given back
    VOIDED = "voided"  #: the authorization was let go
    EXPIRED = "expired"  #: the authorization lapsed


class FulfillmentState(enum.StrEnum):
    """Where the goods stand."""

    UNFULFILLED = "unfulfilled"  #: nothing was shipped
    PARTIALLY_FULFILLED = "partially_fulfilled"  #: some of it was shipped
    FULFILLED = "fulfilled"  #: nothing is left to ship
    ON_HOLD = "on_hold"  #: nothing was shipped, and all that is left is on hold


class ReturnState(enum.StrEnum):
    """Where the returns of an order stand."""

    NO_RETURN = "no_return"  #: there is none
    RETURN_REQUESTED = "return_requested"  #: one waits for an answer
    IN_PROGRESS = "in_progress"  #: one is open
    RETURNED = "returned"  #: all were dealt with


def _has(order: "Order", kind: TransactionKind | None, status: TransactionStatus) -> bool:
    return any((kind is None or one.kind is kind) and one.status is status for one in order.transactions)


FINANCIAL: Final[tuple[tuple[FinancialStatus, str, Callable[["Order"], bool]], ...]] = (
    (
        FinancialStatus.REFUNDED,
        "something was refunded, and nothing received is left",
        lambda o: o.sums.refunded > 0 and o.sums.net <= 0,
    ),
    (FinancialStatus.PARTIALLY_REFUNDED, "something was refunded", lambda o: o.sums.refunded > 0),
    (
        FinancialStatus.PAID,
        "something was received, and it covers the current total",
        lambda o: 0 < o.sums.received >= o.sums.current_total,
    ),
    (FinancialStatus.PARTIALLY_PAID, "something was received", lambda o: o.sums.received > 0),
    (FinancialStatus.AUTHORIZED, "an authorization has something left", lambda o: o.sums.open_auth > 0),
    (FinancialStatus.PENDING, "a transaction has no outcome yet", lambda o: any(t.open for t in o.transactions)),
    (
        FinancialStatus.EXPIRED,
        "an authorization expired",
        lambda o: _has(o, TransactionKind.AUTHORIZATION, TransactionStatus.EXPIRED),
    ),
    (
        FinancialStatus.VOIDED,
        "an authorization was voided",
        lambda o: _has(o, TransactionKind.VOID, TransactionStatus.SUCCESS),
    ),
    (
        FinancialStatus.PAID,
        "the total as placed and the current total are both 0",
        lambda o: o.sums.total == 0 and o.sums.current_total == 0,
    ),
    (FinancialStatus.PENDING, "otherwise", lambda o: True),
)

FULFILLMENT: Final[tuple[tuple[FulfillmentState, str, Callable[["Order"], bool]], ...]] = (
    (
        FulfillmentState.FULFILLED,
        "something was shipped, and nothing is left",
        lambda o: o.fulfilled > 0 == o.to_fulfill,
    ),
    (FulfillmentState.PARTIALLY_FULFILLED, "something was shipped", lambda o: o.fulfilled > 0),
    (FulfillmentState.ON_HOLD, "something is left, and all of it is on hold", lambda o: 0 < o.to_fulfill == o.held),
    (FulfillmentState.UNFULFILLED, "otherwise", lambda o: True),
)


def _any(order: "Order", status: ReturnStatus) -> bool:
    return any(one.status is status for one in order.returns)


RETURNS: Final[tuple[tuple[ReturnState, str, Callable[["Order"], bool]], ...]] = (
    (ReturnState.RETURN_REQUESTED, "a return waits for an answer", lambda o: _any(o, ReturnStatus.REQUESTED)),
    (ReturnState.IN_PROGRESS, "a return is open", lambda o: _any(o, ReturnStatus.OPEN)),
    (ReturnState.RETURNED, "a return was closed", lambda o: _any(o, ReturnStatus.CLOSED)),
    (ReturnState.NO_RETURN, "otherwise", lambda o: True),
)


def _first(table: "Iterable[tuple[S, str, Callable[[Order], bool]]]", order: "Order") -> S:
    for status, _, holds in table:
        if holds(order):
            return status
    raise AssertionError("the last row of each table always holds")


def financial_status(order: "Order") -> FinancialStatus:
    """Return the first row of `FINANCIAL` that holds."""
    return _first(FINANCIAL, order)


def fulfillment_status(order: "Order") -> FulfillmentState:
    """Return the first row of `FULFILLMENT` that holds."""
    return _first(FULFILLMENT, order)


def return_status(order: "Order") -> ReturnState:
    """Return the first row of `RETURNS` that holds."""
    return _first(RETURNS, order) if order.returns else ReturnState.NO_RETURN


def lifecycle(order: "Order") -> Lifecycle:
    """Return whether the order is open, archived, cancelled or deleted; the last that it is wins."""
    if order.deleted_at is not None:
        return Lifecycle.DELETED
    if order.cancelled_at is not None:
        return Lifecycle.CANCELLED
    return Lifecycle.OPEN if order.closed_at is None else Lifecycle.ARCHIVED


def finished(order: "Order") -> bool:
    """Whether nothing is left to do: to fulfill, outstanding and capturable all 0, nothing pending, no return open."""
    # Units first: while some are left, which is nearly always, no sum has to be computed.
    return (
        order.to_fulfill == 0
        and order.sums.outstanding == 0
        and order.sums.capturable == 0
        and not any(one.open for one in order.transactions)
        and not any(one.active for one in order.returns)
    )
