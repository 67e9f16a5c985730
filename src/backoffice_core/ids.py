"""Ids are UUIDv7 strings: they sort by the time they were made, and no database hands them out."""

import os
import threading
import time
from collections.abc import Callable

from backoffice_core.clock import Clock, system_clock, to_micros

IdSource = Callable[[], str]

_TAIL = (1 << 62) - 1


class Uuid7:
    """
    Makes UUIDv7 strings (RFC 9562), ever increasing within one process.

    The 12 bits after the milliseconds count within one millisecond, so that ids made in one
    burst still sort in the order they were made. Safe to share between threads.
    """

    def __init__(self, clock: Clock = system_clock, random: Callable[[int], bytes] = os.urandom) -> None:
        self._millis = _system_millis if clock is system_clock else lambda: to_micros(clock()) // 1000
        self._random = random
        self._lock = threading.Lock()
        self._last = 0
        self._tails: list[int] = []
        self._process = 0

    def __call__(self) -> str:
        """Return a new id."""
        stamp = self._millis() << 12
        with self._lock:
            self._last = stamp = max(stamp, self._last + 1)
            tail = self._tail()
        millis, count = stamp >> 12, stamp & 0xFFF
        text = f"{(millis << 80) | (0x7 << 76) | (count << 64) | (0b10 << 62) | tail:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def _tail(self) -> int:
        """Return 62 random bits; asking the system for a hundred ids at a time costs little more than for one."""
        # What was kept for later is the same in a process that was forked meanwhile.
        if not self._tails or self._process != os.getpid():
            self._process = os.getpid()
            bits = self._random(800)
            self._tails = [int.from_bytes(bits[at : at + 8], "big") & _TAIL for at in range(0, 800, 8)]
        return self._tails.pop()


def _system_millis() -> int:
    return time.time_ns() // 1_000_000
