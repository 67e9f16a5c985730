"""
The press: writes order pages or packing slips, one order after the other, into one document.

It takes orders one at a time and keeps none of them, so that a job of any length needs the memory of one.

1. The document is complete in itself: it asks for no file, font, image or script, and forbids its reader to.
2. Each sheet begins on a new page. A table that is longer than a page goes on with its head on the next one, and no
   line is cut in two.
3. An order page is written in the language of the shop, a packing slip in that of the customer, unless one is named.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from markupsafe import Markup

from backoffice_core.orders.order import Order
from backoffice_core.orders.story.sentences import Happened
from backoffice_core.printing.asked import (
    Kind,
    Paper,
    Templates,
    Writable,
    check_kind,
    check_locale,
    check_paper,
    is_written,
)
from backoffice_core.printing.ordersheet import OrderSheet, order_sheet
from backoffice_core.printing.sheet import Reader, reader_of
from backoffice_core.printing.slipsheet import SlipSheet, slip_sheets
from backoffice_core.printing.templates import Pages
from backoffice_core.settings import Settings

_SIZES: Final[Mapping[str | None, str]] = {None: "", "a4": "A4", "letter": "letter"}


class Press:
    """
    Writes the sheets of one job.

    Args:
        settings: The shop's settings.

        kind: ``order`` for order pages, ``packing_slip`` for packing slips.

        locale: The language of every sheet, such as ``fr`` or ``en-GB``; rule 3 unless given.

        comments: Whether an order page shows comments and tags.

        history: Gives what happened to an order by its id, where an order page is to show that.

        fulfillment: Id or name of one whose packing slip is wanted.

        places: The names of the locations by id.

        paper: ``a4`` or ``letter``; what the printer holds unless given.

        templates: A host's own in place of ours; see ``templates.py``.

    Raises:
        InvalidValue: One of them cannot be meant.
    """

    def __init__(
        self,
        settings: Settings,
        kind: Kind = "order",
        *,
        locale: str | None = None,
        comments: bool = False,
        history: Callable[[str], Iterable[Happened]] | None = None,
        fulfillment: str | None = None,
        places: Mapping[str, str] | None = None,
        paper: Paper | None = None,
        templates: Templates | None = None,
    ) -> None:
        check_kind(kind, fulfillment)
        check_locale(locale)
        check_paper(paper)
        self._settings = settings
        self._kind: Kind = kind
        self._locale = locale
        self._comments = comments
        self._history = history
        self._fulfillment = fulfillment
        self._places = places
        self._size = _SIZES[paper]
        self._pages = Pages(templates)

    def page(self, order: Order) -> Markup:
        """
        Return the sheet of an order, its slips one after the other: HTML without a document around it.

        Raises:
            NothingToPack: A packing slip would be empty.
            UnknownFulfillment: It has no such fulfillment.
            FulfillmentIsCancelled: The fulfillment was undone.
            BrokenTemplate: A template of the host's own cannot be run.
        """
        reader = self._reader(order)
        if self._kind == "order":
            history = None if self._history is None else self._history(order.id)
            sheet = order_sheet(order, self._settings, reader, comments=self._comments, history=history)
            return self._sheet("order.html", sheet, reader)
        slips = slip_sheets(order, self._settings, reader, fulfillment=self._fulfillment, places=self._places)
        return Markup("").join(self._sheet("packing_slip.html", one, reader) for one in slips)

    def _sheet(self, template: str, sheet: OrderSheet | SlipSheet, reader: Reader) -> Markup:
        """Return what a template makes of a sheet; its name stands at the foot of each page that it takes."""
        running = f"{reader.say[self._kind]} {sheet.name}"
        named = f"sheet-{hashlib.sha256(running.encode()).hexdigest()[:12]}"
        seen = {"sheet": sheet, "say": reader.say, "lang": reader.language}
        return self._pages.page(template, **seen, running=css_text(running), page_name=named)

    def document(self, pages: Iterable[Markup], title: str | None = None, *, one: bool = False) -> Iterator[str]:
        """
        Yield the document around some sheets, part by part.

        Args:
            pages: The sheets, as `page` returns them; each is taken when it is due.

            title: What the document is called; a file that is saved of it takes that name.

            one: Whether it is one order's: then its pages are numbered.
        """
        reader = self._shop_reader()
        seen = {"title": title or self.title(()), "lang": reader.language, "size": self._size, "numbered": one}
        return self._pages.parts("document.html", pages=pages, **seen)

    def write(self, orders: Iterable[Order], file: Writable, title: str | None = None, *, one: bool = False) -> int:
        """
        Write the document of some orders to a file; return how many there were.

        Args:
            orders: The orders, in the order of their sheets; each is taken when its sheet is due.

            file: Takes text; a file is opened in UTF-8.

            title: What the document is called.

            one: Whether it is one order's: then its pages are numbered.

        Raises:
            NothingToPack: As in `page`, and so with its other errors; what came before was written.
        """
        count = 0

        def pages() -> Iterator[Markup]:
            nonlocal count
            for order in orders:
                yield self.page(order)
                count += 1

        for part in self.document(pages(), title, one=one):
            file.write(part)
        return count

    def title(self, names: Iterable[str]) -> str:
        """Return what a document with the sheets of some orders, by their names, is called."""
        said = tuple(names)
        say = self._shop_reader().say
        if len(said) != 1:
            return say["orders" if self._kind == "order" else "packing_slips"]
        return f"{say[self._kind]} {said[0]}"

    def _shop_reader(self) -> Reader:
        return reader_of(self._locale or self._settings.locale, self._settings.timezone)

    def _reader(self, order: Order) -> Reader:
        """Return who the sheet of an order is for (rule 3)."""
        theirs = order.customer.locale if order.customer and self._kind == "packing_slip" else None
        spoken = theirs if theirs and is_written(theirs) else None
        return reader_of(self._locale or spoken or self._settings.locale, self._settings.timezone)


def css_text(text: str) -> Markup:
    """Return text as a style sheet may hold it between quotes: every character by its number."""
    return Markup("".join(f"\\{ord(one):x} " for one in text))  # noqa: S704 - digits, letters and backslashes only
