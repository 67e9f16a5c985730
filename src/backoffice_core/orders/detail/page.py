"""The page of an order: everything that a merchant's admin shows of it, as one value."""

from collections.abc import Iterable

import attrs
import pendulum

from backoffice_core.orders.allowed import Allowed, allowed
from backoffice_core.orders.change import Facts
from backoffice_core.orders.detail.conversion import Conversion
from backoffice_core.orders.detail.goods import DiscountDetail, LineDetail, ShippingDetail
from backoffice_core.orders.detail.history import (
    CommentDetail,
    FulfillmentDetail,
    HoldDetail,
    RefundDetail,
    RemovalDetail,
    RestockingDetail,
)
from backoffice_core.orders.detail.money import MoneySummary, PaymentDetail, payments_of
from backoffice_core.orders.detail.risk import RiskDetail, risk_of
from backoffice_core.orders.detail.sold import discounts_of, lines_of, shipping_of
from backoffice_core.orders.detail.told import Told
from backoffice_core.orders.order import Address, CustomerRef, Order
from backoffice_core.orders.returned import Receipt, Return
from backoffice_core.orders.states import Lifecycle
from backoffice_core.orders.status import FinancialStatus, FulfillmentState, ReturnState
from backoffice_core.orders.story.sentences import Happened, Language, Sentence, story
from backoffice_core.orders.terms import PaymentTerms


@attrs.frozen(kw_only=True)
class OrderDetail:
    """
    Everything that the page of an order shows. Amounts are `Money`, instants UTC.

    Attributes:
        id: The order's id.

        name: What people call it, such as ``#1001``.

        number: The number in the name; 0 where an imported name has none.

        version: The version that is shown; give it to a command as ``expected_version``.

        currency: ISO 4217 code of every amount.

        taxes_included: Whether prices contain their taxes.

        created_at: When it was placed.

        updated_at: When it was last changed.

        closed_at: When it was archived.

        cancelled_at: When it was cancelled.

        cancel_reason: Why it was cancelled.

        lifecycle: Open, archived or cancelled.

        financial_status: Where the money stands.

        fulfillment_status: Where the goods stand.

        return_status: Where the returns stand.

        draft_id: The draft that it was made from.

        checkout_id: The checkout that it was made from.

        terms: When it is to be paid, when that was agreed.

        payment_due_at: When it is to be paid by its terms.

        tags: Sorted ignoring case.

        note: A remark of the customer's or staff's.

        attributes: Free pairs of the host's own.

        channel: Where it was sold, such as ``web``.

        source: Channel and the channel's own id of it.

        test: Whether it is a trial that sales figures leave out.

        guest: Whether no known customer bought it.

        customer: Who bought, as known when they did; of a guest what they left, None for nothing.

        shipping_address: Where to ship to.

        billing_address: Where to bill to.

        lines: What is sold, in the order of the lines.

        shipping: The charges for shipping.

        discounts: The discounts in their order, each with what it took off.

        money: The figures.

        payments: The transactions that follow on no other, oldest first, each with what followed.

        fulfillments: The parcels, oldest first, those that were undone too.

        refunds: The refunds, oldest first.

        holds: The holds, oldest first, those that ended too.

        restockings: What went back to stock after it was refunded, oldest first.

        removals: What left without a refund, oldest first.

        returns: The returns, oldest first.

        receipts: What came back by them, oldest first.

        timeline: What happened, as sentences, oldest first.

        comments: The comments that were not deleted, oldest first.

        allowed: Every command with whether it is possible now, and why not.

        conversion: How it came about; None where nothing is to be said.

        risk: How risky it is, and why.
    """

    id: str
    name: str
    number: int
    version: int
    currency: str
    taxes_included: bool
    created_at: pendulum.DateTime
    updated_at: pendulum.DateTime
    closed_at: pendulum.DateTime | None
    cancelled_at: pendulum.DateTime | None
    cancel_reason: str | None
    lifecycle: Lifecycle
    financial_status: FinancialStatus
    fulfillment_status: FulfillmentState
    return_status: ReturnState
    draft_id: str | None
    checkout_id: str | None
    terms: PaymentTerms | None
    payment_due_at: pendulum.DateTime | None
    tags: tuple[str, ...]
    note: str | None = attrs.field(repr=False)
    attributes: tuple[tuple[str, str], ...] = attrs.field(repr=False)
    channel: str | None
    source: tuple[str, str] | None
    test: bool
    guest: bool
    customer: CustomerRef | None
    shipping_address: Address | None
    billing_address: Address | None
    lines: tuple[LineDetail, ...] = attrs.field(repr=False)
    shipping: tuple[ShippingDetail, ...] = attrs.field(repr=False)
    discounts: tuple[DiscountDetail, ...] = attrs.field(repr=False)
    money: MoneySummary = attrs.field(repr=False)
    payments: tuple[PaymentDetail, ...] = attrs.field(repr=False)
    fulfillments: tuple[FulfillmentDetail, ...] = attrs.field(repr=False)
    refunds: tuple[RefundDetail, ...] = attrs.field(repr=False)
    holds: tuple[HoldDetail, ...] = attrs.field(repr=False)
    restockings: tuple[RestockingDetail, ...] = attrs.field(repr=False)
    removals: tuple[RemovalDetail, ...] = attrs.field(repr=False)
    returns: tuple[Return, ...] = attrs.field(repr=False)
    receipts: tuple[Receipt, ...] = attrs.field(repr=False)
    timeline: tuple[Sentence, ...] = attrs.field(repr=False)
    comments: tuple[CommentDetail, ...] = attrs.field(repr=False)
    risk: RiskDetail = attrs.field(repr=False)
    # A refusal is an error, and two errors are never equal; the order says already what is possible.
    allowed: tuple[Allowed, ...] = attrs.field(repr=False, eq=False)
    conversion: Conversion | None = attrs.field(default=None, repr=False)

    def can(self, command: str) -> bool:
        """Return whether a command, named as in the API, is possible now."""
        return any(one.possible for one in self.allowed if one.name == command)


