"""What the list shows of an order, kept beside it so that no document has to be read for a page."""

from typing import TYPE_CHECKING, Any

import attrs
import pendulum

from backoffice_core.clock import from_micros, to_micros
from backoffice_core.money import Money
from backoffice_core.orders.risk import RiskLevel
from backoffice_core.orders.states import Lifecycle
from backoffice_core.orders.status import FinancialStatus, FulfillmentState, ReturnState
from backoffice_core.search.findable import buyer, items

if TYPE_CHECKING:
    from backoffice_core.orders.order import Order


@attrs.frozen
class OrderSummary:
    """
    A line of the list of orders.

    Attributes:
        id: The order's id.

        version: How often it was saved.

        name: What people call it.

        created_micros: When it was placed, in microseconds since 1970 UTC.

        updated_micros: When it was last changed, the same.

        currency: ISO 4217 code of its amounts.

        total_minor: What it costs before returns, in minor units.

        current_total_minor: What is left of it costs, in minor units.

        outstanding_minor: What is owed beyond what can be captured; negative when the shop owes.

        items: Units that were sold, without tips.

        customer: Who bought, a name or else an address for mail.

        country: Where it goes, ISO 3166 code.

        channel: Where it was sold.

        test: Whether it is a trial.

        tags: Its tags, sorted ignoring case.
    """

    id: str
    version: int
    name: str
    created_micros: int
    updated_micros: int
    currency: str
    total_minor: int
    current_total_minor: int
    outstanding_minor: int
    items: int
    customer: str | None = attrs.field(repr=False)
    country: str | None
    channel: str | None
    test: bool
    tags: tuple[str, ...]
    _lifecycle: str
    _financial: str
    _fulfillment: str
    _returns: str
    _risk: str = RiskLevel.NONE.value

    @property
    def created_at(self) -> pendulum.DateTime:
        """When it was placed, UTC."""
        return from_micros(self.created_micros)

    @property
    def updated_at(self) -> pendulum.DateTime:
        """When it was last changed, UTC."""
        return from_micros(self.updated_micros)

    @property
    def total(self) -> Money:
        """What it costs before returns."""
        return Money(self.total_minor, self.currency)

    @property
    def current_total(self) -> Money:
        """What is left of it costs."""
        return Money(self.current_total_minor, self.currency)

    @property
    def outstanding(self) -> Money:
        """What is owed beyond what can be captured; negative when the shop owes."""
        return Money(self.outstanding_minor, self.currency)

    @property
    def lifecycle(self) -> Lifecycle:
        """Open, archived or cancelled."""
        return Lifecycle(self._lifecycle)

    @property
    def financial_status(self) -> FinancialStatus:
        """Where the money stands."""
        return FinancialStatus(self._financial)

    @property
    def fulfillment_status(self) -> FulfillmentState:
        """Where the goods stand."""
        return FulfillmentState(self._fulfillment)

    @property
    def risk_level(self) -> RiskLevel:
        """How risky it is."""
        return RiskLevel(self._risk)

    @property
    def return_status(self) -> ReturnState:
        """Where the returns stand."""
        return ReturnState(self._returns)


def summary(order: "Order") -> OrderSummary:
    """Return the line of the list of an order."""
    return OrderSummary(order.id, order.version, *summary_row(order))


def summary_row(order: "Order") -> list[Any]:
    """Return what is kept of an order for the list, after its id and version."""
    sums = order.sums
    place = order.shipping_address or order.billing_address
    level = order.risk_level
    row = [
        order.name,
        to_micros(order.created_at),
        to_micros(order.updated_at),
        order.currency,
        sums.total,
        sums.current_total,
        sums.outstanding,
        items(order),
        buyer(order),
        place.country if place is not None else None,
        order.channel,
        order.test,
        order.tags,
        order.lifecycle.value,
        order.financial_status.value,
        order.fulfillment_status.value,
        order.return_status.value,
    ]
    return row if level is RiskLevel.NONE else [*row, level.value]


def summary_of(id: str, version: int, row: list[Any]) -> OrderSummary:
    """Return the line of the list of an order from what was kept of it."""
    row[12] = tuple(row[12])
    return OrderSummary(id, version, *row)
