"""
What the state machines share: the shops, the rules of draft orders, and what time brings.
"""

import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import attrs
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from backoffice_core import Discount, Draft, Line, Order, PaymentTerms, Tax
from backoffice_core.storage.sql import SqlStorage
from tests.lifecycle.world import World, check_everything, in_a_file

TAX = [Tax("TVA", "0.20")]
DRAFTS: dict[str, dict[str, Any]] = {
    "cups": {
        "lines": [Line(variant="CUP", quantity=2, taxes=TAX), Line("Engraving", price="0.99")],
        "email": "ada@example.com",
    },
    "all cups": {"lines": [Line(variant="CUP", quantity=5)]},
    "a cup and mugs": {
        "lines": [Line(variant="CUP"), Line(variant="MUG", quantity=2, price="1.11")],
        "shipping": "2.00",
        "discounts": [Discount("Friend", percent="33.33")],
    },
    "what is not tracked": {"lines": [Line("Tea", sku="TEA", quantity=3, price="3.33", taxes=TAX)]},
    "for nothing": {"lines": [Line("Sample"), Line(variant="MUG", price="0.00")]},
}
CHANGES: dict[str, dict[str, Any]] = {
    "note": {"note": "Ring"},
    "more cups": {"lines": [Line(variant="CUP", quantity=3)]},
    "a mug": {"lines": [Line(variant="MUG", price="1.00")]},
    "discount": {"discounts": [Discount("Late", amount="0.50")]},
    "no discount": {"discounts": []},
    "shipping": {"shipping": "1.50"},
    "customer": {"email": "ada@example.com"},
    "terms": {"terms": PaymentTerms("net", days=30)},
    "no terms": {"clear": "terms"},
    "no reservation": {"clear": "reserve_until"},
    "nothing": {},
}
MOODS = ("succeed", "succeed", "succeed", "decline", "hang", "hang_undone", "late", "late_decline", "twice")

drafts = st.integers(0, 2)
moments = st.sampled_from((None, 1, 24 * 9))
orders = st.integers(0, 2)


def while_a_draft(holds: Callable[[Draft], bool]) -> Any:
    """Run a rule only while something holds of a draft."""
    return precondition(lambda self: any(holds(draft) for draft in self.papers))


def is_open(draft: Draft) -> bool:
    """Whether it became no order yet."""
    return draft.order_id is None


