"""
Importing checkouts from Shopify's files: the JSON of its REST API, and the export of abandoned checkouts.

Rules 1 and 2 of ``importer.py`` hold for checkouts too. Beside them:

1. The source of a checkout is Shopify's id of it. One that is there with the same content is
   unchanged; one with another content is written over, for a checkout goes on changing until it is
   completed or closed. It keeps its id here.
2. What is there from a later state of the checkout is not written over by an earlier one, nor is
   one that was made here; that is refused, and told.
3. Nobody is written to, no stock is set aside, and no order is made.
4. What we did about a checkout ourselves (mails, links, its recovery, a draft) stays when it is
   imported again, and so does its end. It counts as changed at the import, for as long as it is kept.
"""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import ClassVar, Final

import attrs
import pendulum

from backoffice_core.clock import zone
from backoffice_core.failures import BackOfficeError, Conflict, reason
from backoffice_core.importing import CHUNK, Import, MadeHere, P, Parsed, Source, made_here, opened, tell
from backoffice_core.orders.checkout import Checkout
from backoffice_core.settings import Settings
from backoffice_core.shopify.cells import BadCell, moment
from backoffice_core.shopify.checkouts_csv import NAMES, checkout_rows, read_checkout
from backoffice_core.shopify.imported import CHANNEL
from backoffice_core.shopify.json_lines import CHECKOUTS, JsonOrder
from backoffice_core.shopify.lines import Lines
from backoffice_core.shopify.report import ImportReport, Progress
from backoffice_core.shopify.rest_checkout import CheckoutRead, last_changed, read_rest_checkout
from backoffice_core.shopify.rows import Group, groups, print_of
from backoffice_core.storage.base import Storage, Unit
from backoffice_core.storage.rows import CheckoutRecord
from backoffice_core.typed import whole_from


@reason
class CheckoutIsNewer(Conflict):
    """
    A checkout was imported before, from a later state of it.

    Attributes:
        channel: The channel.

        id: The channel's own id.

        checkout_id: The checkout that it is here.

        stored: When that was last changed, ISO 8601 in UTC.

        given: When the one in the file was last changed, ISO 8601 in UTC.
    """

    code: ClassVar[str] = "checkout_is_newer"
    channel: str
    id: str
    checkout_id: str
    stored: str
    given: str

    def __str__(self) -> str:
        return (
            f"{self.channel} {self.id} is checkout {self.checkout_id} as it was at {self.stored}, and the file has it"
            f" as it was at {self.given}; a file that was written later would do"
        )


def import_checkouts(
    storage: Storage,
    shop: str,
    settings: Settings,
    source: Source | Parsed,
    *,
    now: pendulum.DateTime,
    new_id: Callable[[], str],
    actor: str | None = None,
    progress: Callable[[Progress], None] | None = None,
    chunk: int = CHUNK,
) -> ImportReport:
    """
    Import checkouts as Shopify's REST API gives them.

    Memory holds one chunk of checkouts and the report, however long the file is.

    Args:
        storage: Where to.

        shop: The shop, which exists.

        settings: The shop's.

        source: A path, an open file, or what was parsed: ``{"checkouts": [...]}``,
            ``{"checkout": {...}}``, a checkout, or several. A file may have one checkout a line,
            too.

        now: This moment, UTC.

        new_id: Makes an id.

        actor: Who imports.

        progress: Called after each chunk.

        chunk: Checkouts that are written in one unit of work, at least 1.

    Returns:
        What came in, what was updated, what was left out and why, and what is odd about it.

    Raises:
        BrokenFile: `WrongEncoding` or `BrokenJson`; `OtherContent` where the file holds orders or
            draft orders instead.
        StorageFailed: The storage failed; the chunks before are in.
        InvalidValue: The file cannot be opened.
    """
    work = _FromJson(storage, shop, settings, now, new_id, actor, read_rest_checkout)
    return work.run_json(source, CHECKOUTS, progress, chunk)


#: What is known here alone of a checkout that was imported, so no file may take it away (rule 4).
OURS: Final = (
    *("id", "version", "reminders", "recovered_at", "recovered_by", "order_id", "draft_id", "attempts"),
    *("contact_at", "abandoned_at", "step"),
)


