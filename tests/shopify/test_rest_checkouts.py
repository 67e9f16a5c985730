"""Checkouts of REST JSON: their figures, what is kept of them and what is not, and what cannot be read."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice_core import errors
from backoffice_core.money import Money
from backoffice_core.orders.place import TooManyLines
from backoffice_core.storage.base import Storage
from backoffice_core.storage.codec import encode
from backoffice_core.storage.sql.store import SqlStorage
from tests.shopify.helpers import SETTINGS, opened
from tests.shopify.rest import tax
from tests.shopify.restcheckouts import bring, checkout, figures, goods, kept, odd, read


@pytest.fixture(params=["memory", "sqlite"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    if request.param == "memory":
        yield opened()
        return
    sql = SqlStorage(f"sqlite:///{tmp_path / 'shop.db'}")
    sql.migrate()
    yield opened(storage=sql)
    sql.close()


UNTOLD = dict.fromkeys(
    ("total_line_items_price", "total_discounts", "subtotal_price", "total_tax", "total_price", "tax_lines")
)


class TestRule1_TheFiguresOfTheFile:
    """They are kept as they stand; what does not follow is told, what is not told follows."""

    def test_figures_that_follow(self) -> None:
        found = read(checkout())
        assert [] == odd(found)
        assert ("25.00", "2.00", "23.00", "4.00", "1.35", "28.35") == figures(found.checkout)
        assert "28.35" == found.checkout.as_order.total.amount

    @pytest.mark.parametrize(
        ("field", "place", "told"),
        [
            ("total_line_items_price", 0, ["total_line_items_price_differs"]),
            ("total_discounts", 1, ["total_discounts_differs"]),
            ("total_tax", 4, ["taxes_beyond_lines", "total_price_differs"]),
            ("total_price", 5, ["total_price_differs"]),
        ],
    )
    def test_one_that_does_not_follow(self, field: str, place: int, told: list[str]) -> None:
        found = read(checkout(**{field: "1.36"}))
        assert told == odd(found)
        assert "1.36" == figures(found.checkout)[place]

    def test_a_total_that_is_not_the_sum(self) -> None:
        found = read(checkout(total_price="30.00"))
        assert ["total_price_differs"] == odd(found)
        assert ("30.00", "28.35") == (found.checkout.total.amount, found.checkout.as_order.total.amount)

    def test_what_the_file_does_not_tell(self) -> None:
        found = read(checkout(**UNTOLD))
        assert [] == odd(found)
        assert ("25.00", "2.00", "23.00", "4.00", "1.35", "28.35") == figures(found.checkout)

    def test_a_tip_is_outside_the_price_of_the_lines(self) -> None:
        tip = goods("Tip", "3.00") | {"product_id": None, "variant_id": None, "taxable": False}
        found = read(checkout(**UNTOLD, line_items=[goods("Soap", "5.00"), tip], shipping_lines=[]))
        assert ("5.00", "5.00", "8.00") == tuple(figures(found.checkout)[at] for at in (0, 2, 5))

    def test_a_subtotal_that_no_discount_explains(self) -> None:
        found = read(checkout(subtotal_price="20.00", total_price="25.35"))
        assert ["lines_beyond_subtotal", "total_discounts_differs"] == odd(found)
        assert ("20.00", "20.00") == (found.checkout.subtotal.amount, found.checkout.as_order.subtotal.amount)

    def test_taxes_in_prices(self) -> None:
        found = read(checkout(taxes_included=True, total_price="27.00"))
        assert [] == odd(found)
        assert (True, "27.00") == (found.checkout.taxes_included, found.checkout.as_order.total.amount)

    def test_the_shops_settings_count(self) -> None:
        """Where the checkout does not say whether taxes are in its prices, the shop does."""
        told = checkout(taxes_included=None, total_price=None)
        assert read(told, attrs.evolve(SETTINGS, taxes_included=True)).checkout.taxes_included
        assert not read(told).checkout.taxes_included

    @pytest.mark.parametrize(
        ("currency", "price", "minor"), [("JPY", "1500", 1500), ("KWD", "1.234", 1234), ("USD", "0.1", 10)]
    )
    def test_every_currency_and_numbers_too(self, currency: str, price: str, minor: int) -> None:
        for told in (price, float(price)):
            line = goods("Soap", price) | {"price": told}
            more = {**UNTOLD, "shipping_lines": [], "discount_codes": [], "presentment_currency": None}
            found = read(checkout(**more, currency=currency, line_items=[line])).checkout
            assert (minor, currency) == (found.total.minor, found.total.currency)

    @given(
        prices=st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 9), st.integers(0, 100)), min_size=1),
        ship=st.integers(0, 10**4),
        rate=st.integers(0, 30),
    )
    def test_any_checkout_reads_back(self, prices: list[tuple[int, int, int]], ship: int, rate: int) -> None:
        """Any discounts and taxes, written as Shopify would, come to the same; nothing is odd about them."""

        def text(minor: int) -> str:
            return Money(minor, "USD").amount

        lines, left = [], []
        for price, quantity, percent in prices:
            off = price * quantity * percent // 100
            left.append(price * quantity - off)
            lines.append(goods("Item", text(price), quantity, discount_allocations=[{"amount": text(off)}]))
        taxes = [minor * rate // 100 for minor in left]
        for line, minor in zip(lines, taxes, strict=True):
            line["tax_lines"] = [tax(text(minor), rate / 100)]
        listed, subtotal, on_shipping = sum(p * q for p, q, _ in prices), sum(left), ship * rate // 100
        total_tax = sum(taxes) + on_shipping
        found = read(
            checkout(
                line_items=lines,
                shipping_lines=[
                    {"title": "Post", "price": text(ship), "tax_lines": [tax(text(on_shipping), rate / 100)]}
                ],
                tax_lines=[tax(text(total_tax), rate / 100)],
                total_line_items_price=text(listed),
                total_discounts=text(listed - subtotal),
                subtotal_price=text(subtotal),
                total_tax=text(total_tax),
                total_price=text(subtotal + ship + total_tax),
            )
        )
        assert [] == odd(found)
        assert found.checkout.total == found.checkout.as_order.total == Money(subtotal + ship + total_tax, "USD")


class TestRule2_Discounts:
    """What was taken off a line, and the codes that were typed in."""

    def test_an_allocation_belongs_to_the_code(self) -> None:
        found = read(checkout()).checkout
        (one,) = found.discounts
        assert ("SPRING", "SPRING", 200) == (one.title, one.code, one.minor)
        assert [{one.id: 200}, {}] == [dict(line.spans[0].discounts) for line in found.lines]

    def test_applied_discounts_count_where_nothing_is_allocated(self) -> None:
        line = goods("Candle", "10.00", 2, tax("0.90"), applied_discounts=[{"amount": "1.50"}, {"amount": "0.50"}])
        found = read(checkout(line_items=[line, goods("Soap", "5.00", 1, tax("0.25"))]))
        assert ([], [200]) == (odd(found), [one.minor for one in found.checkout.discounts])

    def test_they_are_not_counted_twice(self) -> None:
        both = {"applied_discounts": [{"amount": "2.00"}], "discount_allocations": [{"amount": "2.00"}]}
        line = goods("Candle", "10.00", 2, tax("0.90"), **both)
        found = read(checkout(line_items=[line, goods("Soap", "5.00", 1, tax("0.25"))]))
        assert ([], "2.00") == (odd(found), found.checkout.as_order.total_discounts.amount)

    def test_off_the_shipping(self) -> None:
        charge = {"title": "By bike", "price": "4.00", "applied_discounts": [{"amount": "4.00"}]}
        more = {"shipping_lines": [charge], "discount_codes": [{"code": "FREE", "amount": "4.00", "type": "shipping"}]}
        lines = [goods("Soap", "5.00")]
        found = read(checkout(**UNTOLD, **more, line_items=lines)).checkout
        (one,) = found.discounts
        assert ("shipping", 400) == (one.target, one.minor)
        assert ("0.00", "5.00") == (found.total_shipping.amount, found.total.amount)

    def test_a_code_that_took_nothing_off_is_kept(self) -> None:
        codes = [
            {"code": "TENOFF", "amount": "10.00"},
            {"code": "FREE", "amount": "4.00", "type": "shipping"},
            {"code": None},
        ]
        line = goods("Soap", "5.00")
        found = read(checkout(**UNTOLD, line_items=[line], discount_codes=codes)).checkout
        assert [("TENOFF", None, "10.00"), ("FREE", "shipping", "4.00")] == [
            (one.code, one.kind, one.amount.amount) for one in found.codes
        ]
        assert () == found.discounts


class TestRule3_Duties:
    """They are kept where they are in the checkout's own currency."""

    @pytest.mark.parametrize("seen_in", [None, "USD"])
    def test_in_its_own_currency(self, seen_in: str | None) -> None:
        found = read(checkout(total_duties="3.00", total_price="31.35", presentment_currency=seen_in))
        assert ["duties_in_shipping"] == odd(found)
        assert (Money(300, "USD"), "31.35") == (found.checkout.total_duties, found.checkout.as_order.total.amount)

    def test_in_another_currency(self) -> None:
        found = read(checkout(total_duties="3.00", presentment_currency="EUR"))
        assert (["duties_left_out"], None) == (odd(found), found.checkout.total_duties)
        assert "3.00 EUR" in str(found.findings[0])
        assert "28.35" == found.checkout.as_order.total.amount

    def test_none(self) -> None:
        assert None is read(checkout()).checkout.total_duties
        none = read(checkout(total_duties="0.00"))
        assert ([], Money(0, "USD")) == (odd(none), none.checkout.total_duties)
        other = read(checkout(total_duties="0", presentment_currency="JPY"))
        assert ([], None, "JPY") == (odd(other), other.checkout.total_duties, other.checkout.presentment_currency)


