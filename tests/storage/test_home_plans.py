"""What the home page costs on SQLite: statements go by an index, and orders beyond what is counted add nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import pytest

from backoffice_core import BackOffice
from backoffice_core.storage.sql.session import Session
from backoffice_core.testing.builders import a_message, a_product
from backoffice_core.testing.clock import FrozenClock
from tests.storage.test_plans import filled


@contextmanager
def connected(watch: object) -> Iterator[None]:
    """Tell the driver's connection of each statement before it is run, whichever way it goes."""

    def through(name: str) -> object:
        run = getattr(Session, name)

        def told(self: Session, *given: object, **values: object) -> object:
            watch(self._connection.connection.dbapi_connection)  # type: ignore[operator]
            return run(self, *given, **values)

        return mock.patch.object(Session, name, told)

    with through("run"), through("core"):  # type: ignore[attr-defined]
        yield


def said_by(ask: object) -> list[str]:
    """Return the statements that something runs."""
    said: list[str] = []
    with connected(lambda connection: connection.set_trace_callback(said.append)):
        ask()  # type: ignore[operator]
    return [text for text in said if text.startswith("SELECT")]


@pytest.mark.parametrize("analyzed", [False, True])
def test_every_statement_goes_by_an_index(tmp_path, analyzed: bool) -> None:
    """Nothing is scanned; only the few variants that are scarce are sorted."""
    storage = filled(tmp_path / "shop.db", 300)
    with storage.write("main") as unit:
        unit.put_product(a_product())
        unit.put_messages([a_message(at, state="dead", subject=f"order-{at}") for at in range(1, 50)])
    if analyzed:
        with storage.engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")
    office = BackOffice.open(storage, clock=FrozenClock())
    for ask in (office.home.advice, office.home.figures):
        statements = said_by(ask)
        assert statements
        for text in statements:
            with storage.engine.connect() as connection:
                plan = [row[3] for row in connection.exec_driver_sql("EXPLAIN QUERY PLAN " + text)]
            if "bo_search" not in text or "LIMIT" not in text:  # whether there is an order at all: the first will do
                assert not [line for line in plan if line.startswith("SCAN bo_")], (text, plan)
            if "bo_stock" not in text and "bo_entries" not in text:
                assert not [line for line in plan if "TEMP B-TREE" in line], (text, plan)
    storage.close()


def test_it_costs_the_same_in_a_shop_of_any_size(tmp_path) -> None:
    """Counting ends, so five times the orders are no more work."""
    work = []
    for count in (300, 1500):
        storage, counted = filled(tmp_path / f"{count}.db", count), 0

        def step() -> int:
            nonlocal counted
            counted += 1
            return 0

        office = BackOffice.open(storage, clock=FrozenClock())
        with mock.patch("backoffice_core.desks.home.MOST", 50):
            office.home.advice()
            with connected(lambda connection, step=step: connection.set_progress_handler(step, 10)):
                assert {"orders_to_fulfill", "payments_to_collect"} <= {one.id for one in office.home.advice()}
        assert counted
        work.append(counted)
        storage.close()
    assert work[1] <= 1.1 * work[0] + 5, work
