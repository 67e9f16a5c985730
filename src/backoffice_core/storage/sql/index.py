"""What orders are found by, written beside them: the table `SEARCH` and the inverted index `TERMS`."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import sqlalchemy as sa

from backoffice_core.failures import StorageFailed
from backoffice_core.orders.order import Order
from backoffice_core.search.findable import Findable, findable
from backoffice_core.search.summary import summary_row
from backoffice_core.storage.codec import decode, dumps
from backoffice_core.storage.sql.session import Session
from backoffice_core.storage.sql.tables import ORDERS, SEARCH, TERMS
from backoffice_core.storage.sql.where import MARK

#: So many documents are read at a time.
_SOME = 500

_S = SEARCH.c
_T = TERMS.c
_p = sa.bindparam

_HELD = sa.select(_S.created_at, _S.customer, _S.destination, _S.words, _S.terms).where(
    _S.shop == _p("shop"), _S.id == _p("id")
)
_FIXED = ("shop", "id", "created_at")
_SETS: dict[str, Any] = {name: _p(f"set_{name}") for name in map(str, SEARCH.c.keys()) if name not in _FIXED}
#: What hardly ever changes is left out of most updates: its pages stay as they are.
_RARE = ("number", "customer", "destination", "words")
_MINE = (_S.shop == _p("in_shop"), _S.id == _p("order_id"))
_UPDATE = sa.update(SEARCH).where(*_MINE).values({name: to for name, to in _SETS.items() if name not in _RARE})
_UPDATE_ALL = sa.update(SEARCH).where(*_MINE).values(_SETS)
_DELETE = sa.delete(SEARCH).where(_S.shop == _p("shop"), _S.id == _p("id"))
_DELETE_TERM = sa.delete(TERMS).where(
    _T.shop == _p("shop"), _T.term == _p("term"), _T.at == _p("at"), _T.order_id == _p("order_id")
)


def term_text(found: Findable) -> str:
    """Return the terms of an order as the column holds them, each between marks."""
    return f"{MARK}{MARK.join(found.terms)}{MARK}"


def index_terms(terms: Iterable[str], words: str) -> set[str]:
    """Return the terms that an order stands under in the inverted index: its own, and a term a word."""
    return {*terms, *[f"w:{word}" for word in words.split()]}


def columns_of(found: Findable, order: Order) -> dict[str, Any]:
    """Return the row of an order in `SEARCH`, without the shop."""
    held = found.columns
    return {
        "id": held.id,
        "version": order.version,
        "created_at": held.created_at,
        "updated_at": held.updated_at,
        "number": held.number,
        "total": held.total,
        "current_total": held.current_total,
        "items": held.items,
        "customer": held.customer,
        "destination": held.destination,
        "financial_status": held.financial_status,
        "fulfillment_status": held.fulfillment_status,
        "summary": dumps(summary_row(order)),
        "terms": term_text(found),
        "words": found.words,
    }


def write_index(session: Session, order: Order) -> None:
    """Bring what an order is found by up to date; a deleted one is found no more."""
    held = session.run(_HELD, id=order.id).fetchone() if order.version > 1 else None
    if order.deleted_at is None:
        found = findable(order)
        if held is None:
            _insert(session, found, order)
        else:
            _update(session, found, order, held)
    elif held is not None:
        session.run(_DELETE, id=order.id)
        _drop(session, order.id, held[0], index_terms(_read(held[4]), held[3]))


def _insert(session: Session, found: Findable, order: Order) -> None:
    session.insert(SEARCH, [(session.shop, *columns_of(found, order).values())])
    _add(session, found, index_terms(found.terms, found.words))


def _update(session: Session, found: Findable, order: Order, held: Any) -> None:
    at, customer, destination, words, terms = held
    row = columns_of(found, order)
    before, now = set(_read(terms)), set(found.terms)
    if (customer, destination, words) == (row["customer"], row["destination"], row["words"]):
        session.run(_UPDATE, order_id=order.id, **{f"set_{name}": row[name] for name in _SETS if name not in _RARE})
    else:
        session.run(_UPDATE_ALL, order_id=order.id, **{f"set_{name}": row[name] for name in _SETS})
        before, now = index_terms(before, words), index_terms(now, found.words)
    _drop(session, order.id, at, before - now)
    _add(session, found, now - before)


def _add(session: Session, found: Findable, terms: Iterable[str]) -> None:
    at, id = found.columns.created_at, found.columns.id
    session.insert(TERMS, [(session.shop, term, at, id) for term in sorted(terms)])


def _drop(session: Session, id: str, at: int, terms: Iterable[str]) -> None:
    for term in sorted(terms):
        session.run(_DELETE_TERM, term=term, at=at, order_id=id)


def index_all(connection: sa.Connection) -> None:
    """Write what the orders of all shops are found by, where they are found by nothing yet."""
    o, after = ORDERS.c, ("", "")
    while True:
        rows = connection.execute(
            sa.select(o.shop, o.id, o.version, o.doc)
            .where(o.deleted_at.is_(None), sa.or_(o.shop > after[0], sa.and_(o.shop == after[0], o.id > after[1])))
            .order_by(o.shop, o.id)
            .limit(_SOME)
        ).fetchall()
        for shop, id, version, doc in rows:
            # A document that cannot be read stays out of the lists; looking it up says what is wrong with it.
            with suppress(StorageFailed):
                order = decode(Order, doc, version)
                _insert(Session(connection, shop, use_compiled=False), findable(order), order)
            after = (shop, id)
        if len(rows) < _SOME:
            return


def _read(text: str) -> list[str]:
    return [term for term in text.split(MARK) if term]
