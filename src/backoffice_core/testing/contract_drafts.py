"""The part of `backoffice_core.testing.StorageContract` about draft orders, their numbers and their lists."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, Thread
from typing import Any

import attrs
import pendulum
import pytest

from backoffice_core.backoffice import BackOffice
from backoffice_core.failures import BackOfficeError, Conflict, UnknownId
from backoffice_core.orders.asked import Line
from backoffice_core.orders.draft import Draft
from backoffice_core.orders.draftcommands import CompleteDraft, CreateDraft, DraftChange
from backoffice_core.orders.drafts import IDLE_DAYS
from backoffice_core.orders.events import DraftInvoiceSent, DraftUpdated, UnknownEvent
from backoffice_core.orders.order import Order
from backoffice_core.orders.rules import decide_draft
from backoffice_core.orders.stock import Level
from backoffice_core.storage.base import Storage, Unit
from backoffice_core.storage.rows import DraftRecord, KeyRecord
from backoffice_core.storage.trouble import AlreadyStored, StaleVersion, StockTaken, StorageBusy
from backoffice_core.testing.builders import a_key, a_message, a_record, a_shop, an_order, some_facts
from backoffice_core.testing.clock import START
from backoffice_core.testing.contract_base import (
    Contract,
    a_change,
    a_move,
    everything,
    fail_after,
    put,
    put_draft,
    read,
    write,
)
from backoffice_core.testing.lives import a_draft_life


def a_draft(id: str = "draft-1", *, at: pendulum.DateTime = START, **fields: Any) -> Draft:
    """Return a draft of one tea that was never saved."""
    made = decide_draft(None, None, CreateDraft(lines=[Line("Tea", price="10.00")]), some_facts(now=at, number=1))
    return attrs.evolve(made.draft, id=id, **fields)


def a_draft_record(change: DraftChange | Draft, **saved: Any) -> DraftRecord:
    """Return all that a change of a draft saves, without messages and key unless they are given."""
    if isinstance(change, Draft):
        change = DraftChange(before=None, draft=change)
    plain = {"draft": change.draft, "at": change.draft.updated_at, "actor": "marie"}
    return DraftRecord(**{**plain, "events": change.events, "movements": change.movements, **saved})


def saved_draft_life(storage: Storage) -> Sequence[tuple[DraftChange, Draft, Order | None]]:
    """Save drafts that live through everything; return the changes, the drafts that were saved and the orders."""
    seed = a_change(9, key="seed", line_id="")
    write(storage, lambda unit: unit.adjust(seed))
    steps: list[tuple[DraftChange, Draft, Order | None]] = []
    versions: dict[str, int] = {}
    for change in a_draft_life():
        draft = attrs.evolve(change.draft, version=versions.get(change.draft.id, 0))
        record, placing = a_draft_record(attrs.evolve(change, draft=draft)), change.placing
        with storage.write("main") as unit:
            saved = unit.put_draft(record)
            order = unit.put(a_record(placing)) if placing is not None else None
        versions[saved.id] = saved.version
        steps.append((change, saved, order))
    return steps


class DraftsContract(Contract):
    """Draft orders: what is saved of them, whole or not at all."""

    def test_every_step_of_a_drafts_life_comes_back(self, shop: Storage) -> None:
        """Versions rise by one with each step, and nothing else is changed by saving."""
        last: dict[str, Draft] = {}
        for change, saved, _ in saved_draft_life(shop):
            version = last[saved.id].version + 1 if saved.id in last else 1
            assert attrs.evolve(change.draft, version=version) == saved
            last[saved.id] = saved
        assert sorted(draft.version for draft in last.values()) == [1, 5]
        for id, draft in last.items():
            assert draft == read(shop, lambda unit, id=id: unit.draft(id))  # type: ignore[misc]

    def test_every_draft_is_read_as_it_was_saved(self, shop: Storage) -> None:
        """With every field, at every step of its life; moments are those of the domain."""
        for at, change in enumerate(a_draft_life()):
            fresh = attrs.evolve(change.draft, id=f"draft-{at}", version=0)
            saved = put_draft(shop, a_draft_record(fresh))
            found = read(shop, lambda unit, id=fresh.id: unit.draft(id))  # type: ignore[misc]
            assert saved == found
            assert (saved.total, saved.reserved) == (found.total, found.reserved)
            moments = [found.created_at, found.updated_at, found.reserve_until, found.deleted_at, found.completed_at]
            assert {(pendulum.DateTime, "UTC")} == {(type(one), one.timezone_name) for one in moments if one}

    def test_a_drafts_timeline(self, shop: Storage) -> None:
        """Events come oldest first with version, place, moment and actor, each of its own class."""
        steps = [(change, saved) for change, saved, _ in saved_draft_life(shop) if saved.id == "draft-1"]
        told = [(saved.version, event) for change, saved in steps for event in change.events]
        rows = read(shop, lambda unit: unit.events("draft-1"))
        assert told == [(row.version, row.event) for row in rows]
        assert sorted((row.version, row.position) for row in rows) == [(row.version, row.position) for row in rows]
        assert {("draft-1", "marie")} == {(row.order_id, row.actor) for row in rows}
        assert [saved.updated_at for _, saved in steps] == [row.at for row in rows if row.position == 0]
        of_one = read(shop, lambda unit: unit.events("draft-1", 1))
        assert [event for version, event in told if version == 1] == [row.event for row in of_one]

    def test_unknown_events_of_a_draft(self, shop: Storage) -> None:
        """They are kept as they are, and what somebody does to a returned or a given one changes no stored one."""
        data = {"legs": [1]}
        put_draft(shop, a_draft_record(a_draft(), events=(UnknownEvent("DraftTeleported", data),)))
        data["legs"].append(2)
        row = read(shop, lambda unit: unit.events("draft-1"))[0]
        assert isinstance(row.event, UnknownEvent)
        row.event.data["legs"].append(3)
        again = read(shop, lambda unit: unit.events("draft-1"))[0].event
        assert UnknownEvent("DraftTeleported", {"legs": [1]}) == again

    def test_a_draft_that_is_not_there(self, shop: Storage) -> None:
        """It is an error that names the id, with a lock and without; an order is no draft."""
        put(shop, a_record(an_order(id="order-1")))
        for id in ("draft-9", "order-1"):
            for lock in (False, True):
                with pytest.raises(UnknownId, match=id):
                    write(shop, lambda unit, id=id, lock=lock: unit.draft(id, lock=lock))  # type: ignore[misc]
        put_draft(shop, a_draft_record(a_draft()))
        with pytest.raises(UnknownId):
            read(shop, lambda unit: unit.order("draft-1"))
        assert read(shop, lambda unit: unit.count_orders()) == 1

    @pytest.mark.parametrize("version", [0, 1, 3])
    def test_a_stale_draft_is_not_saved(self, shop: Storage, version: int) -> None:
        """Another version than the stored one is a conflict that tells both, and nothing is written."""
        first = put_draft(shop, a_draft_record(a_draft()))
        put_draft(shop, a_draft_record(first, events=(DraftUpdated(1000, 1000),)))
        before = everything(shop)
        stale = attrs.evolve(first, version=version, note="stale")
        record = a_draft_record(
            stale,
            events=(DraftUpdated(1000, 900),),
            movements=(a_move(reserved=1),),
            messages=(a_message(subject="draft-1"),),
            key=a_key(),
        )
        with pytest.raises(StaleVersion) as caught:
            put_draft(shop, record)
        assert ("draft", "draft-1", version, 2) == tuple(caught.value.facts.values())
        assert before == everything(shop)
        assert None is read(shop, lambda unit: unit.key("key-1"))
        assert dict(read(shop, lambda unit: unit.levels(["v-CUP"]))) == {}

    def test_a_version_of_a_draft_that_was_never_stored(self, shop: Storage) -> None:
        """It is a conflict too; a storage makes no draft up."""
        with pytest.raises(StaleVersion):
            put_draft(shop, a_draft_record(a_draft(version=3)))
        with pytest.raises(UnknownId):
            read(shop, lambda unit: unit.draft("draft-1"))

    def test_other_shops_drafts(self, shop: Storage) -> None:
        """The same id in another shop is another draft, with another timeline and other numbers."""
        write(shop, lambda unit: unit.create_shop(a_shop()), "other")
        put_draft(shop, a_draft_record(a_draft(), events=(DraftUpdated(1, 2),)))
        with pytest.raises(UnknownId):
            read(shop, lambda unit: unit.draft("draft-1"), "other")
        late = START.add(days=IDLE_DAYS)
        seen = read(shop, lambda unit: (unit.drafts(9), unit.drafts_due(late, 9), unit.events("draft-1")), "other")
        assert (seen[0].drafts, seen[0].next, list(seen[1]), list(seen[2])) == ((), None, [], [])
        before = everything(shop)
        put_draft(shop, a_draft_record(a_draft(note="theirs")), "other")
        write(shop, lambda unit: unit.next_draft(), "other")
        assert before == everything(shop)
        assert read(shop, lambda unit: unit.draft("draft-1"), "other").note == "theirs"

    def test_the_key_of_a_draft(self, shop: Storage) -> None:
        """It is kept with the draft and version that it led to; a taken one, an order's too, is refused whole."""
        first = put_draft(shop, a_draft_record(a_draft(), key=a_key("k", order_id="?", version=77)))
        expected = KeyRecord(key="k", fingerprint="f" * 64, order_id="draft-1", version=1, at=START)
        assert expected == read(shop, lambda unit: unit.key("k"))
        put(shop, a_record(an_order(id="order-1"), key=a_key("of an order")))
        before = everything(shop)
        for key in ("k", "of an order"):
            with pytest.raises(AlreadyStored) as caught:
                put_draft(shop, a_draft_record(first, events=(DraftUpdated(1, 2),), key=a_key(key)))
            assert caught.value.key == key
        with pytest.raises(AlreadyStored):
            put(shop, a_record(an_order(id="order-2"), key=a_key("k")))
        assert before == everything(shop)

    def test_messages_of_a_draft(self, shop: Storage) -> None:
        """They wait in the outbox as they were; a message that was called for before is refused whole."""
        message = a_message(1, subject="draft-1", kind="draft_invoice")
        record = a_draft_record(a_draft(), events=(DraftInvoiceSent(1000),), messages=(message,))
        first = put_draft(shop, record)
        assert [message] == list(read(shop, lambda unit: unit.outbox()))
        before = everything(shop)
        again = attrs.evolve(message, id=a_message(2).id)
        with pytest.raises(AlreadyStored):
            put_draft(shop, a_draft_record(first, messages=(again,)))
        assert before == everything(shop)

    def test_movements_of_a_draft(self, shop: Storage) -> None:
        """What is set aside is not available any more, and the ledger explains it."""
        write(shop, lambda unit: unit.adjust(a_change(5)))
        first = put_draft(shop, a_draft_record(a_draft(), movements=(a_move(reserved=3, guard=True),)))
        levels = read(shop, lambda unit: unit.levels(["v-CUP"]))
        assert Level(5, 0, 3) == levels["v-CUP", "here"]
        assert levels["v-CUP", "here"].available == 2
        later = (a_move(promised=2, reserved=-3, key="fact-2"), a_move(place="there", reserved=1, key="fact-2"))
        put_draft(shop, a_draft_record(first, movements=later))
        levels = read(shop, lambda unit: unit.levels(["v-CUP"]))
        assert {("v-CUP", "here"): Level(5, 2), ("v-CUP", "there"): Level(0, 0, 1)} == dict(levels)
        rows = read(shop, lambda unit: unit.stock_changes("v-CUP"))
        aside = a_change(0, 0, key="fact-1", reason="order", order_id="draft-1", line_id="line-1", reserved=3)
        assert aside in rows
        assert [sum(getattr(row, name) for row in rows) for name in ("on_hand", "committed", "reserved")] == [5, 2, 1]

    def test_a_life_leaves_nothing_set_aside(self, shop: Storage) -> None:
        """At every step levels are the sum of the ledger, and what is reserved is what the draft says."""
        seed = a_change(9, key="seed", line_id="")
        write(shop, lambda unit: unit.adjust(seed))
        version, level = 0, Level()
        for change in a_draft_life()[:-1]:
            record = a_draft_record(attrs.evolve(change, draft=attrs.evolve(change.draft, version=version)))
            version = put_draft(shop, record).version
            if change.placing is not None:
                put(shop, a_record(change.placing))
            level = read(shop, lambda unit: unit.levels(["v-CUP"]))["v-CUP", "here"]
            rows = read(shop, lambda unit: unit.stock_changes("v-CUP"))
            names = ("on_hand", "committed", "reserved")
            assert level == Level(*(sum(getattr(row, name) for row in rows) for name in names))
            assert change.draft.reserved == level.reserved
        assert Level(9, 2) == level

    def test_a_guard_sees_what_is_set_aside(self, shop: Storage) -> None:
        """Neither an order nor another draft takes it, and what is refused leaves nothing."""
        write(shop, lambda unit: unit.adjust(a_change(5)))
        put_draft(shop, a_draft_record(a_draft(), movements=(a_move(reserved=5, guard=True),)))
        before = everything(shop)
        with pytest.raises(StockTaken):
            put(shop, a_record(an_order(id="order-1"), movements=(a_move(promised=1, guard=True, key="fact-2"),)))
        moves = (a_move(place="there", reserved=1, key="fact-3"), a_move(reserved=1, guard=True, key="fact-3"))
        message = a_message(subject="draft-2")
        record = a_draft_record(a_draft("draft-2"), movements=moves, messages=(message,), key=a_key())
        with pytest.raises(StockTaken):
            put_draft(shop, record)
        assert before == everything(shop)
        assert None is read(shop, lambda unit: unit.key("key-1"))

    def test_a_movement_of_a_draft_is_made_once(self, shop: Storage) -> None:
        """The same fact sets aside one line of one variant at one place once."""
        first = put_draft(shop, a_draft_record(a_draft(), movements=(a_move(reserved=1),)))
        before = everything(shop)
        with pytest.raises(AlreadyStored):
            put_draft(shop, a_draft_record(first, movements=(a_move(reserved=1),)))
        assert before == everything(shop)

    @pytest.mark.parametrize("first", ["draft", "order"])
    def test_a_draft_and_its_order_in_one_unit(self, shop: Storage, first: str) -> None:
        """Both are saved, or none, whichever of them fails and whichever comes first."""
        made = put_draft(shop, a_draft_record(a_draft()))
        done = decide_draft(made, None, CompleteDraft(), some_facts(number=1001))
        assert done.placing is not None
        placing, events = a_record(done.placing), done.events

        def both(unit: Unit, draft_version: int = 1, order_version: int = 0) -> None:
            draft = a_draft_record(attrs.evolve(done.draft, version=draft_version), events=events)
            order = attrs.evolve(placing, order=attrs.evolve(placing.order, version=order_version))
            if first == "draft":
                unit.put_draft(draft)
            unit.put(order)
            if first == "order":
                unit.put_draft(draft)

        before = everything(shop)
        for versions in ((0, 0), (2, 0), (1, 1)):
            with pytest.raises(StaleVersion):
                write(shop, lambda unit, versions=versions: both(unit, *versions))  # type: ignore[misc]
            assert before == everything(shop)
        fail_after(shop, both)
        assert before == everything(shop)
        write(shop, both)
        draft, order = read(shop, lambda unit: (unit.draft("draft-1"), unit.order(done.placing.order.id)))  # type: ignore[union-attr]
        assert (2, 1, order.id, draft.id) == (draft.version, order.version, draft.order_id, order.draft_id)
        assert read(shop, lambda unit: unit.order_placed_from(("draft_order", "draft-1"))) == (order.id, None)

    def test_a_unit_sees_the_draft_that_it_wrote(self, shop: Storage) -> None:
        """Before it is saved; a failed unit leaves nothing of it, and a view saves nothing."""
        before = everything(shop)

        def all_of_it(unit: Unit) -> None:
            number = unit.next_draft()
            saved = unit.put_draft(
                a_draft_record(
                    a_draft(),
                    events=(DraftUpdated(1, 2),),
                    movements=(a_move(reserved=1),),
                    messages=(a_message(subject="draft-1"),),
                    key=a_key(),
                )
            )
            assert saved == unit.draft("draft-1")
            assert number < unit.draft_ahead()
            assert [saved] == list(unit.drafts(9).drafts)
            assert list(unit.drafts_due(START.add(days=IDLE_DAYS), 9)) == ["draft-1"]
            assert len(unit.events("draft-1")) == 1
            assert unit.levels(["v-CUP"])["v-CUP", "here"].reserved == 1
            again = unit.put_draft(a_draft_record(saved, events=(DraftUpdated(2, 1),)))
            assert 2 == again.version == unit.draft("draft-1").version

        fail_after(shop, all_of_it)
        with suppress(BackOfficeError), shop.read("main") as view:
            view.put_draft(a_draft_record(a_draft()))
        assert before == everything(shop)
        assert None is read(shop, lambda unit: unit.key("key-1"))
        assert dict(read(shop, lambda unit: unit.levels(["v-CUP"]))) == {}
        write(shop, all_of_it)
        assert read(shop, lambda unit: unit.draft("draft-1")).version == 2

    def test_a_view_of_drafts_is_consistent(self, shop: Storage) -> None:
        """What is saved while it is open does not come into it."""
        first = put_draft(shop, a_draft_record(a_draft()))
        with shop.read("main") as view, ThreadPoolExecutor(1) as other:
            assert [first] == list(view.drafts(9).drafts)
            changed = attrs.evolve(first, note="new")
            other.submit(put_draft, shop, a_draft_record(changed, events=(DraftUpdated(1, 2),))).result(10)
            other.submit(put_draft, shop, a_draft_record(a_draft("draft-2"))).result(10)
            assert first == view.draft("draft-1")
            assert [first] == list(view.drafts(9).drafts)
            assert list(view.events("draft-1")) == []
        assert read(shop, lambda unit: unit.draft("draft-1")).note == "new"

    def test_a_reopened_storage_has_the_same_drafts(self, shop: Storage) -> None:
        """Drafts, timelines, stock, what is due and the number ahead are those from before it was closed."""
        if not self.reopens:
            pytest.skip("this storage goes with its process")
        steps = saved_draft_life(shop)
        put_draft(shop, a_draft_record(a_draft("draft-2"), key=a_key(), messages=(a_message(subject="draft-2"),)))
        write(shop, lambda unit: unit.next_draft())
        ids, late = sorted({saved.id for _, saved, _ in steps}), START.add(days=2 * IDLE_DAYS)

        def seen(unit: Unit) -> object:
            return [unit.draft(id) for id in ids], list(unit.drafts_due(late, 9)), unit.key("key-1")

        before = everything(shop), read(shop, seen)
        shop.close()
        again = self.reopen(shop)
        assert before == (everything(again), read(again, seen))
        again.close()

    @pytest.mark.parametrize("when", ["before save", "before commit"])
    def test_no_update_of_a_draft_is_lost(self, shop: Storage, when: str) -> None:
        """A rival that comes at any moment waits or conflicts; every success is one version."""
        put_draft(shop, a_draft_record(a_draft()))
        wins: list[str] = []

        def rival() -> None:
            with suppress(Conflict, StorageBusy), shop.write("main") as unit:
                unit.put_draft(a_draft_record(unit.draft("draft-1", lock=True), events=(DraftUpdated(1, 2),)))
                wins.append("rival")

        thread = Thread(target=rival, daemon=True)
        with suppress(Conflict, StorageBusy), shop.write("main") as unit:
            draft = unit.draft("draft-1", lock=True)
            if when == "before commit":
                unit.put_draft(a_draft_record(draft, events=(DraftUpdated(2, 3),)))
            thread.start()
            thread.join(0.2)  # it may be waiting for us; that is fine
            if when == "before save":
                unit.put_draft(a_draft_record(draft, events=(DraftUpdated(2, 3),)))
            wins.append("mine")
        thread.join(15)
        assert not thread.is_alive()
        draft, events = read(shop, lambda unit: (unit.draft("draft-1"), unit.events("draft-1")))
        assert 1 <= len(wins) == draft.version - 1 == len(events)

    def test_many_who_complete_a_draft(self, storage: Storage) -> None:
        """Through `BackOffice`: one order, one number, one set of units; everybody is told the same order."""
        office = BackOffice.open(storage, currency="EUR", taxes_included=True)
        office.catalog.add_location("here")
        office.catalog.add_product("Cup", sku="CUP", price="5.00")
        office.catalog.adjust("CUP", 7)
        until = office._context.now().add(days=1)
        draft = office.drafts.create(lines=[Line(variant="CUP", quantity=7)], reserve_until=until).draft
        together = Barrier(8)

        def complete(at: int) -> DraftChange:
            together.wait(10)
            return office.acting_as(f"staff-{at}").drafts.complete(draft.id)

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(complete, range(8)))
        assert sum(bool(answer) for answer in answers) == 1
        assert 1 == len({answer.order.id for answer in answers if answer.order is not None}) == office.orders.count()
        (order,) = office.orders.page().orders
        assert ("#1001", draft.id, 2) == (order.name, order.draft_id, office.drafts.get(draft.id).version)
        levels = [(row.on_hand, row.committed, row.reserved) for row in office.catalog.levels("CUP")]
        assert levels == [(7, 7, 0)]
        assert office.orders.place(lines=[Line("Tea", price="1.00")]).order.name == "#1002"
