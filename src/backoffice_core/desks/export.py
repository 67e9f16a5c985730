"""Orders as a file, rows or a data frame: `BackOffice.orders.export`."""

import datetime as dt
import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any, BinaryIO, Final, TextIO

import attrs

from backoffice_core.clock import zone
from backoffice_core.context import Context
from backoffice_core.desks import portions
from backoffice_core.desks.chosen import Period, Selection, When, Which, bounded, period, selection
from backoffice_core.desks.exportmail import AT_ONCE, check_size, enqueued
from backoffice_core.desks.found import scope_of
from backoffice_core.desks.writing import write_file, write_path
from backoffice_core.failures import InvalidValue, StorageFailed, UnknownId
from backoffice_core.orders.order import Order
from backoffice_core.printing.asked import check_locale
from backoffice_core.search.conditions import NEVER, Between, Condition, every
from backoffice_core.settings import check_address
from backoffice_core.shopify.exportjob import ExportJob, FileKind
from backoffice_core.shopify.layouts import ORDERS, TRANSACTIONS, Layout
from backoffice_core.shopify.written import csv_text
from backoffice_core.storage.base import Unit
from backoffice_core.typed import check_progress

Row = list[str]
#: The files that there are, by name.
LAYOUTS: Final[dict[FileKind, Layout[Order]]] = {"orders": ORDERS, "transactions": TRANSACTIONS}
#: Called with how many orders are done, and how many there are; None where that is not known.
Told = Callable[[int, int | None], None]


#: More orders than any shop has.
_ALL: Final = 10**9


@attrs.frozen
class Exported:
    """
    What was written.

    Attributes:
        orders: How many orders.

        rows: How many rows, the header not among them.
    """

    orders: int
    rows: int


@attrs.frozen
class _Start:
    """What an export begins with: it is bounded then."""

    condition: Condition
    zone: dt.tzinfo
    period: Period | None
    total: int | None


