"""Draft orders of REST JSON: what they come to, their status, their order, a second time, and what is no draft."""

import io
import json
import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import attrs
import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice_core import BackOffice, errors
from backoffice_core.draftimporter import DraftSourceTaken
from backoffice_core.money import Money
from backoffice_core.orders.draft import Draft
from backoffice_core.orders.place import TooManyLines
from backoffice_core.orders.terms import PaymentTerms
from backoffice_core.shopify.json_lines import OtherContent
from backoffice_core.shopify.json_text import BrokenJson
from backoffice_core.shopify.report import Progress
from backoffice_core.storage.base import Storage
from backoffice_core.storage.rows import Record
from backoffice_core.storage.sql.store import SqlStorage
from backoffice_core.testing import FrozenClock
from tests.shopify.helpers import FIXTURES, NOW, SETTINGS, SHOP, opened, stored
from tests.shopify.rest import Json, bring_json, json_file, json_rows, rest, tax
from tests.shopify.restdrafts import bring, draft, figures, goods, kept, odd, off, read

DONE: Json = {"status": "completed", "completed_at": "2025-03-05T10:00:00-05:00", "order_id": 5001}


@pytest.fixture(params=["memory", "sqlite"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    if request.param == "memory":
        yield opened()
        return
    sql = SqlStorage(f"sqlite:///{tmp_path / 'shop.db'}")
    sql.migrate()
    yield opened(storage=sql)
    sql.close()


def numbered(count: int, **more: Any) -> list[Json]:
    """Return so many drafts."""
    return [draft(id=9000 + at, name=f"#D{at}", **more) for at in range(1, count + 1)]


class TestMoney:
    """The money is the file's to the cent."""

    def test_discounts_taxes_and_shipping(self) -> None:
        found = read(draft())
        assert [] == odd(found)
        assert ("23.00", "2.00", "4.00", "1.35", "28.35") == figures(found.draft)
        (one,) = found.draft.discounts
        assert ("Friend", "percentage", "10.0", "lines", 200) == (one.title, one.kind, one.value, one.target, one.minor)

    def test_taxes_beyond_the_lines_are_those_of_the_shipping(self) -> None:
        (shipping,) = read(draft()).draft.shipping_lines
        assert ("By bike", 400, (20,), 420) == (
            shipping.title,
            shipping.price_minor,
            shipping.taxes_minor,
            shipping.paid_minor,
        )

    def test_a_discount_on_the_whole_is_shared_by_what_is_left(self) -> None:
        """10 % of 23.00: 1.80 of the candles, which cost 18.00, and 0.50 of the soap."""
        found = read(draft(applied_discount=off("2.30"), subtotal_price="20.70", total_price="26.05"))
        assert [] == odd(found)
        whole, own = found.draft.discounts
        assert [("order", "10.0", 230), ("lines", "10.0", 200)] == [
            (one.target, one.value, one.minor) for one in (whole, own)
        ]
        assert [{whole.id: 180, own.id: 200}, {whole.id: 50}] == [
            dict(line.spans[0].discounts) for line in found.draft.lines
        ]

    def test_a_subtotal_that_the_discounts_do_not_explain(self) -> None:
        """It counts, on the discount of the whole, which is no percentage any more."""
        found = read(draft(applied_discount=off("2.30"), subtotal_price="20.00", total_price="25.35"))
        assert ["lines_beyond_subtotal"] == odd(found)
        assert ("20.00", "25.35") == (found.draft.subtotal.amount, found.draft.total.amount)
        assert [("fixed", "3.00"), ("percentage", "10.0")] == [(one.kind, one.value) for one in found.draft.discounts]

    def test_a_subtotal_of_more_than_the_discounts_leave(self) -> None:
        found = read(draft(applied_discount=off("2.30"), subtotal_price="24.00", total_price="29.35"))
        assert ["discount_beyond_total"] == odd(found)
        assert ("24.00", "1.00", "29.35") == (
            found.draft.subtotal.amount,
            found.draft.total_discounts.amount,
            found.draft.total.amount,
        )

    def test_a_total_that_is_not_the_sum(self) -> None:
        found = read(draft(total_price="30.00"))
        assert ["total_price_differs"] == odd(found)
        assert "28.35" == found.draft.total.amount

    def test_taxes_in_prices(self) -> None:
        found = read(draft(taxes_included=True, total_price="27.00"))
        assert [] == odd(found)
        assert (True, "1.35", "27.00") == (
            found.draft.taxes_included,
            found.draft.total_tax.amount,
            found.draft.total.amount,
        )

    def test_a_line_that_is_called_tip_is_goods(self) -> None:
        more = {"line_items": [goods("Tip", "5.00")], "shipping_line": None, "tax_lines": [], "total_tax": "0.00"}
        found = read(draft(**more, subtotal_price="5.00", total_price="5.00"))
        assert ([], "5.00", "product") == (odd(found), found.draft.subtotal.amount, found.draft.lines[0].kind)

    @pytest.mark.parametrize(
        ("currency", "price", "minor"), [("JPY", "1500", 1500), ("KWD", "1.234", 1234), ("USD", "0.1", 10)]
    )
    def test_every_currency_and_numbers_too(self, currency: str, price: str, minor: int) -> None:
        for told in (price, float(price)):
            line = goods("Soap", price) | {"price": told}
            more = dict.fromkeys(("subtotal_price", "total_price", "total_tax", "shipping_line", "tax_lines"))
            assert minor == read(draft(**more, currency=currency, line_items=[line])).draft.total.minor

    @given(
        prices=st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 9), st.integers(0, 100)), min_size=1),
        share=st.integers(0, 100),
        ship=st.integers(0, 10**4),
        rate=st.integers(0, 30),
    )
    def test_any_draft_reads_back(self, prices: list[tuple[int, int, int]], share: int, ship: int, rate: int) -> None:
        """Any discounts and taxes, written as Shopify would, come to the same; nothing is odd about them."""

        def text(minor: int) -> str:
            return Money(minor, "USD").amount

        lines, left = [], []
        for price, quantity, percent in prices:
            own = price * quantity * percent // 100
            left.append(price * quantity - own)
            lines.append(goods("Item", text(price), quantity, applied_discount=off(text(own), str(percent))))
        whole = sum(left) * share // 100
        subtotal = sum(left) - whole
        taxes = [minor * rate // 100 for minor in left]
        on_shipping = ship * rate // 100 if sum(taxes) else 0
        for line, minor in zip(lines, taxes, strict=True):
            line["tax_lines"] = [tax(text(minor), rate / 100)]
        found = read(
            draft(
                line_items=lines,
                applied_discount=off(text(whole), str(share)),
                shipping_line={"title": "Post", "price": text(ship)},
                tax_lines=[tax(text(sum(taxes) + on_shipping), rate / 100)],
                subtotal_price=text(subtotal),
                total_tax=text(sum(taxes) + on_shipping),
                total_price=text(subtotal + ship + sum(taxes) + on_shipping),
            )
        )
        assert [] == odd(found)
        assert subtotal + ship + sum(taxes) + on_shipping == found.draft.total.minor
        assert on_shipping == sum(found.draft.shipping_lines[0].taxes_minor)


class TestStatus:
    @pytest.mark.parametrize(
        ("said", "status", "told"),
        [
            ({}, "open", []),
            ({"status": None}, "open", []),
            ({"status": "invoice_sent", "invoice_sent_at": "2025-03-03T10:00:00Z"}, "invoice_sent", []),
            ({"status": None, "invoice_sent_at": "2025-03-03T10:00:00Z"}, "invoice_sent", []),
            ({"status": "invoice_sent"}, "invoice_sent", ["invoice_sent_at_unknown"]),
            (DONE, "completed", []),
            (DONE | {"status": None}, "completed", []),
            (DONE | {"completed_at": None}, "completed", ["completed_at_unknown"]),
            (DONE | {"status": "open"}, "open", ["status_differs"]),
            (DONE | {"status": "open", "completed_at": None}, "open", ["status_differs"]),
        ],
    )
    def test_it_is_the_files(self, said: Json, status: str, told: list[str]) -> None:
        found = read(draft(**said))
        assert (status, told) == (found.draft.status, odd(found))
        assert (found.order is not None) == (status == "completed")
        assert found.draft.completed_at is None or status == "completed"

    @pytest.mark.parametrize(
        ("terms", "expected"),
        [
            ({"payment_terms_type": "NET", "due_in_days": 30}, PaymentTerms("net", days=30)),
            ({"payment_terms_type": "receipt", "due_in_days": None}, PaymentTerms("receipt")),
            ({"payment_terms_type": "fulfillment"}, PaymentTerms("fulfillment")),
            (
                {"payment_terms_type": "fixed", "payment_schedules": [{"due_at": "2025-04-01T00:00:00Z"}]},
                PaymentTerms("fixed", due_at=pendulum.datetime(2025, 4, 1)),
            ),
        ],
    )
    def test_terms(self, terms: Json, expected: PaymentTerms) -> None:
        found = read(draft(payment_terms=terms))
        assert ([], expected) == (odd(found), found.draft.terms)

    @pytest.mark.parametrize("terms", [{}, {"payment_terms_type": "UNKNOWN"}, {"payment_terms_type": "net"}])
    def test_terms_that_are_none_here(self, terms: Json) -> None:
        found = read(draft(payment_terms=terms))
        assert (["terms_left_out"], None) == (odd(found), found.draft.terms)


class TestWhatIsWritten:
    def test_everything_that_the_file_says(self, storage: Storage) -> None:
        report = bring(storage, json_file({"draft_orders": [draft()]}), actor="marie")
        assert "1 drafts read: 1 imported, 0 unchanged, 0 refused, 0 findings" == str(report)
        (found,) = kept(storage)
        assert found.customer is not None
        assert found.shipping_address is not None
        assert ("#D12", 1, ("shopify", "7001"), "called", ("Early", "vip"), (("gift", "yes"),)) == (
            found.name,
            found.version,
            found.source,
            found.note,
            found.tags,
            found.attributes,
        )
        assert ("77", "ada@example.com", "London") == (
            found.customer.id,
            found.email,
            found.shipping_address.city,
        )
        assert (pendulum.datetime(2025, 3, 2, 4, 30), 0, None) == (
            found.created_at,
            found.reserved,
            found.reserve_until,
        )
        with storage.read(SHOP) as unit:
            events = unit.events(found.id)
            assert [] == list(unit.outbox())
        assert [("DraftCreated", "marie", NOW)] == [(type(one.event).__name__, one.actor, one.at) for one in events]

    def test_its_year_begins_with_the_import(self, storage: Storage) -> None:
        """A draft that nobody touched for ten years is not deleted the same day; a completed one stays as it was."""
        old = {"created_at": "2015-03-01T00:00:00Z", "updated_at": "2015-03-01T00:00:00Z"}
        bring(storage, [draft(**old), draft(**DONE, **old, id=2)])
        assert {NOW, pendulum.datetime(2015, 3, 1)} == {one.updated_at for one in kept(storage)}
        with storage.read(SHOP) as unit:
            assert ([], 1) == (list(unit.drafts_due(NOW, 9)), len(unit.drafts_due(NOW.add(days=366), 9)))

    def test_numbers_taken_later_are_above_the_imported_ones(self, storage: Storage) -> None:
        bring(storage, numbered(3))
        bring(storage, draft(id=1, name="#D2"), new_id=iter("abcdefgh").__next__)
        with storage.write(SHOP) as unit:
            assert (4, 1001) == (unit.next_draft(), unit.number_ahead())

    def test_a_completed_draft_and_its_order_know_each_other(self, storage: Storage) -> None:
        bring_json(storage, rest())
        report = bring(storage, draft(**DONE), new_id=iter(f"d-{at}" for at in range(20)).__next__)
        (order,), (found,) = stored(storage), kept(storage)
        assert ((), "completed", order.id, found.id) == (report.findings, found.status, found.order_id, order.draft_id)
        with storage.read(SHOP) as unit:
            names = [type(one.event).__name__ for one in unit.events(found.id)]
        assert ["DraftCreated", "DraftCompleted"] == names
        again = bring_json(storage, rest())
        assert (1, ()) == (again.unchanged, again.refused)

    def test_an_order_that_was_deleted_is_told(self, storage: Storage) -> None:
        bring_json(storage, rest())
        (order,) = stored(storage)
        with storage.write(SHOP) as unit:
            unit.put(Record(order=attrs.evolve(order, deleted_at=NOW), at=NOW, day="2026-01-01"))
        report = bring(storage, draft(**DONE), new_id=iter(f"d-{at}" for at in range(20)).__next__)
        assert (1, ["order_deleted"]) == (report.imported, [one.code for one in report.findings])
        assert [None] == [one.order_id for one in kept(storage)]

    def test_an_order_that_is_not_there_is_told(self, storage: Storage) -> None:
        report = bring(storage, [draft(**DONE), draft(**DONE | {"order_id": None}, id=2)])
        assert ["order_missing", "order_unknown"] == [one.code for one in report.findings]
        assert "Shopify's order 5001, which was not imported before" in str(report.findings[0])
        assert [None, None] == [one.order_id for one in kept(storage)]

    def test_an_order_belongs_to_one_draft(self, storage: Storage) -> None:
        bring_json(storage, rest())
        new = iter(f"d-{at}" for at in range(40)).__next__
        report = bring(storage, [draft(**DONE), draft(**DONE, id=2, name="#D13")], new_id=new)
        assert [("#D13", "order_of_another_draft")] == [(one.order, one.code) for one in report.findings]
        (order,) = stored(storage)
        assert {"#D12": order.id, "#D13": None} == {one.name: one.order_id for one in kept(storage)}

    def test_progress_and_chunks(self) -> None:
        told: list[Progress] = []
        source = json_rows(*numbered(5))
        bring(opened(), source, chunk=2, progress=told.append)
        assert [2, 4, 5] == [one.orders for one in told]
        assert len(source.getvalue()) == told[-1].bytes


class TestForms:
    def test_every_form_gives_the_same_drafts(self, tmp_path: Path) -> None:
        drafts = numbered(3)
        path = tmp_path / "drafts.json"
        path.write_text(json.dumps({"draft_orders": drafts}), encoding="utf-8")
        sources: list[Any] = [
            path,
            json_file({"draft_orders": drafts}, indent=2),
            json_file(drafts),
            json_rows(*drafts),
            json_rows(*({"draft_order": one} for one in drafts)),
            {"draft_orders": drafts},
            drafts,
            iter(drafts),
        ]
        found = []
        for source in sources:
            shop = opened()
            assert 3 == bring(shop, source).imported
            found.append(kept(shop))
        assert all(one == found[0] for one in found)
        for one in ({"draft_order": draft()}, draft(), json_file(draft())):
            assert 1 == bring(opened(), one).imported

    @pytest.mark.parametrize(
        ("data", "told"),
        [
            ({"checkouts": []}, "checkouts instead of draft orders; checkouts.import_json imports those"),
            ({"orders": [rest()]}, "orders instead of draft orders; orders.import_json imports those"),
        ],
    )
    def test_what_holds_no_drafts(self, data: Json, told: str) -> None:
        for source in (data, json_file(data)):
            with pytest.raises(OtherContent, match=told):
                bring(opened(), source)

    def test_a_file_that_is_cut_off(self) -> None:
        shop, whole = opened(), json_rows(*numbered(3)).getvalue()
        with pytest.raises(BrokenJson, match="line 3") as caught:
            bring(shop, io.BytesIO(whole[:-20]))
        assert "2 drafts read: 2 imported" in caught.value.__notes__[0]
        report = bring(shop, io.BytesIO(whole), new_id=iter(f"n-{at}" for at in range(50)).__next__)
        assert (1, 2) == (report.imported, report.unchanged)


class TestASecondTime:
    def test_the_same_file_changes_nothing(self, storage: Storage) -> None:
        bring_json(storage, rest())
        drafts = [*numbered(3), draft(**DONE)]
        new = iter(f"d-{at}" for at in range(99)).__next__
        bring(storage, drafts, new_id=new)
        before = kept(storage), stored(storage)
        report = bring(storage, json_rows(*drafts), new_id=lambda: "new")
        assert (4, 0, 4, (), ()) == (report.read, report.imported, report.unchanged, report.refused, report.findings)
        assert before == (kept(storage), stored(storage))

    def test_a_changed_draft_is_reported_and_left_alone(self, storage: Storage) -> None:
        bring(storage, draft())
        before = kept(storage)
        report = bring(storage, draft(note="new"), new_id=lambda: "new")
        (refused,) = report.refused
        assert isinstance(refused.reason, DraftSourceTaken)
        assert (0, "#D12", before[0].id) == (report.imported, refused.order, refused.reason.draft_id)
        assert before == kept(storage)

    def test_a_draft_twice_in_a_file(self, storage: Storage) -> None:
        report = bring(storage, [draft(), draft(), draft(note="other")])
        assert (3, 1, 1, {"draft_source_taken": 1}) == (
            report.read,
            report.imported,
            report.unchanged,
            report.reasons,
        )

    def test_two_imports_at_once(self, storage: Storage) -> None:
        """Each draft comes in once, and nobody fails."""
        bring_json(storage, rest())
        drafts = [*numbered(30), draft(**DONE)]

        def one(prefix: str) -> tuple[int, int]:
            new = iter(f"{prefix}-{at}" for at in range(999)).__next__
            report = bring(storage, drafts, chunk=5, new_id=new)
            assert () == report.refused
            return report.imported, report.unchanged

        with ThreadPoolExecutor(2) as pool:
            counts = list(pool.map(one, ("a", "b")))
        assert (31, 31) == tuple(map(sum, zip(*counts, strict=True)))
        assert 31 == len(kept(storage))
        (order,) = stored(storage)
        assert {order.draft_id} == {one.id for one in kept(storage) if one.order_id == order.id}

    def test_an_order_and_a_draft_of_one_id_do_not_meet(self, storage: Storage) -> None:
        bring_json(storage, rest(id=7001))
        assert 1 == bring(storage, draft(), new_id=iter(f"d-{at}" for at in range(9)).__next__).imported


BAD: list[tuple[Any, str]] = [
    (5, "draft_order: a value of type int"),
    ({}, "id: nothing was given; Shopify's id of the draft order"),
    (draft(name="#D\n1"), "name: text with characters that are none"),
    (draft(currency="EURO"), "currency: 'EURO'"),
    (draft(created_at=None), "created_at: nothing"),
    (draft(completed_at="then"), "completed_at: 'then'"),
    (draft(status="lost"), "status: 'lost' was given; open or invoice_sent or completed"),
    (draft(order_id=[1]), "order_id: a value of type list"),
    (draft(order_id="5" * 129), "order_id: text of 129 characters"),
    (draft(line_items=[]), "line_items: nothing"),
    (draft(line_items=[goods("Soap", "5.00") | {"quantity": 0}]), "line_items[0].quantity: 0"),
    (draft(line_items=[goods("Soap", "5.005")]), "line_items[0].price: '5.005'"),
    (draft(line_items=[goods("Soap", "9" * 400)]), "line_items[0].price: '999"),
    (draft(line_items=[goods("Soap", "999999999999.00", 10**6)]), "line_items: more than 100000000000000 minor"),
    (
        draft(line_items=[goods("A", "5.00", applied_discount=off("5.01"))]),
        "line_items[0].applied_discount.amount: 5.01",
    ),
    (
        draft(line_items=[goods("A", "5.00", applied_discount=off(None))]),
        "line_items[0].applied_discount.amount: nothing",
    ),
    (draft(applied_discount=off("23.01"), subtotal_price=None), "applied_discount.amount: 23.01"),
    (draft(applied_discount=off("-1.00")), "applied_discount.amount: '-1.00'"),
    (draft(applied_discount="10 %"), "applied_discount: a value of type str"),
    (draft(shipping_line=[]), "shipping_line: a value of type list"),
    (draft(shipping_line={"price": "a lot"}), "shipping_line.price: 'a lot'"),
    (draft(payment_terms="net 30"), "payment_terms: a value of type str"),
    (draft(total_price=math.nan), "total_price: nan"),
    (draft(total_price=10**400), "total_price: a number of more than 30 digits"),
    (draft(tags="x" * 41), "tags:"),
    (draft(email=["ada@example.com"]), "email: a value of type list"),
]


class TestBadDrafts:
    """One that cannot be read is refused by name, with the field; the others come in."""

    @pytest.mark.parametrize(("data", "told"), BAD, ids=[told for _, told in BAD])
    def test_it_is_left_out(self, data: Any, told: str) -> None:
        report = bring(opened(), [draft(id=1), data, draft(id=2)])
        (refused,) = report.refused
        assert (3, 2, 2) == (report.read, report.imported, refused.line)
        assert isinstance(refused.reason, errors.BadField)
        assert told in str(refused)
        assert "ada@" not in str(refused)

    @pytest.mark.parametrize("key", sorted(draft()))
    def test_a_key_that_is_not_there_or_of_any_other_type(self, key: str, storage: Storage) -> None:
        """Nothing but typed errors, whatever stands where."""
        values: tuple[Any, ...] = (None, "", 0, -1, "x", [], {}, [None], [{}], [[]], {"a": 1}, True, 1e300)
        drafts = [draft(id=at, name=f"#D{at}") | {key: value} for at, value in enumerate(values, 1)]
        report = bring(storage, drafts)
        assert len(values) == report.read == report.imported + len(report.refused) + report.unchanged
        assert 1 == bring(opened(), [{name: value for name, value in draft().items() if name != key}]).read

    def test_more_lines_than_a_draft_may_have(self) -> None:
        figures_left_out = dict.fromkeys(("subtotal_price", "total_price", "total_tax"))
        wide = [draft(**figures_left_out, id=n, line_items=[goods("A", "1.00")] * n) for n in (499, 500)]
        report = bring(opened(), wide)
        (refused,) = report.refused
        assert isinstance(refused.reason, TooManyLines)
        assert (1, 500) == (report.imported, refused.reason.lines)

    def test_an_order_or_a_checkout_among_drafts(self) -> None:
        report = bring(opened(), [draft(), rest(), {"id": 1, "abandoned_checkout_url": None}])
        assert (1, {"other_content": 2}) == (report.imported, report.reasons)

    def test_without_an_id_its_name_is_its_source(self) -> None:
        shop = opened()
        bring(shop, draft(id=None))
        assert [("shopify", "#D12")] == [one.source for one in kept(shop)]
        assert 1 == bring(shop, draft(id=None)).unchanged


class TestAfterwards:
    """An imported draft is changed, completed and deleted as any other."""

    @pytest.fixture
    def office(self, tmp_path: Path) -> Iterator[BackOffice]:
        clock = FrozenClock(NOW)
        with BackOffice.open(tmp_path / "shop.db", currency="USD", taxes_included=False, clock=clock) as office:
            report = office.drafts.import_json(FIXTURES / "draft_orders.json")
            assert ("3 drafts read: 3 imported", ["order_missing"]) == (
                str(report)[:25],
                [one.code for one in report.findings],
            )
            yield office

    def by_name(self, office: BackOffice, name: str) -> Draft:
        return next(one for one in office.drafts if one.name == name)

    def test_completed(self, office: BackOffice) -> None:
        order = office.drafts.complete(self.by_name(office, "#D21").id).order
        assert order is not None
        assert ("28.35", "paid", "#1001") == (order.total.amount, order.financial_status, order.name)

    def test_changed(self, office: BackOffice) -> None:
        """Another charge leaves prices and discounts; the whole is 10 % of 23.00 as before."""
        after = office.drafts.update(self.by_name(office, "#D22").id, shipping="5.00").draft
        assert ("20.70", "4.30", "5.00") == figures(after)[:3]
        assert ("shopify", "7022") == after.source

    def test_named_above(self, office: BackOffice) -> None:
        assert "#D24" == office.drafts.duplicate(self.by_name(office, "#D21").id).draft.name

    def test_deleted_it_does_not_come_in_again(self, office: BackOffice) -> None:
        gone = office.drafts.delete(self.by_name(office, "#D21").id).draft
        assert ("#D21", ("shopify", "7021"), ()) == (gone.name, gone.source, gone.lines)
        report = office.drafts.import_json(FIXTURES / "draft_orders.json")
        assert (0, 3, 2) == (report.imported, report.unchanged, len(list(office.drafts)))

    def test_completed_without_its_order(self, office: BackOffice) -> None:
        done = self.by_name(office, "#D23")
        with pytest.raises(errors.DraftIsCompleted, match="imported completed, without its order"):
            office.drafts.update(done.id, note="late")
        assert not office.drafts.complete(done.id)

    def test_the_shops_settings_count(self) -> None:
        """Where the draft does not say whether taxes are in its prices, the shop does."""
        told = draft(taxes_included=None, total_price=None)
        assert read(told, attrs.evolve(SETTINGS, taxes_included=True)).draft.taxes_included
        assert not read(told).draft.taxes_included
