"""Orders as Shopify's ``orders_export.csv``: what stands in which cell, and that it comes back."""

import csv
import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pendulum
import pytest

from backoffice_core import (
    AddCustomItem,
    Address,
    Authorization,
    BackOffice,
    CustomerRef,
    Discount,
    Line,
    PaymentTerms,
    Sale,
    SetQuantity,
    Shipping,
    Tax,
    errors,
)
from backoffice_core.clock import zone
from backoffice_core.orders.lines import LineKind
from backoffice_core.orders.order import Order
from backoffice_core.shopify.columns import NAMES
from backoffice_core.shopify.guard import bare_code, guarded, phone_cell, unguarded, zip_cell
from backoffice_core.shopify.orders_out import order_rows
from backoffice_core.shopify.written import csv_text
from backoffice_core.testing import CountingIds, FrozenClock
from backoffice_core.testing.builders import an_order
from tests.shopify.helpers import SHARED

PARIS = zone("Europe/Paris")
ADDRESS = Address(
    name="Ada Lovelace",
    company="Engines",
    address1="12 St James Square",
    address2="2nd floor",
    city="London",
    zip="75008",
    province="LND",
    province_name="Greater London",
    country="GB",
    phone="+442079460000",
)


def shop(**more: Any) -> BackOffice:
    """Return a new shop in memory, whose clock is moved by hand."""
    plain: dict[str, Any] = {
        "currency": "EUR",
        "timezone": "Europe/Paris",
        "taxes_included": True,
        "clock": FrozenClock(pendulum.datetime(2025, 6, 30, 22, 30)),
        "new_id": CountingIds(),
    }
    return BackOffice.open("memory:", **{**plain, **more})


def cells(order: Order) -> list[dict[str, str]]:
    """Return the rows of an order by column."""
    return [dict(zip(NAMES, row, strict=True)) for row in order_rows(order, PARIS)]


def some(row: Mapping[str, str], *names: str) -> list[str]:
    return [row[name] for name in names]


class TestRule1ARowPerLine:
    def test_the_columns_are_those_of_shopifys_file(self) -> None:
        """The 79 of a real file, in its order."""
        assert (79, 79) == (len(NAMES), len(order_rows(an_order(), PARIS)[0]))
        if not (file := SHARED / "orders_export_2023_us_5121rows.csv").exists():
            pytest.skip("the real file is not there: shared/data beside the repository")
        with file.open(encoding="utf-8", newline="") as opened:
            assert list(NAMES) == next(csv.reader(opened))

    def test_what_is_said_once_stands_on_the_first_row(self) -> None:
        order = an_order(
            Line("Tea", sku="TEA", quantity=2, price="10.00", vendor="Leaves", taxes=[Tax("TVA", "0.2")]),
            Line("Cup", variant_title="Blue", sku="CUP", price="5.00", vendor="Clay"),
            customer=CustomerRef(email="ada@example.com", phone="+33612345678", accepts_marketing=True),
            billing_address=ADDRESS,
            shipping_address=ADDRESS,
            shipping=Shipping("Standard", "4.90"),
            note="Ring twice",
            attributes={"gift": "yes", "card": "Hi"},
            tags=("vip", "b2b"),
            channel="web",
        )
        first, second = cells(order)
        filled = {name: cell for name, cell in second.items() if cell}
        assert filled == {
            "Name": "#1001",
            "Email": "ada@example.com",
            "Created at": first["Created at"],
            "Lineitem quantity": "1",
            "Lineitem name": "Cup - Blue",
            "Lineitem price": "5.00",
            "Lineitem sku": "CUP",
            "Lineitem requires shipping": "true",
            "Lineitem taxable": "false",
            "Lineitem fulfillment status": "pending",
            "Vendor": "Clay",
            "Lineitem discount": "0.00",
            "Phone": "+33612345678",
        }
        assert ["2", "Tea", "10.00", "", "TEA", "Leaves"] == some(
            first,
            *("Lineitem quantity", "Lineitem name", "Lineitem price", "Lineitem compare at price", "Lineitem sku"),
            "Vendor",
        )
        assert ["yes", "EUR", "25.00", "4.90", "3.33", "29.90", "Standard"] == some(
            first, "Accepts Marketing", "Currency", "Subtotal", "Shipping", "Taxes", "Total", "Shipping Method"
        )
        assert ["Ring twice", "gift: yes\ncard: Hi", "b2b, vip", "web"] == some(
            first, "Notes", "Note Attributes", "Tags", "Source"
        )
        assert ["TVA 20%", "3.33", "", ""] == some(first, "Tax 1 Name", "Tax 1 Value", "Tax 2 Name", "Tax 2 Value")
        assert [
            *("Ada Lovelace", "12 St James Square, 2nd floor", "12 St James Square", "2nd floor", "Engines"),
            *("London", "'75008", "LND", "GB", "+442079460000", "Greater London"),
        ] == some(first, *(name for name in NAMES if name.startswith("Billing")))

    def test_a_street_is_its_first_line_where_there_is_no_second_one(self) -> None:
        (row,) = cells(an_order(billing_address=Address(address1="1 High St"), shipping_address=Address(address2="B")))
        assert ["1 High St", "1 High St", ""] == some(row, "Billing Street", "Billing Address1", "Billing Address2")
        assert ["", "", "B"] == some(row, "Shipping Street", "Shipping Address1", "Shipping Address2")

    def test_who_cannot_be_written_to_accepts_no_mail(self) -> None:
        (row,) = cells(an_order(customer=CustomerRef(id="c-1", accepts_marketing=True)))
        assert "no" == row["Accepts Marketing"]


