"""
The order: one frozen value, the truth about what was sold and what happened to it.

Rules make new orders out of old ones; there are no methods that change anything. Stored amounts
are minor units in fields that end in ``minor``; the properties without that ending give `Money`.
Personal data is kept out of every ``repr``.
"""

from collections.abc import Mapping
from typing import Final

import attrs
import pendulum

from backoffice_core.money import Money
from backoffice_core.orders import amounts, counters, risk, status, terms
from backoffice_core.orders.amounts import Agreed, Sums
from backoffice_core.orders.counters import Counters
from backoffice_core.orders.evolve import cached_property, keeps
from backoffice_core.orders.facts import Comment, Fulfillment, Hold, Transaction
from backoffice_core.orders.givenback import Refund, Removal, Restocking
from backoffice_core.orders.lines import Applied, LineItem, ShippingLine
from backoffice_core.orders.returned import Receipt, Return
from backoffice_core.orders.risk import Assessment
from backoffice_core.orders.states import Lifecycle
from backoffice_core.orders.terms import PaymentTerms
from backoffice_core.orders.visits import Visit


@attrs.frozen(kw_only=True)
class Address:
    """Where to ship or bill to. Every field is free text; ``country`` is an ISO 3166 code."""

    name: str | None = attrs.field(default=None, repr=False)
    company: str | None = attrs.field(default=None, repr=False)
    address1: str | None = attrs.field(default=None, repr=False)
    address2: str | None = attrs.field(default=None, repr=False)
    city: str | None = attrs.field(default=None, repr=False)
    zip: str | None = attrs.field(default=None, repr=False)
    province: str | None = None
    province_name: str | None = None
    country: str | None = None
    phone: str | None = attrs.field(default=None, repr=False)


@attrs.frozen(kw_only=True)
class CustomerRef:
    """
    Who bought, as known when they did; a guest has no ``id``.

    Attributes:
        id: The customer's id, compared as it is spelled; None for a guest.

        locale: The language of messages, such as ``fr``.

        accepts_marketing: Whether they agreed to be written to.
    """

    id: str | None = None
    name: str | None = attrs.field(default=None, repr=False)
    email: str | None = attrs.field(default=None, repr=False)
    phone: str | None = attrs.field(default=None, repr=False)
    locale: str | None = None
    accepts_marketing: bool = False


@attrs.frozen(kw_only=True)
class Client:
    """
    Where an order was placed from.

    Attributes:
        ip: The address that the customer came from.

        user_agent: What their browser says that it is.
    """

    ip: str | None = attrs.field(default=None, repr=False)
    user_agent: str | None = attrs.field(default=None, repr=False)


