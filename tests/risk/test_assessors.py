"""Assessors are asked from the outbox: in which order with captures, and what one that fails or hangs holds up."""

import asyncio
import time
from contextlib import suppress

import pytest

from backoffice_core import (
    Address,
    Assessment,
    AsyncBackOffice,
    Authorization,
    BackOffice,
    Line,
    Listener,
    RiskPolicy,
    Sale,
    SetQuantity,
    errors,
)
from backoffice_core.gateways.base import Declined, Succeeded
from backoffice_core.gateways.fake import FakeGateway
from backoffice_core.notify.memory import MemoryNotifier
from backoffice_core.orders import events as happened
from backoffice_core.orders.risk import RiskFact
from backoffice_core.risk import BuiltInRules, Card, Client
from backoffice_core.storage.memory import MemoryStorage
from backoffice_core.storage.sql import SqlStorage
from backoffice_core.testing import FrozenClock

NEW = {"currency": "EUR", "taxes_included": True, "auto_archive": False, "notifications": ()}
TEA = Line("Tea", sku="TEA", quantity=3, price="10.00")


class Assessor:
    """Answers what it is told to, or fails where it is told to."""

    def __init__(self, name="kount", answer="low"):
        self.name, self.answer, self.asked = name, answer, []

    def assess(self, request, *, timeout):
        self.asked.append((request, timeout))
        if isinstance(self.answer, Exception):
            raise self.answer
        return Assessment(self.answer) if isinstance(self.answer, str) else self.answer


class Slow(Assessor):
    """Is async, and answers after some seconds."""

    def __init__(self, seconds, **given):
        super().__init__(**given)
        self.seconds = seconds

    async def assess(self, request, *, timeout):
        self.asked.append((request, timeout))
        await asyncio.sleep(self.seconds)
        return Assessment(self.answer)


class Stopping(Assessor):
    """Is interrupted."""

    def assess(self, request, *, timeout):
        raise KeyboardInterrupt


class Deaf(Assessor):
    """Is async, and swallows that it is cancelled."""

    async def assess(self, request, *, timeout):
        for _ in range(60):
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(0.1)
        return Assessment(self.answer)


class Aside(Assessor):
    """Is async, and waits for a thread that takes long."""

    async def assess(self, request, *, timeout):
        await asyncio.to_thread(time.sleep, 6)
        return Assessment(self.answer)


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
    """Return what opens the shop with assessors, as another process would."""

    def opened(*assessors, **given):
        return BackOffice.open(storage, **{**NEW, **given}, assessors=assessors, clock=clock)

    return opened


def placed(office, **given):
    return office.orders.place(
        **{"lines": [TEA], "payments": [Authorization("30.00")], "email": "ada@example.com", **given}
    ).order


def kinds(office, order):
    return [type(row.event).__name__ for row in office.orders.timeline(order.id)]


