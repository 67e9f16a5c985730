"""The import of checkouts: what is written, the forms of a file, a second time, and through the door."""

import io
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice_core import BackOffice, errors
from backoffice_core.checkoutimporter import CheckoutIsNewer
from backoffice_core.shopify.json_lines import OtherContent
from backoffice_core.shopify.json_text import BrokenJson
from backoffice_core.shopify.report import Progress
from backoffice_core.storage.base import Storage
from backoffice_core.storage.sql.store import SqlStorage
from tests.shopify import restdrafts
from tests.shopify.helpers import FIXTURES, SHOP, opened, stored
from tests.shopify.rest import Json, bring_json, json_file, json_rows, rest
from tests.shopify.restcheckouts import bring, checkout, kept, read


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
    """Return so many checkouts, each a minute later than the one before."""
    return [
        checkout(id=9000 + at, name=f"#{9000 + at}", created_at=f"2025-03-01T10:{at:02}:00Z", **more)
        for at in range(1, count + 1)
    ]


LATER = "2025-03-02T10:00:00Z"


class TestWhatIsWritten:
    def test_everything_that_the_file_says(self, storage: Storage) -> None:
        report = bring(storage, json_file({"checkouts": [checkout(gateway="stripe")]}), actor="marie")
        assert "1 checkouts read: 1 imported, 0 unchanged, 0 refused, 0 findings" == str(report)
        (found,) = kept(storage)
        assert found.customer is not None
        assert found.shipping_address is not None
        assert ("#8001", 1, ("shopify", "8001"), "called", (("gift", "yes"),), "web", "open") == (
            found.name,
            found.version,
            found.source,
            found.note,
            found.attributes,
            found.channel,
            found.status,
        )
        assert ("77", "Ada Lovelace", "ada@example.com", "+44 1", "en", True, "+44 2", "London", None) == (
            found.customer.id,
            found.customer.name,
            found.email,
            found.phone,
            found.customer.locale,
            found.customer.accepts_marketing,
            found.sms_phone,
            found.shipping_address.city,
            found.billing_address,
        )
        assert ("/?utm_source=mail", "https://example.com/blog", "stripe", "cart-8001", "USD") == (
            found.landing_site,
            found.referring_site,
            found.gateway,
            found.cart_token,
            found.presentment_currency,
        )
        assert (pendulum.datetime(2025, 3, 2, 4, 30), pendulum.datetime(2025, 3, 2, 4, 50)) == (
            found.created_at,
            found.updated_at,
        )
        assert [("Candle", "CAN", 2, 1000), ("Soap", "SOA", 1, 500)] == [
            (line.title, line.sku, line.quantity, line.unit_minor) for line in found.lines
        ]

    def test_nobody_is_written_to_and_no_order_is_made(self, storage: Storage) -> None:
        bring(storage, numbered(2))
        with storage.read(SHOP) as unit:
            assert (0, [], 1001) == (unit.count_orders(), list(unit.outbox()), unit.number_ahead())

    @pytest.mark.parametrize(
        ("more", "status", "updated"),
        [
            ({"completed_at": "2025-03-02T10:00:00Z"}, "closed", (2025, 3, 2, 4, 50)),
            ({"closed_at": "2025-03-02T10:00:00Z"}, "closed", (2025, 3, 2, 4, 50)),
            ({"closed_at": "2025-03-02T10:00:00Z", "updated_at": None}, "closed", (2025, 3, 2, 10)),
            ({"updated_at": None}, "open", (2025, 3, 2, 4, 30)),
            ({"updated_at": "2024-01-01T00:00:00Z"}, "open", (2025, 3, 2, 4, 30)),
        ],
    )
    def test_its_status_and_when_it_was_last_changed(self, more: Json, status: str, updated: tuple[int, ...]) -> None:
        found = read(checkout(**more)).checkout
        assert (status, pendulum.datetime(*updated)) == (found.status, found.updated_at)

    def test_somebody_who_is_not_known_yet(self) -> None:
        """A checkout that nobody gave a name or an address to has no customer."""
        gone = dict.fromkeys(("email", "phone", "customer", "shipping_address", "sms_marketing_phone"))
        found = read(checkout(**gone)).checkout
        assert (None, None, None) == (found.customer, found.email, found.shipping_address)

    def test_newest_first(self, storage: Storage) -> None:
        bring(storage, numbered(5))
        assert [f"#900{at}" for at in (5, 4, 3, 2, 1)] == [one.name for one in kept(storage)]

    def test_progress_and_chunks(self) -> None:
        told: list[Progress] = []
        source = json_rows(*numbered(5))
        bring(opened(), source, chunk=2, progress=told.append)
        assert [2, 4, 5] == [one.orders for one in told]
        assert len(source.getvalue()) == told[-1].bytes


