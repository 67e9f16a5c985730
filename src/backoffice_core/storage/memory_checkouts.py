"""Checkouts in memory, and who opted out of mails."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import pendulum

from backoffice_core.clock import to_micros
from backoffice_core.failures import UnknownId
from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.evolve import evolve
from backoffice_core.search.checkouts import findable_checkout
from backoffice_core.search.conditions import Condition
from backoffice_core.search.findable import Findable
from backoffice_core.search.predicate import predicate
from backoffice_core.search.wanted import CheckoutHit, Wanted
from backoffice_core.storage.marks import checkout_due_at, cursor_of, read_cursor
from backoffice_core.storage.memory_search import listed
from backoffice_core.storage.memory_writing import MemoryWriter, own
from backoffice_core.storage.rows import CheckoutPage, CheckoutRecord, StoredEvent
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
        stored = self._stored(given)
        saved = evolve(given, version=given.version + 1)
        if saved.source is not None:
            was = self.checkout_imported_from(saved.source)
            if stored is None and was is not None:
                raise AlreadyStored("checkout source", " ".join(saved.source))
            kept = was[1] if was is not None and record.request_print is None else record.request_print
            self._layer.set("checkout_sources", saved.source, (saved.id, kept))
        self._layer.set("checkouts", saved.id, saved)
        self._layer.set("checkouts_found", saved.id, findable_checkout(saved))
        due = checkout_due_at(saved)
        self._layer.set("checkouts_due", saved.id, due) if due is not None else self._layer.drop(
            "checkouts_due", saved.id
        )
        self._write_checkout_facts(saved, record)
        return saved

    def _stored(self, given: Checkout) -> Checkout | None:
        stored: Checkout | None = self._layer.get("checkouts", given.id)
        if (stored.version if stored else 0) != given.version:
            raise StaleVersion("checkout", given.id, given.version, stored.version if stored else 0)
        return stored

    def _write_checkout_facts(self, saved: Checkout, record: CheckoutRecord) -> None:
        id, version = saved.id, saved.version
        for at, event in enumerate(record.events):
            moment = record.at or saved.updated_at
            row = StoredEvent(order_id=id, version=version, position=at, at=moment, actor=record.actor, event=event)
            self._layer.set("events", (id, version, at), own(row))
        self._enqueue(record.messages)
        if record.key is not None:
            self.remember(evolve(record.key, order_id=id, version=version))

    def drop_checkout(self, checkout: Checkout) -> None:
        """Delete a checkout with its events."""
        stored = self._stored(checkout)
        if stored is None:
            raise StaleVersion("checkout", checkout.id, checkout.version, 0)
        for table in ("checkouts", "checkouts_found", "checkouts_due"):
            self._layer.drop(table, stored.id)
        if stored.source is not None:
            self._layer.drop("checkout_sources", stored.source)
        for key, row in self._layer.items("events"):
            if row.order_id == stored.id:
                self._layer.drop("events", key)

    def checkouts(self, limit: int, after: str | None = None) -> CheckoutPage:
        """Return at most *limit* checkouts, newest first, ties by id."""
        rows = sorted(((to_micros(one.created_at), one.id) for one in self._layer.values("checkouts")), reverse=True)
        if after is not None:
            end = read_cursor(after)
            rows = [row for row in rows if row < end]
        found = tuple(self.checkout(id) for _, id in rows[:limit])
        return CheckoutPage(found, cursor_of(found[-1]) if found and len(rows) > limit else None)

    def checkouts_due(self, now: pendulum.DateTime, limit: int) -> Sequence[str]:
        """Return ids of checkouts that time brings something to by *now*, the earliest first."""
        over = sorted((moment, id) for id, moment in self._layer.items("checkouts_due") if moment <= to_micros(now))
        return [id for _, id in over[:limit]]

    def search_checkouts(self, wanted: Wanted) -> Sequence[CheckoutHit]:
        """Return checkouts that meet a condition, in the order of a list."""
        return [CheckoutHit(self.checkout(id), value) for value, id in listed(self._like(wanted.condition), wanted)]

    def checkout_ids(self, wanted: Wanted) -> Sequence[str]:
        """Return the ids of the checkouts that `search_checkouts` returns."""
        return [id for _, id in listed(self._like(wanted.condition), wanted)]

    def count_checkouts(self, condition: Condition, most: int) -> int:
        """Return how many checkouts meet a condition, counting no further than to *most*."""
        return sum(1 for _ in islice(self._like(condition), most))

    def _like(self, condition: Condition) -> Iterator[Findable[Any]]:
        return filter(predicate(condition), self._layer.values("checkouts_found"))

    def offer_opt_out(self, token: str, address: str) -> None:
        """Keep what an address can opt out by."""
        if self._layer.get("opt_outs", token) is None:
            self._layer.set("opt_outs", token, (address, None))

    def opt_out(self, token: str, at: pendulum.DateTime) -> bool:
        """Take an address out by the hash of a token; the first time counts."""
        known = self._layer.get("opt_outs", token)
        if known is not None and known[1] is None:
            self._layer.set("opt_outs", token, (known[0], at))
        return known is not None

    def opted_out(self, address: str) -> bool:
        """Return whether an address, told by its hash, opted out."""
        return any(known == address and at is not None for known, at in self._layer.values("opt_outs"))
