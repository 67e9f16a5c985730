"""One transaction: how its statements are run, and what its driver's errors mean."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from backoffice_core.failures import BackOfficeError, StorageFailed
from backoffice_core.storage.sql.compiled import compiled, compiled_insert
from backoffice_core.storage.trouble import AlreadyStored, StorageBroken, StorageBusy, StorageUnreachable

#: What drivers say when trying again may do, and the codes that they give: PostgreSQL's, MariaDB's.
_TRANSIENT = ("locked", "busy", "deadlock", "could not serialize")
_TRANSIENT_CODES = ("40001", "40P01", "55P03", 1213, 1205, 1020, 1047)
#: What they say when the server is away; PostgreSQL's classes of such codes.
_AWAY = (
    *("connection refused", "connection is lost", "connection is closed", "server closed the connection"),
    *(
        "connection timeout expired",
        "starting up",
        "shutting down",
        "not yet accepting connections",
        "too many clients",
    ),
    *("terminating connection", "connection reset", "broken pipe"),
)
_AWAY_CODES = ("57P01", "57P02", "57P03", "57P05", "53300", "25P03", 2002, 2003, 2006, 2013)


class Session:
    """Statements within one transaction of one shop."""

    def __init__(self, connection: sa.Connection, shop: str, *, use_compiled: bool = True) -> None:
        self._connection = connection
        self._dialect = connection.dialect
        self._cursor: Any = None
        self._use_compiled = use_compiled
        self.shop = shop

    def run(self, statement: Any, **values: Any) -> Any:
        """Run a hot statement and return what gives its rows and row count."""
        # In an UPDATE Core keeps the names of columns for what is set, so there it is `in_shop`.
        values["in_shop" if statement.is_update else "shop"] = self.shop
        if not self._use_compiled:
            return self._connection.execute(statement, values)
        ready = compiled(statement, self._dialect)
        cursor = self._cursor or self._driver_cursor()
        cursor.execute(ready.text, ready.values(values))
        return cursor

    def insert(self, table: sa.Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows, each with a value for every column of the table, in the order of its columns."""
        if not rows:
            return
        if not self._use_compiled:
            names = table.columns.keys()
            self._connection.execute(sa.insert(table), [dict(zip(names, row, strict=True)) for row in rows])
        else:
            compiled_insert(table, self._dialect).insert(self._driver_cursor(), rows)

    def insert_new(self, table: sa.Table, **row: Any) -> bool:
        """
        Insert a row, with a value for every column but the shop, unless a unique key of it is in use.

        Returns:
            Whether it was inserted. The transaction goes on in either case.
        """
        if self._dialect.name == "postgresql":
            # There an error would be the end of the transaction.
            return bool(self.run(_insert_unless_there(table), **row).rowcount == 1)
        try:
            self.run(_insert(table), **row)
        except Exception as error:
            if not is_unique_violation(error):
                raise
            return False
        return True

    def many(self, statement: Any, rows: Sequence[dict[str, Any]]) -> int:
        """Run a hot statement for each row of values, which get the shop; return how many rows of its table it met."""
        if not rows:
            return 0
        for row in rows:
            row["in_shop" if statement.is_update else "shop"] = self.shop
        if not self._use_compiled:
            return sum(self._connection.execute(statement, row).rowcount for row in rows)
        ready = compiled(statement, self._dialect)
        cursor = self._driver_cursor()
        cursor.executemany(ready.text, [ready.values(row) for row in rows])
        return int(cursor.rowcount)

    def core(self, statement: Any, values: Any = None) -> sa.CursorResult[Any]:
        """Run any other statement through Core."""
        result: sa.CursorResult[Any] = self._connection.execute(statement, values or {})
        return result

    def _driver_cursor(self) -> Any:
        if self._cursor is None:
            self._cursor = self._connection.connection.cursor()
        return self._cursor

    def done(self) -> None:
        """Let go of the driver's cursor."""
        if self._cursor is not None:
            self._cursor.close()
            self._cursor = None


@lru_cache(maxsize=64)
def _insert(table: sa.Table) -> Any:
    return sa.insert(table)


@lru_cache(maxsize=64)
def _insert_unless_there(table: sa.Table) -> Any:
    # Core looks at the row count of an INSERT only when it is told to.
    return postgresql.insert(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)


def is_id(text: str) -> bool:
    """Whether a text can be the id of a document: ids are ASCII, and others could not even be asked for everywhere."""
    return text.isascii() and "\0" not in text


def is_driver_error(error: BaseException) -> bool:
    """Whether an error comes from SQLAlchemy or a DB-API driver."""
    if isinstance(error, sa.exc.SQLAlchemyError):
        return True
    return any(kind.__name__ == "Error" and kind.__module__ != "builtins" for kind in type(error).__mro__)


def is_unique_violation(error: BaseException) -> bool:
    """Whether a driver says that a unique key is in use."""
    return any(kind.__name__ == "IntegrityError" for kind in type(error).__mro__)


class unique:  # noqa: N801 - reads like the function it could be, and costs a third of it
    """
    Says which key it was that is in use.

    Raises:
        AlreadyStored: A unique key is in use.
    """

    def __init__(self, kind: str, key: str) -> None:
        self._kind = kind
        self._key = key

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if error is not None and is_unique_violation(error):
            hush(error)
            raise AlreadyStored(self._kind, self._key) from error


def hush(error: BaseException) -> None:
    """Take the row that PostgreSQL quotes out of an error: it stays in logs, and may tell who bought what."""
    cause = getattr(error, "orig", None) or error
    told = getattr(getattr(cause, "diag", None), "message_primary", None)
    if told is not None:
        cause.args = error.args = (told,)


def translation_of(error: BaseException) -> StorageFailed | None:
    """
    Return what a driver's error means here; None for an error that is no driver's.

    What it quotes of a row is taken out of it.
    """
    if isinstance(error, BackOfficeError) or not is_driver_error(error):
        return None
    hush(error)
    cause = getattr(error, "orig", None) or error
    code = str(getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", "") or "")
    text = f"{code} {cause}".strip()
    codes, lower = (code, cause.args[0] if cause.args else None), text.lower()
    if code.startswith("08") or _met(codes, _AWAY_CODES) or any(words in lower for words in _AWAY):
        return StorageUnreachable(text)
    # A pool that has no connection left gives one as soon as somebody is done.
    if _met(codes, _TRANSIENT_CODES) or any(w in lower for w in _TRANSIENT) or isinstance(error, sa.exc.TimeoutError):
        return StorageBusy(text)
    return StorageBroken(text)


def _met(given: tuple[object, ...], known: tuple[object, ...]) -> bool:
    return any(one in known for one in given)


@contextmanager
def translated() -> Iterator[None]:
    """
    Turn driver errors into this library's, with the cause chained.

    Raises:
        StorageBusy: Trying again may do.
        StorageBroken: It will not.
    """
    try:
        yield
    except Exception as error:
        meaning = translation_of(error)
        if meaning is None:
            raise
        raise meaning from error
