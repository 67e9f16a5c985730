"""
Values for tests, in one line each: an order, what a storage saves of it, a message, a product.

An order is made by the rules themselves, so it is one that a shop could have.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import attrs
import pendulum

from backoffice_core.catalog.products import Product, Variant
from backoffice_core.money import Money
from backoffice_core.orders.asked import Amount, Authorization, Line, Sale
from backoffice_core.orders.change import Change, Command, Facts
from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.ledger import entries, money_entries
from backoffice_core.orders.order import Order
from backoffice_core.orders.place import Place
from backoffice_core.orders.rules import decide
from backoffice_core.orders.stock import Level, Sellable, StockPlace
from backoffice_core.settings import Settings
from backoffice_core.storage.rows import KeyRecord, OutboxRow, Record
from backoffice_core.testing.clock import START
from backoffice_core.testing.ids import CountingIds, numbered_id


def a_shop(**settings: Any) -> Settings:
    """Return settings: euros, taxes included, UTC, nothing that happens by itself; any of them otherwise."""
    plain: dict[str, Any] = {
        "currency": "EUR",
        "taxes_included": True,
        "auto_archive": False,
        "notifications": (),
    }
    return Settings(**{**plain, **settings})


def some_facts(**known: Any) -> Facts:
    """Return what a rule may know; see `backoffice_core.orders.change.Facts` for the names."""
    plain: dict[str, Any] = {
        "now": START,
        "new_id": CountingIds(series=99),
        "settings": a_shop(),
        "number": 1001,
    }
    return Facts(**{**plain, **known})


def placed(
    *lines: Line,
    id: str | None = None,
    at: pendulum.DateTime = START,
    number: int = 1001,
    paid: Amount | None = None,
    authorized: Amount | None = None,
    expires_at: pendulum.DateTime | None = None,
    facts: Facts | None = None,
    **asked: Any,
) -> Change:
    """
    Return the change that places an order of one tea for 10.00, or of *lines*.

    Args:
        lines: What is sold.

        id: The order's id; the ids within it are made from it.

        at: When.

        number: The number in its name.

        paid: A sale that came with it.

        authorized: An authorization that came with it.

        expires_at: When the authorization lapses.

        facts: What the rule knows; *at* and *number* are taken from it then.

        asked: Any other field of `backoffice_core.orders.place.Place`.
    """
    payments = list(asked.pop("payments", ()))
    if paid is not None:
        payments.append(Sale(paid))
    if authorized is not None:
        payments.append(Authorization(authorized, expires_at=expires_at))
    command = Place(lines=lines or (Line("Tea", sku="TEA", price="10.00"),), payments=payments, **asked)
    known = facts or some_facts(now=at, number=number)
    made = decide(None, command, known)
    if id is None:
        return made
    movements = tuple(attrs.evolve(move, key=id) for move in made.movements)
    return attrs.evolve(made, order=attrs.evolve(made.order, id=id), movements=movements)


def an_order(*lines: Line, **asked: Any) -> Order:
    """Return a placed order that was never saved; see `placed` for what can be said of it."""
    return placed(*lines, **asked).order


def a_record(change: Change | Order, **saved: Any) -> Record:
    """
    Return all that a change saves, without messages and key unless they are given.

    Args:
        change: The change, or an order that is saved without events.

        saved: Any field of `backoffice_core.storage.base.Record`.
    """
    if isinstance(change, Order):
        change = Change(before=None, order=change)
    at = change.order.updated_at
    plain: dict[str, Any] = {
        "order": change.order,
        "at": at,
        "day": at.to_date_string(),
        "actor": "marie",
        "events": change.events,
        "movements": change.movements,
        "entries": entries(change),
        "money": money_entries(change),
    }
    return Record(**{**plain, **saved})


def a_checkout(id: str = "checkout-1", *lines: Line, at: pendulum.DateTime = START, **fields: Any) -> Checkout:
    """
    Return a checkout that was never saved, of one tea for 10.00, or of *lines*.

    Args:
        id: The checkout's id.

        lines: What is in it.

        at: When it was begun.

        fields: Any field of `backoffice_core.orders.checkout.Checkout`.
    """
    order = an_order(*lines, id=id, at=at)
    plain: dict[str, Any] = {
        "name": f"#{id}",
        "currency": order.currency,
        "taxes_included": order.taxes_included,
        "created_at": at,
        "updated_at": at,
        "lines": order.lines,
        "listed_minor": sum(line.unit_minor * line.quantity for line in order.lines),
        "discounts_minor": order.sums.discounts,
        "subtotal_minor": order.sums.subtotal,
        "tax_minor": order.sums.tax,
        "total_minor": order.sums.total,
    }
    return Checkout(id=id, **{**plain, **fields})


def a_key(key: str = "key-1", **fields: Any) -> KeyRecord:
    """Return an idempotency key; order and version are filled in when it is saved."""
    plain: dict[str, Any] = {"fingerprint": "f" * 64, "order_id": "", "version": 0, "at": START}
    return KeyRecord(key=key, **{**plain, **fields})


def a_message(number: int = 1, *, subject: str = "order-1", **fields: Any) -> OutboxRow:
    """Return a message about an order, the *number*-th; higher ones are later."""
    plain: dict[str, Any] = {
        "id": numbered_id(number, series=7),
        "key": f"order_placed {subject} {number}",
        "kind": "order_placed",
        "subject": subject,
        "fact": subject,
        "locale": "en",
        "created_at": START,
        "due_at": START,
    }
    return OutboxRow(**{**plain, **fields})


def a_product(id: str = "p-cup", *, sku: str = "CUP", price: str = "10.00", **fields: Any) -> Product:
    """Return a product with one tracked variant that may not be oversold."""
    variant: dict[str, Any] = {"id": f"v-{sku}", "sku": sku, "price": Money.of(price, "EUR")}
    for name in ("tracked", "policy", "barcode"):
        if name in fields:
            variant[name] = fields.pop(name)
    return Product(id=id, **{"title": sku.title(), "variants": (Variant(**variant),), **fields})


def a_sellable(sku: str = "CUP", **said: Any) -> Sellable:
    """Return what a rule knows of the variant of `a_product`."""
    product = a_product(sku=sku)
    return attrs.evolve(product.sellable(product.variants[0]), **said)


def stocked(
    levels: Mapping[str, int], *skus: str, oversell: bool = False, places: Iterable[str] | None = None, **known: Any
) -> Facts:
    """
    Return what a rule knows of a shop with stock.

    Args:
        levels: Units on hand by location, of each variant.

        skus: The variants by SKU; ``CUP`` unless told.

        oversell: Whether they may be sold below zero.

        places: The locations in their order; those of *levels* unless told.

        known: Any other field of `backoffice_core.orders.change.Facts`.
    """
    named = skus or ("CUP",)
    return some_facts(
        places=tuple(StockPlace(place) for place in places or levels),
        variants={sku: a_sellable(sku, oversell=oversell) for sku in named},
        levels={(f"v-{sku}", place): Level(units) for sku in named for place, units in levels.items()},
        **known,
    )


def then(order: Order, *commands: Command, facts: Facts | None = None) -> list[Change]:
    """Return what some commands do to an order, one after the other."""
    changes: list[Change] = []
    # A series of their own: an order's facts are told apart by their ids.
    known = facts or some_facts(new_id=CountingIds(series=98))
    for command in commands:
        changes.append(decide(order, command, known))
        order = changes[-1].order
    return changes
