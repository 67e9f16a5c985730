"""The derived statuses, row by row, and which row comes first."""

import pytest

from backoffice_core.orders.archive import Archive
from backoffice_core.orders.asked import Authorization, Line, Sale
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.fulfill import CancelFulfillment, Fulfill
from backoffice_core.orders.hold import HoldOrder, ReleaseHold
from backoffice_core.orders.order import Order
from backoffice_core.orders.pay import Authorize, Capture, Void
from backoffice_core.orders.record import RecordPayment
from backoffice_core.orders.refund import RefundOrder
from backoffice_core.orders.settle import ExpireAuthorizations, Settle
from backoffice_core.orders.status import (
    FINANCIAL,
    FULFILLMENT,
    RETURNS,
    FinancialStatus,
    FulfillmentState,
    ReturnState,
)
from tests.orders.helpers import NOW, after, an_order, goods, last

STRIPE = {"gateways": frozenset({"stripe"})}


def two(**more: object) -> Order:
    """Return an order of two teas for 20.00."""
    return an_order(goods(quantity=2), **more)


def with_pending_refund() -> Order:
    """Return an order whose refund a gateway was asked for."""
    order = an_order(payments=[Sale("10.00", gateway="stripe", reference="p")])
    return after(order, RefundOrder(lines={"TEA": 1}), **STRIPE)


def reversed_payment() -> Order:
    """Return an order whose payment was undone."""
    order = two(paid="20.00")
    return after(order, Settle(transaction=last(order).id, outcome="reversed"))


FREE = goods(price="0.00")
LAPSED = Authorization("20.00", expires_at=NOW)


@pytest.mark.parametrize(
    ("order", "status"),
    [
        (two(), "pending"),
        (two(payments=[Authorization("20.00", status="failure")]), "pending"),
        (two(payments=[Sale("20.00", status="pending")]), "pending"),
        (two(payments=[Authorization("20.00", status="pending")]), "pending"),
        (two(authorized="20.00"), "authorized"),
        (two(authorized="5.00"), "authorized"),
        (after(two(authorized="20.00"), Capture(amount="5.00")), "partially_paid"),
        (after(two(authorized="20.00"), Capture()), "paid"),
        (two(paid="20.00"), "paid"),
        (two(paid="25.00"), "paid"),
        (two(paid="19.99"), "partially_paid"),
        (two(paid="10.00", authorized="10.00"), "partially_paid"),
        (two(paid="20.00", authorized="10.00"), "paid"),
        (after(two(authorized="20.00"), Void()), "voided"),
        (after(two(authorized="20.00"), Void(), Authorize(amount="1.00")), "authorized"),
        (after(two(authorized="20.00"), Void(), RecordPayment(amount="1.00", status="pending")), "pending"),
        (after(two(payments=[LAPSED]), ExpireAuthorizations()), "expired"),
        (after(two(payments=[LAPSED, Authorization("1.00")]), ExpireAuthorizations()), "authorized"),
        (after(two(payments=[LAPSED, Authorization("1.00")]), ExpireAuthorizations(), Void()), "expired"),
        (
            after(two(payments=[LAPSED]), ExpireAuthorizations(), RecordPayment(amount="1.00", status="pending")),
            "pending",
        ),
        (after(two(paid="20.00"), RefundOrder(lines={"TEA": 1})), "partially_refunded"),
        (after(two(paid="20.00"), RefundOrder(amount="19.99")), "partially_refunded"),
        (after(two(paid="20.00"), RefundOrder(amount="20.00")), "refunded"),
        (after(two(paid="20.00"), RefundOrder(lines={"TEA": 2})), "refunded"),
        (after(two(paid="5.00"), RefundOrder(amount="5.00")), "refunded"),
        (after(two(paid="20.00"), Cancel()), "refunded"),
        (after(two(paid="20.00"), Cancel(refund=False)), "paid"),
        (after(two(), Cancel()), "pending"),
        (after(two(authorized="20.00"), Cancel()), "voided"),
        (with_pending_refund(), "paid"),
        (reversed_payment(), "pending"),
        (after(two(paid="10.00"), RefundOrder(lines={"TEA": 1})), "paid"),
        (an_order(FREE), "paid"),
        (an_order(goods(), FREE), "pending"),
        (after(two(), RefundOrder(lines={"TEA": 2})), "pending"),
        (an_order(FREE, authorized="1.00"), "authorized"),
    ],
)
def test_financial(order: Order, status: str) -> None:
    """The first row that holds says where the money stands."""
    assert status == order.financial_status


@pytest.mark.parametrize(
    ("order", "status"),
    [
        (two(), "unfulfilled"),
        (after(two(), Fulfill(lines={"TEA": 1})), "partially_fulfilled"),
        (after(two(), Fulfill()), "fulfilled"),
        (after(two(), Fulfill(), CancelFulfillment(fulfillment="#1001-F1")), "unfulfilled"),
        (after(two(), HoldOrder()), "on_hold"),
        (after(two(), HoldOrder(lines={"TEA": 1})), "unfulfilled"),
        (after(two(), HoldOrder(lines={"TEA": 2})), "on_hold"),
        (after(two(), HoldOrder(), ReleaseHold()), "unfulfilled"),
        (after(two(), Fulfill(lines={"TEA": 1}), HoldOrder()), "partially_fulfilled"),
        (after(two(paid="20.00"), RefundOrder(lines={"TEA": 2})), "unfulfilled"),
        (after(two(paid="20.00"), RefundOrder(lines={"TEA": 2}, restock="no_restock")), "unfulfilled"),
        (after(two(paid="20.00"), Fulfill(lines={"TEA": 1}), RefundOrder(lines={"TEA": 1})), "fulfilled"),
        (
            after(two(paid="20.00"), Fulfill(lines={"TEA": 1}), RefundOrder(lines={"TEA": 2}, restock="no_restock")),
            "partially_fulfilled",
        ),
        (after(two(paid="20.00"), Fulfill(), RefundOrder(lines={"TEA": 2})), "fulfilled"),
        (after(two(), Fulfill(lines={"TEA": 1}), Cancel()), "fulfilled"),
        (after(two(), HoldOrder(), Cancel()), "unfulfilled"),
        (after(an_order(goods(), Line("Tip", price="1.00", kind="tip")), Fulfill()), "fulfilled"),
        (an_order(Line("Tip", price="1.00", kind="tip")), "unfulfilled"),
    ],
)
def test_fulfillment(order: Order, status: str) -> None:
    """The first row that holds says where the goods stand."""
    assert status == order.fulfillment_status


def test_lifecycle() -> None:
    """Cancelled wins over archived, and archived over open."""
    order = an_order()
    assert ["open", "archived", "cancelled", "cancelled"] == [
        one.lifecycle
        for one in (order, after(order, Archive()), after(order, Cancel()), after(order, Archive(), Cancel()))
    ]


def test_tables_end_with_a_row_that_always_holds() -> None:
    """Every order has a status."""
    order = an_order()
    assert [True] * 3 == [table[-1][2](order) for table in (FINANCIAL, FULFILLMENT, RETURNS)]


def test_every_status_has_a_row() -> None:
    """No status is left that nothing leads to, and each row says why in words."""
    assert set(FinancialStatus) == {status for status, _, _ in FINANCIAL}
    assert set(FulfillmentState) == {status for status, _, _ in FULFILLMENT}
    assert set(ReturnState) == {status for status, _, _ in RETURNS}
    assert all(why for _, why, _ in (*FINANCIAL, *FULFILLMENT, *RETURNS))
