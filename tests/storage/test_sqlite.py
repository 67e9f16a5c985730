"""The storage in SQL passes the contract on SQLite, whichever way its statements go to the driver."""

import sqlite3
import threading

import pytest
import sqlalchemy as sa

from backoffice_core.failures import InvalidValue
from backoffice_core.storage.sql import SqlStorage, engines
from backoffice_core.storage.sql.tables import ORDERS
from backoffice_core.storage.trouble import StorageBusy
from backoffice_core.testing import StorageContract


class SqliteContract(StorageContract):
    reopens = True
    plants = True

    def made(self, path):
        return SqlStorage(f"sqlite:///{path}")

    @pytest.fixture
    def storage(self, tmp_path):
        storage = self.made(tmp_path / "shop.db")
        storage.migrate()
        yield storage
        storage.close()

    def reopen(self, storage):
        again = self.made(storage.engine.url.database)
        again.check()
        return again

    def plant(self, storage, order_id, text):
        with storage.engine.begin() as connection:
            connection.execute(sa.update(ORDERS).where(ORDERS.c.id == order_id).values(doc=text))


class TestSqlite(SqliteContract):
    pass


class TestThroughCore(SqliteContract):
    """With every statement through SQLAlchemy Core."""

    def made(self, path):
        return SqlStorage(f"sqlite:///{path}", use_compiled=False)


@pytest.mark.slow
class TestNormal(SqliteContract):
    """With ``synchronous=NORMAL``, which is told to SQLite and to nothing of ours."""

    def made(self, path):
        return SqlStorage(f"sqlite:///{path}", synchronous="NORMAL")


def pragma(storage, name):
    with storage.engine.connect() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


@pytest.mark.parametrize(("asked", "level"), [({}, 2), ({"synchronous": "FULL"}, 2), ({"synchronous": "NORMAL"}, 1)])
def test_what_is_acknowledged_is_on_disk_by_default(tmp_path, asked, level):
    """A write-ahead log, synchronous FULL unless NORMAL was chosen, and foreign keys on."""
    storage = SqlStorage(f"sqlite:///{tmp_path}/shop.db", **asked)
    assert ("wal", level, 1) == tuple(pragma(storage, name) for name in ("journal_mode", "synchronous", "foreign_keys"))
    storage.close()


@pytest.mark.parametrize("synchronous", ["OFF", "full", None, 2])
def test_other_durability_is_refused(tmp_path, synchronous):
    """A shop that may lose what it acknowledged is not opened by a slip."""
    with pytest.raises(InvalidValue, match="synchronous"):
        SqlStorage(f"sqlite:///{tmp_path}/shop.db", synchronous=synchronous)


@pytest.mark.parametrize("url", ["", "shop.db", "sqlite://", "sqlite:///:memory:"])
def test_a_url_that_cannot_be_meant(url):
    """It is refused with what would do; a SQLite in memory would be another one per connection."""
    with pytest.raises(InvalidValue, match=r"sqlite:///shop\.db"):
        SqlStorage(url)


def test_a_unit_of_work_takes_the_lock_before_it_looks(tmp_path):
    """`BEGIN IMMEDIATE` for a unit of work, `BEGIN` for a view."""
    storage = SqlStorage(f"sqlite:///{tmp_path}/shop.db")
    storage.migrate()
    said = []
    sa.event.listen(storage.engine, "checkout", lambda driver, *_: driver.set_trace_callback(said.append))
    with storage.read("main") as unit:
        unit.settings()
    with storage.write("main") as unit:
        unit.settings()
    assert ["BEGIN", "BEGIN IMMEDIATE"] == [text for text in said if text.startswith("BEGIN")]
    storage.close()


def test_a_file_that_others_open_too_is_waited_for(tmp_path):
    """While somebody reads a new file the log cannot be turned on, and SQLite says so at once: it is tried again."""
    path = tmp_path / "shop.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE theirs (a)")
    other.execute("BEGIN")
    other.execute("SELECT * FROM theirs").fetchall()
    done = threading.Timer(0.3, lambda: other.execute("COMMIT"))
    done.start()
    storage = SqlStorage(f"sqlite:///{path}", busy_seconds=0.0)
    assert "wal" == pragma(storage, "journal_mode")
    done.join()
    storage.close()
    other.close()


def test_a_file_that_is_never_free_is_told(tmp_path, monkeypatch):
    """After its patience the storage says that it is busy."""
    monkeypatch.setattr(engines, "PATIENCE", 0.1)
    path = tmp_path / "shop.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("CREATE TABLE theirs (a)")
    other.execute("BEGIN EXCLUSIVE")
    storage = SqlStorage(f"sqlite:///{path}", busy_seconds=0.0)
    with pytest.raises(StorageBusy):
        storage.migrate()
    other.execute("COMMIT")
    storage.migrate()
    storage.close()
    other.close()


def test_every_table_begins_with_the_shop():
    """Every primary key and every index, but for the table of the schema's version."""
    from backoffice_core.storage.sql.tables import METADATA

    for table in METADATA.tables.values():
        assert table.name.startswith("bo_")
        if table.name != "bo_schema":
            assert "shop" == next(iter(table.primary_key.columns)).name
            assert {"shop"} <= {next(iter(index.columns)).name for index in table.indexes} | {"shop"}
            assert all(next(iter(index.columns)).name == "shop" for index in table.indexes)
            assert not any(column.autoincrement is True for column in table.columns)
