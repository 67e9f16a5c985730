"""
Searching on PostgreSQL: the same orders in the same order as in memory, by the indexes.

The plans are those that PostgreSQL makes of a filled shop, its statistics up to date.
"""

from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backoffice_core.orders.order import Order
from backoffice_core.search.conditions import AllOf, Between, Has, Starts
from backoffice_core.search.meaning import meaning
from backoffice_core.search.sorting import Sort
from backoffice_core.search.summary import summary_row
from backoffice_core.search.tree import Node
from backoffice_core.search.wanted import Wanted
from backoffice_core.storage.codec import dumps
from backoffice_core.storage.memory import MemoryStorage
from backoffice_core.storage.sql import SqlStorage
from backoffice_core.storage.sql import search as sql_search
from backoffice_core.storage.sql.compiled import compiled
from backoffice_core.storage.sql.session import Session
from backoffice_core.storage.sql.unit import SqlUnit
from backoffice_core.testing import a_shop, an_order
from tests.search.helpers import SCOPE, stored, trees
from tests.search.test_agreement import expected, listed, shops, sorts
from tests.storage.pgserver import Server

pytestmark = pytest.mark.postgres

Emptied = Callable[..., SqlStorage]


@pytest.mark.parametrize(("few", "use_compiled"), [(1000, True), (1, False), (0, True)])
@pytest.mark.parametrize("examples", [12, pytest.param(60, marks=pytest.mark.slow)])
def test_all_find_the_same(examples: int, few: int, use_compiled: bool, emptied_postgres: Emptied) -> None:
    """The predicate, memory and PostgreSQL agree on every tree, whichever way PostgreSQL goes about it."""

    @settings(max_examples=examples, suppress_health_check=[HealthCheck.too_slow])
    @given(shops, st.lists(st.tuples(trees(), sorts), min_size=1, max_size=5))
    def agree(some: tuple[Order, ...], asked: list[tuple[Node, Sort]]) -> None:
        with mock.patch.object(sql_search, "FEW", few):
            memory, server = MemoryStorage(), emptied_postgres(use_compiled=use_compiled)
            stored(memory, some)
            stored(server, some)
            for tree, sort in asked:
                condition = meaning(tree, SCOPE).condition
                want = expected(some, condition, sort)
                assert want == listed(memory, condition, sort)
                assert want == listed(server, condition, sort)

    agree()


# --- plans

#: Orders of the filled shop, one a minute; nine of ten are paid, ten have a rare tag.
MANY = 20_000

_ORDERS = f"""
INSERT INTO bo_search SELECT 'main', 'o-' || lpad(n::text, 6, '0'), 1, n * 60000000::bigint, n * 60000000::bigint,
    1000 + n, (n * 7919) %% 100000, (n * 7919) %% 100000, 1, 'customer ' || n %% 50, 'Paris',
    CASE WHEN n %% 10 = 0 THEN 'pending' ELSE 'paid' END, 'unfulfilled', %(summary)s,
    E'\\x1ffin:' || CASE WHEN n %% 10 = 0 THEN 'pending' ELSE 'paid' END || E'\\x1f'
        || CASE WHEN n %% 2000 = 1 THEN E'tag:rare\\x1f' ELSE '' END,
    ' customer ' || n %% 50 || ' '
FROM generate_series(1, {MANY}) n
"""
_TERMS = """
INSERT INTO bo_terms SELECT s.shop, t.term, s.created_at, s.id FROM bo_search s,
    unnest(string_to_array(trim(E'\\x1f' from s.terms), E'\\x1f') || ARRAY['w:customer', 'w:' || s.number]) t(term)
"""


@pytest.fixture(scope="module")
def filled(postgres: Server) -> Iterator[SqlStorage]:
    """A shop of many orders, as far as searching looks at them."""
    url = postgres.create()
    storage = SqlStorage(url)
    storage.migrate()
    with storage.write("main") as unit:
        unit.create_shop(a_shop())
    with storage.engine.begin() as connection:
        # Else what was just written may not yet be marked as seen by all.
        connection.exec_driver_sql("SET LOCAL synchronous_commit = on")
        connection.exec_driver_sql(_ORDERS, {"summary": dumps(summary_row(an_order()))})
        connection.exec_driver_sql(_TERMS)
    with storage.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # What the server does by itself before long; here its autovacuum is off.
        connection.exec_driver_sql("VACUUM ANALYZE bo_search, bo_terms")
    yield storage
    storage.close()
    postgres.drop(url)


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the nodes of a plan, the outer ones first."""
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


def plans(storage: SqlStorage, act: Callable[[SqlUnit], object]) -> list[list[str]]:
    """Return how PostgreSQL goes about each statement of *act*: its scans with their indexes, and whether it sorts."""
    asked: list[tuple[Any, dict[str, Any]]] = []
    run = Session.run

    def noted(session: Session, statement: Any, **values: Any) -> Any:
        asked.append((statement, {**values, "shop": "main"}))
        return run(session, statement, **values)

    with mock.patch.object(Session, "run", noted), storage.read("main") as unit:
        act(unit)
    found = []
    with storage.engine.connect() as connection:
        for statement, values in asked:
            ready = compiled(statement, connection.dialect)
            text = f"EXPLAIN (FORMAT JSON) {ready.text}"
            ((told,),) = connection.exec_driver_sql(text, ready.values(values)).fetchall()
            steps = list(nodes(told[0]["Plan"]))
            scans = [step for step in steps if "Scan" in step["Node Type"]]
            found.append([f"{step['Node Type']} {step.get('Index Name', '')}".strip() for step in scans])
            found[-1] += ["Sort"] * any("Sort" in step["Node Type"] for step in steps)
    return found


@pytest.mark.parametrize(
    ("condition", "sort", "way"),
    [
        # few: looked up in the inverted index, then sorted
        (Has("tag:rare"), "-created_at", ["Index Only Scan bo_terms_pkey", "Index Scan bo_search_pkey"]),
        (Has("tag:rare"), "total", ["Index Only Scan bo_terms_pkey", "Index Scan bo_search_pkey", "Sort"]),
        (Starts("tag:ra"), "total", ["Index Only Scan bo_terms_pkey", "Index Scan bo_search_pkey", "Sort"]),
        # a common term, by date: its rows are walked
        (Has("fin:paid"), "-created_at", ["Index Only Scan bo_terms_pkey", "Index Scan bo_search_pkey"]),
        # else the index of the sort key
        (AllOf(()), "-created_at", ["Index Scan bo_search_created"]),
        (AllOf(()), "total", ["Index Scan bo_search_total"]),
        (Has("fin:paid"), "-updated_at", ["Index Scan bo_search_updated"]),
        (Between("created_at", 60_000_000, 120_000_000), "-created_at", ["Index Scan bo_search_created"]),
    ],
    ids=str,
)
def test_a_list_is_found_by_an_index(filled: SqlStorage, condition: Any, sort: str, way: list[str]) -> None:
    """Never by reading all orders; sorted are only those that were looked up."""
    by = Sort(sort.removeprefix("-"), sort.startswith("-"))
    *counted, listed = plans(filled, lambda unit: unit.search(Wanted(condition, by, 50, None)))
    assert way == listed
    assert all(scans == ["Index Only Scan bo_terms_pkey"] for scans in counted)
