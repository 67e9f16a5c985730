"""Reports on messages that came twice, or to those who should not have got them."""

import attrs
import pytest

from backoffice_core import Authorization, BackOffice, Line, Sale, errors
from backoffice_core.gateways.fake import FakeGateway
from backoffice_core.notify.base import Undeliverable
from backoffice_core.notify.memory import MemoryNotifier
from backoffice_core.testing import FrozenClock

TEA = [Line("Tea", sku="TEA", price="10.00")]
NEW = {"currency": "EUR", "taxes_included": True}


@pytest.fixture(params=["memory", "sqlite"])
def url(request, tmp_path):
    return "memory:" if request.param == "memory" else tmp_path / "shop.db"


def test_report_118_the_way_of_an_order_sends_its_confirmation_once(url):
    """On hold, pending, paid, shipped, archived and open again: each fact is told once, whatever the states are."""
    notifier = MemoryNotifier()
    switched_on = ("order_placed", "order_shipped")
    card = {"card": FakeGateway()}
    with BackOffice.open(url, **NEW, notifier=notifier, gateways=card, notifications=switched_on) as office:
        asked = {"lines": TEA, "email": "ada@example.com", "source": ("web", "checkout-1")}
        asked["payments"] = [Authorization("10.00", gateway="card")]
        for _ in range(3):
            # The customer's browser, the gateway's webhook and the page after paying, all with the same request.
            order = office.orders.place(**asked, idempotency_key="place-1").order
        office.orders.hold(order.id, reason="awaiting_payment")
        office.orders.release_hold(order.id)
        for _ in range(2):
            office.orders.capture(order.id, idempotency_key="capture-1")
            office.orders.fulfill(order.id, notify=True, idempotency_key="ship-1")
            office.outbox.deliver()
        office.orders.unarchive(order.id)
        office.orders.archive(order.id)
        office.outbox.deliver()
    assert ["order_placed", "order_shipped"] == [one.kind for one in notifier.sent]


def test_report_118_a_key_of_a_message_is_used_once(url):
    """Kind, subject and fact: a second message of the same key is refused by the storage, sent or not."""
    with BackOffice.open(url, **NEW, notifier=MemoryNotifier()) as office:
        office.orders.place(lines=TEA, payments=[Sale("10.00")], email="ada@example.com")
        (row,) = office.outbox.list()
        assert [row.kind, row.subject, row.fact, "1"] == row.key.split()
        for _ in range(2):
            with pytest.raises(errors.AlreadyStored), office._context.storage.write("main") as unit:
                unit.put_messages([attrs.evolve(row, id="another")])
            office.outbox.deliver()
        assert ["sent"] == [one.state for one in office.outbox.list()]


def test_report_119_sending_many_again_skips_those_that_nobody_should_get(url):
    """The mail server refused all night; what is dead is sent again, but for orders cancelled or deleted since."""
    notifier = MemoryNotifier()

    class Down:
        up = False

        def send(self, notification):
            if not self.up:
                raise Undeliverable("550 not tonight")
            notifier.send(notification)

    server = Down()
    with BackOffice.open(url, **NEW, clock=FrozenClock(), notifier=server) as office:
        placed = [office.orders.place(lines=TEA, email=f"c{at}@example.com").order.id for at in range(4)]
        assert 4 == office.outbox.deliver().dead
        office.orders.cancel(placed[1])
        office.orders.cancel(placed[2])
        office.orders.delete(placed[2])
        server.up = True
        for row in office.outbox.list("dead"):
            office.outbox.resend(row.id)
        report = office.outbox.deliver()
        assert (2, 2, 0) == (report.sent, report.skipped, report.failed)
        assert [placed[0], placed[3]] == [one.order.id for one in notifier.sent]
        skipped = office.outbox.list("skipped")
        assert {placed[1]: "cancelled", placed[2]: "deleted"} == {row.subject: row.error for row in skipped}
        for row in skipped:
            with pytest.raises(errors.MessageNotDead):
                office.outbox.resend(row.id)
