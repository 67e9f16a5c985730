"""Commands about goods: a part of `backoffice_core.desks.orders.Orders`."""

import datetime as dt
from collections.abc import Mapping

from backoffice_core.orders.change import Change
from backoffice_core.orders.fulfill import CancelFulfillment, Fulfill, UpdateTracking
from backoffice_core.orders.hold import HoldOrder, ReleaseHold
from backoffice_core.orders.restock import RestockUnits
from backoffice_core.orders.shipment import UpdateShipment
from backoffice_core.runner import Runner


class GoodsCommands:
    """
    Commands that move goods.

    Lines are named by their id, or by a SKU that is unique in the order. *expected_version* and
    *idempotency_key* are as in `MoneyCommands`.
    """

    _runner: Runner

    def fulfill(
        self,
        order_id: str,
        *,
        lines: Mapping[str, int] | None = None,
        location: str | None = None,
        tracking: str | None = None,
        tracking_url: str | None = None,
        carrier: str | None = None,
        notify: bool | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Change:
        """
        Ship units; all that are left, neither refunded nor held, unless some are named.

        Args:
            order_id: The order.

            lines: Units by line id or SKU.

            location: Where they leave from; left out, where they are committed.

            tracking: The carrier's number.

            tracking_url: Where to follow it.

            carrier: Who carries it.

            notify: Tell the customer; as the shop's notifications say unless given.

        Raises:
            NothingToFulfill: Nothing is left.
            TooManyUnits: More than are left.
            UnitsOnHold: A hold stops them.
            OutOfStock: The named location has too few.
            OrderIsCancelled: The order is cancelled.
        """
        command = Fulfill(
            lines=lines,
            location=location,
            tracking=tracking,
            tracking_url=tracking_url,
            carrier=carrier,
            notify=notify,
        )
        return self._runner.run(command, order_id, key=idempotency_key, expected_version=expected_version)

    def update_tracking(
        self,
        order_id: str,
        fulfillment: str,
        *,
        tracking: str | None = None,
        tracking_url: str | None = None,
        carrier: str | None = None,
        notify: bool | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Change:
        """
        Change how a parcel is followed; what is left out stays.

        Args:
            order_id: The order.

            fulfillment: Its id or name, such as ``#1001-F1``.

            tracking: The carrier's number.

            tracking_url: Where to follow it.

            carrier: Who carries it.

            notify: Tell the customer; as the shop's notifications say unless given.

        Raises:
            UnknownFulfillment: The order has no such fulfillment.
            FulfillmentIsCancelled: It was undone.
        """
        command = UpdateTracking(
            fulfillment=fulfillment, tracking=tracking, tracking_url=tracking_url, carrier=carrier, notify=notify
        )
        return self._runner.run(command, order_id, key=idempotency_key, expected_version=expected_version)

    def update_shipment(
        self,
        order_id: str,
        fulfillment: str,
        status: str,
        *,
        at: dt.datetime | None = None,
        notify: bool | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Change:
        """
        Record where a carrier says that a parcel is; told twice, or in any order, it comes to the same.

        Args:
            order_id: The order.

            fulfillment: Its id or name, such as ``#1001-F1``.

            status: Where it is, such as ``out_for_delivery`` or ``delivered``; one of `ShipmentStatus`.

            at: When it was there; now unless given.

            notify: Tell the customer that it is out for delivery, or arrived; as the shop's notifications say
                unless given.

        Raises:
            UnknownFulfillment: The order has no such fulfillment.
            FulfillmentIsCancelled: It was undone.
            InvalidValue: There is no such status, or *at* is to come.
        """
        command = UpdateShipment(fulfillment=fulfillment, status=status, at=at, notify=notify)
        return self._runner.run(command, order_id, key=idempotency_key, expected_version=expected_version)

    def cancel_fulfillment(
        self,
        order_id: str,
        fulfillment: str,
        *,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Change:
        """
        Undo a fulfillment, named by id or name; the stock goes back exactly.

        Args:
            order_id: The order.

            fulfillment: Its id or name, such as ``#1001-F1``.

        Raises:
            UnknownFulfillment: The order has no such fulfillment.
            FulfillmentCameBack: Units of it came back.
            OrderIsCancelled: The order is cancelled.
        """
        command = CancelFulfillment(fulfillment=fulfillment)
        return self._runner.run(command, order_id, key=idempotency_key, expected_version=expected_version)

    def hold(
        self,
        order_id: str,
        *,
        reason: str = "other",
        lines: Mapping[str, int] | None = None,
        note: str | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Change:
        """
        Stop units from being shipped; the whole order unless some are named.

        Args:
            order_id: The order.

            reason: One of `backoffice_core.orders.hold.REASONS`, or words of the shop's own.

            lines: Units by line id or SKU.

            note: For staff.

        Raises:
            TooManyUnits: More than are left to fulfill and not held.
            NothingToHold: Nothing is left to hold.
        """
        command = HoldOrder(reason=reason, lines=lines, note=note)
        return self._runner.run(command, order_id, key=idempotency_key, expected_version=expected_version)

    def release_hold(
        self,
        order_id: str,
        hold_id: str | None = None,
        *,
        reason: str | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Change:
        """
        Let held units be shipped again; all holds unless one is named.

        Args:
            order_id: The order.

            hold_id: The hold.

            reason: Why, for staff.

        Raises:
            UnknownId: The order has no such hold.
            ReleaseUnexplained: The shop's settings set it, and nobody is named who ends it, or no reason.
        """
        command = ReleaseHold(hold_id=hold_id, reason=reason)
        return self._runner.run(command, order_id, key=idempotency_key, expected_version=expected_version)

    def restock(
        self,
        order_id: str,
        *,
        lines: Mapping[str, int] | None = None,
        location: str | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Change:
        """
        Put units back in stock that were refunded without it; all of them unless some are named.

        Args:
            order_id: The order.

            lines: Units by line id or SKU.

            location: Where shipped units come back to; left out, where they left.

        Raises:
            NothingToRestock: There are none.
            TooManyUnits: More than were refunded without restock.
        """
        command = RestockUnits(lines=lines, location=location)
        return self._runner.run(command, order_id, key=idempotency_key, expected_version=expected_version)
