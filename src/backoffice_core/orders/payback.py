"""
To which payments the money of a refund goes back: rule 6 of ``refund.py``.

As the caller says, by amounts or by an order of preference; else gift cards first, then the
oldest. Never more than is left of a payment.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from backoffice_core.failures import InvalidInput, InvalidValue, Refused, reason
from backoffice_core.money import Money
from backoffice_core.orders.amounts import payments_left
from backoffice_core.orders.asked import Amount
from backoffice_core.orders.change import Facts
from backoffice_core.orders.facts import (
    Transaction,
    TransactionKind,
)
from backoffice_core.orders.find import (
    UnknownTransaction,
)
from backoffice_core.orders.order import Order
from backoffice_core.orders.transactions import child_of, positive

#: The gateway whose payments are given back first, as Shopify does.
GIFT_CARD = "gift_card"


@reason
class RefundExceedsPart(Refused):
    """
    More is to be given back on a line, on shipping or on a payment than it is worth now.

    Attributes:
        order_id: The order.

        part: The id of the line, shipping line or payment.

        requested: What was asked for, as `Money`.

        left: The most that would have been possible, as `Money`.
    """

    code: ClassVar[str] = "refund_exceeds_part"
    order_id: str
    part: str
    requested: Money
    left: Money

    def __str__(self) -> str:
        return f"order {self.order_id}: cannot refund {self.requested} of {self.part}, {self.left} is left of it"


@reason
class SplitMismatch(InvalidInput):
    """
    The amounts on the payments do not sum to the refund.

    Attributes:
        order_id: The order.

        amount: The refund, as `Money`.

        split: The sum of what was given, as `Money`.
    """

    code: ClassVar[str] = "split_mismatch"
    order_id: str
    amount: Money
    split: Money

    def __str__(self) -> str:
        return f"order {self.order_id}: the payments were given {self.split} of a refund of {self.amount}"


def spread(
    order: Order,
    minor: int,
    facts: Facts,
    asked: Mapping[str, Amount] | Sequence[str] | None = None,
) -> list[Transaction]:
    """
    Return the transactions that give *minor* back.

    Args:
        order: The order.

        minor: How much, in minor units.

        facts: What a rule may know.

        asked: Amounts by transaction id, or ids in the order in which they are used up.

    Raises:
        SplitMismatch: The amounts do not sum to *minor*.
        RefundExceedsPart: A payment is asked for more than is left of it.
        UnknownTransaction: There is no such payment, or nothing is left of it.
    """
    left = payments_left(order.transactions)
    by_id = {one.id: one for one in order.transactions}
    if isinstance(asked, Mapping):
        shares = {id: positive(amount, order.currency, f"payments[{id!r}]") for id, amount in asked.items()}
        if sum(shares.values()) != minor:
            raise SplitMismatch(order.id, Money(minor, order.currency), Money(sum(shares.values()), order.currency))
    else:
        preferred = _in_order(asked)
        _known(order, preferred, left)
        in_turn = sorted(left, key=lambda id: by_id[id].gateway != GIFT_CARD)
        shares = {}
        for id in dict.fromkeys([*preferred, *in_turn]):
            shares[id] = min(left[id], minor - sum(shares.values()))
    _known(order, list(shares), left)
    for id, share in shares.items():
        if share > left[id]:
            raise RefundExceedsPart(order.id, id, Money(share, order.currency), Money(left[id], order.currency))
    return [child_of(by_id[id], TransactionKind.REFUND, share, facts) for id, share in shares.items() if share]


def _in_order(asked: object) -> list[str]:
    """Return the ids of payments that the caller prefers, in their order."""
    if asked is None or isinstance(asked, str):
        return [asked] if asked else []
    ids: list[str] = list(asked) if isinstance(asked, Sequence) else []
    if not ids or not all(isinstance(id, str) for id in ids):
        raise InvalidValue("payments", repr(asked), "amounts by transaction id, or ids in their order")
    return ids


def _known(order: Order, ids: Sequence[str], left: Mapping[str, int]) -> None:
    for id in ids:
        if id not in left:
            raise UnknownTransaction(order.id, id, tuple(left))
