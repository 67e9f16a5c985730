"""The part of `backoffice_core.testing.StorageContract` about orders, their facts and idempotency keys."""

import json

import attrs
import pendulum
import pytest

from backoffice_core.failures import InvalidValue, UnknownId
from backoffice_core.orders.asked import Authorization, Line, Sale
from backoffice_core.orders.change import Change
from backoffice_core.orders.events import OrderDeleted, TagsAdded, UnknownEvent
from backoffice_core.orders.facts import TransactionKind
from backoffice_core.orders.order import Order
from backoffice_core.orders.pay import Capture
from backoffice_core.orders.settle import ExpireAuthorizations, Settle
from backoffice_core.orders.states import TransactionStatus
from backoffice_core.storage.base import Storage
from backoffice_core.storage.rows import KeyRecord
from backoffice_core.storage.trouble import AlreadyStored, DocumentTooNew, StaleVersion
from backoffice_core.testing.builders import a_key, a_record, a_shop, an_order, placed, some_facts, then
from backoffice_core.testing.clock import START
from backoffice_core.testing.contract_base import Contract, everything, put, read, saved_life, write


class OrdersContract(Contract):
    """Orders, their events and sales entries."""

    def test_every_fact_comes_back_as_it_was(self, shop: Storage) -> None:
        """An order that lived through everything equals what was saved, at every step of its life."""
        final = saved_life(shop)[-1][1]
        assert final == read(shop, lambda unit: unit.order("order-1"))
        assert type(final.created_at) is pendulum.DateTime
        stored = read(shop, lambda unit: unit.order("order-1"))
        moments = [fact.at for fact in stored.transactions] + [fact.at for fact in stored.refunds]
        assert {pendulum.DateTime} == {type(moment) for moment in moments}
        assert stored.created_at.timezone_name == "UTC"
        assert final.sums == stored.sums

    def test_every_step_of_a_life_comes_back(self, shop: Storage) -> None:
        """Versions rise by one with each step, and nothing else is changed by saving."""
        for at, (change, saved) in enumerate(saved_life(shop), 1):
            assert attrs.evolve(change.order, version=at) == saved

    def test_its_timeline(self, shop: Storage) -> None:
        """Events come oldest first with version, place, moment and actor, each of its own class."""
        steps = saved_life(shop)
        told = [(saved.version, event) for change, saved in steps for event in change.events]
        rows = read(shop, lambda unit: unit.events("order-1"))
        assert told == [(row.version, row.event) for row in rows]
        assert sorted((row.version, row.position) for row in rows) == [(row.version, row.position) for row in rows]
        assert {("order-1", "marie")} == {(row.order_id, row.actor) for row in rows}
        assert [saved.updated_at for _, saved in steps] == [row.at for row in rows if row.position == 0]
        of_three = read(shop, lambda unit: unit.events("order-1", 3))
        assert [event for version, event in told if version == 3] == [row.event for row in of_three]
        assert list(read(shop, lambda unit: unit.events("order-2"))) == []

    def test_its_sales_entries(self, shop: Storage) -> None:
        """They come by order, version and place, with day and currency; figures of an order sum to its total."""
        final = saved_life(shop)[-1][1]
        put(shop, a_record(placed(id="order-0")))
        rows = read(shop, lambda unit: unit.entries("order-1"))
        places = [(row.order_id, row.version, row.position) for row in rows]
        assert sorted(places) == places
        assert final.sums.current_total == sum(row.entry.total for row in rows)
        assert {("EUR", "2024-05-17")} == {(row.currency, row.day) for row in rows if row.version == 1}
        whole = read(shop, lambda unit: unit.entries())
        assert ["order-0", *["order-1"] * len(rows)] == [row.order_id for row in whole]
        assert list(rows) == list(whole)[1:]

    def test_an_order_that_is_not_there(self, shop: Storage) -> None:
        """It is an error that names the id, with a lock and without."""
        for lock in (False, True):
            with pytest.raises(UnknownId, match="order-9"):
                write(shop, lambda unit, lock=lock: unit.order("order-9", lock=lock))  # type: ignore[misc]

    @pytest.mark.parametrize("version", [0, 1, 3])
    def test_a_stale_order_is_not_saved(self, shop: Storage, version: int) -> None:
        """Another version than the stored one is a conflict that tells both, and nothing is written."""
        first = put(shop, a_record(an_order(id="order-1")))
        put(shop, a_record(first, events=(TagsAdded(("a",)),)))
        before = everything(shop)
        stale = attrs.evolve(first, version=version, note="stale")
        with pytest.raises(StaleVersion) as caught:
            put(shop, a_record(stale, events=(TagsAdded(("b",)),), key=a_key()))
        assert ("order", "order-1", version, 2) == tuple(caught.value.facts.values())
        assert before == everything(shop)
        assert None is read(shop, lambda unit: unit.key("key-1"))

    def test_a_version_of_an_order_that_was_never_stored(self, shop: Storage) -> None:
        """It is a conflict too; a storage makes no order up."""
        with pytest.raises(StaleVersion):
            put(shop, a_record(attrs.evolve(an_order(id="order-1"), version=3)))
        assert read(shop, lambda unit: unit.count_orders()) == 0

    def test_a_source_is_unique(self, shop: Storage) -> None:
        """The second order of a source is refused whole; the first is found by it, with its print."""
        put(shop, a_record(an_order(id="order-1", source=("web", "c 1")), request_print="p" * 64))
        before = everything(shop)
        with pytest.raises(AlreadyStored):
            put(shop, a_record(placed(id="order-2", source=("web", "c 1")), key=a_key()))
        assert before == everything(shop)
        assert read(shop, lambda unit: unit.order_placed_from(("web", "c 1"))) == ("order-1", "p" * 64)
        assert None is read(shop, lambda unit: unit.order_placed_from(("web", "c")))
        assert None is read(shop, lambda unit: unit.order_placed_from(("web c", "1")))
        put(shop, a_record(an_order(id="order-3", source=("pos", "c 1"))))
        put(shop, a_record(an_order(id="order-4")))
        put(shop, a_record(an_order(id="order-5")))
        assert read(shop, lambda unit: unit.count_orders()) == 4

    def test_sources_do_not_run_together(self, shop: Storage) -> None:
        """Where a channel ends and its own id begins is part of the source."""
        put(shop, a_record(an_order(id="order-1", source=("web", "shop 7"))))
        put(shop, a_record(an_order(id="order-2", source=("web shop", "7"))))
        assert read(shop, lambda unit: unit.order_placed_from(("web", "shop 7"))) == ("order-1", None)
        assert read(shop, lambda unit: unit.order_placed_from(("web shop", "7"))) == ("order-2", None)

    def test_an_order_by_its_name(self, shop: Storage) -> None:
        """The newest of a name is found; names are compared as they are written."""
        put(shop, a_record(an_order(id="order-2", at=START.add(days=1))))
        put(shop, a_record(an_order(id="order-1")))
        put(shop, a_record(an_order(id="order-3", number=1002)))
        assert read(shop, lambda unit: unit.order_id_named("#1001")) == "order-2"
        assert read(shop, lambda unit: unit.order_id_named("#1002")) == "order-3"
        assert None is read(shop, lambda unit: unit.order_id_named("1001"))

    def test_unknown_events_are_kept_as_they_are(self, shop: Storage) -> None:
        """An event of a newer library is read as it was written, and can be written again."""
        strange = UnknownEvent("OrderTeleported", {"to": "Mars", "legs": [1, {"deep": None}], "n": 2})
        put(shop, a_record(an_order(id="order-1"), events=(strange,)))
        row = read(shop, lambda unit: unit.events("order-1"))[0]
        assert strange == row.event
        put(shop, a_record(an_order(id="order-2"), events=(row.event,)))
        assert strange == read(shop, lambda unit: unit.events("order-2"))[0].event

    def test_what_was_read_is_nobody_elses(self, shop: Storage) -> None:
        """Changing a returned value by force changes nothing that is stored, nor what others read."""
        data = {"legs": [1]}
        put(shop, a_record(an_order(id="order-1"), events=(UnknownEvent("Strange", data),)))
        data["legs"].append(2)
        row = read(shop, lambda unit: unit.events("order-1"))[0]
        assert isinstance(row.event, UnknownEvent)
        row.event.data["legs"].append(3)
        again = read(shop, lambda unit: unit.events("order-1"))[0].event
        assert UnknownEvent("Strange", {"legs": [1]}) == again

    def test_a_newer_document_is_not_touched(self, shop: Storage) -> None:
        """Reading it says that the library is too old, and no change can be saved over it."""
        if not self.plants:
            pytest.skip("this storage keeps values, not text")
        put(shop, a_record(an_order(id="order-1")))
        self.plant(shop, "order-1", json.dumps({"v": 99, "soul": "of a new machine"}))
        for _ in range(2):
            with pytest.raises(DocumentTooNew) as caught:
                write(shop, lambda unit: unit.order("order-1", lock=True))
            assert tuple(caught.value.facts.values()) == ("order", 99, 1)
        put(shop, a_record(an_order(id="order-2")))
        page = read(shop, lambda unit: unit.page(10))
        assert ([one.id for one in page], page.unreadable) == (["order-2"], ("order-1",))

    def test_a_shop_outlives_its_storage(self, shop: Storage) -> None:
        """Opened again, everything is there."""
        if not self.reopens:
            pytest.skip("this storage goes with its process")
        saved_life(shop)
        before = everything(shop)
        shop.close()
        again = self.reopen(shop)
        assert before == everything(again)
        again.close()


