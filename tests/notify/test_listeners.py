"""Listeners: who hears what, in which order, how often; and what one that fails holds up."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import attrs
import pytest

from backoffice_core import AsyncBackOffice, BackOffice, Line, Listener, Sale, errors
from backoffice_core.enqueue import outbox_rows
from backoffice_core.notify.memory import MemoryNotifier
from backoffice_core.orders import events as happened
from backoffice_core.orders.events import OrderEvent
from backoffice_core.settings import Settings, Subscription
from backoffice_core.storage.memory import MemoryStorage
from backoffice_core.storage.sql import SqlStorage
from backoffice_core.testing import FrozenClock

NEW = {"currency": "EUR", "taxes_included": True, "auto_archive": False, "notifications": ()}
TEA = Line("Tea", sku="TEA", quantity=3, price="10.00")


class Heard:
    """A function that keeps what it was told, and fails where it is told to."""

    def __init__(self):
        self.events, self.tried, self.fails = [], 0, lambda event: False

    def __call__(self, event):
        self.tried += 1
        if self.fails(event):
            raise ConnectionError("no route to ada@example.com")
        self.events.append(event)

    @property
    def types(self):
        return [type(one.event).__name__ for one in self.events]


@pytest.fixture(params=["memory", "sqlite", pytest.param("PostgreSQL", marks=pytest.mark.postgres)])
def storage(request, tmp_path):
    if request.param == "PostgreSQL":
        return request.getfixturevalue("emptied_postgres")()
    if request.param == "memory":
        return MemoryStorage()
    found = SqlStorage(f"sqlite:///{tmp_path}/shop.db", synchronous="NORMAL")
    found.migrate()
    return found


@pytest.fixture
def clock():
    return FrozenClock()


@pytest.fixture
def open_(storage, clock):
    """Return what opens the shop with listeners, as another process would."""

    def opened(*listeners, **given):
        return BackOffice.open(storage, **{**NEW, **given}, listeners=listeners, clock=clock)

    return opened


@pytest.fixture
def heard():
    return Heard()


def placed(office, **given):
    return office.orders.place(lines=[TEA], payments=[Sale("30.00")], email="ada@example.com", **given).order


def waiting(office):
    return [(row.destination, row.kind) for row in office.outbox.list("waiting")]


class TestSubscribing:
    def test_nobody_listens(self, open_):
        """Then nothing is written: no row for any event."""
        office = open_()
        office.orders.cancel(placed(office).id)
        assert [] == list(office.outbox.list())

    def test_what_is_subscribed_is_kept(self, open_, heard):
        """Every process writes the rows, those without the function too."""
        open_(Listener("stock", (happened.OrderPlaced, happened.OrderCancelled), heard))
        office = open_()
        assert (Subscription(name="stock", events=("OrderCancelled", "OrderPlaced")),) == office.settings.subscriptions
        office.orders.cancel(placed(office).id)
        assert [("listener:stock", "OrderPlaced"), ("listener:stock", "OrderCancelled")] == waiting(office)

    def test_other_events(self, open_, heard):
        """A listener that wants others gets those from then on; the rest of the subscriptions stay."""
        open_(Listener("stock", happened.OrderPlaced, heard), Listener("books", happened.OrderPlaced, heard))
        open_(Listener("stock", happened.OrderCancelled, heard))
        found = {one.name: one.events for one in open_().settings.subscriptions}
        assert {"stock": ("OrderCancelled",), "books": ("OrderPlaced",)} == found

    def test_opening_again_writes_nothing(self, open_, heard, storage, monkeypatch):
        """What is subscribed already is only read."""
        one = Listener("stock", happened.OrderPlaced, heard)
        open_(one)
        monkeypatch.setattr(type(storage), "write", None)
        open_(one)

    def test_all_events(self, open_, heard):
        """`OrderEvent` stands for all of them, those of a newer library too."""
        office = open_(Listener("log", OrderEvent, heard))
        order = placed(office)
        office.orders.add_tags(order.id, "vip")
        assert ("*",) == office.settings.subscriptions[0].events
        office.outbox.deliver()
        assert [row.event for row in office.orders.timeline(order.id)] == [one.event for one in heard.events]

    def test_what_happened_before(self, open_, heard):
        """It is not told afterwards."""
        placed(open_())
        assert [] == waiting(open_(Listener("stock", happened.OrderPlaced, heard)))

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"name": ""}, "name"),
            ({"name": "a b"}, "name"),
            ({"name": "a" * 51}, "name"),
            ({"name": 7}, "name"),
            ({"events": ()}, "events"),
            ({"events": "OrderPlaced"}, "events"),
            ({"events": [int]}, "events"),
            ({"events": happened.UnknownEvent}, "events"),
            ({"events": 7}, "events"),
            ({"call": None}, "call"),
        ],
    )
    def test_what_cannot_be_meant(self, given, field):
        """It is refused by the name of the field."""
        with pytest.raises(errors.InvalidValue) as no:
            Listener(**{"name": "stock", "events": happened.OrderPlaced, "call": print, **given})
        assert field == no.value.field

    def test_two_of_one_name(self, open_, heard):
        """They would take each other's events."""
        one = Listener("stock", happened.OrderPlaced, heard)
        for listeners in ((one, one), (heard,)):
            with pytest.raises(errors.InvalidValue, match="listeners"):
                open_(*listeners)

    def test_settings_by_hand(self, open_):
        """They take subscriptions and nothing else."""
        office = open_()
        for wrong in ("stock", ["stock"], 7, [Subscription(name="a", events=["OrderPlaced"])] * 2):
            with pytest.raises(errors.InvalidValue, match="subscriptions"):
                office.change_settings(subscriptions=wrong)
        for wrong in ("OrderPlaced", (7,), (), 7):
            with pytest.raises(errors.InvalidValue, match="events"):
                Subscription(name="a", events=wrong)

    def test_the_longest_row(self):
        """Name, ids and numbers at their longest fit into their columns."""
        office = Settings(**NEW, subscriptions=[Subscription(name="n" * 50, events=("*",))])
        clock = FrozenClock()
        (row,) = outbox_rows((), [happened.OrderPlaced("#1", 1, "EUR")], office, "i" * 36, 10**9, clock(), lambda: "x")
        assert len(row.key) <= 160
        assert len(row.destination) <= 64
        assert len(row.fact) <= 36