def carried_over(checkout: Checkout, stored: Checkout) -> Checkout:
    """Return a checkout of a file with what is known of it here alone; what ended it here stays its end."""
    ends = {name: getattr(checkout, name) or getattr(stored, name) for name in ("completed_at", "closed_at")}
    return attrs.evolve(checkout, **{name: getattr(stored, name) for name in OURS}, **ends)


def import_checkouts_csv(
    storage: Storage,
    shop: str,
    settings: Settings,
    source: Source,
    *,
    now: pendulum.DateTime,
    new_id: Callable[[], str],
    actor: str | None = None,
    progress: Callable[[Progress], None] | None = None,
    chunk: int = CHUNK,
) -> ImportReport:
    """
    Import checkouts from Shopify's export of abandoned checkouts; parameters and errors as those of orders.

    Raises:
        BrokenFile: `WrongEncoding`, `MissingColumns` or `BrokenRow`; what comes before is in.
        StorageFailed: The storage failed; the chunks before are in.
        InvalidValue: The file cannot be opened.
    """
    whole_from("chunk", chunk, 1)
    work = _FromRows(storage, shop, settings, now, new_id, actor, read_checkout)
    with opened(source) as (file, size):
        lines = Lines(file)
        return work.run(groups(lines), chunk, lambda: tell(progress, work.read, lines.bytes, size))


@attrs.define
class _Checkouts(Import[P, CheckoutRead]):
    """An import of checkouts under way, of one format."""

    word: ClassVar[str] = "checkouts"

    def there(self, unit: Unit, piece: P) -> tuple[str, str | None] | None:
        """Return id and print of the checkout of a piece's source."""
        there = unit.checkout_imported_from((CHANNEL, piece.source_id))
        return there if there is not None else made_here(unit, piece.source_id, self._print_in)

    def _print_in(self, unit: Unit, id: str) -> str:
        return print_of(NAMES, checkout_rows(unit.checkout(id), zone(self.settings.timezone)))

    @abstractmethod
    def told_at(self, piece: P) -> pendulum.DateTime | None:
        """Return when what a piece tells was so, UTC; None where it does not say."""

    def taken(self, unit: Unit, piece: P, id: str) -> BackOfficeError | None:
        """Return the error that a later state of the checkout is there (rule 2), or that it was made here."""
        if id == piece.source_id:
            return MadeHere("checkout", id)
        stored, given = unit.checkout(id).updated_at, self.told_at(piece)
        if given is None or given >= stored:
            return None
        return CheckoutIsNewer(CHANNEL, piece.source_id, id, stored.isoformat(), given.isoformat())

    def put(self, unit: Unit, one: CheckoutRead) -> CheckoutRead:
        """Write a checkout, over the one of its source where that is there (rule 1)."""
        checkout = one.checkout
        there = unit.checkout_imported_from(checkout.source) if checkout.source is not None else None
        if there is not None:
            stored = unit.checkout(there[0], lock=True)
            checkout = carried_over(checkout, stored)
        checkout = attrs.evolve(checkout, imported_at=self.now)
        saved = unit.put_checkout(CheckoutRecord(checkout=checkout, request_print=one.fingerprint))
        return attrs.evolve(one, checkout=saved)

    def raise_numbers(self, unit: Unit, some: Sequence[CheckoutRead]) -> None:
        """Do nothing: checkouts are not numbered here."""


@attrs.define
class _FromJson(_Checkouts[JsonOrder]):
    """An import of JSON."""

    def told_at(self, piece: JsonOrder) -> pendulum.DateTime | None:
        """Return when a checkout was last changed, UTC."""
        return last_changed(piece)


@attrs.define
class _FromRows(_Checkouts[Group]):
    """An import of rows, which do not say when a checkout was last changed."""

    def told_at(self, piece: Group) -> pendulum.DateTime | None:
        """Return when a checkout was begun, UTC: nothing in the rows is known to be later."""
        try:
            return moment(piece.first, "Created at")
        except BadCell:
            return None  # whoever reads it tells what is wrong with it
