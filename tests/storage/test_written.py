"""What a command writes of what its order is found by: what it changed; the indexes of the rest stay as they are."""

from pathlib import Path
from typing import Any

import pytest

from backoffice_core import Authorization, BackOffice, Line
from backoffice_core.storage.sql import index

#: What each command on an order changes.
ALWAYS = {"version", "updated_at", "summary"}


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """The columns that were set, update by update."""
    seen: list[set[str]] = []
    make = index._update_of

    def spied(names: tuple[str, ...]) -> Any:
        seen.append(set(names))
        return make(names)

    monkeypatch.setattr(index, "_update_of", spied)
    return seen


def test_a_command_writes_what_it_changed(tmp_path: Path, written: list[set[str]]) -> None:
    """Money leaves what was sold alone, parcels what it cost, and a new address what is owed."""
    with BackOffice.open(tmp_path / "shop.db", currency="EUR", taxes_included=True) as office:
        lines, paid = [Line("Tea", price="20.00", quantity=2)], [Authorization("40.00", gateway="card")]
        id = office.orders.place(lines=lines, payments=paid, email="ada@example.com").order.id
        assert [] == written
        office.orders.capture(id, "40.00")
        office.orders.fulfill(id)
        office.orders.add_tags(id, "vip")
        office.orders.update_customer(id, email="byron@example.com")
        office.orders.refund(id, lines={office.orders.get(id).lines[0].id: 1})
        assert [
            {*ALWAYS, "financial_status", "terms"},
            {*ALWAYS, "fulfillment_status", "terms"},
            {*ALWAYS, "terms"},
            {*ALWAYS, "terms", "words", "customer", "person"},
            {*ALWAYS, "current_total", "financial_status", "terms"},
        ] == written
