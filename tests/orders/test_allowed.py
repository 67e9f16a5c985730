"""Which commands are possible now, and why the others are not."""

from typing import Any

import pytest

from backoffice_core.orders.allowed import PLAINEST, NothingToDo, allowed
from backoffice_core.orders.announce import AnnounceDue
from backoffice_core.orders.archive import Archive
from backoffice_core.orders.asked import Authorization
from backoffice_core.orders.assess import EndAssessing
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.fulfill import Fulfill
from backoffice_core.orders.hold import HoldOrder
from backoffice_core.orders.notes import AddComment, DeleteComment
from backoffice_core.orders.order import Order
from backoffice_core.orders.pay import Capture
from backoffice_core.orders.refund import RefundOrder
from backoffice_core.orders.returns import RequestReturn
from backoffice_core.orders.rules import RULES
from backoffice_core.orders.settle import ExpireAuthorizations
from tests.orders.helpers import after, an_order, facts, goods, last

#: Possible on any order that is not cancelled, whatever happened to it.
ALWAYS = {"record_payment", "assess", "add_tags", "set_note", "comment", "update_customer", "update_address"}
STRIPE = {"gateways": frozenset({"stripe"})}


def possible(order: Order, **known: Any) -> set[str]:
    """Return the commands that are possible, but for those that always are; an edit is until the order is cancelled."""
    told = {one.name for one in allowed(order, facts(**known)) if one.possible}
    assert told >= ALWAYS
    assert (order.cancelled_at is None) == ("edit" in told)
    return told - ALWAYS - {"edit"}


def why_not(order: Order, name: str) -> str:
    """Return the code of why a command is not possible."""
    (one,) = (one for one in allowed(order, facts()) if one.name == name)
    assert one.reason is not None
    return one.reason.code


def two(**more: Any) -> Order:
    """Return an order of two teas."""
    return an_order(goods(quantity=2), **more)


@pytest.mark.parametrize(
    ("order", "names"),
    [
        (two(), {"authorize", "mark_as_paid", "fulfill", "hold", "refund", "cancel", "archive"}),
        (two(paid="20.00"), {"fulfill", "hold", "refund", "cancel", "archive"}),
        (
            two(authorized="20.00"),
            {"capture", "void", "mark_as_paid", "fulfill", "hold", "refund", "cancel", "archive"},
        ),
        (
            after(two(paid="20.00"), Fulfill()),
            {"update_tracking", "update_shipment", "cancel_fulfillment", "refund", "archive", "request_return"},
        ),
        (
            after(two(), HoldOrder()),
            {"authorize", "mark_as_paid", "release_hold", "refund", "cancel", "archive"},
        ),
        (
            after(two(paid="20.00"), RefundOrder(lines={"TEA": 2}, restock="no_restock")),
            {"hold", "restock", "cancel", "archive"},
        ),
        (
            after(two(paid="20.00", tags="a"), Archive()),
            {"fulfill", "hold", "refund", "cancel", "unarchive", "delete", "remove_tags"},
        ),
        (
            after(two(paid="20.00"), Fulfill(), RequestReturn()),
            {"update_tracking", "update_shipment", "refund", "archive", "approve_return", "decline_return"},
        ),
        (
            after(two(paid="20.00"), Fulfill(), RequestReturn(lines={"TEA": 1}, approve=True)),
            {
                "update_tracking",
                "update_shipment",
                "refund",
                "archive",
                "request_return",
                "receive_return",
                "close_return",
                "cancel_return",
            },
        ),
        (after(two(paid="20.00"), Cancel()), {"delete"}),
        (after(two(paid="20.00"), Cancel(refund=False)), {"refund", "delete"}),
        (
            after(two(paid="20.00"), Fulfill(lines={"TEA": 1}), Cancel()),
            {"update_tracking", "update_shipment", "refund", "delete"},
        ),
    ],
)
def test_possible(order: Order, names: set[str]) -> None:
    """What the rules let be done with it."""
    assert names == possible(order)


def test_while_a_gateway_is_asked() -> None:
    """What has no outcome can be settled, and blocks its authorization."""
    order = two(payments=[Authorization("20.00", gateway="stripe", reference="a")])
    order = after(order, Capture(amount="5.00"), **STRIPE)
    assert {"settle", "fulfill", "hold", "refund", "archive"} == possible(order, **STRIPE)
    assert "authorization_busy" == why_not(order, "cancel")


