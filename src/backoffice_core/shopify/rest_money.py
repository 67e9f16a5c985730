"""
The movements of money of an order in REST JSON.

Rules:

1. Kind, status, amount and parent are the file's; a refund's own transactions count with those of
   the order, each once. What failed is recorded as failed.
2. Where no parent is named, a capture or void is of the newest authorization before it, a refund of
   the oldest payment by the same gateway, else of the oldest payment.
3. Cash given back is undone of its sale. An authorization of an order that is ``expired`` lapsed.
4. A transaction in the currency that the customer paid in counts by the rate of the order's totals.
5. Without ``transactions`` the payment is what ``financial_status`` and the figures imply: what was
   received is the current total less ``total_outstanding`` and what was given back.
"""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Final

import attrs
import pendulum

from backoffice_core.currencies import DIGITS
from backoffice_core.money import MOST, half_up
from backoffice_core.orders.facts import Transaction, TransactionKind
from backoffice_core.orders.states import TransactionStatus
from backoffice_core.orders.status import FinancialStatus
from backoffice_core.shopify.payments import Cash, payments_of
from backoffice_core.shopify.rest_fields import Fields

NewId = Callable[[], str]
_K = TransactionKind
_S = TransactionStatus
_F = FinancialStatus

#: Shopify's kinds; ``change`` is cash given back, and the others are no movements.
KINDS: Final = {
    "authorization": _K.AUTHORIZATION,
    "emv_authorization": _K.AUTHORIZATION,
    "capture": _K.CAPTURE,
    "sale": _K.SALE,
    "refund": _K.REFUND,
    "void": _K.VOID,
    "change": _K.REFUND,
}
_NONE: Final = ("suggested_refund",)
STATUSES: Final = {
    "success": _S.SUCCESS,
    "failure": _S.FAILURE,
    "error": _S.FAILURE,
    "pending": _S.PENDING,
    "awaiting_response": _S.PENDING,
    "unknown": _S.UNKNOWN,
    "": _S.SUCCESS,
}
#: What nothing is known of is by this gateway.
UNKNOWN: Final = "unknown"


@attrs.frozen(kw_only=True)
class Moved:
    """
    The transactions of an order.

    Attributes:
        transactions: All of them, parents first, else by time.

        of_refund: Those that carry each refund, in the order of the file's refunds.

        told: Whether the file has the order's own transactions.

        test: Whether a transaction is a trial.

        exchanged: How many were told in another currency than the order's.
    """

    transactions: tuple[Transaction, ...]
    of_refund: tuple[tuple[Transaction, ...], ...]
    told: bool
    test: bool
    exchanged: int


@attrs.define
class _Row:
    """A transaction of the file, before its parent is known."""

    key: str
    kind: str
    parent: str | None
    made: Transaction


def moved(
    order: Fields, currency: str, financial: FinancialStatus | None, at: pendulum.DateTime, new_id: NewId
) -> Moved:
    """
    Return the transactions of an order.

    Args:
        order: The order as the file has it.

        currency: Its currency.

        financial: What the file says of its payment.

        at: When a transaction was that does not say when.

        new_id: Makes an id.

    Raises:
        BadField: One of them cannot be meant.
    """
    told = "transactions" in order
    rows: dict[str, _Row] = {}
    test = False
    purse = _Purse(order, currency)
    for data in order.each("transactions"):
        test |= _add(rows, data, purse, at, new_id) is not None and data.yes("test")
    carried = []
    for refund in order.each("refunds"):
        when = refund.moment("processed_at") or refund.moment("created_at") or at
        keys = [_add(rows, data, purse, when, new_id) for data in refund.each("transactions")]
        carried.append([key for key in keys if key is not None])
    if financial is _F.EXPIRED:
        for row in rows.values():
            if row.made.kind is _K.AUTHORIZATION and row.made.status is _S.SUCCESS:
                row.made = attrs.evolve(row.made, status=_S.EXPIRED)
    _find_parents(rows)
    changes = [row for row in rows.values() if row.kind == "change"]
    by_key = {key: row.made for key, row in rows.items() if row.kind != "change"}
    for row in changes:
        _give_change(by_key, row)
    return Moved(
        transactions=tuple(_in_order(list(by_key.values()))),
        of_refund=tuple(tuple(by_key[key] for key in keys if key in by_key) for keys in carried),
        told=told,
        test=test,
        exchanged=purse.exchanged,
    )


