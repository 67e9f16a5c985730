"""
Searching orders, and whatever else has a list, in SQL.

How a list is found, by what is known of the condition:

1. **Few**: one of its parts that must hold is met by at most `FEW` orders. Those are looked up in
   the inverted index, or in the index of the column that has a range, tested, and sorted.
2. **A common term, by date**: the inverted index holds the orders of a term by date, so its rows
   are walked in the order of the list and the rest of the condition is tested on each.
3. **A sort without an index**: the orders of one part are looked up, however many, and sorted.
4. **Else** the index of the sort key is walked, and the condition is tested on each order.

How many orders a part is met by is counted in the index, no further than to `FEW`. The database is
left no choice: a range that is not what leads is tested on an expression, which has no index.
Otherwise it would read and sort half of all orders for a page of them.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

import attrs
import sqlalchemy as sa

from backoffice_core.search.conditions import AllOf, AnyOf, Between, Condition, Has, Says, Starts
from backoffice_core.search.summary import summary_of
from backoffice_core.search.wanted import Hit, Wanted
from backoffice_core.storage.codec import loads
from backoffice_core.storage.sql.orders import OrdersTable
from backoffice_core.storage.sql.tables import SEARCH, TERMS
from backoffice_core.storage.sql.where import Shape, expression, parameters, split, without_index

#: Up to so many orders are looked up and sorted; more are walked in order until a page is full.
FEW: Final = 1000
#: So many words of a phrase are looked for in the index.
MOST_WORDS: Final = 4

#: The columns of orders that have an index.
INDEXED: Final = ("created_at", "updated_at", "number", "total", "current_total", "id")

_p = sa.bindparam


@attrs.frozen(eq=False)
class Listing:
    """
    Where the documents of a list are found; each is made once, for statements are remembered by it.

    Attributes:
        table: A row for each document, with the columns of its list.

        terms: The inverted index.

        id: The column of *terms* that holds the document's id.

        shown: The column of *table* that what is found is read from.

        indexed: The columns of *table* that have an index.
    """

    table: sa.Table
    terms: sa.Table
    id: str
    shown: str
    indexed: tuple[str, ...]

    @property
    def documents(self) -> "sa.Column[Any]":
        """The ids of the documents in the inverted index."""
        return self.terms.c[self.id]


#: The list of orders.
ORDER_LIST: Final = Listing(SEARCH, TERMS, "order_id", "summary", INDEXED)


@attrs.frozen
class Span:
    """
    Rows of the inverted index.

    Attributes:
        term: The term, or how it begins.

        whole: Whether it is the whole term.
    """

    term: str
    whole: bool


#: Spans that hold every order which meets a condition.
Spans = tuple[Span, ...]


def spans_of(condition: Condition) -> list[Spans]:
    """Return, for each part of a condition that must hold and that the index knows, where its orders stand."""
    parts = condition.parts if isinstance(condition, AllOf) else (condition,)
    return [spans for part in parts for spans in _spans(part)]


def _spans(part: Condition) -> list[Spans]:
    match part:
        case Has(term):
            return [(Span(term, True),)]
        case Starts(prefix):
            return [(Span(prefix, False),)]
        case Says(needle):
            words = needle.split()
            last = len(words) - 1 if not needle.endswith(" ") else len(words)
            spans = dict.fromkeys(Span(f"w:{word}", at != last) for at, word in enumerate(words))
            # Of a phrase the longest words are the rarest, and counting each of hundreds takes longer than it saves.
            return [(span,) for span in sorted(spans, key=lambda span: -len(span.term))[:MOST_WORDS]]
        case AnyOf(parts) if parts:
            each = [_spans(one) for one in parts]
            return [tuple(span for spans in each for span in spans[0])] if all(each) else []
        case _:
            return []


# --- statements, built once for each shape

_SpanShape = tuple[bool, ...]
_PlanShape = tuple[_SpanShape, bool, bool, bool, str | None]


def _rows(of: Listing, column: Any, shape: _SpanShape, low: bool, high: bool) -> Any:
    """
    Return a column of the index's rows in spans whose terms are ``t0``, ``t1`` and so on, between two moments.

    One SELECT a span: of spans that an OR connects SQLite reads the whole index.
    """
    each = [sa.select(column).where(_in_span(of, at, whole, low, high)) for at, whole in enumerate(shape)]
    return each[0] if len(each) == 1 else sa.union_all(*each)


def _in_span(of: Listing, at: int, whole: bool, low: bool, high: bool) -> sa.ColumnElement[bool]:
    row = of.terms.c
    named = [row.term == _p(f"t{at}")] if whole else [row.term >= _p(f"t{at}"), row.term < _p(f"e{at}")]
    bounds = [row.at >= _p("from")] * low + [row.at <= _p("until")] * high
    return sa.and_(row.shop == _p("shop"), *named, *bounds)


@lru_cache(maxsize=256)
def _counting(of: Listing, shape: _SpanShape, low: bool, high: bool) -> Any:
    some = _rows(of, sa.literal(1).label("one"), shape, low, high).limit(_p("most"))
    if shape == (True,):
        # PostgreSQL would rather read the table until it has met that many, which may be all of it.
        some = some.order_by(of.terms.c.at.desc(), of.documents.desc())
    return sa.select(sa.func.count()).select_from(some.subquery())


@lru_cache(maxsize=64)
def _counting_range(of: Listing, shape: Shape) -> Any:
    met = expression(shape, shape[1], table=of.table)
    some = sa.select(sa.literal(1).label("one")).where(of.table.c.shop == _p("shop"), met)
    return sa.select(sa.func.count()).select_from(some.limit(_p("most")).subquery())


@attrs.frozen
class Plan:
    """
    How a list is found.

    Attributes:
        spans: The rows of the index that are looked up; empty where none are.

        walks: Whether the rows of the one term are walked by date.

        low: The first moment among them, where there is one.

        high: The last one.

        range_of: The column by whose range orders are looked up; None where they are not.
    """

    spans: Spans = ()
    walks: bool = False
    low: int | None = None
    high: int | None = None
    range_of: str | None = None

    @property
    def shape(self) -> "_PlanShape":
        """What the statement depends on."""
        whole = tuple(span.whole for span in self.spans)
        return whole, self.walks, self.low is not None, self.high is not None, self.range_of

    def values(self) -> dict[str, Any]:
        """Return the parameters of its part of the statement."""
        named: dict[str, Any] = {}
        for at, span in enumerate(self.spans):
            named[f"t{at}"] = span.term
            if not span.whole:
                named[f"e{at}"] = after(span.term)
        if self.low is not None:
            named["from"] = self.low
        if self.high is not None:
            named["until"] = self.high
        return named


def after(prefix: str) -> str:
    """Return the first text behind all that begin with *prefix*, compared by code points."""
    # No text of ours has the last code point of all, so nothing that begins with the prefix is left out.
    return prefix + "\U0010ffff"


@lru_cache(maxsize=512)
def _finding(of: Listing, shape: Shape, plan: _PlanShape, column: str, descending: bool, starts: bool) -> Any:
    spans, walks, _, _, range_of = plan
    key: Any
    row = of.table.c
    key, id = (of.terms.c.at, of.documents) if walks else (row[column], row.id)
    query = _planned(of, sa.select(row.id, row.version, row[of.shown], row[column]), shape, plan, column)
    if (spans or range_of) and not walks:
        key = without_index(key)  # those that were looked up are sorted, not the index walked for them
    if starts:
        query = query.where(_beyond(key, id, descending))
    direction = sa.desc if descending else sa.asc
    return query.order_by(direction(key), direction(id)).limit(_p("most"))


def _beyond(key: Any, id: Any, descending: bool) -> sa.ColumnElement[bool]:
    """Return what stands behind the place of a cursor, by a bound that an index can use."""
    value, last = _p("start_value", type_=key.type), _p("start_id", type_=sa.String())
    if descending:
        return sa.and_(key <= value, sa.or_(key < value, sa.and_(key == value, id < last)))
    return sa.and_(key >= value, sa.or_(key > value, sa.and_(key == value, id > last)))


@lru_cache(maxsize=256)
def _amount(of: Listing, shape: Shape, plan: _PlanShape) -> Any:
    some = _planned(of, sa.select(sa.literal(1).label("one")), shape, plan, None)
    return sa.select(sa.func.count()).select_from(some.limit(_p("most")).subquery())


def _planned(of: Listing, query: Any, shape: Shape, plan: _PlanShape, column: str | None) -> Any:
    """Return a query of what meets a condition, found by a plan or by walking the index of a column."""
    spans, walks, low, high, range_of = plan
    led_by = range_of or (None if spans else column)
    row = of.table.c
    query = query.where(row.shop == _p("shop"), expression(shape, led_by, table=of.table))
    if walks:
        same = sa.and_(row.shop == of.terms.c.shop, row.id == of.documents)
        of_term = sa.join(of.terms, of.table, same)
        return query.select_from(of_term).where(_in_span(of, 0, spans[0], low, high))
    query = query.select_from(of.table)
    return query.where(row.id.in_(_rows(of, of.documents, spans, low, high))) if spans else query


class SearchTable(OrdersTable):
    """The part of a unit that searches orders; see `backoffice_core.storage.base.Unit`."""

    def search(self, wanted: Wanted) -> Sequence[Hit]:
        """Return orders that meet a condition, in the order of a list."""
        rows = self._found(ORDER_LIST, wanted)
        return [Hit(summary_of(id, version, loads(text)), value) for id, version, text, value in rows]

    def search_ids(self, wanted: Wanted) -> Sequence[str]:
        """Return the ids of the orders that `search` returns."""
        return [row[0] for row in self._found(ORDER_LIST, wanted)]

    def count(self, condition: Condition, most: int) -> int:
        """Return how many orders meet a condition, counting no further than to *most*."""
        return self._counted(ORDER_LIST, condition, most)

    def _found(self, of: Listing, wanted: Wanted) -> Sequence[Any]:
        """Return id, version, what is shown and what is sorted by of what meets a condition, in the order of a list."""
        sort, start = wanted.sort, wanted.start
        plan = self._plan(of, wanted.condition, sort.column)
        values: list[int | str] = []
        shape = split(wanted.condition, values)
        statement = _finding(of, shape, plan.shape, sort.column, wanted.descending, start is not None)
        named = {**parameters(values), **plan.values(), "most": wanted.limit}
        if start is not None:
            named |= {"start_value": start.value, "start_id": start.id}
        rows: Sequence[Any] = self._session.run(statement, **named).fetchall()
        return rows

    def _counted(self, of: Listing, condition: Condition, most: int) -> int:
        """Return how much of a list meets a condition, counting no further than to *most*."""
        if (rows := _rows_of(condition)) is not None:
            return self._met_by(of, rows, (), most)
        plan = self._plan(of, condition, None)
        values: list[int | str] = []
        statement = _amount(of, split(condition, values), plan.shape)
        return self._number(statement, **parameters(values), **plan.values(), most=most)

    def _plan(self, of: Listing, condition: Condition, column: str | None) -> Plan:
        """Return how a list that goes by a column is found, or counted without one; see the head of this file."""
        candidates, ranges = spans_of(condition), ranges_of(condition)
        low, high = _moments(ranges)
        other = [one for one in ranges if one.column in of.indexed and one.column != column]
        single = [spans for spans in candidates if len(spans) == 1 and spans[0].whole]
        by_date = column in ("created_at", None)
        if by_date and len(candidates) == len(single) == 1 and not other:
            return Plan(single[0], True, low, high)
        best, least = None, FEW + 1
        for plan in (
            *[Plan(spans, False, low, high) for spans in candidates],
            *[Plan(range_of=one.column) for one in other],
        ):
            found = self._met_by(of, plan, other, least)
            if found < least:
                best, least = plan, found
        if best is not None:
            return best
        if by_date and single:
            return Plan(single[0], True, low, high)
        if column in of.indexed:
            return Plan()
        if column is None:
            return Plan(range_of=other[0].column) if other else Plan()
        return Plan(candidates[0], False, low, high) if candidates else Plan()

    def _met_by(self, of: Listing, plan: Plan, ranges: Sequence[Between], most: int) -> int:
        if plan.range_of is not None:
            values: list[int | str] = []
            shape = split(next(one for one in ranges if one.column == plan.range_of), values)
            return self._number(_counting_range(of, shape), **parameters(values), most=most)
        spans, _, low, high, _ = plan.shape
        return self._number(_counting(of, spans, low, high), **plan.values(), most=most)

    def _number(self, statement: Any, **values: Any) -> int:
        return int(self._session.run(statement, **values).fetchone()[0])


def _rows_of(condition: Condition) -> Plan | None:
    """Return the rows of the index that are the orders of a condition, one by one; None where it takes more to tell."""
    parts = condition.parts if isinstance(condition, AllOf) else (condition,)
    terms = [part.term for part in parts if isinstance(part, Has)]
    ranges = ranges_of(condition)
    if len(terms) != 1 or any(not isinstance(part, Has | Between) for part in parts):
        return None
    if any(one.column != "created_at" for one in ranges):
        return None
    return Plan((Span(terms[0], True),), False, *_moments(ranges))


def ranges_of(condition: Condition) -> list[Between]:
    """Return the ranges of a condition that must hold, one a column."""
    found: dict[str, Between] = {}
    for part in condition.parts if isinstance(condition, AllOf) else (condition,):
        if isinstance(part, Between):
            found[part.column] = _narrowed(found.get(part.column, Between(part.column)), part)
    return list(found.values())


def _narrowed(one: Between, other: Between) -> Between:
    """Return what two ranges of a column have in common."""
    lows: list[Any] = [bound for bound in (one.low, other.low) if bound is not None]
    highs: list[Any] = [bound for bound in (one.high, other.high) if bound is not None]
    return Between(one.column, max(lows, default=None), min(highs, default=None))


def _moments(ranges: Iterable[Between]) -> tuple[int | None, int | None]:
    """Return the moments that whatever meets a condition was placed between."""
    for one in ranges:
        if one.column == "created_at":
            low, high = one.low, one.high
            return (low if isinstance(low, int) else None), (high if isinstance(high, int) else None)
    return None, None
