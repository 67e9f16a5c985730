"""What a letter is about: the document as it is now, the fact that it speaks of, and who reads it."""

from collections.abc import Sequence
from typing import Any, Final, TypeVar

import attrs

from backoffice_core.failures import InvalidValue
from backoffice_core.money import Money
from backoffice_core.notify.kinds import KINDS, Fact, Kind
from backoffice_core.notify.links import Links
from backoffice_core.notify.words import TEXTS
from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.draft import Draft
from backoffice_core.orders.facts import Fulfillment, Transaction, TransactionKind
from backoffice_core.orders.givenback import Refund, Removal
from backoffice_core.orders.order import Order
from backoffice_core.orders.returned import Return
from backoffice_core.orders.states import TransactionStatus
from backoffice_core.printing.asked import is_written
from backoffice_core.printing.sheet import Reader, reader_of
from backoffice_core.settings import Settings

#: What a message may speak of.
F = TypeVar("F", Fulfillment, Refund, Removal, Return, Transaction)

#: Transactions that bring money, or set it aside.
PAYMENTS: Final = (TransactionKind.SALE, TransactionKind.CAPTURE, TransactionKind.AUTHORIZATION)


@attrs.frozen
class Offer:
    """
    What a letter that asks somebody back to a checkout has beside it.

    Attributes:
        token: Opens the checkout to whoever has it.

        unsubscribe: Ends such letters for whoever has it.

        message: What staff wrote into it.
    """

    token: str = attrs.field(repr=False)
    unsubscribe: str | None = attrs.field(default=None, repr=False)
    message: str | None = attrs.field(default=None, repr=False)


@attrs.frozen(kw_only=True)
class Export:
    """
    A file that was to be made.

    Attributes:
        id: Its id.

        name: What the file is called.

        rows: How many rows it has.

        url: Where it can be had; None where it goes along.

        error: Why it could not be made; None where it was.

        to: Who asked for it.
    """

    id: str
    name: str
    rows: int = 0
    url: str | None = attrs.field(default=None, repr=False)
    error: str | None = None
    to: tuple[str, ...] = attrs.field(default=(), repr=False)


@attrs.frozen(kw_only=True)
class Matter:
    """
    What a letter is about.

    Attributes:
        name: One of `KINDS`.

        fact: The id of what it speaks of.

        settings: The shop's.

        links: Where letters lead to.

        reader: Who it is written for.

        locale: The language that it is written in.

        order: The order; of a draft or a checkout, the order that it would be.

        draft: The draft.

        checkout: The checkout.

        export: The file.

        offer: What a letter about a checkout has beside it.
    """

    name: str
    fact: str
    settings: Settings
    links: Links
    reader: Reader
    locale: str
    order: Order | None = None
    draft: Draft | None = None
    checkout: Checkout | None = None
    export: Export | None = None
    offer: Offer | None = None

    @property
    def kind(self) -> Kind:
        """The kind."""
        return KINDS[self.name]

    @property
    def sold(self) -> Order:
        """The order of a matter that has one."""
        if self.order is None:
            raise InvalidValue("order", "none", f"an order, for {self.name}")
        return self.order

    @property
    def owed(self) -> Money:
        """What the customer is still to pay, a payment in that they were left to make by themselves."""
        order = self.sold
        waits = [one for one in order.transactions if one.kind is TransactionKind.SALE and one.open and not one.intent]
        return Money(order.sums.outstanding + sum(one.minor for one in waits), order.currency)

    @property
    def message(self) -> str | None:
        """What the merchant wrote into it."""
        if self.offer is not None:
            return self.offer.message
        return self._invoice("message")

    @property
    def subject(self) -> str | None:
        """What the merchant wrote over it."""
        return self._invoice("subject")

    def _invoice(self, part: str) -> str | None:
        """Return what the merchant wrote for an invoice."""
        if self.name not in ("order_invoice", "draft_invoice"):
            return None
        found: str | None = getattr(self.draft or self.order, f"invoice_{part}")
        return found

    @property
    def parcel(self) -> Fulfillment:
        """The fulfillment that it speaks of."""
        return self._fact(self.sold.fulfillments)

    @property
    def refund(self) -> Refund:
        """The refund that it speaks of."""
        return self._fact(self.sold.refunds)

    @property
    def cancel(self) -> Removal:
        """What left the order by its cancel."""
        return self._fact(self.sold.removals)

    @property
    def returned(self) -> Return:
        """The return that it speaks of."""
        return self._fact(self.sold.returns)

    @property
    def payment(self) -> Transaction:
        """The transaction that it speaks of."""
        return self._fact(self.sold.transactions)

    def _fact(self, facts: Sequence[F]) -> F:
        return next(one for one in facts if one.id == self.fact)


def facts_of(order: Order, name: str, *, any_state: bool = False) -> tuple[str, ...]:
    """
    Return the ids of what a kind of message could speak of, oldest first; the order's own where that is all of it.

    Args:
        order: The order.

        name: The kind.

        any_state: Of transactions, all of them, whatever became of them.
    """
    kind = KINDS[name]
    found: dict[Fact, Sequence[Any]] = {
        "fulfillment": order.fulfillments,
        "refund": order.refunds,
        "cancel": [one for one in order.removals if one.cause == "cancel"],
        "return": order.returns,
        "transaction": order.transactions if any_state else _transactions(order, name),
    }
    facts = found.get(kind.fact) if kind.fact is not None else None
    return (order.id,) if facts is None else tuple(one.id for one in facts)


def _transactions(order: Order, name: str) -> list[Transaction]:
    moved = [one for one in order.transactions if one.kind in PAYMENTS]
    if name == "payment_failed":
        return [one for one in moved if one.status is TransactionStatus.FAILURE]
    if name == "staff_authorization_expiring":
        return [one for one in moved if one.kind is TransactionKind.AUTHORIZATION and one.expires_at is not None]
    if name == "staff_payment_reversed":
        return [one for one in moved if one.reversed_minor]
    return [one for one in moved if one.kind is not TransactionKind.AUTHORIZATION]


def reader_for(locale: str | None, settings: Settings) -> tuple[str, Reader]:
    """Return the language to write in, the shop's where nothing is written in the wanted one, and its reader."""
    spoken = next((one for one in (locale, settings.locale) if one and is_written(one)), "en")
    reader = reader_of(spoken, settings.timezone)
    return spoken, attrs.evolve(reader, say={**reader.say, **TEXTS[reader.language]})