class _Purse:
    """Reads amounts of transactions in the order's currency (rule 4)."""

    def __init__(self, order: Fields, currency: str) -> None:
        self.order = order
        self.currency = currency
        self.exchanged = 0

    def amount(self, data: Fields) -> int | None:
        """Return the amount of a transaction in minor units."""
        given = data.text("currency") or self.currency
        if given == self.currency:
            return data.amount("amount", self.currency)
        if (own := data.of_set("amount_set", self.currency)) is not None and own >= 0:
            return own
        ours, theirs = self._totals(data, given)
        minor = data.amount("amount", given)
        self.exchanged += minor is not None
        own = 0 if minor is None else half_up(Fraction(minor * ours, theirs))
        if own > MOST:
            raise data.bad("amount", "an amount that is too large", f"at most {MOST} minor units of {self.currency}")
        return None if minor is None else own

    def _totals(self, data: Fields, given: str) -> tuple[int, int]:
        """Return the order's total in its own and in another currency."""
        total = self.order.one("total_price_set")
        ours = total.one("shop_money") if total is not None else None
        theirs = total.one("presentment_money") if total is not None else None
        if ours is None or theirs is None or theirs.text("currency_code") != given or given not in DIGITS:
            raise data.bad("currency", repr(given[:10]), f"{self.currency}, the order's currency,")
        paid = theirs.amount("amount", given)
        if not paid:
            raise data.bad("currency", repr(given[:10]), f"{self.currency}, the order's currency,")
        return ours.amount("amount", self.currency) or 0, paid


def _add(rows: dict[str, _Row], data: Fields, purse: _Purse, at: pendulum.DateTime, new_id: NewId) -> str | None:
    """Add a transaction once; return its key, None for what is no movement."""
    kind, status = data.word("kind"), data.word("status")
    if kind in _NONE:
        return None
    if kind not in KINDS:
        raise data.bad("kind", kind or "nothing", " or ".join(KINDS))
    if status not in STATUSES:
        raise data.bad("status", status, " or ".join(filter(None, STATUSES)))
    key = data.text("id", 128) or f"{data.path}"
    if key in rows:
        return key
    minor = purse.amount(data)
    if minor is None and kind != "void":
        raise data.bad("amount", "nothing", "an amount")
    gateway = data.text("gateway", 100) or UNKNOWN
    reference = data.text("authorization") or data.text("payment_id")
    taken = {(row.made.gateway, row.made.kind, row.made.reference) for row in rows.values()}
    made = Transaction(
        id=new_id(),
        kind=KINDS[kind],
        status=STATUSES[status],
        minor=0 if kind == "void" else minor or 0,
        currency=purse.currency,
        gateway=gateway,
        at=data.moment("processed_at") or data.moment("created_at") or at,
        reference=None if (gateway, KINDS[kind], reference) in taken else reference,
        expires_at=_expiry(data) if KINDS[kind] is _K.AUTHORIZATION else None,
        error=data.text("error_code", 100) if STATUSES[status] is _S.FAILURE else None,
    )
    rows[key] = _Row(key, kind, data.text("parent_id"), made)
    return key


def _expiry(data: Fields) -> pendulum.DateTime | None:
    extended = data.one("extended_authorization_attributes")
    if extended is not None and "extended_authorization_expires_at" in extended:
        return extended.moment("extended_authorization_expires_at")
    return data.moment("authorization_expires_at")


# --- parents


def _find_parents(rows: dict[str, _Row]) -> None:
    """Name the parent of each transaction that has one (rule 2)."""
    for row in rows.values():
        if row.made.kind in (_K.SALE, _K.AUTHORIZATION):
            continue
        parent = rows.get(row.parent) if row.parent is not None else None
        if parent is None or not _fits(parent, row):
            parent = _likely(rows, row)
        row.made = attrs.evolve(row.made, parent_id=parent.made.id if parent else None)