class TestRule2Amounts:
    @pytest.mark.parametrize(("currency", "price", "cell"), [("JPY", "1200", "1200"), ("KWD", "1.5", "1.500")])
    def test_they_have_the_digits_of_the_currency(self, currency: str, price: str, cell: str) -> None:
        (row,) = cells(an_order(Line("Tea", price=price), currency=currency))
        assert [cell, cell, cell] == some(row, "Lineitem price", "Subtotal", "Total")

    def test_they_are_those_before_anything_was_given_back(self) -> None:
        office = shop()
        order = office.orders.place(lines=[Line("Tea", sku="T", quantity=3, price="10.00")], payments=[Sale("30.00")])
        office.orders.refund(order.order.id, lines={"T": 1})
        (row,) = cells(office.orders.get("#1001"))
        assert ["3", "30.00", "30.00", "10.00", "0.00", "partially_refunded"] == some(
            row,
            *("Lineitem quantity", "Subtotal", "Total", "Refunded Amount", "Outstanding Balance", "Financial Status"),
        )

    def test_taxes_on_top_are_outside_the_subtotal(self) -> None:
        tea = Line("Tea", price="10.00", taxes=[Tax("GST", "0.05"), Tax("PST", "0.07")])
        (row,) = cells(an_order(tea, shipping=Shipping("Post", "2.00", [Tax("GST", "0.05")]), taxes_included=False))
        assert ["10.00", "2.00", "1.30", "13.30"] == some(row, "Subtotal", "Shipping", "Taxes", "Total")
        assert ["GST 5%", "0.60", "PST 7%", "0.70"] == some(
            row, *(f"Tax {n} {w}" for n in "12" for w in ("Name", "Value"))
        )

    def test_a_tip_is_outside_the_subtotal_and_never_shipped(self) -> None:
        _, row = cells(an_order(Line("Tea", price="10.00"), Line("Thanks", price="2.00", kind=LineKind.TIP)))
        assert ["not_eligible", "false", "false"] == some(
            row, "Lineitem fulfillment status", "Lineitem requires shipping", "Lineitem taxable"
        )

    def test_of_more_taxes_than_columns_the_first_five_are_told(self) -> None:
        tea = Line("Tea", price="10.00", taxes=[Tax(f"T{n}", "0.01") for n in range(7)])
        (row,) = cells(an_order(tea, taxes_included=False))
        assert ["0.70", "T4 1%", "0.10"] == some(row, "Taxes", "Tax 5 Name", "Tax 5 Value")


