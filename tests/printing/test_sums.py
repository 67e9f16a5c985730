"""The column of figures of an order page: read downwards it sums, whatever happened to the order."""

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice_core.money import Money
from backoffice_core.orders.actions import AddCustomItem
from backoffice_core.orders.asked import Authorization, Discount, Line, Tax
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.detail.money import MoneySummary
from backoffice_core.orders.detail.sold import lines_of, shipping_of
from backoffice_core.orders.edit import EditOrder
from backoffice_core.orders.order import Order
from backoffice_core.orders.refund import RefundOrder
from backoffice_core.printing.sums import Row, rows_of, sums_of
from backoffice_core.testing.lives import a_cancelled_order, an_open_order
from backoffice_core.testing.wholelife import a_whole_life
from tests.orders.helpers import after, an_order, eur, goods, shop
from tests.orders.test_properties import some
from tests.orders.walks import Basket, Step, baskets, begin, steps, walk
from tests.printing.helpers import ENGLISH, FRENCH

TVA = Tax("TVA", "0.20")


def column(order: Order) -> tuple[Row, ...]:
    """Return the column of an order, in English."""
    return rows_of(order, lines_of(order), shipping_of(order), MoneySummary.of(order), ENGLISH)


def told(order: Order, kind: str | None = None) -> list[tuple[str, str]]:
    """Return the column as labels and amounts."""
    return [(label, amount.amount) for label, amount, is_ in column(order) if kind in (None, is_)]


def check_column(order: Order) -> None:
    """Check that the parts sum to each total, and that the totals are the order's."""
    running, totals = Money.zero(order.currency), {}
    for label, amount, kind in column(order):
        if kind == "part":
            running += amount
        elif kind == "total":
            totals[label] = amount
            assert running == (-amount if label == "To be paid back" else amount), label
    assert order.total == totals.pop("Total")
    assert order.current_total == totals.pop("Total now", order.total)
    owed = totals.pop("Balance due", None) or -totals.pop("To be paid back", Money.zero(order.currency))
    assert order.outstanding == owed
    assert {} == totals


def three_teas(**more: Any) -> Order:
    """Return an order of three teas, with a tip, shipping and a discount."""
    asked: dict[str, Any] = {"shipping": "5.00", "discounts": [Discount("Spring", amount="3.00", code="SPRING")]}
    tea = goods(quantity=3, price="10.00", taxes=[TVA])
    return an_order(tea, Line("Tip", price="2.00", kind="tip"), **{**asked, **more})


def test_a_paid_order() -> None:
    """Prices contain their tax, so it is told aside."""
    assert [
        ("Subtotal", "30.00"),
        ("Spring (SPRING)", "-3.00"),
        ("Shipping", "5.00"),
        ("Tip", "2.00"),
        ("Total", "34.00"),
        ("Includes TVA 20%", "4.50"),
        ("Paid", "-34.00"),
        ("Balance due", "0.00"),
    ] == told(three_teas(paid="34.00"))


def test_taxes_on_top() -> None:
    """They are rows of their own, one for each title and rate, and lead to the total."""
    taxes = [TVA, Tax("Eco", "0.01"), Tax("TVA", "0.055")]
    lines = [goods(price="10.00", quantity=2, taxes=taxes[:2]), goods("CUP", price="10.00", taxes=taxes[2:])]
    order = an_order(*lines, known={"settings": shop(taxes_included=False)})
    assert [
        ("Subtotal", "30.00"),
        ("TVA 20%", "4.00"),
        ("Eco 1%", "0.20"),
        ("TVA 5.5%", "0.55"),
        ("Total", "34.75"),
        ("Balance due", "34.75"),
    ] == told(order)


def test_after_a_refund_with_a_fee() -> None:
    """What came back and what was kept lead to the total now; what was sent back stands beside what was paid."""
    order = after(three_teas(paid="34.00"), RefundOrder(lines={"TEA": 1}, amount="8.00"))
    assert [
        ("Total", "34.00"),
        ("Includes TVA 20%", "4.50"),
        ("Returned or removed", "-9.00"),
        ("Fee kept", "1.00"),
        ("Total now", "26.00"),
        ("Includes taxes", "3.00"),
        ("Paid", "-34.00"),
        ("Refunded", "8.00"),
        ("Balance due", "0.00"),
    ] == told(order)[4:]


def test_goodwill() -> None:
    order = after(three_teas(paid="34.00"), RefundOrder(amount="4.00"))
    assert ("Goodwill", "-4.00") in told(order)
    assert [("Total", "34.00"), ("Total now", "30.00"), ("Balance due", "0.00")] == told(order, "total")


def test_a_shop_that_owes() -> None:
    """It says so, without a sign that would have to be thought about."""
    order = after(three_teas(paid="34.00"), Cancel(reason="customer", refund=False))
    assert [("Total", "34.00"), ("Total now", "0.00"), ("To be paid back", "34.00")] == told(order, "total")


def test_authorized() -> None:
    order = three_teas(payments=[Authorization("34.00")])
    assert [("Authorized, to be captured", "-34.00"), ("Balance due", "0.00")] == told(order)[-2:]


def test_an_edited_order_says_what_it_was() -> None:
    order = after(three_teas(paid="34.00"), EditOrder(actions=[AddCustomItem("Ribbon", "1.00")]))
    assert [("As placed", "34.00")] == [row for row in told(order) if row[0] == "As placed"]
    assert [("Total", "35.00"), ("Balance due", "1.00")] == told(order, "total")


def test_a_code_that_is_the_title_is_told_once() -> None:
    order = an_order(goods(), discounts=[Discount("SPRING", amount="1.00", code="SPRING")])
    assert ("SPRING", "-1.00") in told(order)


def test_a_discount_without_a_name() -> None:
    """Where lines of an imported order cost less than their price by no discount that is told, it still sums."""
    order = an_order(goods(quantity=2, price="10.00"))
    dearer = attrs.evolve(order, lines=(attrs.evolve(order.lines[0], unit_minor=1100),))
    assert [("Subtotal", "22.00"), ("Other discounts", "-2.00"), ("Total", "20.00")] == told(dearer)[:3]
    check_column(dearer)


@pytest.mark.parametrize(("reader", "amount"), [(ENGLISH, "€10.00"), (FRENCH, "10,00\u00a0€")])
def test_as_it_is_written(reader: Any, amount: str) -> None:
    """Each reader gets it in their language."""
    order = an_order()
    written = sums_of(order, lines_of(order), shipping_of(order), MoneySummary.of(order), reader)
    assert [amount] * 3 == [row.amount for row in written]
    assert reader.say["subtotal"] == written[0].label
    assert eur("10.00") == order.total


@some(120)
@given(baskets(), st.lists(steps(), min_size=3, max_size=10))
def test_it_sums_after_any_walk(basket: Basket, path: list[Step]) -> None:
    """Whatever was done with whatever order."""
    world = begin(basket)
    for step in path:
        walk(world, step)
        assert world.order is not None
        check_column(world.order)


@pytest.mark.parametrize("order", [a_whole_life()[-1].order, a_cancelled_order(), an_open_order()])
def test_it_sums_in_whole_lives(order: Order) -> None:
    check_column(order)
