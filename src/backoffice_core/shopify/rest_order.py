"""
An order of Shopify's REST API: from its JSON to an `Order` with its facts.

The steps, a file each: ``json_text.py`` and ``json_lines.py`` find the orders in a file,
``rest_fields.py`` reads a field, ``rest_people.py`` who bought, ``rest_goods.py`` and
``rest_discounts.py`` what was sold, ``rest_money.py`` what moved, ``rest_parcels.py``,
``rest_refunds.py`` and ``rest_removals.py`` what became of the goods, ``rest_check.py`` tells what
is odd.

No status is taken from the file. What happened is recorded, and the statuses follow.
"""

from collections.abc import Callable, Iterator

import attrs
import pendulum

from backoffice_core.orders import events as happened
from backoffice_core.orders.amounts import total_of
from backoffice_core.orders.givenback import Refund
from backoffice_core.orders.order import Order
from backoffice_core.orders.place import MOST_LINES
from backoffice_core.orders.status import FinancialStatus, FulfillmentState
from backoffice_core.orders.visits import Visit
from backoffice_core.settings import Settings
from backoffice_core.shopify.imported import (
    CHANNEL,
    Read,
    Step,
    cancelled,
    events_of,
    refunded,
)
from backoffice_core.shopify.json_lines import JsonOrder
from backoffice_core.shopify.payments import refund_of
from backoffice_core.shopify.people import number_of
from backoffice_core.shopify.rest_check import Case, findings_of
from backoffice_core.shopify.rest_fields import Fields
from backoffice_core.shopify.rest_goods import RestGoods, rest_goods_of
from backoffice_core.shopify.rest_history import History
from backoffice_core.shopify.rest_money import UNKNOWN, Implied, Moved, cash_implied, implied, moved
from backoffice_core.shopify.rest_parcels import fulfill
from backoffice_core.shopify.rest_people import cancel_reason_of, rest_people_of
from backoffice_core.shopify.rest_piece import currency_of, fields_of
from backoffice_core.shopify.rest_refunds import refund
from backoffice_core.shopify.rest_removals import take_out
from backoffice_core.shopify.rest_sold import figures_of
from backoffice_core.shopify.sheet import FINANCIAL, FULFILLMENT
from backoffice_core.typed import kind_of

NewId = Callable[[], str]


@attrs.frozen(kw_only=True)
class Said:
    """
    What the file says of the state of an order.

    Attributes:
        financial: The status of the payment; None where it says none.

        fulfillment: The status of the shipping; None where it says none.
    """

    created_at: pendulum.DateTime
    updated_at: pendulum.DateTime
    cancelled_at: pendulum.DateTime | None
    closed_at: pendulum.DateTime | None
    financial: FinancialStatus | None
    fulfillment: FulfillmentState | None


def read_rest_order(piece: JsonOrder, settings: Settings, new_id: NewId) -> Read:
    """
    Return the order that a piece of JSON tells.

    Args:
        piece: The order as the file has it.

        settings: The shop's: they decide whether prices contain taxes where the order does not say.

        new_id: Makes an id.

    Raises:
        BadField: A field holds what cannot be meant.
        OtherContent: It is a draft order or a checkout.
        FiguresDisagree: A figure does not follow from the others.
        TooManyLines: More lines than an order may have.
    """
    data = fields_of(piece, MOST_LINES)
    said = _said(data)
    currency = currency_of(data)
    figures = figures_of(data, currency)
    sold = rest_goods_of(data, figures, new_id, taxes_included=settings.taxes_included)
    cash = moved(data, currency, said.financial, said.created_at, new_id)
    placed = _placed(piece, data, said, sold, new_id)
    history = History(placed, data, figures, sold.by_id, new_id)
    fulfill(history, said.fulfillment)
    refund(history, cash.of_refund)
    take_out(history)
    order = _paid(history, data, said, cash, new_id)
    case = Case(data, figures, order, said.financial, said.fulfillment, history.rounding)
    before = attrs.evolve(order, refunds=(), removals=())
    return Read(
        placed=before,
        order=order,
        events=tuple(events_of(order)),
        findings=findings_of(case, (*sold.notes, *history.notes)),
        fingerprint=piece.fingerprint,
        steps=tuple(_steps(order, before)),
    )


def _said(data: Fields) -> Said:
    created = data.moment("processed_at") or data.moment("created_at")
    if created is None:
        raise data.bad("created_at", "nothing", "an instant such as 2023-05-31T23:06:04-07:00")
    cancelled_at = data.moment("cancelled_at")
    financial, fulfillment = data.word("financial_status"), data.word("fulfillment_status")
    if financial and financial not in FINANCIAL:
        raise data.bad("financial_status", repr(financial[:40]), " or ".join(FINANCIAL))
    if fulfillment not in FULFILLMENT:
        raise data.bad("fulfillment_status", repr(fulfillment[:40]), " or ".join(filter(None, FULFILLMENT)))
    return Said(
        created_at=created,
        updated_at=max(created, data.moment("updated_at") or created),
        cancelled_at=cancelled_at,
        closed_at=data.moment("closed_at") or cancelled_at,
        financial=FINANCIAL.get(financial),
        fulfillment=FULFILLMENT[fulfillment] if "fulfillment_status" in data.data else None,
    )