def _fits(parent: _Row, row: _Row) -> bool:
    if row.made.kind is _K.REFUND:
        return parent.made.kind in (_K.SALE, _K.CAPTURE)
    return parent.made.kind is _K.AUTHORIZATION


def _likely(rows: dict[str, _Row], row: _Row) -> _Row | None:
    """Return the parent that a transaction without one is of; the capture of the authorization that it names first."""
    able = [one for one in rows.values() if one is not row and _fits(one, row) and one.made.status is not _S.FAILURE]
    if row.made.kind is not _K.REFUND:
        return max(able, key=lambda one: (one.made.at <= row.made.at, one.made.at), default=None)
    named = [one for one in able if row.parent is not None and one.parent == row.parent]
    same = [one for one in able if one.made.gateway == row.made.gateway]
    return min(named or same or able, key=lambda one: one.made.at, default=None)


def _give_change(by_key: dict[str, Transaction], row: _Row) -> None:
    """Undo what was given back in cash of its sale (rule 3)."""
    if row.made.status is not _S.SUCCESS:
        return
    for key, sale in by_key.items():
        if sale.id == row.made.parent_id:
            by_key[key] = attrs.evolve(sale, reversed_minor=min(sale.minor, sale.reversed_minor + row.made.minor))


def _in_order(found: Sequence[Transaction]) -> Iterator[Transaction]:
    """Yield transactions by time, a child never before its parent."""
    waiting = sorted(found, key=lambda one: one.at)
    known = {one.id for one in waiting}
    out: set[str] = set()
    while waiting:
        ready = next(
            one for one in waiting if one.parent_id is None or one.parent_id in out or one.parent_id not in known
        )
        waiting.remove(ready)
        out.add(ready.id)
        yield ready


# --- without transactions


@attrs.frozen(kw_only=True)
class Implied:
    """
    What a file without transactions says of the payment.

    Attributes:
        outstanding: ``total_outstanding``; None where the file does not say.
    """

    currency: str
    financial: FinancialStatus | None
    created_at: pendulum.DateTime
    paid_at: pendulum.DateTime | None
    cancelled_at: pendulum.DateTime | None
    payment_method: str
    reference: str | None
    outstanding: int | None


def cash_implied(told: Implied, total: int, current: int, refunded: int) -> Cash | None:
    """
    Return what moved, as the status of the payment implies (rule 5); None where it cannot be known.

    Args:
        told: What the file says.

        total: The order's total, in minor units.

        current: What is left of it, goodwill and fees in.

        refunded: What was given back.
    """
    owed = told.outstanding or 0
    if told.financial in (_F.AUTHORIZED, _F.EXPIRED, _F.VOIDED):
        return Cash(set_aside=total)
    if told.financial is _F.PENDING or told.financial is None:
        known = told.outstanding is not None and told.cancelled_at is None and told.financial is not None
        return Cash(coming=max(0, current - owed) if known else 0)
    if told.financial is _F.REFUNDED:
        return Cash(received=refunded or total)
    if told.financial is _F.PARTIALLY_PAID and told.outstanding is None:
        return None
    if told.cancelled_at is not None:
        # What a cancelled order has left was received, or else it would have been voided.
        return Cash(received=max(refunded, total))
    return Cash(received=max(refunded, current - owed + refunded))


def implied(told: Implied, cash: Cash, moved: Moved, new_id: NewId) -> Moved:
    """Return the transactions with those that the status implies; refunds become children of the payment."""
    made = payments_of(told, cash, new_id)
    payment = next((one for one in made if one.kind is _K.SALE), None)

    def child(one: Transaction) -> Transaction:
        return attrs.evolve(one, parent_id=payment.id) if payment and one.kind is _K.REFUND else one

    return attrs.evolve(
        moved,
        transactions=(*made, *map(child, moved.transactions)),
        of_refund=tuple(tuple(map(child, row)) for row in moved.of_refund),
    )
