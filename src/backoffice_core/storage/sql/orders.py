"""Orders, their events, sales entries and idempotency keys in SQL."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pendulum
import sqlalchemy as sa

from backoffice_core.clock import from_micros, to_micros
from backoffice_core.failures import StorageFailed, UnknownId
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.order import Order
from backoffice_core.search.findable import bare_name, term
from backoffice_core.storage.codec import (
    decode,
    decode_event,
    decode_order,
    decode_raw,
    encode,
    encode_changed,
    encode_order,
)
from backoffice_core.storage.marks import cursor_at, due_at, read_cursor, source_key, unresolved_at
from backoffice_core.storage.rows import KeyRecord, Page, Record, StoredEvent
from backoffice_core.storage.sql.figures import FiguresTable
from backoffice_core.storage.sql.index import Index
from backoffice_core.storage.sql.saving import Row, Rows
from backoffice_core.storage.sql.session import Session, is_id, unique
from backoffice_core.storage.sql.tables import ENTRIES, EVENTS, KEYS, MONEY, ORDERS, OUTBOX, SEARCH, TERMS
from backoffice_core.storage.trouble import AlreadyStored, DocumentTooNew, StaleVersion, StorageBroken
from backoffice_core.typed import can_be_kept

_O = ORDERS.c
_S = SEARCH.c
_T = TERMS.c
_p = sa.bindparam

_BY_ID = sa.select(_O.version, _O.doc).where(_O.shop == _p("shop"), _O.id == _p("id"))
_LOCKED = _BY_ID.with_for_update()
_UPDATE = (
    sa.update(ORDERS)
    .where(_O.shop == _p("in_shop"), _O.id == _p("order_id"), _O.version == _p("was"))
    .values(version=_p("now"), due_at=_p("due"), unresolved_at=_p("waiting"), deleted_at=_p("deleted"), doc=_p("text"))
)
_BY_SOURCE = sa.select(_O.id, _O.request_print).where(_O.shop == _p("shop"), _O.source == _p("source"))
_NAMED = (
    sa.select(_O.id)
    .join_from(TERMS, ORDERS, sa.and_(_O.shop == _T.shop, _O.id == _T.order_id))
    .where(_T.shop == _p("shop"), _T.term == _p("term"), _O.name == _p("name"))
    .order_by(_T.at.desc(), _T.order_id.desc())
    .limit(1)
)
_KEY = sa.insert(KEYS)
_KEY_BY_ID = sa.select(KEYS).where(KEYS.c.shop == _p("shop"), KEYS.c.key == _p("key"))


class OrdersTable(FiguresTable):
    """The part of a unit that keeps orders; see `backoffice_core.storage.base.Unit`."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._read: tuple[Order, dict[str, Any]] | None = None
        self._index = Index(session)

    def order(self, id: str, *, lock: bool = False, deleted: bool = False) -> Order:
        """Return an order with its stored version."""
        row = self._session.run(_LOCKED if lock else _BY_ID, id=id).fetchone() if is_id(id) else None
        if row is None:
            raise UnknownId("order", id)
        order = decode_order(id, row[1], row[0])
        if order.deleted_at is not None and not deleted:
            raise UnknownId("order", id)
        return order

    def orders(self, ids: Sequence[str]) -> Mapping[str, Order | StorageFailed]:
        """Return orders by id."""
        rows: Iterable[Any] = self._session.core(self._documents(ids).order_by(_O.id)).fetchall()
        return {id: _readable(doc, version) for id, version, doc in rows}

    def each_order(
        self, ids: Sequence[str], *, lock: bool = False
    ) -> Iterator[tuple[str, Order | StorageFailed | None]]:
        """Yield ids with their orders, one after another."""
        query = self._documents(ids)
        found: Iterable[Any] = self._session.core(query.order_by(_O.id).with_for_update() if lock else query).fetchall()
        rows = {id: (doc, version) for id, version, doc in found}
        if lock:
            self._index.expect(list(rows))
        read = self._read_to_change if lock else _readable
        for id in ids:
            row = rows.get(id)
            yield id, None if row is None else read(*row)

    def _read_to_change(self, text: str, version: int) -> Order | StorageFailed:
        """Return an order, and keep its raw document until the next one is read: it is saved before that."""
        try:
            order, raw = decode_raw(Order, text, version)
        except (DocumentTooNew, StorageBroken) as no:
            return no
        self._read = order, raw
        return order

    def _written(self, order: Order) -> str:
        """Return the text of an order that is saved, made of what was read to change it where that is known."""
        read = self._read
        return encode(order) if read is None or read[0].id != order.id else encode_changed(order, *read)

    def _documents(self, ids: Sequence[str]) -> "sa.Select[tuple[str, int, str]]":
        known = [id for id in ids if is_id(id)]
        return sa.select(_O.id, _O.version, _O.doc).where(
            _O.shop == self._session.shop, _O.id.in_(known), _O.deleted_at.is_(None)
        )

    def order_id_named(self, name: str) -> str | None:
        """Return the id of the newest order of a name that is not deleted."""
        if not can_be_kept(name):
            return None
        row = self._session.run(_NAMED, name=name, term=term("name", bare_name(name))).fetchone()
        return None if row is None else str(row[0])

    def order_placed_from(self, source: tuple[str, str]) -> tuple[str, str | None] | None:
        """Return id and request print of the order of a source."""
        key = source_key(source)
        row = self._session.run(_BY_SOURCE, source=key).fetchone() if can_be_kept(key) else None
        return None if row is None else (row[0], row[1])

    def page(self, limit: int, after: str | None = None) -> Page:
        """Return at most *limit* orders, newest first, ties by id."""
        query = (
            sa.select(_O.id, _S.created_at, _O.version, _O.doc)
            .join_from(SEARCH, ORDERS, sa.and_(_O.shop == _S.shop, _O.id == _S.id))
            .where(_S.shop == self._session.shop)
        )
        if after is not None:
            moment, id = read_cursor(after)
            query = query.where(
                _S.created_at <= moment, sa.or_(_S.created_at < moment, sa.and_(_S.created_at == moment, _S.id < id))
            )
        rows = self._session.core(query.order_by(_S.created_at.desc(), _S.id.desc()).limit(limit + 1)).fetchall()
        page = _read(rows[:limit])
        return (
            page if len(rows) <= limit else evolve(page, next=cursor_at(rows[limit - 1].created_at, rows[limit - 1].id))
        )

    def count_orders(self) -> int:
        """Return how many orders the shop has."""
        listed = sa.select(sa.func.count()).select_from(SEARCH).where(_S.shop == self._session.shop)
        return int(self._session.core(listed).scalar_one())

    def put(self, record: Record) -> Order:
        """Save a change whole."""
        order = record.order
        saved = evolve(order, version=order.version + 1)
        self._insert(saved, record) if order.version == 0 else self._update(saved)
        self._index.change(saved, record.before)
        rows = Rows(self._session.shop)
        rows.add(saved, record)
        self._write(rows)
        return saved

    def put_many(self, records: Iterable[Record]) -> Mapping[str, int]:
        """Save changes of several orders."""
        documents, rows = [], Rows(self._session.shop)
        for record in records:
            saved = evolve(record.order, version=record.order.version + 1)
            documents.append(_row(saved, self._written(saved)))
            self._index.change(saved, record.before)
            rows.add(saved, record)
        if self._session.many(_UPDATE, documents) != len(documents):
            self._tell_stale(documents)
        self._write(rows)
        return {row["order_id"]: row["now"] for row in documents}

    def _tell_stale(self, rows: Iterable[dict[str, Any]]) -> None:
        """
        Say which of several orders had another version.

        Raises:
            StaleVersion: Always, unless all of them are stored as they were to be.
        """
        for row in rows:
            stored = self._session.run(_BY_ID, id=row["order_id"]).fetchone()
            # Somebody else may have saved the version that we were to save.
            if stored is None or tuple(stored) != (row["now"], row["text"]):
                raise StaleVersion("order", row["order_id"], row["was"], stored[0] if stored else 0)

    def _insert(self, order: Order, record: Record) -> None:
        source = source_key(order.source) if order.source else None
        inserted = self._session.insert_new(
            ORDERS,
            id=order.id,
            version=order.version,
            name=order.name,
            source=source,
            request_print=record.request_print,
            created_at=to_micros(order.created_at),
            due_at=due_at(order),
            unresolved_at=unresolved_at(order),
            deleted_at=_deleted_at(order),
            doc=encode_order(order),
        )
        if not inserted:
            stored = self._session.run(_BY_ID, id=order.id).fetchone()
            if stored is None and order.source is not None:
                raise AlreadyStored("order source", " ".join(order.source))
            raise StaleVersion("order", order.id, 0, stored[0] if stored else 0)

    def _update(self, order: Order) -> None:
        done = self._session.run(_UPDATE, **_row(order, encode_order(order)))
        if done.rowcount != 1:
            row = self._session.run(_BY_ID, id=order.id).fetchone()
            raise StaleVersion("order", order.id, order.version - 1, row[0] if row else 0)

    def _write(self, rows: Rows) -> None:
        """Write all that comes with the changes of orders; stock goes first, because it may say no."""
        self._move(rows.movements)
        self._index.write()
        self._session.insert(EVENTS, rows.events)
        self._session.insert(ENTRIES, rows.entries)
        self._session.insert(MONEY, rows.money)
        for changes in rows.ledger:
            self._write_ledger(changes)
        for messages in rows.messages:
            self._enqueue(messages)
        for key in rows.keys:
            self.remember(key)

    def _enqueue(self, messages: Sequence[Row]) -> None:
        if messages:
            with unique("message", messages[0][2]):
                self._session.insert(OUTBOX, messages)

    def events(self, order_id: str, version: int | None = None) -> Sequence[StoredEvent]:
        """Return an order's events, oldest first."""
        e = EVENTS.c
        query = sa.select(e.version, e.position, e.at, e.actor, e.type, e.data).where(
            e.shop == self._session.shop, e.order_id == order_id
        )
        if version is not None:
            query = query.where(e.version == version)
        return [
            StoredEvent(
                order_id=order_id,
                version=row.version,
                position=row.position,
                at=from_micros(row.at),
                actor=row.actor,
                event=decode_event(row.type, row.data),
            )
            for row in self._session.core(query.order_by(e.version, e.position))
        ]

    def unresolved(self, limit: int) -> Page:
        """Return orders with a transaction that has no outcome, the longest waiting first."""
        query = (
            sa.select(_O.id, _O.version, _O.doc)
            .where(_O.shop == self._session.shop, _O.unresolved_at.is_not(None))
            .order_by(_O.unresolved_at, _O.id)
            .limit(limit)
        )
        return _read(self._session.core(query).fetchall())

    def due(self, now: pendulum.DateTime, limit: int) -> Sequence[str]:
        """Return ids of orders with an open authorization that lapsed by *now*, the earliest first."""
        query = (
            sa.select(_O.id)
            .where(_O.shop == self._session.shop, _O.due_at <= to_micros(now))
            .order_by(_O.due_at, _O.id)
            .limit(limit)
        )
        return list(self._session.core(query).scalars())

    def key(self, key: str) -> KeyRecord | None:
        """Return what was answered to a key."""
        row = self._session.run(_KEY_BY_ID, key=key).fetchone() if can_be_kept(key) else None
        if row is None:
            return None
        _, name, fingerprint, order_id, version, at = row
        return KeyRecord(key=name, fingerprint=fingerprint, order_id=order_id, version=version, at=from_micros(at))

    def remember(self, record: KeyRecord) -> None:
        """Keep what was answered to a key."""
        with unique("idempotency key", record.key):
            self._session.run(
                _KEY,
                key=record.key,
                fingerprint=record.fingerprint,
                order_id=record.order_id,
                version=record.version,
                at=to_micros(record.at),
            )

    def purge_keys(self, before: pendulum.DateTime, limit: int) -> int:
        """Forget keys older than *before*; return how many."""
        k = KEYS.c
        old = self._session.core(
            sa.select(k.key)
            .where(k.shop == self._session.shop, k.at < to_micros(before))
            .order_by(k.at, k.key)
            .limit(limit)
        ).scalars()
        names = list(old)
        if names:
            self._session.core(sa.delete(KEYS).where(k.shop == self._session.shop, k.key.in_(names)))
        return len(names)


def _row(order: Order, text: str) -> dict[str, Any]:
    """Return what is saved of an order that exists, by the parameters of `_UPDATE`."""
    return {
        "order_id": order.id,
        "was": order.version - 1,
        "now": order.version,
        "due": due_at(order),
        "waiting": unresolved_at(order),
        "deleted": _deleted_at(order),
        "text": text,
    }


def _deleted_at(order: Order) -> int | None:
    return None if order.deleted_at is None else to_micros(order.deleted_at)


def _readable(text: str, version: int) -> Order | StorageFailed:
    try:
        return decode(Order, text, version)
    except (DocumentTooNew, StorageBroken) as no:
        return no


def _read(rows: Iterable[Any]) -> Page:
    """Return the orders of some rows; one that cannot be read is told by its id and keeps nobody from the others."""
    found, unreadable = [], []
    for row in rows:
        try:
            found.append(decode(Order, row.doc, row.version))
        except (DocumentTooNew, StorageBroken):
            unreadable.append(row.id)
    return Page(tuple(found), None, tuple(unreadable))
