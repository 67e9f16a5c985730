"""
A locked, full, read-only or broken database: a typed error, order and stock exactly as before,
and the shop goes on as soon as the trouble is over.
"""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path

import attrs
import pytest
import sqlalchemy as sa

from backoffice_core import Authorization, BackOffice, Line, Sale, context
from backoffice_core.failures import StorageFailed
from backoffice_core.storage.sql import SqlStorage
from backoffice_core.storage.sql.session import translated
from backoffice_core.storage.trouble import StorageBroken, StorageBusy, StorageUnreachable
from backoffice_core.testing.contract_base import everything


def an_office(path, **options):
    storage = SqlStorage(f"sqlite:///{path}", **{"busy_seconds": 0.05, **options})
    storage.migrate()
    office = BackOffice.open(storage, currency="EUR", taxes_included=True, auto_archive=False)
    if not office.catalog.locations():
        office.catalog.add_location("here")
        office.catalog.add_product("Cup", sku="CUP", price="5.00")
        office.catalog.adjust("CUP", 100)
    return office


@pytest.fixture
def path(tmp_path):
    return tmp_path / "shop.db"


@pytest.fixture
def office(path, monkeypatch):
    monkeypatch.setattr(context, "PATIENCE", 0.1)
    office = an_office(path)
    yield office
    office.close()


@pytest.fixture
def order(office):
    return office.orders.place(lines=[Line(variant="CUP", quantity=4)], payments=[Sale("20.00")]).order


COMMANDS = {
    "place": lambda office, id: office.orders.place(
        lines=[Line(variant="CUP")], payments=[Sale("5.00")], source=("web", "1"), idempotency_key="k"
    ),
    "refund": lambda office, id: office.orders.refund(id, lines={"CUP": 1}, idempotency_key="k"),
    "fulfill": lambda office, id: office.orders.fulfill(id, notify=True),
    "cancel": lambda office, id: office.orders.cancel(id),
    "tag": lambda office, id: office.orders.add_tags(id, "vip"),
    "adjust": lambda office, id: office.catalog.adjust("CUP", 1),
    "settings": lambda office, id: office.change_settings(locale="fr"),
    "deliver": lambda office, id: office.outbox.deliver(),
}


class TestLocked:
    @pytest.mark.parametrize("command", sorted(COMMANDS))
    def test_another_connection_holds_the_lock(self, office, order, path, command):
        """Every command says that the storage is busy, has changed nothing, and works once the lock is gone."""
        before = everything(office._context.storage)
        with sqlite3.connect(path, isolation_level=None) as rival:
            rival.execute("BEGIN IMMEDIATE")
            with pytest.raises(StorageBusy, match="nothing was saved, try again"):
                COMMANDS[command](office, order.id)
            assert before == everything(office._context.storage)
            rival.execute("ROLLBACK")
        rival.close()
        COMMANDS[command](office, order.id)

    def test_looking_and_previewing_wait_for_nobody(self, office, order, path):
        """A writer that does not end stops no reader."""
        with sqlite3.connect(path, isolation_level=None) as rival:
            rival.execute("BEGIN IMMEDIATE")
            assert order == office.orders.get(order.id)
            assert office.orders.preview.refund(order.id, lines={"CUP": 1}).refund
            assert office.orders.allowed(order.id)
        rival.close()

    def test_a_lock_that_goes_away_in_time(self, office, order, path, monkeypatch):
        """The command is tried again until it is done; nobody notices."""
        monkeypatch.setattr(context, "PATIENCE", 10)
        held, rival = threading.Event(), sqlite3.connect(path, isolation_level=None, check_same_thread=False)

        def hold():
            rival.execute("BEGIN IMMEDIATE")
            held.set()
            time.sleep(0.4)
            rival.execute("ROLLBACK")

        thread = threading.Thread(target=hold)
        thread.start()
        held.wait(5)
        assert 1 == len(office.orders.refund(order.id, lines={"CUP": 1}).order.refunds)
        thread.join()
        rival.close()

    def test_another_process_holds_the_lock(self, office, order, path):
        """And dies with it: its lock is gone, and so is what it had not committed."""
        script = (
            "import sqlite3, sys, time; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
            "c.execute('BEGIN IMMEDIATE'); c.execute('DELETE FROM bo_orders');"
            "print('locked', flush=True); time.sleep(60)"
        )
        before = everything(office._context.storage)
        with subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE) as rival:
            assert b"locked\n" == rival.stdout.readline()
            with pytest.raises(StorageBusy):
                office.orders.cancel(order.id)
            rival.kill()
        assert before == everything(office._context.storage)
        assert office.orders.cancel(order.id)

    def test_busy_is_bounded(self, office, order, path):
        """The time that is spent on trying is bounded, whatever the waits."""
        rival = sqlite3.connect(path, isolation_level=None)
        rival.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        with pytest.raises(StorageBusy):
            office.orders.cancel(order.id)
        assert time.monotonic() - started < 2
        rival.close()


