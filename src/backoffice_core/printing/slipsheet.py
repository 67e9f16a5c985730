"""
The packing slip: what is in a parcel, for who packs it and for who opens it.

1. It has no price, no sum, and nothing that staff wrote for staff.
2. Of a fulfillment it lists what is in it. Else it lists what can be shipped now: neither refunded nor held, as a
   fulfillment without lines would ship it; where units are promised from several locations, each has a slip.
3. What needs no shipping is on no slip: tips, downloads, services.
4. A slip with nothing on it is refused (`NothingToPack`); a fulfillment that was undone has none.
5. It says how many units of a line are inside of how many that were ordered and not taken back, and what was sent
   apart or is to follow.
"""

from collections.abc import Iterator, Mapping
from typing import ClassVar

import attrs

from backoffice_core.failures import Refused, reason
from backoffice_core.orders.counters import Counters
from backoffice_core.orders.facts import Fulfillment
from backoffice_core.orders.find import fulfillment_named
from backoffice_core.orders.fulfill import FulfillmentIsCancelled
from backoffice_core.orders.lines import LineItem
from backoffice_core.orders.order import Order
from backoffice_core.orders.states import FulfillmentStatus
from backoffice_core.printing.sheet import (
    Fact,
    Letterhead,
    Mark,
    Party,
    Reader,
    address_party,
    banner,
    letterhead,
    safe_link,
)
from backoffice_core.printing.soldlines import properties
from backoffice_core.settings import Settings

#: Units by line id.
Packed = Mapping[str, int]


@reason
class NothingToPack(Refused):
    """
    A packing slip would be empty.

    Attributes:
        orders: The names of the orders of which nothing is there to be packed.

        held: Units of them that a hold stops.

        fulfillment: The name of the fulfillment whose slip was wanted, of which nothing needs shipping.
    """

    code: ClassVar[str] = "nothing_to_pack"
    orders: tuple[str, ...]
    held: int
    fulfillment: str | None = None

    def __str__(self) -> str:
        rest = f"; {self.held} units are on hold, release them first" if self.held else ""
        if self.fulfillment is not None:
            return f"nothing in {self.fulfillment} needs shipping{rest}; the order page shows what it is"
        return f"nothing of {', '.join(self.orders)} is left to be packed{rest}; the slip of a fulfillment would do"


@attrs.frozen(kw_only=True)
class SlipLine:
    """
    A line of a packing slip.

    Attributes:
        title: What it is called.

        variant: What the variant is called; empty for none.

        sku: Stock keeping unit; empty for none.

        details: Its properties.

        units: How many are inside.

        quantity: How many are inside, of how many.
    """

    title: str
    variant: str
    sku: str
    details: tuple[Fact, ...]
    units: int
    quantity: str


@attrs.frozen
class Missing:
    """
    Units of the order that are not inside.

    Attributes:
        title: What they are called.

        variant: What the variant is called; empty for none.

        why: Where they are.
    """

    title: str
    variant: str
    why: tuple[str, ...]


@attrs.frozen(kw_only=True)
class SlipSheet:
    """
    What stands on a packing slip.

    Attributes:
        name: The order's name, or that of the fulfillment.

        place: The location to pack at, where an order is packed at several; else empty.

        placed: When it was ordered.

        sender: Who sends it.

        banner: That the order was cancelled, archived or deleted; None for neither.

        marks: That it is a trial.

        parties: Where it goes to, and who is billed.

        facts: Delivery and tracking.

        lines: What is inside.

        count: How many units are inside, in words.

        missing: What is not inside.

        note: The order's note; empty for none.
    """

    name: str
    place: str
    placed: str
    sender: Letterhead
    banner: Mark | None
    marks: tuple[Mark, ...]
    parties: tuple[Party, ...]
    facts: tuple[Fact, ...]
    lines: tuple[SlipLine, ...]
    count: str
    missing: tuple[Missing, ...]
    note: str


def slip_sheets(
    order: Order,
    settings: Settings,
    reader: Reader,
    *,
    fulfillment: str | None = None,
    places: Mapping[str, str] | None = None,
) -> tuple[SlipSheet, ...]:
    """
    Return what stands on the packing slips of an order; at least one.

    Args:
        order: The order as it is now.

        settings: The shop's settings.

        reader: Who it is written for.

        fulfillment: The id or name of one whose slip is wanted.

        places: The names of the locations by id.

    Raises:
        NothingToPack: Rule 4.
        UnknownFulfillment: There is no such fulfillment.
        FulfillmentIsCancelled: Rule 4.
    """
    parcel, packed = packed_of(order, fulfillment)
    named = places or {}
    return tuple(
        _sheet(order, settings, reader, parcel, units, named.get(at, at) if len(packed) > 1 else "")
        for at, units in packed.items()
    )


def packed_of(order: Order, fulfillment: str | None) -> tuple[Fulfillment | None, Mapping[str, Packed]]:
    """
    Return the fulfillment that is meant, and the units that go into a parcel by the location they are packed at.

    Raises:
        NothingToPack: Rule 4.
        UnknownFulfillment: There is no such fulfillment.
        FulfillmentIsCancelled: Rule 4.
    """
    parcel = None if fulfillment is None else _standing(order, fulfillment)
    found: Mapping[str, Packed] = {"": _inside(order, parcel)} if parcel else _ready(order)
    packed = {place: units for place, units in found.items() if units}
    if not packed:
        held = sum(row.held for row in order.counters.values())
        raise NothingToPack((order.name,), held, parcel.name if parcel else None)
    return parcel, packed


