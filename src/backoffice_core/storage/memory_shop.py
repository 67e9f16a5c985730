"""What a shop decided beside its settings, in memory."""

from collections.abc import Iterable, Sequence

import attrs
import pendulum

from backoffice_core.search.findable import Findable
from backoffice_core.settingtrace import SettingChange
from backoffice_core.storage.base_shop import Tally
from backoffice_core.storage.memory_writing import MemoryWriter
from backoffice_core.storefront import Storefront


class MemoryShop(MemoryWriter):
    """The part of a unit that keeps a shop's door; see `backoffice_core.storage.base.Unit`."""

    def storefront(self, *, lock: bool = False) -> Storefront:
        """Return what the storefront is protected by."""
        stored: Storefront | None = self._layer.get("shop", "storefront")
        return stored or Storefront()

    def save_storefront(self, storefront: Storefront) -> None:
        """Replace what the storefront is protected by."""
        self._layer.set("shop", "storefront", storefront)

    def tally(self, key: str) -> Tally | None:
        """Return a number, also one that is over."""
        tally: Tally | None = self._layer.get("tallies", key)
        return tally

    def raise_tally(self, key: str, *, now: pendulum.DateTime, until: pendulum.DateTime) -> Tally:
        """Add one to a number and return it."""
        known = self.tally(key)
        fresh = known is None or known.until <= now
        raised = Tally(1, until) if known is None or fresh else attrs.evolve(known, number=known.number + 1)
        self.put_tally(key, raised)
        return raised

    def lower_tally(self, key: str, until: pendulum.DateTime) -> None:
        """Take one from a number that is over at *until*."""
        known = self.tally(key)
        if known is not None and known.until == until and known.number > 0:
            self.put_tally(key, attrs.evolve(known, number=known.number - 1))

    def put_tally(self, key: str, tally: Tally) -> None:
        """Set a number."""
        self._layer.set("tallies", key, tally)

    def purge_tallies(self, before: pendulum.DateTime, limit: int) -> int:
        """Forget numbers that were over before a moment."""
        over = sorted(key for key, tally in self._layer.items("tallies") if tally.until < before)[:limit]
        for key in over:
            self._layer.drop("tallies", key)
        return len(over)

    def put_setting_changes(self, changes: Iterable[SettingChange]) -> None:
        """Write down who changed which settings."""
        for change in changes:
            self._layer.set("setting_changes", change.id, change)

    def setting_changes(self, limit: int) -> Sequence[SettingChange]:
        """Return at most *limit* changes of settings, the newest first."""
        changes: list[SettingChange] = list(self._layer.values("setting_changes"))
        return sorted(changes, key=lambda change: (change.at, change.id), reverse=True)[:limit]

    def terms_with(self, prefix: str, limit: int) -> Sequence[str]:
        """Return at most *limit* of the terms that begin with *prefix*."""
        found: list[Findable[object]] = list(self._layer.values("found"))
        return sorted({term for one in found for term in one.terms if term.startswith(prefix)})[:limit]
