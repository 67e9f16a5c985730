"""What a shop has decided for itself: one stored value per shop, handed to every rule."""

import re
import zoneinfo
from collections.abc import Iterable
from typing import Any, Final, Literal

import attrs
import pendulum

from backoffice_core.channels import Channel, channels_of
from backoffice_core.failures import InvalidValue
from backoffice_core.money import digits
from backoffice_core.policies import LONGEST_DAYS, LONGEST_MINUTES, Recovery, RiskPolicy
from backoffice_core.typed import check_text, check_types, instance, one_of, whole

CaptureMode = Literal["at_checkout", "on_fulfillment", "by_hand"]
TaxRounding = Literal["line", "order"]

_ADDRESS = re.compile(r"[^\s<>,;@\x00-\x1f\x7f]+@[^\s<>,;@\x00-\x1f\x7f]+")

#: A language: letters, then parts of letters and digits.
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*")
#: A web address with a host, without a login, spaces, and what could end a link.
_WEB = re.compile(r"https?://[^\s/?#@<>\"'\\\x00-\x1f\x7f]+([/?#][^\s<>\"'\\\x00-\x1f\x7f]*)?")

#: The longest language, name, web address, and what stands before or after the number in an order's name.
LONGEST_LOCALE = 35
LONGEST_NAME = 255
LONGEST_URL = 2000
LONGEST_AFFIX = 100
#: So much advice is hushed at once.
MOST_HUSHED = 100


def _currency(_: object, attribute: "attrs.Attribute[str]", value: str) -> None:
    digits(value)


def _timezone(_: object, attribute: "attrs.Attribute[str]", value: str) -> None:
    try:
        zoneinfo.ZoneInfo(value)
    except (ValueError, TypeError, OSError, zoneinfo.ZoneInfoNotFoundError):
        raise InvalidValue(attribute.name, repr(value), "an IANA name such as 'Europe/Paris'") from None


def _locale(_: object, attribute: "attrs.Attribute[str]", value: Any) -> None:
    if not isinstance(value, str) or len(value) > LONGEST_LOCALE or not _LANGUAGE.fullmatch(value):
        raise InvalidValue(attribute.name, repr(value)[:200], "a language such as 'fr' or 'en-GB'")


def _affix(_: object, attribute: "attrs.Attribute[str]", value: Any) -> None:
    if not isinstance(value, str) or len(value) > LONGEST_AFFIX or not value.isprintable():
        raise InvalidValue(attribute.name, repr(value)[:200], f"text of at most {LONGEST_AFFIX} characters on one line")


def _name(_: object, attribute: "attrs.Attribute[str | None]", value: Any) -> None:
    if value is not None and (not isinstance(value, str) or not value.strip() or len(value) > LONGEST_NAME):
        raise InvalidValue(
            attribute.name, repr(value)[:200], f"what the shop is called, 1 to {LONGEST_NAME} characters"
        )


def _web_address(_: object, attribute: "attrs.Attribute[str | None]", value: Any) -> None:
    if value is None:
        return
    would_do = "an address such as 'https://tea.example', of at most 2000 characters and without a login"
    if not isinstance(value, str) or len(value) > LONGEST_URL or not _WEB.fullmatch(value):
        raise InvalidValue(attribute.name, "what is no such address", would_do)


def _kinds(value: Any) -> tuple[str, ...]:
    """Return kinds of message as a tuple of text."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise InvalidValue("notifications", repr(value), "several kinds of message, such as ['order_placed']")
    kinds = tuple(value)
    for kind in kinds:
        if not isinstance(kind, str):
            raise InvalidValue("notifications", repr(kind), "a kind of message, such as 'order_placed'")
        check_text("notifications", kind)
    return kinds


def check_address(name: str, value: object) -> str:
    """
    Return an address for mail.

    Raises:
        InvalidValue: It is none; it must have an ``@`` and no space, or it could say more than an address in a mail.
    """
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value):
        raise InvalidValue(name, "what is no address for mail", "one such as 'marie@example.com'")
    check_text(name, value)
    return value


def _owner(_: object, attribute: "attrs.Attribute[str | None]", value: str | None) -> None:
    if value is not None:
        check_address(attribute.name, value)


def _staff(value: Any) -> tuple[str, ...]:
    """Return addresses of staff as a tuple of text."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise InvalidValue("staff_emails", "what is no list", "several addresses, such as ['marie@example.com']")
    return tuple(check_address("staff_emails", one) for one in value)


