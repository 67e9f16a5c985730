"""
Numbers that other shops' back offices got wrong, by the id they have in our list of reports.

T14, T15 and T20 are about money alone and stand in ``tests/test_money.py`` too.
"""

from typing import Any

import pytest

from backoffice_core.money import Money, TooManyDigits, allocate
from backoffice_core.orders.asked import Discount, Sale, Shipping, Tax
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.order import Order
from backoffice_core.orders.parts import unit_parts
from backoffice_core.orders.pay import Capture
from backoffice_core.orders.place import Place
from backoffice_core.orders.record import RecordPayment
from backoffice_core.orders.refund import RefundExceedsPaid, RefundOrder
from tests.orders.helpers import (
    after,
    an_order,
    eur,
    goods,
    last,
    level,
    line,
    moved,
    placed,
    refusal,
    shop,
    step,
    stock,
    stocked,
)


def back(order: Order, **asked: Any) -> tuple[Order, Money]:
    """Return the order after a refund, and its amount."""
    change = step(order, RefundOrder(**asked))
    assert change.refund is not None
    return change.order, change.refund.amount


class TestT1:
    def order(self) -> Order:
        """Return ten units of 23.90 with 20 percent tax in them and 25 percent off."""
        tea = goods(quantity=10, price="23.90", taxes=[Tax("VAT", "0.20")])
        return an_order(tea, discounts=[Discount("d", percent="25")], paid="179.25")

    def test_total(self) -> None:
        """T1: it comes to 179.25."""
        assert eur("179.25") == self.order().total

    @pytest.mark.parametrize("units", [[10], [1] * 10, [3, 3, 4]])
    def test_refunded(self, units: list[int]) -> None:
        """T1: all of it comes back, in one go or in ten."""
        order, total = self.order(), eur("0.00")
        for quantity in units:
            order, amount = back(order, lines={"TEA": quantity})
            total += amount
        assert (eur("179.25"), eur("0.00"), eur("0.00"), "refunded") == (
            total,
            order.current_total,
            order.current_tax,
            order.financial_status,
        )


def test_t2() -> None:
    """T2: two units of 100 with 20 off and 10 percent on top are 99.00 each."""
    tea = goods(quantity=2, price="100.00", taxes=[Tax("VAT", "0.10")])
    order = an_order(tea, discounts=[Discount("d", amount="20.00")], taxes_included=False, paid="198.00")
    assert [9900, 9900] == [part.paid for part in unit_parts(line(order).spans)]
    order, first = back(order, lines={"TEA": 1})
    order, second = back(order, lines={"TEA": 1})
    assert (eur("99.00"), eur("99.00"), eur("0.00")) == (first, second, order.current_total)


def test_t3() -> None:
    """T3: items of 6 and 4 with 1 off come back for 5.40 and 3.60."""
    order = an_order(
        goods("A", price="6.00"), goods("B", price="4.00"), discounts=[Discount("d", amount="1.00")], paid="9.00"
    )
    order, first = back(order, lines={"A": 1})
    order, second = back(order, lines={"B": 1})
    assert (eur("5.40"), eur("3.60"), eur("9.00")) == (first, second, order.refunded)


@pytest.mark.parametrize("parts", [("0.01", "169.58"), ("84.79", "84.80"), ("56.53", "56.53", "56.53")])
def test_t4(parts: tuple[str, ...]) -> None:
    """T4: a kit of 159.99 and 6 percent, returned in parts, comes to 169.59 and its tax to 9.60."""
    kit = goods("KIT", price="159.99", taxes=[Tax("VAT", "0.06")])
    order = an_order(kit, taxes_included=False, paid="169.59")
    assert eur("169.59") == order.total
    tax = eur("0.00")
    for amount in parts:
        order, _ = back(order, amounts={"KIT": amount})
        tax += order.refunds[-1].lines[0].tax
    assert (eur("169.59"), eur("9.60"), eur("0.00"), eur("0.00")) == (
        order.refunded,
        tax,
        order.current_total,
        order.current_tax,
    )


def test_t5() -> None:
    """T5: 100.00 in three equal parts is fully refunded after the third."""
    tea, amounts = goods(quantity=3, price="33.34", discounts=[Discount("d", amount="0.02")]), []
    order = an_order(tea, paid="100.00")
    for _ in range(3):
        order, amount = back(order, lines={"TEA": 1})
        amounts.append(amount)
    assert sorted([eur("33.33"), eur("33.33"), eur("33.34")]) == sorted(amounts)
    assert ("refunded", eur("0.00")) == (order.financial_status, order.refundable)


def test_t6() -> None:
    """T6: three units of a line of 10.00 come back for 3.33, 3.34 and 3.33, always in this order."""
    tea, amounts = goods(quantity=3, price="3.34", discounts=[Discount("d", amount="0.02")]), []
    order = an_order(tea, paid="10.00")
    for _ in range(3):
        order, amount = back(order, lines={"TEA": 1})
        amounts.append(amount)
    assert ([eur("3.33"), eur("3.34"), eur("3.33")], eur("10.00")) == (amounts, order.refunded)


