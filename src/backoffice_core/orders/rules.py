"""
Which rule decides which command; the one place that joins them.

`decide` is all that a runner calls: the rule, what the settings let follow, and the order's
time of change.
"""

from collections.abc import Callable
from typing import Any, Final

from backoffice_core.orders.archive import Archive, Unarchive, archive, unarchive
from backoffice_core.orders.automatic import follow_up
from backoffice_core.orders.cancel import Cancel, cancel
from backoffice_core.orders.change import Change, Command, Facts
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.fulfill import (
    CancelFulfillment,
    Fulfill,
    UpdateTracking,
    cancel_fulfillment,
    fulfill,
    update_tracking,
)
from backoffice_core.orders.hold import HoldOrder, ReleaseHold, hold, release_hold
from backoffice_core.orders.notes import (
    AddComment,
    DeleteComment,
    EditComment,
    SetNote,
    comment,
    delete_comment,
    edit_comment,
    set_note,
)
from backoffice_core.orders.order import Order
from backoffice_core.orders.pay import Authorize, Capture, MarkAsPaid, Void, authorize, capture, mark_as_paid, void
from backoffice_core.orders.place import Place, place
from backoffice_core.orders.record import RecordPayment, record_payment
from backoffice_core.orders.refund import RefundOrder, refund
from backoffice_core.orders.restock import RestockUnits, restock
from backoffice_core.orders.settle import ExpireAuthorizations, Settle, expire_authorizations, settle
from backoffice_core.orders.stock import merged
from backoffice_core.orders.tags import AddTags, RemoveTags, add_tags, remove_tags

#: The rule of each command on an order that exists.
RULES: Final[dict[type[Command], Callable[[Order, Any, Facts], Change]]] = {
    Authorize: authorize,
    Capture: capture,
    Void: void,
    RecordPayment: record_payment,
    MarkAsPaid: mark_as_paid,
    Settle: settle,
    ExpireAuthorizations: expire_authorizations,
    Fulfill: fulfill,
    UpdateTracking: update_tracking,
    CancelFulfillment: cancel_fulfillment,
    HoldOrder: hold,
    ReleaseHold: release_hold,
    RefundOrder: refund,
    RestockUnits: restock,
    Cancel: cancel,
    Archive: archive,
    Unarchive: unarchive,
    AddTags: add_tags,
    RemoveTags: remove_tags,
    SetNote: set_note,
    AddComment: comment,
    EditComment: edit_comment,
    DeleteComment: delete_comment,
}


def decide(order: Order | None, command: Command, facts: Facts) -> Change:
    """
    Return what *command* does to *order*; None for an order that is being placed.

    Raises:
        Refused: The rule says no.
        InvalidInput: The command cannot be meant.
    """
    if isinstance(command, Place):
        change = place(command, facts)
    elif order is None:
        raise TypeError(f"{type(command).__name__} needs an order")
    else:
        change = RULES[type(command)](order, command, facts)
    if not change:
        return change
    # The moment goes in first: the figures that are computed on the order from here on stay with it.
    change = follow_up(evolve(change, order=evolve(change.order, updated_at=facts.now)), facts)
    if len(change.movements) < 2:
        return change
    return evolve(change, movements=merged(change.movements))
