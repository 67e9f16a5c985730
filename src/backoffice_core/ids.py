"""Ids are UUIDv7 strings: they sort by the time they were made, and no database hands them out."""

import os
import threading
import uuid
from collections.abc import Callable

from backoffice_core.clock import Clock, system_clock, to_micros

IdSource = Callable[[], str]


class Uuid7:
    """
    Makes UUIDv7 strings (RFC 9562), ever increasing within one process.

    The 12 bits after the milliseconds count within one millisecond, so that ids made in one
    burst still sort in the order they were made. Safe to share between threads.
    """

    def __init__(self, clock: Clock = system_clock, random: Callable[[int], bytes] = os.urandom) -> None:
        self._clock = clock
        self._random = random
        self._lock = threading.Lock()
        self._last = 0

    def __call__(self) -> str:
        """Return a new id."""
        stamp = (to_micros(self._clock()) // 1000) << 12
        with self._lock:
            self._last = stamp = max(stamp, self._last + 1)
        tail = int.from_bytes(self._random(8), "big") & ((1 << 62) - 1)
        millis, count = stamp >> 12, stamp & 0xFFF
        return str(uuid.UUID(int=(millis << 80) | (0x7 << 76) | (count << 64) | (0b10 << 62) | tail))
