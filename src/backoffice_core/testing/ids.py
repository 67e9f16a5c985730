"""Ids that count, so that two runs of one test make the same ones."""

import itertools
import uuid


class CountingIds:
    """
    Makes UUIDv7 strings out of a counter; pass it as ``new_id``.

    They are as valid as real ones and sort by the time they were made. Safe to share between
    threads.

    Args:
        start: The first count.

        series: Tells apart two sources whose ids meet in one storage.
    """

    def __init__(self, start: int = 1, *, series: int = 0) -> None:
        self._counter = itertools.count(start)
        self._series = series

    def __call__(self) -> str:
        """Return the next id."""
        return numbered_id(next(self._counter), series=self._series)


def numbered_id(number: int, *, series: int = 0) -> str:
    """Return the id of a count: the same number always gives the same id, a higher one a later id."""
    return str(uuid.UUID(int=(number << 80) | (0x7 << 76) | (0b10 << 62) | series))
