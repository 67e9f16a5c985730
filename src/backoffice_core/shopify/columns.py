"""
The columns of Shopify's orders export, and how their names vary.

Columns are found by name, never by place: layouts differ from year to year and from shop to shop.
Case, hyphens, what stands in parentheses and British or American spelling make no difference.
"""

import re
from collections.abc import Sequence
from typing import ClassVar, Final

import attrs

from backoffice_core.failures import InvalidInput, reason

#: The 79 columns of today's files, in their order.
NAMES: Final[tuple[str, ...]] = (
    *("Name", "Email", "Financial Status", "Paid at", "Fulfillment Status", "Fulfilled at", "Accepts Marketing"),
    *("Currency", "Subtotal", "Shipping", "Taxes", "Total", "Discount Code", "Discount Amount", "Shipping Method"),
    *("Created at", "Lineitem quantity", "Lineitem name", "Lineitem price", "Lineitem compare at price"),
    *("Lineitem sku", "Lineitem requires shipping", "Lineitem taxable", "Lineitem fulfillment status"),
    *("Billing Name", "Billing Street", "Billing Address1", "Billing Address2", "Billing Company", "Billing City"),
    *("Billing Zip", "Billing Province", "Billing Country", "Billing Phone"),
    *("Shipping Name", "Shipping Street", "Shipping Address1", "Shipping Address2", "Shipping Company"),
    *("Shipping City", "Shipping Zip", "Shipping Province", "Shipping Country", "Shipping Phone"),
    *("Notes", "Note Attributes", "Cancelled at", "Payment Method", "Payment Reference", "Refunded Amount"),
    *("Vendor", "Outstanding Balance", "Employee", "Location", "Device ID", "Id", "Tags", "Risk Level", "Source"),
    *("Lineitem discount", "Tax 1 Name", "Tax 1 Value", "Tax 2 Name", "Tax 2 Value", "Tax 3 Name", "Tax 3 Value"),
    *("Tax 4 Name", "Tax 4 Value", "Tax 5 Name", "Tax 5 Value", "Phone", "Receipt Number", "Duties"),
    *("Billing Province Name", "Shipping Province Name", "Payment ID", "Payment Terms Name"),
    *("Next Payment Due At", "Payment References"),
)

#: Without these no order can be read.
REQUIRED: Final[tuple[str, ...]] = (
    *("Name", "Financial Status", "Currency", "Subtotal", "Total", "Created at"),
    *("Lineitem quantity", "Lineitem name", "Lineitem price"),
)

#: The numbers of the tax columns.
TAXES: Final = range(1, 6)

_PARENTHESES: Final = re.compile(r"\(.*?\)")
_GAPS: Final = re.compile(r"[\s_-]+")
#: Other words for a column, after `plain`.
_ALIASES: Final = {
    "canceled at": "cancelled at",
    "fulfilment status": "fulfillment status",
    "lineitem fulfilment status": "lineitem fulfillment status",
    "payment terms": "payment terms name",
}


class BrokenFile(InvalidInput):
    """A file that cannot be read on; each reason names the line and what would do."""

    code: ClassVar[str] = "broken_file"


@reason
class MissingColumns(BrokenFile):
    """
    A file lacks columns that every file of its kind has.

    Attributes:
        line: The line of the header, from 1.

        missing: The columns that were not found.

        found: How many columns there are.

        kind: What kind of file it should be.

        needed: The columns that every such file has.
    """

    code: ClassVar[str] = "missing_columns"
    line: int
    missing: tuple[str, ...]
    found: int
    kind: str = "an orders export"
    needed: tuple[str, ...] = REQUIRED

    def __str__(self) -> str:
        hint = "; its columns must be separated by commas" if self.found < 2 else ""
        return (
            f"line {self.line}: the header has {self.found} columns and lacks {', '.join(self.missing)};"
            f" {self.kind} with at least {', '.join(self.needed)} would do{hint}"
        )


def plain(name: str) -> str:
    """Return a column's name without case, hyphens, parentheses and spelling."""
    text = _GAPS.sub(" ", _PARENTHESES.sub("", name)).strip().casefold()
    return _ALIASES.get(text, text)


@attrs.frozen
class Kind:
    """
    A kind of file.

    Attributes:
        word: What it is called, with its article.

        names: The columns that are read.

        needed: Those without which nothing can be read.
    """

    word: str
    names: tuple[str, ...]
    needed: tuple[str, ...]
    known: dict[str, str] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "known", {plain(name): name for name in self.names})


ORDERS_EXPORT: Final = Kind("an orders export", NAMES, REQUIRED)


@attrs.frozen
class Columns:
    """
    Where the columns of one file are.

    Attributes:
        at: The place of each column that is read; -1 for one that the file does not have.

        width: How many columns the file has, known or not.
    """

    at: dict[str, int]
    width: int

    def has(self, name: str) -> bool:
        """Whether the file has a column."""
        return self.at[name] >= 0


def columns_of(header: Sequence[str], line: int = 1, kind: Kind = ORDERS_EXPORT) -> Columns:
    """
    Return where the columns are; unknown ones are left out, and of two alike the first counts.

    Raises:
        MissingColumns: One that every file of the kind has is not there.
    """
    at = dict.fromkeys(kind.names, -1)
    for place, given in enumerate(header):
        name = kind.known.get(plain(given))
        if name is not None and at[name] < 0:
            at[name] = place
    missing = tuple(name for name in kind.needed if at[name] < 0)
    if missing:
        raise MissingColumns(line, missing, len(header), kind.word, kind.needed)
    return Columns(at, len(header))
