"""Cases on editing an order."""

from backoffice_core import (
    AddCustomItem,
    AddDiscount,
    AddVariant,
    Discount,
    Line,
    Money,
    RemoveDiscount,
    Sale,
    SetQuantity,
    Tax,
    errors,
)
from tests.cases.helpers import figures, goods, minors, office, placed, refusal, shares


def test_c011_a_fixed_discount_on_a_line() -> None:
    shop = office()
    order = placed(shop, goods("100.00"))
    after = shop.orders.edit(order.id, AddDiscount(Discount("Late", amount="20.00", on="A"))).order
    expected = {"subtotal": "80.00", "current_subtotal": "80.00", "total": "80.00"}
    assert expected == figures(after, expected)
    (line,) = after.lines
    assert ("100.00", "80.00", "20.00") == (
        line.price.amount,
        Money(line.spans[0].paid, "CAD").amount,
        shares(after)[0],
    )


def test_c013_a_custom_item_on_a_paid_order() -> None:
    shop = office()
    order = placed(shop, goods("10.00"), paid="10.00")
    assert "paid" == order.financial_status
    after = shop.orders.edit(order.id, AddCustomItem("Item", "5.00")).order
    expected = {
        "total": "15.00",
        "current_total": "15.00",
        "outstanding": "5.00",
        "financial_status": "partially_paid",
        "fulfillment_status": "unfulfilled",
    }
    assert expected == figures(after, expected)


def test_c014_fewer_units_and_a_variant() -> None:
    shop = office()
    shop.catalog.add_product("B", sku="B", price="949.95", tracked=False)
    order = placed(shop, goods("10.00", 3))
    after = shop.orders.edit(order.id, SetQuantity("A", 1, restock=False), AddVariant("B", 2)).order
    rows = [after.counters[line.id] for line in after.lines]
    assert 3 == sum(row.current for row in rows)
    assert {"current_subtotal": "1909.90", "current_total": "1909.90"} == figures(
        after, ["current_subtotal", "current_total"]
    )
    assert [(3, 1, 1), (2, 2, 2)] == [(row.ordered, row.current, row.to_fulfill) for row in rows]


def test_c016_an_edit_without_a_change() -> None:
    shop = office()
    order = placed(shop, goods("10.00"))
    assert {} == refusal(errors.EmptyEdit, shop.orders.edit, order.id)
    assert order == shop.orders.get(order.id)


def test_c018_no_units_of_a_variant() -> None:
    assert "quantity" == refusal(errors.InvalidValue, AddVariant, "B", 0)["field"]


def test_c124_a_net_discount_is_given_back_with_its_tax() -> None:
    shop = office("EUR", taxes_included=False)
    payments = [Sale("172.49"), Sale("172.49")]
    order = placed(shop, goods("143.74", 2, taxes=[Tax("VAT", "0.20")]), payments=payments)
    first, second = order.transactions
    after = shop.orders.edit(order.id, AddDiscount(Discount("Coupon", amount="5.00"))).order
    assert -600 == after.outstanding.minor
    done = shop.orders.refund(order.id, payments=[second.id])
    assert (600, second.id) == (done.refund.amount.minor, done.transactions[0].parent_id)
    assert 16649 == second.minor - done.refund.minor
    assert {"outstanding": 0, "received": 34498, "refunded": 600} == minors(
        done.order, ["outstanding", "received", "refunded"]
    )
    assert first.minor == 17249


def test_c126_fewer_units_and_no_discount() -> None:
    shop = office("EUR", taxes_included=True)
    off = [Discount("From 100.00", amount="50.00")]
    order = placed(shop, goods(Money(6848, "EUR"), 2), shipping=Money(500, "EUR"), discounts=off, paid="91.96")
    assert 9196 == order.total.minor
    after = shop.orders.edit(order.id, SetQuantity("A", 1), RemoveDiscount("From 100.00")).order
    assert 7348 == after.current_total.minor
    assert 1848 == shop.orders.refund(order.id).refund.amount.minor


def test_c129_one_more_unit_of_a_line_that_was_shipped() -> None:
    shop = office("EUR")
    shop.catalog.add_location("here")
    shop.catalog.add_product("Cup", sku="CUP", price="10.00")
    shop.catalog.set_stock("CUP", 100)
    order = placed(shop, Line(variant="CUP", quantity=2))
    shop.orders.fulfill(order.id)
    (level,) = shop.catalog.levels("CUP")
    assert (98, 0) == (level.on_hand, level.committed)
    shop.orders.edit(order.id, SetQuantity("CUP", 3))
    (level,) = shop.catalog.levels("CUP")
    assert (98, 1) == (level.on_hand, level.committed)
