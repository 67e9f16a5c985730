"""
Where messages of the outbox go: an outlet for each destination.

An outlet makes what it sends in a view of the shop, sends it outside of any transaction, and saves
what follows from that in the unit of work that marks the message.
"""

import contextlib
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

import attrs

from backoffice_core import askback
from backoffice_core.context import Context
from backoffice_core.notify.base import Notification, Notifier
from backoffice_core.notify.compose import Skip, compose
from backoffice_core.notify.fanout import FanOut, Only
from backoffice_core.notify.kinds import KINDS
from backoffice_core.notify.letters import Letters
from backoffice_core.notify.matter import Offer
from backoffice_core.orders.recovery import KIND
from backoffice_core.storage.base import Unit
from backoffice_core.storage.rows import OutboxRow

#: The destination of messages to people.
NOTIFIER: Final = "notifier"
#: By kind: whether a message should still be sent, asked in a view of the shop just before it is composed.
CHECKS: Final[dict[str, Callable[[Unit, OutboxRow], Skip | None]]] = {}
#: By kind: what is found out and saved before a message is composed, in a unit of work of its own:
#: what it offers its reader, or why nobody should get it.
READY: Final[Mapping[str, Callable[[Context, OutboxRow], Offer | Skip]]] = {KIND: askback.ready}
#: By kind: what else is saved when a message was sent, in the unit of work that marks it. With
#: several notifiers it is called for each of them.
SENT: Final[Mapping[str, Callable[[Context, Unit, OutboxRow], None]]] = {KIND: askback.sent}


#: By kind: what else is saved when a message is given up or skipped, in the unit of work that marks it.
UNSENT: Final[Mapping[str, Callable[[Context, Unit, OutboxRow], None]]] = {KIND: askback.unsent}
#: By kind: what else is saved when a message that was given up waits again, in the unit of work that says so.
AGAIN: Final[Mapping[str, Callable[[Context, Unit, OutboxRow], None]]] = {KIND: askback.again}


class NotYet(Exception):
    """A newer version of the library wrote the message, and will send it."""


def follows(
    table: Mapping[str, Callable[[Context, Unit, OutboxRow], None]], context: Context, unit: Unit, row: OutboxRow
) -> None:
    """Save what follows from what became of a message, if something does of its kind."""
    if (follow := table.get(row.kind)) is not None:
        follow(context, unit, row)


class Outlet(Protocol):
    """Where messages of one destination go."""

    def ready(self, row: OutboxRow) -> Any:
        """Return what has to be saved before a message is made, or a `Skip`; None for nothing."""
        ...

    def made(self, unit: Unit, row: OutboxRow, offer: Any) -> Any:
        """
        Return what is to be sent, with what `ready` gave, or a `Skip`.

        Raises:
            NotYet: Only a newer version of the library can tell.
        """
        ...

    @property
    def send(self) -> Callable[[Any], Any]:
        """What sends it, awaitable or not; an exception means that it was not sent."""
        ...

    def answered(self, row: OutboxRow, answer: Any) -> None:
        """Do what was answered, outside of any unit of work; an exception means that it was not sent."""
        ...

    def sent(self, unit: Unit, row: OutboxRow) -> None:
        """Save what follows from its having been sent."""
        ...

    def died(self, row: OutboxRow) -> None:
        """Do what follows from its being given up, outside of any unit of work; it may be called again."""
        ...

    def done(self) -> None:
        """Let go of what was kept from one message to the next."""
        ...


def close(context: Context, notifier: Notifier) -> None:
    """Let a notifier close what it keeps open, if it does; all was sent, and what closing it says changes nothing."""
    if (done := getattr(notifier, "done", None)) is not None:
        with contextlib.suppress(Exception):
            context.call(done)


class NotifierOutlet:
    """Messages to people, composed when they are about to be sent."""

    def __init__(self, context: Context, notifier: Notifier, letters: Letters, part: str | None = None) -> None:
        self._context = context
        self._notifier = notifier
        self._letters = letters
        self._mark = "" if part is None else _mark(part)

    def ready(self, row: OutboxRow) -> Offer | Skip | None:
        """Return what a message offers its reader beside what it tells, or why nobody should get it."""
        ready = READY.get(row.kind)
        return ready(self._context, row) if ready is not None else None

    def made(self, unit: Unit, row: OutboxRow, offer: Offer | None) -> Notification | Skip:
        """Return the message as it is sent, or why nobody should get it."""
        if row.kind not in KINDS:
            raise NotYet(f"no kind of message is called {row.kind!r} here")
        check = CHECKS.get(row.kind)
        if isinstance(self._notifier, Only) and not self._notifier.wants(row.kind):
            return Skip("no_notifier")
        same = attrs.evolve(row, key=row.key.removesuffix(self._mark))
        return (check(unit, row) if check is not None else None) or compose(same, unit, self._letters, offer)

    @property
    def send(self) -> Callable[[Notification], Any]:
        """What sends it."""
        return self._notifier.send

    def answered(self, row: OutboxRow, answer: Any) -> None:
        """Nothing: notifiers answer nothing."""

    def died(self, row: OutboxRow) -> None:
        """Nothing follows."""

    def sent(self, unit: Unit, row: OutboxRow) -> None:
        """Save what its kind calls for."""
        follows(SENT, self._context, unit, row)

    def done(self) -> None:
        """Let the notifier close what it keeps open, if it does."""
        close(self._context, self._notifier)


@attrs.frozen
class Split:
    """Where each message of a fan-out goes first: to its parts."""

    fan_out: FanOut

    def copies(self, row: OutboxRow, new_id: Callable[[], str]) -> list[OutboxRow]:
        """
        Return a message once for each part that wants it.

        The first is the row itself: its key stays in use, so that nobody writes the message again.

        Raises:
            NotYet: Only a newer version of the library knows its kind.
        """
        if row.kind not in KINDS:
            raise NotYet(f"no kind of message is called {row.kind!r} here")
        to = [(part, f"{NOTIFIER}:{part}") for part in self.fan_out.wanting(row.kind)]
        first = [attrs.evolve(row, destination=destination) for _, destination in to[:1]]
        return first + [
            attrs.evolve(row, id=new_id(), key=f"{row.key}{_mark(part)}", destination=destination, lease=None)
            for part, destination in to[1:]
        ]


def _mark(part: str) -> str:
    """Return what the key of a copy for a part ends with; receivers are told the key without it."""
    return f" @{part}"


def outlets_of(context: Context, notifier: Notifier, letters: Letters) -> dict[str, Outlet | Split]:
    """Return the outlets of a notifier by destination; a fan-out has one for each part."""
    if not isinstance(notifier, FanOut):
        return {NOTIFIER: NotifierOutlet(context, notifier, letters)}
    parts: dict[str, Outlet | Split] = {
        f"{NOTIFIER}:{name}": NotifierOutlet(context, part, letters, name) for name, part in notifier.parts.items()
    }
    return {NOTIFIER: Split(notifier), **parts}
