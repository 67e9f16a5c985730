"""
What brings the terms of customers' ids to version 14 of the tables.

Before, they had no case: the orders of ``uA1`` and of ``ua1`` were found as those of one. The id itself
stands in the documents. Most ids are written without case and surplus spaces; their terms stay.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, Final

import sqlalchemy as sa

from backoffice_core.search.findable import account
from backoffice_core.search.text import plain
from backoffice_core.storage.codec import loads

#: So many documents are read at a time.
_SOME: Final = 500
_MARK: Final = "\x1f"
#: How a term of an id begins, and the form of documents that is known here.
_ACCOUNT: Final = "customer:"
_FORM: Final = 1

_p = sa.bindparam


def _table(name: str, *columns: str) -> sa.TableClause:
    """Return a table as it was then."""
    return sa.table(name, sa.column("shop"), *map(sa.column, columns))


_ORDERS: Final = _table("bo_orders", "id", "doc")
_SEARCH: Final = _table("bo_search", "id", "created_at", "terms", "person")
_TERMS: Final = _table("bo_terms", "term", "at", "order_id")
_CHECKOUTS: Final = _table("bo_checkouts", "id", "doc", "created_at", "terms")
_CHECKOUT_TERMS: Final = _table("bo_checkout_terms", "term", "at", "checkout_id")


Place = tuple[str, str]


def tell_accounts_apart(connection: sa.Connection) -> None:
    """Find orders and checkouts by ids of customers as they are spelled; those that cannot be read stay as they are."""
    for first, last, terms in _pages(connection, _ORDERS):
        _tell_apart(connection, _SEARCH, _found(connection, _SEARCH, first, last), terms, _TERMS, "order_id")
    for first, last, terms in _pages(connection, _CHECKOUTS):
        rows = _found(connection, _CHECKOUTS, first, last)
        _tell_apart(connection, _CHECKOUTS, rows, terms, _CHECKOUT_TERMS, "checkout_id")


def _pages(connection: sa.Connection, documents: sa.TableClause) -> Iterator[tuple[Place, Place, dict[Place, str]]]:
    """Yield spans of documents, behind one and up to another, with the terms by document that are others now."""
    d, after = documents.c, ("", "")
    query = sa.select(d.shop, d.id, d.doc).order_by(d.shop, d.id).limit(_SOME)
    while rows := connection.execute(query.where(sa.tuple_(d.shop, d.id) > after)).fetchall():
        customers = {(shop, id): customer for shop, id, doc in rows if (customer := _customer_in(doc))}
        terms = {place: account(customer) for place, customer in customers.items() if plain(customer) != customer}
        last = (rows[-1].shop, rows[-1].id)
        if terms:
            yield after, last, terms
        after = last


def _customer_in(doc: str) -> str | None:
    """Return the customer's id in a document; None where there is none, or the document cannot be read."""
    with suppress(ValueError, TypeError, AttributeError):
        raw = loads(doc)
        known = raw.get("customer") if raw.get("v") == _FORM else None
        id = known.get("id") if known else None
        return id if isinstance(id, str) else None
    return None


def _found(connection: sa.Connection, found: sa.TableClause, first: Place, last: Place) -> Sequence[Any]:
    """Return what documents are found by, of those behind *first* and up to *last*."""
    person = found.c.person if "person" in found.c else sa.null().label("person")
    place = sa.tuple_(found.c.shop, found.c.id)
    query = sa.select(found.c.shop, found.c.id, found.c.created_at, found.c.terms, person)
    return connection.execute(query.where(place > first, place <= last)).fetchall()


def _tell_apart(
    connection: sa.Connection,
    found: sa.TableClause,
    rows: Sequence[Any],
    terms: dict[Place, str],
    index: sa.TableClause,
    named: str,
) -> None:
    """Find documents by other terms of their customers' ids."""
    changed, gone, new = list[dict[str, Any]](), list[dict[str, Any]](), list[dict[str, Any]]()
    values: dict[str, Any] = {"terms": _p("now")} | ({"person": _p("whose")} if "person" in found.c else {})
    for shop, id, at, text, person in rows:
        held = [one for one in text.split(_MARK) if one]
        was, now = [one for one in held if one.startswith(_ACCOUNT)], terms.get((shop, id))
        # What could not be read when it was to be found is not found by half.
        if now is None or not held or was == [now]:
            continue
        kept = sorted([now, *[one for one in held if one not in was]])
        row = {"in_shop": shop, "of": id, "now": f"{_MARK}{_MARK.join(kept)}{_MARK}"}
        if "person" in values:
            row["whose"] = now if person is not None and person.startswith(_ACCOUNT) else person
        changed.append(row)
        gone += [{"in_shop": shop, "was": one, "moment": at, "of": id} for one in was]
        new.append({"shop": shop, "term": now, "at": at, named: id})
    if changed:
        mine = sa.and_(found.c.shop == _p("in_shop"), found.c.id == _p("of"))
        connection.execute(sa.update(found).where(mine).values(values), changed)
        connection.execute(sa.insert(index), new)
    if gone:
        i = index.c
        its = (i.shop == _p("in_shop"), i.term == _p("was"), i.at == _p("moment"), i[named] == _p("of"))
        connection.execute(sa.delete(index).where(*its), gone)
