"""The lines of an order page: what is sold, what a unit costs before discounts, and what became of the units."""

from collections.abc import Iterable, Iterator

import attrs

from backoffice_core.orders.detail.goods import LineDetail
from backoffice_core.orders.lines import LineKind
from backoffice_core.printing.sheet import Fact, Reader


@attrs.frozen(kw_only=True)
class SheetLine:
    """
    A line of an order page.

    Attributes:
        title: What it is called.

        variant: What the variant is called; empty for none.

        sku: Stock keeping unit; empty for none.

        details: Its properties.

        fate: What became of its units, such as ``2 shipped``.

        quantity: Units agreed.

        price: Price of a unit before discounts.

        amount: Price of all units before discounts.

        gone: Whether no unit of it is left.
    """

    title: str
    variant: str
    sku: str
    details: tuple[Fact, ...]
    fate: tuple[str, ...]
    quantity: str
    price: str
    amount: str
    gone: bool


def sheet_lines(lines: Iterable[LineDetail], reader: Reader) -> tuple[SheetLine, ...]:
    """Return the lines of an order page; a tip stands among the sums."""
    return tuple(_line(one, reader) for one in lines if one.kind is not LineKind.TIP)


def properties(pairs: Iterable[tuple[str, str]]) -> tuple[Fact, ...]:
    """Return the properties of a line that are for people: not those whose name begins with an underscore."""
    return tuple(Fact(name, text) for name, text in pairs if text and not name.startswith("_"))


def _line(one: LineDetail, reader: Reader) -> SheetLine:
    return SheetLine(
        title=one.title,
        variant=one.variant_title or (reader.say["gift_card"] if one.kind is LineKind.GIFT_CARD else ""),
        sku=one.sku or "",
        details=properties(one.properties),
        fate=tuple(_fate(one, reader)),
        quantity=reader.figures.number(one.quantity),
        price=reader.figures.money(one.price),
        amount=reader.figures.money(one.price * one.quantity),
        gone=not one.counters.current,
    )


def _fate(one: LineDetail, reader: Reader) -> Iterator[str]:
    row = one.counters
    told = {
        "shipped": row.fulfilled,
        "held": row.held,
        "returned": row.returned,
        "refunded": row.refunded,
        "removed": row.removed,
    }
    for name, units in told.items():
        if units:
            yield reader.tell(name, units=reader.figures.number(units))
