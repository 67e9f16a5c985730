"""The outbox desk: `BackOffice.outbox`."""

import re
from collections import Counter
from collections.abc import Sequence

import attrs
import pendulum

from backoffice_core.context import Context
from backoffice_core.failures import InvalidValue, UnknownId
from backoffice_core.notify.base import Notification, Notifier
from backoffice_core.notify.relay import LEASE, MOST_ATTEMPTS, wait
from backoffice_core.orders.order import Order
from backoffice_core.storage.base import Unit
from backoffice_core.storage.rows import OutboxRow
from backoffice_core.storage.trouble import DocumentTooNew, StorageBusy
from backoffice_core.typed import whole_from

_ADDRESS = re.compile(r"[^\s<>()\[\]{},;:'\"]+@[^\s<>()\[\]{},;:'\"]+")


@attrs.frozen
class Delivered:
    """
    What one call delivered.

    Attributes:
        sent: Messages that were sent.

        failed: Messages that were not, and are tried again later.

        dead: Messages that are given up.
    """

    sent: int
    failed: int
    dead: int


class Outbox:
    """
    Messages that wait to be sent.

    A message is sent at least once: after a crash between sending and marking it comes a second
    time, with the same key. Messages about one order go in their order; one that fails is tried
    again later, ten times, and then lets the next one pass.
    """

    def __init__(self, context: Context, notifier: Notifier) -> None:
        self._context = context
        self._notifier = notifier

    def deliver(self, *, limit: int = 100) -> Delivered:
        """Send at most *limit* messages that are due, the oldest first; call it from cron, a worker or a thread."""
        whole_from("limit", limit, 1)
        if self._context.hosted:
            raise InvalidValue("deliver", "a view within a host's transaction", "the back office itself, outside it")
        states: Counter[str] = Counter()
        while (left := limit - states.total()) > 0:
            now = self._context.now()
            rows = self._leased(now, left)
            if not rows:
                break
            for row in rows:
                if self._context.now() >= now + LEASE:
                    # Others may have the rest now; what is due is leased anew.
                    break
                states[self._tried(row)] += 1
        return Delivered(states["sent"], states["waiting"], states["dead"])

    def list(self, state: str | None = None) -> Sequence[OutboxRow]:
        """Return messages, oldest first; those ``waiting``, ``sent`` or ``dead`` when a state is given."""
        if state not in (None, "waiting", "sent", "dead"):
            raise InvalidValue("state", repr(state), "waiting, sent or dead")
        return self._context.read(lambda unit: unit.outbox(state))

    def _leased(self, now: pendulum.DateTime, limit: int) -> Sequence[OutboxRow]:
        return self._context.write(lambda unit: unit.lease(now, now + LEASE, limit))

    def _tried(self, row: OutboxRow) -> str:
        """Try to send a message, save what came of it, and return its state then."""
        after = self._sent(row)
        self._context.write(lambda unit: unit.mark(after))
        return after.state

    def _sent(self, row: OutboxRow) -> OutboxRow:
        """Return the message as it is after one attempt."""
        attempts = row.attempts + 1
        try:
            self._context.wait(self._notifier.send(self._notification(row)))
        except (DocumentTooNew, StorageBusy) as error:
            # Nobody tried to send it: a newer library will, or we once the storage is free.
            due = self._context.now() + wait(1, self._context.chance())
            return attrs.evolve(row, due_at=due, error=f"{type(error).__name__}: {error}"[:500])
        except UnknownId as error:
            # It was deleted meanwhile; there is nobody left to write to.
            return attrs.evolve(row, state="dead", error=str(error)[:500])
        except Exception as error:  # noqa: BLE001 - whatever a notifier raises, the message waits
            # Mail servers repeat the address that they refuse; rows hold no personal data.
            detail = _ADDRESS.sub("(address)", f"{type(error).__name__}: {error}")[:500]
            if attempts >= MOST_ATTEMPTS:
                return attrs.evolve(row, attempts=attempts, state="dead", error=detail)
            due = self._context.now() + wait(attempts, self._context.chance())
            return attrs.evolve(row, attempts=attempts, due_at=due, error=detail)
        return attrs.evolve(row, attempts=attempts, state="sent", error=None)

    def _notification(self, row: OutboxRow) -> Notification:
        draft = row.kind.startswith("draft_")
        order = self._context.read(lambda unit: _draft(unit, row.subject) if draft else unit.order(row.subject))
        return Notification(key=row.key, kind=row.kind, order=order, fact=row.fact, locale=row.locale, to=order.email)


def _draft(unit: Unit, id: str) -> Order:
    """
    Return a draft as its messages see it.

    Raises:
        UnknownId: There is no such draft, or it was deleted.
    """
    draft = unit.draft(id)
    if draft.deleted_at is not None:
        raise UnknownId("draft", id)
    return draft.as_order
