"""
Draft orders and the few orders that want the same stock: the state machine with little beside them.

In the long histories of orders a draft is rare; here it comes to its limits often.
"""

from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from backoffice_core import Line
from tests.lifecycle.shops import DRAFTS, Shops, examples, moments, orders
from tests.lifecycle.world import World


class DraftMachine(Shops):
    """The life of drafts among orders that take and give back what they want."""

    @initialize(
        auto_fulfill=st.sampled_from((False, False, True)),
        capture_mode=st.sampled_from(("by_hand", "at_checkout")),
        notifications=st.sampled_from(((), ("order_placed",))),
        what=st.lists(st.sampled_from(sorted(DRAFTS)), min_size=2, max_size=2),
        hours=moments,
        on_terms=st.booleans(),
    )
    def open(self, what: list[str], hours: int | None, on_terms: bool, **chosen: Any) -> None:
        self.world = World(self.folder, self.databases, restocks=True, **chosen)
        self.created(what[0], hours, on_terms)
        self.created(what[1], None, False)

    @precondition(lambda self: self.world is not None and len(self.world.ids) < 2)
    @rule(sku=st.sampled_from(("CUP", "MUG")), quantity=st.integers(2, 5))
    def place(self, sku: str, quantity: int) -> None:
        assert self.world is not None
        change = self.run("place", lines=[Line(variant=sku, quantity=quantity)])
        if not isinstance(change, tuple):
            self.world.ids.append(change.order.id)

    @rule(at=orders)
    def fulfill(self, at: int) -> None:
        if order := self.order(at):
            self.run("fulfill", order.id)

    @rule(at=orders, refund=st.booleans())
    def cancel(self, at: int, refund: bool) -> None:
        if order := self.order(at):
            self.run("cancel", order.id, refund=refund)


def test_memory_and_sqlite_give_the_same_answers_on_drafts() -> None:
    """Short histories, the same ones every time."""
    run_state_machine_as_test(DraftMachine, settings=examples(10, 40))


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_many_long_histories_of_drafts() -> None:
    """Others every time."""
    run_state_machine_as_test(DraftMachine, settings=examples(150, 60, derandomize=False))
