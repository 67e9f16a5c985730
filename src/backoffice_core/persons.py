"""
What is done about all that is kept of one person: telling it, giving it to an account, erasing it.

1. What is to be done is kept first, as an `Errand`; it is gone when all is done. Whoever finds one
   does what is left of it, so a crash leaves nothing half done for ever.
2. Documents are changed some at a time, each unit of work by itself; what was changed is not found
   again, so doing it twice changes nothing.
3. Last goes the customer's record, and with the errand what it was known by.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final, Literal, TypeVar

import attrs

from backoffice_core.catalog.customers import Errand
from backoffice_core.checkoutrecords import record_of
from backoffice_core.context import Context
from backoffice_core.enqueue import outbox_rows
from backoffice_core.failures import Conflict, StorageFailed, UnknownId
from backoffice_core.idempotency import Asked
from backoffice_core.orders.change import Change
from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.checkoutcommands import CheckoutChange
from backoffice_core.orders.draft import Draft
from backoffice_core.orders.erase import erased, merged_into
from backoffice_core.orders.events import CustomerErased, CustomerMerged, OrderEvent
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.order import CustomerRef, Order
from backoffice_core.runner import Runner
from backoffice_core.search.conditions import Condition
from backoffice_core.search.customers import guest_with, kept_of
from backoffice_core.search.findable import account, term
from backoffice_core.search.parse import parse
from backoffice_core.search.sorting import Cursor, Sort
from backoffice_core.search.text import plain
from backoffice_core.search.tree import terms_of
from backoffice_core.search.wanted import Wanted
from backoffice_core.settings import Settings
from backoffice_core.storage.base import Unit
from backoffice_core.storage.rows import DraftRecord, Record
from backoffice_core.storage.trouble import DocumentTooNew, StorageBroken

#: So many documents are changed in one unit of work.
SOME: Final = 100

D = TypeVar("D", Order, Draft, Checkout)


@attrs.frozen(kw_only=True)
class PersonReport:
    """
    What was done about a person; falsy when there was nothing to do.

    Attributes:
        orders: Orders that were changed.

        drafts: Drafts that were changed.

        checkouts: Checkouts that were changed.

        record: Whether the customer's record was deleted.

        exports: Exports by mail that were made to forget the person.

        unreadable: Ids of documents that could not be read, and were left.

        views: Names of saved views whose query tells the person's address or id; they are staff's to change.

        scrubbed: Whether nothing of the person is left in files of the storage either; see `Storage.scrub`.
    """

    orders: int = 0
    drafts: int = 0
    checkouts: int = 0
    record: bool = False
    exports: int = 0
    unreadable: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    scrubbed: bool = False

    def __bool__(self) -> bool:
        return bool(self.orders or self.drafts or self.checkouts or self.record or self.exports)


class Worker:
    """Does what an errand is about, some documents at a time."""

    def __init__(self, context: Context, errand: Errand) -> None:
        self._context = context
        self._errand = errand
        self._runner = Runner(context)
        self._unreadable: dict[str, None] = {}

    def run(self) -> PersonReport:
        """Do all that is left of the errand."""
        orders = sum(self._in_steps(self._some_orders))
        checkouts = sum(self._in_steps(self._some_checkouts))
        drafts = sum(self._in_steps(self._some_drafts))
        record, exports = self._context.write(self._ended, repeatable=True)
        return PersonReport(
            orders=orders,
            drafts=drafts,
            checkouts=checkouts,
            record=record,
            exports=exports,
            unreadable=tuple(self._unreadable),
        )

    def _in_steps(self, step: Callable[[Unit, str | None], tuple[int, str | None]]) -> Iterator[int]:
        after: str | None = None
        while True:
            done, after = self._context.write(lambda unit, at=after: step(unit, at), repeatable=True)  # type: ignore[misc]
            yield done
            if after is None:
                return

    # --- what the errand says

    def _edited(self, document: D) -> D:
        errand = self._errand
        if errand.into is not None:
            return merged_into(document, errand.into)
        return erased(document, lambda ref: errand.pseudonym(account(ref.id) if ref.id else _mail(ref)))

    @property
    def _event(self) -> OrderEvent:
        return CustomerErased() if self._errand.into is None else CustomerMerged(self._errand.into)

    # --- some documents

    def _wanted(self, after: str | None) -> Wanted:
        start = None if after is None else Cursor(after, after)
        return Wanted(kept(self._errand), Sort("id", descending=False), SOME, start)

    def _some_orders(self, unit: Unit, after: str | None) -> tuple[int, str | None]:
        ids, settings = unit.search_ids(self._wanted(after)), self._context.settings_in(unit)
        changed = unit.put_many(self._records(unit, ids, settings)) if ids else {}
        for id in changed:
            self._forget_errors(unit, id)
        return len(changed), ids[-1] if len(ids) == SOME else None

    def _records(self, unit: Unit, ids: Any, settings: Settings) -> Iterator[Record]:
        for id, order in unit.each_order(ids, lock=True):
            if isinstance(order, StorageFailed):
                self._unreadable[id] = None
            elif order is not None and is_theirs(self._errand, order.customer):
                after = self._edited(order)
                if after is not order:
                    change = Change(
                        before=order, order=evolve(after, updated_at=self._context.now()), events=(self._event,)
                    )
                    yield self._runner.record(change, settings, _NOTHING)

    def _some_checkouts(self, unit: Unit, after: str | None) -> tuple[int, str | None]:
        ids, settings, done = unit.checkout_ids(self._wanted(after)), self._context.settings_in(unit), 0
        for id in ids:
            checkout = self._readable(id, lambda id: unit.checkout(id, lock=True))
            edited = self._theirs_edited(checkout)
            if edited is not checkout:
                change = CheckoutChange(before=checkout, checkout=edited, events=(self._event,))
                unit.put_checkout(record_of(change, self._context, settings, self._context.now()))
                self._forget_errors(unit, id)
                done += 1
        return done, ids[-1] if len(ids) == SOME else None

    def _some_drafts(self, unit: Unit, after: str | None) -> tuple[int, str | None]:
        ids, settings, done = unit.draft_ids(SOME, after), self._context.settings_in(unit), 0
        for id in ids:
            seen = self._readable(id, unit.draft)
            if self._theirs_edited(seen) is not seen:
                draft = unit.draft(id, lock=True)
                edited = self._theirs_edited(draft)
                if edited is not draft:
                    unit.put_draft(self._draft_record(edited, settings))
                    self._forget_errors(unit, id)
                    done += 1
        return done, ids[-1] if len(ids) == SOME else None

    def _forget_errors(self, unit: Unit, id: str) -> None:
        """Forget what a server or a listener said of a person who is erased."""
        if self._errand.into is None:
            unit.forget_errors(id)

    def _readable(self, id: str, read: Callable[[str], D]) -> D | None:
        """Return a document; None for one that is gone, or that cannot be read, which is told in the end."""
        try:
            return read(id)
        except UnknownId:
            return None
        except (DocumentTooNew, StorageBroken):
            self._unreadable[id] = None
            return None

    def _theirs_edited(self, document: Any) -> Any:
        """Return a document as the errand has it; itself where it is none, or not the person's."""
        theirs = document is not None and is_theirs(self._errand, document.customer)
        return self._edited(document) if theirs else document

    def _draft_record(self, draft: Draft, settings: Settings) -> DraftRecord:
        now, context, events = self._context.now(), self._context, (self._event,)
        messages = outbox_rows((), events, settings, draft.id, draft.version + 1, now, context.new_id)
        return DraftRecord(draft=draft, at=now, actor=context.actor, events=events, messages=messages)

    def _ended(self, unit: Unit) -> tuple[bool, int]:
        """End the errand: what of the person is in no document goes with it."""
        errand, record, exports = self._errand, False, 0
        if errand.into is None:
            exports = self._forget_exports(unit)
            if errand.customer_id is not None:
                try:
                    unit.drop_customer(unit.customer(errand.customer_id, lock=True))
                    record = True
                except UnknownId:
                    pass
        unit.drop_errand(errand.id)
        return record, exports

    def _forget_exports(self, unit: Unit) -> int:
        """Take the person out of exports by mail: an address it went to, a query that tells it."""
        done = 0
        for job in unit.export_jobs(10**6):
            texts = {"to": job.to, "query": job.query, "error": job.error, "url": job.url}
            told: dict[str, Any] = {name: None for name, text in texts.items() if text and _tells(text, self._errand)}
            if not told:
                continue
            over: dict[str, Any] = {}
            if job.state == "waiting":
                over = {"state": "cancelled", "ended_at": self._context.now()}
            unit.put_export(attrs.evolve(job, **told, **over))
            done += 1
        return done


