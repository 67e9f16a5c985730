"""
What those report who wrote an outbox before, one test each; and what is done with messages by hand.

The same row twice, a crashed worker that keeps its rows, messages of one order that overtake each other, a table
that is polled hot, a receiver that is hammered while it is down, SIGTERM in a batch, a worker that hangs, a
message that kills whoever takes it.
"""

import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import attrs
import pytest

from backoffice_core import Address, BackOffice, CustomerRef, Line, Sale, errors
from backoffice_core.listeners import Listener
from backoffice_core.notify import relay as policy
from backoffice_core.notify.memory import MemoryNotifier
from backoffice_core.orders.events import OrderEvent
from backoffice_core.storage.memory import MemoryStorage
from backoffice_core.storage.sql import SqlStorage
from backoffice_core.testing import CountingIds, FrozenClock

NEW = {"currency": "EUR", "taxes_included": True, "auto_archive": False}
TEA = Line("Tea", sku="TEA", quantity=3, price="10.00")


class Post(MemoryNotifier):
    """Sends, but for what it is told to do before."""

    def __init__(self, before=lambda notification: None):
        super().__init__()
        self.before, self.tried = before, 0

    def send(self, notification):
        self.tried += 1
        self.before(notification)
        super().send(notification)

    @property
    def keys(self):
        return [one.key for one in self.sent]


def down(notification):
    raise ConnectionError("down")


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
    """Return what opens the shop, as a relay of its own does."""

    def opened(notifier=None, **given):
        office = BackOffice.open(storage, **NEW, notifier=notifier or MemoryNotifier(), clock=clock, **given)
        return office._with(attrs.evolve(office._context, chance=lambda: 1.0))

    return opened


def placed(office, **given):
    asked = {"lines": [TEA], "payments": [Sale("30.00")], "email": "ada@example.com", **given}
    return office.orders.place(**asked).order


def states(office):
    return [row.state for row in office.outbox.list()]


def figures(report):
    return attrs.astuple(report)


class Speechless(Exception):
    """Has no words."""

    def __str__(self) -> str:
        raise RuntimeError("none at all")


