"""
Which rule decides which command; the one place that joins them.

`decide` is all that a runner calls: the rule, what the settings let follow, and the order's
time of change.
"""

from collections.abc import Callable
from typing import Any, Final

from backoffice_core.orders.announce import AnnounceDue, announce_due
from backoffice_core.orders.archive import Archive, Unarchive, archive, unarchive
from backoffice_core.orders.assess import Assess, EndAssessing, Reassess, assess, end_assessing, reassess
from backoffice_core.orders.automatic import follow_up
from backoffice_core.orders.cancel import Cancel, cancel
from backoffice_core.orders.change import Change, Command, Facts
from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.checkoutcommands import (
    CheckoutChange,
    CheckoutCommand,
    CloseCheckout,
    CompleteCheckout,
    FollowLink,
    GiveContact,
    PassTime,
    ReachStep,
    ReadyReminder,
    ReminderAgain,
    ReminderFailed,
    ReminderSent,
    SendRecovery,
    StartCheckout,
    TakeLink,
    TryPayment,
    UpdateCheckout,
)
from backoffice_core.orders.checkoutdraft import DraftOfCheckout, draft_of_checkout
from backoffice_core.orders.checkouts import (
    close_checkout,
    complete_checkout,
    give_contact,
    reach_step,
    start_checkout,
    try_payment,
    update_checkout,
)
from backoffice_core.orders.delete import DeleteOrder, delete
from backoffice_core.orders.draft import Draft
from backoffice_core.orders.draftcommands import (
    CompleteDraft,
    CreateDraft,
    DeleteDraft,
    DraftChange,
    DraftCommand,
    EndReservation,
    SendDraftInvoice,
    UpdateDraft,
)
from backoffice_core.orders.drafts import (
    complete_draft,
    create_draft,
    delete_draft,
    end_reservation,
    send_draft_invoice,
    update_draft,
)
from backoffice_core.orders.duplicate import Duplicate, duplicate
from backoffice_core.orders.edit import EditOrder, edit
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
from backoffice_core.orders.invoice import SendInvoice, send_invoice
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
from backoffice_core.orders.people import UpdateAddress, UpdateCustomer, update_address, update_customer
from backoffice_core.orders.place import Place, place
from backoffice_core.orders.record import RecordPayment, record_payment
from backoffice_core.orders.recovery import (
    follow_link,
    pass_time,
    ready_reminder,
    reminder_sent,
    send_recovery,
    take_link,
)
from backoffice_core.orders.refund import RefundOrder, refund
from backoffice_core.orders.restock import RestockUnits, restock
from backoffice_core.orders.returns import (
    ApproveReturn,
    CancelReturn,
    CloseReturn,
    DeclineReturn,
    ReceiveReturn,
    ReopenReturn,
    RequestReturn,
    approve_return,
    cancel_return,
    close_return,
    decline_return,
    receive_return,
    reopen_return,
    request_return,
)
from backoffice_core.orders.settle import ExpireAuthorizations, Settle, expire_authorizations, settle
from backoffice_core.orders.shipment import UpdateShipment, update_shipment
from backoffice_core.orders.stock import merged
from backoffice_core.orders.tags import AddTags, RemoveTags, add_tags, remove_tags
from backoffice_core.orders.undelivered import reminder_again, reminder_failed

#: The rule of each command on an order that exists.
RULES: Final[dict[type[Command], Callable[[Order, Any, Facts], Change]]] = {
    Authorize: authorize,
    Capture: capture,
    Void: void,
    RecordPayment: record_payment,
    MarkAsPaid: mark_as_paid,
    Settle: settle,
    ExpireAuthorizations: expire_authorizations,
    AnnounceDue: announce_due,
    Fulfill: fulfill,
    UpdateTracking: update_tracking,
    UpdateShipment: update_shipment,
    CancelFulfillment: cancel_fulfillment,
    HoldOrder: hold,
    ReleaseHold: release_hold,
    Assess: assess,
    Reassess: reassess,
    EndAssessing: end_assessing,
    RefundOrder: refund,
    RestockUnits: restock,
    RequestReturn: request_return,
    ApproveReturn: approve_return,
    DeclineReturn: decline_return,
    ReceiveReturn: receive_return,
    CloseReturn: close_return,
    ReopenReturn: reopen_return,
    CancelReturn: cancel_return,
    EditOrder: edit,
    Cancel: cancel,
    Archive: archive,
    Unarchive: unarchive,
    DeleteOrder: delete,
    AddTags: add_tags,
    RemoveTags: remove_tags,
    SetNote: set_note,
    UpdateCustomer: update_customer,
    UpdateAddress: update_address,
    SendInvoice: send_invoice,
    AddComment: comment,
    EditComment: edit_comment,
    DeleteComment: delete_comment,
}


