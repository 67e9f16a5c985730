"""
The invoice of an order: the customer is asked to pay what is owed.

Rules:

1. It needs an address to go to.
2. Something must be owed, a payment that is waited for in; a cancelled order asks for nothing.
"""

from typing import ClassVar

import attrs

from backoffice_core.failures import InvalidInput, reason
from backoffice_core.money import Money
from backoffice_core.orders.archive import check_not_cancelled
from backoffice_core.orders.asked import text_up_to
from backoffice_core.orders.change import Change, Command, Facts
from backoffice_core.orders.events import (
    InvoiceSent,
)
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.order import Order
from backoffice_core.orders.pay import NothingOwed, waited_for
from backoffice_core.typed import LONGEST


@reason
class NoRecipient(InvalidInput):
    """
    An invoice has no address to go to.

    Attributes:
        id: The draft or order.
    """

    code: ClassVar[str] = "no_recipient"
    id: str

    def __str__(self) -> str:
        return f"{self.id} has no email to send an invoice to; set one on its customer first"


@attrs.frozen(kw_only=True)
class SendInvoice(Command):
    """
    Ask the customer to pay what is owed.

    Attributes:
        subject: What stands over the letter, in place of our words.

        message: What the merchant writes into it.
    """

    subject: str | None = attrs.field(default=None, repr=False, validator=attrs.validators.optional(text_up_to(255)))
    message: str | None = attrs.field(
        default=None, repr=False, validator=attrs.validators.optional(text_up_to(LONGEST))
    )


def send_invoice(order: Order, command: SendInvoice, facts: Facts) -> Change:
    """
    Ask the customer to pay what is owed; it can be asked again.

    Raises:
        NoRecipient: Rule 1.
        NothingOwed: Rule 2.
        OrderIsCancelled: Rule 2.
    """
    check_not_cancelled(order, "send an invoice")
    if order.email is None:
        raise NoRecipient(order.id)
    owed = order.sums.outstanding + sum(one.minor for one in waited_for(order, facts))
    if owed <= 0:
        raise NothingOwed(order.id, Money(owed, order.currency))
    after = evolve(order, updated_at=facts.now, invoice_subject=command.subject, invoice_message=command.message)
    return Change(before=order, order=after, events=(InvoiceSent(owed),))
