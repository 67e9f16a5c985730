"""
What time brings: `BackOffice.run_due`.

Each thing is done by a command of its own, so several who do this at once do each thing once, and
what cannot be done now stays due.
"""

from collections.abc import Callable, Sequence

import attrs

from backoffice_core.checkoutrunner import PassingTime
from backoffice_core.context import Context
from backoffice_core.draftrunner import DraftRunner
from backoffice_core.failures import Conflict, StorageFailed, UnknownId
from backoffice_core.idempotency import purge_keys
from backoffice_core.orders.announce import AnnounceDue
from backoffice_core.orders.assess import EndAssessing
from backoffice_core.orders.draftcommands import DeleteDraft, EndReservation
from backoffice_core.orders.settle import ExpireAuthorizations
from backoffice_core.persons import unfinished
from backoffice_core.relay import purge
from backoffice_core.runner import Runner
from backoffice_core.storage.base import Unit
from backoffice_core.storage.trouble import StorageBusy
from backoffice_core.typed import whole_from


@attrs.frozen
class DueReport:
    """
    What time brought.

    Attributes:
        expired: Orders whose authorizations lapsed.

        keys: Idempotency keys that were forgotten.

        failed: Orders, drafts and checkouts that could not be read or were held by others, and merges and
            erasures that could not be ended; they are tried again next time.

        released: Drafts whose stock is not set aside any more.

        purged: Drafts that nobody had touched for a year.

        messages: Messages that were sent or skipped long ago and are forgotten.

        announced: Orders of which an authorization lapses within two days, or whose payment is due.

        abandoned: Checkouts that were left behind.

        scheduled: Mails that ask customers back and wait in the outbox now.

        purged_checkouts: Checkouts whose time was over.

        exports: Exports that were made and sent by mail.

        tallies: Tries and sessions at the storefront that were over and are forgotten.

        people: Merges and erasures that a crash had left half done, and that are done now.

        unassessed: Orders of which an assessor did not tell the risk in time.
    """

    expired: int
    keys: int
    failed: int = 0
    released: int = 0
    purged: int = 0
    messages: int = 0
    announced: int = 0
    abandoned: int = 0
    scheduled: int = 0
    purged_checkouts: int = 0
    exports: int = 0
    tallies: int = 0
    people: int = 0
    unassessed: int = 0


def run_due(context: Context, limit: int) -> DueReport:
    """
    Do what time brings, at most *limit* of each; see `BackOffice.run_due`.

    Raises:
        InvalidValue: *limit* is below 1.
        UnknownShop: There is no such shop.
    """
    whole_from("limit", limit, 1)
    settings = context.read(context.settings_in)
    now = context.now()
    orders, drafts = Runner(context), DraftRunner(context)
    expired = announced = released = purged = unassessed = 0

    def come(id: str) -> bool:
        """Give up who is overdue about an order, expire what lapsed of it, and tell what is about to, or is due."""
        nonlocal expired, announced, unassessed
        given_up = bool(orders.run(EndAssessing(), id))
        lapsed = bool(orders.run(ExpireAuthorizations(), id))
        told = bool(orders.run(AnnounceDue(), id))
        expired, announced = expired + lapsed, announced + told
        unassessed += given_up
        return lapsed or told or given_up

    _, lost = each_due(context, limit, lambda unit, most: unit.due(now, most), come)

    def over(id: str) -> bool:
        """End a draft's reservation, or else delete it."""
        nonlocal released, purged
        ended = bool(drafts.run(EndReservation(), id))
        gone = not ended and bool(drafts.run(DeleteDraft(idle=True), id))
        released, purged = released + ended, purged + gone
        return ended or gone

    _, left = each_due(context, limit, lambda unit, most: unit.drafts_due(now, most), over)
    passing = PassingTime(context)
    _, kept = each_due(context, limit, lambda unit, most: unit.checkouts_due(now, most), passing.over)
    tallies = context.write(lambda unit: unit.purge_tallies(now, limit))
    ended, waiting = unfinished(context)
    keys, messages = purge_keys(context, settings, limit), purge(context, limit)
    return DueReport(
        expired,
        keys,
        lost + left + kept + waiting,
        released,
        purged,
        messages,
        announced,
        abandoned=passing.abandoned,
        scheduled=passing.scheduled,
        purged_checkouts=passing.purged,
        tallies=tallies,
        people=ended,
        unassessed=unassessed,
    )


def each_due(
    context: Context, limit: int, due: Callable[[Unit, int], Sequence[str]], act: Callable[[str], object]
) -> tuple[int, int]:
    """Do something with each document whose time came, at most *limit*; return how many, and how many failed."""
    tried: set[str] = set()
    done = failed = 0
    while done < limit:
        # Those that failed stay at the head of the line; the ones behind them have their time too.
        wanted = limit - done + len(tried)
        ids = context.read(lambda unit, most=wanted: due(unit, most))  # type: ignore[misc]
        left = [id for id in ids if id not in tried][: limit - done]
        if not left:
            break
        for id in left:
            tried.add(id)
            try:
                done += bool(act(id))
            except StorageBusy:
                raise
            except UnknownId:
                # Another one who does what time brings was first, and nothing is left of it.
                continue
            except (Conflict, StorageFailed):
                # One that cannot be read, or that others hold, does not keep the rest from its time.
                failed += 1
    return done, failed
