"""Draft orders in memory."""

from collections.abc import Sequence

import pendulum

from backoffice_core.clock import to_micros
from backoffice_core.orders.draft import Draft
from backoffice_core.orders.evolve import evolve
from backoffice_core.storage.marks import cursor_of, draft_due_at, read_cursor
from backoffice_core.storage.memory_writing import MemoryWriter, own
from backoffice_core.storage.rows import DraftPage, DraftRecord, StoredEvent
from backoffice_core.storage.trouble import AlreadyStored


class MemoryDrafts(MemoryWriter):
    """The part of a unit in memory that keeps drafts; see `backoffice_core.storage.base.Unit`."""

    def next_draft(self) -> int:
        """Take the next number of a draft."""
        number = self.draft_ahead()
        self._layer.set("shop", "draft", number + 1)
        return number

    def draft_ahead(self) -> int:
        """Return the number that `next_draft` would take."""
        number: int = self._layer.get("shop", "draft") or 1
        return number

    def raise_draft(self, number: int) -> None:
        """See to it that numbers of drafts taken later are above *number*."""
        self._layer.set("shop", "draft", max(self.draft_ahead(), number + 1))

    def draft(self, id: str, *, lock: bool = False) -> Draft:
        """Return a draft with its stored version."""
        draft: Draft = self._one("drafts", "draft", id)
        return draft

    def draft_imported_from(self, source: tuple[str, str]) -> tuple[str, str | None] | None:
        """Return id and request print of the draft of a source."""
        found: tuple[str, str | None] | None = self._layer.get("draft_sources", source)
        return found

    def put_draft(self, record: DraftRecord) -> Draft:
        """Save a change of a draft whole."""
        layer, draft = self._layer, record.draft
        stored: Draft | None = self._before("drafts", "draft", draft)
        if stored is None and draft.source is not None:
            if layer.get("draft_sources", draft.source) is not None:
                raise AlreadyStored("draft source", " ".join(draft.source))
            layer.set("draft_sources", draft.source, (draft.id, record.request_print))
        saved = evolve(draft, version=draft.version + 1)
        layer.set("drafts", saved.id, saved)
        due = draft_due_at(saved)
        layer.set("drafts_due", saved.id, due) if due is not None else layer.drop("drafts_due", saved.id)
        for move in record.movements:
            self._move(move)
        for at, event in enumerate(record.events):
            row = StoredEvent(
                order_id=saved.id,
                version=saved.version,
                position=at,
                at=record.at,
                actor=record.actor,
                event=event,
            )
            layer.set("events", (saved.id, saved.version, at), own(row))
        self._write_movements(record.movements, saved.id, record.at, record.actor)
        self._enqueue(record.messages)
        if record.key is not None:
            self.remember(evolve(record.key, order_id=saved.id, version=saved.version))
        return saved

    def drafts(self, limit: int, after: str | None = None) -> DraftPage:
        """Return at most *limit* drafts that are not deleted, newest first, ties by id."""
        rows = sorted(
            ((to_micros(one.created_at), one.id) for one in self._layer.values("drafts") if one.deleted_at is None),
            reverse=True,
        )
        if after is not None:
            end = read_cursor(after)
            rows = [row for row in rows if row < end]
        found = [self.draft(id) for _, id in rows[:limit]]
        return DraftPage(tuple(found), cursor_of(found[-1]) if found and len(rows) > limit else None)

    def draft_ids(self, limit: int, after: str | None = None) -> Sequence[str]:
        """Return ids of drafts, deleted ones too, the least first."""
        return sorted(one.id for one in self._layer.values("drafts") if one.id > (after or ""))[:limit]

    def drafts_due(self, now: pendulum.DateTime, limit: int) -> Sequence[str]:
        """Return ids of drafts whose reservation or year is over by *now*, the earliest first."""
        return self._over("drafts_due", now, limit)
