"""
Listeners: functions of the host's that are told what happened, from the outbox.

1. A listener has a name and hears events of some classes, of orders and of drafts.
2. Who listens is stored in the shop's settings, so every process writes rows for it; an event that
   happened before it subscribed, or that was imported, it does not hear.
3. It is called at least once for each event, and for the events of one order in their order: one that
   fails is tried again later and holds up those behind it, as a message is.
4. A process that does not have the function leaves its rows to others.
"""

from collections.abc import Callable, Iterable
from typing import Any

import attrs

from backoffice_core.failures import InvalidValue
from backoffice_core.notify.compose import Skip
from backoffice_core.orders.events import TYPES, OrderEvent, UnknownEvent
from backoffice_core.outlets import NotYet
from backoffice_core.settings import CALLED, EVERY_EVENT, WOULD_BE_CALLED, Settings, Subscription
from backoffice_core.storage.base import Unit
from backoffice_core.storage.rows import OutboxRow, StoredEvent


def _classes(value: Any) -> tuple[type[OrderEvent], ...]:
    """Return one event class or several as a tuple."""
    kinds = (value,) if isinstance(value, type) else value
    if isinstance(kinds, str) or not isinstance(kinds, Iterable):
        raise InvalidValue("events", repr(value), "a class of events such as OrderPlaced, or several")
    found = tuple(kinds)
    for kind in found:
        if not (isinstance(kind, type) and issubclass(kind, OrderEvent)) or kind is UnknownEvent:
            raise InvalidValue("events", repr(kind), "a class of backoffice_core.orders.events")
    if not found:
        raise InvalidValue("events", "none", "a class of events such as OrderPlaced, or several")
    return found


@attrs.frozen
class Listener:
    """
    A function that is told what happened, when `outbox.deliver` is called.

    Attributes:
        name: What it is known by in the shop: letters, digits, dots, dashes and underscores.

        events: The class of events that it hears, or several; `OrderEvent` stands for all.

        call: Is given a `StoredEvent`, and may be async. An exception means that it did not hear; it is told
            again later. After a crash it may be told a second time.
    """

    name: str
    events: tuple[type[OrderEvent], ...] = attrs.field(converter=_classes)
    call: Callable[[StoredEvent], Any] = attrs.field(repr=False)

    def __attrs_post_init__(self) -> None:
        given: object = self.name
        if not isinstance(given, str) or not CALLED.fullmatch(given):
            raise InvalidValue("name", repr(self.name), WOULD_BE_CALLED)
        if not callable(self.call):
            raise InvalidValue("call", repr(self.call), "a function that takes a StoredEvent")

    @property
    def subscription(self) -> Subscription:
        """What the shop's settings say of it."""
        if OrderEvent in self.events:
            return Subscription(name=self.name, events=(EVERY_EVENT,))
        heard = sorted(name for name, kind in TYPES.items() if issubclass(kind, self.events))
        return Subscription(name=self.name, events=tuple(heard))


def checked(listeners: Iterable[Listener]) -> tuple[Listener, ...]:
    """
    Return listeners as a tuple.

    Raises:
        InvalidValue: One is none, or two have one name.
    """
    found = tuple(listeners)
    names = set[str]()
    for one in found:
        given: object = one
        if not isinstance(given, Listener):
            raise InvalidValue("listeners", repr(one), "a Listener")
        if one.name in names:
            raise InvalidValue("listeners", f"two called {one.name!r}", "a name of its own for each")
        names.add(one.name)
    return found


def subscribed(settings: Settings, listeners: Iterable[Listener]) -> Settings:
    """Return settings in which the listeners are subscribed; others that are stay as they are."""
    known = {one.name: one for one in settings.subscriptions}
    known.update((one.name, one.subscription) for one in listeners)
    return attrs.evolve(settings, subscriptions=tuple(known[name] for name in sorted(known)))


class ListenerOutlet:
    """Events for one listener."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    def ready(self, row: OutboxRow) -> None:
        """Return None: what happened is saved already."""

    def made(self, unit: Unit, row: OutboxRow, offer: Any) -> StoredEvent | Skip:
        """Return the event that a row is about."""
        version, _, position = row.fact.partition(".")
        found = [one for one in unit.events(row.subject, int(version)) if one.position == int(position)]
        if not found:
            return Skip("no_event")
        if isinstance(found[0].event, UnknownEvent) and OrderEvent not in self._listener.events:
            raise NotYet(f"an event {row.kind} is of a newer library")
        return found[0]

    @property
    def send(self) -> Callable[[StoredEvent], Any]:
        """What tells the listener."""
        return self._listener.call

    def answered(self, row: OutboxRow, answer: Any) -> None:
        """Nothing: listeners answer nothing."""

    def sent(self, unit: Unit, row: OutboxRow) -> None:
        """Nothing follows."""

    def died(self, row: OutboxRow) -> None:
        """Nothing follows."""

    def done(self) -> None:
        """Nothing was kept."""
