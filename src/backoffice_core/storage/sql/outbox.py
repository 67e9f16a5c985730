"""The outbox in SQL: leases by conditional update, order kept per subject and destination."""

from collections.abc import Sequence
from typing import Any

import pendulum
import sqlalchemy as sa

from backoffice_core.clock import from_micros, to_micros
from backoffice_core.storage.rows import OutboxRow
from backoffice_core.storage.sql.drafts import DraftsTable
from backoffice_core.storage.sql.tables import OUTBOX

_C = OUTBOX.c


class OutboxTable(DraftsTable):
    """The part of a unit that keeps messages; see `backoffice_core.storage.base.Unit`."""

    def lease(self, now: pendulum.DateTime, until: pendulum.DateTime, limit: int) -> Sequence[OutboxRow]:
        """Take messages that are due, the oldest first, and keep them from others until *until*."""
        moment = to_micros(now)
        earlier = OUTBOX.alias("earlier")
        ahead = sa.exists().where(
            earlier.c.shop == _C.shop,
            earlier.c.state == "waiting",
            earlier.c.subject == _C.subject,
            earlier.c.destination == _C.destination,
            earlier.c.id < _C.id,
        )
        mine = (_C.shop == self._session.shop, _C.state == "waiting", _C.due_at <= moment, _C.leased_until <= moment)
        rows = self._session.core(sa.select(OUTBOX).where(*mine, ~ahead).order_by(_C.id).limit(limit)).fetchall()
        taken = []
        for row in rows:
            won = self._session.core(
                sa.update(OUTBOX).where(*mine, _C.id == row.id).values(leased_until=to_micros(until))
            )
            if won.rowcount == 1:
                taken.append(_message(row))
        return taken

    def mark(self, row: OutboxRow) -> None:
        """Save state, attempts, due time and error of a message that waits, and end its lease."""
        self._session.core(
            sa.update(OUTBOX)
            .where(_C.shop == self._session.shop, _C.id == row.id, _C.state == "waiting")
            .values(
                state=row.state,
                attempts=row.attempts,
                due_at=to_micros(row.due_at),
                error=row.error,
                leased_until=0,
            )
        )

    def outbox(self, state: str | None = None) -> Sequence[OutboxRow]:
        """Return messages, oldest first; those of one state when it is given."""
        query = sa.select(OUTBOX).where(_C.shop == self._session.shop)
        if state is not None:
            query = query.where(_C.state == state)
        return [_message(row) for row in self._session.core(query.order_by(_C.id))]


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
    )
