"""What orders are found by in SQL is what their documents say: after every change, delete and import."""

from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backoffice_core import Address, BackOffice, Line, Order
from backoffice_core.search.findable import LONGEST_KEY, LONGEST_VALUE, findable, term, terms_changed
from backoffice_core.search.text import LONGEST_WORD
from backoffice_core.storage.rows import Record
from backoffice_core.storage.sql.index import index_all
from backoffice_core.storage.sql.store import SqlStorage
from backoffice_core.storage.sql.tables import ORDERS, SEARCH, TERMS
from backoffice_core.testing.builders import a_record, a_shop, an_order
from backoffice_core.testing.clock import START
from backoffice_core.testing.contract_base import fail_after, saved_life
from tests.search.helpers import orders
from tests.search.rows import check_rows


@pytest.fixture(params=[True, False], ids=["compiled", "core"])
def storage(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[SqlStorage]:
    """Return a storage with the shops ``main`` and ``other``."""
    storage = SqlStorage(f"sqlite:///{tmp_path / 'shop.db'}", use_compiled=request.param)
    storage.migrate()
    for shop in ("main", "other"):
        with storage.write(shop) as unit:
            unit.create_shop(a_shop())
    yield storage
    storage.close()


def test_after_each_step_of_a_whole_life(storage: SqlStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    """An order lives through everything that can happen to one, and is deleted in the end."""
    checked = []
    write = SqlStorage.write

    def checking(self: SqlStorage, shop: str) -> object:
        check_rows(self.engine)
        checked.append(shop)
        return write(self, shop)

    monkeypatch.setattr(SqlStorage, "write", checking)
    steps = saved_life(storage)
    check_rows(storage.engine)
    assert len(checked) >= len(steps) > 20


#: What may change of an order without the rest; with ``lines`` all that rests on lines.
_ALONE = ("name", "tags", "customer", "shipping_address", "billing_address", "transactions", "channel", "closed_at")
_GOODS = ("lines", "shipping_lines", "discounts", "fulfillments", "refunds", "restockings", "removals", "holds")
_CHANGED = st.sets(st.sampled_from([*_ALONE, "lines"]))


def _becoming(before: Order | None, id: str, order: Order, changed: set[str]) -> Record:
    """Return what saves an order, or another one's fields on what is stored; half of them say what that is."""
    if before is None:
        return a_record(attrs.evolve(order, id=id, version=0), movements=())
    names = [*changed, *(_GOODS if "lines" in changed else ())]
    after = attrs.evolve(before, **{name: getattr(order, name) for name in names})
    return a_record(after, movements=(), before=None if "channel" in changed else before)


@pytest.mark.parametrize("examples", [60, pytest.param(250, marks=pytest.mark.slow)])
@pytest.mark.parametrize("use_compiled", [True, False])
def test_whatever_an_order_becomes(examples: int, use_compiled: bool, tmp_path: Path) -> None:
    """Any order may become any other one, several in one unit of work, in any shop."""
    storage = SqlStorage(f"sqlite:///{tmp_path / 'any.db'}", synchronous="NORMAL", use_compiled=use_compiled)
    storage.migrate()
    for shop in ("main", "other"):
        with storage.write(shop) as unit:
            unit.create_shop(a_shop())

    @settings(max_examples=examples, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.lists(st.lists(st.tuples(orders(), _CHANGED), min_size=1, max_size=3), min_size=1, max_size=3),
        st.booleans(),
    )
    def become(steps: list[list[tuple[Order, set[str]]]], at_once: bool) -> None:
        with storage.engine.begin() as connection:
            for table in (ORDERS, SEARCH, TERMS):
                connection.execute(sa.delete(table))
        stored: dict[str, Order] = {}
        for some in steps:
            records = [_becoming(stored.get(f"order-{at}"), f"order-{at}", *one) for at, one in enumerate(some)]
            with storage.write("main") as unit:
                if at_once and all(record.order.version for record in records):
                    unit.put_many(records)
                    saved = [attrs.evolve(record.order, version=record.order.version + 1) for record in records]
                else:
                    saved = [unit.put(record) for record in records]
            stored |= {order.id: order for order in saved}
            check_rows(storage.engine)

    become()
    storage.close()


def test_shops_are_kept_apart(storage: SqlStorage) -> None:
    """The same id in two shops is two orders, and deleting one leaves the other."""
    for shop, tag in (("main", "a"), ("other", "b")):
        with storage.write(shop) as unit:
            unit.put(a_record(an_order(id="order-1", tags=(tag,))))
    check_rows(storage.engine)
    with storage.write("main") as unit:
        order = unit.order("order-1")
        unit.put(a_record(attrs.evolve(order, deleted_at=START, tags=())))
    check_rows(storage.engine)
    with storage.engine.connect() as connection:
        assert {"other"} == set(connection.execute(sa.select(TERMS.c.shop)).scalars())


def test_a_unit_that_fails_leaves_the_rows(storage: SqlStorage) -> None:
    """They are written in the unit of the order."""
    with storage.write("main") as unit:
        unit.put(a_record(an_order(id="order-1", tags=("a",))))
    fail_after(storage, lambda unit: unit.put(a_record(attrs.evolve(unit.order("order-1"), tags=("b",)))))
    check_rows(storage.engine)


def test_through_the_door(tmp_path: Path) -> None:
    """Placed, tagged by a command on several, changed, cancelled, deleted: each desk writes the same rows."""
    office = BackOffice.open(tmp_path / "shop.db", currency="EUR", taxes_included=True)
    engine = office._context.storage.engine  # type: ignore[attr-defined]
    ids = [office.orders.place(lines=[Line("Tea", sku="T", price="1.00")]).order.id for _ in range(3)]
    office.orders.bulk("status:open").add_tags("x")
    check_rows(engine)
    office.orders.record_payment(ids[0], amount="1.00", reference="pi_1", status="pending")
    check_rows(engine)
    office.catalog.add_location("paris")
    office.orders.fulfill(ids[0], location="paris")
    office.orders.archive(ids[0])
    check_rows(engine)
    office.orders.update_customer(ids[0], email="ada@example.com", name="Ada")
    office.orders.update_address(ids[1], shipping=Address(city="Århus", country="DK"))
    check_rows(engine)
    office.orders.cancel(ids[2], reason="customer")
    office.orders.delete(ids[2])
    check_rows(engine)
    office.close()


def test_made_anew(storage: SqlStorage) -> None:
    """All of it comes from the documents: written again from them it is the same."""
    for at in range(5):
        with storage.write("main") as unit:
            unit.put(a_record(an_order(id=f"order-{at}", tags=(f"t{at}",))))
    with storage.write("other") as unit:
        unit.put(a_record(an_order(id="order-1")))
        unit.put(a_record(attrs.evolve(an_order(id="order-9"), deleted_at=START)))
    with storage.engine.begin() as connection:
        connection.execute(sa.delete(SEARCH))
        connection.execute(sa.delete(TERMS))
        index_all(connection)
    check_rows(storage.engine)


def test_nothing_is_too_long_for_its_column() -> None:
    """Texts of any length fit: terms have a hash, words and keys an end."""
    order = attrs.evolve(
        an_order(Line("w" * 255, sku="s" * 255, price="1.00"), email=f"{'e' * 200}@x.org"), name="n" * 300
    )
    found = findable(order)
    assert max(map(len, found.terms)) <= LONGEST_VALUE + 17 + len("customer:")
    assert max(map(len, found.words.split())) == LONGEST_WORD
    assert len(found.columns.customer) == LONGEST_KEY
    assert term("sku", "s" * 255) in found.terms


def test_each_part_of_the_terms_is_compared(storage: SqlStorage) -> None:
    """Where one field of an order is another one, and all the rest the same objects, its terms are noticed."""
    whole = saved_life(storage)[-2][1]
    bare = an_order(id="order-1")
    for name in (*_ALONE, "source", "fulfillments"):
        other = attrs.evolve(whole, **{name: getattr(bare, name)})
        known, now = set(findable(whole).terms), set(findable(other).terms)
        assert (known - now, now - known) == terms_changed(whole, other, known)
