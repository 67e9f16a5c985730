"""The part of `backoffice_core.storage.base.Unit` that keeps what a shop decided beside its settings."""

from collections.abc import Iterable, Sequence
from typing import Protocol

import attrs
import pendulum

from backoffice_core.settingtrace import SettingChange
from backoffice_core.storefront import Storefront


@attrs.frozen
class Tally:
    """
    A number that is forgotten after a while: tries of a visitor, or whom a session belongs to.

    Attributes:
        number: The number.

        until: When it is over, UTC.
    """

    number: int
    until: pendulum.DateTime


class ShopUnit(Protocol):
    """The door of one shop, what was tried at it, and who changed which setting."""

    def storefront(self, *, lock: bool = False) -> Storefront:
        """
        Return what the storefront is protected by; that of a shop that never said is open.

        Args:
            lock: Keep others from the shop's row until the unit ends, as `settings` does.
        """
        ...

    def save_storefront(self, storefront: Storefront) -> None:
        """Replace what the storefront is protected by."""
        ...

    def tally(self, key: str) -> Tally | None:
        """Return a number, also one that is over; None where there is none. Keys are ASCII, at most 80 characters."""
        ...

    def raise_tally(self, key: str, *, now: pendulum.DateTime, until: pendulum.DateTime) -> Tally:
        """
        Add one to a number and return it; however many do so at once, each counts.

        One that is not there, or that is over *now*, begins anew with 1 and is over at *until*. Others
        who raise the same one wait until the unit ends, or it fails and leaves nothing.
        """
        ...

    def lower_tally(self, key: str, until: pendulum.DateTime) -> None:
        """Take one from a number that is over at *until* and above 0; another one stays as it is."""
        ...

    def put_tally(self, key: str, tally: Tally) -> None:
        """Set a number, a new one or in the place of another."""
        ...

    def purge_tallies(self, before: pendulum.DateTime, limit: int) -> int:
        """Forget numbers that were over before a moment; return how many."""
        ...

    def put_setting_changes(self, changes: Iterable[SettingChange]) -> None:
        """Write down who changed which settings."""
        ...

    def setting_changes(self, limit: int) -> Sequence[SettingChange]:
        """Return at most *limit* changes of settings, the newest first, those of one moment by id."""
        ...

    def terms_with(self, prefix: str, limit: int) -> Sequence[str]:
        """Return at most *limit* of the terms that orders are found by and that begin with *prefix*, sorted."""
        ...
