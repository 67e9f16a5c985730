"""Finding orders: what `Orders` looks up by a query."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Protocol, TypeVar

import attrs

from backoffice_core.context import Context
from backoffice_core.desks.views import Views
from backoffice_core.failures import InvalidValue
from backoffice_core.search.conditions import Condition
from backoffice_core.search.findable import Columns
from backoffice_core.search.parse import Warning
from backoffice_core.search.query import Query
from backoffice_core.search.sorting import KEYS, NEWEST_FIRST, Cursor, Sort, cursor_text, read_cursor, sort_by
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

    @classmethod
    def up_to(cls, limit: int | None, count: Callable[[int], int]) -> "Count":
        """
        Return what *count* counts, no further than to a limit; None for all.

        Raises:
            InvalidValue: *limit* is below 1.
        """
        if limit is not None:
            whole_from("limit", limit, 1)
        found = count(10**9 if limit is None else limit + 1)
        return cls(found) if limit is None or found <= limit else cls(limit, exact=False)

    @property
    def precision(self) -> str:
        """``exact`` or ``at_least``."""
        return "exact" if self.exact else "at_least"

    def __str__(self) -> str:
        return f"{int(self)}" if self.exact else f"{int(self)}+"


class _Found(Protocol):
    """What a search finds."""

    @property
    def cursor(self) -> Cursor:
        """Its place in the list."""
        ...


H = TypeVar("H", bound=_Found)


@attrs.frozen
class Listed:
    """
    Which page of a list is wanted.

    Attributes:
        by: The order of the list.

        limit: How much at most.

        start: The place behind which it begins; None for the beginning.

        backwards: Whether it is the page before that place.
    """

    by: Sort
    limit: int
    start: Cursor | None
    backwards: bool

    @classmethod
    def of(
        cls,
        sort: str,
        keys: Mapping[str, str],
        columns: type,
        limit: int,
        after: str | None,
        before: str | None,
    ) -> "Listed":
        """
        Return the page that a caller asks for.

        Args:
            sort: The name of a key.

            keys: The keys of the list, and the column of each.

            columns: The columns of the list.

            limit: How much at most.

            after: The cursor that it begins behind.

            before: The cursor that it ends before.

        Raises:
            UnknownSort: There is no such key.
            InvalidValue: *limit* is not 1 to 250, a cursor is none of this sort, or both are given.
        """
        whole_from("limit", limit, 1, LARGEST_PAGE)
        if after is not None and before is not None:
            raise InvalidValue("before", "both after and before", "one of them")
        by = sort_by(sort, keys)
        start = None
        if after is not None or before is not None:
            start = read_cursor("after" if before is None else "before", after or before or "", by, columns)
        return cls(by, limit, start, before is not None)


def look_up(
    search: Callable[[Wanted], Sequence[H]], condition: Condition, listed: Listed
) -> tuple[Sequence[H], str | None, str | None]:
    """Return what is on a page of a list, and the cursors of the pages after and before it."""
    hits = search(Wanted(condition, listed.by, listed.limit + 1, listed.start, listed.backwards))
    more, found = len(hits) > listed.limit, list(hits[: listed.limit])
    if listed.backwards:
        found.reverse()
    has_start = listed.start is not None
    has_next, has_previous = (bool(found), more) if listed.backwards else (more, bool(found) and has_start)
    return (
        found,
        cursor_text(listed.by, found[-1].cursor) if has_next else None,
        cursor_text(listed.by, found[0].cursor) if has_previous else None,
    )


class _Page(Protocol):
    """A page of a list."""

    @property
    def next(self) -> str | None:
        """The cursor of the page after it; None where there is none."""
        ...


P = TypeVar("P", bound=_Page)


def pages(turn: Callable[[str | None], P]) -> Iterator[P]:
    """
    Yield one page of a list after another.

    Args:
        turn: Returns the page behind a cursor; the first one for None.
    """
    page = turn(None)
    yield page
    while page.next is not None:
        page = turn(page.next)
        yield page


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
        by = sort or (query.sort if isinstance(query, SavedView) else NEWEST_FIRST)
        listed = Listed.of(by, KEYS, Columns, limit, after, before)
        asked = as_query(query)

        def look(unit: Unit) -> SearchPage:
            meaning = asked.meaning(scope_of(self._context, unit))
            hits, next, previous = look_up(unit.search, meaning.condition, listed)
            return SearchPage(tuple(hit.order for hit in hits), next, previous, meaning.warnings)

        return self._context.read(look)

    def all(self, query: str | Query | SavedView = "", *, sort: str | None = None) -> Iterator[OrderSummary]:
        """
        Yield all orders that a query finds, a page at a time, so that memory stays the same.

        Orders that are placed meanwhile are yielded where the sort puts them behind the last one;
        none is yielded twice for it.

        Raises:
            UnknownSort: There is no such key.
        """
        for page in pages(lambda after: self.search(query, sort=sort, limit=LARGEST_PAGE, after=after)):
            yield from page

    def count(self, query: str | Query | SavedView = "", *, limit: int | None = COUNT_LIMIT) -> Count:
        """
        Return how many orders a query finds, counting no further than to *limit*; None counts all.

        Raises:
            InvalidValue: *limit* is below 1.
        """
        asked = as_query(query)

        def look(unit: Unit) -> Count:
            condition = asked.meaning(scope_of(self._context, unit)).condition
            return Count.up_to(limit, lambda most: unit.count(condition, most))

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
    return Scope(context.now(), context.settings_in(unit).timezone)
