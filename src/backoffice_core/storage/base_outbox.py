"""The part of `backoffice_core.storage.base.Unit` that keeps messages until they are sent."""

from collections.abc import Iterable, Sequence
from typing import Protocol

import pendulum

from backoffice_core.storage.rows import OutboxRow


class OutboxUnit(Protocol):
    """Messages of one shop, in lanes: those with the same subject and destination go one after another."""

    def has_due(self, now: pendulum.DateTime, destinations: Iterable[str]) -> bool:
        """Return whether `lease` would find a message; what it costs does not grow with what was sent."""
        ...

    def lease(
        self, now: pendulum.DateTime, until: pendulum.DateTime, limit: int, token: str, destinations: Iterable[str]
    ) -> Sequence[OutboxRow]:
        """
        Take messages that are due, the longest due first, and keep them from others until *until*.

        A message waits for the ones before it in its lane. One whose lease ran out is taken alone,
        and its attempts go up: whoever had it may have died of it.

        Args:
            now: This moment, UTC.

            until: When the lease ends.

            limit: At most so many.

            token: What the lease is known by; no two leases have the same.

            destinations: Those that the caller can send to.
        """
        ...

    def renew(self, row: OutboxRow, until: pendulum.DateTime) -> bool:
        """Keep a message until *until*; False when its lease is not the row's any more."""
        ...

    def release(self, rows: Iterable[OutboxRow]) -> None:
        """Give messages back at once that were leased and not tried; those of another lease stay with it."""
        ...

    def mark(self, row: OutboxRow) -> bool:
        """
        Save destination, state, attempts, due time, end and error of a message, and end its lease.

        Returns:
            Whether it was still under the row's lease. One that another relay took over, or that is
            over, stays as it is.
        """
        ...

    def message(self, id: str) -> OutboxRow:
        """
        Return a message.

        Raises:
            UnknownId: There is none.
        """
        ...

    def settle(self, row: OutboxRow, was: str) -> bool:
        """Save a message as `mark` does, whoever has it, if its state is *was*; return whether it is."""
        ...

    def put_messages(self, rows: Sequence[OutboxRow]) -> None:
        """
        Save new messages.

        Raises:
            AlreadyStored: The key of one is in use.
        """
        ...

    def outbox(
        self, state: str | None = None, limit: int | None = None, after: str | None = None
    ) -> Sequence[OutboxRow]:
        """
        Return messages, oldest first.

        Args:
            state: Those of this state; all unless given.

            limit: At most so many; all unless given.

            after: Those with a greater id than this one.
        """
        ...

    def skip_all(self, destination: str, now: pendulum.DateTime, reason: str) -> int:
        """Let nobody get what waits for a destination; return how many messages that were."""
        ...

    def forget_errors(self, subject: str) -> None:
        """Forget what went wrong with messages about a document that were not sent; nothing else of them changes."""
        ...

    def purge_outbox(self, before: pendulum.DateTime, limit: int) -> int:
        """Delete messages that were sent or skipped before *before*; return how many, at most *limit*."""
        ...
