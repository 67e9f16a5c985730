"""The orders desk, awaitable: as the desks in ``asyncdesks.py`` are."""

from collections.abc import AsyncIterator, Callable
from functools import cached_property, update_wrapper

from backoffice_core.asyncdesks import Desk, mirrored, stepped
from backoffice_core.desks.bulk import Bulk, BulkProgress, BulkSteps
from backoffice_core.desks.chosen import When, Which
from backoffice_core.desks.export import Export, Told
from backoffice_core.desks.found import LARGEST_PAGE
from backoffice_core.desks.orders import Orders, Preview
from backoffice_core.desks.views import Views
from backoffice_core.orders.order import Order
from backoffice_core.search.views import SavedView


class AsyncCommands(Desk):
    """The commands of `backoffice_core.desks.orders.Orders`, awaitable."""

    place = mirrored(Orders.place)
    authorize = mirrored(Orders.authorize)
    capture = mirrored(Orders.capture)
    void = mirrored(Orders.void)
    record_payment = mirrored(Orders.record_payment)
    mark_as_paid = mirrored(Orders.mark_as_paid)
    settle = mirrored(Orders.settle)
    refund = mirrored(Orders.refund)
    fulfill = mirrored(Orders.fulfill)
    update_tracking = mirrored(Orders.update_tracking)
    update_shipment = mirrored(Orders.update_shipment)
    cancel_fulfillment = mirrored(Orders.cancel_fulfillment)
    hold = mirrored(Orders.hold)
    release_hold = mirrored(Orders.release_hold)
    assess = mirrored(Orders.assess)
    reassess = mirrored(Orders.reassess)
    restock = mirrored(Orders.restock)
    request_return = mirrored(Orders.request_return)
    approve_return = mirrored(Orders.approve_return)
    decline_return = mirrored(Orders.decline_return)
    receive_return = mirrored(Orders.receive_return)
    close_return = mirrored(Orders.close_return)
    reopen_return = mirrored(Orders.reopen_return)
    cancel_return = mirrored(Orders.cancel_return)
    edit = mirrored(Orders.edit)
    cancel = mirrored(Orders.cancel)
    archive = mirrored(Orders.archive)
    unarchive = mirrored(Orders.unarchive)
    delete = mirrored(Orders.delete)
    add_tags = mirrored(Orders.add_tags)
    remove_tags = mirrored(Orders.remove_tags)
    set_note = mirrored(Orders.set_note)
    update_customer = mirrored(Orders.update_customer)
    update_address = mirrored(Orders.update_address)
    send_invoice = mirrored(Orders.send_invoice)
    comment = mirrored(Orders.comment)
    edit_comment = mirrored(Orders.edit_comment)
    delete_comment = mirrored(Orders.delete_comment)


class AsyncPreview(AsyncCommands):
    """The same commands, decided and not saved."""

    _desk: Preview


class AsyncViews(Desk):
    """Queries with a name."""

    _desk: Views

    get = mirrored(Views.get)
    save = mirrored(Views.save)
    change = mirrored(Views.change)
    delete = mirrored(Views.delete)

    async def __aiter__(self) -> AsyncIterator[SavedView]:
        """Yield all views, the oldest first."""
        for view in await self._call(lambda: list(self._desk)):
            yield view


class AsyncBulkSteps(Desk):
    """One command on many orders, as outcomes for ``async for``."""

    _desk: BulkSteps

    fulfill = stepped(BulkSteps.fulfill)
    capture = stepped(BulkSteps.capture)
    archive = stepped(BulkSteps.archive)
    unarchive = stepped(BulkSteps.unarchive)
    add_tags = stepped(BulkSteps.add_tags)
    remove_tags = stepped(BulkSteps.remove_tags)
    cancel = stepped(BulkSteps.cancel)
    hold = stepped(BulkSteps.hold)
    release_hold = stepped(BulkSteps.release_hold)
    print = stepped(BulkSteps.print)


