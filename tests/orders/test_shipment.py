"""Shipments: what carriers tell of parcels on their way."""

import datetime as dt
from itertools import permutations
from typing import Any

import attrs
import pendulum
import pytest

from backoffice_core.failures import InvalidValue
from backoffice_core.orders.archive import Archive
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.change import Change
from backoffice_core.orders.events import ShipmentUpdated
from backoffice_core.orders.facts import Fulfillment
from backoffice_core.orders.find import UnknownFulfillment
from backoffice_core.orders.fulfill import CancelFulfillment, Fulfill, FulfillmentIsCancelled
from backoffice_core.orders.order import Order
from backoffice_core.orders.shipment import MOST_NEWS, UpdateShipment
from backoffice_core.orders.states import ShipmentStatus
from tests.orders.helpers import NOW, after, an_order, goods, refusal, shop, step

PARCEL = "#1001-F1"


def shipped() -> Order:
    """Return an order of two teas that left as one parcel, a day ago."""
    return after(an_order(goods(quantity=2), paid="20.00"), Fulfill(), now=NOW.subtract(days=1))


def told(status: Any, ago: int | None = None, **more: Any) -> UpdateShipment:
    """Return news of the parcel, of so many hours ago."""
    at = None if ago is None else NOW.subtract(hours=ago)
    return UpdateShipment(fulfillment=PARCEL, status=status, at=at, **more)


def parcel_of(order: Order) -> Fulfillment:
    """Return the first parcel."""
    return order.fulfillments[0]


def event_of(change: Change) -> ShipmentUpdated:
    """Return the one event of a change."""
    (event,) = change.events
    assert isinstance(event, ShipmentUpdated)
    return event


class TestRule1_TheLatestNews:
    def test_what_is_recorded(self) -> None:
        """Where it was and when; the rest of the parcel stays as it is."""
        order = shipped()
        change = step(order, told("in_transit", 3))
        parcel = parcel_of(change.order)
        assert ("in_transit", NOW.subtract(hours=3)) == (parcel.shipment_status, parcel.news[0].at)
        assert ShipmentUpdated(parcel.id, "in_transit") == event_of(change)
        assert parcel_of(order) == attrs.evolve(parcel, news=())
        assert (order.fulfillment_status, order.sums) == (change.order.fulfillment_status, change.order.sums)

    def test_nothing_told(self) -> None:
        """A parcel that no carrier told of is nowhere, and did not arrive."""
        assert (None, None) == (parcel_of(shipped()).shipment_status, parcel_of(shipped()).delivered_at)

    @pytest.mark.parametrize("turn", list(permutations([("confirmed", 9), ("in_transit", 6), ("delivered", 2)])))
    def test_in_any_order(self, turn: tuple[tuple[str, int], ...]) -> None:
        """Told in whatever order, it comes to the same."""
        order = after(shipped(), *[told(status, ago) for status, ago in turn])
        parcel = parcel_of(order)
        assert ["confirmed", "in_transit", "delivered"] == [one.status for one in parcel.news]
        assert ("delivered", NOW.subtract(hours=2)) == (parcel.shipment_status, parcel.delivered_at)

    def test_late_news_say_so(self) -> None:
        order = after(shipped(), told("delivered", 1))
        assert [False, True] == [
            event_of(step(order, told(status, ago))).late for status, ago in (("failure", 0), ("in_transit", 2))
        ]

    def test_without_a_moment(self) -> None:
        """It is now; where a clock went back, after what is known all the same."""
        order = after(shipped(), told("in_transit"))
        assert NOW == parcel_of(order).news[0].at
        back = after(order, told("out_for_delivery"), now=NOW.subtract(minutes=2))
        assert ("out_for_delivery", NOW) == (parcel_of(back).shipment_status, parcel_of(back).news[-1].at)

    def test_an_arrival_that_was_none(self) -> None:
        """Carriers correct themselves."""
        order = after(shipped(), told("delivered", 2), told("failure", 1))
        assert ("failure", None) == (parcel_of(order).shipment_status, parcel_of(order).delivered_at)

    def test_many_scans(self) -> None:
        """The latest are kept; older ones than those say nothing."""
        order = shipped()
        for hour in range(60, 0, -1):
            order = after(order, told("delayed" if hour % 2 else "in_transit", hour))
        news = parcel_of(order).news
        assert (MOST_NEWS, NOW.subtract(hours=50)) == (len(news), news[0].at)
        assert not step(order, told("confirmed", 70))


class TestRule2_ToldTwice:
    @pytest.mark.parametrize("ago", [3, 2, None])
    def test_the_same(self, ago: int | None) -> None:
        """The very same, and the same again later, change nothing."""
        assert not step(after(shipped(), told("delivered", 3)), told("delivered", ago))

    def test_of_one_moment(self) -> None:
        """Two of one moment are told again in whatever order."""
        order = after(shipped(), told("in_transit", 3), told("delayed", 3))
        assert not step(order, told("in_transit", 3))
        assert not step(order, told("delayed", 3))


