"""
The history of an order in REST JSON, while it is told: the order so far, and what is odd about it.

``rest_parcels.py``, ``rest_refunds.py`` and ``rest_removals.py`` tell it, in this order.
"""

from collections.abc import Callable, Iterator

import attrs

from backoffice_core.orders.amounts import shipping_gone
from backoffice_core.orders.givenback import ShippingPart
from backoffice_core.orders.order import Order
from backoffice_core.orders.refund import shipping_part
from backoffice_core.shopify.rest_fields import Fields
from backoffice_core.shopify.rest_sold import Figures, Note

NewId = Callable[[], str]


@attrs.define
class History:
    """
    The history of one order, while it is told.

    Attributes:
        order: The order so far.

        data: The order as the file has it.

        figures: What the file says of it as a whole.

        by_id: The place of each line by Shopify's id of it.

        new_id: Makes an id.

        notes: Code and text of what is odd.

        rounding: What the file's figures of what left are more than our parts, an adjustment here.
    """

    order: Order
    data: Fields
    figures: Figures
    by_id: dict[str, int]
    new_id: NewId
    notes: list[Note] = attrs.field(factory=list)
    rounding: int = 0

    def place(self, row: Fields, key: str) -> int:
        """
        Return the place of the line that a row names.

        Raises:
            BadField: It names none of the order's lines.
        """
        inside = row.one("line_item")
        id = row.text(key) or (inside.text("id") if inside is not None else None)
        place = self.by_id.get(id) if id is not None else None
        if place is None:
            raise row.bad(
                key, id if id is not None and id.isdigit() else "nothing known", "the id of a line of the order"
            )
        return place

    def named(self, line_id: str) -> str:
        """Return what a finding calls a line."""
        place = next(at for at, line in enumerate(self.order.lines, 1) if line.id == line_id)
        return f"line {place} ({self.order.lines[place - 1].title})"

    def adjusted(self, adjustment: int, worth: int) -> int:
        """Return an adjustment that leaves the current total between 0 and the total."""
        sums = self.order.sums
        most = sums.current_total - worth
        least = most - sums.total
        if adjustment > most:
            told = f"a refund takes {self.figures.text(adjustment - most)} more than is left of the order"
        elif adjustment < least:
            told = f"a refund keeps {self.figures.text(least - adjustment)} more than the order was for"
        else:
            return adjustment
        self.notes.append(("refund_beyond_total", f"{told}; that is left out"))
        return max(least, min(adjustment, most))

    def shipping_parts(self, minor: int) -> Iterator[ShippingPart]:
        """Yield so much of the shipping lines, in their order, as far as it is left."""
        gone = shipping_gone(self.order)
        for line in self.order.shipping_lines:
            taken = min(minor, line.paid_minor - gone.get(line.id, 0))
            if taken > 0:
                minor -= taken
                yield shipping_part(line, gone.get(line.id, 0), taken)
