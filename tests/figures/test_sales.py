"""Sales figures and takings as the reports desk gives them."""

import datetime as dt

import pendulum
import pytest

from backoffice_core import Authorization, BackOffice, Discount, Line, Sale, SetQuantity, Shipping, Tax, errors
from backoffice_core.testing import FrozenClock

VAT = [Tax("TVA", "0.20")]


@pytest.fixture(params=["memory:", "sqlite"])
def shop(request, tmp_path):
    url = f"sqlite:///{tmp_path}/shop.db" if request.param == "sqlite" else request.param
    clock = FrozenClock(pendulum.datetime(2026, 3, 2, 9))
    with BackOffice.open(url, currency="EUR", timezone="Europe/Paris", taxes_included=True, clock=clock) as office:
        office.clock = clock
        yield office


def sell(shop: BackOffice, price: str = "20.00", **asked):
    """Sell one cup, paid."""
    return shop.orders.place(
        lines=[Line("Cup", sku="CUP", price=price)], payments=[Sale(price, gateway="card")], **asked
    ).order


def test_t21_five_orders_one_of_them_refunded_in_full(shop: BackOffice) -> None:
    """Net sales 80, gross 100, returns 20 (woocommerce-admin#5766 shows 60)."""
    orders = [sell(shop) for _ in range(5)]
    shop.orders.refund(orders[0].id, lines={"CUP": 1})
    (row,) = shop.reports.sales(by=())
    assert ("100.00 EUR", "-20.00 EUR", "80.00 EUR", "80.00 EUR") == (
        str(row.gross_sales),
        str(row.returns),
        str(row.net_sales),
        str(row.total_sales),
    )
    assert (5, 5, 1, "20.00 EUR") == (row.orders, row.units_sold, row.units_returned, str(row.average_order_value))


def test_report_131_goods_shipping_and_taxes_are_refunded_apart(shop: BackOffice) -> None:
    """A refund lowers returns, shipping and taxes, each by its own; gross sales stay what they were."""
    order = shop.orders.place(
        lines=[Line("Cup", sku="CUP", price="24.00", quantity=2, taxes=VAT)],
        shipping=Shipping("Post", "6.00", VAT),
        payments=[Sale("54.00", gateway="card")],
    ).order
    (sold,) = shop.reports.sales(by=())
    assert ("40.00", "0.00", "40.00", "5.00", "9.00", "54.00") == amounts(sold)
    assert 1 == sold.orders
    shop.orders.refund(order.id, lines={"CUP": 1}, shipping=True)
    (left,) = shop.reports.sales(by=())
    assert ("40.00", "-20.00", "20.00", "0.00", "4.00", "24.00") == amounts(left)
    shop.orders.refund(order.id, lines={"CUP": 1})
    (nothing,) = shop.reports.sales(by=())
    assert ("40.00", "-40.00", "0.00", "0.00", "0.00", "0.00") == amounts(nothing)


def amounts(row) -> tuple[str, ...]:
    return tuple(
        one.amount for one in (row.gross_sales, row.returns, row.net_sales, row.shipping, row.taxes, row.total_sales)
    )


def test_report_132_a_refund_counts_on_its_own_day(shop: BackOffice) -> None:
    """The day of the sale keeps it, and the refund is found by the day that it was given on."""
    order = sell(shop)
    shop.clock.tick(days=3)
    shop.orders.refund(order.id, lines={"CUP": 1})
    days = [(row.key[0], row.orders, row.net_sales.amount) for row in shop.reports.sales()]
    assert [("2026-03-02", 1, "20.00"), ("2026-03-03", 0, "0.00"), ("2026-03-04", 0, "0.00")] == days[:3]
    assert ("2026-03-05", 0, "-20.00") == days[3]
    (back,) = shop.reports.sales("2026-03-05", "2026-03-05")
    assert ("-20.00", 1) == (back.returns.amount, back.units_returned)
    assert [("2026-03-02", "20.00", "0.00"), ("2026-03-05", "0.00", "20.00")] == [
        (row.key[0], row.received.amount, row.refunded.amount) for row in shop.reports.takings()
    ]


