"""Payment gateways: what is asked, when, under which key, and what becomes of every answer."""

import asyncio

import attrs
import pytest

from backoffice_core import Authorization, BackOffice, Line, Money, Sale, errors
from backoffice_core.gateways.base import Declined, Pending, Succeeded
from backoffice_core.gateways.fake import FakeGateway, Hung
from backoffice_core.gateways.manual import ManualGateway
from backoffice_core.testing import CountingIds, FrozenClock, GatewayContract

TEA = Line("Tea", sku="TEA", quantity=3, price="10.00")


class TestFake(GatewayContract):
    @pytest.fixture
    def gateway(self):
        return FakeGateway()

    @pytest.fixture
    def declining(self):
        return FakeGateway(["decline"])

    def moved(self, gateway):
        return len(gateway.moved)


class TestFakeTwice(TestFake):
    """That does everything twice under one key."""

    @pytest.fixture
    def gateway(self):
        return FakeGateway(["twice"] * 20)


class TestFakeLate(TestFake):
    """That answers later."""

    @pytest.fixture
    def gateway(self):
        return FakeGateway(["late"] * 20)


class TestManual(GatewayContract):
    @pytest.fixture
    def gateway(self):
        return ManualGateway()


class TestAsyncFake(GatewayContract):
    """An async gateway passes the same contract."""

    @pytest.fixture
    def gateway(self):
        return Slow(FakeGateway())

    @pytest.fixture
    def declining(self):
        return Slow(FakeGateway(["decline"]))


class Slow:
    """An async gateway around a sync one."""

    def __init__(self, inner):
        self.inner = inner

    def __getattr__(self, name):
        async def call(*args):
            await asyncio.sleep(0)
            return getattr(self.inner, name)(*args)

        return call


@pytest.fixture
def card():
    return FakeGateway()


@pytest.fixture(params=["memory", "sqlite", "async gateway"])
def office(request, tmp_path, card):
    url = tmp_path / "shop.db" if request.param == "sqlite" else "memory:"
    gateway = Slow(card) if request.param == "async gateway" else card
    office = BackOffice.open(
        url,
        currency="EUR",
        taxes_included=True,
        auto_archive=False,
        gateways={"card": gateway},
        clock=FrozenClock(),
        new_id=CountingIds(),
    )
    yield office
    office.close()


def placed(office, *payments):
    return office.orders.place(lines=[TEA], payments=payments or [Sale("30.00", gateway="card")])


def told(change):
    return [type(event).__name__ for event in change.events]