class AsyncBulk(Desk):
    """One command on many orders, as a report."""

    _desk: Bulk

    fulfill = mirrored(Bulk.fulfill)
    capture = mirrored(Bulk.capture)
    archive = mirrored(Bulk.archive)
    unarchive = mirrored(Bulk.unarchive)
    add_tags = mirrored(Bulk.add_tags)
    remove_tags = mirrored(Bulk.remove_tags)
    cancel = mirrored(Bulk.cancel)
    hold = mirrored(Bulk.hold)
    release_hold = mirrored(Bulk.release_hold)
    print = mirrored(Bulk.print)

    @cached_property
    def each(self) -> AsyncBulkSteps:
        """The same commands, that yield one outcome after another while they run."""
        return AsyncBulkSteps(self._desk.each, self._call)


class AsyncExport(Desk):
    """Some orders as rows of a file of Shopify's."""

    _desk: Export

    rows = stepped(Export.rows, at_once=500)
    dicts = mirrored(Export.dicts)
    to_path = mirrored(Export.to_path)
    to_file = mirrored(Export.to_file)
    count = mirrored(Export.count)
    goes_by_mail = mirrored(Export.goes_by_mail)
    by_mail = mirrored(Export.by_mail)
    sample = mirrored(Export.sample)
    to_pandas = mirrored(Export.to_pandas)
    to_polars = mirrored(Export.to_polars)
    __aiter__ = stepped(Export.__iter__, at_once=500)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in their order."""
        return self._desk.columns


class AsyncOrders(AsyncCommands):
    """Orders: commands, and looking things up."""

    _desk: Orders

    get = mirrored(Orders.get)
    page = mirrored(Orders.page)
    search = mirrored(Orders.search)
    count = mirrored(Orders.count)
    allowed = mirrored(Orders.allowed)
    detail = mirrored(Orders.detail)
    conversion = mirrored(Orders.conversion)
    risk = mirrored(Orders.risk)
    timeline = mirrored(Orders.timeline)
    story = mirrored(Orders.story)
    entries = mirrored(Orders.entries)
    import_csv = mirrored(Orders.import_csv)
    duplicate = mirrored(Orders.duplicate)
    import_json = mirrored(Orders.import_json)
    unresolved = mirrored(Orders.unresolved)
    resolve = mirrored(Orders.resolve)
    print = mirrored(Orders.print)
    print_to = mirrored(Orders.print_to)

    @cached_property
    def preview(self) -> AsyncPreview:
        """The same commands, decided and not saved."""
        return AsyncPreview(self._desk.preview, self._call)

    @cached_property
    def views(self) -> AsyncViews:
        """Saved views."""
        return AsyncViews(self._desk.views, self._call)

    all = stepped(Orders.all)

    def bulk(
        self,
        which: Which,
        *,
        resume: str | None = None,
        idempotency_key: str | None = None,
        progress: Callable[[BulkProgress], None] | None = None,
    ) -> AsyncBulk:
        """Return the commands that can be given to many orders at once; see `Orders.bulk`."""
        bulk = self._desk.bulk(which, resume=resume, idempotency_key=idempotency_key, progress=progress)
        return AsyncBulk(bulk, self._call)

    update_wrapper(bulk, Orders.bulk)

    def export(
        self,
        which: Which = "",
        *,
        since: When | None = None,
        until: When | None = None,
        progress: Told | None = None,
    ) -> AsyncExport:
        """Return orders as Shopify's file of them; see `Orders.export`."""
        return AsyncExport(self._desk.export(which, since=since, until=until, progress=progress), self._call)

    update_wrapper(export, Orders.export)

    def export_transactions(
        self,
        which: Which = "",
        *,
        since: When | None = None,
        until: When | None = None,
        progress: Told | None = None,
    ) -> AsyncExport:
        """Return the money that moved on orders as a file of Shopify's; see `Orders.export_transactions`."""
        export = self._desk.export_transactions(which, since=since, until=until, progress=progress)
        return AsyncExport(export, self._call)

    update_wrapper(export_transactions, Orders.export_transactions)

    async def __aiter__(self) -> AsyncIterator[Order]:
        """Yield all orders, newest first, a page at a time."""
        after: str | None = None
        while True:
            page = await self.page(limit=LARGEST_PAGE, after=after)
            for order in page.orders:
                yield order
            for id in page.unreadable:
                await self.get(id)
            if page.next is None:
                return
            after = page.next