class TestHearing:
    def test_it_is_told_what_is_stored(self, open_, heard):
        """Order, version, position, moment, actor and event, once; then no more."""
        office = open_(Listener("stock", (happened.OrderPlaced, happened.PaymentReceived), heard))
        order = placed(office.acting_as("marie"))
        assert (2, 0, 0, 0, 0) == attrs.astuple(office.outbox.deliver())
        kept = [
            row
            for row in office.orders.timeline(order.id)
            if isinstance(row.event, happened.OrderPlaced | happened.PaymentReceived)
        ]
        assert kept == heard.events
        assert {("marie", order.id, 1)} == {(one.actor, one.order_id, one.version) for one in heard.events}
        assert (0, 0, 0, 0, 0) == attrs.astuple(office.outbox.deliver())

    def test_in_order(self, open_, heard):
        """The events of each order as they happened, whichever process wrote them, whatever its clock says."""
        office = open_(Listener("stock", OrderEvent, heard))
        late = BackOffice.open(office._context.storage, clock=FrozenClock(office._context.now().subtract(hours=3)))
        orders = [placed(office) for _ in range(3)]
        for at in range(4):
            for order in orders:
                (office, late)[at % 2].orders.add_tags(order.id, f"tag-{at}")
        while office.outbox.deliver(limit=7).sent:
            pass
        for order in orders:
            told = [(one.version, one.position) for one in heard.events if one.order_id == order.id]
            assert sorted(told) == told
            assert len(office.orders.timeline(order.id)) == len(told)

    def test_of_bulk_commands(self, open_, heard):
        """One for each order that was changed."""
        office = open_(Listener("stock", happened.TagsAdded, heard))
        orders = [placed(office) for _ in range(3)]
        office.orders.bulk("").add_tags("vip")
        assert 3 == office.outbox.deliver().sent
        assert {order.id for order in orders} == {one.order_id for one in heard.events}

    def test_of_drafts(self, open_, heard):
        """Theirs, and those of the order that one becomes."""
        kinds = (happened.DraftCreated, happened.DraftCompleted, happened.OrderPlaced)
        office = open_(Listener("stock", kinds, heard))
        draft = office.drafts.create(lines=[TEA]).draft
        order = office.drafts.complete(draft.id, gateway="cash").order
        office.outbox.deliver()
        assert {("DraftCreated", draft.id), ("DraftCompleted", draft.id), ("OrderPlaced", order.id)} == {
            (type(one.event).__name__, one.order_id) for one in heard.events
        }

    def test_of_an_order_that_is_deleted(self, open_, heard, clock):
        """The deletion is heard, also where it takes back sales of earlier days, each by a version of its own."""
        office = open_(Listener("stock", (happened.OrderDeleted, happened.OrderPlaced), heard))
        order = office.orders.place(lines=[TEA]).order
        clock.tick(days=1)
        office.orders.cancel(order.id)
        clock.tick(days=1)
        office.orders.delete(order.id)
        assert 2 == office.outbox.deliver().sent
        assert ["OrderPlaced", "OrderDeleted"] == heard.types
        assert list(office.outbox.list("waiting")) == []

    def test_what_time_brings(self, open_, heard, clock):
        """`run_due` is heard too."""
        office = open_(Listener("stock", happened.ReservationEnded, heard))
        office.catalog.add_location("here")
        office.catalog.add_product("Cup", sku="CUP", price="5.00")
        office.catalog.adjust("CUP", 5)
        office.drafts.create(lines=[Line(variant="CUP")], reserve_until=clock().add(days=1))
        clock.tick(days=2)
        assert 1 == office.run_due().released
        office.outbox.deliver()
        assert ["ReservationEnded"] == heard.types

    def test_an_import_is_not_heard(self, open_, heard):
        """It happened elsewhere, before: nobody is told, as nobody gets a mail."""
        office = open_(Listener("stock", OrderEvent, heard))
        file = {"id": 7, "name": "#7", "created_at": "2025-03-01T10:00:00Z", "currency": "EUR", "total_price": "10.00"}
        file["line_items"] = [{"id": 1, "title": "Tea", "quantity": 1, "price": "10.00"}]
        assert 1 == office.orders.import_json({"orders": [file]}).imported
        assert [] == waiting(office)
        (order,) = office.orders.page()
        office.orders.add_tags(order.id, "vip")
        assert [("listener:stock", "TagsAdded")] == waiting(office)

    def test_async_functions(self, open_):
        """They are awaited, by the plain door too."""
        told = []

        async def hear(event):
            await asyncio.sleep(0)
            told.append(event.event)

        office = open_(Listener("stock", happened.OrderPlaced, hear))
        placed(office)
        assert 1 == office.outbox.deliver().sent
        assert ["OrderPlaced"] == [type(one).__name__ for one in told]

    def test_it_may_use_the_shop(self, open_):
        """Under a key made of the event, however often it is told."""
        offices = []

        def tag(stored):
            key = f"tag {stored.order_id} {stored.version}.{stored.position}"
            offices[0].orders.add_tags(stored.order_id, "seen", idempotency_key=key)
            raise_once = 1 == len(offices[0].orders.timeline(stored.order_id)) or offices.pop(1)
            assert raise_once is None

        office = open_(Listener("tag", happened.OrderPlaced, tag))
        offices += [office, "fails the first time"]
        order = placed(office)
        assert 1 == office.outbox.deliver().failed
        office._context.clock.tick(minutes=1)
        offices.append(None)
        assert 1 == office.outbox.deliver().sent
        assert 1 == [type(row.event).__name__ for row in office.orders.timeline(order.id)].count("TagsAdded")


