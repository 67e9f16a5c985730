"""
The built-in rules on 1,611 orders of which some are frauds: the mechanics are asserted, the figures printed.

The file is synthetic (AWS Fraud Detector samples): each customer has one address for mail, one IP address, one
card and one street, and the currency is drawn at random, so the rules have little to see in it but amounts and
how fast orders follow each other. Nothing was fitted to it.
"""

import csv
import sys
from decimal import Decimal
from pathlib import Path

import attrs
import pendulum
import pytest

from backoffice_core import Address, Authorization, BackOffice, Line, errors
from backoffice_core.money import Money, digits
from backoffice_core.orders.risk import RiskLevel
from backoffice_core.risk import BuiltInRules, Card, Client
from backoffice_core.testing import FrozenClock

DATA = Path(__file__).parents[3] / "shared" / "data" / "fraud" / "aws_transaction_data_2K.csv"


@attrs.frozen
class Judged:
    """What the rules said of an order that is known to be a fraud, or none; None where the file does not say."""

    level: RiskLevel
    fraud: bool | None


def rows() -> list[dict[str, str]]:
    """Return the rows of the file, the oldest first."""
    if not DATA.exists():
        pytest.skip(f"the orders with frauds are not here: {DATA.name}")
    with DATA.open(newline="", encoding="utf-8") as file:
        return sorted(csv.DictReader(file), key=lambda row: (row["EVENT_TIMESTAMP"], row["EVENT_ID"]))


def price(row: dict[str, str], currency: str) -> Money:
    """Return what an order costs, rounded to the digits that its currency has; dollars where it is no currency."""
    try:
        step = Decimal(1).scaleb(-digits(currency))
    except errors.UnknownCurrency:
        return price(row, "USD")
    return Money.of(str(Decimal(row["order_price"]).quantize(step)), currency)


def judged(office: BackOffice, clock: FrozenClock, currency: str | None) -> list[Judged]:
    """Place every order at its moment, have it assessed, and return what came of it."""
    found = []
    for row in rows():
        clock.set(pendulum.parse(row["EVENT_TIMESTAMP"]))  # type: ignore[arg-type]
        total = price(row, currency or row["payment_currency"])
        placed = office.orders.place(
            lines=[Line(row["product_category"], price=total)],
            currency=total.currency,
            email=row["customer_email"],
            phone=row["billing_phone"],
            billing_address=Address(
                name=row["customer_name"],
                address1=row["billing_street"],
                city=row["billing_city"],
                zip=row["billing_zip"],
                province=row["billing_state"],
                country=row["billing_country"],
            ),
            payments=[Authorization(total, gateway="card", reference=row["EVENT_ID"], card=Card(bin=row["card_bin"]))],
            client=Client(ip=row["ip_address"], user_agent=row["user_agent"]),
            source=("shop", row["EVENT_ID"]),
        ).order
        assert 1 == office.outbox.deliver().sent
        level = office.orders.get(placed.id).risk_level
        found.append(Judged(level, {"1": True, "0": False}.get(row["EVENT_LABEL"])))
    return found


def figures(found: list[Judged], *levels: RiskLevel) -> str:
    """Return precision and recall of some levels, next to those of a coin that flags as many."""
    known = [one for one in found if one.fraud is not None]
    flagged = [one for one in known if one.level in levels]
    frauds, hits = sum(bool(one.fraud) for one in known), sum(bool(one.fraud) for one in flagged)
    rate, base = len(flagged) / len(known), frauds / len(known)
    precision = f"{hits / len(flagged):.1%}" if flagged else "-"
    return (
        f"{'+'.join(levels)}: {len(flagged)} of {len(known)} flagged ({rate:.1%}); precision {precision}"
        f" (coin {base:.1%}), recall {hits / frauds:.1%} (coin {rate:.1%})"
    )


@pytest.mark.slow
@pytest.mark.parametrize("currency", [None, "USD"], ids=["currencies as in the file", "read as one currency"])
def test_1611_orders_are_assessed(currency: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each once, and found by its level; how good the rules are is told, not asserted."""
    clock = FrozenClock()
    office = BackOffice.open(
        f"sqlite:///{tmp_path}/shop.db",
        currency="USD",
        taxes_included=True,
        notifications=(),
        assessors=[BuiltInRules()],
        clock=clock,
        synchronous="NORMAL",
    )
    found = judged(office, clock, currency)
    assert (1611, 95, 715) == (len(found), *(sum(one.fraud is label for one in found) for label in (True, False)))
    for level in RiskLevel:
        assert sum(one.level is level for one in found) == office.orders.count(f"risk_level:{level}")
    assert 0 == office.orders.count("risk_level:pending OR risk_level:none")
    with capsys.disabled():
        for levels in ((RiskLevel.HIGH,), (RiskLevel.HIGH, RiskLevel.MEDIUM)):
            sys.stdout.write(f"\n{currency or 'as in the file'}: {figures(found, *levels)}")
    office.close()
