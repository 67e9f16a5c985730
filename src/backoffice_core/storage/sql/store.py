"""
The storage in SQL: an engine of its own, or a host's connection.

PostgreSQL: a view is ``REPEATABLE READ, READ ONLY``; a unit of work is ``READ COMMITTED`` and locks the rows
that it decides by. Whatever way an engine was set up, transactions of the storage's own are so.

How an engine is set up stands in ``engines.py``.
"""

import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session as OrmSession

from backoffice_core.failures import InvalidValue
from backoffice_core.storage.sql.engines import Synchronous, begin_now, engine_for
from backoffice_core.storage.sql.migrations import check, is_newest, migrate
from backoffice_core.storage.sql.pooled import connected, returned, unlock_closed
from backoffice_core.storage.sql.session import Session, translated, translation_of
from backoffice_core.storage.sql.unit import SqlUnit
from backoffice_core.storage.trouble import SaveUnknown, StorageBusy, StorageUnreachable

#: So many connections are kept for the next transaction, of readers and of writers.
MOST_IDLE = 8


#: The options of a view and of a unit of work, by dialect.
_TRANSACTIONS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "postgresql": (
        {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
        {"isolation_level": "READ COMMITTED"},
    )
}


class SqlStorage:
    """
    Keeps shops in a SQL database.

    Args:
        url: A SQLAlchemy URL such as ``sqlite:///shop.db``, or an engine. An engine that was made
            elsewhere is used as it is set up.

        synchronous: SQLite's durability; ``NORMAL`` may lose the last commits in a power cut.

        busy_seconds: How long a writer waits for another one.

        use_compiled: Whether hot statements go straight to the driver.
    """

    def __init__(
        self,
        url: str | sa.URL | sa.Engine,
        *,
        synchronous: Synchronous = "FULL",
        busy_seconds: float = 10.0,
        use_compiled: bool = True,
    ) -> None:
        self.engine = url if isinstance(url, sa.Engine) else engine_for(url, synchronous, busy_seconds)
        views, units = _TRANSACTIONS.get(self.engine.dialect.name, ({}, {}))
        self._reader = self.engine.execution_options(**views)
        self._writer = self.engine.execution_options(backoffice_write=True, **units)
        self.use_compiled = use_compiled
        dialect = self.engine.dialect
        self.keeps = dialect.name == "sqlite" and not dialect.is_async
        unlock_closed(self.engine)
        self._idle: dict[bool, deque[sa.Connection]] = {False: deque(), True: deque()}
        self._process = os.getpid()

    def migrate(self) -> int:
        """
        Bring the tables to the newest version; return how many versions they went up.

        Tables that are there already are only read, so a file that is being written to can be opened.
        """
        with translated(), connected(self.engine) as connection:
            if is_newest(connection):
                return 0
        with translated(), connected(self._writer) as connection, connection.begin():
            begin_now(connection, writes=True)
            return migrate(connection)

    def check(self) -> None:
        """
        Raise unless the tables are at the newest version.

        Raises:
            SchemaOutOfDate: They are not.
        """
        with translated(), connected(self.engine) as connection:
            check(connection)

    def read(self, shop: str) -> "Transaction":
        """Open a consistent view of a shop."""
        return Transaction(self, shop, writes=False)

    def write(self, shop: str) -> "Transaction":
        """
        Open a unit of work; its end commits it, an exception rolls it back.

        Raises:
            StorageBusy: The database stays locked.
        """
        return Transaction(self, shop, writes=True)

    def taken(self, *, writes: bool) -> sa.Connection:
        """Return a connection that nobody else uses."""
        if self._process != os.getpid():
            self._forget_parent()
        try:
            return self._idle[writes].pop()
        except IndexError:
            return connected(self._writer if writes else self._reader)

    def _forget_parent(self) -> None:
        """
        Let go of the connections of the process that this one was forked from, without closing them.

        SQLite's locks are the parent's; writing through its connections would lose what is written
        as soon as the parent closes the file.
        """
        self._process = os.getpid()
        self._idle = {False: deque(), True: deque()}
        self.engine.dispose(close=False)

    def given_back(self, connection: sa.Connection, *, writes: bool, after: BaseException | None = None) -> None:
        """Keep a connection for the next transaction, or let it go to its pool; *after* is for `returned`."""
        if self.keeps and len(self._idle[writes]) < MOST_IDLE:
            self._idle[writes].append(connection)
        else:
            returned(connection, after=after)

    def within(self, host: sa.Connection | OrmSession) -> "HostStorage":
        """Return a storage that works inside a host's transaction."""
        return HostStorage(host, use_compiled=self.use_compiled)

    def scrub(self) -> bool:
        """
        Write the SQLite file anew, with nothing in it of what was written over or deleted, and empty its log.

        It takes as long as copying the file, and waits for writers. False while somebody reads from the
        log, and on a server, whose own VACUUM this is left to.
        """
        if self.engine.dialect.name != "sqlite":
            return False
        connection = connected(self._writer)
        try:
            cursor: Any = connection.connection.cursor()
            cursor.execute("PRAGMA secure_delete")
            was = cursor.fetchone()[0]
            cursor.execute("PRAGMA secure_delete=ON")
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy = cursor.fetchone()[0]
            cursor.execute(f"PRAGMA secure_delete={('OFF', 'ON', 'FAST')[was]}")
            cursor.close()
        except Exception as error:
            if isinstance(translation_of(error), StorageBusy):
                return False
            raise
        finally:
            returned(connection)
        return not busy

    def close(self) -> None:
        """Close the connections."""
        for idle in self._idle.values():
            while idle:
                idle.pop().close()
        self.engine.dispose()


