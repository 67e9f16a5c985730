"""
A storage in memory: a full peer of the others, for tests, notebooks and trials.

A unit of work writes into a layer of its own and the layer is merged at its end, so a failed unit
leaves nothing. Documents are frozen values; nobody can change a stored one.
"""

import threading
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Final

import pendulum

from backoffice_core.catalog.products import Location, Product, StockChange, the_one
from backoffice_core.clock import to_micros
from backoffice_core.failures import StorageFailed, UnknownId
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.facts import Movement
from backoffice_core.orders.order import Order
from backoffice_core.orders.stock import Level, Sellable
from backoffice_core.settings import Settings
from backoffice_core.storage.layers import Layer, Tables
from backoffice_core.storage.marks import cursor_of, due_at, read_cursor, unresolved_at
from backoffice_core.storage.memory_checkouts import MemoryCheckouts
from backoffice_core.storage.memory_drafts import MemoryDrafts
from backoffice_core.storage.memory_exports import MemoryExports
from backoffice_core.storage.memory_figures import MemoryFigures
from backoffice_core.storage.memory_home import MemoryHome
from backoffice_core.storage.memory_outbox import MemoryOutbox
from backoffice_core.storage.memory_people import MemoryPeople
from backoffice_core.storage.memory_products import MemoryProducts
from backoffice_core.storage.memory_search import MemorySearch
from backoffice_core.storage.memory_shop import MemoryShop
from backoffice_core.storage.memory_writing import own
from backoffice_core.storage.rows import KeyRecord, Page, Record, StoredEvent
from backoffice_core.storage.trouble import AlreadyStored, StorageBusy

#: How long a second writer waits for the first.
PATIENCE: Final = 10.0


class MemoryStorage:
    """Keeps shops in dictionaries. What one process knows, and only as long as it runs."""

    def __init__(self) -> None:
        self._shops: dict[str, Tables] = {}
        self._writer = threading.Lock()
        self._look = threading.Lock()

    @contextmanager
    def read(self, shop: str) -> Iterator["MemoryUnit"]:
        """Open a consistent view of a shop; it waits for nobody, and nothing is merged into it meanwhile."""
        with self._look:
            tables = self._shops.setdefault(shop, Tables())
            tables.readers += 1
        try:
            yield MemoryUnit(Layer(tables))
        finally:
            with self._look:
                tables.readers -= 1

    @contextmanager
    def write(self, shop: str) -> Iterator["MemoryUnit"]:
        """
        Open a unit of work; a second writer waits.

        Raises:
            StorageBusy: The first writer did not end.
        """
        if not self._writer.acquire(timeout=PATIENCE):
            raise StorageBusy("another unit of work did not end")
        try:
            with self._look:
                layer = Layer(self._shops.setdefault(shop, Tables()))
            yield MemoryUnit(layer)
            with self._look:
                self._shops[shop] = layer.merged()
        finally:
            self._writer.release()

    def scrub(self) -> bool:
        """Do nothing; there are no files."""
        return True

    def close(self) -> None:
        """Do nothing; memory goes with the process."""


