"""Saved views: `BackOffice.orders.views`."""

from collections.abc import Iterator
from typing import Any

import attrs

from backoffice_core.context import Context
from backoffice_core.failures import UnknownId
from backoffice_core.search.query import Query
from backoffice_core.search.sorting import NEWEST_FIRST
from backoffice_core.search.values import Scope
from backoffice_core.search.views import SavedView, checked
from backoffice_core.storage.base import Unit


class Views:
    """
    Queries with a name, the oldest first.

    A shop begins with Unfulfilled, Unpaid, Open and Archived; they are changed and deleted like others.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    def __iter__(self) -> Iterator[SavedView]:
        return iter(self._context.read(lambda unit: unit.views()))

    def get(self, view: str) -> SavedView:
        """
        Return a view by its id or name.

        Raises:
            UnknownId: There is none.
        """
        return self._context.read(lambda unit: _the(unit, view))

    def save(self, name: str, query: str | Query, *, sort: str = NEWEST_FIRST) -> SavedView:
        """
        Save a new view.

        Args:
            name: 1 to 40 characters, unique in the shop.

            query: What it finds; unlike in a search, nothing in it may be unclear.

            sort: The order of its list, as `Orders.search` takes it.

        Raises:
            InvalidView: Name, query or sort will not do; all that is wrong is told at once.
        """

        def work(unit: Unit) -> SavedView:
            now = self._context.now()
            view = SavedView(id=self._context.new_id(), name=name, query=_text(query), sort=sort, created_at=now)
            return self._put(unit, view, query)

        return self._context.write(work)

    def change(
        self, view: str, *, name: str | None = None, query: str | Query | None = None, sort: str | None = None
    ) -> SavedView:
        """
        Change name, query or sort of a view.

        Raises:
            InvalidView: Name, query or sort will not do.
            UnknownId: There is no such view.
        """

        def work(unit: Unit) -> SavedView:
            given: dict[str, Any] = {"name": name, "query": None if query is None else _text(query), "sort": sort}
            # A view has no lock of its own.
            unit.settings(lock=True)
            stored = _the(unit, view)
            changed = attrs.evolve(stored, **{key: value for key, value in given.items() if value is not None})
            return self._put(unit, changed, query)

        return self._context.write(work)

    def delete(self, view: str) -> SavedView:
        """
        Delete a view; return what it was.

        Raises:
            UnknownId: There is no such view.
        """

        def work(unit: Unit) -> SavedView:
            stored = _the(unit, view)
            unit.drop_view(stored.id)
            return stored

        return self._context.write(work)

    def _put(self, unit: Unit, view: SavedView, query: str | Query | None) -> SavedView:
        scope = Scope(self._context.now(), self._context.settings_in(unit).timezone)
        plain = checked(view, unit.views(), scope, query.warnings if isinstance(query, Query) else ())
        unit.put_view(plain)
        return plain


def _text(query: str | Query) -> str:
    return str(query) if isinstance(query, Query) else query


def _the(unit: Unit, view: str) -> SavedView:
    known = unit.views()
    found = [one for one in known if one.id == view] or [one for one in known if one.name == view]
    if not found:
        raise UnknownId("view", str(view)[:100])
    return found[0]
