"""
The invariants that the figures of an orders export should hold, and what is said where they do not.

Each check is a function of the file's order and the order it became; it yields what is wrong with
this one, in figures, and how it was taken. The last ones compare what follows from the facts with
what the file says, so whatever else is odd about an order does not pass unseen.
"""

from collections.abc import Callable, Iterator
from typing import Final

import attrs

from backoffice_core.money import Money
from backoffice_core.orders.order import Order
from backoffice_core.orders.status import FinancialStatus, FulfillmentState
from backoffice_core.shopify.fate import Fate
from backoffice_core.shopify.report import Finding
from backoffice_core.shopify.sheet import LineStatus, Sheet, SheetLine

Found = Iterator[tuple[str, str]]


@attrs.frozen
class Case:
    """
    An order to be checked.

    Attributes:
        sheet: The order as the file has it.

        fate: Where its units are.

        order: The order that it became.
    """

    sheet: Sheet
    fate: Fate
    order: Order

    def money(self, minor: int) -> str:
        """Return an amount as text in major units."""
        return Money(minor, self.sheet.currency).amount


def findings_of(sheet: Sheet, fate: Fate, order: Order) -> tuple[Finding, ...]:
    """Return every invariant that an order's figures break, in the order of `CHECKS`."""
    case = Case(sheet, fate, order)
    return tuple(Finding(sheet.name, code, text) for check in CHECKS for code, text in check(case))


# --- figures of the file


def taxes_in_columns(case: Case) -> Found:
    """Taxes is the sum of the tax columns."""
    taxes, columns = case.sheet.taxes, sum(tax.minor for tax in case.sheet.tax_lines)
    if taxes > columns and case.sheet.tax_lines:
        more = case.money(taxes - columns)
        yield (
            "taxes_beyond_columns",
            f"Taxes {case.money(taxes)} exceed the {case.money(columns)} of its {len(case.sheet.tax_lines)} tax columns"
            f" by {more}, recorded as a tax of its own",
        )
    elif taxes < columns:
        yield (
            "taxes_below_columns",
            f"Taxes {case.money(taxes)} are {case.money(columns - taxes)} less than the {case.money(columns)} of the"
            f" tax columns, which were lowered in proportion",
        )


def discount_on_lines(case: Case) -> Found:
    """What the lines say was taken off them is what was taken off the goods."""
    off = sum(line.listed for line in case.sheet.goods) - case.sheet.subtotal
    on_lines = sum(line.discount for line in case.sheet.goods)
    code = f" ({case.sheet.code})" if case.sheet.code else ""
    if on_lines < off:
        yield (
            "discount_not_on_lines",
            f"the lines carry {case.money(on_lines)} of a discount of {case.money(off)}{code};"
            f" the other {case.money(off - on_lines)} was shared by price",
        )
    elif on_lines > off:
        yield (
            "discount_beyond_total",
            f"the lines carry discounts of {case.money(on_lines)}, the order only {case.money(off)}{code},"
            f" which was shared by price",
        )


def discount_on_goods(case: Case) -> Found:
    """Discount Amount is what was taken off the goods."""
    off = sum(line.listed for line in case.sheet.goods) - case.sheet.subtotal
    said = case.sheet.discount
    if said is not None and said > off:
        yield (
            "discount_on_shipping",
            f"Discount Amount {case.money(said)} exceeds the {case.money(off)} that the goods cost less by"
            f" {case.money(said - off)}, recorded as taken off the shipping",
        )


def no_duties(case: Case) -> Found:
    """There are no duties; an order here has no place of its own for them."""
    if case.sheet.duties:
        yield ("duties_in_shipping", f"Duties {case.money(case.sheet.duties)} are recorded as a shipping line")


def refund_is_total(case: Case) -> Found:
    """Refunded Amount is the Total exactly when the status is ``refunded``."""
    sheet = case.sheet
    back = sheet.refunded or 0
    if sheet.financial is FinancialStatus.REFUNDED and sheet.refunded is not None and back < sheet.total:
        yield (
            "refunded_below_total",
            f"refunded, and yet Refunded Amount {case.money(back)} is less than the Total {case.money(sheet.total)}",
        )
    if sheet.financial is FinancialStatus.PARTIALLY_REFUNDED and 0 < sheet.total <= back:
        yield (
            "refunded_whole",
            f"partially refunded, and yet Refunded Amount {case.money(back)} is all of the Total",
        )
    if back > sheet.total:
        yield (
            "refunded_above_total",
            f"Refunded Amount {case.money(back)} is more than the Total {case.money(sheet.total)}, taken as overpaid",
        )


# --- statuses of the file


