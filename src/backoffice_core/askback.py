"""
Mails that ask customers back: what is found out and saved when one is about to be sent, and when it was.

The rules stand in ``orders/recovery.py``; here is what they need from the shop. All of it is said
once more by each relay, in a unit of work of its own, so several at once agree.
"""

import contextlib

import attrs

from backoffice_core.checkoutrecords import record_of
from backoffice_core.clock import to_micros
from backoffice_core.context import Context
from backoffice_core.failures import UnknownId
from backoffice_core.notify.compose import Skip
from backoffice_core.notify.matter import Offer
from backoffice_core.optouts import address_hash, new_token, token_hash
from backoffice_core.orders.change import Facts
from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.checkoutcommands import (
    CheckoutCommand,
    ReadyReminder,
    ReminderAgain,
    ReminderFailed,
    ReminderSent,
)
from backoffice_core.orders.recovery import Seen, reason_against
from backoffice_core.orders.reminder import ReminderState
from backoffice_core.orders.rules import decide_checkout
from backoffice_core.search.checkouts import person_condition
from backoffice_core.search.conditions import Between, Condition, Has, every, some, unless
from backoffice_core.storage.base import Unit
from backoffice_core.storage.rows import OutboxRow
from backoffice_core.storage.trouble import DocumentTooNew, StorageBroken


def ready(context: Context, row: OutboxRow) -> Offer | Skip:
    """
    Return what a mail is written with, once more for each time that it is tried, or why it is not sent.

    Its tokens are saved before anything is sent: a link that arrives leads back.
    """
    token, opt_out = new_token(), new_token()

    def work(unit: Unit) -> Offer | Skip:
        try:
            checkout = unit.checkout(row.subject, lock=True)
        except UnknownId:
            return Skip("deleted")
        reminder = next((one for one in checkout.reminders if one.id == row.fact), None)
        if reminder is None or reminder.state is ReminderState.SUPPRESSED:
            return Skip((reminder.reason if reminder is not None else None) or "unknown_fact")
        facts = _facts(context, unit)
        why = reason_against(checkout, reminder, seen(unit, context.shop, checkout), facts)
        command = ReadyReminder(reminder_id=reminder.id, hash=token_hash(token), unless=why)
        _put(unit, context, checkout, command, facts)
        if why is not None:
            return Skip(why)
        unit.offer_opt_out(token_hash(opt_out), address_hash(context.shop, checkout.email or ""))
        return Offer(token, opt_out, reminder.message)

    return context.write(work)


def sent(context: Context, unit: Unit, row: OutboxRow) -> None:
    """Save that a mail was sent, in the unit of work that marks it, and plan the next one."""
    _noted(context, unit, row, ReminderSent(reminder_id=row.fact))


def unsent(context: Context, unit: Unit, row: OutboxRow) -> None:
    """Save that a mail is not sent any more, in the unit of work that marks it."""
    why = "undeliverable" if row.state == "dead" else row.error or "dropped"
    _noted(context, unit, row, ReminderFailed(reminder_id=row.fact, reason=why))


def again(context: Context, unit: Unit, row: OutboxRow) -> None:
    """Save that a mail that failed waits again, in the unit of work that marks it."""
    _noted(context, unit, row, ReminderAgain(reminder_id=row.fact))


def _noted(context: Context, unit: Unit, row: OutboxRow, command: CheckoutCommand) -> None:
    """Save what became of a mail, where its checkout is still there."""
    # A document that nobody can read must not keep its mail from being given up.
    with contextlib.suppress(UnknownId, StorageBroken, DocumentTooNew):
        _put(unit, context, unit.checkout(row.subject, lock=True), command, _facts(context, unit))


def seen(unit: Unit, shop: str, checkout: Checkout) -> Seen:
    """Return what is known of a customer beside their checkout."""
    person = checkout.customer
    who = person_condition(person.id if person else None, checkout.email)
    since = Between("created_at", to_micros(checkout.updated_at), None)
    return Seen(
        ordered=who is not None and unit.count(every([who, since]), 1) > 0,
        newer=who is not None and _left_newer(unit, checkout, who),
        in_stock=_in_stock(unit, checkout),
        opted_out=checkout.email is not None and unit.opted_out(address_hash(shop, checkout.email)),
    )


def _left_newer(unit: Unit, checkout: Checkout, who: Condition) -> bool:
    """Return whether a customer has another checkout open that they were at later."""
    moment = to_micros(checkout.updated_at)
    same_moment = every([Between("updated_at", moment, moment), unless(Between("id", None, checkout.id))])
    later = some([Between("updated_at", moment + 1, None), same_moment])
    return unit.count_checkouts(every([who, Has("is:open"), later]), 1) > 0


def _in_stock(unit: Unit, checkout: Checkout) -> bool:
    """Return whether something of a checkout can be bought now; goods of the host's own always can."""
    named = {line.variant_id for line in checkout.lines if line.variant_id is not None}
    known = unit.variants(named) if named else {}
    counted = {line.variant_id for line in checkout.lines if line.tracked and line.variant_id is not None}
    levels = unit.levels(counted) if counted else {}
    for line in checkout.lines:
        if line.is_tip:
            continue
        if line.variant_id is None:
            return True
        if line.variant_id in known:
            left = sum(level.available for (variant, _), level in levels.items() if variant == line.variant_id)
            if not line.tracked or line.oversell or left > 0:
                return True
    return False


def _facts(context: Context, unit: Unit) -> Facts:
    settings = unit.settings()
    if settings is None:
        raise UnknownId("shop", context.shop)
    return Facts(now=context.now(), new_id=context.new_id, settings=settings, actor=None)


def _put(unit: Unit, context: Context, checkout: Checkout, command: CheckoutCommand, facts: Facts) -> None:
    change = decide_checkout(checkout, command, facts)
    if change:
        unit.put_checkout(attrs.evolve(record_of(change, context, facts.settings, facts.now), actor=None))
