"""
What can happen to an order, one class each.

Events carry ids, figures and words of the library's own, never personal data: a note's or a
comment's text, a name or an address stays in the document. Amounts are minor units of the
order's currency. The type name that is stored is the class name.

They stand in this order: the order itself, what is written on it, who buys, its money, parcels and
holds, what comes back, how risky it is, drafts, checkouts, and asking back.
"""

from typing import Any, Final

import attrs


@attrs.frozen
class OrderEvent:
    """Something that happened to an order."""


# --- the order itself


@attrs.frozen
class OrderPlaced(OrderEvent):
    """An order was placed."""

    name: str
    total: int
    currency: str
    imported: bool = False
    notify: bool = False


@attrs.frozen
class OrderEdited(OrderEvent):
    """
    What the order sells was changed.

    Attributes:
        edit_id: The id of the edit, under which its stock moved and its units left.

        before: The current total as it was, in minor units.

        after: The current total as it is then.

        added: Units that came.

        removed: Units that left.
    """

    edit_id: str
    before: int
    after: int
    added: int
    removed: int
    notify: bool = False


@attrs.frozen
class OrderArchived(OrderEvent):
    """The order was filed."""

    automatic: bool = False


@attrs.frozen
class OrderUnarchived(OrderEvent):
    """The order was taken up again."""

    automatic: bool = False


@attrs.frozen
class OrderCancelled(OrderEvent):
    """The order was cancelled."""

    removal_id: str
    reason: str
    units: int
    restocked: bool
    notify: bool = False


@attrs.frozen
class OrderDeleted(OrderEvent):
    """The order was deleted; its name stays."""


# --- what is written on it


@attrs.frozen
class TagsAdded(OrderEvent):
    """Tags were added."""

    tags: tuple[str, ...]


@attrs.frozen
class TagsRemoved(OrderEvent):
    """Tags were removed."""

    tags: tuple[str, ...]


@attrs.frozen
class NoteSet(OrderEvent):
    """The note was changed; its text stays in the order."""


@attrs.frozen
class CommentAdded(OrderEvent):
    """Staff left a comment; its text stays in the order."""

    comment_id: str


@attrs.frozen
class CommentEdited(OrderEvent):
    """The author of a comment changed it; neither text is told here."""

    comment_id: str


@attrs.frozen
class CommentDeleted(OrderEvent):
    """The author of a comment took its text away for good."""

    comment_id: str


@attrs.frozen
class InvoiceSent(OrderEvent):
    """The customer was asked to pay."""

    amount: int
    notify: bool = True


# --- who buys


@attrs.frozen
class CustomerUpdated(OrderEvent):
    """Who buys was changed; names and addresses stay in the order."""

    guest: bool


@attrs.frozen
class AddressUpdated(OrderEvent):
    """Where to ship or bill to was changed; the addresses stay in the order."""

    shipping: bool
    billing: bool


@attrs.frozen
class CustomerMerged(OrderEvent):
    """What a guest had bought, or was about to, became an account's."""

    customer_id: str


@attrs.frozen
class CustomerErased(OrderEvent):
    """All that told who bought was taken away for good, at the person's request."""


# --- its money


@attrs.frozen
class PaymentRequested(OrderEvent):
    """A registered gateway is to be asked; no outcome yet."""

    transaction_id: str
    kind: str
    amount: int
    gateway: str


@attrs.frozen
class PaymentAuthorized(OrderEvent):
    """Money was set aside."""

    transaction_id: str
    amount: int
    gateway: str


@attrs.frozen
class PaymentCaptured(OrderEvent):
    """
    Authorized money arrived.

    Attributes:
        released: What was let go of the authorization, by a final capture.
    """

    transaction_id: str
    amount: int
    gateway: str
    released: int = 0


@attrs.frozen
class PaymentReceived(OrderEvent):
    """Money arrived at once."""

    transaction_id: str
    amount: int
    gateway: str


@attrs.frozen
class PaymentRefunded(OrderEvent):
    """Money was given back."""

    transaction_id: str
    amount: int
    gateway: str


@attrs.frozen
class AuthorizationVoided(OrderEvent):
    """What was left of an authorization was let go."""

    transaction_id: str
    amount: int
    gateway: str


@attrs.frozen
class PaymentFailed(OrderEvent):
    """A movement of money did not happen."""

    transaction_id: str
    kind: str
    amount: int
    error: str | None = None