class TestFullDisk:
    def fill(self, office, pages=0):
        """Let the file grow by no more than some pages, on every connection that is opened."""

        def limit(driver, _=None, __=None):
            used = driver.execute("PRAGMA page_count").fetchone()[0]
            driver.execute(f"PRAGMA max_page_count={used + pages}")

        storage = office._context.storage
        storage.close()
        sa.event.listen(storage.engine, "connect", limit)
        return lambda: (sa.event.remove(storage.engine, "connect", limit), storage.close())

    def test_a_full_disk(self, office, order):
        """Order, stock, keys, numbers and messages are as before, and the shop goes on when there is room."""
        free = self.fill(office)
        storage = office._context.storage
        done = []

        def fill():
            for number in range(2000):
                change = office.orders.place(
                    lines=[Line(variant="CUP") if number < 50 else Line("Tea", price="1.00")],
                    note="n" * 3000,
                    idempotency_key=f"k{number}",
                    source=("web", str(number)),
                )
                done.append(change.order)

        with pytest.raises(StorageBroken, match="full"):
            fill()
        count = office.orders.count()
        assert len(done) + 1 == count
        assert done == [office.orders.get(one.id) for one in done]
        assert None is office._context.read(lambda unit: unit.key(f"k{len(done)}"))
        assert None is office._context.read(lambda unit: unit.order_placed_from(("web", str(len(done)))))
        left = everything(storage)
        with pytest.raises(StorageBroken):
            office.orders.place(lines=[Line(variant="CUP")], note="n" * 5000)
        assert left == everything(storage)
        free()
        again = office.orders.place(lines=[Line(variant="CUP")], note="n" * 5000)
        assert f"#{1001 + count}" == again.order.name

    @pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounting a small disk needs root")
    @pytest.mark.parametrize("use_compiled", [True, False])
    def test_what_could_not_be_written_is_not_told(self, path, use_compiled):
        """A traceback in a log has neither the document nor what it was asked for, through Core neither."""
        office = an_office(path, use_compiled=use_compiled)
        with office._context.storage.engine.connect() as connection:
            connection.exec_driver_sql("ALTER TABLE bo_orders RENAME COLUMN doc TO text")
        who = {"email": "".join(["hopper", "@example.com"]), "note": "".join(["Grace", " called"])}
        with pytest.raises(StorageFailed) as caught:
            office.orders.place(lines=[Line(variant="CUP")], **who)
        told = "".join(traceback.format_exception(caught.value))
        assert "doc" in told
        assert [] == [word for word in who.values() if word in told]
        office.close()

    def test_a_disk_that_is_really_full(self, tmp_path, monkeypatch):
        """On a file system of 600 kB: the write-ahead log cannot grow, and nothing is lost or half done."""
        monkeypatch.setattr(context, "PATIENCE", 0.1)
        # Not below pytest's own folder: a run that is killed leaves a mount, which pytest could not remove later.
        disk = Path(tempfile.mkdtemp(prefix="backoffice-disk-"))
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", disk], capture_output=True, check=False
        )
        if mounted.returncode:
            disk.rmdir()
            pytest.skip("mounting is not allowed here")
        try:
            office = an_office(disk / "shop.db")
            placed = []

            def fill():
                for number in range(2000):
                    source = ("web", str(number))
                    change = office.orders.place(lines=[Line("Tea", price="1.00")], note="n" * 4000, source=source)
                    placed.append(change.order)

            with pytest.raises(StorageFailed):
                fill()
            storage = office._context.storage
            left = everything(storage)
            assert len(placed) == office.orders.count()
            assert placed[-1] == office.orders.get(placed[-1].id)
            with pytest.raises(StorageFailed):
                office.orders.place(lines=[Line(variant="CUP")], note="n" * 5000)
            assert left == everything(storage)
            office.close()
            saved = tmp_path / "shop.db"
            for end in ("", "-wal", "-shm"):
                if (disk / f"shop.db{end}").exists():
                    shutil.copy(disk / f"shop.db{end}", f"{saved}{end}")
            again = an_office(saved)
            assert left == everything(again._context.storage)
            assert f"#{1001 + len(placed)}" == again.orders.place(lines=[Line("Tea", price="1.00")]).order.name
            again.close()
        finally:
            subprocess.run(["umount", disk], check=True)
            disk.rmdir()


