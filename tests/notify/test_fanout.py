"""Several notifiers and functions in place of one: what each gets, and that none makes another one's come twice."""

import asyncio
import json

import attrs
import pytest

from backoffice_core import AsyncBackOffice, BackOffice, Line, Sale, errors
from backoffice_core.notify.base import Undeliverable
from backoffice_core.notify.fanout import FanOut, Only
from backoffice_core.notify.memory import MemoryNotifier
from backoffice_core.notify.webhook import WebhookNotifier, payload
from backoffice_core.testing import FrozenClock, NotifierContract
from backoffice_core.testing.builders import a_message
from backoffice_core.testing.notifier_contract import a_notification

NEW = {"currency": "EUR", "taxes_included": True, "auto_archive": False}
TEA = Line("Tea", sku="TEA", quantity=3, price="10.00")


class Down(MemoryNotifier):
    """Fails until it is repaired."""

    def __init__(self, error=ConnectionError):
        super().__init__()
        self.error, self.tried = error, 0

    def send(self, notification):
        self.tried += 1
        if self.error is not None:
            raise self.error("no")
        super().send(notification)


class TestWebhookContract(NotifierContract):
    """The contract of all notifiers, by a plain function."""

    @pytest.fixture
    def notifier(self):
        self.posted = []
        return WebhookNotifier(self.posted.append)

    def sent(self, notifier):
        return [one["key"] for one in self.posted]


class TestAsyncWebhookContract(TestWebhookContract):
    """And by an async one."""

    @pytest.fixture
    def notifier(self):
        self.posted = []

        async def post(message):
            await asyncio.sleep(0)
            self.posted.append(message)
            return 200

        return WebhookNotifier(post)


class TestFanOutContract(NotifierContract):
    """Several at once, one of them async."""

    @pytest.fixture
    def notifier(self):
        self.mails, self.posted = MemoryNotifier(), []

        async def post(message):
            self.posted.append(message["key"])

        return FanOut({"mail": self.mails, "post": WebhookNotifier(post)})

    def sent(self, notifier):
        assert self.posted == [one.key for one in self.mails.sent]
        return self.posted


class TestOnlyContract(NotifierContract):
    """One that gets all there is."""

    @pytest.fixture
    def notifier(self):
        return Only(MemoryNotifier())

    def sent(self, notifier):
        return [one.key for one in notifier.notifier.sent]


@pytest.fixture(params=["memory", "sqlite", pytest.param("PostgreSQL", marks=pytest.mark.postgres)])
def open_(request, tmp_path):
    where = {"memory": "memory:", "sqlite": tmp_path / "shop.db"}.get(request.param)
    storage = where or request.getfixturevalue("emptied_postgres")()
    offices = []

    def opened(notifier, **given):
        url = offices[0]._context.storage if offices else storage
        clock = offices[0]._context.clock if offices else FrozenClock()
        offices.append(BackOffice.open(url, **NEW, notifier=notifier, clock=clock, **given))
        return offices[-1]

    yield opened
    if where is not None:
        offices[0].close()


def placed(office, **given):
    asked = {"lines": [TEA], "payments": [Sale("30.00")], "email": "ada@example.com", **given}
    return office.orders.place(**asked).order


def rows(office, state=None):
    return [(row.destination, row.kind, row.state) for row in office.outbox.list(state)]


class TestPayload:
    def test_what_a_function_gets(self, open_):
        """Plain values that JSON has a word for; no address that a letter leads to, and so no secret of a cart."""
        posted = []

        class Shop:
            def __getattr__(self, name):
                return lambda *given: "https://example.com/?token=secret"

        office = open_(WebhookNotifier(lambda message: posted.append(json.dumps(message))), links=Shop())
        order = placed(office)
        office.outbox.deliver()
        (text,) = posted
        message = json.loads(text)
        assert {"key", "kind", "audience", "name", "fact", "locale", "view"} == set(message)
        assert ("order_placed", "customer", order.name, order.id, "en") == (
            message["kind"],
            message["audience"],
            message["name"],
            message["fact"],
            message["locale"],
        )
        assert order.name == message["view"]["order"]["name"]
        assert "secret" not in text

    def test_the_message_itself_stays_as_it_is(self):
        """Its view has its links still."""
        notification = a_notification(view={"links": {"order": "https://example.com"}, "kind": "order_placed"})
        assert {"kind": "order_placed"} == payload(notification)["view"]
        assert "links" in notification.view


