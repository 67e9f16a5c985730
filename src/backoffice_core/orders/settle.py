"""
Settling: what became of a movement of money that had no outcome, or changed it.

Rules:

1. A pending or unknown transaction succeeds or fails; a pending one can become unknown.
2. It may confirm less than was asked; the rest is owed, and an event says so. Never more.
3. A failure after success is a reversal of all that is left; ``reversed`` may be of a part, under a
   reference of its own.
4. A success after failure is recorded: the gateway's word is final.
5. Told again what is known already, nothing happens. A reversal is known again by a reference of
   its own; the payment keeps its reference, under which it may be reported again.
6. An authorization that was not captured until it lapses is expired by ``run_due``.
7. A success that was reported before under its reference is counted once: a report that happened
   stays, and this transaction fails as ``recorded_already``; one without outcome gives way. A
   report of another amount is refused. Two intents of our own are two movements, whatever
   reference a gateway gives them.

On a cancelled order all of this stays possible.
"""

from typing import ClassVar, Literal

import attrs

from backoffice_core.failures import InvalidValue, Refused, reason
from backoffice_core.money import Money
from backoffice_core.orders import events as happened
from backoffice_core.orders.asked import Amount
from backoffice_core.orders.change import Change, Command, Facts, unchanged
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.facts import Card, Transaction, TransactionKind
from backoffice_core.orders.find import replaced_transaction, transaction_with
from backoffice_core.orders.order import Order
from backoffice_core.orders.record import ReferenceTaken
from backoffice_core.orders.states import HAPPENED, TRANSACTION, TransactionStatus, step
from backoffice_core.orders.transactions import busy, moved, positive
from backoffice_core.typed import one_of

#: The error of a transaction whose movement is on record under another one.
_ON_RECORD = "recorded_already"
_ACTIONS = {"success": "succeed", "failure": "fail", "unknown": "lose", "reversed": "reverse"}


@reason
class SettledOtherwise(Refused):
    """
    A transaction that succeeded is said to have succeeded with another amount.

    Attributes:
        order_id: The order.

        transaction: The transaction's id.

        known: What was confirmed before, as `Money`.

        given: What is said now, as `Money`.
    """

    code: ClassVar[str] = "settled_otherwise"
    order_id: str
    transaction: str
    known: Money
    given: Money

    def __str__(self) -> str:
        return (
            f"order {self.order_id}: transaction {self.transaction} was confirmed with {self.known}, not {self.given};"
            f" a part that came back is settled as reversed"
        )


@attrs.frozen(kw_only=True)
class Settle(Command):
    """Say what became of a transaction."""

    transaction: str
    outcome: Literal["success", "failure", "unknown", "reversed"] = attrs.field(validator=one_of(*_ACTIONS))
    amount: Amount | None = None
    reference: str | None = None
    error: str | None = None
    card: Card | None = attrs.field(default=None, repr=False)


@attrs.frozen(kw_only=True)
class ExpireAuthorizations(Command):
    """Record that authorizations lapsed (rule 6)."""


def settle(order: Order, command: Settle, facts: Facts) -> Change:
    """
    Say what became of a transaction.

    Raises:
        UnknownTransaction: The order has no such transaction.
        TransitionRefused: Its state has no such move.
        ConfirmedTooMuch: Rule 2.
        SettledOtherwise: It was confirmed with another amount before.
        InvalidValue: A part is reversed without a reference of its own (rule 5).
        ReferenceTaken: The reference was reported with another amount.
    """
    one = transaction_with(order, command.transaction)
    amount = None if command.amount is None else positive(command.amount, order.currency)
    if one.kind is TransactionKind.VOID:
        amount = None
    if _known_already(order, one, command, amount):
        return unchanged(order)
    action = _ACTIONS[command.outcome]
    if one.status is TransactionStatus.SUCCESS and command.outcome == "failure":
        action, amount = "reverse", None
    reported = _reported(order, one, command.reference) if action == "succeed" else None
    if reported is not None and reported.status in HAPPENED:
        asked = one.minor if amount is None else amount
        if reported.minor != asked:
            raise ReferenceTaken(order.id, command.reference or "", reported.amount, Money(asked, order.currency))
        # The gateway's report came first and is on record; counting it here too would count it twice.
        return moved(order, evolve(one, error=_ON_RECORD), "fail")
    named, reversals = command.reference or one.reference, one.reversals
    if action == "reverse":
        _check_can_be_known_again(one, command, amount)
    if action == "reverse" and named != one.reference:
        named, reversals = one.reference, (*reversals, str(command.reference))
    told = evolve(
        one,
        reference=named,
        reversals=reversals,
        error=command.error if command.outcome == "failure" else one.error,
        card=command.card or one.card,
    )
    change = moved(order, told, action, amount)
    if reported is not None and reported.open:
        change = change.then(moved(change.order, evolve(reported, error=_ON_RECORD), "fail"))
    return change


def _check_can_be_known_again(one: Transaction, command: Settle, amount: int | None) -> None:
    """Raise for a part that has no name of its own: told twice, it would be undone twice (rule 5)."""
    if amount is not None and amount < one.in_force and command.reference in (None, one.reference):
        would_do = "the gateway's own name of the reversal, so that it is known when it is told again"
        raise InvalidValue("reference", repr(command.reference), would_do)


def _reported(order: Order, one: Transaction, reference: str | None) -> Transaction | None:
    """Return what a person or webhook reported under the reference of *one*; our own intents are apart by key."""
    if reference is None:
        return None
    named = (reference, one.gateway, one.kind)
    reports = [
        other
        for other in order.transactions
        if other.id != one.id and not other.intent and (other.reference, other.gateway, other.kind) == named
    ]
    return min(reports, key=lambda other: other.status not in HAPPENED, default=None)


def expire_authorizations(order: Order, command: ExpireAuthorizations, facts: Facts) -> Change:
    """Expire the authorizations of an order whose time is over and that nothing is pending on."""
    left = order.authorizations
    lapsed = [
        one
        for one in order.transactions
        if one.id in left and one.expires_at is not None and one.expires_at <= facts.now and busy(order, one.id) is None
    ]
    change = unchanged(order)
    for one in lapsed:
        expired = evolve(one, status=step("transaction", TRANSACTION, one.status, "expire"))
        after = evolve(change.order, transactions=replaced_transaction(change.order, expired))
        event = happened.AuthorizationExpired(one.id, left[one.id])
        change = change.then(Change(before=order, order=after, events=(event,)))
    return change


def _known_already(order: Order, one: Transaction, command: Settle, amount: int | None) -> bool:
    outcome = command.outcome
    if outcome in ("failure", "reversed") and command.reference in one.reversals:
        return True
    if one.status is TransactionStatus.SUCCESS and outcome == "success":
        if amount not in (None, one.minor):
            raise SettledOtherwise(order.id, one.id, one.amount, Money(amount or 0, order.currency))
        return True
    if one.error == _ON_RECORD and outcome == "success":
        return True
    same = {"failure": TransactionStatus.FAILURE, "unknown": TransactionStatus.UNKNOWN}
    if one.status is same.get(outcome):
        return True
    return one.status is TransactionStatus.REVERSED and outcome in ("failure", "reversed")
