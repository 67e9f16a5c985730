"""Printing many orders: one document of those that can be printed, one outcome for each order."""

import asyncio
import io
from pathlib import Path

import pytest

from backoffice_core import AsyncBackOffice, BackOffice, Line, errors
from backoffice_core.bulkrunner import Result
from backoffice_core.desks import bulk as desk
from backoffice_core.storage.memory import MemoryStorage
from backoffice_core.storage.trouble import StorageBusy


@pytest.fixture(params=["memory", "sqlite"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> BackOffice:
    """A shop with five orders, of which the second is shipped."""
    url = "memory:" if request.param == "memory" else f"sqlite:///{tmp_path}/shop.db"
    return filled(BackOffice.open(url, currency="EUR", taxes_included=True, locale="en"))


def filled(office: BackOffice) -> BackOffice:
    """Return a shop with its orders."""
    for at in range(5):
        order = office.orders.place(lines=[Line(f"Cup {at}", sku=f"CUP-{at}", price="5.00")], tags=[f"t{at % 2}"]).order
        if at == 1:
            office.orders.fulfill(order.id)
    return office


def ids_of(office: BackOffice) -> list[str]:
    """Return the ids of all orders, the oldest first."""
    return sorted(order.id for order in office.orders)


def cups(html: str) -> list[int]:
    """Return whose sheets a document has, in their order."""
    return [at for _, at in sorted((html.index(f"Cup {at}"), at) for at in range(5) if f"Cup {at}" in html)]


@pytest.mark.parametrize("chunk", [2, 100])
def test_one_document_one_outcome_each(office: BackOffice, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What has nothing to pack, or is not there, is told and stops none of the others."""
    monkeypatch.setattr(desk, "CHUNK", chunk)
    ids = ids_of(office)
    file, told = io.StringIO(), []
    bulk = office.orders.bulk([*ids, "nobody"], progress=told.append)
    report = bulk.print(file, kind="packing_slip")
    assert (4, 1, 1) == (report.done, report.refused, report.unknown)
    assert {"nothing_to_pack": 1, "unknown_id": 1} == report.reasons
    assert [0, 2, 3, 4] == cups(file.getvalue())
    assert file.getvalue().rstrip().endswith("</html>")
    assert 6 == told[-1].reached


def test_what_a_query_finds(office: BackOffice, tmp_path: Path) -> None:
    """Pages of the orders that it finds, in a file that takes the place of another."""
    path = tmp_path / "pages.html"
    path.write_text("old")
    report = office.orders.bulk("tag:t0").print(path, locale="fr", paper="a4")
    html = path.read_text(encoding="utf-8")
    assert (3, None) == (report.done, report.cursor)
    assert [0, 2, 4] == cups(html)
    assert 'lang="fr"' in html


def test_the_same_as_one_by_one(office: BackOffice) -> None:
    """The sheets are those of `print`, with comments and history where they are asked for."""
    ids = ids_of(office)
    office.orders.comment(ids[0], "Ring twice")
    file = io.BytesIO()
    office.orders.bulk(ids).print(file, comments=True, history=True)
    job = office.orders.print(ids, comments=True, history=True)
    assert all(str(sheet) in file.getvalue().decode() for sheet in job.pages)
    assert "Ring twice" in job.html


def test_each_outcome_once_its_sheet_is_written(office: BackOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever iterates sees an order's outcome when its sheet is in the file."""
    monkeypatch.setattr(desk, "CHUNK", 1)
    file = io.StringIO()
    for at, outcome in enumerate(office.orders.bulk(ids_of(office)).each.print(file)):
        assert Result.DONE is outcome.result
        assert list(range(at + 1)) == cups(file.getvalue())[: at + 1]


def test_whoever_stops_leaves_the_file_that_was_there(office: BackOffice, tmp_path: Path) -> None:
    """A document that is not whole takes nobody's place."""
    path = tmp_path / "pages.html"
    path.write_text("old")
    outcomes = office.orders.bulk("").each.print(path)
    next(outcomes)
    outcomes.close()  # type: ignore[attr-defined]
    assert "old" == path.read_text()
    assert [] == [left for left in tmp_path.iterdir() if left.suffix == ".part"]


def test_a_storage_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The document ends whole before the orders that could not be read; the cursor prints the rest."""
    monkeypatch.setattr(desk, "CHUNK", 2)
    monkeypatch.setattr("backoffice_core.context.PATIENCE", 0.0)
    storage = MemoryStorage()
    office = filled(BackOffice.open(storage, currency="EUR", taxes_included=True, locale="en"))
    ids = ids_of(office)
    read = type(storage).read
    reads = []

    def failing(self: MemoryStorage, shop: str) -> object:
        reads.append(shop)
        if len(reads) == 3:
            raise StorageBusy("the disk is full")
        return read(self, shop)

    monkeypatch.setattr(MemoryStorage, "read", failing)
    path = tmp_path / "pages.html"
    report = office.orders.bulk(ids).print(path)
    assert (2, 3) == (report.done, report.not_reached)
    assert isinstance(report.error, errors.StorageFailed)
    assert [0, 1] == cups(path.read_text(encoding="utf-8"))
    rest = office.orders.bulk(ids, resume=report.cursor).print(path)
    assert (3, None) == (rest.done, rest.cursor)
    assert [2, 3, 4] == cups(path.read_text(encoding="utf-8"))


def test_nothing_is_written_for_what_cannot_be_meant(office: BackOffice, tmp_path: Path) -> None:
    """A kind, a language, a paper, a query: refused before there is a file."""
    path = tmp_path / "pages.html"
    with pytest.raises(errors.InvalidValue, match="kind"):
        office.orders.bulk("").print(path, kind="label")  # type: ignore[arg-type]
    with pytest.raises(errors.InvalidValue, match="paper"):
        office.orders.bulk("").print(path, paper="a5")  # type: ignore[arg-type]
    with pytest.raises(errors.UnclearQuery):
        office.orders.bulk("statsu:open").print(path)
    assert not path.exists()
    with pytest.raises(errors.InvalidValue, match="file"):
        office.orders.bulk("").print(5)  # type: ignore[arg-type]


def test_awaited(tmp_path: Path) -> None:
    """The awaitable door prints too."""

    async def go() -> tuple[int, int]:
        async with await AsyncBackOffice.open(
            f"sqlite:///{tmp_path}/a.db", currency="EUR", taxes_included=True
        ) as office:
            await office.orders.place(lines=[Line("Cup 0", price="5.00")])
            report = await office.orders.bulk("").print(tmp_path / "a.html")
            steps = [one async for one in office.orders.bulk("").each.print(tmp_path / "b.html", kind="packing_slip")]
            return report.done, len(steps)

    assert (1, 1) == asyncio.run(go())
    assert [0] == cups((tmp_path / "b.html").read_text(encoding="utf-8"))
