"""
Texts that one database would take and another not: memory, SQLite and PostgreSQL answer alike.

Each is kept as it is, or refused by name; none reaches a database that could not keep it.
"""

import pytest

from backoffice_core import Address, BackOffice, Line
from backoffice_core.errors import BackOfficeError
from backoffice_core.storage.sql import SqlStorage
from backoffice_core.testing import CountingIds, FrozenClock

TEXTS = (
    *("a" * 36, "a" * 37, "a" * 101, "a" * 201, "a" * 256, "a" * 600, "é" * 150, "\U0010ffff" * 30),
    *("\0", "a\0b", "\ud800", "%s", "%(x)s", "'", "\\", "\x1f"),
)

COMMANDS = {
    "a place": lambda office, text, _: office.catalog.add_location(text),
    "the name of a place": lambda office, text, _: office.catalog.add_location("here", text),
    "a product": lambda office, text, _: office.catalog.add_product("Cup", price="1.00", id=text),
    "a title": lambda office, text, _: office.catalog.add_product(text, price="1.00"),
    "a SKU": lambda office, text, _: office.catalog.add_product("Cup", sku=text, price="1.00", tracked=False),
    "a variant to sell": lambda office, text, _: office.orders.place(lines=[Line(variant=text)]).order.name,
    "a line": lambda office, text, _: office.orders.place(lines=[Line("Tea", sku=text, price="1.00")]).order.lines,
    "a source": lambda office, text, _: office.orders.place(lines=TEA, source=("web", text)).order.source,
    "a channel": lambda office, text, _: office.orders.place(lines=TEA, source=(text, "1")).order.source,
    "a key": lambda office, text, id: office.orders.set_note(id, "n", idempotency_key=text).order.note,
    "a key of many": lambda office, text, id: str(office.orders.bulk([id], idempotency_key=text).add_tags("bulk")),
    "a tag": lambda office, text, id: office.orders.add_tags(id, text).order.tags,
    "a note": lambda office, text, id: office.orders.set_note(id, text).order.note,
    "an email": lambda office, text, id: office.orders.update_customer(id, email=text).order.email,
    "an address": lambda office, text, id: (
        office.orders.update_address(id, shipping=Address(name=text, city=text)).order.shipping_address
    ),
    "an actor": lambda office, text, id: office.acting_as(text).orders.set_note(id, "n").order.note,
    "a reference": lambda office, text, id: (
        office.orders.record_payment(id, "0.01", gateway="wire", reference=text).order.transactions
    ),
    "a view": lambda office, text, _: office.orders.views.save(text, "tag:x"),
    "an order": lambda office, text, _: office.orders.get(text),
    "a draft": lambda office, text, _: office.drafts.get(text),
    "what is looked up": lambda office, text, _: office.catalog.get(text),
    "what is counted": lambda office, text, _: office.catalog.levels(text),
    "what is searched": lambda office, text, _: [one.name for one in office.orders.search(text)],
    "a shop": lambda office, text, _: BackOffice.open(office._context.storage, shop=text, **NEW).shop,
}
TEA = [Line("Tea", sku="TEA", price="1.00")]
NEW = {"currency": "EUR", "taxes_included": True}


def answers(storage):
    """Return what a shop answers to every command with every text."""
    office = BackOffice.open(storage, clock=FrozenClock(), new_id=CountingIds(), **NEW)
    id = office.orders.place(lines=TEA).order.id
    found = {}
    for text in TEXTS:
        for name, command in COMMANDS.items():
            try:
                found[name, text] = command(office, text, id)
            except BackOfficeError as no:
                found[name, text] = (no.code, str(no), no.facts)
    assert [] == [key for key, answer in found.items() if str(answer).startswith("('storage_")]
    return found


@pytest.fixture(scope="module")
def in_memory():
    return answers("memory:")


def test_sqlite(in_memory, tmp_path):
    storage = SqlStorage(f"sqlite:///{tmp_path}/shop.db", synchronous="NORMAL")
    storage.migrate()
    found = answers(storage)
    storage.close()
    assert in_memory == found


@pytest.mark.postgres
def test_postgresql(in_memory, emptied_postgres):
    assert in_memory == answers(emptied_postgres())
