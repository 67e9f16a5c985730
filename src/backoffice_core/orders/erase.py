"""
A person taken out of what they bought, and a guest made an account's.

Rules:

1. Whatever is kept out of ``repr`` is personal and goes: names, addresses for mail, numbers, notes,
   comments, attributes, properties, links. So does free text of staff that stands elsewhere (`ALSO`).
2. Of an address the country and the region stay: taxes are reckoned by them.
3. In the place of whoever bought stands an id that tells nothing, the same in all that was theirs.
4. Lines, figures, payments, parcels and what happened stay as they are; so do tags.
5. A checkout that is erased asks nobody back any more.
6. Erasing again changes nothing.
7. What a provider says afterwards of an order's risk is kept without its words (``assess.py``).
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import attrs

from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.draft import Draft
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.order import Address, CustomerRef, Order

D = TypeVar("D", Order, Draft, Checkout)

#: What an id in the place of a person begins with (rule 3).
PSEUDONYM: Final = "erased-"
#: Free text that is told by ``repr`` and goes all the same, by class and field.
ALSO: Final = frozenset({("Hold", "release_reason")})
#: What is never looked into: it is exchanged whole.
_WHOLE: Final = ("customer",)


def erased(document: D, pseudonym: Callable[[CustomerRef], str]) -> D:
    """
    Return an order, a draft or a checkout without the person in it.

    Args:
        document: What is kept.

        pseudonym: Gives the id in the place of a person (rule 3).
    """
    after: Any = without_person(document)
    known = document.customer
    if known is not None and (known.id or known.email):
        after = evolve(after, customer=CustomerRef(id=pseudonym(known)))
    elif known is not None:
        after = evolve(after, customer=None)
    if isinstance(after, Checkout) and not after.is_over:
        after = evolve(after, due_at=None, contact_at=None)
    result: D = document if after == document else after
    return result


def merged_into(document: D, customer_id: str) -> D:
    """Return an order, a draft or a checkout of a guest as that of an account."""
    known = document.customer
    if known is None or known.id == customer_id:
        return document
    return evolve(document, customer=evolve(known, id=customer_id))


def is_erased(order: Order) -> bool:
    """Return whether the person who bought was taken out of an order."""
    known = order.customer
    return known is not None and known == CustomerRef(id=known.id) and (known.id or "").startswith(PSEUDONYM)


def without_person(value: Any) -> Any:
    """Return an attrs value without what is personal in it; itself where nothing is."""
    if isinstance(value, Address):
        return Address(country=value.country, province=value.province, province_name=value.province_name)
    changes = {}
    for field in attrs.fields(type(value)):
        held = getattr(value, field.name)
        if held is None or held == () or field.name in _WHOLE:
            continue
        personal = not field.repr or (type(value).__name__, field.name) in ALSO
        after = _emptied(held, field) if personal and _is_text(held) else _inside(held)
        if after is not held:
            changes[field.name] = after
    return evolve(value, **changes) if changes else value


def _is_text(held: Any) -> bool:
    """Whether a value is text, or texts, or pairs of them."""
    if isinstance(held, tuple):
        return all(map(_is_text, held))
    return isinstance(held, str)


def _emptied(held: Any, field: "attrs.Attribute[Any]") -> Any:
    if isinstance(held, tuple):
        return ()
    return "" if field.default is attrs.NOTHING else field.default


def _inside(held: Any) -> Any:
    if attrs.has(type(held)):
        return without_person(held)
    if isinstance(held, tuple) and any(attrs.has(type(one)) for one in held):
        rows = tuple([without_person(one) if attrs.has(type(one)) else one for one in held])
        return held if all(new is old for new, old in zip(rows, held, strict=True)) else rows
    return held
