"""
CDNOW's 69,659 purchases of 23,570 customers, 1997 and 1998: sold through the front door, and reported.

A few months by default; all of it with ``-m slow``.
"""

from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pendulum
import pytest

from backoffice_core import BackOffice, CustomerRef, Discount, Line, Sale
from backoffice_core.testing import FrozenClock

FILE = Path(__file__).parents[3] / "shared" / "data" / "history" / "CDNOW_master.txt"

pytestmark = pytest.mark.skipif(not FILE.exists(), reason="the purchases of CDNOW are not here")


class Purchase(NamedTuple):
    """A line of the file; the amount is cents."""

    customer: str
    day: str
    units: int
    cents: int


def purchases() -> list[Purchase]:
    """Return the lines of the file, by day."""
    rows = [line.split() for line in FILE.read_text(encoding="ascii").splitlines()[1:]]
    found = [Purchase(id, day, int(units), round(float(dollars) * 100)) for id, day, units, dollars in rows if units]
    return sorted(found, key=lambda row: row.day)


def sell(office: BackOffice, clock: FrozenClock, rows: list[Purchase]) -> None:
    """Place each purchase at its day, a second after the one before it: a price a unit, and what that is too much."""
    for at, row in enumerate(rows):
        clock.set(pendulum.from_format(row.day, "YYYYMMDD", tz="UTC").add(seconds=at))
        each = -(-row.cents // row.units)
        off = each * row.units - row.cents
        office.orders.place(
            lines=[Line("CD", sku="CD", price=f"{each // 100}.{each % 100:02}", quantity=row.units)],
            discounts=[Discount("Rounding", amount=f"{off // 100}.{off % 100:02}")] if off else [],
            customer=CustomerRef(id=row.customer),
            payments=[Sale(f"{row.cents // 100}.{row.cents % 100:02}", gateway="cash")] if row.cents else [],
        )


def check(office: BackOffice, rows: list[Purchase]) -> None:
    """Compare what is reported with sums of the file: in all, by month, by customer."""
    people, months = Counter(row.customer for row in rows), Counter[str]()
    for row in rows:
        months[f"{row.day[:4]}-{row.day[4:6]}"] += row.cents
    (total,) = office.reports.sales(by=())
    assert (len(rows), sum(row.units for row in rows), sum(row.cents for row in rows)) == (
        total.orders,
        total.units_sold,
        total.net_sales.minor,
    )
    assert dict(months) == {row.key[0][:7]: row.net_sales.minor for row in office.reports.sales(by=("month",))}
    kinds = {row.key[0]: row.orders for row in office.reports.sales(by=("customer",))}
    assert (len(people), len(rows) - len(people)) == (kinds["new"], kinds.get("returning", 0))
    (moved,) = office.reports.takings(by=())
    assert sum(row.cents for row in rows) == moved.received.minor
    for id, count in [*people.most_common(3), *people.most_common()[-2:]]:
        record = office.customers.create(id=id)
        bought = office.customers.bought(record.id)
        assert (count, sum(row.cents for row in rows if row.customer == id)) == (bought.orders, bought.spent[0].minor)
        mine = [row for row in rows if row.customer == id]
        assert (mine[0].day, mine[-1].day) == (f"{bought.first_at:%Y%m%d}", f"{bought.last_at:%Y%m%d}")


def shop(clock: FrozenClock) -> BackOffice:
    return BackOffice.open("memory:", currency="USD", taxes_included=False, clock=clock)


def test_the_file_is_what_it_is_said_to_be() -> None:
    rows = purchases()
    assert (69659, 23570) == (len(rows), len({row.customer for row in rows}))
    assert (167_881, 250_031_563) == (sum(row.units for row in rows), sum(row.cents for row in rows))


def test_the_last_months() -> None:
    """Of 1998, when the same people came back; those who buy for the first time then are new to this shop."""
    clock = FrozenClock(pendulum.datetime(1997, 1, 1))
    rows = [row for row in purchases() if row.day >= "19980601"][:1500]
    office = shop(clock)
    sell(office, clock, rows)
    check(office, rows)


@pytest.mark.slow
def test_all_of_it() -> None:
    clock = FrozenClock(pendulum.datetime(1997, 1, 1))
    rows = purchases()
    office = shop(clock)
    sell(office, clock, rows)
    check(office, rows)
