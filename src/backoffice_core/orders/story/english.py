"""What happened, in English: a row for each event class."""

from collections.abc import Callable
from typing import Any, ClassVar, Final

from backoffice_core.orders import events as happened
from backoffice_core.orders.events import OrderEvent
from backoffice_core.orders.story.words import Words

_MOVEMENTS: Final = {
    "authorization": "the authorization",
    "capture": "the capture",
    "sale": "the payment",
    "refund": "the refund",
}

_LEVELS: Final = {
    "high": "found a high risk",
    "medium": "found a medium risk",
    "low": "found a low risk",
    "none": "found nothing out about the risk",
    "pending": "is still assessing the risk",
}
_ALL_IN_ALL: Final = {"pending": "not known yet", "none": "not known"}


_PARCELS: Final = {
    "label_purchased": "its label is bought",
    "label_printed": "its label is printed",
    "confirmed": "it is expected",
    "carrier_picked_up": "it was picked up",
    "in_transit": "it is on its way",
    "delayed": "it is delayed",
    "out_for_delivery": "it is out for delivery",
    "attempted_delivery": "nobody was there to take it",
    "ready_for_pickup": "it can be picked up",
    "delivered": "it was delivered",
    "failure": "it cannot be delivered",
}


class English(Words):
    """English words."""

    thousands = ","
    point = "."
    gap = " "
    reasons: ClassVar = {
        "active": "the customer came back",
        "channel": "nobody asks back from that channel",
        "closed": "the checkout was closed",
        "completed": "the checkout was completed",
        "drafted": "staff made a draft of it",
        "free": "nothing was to be paid",
        "newer_abandoned": "the customer left something newer",
        "no_address": "no address",
        "no_consent": "no consent",
        "opted_out": "the customer opted out",
        "ordered_since": "the customer ordered since",
        "out_of_stock": "nothing of it is in stock",
        "paying": "a payment was on its way",
        "turned_off": "the shop asks nobody back",
        "undeliverable": "it was given up",
        "dropped": "it was dropped by hand",
        "no_notifier": "nothing is there to send it",
        "awaiting_payment": "awaiting payment",
        "final_sale": "sold for good",
        "return_period_ended": "too late",
        "awaiting_return_items": "awaiting returned items",
        "cancelled": "the order was cancelled",
        "failed": "it failed",
        "overdue": "its time was over",
        "customer": "the customer asked for it",
        "declined": "the payment was declined",
        "high_risk_of_fraud": "high risk of fraud",
        "incorrect_address": "incorrect address",
        "inventory": "out of stock",
        "inventory_out_of_stock": "out of stock",
        "other": "",
        "staff": "a mistake of staff",
        "unknown_delivery_date": "unknown delivery date",
    }

    @property
    def by(self) -> str:
        """Who did it."""
        return f" by {self.actor}" if self.actor else ""

    @property
    def recorded(self) -> str:
        """Who recorded it, where somebody else did it."""
        return f", recorded by {self.actor}" if self.actor else ""

    def units(self, units: int) -> str:
        """Return a number of units."""
        return f"{self.number(units)} unit{'' if units == 1 else 's'}"

    def were(self, units: int) -> str:
        """Return a number of units to which something was done."""
        return f"{self.units(units)} {'was' if units == 1 else 'were'}"

    def level(self, event: happened.RiskAssessed) -> str:
        """Return how risky the order is with all that was found out."""
        return f"; all in all the risk is {_ALL_IN_ALL.get(event.after, event.after)}"

    def movement(self, kind: str, minor: int) -> str:
        """Return what a transaction is."""
        if kind == "void":
            return "the release of an authorization"
        return f"{_MOVEMENTS.get(kind, kind)} of {self.money(minor)}"

    def added(self, event: happened.OrderEdited) -> str:
        """Return how many units came and left."""
        moved = (event.added, "added"), (event.removed, "removed")
        return "".join(f"{self.were(units)} {done}, " for units, done in moved if units)

    def named(self, tags: tuple[str, ...], done: str) -> str:
        """Return some tags to which something was done."""
        one = len(tags) == 1
        return f"the tag{'' if one else 's'} {', '.join(tags)} {'was' if one else 'were'} {done}{self.by}"


def _held(event: happened.OrderHeld, say: English) -> str:
    hold = say.hold(event.hold_id)
    if hold is not None and hold.lines:
        what = say.were(sum(one.quantity for one in hold.lines))
    else:
        what = "all that is left to ship was"
    return f"{what} put on hold{say.by}{say.reason(event.reason)}"


def _released(event: happened.HoldReleased, say: English) -> str:
    hold = say.hold(event.hold_id)
    return f"the hold was released{say.by}{say.reason(hold.release_reason if hold else None)}"


