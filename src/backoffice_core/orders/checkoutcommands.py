"""
What can be told of a checkout, and asked of it, and what comes out of that.

Commands are frozen values, as those on orders are; their rules stand in ``checkouts.py`` and
``recovery.py``.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Final, Literal

import attrs

from backoffice_core.failures import InvalidValue
from backoffice_core.orders.asked import (
    Amount,
    Discount,
    Line,
    Sale,
    Shipping,
    attributes_of,
    discounts_of,
    payments_of,
    shipping_of,
    text_up_to,
)
from backoffice_core.orders.change import Change, Command, Message
from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.draftcommands import (
    maybe_attributes,
    maybe_discounts,
    maybe_lines,
    maybe_shipping,
    wanted_of,
)
from backoffice_core.orders.events import OrderEvent
from backoffice_core.orders.notes import note_text
from backoffice_core.orders.order import Address, CustomerRef, Order
from backoffice_core.orders.place import address_field, lines_of, source_of
from backoffice_core.orders.reminder import CheckoutStep
from backoffice_core.typed import check_text, one_of

#: The longest address of a page.
LONGEST_SITE: Final = 2048
#: The longest name that a channel or a gateway has for something.
LONGEST_NAME: Final = 128


def step_of(value: Any) -> CheckoutStep | None:
    """
    Return a step by its word.

    Raises:
        InvalidValue: There is none.
    """
    if value is None:
        return None
    try:
        return CheckoutStep(value)
    except ValueError:
        raise InvalidValue("step", repr(value), " or ".join(CheckoutStep)) from None


def _up_to(longest: int) -> Any:
    return attrs.validators.optional(text_up_to(longest))


@attrs.frozen(kw_only=True)
class CheckoutCommand(Command):
    """Something that a checkout is told, or that is wanted of it."""


@attrs.frozen(kw_only=True)
class StartCheckout(CheckoutCommand):
    """Begin a checkout."""

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
    channel: str | None = attrs.field(default=None, validator=_up_to(64))
    source: tuple[str, str] | None = attrs.field(default=None, converter=source_of)
    step: CheckoutStep | None = attrs.field(default=None, converter=step_of)
    cart_token: str | None = attrs.field(default=None, validator=_up_to(LONGEST_NAME), repr=False)
    landing_site: str | None = attrs.field(default=None, validator=_up_to(LONGEST_SITE), repr=False)
    referring_site: str | None = attrs.field(default=None, validator=_up_to(LONGEST_SITE), repr=False)
    currency: str | None = None
    taxes_included: bool | None = None

    @property
    def wanted(self) -> Mapping[str, str]:
        """The variants of its lines."""
        return wanted_of(self.lines)


@attrs.frozen(kw_only=True)
class UpdateCheckout(CheckoutCommand):
    """Tell what was changed in a checkout; what is left out stays."""

    lines: tuple[Line, ...] | None = attrs.field(default=None, converter=maybe_lines)
    shipping: tuple[Shipping, ...] | None = attrs.field(default=None, converter=maybe_shipping)
    discounts: tuple[Discount, ...] | None = attrs.field(default=None, converter=maybe_discounts)
    shipping_address: Address | None = attrs.field(default=None, validator=address_field)
    billing_address: Address | None = attrs.field(default=None, validator=address_field)
    note: str | None = attrs.field(default=None, repr=False)
    attributes: tuple[tuple[str, str], ...] | None = attrs.field(default=None, converter=maybe_attributes, repr=False)
    step: CheckoutStep | None = attrs.field(default=None, converter=step_of)

    @property
    def wanted(self) -> Mapping[str, str]:
        """The variants of its lines."""
        return wanted_of(self.lines)


@attrs.frozen(kw_only=True)
class GiveContact(CheckoutCommand):
    """Tell who is about to buy."""

    customer: CustomerRef | str | None = None
    email: str | None = attrs.field(default=None, repr=False)
    phone: str | None = attrs.field(default=None, repr=False)
    accepts_marketing: bool | None = None


@attrs.frozen(kw_only=True)
class ReachStep(CheckoutCommand):
    """Tell how far the customer came."""

    step: CheckoutStep = attrs.field(converter=step_of)

    def __attrs_post_init__(self) -> None:
        Command.__attrs_post_init__(self)
        if not isinstance(self.step, CheckoutStep):
            raise InvalidValue("step", "nothing", " or ".join(CheckoutStep))


@attrs.frozen(kw_only=True)
class TryPayment(CheckoutCommand):
    """Tell that a payment was tried before there is an order."""

    gateway: str = attrs.field(validator=text_up_to(255))
    status: Literal["success", "pending", "failure"] = attrs.field(
        default="failure", validator=one_of("success", "pending", "failure")
    )
    amount: Amount | None = None
    reference: str | None = attrs.field(default=None, validator=_up_to(255))
    error: str | None = attrs.field(default=None, validator=_up_to(255))


@attrs.frozen(kw_only=True)
class CompleteCheckout(CheckoutCommand):
    """Make an order of a checkout."""

    places: ClassVar[bool] = True
    levels: ClassVar[bool] = True
    payments: tuple[Sale, ...] = attrs.field(default=(), converter=payments_of)
    expected_total: Amount | None = None
    notify: bool | None = None


@attrs.frozen(kw_only=True)
class CloseCheckout(CheckoutCommand):
    """Close a checkout that will not become an order."""


@attrs.frozen(kw_only=True)
class SendRecovery(CheckoutCommand):
    """Ask the customer back by hand."""

    message: str | None = attrs.field(default=None, repr=False)

    def __attrs_post_init__(self) -> None:
        Command.__attrs_post_init__(self)
        if self.message is not None:
            check_text("message", self.message)


@attrs.frozen(kw_only=True)
class TakeLink(CheckoutCommand):
    """
    Take a recovery link, to be sent by other means.

    Attributes:
        hash: SHA-256 of its token.
    """

    hash: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class FollowLink(CheckoutCommand):
    """
    Mark that a recovery link was followed.

    Attributes:
        hash: SHA-256 of its token.
    """

    hash: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class ReadyReminder(CheckoutCommand):
    """
    Give the link of a reminder that is about to be sent a token, or say why it is not sent.

    Attributes:
        reminder_id: The reminder.

        hash: SHA-256 of the token.

        unless: Why it is not to be sent, a code; None where nothing is in the way.
    """

    reminder_id: str
    hash: str = attrs.field(repr=False)
    unless: str | None = None


@attrs.frozen(kw_only=True)
class ReminderSent(CheckoutCommand):
    """
    Note that a reminder was sent.

    Attributes:
        reminder_id: The reminder.
    """

    reminder_id: str


@attrs.frozen(kw_only=True)
class ReminderFailed(CheckoutCommand):
    """
    Note that a reminder is not sent any more.

    Attributes:
        reminder_id: The reminder.

        reason: Why, a code such as ``undeliverable``.
    """

    reminder_id: str
    reason: str


@attrs.frozen(kw_only=True)
class ReminderAgain(CheckoutCommand):
    """
    Note that a reminder that failed waits to be sent again.

    Attributes:
        reminder_id: The reminder.
    """

    reminder_id: str


@attrs.frozen(kw_only=True)
class PassTime(CheckoutCommand):
    """Do what time brings to a checkout: it is left behind, its customer is asked back, its time is over."""


@attrs.frozen(kw_only=True)
class CheckoutChange:
    """
    What a command did to a checkout, or would do. It is falsy when nothing changed, and then nothing was saved.

    Attributes:
        before: The checkout as it was; None when it was begun.

        checkout: The checkout as it is now; as it was last, when it is gone.

        order: The order that it became.

        events: What happened to the checkout, in order.

        messages: What the customer will be told.

        warnings: What is worth knowing and forbids nothing.

        placing: How the order was placed, when it was by this command.

        replayed: Whether this is the answer to a request that was made before.

        gone: Whether its time was over, and nothing is left of it.
    """

    before: Checkout | None
    checkout: Checkout
    order: Order | None = None
    events: tuple[OrderEvent, ...] = ()
    messages: tuple[Message, ...] = ()
    warnings: tuple[str, ...] = ()
    placing: Change | None = None
    replayed: bool = False
    gone: bool = False

    def __bool__(self) -> bool:
        return bool(self.events) or self.gone or (self.before is not None and self.before != self.checkout)


def same(checkout: Checkout) -> CheckoutChange:
    """Return the change that changes nothing."""
    return CheckoutChange(before=checkout, checkout=checkout)
