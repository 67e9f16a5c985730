"""
From a row of the outbox to a message: the address and the text are made when it is about to be sent.

1. What nobody should be told any more is skipped, with a reason: the order was deleted, nobody is there to be told.
2. A message is about a fact and stays true when something else happened since.
"""

from typing import Protocol

import attrs

from backoffice_core.failures import UnknownId
from backoffice_core.notify.base import Notification
from backoffice_core.notify.kinds import KINDS
from backoffice_core.notify.letters import Letters
from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.draft import Draft
from backoffice_core.orders.order import Order
from backoffice_core.settings import Settings


class Row(Protocol):
    """What a row of the outbox says of a message."""

    @property
    def key(self) -> str:
        """Unique in the shop."""

    @property
    def kind(self) -> str:
        """What it is."""

    @property
    def subject(self) -> str:
        """The id of the order, the draft or the checkout."""

    @property
    def fact(self) -> str:
        """The id of what it speaks of."""

    @property
    def locale(self) -> str:
        """The language that the customer asked for."""


class Source(Protocol):
    """Where documents are read: a unit of a storage."""

    def settings(self) -> Settings | None:
        """Return the shop's settings."""
        ...

    def order(self, id: str) -> Order:
        """Return an order that is not deleted."""
        ...

    def draft(self, id: str) -> Draft:
        """Return a draft, a deleted one too."""
        ...

    def checkout(self, id: str) -> Checkout:
        """Return a checkout."""
        ...


@attrs.frozen
class Skip:
    """
    Nobody should get a message any more.

    Attributes:
        reason: Why, in one word, such as ``no_address``.
    """

    reason: str


def compose(row: Row, source: Source, letters: Letters) -> Notification | Skip:
    """
    Return the message of a row, or why nobody should get it.

    Args:
        row: The row.

        source: Where the order, the draft or the checkout is read.

        letters: Writes it.

    Raises:
        BrokenTemplate: A template of the host's own cannot be run.
        DocumentTooNew: A newer library wrote what it is about.
    """
    settings = source.settings()
    if settings is None:
        return Skip("unknown_shop")
    try:
        order = _order(row, source)
    except UnknownId:
        return Skip("deleted")
    if order.email is None:
        return Skip("no_address")
    letter = letters.letter(row.kind, order, row.locale, settings)
    return Notification(
        key=row.key,
        kind=row.kind,
        audience=KINDS[row.kind].audience,
        order=order,
        name=order.name,
        fact=row.fact,
        locale=row.locale,
        to=order.email,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
    )


def _order(row: Row, source: Source) -> Order:
    if KINDS[row.kind].about == "order":
        return source.order(row.subject)
    if KINDS[row.kind].about == "checkout":
        return source.checkout(row.subject).as_order
    draft = source.draft(row.subject)
    if draft.deleted_at is not None:
        raise UnknownId("draft", row.subject)
    return draft.as_order
