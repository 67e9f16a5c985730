"""
Several notifiers for one shop: `FanOut`.

Each part is a destination of its own in the outbox: a message is written once for each part that wants it
as soon as a relay finds it, and from then on each copy has its own attempts and its own order. So a part that is
down holds up no other one, and nothing goes out twice by the parts that work.
"""

import inspect
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Final

import attrs
from attrs.validators import optional

from backoffice_core.failures import InvalidValue
from backoffice_core.notify.base import Notification, Notifier
from backoffice_core.notify.kinds import KINDS, Audience
from backoffice_core.typed import one_of

_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,20}")


def _kinds(value: Any) -> frozenset[str] | None:
    """Return kinds of message as a set; None stands for all."""
    if value is None:
        return None
    kinds = frozenset() if isinstance(value, str) or not isinstance(value, Iterable) else frozenset(value)
    if not kinds or not kinds <= KINDS.keys():
        raise InvalidValue("kinds", repr(value), f"several of {', '.join(KINDS)}")
    return kinds


@attrs.frozen
class Only:
    """
    A notifier that gets some messages only.

    Attributes:
        notifier: The notifier.

        kinds: The kinds of message that it gets; all unless they are given.

        audience: Whether it gets those to a ``customer`` or to ``staff``; both unless it is given.
    """

    notifier: Notifier
    kinds: frozenset[str] | None = attrs.field(default=None, converter=_kinds, kw_only=True)
    audience: Audience | None = attrs.field(default=None, validator=optional(one_of("customer", "staff")), kw_only=True)

    def wants(self, kind: str) -> bool:
        """Return whether it gets messages of a kind."""
        of_kind = self.kinds is None or kind in self.kinds
        return of_kind and self.audience in (None, KINDS[kind].audience)

    def send(self, notification: Notification) -> Awaitable[None] | None:
        """Send a message, if it is one that it gets."""
        return self.notifier.send(notification) if self.wants(notification.kind) else None

    @property
    def done(self) -> Callable[[], Any] | None:
        """What closes what the notifier keeps open, if it does."""
        done: Callable[[], Any] | None = getattr(self.notifier, "done", None)
        return done


def _parts(value: Any) -> dict[str, Only]:
    """Return notifiers by name, each with what it gets."""
    if not isinstance(value, Mapping) or not value:
        raise InvalidValue("parts", repr(value), "notifiers by name, such as {'mail': SmtpNotifier(…)}")
    found = dict[str, Only]()
    for name, part in value.items():
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise InvalidValue("parts", repr(name), "names of 1 to 20 letters, digits, dots, dashes and underscores")
        only = part if isinstance(part, Only) else Only(part)
        if isinstance(only.notifier, FanOut | Only) or not hasattr(only.notifier, "send"):
            raise InvalidValue("parts", repr(only.notifier), "notifiers that send by themselves")
        found[name] = only
    return found


@attrs.frozen
class FanOut:
    """
    Several notifiers by name, each for all messages or, as `Only`, for some.

    Attributes:
        parts: The notifiers. Names stay what they are: they stand in the outbox.
    """

    parts: Mapping[str, Only] = attrs.field(converter=_parts)

    def wanting(self, kind: str) -> tuple[str, ...]:
        """Return the names of those that get messages of a kind, in order."""
        return tuple(name for name, part in self.parts.items() if part.wants(kind))

    def send(self, notification: Notification) -> Awaitable[None] | None:
        """Send a message by each part at once, without the outbox; the first that fails ends it."""
        answers = [part.send(notification) for part in self.parts.values()]
        waiting = [answer for answer in answers if inspect.isawaitable(answer)]
        return _each(waiting) if waiting else None

    def done(self) -> Awaitable[None] | None:
        """Let each part close what it keeps open; for those who `send` without the outbox."""
        calls = [part.done for part in self.parts.values()]
        waiting = [answer for call in calls if call is not None and inspect.isawaitable(answer := call())]
        return _each(waiting) if waiting else None


async def _each(answers: Iterable[Awaitable[None]]) -> None:
    for answer in answers:
        await answer
