"""
Stock through the whole life of a draft and its order, beside another draft: no unit appears or vanishes.

Every change is held against the table of ``orders/stock.py``: how many units it is about is told by
the counters of the order and by what the drafts have set aside, and the movements must be those of
its row. What else must hold of the order stands in ``walks.py``.
"""

from collections import defaultdict
from collections.abc import Iterable

import attrs
from hypothesis import given
from hypothesis import strategies as st

from backoffice_core.failures import Refused
from backoffice_core.money import Money
from backoffice_core.orders.actions import SetQuantity
from backoffice_core.orders.asked import Line
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.change import Change, Command
from backoffice_core.orders.draft import Draft
from backoffice_core.orders.draftcommands import (
    CompleteDraft,
    CreateDraft,
    DeleteDraft,
    DraftChange,
    DraftCommand,
    EndReservation,
    UpdateDraft,
)
from backoffice_core.orders.edit import EditOrder
from backoffice_core.orders.facts import Movement
from backoffice_core.orders.fulfill import CancelFulfillment, Fulfill
from backoffice_core.orders.hold import ReleaseHold
from backoffice_core.orders.lines import LineItem
from backoffice_core.orders.order import Order
from backoffice_core.orders.refund import RefundOrder
from backoffice_core.orders.restock import RestockUnits
from backoffice_core.orders.returns import RequestReturn
from backoffice_core.orders.rules import decide_draft
from tests.orders.helpers import LATER, NOW, shop
from tests.orders.test_properties import some
from tests.orders.walks import START, Step, World, steps, walk

SOON = NOW.add(days=1)
#: A command on a draft, and whether the time of what is set aside is over by then.
Beside = tuple[DraftCommand, bool]
#: How available, committed and on hand change, by variant.
Rows = dict[str, tuple[int, int, int]]


# --- what the table says


def row(available: int, committed: int, on_hand: int, units: int) -> tuple[int, int, int]:
    """Return a row of the table for so many units."""
    return available * units, committed * units, on_hand * units


