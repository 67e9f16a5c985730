"""What orders are found by, written beside them: the table `SEARCH` and the inverted index `TERMS`."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

import sqlalchemy as sa

from backoffice_core.clock import to_micros
from backoffice_core.failures import StorageFailed
from backoffice_core.orders.order import Order
from backoffice_core.search.findable import Findable, changing_columns, findable, terms_changed, texts_stay
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

_TERMS_OF = sa.select(_S.id, _S.terms)
_HELD_OF = sa.select(_S.id, _S.created_at, _S.customer, _S.destination, _S.words, _S.terms)
_ONE = (_S.shop == _p("shop"), _S.id == _p("id"))
_TERMS_OF_ONE, _HELD_OF_ONE = _TERMS_OF.where(*_ONE), _HELD_OF.where(*_ONE)
_FIXED = ("shop", "id", "created_at")
_SETS: dict[str, Any] = {name: _p(f"set_{name}") for name in map(str, SEARCH.c.keys()) if name not in _FIXED}
#: What hardly ever changes is left out of most updates: its pages stay as they are.
_RARE = ("number", "customer", "destination", "words", "person")
_MINE = (_S.shop == _p("in_shop"), _S.id == _p("order_id"))
#: Values by the names of the columns: Core takes them so where none of them is in the condition.
_UPDATE = sa.update(SEARCH).where(*_MINE).values({name: _p(name) for name in _SETS if name not in _RARE})
_UPDATE_ALL = sa.update(SEARCH).where(*_MINE).values(_SETS)
_DELETE = sa.delete(SEARCH).where(_S.shop == _p("shop"), _S.id == _p("id"))
_DELETE_TERM = sa.delete(TERMS).where(
    _T.shop == _p("shop"), _T.term == _p("term"), _T.at == _p("at"), _T.order_id == _p("order_id")
)


def term_text(terms: Iterable[str]) -> str:
    """Return terms as the column holds them, each between marks."""
    return f"{MARK}{MARK.join(terms)}{MARK}"


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
        "terms": term_text(found.terms),
        "words": found.words,
        "person": found.person,
    }


def write_index(session: Session, changes: Iterable[tuple[Order, Order | None]]) -> None:
    """
    Bring what orders are found by up to date; a deleted one is found no more.

    Args:
        session: The transaction.

        changes: Orders as they are saved, each with what was stored before, where that is known.
    """
    usual, rest = [], []
    for order, before in changes:
        stays = before is not None and order.deleted_at is None and texts_stay(before, order)
        usual.append((order, before)) if stays and before is not None else rest.append(order)
    terms = Terms(session)
    rest += _write_usual(session, usual, terms)
    if rest:
        _write_whole(session, rest, terms)
    terms.write()


def _write_usual(session: Session, changes: Sequence[tuple[Order, Order]], terms: "Terms") -> list[Order]:
    """Write what was changed of orders that keep their texts; return those that are found by nothing yet."""
    held = _rows(session, _TERMS_OF, _TERMS_OF_ONE, [order.id for order, _ in changes])
    rows, missing = [], []
    for order, before in changes:
        if (was := held.get(order.id)) is None:
            missing.append(order)
            continue
        known = set(_read(was[0]))
        gone, new = terms_changed(before, order, known)
        terms.change(order.id, to_micros(before.created_at), gone, new)
        row = changing_columns(order)
        row["version"], row["summary"] = order.version, dumps(summary_row(order))
        row["terms"] = term_text(sorted((known | new) - gone)) if gone or new else was[0]
        row["order_id"] = order.id
        rows.append(row)
    session.many(_UPDATE, rows)
    return missing


def _write_whole(session: Session, orders: Sequence[Order], terms: "Terms") -> None:
    """Write all that orders are found by."""
    held = _rows(session, _HELD_OF, _HELD_OF_ONE, [order.id for order in orders if order.version > 1])
    rows = []
    for order in orders:
        was = held.get(order.id)
        before = set() if was is None else index_terms(_read(was[4]), was[3])
        if order.deleted_at is not None:
            if was is not None:
                session.run(_DELETE, id=order.id)
                terms.change(order.id, was[0], before, set())
            continue
        found = findable(order)
        row = columns_of(found, order)
        if was is None:
            session.insert(SEARCH, [(session.shop, *row.values())])
        else:
            rows.append({"order_id": order.id, **{f"set_{name}": row[name] for name in _SETS}})
        at = found.columns.created_at if was is None else was[0]
        terms.change(order.id, at, before, index_terms(found.terms, found.words))
    session.many(_UPDATE_ALL, rows)


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


def _rows(
    session: Session, some: sa.Select[Any], one: sa.Select[Any], ids: Sequence[str]
) -> dict[str, tuple[Any, ...]]:
    """Return what is stored of orders, by id."""
    if not ids:
        return {}
    if len(ids) == 1:
        found = session.run(one, id=ids[0])
    else:
        found = session.core(some.where(_S.shop == session.shop, _S.id.in_(ids)))
    return {row[0]: tuple(row[1:]) for row in found.fetchall()}


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
                write_index(Session(connection, shop, use_compiled=False), [(decode(Order, doc, version), None)])
            after = (shop, id)
        if len(rows) < _SOME:
            return


def _read(text: str) -> list[str]:
    return [term for term in text.split(MARK) if term]
