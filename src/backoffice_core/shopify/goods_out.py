"""The cells of an order's lines, and its taxes by name: a part of ``orders_out.py``."""

from collections.abc import Iterable, Sequence

from backoffice_core.money import ratio
from backoffice_core.orders.amounts import amounts_gone
from backoffice_core.orders.counters import Counters
from backoffice_core.orders.lines import TaxRate
from backoffice_core.orders.order import Order
from backoffice_core.orders.parts import Span, added, value
from backoffice_core.shopify.guard import guarded
from backoffice_core.shopify.written import Written, tax_name

#: The status of a line that is never shipped.
NEVER_SHIPPED = "not_eligible"


def line_cells(order: Order, written: Written) -> list[tuple[list[str], str, str]]:
    """Return, for each line of an order, the cells that stand together, its vendor, and its own discount."""
    counters = order.counters
    own = {one.id for one in order.discounts if one.target == "lines"}
    return [
        (
            [
                str(line.quantity),
                guarded(line.name),
                written(line.unit_minor),
                "" if line.compare_at_minor is None else written(line.compare_at_minor),
                guarded(line.sku),
                "true" if line.requires_shipping and not line.is_tip else "false",
                "true" if line.taxable and not line.is_tip else "false",
                NEVER_SHIPPED if line.is_tip else _status(counters[line.id]),
            ],
            guarded(line.vendor),
            written(_off(line.spans, own) if own else 0),
        )
        for line in order.lines
    ]


def _status(row: Counters) -> str:
    """Return what became of the units of a line (rule 4)."""
    if not row.fulfilled:
        return "pending"
    return "partial" if row.to_fulfill else "fulfilled"


def _off(spans: Iterable[Span], discounts: set[str]) -> int:
    """Return what some discounts took off a line (rule 6)."""
    return sum(
        minor if one.until == one.quantity else ratio(minor, one.until, one.quantity)
        for one in spans
        for of, minor in one.discounts
        if of in discounts
    )


def taxes_by_name(order: Order) -> dict[str, int]:
    """Return what each tax of an order comes to, in the order in which lines and shipping have them."""
    gone = amounts_gone(order) if order.refunds or order.removals else {}
    found: dict[str, int] = {}
    for line in order.lines:
        if not line.taxes:
            continue
        minors = _taxes(line.spans)
        if line.id in gone:
            minors = added(minors, gone[line.id].taxes)
        _count(found, line.taxes, minors)
    for charge in order.shipping_lines:
        if charge.taxes:
            _count(found, charge.taxes, charge.taxes_minor)
    return found


def _count(found: dict[str, int], taxes: Sequence[TaxRate], minors: Sequence[int]) -> None:
    """Add what each tax comes to; one that carries nothing may have no figure."""
    for tax, minor in zip(taxes, minors, strict=False):
        name = tax_name(tax.title, tax.rate)
        found[name] = found.get(name, 0) + minor


def _taxes(spans: Sequence[Span]) -> tuple[int, ...]:
    """Return what is tax of all units of a line, in the order of its taxes."""
    first = spans[0]
    return first.taxes if len(spans) == 1 and first.until == first.quantity else value(spans).taxes
