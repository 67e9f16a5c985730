"""The shop's figures in memory."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

import pendulum

from backoffice_core.clock import from_micros, to_micros
from backoffice_core.orders.order import Order
from backoffice_core.reports.conversion import Earlier
from backoffice_core.reports.measures import NEW, RETURNING, UNKNOWN, Part, Sums, measured, summed
from backoffice_core.search.findable import Columns, Findable
from backoffice_core.storage.memory_writing import MemoryWriter
from backoffice_core.storage.rows import Record, StoredEntry, StoredMoney

Row = TypeVar("Row", StoredEntry, StoredMoney)


class MemoryFigures(MemoryWriter):
    """The part of a unit that keeps figures; see `backoffice_core.storage.base.Unit`."""

    def _write_figures(self, saved: Order, record: Record) -> None:
        id, version = saved.id, saved.version
        for at, entry in enumerate(record.entries):
            sold = StoredEntry(
                order_id=id, version=version, position=at, day=record.day, currency=saved.currency, entry=entry
            )
            self._layer.set("entries", (id, version, at), sold)
        for money in record.money:
            moved = StoredMoney(order_id=id, version=version, day=record.day, currency=saved.currency, entry=money)
            self._layer.set("money", (id, version, money.gateway), moved)

    def entries(self, order_id: str | None = None) -> Sequence[StoredEntry]:
        """Return the sales entries of an order, or of all."""
        rows = [row for row in self._layer.values("entries") if order_id in (None, row.order_id)]
        return sorted(rows, key=lambda row: (row.order_id, row.version, row.position))

    def money_entries(self, order_id: str | None = None) -> Sequence[StoredMoney]:
        """Return the money that moved for an order, or for all."""
        rows = [row for row in self._layer.values("money") if order_id in (None, row.order_id)]
        return sorted(rows, key=lambda row: (row.order_id, row.version, row.entry.gateway))

    def sales(self, since: str | None, until: str | None, by: Sequence[Part]) -> Sequence[Sums]:
        """Return the sums of sales entries, by currency and then by key."""
        buyers = self._buyers() if "buyer" in by else {}

        def part(row: StoredEntry, one: Part) -> str:
            if one == "buyer":
                return buyers.get(row.order_id, UNKNOWN)
            return row.day if one == "day" else str(getattr(row.entry, one))

        return summed(
            (row.currency, tuple(part(row, one) for one in by), measured(row.entry))
            for row in _between(self._layer.values("entries"), since, until)
        )

    def owed(self, until: str | None) -> Sequence[tuple[str, int, int, int, int]]:
        """Return what is owed on orders, by currency: how many, how much, and the same of what the shop owes."""
        orders: dict[tuple[str, str], int] = {}
        for row in _between(self._layer.values("entries"), None, until):
            key = row.currency, row.order_id
            orders[key] = orders.get(key, 0) + row.entry.total
        for row in _between(self._layer.values("money"), None, until):
            key = row.currency, row.order_id
            orders[key] = orders.get(key, 0) + row.entry.refunded - row.entry.received
        sums: dict[str, list[int]] = {}
        for (currency, _), left in orders.items():
            if left:
                at = 0 if left > 0 else 2
                found = sums.setdefault(currency, [0, 0, 0, 0])
                found[at] += 1
                found[at + 1] += abs(left)
        return [(currency, *found) for currency, found in sorted(sums.items())]  # type: ignore[misc]

    def takings(self, since: str | None, until: str | None) -> Sequence[tuple[str, str, str, int, int]]:
        """Return day, gateway, currency, and the sums received and refunded, by day, gateway and currency."""
        sums: dict[tuple[str, str, str], tuple[int, int]] = {}
        for row in _between(self._layer.values("money"), since, until):
            key = row.day, row.entry.gateway, row.currency
            received, refunded = sums.get(key, (0, 0))
            sums[key] = received + row.entry.received, refunded + row.entry.refunded
        return [(*key, *figures) for key, figures in sorted(sums.items())]

    def orders_before(self, person: str, at: pendulum.DateTime, id: str, most: int) -> Earlier:
        """Return the orders of a person before one of them."""
        place, found = (to_micros(at), id), list(self._layer.values("found"))
        moments = [one.columns.created_at for one in found if one.person == person and _place(one.columns) < place]
        last = from_micros(max(moments)) if moments else None
        return Earlier(min(len(moments), most), len(moments) > most, last)

    def _buyers(self) -> dict[str, str]:
        """Return by order whether somebody bought who had bought before."""
        first: dict[str, int] = {}
        found: list[Findable[Columns]] = list(self._layer.values("found"))
        for one in found:
            if (person := one.person) is not None:
                first[person] = min(first.get(person, one.columns.created_at), one.columns.created_at)
        return {
            one.columns.id: RETURNING if first[one.person] < one.columns.created_at else NEW
            for one in found
            if one.person is not None
        }


def _place(columns: Columns) -> tuple[int, str]:
    return columns.created_at, columns.id


def _between(rows: Iterable[Row], since: str | None, until: str | None) -> Iterable[Row]:
    return (row for row in rows if (since is None or row.day >= since) and (until is None or row.day <= until))