class TestAsking:
    def test_after_placing(self, open_):
        """With the order and its history, and how long it has; what it answers is recorded under its name."""
        kount = Assessor(answer=Assessment("medium", RiskFact("Odd", "negative"), provider="whoever"))
        office = open_(kount)
        order = placed(office)
        assert ("pending", ("kount",)) == (order.risk_level, order.assessing)
        assert 1 == office.outbox.deliver().sent
        ((request, timeout),) = kount.asked
        assert (order.id, 0, 10) == (request.order.id, request.history.orders, timeout)
        risk = office.orders.risk(order.id)
        assert ("medium", "investigate", ()) == (risk.level, risk.recommendation, risk.waiting_for)
        assert [("kount", "Odd")] == [(one.provider, one.facts[0].text) for one in risk.assessments]
        assert risk == office.orders.detail(order.id).risk

    def test_who_is_asked_is_a_setting(self, open_):
        """A process without the assessor writes rows for it, which wait for one that has it."""
        open_(Assessor())
        order = placed(office := open_())
        assert ("kount",) == office.settings.assessors
        assert 0 == office.outbox.deliver().sent
        office = open_(Assessor())
        assert 1 == office.outbox.deliver().sent
        assert "low" == office.orders.get(order.id).risk_level

    def test_without_assessors_nothing_is_written(self, open_):
        """An order is as it was."""
        order = placed(office := open_())
        assert ([], "none") == (office.outbox.list(), office.orders.get(order.id).risk_level)

    def test_an_edit_asks_nobody(self, open_):
        """Unless somebody asks for it."""
        kount = Assessor()
        order = placed(office := open_(kount))
        office.outbox.deliver()
        office.orders.edit(order.id, [SetQuantity("TEA", 1)])
        office.outbox.deliver()
        assert 1 == len(kount.asked)
        office.orders.reassess(order.id)
        office.outbox.deliver()
        assert 2 == len(kount.asked)

    def test_no_more(self, open_, clock):
        """Who was unsubscribed is asked about no order; those that waited go on when their time is over."""
        order = placed(office := open_(Assessor(), capture_mode="at_checkout"))
        assert 1 == office.outbox.unsubscribe("kount")
        assert () == office.settings.assessors
        clock.tick(minutes=60)
        assert 1 == office.run_due().unassessed
        assert "paid" == office.orders.get(order.id).financial_status

    @pytest.mark.parametrize("bad", [object(), Assessor(name="a b"), Assessor(name="")])
    def test_what_is_none(self, bad):
        """Refused, and so are two of one name."""
        for assessors in ([bad], [Assessor(), Assessor()], bad, None):
            with pytest.raises(errors.InvalidValue):
                BackOffice(MemoryStorage(), assessors=assessors)

    def test_a_checkout_that_is_completed(self, open_):
        """As it becomes an order."""
        kount = Assessor(answer="high")
        office = open_(kount, risk=RiskPolicy(hold_at="high"))
        started = office.checkouts.start(lines=[TEA], email="ada@example.com").checkout
        order = office.checkouts.complete(started.id).order
        assert (1, 3) == (office.outbox.deliver().sent, office.orders.get(order.id).held)

    def test_a_draft_that_is_completed(self, open_):
        """Becomes an order that is assessed as any other."""
        office = open_(Assessor())
        draft = office.drafts.create(lines=[TEA]).draft
        order = office.drafts.complete(draft.id).order
        office.outbox.deliver()
        assert "low" == office.orders.get(order.id).risk_level

    def test_nothing_of_a_person_is_in_rows_and_events(self, open_):
        """Nor in what an assessor raises about them."""
        office = open_(Assessor(answer=ValueError("no idea about ada@example.com, 203.0.113.7, Ada Lovelace")))
        order = placed(
            office, client=Client(ip="203.0.113.7"), shipping_address=Address(name="Ada Lovelace", address1="1 Row")
        )
        office.outbox.deliver()
        told = repr((office.outbox.list(), office.orders.timeline(order.id)))
        assert not [secret for secret in ("ada@example.com", "203.0.113.7", "Ada Lovelace") if secret in told]


