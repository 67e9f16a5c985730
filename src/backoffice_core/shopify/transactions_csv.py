"""
Shopify's history of transactions, ``transactions_export.csv``: out of orders, and into sums.

Rules:

1. Out: money that moved, a row each: sales, captures and refunds. Authorizations and voids move
   none, and failed, pending and unknown ones did not move it.
2. The amount of a row is what still stands: what a gateway took back later is taken off, and a row
   of which nothing stands is left out. So the rows of an order sum to what it received and what was
   refunded.
3. The order's id, its name and the moment are as in ``orders_export.csv``. By which card or method
   was paid, orders here do not know.
4. In: every row is read, whatever it says. Successful sales and captures are what was captured,
   successful refunds what was given back; all else counts for nothing. Currencies are never summed
   across.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Final

import attrs
import pendulum

from backoffice_core.clock import UTC, utc
from backoffice_core.money import Money
from backoffice_core.orders.facts import TransactionKind
from backoffice_core.orders.order import Order
from backoffice_core.shopify.cells import BadCell, amount, currency_of, moment, text
from backoffice_core.shopify.columns import Kind
from backoffice_core.shopify.guard import guarded
from backoffice_core.shopify.orders_out import id_of
from backoffice_core.shopify.rows import Row, table
from backoffice_core.shopify.written import amounts_in, stamp

#: The columns, in the order of real files.
NAMES: Final[tuple[str, ...]] = (
    *("Order", "Name", "Payment Method", "Kind", "Gateway", "Created At"),
    *("Status", "Amount", "Currency", "Card Type"),
)
HISTORY: Final = Kind("a history of transactions", NAMES, ("Name", "Kind", "Status", "Amount", "Currency"))

_K: Final = TransactionKind
_MOVES: Final = (_K.SALE, _K.CAPTURE, _K.REFUND)
_SUCCESS: Final = "success"


def transaction_rows(order: Order, zone: dt.tzinfo) -> list[list[str]]:
    """Return the rows of an order, the oldest first, each with a cell for every one of `NAMES` (rules 1 to 3)."""
    written = amounts_in(order.currency)
    moved = [one for one in order.transactions if one.kind in _MOVES and one.in_force > 0]
    id, name = guarded(id_of(order)), guarded(order.name)
    return [
        [
            *(id, name, "", one.kind.value, guarded(one.gateway), stamp(one.at, zone)),
            *(_SUCCESS, written(one.in_force), one.currency, ""),
        ]
        for one in sorted(moved, key=lambda one: one.at)
    ]


@attrs.frozen(kw_only=True)
class TransactionRow:
    """
    A row of a history of transactions.

    Attributes:
        line: The line of the file, from 1.

        order_id: Shopify's id of the order; None where the file has none.

        name: The order's name.

        kind: What moved, such as ``sale``.

        status: What became of it, such as ``success``.

        gateway: By what.

        at: When, UTC; None where the file does not say.

        minor: How much, in minor units.

        currency: ISO 4217 code.
    """

    line: int
    order_id: str | None
    name: str
    kind: str
    status: str
    gateway: str | None
    at: pendulum.DateTime | None
    minor: int
    currency: str

    @property
    def amount(self) -> Money:
        """How much."""
        return Money(self.minor, self.currency)

    @property
    def successful(self) -> bool:
        """Whether it happened."""
        return self.status == _SUCCESS


def read_transactions(lines: Iterable[str], zone: dt.tzinfo = UTC) -> Iterator[TransactionRow]:
    """
    Yield the rows of a history of transactions.

    Args:
        lines: The lines of the file.

        zone: The shop's time zone, for days that are told without a time.

    Raises:
        BrokenFile: It cannot be read on.
        BadCell: An amount, currency or moment is none.
    """
    for row in table(lines, HISTORY):
        name = text(row, "Name")
        if name is None:
            raise BadCell(row.line, "Name", "", "the order's name")
        currency = currency_of(row)
        yield TransactionRow(
            line=row.line,
            order_id=text(row, "Order"),
            name=name,
            kind=row["Kind"].casefold(),
            status=row["Status"].casefold(),
            gateway=text(row, "Gateway"),
            at=_at(row, zone),
            minor=amount(row, "Amount", currency),
            currency=currency,
        )


def _at(row: Row, zone: dt.tzinfo) -> pendulum.DateTime | None:
    """Return when, which some files tell by the day."""
    cell = row["Created At"]
    try:
        day = dt.date.fromisoformat(cell) if len(cell) == len("2026-09-01") else None
    except ValueError:
        day = None
    return moment(row, "Created At") if day is None else utc(dt.datetime.combine(day, dt.time(), zone))


@attrs.frozen(kw_only=True)
class TransactionTotals:
    """
    What rows of one currency sum to.

    Attributes:
        rows: How many of them happened and moved money.

        captured: Successful sales and captures.

        refunded: Successful refunds.
    """

    rows: int
    captured: Money
    refunded: Money

    @property
    def net(self) -> Money:
        """What was captured and not given back."""
        return self.captured - self.refunded


def transaction_totals(rows: Iterable[TransactionRow]) -> dict[str, TransactionTotals]:
    """Return what rows sum to, by currency (rule 4)."""
    found: dict[str, TransactionTotals] = {}
    for row in rows:
        nothing = Money(0, row.currency)
        so_far = found.setdefault(row.currency, TransactionTotals(rows=0, captured=nothing, refunded=nothing))
        if not row.successful or row.kind not in _MOVES:
            continue
        back, there = (row.amount, nothing) if row.kind == _K.REFUND else (nothing, row.amount)
        found[row.currency] = TransactionTotals(
            rows=so_far.rows + 1, captured=so_far.captured + there, refunded=so_far.refunded + back
        )
    return found
