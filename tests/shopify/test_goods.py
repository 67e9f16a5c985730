"""Discounts and taxes of the whole order, shared over lines and shipping so that all sums hold."""

from collections.abc import Mapping

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice_core.money import Money
from backoffice_core.orders.order import Order
from backoffice_core.shopify.cells import BadCell, FiguresDisagree
from tests.shopify.helpers import SETTINGS, codes, line, order, read, row, tip


def off(found: Order) -> list[str]:
    """Return what was taken off each line."""
    sums = [sum(minor for span in item.spans for _, minor in span.discounts) for item in found.lines]
    return [Money(minor, found.currency).amount for minor in sums]


def taxes(found: Order) -> list[tuple[int, ...]]:
    """Return the taxes of each line, then of each shipping line, in minor units."""
    return [item.spans[0].taxes for item in found.lines] + [charge.taxes_minor for charge in found.shipping_lines]


class TestRule1TaxesInOrOnTop:
    def test_on_top(self) -> None:
        found = order(row())
        assert not found.taxes_included
        assert ("20.00", "4.95", "1.00", "25.95") == figures(found)

    def test_contained(self) -> None:
        found = order(row(total="24.95", taxes="1.19", tax_1_value="1.19"))
        assert found.taxes_included
        assert ("20.00", "4.95", "1.19", "24.95") == figures(found)

    @pytest.mark.parametrize("setting", [True, False])
    def test_without_taxes_the_shop_decides(self, setting: bool) -> None:
        cells = {"taxes": "0.00", "total": "24.95", "tax_1_name": "", "tax_1_value": ""}
        found = order(row(**cells), settings=attrs.evolve(SETTINGS, taxes_included=setting))
        assert setting is found.taxes_included
        assert ("20.00", "4.95", "0.00", "24.95") == figures(found)

    def test_tips_are_outside_the_subtotal_and_untaxed(self) -> None:
        found = order(row(total="28.45"), tip("2.50"))
        assert ("20.00", "4.95", "1.00", "28.45") == figures(found)
        assert "2.50" == found.total_tips.amount
        assert () == found.lines[1].taxes
        assert 0 == found.to_fulfill

    def test_a_total_that_is_neither_is_refused_with_both(self) -> None:
        with pytest.raises(FiguresDisagree) as caught:
            read(row(total="25.94"))
        assert "Total" == caught.value.column
        assert "24.95 (Subtotal, Shipping, Duties and tips) or 25.95 (with the Taxes) would do" in str(caught.value)

    def test_yen_have_no_cents(self) -> None:
        """10 % are contained in 3,300 yen of goods and 550 of shipping: 350."""
        cells = {"currency": "JPY", "lineitem_price": "1650", "subtotal": "3300", "shipping": "550", "total": "3850"}
        found = order(row(**cells, taxes="350", tax_1_name="消費税 10%", tax_1_value="350"))
        assert found.taxes_included
        assert ("3300", "550", "350", "3850") == figures(found)
        assert [(300,), (50,)] == taxes(found)


class TestRule2Discounts:
    def test_each_line_keeps_its_own(self) -> None:
        cells = {"subtotal": "25.00", "discount_amount": "5.00", "lineitem_discount": "4.00", "total": "30.95"}
        found = read(row(**cells), line("10.00", lineitem_discount="1.00"))
        assert ["4.00", "1.00"] == off(found.order)
        assert [("lines", 500, None)] == [(one.target, one.minor, one.code) for one in found.order.discounts]
        assert [] == codes(found)

    def test_a_code_on_the_order_is_shared_by_price(self) -> None:
        cells = {"subtotal": "27.00", "discount_amount": "3.00", "discount_code": "TEN", "total": "32.95"}
        found = read(row(**cells), line("10.00"))
        assert ["2.00", "1.00"] == off(found.order)
        assert [("order", 300, "TEN")] == [(one.target, one.minor, one.code) for one in found.order.discounts]
        assert ["discount_not_on_lines"] == codes(found)
        text = "the lines carry 0.00 of a discount of 3.00 (TEN); the other 3.00 was shared by price"
        assert text == found.findings[0].text

    def test_both_at_once(self) -> None:
        """4.00 are the first line's; the other 2.60 are shared by the 16.00 and 10.00 that are left."""
        cells = {"subtotal": "23.40", "discount_amount": "6.60", "lineitem_discount": "4.00", "total": "29.35"}
        found = read(row(**cells, discount_code="TEN"), line("10.00"))
        assert ["5.60", "1.00"] == off(found.order)
        assert [("lines", 400, None), ("order", 260, "TEN")] == [
            (one.target, one.minor, one.code) for one in found.order.discounts
        ]
        assert "6.60" == found.order.total_discounts.amount

    def test_lines_that_carry_more_than_the_order(self) -> None:
        """3.00 on the first line cannot be when 1.50 is all that was taken off: shared by 20.00 and 10.00."""
        cells = {"subtotal": "28.50", "discount_amount": "1.50", "lineitem_discount": "3.00", "total": "34.45"}
        found = read(row(**cells), line("10.00"))
        assert ["1.00", "0.50"] == off(found.order)
        assert ["discount_beyond_total"] == codes(found)

    def test_what_is_more_than_off_the_goods_was_off_the_shipping(self) -> None:
        found = read(row(shipping="0.00", total="21.00", discount_amount="4.95", discount_code="SHIPFREE"))
        assert [("shipping", 495, "SHIPFREE")] == [(one.target, one.minor, one.code) for one in found.order.discounts]
        assert (495, 0) == (found.order.shipping_lines[0].price_minor, found.order.shipping_lines[0].paid_minor)
        assert ["discount_on_shipping"] == codes(found)
        assert "4.95" == found.order.total_discounts.amount

    @pytest.mark.parametrize(("subtotal", "total"), [("20.01", "25.96"), ("19.99", "25.94")])
    def test_lines_that_do_not_come_to_the_subtotal_are_refused(self, subtotal: str, total: str) -> None:
        with pytest.raises(FiguresDisagree, match=r"Subtotal: .* 20.00 \(the lines less the Discount Amount\)"):
            read(row(subtotal=subtotal, total=total))

    def test_a_discount_on_a_tip_is_refused(self) -> None:
        with pytest.raises(BadCell, match="no discount, the line being a tip"):
            read(row(total="28.45"), tip("2.50") | {"Lineitem discount": "1.00"})


