"""The columns beside an order's document equal their definition after every step of its life."""

import attrs
import sqlalchemy as sa

from backoffice_core import Authorization, BackOffice, Line
from backoffice_core.clock import to_micros
from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.draft import Draft
from backoffice_core.orders.order import Order
from backoffice_core.storage.codec import decode
from backoffice_core.storage.marks import draft_due_at, due_at, source_key, unresolved_at
from backoffice_core.storage.sql.tables import CHECKOUTS, DRAFTS, ORDERS
from backoffice_core.testing import FrozenClock
from backoffice_core.testing.contract_base import saved_life
from backoffice_core.testing.contract_checkouts import keep
from backoffice_core.testing.lives import a_whole_checkout


def rows(engine, table=ORDERS):
    with engine.connect() as connection:
        return connection.execute(sa.select(table)).fetchall()


def check_columns(engine):
    """Compare every column of every order and draft with what its document says."""
    for row in rows(engine):
        order = decode(Order, row.doc, row.version)
        expected = {
            "id": order.id,
            "name": order.name,
            "source": source_key(order.source) if order.source else None,
            "created_at": to_micros(order.created_at),
            "due_at": due_at(order),
            "unresolved_at": unresolved_at(order),
        }
        assert expected == {name: getattr(row, name) for name in expected}
    for row in rows(engine, DRAFTS):
        draft = decode(Draft, row.doc, row.version)
        marks = {"id": draft.id, "created_at": to_micros(draft.created_at), "due_at": draft_due_at(draft)}
        assert marks == {name: getattr(row, name) for name in marks}
    for row in rows(engine, CHECKOUTS):
        checkout = decode(Checkout, row.doc, row.version)
        source = source_key(checkout.source) if checkout.source else None
        marks = {"id": checkout.id, "created_at": to_micros(checkout.created_at), "source": source}
        assert marks == {name: getattr(row, name) for name in marks}


def test_columns_equal_their_definition(tmp_path):
    """A whole life, saved step by step."""
    office = BackOffice.open(tmp_path / "shop.db", currency="EUR", taxes_included=False)
    storage = office._context.storage
    saved_life(storage)
    checkout = keep(storage, a_whole_checkout())
    check_columns(storage.engine)
    keep(storage, attrs.evolve(checkout, note="called"))
    clock = FrozenClock()
    office = BackOffice.open(storage, clock=clock)
    placed = office.orders.place(
        lines=[Line("Tea", sku="TEA", price="9.00", quantity=2)],
        payments=[Authorization("18.00", expires_at=clock().add(days=1))],
        source=("web", "7"),
    )
    for step in (
        lambda id: office.orders.capture(id, "3.00"),
        lambda id: office.orders.record_payment(id, "2.00", status="pending", reference="r"),
        office.orders.fulfill,
        lambda id: (clock.tick(days=2), office.run_due())[1],
        lambda id: office.orders.record_payment(id, "2.00", reference="r"),
    ):
        check_columns(storage.engine)
        step(placed.order.id)
    check_columns(storage.engine)
    assert {None} == {row.due_at for row in rows(storage.engine)}
    office.close()


def test_when_an_authorization_is_due():
    """Two days before the first of those lapses that are open and that nothing is pending on."""
    from backoffice_core.testing import an_order
    from backoffice_core.testing.clock import START

    soon, later = START.add(days=1), START.add(days=2)
    order = an_order(
        payments=[
            Authorization("1.00", expires_at=later),
            Authorization("1.00", expires_at=soon),
            Authorization("1.00"),
        ]
    )
    assert to_micros(soon.subtract(days=2)) == due_at(order)
    first = order.transactions[0]
    assert to_micros(later.subtract(days=2)) == due_at(attrs.evolve(order, transactions=(first,)))
    assert None is due_at(attrs.evolve(order, transactions=order.transactions[2:]))
