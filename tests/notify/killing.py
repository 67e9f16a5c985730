"""
Relays that are killed: several processes deliver from one storage, and die at random by SIGKILL.

Run as a program, so that the process that forks has no threads. A relay sends by appending the key to a file that all
share, and to the disk. In shared memory it notes the key that it is about to send, until it has marked it. What comes
twice must have been in that window when its relay was killed; or its relay was slower than its lease and said so.
"""

import json
import mmap
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from backoffice_core import BackOffice, Line, Sale
from backoffice_core.notify import relay as policy
from backoffice_core.notify.base import Notification
from backoffice_core.relay import Relay
from backoffice_core.storage.rows import OutboxRow
from backoffice_core.storage.sql import SqlStorage

#: How long a dead relay's messages wait here, at most; a relay that waits for the disk should not be taken for dead.
LEASE = timedelta(seconds=2)
_SIZE = 256


def office_at(where: str, notifier: Any = None) -> BackOffice:
    """Open a shop in a file or of a URL."""
    storage = SqlStorage(where if "://" in where else f"sqlite:///{where}", synchronous="NORMAL")
    storage.migrate()
    return BackOffice.open(storage, currency="EUR", taxes_included=True, auto_archive=False, notifier=notifier)


def place(office: BackOffice, orders: int) -> None:
    """Place orders; each has a message to its customer, and every third a second one."""
    for at in range(orders):
        lines, paid = [Line("Tea", sku="TEA", price="1.00")], [Sale("1.00")]
        order = office.orders.place(lines=lines, payments=paid, email=f"c{at}@example.com").order
        if at % 3 == 0:
            office.orders.fulfill(order.id, notify=True)


class Appends:
    """Appends the key of a message to a file, and tells in shared memory that it is about to."""

    def __init__(self, path: Path, shared: mmap.mmap) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._shared = shared

    def send(self, notification: Notification) -> None:
        """Send a message."""
        self._shared[:_SIZE] = notification.key.encode().ljust(_SIZE, b"\0")
        os.write(self._file, f"{notification.key}\n".encode())
        os.fsync(self._file)


Step = Callable[[BackOffice], int]
Over = Callable[[BackOffice], bool]


def relay(where: str, path: Path, shared: mmap.mmap, step: Step) -> None:
    """Take steps for ever; a step says how many messages it dealt with."""
    policy.LEASE = LEASE  # type: ignore[misc]
    tried = Relay._tried

    def noted(self: Relay, row: OutboxRow, renew_at: Any) -> str:
        state = tried(self, row, renew_at)
        if state == "lost":
            with path.with_suffix(".slow").open("a") as slow:
                slow.write(f"{row.key}\n")
        shared[:_SIZE] = bytes(_SIZE)
        return state

    Relay._tried = noted  # type: ignore[method-assign]
    office = office_at(where, Appends(path, shared))
    while True:
        if not step(office):
            time.sleep(0.02)


def deliver(office: BackOffice) -> int:
    """Send some of what is due."""
    return office.outbox.deliver(limit=50).sent


def born(where: str, path: Path, step: Step) -> tuple[int, mmap.mmap]:
    """Start a relay; return its process id and what it tells."""
    shared = mmap.mmap(-1, _SIZE)
    pid = os.fork()
    if pid == 0:
        try:
            relay(where, path, shared, step)
        finally:
            os._exit(1)
    return pid, shared


def killed(relays: list[tuple[int, mmap.mmap]], at: int) -> str:
    """Kill a relay; return the key that it was sending, if it was."""
    pid, shared = relays[at]
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    assert signal.SIGKILL == os.WTERMSIG(status), "a relay ended by itself"
    key = shared[:_SIZE].rstrip(b"\0").decode()
    shared.close()
    return key


def storm(where: str, messages: int, kills: int, seed: int, step: Step, over: Over) -> dict[str, Any]:
    """Let three relays take steps, kill one again and again until all is over, and return what was seen."""
    path, chance = Path(f"{seed}.sent") if "://" in where else Path(where).with_suffix(".sent"), random.Random(seed)
    path.touch()
    path.with_suffix(".slow").touch()
    relays, windows, began = [born(where, path, step) for _ in range(3)], list[str](), time.monotonic()
    for number in range(kills):
        # Spread over the whole work: the next kill waits for its share of what is to be sent.
        while len(path.read_bytes().splitlines()) < messages * number / (kills + 1):
            time.sleep(0.002)
        time.sleep(chance.random() * 0.02)
        at = chance.randrange(3)
        windows.append(killed(relays, at))
        relays[at] = born(where, path, step)
    with office_at(where) as office:
        while not over(office):
            assert time.monotonic() - began < 1500, "it never ends"
            time.sleep(0.1)
    for at in range(3):
        killed(relays, at)
    sent = Counter(path.read_text().splitlines())
    slow = path.with_suffix(".slow").read_text().splitlines()
    twice = {key: count for key, count in sent.items() if count > 1}
    return {
        "sent": sent,
        "kills": kills,
        "twice": len(twice),
        "more": sum(count - 1 for count in twice.values()),
        "in_window": sum(bool(key) for key in windows),
        "slow": len(slow),
        "unexplained": sum(count - 1 > windows.count(key) + slow.count(key) for key, count in twice.items()),
        "seconds": round(time.monotonic() - began, 1),
    }


def run(where: str, orders: int, kills: int, seed: int) -> dict[str, Any]:
    """Let relays deliver the messages of some orders, and return what was seen."""
    with office_at(where) as office:
        place(office, orders)
        keys = {row.key for row in office.outbox.list()}
    # No connection is open while relays are forked.
    seen = storm(where, len(keys), kills, seed, deliver, lambda office: not office.outbox.list("waiting"))
    with office_at(where) as office:
        states = Counter(row.state for row in office.outbox.list())
    sent = seen.pop("sent")
    return seen | {
        "messages": len(keys),
        "lost": len(keys - sent.keys()),
        "unknown": len(sent.keys() - keys),
        "states": dict(states),
    }


def figures(script: str, *given: object) -> Any:
    """Run a program like this one in a process of its own, and return what it saw."""
    done = subprocess.run(
        [sys.executable, script, *map(str, given)],
        capture_output=True,
        check=False,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert 0 == done.returncode, done.stderr
    return json.loads(done.stdout)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(sys.argv[1], *map(int, sys.argv[2:]))))
