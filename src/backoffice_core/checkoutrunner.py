"""
The path of commands on checkouts: that of ``runner.py``, for another document.

Lock, look the key and the source up, load, decide, save the checkout with its events, messages and
key; where it became an order, save the order in the same unit of work. Gateways are asked afterwards.
"""

import attrs

from backoffice_core.checkoutrecords import record_of
from backoffice_core.context import Context, UnknownShop
from backoffice_core.failures import Conflict, NotFound, Refused, UnknownId
from backoffice_core.idempotency import Asked, KeyReused, check_key, fingerprint
from backoffice_core.intents import GatewayInHostTransaction, open_intents
from backoffice_core.notify.messages import told
from backoffice_core.optouts import address_hash
from backoffice_core.orders.change import Facts
from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.checkoutcommands import (
    CheckoutChange,
    CheckoutCommand,
    CompleteCheckout,
    PassTime,
    SendRecovery,
    StartCheckout,
)
from backoffice_core.orders.checkouts import CheckoutSourceTaken, order_source
from backoffice_core.orders.events import CheckoutAbandoned
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.place import SourceTaken
from backoffice_core.orders.recovery import OptedOut
from backoffice_core.orders.rules import decide_checkout
from backoffice_core.runner import Runner, variants_of
from backoffice_core.settings import Settings
from backoffice_core.storage.base import Unit
from backoffice_core.storage.trouble import StaleVersion
from backoffice_core.typed import can_be_kept


class CheckoutRunner:
    """Runs commands on checkouts; with *commit* off it decides and saves nothing."""

    def __init__(self, context: Context, *, commit: bool = True) -> None:
        self._context = context
        self._commits = commit
        self._orders = Runner(context, commit=commit)

    def run(
        self,
        command: CheckoutCommand,
        checkout_id: str | None = None,
        *,
        key: str | None = None,
        expected_version: int | None = None,
    ) -> CheckoutChange:
        """
        Run a command.

        Args:
            command: What is told or wanted.

            checkout_id: The checkout; None for one that is begun.

            key: The idempotency key.

            expected_version: The version the caller saw; another one is a conflict.

        Raises:
            Refused: The rule says no; nothing changed.
            UnknownId: There is no such checkout.
            StaleVersion: The checkout is not at *expected_version*.
            KeyReused: The key was used for another request.
        """
        check_key(key)
        sourced = isinstance(command, CompleteCheckout) or _source(command) is not None
        print_ = fingerprint(command, checkout_id) if key is not None or sourced else None
        asked = Asked(command, checkout_id, key, expected_version, print_)
        if not self._commits:
            return self._context.read(lambda unit: self._answered(unit, asked) or self._decided(unit, asked)[0])
        change = self._context.write(
            lambda unit: self.in_unit(unit, asked),
            again=lambda error: expected_version is None or not isinstance(error, StaleVersion),
            repeatable=print_ is not None,
        )
        return self._with_answers(change)

    def _with_answers(self, change: CheckoutChange) -> CheckoutChange:
        placing = change.placing
        if placing is None or self._context.hosted or not open_intents(placing, self._context.gateways):
            return change
        placing = self._orders.with_answers(placing)
        return attrs.evolve(change, placing=placing, order=placing.order)

    def in_unit(self, unit: Unit, asked: Asked) -> CheckoutChange:
        """Return what a request did in a unit of work; whoever ends the unit saves it."""
        answered = self._answered(unit, asked)
        if answered is not None:
            return answered
        try:
            change, settings = self._decided(unit, asked)
        except (Refused, Conflict, NotFound):
            # Whoever had the lock that was waited for may have been asked the very same.
            if (answered := self._answered(unit, asked)) is not None:
                return answered
            raise
        if not change:
            return change if (answered := self._answered(unit, asked)) is None else answered
        return self._saved(unit, change, settings, asked)

    def _saved(self, unit: Unit, change: CheckoutChange, settings: Settings, asked: Asked) -> CheckoutChange:
        if change.gone:
            unit.drop_checkout(change.checkout)
            return change
        now = self._context.now()
        key = asked.key_record(change.checkout.id, 0, now) if asked.key is not None else None
        print_ = asked.print_ if _source(asked.command) is not None else None
        saved = unit.put_checkout(
            attrs.evolve(record_of(change, self._context, settings, now), key=key, request_print=print_)
        )
        change = attrs.evolve(change, checkout=saved)
        if change.placing is None:
            return change
        nothing = Asked(asked.command, None, None, None, None)
        record = attrs.evolve(self._orders.record(change.placing, settings, nothing), request_print=asked.print_)
        order = unit.put(record)
        return attrs.evolve(change, order=order, placing=evolve(change.placing, order=order))

    def _answered(self, unit: Unit, asked: Asked) -> CheckoutChange | None:
        """Return the answer that was given before: to the key, to the source, to the same completion."""
        if asked.key is not None and (known := unit.key(asked.key)) is not None:
            if known.fingerprint != asked.print_:
                raise KeyReused(asked.key, known.order_id)
            return _replayed(unit, known.order_id, known.version)
        if isinstance(asked.command, CompleteCheckout):
            return self._completed(unit, asked)
        source = _source(asked.command)
        begun = unit.checkout_imported_from(source) if source is not None else None
        if source is None or begun is None:
            return None
        if begun[1] != asked.print_:
            raise CheckoutSourceTaken(*source, begun[0])
        return _replayed(unit, begun[0], 1)

    def _completed(self, unit: Unit, asked: Asked) -> CheckoutChange | None:
        """Return the answer that was given when the same checkout was completed by the same request."""
        checkout = checkout_with(unit, asked.order_id)
        if checkout.order_id is None:
            return None
        placed = unit.order_placed_from(order_source(checkout))
        if placed != (checkout.order_id, asked.print_):
            return None
        order = unit.order(checkout.order_id, deleted=True)
        return CheckoutChange(before=checkout, checkout=checkout, order=order, replayed=True)

    def _decided(self, unit: Unit, asked: Asked) -> tuple[CheckoutChange, Settings]:
        command = asked.command
        if not isinstance(command, CheckoutCommand):
            raise TypeError(f"{type(command).__name__} is no command on a checkout")
        settings = unit.settings()
        if settings is None:
            raise UnknownShop(self._context.shop)
        checkout = self._loaded(unit, command, asked)
        change = decide_checkout(checkout, command, self._facts(unit, settings, command, checkout))
        if change.placing is not None:
            placing = told(change.placing, settings)
            change = attrs.evolve(change, placing=placing, order=placing.order)
            if placing.intents and self._context.hosted:
                raise GatewayInHostTransaction(open_intents(placing, self._context.gateways)[0].gateway)
        return change, settings

    def _loaded(self, unit: Unit, command: CheckoutCommand, asked: Asked) -> Checkout | None:
        """
        Return the checkout that a command is about; None for one that is begun.

        Raises:
            SourceTaken: What is to be begun was bought already.
            OptedOut: The customer is to be written to, and does not want that.
        """
        if isinstance(command, StartCheckout):
            bought = unit.order_placed_from(command.source) if command.source is not None else None
            if command.source is not None and bought is not None:
                raise SourceTaken(*command.source, bought[0])
            return None
        checkout = checkout_with(unit, asked.order_id, lock=self._commits)
        if asked.expected_version not in (None, checkout.version):
            raise StaleVersion("checkout", checkout.id, asked.expected_version or 0, checkout.version)
        address = checkout.email if isinstance(command, SendRecovery) else None
        if address is not None and unit.opted_out(address_hash(self._context.shop, address)):
            raise OptedOut(checkout.id)
        return checkout

    def _facts(self, unit: Unit, settings: Settings, command: CheckoutCommand, checkout: Checkout | None) -> Facts:
        """Return what a rule may know for a command on a checkout."""
        completes = isinstance(command, CompleteCheckout) and checkout is not None and not checkout.is_over
        lines = checkout.lines if checkout is not None and completes else ()
        tracked = {line.variant_id for line in lines if line.tracked and line.variant_id is not None}
        number = 0
        if completes:
            number = unit.next_number() if self._commits else unit.number_ahead()
        return Facts(
            now=self._context.now(),
            new_id=self._context.new_id,
            settings=settings,
            actor=self._context.actor,
            gateways=frozenset(self._context.gateways),
            places=tuple(place.place for place in unit.locations()) if tracked else (),
            levels=unit.levels(tracked) if tracked else {},
            variants=variants_of(unit, command),
            number=number,
        )