def _standing(order: Order, name: str) -> Fulfillment:
    """Return a fulfillment that was not undone (rule 4)."""
    found = fulfillment_named(order, name)
    if found.status is not FulfillmentStatus.SUCCESS:
        raise FulfillmentIsCancelled(order.id, found.name)
    return found


def _inside(order: Order, parcel: Fulfillment) -> dict[str, int]:
    sent = {line.id for line in order.lines if line.requires_shipping}
    units: dict[str, int] = {}
    for one in parcel.lines:
        if one.line_id in sent:
            units[one.line_id] = units.get(one.line_id, 0) + one.quantity
    return units


def _ready(order: Order) -> dict[str, dict[str, int]]:
    """Return the units that can be shipped now, by line, by location (rule 2)."""
    found: dict[str, dict[str, int]] = {}
    nowhere: dict[str, int] = {}
    for line in order.lines:
        left = order.counters[line.id].ready if line.requires_shipping else 0
        for place, units in line.allocated:
            if taken := min(left, units):
                at = found.setdefault(place, {})
                at[line.id] = at.get(line.id, 0) + taken
                left -= taken
        if left:
            nowhere[line.id] = left
    # What is promised from nowhere is packed with what is packed first.
    first = next(iter(found), "")
    for id, units in nowhere.items():
        at = found.setdefault(first, {})
        at[id] = at.get(id, 0) + units
    return found


def _sheet(
    order: Order, settings: Settings, reader: Reader, parcel: Fulfillment | None, packed: Packed, place: str
) -> SlipSheet:
    tell, number, units = reader.tell, reader.figures.number, sum(packed.values())
    return SlipSheet(
        name=order.name if parcel is None else parcel.name,
        place=place,
        placed=tell("ordered", at=reader.figures.day(order.created_at)),
        sender=letterhead(settings),
        banner=banner(order, reader),
        marks=(Mark(reader.say["test"], "bad"),) if order.test else (),
        parties=tuple(_parties(order, reader)),
        facts=tuple(_facts(order, parcel, reader)),
        lines=tuple(_lines(order, packed, reader)),
        count=reader.say["one_item"] if units == 1 else tell("items", units=number(units)),
        missing=tuple(_missing(order, packed, reader, parcel is None)),
        note=order.note or "",
    )


def _parties(order: Order, reader: Reader) -> Iterator[Party]:
    ship, bill = order.shipping_address, order.billing_address
    if ship is not None:
        yield address_party(reader.say["ship_to"], ship, reader)
    elif order.customer is not None and order.customer.name:
        yield Party(reader.say["customer"], (order.customer.name,))
    if bill is not None and bill != ship:
        yield address_party(reader.say["bill_to"], bill, reader)


def _facts(order: Order, parcel: Fulfillment | None, reader: Reader) -> Iterator[Fact]:
    if order.shipping_lines:
        yield Fact(reader.say["delivery"], ", ".join(line.title for line in order.shipping_lines))
    if parcel is not None:
        yield Fact(reader.say["parcel"], reader.tell("shipped_on", at=reader.figures.day(parcel.at)))
        followed = " ".join(part for part in (parcel.carrier, parcel.tracking) if part)
        if followed:
            yield Fact(reader.say["tracking"], followed, safe_link(parcel.tracking_url))


def _all(row: Counters) -> int:
    """Return how many units of a line are meant for the customer: ordered, and not taken back before they left."""
    return row.ordered - row.removed - row.released - row.waiting


def _lines(order: Order, packed: Packed, reader: Reader) -> Iterator[SlipLine]:
    for line in order.lines:
        if units := packed.get(line.id):
            whole = max(units, _all(order.counters[line.id]))
            inside, of = reader.figures.number(units), reader.figures.number(whole)
            yield SlipLine(
                title=line.title,
                variant=line.variant_title or "",
                sku=line.sku or "",
                details=properties(line.properties),
                units=units,
                quantity=reader.tell("of", units=inside, all=of),
            )


def _missing(order: Order, packed: Packed, reader: Reader, now: bool) -> Iterator[Missing]:
    """Yield what of the order is not inside (rule 5); *now* where the parcel is none of those that were shipped."""
    for line in order.lines:
        if not line.requires_shipping or not line.fulfillable:
            continue
        why = tuple(_why(line, order.counters[line.id], packed.get(line.id, 0), reader, now))
        if why:
            yield Missing(line.title, line.variant_title or "", why)


def _why(line: LineItem, row: Counters, inside: int, reader: Reader, now: bool) -> Iterator[str]:
    sent = row.fulfilled if now else row.fulfilled - inside
    follow = _all(row) - row.fulfilled - (inside if now else 0)
    if sent > 0:
        yield reader.tell("sent_apart", units=reader.figures.number(sent))
    if follow > 0:
        yield reader.tell("to_follow", units=reader.figures.number(follow))
