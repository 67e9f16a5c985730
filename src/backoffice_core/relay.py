"""
The relay: takes messages out of the outbox, sends them, and says what became of each.

1. Look whether something is due; that is a read, and all that happens on an empty table.
2. Lease a few messages, in a unit of work of their own, under a token that nobody else has.
3. One by one: renew the lease where half of it is gone, find out whether somebody should still get
   the message, make it, and send it outside of any transaction.
4. In one unit of work: mark it, if the lease is still ours, and do what follows from its being sent.

A message is sent at least once: after a crash between 3 and 4 it comes a second time, with the same
key. A destination that fails several times in a row rests for a while, and holds up no other one.
"""

import contextlib
import re
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from typing import Final

import attrs
import pendulum

from backoffice_core.context import Context
from backoffice_core.failures import BackOfficeError, StorageFailed, UnknownId
from backoffice_core.notify import relay as policy
from backoffice_core.notify.base import Undeliverable
from backoffice_core.notify.compose import Skip
from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.draft import Draft
from backoffice_core.orders.order import Order
from backoffice_core.outlets import UNSENT, NotYet, Outlet, Split, follows
from backoffice_core.storage.base import Unit
from backoffice_core.storage.rows import OutboxRow
from backoffice_core.storage.trouble import DocumentTooNew, StorageBusy

#: Shorter words of a customer's are everybody's.
_WORD: Final = 4
#: So much of an error is read: looking for addresses in a million characters would take hours.
_READ: Final = 2000
_ADDRESS: Final = re.compile(r"[^\s<>()\[\]{},;:'\"]+@[^\s<>()\[\]{},;:'\"]+")


@attrs.frozen
class Delivered:
    """
    What one call delivered.

    Attributes:
        sent: Messages that were sent.

        failed: Messages that were not, and are tried again later.

        dead: Messages that are given up.

        skipped: Messages that nobody should get any more.

        lost: Messages that another relay took over meanwhile, because this one was too slow.
    """

    sent: int
    failed: int
    dead: int
    skipped: int = 0
    lost: int = 0


