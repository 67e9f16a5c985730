"""The outbox desk: `BackOffice.outbox`."""

from collections.abc import Iterable, Sequence
from typing import ClassVar, Final

import attrs

from backoffice_core.assessors import assessor_outlets
from backoffice_core.context import Context
from backoffice_core.enqueue import ASSESSOR, LISTENER
from backoffice_core.failures import InvalidValue, Refused, UnknownId, reason
from backoffice_core.listeners import Listener, ListenerOutlet
from backoffice_core.notify.base import Notifier
from backoffice_core.notify.compose import preview
from backoffice_core.notify.letters import Letter, Letters
from backoffice_core.outlets import AGAIN, UNSENT, follows, outlets_of
from backoffice_core.relay import Delivered, Relay
from backoffice_core.risk.base import RiskAssessor
from backoffice_core.storage.base import Unit
from backoffice_core.storage.rows import OutboxRow
from backoffice_core.typed import can_be_kept, whole_from

STATES: Final = ("waiting", "sent", "skipped", "dead")


@reason
class MessageNotDead(Refused):
    """
    A message is not one that was given up.

    Attributes:
        message_id: The message.

        state: What it is.
    """

    code: ClassVar[str] = "message_not_dead"
    message_id: str
    state: str

    def __str__(self) -> str:
        return f"message {self.message_id} is {self.state}; only one that is dead can be sent again"


@reason
class MessageOver(Refused):
    """
    A message is over: it was sent, or skipped.

    Attributes:
        message_id: The message.

        state: What it is.
    """

    code: ClassVar[str] = "message_over"
    message_id: str
    state: str

    def __str__(self) -> str:
        return f"message {self.message_id} is {self.state}; only one that is waiting or dead can be dropped"


class Outbox:
    """
    Messages that wait to be sent.

    A message is sent at least once: after a crash between sending and marking it comes a second
    time, with the same key. Messages about one order go in their order; one that fails is tried
    again later, ten times, and then lets the next one pass.
    """

    def __init__(
        self,
        context: Context,
        notifier: Notifier,
        listeners: Iterable[Listener] = (),
        assessors: Iterable[RiskAssessor] = (),
    ) -> None:
        self._context = context
        self._letters = Letters(context.templates, context.links)
        told = {f"{LISTENER}{one.name}": ListenerOutlet(one) for one in listeners}
        self._relay = Relay(
            context, {**outlets_of(context, notifier, self._letters), **told, **assessor_outlets(context, assessors)}
        )

    def deliver(self, *, limit: int = 100) -> Delivered:
        """
        Send at most *limit* messages that are due, the longest due first.

        Call it from cron, a worker or a thread; several may do so at once. A worker that is told to
        stop between two calls leaves nothing half done.
        """
        whole_from("limit", limit, 1)
        if self._context.hosted:
            raise InvalidValue("deliver", "a view within a host's transaction", "the back office itself, outside it")
        return self._relay.deliver(limit)

    def list(
        self, state: str | None = None, *, limit: int | None = None, after: str | None = None
    ) -> Sequence[OutboxRow]:
        """
        Return messages, oldest first.

        Args:
            state: Those ``waiting``, ``sent``, ``skipped`` or ``dead``; all unless given.

            limit: At most so many; all unless given. What was sent is kept for 90 days, so a large shop has many.

            after: The id of a message: those behind it, such as the last one of the list before.

        Raises:
            InvalidValue: There is no such state, *limit* is below 1, or *after* is no id.
        """
        if state is not None and state not in STATES:
            raise InvalidValue("state", repr(state), "waiting, sent, skipped or dead")
        if limit is not None:
            whole_from("limit", limit, 1)
        given: object = after
        if given is not None and (not isinstance(given, str) or not can_be_kept(given)):
            raise InvalidValue("after", repr(given)[:80], "the id of a message")
        return self._context.read(lambda unit: unit.outbox(state, limit, after))

    def preview(self, kind: str, subject_id: str, fact: str | None = None, locale: str | None = None) -> Letter:
        """
        Return a letter as it would be written now, with its subject, as text and as HTML; nothing is sent.

        Args:
            kind: Which kind of message, such as ``order_shipped``.

            subject_id: The id of the order, the draft or the checkout.

            fact: The id of what it speaks of, such as a fulfillment; the last one that there is unless given.

            locale: The language to write in; the customer's, or for staff the shop's, unless given.

        Raises:
            UnknownKind: There is no such kind.
            UnknownId: There is no such order, draft or checkout.
            InvalidValue: There is no such fact, or no such language.
            BrokenTemplate: A template of the host's own cannot be run.
        """
        return self._context.read(lambda unit: preview(kind, subject_id, unit, self._letters, fact=fact, locale=locale))

    def resend(self, message_id: str) -> OutboxRow:
        """
        Send a message again that was given up: it waits as a new one does, with the same key.

        Whether somebody should still get it is found out when it is sent.

        Raises:
            UnknownId: There is none.
            MessageNotDead: It waits already, was sent, or nobody should get it.
        """

        def work(unit: Unit) -> OutboxRow:
            row = unit.message(message_id)
            again = attrs.evolve(row, state="waiting", attempts=0, due_at=self._context.now(), error=None, done_at=None)
            if row.state != "dead" or not unit.settle(again, "dead"):
                raise MessageNotDead(row.id, row.state)
            follows(AGAIN, self._context, unit, again)
            return again

        return self._context.write(work)

    def drop(self, message_id: str) -> OutboxRow:
        """
        See to it that a message that waits or was given up is not sent; the next one about its order passes.

        One that a relay is sending this very moment may arrive all the same.

        Raises:
            UnknownId: There is none.
            MessageOver: It was sent, or skipped.
        """

        def work(unit: Unit) -> OutboxRow:
            row = unit.message(message_id)
            dropped = attrs.evolve(row, state="skipped", error="dropped", done_at=self._context.now(), lease=None)
            if row.state not in ("waiting", "dead") or not unit.settle(dropped, row.state):
                raise MessageOver(row.id, row.state)
            follows(UNSENT, self._context, unit, dropped)
            return dropped

        return self._context.write(work)

    def unsubscribe(self, name: str) -> int:
        """
        See to it that a listener or assessor is asked nothing any more; return how much waited for it and is skipped.

        Opening the shop with it subscribes it again, from then on. Orders that wait for an assessor do so until
        their time is over.

        Raises:
            UnknownId: No listener or assessor of that name is subscribed.
        """

        def work(unit: Unit) -> int:
            settings = unit.settings(lock=True)
            known = () if settings is None else (*settings.assessors, *[one.name for one in settings.subscriptions])
            if settings is None or name not in known:
                raise UnknownId("listener", name)
            left = [one for one in settings.subscriptions if one.name != name]
            asked = tuple(one for one in settings.assessors if one != name)
            unit.save_settings(attrs.evolve(settings, subscriptions=left, assessors=asked))
            lanes = (f"{LISTENER}{name}", f"{ASSESSOR}{name}")
            return sum(unit.skip_all(lane, self._context.now(), "unsubscribed") for lane in lanes)

        return self._context.write(work)
