"""The one path of every command: preview, versions, idempotency keys, sources, actors, retries."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import attrs
import pytest

from backoffice_core import (
    AddCustomItem,
    AddVariant,
    Authorization,
    BackOffice,
    Discount,
    Line,
    Money,
    RemoveDiscount,
    RemoveShipping,
    Sale,
    SetQuantity,
    Shipping,
    Tax,
    context,
    errors,
)
from backoffice_core.gateways.fake import FakeGateway
from backoffice_core.idempotency import fingerprint
from backoffice_core.orders.edit import EditOrder
from backoffice_core.orders.notes import SetNote
from backoffice_core.orders.refund import RefundOrder
from backoffice_core.storage.memory import MemoryStorage
from backoffice_core.storage.trouble import StaleVersion, StockTaken, StorageBusy
from backoffice_core.testing import CountingIds, FrozenClock
from backoffice_core.testing.contract_base import everything

TEA = Line("Tea", sku="TEA", quantity=3, price="10.00")


def an_office(url, **options):
    plain = {"currency": "EUR", "taxes_included": True, "clock": FrozenClock(), "new_id": CountingIds()}
    return BackOffice.open(url, **{**plain, **options})


@pytest.fixture(params=["memory", "sqlite"])
def office(request, tmp_path):
    office = an_office("memory:" if request.param == "memory" else tmp_path / "shop.db", auto_archive=False)
    office.catalog.add_location("here")
    office.catalog.add_product("Cup", sku="CUP", price="5.00")
    office.catalog.adjust("CUP", 10)
    yield office
    office.close()


@pytest.fixture
def order(office):
    """An order of three teas and two cups, paid."""
    lines = [TEA, Line(variant="CUP", quantity=2)]
    return office.orders.place(lines=lines, payments=[Sale("40.00")], email="ada@example.com").order


def seen(office):
    return everything(office._context.storage)


def clock(office):
    return office._context.clock


ALL = {
    "authorize": lambda desk, id: desk.authorize(id, "5.00"),
    "record_payment": lambda desk, id: desk.record_payment(id, "5.00", reference="r"),
    "fulfill": lambda desk, id: desk.fulfill(id, lines={"TEA": 1}, tracking="LX1", notify=True),
    "hold": lambda desk, id: desk.hold(id, reason="other"),
    "refund": lambda desk, id: desk.refund(id, lines={"TEA": 1, "CUP": 2}, note="broken", notify=True),
    "cancel": lambda desk, id: desk.cancel(id, reason="customer", notify=True),
    "edit": lambda desk, id: desk.edit(
        id, [SetQuantity("TEA", 4), AddCustomItem("Box", "1.00")], note="n", notify=True
    ),
    "archive": lambda desk, id: desk.archive(id),
    "add_tags": lambda desk, id: desk.add_tags(id, "vip", ["b", "a"]),
    "set_note": lambda desk, id: desk.set_note(id, "Ring"),
    "comment": lambda desk, id: desk.comment(id, "called"),
}


class TestPreview:
    @pytest.mark.parametrize("name", sorted(ALL))
    def test_it_changes_nothing_and_equals_what_is_saved(self, office, order, name):
        """The same events, movements, messages and figures; the ids differ, as nothing reserved them."""
        before = seen(office)
        office._context.new_id.__init__(1000)
        plan = ALL[name](office.orders.preview, order.id)
        assert before == seen(office)
        office._context.new_id.__init__(1000)
        done = ALL[name](office.orders, order.id)
        assert attrs.evolve(plan, order=done.order) == done
        assert attrs.evolve(plan.order, version=done.order.version) == done.order
        assert before != seen(office)

    def test_placing(self, office):
        """The name too: the one that the order would get now."""
        wanted = {
            "lines": [Line(variant="CUP", quantity=2, taxes=[Tax("TVA", "0.2")])],
            "shipping": Shipping("Post", "3.00"),
            "discounts": [Discount("Ten", percent="10")],
            "payments": [Sale("12.00")],
            "source": ("web", "1"),
        }
        office.orders.place(lines=[TEA])
        before = seen(office)
        office._context.new_id.__init__(1000)
        plan = office.orders.preview.place(**wanted)
        assert before == seen(office)
        assert "#1002" == plan.order.name
        office._context.new_id.__init__(1000)
        done = office.orders.place(**wanted)
        assert attrs.evolve(plan.order, version=1) == done.order
        assert plan.movements == done.movements
        assert plan.events == done.events

    def test_refusals_are_the_same(self, office, order):
        """By class and by facts."""
        told = []
        for desk in (office.orders.preview, office.orders):
            with pytest.raises(errors.TooManyUnits) as caught:
                desk.refund(order.id, lines={"TEA": 4})
            told.append(caught.value.facts)
        assert told[0] == told[1]

    def test_it_asks_no_gateway(self, tmp_path):
        """What would be asked is told, and nobody is asked."""
        gateway = FakeGateway()
        office = an_office("memory:", gateways={"card": gateway})
        plan = office.orders.preview.place(lines=[TEA], payments=[Sale("30.00", gateway="card")])
        assert 1 == len(plan.intents)
        assert [] == gateway.calls

    def test_it_checks_the_version(self, office, order):
        """The screen that previews on an old order is told."""
        office.orders.set_note(order.id, "n")
        with pytest.raises(StaleVersion):
            office.orders.preview.refund(order.id, lines={"TEA": 1}, expected_version=order.version)

    def test_a_falsy_preview(self, office, order):
        """Adding no new tag would change nothing."""
        office.orders.add_tags(order.id, "vip")
        assert not office.orders.preview.add_tags(order.id, "VIP")


class TestChange:
    def test_what_changes_nothing_is_not_saved(self, office, order):
        """Falsy, the order as it is, no version, no event, no message."""
        office.orders.archive(order.id)
        before = seen(office)
        change = office.orders.archive(order.id)
        assert not change
        assert office.orders.get(order.id) == change.order == change.before
        assert before == seen(office)

    def test_what_it_tells(self, office, order):
        """The fact that was made, by its kind, with the order at its new version."""
        sent = office.orders.fulfill(order.id, lines={"TEA": 1})
        assert (order.version, order.version + 1) == (sent.before.version, sent.order.version)
        assert "#1001-F1" == sent.fulfillment.name
        assert None is sent.refund
        back = office.orders.refund(order.id, lines={"TEA": 1})
        assert (Money.of("10.00", "EUR"), 1) == (back.refund.amount, len(back.transactions))
        assert not back.replayed

    def test_a_refusal_changes_nothing(self, office, order):
        """Not even the next number."""
        before = seen(office)
        with pytest.raises(errors.OutOfStock):
            office.orders.place(lines=[Line(variant="CUP", quantity=9)])
        with pytest.raises(errors.RefundExceedsPaid):
            office.orders.refund(order.id, amount="40.01")
        assert before == seen(office)
        assert "#1002" == office.orders.place(lines=[TEA]).order.name

    def test_an_order_that_is_not_there(self, office):
        """Every command says so."""
        for command in ALL.values():
            with pytest.raises(errors.UnknownId, match="order-9"):
                command(office.orders, "order-9")

    def test_a_shop_that_is_not_there(self):
        """It is not created by a command."""
        office = BackOffice(MemoryStorage(), shop="nowhere")
        with pytest.raises(errors.UnknownShop, match="nowhere"):
            office.orders.place(lines=[TEA])
        with pytest.raises(errors.UnknownShop):
            _ = office.settings

    def test_a_variant_that_is_not_on_sale(self, office, order):
        """The line is named by its place, and so is the action of an edit."""
        with pytest.raises(errors.InvalidValue, match=r"lines\[2\]\.variant"):
            office.orders.place(lines=[Line(variant="CUP"), TEA, Line(variant="POT")])
        with pytest.raises(errors.InvalidValue, match=r"actions\[1\]\.variant"):
            office.orders.edit(order.id, AddVariant("CUP", allow_duplicate=True), AddVariant("POT"))
        assert order == office.orders.get(order.id)


class TestExpectedVersion:
    def test_the_version_that_was_seen(self, office, order):
        """It is changed."""
        assert 2 == office.orders.set_note(order.id, "a", expected_version=1).order.version

    @pytest.mark.parametrize("seen_version", [0, 2, -1])
    def test_another_version(self, office, order, seen_version):
        """It is a conflict with both versions, and it is not tried again."""
        slept = []
        context = attrs.evolve(office._context, sleep=slept.append)
        with pytest.raises(StaleVersion) as caught:
            office._with(context).orders.set_note(order.id, "a", expected_version=seen_version)
        assert ("order", order.id, seen_version, 1) == tuple(caught.value.facts.values())
        assert [] == slept
        assert order == office.orders.get(order.id)

    def test_two_forms_at_once(self, office, order):
        """One of twenty who saw the same version wins."""

        def save(at):
            try:
                return office.orders.set_note(order.id, f"n{at}", expected_version=1).order.version
            except StaleVersion:
                return None

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(save, range(20)))
        assert [2] == [answer for answer in answers if answer]
        assert 2 == office.orders.get(order.id).version


class TestKeys:
    def test_a_replay_returns_the_stored_answer(self, office, order):
        """The same events, the order as it is now, and nothing done twice."""
        first = office.orders.refund(order.id, lines={"TEA": 1}, idempotency_key="k")
        office.orders.add_tags(order.id, "later")
        before = seen(office)
        again = office.orders.refund(order.id, lines={"TEA": 1}, idempotency_key="k")
        assert (True, first.events, first.refund) == (again.replayed, again.events, again.refund)
        assert office.orders.get(order.id) == again.order
        assert ("later",) == again.order.tags
        assert before == seen(office)

    def test_placing_under_a_key(self, office):
        """One order, however often it is tried."""
        first = office.orders.place(lines=[TEA], idempotency_key="k")
        again = office.orders.place(lines=[TEA], idempotency_key="k")
        assert (first.order, first.events, True) == (again.order, again.events, again.replayed)
        assert 1 == office.orders.count()

    def test_the_key_is_looked_up_before_the_version(self, office, order):
        """A form that is sent twice is answered, though its version is old by now; the actor may be another."""
        first = office.orders.set_note(order.id, "a", expected_version=1, idempotency_key="k")
        again = office.acting_as("jean").orders.set_note(order.id, "a", expected_version=1, idempotency_key="k")
        assert (True, first.events) == (again.replayed, again.events)

    @pytest.mark.parametrize(
        "other",
        [
            lambda office, id, other: office.orders.refund(id, lines={"TEA": 2}, idempotency_key="k"),
            lambda office, id, other: office.orders.refund(id, lines={"CUP": 1}, idempotency_key="k"),
            lambda office, id, other: office.orders.refund(id, lines={"TEA": 1}, note="x", idempotency_key="k"),
            lambda office, id, other: office.orders.refund(other, lines={"TEA": 1}, idempotency_key="k"),
            lambda office, id, other: office.orders.fulfill(id, lines={"TEA": 1}, idempotency_key="k"),
            lambda office, id, other: office.orders.place(lines=[TEA], idempotency_key="k"),
            lambda office, id, other: office.orders.edit(id, RemoveShipping("TEA"), idempotency_key="k"),
        ],
    )
    def test_another_request_under_the_key(self, office, order, other):
        """Other units, another field, another order, another command: an error that names the first order."""
        second = office.orders.place(lines=[TEA], payments=[Sale("30.00")]).order
        office.orders.refund(order.id, lines={"TEA": 1}, idempotency_key="k")
        before = seen(office)
        with pytest.raises(errors.KeyReused) as caught:
            other(office, order.id, second.id)
        assert {"key": "k", "order_id": order.id} == caught.value.facts
        assert before == seen(office)

    def test_two_actions_with_the_same_fields_are_two_requests(self):
        """The name of an action is a part of what is asked for."""
        prints = {fingerprint(EditOrder(actions=one("x")), "o") for one in (RemoveShipping, RemoveDiscount)}
        assert 2 == len(prints)
        assert fingerprint(EditOrder(actions=[SetQuantity("x", 1)]), "o") == fingerprint(
            EditOrder(actions=SetQuantity("x", 1)), "o"
        )

    def test_refusals_are_not_remembered(self, office, order):
        """What was refused may be possible later, under the same key."""
        with pytest.raises(errors.OutOfStock):
            office.orders.place(lines=[Line(variant="CUP", quantity=9)], idempotency_key="k")
        office.catalog.adjust("CUP", 5)
        change = office.orders.place(lines=[Line(variant="CUP", quantity=9)], idempotency_key="k")
        assert not change.replayed

    def test_what_changed_nothing_is_not_remembered(self, office, order):
        """A key that was used in vain is free."""
        office.orders.archive(order.id)
        assert not office.orders.archive(order.id, idempotency_key="k")
        assert None is office._context.read(lambda unit: unit.key("k"))

    def test_keys_are_the_shops(self, office, order):
        """Another shop's key is another key; upper case is another letter."""
        storage = office._context.storage
        other = BackOffice.open(storage, shop="other", currency="JPY", taxes_included=False)
        assert other.orders.place(lines=[Line("Tee", price="500")], idempotency_key="k")
        assert not office.orders.set_note(order.id, "a", idempotency_key="k").replayed
        assert not office.orders.set_note(order.id, "b", idempotency_key="K").replayed

    @pytest.mark.parametrize("key", ["", "k" * 256, 7, b"k"])
    def test_a_key_that_cannot_be_meant(self, office, order, key):
        """It is refused; 255 characters are as many as fit."""
        with pytest.raises(errors.InvalidValue, match="idempotency_key"):
            office.orders.archive(order.id, idempotency_key=key)
        assert office.orders.archive(order.id, idempotency_key="k" * 255)

    def test_many_threads_with_the_same_key(self, office, order):
        """It is done once, and everybody gets the answer."""
        with ThreadPoolExecutor(8) as pool:
            calls = [
                pool.submit(office.orders.refund, order.id, lines={"TEA": 1}, idempotency_key="k") for _ in range(16)
            ]
            answers = [call.result() for call in calls]
        assert 1 == sum(not answer.replayed for answer in answers)
        assert 1 == len({answer.events for answer in answers})
        assert 1 == len(office.orders.get(order.id).refunds)

    def test_many_threads_place_under_the_same_key(self, office):
        """One order, one number."""
        with ThreadPoolExecutor(8) as pool:
            calls = [pool.submit(office.orders.place, lines=[TEA], idempotency_key="k") for _ in range(16)]
            assert 1 == len({call.result().order.id for call in calls})
        assert "#1002" == office.orders.place(lines=[TEA]).order.name

    def test_a_replay_finishes_what_was_pending(self, tmp_path):
        """The process that died before it heard the gateway: asking again asks the gateway under the same key."""
        gateway = FakeGateway()
        office = an_office(tmp_path / "shop.db", gateways={"card": gateway})

        class Died(BaseException):
            pass

        def die(request):
            raise Died

        office._context.gateways["card"] = type("Dies", (), {"sale": lambda self, request: die(request)})()
        with pytest.raises(Died):
            office.orders.place(lines=[TEA], payments=[Sale("30.00", gateway="card")], idempotency_key="k")
        office._context.gateways["card"] = gateway
        assert ["pending"] == [one.status for one in next(iter(office.orders)).transactions]
        again = office.orders.place(lines=[TEA], payments=[Sale("30.00", gateway="card")], idempotency_key="k")
        assert (True, "paid") == (again.replayed, again.order.financial_status)
        assert [again.order.transactions[0].id] == list(gateway.moved)
        assert ["OrderPlaced", "PaymentRequested", "PaymentReceived"] == [type(one).__name__ for one in again.events]
        third = office.orders.place(lines=[TEA], payments=[Sale("30.00", gateway="card")], idempotency_key="k")
        assert (True, 1) == (third.replayed, len(gateway.calls))
        office.close()

    def test_a_replay_finishes_what_followed_by_itself(self):
        """The capture at checkout that a dead process never asked for: another version made it, the key finishes it."""
        gateway = FakeGateway()
        office = an_office("memory:", gateways={"card": gateway}, capture_mode="at_checkout")

        class Died(BaseException):
            pass

        class Dies(FakeGateway):
            def capture(self, request):
                raise Died

        office._context.gateways["card"] = Dies()
        wanted = {"lines": [TEA], "payments": [Authorization("30.00", gateway="card")], "idempotency_key": "k"}
        with pytest.raises(Died):
            office.orders.place(**wanted)
        (order,) = office.orders
        assert ["success", "pending"] == [one.status for one in order.transactions]
        office._context.gateways["card"] = gateway
        again = office.orders.place(**wanted)
        assert (True, "paid") == (again.replayed, again.order.financial_status)
        assert ["capture"] == [method for method, _ in gateway.calls]
        assert 1 == office.orders.count()

    def test_keys_are_forgotten_after_their_days(self, office, order):
        """By `run_due`, after as many days as the settings say, and not a moment before."""
        office.change_settings(key_days=2)
        office.orders.set_note(order.id, "a", idempotency_key="k")
        clock(office).tick(days=2)
        assert 0 == office.run_due().keys
        assert office.orders.set_note(order.id, "a", idempotency_key="k").replayed
        clock(office).tick(microseconds=1)
        assert 1 == office.run_due().keys
        assert not office.orders.set_note(order.id, "b", idempotency_key="k").replayed

    def test_few_at_a_time(self, office, order):
        """`run_due` forgets no more than its limit."""
        for at in range(5):
            office.orders.set_note(order.id, f"n{at}", idempotency_key=f"k{at}")
        clock(office).tick(days=31)
        assert [2, 2, 1, 0] == [office.run_due(limit=2).keys for _ in range(4)]


