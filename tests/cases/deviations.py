"""
Cases that are answered otherwise on purpose, and cases that belong to later parts.

`test_deviations.py` tests what is answered instead; `test_complete.py` holds the lists complete.
"""

from typing import NamedTuple


class Deviation(NamedTuple):
    """A case that is answered otherwise: why, and how. Its test is ``test_deviation_<id>_...``."""

    id: str
    reason: str
    instead: str


DEVIATIONS = (
    Deviation(
        "C032",
        "the authorization is in two currencies; an order has one, frozen",
        "an amount of another currency is refused as CurrencyMismatch, and more than is left as"
        " CaptureExceedsAuthorization",
    ),
    Deviation(
        "C045",
        "every amount in two currencies; an order has one, frozen",
        "the order is placed and totalled in one of them; an amount of the other one is refused",
    ),
    Deviation(
        "C071",
        "fulfillment orders that are split and merged; there are none",
        "the units of a line are shipped in as many parcels as it takes, and counted on the line",
    ),
    Deviation(
        "C110",
        "an amount over weights that are all zero is shared evenly; nothing says that this is meant",
        "refused as NothingToAllocateOn, unless the amount is 0",
    ),
    Deviation(
        "C115",
        "the peer rounds the discounted price; here the discount is what is rounded, half up, and stored",
        "50 percent of 83.33 is 41.67, which leaves 41.66 net and 49.99 with tax",
    ),
    Deviation(
        "C133",
        "minimum prices per line; there are none",
        "the discount is shared by price alone; a line that must not fall is left out by naming the others",
    ),
    Deviation(
        "C137",
        "money is kept per unit; here an amount is refunded on a line and spread over its units that are left",
        "10.00 more is given back after 5.00, and no more than the 9.60 that are then left of the line",
    ),
    Deviation(
        "C176",
        "one discount over goods and shipping; a discount is for goods or for shipping",
        "the one on the goods is cut off at the goods; shipping has a discount of its own",
    ),
    Deviation(
        "C178",
        "one discount over goods and shipping; a discount is for goods or for shipping",
        "on goods that cost nothing a discount takes nothing; the one on shipping is cut off at the shipping",
    ),
    Deviation(
        "C240",
        "the gateway's fees; they belong to the payout, not to the order",
        "the order shows what was received and given back: 0.00 after a full refund",
    ),
    Deviation(
        "C241",
        "the gateway's fees, and a payment in two currencies; an order has one",
        "the payment is recorded in the order's currency; an amount of the other one is refused",
    ),
)

#: Cases of later parts: the id, and what they wait for.
LATER: dict[str, str] = {}
