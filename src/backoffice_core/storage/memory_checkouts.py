"""Checkouts in memory."""

from backoffice_core.clock import to_micros
from backoffice_core.failures import UnknownId
from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.evolve import evolve
from backoffice_core.storage.marks import cursor_of, read_cursor
from backoffice_core.storage.memory_drafts import MemoryWriter
from backoffice_core.storage.rows import CheckoutPage, CheckoutRecord
from backoffice_core.storage.trouble import AlreadyStored, StaleVersion


class MemoryCheckouts(MemoryWriter):
    """The part of a unit in memory that keeps checkouts; see `backoffice_core.storage.base.Unit`."""

    def checkout(self, id: str, *, lock: bool = False) -> Checkout:
        """Return a checkout with its stored version."""
        checkout: Checkout | None = self._layer.get("checkouts", id)
        if checkout is None:
            raise UnknownId("checkout", id)
        return checkout

    def checkout_imported_from(self, source: tuple[str, str]) -> tuple[str, str | None] | None:
        """Return id and request print of the checkout of a source."""
        found: tuple[str, str | None] | None = self._layer.get("checkout_sources", source)
        return found

    def put_checkout(self, record: CheckoutRecord) -> Checkout:
        """Save a checkout, a new one or a change of one."""
        given = record.checkout
        stored: Checkout | None = self._layer.get("checkouts", given.id)
        if (stored.version if stored else 0) != given.version:
            raise StaleVersion("checkout", given.id, given.version, stored.version if stored else 0)
        saved = evolve(given, version=given.version + 1)
        if saved.source is not None:
            was = self.checkout_imported_from(saved.source)
            if stored is None and was is not None:
                raise AlreadyStored("checkout source", " ".join(saved.source))
            kept = was[1] if was is not None and record.request_print is None else record.request_print
            self._layer.set("checkout_sources", saved.source, (saved.id, kept))
        self._layer.set("checkouts", saved.id, saved)
        return saved

    def checkouts(self, limit: int, after: str | None = None) -> CheckoutPage:
        """Return at most *limit* checkouts, newest first, ties by id."""
        rows = sorted(((to_micros(one.created_at), one.id) for one in self._layer.values("checkouts")), reverse=True)
        if after is not None:
            end = read_cursor(after)
            rows = [row for row in rows if row < end]
        found = tuple(self.checkout(id) for _, id in rows[:limit])
        return CheckoutPage(found, cursor_of(found[-1]) if found and len(rows) > limit else None)
