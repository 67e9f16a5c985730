"""
A server that restarts, crashes or is away; a connection that is lost at the worst moment.

Every command says what it knows: done, not done, or that nobody can say. What was acknowledged is there.
"""

import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
import sqlalchemy as sa

from backoffice_core import BackOffice, CustomerRef, Line, Sale, context
from backoffice_core.errors import SaveUnknown, StorageBroken, StorageBusy, StorageFailed, StorageUnreachable
from backoffice_core.storage.sql import SqlStorage
from backoffice_core.storage.sql.store import Transaction
from backoffice_core.storage.sql.tables import SEARCH, SHOPS
from backoffice_core.storage.sql.unit import SqlUnit
from backoffice_core.testing.contract_base import everything
from tests.storage import pgserver

pytestmark = pytest.mark.postgres

TEA = [Line("Tea", sku="TEA", quantity=3, price="10.00")]
NEW = {"currency": "EUR", "taxes_included": True, "auto_archive": False}


@pytest.fixture
def office(emptied_postgres):
    return BackOffice.open(emptied_postgres(), **NEW)


@pytest.fixture(scope="module")
def fragile():
    """A server of our own to stop and crash; what it has committed is on disk."""
    with pgserver.running(durable=True) as server:
        yield server


@pytest.fixture
def shaky(fragile):
    """A shop on it."""
    url = fragile.create()
    storage = SqlStorage(url)
    storage.migrate()
    with BackOffice.open(storage, **NEW) as office:
        yield office
    fragile.drop(url)


class TestServer:
    @pytest.mark.parametrize("crash", [False, True])
    def test_restarted_between_commands(self, fragile, shaky, crash):
        """Connections that are dead are not used: reading and writing go on as if nothing had been."""
        order = shaky.orders.place(lines=TEA).order
        fragile.halt(crash=crash)
        fragile.start()
        assert order == shaky.orders.get(order.id)
        fragile.halt(crash=crash)
        fragile.start()
        assert "#1002" == shaky.orders.place(lines=TEA).order.name

    def test_away(self, fragile, shaky, monkeypatch):
        """It is told at once when looking, after the patience when writing; then the shop goes on."""
        monkeypatch.setattr(context, "PATIENCE", 0.3)
        before = everything(shaky._context.storage)
        fragile.halt()
        try:
            with pytest.raises(StorageUnreachable, match="nothing was saved, try again"):
                shaky.orders.count()
            started = time.monotonic()
            with pytest.raises(StorageUnreachable):
                shaky.orders.place(lines=TEA)
            assert 0.3 <= time.monotonic() - started < 5
            with pytest.raises(StorageUnreachable):
                BackOffice.open(shaky._context.storage.engine.url.render_as_string(hide_password=False))
        finally:
            fragile.start()
        assert before == everything(shaky._context.storage)
        assert "#1001" == shaky.orders.place(lines=TEA).order.name

    def test_back_while_a_command_is_tried(self, fragile, shaky):
        """Nobody notices but the clock."""
        fragile.halt()
        back = threading.Timer(0.3, fragile.start)
        back.start()
        assert "#1001" == shaky.orders.place(lines=TEA).order.name
        back.join()

    def test_crashed_under_load(self, fragile, shaky):
        """All that was acknowledged is there, once; each other command said that it failed, and can be given again."""
        told, over = {}, threading.Event()

        def sell(at):
            for number in range(10_000):
                if over.is_set():
                    return
                key = f"{at}-{number}"
                try:
                    told[key] = shaky.orders.place(lines=TEA, source=("web", key)).order.id
                except StorageFailed as no:
                    told[key] = no

        with ThreadPoolExecutor(4) as pool:
            sellers = [pool.submit(sell, at) for at in range(4)]
            for _ in range(2):
                time.sleep(0.15)
                fragile.halt(crash=True)
                fragile.start()
            over.set()
            for one in sellers:
                one.result()
        sold = {key: id for key, id in told.items() if isinstance(id, str)}
        assert len(sold) > 4
        assert sold.keys() <= {order.source[1] for order in shaky.orders}
        for key in told:
            order = shaky.orders.place(lines=TEA, source=("web", key)).order
            assert sold.get(key, order.id) == order.id
        names = sorted(order.number for order in shaky.orders)
        assert list(range(1001, 1001 + len(told))) == names


