"""The demo: it runs by itself, and the account that it prints is what the shop then holds."""

import io
import re
from pathlib import Path

import pytest

from backoffice_core import BackOffice
from backoffice_core.demo.day import run

SKUS = ("TEA-1", "CUP-6")
STEP = re.compile(
    r"\n(?P<text>[^\n]+)\n +total +paid +given back +owed +status\n"
    r" +before +(?P<before>[^\n]+)\n +after +(?P<after>[^\n]+)\n"
    r" +stock before +(?P<stock_before>[^\n]+)\n +stock after +(?P<stock_after>[^\n]+)\n"
)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Return what a run prints, and the file of its shop."""
    out, path = io.StringIO(), tmp_path_factory.mktemp("demo") / "shop.db"
    assert 0 == run(out, file=str(path), orders=str(path.with_name("no-file.csv")))
    return out.getvalue(), path


def test_every_step_tells_money_and_stock_before_and_after(told: tuple[str, Path]) -> None:
    steps = [match.groupdict() for match in STEP.finditer(told[0])]
    assert 13 == len(steps) == told[0].count("stock before")
    # Stock goes from hand to hand, step by step.
    assert [one["stock_after"] for one in steps[:-1]] == [one["stock_before"] for one in steps[1:]]
    by_text = {one["text"]: one for one in steps}
    back = by_text["One shipped teapot comes back: refunded and restocked"]
    assert ["129.90", "129.90", "0.00", "0.00"] == re.findall(r"[\d.]+(?= EUR)", back["before"])
    assert ["89.90", "129.90", "40.00", "0.00"] == re.findall(r"[\d.]+(?= EUR)", back["after"])
    assert ("TEA-1 8 (1 promised)", "TEA-1 9 (1 promised)") == (
        back["stock_before"].split(",")[0],
        back["stock_after"].split(",")[0],
    )
    filed = by_text["Marie archives the order; money and stock stay as they are"]
    assert filed["before"].replace("open", "archived") == filed["after"]
    assert filed["stock_before"] == filed["stock_after"]


@pytest.mark.parametrize(
    "code", ["too_many_units", "refund_exceeds_paid", "already_cancelled", "order_is_cancelled", "out_of_stock"]
)
def test_refusals_are_told(told: tuple[str, Path], code: str) -> None:
    assert f" {code}: " in told[0]


def test_the_shop_holds_what_was_told(told: tuple[str, Path]) -> None:
    text, path = told
    with BackOffice.open(path) as office:
        stock = []
        for sku in SKUS:
            (level,) = office.catalog.levels(sku)
            stock.append(f"{sku} {level.on_hand} ({level.committed} promised)")
        assert STEP.findall(text)[-1][-1] == ", ".join(stock)
        assert f"the shop has {office.orders.count() - 4} orders now" in text
        ben, grace, ada = office.orders.page(limit=3).orders
        assert ["archived", "cancelled", "archived"] == [ben.lifecycle, grace.lifecycle, ada.lifecycle]
        assert f"{ada.name} is archived, tagged returned once, vip" in text
        booked = sum(row.entry.total for row in office.orders.entries(ada.id))
        assert f"sum to {booked} cents, its current total is {booked} cents" in text
        # Nobody is told that an order is confirmed which was cancelled before.
        assert "the cart is closed, recovered" in text
        assert 1 == office.checkouts.count("recovery_state:recovered")
        assert (7, 1) == (len(office.outbox.list("sent")), len(office.outbox.list("skipped")))


def test_the_import_has_a_progress_bar_and_changes_nothing_twice(told: tuple[str, Path]) -> None:
    assert re.search(r"sample \[#{30}\] +300 orders +\d+\.\d s", told[0])
    assert "299 came in, 0 were there already, 1 were left out" in told[0]
    assert "0 came in, 299 were there already, 1 were left out" in told[0]
