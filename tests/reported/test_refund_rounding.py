"""Reports 1 to 20: refunds that differ by a cent from what was paid."""

import random

import pytest

from backoffice_core import BackOffice, Change, Discount, Money, Order, Sale, Shipping, Tax, errors
from backoffice_core.gateways.fake import FakeGateway
from backoffice_core.orders.parts import unit_parts
from tests.cases.helpers import figures, goods, office, placed, refusal, worth


def one_by_one(shop: BackOffice, order: Order, sku: str = "A") -> list[str]:
    """Refund the units of a line one after the other; return what was sent each time."""
    line = next(one for one in order.lines if one.sku == sku)
    return [shop.orders.refund(order.id, lines={sku: 1}).refund.amount.amount for _ in range(line.quantity)]


def test_report_1_a_refund_of_all_units_is_what_was_paid() -> None:
    shop = office("GBP", taxes_included=True)
    line, coupon = goods("23.90", 10, taxes=[Tax("VAT", "0.20")]), [Discount("Coupon", percent="25")]
    at_once = placed(shop, line, discounts=coupon, paid="179.25")
    assert "179.25" == at_once.total.amount
    assert "179.25" == shop.orders.refund(at_once.id, lines={"A": 10}).refund.amount.amount
    in_ten = placed(shop, line, discounts=coupon, paid="179.25")
    assert 17925 == sum(Money.of(amount, "GBP").minor for amount in one_by_one(shop, in_ten))
    assert {"refunded": "179.25", "current_total": "0.00"} == figures(
        shop.orders.get(in_ten.id), ["refunded", "current_total"]
    )


@pytest.mark.parametrize("taxes_included", [True, False])
@pytest.mark.parametrize("tax_rounding", ["line", "order"])
def test_report_2_random_baskets_are_given_back_to_the_cent(taxes_included: bool, tax_rounding: str) -> None:
    chance = random.Random(41919)
    shop = office("EUR", taxes_included=taxes_included, tax_rounding=tax_rounding)
    for _ in range(20):
        lines = [
            goods(
                Money(chance.randint(1, 5000), "EUR"),
                chance.randint(1, 6),
                sku=sku,
                taxes=[Tax("A", chance.choice(["0.055", "0.20"])), Tax("B", "0.0725")],
            )
            for sku in "ABC"
        ]
        off = [Discount("Off", percent=str(chance.randint(1, 60)))]
        order = shop.orders.place(lines=lines, discounts=off).order
        shop.orders.mark_as_paid(order.id)
        units = [line.sku for line in order.lines for _ in range(line.quantity)]
        chance.shuffle(units)
        sent = [shop.orders.refund(order.id, lines={sku: 1}).refund.amount.minor for sku in units]
        assert order.total.minor == sum(sent)
        assert min(sent) >= 0
        after = shop.orders.get(order.id)
        assert ("0.00", "0.00") == (after.outstanding.amount, after.current_tax.amount)


def test_report_3_the_last_unit_takes_what_is_left() -> None:
    shop = office("PLN", taxes_included=True)
    lines = [
        goods("8.13", 3, sku="A", taxes=[Tax("VAT", "0.23")]),
        goods("4.99", 2, sku="B", taxes=[Tax("VAT", "0.23")]),
    ]
    order = placed(shop, *lines, discounts=[Discount("Off", amount="1.00")], paid="33.37")
    plan = shop.orders.preview.refund(order.id, lines={"A": 3, "B": 2})
    assert ("33.37", "33.37") == (plan.suggestion.amount.amount, order.refundable.amount)
    one_by_one(shop, order, "A")
    one_by_one(shop, order, "B")
    assert "0.00" == shop.orders.get(order.id).refundable.amount