class Transaction:
    """
    One transaction of the storage's own.

    On SQLite its connection is kept for the next one, and BEGIN and COMMIT go straight to the
    driver: getting a connection from the pool, beginning and giving it back would take as long as
    the statements of a small command. Statements through Core join the same transaction.
    """

    def __init__(self, storage: SqlStorage, shop: str, *, writes: bool) -> None:
        self._storage = storage
        self._shop = shop
        self._writes = writes

    def __enter__(self) -> SqlUnit:
        try:
            self._connection = self._storage.taken(writes=self._writes)
            try:
                if not self._storage.keeps:
                    self._connection.begin()
                begin_now(self._connection, writes=self._writes)
            except BaseException as error:
                returned(self._connection, after=error)
                raise
        except Exception as error:
            meaning = translation_of(error)
            if meaning is None:
                raise
            raise meaning from error
        self._session = Session(self._connection, self._shop, use_compiled=self._storage.use_compiled)
        return SqlUnit(self._session)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        saves = error is None and self._writes
        try:
            self._session.done()
            self._end(saves=saves)
        except BaseException as failed:
            meaning = translation_of(failed)
            if isinstance(meaning, StorageUnreachable):
                self._connection.invalidate()
                meaning = SaveUnknown(meaning.detail) if saves else meaning
            returned(self._connection, after=failed)
            if meaning is None:
                raise
            raise meaning from failed
        self._storage.given_back(self._connection, writes=self._writes, after=error)
        meaning = translation_of(error) if error is not None else None
        if meaning is not None:
            raise meaning from error

    def _end(self, *, saves: bool) -> None:
        # Core knows of a transaction only when a statement went through it.
        ends: Any = self._connection if self._connection.in_transaction() else self._connection.connection
        if saves:
            ends.commit()
        else:
            ends.rollback()


class HostStorage:
    """
    A storage inside a transaction that a host opened and will end.

    Every unit of work is a SAVEPOINT. Nothing is committed here, and a unit that fails leaves the
    host's transaction as it was.
    """

    def __init__(self, host: sa.Connection | OrmSession, *, use_compiled: bool = True) -> None:
        if not isinstance(host, sa.Connection | OrmSession):
            raise InvalidValue("within", repr(host), "an SQLAlchemy Connection or Session")
        self._host = host
        self._use_compiled = use_compiled

    def _connection(self) -> sa.Connection:
        connection = self._host
        if isinstance(connection, OrmSession):
            connection.flush()
            connection = connection.connection()
        if is_autocommit(connection):
            # There is no transaction to be a part of, so nobody would commit what is written.
            raise InvalidValue("within", "a connection in AUTOCOMMIT", "one with a transaction that you commit")
        return connection

    @contextmanager
    def read(self, shop: str) -> Iterator[SqlUnit]:
        """Look at a shop as the host's transaction sees it."""
        with translated():
            session = Session(self._connection(), shop, use_compiled=self._use_compiled)
            try:
                yield SqlUnit(session)
            finally:
                session.done()

    @contextmanager
    def write(self, shop: str) -> Iterator[SqlUnit]:
        """Open a SAVEPOINT; an exception rolls back to it."""
        with translated():
            connection = self._connection()
            if not connection.in_transaction():
                connection.begin()
            begin_now(connection, writes=True)
            session = Session(connection, shop, use_compiled=self._use_compiled)
            with connection.begin_nested():
                try:
                    yield SqlUnit(session)
                finally:
                    session.done()

    def scrub(self) -> bool:
        """Do nothing; a file cannot be written anew within a transaction."""
        return False

    def close(self) -> None:
        """Do nothing; the connection is the host's."""


def is_autocommit(connection: sa.Connection) -> bool:
    """Whether a connection, or the engine that it is of, commits each statement by itself."""
    # What an engine was made with is in no public place.
    made_with = getattr(connection.dialect, "_on_connect_isolation_level", None)
    return str(connection.get_execution_options().get("isolation_level", made_with)).upper() == "AUTOCOMMIT"
