"""
A process that writes is killed with SIGKILL, again and again, and nothing is lost or half done.

The child runs commands through `BackOffice` on one file, or on PostgreSQL, and tells each one by a
line when it is acknowledged. A hook on the driver notes in shared memory whether a writing transaction
is open. The parent kills it, half of the times at a random moment after an acknowledged command,
half of the times inside a transaction: there the child stops itself at a random statement between
BEGIN and COMMIT, says so in the shared memory, and waits for the kill. Then the parent opens the
shop and looks: every command that was acknowledged is there, the next one is there whole or not
at all, and every invariant holds.
"""

import json
import mmap
import os
import random
import signal
import struct
import subprocess
import sys
import time
from collections import Counter

import pytest
import sqlalchemy as sa

from backoffice_core import BackOffice, Line, Sale
from backoffice_core.orders.order import Order
from backoffice_core.storage.codec import decode
from backoffice_core.storage.marks import due_at, source_key, unresolved_at
from backoffice_core.storage.sql import SqlStorage
from backoffice_core.storage.sql.tables import ENTRIES, EVENTS, KEYS, ORDERS, OUTBOX, SHOPS, STOCK, STOCK_LEDGER
from tests.storage.pgserver import running

# Foundation does not like to be forked.
pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork") or sys.platform == "darwin", reason="the child is made by fork without exec"
)

#: The fields of the shared memory: is a writing transaction open, did the child stop in one, stop at this statement.
OPEN, STOPPED, STOP_AT = 0, 4, 8


def storage_at(where):
    """Return the storage in a file, or of a URL."""
    return SqlStorage(where if "://" in str(where) else f"sqlite:///{where}")


def office_at(where):
    return BackOffice.open(storage_at(where), currency="EUR", taxes_included=True, auto_archive=False)


def prepare(where):
    storage = storage_at(where)
    storage.migrate()
    with BackOffice.open(storage, currency="EUR", taxes_included=True, auto_archive=False) as office:
        for place in ("here", "there"):
            office.catalog.add_location(place)
        office.catalog.add_product("Cup", sku="CUP", price="5.00")
        office.catalog.adjust("CUP", 100_000)
        office.catalog.adjust("CUP", 100_000, location="there")


# --- the child


def hook(storage, shared):
    """Note open transactions in the shared memory, and stop for good at the statement that the parent asked for."""
    seen = {"statements": 0, "open": False}

    def trace(text):
        if text.startswith(("BEGIN IMMEDIATE", "BEGIN ISOLATION LEVEL READ COMMITTED")):
            seen["statements"], seen["open"] = 0, True
            struct.pack_into("i", shared, OPEN, 1)
        elif text.startswith(("COMMIT", "ROLLBACK")):
            # COMMIT is about to run: what is killed from here on may be either.
            seen["open"] = False
            struct.pack_into("i", shared, OPEN, 0)
        elif seen["open"]:
            seen["statements"] += 1
            stop_at = struct.unpack_from("i", shared, STOP_AT)[0]
            if stop_at and seen["statements"] == stop_at:
                struct.pack_into("i", shared, STOPPED, 1)
                while True:
                    signal.pause()

    if storage.engine.dialect.name == "sqlite":
        sa.event.listen(storage.engine, "connect", lambda driver, _: driver.set_trace_callback(trace))
    else:
        hear_psycopg(trace)


def hear_psycopg(trace):
    """Tell each statement that psycopg sends, those that begin and end transactions among them."""
    from psycopg import Connection, Cursor

    def heard(kind, name, text_of):
        quiet = getattr(kind, name)

        def aloud(self, *args, **kwargs):
            trace(text_of(*args))
            return quiet(self, *args, **kwargs)

        setattr(kind, name, aloud)

    heard(Cursor, "execute", lambda text, *_: str(text))
    heard(Cursor, "executemany", lambda text, *_: str(text))
    heard(
        Connection,
        "_exec_command",
        lambda command, *_: command if isinstance(command, str) else bytes(command).decode(),
    )


