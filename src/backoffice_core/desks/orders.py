"""The orders desk: `BackOffice.orders`."""

import os
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import BinaryIO, TextIO

from backoffice_core.context import Context
from backoffice_core.desks.bulk import Bulk, BulkProgress, bulk
from backoffice_core.desks.chosen import Which
from backoffice_core.desks.export import Exporting
from backoffice_core.desks.found import LARGEST_PAGE, Finding, pages
from backoffice_core.desks.goods import GoodsCommands
from backoffice_core.desks.lifecycle import LifecycleCommands
from backoffice_core.desks.money import MoneyCommands
from backoffice_core.desks.paper import PaperCommands
from backoffice_core.desks.printing import Printing
from backoffice_core.desks.returns import ReturnCommands
from backoffice_core.desks.risk import RiskCommands
from backoffice_core.desks.showing import Showing, check_name, named
from backoffice_core.draftrunner import DraftRunner
from backoffice_core.failures import UnknownId
from backoffice_core.importer import import_json, import_orders
from backoffice_core.importing import Parsed
from backoffice_core.orders.allowed import Allowed, allowed
from backoffice_core.orders.change import Change
from backoffice_core.orders.draftcommands import DraftChange
from backoffice_core.orders.duplicate import Duplicate
from backoffice_core.orders.order import Order
from backoffice_core.runner import Runner
from backoffice_core.shopify.report import ImportReport, Progress
from backoffice_core.storage.base import Unit
from backoffice_core.storage.rows import Page, StoredEntry, StoredEvent
from backoffice_core.typed import check_progress, whole_from


class Preview(MoneyCommands, GoodsCommands, ReturnCommands, RiskCommands, LifecycleCommands, PaperCommands):
    """The commands of `Orders`, decided and not saved: the same answers, the same refusals."""

    def __init__(self, context: Context) -> None:
        self._runner = Runner(context, commit=False)