class Export:
    """
    Some orders as rows of a file of Shopify's.

    Rows are made while they are asked for, of some orders at a time: memory stays the same however many
    there are. Each method exports anew what is there when it is called; orders that are placed
    meanwhile do not come in. What a query finds comes newest first, those of one second by their
    numbers; ids come in the order in which they were given.

    Every method raises `UnclearQuery` for a query that cannot be meant, `InvalidValue` for a period
    that cannot be, `UnknownId` for an id that is none, and `StorageFailed` for an order that cannot be
    read.
    """

    def __init__(
        self,
        context: Context,
        layout: Layout[Order],
        selection: Selection,
        since: When | None = None,
        until: When | None = None,
        progress: Told | None = None,
    ) -> None:
        check_progress(progress)
        self._context = context
        self._layout = layout
        self._selection = selection
        self._since = since
        self._until = until
        self._progress = progress

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in their order."""
        return self._layout.columns

    def rows(self) -> Iterator[list[str]]:
        """Return the rows one after another, without the header; cells are as in the file."""
        return (row for _, rows in self._batches(self._begin()) for row in rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """
        Yield the rows as plain values by column.

        Amounts are `decimal.Decimal`, quantities int, moments aware datetimes in the shop's time zone,
        yes and no True and False, an empty cell None; nothing is guarded.
        """
        start = self._begin()
        return (self._layout.plain(row, start.zone) for _, rows in self._batches(start) for row in rows)

    def dicts(self) -> list[dict[str, Any]]:
        """Return all rows as plain values by column; iterating over the export gives one at a time."""
        return list(self)

    def to_path(self, path: str | os.PathLike[str], *, mark: bool = False) -> Exported:
        """
        Write a CSV file in UTF-8. It is there when all of it was written, else nothing is changed.

        Args:
            path: Where to; a file that is there is replaced.

            mark: Begin it with a byte order mark, by which Excel knows that it is UTF-8.

        Returns:
            How much was written.

        Raises:
            InvalidValue: There can be no file at *path*.
            OSError: It could not be written to the end, as when the disk is full.
        """
        writing = _Writing(self, self._begin())
        write_path(path, writing, "utf-8-sig" if mark else "utf-8")
        return writing.done

    def to_file(self, file: TextIO | BinaryIO, *, mark: bool = False) -> Exported:
        """
        Write CSV to a file that is open; it stays open.

        Args:
            file: Where to: binary, or text opened with ``newline=""``.

            mark: Begin a binary one with a byte order mark.

        Returns:
            How much was written.

        Raises:
            InvalidValue: It cannot be written to.
        """
        writing = _Writing(self, self._begin())
        write_file(file, writing, "utf-8-sig" if mark else "utf-8")
        return writing.done

    def count(self) -> int:
        """Return how many orders it has now; ids that are none are counted too."""
        if self._selection.query is None:
            return len(self._selection.ids)
        return self._context.read(lambda unit: unit.count(self._start(unit).condition, _ALL))

    def goes_by_mail(self) -> bool:
        """
        Return whether people would rather get it by mail: it has more than 50 orders, or is of a period.

        Source: `Exporting orders <https://help.shopify.com/en/manual/fulfillment/managing-orders/exporting-orders>`_.
        """
        return self._since is not None or self._until is not None or self.count() > AT_ONCE

    def by_mail(self, to: str | None = None, *, locale: str | None = None) -> ExportJob:
        """
        Have it made by whoever calls `BackOffice.run_due`, and sent to an address and to the shop's owner.

        It has the orders that are there when it is made; a query is reckoned from now. A file above
        1 MB is zipped; one above 10 MB is published by the host, who opened the back office with
        ``publish=``. A failure is told by mail too.

        Args:
            to: Who asked for it; ``Settings.owner_email`` gets it in any case.

            locale: The language of the letter; the shop's unless given.

        Returns:
            The export that waits; `BackOffice.exports` tells what became of it.

        Raises:
            InvalidValue: *to* is no address, or it would go to nobody; or the query cannot be kept until then.
            ExportTooLarge: It would be larger than 10 MB, and nobody publishes it.
        """
        if to is not None:
            check_address("to", to)
        check_locale(locale)
        settings = self._context.read(lambda unit: unit.settings())
        if to is None and (settings is None or settings.owner_email is None):
            raise InvalidValue("to", "nobody", "an address, or owner_email in the settings")
        when = self._begin().period
        check_size(self._context, self)
        query = self._selection.query
        job = ExportJob(
            id=self._context.new_id(),
            file="orders" if self._layout is ORDERS else "transactions",
            query=None if query is None else query.plain,
            ids=self._selection.ids,
            since=when.since if when is not None else None,
            until=when.until if when is not None else None,
            to=to,
            locale=locale,
            actor=self._context.actor,
            asked_at=self._context.now(),
        )
        return self._context.write(lambda unit: enqueued(unit, self._context, job))

    def sample(self, file: TextIO, orders: int) -> int:
        """Write the first of its orders, at least so many where there are; return how many these are."""
        written = 0
        for count, rows in self._batches(self._begin()):
            file.write(csv_text(rows))
            written += count
            if written >= orders:
                break
        return written

    def to_pandas(self) -> Any:
        """
        Return a ``pandas.DataFrame`` with the values of `dicts`.

        Raises:
            ImportError: pandas is not installed; the extra ``pandas`` has it.
        """
        import pandas

        return pandas.DataFrame(self.dicts(), columns=list(self.columns))

    def to_polars(self) -> Any:
        """
        Return a ``polars.DataFrame`` with the values of `dicts`.

        Raises:
            ImportError: polars is not installed; the extra ``polars`` has it.
        """
        import polars

        return polars.DataFrame(self.dicts(), schema=list(self.columns), infer_schema_length=None)

    def _begin(self) -> _Start:
        return self._context.read(self._start)

    def _start(self, unit: Unit) -> _Start:
        scope = scope_of(self._context, unit)
        when = period(self._since, self._until, scope)
        condition: Condition = NEVER
        total, query = None, self._selection.query
        if query is None:
            total = len(self._selection.ids) if when is None else None
        else:
            condition, last = bounded(self._context, unit, query, *([when.condition] if when else []))
            condition = every([condition, Between("id", None, last)]) if last is not None else NEVER
            if self._progress is not None:
                total = unit.count(condition, _ALL)
        return _Start(condition, zone(scope.timezone), when, total)

    def _batches(self, start: _Start) -> Iterator[tuple[int, list[Row]]]:
        """Yield the rows of some orders after another, with how many orders they are of."""
        done = 0
        chosen = self._selection
        some = portions.given(chosen.ids) if chosen.query is None else portions.found(self._context, start.condition)
        for ids in some:
            count, rows = self._context.read(lambda unit, ids=ids: self._rows(unit, ids, start))  # type: ignore[misc]
            yield count, rows
            done += count
            if self._progress is not None:
                self._progress(done, start.total)

    def _rows(self, unit: Unit, ids: Sequence[str], start: _Start) -> tuple[int, list[Row]]:
        """Return how many of some orders are exported, and their rows, in the order of the ids."""
        count, found = 0, list[Row]()
        for id, order in unit.each_order(ids):
            if isinstance(order, StorageFailed):
                order.add_note(f"it is order {id}; a query such as -id:{id} leaves it out")
                raise order
            if order is None:
                if self._selection.query is None:
                    raise UnknownId("order", id)
            elif start.period is None or order.created_at in start.period:
                count += 1
                found += self._layout.rows(order, start.zone)
        return count, found


class _Writing:
    """The text of a file, piece by piece, and a count of what went into it."""

    def __init__(self, export: Export, start: _Start) -> None:
        self._export = export
        self._start = start
        self.done = Exported(0, 0)

    def __iter__(self) -> Iterator[str]:
        yield csv_text([self._export.columns])
        for orders, rows in self._export._batches(self._start):
            yield csv_text(rows)
            self.done = Exported(self.done.orders + orders, self.done.rows + len(rows))


class Exporting:
    """The part of the orders desk that exports orders."""

    _context: Context

    def export(
        self,
        which: Which = "",
        *,
        since: When | None = None,
        until: When | None = None,
        progress: Told | None = None,
    ) -> Export:
        """
        Return orders as Shopify's ``orders_export.csv``, such as ``export("tag:vip").to_path("vip.csv")``.

        Args:
            which: A query or a saved view, which must be clear: text that a search would leave out
                is refused. Or several ids of orders. All orders unless given.

            since: The first day that orders were placed on, in the shop's time zone; or a moment, or
                either as text, as a query has it.

            until: The last such day or moment, included.

            progress: Called with how many orders are done and how many there are, after every few
                hundred; with None where that is not known.

        Raises:
            InvalidValue: *which* or *progress* cannot be meant. What else cannot be is told by the
                methods of the export.
        """
        return Export(self._context, ORDERS, selection(which), since, until, progress)

    def export_transactions(
        self,
        which: Which = "",
        *,
        since: When | None = None,
        until: When | None = None,
        progress: Told | None = None,
    ) -> Export:
        """
        Return the money that moved on orders as Shopify's history of transactions.

        A row for each successful sale, capture and refund, at what still stands of it; of an order
        the oldest first.

        Args:
            which: As in `export`.

            since: The first day or moment that the orders were placed on.

            until: The last one, included.

            progress: As in `export`.

        Raises:
            InvalidValue: *which* or *progress* cannot be meant.
        """
        return Export(self._context, TRANSACTIONS, selection(which), since, until, progress)