def _placed(piece: JsonOrder, data: Fields, said: Said, sold: RestGoods, new_id: NewId) -> Order:
    people, goods = rest_people_of(data), sold.goods
    return Order(
        id=new_id(),
        name=piece.name,
        number=number_of(piece.name),
        currency=goods.lines[0].currency,
        taxes_included=goods.taxes_included,
        created_at=said.created_at,
        updated_at=said.updated_at,
        closed_at=said.closed_at,
        cancelled_at=said.cancelled_at,
        cancel_reason=cancel_reason_of(data) if said.cancelled_at else None,
        customer=people.customer,
        shipping_address=people.shipping,
        billing_address=people.billing,
        note=people.note,
        attributes=people.attributes,
        channel=people.channel,
        source=(CHANNEL, piece.source_id),
        test=data.yes("test"),
        tags=people.tags,
        original_total_minor=total_of(goods.lines, goods.shipping_lines),
        lines=goods.lines,
        shipping_lines=goods.shipping_lines,
        discounts=goods.discounts,
        visits=_visits(data, said.created_at),
    )


def _visits(data: Fields, at: pendulum.DateTime) -> tuple[Visit, ...]:
    """Return the visit that led to an order, where the file tells it; it does not tell when that began."""
    told = [data.data.get(key) or None for key in ("landing_site", "referring_site")]
    for key, value in zip(("landing_site", "referring_site"), told, strict=True):
        if value is not None and not isinstance(value, str):
            raise data.bad(key, kind_of(value), "text")
    page, referrer = told
    # An endless address is cut; it loses no order.
    return (Visit(at=at, landing_page=page, referrer=referrer),) if page or referrer else ()


# --- payment


def _paid(history: History, data: Fields, said: Said, cash: Moved, new_id: NewId) -> Order:
    """Return the order with its transactions; where the file has none, with those that it implies."""
    order = history.order
    if cash.exchanged:
        text = f"{cash.exchanged} transactions are in the customer's currency; taken at the rate of total_price_set"
        history.notes.append(("amounts_exchanged", text))
    if not cash.told:
        told = _implied(data, said, order)
        refunded_minor = sum(one.in_force for rows in cash.of_refund for one in rows)
        implying = cash_implied(told, order.sums.total, order.sums.current_total, refunded_minor)
        history.notes.append(_tell(implying is not None, said))
        if implying is not None:
            cash = implied(told, implying, cash, new_id)
            order = _given_back(order, said, cash, new_id)
    latest = [one.at for one in order.fulfillments] + [one.at for one in order.refunds]
    return attrs.evolve(
        order,
        transactions=(*cash.transactions, *order.transactions),
        test=order.test or cash.test,
        updated_at=max(order.updated_at, *latest, *(one.at for one in cash.transactions), order.created_at),
    )


def _implied(data: Fields, said: Said, order: Order) -> Implied:
    return Implied(
        currency=order.currency,
        financial=said.financial,
        created_at=said.created_at,
        paid_at=None,
        cancelled_at=said.cancelled_at,
        payment_method=data.first("payment_gateway_names", 100) or data.text("gateway", 100) or UNKNOWN,
        reference=None,
        outstanding=data.signed("total_outstanding", order.currency),
    )


def _tell(known: bool, said: Said) -> tuple[str, str]:
    status = f"financial_status {said.financial}" if said.financial else "without a financial_status"
    if known:
        return "payments_implied", f"the file has no transactions; the payment is what it implies, {status}"
    text = "the file has no transactions, and does not say how much was paid; no payment is recorded"
    return "payments_unknown", f"{text}, {status}"


def _given_back(order: Order, said: Said, cash: Moved, new_id: NewId) -> Order:
    """Record that all was given back, where the file says so and has no refund that did."""
    payment = next((one for one in cash.transactions if one.in_force), None)
    if said.financial is not FinancialStatus.REFUNDED or payment is None or any(map(len, cash.of_refund)):
        return order
    given = refund_of(payment, payment.minor, said.updated_at, new_id)
    goodwill = min(payment.minor, order.sums.current_total)
    back = Refund(
        id=new_id(),
        at=given.at,
        minor=given.minor,
        currency=order.currency,
        adjustment_minor=goodwill,
        transaction_ids=(given.id,),
    )
    return attrs.evolve(order, refunds=(*order.refunds, back), transactions=(given,))


# --- how the sales figures came about


def _steps(order: Order, before: Order) -> Iterator[Step]:
    """Yield the order as it was after each refund and removal, first to last."""
    yield Step(
        before, order.created_at, (happened.OrderPlaced(order.name, order.original_total_minor, order.currency),)
    )
    now = before
    for back in order.refunds:
        now = attrs.evolve(now, refunds=(*now.refunds, back))
        yield Step(now, max(order.created_at, back.at), (refunded(back),))
    for gone in order.removals:
        now = attrs.evolve(now, removals=(*now.removals, gone))
        yield Step(now, max(order.created_at, gone.at), (cancelled(gone, order),) if gone.cause == "cancel" else ())
