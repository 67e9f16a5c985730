"""One command on many orders: one outcome each, the same as alone, and a way on after a failure."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from backoffice_core import Authorization, BackOffice, Line, Sale, errors
from backoffice_core.bulkrunner import Result
from backoffice_core.desks import bulk as desk
from backoffice_core.desks.bulk import BulkReport
from backoffice_core.gateways.fake import FakeGateway
from backoffice_core.orders.order import Order
from backoffice_core.storage.memory import MemoryStorage
from backoffice_core.storage.trouble import StaleVersion, StorageBusy
from backoffice_core.testing import CountingIds, FrozenClock


@pytest.fixture(params=["memory", "sqlite"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a shop is kept."""
    return "memory:" if request.param == "memory" else f"sqlite:///{tmp_path}/shop.db"


def opened(url: Any, **options: Any) -> BackOffice:
    """Return a shop in which every run makes the same ids at the same moments."""
    return BackOffice.open(
        url, currency="EUR", taxes_included=True, clock=FrozenClock(), new_id=CountingIds(), **options
    )


def placed(office: BackOffice, **more: Any) -> Order:
    """Return a new order of two units for 10.00."""
    return office.orders.place(**{"lines": [Line("Cup", sku="CUP", quantity=2, price="5.00")], **more}).order


def a_shop(office: BackOffice) -> list[Order]:
    """Return orders in several states."""
    authorized = [placed(office, payments=[Authorization("10.00")]) for _ in range(3)]
    over = placed(office, payments=[Authorization("12.00")])
    paid = placed(office, payments=[Sale("10.00")])
    plain = placed(office)
    cancelled = placed(office, payments=[Authorization("10.00")])
    office.orders.cancel(cancelled.id)
    archived = placed(office)
    office.orders.archive(archived.id)
    tagged = placed(office, payments=[Authorization("10.00")])
    office.orders.add_tags(tagged.id, "vip")
    shipped = placed(office)
    office.orders.fulfill(shipped.id)
    held = placed(office)
    office.orders.hold(held.id)
    return [*authorized, over, paid, plain, cancelled, archived, tagged, shipped, held]


def seen(office: BackOffice) -> list[Any]:
    """Return all that commands leave behind."""
    ids = sorted(order.id for order in office.orders)
    return [(office.orders.get(id), office.orders.timeline(id), office.orders.entries(id)) for id in ids]


def alike(row: Any) -> Any:
    """Return an event or entry without the ids that were made in another order."""
    return (row.version, type(row.event)) if hasattr(row, "event") else (row.version, row.day, row.entry)


COMMANDS: dict[str, dict[str, Any]] = {
    "fulfill": {"tracking": "LX1", "notify": True},
    "capture": {},
    "archive": {},
    "unarchive": {},
    "add_tags": {},
    "remove_tags": {},
    "cancel": {"reason": "customer", "note": "by phone"},
    "hold": {"reason": "high_risk_of_fraud"},
    "release_hold": {"reason": "checked"},
}


