"""
The invariants that the figures of an order in REST JSON should hold.

What was odd while the order was read comes first; then what follows from the recorded facts is
compared with what the file says, so whatever else is odd does not pass unseen.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import attrs

from backoffice_core.orders.order import Order
from backoffice_core.orders.status import FinancialStatus, FulfillmentState
from backoffice_core.shopify.goods import DUTIES
from backoffice_core.shopify.report import Finding
from backoffice_core.shopify.rest_fields import Fields
from backoffice_core.shopify.rest_goods import FEES
from backoffice_core.shopify.rest_sold import Figures, Note

Found = Iterator[Note]


@attrs.frozen
class Case:
    """
    An order to be checked.

    Attributes:
        data: The order as the file has it.

        figures: What it says of itself as a whole.

        order: The order that it became.

        financial: What it says of the payment; None where it says nothing.

        fulfillment: What it says of the shipping; None where it says nothing.

        rounding: What of the adjustments only makes up for cents, in minor units.
    """

    data: Fields
    figures: Figures
    order: Order
    financial: FinancialStatus | None
    fulfillment: FulfillmentState | None
    rounding: int


def findings_of(case: Case, notes: Sequence[Note]) -> tuple[Finding, ...]:
    """Return every invariant that an order breaks: *notes*, then those of `CHECKS`, in their order."""
    found = [*notes, *(note for check in CHECKS for note in check(case))]
    return tuple(Finding(case.order.name, code, text) for code, text in found)


def figures_follow(case: Case) -> Found:
    """Every figure of the file follows from the recorded facts."""
    figures, sums = case.figures, case.order.sums
    rows = (
        ("subtotal_price", figures.subtotal, sums.subtotal),
        ("total_tax", figures.tax, sums.tax),
        ("total_price", figures.total, sums.total),
        ("total_discounts", figures.discounts, sums.discounts),
        ("total_tip_received", case.data.amount("total_tip_received", figures.currency), sums.tips),
        ("total_line_items_price", case.data.amount("total_line_items_price", figures.currency), _listed(case)),
    )
    for field, said, follows in rows:
        if said is not None and said != follows:
            yield _differs(case, field, said, follows)
    charged = [one.price_minor for one in case.order.shipping_lines if one.title not in (DUTIES, FEES)]
    # Shopify's is before discounts today, and was after them in older files.
    if figures.shipping is not None and figures.shipping not in (sum(charged), sums.shipping):
        yield _differs(case, "total_shipping_price_set", figures.shipping, sum(charged))


def _listed(case: Case) -> int:
    return sum(line.unit_minor * line.quantity for line in case.order.lines if not line.is_tip)


def what_is_left(case: Case) -> Found:
    """What is left of the order, and what is owed, follows from the recorded facts."""
    currency, sums = case.figures.currency, case.order.sums
    left = case.data.signed("current_total_price", currency)
    # Shopify's current total leaves out what refunds kept or gave on top.
    goods = sums.current_total + sums.adjustments - case.rounding
    if left is not None and left not in (sums.current_total, goods):
        yield _differs(case, "current_total_price", left, sums.current_total)
    owed = case.data.signed("total_outstanding", currency)
    if (
        owed is not None
        and case.order.cancelled_at is None
        and owed not in (sums.outstanding, max(0, sums.outstanding))
    ):
        yield _differs(case, "total_outstanding", owed, sums.outstanding)


def cancelled_and_settled(case: Case) -> Found:
    """A cancelled order owes nobody anything."""
    owed = -case.order.sums.outstanding
    if case.order.cancelled_at is not None and owed > 0:
        yield (
            "cancelled_not_refunded",
            f"cancelled, and yet {case.figures.text(owed)} that was received was not given back; the shop owes it",
        )


def refunded_within_received(case: Case) -> Found:
    """No more is given back than was received."""
    sums = case.order.sums
    if sums.refunded > sums.received:
        yield (
            "refunded_beyond_received",
            f"{case.figures.text(sums.refunded)} were given back, and only {case.figures.text(sums.received)} received",
        )


def refunds_explained(case: Case) -> Found:
    """A refund is what came back with it, and what its adjustments tell; a balance tells the rest."""
    settled = case.order.sums.outstanding == 0 or case.order.cancelled_at is not None
    if settled or "total_outstanding" in case.data:
        return
    for back in case.order.refunds:
        worth = sum(line.minor for line in back.lines) + sum(part.minor for part in back.shipping)
        told = worth + back.adjustment_minor
        if back.minor not in (0, told):
            text = case.figures.text
            yield (
                "refund_unexplained",
                f"a refund gave back {text(back.minor)} for what is worth {text(told)}, and no adjustment tells why;"
                f" {text(case.order.sums.outstanding)} is outstanding",
            )


def statuses_follow(case: Case) -> Found:
    """Both statuses follow from the recorded facts."""
    order = case.order
    if case.financial is not None and case.financial is not order.financial_status:
        yield (
            "financial_status_differs",
            f"the file says {case.financial}, {order.financial_status} follows from what was recorded",
        )
    if case.fulfillment not in (None, order.fulfillment_status):
        yield (
            "fulfillment_status_differs",
            f"the file says {case.fulfillment}, {order.fulfillment_status} follows from what was recorded",
        )


def units_left(case: Case) -> Found:
    """What is left to ship of each line is what the file says."""
    for number, (data, line) in enumerate(zip(case.data.each("line_items"), case.order.lines, strict=False), 1):
        said, follows = data.units("fulfillable_quantity"), case.order.counters[line.id].to_fulfill
        if said is not None and said != follows:
            yield (
                "fulfillable_quantity_differs",
                f"line {number} ({line.title}) has {said} units left to ship in the file, {follows} follow from what"
                f" was recorded",
            )


def _differs(case: Case, field: str, said: int, follows: int) -> Note:
    text = case.figures.text
    return f"{field}_differs", f"{field} is {text(said)} in the file, {text(follows)} follows from what was recorded"


#: The invariants, in the order in which they are told.
CHECKS: Final[tuple[Callable[[Case], Found], ...]] = (
    figures_follow,
    what_is_left,
    refunded_within_received,
    cancelled_and_settled,
    refunds_explained,
    units_left,
    statuses_follow,
)
