"""
Migrations: from nothing, from every older schema, twice, and not from a newer one.

``tests/fixtures/schemas/N.sql`` is what version N of the tables was, as SQLite tells it. A new
migration adds a file; those that are there stay as they are once a version was released.
"""

import sqlite3
from pathlib import Path

import attrs
import pytest
import sqlalchemy as sa

from backoffice_core import BackOffice, Discount, Line, Sale, Shipping, Tax
from backoffice_core.storage.sql import SqlStorage, migrations
from backoffice_core.storage.sql.tables import METADATA, ORDERS, SCHEMA
from backoffice_core.storage.trouble import SchemaOutOfDate
from tests.search.rows import check_rows
from tests.storage import accounts

pytestmark = pytest.mark.usefixtures("migrating")

SCHEMAS = Path(__file__).parents[1] / "fixtures" / "schemas"


def schema(path):
    """Return what the tables and indexes of a database are; a column that came later is spelled at another place."""
    with sqlite3.connect(path) as connection:
        found = {}
        rows = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        for kind, name, text in rows:
            if kind == "table":
                columns = {row[1:] for row in connection.execute(f"PRAGMA table_info({name})")}
                found[name] = (columns, "WITHOUT ROWID" in text)
            else:
                parts = [row[2] for row in connection.execute(f"PRAGMA index_info({name})")]
                found[name] = (parts, "UNIQUE" in text, " ".join(text.partition("WHERE")[2].split()))
    connection.close()
    return found


def version(path):
    with sqlite3.connect(path) as connection:
        found = connection.execute("SELECT id, version FROM bo_schema").fetchall()
    connection.close()
    return found


@pytest.fixture
def path(tmp_path):
    return tmp_path / "shop.db"


def storage_at(path):
    return SqlStorage(f"sqlite:///{path}")


def test_from_nothing(path):
    """All migrations are run, and the tables are those that the code knows."""
    storage = storage_at(path)
    assert migrations.NEWEST == storage.migrate()
    storage.check()
    storage.close()
    fresh = path.with_name("fresh.db")
    engine = sa.create_engine(f"sqlite:///{fresh}")
    METADATA.create_all(engine)
    engine.dispose()
    assert schema(fresh) == schema(path)
    assert [(1, migrations.NEWEST)] == version(path)


def test_twice_changes_nothing(path):
    """The second time no migration is run, and not a byte of the schema is another."""
    storage = storage_at(path)
    storage.migrate()
    before = schema(path)
    assert 0 == storage.migrate()
    storage.close()
    assert before == schema(path)
    assert [(1, migrations.NEWEST)] == version(path)


@pytest.mark.parametrize("number", range(1, migrations.NEWEST + 1))
def test_from_every_older_schema(path, number):
    """An old file, upgraded, has the tables of a new one."""
    with sqlite3.connect(path) as connection:
        connection.executescript((SCHEMAS / f"{number}.sql").read_text())
        connection.execute("INSERT INTO bo_schema VALUES (1, ?)", (number,))
    connection.close()
    storage = storage_at(path)
    assert migrations.NEWEST - number == storage.migrate()
    storage.close()
    fresh = path.with_name("fresh.db")
    new = storage_at(fresh)
    new.migrate()
    new.close()
    assert schema(fresh) == schema(path)


def test_a_newer_schema_is_refused(path):
    """Neither migrated nor used; the error says what to do. Nothing is changed in it."""
    storage = storage_at(path)
    storage.migrate()
    with storage.engine.begin() as connection:
        connection.execute(sa.update(SCHEMA).values(version=99))
    for call in (storage.migrate, storage.check, lambda: BackOffice.open(storage.engine)):
        with pytest.raises(SchemaOutOfDate, match="update the library") as caught:
            call()
        assert {"stored": 99, "known": migrations.NEWEST} == caught.value.facts
    storage.close()
    assert [(1, 99)] == version(path)


def test_an_older_schema_is_told(path):
    """`check` says that there is something to migrate."""
    storage = storage_at(path)
    with pytest.raises(SchemaOutOfDate, match="migrate the storage"):
        storage.check()
    storage.close()


def test_the_next_migration(path, monkeypatch):
    """It runs once, on top of the first, and a file that has it is too new for a library without it."""
    storage = storage_at(path)
    storage.migrate()

    def add_a_column(connection):
        connection.exec_driver_sql("ALTER TABLE bo_orders ADD COLUMN mood TEXT")

    with monkeypatch.context() as newer:
        newer.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, add_a_column))
        newer.setattr(migrations, "NEWEST", migrations.NEWEST + 1)
        assert 1 == storage.migrate()
        assert 0 == storage.migrate()
        assert "mood" in {column[0] for column in schema(path)["bo_orders"][0]}
    with pytest.raises(SchemaOutOfDate):
        storage.check()
    storage.close()