class TestConnection:
    def test_lost_in_the_middle(self, office, monkeypatch):
        """Before COMMIT nothing is saved, so it is done again, once."""
        order = office.orders.place(lines=TEA, payments=[Sale("30.00")]).order
        quick, tries = SqlUnit.put, []

        def lost(unit, record):
            tries.append(1)
            if len(tries) == 1:
                unit._session.core(sa.text("SELECT pg_terminate_backend(pg_backend_pid())"))
            return quick(unit, record)

        monkeypatch.setattr(SqlUnit, "put", lost)
        assert office.orders.refund(order.id, lines={"TEA": 1})
        assert (2, "10.00 EUR") == (len(tries), str(office.orders.get(order.id).refunded))

    @pytest.mark.parametrize("saved", [False, True])
    @pytest.mark.parametrize("key", [None, "k"])
    def test_lost_while_saving(self, office, monkeypatch, key, saved):
        """Nobody can say whether it was saved. Under a key it is found out; without one it is told."""
        end, tries = Transaction._end, []

        def lost(transaction, *, saves):
            if saves and not tries:
                tries.append(1)
                if saved:
                    end(transaction, saves=True)
                raise psycopg.OperationalError("server closed the connection unexpectedly")
            end(transaction, saves=saves)

        monkeypatch.setattr(Transaction, "_end", lost)
        if key is None:
            with pytest.raises(SaveUnknown, match="it may be saved or not"):
                office.orders.place(lines=TEA)
            assert (1 if saved else 0) == office.orders.count()
        else:
            change = office.orders.place(lines=TEA, idempotency_key=key)
            assert ("#1001", saved) == (change.order.name, change.replayed)
            assert 1 == office.orders.count()

    def test_a_pool_does_not_keep_it(self, office):
        """A connection that was lost is not used again, nor are those that its server has closed."""
        killed = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        for _ in range(3):
            with (
                office._context.storage.engine.connect() as connection,
                pytest.raises(sa.exc.OperationalError, match="terminating"),
            ):
                connection.execute(sa.text(killed))
            assert 0 == office.orders.count()


class TestWhatIsTold:
    def test_a_deadlock(self, office):
        """Two who wait for each other: one is told that it may try again, and nothing of it is saved."""
        storage, both = office._context.storage, threading.Barrier(2)
        ids = [office.orders.place(lines=TEA).order.id for _ in range(2)]

        def lock(first, second):
            with storage.write("main") as unit:
                unit.order(first, lock=True)
                both.wait(5)
                unit.order(second, lock=True)

        with ThreadPoolExecutor(2) as pool:
            errors = [one.exception() for one in (pool.submit(lock, *ids), pool.submit(lock, *ids[::-1]))]
        (error,) = [one for one in errors if one is not None]
        assert StorageBusy is type(error)
        assert "40P01" in str(error)

    def test_a_row_is_not_quoted(self, office):
        """PostgreSQL tells the row that it will not have; a log may not."""
        engine = office._context.storage.engine
        who = {"email": "".join(["hopper", "@example.com"]), "note": "".join(["Grace", " called"])}
        with engine.begin() as connection:
            connection.execute(sa.text(f"ALTER TABLE {SEARCH.name} ADD COLUMN mood TEXT NOT NULL DEFAULT 'x'"))
            connection.execute(sa.text(f"ALTER TABLE {SEARCH.name} ALTER COLUMN mood DROP DEFAULT"))
        try:
            with pytest.raises(StorageBroken, match="mood") as caught:
                office.orders.place(lines=TEA, **who)
        finally:
            with engine.begin() as connection:
                connection.execute(sa.text(f"ALTER TABLE {SEARCH.name} DROP COLUMN mood"))
        told = "".join(traceback.format_exception(caught.value))
        assert [] == [word for word in ("hopper", "Grace", "Failing row") if word in told]

    def test_a_wrong_password_or_database(self, postgres, office):
        """Trying again would not help; the password is in no text."""
        url = office._context.storage.engine.url
        for wrong in (url.set(password="secret-7"), url.set(database="nowhere")):
            with pytest.raises(StorageBroken) as caught:
                BackOffice.open(wrong.render_as_string(hide_password=False))
            assert "secret-7" not in "".join(traceback.format_exception(caught.value))

    def test_a_row_that_others_hold_too_long(self, office):
        """With ``lock_timeout`` set a command is busy, and is tried again until it is free."""
        engine = office._context.storage.engine
        patient = sa.create_engine(engine.url, connect_args={"options": "-c lock_timeout=50ms"})
        other = BackOffice.open(patient)
        with engine.connect() as connection:
            connection.execute(sa.update(SHOPS).values(next_number=SHOPS.c.next_number))
            free = threading.Timer(0.2, connection.commit)
            free.start()
            assert "#1001" == other.orders.place(lines=TEA).order.name
            free.join()
        patient.dispose()


class TestRoom:
    def test_a_locale_that_is_none(self, office):
        """A column of a message has less room than a text of the order: what counts of it stands first."""
        locale = "fr-" + "x" * 500
        order = office.orders.place(lines=TEA, customer=CustomerRef(email="ada@example.com", locale=locale)).order
        (row,) = office.outbox.list()
        assert (locale, locale[:35]) == (order.customer.locale, row.locale)
