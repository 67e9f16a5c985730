"""The part of `backoffice_core.testing.StorageContract` about what the home page asks."""

from typing import Any, Final

import attrs

from backoffice_core.catalog.products import Location, StockChange
from backoffice_core.orders.asked import Line
from backoffice_core.orders.todo import ToDo
from backoffice_core.search.conditions import Has
from backoffice_core.settings import Hushed
from backoffice_core.storage.base import Storage
from backoffice_core.testing.builders import a_message, a_product, a_record, a_shop, placed
from backoffice_core.testing.clock import START
from backoffice_core.testing.contract_base import MAIN, Contract, put, read, write

OTHER: Final = "other"


def _stocked(shop: Storage, sku: str, *on_hand: int, committed: int = 0) -> None:
    """Put a variant on sale, with so many units at each of the locations."""
    write(shop, lambda unit: unit.put_product(a_product(f"p-{sku}", sku=sku)))
    for at, units in enumerate(on_hand):
        place = Location(id=f"l-{at}", name=f"Place {at}", position=at)
        change = StockChange(
            key=f"k-{sku}-{at}",
            variant_id=f"v-{sku}",
            location_id=place.id,
            on_hand=units,
            committed=committed,
            reason="received",
            at=START,
        )
        write(shop, lambda unit, place=place: unit.put_location(place))  # type: ignore[misc]
        write(shop, lambda unit, change=change: unit.adjust(change))  # type: ignore[misc]


class HomeContract(Contract):
    """What the home page asks beside searches."""

    def test_whether_something_is_on_sale(self, shop: Storage) -> None:
        """An archived product is not, nor is one of another shop."""
        write(shop, lambda unit: unit.create_shop(a_shop()), OTHER)
        product = write(shop, lambda unit: unit.put_product(a_product()), OTHER)
        assert not read(shop, lambda unit: unit.sells())
        assert read(shop, lambda unit: unit.sells(), OTHER)
        write(shop, lambda unit: unit.put_product(attrs.evolve(product, archived_at=START)), OTHER)
        assert not read(shop, lambda unit: unit.sells(), OTHER)

    def test_variants_of_which_little_is_left(self, shop: Storage) -> None:
        """All locations together, without what is promised; the least first, ties by id, no more than asked for."""
        _stocked(shop, "B", 1, 1)
        _stocked(shop, "A", 4, committed=2)
        _stocked(shop, "C", 6)
        _stocked(shop, "D", 0, committed=3)
        _stocked(shop, "E")
        gone = read(shop, lambda unit: unit.product("p-D"))
        few = [("v-A", 2), ("v-B", 2)]
        assert [("v-D", -3), *few] == list(read(shop, lambda unit: unit.scarce(5, 9)))
        assert list(read(shop, lambda unit: unit.scarce(5, 2))) == [("v-D", -3), ("v-A", 2)]
        write(shop, lambda unit: unit.put_product(attrs.evolve(gone, archived_at=START)))
        assert [*few, ("v-C", 6)] == list(read(shop, lambda unit: unit.scarce(6, 9)))
        assert list(read(shop, lambda unit: unit.scarce(1, 9))) == []

    def test_what_a_closed_location_has_cannot_be_sold(self, shop: Storage) -> None:
        """And what it lacks is owed all the same."""
        _stocked(shop, "A", 1, 7)
        _stocked(shop, "B", 9, 0, committed=3)
        write(shop, lambda unit: unit.put_location(Location(id="l-1", name="Place 1", position=1, active=False)))
        assert list(read(shop, lambda unit: unit.scarce(5, 9))) == [("v-A", 1), ("v-B", 3)]

    def test_messages_are_counted(self, shop: Storage) -> None:
        """Those of a state, no further than asked for."""
        rows = [a_message(at, state="dead" if at % 2 else "sent") for at in range(1, 8)]
        write(shop, lambda unit: unit.put_messages(rows))
        assert [
            read(shop, lambda unit, state=state, most=most: unit.count_messages(state, most))  # type: ignore[misc]
            for state, most in (("dead", 9), ("dead", 2), ("sent", 9), ("waiting", 9))
        ] == [4, 2, 3, 0]

    def test_orders_are_counted_by_what_is_to_be_done(self, shop: Storage) -> None:
        """What the terms say, and trials say nothing."""
        asked: list[dict[str, Any]] = [{}, {"test": True}, {"paid": "10.00"}]
        for at, fields in enumerate(asked):
            change = placed(Line("Tea", price="10.00"), id=f"order-{at}", number=at + 1, **fields)
            put(shop, a_record(change))

        def counted(what: ToDo) -> int:
            return read(shop, lambda unit: unit.count(Has(f"todo:{what}"), 9))

        assert [counted(what) for what in ToDo] == [2, 0, 0, 1, 0]

    def test_hushed_advice_survives(self, shop: Storage) -> None:
        """With its moment, which is the settings' only one."""
        hushed = (Hushed(id="no_sender"), Hushed(id="low_stock", until=START.add(microseconds=1), count=7))
        write(shop, lambda unit: unit.save_settings(a_shop(hushed=hushed)))
        found = read(shop, lambda unit: unit.settings(), MAIN)
        assert found is not None
        assert hushed == found.hushed