class Orders(
    MoneyCommands,
    GoodsCommands,
    ReturnCommands,
    RiskCommands,
    LifecycleCommands,
    PaperCommands,
    Finding,
    Showing,
    Exporting,
    Printing,
):
    """
    Orders: commands, and looking things up.

    Every command returns a `Change`, falsy when nothing changed. A refusal is an error with the
    figures in it, and nothing is changed by it.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._runner = Runner(context)

    @cached_property
    def preview(self) -> Preview:
        """The same commands, decided and not saved."""
        return Preview(self._context)

    def get(self, order: str) -> Order:
        """
        Return an order by its id, or the newest of a name such as ``#1001``.

        Raises:
            UnknownId: There is none.
            StorageFailed: It is damaged, or a newer version of the library wrote it.
        """
        check_name(order)

        def look(unit: Unit) -> Order:
            try:
                return unit.order(order)
            except UnknownId:
                named = unit.order_id_named(order)
                if named is None:
                    raise
                return unit.order(named)

        return self._context.read(look)

    def page(self, *, limit: int = 50, after: str | None = None) -> Page:
        """
        Return at most *limit* orders, newest first; *after* is the ``next`` of the page before.

        Orders that cannot be read are told by their ids in ``unreadable``.

        Raises:
            InvalidValue: *limit* is not 1 to 250, or *after* is no cursor.
        """
        whole_from("limit", limit, 1, LARGEST_PAGE)
        return self._context.read(lambda unit: unit.page(limit, after))

    def __iter__(self) -> Iterator[Order]:
        """
        Yield all orders, newest first, a page at a time.

        Raises:
            StorageFailed: One of the page that was yielded cannot be read.
        """
        for page in pages(lambda after: self.page(limit=LARGEST_PAGE, after=after)):
            yield from page.orders
            for id in page.unreadable:
                self.get(id)  # says what is wrong with it

    def bulk(
        self,
        which: Which,
        *,
        resume: str | None = None,
        idempotency_key: str | None = None,
        progress: Callable[[BulkProgress], None] | None = None,
    ) -> Bulk:
        """
        Return the commands that can be given to many orders at once, such as ``bulk("tag:vip").archive()``.

        One order that is refused never stops the rest. Orders are changed in chunks of 250, each
        saved whole; a bulk that was broken off goes on by ``resume``.

        Args:
            which: A query or a saved view, which must be clear: text that a search would leave out
                is refused. Or several ids of orders.

            resume: The ``cursor`` of a report, or of its progress, with the same *which*.

            idempotency_key: The key of all of it; with an order's id it is the key of that order.

            progress: Called after each chunk that was saved.

        Raises:
            InvalidValue: *which*, *progress* or the key cannot be meant; or *resume*, which the command says.
            UnclearQuery: Something in the query cannot be meant. It is raised by the command.
        """
        return bulk(self._context, which, resume, idempotency_key, progress)

    def allowed(self, order_id: str) -> tuple[Allowed, ...]:
        """
        Return every command with whether it is possible on an order now, and why not.

        Raises:
            UnknownId: There is no such order.
        """

        def look(unit: Unit) -> tuple[Allowed, ...]:
            settings, order = self._settings(unit), named(unit, order_id)
            return allowed(order, self._runner.facts(unit, settings, None, order))

        return self._context.read(look)

    def timeline(self, order_id: str) -> Sequence[StoredEvent]:
        """
        Return what happened to an order, oldest first.

        Raises:
            UnknownId: There is no such order.
        """
        return self._context.read(lambda unit: unit.events(named(unit, order_id).id))

    def entries(self, order_id: str) -> Sequence[StoredEntry]:
        """
        Return an order's sales entries, oldest first.

        Raises:
            UnknownId: There is no such order.
        """
        return self._context.read(lambda unit: unit.entries(named(unit, order_id).id))

    def import_csv(
        self,
        source: str | os.PathLike[str] | BinaryIO | TextIO,
        *,
        progress: Callable[[Progress], None] | None = None,
    ) -> ImportReport:
        """
        Import Shopify's ``orders_export.csv``; importing the same file again changes nothing.

        Args:
            source: A path, or an open file: binary, or text opened with ``newline=""``.

            progress: Called after every few hundred orders.

        Returns:
            What came in, what did not and why, and each figure that the file contradicts itself in.

        Raises:
            InvalidInput: The file cannot be read: encoding, columns, a cut row. What came in before
                stays, and importing the mended file goes on from there.
        """
        return imported(self._context, import_orders, source, progress)

    def import_json(
        self,
        source: str | os.PathLike[str] | BinaryIO | TextIO | Parsed,
        *,
        progress: Callable[[Progress], None] | None = None,
    ) -> ImportReport:
        """
        Import orders as Shopify's REST API gives them; importing the same ones again changes nothing.

        An order that came by `import_csv` is recognised by Shopify's id of it, reported and left
        alone.

        Args:
            source: A path, an open file, binary or text, or what was parsed already:
                ``{"orders": [...]}``, ``{"order": {...}}``, an order, or several. A file may have
                one order a line, too.

            progress: Called after every few hundred orders.

        Returns:
            What came in, what did not and why, and each figure that an order contradicts itself in.

        Raises:
            InvalidInput: The file cannot be read on: encoding, or no JSON. What came in before
                stays, and importing the mended file goes on from there. `OtherContent` where it
                holds draft orders or checkouts.
        """
        return imported(self._context, import_json, source, progress)

    def duplicate(self, order_id: str, *, idempotency_key: str | None = None) -> DraftChange:
        """
        Make a draft of an order; `duplicate.py` lists what is copied.

        Raises:
            NoLines: Nothing of it is on sale any more.
            UnknownId: There is no such order.
        """
        check_name(order_id)
        return DraftRunner(self._context).run(Duplicate(kind="order", of=order_id), key=idempotency_key)

    def unresolved(self, *, limit: int = 100) -> Page:
        """
        Return orders with a transaction whose outcome is not known, the longest waiting first.

        Raises:
            InvalidValue: *limit* is below 1.
        """
        whole_from("limit", limit, 1)
        return self._context.read(lambda unit: unit.unresolved(limit))

    def resolve(self, order_id: str) -> Change:
        """
        Ask the gateways what became of an order's transactions without outcome, and settle them.

        Raises:
            UnknownId: There is no such order.
            GatewayUnreachable: A gateway could not tell.
        """
        check_name(order_id)
        return self._runner.resolve(order_id)


def imported(
    context: Context,
    importer: Callable[..., ImportReport],
    source: object,
    progress: Callable[[Progress], None] | None,
) -> ImportReport:
    """Import a file into the shop of a desk."""
    check_progress(progress)
    settings = context.read(context.settings_in)
    return importer(
        context.storage,
        context.shop,
        settings,
        source,
        now=context.now(),
        new_id=context.new_id,
        actor=context.actor,
        progress=progress,
    )