class Relay:
    """Sends what is due to the outlets that it has, by destination."""

    def __init__(self, context: Context, outlets: Mapping[str, Outlet | Split]) -> None:
        self._context = context
        self._open = tuple(outlets)
        self._outlets = {name: one for name, one in outlets.items() if not isinstance(one, Split)}
        self._splits = {name: one for name, one in outlets.items() if isinstance(one, Split)}
        self._failures: Counter[str] = Counter()
        self._resting: dict[str, pendulum.DateTime] = {}

    def deliver(self, limit: int) -> Delivered:
        """Send at most *limit* messages that are due, the longest due first."""
        states: Counter[str] = Counter()
        try:
            while (left := limit - states.total() + states["split"]) > 0:
                rows = self._leased(min(left, policy.MOST_LEASED))
                if not rows:
                    break
                self._send_each(rows, states)
        finally:
            for outlet in self._outlets.values():
                outlet.done()
        return Delivered(states["sent"], states["waiting"], states["dead"], states["skipped"], states["lost"])

    def _leased(self, limit: int) -> Sequence[OutboxRow]:
        now = self._context.now()
        open_ = [name for name in self._open if not self._rests(name, now)]
        if not open_ or not self._context.read(lambda unit: unit.has_due(now, open_)):
            return ()
        until, token = now + policy.LEASE, self._context.new_id()
        return self._context.write(lambda unit: unit.lease(now, until, limit, token, open_))

    def _send_each(self, rows: Sequence[OutboxRow], states: Counter[str]) -> None:
        """Send messages that are leased; those that were not tried in the end are given back."""
        renew_at = self._context.now() + policy.LEASE / 2
        queue, left = deque(rows), {row.id: row for row in rows}
        try:
            while queue:
                row = queue.popleft()
                if self._rests(row.destination, self._context.now()):
                    continue
                del left[row.id]
                state = self._tried(row, renew_at)
                states[state] += 1
                if state == "waiting":
                    # What failed may take long to fail again: the others first.
                    queue = deque(sorted(queue, key=lambda one: one.destination == row.destination))
        finally:
            if left:
                with contextlib.suppress(StorageFailed):
                    self._context.write(lambda unit: unit.release(left.values()))

    def _tried(self, row: OutboxRow, renew_at: pendulum.DateTime) -> str:
        """Try to send a message, save what came of it, and return its state then."""
        now = self._context.now()
        if now >= renew_at and not self._context.write(lambda unit: unit.renew(row, now + policy.LEASE)):
            return "lost"
        if (split := self._splits.get(row.destination)) is not None:
            return self._split(row, split)
        if row.attempts >= policy.MOST_ATTEMPTS:
            after = self._over(row, "dead", "every relay that took it ended before it was sent")
        else:
            after = self._attempted(row)
        if not self._context.write(lambda unit: self._marked(unit, after), repeatable=True):
            return "lost"
        if after.state == "dead":
            # Where it cannot be done now, the time limit of whoever waits for it does it.
            with contextlib.suppress(BackOfficeError):
                self._outlets[after.destination].died(after)
        return after.state

    def _split(self, row: OutboxRow, split: Split) -> str:
        """Give each part of a fan-out its copy of a message; nothing is sent yet."""
        others: Sequence[OutboxRow] = ()
        try:
            first, *others = split.copies(row, self._context.new_id) or [self._over(row, "skipped", "no_notifier")]
        except NotYet as error:
            first = self._later(row, error)

        def work(unit: Unit) -> bool:
            saved = self._marked(unit, first)
            unit.put_messages(others if saved else ())
            return saved

        if not self._context.write(work, repeatable=True):
            return "lost"
        return "split" if first.destination != row.destination else first.state

    def _marked(self, unit: Unit, after: OutboxRow) -> bool:
        if not unit.mark(after):
            return False
        if after.state == "sent":
            self._outlets[after.destination].sent(unit, after)
        elif after.state != "waiting":
            follows(UNSENT, self._context, unit, after)
        return True

    def _attempted(self, row: OutboxRow) -> OutboxRow:
        """Return the message as it is after one attempt."""
        outlet = self._outlets[row.destination]
        try:
            made = outlet.ready(row)
            if not isinstance(made, Skip):
                made = self._context.read(lambda unit, offer=made: outlet.made(unit, row, offer))  # type: ignore[misc]
        except (DocumentTooNew, StorageBusy, NotYet) as error:
            return self._later(row, error)
        except Exception as error:  # noqa: BLE001 - whatever a host's template raises, the message waits
            return self._failed(row, error)
        if isinstance(made, Skip):
            return self._over(row, "skipped", made.reason)
        try:
            answer = self._context.call(outlet.send, made)
        except Undeliverable as error:
            return attrs.evolve(self._over(row, "dead", self._told(row, error, made)), attempts=row.attempts + 1)
        except Exception as error:  # noqa: BLE001 - whatever a notifier raises, the message waits
            self._rest(row.destination)
            return self._failed(row, error, made)
        self._failures.pop(row.destination, None)
        try:
            outlet.answered(row, answer)
        except StorageBusy as error:
            return self._later(row, error)
        except Exception as error:  # noqa: BLE001 - what it answered may be anything
            return self._failed(row, error, made)
        return attrs.evolve(self._over(row, "sent", None), attempts=row.attempts + 1)

    def _later(self, row: OutboxRow, error: Exception) -> OutboxRow:
        """Return a message that nobody tried to send: a newer library will, or we once the storage is free."""
        due = self._context.now() + policy.wait(1, self._context.chance())
        return attrs.evolve(row, due_at=due, error=told(error))

    def _failed(self, row: OutboxRow, error: Exception, made: object = None) -> OutboxRow:
        attempts, detail = row.attempts + 1, self._told(row, error, made)
        if attempts >= policy.MOST_ATTEMPTS:
            return attrs.evolve(self._over(row, "dead", detail), attempts=attempts)
        due = self._context.now() + policy.wait(attempts, self._context.chance())
        return attrs.evolve(row, attempts=attempts, due_at=due, error=detail)

    def _told(self, row: OutboxRow, error: Exception, made: object) -> str:
        """Return what went wrong, without whom the message is about: a listener's words may name them, too."""
        return told(error, getattr(made, "order", None) or self._subject(row.subject))

    def _subject(self, id: str) -> Order | Draft | Checkout | None:
        """Return the document that messages are about; None where there is none, or it cannot be read."""

        def look(unit: Unit) -> Order | Draft | Checkout | None:
            for read in (unit.order, unit.draft, unit.checkout):
                with contextlib.suppress(UnknownId):
                    return read(id)
            return None

        try:
            return self._context.read(look)
        except StorageFailed:
            return None

    def _over(self, row: OutboxRow, state: str, error: str | None) -> OutboxRow:
        return attrs.evolve(row, state=state, error=error, done_at=self._context.now())

    # --- destinations that are down

    def _rests(self, destination: str, now: pendulum.DateTime) -> bool:
        until = self._resting.get(destination)
        # No rest is longer: the clock went back meanwhile.
        return until is not None and now < until <= now + policy.LONGEST_REST

    def _rest(self, destination: str) -> None:
        self._failures[destination] += 1
        self._resting[destination] = self._context.now() + policy.rest(self._failures[destination])


def told(error: Exception, about: Order | Draft | Checkout | None = None) -> str:
    """Return what went wrong about a document; servers repeat whom they refuse, and rows hold no personal data."""
    text = _ADDRESS.sub("(address)", f"{type(error).__name__}: {_said(error)}"[:_READ])
    held = ("customer", "shipping_address", "billing_address", "client")
    people = [getattr(about, name, None) for name in held]
    said = {getattr(one, field.name) for one in people if one for field in attrs.fields(type(one)) if not field.repr}
    for words in sorted((one for one in said if one and len(one) >= _WORD), key=len, reverse=True):
        text = text.replace(words, "(personal)")
    return text[:500]


def _said(error: Exception) -> str:
    """Return the words of an error, without characters that a storage has no place for."""
    try:
        return str(error).encode(errors="replace").decode().replace("\0", " ")
    except Exception:  # noqa: BLE001 - an error that cannot be told must not end the relay
        return "it cannot be told"


def purge(context: Context, limit: int) -> int:
    """Forget messages that were sent or skipped long ago; return how many."""
    before = context.now() - policy.KEPT
    return context.write(lambda unit: unit.purge_outbox(before, limit))
