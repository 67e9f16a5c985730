"""The checkouts desk: `BackOffice.checkouts`."""

import os
from collections.abc import Callable, Iterator
from typing import BinaryIO, TextIO

from backoffice_core.checkoutimporter import import_checkouts
from backoffice_core.context import Context
from backoffice_core.desks.found import LARGEST_PAGE
from backoffice_core.desks.orders import check_name, imported
from backoffice_core.importing import Parsed
from backoffice_core.orders.checkout import Checkout
from backoffice_core.shopify.report import ImportReport, Progress
from backoffice_core.storage.base import Unit
from backoffice_core.storage.rows import CheckoutPage
from backoffice_core.typed import whole_from


class Checkouts:
    """Checkouts, completed or not: importing them and looking them up."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def get(self, checkout_id: str) -> Checkout:
        """
        Return a checkout.

        Raises:
            UnknownId: There is none.
        """
        return self._context.read(lambda unit: _checkout(unit, checkout_id))

    def page(self, *, limit: int = 50, after: str | None = None) -> CheckoutPage:
        """
        Return at most *limit* checkouts, newest first; *after* is the ``next`` of the page before.

        Raises:
            InvalidValue: *limit* is not 1 to 250, or *after* is no cursor.
        """
        whole_from("limit", limit, 1, LARGEST_PAGE)
        return self._context.read(lambda unit: unit.checkouts(limit, after))

    def __iter__(self) -> Iterator[Checkout]:
        """Yield all checkouts, newest first, a page at a time."""
        after: str | None = None
        while True:
            page = self.page(limit=LARGEST_PAGE, after=after)
            yield from page.checkouts
            if page.next is None:
                return
            after = page.next

    def import_json(
        self,
        source: str | os.PathLike[str] | BinaryIO | TextIO | Parsed,
        *,
        progress: Callable[[Progress], None] | None = None,
    ) -> ImportReport:
        """
        Import checkouts as Shopify's REST API gives them.

        Importing the same ones again changes nothing; one that changed meanwhile is updated, and
        keeps its id. The address that lets anybody into a checkout is not kept. Nobody is written to.

        Args:
            source: A path, an open file, binary or text, or what was parsed already:
                ``{"checkouts": [...]}``, ``{"checkout": {...}}``, a checkout, or several. A file may
                have one checkout a line, too.

            progress: Called after every few hundred checkouts.

        Returns:
            What came in, what was updated, what was left out and why, and each figure that a
            checkout contradicts itself in.

        Raises:
            InvalidInput: The file cannot be read on: encoding, or no JSON. What came in before
                stays, and importing the mended file goes on from there. `OtherContent` where it
                holds orders or draft orders.
        """
        return imported(self._context, import_checkouts, source, progress)


def _checkout(unit: Unit, checkout_id: str) -> Checkout:
    check_name(checkout_id, "checkout")
    return unit.checkout(checkout_id)
