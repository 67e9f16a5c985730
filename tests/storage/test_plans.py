"""
How SQLite finds a page of the list: by an index that leads to it, or by walking one in the order of the list.

A plan may walk an ordering index, never the table; and it sorts only what it looked up by a bound. It
is the same whether SQLite has gathered statistics or not. Sorts without an index are told in the docs.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import attrs
import pytest
import sqlalchemy as sa

from backoffice_core import BackOffice, Line
from backoffice_core.clock import to_micros
from backoffice_core.orders.order import CustomerRef
from backoffice_core.search.fields import FIELDS
from backoffice_core.search.sorting import KEYS
from backoffice_core.storage.base import Unit
from backoffice_core.storage.marks import cursor_at
from backoffice_core.storage.rows import CheckoutRecord
from backoffice_core.storage.sql import SqlStorage
from backoffice_core.storage.sql import search as sql_search
from backoffice_core.storage.sql.search import INDEXED
from backoffice_core.storage.sql.session import Session
from backoffice_core.testing.builders import a_checkout, a_message, a_record, a_shop, an_order
from backoffice_core.testing.clock import START, FrozenClock
from backoffice_core.testing.contract_drafts import a_draft, a_draft_record
from backoffice_core.testing.ids import numbered_id

#: The index that each column is walked by.
INDEXES = {
    "created_at": "bo_search_created",
    "updated_at": "bo_search_updated",
    "number": "bo_search_number",
    "total": "bo_search_total",
    "current_total": "bo_search_current_total",
    "id": "sqlite_autoindex_bo_search_1",
}
#: A value of each field that most orders have, and one that few do.
COMMON = {
    "id": ">=0",
    "name": "1*",
    "status": "open",
    "financial_status": "unpaid",
    "risk_level": "none",
    "fulfillment_status": "unshipped,partial",
    "return_status": "no_return",
    "to_do": "fulfill",
    "created_at": ">=2024",
    "processed_at": "2024..",
    "updated_at": ">=2024",
    "customer_id": "c*",
    "email": "*",
    "tag": "all",
    "tag_not": "none",
    "sku": "tea*",
    "total_price": ">=1",
    "current_total_price": "..1000",
    "subtotal_line_items_quantity": ">=1",
    "discount_code": "*",
    "gateway": "*",
    "payment_id": "*",
    "source_identifier": "*",
    "channel": "web,pos",
    "sales_channel": "web",
    "source_name": "web",
    "fulfillment_location_id": "*",
    "location_id": "*",
    "test": "false",
}
RARE = {
    "id": numbered_id(7),
    "name": "1007",
    "tag": "rare",
    "total_price": "77",
    "current_total_price": "70..80",
    "updated_at": ">=2030",
    "created_at": "'..2024-05-17T09:35Z'",
    "customer_id": "c7",
    "email": "c7@*",
}
PAIRS = (
    *("tag:all total_price:>=1", "tag:all created_at:>=2024", "tag:rare status:open", "tag:all tag:half"),
    *("status:open financial_status:unpaid", "tea status:open", "c7@example.com total_price:>0", "-tag:rare tea"),
    *("tag:rare OR tag:all", "tag:all (total_price:77 OR tag:rare)", "total_price:>=1 updated_at:>=2024"),
    *("tag:half,rare test:false", "name:1007 tag:all", "created_at:>=-1d total_price:>=1", "-status:closed -tag:none"),
)


def filled(path: object, count: int) -> SqlStorage:
    """Return a storage with so many orders, of which one in a hundred is rare."""
    storage = SqlStorage(f"sqlite:///{path}", synchronous="NORMAL")
    storage.migrate()
    with storage.write("main") as unit:
        unit.create_shop(a_shop())
        for at in range(1, count + 1):
            price = "77.00" if at % 100 == 7 else f"{1 + at % 9}.00"
            tags = ("all", *["half"] * (at % 2), *["rare"] * (at % 100 == 7))
            plain = an_order(
                Line("Tea", sku="TEA", price=price), id=numbered_id(at), number=1000 + at, at=START.add(minutes=at)
            )
            customer = CustomerRef(id=f"c{at}", email=f"c{at}@example.com")
            unit.put(a_record(attrs.evolve(plain, tags=tags, channel="web", customer=customer)))
    return storage


@pytest.fixture(scope="module", params=["bare", "analyzed"])
def storage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStorage]:
    """Return a storage with orders, with statistics and without."""
    storage = filled(tmp_path_factory.mktemp("plans") / "shop.db", 300)
    if request.param == "analyzed":
        with storage.engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")
    with mock.patch.object(sql_search, "FEW", 20):
        yield storage
    storage.close()


@contextmanager
def watched(watch: object) -> Iterator[None]:
    """Tell the driver's connection of each statement before it is run."""
    run = Session.run

    def told(self: Session, statement: object, **values: object) -> object:
        watch(self._connection.connection.dbapi_connection)  # type: ignore[operator]
        return run(self, statement, **values)

    with mock.patch.object(Session, "run", told):
        yield