class PagesContract(Contract):
    """The list of orders."""

    def _shop_of(self, shop: Storage, *moments: int) -> list[str]:
        """Save orders made at some minutes; return their ids, newest first."""
        made = [(START.add(minutes=minute), f"order-{at}") for at, minute in enumerate(moments)]
        for moment, id in made:
            put(shop, a_record(an_order(id=id, at=moment)))
        return [id for _, id in sorted(made, reverse=True)]

    def _walked(self, shop: Storage, limit: int) -> list[list[str]]:
        pages: list[list[str]] = []
        after = None
        while len(pages) < 20:
            page = read(shop, lambda unit, after=after: unit.page(limit, after))  # type: ignore[misc]
            pages.append([order.id for order in page.orders])
            after = page.next
            if after is None:
                return pages
        raise AssertionError(f"the pages do not end: {pages}")

    @pytest.mark.parametrize("limit", [1, 2, 3, 6, 7, 50])
    def test_newest_first_with_ties_by_id(self, shop: Storage, limit: int) -> None:
        """Pages of any size are the list cut up; the last one has no next, and none is empty."""
        ids = self._shop_of(shop, 3, 1, 3, 2, 3, 1)
        pages = self._walked(shop, limit)
        assert ids == [id for page in pages for id in page]
        assert [limit] * (len(pages) - 1) == [len(page) for page in pages[:-1]]
        assert pages[-1]

    def test_an_empty_shop(self, shop: Storage) -> None:
        """It has one empty page."""
        assert self._walked(shop, 10) == [[]]
        assert read(shop, lambda unit: unit.count_orders()) == 0

    def test_a_cursor_is_stable(self, shop: Storage) -> None:
        """Orders that come in meanwhile are not seen twice, and push nothing out."""
        ids = self._shop_of(shop, 5, 4, 3, 2)
        first = read(shop, lambda unit: unit.page(2))
        put(shop, a_record(an_order(id="order-new", at=START.add(minutes=9))))
        put(shop, a_record(an_order(id="order-tie", at=START.add(minutes=4))))
        put(shop, a_record(read(shop, lambda unit: unit.order(ids[3])), events=(TagsAdded(("a",)),)))
        second = read(shop, lambda unit: unit.page(10, first.next))
        assert ids[2:] == [order.id for order in second.orders if order.id != "order-tie"]
        assert self._walked(shop, 10)[0] == ["order-new", "order-0", "order-tie", "order-1", "order-2", "order-3"]

    def test_a_unit_sees_its_own_orders_in_the_list(self, shop: Storage) -> None:
        """Before they are saved too."""
        ids = self._shop_of(shop, 5, 3)
        with shop.write("main") as unit:
            unit.put(a_record(an_order(id="order-mine", at=START.add(minutes=4))))
            assert [ids[0], "order-mine", ids[1]] == [order.id for order in unit.page(10).orders]
            assert unit.count_orders() == 3
            cut = unit.page(1)
            assert [order.id for order in unit.page(1, cut.next).orders] == ["order-mine"]

    def test_a_deleted_order_is_in_no_list(self, shop: Storage) -> None:
        """Not in a page or the count, whole pages come all the same, and neither id nor name finds it."""
        ids = self._shop_of(shop, 5, 4, 3, 2, 1)
        for id in (ids[0], ids[2], ids[4]):
            order = read(shop, lambda unit, id=id: unit.order(id))  # type: ignore[misc]
            put(shop, a_record(attrs.evolve(order, deleted_at=START), events=(OrderDeleted(),)))
        assert [[ids[1]], [ids[3]]] == self._walked(shop, 1)
        assert [[ids[1], ids[3]]] == self._walked(shop, 2) == self._walked(shop, 9)
        assert read(shop, lambda unit: unit.count_orders()) == 2
        with pytest.raises(UnknownId):
            read(shop, lambda unit: unit.order(ids[0]))
        left = read(shop, lambda unit: unit.order(ids[0], deleted=True))
        assert (left.version, left.deleted_at) == (2, START)
        assert read(shop, lambda unit: unit.order_id_named(left.name)) != left.id

    @pytest.mark.parametrize(
        "cursor",
        ["", "x", "!!!", "MTIz", "4pyT", "YSBi", "MSAyIDM=", "OTk5OTk5OTk5OTk5OTk5OTk5OTkgYQ==", "MSAA", "MSDDqQ=="],
    )
    def test_what_is_no_cursor_is_refused(self, shop: Storage, cursor: str) -> None:
        """A page's ``next`` is the only thing that works."""
        with pytest.raises(InvalidValue, match="after"):
            read(shop, lambda unit: unit.page(10, cursor))