class TestForms:
    def test_every_form_gives_the_same_checkouts(self, tmp_path: Path) -> None:
        checkouts = numbered(3)
        path = tmp_path / "checkouts.json"
        path.write_text(json.dumps({"checkouts": checkouts}), encoding="utf-8")
        sources: list[Any] = [
            path,
            io.StringIO(json.dumps(checkouts)),
            json_file({"checkouts": checkouts}, indent=2),
            json_file(checkouts),
            json_rows(*checkouts),
            json_rows(*({"checkout": one} for one in checkouts)),
            {"checkouts": checkouts},
            checkouts,
            iter(checkouts),
        ]
        found = []
        for source in sources:
            shop = opened()
            assert 3 == bring(shop, source).imported
            found.append(kept(shop))
        assert all(one == found[0] for one in found)
        for one in ({"checkout": checkout()}, checkout(), json_file(checkout())):
            assert 1 == bring(opened(), one).imported

    @pytest.mark.parametrize(
        ("data", "told"),
        [
            ({"orders": [rest()]}, "orders instead of checkouts; orders.import_json imports those"),
            ({"order": rest()}, "orders instead of checkouts; orders.import_json imports those"),
            ({"draft_orders": [restdrafts.draft()]}, "draft orders instead of checkouts; drafts.import_json imports"),
        ],
    )
    def test_what_holds_no_checkouts(self, data: Json, told: str) -> None:
        for source in (data, json_file(data)):
            shop = opened()
            with pytest.raises(OtherContent, match=told):
                bring(shop, source)
            assert [] == kept(shop)

    def test_orders_and_drafts_among_checkouts_are_refused(self) -> None:
        report = bring(opened(), [checkout(), rest(), restdrafts.draft()])
        assert (1, {"other_content": 2}) == (report.imported, report.reasons)

    def test_a_file_that_is_cut_off(self) -> None:
        shop, whole = opened(), json_rows(*numbered(3)).getvalue()
        with pytest.raises(BrokenJson, match="line 3") as caught:
            bring(shop, io.BytesIO(whole[:-20]))
        assert "2 checkouts read: 2 imported" in caught.value.__notes__[0]
        report = bring(shop, io.BytesIO(whole), new_id=iter(f"n-{at}" for at in range(50)).__next__)
        assert (1, 2) == (report.imported, report.unchanged)


