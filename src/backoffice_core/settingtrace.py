"""
Who changed which setting, when, and from what to what.

What names people or leads to them, and every secret, is told as changed and no more.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

import attrs
import pendulum

from backoffice_core.settings import Settings

#: Settings of which a trace tells that they changed, and not what they are.
UNTOLD: Final = frozenset({"sender", "owner_email", "staff_emails"})
#: The longest text of a value in a trace.
LONGEST: Final = 1000


@attrs.frozen(kw_only=True)
class SettingChange:
    """
    One setting that somebody changed.

    Attributes:
        id: Its id; ids grow with time.

        at: When, UTC.

        actor: Who did it; an opaque staff id, None where nobody said.

        name: The setting, such as ``capture_mode``, ``channels.web`` or ``storefront.password``.

        before: What it was, as Python writes it; None where that is not told, or it was not there.

        after: What it is; None where that is not told, or it is gone.
    """

    id: str
    at: pendulum.DateTime
    actor: str | None
    name: str
    before: str | None = None
    after: str | None = None


@attrs.frozen
class Scribe:
    """
    Writes down what changed.

    Attributes:
        now: When, UTC.

        actor: Who does it.

        new_id: Makes ids.
    """

    now: pendulum.DateTime
    actor: str | None
    new_id: Callable[[], str]

    def told(self, name: str, before: object = None, after: object = None) -> SettingChange:
        """Return the trace of one change; what is None is not told."""
        return SettingChange(
            id=self.new_id(), at=self.now, actor=self.actor, name=name, before=_text(before), after=_text(after)
        )

    def settings(self, before: Settings, after: Settings) -> Iterator[SettingChange]:
        """Yield the trace of every setting that differs, in the order of `Settings`."""
        for field in attrs.fields(Settings):
            was, now = getattr(before, field.name), getattr(after, field.name)
            if was != now:
                yield self.told(field.name) if field.name in UNTOLD else self.told(field.name, was, now)


def _text(value: Any) -> str | None:
    return None if value is None else repr(value)[:LONGEST]
