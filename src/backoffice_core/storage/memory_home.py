"""What the home page asks, in memory."""

from collections.abc import Sequence

from backoffice_core.catalog.products import Product
from backoffice_core.storage.memory_writing import MemoryWriter


class MemoryHome(MemoryWriter):
    """The part of a unit that the home page asks; see `backoffice_core.storage.base.Unit`."""

    def sells(self) -> bool:
        """Return whether a variant is on sale."""
        return bool(self._on_sale())

    def scarce(self, at_most: int, limit: int) -> Sequence[tuple[str, int]]:
        """Return variants on sale with stock of which little is left, and how much, the least first."""
        closed = {place.id for place in self._layer.values("locations") if not place.active}
        left: dict[str, int] = {}
        for (id, place), level in self._layer.items("stock"):
            left[id] = left.get(id, 0) + (min(0, level.available) if place in closed else level.available)
        on_sale = self._on_sale()
        few = sorted((units, id) for id, units in left.items() if units <= at_most and id in on_sale)
        return [(id, units) for units, id in few[:limit]]

    def count_messages(self, state: str, most: int) -> int:
        """Return how many messages are in a state, counting no further than to *most*."""
        return min(most, sum(1 for row in self._layer.values("outbox") if row.state == state))

    def _on_sale(self) -> set[str | None]:
        products: list[Product] = [one for one in self._layer.values("products") if one.archived_at is None]
        return {variant.id for one in products for variant in one.variants}