class Shops(RuleBasedStateMachine):
    """
    The life of up to three drafts, and of the orders that they become, in shops side by side.

    Attributes:
        databases: What makes a storage in a folder, by name; one shop is always in memory.
    """

    databases: ClassVar[Mapping[str, Callable[[Path], SqlStorage]]] = {"sqlite": in_a_file}

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.world: World | None = None
        self.now: list[Order] = []
        self.papers: list[Draft] = []
        self.answered: dict[str, tuple[str, dict[str, Any]]] = {}
        self.keyed: list[tuple[str, str, tuple[Any, ...], dict[str, Any]]] = []

    def teardown(self) -> None:
        if self.world is not None:
            self.world.close()
        shutil.rmtree(self.folder)

    # --- helpers

    def order(self, at: int) -> Order | None:
        """Return one of the orders, the only one where there is one; None where there is none."""
        assert self.world is not None
        ids = self.world.ids
        return self.world.order(ids[at % len(ids)]) if ids else None

    def run(self, name: str, *args: Any, **kwargs: Any) -> Any:
        assert self.world is not None
        return self.world.command(name, *args, **kwargs)

    def mood(self, mood: str) -> None:
        """Say what the next request to the gateway meets, in both shops; it was used up or is taken back."""
        assert self.world is not None
        for shop in self.world.shops:
            shop.card._moods[:] = [mood]

    # --- drafts

    def soon(self, hours: int | None) -> Any:
        """Return the moment in some hours; None for no moment."""
        assert self.world is not None
        return None if hours is None else self.world.shops[0].clock().add(hours=hours)

    def one_of(self, which: int, holds: Callable[[Draft], bool] = lambda _: True) -> Draft:
        """Return one of the drafts that something holds of."""
        fitting = [draft for draft in self.papers if holds(draft)]
        return fitting[which % len(fitting)]

    @precondition(lambda self: len(self.papers) < 3)
    @rule(what=st.sampled_from(sorted(DRAFTS)), hours=moments, on_terms=st.booleans())
    def create_draft(self, what: str, hours: int | None, on_terms: bool) -> None:
        self.created(what, hours, on_terms)

    def created(self, what: str, hours: int | None, on_terms: bool) -> None:
        """Make a draft; it is refused only where units are to be set aside that are not there."""
        assert self.world is not None
        terms = PaymentTerms("receipt") if on_terms else None
        made = self.world.draft_command("create", **DRAFTS[what], reserve_until=self.soon(hours), terms=terms)
        if isinstance(made, tuple):
            assert ("out_of_stock", True) == (made[0], hours is not None)
        else:
            self.world.drafts.append(made.draft.id)

    @precondition(lambda self: 0 < len(self.papers) < 3)
    @rule(which=drafts, of_order=st.booleans())
    def duplicate(self, which: int, of_order: bool) -> None:
        assert self.world is not None
        desk = "orders" if of_order and self.now else "drafts"
        copied = self.now[which % len(self.now)] if desk == "orders" else self.one_of(which)
        made = self.world.draft_command("duplicate", copied.id, desk=desk)
        assert ("open", 0, (desk[:-1], copied.id)) == (made.draft.status, made.draft.reserved, made.draft.copied_from)
        self.world.drafts.append(made.draft.id)

    @while_a_draft(lambda _: True)
    @rule(
        which=drafts,
        what=st.sampled_from(sorted(CHANGES)),
        hours=moments,
        behind=st.sampled_from((None, None, None, 0, 1)),
    )
    def update_draft(self, which: int, what: str, hours: int | None, behind: int | None) -> None:
        assert self.world is not None
        draft = self.one_of(which)
        seen = None if behind is None else draft.version - behind
        asked = {**CHANGES[what], "reserve_until": self.soon(hours), "expected_version": seen}
        done = self.world.draft_command("update", draft.id, **asked)
        if behind:
            assert "stale_version" == done[0]
        elif not is_open(draft):
            assert "draft_is_completed" == done[0]

    @while_a_draft(is_open)
    @rule(which=drafts)
    def send_draft_invoice(self, which: int) -> None:
        assert self.world is not None
        draft = self.one_of(which, is_open)
        done = self.world.draft_command("send_invoice", draft.id)
        assert (draft.email is None) == (isinstance(done, tuple) and done[0] == "no_recipient")

    @precondition(lambda self: len(self.now) < 3 and any(map(is_open, self.papers)))
    @rule(
        which=drafts,
        payment=st.sampled_from(("paid", "paid", "pending")),
        gateway=st.sampled_from(("manual", "card")),
        mood=st.sampled_from(MOODS),
        key=st.sampled_from((None, "d-1", "d-2")),
    )
    def complete_draft(self, which: int, payment: str, gateway: str, mood: str, key: str | None) -> None:
        self.mood(mood)
        self.completed(self.one_of(which, is_open), key, payment=payment, gateway=gateway)

    @while_a_draft(lambda draft: not is_open(draft))
    @rule(
        which=drafts,
        key=st.sampled_from((None, "d-1", "d-2")),
        payment=st.sampled_from(("paid", "pending")),
        as_before=st.booleans(),
    )
    def complete_again(self, which: int, key: str | None, payment: str, as_before: bool) -> None:
        """Under the key that was used and with what was asked for then, or otherwise."""
        draft, asked = self.one_of(which, lambda one: not is_open(one)), {"payment": payment, "gateway": "manual"}
        used = [(key, said) for key, (id, said) in self.answered.items() if id == draft.id]
        if as_before and used:
            key, asked = used[0]
        self.completed(draft, key, **asked)

    def completed(self, draft: Draft, key: str | None, **asked: Any) -> None:
        """Complete a draft, perhaps again, perhaps under a key that was used."""
        assert self.world is not None
        done = self.world.draft_command("complete", draft.id, **asked, idempotency_key=key)
        known = self.answered.get(key) if key is not None else None
        if known is not None and known != (draft.id, asked):
            assert "key_reused" == done[0]
        elif known is not None:
            assert (True, draft.order_id) == (done.replayed, done.order.id)
        elif not is_open(draft):
            assert (False, False, draft.order_id) == (bool(done), done.replayed, done.order.id)
        elif isinstance(done, tuple):
            assert ("out_of_stock", 0) == (done[0], draft.reserved), "what is set aside is there"
        else:
            assert f"#{1001 + len(self.world.ids)}" == done.order.name
            assert draft.lines == tuple(attrs.evolve(line, allocated=()) for line in done.order.lines) or draft.reserved
            waits = asked["payment"] == "pending" or draft.terms is not None
            if waits and draft.total.minor:
                assert "pending" == done.order.financial_status
            self.world.ids.append(done.order.id)
            if key is not None:
                self.answered[key] = (draft.id, asked)

    @precondition(lambda self: len(self.papers) > 1)
    @rule(which=drafts)
    def delete_draft(self, which: int) -> None:
        assert self.world is not None
        draft = self.one_of(which)
        done = self.world.draft_command("delete", draft.id)
        if not is_open(draft):
            assert "draft_is_completed" == done[0]
        else:
            self.world.drafts.remove(draft.id)
            self.world.deleted.append(draft.id)

    def time_brought(self, report: Any) -> None:
        """Check what a run of what is due did to drafts, and note which of them are gone."""
        assert self.world is not None
        now = self.world.shops[0].clock()
        over = [one for one in self.papers if one.reserve_until is not None and one.reserve_until <= now]
        # One whose reservation ends in this run is deleted in the next.
        idle = [one for one in self.papers if is_open(one) and one not in over]
        gone = [one.id for one in idle if one.updated_at.add(days=365) <= now]
        assert (len(over), len(gone), 0) == (report.released, report.purged, report.failed)
        for id in gone:
            self.world.drafts.remove(id)
            self.world.deleted.append(id)

    # --- time, mail, stock

    @rule(hours=st.sampled_from((1, 30, 24 * 31)))
    def time_passes(self, hours: int) -> None:
        assert self.world is not None
        for shop in self.world.shops:
            shop.clock.tick(hours=hours)
        before = self.world.shops[0].office.settings.key_days
        report = self.world.both(lambda shop: shop.office.run_due())
        self.time_brought(report)
        if hours >= 24 * before:
            assert len(self.keyed) + len(self.answered) >= report.keys
        if hours > 24 * before:
            self.keyed.clear()
            self.answered.clear()

    @while_a_draft(is_open)
    @rule()
    def half_a_year_passes(self) -> None:
        self.time_passes(24 * 183)

    @rule(limit=st.sampled_from((1, 100)))
    def deliver(self, limit: int) -> None:
        assert self.world is not None
        self.world.both(lambda shop: shop.office.outbox.deliver(limit=limit))

    @rule(sku=st.sampled_from(("CUP", "MUG")), place=st.sampled_from(("here", "there")), more=st.booleans())
    def count_stock(self, sku: str, place: str, more: bool) -> None:
        assert self.world is not None
        levels = self.world.both(lambda shop: shop.office.catalog.levels(sku))
        level = next(one for one in levels if one.location_id == place)
        if more or (level.available > 0 and sum(one.available for one in levels) > 0):
            self.world.adjust(sku, place, 2 if more else -1)

    @invariant()
    def everything_holds(self) -> None:
        if self.world is not None:
            self.now, self.papers = check_everything(self.world)


def examples(count: int, steps: int, **more: Any) -> settings:
    return settings(max_examples=count, stateful_step_count=steps, **more)
