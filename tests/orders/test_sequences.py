"""
Every sequence of up to five out of twelve moves on an order of two lines, on the rules alone.

A walk draws its steps by chance; here none is left out. What must hold stands in ``walks.py``.
"""

from collections import Counter
from collections.abc import Callable
from functools import cached_property
from typing import Final

import attrs
import pytest

from backoffice_core.failures import NotFound, Refused
from backoffice_core.money import Money
from backoffice_core.orders.actions import AddDiscount, SetQuantity
from backoffice_core.orders.asked import Authorization, Discount, Line, Sale, Shipping, Tax
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.change import Command
from backoffice_core.orders.edit import EditOrder
from backoffice_core.orders.fulfill import CancelFulfillment, Fulfill
from backoffice_core.orders.hold import HoldOrder, ReleaseHold
from backoffice_core.orders.order import Order
from backoffice_core.orders.pay import Capture
from backoffice_core.orders.place import Place
from backoffice_core.orders.refund import RefundOrder
from backoffice_core.orders.returns import ReceiveReturn, RequestReturn
from backoffice_core.orders.rules import decide
from backoffice_core.orders.states import FulfillmentStatus, HoldStatus, Lifecycle, ReturnStatus
from tests.orders.helpers import shop
from tests.orders.walks import World, settled

#: How many moves a sequence has at the most.
LONGEST: Final = 5


# --- the moves


def _quantity(order: Order, by: int) -> EditOrder:
    line = order.lines[0]
    return EditOrder(actions=[SetQuantity(line.id, max(0, order.counters[line.id].current + by))])


def _refund_rest(order: Order) -> RefundOrder:
    units = {id: row.current for id, row in order.counters.items() if row.current}
    return RefundOrder(lines=units, restock="no_restock") if units else RefundOrder()


def _return(order: Order) -> Command:
    """Receive what a return is to bring, else ask for one of all that is with the customer."""
    for one in order.returns:
        if one.status is ReturnStatus.OPEN and any(line.expected for line in one.lines):
            return ReceiveReturn(return_id=one.id)
    return RequestReturn(approve=True)


def _hold(order: Order) -> Command:
    return ReleaseHold() if any(one.status is HoldStatus.ACTIVE for one in order.holds) else HoldOrder()


def _undo(order: Order) -> CancelFulfillment:
    """Undo the last parcel that stands; where there is none, one that the order does not have."""
    stand = [one.id for one in order.fulfillments if one.status is FulfillmentStatus.SUCCESS]
    return CancelFulfillment(fulfillment=stand[-1] if stand else "none")


MOVES: Final[dict[str, Callable[[Order], Command]]] = {
    "capture": lambda order: Capture(),
    "fulfill one": lambda order: Fulfill(lines={order.lines[0].id: 1}),
    "fulfill all": lambda order: Fulfill(),
    "undo a fulfillment": _undo,
    "refund one": lambda order: RefundOrder(lines={order.lines[0].id: 1}),
    "refund the rest without restock": _refund_rest,
    "one more": lambda order: _quantity(order, 1),
    "one less": lambda order: _quantity(order, -1),
    "discount": lambda order: EditOrder(actions=[AddDiscount(Discount("Late", percent="12.5"))]),
    "return": _return,
    "hold or release": _hold,
    "cancel": lambda order: Cancel(),
}


# --- the tree of sequences


@attrs.define
class Seen:
    """What happened somewhere in the tree."""

    done: Counter[str] = attrs.Factory(Counter)
    refused: Counter[str] = attrs.Factory(Counter)
    answered: Counter[str] = attrs.Factory(Counter)
    states: set[tuple[str, str, str]] = attrs.Factory(set)


class Node:
    """An order after some moves, and where each further move leads."""

    def __init__(self, world: World, seen: Seen) -> None:
        self.world = world
        self.seen = seen

    @cached_property
    def after(self) -> list["Node"]:
        """The node that each move leads to; a move that is refused, or changes nothing, stays here."""
        return [self._moved(name) for name in MOVES]

    def _moved(self, name: str) -> "Node":
        before = self.world.order
        assert before is not None
        world = self.world.fork()
        try:
            change = world.do(MOVES[name](before))
        except (Refused, NotFound):
            assert world.order is before
            assert world.levels == self.world.levels
            self.seen.refused[name] += 1
            return self
        if not change:
            return self
        assert world.order is not None
        self.seen.answered.update(one.kind for one in world.order.transactions if one.open)
        settled(world)
        self.seen.done[name] += 1
        self.seen.states.add((world.order.lifecycle, world.order.financial_status, world.order.fulfillment_status))
        return Node(world, self.seen)

    def sequences(self, left: int) -> int:
        """Walk every sequence of up to so many moves from here, and return how many there are."""
        return sum(1 + node.sequences(left - 1) for node in self.after) if left else 0


def placed(paid_minor: int) -> World:
    """Return the world after an order of two lines was placed: some of it paid, the rest authorized."""
    taxes = [Tax("T1", "0.05"), Tax("T2", "0.09975")]
    asked = Place(
        lines=[
            Line(variant="A", quantity=3, price=Money(333, "EUR"), taxes=taxes),
            Line(variant="B", quantity=2, price=Money(999, "EUR"), taxes=taxes),
        ],
        shipping=[Shipping("Post", Money(490, "EUR"), taxes[:1])],
        discounts=[Discount("Spring", amount=Money(100, "EUR"))],
    )
    world = World(shop(auto_archive=True))
    left = decide(None, asked, world.facts()).order.original_total_minor - paid_minor
    payments = [Authorization(Money(left, "EUR"), gateway="stripe", reference="a")]
    if paid_minor:
        payments.insert(0, Sale(Money(paid_minor, "EUR"), gateway="stripe", reference="s"))
    world.do(attrs.evolve(asked, payments=payments))
    return world


@pytest.mark.slow
@pytest.mark.parametrize("paid_minor", [0, 1000], ids=["authorized", "paid in part"])
def test_every_sequence_of_up_to_five_moves(paid_minor: int) -> None:
    """
    All 271,452 sequences leave every invariant standing, and each move was made and was refused on the way.

    The sequences are counted one by one. The rules are asked once about each move on each order
    that is reached, not once per sequence: a move that is refused or changes nothing leaves the
    order as it was, and asked again they would say the same.
    """
    seen = Seen()
    assert 12 + 12**2 + 12**3 + 12**4 + 12**5 == 271_452
    assert 271_452 == Node(placed(paid_minor), seen).sequences(LONGEST)
    assert set(MOVES) == set(seen.done) == set(seen.refused)
    assert set(Lifecycle) - {Lifecycle.DELETED} == {life for life, _, _ in seen.states}
    assert {"partially_paid", "paid", "partially_refunded", "refunded"} <= {money for _, money, _ in seen.states}
    assert {"unfulfilled", "partially_fulfilled", "fulfilled", "on_hold"} == {goods for _, _, goods in seen.states}
    assert {"capture", "refund", "void"} == set(seen.answered), "the gateway was asked for each"
