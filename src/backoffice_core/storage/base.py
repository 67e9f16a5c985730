"""
What a storage is: the specification that `backoffice_core.testing.StorageContract` proves.

A storage holds shops that know nothing of each other. `Storage.read` opens a consistent view,
`Storage.write` a unit of work that is saved whole at its end or not at all. Inside, documents
are frozen values; what is read is never the storage's own copy that somebody could change.

Every name and instant is as the domain has it: amounts in minor units, instants in UTC.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import ClassVar, Protocol

import attrs
import pendulum

from backoffice_core.catalog.products import Location, Product, StockChange
from backoffice_core.failures import Conflict, StorageFailed, reason
from backoffice_core.orders.events import OrderEvent
from backoffice_core.orders.facts import Movement
from backoffice_core.orders.ledger import Entry
from backoffice_core.orders.order import Order
from backoffice_core.orders.stock import Level, Sellable
from backoffice_core.settings import Settings


@reason
class StaleVersion(Conflict):
    """
    A document was changed by somebody else since it was loaded.

    Attributes:
        kind: What it is, such as ``order``.

        id: Its id.

        expected: The version it was to be changed from.

        stored: The version that is stored; 0 when it is not known.
    """

    code: ClassVar[str] = "stale_version"
    kind: str
    id: str
    expected: int
    stored: int

    def __str__(self) -> str:
        return f"{self.kind} {self.id} is at version {self.stored}, not at {self.expected}; load it again"


@reason
class AlreadyStored(Conflict):
    """
    A key that must be unique in the shop is in use.

    Attributes:
        kind: What is unique, such as ``order source``.

        key: The key.
    """

    code: ClassVar[str] = "already_stored"
    kind: str
    key: str

    def __str__(self) -> str:
        return f"the {self.kind} {self.key!r} is in use in this shop"


@reason
class StockTaken(Conflict):
    """
    Somebody else took the stock first; deciding again tells how much is left.

    Attributes:
        variant_id: The variant.

        location_id: The place.
    """

    code: ClassVar[str] = "stock_taken"
    variant_id: str
    location_id: str

    def __str__(self) -> str:
        return f"the stock of variant {self.variant_id} at {self.location_id} was taken meanwhile"


@reason
class StorageBusy(StorageFailed):
    """
    The storage is locked or had to give up this unit; nothing was saved, and trying again may do.

    Attributes:
        detail: What the driver said.
    """

    code: ClassVar[str] = "storage_busy"
    detail: str

    def __str__(self) -> str:
        return f"the storage is busy ({self.detail}); nothing was saved, try again"


@reason
class StorageBroken(StorageFailed):
    """
    The storage failed in another way, such as a full disk; nothing was saved.

    Attributes:
        detail: What the driver said.
    """

    code: ClassVar[str] = "storage_broken"
    detail: str

    def __str__(self) -> str:
        return f"the storage failed ({self.detail}); nothing was saved"


@reason
class DocumentTooNew(StorageFailed):
    """
    A document was written by a newer version of the library; it is not touched.

    Attributes:
        kind: What it is, such as ``order``.

        version: The version of its form.

        known: The newest form that this version of the library knows.
    """

    code: ClassVar[str] = "document_too_new"
    kind: str
    version: int
    known: int

    def __str__(self) -> str:
        return (
            f"a stored {self.kind} has form {self.version}, this library knows up to {self.known}; update the library"
        )


@reason
class SchemaOutOfDate(StorageFailed):
    """
    The tables are older or newer than this version of the library.

    Attributes:
        stored: The version of the tables.

        known: The version that this library works with.
    """

    code: ClassVar[str] = "schema_out_of_date"
    stored: int
    known: int

    def __str__(self) -> str:
        would_do = "migrate the storage" if self.stored < self.known else "update the library"
        return f"the tables are at version {self.stored}, this library works with {self.known}; {would_do}"


#: What loading and deciding again may help against.
LOST_RACES = (StaleVersion, AlreadyStored, StockTaken, StorageBusy)


@attrs.frozen(kw_only=True)
class StoredEvent:
    """
    An event as it stands on an order's timeline.

    Attributes:
        order_id: The order.

        version: The version of the order that it led to.

        position: Its place among the events of that version, from 0.

        at: When, UTC.

        actor: Who did it.

        event: What happened.
    """

    order_id: str
    version: int
    position: int
    at: pendulum.DateTime
    actor: str | None
    event: OrderEvent


@attrs.frozen(kw_only=True)
class StoredEntry:
    """
    A sales entry as it stands in the ledger.

    Attributes:
        order_id: The order.

        version: The version of the order that it came with.

        position: Its place among the entries of that version, from 0.

        day: The day in the shop's time zone, ISO text.

        currency: The order's currency.

        entry: The figures.
    """

    order_id: str
    version: int
    position: int
    day: str
    currency: str
    entry: Entry


@attrs.frozen(kw_only=True)
class KeyRecord:
    """
    What was answered to an idempotency key.

    Attributes:
        key: The key.

        fingerprint: What was asked for, hashed.

        order_id: The order.

        version: The version that it led to; its events are the answer.

        at: When, UTC.
    """

    key: str
    fingerprint: str
    order_id: str
    version: int
    at: pendulum.DateTime


@attrs.frozen(kw_only=True)
class OutboxRow:
    """
    A message that waits to be sent; without an address and without a text.

    Attributes:
        id: Its id; ids grow with time.

        key: Unique in the shop: kind, subject and fact in one.

        kind: What it is, such as ``order_shipped``.

        subject: The order's id.

        fact: The id of what it speaks of.

        locale: The language to write it in.

        destination: Who sends it.

        created_at: When it was called for, UTC.

        due_at: When it may be tried next, UTC.

        attempts: How often it was tried.

        state: ``waiting``, ``sent`` or ``dead``.

        error: What went wrong last.
    """

    id: str
    key: str
    kind: str
    subject: str
    fact: str
    locale: str
    destination: str = "notifier"
    created_at: pendulum.DateTime
    due_at: pendulum.DateTime
    attempts: int = 0
    state: str = "waiting"
    error: str | None = None


@attrs.frozen(kw_only=True)
class Record:
    """
    All that one change saves, in one unit.

    Attributes:
        order: The order, with the version it was loaded at; 0 for a new one.

        at: When, UTC.

        day: That moment's day in the shop's time zone, ISO text.

        actor: Who did it.

        events: What happened.

        movements: How stock moves.

        entries: The sales entries.

        messages: Messages to send.

        key: The idempotency key, when one was given; its version is filled in.

        request_print: The fingerprint of what an order with a source was placed with.
    """

    order: Order
    at: pendulum.DateTime
    day: str
    actor: str | None = None
    events: tuple[OrderEvent, ...] = ()
    movements: tuple[Movement, ...] = ()
    entries: tuple[Entry, ...] = ()
    messages: tuple[OutboxRow, ...] = ()
    key: KeyRecord | None = None
    request_print: str | None = None


@attrs.frozen
class Page:
    """
    Some orders of a list.

    Attributes:
        orders: The orders, newest first.

        next: What gets the next page; None on the last one.
    """

    orders: tuple[Order, ...]
    next: str | None


class Unit(Protocol):
    """A view of one shop, or a unit of work on it. Not to be shared between threads."""

    # --- the shop

    def settings(self) -> Settings | None:
        """Return the shop's settings; None for a shop that does not exist yet."""
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

    def order(self, id: str, *, lock: bool = False) -> Order:
        """
        Return an order with its stored version.

        Args:
            id: The order's id.

            lock: Keep others from changing it until the unit ends, where the storage can.

        Raises:
            UnknownId: There is none.
            DocumentTooNew: A newer library wrote it.
        """
        ...

    def order_id_named(self, name: str) -> str | None:
        """Return the id of the newest order of a name."""
        ...

    def order_placed_from(self, source: tuple[str, str]) -> tuple[str, str | None] | None:
        """Return id and request print of the order of a source."""
        ...

    def page(self, limit: int, after: str | None = None) -> Page:
        """Return at most *limit* orders, newest first, ties by id; *after* is the ``next`` of a page."""
        ...

    def count_orders(self) -> int:
        """Return how many orders the shop has."""
        ...

    def put(self, record: Record) -> Order:
        """
        Save a change: the order, its events, movements, entries, messages and key.

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

    def entries(self, order_id: str | None = None) -> Sequence[StoredEntry]:
        """Return the sales entries of an order, or of all, by order, version and position."""
        ...

    def unresolved(self, limit: int) -> Sequence[Order]:
        """Return orders with a transaction that has no outcome, the longest waiting first."""
        ...

    def due(self, now: pendulum.DateTime, limit: int) -> Sequence[str]:
        """Return ids of orders with an open authorization that lapsed by *now*, the earliest first."""
        ...

    # --- idempotency keys

    def key(self, key: str) -> KeyRecord | None:
        """Return what was answered to a key."""
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
        """Return variants on sale by the id or SKU that was given; unknown ones are left out."""
        ...

    def locations(self) -> Sequence[Location]:
        """Return all locations, by position, then id."""
        ...

    def put_location(self, location: Location) -> None:
        """Save a location."""
        ...

    def levels(self, variant_ids: Iterable[str]) -> Mapping[tuple[str, str], Level]:
        """Return the stock of variants by variant and location, where there is any."""
        ...

    def adjust(self, change: StockChange) -> None:
        """
        Change stock and write it in the stock ledger.

        Raises:
            AlreadyStored: The change's key is in use for that variant, place and line.
        """
        ...

    def stock_changes(self, variant_id: str) -> Sequence[StockChange]:
        """Return a variant's line of the stock ledger, oldest first."""
        ...

    # --- outbox

    def lease(self, now: pendulum.DateTime, until: pendulum.DateTime, limit: int) -> Sequence[OutboxRow]:
        """
        Take messages that are due, the oldest first, and keep them from others until *until*.

        A message waits for the ones before it that have the same subject and destination.
        """
        ...

    def mark(self, row: OutboxRow) -> None:
        """Save state, attempts, due time and error of a message, and end its lease."""
        ...

    def outbox(self, state: str | None = None) -> Sequence[OutboxRow]:
        """Return messages, oldest first; those of one state when it is given."""
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

    def close(self) -> None:
        """Let go of files and connections."""
        ...
