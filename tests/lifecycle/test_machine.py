"""
Many commands one after another, in memory and on SQLite side by side: every answer is compared.

Few orders, so that histories grow long; amounts named by the edge they are near; each rule of the
machine has one reason to be refused. ``world.py`` says what must hold after every step.
"""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from backoffice_core import (
    AddCustomItem,
    AddDiscount,
    AddShipping,
    AddVariant,
    Authorization,
    Discount,
    Line,
    Money,
    Order,
    RemoveDiscount,
    Sale,
    SetQuantity,
)
from backoffice_core.orders.actions import Action
from tests.lifecycle.shops import MOODS, TAX, Shops, examples, orders
from tests.lifecycle.world import World

BASKETS = {
    "teas": {
        "lines": [
            Line("Tea", sku="TEA", quantity=3, price="9.99", taxes=TAX),
            Line("Honey", sku="HONEY", quantity=2, price="0.05", taxes=TAX),
            Line("Tip", price="1.00", kind="tip"),
        ],
        "shipping": "4.90",
        "discounts": [Discount("Spring", percent="12.5")],
    },
    "cups": {"lines": [Line(variant="CUP", quantity=3), Line("Tea", sku="TEA", price="2.00")], "shipping": "1.00"},
    "many cups": {"lines": [Line(variant="CUP", quantity=2), Line(variant="CUP", quantity=2, price="3.00")]},
    "mugs": {"lines": [Line(variant="MUG", quantity=3)], "shipping": "3.00"},
    "gift": {"lines": [Line("Gift", sku="GIFT", price="0.00"), Line(variant="CUP", quantity=1)]},
}
PAYMENTS = (
    "nothing",
    "all",
    "half",
    "too much",
    "authorized",
    "authorized for a day",
    "card",
    "card authorized",
    "wire",
)
PAPER: dict[str, tuple[str, tuple[Any, ...]]] = {
    "archive": ("archive", ()),
    "unarchive": ("unarchive", ()),
    "tag": ("add_tags", ("a",)),
    "tag again": ("add_tags", ("A", "b")),
    "untag": ("remove_tags", ("A",)),
    "note": ("set_note", ("Ring",)),
    "no note": ("set_note", (None,)),
    "comment": ("comment", ("called",)),
}
EDITS: dict[str, tuple[Action, ...]] = {
    "nothing": (),
    "an item": (AddCustomItem("Ribbon", "0.33", 3, sku="RIBBON", taxes=TAX),),
    "a cup": (AddVariant("CUP"),),
    "another mug": (AddVariant("MUG", 2, price="0.01", allow_duplicate=True),),
    "what is not sold": (AddVariant("SPOON"),),
    "a discount": (AddDiscount(Discount("Late", percent="33.33")),),
    "a discount on tea": (AddDiscount(Discount("Tea", amount="1.00", on="TEA")),),
    "no discount": (RemoveDiscount("Spring"),),
    "shipping": (AddShipping("Express", "2.00", taxes=TAX), SetQuantity("TEA", 2)),
}
AMOUNTS = ("one", "half", "all left", "one too many")
UNITS = ("one", "all left", "one too many")

amounts = st.sampled_from(AMOUNTS)
units = st.sampled_from(UNITS)
places = st.sampled_from((None, "here", "there"))