class TestRule3Taxes:
    def test_goods_alone_where_the_rate_says_so(self) -> None:
        """5 % of 20.00 are 1.00; of 24.95 they would be 1.25."""
        assert [(100,), ()] == taxes(order(row()))

    def test_shipping_too_where_the_rate_says_so(self) -> None:
        assert [(100,), (25,)] == taxes(order(row(taxes="1.25", tax_1_value="1.25", total="26.20")))

    def test_shipping_too_where_there_is_no_rate(self) -> None:
        assert [(80,), (20,)] == taxes(order(row(tax_1_name="Sales tax")))

    def test_lines_that_are_not_taxable_carry_none(self) -> None:
        cells = {"subtotal": "50.00", "total": "55.95"}
        found = order(row(**cells), line("30.00", lineitem_taxable="false"))
        assert [(100,), (), ()] == taxes(found)
        assert [True, False] == [item.taxable for item in found.lines]

    def test_something_carries_them_where_nothing_is_taxable(self) -> None:
        assert [(), (100,)] == taxes(order(row(lineitem_taxable="false")))
        cells = {"lineitem_taxable": "false", "shipping": "0.00", "shipping_method": "", "total": "21.00"}
        assert [(100,)] == taxes(order(row(**cells)))

    def test_several_taxes_sum_both_ways(self) -> None:
        more = {"tax_2_name": "Fir County Tax 1%", "tax_2_value": "0.35", "tax_1_value": "1.73", "taxes": "2.08"}
        found = order(row(**more, subtotal="34.65", total="41.68"), line("14.65"))
        assert [(100, 20), (73, 15), ()] == taxes(found)
        assert [("Maple State Tax", "0.05"), ("Fir County Tax", "0.01")] == [
            (tax.title, tax.rate) for tax in found.lines[0].taxes
        ]

    def test_small_taxes_do_not_all_fall_on_the_first_line(self) -> None:
        """Three taxes of a cent over 20.00 and 10.00: two cents and one, not three and none."""
        cells = {f"tax_{at}_name": f"Tax {at}" for at in (1, 2, 3)} | {f"tax_{at}_value": "0.01" for at in (1, 2, 3)}
        cells |= {"shipping": "0.00", "shipping_method": "", "taxes": "0.03", "subtotal": "30.00", "total": "30.03"}
        assert [(1, 1, 0), (0, 0, 1)] == taxes(order(row(**cells), line("10.00")))

    def test_more_than_the_columns_hold_is_a_tax_of_its_own(self) -> None:
        found = read(row(taxes="1.31", total="26.26"))
        assert ["Maple State Tax", "Other taxes"] == [tax.title for tax in found.order.lines[0].taxes]
        assert "1.31" == found.order.total_tax.amount
        assert [
            (
                "taxes_beyond_columns",
                "Taxes 1.31 exceed the 1.00 of its 1 tax columns by 0.31, recorded as a tax of its own",
            )
        ] == [(one.code, one.text) for one in found.findings]

    def test_columns_that_hold_more_are_lowered(self) -> None:
        found = read(row(taxes="0.90", total="25.85"))
        assert ["taxes_below_columns"] == codes(found)
        assert "0.90" == found.order.total_tax.amount

    def test_taxes_on_nothing_are_refused(self) -> None:
        cells = {"subtotal": "0.00", "discount_amount": "20.00", "shipping": "0.00", "total": "1.00"}
        with pytest.raises(FiguresDisagree, match=r"Taxes: 1\.00 was given; at most 0\.00 would do"):
            read(row(**cells))

    def test_a_price_cannot_contain_more_taxes_than_itself(self) -> None:
        cells = {"taxes": "25.00", "tax_1_value": "25.00", "total": "24.95"}
        with pytest.raises(FiguresDisagree, match=r"Taxes: 25.00 was given; at most 24.95"):
            read(row(**cells))


