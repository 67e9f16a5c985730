"""Printing many orders: one document of those that can be printed, one outcome for each."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from backoffice_core.bulkrunner import Outcome, Result, refusal
from backoffice_core.context import Context
from backoffice_core.desks.printing import press_of
from backoffice_core.desks.writing import opened
from backoffice_core.failures import BackOfficeError, StorageFailed, UnknownId
from backoffice_core.orders.order import Order
from backoffice_core.printing.asked import Kind
from backoffice_core.storage.base import Unit

if TYPE_CHECKING:
    from markupsafe import Markup

#: Ids of some orders, and what tells the cursor behind so many of them.
Portion = tuple[list[str], Callable[[int], str]]
#: Gives one portion after another.
Walk = Callable[[], Iterable[Portion]]
#: The outcomes of a chunk and the cursor behind it.
Chunk = tuple[list[Outcome], str]

_PRINTED: Final = Result.DONE


def printed(context: Context, walk: Walk, file: object, kind: Kind, **asked: Any) -> Iterator[Chunk]:
    """
    Write the sheets of many orders to a file; yield the outcomes of one chunk after another once they are written.

    A storage that fails ends the document there: what came before is in it, and whole.

    Args:
        context: The shop.

        walk: Gives the orders.

        file: A path, whose file is replaced when all was written, or an open file.

        kind: ``order`` or ``packing_slip``.

        asked: The language, comments, history, paper and templates; see `Printing.print`.

    Raises:
        InvalidValue: The file, the kind, the language or the paper cannot be meant.
        StorageFailed: Orders cannot be read.
    """
    job = _Job(context, walk)
    press = context.read(lambda unit: press_of(context, unit, kind, None, job.events, **asked))
    with opened(file, "utf-8") as to:
        for part in press.document(job.sheets(press.page), press.title(())):
            to.write(part)
            while job.done:
                yield job.done.popleft()
    while job.done:
        yield job.done.popleft()
    if job.failure is not None:
        raise job.failure


class _Job:
    """The sheets of many orders, made while they are asked for."""

    def __init__(self, context: Context, walk: Walk) -> None:
        self._context = context
        self._walk = walk
        self._unit: Unit | None = None
        self.done: deque[Chunk] = deque()
        self.failure: StorageFailed | None = None

    def events(self, order_id: str) -> Iterable[Any]:
        """Return what happened to an order that is being printed."""
        if self._unit is None:
            raise RuntimeError("no order is being printed")
        return self._unit.events(order_id)

    def sheets(self, page: Callable[[Order], "Markup"]) -> Iterator["Markup"]:
        """Yield the sheets of the orders that have one; ``done`` has the outcomes of those that were taken."""
        try:
            for ids, behind in self._walk():
                outcomes, sheets = self._chunk(ids, page)
                yield from sheets
                self.done.append((outcomes, behind(len(ids))))
        except StorageFailed as failure:
            self.failure = failure

    def _chunk(self, ids: list[str], page: Callable[[Order], "Markup"]) -> tuple[list[Outcome], list["Markup"]]:
        def work(unit: Unit) -> tuple[list[Outcome], list["Markup"]]:
            self._unit = unit
            found, sheets, outcomes = unit.orders(ids), [], []
            for id in ids:
                order = found.get(id)
                try:
                    if not isinstance(order, Order):
                        raise order or UnknownId("order", id)
                    sheets.append(page(order))
                    outcomes.append(Outcome(id, _PRINTED))
                except BackOfficeError as no:
                    outcomes.append(refusal(id, no))
            return outcomes, sheets

        return self._context.read(work)
