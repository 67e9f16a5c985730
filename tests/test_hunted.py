"""What a hunt for ways to lose money or orders found; each stays found."""

import asyncio
import multiprocessing
import os
from pathlib import Path
from typing import Any

import attrs
import pytest

from backoffice_core import Authorization, BackOffice, Line, Money, Sale, Tax, errors
from backoffice_core.gateways.base import PaymentRequest, Succeeded
from backoffice_core.gateways.fake import FakeGateway
from backoffice_core.notify.memory import MemoryNotifier
from backoffice_core.testing import FrozenClock

NEW: dict[str, Any] = {"currency": "EUR", "taxes_included": True}


def cards(*moods: Any) -> tuple[BackOffice, FakeGateway]:
    """A shop with a registered gateway."""
    gateway = FakeGateway(moods)
    return BackOffice.open("memory:", **NEW, gateways={"card": gateway}), gateway


def euros(amount: str) -> Money:
    """An amount of euros."""
    return Money.of(amount, "EUR")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_forked_process_does_not_write_through_its_parents_connection(tmp_path: Path) -> None:
    """The parent ends before the child writes; what the child placed is there for a third one."""
    path = tmp_path / "shop.db"
    office = BackOffice.open(path, **NEW)
    office.orders.place(lines=[Line("A", price="1.00")])
    ready, go = multiprocessing.Pipe()
    child = os.fork()
    if child == 0:
        try:
            go.recv()
            names = [office.orders.place(lines=[Line("B", price="1.00")]).order.name for _ in range(3)]
            go.send(names)
        finally:
            os._exit(0)
    office.close()  # as a process does that daemonizes
    ready.send("closed")
    assert ["#1002", "#1003", "#1004"] == ready.recv()
    os.waitpid(child, 0)
    assert 4 == BackOffice.open(path, **NEW).orders.count()


def test_a_movement_of_the_hosts_is_not_asked_for() -> None:
    """What the host recorded as pending is settled by the host; resolving does not charge again."""
    office, gateway = cards()
    waiting = Sale("40.00", gateway="card", reference="pi_1", status="pending")
    order = office.orders.place(lines=[Line("A", price="40.00")], payments=[waiting]).order
    office.orders.record_payment(order.id, "5.00", gateway="card", status="pending")
    assert not office.orders.resolve(order.id)
    assert [] == gateway.calls


def test_a_busy_storage_after_the_money_moved_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    """The refund is saved and the gateway did it: an error would make the caller ask for it again."""
    office, gateway = cards()
    paid = Sale("40.00", gateway="card", reference="pi_1")
    order = office.orders.place(lines=[Line("A", sku="A", price="40.00")], payments=[paid]).order
    runner, run = office.orders._runner, office.orders._runner.run

    def busy(command: Any, *args: Any, **more: Any) -> Any:
        if command.name() == "settle":
            raise errors.StorageBusy("locked")
        return run(command, *args, **more)

    monkeypatch.setattr(runner, "run", busy)
    change = run_refund(office, order.id, run)
    assert ("pending", 1) == (str(change.transactions[0].status), len(gateway.calls))
    assert "locked" in change.warnings[0]
    monkeypatch.undo()
    assert euros("40.00") == office.orders.resolve(order.id).order.refunded
    assert 1 == len(gateway.moved)


def run_refund(office: BackOffice, order_id: str, run: Any) -> Any:
    """Refund through the runner's own way, so that only what it calls itself is disturbed."""
    from backoffice_core.orders.refund import RefundOrder

    return run(RefundOrder(lines={"A": 1}), order_id)