class TestFingerprints:
    def test_the_same_request_has_the_same(self):
        """However its mappings are ordered."""
        one, two = RefundOrder(lines={"A": 1, "B": 2}), RefundOrder(lines={"B": 2, "A": 1})
        assert fingerprint(one, "order-1") == fingerprint(two, "order-1")

    def test_no_two_requests_have_the_same(self):
        """Each field counts, and so do the order and the command."""
        prints = [
            fingerprint(command, id)
            for command, id in (
                (RefundOrder(lines={"A": 1}), "order-1"),
                (RefundOrder(lines={"A": 1}), "order-2"),
                (RefundOrder(lines={"A": 2}), "order-1"),
                (RefundOrder(lines={"A": 1}, amount="1.00"), "order-1"),
                (RefundOrder(lines={"A": 1}, amount="1.01"), "order-1"),
                (RefundOrder(lines={"A": 1}, amount=Money(100, "EUR")), "order-1"),
                (RefundOrder(lines={"A": 1}, amount=Money(100, "USD")), "order-1"),
                (RefundOrder(lines={"A": 1}, pay_later=True), "order-1"),
                (SetNote(note="a"), "order-1"),
                (SetNote(note=None), "order-1"),
            )
        ]
        assert len(prints) == len(set(prints))

    def test_it_is_a_hash(self):
        """What was asked for cannot be read out of it."""
        assert 64 == len(fingerprint(SetNote(note="Ada Lovelace"), "order-1"))

    def test_it_is_the_same_in_another_process(self):
        """A key may be replayed by another process, of another version: it stays what it is."""
        expected = "7e6e216a"
        assert expected == fingerprint(SetNote(note="a"), "order-1")[:8]


