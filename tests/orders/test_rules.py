"""The one place that joins commands and rules."""

import pytest

from backoffice_core.orders.archive import Archive
from backoffice_core.orders.change import Change, Command, Suggestion, unchanged
from backoffice_core.orders.checkoutcommands import CheckoutCommand
from backoffice_core.orders.draftcommands import DraftCommand
from backoffice_core.orders.fulfill import Fulfill
from backoffice_core.orders.refund import RefundOrder
from backoffice_core.orders.rules import CHECKOUT_RULES, DRAFT_RULES, RULES, decide
from backoffice_core.orders.tags import AddTags
from tests.orders.helpers import LATER, after, an_order, eur, facts, goods, step


def test_every_command_has_a_rule() -> None:
    """But placing, which has no order yet."""
    commands = set(Command.__subclasses__()) - {DraftCommand, CheckoutCommand}
    assert {"Place"} == {kind.__name__ for kind in commands - set(RULES)}
    drafts = set(DraftCommand.__subclasses__())
    assert {"CreateDraft", "Duplicate", "DraftOfCheckout"} == {kind.__name__ for kind in drafts - set(DRAFT_RULES)}
    checkouts = set(CheckoutCommand.__subclasses__())
    assert {"StartCheckout"} == {kind.__name__ for kind in checkouts - set(CHECKOUT_RULES)}


def test_names() -> None:
    """Each command has a name in the API of its own."""
    names = [kind.name() for kind in RULES]
    assert sorted(set(names)) == sorted(names)
    assert {"refund", "hold", "restock", "comment", "add_tags", "mark_as_paid", "cancel_fulfillment"} <= set(names)


def test_an_order_is_needed() -> None:
    """Only placing has none."""
    with pytest.raises(TypeError, match="Fulfill needs an order"):
        decide(None, Fulfill(), facts())


def test_the_order_that_was_given_stays() -> None:
    """A rule makes a new order; the old one is what it was."""
    order = an_order(paid="10.00")
    told = repr(order.sums), order.counters.copy()
    change = step(order, RefundOrder(lines={"TEA": 1}), now=LATER)
    assert told == (repr(order.sums), order.counters)
    assert (order, LATER) == (change.before, change.order.updated_at)


def test_deciding_twice_is_the_same() -> None:
    """A preview is the rule without saving: the same facts give the same change."""
    order = an_order(goods(quantity=3), paid="30.00")

    def once() -> Change:
        start = iter([str(n) for n in range(20)])
        return step(order, RefundOrder(lines={"TEA": 2}, amount="15.00"), new_id=lambda: next(start))

    assert once() == once()


def test_no_change_is_falsy() -> None:
    """And has no events, movements or messages."""
    change = unchanged(an_order())
    assert (False, (), (), ()) == (bool(change), change.events, change.movements, change.messages)
    assert (None, None, ()) == (change.refund, change.fulfillment, change.transactions)


def test_two_changes_are_one() -> None:
    """From the order before the first to the order after the second."""
    order = an_order()
    first = step(order, AddTags(tags="a"))
    second = step(first.order, Archive())
    both = first.then(second)
    assert (order, second.order, first.events + second.events) == (both.before, both.order, both.events)


def test_a_suggestion_in_money() -> None:
    """And the neutral amount nearest to one."""
    told = Suggestion(amount_minor=500, low_minor=400, high_minor=1000, currency="EUR")
    assert (eur("5.00"), eur("4.00"), eur("10.00")) == (told.amount, told.low, told.high)
    assert [400, 400, 700, 1000, 1000] == [told.nearest(minor) for minor in (0, 400, 700, 1000, 1001)]


def test_what_was_made() -> None:
    """A change shows the refund, the parcel and the payments that it made, none of the others."""
    order = after(an_order(goods(quantity=2), paid="20.00"), RefundOrder(amount="1.00"), Fulfill(lines={"TEA": 1}))
    change = step(order, RefundOrder(amount="2.00"))
    assert (order.refunds[0].amount, eur("2.00"), None, [eur("2.00")]) == (
        eur("1.00"),
        change.refund and change.refund.amount,
        change.fulfillment,
        [one.amount for one in change.transactions],
    )
