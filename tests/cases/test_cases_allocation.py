"""Cases on sharing an amount over lines and units."""

from backoffice_core import Discount, Money, Shipping, Tax
from backoffice_core.money import allocate
from tests.cases.helpers import figures, goods, office, placed, several, shares, worth


def test_c048_10_00_over_three_equal_lines() -> None:
    shop = office()
    order = placed(shop, *several("199.00", "199.00", "199.00"), discounts=[Discount("Ten", amount="10.00")])
    assert ["3.33", "3.33", "3.34"] == sorted(shares(order))
    assert ["195.66", "195.67", "195.67"] == sorted(worth(shop, order, sku) for sku in "ABC")


def test_c108_93_over_eight_weights() -> None:
    parts = allocate(93, [10, 20, 10, 30, 50, 20, 10, 40])
    assert [5, 10, 5, 15, 24, 10, 5, 19] == parts
    assert 93 == sum(parts)


def test_c112_one_weight_takes_all() -> None:
    assert [300] == allocate(300, [123])


def test_c119_tax_rates_do_not_skew_the_shares() -> None:
    shop = office("EUR", taxes_included=True)
    lines = [
        goods("5.00", sku="A", taxes=[Tax("VAT", "0.20")]),
        goods("5.00", sku="B", taxes=[Tax("VAT", "0")]),
    ]
    order = placed(shop, *lines, discounts=[Discount("Half", amount=Money(500, "EUR"))])
    done = shop.orders.preview.refund(order.id, lines={"A": 1, "B": 1}, pay_later=True)
    assert [250, 250] == [line.amount.minor for line in done.refund.lines]
    assert 500 == order.total.minor


def test_c131_a_negative_amount() -> None:
    parts = allocate(-299, [4300, 1400, 2300])
    assert [-161, -52, -86] == parts
    assert -299 == sum(parts)


def test_c146_everything_back_with_shipping() -> None:
    """One flag says whether prices contain taxes, so the shipping of 5.75 is entered as 5.00 and 0.75 on top."""
    shop = office("EUR")
    order = placed(
        shop,
        goods("10.00", 4, taxes=[Tax("VAT", "0.10")]),
        discounts=[Discount("Off", amount="3.99")],
        shipping=Shipping("Post", "5.00", [Tax("VAT", "0.15")]),
        paid="45.36",
    )
    units = [shop.orders.refund(order.id, lines={"A": 1}).refund.lines[0] for _ in range(4)]
    assert ["9.00", "9.00", "9.00", "9.01"] == sorted((unit.amount - unit.tax).amount for unit in units)
    assert "3.60" == sum((unit.tax for unit in units), Money.zero("EUR")).amount
    post = shop.orders.refund(order.id, shipping=True)
    assert ("5.75", "0.75") == (post.refund.shipping[0].amount.amount, post.refund.shipping[0].tax.amount)
    expected = {"refunded": "45.36", "current_total": "0.00", "outstanding": "0.00"}
    assert expected == figures(post.order, expected)


def test_c150_15_00_over_three_lines() -> None:
    order = placed(office(), *several("150.00", "50.00", "100.00"), discounts=[Discount("Off", amount="15.00")])
    assert ["7.50", "2.50", "5.00"] == shares(order)
    assert "15.00" == order.total_discounts.amount


def test_c152_two_units_of_a_line_of_1_67() -> None:
    shop = office()
    order = placed(shop, goods("0.84", 2, discounts=[Discount("A cent", amount="0.01")]))
    assert "1.67" == order.total.amount
    changes = []
    for _ in range(2):
        after = shop.orders.refund(order.id, lines={"A": 1}, restock="cancel").order
        changes.append((after.current_total - order.current_total).amount)
        order = after
    assert ["-0.84", "-0.83"] == changes
    assert "0.00" == order.current_total.amount


def test_c208_a_discount_is_cut_off_at_what_it_applies_to() -> None:
    order = placed(office(), *several("1.00", "1.50"), discounts=[Discount("Big", amount="3.00")])
    assert ("2.50", "0.00") == (order.total_discounts.amount, order.total.amount)
    assert ["1.00", "1.50"] == shares(order)


def test_c209_10_00_over_eleven_equal_lines() -> None:
    order = placed(office(), *several(*["10.00"] * 11), discounts=[Discount("Ten", amount="10.00")])
    assert "10.00" == order.total_discounts.amount
    assert ["0.90", *["0.91"] * 10] == sorted(shares(order))
