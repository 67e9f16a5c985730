"""Saved views in SQL."""

from collections.abc import Sequence

import sqlalchemy as sa

from backoffice_core.clock import from_micros, to_micros
from backoffice_core.search.views import SavedView
from backoffice_core.storage.sql.search import SearchTable
from backoffice_core.storage.sql.session import unique
from backoffice_core.storage.sql.tables import VIEWS

_V = VIEWS.c


class ViewsTable(SearchTable):
    """The part of a unit that keeps saved views; see `backoffice_core.storage.base.Unit`."""

    def views(self) -> Sequence[SavedView]:
        """Return all saved views, the oldest first."""
        mine = sa.select(VIEWS).where(_V.shop == self._session.shop).order_by(_V.created_at, _V.id)
        return [
            SavedView(id=row.id, name=row.name, query=row.query, sort=row.sort, created_at=from_micros(row.created_at))
            for row in self._session.core(mine)
        ]

    def put_view(self, view: SavedView) -> None:
        """Save a view, a new one or another one of its id."""
        values = {"name": view.name, "query": view.query, "sort": view.sort}
        with unique("view name", view.name):
            mine = (_V.shop == self._session.shop, _V.id == view.id)
            if not self._session.core(sa.update(VIEWS).where(*mine).values(**values)).rowcount:
                row = {"shop": self._session.shop, "id": view.id, "created_at": to_micros(view.created_at), **values}
                self._session.core(sa.insert(VIEWS).values(**row))

    def drop_view(self, id: str) -> bool:
        """Delete a view; False where there is none."""
        gone = sa.delete(VIEWS).where(_V.shop == self._session.shop, _V.id == id)
        return bool(self._session.core(gone).rowcount)