class TestRule3Moments:
    def test_they_are_the_shops_time(self) -> None:
        """At 22:30 UTC it is the next day, and the next month, in Paris."""
        office = shop()
        office.orders.place(lines=[Line("Tea", price="1.00")])
        (row,) = office.orders.export().rows()
        assert "2025-07-01 00:30:00 +0200" == row[NAMES.index("Created at")]

    def test_paid_at_is_the_last_payment_of_a_paid_order(self) -> None:
        clock = FrozenClock()
        office = shop(clock=clock, timezone="UTC")
        order = office.orders.place(lines=[Line("Tea", price="10.00")], payments=[Authorization("10.00")]).order
        assert ["authorized", ""] == some(cells(order)[0], "Financial Status", "Paid at")
        clock.tick(hours=1)
        part = office.orders.capture(order.id, amount="4.00").order
        assert ["partially_paid", ""] == some(cells(part)[0], "Financial Status", "Paid at")
        clock.tick(hours=1)
        paid = office.orders.capture(order.id).order
        (row,) = [dict(zip(NAMES, row, strict=True)) for row in order_rows(paid, zone("UTC"))]
        assert ["paid", paid.transactions[-1].at.strftime("%Y-%m-%d %H:%M:%S +0000")] == some(
            row, "Financial Status", "Paid at"
        )

    def test_nothing_was_paid_of_an_order_for_nothing(self) -> None:
        (row,) = cells(an_order(Line("Tea", price="0.00")))
        assert ["paid", ""] == some(row, "Financial Status", "Paid at")


class TestRule4WhatWasShipped:
    def test_the_statuses_of_order_and_lines(self) -> None:
        office = shop()
        lines = [Line("A", sku="A", quantity=2, price="1.00"), Line("B", sku="B", price="1.00")]
        order = office.orders.place(lines=lines).order

        def told() -> list[str]:
            rows = cells(office.orders.get(order.id))
            first = some(rows[0], "Fulfillment Status", "Fulfilled at")
            return [first[0], "at" if first[1] else "", *(row["Lineitem fulfillment status"] for row in rows)]

        assert ["unfulfilled", "", "pending", "pending"] == told()
        office.orders.fulfill(order.id, lines={"A": 1})
        assert ["partial", "", "partial", "pending"] == told()
        office.orders.fulfill(order.id, lines={"A": 1})
        assert ["partial", "", "fulfilled", "pending"] == told()
        office.orders.edit(order.id, [SetQuantity("B", 0)])
        assert ["fulfilled", "at", "fulfilled", "pending"] == told()

    def test_an_order_on_hold_is_not_shipped(self) -> None:
        office = shop()
        order = office.orders.place(lines=[Line("A", price="1.00")]).order
        assert "unfulfilled" == cells(office.orders.hold(order.id).order)[0]["Fulfillment Status"]


class TestRule5WhatIsOwed:
    def test_of_a_cancelled_order_nothing(self) -> None:
        office = shop()
        lines = [Line("A", sku="A", price="1.00"), Line("B", sku="B", price="4.00")]
        order = office.orders.place(lines=lines).order
        assert "5.00" == cells(order)[0]["Outstanding Balance"]
        office.orders.fulfill(order.id, lines={"A": 1})
        gone = office.orders.cancel(order.id).order
        assert ["0.00", "2025-07-01 00:30:00 +0200"] == some(cells(gone)[0], "Outstanding Balance", "Cancelled at")

    def test_never_less_than_nothing(self) -> None:
        order = an_order(Line("A", price="1.00"), paid="3.00")
        assert "0.00" == cells(order)[0]["Outstanding Balance"]

    def test_a_paid_order_still_counts_what_an_edit_took_out(self) -> None:
        office = shop()
        order = office.orders.place(lines=[Line("A", sku="A", quantity=2, price="3.00")], payments=[Sale("3.00")]).order
        assert ["partially_paid", "3.00"] == some(cells(order)[0], "Financial Status", "Outstanding Balance")
        edited = office.orders.edit(order.id, [SetQuantity("A", 1)]).order
        assert ["paid", "3.00"] == some(cells(edited)[0], "Financial Status", "Outstanding Balance")
        more = office.orders.edit(order.id, [AddCustomItem("B", "1.00")]).order
        assert ["partially_paid", "1.00"] == some(cells(more)[0], "Financial Status", "Outstanding Balance")