_NOTHING: Final = Asked(None, None, None, None, None)  # type: ignore[arg-type] # nothing was asked by a command


def unfinished(context: Context) -> tuple[int, int]:
    """
    Do what is left of all that was begun about people; whoever began it may be at it too, which harms nothing.

    Returns:
        How many errands were ended, and how many could not be; those are gone on with next time.
    """
    done = failed = 0
    for errand in context.read(lambda unit: unit.errands()):
        try:
            Worker(attrs.evolve(context, actor=errand.actor), errand).run()
            done += 1
        except (Conflict, StorageFailed):
            failed += 1
    return done, failed


def finish(context: Context, kind: Literal["erase", "merge"], customer_id: str | None) -> None:
    """Do what is left of what was begun about an account: a merge that goes on after an erasure would bring it back."""
    for errand in context.read(lambda unit: unit.errands()) if customer_id is not None else ():
        if errand.kind == kind and customer_id in (errand.into, errand.customer_id):
            Worker(attrs.evolve(context, actor=errand.actor), errand).run()


def kept(errand: Errand) -> Condition:
    """Return what the orders and checkouts of a person meet."""
    return guest_with(errand.email or "") if errand.into else kept_of(errand.customer_id, errand.email)


def is_theirs(errand: Errand, known: CustomerRef | None) -> bool:
    """Whether a document is the person's by who bought: what `kept` says of a search."""
    if known is None:
        return False
    mine = bool(errand.email and known.email and plain(errand.email) == plain(known.email))
    if errand.into or errand.customer_id:
        its_own = errand.customer_id is not None and known.id == errand.customer_id
        return its_own or (mine and not known.id)
    return mine


def views_that_tell(unit: Unit, errand: Errand) -> tuple[str, ...]:
    """Return the names of saved views whose query tells a person's address or id."""
    return tuple(view.name for view in unit.views() if _tells(view.query, errand))


def _tells(text: str, errand: Errand) -> bool:
    """Whether a text tells a person's address, or is a query that tells their id; another's may hold theirs in it."""
    if errand.email and re.search(rf"(?<![\w.+-]){re.escape(plain(errand.email))}(?![\w-]|\.\w)", plain(text)):
        return True
    asked = (one for one in terms_of(parse(text).tree) if one.field == "customer_id")
    return any(value.text == errand.customer_id for one in asked for value in one.values)


def _mail(ref: CustomerRef) -> str:
    return term("email", ref.email or "")