def test_report_4_a_net_price_of_7_50_is_given_back_as_it_was_charged() -> None:
    shop = office("EUR")
    order = placed(shop, goods("7.50", taxes=[Tax("VAT", "0.21")]), paid="9.08")
    assert "9.08" == order.total.amount
    done = shop.orders.refund(order.id, lines={"A": 1})
    assert ("9.08", "1.58") == (done.refund.amount.amount, done.refund.lines[0].tax.amount)
    assert "0.00" == done.order.current_tax.amount


def test_report_5_the_amount_that_was_asked_for_is_the_amount() -> None:
    shop = office("CAD")
    line = goods("33.33", 3, taxes=[Tax("GST", "0.05"), Tax("QST", "0.09975")])
    order = placed(shop, line)
    shop.orders.mark_as_paid(order.id)
    done = shop.orders.refund(order.id, amounts={"A": "50.00"})
    assert ["50.00"] == [one.amount.amount for one in done.transactions]
    (part,) = done.refund.lines
    assert ("50.00", "6.51") == (part.amount.amount, part.tax.amount)
    assert part.tax.minor == sum(part.taxes_minor)


def test_report_6_more_digits_than_the_currency_has() -> None:
    shop = office("USD")
    order = placed(shop, goods("1.00"), paid="1.00")
    no = refusal(errors.TooManyDigits, shop.orders.refund, order.id, amount="1.004956")
    assert {"amount": "1.004956", "currency": "USD", "digits": 2} == no


def test_report_7_all_units_of_a_line_are_worth_the_line() -> None:
    shop = office("USD")
    order = placed(shop, goods("3.34", 3, discounts=[Discount("Off", amount="0.02")]), paid="10.00")
    assert "10.00" == worth(shop, order, units=3)


def test_report_8_a_suggestion_is_in_whole_cents() -> None:
    shop = office("EUR", taxes_included=True)
    order = placed(shop, goods("9.99", 3, taxes=[Tax("VAT", "0.196")]), paid="29.97")
    plan = shop.orders.preview.refund(order.id, lines={"A": 2})
    assert {int} == {type(one.minor) for one in (plan.suggestion.amount, plan.refund.lines[0].tax)}


def test_report_9_half_of_a_line_carries_half_of_its_tax() -> None:
    shop = office("EUR", taxes_included=True)
    order = placed(shop, goods("12.00", taxes=[Tax("VAT", "0.20")]), paid="12.00")
    (part,) = shop.orders.refund(order.id, amounts={"A": "6.00"}).refund.lines
    assert ("6.00", "1.00") == (part.amount.amount, part.tax.amount)


def test_report_10_the_sales_entries_sum_to_the_order_after_each_refund() -> None:
    shop = office("EUR", taxes_included=True)
    order = placed(shop, goods("9.99", 3, taxes=[Tax("VAT", "0.196")]), shipping="4.90", paid="34.87")
    for asked in ({"lines": {"A": 1}}, {"amounts": {"A": "0.01"}}, {"shipping": "0.77"}, {"amount": "1.00"}):
        after = shop.orders.refund(order.id, **asked).order
        rows = [row.entry for row in shop.orders.entries(order.id)]
        assert after.current_total.minor == sum(row.total for row in rows)
        assert after.current_tax.minor == sum(row.tax for row in rows)


def test_report_11_59_99_over_three_units() -> None:
    shop = office("USD")
    order = placed(shop, goods("20.00", 3, discounts=[Discount("Off", amount="0.01")]), paid="59.99")
    assert ["20.00", "19.99", "20.00"] == one_by_one(shop, order)


def test_report_12_a_cent_is_not_forgotten() -> None:
    shop = office("USD")
    order = placed(shop, goods("10.00"), paid="10.00")
    after = shop.orders.refund(order.id, amount="9.99").order
    expected = {"financial_status": "partially_refunded", "refundable": "0.01"}
    assert expected == figures(after, expected)


def kit(shop: BackOffice) -> Order:
    """Place a kit of two parts for 159.99 and 6 percent."""
    line = goods("80.00", 2, taxes=[Tax("Tax", "0.06")], discounts=[Discount("Kit", amount="0.01")])
    return placed(shop, line, paid="169.59")


