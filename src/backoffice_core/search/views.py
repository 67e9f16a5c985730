"""
Saved views: queries with a name.

1. The name has 1 to 40 characters and is unique in the shop, case counts; "All" and "All orders" in
   any case are what the list without a view is called. Spaces around it are a part of it.
2. The query may be empty. One that cannot be meant is refused, where a search would only warn.
3. The built-in views are views like others: they can be changed and deleted. Their ids begin with
   ``built-in-``, and no view may be called like the id of another: a view is looked up by either.
4. All that is wrong is told at once.

Source: Shopify's saved searches (`SavedSearch`).
"""

from collections.abc import Iterable
from typing import ClassVar, Final

import attrs
import pendulum

from backoffice_core.failures import InvalidInput, InvalidQuery, InvalidValue, reason
from backoffice_core.search.parse import LONGEST_QUERY, Warning
from backoffice_core.search.query import Query, UnclearQuery
from backoffice_core.search.sorting import NEWEST_FIRST, UnknownSort, sort_by
from backoffice_core.search.values import Scope
from backoffice_core.typed import check_text

#: The longest name of a view.
LONGEST_NAME: Final = 40
#: Names that no view can have, without case.
RESERVED: Final = ("all", "all orders")


@reason
class InvalidView(InvalidQuery):
    """
    A view cannot be saved like this.

    Attributes:
        problems: All that is wrong with it: field, and what would do.
    """

    code: ClassVar[str] = "invalid_view"
    problems: tuple[str, ...]

    def __str__(self) -> str:
        return f"the view cannot be saved: {'; '.join(self.problems)}"


@attrs.frozen(kw_only=True)
class SavedView:
    """
    A query with a name.

    Attributes:
        id: Its id.

        name: What people call it.

        query: What it finds, as text.

        sort: The order of its list, as `backoffice_core.search.sorting.sort_by` reads it.

        created_at: When it was saved first, UTC; the list of views goes by it.
    """

    id: str
    name: str
    query: str
    sort: str = NEWEST_FIRST
    created_at: pendulum.DateTime


_EPOCH: Final = pendulum.datetime(1970, 1, 1)

#: The views that every shop begins with.
BUILT_IN: Final = tuple(
    SavedView(id=f"built-in-{name.lower()}", name=name, query=query, created_at=_EPOCH.add(microseconds=at))
    for at, (name, query) in enumerate(
        (
            ("Unfulfilled", "status:open fulfillment_status:unshipped,partial"),
            ("Unpaid", "status:open financial_status:unpaid"),
            ("Open", "status:open"),
            ("Archived", "status:closed"),
        )
    )
)


def checked(view: SavedView, others: Iterable[SavedView], scope: Scope, left_out: Iterable[Warning] = ()) -> SavedView:
    """
    Return a view with its query as it is written plainly.

    Args:
        view: The view to save.

        others: The other views of the shop.

        scope: When and where it is saved.

        left_out: What was left out of the text that its query was read from, where that was done before.

    Raises:
        InvalidView: Its name, query or sort will not do.
    """
    unread = (f"query: {warning}" for warning in left_out)
    problems = [*_name_problems(view, others), *unread, *_query_problems(view, scope)]
    if problems:
        raise InvalidView(tuple(problems))
    return attrs.evolve(view, query=str(Query.read(view.query)))


def _name_problems(view: SavedView, others: Iterable[SavedView]) -> Iterable[str]:
    name = view.name
    try:
        if not isinstance(name, str):
            raise InvalidValue("name", f"a value of type {type(name).__name__}", "text of 1 to 40 characters")
        check_text("name", name)
    except InvalidValue as no:
        yield str(no)
        return
    if not name.strip():
        yield "name: it is blank; 1 to 40 characters would do"
    elif len(name) > LONGEST_NAME:
        yield f"name: it has {len(name)} characters; at most {LONGEST_NAME} would do"
    elif name.casefold() in RESERVED:
        yield f"name: {name!r} is what the list without a view is called; another one would do"
    elif any(name in (other.name, other.id) for other in others if other.id != view.id):
        yield f"name: another view is called {name!r}; another one would do"


def _query_problems(view: SavedView, scope: Scope) -> Iterable[str]:
    try:
        query = Query.read(view.query)
        query.strict_meaning(scope)
        check_text("query", view.query)
        if (length := len(str(query))) > LONGEST_QUERY:
            yield f"query: it has {length} characters when it is written plainly; at most {LONGEST_QUERY} would do"
    except UnclearQuery as no:
        yield from (f"query: {problem}" for problem in no.problems)
    except InvalidInput as no:
        yield str(no)
    try:
        sort_by(view.sort)
    except UnknownSort as no:
        yield str(no)
