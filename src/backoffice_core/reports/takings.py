"""
Money by day: what came in and what was given back, through which gateway.

Money counts on the day that it moved, in the shop's time zone; what is authorized has not moved.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, Literal, get_args

import attrs

from backoffice_core.failures import InvalidValue
from backoffice_core.money import Money
from backoffice_core.reports.sales import in_time

By = Literal["day", "week", "month", "gateway"]
BY: Final[tuple[str, ...]] = get_args(By)
_TIMES: Final = BY[:3]


@attrs.frozen
class TakingsRow:
    """
    Money of one currency, and of one part of it where a report is told apart.

    Attributes:
        currency: ISO 4217 code of its amounts.

        key: The part, in the order that was asked for: times as in `SalesRow`, a gateway's name.
    """

    currency: str
    key: tuple[str, ...]
    _received: int = attrs.field(repr=False)
    _refunded: int = attrs.field(repr=False)

    @property
    def received(self) -> Money:
        """What was captured or paid at once, less what banks took back of it."""
        return Money(self._received, self.currency)

    @property
    def refunded(self) -> Money:
        """What was given back."""
        return Money(self._refunded, self.currency)

    @property
    def net(self) -> Money:
        """What stayed with the shop."""
        return self.received - self.refunded


@attrs.frozen
class Takings(Sequence[TakingsRow]):
    """
    Money that moved; it is a sequence of its rows.

    Attributes:
        since: The first day, ISO text; None for all before.

        until: The last day, ISO text; None for all after.

        by: What its rows are told apart by.

        rows: The rows, by currency, then by key.
    """

    since: str | None
    until: str | None
    by: tuple[By, ...]
    rows: tuple[TakingsRow, ...]

    def dicts(self) -> list[dict[str, Any]]:
        """Return the rows as plain dicts, amounts as decimal text; pandas and polars take them as they are."""
        names = ("received", "refunded", "net")
        return [
            {
                **dict(zip(self.by, row.key, strict=True)),
                "currency": row.currency,
                **{name: getattr(row, name).amount for name in names},
            }
            for row in self.rows
        ]

    def __getitem__(self, at: Any) -> Any:
        return self.rows[at]

    def __len__(self) -> int:
        return len(self.rows)


def check_by(by: Sequence[By]) -> None:
    """
    Raise unless money can be told apart by that.

    Raises:
        InvalidValue: It cannot, or something is named twice, or two lengths of time.
    """
    given: object = by
    if isinstance(given, str) or not isinstance(given, Sequence) or any(one not in BY for one in given):
        raise InvalidValue("by", repr(by), "some of " + ", ".join(BY))
    if len(set(by)) < len(by) or sum(one in _TIMES for one in by) > 1:
        raise InvalidValue("by", repr(tuple(by)), "each once, and one of day, week and month")


def takings(
    moved: Iterable[tuple[str, str, str, int, int]], by: Sequence[By], since: str | None, until: str | None
) -> Takings:
    """Return a report of day, gateway, currency, received and refunded."""
    sums: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    for day, gateway, currency, received, refunded in moved:
        key = tuple(gateway if one == "gateway" else in_time(day, one) for one in by)
        row = sums.setdefault((currency, key), [0, 0])
        row[0] += received
        row[1] += refunded
    rows = (TakingsRow(currency, key, *row) for (currency, key), row in sorted(sums.items()) if any(row))
    return Takings(since, until, tuple(by), tuple(rows))
