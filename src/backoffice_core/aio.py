"""
The same door, awaitable: `AsyncBackOffice`.

There is one body of logic. A SQL storage runs it in a greenlet over SQLAlchemy's asyncio engine,
so the event loop is free while the database works; any other storage runs it in a worker thread.
Gateways and notifiers may be async; they are awaited between transactions.

A call that is cancelled may have committed already: look, or ask again under the same
idempotency key. Its connection is free for others as soon as the call has ended.
"""

import asyncio
import inspect
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Mapping
from contextvars import ContextVar
from functools import cached_property, partial, update_wrapper
from itertools import islice
from typing import Any, Concatenate, ParamSpec, TypeVar

import attrs
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.util import await_only, greenlet_spawn

from backoffice_core.backoffice import BackOffice, DueReport
from backoffice_core.clock import Clock, system_clock
from backoffice_core.desks.bulk import Bulk, BulkProgress, BulkSteps
from backoffice_core.desks.catalog import Catalog
from backoffice_core.desks.checkouts import Checkouts
from backoffice_core.desks.chosen import When, Which
from backoffice_core.desks.drafts import DraftPreview, Drafts
from backoffice_core.desks.export import Export, Told
from backoffice_core.desks.found import LARGEST_PAGE
from backoffice_core.desks.orders import Orders, Preview
from backoffice_core.desks.outbox import Outbox
from backoffice_core.desks.views import Views
from backoffice_core.failures import InvalidValue
from backoffice_core.gateways.base import PaymentGateway
from backoffice_core.ids import IdSource
from backoffice_core.notify.base import Notifier
from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.draft import Draft
from backoffice_core.orders.order import Order
from backoffice_core.search.views import SavedView
from backoffice_core.settings import Settings
from backoffice_core.storage.base import Storage
from backoffice_core.storage.sql.store import SqlStorage, Synchronous, tune_sqlite, url_of

P = ParamSpec("P")
R = TypeVar("R")
Call = Callable[..., Awaitable[Any]]

_LOOP: ContextVar[asyncio.AbstractEventLoop] = ContextVar("backoffice_core_loop")


def mirrored(
    method: Callable[Concatenate[Any, P], R],
) -> Callable[Concatenate[Any, P], Coroutine[Any, Any, R]]:
    """Return the awaitable twin of a desk's method: the same name, parameters and answer."""

    async def call(self: Any, /, *args: P.args, **kwargs: P.kwargs) -> R:
        answer: R = await self._call(partial(getattr(self._desk, method.__name__), *args, **kwargs))
        return answer

    update_wrapper(call, method)
    return call


class _Desk:
    """A desk whose methods are run by *call*."""

    def __init__(self, desk: Any, call: Call) -> None:
        self._desk = desk
        self._call = call


class AsyncCommands(_Desk):
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
    cancel_fulfillment = mirrored(Orders.cancel_fulfillment)
    hold = mirrored(Orders.hold)
    release_hold = mirrored(Orders.release_hold)
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


class AsyncViews(_Desk):
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


class AsyncBulkSteps(_Desk):
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


class AsyncBulk(_Desk):
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


class AsyncExport(_Desk):
    """Some orders as rows of a file of Shopify's."""

    _desk: Export

    rows = stepped(Export.rows, at_once=500)
    dicts = mirrored(Export.dicts)
    to_path = mirrored(Export.to_path)
    to_file = mirrored(Export.to_file)
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


class AsyncDraftCommands(_Desk):
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


class AsyncCheckouts(_Desk):
    """Checkouts, completed or not: importing them and looking them up."""

    _desk: Checkouts

    get = mirrored(Checkouts.get)
    page = mirrored(Checkouts.page)
    import_json = mirrored(Checkouts.import_json)

    async def __aiter__(self) -> AsyncIterator[Checkout]:
        """Yield all checkouts, newest first, a page at a time."""
        after: str | None = None
        while True:
            page = await self.page(limit=LARGEST_PAGE, after=after)
            for checkout in page.checkouts:
                yield checkout
            if page.next is None:
                return
            after = page.next


class AsyncCatalog(_Desk):
    """Products, locations and stock."""

    add_product = mirrored(Catalog.add_product)
    update_product = mirrored(Catalog.update_product)
    archive_product = mirrored(Catalog.archive_product)
    get = mirrored(Catalog.get)
    products = mirrored(Catalog.products)
    add_location = mirrored(Catalog.add_location)
    locations = mirrored(Catalog.locations)
    levels = mirrored(Catalog.levels)
    available = mirrored(Catalog.available)
    adjust = mirrored(Catalog.adjust)
    set_stock = mirrored(Catalog.set_stock)
    stock_changes = mirrored(Catalog.stock_changes)


class AsyncOutbox(_Desk):
    """Messages that wait to be sent."""

    deliver = mirrored(Outbox.deliver)
    list = mirrored(Outbox.list)