class TestFailing:
    def test_is_asked_again_and_then_given_up(self, open_, clock):
        """After the last attempt the order goes on without it, and an event says so."""
        kount = Assessor(answer=ConnectionError("down"))
        office = open_(kount, capture_mode="at_checkout", risk=RiskPolicy(wait_minutes=10_000))
        order = placed(office)
        for _ in range(10):
            assert "authorized" == office.orders.get(order.id).financial_status
            office.outbox.deliver()
            clock.tick(hours=7)
        assert 10 == len(kount.asked)
        assert ["dead"] == [row.state for row in office.outbox.list()]
        assert ["RiskAssessmentFailed", "PaymentCaptured"] == kinds(office, order)[-2:]
        assert ("paid", "none") == (
            office.orders.get(order.id).financial_status,
            office.orders.get(order.id).risk_level,
        )

    def test_does_not_hold_up_others(self, open_):
        """Each has a lane of its own."""
        office = open_(Assessor(answer=ConnectionError("down")), Assessor("sift", "high"))
        order = placed(office)
        delivered = office.outbox.deliver()
        assert (1, 1) == (delivered.sent, delivered.failed)
        assert ("high", ("kount",)) == (office.orders.get(order.id).risk_level, office.orders.get(order.id).assessing)

    @pytest.mark.parametrize("slow", [False, True], ids=["sync", "async"])
    @pytest.mark.parametrize("error", [asyncio.CancelledError(), BaseException("boom"), StopIteration()], ids=repr)
    def test_what_is_no_exception(self, open_, error, slow):
        """Such as what libraries cancel by: it counts as a failure, and the next assessor is asked."""

        async def later():
            raise error

        class Odd(Assessor):
            def assess(self, request, *, timeout):
                if slow:
                    return later()
                raise error

        office = open_(Odd(), Assessor("sift", "high"))
        order = placed(office)
        delivered = office.outbox.deliver()
        assert (1, 1) == (delivered.sent, delivered.failed)
        assert ("high", ("kount",)) == (office.orders.get(order.id).risk_level, office.orders.get(order.id).assessing)

    def test_one_that_stops_the_process(self, open_):
        """Does so; whoever delivers next asks again."""
        office = open_(Assessor(answer="low"))
        placed(office)
        office_ = open_(Stopping())
        with pytest.raises(KeyboardInterrupt):
            office_.outbox.deliver()
        assert ["waiting"] == [row.state for row in office.outbox.list()]

    @pytest.mark.parametrize("answer", [None, "severe", 7])
    def test_an_answer_that_is_none(self, open_, answer):
        """Counts as a failure."""
        office = open_(Assessor(answer=answer))
        placed(office)
        assert 1 == office.outbox.deliver().failed

    def test_time_over(self, open_, clock):
        """Given up by what time brings; a late answer is recorded all the same."""
        office = open_(Assessor(answer=ConnectionError("down")), capture_mode="at_checkout")
        order = placed(office)
        office.outbox.deliver()
        clock.tick(minutes=59)
        assert 0 == office.run_due().unassessed
        clock.tick(minutes=1)
        assert 1 == office.run_due().unassessed
        assert "paid" == office.orders.get(order.id).financial_status
        assert 0 == office.run_due().unassessed
        assert 1 == open_(Assessor(answer="high"), risk=RiskPolicy()).outbox.deliver().sent
        assert "high" == office.orders.get(order.id).risk_level

    def test_an_async_one_that_hangs(self, open_):
        """Is cancelled when its time is over, and counts as failed."""
        office = open_(Slow(30), risk=RiskPolicy(timeout_seconds=1))
        order = placed(office)
        assert 1 == office.outbox.deliver().failed
        (row,) = office.outbox.list()
        assert "TimeoutError: no answer within 1 seconds" == row.error
        assert ("kount",) == office.orders.get(order.id).assessing

    @pytest.mark.parametrize("hung", [Deaf, Aside])
    def test_an_async_one_that_will_not_be_cancelled(self, open_, hung):
        """Is not waited for all the same; what it answers is nobody's any more."""
        office = open_(hung(answer="high"), risk=RiskPolicy(timeout_seconds=1))
        order = placed(office)
        started = time.monotonic()
        assert 1 == office.outbox.deliver().failed
        assert 4 > time.monotonic() - started
        assert "pending" == office.orders.get(order.id).risk_level

    def test_a_relay_that_dies_with_it(self, open_, storage, clock):
        """Its lease counts as an attempt; the next one asks again."""
        office = open_(Assessor())
        order = placed(office)
        with storage.write("main") as unit:
            now = clock()
            (row,) = unit.lease(now, now.add(minutes=2), 1, "dead", ["assessor:kount"])
        assert 0 == office.outbox.deliver().sent
        clock.tick(minutes=3)
        assert 1 == office.outbox.deliver().sent
        assert (row.attempts + 2, "low") == (office.outbox.list()[0].attempts, office.orders.get(order.id).risk_level)

    def test_one_that_hangs_for_ever(self, open_, storage, clock):
        """Whoever asks it is gone with it, again and again: in the end the order goes on without it."""
        office = open_(Assessor(), capture_mode="at_checkout", risk=RiskPolicy(wait_minutes=10_000))
        order = placed(office)
        for at in range(10):
            with storage.write("main") as unit:
                assert unit.lease(clock(), clock().add(minutes=2), 1, f"relay-{at}", ["assessor:kount"])
            clock.tick(minutes=3)
        assert 1 == office.outbox.deliver().dead
        assert ["RiskAssessmentFailed", "PaymentCaptured"] == kinds(office, order)[-2:]

    def test_answered_by_the_host_meanwhile(self, open_):
        """Nobody is asked any more; nor about an order that was deleted."""
        kount = Assessor()
        office = open_(kount)
        order, gone = placed(office), placed(office, payments=())
        office.orders.assess(order.id, Assessment("high", provider="kount"))
        office.orders.archive(gone.id)
        office.orders.delete(gone.id)
        assert 2 == office.outbox.deliver().skipped
        assert [] == kount.asked


