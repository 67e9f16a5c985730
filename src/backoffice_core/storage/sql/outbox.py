"""The outbox in SQL: leases by conditional update, order kept per subject and destination."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import pendulum
import sqlalchemy as sa

from backoffice_core.clock import from_micros, to_micros
from backoffice_core.failures import UnknownId
from backoffice_core.storage.marks import FAILING, by_due, leasable
from backoffice_core.storage.rows import OutboxRow
from backoffice_core.storage.sql.drafts import DraftsTable
from backoffice_core.storage.sql.saving import message_rows
from backoffice_core.storage.sql.session import is_id
from backoffice_core.storage.sql.tables import OUTBOX

_C = OUTBOX.c
_EARLIER: Final = OUTBOX.alias("earlier")
_E = _EARLIER.c
#: Whether a message has to wait for one before it in its lane.
_BEHIND: Final = sa.exists(
    sa.select(_E.id).where(
        *(_E.shop == _C.shop, _E.state == "waiting", _E.subject == _C.subject, _E.destination == _C.destination),
        *(_E.seq <= _C.seq, sa.or_(_E.seq < _C.seq, _E.id < _C.id)),
    )
)


class OutboxTable(DraftsTable):
    """The part of a unit that keeps messages; see `backoffice_core.storage.base_outbox.OutboxUnit`."""

    def has_due(self, now: pendulum.DateTime, destinations: Iterable[str]) -> bool:
        """Return whether `lease` would find a message."""
        free = (_C.destination.in_(list(destinations)), *self._free(now), ~_BEHIND)
        return self._session.core(sa.select(_C.id).where(*free).limit(1)).first() is not None

    def lease(
        self, now: pendulum.DateTime, until: pendulum.DateTime, limit: int, token: str, destinations: Iterable[str]
    ) -> Sequence[OutboxRow]:
        """Take messages that are due, and keep them from others until *until*."""
        # Each destination walks its own range of the index, however many wait for another one.
        found = [row for name in destinations for row in self._due(now, name, limit)]
        rows = leasable(found, limit)
        if not rows:
            return []
        ids = [row.id for row in rows]
        values = {
            _C.lease: token,
            _C.leased_until: to_micros(until),
            _C.attempts: _C.attempts + sa.case((_C.lease.is_not(None), 1), else_=0),
        }
        won = self._session.core(sa.update(OUTBOX).where(*self._free(now), _C.id.in_(ids)).values(values))
        if not won.rowcount:
            return []
        ours = sa.select(OUTBOX).where(_C.shop == self._session.shop, _C.id.in_(ids), _C.lease == token)
        return by_due(_message(row) for row in self._session.core(ours))

    def _due(self, now: pendulum.DateTime, destination: str, limit: int) -> list[OutboxRow]:
        query = (
            sa.select(OUTBOX)
            .where(_C.destination == destination, *self._free(now), ~_BEHIND)
            .order_by(_C.due_at, _C.id)
            .limit(limit)
        )
        return [_message(row) for row in self._session.core(query)]

    def _free(self, now: pendulum.DateTime) -> "tuple[sa.ColumnElement[bool], ...]":
        moment = to_micros(now)
        return (_C.shop == self._session.shop, _C.state == "waiting", _C.due_at <= moment, _C.leased_until <= moment)

    def _held(self, row: OutboxRow) -> "tuple[sa.ColumnElement[bool], ...]":
        return (_C.shop == self._session.shop, _C.id == row.id, _C.state == "waiting", _C.lease == (row.lease or ""))

    def renew(self, row: OutboxRow, until: pendulum.DateTime) -> bool:
        """Keep a message until *until*."""
        longer = sa.update(OUTBOX).where(*self._held(row)).values(leased_until=to_micros(until))
        return self._session.core(longer).rowcount == 1

    def release(self, rows: Iterable[OutboxRow]) -> None:
        """Give messages back at once that were not tried."""
        for row in rows:
            self._session.core(sa.update(OUTBOX).where(*self._held(row)).values(leased_until=0, lease=None))

    def mark(self, row: OutboxRow) -> bool:
        """Save what became of a message that is under the row's lease, and end it."""
        return self._session.core(sa.update(OUTBOX).where(*self._held(row)).values(_outcome(row))).rowcount == 1

    def settle(self, row: OutboxRow, was: str) -> bool:
        """Save a message whose state is *was*."""
        there = (_C.shop == self._session.shop, _C.id == row.id, _C.state == was)
        return self._session.core(sa.update(OUTBOX).where(*there).values(_outcome(row))).rowcount == 1

    def message(self, id: str) -> OutboxRow:
        """Return a message."""
        query = sa.select(OUTBOX).where(_C.shop == self._session.shop, _C.id == id)
        row = self._session.core(query).first() if is_id(id) else None
        if row is None:
            raise UnknownId("message", id)
        return _message(row)

    def put_messages(self, rows: Sequence[OutboxRow]) -> None:
        """Save new messages."""
        self._enqueue(message_rows(self._session.shop, rows))

    def outbox(
        self, state: str | None = None, limit: int | None = None, after: str | None = None
    ) -> Sequence[OutboxRow]:
        """Return messages, oldest first."""
        query = sa.select(OUTBOX).where(_C.shop == self._session.shop)
        if state is not None:
            query = query.where(_C.state == state)
        if after is not None:
            query = query.where(_C.id > after)
        return [_message(row) for row in self._session.core(query.order_by(_C.id).limit(limit))]

    def skip_all(self, destination: str, now: pendulum.DateTime, reason: str) -> int:
        """Let nobody get what waits for a destination; return how many messages that were."""
        there = (_C.shop == self._session.shop, _C.state == "waiting", _C.destination == destination)
        over = {"state": "skipped", "error": reason, "done_at": to_micros(now), "lease": None, "leased_until": 0}
        return self._session.core(sa.update(OUTBOX).where(*there).values(over)).rowcount

    def forget_errors(self, subject: str) -> None:
        """Forget what went wrong with messages about a document that were not sent."""
        there = (_C.shop == self._session.shop, _C.state.in_(FAILING), _C.subject == subject, _C.error.is_not(None))
        self._session.core(sa.update(OUTBOX).where(*there).values(error=None))

    def purge_outbox(self, before: pendulum.DateTime, limit: int) -> int:
        """Delete messages that were over before *before*; return how many."""
        over = (_C.shop == self._session.shop, _C.state.in_(("sent", "skipped")), _C.done_at < to_micros(before))
        ids = list(self._session.core(sa.select(_C.id).where(*over).order_by(_C.id).limit(limit)).scalars())
        if not ids:
            return 0
        return self._session.core(sa.delete(OUTBOX).where(*over, _C.id.in_(ids))).rowcount


def _outcome(row: OutboxRow) -> dict[str, Any]:
    return {
        "destination": row.destination,
        "state": row.state,
        "attempts": row.attempts,
        "due_at": to_micros(row.due_at),
        "done_at": None if row.done_at is None else to_micros(row.done_at),
        "error": row.error,
        "leased_until": 0,
        "lease": None,
    }


def _message(row: Any) -> OutboxRow:
    return OutboxRow(
        id=row.id,
        key=row.key,
        kind=row.kind,
        subject=row.subject,
        fact=row.fact,
        locale=row.locale,
        destination=row.destination,
        created_at=from_micros(row.created_at),
        due_at=from_micros(row.due_at),
        attempts=row.attempts,
        state=row.state,
        error=row.error,
        seq=row.seq,
        lease=row.lease,
        done_at=None if row.done_at is None else from_micros(row.done_at),
    )