class TestReadOnly:
    def test_a_file_that_may_not_be_written(self, office, order, path):
        """Looking works, a command is a typed error, and nothing is changed."""
        storage = SqlStorage(f"sqlite:///file:{path}?mode=ro&uri=true")
        reader = BackOffice(storage)
        assert order == reader.orders.get(order.id)
        before = everything(office._context.storage)
        with pytest.raises(StorageBroken, match="readonly"):
            reader.orders.cancel(order.id)
        assert before == everything(office._context.storage)
        reader.close()

    @pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everywhere")
    def test_a_folder_that_may_not_be_written(self, tmp_path):
        """Opening a shop there is a typed error."""
        closed = tmp_path / "closed"
        closed.mkdir(mode=stat.S_IRUSR | stat.S_IXUSR)
        with pytest.raises(StorageBroken):
            an_office(closed / "shop.db")

    def test_a_folder_that_is_not_there(self, tmp_path):
        """The same."""
        with pytest.raises(StorageBroken, match="unable to open"):
            BackOffice.open(tmp_path / "none" / "shop.db", currency="EUR", taxes_included=True)


class TestCorrupted:
    def test_a_file_that_is_no_database(self, path):
        """It is a typed error, and the file is left as it is."""
        path.write_bytes(b"Dear diary, " * 500)
        with pytest.raises(StorageBroken, match="not a database"):
            BackOffice.open(path, currency="EUR", taxes_included=True)
        assert path.read_bytes().startswith(b"Dear diary")

    def test_a_file_that_was_damaged(self, office, order, path):
        """Garbage in the middle of the file: a typed error wherever it is met, never another order."""
        for number in range(40):
            office.orders.place(lines=[Line("Tea", price="1.00")], note="n" * 2000, source=("web", str(number)))
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        office.close()
        content = bytearray(path.read_bytes())
        for page in range(2, len(content) // 4096, 2):
            content[page * 4096 : page * 4096 + 512] = os.urandom(512)
        path.write_bytes(content)
        for look in (
            lambda: list(office.orders),
            lambda: office.orders.cancel(order.id),
            lambda: office.orders.place(lines=[Line("Tea", price="1.00")], note="n" * 2000),
        ):
            with pytest.raises(StorageFailed):
                look()

    def test_a_document_that_was_damaged(self, office, order):
        """The order it belongs to cannot be read or changed; the others can."""
        other = office.orders.place(lines=[Line("Tea", price="1.00")]).order
        with office._context.storage.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE bo_orders SET doc = substr(doc, 1, 200) WHERE id = ?", (order.id,))
        for command in (office.orders.get, office.orders.cancel, office.orders.allowed):
            with pytest.raises(StorageBroken, match="a stored order cannot be read"):
                command(order.id)
        assert office.orders.cancel(other.id)

    def test_an_order_that_cannot_be_read_holds_up_no_other(self, office):
        """`run_due` counts it, and does what time brings to the rest."""
        soon = office._context.now().add(seconds=1)
        held = [Authorization("1.00", expires_at=soon)]
        ids = [office.orders.place(lines=[Line("Tea", price="1.00")], payments=held).order.id for _ in range(3)]
        with office._context.storage.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE bo_orders SET doc = ? WHERE id = ?", ('{"v":99}', ids[0]))
        later = office._with(attrs.evolve(office._context, clock=lambda: soon.add(days=1)))
        report = later.run_due()
        assert (2, 1) == (report.expired, report.failed)
        assert ["expired", "expired"] == [office.orders.get(id).financial_status for id in ids[1:]]


class TestTranslation:
    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("SQLITE_BUSY", StorageBusy),
            ("SQLITE_LOCKED", StorageBusy),
            ("SQLITE_BUSY_SNAPSHOT", StorageBusy),
            ("SQLITE_FULL", StorageBroken),
            ("SQLITE_IOERR", StorageBroken),
            ("SQLITE_READONLY", StorageBroken),
            ("SQLITE_CORRUPT", StorageBroken),
            ("SQLITE_NOTADB", StorageBroken),
            ("SQLITE_CANTOPEN", StorageBroken),
        ],
    )
    def test_every_driver_error_has_a_meaning(self, name, kind):
        """By its code, the cause chained."""
        error = sqlite3.OperationalError("something")
        error.sqlite_errorname = name
        with pytest.raises(kind) as caught, translated():
            raise error
        assert error is caught.value.__cause__
        assert name in str(caught.value)

    @pytest.mark.parametrize("code", ["40001", "40P01", 1213, 1205, 1020, 1047])
    def test_other_databases_say_it_in_codes(self, code):
        """Serialization, deadlock, lock wait, cluster certification, lost quorum: try again."""

        class Error(Exception):
            sqlstate = code if isinstance(code, str) else None

        with pytest.raises(StorageBusy), translated():
            raise Error(*([code] if isinstance(code, int) else []), "could not")

    @pytest.mark.parametrize("code", ["08006", "57P01", "57P03", "25P03", 2006, 2013])
    def test_a_server_that_is_away_says_it_in_codes(self, code):
        """Lost, shutting down, starting up: nothing was saved, and trying again may do."""

        class Error(Exception):
            sqlstate = code if isinstance(code, str) else None

        with pytest.raises(StorageUnreachable, match="nothing was saved, try again"), translated():
            raise Error(*([code] if isinstance(code, int) else []), "gone")

    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("connection failed: connection to server at 127.0.0.1 failed: Connection refused", StorageUnreachable),
            ("server closed the connection unexpectedly", StorageUnreachable),
            ("the connection is closed", StorageUnreachable),
            ("connection failed: FATAL:  the database system is starting up", StorageUnreachable),
            ("connection failed: FATAL:  password authentication failed for user", StorageBroken),
            ('connection failed: FATAL:  database "shop" does not exist', StorageBroken),
        ],
    )
    def test_a_connection_that_is_not_made_says_it_in_words(self, text, kind):
        """psycopg has no code for it; a wrong password stays wrong."""

        class Error(Exception):
            sqlstate = None

        with pytest.raises(StorageFailed) as caught, translated():
            raise Error(text)
        assert kind is type(caught.value)

    def test_a_number_in_a_text_is_no_code(self):
        """An id that holds such a number makes no error worth another try."""
        error = sqlite3.IntegrityError("Key (main, 40001-1213-1205) exists")
        with pytest.raises(StorageBroken), translated():
            raise error

    def test_errors_that_are_no_drivers_pass(self):
        """A bug is a bug."""
        with pytest.raises(ZeroDivisionError), translated():
            raise ZeroDivisionError

    def test_a_pool_without_a_connection_left(self):
        """Somebody will give one back: busy."""
        with pytest.raises(StorageBusy), translated():
            raise sa.exc.TimeoutError("QueuePool limit of size 5 overflow 10 reached")
