"""
Every stored state, and every table of what leads where. One page.

The statuses that a merchant sees are derived (``status.py``); only what is stored stands here.
``docs/reference/states.md`` is rendered from these tables, and a test holds the two equal.
"""

import enum
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Final, TypeVar

from backoffice_core.failures import Refused, reason


class Lifecycle(enum.StrEnum):
    """Whether there is work left on an order."""

    OPEN = "open"  #: there is work left
    ARCHIVED = "archived"  #: filed, by hand or automatically; `Order.closed_at` is set
    CANCELLED = "cancelled"  #: will not be completed; archived too
    DELETED = "deleted"  #: a tombstone: nothing but its name is left


class TransactionStatus(enum.StrEnum):
    """What is known of one movement of money."""

    PENDING = "pending"  #: asked for, no answer yet
    UNKNOWN = "unknown"  #: the answer was lost: it may have happened
    SUCCESS = "success"  #: it happened
    FAILURE = "failure"  #: it did not happen
    EXPIRED = "expired"  #: an authorization that was not captured in time
    REVERSED = "reversed"  #: it happened and was undone, all of it


#: The movement took place, whatever came of it later.
HAPPENED: Final = (TransactionStatus.SUCCESS, TransactionStatus.REVERSED)


class FulfillmentStatus(enum.StrEnum):
    """What became of one parcel."""

    SUCCESS = "success"  #: shipped
    CANCELLED = "cancelled"  #: undone; its units are to be fulfilled again


class ShipmentStatus(enum.StrEnum):
    """Where a parcel is, as its carrier tells it. Carriers skip states and correct themselves: any may follow any."""

    LABEL_PURCHASED = "label_purchased"  #: its label was bought
    LABEL_PRINTED = "label_printed"  #: its label was printed
    CONFIRMED = "confirmed"  #: the carrier expects it
    CARRIER_PICKED_UP = "carrier_picked_up"  #: the carrier has it
    IN_TRANSIT = "in_transit"  #: it is on its way
    DELAYED = "delayed"  #: it comes later than was said
    OUT_FOR_DELIVERY = "out_for_delivery"  #: it comes today
    ATTEMPTED_DELIVERY = "attempted_delivery"  #: nobody was there
    READY_FOR_PICKUP = "ready_for_pickup"  #: it waits at a point of the carrier's
    DELIVERED = "delivered"  #: it arrived
    FAILURE = "failure"  #: it does not arrive


class HoldStatus(enum.StrEnum):
    """Whether a hold still stops units."""

    ACTIVE = "active"  #: its units cannot be fulfilled
    RELEASED = "released"  #: ended by staff


class ReturnStatus(enum.StrEnum):
    """Where a return stands."""

    REQUESTED = "requested"  #: asked for by the customer, not answered yet
    OPEN = "open"  #: agreed to; units are to come back
    CLOSED = "closed"  #: dealt with
    DECLINED = "declined"  #: not agreed to
    CANCELLED = "cancelled"  #: given up before anything came back


class DraftStatus(enum.StrEnum):
    """Where a draft order stands."""

    OPEN = "open"  #: being made
    INVOICE_SENT = "invoice_sent"  #: the customer was asked to pay
    COMPLETED = "completed"  #: it became an order


S = TypeVar("S", bound=enum.StrEnum)
Table = Mapping[tuple[S, str], S]

_L = Lifecycle
_T = TransactionStatus
_F = FulfillmentStatus
_H = HoldStatus
_R = ReturnStatus
_D = DraftStatus

# fmt: off
LIFECYCLE: Final[Table[Lifecycle]] = MappingProxyType({
    # from             action        to
    (_L.OPEN,        "archive"):   _L.ARCHIVED,
    (_L.OPEN,        "cancel"):    _L.CANCELLED,
    (_L.ARCHIVED,    "unarchive"): _L.OPEN,
    (_L.ARCHIVED,    "cancel"):    _L.CANCELLED,
    (_L.ARCHIVED,    "delete"):    _L.DELETED,
    (_L.CANCELLED,   "delete"):    _L.DELETED,
})

TRANSACTION: Final[Table[TransactionStatus]] = MappingProxyType({
    # from             action        to
    (_T.PENDING,     "succeed"):   _T.SUCCESS,
    (_T.PENDING,     "fail"):      _T.FAILURE,
    (_T.PENDING,     "lose"):      _T.UNKNOWN,
    (_T.UNKNOWN,     "succeed"):   _T.SUCCESS,
    (_T.UNKNOWN,     "fail"):      _T.FAILURE,
    (_T.FAILURE,     "succeed"):   _T.SUCCESS,
    (_T.SUCCESS,     "reverse"):   _T.REVERSED,
    (_T.SUCCESS,     "expire"):    _T.EXPIRED,
})

FULFILLMENT: Final[Table[FulfillmentStatus]] = MappingProxyType({
    # from             action        to
    (_F.SUCCESS,     "cancel"):    _F.CANCELLED,
})

HOLD: Final[Table[HoldStatus]] = MappingProxyType({
    # from             action        to
    (_H.ACTIVE,      "release"):   _H.RELEASED,
})

RETURN: Final[Table[ReturnStatus]] = MappingProxyType({
    # from             action        to
    (_R.REQUESTED,   "approve"):   _R.OPEN,
    (_R.REQUESTED,   "decline"):   _R.DECLINED,
    (_R.OPEN,        "close"):     _R.CLOSED,
    (_R.OPEN,        "cancel"):    _R.CANCELLED,
    (_R.CLOSED,      "reopen"):    _R.OPEN,
})

DRAFT: Final[Table[DraftStatus]] = MappingProxyType({
    # from               action        to
    (_D.OPEN,          "send"):      _D.INVOICE_SENT,
    (_D.OPEN,          "complete"):  _D.COMPLETED,
    (_D.INVOICE_SENT,  "complete"):  _D.COMPLETED,
})
# fmt: on


@reason
class TransitionRefused(Refused):
    """
    A state has no such move.

    Attributes:
        machine: What is asked to move, such as ``transaction``.

        state: The state it is in.

        action: The move that was asked for.

        allowed: The moves it does have, sorted.
    """

    code: ClassVar[str] = "transition_refused"
    machine: str
    state: str
    action: str
    allowed: tuple[str, ...]

    def __str__(self) -> str:
        moves = ", ".join(self.allowed) or "nothing, it is final"
        return f"a {self.machine} that is {self.state} cannot {self.action}; possible: {moves}"


def step(machine: str, table: Table[S], state: S, action: str) -> S:
    """
    Return the state that *action* leads to.

    Raises:
        TransitionRefused: *table* has no such move; carries what it does have.
    """
    try:
        return table[state, action]
    except KeyError:
        allowed = tuple(sorted(a for s, a in table if s is state))
        raise TransitionRefused(machine, str(state), action, allowed) from None