def test_a_migration_that_fails_leaves_the_old_schema(path, monkeypatch):
    """It is one transaction: the tables and their version stay as they were."""
    storage = storage_at(path)
    storage.migrate()
    before = schema(path)

    def half(connection):
        connection.exec_driver_sql("CREATE TABLE bo_half (id INTEGER)")
        raise ZeroDivisionError

    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, half))
    monkeypatch.setattr(migrations, "NEWEST", migrations.NEWEST + 1)
    with pytest.raises(ZeroDivisionError):
        storage.migrate()
    storage.close()
    assert before == schema(path)
    assert [(1, migrations.NEWEST - 1)] == version(path)


def test_two_who_migrate_at_once(path):
    """One does it, the other finds it done."""
    from concurrent.futures import ThreadPoolExecutor

    def once(_):
        storage = storage_at(path)
        try:
            return storage.migrate()
        finally:
            storage.close()

    with ThreadPoolExecutor(4) as pool:
        ran = list(pool.map(once, range(4)))
    assert [0, 0, 0, migrations.NEWEST] == sorted(ran)


def test_opening_a_file_creates_its_tables(path):
    """A SQLite file is migrated when it is opened; nothing else has to be called."""
    with BackOffice.open(path, currency="EUR", taxes_included=True):
        pass
    assert [(1, migrations.NEWEST)] == version(path)


def test_the_hosts_tables_are_left_alone(path):
    """In a file with tables of the host's own, only ours are made, all with our prefix."""
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE customers (id INTEGER PRIMARY KEY)")
    connection.close()
    storage = storage_at(path)
    storage.migrate()
    storage.close()
    assert {"customers"} == {name for name in schema(path) if not name.startswith("bo_")}


def test_a_file_that_is_being_written_to_can_be_opened(path):
    """Tables that are there already are only read, so no writer has to be waited for."""
    BackOffice.open(f"sqlite:///{path}", currency="EUR", taxes_included=True).close()
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    try:
        assert 0 == SqlStorage(f"sqlite:///{path}", busy_seconds=0.1).migrate()
        shop = BackOffice.open(f"sqlite:///{path}")
        assert "EUR" == shop.settings.currency
        shop.close()
    finally:
        writer.close()


def test_sales_of_before_are_as_those_of_now(path):
    """Version 7 takes taxes out of the figures, says what was sold where, and counts money."""
    storage = storage_at(path)
    office = BackOffice.open(storage, currency="EUR", timezone="Europe/Paris", taxes_included=True)
    order = office.orders.place(
        lines=[
            Line("Cup", sku="CUP", price="12.00", quantity=3, taxes=[Tax("TVA", "0.20")]),
            Line("Card", price="4.00"),
        ],
        shipping=Shipping("Post", "6.00", [Tax("TVA", "0.20")]),
        discounts=[Discount("d", percent="10", code="TEN")],
        channel="web",
        payments=[Sale("42.00", gateway="card")],
        email="ada@example.com",
    ).order
    office.orders.refund(order.id, lines={"CUP": 1}, amount="5.00")
    gone = office.orders.place(lines=[Line("Pot", price="9.00")], channel="web").order
    office.orders.archive(office.orders.fulfill(gone.id).order.id)
    office.orders.delete(gone.id)
    with storage.read("main") as unit:
        told = (unit.entries(order.id), unit.money_entries(), unit.sales(None, None, ("day", "buyer")))
    storage.close()
    with sqlite3.connect(path) as connection:
        as_in_version_6(connection)
    connection.close()
    storage = storage_at(path)
    assert migrations.NEWEST - 6 == storage.migrate()
    with storage.read("main") as unit:
        now = (unit.entries(order.id), unit.money_entries(), unit.sales(None, None, ("day", "buyer")))
    storage.close()
    assert list(told[0]) == list(now[0])
    # Each movement was booked with its change; of what was there already all is booked with the last one.
    assert sums_of(told[1]) == sums_of(now[1])
    assert list(told[2]) == list(now[2])


def sums_of(rows):
    return sum(row.entry.received for row in rows), sum(row.entry.refunded for row in rows)