CHECKOUT = {"lines": [TEA], "shipping": "5.00", "source": ("web", "881")}


class TestSources:
    def test_the_same_content_is_answered_again(self, office):
        """One checkout becomes one order however often it is tried."""
        first = office.orders.place(**CHECKOUT)
        office.orders.add_tags(first.order.id, "later")
        again = office.orders.place(**CHECKOUT)
        assert (True, first.order.id, first.events) == (again.replayed, again.order.id, again.events)
        assert 1 == office.orders.count()

    def test_another_content_is_refused(self, office):
        """With the order that the source became."""
        first = office.orders.place(**CHECKOUT)
        with pytest.raises(errors.SourceTaken) as caught:
            office.orders.place(**{**CHECKOUT, "shipping": "6.00"})
        assert {"channel": "web", "id": "881", "order_id": first.order.id} == caught.value.facts
        assert 1 == office.orders.count()

    def test_twenty_threads(self, office):
        """One order, one number, one set of units taken."""
        with ThreadPoolExecutor(8) as pool:
            wanted = {**CHECKOUT, "lines": [Line(variant="CUP")]}
            answers = list(pool.map(lambda _: office.orders.place(**wanted), range(20)))
        assert 1 == len({answer.order.id for answer in answers})
        assert 1 == sum(not answer.replayed for answer in answers)
        assert [1] == [level.committed for level in office.catalog.levels("CUP")]
        assert "#1002" == office.orders.place(lines=[TEA]).order.name

    def test_a_source_and_a_key(self, office):
        """The key answers first; under another key the source does."""
        first = office.orders.place(**CHECKOUT, idempotency_key="k")
        assert first.order.id == office.orders.place(**CHECKOUT, idempotency_key="k").order.id
        assert office.orders.place(**CHECKOUT, idempotency_key="other").replayed
        with pytest.raises(errors.KeyReused):
            office.orders.place(**{**CHECKOUT, "source": ("web", "882")}, idempotency_key="k")

    def test_a_key_that_the_source_answered_is_in_use(self, office):
        """It names that order from then on: no other request gets an order under it, and a preview takes no key."""
        first = office.orders.place(**CHECKOUT, idempotency_key="a").order
        assert office.orders.preview.place(**CHECKOUT, idempotency_key="c").replayed
        assert office.orders.place(**CHECKOUT, idempotency_key="b").replayed
        with pytest.raises(errors.KeyReused) as caught:
            office.orders.place(lines=[TEA], idempotency_key="b")
        assert {"key": "b", "order_id": first.id} == caught.value.facts
        assert not office.orders.place(lines=[TEA], idempotency_key="c").replayed

    def test_another_channel_is_another_source(self, office):
        """And so is no source."""
        for source in (("web", "881"), ("pos", "881"), None, None):
            office.orders.place(**{**CHECKOUT, "source": source})
        assert 4 == office.orders.count()


