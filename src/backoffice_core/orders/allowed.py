"""
Which commands are possible on an order now, and why the others are not.

The answer is the rule's own: each command is tried in its plainest form, and what the rule says
is what is told. A rule is pure, so trying it changes nothing.
"""

from collections.abc import Callable
from typing import ClassVar, Final

import attrs

from backoffice_core.failures import BackOfficeError, Refused, reason
from backoffice_core.orders.actions import AddCustomItem
from backoffice_core.orders.archive import Archive, Unarchive
from backoffice_core.orders.assess import Assess, Reassess
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.change import Command, Facts
from backoffice_core.orders.delete import DeleteOrder
from backoffice_core.orders.edit import EditOrder
from backoffice_core.orders.fulfill import CancelFulfillment, Fulfill, UpdateTracking
from backoffice_core.orders.hold import HoldOrder, ReleaseHold
from backoffice_core.orders.invoice import SendInvoice
from backoffice_core.orders.notes import AddComment, DeleteComment, EditComment, SetNote
from backoffice_core.orders.order import Address, Order
from backoffice_core.orders.pay import Authorize, Capture, MarkAsPaid, Void
from backoffice_core.orders.people import UpdateAddress, UpdateCustomer
from backoffice_core.orders.record import RecordPayment
from backoffice_core.orders.refund import RefundOrder
from backoffice_core.orders.restock import RestockUnits
from backoffice_core.orders.returns import (
    ApproveReturn,
    CancelReturn,
    CloseReturn,
    DeclineReturn,
    ReceiveReturn,
    ReopenReturn,
    RequestReturn,
)
from backoffice_core.orders.risk import Assessment
from backoffice_core.orders.rules import RULES
from backoffice_core.orders.settle import Settle
from backoffice_core.orders.shipment import UpdateShipment
from backoffice_core.orders.states import FulfillmentStatus, ReturnStatus, ShipmentStatus
from backoffice_core.orders.tags import AddTags, RemoveTags


@reason
class NothingToDo(Refused):
    """
    A command would change nothing.

    Attributes:
        action: The command's name.

        order_id: The order.
    """

    code: ClassVar[str] = "nothing_to_do"
    action: str
    order_id: str

    def __str__(self) -> str:
        return f"order {self.order_id}: there is nothing that {self.action} would change"


@attrs.frozen
class Allowed:
    """
    Whether a command is possible.

    Attributes:
        name: The command's name in the API.

        possible: Whether it would do something now.

        reason: Why not; None when it is possible.
    """

    name: str
    possible: bool
    reason: BackOfficeError | None = None


def _refund(order: Order, facts: Facts) -> Command | None:
    units = {id: 1 for id, row in order.counters.items() if row.current}
    if units:
        return RefundOrder(lines=dict(list(units.items())[:1]))
    return RefundOrder(amount=order.refundable) if order.sums.refundable else RefundOrder()


def _parcel(order: Order) -> str | None:
    standing = [one.id for one in order.fulfillments if one.status is FulfillmentStatus.SUCCESS]
    return standing[-1] if standing else None


def _shipment(order: Order, facts: Facts) -> Command | None:
    """Tell what is not known of the last parcel yet."""
    parcel = next((one for one in order.fulfillments if one.id == _parcel(order)), None)
    if parcel is None:
        return None
    arrived = parcel.shipment_status is ShipmentStatus.DELIVERED
    told = ShipmentStatus.FAILURE if arrived else ShipmentStatus.DELIVERED
    return UpdateShipment(fulfillment=parcel.id, status=told)


def _settle(order: Order, facts: Facts) -> Command | None:
    waiting = [one.id for one in order.transactions if one.open]
    return Settle(transaction=waiting[0], outcome="success") if waiting else None


def _return(
    kind: Callable[..., Command], *states: ReturnStatus, expects: bool = False
) -> Callable[[Order, Facts], Command | None]:
    """Return what makes a command on the last return in one of some states."""

    def made(order: Order, facts: Facts) -> Command | None:
        """Make it, where there is such a return."""
        found = [
            one.id
            for one in order.returns
            if one.status in states and (not expects or any(line.expected for line in one.lines))
        ]
        return kind(return_id=found[-1]) if found else None

    return made


