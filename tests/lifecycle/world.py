"""Shops that must give the same answers, and what holds of each after every step."""

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import attrs

from backoffice_core import BackOffice, Change, Draft, Money, Order
from backoffice_core.errors import BackOfficeError
from backoffice_core.gateways.fake import FakeGateway
from backoffice_core.notify.memory import MemoryNotifier
from backoffice_core.orders.events import OrderCancelled, OrderEdited, OrderRefunded
from backoffice_core.orders.givenback import RefundLine, Restock, RestockLine
from backoffice_core.orders.parts import value
from backoffice_core.orders.returned import expected as expected_units
from backoffice_core.orders.states import FulfillmentStatus
from backoffice_core.storage.memory import MemoryStorage
from backoffice_core.storage.sql import SqlStorage
from backoffice_core.testing import CountingIds, FrozenClock
from tests.lifecycle.lists import check_lists
from tests.lifecycle.reports import check_reports
from tests.search.rows import check_rows
from tests.storage.test_marks import check_columns

PLACES = ("here", "there")
#: How many units are there at the beginning, by SKU and place.
STOCK = {("CUP", "here"): 3, ("CUP", "there"): 2, ("MUG", "here"): 1, ("MUG", "there"): 0}


class Shop:
    """One of the shops: its office, and the time, ids, gateway and mail of its own."""

    def __init__(self, name: str, storage: Any, **settings: Any) -> None:
        self.name = name
        self.storage = storage
        self.clock = FrozenClock()
        self.card = FakeGateway()
        self.post = MemoryNotifier()
        self.office = BackOffice.open(
            storage,
            currency="EUR",
            taxes_included=True,
            clock=self.clock,
            new_id=CountingIds(),
            gateways={"card": self.card},
            notifier=self.post,
            **settings,
        ).acting_as("marie")
        # The waits of failed mails are drawn by chance; here there is none.
        context = attrs.evolve(self.office._context, chance=lambda: 0.5)
        self.office = self.office._with(context)


def in_a_file(folder: Path) -> SqlStorage:
    """Return a storage on SQLite."""
    storage = SqlStorage(f"sqlite:///{folder}/shop.db", synchronous="NORMAL")
    storage.migrate()
    return storage