@pytest.mark.parametrize(
    ("order", "name", "code"),
    [
        (two(), "capture", "nothing_to_capture"),
        (two(), "void", "nothing_to_void"),
        (two(), "settle", "nothing_to_do"),
        (two(), "update_tracking", "nothing_to_do"),
        (two(), "update_shipment", "nothing_to_do"),
        (two(), "cancel_fulfillment", "nothing_to_do"),
        (two(), "release_hold", "nothing_to_do"),
        (two(), "restock", "nothing_to_restock"),
        (two(), "unarchive", "nothing_to_do"),
        (two(), "remove_tags", "nothing_to_do"),
        (two(paid="20.00"), "mark_as_paid", "nothing_owed"),
        (two(), "edit_comment", "nothing_to_do"),
        (two(), "delete_comment", "nothing_to_do"),
        (after(two(), AddComment(text="a"), actor="paul"), "edit_comment", "not_your_comment"),
        (after(two(), AddComment(text="a"), actor="paul"), "delete_comment", "not_your_comment"),
        (after(two(), Fulfill()), "fulfill", "nothing_to_fulfill"),
        (after(two(), Fulfill()), "hold", "nothing_to_hold"),
        (after(two(), Fulfill()), "cancel", "all_shipped"),
        (after(two(), Archive()), "archive", "nothing_to_do"),
        (after(two(), Cancel()), "cancel", "already_cancelled"),
        (after(two(), Cancel()), "fulfill", "order_is_cancelled"),
        (after(two(), Cancel()), "edit", "order_is_cancelled"),
        (two(), "request_return", "nothing_to_return"),
        (two(), "send_invoice", "no_recipient"),
        (two(paid="20.00", email="ada@example.com"), "send_invoice", "nothing_owed"),
        (after(two(), Cancel()), "send_invoice", "order_is_cancelled"),
        (two(), "approve_return", "nothing_to_do"),
        (two(), "reopen_return", "nothing_to_do"),
        (after(two(paid="20.00"), Cancel()), "refund", "nothing_to_refund"),
    ],
)
def test_why_not(order: Order, name: str, code: str) -> None:
    """The reason is the rule's own."""
    assert code == why_not(order, name)


def test_a_comment_of_ones_own() -> None:
    """It can be edited and deleted, though somebody else wrote another one later; until it is deleted."""
    order = after(two(), AddComment(text="a"))
    own = order.comments[0].id
    order = after(order, AddComment(text="b"), actor="paul")
    assert possible(order) >= {"edit_comment", "delete_comment"}
    order = after(order, DeleteComment(comment_id=own))
    assert ("not_your_comment", "not_your_comment") == (
        why_not(order, "edit_comment"),
        why_not(order, "delete_comment"),
    )


def test_every_command_is_told() -> None:
    """All commands that somebody can give on an order; what time brings is none of them."""
    assert set(RULES) - {ExpireAuthorizations, AnnounceDue, EndAssessing} == set(PLAINEST)
    assert [kind.name() for kind in PLAINEST] == [one.name for one in allowed(an_order(), facts())]


def test_a_possible_one_has_no_reason() -> None:
    """And one that is not possible has."""
    assert all(one.possible is (one.reason is None) for one in allowed(two(), facts()))


def test_an_order_of_units_that_cost_nothing() -> None:
    """It can be refunded, by its units."""
    order = after(an_order(goods(price="0.00")), Fulfill())
    assert "refund" in possible(order)


def test_overpaid_without_units() -> None:
    """What was paid too much can be given back."""
    order = after(an_order(paid="12.00"), RefundOrder(lines={"TEA": 1}, amount="10.00"))
    assert "refund" in possible(order)


def test_the_text_of_nothing_to_do() -> None:
    """It names the command."""
    assert "order id-1: there is nothing that settle would change" == str(NothingToDo("settle", "id-1"))


def test_asking_changes_nothing() -> None:
    """The order is the same value before and after."""
    order = two(paid="20.00")
    before = (order, last(order))
    allowed(order, facts())
    assert before == (order, last(order))