class TestASecondTime:
    """Importing rule 1: unchanged is left, changed is updated; rule 2: an earlier state never wins."""

    def test_the_same_file_changes_nothing(self, storage: Storage) -> None:
        bring(storage, numbered(3))
        before = kept(storage)
        report = bring(storage, json_rows(*numbered(3)), new_id=lambda: "new")
        assert (3, 0, 0, 3, ()) == (report.read, report.imported, report.updated, report.unchanged, report.refused)
        assert before == kept(storage)

    def test_a_changed_checkout_is_updated(self, storage: Storage) -> None:
        """It keeps its id, and the next import knows it by what it was updated from."""
        bring(storage, [checkout(), *numbered(1)])
        before = next(one for one in kept(storage) if one.name == "#8001")
        changed = checkout(completed_at=LATER, updated_at=LATER, gateway="stripe", note=None)
        new = iter(f"n-{at}" for at in range(50)).__next__
        report = bring(storage, [changed, *numbered(1)], new_id=new)
        assert "2 checkouts read: 0 imported, 1 updated, 1 unchanged, 0 refused, 0 findings" == str(report)
        after = next(one for one in kept(storage) if one.name == "#8001")
        assert (before.id, 2, "closed", "stripe", None) == (
            after.id,
            after.version,
            after.status,
            after.gateway,
            after.note,
        )
        assert 2 == len(kept(storage))
        again = bring(storage, changed, new_id=lambda: "new")
        assert (0, 1) == (again.updated, again.unchanged)

    def test_the_findings_of_an_update_are_told(self, storage: Storage) -> None:
        bring(storage, checkout())
        report = bring(storage, checkout(total_price="30.00"), new_id=iter(f"n-{at}" for at in range(9)).__next__)
        assert (1, ["total_price_differs"]) == (report.updated, [one.code for one in report.findings])

    def test_an_earlier_state_is_refused(self, storage: Storage) -> None:
        """A file that was written before the one that was imported last takes nothing back."""
        bring(storage, checkout(updated_at=LATER, completed_at=LATER))
        before = kept(storage)
        report = bring(storage, checkout(), new_id=lambda: "new")
        (refused,) = report.refused
        assert isinstance(refused.reason, CheckoutIsNewer)
        assert ("shopify", "8001", before[0].id, "2025-03-02T10:00:00+00:00", "2025-03-02T04:50:00+00:00") == tuple(
            refused.reason.facts.values()
        )
        assert (0, 0, 0, "#8001") == (report.imported, report.updated, report.unchanged, refused.order)
        assert before == kept(storage)

    def test_a_change_that_moved_no_clock_is_an_update(self, storage: Storage) -> None:
        bring(storage, checkout())
        report = bring(storage, checkout(note="other"), new_id=iter(f"n-{at}" for at in range(9)).__next__)
        assert (1, "other") == (report.updated, kept(storage)[0].note)

    @pytest.mark.parametrize("odd", [{"updated_at": "then"}, {"created_at": None}, {"line_items": []}])
    def test_a_change_that_cannot_be_read_leaves_what_is_there(self, storage: Storage, odd: Json) -> None:
        bring(storage, checkout())
        before = kept(storage)
        report = bring(storage, [checkout(**odd), checkout(id=2)], new_id=iter(f"n-{at}" for at in range(9)).__next__)
        assert ({"bad_field": 1}, 1, 0) == (report.reasons, report.imported, report.updated)
        assert before[0] in kept(storage)

    def test_a_checkout_twice_in_a_file(self, storage: Storage) -> None:
        """What comes later in the file counts, whether both are in one unit of work or not."""
        rows = [checkout(), checkout(), checkout(note="other", updated_at=LATER), checkout()]
        for chunk, shop in ((1, opened()), (9, storage)):
            report = bring(shop, rows, chunk=chunk)
            assert (4, 1, 1, 1, {"checkout_is_newer": 1}) == (
                report.read,
                report.imported,
                report.updated,
                report.unchanged,
                report.reasons,
            )
            assert ["other"] == [one.note for one in kept(shop)]

    @given(states=st.lists(st.integers(0, 5), min_size=1, max_size=8))
    def test_whatever_the_order_of_the_files_the_latest_state_stays(self, states: list[int]) -> None:
        shop = opened()
        new = iter(f"c-{at}" for at in range(999)).__next__
        for state in states:
            row = checkout(note=f"state {state}", updated_at=f"2025-03-02T10:0{state}:00Z")
            report = bring(shop, row, new_id=new)
            assert 1 == report.imported + report.updated + report.unchanged + len(report.refused)
        (found,) = kept(shop)
        assert f"state {max(states)}" == found.note

    def test_two_imports_at_once(self, storage: Storage) -> None:
        """Each checkout comes in once, and nobody fails."""
        checkouts = numbered(30)

        def one(prefix: str) -> tuple[int, int]:
            new = iter(f"{prefix}-{at}" for at in range(999)).__next__
            report = bring(storage, checkouts, chunk=5, new_id=new)
            assert () == report.refused
            return report.imported, report.unchanged

        with ThreadPoolExecutor(2) as pool:
            counts = list(pool.map(one, ("a", "b")))
        assert (30, 30) == tuple(map(sum, zip(*counts, strict=True)))
        assert 30 == len(kept(storage))

    @pytest.mark.parametrize(
        ("meanwhile", "counts", "reasons"),
        [
            ({"note": "same", "updated_at": LATER}, (0, 1), {}),
            ({"note": "later", "updated_at": "2025-03-02T11:00:00Z"}, (0, 0), {"checkout_is_newer": 1}),
            ({"note": "earlier", "updated_at": "2025-03-02T09:00:00Z"}, (1, 0), {}),
        ],
    )
    def test_what_another_import_writes_meanwhile(
        self, storage: Storage, meanwhile: Json, counts: tuple[int, int], reasons: Json
    ) -> None:
        """It is looked at again within the unit of work: the latest state stays, whoever was first."""
        bring(storage, checkout())
        id = kept(storage)[0].id
        new = iter(f"n-{at}" for at in range(99)).__next__
        todo = [lambda: bring(storage, checkout(**meanwhile), new_id=new)]

        def ids_made_late() -> str:
            while todo:
                todo.pop()()
            return new()

        report = bring(storage, checkout(note="same", updated_at=LATER), new_id=ids_made_late)
        assert (counts, reasons) == ((report.updated, report.unchanged), report.reasons)
        (found,) = kept(storage)
        assert (id, "later" if reasons else "same") == (found.id, found.note)

    def test_an_order_a_draft_and_a_checkout_of_one_id_do_not_meet(self, storage: Storage) -> None:
        bring_json(storage, rest(id=8001))
        restdrafts.bring(storage, restdrafts.draft(id=8001), new_id=iter(f"d-{at}" for at in range(9)).__next__)
        assert 1 == bring(storage, checkout(), new_id=iter(f"c-{at}" for at in range(9)).__next__).imported
        assert (1, 1, 1) == (len(stored(storage)), len(restdrafts.kept(storage)), len(kept(storage)))

    def test_without_an_id_its_name_is_its_source(self) -> None:
        shop = opened()
        bring(shop, checkout(id=None))
        assert [("shopify", "#8001")] == [one.source for one in kept(shop)]
        assert 1 == bring(shop, checkout(id=None)).unchanged