class TestRule3_WhatIsToCome:
    def test_a_clock_that_is_ahead(self) -> None:
        """Five minutes are taken for now, more is refused."""
        order = after(shipped(), UpdateShipment(fulfillment=PARCEL, status="delivered", at=NOW.add(minutes=5)))
        assert NOW == parcel_of(order).delivered_at
        kind, facts = refusal(shipped(), UpdateShipment(fulfillment=PARCEL, status="delivered", at=NOW.add(minutes=6)))
        assert (InvalidValue, "at", "2024-05-17T09:36:00Z") == (kind, facts["field"], facts["given"])

    @pytest.mark.parametrize("odd", [dt.datetime(2024, 5, 1, tzinfo=None), "2024-05-01", 5])  # noqa: DTZ001
    def test_no_moment(self, odd: Any) -> None:
        """A wall clock's time is none."""
        with pytest.raises(InvalidValue, match="at"):
            UpdateShipment(fulfillment=PARCEL, status="delivered", at=odd)

    @pytest.mark.parametrize("odd", ["lost", "DELIVERED", "", None, 5, ["delivered"]])
    def test_no_status(self, odd: Any) -> None:
        """The words are Shopify's, and the error has all of them."""
        with pytest.raises(InvalidValue, match=r"label_purchased or .* or delivered or failure"):
            UpdateShipment(fulfillment=PARCEL, status=odd)


class TestRule4_UndoneParcels:
    def test_refused(self) -> None:
        order = after(shipped(), CancelFulfillment(fulfillment=PARCEL))
        assert (FulfillmentIsCancelled, {"order_id": order.id, "fulfillment": PARCEL}) == refusal(
            order, told("delivered")
        )

    def test_unknown(self) -> None:
        assert UnknownFulfillment is refusal(shipped(), UpdateShipment(fulfillment="F9", status="delivered"))[0]

    def test_whatever_became_of_the_order(self) -> None:
        """Archived, or cancelled after a part of it had left: that part is on its way all the same."""
        archived = after(shipped(), Archive())
        half = after(an_order(goods(quantity=2), paid="20.00"), Fulfill(lines={"TEA": 1}), Cancel())
        for order in (archived, half):
            later = after(order, told("delivered"))
            assert ("delivered", order.closed_at) == (parcel_of(later).shipment_status, later.closed_at)

    def test_an_arrived_one_can_be_undone(self) -> None:
        """As in Shopify: the carrier may be wrong."""
        order = after(shipped(), told("delivered"), CancelFulfillment(fulfillment=PARCEL))
        assert "cancelled" == parcel_of(order).status


ALL = shop(notifications=("parcel_out_for_delivery", "parcel_delivered"))


def tells(order: Order, command: UpdateShipment, **known: Any) -> bool:
    """Return whether a customer is told."""
    return event_of(step(order, command, **{"settings": ALL, **known})).notify


class TestRule5_WhatIsTold:
    @pytest.mark.parametrize("status", ShipmentStatus)
    def test_two_of_them(self, status: ShipmentStatus) -> None:
        """By the settings, and asked for: that it is out for delivery, that it arrived."""
        expected = status in ("out_for_delivery", "delivered")
        assert expected == tells(shipped(), told(status))
        assert expected == tells(shipped(), told(status, notify=True), settings=shop())

    def test_not_by_themselves(self) -> None:
        """Neither where the shop sends none, nor where it is not wanted."""
        assert not tells(shipped(), told("delivered"), settings=shop())
        assert not tells(shipped(), told("delivered", notify=False))

    def test_not_what_is_over(self) -> None:
        """News that come late are not told, even where it was asked for."""
        order = after(shipped(), told("delivered", 1))
        assert not tells(order, told("out_for_delivery", 3, notify=True))

    def test_each_day_that_it_comes(self) -> None:
        """After nobody was there, it comes another day."""
        order = after(shipped(), told("out_for_delivery", 20), told("attempted_delivery", 15))
        assert tells(order, told("out_for_delivery", 1))

    def test_an_arrival_once(self) -> None:
        """A carrier that corrects itself twice tells no second time, unless it is asked for."""
        order = after(shipped(), told("delivered", 9), told("failure", 5))
        assert [False, True] == [tells(order, told("delivered", 1, notify=asked)) for asked in (None, True)]


def test_moments_are_utc() -> None:
    """Whatever the zone that they were given in."""
    at = pendulum.datetime(2024, 5, 17, 10, tz="Europe/Paris")
    assert (
        "2024-05-17T08:00:00Z"
        == parcel_of(after(shipped(), UpdateShipment(fulfillment=PARCEL, status="delivered", at=at)))
        .news[0]
        .at.to_iso8601_string()
    )