class TestReported:
    def test_the_same_row_twice(self, open_):
        """Six relays at once, in small calls: each message is sent by one of them."""
        posts = [Post() for _ in range(6)]
        offices = [open_(post) for post in posts]
        for _ in range(30):
            placed(offices[0])
        with ThreadPoolExecutor(6) as pool:
            while any(report.sent for report in pool.map(lambda one: one.outbox.deliver(limit=3), offices)):
                pass
        sent = [key for post in posts for key in post.keys]
        assert 30 == len(sent) == len(set(sent))
        assert ["sent"] * 30 == states(offices[0])

    def test_a_crashed_worker_that_keeps_its_rows(self, open_, clock):
        """It keeps those of one lease, for the time of one lease; a worker that raises gives them back at once."""
        office = open_()
        for _ in range(policy.MOST_LEASED + 5):
            placed(office)

        def dies(notification):
            raise SystemExit

        with pytest.raises(SystemExit):
            open_(Post(dies)).outbox.deliver()
        post = Post()
        assert policy.MOST_LEASED + 4 == open_(post).outbox.deliver().sent
        clock.tick(seconds=policy.LEASE.total_seconds())
        assert 1 == open_(post).outbox.deliver().sent
        assert ["sent"] * (policy.MOST_LEASED + 5) == states(office)

    def test_messages_that_overtake_each_other(self, open_, storage):
        """What a machine with a slow clock writes about an order comes after what was written before."""
        early = FrozenClock(FrozenClock()().subtract(minutes=5))
        first = BackOffice.open(storage, **NEW, clock=FrozenClock(), new_id=CountingIds(1000, series=1))
        second = BackOffice.open(storage, clock=early, new_id=CountingIds(series=2))
        order = placed(first)
        second.orders.fulfill(order.id, lines={"TEA": 1}, notify=True)
        first.orders.refund(order.id, lines={"TEA": 1}, notify=True)
        second.orders.cancel(order.id, notify=True)
        # Their ids say otherwise.
        assert ["order_shipped", "order_cancelled"] == [row.kind for row in first.outbox.list()][:2]
        post = Post()
        for _ in range(4):
            open_(post).outbox.deliver(limit=1)
        assert ["order_shipped", "order_refunded", "order_cancelled"] == [one.kind for one in post.sent]
        assert ["cancelled"] == [row.error for row in first.outbox.list("skipped")]

    def test_a_table_that_is_polled_hot(self, open_, storage, monkeypatch):
        """Where nothing is due, one read is all there is: nobody waits for a writer."""
        post = Post(down)
        office = open_(post)
        monkeypatch.setattr(type(storage), "write", None)
        assert (0, 0, 0, 0, 0) == figures(office.outbox.deliver())
        monkeypatch.undo()
        placed(office)
        office.outbox.deliver()
        monkeypatch.setattr(type(storage), "write", None)
        reads, read = [], type(storage).read
        monkeypatch.setattr(type(storage), "read", lambda self, shop: reads.append(shop) or read(self, shop))
        assert (0, 0, 0, 0, 0) == figures(office.outbox.deliver())
        assert ["main"] == reads

    def test_a_receiver_that_is_hammered(self, open_, clock):
        """A server that is down for an hour is asked some twenty times, however much waits for it."""
        post = Post(down)
        office = open_(post)
        for _ in range(40):
            placed(office)
        report = office.outbox.deliver()
        assert (0, policy.FAILURES) == (report.sent, report.failed)
        for _ in range(3600 // 5):
            clock.tick(seconds=5)
            office.outbox.deliver()
        assert 15 <= post.tried <= 25
        post.before = lambda notification: None
        clock.tick(seconds=300)
        assert office.outbox.deliver().sent >= 20
        clock.tick(hours=7)
        office.outbox.deliver()
        assert ["sent"] * 40 == states(office)

    def test_a_clock_that_goes_back(self, open_, clock):
        """A destination rests no longer for that."""
        post = Post(down)
        office = open_(post)
        for _ in range(5):
            placed(office)
        office.outbox.deliver()
        clock.tick(hours=1)
        office.outbox.deliver()
        tried = post.tried
        clock.set(clock().subtract(days=1))
        post.before = lambda notification: None
        placed(office)
        assert tried
        assert 1 == office.outbox.deliver().sent

    def test_a_notifier_that_cannot_be_closed(self, open_):
        """All was sent by then."""
        post = Post()
        post.done = lambda: down(None)
        office = open_(post)
        placed(office)
        assert (1, 0) == figures(office.outbox.deliver())[:2]
        assert ["sent"] == states(office)

    def test_a_rest_ends_with_the_first_that_is_sent(self, open_, clock):
        """Failures here and there do not add up."""
        fails = iter([True, True, False, True, True, False])

        def now_and_then(notification):
            if next(fails, False):
                raise ConnectionError

        office = open_(Post(now_and_then))
        for _ in range(8):
            placed(office)
        report = office.outbox.deliver()
        assert (4, 4) == (report.sent, report.failed)

    def test_sigterm_in_a_batch(self, open_, clock):
        """The message in hand may have been sent, so it keeps its lease; the rest is free for others at once."""

        def terminated(notification):
            if 2 == first.tried:
                signal.raise_signal(signal.SIGTERM)

        first, second = Post(terminated), Post()
        office = open_(first)
        for _ in range(5):
            placed(office)
        before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        try:
            with pytest.raises(SystemExit):
                office.outbox.deliver()
        finally:
            signal.signal(signal.SIGTERM, before)
        assert 3 == open_(second).outbox.deliver().sent
        clock.tick(seconds=policy.LEASE.total_seconds())
        assert 1 == open_(second).outbox.deliver().sent
        assert 5 == len({*first.keys, *second.keys})

    def test_a_worker_that_hangs(self, open_, clock):
        """Another one takes over after the lease; the first, when it wakes, changes nothing and says so."""
        hangs, wake = threading.Event(), threading.Event()

        def hang(notification):
            hangs.set()
            assert wake.wait(30)
            raise ConnectionError("I slept")

        office = open_(Post(hang))
        placed(office)
        with ThreadPoolExecutor(1) as pool:
            task = pool.submit(office.outbox.deliver)
            assert hangs.wait(30)
            post = Post()
            assert 0 == open_(post).outbox.deliver().sent
            clock.tick(seconds=policy.LEASE.total_seconds())
            assert 1 == open_(post).outbox.deliver().sent
            wake.set()
            assert (0, 0, 0, 0, 1) == figures(task.result())
        (row,) = office.outbox.list()
        assert ("sent", None) == (row.state, row.error)

    def test_a_slow_batch(self, open_, clock):
        """A lease that half is gone of is renewed before the next message, so nobody takes over what is in hand."""
        stolen, other = [], Post()

        def slowly(notification):
            clock.tick(seconds=policy.LEASE.total_seconds() * 0.7)
            stolen.append(open_(other).outbox.deliver().sent)

        post = Post(slowly)
        office = open_(post)
        for _ in range(4):
            placed(office)
        report = office.outbox.deliver()
        # What waited in the batch for longer than its lease was for others to take; what was in hand was not.
        assert 4 == report.sent + sum(stolen)
        assert sum(stolen) == report.lost
        assert 4 == len({*post.keys, *other.keys}) == len([*post.keys, *other.keys])

    def test_a_message_that_kills_whoever_takes_it(self, open_, clock):
        """It is taken alone after its first victim, given up in the end, and holds up no others."""
        office = open_()
        bad = placed(office)
        good = [placed(office) for _ in range(3)]

        def kills(notification):
            if notification.order.id == bad.id:
                raise SystemExit

        post, deaths = Post(kills), 0
        for _ in range(policy.MOST_ATTEMPTS + 5):
            try:
                open_(post).outbox.deliver()
            except SystemExit:
                deaths += 1
            clock.tick(seconds=policy.LEASE.total_seconds())
        assert policy.MOST_ATTEMPTS == deaths
        assert [one.id for one in good] == [one.order.id for one in post.sent]
        (dead,) = office.outbox.list("dead")
        assert (bad.id, "every relay that took it ended before it was sent") == (dead.subject, dead.error)

    def test_a_crash_between_sending_and_marking(self, open_, storage, clock, monkeypatch):
        """That one message comes a second time, with the same key; no other does."""
        first, second = Post(), Post()
        office = open_(first)
        for _ in range(3):
            placed(office)

        def crashes(self, shop):
            if first.sent:
                raise KeyboardInterrupt
            return write(self, shop)

        write = type(storage).write
        monkeypatch.setattr(type(storage), "write", crashes)
        with pytest.raises(KeyboardInterrupt):
            office.outbox.deliver()
        monkeypatch.undo()
        clock.tick(seconds=policy.LEASE.total_seconds())
        assert 3 == open_(second).outbox.deliver().sent
        assert first.keys == second.keys[:1]

    def test_an_older_row_that_is_dead(self, open_, clock):
        """It lets the next one about its order pass, and no sooner."""
        post = Post(lambda one: down(one) if one.kind == "order_placed" else None)
        office = open_(post)
        order = placed(office)
        office.orders.fulfill(order.id, notify=True)
        for _ in range(policy.MOST_ATTEMPTS - 1):
            assert 0 == office.outbox.deliver().sent
            clock.tick(hours=7)
        assert 1 == office.outbox.deliver().dead
        clock.tick(minutes=5)
        assert 1 == office.outbox.deliver().sent
        assert ["order_shipped"] == [one.kind for one in post.sent]

    def test_a_storage_that_is_away_when_it_is_to_be_marked(self, open_, storage, monkeypatch):
        """The call says so; what was not tried is free."""
        post = Post()
        office = open_(post)
        for _ in range(3):
            placed(office)
        mark = errors.StorageBusy("disk")

        def away(self, work, **given):
            if post.sent and given.get("repeatable", False) is not False:
                raise mark
            return write(self, work, **given)

        write = type(office._context).write
        monkeypatch.setattr(type(office._context), "write", away)
        with pytest.raises(errors.StorageBusy):
            office.outbox.deliver()
        monkeypatch.undo()
        assert 2 == open_(Post()).outbox.deliver().sent


class TestPersonalData:
    def test_what_a_server_repeats_of_a_customer(self, open_):
        """Neither address, name nor telephone stands in the row: rows hold no personal data."""

        def refuses(one):
            who = one.order.shipping_address
            raise ConnectionError(f"no <{one.to}> here, {who.name} of {who.address1}, call {who.phone}")

        office = open_(Post(refuses))
        home = Address(name="Ada Lovelace", address1="12 rue des Lilas", phone="+33123456789")
        placed(office, shipping_address=home)
        office.outbox.deliver()
        (row,) = office.outbox.list()
        assert "ConnectionError: no <(address)> here, (personal) of (personal), call (personal)" == row.error

    @pytest.mark.parametrize("what", ["order", "draft", "checkout"])
    def test_what_a_listener_says_of_a_customer(self, open_, what):
        """It is given an event without a person; whatever it looks up, the row tells nothing of them."""

        def refuses(_):
            raise ConnectionError("no contact Ada Lovelace of 12 rue des Lilas")

        office = open_(Post(), listeners=[Listener("crm", OrderEvent, refuses)])
        asked = {
            "lines": [Line("Tea", price="5.00")],
            "customer": CustomerRef(name="Ada Lovelace", email="ada@example.com"),
            "shipping_address": Address(address1="12 rue des Lilas"),
        }
        make = {"order": office.orders.place, "draft": office.drafts.create, "checkout": office.checkouts.start}
        make[what](**asked)
        office.outbox.deliver()
        errors = [row.error for row in office.outbox.list("waiting") if row.destination == "listener:crm"]
        assert "ConnectionError: no contact (personal) of (personal)" in errors

    @pytest.mark.parametrize(
        ("error", "told"),
        [
            (Speechless(), "Speechless: it cannot be told"),
            (ValueError("\udc80 said\0so"), "ValueError: ? said so"),
            (ValueError("x" * 1_000_000), f"ValueError: {'x' * 488}"),
            (ValueError(f"{'x' * 1960} ada@example.com"), None),
        ],
        ids=["no words", "no characters", "a million", "an address at the end"],
    )
    def test_errors_that_are_hard_to_tell(self, open_, error, told):
        """None of them ends the relay, or takes it hours; the others are sent."""

        def raises(notification):
            if notification.order.id == bad.id:
                raise error

        post = Post(raises)
        office = open_(post)
        bad, good = placed(office), placed(office)
        assert (1, 1) == figures(office.outbox.deliver())[:2]
        assert [good.id] == [one.order.id for one in post.sent]
        (row,) = office.outbox.list("waiting")
        assert 1 == row.attempts
        assert told in (row.error, None)
        assert "ada@" not in row.error


class TestByHand:
    def dead(self, office, clock):
        """Return a message that was given up."""
        order = placed(office)
        for _ in range(policy.MOST_ATTEMPTS):
            office.outbox.deliver()
            clock.tick(hours=7)
        (row,) = [row for row in office.outbox.list("dead") if row.subject == order.id]
        return row

    def test_a_dead_letter_is_sent_again(self, open_, clock):
        """With the same key, and ten attempts again."""
        post = Post(down)
        office = open_(post)
        row = self.dead(office, clock)
        assert row.done_at is not None
        again = office.outbox.resend(row.id)
        assert ("waiting", 0, None, None, clock(), row.key) == (
            again.state,
            again.attempts,
            again.error,
            again.done_at,
            again.due_at,
            again.key,
        )
        assert [again] == list(office.outbox.list())
        assert 1 == office.outbox.deliver().failed
        post.before = lambda notification: None
        clock.tick(minutes=5)
        assert 1 == office.outbox.deliver().sent
        assert [row.key] == post.keys

    def test_what_is_not_dead(self, open_, clock):
        """It is refused, with what it is: waiting, sent or skipped."""
        office = open_()
        placed(office)
        (row,) = office.outbox.list()

        def refused(state):
            with pytest.raises(errors.MessageNotDead, match=f"is {state}; only one that is dead") as no:
                office.outbox.resend(row.id)
            assert (row.id, state) == (no.value.message_id, no.value.state)

        refused("waiting")
        office.outbox.deliver()
        refused("sent")
        with pytest.raises(errors.MessageOver, match="is sent; only one that is waiting or dead"):
            office.outbox.drop(row.id)
        placed(office)
        (row,) = office.outbox.list("waiting")
        office.outbox.drop(row.id)
        refused("skipped")
        with pytest.raises(errors.MessageOver, match="is skipped"):
            office.outbox.drop(row.id)

    def test_a_message_is_dropped(self, open_, clock):
        """One that waits, also while it is being sent, or is dead; the next about its order passes."""
        post = Post(down)
        office = open_(post)
        dead = self.dead(office, clock)
        order = placed(office)
        office.orders.fulfill(order.id, notify=True)
        office.outbox.deliver()
        (first, second) = office.outbox.list("waiting")
        for row in (dead, first):
            dropped = office.outbox.drop(row.id)
            assert ("skipped", "dropped", clock()) == (dropped.state, dropped.error, dropped.done_at)
        post.before = lambda notification: office.outbox.drop(second.id)
        clock.tick(minutes=10)
        assert (0, 0, 0, 0, 1) == figures(office.outbox.deliver())
        assert ["skipped"] * 3 == states(office)

    @pytest.mark.parametrize("name", ["resend", "drop"])
    @pytest.mark.parametrize("id", ["nowhere", "", "é"])
    def test_a_message_that_is_not_there(self, open_, name, id):
        """It is told so."""
        with pytest.raises(errors.UnknownId, match="message"):
            getattr(open_().outbox, name)(id)

    def test_a_state_that_is_none(self, open_):
        """It is refused with those that are."""
        with pytest.raises(errors.InvalidValue, match="waiting, sent, skipped or dead"):
            open_().outbox.list("lost")


class TestPurge:
    def test_what_is_over_is_forgotten_after_ninety_days(self, open_, clock):
        """Sent and skipped messages by `run_due`, no more than its limit; what waits or is dead stays."""
        office = open_(Post())
        for _ in range(3):
            placed(office)
        office.outbox.deliver()
        placed(office)
        (row,) = office.outbox.list("waiting")
        office.outbox.drop(row.id)
        placed(office)
        clock.tick(days=90)
        assert 0 == office.run_due().messages
        clock.tick(microseconds=1)
        assert [3, 1, 0] == [office.run_due(limit=3).messages for _ in range(3)]
        assert ["waiting"] == states(office)
