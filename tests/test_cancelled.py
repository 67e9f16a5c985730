"""A task that is cancelled, wherever that meets it, gives its connection back."""

import asyncio
import gc
import time
from itertools import count

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from backoffice_core import AsyncBackOffice, Line
from backoffice_core.storage.sql import SqlStorage, set_up_sqlite

TEA = Line("Tea", sku="TEA", quantity=3, price="10.00")
NEW = {"currency": "EUR", "taxes_included": True}
#: aiosqlite that is cancelled while it connects leaves its file to the garbage collector; Python 3.13 warns of that.
LEAVES_FILES = (
    pytest.mark.filterwarnings("ignore:unclosed database:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:Exception ignored in. <sqlite3:pytest.PytestUnraisableExceptionWarning"),
)


class CancelledAt:
    """Awaits something and cancels the task when it waits for the so manieth time."""

    def __init__(self, inner, at):
        self._inner, self._at = inner, at
        self.waits = 0

    def __await__(self):
        steps = self._inner.__await__()
        thrown = None
        while True:
            try:
                waited_for = next(steps) if thrown is None else steps.throw(thrown)
            except StopIteration as stop:
                return stop.value
            self.waits += 1
            if self.waits == self._at:
                asyncio.current_task().cancel()
            thrown = None
            try:
                yield waited_for
            except BaseException as error:  # noqa: BLE001 - whatever it is, it is for what is awaited
                thrown = error


@pytest.fixture(params=["aiosqlite", pytest.param("PostgreSQL", marks=pytest.mark.postgres)])
def make_engine(request, tmp_path, monkeypatch):
    """Return what makes an engine of an empty shop, whose driver lets go of the loop whenever it may."""
    if request.param == "aiosqlite":
        url = f"sqlite+aiosqlite:///{tmp_path}/shop.db"
        SqlStorage(f"sqlite:///{tmp_path}/shop.db").migrate()
    else:
        url = request.getfixturevalue("emptied_postgres")().engine.url
        # psycopg lets other tasks go on where it need not wait, once the loop was busy for so long.
        monkeypatch.setattr("psycopg.waiting.MAX_BUSY_TIME", 0.0, raising=False)

    def make(**options):
        engine = create_async_engine(url, pool_size=1, max_overflow=0, pool_timeout=5)
        if request.param == "aiosqlite":
            set_up_sqlite(engine.sync_engine)
        return engine.execution_options(**options)

    return make


async def outcome_of(call, at):
    """Return how many times a call waited, and what came of it when it was cancelled at one of them."""
    cancelled = CancelledAt(call, at)

    async def run():
        return await cancelled

    (outcome,) = await asyncio.gather(asyncio.create_task(run()), return_exceptions=True)
    return cancelled.waits, outcome


async def mode_of(engine):
    """Return how a host's own transaction is set up."""
    async with engine.connect() as host:
        if engine.dialect.name == "sqlite":
            return (await host.execute(sa.text("PRAGMA query_only"))).scalar()
        shown = [
            (await host.execute(sa.text(f"SHOW transaction_{what}"))).scalar() for what in ("isolation", "read_only")
        ]
        return tuple(shown)


CALLS = {
    "place": lambda office, id: office.orders.place(lines=[TEA]),
    "get": lambda office, id: office.orders.get(id),
    "add_tags": lambda office, id: office.orders.add_tags(id, "x"),
    "refused": lambda office, id: office.orders.refund(id, amount="1.00"),
    "deliver": lambda office, id: office.outbox.deliver(),
    "run_due": lambda office, id: office.run_due(),
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize(
    "options",
    [
        pytest.param({}, id="plain"),
        pytest.param({"isolation_level": "SERIALIZABLE"}, id="host's options", marks=pytest.mark.slow),
    ],
)
def test_a_connection_is_given_back_wherever_a_call_is_cancelled(make_engine, caplog, name, options):
    """The pool has one: it is free at once, as it was set up, and the next call gets it; nothing is half done."""

    async def run():
        engine = make_engine(**options)
        async with await AsyncBackOffice.open(engine, **NEW) as office:
            id = (await office.orders.place(lines=[TEA])).order.id
            mode = await mode_of(engine)
            for at in count(1):
                started = time.monotonic()
                waits, outcome = await outcome_of(CALLS[name](office, id), at)
                # Locks that an earlier call had left would be waited for for five seconds.
                assert (at, True) == (at, time.monotonic() - started < 4)
                assert (at, 0) == (at, engine.pool.checkedout())
                if waits < at:
                    break
                assert isinstance(outcome, BaseException)
                assert (at, mode) == (at, await mode_of(engine))
                await office.orders.get(id)
            names = sorted([order.name async for order in office.orders])
            assert [f"#{1001 + at}" for at in range(len(names))] == names
            return at

    assert asyncio.run(run()) > 3
    gc.collect()
    assert [] == [one.getMessage() for one in caplog.records if "garbage collector" in one.getMessage()]


@LEAVES_FILES[0]
@LEAVES_FILES[1]
def test_opening_can_be_cancelled(make_engine):
    """As any other call."""

    async def run():
        engine, waits, at = make_engine(), 0, 0
        while waits >= at:
            at += 1
            waits, office = await outcome_of(AsyncBackOffice.open(engine, **NEW), at)
            assert (at, 0) == (at, engine.pool.checkedout())
        await office.close()
        return at

    assert asyncio.run(run()) > 3
    gc.collect()
