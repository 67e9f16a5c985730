"""The shops that lists are read from."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backoffice_core.storage.memory import MemoryStorage
from backoffice_core.storage.sql.store import SqlStorage
from tests.search.shops import Shop


@pytest.fixture(params=["memory", "sqlite"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    """Return a shop in memory, and one on SQLite."""
    if request.param == "memory":
        yield Shop(MemoryStorage())
        return
    storage = SqlStorage(f"sqlite:///{tmp_path / 'shop.db'}")
    storage.migrate()
    yield Shop(storage)
    storage.close()
