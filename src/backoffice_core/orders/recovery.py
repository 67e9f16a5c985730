"""
Asking customers back to what they left behind.

Rules:

1. A checkout is left behind when its customer can be written to and has not touched it for as long
   as the settings say (10 minutes). Touching it again takes that back, and what was planned.
2. It is left at the end of that time, whenever somebody looks; mails are planned from there on.
3. One mail at a time: the next of the shop's steps is planned when the one before was sent.
4. Whoever is not to be written to anyway is not: nobody asks back from that channel, nothing is to
   be paid, no address, no consent where the shop wants one, money on its way, staff made a draft.
5. The rest is asked once more when the mail is about to be sent: whether they came back, bought
   since by any way, left something newer, opted out, or nothing of it is there any more.
6. A link has a token that is kept as a hash; every time that a mail is tried it gets another one,
   and all of them lead back until the checkout is over.
7. A checkout is recovered when it is completed itself after somebody followed a link of it, within
   the settings' days. That is told once and never changes. An order that came to be in another way
   ends the checkout and recovers nothing.
8. It goes on the Monday after three months, in the shop's time zone, when nobody changed it for a
   month, nothing was paid or tried to be, and nothing came of it.

Sources: shopify.md, 8.1 to 8.4; reports 114 to 117.
"""

import datetime as dt
from typing import ClassVar, Final

import attrs
import pendulum

from backoffice_core.channels import folded
from backoffice_core.clock import from_micros, to_micros, zone
from backoffice_core.failures import NotFound, Refused, reason
from backoffice_core.orders.change import Facts, Message
from backoffice_core.orders.checkout import Checkout, retained_until
from backoffice_core.orders.checkoutcommands import (
    CheckoutChange,
    FollowLink,
    PassTime,
    ReadyReminder,
    ReminderSent,
    SendRecovery,
    TakeLink,
    same,
)
from backoffice_core.orders.events import (
    CheckoutAbandoned,
    OrderEvent,
    RecoveryLinkFollowed,
    RecoveryLinkTaken,
    RecoveryScheduled,
    RecoverySent,
    RecoverySuppressed,
)
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.invoice import NoRecipient
from backoffice_core.orders.reminder import Reminder, ReminderKind, ReminderState

#: The kind of message that asks a customer back.
KIND: Final = "checkout_recovery"
#: So many tokens of a reminder lead back: as many as it is tried to be sent, and then some.
MOST_HASHES: Final = 20
_WEEK: Final = 7


@reason
class CheckoutIsOver(Refused):
    """
    A checkout was completed or closed and does not change any more.

    Attributes:
        checkout_id: The checkout.

        order_id: The order that it became; empty where there is none.
    """

    code: ClassVar[str] = "checkout_is_over"
    checkout_id: str
    order_id: str

    def __str__(self) -> str:
        if not self.order_id:
            return f"checkout {self.checkout_id} is closed and does not change any more; start another one"
        return f"checkout {self.checkout_id} became order {self.order_id} and does not change any more; edit that order"


@reason
class OptedOut(Refused):
    """
    The customer of a checkout said that they want no such mails.

    Attributes:
        checkout_id: The checkout.
    """

    code: ClassVar[str] = "opted_out"
    checkout_id: str

    def __str__(self) -> str:
        return f"the customer of checkout {self.checkout_id} opted out of such mails; ask them in another way"


@reason
class UnknownLink(NotFound):
    """A link in a mail that leads nowhere: its token was never given out, or what it led to is gone."""

    code: ClassVar[str] = "unknown_link"

    def __str__(self) -> str:
        return "the token of this link is unknown; it was never given out, or what it led to is gone"


def check_open(checkout: Checkout) -> None:
    """
    Raise unless a checkout may still change.

    Raises:
        CheckoutIsOver: It was completed or closed.
    """
    if checkout.is_over:
        raise CheckoutIsOver(checkout.id, checkout.order_id or "")


# --- what time brings


def pass_time(checkout: Checkout, command: PassTime, facts: Facts) -> CheckoutChange:
    """Do what time brings to a checkout by now; nothing where it brings nothing yet."""
    ends = ends_at(checkout, facts.settings.timezone)
    if ends is not None and ends <= facts.now:
        return CheckoutChange(before=checkout, checkout=checkout, gone=True)
    after, events = checkout, list[OrderEvent]()
    left = left_at(checkout, facts)
    if left is not None and left <= facts.now:
        after, events = _left(after, left, facts)
    after, messages = _queued(after, facts)
    return CheckoutChange(
        before=checkout,
        checkout=evolve(after, due_at=due_at(after, facts)),
        events=tuple(events),
        messages=messages,
    )


def left_at(checkout: Checkout, facts: Facts) -> pendulum.DateTime | None:
    """Return when a checkout counts as left behind unless its customer touches it (rule 1); None for never."""
    if checkout.is_over or checkout.abandoned_at or checkout.contact_at is None or checkout.imported_at:
        return None
    return checkout.updated_at.add(minutes=facts.settings.checkout_minutes)