def plans(storage: SqlStorage, query: str, sort: str | None = None, *, count: bool = False) -> list[list[str]]:
    """Return the plan of each statement that looks for orders, the last one being that of the page."""
    said: list[str] = []
    office = BackOffice.open(storage, clock=FrozenClock())
    with watched(lambda connection: connection.set_trace_callback(said.append)):
        office.orders.count(query) if count else office.orders.search(query, sort=sort)
    found = []
    with storage.engine.connect() as connection:
        for text in said:
            if "bo_search" in text or "bo_terms" in text:
                rows = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + text).fetchall()
                found.append([row[3] for row in rows])
    assert found
    return found


def check(found: list[list[str]], *columns: str) -> None:
    """Check that each statement goes by a bound, or walks the index of one of the columns and sorts nothing."""
    for lines in found:
        assert not [line for line in lines if line.startswith("SCAN bo_")]
        walked = [match[1] for line in lines if (match := re.search(r"INDEX (\w+) \(shop=\?\)$", line))]
        walked += [line for line in lines if line.endswith("USING PRIMARY KEY (shop=?)")]
        assert set(walked) <= {INDEXES.get(column) for column in columns}
        if "USE TEMP B-TREE FOR ORDER BY" in lines:
            assert not walked
            assert [line for line in lines if re.search(r"\(shop=\? AND \w+[=<>]", line)]


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_a_common_value_of_each_field(storage: SqlStorage, field: str) -> None:
    """With the newest first: an index is walked in that order, and nothing is sorted unless it is little."""
    found = plans(storage, f"{field}:{COMMON[field]}")
    check(found, "created_at")
    few = field in (
        "discount_code",
        "gateway",
        "payment_id",
        "source_identifier",
        "fulfillment_location_id",
        "location_id",
    )
    assert few == ("USE TEMP B-TREE FOR ORDER BY" in found[-1])


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_counting(storage: SqlStorage, field: str) -> None:
    """It needs no order, so any index will do; the table only where statistics say that there is one shop in it."""
    found = plans(storage, f"{field}:{COMMON[field]}", count=True)
    check([[line for line in lines if line != "SCAN bo_search"] for lines in found], *INDEXED)
    assert not [line for lines in found for line in lines if "TEMP B-TREE" in line]
    with storage.engine.connect() as connection:
        analyzed = sa.inspect(connection).has_table("sqlite_stat1")
    assert analyzed or not [lines for lines in found if "SCAN bo_search" in lines]


@pytest.mark.parametrize("field", sorted(RARE))
@pytest.mark.parametrize("sort", sorted(KEYS))
def test_a_rare_value(storage: SqlStorage, field: str, sort: str) -> None:
    """Its orders are looked up, whatever they are sorted by; where the sort is by that value, its range is read."""
    column = KEYS[sort]
    found = plans(storage, f"{field}:{RARE[field]}", sort)
    check(found)
    assert any(re.search(r"\(shop=\? AND \w+[=<>]", line) for line in found[-1]), column


@pytest.mark.parametrize("sort", sorted(key for key in KEYS if KEYS[key] in INDEXED))
@pytest.mark.parametrize("query", ["", "tag:all", "-tag:none", "tea", "tag:all,half"])
def test_each_indexed_sort(storage: SqlStorage, sort: str, query: str) -> None:
    """Its index is walked both ways, so a page needs no sorting."""
    for way in (sort, f"-{sort}"):
        found = plans(storage, query, way)
        check(found, KEYS[sort])
        assert "USE TEMP B-TREE FOR ORDER BY" not in found[-1]


@pytest.mark.parametrize("sort", sorted(key for key in KEYS if KEYS[key] not in INDEXED))
def test_a_sort_without_an_index(storage: SqlStorage, sort: str) -> None:
    """Of a value, however common, its orders are looked up and sorted, not all orders."""
    for query in ("tag:all", "tea", "tag:all total_price:>=1"):
        check(plans(storage, query, sort))


@pytest.mark.parametrize("query", PAIRS)
@pytest.mark.parametrize("sort", ["-created_at", "total_price", "-updated_at", "id"])
def test_pairs(storage: SqlStorage, query: str, sort: str) -> None:
    """Several values together go by the rarest of them, or walk the index of the sort."""
    check(plans(storage, query, sort), KEYS[sort.removeprefix("-")])