class TestActor:
    def test_everything_says_who(self, office):
        """Events, transactions, parcels, refunds, restockings, holds, comments, removals, stock changes."""
        staff = office.acting_as("marie")
        id = staff.orders.place(lines=[TEA, Line(variant="CUP", quantity=4)], payments=[Sale("50.00")]).order.id
        staff.orders.fulfill(id, lines={"TEA": 1, "CUP": 1})
        staff.orders.refund(id, lines={"TEA": 1}, restock="no_restock")
        staff.orders.restock(id)
        staff.orders.hold(id)
        staff.orders.comment(id, "called")
        office.acting_as("jean").orders.release_hold(id)
        staff.catalog.adjust("CUP", 3, reason="damaged")
        order = staff.orders.cancel(id).order
        facts = (
            *order.transactions,
            *order.fulfillments,
            *order.refunds,
            *order.restockings,
            *order.holds,
            *order.comments,
            *order.removals,
        )
        assert 9 <= len(facts)
        assert {"marie"} == {fact.actor for fact in facts}
        assert "jean" == order.holds[0].released_by
        timeline = office.orders.timeline(id)
        assert {"marie", "jean"} == {row.actor for row in timeline}
        assert ["jean"] == [row.actor for row in timeline if type(row.event).__name__ == "HoldReleased"]
        changes = office.catalog.stock_changes("CUP")
        assert {None, "marie"} == {row.actor for row in changes}
        assert "marie" == changes[-1].actor

    def test_a_view_changes_nothing_of_the_office(self, office, order):
        """Whoever has the office without a view acts without a name."""
        view = office.acting_as("marie")
        assert None is office.orders.comment(order.id, "a").order.comments[-1].actor
        assert "marie" == view.orders.comment(order.id, "b").order.comments[-1].actor
        assert "BackOffice(shop='main', actor='marie')" == repr(view)

    @pytest.mark.parametrize("actor", ["", "m" * 256, None, 7])
    def test_an_actor_that_cannot_be_meant(self, office, actor):
        """1 to 255 characters."""
        with pytest.raises(errors.InvalidValue, match="actor"):
            office.acting_as(actor)


