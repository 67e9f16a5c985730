"""What storages keep of an order in columns of its own, and the cursors of its list."""

import base64
import binascii
from collections.abc import Iterable
from typing import Final

from backoffice_core.clock import to_micros
from backoffice_core.failures import InvalidValue
from backoffice_core.orders.announce import next_due
from backoffice_core.orders.checkout import Checkout, retained_until
from backoffice_core.orders.draft import Draft
from backoffice_core.orders.drafts import IDLE_DAYS
from backoffice_core.orders.order import Order
from backoffice_core.orders.states import DraftStatus
from backoffice_core.storage.rows import OutboxRow

#: The states of messages whose error says what went wrong; that of others is a word for why nobody should get them.
FAILING: Final = ("waiting", "dead")


def due_at(order: Order) -> int | None:
    """Return when time brings something to an order next, in microseconds; see ``orders/announce.py``."""
    due = next_due(order)
    return None if due is None else to_micros(due)


def draft_due_at(draft: Draft) -> int | None:
    """Return when a draft's reservation, or else its year without a change, is over, in microseconds."""
    if draft.status is DraftStatus.COMPLETED or draft.deleted_at is not None:
        return None
    idle = draft.updated_at.add(days=IDLE_DAYS)
    return to_micros(idle if draft.reserve_until is None else min(idle, draft.reserve_until))


def checkout_due_at(checkout: Checkout) -> int | None:
    """Return when time brings something to a checkout: what its rules said, or the end of its time."""
    moment = checkout.due_at or retained_until(checkout)
    return None if moment is None else to_micros(moment)


def unresolved_at(order: Order) -> int | None:
    """Return since when a transaction waits for its outcome, in microseconds."""
    waiting = [to_micros(one.at) for one in order.transactions if one.open]
    return min(waiting) if waiting else None


def source_key(source: tuple[str, str]) -> str:
    """Return a source as one text; it tells where the channel ends, so two sources never give the same."""
    channel, id = source
    return f"{len(channel)} {channel} {id}"


def cursor_of(order: Order | Draft | Checkout) -> str:
    """Return the cursor of what comes after *order* in the list, newest first."""
    return cursor_at(to_micros(order.created_at), order.id)


def cursor_at(moment: int, id: str) -> str:
    """Return the cursor of what comes after a moment, in microseconds, and an id."""
    return base64.urlsafe_b64encode(f"{moment} {id}".encode()).decode()


def read_cursor(cursor: str) -> tuple[int, str]:
    """
    Return moment and id of a cursor.

    Raises:
        InvalidValue: It is no cursor of ours.
    """
    try:
        moment, id = base64.urlsafe_b64decode(cursor.encode()).decode().split(" ")
        micros = int(moment)
        if abs(micros) >= 2**63 or not id.isascii() or "\0" in id:  # such an id could not be asked for everywhere
            raise ValueError(cursor)
        return micros, id
    except (ValueError, binascii.Error, AttributeError):
        raise InvalidValue("after", repr(cursor)[:80], "the `next` of a page") from None


def by_due(rows: Iterable[OutboxRow]) -> list[OutboxRow]:
    """Return messages, the longest due first, ties by id."""
    return sorted(rows, key=lambda row: (row.due_at, row.id))


def leasable(rows: Iterable[OutboxRow], limit: int) -> list[OutboxRow]:
    """
    Return those messages that one lease may take, the longest due first.

    One whose lease ran out goes alone: if whoever had it died of it, nothing else dies with it the next time.
    """
    ordered = by_due(rows)[:limit]
    if ordered and ordered[0].lease is not None:
        return ordered[:1]
    return [row for row in ordered if row.lease is None]
