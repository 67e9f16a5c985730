"""The checkouts desk, awaitable: as the desks in ``asyncdesks.py`` are."""

from collections.abc import AsyncIterator
from functools import cached_property, update_wrapper

from backoffice_core.asyncdesks import Desk, mirrored, stepped
from backoffice_core.desks.buying import CheckoutPreview
from backoffice_core.desks.checkoutexport import CheckoutExport
from backoffice_core.desks.checkouts import Checkouts
from backoffice_core.desks.found import LARGEST_PAGE
from backoffice_core.orders.checkout import Checkout
from backoffice_core.search.query import Query


class AsyncCheckoutCommands(Desk):
    """The commands of `backoffice_core.desks.checkouts.Checkouts`, awaitable."""

    start = mirrored(Checkouts.start)
    update = mirrored(Checkouts.update)
    give_contact = mirrored(Checkouts.give_contact)
    reach_step = mirrored(Checkouts.reach_step)
    try_payment = mirrored(Checkouts.try_payment)
    complete = mirrored(Checkouts.complete)
    close = mirrored(Checkouts.close)
    send_recovery = mirrored(Checkouts.send_recovery)


class AsyncCheckoutPreview(AsyncCheckoutCommands):
    """The same commands, decided and not saved."""

    _desk: CheckoutPreview


class AsyncCheckoutExport(Desk):
    """Some checkouts as rows of Shopify's file."""

    _desk: CheckoutExport

    rows = stepped(CheckoutExport.rows, at_once=500)
    dicts = mirrored(CheckoutExport.dicts)
    to_path = mirrored(CheckoutExport.to_path)
    to_file = mirrored(CheckoutExport.to_file)
    __aiter__ = stepped(CheckoutExport.__iter__, at_once=500)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in their order."""
        return self._desk.columns


class AsyncCheckouts(AsyncCheckoutCommands):
    """Checkouts, completed or not: what a host tells of them, asking customers back, looking them up."""

    _desk: Checkouts

    get = mirrored(Checkouts.get)
    page = mirrored(Checkouts.page)
    search = mirrored(Checkouts.search)
    all = stepped(Checkouts.all)
    count = mirrored(Checkouts.count)
    timeline = mirrored(Checkouts.timeline)
    story = mirrored(Checkouts.story)
    link = mirrored(Checkouts.link)
    open_link = mirrored(Checkouts.open_link)
    unsubscribe = mirrored(Checkouts.unsubscribe)
    to_draft = mirrored(Checkouts.to_draft)
    import_csv = mirrored(Checkouts.import_csv)
    import_json = mirrored(Checkouts.import_json)

    def export(self, query: str | Query = "") -> AsyncCheckoutExport:
        """Return checkouts as Shopify's file of them; see `Checkouts.export`."""
        return AsyncCheckoutExport(self._desk.export(query), self._call)

    update_wrapper(export, Checkouts.export)

    @cached_property
    def preview(self) -> AsyncCheckoutPreview:
        """The same commands, decided and not saved."""
        return AsyncCheckoutPreview(self._desk.preview, self._call)

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
