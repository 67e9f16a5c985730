"""
Duplicating an order or a draft: a new draft.

Rules:

1. Copied are the products with what the catalog says of them now, goods that are in no catalog as
   they were, quantities as they were ordered, what a line was made with (its properties), customer,
   addresses, note, attributes and tags.
2. A product that is not on sale any more is left out, with a warning; something must be left.
3. Not copied are discounts, shipping, what is set aside, terms, payments and everything that
   happened.

Source: shopify.md, 5.2.
"""

from typing import Literal

import attrs

from backoffice_core.money import Money
from backoffice_core.orders.asked import Line, Tax
from backoffice_core.orders.change import Facts
from backoffice_core.orders.draft import Draft
from backoffice_core.orders.draftcommands import CreateDraft, DraftChange, DraftCommand
from backoffice_core.orders.drafts import create_draft
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.lines import LineItem
from backoffice_core.orders.order import Order
from backoffice_core.typed import one_of


@attrs.frozen(kw_only=True)
class Duplicate(DraftCommand):
    """
    Make a draft of an order or of another draft.

    Attributes:
        kind: ``order`` or ``draft``.

        of: The id of what is duplicated.
    """

    kind: Literal["order", "draft"] = attrs.field(validator=one_of("order", "draft"))
    of: str


def duplicate(source: Order | Draft, command: Duplicate, facts: Facts) -> DraftChange:
    """
    Make a draft of an order or of another draft.

    Raises:
        NoLines: Nothing of it is on sale any more (rule 2).
    """
    lines, gone = [], []
    for item in source.lines:
        if item.variant_id is not None and item.variant_id not in facts.variants:
            gone.append(f"{item.name} is not on sale any more and was left out")
        else:
            lines.append(_line(item, facts))
    asked = CreateDraft(
        lines=tuple(lines),
        customer=source.customer,
        shipping_address=source.shipping_address,
        billing_address=source.billing_address,
        note=source.note,
        attributes=source.attributes,
        tags=source.tags,
        currency=source.currency,
        taxes_included=source.taxes_included,
    )
    made = create_draft(asked, facts)
    draft = evolve(made.draft, copied_from=(command.kind, command.of))
    return evolve(made, draft=draft, warnings=(*gone, *made.warnings))


def _line(item: LineItem, facts: Facts) -> Line:
    taxes = tuple(Tax(tax.title, tax.rate) for tax in item.taxes)
    if item.variant_id is not None:
        # The catalog has no price in another currency.
        foreign = facts.variants[item.variant_id].currency not in (None, item.currency)
        price = Money(item.unit_minor, item.currency) if foreign else None
        return Line(
            variant=item.variant_id,
            quantity=item.quantity,
            price=price,
            taxes=taxes,
            properties=item.properties,
        )
    return Line(
        item.title,
        sku=item.sku,
        quantity=item.quantity,
        price=Money(item.unit_minor, item.currency),
        taxes=() if item.is_tip else taxes,
        kind=item.kind,
        variant_title=item.variant_title,
        vendor=item.vendor,
        requires_shipping=item.requires_shipping,
        properties=item.properties,
    )
