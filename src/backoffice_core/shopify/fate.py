"""
What became of the units of an order, as far as the file tells.

Rules:

1. A line that is ``fulfilled`` was shipped whole. Of a ``partial`` one at least one unit was and
   at least one was not; the file does not say how many, so one it is. Tips are never shipped.
2. In an order that is not ``fulfilled``, the other units are still to be shipped.
3. In a ``fulfilled`` order nothing is left to ship, so the units of a pending line are gone or
   shipped. Where money was refunded they went with the refund; where a paid order has a balance
   they were taken out of the order, which the file's balance still counts; where one that is not
   paid has a balance below its total, a part of the total left it. What cost nothing leaves no
   figure behind. Otherwise nothing says that they left, and they were shipped.
4. What they cost is then known: the refund, or the balance of a paid order.
"""

import attrs

from backoffice_core.orders.status import FinancialStatus, FulfillmentState
from backoffice_core.shopify.sheet import LineStatus, Sheet, SheetLine

REFUNDED = (FinancialStatus.REFUNDED, FinancialStatus.PARTIALLY_REFUNDED)
SETTLED = (FinancialStatus.PAID, *REFUNDED)


@attrs.frozen(kw_only=True)
class Fate:
    """
    Where the units of each line are, in the order of the lines.

    Attributes:
        shipped: Units that were shipped.

        gone: Units that left the order without being shipped.

        worth: What the units that are gone cost together, tax in, in minor units, where it is known.
    """

    shipped: tuple[int, ...]
    gone: tuple[int, ...]
    worth: int | None = None


def fate_of(sheet: Sheet) -> Fate:
    """Return where the units of an order are."""
    shipped = tuple(_shipped(line) for line in sheet.lines)
    nothing = (0,) * len(sheet.lines)
    if sheet.fulfillment is not FulfillmentState.FULFILLED or sheet.cancelled_at is not None:
        return Fate(shipped=shipped, gone=nothing)
    left = tuple(0 if line.tip else line.quantity - units for line, units in zip(sheet.lines, shipped, strict=True))
    if not any(left) or not any(shipped) or not (_free(sheet, left) or _explained(sheet)):
        return Fate(shipped=tuple(a + b for a, b in zip(shipped, left, strict=True)), gone=nothing)
    worth = _worth(sheet)
    whole = all(units in (0, line.quantity) for line, units in zip(sheet.lines, left, strict=True))
    return Fate(shipped=shipped, gone=left, worth=worth if whole else None)


def _shipped(line: SheetLine) -> int:
    if line.tip or line.status is LineStatus.PENDING:
        return 0
    if line.status is LineStatus.PARTIAL:
        return min(1, line.quantity - 1)
    return line.quantity


def _free(sheet: Sheet, left: tuple[int, ...]) -> bool:
    """Whether units cost nothing."""
    lines = (line for line, units in zip(sheet.lines, left, strict=True) if units)
    return sheet.total == 0 or all(line.listed == line.discount for line in lines)


def _explained(sheet: Sheet) -> bool:
    """Whether a refund or a balance says that units left (rule 3)."""
    if sheet.financial in SETTLED:
        return _worth(sheet) is not None
    return sheet.outstanding is not None and sheet.outstanding < sheet.total


def _worth(sheet: Sheet) -> int | None:
    """Return what units that are gone cost together (rule 4); None where no figure says it."""
    if sheet.financial in REFUNDED:
        return sheet.refunded or None
    return (sheet.outstanding or None) if sheet.financial is FinancialStatus.PAID else None
