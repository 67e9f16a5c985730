"""
Random orders and random walks over them, and what must hold after every step.

Few lines, prices at the edges of rounding, and amounts by the name of their edge: with amounts
drawn evenly nearly every walk ends in the same refusal, and a broken cap is not noticed.
"""

import copy
from collections.abc import Callable, Iterable
from typing import Any

import attrs
from hypothesis import reject
from hypothesis import strategies as st

from backoffice_core.failures import BackOfficeError, NotFound, Refused
from backoffice_core.money import Money
from backoffice_core.orders.actions import (
    Action,
    AddCustomItem,
    AddDiscount,
    AddShipping,
    AddVariant,
    ChangeShipping,
    RemoveDiscount,
    RemoveShipping,
    SetQuantity,
)
from backoffice_core.orders.allowed import allowed
from backoffice_core.orders.amounts import Sums, authorizations_left, shipping_gone
from backoffice_core.orders.archive import OrderIsCancelled
from backoffice_core.orders.asked import Authorization, Discount, Line, Sale, Shipping, Tax
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.change import Change, Command, Facts
from backoffice_core.orders.edit import EditOrder
from backoffice_core.orders.facts import Movement, TransactionKind
from backoffice_core.orders.find import TooManyUnits
from backoffice_core.orders.fulfill import CancelFulfillment, Fulfill, UnitsOnHold
from backoffice_core.orders.hold import HoldOrder, ReleaseHold
from backoffice_core.orders.ledger import entries
from backoffice_core.orders.notes import AddComment, DeleteComment, EditComment
from backoffice_core.orders.order import Order
from backoffice_core.orders.parts import NOTHING, Part, unit_parts, value
from backoffice_core.orders.pay import Capture, CaptureExceedsAuthorization, CaptureExceedsOwed, MarkAsPaid, Void
from backoffice_core.orders.payback import RefundExceedsPart
from backoffice_core.orders.place import Place
from backoffice_core.orders.pricing import TaxExceedsPrice
from backoffice_core.orders.record import RecordPayment
from backoffice_core.orders.refund import RefundExceedsPaid, RefundOrder
from backoffice_core.orders.restock import RestockUnits
from backoffice_core.orders.returned import expected
from backoffice_core.orders.returns import (
    ApproveReturn,
    CancelReturn,
    CloseReturn,
    DeclineReturn,
    ReceiveReturn,
    ReopenReturn,
    RequestReturn,
)
from backoffice_core.orders.rules import decide
from backoffice_core.orders.settle import Settle
from backoffice_core.orders.states import ReturnStatus
from backoffice_core.orders.steps import BelowShipped
from backoffice_core.orders.stock import Level
from backoffice_core.settings import Settings
from tests.orders.helpers import HERE, THERE, facts, variant

#: Edges of a number that has a limit.
EDGES = ("one", "half", "all left", "one too many")
CURRENCIES = ("EUR", "JPY", "KWD")
PRICES = (0, 1, 2, 99, 100, 333, 1999)
#: A: not sold below zero. B: may be oversold. C: not counted.
VARIANTS = {"A": variant("A"), "B": variant("B", oversell=True), "C": variant("C", tracked=False)}
START = {("v-A", "here"): Level(7), ("v-A", "there"): Level(9), ("v-B", "here"): Level(1), ("v-B", "there"): Level(2)}


