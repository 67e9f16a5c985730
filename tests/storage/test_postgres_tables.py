"""
The tables on PostgreSQL: from nothing, from every schema that there has been, by several at once.

``tests/fixtures/schemas/postgresql/N.sql`` is what version N of the tables was; a new migration adds a file.
PostgreSQL came with version 5, so there are none before.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from backoffice_core import BackOffice, Line
from backoffice_core.failures import InvalidValue
from backoffice_core.storage.sql import SqlStorage, migrations
from backoffice_core.storage.sql.tables import SCHEMA
from backoffice_core.storage.trouble import SchemaOutOfDate
from tests.storage import accounts

pytestmark = pytest.mark.postgres

SCHEMAS = Path(__file__).parents[1] / "fixtures" / "schemas" / "postgresql"
FIRST = 5

_COLUMNS = """
SELECT table_name, column_name, data_type, character_maximum_length, collation_name, is_nullable, column_default
FROM information_schema.columns WHERE table_schema = 'public'
"""
_INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"


def schema(url):
    """Return what the tables and indexes of a database are, in no order."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found = {tuple(row) for text in (_COLUMNS, _INDEXES) for row in connection.exec_driver_sql(text)}
    engine.dispose()
    return found


@pytest.fixture
def url(fresh_postgres):
    """An empty database."""
    return fresh_postgres.replace("postgresql:", "postgresql+psycopg:")


def migrated(url):
    """Migrate a database; return how many versions it went up."""
    storage = SqlStorage(url)
    try:
        return storage.migrate()
    finally:
        storage.close()


def test_from_nothing_and_twice(url):
    """All tables are made once; the second time nothing is done."""
    assert migrations.NEWEST == migrated(url)
    before = schema(url)
    assert 0 == migrated(url)
    assert before == schema(url)


@pytest.mark.parametrize("number", range(FIRST, migrations.NEWEST + 1))
def test_from_every_older_schema(postgres, url, number):
    """Old tables, upgraded, are those of today."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql((SCHEMAS / f"{number}.sql").read_text())
        connection.execute(sa.insert(SCHEMA), {"id": 1, "version": number})
    engine.dispose()
    assert migrations.NEWEST - number == migrated(url)
    new = postgres.create()
    migrated(new)
    assert schema(new) == schema(url)
    postgres.drop(new)


def test_customers_of_before_are_told_apart(url):
    """Version 14 finds orders and checkouts by ids of customers as they are spelled, and as those made today are."""
    storage = SqlStorage(url)
    storage.migrate()
    accounts.lived_in(storage)
    now = accounts.rows_of(storage.engine)
    accounts.as_in_version_13(storage.engine)
    assert now != accounts.rows_of(storage.engine)
    assert 1 == storage.migrate()
    assert now == accounts.rows_of(storage.engine)
    storage.close()


def test_texts_compare_by_bytes(url):
    """Ids, keys and what lists are sorted by: the same order as in memory and on SQLite, whatever the database's is."""
    migrated(url)
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT table_name, column_name, collation_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND data_type = 'character varying'"
        ).fetchall()
    engine.dispose()
    assert len(rows) > 50
    assert [] == [tuple(row) for row in rows if row.collation_name != "C"]


def test_several_who_migrate_at_once(url):
    """One does it, the others find it done."""
    with ThreadPoolExecutor(4) as pool:
        ran = list(pool.map(lambda _: migrated(url), range(4)))
    assert [0, 0, 0, migrations.NEWEST] == sorted(ran)


def test_a_migration_that_fails_leaves_the_old_schema(url, monkeypatch):
    """It is one transaction: the tables and their version stay as they were."""
    migrated(url)
    before = schema(url)

    def half(connection):
        connection.exec_driver_sql("CREATE TABLE bo_half (id INTEGER)")
        raise ZeroDivisionError

    with monkeypatch.context() as newer:
        newer.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, half))
        newer.setattr(migrations, "NEWEST", migrations.NEWEST + 1)
        with pytest.raises(ZeroDivisionError):
            migrated(url)
    assert before == schema(url)
    assert 0 == migrated(url)


def test_opening_migrates_nothing(url):
    """A server's tables are made when somebody says so; until then opening says what to do."""
    plain = url.replace("+psycopg", "")
    with pytest.raises(SchemaOutOfDate, match="migrate the storage") as caught:
        BackOffice.open(plain, currency="EUR", taxes_included=True)
    assert {"stored": 0, "known": migrations.NEWEST} == caught.value.facts
    assert set() == schema(url)
    migrated(plain)
    with BackOffice.open(plain, currency="EUR", taxes_included=True) as office:
        assert "EUR" == office.settings.currency
        assert "psycopg" == office._context.storage.engine.dialect.driver


def test_a_role_that_may_not_make_tables(postgres, url):
    """A program works as one that may read and write rows, no more."""
    migrated(url)
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for statement in (
            "CREATE ROLE worker LOGIN PASSWORD 'w'",
            "REVOKE ALL ON SCHEMA public FROM PUBLIC",
            "GRANT USAGE ON SCHEMA public TO worker",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO worker",
        ):
            connection.exec_driver_sql(statement)
    worker = sa.make_url(url).set(username="worker", password="w").render_as_string(hide_password=False)
    with BackOffice.open(worker, currency="EUR", taxes_included=True) as office:
        order = office.orders.place(lines=[Line("Tea", sku="TEA", price="1.00")]).order
        assert office.orders.cancel(order.id)
        assert 1 == office.orders.count("status:cancelled")
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP OWNED BY worker; DROP ROLE worker")
    engine.dispose()


def test_a_schema_of_ones_own(url):
    """The first one on the search path; two of them in one database know nothing of each other."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE SCHEMA north; CREATE SCHEMA south")
    engine.dispose()
    for name in ("north", "south"):
        there = f"{url}?options=-csearch_path%3D{name}"
        assert migrations.NEWEST == migrated(there)
        assert 0 == migrated(there)
        with BackOffice.open(there, currency="EUR", taxes_included=True) as office:
            assert "#1001" == office.orders.place(lines=[Line("Tea", price="1.00")]).order.name
    assert set() == schema(url)


def test_the_hosts_tables_are_left_alone(url):
    """Beside tables of the host's own, only ours are made, all with our prefix."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE customers (id INTEGER PRIMARY KEY)")
    engine.dispose()
    before = schema(url)
    migrated(url)
    assert before <= schema(url)
    assert {row[0] for row in schema(url) - before} == set(map(str, migrations.METADATA.tables))


def test_a_database_that_cannot_keep_every_text(postgres):
    """It is refused before any table is made."""
    import psycopg

    with psycopg.connect(postgres.dsn("postgres"), autocommit=True) as connection:
        libc = "LOCALE_PROVIDER libc" if connection.info.server_version >= 150000 else ""
        connection.execute(f"CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' {libc} TEMPLATE template0")
    url = postgres.url("latin")
    with pytest.raises(InvalidValue, match="a database in LATIN1"):
        migrated(url)
    assert set() == schema(url)
    postgres.drop(url)