class TestAnswers:
    def test_success(self, office, card):
        """The change ends with the outcome; the gateway's name of it is kept."""
        change = placed(office)
        assert ["OrderPlaced", "PaymentRequested", "PaymentReceived"] == told(change)
        assert "paid" == change.order.financial_status
        one = change.order.transactions[0]
        assert ("success", f"sale-{one.id}") == (one.status, one.reference)
        assert (2, None) == (change.order.version, change.before)
        assert office.orders.get(change.order.id) == change.order

    def test_what_the_gateway_is_told(self, office, card):
        """The transaction's id as the key, the order, the amount, the authorization's own name, whether it is final."""
        change = placed(office, Authorization("30.00", gateway="card"))
        held = change.order.transactions[0]
        captured = office.orders.capture(change.order.id, "12.00", final=True)
        method, request = card.calls[-1]
        assert "capture" == method
        expected = {
            "key": captured.order.transactions[-1].id,
            "order_id": change.order.id,
            "amount": Money.of("12.00", "EUR"),
            "reference": f"authorize-{held.id}",
            "final": True,
        }
        assert expected == {name: getattr(request, name) for name in expected}

    @pytest.mark.parametrize(
        ("methods", "work"),
        [
            (["authorize"], lambda orders, id: orders.authorize(id, "3.00", gateway="card")),
            (["refund"], lambda orders, id: orders.refund(id, lines={"TEA": 1})),
            (["refund"], lambda orders, id: orders.cancel(id)),
        ],
    )
    def test_each_method_is_asked(self, office, card, methods, work):
        """Once per movement."""
        change = placed(office)
        card.calls.clear()
        work(office.orders, change.order.id)
        assert methods == [method for method, _ in card.calls]

    def test_void_and_refund_in_one_cancel(self, office, card):
        """Each movement is settled by itself."""
        change = placed(office, Sale("10.00", gateway="card"), Authorization("20.00", gateway="card"))
        card.calls.clear()
        done = office.orders.cancel(change.order.id)
        assert ["refund", "void"] == [method for method, _ in card.calls]
        assert {"success"} == {one.status for one in done.order.transactions}
        assert "refunded" == done.order.financial_status
        assert Money(0, "EUR") == card.calls[-1][1].amount

    def test_declined(self, office, card):
        """The code is kept, nothing is owed by it, and it can be tried again."""
        card.then("decline")
        change = placed(office)
        one = change.order.transactions[0]
        assert ("failure", "card_declined", None) == (one.status, one.error, one.reference)
        assert ("pending", "30.00 EUR") == (change.order.financial_status, str(change.order.outstanding))
        assert "PaymentFailed" == told(change)[-1]
        assert {} == card.moved
        again = office.orders.authorize(change.order.id, gateway="card")
        assert "authorized" == again.order.financial_status

    def test_a_declined_refund(self, office, card):
        """The units are back, the money is owed, by derivation."""
        change = placed(office)
        card.then("decline")
        done = office.orders.refund(change.order.id, lines={"TEA": 1})
        assert ("-10.00 EUR", "0.00 EUR") == (str(done.order.outstanding), str(done.order.refunded))
        again = office.orders.refund(change.order.id)
        assert ("0.00 EUR", "10.00 EUR") == (str(again.order.outstanding), str(again.order.refunded))

    @pytest.mark.parametrize(("mood", "happened"), [("hang", True), ("hang_undone", False)])
    def test_an_answer_that_is_lost(self, office, card, mood, happened):
        """It is unknown, nothing else is done with it, and `resolve` finds out, once."""
        card.then(mood)
        change = placed(office)
        assert ["OrderPlaced", "PaymentRequested", "PaymentUnknown"] == told(change)
        assert "Hung" in change.warnings[0]
        assert happened == bool(card.moved)
        assert [change.order] == list(office.orders.unresolved())
        assert "0.00 EUR" == str(change.order.outstanding), "the customer may have paid"
        resolved = office.orders.resolve(change.order.id)
        assert ("paid", ["PaymentReceived"]) == (resolved.order.financial_status, told(resolved))
        assert 1 == len(card.moved), "one that never heard of it is asked to do it"
        assert [] == list(office.orders.unresolved())
        assert not office.orders.resolve(change.order.id)

    @pytest.mark.parametrize(("mood", "status"), [("late", "paid"), ("late_decline", "pending")])
    def test_a_late_answer(self, office, card, mood, status):
        """Pending until `resolve`, or a webhook's `settle`, tells."""
        card.then(mood)
        change = placed(office)
        assert ["pending"] == [one.status for one in change.order.transactions]
        assert [change.order.id] == [one.id for one in office.orders.unresolved()]
        assert status == office.orders.resolve(change.order.id).order.financial_status
        assert [] == list(office.orders.unresolved())

    def test_a_webhook_before_the_answer(self, office, card):
        """The host settles; resolving finds nothing to do."""
        card.then("late")
        change = placed(office)
        one = change.order.transactions[0]
        settled = office.orders.settle(change.order.id, one.id, "success", reference="ch_1")
        assert "paid" == settled.order.financial_status
        assert not office.orders.resolve(change.order.id)

    def test_twice(self, office, card):
        """Done and done again under one key is done once."""
        card.then("twice")
        placed(office)
        assert 1 == len(card.moved)

    def test_a_part(self, office):
        """Less was confirmed than asked: the rest is owed, and an event says so."""

        class Part(FakeGateway):
            def sale(self, request):
                return Succeeded("ch_1", Money.of("12.00", "EUR"))

        office._context.gateways["card"] = Part()
        change = placed(office)
        assert "PaymentConfirmedInPart" == told(change)[-1]
        assert ("partially_paid", "18.00 EUR") == (change.order.financial_status, str(change.order.outstanding))

    @pytest.mark.parametrize(
        "answer",
        [
            Succeeded("ch_1", Money.of("30.01", "EUR")),
            Succeeded("ch_1", Money.of("30.00", "USD")),
            Succeeded("ch_1", Money.of("0.00", "EUR")),
            "yes",
            {"status": "succeeded"},
        ],
    )
    def test_an_answer_that_cannot_be(self, office, answer):
        """More than was asked, another currency, nothing, no outcome: a warning, and the movement stays unresolved."""

        class Odd(FakeGateway):
            def sale(self, request):
                return answer

            fetch = lambda self, key: Succeeded("ch_1")  # noqa: E731

        office._context.gateways["card"] = Odd()
        change = placed(office)
        assert 1 == len(change.warnings)
        assert "pending" == change.order.financial_status
        assert [change.order.id] == [one.id for one in office.orders.unresolved()]
        assert "paid" == office.orders.resolve(change.order.id).order.financial_status

    def test_no_answer_at_all(self, office):
        """A method that forgets to answer leaves nobody wiser: unknown."""

        class Mute(FakeGateway):
            def sale(self, request):
                return None

        office._context.gateways["card"] = Mute()
        assert ["unknown"] == [one.status for one in placed(office).order.transactions]

    def test_a_gateway_that_cannot_tell(self, office, card):
        """An error with gateway, transaction and detail; the order stays as it is and can be asked about again."""
        card.then("late")
        change = placed(office)

        class Down(FakeGateway):
            def fetch(self, key):
                raise Hung("connection reset")

        office._context.gateways["card"] = Down()
        with pytest.raises(errors.GatewayUnreachable) as caught:
            office.orders.resolve(change.order.id)
        expected = {
            "gateway": "card",
            "transaction": change.order.transactions[0].id,
            "detail": "Hung: connection reset",
        }
        assert expected == caught.value.facts
        assert change.order == office.orders.get(change.order.id)
        office._context.gateways["card"] = card
        assert office.orders.resolve(change.order.id)