def _refunded(event: happened.OrderRefunded, say: English) -> str:
    if not event.amount:
        what = f"{say.were(event.units)} taken back" if event.units else f"{say.worth(event.refund_id)} was credited"
        return f"{what}{say.by}, and no money was sent"
    amount = say.money(event.amount)
    text = f"{say.were(event.units)} refunded for {amount}" if event.units else f"{amount} was refunded"
    if not event.adjustment:
        return f"{text}{say.by}"
    size = say.money(abs(event.adjustment))
    return f"{text}{say.by} ({f'goodwill of {size}' if event.adjustment > 0 else f'a fee of {size} was kept'})"


def _cancelled(event: happened.OrderCancelled, say: English) -> str:
    text = f"the order was cancelled{say.by}{say.reason(event.reason)}"
    if not event.units:
        return text
    return f"{text}; {say.were(event.units)} {'put back on sale' if event.restocked else 'written off'}"


#: Of each event class its sentence, in the order of ``events.py``.
SENTENCES: Final[dict[type[OrderEvent], Callable[[Any, English], str]]] = {
    happened.OrderPlaced: lambda event, say: (
        f"order {event.name} of {say.money(event.total)} was {'imported' if event.imported else 'placed'}{say.by}"
    ),
    happened.PaymentRequested: lambda event, say: (
        f"{say.movement(event.kind, event.amount)} through {event.gateway} was asked for{say.by}"
    ),
    happened.PaymentAuthorized: lambda event, say: (
        f"{say.money(event.amount)} was authorized through {event.gateway}{say.by}"
    ),
    happened.PaymentCaptured: lambda event, say: (
        f"{say.money(event.amount)} was captured through {event.gateway}{say.by}"
        + (f"; the rest of the authorization, {say.money(event.released)}, was let go" if event.released else "")
    ),
    happened.PaymentReceived: lambda event, say: (
        f"{say.money(event.amount)} was received through {event.gateway}{say.recorded}"
    ),
    happened.PaymentRefunded: lambda event, say: (
        f"{say.money(event.amount)} was paid back through {event.gateway}{say.by}"
    ),
    happened.AuthorizationVoided: lambda event, say: (
        f"an authorization of {say.money(event.amount)} through {event.gateway} was let go{say.by}"
    ),
    happened.PaymentFailed: lambda event, say: (
        f"{say.movement(event.kind, event.amount)} failed{say.reason(event.error)}{say.recorded}"
    ),
    happened.PaymentUnknown: lambda event, say: (
        f"the answer about {say.movement(event.kind, event.amount)} was lost, and it may have happened{say.recorded}"
    ),
    happened.PaymentConfirmedInPart: lambda event, say: (
        f"only {say.money(event.confirmed)} of {say.money(event.asked)} was confirmed{say.recorded}"
    ),
    happened.PaymentReversed: lambda event, say: (
        f"{say.movement(event.kind, event.amount)} was undone afterwards{say.recorded}"
    ),
    happened.AuthorizationExpired: lambda event, say: (
        f"an authorization expired before {say.money(event.amount)} of it was captured"
    ),
    happened.AuthorizationExpiring: lambda event, say: (
        f"an authorization of {say.money(event.amount)} expires within two days"
    ),
    happened.PaymentDue: lambda event, say: f"the payment of {say.money(event.amount)} was due",
    happened.OrderFulfilled: lambda event, say: f"{say.were(event.units)} shipped as {event.name}{say.by}",
    happened.TrackingUpdated: lambda event, say: (
        f"the tracking of {say.parcel(event.fulfillment_id)} was changed{say.by}"
    ),
    happened.ShipmentUpdated: lambda event, say: (
        f"the carrier said of {say.parcel(event.fulfillment_id)}{' belatedly' if event.late else ''}:"
        f" {_PARCELS.get(event.status, event.status)}{say.recorded}"
    ),
    happened.FulfillmentCancelled: lambda event, say: (
        f"the shipment {say.parcel(event.fulfillment_id)} of {say.units(event.units)} was undone{say.by}"
    ),
    happened.OrderHeld: _held,
    happened.HoldReleased: _released,
    happened.OrderRefunded: _refunded,
    happened.UnitsRestocked: lambda event, say: f"{say.were(event.units)} put back in stock{say.by}",
    happened.OrderCancelled: _cancelled,
    happened.OrderArchived: lambda event, say: (
        f"the order was archived{' automatically' if event.automatic else say.by}"
    ),
    happened.OrderUnarchived: lambda event, say: (
        f"the order was taken up again{' automatically' if event.automatic else say.by}"
    ),
    happened.OrderDeleted: lambda event, say: f"the order was deleted{say.by}",
    happened.TagsAdded: lambda event, say: say.named(event.tags, "added"),
    happened.TagsRemoved: lambda event, say: say.named(event.tags, "removed"),
    happened.NoteSet: lambda event, say: f"the note was changed{say.by}",
    happened.CommentAdded: lambda event, say: f"a comment was left{say.by}",
    happened.CommentEdited: lambda event, say: f"a comment was edited{say.by}",
    happened.CommentDeleted: lambda event, say: f"a comment was deleted{say.by}",
    happened.OrderEdited: lambda event, say: (
        f"the order was edited{say.by}: {say.added(event)}the total went from {say.money(event.before)} to"
        f" {say.money(event.after)}"
    ),
    happened.ReturnRequested: lambda event, say: f"the return {event.name} of {say.units(event.units)} was asked for",
    happened.ReturnApproved: lambda event, say: f"the return {say.returned(event.return_id)} was approved{say.by}",
    happened.ReturnDeclined: lambda event, say: (
        f"the return {say.returned(event.return_id)} was declined{say.by}{say.reason(event.reason)}"
    ),
    happened.ReturnReceived: lambda event, say: (
        f"{say.were(event.units)} received by the return {say.returned(event.return_id)}{say.recorded}"
    ),
    happened.ReturnClosed: lambda event, say: f"the return {say.returned(event.return_id)} was closed{say.by}",
    happened.ReturnReopened: lambda event, say: f"the return {say.returned(event.return_id)} was opened again{say.by}",
    happened.ReturnCancelled: lambda event, say: f"the return {say.returned(event.return_id)} was given up{say.by}",
    happened.CustomerUpdated: lambda event, say: f"the customer was changed{say.by}",
    happened.CustomerMerged: lambda event, say: f"the guest was merged with a customer's account{say.by}",
    happened.CustomerErased: lambda event, say: f"what told who the customer is was erased{say.by}",
    happened.AddressUpdated: lambda event, say: f"an address was changed{say.by}",
    happened.InvoiceSent: lambda event, say: f"an invoice of {say.money(event.amount)} was sent{say.by}",
    happened.DraftCreated: lambda event, say: f"the draft {event.name} of {say.money(event.total)} was made{say.by}",
    happened.DraftUpdated: lambda event, say: (
        f"the draft was changed{say.by}; its total went from {say.money(event.before)} to {say.money(event.after)}"
    ),
    happened.DraftInvoiceSent: lambda event, say: f"an invoice of {say.money(event.amount)} was sent{say.by}",
    happened.StockReserved: lambda event, say: f"{say.were(event.units)} set aside{say.by}",
    happened.ReservationEnded: lambda event, say: (
        f"{say.were(event.units)} put on sale again{', as the time was over' if event.expired else say.by}"
    ),
    happened.DraftCompleted: lambda event, say: f"the draft became an order{say.recorded}",
    happened.DraftDeleted: lambda event, say: (
        f"the draft was deleted{' after a year without a change' if event.idle else say.by}"
    ),
    happened.CheckoutStarted: lambda event, say: (
        f"the checkout {event.name} of {say.money(event.total)} was begun{say.recorded}"
    ),
    happened.CheckoutUpdated: lambda event, say: (
        f"the checkout was changed{say.recorded}; its total went from {say.money(event.before)} to"
        f" {say.money(event.after)}"
    ),
    happened.ContactGiven: lambda event, say: f"the customer gave contact details{say.recorded}",
    happened.CheckoutStepReached: lambda event, say: f"the customer came to the step {event.step}{say.recorded}",
    happened.CheckoutPaymentTried: lambda event, say: (
        f"a payment of {say.money(event.amount)} through {event.gateway} was tried ({event.status}){say.recorded}"
    ),
    happened.CheckoutAbandoned: lambda event, say: f"the checkout of {say.money(event.total)} was left behind",
    happened.RecoveryScheduled: lambda event, say: (
        f"a recovery mail was {'planned' if event.step else f'asked for{say.by}'}"
    ),
    happened.RecoverySent: lambda event, say: "a recovery mail was sent",
    happened.RecoverySuppressed: lambda event, say: f"a recovery mail was not sent{say.reason(event.reason)}",
    happened.RecoveryFailed: lambda event, say: f"a recovery mail could not be sent{say.reason(event.reason)}",
    happened.RecoveryLinkTaken: lambda event, say: f"a recovery link was taken{say.by}",
    happened.RecoveryLinkFollowed: lambda event, say: "the customer followed a recovery link",
    happened.CheckoutDrafted: lambda event, say: f"a draft was made of the checkout{say.by}",
    happened.CheckoutCompleted: lambda event, say: (
        f"the checkout became an order{' in another way' if event.elsewhere else ''}"
        f"{' through a recovery link' if event.recovered else ''}{say.recorded}"
    ),
    happened.CheckoutClosed: lambda event, say: f"the checkout was closed{say.by}",
    happened.RiskAssessmentRequested: lambda event, say: (
        f"the risk is being assessed by {', '.join(event.providers)}{say.recorded}"
    ),
    happened.RiskAssessed: lambda event, say: (
        f"{event.provider} {_LEVELS.get(event.level, event.level)}{say.recorded}"
        f"{say.level(event) if event.after != event.level else ''}"
    ),
    happened.RiskAssessmentFailed: lambda event, say: (
        f"{event.provider} did not assess the risk{say.reason(event.reason)}, and the order goes on without it"
    ),
    happened.UnknownEvent: lambda event, say: (
        f"something happened that this version cannot tell ({event.type}){say.recorded}"
    ),
}