class TestTrouble:
    def test_one_that_fails_holds_up_its_order(self, open_, heard, clock):
        """The next event of the order waits for it; other orders, other listeners and mails do not."""
        books, post = Heard(), MemoryNotifier()
        office = open_(
            Listener("stock", (happened.OrderPlaced, happened.TagsAdded), heard),
            Listener("books", happened.OrderPlaced, books),
            notifier=post,
            notifications=("order_placed",),
        )
        bad, good = placed(office), placed(office)
        office.orders.add_tags(bad.id, "vip")
        heard.fails = lambda event: event.order_id == bad.id
        report = office.outbox.deliver()
        assert (5, 1) == (report.sent, report.failed)
        assert ([good.id], 2, 2) == ([one.order_id for one in heard.events], len(books.events), len(post.sent))
        (failed,) = [row for row in office.outbox.list("waiting") if row.attempts]
        assert "ConnectionError: no route to (address)" == failed.error
        heard.fails = lambda event: False
        clock.tick(minutes=1)
        assert 2 == office.outbox.deliver().sent
        assert ["OrderPlaced", "OrderPlaced", "TagsAdded"] == heard.types

    def test_a_mail_server_that_is_down_holds_up_no_listener(self, open_, heard):
        """After its first failure the listeners go first, and after the third it is left alone."""
        tried = []

        class Down:
            def send(self, notification):
                tried.append(len(heard.events))
                raise ConnectionError

        office = open_(Listener("stock", happened.OrderPlaced, heard), notifier=Down(), notifications=("order_placed",))
        for _ in range(6):
            placed(office)
        report = office.outbox.deliver()
        assert (6, 3) == (report.sent, report.failed)
        assert [0, 6, 6] == tried

    def test_a_process_without_the_function(self, open_, heard):
        """It leaves the rows to others, and sends what it can."""
        one = Listener("stock", happened.OrderPlaced, heard)
        open_(one)
        other = open_(notifier=MemoryNotifier())
        placed(other, notify=True)
        assert (1, 0, 0, 0, 0) == attrs.astuple(other.outbox.deliver())
        assert [("listener:stock", "OrderPlaced")] == waiting(other)
        assert 1 == open_(one).outbox.deliver().sent

    def test_many_relays(self, open_, heard):
        """Each event is told once, in the order of its order."""
        office = open_(Listener("stock", OrderEvent, heard))
        orders = [placed(office) for _ in range(8)]
        for order in orders:
            office.orders.add_tags(order.id, "vip")
        with ThreadPoolExecutor(4) as pool:
            for _ in range(6):
                list(pool.map(lambda _: office.outbox.deliver(limit=9), range(4)))
        told = [(one.order_id, one.version, one.position) for one in heard.events]
        assert len(told) == len(set(told)) == sum(len(office.orders.timeline(order.id)) for order in orders)
        for order in orders:
            of_order = [one for one in told if one[0] == order.id]
            assert sorted(of_order) == of_order

    def test_an_event_of_a_newer_library(self, open_, heard, storage, clock):
        """It waits for whoever knows it, without growing old; who hears all is told as it is stored."""
        if isinstance(storage, MemoryStorage):
            pytest.skip("what is in memory is of this library")
        everything = Heard()
        office = open_(Listener("stock", happened.OrderPlaced, heard), Listener("log", OrderEvent, everything))
        placed(office)
        with storage.engine.begin() as connection:
            connection.exec_driver_sql(
                "UPDATE bo_events SET data = '{\"mood\":1}' WHERE type = 'OrderPlaced'",
            )
        for _ in range(20):
            office.outbox.deliver()
            clock.tick(hours=7)
        (row,) = office.outbox.list("waiting")
        assert ("listener:stock", 0, []) == (row.destination, row.attempts, heard.events)
        assert {"mood": 1} == everything.events[0].event.data

    def test_an_event_that_is_gone(self, open_, heard, storage):
        """There is nothing to tell."""
        office = open_(Listener("stock", happened.OrderPlaced, heard))
        placed(office)
        (row,) = office.outbox.list()
        with storage.write("main") as unit:
            unit.put_messages([attrs.evolve(row, id=row.id[:-4] + "0000", key="other", fact="9.9", subject="gone")])
        report = office.outbox.deliver()
        assert (1, 1) == (report.sent, report.skipped)
        assert ["no_event"] == [one.error for one in office.outbox.list("skipped")]