class TestRetries:
    def failing(self, office, *lost):
        """Return a view whose units of work lose these races first, and what it slept."""
        slept, left = [], list(lost)
        storage = office._context.storage

        class Flaky:
            read = storage.read

            def write(self, shop):
                if left:
                    raise left.pop(0)
                return storage.write(shop)

        context = attrs.evolve(office._context, storage=Flaky(), sleep=slept.append, chance=lambda: 1.0)
        return office._with(context), slept

    def test_a_lost_race_is_run_again(self, office, order):
        """Each kind of it; the waits grow and are bounded."""
        lost = [StorageBusy("locked"), StockTaken("v", "here"), StaleVersion("order", order.id, 1, 2)] * 4
        view, slept = self.failing(office, *lost)
        assert 2 == view.orders.set_note(order.id, "a").order.version
        assert 12 == len(slept)
        assert slept == sorted(slept)
        assert (0.004, 0.25) == (slept[0], slept[-1])

    def test_a_refusal_is_not(self, office, order):
        """The rule has spoken."""
        view, slept = self.failing(office)
        with pytest.raises(errors.TooManyUnits):
            view.orders.refund(order.id, lines={"TEA": 9})
        assert [] == slept

    def test_it_ends(self, office, order, monkeypatch):
        """After ten seconds, here after less, the race is lost for good; however many tries fit in."""
        monkeypatch.setattr(context, "PATIENCE", 0.3)
        view, _ = self.failing(office, *[StorageBusy("locked")] * 10**6)
        started = time.monotonic()
        with pytest.raises(StorageBusy):
            view.orders.set_note(order.id, "a")
        assert 0.2 < time.monotonic() - started < 5

    def test_so_many_tries_that_a_power_of_two_is_no_float_any_more(self, office, order):
        """The wait is bounded all the same."""
        view, slept = self.failing(office, *[StorageBusy("locked")] * 1200)
        assert 2 == view.orders.set_note(order.id, "a").order.version
        assert [0.25] == sorted(set(slept[10:]))

    def test_ten_seconds(self):
        """As the design has it."""
        assert 10 == context.PATIENCE

    def test_with_an_expected_version_only_other_races_are(self, office, order):
        """A busy storage is tried again; a version that moved on is told at once."""
        view, slept = self.failing(office, StorageBusy("locked"))
        assert view.orders.set_note(order.id, "a", expected_version=1)
        assert 1 == len(slept)
        view, slept = self.failing(office, StaleVersion("order", order.id, 1, 2))
        with pytest.raises(StaleVersion):
            view.orders.set_note(order.id, "b", expected_version=2)
        assert [] == slept

    def test_each_try_decides_again(self, office):
        """What was possible at the first try may be refused at the second, with figures of the moment."""
        storage = office._context.storage

        class Rival:
            read = storage.read
            tried = 0

            def write(self, shop):
                self.tried += 1
                if self.tried == 1:
                    office.orders.place(lines=[Line(variant="CUP", quantity=10)])
                    raise StockTaken("v", "here")
                return storage.write(shop)

        view = office._with(attrs.evolve(office._context, storage=Rival(), sleep=lambda _: None))
        with pytest.raises(errors.OutOfStock) as caught:
            view.orders.place(lines=[Line(variant="CUP")])
        assert 0 == caught.value.available

    def test_a_rival_in_another_thread(self, office, order):
        """Two who change one order all the time both get through, each change once."""

        def change(name):
            for at in range(15):
                office.orders.add_tags(order.id, f"{name}{at}")

        threads = [threading.Thread(target=change, args=(name,)) for name in "abc"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        after = office.orders.get(order.id)
        assert (45, 46) == (len(after.tags), after.version)


class TestRunDue:
    def placed(self, office, days):
        expires = clock(office)().add(days=days)
        return office.orders.place(lines=[TEA], payments=[Authorization("30.00", expires_at=expires)]).order

    def test_authorizations_expire(self, office):
        """An event says so, and the status follows the fact, not the clock."""
        first, second = self.placed(office, 1), self.placed(office, 3)
        clock(office).tick(days=2)
        assert "authorized" == office.orders.get(first.id).financial_status
        assert (1, 0) == (office.run_due().expired, office.run_due().expired)
        assert ("expired", "authorized") == tuple(office.orders.get(one.id).financial_status for one in (first, second))
        assert ["AuthorizationExpired"] == [type(row.event).__name__ for row in office.orders.timeline(first.id)][-1:]
        with pytest.raises(errors.NothingToCapture):
            office.orders.capture(first.id)

    def test_few_at_a_time(self, office):
        """The earliest first, no more than the limit."""
        ids = [self.placed(office, days).id for days in (3, 1, 2)]
        clock(office).tick(days=9)
        assert 1 == office.run_due(limit=1).expired
        assert ["authorized", "expired", "authorized"] == [office.orders.get(id).financial_status for id in ids]
        assert 2 == office.run_due(limit=10).expired

    def test_nothing_is_due(self, office, order):
        """Nothing changes."""
        before = seen(office)
        report = office.run_due()
        assert (0, 0) == (report.expired, report.keys)
        assert before == seen(office)
