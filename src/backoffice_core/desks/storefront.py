"""
The storefront desk: `BackOffice.storefront`.

Rules:

1. Where the storefront is protected, a visitor gets in by a session, and a session by the password.
   A session is random, stored as a hash only, has an end, and is of one password: a new one ends all.
2. A try is counted before the password is looked at, in a unit of work of its own: however many
   processes try at once, no more than `MOST_TRIES` of one visitor and `MOST_IN_ALL` of all are looked at
   in a window. One that is turned away counts for nobody, so one visitor uses up a thirtieth of what
   all have. A right password gives its try back.
3. Passwords and sessions are in no event, trace, error, log or `repr`.
"""

import secrets
from collections.abc import Callable
from typing import ClassVar, Final

import attrs
import pendulum

from backoffice_core.context import Context
from backoffice_core.failures import InvalidValue, Refused, reason
from backoffice_core.optouts import token_hash
from backoffice_core.settingtrace import Scribe, SettingChange
from backoffice_core.storage.base import Unit
from backoffice_core.storage.base_shop import Tally
from backoffice_core.storefront import (
    COST,
    SALT_BYTES,
    Hashed,
    Storefront,
    check_message,
    check_password,
    hashed,
    matches,
    plain_password,
    visitor_key,
)
from backoffice_core.typed import check_text, kind_of, whole_from

#: In so many minutes so many wrong passwords are looked at, of one visitor and of all.
WINDOW_MINUTES: Final = 10
MOST_TRIES: Final = 10
MOST_IN_ALL: Final = 300

#: For how many days a session lasts unless it is asked for otherwise, and at most.
SESSION_DAYS: Final = 14
LONGEST_DAYS: Final = 365

_ALL: Final = "visitors"


@reason
class TooManyTries(Refused):
    """
    Too many wrong passwords were given at a storefront.

    Attributes:
        seconds: After how many seconds one may be tried again.
    """

    code: ClassVar[str] = "too_many_tries"
    seconds: int

    def __str__(self) -> str:
        return f"too many wrong passwords; try again in {self.seconds} seconds"


@reason
class NotProtected(Refused):
    """A password was tried at a storefront that is open."""

    code: ClassVar[str] = "not_protected"

    def __str__(self) -> str:
        return "the storefront is open to everybody; no password is asked for"