def run_child(path, shared, out, seed):
    """Run commands for ever; tell each one when it was acknowledged."""
    chance = random.Random(seed)
    storage = storage_at(path)
    hook(storage, shared)
    office = BackOffice(storage)
    told = os.fdopen(out, "w")
    number = 0
    while True:
        number += 1
        key = f"{seed}-{number}"
        placed = office.orders.place(
            lines=[Line(variant="CUP", quantity=3), Line("Tea", sku="TEA", price="1.00")],
            payments=[Sale("16.00")],
            source=("web", key),
            idempotency_key=key,
        )
        tell(told, key, placed.order)
        order = placed.order
        for step in chance.sample(("fulfill", "refund", "tag", "restock", "cancel", "hold"), 3):
            number += 1
            key = f"{seed}-{number}"
            change = STEPS[step](office.orders, order.id, key)
            if change:
                tell(told, key, change.order)


def tell(told, key, order):
    told.write(json.dumps([key, order.id, order.version]) + "\n")
    told.flush()


STEPS = {
    "fulfill": lambda desk, id, key: quiet(desk.fulfill, id, lines={"CUP": 1}, notify=True, idempotency_key=key),
    "refund": lambda desk, id, key: quiet(desk.refund, id, lines={"CUP": 1}, notify=True, idempotency_key=key),
    "tag": lambda desk, id, key: desk.add_tags(id, key, idempotency_key=key),
    "restock": lambda desk, id, key: quiet(
        desk.refund, id, lines={"CUP": 1}, restock="no_restock", amount="5.00", idempotency_key=key
    ),
    "cancel": lambda desk, id, key: quiet(desk.cancel, id, restock=False, notify=True, idempotency_key=key),
    "hold": lambda desk, id, key: quiet(desk.hold, id, idempotency_key=key),
}


def quiet(command, *args, **kwargs):
    """Run a command; one that the rules refuse changed nothing."""
    from backoffice_core.errors import Refused

    try:
        return command(*args, **kwargs)
    except Refused:
        return None


# --- the parent


def one_life(path, seed, chance, *, inside):
    """Let a child work, kill it, and return what it had told and whether a transaction was open."""
    shared = mmap.mmap(-1, 16)
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read_end)
        try:
            run_child(path, shared, write_end, seed)
        finally:
            os._exit(1)
    os.close(write_end)
    with os.fdopen(read_end) as told:
        lines = [told.readline()]
        assert lines[0], "the child ended before its first command"
        if inside:
            struct.pack_into("i", shared, STOP_AT, chance.randint(1, 12))
            deadline = time.monotonic() + 10
            while not struct.unpack_from("i", shared, STOPPED)[0]:
                assert time.monotonic() < deadline, "the child never came to that statement"
                time.sleep(0.0005)
        else:
            time.sleep(chance.random() * 0.04)
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        assert signal.SIGKILL == os.WTERMSIG(status)
        was_open = bool(struct.unpack_from("i", shared, OPEN)[0])
        lines += told.readlines()
    shared.close()
    return [json.loads(line) for line in lines if line.endswith("\n")], was_open


def check(path, told):
    """Open the shop as a new process would; compare it with what was told, and check every invariant."""
    storage = storage_at(path)
    with storage.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            assert "ok" == connection.exec_driver_sql("PRAGMA quick_check").scalar()
        else:
            be_alone(connection)
        rows = {
            table.name: connection.execute(sa.select(table)).fetchall()
            for table in (ORDERS, EVENTS, ENTRIES, KEYS, OUTBOX, STOCK, STOCK_LEDGER, SHOPS)
        }
    storage.close()
    orders = {row.id: (row, decode(Order, row.doc, row.version)) for row in rows["bo_orders"]}
    keys = {row.key: row for row in rows["bo_keys"]}
    for key, id, version in told:
        assert id in orders, "an acknowledged order is lost"
        assert version <= orders[id][0].version, "an acknowledged change is lost"
        assert (id, version) == (keys[key].order_id, keys[key].version), "an acknowledged key is lost"
    check_whole(rows, orders)
    check_stock(rows, [order for _, order in orders.values()])
    return len(orders)


def be_alone(connection):
    """Wait until PostgreSQL has noticed that the child is dead: what it had asked to commit may still be saved."""
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    deadline = time.monotonic() + 10
    while connection.exec_driver_sql(others).scalar():
        assert time.monotonic() < deadline, "the dead child's connection is still there"
        connection.rollback()
        time.sleep(0.005)


