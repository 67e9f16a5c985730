"""
Mails that ask customers back and could not be sent.

Rules:

1. A mail that is given up, that somebody drops, or that nobody is there to send, failed, for a reason: nothing waits
   for it, and the shop's next step is not planned. It was neither sent nor suppressed.
2. One that is sent again waits again, and is asked about as any other.
3. What was sent stays sent, whatever another notifier makes of it; what was suppressed stays suppressed.
"""

from backoffice_core.orders.change import Facts
from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.checkoutcommands import CheckoutChange, ReminderAgain, ReminderFailed, same
from backoffice_core.orders.events import RecoveryFailed, RecoveryScheduled
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.recovery import replaced
from backoffice_core.orders.reminder import ReminderState


def reminder_failed(checkout: Checkout, command: ReminderFailed, facts: Facts) -> CheckoutChange:
    """Note that a reminder is not sent any more (rule 1); one that does not wait stays as it is (rule 3)."""
    one = next((one for one in checkout.reminders if one.id == command.reminder_id), None)
    if one is None or one.state is not ReminderState.QUEUED:
        return same(checkout)
    failed = evolve(one, state=ReminderState.FAILED, reason=command.reason)
    events = (RecoveryFailed(one.id, command.reason),)
    return CheckoutChange(before=checkout, checkout=replaced(checkout, failed), events=events)


def reminder_again(checkout: Checkout, command: ReminderAgain, facts: Facts) -> CheckoutChange:
    """Note that a reminder that failed waits again (rule 2); of a checkout that is over nothing does."""
    one = next((one for one in checkout.reminders if one.id == command.reminder_id), None)
    if one is None or one.state is not ReminderState.FAILED or checkout.is_over:
        return same(checkout)
    again = evolve(one, state=ReminderState.QUEUED, reason=None)
    events = (RecoveryScheduled(one.id, one.step),)
    return CheckoutChange(before=checkout, checkout=replaced(checkout, again), events=events)
