"""The files that orders are exported to: their columns, their rows, and what their cells stand for as plain values."""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final, Generic, TypeVar

import attrs

from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.order import Order
from backoffice_core.shopify.checkouts_csv import NAMES as CHECKOUT_NAMES
from backoffice_core.shopify.checkouts_csv import checkout_rows
from backoffice_core.shopify.columns import NAMES, TAXES
from backoffice_core.shopify.guard import bare_code, unguarded
from backoffice_core.shopify.orders_out import order_rows
from backoffice_core.shopify.transactions_csv import NAMES as TRANSACTION_NAMES
from backoffice_core.shopify.transactions_csv import transaction_rows

#: What a cell that is not empty stands for, in a time zone.
Meaning = Callable[[str, dt.tzinfo], Any]


D = TypeVar("D")


@attrs.frozen
class Layout(Generic[D]):
    """
    A kind of file.

    Attributes:
        columns: The names of its columns, in their order.

        rows: Gives the rows of an order, or of a checkout, in a time zone.
    """

    columns: tuple[str, ...]
    rows: Callable[[D, dt.tzinfo], list[list[str]]]

    def plain(self, cells: Sequence[str], zone: dt.tzinfo) -> dict[str, Any]:
        """
        Return a row as plain values by the names of the columns.

        Amounts are `decimal.Decimal`, quantities int, moments aware datetimes in the time zone, yes
        and no True and False; text is without what guards it. An empty cell is None.
        """
        return {
            name: _MEANINGS.get(name, _text)(cell, zone) if cell else None
            for name, cell in zip(self.columns, cells, strict=True)
        }


def _text(cell: str, zone: dt.tzinfo) -> str:
    return unguarded(cell)


def _code(cell: str, zone: dt.tzinfo) -> str:
    return bare_code(cell)


def _amount(cell: str, zone: dt.tzinfo) -> Decimal:
    return Decimal(cell)


def _moment(cell: str, zone: dt.tzinfo) -> dt.datetime:
    return dt.datetime.strptime(cell, "%Y-%m-%d %H:%M:%S %z").astimezone(zone)


def _count(cell: str, zone: dt.tzinfo) -> int:
    return int(cell)


def _flag(cell: str, zone: dt.tzinfo) -> bool:
    return cell in ("yes", "true")


_MEANINGS: Final[dict[str, Meaning]] = {
    **dict.fromkeys(("Subtotal", "Shipping", "Taxes", "Total", "Discount Amount", "Refunded Amount"), _amount),
    **dict.fromkeys(("Outstanding Balance", "Lineitem price", "Lineitem compare at price"), _amount),
    **dict.fromkeys(("Lineitem discount", "Duties", *(f"Tax {number} Value" for number in TAXES)), _amount),
    **dict.fromkeys(("Paid at", "Fulfilled at", "Created at", "Cancelled at", "Next Payment Due At"), _moment),
    **dict.fromkeys(("Billing Zip", "Shipping Zip", "Billing Phone", "Shipping Phone", "Phone"), _code),
    **dict.fromkeys(("Accepts Marketing", "Lineitem requires shipping", "Lineitem taxable"), _flag),
    "Lineitem quantity": _count,
    "Amount": _amount,
    "Created At": _moment,
}

#: ``orders_export.csv``: a row per line item.
ORDERS: Final[Layout[Order]] = Layout(NAMES, order_rows)
#: The history of transactions: a row for each movement of money.
TRANSACTIONS: Final[Layout[Order]] = Layout(TRANSACTION_NAMES, transaction_rows)
#: The checkouts export: a row per line item, 70 columns.
CHECKOUTS: Final[Layout[Checkout]] = Layout(CHECKOUT_NAMES, checkout_rows)