class TestCapturing:
    def test_by_a_gateway_that_is_asked(self, open_):
        """Set aside at once, taken when the risk is known."""
        card = FakeGateway()
        office = BackOffice.open(
            open_()._context.storage, gateways={"card": card}, assessors=[Assessor()], capture_mode="by_hand"
        )
        office.change_settings(capture_mode="at_checkout")
        order = placed(office, payments=[Authorization("30.00", gateway="card")])
        assert "authorized" == order.financial_status
        office.outbox.deliver()
        assert "paid" == office.orders.get(order.id).financial_status

    @pytest.mark.parametrize("answer", [Succeeded("a", card=Card(cvc="N")), Declined("no", card=Card(cvc="N"))])
    def test_what_a_gateway_tells_of_the_card(self, open_, answer):
        """Is seen by the assessor, of a payment that failed too."""
        card, kount = FakeGateway(), Assessor()
        card.authorize = lambda request: answer
        office = BackOffice.open(open_()._context.storage, gateways={"card": card}, assessors=[kount])
        placed(office, payments=[Authorization("30.00", gateway="card")])
        office.outbox.deliver()
        (one,) = kount.asked[0][0].order.transactions
        assert (answer.card, isinstance(answer, Declined)) == (one.card, one.status == "failure")

    def test_not_by_itself_from_a_level_on(self, open_):
        """Staff is told, and captures or does not."""
        notifier = MemoryNotifier()
        office = open_(
            Assessor(answer="high"),
            capture_mode="at_checkout",
            risk=RiskPolicy(hold_at="high", no_capture_at="high"),
            notifications=("staff_high_risk",),
            owner_email="owner@example.com",
        )
        office = BackOffice.open(office._context.storage, assessors=[Assessor(answer="high")], notifier=notifier)
        order = placed(office)
        office.outbox.deliver()
        office.outbox.deliver()
        now = office.orders.get(order.id)
        assert ("authorized", "on_hold", 3) == (now.financial_status, now.fulfillment_status, now.held)
        assert ["staff_high_risk"] == [one.kind for one in notifier.sent]
        assert "#1001: high risk of fraud" == notifier.sent[0].subject
        assert 1 == len(office.orders.risk(order.id).holds)

    def test_pending_waits_for_the_hosts_word(self, open_):
        """As of a provider that calls back."""
        office = open_(Assessor(answer="pending"), capture_mode="at_checkout")
        order = placed(office)
        office.outbox.deliver()
        assert "authorized" == office.orders.get(order.id).financial_status
        office.orders.assess(order.id, Assessment("low", provider="kount"))
        assert "paid" == office.orders.get(order.id).financial_status


