"""
Hypothesis profiles: the same examples every time by default, many new ones with ``--hypothesis-profile=deep``.

``first`` stops at the first failure and does not look for a smaller one.

And the PostgreSQL server that those share who need one.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, settings

from backoffice_core.storage.sql import SqlStorage
from backoffice_core.storage.sql.migrations import NEWEST

if TYPE_CHECKING:
    from tests.storage.pgserver import Server

# The clock of a busy machine says nothing about a rule. Explaining a failure takes longer than finding it.
settings.register_profile(
    "default",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate, Phase.target, Phase.shrink],
)
settings.register_profile("deep", settings.get_profile("default"), derandomize=False, max_examples=2000)
settings.register_profile("first", settings.get_profile("default"), phases=[Phase.explicit, Phase.generate])
settings.load_profile("default")


_OPENED: list[SqlStorage] = []
_begin, _migrate = SqlStorage.__init__, SqlStorage.migrate


def _noted(storage: SqlStorage, *given: Any, **more: Any) -> None:
    _begin(storage, *given, **more)
    _OPENED.append(storage)


@lru_cache
def _new_file() -> bytes:
    with TemporaryDirectory() as folder:
        made = SqlStorage(f"sqlite:///{folder}/new.db")
        _migrate(made)
        made.close()
        return Path(folder, "new.db").read_bytes()


def _migrated(storage: SqlStorage) -> int:
    """Make a new SQLite file as a copy of one that was migrated: making the tables takes longer than most tests."""
    file = Path(storage.engine.url.database or "")
    if storage.engine.dialect.name != "sqlite" or file.exists() or not file.parent.is_dir():
        return _migrate(storage)
    with NamedTemporaryFile(dir=file.parent) as whole:
        whole.write(_new_file())
        whole.flush()
        with suppress(FileExistsError):
            os.link(whole.name, file)
    return _migrate(storage) + NEWEST


@pytest.fixture
def migrating(monkeypatch: pytest.MonkeyPatch) -> None:
    """New files are migrated, and no copies."""
    monkeypatch.setattr(SqlStorage, "migrate", _migrate)


SqlStorage.__init__ = _noted  # type: ignore[method-assign]
SqlStorage.migrate = _migrated  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """Close the SQLite files that a test opened: Python 3.13 warns of those that nobody closes."""
    _OPENED.clear()
    yield
    for storage in _OPENED:
        if storage.engine.dialect.name == "sqlite" and not storage.engine.dialect.is_async:
            storage.close()
    _OPENED.clear()


@pytest.fixture(scope="session")
def postgres() -> Iterator["Server"]:
    """A PostgreSQL server for this process; the test is skipped where there is none."""
    from tests.storage.pgserver import running

    with running() as server:
        yield server


@pytest.fixture
def fresh_postgres(postgres: "Server") -> Iterator[str]:
    """The URL of a database without tables."""
    url = postgres.create()
    yield url.replace("+psycopg", "")
    postgres.drop(url)


@pytest.fixture(scope="session")
def _postgres_storages(postgres: "Server") -> Iterator[dict[bool, "SqlStorage"]]:
    """Two storages on one database, for all tests of the session: connecting takes longer than most of them."""
    from backoffice_core.storage.sql import SqlStorage

    url = postgres.create()
    storages = {use_compiled: SqlStorage(url, use_compiled=use_compiled) for use_compiled in (True, False)}
    storages[True].migrate()
    yield storages
    for storage in storages.values():
        storage.close()
    postgres.drop(url)


@pytest.fixture
def emptied_postgres(_postgres_storages: dict[bool, "SqlStorage"]) -> "Callable[..., SqlStorage]":
    """Return what empties the database and returns the storage, whose hot statements are compiled by us or not."""
    from tests.storage.pgserver import empty

    def make(*, use_compiled: bool = True) -> "SqlStorage":
        empty(_postgres_storages[True].engine)
        return _postgres_storages[use_compiled]

    return make