class TestParts:
    def test_each_gets_its_own(self, open_):
        """By kind and by whom it is for; the key that they are told is the same."""
        mail, staff, crm = MemoryNotifier(), MemoryNotifier(), MemoryNotifier()
        parts = {
            "mail": Only(mail, audience="customer"),
            "staff": Only(staff, audience="staff"),
            "crm": Only(crm, kinds=["order_placed", "order_cancelled"]),
        }
        office = open_(FanOut(parts), owner_email="owner@example.com")
        order = placed(office)
        (row,) = office.outbox.list()
        with office._context.storage.write("main") as unit:
            unit.put_messages([attrs.evolve(row, id=order.id, key="to staff", kind="staff_order_placed")])
        office.orders.fulfill(order.id, lines={"TEA": 1}, notify=True)
        assert 4 == office.outbox.deliver().sent
        got = [[one.kind for one in part.sent] for part in (mail, staff, crm)]
        assert [["order_placed", "order_shipped"], ["staff_order_placed"], ["order_placed"]] == got
        assert mail.sent[0].key == crm.sent[0].key
        assert not {"@mail", "@crm"} & {word for one in (*mail.sent, *crm.sent) for word in one.key.split()}

    @pytest.mark.parametrize("error", [ConnectionError, Undeliverable])
    def test_one_that_is_down(self, open_, error):
        """Its messages wait in their order, or are dead; the others' go on, and none comes twice."""
        hook, mail = Down(error), MemoryNotifier()
        office = open_(FanOut({"hook": hook, "mail": mail}))
        order = placed(office)
        office.orders.fulfill(order.id, notify=True)
        office.outbox.deliver()
        assert ["order_placed", "order_shipped"] == [one.kind for one in mail.sent]
        if error is Undeliverable:
            assert [("notifier:hook", kind, "dead") for kind in ("order_placed", "order_shipped")] == rows(
                office, "dead"
            )
            for row in office.outbox.list("dead"):
                office.outbox.resend(row.id)
        hook.error = None
        office._context.clock.tick(minutes=1)
        assert 2 == office.outbox.deliver().sent
        assert ["order_placed", "order_shipped"] == [one.kind for one in hook.sent]
        assert 2 == len(mail.sent)
        assert [one.key for one in hook.sent] == [one.key for one in mail.sent]

    def test_a_message_stays_unique(self, open_):
        """The key of the message is in use still when it has been split, and each copy has one of its own."""
        office = open_(FanOut({"a": MemoryNotifier(), "b": MemoryNotifier()}))
        order = placed(office)
        (before,) = office.outbox.list()
        office.outbox.deliver()
        keys = [row.key for row in office.outbox.list()]
        assert sorted([before.key, f"{before.key} @b"]) == sorted(keys)
        with pytest.raises(errors.AlreadyStored), office._context.storage.write("main") as unit:
            unit.put_messages([attrs.evolve(before, id=order.id)])

    def test_nobody_wants_it(self, open_):
        """It is skipped."""
        for notifier in (
            FanOut({"a": Only(MemoryNotifier(), kinds=["order_cancelled"])}),
            Only(MemoryNotifier(), kinds=["order_cancelled"]),
        ):
            office = open_(notifier)
            placed(office)
            assert (0, 1) == (office.outbox.deliver().sent, len(office.outbox.list("skipped")))
            assert {"no_notifier"} == {row.error for row in office.outbox.list("skipped")}
            office._context.clock.tick(days=91)
            office.run_due()

    def test_a_process_with_other_parts(self, open_):
        """It sends what it can; the rest waits for whoever has the part."""
        office = open_(FanOut({"a": Down(), "b": MemoryNotifier()}))
        placed(office)
        office.outbox.deliver()
        plain = open_(MemoryNotifier())
        plain._context.clock.tick(minutes=1)
        assert 0 == plain.outbox.deliver().sent
        (waits,) = plain.outbox.list("waiting")
        assert "notifier:a" == waits.destination
        placed(plain)
        assert 1 == plain.outbox.deliver().sent

    def test_the_limit_counts_what_is_sent(self, open_):
        """Not that a message was split."""
        a, b = MemoryNotifier(), MemoryNotifier()
        office = open_(FanOut({"a": a, "b": b}))
        for _ in range(3):
            placed(office)
        assert 4 == office.outbox.deliver(limit=4).sent
        assert 2 == office.outbox.deliver(limit=4).sent
        assert (3, 3) == (len(a.sent), len(b.sent))

    def test_a_kind_of_a_newer_library(self, open_):
        """It waits for whoever knows it."""
        office = open_(FanOut({"a": MemoryNotifier()}))
        placed(office, notify=False)
        with office._context.storage.write("main") as unit:
            unit.put_messages([a_message(1, kind="moon_landing")])
        for _ in range(12):
            assert 1 == office.outbox.deliver().failed
            office._context.clock.tick(hours=1)
        (row,) = office.outbox.list("waiting")
        assert (0, "notifier") == (row.attempts, row.destination)

    @pytest.mark.parametrize(
        ("parts", "field"),
        [
            ({}, "parts"),
            ([MemoryNotifier()], "parts"),
            ({"": MemoryNotifier()}, "parts"),
            ({"a" * 21: MemoryNotifier()}, "parts"),
            ({"a b": MemoryNotifier()}, "parts"),
            ({7: MemoryNotifier()}, "parts"),
            ({"a": FanOut({"b": MemoryNotifier()})}, "parts"),
            ({"a": Only(Only(MemoryNotifier()))}, "parts"),
            ({"a": print}, "parts"),
        ],
    )
    def test_what_cannot_be_meant(self, parts, field):
        """It is refused."""
        with pytest.raises(errors.InvalidValue) as no:
            FanOut(parts)
        assert field == no.value.field

    @pytest.mark.parametrize(
        "given", [{"kinds": "order_placed"}, {"kinds": ()}, {"kinds": ["moon"]}, {"audience": "all"}, {"kinds": 7}]
    )
    def test_a_choice_that_cannot_be_meant(self, given):
        """It is refused."""
        with pytest.raises(errors.InvalidValue):
            Only(MemoryNotifier(), **given)

    def test_without_the_outbox(self):
        """It closes what its parts keep open, awaitable where one is."""
        told = []

        class Keeps(MemoryNotifier):
            def done(self):
                told.append("plain")

        class Awaited(MemoryNotifier):
            async def done(self):
                told.append("async")

        assert FanOut({"a": Keeps(), "b": MemoryNotifier()}).done() is None
        asyncio.run(FanOut({"a": Awaited(), "b": Keeps()}).done())
        assert ["plain", "plain", "async"] == told

    def test_it_lets_go_of_what_parts_keep_open(self, open_):
        """Each is told when the relay is done, an async one too; an error then changes nothing."""
        told = []

        class Keeps(MemoryNotifier):
            def done(self):
                told.append("plain")
                raise ZeroDivisionError

        class Awaited(MemoryNotifier):
            async def done(self):
                told.append("async")

        office = open_(FanOut({"a": Keeps(), "b": Only(Awaited())}))
        placed(office)
        assert 2 == office.outbox.deliver().sent
        assert ["plain", "async"] == told


@pytest.mark.parametrize("where", ["memory:", "file"])
def test_the_awaitable_door(tmp_path, where):
    """Each part by its own way: awaited, or in a thread."""
    url = where if where == "memory:" else f"sqlite:///{tmp_path}/shop.db"

    async def run():
        loop, posted, mails = asyncio.get_running_loop(), [], MemoryNotifier()

        async def post(message):
            posted.append((message["kind"], asyncio.get_running_loop() is loop))

        parts = FanOut({"mail": mails, "post": WebhookNotifier(post)})
        async with await AsyncBackOffice.open(url, **NEW, notifier=parts) as office:
            await office.orders.place(lines=[TEA], email="ada@example.com")
            report = await office.outbox.deliver()
            return report.sent, len(mails.sent), posted

    assert (2, 1, [("order_placed", True)]) == asyncio.run(run())