class TestPath:
    def test_it_is_asked_outside_any_transaction(self, office, card):
        """While the gateway thinks, others read and write the shop, the order it is about too."""
        seen = []

        class Looks(FakeGateway):
            def sale(self, request):
                order = office.orders.get(request.order_id)
                seen.append([one.status for one in order.transactions])
                office.orders.add_tags(request.order_id, "meanwhile")
                return Succeeded("ch_1")

        office._context.gateways["card"] = Looks()
        change = placed(office)
        assert [["pending"]] == seen
        assert (("meanwhile",), "paid", 3) == (change.order.tags, change.order.financial_status, change.order.version)

    def test_a_name_that_is_not_registered_is_recorded(self, office, card):
        """The host moved the money: it happened."""
        change = placed(office, Sale("30.00", gateway="stripe", reference="pi_1"))
        assert ["success"] == [one.status for one in change.order.transactions]
        office.orders.refund(change.order.id, lines={"TEA": 1})
        assert [] == card.calls

    def test_a_reference_means_that_it_happened(self, office, card):
        """A registered gateway is not asked about a movement that it has a name for."""
        change = placed(office, Sale("30.00", gateway="card", reference="ch_7"))
        assert "paid" == change.order.financial_status
        assert [] == card.calls

    def test_a_pending_movement_with_a_reference_is_the_hosts(self, office, card):
        """The host started it and knows its name: a replay does not ask the gateway to do it again."""
        pending = [Sale("30.00", gateway="card", reference="ch_7", status="pending")]
        for replayed in (False, True):
            change = office.orders.place(lines=[TEA], payments=pending, idempotency_key="k")
            assert (replayed, "pending") == (change.replayed, change.order.transactions[0].status)
        assert [] == card.calls

    def test_a_refusal_asks_nobody(self, office, card):
        """Nothing was decided, nothing is asked."""
        change = placed(office)
        card.calls.clear()
        with pytest.raises(errors.RefundExceedsPaid):
            office.orders.refund(change.order.id, amount="30.01")
        assert [] == card.calls

    def test_a_pending_capture_blocks_another(self, office, card):
        """Until it is settled; refunds count what is on its way."""
        change = placed(office, Authorization("30.00", gateway="card"))
        card.then("late")
        office.orders.capture(change.order.id, "10.00")
        with pytest.raises(errors.AuthorizationBusy):
            office.orders.capture(change.order.id, "10.00")
        office.orders.resolve(change.order.id)
        card.then("late")
        office.orders.refund(change.order.id, amount="8.00")
        with pytest.raises(errors.RefundExceedsPaid) as caught:
            office.orders.refund(change.order.id, amount="2.01")
        assert "2.00 EUR" == str(caught.value.refundable)

    def test_resolve_asks_about_every_movement(self, office, card):
        """Of every registered gateway, and leaves those of others alone."""
        card.then("late", "late")
        payments = [Sale("10.00", gateway="card"), Sale("5.00", gateway="card")]
        change = placed(office, *payments, Sale("1.00", gateway="wire", status="pending"))
        resolved = office.orders.resolve(change.order.id)
        assert ["success", "success", "pending"] == [one.status for one in resolved.order.transactions]

    def test_resolving_an_order_that_is_not_there(self, office):
        """It is an error."""
        with pytest.raises(errors.UnknownId):
            office.orders.resolve("order-9")