def near(edge: str, most: int, currency: str = "EUR") -> Money:
    """Return an amount by the name of its edge; at least one cent, so that one reason is left."""
    minor = {"one": 1, "half": most // 2, "all left": most, "one too many": most + 1}[edge]
    return Money(max(minor, 1), currency)


def some(edge: str, most: int) -> int:
    """Return a number of units by the name of its edge."""
    return max(1, {"one": 1, "all left": most, "one too many": most + 1}[edge])


def when(holds: Callable[[Order], bool]) -> Any:
    """Run a rule only while something holds of an order: it would hardly ever get there by chance."""
    return precondition(lambda self: any(holds(order) for order in self.now))


class Machine(Shops):
    """The life of up to three orders, made of drafts some of them, in two shops."""

    @initialize(
        restocks=st.booleans(),
        auto_archive=st.booleans(),
        auto_fulfill=st.sampled_from((False, False, True)),
        capture_mode=st.sampled_from(("by_hand", "by_hand", "on_fulfillment", "at_checkout")),
        notifications=st.sampled_from(((), ("order_placed", "order_shipped"))),
        basket=st.sampled_from(sorted(BASKETS)),
        payment=st.sampled_from(PAYMENTS),
        mood=st.sampled_from(MOODS),
    )
    def open(self, restocks: bool, basket: str, payment: str, mood: str, **chosen: Any) -> None:
        self.world = World(self.folder, self.databases, restocks=restocks, **chosen)
        self.placed(basket, payment, mood)

    # --- money

    @precondition(lambda self: self.world is not None and len(self.world.ids) < 2)
    @rule(basket=st.sampled_from(sorted(BASKETS)), payment=st.sampled_from(PAYMENTS), mood=st.sampled_from(MOODS))
    def place(self, basket: str, payment: str, mood: str) -> None:
        self.placed(basket, payment, mood)

    def placed(self, basket: str, payment: str, mood: str) -> None:
        assert self.world is not None
        asked = dict(BASKETS[basket])
        plan = self.world.both(lambda shop: shop.office.orders.preview.place(**asked))
        if isinstance(plan, tuple):
            assert "out_of_stock" == plan[0]
            assert plan == self.world.both(lambda shop: shop.office.orders.place(**asked))
            return
        total = plan.order.total
        soon = self.world.shops[0].clock().add(days=1)
        asked["payments"] = {
            "nothing": [],
            "all": [Sale(total)],
            "half": [Sale(Money(total.minor // 2 + 1, "EUR"))],
            "too much": [Sale(Money(total.minor + 100, "EUR"))],
            "authorized": [Authorization(total)],
            "authorized for a day": [Authorization(total, expires_at=soon)],
            "card": [Sale(total, gateway="card")],
            "card authorized": [Authorization(total, gateway="card", expires_at=soon)],
            "wire": [Sale(total, gateway="wire", status="pending", reference="w-1")],
        }[payment]
        if payment.startswith("card"):
            self.mood(mood)
        number = len(self.world.ids)
        change = self.run("place", **asked, email="ada@example.com", source=("web", str(number)))
        self.world.ids.append(change.order.id)
        assert f"#{1001 + number}" == change.order.name

    @rule(at=orders, edge=amounts, gateway=st.sampled_from(("manual", "card")))
    def authorize(self, at: int, edge: str, gateway: str) -> None:
        if order := self.order(at):
            self.run("authorize", order.id, near(edge, max(1, order.sums.outstanding)), gateway=gateway)

    @rule(at=orders, edge=amounts, final=st.booleans(), over=st.booleans())
    def capture(self, at: int, edge: str, final: bool, over: bool) -> None:
        if order := self.order(at):
            most = order.sums.open_auth if over else order.sums.capturable
            self.run("capture", order.id, near(edge, most), final=final, allow_over=over)

    @when(lambda order: order.sums.capturable > 0)
    @rule(at=orders, mood=st.sampled_from(MOODS))
    def capture_all(self, at: int, mood: str) -> None:
        if order := self.order(at):
            self.mood(mood)
            self.run("capture", order.id)

    @when(lambda order: order.sums.open_auth > 0)
    @rule(at=orders)
    def void(self, at: int) -> None:
        if order := self.order(at):
            self.run("void", order.id)

    @rule(
        at=orders,
        edge=amounts,
        reference=st.sampled_from(("r-1", "r-2", None)),
        status=st.sampled_from(("success", "success", "pending", "failure")),
    )
    def record_payment(self, at: int, edge: str, reference: str | None, status: str) -> None:
        if order := self.order(at):
            amount = near(edge, max(2, order.sums.outstanding))
            self.run("record_payment", order.id, amount, reference=reference, status=status)

    @rule(at=orders)
    def mark_as_paid(self, at: int) -> None:
        if order := self.order(at):
            self.run("mark_as_paid", order.id)

    @rule(
        at=orders,
        which=st.integers(0, 7),
        outcome=st.sampled_from(("success", "success", "failure", "unknown", "reversed")),
        part=st.sampled_from((None, None, "one", "all left", "one too many")),
        reference=st.sampled_from((None, "dp_1", "dp_2")),
    )
    def settle(self, at: int, which: int, outcome: str, part: str | None, reference: str | None) -> None:
        order = self.order(at)
        if order and order.transactions:
            one = order.transactions[which % len(order.transactions)]
            amount = near(part, one.minor) if part and outcome in ("success", "reversed") else None
            named = reference if outcome == "reversed" else None
            self.run("settle", order.id, one.id, outcome, amount=amount, reference=named)

    @when(lambda order: any(one.open for one in order.transactions))
    @rule(at=orders)
    def resolve(self, at: int) -> None:
        if order := self.order(at):
            assert self.world is not None
            self.world.both(lambda shop: shop.office.orders.resolve(order.id))

    # --- goods

    @rule(at=orders, place=places, notify=st.booleans())
    def fulfill(self, at: int, place: str | None, notify: bool) -> None:
        if order := self.order(at):
            self.run("fulfill", order.id, location=place, notify=notify, tracking="LX1")

    @rule(at=orders, line=st.integers(0, 2), edge=units, place=places)
    def fulfill_some(self, at: int, line: int, edge: str, place: str | None) -> None:
        if order := self.order(at):
            one = order.lines[line % len(order.lines)]
            left = order.counters[one.id].to_fulfill - order.counters[one.id].held
            self.run("fulfill", order.id, lines={one.id: some(edge, left)}, location=place)

    @rule(at=orders, which=st.integers(0, 2), notify=st.booleans(), tracking=st.sampled_from(("LX1", "LX2")))
    def update_tracking(self, at: int, which: int, notify: bool, tracking: str) -> None:
        order = self.order(at)
        if order and order.fulfillments:
            parcel = order.fulfillments[which % len(order.fulfillments)].id
            self.run("update_tracking", order.id, parcel, tracking=tracking, notify=notify)

    @when(lambda order: order.fulfilled > 0)
    @rule(at=orders, status=st.sampled_from(("in_transit", "out_for_delivery", "delivered")), ago=st.integers(-1, 2))
    def update_shipment(self, at: int, status: str, ago: int) -> None:
        order = self.order(at)
        if order and order.fulfillments:
            moment = self.world.shops[0].clock().subtract(hours=ago) if ago else None
            self.run("update_shipment", order.id, order.fulfillments[-1].id, status, at=moment)

    @when(lambda order: order.fulfilled > 0)
    @rule(at=orders, which=st.integers(0, 2))
    def cancel_fulfillment(self, at: int, which: int) -> None:
        order = self.order(at)
        if order and order.fulfillments:
            self.run("cancel_fulfillment", order.id, order.fulfillments[which % len(order.fulfillments)].id)

    @rule(at=orders)
    def hold(self, at: int) -> None:
        if order := self.order(at):
            self.run("hold", order.id)

    @rule(at=orders, line=st.integers(0, 2), edge=units)
    def hold_some(self, at: int, line: int, edge: str) -> None:
        if order := self.order(at):
            one = order.lines[line % len(order.lines)]
            left = order.counters[one.id].to_fulfill - order.counters[one.id].held
            self.run("hold", order.id, lines={one.id: some(edge, left)}, reason="inventory_out_of_stock")

    @when(lambda order: order.held > 0)
    @rule(at=orders)
    def release_hold(self, at: int) -> None:
        if order := self.order(at):
            self.run("release_hold", order.id)

    # --- refunds

    @rule(
        at=orders,
        line=st.integers(0, 2),
        edge=units,
        way=st.sampled_from((None, None, "cancel", "return", "received", "no_restock")),
        place=places,
        later=st.sampled_from((False, False, False, True)),
    )
    def refund_units(self, at: int, line: int, edge: str, way: str | None, place: str | None, later: bool) -> None:
        if order := self.order(at):
            one = order.lines[line % len(order.lines)]
            quantity = some(edge, order.counters[one.id].current)
            self.run("refund", order.id, lines={one.id: quantity}, restock=way, location=place, pay_later=later)

    @rule(at=orders, edge=amounts, mood=st.sampled_from(MOODS))
    def refund_money(self, at: int, edge: str, mood: str) -> None:
        if order := self.order(at):
            self.mood(mood)
            self.run("refund", order.id, amount=near(edge, order.sums.refundable), notify=True)

    @rule(at=orders, edge=amounts)
    def refund_shipping(self, at: int, edge: str) -> None:
        order = self.order(at)
        if order and order.shipping_lines:
            self.run("refund", order.id, shipping=near(edge, order.sums.current_shipping))

    @rule(at=orders, line=st.integers(0, 2), cents=st.sampled_from((1, 7, 300)), units_too=st.booleans())
    def refund_on_a_line(self, at: int, line: int, cents: int, units_too: bool) -> None:
        if order := self.order(at):
            one = order.lines[line % len(order.lines)]
            lines = {one.id: 1} if units_too else None
            self.run("refund", order.id, amounts={one.id: Money(cents, "EUR")}, lines=lines)

    @rule(at=orders)
    def refund_what_is_owed(self, at: int) -> None:
        if order := self.order(at):
            self.run("refund", order.id)

    @rule(at=orders, line=st.integers(0, 2), edge=units)
    def refund_without_restock(self, at: int, line: int, edge: str) -> None:
        if order := self.order(at):
            one = order.lines[line % len(order.lines)]
            quantity = some(edge, order.counters[one.id].current)
            self.run("refund", order.id, lines={one.id: quantity}, restock="no_restock")

    @when(lambda order: any(row.kept + row.waiting for row in order.counters.values()))
    @rule(at=orders, place=places)
    def restock(self, at: int, place: str | None) -> None:
        if order := self.order(at):
            self.run("restock", order.id, location=place)

    @when(lambda order: any(row.restockable for row in order.counters.values()))
    @rule(at=orders, line=st.integers(0, 2), edge=units)
    def restock_some(self, at: int, line: int, edge: str) -> None:
        if order := self.order(at):
            one = order.lines[line % len(order.lines)]
            row = order.counters[one.id]
            self.run("restock", order.id, lines={one.id: some(edge, row.restockable)})

    # --- what customers send back

    @when(lambda order: any(row.returnable for row in order.counters.values()))
    @rule(at=orders, line=st.integers(0, 2), edge=units, approve=st.booleans())
    def request_return(self, at: int, line: int, edge: str, approve: bool) -> None:
        if order := self.order(at):
            one = order.lines[line % len(order.lines)]
            lines = {one.id: some(edge, order.counters[one.id].returnable)}
            self.run("request_return", order.id, lines=lines, approve=approve, notify=approve)

    @when(lambda order: bool(order.returns))
    @rule(at=orders, which=st.integers(0, 3), edge=st.sampled_from((None, *UNITS)))
    def receive_return(self, at: int, which: int, edge: str | None) -> None:
        order = self.order(at)
        if order and order.returns:
            one = order.returns[which % len(order.returns)]
            line = one.lines[0]
            lines = {line.line_id: some(edge, line.expected)} if edge else None
            self.run("receive_return", order.id, one.name, lines=lines)

    @when(lambda order: bool(order.returns))
    @rule(at=orders, which=st.integers(0, 3), name=st.sampled_from(("approve", "decline", "close", "reopen", "cancel")))
    def move_return(self, at: int, which: int, name: str) -> None:
        order = self.order(at)
        if order and order.returns:
            self.run(f"{name}_return", order.id, order.returns[which % len(order.returns)].id)

    # --- what it sells

    @rule(at=orders, line=st.integers(0, 2), edge=units, restock=st.booleans())
    def fewer(self, at: int, line: int, edge: str, restock: bool) -> None:
        if order := self.order(at):
            one = order.lines[line % len(order.lines)]
            row = order.counters[one.id]
            left = max(0, row.current - some(edge, row.unshipped))
            self.run("edit", order.id, SetQuantity(one.id, left, restock=restock), notify=restock)

    @rule(at=orders, line=st.integers(0, 2), by=st.sampled_from((1, 2, 50)))
    def more(self, at: int, line: int, by: int) -> None:
        if order := self.order(at):
            one = order.lines[line % len(order.lines)]
            self.run("edit", order.id, SetQuantity(one.id, order.counters[one.id].current + by))

    @rule(at=orders, what=st.sampled_from(sorted(EDITS)))
    def edit(self, at: int, what: str) -> None:
        if order := self.order(at):
            self.run("edit", order.id, *EDITS[what], note="as agreed")

    # --- paper

    @rule(at=orders, restock=st.booleans(), refund=st.booleans(), mood=st.sampled_from(MOODS))
    def cancel(self, at: int, restock: bool, refund: bool, mood: str) -> None:
        if order := self.order(at):
            self.mood(mood)
            self.run("cancel", order.id, restock=restock, refund=refund, notify=True)

    @rule(at=orders, what=st.sampled_from(sorted(PAPER)))
    def paper(self, at: int, what: str) -> None:
        if order := self.order(at):
            name, arguments = PAPER[what]
            self.run(name, order.id, *arguments)

    @when(lambda order: len(order.comments) > 0)
    @rule(at=orders, which=st.integers(0, 2), text=st.sampled_from(("called", "called again", None)))
    def edit_or_delete_comment(self, at: int, which: int, text: str | None) -> None:
        order = self.order(at)
        if not order or not order.comments:
            return
        said = order.comments[which % len(order.comments)]
        if text is None:
            answer = self.run("delete_comment", order.id, said.id)
            assert bool(answer) == (said.deleted_at is None)
        else:
            answer = self.run("edit_comment", order.id, said.id, text)
            if said.deleted_at is not None:
                assert "unknown_comment" == answer[0]
            else:
                assert bool(answer) == (text != said.text)

    # --- versions, keys, time, mail, stock

    @rule(at=orders, behind=st.sampled_from((0, 1, -1)))
    def with_a_version(self, at: int, behind: int) -> None:
        if order := self.order(at):
            answer = self.run("set_note", order.id, f"v{order.version}", expected_version=order.version - behind)
            assert (behind != 0) == (isinstance(answer, tuple) and answer[0] == "stale_version")

    @rule(at=orders, key=st.sampled_from(("k-1", "k-2")), name=st.sampled_from(("fulfill", "mark_as_paid", "cancel")))
    def with_a_key(self, at: int, key: str, name: str) -> None:
        if order := self.order(at):
            answer = self.run(name, order.id, idempotency_key=key)
            known = [(id, asked) for asked_key, asked, (id,), _ in self.keyed if asked_key == key]
            if known and known[-1] == (order.id, name):
                assert answer.replayed
            elif known:
                assert "key_reused" == answer[0]
            elif not isinstance(answer, tuple) and answer:
                self.keyed.append((key, name, (order.id,), {}))

    @rule(at=orders)
    def the_same_source(self, at: int) -> None:
        """Placing another content under a source that is taken."""
        order = self.order(at)
        if order and order.source:
            answer = self.world.both(  # type: ignore[union-attr]
                lambda shop: shop.office.orders.place(lines=[Line("Other", price="7.77")], source=order.source)
            )
            assert "source_taken" == answer[0]


def test_memory_and_sqlite_give_the_same_answers() -> None:
    """Short histories, the same ones every time."""
    run_state_machine_as_test(Machine, settings=examples(22, 40))


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_many_long_histories() -> None:
    """Others every time."""
    run_state_machine_as_test(Machine, settings=examples(150, 60, derandomize=False))