class TestTime:
    def test_days_are_the_shops(self, shop: BackOffice) -> None:
        """23:30 UTC is the next day in Paris."""
        shop.clock.tick(hours=14, minutes=30)
        sell(shop)
        assert ["2026-03-03"] == [row.key[0] for row in shop.reports.sales()]

    def test_a_day_that_is_an_hour_short(self, shop: BackOffice) -> None:
        """Clocks go from two to three on March 29 in Paris; each moment is of the day that clocks show."""
        for moment in ((28, 22, 59), (28, 23, 0), (29, 21, 59), (29, 22, 0)):
            shop.clock.set(pendulum.datetime(2026, 3, *moment))
            sell(shop)
        assert [("2026-03-28", 1), ("2026-03-29", 2), ("2026-03-30", 1)] == [
            (row.key[0], row.orders) for row in shop.reports.sales()
        ]

    def test_what_each_day_saw_stays(self, shop: BackOffice) -> None:
        """An edit after a refund, and a cancel after that, count on their own days; earlier ones stay as they were."""
        order = shop.orders.place(
            lines=[Line("Cup", sku="CUP", price="10.00", quantity=5)], payments=[Sale("50.00", gateway="card")]
        ).order
        for work in (
            lambda: shop.orders.refund(order.id, lines={"CUP": 1}),
            lambda: shop.orders.edit(order.id, [SetQuantity("CUP", 6)]),
            lambda: shop.orders.refund(order.id, amount="3.00"),
            lambda: shop.orders.cancel(order.id),
        ):
            before = shop.reports.sales().rows
            shop.clock.tick(days=1)
            work()
            assert before == shop.reports.sales().rows[:-1]
        assert ["50.00", "-10.00", "20.00", "-3.00", "-57.00"] == [
            row.total_sales.amount for row in shop.reports.sales()
        ]

    def test_weeks_begin_on_mondays_and_months_on_the_first(self, shop: BackOffice) -> None:
        """Also where nothing was sold in between."""
        sell(shop)
        shop.clock.tick(days=20)
        sell(shop)
        shop.clock.tick(days=20)
        sell(shop)
        weeks = [(row.key[0], row.orders) for row in shop.reports.sales(by=["week"])]
        assert [("2026-03-02", 1), ("2026-03-09", 0), ("2026-03-16", 1), ("2026-03-23", 0)] == weeks[:4]
        assert ("2026-04-06", 1) == weeks[-1]
        assert [("2026-03", 2), ("2026-04", 1)] == [
            (row.key[0], row.orders) for row in shop.reports.sales(by=["month"])
        ]

    def test_a_period_in_which_nothing_was_sold(self, shop: BackOffice) -> None:
        """Has no rows, because there is no currency to tell of."""
        sell(shop)
        assert [] == list(shop.reports.sales("2026-04-01", "2026-04-30"))

    def test_a_date_or_a_text(self, shop: BackOffice) -> None:
        sell(shop)
        for day in (dt.date(2026, 3, 2), pendulum.date(2026, 3, 2), "2026-03-02"):
            assert 1 == len(shop.reports.sales(day, day))

    @pytest.mark.parametrize(
        "odd", ["2026-3-2", "yesterday", "2026-02-30", 20260302, pendulum.datetime(2026, 3, 2), "20260302"]
    )
    def test_what_is_no_day(self, shop: BackOffice, odd: object) -> None:
        """A moment neither: it is a day only in some time zone."""
        for call in (shop.reports.sales, shop.reports.takings):
            with pytest.raises(errors.InvalidValue, match="since"):
                call(odd)

    def test_days_too_far_apart(self, shop: BackOffice) -> None:
        """A period may have a row for each of its days; without an end there is none to be too far away."""
        sell(shop)
        with pytest.raises(errors.InvalidValue, match="36600 days after"):
            shop.reports.sales("0001-01-01", "9999-12-31")
        assert 1 == len(shop.reports.sales("2026-03-02"))

    def test_days_the_wrong_way_round(self, shop: BackOffice) -> None:
        with pytest.raises(errors.InvalidValue, match="a day from 2026-03-02 on"):
            shop.reports.sales("2026-03-02", "2026-03-01")