# A dictionary is copied in a tenth of the time that forty slots are, and rules make copies all the time.
@attrs.frozen(kw_only=True, slots=False)
class Order:
    """
    An order.

    Attributes:
        id: UUIDv7 text.

        name: What people call it, such as ``#1001``.

        number: The number in the name; 0 where an imported name has none.

        version: How often it was saved; 0 before the first time. Kept by the storage.

        currency: ISO 4217 code of every amount in it, frozen.

        taxes_included: Whether its prices, shipping too, contain their taxes.

        created_at: When it was placed, UTC.

        updated_at: When it was last changed, UTC.

        closed_at: When it was archived, UTC.

        cancelled_at: When it was cancelled, UTC.

        cancel_reason: Why it was cancelled.

        deleted_at: When it was deleted, UTC; what it held is gone then, see ``delete.py``.

        customer: Who bought; None when nothing at all is known.

        note: A remark of the customer's or staff's.

        attributes: Free pairs of the host's own.

        channel: Where it was sold, such as ``web``.

        source: Channel and the channel's own id of it; unique in the shop.

        tags: Sorted ignoring case.

        original_total_minor: The total when it was placed, frozen, in minor units.

        test: Whether it is a trial that sales figures leave out.

        draft_id: The draft that it was made from.

        checkout_id: The checkout that it was made from.

        terms: When it is to be paid, when that was agreed.

        invoice_subject: What the merchant wrote over the last invoice.

        invoice_message: What the merchant wrote into it.

        reminded_of: The due moment that was told of when it came, UTC.

        visits: The visits that led to it, oldest first; see ``visits.py``.

        client: Where it was placed from, when the host said so.

        assessments: What providers found out about its risk, the longest known first.

        assessing: The providers whose assessment is still waited for.

        assess_by: Until when they are or were waited for, UTC; None for an order that none was asked about.
    """

    id: str
    name: str
    number: int
    version: int = 0
    currency: str
    taxes_included: bool
    created_at: pendulum.DateTime
    updated_at: pendulum.DateTime
    closed_at: pendulum.DateTime | None = None
    cancelled_at: pendulum.DateTime | None = None
    cancel_reason: str | None = None
    deleted_at: pendulum.DateTime | None = None
    customer: CustomerRef | None = None
    shipping_address: Address | None = None
    billing_address: Address | None = None
    note: str | None = attrs.field(default=None, repr=False)
    attributes: tuple[tuple[str, str], ...] = attrs.field(default=(), repr=False)
    channel: str | None = None
    source: tuple[str, str] | None = None
    test: bool = False
    draft_id: str | None = None
    checkout_id: str | None = None
    terms: PaymentTerms | None = None
    reminded_of: pendulum.DateTime | None = None
    invoice_subject: str | None = attrs.field(default=None, repr=False)
    invoice_message: str | None = attrs.field(default=None, repr=False)
    tags: tuple[str, ...] = ()
    original_total_minor: int
    lines: tuple[LineItem, ...] = attrs.field(repr=False)
    shipping_lines: tuple[ShippingLine, ...] = attrs.field(default=(), repr=False)
    discounts: tuple[Applied, ...] = attrs.field(default=(), repr=False)
    transactions: tuple[Transaction, ...] = attrs.field(default=(), repr=False)
    fulfillments: tuple[Fulfillment, ...] = attrs.field(default=(), repr=False)
    refunds: tuple[Refund, ...] = attrs.field(default=(), repr=False)
    restockings: tuple[Restocking, ...] = attrs.field(default=(), repr=False)
    returns: tuple[Return, ...] = attrs.field(default=(), repr=False)
    receipts: tuple[Receipt, ...] = attrs.field(default=(), repr=False)
    removals: tuple[Removal, ...] = attrs.field(default=(), repr=False)
    holds: tuple[Hold, ...] = attrs.field(default=(), repr=False)
    comments: tuple[Comment, ...] = attrs.field(default=(), repr=False)
    visits: tuple[Visit, ...] = attrs.field(default=(), repr=False)
    client: Client | None = attrs.field(default=None, repr=False)
    assessments: tuple[Assessment, ...] = attrs.field(default=(), repr=False)
    assessing: tuple[str, ...] = ()
    assess_by: pendulum.DateTime | None = None

    def __getstate__(self) -> dict[str, object]:
        """Return the fields, without the figures that were computed of them."""
        return {name: value for name, value in self.__dict__.items() if name not in RESTS_ON}

    @cached_property
    def counters(self) -> Mapping[str, Counters]:
        """How many units of each line are where, by line id."""
        return counters.counters(self)

    @cached_property
    def agreed(self) -> Agreed:
        """The figures that no payment changes, in minor units."""
        return amounts.agreed(self)

    @cached_property
    def sums(self) -> Sums:
        """All the figures, in minor units."""
        return amounts.sums(self)

    @cached_property
    def authorizations(self) -> Mapping[str, int]:
        """What is left of each authorization that is neither voided nor expired, by its id, oldest first."""
        return amounts.authorizations(self)

    @cached_property
    def financial_status(self) -> status.FinancialStatus:
        """Where the money stands; see ``status.py``."""
        return status.financial_status(self)

    @cached_property
    def fulfillment_status(self) -> status.FulfillmentState:
        """Where the goods stand; see ``status.py``."""
        return status.fulfillment_status(self)

    @property
    def return_status(self) -> status.ReturnState:
        """Where the returns stand; see ``status.py``."""
        return status.return_status(self)

    @property
    def lifecycle(self) -> Lifecycle:
        """Open, archived, cancelled or deleted."""
        return status.lifecycle(self)

    @property
    def risk_level(self) -> risk.RiskLevel:
        """How risky it is; see ``risk.py``."""
        return risk.overall(self.assessments, self.assessing)

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do."""
        return status.finished(self)

    @property
    def payment_due_at(self) -> pendulum.DateTime | None:
        """When it is to be paid by its terms, UTC; see ``terms.py``."""
        return terms.due_at(self)

    def overdue(self, now: pendulum.DateTime) -> bool:
        """Whether by its terms it should have been paid by *now*, and was not."""
        return terms.overdue(self, now)

    @cached_property
    def to_fulfill(self) -> int:
        """Units still to be shipped."""
        return sum([row.to_fulfill for row in self.counters.values()])

    @cached_property
    def fulfilled(self) -> int:
        """Units shipped."""
        return sum([row.fulfilled for row in self.counters.values()])

    @cached_property
    def held(self) -> int:
        """Unshipped units that a hold stops."""
        return sum([row.held for row in self.counters.values()])

    @property
    def email(self) -> str | None:
        """The customer's address for mail."""
        return self.customer.email if self.customer else None

    def _money(self, minor: int) -> Money:
        return Money(minor, self.currency)

    @property
    def subtotal(self) -> Money:
        """Lines without tips, discounts off, before returns; tax in where prices contain it."""
        return self._money(self.sums.subtotal)

    @property
    def total_discounts(self) -> Money:
        """What discounts took off lines and shipping."""
        return self._money(self.sums.discounts)

    @property
    def total_shipping(self) -> Money:
        """Shipping, discounts off, before refunds; tax in where prices contain it."""
        return self._money(self.sums.shipping)

    @property
    def total_tax(self) -> Money:
        """Taxes of lines and shipping, before returns."""
        return self._money(self.sums.tax)

    @property
    def total_tips(self) -> Money:
        """Tips, before returns."""
        return self._money(self.sums.tips)

    @property
    def total(self) -> Money:
        """What it costs before returns, with later additions."""
        return self._money(self.sums.total)

    @property
    def original_total(self) -> Money:
        """What it cost when it was placed; frozen."""
        return self._money(self.original_total_minor)

    @property
    def current_subtotal(self) -> Money:
        """The subtotal of what is left."""
        return self._money(self.sums.current_subtotal)

    @property
    def current_shipping(self) -> Money:
        """The shipping that is left."""
        return self._money(self.sums.current_shipping)

    @property
    def current_tax(self) -> Money:
        """The taxes of what is left."""
        return self._money(self.sums.current_tax)

    @property
    def current_total(self) -> Money:
        """What is left costs, goodwill and fees in; never negative."""
        return self._money(self.sums.current_total)

    @property
    def received(self) -> Money:
        """Money that arrived, refunds not taken off."""
        return self._money(self.sums.received)

    @property
    def refunded(self) -> Money:
        """Money that was given back."""
        return self._money(self.sums.refunded)

    @property
    def net_payment(self) -> Money:
        """Money that arrived and was not given back."""
        return self._money(self.sums.net)

    @property
    def outstanding(self) -> Money:
        """What is owed beyond what can be captured; negative when the shop owes."""
        return self._money(self.sums.outstanding)

    @property
    def capturable(self) -> Money:
        """What can be captured now."""
        return self._money(self.sums.capturable)

    @property
    def refundable(self) -> Money:
        """The most that can be refunded now."""
        return self._money(self.sums.refundable)


_UNITS: Final = frozenset(
    {"lines", "fulfillments", "receipts", "removals", "restockings", "refunds", "holds"},
)
_AGREED: Final = _UNITS | {"shipping_lines", "taxes_included"}

#: The figures that copies keep, each with the fields that it is computed from.
RESTS_ON: Final = keeps(
    Order,
    {
        "counters": _UNITS,
        "to_fulfill": _UNITS,
        "fulfilled": _UNITS,
        "held": _UNITS,
        "fulfillment_status": _UNITS,
        "agreed": _AGREED,
        "sums": _AGREED | {"transactions"},
        "authorizations": frozenset({"transactions"}),
        "financial_status": _AGREED | {"transactions"},
    },
)
