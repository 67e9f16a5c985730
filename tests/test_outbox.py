"""The outbox: which changes call for a message, and how messages are delivered."""

import asyncio
import logging

import attrs
import pytest

from backoffice_core import AddCustomItem, BackOffice, CustomerRef, Line, Sale, errors
from backoffice_core.notify import relay
from backoffice_core.notify.base import Notification
from backoffice_core.notify.log import LogNotifier
from backoffice_core.notify.memory import MemoryNotifier
from backoffice_core.notify.messages import CALLS
from backoffice_core.testing import CountingIds, FrozenClock, NotifierContract

TEA = Line("Tea", sku="TEA", quantity=3, price="10.00")


class TestMemory(NotifierContract):
    @pytest.fixture
    def notifier(self):
        return MemoryNotifier()

    def sent(self, notifier):
        return [one.key for one in notifier.sent]


class TestLog(NotifierContract):
    @pytest.fixture
    def notifier(self):
        return LogNotifier()


class TestAsync(NotifierContract):
    """An async notifier passes the same contract."""

    @pytest.fixture
    def notifier(self):
        return Slow(MemoryNotifier())

    def sent(self, notifier):
        return [one.key for one in notifier.inner.sent]


class Slow:
    def __init__(self, inner):
        self.inner = inner

    async def send(self, notification):
        await asyncio.sleep(0)
        self.inner.send(notification)


class Broken(MemoryNotifier):
    """Fails for some orders, or for all, until it is repaired."""

    def __init__(self, *names):
        super().__init__()
        self.names = names
        self.tried = []
        self.repaired = False

    def send(self, notification):
        self.tried.append(notification.key)
        if not self.repaired and (not self.names or notification.order.name in self.names):
            raise ConnectionError("no route to ada@example.com")
        super().send(notification)


@pytest.fixture
def notifier():
    return MemoryNotifier()


@pytest.fixture(params=["memory", "sqlite"])
def office(request, tmp_path, notifier):
    office = BackOffice.open(
        "memory:" if request.param == "memory" else tmp_path / "shop.db",
        currency="EUR",
        taxes_included=True,
        auto_archive=False,
        notifier=notifier,
        clock=FrozenClock(),
        new_id=CountingIds(),
    )
    yield office
    office.close()


def placed(office, **asked):
    asked = {"lines": [TEA], "payments": [Sale("30.00")], "email": "ada@example.com", **asked}
    return office.orders.place(**asked).order


def with_notifier(office, notifier):
    office._notifier = notifier
    return office._with(attrs.evolve(office._context, chance=lambda: 1.0))


def kinds(office):
    return [row.kind for row in office.outbox.list()]


