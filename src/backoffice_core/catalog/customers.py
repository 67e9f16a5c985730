"""Customers: what is kept of a person beside the orders, and what was begun about one and must be finished."""

import hashlib
from typing import Any, Literal

import attrs
import pendulum

from backoffice_core.failures import InvalidValue
from backoffice_core.money import Money
from backoffice_core.orders.asked import members
from backoffice_core.orders.erase import PSEUDONYM
from backoffice_core.orders.notes import note_text
from backoffice_core.orders.order import Address, CustomerRef
from backoffice_core.orders.tags import kept
from backoffice_core.typed import check_types, kind_of

#: The most characters of a name, an address for mail and a number.
LONGEST_NAME = 255
#: The most addresses that one customer has.
MOST_ADDRESSES = 100


def _text(field: str, value: Any) -> str | None:
    """Return a text of a person without the spaces around it, None for an empty one; an error tells nothing of it."""
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > LONGEST_NAME:
        given = f"text of {len(value)} characters" if isinstance(value, str) else kind_of(value)
        raise InvalidValue(field, given, f"text of at most {LONGEST_NAME} characters")
    return value.strip() or None


def _name(value: Any) -> str | None:
    return _text("name", value)


def _phone(value: Any) -> str | None:
    return _text("phone", value)


def _email(value: Any) -> str | None:
    text = _text("email", value)
    if text is not None and ("@" not in text[1:-1] or any(c.isspace() for c in text)):
        raise InvalidValue("email", "text that is no address", "an address such as ada@example.com")
    return text


def _id(value: Any) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= 36 or not (value.isascii() and value.isprintable()):
        raise InvalidValue("id", kind_of(value), "1 to 36 printable ASCII characters")
    if "@" in value:
        raise InvalidValue("id", "an id with an @ in it", "one that is no address for mail")
    return value


def _addresses(value: Any) -> tuple[Address, ...]:
    found = members(value, Address, "addresses")
    if len(found) > MOST_ADDRESSES:
        raise InvalidValue("addresses", f"{len(found)} of them", f"at most {MOST_ADDRESSES}")
    for address in found:
        check_types(address)
    return found


@attrs.frozen(kw_only=True)
class Customer:
    """
    A person who buys, or may.

    Orders keep who bought as it was then (`CustomerRef`); nothing of this is copied into them later.

    Attributes:
        id: Its id; a host may give its own account's. Compared as it is spelled.

        version: How often it was saved; kept by the storage.

        name: What they are called.

        email: Their address for mail; no two customers of a shop share one, whatever its case.

        phone: Their number, as it was written.

        locale: The language of letters, such as ``fr``.

        note: A remark of staff's, at most 5000 characters.

        tags: Sorted ignoring case.

        accepts_marketing: Whether they agreed to be written to.

        consent_at: When they last agreed or took it back, UTC; None where neither was told.

        addresses: Their addresses, the usual one first.

        created_at: When it was made, UTC.

        updated_at: When it was last changed, UTC.

        archived_at: When it was put away, UTC.
    """

    id: str = attrs.field(converter=_id)
    version: int = 0
    name: str | None = attrs.field(default=None, converter=_name, repr=False)
    email: str | None = attrs.field(default=None, converter=_email, repr=False)
    phone: str | None = attrs.field(default=None, converter=_phone, repr=False)
    locale: str | None = None
    note: str | None = attrs.field(default=None, converter=note_text, repr=False)
    tags: tuple[str, ...] = attrs.field(default=(), converter=kept)
    accepts_marketing: bool = False
    consent_at: pendulum.DateTime | None = None
    addresses: tuple[Address, ...] = attrs.field(default=(), converter=_addresses, repr=False)
    created_at: pendulum.DateTime
    updated_at: pendulum.DateTime
    archived_at: pendulum.DateTime | None = None

    def __attrs_post_init__(self) -> None:
        check_types(self)

    @property
    def ref(self) -> CustomerRef:
        """Who buys, as `place` takes it."""
        return CustomerRef(
            id=self.id,
            name=self.name,
            email=self.email,
            phone=self.phone,
            locale=self.locale,
            accepts_marketing=self.accepts_marketing,
        )


@attrs.frozen(kw_only=True)
class Bought:
    """
    What somebody bought: all of their orders but trials and those that were deleted.

    Attributes:
        orders: How many orders.

        first: The id of the earliest one.

        last: The id of the latest one.

        first_at: When that first one was placed, UTC.

        last_at: When that last one was placed, UTC.

        spent: What was paid and not given back, a sum a currency, by currency.
    """

    orders: int = 0
    first: str | None = None
    last: str | None = None
    first_at: pendulum.DateTime | None = None
    last_at: pendulum.DateTime | None = None
    spent: tuple[Money, ...] = ()


@attrs.frozen(kw_only=True)
class Errand:
    """
    Something that was begun about a person, for all that is kept of them; it is gone when it is done.

    Attributes:
        id: UUIDv7 text.

        kind: ``erase`` or ``merge``.

        customer_id: Whose account it is about; None where only an address is known.

        email: The address for mail; None where there is none.

        into: The account that a guest is merged with.

        salt: What the names in the place of a person are made with; see `pseudonym`.

        asked_at: When it was begun, UTC.

        actor: Who asked for it.
    """

    id: str
    kind: Literal["erase", "merge"]
    customer_id: str | None = None
    email: str | None = attrs.field(default=None, repr=False)
    into: str | None = None
    salt: str = attrs.field(default="", repr=False)
    asked_at: pendulum.DateTime
    actor: str | None = None

    def pseudonym(self, person: str) -> str:
        """
        Return the id that stands in the place of a person who is erased.

        The orders of one go on being those of one, so that figures stay what they were. With the salt,
        which goes with the errand, the last way back from it to the person is gone.
        """
        mixed = hashlib.sha256(f"{self.salt}\n{person}".encode()).hexdigest()
        return f"{PSEUDONYM}{mixed[:24]}"