class TestHistory:
    def test_of_the_customer_and_the_last_day(self, open_, clock):
        """As it was when the order was placed, trials left out."""
        kount = Assessor()
        office = open_(kount)
        street = {"shipping_address": Address(address1="1 Row", city="London", country="GB")}
        office.orders.cancel(placed(office).id)
        paid = placed(office, payments=[Sale("30.00", gateway="card", reference="a")], **street)
        taken = {"transaction": paid.transactions[0].id, "outcome": "reversed", "amount": "10.00", "reference": "dp"}
        office.orders.settle(paid.id, **taken)
        clock.tick(days=1, seconds=1)
        placed(office, email="eve@example.com", client=Client(ip="203.0.113.7"), **street)
        placed(office, test=True)
        last = placed(office, client=Client(ip="203.0.113.7"), payments=[Sale("3.00", status="failure")], **street)
        clock.tick(seconds=1)
        placed(office, client=Client(ip="203.0.113.7"))
        office.outbox.deliver()
        known = next(request.history for request, _ in kount.asked if request.order.id == last.id)
        assert (2, 2, 1, 1) == (known.orders, known.read, known.chargebacks, known.cancelled)
        assert ("20.00", "0.00") == (known.paid.amount, known.refunded.amount)
        assert (1, None) == (known.failed_payments, known.median)
        assert (1, 1) == (known.same_address, known.same_ip)

    def test_payments_that_failed_before_there_was_an_order(self, open_):
        """Those of the checkout count with those of the order."""
        kount = Assessor()
        office = open_(kount)
        cart = office.checkouts.start(lines=[TEA], email="ada@example.com").checkout
        for status in ("failure", "failure", "pending"):
            office.checkouts.try_payment(cart.id, gateway="card", status=status)
        office.checkouts.complete(cart.id, payments=[Sale("30.00", status="failure")])
        office.outbox.deliver()
        assert 3 == kount.asked[0][0].history.failed_payments

    def test_what_was_paid_in_another_currency(self, open_, clock):
        """Is no part of the sums, which are of the order's; the orders are counted all the same."""
        kount = Assessor()
        office = open_(kount)
        for currency in ("USD", "EUR", "EUR"):
            clock.tick(minutes=1)
            placed(office, currency=currency, payments=[Sale("30.00", gateway="card")])
        office.outbox.deliver()
        known = kount.asked[-1][0].history
        assert (2, "30.00 EUR") == (known.orders, str(known.paid))

    def test_the_median_of_the_last_orders(self, open_, clock):
        """Of those in the currency, from twenty on."""
        kount = Assessor()
        office = open_(kount)
        for price in range(1, 22):
            clock.tick(minutes=1)
            placed(office, lines=[Line("Tea", price=f"{price}.00")], payments=())
        office.outbox.deliver()
        medians = [request.history.median for request, _ in kount.asked]
        assert [None] * 20 == medians[:20]
        assert "10.00" == medians[20].amount


class TestView:
    def test_the_worst_comes_first(self, open_):
        """Providers by their level, of each what speaks against the order; holds that stand for the risk, no others."""
        office = open_(risk=RiskPolicy(hold_at="high"))
        order = placed(office)
        mine = office.orders.hold(order.id, reason="other", lines={"TEA": 1}).order.holds[0]
        facts = [RiskFact("Odd", "neutral"), RiskFact("Known", "positive"), RiskFact("Abroad", "negative")]
        for provider, level in (("a", "low"), ("c", "high"), ("b", "high")):
            office.orders.assess(order.id, Assessment(level, facts, provider=provider))
        risk = office.orders.risk(order.id)
        assert ["b", "c", "a"] == [one.provider for one in risk.assessments]
        assert ["Abroad", "Known", "Odd"] == [fact.text for fact in risk.assessments[0].facts]
        (held,) = risk.holds
        assert held != mine.id
        office.acting_as("marie").orders.release_hold(order.id, held, reason="she called us back")
        assert () == office.orders.risk(order.id).holds


