"""When a message that could not be sent is tried again, and when it is given up."""

import datetime as dt
from typing import Final

#: After so many attempts a message is dead and lets the next one pass.
MOST_ATTEMPTS: Final = 10
#: How long a relay keeps a message to itself; one that died gives it up after that. Whoever sends gives up sooner.
LEASE: Final = dt.timedelta(minutes=2)
#: How many messages one lease takes: what a relay that dies holds up until its lease ends.
MOST_LEASED: Final = 20
#: After so many failures in a row a destination rests: what is down is not asked about every message that waits.
FAILURES: Final = 3
#: For how long what was sent or skipped is kept: as long as customers ask whether they were told.
KEPT: Final = dt.timedelta(days=90)
_FIRST: Final = 30.0
_LONGEST: Final = 6 * 3600.0
_REST: Final = 10.0
#: No destination rests for longer.
LONGEST_REST: Final = dt.timedelta(minutes=5)


def wait(attempts: int, chance: float) -> dt.timedelta:
    """
    Return how long to wait after a number of failed attempts.

    Args:
        attempts: How often it was tried, at least 1.

        chance: A random number from 0 to 1, which spreads the retries.
    """
    longest = min(_FIRST * 2 ** (attempts - 1), _LONGEST)
    return dt.timedelta(seconds=longest * (0.5 + chance / 2))


def rest(failures: int) -> dt.timedelta:
    """Return for how long a destination is left alone after a number of failures in a row; less than any `wait`."""
    if failures < FAILURES:
        return dt.timedelta()
    return min(dt.timedelta(seconds=_REST * 2 ** min(failures - FAILURES, 10)), LONGEST_REST)
