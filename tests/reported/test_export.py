"""Reports 127 to 129: exports that run out of time or memory, that leave out the filter, that want dates."""

import io
import tracemalloc
from pathlib import Path

import attrs
import pendulum
import pytest

from backoffice_core import BackOffice, Line, Sale
from backoffice_core.testing import FrozenClock
from backoffice_core.testing.builders import a_record, an_order
from backoffice_core.testing.ids import numbered_id


class Nowhere(io.TextIOBase):
    """A file that keeps nothing."""

    def write(self, text: str) -> int:
        return len(text)


def filled(folder: Path, count: int) -> BackOffice:
    """Return a shop of so many orders of three lines."""
    office = BackOffice.open(folder / f"{count}.db", currency="EUR", taxes_included=True)
    order = an_order(*(Line(f"Goods {at}", sku=f"S{at}", price="10.00") for at in range(3)), note="x" * 500)
    with office._context.storage.write("main") as unit:
        for at in range(count):
            moment = pendulum.datetime(2025, 1, 1).add(minutes=at)
            more = {"id": numbered_id(at + 1), "name": f"#{at}", "number": at}
            unit.put(a_record(attrs.evolve(order, **more, created_at=moment, updated_at=moment)))
    return office


def test_report_127_memory_stays_the_same_however_many_orders_there_are(tmp_path: Path) -> None:
    """All of an export of 1,500 orders takes hardly more than that of 150, and its first row needs no other."""
    peaks = {}
    for count in (150, 1500):
        office = filled(tmp_path, count)
        office.orders.export().to_file(Nowhere())  # what is loaded and kept once
        tracemalloc.start()
        done = office.orders.export().to_file(Nowhere())
        peaks[count] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert (count, 3 * count) == (done.orders, done.rows)
        office.close()
    assert 4_000_000 > peaks[1500]
    assert 3_000_000 > peaks[1500] - peaks[150]


@pytest.fixture
def office() -> BackOffice:
    clock = FrozenClock()
    office = BackOffice.open("memory:", currency="EUR", taxes_included=True, clock=clock)
    for at in range(12):
        order = office.orders.place(
            lines=[Line("Tea", sku="TEA", price="10.00"), Line("Cup", price="5.00")],
            payments=[Sale("15.00")] if at % 2 else [],
            tags=["vip"] if at % 3 == 0 else [],
        ).order
        if at % 4 == 0:
            office.orders.fulfill(order.id)
        clock.tick(hours=1)
    return office


@pytest.mark.parametrize(
    "query", ["", "tag:vip", "financial_status:paid", "tag:vip OR fulfillment_status:shipped", "-tag:vip", "tag:none"]
)
def test_report_128_an_export_has_the_orders_that_the_list_shows(office: BackOffice, query: str) -> None:
    listed = [order.name for order in office.orders.all(query)]
    exported = [row[0] for row in office.orders.export(query).rows()]
    assert listed == list(dict.fromkeys(exported))
    assert (office.orders.count(query), 2 * len(listed)) == (len(listed), len(exported))


def test_report_129_without_a_period_everything_is_exported(office: BackOffice) -> None:
    assert 24 == len(office.orders.export().dicts())
    assert 24 == len(office.orders.export(since=None, until=None).dicts())
    assert 12 == len(office.orders.export(since=office.orders.get("#1007").created_at).dicts())