@pytest.mark.parametrize(
    ("said", "received", "status"),
    [
        ([("5.00", "failure")], "5.00", "success"),
        ([("5.00", "pending")], "5.00", "success"),
        ([("5.00", "success")], "5.00", "failure"),
        ([("3.00", "success")], "3.00", "pending"),
        ([("5.00", "success"), ("5.00", "failure")], "0.00", "failure"),
    ],
)
def test_what_was_told_before_under_a_reference(said: list[tuple[str, str]], received: str, status: str) -> None:
    """A success counts once, whatever a webhook said first; another amount is left for a person."""
    office, _ = cards("late")
    order = office.orders.place(lines=[Line("A", price="5.00")], payments=[Sale("5.00", gateway="card")]).order
    intent = order.transactions[0].id
    for amount, outcome in said:
        office.orders.record_payment(order.id, amount, gateway="card", reference=f"sale-{intent}", status=outcome)  # type: ignore[arg-type]
    change = office.orders.resolve(order.id)
    assert (euros(received), status) == (change.order.received, str(change.order.transactions[0].status))
    assert bool(change.warnings) == (status == "pending")
    again = (
        office.orders.record_payment(order.id, "5.00", gateway="card", reference=f"sale-{intent}")
        if (status == "success")
        else change
    )
    assert euros(received) == again.order.received
    if status == "failure":
        assert not office.orders.settle(order.id, intent, "success")


def test_one_reference_for_two_movements_of_ours() -> None:
    """A gateway that answers with the payment's reference each time moved the money each time."""

    class Same(FakeGateway):
        def refund(self, request: PaymentRequest) -> Succeeded:
            super().refund(request)
            return Succeeded(reference="PSP-1")

    office = BackOffice.open("memory:", **NEW, gateways={"card": Same()})
    paid = Sale("40.00", gateway="card", reference="pi_1")
    order = office.orders.place(lines=[Line("A", price="40.00")], payments=[paid]).order
    for _ in range(2):
        office.orders.refund(order.id, amount="5.00")
    assert euros("10.00") == office.orders.get(order.id).refunded


@pytest.mark.parametrize("url", ["memory:", "file"])
def test_counters_cannot_be_changed(url: str, tmp_path: Path) -> None:
    """What an order says of itself is nobody's to write, the storage's copy least of all."""
    office = BackOffice.open(tmp_path / "shop.db" if url == "file" else url, **NEW)
    placed = office.orders.place(lines=[Line("A", price="1.00", quantity=3)]).order
    line = placed.lines[0].id
    for order in (placed, office.orders.fulfill(placed.id, lines={line: 1}).order):
        with pytest.raises(TypeError):
            order.counters[line] = order.counters[line]  # type: ignore[index]
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            order.counters[line].ordered = 50  # type: ignore[misc]


def test_a_location_is_what_it_should_be() -> None:
    """An odd switch is refused, and a known place keeps what is not given."""
    office = BackOffice.open("memory:", **NEW)
    office.catalog.add_location("back", "Back room", restocks=False, active=False)
    with pytest.raises(errors.InvalidValue, match="restocks"):
        office.catalog.add_location("back", restocks="no")  # type: ignore[arg-type]
    office.catalog.add_location("back", active=True)
    place = office.catalog.locations()[0]
    assert ("Back room", False, True) == (place.name, place.restocks, place.active)


def test_a_new_currency_does_not_reprice_the_catalog() -> None:
    """5.00 EUR is not 500 JPY."""
    office = BackOffice.open("memory:", **NEW)
    office.catalog.add_location("here")
    office.catalog.add_product("A", sku="A", price="5.00", tracked=False)
    office.change_settings(currency="JPY")
    with pytest.raises(errors.InvalidValue, match="a price in JPY"):
        office.orders.place(lines=[Line(variant="A")])


def test_what_one_place_lacks_is_missing_at_the_others() -> None:
    """A promise made twice at one place is not sold a third time elsewhere."""
    office = BackOffice.open("memory:", **NEW)
    for place in ("a", "b"):
        office.catalog.add_location(place)
    office.catalog.add_product("A", sku="A", price="5.00")
    office.catalog.set_stock("A", 5, location="a")
    office.orders.place(lines=[Line(variant="A", quantity=5)])
    office.catalog.adjust("A", -5, location="a", reason="damaged")
    office.catalog.set_stock("A", 5, location="b")
    assert 0 == office.catalog.available("A")
    with pytest.raises(errors.OutOfStock) as no:
        office.orders.place(lines=[Line(variant="A")])
    assert 0 == no.value.available


