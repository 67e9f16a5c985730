"""A shop's own file comes back to the shop that wrote it: nothing in it is a second order or checkout."""

import io
from pathlib import Path

import pytest

from backoffice_core import BackOffice, Line, Sale
from backoffice_core.importing import MadeHere
from backoffice_core.testing import FrozenClock

FILES = ("orders", "checkouts")


@pytest.fixture
def office(tmp_path: Path) -> BackOffice:
    shop = BackOffice.open(
        f"sqlite:///{tmp_path / 'shop.db'}",
        currency="EUR",
        timezone="America/St_Johns",
        taxes_included=True,
        clock=FrozenClock(),
    )
    for price in ("10.00", "5.00"):
        shop.orders.place(
            lines=[Line("Tea\u2028x", price=price), Line("=Cup", price=price)],
            email="ada@example.com",
            payments=[Sale("1.00")],
        )
    shop.checkouts.start(lines=[Line("Tea", price="3.00")], email="ada@example.com")
    return shop


def written(office: BackOffice, which: str) -> str:
    file = io.StringIO(newline="")
    (office.orders if which == "orders" else office.checkouts).export().to_file(file)
    return file.getvalue()


def again(office: BackOffice, which: str, text: str) -> tuple[int, int, list[tuple[str, str]]]:
    """Import a file; return how many came in, how many are unchanged, and which were made here and are others now."""
    desk = office.orders if which == "orders" else office.checkouts
    report = desk.import_csv(io.StringIO(text, newline=""))
    reasons = [one.reason for one in report.refused]
    assert all(isinstance(one, MadeHere) for one in reasons)
    return report.imported + report.updated, report.unchanged, [(one.kind, one.id) for one in reasons]


@pytest.mark.parametrize("which", FILES)
def test_the_file_of_a_shop_changes_nothing_in_it(office: BackOffice, which: str) -> None:
    text = written(office, which)
    assert (0, 2 if which == "orders" else 1, []) == again(office, which, text)
    assert text == written(office, which)


@pytest.mark.parametrize("which", FILES)
def test_what_is_there_with_another_content_stays(office: BackOffice, which: str) -> None:
    """It is not written over, and does not come in beside itself."""
    text = written(office, which)
    changed = text.replace("ada@example.com", "eve@example.com")
    if which == "orders":
        expected = [("order", one.id) for one in office.orders]
    else:
        expected = [("checkout", one.id) for one in office.checkouts]
    assert (0, 0, expected) == again(office, which, changed)
    assert text == written(office, which)


def test_an_order_that_was_deleted_here_stays_deleted(office: BackOffice) -> None:
    text = written(office, "orders")
    free = office.orders.get("#1002")
    office.orders.cancel(free.id)
    office.orders.delete(free.id)
    assert (0, 1, [("order", free.id)]) == again(office, "orders", text)


def test_another_shop_takes_them(office: BackOffice) -> None:
    other = BackOffice.open("memory:", currency="EUR", timezone="America/St_Johns", taxes_included=True)
    assert (2, 0, []) == again(other, "orders", written(office, "orders"))
    assert (0, 2, []) == again(other, "orders", written(office, "orders"))
    assert (0, 2, []) == again(other, "orders", written(other, "orders"))
