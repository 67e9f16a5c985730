"""How the facts of an order become what its page shows of them: ``history.py`` has the values."""

from typing import Any

from backoffice_core.money import Money
from backoffice_core.orders.amounts import money
from backoffice_core.orders.detail.history import (
    CommentDetail,
    FulfillmentDetail,
    GivenBackDetail,
    HoldDetail,
    RefundDetail,
    RemovalDetail,
    RestockedDetail,
    RestockingDetail,
    ShippingBackDetail,
    UnitsDetail,
)
from backoffice_core.orders.facts import Fulfillment, Hold, Units
from backoffice_core.orders.givenback import Refund, RefundLine, Removal, Restocking, ShippingPart
from backoffice_core.orders.order import Order


class Told:
    """The facts of one order, told with the titles of its lines; each row oldest first."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._lines = {line.id: line for line in order.lines}
        self._charges = {line.id: line.title for line in order.shipping_lines}

    def fulfillments(self) -> tuple[FulfillmentDetail, ...]:
        """Return the parcels, those that were undone too."""
        return tuple(self._fulfillment(one) for one in self._order.fulfillments)

    def refunds(self) -> tuple[RefundDetail, ...]:
        """Return the refunds."""
        return tuple(self._refund(one) for one in self._order.refunds)

    def removals(self) -> tuple[RemovalDetail, ...]:
        """Return what left the order without a refund."""
        return tuple(self._removal(one) for one in self._order.removals)

    def restockings(self) -> tuple[RestockingDetail, ...]:
        """Return what went back to stock later."""
        return tuple(self._restocking(one) for one in self._order.restockings)

    def holds(self) -> tuple[HoldDetail, ...]:
        """Return the holds, those that ended too."""
        return tuple(self._hold(one) for one in self._order.holds)

    def comments(self, actor: str | None) -> tuple[CommentDetail, ...]:
        """Return the comments that were not deleted, as *actor* sees them."""
        return tuple(
            CommentDetail(
                id=one.id,
                text=one.text,
                at=one.at,
                edited_at=one.edited_at,
                actor=one.actor,
                mine=one.actor == actor,
            )
            for one in self._order.comments
            if one.deleted_at is None
        )

    # --- one fact

    def _fulfillment(self, one: Fulfillment) -> FulfillmentDetail:
        return FulfillmentDetail(
            id=one.id,
            name=one.name,
            status=one.status,
            at=one.at,
            lines=self._units(one.lines),
            location_id=one.location_id,
            tracking=one.tracking,
            tracking_url=one.tracking_url,
            carrier=one.carrier,
            cancelled_at=one.cancelled_at,
            actor=one.actor,
            shipment_status=one.shipment_status,
            delivered_at=one.delivered_at,
            news=one.news,
        )

    def _refund(self, one: Refund) -> RefundDetail:
        _, refunded, refunding, _ = money([sent for sent in self._order.transactions if sent.id in one.transaction_ids])
        return RefundDetail(
            id=one.id,
            at=one.at,
            amount=one.amount,
            sent=Money(refunded, one.currency),
            pending=Money(refunding, one.currency),
            adjustment=one.adjustment,
            lines=self._given_back(one.lines),
            shipping=self._shipping(one.shipping),
            transaction_ids=one.transaction_ids,
            note=one.note,
            actor=one.actor,
        )

    def _removal(self, one: Removal) -> RemovalDetail:
        return RemovalDetail(
            id=one.id,
            at=one.at,
            cause=one.cause,
            lines=self._given_back(one.lines),
            released=self._units(one.released),
            shipping=self._shipping(one.shipping),
            adjustment=Money(one.adjustment_minor, one.currency),
            actor=one.actor,
        )

    def _restocking(self, one: Restocking) -> RestockingDetail:
        lines = tuple(
            RestockedDetail(
                **self._line(back.line_id), quantity=back.quantity, restock=back.restock, location_id=back.location_id
            )
            for back in one.lines
        )
        return RestockingDetail(id=one.id, at=one.at, lines=lines, actor=one.actor)

    def _hold(self, one: Hold) -> HoldDetail:
        return HoldDetail(
            id=one.id,
            reason=one.reason,
            status=one.status,
            at=one.at,
            lines=self._units(one.lines),
            note=one.note,
            actor=one.actor,
            released_at=one.released_at,
            release_reason=one.release_reason,
            released_by=one.released_by,
        )

    # --- parts of facts

    def _line(self, id: str) -> dict[str, Any]:
        line = self._lines[id]
        return {"line_id": id, "title": line.title, "variant_title": line.variant_title, "sku": line.sku}

    def _units(self, units: tuple[Units, ...]) -> tuple[UnitsDetail, ...]:
        return tuple(UnitsDetail(**self._line(one.line_id), quantity=one.quantity) for one in units)

    def _given_back(self, lines: tuple[RefundLine, ...]) -> tuple[GivenBackDetail, ...]:
        return tuple(
            GivenBackDetail(
                **self._line(one.line_id),
                quantity=one.quantity,
                restock=one.restock,
                shipped=one.shipped,
                location_id=one.location_id,
                amount=one.amount,
                tax=one.tax,
            )
            for one in lines
        )

    def _shipping(self, parts: tuple[ShippingPart, ...]) -> tuple[ShippingBackDetail, ...]:
        return tuple(
            ShippingBackDetail(
                shipping_line_id=one.shipping_line_id,
                title=self._charges[one.shipping_line_id],
                amount=one.amount,
                tax=one.tax,
            )
            for one in parts
        )