def check_whole(rows, orders):
    """Each version of each order has its events and its key; figures sum; columns are as defined; names gapless."""
    events, entries, versions = Counter(), Counter(), Counter()
    for row in rows["bo_events"]:
        events[row.order_id, row.version] += 1
    for row in rows["bo_entries"]:
        entries[row.order_id] += row.total
    for row in rows["bo_keys"]:
        versions[row.order_id, row.version] += 1
    saved = {(id, version) for id, (row, _) in orders.items() for version in range(1, row.version + 1)}
    assert saved == set(events) == set(versions)
    assert len(versions) == sum(versions.values())
    messages = Counter(row.kind for row in rows["bo_outbox"])
    told = Counter(
        {"OrderPlaced": "order_placed", "OrderFulfilled": "order_shipped", "OrderRefunded": "order_refunded"}.get(
            row.type, "order_cancelled"
        )
        for row in rows["bo_events"]
        if '"notify":true' in row.data
    )
    assert told == messages
    for id, (row, order) in orders.items():
        assert order.sums.current_total == entries[id]
        assert (order.name, source_key(order.source), due_at(order), unresolved_at(order)) == (
            row.name,
            row.source,
            row.due_at,
            row.unresolved_at,
        )
        assert 0 <= order.sums.refunded <= order.sums.received
    (shop,) = rows["bo_shops"]
    assert list(range(1001, shop.next_number)) == sorted(order.number for _, order in orders.values())


def check_stock(rows, orders):
    """The levels are the sum of the ledger, and what is committed is what orders are allocated."""
    hand, committed, allocated = Counter(), Counter(), Counter()
    for row in rows["bo_stock_ledger"]:
        hand[row.location_id] += row.on_hand
        committed[row.location_id] += row.committed
    for order in orders:
        for line in order.lines:
            for place, units in line.allocated:
                allocated[place] += units
    for row in rows["bo_stock"]:
        assert hand[row.location_id] == row.on_hand
        assert committed[row.location_id] == row.committed == allocated[row.location_id]


def kill_many(path, kills, seed):
    """Kill a child many times; half of the times inside a transaction. Return what was seen."""
    prepare(path)
    chance = random.Random(seed)
    told, inside = [], 0
    for number in range(kills):
        lines, was_open = one_life(path, number, chance, inside=number % 2 == 0)
        told += lines
        inside += was_open
        if number % 10 == 9:
            check(path, told)
    orders = check(path, told)
    with office_at(path) as office:
        number = office.orders.place(lines=[Line(variant="CUP")]).order.number
    return {"kills": kills, "inside": inside, "orders": orders, "acknowledged": len(told), "next": number}


def killed(path, kills, seed):
    """Run `kill_many` in a process of its own: one without threads may fork."""
    done = subprocess.run(
        [sys.executable, __file__, str(path), str(kills), str(seed)],
        capture_output=True,
        check=False,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert 0 == done.returncode, done.stderr
    return json.loads(done.stdout)


@pytest.mark.timeout(120)
def test_a_killed_writer_loses_nothing(tmp_path):
    """Twenty kills after an acknowledged command, half of them between BEGIN and COMMIT."""
    seen = killed(tmp_path / "shop.db", 20, 20240517)
    assert 20 == seen["kills"]
    assert seen["inside"] >= 10
    assert seen["acknowledged"] >= 20
    assert 1001 + seen["orders"] == seen["next"]


@pytest.mark.postgres
@pytest.mark.timeout(120)
def test_a_killed_client_of_postgresql_loses_nothing(fsynced):
    """Eight kills, half of them between BEGIN and COMMIT; the server writes to disk what it has committed."""
    seen = killed(fsynced, 8, 20240518)
    assert 8 == seen["kills"]
    assert seen["inside"] >= 4
    assert 1001 + seen["orders"] == seen["next"]


@pytest.fixture
def fsynced():
    """The URL of a database on a server of our own."""
    with running(durable=True) as server:
        yield server.create()


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.timeout(1200)
def test_many_more_kills_of_clients_of_postgresql(fsynced):
    """Three hundred, with another beginning each time."""
    seen = killed(fsynced, 300, random.randrange(10**9))
    assert seen["inside"] >= 150


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_many_more_kills(tmp_path):
    """A thousand, with another beginning each time."""
    seen = killed(tmp_path / "shop.db", 1000, random.randrange(10**9))
    assert seen["inside"] >= 500


if __name__ == "__main__":
    json.dump(kill_many(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])), sys.stdout)
