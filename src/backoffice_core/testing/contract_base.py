"""What the parts of `backoffice_core.testing.StorageContract` share: the fixtures and the flags."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import ClassVar, TypeVar

import attrs
import pytest

from backoffice_core.catalog.products import StockChange
from backoffice_core.orders.change import Change
from backoffice_core.orders.draft import Draft
from backoffice_core.orders.facts import Movement
from backoffice_core.orders.order import Order
from backoffice_core.search.conditions import ALWAYS
from backoffice_core.search.sorting import Sort
from backoffice_core.search.wanted import Wanted
from backoffice_core.storage.base import Storage, Unit
from backoffice_core.storage.rows import DraftRecord, OutboxRow, Record
from backoffice_core.storage.trouble import StaleVersion, StorageBusy
from backoffice_core.testing.builders import a_record, a_shop
from backoffice_core.testing.clock import START
from backoffice_core.testing.wholelife import a_whole_life

T = TypeVar("T")

#: The shop that the tests work on.
MAIN = "main"


class Contract:
    """
    The fixtures of a contract, and what a storage says of itself.

    Attributes:
        reopens: Whether `reopen` gives a second storage over the same data.

        plants: Whether `plant` can put text of an order's document into the storage.
    """

    reopens: ClassVar[bool] = False
    plants: ClassVar[bool] = False

    @pytest.fixture
    def storage(self) -> Storage:
        """Return a fresh, empty storage, ready for use. Override it."""
        raise NotImplementedError("override the storage fixture")

    def reopen(self, storage: Storage) -> Storage:
        """Return another storage over the data of *storage*; override it where there is such a thing."""
        raise NotImplementedError("override reopen, or leave reopens off")

    def plant(self, storage: Storage, order_id: str, text: str) -> None:
        """Put *text* in the place of an order's document; override it where documents are text."""
        raise NotImplementedError("override plant, or leave plants off")

    @pytest.fixture
    def shop(self, storage: Storage) -> Storage:
        """Return the storage with the shop ``main`` in it."""
        write(storage, lambda unit: unit.create_shop(a_shop()))
        return storage


def read(storage: Storage, work: Callable[[Unit], T], shop: str = MAIN) -> T:
    """Return what *work* finds in a view of a shop."""
    with storage.read(shop) as unit:
        return work(unit)


def write(storage: Storage, work: Callable[[Unit], T], shop: str = MAIN) -> T:
    """Return what *work* did in a unit of work."""
    with storage.write(shop) as unit:
        return work(unit)


class _GaveUp(Exception):
    """What makes a unit of work fail."""


def fail_after(storage: Storage, work: Callable[[Unit], object], shop: str = MAIN) -> None:
    """Do something in a unit of work that fails at its end."""
    with suppress(_GaveUp), storage.write(shop) as unit:
        work(unit)
        raise _GaveUp


def put(storage: Storage, record: Record, shop: str = MAIN) -> Order:
    """Save a record in a unit of work of its own."""
    return write(storage, lambda unit: unit.put(record), shop)


def put_draft(storage: Storage, record: DraftRecord, shop: str = MAIN) -> Draft:
    """Save a record of a draft in a unit of work of its own."""
    return write(storage, lambda unit: unit.put_draft(record), shop)


def patiently(work: Callable[[], T]) -> T:
    """Return what *work* does, which is tried again for a while after a lost race."""
    until = time.monotonic() + 20
    while True:
        try:
            return work()
        except (StaleVersion, StorageBusy):
            if time.monotonic() > until:
                raise


def saved_life(storage: Storage, id: str = "order-1", shop: str = MAIN) -> Sequence[tuple[Change, Order]]:
    """Save an order that lives through everything, change by change; return the changes and what was saved."""
    steps: list[tuple[Change, Order]] = []
    for place in ("here", "there"):
        seed = a_change(9, location_id=place, key=f"seed-{id}", line_id="")
        write(storage, lambda unit, seed=seed: unit.adjust(seed), shop)  # type: ignore[misc]
    for change in a_whole_life(id):
        before = steps[-1][1] if steps else None
        record = a_record(change, before=before)
        saved = put(storage, _at(record, before.version if before is not None else 0), shop)
        steps.append((change, saved))
    return steps


def _at(record: Record, version: int) -> Record:
    return attrs.evolve(record, order=attrs.evolve(record.order, version=version))


def a_move(
    variant: str = "v-CUP", place: str = "here", *, hand: int = 0, promised: int = 0, **more: object
) -> Movement:
    """Return a movement of stock."""
    plain = Movement(variant, place, hand, promised, "line-1", "fact-1")
    return attrs.evolve(plain, **more)  # type: ignore[arg-type]


def a_change(hand: int, number: int = 1, **fields: object) -> StockChange:
    """Return an adjustment of stock, the *number*-th."""
    plain = StockChange(
        variant_id="v-CUP",
        location_id="here",
        on_hand=hand,
        committed=0,
        reason="received",
        key=f"fact-{number}",
        at=START.add(minutes=number),
        actor="marie",
    )
    return attrs.evolve(plain, **fields)  # type: ignore[arg-type]


def everything(storage: Storage, shop: str = MAIN) -> tuple[object, ...]:
    """Return all that can be seen of a shop, to compare before and after."""

    def work(unit: Unit) -> tuple[object, ...]:
        settings, orders = unit.settings(), unit.page(250).orders
        drafts = unit.drafts(250).drafts
        checkouts = unit.checkouts(250).checkouts
        lines = [line for order in orders for line in order.lines] + [line for one in drafts for line in one.lines]
        variants = sorted({line.variant_id for line in lines if line.variant_id})
        products = unit.products()
        variants += [variant.id or "" for product in products for variant in product.variants]
        outbox: Sequence[OutboxRow] = unit.outbox()
        return (
            settings,
            orders,
            [unit.events(order.id) for order in orders],
            drafts,
            [unit.events(draft.id) for draft in drafts],
            unit.draft_ahead() if settings is not None else None,
            checkouts,
            [unit.checkout_imported_from(one.source) for one in checkouts if one.source is not None],
            unit.entries(),
            unit.money_entries(),
            unit.export_jobs(250),
            unit.storefront(),
            unit.setting_changes(250),
            [hit.customer for hit in unit.search_customers(Wanted(ALWAYS, Sort("id", descending=False), 250))],
            unit.errands(),
            products,
            unit.locations(),
            unit.levels(variants),
            [unit.stock_changes(variant) for variant in variants],
            outbox,
            unit.count_orders(),
        )

    return read(storage, work, shop)