@pytest.mark.parametrize(
    "query", ["tag:all", "status:open", "tag:all created_at:>=2024", "status:open created_at:2024"]
)
def test_counting_a_value_reads_no_order(storage: SqlStorage, query: str) -> None:
    """The rows of the inverted index are its orders, so they are counted by themselves."""
    (lines,) = plans(storage, query, count=True)
    assert [] == [line for line in lines if "bo_search" in line]
    office = BackOffice.open(storage)
    assert len(list(office.orders.all(query))) == office.orders.count(query) == 300


def test_the_next_page(storage: SqlStorage) -> None:
    """A cursor is a bound of the index, so the last page costs what the first one does."""
    office = BackOffice.open(storage)
    for sort in ("-created_at", "total_price", "id"):
        said: list[str] = []
        after = office.orders.search(sort=sort, limit=10).next
        with watched(lambda connection, said=said: connection.set_trace_callback(said.append)):
            office.orders.search(sort=sort, limit=10, after=after)
        with storage.engine.connect() as connection:
            (text,) = (one for one in said if "bo_search" in one)
            lines = [row[3] for row in connection.exec_driver_sql("EXPLAIN QUERY PLAN " + text)]
        column = KEYS[sort.removeprefix("-")]
        assert [True] == [bool(re.search(rf"INDEX {INDEXES[column]} \(shop=\? AND {column}[<>]", one)) for one in lines]


def test_the_test_knows_the_indexes() -> None:
    """A column with an index stands in both tables; a field has a value here."""
    assert set(INDEXED) == set(INDEXES)
    assert set(COMMON) == set(FIELDS)


def steps(storage: SqlStorage, query: str, sort: str) -> int:
    """Return how much work SQLite does for a page, in hundreds of its instructions."""
    counted = 0

    def step() -> int:
        nonlocal counted
        counted += 1
        return 0

    office = BackOffice.open(storage, clock=FrozenClock())
    office.orders.search(query, sort=sort, limit=10)
    with watched(lambda connection: connection.set_progress_handler(step, 100)):
        office.orders.search(query, sort=sort, limit=10)
    with watched(lambda connection: connection.set_progress_handler(None, 0)):
        office.orders.search("", limit=1)
    return counted