class TestCalls:
    def test_a_placed_order_by_default(self, office):
        """The settings send the confirmation without being asked."""
        order = placed(office)
        (row,) = office.outbox.list()
        assert ("order_placed", order.id, order.id, "en", "notifier") == (
            row.kind,
            row.subject,
            row.fact,
            row.locale,
            row.destination,
        )
        assert ("waiting", 0, None, office._context.clock()) == (row.state, row.attempts, row.error, row.due_at)

    @pytest.mark.parametrize(("notify", "expected"), [(True, ["order_placed"]), (False, []), (None, [])])
    def test_the_caller_wins_over_the_settings(self, office, notify, expected):
        """Told is told."""
        office.change_settings(notifications=())
        placed(office, notify=notify)
        assert expected == kinds(office)

    def test_every_kind(self, office):
        """Placed, shipped, tracking, refunded, cancelled, edited, each about its fact; without `notify` none."""
        order = placed(office)
        sent = office.orders.fulfill(order.id, lines={"TEA": 1}, notify=True)
        office.orders.update_tracking(order.id, sent.fulfillment.id, tracking="LX1", notify=True)
        back = office.orders.refund(order.id, lines={"TEA": 1}, notify=True)
        changed = office.orders.edit(order.id, AddCustomItem("Box", "1.00"), notify=True)
        first = office.orders.request_return(order.id, approve=True, notify=True).order.returns[0].id
        office.orders.cancel_return(order.id, first)
        second = office.orders.request_return(order.id).order.returns[1].id
        office.orders.decline_return(order.id, second, notify=True)
        office.orders.send_invoice(order.id)
        draft = office.drafts.create(lines=[TEA], email="ada@example.com").draft
        office.drafts.send_invoice(draft.id)
        done = office.orders.cancel(order.id, notify=True)
        rows = office.outbox.list()
        told = {kind for kind, _ in CALLS.values()} - {"payment_reminder"}
        assert told | {"draft_invoice"} == {row.kind for row in rows}
        parcel = sent.fulfillment.id
        facts = [order.id, parcel, parcel, back.refund.id, changed.events[0].edit_id, first, second]
        facts += [order.id, draft.id, done.order.removals[-1].id]
        assert facts == [row.fact for row in rows]
        assert {order.id, draft.id} == {row.subject for row in rows}
        assert len(rows) == len({row.key for row in rows})

    def test_without_being_asked(self, office):
        """Shipping, refunding and cancelling tell nobody unless they are told to."""
        order = placed(office)
        office.orders.fulfill(order.id, lines={"TEA": 1})
        office.orders.refund(order.id, lines={"TEA": 1})
        office.orders.cancel(order.id)
        assert ["order_placed"] == kinds(office)

    def test_tracking_that_changes_twice_is_told_twice(self, office):
        """Each change is a message of its own."""
        order = placed(office)
        parcel = office.orders.fulfill(order.id).fulfillment.id
        for number in ("LX1", "LX2", "LX2"):
            office.orders.update_tracking(order.id, parcel, tracking=number, notify=True)
        assert ["order_placed", "tracking_updated", "tracking_updated"] == kinds(office)

    def test_automatic_fulfillment_tells_by_the_switch(self, office):
        """Nobody asked for it, so the settings say whether the customer hears of it."""
        office.change_settings(auto_fulfill=True, notifications=())
        placed(office)
        assert [] == kinds(office)
        office.change_settings(notifications=("order_shipped",))
        placed(office)
        assert ["order_shipped"] == kinds(office)

    @pytest.mark.parametrize(("customer", "expected"), [("fr", "fr"), (None, "de")])
    def test_the_locale(self, office, customer, expected):
        """The customer's own, else the shop's."""
        office.change_settings(locale="de")
        placed(office, email=None, customer=CustomerRef(email="ada@example.com", locale=customer))
        assert [expected] == [row.locale for row in office.outbox.list()]

    def test_a_locale_that_is_none(self, office):
        """Every storage has room for what is kept of it, and the shop's language is written."""
        placed(office, customer=CustomerRef(email="ada@example.com", locale="fr-" + "x" * 500))
        (row,) = office.outbox.list()
        assert ("fr-" + "x" * 32, 1) == (row.locale, office.outbox.deliver().sent)

    def test_no_personal_data_waits(self, office):
        """Neither address nor name is in a row: they are looked up when it is sent."""
        placed(office, note="for Ada")
        assert "ada" not in repr(office.outbox.list()).lower()


