"""
Shipments: what carriers tell of parcels on their way.

Rules:

1. A parcel is where the latest news of it says, by when it happened; news that comes late is recorded and changes
   nothing else. Without a moment it happened now, after all that is known.
2. News that says what is known changes nothing: carriers tell things twice.
3. What is to come is no news; a carrier's clock may be five minutes ahead.
4. A parcel that was undone has none. Other parcels do, whatever became of their order.
5. The customer is told that a parcel is out for delivery, and that it arrived: of the latest news, and of an arrival
   once, unless it is asked for.

A shop with many scans keeps the latest fifty of a parcel.
"""

import datetime as dt
from bisect import bisect_right
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import attrs
import pendulum

from backoffice_core.clock import maybe_utc
from backoffice_core.failures import InvalidValue
from backoffice_core.orders.change import Change, Command, Facts, unchanged
from backoffice_core.orders.events import ShipmentUpdated
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.facts import CarrierNews, Fulfillment
from backoffice_core.orders.find import fulfillment_named
from backoffice_core.orders.fulfill import FulfillmentIsCancelled, with_parcel
from backoffice_core.orders.order import Order
from backoffice_core.orders.states import FulfillmentStatus, ShipmentStatus
from backoffice_core.typed import word_of

#: What a customer is told of, with the kind of message that tells it.
TOLD: Final[Mapping[ShipmentStatus, str]] = MappingProxyType(
    {
        ShipmentStatus.OUT_FOR_DELIVERY: "parcel_out_for_delivery",
        ShipmentStatus.DELIVERED: "parcel_delivered",
    }
)
#: How far ahead the clock of a carrier may be.
AHEAD: Final = dt.timedelta(minutes=5)
#: So much news of one parcel is kept.
MOST_NEWS: Final = 50


def _status(value: Any) -> ShipmentStatus:
    """
    Return a status by its word.

    Raises:
        InvalidValue: There is none.
    """
    return word_of("status", ShipmentStatus, value)


@attrs.frozen(kw_only=True)
class UpdateShipment(Command):
    """Record where a carrier says that a parcel is."""

    fulfillment: str
    status: ShipmentStatus = attrs.field(converter=_status)
    at: pendulum.DateTime | None = attrs.field(default=None, converter=maybe_utc)
    notify: bool | None = None


def update_shipment(order: Order, command: UpdateShipment, facts: Facts) -> Change:
    """
    Record where a carrier says that a parcel is.

    Raises:
        UnknownFulfillment: The order has no such fulfillment.
        FulfillmentIsCancelled: Rule 4.
        InvalidValue: Rule 3.
    """
    parcel = fulfillment_named(order, command.fulfillment)
    if parcel.status is FulfillmentStatus.CANCELLED:
        raise FulfillmentIsCancelled(order.id, parcel.name)
    at = _moment(parcel, command.at, facts.now)
    place = bisect_right(parcel.news, at, key=lambda one: one.at)
    if _is_known(parcel, place, command.status, at):
        return unchanged(order)
    news = (*parcel.news[:place], CarrierNews(command.status, at), *parcel.news[place:])
    late = place < len(parcel.news)
    event = ShipmentUpdated(
        parcel.id, command.status.value, late=late, notify=not late and _tells(parcel, command, facts)
    )
    after = with_parcel(order, evolve(parcel, news=news[-MOST_NEWS:]))
    return Change(before=order, order=after, events=(event,))


def _moment(parcel: Fulfillment, at: pendulum.DateTime | None, now: pendulum.DateTime) -> pendulum.DateTime:
    """
    Return when something happened.

    Raises:
        InvalidValue: It is to come.
    """
    if at is None:
        # The clocks of two processes may differ: what is told last without a moment is the latest.
        return max(now, parcel.news[-1].at) if parcel.news else now
    if at > now + AHEAD:
        raise InvalidValue(
            "at", at.to_iso8601_string(), f"a moment that has been, {now.to_iso8601_string()} at the latest"
        )
    return min(at, now)


def _is_known(parcel: Fulfillment, place: int, status: ShipmentStatus, at: pendulum.DateTime) -> bool:
    """Whether news at a place among the others says what is known (rule 2), or is older than all that is kept."""
    if place == 0 and len(parcel.news) >= MOST_NEWS:
        return True
    same_moment = (one.status for one in parcel.news if one.at == at)
    return (place > 0 and parcel.news[place - 1].status is status) or status in same_moment


def _tells(parcel: Fulfillment, command: UpdateShipment, facts: Facts) -> bool:
    """Whether the customer is told (rule 5)."""
    kind = TOLD.get(command.status)
    if kind is None:
        return False
    arrived = command.status is ShipmentStatus.DELIVERED and any(
        one.status is ShipmentStatus.DELIVERED for one in parcel.news
    )
    return facts.tells(kind, command.notify) and not (arrived and command.notify is None)
