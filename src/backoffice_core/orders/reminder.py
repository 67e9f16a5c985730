"""
What a checkout has lived through beside its goods: steps, payments that were tried, reminders.

Frozen values and words. A reminder is a mail that asks somebody back, or a link that staff copied;
of the token in its link only a hash is kept, and none of it is in a ``repr``.
"""

import enum

import attrs
import pendulum

from backoffice_core.money import Money


class CheckoutStep(enum.StrEnum):
    """How far somebody came."""

    CART = "cart"  #: goods were put into it
    CONTACT = "contact"  #: they told who they are
    SHIPPING = "shipping"  #: they told where it goes
    PAYMENT = "payment"  #: they chose how to pay
    REVIEW = "review"  #: they looked at all of it once more


class EmailState(enum.StrEnum):
    """What became of the mails that ask somebody back; it is derived from them."""

    NOT_SENT = "not_sent"  #: none was called for
    SCHEDULED = "scheduled"  #: one waits, and none was sent
    SENT = "sent"  #: one was sent
    SUPPRESSED = "suppressed"  #: none was sent, since there was a reason not to


class RecoveryState(enum.StrEnum):
    """Whether a checkout was completed through the link of a reminder."""

    RECOVERED = "recovered"
    NOT_RECOVERED = "not_recovered"


class ReminderKind(enum.StrEnum):
    """Where a reminder comes from."""

    AUTOMATIC = "automatic"  #: the shop's settings called for it
    BY_HAND = "by_hand"  #: staff sent it
    LINK = "link"  #: staff took a link and sent it by other means


class ReminderState(enum.StrEnum):
    """What became of a reminder."""

    SCHEDULED = "scheduled"  #: its time is to come
    QUEUED = "queued"  #: it waits in the outbox
    SENT = "sent"  #: it was sent, or its link was taken
    SUPPRESSED = "suppressed"  #: there was a reason not to send it
    FAILED = "failed"  #: it could not be sent, or nobody sends it; it may be sent again


@attrs.frozen(kw_only=True)
class Reminder:
    """
    A mail that asks somebody back to a checkout, or a link to it.

    Attributes:
        id: Its id.

        kind: Where it comes from.

        state: What became of it.

        step: Which of the shop's steps it is, from 1; 0 for one by hand.

        due_at: When it is to be sent, UTC.

        sent_at: When it was sent, UTC.

        reason: Why it was not sent, a code such as ``ordered_since``.

        message: What staff wrote into it.

        hashes: SHA-256 of each token that its link was made with: one for each time that it was
            tried to be sent.

        visited_at: When its link was last followed, UTC.

        actor: Who sent it; an opaque staff id.
    """

    id: str
    kind: ReminderKind
    state: ReminderState
    step: int = 0
    due_at: pendulum.DateTime
    sent_at: pendulum.DateTime | None = None
    reason: str | None = None
    message: str | None = attrs.field(default=None, repr=False)
    hashes: tuple[str, ...] = attrs.field(default=(), repr=False)
    visited_at: pendulum.DateTime | None = None
    actor: str | None = None

    @property
    def waits(self) -> bool:
        """Whether it may still be sent."""
        return self.state in (ReminderState.SCHEDULED, ReminderState.QUEUED)


@attrs.frozen(kw_only=True)
class Attempt:
    """
    A payment that was tried before there was an order.

    Attributes:
        at: When, UTC.

        gateway: The gateway's name.

        status: ``success``, ``pending`` or ``failure``.

        minor: How much, in minor units.

        currency: The checkout's currency.

        reference: The gateway's own name for it.

        error: Why it failed, in the gateway's words.
    """

    at: pendulum.DateTime
    gateway: str
    status: str
    minor: int
    currency: str
    reference: str | None = None
    error: str | None = None

    @property
    def amount(self) -> Money:
        """How much."""
        return Money(self.minor, self.currency)


def email_state(reminders: tuple[Reminder, ...]) -> EmailState:
    """Return what became of the mails among some reminders; a link that staff copied is none."""
    # What failed was neither sent nor suppressed, and nothing waits: somebody may write by hand.
    mails = [one for one in reminders if one.kind is not ReminderKind.LINK]
    if any(one.state is ReminderState.SENT for one in mails):
        return EmailState.SENT
    if any(one.waits for one in mails):
        return EmailState.SCHEDULED
    suppressed = any(one.state is ReminderState.SUPPRESSED for one in mails)
    return EmailState.SUPPRESSED if suppressed else EmailState.NOT_SENT