class MemoryUnit(
    MemorySearch,
    MemoryDrafts,
    MemoryCheckouts,
    MemoryOutbox,
    MemoryExports,
    MemoryFigures,
    MemoryShop,
    MemoryPeople,
    MemoryHome,
    MemoryProducts,
):
    """A view of one shop, or a unit of work on it; see `backoffice_core.storage.base.Unit`."""

    # --- the shop

    def settings(self, *, lock: bool = False) -> Settings | None:
        """Return the shop's settings; None for a shop that does not exist yet."""
        settings: Settings | None = self._layer.get("shop", "settings")
        return settings

    def create_shop(self, settings: Settings) -> bool:
        """Create the shop; False when it exists, which changes nothing."""
        if self.settings() is not None:
            return False
        self._layer.set("shop", "settings", settings)
        self._layer.set("shop", "number", settings.first_number)
        return True

    def save_settings(self, settings: Settings) -> None:
        """Replace the shop's settings."""
        self._layer.set("shop", "settings", settings)

    def next_number(self) -> int:
        """Take the next order number."""
        number = self.number_ahead()
        self._layer.set("shop", "number", number + 1)
        return number

    def number_ahead(self) -> int:
        """Return the number that `next_number` would take."""
        number: int = self._layer.get("shop", "number")
        return number

    def raise_number(self, number: int) -> None:
        """See to it that numbers taken later are above *number*."""
        self._layer.set("shop", "number", max(self._layer.get("shop", "number"), number + 1))

    # --- orders

    def order(self, id: str, *, lock: bool = False, deleted: bool = False) -> Order:
        """Return an order with its stored version."""
        order: Order | None = self._layer.get("orders", id)
        if order is None or (order.deleted_at is not None and not deleted):
            raise UnknownId("order", id)
        return order

    def order_id_named(self, name: str) -> str | None:
        """Return the id of the newest order of a name that is not deleted."""
        named: tuple[str, ...] = self._layer.get("names", name) or ()
        ids = [id for id in named if not self._layer.get("deleted", id)]
        return max(ids, key=lambda id: (self.order(id).created_at, id)) if ids else None

    def order_placed_from(self, source: tuple[str, str]) -> tuple[str, str | None] | None:
        """Return id and request print of the order of a source."""
        found: tuple[str, str | None] | None = self._layer.get("sources", source)
        return found

    def page(self, limit: int, after: str | None = None) -> Page:
        """Return at most *limit* orders, newest first, ties by id."""
        rows = self._layer.base.by_time
        fresh = [
            (to_micros(order.created_at), order.id)
            for order in self._layer.changed.get("orders", {}).values()
            if order.id not in self._layer.base.tables["orders"]
        ]
        if fresh:
            rows = sorted([*rows, *fresh])
        end = bisect_left(rows, read_cursor(after)) if after is not None else len(rows)
        listed = (id for _, id in rows[end - 1 :: -1] if not self._layer.get("deleted", id)) if end else iter(())
        found = [self.order(id) for id in islice(listed, limit)]
        return Page(tuple(found), cursor_of(found[-1]) if next(listed, None) is not None else None)

    def count_orders(self) -> int:
        """Return how many orders the shop has."""
        return len(self._layer.items("orders")) - len(self._layer.items("deleted"))

    def orders(self, ids: Sequence[str]) -> Mapping[str, Order | StorageFailed]:
        """Return orders by id."""
        found = {id: self._layer.get("orders", id) for id in ids}
        return {id: order for id, order in found.items() if order is not None and order.deleted_at is None}

    def each_order(
        self, ids: Sequence[str], *, lock: bool = False
    ) -> Iterator[tuple[str, Order | StorageFailed | None]]:
        """Yield ids with their orders, one after another."""
        stored = self.orders(ids)
        return ((id, stored.get(id)) for id in ids)

    def put_many(self, records: Iterable[Record]) -> Mapping[str, int]:
        """Save changes of several orders."""
        return {record.order.id: self.put(record).version for record in records}

    def put(self, record: Record) -> Order:
        """Save a change whole."""
        layer, order = self._layer, record.order
        stored: Order | None = self._before("orders", "order", order)
        saved = evolve(order, version=order.version + 1)
        if stored is None:
            self._insert(saved, record)
        layer.set("orders", saved.id, saved)
        self._index(saved)
        if saved.deleted_at is not None:
            layer.set("deleted", saved.id, True)
        for table, moment in (("due", due_at(saved)), ("unresolved", unresolved_at(saved))):
            layer.set(table, saved.id, moment) if moment is not None else layer.drop(table, saved.id)
        for move in record.movements:
            self._move(move)
        self._write_facts(saved, record)
        return saved

    def _insert(self, order: Order, record: Record) -> None:
        if order.source is not None:
            if self._layer.get("sources", order.source) is not None:
                raise AlreadyStored("order source", " ".join(order.source))
            self._layer.set("sources", order.source, (order.id, record.request_print))
        self._layer.set("names", order.name, (*(self._layer.get("names", order.name) or ()), order.id))

    def _write_facts(self, saved: Order, record: Record) -> None:
        layer, id, version = self._layer, saved.id, saved.version
        for at, event in enumerate(record.events):
            row = StoredEvent(order_id=id, version=version, position=at, at=record.at, actor=record.actor, event=event)
            layer.set("events", (id, version, at), own(row))
        self._write_figures(saved, record)
        self._write_movements(record.movements, id, record.at, record.actor)
        self._enqueue(record.messages)
        if record.key is not None:
            self.remember(evolve(record.key, order_id=id, version=version))

    def events(self, order_id: str, version: int | None = None) -> Sequence[StoredEvent]:
        """Return an order's events, oldest first."""
        rows = [
            row for row in self._layer.values("events") if row.order_id == order_id and version in (None, row.version)
        ]
        return sorted(map(own, rows), key=lambda row: (row.version, row.position))

    def unresolved(self, limit: int) -> Page:
        """Return orders with a transaction that has no outcome, the longest waiting first."""
        waiting = sorted((moment, id) for id, moment in self._layer.items("unresolved"))
        return Page(tuple(self.order(id) for _, id in waiting[:limit]), None)

    def due(self, now: pendulum.DateTime, limit: int) -> Sequence[str]:
        """Return ids of orders with an open authorization that lapsed by *now*, the earliest first."""
        return self._over("due", now, limit)

    # --- idempotency keys

    def key(self, key: str) -> KeyRecord | None:
        """Return what was answered to a key."""
        found: KeyRecord | None = self._layer.get("keys", key)
        return found

    def purge_keys(self, before: pendulum.DateTime, limit: int) -> int:
        """Forget keys older than *before*; return how many."""
        old = sorted((row.at, key) for key, row in self._layer.items("keys") if row.at < before)[:limit]
        for _, key in old:
            self._layer.drop("keys", key)
        return len(old)

    # --- catalog and stock

    def product(self, id: str) -> Product:
        """Return a product."""
        product: Product = self._one("products", "product", id)
        return product

    def products(self) -> Sequence[Product]:
        """Return all products, by title, then id."""
        return sorted(self._layer.values("products"), key=lambda product: (product.title, product.id))

    def put_product(self, product: Product) -> Product:
        """Save a product; return it with its new version."""
        self._before("products", "product", product)  # or it is stale
        saved = evolve(product, version=product.version + 1)
        if product.archived_at is None:
            self._check_variants(product)
        self._layer.set("products", product.id, saved)
        return saved

    def _check_variants(self, product: Product) -> None:
        """Raise unless the variants' ids are no other product's on sale."""
        ids = [variant.id for variant in product.variants]
        for other in self._layer.values("products"):
            if other.id != product.id and other.archived_at is None:
                ids += [variant.id for variant in other.variants]
        if len(set(ids)) < len(ids):
            raise AlreadyStored("variant", ", ".join(str(variant.id) for variant in product.variants))

    def variants(self, keys: Iterable[str]) -> Mapping[str, Sellable]:
        """Return variants on sale by the id or SKU that was given; an id wins over a SKU."""
        wanted = set(keys)
        by_id: dict[str, Sellable] = {}
        by_sku: dict[str, list[Sellable]] = {}
        for product in self.products() if wanted else ():
            for variant in product.variants if product.archived_at is None else ():
                if variant.id in wanted:
                    by_id[variant.id] = product.sellable(variant)
                if variant.sku in wanted:
                    by_sku.setdefault(variant.sku, []).append(product.sellable(variant))
        return {sku: the_one(sku, sold) for sku, sold in sorted(by_sku.items()) if sku not in by_id} | by_id

    def locations(self) -> Sequence[Location]:
        """Return all locations, by position, then id."""
        return sorted(self._layer.values("locations"), key=lambda place: (place.position, place.id))

    def put_location(self, location: Location) -> None:
        """Save a location."""
        self._layer.set("locations", location.id, location)

    def levels(self, variant_ids: Iterable[str], *, lock: bool = False) -> Mapping[tuple[str, str], Level]:
        """Return the stock of variants by variant and location, where there is any."""
        wanted = set(variant_ids)
        return {at: level for at, level in self._layer.items("stock") if at[0] in wanted}

    def adjust(self, change: StockChange) -> None:
        """Change stock and write it in the stock ledger."""
        self._move(Movement(change.variant_id, change.location_id, change.on_hand, change.committed, "", change.key))
        self._write_ledger(change)

    def stock_changes(self, variant_id: str) -> Sequence[StockChange]:
        """Return a variant's line of the stock ledger, oldest first."""
        rows = [row for row in self._layer.values("ledger") if row.variant_id == variant_id]
        return sorted(rows, key=lambda row: (row.at, row.key, row.location_id, row.line_id))
