"""
The desks, awaitable: each method is that of the desk it stands for, run by what the door gives.

What a method does stands nowhere here; `tests/test_aio.py` holds both doors equal.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from functools import cached_property, partial, update_wrapper
from itertools import islice
from typing import Any, Concatenate, ParamSpec, TypeVar

from backoffice_core.desks.catalog import Catalog
from backoffice_core.desks.customers import Customers
from backoffice_core.desks.drafts import DraftPreview, Drafts
from backoffice_core.desks.exports import Exports
from backoffice_core.desks.found import LARGEST_PAGE
from backoffice_core.desks.home import Home
from backoffice_core.desks.outbox import Outbox
from backoffice_core.desks.reports import Reports
from backoffice_core.orders.draft import Draft

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
