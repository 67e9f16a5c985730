"""
The path of one command on many orders.

1. Orders are taken in chunks. A chunk is one unit of work: its orders are loaded and locked in the
   order of their ids, each is decided by the same rule as alone, and the changes are saved together.
   An order is read, decided on, made into rows and let go of before the next one is.
2. A refusal is the outcome of its order and stops none of the others.
3. A change that stock may refuse when it is saved, or that lost a race with its chunk, is made by
   the path of a single command, in a unit of its own.
4. Gateways are asked after the chunk was saved, order by order.
5. A storage that fails ends the bulk: what was saved stays and is told, the rest is told as not
   reached, and the cursor goes on from the first of these.
"""

import enum
from collections.abc import Iterator, Sequence
from contextlib import suppress

import attrs

from backoffice_core.context import Context, UnknownShop
from backoffice_core.failures import BackOfficeError, Conflict, NotFound, StorageFailed, UnknownId
from backoffice_core.idempotency import Asked, fingerprint
from backoffice_core.intents import open_intents
from backoffice_core.notify.messages import told
from backoffice_core.orders.change import Change, Command, Facts
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.order import Order
from backoffice_core.orders.rules import decide
from backoffice_core.runner import Runner
from backoffice_core.search.values import LONGEST_ID
from backoffice_core.settings import Settings
from backoffice_core.storage.base import Unit
from backoffice_core.storage.rows import Record
from backoffice_core.typed import can_be_kept


class Result(enum.StrEnum):
    """What became of one order of many."""

    DONE = "done"  #: it was changed
    UNCHANGED = "unchanged"  #: it was like that already
    REFUSED = "refused"  #: the rules say no, or its document cannot be read
    CONFLICT = "conflict"  #: somebody else was at it all the time
    UNKNOWN = "unknown"  #: there is no such order
    NOT_REACHED = "not_reached"  #: the bulk ended before


@attrs.frozen
class Outcome:
    """
    What became of one order.

    Attributes:
        order_id: The order.

        result: What became of it.

        code: The reason's code, where it was not done.

        text: The reason in words.

        warnings: What is worth knowing of what was done, such as a gateway that gave no answer.
    """

    order_id: str
    result: Result
    code: str | None = None
    text: str | None = None
    warnings: tuple[str, ...] = ()


class BulkRunner:
    """Runs one command on many orders."""

    def __init__(self, context: Context, runner: Runner) -> None:
        self._context = context
        self._runner = runner

    def outcomes(
        self, command: Command, ids: Sequence[str], key: str | None
    ) -> tuple[list[Outcome], StorageFailed | None]:
        """
        Run a command on some orders.

        Args:
            command: What is wanted of each.

            ids: The orders, each once.

            key: The idempotency key of the bulk; with an order's id it is the key of that order.

        Returns:
            One outcome for each, in their order; and why some of them were not reached, where that is so.

        Raises:
            StorageFailed: Nothing of this was saved.
            UnknownShop: There is no such shop.
        """
        found: dict[str, Outcome | Change | None] = {}
        if not command.reads_levels:
            with suppress(Conflict):
                job = _Job(command, ids, key)
                found = self._context.write(lambda unit: self._decided(unit, job), repeatable=key is not None)
        told: list[Outcome] = []
        failed: StorageFailed | None = None
        for id in ids:
            one = found.get(id)
            if isinstance(one, Change):
                one = self._answered(id, one)
            if one is None and failed is None:
                try:
                    one = self._alone(command, id, key)
                except StorageFailed as no:
                    failed = no
            told.append(one or Outcome(id, Result.NOT_REACHED))
        return told, failed

    def _answered(self, id: str, change: Change) -> Outcome:
        if not self._context.hosted and open_intents(change, self._context.gateways):
            change = self._runner.with_answers(change)
        return Outcome(id, Result.DONE if change else Result.UNCHANGED, warnings=change.warnings)

    def _alone(self, command: Command, id: str, key: str | None) -> Outcome:
        try:
            change = self._runner.run(command, id, key=_key(key, id))
        except UnknownShop:
            raise
        except BackOfficeError as no:
            if isinstance(no, StorageFailed) and not self._is_about(id):
                raise
            return refusal(id, no)
        return Outcome(id, Result.DONE if change else Result.UNCHANGED, warnings=change.warnings)

    def _is_about(self, id: str) -> bool:
        """Whether the document of an order is what cannot be read, not the storage."""
        return isinstance(self._context.read(lambda unit: unit.orders([id])).get(id), StorageFailed)

    # --- one unit of work

    def _decided(self, unit: Unit, job: "_Job") -> dict[str, "Outcome | Change | None"]:
        """
        Return what became of each order, by its id.

        That is an outcome, a saved change whose gateways are to be asked, or None: it has to be done alone.
        """
        settings = self._context.settings_in(unit)
        found: dict[str, Outcome | Change | None] = {}
        versions = unit.put_many(self._records(unit, settings, job, found))
        for id, one in found.items():
            if isinstance(one, Change):
                found[id] = evolve(one, order=evolve(one.order, version=versions[id]))
        return found

    def _records(
        self, unit: Unit, settings: Settings, job: "_Job", found: dict[str, "Outcome | Change | None"]
    ) -> Iterator[Record]:
        """Yield what is to be saved of one order after another; put into *found* what becomes of each."""
        command, key = job.command, job.key
        # A rule that reads no stock locations is told the same about each order.
        shared = None if command.places else self._runner.facts(unit, settings, command, None)
        for id, order in unit.each_order(job.ids, lock=True):
            if not isinstance(order, Order):
                found[id] = refusal(id, order or UnknownId("order", id))
            elif key is not None and unit.key(f"{key} {id}") is not None:
                found[id] = None
            else:
                facts = shared or self._runner.facts(unit, settings, command, order)
                found[id], change = self._change(facts, command, order)
                if change is not None:
                    yield self._runner.record(change, settings, job.asked(id))

    def _change(self, facts: Facts, command: Command, order: Order) -> tuple["Outcome | Change | None", Change | None]:
        """Decide on one order; return what becomes of it, and the change that is to be saved for that."""
        try:
            change = told(decide(order, command, facts), facts.settings)
        except BackOfficeError as no:
            return refusal(order.id, no), None
        if not change:
            return Outcome(order.id, Result.UNCHANGED, warnings=change.warnings), None
        if (change.intents and self._context.hosted) or any(move.guard for move in change.movements):
            return None, None
        return (change if change.intents else Outcome(order.id, Result.DONE, warnings=change.warnings)), change


@attrs.frozen
class _Job:
    """A command on the orders of a chunk, with the idempotency key of the bulk."""

    command: Command
    ids: Sequence[str]
    key: str | None

    def asked(self, id: str) -> Asked:
        """Return the command on one of them as it would be asked alone."""
        print_ = fingerprint(self.command, id) if self.key is not None else None
        return Asked(self.command, id, _key(self.key, id), None, print_)


def _key(key: str | None, id: str) -> str | None:
    """Return the key of one order; None without a key, and for what can be no order's id."""
    return None if key is None or len(id) > LONGEST_ID or not can_be_kept(id) else f"{key} {id}"


def refusal(id: str, no: BackOfficeError) -> Outcome:
    """Return the outcome of an order that was not changed, and why."""
    kind = Result.CONFLICT if isinstance(no, Conflict) else Result.REFUSED
    if isinstance(no, NotFound) and isinstance(no, UnknownId) and no.kind == "order":
        kind = Result.UNKNOWN
    return Outcome(id, kind, no.code, str(no))
