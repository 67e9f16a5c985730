"""
How a file of Shopify's is imported in units of work, whatever stands in it: rules 1 to 3 of ``importer.py``.

What is imported tells how one is read, recognised and written: `Import` is the base of orders in
``importer.py``, of drafts in ``draftimporter.py`` and of checkouts in ``checkoutimporter.py``.
"""

import os
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO, ClassVar, Final, Generic, Protocol, TextIO, TypeVar

import attrs
import pendulum

from backoffice_core.failures import BackOfficeError, Conflict, InvalidInput, InvalidValue, UnknownId, reason
from backoffice_core.settings import Settings
from backoffice_core.shopify.columns import BrokenFile
from backoffice_core.shopify.imported import Piece
from backoffice_core.shopify.json_lines import Content, JsonOrder, orders_in, orders_of
from backoffice_core.shopify.json_text import JsonText
from backoffice_core.shopify.report import Finding, ImportReport, Progress, Refusal
from backoffice_core.storage.base import Storage, Unit
from backoffice_core.storage.trouble import DocumentTooNew, StorageBroken
from backoffice_core.typed import whole_from

Source = str | os.PathLike[str] | TextIO | BinaryIO
#: What was parsed already: an answer of the API, an order, or several.
Parsed = Mapping[str, Any] | Iterable[Mapping[str, Any]]

#: Orders that are written in one unit of work.
CHUNK: Final = 200
#: How often a chunk is tried when somebody else imports the same orders meanwhile.
_TRIES: Final = 3


@reason
class MadeHere(Conflict):
    """
    What a file tells was made in this shop, and is there with another content; it stays as it is.

    Attributes:
        kind: ``order`` or ``checkout``.

        id: Its id.
    """

    code: ClassVar[str] = "made_here"
    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind} {self.id} was made in this shop and is there with another content; change that one instead"


class WasRead(Protocol):
    """What was read of an order, a draft or a checkout."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is odd about it."""


P = TypeVar("P", bound=Piece)
R = TypeVar("R", bound=WasRead)


def tell(progress: Callable[[Progress], None] | None, orders: int, read: int, size: int | None) -> None:
    """Tell how far an import is, where somebody wants to know."""
    if progress is not None:
        progress(Progress(orders, read, size))


@contextmanager
def opened(source: Any) -> Iterator[tuple[Any, int | None]]:
    """
    Open a file; yield it with its size in bytes, where that is known.

    Raises:
        InvalidValue: It cannot be opened.
    """
    if not isinstance(source, str | os.PathLike):
        if not hasattr(source, "read") and not isinstance(source, Iterable):
            raise InvalidValue("source", f"a value of type {type(source).__name__}", "a path or an open file")
        yield source, None
        return
    try:
        file = open(source, "rb")  # noqa: SIM115 - closed below, apart from what may fail here
    except (OSError, ValueError) as error:
        raise InvalidValue(
            "source", f"{os.fspath(source)!r}: {error}", "a file that is there and may be read"
        ) from error
    with file:
        yield file, os.fstat(file.fileno()).st_size


def made_here(unit: Unit, id: str, print_in: Callable[[Unit, str], str]) -> tuple[str, str | None] | None:
    """
    Return id and print of what has an id in this shop itself, deleted or not; None where nothing has.

    Args:
        unit: The shop.

        id: The id that a file tells.

        print_in: Returns the print that it would have in a file.
    """
    if id.isdigit():
        return None  # as Shopify's are: nothing is looked up for the orders of another shop
    try:
        return id, print_in(unit, id)
    except UnknownId:
        return None
    except (DocumentTooNew, StorageBroken):
        return id, None


def _some(orders: Iterator[P], most: int) -> tuple[list[P], BrokenFile | None]:
    """Return the next orders, and what the file is broken by after them."""
    some: list[P] = []
    try:
        while len(some) < most and (piece := next(orders, None)) is not None:
            some.append(piece)
    except BrokenFile as error:
        return some, error
    return some, None


