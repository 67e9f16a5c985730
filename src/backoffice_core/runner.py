"""
The one path of every command.

1. Open the unit of work, before anything is loaded. Locks are taken in this order: shop row,
   documents by id, stock rows by variant and location; the key when it is saved.
2. Look the key up, load what the command needs, decide (pure), save the order with its events,
   movements, sales entries, messages and key, end the unit. What is refused looks its key up
   again: the one that it waited for may have been the very same request.
3. Ask a registered gateway about what is pending now, outside any transaction, with the
   transaction's id as the key; settle its answer through this same path.

A unit that lost a race loads and decides again (``context.py``), not when the caller named the
version to change.
"""

from collections.abc import Mapping

import attrs

from backoffice_core.checkoutrecords import put_completed
from backoffice_core.clock import day_in
from backoffice_core.context import Context
from backoffice_core.enqueue import outbox_rows
from backoffice_core.failures import BackOfficeError, Conflict, InvalidValue, NotFound, Refused, UnknownId
from backoffice_core.gateways.base import Outcome, Pending
from backoffice_core.idempotency import (
    Asked,
    KeyReused,
    check_key,
    fingerprint,
)
from backoffice_core.intents import GatewayInHostTransaction, ask, look_up, open_intents, settlement
from backoffice_core.notify.messages import told
from backoffice_core.orders.change import Change, Command, Facts
from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.checkouts import order_source
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.facts import Transaction
from backoffice_core.orders.ledger import entries, money_entries, money_negated, negated
from backoffice_core.orders.order import Order
from backoffice_core.orders.place import Place, SourceTaken
from backoffice_core.orders.recovery import check_open
from backoffice_core.orders.rules import decide
from backoffice_core.orders.stock import Sellable
from backoffice_core.settings import Settings
from backoffice_core.storage.base import Unit
from backoffice_core.storage.rows import Record
from backoffice_core.storage.trouble import StaleVersion