class TestParts:
    def test_products(self, shop: BackOffice) -> None:
        """Each has its units and amounts; how many orders there were is not a product's to say."""
        sell(shop)
        shop.orders.place(lines=[Line("Cup", sku="CUP", price="20.00"), Line("Gift wrap", price="4.00")])
        rows = {row.key[0]: row for row in shop.reports.sales(by=["product"])}
        assert {"CUP": 2, "Gift wrap": 1} == {key: row.units_sold for key, row in rows.items()}
        assert (None, None) == (rows["CUP"].orders, rows["CUP"].average_order_value)
        (whole,) = shop.reports.sales(by=["product"]).totals
        assert ("44.00", None) == (whole.net_sales.amount, whole.orders)

    def test_customers(self, shop: BackOffice) -> None:
        """The first order of an address is a new customer's, in whatever month the report is."""
        sell(shop, email="ada@example.com")
        shop.clock.tick(days=40)
        sell(shop, email="ADA@example.com")
        sell(shop, email="bob@example.com")
        sell(shop)
        rows = shop.reports.sales("2026-04-01", "2026-04-30", by=["customer"])
        assert {"new": 1, "returning": 1, "unknown": 1} == {row.key[0]: row.orders for row in rows}

    def test_codes_and_channels_by_month(self, shop: BackOffice) -> None:
        """Several at once, in the order that was asked for; several codes of an order stand together."""
        shop.orders.place(
            lines=[Line("Cup", price="20.00")],
            channel="web",
            discounts=[Discount("S", percent="10", code="SUMMER"), Discount("A", amount="1.00", code="APRIL")],
        )
        sell(shop, channel="pos")
        rows = shop.reports.sales(by=["month", "channel", "discount"])
        assert [("2026-03", "pos", ""), ("2026-03", "web", "APRIL, SUMMER")] == [row.key for row in rows]
        assert ["0.00", "-3.00"] == [row.discounts.amount for row in rows]

    def test_a_channel_is_one_however_it_is_spelled(self, shop: BackOffice) -> None:
        """As the shop spells it; one that it does not know as the first of its spellings."""
        shop.channels.add("Web shop", name="Web shop", kind="online")
        for channel in ("web shop", "Web shop", "WEB  SHOP", "pos", "POS", None):
            sell(shop, channel=channel)
        rows = shop.reports.sales(by=["month", "channel"])
        assert {"": 1, "POS": 2, "Web shop": 3} == {row.key[1]: row.orders for row in rows}
        assert rows.totals[0].total_sales.minor == sum(row.total_sales.minor for row in rows)

    def test_a_deleted_order_is_in_no_figure(self, shop: BackOffice) -> None:
        """Neither in sales nor in what was taken."""
        order = shop.orders.place(lines=[Line("Cup", price="20.00")]).order
        shop.clock.tick(days=1)
        shop.orders.mark_as_paid(order.id)
        shop.clock.tick(days=1)
        shop.orders.cancel(order.id, refund=True)
        shop.orders.delete(order.id)
        assert [] == list(shop.reports.sales(by=["channel"]))
        assert {0} == {figure for row in shop.reports.sales() for figure in (row.orders, row.total_sales.minor)}
        assert [] == list(shop.reports.takings())

    def test_currencies_without_cents(self, shop: BackOffice) -> None:
        """Their average is whole, half up."""
        for price in ("100", "101"):
            shop.orders.place(lines=[Line("Cup", price=price)], currency="JPY")
        (row,) = shop.reports.sales(by=())
        assert ("201 JPY", "101 JPY") == (str(row.net_sales), str(row.average_order_value))

    def test_the_average_is_of_what_was_paid_for_goods(self, shop: BackOffice) -> None:
        """Discounts off; without shipping and taxes, and whatever came back later."""
        order = shop.orders.place(
            lines=[Line("Cup", sku="CUP", price="24.00", quantity=2, taxes=VAT)],
            discounts=[Discount("Spring", percent="10")],
            shipping="5.00",
        ).order
        shop.orders.mark_as_paid(order.id)
        shop.orders.refund(order.id, lines={"CUP": 1})
        shop.orders.place(lines=[Line("Cup", price="10.00")])
        (row,) = shop.reports.sales(by=())
        assert ("50.00", "-4.00", "23.00") == (
            row.gross_sales.amount,
            row.discounts.amount,
            row.average_order_value.amount,
        )

    def test_currencies_stay_apart(self, shop: BackOffice) -> None:
        """Each has rows of its own, and totals of its own."""
        sell(shop)
        shop.orders.place(lines=[Line("Cup", price="900")], currency="JPY")
        assert ["20.00 EUR", "900 JPY"] == [str(row.total_sales) for row in shop.reports.sales().totals]

    @pytest.mark.parametrize("odd", ["day", ["hour"], ["day", "month"], ["channel", "channel"], None, {"day"}])
    def test_what_cannot_be_meant(self, shop: BackOffice, odd: object) -> None:
        with pytest.raises(errors.InvalidValue, match="by"):
            shop.reports.sales(by=odd)  # type: ignore[arg-type]

    def test_plain_dicts(self, shop: BackOffice) -> None:
        """A row each, parts first, amounts as text."""
        sell(shop)
        (row,) = shop.reports.sales(by=["month", "channel"]).dicts()
        assert ["month", "channel", "currency", "orders"] == list(row)[:4]
        assert ("2026-03", "", "EUR", 1, "20.00") == (*list(row.values())[:4], row["total_sales"])