def ends_at(checkout: Checkout, timezone: str) -> pendulum.DateTime | None:
    """Return when a checkout goes, UTC (rule 8): the first midnight of a Monday after its time; None for never."""
    until = retained_until(checkout)
    if until is None:
        return None
    day = until.astimezone(zone(timezone)).date()
    monday = day + dt.timedelta(days=_WEEK - day.weekday())
    return from_micros(to_micros(dt.datetime.combine(monday, dt.time(), zone(timezone))))


def due_at(checkout: Checkout, facts: Facts) -> pendulum.DateTime | None:
    """Return when time brings something next to a checkout; None for never."""
    planned = [one.due_at for one in checkout.reminders if one.state is ReminderState.SCHEDULED]
    moments = [left_at(checkout, facts), ends_at(checkout, facts.settings.timezone), *planned]
    return min((moment for moment in moments if moment is not None), default=None)


def _left(checkout: Checkout, at: pendulum.DateTime, facts: Facts) -> tuple[Checkout, list[OrderEvent]]:
    """Return a checkout that is left behind, with the mail that is planned for it."""
    after, told = planned_next(evolve(checkout, abandoned_at=at), facts)
    return after, [CheckoutAbandoned(checkout.total_minor), *told]


def planned_next(checkout: Checkout, facts: Facts) -> tuple[Checkout, list[OrderEvent]]:
    """Return a checkout with the next of the shop's mails planned (rule 3), or with the reason why not (rule 4)."""
    sent = [one for one in checkout.reminders if one.kind is ReminderKind.AUTOMATIC and one.sent_at is not None]
    hours = facts.settings.recovery.after
    if checkout.abandoned_at is None or len(sent) >= len(hours):
        return checkout, []
    why = standing_reason(checkout, facts)
    one = Reminder(
        id=facts.new_id(),
        kind=ReminderKind.AUTOMATIC,
        state=ReminderState.SCHEDULED if why is None else ReminderState.SUPPRESSED,
        step=len(sent) + 1,
        due_at=checkout.abandoned_at.add(hours=hours[len(sent)]),
        reason=why,
    )
    told = RecoveryScheduled(one.id, one.step) if why is None else RecoverySuppressed(one.id, why)
    # What was planned before and never tried tells nothing any more.
    kept = tuple(old for old in checkout.reminders if old.kind is not ReminderKind.AUTOMATIC or old.hashes)
    return evolve(checkout, reminders=(*kept, one)), [told]


def standing_reason(checkout: Checkout, facts: Facts) -> str | None:
    """Return why the customer of a checkout is not written to, whatever time brings (rule 4); None for no reason."""
    recovery = facts.settings.recovery
    person = checkout.customer
    reasons = (
        ("no_address", checkout.email is None),
        ("channel", folded(checkout.channel or "web") not in map(folded, recovery.channels)),
        ("free", checkout.total_minor <= 0),
        ("no_consent", recovery.to == "subscribers" and not (person and person.accepts_marketing)),
        ("paying", any(one.status != "failure" for one in checkout.attempts)),
        ("drafted", checkout.draft_id is not None),
    )
    return next((code for code, holds in reasons if holds), None)


def _queued(checkout: Checkout, facts: Facts) -> tuple[Checkout, tuple[Message, ...]]:
    """Return a checkout whose mails that are due wait in the outbox, and those mails."""
    due = [one for one in checkout.reminders if one.state is ReminderState.SCHEDULED and one.due_at <= facts.now]
    if not due:
        return checkout, ()
    after = checkout
    for one in due:
        after = replaced(after, evolve(one, state=ReminderState.QUEUED))
    return after, tuple(Message(KIND, one.id, locale_of(checkout, facts)) for one in due)


def locale_of(checkout: Checkout, facts: Facts) -> str:
    """Return the language that the customer of a checkout is written to in."""
    return (checkout.customer.locale if checkout.customer else None) or facts.settings.locale


def replaced(checkout: Checkout, reminder: Reminder) -> Checkout:
    """Return a checkout with one of its reminders replaced, by its id."""
    return evolve(checkout, reminders=tuple(reminder if one.id == reminder.id else one for one in checkout.reminders))


# --- sending


def send_recovery(checkout: Checkout, command: SendRecovery, facts: Facts) -> CheckoutChange:
    """
    Ask the customer of a checkout back by hand, with what staff wrote.

    Raises:
        CheckoutIsOver: It was completed or closed.
        NoRecipient: There is no address.
    """
    check_open(checkout)
    if checkout.email is None:
        raise NoRecipient(checkout.id)
    one = Reminder(
        id=facts.new_id(),
        kind=ReminderKind.BY_HAND,
        state=ReminderState.QUEUED,
        due_at=facts.now,
        message=command.message,
        actor=facts.actor,
    )
    return CheckoutChange(
        before=checkout,
        checkout=evolve(checkout, reminders=(*checkout.reminders, one)),
        events=(RecoveryScheduled(one.id, 0),),
        messages=(Message(KIND, one.id, locale_of(checkout, facts)),),
    )