class Runner:
    """Runs commands on orders; with *commit* off it decides and saves nothing."""

    def __init__(self, context: Context, *, commit: bool = True) -> None:
        self._context = context
        self._commits = commit

    def run(
        self,
        command: Command,
        order_id: str | None = None,
        *,
        key: str | None = None,
        expected_version: int | None = None,
    ) -> Change:
        """
        Run a command.

        Args:
            command: What is wanted.

            order_id: The order; None for one that is being placed.

            key: The idempotency key.

            expected_version: The version the caller saw; another one is a conflict.

        Raises:
            Refused: The rule says no; nothing changed.
            UnknownId: There is no such order.
            StaleVersion: The order is not at *expected_version*.
            KeyReused: The key was used for another request.
        """
        check_key(key)
        print_ = fingerprint(command, order_id) if key is not None or _is_sourced(command) else None
        asked = Asked(command, order_id, key, expected_version, print_)
        if not self._commits:
            return self._context.read(lambda unit: self._previewed(unit, asked))
        change = self._context.write(
            lambda unit: self._in_unit(unit, asked),
            again=lambda error: expected_version is None or not isinstance(error, StaleVersion),
            repeatable=print_ is not None,
        )
        return (
            self.with_answers(change)
            if not self._context.hosted and open_intents(change, self._context.gateways)
            else change
        )

    # --- one unit of work

    def _previewed(self, unit: Unit, asked: "Asked") -> Change:
        asked = _sourced(unit, asked)
        answered = self._answered(unit, asked)
        return answered if answered is not None else self._decided(unit, asked)[0]

    def _in_unit(self, unit: Unit, asked: "Asked") -> Change:
        asked = _sourced(unit, asked)
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
        if change.order.deleted_at is not None:
            return evolve(change, order=self._put_tombstone(unit, change, settings, asked))
        saved = unit.put(self.record(change, settings, asked))
        if checkout is not None:
            elsewhere = not isinstance(asked.command, Place) or asked.command.checkout is None
            put_completed(unit, self._context, settings, checkout, saved.id, elsewhere=elsewhere)
        return evolve(change, order=saved)

    def _answered(self, unit: Unit, asked: "Asked") -> Change | None:
        """Return the answer that was given before, to the key or to the source."""
        if asked.key is not None and (known := unit.key(asked.key)) is not None:
            if known.fingerprint != asked.print_:
                raise KeyReused(asked.key, known.order_id)
            return _replayed(unit, known.order_id, known.version)
        source = _source(asked.command)
        if source is None:
            return None
        placed = unit.order_placed_from(source)
        if placed is None:
            return None
        order_id, print_then = placed
        if print_then != asked.print_:
            raise SourceTaken(*source, order_id)
        if asked.key is not None and self._commits:
            # From now on the key names this order, and no other request can use it.
            unit.remember(asked.key_record(order_id, 1, self._context.now()))
        return _replayed(unit, order_id, 1)

    def _decided(self, unit: Unit, asked: "Asked") -> tuple[Change, Settings, Checkout | None]:
        """Return what is to be saved, the shop's settings, and the checkout that it completes."""
        command, order_id = asked.command, asked.order_id
        settings = self._context.settings_in(unit)
        if not isinstance(command, Place) and not isinstance(order_id, str):
            raise UnknownId("order", f"of type {type(order_id).__name__}")
        order = unit.order(order_id, lock=self._commits) if order_id is not None else None
        if order is not None and asked.expected_version not in (None, order.version):
            raise StaleVersion("order", order.id, asked.expected_version or 0, order.version)
        checkout = self._completes(unit, command) if isinstance(command, Place) else None
        facts = self.facts(unit, settings, command, order)
        change = told(decide(order, command, facts), settings)
        if change.intents and self._context.hosted:
            raise GatewayInHostTransaction(open_intents(change, self._context.gateways)[0].gateway)
        if checkout is not None:
            change = evolve(change, order=evolve(change.order, checkout_id=checkout.id))
        return change, settings, checkout

    def _completes(self, unit: Unit, command: Place) -> Checkout | None:
        """
        Return the checkout that an order completes: the one it names, or the open one of its source.

        Raises:
            UnknownId: There is none of that id.
            CheckoutIsOver: It was completed or closed.
        """
        if command.checkout is not None:
            checkout = unit.checkout(command.checkout, lock=self._commits)
            check_open(checkout)
            return checkout
        known = unit.checkout_imported_from(command.source) if command.source is not None else None
        if known is None:
            return None
        checkout = unit.checkout(known[0], lock=self._commits)
        return None if checkout.is_over else checkout

    def _put_tombstone(self, unit: Unit, change: Change, settings: Settings, asked: "Asked") -> Order:
        """Save a deletion: a version for each earlier day that figures go back on, then one with all the rest."""
        order, at, actor = change.order, change.order.updated_at, self._context.actor
        sold = negated((row.day, row.entry) for row in unit.entries(order.id))
        moved = money_negated((row.day, row.entry) for row in unit.money_entries(order.id))
        *earlier, last = sorted({*sold, *moved}) or [day_in(at, settings.timezone)]
        for day in earlier:
            booked = Record(
                order=order, at=at, day=day, entries=sold.get(day, ()), money=moved.get(day, ()), actor=actor
            )
            order = unit.put(booked)
        record = self.record(evolve(change, order=order), settings, asked)
        return unit.put(evolve(record, day=last, entries=sold.get(last, ()), money=moved.get(last, ())))

    def facts(self, unit: Unit, settings: Settings, command: Command | None, order: Order | None) -> Facts:
        """Return what a rule may know for a command on an order."""
        variants = variants_of(unit, command)
        number = 0
        if isinstance(command, Place):
            number = unit.next_number() if self._commits else unit.number_ahead()
        tracked = {line.variant_id for line in order.lines if line.tracked and line.variant_id} if order else set()
        tracked |= {variant.id for variant in variants.values() if variant.tracked}
        named = getattr(command, "location", None) is not None
        reads_places = named or (tracked and (command is None or command.places))
        reads_levels = tracked and command is not None and command.reads_levels
        return Facts(
            now=self._context.now(),
            new_id=self._context.new_id,
            settings=settings,
            actor=self._context.actor,
            gateways=frozenset(self._context.gateways),
            places=tuple(place.place for place in unit.locations()) if reads_places else (),
            levels=unit.levels(tracked) if reads_levels else {},
            variants=variants,
            number=number,
        )

    def record(self, change: Change, settings: Settings, asked: "Asked") -> Record:
        """Return all that a change saves."""
        now = change.order.updated_at
        order_id = change.order.id
        return Record(
            order=change.order,
            at=now,
            day=day_in(now, settings.timezone),
            actor=self._context.actor,
            events=change.events,
            movements=change.movements,
            entries=entries(change),
            money=money_entries(change),
            messages=outbox_rows(
                change.messages,
                change.events,
                settings,
                order_id,
                change.order.version + 1,
                now,
                self._context.new_id,
            ),
            key=asked.key_record(order_id, 0, now) if asked.key is not None else None,
            request_print=asked.print_ if _source(asked.command) else None,
            before=change.before,
        )

    # --- gateways

    def with_answers(self, change: Change) -> Change:
        """Ask the gateways about what is pending in a change that was saved, and settle their answers."""
        for intent in open_intents(change, self._context.gateways):
            try:
                answer = ask(self._context, change.order, intent)
            except Exception as error:  # noqa: BLE001 - whatever it raised, nobody knows what happened
                warning = f"{intent.gateway} gave no answer about {intent.id}: {type(error).__name__}"
                change = evolve(change, warnings=(*change.warnings, warning))
                change = self._settled(change, intent, None)
            else:
                if answer is None:
                    warning = f"{intent.gateway} answered nothing about {intent.id}"
                    change = evolve(change, warnings=(*change.warnings, warning))
                change = self._settled(change, intent, answer)
        return change

    def _settled(self, change: Change, intent: Transaction, answer: Outcome | None) -> Change:
        if isinstance(answer, Pending):
            return change
        try:
            later = self.run(settlement(intent, answer), change.order.id)
        except BackOfficeError as no:
            # What the gateway says cannot be, or cannot be saved now. The command is saved all the
            # same: an error here would make its caller ask for it again.
            return evolve(change, warnings=(*change.warnings, f"{intent.gateway} about {intent.id}: {no}"))
        return change.then(later) if later else evolve(change, order=later.order)

    def resolve(self, order_id: str) -> Change:
        """
        Ask the gateways what became of an order's transactions without outcome, and settle them.

        A gateway that never heard of one is asked to do it, under the same key.

        Raises:
            UnknownId: There is no such order.
            GatewayUnreachable: A gateway could not tell.
            GatewayInHostTransaction: This is a view within a host's transaction.
        """
        order = self._context.read(lambda unit: unit.order(order_id))
        change = Change(before=order, order=order)
        gateways = self._context.gateways
        waiting = [one for one in order.transactions if one.open and one.intent and one.gateway in gateways]
        if waiting and self._context.hosted:
            raise GatewayInHostTransaction(waiting[0].gateway)
        for intent in waiting:
            change = self._settled(change, intent, look_up(self._context, change.order, intent))
        return change


