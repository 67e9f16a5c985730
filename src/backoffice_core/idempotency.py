"""
What makes a request the same as an earlier one: its key, and the fingerprint of what it asks for.

The runners look a key up before they decide, and save it with what they decided; a key that was
used for another request is an error. It is forgotten after ``Settings.key_days``.
"""

import hashlib
import json
from typing import ClassVar, Final

import attrs
import pendulum

from backoffice_core.context import Context
from backoffice_core.failures import Conflict, InvalidValue, reason
from backoffice_core.orders.change import Command
from backoffice_core.settings import Settings
from backoffice_core.storage.converter import CONVERTER
from backoffice_core.storage.rows import KeyRecord
from backoffice_core.typed import check_text


@reason
class KeyReused(Conflict):
    """
    An idempotency key was used for another request.

    Attributes:
        key: The key.

        order_id: The order that the first request was about.
    """

    code: ClassVar[str] = "key_reused"
    key: str
    order_id: str

    def __str__(self) -> str:
        return f"the key {self.key!r} was used for another request, on order {self.order_id}; use a new one"


@attrs.frozen
class Asked:
    """
    A command with what it was asked with.

    Attributes:
        command: What is wanted.

        order_id: The order or draft; None for one that is made.

        key: The idempotency key.

        expected_version: The version the caller saw.

        print_: The fingerprint of the request.
    """

    command: Command
    order_id: str | None
    key: str | None
    expected_version: int | None
    print_: str | None

    def key_record(self, order_id: str, version: int, now: pendulum.DateTime) -> KeyRecord:
        """Return what is remembered of the key."""
        return KeyRecord(key=self.key or "", fingerprint=self.print_ or "", order_id=order_id, version=version, at=now)


def check_key(key: str | None) -> None:
    """
    Raise unless *key* can be an idempotency key.

    Raises:
        InvalidValue: It cannot.
    """
    given: object = key
    if given is not None and not (isinstance(given, str) and 1 <= len(given) <= 255):
        raise InvalidValue("idempotency_key", repr(key), "text of 1 to 255 characters")
    if key is not None:
        check_text("idempotency_key", key)


#: Made once: `json.dumps` makes one for every call that sorts.
_CANONICAL: Final = json.JSONEncoder(sort_keys=True, default=str, check_circular=False)


def fingerprint(command: Command, order_id: str | None) -> str:
    """Return SHA-256 of a command's name, its order and its canonical JSON; version and actor are not in it."""
    asked = CONVERTER.unstructure(command)
    for name in command.beside:
        asked.pop(name, None)
    body = _CANONICAL.encode([command.name(), order_id, asked])
    return hashlib.sha256(body.encode()).hexdigest()


def purge_keys(context: Context, settings: Settings, limit: int) -> int:
    """Forget idempotency keys whose time is over; return how many."""
    before = context.now().subtract(days=settings.key_days)
    return context.write(lambda unit: unit.purge_keys(before, limit))