class TestRule4_WhatOpensACheckout:
    """The address that lets anybody in is kept nowhere, and nobody's data is in a repr or a report."""

    def test_the_address_is_not_kept(self, storage: Storage) -> None:
        bring(storage, checkout())
        (found,) = kept(storage)
        assert "tok-8001" == found.token
        assert "let-me-in" not in encode(found)
        assert "recover" not in encode(found)

    def test_nothing_personal_is_told(self) -> None:
        """Neither by what was read nor by what was refused."""
        found = read(checkout())
        report = bring(
            opened(), [checkout(id=1), checkout(id=2, note=["Ada"]), checkout(id=3, email=["ada@example.com"])]
        )
        assert 2 == len(report.refused)
        for secret in ("Ada", "Lovelace", "ada@", "+44", "called", "tok-", "cart-", "utm_source", "blog", "let-me-in"):
            assert secret not in f"{found}{report!r}{report.refused}"


BAD: list[tuple[Any, str]] = [
    (5, "checkout: a value of type int"),
    ({}, "id: nothing was given; Shopify's id of the checkout"),
    (checkout(name="#8\n1"), "name: text with characters that are none"),
    (checkout(currency="EURO"), "currency: 'EURO'"),
    (checkout(presentment_currency="EURO"), "presentment_currency: 'EURO'"),
    (checkout(created_at=None), "created_at: nothing"),
    (checkout(completed_at="then"), "completed_at: 'then'"),
    (checkout(closed_at=5), "closed_at: 5"),
    (checkout(line_items=[]), "line_items: nothing"),
    (checkout(line_items={}), "line_items: a value of type dict"),
    (checkout(line_items=[goods("Soap", "5.00") | {"quantity": 0}]), "line_items[0].quantity: 0"),
    (checkout(line_items=[goods("Soap", "5.005")]), "line_items[0].price: '5.005'"),
    (checkout(line_items=[goods("Soap", "999999999999.00", 10**6)]), "line_items: more than 100000000000000 minor"),
    (
        checkout(line_items=[goods("A", "5.00", applied_discounts=[{"amount": "5.01"}])]),
        "line_items[0].applied_discounts: 5.01 was given; at most 5.00",
    ),
    (
        checkout(line_items=[goods("A", "5.00", discount_allocations=[{"amount": "5.01"}])]),
        "line_items[0].discount_allocations: 5.01",
    ),
    (checkout(discount_codes=[{"code": "A", "amount": "-1.00"}]), "discount_codes[0].amount: '-1.00'"),
    (checkout(discount_codes=[{"code": "A" * 257}]), "discount_codes[0].code: text of 257 characters"),
    (checkout(discount_codes="A"), "discount_codes: a value of type str"),
    (checkout(shipping_lines=[{"price": "a lot"}]), "shipping_lines[0].price: 'a lot'"),
    (checkout(total_duties="-1"), "total_duties: '-1'"),
    (checkout(total_price=math.nan), "total_price: nan"),
    (checkout(total_price=10**400), "total_price: a number of more than 30 digits"),
    (checkout(token="t" * 129), "token: text of 129 characters"),
    (checkout(landing_site="/" * 2049), "landing_site: text of 2049 characters"),
    (checkout(email=["ada@example.com"]), "email: a value of type list"),
    (checkout(sms_marketing_phone={}), "sms_marketing_phone: a value of type dict"),
    (checkout(buyer_accepts_marketing="yes"), "buyer_accepts_marketing: 'yes'"),
]


