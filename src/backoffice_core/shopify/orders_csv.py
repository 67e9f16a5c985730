"""
Shopify's ``orders_export.csv``: from the rows of one order to an `Order` with its facts.

The steps, a file each: ``lines.py`` decodes, ``rows.py`` groups the rows of an order, ``cells.py``
and ``sheet.py`` read what they say, ``fate.py`` finds out where the units are, ``goods.py`` and
``taxes.py`` share discounts and taxes, ``payments.py`` and ``history.py`` record what happened,
``check.py`` tells what is odd.
"""

from collections.abc import Callable

import attrs

from backoffice_core.orders.order import Order
from backoffice_core.orders.place import MOST_LINES, TooManyLines
from backoffice_core.settings import Settings
from backoffice_core.shopify.cells import BadCell
from backoffice_core.shopify.check import findings_of
from backoffice_core.shopify.fate import Fate, fate_of
from backoffice_core.shopify.goods import goods_of
from backoffice_core.shopify.history import with_history
from backoffice_core.shopify.imported import CHANNEL, LONGEST_ID, LONGEST_NAME, Read, Step, events_of
from backoffice_core.shopify.people import number_of, people_of
from backoffice_core.shopify.rows import Group
from backoffice_core.shopify.sheet import Sheet, sheet_of


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
    placed = _placed(group, sheet, fate, settings, new_id)
    order = with_history(placed, sheet, fate, new_id)
    if settings.auto_archive and order.closed_at is None and order.finished:
        order = attrs.evolve(order, closed_at=order.updated_at)
    before = attrs.evolve(order, refunds=(), removals=())
    events = tuple(events_of(order))
    steps = [Step(before, order.created_at, events[:1])]
    if order.refunds or order.removals:
        # The file does not say when that was.
        steps.append(Step(order, order.created_at, events))
    return Read(
        placed=before,
        order=order,
        events=events,
        findings=findings_of(sheet, fate, order),
        fingerprint=group.fingerprint,
        steps=tuple(steps),
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
        terms=people.terms,
        assessments=people.assessments,
        original_total_minor=sheet.total,
        lines=goods.lines,
        shipping_lines=goods.shipping_lines,
        discounts=goods.discounts,
    )
