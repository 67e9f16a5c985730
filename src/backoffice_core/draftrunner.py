"""
The path of commands on drafts: that of ``runner.py``, for another document.

Lock, look the key up, load, decide, save the draft with its events, movements, messages and key;
where it became an order, save the order in the same unit of work. Gateways are asked afterwards.
"""

import attrs

from backoffice_core.checkoutrecords import put_completed, put_drafted
from backoffice_core.checkoutrunner import checkout_with
from backoffice_core.context import Context
from backoffice_core.enqueue import outbox_rows
from backoffice_core.failures import Conflict, NotFound, Refused, UnknownId
from backoffice_core.idempotency import Asked, KeyReused, check_key, fingerprint
from backoffice_core.intents import GatewayInHostTransaction, open_intents
from backoffice_core.notify.messages import told
from backoffice_core.orders.change import Facts
from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.checkoutdraft import FROM_CHECKOUT, DraftOfCheckout
from backoffice_core.orders.draft import Draft
from backoffice_core.orders.draftcommands import CompleteDraft, CreateDraft, DraftChange, DraftCommand
from backoffice_core.orders.duplicate import Duplicate
from backoffice_core.orders.order import Order
from backoffice_core.orders.rules import decide_draft
from backoffice_core.orders.states import DraftStatus
from backoffice_core.runner import Runner, variants_of
from backoffice_core.settings import Settings
from backoffice_core.storage.base import Unit
from backoffice_core.storage.rows import DraftRecord
from backoffice_core.storage.trouble import StaleVersion


