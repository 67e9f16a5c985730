"""
Workers that are killed while they win carts back: each finds what was left, plans mails and sends them.

Like ``killing.py``, and with its parts; here the mails are put into the outbox by workers that die, too.
"""

import json
import sys
from collections import Counter
from typing import Any

import pendulum

from backoffice_core import BackOffice, Line, Recovery
from tests.notify import killing


def begin(where: str, carts: int) -> None:
    """Begin checkouts two days ago, each of a customer of its own, in a shop that asks back after an hour."""
    with killing.office_at(where) as office:
        office.change_settings(recovery=Recovery(after=1), notifications=())
        storage = office._context.storage
        past = BackOffice(storage, clock=lambda: pendulum.now("UTC").subtract(days=2))
        for at in range(carts):
            past.checkouts.start(lines=[Line("Tea", sku="TEA", price="1.00")], email=f"c{at}@example.com")


def win_back(office: BackOffice) -> int:
    """Do some of what time brings, and send some of what is due."""
    return office.run_due(limit=20).scheduled + office.outbox.deliver(limit=20).sent


def run(where: str, carts: int, kills: int, seed: int) -> dict[str, Any]:
    """Let workers win carts back, and return what was seen."""
    begin(where, carts)

    def over(office: BackOffice) -> bool:
        return office.checkouts.count("email_state:sent", limit=None) == carts

    seen = killing.storm(where, carts, kills, seed, win_back, over)
    with killing.office_at(where) as office:
        rows, ids = office.outbox.list(), {one.id for one in office.checkouts}
    written = {key.split()[1] for key in seen.pop("sent")}
    return seen | {
        "checkouts": carts,
        "lost": len(ids - written),
        "unknown": len(written - ids),
        "planned_twice": sum(count > 1 for count in Counter(row.subject for row in rows).values()),
        "states": dict(Counter(row.state for row in rows)),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(sys.argv[1], *map(int, sys.argv[2:]))))