class TestRule6Discounts:
    def test_a_discount_on_the_order_is_not_told_of_lines(self) -> None:
        lines = [Line("A", sku="A", quantity=2, price="10.00"), Line("B", sku="B", price="10.00")]
        off = [Discount("Own", amount="3.00", on=("A",)), Discount("All", percent="10", code="TENTH")]
        first, second = cells(an_order(*lines, discounts=off))
        assert ["TENTH", "5.70", "3.00", "24.30"] == some(
            first, "Discount Code", "Discount Amount", "Lineitem discount", "Subtotal"
        )
        assert "0.00" == second["Lineitem discount"]


class TestRule7References:
    def test_payments_and_refunds(self) -> None:
        office = shop()
        pay = [Sale("6.00", gateway="stripe", reference="pi_1"), Sale("4.00", gateway="gift_card", reference="gc_2")]
        order = office.orders.place(lines=[Line("A", sku="A", price="10.00")], payments=pay).order
        names = ("Payment Method", "Payment Reference", "Payment ID", "Payment References")
        assert ["stripe + gift_card", "gc_2", "pi_1 + gc_2", "pi_1 + gc_2"] == some(cells(order)[0], *names)

    def test_a_payment_that_failed_or_was_undone_brought_nothing(self) -> None:
        office = shop()
        order = office.orders.place(
            lines=[Line("A", price="10.00")], payments=[Sale("10.00", gateway="stripe", reference="pi_1")]
        ).order
        office.orders.settle(order.id, order.transactions[0].id, "reversed")
        assert ["", "", "pending"] == some(
            cells(office.orders.get(order.id))[0], "Payment Method", "Payment ID", "Financial Status"
        )


class TestRule8Ids:
    def test_our_own(self) -> None:
        order = an_order()
        assert order.id == cells(order)[0]["Id"]


def test_payment_terms() -> None:
    office = shop(timezone="Europe/Paris")
    for terms, name in [
        (PaymentTerms("net", days=30), "Net 30"),
        (PaymentTerms("receipt"), "Due on receipt"),
        (PaymentTerms("fulfillment"), "Due on fulfillment"),
        (PaymentTerms("fixed", due_at=pendulum.datetime(2025, 8, 1)), "Fixed"),
    ]:
        draft = office.drafts.create(lines=[Line("A", price="1.00")], terms=terms).draft
        order = office.drafts.complete(draft.id).order
        assert order is not None
        due = {"Net 30": "2025-07-31 00:30:00 +0200", "Due on receipt": "2025-07-01 00:30:00 +0200"}
        due |= {"Fixed": "2025-08-01 02:00:00 +0200"}
        assert [name, due.get(name, "")] == some(cells(order)[0], "Payment Terms Name", "Next Payment Due At")
        paid = office.orders.mark_as_paid(order.id).order
        assert [name, ""] == some(cells(paid)[0], "Payment Terms Name", "Next Payment Due At")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@ada", "'@ada"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("'=1", "''=1"),
        ("''=1", "'''=1"),
        (" =1", "' =1"),
        ("\n '=1", "'\n '=1"),
        ("'tis", "'tis"),
        (" a", " a"),
        ("a=1", "a=1"),
        (None, ""),
    ],
)
def test_text_that_begins_like_a_formula_is_guarded(text: str | None, cell: str) -> None:
    assert cell == guarded(text)
    assert (text or "") == unguarded(cell)


@pytest.mark.parametrize(
    ("number", "cell"),
    [
        ("+33612345678", "+33612345678"),
        ("06 12 34 56 78", "06 12 34 56 78"),
        ("+1-555-0100", "'+1-555-0100"),
        ("=1+1", "'=1+1"),
        ("'5", "''5"),
        (None, ""),
    ],
)
def test_phone_numbers_are_left_bare(number: str | None, cell: str) -> None:
    assert cell == phone_cell(number)
    assert (number or "") == bare_code(cell)


@pytest.mark.parametrize(
    ("code", "cell"),
    [("05412", "'05412"), ("75008-12", "75008-12"), ("SW1Y 4JH", "SW1Y 4JH"), ("-1", "'-1"), (None, "")],
)
def test_zip_codes_of_digits_keep_their_zeros(code: str | None, cell: str) -> None:
    assert cell == zip_cell(code)
    assert (code or "") == bare_code(cell)


