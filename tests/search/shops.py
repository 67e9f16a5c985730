"""Shops with orders that are put there as they are."""

import attrs

from backoffice_core import BackOffice
from backoffice_core.orders.order import Order
from backoffice_core.storage.memory import MemoryStorage
from backoffice_core.storage.sql.store import SqlStorage
from backoffice_core.testing.builders import a_record, a_shop, an_order
from backoffice_core.testing.clock import START
from backoffice_core.testing.ids import numbered_id


class Shop:
    """A shop whose orders are put there as they are."""

    def __init__(self, storage: MemoryStorage | SqlStorage) -> None:
        self.storage = storage
        with storage.write("main") as unit:
            unit.create_shop(a_shop())
        self.office = BackOffice.open(storage)

    def put(self, *some: Order) -> list[str]:
        """Save orders; return their names."""
        with self.storage.write("main") as unit:
            for order in some:
                unit.put(a_record(order))
        return [order.name for order in some]

    def delete(self, id: str) -> None:
        """Delete an order."""
        with self.storage.write("main") as unit:
            unit.put(a_record(attrs.evolve(unit.order(id), deleted_at=START)))

    def names(self, query: str = "", **how: object) -> list[str]:
        """Return the names of one page."""
        return [one.name for one in self.office.orders.search(query, **how)]  # type: ignore[arg-type]


def numbered(number: int, **more: object) -> Order:
    """Return the order of that number, placed so many minutes after the start."""
    plain = an_order(id=numbered_id(number), number=number, at=START.add(minutes=number))
    return attrs.evolve(plain, **more)  # type: ignore[arg-type]


def several(count: int, **more: object) -> list[Order]:
    """Return orders 1 to *count*."""
    return [numbered(number, **more) for number in range(1, count + 1)]