def _lines(value: Any) -> tuple[str, ...]:
    """Return the lines of an address as a tuple of text."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise InvalidValue("address", repr(value), "several lines, such as ['12 rue des Lilas', '75020 Paris']")
    lines = tuple(value)
    for line in lines:
        if not isinstance(line, str):
            raise InvalidValue("address", repr(line), "a line of text")
        check_text("address", line)
    return lines


@attrs.frozen(kw_only=True)
class Sender:
    """
    Who a shop is to its customers: what stands at the head and the foot of what is printed.

    Attributes:
        name: What the shop is called.

        address: The lines of its address, as it writes them.

        email: Where customers write to.

        phone: Where customers call.

        website: Where the shop is found.

        legal: What its country wants to be told, such as a registration or a tax number.
    """

    name: str
    address: tuple[str, ...] = attrs.field(default=(), converter=_lines)
    email: str | None = None
    phone: str | None = None
    website: str | None = None
    legal: str | None = None

    def __attrs_post_init__(self) -> None:
        check_types(self)
        if not self.name.strip():
            raise InvalidValue("name", repr(self.name), "what the shop is called")


#: What an assessor and a listener are called: rows of the outbox are named after them.
CALLED: Final = re.compile(r"[A-Za-z0-9._-]{1,50}")
WOULD_BE_CALLED: Final = "1 to 50 letters, digits, dots, dashes and underscores"


def _assessors(value: Any) -> tuple[str, ...]:
    """Return names of assessors as a tuple of text, sorted."""
    names = tuple(value) if isinstance(value, Iterable) and not isinstance(value, str) else (value,)
    for name in names:
        if not isinstance(name, str) or not CALLED.fullmatch(name):
            raise InvalidValue("assessors", repr(name)[:200], f"names of assessors, of {WOULD_BE_CALLED}")
    return tuple(sorted(set(names)))


#: What a subscription to all events says.
EVERY_EVENT: Final = "*"


def _events(value: Any) -> tuple[str, ...]:
    """Return names of events as a tuple of text."""
    names = () if isinstance(value, str) or not isinstance(value, Iterable) else tuple(value)
    if not names or not all(isinstance(name, str) for name in names):
        raise InvalidValue("events", repr(value), "the names of classes of events, such as ['OrderPlaced']")
    for name in names:
        check_text("events", name)
    return names


@attrs.frozen(kw_only=True)
class Subscription:
    """
    Which events a listener hears; `BackOffice.open` writes it.

    Attributes:
        name: The listener's name.

        events: The names of the classes of events, sorted; ``*`` stands for all.
    """

    name: str
    events: tuple[str, ...] = attrs.field(converter=_events)

    def __attrs_post_init__(self) -> None:
        check_types(self)
        if not CALLED.fullmatch(self.name):
            raise InvalidValue("name", repr(self.name)[:200], WOULD_BE_CALLED)

    def wants(self, event: str) -> bool:
        """Return whether an event of a class is heard."""
        return event in self.events or EVERY_EVENT in self.events


def _subscriptions(value: Any) -> tuple[Subscription, ...]:
    """Return subscriptions as a tuple."""
    found = tuple(value) if isinstance(value, Iterable) else (value,)
    for one in found:
        if not isinstance(one, Subscription):
            raise InvalidValue("subscriptions", repr(one), "a Subscription")
    if len({one.name for one in found}) < len(found):
        raise InvalidValue("subscriptions", "two of one name", "a name of its own for each")
    return found


@attrs.frozen(kw_only=True)
class Hushed:
    """
    Advice of the home page that is not shown for a while; `BackOffice.home` writes it.

    Attributes:
        id: The advice.

        until: When it is shown again, UTC; None where it was dismissed.

        count: How many things it was about then; one that was dismissed is shown again when there are more.
    """

    id: str
    until: pendulum.DateTime | None = None
    count: int = 1

    def __attrs_post_init__(self) -> None:
        check_types(self)


def _hushed(value: Any) -> tuple[Hushed, ...]:
    """Return hushed advice as a tuple, the latest of a hundred."""
    found = tuple(value) if isinstance(value, Iterable) else (value,)
    for one in found:
        if not isinstance(one, Hushed):
            raise InvalidValue("hushed", repr(one), "a Hushed")
    return found[-MOST_HUSHED:]


@attrs.frozen(kw_only=True)
class Settings:
    """
    A shop's settings.

    Attributes:
        currency: ISO 4217 code that orders are in unless they say otherwise.

        timezone: IANA name of the zone whose days the reports and files speak of.

        taxes_included: Whether prices contain their taxes, unless an order says otherwise.

        locale: Language of messages to customers who have none of their own.

        tax_rounding: ``line`` rounds each tax of each line; ``order`` rounds one sum per rate.

        capture_mode: ``on_fulfillment`` captures what is authorized once all has been shipped.

        auto_archive: Archive an order as soon as nothing is left to do on it.

        auto_fulfill: Fulfill an order as soon as it is paid.

        name_prefix: What stands before the number in an order's name.

        name_suffix: What stands after it.

        first_number: The number of the shop's first order.

        notifications: The kinds of message that are sent without being asked for.

        key_days: For how many days an idempotency key is remembered.

        sender: Who the shop is to its customers, on what is printed and in letters.

        owner_email: Where messages to staff go.

        staff_emails: Who gets a copy of them.

        name: What the shop is called; that of the sender unless it is set.

        storefront_url: Where the shop is found by its customers; what letters and printed pages name
            where the sender has no website.

        channels: Where the shop sells; `BackOffice.channels` writes it.

        subscriptions: Which events are kept for which listeners; `BackOffice.open` sees to it.

        checkout_minutes: How long after its last change a checkout counts as left behind.

        recovery: Whom the shop asks back, and when; nobody unless it says so.

        hushed: Advice of the home page that is not shown for a while.

        risk: What the shop does by itself about orders that are risky.

        assessors: The assessors that are asked about each order; `BackOffice.open` sees to it.
    """

    currency: str = attrs.field(validator=_currency)
    timezone: str = attrs.field(default="UTC", validator=_timezone)
    taxes_included: bool
    locale: str = attrs.field(default="en", validator=_locale)
    tax_rounding: TaxRounding = attrs.field(default="line", validator=one_of("line", "order"))
    capture_mode: CaptureMode = attrs.field(
        default="by_hand", validator=one_of("at_checkout", "on_fulfillment", "by_hand")
    )
    auto_archive: bool = True
    auto_fulfill: bool = False
    name_prefix: str = attrs.field(default="#", validator=_affix)
    name_suffix: str = attrs.field(default="", validator=_affix)
    first_number: int = attrs.field(default=1001, validator=whole(1))
    notifications: tuple[str, ...] = attrs.field(default=("order_placed",), converter=_kinds)
    key_days: int = attrs.field(default=30, validator=whole(1, LONGEST_DAYS))
    sender: Sender | None = attrs.field(default=None, validator=attrs.validators.optional(instance(Sender, "a Sender")))
    owner_email: str | None = attrs.field(default=None, repr=False, validator=_owner)
    staff_emails: tuple[str, ...] = attrs.field(default=(), repr=False, converter=_staff)
    name: str | None = attrs.field(default=None, validator=_name)
    storefront_url: str | None = attrs.field(default=None, validator=_web_address)
    channels: tuple[Channel, ...] = attrs.field(default=(), converter=channels_of)
    subscriptions: tuple[Subscription, ...] = attrs.field(default=(), converter=_subscriptions)
    checkout_minutes: int = attrs.field(default=10, validator=whole(1, LONGEST_MINUTES))
    recovery: Recovery = attrs.field(
        default=Recovery(), validator=instance(Recovery, "a Recovery, such as Recovery(after=10)")
    )
    hushed: tuple[Hushed, ...] = attrs.field(default=(), converter=_hushed)
    risk: RiskPolicy = attrs.field(
        default=RiskPolicy(), validator=instance(RiskPolicy, "a RiskPolicy, such as RiskPolicy(hold_at='high')")
    )
    assessors: tuple[str, ...] = attrs.field(default=(), converter=_assessors)

    def __attrs_post_init__(self) -> None:
        check_types(self)

    @property
    def shop_name(self) -> str:
        """What the shop is called, by itself or as a sender; empty where nobody said."""
        return self.name or (self.sender.name if self.sender is not None else "")
