"""
Engines: from a URL to an engine that is set up for this library.

SQLite: one file, write-ahead log, ``synchronous=FULL`` unless told otherwise (what is acknowledged
survives a power cut), and ``BEGIN IMMEDIATE`` for every unit of work: a deferred transaction that
turns into a writer fails at once when somebody else wrote meanwhile.
"""

import sqlite3
import time
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import event

from backoffice_core.failures import InvalidValue

Synchronous = Literal["FULL", "NORMAL"]

#: How many seconds a new connection tries to turn the write-ahead log on.
PATIENCE = 10.0


def url_of(url: str | sa.URL) -> sa.URL:
    """
    Return a URL that leads to a database.

    Raises:
        InvalidValue: It is none, or leads to a SQLite in memory, which is another one for each connection.
    """
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise InvalidValue("url", repr(url), "a URL such as sqlite:///shop.db") from None
    if parsed.drivername == "postgresql":
        # SQLAlchemy 2.0 would take psycopg2, 2.1 takes psycopg, which is in our extra.
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise InvalidValue("url", repr(url), "a file such as sqlite:///shop.db, or memory: for a shop in memory")
    return parsed


def engine_for(url: str | sa.URL, synchronous: Synchronous = "FULL", busy_seconds: float = 10.0) -> sa.Engine:
    """
    Return an engine set up for this library.

    Raises:
        InvalidValue: The URL or the durability cannot be meant.
    """
    if synchronous not in ("FULL", "NORMAL"):
        raise InvalidValue("synchronous", repr(synchronous), "FULL or NORMAL")
    parsed = url_of(url)
    if parsed.get_backend_name() != "sqlite":
        try:
            return sa.create_engine(parsed, hide_parameters=True, pool_pre_ping=True)
        except sa.exc.NoSuchModuleError:
            raise InvalidValue("url", repr(parsed.drivername), "a database that SQLAlchemy knows") from None
    options: dict[str, Any] = {"connect_args": {"timeout": busy_seconds}, "hide_parameters": True}
    options |= {"pool_size": 8, "max_overflow": 64}
    engine = sa.create_engine(parsed, **options)
    tune_sqlite(engine, synchronous)
    return engine


def tune_sqlite(engine: sa.Engine, synchronous: Synchronous = "FULL") -> None:
    """Make an engine of SQLite keep a write-ahead log, and leave the transactions to whoever begins them."""

    @event.listens_for(engine, "connect")
    def connected(driver: Any, _: Any) -> None:
        driver.isolation_level = None
        cursor = driver.cursor()
        _write_ahead(cursor)
        cursor.execute(f"PRAGMA synchronous={synchronous}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()


def _write_ahead(cursor: Any) -> None:
    """Turn the write-ahead log on; of several that open a new file at once SQLite refuses some without waiting."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() >= end:
                raise
            time.sleep(0.01)
        else:
            return


def begin_now(connection: sa.Connection, *, writes: bool) -> None:
    """
    See to it that SQLite is in a transaction, of a writer from the start where it will write.

    The driver puts BEGIN off until the first write: a reader would see two states, a writer could
    not be sure of what it read, and a SAVEPOINT outside a transaction is committed by its release.
    """
    if connection.dialect.name != "sqlite":
        return
    fairy = connection.connection
    if not getattr(fairy.driver_connection, "in_transaction", False):
        cursor = fairy.cursor()
        cursor.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
        cursor.close()


def set_up_sqlite(engine: sa.Engine, synchronous: Synchronous = "FULL") -> None:
    """
    Set an engine of a host's own up as this library's engines are.

    Its transactions begin when they begin, not at their first write; those with the execution
    option ``backoffice_write`` as writers.
    """
    tune_sqlite(engine, synchronous)

    @event.listens_for(engine, "begin")
    def begun(connection: sa.Connection) -> None:
        begin_now(connection, writes=bool(connection.get_execution_options().get("backoffice_write")))
