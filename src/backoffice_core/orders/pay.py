"""
Payments: authorize, capture, void, mark as paid.

Rules:

1. Never capture more than is left of the authorization.
2. Never capture more than is owed, unless `Capture.allow_over` says so.
3. A capture or void whose outcome is not known blocks another one of that authorization; without
   a name, a capture uses the authorizations that are free. An authorization without outcome blocks
   another one of what is owed: asked for twice, it would be set aside twice.
4. Only what is left of an authorization can be voided; the void itself has the amount 0.
5. Marking as paid records what is owed and no more: first what was asked for and has no outcome,
   then what can be captured, then a manual sale of the rest. Something must be owed.
6. A gateway that is registered is asked, and until it answers the transaction is pending. One
   that is not is recorded: the host moved the money.

Shopify lets one capture the whole authorization after an edit lowered the total; rule 2 never
overcharges.
"""

from collections.abc import Iterable, Mapping
from typing import ClassVar

import attrs
import pendulum

from backoffice_core.failures import Refused, reason
from backoffice_core.money import Money
from backoffice_core.orders.archive import check_not_cancelled
from backoffice_core.orders.asked import Amount, Authorization, Sale, expiry, text_up_to
from backoffice_core.orders.change import Change, Command, Facts, unchanged
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.facts import Transaction, TransactionKind
from backoffice_core.orders.find import UnknownTransaction
from backoffice_core.orders.order import Order
from backoffice_core.orders.record import seen_again
from backoffice_core.orders.transactions import (
    busy,
    child_of,
    moved,
    positive,
    recorded,
    recorded_under,
    transaction_of,
    voids,
)

_K = TransactionKind


@reason
class NothingToCapture(Refused):
    """
    Nothing of what was authorized can be captured.

    Attributes:
        order_id: The order.

        authorized: What is left of the authorizations, as `Money`.

        owed: What the customer owes, as `Money`.
    """

    code: ClassVar[str] = "nothing_to_capture"
    order_id: str
    authorized: Money
    owed: Money

    def __str__(self) -> str:
        return f"order {self.order_id}: {self.authorized} is authorized and {self.owed} is owed, so nothing to capture"


@reason
class CaptureExceedsAuthorization(Refused):
    """
    More is to be captured than is left of what was authorized.

    Attributes:
        order_id: The order.

        requested: What was asked for, as `Money`.

        left: The most that could be captured, as `Money`.
    """

    code: ClassVar[str] = "capture_exceeds_authorization"
    order_id: str
    requested: Money
    left: Money

    def __str__(self) -> str:
        return f"order {self.order_id}: cannot capture {self.requested}, {self.left} is left of the authorization"


@reason
class CaptureExceedsOwed(Refused):
    """
    More is to be captured than the customer owes.

    Attributes:
        order_id: The order.

        requested: What was asked for, as `Money`.

        owed: What is owed, as `Money`.
    """

    code: ClassVar[str] = "capture_exceeds_owed"
    order_id: str
    requested: Money
    owed: Money

    def __str__(self) -> str:
        return (
            f"order {self.order_id}: cannot capture {self.requested}, {self.owed} is owed;"
            f" allow_over=True takes more all the same"
        )


@reason
class AuthorizationBusy(Refused):
    """
    A capture or void of the authorization has no outcome yet.

    Attributes:
        order_id: The order.

        authorization: The authorization's id.

        transaction: The transaction that has to be settled first.
    """

    code: ClassVar[str] = "authorization_busy"
    order_id: str
    authorization: str
    transaction: str

    def __str__(self) -> str:
        return (
            f"order {self.order_id}: transaction {self.transaction} on authorization {self.authorization}"
            f" has no outcome yet; settle it first"
        )