class PassingTime:
    """
    Does what time brings to checkouts, and counts it.

    Attributes:
        abandoned: Checkouts that were found to be left behind.

        scheduled: Mails that ask customers back and wait in the outbox now.

        purged: Checkouts whose time was over.
    """

    def __init__(self, context: Context) -> None:
        self._runner = CheckoutRunner(context)
        self.abandoned = self.scheduled = self.purged = 0

    def over(self, checkout_id: str) -> bool:
        """Do what time brings to a checkout; return whether it brought something."""
        change = self._runner.run(PassTime(), checkout_id)
        self.abandoned += any(isinstance(event, CheckoutAbandoned) for event in change.events)
        self.scheduled += len(change.messages)
        self.purged += change.gone
        return bool(change)


def checkout_with(unit: Unit, checkout_id: object, *, lock: bool = False) -> Checkout:
    """
    Return a checkout by its id.

    Raises:
        UnknownId: There is none.
    """
    if not isinstance(checkout_id, str) or not can_be_kept(checkout_id):
        raise UnknownId("checkout", repr(checkout_id)[:50])
    return unit.checkout(checkout_id, lock=lock)


def _source(command: object) -> tuple[str, str] | None:
    return command.source if isinstance(command, StartCheckout) else None


def _replayed(unit: Unit, checkout_id: str, version: int) -> CheckoutChange:
    checkout = unit.checkout(checkout_id)
    events = tuple(row.event for row in unit.events(checkout_id, version))
    order = unit.order(checkout.order_id, deleted=True) if checkout.order_id is not None else None
    return CheckoutChange(before=checkout, checkout=checkout, order=order, events=events, replayed=True)
