"""
The orders that lists are in, and the cursors of their pages.

1. Every order is total: what is equal by its key is told apart by id, in the same direction.
2. Nothing is missing: no text sorts before all others, no number is 0.
3. A cursor holds the key and id of an order, so orders that are placed meanwhile move no page.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import ClassVar, Final

import attrs

from backoffice_core.failures import InvalidInput, InvalidValue, reason
from backoffice_core.search.findable import Columns

#: The sort keys, and the column of each. Shopify's, but for PO_NUMBER, which our orders do not have.
KEYS: Final[dict[str, str]] = {
    "created_at": "created_at",
    "processed_at": "created_at",
    "updated_at": "updated_at",
    "id": "id",
    "order_number": "number",
    "customer_name": "customer",
    "destination": "destination",
    "financial_status": "financial_status",
    "fulfillment_status": "fulfillment_status",
    "total_price": "total",
    "current_total_price": "current_total",
    "total_items_quantity": "items",
    # Whatever a search finds, it finds as a whole: the newest is the most relevant.
    "relevance": "created_at",
}
#: The sort keys of checkouts, Shopify's, and the column of each.
CHECKOUT_KEYS: Final[dict[str, str]] = {
    "id": "id",
    "checkout_id": "id",
    "created_at": "created_at",
    "customer_name": "customer",
    "total_price": "total",
    "relevance": "created_at",
}
#: The newest first.
NEWEST_FIRST: Final = "-created_at"


@reason
class UnknownSort(InvalidInput):
    """
    A list cannot be sorted by this.

    Attributes:
        given: What was given.

        known: The keys that would do.
    """

    code: ClassVar[str] = "unknown_sort"
    given: str
    known: tuple[str, ...] = tuple(KEYS)

    def __str__(self) -> str:
        known = ", ".join(self.known)
        return f"sort: {self.given} was given; one of {known} would do, with - before it for the greatest first"


@attrs.frozen
class Sort:
    """
    An order of the list.

    Attributes:
        column: What it goes by.

        descending: Whether the greatest comes first.
    """

    column: str
    descending: bool

    def __str__(self) -> str:
        return "-" * self.descending + self.column


@attrs.frozen
class Cursor:
    """
    A place in the list.

    Attributes:
        value: What the column of the sort holds there.

        id: The id of the document there.
    """

    value: int | str
    id: str


def sort_by(spec: object, keys: Mapping[str, str] = KEYS) -> Sort:
    """
    Return a sort by its key's name, with ``-`` before it for the greatest first.

    Raises:
        UnknownSort: There is no such key.
    """
    if not isinstance(spec, str) or (name := spec.removeprefix("-")) not in keys:
        raise UnknownSort(repr(spec)[:80], tuple(keys))
    return Sort(keys[name], descending=spec.startswith("-") or name == "relevance")


def cursor_text(sort: Sort, at: Cursor) -> str:
    """Return a cursor as the opaque text that callers keep."""
    return base64.urlsafe_b64encode(json.dumps([str(sort), at.value, at.id]).encode()).decode()


def read_cursor(field: str, text: str, sort: Sort, columns: type = Columns) -> Cursor:
    """
    Return the place that a cursor tells.

    Raises:
        InvalidValue: It is no cursor of this sort.
    """
    try:
        spec, value, id = json.loads(base64.b64decode(text.encode(), altchars=b"-_", validate=True))
        if spec != str(sort) or type(value) is not column_types(columns)[sort.column] or type(id) is not str:
            raise ValueError(text)
        if (type(value) is int and abs(value) >= 2**63) or not id.isascii() or "\0" in f"{value}{id}":
            raise ValueError(text)
        f"{value}".encode()  # what has half a surrogate pair in it could not be sent to a database
        return Cursor(value, id)  # type: ignore[arg-type] # its type was compared
    except (ValueError, TypeError, AttributeError, RecursionError, binascii.Error):
        raise InvalidValue(field, repr(text)[:80], "the `next` or `previous` of a page with this sort") from None


@lru_cache(maxsize=8)
def column_types(columns: type) -> dict[str, type]:
    """Return what the columns of a list hold."""
    return {field.name: str if field.type in (str, "str") else int for field in attrs.fields(columns)}


#: What the columns of orders hold.
COLUMN_TYPES: Final[dict[str, type]] = column_types(Columns)
