"""The part of `backoffice_core.testing.StorageContract` about units of work: whole or nothing, and no update lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, Event, Thread

import attrs
import pytest

from backoffice_core.backoffice import BackOffice
from backoffice_core.failures import BackOfficeError, Conflict, Refused
from backoffice_core.orders.asked import Line, Sale
from backoffice_core.orders.change import Change
from backoffice_core.orders.events import NoteSet, TagsAdded
from backoffice_core.storage.base import Storage, Unit
from backoffice_core.storage.rows import CheckoutRecord, DraftRecord, Record
from backoffice_core.storage.trouble import AlreadyStored, StaleVersion, StorageBusy
from backoffice_core.testing.builders import a_checkout, a_key, a_message, a_product, a_record, a_shop, an_order, placed
from backoffice_core.testing.clock import START
from backoffice_core.testing.contract_base import (
    Contract,
    a_change,
    a_move,
    everything,
    fail_after,
    patiently,
    put,
    read,
    write,
)
from backoffice_core.testing.lives import a_draft_life

#: How long a test waits for a thread that may be waiting for the test.
MOMENT = 0.2


class UnitsContract(Contract):
    """A unit of work is saved whole, and seen whole."""

    def _full(self, id: str = "order-1") -> Record:
        change = placed(id=id, source=("web", id))
        return a_record(change, movements=(a_move(promised=1, key=id),), messages=(a_message(1),), key=a_key())

    def test_an_error_after_everything_was_written_leaves_nothing(self, shop: Storage) -> None:
        """Order, events, entries, stock, ledger, messages, key, number, settings, product: all or nothing."""
        before = everything(shop)

        def all_of_it(unit: Unit) -> None:
            unit.next_number()
            unit.adjust(a_change(5))
            saved = unit.put(self._full())
            unit.put(a_record(saved, events=(NoteSet(),)))
            unit.put_product(a_product())
            unit.save_settings(a_shop(locale="fr"))

        fail_after(shop, all_of_it)
        assert before == everything(shop)
        assert read(shop, lambda unit: unit.number_ahead()) == 1001
        assert None is read(shop, lambda unit: unit.key("key-1"))
        assert None is read(shop, lambda unit: unit.order_placed_from(("web", "order-1")))
        put(shop, self._full())

    def test_a_unit_after_a_failed_one_works(self, shop: Storage) -> None:
        """A refused write leaves the storage as usable as before, many times over."""
        for _ in range(30):
            with pytest.raises(StaleVersion):
                put(shop, a_record(attrs.evolve(an_order(id="order-1"), version=7)))
        assert put(shop, self._full()).version == 1

    def test_a_unit_sees_what_it_wrote(self, shop: Storage) -> None:
        """Before it is saved, and nobody else does."""
        with shop.write("main") as unit:
            saved = unit.put(self._full())
            assert saved == unit.order("order-1")
            assert unit.count_orders() == 1
            assert len(unit.events("order-1")) == 1
            assert len(unit.stock_changes("v-CUP")) == 1
            assert unit.key("key-1").order_id == "order-1"  # type: ignore[union-attr]
            assert unit.order_placed_from(("web", "order-1")) == ("order-1", None)
            assert unit.order_id_named("#1001") == "order-1"
            seen = self._elsewhere(lambda: read(shop, lambda other: other.count_orders()))
            assert seen == [0]
        assert read(shop, lambda unit: unit.count_orders()) == 1

    def test_a_view_is_consistent(self, shop: Storage) -> None:
        """What others save while it is open does not come into it, nor does it make them wait."""
        first = put(shop, a_record(placed(id="order-1")))
        with shop.read("main") as view:
            assert first == view.order("order-1")
            changed = self._elsewhere(
                lambda: put(shop, a_record(attrs.evolve(first, note="new"), events=(NoteSet(),))),
                lambda: put(shop, a_record(placed(id="order-2", number=1002))),
            )
            assert len(changed) == 2
            assert first == view.order("order-1")
            assert view.count_orders() == 1
            assert [order.id for order in view.page(10).orders] == ["order-1"]
            assert len(view.events("order-1")) == 1
            assert len(view.entries()) == 1
        assert read(shop, lambda unit: unit.order("order-1")).note == "new"

    def test_a_view_saves_nothing(self, shop: Storage) -> None:
        """What is written to a view is gone with it, if it could be written at all."""
        before = everything(shop)
        with suppress(BackOfficeError), shop.read("main") as view:
            view.put(self._full())
            view.next_number()
        assert before == everything(shop)
        assert read(shop, lambda unit: unit.number_ahead()) == 1001

    def test_two_orders_in_one_unit(self, shop: Storage) -> None:
        """Both are saved, or none."""

        def both(unit: Unit) -> None:
            unit.put(a_record(placed(id="order-1")))
            unit.put(a_record(attrs.evolve(an_order(id="order-2"), version=1)))

        with pytest.raises(StaleVersion):
            write(shop, both)
        assert read(shop, lambda unit: unit.count_orders()) == 0

    def _elsewhere(self, *works: Callable[[], object]) -> list[object]:
        """Do things in another thread, one after the other; return their answers."""
        found: list[object] = []
        thread = Thread(target=lambda: found.extend(work() for work in works), daemon=True)
        thread.start()
        thread.join(10)
        return found


class RacesContract(Contract):
    """Writers at the same time: the second one waits or conflicts, and no update is lost."""

    @pytest.mark.parametrize("when", ["before save", "before commit"])
    def test_no_update_is_lost(self, shop: Storage, when: str) -> None:
        """A rival that comes at any moment waits or conflicts; every success is one version."""
        put(shop, a_record(an_order(id="order-1")))
        wins: list[str] = []

        def rival() -> None:
            with suppress(Conflict, StorageBusy), shop.write("main") as unit:
                unit.put(a_record(unit.order("order-1", lock=True), events=(TagsAdded(("rival",)),)))
                wins.append("rival")

        thread = Thread(target=rival, daemon=True)
        with suppress(Conflict, StorageBusy), shop.write("main") as unit:
            order = unit.order("order-1", lock=True)
            if when == "before commit":
                unit.put(a_record(order, events=(TagsAdded(("mine",)),)))
            thread.start()
            thread.join(MOMENT)  # it may be waiting for us; that is fine
            if when == "before save":
                unit.put(a_record(order, events=(TagsAdded(("mine",)),)))
            wins.append("mine")
        thread.join(15)
        assert not thread.is_alive()
        order, events = read(shop, lambda unit: (unit.order("order-1"), unit.events("order-1")))
        assert 1 <= len(wins) == order.version - 1 == len(events)

    @pytest.mark.parametrize("what", ["order", "product", "number", "stock"])
    def test_a_view_that_turns_into_a_writer(self, shop: Storage, what: str) -> None:
        """Two units that both looked before either wrote: one of them waits, or is told; the sum is right."""
        write(shop, lambda unit: unit.adjust(a_change(10, 0)))
        write(shop, lambda unit: unit.put_product(a_product()))
        put(shop, a_record(an_order(id="order-1")))
        looked = Event()

        def change(at: int) -> int:
            with shop.write("main") as unit:
                order, product = unit.order("order-1", lock=True), unit.product("p-cup")
                looked.wait(0.02)
                if what == "order":
                    unit.put(a_record(order, events=(TagsAdded((str(at),)),)))
                elif what == "product":
                    unit.put_product(product)
                elif what == "number":
                    unit.next_number()
                else:
                    unit.adjust(a_change(1, at + 1))
            return 1

        with ThreadPoolExecutor(6) as pool:
            assert sum(pool.map(lambda at: patiently(lambda: change(at)), range(12))) == 12
        found = read(
            shop,
            lambda unit: {
                "order": unit.order("order-1").version - 1,
                "product": unit.product("p-cup").version - 1,
                "number": unit.number_ahead() - 1001,
                "stock": unit.levels(["v-CUP"])["v-CUP", "here"].on_hand - 10,
            },
        )
        assert found[what] == 12

    def test_settings_are_locked_by_whoever_changes_them(self, shop: Storage) -> None:
        """Of twelve who each add a day to what was read under a lock, none undoes another."""

        def add_a_day(_: int) -> None:
            with shop.write("main") as unit:
                settings = unit.settings(lock=True)
                assert settings is not None
                Event().wait(0.01)
                unit.save_settings(attrs.evolve(settings, key_days=settings.key_days + 1))

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda at: patiently(lambda: add_a_day(at)), range(12)))
        assert read(shop, lambda unit: unit.settings()) == attrs.evolve(a_shop(), key_days=a_shop().key_days + 12)

    def test_levels_are_locked_by_whoever_decides_by_them(self, shop: Storage) -> None:
        """Of twelve who each take a unit if there is one, as many get one as there are."""
        write(shop, lambda unit: unit.adjust(a_change(5, 0)))

        def take_one(at: int) -> int:
            with shop.write("main") as unit:
                left = unit.levels(["v-CUP"], lock=True)["v-CUP", "here"].on_hand
                Event().wait(0.01)
                if left:
                    unit.adjust(a_change(-1, at + 1))
            return min(left, 1)

        with ThreadPoolExecutor(6) as pool:
            assert sum(pool.map(lambda at: patiently(lambda: take_one(at)), range(12))) == 5
        assert read(shop, lambda unit: unit.levels(["v-CUP"]))["v-CUP", "here"].on_hand == 0

    def test_the_first_units_at_a_place(self, shop: Storage) -> None:
        """Several who bring units to where none were, at once: all units are there, and every change is told."""
        ready = Barrier(6)

        def bring(at: int) -> None:
            with shop.write("main") as unit:
                unit.adjust(a_change(1, at))
                Event().wait(0.05)

        def bring_together(at: int) -> None:
            read(shop, lambda unit: unit.levels(["v-CUP"]))  # connecting may take longer than all the rest
            ready.wait()
            patiently(lambda: bring(at))

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(bring_together, range(6)))
        found = read(shop, lambda unit: (unit.levels(["v-CUP"]), unit.stock_changes("v-CUP")))
        assert (found[0]["v-CUP", "here"].on_hand, len(found[1])) == (6, 6)

    @pytest.mark.parametrize("kind", ["order", "draft", "checkout"])
    def test_a_source_that_several_save_at_once(self, shop: Storage, kind: str) -> None:
        """One does, and the others are told so; what they did before in the same unit is undone."""

        def save(at: int) -> str:
            id = f"{kind}-{at}"
            with shop.write("main") as unit:
                unit.adjust(a_change(1, at, location_id=f"place-{at}"))
                if kind == "order":
                    unit.put(a_record(placed(id=id, number=at, source=("web", "1"))))
                elif kind == "checkout":
                    unit.put_checkout(CheckoutRecord(checkout=a_checkout(id, source=("web", "1"))))
                else:
                    draft = attrs.evolve(a_draft_life(id)[0].draft, version=0, source=("web", "1"))
                    unit.put_draft(DraftRecord(draft=draft, at=START))
                Event().wait(0.02)
            return id

        def told(at: int) -> str:
            try:
                return patiently(lambda: save(at))
            except AlreadyStored:
                return "no"

        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(told, range(1, 5)))
        saved = [answer for answer in answers if answer != "no"]
        assert len(saved) == 1
        look = {"order": "order_placed_from", "draft": "draft_imported_from", "checkout": "checkout_imported_from"}[
            kind
        ]
        assert read(shop, lambda unit: getattr(unit, look)(("web", "1"))[0]) == saved[0]
        assert len(read(shop, lambda unit: unit.stock_changes("v-CUP"))) == 1

    def test_forty_refunds_of_one_order(self, storage: Storage) -> None:
        """Through `BackOffice`: each gets its refund or a refusal by the rule; none a conflict, none too much."""
        office = BackOffice.open(storage, currency="EUR", taxes_included=True)
        order = office.orders.place(
            lines=[Line("Tea", sku="TEA", quantity=30, price="1.00")], payments=[Sale("30.00")]
        ).order

        def refund(at: int) -> Change | BackOfficeError:
            try:
                return office.acting_as(f"staff-{at}").orders.refund(order.id, lines={"TEA": 1}, amount="1.00")
            except BackOfficeError as no:
                return no

        with ThreadPoolExecutor(40) as pool:
            answers = list(pool.map(refund, range(40)))
        done = [one for one in answers if isinstance(one, Change)]
        refused = [one for one in answers if isinstance(one, Refused)]
        assert (len(done), len(refused)) == (30, 10), [str(one) for one in answers if not isinstance(one, Change)]
        after = office.orders.get(order.id)
        assert (str(after.refunded), str(after.current_total)) == ("30.00 EUR", "0.00 EUR")
        assert (after.version, len(after.refunds)) == (31, 30)
        assert len({row.version for row in office.orders.timeline(order.id)}) == 31
        assert sum(row.entry.total for row in office.orders.entries(order.id)) == 0

    def test_many_who_buy_the_last_units(self, storage: Storage) -> None:
        """Through `BackOffice`: as many orders as units, gapless names, the others are out of stock with figures."""
        office = BackOffice.open(storage, currency="EUR", taxes_included=True)
        office.catalog.add_location("here")
        office.catalog.add_product("Cup", sku="CUP", price="5.00")
        office.catalog.adjust("CUP", 7)

        def buy(_: int) -> str:
            try:
                return office.orders.place(lines=[Line(variant="CUP")]).order.name
            except Refused as no:
                return str(no)

        with ThreadPoolExecutor(10) as pool:
            answers = sorted(pool.map(buy, range(20)))
        assert [f"#{number}" for number in range(1001, 1008)] == answers[:7]
        assert {"1 of CUP are wanted and 0 are available"} == set(answers[7:])
        assert [(row.on_hand, row.committed, row.available) for row in office.catalog.levels("CUP")] == [(7, 7, 0)]
