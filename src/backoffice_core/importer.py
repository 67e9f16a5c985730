"""
Importing orders from Shopify's ``orders_export.csv``.

Rules:

1. A broken file (encoding, header, a row that is cut off) stops the import with an error that
   names the line; the orders before it are in, but for the last, which may go on in that row. An
   order with an odd value is left out, reported with its reason, and the others come in.
2. Orders are written in units of work of `CHUNK` orders, each order whole: whatever stops the
   import, importing the file again goes on.
3. The source of an order is Shopify's id of it. An order that is there with the same rows is
   unchanged; one with other rows is reported and left alone.
4. Names are kept, and numbers taken later are above the imported ones. Nobody is notified.
5. Sales are booked on the day of the order, in the shop's time zone; so is what was given back,
   since the file does not say when that was.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO, Final, TextIO

import attrs
import pendulum

from backoffice_core.clock import day_in
from backoffice_core.failures import Conflict, InvalidInput, InvalidValue
from backoffice_core.orders.change import Change
from backoffice_core.orders.ledger import Entry, entries
from backoffice_core.orders.place import SourceTaken
from backoffice_core.settings import Settings
from backoffice_core.shopify.columns import BrokenFile
from backoffice_core.shopify.lines import Lines
from backoffice_core.shopify.orders_csv import CHANNEL, Read, read_order
from backoffice_core.shopify.report import Finding, ImportReport, Progress, Refusal
from backoffice_core.shopify.rows import Group, groups
from backoffice_core.storage.base import Storage, Unit
from backoffice_core.storage.rows import Record
from backoffice_core.typed import whole_from

Source = str | os.PathLike[str] | TextIO | BinaryIO

#: Orders that are written in one unit of work.
CHUNK: Final = 200
#: How often a chunk is tried when somebody else imports the same orders meanwhile.
_TRIES: Final = 3


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
    work = _Import(storage, shop, settings, now, new_id, actor)
    with _opened(source) as (file, size):
        lines = Lines(file)
        orders = groups(lines)
        broken: BrokenFile | None = None
        while broken is None:
            some, broken = _some(orders, chunk)
            if not some:
                break
            work.take(some)
            if progress is not None:
                progress(Progress(work.read, lines.bytes, size))
    if broken is not None:
        broken.add_note(f"{work.report()} before this line; mended, the file can be imported again as a whole")
        raise broken
    return work.report()


@contextmanager
def _opened(source: Source) -> Iterator[tuple[BinaryIO | TextIO, int | None]]:
    if not isinstance(source, str | os.PathLike):
        if not isinstance(source, Iterable):
            raise InvalidValue("source", f"a value of type {type(source).__name__}", "a path or an open file")
        yield source, None
        return
    try:
        file = open(source, "rb")  # noqa: SIM115 - closed below, apart from what may fail here
    except (OSError, ValueError) as error:
        raise InvalidValue(
            "source", f"{os.fspath(source)!r}: {error}", "a file that is there and may be read"
        ) from error
    with file:
        yield file, os.fstat(file.fileno()).st_size


def _some(orders: Iterator[Group], most: int) -> tuple[list[Group], BrokenFile | None]:
    """Return the next orders, and what the file is broken by after them."""
    some: list[Group] = []
    try:
        while len(some) < most and (group := next(orders, None)) is not None:
            some.append(group)
    except BrokenFile as error:
        return some, error
    return some, None


@attrs.define
class _Import:
    """An import under way."""

    storage: Storage
    shop: str
    settings: Settings
    now: pendulum.DateTime
    new_id: Callable[[], str]
    actor: str | None
    read: int = 0
    imported: int = 0
    unchanged: int = 0
    refused: list[Refusal] = attrs.field(factory=list)
    findings: list[Finding] = attrs.field(factory=list)

    def report(self) -> ImportReport:
        return ImportReport(
            read=self.read,
            imported=self.imported,
            unchanged=self.unchanged,
            refused=tuple(self.refused),
            findings=tuple(self.findings),
        )

    def take(self, some: Sequence[Group]) -> None:
        """Read some orders and write them in one unit of work."""
        self.read += len(some)
        read: list[tuple[Group, Read]] = []
        refused: list[Refusal] = []
        for group in self._new(some, refused):
            try:
                read.append((group, read_order(group, self.settings, self.new_id)))
            except InvalidInput as error:
                refused.append(Refusal(group.name, group.first.line, error))
        imported = self._written(read, refused) if read else []
        self.imported += len(imported)
        self.unchanged += len(some) - len(imported) - len(refused)
        self.refused += sorted(refused, key=lambda refusal: refusal.line)
        self.findings += [finding for one in imported for finding in one.findings]

    def _new(self, some: Iterable[Group], refused: list[Refusal]) -> list[Group]:
        """Return the orders that are not there yet, so that the others need not be read."""
        with self.storage.read(self.shop) as unit:
            return [group for group in some if _is_new(unit, group, refused)]

    def _written(self, read: list[tuple[Group, Read]], refused: list[Refusal]) -> list[Read]:
        """Write orders; return those that came in, and tell of those that are there with another content."""
        for _ in range(_TRIES - 1):
            try:
                return self._try(read, refused)
            except Conflict:
                continue
        return self._try(read, refused)

    def _try(self, read: list[tuple[Group, Read]], refused: list[Refusal]) -> list[Read]:
        changed: list[Refusal] = []
        imported: list[Read] = []
        with self.storage.write(self.shop) as unit:
            for group, one in read:
                if _is_new(unit, group, changed):
                    self._put(unit, one)
                    imported.append(one)
            if imported:
                unit.raise_number(max(one.order.number for one in imported))
        refused += changed
        return imported

    def _put(self, unit: Unit, one: Read) -> None:
        unit.put(
            Record(
                order=one.order,
                at=self.now,
                day=day_in(one.order.created_at, self.settings.timezone),
                actor=self.actor,
                events=one.events,
                entries=_entries(one),
                request_print=one.fingerprint,
            )
        )


def _is_new(unit: Unit, group: Group, refused: list[Refusal]) -> bool:
    """Whether an order is not there yet; one that is there with another content is added to *refused*."""
    there = unit.order_placed_from((CHANNEL, group.source_id))
    if there is None:
        return True
    id, fingerprint = there
    if fingerprint != group.fingerprint:
        refused.append(Refusal(group.name, group.first.line, SourceTaken(CHANNEL, group.source_id, id)))
    return False


def _entries(one: Read) -> tuple[Entry, ...]:
    """Return the sales, then what was given back or taken out of them."""
    sold = entries(Change(before=None, order=one.placed, events=one.events[:1]))
    if not (one.order.refunds or one.order.removals):
        return sold
    return (*sold, *entries(Change(before=one.placed, order=one.order, events=one.events)))
