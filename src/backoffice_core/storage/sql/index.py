"""What orders are found by, written beside them: the table `SEARCH` and the inverted index `TERMS`."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from backoffice_core.failures import StorageFailed
from backoffice_core.orders.order import Order
from backoffice_core.search.findable import Columns, Findable, changing_columns, findable, terms_changed, texts_stay
from backoffice_core.search.summary import summary_row
from backoffice_core.storage.codec import decode, dumps
from backoffice_core.storage.sql.session import Session
from backoffice_core.storage.sql.tables import ORDERS, SEARCH, TERMS
from backoffice_core.storage.sql.where import MARK

#: So many documents are read at a time.
_SOME = 500

_S = SEARCH.c
_p = sa.bindparam

_HELD_OF = sa.select(*(column for column in SEARCH.c if column.name != "shop"))
_HELD_OF_ONE = _HELD_OF.where(_S.shop == _p("shop"), _S.id == _p("id"))
_NAMES = tuple(column.name for column in SEARCH.c if column.name != "shop")
_DELETE = sa.delete(SEARCH).where(_S.shop == _p("shop"), _S.id == _p("id"))


def term_text(terms: Iterable[str]) -> str:
    """Return terms as the column holds them, each between marks."""
    return f"{MARK}{MARK.join(terms)}{MARK}"


def index_terms(terms: Iterable[str], words: str) -> set[str]:
    """Return the terms that a document stands under in the inverted index: its own, and a term a word."""
    return {*terms, *[f"w:{word}" for word in words.split()]}


def columns_of(found: Findable[Columns], order: Order) -> dict[str, Any]:
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


#: What an order is found by as it is stored, by the names of the columns.
Held = dict[str, Any]


@lru_cache(maxsize=256)
def _update_of(names: tuple[str, ...]) -> Any:
    """Return the update of some columns: the indexes of the others, and their pages, stay as they are."""
    mine = sa.update(SEARCH).where(_S.shop == _p("in_shop"), _S.id == _p("order_id"))
    # Values by the names of the columns: Core takes them so where none of them is in the condition.
    return mine.values({name: _p(name) for name in names})


class Index:
    """
    What the orders of a unit of work are found by.

    The rows of an order are made when it is handed over, and are written later, all at once.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._terms = Terms(session)
        self._held: dict[str, Held] = {}
        self._new: list[tuple[Any, ...]] = []
        self._changed: dict[tuple[str, ...], list[dict[str, Any]]] = {}

    def expect(self, ids: Sequence[str]) -> None:
        """Read at once what orders are found by that are locked, and that will be changed."""
        if ids:
            found = self._session.core(_HELD_OF.where(_S.shop == self._session.shop, _S.id.in_(ids)))
            self._held |= {row[0]: dict(zip(_NAMES, row, strict=True)) for row in found.fetchall()}

    def change(self, order: Order, before: Order | None) -> None:
        """
        Find an order by what it is now; a deleted one is found no more.

        Args:
            order: The order as it is saved.

            before: What is stored, where that is known: then only what differs is looked at.
        """
        held = self._found_by(order)
        if held is None or before is None or order.deleted_at is not None or not texts_stay(before, order):
            self._anew(order, held)
            return
        known = set(terms_of(held["terms"]))
        gone, new = terms_changed(before, order, known)
        self._terms.change(order.id, held["created_at"], gone, new)
        row = changing_columns(order)
        row["version"], row["summary"] = order.version, dumps(summary_row(order))
        if gone or new:
            row["terms"] = term_text(sorted((known | new) - gone))
        self._update(order.id, held, row)

    def _update(self, id: str, held: Held, row: dict[str, Any]) -> None:
        changed = {name: value for name, value in row.items() if value != held[name]}
        self._changed.setdefault(tuple(changed), []).append({**changed, "order_id": id})

    def _found_by(self, order: Order) -> Held | None:
        """Return what is stored, once: the next change of the unit finds what this one wrote."""
        held = self._held.pop(order.id, None)
        if held is None and order.version > 1:
            row = self._session.run(_HELD_OF_ONE, id=order.id).fetchone()
            held = None if row is None else dict(zip(_NAMES, row, strict=True))
        return held

    def _anew(self, order: Order, held: Held | None) -> None:
        """Find an order by all that it is found by."""
        was = set() if held is None else index_terms(terms_of(held["terms"]), held["words"])
        if order.deleted_at is not None:
            if held is not None:
                self._session.run(_DELETE, id=order.id)
                self._terms.change(order.id, held["created_at"], was, set())
            return
        found = findable(order)
        row = columns_of(found, order)
        if held is None:
            self._new.append((self._session.shop, *row.values()))
        else:
            self._update(order.id, held, row)
        self._terms.change(order.id, row["created_at"], was, index_terms(found.terms, found.words))

    def write(self) -> None:
        """Write what orders are found by."""
        self._session.insert(SEARCH, self._new)
        for names, rows in self._changed.items():
            self._session.many(_update_of(names), rows)
        self._new, self._changed = [], {}
        self._terms.write()


@lru_cache(maxsize=8)
def _delete_term(table: sa.Table, id: str) -> Any:
    row = table.c
    return sa.delete(table).where(
        row.shop == _p("shop"), row.term == _p("term"), row.at == _p("at"), row[id] == _p("of")
    )


class Terms:
    """
    The rows of an inverted index that are taken away and added by a unit of work.

    Args:
        session: The transaction.

        table: The index.

        id: Its column with the ids of documents.
    """

    def __init__(self, session: Session, table: sa.Table = TERMS, id: str = "order_id") -> None:
        self._session = session
        self._table, self._id = table, id
        self._gone: list[dict[str, Any]] = []
        self._new: list[tuple[Any, ...]] = []

    def change(self, id: str, at: int, before: set[str], now: set[str]) -> None:
        """Find a document by other terms."""
        self._gone += [{"term": term, "at": at, "of": id} for term in before - now]
        self._new += [(self._session.shop, term, at, id) for term in now - before]

    def write(self) -> None:
        """Write the changes, in the order of the index."""
        gone = sorted(self._gone, key=lambda row: (row["term"], row["at"]))
        self._session.many(_delete_term(self._table, self._id), gone)
        self._session.insert(self._table, sorted(self._new))
        self._gone, self._new = [], []


def index_all(connection: sa.Connection) -> None:
    """Write what the orders of all shops are found by, where they are found by nothing yet."""
    o, after = ORDERS.c, ("", "")
    while True:
        rows = connection.execute(
            sa.select(o.shop, o.id, o.version, o.doc)
            .where(o.deleted_at.is_(None), sa.tuple_(o.shop, o.id) > after)
            .order_by(o.shop, o.id)
            .limit(_SOME)
        ).fetchall()
        for shop, id, version, doc in rows:
            # A document that cannot be read stays out of the lists; looking it up says what is wrong with it.
            with suppress(StorageFailed):
                index = Index(Session(connection, shop, use_compiled=False))
                index.change(decode(Order, doc, version), None)
                index.write()
            after = (shop, id)
        if len(rows) < _SOME:
            return


def terms_of(text: str) -> list[str]:
    """Return the terms that the column holds."""
    return [term for term in text.split(MARK) if term]
