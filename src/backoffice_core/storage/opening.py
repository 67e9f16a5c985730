"""Which storage a URL means."""

import os

import sqlalchemy as sa

from backoffice_core.storage.base import Storage
from backoffice_core.storage.memory import MemoryStorage
from backoffice_core.storage.sql.engines import Synchronous
from backoffice_core.storage.sql.store import SqlStorage


def storage_at(url: str | os.PathLike[str] | sa.Engine | Storage, synchronous: Synchronous) -> Storage:
    """
    Return a storage that is ready: a file is brought to the newest version, a server's tables are checked.

    Raises:
        InvalidValue: It is no URL that leads to a storage.
        SchemaOutOfDate: The tables of a server have to be migrated first.
    """
    if isinstance(url, sa.Engine):
        storage = SqlStorage(url)
    elif isinstance(url, os.PathLike):
        storage = SqlStorage(sa.URL.create("sqlite", database=os.fspath(url)), synchronous=synchronous)
    elif isinstance(url, SqlStorage):
        storage = url
    elif not isinstance(url, str):
        return url
    elif url in ("memory:", "memory://"):
        return MemoryStorage()
    else:
        storage = SqlStorage(url, synchronous=synchronous)
    try:
        if storage.engine.dialect.name == "sqlite":
            storage.migrate()
        else:
            storage.check()
    except BaseException:
        if isinstance(url, str | os.PathLike):
            storage.close()
        raise
    return storage