class TestTakings:
    def test_by_gateway_and_month(self, shop: BackOffice) -> None:
        """What was captured counts, not what was authorized."""
        order = sell(shop)
        shop.clock.tick(days=30)
        shop.orders.refund(order.id, amount="5.00")
        rows = shop.reports.takings(by=["month", "gateway"])
        assert [(("2026-03", "card"), "20.00", "0.00", "20.00"), (("2026-04", "card"), "0.00", "5.00", "-5.00")] == [
            (row.key, row.received.amount, row.refunded.amount, row.net.amount) for row in rows
        ]
        assert {"gateway": "card", "currency": "EUR", "received": "20.00", "refunded": "5.00", "net": "15.00"} == (
            shop.reports.takings(by=["gateway"]).dicts()[0]
        )

    @pytest.mark.parametrize("odd", ["gateway", ["channel"], ["day", "week"], ["gateway", "gateway"], 5])
    def test_what_cannot_be_meant(self, shop: BackOffice, odd: object) -> None:
        with pytest.raises(errors.InvalidValue, match="by"):
            shop.reports.takings(by=odd)  # type: ignore[arg-type]


class TestOwed:
    def test_by_customers_and_by_the_shop(self, shop: BackOffice) -> None:
        """Money that is authorized is owed, goods that came back and were not given back are owing; by its day."""
        sell(shop)
        shop.orders.place(lines=[Line("Cup", price="9.00")], payments=[Authorization("9.00", gateway="card")])
        shop.orders.place(lines=[Line("Cup", price="7.00")], test=True)
        shop.clock.tick(days=2)
        shop.orders.refund(sell(shop).id, lines={"CUP": 1}, pay_later=True)
        gone = shop.orders.place(lines=[Line("Cup", price="3.00")], currency="USD").order
        (dollars,) = (row for row in shop.reports.owed() if row.currency == "USD")
        assert ("3.00 USD", "3.00 USD") == (str(dollars.owed), str(dollars.net))
        shop.orders.archive(gone.id)
        shop.orders.delete(gone.id)
        (row,) = shop.reports.owed()
        assert (1, "9.00 EUR", 1, "20.00 EUR", "-11.00 EUR") == (
            row.orders,
            str(row.owed),
            row.overpaid,
            str(row.owing),
            str(row.net),
        )
        (before,) = shop.reports.owed(dt.date(2026, 3, 3))
        assert (1, "9.00 EUR", 0) == (before.orders, str(before.owed), before.overpaid)
        (sales,), (moved,) = shop.reports.sales(by=()), shop.reports.takings(by=())
        assert row.net == sales.total_sales - moved.net

    @pytest.mark.parametrize("odd", ["2026", 5, "2026-02-30"])
    def test_what_is_no_day(self, shop: BackOffice, odd: object) -> None:
        with pytest.raises(errors.InvalidValue, match="until"):
            shop.reports.owed(odd)  # type: ignore[arg-type]

    def test_nothing(self, shop: BackOffice) -> None:
        """No row where nothing is owed."""
        sell(shop)
        assert () == shop.reports.owed()


def test_figures_never_show_who_bought(shop: BackOffice) -> None:
    """Neither in their text nor in their rows."""
    sell(shop, email="ada@example.com")
    told = [repr(shop.reports.sales()), str(shop.reports.sales(by=["customer"]).dicts()), repr(shop.reports.takings())]
    assert not any("ada" in text for text in told)
