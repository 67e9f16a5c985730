"""
Importing draft orders from the JSON of Shopify's REST API.

Rules 1 to 3 of ``importer.py`` hold for drafts too. Beside them:

1. Names are kept, and numbers of drafts taken later are above the imported ones. Nobody is
   notified, and no units are set aside.
2. A completed draft is linked to its order, and the order to it, where that order was imported
   before. Where it was not, or belongs to another draft, a finding says so.
3. The year without a change after which an open draft is deleted begins with the import.
"""

from collections.abc import Callable, Sequence
from typing import ClassVar

import attrs
import pendulum

from backoffice_core.clock import day_in
from backoffice_core.failures import BackOfficeError, Conflict, reason
from backoffice_core.importing import CHUNK, Import, Parsed, Source
from backoffice_core.orders.draft import Draft
from backoffice_core.orders.states import DraftStatus
from backoffice_core.settings import Settings
from backoffice_core.shopify.imported import CHANNEL
from backoffice_core.shopify.json_lines import DRAFTS, JsonOrder
from backoffice_core.shopify.people import number_of
from backoffice_core.shopify.report import Finding, ImportReport, Progress
from backoffice_core.shopify.rest_draft import DraftRead, events_of_draft, read_rest_draft
from backoffice_core.shopify.rest_sold import Note
from backoffice_core.storage.base import Storage, Unit
from backoffice_core.storage.rows import DraftRecord, Record


@reason
class DraftSourceTaken(Conflict):
    """
    A draft of the same source was imported before with another content.

    Attributes:
        channel: The channel.

        id: The channel's own id.

        draft_id: The draft that it became here.
    """

    code: ClassVar[str] = "draft_source_taken"
    channel: str
    id: str
    draft_id: str

    def __str__(self) -> str:
        return f"{self.channel} {self.id} is draft {self.draft_id} with another content; change that draft instead"


def import_drafts(
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
    Import draft orders as Shopify's REST API gives them.

    Memory holds one chunk of drafts and the report, however long the file is.

    Args:
        storage: Where to.

        shop: The shop, which exists.

        settings: The shop's.

        source: A path, an open file, or what was parsed: ``{"draft_orders": [...]}``,
            ``{"draft_order": {...}}``, a draft, or several. A file may have one draft a line, too.

        now: This moment, UTC: when the drafts' events are recorded.

        new_id: Makes an id.

        actor: Who imports.

        progress: Called after each chunk.

        chunk: Drafts that are written in one unit of work, at least 1.

    Returns:
        What came in, what did not and why, and what is odd about it.

    Raises:
        BrokenFile: `WrongEncoding` or `BrokenJson`; `OtherContent` where the file holds orders or
            checkouts instead.
        StorageFailed: The storage failed; the chunks before are in.
        InvalidValue: The file cannot be opened.
    """
    work = _Drafts(storage, shop, settings, now, new_id, actor, read_rest_draft)
    return work.run_json(source, DRAFTS, progress, chunk)


@attrs.define
class _Drafts(Import[JsonOrder, DraftRead]):
    """An import of drafts under way."""

    word: ClassVar[str] = "drafts"

    def there(self, unit: Unit, piece: JsonOrder) -> tuple[str, str | None] | None:
        """Return id and print of the draft of a piece's source."""
        return unit.draft_imported_from((CHANNEL, piece.source_id))

    def taken(self, unit: Unit, piece: JsonOrder, id: str) -> BackOfficeError:
        """Return the error that the draft is there with another content."""
        return DraftSourceTaken(CHANNEL, piece.source_id, id)

    def raise_numbers(self, unit: Unit, some: Sequence[DraftRead]) -> None:
        """See to it that numbers taken later are above those of the drafts."""
        unit.raise_draft(max(number_of(one.draft.name) for one in some))

    def put(self, unit: Unit, one: DraftRead) -> DraftRead:
        """Write a draft, linked to its order where that is there (rule 2)."""
        draft, notes = one.draft, list[Note]()
        if draft.status is DraftStatus.COMPLETED:
            draft, notes = self._linked(unit, draft, one.order)
        else:
            draft = attrs.evolve(draft, updated_at=max(draft.updated_at, self.now))
        record = DraftRecord(
            draft=draft,
            at=self.now,
            actor=self.actor,
            events=tuple(events_of_draft(draft)),
            request_print=one.fingerprint,
        )
        unit.put_draft(record)
        told = tuple(Finding(draft.name, code, text) for code, text in notes)
        return attrs.evolve(one, draft=draft, findings=(*one.findings, *told))

    def _linked(self, unit: Unit, draft: Draft, order_id: str | None) -> tuple[Draft, list[Note]]:
        """Link a completed draft and its order; return the draft, and what stands against that."""
        if order_id is None:
            return draft, [("order_unknown", "completed, and the file does not say into which order")]
        there = unit.order_placed_from((CHANNEL, order_id))
        if there is None:
            text = f"it became Shopify's order {order_id}, which was not imported before; it is linked to none"
            return draft, [("order_missing", text)]
        order = unit.order(there[0], lock=True, deleted=True)
        if order.deleted_at is not None:
            return draft, [("order_deleted", f"it became {order.name}, which was deleted; it is linked to none")]
        if order.draft_id is not None:
            text = f"it became Shopify's order {order_id}, and {order.name} was another draft; it is linked to none"
            return draft, [("order_of_another_draft", text)]
        day = day_in(self.now, self.settings.timezone)
        linked = attrs.evolve(order, draft_id=draft.id)
        unit.put(Record(order=linked, at=self.now, day=day, actor=self.actor))
        return attrs.evolve(draft, order_id=order.id), []
