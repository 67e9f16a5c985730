"""Importing REST JSON: every form of a file, what a second time does, what stops it and what it leaves."""

import io
import json
import math
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backoffice_core import BackOffice, errors
from backoffice_core.failures import InvalidValue
from backoffice_core.orders.place import SourceTaken, TooManyLines
from backoffice_core.shopify.json_lines import OtherContent
from backoffice_core.shopify.json_text import BLOCK, BrokenJson
from backoffice_core.shopify.lines import WrongEncoding
from backoffice_core.shopify.report import Progress
from backoffice_core.shopify.rest_fields import BadField
from backoffice_core.storage.base import Storage
from backoffice_core.storage.sql.store import SqlStorage
from tests.shopify.helpers import NOW, SHOP, bring_in, csv_file, opened, row, stored
from tests.shopify.rest import (
    CANDLE,
    Json,
    adjustment,
    back,
    bring_json,
    json_file,
    json_rows,
    line,
    parcel,
    refund,
    rest,
)


def numbered(count: int, first: int = 1001, **more: Any) -> list[Json]:
    """Return so many orders."""
    return [rest(name=f"#{number}", id=5 * 10**5 + number, **more) for number in range(first, first + count)]


@pytest.fixture(params=["memory", "sqlite"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    if request.param == "memory":
        yield opened()
        return
    sql = SqlStorage(f"sqlite:///{tmp_path / 'shop.db'}")
    sql.migrate()
    yield opened(storage=sql)
    sql.close()


class TestForms:
    def test_every_form_gives_the_same_orders(self, tmp_path: Path) -> None:
        orders = numbered(3)
        path = tmp_path / "orders.json"
        path.write_text(json.dumps({"orders": orders}), encoding="utf-8-sig")
        sources: list[Any] = [
            path,
            str(path),
            json_file({"orders": orders}, indent=2),
            json_file({"count": 3, "orders": orders, "next": None}),
            json_file(orders),
            json_rows(*orders),
            io.StringIO(json.dumps(orders, indent=1)),
            io.BytesIO(b"".join(json.dumps({"order": one}).encode() for one in orders)),
            {"orders": orders},
            orders,
            iter(orders),
        ]
        found = []
        for source in sources:
            shop = opened()
            report = bring_json(shop, source)
            assert (3, 3, (), ()) == (report.read, report.imported, report.refused, report.findings)
            found.append(stored(shop))
        assert all(one == found[0] for one in found)

    @pytest.mark.parametrize("data", [rest(), {"order": rest()}, [rest()]])
    def test_one_order(self, data: Any) -> None:
        for source in (data, json_file(data)):
            assert 1 == bring_json(opened(), source).imported

    def test_none(self) -> None:
        for source in ({"orders": []}, json_file({"orders": []}), [], json_file([])):
            assert 0 == bring_json(opened(), source).read

    def test_keys_in_another_order_and_escapes_are_the_same_content(self) -> None:
        shop = opened()
        bring_json(shop, json_file(rest(note="café"), ensure_ascii=True))
        again = dict(reversed(rest(note="café").items()))
        report = bring_json(shop, io.BytesIO(json.dumps(again, ensure_ascii=False, indent=3).encode()))
        assert (0, 1, ()) == (report.imported, report.unchanged, report.refused)

    def test_one_character_at_a_time(self) -> None:
        class Slow(io.BytesIO):
            def read(self, size: int | None = -1, /) -> bytes:
                return super().read(1)

        assert 2 == bring_json(opened(), Slow(json_rows(*numbered(2)).getvalue())).imported

    def test_an_order_longer_than_a_block(self) -> None:
        data = rest(note_attributes=[{"name": "text", "value": "é" * 4000}] * 40)
        assert len(json.dumps(data, ensure_ascii=False).encode()) > 3 * BLOCK
        (found,) = stored_after(json_file([data, *numbered(1)], ensure_ascii=False), "#1001", 5001)
        assert 40 == len(found.attributes)

    @pytest.mark.parametrize("nonsense", [None, 5, 1.5])
    def test_what_is_no_source(self, nonsense: Any) -> None:
        with pytest.raises(InvalidValue, match="source: a value of type"):
            bring_json(opened(), nonsense)

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidValue, match=r"nothing\.json"):
            bring_json(opened(), tmp_path / "nothing.json")


def stored_after(source: Any, name: str, id: int) -> list[Any]:
    shop = opened()
    bring_json(shop, source)
    return [one for one in stored(shop) if (one.name, one.source) == (name, ("shopify", str(id)))]


class TestWhatIsWritten:
    def test_sales_are_booked_on_their_own_days(self, storage: Storage) -> None:
        """Placed on March 1 in New York; one unit came back on March 10 for 10.50 less a fee of 2.00."""
        given = refund(back(CANDLE, 1, "10.00", "0.50"), amount="8.50", adjustments=(adjustment("2.00"),))
        sent = parcel({CANDLE: 2})
        data = rest(refunds=[given], fulfillments=[sent], financial_status="partially_refunded")
        report = bring_json(storage, json_file(data | {"fulfillment_status": "partial"}), actor="marie")
        assert (1, ()) == (report.imported, report.findings)
        (found,) = stored(storage)
        assert (2, "partially_refunded") == (found.version, found.financial_status)
        with storage.read(SHOP) as unit:
            rows, events = unit.entries(found.id), unit.events(found.id)
            assert [] == list(unit.outbox())
        assert [
            ("2025-03-01", "order", "product", 2100),
            ("2025-03-01", "order", "product", 525),
            ("2025-03-01", "order", "shipping", 495),
            ("2025-03-10", "refund", "product", -1050),
            ("2025-03-10", "refund", "adjustment", 200),
        ] == [(one.day, one.entry.action, one.entry.kind, one.entry.total) for one in rows]
        assert found.current_total.minor == sum(one.entry.total for one in rows)
        assert ["OrderPlaced", "PaymentReceived", "PaymentRefunded", "OrderFulfilled", "OrderRefunded"] == [
            type(one.event).__name__ for one in events
        ]
        assert {("marie", NOW)} == {(one.actor, one.at) for one in events}

    def test_who_bought_and_where_it_goes(self) -> None:
        data = rest(note="ring twice", tags="vip, Early", phone="+4420", customer_locale="fr")
        (found,) = stored_after(json_file(data), "#1001", 5001)
        assert found.customer is not None
        assert ("77", "Ada Lovelace", "ada@example.com", "+4420", "fr") == (
            found.customer.id,
            found.customer.name,
            found.customer.email,
            found.customer.phone,
            found.customer.locale,
        )
        assert ("Ada Lovelace", "London", "GB") == (
            found.shipping_address.name,
            found.shipping_address.city,
            found.shipping_address.country,
        )
        assert ("ring twice", ("Early", "vip"), (("gift", "yes"),), "web") == (
            found.note,
            found.tags,
            found.attributes,
            found.channel,
        )

    def test_a_guest(self) -> None:
        (found,) = stored_after(json_file(rest(customer=None)), "#1001", 5001)
        assert (None, "Ada Lovelace", "ada@example.com") == (
            found.customer.id,
            found.customer.name,
            found.customer.email,
        )

    def test_numbers_taken_later_are_above_the_imported_ones(self, storage: Storage) -> None:
        bring_json(storage, numbered(2, first=4998))
        with storage.write(SHOP) as unit:
            assert 5000 == unit.next_number()

    def test_progress_and_chunks(self) -> None:
        told: list[Progress] = []
        source = json_rows(*numbered(5))
        bring_json(opened(), source, chunk=2, progress=told.append)
        assert [2, 4, 5] == [one.orders for one in told]
        assert len(source.getvalue()) == told[-1].bytes

    def test_memory_holds_a_chunk(self) -> None:
        """A file of 300 orders with a long note each is never in memory whole."""

        class Endless(io.RawIOBase):
            made = 0

            def read(self, size: int = -1, /) -> bytes:
                self.made += 1
                return json.dumps({"id": self.made, "padding": "x" * 50_000}).encode() if self.made <= 300 else b""

        tracemalloc.start()
        report = bring_json(opened(), Endless(), chunk=5)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert (300, 300) == (report.read, len(report.refused))
        assert peak < 5_000_000


class TestASecondTime:
    def test_the_same_file_changes_nothing(self, storage: Storage) -> None:
        orders = [rest(refunds=[refund(amount="5.00", adjustments=(adjustment("-5.00"),))]), *numbered(3)]
        orders[0]["name"] = "#900"
        bring_json(storage, orders)
        before = stored(storage)
        report = bring_json(storage, json_rows(*orders), new_id=lambda: "new")
        assert (4, 0, 4, ()) == (report.read, report.imported, report.unchanged, report.refused)
        assert before == stored(storage)

    def test_a_changed_order_is_reported_and_left_alone(self, storage: Storage) -> None:
        bring_json(storage, numbered(2))
        before = stored(storage)
        report = bring_json(storage, numbered(2, note="new"), new_id=lambda: "new")
        assert (0, {"source_taken": 2}) == (report.imported, report.reasons)
        assert before == stored(storage)

    def test_an_order_that_came_by_csv_is_recognised(self, storage: Storage) -> None:
        bring_in(storage, csv_file(row(id="5001")))
        report = bring_json(storage, rest(id=5001), new_id=lambda: "new")
        (refused,) = report.refused
        assert isinstance(refused.reason, SourceTaken)
        assert (1, "#1001") == (len(stored(storage)), refused.order)

    def test_an_order_twice_in_a_file(self, storage: Storage) -> None:
        report = bring_json(storage, [rest(), rest(), rest(note="other")])
        assert (3, 1, 1, ["source_taken"]) == (report.read, report.imported, report.unchanged, list(report.reasons))


BAD: list[tuple[Any, str]] = [
    (5, "order: a value of type int"),
    (None, "order: a value of type NoneType"),
    ({}, "id: nothing"),
    (rest(id={}, name=None), "id: a value of type dict"),
    (rest(name="x" * 101), "name: text of 101 characters"),
    (rest(currency="EURO"), "currency: 'EURO'"),
    (rest(currency=None), "currency: ''"),
    (rest(created_at=None, processed_at=None), "created_at: nothing"),
    (rest(processed_at="yesterday"), "processed_at: 'yesterday'"),
    (rest(processed_at="2025-03-01T23:30:00"), "processed_at: '2025-03-01T23:30:00'"),
    (rest(processed_at="0001-01-01T00:00:00Z"), "processed_at: '0001-01-01T00:00:00Z'"),
    (rest(name="#1\n2"), "name: text with characters that are none"),
    (rest(line_items=[line(1, "Soap", "999999999999.00", 10**6)]), "line_items: more than 100000000000000 minor"),
    (rest(financial_status="rich"), "financial_status: 'rich'"),
    (rest(fulfillment_status="lost"), "fulfillment_status: 'lost'"),
    (rest(line_items=[]), "line_items: nothing"),
    (rest(line_items={"id": 1}), "line_items: a value of type dict"),
    (rest(line_items=["soap"]), r"line_items[0]: a value of type str"),
    (rest(line_items=[line(1, "Soap", "5.00", -1)]), "line_items[0].quantity: -1"),
    (rest(line_items=[line(1, "Soap", "5.00", 10**9)]), "line_items[0].quantity: 1000000000"),
    (rest(line_items=[line(1, "Soap", "5.00", True)]), "line_items[0].quantity: True"),
    (rest(line_items=[line(1, "Soap", "-5.00")]), "line_items[0].price: '-5.00' was given; an amount of at least 0"),
    (rest(line_items=[line(1, "Soap", "5.005")]), "line_items[0].price: '5.005'"),
    (rest(line_items=[line(1, "Soap", "9" * 400)]), "line_items[0].price: '9999"),
    (rest(line_items=[line(1, "Soap", None)]), "line_items[0].price: nothing"),  # type: ignore[arg-type]
    (rest(total_price=math.nan), "total_price: nan"),
    (rest(total_price=math.inf), "total_price: inf"),
    (rest(total_price=10**400), "total_price: a number of more than 30 digits"),
    (rest(total_price=[1]), "total_price: a value of type list"),
    (rest(tags="x" * 41), "tags:"),
    (rest(note=5.5), "note: a value of type float"),
    (rest(email="a\ud800@example.com"), "email: text with characters that are none"),
    (rest(note_attributes={"a\ud800": "x"}), "note_attributes[0].name: text with characters that are none"),
    (rest(fulfillments=[parcel({}, tracking_number=None, tracking_numbers=["\0"])]), "tracking_numbers[0]: text with"),
    (rest(transactions=None, payment_gateway_names=["\0"]), "payment_gateway_names[0]: text with"),
    (rest(customer="Ada"), "customer: a value of type str"),
    (rest(taxes_included="no"), "taxes_included: 'no'"),
    (rest(fulfillments=[parcel({999: 1})]), "fulfillments[0].line_items[0].id: 999"),
    (rest(transactions=[{"kind": "gift", "amount": "1"}]), "transactions[0].kind: gift"),
    (rest(transactions=[{"kind": "sale", "amount": "1", "currency": "EUR"}]), "transactions[0].currency: 'EUR'"),
    (rest(transactions=[{"kind": "sale"}]), "transactions[0].amount: nothing"),
    (rest(transactions="none"), "transactions: a value of type str"),
]


class TestBadOrders:
    """One that cannot be read is refused by name, with the field; the others come in."""

    @pytest.mark.parametrize(("data", "told"), BAD, ids=[told for _, told in BAD])
    def test_it_is_left_out(self, data: Any, told: str) -> None:
        report = bring_json(opened(), [rest(name="#900", id=1), data, rest(name="#901", id=2)])
        (refused,) = report.refused
        assert (3, 2, 2) == (report.read, report.imported, refused.line)
        assert isinstance(refused.reason, BadField)
        assert told in str(refused)

    @pytest.mark.parametrize("key", sorted(rest()))
    def test_a_key_that_is_not_there_or_of_any_other_type(self, key: str, storage: Storage) -> None:
        """Nothing but typed errors, whatever stands where."""
        values: tuple[Any, ...] = (None, "", 0, -1, "x", [], {}, [None], [{}], [[]], {"a": 1}, True, 1e300)
        orders = [rest(id=at, name=f"#{at}") | {key: value} for at, value in enumerate(values, 1)]
        report = bring_json(storage, orders)
        assert len(values) == report.read == report.imported + len(report.refused) + report.unchanged
        gone = {name: value for name, value in rest().items() if name != key}
        assert 1 == bring_json(opened(), [gone]).read

    def test_five_hundred_lines_and_more(self) -> None:
        def wide(count: int) -> Json:
            lines = [line(at, "Soap", "5.00") for at in range(1, count + 1)]
            return rest(
                id=count, name=f"#{count}", line_items=lines, subtotal_price=None, total_price=None, total_tax=None
            )

        report = bring_json(opened(), [wide(500), wide(1000)])
        (refused,) = report.refused
        assert (1, "#1000") == (report.imported, refused.order)
        assert isinstance(refused.reason, TooManyLines)

    def test_what_no_json_has(self) -> None:
        circle = rest()
        circle["self"] = circle
        report = bring_json(opened(), [circle, rest(odd={1, 2}), rest() | {5: 5}])  # type: ignore[dict-item]
        assert {"bad_field": 3} == report.reasons

    def test_nothing_personal_is_told(self) -> None:
        data = rest(email=["ada@example.com"], note={"x": "Ada"}, billing_address="Ada Lovelace")
        for key in ("email", "note", "billing_address"):
            report = bring_json(opened(), [rest() | {key: data[key]}])
            assert 1 == len(report.refused)
            assert "Ada" not in f"{report.refused}{report}"
            assert "ada@" not in f"{report.refused}"


#: What is told of a checkout and of a draft order by every answer of the API.
CHECKOUT: Json = {"id": 9, "name": "#9", "abandoned_checkout_url": "https://example.com/9", "line_items": []}
DRAFT: Json = {"id": 8, "name": "#D8", "status": "open", "invoice_url": None, "line_items": []}
CHECKOUTS_TOLD = "checkouts instead of orders; checkouts.import_json imports those"
DRAFTS_TOLD = "draft orders instead of orders; drafts.import_json imports those"


class TestOtherContent:
    """What is not orders is an error that says what it is, and what imports it; nothing is written."""

    @pytest.mark.parametrize(
        ("data", "told"),
        [
            ({"checkouts": [CHECKOUT]}, CHECKOUTS_TOLD),
            ({"count": 0, "checkouts": []}, CHECKOUTS_TOLD),
            ({"checkout": CHECKOUT}, CHECKOUTS_TOLD),
            ({"draft_orders": [DRAFT]}, DRAFTS_TOLD),
            ({"draft_order": DRAFT}, DRAFTS_TOLD),
        ],
    )
    def test_of_a_file_and_of_what_was_parsed(self, data: Any, told: str) -> None:
        for source in (data, json_file(data)):
            shop = opened()
            with pytest.raises(OtherContent) as caught:
                bring_json(shop, source)
            assert f"line 1: {told}" == str(caught.value)
            assert [] == stored(shop)

    @pytest.mark.parametrize(("data", "told"), [(CHECKOUT, CHECKOUTS_TOLD), (DRAFT, DRAFTS_TOLD)])
    def test_one_among_orders_is_refused(self, data: Json, told: str) -> None:
        for source in ([rest(), data], json_rows(rest(), data)):
            report = bring_json(opened(), source)
            assert (1, {"other_content": 1}) == (report.imported, report.reasons)
            assert told in str(report.refused[0])

    def test_beside_orders_it_is_passed_over(self) -> None:
        data = {"checkouts": [CHECKOUT], "orders": [rest()], "draft_order": DRAFT}
        for source in (data, json_file(data)):
            report = bring_json(opened(), source)
            assert (1, 1) == (report.read, report.imported)

    def test_the_line_is_that_of_the_list(self) -> None:
        shop = opened()
        source = io.BytesIO(json.dumps(rest()).encode() + b'\n{"a": 1,\n"checkouts": []}')
        with pytest.raises(OtherContent, match="line 3: checkouts"):
            bring_json(shop, source)
        assert 1 == len(stored(shop))


class TestBrokenFiles:
    """What came in before stays, and the mended file goes on from there."""

    @pytest.mark.parametrize(
        ("tail", "line", "told"),
        [
            ('{"id": 7, "name": "#7', 3, "the file ends within a value"),
            ('{"id": 7, ', 3, "the file ends; a key in quotes would do"),
            ('{"id": 7 "x": 1}', 3, "',' or '}' would do"),
            ('[{"id": 7 "x": 1}]', 3, "character 11: expecting ',' delimiter"),
            ("{'id': 7}", 3, "stands there; a key in quotes would do"),
            ("five", 3, "'f' stands there"),
            ('{"id": tru}', 3, "expecting value"),
            ('{"orders": [' + "[" * 100_000, 3, "nested too deeply"),
            ('\n\n{"note": "a\nb"}', 5, "invalid control character"),
        ],
    )
    def test_the_place_is_told(self, tail: str, line: int, told: str) -> None:
        shop = opened()
        source = json_rows(*numbered(2)).getvalue() + tail.encode()
        with pytest.raises(BrokenJson) as caught:
            bring_json(shop, io.BytesIO(source))
        assert (2, line) == (len(stored(shop)), caught.value.line)
        assert told in str(caught.value)
        assert "2 imported" in caught.value.__notes__[0]

    @pytest.mark.parametrize("cut", [1, 2, 40, 900])
    def test_a_list_that_is_cut_off(self, cut: int) -> None:
        shop, whole = opened(), json.dumps({"orders": numbered(3)}).encode()
        with pytest.raises(BrokenJson, match="the file ends"):
            bring_json(shop, io.BytesIO(whole[:-cut]))
        assert (3 if cut < 3 else 2) == len(stored(shop))
        report = bring_json(shop, io.BytesIO(whole), new_id=iter(f"new-{at}" for at in range(99)).__next__)
        assert 3 == report.imported + report.unchanged == len(stored(shop))

    @pytest.mark.parametrize("text", ["", "  \n ", "\ufeff"])
    def test_an_empty_file(self, text: str) -> None:
        with pytest.raises(BrokenJson, match="the file is empty"):
            bring_json(opened(), io.BytesIO(text.encode()))

    @pytest.mark.parametrize(
        ("data", "told"),
        [
            (json.dumps(rest()).encode("utf-16"), "line 1: the mark of UTF-16"),
            (b'{"id": 1,\n"note": "caf\xe9"}', "line 2: byte 0xE9"),
            (b'{"id": 1, "note": "caf\xc3', "line 1: byte 0xC3"),
        ],
    )
    def test_another_encoding(self, data: bytes, told: str) -> None:
        with pytest.raises(WrongEncoding, match=told):
            bring_json(opened(), io.BytesIO(data))

    def test_a_text_file_of_another_encoding(self, tmp_path: Path) -> None:
        path = tmp_path / "orders.json"
        path.write_bytes(b'{"note": "caf\xe9"}')
        with path.open(encoding="utf-8") as file, pytest.raises(WrongEncoding, match="byte 0xE9"):
            bring_json(opened(), file)

    def test_nan_is_of_its_order_alone(self) -> None:
        source = json.dumps([rest(total_price=math.nan), rest(id=2, name="#2", total_price=math.inf), *numbered(1)])
        report = bring_json(opened(), io.StringIO(source))
        assert (1, {"bad_field": 2}) == (report.imported, report.reasons)

    def test_a_number_of_a_million_digits(self) -> None:
        report = bring_json(opened(), io.StringIO('{"id": 1, "total_price": ' + "9" * 1_000_000 + "}"))
        assert {"bad_field": 1} == report.reasons


class TestDesk:
    def test_an_imported_order_is_one_like_any_other(self) -> None:
        with BackOffice.open("memory:", currency="USD", timezone="America/New_York", taxes_included=False) as office:
            assert 1 == office.orders.import_json(rest()).imported
            order = office.orders.get("#1001")
            office.orders.fulfill(order.id)
            done = office.orders.refund(order.id, lines={"CAN": 1})
            assert done.refund is not None
            assert ("10.50", "archived") == (done.refund.amount.amount, done.order.lifecycle)
            with pytest.raises(errors.BrokenFile):
                office.orders.import_json(io.StringIO("no"))

    @pytest.mark.parametrize(
        ("site", "referrer", "source", "page"),
        [
            ("/?utm_source=spring&utm_medium=email", "", "email", "/?utm_source=spring&utm_medium=email"),
            ("/tea" + "x" * 9000, "https://www.google.fr/", "Google", "/tea" + "x" * 2044),
            (None, "https://blog.example/", "blog.example", None),
        ],
    )
    def test_how_it_came_about(self, site: str | None, referrer: str, source: str, page: str | None) -> None:
        """The page that somebody landed on, and where they came from, are the visit that led to it."""
        with BackOffice.open("memory:", currency="USD", taxes_included=False) as office:
            office.orders.import_json(rest(landing_site=site, referring_site=referrer))
            order = office.orders.get("#1001")
            found = office.orders.conversion(order.id)
            assert found is not None
            assert (1, 1, 0, source, page) == (
                found.order_index,
                found.moments_count,
                found.days_to_conversion,
                found.first_visit and found.first_visit.source,
                found.landing_page,
            )
            assert order.created_at == order.visits[0].at
            assert not office.orders.import_json(rest(landing_site=site, referring_site=referrer)).imported

    def test_where_nobody_knows_how_it_came_about(self) -> None:
        """The summary is short, as that of an order without visits; what is no text is told."""
        with BackOffice.open("memory:", currency="USD", taxes_included=False) as office:
            office.orders.import_json(rest(landing_site="", referring_site=None))
            assert () == office.orders.get("#1001").visits
            report = office.orders.import_json(rest(id=7, name="#1007", landing_site=7))
            assert {"bad_field": 1} == report.reasons
