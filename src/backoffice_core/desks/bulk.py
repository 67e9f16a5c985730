"""One command on many orders: `BackOffice.orders.bulk`."""

import base64
import binascii
import json
import os
from abc import abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import IO, Final, Generic, TypeVar

import attrs

from backoffice_core.bulkrunner import BulkRunner, Outcome, Result
from backoffice_core.context import Context
from backoffice_core.desks.bulkprint import Chunk, Portion, printed
from backoffice_core.desks.chosen import BY_ID, Selection, Which, bounded, selection
from backoffice_core.desks.several import flat
from backoffice_core.failures import InvalidValue, StorageFailed
from backoffice_core.idempotency import check_key
from backoffice_core.orders.archive import Archive, Unarchive
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.change import Command
from backoffice_core.orders.fulfill import Fulfill
from backoffice_core.orders.hold import HoldOrder, ReleaseHold
from backoffice_core.orders.pay import Capture
from backoffice_core.orders.tags import AddTags, RemoveTags
from backoffice_core.printing.asked import Kind, Paper, Templates
from backoffice_core.runner import Runner
from backoffice_core.search.conditions import Between, every
from backoffice_core.search.query import Query
from backoffice_core.search.sorting import Cursor
from backoffice_core.search.wanted import Wanted
from backoffice_core.typed import check_progress

R = TypeVar("R")
T = TypeVar("T", str, int)

#: How many orders are one unit of work: they are locked for some hundredths of a second, and share one commit.
CHUNK: Final = 250
#: Of so many orders that were not done, or with a warning, the outcomes are kept in a report.
MOST_KEPT: Final = 1000


@attrs.frozen
class BulkProgress:
    """
    How far a bulk command has come.

    Attributes:
        reached: Orders that have an outcome.

        cursor: Where a new bulk goes on, as ``resume``.
    """

    reached: int
    cursor: str


@attrs.frozen(kw_only=True)
class BulkReport:
    """
    What became of many orders.

    Attributes:
        done: How many were changed.

        unchanged: How many were like that already.

        refused: How many the rules refused, or could not be read.

        conflict: How many somebody else was at all the time.

        unknown: How many there are not.

        not_reached: How many of the ids that were given were not tried; of a query nobody counted.

        outcomes: Those of orders that are neither done nor unchanged, or that have warnings; the first 1,000.

        cursor: Where a new bulk goes on, as ``resume``, be it from the beginning; None when the end was reached.

        error: What ended it before.
    """

    done: int = 0
    unchanged: int = 0
    refused: int = 0
    conflict: int = 0
    unknown: int = 0
    not_reached: int = 0
    outcomes: tuple[Outcome, ...] = ()
    cursor: str | None = None
    error: StorageFailed | None = None

    @property
    def reasons(self) -> dict[str, int]:
        """How many of ``outcomes`` have each reason, the most frequent first."""
        return dict(Counter(one.code for one in self.outcomes if one.code is not None).most_common())

    def __str__(self) -> str:
        parts = [f"{getattr(self, name)} {name.replace('_', ' ')}" for name in Result if getattr(self, name)]
        return ", ".join(parts) or "no orders"


