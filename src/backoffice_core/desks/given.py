"""What is given to change products and customers, read."""

from collections.abc import Iterable, Iterator
from typing import Any

from backoffice_core.failures import InvalidValue
from backoffice_core.money import Money, minor_of
from backoffice_core.orders.asked import Amount
from backoffice_core.orders.pricing import NegativeAmount
from backoffice_core.typed import kind_of


def several(value: Any) -> Any:
    """Return an iterator as a tuple, because work that lost a race is done again; anything else as it is."""
    return tuple(value) if isinstance(value, Iterator) else value


def money(name: str, amount: Amount, currency: str) -> Money:
    """
    Return an amount of the shop's currency.

    Raises:
        NegativeAmount: It is below zero.
        CurrencyMismatch: It is in another currency.
    """
    minor = minor_of(amount, currency, name)
    if minor < 0:
        raise NegativeAmount(name, minor)
    return Money(minor, currency)


def changes_of(given: dict[str, Any], remove: Iterable[str], removable: tuple[str, ...]) -> dict[str, Any]:
    """
    Return what changes by name: what is given, and None for what is taken away.

    Raises:
        InvalidValue: Something that cannot be taken away, or that is given too.
    """
    changes = {name: value for name, value in given.items() if value is not None}
    if not isinstance(remove, Iterable):
        raise InvalidValue("remove", kind_of(remove), "names of fields")
    for name in (remove,) if isinstance(remove, str) else tuple(remove):
        if name not in removable:
            raise InvalidValue("remove", repr(name), " or ".join(removable))
        if name in changes and changes[name] is not None:
            raise InvalidValue(name, "a value, and its removal", "one of them")
        changes[name] = None
    return changes
