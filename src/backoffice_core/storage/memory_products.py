"""Lists of products in memory."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from backoffice_core.catalog.products import Product
from backoffice_core.search.conditions import Condition
from backoffice_core.search.findable import Findable
from backoffice_core.search.predicate import predicate
from backoffice_core.search.products import findable_product
from backoffice_core.search.wanted import ProductHit, Wanted
from backoffice_core.storage.memory_search import listed
from backoffice_core.storage.memory_writing import MemoryWriter
from backoffice_core.storage.trouble import StaleVersion


class MemoryProducts(MemoryWriter):
    """The part of a unit in memory that lists products; see `backoffice_core.storage.base.Unit`."""

    def search_products(self, wanted: Wanted) -> Sequence[ProductHit]:
        """Return products that meet a condition, in the order of a list."""
        rows = listed(self._products_like(wanted.condition), wanted)
        return [ProductHit(self._layer.get("products", id), value) for value, id in rows]

    def count_products(self, condition: Condition, most: int) -> int:
        """Return how many products meet a condition, counting no further than to *most*."""
        return sum(1 for _ in islice(self._products_like(condition), most))

    def _products_like(self, condition: Condition) -> Iterator[Findable[Any]]:
        return filter(predicate(condition), map(findable_product, self._layer.values("products")))

    def was_sold(self, variant_ids: Sequence[str]) -> bool:
        """Return whether one of some variants is in a sales entry, or was moved for an order or draft."""
        if any(row.entry.item in variant_ids for row in self._layer.values("entries")):
            return True
        return any(row.order_id and row.variant_id in variant_ids for row in self._layer.values("ledger"))

    def drop_product(self, product: Product) -> None:
        """Delete a product."""
        stored: Product | None = self._layer.get("products", product.id)
        if stored is None or stored.version != product.version:
            raise StaleVersion("product", product.id, product.version, stored.version if stored else 0)
        self._layer.drop("products", product.id)
