"""
The path of one command on many orders.

1. Orders are taken in chunks. A chunk is one unit of work: its orders are loaded and locked in the
   order of their ids, each is decided by the same rule as alone, and the changes are saved together.
2. A refusal is the outcome of its order and stops none of the others.
3. A change that stock may refuse when it is saved, or that lost a race with its chunk, is made by
   the path of a single command, in a unit of its own.
4. Gateways are asked after the chunk was saved, order by order.
5. A storage that fails ends the bulk: what was saved stays, the rest is told as not reached, and
   the cursor goes on from there.
"""

import enum
from collections.abc import Callable, Sequence

import attrs

from backoffice_core.context import Context, UnknownShop
from backoffice_core.failures import BackOfficeError, Conflict, NotFound, StorageFailed, UnknownId
from backoffice_core.notify.messages import told
from backoffice_core.orders.change import Change, Command, Facts
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.order import Order
from backoffice_core.orders.rules import decide
from backoffice_core.runner import Asked, Runner, fingerprint
from backoffice_core.storage.base import Unit
from backoffice_core.storage.rows import Record


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

    def outcomes(self, command: Command, ids: Sequence[str], key: str | None) -> list[Outcome]:
        """
        Run a command on some orders; return one outcome for each, in their order.

        Args:
            command: What is wanted of each.

            ids: The orders, each once.

            key: The idempotency key of the bulk; with an order's id it is the key of that order.

        Raises:
            StorageFailed: Nothing of this was saved.
            UnknownShop: There is no such shop.
        """
        if command.reads_levels:
            return [self._alone(command, id, key) for id in ids]
        try:
            found = self._context.write(lambda unit: self._decided(unit, command, ids, key), repeatable=key is not None)
        except Conflict:
            return [self._alone(command, id, key) for id in ids]
        return [self._finished(command, id, key, found[id]) for id in ids]

    def _finished(self, command: Command, id: str, key: str | None, found: "Outcome | Change | None") -> Outcome:
        if isinstance(found, Outcome):
            return found
        if found is None:
            return self._alone(command, id, key)
        return self._answered(id, found)

    def _answered(self, id: str, change: Change) -> Outcome:
        if not self._context.hosted and self._runner.open_intents(change):
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

    def _decided(
        self, unit: Unit, command: Command, ids: Sequence[str], key: str | None
    ) -> dict[str, "Outcome | Change | None"]:
        """Return an outcome, a saved change, or None for what has to be done alone, by order."""
        settings = unit.settings()
        if settings is None:
            raise UnknownShop(self._context.shop)
        known = unit.orders(ids, lock=True)
        found: dict[str, Outcome | Change | None] = {}
        changes: list[tuple[Change, Record]] = []
        # A rule that reads no stock locations is told the same about each order.
        shared = None if command.places else self._runner.facts(unit, settings, command, None)
        for id in ids:
            order = known.get(id)
            if not isinstance(order, Order):
                found[id] = refusal(id, order or UnknownId("order", id))
            elif key is not None and unit.key(f"{key} {id}") is not None:
                found[id] = None
            else:
                facts = shared or self._runner.facts(unit, settings, command, order)
                found[id] = self._change(facts, command, order, key, changes.append)
        for (change, _), saved in zip(changes, unit.put_many([record for _, record in changes]), strict=True):
            found[saved.id] = evolve(change, order=saved)
        return found

    def _change(
        self,
        facts: Facts,
        command: Command,
        order: Order,
        key: str | None,
        save: Callable[[tuple[Change, Record]], None],
    ) -> "Outcome | None":
        """Decide on one order; hand on what is to be saved, and return the outcome of what is not."""
        try:
            change = told(decide(order, command, facts), facts.settings)
        except BackOfficeError as no:
            return refusal(order.id, no)
        if not change:
            return Outcome(order.id, Result.UNCHANGED, warnings=change.warnings)
        if change.intents and self._context.hosted:
            return None
        if not any(move.guard for move in change.movements):
            print_ = fingerprint(command, order.id) if key is not None else None
            asked = Asked(command, order.id, _key(key, order.id), None, print_)
            save((change, self._runner.record(change, facts.settings, asked)))
        return None


def _key(key: str | None, id: str) -> str | None:
    return None if key is None else f"{key} {id}"


def refusal(id: str, no: BackOfficeError) -> Outcome:
    """Return the outcome of an order that was not changed, and why."""
    kind = Result.CONFLICT if isinstance(no, Conflict) else Result.REFUSED
    if isinstance(no, NotFound) and isinstance(no, UnknownId) and no.kind == "order":
        kind = Result.UNKNOWN
    return Outcome(id, kind, no.code, str(no))
