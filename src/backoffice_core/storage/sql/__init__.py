"""The storage in SQL, by SQLAlchemy Core: ``SqlStorage`` in ``store.py`` is the way in."""

from backoffice_core.storage.sql.engines import engine_for, set_up_sqlite
from backoffice_core.storage.sql.store import HostStorage, SqlStorage

__all__ = ["HostStorage", "SqlStorage", "engine_for", "set_up_sqlite"]
