"""Who bought, where it goes, and what was noted: what an order in REST JSON says beside figures and statuses."""

from collections.abc import Iterable
from typing import Final

from backoffice_core.failures import InvalidInput, InvalidValue
from backoffice_core.orders.cancel import REASONS
from backoffice_core.orders.notes import note_text
from backoffice_core.orders.order import Address, CustomerRef
from backoffice_core.orders.tags import TooManyTags, kept
from backoffice_core.shopify.people import People
from backoffice_core.shopify.rest_fields import Fields
from backoffice_core.shopify.rest_goods import pairs

_NOWHERE: Final = Address()


def rest_people_of(order: Fields) -> People:
    """
    Return what an order says beside figures and statuses.

    Raises:
        BadField: A note or tag is too long, or a field is of another type.
    """
    billing, shipping = _address(order, "billing_address"), _address(order, "shipping_address")
    return People(
        customer=_customer(order, billing, shipping),
        billing=billing,
        shipping=shipping,
        note=_note(order),
        tags=_tags(order),
        attributes=pairs(order, "note_attributes"),
        channel=order.text("source_name", 64),
    )


def cancel_reason_of(order: Fields) -> str:
    """Return why an order was cancelled; ``other`` for what is no reason here."""
    word = order.word("cancel_reason")
    return word if word in REASONS else "other"


def _customer(order: Fields, billing: Address | None, shipping: Address | None) -> CustomerRef | None:
    """Return who bought; None when nothing at all is known, and without an id for a guest."""
    who = order.one("customer")
    named = [who.text("first_name"), who.text("last_name")] if who is not None else []
    addresses = [one.name for one in (billing, shipping) if one is not None and one.name]
    name = " ".join(filter(None, named)) or next(iter(addresses), None)
    email = order.text("email") or order.text("contact_email") or (who.text("email") if who is not None else None)
    phone = order.text("phone") or (who.text("phone") if who is not None else None)
    id = who.text("id", 128) if who is not None else None
    if not (id or name or email or phone):
        return None
    return CustomerRef(
        id=id,
        name=name,
        email=email,
        phone=phone,
        locale=order.text("customer_locale", 35),
        accepts_marketing=order.yes("buyer_accepts_marketing"),
    )


def _address(order: Fields, key: str) -> Address | None:
    """Return an address; None when it is empty."""
    one = order.one(key)
    if one is None:
        return None
    name = one.text("name") or " ".join(filter(None, (one.text("first_name"), one.text("last_name"))))
    address = Address(
        name=name or None,
        company=one.text("company"),
        address1=one.text("address1"),
        address2=one.text("address2"),
        city=one.text("city"),
        zip=one.text("zip"),
        province=one.text("province_code"),
        province_name=one.text("province"),
        country=one.text("country_code") or one.text("country"),
        phone=one.text("phone"),
    )
    return address if address != _NOWHERE else None


def _note(order: Fields) -> str | None:
    try:
        return note_text(order.text("note"))
    except InvalidValue as error:
        raise order.bad("note", error.given, error.would_do) from None


def _tags(order: Fields) -> tuple[str, ...]:
    """Return the tags, sorted; they come as text with commas, or as a list."""
    given = order.data.get("tags")
    if given is None:
        return ()
    try:
        tags: Iterable[object] | str = given if isinstance(given, list | tuple) else order.text("tags") or ""
        return kept(tags)
    except TooManyTags as error:
        raise order.bad("tags", f"{error.tags} of them", f"at most {error.most}") from None
    except InvalidInput as error:
        raise order.bad("tags", str(error), "shorter ones") from None
