"""
Numbered migrations, forward only.

Where there are no tables, those of today are made. Older ones are brought up step by step; a step
is written against the tables of its time, by statements of its own, and is never changed. That
both ways lead to the same tables is a test. All of it runs in one transaction, which leaves the
newest number in ``bo_schema``.
"""

from collections.abc import Callable
from typing import Final

import sqlalchemy as sa

from backoffice_core.storage.sql.tables import METADATA, SCHEMA
from backoffice_core.storage.trouble import SchemaOutOfDate

Migration = Callable[[sa.Connection], None]

#: What brings tables of version n to version n + 1 stands at place n - 1.
MIGRATIONS: Final[tuple[Migration, ...]] = ()
NEWEST: Final = len(MIGRATIONS) + 1


def stored_version(connection: sa.Connection) -> int:
    """Return the version of the tables; 0 where there are none."""
    if not sa.inspect(connection).has_table(SCHEMA.name):
        return 0
    return int(connection.execute(sa.select(SCHEMA.c.version)).scalar() or 0)


def is_newest(connection: sa.Connection) -> bool:
    """Return whether the tables are at the newest version."""
    return stored_version(connection) == NEWEST


def migrate(connection: sa.Connection) -> int:
    """
    Bring the tables to the newest version, within the connection's transaction.

    Returns:
        How many versions they went up; that of new tables counts from 0.

    Raises:
        SchemaOutOfDate: The tables are newer than this version of the library.
    """
    stored = stored_version(connection)
    if stored > NEWEST:
        raise SchemaOutOfDate(stored, NEWEST)
    if not stored:
        METADATA.create_all(connection)
    for migration in MIGRATIONS[stored - 1 :] if stored else ():
        migration(connection)
    if stored < NEWEST:
        connection.execute(sa.delete(SCHEMA))
        connection.execute(sa.insert(SCHEMA), {"id": 1, "version": NEWEST})
    return NEWEST - stored


def check(connection: sa.Connection) -> None:
    """
    Raise unless the tables are at the newest version.

    Raises:
        SchemaOutOfDate: They are not.
    """
    stored = stored_version(connection)
    if stored != NEWEST:
        raise SchemaOutOfDate(stored, NEWEST)
