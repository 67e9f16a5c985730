"""
One movement of money: how it is made, what happens by it, how its state moves.

A movement by a registered gateway is an intent: pending until the gateway answers, and its id is
the key that the gateway gets. One by a gateway that is not registered has happened already.
"""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from backoffice_core.failures import InvalidValue, Refused, reason
from backoffice_core.money import Money, minor_of
from backoffice_core.orders import events as happened
from backoffice_core.orders.amounts import authorizations_left
from backoffice_core.orders.asked import Amount, Authorization, Sale
from backoffice_core.orders.change import Change, Facts
from backoffice_core.orders.events import OrderEvent
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.facts import Transaction, TransactionKind
from backoffice_core.orders.find import replaced_transaction
from backoffice_core.orders.order import Order
from backoffice_core.orders.pricing import NegativeAmount
from backoffice_core.orders.states import TRANSACTION, TransactionStatus, step

_K = TransactionKind
_S = TransactionStatus


@reason
class ConfirmedTooMuch(Refused):
    """
    More is said to have moved than the transaction is for.

    Attributes:
        order_id: The order.

        transaction: The transaction's id.

        confirmed: What is said to have moved, as `Money`.

        most: What would have been possible, as `Money`.
    """

    code: ClassVar[str] = "confirmed_too_much"
    order_id: str
    transaction: str
    confirmed: Money
    most: Money

    def __str__(self) -> str:
        return (
            f"order {self.order_id}: {self.confirmed} cannot be confirmed of transaction {self.transaction},"
            f" it is for {self.most}; record the rest as a payment of its own"
        )


def positive(amount: Amount, currency: str, field: str = "amount") -> int:
    """
    Return an amount above zero in minor units.

    Raises:
        NegativeAmount: It is below zero.
        InvalidValue: It is zero.
    """
    minor = minor_of(amount, currency, field)
    if minor < 0:
        raise NegativeAmount(field, minor)
    if not minor:
        raise InvalidValue(field, "0", "an amount above 0")
    return minor


def transaction_of(asked: Sale, currency: str, facts: Facts) -> Transaction:
    """Return the transaction of a payment: pending for a registered gateway that is to be asked."""
    minor = minor_of(asked.amount, currency)
    if minor < 0:
        raise NegativeAmount("amount", minor)
    intent = asked.gateway in facts.gateways and asked.reference is None
    return Transaction(
        id=facts.new_id(),
        kind=_K.AUTHORIZATION if isinstance(asked, Authorization) else _K.SALE,
        status=_S.PENDING if intent else TransactionStatus(asked.status),
        minor=minor,
        currency=currency,
        gateway=asked.gateway,
        at=facts.now,
        reference=asked.reference,
        expires_at=asked.expires_at if isinstance(asked, Authorization) else None,
        intent=intent,
        actor=facts.actor,
        card=asked.card,
    )


def child_of(
    parent: Transaction, kind: TransactionKind, minor: int, facts: Facts, *, final: bool = False
) -> Transaction:
    """Return a capture, void or refund of *parent*: pending where its gateway is to be asked."""
    return Transaction(
        id=facts.new_id(),
        kind=kind,
        status=_S.PENDING if parent.gateway in facts.gateways else _S.SUCCESS,
        minor=minor,
        currency=parent.currency,
        gateway=parent.gateway,
        at=facts.now,
        parent_id=parent.id,
        final=final,
        intent=parent.gateway in facts.gateways,
        actor=facts.actor,
    )


def voids(order: Order, left: Iterable[str], facts: Facts) -> list[Transaction]:
    """Return the voids of some authorizations."""
    by_id = {one.id: one for one in order.transactions}
    return [child_of(by_id[id], _K.VOID, 0, facts) for id in left]


def with_transactions(order: Order, made: Sequence[Transaction]) -> Order:
    """Return the order with more transactions."""
    return evolve(order, transactions=(*order.transactions, *made))


def intents_of(made: Iterable[Transaction], facts: Facts) -> tuple[str, ...]:
    """Return the ids of transactions that a registered gateway is to be asked about."""
    return tuple(one.id for one in made if one.intent and one.open)


