"""
Asking a registered gateway about a movement of money, outside any transaction.

Which movements a change leaves to ask about, how each is asked, and what its answer is settled as.
The transaction was saved as pending before; its id is the key that the gateway gets, now and
whenever it is asked again. What it answers is settled by the caller, through the one path of
every command.
"""

from collections.abc import Container
from typing import ClassVar, Final

from backoffice_core.context import Context
from backoffice_core.failures import (
    GatewayFailed,
    InvalidValue,
    Refused,
    reason,
)
from backoffice_core.gateways.base import Declined, Outcome, PaymentRequest, Succeeded
from backoffice_core.orders.change import Change
from backoffice_core.orders.facts import Transaction, TransactionKind
from backoffice_core.orders.order import Order
from backoffice_core.orders.settle import Settle


@reason
class GatewayInHostTransaction(Refused):
    """
    A command that asks a gateway cannot run in a host's transaction.

    Attributes:
        gateway: The gateway that would be asked.
    """

    code: ClassVar[str] = "gateway_in_host_transaction"
    gateway: str

    def __str__(self) -> str:
        return f"gateway {self.gateway!r} cannot be asked within a host's transaction; run the command outside it"


@reason
class GatewayUnreachable(GatewayFailed):
    """
    A gateway could not tell what became of a transaction.

    Attributes:
        gateway: The gateway.

        transaction: The transaction's id.

        detail: What the gateway's code raised.
    """

    code: ClassVar[str] = "gateway_unreachable"
    gateway: str
    transaction: str
    detail: str

    def __str__(self) -> str:
        return f"gateway {self.gateway!r} could not tell about transaction {self.transaction}: {self.detail}"


#: Which method of a gateway moves which kind of money.
METHODS: Final = {
    TransactionKind.AUTHORIZATION: "authorize",
    TransactionKind.SALE: "sale",
    TransactionKind.CAPTURE: "capture",
    TransactionKind.REFUND: "refund",
    TransactionKind.VOID: "void",
}


def open_intents(change: Change, gateways: Container[str]) -> list[Transaction]:
    """
    Return the transactions of a change that a registered gateway is still to be asked about.

    Of a replay these are those that followed by themselves too, such as the capture at checkout.
    """
    if change.replayed:
        wanted = _with_children(change)
    else:
        wanted = [one for one in change.order.transactions if one.id in change.intents] if change.intents else []
    return [one for one in wanted if one.open and one.intent and one.gateway in gateways]


def _with_children(change: Change) -> list[Transaction]:
    """Return the transactions of a change, and those that were made on them since."""
    ids = {one.id for one in change.transactions}
    found = []
    for one in change.order.transactions:
        if one.id in ids or one.parent_id in ids:
            ids.add(one.id)
            found.append(one)
    return found


def ask(context: Context, order: Order, intent: Transaction) -> Outcome | None:
    """Ask the gateway of a transaction to do it; None from one that answers nothing, and what it raises is raised."""
    parent = next((one for one in order.transactions if one.id == intent.parent_id), None)
    request = PaymentRequest(
        key=intent.id,
        order_id=order.id,
        amount=intent.amount,
        reference=parent.reference if parent is not None else None,
        final=intent.final,
    )
    answer: Outcome | None = context.wait(getattr(context.gateways[intent.gateway], METHODS[intent.kind])(request))
    return answer


def look_up(context: Context, order: Order, intent: Transaction) -> Outcome | None:
    """
    Ask the gateway of a transaction what became of it; one that never heard of it is asked to do it.

    Raises:
        GatewayUnreachable: It could not tell.
    """
    try:
        answer: Outcome | None = context.wait(context.gateways[intent.gateway].fetch(intent.id))
        return answer if answer is not None else ask(context, order, intent)
    except Exception as error:
        raise GatewayUnreachable(intent.gateway, intent.id, f"{type(error).__name__}: {error}") from error


def settlement(intent: Transaction, answer: Outcome | None) -> Settle:
    """
    Return how an answer is settled; no answer leaves the movement unknown.

    Raises:
        InvalidValue: It is no answer that a gateway gives.
    """
    if answer is None:
        return Settle(transaction=intent.id, outcome="unknown")
    if isinstance(answer, Declined):
        return Settle(transaction=intent.id, outcome="failure", error=answer.code, card=answer.card)
    if isinstance(answer, Succeeded):
        amount = None if intent.kind is TransactionKind.VOID else answer.amount
        return Settle(
            transaction=intent.id, outcome="success", amount=amount, reference=answer.reference, card=answer.card
        )
    raise InvalidValue("answer", repr(answer), "Succeeded, Pending or Declined")
