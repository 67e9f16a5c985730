"""Reports 75 to 91: stock that came back twice, not at all, or to the wrong place."""

from backoffice_core import AddCustomItem, BackOffice, Line, errors
from tests.cases.helpers import goods, office, placed, refusal


def stocked(on_hand: int = 20, *skus: str, policy: str = "deny", **more: object) -> BackOffice:
    """Return a shop that counts one variant, A, or several."""
    shop = office("EUR", **more)
    shop.catalog.add_location("here")
    for sku in skus or ("A",):
        shop.catalog.add_product(f"Item {sku}", sku=sku, price="10.00", policy=policy)
        shop.catalog.set_stock(sku, on_hand)
    return shop


def units(quantity: int = 1, sku: str = "A") -> Line:
    return Line(variant=sku, quantity=quantity)


def level(shop: BackOffice, sku: str = "A") -> tuple[int, int, int]:
    """Return on hand, committed and available, over all locations."""
    rows = shop.catalog.levels(sku)
    return sum(row.on_hand for row in rows), sum(row.committed for row in rows), shop.catalog.available(sku)


def test_report_75_a_cancel_restocks_once() -> None:
    shop = stocked(20)
    order = placed(shop, units(5))
    shop.orders.cancel(order.id, idempotency_key="cancel")
    assert shop.orders.cancel(order.id, idempotency_key="cancel").replayed
    assert {} == refusal(errors.AlreadyCancelled, shop.orders.cancel, order.id)
    assert (20, 0, 20) == level(shop)


def test_report_76_what_was_restocked_by_a_refund_is_not_restocked_again() -> None:
    shop = stocked(20)
    order = placed(shop, units(5), paid="50.00")
    shop.orders.refund(order.id, lines={"A": 5}, restock="cancel")
    assert {} == refusal(errors.NothingToRestock, shop.orders.restock, order.id)
    shop.orders.cancel(order.id)
    assert (20, 0, 20) == level(shop)


def test_report_77_nothing_but_a_command_about_units_moves_stock() -> None:
    shop = stocked(20)
    order = placed(shop, units(5), paid="50.00")
    shop.orders.refund(order.id, lines={"A": 1}, restock="no_restock")
    before = level(shop)
    shop.orders.set_note(order.id, "Call before delivery")
    shop.orders.add_tags(order.id, "vip")
    shop.orders.archive(order.id)
    shop.orders.unarchive(order.id)
    shop.orders.refund(order.id, amount="1.00")
    assert before == level(shop)


def test_report_78_a_part_back_then_a_cancel() -> None:
    shop = stocked(20)
    order = placed(shop, units(5), paid="50.00")
    shop.orders.refund(order.id, lines={"A": 2})
    assert (20, 3, 17) == level(shop)
    shop.orders.cancel(order.id)
    assert (20, 0, 20) == level(shop)


def test_report_79_each_line_is_restocked_or_not() -> None:
    shop = stocked(20, "A", "B")
    order = placed(shop, units(1), units(1, "B"), paid="20.00")
    shop.orders.refund(order.id, lines={"A": 1, "B": 1}, restock={"A": "cancel", "B": "no_restock"})
    assert [(20, 0, 20), (20, 1, 19)] == [level(shop, sku) for sku in "AB"]


def test_report_80_a_partly_refunded_order_is_cancelled() -> None:
    shop = stocked(5)
    order = placed(shop, units(3), paid="30.00")
    shop.orders.refund(order.id, amount="10.00")
    shop.orders.cancel(order.id)
    assert (5, 0, 5) == level(shop)


def test_report_81_giving_stock_back_needs_none() -> None:
    shop = stocked(3)
    order = placed(shop, units(3))
    assert 0 == shop.catalog.available("A")
    shop.orders.cancel(order.id)
    assert (3, 0, 3) == level(shop)


def test_report_82_a_fulfillment_is_undone_though_stock_is_below_zero() -> None:
    shop = stocked(1, policy="continue")
    order = placed(shop, units(3))
    before = level(shop)
    shop.orders.fulfill(order.id)
    assert (-2, 0, -2) == level(shop)
    shop.orders.cancel_fulfillment(order.id, "#1001-F1")
    assert before == level(shop)


def test_report_83_undoing_a_fulfillment_commits_the_units_again() -> None:
    shop = stocked(20)
    order = placed(shop, units(5))
    before = (level(shop), order.counters, order.lines)
    shop.orders.fulfill(order.id, lines={"A": 3})
    assert (17, 2, 15) == level(shop)
    after = shop.orders.cancel_fulfillment(order.id, "#1001-F1").order
    assert before == (level(shop), after.counters, after.lines)


def test_report_84_an_order_ships_what_was_promised_to_it() -> None:
    shop = stocked(4)
    orders = [placed(shop, units(1)) for _ in range(4)]
    assert (4, 4, 0) == level(shop)
    for order in orders:
        shop.orders.fulfill(order.id)
    assert (0, 0, 0) == level(shop)


