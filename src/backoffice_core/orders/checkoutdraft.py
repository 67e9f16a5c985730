"""
A draft of a checkout: staff take over what a customer left, for as long as they like.

Rules:

1. Everything is as the customer was shown it: lines, prices, discounts, shipping, taxes. Nothing is
   read from the catalog again.
2. The checkout is kept for as long as the shop, and its customer is not asked back by itself.
3. When the draft becomes an order, the checkout is completed, by another way than its link.

Source: shopify.md, 8.4.
"""

from typing import Final

import attrs

from backoffice_core.orders.change import Facts
from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.draft import Draft
from backoffice_core.orders.draftcommands import DraftChange, DraftCommand
from backoffice_core.orders.drafts import stocked
from backoffice_core.orders.events import DraftCreated
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.recovery import check_open

#: What a draft of a checkout says that it was copied from.
FROM_CHECKOUT: Final = "checkout"


@attrs.frozen(kw_only=True)
class DraftOfCheckout(DraftCommand):
    """
    Make a draft of a checkout.

    Attributes:
        of: The checkout's id.
    """

    of: str


def draft_of_checkout(checkout: Checkout, command: DraftOfCheckout, facts: Facts) -> DraftChange:
    """
    Make a draft of a checkout.

    Raises:
        CheckoutIsOver: It was completed or closed.
    """
    check_open(checkout)
    draft = Draft(
        id=facts.new_id(),
        name=f"#D{facts.number}",
        currency=checkout.currency,
        taxes_included=checkout.taxes_included,
        created_at=facts.now,
        updated_at=facts.now,
        customer=checkout.customer,
        shipping_address=checkout.shipping_address,
        billing_address=checkout.billing_address,
        note=checkout.note,
        attributes=checkout.attributes,
        lines=tuple(evolve(line, allocated=()) for line in checkout.lines),
        shipping_lines=checkout.shipping_lines,
        discounts=checkout.discounts,
        copied_from=(FROM_CHECKOUT, checkout.id),
    )
    return stocked(None, draft, DraftCreated(draft.name, draft.total.minor, draft.currency), facts)
