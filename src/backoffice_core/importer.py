"""
Importing orders from Shopify's files: ``orders_export.csv``, and the JSON of its REST API.

Rules:

1. A broken file (encoding, header, a row or a text that is cut off) stops the import with an error
   that names the line; the orders before it are in, but for the last of a CSV, which may go on in
   that row. An order with an odd value is left out, reported with its reason, and the others come
   in.
2. Orders are written in units of work of `CHUNK` orders, each order whole: whatever stops the
   import, importing the file again goes on.
3. The source of an order is Shopify's id of it, in every format. An order that is there with the
   same content is unchanged; one with another content is reported and left alone. The same holds
   for an order that was made here and comes back with its own id.
4. Names are kept, and numbers taken later are above the imported ones. Nobody is notified.
5. Sales are booked on the day of the order, in the shop's time zone, and what was given back on
   its own day. A CSV does not say when that was: there it is the day of the order. Money is booked
   on the day of its transaction, which a CSV's refund has after all else that is known of the order.
"""

from collections.abc import Callable, Sequence

import attrs
import pendulum

from backoffice_core.clock import day_in, zone
from backoffice_core.failures import BackOfficeError
from backoffice_core.importing import CHUNK, Import, MadeHere, P, Parsed, Source, made_here, opened, tell
from backoffice_core.orders.change import Change
from backoffice_core.orders.ledger import Entry, MoneyEntry, entries, money_moved, money_sums
from backoffice_core.orders.order import Order
from backoffice_core.orders.place import SourceTaken
from backoffice_core.settings import Settings
from backoffice_core.shopify.columns import NAMES
from backoffice_core.shopify.imported import CHANNEL, Read
from backoffice_core.shopify.json_lines import ORDERS
from backoffice_core.shopify.lines import Lines
from backoffice_core.shopify.orders_csv import read_order
from backoffice_core.shopify.orders_out import order_rows
from backoffice_core.shopify.report import ImportReport, Progress
from backoffice_core.shopify.rest_order import read_rest_order
from backoffice_core.shopify.rows import groups, print_of
from backoffice_core.storage.base import Storage, Unit
from backoffice_core.storage.rows import Record
from backoffice_core.typed import whole_from


def import_orders(
    storage: Storage,
    shop: str,
    settings: Settings,
    source: Source,
    *,
    now: pendulum.DateTime,
    new_id: Callable[[], str],
    actor: str | None = None,
    progress: Callable[[Progress], None] | None = None,
    chunk: int = CHUNK,
) -> ImportReport:
    """
    Import orders from Shopify's ``orders_export.csv``.

    Memory holds one chunk of orders and the report, however long the file is.

    Args:
        storage: Where to.

        shop: The shop, which exists.

        settings: The shop's.

        source: A path, or an open file: binary, or text opened with ``newline=""``.

        now: This moment, UTC: when the orders' events are recorded.

        new_id: Makes an id.

        actor: Who imports.

        progress: Called after each chunk.

        chunk: Orders that are written in one unit of work, at least 1.

    Returns:
        What came in, what did not and why, and what is odd about it.

    Raises:
        BrokenFile: Rule 1: `WrongEncoding`, `MissingColumns` or `BrokenRow`.
        StorageFailed: The storage failed; the chunks before are in.
        InvalidValue: The file cannot be opened.
    """
    whole_from("chunk", chunk, 1)
    work = _Orders(storage, shop, settings, now, new_id, actor, read_order)
    with opened(source) as (file, size):
        lines = Lines(file)
        return work.run(groups(lines), chunk, lambda: tell(progress, work.read, lines.bytes, size))


def import_json(
    storage: Storage,
    shop: str,
    settings: Settings,
    source: Source | Parsed,
    *,
    now: pendulum.DateTime,
    new_id: Callable[[], str],
    actor: str | None = None,
    progress: Callable[[Progress], None] | None = None,
    chunk: int = CHUNK,
) -> ImportReport:
    """
    Import orders as Shopify's REST API gives them.

    Memory holds one chunk of orders and the report, however long the file is.

    Args:
        storage: Where to.

        shop: The shop, which exists.

        settings: The shop's.

        source: A path, an open file, or what was parsed: ``{"orders": [...]}``, ``{"order": {...}}``,
            an order, or several. A file may have one order a line, too.

        now: This moment, UTC: when the orders' events are recorded.

        new_id: Makes an id.

        actor: Who imports.

        progress: Called after each chunk.

        chunk: Orders that are written in one unit of work, at least 1.

    Returns:
        What came in, what did not and why, and what is odd about it.

    Raises:
        BrokenFile: Rule 1: `WrongEncoding` or `BrokenJson`; `OtherContent` where the file holds draft
            orders or checkouts instead.
        StorageFailed: The storage failed; the chunks before are in.
        InvalidValue: The file cannot be opened.
    """
    work = _Orders(storage, shop, settings, now, new_id, actor, read_rest_order)
    return work.run_json(source, ORDERS, progress, chunk)


@attrs.define
class _Orders(Import[P, Read]):
    """An import of orders under way, of one format."""

    def there(self, unit: Unit, piece: P) -> tuple[str, str | None] | None:
        """Return id and print of the order of a piece's source."""
        there = unit.order_placed_from((CHANNEL, piece.source_id))
        return there if there is not None else made_here(unit, piece.source_id, self._print_in)

    def _print_in(self, unit: Unit, id: str) -> str:
        order = unit.order(id, deleted=True)
        return print_of(NAMES, order_rows(order, zone(self.settings.timezone)))

    def taken(self, unit: Unit, piece: P, id: str) -> BackOfficeError:
        """Return the error that the order is there with another content."""
        if id == piece.source_id:
            return MadeHere("order", id)
        return SourceTaken(CHANNEL, piece.source_id, id)

    def raise_numbers(self, unit: Unit, some: Sequence[Read]) -> None:
        """See to it that numbers taken later are above those of the orders."""
        unit.raise_number(max(one.order.number for one in some))

    def put(self, unit: Unit, one: Read) -> Read:
        """Write an order, and a version of it for each later day that its figures changed on."""
        events, version = one.events, 0
        for booked in self._days(one):
            record = Record(
                order=attrs.evolve(booked.order, version=version) if version else booked.order,
                at=self.now,
                day=booked.day,
                actor=self.actor,
                events=events,
                entries=tuple(booked.entries),
                money=tuple(booked.money),
                request_print=one.fingerprint,
            )
            version, events = unit.put(record).version, ()
        return one

    def _days(self, one: Read) -> list["_Day"]:
        """Return each day of an order with what is booked on it, the earliest first (rule 5)."""
        days: dict[str, _Day] = {}

        def of(moment: pendulum.DateTime) -> _Day:
            day = day_in(moment, self.settings.timezone)
            return days.setdefault(day, _Day(day, one.order))

        before: Order | None = None
        for step in one.steps:
            change = Change(before=before, order=step.order, events=step.events)
            booked = of(step.at)
            booked.entries += entries(change)
            booked.order = before = step.order
        for moment, entry in money_moved(one.order):
            of(moment).money.append(entry)
        for booked in days.values():
            booked.money = list(money_sums((1, entry) for entry in booked.money))
        found = sorted(days.values(), key=lambda booked: booked.day)
        found[-1].order = one.order
        return found


@attrs.define
class _Day:
    """A day of an order: the order as it was at its end, and what is booked on it."""

    day: str
    order: Order
    entries: list[Entry] = attrs.field(factory=list)
    money: list[MoneyEntry] = attrs.field(factory=list)
