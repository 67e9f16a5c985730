"""
The refunds of an order in REST JSON.

Rules:

1. A refund's units are worth the parts of our units, in the order of the refunds. The file's
   ``subtotal`` and ``total_tax`` count: what they differ is an adjustment, so that the money is the
   file's to the cent.
2. ``refund_discrepancy`` is what the shop kept, below zero goodwill; ``shipping_refund`` is taken of
   the shipping lines, in their order, up to what is left of them.
3. ``cancel`` is of units that were not shipped and ``return`` of shipped ones; more than there are
   is recorded as the other. ``legacy_restock`` takes unshipped units first.
4. A refund takes no more than is left of the order.
"""

from collections.abc import Iterator, Sequence

import attrs
import pendulum

from backoffice_core.orders.facts import Fulfillment, Transaction
from backoffice_core.orders.givenback import Refund, RefundLine, Restock, ShippingPart
from backoffice_core.orders.parts import value
from backoffice_core.orders.states import FulfillmentStatus, TransactionStatus
from backoffice_core.shopify.rest_fields import Fields
from backoffice_core.shopify.rest_history import History


def refund(book: History, carried: Sequence[Sequence[Transaction]]) -> None:
    """
    Record the refunds, the oldest first.

    Args:
        carried: The transactions of each, in the order of the file.

    Raises:
        BadField: One holds what cannot be meant, a line that is not the order's, or more units
            than are left of it.
    """
    told = list(zip(book.data.each("refunds"), carried, strict=True))
    for data, transactions in sorted(told, key=lambda one: _when(book, one[0])):
        _refund(book, data, transactions)


def _when(book: History, data: Fields) -> pendulum.DateTime:
    return data.moment("processed_at") or data.moment("created_at") or book.order.created_at


def _refund(book: History, data: Fields, transactions: Sequence[Transaction]) -> None:
    lines: list[RefundLine] = []
    worth, at = 0, _when(book, data)
    for row in data.each("refund_line_items"):
        taken, told = _units(book, row, lines, at)
        lines += taken
        worth += told
    shipping, told = _shipping(book, data)
    worth += told
    ours = sum(line.minor for line in lines) + sum(part.minor for part in shipping)
    minor = sum(one.minor for one in transactions if one.status is not TransactionStatus.FAILURE)
    kept = _kept(book, data, worth, minor)
    book.rounding += worth - ours
    refund = Refund(
        id=book.new_id(),
        at=at,
        minor=minor,
        currency=book.order.currency,
        lines=tuple(lines),
        shipping=shipping,
        adjustment_minor=book.adjusted(worth - ours - kept, ours),
        transaction_ids=tuple(one.id for one in transactions),
        note=data.text("note"),
    )
    if lines or shipping or minor or refund.adjustment_minor or transactions:
        book.order = attrs.evolve(book.order, refunds=(*book.order.refunds, refund))


def _units(
    book: History, row: Fields, before: Sequence[RefundLine], at: pendulum.DateTime
) -> tuple[list[RefundLine], int]:
    """Return units of a line that came back, and what the file says that they are worth (rule 1)."""
    line = book.order.lines[book.place(row, "line_item_id")]
    quantity = row.units("quantity")
    if quantity is None:
        raise row.bad("quantity", "nothing", "the units that came back")
    earlier = sum(one.quantity for one in before if one.line_id == line.id)
    start = book.order.counters[line.id].consumed + earlier
    if start + quantity > line.quantity:
        raise row.bad("quantity", str(quantity), f"at most {line.quantity - start}, which are left of the line,")
    taken = []
    for restock, units, shipped in _ways(book, row, line.id, quantity, before, at):
        part = value(line.spans, start, start + units)
        start += units
        taken.append(RefundLine.of(line, part, units, restock, shipped=shipped, location_id=row.text("location_id")))
    ours = sum(one.minor for one in taken)
    told = row.amount("subtotal", book.order.currency)
    if told is None:
        return taken, ours
    if not book.order.taxes_included:
        told += row.amount("total_tax", book.order.currency) or 0
    if told != ours:
        book.notes.append(("refund_parts_differ", _differs(book, quantity, line.id, told, ours)))
    return taken, told