def test_available_is_what_can_be_sold() -> None:
    """A place that no order is filled from has nothing to sell."""
    office = BackOffice.open("memory:", **NEW)
    office.catalog.add_location("old", active=False)
    office.catalog.add_product("A", sku="A", price="5.00")
    office.catalog.set_stock("A", 5)
    assert 0 == office.catalog.available("A")


def test_nothing_owed_is_not_marked_as_paid() -> None:
    """A pending sale is not booked when the customer paid by another way meanwhile."""
    office = BackOffice.open("memory:", **NEW)
    order = office.orders.place(lines=[Line("A", price="100.00")], payments=[Sale("100.00", status="pending")]).order
    office.orders.record_payment(order.id, "100.00", gateway="card", reference="pi_1")
    with pytest.raises(errors.NothingOwed):
        office.orders.mark_as_paid(order.id)
    assert euros("100.00") == office.orders.get(order.id).received


def test_one_movement_is_not_given_twice() -> None:
    """The same reference twice in one order is one payment counted twice."""
    office = BackOffice.open("memory:", **NEW)
    twice = [Sale("20.00", gateway="stripe", reference="r")] * 2
    with pytest.raises(errors.InvalidValue, match=r"payments\[1\]\.reference"):
        office.orders.place(lines=[Line("A", price="40.00")], payments=twice)


def test_a_path_is_a_path(tmp_path: Path) -> None:
    """A question mark in a file's name does not lead to another file."""
    BackOffice.open(tmp_path / "shop?north.db", **NEW).orders.place(lines=[Line("A", price="1.00")])
    assert 0 == BackOffice.open(tmp_path / "shop?south.db", **NEW).orders.count()
    assert (tmp_path / "shop?north.db").exists()


def test_a_huge_list_price_is_refused_though_it_is_given_away() -> None:
    """What no column could hold is refused before anything is saved."""
    from backoffice_core import Discount

    office = BackOffice.open("memory:", **NEW)
    free = [Discount("d", percent="100")]
    with pytest.raises(errors.InvalidValue, match="minor units"):
        office.orders.place(lines=[Line("a", price="1000000000000", quantity=10**9, discounts=free)])


@pytest.mark.parametrize("lines", [{None: 1}, {(1,): 1}, {b"A": 1}])
def test_lines_are_named_by_text(lines: Any) -> None:
    """An odd name is refused the same with a key as without."""
    office = BackOffice.open("memory:", **NEW)
    order = office.orders.place(lines=[Line("A", sku="A", price="1.00")]).order
    with pytest.raises(errors.InvalidValue, match="lines"):
        office.orders.fulfill(order.id, lines=lines, idempotency_key="k")


@pytest.mark.parametrize("order_id", [5, None, [], b"x"])
def test_an_order_id_is_text(order_id: Any) -> None:
    """Anything else names no order."""
    office = BackOffice.open("memory:", **NEW)
    with pytest.raises(errors.UnknownId):
        office.orders.archive(order_id)


def test_what_cannot_be_read_at_the_head_of_the_line_keeps_nobody_behind_it(tmp_path: Path) -> None:
    """`run_due` goes on past it, also when there is more of it than one call takes."""
    office = BackOffice.open(tmp_path / "shop.db", **NEW)
    soon = office._context.now().add(seconds=1)
    held = [Authorization("1.00", expires_at=soon)]
    ids = [office.orders.place(lines=[Line("Tea", price="1.00")], payments=held).order.id for _ in range(7)]
    with office._context.storage.engine.begin() as connection:  # type: ignore[attr-defined]
        for id in ids[:4]:
            connection.exec_driver_sql("UPDATE bo_orders SET doc = ? WHERE id = ?", ('{"v":99}', id))
    later = office._with(attrs.evolve(office._context, clock=lambda: soon.add(days=1)))
    first, second = later.run_due(limit=2), later.run_due(limit=2)
    assert [(2, 4), (1, 4)] == [(one.expired, one.failed) for one in (first, second)]
    assert (0, 4) == (later.run_due(limit=2).expired, later.run_due(limit=2).failed)
    office.close()