def at_edge(edge: str, limit: int) -> int:
    """Return the number that an edge means."""
    return {"one": 1, "half": (limit + 1) // 2, "all left": limit, "one too many": limit + 1}[edge]


# --- random orders


@attrs.frozen
class Basket:
    """What a walk begins with."""

    command: Place
    settings: Settings


@st.composite
def taxes(draw: st.DrawFn, currency: str) -> tuple[Tax, ...]:
    """Return no tax, one, two, or one that is given."""
    kind = draw(st.sampled_from(("none", "one", "two", "given")))
    if kind == "given":
        return (Tax("VAT", "0.20", amount=Money(draw(st.sampled_from((0, 1))), currency)),)
    rates = {"none": (), "one": ("0.20",), "two": ("0.05", "0.09975")}[kind]
    return tuple(Tax(f"T{at}", rate) for at, rate in enumerate(rates))


@st.composite
def baskets(draw: st.DrawFn, paid: str | None = None) -> Basket:
    """Return an order to be placed; *paid* says how, else it is drawn."""
    currency = draw(st.sampled_from(CURRENCIES))

    def money(amounts: tuple[int, ...] = PRICES) -> Money:
        return Money(draw(st.sampled_from(amounts)), currency)

    def discounts(on: tuple[str, ...]) -> list[Discount]:
        made = []
        for at in range(draw(st.integers(0, 2))):
            where = draw(st.sampled_from(on))
            if draw(st.booleans()):
                made.append(Discount(f"d{at}", amount=money((1, 100, 5000)), on=where))
            else:
                made.append(Discount(f"d{at}", percent=draw(st.sampled_from(("10", "33.33", "100"))), on=where))
        return made

    skus = draw(st.lists(st.sampled_from("ABC"), min_size=1, max_size=3, unique=True))
    lines = [
        Line(variant=sku, quantity=draw(st.integers(1, 4)), price=money(), taxes=draw(taxes(currency))) for sku in skus
    ]
    if draw(st.integers(0, 4)) == 0:
        lines.append(Line("Tip", price=money(), kind="tip", quantity=draw(st.integers(1, 2))))
    shipping = [Shipping(f"s{at}", money(), draw(taxes(currency))) for at in range(draw(st.sampled_from((0, 1, 1, 2))))]
    settings = Settings(
        currency=currency,
        taxes_included=draw(st.booleans()),
        tax_rounding=draw(st.sampled_from(("line", "order"))),
        auto_archive=draw(st.booleans()),
        notifications=(),
    )
    asked = Place(lines=lines, shipping=shipping, discounts=discounts(("order", "shipping", *skus)))
    try:
        total = decide(None, asked, World(settings).facts()).order.original_total_minor
    except TaxExceedsPrice:
        reject()
    kind = paid or draw(st.sampled_from(("not", "all", "all", "half", "too much", "authorized", "both", "gift card")))
    return Basket(attrs.evolve(asked, payments=payments(kind, total, currency, draw)), settings)


def payments(kind: str, total: int, currency: str, draw: st.DrawFn) -> tuple[Sale, ...]:
    """Return the payments that an order of some total is placed with."""

    def sale(minor: int, gateway: str) -> Sale:
        return Sale(Money(minor, currency), gateway=gateway, reference=f"ref-{gateway}")

    gateway = draw(st.sampled_from(("manual", "stripe")))
    half = total // 2
    if kind == "authorized":
        return (Authorization(Money(total + 100, currency), gateway=gateway, reference="a"),)
    if kind == "both":
        return (sale(half, "manual"), Authorization(Money(total - half, currency), gateway=gateway, reference="a"))
    if kind == "gift card":
        return (sale(half, gateway), sale(total - half, "gift_card"))
    minor = {"not": 0, "all": total, "half": half, "too much": total + 100}[kind]
    return (sale(minor, gateway),) if minor else ()


# --- the world around an order


def writes_off(command: Cancel | EditOrder) -> bool:
    """Whether units that leave the order by a command may leave the shelf too."""
    if isinstance(command, Cancel):
        return not command.restock
    return any(isinstance(one, SetQuantity) and not one.restock for one in command.actions)


class World:
    """A shop's stock and books around one order, and what must hold of them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.levels = dict(START)
        self.written_off = dict.fromkeys(VARIANTS, 0)
        self.keys: set[tuple[str, str, str, str]] = set()
        self.sold: dict[tuple[str, str], list[int]] = {}
        self.order: Order | None = None
        self.wholes: dict[str, Part] = {}
        self.agreed: Sums | None = None
        self.original: int | None = None

    def fork(self) -> "World":
        """Return a world of its own that stands where this one does."""
        twin = copy.copy(self)
        twin.levels = dict(self.levels)
        twin.written_off = dict(self.written_off)
        twin.keys = set(self.keys)
        twin.sold = {key: list(figures) for key, figures in self.sold.items()}
        twin.wholes = dict(self.wholes)
        return twin

    def facts(self) -> Facts:
        """Return what a rule may know now."""
        return facts(
            settings=self.settings,
            places=(HERE, THERE),
            levels=self.levels,
            variants=VARIANTS,
            gateways=frozenset({"stripe"}),
        )

    def do(self, command: Command) -> Change:
        """Decide a command, book what it did, and check everything that must hold."""
        before = self.order
        change = decide(before, command, self.facts())
        self.order = change.order
        self._book(change, command)
        self._check(change, command)
        return change

    def move(self, movements: Iterable[Movement]) -> None:
        """Move the stock."""
        for move in movements:
            at = (move.variant_id, move.location_id)
            was = self.levels[at]
            self.levels[at] = Level(
                was.on_hand + move.on_hand, was.committed + move.committed, was.reserved + move.reserved
            )
            assert (*at, move.line_id, move.key) not in self.keys, "a movement is made once"
            self.keys.add((*at, move.line_id, move.key))

    def _book(self, change: Change, command: Command) -> None:
        self.move(change.movements)
        if isinstance(command, Cancel | EditOrder):
            for move in change.movements:
                assert writes_off(command) or not move.on_hand, "what is to go on sale again stays on the shelf"
                # What leaves the order unshipped and is not put back on sale leaves the shelf too.
                self.written_off[move.variant_id.removeprefix("v-")] -= min(move.on_hand, 0)
        for one in entries(change):
            figures = self.sold.setdefault((one.kind, one.line_id), [0, 0, 0])
            assert one.gross + one.discounts + one.tax == one.total
            for at, figure in enumerate((one.quantity, one.tax, one.total)):
                figures[at] += figure

    @staticmethod
    def _line(order: Order, id: str) -> Any:
        return next(line for line in order.lines if line.id == id)

    # --- what must hold

    def _check(self, change: Change, command: Command) -> None:
        order = change.order
        if isinstance(command, EditOrder):
            self._agreed(order)
        for holds in (self.parts, self.totals, self.counters, self.stock, self.oversold, self.ledger, self.way_on):
            holds(order)
        sums = order.sums
        if change.refund is not None and change.refund.minor:
            assert sums.refunded + sums.refunding <= sums.received, "never more back than came in"
        if isinstance(command, RefundOrder) and change.before is not None:
            self.refunded(change, command)
        if change.before is not None and not change:
            assert change.order == change.before, "no event, no change"

    def parts(self, order: Order) -> None:
        """Of each line every cent was given once, and none is negative."""
        for line in order.lines:
            for part in unit_parts(line.spans):
                assert part.paid >= 0
                assert part.net >= 0
                assert min(part.taxes, default=0) >= 0
            for span in line.spans:
                assert min((span.paid, *span.taxes, *(off for _, off in span.discounts))) >= 0
            assert line.quantity == sum(span.until for span in line.spans)
            gone = amounts = NOTHING
            for fact in (*order.refunds, *order.removals):
                for taken in fact.lines:
                    if taken.line_id == line.id:
                        assert min((taken.minor, *taken.taxes_minor)) >= 0
                        assert taken.minor >= sum(taken.taxes_minor)
                        gone = gone + Part(taken.minor, taken.taxes_minor)
                        amounts = amounts if taken.quantity else amounts + Part(taken.minor, taken.taxes_minor)
            left = value(line.spans, order.counters[line.id].consumed)
            whole = value(line.spans) + amounts
            assert whole == gone + left, "the parts sum to the line, and those that are gone keep their cents"
            assert self.wholes.setdefault(line.id, whole) == whole, "what a line cost changes by an edit only"

    def _agreed(self, order: Order) -> None:
        """What was agreed is agreed anew."""
        self.wholes.clear()
        self.agreed = order.sums

    def totals(self, order: Order) -> None:
        """What the order cost changes by an edit only; what is left of it is never negative."""
        now, was = order.sums, self.agreed or order.sums
        for name in ("subtotal", "discounts", "shipping", "tax", "tips", "total"):
            assert getattr(was, name) == getattr(now, name), name
        self.agreed = was
        self.original = order.original_total_minor if self.original is None else self.original
        assert order.original_total_minor == self.original
        for name in ("current_subtotal", "current_shipping", "current_tax", "current_tips", "current_total"):
            assert getattr(now, name) >= 0, name
        tax_on_top = 0 if order.taxes_included else now.current_tax
        goods = now.current_subtotal + now.current_shipping + now.current_tips + tax_on_top
        assert goods - now.adjustments == now.current_total

    def counters(self, order: Order) -> None:
        """No pool of units is negative, and they add up."""
        for line in order.lines:
            row = order.counters[line.id]
            for name, figure in attrs.asdict(row).items():
                assert figure >= 0, name
            assert row.current >= 0
            if not line.fulfillable:
                assert 0 == row.to_fulfill == row.fulfilled == row.waiting == row.kept == row.held
                continue
            for name in ("to_fulfill", "returnable", "unshipped", "shipped", "ready"):
                assert getattr(row, name) >= 0, name
            assert row.held <= row.to_fulfill
            assert row.returnable + row.to_fulfill + row.received == row.current + row.kept + row.waiting
            assert row.current == row.shipped + row.unshipped + row.received
            assert expected(order.returns).get(line.id, 0) <= row.returnable, "what is to come is with the customer"
        for one in order.returns:
            assert all(0 <= line.received <= line.quantity for line in one.lines)

    def stock(self, order: Order) -> None:
        """What is promised is what is to be shipped; nothing gets lost."""
        for line in order.lines:
            promised = sum(units for _, units in line.allocated)
            assert promised == (order.counters[line.id].to_fulfill if line.tracked else 0)
        for id in {line.variant_id for line in order.lines if line.tracked}:
            lines = [line for line in order.lines if line.variant_id == id]
            for place in (HERE, THERE):
                at_place = sum(dict(line.allocated).get(place.id, 0) for line in lines)
                assert at_place == self.levels[str(id), place.id].committed
            on_hand = sum(one.on_hand for (of, _), one in self.levels.items() if of == id)
            start = sum(one.on_hand for (of, _), one in START.items() if of == id)
            rows = [order.counters[line.id] for line in lines]
            away = sum(row.returnable + row.unstocked for row in rows)
            assert start - away - self.written_off[str(id).removeprefix("v-")] == on_hand, "no unit gets lost"

    def oversold(self, order: Order) -> None:
        """What may not be oversold is not."""
        for (id, _), one in self.levels.items():
            assert id != "v-A" or (one.available >= 0 and one.on_hand >= 0)

    def ledger(self, order: Order) -> None:
        """The entries of all changes sum to what the order is now."""
        figures = list(self.sold.values())
        assert sum(row.current for row in order.counters.values()) == sum(one[0] for one in figures)
        assert order.sums.current_tax == sum(one[1] for one in figures)
        assert order.sums.current_total == sum(one[2] for one in figures)
        for line in order.lines:
            told = self.sold.get((str(line.kind), line.id), [0, 0, 0])
            assert order.counters[line.id].current == told[0]

    def way_on(self, order: Order) -> None:
        """Every order has a way on, or nothing is left to do on it."""
        can = {one.name for one in allowed(order, self.facts()) if one.possible}
        waits = any(one.open for one in order.transactions)
        assert waits == ("settle" in can)
        if order.outstanding.minor < 0 and not waits:
            assert "refund" in can
            assert order.outstanding == -decide(order, RefundOrder(), self.facts()).refund.amount  # type: ignore[union-attr]
        if order.outstanding.minor > 0:
            assert can & {"mark_as_paid", "record_payment", "settle"}
        if any(row.restockable for row in order.counters.values()):
            assert "restock" in can
        if order.to_fulfill:
            assert order.cancelled_at is None
            assert can & {"fulfill", "release_hold", "restock"}
        assert (order.cancelled_at is None) == bool(can & {"archive", "unarchive"})

    def refunded(self, change: Change, command: RefundOrder) -> None:
        """A refund is what DESIGN says it is, reckoned from what the order costs before and after."""
        before, refund, told = change.before, change.refund, change.suggestion
        assert before is not None
        assert refund is not None
        assert told is not None
        worth = sum(one.minor for one in (*refund.lines, *refund.shipping))
        current, can = before.sums.current_total, before.sums.refundable
        back = max(0, worth - current)
        left = current - worth + back
        assert max(0, min(can, can - left)) == told.amount_minor, "what would have been paid too much"
        assert 0 <= told.low_minor <= told.amount_minor <= told.high_minor <= can
        assert sum(one.minor for one in change.transactions) == refund.minor
        assert left - (refund.adjustment_minor + back) == change.order.sums.current_total
        if command.amount is None:
            assert -back == refund.adjustment_minor
            assert refund.minor == (0 if command.pay_later else told.amount_minor)


# --- random steps


@attrs.frozen
class Step:
    """One step of a walk: what, and at which edge; the order that it meets says what it means."""

    kind: str
    edge: str
    line: int
    flag: bool
    way: str


steps: Callable[..., st.SearchStrategy[Step]] = lambda *kinds: st.builds(  # noqa: E731
    Step,
    kind=st.sampled_from(kinds or tuple(KINDS)),
    edge=st.sampled_from(EDGES),
    line=st.integers(0, 3),
    flag=st.booleans(),
    way=st.sampled_from(("cancel", "return", "received", "no_restock", "any")),
)


def walk(world: World, step: Step) -> None:
    """Take a step; at its limit it must be accepted, beyond it refused for that reason."""
    assert world.order is not None
    before = world.order
    command, limit, reasons = KINDS[step.kind](before, step)
    if command is None or (limit == 0 and not at_edge(step.edge, limit)):
        return
    refused: BackOfficeError | None = None
    try:
        world.do(command)
    except (Refused, NotFound) as no:
        refused = no
    told = f"{step.kind} at {step.edge} of {limit}: {refused!r}"
    if refused is None:
        assert limit is None or step.edge != "one too many", told
        return
    assert world.order is before
    if limit:
        assert isinstance(refused, reasons), told
        assert step.edge == "one too many", told


Meaning = tuple[Command | None, int | None, tuple[type[BackOfficeError], ...]]


def _chosen(order: Order, step: Step) -> Any:
    return order.lines[step.line % len(order.lines)]


def _refund_units(order: Order, step: Step) -> Meaning:
    line = _chosen(order, step)
    row = order.counters[line.id]
    limit = {"cancel": row.unshipped, "return": row.shipped, "received": row.received}.get(step.way, row.current)
    way = None if step.way == "any" else step.way
    units = {line.id: at_edge(step.edge, limit)}
    return RefundOrder(lines=units, restock=way, pay_later=step.flag), limit, (TooManyUnits,)


def _refund_all(order: Order, step: Step) -> Meaning:
    units = {id: row.current for id, row in order.counters.items() if row.current}
    way = "no_restock" if step.way == "no_restock" else None
    charged = any(left for left in _shipping_left(order).values())
    return (RefundOrder(lines=units, restock=way, shipping=step.flag and charged) if units else None), None, ()


def _refund_amount(order: Order, step: Step) -> Meaning:
    limit = order.sums.refundable
    amount = Money(at_edge(step.edge, limit), order.currency)
    return RefundOrder(amount=amount), limit, (RefundExceedsPaid,)


def _refund_unit_for_an_amount(order: Order, step: Step) -> Meaning:
    line = _chosen(order, step)
    if not order.counters[line.id].current:
        return None, None, ()
    limit = order.sums.refundable
    amount = Money(at_edge(step.edge, limit), order.currency)
    return RefundOrder(lines={line.id: 1}, amount=amount), limit, (RefundExceedsPaid,)


def _refund_on_line(order: Order, step: Step) -> Meaning:
    line = _chosen(order, step)
    limit = value(line.spans, order.counters[line.id].consumed).paid
    amount = Money(at_edge(step.edge, limit), order.currency)
    return RefundOrder(amounts={line.id: amount}, pay_later=step.flag), limit, (RefundExceedsPart,)


def _shipping_left(order: Order) -> dict[str, int]:
    gone = shipping_gone(order)
    return {line.id: line.paid_minor - gone.get(line.id, 0) for line in order.shipping_lines}


def _refund_shipping(order: Order, step: Step) -> Meaning:
    limit = sum(_shipping_left(order).values())
    return RefundOrder(shipping=Money(at_edge(step.edge, limit), order.currency)), limit, (RefundExceedsPart,)


def _refund_owed(order: Order, step: Step) -> Meaning:
    return RefundOrder(), None, ()


def _fulfill(order: Order, step: Step) -> Meaning:
    line = _chosen(order, step)
    row = order.counters[line.id]
    limit = row.to_fulfill - row.held
    place = ("here", "there")[step.line % 2] if step.flag else None
    # From a named place there may be too little; then only the refusal beyond the limit is certain.
    known = limit if place is None or not line.tracked or step.edge == "one too many" else None
    if not at_edge(step.edge, limit):
        return None, None, ()
    return Fulfill(lines={line.id: at_edge(step.edge, limit)}, location=place), known, (TooManyUnits, UnitsOnHold)


def _fulfill_all(order: Order, step: Step) -> Meaning:
    return Fulfill(), None, ()


def _cancel_fulfillment(order: Order, step: Step) -> Meaning:
    if not order.fulfillments:
        return None, None, ()
    parcel = order.fulfillments[step.line % len(order.fulfillments)]
    return CancelFulfillment(fulfillment=parcel.id), None, ()


def _restock(order: Order, step: Step) -> Meaning:
    waiting = [line for line in order.lines if order.counters[line.id].restockable]
    line = waiting[step.line % len(waiting)] if waiting else _chosen(order, step)
    limit = order.counters[line.id].restockable
    place = ("here", "there")[step.line % 2] if step.flag else None
    return RestockUnits(lines={line.id: at_edge(step.edge, limit)}, location=place), limit, (TooManyUnits,)


def _hold(order: Order, step: Step) -> Meaning:
    if step.flag:
        return HoldOrder(), None, ()
    line = _chosen(order, step)
    row = order.counters[line.id]
    limit = row.to_fulfill - row.held
    return HoldOrder(lines={line.id: at_edge(step.edge, limit)}), limit, (TooManyUnits,)


def _blocked(order: Order) -> bool:
    """Whether a capture or void has no outcome, so that another one is refused at any amount."""
    return any(one.open and one.kind in (TransactionKind.CAPTURE, TransactionKind.VOID) for one in order.transactions)


def _capture(order: Order, step: Step) -> Meaning:
    limit = order.sums.capturable
    amount = Money(max(1, at_edge(step.edge, limit)), order.currency)
    if not at_edge(step.edge, limit):
        return None, None, ()
    amount = Money(at_edge(step.edge, limit), order.currency)
    reasons = (CaptureExceedsOwed, CaptureExceedsAuthorization)
    return Capture(amount=amount, final=step.flag), None if _blocked(order) else limit, reasons


def _capture_over(order: Order, step: Step) -> Meaning:
    limit = sum(authorizations_left(order.transactions).values())
    amount = Money(max(1, at_edge(step.edge, limit)), order.currency)
    if not at_edge(step.edge, limit):
        return None, None, ()
    amount = Money(at_edge(step.edge, limit), order.currency)
    return Capture(amount=amount, allow_over=True), None if _blocked(order) else limit, (CaptureExceedsAuthorization,)


def _record(order: Order, step: Step) -> Meaning:
    owed = max(1, order.sums.outstanding)
    amount = Money(at_edge(step.edge, owed), order.currency)
    reference = f"r{step.line}" if step.flag else None
    return (
        RecordPayment(amount=amount, reference=reference, status="pending" if step.way == "any" else "success"),
        None,
        (),
    )


def _settle(order: Order, step: Step) -> Meaning:
    waiting = [one for one in order.transactions if one.open]
    if not waiting:
        return None, None, ()
    one = waiting[step.line % len(waiting)]
    outcome = {"cancel": "failure", "no_restock": "unknown"}.get(step.way, "success")
    part = Money(1, order.currency) if step.edge == "one" and outcome == "success" and one.minor else None
    return Settle(transaction=one.id, outcome=outcome, amount=part), None, ()  # type: ignore[arg-type]


def _reverse(order: Order, step: Step) -> Meaning:
    stands = [one for one in order.transactions if one.in_force]
    if not stands:
        return None, None, ()
    one = stands[step.line % len(stands)]
    amount = None if step.edge == "all left" else Money(1, order.currency)
    named = f"dp_{len(one.reversals)}"
    return Settle(transaction=one.id, outcome="reversed", amount=amount, reference=named), None, ()


def _ask_for_return(order: Order, step: Step) -> Meaning:
    line = _chosen(order, step)
    limit = order.counters[line.id].returnable - expected(order.returns).get(line.id, 0)
    lines = {line.id: at_edge(step.edge, limit)}
    # Of a cancelled order none is taken back by a return, however many are with the customer.
    known = limit if order.cancelled_at is None else None
    return RequestReturn(lines=lines, approve=step.flag), known, (TooManyUnits,)


def _a_return(order: Order, step: Step) -> str | None:
    return order.returns[step.line % len(order.returns)].id if order.returns else None


def _answer_return(order: Order, step: Step) -> Meaning:
    id = _a_return(order, step)
    if id is None:
        return None, None, ()
    return (ApproveReturn(return_id=id) if step.flag else DeclineReturn(return_id=id)), None, ()


def _receive(order: Order, step: Step) -> Meaning:
    id = _a_return(order, step)
    found = [one for one in order.returns if one.id == id and one.status is ReturnStatus.OPEN]
    if not found:
        return None, None, ()
    line = found[0].lines[step.line % len(found[0].lines)]
    lines = {line.line_id: at_edge(step.edge, line.expected)}
    return ReceiveReturn(return_id=found[0].id, lines=lines), line.expected, (TooManyUnits,)


def _end_return(order: Order, step: Step) -> Meaning:
    id = _a_return(order, step)
    if id is None:
        return None, None, ()
    kinds = {"one": CloseReturn, "half": CloseReturn, "all left": ReopenReturn, "one too many": CancelReturn}
    return kinds[step.edge](return_id=id), None, ()


def _edit(*actions: Action) -> EditOrder:
    return EditOrder(actions=actions)


def _quantity(order: Order, step: Step, by: int) -> SetQuantity:
    line = _chosen(order, step)
    return SetQuantity(line.id, max(0, order.counters[line.id].current + by), restock=step.flag)


def _fewer_units(order: Order, step: Step) -> Meaning:
    row = order.counters[_chosen(order, step).id]
    limit = row.unshipped
    units = at_edge(step.edge, limit)
    if units > row.current:
        return None, None, ()
    return _edit(_quantity(order, step, -units)), limit, (BelowShipped, OrderIsCancelled)


def _discount(order: Order, step: Step) -> Meaning:
    chosen = _chosen(order, step)
    on = "order" if step.flag or chosen.is_tip else chosen.id
    percent = {"one": "0.01", "half": "50", "all left": "100"}.get(step.edge)
    amount = None if percent else Money(13 * step.line, order.currency)
    return _edit(AddDiscount(Discount("Late", amount=amount, percent=percent, on=on))), None, ()


def _no_discount(order: Order, step: Step) -> Meaning:
    held = [one for one in order.discounts if one.removed_at is None and one.target != "shipping"]
    return (_edit(RemoveDiscount(held[step.line % len(held)].id)), None, ()) if held else (None, None, ())


def _shipping(order: Order, step: Step) -> Meaning:
    price = Money(9 * step.line, order.currency)
    if not order.shipping_lines:
        return _edit(AddShipping("Late", price)), None, ()
    id = order.shipping_lines[step.line % len(order.shipping_lines)].id
    return _edit(ChangeShipping(id, price) if step.flag else RemoveShipping(id)), None, ()


def _comment(order: Order, step: Step) -> Meaning:
    if step.way == "any" or not order.comments:
        return AddComment(text="Called"), None, ()
    said = order.comments[step.line % len(order.comments)].id
    if step.way == "cancel":
        return DeleteComment(comment_id=said), None, ()
    return EditComment(comment_id=said, text="Called" if step.flag else "Called again"), None, ()


KINDS: dict[str, Callable[[Order, Step], Meaning]] = {
    "refund units": _refund_units,
    "refund all": _refund_all,
    "refund an amount": _refund_amount,
    "refund a unit for an amount": _refund_unit_for_an_amount,
    "refund on a line": _refund_on_line,
    "refund shipping": _refund_shipping,
    "refund what is owed": _refund_owed,
    "fulfill": _fulfill,
    "fulfill all": _fulfill_all,
    "cancel a fulfillment": _cancel_fulfillment,
    "restock": _restock,
    "hold": _hold,
    "release": lambda order, step: (ReleaseHold(), None, ()),
    "capture": _capture,
    "capture over": _capture_over,
    "void": lambda order, step: (Void(), None, ()),
    "record": _record,
    "mark as paid": lambda order, step: (MarkAsPaid(), None, ()),
    "settle": _settle,
    "reverse": _reverse,
    "ask for a return": _ask_for_return,
    "answer a return": _answer_return,
    "receive": _receive,
    "end a return": _end_return,
    "fewer units": _fewer_units,
    "more units": lambda order, step: (_edit(_quantity(order, step, 1)), None, ()),
    "add an item": lambda order, step: (_edit(AddCustomItem("Item", Money(7 * step.line, order.currency))), None, ()),
    "add a variant": lambda order, step: (
        _edit(AddVariant("AB"[step.line % 2], price=Money(5, order.currency), allow_duplicate=step.flag)),
        None,
        (),
    ),
    "discount": _discount,
    "no discount": _no_discount,
    "shipping": _shipping,
    "comment": _comment,
    "cancel": lambda order, step: (Cancel(restock=step.flag, refund=step.line % 2 == 0), None, ()),
}


def begin(basket: Basket) -> World:
    """Return the world after a basket was placed."""
    world = World(basket.settings)
    world.do(basket.command)
    return world


def settled(world: World) -> None:
    """Let every gateway answer yes."""
    assert world.order is not None
    for one in [one for one in world.order.transactions if one.open]:
        world.do(Settle(transaction=one.id, outcome="success"))
