"""The part of `backoffice_core.storage.base.Unit` that keeps the shop's figures: sales, and the money that moved."""

from collections.abc import Sequence
from typing import Protocol

import pendulum

from backoffice_core.reports.conversion import Earlier
from backoffice_core.reports.measures import Part, Sums
from backoffice_core.storage.rows import StoredEntry, StoredMoney


class FiguresUnit(Protocol):
    """Sales entries and money entries of one shop, and sums of them."""

    def entries(self, order_id: str | None = None) -> Sequence[StoredEntry]:
        """Return the sales entries of an order, or of all, by order, version and position."""
        ...

    def money_entries(self, order_id: str | None = None) -> Sequence[StoredMoney]:
        """Return the money that moved for an order, or for all, by order, version and gateway."""
        ...

    def orders_before(self, person: str, at: pendulum.DateTime, id: str, most: int) -> Earlier:
        """
        Return the orders of a person (`backoffice_core.search.findable.person`) before one of them.

        Args:
            person: Who.

            at: When that order was placed.

            id: Its id: of two orders of one moment that with the lower id is before.

            most: How far they are counted.
        """
        ...

    def sales(self, since: str | None, until: str | None, by: Sequence[Part]) -> Sequence[Sums]:
        """
        Return the sums of sales entries, by currency and then by key.

        Args:
            since: The first day, ISO text; None for all before.

            until: The last day, ISO text; None for all after.

            by: What they are told apart by. The buyer of an order that is deleted is unknown.
        """
        ...

    def takings(self, since: str | None, until: str | None) -> Sequence[tuple[str, str, str, int, int]]:
        """Return day, gateway, currency, and the sums received and refunded, by day, gateway and currency."""
        ...

    def owed(self, until: str | None) -> Sequence[tuple[str, int, int, int, int]]:
        """
        Return what is owed on orders, by currency; of each it is what it costs less what was received and kept.

        Args:
            until: The last day that counts, ISO text; None for all days.

        Returns:
            A currency; on how many orders the customer owes something, and how much in all; on how many the shop
            does, and how much in all, both not negative. None where nothing is owed.
        """
        ...