class TestThroughTheDoor:
    """The desk: a file of the project's own, imported and looked up."""

    @pytest.fixture
    def office(self, tmp_path: Path) -> Iterator[BackOffice]:
        with BackOffice.open(tmp_path / "shop.db", currency="USD", taxes_included=False) as office:
            report = office.checkouts.import_json(FIXTURES / "checkouts.json")
            assert "3 checkouts read: 3 imported, 0 unchanged, 0 refused, 1 findings" == str(report)
            assert ["total_price_differs"] == [one.code for one in report.findings]
            yield office

    def test_looked_up(self, office: BackOffice) -> None:
        found = list(office.checkouts)
        assert ["#8023", "#8022", "#8021"] == [one.name for one in found]
        assert [("30.00", "open"), ("28.35", "closed"), ("28.35", "open")] == [
            (one.total.amount, one.status) for one in found
        ]
        assert found == [office.checkouts.get(one.id) for one in found]

    def test_page_by_page(self, office: BackOffice) -> None:
        first = office.checkouts.page(limit=2)
        last = office.checkouts.page(limit=2, after=first.next)
        assert ["#8023", "#8022", "#8021"] == [one.name for one in (*first.checkouts, *last.checkouts)]
        assert None is last.next

    @pytest.mark.parametrize("limit", [0, 251, "2"])
    def test_a_page_of_no_size(self, office: BackOffice, limit: Any) -> None:
        with pytest.raises(errors.InvalidValue, match="limit"):
            office.checkouts.page(limit=limit)

    @pytest.mark.parametrize("id", ["", "nothing", "#8021", "\ud800", "a\0b", "x" * 10_000, None, 7])
    def test_what_names_no_checkout(self, office: BackOffice, id: Any) -> None:
        with pytest.raises(errors.UnknownId, match="there is no checkout"):
            office.checkouts.get(id)

    def test_again_by_another_way(self, office: BackOffice) -> None:
        """Bytes, text and what was parsed are known to be the same."""
        text = (FIXTURES / "checkouts.json").read_text(encoding="utf-8")
        for source in (io.BytesIO(text.encode()), io.StringIO(text), json.loads(text)):
            report = office.checkouts.import_json(source)
            assert (3, 0, 0) == (report.unchanged, report.updated, report.imported)
