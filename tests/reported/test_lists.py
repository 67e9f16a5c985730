"""Reports on lists: pages, counts, searches and sorts that grow slow or wrong, and saved views."""

from pathlib import Path

import attrs
import pytest

from backoffice_core import BackOffice, Line, errors
from backoffice_core.orders.order import CustomerRef
from backoffice_core.orders.status import FinancialStatus, FulfillmentState, ReturnState
from backoffice_core.search.query import Query
from backoffice_core.search.values import Scope
from backoffice_core.storage.memory import MemoryStorage
from backoffice_core.storage.sql import SqlStorage
from backoffice_core.storage.sql import search as sql_search
from backoffice_core.testing.builders import a_record, a_shop, an_order
from backoffice_core.testing.clock import START
from backoffice_core.testing.ids import numbered_id
from tests.search.test_fields import GOODS, MONEY, RETURNS
from tests.storage.test_plans import check, filled, plans, watched


def statements(storage: SqlStorage, call: object) -> list[str]:
    """Return the queries that a call runs."""
    said: list[str] = []
    with watched(lambda connection: connection.set_trace_callback(said.append)):
        call()  # type: ignore[operator]
    return [one for one in said if one.startswith("SELECT")]


def test_report_120_no_page_waits_for_a_count(tmp_path: Path) -> None:
    """A page knows its next by one order more, and previous and next are cursors; counting ends at a limit."""
    storage = filled(tmp_path / "shop.db", 60)
    office = BackOffice.open(storage)
    first = office.orders.search(limit=50)
    assert [50, 10] == [len(first), len(office.orders.search(limit=50, after=first.next))]
    assert [] == [one for one in statements(storage, lambda: office.orders.search(limit=50)) if "count(" in one]
    assert ("20+", "60") == (str(office.orders.count(limit=20)), str(office.orders.count()))
    for one in statements(storage, lambda: office.orders.count("tag:all", limit=20)):
        assert "count(" not in one or "LIMIT 21" in one
    storage.close()


def test_report_121_words_are_looked_up_not_compared_one_by_one(tmp_path: Path) -> None:
    """A word is looked up in an index of words, and its orders alone are read; there is no LIKE anywhere."""
    storage = filled(tmp_path / "shop.db", 60)
    office = BackOffice.open(storage)
    for query in ("c7@example.com", "name:1007", "sku:none", "email:c7@*"):
        said = statements(storage, lambda query=query: office.orders.search(query))  # type: ignore[misc]
        assert [] == [one for one in said if " LIKE " in one.upper()]
        assert any("bo_terms" in one for one in said)
        check(plans(storage, query))
    storage.close()