def _comment(order: Order, facts: Facts) -> str | None:
    """Return the last comment, one that the actor wrote before all others."""
    left = [one for one in order.comments if one.deleted_at is None]
    own = [one for one in left if one.actor == facts.actor]
    return (own or left)[-1].id if left else None


#: The plainest form of each command; None where the order has nothing that it could be about.
PLAINEST: Final[dict[type[Command], Callable[[Order, Facts], Command | None]]] = {
    Authorize: lambda order, facts: Authorize(),
    Capture: lambda order, facts: Capture(),
    Void: lambda order, facts: Void(),
    RecordPayment: lambda order, facts: RecordPayment(amount=1),
    MarkAsPaid: lambda order, facts: MarkAsPaid(),
    Settle: _settle,
    Fulfill: lambda order, facts: Fulfill(),
    UpdateTracking: lambda order, facts: (
        UpdateTracking(fulfillment=parcel, tracking=facts.new_id()) if (parcel := _parcel(order)) else None
    ),
    UpdateShipment: _shipment,
    CancelFulfillment: lambda order, facts: (
        CancelFulfillment(fulfillment=parcel) if (parcel := _parcel(order)) else None
    ),
    HoldOrder: lambda order, facts: HoldOrder(),
    ReleaseHold: lambda order, facts: ReleaseHold(reason="."),
    Assess: lambda order, facts: Assess(assessment=Assessment("none", provider=facts.new_id())),
    Reassess: lambda order, facts: Reassess(),
    RefundOrder: _refund,
    RestockUnits: lambda order, facts: RestockUnits(),
    RequestReturn: lambda order, facts: RequestReturn(),
    ApproveReturn: _return(ApproveReturn, ReturnStatus.REQUESTED),
    DeclineReturn: _return(DeclineReturn, ReturnStatus.REQUESTED),
    ReceiveReturn: _return(ReceiveReturn, ReturnStatus.OPEN, expects=True),
    CloseReturn: _return(CloseReturn, ReturnStatus.OPEN),
    ReopenReturn: _return(ReopenReturn, ReturnStatus.CLOSED),
    CancelReturn: _return(CancelReturn, ReturnStatus.OPEN),
    EditOrder: lambda order, facts: EditOrder(actions=AddCustomItem(".", price=0)),
    Cancel: lambda order, facts: Cancel(),
    Archive: lambda order, facts: Archive(),
    Unarchive: lambda order, facts: Unarchive(),
    DeleteOrder: lambda order, facts: DeleteOrder(),
    AddTags: lambda order, facts: AddTags(tags=(facts.new_id(),)),
    RemoveTags: lambda order, facts: RemoveTags(tags=order.tags[:1]) if order.tags else None,
    SetNote: lambda order, facts: SetNote(note=facts.new_id()),
    UpdateCustomer: lambda order, facts: UpdateCustomer(customer_name=facts.new_id()),
    UpdateAddress: lambda order, facts: UpdateAddress(shipping=Address(city=facts.new_id())),
    SendInvoice: lambda order, facts: SendInvoice(),
    AddComment: lambda order, facts: AddComment(text="."),
    EditComment: lambda order, facts: (
        EditComment(comment_id=said, text=facts.new_id()) if (said := _comment(order, facts)) else None
    ),
    DeleteComment: lambda order, facts: DeleteComment(comment_id=said) if (said := _comment(order, facts)) else None,
}


def allowed(order: Order, facts: Facts) -> tuple[Allowed, ...]:
    """Return every command with whether it is possible now, in the order of `PLAINEST`."""
    return tuple(_tried(order, kind, facts) for kind in PLAINEST)


def _tried(order: Order, kind: type[Command], facts: Facts) -> Allowed:
    name = kind.name()
    command = PLAINEST[kind](order, facts)
    if command is None:
        return Allowed(name, False, NothingToDo(name, order.id))
    try:
        change = RULES[kind](order, command, facts)
    except BackOfficeError as no:
        return Allowed(name, False, no)
    return Allowed(name, True) if change else Allowed(name, False, NothingToDo(name, order.id))
