"""
What an export does not say of our own orders: the columns that differ when it was imported and is exported again.

`test_export_round_trip.py` shows that nothing else does.
"""

from collections.abc import Callable

from backoffice_core.orders.facts import TransactionKind
from backoffice_core.orders.order import Order
from backoffice_core.orders.status import FinancialStatus
from backoffice_core.orders.terms import TermsKind

TAXES = tuple(f"Tax {number} {what}" for number in range(1, 6) for what in ("Name", "Value"))


def partly_authorized(order: Order) -> bool:
    return order.financial_status is FinancialStatus.PARTIALLY_PAID and order.sums.outstanding <= 0


def untaxed_at_a_rate(order: Order) -> bool:
    return order.sums.tax == 0


def costs_nothing(order: Order) -> bool:
    return order.sums.total == 0


def partly_paid_and_cancelled(order: Order) -> bool:
    return order.financial_status is FinancialStatus.PARTIALLY_PAID and order.cancelled_at is not None


def given_back_all_that_it_cost(order: Order) -> bool:
    return order.financial_status is FinancialStatus.PARTIALLY_REFUNDED and order.sums.refunded >= order.sums.total


def paid_before_units_left(order: Order) -> bool:
    return order.financial_status is FinancialStatus.PAID and bool(order.removals) and order.sums.outstanding < 0


def refunded_for_nothing(order: Order) -> bool:
    return order.financial_status is FinancialStatus.PAID and any(one.lines for one in order.refunds)


def only_asked_for(order: Order) -> bool:
    """Whether a payment was asked for and no more; where nothing is left of an order, also if it is on its way."""
    left = order.cancelled_at is None and order.sums.current_total > 0
    coming = order.sums.coming if left else 0
    return order.financial_status is FinancialStatus.PENDING and not coming


def taken_back_by_the_gateway(order: Order) -> bool:
    paid = [one for one in order.transactions if one.kind in (TransactionKind.SALE, TransactionKind.CAPTURE)]
    return bool(order.sums.refunded) and not any(one.in_force for one in paid)


def nothing_left_to_be_due(order: Order) -> bool:
    left = order.sums.current_total > order.sums.net
    pending = order.financial_status is FinancialStatus.PENDING
    return order.terms is not None and (not left if pending else bool(order.sums.coming))


def due_no_more_on_a_day(order: Order) -> bool:
    settled = order.cancelled_at is not None or order.sums.net >= order.sums.current_total
    return settled and order.terms is not None and order.terms.kind is TermsKind.FIXED


def let_go_beside_a_payment(order: Order) -> bool:
    followed = {one.kind for one in order.transactions if one.kind in (TransactionKind.VOID, TransactionKind.REFUND)}
    return followed == {TransactionKind.VOID} and order.financial_status is not FinancialStatus.VOIDED


#: Columns that differ when an order is like this, and why.
LOST: tuple[tuple[tuple[str, ...], Callable[[Order], bool], str], ...] = (
    (
        ("Financial Status", "Paid at", "Next Payment Due At", "Outstanding Balance"),
        partly_authorized,
        "partly paid, and all the rest is authorized or on its way: the file has no figure for either part",
    ),
    (
        TAXES,
        untaxed_at_a_rate,
        "the taxes came to 0.00: only those at 0 % are kept, since the others would tax what is added later",
    ),
    (
        ("Financial Status", "Paid at", "Payment Method", "Payment Reference", "Payment ID", "Payment References"),
        costs_nothing,
        "it costs nothing, and yet something was paid or set aside: the file has no figure for how much",
    ),
    (
        ("Financial Status", "Paid at"),
        partly_paid_and_cancelled,
        "partly paid, and cancelled: the balance is 0 then, and the file has no other figure for what was paid",
    ),
    (
        ("Financial Status",),
        given_back_all_that_it_cost,
        "overpaid, and given back what it costs, not all of it: the file has no figure for what was paid above that",
    ),
    (
        ("Lineitem fulfillment status",),
        paid_before_units_left,
        "paid before units left it, and nothing given back for them yet: no figure of the file says that they left",
    ),
    (
        ("Lineitem fulfillment status",),
        refunded_for_nothing,
        "units were given back for nothing, before or after the rest was paid: the balance does not count them",
    ),
    (
        ("Payment References",),
        let_go_beside_a_payment,
        "a part was let go of and another paid: the file has one figure, and does not say of what the rest was",
    ),
    (
        ("Payment Method", "Payment Reference", "Payment ID", "Payment References"),
        only_asked_for,
        "a payment without an outcome: all of the order is owed, and the file has no figure for what was asked for",
    ),
    (
        ("Paid at",),
        taken_back_by_the_gateway,
        "given back, and the payment taken back by its gateway, too: it is paid at no moment, and yet refunded",
    ),
    (
        ("Next Payment Due At",),
        nothing_left_to_be_due,
        "all of it left, or a payment is on its way and the file has its balance for something else",
    ),
    (
        ("Payment Terms Name",),
        due_no_more_on_a_day,
        "due on a day that was agreed, and settled: the file has that day only while something is to be paid",
    ),
)
