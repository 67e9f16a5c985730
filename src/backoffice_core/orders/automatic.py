"""
What a shop lets happen by itself after a command, by its settings.

1. ``capture_mode="at_checkout"`` captures what an order is placed with.
2. ``auto_fulfill`` ships an order once it became paid.
3. ``capture_mode="on_fulfillment"`` captures once all of an order was shipped.
4. ``auto_archive`` files an order once a command made it finished.

Each step is a rule of its own; one that is refused is left out and leaves a warning.
"""

from collections.abc import Callable, Iterator

import attrs

from backoffice_core.failures import BackOfficeError
from backoffice_core.orders.archive import filed
from backoffice_core.orders.change import Change, Facts
from backoffice_core.orders.fulfill import Fulfill, fulfill
from backoffice_core.orders.order import Order
from backoffice_core.orders.pay import Capture, capture
from backoffice_core.orders.status import FinancialStatus, FulfillmentState


def follow_up(change: Change, facts: Facts) -> Change:
    """Return *change* with what the settings let follow it."""
    if not change:
        return change
    for step in _steps(change, facts):
        try:
            change = change.then(step(change.order))
        except BackOfficeError as refused:
            change = attrs.evolve(change, warnings=(*change.warnings, str(refused)))
    if facts.settings.auto_archive and _became(change, lambda order: order.finished):
        change = change.then(filed(change.order, facts, automatic=True))
    return change


def _became(change: Change, holds: Callable[[Order], bool]) -> bool:
    """Whether something holds now that did not before; a cancelled order becomes nothing."""
    if change.order.cancelled_at is not None:
        return False
    return holds(change.order) and (change.before is None or not holds(change.before))


def _steps(change: Change, facts: Facts) -> Iterator[Callable[[Order], Change]]:
    settings = facts.settings
    if settings.capture_mode == "at_checkout" and change.before is None and change.order.sums.capturable:
        yield lambda order: capture(order, Capture(), facts)
    if settings.auto_fulfill and _became(change, lambda order: order.financial_status is FinancialStatus.PAID):
        yield lambda order: fulfill(order, Fulfill(notify=_wants(facts, "order_shipped")), facts)
    if settings.capture_mode == "on_fulfillment":
        yield lambda order: (
            capture(order, Capture(), facts)
            if _shipped_now(change, order) and order.sums.capturable
            else Change(before=order, order=order)
        )


def _shipped_now(change: Change, order: Order) -> bool:
    all_shipped = FulfillmentState.FULFILLED
    before = change.before.fulfillment_status if change.before is not None else None
    return order.fulfillment_status is all_shipped and before is not all_shipped


def _wants(facts: Facts, kind: str) -> bool:
    return kind in facts.settings.notifications
