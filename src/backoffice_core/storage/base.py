"""
What a storage is: the specification that `backoffice_core.testing.StorageContract` proves.

A storage holds shops that know nothing of each other. `Storage.read` opens a consistent view,
`Storage.write` a unit of work that is saved whole at its end or not at all. Inside, documents
are frozen values; what is read is never the storage's own copy that somebody could change.

Every name and instant is as the domain has it: amounts in minor units, instants in UTC.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import pendulum

from backoffice_core.catalog.products import Location, Product, StockChange
from backoffice_core.failures import StorageFailed
from backoffice_core.orders.order import Order
from backoffice_core.orders.stock import Level, Sellable
from backoffice_core.search.conditions import Condition
from backoffice_core.search.views import SavedView
from backoffice_core.search.wanted import Hit, Wanted
from backoffice_core.settings import Settings
from backoffice_core.storage.base_exports import ExportsUnit
from backoffice_core.storage.base_figures import FiguresUnit
from backoffice_core.storage.base_home import HomeUnit
from backoffice_core.storage.base_outbox import OutboxUnit
from backoffice_core.storage.base_people import PeopleUnit
from backoffice_core.storage.base_products import ProductsUnit
from backoffice_core.storage.base_shop import ShopUnit
from backoffice_core.storage.base_unsold import UnsoldUnit
from backoffice_core.storage.rows import (
    KeyRecord,
    Page,
    Record,
    StoredEvent,
)


class Unit(UnsoldUnit, OutboxUnit, ExportsUnit, FiguresUnit, ShopUnit, PeopleUnit, HomeUnit, ProductsUnit, Protocol):
    """
    A view of one shop, or a unit of work on it. Not to be shared between threads.

    What it says of drafts and checkouts stands in ``base_unsold.py``, of messages in ``base_outbox.py``,
    of exports in ``base_exports.py``, of sales figures in ``base_figures.py``, of customers in ``base_people.py``,
    of the storefront's door and of who changed settings in ``base_shop.py``, of the home page in
    ``base_home.py``, of lists of products in ``base_products.py``.
    """

    # --- the shop

    def settings(self, *, lock: bool = False) -> Settings | None:
        """
        Return the shop's settings; None for a shop that does not exist yet.

        Args:
            lock: Keep others from whatever takes this lock too until the unit ends: from changing
                settings, from taking a number, from what has no document or row of its own to lock.
                It comes before the lock of any document.
        """
        ...

    def create_shop(self, settings: Settings) -> bool:
        """Create the shop; False when it exists, which changes nothing."""
        ...

    def save_settings(self, settings: Settings) -> None:
        """Replace the shop's settings."""
        ...

    def next_number(self) -> int:
        """Take the next order number; no two units that are saved take the same, and none is left out."""
        ...

    def number_ahead(self) -> int:
        """Return the number that `next_number` would take, without taking it."""
        ...

    def raise_number(self, number: int) -> None:
        """See to it that numbers taken later are above *number*."""
        ...

    # --- orders

    def order(self, id: str, *, lock: bool = False, deleted: bool = False) -> Order:
        """
        Return an order with its stored version.

        Args:
            id: The order's id.

            lock: Keep others from changing it until the unit ends, where the storage can.

            deleted: Return what is left of one that was deleted, too.

        Raises:
            UnknownId: There is none.
            DocumentTooNew: A newer library wrote it.
        """
        ...

    def order_id_named(self, name: str) -> str | None:
        """Return the id of the newest order of a name that is not deleted."""
        ...

    def order_placed_from(self, source: tuple[str, str]) -> tuple[str, str | None] | None:
        """Return id and request print of the order of a source, of a deleted one too."""
        ...

    def page(self, limit: int, after: str | None = None) -> Page:
        """
        Return at most *limit* orders that are not deleted, newest first, ties by id.

        *after* is the ``next`` of the page before.
        """
        ...

    def count_orders(self) -> int:
        """Return how many orders the shop has."""
        ...

    def orders(self, ids: Sequence[str]) -> Mapping[str, Order | StorageFailed]:
        """
        Return orders by id, as `order` does, those that are deleted or unknown left out.

        In the place of one that cannot be read stands the error that says why.
        """
        ...

    def each_order(
        self, ids: Sequence[str], *, lock: bool = False
    ) -> Iterator[tuple[str, Order | StorageFailed | None]]:
        """
        Yield ids with their orders as `orders` gives them, one after another in the order of *ids*.

        None stands for one that is deleted or unknown. An order is made when its turn comes, so that
        whoever lets go of the one before has one in memory.

        Args:
            ids: The orders.

            lock: Keep others from changing any of them until the unit ends, where the storage can.
        """
        ...

    def put_many(self, records: Iterable[Record]) -> Mapping[str, int]:
        """
        Save changes of several orders that exist, each once; the same as `put` of one after another.

        A record is let go of before the next one is asked for, so that whoever makes them meanwhile
        has one in memory.

        Returns:
            The new versions, by id.

        Raises:
            StaleVersion: The stored version of one is another; nothing of the unit may be saved then.
            AlreadyStored: A key, or the key of a message or of a movement, is in use.
        """
        ...

    def put(self, record: Record) -> Order:
        """
        Save a change: the order, its events, movements, entries, money, messages and key.

        Returns:
            The order with its new version.

        Raises:
            StaleVersion: The stored version is another one.
            AlreadyStored: Its source, its key, or the key of a message or of a movement is in use.
            StockTaken: A guarded movement would take available below zero.
        """
        ...

    def events(self, order_id: str, version: int | None = None) -> Sequence[StoredEvent]:
        """Return an order's events, oldest first; those of one version when it is given."""
        ...

    def unresolved(self, limit: int) -> Page:
        """Return orders with a transaction that has no outcome, the longest waiting first."""
        ...

    def due(self, now: pendulum.DateTime, limit: int) -> Sequence[str]:
        """Return ids of orders that time brought something to by *now*, the earliest first; see ``announce.py``."""
        ...

    # --- searching orders

    def search(self, wanted: Wanted) -> Sequence[Hit]:
        """Return orders that meet a condition and are not deleted, in the order of a list, ties by id."""
        ...

    def search_ids(self, wanted: Wanted) -> Sequence[str]:
        """Return the ids of the orders that `search` returns; for whoever walks them to change them."""
        ...

    def count(self, condition: Condition, most: int) -> int:
        """Return how many orders meet a condition and are not deleted, counting no further than to *most*."""
        ...

    def views(self) -> Sequence[SavedView]:
        """Return all saved views, the oldest first."""
        ...

    def put_view(self, view: SavedView) -> None:
        """
        Save a view, a new one or another one of its id; when it was saved first stays.

        Raises:
            AlreadyStored: Another view has its name.
        """
        ...

    def drop_view(self, id: str) -> bool:
        """Delete a view; False where there is none."""
        ...

    # --- idempotency keys

    def key(self, key: str) -> KeyRecord | None:
        """Return what was answered to a key."""
        ...

    def remember(self, record: KeyRecord) -> None:
        """
        Keep what was answered to a key, without a change: the answer was saved before.

        Raises:
            AlreadyStored: The key is in use.
        """
        ...

    def purge_keys(self, before: pendulum.DateTime, limit: int) -> int:
        """Forget keys older than *before*; return how many."""
        ...

    # --- catalog and stock

    def product(self, id: str) -> Product:
        """
        Return a product.

        Raises:
            UnknownId: There is none.
        """
        ...

    def products(self) -> Sequence[Product]:
        """Return all products, by title, then id."""
        ...

    def put_product(self, product: Product) -> Product:
        """
        Save a product with the version it was loaded at; return it with its new version.

        Raises:
            StaleVersion: The stored version is another one.
            AlreadyStored: The id of a variant is used twice, here or by another product on sale.
        """
        ...

    def variants(self, keys: Iterable[str]) -> Mapping[str, Sellable]:
        """
        Return variants on sale by the id or SKU that was given; unknown ones are left out, an id wins over a SKU.

        Raises:
            AmbiguousSku: A SKU is that of several variants.
        """
        ...

    def locations(self) -> Sequence[Location]:
        """Return all locations, by position, then id."""
        ...

    def put_location(self, location: Location) -> None:
        """Save a location."""
        ...

    def levels(self, variant_ids: Iterable[str], *, lock: bool = False) -> Mapping[tuple[str, str], Level]:
        """
        Return the stock of variants by variant and location, where there is any.

        Args:
            variant_ids: The variants.

            lock: Keep others from changing what there is until the unit ends, where the storage can.
        """
        ...

    def adjust(self, change: StockChange) -> None:
        """
        Change stock and write it in the stock ledger.

        Raises:
            AlreadyStored: The change's key is in use for that variant, place and line.
        """
        ...

    def stock_changes(self, variant_id: str) -> Sequence[StockChange]:
        """Return a variant's line of the stock ledger, oldest first, then by key, place and line."""
        ...


class Storage(Protocol):
    """A place to keep shops. Safe to share between threads."""

    def read(self, shop: str) -> AbstractContextManager[Unit]:
        """Open a consistent view of a shop. It waits for no writer, and what is written to it is not saved."""
        ...

    def write(self, shop: str) -> AbstractContextManager[Unit]:
        """
        Open a unit of work; its end saves it, an exception leaves nothing of it.

        A storage may make the second writer wait here, or let it in and raise a `Conflict`
        later; it never loses a write.

        Raises:
            StorageBusy: The storage stays locked.
        """
        ...

    def scrub(self) -> bool:
        """
        See to it that nothing of what was written over or deleted stays in files, where the storage can.

        Returns:
            Whether it did; False where somebody else is at it, or where it is not the storage's to say.
        """
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...