class World:
    """The shops side by side, one in memory and one in each database, and what they have in common."""

    def __init__(
        self, folder: Path, databases: Mapping[str, Callable[[Path], SqlStorage]], *, restocks: bool, **settings: Any
    ) -> None:
        self.shops = [Shop("memory", MemoryStorage(), **settings)]
        self.shops += [Shop(name, make(folder), **settings) for name, make in databases.items()]
        self.adjusted: Counter[str] = Counter()
        self.restocks = restocks
        self.ids: list[str] = []
        self.drafts: list[str] = []
        self.deleted: list[str] = []
        self.both(lambda shop: shop.office.catalog.add_location("here"))
        self.both(lambda shop: shop.office.catalog.add_location("there", restocks=restocks))
        for sku, policy in (("CUP", "deny"), ("MUG", "continue")):
            self.both(lambda s, sku=sku, p=policy: s.office.catalog.add_product(sku, sku=sku, price="5.00", policy=p))
        for (sku, place), units in STOCK.items():
            self.adjust(sku, place, units)

    def both(self, act: Callable[[Shop], Any]) -> Any:
        """Do something in each shop and return the answer, which must be the same; a refusal is one."""
        answers = []
        for shop in self.shops:
            try:
                answers.append(act(shop))
            except BackOfficeError as no:
                answers.append((no.code, str(no), no.facts))
        for shop, answer in zip(self.shops, answers, strict=True):
            assert answers[0] == answer, shop.name
        return answers[0]

    def adjust(self, sku: str, place: str, units: int) -> None:
        """Change the stock by hand."""
        answer = self.both(lambda shop: shop.office.catalog.adjust(sku, units, location=place))
        if not isinstance(answer, tuple):
            self.adjusted[sku] += units

    def order(self, id: str) -> Order:
        """Return an order as all shops have it."""
        order: Order = self.both(lambda shop: shop.office.orders.get(id))
        return order

    def command(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """
        Run a command in all shops: previewed, then done.

        The preview must tell what is then done, and a refusal must be the same; the figures of a
        refund must keep to what was left before.
        """
        plan = self.both(lambda shop: getattr(shop.office.orders.preview, name)(*args, **kwargs))
        done = self.both(lambda shop: getattr(shop.office.orders, name)(*args, **kwargs))
        if isinstance(done, tuple):
            if "idempotency_key" not in kwargs:
                assert plan[0] == done[0]
            return done
        if not done.replayed:
            same_outcome(plan, done)
            check_refund(done)
        return done

    def draft(self, id: str) -> Draft:
        """Return a draft as all shops have it."""
        draft: Draft = self.both(lambda shop: shop.office.drafts.get(id))
        return draft

    def draft_command(self, name: str, *args: Any, desk: str = "drafts", **kwargs: Any) -> Any:
        """Run a command on a draft in all shops: previewed, then done; the preview must tell what is then done."""
        plan = None
        if desk == "drafts":
            plan = self.both(lambda shop: getattr(shop.office.drafts.preview, name)(*args, **kwargs))
        done = self.both(lambda shop: getattr(getattr(shop.office, desk), name)(*args, **kwargs))
        if plan is None:
            return done
        if isinstance(done, tuple):
            assert plan[0] == done[0]
            return done
        assert (bool(plan), plan.replayed) == (bool(done), done.replayed)
        if done.replayed:
            return done
        assert [type(event) for event in plan.events] == [type(event) for event in done.events]
        assert (plan.warnings, plan.draft.name, plan.draft.total) == (done.warnings, done.draft.name, done.draft.total)
        assert (plan.draft.status, plan.draft.reserved) == (done.draft.status, done.draft.reserved)
        if plan.placing is not None:
            same_outcome(plan.placing, done.placing)
        return done

    def close(self) -> None:
        """Let go of the files."""
        for shop in self.shops:
            shop.office.close()


def same_outcome(plan: Change, done: Change) -> None:
    """Check that a preview told what was done; what a gateway answered came on top."""
    assert [type(event) for event in plan.events] == [type(event) for event in done.events[: len(plan.events)]]
    assert len(plan.movements) <= len(done.movements)
    if not plan.intents:
        assert plan.order.sums == done.order.sums
        assert plan.order.financial_status == done.order.financial_status
        assert list(plan.order.counters.values()) == list(done.order.counters.values())
        assert plan.suggestion == done.suggestion
        assert [one.kind for one in plan.messages] == [one.kind for one in done.messages]


def check_refund(change: Change) -> None:
    """Never more is refunded, or on its way back, than was received; what was on its way may be more by a reversal."""
    if any(isinstance(event, OrderRefunded) for event in change.events) and change.before is not None:
        sums = change.order.sums
        back = sum(event.amount for event in change.events if isinstance(event, OrderRefunded))
        before = change.before.sums
        assert back <= before.refundable
        assert sums.refunded + sums.refunding <= max(sums.received, before.refunded + before.refunding)


# --- what holds after every step


def check_everything(world: World) -> tuple[list[Order], list[Draft]]:
    """Compare all that can be seen, and check every invariant on it; return orders and drafts."""
    orders = [world.order(id) for id in world.ids]
    listed = world.both(lambda shop: shop.office.orders.page(limit=250))
    assert [order.id for order in listed.orders] == sorted(world.ids, reverse=True)
    world.both(lambda shop: shop.office.outbox.list())
    world.both(lambda shop: [(one.key, one.kind) for one in shop.post.sent])
    world.both(lambda shop: [one.id for one in shop.office.orders.unresolved()])
    for order in orders:
        check_figures(order, edited=was_edited(world, order))
        check_counters(order)
        check_history(world, order)
        check_way_on(world, order)
    drafts = [world.draft(id) for id in world.drafts]
    check_drafts(world, orders, drafts)
    check_stock(world, orders, drafts)
    for shop in world.shops[1:]:
        check_columns(shop.storage.engine)
        check_rows(shop.storage.engine)
    check_lists(world, orders)
    check_reports(world, orders)
    return orders, drafts


def check_drafts(world: World, orders: list[Order], drafts: list[Draft]) -> None:
    """One order for a completed draft, none for another; only placing and completing take a number of an order."""
    listed = world.both(lambda shop: shop.office.drafts.page(limit=250))
    assert sorted(drafts, key=lambda draft: (draft.created_at, draft.id), reverse=True) == list(listed.drafts)
    for id in world.deleted:
        assert "unknown_id" == world.both(lambda shop, id=id: shop.office.drafts.get(id))[0]
    assert [order.number for order in orders] == list(range(1001, 1001 + len(orders)))
    ahead = []
    for shop in world.shops:
        with shop.storage.read("main") as unit:
            ahead.append((unit.number_ahead(), unit.draft_ahead()))
    assert {(1001 + len(orders), 1 + len(drafts) + len(world.deleted))} == set(ahead)
    became = {order.draft_id: order for order in orders if order.draft_id is not None}
    assert len(became) == sum(order.draft_id is not None for order in orders), "two orders of one draft"
    assert {draft.id for draft in drafts if draft.order_id is not None} == set(became)
    for draft in drafts:
        rows = world.both(lambda shop, id=draft.id: shop.office.drafts.timeline(id))
        assert set(range(1, draft.version + 1)) == {row.version for row in rows}
        assert {"marie"} == {row.actor for row in rows}
        if draft.order_id is not None:
            assert ("completed", 0, None) == (draft.status, draft.reserved, draft.reserve_until)
            order = became[draft.id]
            assert (draft.order_id, "draft_order") == (order.id, order.channel)
            assert draft.total.minor == order.original_total_minor
        else:
            assert "completed" != draft.status
            tracked = sum(line.quantity for line in draft.lines if line.tracked)
            assert draft.reserved == (tracked if draft.reserve_until is not None else 0), "all of it or nothing"


def was_edited(world: World, order: Order) -> bool:
    """Whether an edit changed what the order sells."""
    return any(isinstance(row.event, OrderEdited) for row in world.shops[0].office.orders.timeline(order.id))


def check_figures(order: Order, *, edited: bool) -> None:
    """Parts sum to totals, none is negative, and every current figure is the total less what left."""
    sums = order.sums
    assert edited or order.original_total_minor == sums.total, "nothing was added, so the total is as placed"
    gone = 0
    for fact in (*order.refunds, *order.removals):
        gone += sum(line.minor for line in fact.lines) + sum(part.minor for part in fact.shipping)
        gone += fact.adjustment_minor
    assert sums.total - gone == sums.current_total
    assert sums.current_total >= 0
    assert sums.current_subtotal >= 0
    assert sums.current_tax >= 0
    for line in order.lines:
        units = [value(line.spans, at, at + 1) for at in range(line.quantity)]
        whole = value(line.spans, 0)
        assert whole.paid == sum(unit.paid for unit in units)
        assert whole.tax == sum(unit.tax for unit in units)
        assert all(unit.paid >= 0 and unit.net >= 0 and min(unit.taxes, default=0) >= 0 for unit in units)
    assert 0 <= sums.capturable <= sums.open_auth
    assert 0 <= sums.refundable <= max(0, sums.net)
    assert sums.current_total - sums.net - sums.coming - sums.capturable == sums.outstanding
    assert isinstance(order.outstanding, Money)


def check_counters(order: Order) -> None:
    """No line is over-refunded, over-fulfilled, over-restocked or over-held."""
    for line in order.lines:
        row = order.counters[line.id]
        for name in ("ordered", "removed", "refunded", "released", "fulfilled", "returned", "kept", "waiting", "held"):
            assert getattr(row, name) >= 0, name
        assert line.quantity == row.ordered
        assert row.current >= 0
        assert row.to_fulfill >= 0
        assert row.unshipped >= 0
        assert row.shipped >= 0
        assert row.received >= 0
        assert row.unstocked >= 0
        assert expected_units(order.returns).get(line.id, 0) <= row.returnable
        assert row.returned <= row.fulfilled <= row.ordered - row.removed
        assert row.held <= row.to_fulfill
        if line.tracked:
            assert row.to_fulfill == sum(units for _, units in line.allocated)
            assert all(units > 0 for _, units in line.allocated)


def check_history(world: World, order: Order) -> None:
    """The timeline has every version and says who; the sales entries sum to the order."""
    rows = world.both(lambda shop: shop.office.orders.timeline(order.id))
    assert set(range(1, order.version + 1)) == {row.version for row in rows}
    assert {"marie"} == {row.actor for row in rows}
    entries = world.both(lambda shop: shop.office.orders.entries(order.id))
    assert order.sums.current_total == sum(row.entry.total for row in entries)
    assert order.sums.current_tax == sum(row.entry.tax for row in entries)
    assert sum(row.current for row in order.counters.values()) == sum(row.entry.quantity for row in entries)


def check_way_on(world: World, order: Order) -> None:
    """Whatever is left to do can be done: every order has a way on or is final."""
    told = world.both(
        lambda shop: [
            (one.name, one.possible, one.reason and str(one.reason)) for one in shop.office.orders.allowed(order.id)
        ]
    )
    possible = {name for name, can, _ in told if can}
    sums = order.sums
    cancelled = order.cancelled_at is not None
    if any(one.open for one in order.transactions):
        assert "settle" in possible
    if sums.outstanding < 0:
        assert {"refund", "settle", "record_payment"} & possible
        if sums.refundable >= -sums.outstanding:
            assert "refund" in possible, "what the shop owes can be given back"
    if sums.outstanding > 0 and not cancelled:
        assert {"mark_as_paid", "settle"} & possible
    if sums.open_auth > 0:
        assert {"void", "settle"} & possible
    if sums.capturable > 0 and not cancelled:
        assert {"capture", "settle"} & possible
    if order.to_fulfill > 0:
        assert not cancelled
        assert {"fulfill", "release_hold", "restock", "refund"} & possible
    if order.lifecycle == "open":
        assert "archive" in possible
    for name in ("add_tags", "set_note", "comment", "record_payment"):
        assert name in possible, name


def is_restocking(line: RefundLine | RestockLine) -> bool:
    """Whether it put units on sale that a return had brought; the refund of such units moves money only."""
    return isinstance(line, RestockLine)


def check_stock(world: World, orders: list[Order], drafts: list[Draft]) -> None:
    """Nothing appears or vanishes: levels equal what came in, was shipped, came back and was written off."""
    expected, promised = Counter(world.adjusted), Counter[tuple[str, str]]()
    aside = Counter[tuple[str, str]]()
    for draft in drafts:
        for line in draft.lines:
            for place, units in line.allocated:
                assert units > 0
                aside[line.sku or "", place] += units
    for order in orders:
        sku_of = {line.id: line.sku or "" for line in order.lines if line.tracked}
        for parcel in order.fulfillments:
            if parcel.status is FulfillmentStatus.SUCCESS:
                for units in parcel.lines:
                    expected[sku_of.get(units.line_id, "")] -= units.quantity
        back = [line for fact in (*order.refunds, *order.restockings) for line in fact.lines]
        for line in back:
            restocks = line.restock is Restock.RETURN or (line.restock is Restock.RECEIVED and is_restocking(line))
            if restocks and (line.location_id != "there" or world.restocks):
                expected[sku_of.get(line.line_id, "")] += line.quantity
        written_off = {
            row.event.removal_id
            for row in world.shops[0].office.orders.timeline(order.id)
            if isinstance(row.event, OrderCancelled) and not row.event.restocked
        }
        for removal in order.removals:
            for units in (*removal.lines, *removal.released) if removal.id in written_off else ():
                expected[sku_of.get(units.line_id, "")] -= units.quantity
        edits = {removal.id for removal in order.removals if removal.cause == "edit"}
        for sku in ("CUP", "MUG"):
            rows = world.shops[0].office.catalog.stock_changes(sku)
            expected[sku] += sum(row.on_hand for row in rows if row.key in edits)
        for line in order.lines:
            for place, units in line.allocated:
                promised[line.sku or "", place] += units
    for sku in ("CUP", "MUG"):
        levels = world.both(lambda shop, sku=sku: shop.office.catalog.levels(sku))
        assert expected[sku] == sum(level.on_hand for level in levels)
        # In one place it may be below zero: what was shipped from elsewhere and undone is promised where it was.
        if sku == "CUP":
            assert sum(level.available for level in levels) >= 0, "what may not be oversold was oversold"
        for level in levels:
            assert promised[sku, level.location_id] == level.committed
            assert aside[sku, level.location_id] == level.reserved >= 0
            assert level.available == level.on_hand - level.committed - level.reserved
        changes = world.both(lambda shop, sku=sku: shop.office.catalog.stock_changes(sku))
        for level in levels:
            rows = [row for row in changes if row.location_id == level.location_id]
            assert level.on_hand == sum(row.on_hand for row in rows)
            assert level.committed == sum(row.committed for row in rows)
            assert level.reserved == sum(row.reserved for row in rows)
