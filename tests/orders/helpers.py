"""Small builders for the tests of the rules: an order, what a rule may know, one step, a refusal."""

import itertools
from typing import Any

import attrs
import pendulum
import pytest

from backoffice_core.failures import BackOfficeError
from backoffice_core.money import Money
from backoffice_core.orders.asked import Authorization, Line, Sale
from backoffice_core.orders.change import Change, Command, Facts
from backoffice_core.orders.facts import Movement, Transaction
from backoffice_core.orders.lines import LineItem
from backoffice_core.orders.order import Order
from backoffice_core.orders.place import Place
from backoffice_core.orders.rules import decide
from backoffice_core.orders.stock import Level, Sellable
from backoffice_core.orders.stock import StockPlace as Location
from backoffice_core.settings import Settings

NOW = pendulum.datetime(2024, 5, 17, 9, 30, tz="UTC")
LATER = NOW.add(days=3)
SHOP = Settings(currency="EUR", taxes_included=True, auto_archive=False, notifications=())

HERE = Location("here")
THERE = Location("there")

_ids = itertools.count(1)


def new_id() -> str:
    """Return an id that sorts by the time it was made."""
    return f"id-{next(_ids):06}"


def facts(**known: Any) -> Facts:
    """Return what a rule may know: a clock that stands still, ids that count, one location."""
    known = {
        "now": NOW,
        "new_id": new_id,
        "settings": SHOP,
        "number": 1001,
        "actor": "marie",
        "places": (HERE,),
    } | known
    return Facts(**known)


def shop(**changes: Any) -> Settings:
    """Return the settings of `SHOP` with some of them changed."""
    return attrs.evolve(SHOP, **changes)


def eur(amount: str) -> Money:
    """Return an amount of euros."""
    return Money.of(amount, "EUR")


def goods(sku: str = "TEA", quantity: int = 1, price: str = "10.00", **more: Any) -> Line:
    """Return a line of the host's own goods, named by its SKU."""
    return Line(more.pop("title", sku.title()), sku=sku, quantity=quantity, price=price, **more)


def stocked(sku: str = "CUP", quantity: int = 1, price: str = "10.00", **more: Any) -> Line:
    """Return a line of a variant whose stock is counted; the variant is called like its SKU."""
    return Line(variant=sku, quantity=quantity, price=price, **more)


def variant(sku: str = "CUP", *, oversell: bool = False, tracked: bool = True, **more: Any) -> Sellable:
    """Return what the catalog says of a variant."""
    said = {
        "id": f"v-{sku}",
        "product_id": f"p-{sku}",
        "title": sku.title(),
        "variant_title": None,
        "sku": sku,
        "price_minor": 1000,
        "currency": "EUR",
        "vendor": None,
        "tracked": tracked,
        "oversell": oversell,
        "taxable": True,
        "requires_shipping": True,
    }
    return Sellable(**(said | more))


def stock(here: int, there: int | None = None, sku: str = "CUP", **more: Any) -> dict[str, Any]:
    """Return the facts of a shop that counts one variant, at one location or two."""
    levels = {(f"v-{sku}", "here"): Level(here)}
    places = (HERE,)
    if there is not None:
        levels["v-" + sku, "there"] = Level(there)
        places = (HERE, THERE)
    return {"places": places, "levels": levels, "variants": {sku: variant(sku, **more)}}


def moved(known: dict[str, Any], movements: tuple[Movement, ...]) -> dict[str, Any]:
    """Return the facts of `stock` after some movements."""
    levels = dict(known["levels"])
    for move in movements:
        at = (move.variant_id, move.location_id)
        was = levels.get(at, Level())
        levels[at] = Level(was.on_hand + move.on_hand, was.committed + move.committed, was.reserved)
    return {**known, "levels": levels}


def level(known: dict[str, Any], place: str = "here", sku: str = "CUP") -> tuple[int, int, int]:
    """Return on hand, committed and available of a variant at a location."""
    row = known["levels"][f"v-{sku}", place]
    return row.on_hand, row.committed, row.available


def placed(*lines: Line, known: dict[str, Any] | None = None, paid: str | None = None, **asked: Any) -> Change:
    """Place an order, of one tea for 10.00 unless told otherwise; *paid* by a sale, *authorized* by one."""
    payments = list(asked.pop("payments", ()))
    if paid is not None:
        payments.append(Sale(paid))
    authorized = asked.pop("authorized", None)
    if authorized is not None:
        payments.append(Authorization(authorized))
    return decide(None, Place(lines=lines or (goods(),), payments=payments, **asked), facts(**(known or {})))


def an_order(*lines: Line, **asked: Any) -> Order:
    """Return a placed order; see `placed`."""
    return placed(*lines, **asked).order


def step(order: Order, command: Command, **known: Any) -> Change:
    """Return what a command does to an order."""
    return decide(order, command, facts(**known))


def after(order: Order, *commands: Command, **known: Any) -> Order:
    """Return the order after some commands."""
    for command in commands:
        order = step(order, command, **known).order
    return order


def refusal(order: Order | None, command: Command, **known: Any) -> tuple[type[BackOfficeError], dict[str, Any]]:
    """Return the class and the facts of the error that a command meets."""
    with pytest.raises(BackOfficeError) as caught:
        decide(order, command, facts(**known))
    return type(caught.value), caught.value.facts


def kinds(change: Change) -> list[str]:
    """Return the names of what happened."""
    return [type(event).__name__ for event in change.events]


def line(order: Order, sku: str = "TEA") -> LineItem:
    """Return the line with a SKU."""
    return next(one for one in order.lines if one.sku == sku)


def last(order: Order) -> Transaction:
    """Return the transaction that was recorded last."""
    return order.transactions[-1]
