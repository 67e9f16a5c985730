"""
Connections of an engine's pool: taken and given back whole, also by a task that is cancelled meanwhile.

Setting a connection up, and back, talks to an asyncio driver. A task that is cancelled there leaves
SQLAlchemy's ``Engine.connect`` and ``Connection.close`` in the middle: the pool counts the connection as
taken for ever.
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.util import await_only, greenlet_spawn

from backoffice_core.failures import BackOfficeError
from backoffice_core.storage.sql.session import is_driver_error

R = TypeVar("R")

#: So many seconds a task that is cancelled waits for its connection to be given back.
PATIENCE = 5.0


def unlock_closed(engine: sa.Engine) -> None:
    """
    See to it that a connection of an asyncio engine of SQLite lets go of its locks when it is closed in the middle.

    SQLite keeps one that is closed while a cursor of it is alive, with its transaction, and after a
    cancellation cursors live until the garbage collector comes: all writers would wait for that.
    """
    is_meant = engine.dialect.name == "sqlite" and engine.dialect.is_async
    if is_meant and not event.contains(engine, "invalidate", _roll_back):
        event.listen(engine, "invalidate", _roll_back)


def _roll_back(driver: Any, *_: object) -> None:
    # One that cannot even roll back any more is to be closed all the same.
    with contextlib.suppress(Exception):
        driver.rollback()


def connected(engine: sa.Engine) -> sa.Connection:
    """
    Return a connection of an engine's pool, set up as the engine says.

    One whose setting up is cancelled is closed: what is set up by half is not for anybody else.
    """
    taken = engine.raw_connection()
    try:
        return sa.Connection(engine, taken)
    except BaseException:
        _whole(engine, taken.invalidate)
        raise


def returned(connection: sa.Connection, *, after: BaseException | None = None) -> None:
    """
    Give a connection back to its pool, rolled back and set up as it was.

    Args:
        connection: The connection.

        after: What its transaction ended with. An asyncio driver that was interrupted, by the cancellation of
            a task, may be left in a state in which the next transaction fails: its connection is closed.
    """
    engine = connection.engine
    expected = after is None or isinstance(after, BackOfficeError) or is_driver_error(after)

    def work() -> None:
        if engine.dialect.is_async and not expected:
            connection.invalidate()
        connection.close()

    _whole(engine, work)


def _whole(engine: sa.Engine, work: Callable[[], R]) -> R:
    """Do something to the end; then only tell of a cancellation."""
    if not engine.dialect.is_async:
        return work()
    done: R = await_only(_to_the_end(work))
    return done


async def _to_the_end(work: Callable[[], R]) -> R:
    task: asyncio.Task[Any] = asyncio.create_task(greenlet_spawn(work))
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            if cancelled is None:
                asyncio.get_running_loop().call_later(PATIENCE, task.cancel)
            cancelled = error
    done: R = task.result()
    if cancelled is not None:
        raise cancelled
    return done
