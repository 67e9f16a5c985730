"""What is owed: by customers for what was sold, and by the shop for what it has too much."""

from collections.abc import Sequence

import attrs

from backoffice_core.money import Money


@attrs.frozen
class OwedRow:
    """
    What is owed in one currency.

    Of each order it is what it costs, less what was received, and what was given back. Money that is authorized or
    pending has not moved yet, so it is owed.

    Attributes:
        currency: ISO 4217 code of its amounts.

        orders: On how many orders the customer owes something.

        overpaid: On how many the shop does.
    """

    currency: str
    orders: int
    _owed: int = attrs.field(repr=False)
    overpaid: int
    _owing: int = attrs.field(repr=False)

    @property
    def owed(self) -> Money:
        """What customers owe the shop."""
        return Money(self._owed, self.currency)

    @property
    def owing(self) -> Money:
        """What the shop owes customers."""
        return Money(self._owing, self.currency)

    @property
    def net(self) -> Money:
        """What would come in if all were settled: total sales so far, less what stayed of the money."""
        return self.owed - self.owing


def owed(sums: Sequence[tuple[str, int, int, int, int]]) -> tuple[OwedRow, ...]:
    """Return rows of currency, orders and what is owed on them, overpaid ones and what is owing on these."""
    return tuple(OwedRow(*row) for row in sorted(sums))
