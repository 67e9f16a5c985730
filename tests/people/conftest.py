"""A shop on each storage."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backoffice_core import BackOffice
from backoffice_core.storage.base import Storage
from backoffice_core.storage.memory import MemoryStorage
from backoffice_core.storage.sql import SqlStorage
from tests.people.shops import an_office


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BackOffice]:
    """Return a shop in memory, on SQLite, and on PostgreSQL."""
    if request.param == "postgresql":
        yield an_office(request.getfixturevalue("emptied_postgres")())
        return
    storage: Storage = MemoryStorage()
    if request.param == "sqlite":
        storage = SqlStorage(f"sqlite:///{tmp_path}/shop.db")
        storage.migrate()
    with an_office(storage) as office:
        yield office