class StorefrontDoor:
    """
    Who may see the storefront: everybody, or who knows its password.

    The password is that of the shop window, one for all visitors. It opens nothing else: this library
    knows no accounts of staff, and whoever gives it does nothing as anybody.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    # --- what the shop decides

    @property
    def protected(self) -> bool:
        """Whether visitors need the password."""
        return self._context.read(lambda unit: unit.storefront()).protected

    @property
    def message(self) -> str:
        """What visitors are told where they give it."""
        return self._context.read(lambda unit: unit.storefront()).message

    def protect(self, password: str | None = None, *, message: str | None = None) -> None:
        """
        Ask visitors for the password from now on.

        Args:
            password: A new one, 1 to 100 characters, which ends all sessions; None keeps the one there is.

            message: What visitors are told, at most 1000 characters; None keeps it.

        Raises:
            InvalidValue: They cannot be meant, or there is no password yet.
        """
        told = None if message is None else check_message(message)
        made = None if password is None else self._hashed(check_password(password))

        def work(before: Storefront) -> Storefront:
            if made is None and before.password is None:
                raise InvalidValue("password", "None", "a password; none has been set yet")
            after = attrs.evolve(before, protected=True, message=before.message if told is None else told)
            return after if made is None else _with_password(after, made)

        self._changed(work)

    def open(self) -> None:
        """Let everybody in; the password is kept, so that `protect` can ask for it again."""
        self._changed(lambda before: attrs.evolve(before, protected=False))

    def say(self, message: str) -> None:
        """
        Change what visitors are told where they give the password.

        Raises:
            InvalidValue: It is no text, or has more than 1000 characters.
        """
        told = check_message(message)
        self._changed(lambda before: attrs.evolve(before, message=told))

    def end_sessions(self) -> None:
        """Ask everybody for the password again; it stays what it is."""
        self._changed(lambda before: attrs.evolve(before, generation=before.generation + 1))

    # --- what visitors do

    def check(self, password: str, *, visitor: str, days: int = SESSION_DAYS) -> str | None:
        """
        Return a session for a right password, for a cookie; None for a wrong one.

        Args:
            password: What the visitor gave.

            visitor: What the host tells visitors apart by, such as an address of the network; 1 to 255
                characters. It is kept as a keyed hash, for ten minutes.

            days: For how many days the session lasts.

        Raises:
            TooManyTries: Too many wrong passwords, of this visitor or of all; see the head of this file.
            NotProtected: No password is asked for.
            InvalidValue: One of them is of another type or length, or this is a host's transaction.
        """
        _check_try(password, visitor)
        whole_from("days", days, 1, LONGEST_DAYS)
        if self._context.hosted:
            raise InvalidValue("within", "a host's transaction", "the office itself: a try counts whatever comes of it")
        plain = plain_password(password)
        storefront, stored, tries = self._context.write(lambda unit: self._counted(unit, visitor))
        if not self._context.call(matches, stored, plain) or plain is None:
            return None
        fresh = self._hashed(plain) if stored.cost != COST else stored
        session = secrets.token_urlsafe(32)
        ends = self._context.now().add(days=days)

        def admit(unit: Unit) -> bool:
            now = unit.storefront(lock=True)
            if now.generation != storefront.generation:
                return False
            if fresh != stored == now.password:
                unit.save_storefront(attrs.evolve(now, password=fresh))
            unit.put_tally(_session_key(session), Tally(now.generation, ends))
            for key, until in tries:
                unit.lower_tally(key, until)
            return True

        return session if self._context.write(admit) else None

    def admits(self, session: str | None) -> bool:
        """Return whether a visitor with that session, or with none, may see the storefront."""

        def look(unit: Unit) -> bool:
            storefront = unit.storefront()
            if not storefront.protected:
                return True
            tally = unit.tally(_session_key(session)) if isinstance(session, str) and session else None
            return tally is not None and tally.number == storefront.generation and self._context.now() < tally.until

        return self._context.read(look)

    def _hashed(self, plain: bytes) -> Hashed:
        made: Hashed = self._context.call(hashed, plain, secrets.token_bytes(SALT_BYTES), COST)
        return made

    def _counted(self, unit: Unit, visitor: str) -> tuple[Storefront, Hashed, list[tuple[str, pendulum.DateTime]]]:
        """Count a try (rule 2), and return what it is held against."""
        storefront = unit.storefront()
        stored = storefront.password
        if not storefront.protected or stored is None:
            raise NotProtected
        now = self._context.now()
        tries = []
        for key, most in ((visitor_key(visitor, storefront.pepper), MOST_TRIES), (_ALL, MOST_IN_ALL)):
            tally = unit.raise_tally(key, now=now, until=now.add(minutes=WINDOW_MINUTES))
            if tally.number > most:
                raise TooManyTries(max(1, -int(-(tally.until - now).total_seconds() // 1)))
            tries.append((key, tally.until))
        return storefront, stored, tries

    def _changed(self, work: Callable[[Storefront], Storefront]) -> None:
        """Save what *work* makes of the storefront, with a trace of it."""

        def save(unit: Unit) -> None:
            self._context.settings_in(unit)  # or there is no such shop
            before = unit.storefront(lock=True)
            after = work(before)
            if after != before:
                unit.save_storefront(after)
                unit.put_setting_changes(_traces(before, after, self._context.scribe()))

        self._context.write(save)


def _check_try(password: object, visitor: object) -> None:
    if not isinstance(password, str):
        raise InvalidValue("password", kind_of(password), "text")
    if not isinstance(visitor, str) or not 1 <= len(visitor) <= 255:
        given = f"text of {len(visitor)} characters" if isinstance(visitor, str) else kind_of(visitor)
        raise InvalidValue("visitor", given, "text of 1 to 255 characters")
    check_text("visitor", visitor)


def _with_password(before: Storefront, made: Hashed) -> Storefront:
    pepper = before.pepper or secrets.token_hex(SALT_BYTES)
    return attrs.evolve(before, password=made, generation=before.generation + 1, pepper=pepper)


def _session_key(session: str) -> str:
    return f"session:{token_hash(session)}"


def _traces(before: Storefront, after: Storefront, scribe: Scribe) -> list[SettingChange]:
    """Return what changed, without any secret."""
    made = []
    if before.protected != after.protected:
        made.append(scribe.told("storefront.protected", before.protected, after.protected))
    if before.message != after.message:
        made.append(scribe.told("storefront.message", before.message, after.message))
    if before.password != after.password:
        made.append(scribe.told("storefront.password"))
    elif before.generation != after.generation:
        made.append(scribe.told("storefront.sessions"))
    return made