def summed(rows: Iterable[tuple[str, tuple[int, int, int]]]) -> Rows:
    """Return the sum of some rows by variant, without those that change nothing."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for id, figures in rows:
        for at, figure in enumerate(figures):
            found[id][at] += figure
    return {id: (one[0], one[1], one[2]) for id, one in found.items() if any(one)}


def by_movements(movements: Iterable[Movement]) -> Rows:
    """Return what some movements do."""
    return summed(
        (one.variant_id, (one.on_hand - one.committed - one.reserved, one.committed, one.on_hand)) for one in movements
    )


def units_of(line: LineItem, order: Order | None) -> dict[str, int]:
    """Return how many units of a line are where, as its counters tell; none of a line that an order does not have."""
    told = order.counters.get(line.id) if order is not None else None
    return attrs.asdict(told) if told is not None else defaultdict(int)


def by_table(change: Change, command: Command) -> Rows:
    """Return what the table says of a change of an order."""
    rows: list[tuple[str, tuple[int, int, int]]] = []
    for line in change.order.lines:
        if not line.tracked:
            continue
        was, now = units_of(line, change.before), units_of(line, change.order)
        more = {name: now[name] - was[name] for name in ("ordered", "fulfilled", "returned", "unstocked")}
        left = now["removed"] - was["removed"] + now["released"] - was["released"]
        done = (
            row(-1, 1, 0, more["ordered"]),
            row(0, -1, -1, more["fulfilled"]),
            row(0, -1, -1, left) if written_off(command, line) else row(1, -1, 0, left),
            # What came back by a return is on no shelf until it is restocked.
            row(1, 0, 1, more["returned"] - more["unstocked"]),
        )
        rows += [(str(line.variant_id), one) for one in done]
    return summed(rows)


def written_off(command: Command, line: LineItem) -> bool:
    """Whether units of a line that leave unshipped by a command do not go on sale again."""
    if isinstance(command, EditOrder):
        return any(isinstance(one, SetQuantity) and one.line == line.id and not one.restock for one in command.actions)
    return isinstance(command, Cancel) and not command.restock


# --- a shop with drafts


class Shop(World):
    """The world around an order that was a draft, with another draft beside it."""

    def __init__(self) -> None:
        super().__init__(shop(auto_archive=True))
        self.drafts: dict[str, Draft] = {}

    def do(self, command: Command) -> Change:
        """Decide a command on the order; its movements must be those of the table."""
        change = super().do(command)
        assert by_table(change, command) == by_movements(change.movements)
        self.by_place(change, command)
        self.aside()
        return change

    def do_draft(self, name: str, command: DraftCommand, *, later: bool = False) -> None:
        """Decide a command on a draft; its movements must be those of the table."""
        before = self.drafts.get(name)
        known = attrs.evolve(self.facts(), now=LATER) if later else self.facts()
        change = decide_draft(before, None, command, known)
        self.drafts[name] = change.draft
        if change.placing is not None:
            self.placed(change)
            return
        self.move(change.movements)
        rows = [(id, row(1, 0, 0, units)) for id, units in set_aside(before)]
        rows += [(id, row(-1, 0, 0, units)) for id, units in set_aside(change.draft)]
        assert summed(rows) == by_movements(change.movements)
        assert all(one.on_hand == one.committed == 0 for one in change.movements)
        self.aside()

    def placed(self, change: DraftChange) -> None:
        """Take up the order that a draft became: it promised what was set aside, where it was, and the rest anew."""
        placing, before = change.placing, change.before
        assert placing is not None
        assert before is not None
        self.order = placing.order
        self._book(placing, CompleteDraft())
        self._check(placing, CompleteDraft())
        aside = list(set_aside(before))
        expected = summed([*by_table(placing, CompleteDraft()).items(), *((id, (units, 0, 0)) for id, units in aside)])
        assert expected == by_movements(placing.movements)
        assert all(one.on_hand == 0 for one in placing.movements)
        for line, after in zip(before.lines, placing.order.lines, strict=True):
            assert not line.allocated or line.allocated == after.allocated
        self.aside()

    # --- what must hold

    def aside(self) -> None:
        """At each place it is set aside what the drafts have set aside there, and that alone."""
        rows = [one for draft in self.drafts.values() for line in draft.lines for one in places(line)]
        for at, level in self.levels.items():
            assert level.reserved == sum(units for where, units in rows if where == at)
            assert level.available + level.committed + level.reserved == level.on_hand

    def oversold(self, order: Order) -> None:
        """What may not be oversold is not; at one place it may be, by what was shipped elsewhere and undone."""
        assert sum(one.available for (id, _), one in self.levels.items() if id == "v-A") >= 0

    def by_place(self, change: Change, command: Command) -> None:
        """Units leave the shelf where they were promised, or where it was said; they come back where it was said."""
        assert all(one.reserved == 0 for one in change.movements)
        named = command.location if isinstance(command, Fulfill | RefundOrder | RestockUnits) else None
        for one in change.movements:
            if isinstance(command, Fulfill):
                assert one.on_hand == (one.committed if named is None else min(one.on_hand, 0))
            if isinstance(command, RefundOrder | RestockUnits):
                assert one.on_hand >= 0
            if isinstance(command, Cancel | EditOrder):
                assert one.on_hand in (0, one.committed)
            if named is not None and one.on_hand:
                assert named == one.location_id
        if isinstance(command, CancelFulfillment) and change:
            assert change.fulfillment is not None
            undone = sorted((one.line_id, one.location_id, one.on_hand, one.committed) for one in change.movements)
            shipped = change.fulfillment.movements
            assert undone == sorted((one.line_id, one.location_id, -one.on_hand, -one.committed) for one in shipped)


def places(line: LineItem) -> list[tuple[tuple[str, str], int]]:
    """Return where so many units of a draft's line are set aside."""
    return [((str(line.variant_id), place), units) for place, units in line.allocated]


def set_aside(draft: Draft | None) -> list[tuple[str, int]]:
    """Return what a draft has set aside, by variant: of each line that is counted all units, or none at all."""
    lines = [line for line in draft.lines if line.tracked] if draft is not None else []
    if draft is None or draft.reserve_until is None:
        assert not any(line.allocated for line in lines)
        return []
    return [(str(line.variant_id), line.quantity) for line in lines]


# --- random lives