def test_report_85_cancelled_with_and_without_restock() -> None:
    for restock, left in ((True, 20), (False, 15)):
        shop = stocked(20)
        order = placed(shop, units(5), authorized="50.00")
        shop.orders.capture(order.id)
        shop.orders.cancel(order.id, restock=restock)
        assert (left, 0, left) == level(shop)


def test_report_86_cancelled_is_not_shipped() -> None:
    shop = stocked(20)
    order = placed(shop, units(5))
    shop.orders.fulfill(order.id, lines={"A": 2})
    row = shop.orders.cancel(order.id).order.counters[order.lines[0].id]
    assert (5, 3, 2, 0) == (row.ordered, row.removed, row.fulfilled, row.to_fulfill)
    assert (18, 0, 18) == level(shop)


def test_report_87_units_come_back_where_the_caller_says() -> None:
    shop = stocked(20)
    shop.catalog.add_location("outlet")
    order = placed(shop, units(1), paid="10.00")
    shop.orders.fulfill(order.id)
    done = shop.orders.refund(order.id, lines={"A": 1}, restock="return", location="outlet")
    assert {"here": 19, "outlet": 1} == {row.location_id: row.on_hand for row in shop.catalog.levels("A")}
    assert ["outlet"] == [move.location_id for move in done.movements]


def test_report_88_what_came_back_does_not_come_back_again() -> None:
    shop = stocked(20)
    order = placed(shop, units(3), paid="30.00")
    shop.orders.fulfill(order.id)
    row = shop.orders.refund(order.id, lines={"A": 2}, restock="return").order.counters[order.lines[0].id]
    assert (2, 1) == (row.returned, row.returnable)
    no = refusal(errors.TooManyUnits, shop.orders.refund, order.id, lines={"A": 2}, restock="return")
    assert (2, 1) == (no["requested"], no["left"])


def test_report_89_shipped_in_part_returned_in_part_and_cancelled() -> None:
    shop = stocked(20)
    order = placed(shop, units(5), paid="50.00")
    shop.orders.fulfill(order.id, lines={"A": 3})
    shop.orders.refund(order.id, lines={"A": 2}, restock="return")
    row = shop.orders.cancel(order.id).order.counters[order.lines[0].id]
    told = {"ordered": 5, "removed": 2, "refunded": 2, "fulfilled": 3, "returned": 2, "current": 1, "to_fulfill": 0}
    assert told == {name: getattr(row, name) for name in told}
    assert (19, 0, 19) == level(shop)


def test_report_90_what_is_not_counted_is_refunded_all_the_same() -> None:
    shop = office("EUR")
    order = placed(shop, goods("10.00"), paid="10.00")
    done = shop.orders.refund(order.id, lines={"A": 1}, restock="cancel")
    assert ("10.00", ()) == (done.refund.amount.amount, done.movements)


def test_report_91_an_amount_cannot_be_restocked() -> None:
    shop = office("EUR")
    order = placed(shop, goods("10.00"), paid="10.00")
    no = refusal(errors.InvalidValue, shop.orders.refund, order.id, amount="5.00", restock="return")
    assert "restock" == no["field"]
    assert "0.00" == shop.orders.get(order.id).refunded.amount


def test_report_137_a_part_is_cancelled_with_its_stock() -> None:
    shop = stocked(20)
    order = placed(shop, units(5), paid="50.00")
    done = shop.orders.refund(order.id, lines={"A": 2}, restock="cancel")
    assert ("20.00", 3) == (done.refund.amount.amount, done.order.to_fulfill)
    assert (20, 3, 17) == level(shop)
    assert "fulfilled" == shop.orders.fulfill(order.id).order.fulfillment_status


def test_report_138_a_line_at_0_is_left_out() -> None:
    shop = stocked(20, "A", "B")
    order = placed(shop, units(1), units(1, "B"))
    parcel = shop.orders.fulfill(order.id, lines={"A": 1, "B": 0}).fulfillment
    assert [(order.lines[0].id, 1)] == [(one.line_id, one.quantity) for one in parcel.lines]


def test_report_106_receiving_restocking_and_refunding_are_three_commands() -> None:
    shop = stocked(10)
    order = placed(shop, units(2), paid="20.00")
    shop.orders.fulfill(order.id)
    shop.orders.request_return(order.id, approve=True)
    received = shop.orders.receive_return(order.id, "#1001-R1").order
    assert ("in_progress", "0.00", 8) == (received.return_status, received.refunded.amount, level(shop)[0])
    fee = shop.orders.edit(order.id, AddCustomItem("Return by post", "4.00")).order
    assert "4.00" == fee.outstanding.amount
    assert "16.00" == shop.orders.refund(order.id, lines={"A": 2}).refund.amount.amount
    assert (8, 0, 8) == level(shop)
    shop.orders.restock(order.id)
    assert (10, 0, 10) == level(shop)
    assert "returned" == shop.orders.close_return(order.id, "#1001-R1").order.return_status
