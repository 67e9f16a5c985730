"""When a message that could not be sent is tried again, and when it is given up."""

import datetime as dt
from typing import Final

#: After so many attempts a message is dead and lets the next one pass.
MOST_ATTEMPTS: Final = 10
#: How long a relay keeps a message to itself; a relay that died gives it up after that.
LEASE: Final = dt.timedelta(minutes=2)
_FIRST: Final = 30.0
_LONGEST: Final = 6 * 3600.0


def wait(attempts: int, chance: float) -> dt.timedelta:
    """
    Return how long to wait after a number of failed attempts.

    Args:
        attempts: How often it was tried, at least 1.

        chance: A random number from 0 to 1, which spreads the retries.
    """
    longest = min(_FIRST * 2 ** (attempts - 1), _LONGEST)
    return dt.timedelta(seconds=longest * (0.5 + chance / 2))
