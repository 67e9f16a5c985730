"""The part of `backoffice_core.storage.base.Unit` that lists products, and deletes them."""

from collections.abc import Sequence
from typing import Protocol

from backoffice_core.catalog.products import Product
from backoffice_core.search.conditions import Condition
from backoffice_core.search.wanted import ProductHit, Wanted


class ProductsUnit(Protocol):
    """Lists of products of one shop; what they are saved by stands in ``base.py``."""

    def search_products(self, wanted: Wanted) -> Sequence[ProductHit]:
        """Return products that meet a condition, those that were taken off sale too, in the order of a list."""
        ...

    def count_products(self, condition: Condition, most: int) -> int:
        """Return how many products meet a condition, counting no further than to *most*."""
        ...

    def was_sold(self, variant_ids: Sequence[str]) -> bool:
        """Return whether one of some variants is in a sales entry, or was moved or set aside for an order or draft."""
        ...

    def drop_product(self, product: Product) -> None:
        """
        Delete a product; the stock of its variants and what moved it stay.

        Raises:
            StaleVersion: The stored version is another one, or it is gone already.
        """
        ...
