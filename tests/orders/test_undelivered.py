"""Mails that ask customers back and could not be sent, through the door, in memory and on SQLite."""

from pathlib import Path
from typing import Any

import pytest

from backoffice_core import BackOffice, Checkout, Recovery
from backoffice_core.notify.base import Undeliverable
from backoffice_core.notify.fanout import FanOut, Only
from backoffice_core.notify.memory import MemoryNotifier
from backoffice_core.storage.rows import OutboxRow
from backoffice_core.storage.trouble import StorageBroken
from tests.orders.carts import a_shop_with_carts, happened, later, left, mails

REFUSED = Undeliverable("550 no such mailbox")


class Moody:
    """Sends into a list, or raises what it is told to."""

    def __init__(self, error: Exception | None = REFUSED) -> None:
        self.error = error
        self.sent: list[Any] = []

    def send(self, notification: Any) -> None:
        if self.error is not None:
            raise self.error
        self.sent.append(notification)


@pytest.fixture(params=["memory", "sqlite"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return "memory:" if request.param == "memory" else f"sqlite:///{tmp_path}/shop.db"


def office_with(url: str, notifier: Any, **settings: Any) -> BackOffice:
    return a_shop_with_carts(url, notifier=notifier, **settings)


def tried(office: BackOffice) -> tuple[Checkout, OutboxRow]:
    """Return a checkout whose mail was tried, and its message."""
    checkout = left(office)
    later(office, hours=10)
    return office.checkouts.get(checkout.id), office.outbox.list()[-1]


def stands(office: BackOffice, id: str) -> tuple[str, str, str | None]:
    """Return the e-mail state of a checkout, the state of its last mail and its reason."""
    checkout = office.checkouts.get(id)
    return str(checkout.email_state), str(checkout.reminders[-1].state), checkout.reminders[-1].reason


class TestRule1_Failed:
    def test_given_up(self, url: str) -> None:
        """Nothing waits any more, and the list, the timeline and the story say so."""
        office = office_with(url, Moody())
        checkout, row = tried(office)
        assert ("dead", "not_sent", "failed", "undeliverable") == (row.state, *stands(office, checkout.id))
        assert [1, 0, 0] == [
            office.checkouts.count(f"email_state:{state}") for state in ("not_sent", "scheduled", "suppressed")
        ]
        assert ["RecoveryScheduled", "RecoveryFailed"] == happened(office, checkout)[-2:]
        assert "A recovery mail could not be sent (it was given up)." == office.checkouts.story(checkout.id)[-1].text

    def test_after_many_attempts(self, url: str) -> None:
        """It waits until it is dead."""
        office = office_with(url, Moody(ConnectionError("no route")))
        checkout, _ = tried(office)
        assert ("scheduled", "queued", None) == stands(office, checkout.id)
        for _ in range(9):
            later(office, hours=7)
        assert ("not_sent", "failed", "undeliverable") == stands(office, checkout.id)

    def test_the_next_step_is_not_planned(self, url: str) -> None:
        """An address that takes no mail takes no second one."""
        office = office_with(url, Moody(), recovery=Recovery(after=(1, 24)))
        checkout, _ = tried(office)
        later(office, days=3)
        assert ["failed"] == [str(one.state) for one in office.checkouts.get(checkout.id).reminders]
        assert 1 == len(office.outbox.list())

    def test_dropped_by_hand(self, url: str) -> None:
        office = office_with(url, MemoryNotifier())
        checkout = left(office)
        office._context.clock.tick(hours=10)  # type: ignore[attr-defined]
        office.run_due()
        office.outbox.drop(office.outbox.list("waiting")[0].id)
        assert ("not_sent", "failed", "dropped") == stands(office, checkout.id)

    @pytest.mark.parametrize("several", [True, False])
    def test_nobody_to_send_it(self, url: str, several: bool) -> None:
        """No part of the notifier wants mails of its kind."""
        only = Only(MemoryNotifier(), kinds=["order_placed"])
        office = office_with(url, FanOut({"mail": only}) if several else only)
        checkout, row = tried(office)
        assert ("skipped", "no_notifier") == (row.state, row.error)
        assert ("not_sent", "failed", "no_notifier") == stands(office, checkout.id)

    def test_of_a_document_that_nobody_can_read(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Its mail is given up all the same, and holds nobody up."""
        office = office_with(url, Moody())
        checkout = left(office)
        office._context.clock.tick(hours=10)  # type: ignore[attr-defined]
        office.run_due()

        def broken(*_: Any, **__: Any) -> None:
            raise StorageBroken("a stored checkout cannot be read")

        with office._context.storage.write(office.shop) as unit:
            monkeypatch.setattr(type(unit), "checkout", broken)
        for _ in range(11):
            office.outbox.deliver()
            office._context.clock.tick(hours=7)  # type: ignore[attr-defined]
        assert ["dead"] == [row.state for row in office.outbox.list()]
        monkeypatch.undo()
        assert ("scheduled", "queued", None) == stands(office, checkout.id)


class TestRule2_SentAgain:
    def test_it_waits_and_is_sent(self, url: str) -> None:
        """The link of the mail that arrives leads back, and the next step is planned."""
        moody = Moody()
        office = office_with(url, moody, recovery=Recovery(after=(1, 24)))
        checkout, row = tried(office)
        moody.error = None
        office.outbox.resend(row.id)
        assert ("scheduled", "queued", None) == stands(office, checkout.id)
        office.outbox.deliver()
        after = office.checkouts.get(checkout.id)
        assert ("sent", ["sent", "scheduled"]) == (after.email_state, [str(one.state) for one in after.reminders])
        assert 1 == len(mails(office))

    def test_it_fails_again(self, url: str) -> None:
        office = office_with(url, Moody())
        checkout, row = tried(office)
        office.outbox.resend(row.id)
        office.outbox.deliver()
        assert ("not_sent", "failed", "undeliverable") == stands(office, checkout.id)

    def test_asked_about_as_any_other(self, url: str) -> None:
        """Whoever bought meanwhile is not written to."""
        moody = Moody()
        office = office_with(url, moody)
        checkout, row = tried(office)
        moody.error = None
        office.checkouts.complete(checkout.id)
        office.outbox.resend(row.id)
        assert ("not_sent", "failed", "undeliverable") == stands(office, checkout.id)
        office.outbox.deliver()
        assert [] == mails(office)
        assert ("suppressed", "suppressed", "completed") == stands(office, checkout.id)

    def test_of_a_checkout_that_is_gone(self, url: str) -> None:
        """Its message is skipped, and nothing else happens."""
        office = office_with(url, Moody())
        _, row = tried(office)
        later(office, days=120)
        assert 0 == office.checkouts.count()
        office.outbox.resend(row.id)
        office.outbox.deliver()
        assert "deleted" == office.outbox.list()[-1].error


class TestRule3_SeveralNotifiers:
    @pytest.mark.parametrize("bad_first", [True, False])
    def test_what_one_sent_is_sent(self, url: str, bad_first: bool) -> None:
        """Whatever the other one makes of it, and whichever comes first."""
        kept = MemoryNotifier()
        parts: dict[str, Any] = {"bad": Moody(), "good": kept} if bad_first else {"good": kept, "bad": Moody()}
        office = office_with(url, FanOut(parts))
        checkout, _ = tried(office)
        assert ["dead", "sent"] == sorted(row.state for row in office.outbox.list())
        assert ("sent", "sent", None) == stands(office, checkout.id)
        assert 1 == len(kept.sent)

    @pytest.mark.parametrize(("why", "sent"), [("sold out", 1), ("opted out", 0), ("bought", 0)])
    def test_the_other_one_gets_what_one_sent(self, url: str, why: str, sent: int) -> None:
        """Later, and though nothing is left by then; not to somebody who wants none, or who bought."""
        slow, kept = Moody(ConnectionError("no route")), MemoryNotifier()
        office = office_with(url, FanOut({"good": kept, "slow": slow}))
        checkout, _ = tried(office)
        assert ("sent", 0) == (office.checkouts.get(checkout.id).email_state, len(slow.sent))
        if why == "sold out":
            office.catalog.set_stock("CUP", 0)
        elif why == "bought":
            office.checkouts.complete(checkout.id)
        else:
            office.checkouts.unsubscribe(kept.sent[0].text.partition("/stop?token=")[2].split()[0])
        slow.error = None
        later(office, minutes=5)
        assert sent == len(slow.sent)
        assert ("sent", "sent", None) == stands(office, checkout.id)

    def test_suppressed_stays(self, url: str) -> None:
        """Dropping a mail that nobody should get changes no reason."""
        office = office_with(url, MemoryNotifier())
        checkout = left(office)
        office._context.clock.tick(hours=10)  # type: ignore[attr-defined]
        office.run_due()
        office.checkouts.close(checkout.id)
        office.outbox.drop(office.outbox.list("waiting")[0].id)
        assert ("suppressed", "suppressed", "closed") == stands(office, checkout.id)
