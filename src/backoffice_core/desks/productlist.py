"""Finding products: a part of `backoffice_core.desks.catalog.Catalog`."""

from collections.abc import Iterator

import attrs

from backoffice_core.catalog.products import Product
from backoffice_core.context import Context
from backoffice_core.desks.found import COUNT_LIMIT, LARGEST_PAGE, Count, Listed, as_query, look_up, pages, scope_of
from backoffice_core.search.parse import Warning
from backoffice_core.search.products import PRODUCT_KEYS, PRODUCTS, ProductColumns
from backoffice_core.search.query import Query
from backoffice_core.storage.base import Unit


@attrs.frozen
class ProductsFound:
    """
    A page of the list of products.

    Attributes:
        products: The products, in the order of the sort.

        next: The cursor of the page after it; None where there is none.

        previous: The cursor of the page before it; None where there is none.

        warnings: What of the query was left out.
    """

    products: tuple[Product, ...]
    next: str | None
    previous: str | None
    warnings: tuple[Warning, ...]

    def __iter__(self) -> Iterator[Product]:
        return iter(self.products)

    def __len__(self) -> int:
        return len(self.products)


class ProductList:
    """The part of the catalog desk that finds products."""

    _context: Context

    def search(
        self,
        query: str | Query = "",
        *,
        sort: str = "title",
        limit: int = 50,
        after: str | None = None,
        before: str | None = None,
    ) -> ProductsFound:
        """
        Return a page of the products that a query finds, those that were taken off sale too.

        Args:
            query: In the query language of orders, with ``title``, ``vendor``, ``product_type``, ``tag``, ``sku``,
                ``barcode``, ``variant_id``, ``status`` (``active`` or ``archived``), ``created_at``, ``updated_at``
                and ``id``. No text fails: what cannot be meant is told by ``warnings`` of the page.

            sort: ``title``, ``vendor``, ``product_type``, ``created_at``, ``updated_at`` or ``id``; with ``-``
                before it the greatest comes first. Ties go by id.

            limit: At most so many products.

            after: The ``next`` of a page with the same sort: the page behind it.

            before: The ``previous`` of a page with the same sort: the page before it.

        Raises:
            UnknownSort: There is no such key.
            InvalidValue: *limit* is not 1 to 250, a cursor is none of this sort, or both are given.
        """
        listed = Listed.of(sort, PRODUCT_KEYS, ProductColumns, limit, after, before)
        asked = as_query(query)

        def look(unit: Unit) -> ProductsFound:
            meaning = asked.meaning(scope_of(self._context, unit), PRODUCTS)
            hits, next, previous = look_up(unit.search_products, meaning.condition, listed)
            return ProductsFound(tuple(hit.product for hit in hits), next, previous, meaning.warnings)

        return self._context.read(look)

    def all(self, query: str | Query = "", *, sort: str = "title") -> Iterator[Product]:
        """
        Yield all products that a query finds, a page at a time.

        Raises:
            UnknownSort: There is no such key.
        """
        for page in pages(lambda after: self.search(query, sort=sort, limit=LARGEST_PAGE, after=after)):
            yield from page

    def count(self, query: str | Query = "", *, limit: int | None = COUNT_LIMIT) -> Count:
        """
        Return how many products a query finds, counting no further than to *limit*; None counts all.

        Raises:
            InvalidValue: *limit* is below 1.
        """
        asked = as_query(query)

        def look(unit: Unit) -> Count:
            condition = asked.meaning(scope_of(self._context, unit), PRODUCTS).condition
            return Count.up_to(limit, lambda most: unit.count_products(condition, most))

        return self._context.read(look)