class TestBothDoors:
    @pytest.mark.parametrize("kind", [Assessor, lambda: Slow(0)])
    @pytest.mark.parametrize("url", ["memory:", "sqlite"])
    def test_the_awaitable_one(self, tmp_path, kind, url):
        """Sync and async assessors by it; one that hangs is not waited for."""

        async def run():
            where = url if url == "memory:" else f"sqlite:///{tmp_path}/async.db"
            office = await AsyncBackOffice.open(
                where, **NEW, assessors=[kind(), Slow(30, name="sift")], risk=RiskPolicy(timeout_seconds=1)
            )
            async with office:
                change = await office.orders.place(lines=[TEA], email="ada@example.com")
                delivered = await office.outbox.deliver()
                assert (1, 1) == (delivered.sent, delivered.failed)
                order = await office.orders.get(change.order.id)
                assert ("pending", ("sift",)) == (order.risk_level, order.assessing)
                assert await office.orders.assess(order.id, Assessment("high", provider="sift"))
                risk = await office.orders.risk(order.id, language="fr")
                assert ("high", "cancel") == (risk.level, risk.recommendation)

        asyncio.run(run())

    @pytest.mark.parametrize("url", ["memory:", "sqlite"])
    def test_what_no_thread_can_raise(self, tmp_path, url):
        """It counts as a failure, and is not waited for."""

        async def run():
            where = url if url == "memory:" else f"sqlite:///{tmp_path}/async.db"
            assessor = Assessor(answer=StopIteration())
            async with await AsyncBackOffice.open(where, **NEW, assessors=[assessor]) as office:
                await office.orders.place(lines=[TEA])
                assert 1 == (await asyncio.wait_for(office.outbox.deliver(), 5)).failed

        asyncio.run(run())

    def test_whoever_delivers_is_cancelled(self, tmp_path):
        """So is the assessor that is asked; the next one who delivers asks again."""
        seen = []

        class Watched(Slow):
            async def assess(self, request, *, timeout):
                try:
                    return await super().assess(request, timeout=timeout)
                except asyncio.CancelledError:
                    seen.append("cancelled")
                    raise

        async def run():
            slow = Watched(30)
            async with await AsyncBackOffice.open(f"sqlite:///{tmp_path}/async.db", **NEW, assessors=[slow]) as office:
                await office.orders.place(lines=[TEA])
                delivery = asyncio.create_task(office.outbox.deliver())
                while not slow.asked:
                    await asyncio.sleep(0.01)
                delivery.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await delivery
                await asyncio.sleep(0.05)
                assert ["cancelled"] == seen
                assert ["waiting"] == [row.state for row in await office.outbox.list()]

        asyncio.run(run())


def test_found_by_its_level(open_):
    """And shown in the list."""
    office = open_(Assessor(answer="high"), BuiltInRules())
    high, none = placed(office), open_()
    office.outbox.deliver()
    (line,) = office.orders.search("risk_level:high")
    assert (high.id, "high") == (line.id, line.risk_level)
    office.orders.assess(high.id, Assessment("low", provider="kount"))
    assert (0, 1) == (none.orders.count("risk_level:high"), none.orders.count("risk_level:low"))


def test_listeners_hear_of_it(storage, clock):
    """As of anything else."""
    heard = []
    office = BackOffice.open(
        storage,
        **NEW,
        assessors=[Assessor()],
        listeners=[Listener("risk", happened.RiskAssessed, heard.append)],
        clock=clock,
    )
    placed(office)
    office.outbox.deliver()
    office.outbox.deliver()
    assert ["low"] == [one.event.level for one in heard]