def events_of(made: Iterable[Transaction], order: Order) -> tuple[OrderEvent, ...]:
    """Return what happened by some transactions, as they are now."""
    return tuple(event_of(one, order) for one in made)


def event_of(one: Transaction, order: Order) -> OrderEvent:
    """Return what happened by one transaction, as it is now."""
    if one.status is _S.PENDING:
        return happened.PaymentRequested(one.id, str(one.kind), one.minor, one.gateway)
    if one.status is _S.UNKNOWN:
        return happened.PaymentUnknown(one.id, str(one.kind), one.minor)
    if one.status is _S.FAILURE:
        return happened.PaymentFailed(one.id, str(one.kind), one.minor, one.error)
    if one.kind is _K.VOID:
        return happened.AuthorizationVoided(one.id, _left_without(order, one), one.gateway)
    if one.kind is _K.CAPTURE:
        released = max(0, _left_without(order, one) - one.minor) if one.final else 0
        return happened.PaymentCaptured(one.id, one.minor, one.gateway, released)
    made = {
        _K.AUTHORIZATION: happened.PaymentAuthorized,
        _K.SALE: happened.PaymentReceived,
        _K.REFUND: happened.PaymentRefunded,
    }[one.kind]
    return made(one.id, one.minor, one.gateway)


def _left_without(order: Order, one: Transaction) -> int:
    """Return what would be left of the authorization of a transaction that had not been made."""
    others = [other for other in order.transactions if other.id != one.id]
    return authorizations_left(others).get(one.parent_id or "", 0)


def recorded(order: Order, made: Sequence[Transaction], facts: Facts) -> Change:
    """Return the order with more transactions, and what happened by them."""
    after = with_transactions(order, made)
    return Change(before=order, order=after, events=events_of(made, after), intents=intents_of(made, facts))


def busy(order: Order, authorization: str) -> Transaction | None:
    """Return the capture or void of an authorization that has no outcome yet."""
    return next((one for one in order.transactions if one.parent_id == authorization and one.open), None)


def moved(order: Order, one: Transaction, action: str, amount: int | None = None) -> Change:
    """Return the order with *one* moved along the table of transaction states, and what happened."""
    state = step("transaction", TRANSACTION, one.status, action)
    if action == "reverse":
        return _reversed(order, one, amount)
    if action != "succeed":
        amount = None
    asked = one.asked_minor if one.asked_minor is not None else one.minor
    if amount is not None and amount > asked:
        raise ConfirmedTooMuch(order.id, one.id, Money(amount, order.currency), Money(asked, order.currency))
    confirmed = one.minor if amount is None else amount
    after = evolve(one, status=state, minor=confirmed, asked_minor=asked if confirmed < asked else None)
    changed = evolve(order, transactions=replaced_transaction(order, after))
    events: list[OrderEvent] = [event_of(after, changed)]
    if action == "succeed" and confirmed < asked:
        events.append(happened.PaymentConfirmedInPart(one.id, asked, confirmed))
    return Change(before=order, order=changed, events=tuple(events))


def _reversed(order: Order, one: Transaction, amount: int | None) -> Change:
    most = one.minor - one.reversed_minor
    back = most if amount is None else amount
    if back > most:
        raise ConfirmedTooMuch(order.id, one.id, Money(back, order.currency), Money(most, order.currency))
    gone = one.reversed_minor + back
    status = TransactionStatus.REVERSED if gone == one.minor else one.status
    after = evolve(one, reversed_minor=gone, status=status)
    changed = evolve(order, transactions=replaced_transaction(order, after))
    return Change(before=order, order=changed, events=(happened.PaymentReversed(one.id, str(one.kind), back),))


def recorded_under(order: Order, gateway: str, kind: TransactionKind, reference: str | None) -> Transaction | None:
    """Return the transaction that a gateway's reference names, of one kind; one that succeeded first."""
    if reference is None:
        return None
    named = [one for one in order.transactions if (one.reference, one.gateway, one.kind) == (reference, gateway, kind)]
    return min(named, key=lambda one: one.status is not _S.SUCCESS, default=None)
