"""
Where messages of the outbox go: an outlet for each destination.

An outlet makes what it sends in a view of the shop, sends it outside of any transaction, and saves
what follows from that in the unit of work that marks the message.
"""

from collections.abc import Callable
from typing import Any, Final, Protocol

from backoffice_core.notify.base import Notification, Notifier
from backoffice_core.notify.compose import Skip, compose
from backoffice_core.notify.kinds import KINDS
from backoffice_core.notify.letters import Letters
from backoffice_core.storage.base import Unit
from backoffice_core.storage.rows import OutboxRow

#: By kind: whether a message should still be sent, asked in a view of the shop just before it is composed.
CHECKS: Final[dict[str, Callable[[Unit, OutboxRow], Skip | None]]] = {}
#: By kind: what else is saved when a message was sent, in the unit of work that marks it. With
#: several notifiers it is called for each of them.
SENT: Final[dict[str, Callable[[Unit, OutboxRow], None]]] = {}


class NotYet(Exception):
    """A newer version of the library wrote the message, and will send it."""


class Outlet(Protocol):
    """Where messages of one destination go."""

    def made(self, unit: Unit, row: OutboxRow) -> Any:
        """
        Return what is to be sent, or a `Skip`.

        Raises:
            NotYet: Only a newer version of the library can tell.
        """
        ...

    @property
    def send(self) -> Callable[[Any], Any]:
        """What sends it, awaitable or not; an exception means that it was not sent."""
        ...

    def sent(self, unit: Unit, row: OutboxRow) -> None:
        """Save what follows from its having been sent."""
        ...

    @property
    def done(self) -> Callable[[], Any] | None:
        """What lets go of what was kept from one message to the next, awaitable or not."""
        ...


class NotifierOutlet:
    """Messages to people, composed when they are about to be sent."""

    def __init__(self, notifier: Notifier, letters: Letters) -> None:
        self._notifier = notifier
        self._letters = letters

    def made(self, unit: Unit, row: OutboxRow) -> Notification | Skip:
        """Return the message as it is sent, or why nobody should get it."""
        if row.kind not in KINDS:
            raise NotYet(f"no kind of message is called {row.kind!r} here")
        check = CHECKS.get(row.kind)
        return (check(unit, row) if check is not None else None) or compose(row, unit, self._letters)

    @property
    def send(self) -> Callable[[Notification], Any]:
        """What sends it."""
        return self._notifier.send

    def sent(self, unit: Unit, row: OutboxRow) -> None:
        """Save what its kind calls for."""
        if (follow := SENT.get(row.kind)) is not None:
            follow(unit, row)

    @property
    def done(self) -> Callable[[], Any] | None:
        """What closes what the notifier keeps open, if it does."""
        done: Callable[[], Any] | None = getattr(self._notifier, "done", None)
        return done