@reason
class NothingToVoid(Refused):
    """
    Nothing is left of an authorization: it was captured, voided, or it lapsed.

    Attributes:
        order_id: The order.

        authorization: The authorization's id; None when the order has none that is open.
    """

    code: ClassVar[str] = "nothing_to_void"
    order_id: str
    authorization: str | None

    def __str__(self) -> str:
        which = f"authorization {self.authorization}" if self.authorization else "any authorization"
        return f"order {self.order_id}: nothing is left of {which}"


@reason
class NothingOwed(Refused):
    """
    The order cannot be marked as paid: nothing is owed.

    Attributes:
        order_id: The order.

        owed: What is owed, as `Money`; negative when the shop owes.
    """

    code: ClassVar[str] = "nothing_owed"
    order_id: str
    owed: Money

    def __str__(self) -> str:
        return f"order {self.order_id}: {self.owed} is owed, so there is nothing to pay"


@attrs.frozen(kw_only=True)
class Authorize(Command):
    """Set money aside; all that is owed unless an amount is given."""

    amount: Amount | None = None
    gateway: str = attrs.field(default="manual", validator=text_up_to(255))
    reference: str | None = None
    expires_at: pendulum.DateTime | None = attrs.field(default=None, converter=expiry)


@attrs.frozen(kw_only=True)
class Capture(Command):
    """Take authorized money; what is owed unless an amount is given."""

    amount: Amount | None = None
    authorization: str | None = None
    final: bool = False
    allow_over: bool = False


@attrs.frozen(kw_only=True)
class Void(Command):
    """Let go what is left of an authorization; of all of them unless one is named."""

    authorization: str | None = None


@attrs.frozen(kw_only=True)
class MarkAsPaid(Command):
    """Record that everything owed was paid."""


# --- rules


def authorize(order: Order, command: Authorize, facts: Facts) -> Change:
    """
    Set money aside.

    Raises:
        NothingOwed: No amount was given, and nothing is owed.
        AuthorizationBusy: No amount was given, and an authorization has no outcome yet (rule 3).
        ReferenceTaken: The reference was recorded with another amount.
        OrderIsCancelled: The order is cancelled.
    """
    check_not_cancelled(order, "authorize")
    known = recorded_under(order, command.gateway, _K.AUTHORIZATION, command.reference)
    if command.amount is not None:
        minor = positive(command.amount, order.currency)
    else:
        minor = order.sums.outstanding if known is None else known.minor
    if known is not None:
        return seen_again(order, known, minor, "success", facts)
    if command.amount is None:
        _check_none_waits(order)
    if minor <= 0:
        raise NothingOwed(order.id, order.outstanding)
    asked = Authorization(
        Money(minor, order.currency),
        gateway=command.gateway,
        reference=command.reference,
        expires_at=command.expires_at,
    )
    return recorded(order, [transaction_of(asked, order.currency, facts)], facts)


def capture(order: Order, command: Capture, facts: Facts) -> Change:
    """
    Take authorized money, from the oldest authorization first.

    Raises:
        NothingToCapture: Nothing is authorized, or nothing is owed.
        CaptureExceedsAuthorization: Rule 1.
        CaptureExceedsOwed: Rule 2.
        AuthorizationBusy: Rule 3.
        OrderIsCancelled: The order is cancelled.
    """
    check_not_cancelled(order, "capture")
    waiting = _busy(order, command.authorization)
    left = {id: amount for id, amount in _left(order, command.authorization).items() if id not in waiting}
    owed, whole = order.sums.due, sum(left.values())
    if command.amount is None:
        minor = min(whole, max(0, owed))
        if not minor:
            _check_free(order, waiting)
            raise NothingToCapture(order.id, Money(whole, order.currency), Money(owed, order.currency))
    else:
        minor = positive(command.amount, order.currency)
        if minor > whole:
            # What has no outcome yet may be why too little is left.
            _check_free(order, waiting)
        _check_authorized(order, minor, whole)
        if not command.allow_over:
            _check_owed(order, minor, owed)
    return recorded(order, list(_captures(order, left, minor, facts, final=command.final)), facts)