def test_report_122_a_status_with_a_search_goes_by_the_rarer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What few orders meet is looked up; the common status is tested on those."""
    monkeypatch.setattr(sql_search, "FEW", 10)
    storage = filled(tmp_path / "shop.db", 60)
    for query in ("status:open c7@example.com", "financial_status:unpaid status:open name:1007"):
        found = plans(storage, query)
        check(found)
        assert any("LIST SUBQUERY" in line for line in found[-1]), "by the ids of the rarer one"
    storage.close()


def test_report_123_a_page_is_read_without_the_orders(tmp_path: Path) -> None:
    """One statement for 1 order or for 15, and no document is opened."""
    storage = filled(tmp_path / "shop.db", 15)
    office = BackOffice.open(storage)
    office.orders.search(limit=1)
    one, many = (statements(storage, lambda limit=limit: office.orders.search(limit=limit)) for limit in (1, 15))  # type: ignore[misc]
    assert len(one) == len(many)
    assert [] == [text for text in many if "bo_orders" in text or "bo_events" in text]
    storage.close()


@pytest.mark.parametrize("sort", ["customer_name", "financial_status", "destination"])
def test_report_124_what_is_missing_has_its_place(sort: str) -> None:
    """Orders without a customer, payment or address come first, all of them, in the order of their ids."""
    storage = MemoryStorage()
    customers = [None, CustomerRef(name="Ada"), None, CustomerRef(), CustomerRef(name="Bea")]
    with storage.write("main") as unit:
        unit.create_shop(a_shop())
        for at, customer in enumerate(customers):
            unit.put(a_record(attrs.evolve(an_order(id=numbered_id(at + 1)), customer=customer, name=str(at))))
    office = BackOffice.open(storage)
    names = [one.name for one in office.orders.search(sort=sort)]
    assert {"customer_name": ["0", "2", "3", "1", "4"]}.get(sort, ["0", "1", "2", "3", "4"]) == names
    assert names[::-1] == [one.name for one in office.orders.search(sort=f"-{sort}")]


def test_report_125_a_cursor_tells_equal_orders_apart(tmp_path: Path) -> None:
    """Forty orders of one moment and one price are listed once each, whatever the size of a page."""
    for storage in (MemoryStorage(), SqlStorage(f"sqlite:///{tmp_path / 'shop.db'}")):
        if isinstance(storage, SqlStorage):
            storage.migrate()
        with storage.write("main") as unit:
            unit.create_shop(a_shop())
            for at in range(40):
                unit.put(a_record(an_order(id=numbered_id(at), at=START)))
        office = BackOffice.open(storage)
        for sort in ("-created_at", "total_price"):
            seen, page = [], office.orders.search(sort=sort, limit=7)
            seen += [one.id for one in page]
            while page.next:
                page = office.orders.search(sort=sort, limit=7, after=page.next)
                seen += [one.id for one in page]
            assert sorted(seen) == [numbered_id(at) for at in range(40)]


@pytest.mark.parametrize(
    ("field", "kind", "orders"),
    [
        ("financial_status", FinancialStatus, MONEY),
        ("fulfillment_status", FulfillmentState, GOODS),
        ("return_status", ReturnState, RETURNS),
    ],
)
def test_report_126_every_status_can_be_asked_for(field: str, kind: type, orders: dict[str, object]) -> None:
    """Expired ones, too: each word that an order can show finds the orders that show it."""
    storage = MemoryStorage()
    with storage.write("main") as unit:
        unit.create_shop(a_shop())
        for order in orders.values():
            unit.put(a_record(attrs.evolve(order, version=0), movements=()))  # type: ignore[arg-type]
    office = BackOffice.open(storage)
    for word in kind:  # type: ignore[attr-defined]
        assert [] == list(Query.read(f"{field}:{word}").meaning(Scope(START, "UTC")).warnings)
        assert [word] == [getattr(one, field) for one in office.orders.search(f"{field}:{word}")]


def test_report_133_orders_are_found_by_tags() -> None:
    """With one, with any of several, without one, by how one begins; a tag has at most 40 characters."""
    office = BackOffice.open("memory:", currency="EUR", taxes_included=True)
    for tags in (("VIP", "gift wrap"), ("vip",), ()):
        office.orders.place(lines=[Line("Tea", price="1.00")], tags=tags)
    counts = {query: int(office.orders.count(query)) for query in ("tag:Vip", "tag:wrap*", "tag_not:vip", "tag:a,vip")}
    assert {"tag:Vip": 2, "tag:wrap*": 1, "tag_not:vip": 1, "tag:a,vip": 2} == counts
    with pytest.raises(errors.TagTooLong):
        office.orders.place(lines=[Line("Tea", price="1.00")], tags="x" * 41)


def test_report_135_a_search_is_saved_under_a_name() -> None:
    """A view is a query with a name: searched and counted by, changed, deleted; four are there from the start."""
    office = BackOffice.open("memory:", currency="EUR", taxes_included=True)
    office.orders.place(lines=[Line("Tea", price="1.00")], tags="vip")
    office.orders.place(lines=[Line("Tea", price="1.00")])
    view = office.orders.views.save("Important", "tag:vip status:open")
    assert ["Unfulfilled", "Unpaid", "Open", "Archived", "Important"] == [one.name for one in office.orders.views]
    assert (1, 1) == (len(office.orders.search(view)), office.orders.count(view))
    office.orders.views.change("Important", name="VIPs")
    office.orders.views.delete("VIPs")
    assert 4 == len(list(office.orders.views))
