"""
What can be asked of a draft order, and what comes out of it.

Commands are frozen values, as those on orders are; their rules stand in ``drafts.py`` and
``duplicate.py``.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final, Literal

import attrs
import pendulum

from backoffice_core.clock import maybe_utc
from backoffice_core.failures import InvalidValue
from backoffice_core.orders.asked import (
    Discount,
    Line,
    Shipping,
    attributes_of,
    discounts_of,
    shipping_of,
    text_up_to,
)
from backoffice_core.orders.change import Change, Command, Message
from backoffice_core.orders.draft import Draft
from backoffice_core.orders.events import OrderEvent
from backoffice_core.orders.facts import Movement
from backoffice_core.orders.notes import note_text
from backoffice_core.orders.order import Address, CustomerRef, Order
from backoffice_core.orders.place import address_field, lines_of
from backoffice_core.orders.tags import clean
from backoffice_core.orders.terms import PaymentTerms
from backoffice_core.typed import LONGEST, instance, one_of

#: What an update can take away.
CLEARABLE: Final = ("billing_address", "customer", "reserve_until", "shipping_address", "terms")


def _until(value: Any) -> pendulum.DateTime | None:
    return maybe_utc(value, "reserve_until")


def maybe_lines(value: Any) -> tuple[Line, ...] | None:
    """Return what was given as lines; None for what is left as it is."""
    return None if value is None else lines_of(value)


def maybe_shipping(value: Any) -> tuple[Shipping, ...] | None:
    """Return what was given as charges for shipping; None for what is left as it is."""
    return None if value is None else shipping_of(value)


def maybe_discounts(value: Any) -> tuple[Discount, ...] | None:
    """Return what was given as discounts; None for what is left as it is."""
    return None if value is None else discounts_of(value)


def maybe_attributes(value: Any) -> tuple[tuple[str, str], ...] | None:
    """Return what was given as attributes; None for what is left as it is."""
    return None if value is None else attributes_of(value)


def _tags(value: Any) -> tuple[str, ...] | None:
    return None if value is None else clean(value)


#: What terms of payment may be.
_TERMS: Final = attrs.validators.optional(instance(PaymentTerms, "PaymentTerms, such as PaymentTerms('net', days=30)"))


def _clear(value: Any) -> tuple[str, ...]:
    names = (value,) if isinstance(value, str) else tuple(value)
    for name in names:
        if name not in CLEARABLE:
            raise InvalidValue("clear", repr(name), " or ".join(CLEARABLE))
    return names


def wanted_of(lines: Iterable[Line] | None) -> Mapping[str, str]:
    """Return the variants that some lines name, by the field that names them."""
    return {f"lines[{at}].variant": one.variant for at, one in enumerate(lines or ()) if one.variant is not None}


@attrs.frozen(kw_only=True)
class DraftCommand(Command):
    """Something that is wanted of a draft."""

    places: ClassVar[bool] = True
    levels: ClassVar[bool] = True


@attrs.frozen(kw_only=True)
class CreateDraft(DraftCommand):
    """Make a draft."""

    lines: tuple[Line, ...] = attrs.field(converter=lines_of)
    shipping: tuple[Shipping, ...] = attrs.field(default=(), converter=shipping_of)
    discounts: tuple[Discount, ...] = attrs.field(default=(), converter=discounts_of)
    customer: CustomerRef | str | None = None
    email: str | None = attrs.field(default=None, repr=False)
    phone: str | None = attrs.field(default=None, repr=False)
    shipping_address: Address | None = attrs.field(default=None, validator=address_field)
    billing_address: Address | None = attrs.field(default=None, validator=address_field)
    note: str | None = attrs.field(default=None, converter=note_text, repr=False)
    attributes: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=attributes_of, repr=False)
    tags: tuple[str, ...] = attrs.field(default=(), converter=clean)
    currency: str | None = None
    taxes_included: bool | None = None
    tax_exempt: bool = False
    reserve_until: pendulum.DateTime | None = attrs.field(default=None, converter=_until)
    terms: PaymentTerms | None = attrs.field(default=None, validator=_TERMS)

    @property
    def wanted(self) -> Mapping[str, str]:
        """The variants of its lines."""
        return wanted_of(self.lines)


@attrs.frozen(kw_only=True)
class UpdateDraft(DraftCommand):
    """Change a draft; what is left out stays."""

    lines: tuple[Line, ...] | None = attrs.field(default=None, converter=maybe_lines)
    shipping: tuple[Shipping, ...] | None = attrs.field(default=None, converter=maybe_shipping)
    discounts: tuple[Discount, ...] | None = attrs.field(default=None, converter=maybe_discounts)
    customer: CustomerRef | str | None = None
    email: str | None = attrs.field(default=None, repr=False)
    phone: str | None = attrs.field(default=None, repr=False)
    shipping_address: Address | None = attrs.field(default=None, validator=address_field)
    billing_address: Address | None = attrs.field(default=None, validator=address_field)
    note: str | None = attrs.field(default=None, repr=False)
    attributes: tuple[tuple[str, str], ...] | None = attrs.field(default=None, converter=maybe_attributes, repr=False)
    tags: tuple[str, ...] | None = attrs.field(default=None, converter=_tags)
    tax_exempt: bool = False
    reserve_until: pendulum.DateTime | None = attrs.field(default=None, converter=_until)
    terms: PaymentTerms | None = attrs.field(default=None, validator=_TERMS)
    clear: tuple[str, ...] = attrs.field(default=(), converter=_clear)

    @property
    def wanted(self) -> Mapping[str, str]:
        """The variants of its lines."""
        return wanted_of(self.lines)


@attrs.frozen(kw_only=True)
class SendDraftInvoice(DraftCommand):
    """
    Ask the customer to pay what a draft comes to.

    Attributes:
        subject: What stands over the letter, in place of our words.

        message: What the merchant writes into it.
    """

    subject: str | None = attrs.field(default=None, repr=False, validator=attrs.validators.optional(text_up_to(255)))
    message: str | None = attrs.field(
        default=None, repr=False, validator=attrs.validators.optional(text_up_to(LONGEST))
    )


@attrs.frozen(kw_only=True)
class CompleteDraft(DraftCommand):
    """Make an order of a draft."""

    payment: Literal["paid", "pending"] = attrs.field(default="paid", validator=one_of("paid", "pending"))
    gateway: str = attrs.field(default="manual", validator=text_up_to(255))
    notify: bool | None = None


@attrs.frozen(kw_only=True)
class EndReservation(DraftCommand):
    """Put what is set aside for a draft on sale again, because its time is over."""


@attrs.frozen(kw_only=True)
class DeleteDraft(DraftCommand):
    """
    Delete a draft.

    Attributes:
        idle: Only if nobody touched it for a year.
    """

    idle: bool = False


@attrs.frozen(kw_only=True)
class DraftChange:
    """
    What a command did to a draft, or would do. It is falsy when nothing changed, and then nothing was saved.

    Attributes:
        before: The draft as it was; None when it was made.

        draft: The draft as it is now.

        order: The order that it became.

        events: What happened to the draft, in order.

        movements: How stock moves.

        messages: What the customer will be told.

        warnings: What is worth knowing and forbids nothing, such as a shortage.

        placing: How the order was placed, when it was by this command.

        replayed: Whether this is the answer to a request that was made before.
    """

    before: Draft | None
    draft: Draft
    order: Order | None = None
    events: tuple[OrderEvent, ...] = ()
    movements: tuple[Movement, ...] = ()
    messages: tuple[Message, ...] = ()
    warnings: tuple[str, ...] = ()
    placing: Change | None = None
    replayed: bool = False

    def __bool__(self) -> bool:
        return bool(self.events)