class TestRule4Duties:
    def test_duties_are_a_shipping_line_and_reported(self) -> None:
        found = read(row(duties="7.00", total="32.95"))
        assert [("Standard", 495), ("Duties", 700)] == [
            (charge.title, charge.price_minor) for charge in found.order.shipping_lines
        ]
        assert [("duties_in_shipping", "Duties 7.00 are recorded as a shipping line")] == [
            (one.code, one.text) for one in found.findings
        ]

    def test_duties_carry_taxes_that_nothing_else_can(self) -> None:
        found = read(row(duties="70.00", taxes="30.00", tax_1_value="30.00", total="94.95"))
        assert [("Standard", (156,)), ("Duties", (2212,))] == [
            (charge.title, charge.taxes_minor) for charge in found.order.shipping_lines
        ]
        assert ("30.00", "94.95") == (found.order.total_tax.amount, found.order.total.amount)

    def test_duties_of_nothing_carry_the_discount_on_them(self) -> None:
        cells = {"shipping": "0.00", "shipping_method": "", "taxes": "0.00", "tax_1_value": "0.00"}
        found = read(row(**cells, duties="0.00", discount_amount="4.95", total="20.00"))
        assert [("Duties", 495, 0)] == [
            (charge.title, charge.price_minor, charge.paid_minor) for charge in found.order.shipping_lines
        ]
        assert ["discount_on_shipping"] == codes(found)


def figures(found: Order) -> tuple[str, str, str, str]:
    return found.subtotal.amount, found.total_shipping.amount, found.total_tax.amount, found.total.amount


def text(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02}"


@st.composite
def sheets(draw: st.DrawFn) -> list[Mapping[str, str]]:
    """Return the rows of any order whose figures follow from each other."""
    goods = draw(st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 4), st.booleans()), min_size=1, max_size=5))
    own = [draw(st.integers(0, price * units)) for price, units, _ in goods]
    left = sum(price * units for price, units, _ in goods) - sum(own)
    code = draw(st.integers(0, left))
    shipping, tips = draw(st.sampled_from([0, 1, 495])), draw(st.sampled_from([0, 333]))
    included = draw(st.booleans())
    most = left - code if included else 3 * (left - code)
    rates = draw(st.lists(st.sampled_from(["Tax 5%", "Tax 0%", "Tax 19.5%", "Plain"]), max_size=5))
    taxable = sum(1 for _, _, taxed in goods if taxed)
    values = (
        [draw(st.integers(0, most // (3 * len(rates)))) for _ in rates] if taxable == len(goods) else [0] * len(rates)
    )
    taxes = sum(values) + (draw(st.integers(0, 3)) if most > 30 and taxable == len(goods) else 0)
    taxes = min(taxes, most)
    total = left - code + shipping + tips + (0 if included else taxes)
    cells = {"subtotal": text(left - code), "shipping": text(shipping), "taxes": text(taxes), "total": text(total)}
    cells |= {f"tax_{at}_name": name for at, name in enumerate(rates, 1)}
    cells |= {f"tax_{at}_value": text(value) for at, value in enumerate(values, 1)}
    cells |= {"tax_1_name": "", "tax_1_value": ""} if not rates else {}
    rows = [
        line(text(price), units, lineitem_discount=text(minor), lineitem_taxable=str(taxed).lower())
        for (price, units, taxed), minor in zip(goods, own, strict=True)
    ]
    rows[0] = row(**cells, discount_amount=text(sum(own) + code)) | {
        name: cell for name, cell in rows[0].items() if name.startswith("Lineitem")
    }
    return [*rows, *([tip(text(tips))] if tips else [])]


@given(sheets())
def test_whatever_the_figures_the_parts_sum_to_them(rows: list[Mapping[str, str]]) -> None:
    found = read(*rows).order
    first = rows[0]
    expected = tuple(first[name] for name in ("Subtotal", "Shipping", "Taxes", "Total"))
    assert expected == figures(found)
    assert first["Discount Amount"] == found.total_discounts.amount