class WaitingContract(Contract):
    """Orders that wait: for the outcome of a payment, or for an authorization to lapse."""

    def _saved(self, shop: Storage, change: Change, version: int = 0) -> Order:
        return put(shop, a_record(attrs.evolve(change, order=attrs.evolve(change.order, version=version))))

    def test_unresolved_orders(self, shop: Storage) -> None:
        """The longest waiting first, at most as many as asked for; a settled one is gone."""
        waiting = [Sale("1.00", status="pending")]
        for id, days in (("order-1", 2), ("order-2", 1), ("order-3", 3)):
            self._saved(shop, placed(id=id, at=START.add(days=days), payments=waiting))
        self._saved(shop, placed(id="order-4", paid="1.00"))
        assert [one.id for one in read(shop, lambda unit: unit.unresolved(2))] == ["order-2", "order-1"]
        order = read(shop, lambda unit: unit.order("order-2"))
        lost = then(order, Settle(transaction=order.transactions[0].id, outcome="unknown"))[0]
        self._saved(shop, lost, 1)
        assert [one.id for one in read(shop, lambda unit: unit.unresolved(9))] == ["order-2", "order-1", "order-3"]
        found = then(lost.order, Settle(transaction=order.transactions[0].id, outcome="success"))[0]
        self._saved(shop, found, 2)
        rest = read(shop, lambda unit: unit.unresolved(9))
        assert [one.id for one in rest] == ["order-1", "order-3"]
        assert [one.status for one in rest[0].transactions] == [TransactionStatus.PENDING]

    def test_authorizations_that_are_due(self, shop: Storage) -> None:
        """Those that lapse within two days of the moment itself, the earliest first."""
        for id, days in (("order-1", 5), ("order-2", 3), ("order-3", 4)):
            self._saved(shop, placed(id=id, authorized="10.00", expires_at=START.add(days=days)))
        self._saved(shop, placed(id="order-4", authorized="10.00"))
        self._saved(shop, placed(id="order-5", paid="10.00"))

        def due(moment: pendulum.DateTime, limit: int = 9) -> list[str]:
            return list(read(shop, lambda unit: unit.due(moment, limit)))

        assert due(START.add(days=1).subtract(microseconds=1)) == []
        assert due(START.add(days=1)) == ["order-2"]
        assert due(START.add(days=9), 2) == ["order-2", "order-3"]
        assert due(START.add(days=9)) == ["order-2", "order-3", "order-1"]

    def test_what_is_due_no_longer(self, shop: Storage) -> None:
        """An authorization that was used up, voided, expired, or that a capture is pending on."""
        soon = START.add(days=1)
        captured = placed(id="order-1", authorized="10.00", expires_at=soon)
        self._saved(shop, captured)
        self._saved(shop, then(captured.order, Capture())[0], 1)
        expired = placed(id="order-2", authorized="10.00", expires_at=soon)
        self._saved(shop, expired)
        self._saved(shop, then(expired.order, ExpireAuthorizations(), facts=some_facts(now=soon))[0], 1)
        asked = some_facts(gateways=frozenset({"stripe"}))
        busy = placed(
            id="order-3",
            facts=asked,
            payments=[Authorization("10.00", gateway="stripe", reference="pi", expires_at=soon)],
        )
        self._saved(shop, busy)
        assert list(read(shop, lambda unit: unit.due(soon, 9))) == ["order-3"]
        pending = then(busy.order, Capture(amount="4.00"), facts=asked)[0]
        assert TransactionKind.CAPTURE is pending.order.transactions[-1].kind
        self._saved(shop, pending, 1)
        assert list(read(shop, lambda unit: unit.due(soon, 9))) == []
        failed = then(pending.order, Settle(transaction=pending.order.transactions[-1].id, outcome="failure"))[0]
        self._saved(shop, failed, 2)
        assert list(read(shop, lambda unit: unit.due(soon, 9))) == ["order-3"]


