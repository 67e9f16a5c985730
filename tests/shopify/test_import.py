"""Importing a file: what is written, what a second time does, what stops it and what it leaves."""

import io
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import attrs
import pytest

from backoffice_core.failures import InvalidValue
from backoffice_core.importer import import_orders
from backoffice_core.orders.order import Order
from backoffice_core.orders.place import SourceTaken
from backoffice_core.shopify.cells import BadCell
from backoffice_core.shopify.columns import MissingColumns
from backoffice_core.shopify.lines import WrongEncoding
from backoffice_core.shopify.report import Progress
from backoffice_core.shopify.rows import BrokenRow
from backoffice_core.storage.base import Storage, Unit
from backoffice_core.storage.memory import MemoryStorage
from backoffice_core.storage.rows import Record
from backoffice_core.storage.sql.store import SqlStorage
from backoffice_core.storage.trouble import AlreadyStored, StorageBusy
from tests.shopify.helpers import (
    NOW,
    SETTINGS,
    SHOP,
    bring_in,
    csv_file,
    csv_text,
    ids,
    line,
    opened,
    row,
    stored,
)


def numbered(count: int, first: int = 1001, **cells: str) -> list[dict[str, str]]:
    """Return so many orders, the newest first."""
    return [row(name=f"#{number}", id=f"5{number}", **cells) for number in range(first + count - 1, first - 1, -1)]


