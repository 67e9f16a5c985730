"""Lists of two shops after every step: the same orders, those that the query says, in the same order."""

from typing import TYPE_CHECKING

from backoffice_core import Order
from backoffice_core.search.findable import findable
from backoffice_core.search.predicate import predicate
from backoffice_core.search.query import Query
from backoffice_core.search.values import Scope

if TYPE_CHECKING:
    from tests.lifecycle.world import World

#: Queries whose orders change as orders live, each with a sort.
QUERIES = (
    ("status:open financial_status:unpaid", "-created_at"),
    ("fulfillment_status:unshipped,partial -tag:a", "total_price"),
    ("tea OR status:closed", "-current_total_price"),
    ("current_total_price:>0 return_status:no_return", "financial_status"),
)


def check_lists(world: "World", orders: list[Order]) -> None:
    """Ask one of the queries, another one after each change."""
    query, sort = QUERIES[sum(order.version for order in orders) % len(QUERIES)]
    found = world.both(lambda shop: list(shop.office.orders.search(query, sort=sort, limit=250)))
    holds = predicate(Query.read(query).strict_meaning(Scope(world.shops[0].clock(), "UTC")).condition)
    assert {order.id for order in orders if holds(findable(order))} == {one.id for one in found}
    assert len(found) == world.both(lambda shop: shop.office.orders.count(query))
