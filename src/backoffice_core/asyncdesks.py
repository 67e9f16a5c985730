"""
The desks, awaitable: each method is that of the desk it stands for, run by what the door gives.

What a method does stands nowhere here; `tests/test_aio.py` holds both doors equal.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from functools import cached_property, partial, update_wrapper
from itertools import islice
from typing import Any, Concatenate, ParamSpec, TypeVar

from backoffice_core.desks.bulk import Bulk, BulkProgress, BulkSteps
from backoffice_core.desks.catalog import Catalog
from backoffice_core.desks.chosen import When, Which
from backoffice_core.desks.customers import Customers
from backoffice_core.desks.drafts import DraftPreview, Drafts
from backoffice_core.desks.export import Export, Told
from backoffice_core.desks.exports import Exports
from backoffice_core.desks.found import LARGEST_PAGE
from backoffice_core.desks.home import Home
from backoffice_core.desks.orders import Orders, Preview
from backoffice_core.desks.outbox import Outbox
from backoffice_core.desks.reports import Reports
from backoffice_core.desks.views import Views
from backoffice_core.orders.draft import Draft
from backoffice_core.orders.order import Order
from backoffice_core.search.views import SavedView

P = ParamSpec("P")
R = TypeVar("R")
Call = Callable[..., Awaitable[Any]]


def mirrored(
    method: Callable[Concatenate[Any, P], R],
) -> Callable[Concatenate[Any, P], Coroutine[Any, Any, R]]:
    """Return the awaitable twin of a desk's method: the same name, parameters and answer."""

    async def call(self: Any, /, *args: P.args, **kwargs: P.kwargs) -> R:
        answer: R = await self._call(partial(getattr(self._desk, method.__name__), *args, **kwargs))
        return answer

    update_wrapper(call, method)
    return call


class Desk:
    """A desk whose methods are run by *call*."""

    def __init__(self, desk: Any, call: Call) -> None:
        self._desk = desk
        self._call = call


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


def stepped(
    method: Callable[Concatenate[Any, P], Iterator[R]],
    *,
    at_once: int = 1,
) -> Callable[Concatenate[Any, P], AsyncIterator[R]]:
    """
    Return the twin of a method that yields, for ``async for``: the same name, parameters and values.

    Args:
        method: The method.

        at_once: How many values are fetched at a time; more than one where fetching does nothing
            that whoever stops would want undone.
    """

    async def steps(self: Any, /, *args: P.args, **kwargs: P.kwargs) -> AsyncIterator[R]:
        values = await self._call(partial(getattr(self._desk, method.__name__), *args, **kwargs))
        while some := await self._call(lambda: list(islice(values, at_once))):
            for value in some:
                yield value

    update_wrapper(steps, method)
    return steps


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


class AsyncDraftCommands(Desk):
    """The commands of `backoffice_core.desks.drafts.Drafts`, awaitable."""

    create = mirrored(Drafts.create)
    update = mirrored(Drafts.update)
    send_invoice = mirrored(Drafts.send_invoice)
    complete = mirrored(Drafts.complete)
    duplicate = mirrored(Drafts.duplicate)
    delete = mirrored(Drafts.delete)


class AsyncDraftPreview(AsyncDraftCommands):
    """The same commands, decided and not saved."""

    _desk: DraftPreview


class AsyncDrafts(AsyncDraftCommands):
    """Draft orders: commands, and looking things up."""

    _desk: Drafts

    get = mirrored(Drafts.get)
    page = mirrored(Drafts.page)
    timeline = mirrored(Drafts.timeline)
    import_json = mirrored(Drafts.import_json)

    @cached_property
    def preview(self) -> AsyncDraftPreview:
        """The same commands, decided and not saved."""
        return AsyncDraftPreview(self._desk.preview, self._call)

    async def __aiter__(self) -> AsyncIterator[Draft]:
        """Yield all drafts, newest first, a page at a time."""
        after: str | None = None
        while True:
            page = await self.page(limit=LARGEST_PAGE, after=after)
            for draft in page.drafts:
                yield draft
            if page.next is None:
                return
            after = page.next


class AsyncCatalog(Desk):
    """Products, locations and stock."""

    add_product = mirrored(Catalog.add_product)
    update_product = mirrored(Catalog.update_product)
    archive_product = mirrored(Catalog.archive_product)
    change_product = mirrored(Catalog.change_product)
    unarchive_product = mirrored(Catalog.unarchive_product)
    delete_product = mirrored(Catalog.delete_product)
    add_tags = mirrored(Catalog.add_tags)
    remove_tags = mirrored(Catalog.remove_tags)
    add_variant = mirrored(Catalog.add_variant)
    change_variant = mirrored(Catalog.change_variant)
    remove_variant = mirrored(Catalog.remove_variant)
    search = mirrored(Catalog.search)
    all = stepped(Catalog.all)
    count = mirrored(Catalog.count)
    get = mirrored(Catalog.get)
    products = mirrored(Catalog.products)
    add_location = mirrored(Catalog.add_location)
    locations = mirrored(Catalog.locations)
    levels = mirrored(Catalog.levels)
    available = mirrored(Catalog.available)
    scarce = mirrored(Catalog.scarce)
    adjust = mirrored(Catalog.adjust)
    set_stock = mirrored(Catalog.set_stock)
    stock_changes = mirrored(Catalog.stock_changes)


class AsyncCustomers(Desk):
    """Customers, and all that is kept of a person."""

    create = mirrored(Customers.create)
    change = mirrored(Customers.change)
    add_tags = mirrored(Customers.add_tags)
    remove_tags = mirrored(Customers.remove_tags)
    archive = mirrored(Customers.archive)
    unarchive = mirrored(Customers.unarchive)
    delete = mirrored(Customers.delete)
    get = mirrored(Customers.get)
    with_email = mirrored(Customers.with_email)
    search = mirrored(Customers.search)
    all = stepped(Customers.all)
    count = mirrored(Customers.count)
    bought = mirrored(Customers.bought)
    orders_of = mirrored(Customers.orders_of)
    merge = mirrored(Customers.merge)
    data = mirrored(Customers.data)
    erase = mirrored(Customers.erase)


class AsyncOutbox(Desk):
    """Messages that wait to be sent."""

    deliver = mirrored(Outbox.deliver)
    resend = mirrored(Outbox.resend)
    drop = mirrored(Outbox.drop)
    preview = mirrored(Outbox.preview)
    unsubscribe = mirrored(Outbox.unsubscribe)
    list = mirrored(Outbox.list)


class AsyncExports(Desk):
    """Exports that are sent by mail: what became of them."""

    _desk: Exports

    list = mirrored(Exports.list)
    get = mirrored(Exports.get)
    cancel = mirrored(Exports.cancel)
    again = mirrored(Exports.again)


class AsyncHome(Desk):
    """The home page: advice, and the latest figures."""

    _desk: Home

    advice = mirrored(Home.advice)
    figures = mirrored(Home.figures)
    scarce = mirrored(Home.scarce)
    dismiss = mirrored(Home.dismiss)
    snooze = mirrored(Home.snooze)
    restore = mirrored(Home.restore)


class AsyncReports(Desk):
    """What the shop sold and took, by day."""

    _desk: Reports

    sales = mirrored(Reports.sales)
    takings = mirrored(Reports.takings)
    owed = mirrored(Reports.owed)