@attrs.define
class Import(Generic[P, R]):
    """
    An import under way, of one format.

    Attributes:
        word: What is imported, for the report.
    """

    word: ClassVar[str] = "orders"

    storage: Storage
    shop: str
    settings: Settings
    now: pendulum.DateTime
    new_id: Callable[[], str]
    actor: str | None
    reader: Callable[[P, Settings, Callable[[], str]], R]
    read: int = 0
    imported: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[Refusal] = attrs.field(factory=list)
    findings: list[Finding] = attrs.field(factory=list)

    def report(self) -> ImportReport:
        """Return what was done so far."""
        return ImportReport(
            read=self.read,
            imported=self.imported,
            updated=self.updated,
            unchanged=self.unchanged,
            refused=tuple(self.refused),
            findings=tuple(self.findings),
            word=self.word,
        )

    @abstractmethod
    def there(self, unit: Unit, piece: P) -> tuple[str, str | None] | None:
        """Return id and print of what came in from a piece's source before."""

    @abstractmethod
    def taken(self, unit: Unit, piece: P, id: str) -> BackOfficeError | None:
        """Return why what came in before with another content stays; None where it is to be written over."""

    @abstractmethod
    def put(self, unit: Unit, one: R) -> R:
        """Write one, over what came in before where there is such; return it with what was found out meanwhile."""

    @abstractmethod
    def raise_numbers(self, unit: Unit, some: Sequence[R]) -> None:
        """See to it that numbers taken later are above theirs (rule 4)."""

    def run_json(
        self: "Import[JsonOrder, R]",
        source: Source | Parsed,
        wanted: Content,
        progress: Callable[[Progress], None] | None,
        chunk: int,
    ) -> ImportReport:
        """
        Read and write all that is wanted of a file in JSON, or of what was parsed.

        Raises:
            BrokenFile: The file is broken, or holds something else; what comes before is in.
            InvalidValue: The file cannot be opened.
        """
        whole_from("chunk", chunk, 1)
        if not isinstance(source, str | os.PathLike) and not hasattr(source, "read"):
            return self.run(orders_of(source, wanted), chunk, lambda: tell(progress, self.read, 0, None))
        with opened(source) as (file, size):
            text = JsonText(file)
            return self.run(orders_in(text, wanted), chunk, lambda: tell(progress, self.read, text.bytes, size))

    def run(self, orders: Iterator[P], chunk: int, told: Callable[[], None]) -> ImportReport:
        """
        Read and write all orders of a file.

        Raises:
            BrokenFile: The file is broken; the orders before that place are in.
        """
        broken: BrokenFile | None = None
        while broken is None:
            some, broken = _some(orders, chunk)
            if not some:
                break
            self.take(some)
            told()
        if broken is not None:
            broken.add_note(f"{self.report()} before this line; mended, the file can be imported again as a whole")
            raise broken
        return self.report()

    def take(self, some: Sequence[P]) -> None:
        """Read some orders and write them in one unit of work."""
        self.read += len(some)
        read: list[tuple[P, R]] = []
        refused: list[Refusal] = []
        for piece in self._wanted(some, refused):
            try:
                read.append((piece, self.reader(piece, self.settings, self.new_id)))
            except InvalidInput as error:
                refused.append(Refusal(piece.name, piece.line, _bare(error)))
        written = self._written(read, refused) if read else []
        updated = sum(1 for _, is_over in written if is_over)
        self.imported += len(written) - updated
        self.updated += updated
        self.unchanged += len(some) - len(written) - len(refused)
        self.refused += sorted(refused, key=lambda refusal: refusal.line)
        self.findings += [finding for one, _ in written for finding in one.findings]

    def _wanted(self, some: Iterable[P], refused: list[Refusal]) -> list[P]:
        """Return the orders that are to be written, so that the others need not be read."""
        with self.storage.read(self.shop) as unit:
            return [piece for piece in some if self._is_wanted(unit, piece, self.there(unit, piece), refused)]

    def _written(self, read: list[tuple[P, R]], refused: list[Refusal]) -> list[tuple[R, bool]]:
        """
        Write orders, and tell of those that are there with another content.

        Returns:
            Those that were written, each with whether it was written over what came in before.
        """
        for _ in range(_TRIES - 1):
            try:
                return self._try(read, refused)
            except Conflict:
                continue
        return self._try(read, refused)

    def _try(self, read: list[tuple[P, R]], refused: list[Refusal]) -> list[tuple[R, bool]]:
        changed: list[Refusal] = []
        written: list[tuple[R, bool]] = []
        with self.storage.write(self.shop) as unit:
            # As in placing: the shop first, its orders after it, so that nobody waits for each other.
            unit.settings(lock=True)
            for piece, one in read:
                there = self.there(unit, piece)
                if self._is_wanted(unit, piece, there, changed):
                    written.append((self.put(unit, one), there is not None))
            if written:
                self.raise_numbers(unit, [one for one, _ in written])
        refused += changed
        return written

    def _is_wanted(self, unit: Unit, piece: P, there: tuple[str, str | None] | None, refused: list[Refusal]) -> bool:
        """Whether one is to be written; one that is there with another content and stays is added to *refused*."""
        if there is None:
            return True
        id, fingerprint = there
        if fingerprint == piece.fingerprint:
            return False
        reason = self.taken(unit, piece, id)
        if reason is not None:
            refused.append(Refusal(piece.name, piece.line, reason))
        return reason is None


def _bare(error: InvalidInput) -> InvalidInput:
    """Return an error without its frames: they would keep all that was read of the order with the report."""
    one: BaseException | None = error
    while one is not None:
        one.__traceback__ = None
        one = one.__cause__ or one.__context__
    return error