def pending_in_fulfilled(case: Case) -> Found:
    """A fulfilled order has no pending line."""
    if case.sheet.fulfillment is not FulfillmentState.FULFILLED:
        return
    how = _how_gone(case)
    for number, line in enumerate(case.sheet.lines):
        if not line.tip and line.status is not LineStatus.FULFILLED:
            gone = case.fate.gone[number]
            yield (
                "pending_in_fulfilled",
                f"{_named(number, line)} is {line.status.value} in a fulfilled order, {how[bool(gone)]}",
            )


def _how_gone(case: Case) -> tuple[str, str]:
    if case.order.refunds:
        return "recorded as shipped", f"recorded as refunded with the {case.money(case.sheet.refunded or 0)}"
    return "recorded as shipped: neither a refund nor a balance says that it left", "recorded as taken out of the order"


def partial_lines(case: Case) -> Found:
    """A line says how many of its units were shipped."""
    for number, line in enumerate(case.sheet.lines):
        if line.status is LineStatus.PARTIAL and not line.tip:
            units = case.fate.shipped[number]
            yield (
                "units_unknown",
                f"{_named(number, line)} is partial and the file does not say how many of its {line.quantity} units"
                f" were shipped; recorded as {units}",
            )


def paid_in_full(case: Case) -> Found:
    """A paid order has nothing outstanding."""
    sheet = case.sheet
    if sheet.financial is not FinancialStatus.PAID or not sheet.outstanding or sheet.cancelled_at is not None:
        return
    balance = f"paid, and yet an Outstanding Balance of {case.money(sheet.outstanding)}"
    gone = [_named(at, sheet.lines[at]) for at, units in enumerate(case.fate.gone) if units]
    if gone:
        yield (
            "paid_with_balance",
            f"{balance}: it still counts {' and '.join(gone)}, which left the order; nothing is owed",
        )
    else:
        yield ("paid_with_balance", f"{balance} with nothing that left the order; recorded as let off")


def cancelled_and_settled(case: Case) -> Found:
    """A cancelled order owes nobody anything."""
    owed = -case.order.sums.outstanding
    if case.sheet.cancelled_at is not None and owed > 0:
        yield (
            "cancelled_not_refunded",
            f"cancelled, and yet {case.money(owed)} that was received was not given back; the shop owes it",
        )


def _named(number: int, line: SheetLine) -> str:
    return f"line {number + 1} ({line.title})"


# --- what follows from the facts is what the file says


def figures_follow(case: Case) -> Found:
    """Every figure of the file follows from the recorded facts."""
    for name, said, follows in _figures(case):
        if said != follows:
            yield (
                f"{name.lower().replace(' ', '_')}_differs",
                f"{name} is {case.money(said)} in the file, {case.money(follows)} follows from what was recorded",
            )


def _figures(case: Case) -> Iterator[tuple[str, int, int]]:
    sheet, sums = case.sheet, case.order.sums
    yield "Subtotal", sheet.subtotal, sums.subtotal
    yield "Shipping", sheet.shipping + (sheet.duties or 0), sums.shipping
    yield "Taxes", sheet.taxes, sums.tax
    yield "Total", sheet.total, sums.total
    if sheet.discount is not None:
        yield "Discount Amount", sheet.discount, sums.discounts
    if sheet.refunded is not None:
        yield "Refunded Amount", sheet.refunded, sums.refunded
    explained = sheet.financial is FinancialStatus.PAID or sheet.cancelled_at is not None
    if sheet.outstanding is not None and not explained:
        yield "Outstanding Balance", sheet.outstanding, max(0, sums.outstanding)


def statuses_follow(case: Case) -> Found:
    """Both statuses follow from the recorded facts."""
    sheet, order = case.sheet, case.order
    if sheet.financial is not order.financial_status:
        yield (
            "financial_status_differs",
            f"the file says {sheet.financial}, {order.financial_status} follows from what was recorded",
        )
    # A hold on an order of which something was shipped, or that was cancelled, does not show.
    if sheet.fulfillment not in (order.fulfillment_status, FulfillmentState.ON_HOLD):
        yield (
            "fulfillment_status_differs",
            f"the file says {sheet.fulfillment}, {order.fulfillment_status} follows from what was recorded",
        )


#: The invariants, in the order in which they are told.
CHECKS: Final[tuple[Callable[[Case], Found], ...]] = (
    taxes_in_columns,
    discount_on_lines,
    discount_on_goods,
    no_duties,
    refund_is_total,
    pending_in_fulfilled,
    partial_lines,
    paid_in_full,
    cancelled_and_settled,
    figures_follow,
    statuses_follow,
)