@pytest.mark.parametrize("chunk", [1, 3, 100])
@pytest.mark.parametrize("name", COMMANDS)
def test_as_if_one_after_another(url: str, name: str, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the chunks, orders, timelines and entries are those of single commands, and so are the refusals."""
    monkeypatch.setattr(desk, "CHUNK", chunk)
    words = {"add_tags": ("VIP",), "remove_tags": ("VIP", "new")}.get(name, ())
    one_by_one, many = opened("memory:"), opened(url)
    ids = [order.id for order in a_shop(one_by_one)]
    assert ids == [order.id for order in a_shop(many)]
    single: dict[str, tuple[str, str | None]] = {}
    for id in ids:
        try:
            change = getattr(one_by_one.orders, name)(id, *words, **COMMANDS[name])
        except errors.BackOfficeError as no:
            single[id] = ("refused", no.code)
        else:
            single[id] = ("done" if change else "unchanged", None)
    outcomes = list(getattr(many.orders.bulk(ids).each, name)(*words, **COMMANDS[name]))
    assert [(id, *single[id]) for id in ids] == [(one.order_id, one.result.value, one.code) for one in outcomes]
    assert len({result for result, _ in single.values()}) > 1  # or this proves little
    for (one, events, entries), (other, events_too, entries_too) in zip(seen(one_by_one), seen(many), strict=True):
        assert (one.id, one.version, one.tags, one.holds == ()) == (
            other.id,
            other.version,
            other.tags,
            other.holds == (),
        )
        assert (one.financial_status, one.fulfillment_status) == (other.financial_status, other.fulfillment_status)
        assert [*map(alike, events), *map(alike, entries)] == [*map(alike, events_too), *map(alike, entries_too)]
    messages = [(row.kind, row.subject) for row in one_by_one.outbox.list("waiting")]
    assert sorted(messages) == sorted((row.kind, row.subject) for row in many.outbox.list("waiting"))
    many.close()


def test_a_report(url: str) -> None:
    """Each result is counted, and what was not done is told with code and text."""
    office = opened(url)
    orders = a_shop(office)
    report = office.orders.bulk([*[order.id for order in orders], "nothing", orders[0].id]).capture()
    assert (5, 0, 6, 0, 1, 0) == (
        report.done,
        report.unchanged,
        report.refused,
        report.conflict,
        report.unknown,
        report.not_reached,
    )
    assert {"nothing_to_capture": 5, "order_is_cancelled": 1, "unknown_id": 1} == report.reasons
    assert "5 done, 6 refused, 1 unknown" == str(report)
    refused = next(one for one in report.outcomes if one.order_id == orders[5].id)
    assert (Result.REFUSED, "nothing_to_capture") == (refused.result, refused.code)
    assert refused.text
    assert "authorized" in refused.text
    assert report.cursor is report.error is None
    office.close()


def test_captures_what_can_be_captured(url: str) -> None:
    """Not the whole authorization: what is owed."""
    office = opened(url)
    order = placed(office, payments=[Authorization("12.00")])
    assert 1 == office.orders.bulk([order.id]).capture().done
    assert "10.00" == office.orders.get(order.id).received.amount
    office.close()


def test_by_query(url: str) -> None:
    """A query finds them, and what the command itself changes hides none of the rest."""
    office = opened(url)
    a_shop(office)
    before = office.orders.count("status:open")
    report = office.orders.bulk("status:open").archive()
    assert before == report.done
    assert 0 == office.orders.count("status:open")
    assert 0 == office.orders.bulk("status:open").archive().done
    assert office.orders.bulk(office.orders.views.get("Archived")).archive().unchanged == office.orders.count()
    office.close()


def test_what_is_unclear_changes_nothing(url: str) -> None:
    """A search would leave the term out and find everything; a command is refused."""
    office = opened(url)
    a_shop(office)
    before = seen(office)
    for query in ("financal_status:paid", "tag:", "status:opne", "created_at:tomorrow", "(tag:vip"):
        with pytest.raises(errors.UnclearQuery):
            office.orders.bulk(query).archive()
    with pytest.raises(errors.UnclearQuery, match="did you mean financial_status"):
        list(office.orders.bulk("financal_status:paid").each.cancel())
    assert before == seen(office)
    office.close()


@pytest.mark.parametrize("which", [5, None, [1], [None], object(), [["a"]], b"a"])
def test_what_is_no_selection(which: Any) -> None:
    """Neither a query nor ids."""
    with pytest.raises(errors.InvalidValue):
        opened("memory:").orders.bulk(which)


def test_whoever_gives_the_ids_fails() -> None:
    """The error of a host's own generator is told as it is, not as if none had been given."""

    def ids() -> Iterator[str]:
        yield "a"
        raise TypeError("the host's own")

    with pytest.raises(TypeError, match="the host's own"):
        opened("memory:").orders.bulk(ids())


#: What is no text or number of a cursor, a zero character, which PostgreSQL has not, and a switch for a number.
FORGED = ("eyJhdCI6ICIxIn0=", "eyJhZnRlciI6ICJcdTAwMDAiLCAidW50aWwiOiAifiJ9", "eyJhdCI6IHRydWV9")


@pytest.mark.parametrize("resume", ["", "x", "e30=", "eyJhdCI6IC0xfQ==", "é", *FORGED])
def test_a_forged_cursor(resume: str) -> None:
    """No cursor of a bulk."""
    with pytest.raises(errors.InvalidValue, match="resume"):
        opened("memory:").orders.bulk(["a"], resume=resume).archive()
    with pytest.raises(errors.InvalidValue, match="resume"):
        opened("memory:").orders.bulk("", resume=resume).archive()


class Failing(MemoryStorage):
    """A storage whose units of work fail from the third bulk chunk on, until it is mended."""

    chunks = 0
    broken = True

    @contextmanager
    def write(self, shop: str) -> Iterator[Any]:
        """Open a unit of work."""
        with super().write(shop) as unit:
            saves = unit.put_many

            def put_many(records: Any) -> Any:
                """Save changes, or fail."""
                self.chunks += 1
                if self.broken and self.chunks >= 3:
                    raise StorageBusy("the disk is full")
                return saves(records)

            unit.put_many = put_many
            yield unit


@pytest.mark.parametrize("by", ["ids", "query"])
def test_a_storage_that_fails(by: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was saved stays, the rest is told, and the cursor goes on from there: each order is changed once."""
    monkeypatch.setattr(desk, "CHUNK", 2)
    monkeypatch.setattr("backoffice_core.context.PATIENCE", 0.0)
    storage = Failing()
    office = opened(storage)
    ids = [placed(office).id for _ in range(9)]
    which: Any = ids if by == "ids" else "status:open"
    told: list[Any] = []
    report = office.orders.bulk(which, progress=told.append).archive()
    assert (4, 5 if by == "ids" else 0) == (report.done, report.not_reached)
    assert isinstance(report.error, StorageBusy)
    assert report.cursor is not None
    assert [2, 4] == [one.reached for one in told]
    assert report.cursor == told[-1].cursor
    if by == "ids":
        assert ids[4:] == [one.order_id for one in report.outcomes if one.result is Result.NOT_REACHED]
    storage.chunks = 1
    second = office.orders.bulk(which, resume=report.cursor).archive()
    assert (2, 3 if by == "ids" else 0) == (second.done, second.not_reached)
    if by == "ids":
        assert ids[6:] == [one.order_id for one in second.outcomes]
    storage.broken = False
    rest = office.orders.bulk(which, resume=second.cursor).archive()
    assert (3, None) == (rest.done, rest.cursor)
    assert {2} == {order.version for order in office.orders}


@pytest.mark.parametrize("fails", ["read", "write"])
@pytest.mark.parametrize("by", ["ids", "query"])
def test_a_storage_that_fails_at_once(by: str, fails: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No end was reached, so there is a cursor: it goes on from the first order, and none is left out."""
    monkeypatch.setattr("backoffice_core.context.PATIENCE", 0.0)
    storage = MemoryStorage()
    office = opened(storage)
    ids = [placed(office).id for _ in range(3)]
    which: Any = ids if by == "ids" else "status:open"
    with monkeypatch.context() as broken:
        broken.setattr(storage, fails, lambda shop: (_ for _ in ()).throw(StorageBusy("the disk is full")))
        report = office.orders.bulk(which).archive()
        if (by, fails) == ("ids", "read"):
            assert (3, None) == (report.done, report.cursor)  # ids are not looked for
            return
        again = office.orders.bulk(which, resume=report.cursor).archive()
    assert isinstance(report.error, StorageBusy)
    assert report.cursor is not None
    assert (0, report.cursor) == (again.done, again.cursor)
    rest = office.orders.bulk(which, resume=again.cursor).archive()
    assert (3, None, None) == (rest.done, rest.cursor, rest.error)


class Racing(MemoryStorage):
    """Somebody else changes an order of each chunk while the chunk is decided."""

    @contextmanager
    def write(self, shop: str) -> Iterator[Any]:
        """Open a unit that cannot save several."""
        with super().write(shop) as unit:

            def put_many(records: Any) -> Any:
                raise StaleVersion("order", next(iter(records)).order.id, 1, 2)

            unit.put_many = put_many
            yield unit


def test_a_chunk_that_loses_a_race(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its orders are changed one by one: who is not raced for is not held up by the others."""
    monkeypatch.setattr("backoffice_core.context.PATIENCE", 0.0)
    office = opened(Racing())
    ids = [placed(office).id for _ in range(3)]
    report = office.orders.bulk([*ids, "nobody"]).archive()
    assert (3, 0, 1) == (report.done, report.conflict, report.unknown)
    assert {2} == {order.version for order in office.orders}


def test_in_the_transaction_of_a_host(tmp_path: Path) -> None:
    """What would call a gateway is refused there, and nothing is asked for; the others are done."""
    gateway = FakeGateway()
    office = opened(f"sqlite:///{tmp_path}/shop.db", gateways={"card": gateway})
    card = placed(office, payments=[Authorization("10.00", gateway="card", reference="a")])
    cash = placed(office, payments=[Authorization("10.00")])
    engine = sa.create_engine(f"sqlite:///{tmp_path}/shop.db")
    with engine.begin() as connection:
        report = office.within(connection).orders.bulk([card.id, cash.id]).capture()
    engine.dispose()
    assert (1, 1) == (report.done, report.refused)
    assert {"gateway_in_host_transaction": 1} == report.reasons
    assert [] == gateway.calls
    assert "authorized" == office.orders.get(card.id).financial_status
    assert "paid" == office.orders.get(cash.id).financial_status
    office.close()


def test_tags_come_one_by_one_or_several_at_a_time(url: str) -> None:
    """As for one order."""
    office = opened(url)
    order = placed(office)
    assert 1 == office.orders.bulk("").add_tags(["vip", "late"], "b, c").done
    assert ("b", "c", "late", "vip") == office.orders.get(order.id).tags
    assert 1 == office.orders.bulk("").remove_tags("b", ("c", "late")).done
    assert ("vip",) == office.orders.get(order.id).tags
    office.close()


def test_orders_placed_meanwhile(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bulk ends with the last order that was there when it began."""
    monkeypatch.setattr(desk, "CHUNK", 2)
    office = opened(url)
    for _ in range(4):
        placed(office)
    outcomes = office.orders.bulk("").each.add_tags("seen")
    first = next(outcomes)
    placed(office)
    assert 3 == len(list(outcomes))
    assert first.order_id not in [one.id for one in office.orders.search("tag_not:seen")]
    assert 1 == office.orders.count("-tag:seen")
    office.close()


def test_whoever_stops_iterating_stops_the_bulk(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the chunk that was reached was changed."""
    monkeypatch.setattr(desk, "CHUNK", 2)
    office = opened(url)
    for _ in range(5):
        placed(office)
    next(office.orders.bulk("").each.archive())
    assert 2 == office.orders.count("status:closed")
    office.close()


def test_under_a_key(url: str) -> None:
    """The same bulk again does nothing twice; another command under its key is refused, order by order."""
    office = opened(url)
    ids = [placed(office, payments=[Authorization("10.00")]).id for _ in range(3)]
    first = office.orders.bulk(ids, idempotency_key="night").capture()
    again = office.orders.bulk(ids, idempotency_key="night").capture()
    assert (3, 3) == (first.done, again.done)
    assert {2} == {order.version for order in office.orders}
    other = office.orders.bulk(ids, idempotency_key="night").archive()
    assert (0, 3) == (other.done, other.conflict)
    assert {"key_reused": 3} == other.reasons
    with pytest.raises(errors.InvalidValue, match="idempotency_key"):
        office.orders.bulk(ids, idempotency_key="k" * 230)
    office.close()


@pytest.mark.parametrize("key", [None, "night"])
@pytest.mark.parametrize("command", [{"location": "paris"}, {}])
def test_ids_that_no_order_can_have(url: str, key: str | None, command: dict[str, str]) -> None:
    """They are unknown, whichever way a command goes, and whether or not their key could be kept."""
    office = opened(url)
    office.catalog.add_location("paris")
    report = office.orders.bulk(["x" * 300, "\0", "\ud800", "é", ""], idempotency_key=key).fulfill(**command)
    assert ("5 unknown", {"unknown_id": 5}) == (str(report), report.reasons)
    office.close()


def test_gateways_are_asked_order_by_order(url: str) -> None:
    """A card that is declined is its order's warning and status; the others are paid."""
    gateway = FakeGateway()
    office = opened(url, gateways={"card": gateway})
    orders = [placed(office, payments=[Authorization("10.00", gateway="card", reference=f"a{at}")]) for at in range(4)]
    gateway.then("succeed", "decline", "hang_undone")
    report = office.orders.bulk([order.id for order in orders]).capture()
    assert 4 == report.done
    assert ["capture"] * 4 == [method for method, _ in gateway.calls]
    statuses = [office.orders.get(order.id).financial_status for order in orders]
    assert ["paid", "authorized", "pending", "paid"] == statuses
    assert [orders[2].id] == [order.id for order in office.orders.unresolved().orders]
    office.close()


def test_warnings_come_with_the_outcome(url: str) -> None:
    """A gateway that gave no answer is told with its order."""
    office = opened(url, gateways={"card": FakeGateway(["hang"])})
    order = placed(office, payments=[Authorization("10.00", gateway="card", reference="a")])
    (outcome,) = office.orders.bulk([order.id]).each.capture()
    assert Result.DONE is outcome.result
    assert "no answer" in outcome.warnings[0]
    office.close()


def test_the_last_unit_is_shipped_once(url: str) -> None:
    """Shipping from a place that has too few is refused for the one that comes too late."""
    office = opened(url)
    office.catalog.add_location("paris")
    office.catalog.add_location("lyon")
    office.catalog.add_product("Cup", sku="CUP", price="5.00")
    office.catalog.set_stock("CUP", 4, location="paris")
    ids = [office.orders.place(lines=[Line(variant="CUP", quantity=2)]).order.id for _ in range(2)]
    office.catalog.set_stock("CUP", 2, location="lyon")
    report = office.orders.bulk(ids).fulfill(location="lyon")
    assert (1, 1) == (report.done, report.refused)
    assert {"out_of_stock": 1} == report.reasons
    assert 1 == office.orders.bulk(ids).fulfill().done
    office.close()


def test_ten_thousand_refusals_are_counted_not_kept(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report keeps the first of them, and counts all."""
    monkeypatch.setattr(desk, "MOST_KEPT", 7)
    office = opened(url)
    report: BulkReport = office.orders.bulk([f"no-{at}" for at in range(10_000)]).archive()
    assert (10_000, 7) == (report.unknown, len(report.outcomes))
    office.close()