def test_checkouts_of_before_are_found(path):
    """Version 8 finds them by what they hold, and knows when their time is over."""
    from backoffice_core.search.checkouts import CHECKOUTS
    from backoffice_core.search.query import Query
    from backoffice_core.search.values import Scope
    from backoffice_core.storage.rows import CheckoutRecord
    from backoffice_core.testing.builders import a_checkout, a_shop
    from backoffice_core.testing.carts import a_lived_checkout
    from backoffice_core.testing.clock import START

    storage = storage_at(path)
    storage.migrate()
    with storage.write("main") as unit:
        unit.create_shop(a_shop())
        kept = [
            unit.put_checkout(CheckoutRecord(checkout=one))
            for one in (a_checkout(), attrs.evolve(a_lived_checkout(), version=0))
        ]
    with sqlite3.connect(path) as connection:
        rows = connection.execute(
            "SELECT shop, id, version, source, request_print, created_at, doc FROM bo_checkouts"
        ).fetchall()
        text = (SCHEMAS / "7.sql").read_text()
        connection.execute("ALTER TABLE bo_shops DROP COLUMN storefront")
        for table in (*later_than(connection, text), "bo_checkouts", "bo_products"):
            connection.execute(f"DROP TABLE {table}")
        for statement in text.split(";"):
            if " bo_checkouts " in statement or " bo_products " in statement:
                connection.execute(statement)
        connection.executemany("INSERT INTO bo_checkouts VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        connection.execute("UPDATE bo_schema SET version = 7")
    connection.close()
    storage.close()
    storage = storage_at(path)
    assert migrations.NEWEST - 7 == storage.migrate()
    condition = Query.read("recovery_state:recovered email:ada@example.com tea").meaning(Scope(START, "UTC"), CHECKOUTS)
    with storage.read("main") as unit:
        assert [1, 2] == [unit.count_checkouts(condition.condition, 9), len(unit.checkouts(9).checkouts)]
        assert ["checkout-1"] == unit.checkouts_due(START.add(months=3), 9)
        assert {one.id: one for one in kept} == {one.id: one for one in unit.checkouts(9).checkouts}
    storage.close()


def later_than(connection, text):
    """Return the tables that are not in a schema."""
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return [name for name in tables if f"CREATE TABLE {name} " not in text]


def as_in_version_6(connection):
    """Make the tables of sales and of what orders are found by those of version 6: taxes in prices, and no money."""
    text = (SCHEMAS / "6.sql").read_text()
    rows = connection.execute("SELECT * FROM bo_entries ORDER BY order_id, version, position").fetchall()
    names = [name for _, name, *_ in connection.execute("PRAGMA table_info(bo_entries)")]
    searched = connection.execute("SELECT * FROM bo_search").fetchall()
    kept = [name for _, name, *_ in connection.execute("PRAGMA table_info(bo_search)") if name != "person"]
    connection.execute("ALTER TABLE bo_shops DROP COLUMN storefront")
    made = ("bo_entries", "bo_search", "bo_checkouts", "bo_products")
    for table in (*later_than(connection, text), *made):
        connection.execute(f"DROP TABLE {table}")
    for statement in text.split(";"):
        if any(f" {table} " in statement for table in made) and "ON bo_entries" not in statement:
            connection.execute(statement)
    for row in rows:
        was = dict(zip(names, row, strict=True))
        if was["orders"] < 0:
            was["action"] = "delete"
        taxed = was["kind"] in ("product", "shipping") and was["tax"]
        if taxed:
            # Ten per cent off the goods, nothing off the shipping.
            off = was["kind"] == "product" and was["discounts"]
            gross = was["quantity"] * 1200 if off else was["total"]
            was["gross"], was["discounts"] = gross, was["total"] - gross
        connection.execute(
            "INSERT INTO bo_entries (shop, order_id, version, position, day, currency, action, kind, line_id, quantity,"
            " gross, discounts, tax, total) VALUES (:shop, :order_id, :version, :position, :day, :currency, :action,"
            " :kind, :line_id, :quantity, :gross, :discounts, :tax, :total)",
            was,
        )
    for row in searched:
        connection.execute(
            f"INSERT INTO bo_search ({', '.join(kept)}) VALUES ({', '.join('?' * len(kept))})", row[: len(kept)]
        )
    connection.execute("UPDATE bo_schema SET version = 6")


def test_customers_of_before_are_told_apart(path):
    """Version 14 finds orders and checkouts by ids of customers as they are spelled, and as those made today are."""
    storage = storage_at(path)
    storage.migrate()
    office = accounts.lived_in(storage)
    now = accounts.rows_of(storage.engine)
    accounts.as_in_version_13(storage.engine)
    assert now != accounts.rows_of(storage.engine)
    assert 1 == storage.migrate()
    assert now == accounts.rows_of(storage.engine)
    check_rows(storage.engine)
    assert [3, 2, 2, 1, 1] == [office.orders.count(f'customer_id:"{id}"') for id in (*accounts.IDS[:3], " ", "42")]
    storage.close()


def test_what_cannot_be_read_is_found_as_it_was(path):
    """A document that is broken, or that a newer library wrote, keeps nobody else's from being told apart."""
    storage = storage_at(path)
    storage.migrate()
    office = accounts.lived_in(storage)
    broken, newer = [one.id for one in office.orders.search("customer_id:uA1 test:false")]
    now = accounts.rows_of(storage.engine)
    accounts.as_in_version_13(storage.engine)
    before = accounts.rows_of(storage.engine)
    with storage.engine.begin() as connection:
        for id, doc in ((broken, '{"v":1,'), (newer, '{"v":2,"customer":{"id":"uA1"}}')):
            connection.execute(sa.update(ORDERS).where(ORDERS.c.id == id).values(doc=doc))
    assert 1 == storage.migrate()
    after = accounts.rows_of(storage.engine)
    for was, kept, found in zip(before[:2], now[:2], after[:2], strict=True):
        theirs = [row for row in was if {broken, newer} & set(row)]
        others = [row for row in kept if not {broken, newer} & set(row)]
        assert theirs
        assert {*theirs, *others} == set(found)
    storage.close()