@attrs.frozen
class PaymentUnknown(OrderEvent):
    """The answer about a movement of money was lost; it may have happened."""

    transaction_id: str
    kind: str
    amount: int


@attrs.frozen
class PaymentConfirmedInPart(OrderEvent):
    """Less was confirmed than was asked for; the rest is owed."""

    transaction_id: str
    asked: int
    confirmed: int


@attrs.frozen
class PaymentReversed(OrderEvent):
    """A movement that had happened was undone, whole or in part."""

    transaction_id: str
    kind: str
    amount: int


@attrs.frozen
class AuthorizationExpired(OrderEvent):
    """An authorization was not captured in time."""

    transaction_id: str
    amount: int


@attrs.frozen
class AuthorizationExpiring(OrderEvent):
    """An authorization lapses soon."""

    transaction_id: str
    amount: int


@attrs.frozen
class PaymentDue(OrderEvent):
    """An order on terms is due and not paid."""

    amount: int
    notify: bool = False


# --- parcels and holds


@attrs.frozen
class OrderFulfilled(OrderEvent):
    """Units were shipped."""

    fulfillment_id: str
    name: str
    units: int
    notify: bool = False


@attrs.frozen
class TrackingUpdated(OrderEvent):
    """A parcel's tracking was changed."""

    fulfillment_id: str
    notify: bool = False


@attrs.frozen
class ShipmentUpdated(OrderEvent):
    """
    A carrier told where a parcel is, or was.

    Attributes:
        fulfillment_id: The parcel.

        status: Where, one of `backoffice_core.orders.states.ShipmentStatus`.

        late: Whether something that happened after it was known already.

        notify: Whether the customer is told.
    """

    fulfillment_id: str
    status: str
    late: bool = False
    notify: bool = False


@attrs.frozen
class FulfillmentCancelled(OrderEvent):
    """A parcel was undone."""

    fulfillment_id: str
    units: int


@attrs.frozen
class OrderHeld(OrderEvent):
    """Units were stopped from being shipped."""

    hold_id: str
    reason: str


@attrs.frozen
class HoldReleased(OrderEvent):
    """Units may be shipped again."""

    hold_id: str


# --- what comes back


@attrs.frozen
class OrderRefunded(OrderEvent):
    """Units, shipping or an amount were given back."""

    refund_id: str
    amount: int
    units: int
    adjustment: int
    notify: bool = False


@attrs.frozen
class UnitsRestocked(OrderEvent):
    """Refunded units went back to stock."""

    restocking_id: str
    units: int


@attrs.frozen
class ReturnRequested(OrderEvent):
    """Units are to come back."""

    return_id: str
    name: str
    units: int


@attrs.frozen
class ReturnApproved(OrderEvent):
    """A return was agreed to."""

    return_id: str
    notify: bool = False


@attrs.frozen
class ReturnDeclined(OrderEvent):
    """A return was not agreed to."""

    return_id: str
    reason: str
    notify: bool = False


@attrs.frozen
class ReturnReceived(OrderEvent):
    """Units came back by a return."""

    receipt_id: str
    return_id: str
    units: int


@attrs.frozen
class ReturnClosed(OrderEvent):
    """A return was dealt with."""

    return_id: str


@attrs.frozen
class ReturnReopened(OrderEvent):
    """A return that was closed was taken up."""

    return_id: str


@attrs.frozen
class ReturnCancelled(OrderEvent):
    """A return was given up before anything came back by it."""

    return_id: str


# --- how risky it is


@attrs.frozen
class RiskAssessmentRequested(OrderEvent):
    """
    Assessors were asked how risky an order is.

    Attributes:
        providers: Their names.
    """

    providers: tuple[str, ...]


@attrs.frozen
class RiskAssessed(OrderEvent):
    """
    A provider said how risky an order is; what it rests on stays in the order.

    Attributes:
        provider: Who says so.

        level: What it says.

        before: The order's level as it was.

        after: The order's level as it is then.
    """

    provider: str
    level: str
    before: str
    after: str


@attrs.frozen
class RiskAssessmentFailed(OrderEvent):
    """
    An assessor was given up, and the order goes on without it.

    Attributes:
        provider: Its name.

        reason: ``failed`` after its last attempt, ``overdue`` when its time was over.
    """

    provider: str
    reason: str