def test_an_order_that_cannot_be_read_is_told_in_lists(tmp_path: Path) -> None:
    """The others of its page are there, its id is told, pages go on behind it, and a walk over all says what it is."""
    office = BackOffice.open(tmp_path / "shop.db", **NEW)
    waiting = [Sale("1.00", gateway="wire", status="pending")]
    ids = [office.orders.place(lines=[Line("Tea", price="1.00")], payments=waiting).order.id for _ in range(5)][::-1]
    with office._context.storage.engine.begin() as connection:  # type: ignore[attr-defined]
        connection.exec_driver_sql("UPDATE bo_orders SET doc = ? WHERE id = ?", ('{"v":99}', ids[1]))
        connection.exec_driver_sql("UPDATE bo_orders SET doc = ? WHERE id = ?", ('{"v":', ids[3]))
    first = office.orders.page(limit=2)
    second = office.orders.page(limit=2, after=first.next)
    third = office.orders.page(limit=2, after=second.next)
    assert [[ids[0]], [ids[2]], [ids[4]]] == [[one.id for one in page] for page in (first, second, third)]
    assert [(ids[1],), (ids[3],), ()] == [page.unreadable for page in (first, second, third)]
    assert None is third.next
    unresolved = office.orders.unresolved()
    assert (3, {ids[1], ids[3]}) == (len(unresolved), set(unresolved.unreadable))
    with pytest.raises(errors.DocumentTooNew):
        list(office.orders)
    office.close()


@pytest.mark.parametrize("odd", [None, 5, b"x", ["x"], "a\ud800", "a" * 100])
def test_an_id_that_is_none(odd: Any) -> None:
    """It names no order, whatever it is asked for."""
    office = BackOffice.open("memory:", **NEW)
    desk = office.orders
    for call in (desk.get, desk.allowed, desk.timeline, desk.entries, desk.resolve, desk.archive, desk.preview.cancel):
        with pytest.raises(errors.UnknownId) as caught:
            call(odd)
        assert len(str(caught.value)) < 200


@pytest.mark.parametrize("odd", [0, -1, "x", None, 1.0, True, 10**5000], ids=lambda odd: type(odd).__name__)
def test_a_limit_that_is_none(odd: Any) -> None:
    """It is refused by name, on every storage alike."""
    office = BackOffice.open("memory:", **NEW)
    calls = (office.orders.page, office.orders.unresolved, office.run_due, office.outbox.deliver)
    for call in calls:
        with pytest.raises(errors.InvalidValue) as caught:
            call(limit=odd)
        assert "limit" == caught.value.field


@pytest.mark.parametrize("odd", [10**5000, -(10**5000)], ids=["large", "small"])
def test_a_number_that_cannot_be_printed(odd: int) -> None:
    """It is refused like any other that is too large."""
    office = BackOffice.open("memory:", **NEW)
    office.catalog.add_location("here")
    office.catalog.add_product("Cup", sku="CUP", price="5.00")
    order = office.orders.place(lines=[Line("Tea", sku="TEA", price="1.00")], payments=[Sale("1.00")]).order
    for call in (
        lambda: Line("Tea", price="1.00", quantity=odd),
        lambda: Line("Tea", price="1.00", taxes=[Tax("VAT", odd)]),
        lambda: office.orders.place(lines=[Line("Tea", price=odd)]),
        lambda: office.orders.refund(order.id, lines={"TEA": odd}),
        lambda: office.orders.refund(order.id, amount=odd),
        lambda: office.catalog.adjust("CUP", odd),
        lambda: office.catalog.set_stock("CUP", odd),
        lambda: office.change_settings(first_number=odd),
        lambda: office.change_settings(key_days=odd),
    ):
        with pytest.raises(errors.InvalidValue):
            call()


