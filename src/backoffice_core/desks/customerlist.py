"""Finding customers: a part of `backoffice_core.desks.customers.Customers`."""

from collections.abc import Iterator

import attrs

from backoffice_core.catalog.customers import Customer
from backoffice_core.context import Context
from backoffice_core.desks.found import COUNT_LIMIT, LARGEST_PAGE, Count, Listed, as_query, look_up, pages, scope_of
from backoffice_core.search.customers import CUSTOMER_KEYS, CUSTOMERS, CustomerColumns
from backoffice_core.search.parse import Warning
from backoffice_core.search.query import Query
from backoffice_core.storage.base import Unit


@attrs.frozen
class CustomersFound:
    """
    A page of the list of customers.

    Attributes:
        customers: The customers, in the order of the sort.

        next: The cursor of the page after it; None where there is none.

        previous: The cursor of the page before it; None where there is none.

        warnings: What of the query was left out.
    """

    customers: tuple[Customer, ...]
    next: str | None
    previous: str | None
    warnings: tuple[Warning, ...]

    def __iter__(self) -> Iterator[Customer]:
        return iter(self.customers)

    def __len__(self) -> int:
        return len(self.customers)


class CustomerList:
    """The part of the customers desk that finds them."""

    _context: Context

    def search(
        self,
        query: str | Query = "",
        *,
        sort: str = "-created_at",
        limit: int = 50,
        after: str | None = None,
        before: str | None = None,
    ) -> CustomersFound:
        """
        Return a page of the customers that a query finds.

        Args:
            query: In the query language of orders (`docs/reference/search.md` lists the fields). No text
                fails: what cannot be meant is told by ``warnings`` of the page.

            sort: ``name``, ``created_at``, ``updated_at`` or ``id``; with ``-`` before it the greatest
                comes first. Ties go by id.

            limit: At most so many customers.

            after: The ``next`` of a page with the same sort: the page behind it.

            before: The ``previous`` of a page with the same sort: the page before it.

        Raises:
            UnknownSort: There is no such key.
            InvalidValue: *limit* is not 1 to 250, a cursor is none of this sort, or both are given.
        """
        listed = Listed.of(sort, CUSTOMER_KEYS, CustomerColumns, limit, after, before)
        asked = as_query(query)

        def look(unit: Unit) -> CustomersFound:
            meaning = asked.meaning(scope_of(self._context, unit), CUSTOMERS)
            hits, next, previous = look_up(unit.search_customers, meaning.condition, listed)
            return CustomersFound(tuple(hit.customer for hit in hits), next, previous, meaning.warnings)

        return self._context.read(look)

    def all(self, query: str | Query = "", *, sort: str = "-created_at") -> Iterator[Customer]:
        """
        Yield all customers that a query finds, a page at a time.

        Raises:
            UnknownSort: There is no such key.
        """
        for page in pages(lambda after: self.search(query, sort=sort, limit=LARGEST_PAGE, after=after)):
            yield from page

    def count(self, query: str | Query = "", *, limit: int | None = COUNT_LIMIT) -> Count:
        """
        Return how many customers a query finds, counting no further than to *limit*; None counts all.

        Raises:
            InvalidValue: *limit* is below 1.
        """
        asked = as_query(query)

        def look(unit: Unit) -> Count:
            condition = asked.meaning(scope_of(self._context, unit), CUSTOMERS).condition
            return Count.up_to(limit, lambda most: unit.count_customers(condition, most))

        return self._context.read(look)