#: The rule of each command on a draft that exists.
DRAFT_RULES: Final[dict[type[DraftCommand], Callable[[Draft, Any, Facts], DraftChange]]] = {
    UpdateDraft: update_draft,
    SendDraftInvoice: send_draft_invoice,
    CompleteDraft: complete_draft,
    EndReservation: end_reservation,
    DeleteDraft: delete_draft,
}


#: The rule of each command on a checkout that exists.
CHECKOUT_RULES: Final[dict[type[CheckoutCommand], Callable[[Checkout, Any, Facts], CheckoutChange]]] = {
    UpdateCheckout: update_checkout,
    GiveContact: give_contact,
    ReachStep: reach_step,
    TryPayment: try_payment,
    CompleteCheckout: complete_checkout,
    CloseCheckout: close_checkout,
    SendRecovery: send_recovery,
    TakeLink: take_link,
    FollowLink: follow_link,
    ReadyReminder: ready_reminder,
    ReminderSent: reminder_sent,
    ReminderFailed: reminder_failed,
    ReminderAgain: reminder_again,
    PassTime: pass_time,
}


def decide_checkout(checkout: Checkout | None, command: CheckoutCommand, facts: Facts) -> CheckoutChange:
    """
    Return what *command* does to *checkout*; None for one that is begun.

    Raises:
        Refused: The rule says no.
        InvalidInput: The command cannot be meant.
    """
    if isinstance(command, StartCheckout):
        return start_checkout(command, facts)
    if checkout is None:
        raise TypeError(f"{type(command).__name__} needs a checkout")
    change = CHECKOUT_RULES[type(command)](checkout, command, facts)
    if change.placing is None:
        return change
    placing = followed(change.placing, facts)
    return evolve(change, placing=placing, order=placing.order, warnings=(*change.warnings, *placing.warnings))


def decide_draft(
    draft: Draft | None, source: Order | Draft | Checkout | None, command: DraftCommand, facts: Facts
) -> DraftChange:
    """
    Return what *command* does to *draft*; None for one that is made, of a *source* when it is made of something.

    Raises:
        Refused: The rule says no.
        InvalidInput: The command cannot be meant.
    """
    if isinstance(command, CreateDraft):
        return create_draft(command, facts)
    if isinstance(command, DraftOfCheckout):
        if not isinstance(source, Checkout):
            raise TypeError("a draft of a checkout needs a checkout")
        return draft_of_checkout(source, command, facts)
    if isinstance(command, Duplicate):
        if source is None or isinstance(source, Checkout):
            raise TypeError("a duplicate needs an order or a draft")
        return duplicate(source, command, facts)
    if draft is None:
        raise TypeError(f"{type(command).__name__} needs a draft")
    change = DRAFT_RULES[type(command)](draft, command, facts)
    if change.placing is None:
        return change
    placing = followed(change.placing, facts)
    return evolve(change, placing=placing, order=placing.order, warnings=(*change.warnings, *placing.warnings))


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
    return followed(change, facts) if change else change


def followed(change: Change, facts: Facts) -> Change:
    """Return a change with the order's time of change, and with what the settings let follow it."""
    # The moment goes in first: the figures that are computed on the order from here on stay with it.
    change = follow_up(evolve(change, order=evolve(change.order, updated_at=facts.now)), facts)
    if len(change.movements) < 2:
        return change
    return evolve(change, movements=merged(change.movements))