def test_report_13_two_returns_sum_to_the_total() -> None:
    shop = office("USD")
    order = kit(shop)
    shown = [worth(shop, order)]
    sent = one_by_one(shop, order)
    assert "169.59" == order.total.amount
    assert shown == sent[:1]
    assert 16959 == sum(Money.of(amount, "USD").minor for amount in sent)


def test_report_14_no_cent_stays_that_cannot_be_given_back() -> None:
    shop = office("USD")
    order = kit(shop)
    one_by_one(shop, order)
    expected = {"financial_status": "refunded", "refundable": "0.00", "outstanding": "0.00"}
    assert expected == figures(shop.orders.get(order.id), expected)


def test_report_15_a_price_with_six_digits_is_rounded_before_it_is_sold() -> None:
    shop = office("EUR")
    assert {"amount": "13.956300", "currency": "EUR", "digits": 2} == refusal(
        errors.TooManyDigits, shop.orders.place, lines=[goods("13.956300", 9)]
    )
    line = goods(Money.rounded("13.956300", "EUR"), 9)
    order = placed(shop, line, paid="125.64")
    assert "125.64" == shop.orders.refund(order.id, lines={"A": 9}).refund.amount.amount


def test_report_16_100_00_in_three_thirds() -> None:
    shop = office("EUR")
    order = placed(shop, goods("100.00"), paid="100.00")
    with pytest.raises(errors.TooManyDigits):
        shop.orders.refund(order.id, amount="33.333")
    for amount in ("33.33", "33.33", "33.34"):
        after = shop.orders.refund(order.id, amount=amount).order
    assert "refunded" == after.financial_status


def test_report_17_what_is_sent_is_what_was_asked_for() -> None:
    shop = office("USD")
    order = placed(shop, goods("29.97", 3, taxes=[Tax("Tax", "0.0825")]), paid="97.33")
    done = shop.orders.refund(order.id, amount="10.00")
    assert ("10.00", ["10.00"]) == (done.refund.amount.amount, [one.amount.amount for one in done.transactions])


def test_report_18_a_discount_is_not_taken_off_twice() -> None:
    shop = office("EUR")
    line = goods("100.00", 2, taxes=[Tax("VAT", "0.10")], discounts=[Discount("Off", amount="20.00")])
    order = placed(shop, line, paid="198.00")
    assert ["99.00", "99.00"] == one_by_one(shop, order)


def test_report_19_the_share_of_each_unit_can_be_seen() -> None:
    order = placed(office("EUR"), goods("10.00", 12, discounts=[Discount("Off", amount="1.00")]))
    paid = [part.paid for part in unit_parts(order.lines[0].spans)]
    assert [991, 992] == sorted(set(paid))
    assert 11900 == sum(paid)


def test_report_20_what_a_gateway_confirms_is_told_apart_from_what_was_asked() -> None:
    card = FakeGateway()
    shop = office("EUR", gateways={"card": card})
    tax = [Tax("VAT", "0.21")]
    order = placed(
        shop,
        goods("10.00", taxes=tax),
        shipping=Shipping("Post", "5.00", tax),
        payments=[Sale("18.15", gateway="card")],
    )
    card.then("late")
    done: Change = shop.orders.refund(order.id, lines={"A": 1}, shipping=True)
    assert ("18.15", "18.15") == (done.suggestion.amount.amount, done.refund.amount.amount)
    settled = shop.orders.settle(order.id, done.transactions[0].id, "success", amount="12.10")
    assert ["12.10"] == [one.amount.amount for one in settled.transactions]
    assert [1815] == [one.asked_minor for one in settled.transactions]
    assert {"refunded": "12.10", "outstanding": "-6.05"} == figures(settled.order, ["refunded", "outstanding"])
    assert "PaymentConfirmedInPart" in [type(event).__name__ for event in settled.events]