def test_a_page_costs_the_same_in_a_shop_of_any_size(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What is common is walked until the page is full, what is rare is looked up: the rest is not read."""
    folder = tmp_path_factory.mktemp("sizes")
    small, large = filled(folder / "small.db", 300), filled(folder / "large.db", 1500)
    queries = ("", "tag:all", "tag:half status:open", "tea", "total_price:>=1", "-tag:none", "tag:half total_price:>=1")
    narrow = (
        "name:1007",
        "c7@example.com",
        f"id:{numbered_id(7)}",
        f"created_at:{RARE['created_at']}",
    )
    with mock.patch.object(sql_search, "FEW", 20):
        for query in (*queries, *narrow):
            for sort in ("-created_at", "total_price", "updated_at"):
                before, after = steps(small, query, sort), steps(large, query, sort)
                assert after <= 1.5 * before + 5, (query, sort, before, after)
    small.close()
    large.close()


def outbox_plans(storage: SqlStorage) -> list[list[str]]:
    """Return the plan of each statement about the outbox that a look into it runs."""
    said: list[str] = []
    with storage.read("main") as unit:
        driver = unit._session._connection.connection.dbapi_connection  # type: ignore[attr-defined]
        driver.set_trace_callback(said.append)
        assert not unit.has_due(START, ["notifier", "listener:stock"])
        driver.set_trace_callback(None)
    with storage.engine.connect() as connection:
        looks = [text for text in said if "bo_outbox" in text]
        return [[row[3] for row in connection.exec_driver_sql("EXPLAIN QUERY PLAN " + text)] for text in looks]


def test_an_outbox_with_nothing_due(tmp_path_factory: pytest.TempPathFactory) -> None:
    """One statement that goes by the index of what is due: what was sent, and what waits for others, is not read."""
    storage = filled(tmp_path_factory.mktemp("outbox") / "shop.db", 1)
    with storage.write("main") as unit:
        sent = [a_message(at, state="sent", subject=f"order-{at}") for at in range(1, 200)]
        unit.put_messages([*sent, *(a_message(at, destination="listener:none") for at in range(200, 400))])
    (lines,) = outbox_plans(storage)
    assert [] == [line for line in lines if line.startswith("SCAN")]
    bounds = "(shop=? AND state=? AND destination=? AND due_at<?)"
    assert [f"SEARCH bo_outbox USING INDEX bo_outbox_due {bounds}"] == [line for line in lines if "due_at" in line]
    lane = "(shop=? AND state=? AND subject=? AND destination=? AND seq<?)"
    assert [f"SEARCH earlier USING COVERING INDEX bo_outbox_lane {lane}"] == [line for line in lines if "lane" in line]
    assert not [line for line in lines if "TEMP B-TREE" in line]
    storage.close()


def test_leasing_walks_the_index_of_each_destination(tmp_path_factory: pytest.TempPathFactory) -> None:
    """In its order: nothing is sorted, and no more rows are read than are taken and wait behind others."""
    storage = filled(tmp_path_factory.mktemp("lease") / "shop.db", 1)
    with storage.write("main") as unit:
        unit.put_messages([a_message(at, subject=f"order-{at}") for at in range(1, 400)])
    said: list[str] = []
    with storage.write("main") as unit:
        driver = unit._session._connection.connection.dbapi_connection  # type: ignore[attr-defined]
        driver.set_trace_callback(said.append)
        assert 20 == len(unit.lease(START, START.add(minutes=2), 20, "token", ["notifier", "listener:stock"]))
        driver.set_trace_callback(None)
    selects = [text for text in said if text.startswith("SELECT") and "NOT (EXISTS" in text]
    with storage.engine.connect() as connection:
        for text in selects:
            lines = [row[3] for row in connection.exec_driver_sql("EXPLAIN QUERY PLAN " + text)]
            assert (
                "SEARCH bo_outbox USING INDEX bo_outbox_due (shop=? AND state=? AND destination=? AND due_at<?)"
                in lines
            )
            assert not [line for line in lines if "TEMP B-TREE" in line or line.startswith("SCAN")]
    assert 2 == len(selects)
    storage.close()


def first_and_last(storage: SqlStorage, turn: Callable[[Unit, str | None], Any], last: str) -> tuple[int, int]:
    """Return how much work SQLite does for the first page and for one behind a cursor, in tens of its instructions."""
    counted: list[int] = []
    with storage.read("main") as unit:
        driver = unit._session._connection.connection.dbapi_connection  # type: ignore[attr-defined]
        turn(unit, last)  # whatever is made but once
        for after in (None, last):
            counted.append(0)

            def step() -> int:
                counted[-1] += 1
                return 0

            driver.set_progress_handler(step, 10)
            turn(unit, after)
            driver.set_progress_handler(None, 0)
    return counted[0], counted[1]


def test_the_last_page_of_drafts_and_checkouts(tmp_path_factory: pytest.TempPathFactory) -> None:
    """It costs what the first one does: what stands before its cursor is not read."""
    storage = filled(tmp_path_factory.mktemp("lists") / "shop.db", 1)
    with storage.write("main") as unit:
        for at in range(600):
            unit.put_draft(a_draft_record(a_draft(f"draft-{at:03}", at=START.add(minutes=at))))
            unit.put_checkout(CheckoutRecord(checkout=a_checkout(f"checkout-{at:03}", at=START.add(minutes=at))))
    moment = to_micros(START.add(minutes=5))
    for kind, turn in (
        ("draft", lambda unit, after: unit.drafts(10, after).drafts),
        ("checkout", lambda unit, after: unit.checkouts(10, after).checkouts),
    ):
        last = cursor_at(moment, f"{kind}-005")
        with storage.read("main") as unit:
            assert [f"{kind}-{at:03}" for at in (4, 3, 2, 1, 0)] == [one.id for one in turn(unit, last)]
        first, behind = first_and_last(storage, turn, last)
        assert behind <= 1.5 * first, (kind, first, behind)
    storage.close()


def test_deleted_drafts_are_read_many_at_a_time(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Behind thousands of them one draft is left: a page of it takes a few statements, not one for each ten."""
    storage = filled(tmp_path_factory.mktemp("deleted") / "shop.db", 1)
    with storage.write("main") as unit:
        unit.put_draft(a_draft_record(a_draft("draft-left", at=START.subtract(days=1))))
        for at in range(300):
            saved = unit.put_draft(a_draft_record(a_draft(f"draft-{at:03}", at=START.add(minutes=at))))
            unit.put_draft(a_draft_record(attrs.evolve(saved, deleted_at=START)))
    said: list[str] = []
    with storage.read("main") as unit:
        driver = unit._session._connection.connection.dbapi_connection  # type: ignore[attr-defined]
        driver.set_trace_callback(said.append)
        assert ["draft-left"] == [one.id for one in unit.drafts(10).drafts]
        driver.set_trace_callback(None)
    assert 2 == len([text for text in said if "bo_drafts" in text])
    storage.close()
