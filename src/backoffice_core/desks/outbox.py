"""The outbox desk: `BackOffice.outbox`."""

import re
from collections import Counter
from collections.abc import Sequence

import attrs
import pendulum

from backoffice_core.context import Context
from backoffice_core.failures import InvalidValue
from backoffice_core.notify.base import Notifier
from backoffice_core.notify.compose import Skip, compose
from backoffice_core.notify.letters import Letters
from backoffice_core.notify.relay import LEASE, MOST_ATTEMPTS, wait
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
        self._letters = Letters(context.templates, context.links)

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
        """Return messages, oldest first; those ``waiting``, ``sent``, ``skipped`` or ``dead`` when a state is given."""
        if state not in (None, "waiting", "sent", "skipped", "dead"):
            raise InvalidValue("state", repr(state), "waiting, sent, skipped or dead")
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
            letter = self._context.read(lambda unit: compose(row, unit, self._letters))
            if isinstance(letter, Skip):
                return attrs.evolve(row, state="skipped", error=letter.reason)
            self._context.wait(self._notifier.send(letter))
        except (DocumentTooNew, StorageBusy) as error:
            # Nobody tried to send it: a newer library will, or we once the storage is free.
            due = self._context.now() + wait(1, self._context.chance())
            return attrs.evolve(row, due_at=due, error=f"{type(error).__name__}: {error}"[:500])
        except Exception as error:  # noqa: BLE001 - whatever a notifier raises, the message waits
            # Mail servers repeat the address that they refuse; rows hold no personal data.
            detail = _ADDRESS.sub("(address)", f"{type(error).__name__}: {error}")[:500]
            if attempts >= MOST_ATTEMPTS:
                return attrs.evolve(row, attempts=attempts, state="dead", error=detail)
            due = self._context.now() + wait(attempts, self._context.chance())
            return attrs.evolve(row, attempts=attempts, due_at=due, error=detail)
        return attrs.evolve(row, attempts=attempts, state="sent", error=None)