def test_every_text_cell_is_guarded() -> None:
    """One order whose every text is a formula: no cell of it begins like one."""
    evil = "=cmd|' /C calc'!A0"
    address = Address(**dict.fromkeys(("name", "company", "address1", "address2", "city", "zip", "province"), evil))
    order = an_order(
        Line(evil, sku=evil, vendor=evil, price="1.00", taxes=[Tax(evil, "0.1")]),
        customer=CustomerRef(email=evil, phone=evil),
        billing_address=address,
        shipping_address=Address(country=evil, province_name=evil, phone=evil, address1=evil),
        shipping=Shipping(evil, "1.00"),
        discounts=[Discount(evil, amount="0.10", code=evil)],
        note=evil,
        attributes={evil: "x"},
        tags=(evil,),
        channel=evil,
        payments=[Sale("1.00", gateway=evil, reference=evil)],
    )
    (row,) = cells(order)
    assert {} == {name: cell for name, cell in row.items() if cell[:1] in tuple("=+-@")}
    assert 29 == sum(evil in cell for cell in row.values())


def test_a_cell_with_a_comma_is_quoted() -> None:
    assert 'a,"b, c",d\n"e ""f""",g,"\r"\n' == csv_text([["a", "b, c", "d"], ['e "f"', "g", "\r"]])