def detail(
    order: Order,
    events: Iterable[Happened],
    facts: Facts,
    language: Language,
    conversion: Conversion | None = None,
) -> OrderDetail:
    """
    Return what the page of an order shows.

    Args:
        order: The order as it is now.

        events: What happened to it, oldest first.

        facts: What a rule may know; who asks is its actor.

        language: ``en`` or ``fr``, of the timeline.

        conversion: How the order came about.

    Raises:
        InvalidValue: It is another language.
    """
    told = Told(order)
    return OrderDetail(
        id=order.id,
        name=order.name,
        number=order.number,
        version=order.version,
        currency=order.currency,
        taxes_included=order.taxes_included,
        created_at=order.created_at,
        updated_at=order.updated_at,
        closed_at=order.closed_at,
        cancelled_at=order.cancelled_at,
        cancel_reason=order.cancel_reason,
        lifecycle=order.lifecycle,
        financial_status=order.financial_status,
        fulfillment_status=order.fulfillment_status,
        return_status=order.return_status,
        draft_id=order.draft_id,
        checkout_id=order.checkout_id,
        terms=order.terms,
        payment_due_at=order.payment_due_at,
        tags=order.tags,
        note=order.note,
        attributes=order.attributes,
        channel=order.channel,
        source=order.source,
        test=order.test,
        guest=order.customer is None or order.customer.id is None,
        customer=order.customer,
        shipping_address=order.shipping_address,
        billing_address=order.billing_address,
        lines=lines_of(order),
        shipping=shipping_of(order),
        discounts=discounts_of(order),
        money=MoneySummary.of(order),
        payments=payments_of(order),
        fulfillments=told.fulfillments(),
        refunds=told.refunds(),
        holds=told.holds(),
        restockings=told.restockings(),
        removals=told.removals(),
        returns=order.returns,
        receipts=order.receipts,
        timeline=story(order, events, language),
        comments=told.comments(facts.actor),
        risk=risk_of(order, language),
        allowed=allowed(order, facts),
        conversion=conversion,
    )
