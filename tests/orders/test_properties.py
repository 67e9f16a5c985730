"""What holds of any order after any history; the walks and the invariants are in ``walks.py``."""

from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice_core.orders.fulfill import Fulfill
from backoffice_core.orders.refund import RefundOrder
from tests.orders.walks import Basket, Step, _shipping_left, baskets, begin, settled, steps, walk


def some(examples: int) -> settings:
    """Return settings for so many examples, and for more in a profile that asks for more than usual."""
    return settings(max_examples=examples * max(1, settings().max_examples // 100))


#: Kinds that make or need a history stand here more than once.
GOODS = ("refund units", "refund units", "refund units", "fulfill", "fulfill", "fulfill all", "cancel a fulfillment")
EDITS = (
    "fewer units",
    "fewer units",
    "more units",
    "add an item",
    "add a variant",
    "discount",
    "no discount",
    "shipping",
)
RETURNS = ("ask for a return", "ask for a return", "answer a return", "receive", "receive", "end a return")
BACK = ("refund an amount", "refund on a line", "refund shipping")
STOCK = ("restock", "restock", "hold", "release")
MONEY = ("refund an amount", "refund units", "capture", "capture", "capture over", "void", "record", "settle", "settle")


@some(250)
@given(baskets(), st.lists(steps(), min_size=4, max_size=12))
def test_any_walk(basket: Basket, path: list[Step]) -> None:
    """Any commands on any order leave every invariant standing."""
    world = begin(basket)
    for step in path:
        walk(world, step)


@some(250)
@given(baskets(), st.lists(steps(*GOODS, *STOCK), min_size=6, max_size=14), steps("cancel", "refund all"))
def test_goods(basket: Basket, path: list[Step], end: Step) -> None:
    """Shipping, undoing, refunding and restocking by turns: no unit gets lost."""
    world = begin(basket)
    for step in [*path, end]:
        walk(world, step)


@some(200)
@given(
    baskets(), st.lists(steps(*MONEY, "reverse", "mark as paid"), min_size=5, max_size=12), steps("cancel", "settle")
)
def test_money(basket: Basket, path: list[Step], end: Step) -> None:
    """Capturing, refunding, settling and reversing by turns: never more back than came in."""
    world = begin(basket)
    for step in [*path, end]:
        walk(world, step)


@some(200)
@given(baskets(), st.lists(steps(*EDITS, *GOODS, *BACK), min_size=5, max_size=12), steps("cancel", "refund all"))
def test_edits(basket: Basket, path: list[Step], end: Step) -> None:
    """Editing, shipping and refunding by turns: units that are gone keep their cents, the rest is what was agreed."""
    world = begin(basket)
    for step in [*path, end]:
        walk(world, step)


@some(200)
@given(baskets(), st.lists(steps(*RETURNS, *GOODS, "restock"), min_size=6, max_size=14), steps("cancel", "refund all"))
def test_returns(basket: Basket, path: list[Step], end: Step) -> None:
    """Asking, answering, receiving, refunding and restocking by turns: no unit comes back twice, none is forgotten."""
    world = begin(basket)
    world.do(Fulfill())
    for step in [*path, end]:
        walk(world, step)


@some(200)
@given(
    baskets(paid="all"),
    st.lists(
        steps(
            "refund units",
            "refund an amount",
            "refund on a line",
            "refund on a line",
            "refund shipping",
            "fulfill",
            "restock",
        ),
        min_size=2,
        max_size=10,
    ),
)
def test_refunds_to_the_end(basket: Basket, path: list[Step]) -> None:
    """Whatever was refunded in whatever pieces, refunding the rest leaves exactly nothing, and all money back."""
    world = begin(basket)
    for step in path:
        walk(world, step)
        settled(world)
    order = world.order
    assert order is not None
    units = {id: row.current for id, row in order.counters.items() if row.current}
    shipping = any(_shipping_left(order).values())
    if units or shipping or order.sums.outstanding < 0:
        world.do(RefundOrder(lines=units, shipping=shipping))
        settled(world)
    order = world.order
    assert order is not None
    now = order.sums
    assert (0, 0, 0, 0, 0) == (
        now.current_subtotal,
        now.current_shipping,
        now.current_tax,
        now.current_tips,
        now.current_total,
    )
    if now.received == now.total:
        assert (now.received, 0, 0) == (now.refunded, now.adjustments, now.outstanding)