# --- drafts


@attrs.frozen
class DraftCreated(OrderEvent):
    """A draft was made."""

    name: str
    total: int
    currency: str


@attrs.frozen
class DraftUpdated(OrderEvent):
    """
    A draft was changed.

    Attributes:
        before: The total as it was, in minor units.

        after: The total as it is then.
    """

    before: int
    after: int


@attrs.frozen
class DraftInvoiceSent(OrderEvent):
    """The customer was asked to pay what a draft comes to."""

    amount: int
    notify: bool = True


@attrs.frozen
class StockReserved(OrderEvent):
    """Units were set aside for a draft."""

    units: int


@attrs.frozen
class ReservationEnded(OrderEvent):
    """
    Units that were set aside for a draft are on sale again.

    Attributes:
        expired: Whether its time was over.
    """

    units: int
    expired: bool = False


@attrs.frozen
class DraftCompleted(OrderEvent):
    """A draft became an order."""

    order_id: str


@attrs.frozen
class DraftDeleted(OrderEvent):
    """
    A draft was deleted.

    Attributes:
        idle: Whether nobody had touched it for a year.
    """

    idle: bool = False


# --- checkouts


@attrs.frozen
class CheckoutStarted(OrderEvent):
    """Somebody began to buy."""

    name: str
    total: int
    currency: str


@attrs.frozen
class CheckoutUpdated(OrderEvent):
    """What a checkout holds was changed; totals before and after."""

    before: int
    after: int


@attrs.frozen
class ContactGiven(OrderEvent):
    """The customer of a checkout told who they are, or told it otherwise."""


@attrs.frozen
class CheckoutStepReached(OrderEvent):
    """The customer of a checkout came to a step."""

    step: str


@attrs.frozen
class CheckoutPaymentTried(OrderEvent):
    """A payment was tried before there was an order."""

    gateway: str
    amount: int
    status: str


@attrs.frozen
class CheckoutAbandoned(OrderEvent):
    """A checkout was left behind."""

    total: int


@attrs.frozen
class CheckoutDrafted(OrderEvent):
    """Staff made a draft of a checkout."""

    draft_id: str


@attrs.frozen
class CheckoutCompleted(OrderEvent):
    """
    A checkout became an order.

    Attributes:
        recovered: Whether that was through a recovery link.

        elsewhere: Whether the order was made by another way.
    """

    order_id: str
    recovered: bool = False
    elsewhere: bool = False


@attrs.frozen
class CheckoutClosed(OrderEvent):
    """A checkout was closed without an order."""


# --- asking back


@attrs.frozen
class RecoveryScheduled(OrderEvent):
    """
    A mail that asks the customer back was planned.

    Attributes:
        step: Which of the shop's steps it is, from 1; 0 for one that staff sent.
    """

    reminder_id: str
    step: int


@attrs.frozen
class RecoverySent(OrderEvent):
    """A mail that asks the customer back was sent."""

    reminder_id: str


@attrs.frozen
class RecoverySuppressed(OrderEvent):
    """There was a reason not to send a mail that asks the customer back."""

    reminder_id: str
    reason: str


@attrs.frozen
class RecoveryFailed(OrderEvent):
    """A mail that asks a customer back could not be sent, or nobody sends it."""

    reminder_id: str
    reason: str


@attrs.frozen
class RecoveryLinkTaken(OrderEvent):
    """A recovery link was taken, to be sent by other means."""

    reminder_id: str


@attrs.frozen
class RecoveryLinkFollowed(OrderEvent):
    """A recovery link was followed for the first time."""

    reminder_id: str


# --- all of them


@attrs.frozen
class UnknownEvent(OrderEvent):
    """
    An event that this version of the library does not know.

    Attributes:
        type: Its stored type name.

        data: Its stored fields; written back as they are.
    """

    type: str
    data: dict[str, Any]


#: Every event class by the name it is stored under.
TYPES: Final[dict[str, type[OrderEvent]]] = {
    name: kind
    for name, kind in list(globals().items())
    if isinstance(kind, type) and issubclass(kind, OrderEvent) and kind not in (OrderEvent, UnknownEvent)
}


def type_name(event: OrderEvent) -> str:
    """Return the name that an event is stored under: its class's, or that which it had where it was written."""
    return event.type if isinstance(event, UnknownEvent) else type(event).__name__
