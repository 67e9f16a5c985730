"""What orders are found by, written beside them: the table `SEARCH` and the inverted index `TERMS`."""

from collections.abc import Iterable, Sequence
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
_USUAL = tuple((f"set_{name}", name) for name in _SETS if name not in _RARE)
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


def write_index(session: Session, orders: Sequence[Order]) -> None:
    """Bring what orders are found by up to date; a deleted one is found no more."""
    held = _held(session, [order.id for order in orders if order.version > 1])
    usual, rare, terms = [], [], Terms(session)
    for order in orders:
        was = held.get(order.id)
        if order.deleted_at is not None:
            if was is not None:
                session.run(_DELETE, id=order.id)
                terms.change(order.id, was[0], index_terms(_read(was[4]), was[3]), set())
            continue
        found = findable(order)
        row = columns_of(found, order)
        if was is None:
            session.insert(SEARCH, [(session.shop, *row.values())])
            terms.change(order.id, found.columns.created_at, set(), index_terms(found.terms, found.words))
        elif was[1:4] == (row["customer"], row["destination"], row["words"]):
            usual.append({"order_id": order.id, **{key: row[name] for key, name in _USUAL}})
            terms.change(order.id, was[0], set(_read(was[4])), set(found.terms))
        else:
            rare.append({"order_id": order.id, **{f"set_{name}": row[name] for name in _SETS}})
            now = index_terms(found.terms, found.words)
            terms.change(order.id, was[0], index_terms(_read(was[4]), was[3]), now)
    session.many(_UPDATE, usual)
    session.many(_UPDATE_ALL, rare)
    terms.write()


class Terms:
    """The rows of the inverted index that are taken away and added by a unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._gone: list[dict[str, Any]] = []
        self._new: list[tuple[Any, ...]] = []

    def change(self, id: str, at: int, before: set[str], now: set[str]) -> None:
        """Find an order by other terms."""
        self._gone += [{"term": term, "at": at, "order_id": id} for term in before - now]
        self._new += [(self._session.shop, term, at, id) for term in now - before]

    def write(self) -> None:
        """Write the changes, in the order of the index."""
        self._session.many(_DELETE_TERM, sorted(self._gone, key=lambda row: (row["term"], row["at"])))
        self._session.insert(TERMS, sorted(self._new))


def _held(session: Session, ids: list[str]) -> dict[str, tuple[Any, ...]]:
    """Return what is stored of orders: date, customer, destination, words and terms by id."""
    if len(ids) == 1:
        row = session.run(_HELD, id=ids[0]).fetchone()
        return {ids[0]: tuple(row)} if row is not None else {}
    if not ids:
        return {}
    asked = sa.select(_S.id, _S.created_at, _S.customer, _S.destination, _S.words, _S.terms)
    rows = session.core(asked.where(_S.shop == session.shop, _S.id.in_(ids)))
    return {row[0]: tuple(row[1:]) for row in rows}


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
                write_index(Session(connection, shop, use_compiled=False), [decode(Order, doc, version)])
            after = (shop, id)
        if len(rows) < _SOME:
            return


def _read(text: str) -> list[str]:
    return [term for term in text.split(MARK) if term]
