"""Reports 57 to 71: totals that drift from their lines, discounts that move, prices read again."""

import attrs
import pytest

from backoffice_core import BackOffice, Change, Discount, Line, Order, Sale, Tax
from backoffice_core.gateways.fake import FakeGateway
from backoffice_core.orders.events import OrderPlaced
from tests.cases.helpers import figures, goods, office, placed, shares, worth


def cost_of_lines(order: Order) -> int:
    """Return what lines and shipping cost as they were agreed, told by their spans alone."""
    goods = sum(span.paid for line in order.lines for span in line.spans)
    return goods + sum(charge.paid_minor for charge in order.shipping_lines)


def cost_of_what_is_left(shop: BackOffice, order: Order) -> int:
    """Return what the units that are left are worth, asked one line at a time, and the shipping that is left."""
    left = {line.id: order.counters[line.id].current for line in order.lines}
    worths = [
        sum(part.minor for part in shop.orders.preview.refund(order.id, lines={id: units}).refund.lines)
        for id, units in left.items()
        if units
    ]
    return sum(worths) + order.current_shipping.minor


@pytest.mark.parametrize("taxes_included", [True, False])
def test_report_57_the_total_is_the_sum_of_the_lines_after_every_command(taxes_included: bool) -> None:
    shop = office("EUR", taxes_included=taxes_included)
    tax = [Tax("VAT", "0.20"), Tax("Local", "0.0725")]
    lines = [goods("19.99", 3, sku="A", taxes=tax), goods("7.77", 2, sku="B", taxes=tax), goods("0.05", sku="C")]
    off = [Discount("Tenth", percent="12.5"), Discount("Fixed", amount="3.33")]
    order = placed(shop, *lines, discounts=off, shipping="4.90")
    assert cost_of_lines(order) == order.total.minor == order.original_total.minor

    def holds(change: Change) -> None:
        assert cost_of_what_is_left(shop, change.order) == change.order.current_total.minor
        assert order.total == change.order.total

    holds(shop.orders.mark_as_paid(order.id))
    holds(shop.orders.fulfill(order.id, lines={"A": 2}))
    holds(shop.orders.refund(order.id, lines={"A": 2, "B": 1}))
    holds(shop.orders.refund(order.id, lines={"A": 1}, shipping=True))
    holds(shop.orders.cancel(order.id))
    assert {"current_total": "0.00", "outstanding": "0.00"} == figures(
        shop.orders.get(order.id), ["current_total", "outstanding"]
    )


def test_report_58_the_timeline_keeps_the_numbers_of_its_day() -> None:
    shop = office("EUR")
    order = placed(shop, goods("30.00", 2), paid="60.00")
    was = shop.orders.timeline(order.id)
    shop.orders.refund(order.id, lines={"A": 1})
    shop.orders.cancel(order.id)
    now = shop.orders.timeline(order.id)
    assert list(was) == list(now)[: len(was)]
    assert isinstance(now[0].event, OrderPlaced)
    assert 6000 == now[0].event.total


def test_report_61_the_preview_is_what_is_sent_and_the_rest_goes_to_the_next_payment() -> None:
    card = FakeGateway()
    shop = office("EUR", gateways={"card": card})
    order = placed(shop, goods("10.00", 3), payments=[Sale("12.00", gateway="card"), Sale("18.00", gateway="card")])
    plan = shop.orders.preview.refund(order.id, lines={"A": 2})
    done = shop.orders.refund(order.id, lines={"A": 2})
    assert ["12.00", "8.00"] == [one.amount.amount for one in plan.transactions if one.kind == "refund"]
    sent = [request.amount.amount for method, request in card.calls if method == "refund"]
    assert ["12.00", "8.00"] == sent
    assert plan.refund.amount == done.refund.amount
    assert [attrs.astuple(line) for line in plan.refund.lines] == [attrs.astuple(line) for line in done.refund.lines]


def test_report_62_a_unit_that_leaves_takes_its_share_of_the_discount() -> None:
    shop = office("EUR")
    lines = [goods("60.00", sku="A"), goods("40.00", sku="B")]
    order = placed(shop, *lines, discounts=[Discount("Ten", amount="10.00")], paid="90.00")
    assert ["6.00", "4.00"] == shares(order)
    after = shop.orders.refund(order.id, lines={"A": 1}).order
    assert ["6.00", "4.00"] == shares(after)
    assert {"current_total": "36.00", "outstanding": "0.00"} == figures(after, ["current_total", "outstanding"])
    assert "36.00" == worth(shop, after, "B")


def test_report_63_what_it_cost_and_what_it_costs_now_are_two_figures() -> None:
    shop = office("EUR")
    order = placed(shop, goods("21.73"), goods("8.10", sku="B"), paid="29.83")
    after = shop.orders.refund(order.id, lines={"B": 1}).order
    assert {"original_total": "29.83", "current_total": "21.73", "outstanding": "0.00"} == figures(
        after, ["original_total", "current_total", "outstanding"]
    )
    assert "partially_refunded" == after.financial_status


def test_report_64_a_cancelled_order_gives_back_what_was_placed() -> None:
    shop = office("EUR")
    order = placed(shop, goods("15.00", 2), paid="30.00")
    done = shop.orders.cancel(order.id)
    assert "30.00" == done.refund.amount.amount
    later = placed(shop, goods("15.00", 2), paid="30.00")
    owed = shop.orders.cancel(later.id, refund=False).order
    assert {"outstanding": "-30.00", "refundable": "30.00"} == figures(owed, ["outstanding", "refundable"])
    assert "30.00" == shop.orders.refund(later.id).refund.amount.amount


def test_report_65_a_placed_order_never_reads_prices_or_rates_again() -> None:
    shop = office("EUR")
    shop.catalog.add_location("here")
    product = shop.catalog.add_product("Teapot", sku="T", price="60.00")
    shop.catalog.set_stock("T", 5)
    coupon = Discount("Spring", amount="50.00", code="SPRING")
    order = placed(shop, Line(variant="T", taxes=[Tax("VAT", "0.20")]), discounts=[coupon], paid="12.00")
    (variant,) = product.variants
    shop.catalog.update_product(
        attrs.evolve(product, variants=(attrs.evolve(variant, price="9.00", taxable=False, sku="T2"),))
    )
    shop.change_settings(taxes_included=True, tax_rounding="order")
    after = shop.orders.fulfill(order.id).order
    assert {"total": "12.00", "current_total": "12.00", "total_discounts": "50.00", "total_tax": "2.00"} == figures(
        after, ["total", "current_total", "total_discounts", "total_tax"]
    )
    assert "12.00" == worth(shop, after, "T")


def test_report_71_lines_sum_to_the_total_with_discounts_on_the_order() -> None:
    shop = office("EUR", taxes_included=False)
    lines = [goods("33.33", 3, sku=sku, taxes=[Tax("VAT", "0.19")]) for sku in "ABC"]
    off = [Discount("Third", percent="33.33"), Discount("Cents", amount="0.07")]
    order = placed(shop, *lines, discounts=off)
    assert cost_of_lines(order) == order.total.minor
    untaxed = sum(span.paid - sum(span.taxes) for line in order.lines for span in line.spans)
    assert untaxed == order.subtotal.minor
    listed = sum(line.unit_minor * line.quantity for line in order.lines)
    assert listed - order.total_discounts.minor == order.subtotal.minor