def variants_of(unit: Unit, command: Command | None) -> Mapping[str, Sellable]:
    """
    Return what the catalog says of the variants that a command names.

    Raises:
        InvalidValue: One is not on sale.
    """
    wanted = command.wanted if command is not None else {}
    if not wanted:
        return {}
    known = unit.variants(wanted.values())
    for field, name in wanted.items():
        if name not in known:
            raise InvalidValue(field, repr(name), "the id or SKU of a variant that is on sale")
    return known


def _source(command: Command) -> tuple[str, str] | None:
    return command.source if isinstance(command, Place) else None


def _is_sourced(command: Command) -> bool:
    return isinstance(command, Place) and (command.source is not None or command.checkout is not None)


def _sourced(unit: Unit, asked: Asked) -> Asked:
    """
    Return a request to place the order of a checkout with the source and the channel of that order.

    Raises:
        UnknownId: There is no such checkout.
    """
    command = asked.command
    if not isinstance(command, Place) or command.checkout is None or command.source is not None:
        return asked
    checkout = unit.checkout(command.checkout)
    channel = command.channel or checkout.channel
    return evolve(asked, command=attrs.evolve(command, source=order_source(checkout), channel=channel))


def _replayed(unit: Unit, order_id: str, version: int) -> Change:
    order = unit.order(order_id, deleted=True)
    events = tuple(row.event for row in unit.events(order_id, version))
    return Change(before=order, order=order, events=events, replayed=True)