class TestUnsubscribing:
    def test_nothing_is_written_any_more(self, open_, heard):
        """What waited is skipped; other listeners stay."""
        office = open_(Listener("stock", OrderEvent, heard), Listener("books", happened.OrderPlaced, heard))
        order = placed(office)
        waited = len([one for one in waiting(office) if one[0] == "listener:stock"])
        assert waited == office.outbox.unsubscribe("stock")
        assert {"unsubscribed"} == {row.error for row in office.outbox.list("skipped")}
        office.orders.add_tags(order.id, "vip")
        assert [("listener:books", "OrderPlaced")] == waiting(office)
        assert ["books"] == [one.name for one in office.settings.subscriptions]

    @pytest.mark.parametrize("name", ["stock", "", None])
    def test_one_that_is_none(self, open_, name):
        """It is told so."""
        with pytest.raises(errors.UnknownId, match="listener"):
            open_().outbox.unsubscribe(name)

    def test_opening_again(self, open_, heard):
        """A process that still has it subscribes it again, from then on."""
        one = Listener("stock", happened.OrderPlaced, heard)
        office = open_(one)
        placed(office)
        office.outbox.unsubscribe("stock")
        open_(one)
        placed(office)
        assert [("listener:stock", "OrderPlaced")] == waiting(office)


class TestAwaitable:
    @pytest.mark.parametrize("where", ["memory:", "file"])
    @pytest.mark.parametrize("awaited", [True, False])
    def test_the_other_door(self, tmp_path, where, awaited):
        """Async functions run on its loop, plain ones in a thread, so that the loop is free."""
        url = where if where == "memory:" else f"sqlite:///{tmp_path}/shop.db"

        async def run():
            free, told = asyncio.Event(), []
            loop = asyncio.get_running_loop()

            async def hear(event):
                await free.wait()
                told.append((type(event.event).__name__, asyncio.get_running_loop() is loop))

            def hear_plainly(event):
                asyncio.run_coroutine_threadsafe(free.wait(), loop).result(10)
                told.append((type(event.event).__name__, True))

            listener = Listener("stock", happened.OrderPlaced, hear if awaited else hear_plainly)
            async with await AsyncBackOffice.open(url, **NEW, listeners=[listener]) as office:
                await office.orders.place(lines=[TEA])
                task = asyncio.ensure_future(office.outbox.deliver())
                await asyncio.sleep(0.05)
                done = task.done()
                free.set()
                report = await task
                assert 0 == await office.outbox.unsubscribe("stock")
                return done, report.sent, told

        assert (False, 1, [("OrderPlaced", True)]) == asyncio.run(run())