class TestDelivery:
    def test_it_is_sent_once(self, office, notifier):
        """With the order as it is now and the address; then there is nothing left to send."""
        order = placed(office)
        office.orders.add_tags(order.id, "vip")
        assert (1, 0, 0, 0, 0) == attrs.astuple(office.outbox.deliver())
        (sent,) = notifier.sent
        assert ("order_placed", order.id, "en", "ada@example.com") == (sent.kind, sent.fact, sent.locale, sent.to)
        assert ("vip",) == sent.order.tags
        assert (0, 0, 0, 0, 0) == attrs.astuple(office.outbox.deliver())
        assert [("sent", 1, None)] == [(row.state, row.attempts, row.error) for row in office.outbox.list()]

    def test_in_order(self, office, notifier):
        """Messages about one order go as they came, in one call."""
        orders = [placed(office), placed(office)]
        for order in orders:
            office.orders.fulfill(order.id, notify=True)
            office.orders.cancel(placed(office).id, notify=True)
        # Nobody is told that an order is confirmed which was cancelled since.
        assert 6 == office.outbox.deliver().sent
        for order in orders:
            assert ["order_placed", "order_shipped"] == [o.kind for o in notifier.sent if o.order.id == order.id]

    def test_no_more_than_the_limit(self, office, notifier):
        """The oldest first."""
        orders = [placed(office) for _ in range(5)]
        assert 2 == office.outbox.deliver(limit=2).sent
        assert [order.id for order in orders[:2]] == [one.order.id for one in notifier.sent]
        assert 3 == office.outbox.deliver().sent

    @pytest.mark.parametrize("limit", [0, -1, None, "7", 1.5, True])
    def test_a_limit_that_cannot_be_meant(self, office, limit):
        """It is refused."""
        with pytest.raises(errors.InvalidValue, match="limit"):
            office.outbox.deliver(limit=limit)

    def test_a_state_that_is_none(self, office):
        """It is refused with those that are."""
        with pytest.raises(errors.InvalidValue, match="waiting, sent, skipped or dead"):
            office.outbox.list("lost")

    def test_a_few_at_a_time(self, office):
        """From the last one of the list before, of any state or of one."""
        for _ in range(5):
            placed(office)
        office.outbox.deliver(limit=2)
        ids = [row.id for row in office.outbox.list()]
        first = office.outbox.list(limit=2)
        assert ids == [row.id for row in (*first, *office.outbox.list(after=first[-1].id))]
        assert ids[3:4] == [row.id for row in office.outbox.list("waiting", limit=1, after=ids[2])]
        assert [] == list(office.outbox.list("sent", after=ids[1]))

    @pytest.mark.parametrize("odd", [{"limit": 0}, {"limit": True}, {"limit": "5"}, {"after": 5}, {"after": "\0"}])
    def test_what_is_no_place_in_the_list(self, office, odd):
        with pytest.raises(errors.InvalidValue, match=next(iter(odd))):
            office.outbox.list(**odd)

    def test_to_the_log(self, office, caplog):
        """Kind, name and locale at INFO; no address."""
        placed(office)
        with caplog.at_level(logging.INFO, logger="backoffice_core.notify"):
            with_notifier(office, LogNotifier()).outbox.deliver()
        assert ["order_placed about #1001 in en"] == caplog.messages
        assert "ada" not in caplog.text

    def test_an_async_notifier_is_awaited(self, office):
        """By the plain door too."""
        placed(office)
        slow = Slow(MemoryNotifier())
        assert 1 == with_notifier(office, slow).outbox.deliver().sent
        assert 1 == len(slow.inner.sent)


