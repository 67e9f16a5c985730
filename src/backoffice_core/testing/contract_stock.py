"""The part of `backoffice_core.testing.StorageContract` about stock: levels, guards, the ledger."""

from concurrent.futures import ThreadPoolExecutor

import attrs
import pytest

from backoffice_core.orders.events import TagsAdded
from backoffice_core.orders.stock import Level
from backoffice_core.storage.base import Storage
from backoffice_core.storage.trouble import AlreadyStored, StockTaken
from backoffice_core.testing.builders import a_key, a_message, a_record, a_shop, an_order
from backoffice_core.testing.clock import START
from backoffice_core.testing.contract_base import Contract, a_change, a_move, everything, patiently, put, read, write


class StockContract(Contract):
    """Stock levels, guarded movements, and the ledger that explains them."""

    def _level(self, shop: Storage, variant: str = "v-CUP", place: str = "here") -> Level | None:
        return read(shop, lambda unit: unit.levels([variant]).get((variant, place)))

    def test_there_is_no_stock_where_nothing_moved(self, shop: Storage) -> None:
        """Neither levels nor a ledger."""
        assert dict(read(shop, lambda unit: unit.levels(["v-CUP"]))) == {}
        assert dict(read(shop, lambda unit: unit.levels([]))) == {}
        assert list(read(shop, lambda unit: unit.stock_changes("v-CUP"))) == []

    def test_adjustments_add_up(self, shop: Storage) -> None:
        """Levels are kept by variant and location; the first change makes the row, below zero too."""
        for number, (hand, place) in enumerate([(5, "here"), (-2, "here"), (-3, "there"), (7, "here")]):
            change = a_change(hand, number, location_id=place)
            write(shop, lambda unit, change=change: unit.adjust(change))  # type: ignore[misc]
        write(shop, lambda unit: unit.adjust(a_change(4, 1, variant_id="v-MUG")))
        levels = read(shop, lambda unit: unit.levels(["v-CUP", "v-MUG", "v-CUP", "v-none"]))
        assert {
            ("v-CUP", "here"): Level(10),
            ("v-CUP", "there"): Level(-3),
            ("v-MUG", "here"): Level(4),
        } == dict(levels)
        assert list(read(shop, lambda unit: unit.levels(["v-MUG"]))) == [("v-MUG", "here")]

    def test_the_ledger_explains_the_levels(self, shop: Storage) -> None:
        """Each change comes back as it was, oldest first; together they are the level."""
        changes = [a_change(hand, number) for number, hand in enumerate([5, -2, 7])]
        for change in reversed(changes):
            write(shop, lambda unit, change=change: unit.adjust(change))  # type: ignore[misc]
        move = a_move(promised=4, key="fact-9")
        put(shop, a_record(an_order(id="order-1", at=START.add(days=1)), movements=(move,)))
        rows = read(shop, lambda unit: unit.stock_changes("v-CUP"))
        assert changes == list(rows)[:3]
        expected = a_change(0, committed=4, reason="order", order_id="order-1", line_id="line-1", key="fact-9")
        assert attrs.evolve(expected, at=START.add(days=1)) == rows[3]
        level = self._level(shop)
        assert Level(sum(row.on_hand for row in rows), sum(row.committed for row in rows)) == level

    def test_changes_of_one_moment(self, shop: Storage) -> None:
        """They are told by key, then place, then line, in whatever order they were saved."""
        at = [("fact-2", "here", "b"), ("fact-1", "there", "a"), ("fact-1", "here", "b"), ("fact-1", "here", "a")]
        for key, place, line in at:
            change = a_change(1, 1, key=key, location_id=place, line_id=line)
            write(shop, lambda unit, change=change: unit.adjust(change))  # type: ignore[misc]
        rows = read(shop, lambda unit: unit.stock_changes("v-CUP"))
        assert sorted(at) == [(row.key, row.location_id, row.line_id) for row in rows]

    def test_movements_of_an_order(self, shop: Storage) -> None:
        """They change what is on hand and what is committed, in one unit with the order."""
        write(shop, lambda unit: unit.adjust(a_change(5)))
        moves = (a_move(promised=3, guard=True), a_move(place="there", hand=2, promised=-1, key="fact-2"))
        put(shop, a_record(an_order(id="order-1"), movements=moves))
        assert Level(5, 3) == self._level(shop)
        assert Level(2, -1) == self._level(shop, place="there")

    @pytest.mark.parametrize(("promised", "fits"), [(4, True), (5, True), (6, False)])
    def test_a_guard_stops_at_nothing_left(self, shop: Storage, promised: int, fits: bool) -> None:
        """A guarded movement may take the last unit and not one more."""
        write(shop, lambda unit: unit.adjust(a_change(5)))
        record = a_record(an_order(id="order-1"), movements=(a_move(promised=promised, guard=True),))
        if fits:
            put(shop, record)
            assert Level(5, promised) == self._level(shop)
            return
        before = everything(shop)
        with pytest.raises(StockTaken) as caught:
            put(shop, record)
        assert tuple(caught.value.facts.values()) == ("v-CUP", "here")
        assert before == everything(shop)

    def test_a_guard_where_there_is_no_stock(self, shop: Storage) -> None:
        """Nothing can be taken of nothing."""
        with pytest.raises(StockTaken):
            put(shop, a_record(an_order(id="order-1"), movements=(a_move(promised=1, guard=True),)))
        assert None is self._level(shop)

    def test_a_guard_sees_both_sides(self, shop: Storage) -> None:
        """Shipping what is committed takes nothing of what is available."""
        write(shop, lambda unit: unit.adjust(a_change(2)))
        put(shop, a_record(an_order(id="order-1"), movements=(a_move(promised=2, guard=True),)))
        ship = a_move(hand=-2, promised=-2, guard=True, key="fact-2")
        put(shop, a_record(an_order(id="order-2"), movements=(ship,)))
        assert Level(0, 0) == self._level(shop)

    def test_an_unguarded_movement_may_oversell(self, shop: Storage) -> None:
        """Available falls below zero where the variant allows it."""
        write(shop, lambda unit: unit.adjust(a_change(1)))
        put(shop, a_record(an_order(id="order-1"), movements=(a_move(promised=5),)))
        level = self._level(shop)
        assert level is not None
        assert level.available == -4

    def test_the_last_movement_fails_and_all_is_undone(self, shop: Storage) -> None:
        """A change with a movement too many leaves no order, no event, no key, no message and no stock moved."""
        write(shop, lambda unit: unit.adjust(a_change(5)))
        before = everything(shop)
        moves = (a_move(promised=2, guard=True), a_move(place="there", promised=1, guard=True))
        record = a_record(
            an_order(id="order-1", source=("web", "1")),
            movements=moves,
            events=(TagsAdded(("a",)),),
            messages=(a_message(),),
            key=a_key(),
        )
        with pytest.raises(StockTaken):
            put(shop, record)
        assert before == everything(shop)
        assert None is read(shop, lambda unit: unit.key("key-1"))
        assert None is read(shop, lambda unit: unit.order_placed_from(("web", "1")))

    def test_a_movement_is_made_once(self, shop: Storage) -> None:
        """The same fact moves one line of one variant at one place once; the same adjustment too."""
        write(shop, lambda unit: unit.adjust(a_change(5)))
        with pytest.raises(AlreadyStored):
            write(shop, lambda unit: unit.adjust(a_change(5)))
        assert Level(5) == self._level(shop)
        put(shop, a_record(an_order(id="order-1"), movements=(a_move(promised=1, key="f"),)))
        with pytest.raises(AlreadyStored):
            put(shop, a_record(an_order(id="order-2"), movements=(a_move(promised=1, key="f"),)))
        others = (a_move(promised=1, key="f", line_id="line-2"), a_move(place="there", promised=1, key="f"))
        put(shop, a_record(an_order(id="order-3"), movements=others))
        assert Level(5, 2) == self._level(shop)

    def test_the_last_unit_goes_to_one(self, shop: Storage) -> None:
        """Of many who take stock at once as many succeed as there are units; the others are told."""
        write(shop, lambda unit: unit.adjust(a_change(5)))

        def take(at: int) -> bool:
            move = a_move(promised=1, guard=True, key=f"take-{at}")
            try:
                patiently(lambda: put(shop, a_record(an_order(id=f"order-{at}"), movements=(move,))))
            except StockTaken:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(take, range(16))) == 5
        assert Level(5, 5) == self._level(shop)
        assert read(shop, lambda unit: unit.count_orders()) == 5

    def test_other_shops_stock(self, shop: Storage) -> None:
        """The same variant and place in another shop is another stock."""
        write(shop, lambda unit: unit.create_shop(a_shop()), "other")
        write(shop, lambda unit: unit.adjust(a_change(5)))
        write(shop, lambda unit: unit.adjust(a_change(7)), "other")
        assert Level(5) == self._level(shop)
        assert [row.on_hand for row in read(shop, lambda unit: unit.stock_changes("v-CUP"), "other")] == [7]
