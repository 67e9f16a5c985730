"""
The order page: all that a merchant wants to hold in the hand of one order.

1. Lines cost what they cost before discounts, and the figures below them sum: lines, discounts, shipping, taxes that
   come on top, and tips are the total.
2. What was returned, removed, granted or kept leads from the total to the total now, and what was paid from there to
   the balance.
3. What staff wrote for staff stands on the page only when it is asked for: comments and tags by ``comments``, what
   happened by ``history``.
4. Attempts at a payment that failed, and parcels that were undone, are left out; the history has them.

Every figure is one of ``orders/detail``; here it is only written down.
"""

from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from backoffice_core.channels import DRAFTS, folded
from backoffice_core.orders.detail.history import FulfillmentDetail
from backoffice_core.orders.detail.money import MoneySummary, PaymentDetail, payments_of
from backoffice_core.orders.detail.sold import lines_of, shipping_of
from backoffice_core.orders.detail.told import Told
from backoffice_core.orders.facts import TransactionKind
from backoffice_core.orders.order import Order
from backoffice_core.orders.states import FulfillmentStatus, TransactionStatus
from backoffice_core.orders.status import FinancialStatus, FulfillmentState, ReturnState
from backoffice_core.orders.story.sentences import Happened, story
from backoffice_core.printing.sheet import (
    Fact,
    Letterhead,
    Mark,
    Party,
    Reader,
    address_party,
    banner,
    letterhead,
    safe_link,
)
from backoffice_core.printing.soldlines import SheetLine, sheet_lines
from backoffice_core.printing.sums import Sum, sums_of
from backoffice_core.settings import Settings

#: The gateway of what was recorded by hand, whose name says nothing to a reader.
BY_HAND: Final = "manual"
_GOOD = (FinancialStatus.PAID, FulfillmentState.FULFILLED, ReturnState.RETURNED)
_WAIT = (
    FinancialStatus.PENDING,
    FinancialStatus.AUTHORIZED,
    FinancialStatus.PARTIALLY_PAID,
    FinancialStatus.EXPIRED,
    FulfillmentState.ON_HOLD,
    ReturnState.RETURN_REQUESTED,
    ReturnState.IN_PROGRESS,
)


@attrs.frozen
class Entry:
    """
    A row of a section: when, what, and an amount.

    Attributes:
        at: When.

        what: What it was.

        more: What is worth knowing of it.

        amount: How much; empty where it has none.

        link: Where it can be followed; empty for nowhere.
    """

    at: str
    what: str
    more: str = ""
    amount: str = ""
    link: str = ""


@attrs.frozen(kw_only=True)
class OrderSheet:
    """
    What stands on an order page.

    Attributes:
        name: The order's name.

        placed: When it was placed.

        sender: Who sends it.

        banner: That it was cancelled, archived or deleted; None for neither.

        marks: How it stands.

        parties: Customer, where to ship and to bill to.

        facts: Delivery, channel and the like.

        lines: What is sold.

        sums: From the subtotal to the balance.

        payments: What was paid and paid back, oldest first.

        parcels: What was shipped, oldest first.

        note: The order's note; empty for none.

        details: The order's attributes.

        comments: What staff said, oldest first; empty unless asked for.

        history: What happened, oldest first; empty unless asked for.
    """

    name: str
    placed: str
    sender: Letterhead
    banner: Mark | None
    marks: tuple[Mark, ...]
    parties: tuple[Party, ...]
    facts: tuple[Fact, ...]
    lines: tuple[SheetLine, ...]
    sums: tuple[Sum, ...]
    payments: tuple[Entry, ...]
    parcels: tuple[Entry, ...]
    note: str
    details: tuple[Fact, ...]
    comments: tuple[Entry, ...]
    history: tuple[Entry, ...]


def order_sheet(
    order: Order,
    settings: Settings,
    reader: Reader,
    *,
    comments: bool = False,
    history: Iterable[Happened] | None = None,
) -> OrderSheet:
    """
    Return what stands on the page of an order.

    Args:
        order: The order as it is now.

        settings: The shop's settings.

        reader: Who it is written for.

        comments: Whether comments and tags are shown.

        history: What happened to it, where that is to be shown.
    """
    told = Told(order)
    lines, shipping, money = lines_of(order), shipping_of(order), MoneySummary.of(order)
    return OrderSheet(
        name=order.name,
        placed=reader.tell("placed", at=reader.figures.moment(order.created_at)),
        sender=letterhead(settings),
        banner=banner(order, reader),
        marks=tuple(_marks(order, reader)),
        parties=tuple(_parties(order, reader)),
        facts=tuple(_facts(order, settings, reader, tags=comments)),
        lines=sheet_lines(lines, reader),
        sums=sums_of(order, lines, shipping, money, reader),
        payments=tuple(_payments(payments_of(order), reader)),
        parcels=tuple(_parcel(one, reader) for one in told.fulfillments() if one.status is FulfillmentStatus.SUCCESS),
        note=order.note or "",
        details=tuple(Fact(name, text) for name, text in order.attributes),
        comments=tuple(_comments(told, reader)) if comments else (),
        history=tuple(_history(order, history, reader)) if history is not None else (),
    )


