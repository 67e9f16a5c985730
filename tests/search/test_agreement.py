"""The two compilers, and the list: memory and SQLite find the same orders, in the same order."""

from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backoffice_core.orders.order import Order
from backoffice_core.search.conditions import Condition
from backoffice_core.search.findable import findable
from backoffice_core.search.meaning import meaning
from backoffice_core.search.predicate import predicate
from backoffice_core.search.sorting import COLUMN_TYPES, Sort
from backoffice_core.search.tree import Node
from backoffice_core.search.wanted import Wanted
from backoffice_core.storage.base import Storage
from backoffice_core.storage.memory import MemoryStorage
from backoffice_core.storage.sql import search as sql_search
from backoffice_core.storage.sql.store import SqlStorage
from tests.search.helpers import SCOPE, orders, stored, trees

shops = st.lists(st.integers(0, 5), min_size=1, max_size=6, unique=True).flatmap(
    lambda ids: st.tuples(*[orders(f"order-{id}") for id in ids])
)
sorts = st.builds(Sort, st.sampled_from(sorted(COLUMN_TYPES)), st.booleans())


def sqlite(folder: str, **options: bool) -> SqlStorage:
    """Return a new storage in a file."""
    storage = SqlStorage(f"sqlite:///{Path(folder, 'shop.db')}", synchronous="NORMAL", **options)  # type: ignore[arg-type]
    storage.migrate()
    return storage


def listed(storage: Storage, condition: Condition, sort: Sort) -> list[str]:
    """Return the ids of a list, read forwards in pages of two, and check that backwards it is the same."""
    with storage.read("main") as unit:
        forwards, start = [], None
        while len(forwards) <= 6 and (hits := unit.search(Wanted(condition, sort, 2, start))):
            forwards += hits
            start = hits[-1].cursor
        backwards = [*forwards[-1:]]
        while 0 < len(backwards) <= 6 and (
            hits := unit.search(Wanted(condition, sort, 2, backwards[-1].cursor, backwards=True))
        ):
            backwards += hits
        assert [hit.order.id for hit in forwards] == [hit.order.id for hit in reversed(backwards)]
        assert len(forwards) == unit.count(condition, 100)
        assert min(1, len(forwards)) == unit.count(condition, 1)
    return [hit.order.id for hit in forwards]


def expected(some: tuple[Order, ...], condition: Condition, sort: Sort) -> list[str]:
    """Return the ids of a list by its definition."""
    holds = predicate(condition)
    rows = [found.columns for order in some if holds(found := findable(order))]
    rows.sort(key=lambda row: (getattr(row, sort.column), row.id), reverse=sort.descending)
    return [row.id for row in rows]


@pytest.mark.parametrize("use_compiled", [True, False])
@pytest.mark.parametrize("few", [1000, 1, 0])
@pytest.mark.parametrize("examples", [40, pytest.param(250, marks=pytest.mark.slow)])
def test_all_find_the_same(examples: int, few: int, use_compiled: bool) -> None:
    """The predicate, memory and SQLite agree on every tree, whichever way SQLite goes about it."""

    @settings(max_examples=examples, suppress_health_check=[HealthCheck.too_slow])
    @given(shops, st.lists(st.tuples(trees(), sorts), min_size=1, max_size=5))
    def agree(some: tuple[Order, ...], asked: list[tuple[Node, Sort]]) -> None:
        with TemporaryDirectory() as folder, mock.patch.object(sql_search, "FEW", few):
            memory, file = MemoryStorage(), sqlite(folder, use_compiled=use_compiled)
            stored(memory, some)
            stored(file, some)
            for tree, sort in asked:
                condition = meaning(tree, SCOPE).condition
                want = expected(some, condition, sort)
                assert want == listed(memory, condition, sort)
                assert want == listed(file, condition, sort)
            file.close()

    agree()
