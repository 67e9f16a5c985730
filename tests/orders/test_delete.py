"""Deleting orders: which, what is left, and that no figure, number or unit of stock stays behind."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import attrs
import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice_core import BackOffice, Line, errors
from backoffice_core.failures import BackOfficeError
from backoffice_core.notify.memory import MemoryNotifier
from backoffice_core.orders.archive import Archive
from backoffice_core.orders.asked import Authorization, Sale
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.change import Change, Command
from backoffice_core.orders.delete import DeleteOrder
from backoffice_core.orders.events import OrderDeleted
from backoffice_core.orders.fulfill import Fulfill
from backoffice_core.orders.ledger import Entry, entries, negated
from backoffice_core.orders.order import Order
from backoffice_core.orders.pay import Capture, Void
from backoffice_core.orders.returns import RequestReturn
from backoffice_core.orders.rules import decide
from backoffice_core.settings import Settings
from backoffice_core.storage.base import Storage
from backoffice_core.storage.memory import MemoryStorage
from backoffice_core.storage.rows import StoredEntry
from backoffice_core.storage.sql import SqlStorage
from backoffice_core.testing import FrozenClock
from tests.orders.helpers import after, an_order, goods, step
from tests.orders.test_properties import some
from tests.orders.walks import Basket, Step, World, baskets, steps, walk

STRIPE = {"gateways": frozenset({"stripe"})}
DAY = pendulum.datetime(2026, 3, 1, 12)


def filed(**more: Any) -> Order:
    """Return an archived order of two teas."""
    return after(an_order(goods(quantity=2), **more), Archive())


@pytest.fixture
def clock() -> FrozenClock:
    """Return a clock that stands until it is told to go on."""
    return FrozenClock(DAY)


@pytest.fixture(params=["memory", "sqlite"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """Return an empty storage."""
    return MemoryStorage() if request.param == "memory" else SqlStorage(f"sqlite:///{tmp_path}/shop.db")


@pytest.fixture
def office(storage: Storage, clock: FrozenClock) -> Iterator[BackOffice]:
    """Return an office with three cups in stock."""
    with BackOffice.open(
        storage, currency="EUR", taxes_included=False, clock=clock, notifier=MemoryNotifier()
    ) as office:
        office.catalog.add_location("here")
        office.catalog.add_product("Cup", sku="CUP", price="10.00")
        office.catalog.set_stock("CUP", 3)
        yield office


def all_entries(storage: Storage) -> Sequence[StoredEntry]:
    """Return all that the sales ledger says."""
    with storage.read("main") as unit:
        return unit.entries()


def refused(order: Order, command: Command, **known: Any) -> BackOfficeError:
    """Return why a command is refused."""
    with pytest.raises(BackOfficeError) as error:
        step(order, command, **known)
    return error.value


class TestRule1_Which:
    @pytest.mark.parametrize("more", [{}, {"paid": "20.00"}, {"payments": [Sale("20.00", gateway="cash")]}])
    def test_archived_and_paid_by_hand(self, more):
        """Nothing was paid, or the payment was only written down."""
        assert (OrderDeleted(),) == step(filed(**more), DeleteOrder()).events

    def test_cancelled(self):
        """A cancelled order is filed, too."""
        assert after(after(an_order(), Cancel()), DeleteOrder()).deleted_at is not None

    def test_an_open_one(self):
        """Refused; it is archived or cancelled first."""
        error = refused(an_order(), DeleteOrder())
        assert isinstance(error, errors.TransitionRefused)
        assert ("open", "delete", ("archive", "cancel")) == (error.state, error.action, error.allowed)

    @pytest.mark.parametrize(
        "payment",
        [
            Sale("20.00", gateway="stripe"),
            Sale("20.00", gateway="paypal", reference="pp-1"),
            Authorization("20.00", gateway="stripe", reference="a"),
        ],
    )
    def test_money_that_went_through_a_gateway(self, payment):
        """A gateway of the office, or the reference of one: refused, with its name."""
        order = filed(payments=[payment])
        error = refused(order, DeleteOrder(), **STRIPE)
        assert isinstance(error, errors.PaidThroughGateway)
        assert {"order_id": order.id, "gateway": payment.gateway} == error.facts
        assert f"was paid through {payment.gateway}" in str(error)

    @pytest.mark.parametrize("more", [{"test": True}, {"source": ("shopify", "1")}])
    def test_a_trial_and_an_imported_one(self, more):
        """Whatever they say of a gateway, no money can be missed."""
        order = filed(payments=[Sale("20.00", gateway="stripe", reference="r")], **more)
        assert after(order, DeleteOrder(), **STRIPE).deleted_at is not None

    def test_what_failed_does_not_count(self):
        """No money went."""
        order = filed(payments=[Sale("20.00", gateway="paypal", reference="x", status="failure")])
        assert after(order, DeleteOrder()).deleted_at is not None


class TestRule2_NothingWaits:
    def test_money(self):
        """A capture without an outcome."""
        order = an_order(
            goods(quantity=2), payments=[Authorization("20.00", gateway="stripe", reference="a")], test=True
        )
        order = after(after(order, Capture(), **STRIPE), Archive(), **STRIPE)
        error = refused(order, DeleteOrder(), **STRIPE)
        assert isinstance(error, errors.PaymentWaiting)
        assert order.transactions[-1].id == error.transaction_id

    def test_a_return(self):
        """Units are on their way back."""
        order = after(an_order(goods(quantity=2)), Fulfill(), RequestReturn(), Archive())
        error = refused(order, DeleteOrder())
        assert isinstance(error, errors.ReturnsOpen)
        assert error.returns == (order.returns[0].name,)

    def test_what_was_let_go(self):
        """An authorization that was let go waits for nothing, but it was one of a gateway."""
        order = an_order(goods(quantity=2), payments=[Authorization("20.00", gateway="manual")])
        assert after(order, Void(), Archive(), DeleteOrder()).deleted_at is not None


class TestRule3_Tombstone:
    def test_nothing_but_the_name(self):
        """No customer, no note, no line, no money."""
        order = filed(paid="20.00", email="ada@example.com", note="a secret", tags="vip", attributes={"a": "b"})
        left = after(order, DeleteOrder())
        differ = {one.name for one in attrs.fields(Order) if getattr(left, one.name) != one.default}
        assert differ <= {
            *("id", "name", "number", "version", "currency", "taxes_included", "created_at", "updated_at"),
            *("closed_at", "deleted_at", "original_total_minor", "lines"),
        }
        assert ("deleted", (), 0) == (left.lifecycle, left.lines, left.total.minor)

    def test_where_it_came_from(self):
        """Its source stays in what is left, so that it is not taken a second time."""
        assert ("shopify", "1") == after(filed(source=("shopify", "1")), DeleteOrder()).source

    def test_it_is_nowhere(self, office):
        """In no list, no count, and it cannot be looked up, changed or shown."""
        kept = office.orders.place(lines=[Line("Tea", price="1.00")]).order
        gone = office.orders.place(lines=[Line("Tea", price="2.00")], email="ada@example.com").order
        last = office.orders.place(lines=[Line("Tea", price="3.00")]).order
        office.orders.cancel(gone.id)
        assert office.orders.delete(gone.id)
        orders = office.orders
        assert ([last.id, kept.id], 2) == ([one.id for one in orders], orders.count())
        first = orders.page(limit=1)
        assert ([last.id], [kept.id]) == ([one.id for one in first], [one.id for one in orders.page(after=first.next)])
        assert orders.page(limit=2).next is None
        for call in (
            lambda: orders.get(gone.id),
            lambda: orders.get(gone.name),
            lambda: orders.delete(gone.id),
            lambda: orders.set_note(gone.id, "x"),
            lambda: orders.detail(gone.id),
            lambda: orders.duplicate(gone.id),
            lambda: orders.timeline(gone.id),
        ):
            with pytest.raises(errors.UnknownId):
                call()

    def test_its_number_is_not_given_again(self, office):
        """The next order has the next number; a name that another order has too finds that one."""
        gone = office.orders.place(lines=[Line("Tea", price="2.00")]).order
        office.orders.archive(gone.id)
        office.orders.delete(gone.id)
        assert "#1002" == office.orders.place(lines=[Line("Tea", price="2.00")]).order.name

    def test_its_source_makes_no_second_order(self, office):
        """A checkout that is delivered again gets the answer of then, with what is left of the order."""
        asked = {"lines": [Line("Tea", price="2.00")], "source": ("web", "7")}
        gone = office.orders.place(**asked).order
        office.orders.archive(gone.id)
        office.orders.delete(gone.id)
        again = office.orders.place(**asked)
        assert (True, gone.id, 0) == (again.replayed, again.order.id, office.orders.count())

    def test_a_retry(self, office):
        """The same key gives the same answer; without it there is no such order any more."""
        gone = office.orders.place(lines=[Line("Tea", price="2.00")]).order
        office.orders.archive(gone.id)
        first = office.orders.delete(gone.id, idempotency_key="k")
        again = office.orders.delete(gone.id, idempotency_key="k")
        assert (True, first.order, first.events) == (again.replayed, again.order, again.events)

    def test_a_version_that_was_seen(self, office):
        """Somebody else changed it meanwhile: a conflict, and it stays."""
        order = office.orders.place(lines=[Line("Tea", price="2.00")]).order
        office.orders.archive(order.id)
        with pytest.raises(errors.StaleVersion):
            office.orders.delete(order.id, expected_version=order.version)
        assert office.orders.get(order.id)

    def test_what_waits_to_be_sent(self, office):
        """Is skipped, with the reason; nobody is written to."""
        order = office.orders.place(lines=[Line("Tea", price="2.00")], email="ada@example.com").order
        office.orders.send_invoice(order.id)
        office.orders.archive(order.id)
        office.orders.delete(order.id)
        office.outbox.deliver()
        assert {("skipped", "deleted")} == {(row.state, row.error) for row in office.outbox.list()}

    def test_the_draft_that_it_came_from(self, office):
        """Stays completed; completing it again makes no second order."""
        draft = office.drafts.create(lines=[Line("Tea", price="2.00")]).draft
        order = office.drafts.complete(draft.id).order
        office.orders.archive(order.id)
        office.orders.delete(order.id)
        again = office.drafts.complete(draft.id)
        assert (order.id, 0) == (again.order.id, office.orders.count())


class TestRule4_Stock:
    def test_what_was_promised(self, office):
        """Is on sale again; what was shipped stays gone."""
        order = office.orders.place(lines=[Line(variant="CUP", quantity=2)]).order
        office.orders.fulfill(order.id, lines={"CUP": 1})
        office.orders.archive(order.id)
        office.orders.delete(order.id)
        (level,) = office.catalog.levels("CUP")
        assert (2, 0, 2) == (level.on_hand, level.committed, level.available)


class TestRule5_Sales:
    def test_each_on_its_own_day(self, office, storage, clock):
        """The figures of both days come to nothing: what was sold on one, what came back on the other."""
        order = office.orders.place(lines=[Line("Tea", price="10.00", quantity=2)], shipping="5.00").order
        clock.tick(days=3)
        office.orders.refund(order.id, lines={order.lines[0].id: 1}, amount="0")
        clock.tick(days=3)
        before = office.orders.archive(order.id).order.version
        change = office.orders.delete(order.id)
        booked = all_entries(storage)
        days = {}
        for row in booked:
            units, total = days.get(row.day, (0, 0))
            days[row.day] = units + row.entry.quantity, total + row.entry.total
        assert {"2026-03-01": (0, 0), "2026-03-04": (0, 0)} == days
        taken = [(row.day, row.entry.total) for row in booked if row.version > before]
        assert [("2026-03-01", -2000), ("2026-03-01", -500), ("2026-03-04", 1000)] == taken
        assert change.order.version == max(row.version for row in booked)

    def test_what_happened_on_one_day_is_taken_back_at_once(self, office, storage):
        """What was sold and what came back are taken back apart, so that each figure of the day comes to nothing."""
        order = office.orders.place(lines=[Line("Tea", price="10.00", quantity=3)]).order
        for _ in range(2):
            office.orders.refund(order.id, lines={order.lines[0].id: 1}, amount="0")
        before = office.orders.archive(order.id).order.version
        office.orders.delete(order.id)
        taken = [row.entry for row in all_entries(storage) if row.version > before]
        assert [
            ("order", -1, -3, -3000, -3000),
            ("refund", 0, 2, 2000, 2000),
        ] == [(one.action, one.orders, one.quantity, one.gross, one.total) for one in taken]

    def test_a_trial_has_none(self, office, storage):
        """And none are taken back."""
        order = office.orders.place(lines=[Line("Tea", price="10.00")], test=True).order
        office.orders.archive(order.id)
        office.orders.delete(order.id)
        assert [] == list(all_entries(storage))


class Booked(World):
    """A world that keeps its sales entries."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.entries: list[tuple[str, Entry]] = []

    def do(self, command: Command) -> Change:
        """Decide a command, and keep what it booked, each command on a day of its own."""
        change = super().do(command)
        day = f"day-{len(self.entries):03}"
        self.entries += [(day, entry) for entry in entries(change)]
        return change


