"""How an export walks: bounded when it begins, newest first, a few documents at a time, nothing left out unsaid."""

import io
from pathlib import Path
from typing import Any

import attrs
import pendulum
import pytest
import sqlalchemy as sa

from backoffice_core import BackOffice, Line, errors
from backoffice_core.desks import export as desk
from backoffice_core.desks import portions
from backoffice_core.storage.sql.store import SqlStorage
from backoffice_core.storage.sql.tables import ORDERS
from backoffice_core.testing import CountingIds, FrozenClock
from tests.shopify.helpers import csv_file, row

TEA = Line("Tea", sku="TEA", price="1.00")


@pytest.fixture(params=["memory", "sqlite"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a shop is kept."""
    return "memory:" if request.param == "memory" else f"sqlite:///{tmp_path}/shop.db"


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(pendulum.datetime(2025, 3, 1, 12))


@pytest.fixture
def office(url: str, clock: FrozenClock) -> BackOffice:
    """Seven orders, one an hour."""
    office = BackOffice.open(url, currency="USD", taxes_included=True, clock=clock, new_id=CountingIds())
    for _ in range(7):
        office.orders.place(lines=[TEA])
        clock.tick(hours=1)
    return office


def names(office: BackOffice, *which: Any, **more: Any) -> list[str]:
    return [cells[0] for cells in office.orders.export(*which, **more).rows()]


SEVEN = [f"#{number}" for number in range(1007, 1000, -1)]


def test_orders_that_come_meanwhile_do_not_come_in(
    office: BackOffice, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither one that is placed, nor one that is imported and is older than what was walked so far."""
    monkeypatch.setattr(portions, "PAGE", 2)
    monkeypatch.setattr(portions, "MOST_ORDERS", 2)
    rows = office.orders.export().rows()
    found = [next(rows)[0], next(rows)[0]]
    office.orders.place(lines=[TEA])
    office.orders.import_csv(csv_file(row(created_at="2025-03-01 12:30:00 +0000", name="#1", id="77")))
    assert SEVEN == found + [cells[0] for cells in rows]
    assert ["#1008", *SEVEN[:-1], "#1", "#1001"] == names(office)


def test_an_order_that_goes_meanwhile_is_left_out(office: BackOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portions, "MOST_ORDERS", 2)
    rows = office.orders.export().rows()
    next(rows)
    gone = office.orders.get("#1003")
    office.orders.archive(gone.id)
    office.orders.delete(gone.id)
    assert ["#1006", "#1005", "#1004", "#1002", "#1001"] == [cells[0] for cells in rows]


def test_whatever_the_sizes_of_pages_and_pieces_it_is_the_same(
    office: BackOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, size in (("PAGE", 1), ("PAGE", 7), ("MOST_ORDERS", 3), ("MOST_UNITS", 1), ("MOST_TIED", 2)):
        monkeypatch.setattr(portions, name, size)
        assert SEVEN == names(office), (name, size)


def test_documents_of_many_units_are_read_one_at_a_time(office: BackOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded by units, since a line has one at least."""
    sizes: list[int] = []
    rows = desk.Export._rows

    def counted(self: desk.Export, unit: Any, ids: Any, start: Any) -> Any:
        sizes.append(len(ids))
        return rows(self, unit, ids, start)

    monkeypatch.setattr(desk.Export, "_rows", counted)
    office.orders.place(lines=[Line("Many", quantity=1999, price="0.01")])
    office.orders.place(lines=[Line("More", quantity=5000, price="0.01")])
    assert ["#1009", "#1008", *SEVEN] == names(office)
    assert [1, 2, 6] == sizes


def test_orders_of_one_second_go_by_number(office: BackOffice, clock: FrozenClock) -> None:
    """A file tells no more than the second, so once imported they would else stand in another order."""
    report = office.orders.import_csv(
        csv_file(*(row(name=f"#{at}", id=str(at), created_at="2025-03-02 10:00:00 +0000") for at in (9, 5, 700)))
    )
    assert 3 == report.imported
    assert ["#700", "#9", "#5", *SEVEN] == names(office)


def test_an_order_that_came_without_an_id_has_none(office: BackOffice) -> None:
    office.orders.import_csv(csv_file(row(id="", name="#7")))
    office.orders.import_csv(csv_file(row(id="5001", name="#8")))
    assert {"#7": "", "#8": "5001"} == {
        values["Name"]: values["Id"] or "" for values in office.orders.export() if values["Name"] in ("#7", "#8")
    }


def test_an_id_that_is_none_is_told(office: BackOffice) -> None:
    ids = [office.orders.get(name).id for name in ("#1001", "#1003")]
    assert ["#1003", "#1001"] == names(office, reversed(ids))
    with pytest.raises(errors.UnknownId, match="nobody"):
        names(office, [*ids, "nobody"])


def test_an_order_that_cannot_be_read_is_told_and_can_be_left_out(tmp_path: Path) -> None:
    storage = SqlStorage(f"sqlite:///{tmp_path}/shop.db")
    office = BackOffice.open(storage, currency="USD", taxes_included=True)
    good, bad = (office.orders.place(lines=[TEA]).order for _ in range(2))
    with storage.engine.begin() as connection:
        connection.execute(sa.update(ORDERS).where(ORDERS.c.id == bad.id).values(doc="{", version=7))
    with pytest.raises(errors.StorageFailed) as caught:
        office.orders.export().to_path(tmp_path / "all.csv")
    assert [f"it is order {bad.id}; a query such as -id:{bad.id} leaves it out"] == caught.value.__notes__
    assert not (tmp_path / "all.csv").exists()
    assert [good.name] == names(office, f"-id:{bad.id}")
    office.close()


def test_progress_tells_how_many_there_are_where_that_is_known(
    office: BackOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MOST_ORDERS", "MOST_GIVEN"):
        monkeypatch.setattr(portions, name, 3)
    told: list[tuple[int, int | None]] = []

    def export(*which: Any, **more: Any) -> list[tuple[int, int | None]]:
        told.clear()
        office.orders.export(*which, progress=lambda *how: told.append(how), **more).to_file(io.StringIO())
        return list(told)

    assert [(3, 7), (6, 7), (7, 7)] == export()
    ids = [order.id for order in office.orders]
    assert [(3, 4), (4, 4)] == export(ids[:4])
    assert [(0, None), (1, None)] == export(ids[3:], since="2025-03-01", until=office.orders.get("#1001").created_at)
    assert [(1, 1)] == export(since="2025-03-01", until=office.orders.get("#1001").created_at)


def test_an_export_can_be_asked_again_and_sees_what_is_new(office: BackOffice) -> None:
    export = office.orders.export()
    assert 7 == len(export.dicts())
    office.orders.place(lines=[TEA])
    assert (8, 8) == (len(list(export)), len(list(export.rows())))


def test_test_orders_and_archived_ones_are_orders(office: BackOffice) -> None:
    office.orders.archive(office.orders.get("#1004").id)
    assert SEVEN == names(office)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_data_frames(office: BackOffice, library: str) -> None:
    pytest.importorskip(library, reason=f"the extra {library} is not installed")
    frame = getattr(office.orders.export(), f"to_{library}")()
    assert (7, 79) == frame.shape
    assert "7.00" == str(frame["Total"].sum())
    assert SEVEN == list(frame["Name"])
    assert "2025-03-01T18:00:00+00:00" == frame["Created at"][0].isoformat()
    assert (0, 79) == getattr(office.orders.export("tag:none"), f"to_{library}")().shape


def test_without_the_extra_a_frame_says_what_is_missing(office: BackOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    for library in ("pandas", "polars"):
        monkeypatch.setitem(__import__("sys").modules, library, None)
        with pytest.raises(ImportError, match=library):
            getattr(office.orders.export(), f"to_{library}")()


def test_within_a_hosts_transaction(tmp_path: Path) -> None:
    """What the host has not committed yet is exported, too."""
    engine = sa.create_engine(f"sqlite:///{tmp_path}/shop.db")
    BackOffice.open(f"sqlite:///{tmp_path}/shop.db", currency="USD", taxes_included=True).close()
    storage = SqlStorage(f"sqlite:///{tmp_path}/shop.db")
    office = BackOffice.open(storage)
    with storage.engine.begin() as connection:
        inner = office.within(connection)
        inner.orders.place(lines=[TEA])
        assert ["#1001"] == names(inner)
    engine.dispose()
    office.close()
    assert attrs.has(desk.Exported)
