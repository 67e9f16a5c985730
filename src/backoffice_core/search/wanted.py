"""What a storage is asked for when a list is searched, and what it answers."""

import attrs

from backoffice_core.catalog.customers import Customer
from backoffice_core.catalog.products import Product
from backoffice_core.orders.checkout import Checkout
from backoffice_core.search.conditions import Condition
from backoffice_core.search.sorting import Cursor, Sort
from backoffice_core.search.summary import OrderSummary


@attrs.frozen
class Wanted:
    """
    Some orders, checkouts or customers of a list.

    Attributes:
        condition: What they must meet.

        sort: The order of the list.

        limit: How many at most.

        start: The place behind which they begin; None for the beginning.

        backwards: Whether to go from there towards the beginning, the nearest first.
    """

    condition: Condition
    sort: Sort
    limit: int
    start: Cursor | None = None
    backwards: bool = False

    @property
    def descending(self) -> bool:
        """Whether the values fall on the way."""
        return self.sort.descending != self.backwards


@attrs.frozen
class Hit:
    """
    An order that was found.

    Attributes:
        order: The line of the list.

        value: What the column of the sort holds.
    """

    order: OrderSummary
    value: int | str

    @property
    def cursor(self) -> Cursor:
        """Its place in the list."""
        return Cursor(self.value, self.order.id)


@attrs.frozen
class CheckoutHit:
    """
    A checkout that was found.

    Attributes:
        checkout: The checkout.

        value: What the column of the sort holds.
    """

    checkout: Checkout
    value: int | str

    @property
    def cursor(self) -> Cursor:
        """Its place in the list."""
        return Cursor(self.value, self.checkout.id)


@attrs.frozen
class CustomerHit:
    """
    A customer that was found.

    Attributes:
        customer: The customer.

        value: What the column of the sort holds.
    """

    customer: Customer
    value: int | str

    @property
    def cursor(self) -> Cursor:
        """Its place in the list."""
        return Cursor(self.value, self.customer.id)


@attrs.frozen
class ProductHit:
    """
    A product that was found.

    Attributes:
        product: The product.

        value: What the column of the sort holds.
    """

    product: Product
    value: int | str

    @property
    def cursor(self) -> Cursor:
        """Its place in the list."""
        return Cursor(self.value, self.product.id)
