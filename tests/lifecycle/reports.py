"""Reports of two shops after every step: the same rows, which sum to the orders however they are told apart."""

from collections import Counter
from typing import TYPE_CHECKING

from backoffice_core import Order
from backoffice_core.reports.sales import BY, By

if TYPE_CHECKING:
    from tests.lifecycle.world import World


def check_reports(world: "World", orders: list[Order]) -> None:
    """Ask for one way to tell sales apart, another one after each change, and for the money and what is owed."""
    real = [order for order in orders if not order.test]
    by: By = BY[sum(order.version for order in orders) % len(BY)]  # type: ignore[assignment]
    rows = world.both(lambda shop: list(shop.office.reports.sales(by=[by])))
    total, moved = sum(row.total_sales.minor for row in rows), world.both(lambda shop: shop.office.reports.takings())
    assert sum(order.sums.current_total for order in real) == total
    if by != "product":
        assert len(real) == sum(row.orders or 0 for row in rows)
    assert (sum(order.sums.received for order in real), sum(order.sums.refunded for order in real)) == (
        sum(row.received.minor for row in moved),
        sum(row.refunded.minor for row in moved),
    )
    left = Counter[bool]()
    for order in real:
        rest = order.sums.current_total - order.sums.received + order.sums.refunded
        left[rest > 0] += abs(rest)
    owed = world.both(lambda shop: shop.office.reports.owed())
    assert (left[True], left[False]) == (sum(row.owed.minor for row in owed), sum(row.owing.minor for row in owed))
    world.both(lambda shop: shop.office.catalog.scarce())