class TestWhere:
    def test_to_a_path(self, tmp_path: Path) -> None:
        office = shop()
        office.orders.place(lines=[Line("Tea", price="1.00"), Line("Cup", price="2.00")], note='a "b"\r\nc, d\re')
        done = office.orders.export().to_path(tmp_path / "orders_export.csv")
        assert (1, 2) == (done.orders, done.rows)
        data = (tmp_path / "orders_export.csv").read_bytes()
        rows = list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))
        assert [list(NAMES), *office.orders.export().rows()] == rows
        assert 'a "b"\r\nc, d\re' == rows[1][NAMES.index("Notes")]
        assert (b"\n", 3) == (data[-1:], data.replace(b"\r\n", b"").count(b"\n"))
        assert ["orders_export.csv"] == [file.name for file in tmp_path.iterdir()]

    def test_with_a_mark_for_excel(self, tmp_path: Path) -> None:
        office = shop()
        office.orders.place(lines=[Line("Thé", price="1.00")])
        office.orders.export().to_path(tmp_path / "a.csv", mark=True)
        office.orders.export().to_path(tmp_path / "b.csv")
        marked, plain = (tmp_path / "a.csv").read_bytes(), (tmp_path / "b.csv").read_bytes()
        assert b"\xef\xbb\xbf" + plain == marked
        file = io.BytesIO()
        office.orders.export().to_file(file, mark=True)
        assert marked == file.getvalue()

    def test_to_files(self) -> None:
        office = shop()
        office.orders.place(lines=[Line("Thé", price="1.00")])
        text, binary = io.StringIO(), io.BytesIO()
        office.orders.export().to_file(text)
        office.orders.export().to_file(binary)
        assert text.getvalue().encode() == binary.getvalue()

    def test_a_failure_leaves_what_was_there(self, tmp_path: Path) -> None:
        office = shop()
        order = office.orders.place(lines=[Line("Tea", price="1.00")]).order
        file = tmp_path / "vip.csv"
        file.write_text("as it was")
        many = [order.id] * 1 + ["no-such-order"]
        with pytest.raises(errors.UnknownId, match="no-such-order"):
            office.orders.export(many).to_path(file)
        with pytest.raises(errors.UnclearQuery):
            office.orders.export("totl:5").to_path(file)
        assert ("as it was", ["vip.csv"]) == (file.read_text(), [one.name for one in tmp_path.iterdir()])

    @pytest.mark.parametrize("path", ["no/such/folder/x.csv", ".", 7, "a\0b"])
    def test_where_no_file_can_be(self, path: Any, tmp_path: Path) -> None:
        office = shop()
        with pytest.raises(errors.InvalidValue, match="path"):
            office.orders.export().to_path(tmp_path / path if isinstance(path, str) else path)
        with pytest.raises(errors.InvalidValue, match="an open file"):
            office.orders.export().to_file("x.csv")  # type: ignore[arg-type]

    def test_a_link_stays_one(self, tmp_path: Path) -> None:
        office = shop()
        (tmp_path / "real.csv").write_text("old")
        (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
        office.orders.export().to_path(tmp_path / "link.csv")
        assert (tmp_path / "link.csv").is_symlink()
        assert (tmp_path / "real.csv").read_text().startswith("Name,Email,")


class TestWhich:
    @pytest.fixture
    def office(self) -> BackOffice:
        clock = FrozenClock(pendulum.datetime(2025, 3, 1, 12))
        office = shop(clock=clock)
        for at in range(6):
            office.orders.place(lines=[Line("Tea", price="1.00")], tags=("vip",) if at % 2 else ())
            clock.tick(days=1)
        return office

    def names(self, office: BackOffice, *which: Any, **more: Any) -> list[str]:
        return [row[0] for row in office.orders.export(*which, **more).rows()]

    def test_all_newest_first(self, office: BackOffice) -> None:
        assert ["#1006", "#1005", "#1004", "#1003", "#1002", "#1001"] == self.names(office)

    def test_a_query_a_view_and_ids(self, office: BackOffice) -> None:
        assert ["#1006", "#1004", "#1002"] == self.names(office, "tag:vip")
        assert ["#1006", "#1004", "#1002"] == self.names(office, office.orders.views.save("VIP", "tag:vip"))
        ids = [office.orders.get(name).id for name in ("#1002", "#1005", "#1002")]
        assert ["#1002", "#1005"] == self.names(office, ids)
        assert [] == self.names(office, [])

    def test_a_period_in_days_of_the_shop(self, office: BackOffice) -> None:
        assert ["#1004", "#1003", "#1002"] == self.names(office, since=date(2025, 3, 2), until="2025-03-04")
        assert ["#1006", "#1005"] == self.names(office, since=pendulum.datetime(2025, 3, 5, 12))
        assert ["#1001"] == self.names(office, until=pendulum.datetime(2025, 3, 1, 12))
        assert ["#1004"] == self.names(office, "tag:vip", since="2025-03-03", until="2025-03-05")
        ids = [office.orders.get(name).id for name in ("#1002", "#1005")]
        assert ["#1005"] == self.names(office, ids, since="2025-03-03")
        assert ["#1006"] == self.names(office, since="-1d")

    @pytest.mark.parametrize(
        ("more", "field"),
        [
            ({"since": "soon"}, "since"),
            ({"since": "2025..2026"}, "since"),
            ({"until": 5}, "until"),
            ({"until": pendulum.datetime(2025, 1, 1).naive()}, "until"),
            ({"since": "2025-03-02", "until": "2025-03-01"}, "until"),
        ],
    )
    def test_a_period_that_cannot_be(self, office: BackOffice, more: dict[str, Any], field: str) -> None:
        with pytest.raises(errors.InvalidValue) as caught:
            office.orders.export(**more).rows()
        assert field == caught.value.field

    def test_what_cannot_be_meant(self, office: BackOffice) -> None:
        with pytest.raises(errors.UnclearQuery, match="totl"):
            office.orders.export("totl:5").rows()
        with pytest.raises(errors.InvalidValue, match="which"):
            office.orders.export(5)  # type: ignore[arg-type]

    def test_progress(self, office: BackOffice) -> None:
        told: list[tuple[int, int | None]] = []
        office.orders.export("tag:vip", progress=lambda *how: told.append(how)).to_file(io.StringIO())
        assert [(3, 3)] == told


def test_plain_values() -> None:
    office = shop()
    office.orders.place(
        lines=[Line("=Tea", price="1.50")], billing_address=Address(zip="05412", phone="+1 5"), customer=CustomerRef()
    )
    (row,) = office.orders.export().dicts()
    assert list(NAMES) == list(row)
    assert ("=Tea", "05412", "+1 5", None, True) == tuple(
        row[name]
        for name in ("Lineitem name", "Billing Zip", "Billing Phone", "Shipping Zip", "Lineitem requires shipping")
    )
    assert "1.50" == str(row["Total"])
    assert "2025-07-01T00:30:00+02:00" == row["Created at"].isoformat()
    assert 1 == row["Lineitem quantity"]