class KeysContract(Contract):
    """Idempotency keys."""

    def test_a_key_remembers_its_answer(self, shop: Storage) -> None:
        """With the order and version that it led to, whatever was given; an unknown one is None."""
        put(shop, a_record(an_order(id="order-1"), key=a_key("k", order_id="?", version=77)))
        expected = KeyRecord(key="k", fingerprint="f" * 64, order_id="order-1", version=1, at=START)
        assert expected == read(shop, lambda unit: unit.key("k"))
        assert None is read(shop, lambda unit: unit.key("K"))

    def test_a_key_is_used_once(self, shop: Storage) -> None:
        """The second change under it is refused whole."""
        first = put(shop, a_record(an_order(id="order-1"), key=a_key()))
        before = everything(shop)
        with pytest.raises(AlreadyStored) as caught:
            put(shop, a_record(first, events=(TagsAdded(("b",)),), key=a_key()))
        assert caught.value.key == "key-1"
        assert before == everything(shop)

    def test_a_key_without_a_change(self, shop: Storage) -> None:
        """It remembers the answer that was saved before; used once, like any other, and forgotten like any other."""
        put(shop, a_record(an_order(id="order-1")))
        record = a_key("late", order_id="order-1", version=1)
        write(shop, lambda unit: unit.remember(record))
        assert record == read(shop, lambda unit: unit.key("late"))
        with pytest.raises(AlreadyStored) as caught:
            write(shop, lambda unit: unit.remember(record))
        assert caught.value.key == "late"
        assert write(shop, lambda unit: unit.purge_keys(START.add(days=1), 10)) == 1

    def test_keys_are_forgotten(self, shop: Storage) -> None:
        """Those before a moment, at most as many as asked for, the oldest first; the answer counts them."""
        for at in range(5):
            key = a_key(f"k{at}", at=START.add(days=at))
            put(shop, a_record(an_order(Line("Tea", price="1.00"), id=f"order-{at}"), key=key))
        assert write(shop, lambda unit: unit.purge_keys(START, 10)) == 0
        assert write(shop, lambda unit: unit.purge_keys(START.add(days=4), 2)) == 2
        left = [at for at in range(5) if read(shop, lambda unit, at=at: unit.key(f"k{at}"))]  # type: ignore[misc]
        assert left == [2, 3, 4]
        assert write(shop, lambda unit: unit.purge_keys(START.add(days=4), 10)) == 2
        put(shop, a_record(an_order(id="order-9"), key=a_key("k0")))

    def test_other_shops_keys(self, shop: Storage) -> None:
        """A key of another shop is no key here, and purging leaves it alone."""
        write(shop, lambda unit: unit.create_shop(a_shop()), "other")
        put(shop, a_record(an_order(id="order-1"), key=a_key()), "other")
        assert None is read(shop, lambda unit: unit.key("key-1"))
        assert write(shop, lambda unit: unit.purge_keys(START.add(days=9), 10)) == 0
        assert read(shop, lambda unit: unit.key("key-1").order_id, "other") == "order-1"  # type: ignore[union-attr]
