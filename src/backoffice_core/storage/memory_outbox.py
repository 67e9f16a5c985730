"""The outbox in memory; what is waiting has a table of its own, so that what was sent costs nothing."""

from collections.abc import Iterable, Sequence

import attrs
import pendulum

from backoffice_core.storage.marks import FAILING, leasable
from backoffice_core.storage.memory_writing import MemoryWriter
from backoffice_core.storage.rows import OutboxRow


class MemoryOutbox(MemoryWriter):
    """The part of a unit in memory that keeps messages; see `backoffice_core.storage.base_outbox.OutboxUnit`."""

    def has_due(self, now: pendulum.DateTime, destinations: Iterable[str]) -> bool:
        """Return whether `lease` would find a message."""
        return bool(self._due(now, destinations))

    def lease(
        self, now: pendulum.DateTime, until: pendulum.DateTime, limit: int, token: str, destinations: Iterable[str]
    ) -> Sequence[OutboxRow]:
        """Take messages that are due, and keep them from others until *until*."""
        taken = []
        for row in leasable(self._due(now, destinations), limit):
            held = attrs.evolve(row, lease=token, attempts=row.attempts + (row.lease is not None))
            self._layer.set("outbox", row.id, held)
            self._layer.set("waiting", row.id, until)
            taken.append(held)
        return taken

    def _due(self, now: pendulum.DateTime, destinations: Iterable[str]) -> list[OutboxRow]:
        """Return the first message of each lane, where it may be leased."""
        wanted, first = set(destinations), dict[tuple[str, str], OutboxRow]()
        for id, _ in self._layer.items("waiting"):
            row: OutboxRow = self._layer.get("outbox", id)
            lane = (row.subject, row.destination)
            ahead = first.get(lane)
            if row.destination in wanted and (ahead is None or (row.seq, row.id) < (ahead.seq, ahead.id)):
                first[lane] = row
        return [row for row in first.values() if row.due_at <= now and self._is_free(row, now)]

    def _is_free(self, row: OutboxRow, now: pendulum.DateTime) -> bool:
        until: pendulum.DateTime | None = self._layer.get("waiting", row.id)
        return until is None or until <= now

    def _held(self, row: OutboxRow) -> OutboxRow | None:
        stored: OutboxRow | None = self._layer.get("outbox", row.id)
        held = stored is not None and stored.state == "waiting" and row.lease is not None and stored.lease == row.lease
        return stored if held else None

    def renew(self, row: OutboxRow, until: pendulum.DateTime) -> bool:
        """Keep a message until *until*."""
        if self._held(row) is None:
            return False
        self._layer.set("waiting", row.id, until)
        return True

    def release(self, rows: Iterable[OutboxRow]) -> None:
        """Give messages back at once that were not tried."""
        for row in rows:
            if (stored := self._held(row)) is not None:
                self._save(attrs.evolve(stored, lease=None))

    def mark(self, row: OutboxRow) -> bool:
        """Save what became of a message that is under the row's lease, and end it."""
        if self._held(row) is None:
            return False
        self._save(attrs.evolve(row, lease=None))
        return True

    def settle(self, row: OutboxRow, was: str) -> bool:
        """Save a message whose state is *was*."""
        stored: OutboxRow | None = self._layer.get("outbox", row.id)
        if stored is None or stored.state != was:
            return False
        self._save(attrs.evolve(row, lease=None))
        return True

    def _save(self, row: OutboxRow) -> None:
        self._layer.set("outbox", row.id, row)
        self._layer.drop("waiting", row.id)
        if row.state == "waiting":
            self._layer.set("waiting", row.id, None)

    def message(self, id: str) -> OutboxRow:
        """Return a message."""
        row: OutboxRow = self._one("outbox", "message", id)
        return row

    def put_messages(self, rows: Sequence[OutboxRow]) -> None:
        """Save new messages."""
        self._enqueue(rows)

    def outbox(
        self, state: str | None = None, limit: int | None = None, after: str | None = None
    ) -> Sequence[OutboxRow]:
        """Return messages, oldest first."""
        wanted = [row for row in self._layer.values("outbox") if state in (None, row.state) and row.id > (after or "")]
        return sorted(wanted, key=lambda row: row.id)[:limit]

    def skip_all(self, destination: str, now: pendulum.DateTime, reason: str) -> int:
        """Let nobody get what waits for a destination; return how many messages that were."""
        rows = [row for row in self.outbox("waiting") if row.destination == destination]
        for row in rows:
            self._save(attrs.evolve(row, state="skipped", error=reason, done_at=now, lease=None))
        return len(rows)

    def forget_errors(self, subject: str) -> None:
        """Forget what went wrong with messages about a document that were not sent."""
        for row in self.outbox():
            if row.subject == subject and row.state in FAILING:
                self._layer.set("outbox", row.id, attrs.evolve(row, error=None))

    def purge_outbox(self, before: pendulum.DateTime, limit: int) -> int:
        """Delete messages that were over before *before*; return how many."""
        over = [row for row in self.outbox() if row.state in ("sent", "skipped")]
        old = [row for row in over if row.done_at is not None and row.done_at < before][:limit]
        for row in old:
            self._layer.drop("outbox", row.id)
            self._layer.drop("messages", row.key)
        return len(old)
