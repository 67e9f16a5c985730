"""
The parcels of an order in REST JSON.

Rules:

1. A parcel that is ``success`` was shipped, a ``cancelled`` one undone; others never left.
2. A line ships no more units than it has.
3. Where the file has no ``fulfillments`` at all, one parcel holds what the lines say was shipped.
4. Where its carrier says that a parcel is, it is since the parcel changed last; a word that is none of ours says
   nothing.
"""

import attrs
import pendulum

from backoffice_core.orders.facts import CarrierNews, Fulfillment, Units
from backoffice_core.orders.states import FulfillmentStatus, ShipmentStatus
from backoffice_core.orders.status import FulfillmentState
from backoffice_core.shopify.rest_fields import Fields
from backoffice_core.shopify.rest_history import History


def fulfill(book: History, whole: FulfillmentState | None) -> None:
    """
    Record the parcels.

    Args:
        whole: What the file says of the order; it counts where the file has no parcels.

    Raises:
        BadField: One holds what cannot be meant, or a line that is not the order's.
    """
    if "fulfillments" in book.data:
        left = {line.id: line.quantity for line in book.order.lines}
        told = [one for one in book.data.each("fulfillments") if _left_the_house(book, one)]
        parcels = tuple(_parcel(book, number, one, left) for number, one in enumerate(told, 1))
    else:
        parcels = _implied_parcels(book, whole)
    book.order = attrs.evolve(book.order, fulfillments=parcels)


def _left_the_house(book: History, data: Fields) -> bool:
    """Whether a parcel was ever shipped (rule 1)."""
    status = _status(data)
    if status in ("success", "cancelled"):
        return True
    name = data.text("name", 120) or data.path
    book.notes.append(("fulfillment_not_shipped", f"{name} is {status[:20]}; it is recorded as never shipped"))
    return False


def _status(data: Fields) -> str:
    return data.word("status") or "success"


def _parcel(book: History, number: int, data: Fields, left: dict[str, int]) -> Fulfillment:
    # Shopify's REST calls it #1001.1; the numbers here go on where these end.
    status, name = _status(data), f"{book.order.name}-F{number}"
    units: dict[str, int] = {}
    for row in data.each("line_items"):
        line = book.order.lines[book.place(row, "id")]
        quantity = row.units("quantity")
        if line.fulfillable:
            units[line.id] = units.get(line.id, 0) + (1 if quantity is None else quantity)
    if status == "success":
        units = {id: _within(book, name, id, quantity, left) for id, quantity in units.items()}
    at = data.moment("created_at") or book.order.created_at
    return Fulfillment(
        id=book.new_id(),
        name=name,
        status=FulfillmentStatus.SUCCESS if status == "success" else FulfillmentStatus.CANCELLED,
        lines=tuple(Units(id, quantity) for id, quantity in units.items() if quantity),
        at=at,
        tracking=data.text("tracking_number") or data.first("tracking_numbers"),
        tracking_url=data.text("tracking_url") or data.first("tracking_urls"),
        carrier=data.text("tracking_company"),
        cancelled_at=(data.moment("updated_at") or at) if status == "cancelled" else None,
        news=_news(data, at),
    )


def _news(data: Fields, at: pendulum.DateTime) -> tuple[CarrierNews, ...]:
    """Return where the carrier says that a parcel is (rule 4)."""
    word = data.word("shipment_status")
    if word not in {one.value for one in ShipmentStatus}:
        return ()
    return (CarrierNews(ShipmentStatus(word), data.moment("updated_at") or at),)


def _within(book: History, name: str, id: str, quantity: int, left: dict[str, int]) -> int:
    """Return how many units a line can still ship."""
    taken = min(quantity, left[id])
    left[id] -= taken
    if taken < quantity:
        text = f"{name} has {quantity} units of {book.named(id)}, which has {taken} left; recorded as {taken}"
        book.notes.append(("fulfilled_beyond_ordered", text))
    return taken


def _implied_parcels(book: History, whole: FulfillmentState | None) -> tuple[Fulfillment, ...]:
    """Return one parcel of what the lines say was shipped, where the file has no parcels."""
    units = []
    for data, line in zip(book.data.each("line_items"), book.order.lines, strict=False):
        word = data.word("fulfillment_status")
        current = data.units("current_quantity")
        shipped = line.quantity if current is None else min(current, line.quantity)
        left = data.units("fulfillable_quantity")
        if word == "partial" or (word == "fulfilled" and left):
            shipped = max(0, shipped - (left or 0)) if left is not None else min(1, shipped)
        elif word != "fulfilled" and not (word == "" and whole is FulfillmentState.FULFILLED):
            shipped = 0
        if shipped and line.fulfillable:
            units.append(Units(line.id, shipped))
    if not units:
        return ()
    total = sum(one.quantity for one in units)
    text = f"the file has no fulfillments; {total} units are recorded as one, as its lines say"
    book.notes.append(("fulfillments_implied", text))
    return (
        Fulfillment(
            id=book.new_id(),
            name=f"{book.order.name}-F1",
            status=FulfillmentStatus.SUCCESS,
            lines=tuple(units),
            at=book.data.moment("updated_at") or book.order.created_at,
        ),
    )