def test_t7() -> None:
    """T7: of 4216.04 charged, 1000.00 refunded and 3175.00 on its way, at most 41.04 can be refunded."""
    order = an_order(goods(price="4216.04"), payments=[Sale("4216.04", gateway="stripe", reference="pi")])
    order = after(order, RefundOrder(amount="1000.00"))
    order = after(order, RefundOrder(amount="3175.00"), gateways=frozenset({"stripe"}))
    assert eur("41.04") == order.refundable
    kind, facts = refusal(order, RefundOrder(amount="41.05"))
    assert (RefundExceedsPaid, eur("41.04")) == (kind, facts["refundable"])
    assert eur("41.04") == last(after(order, RefundOrder(amount="41.04"))).amount


def test_t8() -> None:
    """T8: after all but 1.00 was refunded, 2.00 are refused and 1.00 is left."""
    order = after(an_order(paid="10.00"), RefundOrder(amount="9.00"))
    expected = {"order_id": order.id, "requested": eur("2.00"), "refundable": eur("1.00")}
    assert (RefundExceedsPaid, expected) == refusal(order, RefundOrder(amount="2.00"))


@pytest.mark.parametrize(("restock", "available"), [(True, 20), (False, 15)])
def test_t11(restock: bool, available: int) -> None:
    """T11: of 20 in stock 5 are ordered, captured and cancelled: 20 again, or 15 without restock."""
    known = stock(20)
    change = placed(stocked(quantity=5), known=known, authorized="50.00")
    for command in (Capture(), Cancel(restock=restock)):
        known = moved(known, change.movements)
        change = step(change.order, command, **known)
    assert available == level(moved(known, change.movements))[2]


def test_t12() -> None:
    """T12: of 5 in stock 3 are ordered and paid, a part refunded, the rest cancelled: 5 again."""
    known = stock(5)
    change = placed(stocked(quantity=3), known=known, paid="30.00")
    for command in (RefundOrder(lines={"CUP": 1}), Cancel()):
        known = moved(known, change.movements)
        change = step(change.order, command, **known)
    assert (5, 0, 5) == level(moved(known, change.movements))


def test_t13() -> None:
    """T13: a payment of 40 told twice is 40; 60 more are 100, and 40 told once more changes nothing."""
    order = an_order(goods(price="100.00"))
    first = RecordPayment(amount="40.00", gateway="stripe", reference="evt_1")
    order = after(order, first, first)
    assert (eur("40.00"), "partially_paid") == (order.received, order.financial_status)
    order = after(order, RecordPayment(amount="60.00", gateway="stripe", reference="evt_2"))
    assert not step(order, first)
    assert (eur("100.00"), "paid", 2) == (order.received, order.financial_status, len(order.transactions))


def test_t14() -> None:
    """T14: one cent over three equal weights is not lost."""
    assert [1, 0, 0] == allocate(1, [1, 1, 1])
    order = an_order(
        *[goods(sku, price="1.00") for sku in "ABC"], discounts=[Discount("d", amount="0.01")], paid="2.99"
    )
    assert [99, 100, 100] == [one.spans[0].paid for one in order.lines]


def test_t15() -> None:
    """T15: a line that costs nothing gets no share."""
    assert [0, 1] == allocate(1, [0, 5])
    order = an_order(goods("A", price="0.00"), goods("B", price="5.00"), discounts=[Discount("d", amount="0.01")])
    assert [0, 499] == [one.spans[0].paid for one in order.lines]


def test_t17() -> None:
    """T17: of 100 captured 60 and refunded goods for 10: 40 are due, 50 can be refunded."""
    order = after(an_order(goods(quantity=10), authorized="60.00"), Capture())
    order, _ = back(order, lines={"TEA": 1}, amount="10.00")
    assert (eur("40.00"), eur("50.00"), "partially_refunded") == (
        order.outstanding,
        order.refundable,
        order.financial_status,
    )


@pytest.mark.parametrize("tax_rounding", ["line", "order"])
def test_t18(tax_rounding: str) -> None:
    """T18: goods of 10.00 and shipping of 5.00 with 21 percent come back whole, shipping's tax too."""
    vat = [Tax("VAT", "0.21")]
    order = an_order(
        goods(taxes=vat),
        shipping=Shipping("Post", "5.00", vat),
        paid="18.15",
        known={"settings": shop(tax_rounding=tax_rounding, taxes_included=False)},
    )
    assert (eur("18.15"), eur("3.15")) == (order.total, order.total_tax)
    order, amount = back(order, lines={"TEA": 1}, shipping=True)
    assert (eur("18.15"), eur("0.00"), eur("0.00")) == (amount, order.current_total, order.current_tax)


def test_t20() -> None:
    """T20: 1624 yen and 1.005 dinars are placed and paid as they are; 16.24 yen are refused."""
    yen = an_order(goods(price="1624"), currency="JPY", paid="1624")
    dinar = an_order(goods(price="1.005"), currency="KWD", paid="1.005")
    assert ("1624 JPY", "1.005 KWD") == (str(yen.net_payment), str(dinar.net_payment))
    expected = {"amount": "16.24", "currency": "JPY", "digits": 0}
    assert (TooManyDigits, expected) == refusal(None, Place(lines=[goods(price="16.24")], currency="JPY"))
