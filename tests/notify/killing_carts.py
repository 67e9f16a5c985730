"""
Workers that are killed while they win carts back: each finds what was left, plans mails and sends them.

Like ``killing.py``, and with its parts; here the mails are put into the outbox by workers that die, too.
"""

import json
import mmap
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pendulum

from backoffice_core import BackOffice, Line, Recovery
from backoffice_core.notify import relay as policy
from backoffice_core.relay import Relay
from backoffice_core.storage.rows import OutboxRow
from tests.notify import killing

_SIZE = killing._SIZE


def begun(where: str, carts: int) -> None:
    """Begin checkouts two days ago, each of a customer of its own, in a shop that asks back after an hour."""
    with killing.office_at(where) as office:
        office.change_settings(recovery=Recovery(after=1), notifications=())
        storage = office._context.storage
        past = BackOffice(storage, clock=lambda: pendulum.now("UTC").subtract(days=2))
        for at in range(carts):
            past.checkouts.start(lines=[Line("Tea", sku="TEA", price="1.00")], email=f"c{at}@example.com")


def work(where: str, path: Path, shared: mmap.mmap) -> None:
    """Do what time brings and deliver, for ever."""
    policy.LEASE = killing.LEASE  # type: ignore[misc]
    tried = Relay._tried

    def noted(self: Relay, row: OutboxRow, renew_at: Any) -> str:
        state = tried(self, row, renew_at)
        shared[:_SIZE] = bytes(_SIZE)
        return state

    Relay._tried = noted  # type: ignore[method-assign]
    office = killing.office_at(where, killing.Appends(path, shared))
    while True:
        due = office.run_due(limit=20)
        if not due.scheduled + office.outbox.deliver(limit=20).sent:
            time.sleep(0.02)


def run(where: str, carts: int, kills: int, seed: int) -> dict[str, Any]:
    """Let three workers win carts back, kill one again and again, and return what was seen."""
    killing.relay = work
    begun(where, carts)
    path, chance = Path(where).with_suffix(".sent"), random.Random(seed)
    path.touch()
    workers, windows, began = [killing.born(where, path) for _ in range(3)], list[str](), time.monotonic()
    for number in range(kills):
        while len(path.read_bytes().splitlines()) < carts * number / (kills + 1):
            time.sleep(0.002)
        time.sleep(chance.random() * 0.02)
        at = chance.randrange(3)
        windows.append(killing.killed(workers, at))
        workers[at] = killing.born(where, path)
    with killing.office_at(where) as office:
        while office.checkouts.count("email_state:sent", limit=None) < carts:
            assert time.monotonic() - began < 1500, "it never ends"
            time.sleep(0.2)
        states = Counter(row.state for row in office.outbox.list())
        ids = {one.id for one in office.checkouts}
        planned = Counter(row.subject for row in office.outbox.list())
    for at in range(3):
        killing.killed(workers, at)
    sent = Counter(path.read_text().splitlines())
    written = {key.split()[1] for key in sent}
    twice = {key: count for key, count in sent.items() if count > 1}
    return {
        "checkouts": carts,
        "kills": kills,
        "lost": len(ids - written),
        "unknown": len(written - ids),
        "planned_twice": sum(count > 1 for count in planned.values()),
        "twice": len(twice),
        "more": sum(count - 1 for count in twice.values()),
        "in_window": sum(bool(key) for key in windows),
        "outside_window": len(twice.keys() - set(windows)),
        "too_often": sum(count - 1 > windows.count(key) for key, count in twice.items()),
        "states": dict(states),
        "seconds": round(time.monotonic() - began, 1),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(sys.argv[1], *map(int, sys.argv[2:]))))