class AsyncBackOffice:
    """A shop's back office for asyncio; see `BackOffice`. Get one by `open`."""

    def __init__(self, office: BackOffice, call: Call, close: Callable[[], Awaitable[None]]) -> None:
        self._office = office
        self._call = call
        self._close = close

    @classmethod
    async def open(
        cls,
        url: str | os.PathLike[str] | AsyncEngine | Storage,
        *,
        shop: str = "main",
        currency: str | None = None,
        timezone: str | None = None,
        taxes_included: bool | None = None,
        gateways: Mapping[str, PaymentGateway] | None = None,
        notifier: Notifier | None = None,
        clock: Clock = system_clock,
        new_id: IdSource | None = None,
        synchronous: Synchronous = "FULL",
        **settings: Any,
    ) -> "AsyncBackOffice":
        """
        Open a shop; create it when it does not exist. See `BackOffice.open`.

        Raises:
            InvalidValue: A new shop without currency or taxes_included.
            ShopDiffers: The shop exists with another setting.
        """
        engine = _engine(url, synchronous)
        where: Any = url if engine is None else SqlStorage(engine.sync_engine)
        call = _in_thread if engine is None else greenlet_spawn
        given: dict[str, Any] = {
            "shop": shop,
            "currency": currency,
            "timezone": timezone,
            "taxes_included": taxes_included,
            "gateways": gateways,
            "notifier": notifier,
            "clock": clock,
            "new_id": new_id,
            **settings,
        }

        def opened() -> BackOffice:
            office = BackOffice.open(where, **given)
            wait, sleep = (_wait_threaded, None) if engine is None else (_wait_green, _sleep_green)
            context = office._context
            return office._with(attrs.evolve(context, wait=wait, sleep=sleep or context.sleep))

        try:
            office: BackOffice = await call(opened)
        except BaseException:
            if engine is not None and engine is not url:
                await engine.dispose()
            raise

        async def close() -> None:
            if engine is not None:
                await engine.dispose()
            else:
                office.close()

        return cls(office, call, close)

    @property
    def shop(self) -> str:
        """The shop's id."""
        return self._office.shop

    def acting_as(self, actor: str) -> "AsyncBackOffice":
        """Return a view in which *actor*, an opaque staff id, does everything."""
        return AsyncBackOffice(self._office.acting_as(actor), self._call, self._close)

    def within(self, host: AsyncConnection | AsyncSession) -> "AsyncBackOffice":
        """Return a view that works inside a host's transaction; see `BackOffice.within`."""
        given: object = host
        if isinstance(given, AsyncSession):
            inner = self._office.within(given.sync_session)
        elif isinstance(given, AsyncConnection) and given.sync_connection is not None:
            inner = self._office.within(given.sync_connection)
        else:
            raise InvalidValue("within", repr(host), "an open AsyncConnection or an AsyncSession")
        return AsyncBackOffice(inner, self._call, self._close)

    @cached_property
    def orders(self) -> AsyncOrders:
        """Orders."""
        return AsyncOrders(self._office.orders, self._call)

    @cached_property
    def drafts(self) -> AsyncDrafts:
        """Draft orders."""
        return AsyncDrafts(self._office.drafts, self._call)

    @cached_property
    def checkouts(self) -> AsyncCheckouts:
        """Checkouts, completed or not."""
        return AsyncCheckouts(self._office.checkouts, self._call)

    @cached_property
    def catalog(self) -> AsyncCatalog:
        """Products, locations and stock."""
        return AsyncCatalog(self._office.catalog, self._call)

    @cached_property
    def outbox(self) -> AsyncOutbox:
        """Messages that wait to be sent."""
        return AsyncOutbox(self._office.outbox, self._call)

    async def settings(self) -> Settings:
        """Return the shop's settings."""
        found: Settings = await self._call(lambda: self._office.settings)
        return found

    async def change_settings(self, **changes: Any) -> Settings:
        """Change settings of the shop; see `BackOffice.change_settings`."""
        changed: Settings = await self._call(partial(self._office.change_settings, **changes))
        return changed

    async def run_due(self, *, limit: int = 100) -> DueReport:
        """Do what time brings; see `BackOffice.run_due`."""
        report: DueReport = await self._call(partial(self._office.run_due, limit=limit))
        return report

    async def close(self) -> None:
        """Let go of files and connections."""
        await self._close()

    async def __aenter__(self) -> "AsyncBackOffice":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"Async{self._office!r}"


# --- how the one body is run


async def _in_thread(work: Callable[[], R]) -> R:
    _LOOP.set(asyncio.get_running_loop())
    return await asyncio.to_thread(work)


async def _given(value: Awaitable[R]) -> R:
    return await value


def _wait_threaded(value: Any) -> Any:
    if not inspect.isawaitable(value):
        return value
    return asyncio.run_coroutine_threadsafe(_given(value), _LOOP.get()).result()


def _wait_green(value: Any) -> Any:
    return await_only(_given(value)) if inspect.isawaitable(value) else value


def _sleep_green(seconds: float) -> None:
    await_only(asyncio.sleep(seconds))


#: psycopg is for both doors.
_ASYNC_DRIVERS = {"sqlite": "sqlite+aiosqlite"}


def _engine(url: Any, synchronous: Synchronous) -> AsyncEngine | None:
    """Return the asyncio engine of a URL, a path or an engine; None for a storage that has none."""
    if isinstance(url, AsyncEngine):
        return url
    if isinstance(url, os.PathLike):
        url = sa.URL.create("sqlite", database=os.fspath(url))
    if not isinstance(url, str | sa.URL) or (isinstance(url, str) and url.startswith("memory:")):
        return None
    parsed = url_of(url)
    driver = parsed.drivername if "+" in parsed.drivername else _ASYNC_DRIVERS.get(parsed.drivername, parsed.drivername)
    is_file = parsed.get_backend_name() == "sqlite"
    engine = create_async_engine(parsed.set(drivername=driver), hide_parameters=True, pool_pre_ping=not is_file)
    if is_file:
        tune_sqlite(engine.sync_engine, synchronous)
    return engine
