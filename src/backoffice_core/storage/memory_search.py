"""Searching orders in memory: each order is asked whether it meets the condition."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.order import Order
from backoffice_core.search.conditions import Condition
from backoffice_core.search.findable import Findable, findable
from backoffice_core.search.predicate import predicate
from backoffice_core.search.summary import summary
from backoffice_core.search.views import SavedView
from backoffice_core.search.wanted import Hit, Wanted
from backoffice_core.storage.memory_writing import MemoryWriter
from backoffice_core.storage.trouble import AlreadyStored


def listed(met: Iterable[Findable[Any]], wanted: Wanted) -> list[tuple[Any, str]]:
    """Return what a list is sorted by, and the ids, of those of some documents that are wanted, in its order."""
    rows = [(getattr(found.columns, wanted.sort.column), found.columns.id) for found in met]
    if (start := wanted.start) is not None:
        place = (start.value, start.id)
        rows = [row for row in rows if (row < place if wanted.descending else row > place)]
    return sorted(rows, reverse=wanted.descending)[: wanted.limit]


class MemorySearch(MemoryWriter):
    """The part of a unit in memory that searches orders."""

    def search(self, wanted: Wanted) -> Sequence[Hit]:
        """Return orders that meet a condition, in the order of a list."""
        rows = listed(self._met(wanted.condition), wanted)
        return [Hit(summary(self._layer.get("orders", id)), value) for value, id in rows]

    def search_ids(self, wanted: Wanted) -> Sequence[str]:
        """Return the ids of the orders that `search` returns."""
        return [id for _, id in listed(self._met(wanted.condition), wanted)]

    def count(self, condition: Condition, most: int) -> int:
        """Return how many orders meet a condition, counting no further than to *most*."""
        return sum(1 for _ in islice(self._met(condition), most))

    def views(self) -> Sequence[SavedView]:
        """Return all saved views, the oldest first."""
        return sorted(self._layer.values("views"), key=lambda view: (view.created_at, view.id))

    def put_view(self, view: SavedView) -> None:
        """Save a view, a new one or another one of its id."""
        if any(other.name == view.name and other.id != view.id for other in self._layer.values("views")):
            raise AlreadyStored("view name", view.name)
        stored: SavedView | None = self._layer.get("views", view.id)
        kept = view if stored is None else evolve(view, created_at=stored.created_at)
        self._layer.set("views", view.id, kept)

    def drop_view(self, id: str) -> bool:
        """Delete a view; False where there is none."""
        known = self._layer.get("views", id) is not None
        self._layer.drop("views", id)
        return known

    def _met(self, condition: Condition) -> Iterator[Findable[Any]]:
        return filter(predicate(condition), self._layer.values("found"))

    def _index(self, order: Order) -> None:
        if order.deleted_at is None:
            self._layer.set("found", order.id, findable(order))
        else:
            self._layer.drop("found", order.id)