@attrs.frozen
class Seen:
    """
    What is known of a customer beside their checkout when a mail is about to be sent.

    Attributes:
        ordered: Whether they ordered since, by any way.

        newer: Whether they left something newer.

        in_stock: Whether something of it can be bought.

        opted_out: Whether they opted out.
    """

    ordered: bool = False
    newer: bool = False
    in_stock: bool = True
    opted_out: bool = False


def reason_against(checkout: Checkout, reminder: Reminder, seen: Seen, facts: Facts) -> str | None:
    """
    Return why a reminder is not to be sent now (rule 5); None where nothing is in the way.

    One that was sent already goes to another notifier too, unless its customer must not be written to.
    """
    if checkout.is_over:
        return "completed" if checkout.completed_at is not None else "closed"
    if checkout.email is None:
        return "no_address"
    if seen.opted_out:
        return "opted_out"
    if reminder.kind is ReminderKind.BY_HAND or reminder.state is ReminderState.SENT:
        return None
    reasons = (
        ("turned_off", reminder.step > len(facts.settings.recovery.after)),
        ("active", checkout.abandoned_at is None),
        ("ordered_since", seen.ordered),
        ("newer_abandoned", seen.newer),
        ("out_of_stock", not seen.in_stock),
    )
    return next((code for code, holds in reasons if holds), None) or standing_reason(checkout, facts)


def ready_reminder(checkout: Checkout, command: ReadyReminder, facts: Facts) -> CheckoutChange:
    """Give the link of a reminder a token (rule 6), or note why it is not sent; one that is over stays as it is."""
    one = next((one for one in checkout.reminders if one.id == command.reminder_id), None)
    if one is None or one.state is ReminderState.SUPPRESSED:
        return same(checkout)
    if command.unless is not None:
        if one.state is ReminderState.SENT:
            return same(checkout)
        after, events = _suppressed(checkout, one, command.unless)
        return CheckoutChange(before=checkout, checkout=after, events=events)
    ready = evolve(one, hashes=(*one.hashes, command.hash)[-MOST_HASHES:])
    return CheckoutChange(before=checkout, checkout=replaced(checkout, ready))


def _suppressed(checkout: Checkout, one: Reminder, why: str) -> tuple[Checkout, tuple[OrderEvent, ...]]:
    done = evolve(one, state=ReminderState.SUPPRESSED, reason=why)
    return replaced(checkout, done), (RecoverySuppressed(one.id, why),)


def ended(checkout: Checkout, why: str) -> tuple[Checkout, tuple[OrderEvent, ...]]:
    """Return a checkout none of whose mails is sent any more."""
    events: tuple[OrderEvent, ...] = ()
    for one in checkout.reminders:
        if one.waits:
            checkout, told = _suppressed(checkout, one, why)
            events += told
    return checkout, events


def reminder_sent(checkout: Checkout, command: ReminderSent, facts: Facts) -> CheckoutChange:
    """Note that a reminder was sent, and plan the next one; a second time changes nothing."""
    one = next((one for one in checkout.reminders if one.id == command.reminder_id), None)
    if one is None or one.sent_at is not None:
        return same(checkout)
    after = replaced(checkout, evolve(one, state=ReminderState.SENT, sent_at=facts.now, reason=None))
    events: list[OrderEvent] = [RecoverySent(one.id)]
    if one.kind is ReminderKind.AUTOMATIC and after.is_abandoned:
        after, told = planned_next(after, facts)
        events += told
    after = evolve(after, due_at=due_at(after, facts))
    return CheckoutChange(before=checkout, checkout=after, events=tuple(events))


# --- links


def take_link(checkout: Checkout, command: TakeLink, facts: Facts) -> CheckoutChange:
    """
    Take a link that leads back to a checkout.

    Raises:
        CheckoutIsOver: It was completed or closed.
    """
    check_open(checkout)
    one = Reminder(
        id=facts.new_id(),
        kind=ReminderKind.LINK,
        state=ReminderState.SENT,
        due_at=facts.now,
        sent_at=facts.now,
        hashes=(command.hash,),
        actor=facts.actor,
    )
    after = evolve(checkout, reminders=(*checkout.reminders, one))
    return CheckoutChange(before=checkout, checkout=after, events=(RecoveryLinkTaken(one.id),))


def follow_link(checkout: Checkout, command: FollowLink, facts: Facts) -> CheckoutChange:
    """
    Mark that a link was followed; the first time is told.

    Raises:
        CheckoutIsOver: It was completed or closed.
    """
    check_open(checkout)
    for one in checkout.reminders:
        if command.hash in one.hashes:
            events = (RecoveryLinkFollowed(one.id),) if one.visited_at is None else ()
            after = replaced(checkout, evolve(one, visited_at=facts.now))
            return CheckoutChange(before=checkout, checkout=after, events=events)
    return same(checkout)


def recovering(checkout: Checkout, facts: Facts) -> Reminder | None:
    """Return the reminder that a checkout which is completed now was recovered by (rule 7); None for none."""
    since = facts.now.subtract(days=facts.settings.recovery.window_days)
    followed = [one for one in checkout.reminders if one.visited_at is not None and one.visited_at >= since]
    return max(followed, key=lambda one: one.visited_at or since, default=None)
