"""Printing orders: what `Orders` makes of them on paper."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, ClassVar, Final

import attrs

from backoffice_core.context import Context
from backoffice_core.desks.writing import opened, write_path
from backoffice_core.failures import InvalidValue, StorageFailed, UnknownId, reason
from backoffice_core.orders.order import Order
from backoffice_core.orders.story.sentences import Happened
from backoffice_core.printing.asked import Kind, Paper, Templates, check_switch
from backoffice_core.printing.slipsheet import NothingToPack, packed_of
from backoffice_core.storage.base import Unit
from backoffice_core.typed import check_text, kind_of

if TYPE_CHECKING:
    from markupsafe import Markup

    from backoffice_core.printing.press import Press

#: How many orders are read at once; an event loop waits while so many sheets are made.
CHUNK: Final = 20


@reason
class UnknownOrders(UnknownId):
    """
    Of several orders that are to be printed some are not there.

    Attributes:
        kind: ``order``.

        id: The first of the ids under which there is none.

        ids: All of them, in the order in which they were given.
    """

    code: ClassVar[str] = "unknown_orders"
    ids: tuple[str, ...]

    def __str__(self) -> str:
        return f"there are no orders {', '.join(map(repr, self.ids[:20]))} in this shop; nothing was printed"


@attrs.frozen
class Job:
    """
    What was printed, complete.

    Attributes:
        title: What the document is called.

        names: The names of its orders, in the order of their sheets.

        pages: The sheets of each order: HTML without a document around it.
    """

    title: str
    names: tuple[str, ...]
    pages: "tuple[Markup, ...]" = attrs.field(repr=False)
    _press: "Press" = attrs.field(repr=False, eq=False)

    @property
    def html(self) -> str:
        """The document: complete in itself, each order on a page of its own."""
        return "".join(self._parts())

    def to_path(self, path: str | os.PathLike[str]) -> Path:
        """Write the document to a file; one that is there is replaced when all of it was written."""
        write_path(path, self._parts(), "utf-8")
        return Path(path)

    def _parts(self) -> Iterator[str]:
        return self._press.document(self.pages, self.title, one=len(self.pages) == 1)

    def __len__(self) -> int:
        return len(self.pages)


class Printing:
    """The part of the orders desk that prints."""

    _context: Context

    def print(
        self,
        orders: str | Iterable[str],
        *,
        kind: Kind = "order",
        locale: str | None = None,
        comments: bool = False,
        history: bool = False,
        fulfillment: str | None = None,
        paper: Paper | None = None,
        templates: Templates | None = None,
    ) -> Job:
        """
        Return the order pages or packing slips of one order or several, as one document of HTML made for paper.

        All orders are read at one moment. A document of very many is written by `print_to`.

        Args:
            orders: The id of an order, or several; each is printed once.

            kind: ``order`` for order pages, ``packing_slip`` for packing slips: of a fulfillment, or of all that can
                be shipped now.

            locale: The language, such as ``fr`` or ``en-GB``. Unless given, order pages are in that of the shop, and
                each packing slip in that of its customer.

            comments: Whether order pages show comments and tags, which staff wrote for staff.

            history: Whether order pages show what happened.

            fulfillment: The id or name of a fulfillment of the one order whose packing slip is wanted.

            paper: ``a4`` or ``letter``; what the printer holds unless given.

            templates: A host's own templates, text by name or a folder, in place of those of the same name.

        Raises:
            UnknownId: There is no such order; of several, `UnknownOrders` with all that there are not.
            NothingToPack: A packing slip would be empty; it names all orders of which one would be.
            UnknownFulfillment: The order has no such fulfillment.
            FulfillmentIsCancelled: The fulfillment was undone.
            BrokenTemplate: A template of the host's own cannot be run.
            InvalidValue: There is no such kind, language or paper.
            StorageFailed: An order cannot be read.
        """
        asked = {"locale": locale, "comments": comments, "history": history, "paper": paper, "templates": templates}
        ids = _ids(orders)
        _check_single(ids, fulfillment)

        def work(unit: Unit) -> Job:
            press = press_of(self._context, unit, kind, fulfillment, unit.events, **asked)
            names = _checked(unit, ids, kind, fulfillment, several=not isinstance(orders, str))
            pages = tuple(press.page(order) for order in _each(unit, ids))
            return Job(press.title(names), names, pages, press)

        return self._context.read(work)

    def print_to(
        self,
        file: str | os.PathLike[str] | IO[str] | IO[bytes],
        orders: str | Iterable[str],
        *,
        kind: Kind = "order",
        locale: str | None = None,
        comments: bool = False,
        history: bool = False,
        fulfillment: str | None = None,
        paper: Paper | None = None,
        templates: Templates | None = None,
    ) -> int:
        """
        Write what `print` returns to a file, order by order, so that memory stays the same; return how many they were.

        Everything that can be refused is refused before the first word is written.

        Args:
            file: A path, whose file is replaced when all was written, or an open file; one of text is in UTF-8.

            orders: As in `print`, and so is the rest.

            kind: ``order`` or ``packing_slip``.

            locale: The language.

            comments: Whether order pages show comments and tags.

            history: Whether order pages show what happened.

            fulfillment: The id or name of a fulfillment whose packing slip is wanted.

            paper: ``a4`` or ``letter``.

            templates: A host's own templates.

        Raises:
            UnknownId: As in `print`, and so with its other errors.
        """
        asked = {"locale": locale, "comments": comments, "history": history, "paper": paper, "templates": templates}
        ids = _ids(orders)
        _check_single(ids, fulfillment)

        def work(unit: Unit) -> int:
            press = press_of(self._context, unit, kind, fulfillment, unit.events, **asked)
            names = _checked(unit, ids, kind, fulfillment, several=not isinstance(orders, str))
            with opened(file, "utf-8") as to:
                return press.write(_each(unit, ids), to, press.title(names), one=len(names) == 1)

        return self._context.read(work)


def press_of(
    context: Context,
    unit: Unit,
    kind: Kind,
    fulfillment: str | None,
    events: Callable[[str], Iterable[Happened]],
    *,
    comments: object,
    history: object,
    **asked: Any,
) -> "Press":
    """
    Return what prints in a shop; *events* gives what happened to an order by its id.

    Raises:
        InvalidValue: There is no such kind, language or paper, or a switch is none.
        UnknownShop: There is no such shop.
    """
    # Templates load a library that a shop needs for nothing else.
    from backoffice_core.printing.press import Press

    # Text such as "no" would print what staff wrote for staff.
    check_switch("comments", comments)
    check_switch("history", history)
    shown = {"comments": comments, "history": events if history else None, **asked}
    settings = context.settings_in(unit)
    places = {one.id: one.name for one in unit.locations()} if kind == "packing_slip" else None
    return Press(settings, kind, fulfillment=fulfillment, places=places, **shown)


def _ids(orders: object) -> tuple[str, ...]:
    """
    Return the ids of orders, each once.

    Raises:
        UnknownId: One is no text that a storage could have as an id.
        InvalidValue: There is none, or they are no ids at all.
    """
    if not isinstance(orders, str | Iterable):
        raise InvalidValue("orders", kind_of(orders), "the id of an order, or several")
    ids = (orders,) if isinstance(orders, str) else tuple(dict.fromkeys(orders))
    if not ids:
        raise InvalidValue("orders", "nothing", "the id of an order, or several")
    for id in ids:
        if not isinstance(id, str):
            raise InvalidValue("orders", kind_of(id), "ids of orders, which are text")
        try:
            check_text("order", id)
        except InvalidValue:
            raise UnknownId("order", repr(id[:50])) from None
    return ids


def _check_single(ids: Sequence[str], fulfillment: str | None) -> None:
    """Refuse a fulfillment of several orders: each has its own."""
    if fulfillment is not None and len(ids) > 1:
        raise InvalidValue("fulfillment", f"one, of {len(ids)} orders", "the one order that it is of")


def _each(unit: Unit, ids: Sequence[str]) -> Iterator[Order]:
    """Yield the orders that there are of some, in the order of the ids, a few read at a time."""
    for at in range(0, len(ids), CHUNK):
        some = ids[at : at + CHUNK]
        found = unit.orders(some)
        for id in some:
            order = found.get(id)
            if isinstance(order, StorageFailed):
                raise order
            if order is not None:
                yield order


def _checked(unit: Unit, ids: Sequence[str], kind: Kind, fulfillment: str | None, *, several: bool) -> tuple[str, ...]:
    """
    Return the names of orders that can all be printed.

    Raises:
        UnknownId: There is no such order.
        NothingToPack: A packing slip would be empty.
    """
    names: dict[str, str] = {}
    empty: list[str] = []
    held = 0
    for order in _each(unit, ids):
        names[order.id] = order.name
        if kind == "packing_slip":
            try:
                packed_of(order, fulfillment)
            except NothingToPack as no:
                if fulfillment is not None:
                    raise
                empty += no.orders
                held += no.held
    missing = tuple(id for id in ids if id not in names)
    if missing:
        raise UnknownOrders("order", missing[0], missing) if several else UnknownId("order", missing[0])
    if empty:
        raise NothingToPack(tuple(empty), held)
    return tuple(names.values())
