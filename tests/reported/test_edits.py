"""Reports 55 to 74: edits that lose taxes, refund what was never paid, or are not possible at all."""

from backoffice_core import (
    AddCustomItem,
    Discount,
    RemoveDiscount,
    Sale,
    SetQuantity,
    Tax,
    errors,
)
from backoffice_core.gateways.fake import FakeGateway
from tests.cases.helpers import figures, goods, office, placed, refusal, worth


def test_report_55_an_edit_that_is_not_saved_changes_nothing() -> None:
    shop = office("EUR", taxes_included=False)
    order = placed(shop, goods("10.00", 2, taxes=[Tax("VAT", "0.20")]), paid="24.00")
    plan = shop.orders.preview.edit(order.id, AddCustomItem("Item", "5.00", taxes=[Tax("VAT", "0.10")]))
    assert {"current_tax": "4.50", "current_total": "29.50", "outstanding": "5.50"} == figures(
        plan.order, ["current_tax", "current_total", "outstanding"]
    )
    assert order == shop.orders.get(order.id)
    assert {"current_tax": "4.00", "outstanding": "0.00"} == figures(order, ["current_tax", "outstanding"])


def test_report_56_taxes_of_the_other_lines_stay_line_by_line() -> None:
    shop = office("EUR", taxes_included=False)
    taxes = [Tax("VAT", "0.20"), Tax("Local", "0.07")]
    order = placed(shop, goods("3.33", 3, taxes=taxes), goods("0.99", sku="B", taxes=taxes))
    after = shop.orders.edit(order.id, AddCustomItem("Item", "5.00", taxes=[Tax("VAT", "0.20")])).order
    assert order.lines == after.lines[:2]
    assert "1.00" == (after.current_tax - order.current_tax).amount


def test_report_59_what_was_never_paid_is_not_given_back() -> None:
    shop = office("EUR")
    order = placed(shop, goods("75.00"), paid="75.00")
    shop.orders.edit(order.id, AddCustomItem("Item", "30.00", sku="ITEM"))
    after = shop.orders.edit(order.id, SetQuantity("ITEM", 0)).order
    assert {"outstanding": "0.00", "refunded": "0.00"} == figures(after, ["outstanding", "refunded"])
    assert "75.00" == refusal(errors.NothingToRefund, shop.orders.refund, order.id)["refundable"]


def test_report_60_ten_is_given_back_not_sixty_and_the_order_has_a_way_on() -> None:
    shop = office("EUR")
    order = placed(
        shop, goods("30.00", 4), shipping="5.00", discounts=[Discount("Fifty", amount="50.00")], paid="75.00"
    )
    after = shop.orders.edit(order.id, SetQuantity("A", 2), RemoveDiscount("Fifty")).order
    assert {"current_total": "65.00", "outstanding": "-10.00", "lifecycle": "open"} == figures(
        after, ["current_total", "outstanding", "lifecycle"]
    )
    assert "10.00" == shop.orders.refund(order.id).refund.amount.amount
    assert "fulfilled" == shop.orders.fulfill(order.id).order.fulfillment_status


def test_report_67_raising_a_quantity_does_not_raise_a_fixed_coupon() -> None:
    shop = office("EUR")
    order = placed(shop, goods("20.00", 2), discounts=[Discount("Ten", amount="10.00", code="TEN")])
    after = shop.orders.edit(order.id, SetQuantity("A", 4)).order
    assert {"total_discounts": "10.00", "current_total": "70.00"} == figures(
        after, ["total_discounts", "current_total"]
    )


def test_report_68_what_is_charged_after_an_edit_is_the_balance() -> None:
    card = FakeGateway()
    shop = office("EUR", gateways={"card": card})
    order = placed(shop, goods("100.00"), payments=[Sale("100.00", gateway="card")])
    after = shop.orders.edit(order.id, AddCustomItem("Item", "12.50")).order
    assert "12.50" == after.outstanding.amount
    shop.orders.authorize(order.id, gateway="card")
    shop.orders.capture(order.id)
    assert ["100.00", "12.50", "12.50"] == [request.amount.amount for _, request in card.calls]
    assert "paid" == shop.orders.get(order.id).financial_status


def test_report_73_a_line_is_never_below_what_was_shipped_and_shipped_units_keep_their_price() -> None:
    shop = office("EUR")
    order = placed(shop, goods("10.00", 5), paid="50.00")
    shop.orders.fulfill(order.id, lines={"A": 4})
    facts = refusal(errors.BelowShipped, shop.orders.edit, order.id, SetQuantity("A", 2))
    assert (2, 4) == (facts["requested"], facts["minimum"])
    after = shop.orders.edit(order.id, SetQuantity("A", 6)).order
    assert {"current_total": "60.00"} == figures(after, ["current_total"])
    assert "10.00" == worth(shop, after)


def test_report_74_a_placed_order_can_be_edited() -> None:
    shop = office("EUR")
    order = placed(shop, goods("10.00"))
    names = {one.name for one in shop.orders.allowed(order.id) if one.possible}
    assert "edit" in names
    assert shop.orders.edit(order.id, SetQuantity("A", 3), note="asked for by telephone")
