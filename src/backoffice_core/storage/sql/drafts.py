"""Draft orders in SQL."""

from collections.abc import Sequence
from typing import Any, Final

import pendulum
import sqlalchemy as sa

from backoffice_core.clock import to_micros
from backoffice_core.failures import UnknownId
from backoffice_core.orders.draft import Draft
from backoffice_core.orders.evolve import evolve
from backoffice_core.storage.codec import decode, encode
from backoffice_core.storage.marks import cursor_of, draft_due_at, read_cursor, source_key
from backoffice_core.storage.rows import DraftPage, DraftRecord
from backoffice_core.storage.sql.checkouts import CheckoutsTable
from backoffice_core.storage.sql.saving import event_rows, ledger_rows, message_rows
from backoffice_core.storage.sql.session import is_id
from backoffice_core.storage.sql.tables import DRAFTS, EVENTS, SHOPS
from backoffice_core.storage.trouble import AlreadyStored, StaleVersion
from backoffice_core.typed import can_be_kept

_D = DRAFTS.c
#: How many drafts are read at once behind those of a page that were deleted.
_SOME: Final = 1000


class DraftsTable(CheckoutsTable):
    """The part of a unit that keeps drafts; see `backoffice_core.storage.base.Unit`."""

    def next_draft(self) -> int:
        """Take the next number of a draft, under a lock on the shop's row until the unit ends."""
        row = SHOPS.c.shop == self._session.shop
        self._session.core(sa.update(SHOPS).where(row).values(next_draft=SHOPS.c.next_draft + 1))
        return self.draft_ahead() - 1

    def draft_ahead(self) -> int:
        """Return the number that `next_draft` would take."""
        return int(
            self._session.core(sa.select(SHOPS.c.next_draft).where(SHOPS.c.shop == self._session.shop)).scalar_one()
        )

    def raise_draft(self, number: int) -> None:
        """See to it that numbers of drafts taken later are above *number*."""
        row = SHOPS.c
        self._session.core(
            sa.update(SHOPS)
            .where(row.shop == self._session.shop, row.next_draft <= number)
            .values(next_draft=number + 1)
        )

    def draft(self, id: str, *, lock: bool = False) -> Draft:
        """Return a draft with its stored version."""
        query = sa.select(_D.version, _D.doc).where(_D.shop == self._session.shop, _D.id == id)
        row = self._session.core(query.with_for_update() if lock else query).fetchone() if is_id(id) else None
        if row is None:
            raise UnknownId("draft", id)
        return decode(Draft, row.doc, row.version)

    def draft_imported_from(self, source: tuple[str, str]) -> tuple[str, str | None] | None:
        """Return id and request print of the draft of a source."""
        mine = sa.select(_D.id, _D.request_print).where(_D.shop == self._session.shop)
        key = source_key(source)
        row = self._session.core(mine.where(_D.source == key)).fetchone() if can_be_kept(key) else None
        return (row.id, row.request_print) if row is not None else None

    def put_draft(self, record: DraftRecord) -> Draft:
        """Save a change of a draft whole."""
        saved = evolve(record.draft, version=record.draft.version + 1)
        self._save_draft(saved, record.request_print)
        self._move(record.movements)
        shop = self._session.shop
        self._session.insert(EVENTS, list(event_rows(shop, saved.id, saved.version, record)))
        self._write_ledger(ledger_rows(shop, saved.id, record))
        self._enqueue(message_rows(shop, record.messages))
        if record.key is not None:
            self.remember(evolve(record.key, order_id=saved.id, version=saved.version))
        return saved

    def _save_draft(self, saved: Draft, request_print: str | None) -> None:
        shop, was = self._session.shop, saved.version - 1
        values = {"version": saved.version, "due_at": draft_due_at(saved), "doc": encode(saved)}
        if not was:
            self._insert_draft(saved, values | {"request_print": request_print})
            return
        done = self._session.core(
            sa.update(DRAFTS).where(_D.shop == shop, _D.id == saved.id, _D.version == was).values(**values)
        )
        if done.rowcount != 1:
            stored = self._session.core(sa.select(_D.version).where(_D.shop == shop, _D.id == saved.id)).scalar()
            raise StaleVersion("draft", saved.id, was, stored or 0)

    def _insert_draft(self, saved: Draft, values: dict[str, Any]) -> None:
        source = None if saved.source is None else source_key(saved.source)
        row = {"id": saved.id, "source": source, "created_at": to_micros(saved.created_at), **values}
        if not self._session.insert_new(DRAFTS, **row):
            if saved.source is not None and self.draft_imported_from(saved.source) is not None:
                raise AlreadyStored("draft source", " ".join(saved.source))
            raise StaleVersion("draft", saved.id, 0, self.draft(saved.id).version)

    def drafts(self, limit: int, after: str | None = None) -> DraftPage:
        """Return at most *limit* drafts that are not deleted, newest first, ties by id."""
        found: list[Draft] = []
        query = sa.select(_D.created_at, _D.id, _D.version, _D.doc).where(_D.shop == self._session.shop)
        newest_first = query.order_by(_D.created_at.desc(), _D.id.desc())
        end, most = read_cursor(after) if after is not None else None, limit + 1
        while True:
            # Deleted ones keep their name only, in the document; where some were met, many more are read.
            some = newest_first if end is None else newest_first.where(sa.tuple_(_D.created_at, _D.id) < end)
            rows = self._session.core(some.limit(most)).fetchall()
            read = [decode(Draft, row.doc, row.version) for row in rows]
            found += [one for one in read if one.deleted_at is None]
            if len(found) > limit:
                return DraftPage(tuple(found[:limit]), cursor_of(found[limit - 1]))
            if len(rows) < most:
                return DraftPage(tuple(found), None)
            end, most = (rows[-1].created_at, rows[-1].id), _SOME

    def draft_ids(self, limit: int, after: str | None = None) -> Sequence[str]:
        """Return ids of drafts, deleted ones too, the least first."""
        mine = sa.select(_D.id).where(_D.shop == self._session.shop, _D.id > (after or ""))
        return list(self._session.core(mine.order_by(_D.id).limit(limit)).scalars())

    def drafts_due(self, now: pendulum.DateTime, limit: int) -> Sequence[str]:
        """Return ids of drafts whose reservation or year is over by *now*, the earliest first."""
        query = (
            sa.select(_D.id)
            .where(_D.shop == self._session.shop, _D.due_at <= to_micros(now))
            .order_by(_D.due_at, _D.id)
            .limit(limit)
        )
        return list(self._session.core(query).scalars())
