"""Draft orders in memory, and what every change in memory writes: stock, its ledger, messages, keys."""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from typing import Any

import pendulum

from backoffice_core.catalog.products import StockChange
from backoffice_core.clock import to_micros
from backoffice_core.failures import UnknownId
from backoffice_core.orders.draft import Draft
from backoffice_core.orders.events import UnknownEvent
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.facts import Movement
from backoffice_core.orders.stock import Level
from backoffice_core.storage.layers import Layer
from backoffice_core.storage.marks import cursor_of, draft_due_at, read_cursor
from backoffice_core.storage.rows import DraftPage, DraftRecord, KeyRecord, OutboxRow, StoredEvent
from backoffice_core.storage.trouble import AlreadyStored, StaleVersion, StockTaken


def own(row: StoredEvent) -> StoredEvent:
    """Return an event that nobody else can change: the fields of an unknown one are a dict."""
    return deepcopy(row) if isinstance(row.event, UnknownEvent) else row


class MemoryWriter:
    """The part of a unit in memory that writes what comes with a change."""

    def __init__(self, layer: Layer) -> None:
        self._layer = layer

    def _one(self, table: str, kind: str, id: str) -> Any:
        """Return a row that must be there; *kind* says what it is."""
        found = self._layer.get(table, id)
        if found is None:
            raise UnknownId(kind, id)
        return found

    def _before(self, table: str, kind: str, given: Any) -> Any:
        """Return the row that a document takes the place of, None for a new one; its version is the document's."""
        stored = self._layer.get(table, given.id)
        version = stored.version if stored is not None else 0
        if version != given.version:
            raise StaleVersion(kind, given.id, given.version, version)
        return stored

    def _over(self, table: str, now: pendulum.DateTime, limit: int) -> Sequence[str]:
        """Return ids whose moment in a table is over by *now*, the earliest first."""
        over = sorted((moment, id) for id, moment in self._layer.items(table) if moment <= to_micros(now))
        return [id for _, id in over[:limit]]

    def _move(self, move: Movement) -> None:
        at = (move.variant_id, move.location_id)
        level: Level = self._layer.get("stock", at) or Level()
        after = Level(level.on_hand + move.on_hand, level.committed + move.committed, level.reserved + move.reserved)
        if move.guard and after.available < 0:
            raise StockTaken(move.variant_id, move.location_id)
        self._layer.set("stock", at, after)

    def _write_movements(
        self, movements: Iterable[Movement], subject: str, at: pendulum.DateTime, actor: str | None
    ) -> None:
        for move in movements:
            self._write_ledger(
                StockChange(
                    variant_id=move.variant_id,
                    location_id=move.location_id,
                    on_hand=move.on_hand,
                    committed=move.committed,
                    reserved=move.reserved,
                    reason="order",
                    order_id=subject,
                    line_id=move.line_id,
                    key=move.key,
                    at=at,
                    actor=actor,
                )
            )

    def _enqueue(self, messages: Iterable[OutboxRow]) -> None:
        for message in messages:
            if self._layer.get("messages", message.key) is not None:
                raise AlreadyStored("message", message.key)
            self._layer.set("messages", message.key, message.id)
            self._layer.set("outbox", message.id, message)
            if message.state == "waiting":
                self._layer.set("waiting", message.id, None)

    def _write_ledger(self, change: StockChange) -> None:
        key = (change.variant_id, change.location_id, change.key, change.line_id)
        if self._layer.get("ledger", key) is not None:
            raise AlreadyStored("stock change", change.key)
        self._layer.set("ledger", key, change)

    def remember(self, record: KeyRecord) -> None:
        """Keep what was answered to a key."""
        if self._layer.get("keys", record.key) is not None:
            raise AlreadyStored("idempotency key", record.key)
        self._layer.set("keys", record.key, record)


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
