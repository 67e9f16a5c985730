"""Finding orders: what `Orders` looks up by a query."""

from collections.abc import Iterator
from functools import cached_property

import attrs

from backoffice_core.context import Context, UnknownShop
from backoffice_core.desks.views import Views
from backoffice_core.failures import InvalidValue
from backoffice_core.search.parse import Warning
from backoffice_core.search.query import Query
from backoffice_core.search.sorting import NEWEST_FIRST, cursor_text, read_cursor, sort_by
from backoffice_core.search.summary import OrderSummary
from backoffice_core.search.values import Scope
from backoffice_core.search.views import SavedView
from backoffice_core.search.wanted import Wanted
from backoffice_core.storage.base import Unit
from backoffice_core.typed import whole_from

#: The most orders a page has.
LARGEST_PAGE = 250
#: How far orders are counted unless another limit is given.
COUNT_LIMIT = 10_000


@attrs.frozen
class SearchPage:
    """
    A page of the list of orders.

    Attributes:
        orders: Its lines, in the order of the sort.

        next: The cursor of the page after it; None where there is none.

        previous: The cursor of the page before it; None where there is none.

        warnings: What of the query was left out.
    """

    orders: tuple[OrderSummary, ...]
    next: str | None
    previous: str | None
    warnings: tuple[Warning, ...]

    def __iter__(self) -> Iterator[OrderSummary]:
        return iter(self.orders)

    def __len__(self) -> int:
        return len(self.orders)


class Count(int):
    """
    How many orders there are: a number, and whether it is the whole of it.

    Attributes:
        exact: False where counting ended at its limit, and there are more.
    """

    exact: bool

    def __new__(cls, count: int, *, exact: bool = True) -> "Count":
        """Return a number that says whether it is the whole of it."""
        self = super().__new__(cls, count)
        self.exact = exact
        return self

    @property
    def precision(self) -> str:
        """``exact`` or ``at_least``."""
        return "exact" if self.exact else "at_least"

    def __str__(self) -> str:
        return f"{int(self)}" if self.exact else f"{int(self)}+"


class Finding:
    """The part of the orders desk that finds orders by a query."""

    _context: Context

    @cached_property
    def views(self) -> Views:
        """Saved views."""
        return Views(self._context)

    def search(
        self,
        query: str | Query | SavedView = "",
        *,
        sort: str | None = None,
        limit: int = 50,
        after: str | None = None,
        before: str | None = None,
    ) -> SearchPage:
        """
        Return a page of the orders that a query finds, the newest first unless told otherwise.

        Args:
            query: In Shopify's query language (`docs/reference/search.md`), or a saved view. No
                text fails: what cannot be meant is told by ``warnings`` of the page.

            sort: A key such as ``total_price``; with ``-`` before it the greatest comes first. That
                of the view where one is given, else ``-created_at``. Ties go by id.

            limit: At most so many orders.

            after: The ``next`` of a page with the same sort: the page behind it.

            before: The ``previous`` of a page with the same sort: the page before it.

        Raises:
            UnknownSort: There is no such key.
            InvalidValue: *limit* is not 1 to 250, a cursor is none of this sort, or both are given.
        """
        whole_from("limit", limit, 1, LARGEST_PAGE)
        if after is not None and before is not None:
            raise InvalidValue("before", "both after and before", "one of them")
        by = sort_by(sort or (query.sort if isinstance(query, SavedView) else NEWEST_FIRST))
        start = None
        if after is not None or before is not None:
            start = read_cursor("after" if before is None else "before", after or before or "", by)
        backwards = before is not None
        asked = as_query(query)

        def look(unit: Unit) -> SearchPage:
            meaning = asked.meaning(scope_of(self._context, unit))
            hits = unit.search(Wanted(meaning.condition, by, limit + 1, start, backwards))
            more, found = len(hits) > limit, list(hits[:limit])
            if backwards:
                found.reverse()
            has_next, has_previous = (bool(found), more) if backwards else (more, bool(found) and start is not None)
            return SearchPage(
                tuple(hit.order for hit in found),
                cursor_text(by, found[-1].cursor) if has_next else None,
                cursor_text(by, found[0].cursor) if has_previous else None,
                meaning.warnings,
            )

        return self._context.read(look)

    def all(self, query: str | Query | SavedView = "", *, sort: str | None = None) -> Iterator[OrderSummary]:
        """
        Yield all orders that a query finds, a page at a time, so that memory stays the same.

        Orders that are placed meanwhile are yielded where the sort puts them behind the last one;
        none is yielded twice for it.

        Raises:
            UnknownSort: There is no such key.
        """
        after: str | None = None
        while True:
            page = self.search(query, sort=sort, limit=LARGEST_PAGE, after=after)
            yield from page
            if page.next is None:
                return
            after = page.next

    def count(self, query: str | Query | SavedView = "", *, limit: int | None = COUNT_LIMIT) -> Count:
        """
        Return how many orders a query finds, counting no further than to *limit*; None counts all.

        Raises:
            InvalidValue: *limit* is below 1.
        """
        if limit is not None:
            whole_from("limit", limit, 1)
        asked = as_query(query)

        def look(unit: Unit) -> Count:
            condition = asked.meaning(scope_of(self._context, unit)).condition
            found = unit.count(condition, 10**9 if limit is None else limit + 1)
            return Count(found) if limit is None or found <= limit else Count(limit, exact=False)

        return self._context.read(look)


def as_query(query: str | Query | SavedView) -> Query:
    """
    Return the query of a text or view.

    Raises:
        InvalidValue: It is neither.
    """
    return Query.read(query.query if isinstance(query, SavedView) else query)


def scope_of(context: Context, unit: Unit) -> Scope:
    """
    Return when and where a query is asked.

    Raises:
        UnknownShop: There is no such shop.
    """
    settings = unit.settings()
    if settings is None:
        raise UnknownShop(context.shop)
    return Scope(context.now(), settings.timezone)
