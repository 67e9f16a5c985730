"""Checkouts in SQL."""

from typing import Any

import sqlalchemy as sa

from backoffice_core.clock import to_micros
from backoffice_core.failures import UnknownId
from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.evolve import evolve
from backoffice_core.storage.codec import decode, encode
from backoffice_core.storage.marks import cursor_of, read_cursor, source_key
from backoffice_core.storage.rows import CheckoutPage, CheckoutRecord
from backoffice_core.storage.sql.session import is_id
from backoffice_core.storage.sql.tables import CHECKOUTS
from backoffice_core.storage.sql.views import ViewsTable
from backoffice_core.storage.trouble import AlreadyStored, StaleVersion
from backoffice_core.typed import can_be_kept

_C = CHECKOUTS.c


class CheckoutsTable(ViewsTable):
    """The part of a unit that keeps checkouts; see `backoffice_core.storage.base.Unit`."""

    def checkout(self, id: str, *, lock: bool = False) -> Checkout:
        """Return a checkout with its stored version."""
        query = sa.select(_C.version, _C.doc).where(*self._of(id))
        row = self._session.core(query.with_for_update() if lock else query).fetchone() if is_id(id) else None
        if row is None:
            raise UnknownId("checkout", id)
        return decode(Checkout, row.doc, row.version)

    def checkout_imported_from(self, source: tuple[str, str]) -> tuple[str, str | None] | None:
        """Return id and request print of the checkout of a source."""
        mine = sa.select(_C.id, _C.request_print).where(_C.shop == self._session.shop)
        key = source_key(source)
        row = self._session.core(mine.where(_C.source == key)).fetchone() if can_be_kept(key) else None
        return (row.id, row.request_print) if row is not None else None

    def put_checkout(self, record: CheckoutRecord) -> Checkout:
        """Save a checkout, a new one or a change of one."""
        given, values = record.checkout, dict[str, Any]()
        saved = evolve(given, version=given.version + 1)
        if record.request_print is not None:
            values["request_print"] = record.request_print
        values |= {"version": saved.version, "created_at": to_micros(saved.created_at), "doc": encode(saved)}
        if not given.version:
            self._insert_checkout(saved, values)
            return saved
        mine = sa.update(CHECKOUTS).where(*self._of(saved.id), _C.version == given.version)
        if self._session.core(mine.values(**values)).rowcount != 1:
            stored = self._session.core(sa.select(_C.version).where(*self._of(saved.id))).scalar()
            raise StaleVersion("checkout", saved.id, given.version, stored or 0)
        return saved

    def checkouts(self, limit: int, after: str | None = None) -> CheckoutPage:
        """Return at most *limit* checkouts, newest first, ties by id."""
        query = sa.select(_C.version, _C.doc).where(_C.shop == self._session.shop)
        if after is not None:
            moment, id = read_cursor(after)
            query = query.where(sa.or_(_C.created_at < moment, sa.and_(_C.created_at == moment, _C.id < id)))
        newest_first = query.order_by(_C.created_at.desc(), _C.id.desc()).limit(limit + 1)
        rows = self._session.core(newest_first).fetchall()
        found = tuple(decode(Checkout, row.doc, row.version) for row in rows[:limit])
        return CheckoutPage(found, cursor_of(found[-1]) if found and len(rows) > limit else None)

    def _of(self, id: str) -> tuple[sa.ColumnElement[bool], ...]:
        return _C.shop == self._session.shop, _C.id == id

    def _insert_checkout(self, saved: Checkout, values: dict[str, Any]) -> None:
        source = None if saved.source is None else source_key(saved.source)
        if not self._session.insert_new(CHECKOUTS, id=saved.id, source=source, **{"request_print": None, **values}):
            if saved.source is not None and self.checkout_imported_from(saved.source) is not None:
                raise AlreadyStored("checkout source", " ".join(saved.source))
            raise StaleVersion("checkout", saved.id, 0, self.checkout(saved.id).version)