lines = st.lists(
    st.builds(
        lambda sku, quantity, price: Line(variant=sku, quantity=quantity, price=Money(price, "EUR")),
        st.sampled_from("AABC"),
        st.integers(1, 5),
        st.sampled_from((0, 99, 1000)),
    ),
    min_size=1,
    max_size=3,
)
drafting: st.SearchStrategy[Beside] = st.one_of(
    st.tuples(st.builds(UpdateDraft, lines=lines), st.just(False)),
    st.tuples(st.just(UpdateDraft(reserve_until=SOON)), st.just(False)),
    st.tuples(st.just(UpdateDraft(clear=("reserve_until",))), st.just(False)),
    st.tuples(st.just(EndReservation()), st.booleans()),
)
first = st.builds(CreateDraft, lines=lines, reserve_until=st.sampled_from((SOON, None)))
completing = st.builds(
    CompleteDraft, payment=st.sampled_from(("paid", "pending")), gateway=st.sampled_from(("manual", "stripe"))
)
#: Kinds that make or need a history stand here more than once.
life = steps(
    *("fulfill", "fulfill", "fulfill", "fulfill all", "cancel a fulfillment", "cancel a fulfillment"),
    *("refund units", "refund units", "refund units", "refund all", "restock", "restock"),
    *("ask for a return", "ask for a return", "answer a return", "receive", "receive", "receive", "end a return"),
    *("fewer units", "fewer units", "more units", "add a variant", "hold", "release", "settle", "cancel"),
)
#: What is done before the steps that are drawn: few of those ever get as far as a return.
BEFORE: dict[str, tuple[Command, ...]] = {
    "as placed": (),
    "shipped": (Fulfill(),),
    "coming back": (Fulfill(), RequestReturn(approve=True)),
}
others = st.one_of(st.tuples(first, st.just(False)), drafting, st.just((DeleteDraft(), False)))


def beside(world: Shop, act: Beside) -> None:
    """Do something with the other draft, if the rules let it; nothing moves when they do not."""
    levels = dict(world.levels)
    command, later = act
    known = world.drafts.get("other")
    fresh = known is None or known.deleted_at is not None
    if fresh != isinstance(command, CreateDraft):
        return
    try:
        world.do_draft("other", command, later=later)
    except Refused:
        assert levels == world.levels


def made(command: CreateDraft, path: list[Beside]) -> Shop:
    """Return the shop after a draft was made and changed."""
    world = Shop()
    world.do_draft("own", command)
    for act, later in path:
        try:
            world.do_draft("own", act, later=later)
        except Refused:
            continue
    return world


@some(150)
@given(
    first,
    st.lists(drafting, max_size=3),
    completing,
    st.lists(st.tuples(life, life, st.none() | others), min_size=3, max_size=8),
    st.sampled_from(sorted(BEFORE)),
    st.sampled_from(("cancel", "write off", "ship")),
)
def test_from_draft_to_the_end(
    create: CreateDraft,
    drafted: list[Beside],
    complete: CompleteDraft,
    path: list[tuple[Step, Step, Beside | None]],
    begun: str,
    end: str,
) -> None:
    """Set aside, promised, shipped, undone, given back, restocked by turns: each change moves what its row says."""
    world = made(create, drafted)
    before = dict(world.levels)
    try:
        world.do_draft("own", complete)
    except Refused:
        assert before == world.levels
        return
    assert 0 == world.drafts["own"].reserved
    for command in BEFORE[begun]:
        world.do(command)
    for step, next_step, act in path:
        walk(world, step)
        walk(world, next_step)
        if act is not None:
            beside(world, act)
    over(world, end)


def over(world: Shop, end: str) -> None:
    """Bring all to its end; then nothing is promised or set aside, and what is not there was shipped or written off."""
    if (other := world.drafts.get("other")) is not None and other.deleted_at is None:
        world.do_draft("other", DeleteDraft())
    assert 0 == sum(one.reserved for one in world.levels.values())
    closing: list[Command] = [ReleaseHold(), Fulfill(), RestockUnits()]
    if end != "ship":
        closing.insert(0, Cancel(restock=end == "cancel"))
    for command in closing:
        try:
            world.do(command)
        except Refused:
            continue
    assert 0 == sum(one.committed for one in world.levels.values())
    assert world.order is not None
    away: dict[str, int] = defaultdict(int)
    for line in world.order.lines:
        counted = world.order.counters[line.id]
        away[str(line.variant_id)] += counted.fulfilled - counted.returned if line.tracked else 0
    for sku in "AB":
        start = sum(one.on_hand for (id, _), one in START.items() if id == f"v-{sku}")
        left = sum(one.on_hand for (id, _), one in world.levels.items() if id == f"v-{sku}")
        assert start - left == away[f"v-{sku}"] + world.written_off[sku]


@some(200)
@given(first, st.lists(drafting, max_size=6), st.booleans())
def test_a_draft_that_ends_leaves_the_stock_as_it_was(create: CreateDraft, path: list[Beside], idle: bool) -> None:
    """Set aside and let go in any order; once it is deleted, or its time is over, all is on sale again."""
    world = made(create, path)
    if idle:
        world.do_draft("own", EndReservation(), later=True)
    else:
        world.do_draft("own", DeleteDraft())
    assert START == world.levels