@some(200)
@given(baskets(), st.lists(steps(), min_size=1, max_size=8), st.booleans())
def test_whatever_happened_before(basket: Basket, path: list[Step], cancelled: bool) -> None:
    """After any walk a deleted order holds no stock and has sold nothing, on each of its days."""
    world = Booked(basket.settings)
    world.do(basket.command)
    for move in path:
        walk(world, move)
    for last_one in (Cancel(),) if cancelled else (Archive(),):
        with suppress(BackOfficeError):
            world.do(last_one)
    assert world.order is not None
    on_hand = {at: level.on_hand for at, level in world.levels.items()}
    try:
        change = decide(world.order, DeleteOrder(), world.facts())
    except errors.TransitionRefused:
        assert "open" == world.order.lifecycle
        return
    except (errors.PaidThroughGateway, errors.PaymentWaiting, errors.ReturnsOpen):
        assert world.order.transactions or world.order.returns
        return
    world.move(change.movements)
    assert on_hand == {at: level.on_hand for at, level in world.levels.items()}
    assert {0} == {level.committed for level in world.levels.values()}
    taken = negated(world.entries)
    for day in {day for day, _ in world.entries}:
        both = [*(entry for on, entry in world.entries if on == day), *taken.get(day, ())]
        for name in ("quantity", "gross", "discounts", "tax", "total"):
            assert 0 == sum(getattr(entry, name) for entry in both), (day, name)