@pytest.fixture(params=["memory", "sqlite"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    if request.param == "memory":
        yield opened()
        return
    sql = SqlStorage(f"sqlite:///{tmp_path / 'shop.db'}")
    sql.migrate()
    yield opened(storage=sql)
    sql.close()


class TestWhatIsWritten:
    def test_the_order_its_events_and_its_sales(self, storage: Storage) -> None:
        cells = {"financial_status": "partially_refunded", "refunded_amount": "10.00"}
        report = bring_in(storage, csv_file(row(**cells)), actor="marie")
        assert (1, 1, 0, (), ()) == (
            report.read,
            report.imported,
            report.unchanged,
            report.refused,
            report.findings,
        )
        (found,) = stored(storage)
        assert ("#1001", 1001, 2, "partially_refunded") == (
            found.name,
            found.number,
            found.version,
            found.financial_status,
        )
        with storage.read(SHOP) as unit:
            events = unit.events(found.id)
            entries, money = unit.entries(found.id), unit.money_entries(found.id)
            assert [] == list(unit.outbox())
        assert "OrderPlaced" == type(events[0].event).__name__
        assert {("marie", NOW)} == {(event.actor, event.at) for event in events}
        assert [("order", "product", 2100), ("order", "shipping", 495), ("refund", "adjustment", -1000)] == [
            (stored.entry.action, stored.entry.kind, stored.entry.total) for stored in entries
        ]
        assert found.current_total.minor == sum(stored.entry.total for stored in entries)
        assert [("2025-03-01", 2595, 0), ("2025-03-03", 0, 1000)] == [
            (one.day, one.entry.received, one.entry.refunded) for one in money
        ]

    def test_sales_are_of_the_day_in_the_zone_of_the_shop(self, storage: Storage) -> None:
        """04:30 UTC of March 2 is March 1 in New York."""
        bring_in(storage, csv_file(row(financial_status="refunded", refunded_amount="25.95")))
        with storage.read(SHOP) as unit:
            assert {"2025-03-01"} == {entry.day for entry in unit.entries()}

    def test_numbers_taken_later_are_above_the_imported_ones(self, storage: Storage) -> None:
        bring_in(storage, csv_file(*numbered(3, first=4998)))
        with storage.write(SHOP) as unit:
            assert 5001 == unit.next_number()

    def test_a_text_file_and_a_path_do_the_same(self, tmp_path: Path) -> None:
        text = csv_text([row(notes="one\ntwo"), *numbered(2, first=900)])
        path = tmp_path / "orders_export.csv"
        path.write_text(text, encoding="utf-8-sig", newline="")
        found = []
        for source in (path, str(path), io.StringIO(text, newline=""), io.BytesIO(text.encode())):
            shop = opened()
            assert 3 == bring_in(shop, source).imported
            found.append(stored(shop))
        assert found[0] == found[1] == found[2] == found[3]

    def test_a_file_that_is_not_there_and_a_chunk_that_is_none(self, tmp_path: Path) -> None:
        for source, told in ((tmp_path / "nothing.csv", "nothing.csv"), (tmp_path, "directory"), ("a\0b", "null")):
            with pytest.raises(InvalidValue, match=told) as caught:
                bring_in(opened(), source)
            assert "source" == caught.value.field
        for nonsense in (None, 5, [5], [None]):
            with pytest.raises(InvalidValue, match="type"):
                bring_in(opened(), nonsense)  # type: ignore[arg-type]
        with pytest.raises(InvalidValue, match="chunk: 0 was given"):
            bring_in(opened(), csv_file(row()), chunk=0)


class TestASecondTime:
    def test_the_same_file_changes_nothing(self, storage: Storage) -> None:
        rows = [row(), line("0.00"), *numbered(5, first=990)]
        bring_in(storage, csv_file(*rows))
        before = stored(storage)
        report = bring_in(storage, csv_file(*rows), new_id=lambda: "new")
        assert (6, 0, 6, ()) == (report.read, report.imported, report.unchanged, report.refused)
        assert before == stored(storage)

    def test_new_orders_come_in_beside_those_that_are_there(self, storage: Storage) -> None:
        bring_in(storage, csv_file(*numbered(3)))
        report = bring_in(storage, csv_file(*numbered(5)), new_id=iter(f"new-{at}" for at in range(99)).__next__)
        assert (5, 2, 3) == (report.read, report.imported, report.unchanged)
        assert 5 == len(stored(storage))

    def test_a_changed_order_is_reported_and_left_alone(self, storage: Storage) -> None:
        bring_in(storage, csv_file(*numbered(3)))
        before = stored(storage)
        rows = numbered(3)
        rows[1] = rows[1] | {"Tags": "vip"}
        report = bring_in(storage, csv_file(*rows))
        assert (0, 2) == (report.imported, report.unchanged)
        (refusal,) = report.refused
        assert ("#1002", 3, "source_taken") == (refusal.order, refusal.line, refusal.reason.code)
        assert isinstance(refusal.reason, SourceTaken)
        assert next(order.id for order in before if order.name == "#1002") == refusal.reason.order_id
        assert before == stored(storage)

    def test_an_order_twice_in_one_file_comes_in_once(self, storage: Storage) -> None:
        report = bring_in(storage, csv_file(*numbered(2), *numbered(2)))
        assert (4, 2, 2) == (report.read, report.imported, report.unchanged)


class TestBadInput:
    def test_odd_orders_are_named_with_their_reasons_and_the_others_come_in(self, storage: Storage) -> None:
        rows = numbered(5)
        rows[1] = rows[1] | {"Total": "1,04,999.00"}
        rows[3] = rows[3] | {"Lineitem quantity": "0"}
        report = bring_in(storage, csv_file(*rows), chunk=2)
        assert (5, 3, 2) == (report.read, report.imported, len(report.refused))
        assert [("#1004", 3, "Total", "1,04,999.00"), ("#1002", 5, "Lineitem quantity", "0")] == [
            (one.order, one.line, one.reason.column, one.reason.given)
            for one in report.refused
            if isinstance(one.reason, BadCell)
        ]
        assert {"bad_cell": 2} == report.reasons
        assert "5 orders read: 3 imported, 0 unchanged, 2 refused, 0 findings" == str(report)
        assert ["#1001", "#1003", "#1005"] == sorted(order.name for order in stored(storage))

    def test_mended_the_refused_ones_come_in(self, storage: Storage) -> None:
        rows = numbered(3)
        bring_in(storage, csv_file(rows[0] | {"Total": "1,0"}, *rows[1:]))
        report = bring_in(storage, csv_file(*rows), new_id=iter(f"new-{at}" for at in range(99)).__next__)
        assert (1, 2) == (report.imported, report.unchanged)

    @pytest.mark.parametrize("at", [0, 1, 2, 3, 4, 5])
    def test_a_row_that_is_cut_off_leaves_the_orders_before_it_whole(self, storage: Storage, at: int) -> None:
        """Each order has two rows; the row *at* is cut off. The order just before may go on in it, and waits."""
        whole = max(0, (at - 1) // 2)
        rows = [each for order in numbered(3) for each in (order, line("0.00") | {"Name": order["Name"]})]
        lines = csv_text(rows).splitlines(keepends=True)
        broken = "".join(lines[: 1 + at]) + lines[1 + at][:40]
        with pytest.raises(BrokenRow) as caught:
            bring_in(storage, io.BytesIO(broken.encode()), chunk=2)
        assert at + 2 == caught.value.line
        assert [2] * whole == [len(order.lines) for order in stored(storage)]
        assert f"{whole} imported" in caught.value.__notes__[0]
        report = bring_in(storage, csv_file(*rows), new_id=iter(f"new-{at}" for at in range(999)).__next__)
        assert (3 - whole, whole) == (report.imported, report.unchanged)

    def test_another_encoding_in_the_middle(self, storage: Storage) -> None:
        text = csv_text([*numbered(2), row(name="#1000", id="5000", billing_city="Zürich")])
        with pytest.raises(WrongEncoding, match="line 4: byte 0xFC"):
            bring_in(storage, io.BytesIO(text.encode("latin-1")))
        assert ["#1002"] == [order.name for order in stored(storage)]

    def test_missing_columns_write_nothing(self, storage: Storage) -> None:
        with pytest.raises(MissingColumns, match="lacks Name, Financial Status"):
            bring_in(storage, io.BytesIO(b"a,b\n1,2\n"))
        assert [] == stored(storage)


class Failing:
    """A storage whose unit of work breaks down at one `put`."""

    def __init__(self, inner: Storage, at: int, error: BaseException) -> None:
        self.inner, self.at, self.error = inner, at, error

    def read(self, shop: str) -> Any:
        return self.inner.read(shop)

    @contextmanager
    def write(self, shop: str) -> Iterator[Unit]:
        with self.inner.write(shop) as unit:
            yield Breaking(unit, self)  # type: ignore[misc]

    def close(self) -> None:
        self.inner.close()


class Breaking:
    def __init__(self, unit: Unit, storage: Failing) -> None:
        self._unit, self._storage = unit, storage

    def put(self, record: Record) -> Order:
        self._storage.at -= 1
        if self._storage.at < 0:
            raise self._storage.error
        return self._unit.put(record)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._unit, name)


class TestACrash:
    @pytest.mark.parametrize("at", [0, 1, 3, 5, 6])
    @pytest.mark.parametrize("error", [StorageBusy("full"), KeyboardInterrupt()])
    def test_it_leaves_whole_chunks_and_the_next_time_goes_on(
        self, storage: Storage, at: int, error: BaseException
    ) -> None:
        rows = numbered(7)
        with pytest.raises(type(error)):
            import_orders(Failing(storage, at, error), SHOP, SETTINGS, csv_file(*rows), now=NOW, new_id=ids(), chunk=2)
        whole = at // 2 * 2
        assert whole == len(stored(storage))
        with storage.read(SHOP) as unit:
            assert whole == len({entry.order_id for entry in unit.entries()})
        report = bring_in(storage, csv_file(*rows), new_id=iter(f"new-{at}" for at in range(999)).__next__)
        assert (7 - whole, whole) == (report.imported, report.unchanged)
        assert [f"#{number}" for number in range(1001, 1008)] == sorted(order.name for order in stored(storage))

    def test_an_order_that_somebody_else_brought_in_meanwhile_is_unchanged(self) -> None:
        """It is not there when the chunk is read, and is when it is written."""
        rows = numbered(2)
        storage = opened()

        class Racing(Failing):
            @contextmanager
            def write(self, shop: str) -> Iterator[Unit]:
                if self.at:
                    self.at = 0
                    bring_in(self.inner, csv_file(rows[0]), new_id=iter(f"other-{at}" for at in range(99)).__next__)
                with self.inner.write(shop) as unit:
                    yield unit

        racing = Racing(storage, 1, RuntimeError())
        report = import_orders(racing, SHOP, SETTINGS, csv_file(*rows), now=NOW, new_id=ids())
        assert (1, 1, ()) == (report.imported, report.unchanged, report.refused)
        assert 2 == len(stored(storage))

    @pytest.mark.parametrize(("conflicts", "imported"), [(1, 2), (2, 2), (3, 0)])
    def test_a_conflict_is_tried_again_twice(self, conflicts: int, imported: int) -> None:
        storage = opened()
        conflicting = Conflicting(storage, conflicts)
        with nullcontext() if imported else pytest.raises(AlreadyStored):
            import_orders(conflicting, SHOP, SETTINGS, csv_file(*numbered(2)), now=NOW, new_id=ids())
        assert imported == len(stored(storage))


class Conflicting(Failing):
    """A storage where others write first, so many times."""

    def __init__(self, inner: Storage, times: int) -> None:
        super().__init__(inner, times, AlreadyStored("order source", "shopify 51001"))

    @contextmanager
    def write(self, shop: str) -> Iterator[Unit]:
        with self.inner.write(shop) as unit:
            yield unit
            self.at -= 1
            if self.at >= 0:
                raise self.error


class TestProgress:
    def test_it_grows_to_the_whole_file(self, tmp_path: Path) -> None:
        path = tmp_path / "orders_export.csv"
        path.write_text(csv_text(numbered(7)), encoding="utf-8")
        told: list[Progress] = []
        bring_in(opened(), path, progress=told.append, chunk=3)
        size = path.stat().st_size
        assert [3, 6, 7] == [one.orders for one in told]
        assert [size] * 3 == [one.total_bytes for one in told]
        assert sorted(one.bytes for one in told) == [one.bytes for one in told]
        assert size == told[-1].bytes

    def test_an_open_file_has_no_known_size(self) -> None:
        told: list[Progress] = []
        bring_in(opened(), csv_file(row()), progress=told.append)
        assert [None] == [one.total_bytes for one in told]


class Forgetful(MemoryStorage):
    """A storage that keeps nothing, so that only the importer's own memory counts."""

    @contextmanager
    def write(self, shop: str) -> Iterator[Any]:
        with MemoryStorage().write(shop) as unit:
            unit.create_shop(SETTINGS)
            yield unit


def test_memory_does_not_grow_with_the_file() -> None:
    body = csv_text([row()]).splitlines(keepends=True)

    def lines(count: int) -> Iterator[str]:
        yield body[0]
        for number in range(count):
            yield body[1].replace("#1001", f"#{number}").replace(",5001,", f",{number},")

    def peak(count: int) -> int:
        tracemalloc.start()
        try:
            report = bring_in(Forgetful(), lines(count), chunk=50)  # type: ignore[arg-type]
            assert count == report.imported
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(600)  # fills the caches of the modules, which have their own bounds
    # What is garbage already may be counted, depending on when it is collected; what is held always is.
    small, large = (min(peak(count) for _ in range(2)) for count in (150, 600))
    assert large < small * 1.25, f"{small} bytes for 150 orders, {large} for 600"


def test_the_shop_decides_what_the_file_does_not_say() -> None:
    cells = {"taxes": "0.00", "total": "24.95", "tax_1_name": "", "tax_1_value": ""}
    settings = attrs.evolve(SETTINGS, taxes_included=True, auto_archive=False)
    shop = opened(settings)
    bring_in(shop, csv_file(row(**cells)), settings)
    (found,) = stored(shop)
    assert (True, None) == (found.taxes_included, found.closed_at)