def void(order: Order, command: Void, facts: Facts) -> Change:
    """
    Let go what is left of an authorization.

    Raises:
        NothingToVoid: Rule 4.
        AuthorizationBusy: Rule 3.
        UnknownTransaction: The order has no such authorization.
    """
    left = _left(order, command.authorization)
    _check_free(order, _busy(order, command.authorization))
    if not left:
        raise NothingToVoid(order.id, command.authorization)
    return recorded(order, voids(order, left, facts), facts)


def mark_as_paid(order: Order, command: MarkAsPaid, facts: Facts) -> Change:
    """
    Record that everything owed was paid (rule 5).

    Raises:
        NothingOwed: Nothing is owed.
        AuthorizationBusy: Rule 3.
        OrderIsCancelled: The order is cancelled.
    """
    check_not_cancelled(order, "be marked as paid")
    change = unchanged(order)
    for one in waited_for(order, facts):
        # An edit may have made it more than is owed since it was asked for.
        owed = change.order.sums.due + one.minor
        if owed > 0:
            change = change.then(moved(change.order, one, "succeed", min(owed, one.minor)))
    if change.order.sums.capturable:
        change = change.then(capture(change.order, Capture(), facts))
    rest = change.order.sums.outstanding
    if rest > 0:
        sale = transaction_of(Sale(Money(rest, order.currency)), order.currency, facts)
        change = change.then(recorded(change.order, [sale], facts))
    if not change:
        raise NothingOwed(order.id, order.outstanding)
    return evolve(change, before=order)


def waited_for(order: Order, facts: Facts) -> list[Transaction]:
    """Return the sales that the customer is still to pay by themselves: pending, and no gateway is asked about them."""
    return [one for one in order.transactions if one.kind is _K.SALE and one.open and one.gateway not in facts.gateways]


def _left(order: Order, authorization: str | None) -> Mapping[str, int]:
    """Return what is left of the open authorizations, or of the one that was named."""
    left = order.authorizations
    if authorization is None:
        return left
    known = tuple(one.id for one in order.transactions if one.kind is _K.AUTHORIZATION)
    if authorization not in known:
        raise UnknownTransaction(order.id, authorization, known)
    return {id: amount for id, amount in left.items() if id == authorization}


def _busy(order: Order, authorization: str | None) -> dict[str, str]:
    """Return the authorizations on which something has no outcome yet, each with what that is."""
    ids = [one.id for one in order.transactions if one.kind is _K.AUTHORIZATION]
    blocking = {id: busy(order, id) for id in ids if authorization in (None, id)}
    return {id: one.id for id, one in blocking.items() if one is not None}


def _check_free(order: Order, waiting: dict[str, str]) -> None:
    """Raise when something on an authorization has no outcome yet (rule 3)."""
    for authorization, transaction in waiting.items():
        raise AuthorizationBusy(order.id, authorization, transaction)


def _check_none_waits(order: Order) -> None:
    """Raise while an authorization has no outcome (rule 3)."""
    for one in order.transactions:
        if one.kind is _K.AUTHORIZATION and one.open:
            raise AuthorizationBusy(order.id, one.id, one.id)


def _check_authorized(order: Order, minor: int, left: int) -> None:
    """Raise when more is to be captured than is left of the authorizations (rule 1)."""
    if minor > left:
        raise CaptureExceedsAuthorization(order.id, Money(minor, order.currency), Money(left, order.currency))


def _check_owed(order: Order, minor: int, owed: int) -> None:
    """Raise when more is to be captured than is owed (rule 2)."""
    if minor > owed:
        raise CaptureExceedsOwed(order.id, Money(minor, order.currency), Money(owed, order.currency))


def _captures(order: Order, left: Mapping[str, int], minor: int, facts: Facts, *, final: bool) -> Iterable[Transaction]:
    by_id = {one.id: one for one in order.transactions}
    for id, most in left.items():
        amount = min(minor, most)
        minor -= amount
        if amount:
            yield child_of(by_id[id], _K.CAPTURE, amount, facts, final=final)