@pytest.mark.parametrize("odd", [[["x"]], [5], 5, [None], [], ""])
def test_payments_that_are_none(odd: Any) -> None:
    """Amounts by transaction or ids: anything else is refused, and nothing goes back."""
    office = BackOffice.open("memory:", **NEW)
    order = office.orders.place(lines=[Line("Tea", sku="TEA", price="1.00")], payments=[Sale("1.00")]).order
    with pytest.raises(errors.BackOfficeError):
        office.orders.refund(order.id, lines={"TEA": 1}, payments=odd or [5])
    assert order == office.orders.get(order.id)


@pytest.mark.parametrize("odd", [None, 5, "product"])
def test_a_product_that_is_none(odd: Any) -> None:
    with pytest.raises(errors.InvalidValue) as caught:
        BackOffice.open("memory:", **NEW).catalog.update_product(odd)
    assert "product" == caught.value.field


def test_two_variants_with_one_sku() -> None:
    """Neither is sold for the other: the ids are told, and with one of them the order is placed."""
    office = BackOffice.open("memory:", **NEW)
    office.catalog.add_location("here")
    ids = []
    for title, price in (("Cup", "5.00"), ("Mug", "50.00")):
        product = office.catalog.add_product(title, sku="X", price=price)
        ids.append(product.variants[0].id)
        office.catalog.adjust(str(product.variants[0].id), 3)
    for call in (
        lambda: office.orders.place(lines=[Line(variant="X")]),
        lambda: office.catalog.levels("X"),
        lambda: office.catalog.adjust("X", 1),
    ):
        with pytest.raises(errors.AmbiguousSku) as caught:
            call()
        assert ("X", tuple(sorted(map(str, ids)))) == (caught.value.sku, caught.value.variant_ids)
    assert "50.00" == office.orders.place(lines=[Line(variant=ids[1])]).order.total.amount


def test_an_async_gateway_behind_the_plain_door_in_a_running_loop() -> None:
    """As in a notebook: it is asked all the same, and once."""

    class Slow(FakeGateway):
        async def sale(self, request: PaymentRequest) -> Any:  # type: ignore[override]
            await asyncio.sleep(0)
            return super().sale(request)

    gateway = Slow()
    office = BackOffice.open("memory:", **NEW, gateways={"card": gateway})

    async def cell() -> str:
        payments = [Sale("1.00", gateway="card")]
        return office.orders.place(lines=[Line("Tea", price="1.00")], payments=payments).order.financial_status

    assert "paid" == asyncio.run(cell())
    assert 1 == len(gateway.calls)


def test_a_gateway_that_answers_nothing_is_told_of() -> None:
    """Nobody knows what happened, and the caller is warned of it."""
    office, gateway = cards()
    gateway.sale = lambda request: None  # type: ignore[method-assign,assignment,return-value]
    change = office.orders.place(lines=[Line("Tea", price="1.00")], payments=[Sale("1.00", gateway="card")])
    assert "unknown" == change.order.transactions[0].status
    assert ["card answered nothing about " + change.order.transactions[0].id] == list(change.warnings)


def test_a_message_about_an_order_of_a_newer_library_waits_for_it(tmp_path: Path) -> None:
    """Nobody tried to send it, so it is not given up."""
    notifier = MemoryNotifier()
    office = BackOffice.open(tmp_path / "shop.db", **NEW, notifier=notifier, clock=FrozenClock())
    order = office.orders.place(lines=[Line("Tea", price="1.00")], email="ada@example.com").order
    engine = office._context.storage.engine  # type: ignore[attr-defined]
    with engine.begin() as connection:
        text = connection.exec_driver_sql("SELECT doc FROM bo_orders").scalar()
        connection.exec_driver_sql("UPDATE bo_orders SET doc = ?", ('{"v":99}',))
    for _ in range(20):
        delivered = office.outbox.deliver()
        assert (0, 1, 0) == (delivered.sent, delivered.failed, delivered.dead)
        office._context.clock.tick(hours=2)  # type: ignore[attr-defined]
    (row,) = office.outbox.list("waiting")
    assert (0, True) == (row.attempts, "DocumentTooNew" in str(row.error))
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE bo_orders SET doc = ?", (text,))
    assert 1 == office.outbox.deliver().sent
    assert [order.id] == [one.order.id for one in notifier.sent]
    office.close()