def _shipped(sent: Fulfillment, line_id: str) -> int:
    """Return how many units of a line a parcel brought."""
    if sent.status is not FulfillmentStatus.SUCCESS:
        return 0
    return sum(units.quantity for units in sent.lines if units.line_id == line_id)


def _differs(book: History, quantity: int, line_id: str, told: int, ours: int) -> str:
    return (
        f"{quantity} units of {book.named(line_id)} came back for {book.figures.text(told)}, their parts come to"
        f" {book.figures.text(ours)}; the {book.figures.text(told - ours)} between is an adjustment"
    )


def _ways(
    book: History, row: Fields, line_id: str, quantity: int, before: Sequence[RefundLine], at: pendulum.DateTime
) -> Iterator[tuple[Restock, int, int]]:
    """Yield how units come back: restock, units, how many of them had shipped (rule 3)."""
    word = row.word("restock_type") or "no_restock"
    if word not in ("no_restock", "cancel", "return", "legacy_restock"):
        raise row.bad("restock_type", repr(word[:20]), "no_restock, cancel, return or legacy_restock")
    counts = book.order.counters[line_id]
    earlier = [one for one in before if one.line_id == line_id]
    shipped = counts.shipped - sum(one.shipped for one in earlier)
    unshipped = max(0, counts.unshipped - sum(one.quantity - one.shipped for one in earlier))
    if word == "no_restock":
        later = sum(_shipped(sent, line_id) for sent in book.order.fulfillments if sent.at > at)
        if quantity:
            # What the customer had by then; units never shipped make up for the rest as far as there are any.
            had = max(quantity - unshipped, min(quantity, shipped - later), 0)
            yield Restock.NO_RESTOCK, quantity, had
        return
    returned = min(quantity, max(0, shipped)) if word == "return" else max(0, quantity - unshipped)
    if returned < quantity:
        yield Restock.CANCEL, quantity - returned, 0
    if returned:
        yield Restock.RETURN, returned, returned
    odd = {"return": quantity - returned, "cancel": returned}.get(word, 0)
    if odd:
        text = f"{odd} units of {book.named(line_id)} are told as {word}, and the file's parcels say otherwise"
        book.notes.append(("restock_differs", f"{text}; recorded as the parcels have it"))


def _shipping(book: History, data: Fields) -> tuple[tuple[ShippingPart, ...], int]:
    """Return what came back of the shipping, and what the file says that it is worth (rule 2)."""
    currency = book.order.currency
    told = 0
    for one in data.each("order_adjustments"):
        if one.word("kind") == "shipping_refund":
            told += abs(one.signed("amount", currency) or 0) + abs(one.signed("tax_amount", currency) or 0)
    if not told:
        for one in data.each("refund_shipping_lines"):
            tax = 0 if book.order.taxes_included else abs(one.of_set("tax_amount_set", currency) or 0)
            told += abs(one.of_set("subtotal_amount_set", currency) or 0) + tax
    parts = tuple(book.shipping_parts(told))
    if told > (most := sum(part.minor for part in parts)):
        text = f"{book.figures.text(told)} of shipping were given back, {book.figures.text(most)} were left of it"
        book.notes.append(("refund_parts_differ", f"{text}; the rest is an adjustment"))
    return parts, told


def _kept(book: History, data: Fields, worth: int, minor: int) -> int:
    """Return what the shop kept of a refund, below zero what it gave on top (rule 2)."""
    if "order_adjustments" not in data:
        return worth - minor if minor else 0
    currency = book.order.currency
    kept = 0
    for one in data.each("order_adjustments"):
        if one.word("kind") != "shipping_refund":
            kept += (one.signed("amount", currency) or 0) + (one.signed("tax_amount", currency) or 0)
    return kept