class BulkCommands(Generic[R]):
    """The commands that can be given to many orders at once."""

    @abstractmethod
    def _run(self, command: Command) -> R:
        """Run a command on each order."""

    def fulfill(
        self,
        *,
        location: str | None = None,
        tracking: str | None = None,
        tracking_url: str | None = None,
        carrier: str | None = None,
        notify: bool | None = None,
    ) -> R:
        """Ship all that is left of each order; see `Orders.fulfill`."""
        return self._run(
            Fulfill(location=location, tracking=tracking, tracking_url=tracking_url, carrier=carrier, notify=notify)
        )

    def capture(self, *, final: bool = False) -> R:
        """Capture of each order what is authorized and owed, no more; see `Orders.capture`."""
        return self._run(Capture(final=final))

    def archive(self) -> R:
        """Archive each order; see `Orders.archive`."""
        return self._run(Archive())

    def unarchive(self) -> R:
        """Take each order up again; see `Orders.unarchive`."""
        return self._run(Unarchive())

    def add_tags(self, *tags: str | Iterable[str]) -> R:
        """
        Add tags to each order; see `Orders.add_tags`.

        Raises:
            TagTooLong: A tag is too long; no order was changed.
        """
        return self._run(AddTags(tags=flat(tags)))

    def remove_tags(self, *tags: str | Iterable[str]) -> R:
        """Take tags away from each order; see `Orders.remove_tags`."""
        return self._run(RemoveTags(tags=flat(tags)))

    def cancel(
        self,
        *,
        reason: str = "other",
        restock: bool = True,
        refund: bool = True,
        note: str | None = None,
        notify: bool | None = None,
    ) -> R:
        """Cancel each order, for one reason; see `Orders.cancel`."""
        return self._run(Cancel(reason=reason, restock=restock, refund=refund, note=note, notify=notify))

    def hold(self, *, reason: str = "other", note: str | None = None) -> R:
        """Hold all that is left of each order; see `Orders.hold`."""
        return self._run(HoldOrder(reason=reason, note=note))

    def release_hold(self, *, reason: str | None = None) -> R:
        """Release all holds of each order; see `Orders.release_hold`."""
        return self._run(ReleaseHold(reason=reason))


class _Bulk(BulkCommands[R]):
    def __init__(self, context: Context, selection: Selection, resume: str | None, key: str | None) -> None:
        self._context = context
        self._selection = selection
        self._resume = resume
        self._key = key

    @abstractmethod
    def _told(self, chunks: Iterator[Chunk]) -> R:
        """Return what is told of the outcomes of one chunk after another."""

    def _run(self, command: Command) -> R:
        return self._told(self._chunks(command))

    def print(
        self,
        file: str | os.PathLike[str] | IO[str] | IO[bytes],
        *,
        kind: Kind = "order",
        locale: str | None = None,
        comments: bool = False,
        history: bool = False,
        paper: Paper | None = None,
        templates: Templates | None = None,
    ) -> R:
        """
        Write the order pages or packing slips of each order into one document; see `Orders.print`.

        An order that cannot be printed, such as one with nothing to ship, is an outcome and stops none of
        the others. Memory stays the same however many there are.

        Args:
            file: A path, whose file is replaced when all was written, or an open file; one of text is in UTF-8.

            kind: ``order`` or ``packing_slip``.

            locale: The language.

            comments: Whether order pages show comments and tags.

            history: Whether order pages show what happened.

            paper: ``a4`` or ``letter``.

            templates: A host's own templates.

        Raises:
            InvalidValue: The file, the kind, the language or the paper cannot be meant.
        """
        asked = {"locale": locale, "comments": comments, "history": history, "paper": paper, "templates": templates}
        return self._told(printed(self._context, self._walk, file, kind, **asked))

    def _chunks(self, command: Command) -> Iterator[Chunk]:
        """Yield the outcomes of one chunk after another, with the cursor behind it."""
        runner = BulkRunner(self._context, Runner(self._context))
        for ids, behind in self._walk():
            outcomes, failed = runner.outcomes(command, ids, self._key)
            if failed is None:
                yield outcomes, behind(len(ids))
                continue
            yield outcomes, behind([one.result for one in outcomes].index(Result.NOT_REACHED))
            raise failed

    def _walk(self) -> Iterator[Portion]:
        """Yield the ids of one chunk after another, with what tells the cursor behind so many of them."""
        return self._listed() if self._selection.query is None else self._found()

    @property
    def _beginning(self) -> str:
        """The cursor of the first order; that of a query that found none yet says so by an empty ``until``."""
        if self._resume is not None:
            return self._resume
        return _at(0, 0) if self._selection.query is None else _behind([""], "", 0)

    def _listed(self) -> Iterator[Portion]:
        start = 0 if self._resume is None else _read_cursor(self._resume, "at", int)
        for at in range(start, len(self._selection.ids), CHUNK):
            yield list(self._selection.ids[at : at + CHUNK]), partial(_at, at)

    def _found(self) -> Iterator[Portion]:
        """Walk the ids that the query finds, up to the greatest that it finds now, in their order."""
        query = self._selection.query or Query.read("")

        condition, until = self._context.read(lambda unit: bounded(self._context, unit, query))
        after: str | None = None
        if self._resume is not None:
            after = _read_cursor(self._resume, "after", str) or None
            until = _read_cursor(self._resume, "until", str) or until
        if until is None:
            return
        condition = every([condition, Between("id", None, until)])
        while True:
            wanted = Wanted(condition, BY_ID, CHUNK, None if after is None else Cursor(after, after))
            ids = list(self._context.read(lambda unit, wanted=wanted: unit.search_ids(wanted)))  # type: ignore[misc]
            if not ids:
                return
            yield ids, partial(_behind, [after or "", *ids], until)
            after = ids[-1]


