"""What a change of a checkout saves, and what ends a checkout when an order is made in another way."""

import pendulum

from backoffice_core.context import Context
from backoffice_core.enqueue import outbox_rows
from backoffice_core.orders.change import Facts
from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.checkoutcommands import CheckoutChange
from backoffice_core.orders.checkouts import completed, drafted
from backoffice_core.settings import Settings
from backoffice_core.storage.base import Unit
from backoffice_core.storage.rows import CheckoutRecord


def record_of(change: CheckoutChange, context: Context, settings: Settings, now: pendulum.DateTime) -> CheckoutRecord:
    """Return what a change of a checkout saves, its key left out."""
    checkout, version = change.checkout, change.checkout.version + 1
    return CheckoutRecord(
        checkout=checkout,
        at=now,
        actor=context.actor,
        events=change.events,
        messages=outbox_rows(change.messages, change.events, settings, checkout.id, version, now, context.new_id),
    )


def put_completed(
    unit: Unit, context: Context, settings: Settings, checkout: Checkout, order_id: str, *, elsewhere: bool
) -> Checkout:
    """
    Save that a checkout, open and locked, became an order that is saved in the same unit of work.

    Args:
        unit: The unit of work.

        context: Where it runs.

        settings: The shop's.

        checkout: The checkout.

        order_id: The order.

        elsewhere: Whether the order was made in another way.
    """
    facts = _facts(context, settings)
    change = completed(checkout, order_id, facts, elsewhere=elsewhere)
    return unit.put_checkout(record_of(change, context, settings, facts.now))


def put_drafted(unit: Unit, context: Context, settings: Settings, checkout: Checkout, draft_id: str) -> Checkout:
    """Save that staff made a draft of a checkout, open and locked."""
    facts = _facts(context, settings)
    return unit.put_checkout(record_of(drafted(checkout, draft_id, facts), context, settings, facts.now))


def _facts(context: Context, settings: Settings) -> Facts:
    return Facts(now=context.now(), new_id=context.new_id, settings=settings, actor=context.actor)
