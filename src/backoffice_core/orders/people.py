"""
Who buys, and where to ship and bill to, changed after the order was placed.

Rules:

1. The customer and the addresses of any order can be changed, a cancelled one too; what is left
   out stays, and what was done is not done again.
2. Somebody who is known can become a guest again; who bought is a snapshot of the order's own.

Names, numbers and addresses stay in the order; events only say that they changed.
"""

from collections.abc import Iterable
from typing import Any

import attrs

from backoffice_core.failures import InvalidValue
from backoffice_core.orders.asked import customer_of
from backoffice_core.orders.change import Change, Command, Facts, unchanged
from backoffice_core.orders.events import AddressUpdated, CustomerUpdated
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.order import Address, CustomerRef, Order
from backoffice_core.orders.place import address_field


@attrs.frozen(kw_only=True)
class UpdateCustomer(Command):
    """Say who buys; what is left out stays."""

    customer: CustomerRef | str | None = None
    customer_name: str | None = attrs.field(default=None, repr=False)
    email: str | None = attrs.field(default=None, repr=False)
    phone: str | None = attrs.field(default=None, repr=False)
    guest: bool = False


def _kinds(value: Any) -> tuple[str, ...]:
    names = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, Iterable) else (value,)
    for name in names:
        if name not in ("shipping", "billing"):
            raise InvalidValue("remove", repr(name), "shipping or billing")
    return names


@attrs.frozen(kw_only=True)
class UpdateAddress(Command):
    """Say where to ship or bill to; what is left out stays."""

    shipping: Address | None = attrs.field(default=None, validator=address_field)
    billing: Address | None = attrs.field(default=None, validator=address_field)
    remove: tuple[str, ...] = attrs.field(default=(), converter=_kinds)


def update_customer(order: Order, command: UpdateCustomer, facts: Facts) -> Change:
    """
    Say who buys.

    Raises:
        InvalidValue: A guest with a customer, or an email that is none.
    """
    if command.guest and command.customer is not None:
        raise InvalidValue("guest", "True, with a customer", "one of them")
    known = order.customer
    if command.guest and known is not None:
        known = evolve(known, id=None)
    after = customer_of(command.customer or known, command.email, command.phone, command.customer_name)
    if after == order.customer:
        return unchanged(order)
    return Change(
        before=order, order=evolve(order, customer=after), events=(CustomerUpdated(after is None or after.id is None),)
    )


def update_address(order: Order, command: UpdateAddress, facts: Facts) -> Change:
    """Say where to ship or bill to."""
    shipping = None if "shipping" in command.remove else command.shipping or order.shipping_address
    billing = None if "billing" in command.remove else command.billing or order.billing_address
    changed = (shipping != order.shipping_address, billing != order.billing_address)
    if not any(changed):
        return unchanged(order)
    after = evolve(order, shipping_address=shipping, billing_address=billing)
    return Change(before=order, order=after, events=(AddressUpdated(*changed),))
