"""A shop in memory, and orders read as text, for the cases."""

from collections.abc import Iterable
from typing import Any

import pytest

from backoffice_core import Authorization, BackOffice, Line, Money, Order, Sale, errors


def office(
    currency: str = "CAD", *, taxes_included: bool = False, auto_archive: bool = False, **more: Any
) -> BackOffice:
    """Return a new shop in memory; it archives nothing by itself unless told to."""
    return BackOffice.open(
        "memory:", currency=currency, taxes_included=taxes_included, auto_archive=auto_archive, **more
    )


def goods(price: str | Money, quantity: int = 1, sku: str = "A", **more: Any) -> Line:
    """Return a line of the host's own goods."""
    return Line(more.pop("title", f"Item {sku}"), sku=sku, quantity=quantity, price=price, **more)


def several(*prices: str, **more: Any) -> list[Line]:
    """Return one line for each price, named A, B, C and so on."""
    return [goods(price, sku=chr(ord("A") + at), **more) for at, price in enumerate(prices)]


def placed(
    shop: BackOffice, *lines: Line, paid: str | None = None, authorized: str | None = None, **more: Any
) -> Order:
    """Place an order, with a sale or an authorization of so much."""
    payments = list(more.pop("payments", ()))
    payments += [Sale(paid)] if paid is not None else []
    payments += [Authorization(authorized)] if authorized is not None else []
    return shop.orders.place(lines=lines, payments=payments, **more).order


def figures(order: Order, names: Iterable[str]) -> dict[str, Any]:
    """Return some properties of an order: amounts as text, statuses as their words."""
    values = {name: getattr(order, name) for name in names}
    return {name: value.amount if isinstance(value, Money) else value for name, value in values.items()}


def minors(order: Order, names: Iterable[str]) -> dict[str, int]:
    """Return some amounts of an order in minor units."""
    return {name: getattr(order, name).minor for name in names}


def worth(shop: BackOffice, order: Order, sku: str = "A", units: int = 1) -> str:
    """Return what the next units of a line are worth, tax in."""
    return shop.orders.preview.refund(order.id, lines={sku: units}).refund.lines[0].amount.amount


def shares(order: Order) -> list[str]:
    """Return what discounts took off each line."""
    return [
        Money(sum(off for span in line.spans for _, off in span.discounts), order.currency).amount
        for line in order.lines
    ]


def refusal(kind: type[errors.BackOfficeError], call: Any, *args: Any, **asked: Any) -> dict[str, Any]:
    """Return the facts of the error that a call meets: amounts as text, without the order's id."""
    with pytest.raises(kind) as caught:
        call(*args, **asked)
    assert type(caught.value) is kind
    return {
        name: value.amount if isinstance(value, Money) else value
        for name, value in caught.value.facts.items()
        if name != "order_id"
    }
