"""What the parts of a unit in memory share: looking rows up, and writing what comes with a change."""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from typing import Any

import pendulum

from backoffice_core.catalog.products import StockChange
from backoffice_core.clock import to_micros
from backoffice_core.failures import UnknownId
from backoffice_core.orders.events import UnknownEvent
from backoffice_core.orders.facts import Movement
from backoffice_core.orders.stock import Level
from backoffice_core.storage.layers import Layer
from backoffice_core.storage.rows import KeyRecord, OutboxRow, StoredEvent
from backoffice_core.storage.trouble import AlreadyStored, StaleVersion, StockTaken


def own(row: StoredEvent) -> StoredEvent:
    """Return an event that nobody else can change: the fields of an unknown one are a dict."""
    return deepcopy(row) if isinstance(row.event, UnknownEvent) else row


class MemoryWriter:
    """The part of a unit in memory that looks rows up, and writes what comes with a change."""

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
