"""The part of `backoffice_core.storage.base.Unit` that keeps what was not sold yet: drafts, checkouts, opt-outs."""

from collections.abc import Sequence
from typing import Protocol

import pendulum

from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.draft import Draft
from backoffice_core.search.conditions import Condition
from backoffice_core.search.wanted import CheckoutHit, Wanted
from backoffice_core.storage.rows import CheckoutPage, CheckoutRecord, DraftPage, DraftRecord


class UnsoldUnit(Protocol):
    """Drafts and checkouts of one shop."""

    # --- drafts

    def next_draft(self) -> int:
        """Take the next number of a draft; no two units that are saved take the same."""
        ...

    def draft_ahead(self) -> int:
        """Return the number that `next_draft` would take, without taking it."""
        ...

    def raise_draft(self, number: int) -> None:
        """See to it that numbers of drafts taken later are above *number*."""
        ...

    def draft(self, id: str, *, lock: bool = False) -> Draft:
        """
        Return a draft with its stored version, a deleted one too.

        Args:
            id: The draft's id.

            lock: Keep others from changing it until the unit ends, where the storage can.

        Raises:
            UnknownId: There is none.
            DocumentTooNew: A newer library wrote it.
        """
        ...

    def draft_imported_from(self, source: tuple[str, str]) -> tuple[str, str | None] | None:
        """Return id and request print of the draft of a source, a deleted one too."""
        ...

    def put_draft(self, record: DraftRecord) -> Draft:
        """
        Save a change of a draft: the draft, its events, movements, messages and key.

        Returns:
            The draft with its new version.

        Raises:
            StaleVersion: The stored version is another one.
            AlreadyStored: Its source, its key, or the key of a message or of a movement is in use.
            StockTaken: A guarded movement would take available below zero.
        """
        ...

    def drafts(self, limit: int, after: str | None = None) -> DraftPage:
        """Return at most *limit* drafts that are not deleted, newest first, ties by id; *after* as in `page`."""
        ...

    def draft_ids(self, limit: int, after: str | None = None) -> Sequence[str]:
        """Return at most *limit* ids of drafts, deleted ones too, the least first, those above *after*."""
        ...

    def drafts_due(self, now: pendulum.DateTime, limit: int) -> Sequence[str]:
        """Return ids of drafts whose reservation or year is over by *now*, the earliest first."""
        ...

    # --- checkouts

    def checkout(self, id: str, *, lock: bool = False) -> Checkout:
        """
        Return a checkout with its stored version.

        Args:
            id: The checkout's id.

            lock: Keep others from changing it until the unit ends, where the storage can.

        Raises:
            UnknownId: There is none.
            DocumentTooNew: A newer library wrote it.
        """
        ...

    def checkout_imported_from(self, source: tuple[str, str]) -> tuple[str, str | None] | None:
        """Return id and request print of the checkout of a source."""
        ...

    def put_checkout(self, record: CheckoutRecord) -> Checkout:
        """
        Save a checkout, a new one or a change of one, whose source never changes, with its events, messages and key.

        Returns:
            The checkout with its new version.

        Raises:
            StaleVersion: The stored version is another one.
            AlreadyStored: Its source, its key, or the key of a message is in use.
        """
        ...

    def drop_checkout(self, checkout: Checkout) -> None:
        """
        Delete a checkout with its events; nothing of it is left.

        Raises:
            StaleVersion: The stored version is another one, or it is gone already.
        """
        ...

    def checkouts(self, limit: int, after: str | None = None) -> CheckoutPage:
        """Return at most *limit* checkouts, newest first, ties by id; *after* as in `page`."""
        ...

    def checkouts_due(self, now: pendulum.DateTime, limit: int) -> Sequence[str]:
        """Return ids of checkouts that time brings something to by *now*, the earliest first."""
        ...

    def search_checkouts(self, wanted: Wanted) -> Sequence[CheckoutHit]:
        """Return checkouts that meet a condition, in the order of a list, ties by id."""
        ...

    def checkout_ids(self, wanted: Wanted) -> Sequence[str]:
        """Return the ids of the checkouts that `search_checkouts` returns; none of them is read."""
        ...

    def count_checkouts(self, condition: Condition, most: int) -> int:
        """Return how many checkouts meet a condition, counting no further than to *most*."""
        ...

    # --- who is not to be written to

    def offer_opt_out(self, token: str, address: str) -> None:
        """Keep what an address can opt out by; both are hashes. What is there already stays."""
        ...

    def opt_out(self, token: str, at: pendulum.DateTime) -> bool:
        """Take an address out by the hash of a token; False where no such token was offered."""
        ...

    def opted_out(self, address: str) -> bool:
        """Return whether an address, told by its hash, opted out."""
        ...
