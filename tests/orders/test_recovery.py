"""Asking customers back to what they left behind, through the door, in memory and on SQLite."""

from pathlib import Path
from typing import Any

import pendulum
import pytest

from backoffice_core import BackOffice, CustomerRef, Line, Recovery, Sale, errors
from backoffice_core.optouts import address_hash, token_hash
from backoffice_core.orders.events import CheckoutCompleted
from backoffice_core.storage.codec import encode
from backoffice_core.testing.clock import START
from tests.orders.carts import (
    ADA,
    a_shop_with_carts,
    asked_back,
    begun,
    clock,
    happened,
    later,
    left,
    mails,
    token_of,
)


@pytest.fixture(params=["memory", "sqlite"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    office = a_shop_with_carts("memory:" if request.param == "memory" else f"sqlite:///{tmp_path}/shop.db")
    yield office
    office.close()


def state(office: BackOffice, id: str) -> tuple[str, str | None]:
    """Return the e-mail state of a checkout, and why its last mail was not sent."""
    checkout = office.checkouts.get(id)
    return str(checkout.email_state), checkout.reminders[-1].reason if checkout.reminders else None


class TestRule1_Left:
    def test_after_ten_minutes(self, office: BackOffice) -> None:
        """Not before, by whoever looks; a customer who cannot be written to leaves nothing behind."""
        checkout, nobody = begun(office), begun(office, email=None)
        clock(office).tick(minutes=9, seconds=59)
        assert 0 == office.run_due().abandoned
        clock(office).tick(seconds=1)
        assert 1 == office.run_due().abandoned
        assert 0 == office.run_due().abandoned
        assert office.checkouts.get(checkout.id).is_abandoned
        assert not office.checkouts.get(nobody.id).is_abandoned
        clock(office).tick(hours=1)
        office.checkouts.give_contact(nobody.id, phone="+33612345678")
        clock(office).tick(minutes=10)
        assert 1 == office.run_due().abandoned

    def test_what_is_over_is_not_left_behind(self, office: BackOffice) -> None:
        """Neither what was bought in the end, nor what was closed."""
        for end in (office.checkouts.complete, office.checkouts.close):
            checkout = left(office)
            assert 1 == office.checkouts.count("status:abandoned")
            end(checkout.id)
            assert not office.checkouts.get(checkout.id).is_abandoned
            assert 0 == office.checkouts.count("status:abandoned")

    def test_as_the_settings_say(self, office: BackOffice) -> None:
        """A longer time, set later, holds for what is begun already."""
        checkout = begun(office)
        office.change_settings(checkout_minutes=60)
        clock(office).tick(minutes=11)
        assert 0 == office.run_due().abandoned
        assert START.add(minutes=60) == office.checkouts.get(checkout.id).due_at
        clock(office).tick(minutes=49)
        assert 1 == office.run_due().abandoned

    def test_coming_back(self, office: BackOffice) -> None:
        """Takes it back, with what was planned; leaving again counts from then on."""
        checkout = left(office)
        assert ("scheduled", None) == state(office, checkout.id)
        clock(office).tick(hours=9)
        office.checkouts.reach_step(checkout.id, "payment")
        assert ("not_sent", None) == state(office, checkout.id)
        later(office, hours=1)
        assert [] == mails(office)
        assert office.checkouts.get(checkout.id).is_abandoned
        later(office, hours=10)
        assert 1 == len(mails(office))


class TestRule2_TheMoment:
    def test_is_when_its_time_was_over(self, office: BackOffice) -> None:
        """Not when somebody looked: mails are planned from there on."""
        checkout = begun(office)
        clock(office).tick(hours=3)
        office.run_due()
        found = office.checkouts.get(checkout.id)
        assert START.add(minutes=10) == found.abandoned_at
        assert START.add(minutes=10, hours=10) == found.reminders[0].due_at


class TestRule3_OneAtATime:
    def test_several_steps(self, office: BackOffice) -> None:
        """Each is planned when the one before was sent; after the last there is none."""
        office.change_settings(recovery=Recovery(after=(1, 24)))
        checkout = left(office)
        later(office, hours=1)
        assert 1 == len(mails(office))
        later(office, hours=22)
        assert 1 == len(mails(office))
        later(office, hours=2)
        later(office, days=30)
        assert 2 == len(mails(office))
        assert [1, 2] == [one.step for one in office.checkouts.get(checkout.id).reminders]
        told = happened(office, checkout)
        assert ["RecoveryScheduled", "RecoverySent", "RecoveryScheduled", "RecoverySent"] == told[-4:]

    def test_leaving_again_after_a_mail(self, office: BackOffice) -> None:
        """The same step is not sent twice, however often somebody comes and goes."""
        checkout, _ = asked_back(office)
        for step in ("payment", "review", "payment"):
            office.checkouts.reach_step(checkout.id, step)
            later(office, hours=11)
            later(office, hours=11)
        assert 1 == len(mails(office))

    def test_never_by_default(self, office: BackOffice) -> None:
        """A shop that does not say so asks nobody back."""
        office.change_settings(recovery=Recovery())
        checkout = left(office)
        later(office, days=3)
        assert ("not_sent", None, []) == (*state(office, checkout.id), mails(office))


class TestRule4_Standing:
    @pytest.mark.parametrize(
        ("more", "settings", "why"),
        [
            ({"channel": "pos"}, {}, "channel"),
            ({"email": None, "phone": "+33612345678"}, {}, "no_address"),
            ({"lines": [Line("Gift", price="0.00")]}, {}, "free"),
            ({}, {"to": "subscribers"}, "no_consent"),
        ],
    )
    def test_a_reason_not_to(self, office: BackOffice, more: Any, settings: Any, why: str) -> None:
        """It is told at once: there is no mail to wait for."""
        office.change_settings(recovery=Recovery(after=10, **settings))
        checkout = left(office, *more.get("lines", ()), **{name: more[name] for name in more if name != "lines"})
        assert ("suppressed", why) == state(office, checkout.id)
        later(office, days=2)
        assert [] == mails(office)

    def test_subscribers(self, office: BackOffice) -> None:
        """Who agreed is asked back, whatever else is set."""
        office.change_settings(recovery=Recovery(after=1, to="subscribers", channels=("app", "web")))
        left(office, email=None, channel="app", customer=CustomerRef(email=ADA, accepts_marketing=True))
        later(office, hours=1)
        assert [ADA] == [mail.to for mail in mails(office)]

    def test_a_reason_that_stays(self, office: BackOffice) -> None:
        """Leaving again and again for the same reason is told once in the checkout."""
        office.change_settings(recovery=Recovery(after=10, to="subscribers"))
        checkout = left(office)
        for _ in range(3):
            office.checkouts.update(checkout.id, step="shipping", note=str(clock(office)()))
            later(office, minutes=11)
        (one,) = office.checkouts.get(checkout.id).reminders
        assert ("suppressed", "no_consent") == (one.state, one.reason)

    @pytest.mark.parametrize(("status", "sent"), [("failure", 1), ("pending", 0), ("success", 0)])
    def test_money_on_its_way(self, office: BackOffice, status: Any, sent: int) -> None:
        """Whoever has paid is not asked to; whose payment failed is."""
        checkout = begun(office)
        office.checkouts.try_payment(checkout.id, gateway="card", status=status)
        later(office, minutes=11)
        later(office, hours=10)
        assert sent == len(mails(office))

    @pytest.mark.parametrize("field", ["after", "to", "channels", "window_days"])
    def test_what_cannot_be_set(self, field: str) -> None:
        for wrong in (0, (10, 1), "often", (True,), None, ("",), -1):
            if (field, wrong) == ("channels", "often"):
                continue
            with pytest.raises(errors.InvalidValue, match=field):
                Recovery(**{field: wrong})  # type: ignore[arg-type]


class TestRule5_AskedOnceMore:
    """What is true when the mail was planned may not be when it is about to be sent."""

    def due(self, office: BackOffice, *lines: Line, **more: Any) -> str:
        """Return the id of a checkout whose mail waits in the outbox."""
        checkout = left(office, *lines, **more)
        clock(office).tick(hours=10)
        assert 1 == office.run_due().scheduled
        return checkout.id

    def skipped(self, office: BackOffice, id: str, why: str) -> None:
        """Check that the mail is not sent, for a reason that stands in the outbox and in the checkout."""
        delivered = office.outbox.deliver()
        assert (0, 1, []) == (delivered.sent, delivered.skipped, mails(office))
        assert [why] == [row.error for row in office.outbox.list("skipped")]
        assert ("suppressed", why) == state(office, id)
        later(office, days=2)
        assert [] == mails(office)

    def test_nothing_in_the_way(self, office: BackOffice) -> None:
        id = self.due(office)
        assert 1 == office.outbox.deliver().sent
        assert ("sent", None) == state(office, id)

    def test_completed(self, office: BackOffice) -> None:
        id = self.due(office)
        office.checkouts.complete(id)
        self.skipped(office, id, "completed")

    def test_closed(self, office: BackOffice) -> None:
        id = self.due(office)
        office.checkouts.close(id)
        self.skipped(office, id, "closed")

    def test_came_back(self, office: BackOffice) -> None:
        id = self.due(office)
        office.checkouts.update(id, note="still thinking")
        delivered = office.outbox.deliver()
        assert (1, "active") == (delivered.skipped, office.outbox.list("skipped")[0].error)

    @pytest.mark.parametrize(
        "order",
        [
            {"email": "ADA@Example.com"},
            {"customer": CustomerRef(id="c-1")},
            {"email": ADA, "source": ("pos", "9"), "test": True},
        ],
    )
    def test_ordered_since(self, office: BackOffice, order: Any) -> None:
        """By the same customer or address, whatever its case and whoever placed it; cancelled since, too."""
        id = self.due(office, email=None, customer=CustomerRef(id="c-1", email=ADA))
        placed = office.acting_as("marie").orders.place(lines=[Line("Tea", price="1.00")], **order).order
        office.orders.cancel(placed.id)
        self.skipped(office, id, "ordered_since")

    @pytest.mark.parametrize("other", ["c-1", "C-1 ", "C  1"])
    def test_another_account_ordered_since(self, office: BackOffice, other: str) -> None:
        """Ids are compared as they are spelled: what somebody else bought, or left, is not theirs."""
        id = self.due(office, email=None, customer=CustomerRef(id="C-1", email=ADA))
        lines = [Line("Tea", price="1.00")]
        office.orders.place(lines=lines, customer=CustomerRef(id=other))
        office.checkouts.start(lines=lines, customer=CustomerRef(id=other))
        assert 1 == office.outbox.deliver().sent
        assert ("sent", None) == state(office, id)

    def test_ordered_before(self, office: BackOffice) -> None:
        """Says nothing about what they left afterwards; nor does somebody else's order."""
        office.orders.place(lines=[Line("Tea", price="1.00")], email=ADA)
        clock(office).tick(hours=1)
        self.due(office)
        office.orders.place(lines=[Line("Tea", price="1.00")], email="bob@example.com")
        assert 1 == office.outbox.deliver().sent

    def test_left_something_newer(self, office: BackOffice) -> None:
        """Only the last one is asked about, open as it may be."""
        id = self.due(office)
        newer = begun(office, email=ADA.upper())
        assert (0, 1) == (office.outbox.deliver().sent, len(office.outbox.list("skipped")))
        assert ("suppressed", "newer_abandoned") == state(office, id)
        later(office, minutes=10)
        later(office, hours=10)
        assert [newer.id] == [mail.order.id for mail in mails(office)]

    def test_something_newer_that_was_closed(self, office: BackOffice) -> None:
        """They may still come back to the older one."""
        id = self.due(office)
        newer = begun(office)
        office.checkouts.close(newer.id)
        office.outbox.deliver()
        assert [id] == [mail.order.id for mail in mails(office)]

    def test_several_in_a_row(self, office: BackOffice) -> None:
        """One mail."""
        for _ in range(3):
            left(office)
        later(office, hours=10)
        later(office, hours=10)
        assert 1 == len(mails(office))

    @pytest.mark.parametrize(
        ("lines", "sent"),
        [
            ([Line(variant="CUP")], 0),
            ([Line(variant="CUP"), Line("Tip", price="1.00", kind="tip")], 0),
            ([Line(variant="CUP"), Line(variant="MUG")], 1),
            ([Line(variant="CUP"), Line("Engraving", price="1.00")], 1),
        ],
    )
    def test_out_of_stock(self, office: BackOffice, lines: list[Line], sent: int) -> None:
        """Nothing of it can be bought; what may be oversold, and goods of the host's own, can."""
        self.due(office, *lines)
        office.catalog.set_stock("CUP", 0)
        assert sent == office.outbox.deliver().sent

    def test_not_on_sale_any_more(self, office: BackOffice) -> None:
        id = self.due(office, Line(variant="MUG"))
        mug = next(one for one in office.catalog.products() if one.title == "Mug")
        office.catalog.archive_product(mug.id)
        self.skipped(office, id, "out_of_stock")

    def test_opted_out(self, office: BackOffice) -> None:
        """By a mail of another checkout, long ago, that is gone since; whatever the case of the address."""
        asked_back(office)
        stop = mails(office)[0].headers
        token = dict(stop)["List-Unsubscribe"].partition("token=")[2].rstrip(">")
        assert "List-Unsubscribe=One-Click" == dict(stop)["List-Unsubscribe-Post"]
        later(office, days=200)
        assert 0 == office.checkouts.count()
        office.checkouts.unsubscribe(token)
        office.checkouts.unsubscribe(token)
        mails(office).clear()
        id = self.due(office, email="Ada@Example.COM")
        assert 1 == office.outbox.deliver().skipped
        assert ("suppressed", "opted_out", []) == (*state(office, id), mails(office))
        with pytest.raises(errors.OptedOut):
            office.checkouts.send_recovery(id)
        with pytest.raises(errors.UnknownLink):
            office.checkouts.unsubscribe("nothing")

    def test_fewer_steps(self, office: BackOffice) -> None:
        """A step that the shop has no more is not sent, though it was planned."""
        office.change_settings(recovery=Recovery(after=(10, 24)))
        checkout, _ = asked_back(office)
        office.change_settings(recovery=Recovery(after=10))
        later(office, hours=30)
        assert 1 == len(mails(office))
        assert ("sent", "turned_off") == state(office, checkout.id)

    def test_what_is_kept_of_an_address(self) -> None:
        """It tells nobody that the same person is known to two shops, whatever the case they write it in."""
        assert address_hash("a", ADA) == address_hash("a", ADA.upper())
        assert address_hash("a", ADA) != address_hash("b", ADA)

    def test_turned_off(self, office: BackOffice) -> None:
        id = self.due(office)
        office.change_settings(recovery=Recovery())
        self.skipped(office, id, "turned_off")

    def test_gone(self, office: BackOffice) -> None:
        """Its time was over while the mail waited."""
        self.due(office)
        clock(office).tick(days=200)
        assert 1 == office.run_due().purged_checkouts
        assert (0, 1) == (office.outbox.deliver().sent, len(office.outbox.list("skipped")))

    def test_by_hand(self, office: BackOffice) -> None:
        """Staff may ask again whom the shop would not: with what they wrote, while the checkout is open."""
        checkout = left(office, channel="pos")
        sent = office.acting_as("marie").checkouts.send_recovery(checkout.id, message="Shall we send them?")
        assert 1 == office.outbox.deliver().sent
        (mail,) = mails(office)
        assert "Shall we send them?" in mail.text
        assert "Shall we" not in repr((mail, sent, office.outbox.list(), office.checkouts.timeline(checkout.id)))
        assert ("sent", None) == state(office, checkout.id)
        with pytest.raises(errors.NoRecipient):
            office.checkouts.send_recovery(begun(office, email=None, phone="+331").id)
        office.checkouts.send_recovery(checkout.id)
        office.checkouts.close(checkout.id)
        assert (0, 1) == (office.outbox.deliver().sent, len(office.outbox.list("skipped")))


class TestRule6_Links:
    def test_a_link_leads_back(self, office: BackOffice) -> None:
        """To its checkout, as often as one likes; its token is stored nowhere."""
        checkout, token = asked_back(office)
        assert checkout.id == office.checkouts.open_link(token).id
        clock(office).tick(hours=1)
        opened = office.checkouts.open_link(token)
        assert clock(office)() == opened.reminders[0].visited_at
        assert 1 == happened(office, checkout).count("RecoveryLinkFollowed")
        assert token not in encode(opened) + repr(opened) + repr(office.outbox.list())

    def test_no_other_token(self, office: BackOffice) -> None:
        asked_back(office)
        for wrong in ("x", "ü" * 40, "\ud800", "a" * 64):
            with pytest.raises(errors.UnknownLink):
                office.checkouts.open_link(wrong)
        with pytest.raises(errors.InvalidValue):
            office.checkouts.open_link(None)  # type: ignore[arg-type]

    def test_each_attempt_has_its_own(self, office: BackOffice) -> None:
        """A mail that may have arrived, though nobody knows, leads back too."""
        tokens: list[str] = []

        class Flaky:
            def send(self, mail: Any) -> None:
                tokens.append(token_of(mail))
                if len(tokens) == 1:
                    raise ConnectionError("after it was sent")

        flaky = BackOffice(office._context.storage, notifier=Flaky(), context=office._context)
        checkout = left(office)
        clock(office).tick(hours=10)
        office.run_due()
        assert 1 == flaky.outbox.deliver().failed
        clock(office).tick(hours=1)
        assert 1 == flaky.outbox.deliver().sent
        assert 2 == len(set(tokens))
        assert [checkout.id] * 2 == [office.checkouts.open_link(token).id for token in tokens]

    def test_as_many_as_it_is_tried(self, office: BackOffice) -> None:
        """Each of ten mails may have arrived, and their links lead back."""
        tokens: list[str] = []

        class Down:
            def send(self, mail: Any) -> None:
                tokens.append(token_of(mail))
                raise ConnectionError("after it was sent")

        down = BackOffice(office._context.storage, notifier=Down(), context=office._context)
        checkout = left(office)
        clock(office).tick(hours=10)
        office.run_due()
        for _ in range(12):
            down.outbox.deliver()
            clock(office).tick(hours=7)
        assert (10, 10) == (len(tokens), len(set(tokens)))
        assert {checkout.id} == {office.checkouts.open_link(token).id for token in tokens}

    def test_a_token_that_begins_like_another(self, office: BackOffice, monkeypatch: pytest.MonkeyPatch) -> None:
        """What is searched for is the beginning of a hash; the whole of it counts."""
        checkout, token = asked_back(office)
        like = token_hash(token)[:-1] + "x"
        monkeypatch.setattr("backoffice_core.desks.checkouts.token_hash", lambda _: like)
        with pytest.raises(errors.UnknownLink):
            office.checkouts.open_link("another")
        assert office.checkouts.get(checkout.id).reminders[0].visited_at is None

    def test_it_ends_with_the_checkout(self, office: BackOffice) -> None:
        """The error names the order, so that the host can show it."""
        checkout, token = asked_back(office)
        order = office.checkouts.complete(checkout.id).order
        with pytest.raises(errors.CheckoutIsOver) as caught:
            office.checkouts.open_link(token)
        assert order is not None
        assert order.id == caught.value.facts["order_id"]
        clock(office).tick(days=365)
        office.run_due()
        assert office.checkouts.get(checkout.id).order_id == order.id

    def test_a_copied_link(self, office: BackOffice) -> None:
        """It is told once, and leads where the host says."""
        checkout = left(office)
        link = office.checkouts.link(checkout.id)
        assert f"https://shop.example/back/{checkout.id}?token={link.token}" == link.url
        assert link.token not in repr(link)
        assert ("scheduled", 1) == (link.checkout.email_state, link.checkout.reminders[0].step)
        office.checkouts.open_link(link.token)
        office.checkouts.complete(checkout.id)
        assert "recovered" == office.checkouts.get(checkout.id).recovery_state


class TestRule7_Recovered:
    @pytest.mark.parametrize("how", ["complete", "place"])
    def test_by_the_link(self, office: BackOffice, how: str) -> None:
        """Told once, with the mail that it was."""
        checkout, token = asked_back(office)
        office.checkouts.open_link(token)
        if how == "complete":
            office.checkouts.complete(checkout.id, payments=[Sale("10.00")])
        else:
            office.orders.place(lines=[Line(variant="CUP", quantity=2)], checkout=checkout.id, email=ADA)
        done = office.checkouts.get(checkout.id)
        assert ("recovered", checkout.reminders[0].id, clock(office)()) == (
            *(done.recovery_state, done.recovered_by),
            done.recovered_at,
        )
        assert [done.id] == [one.id for one in office.checkouts.search("recovery_state:recovered")]
        event = office.checkouts.timeline(done.id)[-1].event
        assert event.recovered  # type: ignore[attr-defined]

    def test_without_the_link(self, office: BackOffice) -> None:
        """A mail was sent, and nobody followed it: completed, not recovered."""
        checkout, _ = asked_back(office)
        office.checkouts.complete(checkout.id)
        assert "not_recovered" == office.checkouts.get(checkout.id).recovery_state

    @pytest.mark.parametrize(("through", "recovered"), [(True, True), (False, False)])
    def test_the_timeline_says_so(self, office: BackOffice, through: bool, recovered: bool) -> None:
        """Whether it was through the link, once."""
        checkout, token = asked_back(office)
        if through:
            office.checkouts.open_link(token)
        office.checkouts.complete(checkout.id)
        told = [row.event for row in office.checkouts.timeline(checkout.id)]
        assert [(recovered, False)] == [
            (one.recovered, one.elsewhere) for one in told if isinstance(one, CheckoutCompleted)
        ]

    def test_by_another_way(self, office: BackOffice) -> None:
        """The link was followed, and the order came otherwise: an order of the same source."""
        checkout, token = asked_back(office, source=("web", "cart-1"))
        office.checkouts.open_link(token)
        office.orders.place(lines=[Line(variant="CUP")], source=("web", "cart-1"))
        done = office.checkouts.get(checkout.id)
        assert ("closed", "not_recovered") == (done.status, done.recovery_state)

    def test_too_long_ago(self, office: BackOffice) -> None:
        """After the days of the settings it counts no more."""
        office.change_settings(recovery=Recovery(after=10, window_days=2))
        checkout, token = asked_back(office)
        office.checkouts.open_link(token)
        clock(office).tick(days=2, seconds=1)
        office.checkouts.complete(checkout.id)
        assert "not_recovered" == office.checkouts.get(checkout.id).recovery_state


class TestRule8_WhenItGoes:
    @pytest.mark.parametrize(
        ("zone", "monday"),
        [
            ("UTC", "2024-08-19T00:00Z"),
            ("Europe/Paris", "2024-08-18T22:00Z"),
            ("Pacific/Auckland", "2024-08-18T12:00Z"),
        ],
    )
    def test_on_a_monday(self, office: BackOffice, zone: str, monday: str) -> None:
        """Three months after it was begun, on the Monday that follows, at midnight of the shop's."""
        office.change_settings(timezone=zone)
        checkout = begun(office, email=None)
        ends = pendulum.parse(monday)
        clock(office).set(ends.subtract(microseconds=1))  # type: ignore[union-attr, arg-type]
        assert 0 == office.run_due().purged_checkouts
        clock(office).tick(microseconds=1)
        assert 1 == office.run_due().purged_checkouts
        with pytest.raises(errors.UnknownId):
            office.checkouts.get(checkout.id)
        assert 0 == office.checkouts.count()

    def test_not_while_it_is_worked_on(self, office: BackOffice) -> None:
        """A month without a change is needed, too."""
        checkout = begun(office)
        clock(office).tick(days=100)
        office.checkouts.update(checkout.id, note="still here")
        for days, gone in ((20, 0), (20, 1)):
            clock(office).tick(days=days)
            assert gone == office.run_due().purged_checkouts

    def test_what_is_kept(self, office: BackOffice) -> None:
        """What was bought, tried to be paid, or made a draft of; closed ones go."""
        bought, tried, drafted, closed = (begun(office) for _ in range(4))
        office.checkouts.complete(bought.id)
        office.checkouts.try_payment(tried.id, gateway="card")
        office.checkouts.to_draft(drafted.id)
        office.checkouts.close(closed.id)
        later(office, days=400)
        assert [bought.id, tried.id, drafted.id] == [one.id for one in office.checkouts.search("")]

    def test_nothing_is_left(self, office: BackOffice) -> None:
        """Neither words nor events; the source can be used again."""
        checkout = begun(office, source=("web", "cart-1"), customer=CustomerRef(name="Ada Lovelace"))
        later(office, days=400)
        for query in ("lovelace", f"email:{ADA}", "sku:CUP", f"id:{checkout.id}"):
            assert 0 == office.checkouts.count(query)
        assert () == tuple(office._context.read(lambda unit: unit.events(checkout.id)))
        assert checkout.id != begun(office, source=("web", "cart-1")).id
