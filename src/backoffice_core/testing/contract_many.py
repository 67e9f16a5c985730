"""The part of `backoffice_core.testing.StorageContract` about many orders at once: read, locked, saved."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import attrs
import pytest

from backoffice_core.failures import StorageFailed
from backoffice_core.orders.order import Order
from backoffice_core.search.conditions import Has
from backoffice_core.storage.base import Storage, Unit
from backoffice_core.storage.rows import Record
from backoffice_core.storage.trouble import AlreadyStored, StaleVersion
from backoffice_core.testing.builders import a_key, a_record, an_order, placed
from backoffice_core.testing.clock import START
from backoffice_core.testing.contract_base import Contract, patiently, put, read, write
from backoffice_core.testing.contract_search import found_by


def _some(shop: Storage, count: int = 4) -> list[Order]:
    """Save orders; return them as they were saved."""
    return [put(shop, a_record(an_order(id=f"order-{at}"))) for at in range(count)]


class ManyContract(Contract):
    """Many orders at once: read, locked, saved."""

    def test_orders_by_id(self, shop: Storage) -> None:
        """Those that are there, in any order, each once; deleted and unknown ones are left out."""
        some = _some(shop)
        put(shop, a_record(attrs.evolve(some[2], deleted_at=START)))
        ids = ["order-3", "nope", "order-0", "order-2", "order-3"]
        found = read(shop, lambda unit: dict(unit.orders(ids)))
        assert found == {"order-3": some[3], "order-0": some[0]}
        assert read(shop, lambda unit: dict(unit.orders([]))) == {}

    @pytest.mark.parametrize("lock", [False, True])
    def test_each_order_by_id(self, shop: Storage, lock: bool) -> None:
        """In the order of the ids, as often as they are given; None for deleted and unknown ones."""
        some = _some(shop)
        put(shop, a_record(attrs.evolve(some[2], deleted_at=START)))
        ids = ["order-3", "nope", "order-0", "order-2", "order-3", "é"]
        found = write(shop, lambda unit: list(unit.each_order(ids, lock=lock)))
        assert found == list(zip(ids, [some[3], None, some[0], None, some[3], None], strict=True))
        assert write(shop, lambda unit: list(unit.each_order([], lock=lock))) == []

    def test_one_that_cannot_be_read(self, shop: Storage) -> None:
        """An error stands in its place, and the others are there."""
        if not self.plants:
            pytest.skip("this storage keeps no documents as text")
        some = _some(shop, 2)
        self.plant(shop, "order-0", "{}")
        found = read(shop, lambda unit: unit.orders(["order-0", "order-1"]))
        assert isinstance(found["order-0"], StorageFailed)
        assert found["order-1"] == some[1]
        for lock in (False, True):
            each = write(shop, lambda unit, lock=lock: dict(unit.each_order(["order-1", "order-0"], lock=lock)))  # type: ignore[misc]
            assert isinstance(each["order-0"], StorageFailed)
            assert each["order-1"] == some[1]

    def test_saving_many(self, shop: Storage) -> None:
        """The same as one after another: versions, events, entries, what they are found by."""
        one, two = placed(id="order-1"), placed(id="order-2")
        saved = [put(shop, a_record(change)) for change in (one, two)]
        records = [
            a_record(attrs.evolve(order, tags=(f"t-{order.id}",), updated_at=START.add(hours=1)), events=change.events)
            for order, change in zip(saved, (one, two), strict=True)
        ]
        done = write(shop, lambda unit: unit.put_many(records))
        assert done == {"order-1": 2, "order-2": 2}
        for record in records:
            id, order = record.order.id, attrs.evolve(record.order, version=2)
            assert read(shop, lambda unit, id=id: unit.order(id)) == order  # type: ignore[misc]
            assert read(shop, lambda unit, id=id: found_by(unit, Has(f"tag:t-{id}"))) == [id]  # type: ignore[misc]
            rows = read(shop, lambda unit, id=id: unit.events(id, 2))  # type: ignore[misc]
            assert len(rows) == len(one.events)
        assert write(shop, lambda unit: unit.put_many([])) == {}

    def test_saving_one_after_another(self, shop: Storage) -> None:
        """Each is read, changed and handed over before the next one is read; one that is not changed stays."""
        ids = [order.id for order in _some(shop)]

        def records(unit: Unit, tag: str) -> Iterator[Record]:
            for id, order in unit.each_order(ids, lock=True):
                assert isinstance(order, Order)
                if id != "order-2":
                    yield a_record(attrs.evolve(order, tags=(tag,)), before=order)

        def twice(unit: Unit) -> None:
            assert unit.put_many(records(unit, "one")) == {"order-0": 2, "order-1": 2, "order-3": 2}
            assert unit.put_many(records(unit, "two")) == {"order-0": 3, "order-1": 3, "order-3": 3}
            first = unit.order("order-0")
            unit.put(a_record(attrs.evolve(first, tags=("last",))))

        write(shop, twice)
        tags = [read(shop, lambda unit, id=id: unit.order(id).tags) for id in ids]  # type: ignore[misc]
        assert tags == [("last",), ("two",), (), ("two",)]
        found = [read(shop, lambda unit, tag=tag: found_by(unit, Has(f"tag:{tag}"))) for tag in ("last", "two", "one")]  # type: ignore[misc]
        assert [sorted(some) for some in found] == [["order-0"], ["order-1", "order-3"], []]

    def test_one_that_is_stale(self, shop: Storage) -> None:
        """It is named with both versions, and the unit saves none of them."""
        some = _some(shop, 3)
        put(shop, a_record(attrs.evolve(some[1], tags=("theirs",))))
        records = [a_record(attrs.evolve(order, tags=("mine",))) for order in some]
        with pytest.raises(StaleVersion) as caught, shop.write("main") as unit:
            unit.put_many(records)
        assert caught.value.facts == {"kind": "order", "id": "order-1", "expected": 1, "stored": 2}
        assert read(shop, lambda unit: found_by(unit, Has("tag:mine"))) == []
        assert [read(shop, lambda unit, at=at: unit.order(f"order-{at}").version) for at in range(3)] == [1, 2, 1]  # type: ignore[misc]

    def test_a_key_that_is_in_use(self, shop: Storage) -> None:
        """It is named, and nothing of the unit is saved."""
        some = _some(shop, 2)
        records = [a_record(attrs.evolve(order, tags=("mine",)), key=a_key("same")) for order in some]
        with pytest.raises(AlreadyStored) as caught, shop.write("main") as unit:
            unit.put_many(records)
        assert "same" in str(caught.value)
        assert read(shop, lambda unit: (found_by(unit, Has("tag:mine")), unit.key("same"))) == ([], None)

    def test_many_who_change_the_same_orders(self, shop: Storage) -> None:
        """Each loads them under a lock, in an order of their own, and saves them all: no change is lost."""
        ids = [order.id for order in _some(shop)]

        def change(at: int) -> None:
            def work(unit: Unit) -> None:
                found = unit.each_order(ids if at % 2 else ids[::-1], lock=True)
                loaded = [order for _, order in found if isinstance(order, Order)]
                unit.put_many([a_record(attrs.evolve(order, tags=(*order.tags, f"t{at}"))) for order in loaded])

            patiently(lambda: write(shop, work))

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(change, range(6)))
        for id in ids:
            order = read(shop, lambda unit, id=id: unit.order(id))  # type: ignore[misc]
            assert (order.version, set(order.tags)) == (7, {f"t{at}" for at in range(6)})
        for at in range(6):
            assert sorted(read(shop, lambda unit, at=at: found_by(unit, Has(f"tag:t{at}")))) == ids  # type: ignore[misc]