class TestBadCheckouts:
    """One that cannot be read is refused by name, with the field; the others come in."""

    @pytest.mark.parametrize(("data", "told"), BAD, ids=[told for _, told in BAD])
    def test_it_is_left_out(self, data: Any, told: str) -> None:
        report = bring(opened(), [checkout(id=1), data, checkout(id=2)])
        (refused,) = report.refused
        assert (3, 2, 2) == (report.read, report.imported, refused.line)
        assert isinstance(refused.reason, errors.BadField)
        assert told in str(refused)
        assert "ada@" not in str(refused)

    def test_a_subtotal_of_more_than_the_lines_cost(self) -> None:
        report = bring(opened(), [checkout(subtotal_price="25.01"), checkout(id=2)])
        assert (1, {"figures_disagree": 1}) == (report.imported, report.reasons)

    @pytest.mark.parametrize("key", sorted(checkout()))
    def test_a_key_that_is_not_there_or_of_any_other_type(self, key: str, storage: Storage) -> None:
        """Nothing but typed errors, whatever stands where."""
        values: tuple[Any, ...] = (None, "", 0, -1, "x", [], {}, [None], [{}], [[]], {"a": 1}, True, 1e300)
        checkouts = [checkout(id=at, name=f"#{at}") | {key: value} for at, value in enumerate(values, 1)]
        report = bring(storage, checkouts)
        done = report.imported + report.updated + report.unchanged + len(report.refused)
        assert len(values) == report.read == done
        assert 1 == bring(opened(), [{name: value for name, value in checkout().items() if name != key}]).read

    def test_more_lines_than_an_order_may_have(self) -> None:
        wide = [checkout(**UNTOLD, id=n, line_items=[goods("A", "1.00")] * n) for n in (500, 501)]
        report = bring(opened(), wide)
        (refused,) = report.refused
        assert isinstance(refused.reason, TooManyLines)
        assert (1, 501) == (report.imported, refused.reason.lines)
