"""The part of `backoffice_core.storage.base.Unit` that the home page asks, at a cost that orders do not add to."""

from collections.abc import Sequence
from typing import Protocol


class HomeUnit(Protocol):
    """What a shop contains, beside what searches of one shop count."""

    def sells(self) -> bool:
        """Return whether a variant is on sale."""
        ...

    def scarce(self, at_most: int, limit: int) -> Sequence[tuple[str, int]]:
        """
        Return variants on sale with stock of which little is left, and how much, the least first, ties by id.

        Args:
            at_most: So many units that can be sold are little: what active locations have, less what others lack.

            limit: At most so many variants.
        """
        ...

    def count_messages(self, state: str, most: int) -> int:
        """Return how many messages are in a state, counting no further than to *most*."""
        ...