def _marks(order: Order, reader: Reader) -> Iterator[Mark]:
    if order.test:
        yield Mark(reader.say["test"], "bad")
    if order.deleted_at is not None:
        return
    stands = {"financial": order.financial_status, "fulfillment": order.fulfillment_status}
    for axis, status in (stands | {"return": order.return_status}).items():
        if status is not ReturnState.NO_RETURN:
            tone = "good" if status in _GOOD else "wait" if status in _WAIT else "plain"
            yield Mark(reader.say[f"{axis}_{status}"], tone)


def _parties(order: Order, reader: Reader) -> Iterator[Party]:
    who, say = order.customer, reader.say
    if who is not None:
        contact = tuple(one for one in (who.email, who.phone) if one)
        yield Party(say["customer"], (who.name or say["guest"],) if who.name or not who.id else (), contact)
    elif order.deleted_at is None:
        yield Party(say["customer"], (say["guest"],))
    if order.shipping_address is not None:
        yield address_party(say["ship_to"], order.shipping_address, reader)
    if order.billing_address is not None:
        if order.billing_address == order.shipping_address:
            yield Party(say["bill_to"], (say["same_address"],))
        else:
            yield address_party(say["bill_to"], order.billing_address, reader)


def _facts(order: Order, settings: Settings, reader: Reader, *, tags: bool) -> Iterator[Fact]:
    say = reader.say
    if order.shipping_lines:
        yield Fact(say["delivery"], ", ".join(line.title for line in order.shipping_lines))
    if order.payment_due_at is not None:
        yield Fact(say["due_on"], reader.figures.day(order.payment_due_at))
    if order.channel:
        yield Fact(say["channel"], _channel(order.channel, settings, reader))
    if tags and order.tags:
        yield Fact(say["tags"], ", ".join(order.tags))


def _channel(handle: str, settings: Settings, reader: Reader) -> str:
    """Return what staff call a channel; one that nobody added is called as orders carry it."""
    if folded(handle) == folded(DRAFTS.handle):
        return reader.say["drafts"]
    return next((one.name for one in settings.channels if folded(one.handle) == folded(handle)), handle)


def _payments(payments: Iterable[PaymentDetail], reader: Reader) -> Iterator[Entry]:
    """Yield payments with what followed on each behind it."""
    for one in payments:
        if one.status is not TransactionStatus.FAILURE:
            state = "" if one.status is TransactionStatus.SUCCESS else reader.say[one.status]
            through = "" if one.gateway == BY_HAND else one.gateway
            more = " · ".join(part for part in (through, one.reference or "", state) if part)
            moved = -one.amount if one.kind is TransactionKind.REFUND else one.amount
            amount = reader.figures.money(moved) if moved else ""
            yield Entry(reader.figures.day(one.at), reader.say[one.kind], more, amount)
        yield from _payments(one.children, reader)


def _parcel(one: FulfillmentDetail, reader: Reader) -> Entry:
    goods = ", ".join(
        reader.tell("units", units=reader.figures.number(line.quantity), title=line.title) for line in one.lines
    )
    followed = " ".join(part for part in (one.carrier, one.tracking) if part)
    more = " · ".join(part for part in (goods, followed) if part)
    return Entry(reader.figures.day(one.at), one.name, more, link=safe_link(one.tracking_url))


def _comments(told: Told, reader: Reader) -> Iterator[Entry]:
    for one in told.comments(None):
        by = " · ".join(part for part in (one.actor or "", reader.say["edited"] if one.edited_at else "") if part)
        yield Entry(reader.figures.moment(one.at), one.text, by)


def _history(order: Order, events: Iterable[Happened], reader: Reader) -> Iterator[Entry]:
    for one in story(order, events, reader.language, money=reader.figures.money):
        yield Entry(reader.figures.moment(one.at), one.text)