class TestTrouble:
    def test_what_fails_is_tried_again_later(self, office):
        """Not at once; after the wait, with what went wrong and no address in it."""
        broken = Broken()
        view = with_notifier(office, broken)
        placed(office)
        assert (0, 1, 0, 0, 0) == attrs.astuple(view.outbox.deliver())
        (row,) = office.outbox.list()
        assert ("waiting", 1) == (row.state, row.attempts)
        assert "ConnectionError" in row.error
        assert "ada" not in row.error
        assert (0, 0, 0, 0, 0) == attrs.astuple(view.outbox.deliver())
        assert office._context.clock().add(seconds=30) == row.due_at
        office._context.clock.tick(seconds=30)
        broken.repaired = True
        assert (1, 0, 0, 0, 0) == attrs.astuple(view.outbox.deliver())

    def test_ten_times_and_then_never_again(self, office):
        """The waits double up to six hours; the tenth failure is the last, and the letter is dead."""
        view, waits = with_notifier(office, Broken()), []
        placed(office)
        for attempt in range(1, 11):
            report = view.outbox.deliver()
            (row,) = office.outbox.list()
            assert attempt == row.attempts
            if attempt < 10:
                assert (0, 1, 0, 0, 0) == attrs.astuple(report)
                waits.append((row.due_at - office._context.clock()).total_seconds())
                office._context.clock.set(row.due_at)
        assert (0, 0, 1, 0, 0) == attrs.astuple(report)
        assert [30, 60, 120, 240, 480, 960, 1920, 3840, 7680] == waits
        assert [row] == list(office.outbox.list("dead"))
        office._context.clock.tick(days=9)
        assert (0, 0, 0, 0, 0) == attrs.astuple(view.outbox.deliver())

    def test_one_order_holds_up_no_other(self, office):
        """Its own later messages wait, until it is sent or dead."""
        broken = Broken("#1001")
        view = with_notifier(office, broken)
        first, second = placed(office), placed(office)
        office.orders.fulfill(first.id, notify=True)
        office.orders.fulfill(second.id, notify=True)
        assert (2, 1, 0, 0, 0) == attrs.astuple(view.outbox.deliver())
        assert ["order_placed", "order_shipped"] == [one.kind for one in broken.sent]
        broken.repaired = True
        office._context.clock.tick(minutes=1)
        assert 2 == view.outbox.deliver().sent
        assert ["order_placed", "order_shipped"] == [one.kind for one in broken.sent if one.order.id == first.id]

    def test_a_dead_letter_lets_the_next_pass(self, office):
        """After the tenth failure the second message about the order goes."""
        broken = Broken("#1001")
        view = with_notifier(office, broken)
        order = placed(office)
        office.orders.fulfill(order.id, notify=True)
        for _ in range(10):
            view.outbox.deliver()
            office._context.clock.tick(hours=7)
        assert ["dead", "waiting"] == [row.state for row in office.outbox.list()]
        broken.repaired = True
        assert 1 == view.outbox.deliver().sent

    def test_a_relay_that_dies(self, office, notifier):
        """What it had taken comes back after its lease; what it had sent comes a second time, with the same key."""
        placed(office)

        class Dies(MemoryNotifier):
            def send(self, notification):
                super().send(notification)
                raise KeyboardInterrupt

        dies = Dies()
        with pytest.raises(KeyboardInterrupt):
            with_notifier(office, dies).outbox.deliver()
        view = with_notifier(office, notifier)
        assert 0 == view.outbox.deliver().sent
        office._context.clock.tick(seconds=int(relay.LEASE.total_seconds()))
        assert 1 == view.outbox.deliver().sent
        assert [one.key for one in dies.sent] == [one.key for one in notifier.sent]

    def test_two_relays(self, office):
        """Each message is sent once."""
        from concurrent.futures import ThreadPoolExecutor

        for _ in range(20):
            placed(office)
        view, notifier = office, MemoryNotifier()
        view = with_notifier(office, notifier)
        with ThreadPoolExecutor(4) as pool:
            reports = list(pool.map(lambda _: view.outbox.deliver(limit=7), range(6)))
        assert 20 == sum(report.sent for report in reports) == len({one.key for one in notifier.sent})


class TestBackoff:
    @pytest.mark.parametrize(
        ("attempts", "seconds"), [(1, 30), (2, 60), (9, 7680), (10, 15360), (11, 21600), (99, 21600)]
    )
    def test_it_doubles_up_to_six_hours(self, attempts, seconds):
        """The least wait is half the most, so that retries do not come together."""
        assert seconds == relay.wait(attempts, 1.0).total_seconds()
        assert seconds / 2 == relay.wait(attempts, 0.0).total_seconds()


class TestASlowRelay:
    def test_it_leaves_what_it_has_no_lease_for(self) -> None:
        """A notifier that takes a minute a message: what the lease does not cover is leased anew, and sent once."""
        clock = FrozenClock()
        sent: list[str] = []

        class Slow:
            def send(self, notification: Notification) -> None:
                clock.tick(minutes=1)
                sent.append(notification.key)

        office = BackOffice.open("memory:", currency="EUR", taxes_included=True, notifier=Slow(), clock=clock)
        for _ in range(5):
            office.orders.place(lines=[Line("A", price="1.00")], email="ada@example.com")
        assert 5 == office.outbox.deliver().sent
        assert 5 == len(set(sent)) == len(sent)
