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
   same content is unchanged; one with another content is reported and left alone.
4. Names are kept, and numbers taken later are above the imported ones. Nobody is notified.
5. Sales are booked on the day of the order, in the shop's time zone, and what was given back on
   its own day. A CSV does not say when that was: there it is the day of the order.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO, Final, Generic, TextIO, TypeVar

import attrs
import pendulum

from backoffice_core.clock import day_in
from backoffice_core.failures import Conflict, InvalidInput, InvalidValue
from backoffice_core.orders.change import Change
from backoffice_core.orders.ledger import Entry, entries
from backoffice_core.orders.order import Order
from backoffice_core.orders.place import SourceTaken
from backoffice_core.settings import Settings
from backoffice_core.shopify.columns import BrokenFile
from backoffice_core.shopify.imported import CHANNEL, Piece, Read
from backoffice_core.shopify.json_lines import orders_in, orders_of
from backoffice_core.shopify.json_text import JsonText
from backoffice_core.shopify.lines import Lines
from backoffice_core.shopify.orders_csv import read_order
from backoffice_core.shopify.report import Finding, ImportReport, Progress, Refusal
from backoffice_core.shopify.rest_order import read_rest_order
from backoffice_core.shopify.rows import groups
from backoffice_core.storage.base import Storage, Unit
from backoffice_core.storage.rows import Record
from backoffice_core.typed import whole_from

Source = str | os.PathLike[str] | TextIO | BinaryIO
#: What was parsed already: an answer of the API, an order, or several.
Parsed = Mapping[str, Any] | Iterable[Mapping[str, Any]]
P = TypeVar("P", bound=Piece)

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
    work = _Import(storage, shop, settings, now, new_id, actor, read_order)
    with _opened(source) as (file, size):
        lines = Lines(file)
        return work.run(groups(lines), chunk, lambda: _tell(progress, work.read, lines.bytes, size))


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
        BrokenFile: Rule 1: `WrongEncoding` or `BrokenJson`.
        StorageFailed: The storage failed; the chunks before are in.
        InvalidValue: The file cannot be opened.
    """
    whole_from("chunk", chunk, 1)
    work = _Import(storage, shop, settings, now, new_id, actor, read_rest_order)
    if not isinstance(source, str | os.PathLike) and not hasattr(source, "read"):
        return work.run(orders_of(source), chunk, lambda: _tell(progress, work.read, 0, None))
    with _opened(source) as (file, size):
        text = JsonText(file)
        return work.run(orders_in(text), chunk, lambda: _tell(progress, work.read, text.bytes, size))


def _tell(progress: Callable[[Progress], None] | None, orders: int, read: int, size: int | None) -> None:
    if progress is not None:
        progress(Progress(orders, read, size))


@contextmanager
def _opened(source: Any) -> Iterator[tuple[Any, int | None]]:
    if not isinstance(source, str | os.PathLike):
        if not hasattr(source, "read") and not isinstance(source, Iterable):
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


def _some(orders: Iterator[P], most: int) -> tuple[list[P], BrokenFile | None]:
    """Return the next orders, and what the file is broken by after them."""
    some: list[P] = []
    try:
        while len(some) < most and (piece := next(orders, None)) is not None:
            some.append(piece)
    except BrokenFile as error:
        return some, error
    return some, None


@attrs.define
class _Import(Generic[P]):
    """An import under way, of one format."""

    storage: Storage
    shop: str
    settings: Settings
    now: pendulum.DateTime
    new_id: Callable[[], str]
    actor: str | None
    reader: Callable[[P, Settings, Callable[[], str]], Read]
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

    def run(self, orders: Iterator[P], chunk: int, told: Callable[[], None]) -> ImportReport:
        """
        Read and write all orders of a file.

        Raises:
            BrokenFile: The file is broken; the orders before that place are in.
        """
        broken: BrokenFile | None = None
        while broken is None:
            some, broken = _some(orders, chunk)
            if not some:
                break
            self.take(some)
            told()
        if broken is not None:
            broken.add_note(f"{self.report()} before this line; mended, the file can be imported again as a whole")
            raise broken
        return self.report()

    def take(self, some: Sequence[P]) -> None:
        """Read some orders and write them in one unit of work."""
        self.read += len(some)
        read: list[tuple[P, Read]] = []
        refused: list[Refusal] = []
        for piece in self._new(some, refused):
            try:
                read.append((piece, self.reader(piece, self.settings, self.new_id)))
            except InvalidInput as error:
                refused.append(Refusal(piece.name, piece.line, _bare(error)))
        imported = self._written(read, refused) if read else []
        self.imported += len(imported)
        self.unchanged += len(some) - len(imported) - len(refused)
        self.refused += sorted(refused, key=lambda refusal: refusal.line)
        self.findings += [finding for one in imported for finding in one.findings]

    def _new(self, some: Iterable[P], refused: list[Refusal]) -> list[P]:
        """Return the orders that are not there yet, so that the others need not be read."""
        with self.storage.read(self.shop) as unit:
            return [piece for piece in some if _is_new(unit, piece, refused)]

    def _written(self, read: list[tuple[P, Read]], refused: list[Refusal]) -> list[Read]:
        """Write orders; return those that came in, and tell of those that are there with another content."""
        for _ in range(_TRIES - 1):
            try:
                return self._try(read, refused)
            except Conflict:
                continue
        return self._try(read, refused)

    def _try(self, read: list[tuple[P, Read]], refused: list[Refusal]) -> list[Read]:
        changed: list[Refusal] = []
        imported: list[Read] = []
        with self.storage.write(self.shop) as unit:
            for piece, one in read:
                if _is_new(unit, piece, changed):
                    self._put(unit, one)
                    imported.append(one)
            if imported:
                unit.raise_number(max(one.order.number for one in imported))
        refused += changed
        return imported

    def _put(self, unit: Unit, one: Read) -> None:
        """Write an order, and a version of it for each later day that its sales figures changed on."""
        events, version = one.events, 0
        for day, order, booked in self._days(one):
            record = Record(
                order=attrs.evolve(order, version=version) if version else order,
                at=self.now,
                day=day,
                actor=self.actor,
                events=events,
                entries=booked,
                request_print=one.fingerprint,
            )
            version, events = unit.put(record).version, ()

    def _days(self, one: Read) -> Iterator[tuple[str, Order, tuple[Entry, ...]]]:
        """Yield each day of an order with the order as it was then, and what is booked on it (rule 5)."""
        before: Order | None = None
        day, booked = day_in(one.steps[0].at, self.settings.timezone), list[Entry]()
        for step in one.steps:
            on = day_in(step.at, self.settings.timezone)
            if before is not None and on != day:
                yield day, before, tuple(booked)
                day, booked = on, []
            booked += entries(Change(before=before, order=step.order, events=step.events))
            before = step.order
        yield day, one.order, tuple(booked)


def _bare(error: InvalidInput) -> InvalidInput:
    """Return an error without its frames: they would keep all that was read of the order with the report."""
    one: BaseException | None = error
    while one is not None:
        one.__traceback__ = None
        one = one.__cause__ or one.__context__
    return error


def _is_new(unit: Unit, piece: Piece, refused: list[Refusal]) -> bool:
    """Whether an order is not there yet; one that is there with another content is added to *refused*."""
    there = unit.order_placed_from((CHANNEL, piece.source_id))
    if there is None:
        return True
    id, fingerprint = there
    if fingerprint != piece.fingerprint:
        refused.append(Refusal(piece.name, piece.line, SourceTaken(CHANNEL, piece.source_id, id)))
    return False