class Bulk(_Bulk[BulkReport]):
    """
    One command on many orders, as a report.

    Args:
        progress: Called after each chunk that was saved.
    """

    def __init__(
        self,
        context: Context,
        selection: Selection,
        resume: str | None,
        key: str | None,
        progress: Callable[[BulkProgress], None] | None = None,
    ) -> None:
        super().__init__(context, selection, resume, key)
        self._progress = progress

    @property
    def each(self) -> "BulkSteps":
        """The same commands, that yield one outcome after another while they run."""
        return BulkSteps(self._context, self._selection, self._resume, self._key)

    def _told(self, chunks: Iterator[Chunk]) -> BulkReport:
        counts: Counter[Result] = Counter()
        kept: list[Outcome] = []
        reached = 0
        cursor: str | None = self._beginning
        error: StorageFailed | None = None
        try:
            for outcomes, at in chunks:
                counts.update(one.result for one in outcomes)
                bad = (one for one in outcomes if one.warnings or one.result not in (Result.DONE, Result.UNCHANGED))
                kept += list(bad)[: MOST_KEPT - len(kept)]
                reached, before = counts.total() - counts[Result.NOT_REACHED], reached
                cursor = at
                if self._progress is not None and reached > before:
                    self._progress(BulkProgress(reached, at))
        except StorageFailed as failed:
            error = failed
        else:
            cursor = None
        left = self._selection.ids[counts.total() + self._skipped :] if error is not None else ()
        kept += [Outcome(id, Result.NOT_REACHED) for id in left[: MOST_KEPT - len(kept)]]
        counts[Result.NOT_REACHED] += len(left)
        figures = {result.value: counts[result] for result in Result}
        return BulkReport(**figures, outcomes=tuple(kept), cursor=cursor, error=error)

    @property
    def _skipped(self) -> int:
        """How many of the ids that were given an earlier bulk had reached."""
        listed = self._selection.query is None and self._resume is not None
        return _read_cursor(self._resume or "", "at", int) if listed else 0


class BulkSteps(_Bulk[Iterator[Outcome]]):
    """
    One command on many orders, as an iterator of outcomes.

    A chunk is saved before its first outcome is yielded; whoever stops iterating stops the bulk behind that chunk.
    """

    def _told(self, chunks: Iterator[Chunk]) -> Iterator[Outcome]:
        for outcomes, _ in chunks:
            yield from (one for one in outcomes if one.result is not Result.NOT_REACHED)


def bulk(
    context: Context,
    which: Which,
    resume: str | None,
    key: str | None,
    progress: Callable[[BulkProgress], None] | None,
) -> Bulk:
    """Return the commands on many orders; see `Orders.bulk`."""
    if key is not None:
        check_key(key)
        check_key(f"{key} {'x' * 36}")
    check_progress(progress)
    return Bulk(context, selection(which), resume, key, progress)


def _at(start: int, count: int) -> str:
    return _cursor(at=start + count)


def _behind(ids: list[str], until: str, count: int) -> str:
    return _cursor(after=ids[count], until=until)


def _cursor(**place: str | int) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _read_cursor(text: str, name: str, kind: type[T]) -> T:
    try:
        found: object = json.loads(base64.urlsafe_b64decode(text.encode()))[name]
        if type(found) is not kind or not f"{found}".isascii() or "\0" in f"{found}" or f"{found}".startswith("-"):
            raise ValueError(text)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, binascii.Error):
        raise InvalidValue("resume", repr(text)[:80], "the cursor of a bulk of the same orders") from None
    return found