class DraftRunner:
    """Runs commands on drafts; with *commit* off it decides and saves nothing."""

    def __init__(self, context: Context, *, commit: bool = True) -> None:
        self._context = context
        self._commits = commit
        self._orders = Runner(context, commit=commit)

    def run(
        self,
        command: DraftCommand,
        draft_id: str | None = None,
        *,
        key: str | None = None,
        expected_version: int | None = None,
    ) -> DraftChange:
        """
        Run a command.

        Args:
            command: What is wanted.

            draft_id: The draft; None for one that is made.

            key: The idempotency key.

            expected_version: The version the caller saw; another one is a conflict.

        Raises:
            Refused: The rule says no; nothing changed.
            UnknownId: There is no such draft.
            StaleVersion: The draft is not at *expected_version*.
            KeyReused: The key was used for another request.
        """
        check_key(key)
        print_ = fingerprint(command, draft_id) if key is not None else None
        asked = Asked(command, draft_id, key, expected_version, print_)
        if not self._commits:
            return self._context.read(lambda unit: self._answered(unit, asked) or self._decided(unit, asked)[0])
        change = self._context.write(
            lambda unit: self._in_unit(unit, asked),
            again=lambda error: expected_version is None or not isinstance(error, StaleVersion),
            repeatable=key is not None,
        )
        return self._with_answers(change)

    def _with_answers(self, change: DraftChange) -> DraftChange:
        placing = change.placing
        if placing is None or self._context.hosted or not open_intents(placing, self._context.gateways):
            return change
        placing = self._orders.with_answers(placing)
        return attrs.evolve(change, placing=placing, order=placing.order)

    def _in_unit(self, unit: Unit, asked: Asked) -> DraftChange:
        answered = self._answered(unit, asked)
        if answered is not None:
            return answered
        try:
            change, settings, checkout = self._decided(unit, asked)
        except (Refused, Conflict, NotFound):
            # Whoever had the lock that was waited for may have been asked the very same.
            if (answered := self._answered(unit, asked)) is not None:
                return answered
            raise
        if not change:
            return change if (answered := self._answered(unit, asked)) is None else answered
        saved = unit.put_draft(self._record(change, settings, asked))
        change = attrs.evolve(change, draft=saved)
        if checkout is not None and change.placing is None:
            put_drafted(unit, self._context, settings, checkout, saved.id)
        if change.placing is None:
            return change
        nothing = Asked(asked.command, None, None, None, None)
        order = unit.put(self._orders.record(change.placing, settings, nothing))
        if checkout is not None:
            put_completed(unit, self._context, settings, checkout, order.id, elsewhere=True)
        return attrs.evolve(change, order=order, placing=attrs.evolve(change.placing, order=order))

    def _record(self, change: DraftChange, settings: Settings, asked: Asked) -> DraftRecord:
        context, draft = self._context, change.draft
        now = context.now()
        return DraftRecord(
            draft=draft,
            at=now,
            actor=context.actor,
            events=change.events,
            movements=change.movements,
            messages=outbox_rows(
                change.messages, change.events, settings, draft.id, draft.version + 1, now, context.new_id
            ),
            key=asked.key_record(draft.id, 0, now) if asked.key is not None else None,
        )

    def _answered(self, unit: Unit, asked: Asked) -> DraftChange | None:
        """Return the answer that was given before to the key."""
        if asked.key is None or (known := unit.key(asked.key)) is None:
            return None
        if known.fingerprint != asked.print_:
            raise KeyReused(asked.key, known.order_id)
        draft = unit.draft(known.order_id)
        events = tuple(row.event for row in unit.events(draft.id, known.version))
        order = unit.order(draft.order_id, deleted=True) if draft.order_id is not None else None
        return DraftChange(before=draft, draft=draft, order=order, events=events, replayed=True)

    def _decided(self, unit: Unit, asked: Asked) -> tuple[DraftChange, Settings, Checkout | None]:
        """Return what is to be saved, the shop's settings, and the open checkout that it is about too."""
        command = asked.command
        if not isinstance(command, DraftCommand):
            raise TypeError(f"{type(command).__name__} is no command on a draft")
        settings = self._context.settings_in(unit)
        draft, source = self._loaded(unit, command, asked)
        checkout = source if isinstance(source, Checkout) else self._completes(unit, command, draft)
        facts = self._facts(unit, settings, command, draft, source)
        change = decide_draft(draft, source, command, facts)
        if change.placing is not None:
            placing = told(change.placing, settings)
            change = attrs.evolve(change, placing=placing, order=placing.order)
            if placing.intents and self._context.hosted:
                raise GatewayInHostTransaction(open_intents(placing, self._context.gateways)[0].gateway)
        elif isinstance(command, CompleteDraft) and change.draft.order_id is not None:
            change = attrs.evolve(change, order=unit.order(change.draft.order_id, deleted=True))
        return change, settings, checkout

    def _completes(self, unit: Unit, command: DraftCommand, draft: Draft | None) -> Checkout | None:
        """Return the checkout that a draft was made of, when it is open and the draft becomes an order."""
        if not isinstance(command, CompleteDraft) or draft is None or draft.copied_from is None:
            return None
        kind, id = draft.copied_from
        try:
            checkout = unit.checkout(id, lock=self._commits) if kind == FROM_CHECKOUT else None
        except UnknownId:
            return None
        return None if checkout is None or checkout.is_over else checkout

    def _loaded(
        self, unit: Unit, command: DraftCommand, asked: Asked
    ) -> tuple[Draft | None, Order | Draft | Checkout | None]:
        """Return the draft that a command is about, or what a draft is made of."""
        if isinstance(command, DraftOfCheckout):
            return None, checkout_with(unit, command.of, lock=self._commits)
        if isinstance(command, Duplicate):
            return None, unit.order(command.of) if command.kind == "order" else draft_with(unit, command.of)
        if isinstance(command, CreateDraft):
            return None, None
        draft = draft_with(unit, asked.order_id, lock=self._commits)
        if asked.expected_version not in (None, draft.version):
            raise StaleVersion("draft", draft.id, asked.expected_version or 0, draft.version)
        return draft, None

    def _facts(
        self,
        unit: Unit,
        settings: Settings,
        command: DraftCommand,
        draft: Draft | None,
        source: Order | Draft | Checkout | None,
    ) -> Facts:
        """Return what a rule may know for a command on a draft."""
        variants = variants_of(unit, command)
        if source is not None:
            variants = unit.variants({line.variant_id for line in source.lines if line.variant_id is not None})
        lines = draft.lines if draft is not None else ()
        tracked = {line.variant_id for line in lines if line.tracked and line.variant_id is not None}
        tracked |= {variant.id for variant in variants.values() if variant.tracked}
        return Facts(
            now=self._context.now(),
            new_id=self._context.new_id,
            settings=settings,
            actor=self._context.actor,
            gateways=frozenset(self._context.gateways),
            places=tuple(place.place for place in unit.locations()) if tracked else (),
            levels=unit.levels(tracked) if tracked else {},
            variants=variants,
            number=self._number(unit, command, draft),
        )

    def _number(self, unit: Unit, command: DraftCommand, draft: Draft | None) -> int:
        """Take the number that a new draft, or the order of a draft, is called by."""
        if draft is None:
            return unit.next_draft() if self._commits else unit.draft_ahead()
        if not isinstance(command, CompleteDraft) or draft.status is DraftStatus.COMPLETED:
            return 0
        return unit.next_number() if self._commits else unit.number_ahead()


def draft_with(unit: Unit, draft_id: object, *, lock: bool = False) -> Draft:
    """
    Return a draft by its id.

    Raises:
        UnknownId: There is none, or it was deleted.
    """
    if not isinstance(draft_id, str):
        raise UnknownId("draft", f"of type {type(draft_id).__name__}")
    draft = unit.draft(draft_id, lock=lock)
    if draft.deleted_at is not None:
        raise UnknownId("draft", draft_id)
    return draft
