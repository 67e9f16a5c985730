"""
Shopify's ``orders_export.csv``: from the rows of one order to an `Order` with its facts.

The steps, a file each: ``lines.py`` decodes, ``rows.py`` groups the rows of an order, ``cells.py``
and ``sheet.py`` read what they say, ``fate.py`` finds out where the units are, ``goods.py`` and
``taxes.py`` share discounts and taxes, ``payments.py`` and ``history.py`` record what happened,
``check.py`` tells what is odd.
"""

from collections.abc import Callable, Iterator
from typing import Final

import attrs

from backoffice_core.orders import events as happened
from backoffice_core.orders.events import OrderEvent
from backoffice_core.orders.order import Order
from backoffice_core.orders.place import MOST_LINES, TooManyLines
from backoffice_core.orders.states import TransactionStatus
from backoffice_core.orders.transactions import event_of
from backoffice_core.settings import Settings
from backoffice_core.shopify.cells import BadCell
from backoffice_core.shopify.check import findings_of
from backoffice_core.shopify.fate import Fate, fate_of
from backoffice_core.shopify.goods import goods_of
from backoffice_core.shopify.history import with_history
from backoffice_core.shopify.payments import cash_of
from backoffice_core.shopify.people import number_of, people_of
from backoffice_core.shopify.report import Finding
from backoffice_core.shopify.rows import Group
from backoffice_core.shopify.sheet import Sheet, sheet_of

#: The first half of an imported order's source.
CHANNEL: Final = "shopify"
#: How many characters a name and an id may have.
LONGEST_NAME: Final = 100
LONGEST_ID: Final = 128


@attrs.frozen(kw_only=True)
class Read:
    """
    An order that was read.

    Attributes:
        placed: The order before anything was given back or taken out.

        order: The order with all its facts.

        events: What happened, in order.

        findings: What is odd about it.

        fingerprint: SHA-256 of its rows.
    """

    placed: Order
    order: Order
    events: tuple[OrderEvent, ...]
    findings: tuple[Finding, ...]
    fingerprint: str


def read_order(group: Group, settings: Settings, new_id: Callable[[], str]) -> Read:
    """
    Return the order that the rows of a file tell.

    Args:
        group: Its rows.

        settings: The shop's: they decide whether an order without taxes has prices with or
            without, and whether a finished order is archived.

        new_id: Makes an id.

    Raises:
        BadCell: A cell holds what cannot be meant.
        FiguresDisagree: A figure does not follow from the others.
        TooManyLines: More lines than an order may have.
    """
    if len(group.rows) > MOST_LINES:
        raise TooManyLines(len(group.rows), MOST_LINES)
    for column, given, most in (("Name", group.name, LONGEST_NAME), ("Id", group.source_id, LONGEST_ID)):
        if len(given) > most:
            raise BadCell(group.first.line, column, f"text of {len(given)} characters", f"at most {most} characters")
    sheet = sheet_of(group)
    fate = fate_of(sheet)
    cash = cash_of(sheet)
    placed = _placed(group, sheet, fate, settings, new_id)
    order = with_history(placed, sheet, fate, cash, new_id)
    if settings.auto_archive and order.closed_at is None and order.finished:
        order = attrs.evolve(order, closed_at=order.updated_at)
    return Read(
        placed=attrs.evolve(order, refunds=(), removals=()),
        order=order,
        events=tuple(_events(order)),
        findings=findings_of(sheet, fate, order),
        fingerprint=group.fingerprint,
    )


def _placed(group: Group, sheet: Sheet, fate: Fate, settings: Settings, new_id: Callable[[], str]) -> Order:
    id = new_id()
    goods = goods_of(sheet, fate, new_id, taxes_included=settings.taxes_included)
    people = people_of(group.first)
    return Order(
        id=id,
        name=group.name,
        number=number_of(group.name),
        currency=sheet.currency,
        taxes_included=goods.taxes_included,
        created_at=sheet.created_at,
        updated_at=sheet.created_at,
        customer=people.customer,
        shipping_address=people.shipping,
        billing_address=people.billing,
        note=people.note,
        attributes=people.attributes,
        channel=people.channel,
        source=(CHANNEL, group.source_id),
        tags=people.tags,
        original_total_minor=sheet.total,
        lines=goods.lines,
        shipping_lines=goods.shipping_lines,
        discounts=goods.discounts,
    )


def _events(order: Order) -> Iterator[OrderEvent]:
    """Yield what happened, as the recorded facts have it; nobody is to be told."""
    yield happened.OrderPlaced(order.name, order.original_total_minor, order.currency, imported=True, notify=False)
    for one in order.transactions:
        yield event_of(one, order)
        if one.status is TransactionStatus.EXPIRED:
            yield happened.AuthorizationExpired(one.id, one.minor)
    for sent in order.fulfillments:
        yield happened.OrderFulfilled(sent.id, sent.name, sum(units.quantity for units in sent.lines))
    for hold in order.holds:
        yield happened.OrderHeld(hold.id, hold.reason)
    for gone in order.removals:
        if gone.cause == "cancel":
            units = sum(line.quantity for line in gone.lines)
            yield happened.OrderCancelled(gone.id, order.cancel_reason or "other", units, restocked=True)
    for back in order.refunds:
        units = sum(line.quantity for line in back.lines)
        yield happened.OrderRefunded(back.id, back.minor, units, back.adjustment_minor)
    if order.cancelled_at is None and order.closed_at is not None:
        yield happened.OrderArchived(automatic=True)