class TestSettings:
    def test_capture_on_fulfillment(self, office, card):
        """Once all was shipped, what is authorized and owed is captured, through the gateway."""
        office.change_settings(capture_mode="on_fulfillment")
        change = placed(office, Authorization("30.00", gateway="card"))
        part = office.orders.fulfill(change.order.id, lines={"TEA": 1})
        assert "authorized" == part.order.financial_status
        whole = office.orders.fulfill(change.order.id)
        assert "paid" == whole.order.financial_status
        assert ["authorize", "capture"] == [method for method, _ in card.calls]
        assert {"OrderFulfilled", "PaymentRequested", "PaymentCaptured"} == set(told(whole))

    def test_capture_at_checkout(self, office, card):
        """What an order is placed with is captured as soon as the gateway set it aside; what comes later is not."""
        office.change_settings(capture_mode="at_checkout")
        change = placed(office, Authorization("20.00", gateway="card"))
        assert ["authorize", "capture"] == [method for method, _ in card.calls]
        assert ("partially_paid", "20.00 EUR") == (change.order.financial_status, str(change.order.received))
        office._context.clock.tick(seconds=1)
        later = office.orders.authorize(change.order.id, gateway="card")
        assert "10.00 EUR" == str(later.order.capturable)
        card.then("late")
        other = placed(office, Authorization("30.00", gateway="card"))
        office._context.clock.tick(hours=1)
        assert "paid" == office.orders.resolve(other.order.id).order.financial_status

    def test_automatic_fulfillment(self, office, card):
        """Once paid it is shipped: by the answer of the gateway, not by the asking."""
        office.change_settings(auto_fulfill=True)
        card.then("late")
        change = placed(office)
        assert "unfulfilled" == change.order.fulfillment_status
        assert "fulfilled" == office.orders.resolve(change.order.id).order.fulfillment_status
        assert "fulfilled" == placed(office).order.fulfillment_status

    def test_automatic_archive(self, office, card):
        """After the last thing that was left to do, whatever it was."""
        office.change_settings(auto_archive=True)
        change = placed(office)
        done = office.orders.fulfill(change.order.id)
        assert ("archived", "OrderArchived") == (done.order.lifecycle, told(done)[-1])
        card.then("late")
        other = placed(office)
        office.orders.fulfill(other.order.id)
        assert "open" == office.orders.get(other.order.id).lifecycle
        assert "archived" == office.orders.resolve(other.order.id).order.lifecycle


class TestMoods:
    """The fake itself: what it says it does."""

    def test_asked_again_while_it_is_late(self, card):
        """It is still on its way, and becomes what it was going to be."""
        request = GatewayContract().a_request
        card.then("late_decline")
        assert Pending() == card.sale(request("k"))
        assert Pending() == card.sale(request("k"))
        assert Declined("card_declined") == card.fetch("k")
        assert Declined("card_declined") == card.sale(request("k"))
        assert {} == card.moved

    def test_a_key_it_never_heard_of(self, card):
        """None."""
        assert None is card.fetch("k")

    def test_moods_come_in_turn(self):
        """Then it succeeds for ever."""
        card = FakeGateway(["decline"])
        request = GatewayContract().a_request
        assert Declined("card_declined") == card.sale(request("a"))
        assert isinstance(card.sale(request("b")), Succeeded)
        assert {"b": ("sale", 1000)} == card.moved


def test_an_order_knows_the_key_it_asked_under(office, card):
    """Asked by two processes, one movement: the transaction's id is the key everywhere."""
    card.then("hang_undone")
    change = placed(office)
    office.orders.resolve(change.order.id)
    keys = {request.key for _, request in card.calls}
    assert keys == {one.id for one in change.order.transactions}
    assert attrs.evolve(change.order.transactions[0]).id in card.moved
