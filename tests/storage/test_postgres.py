"""The storage in SQL passes the contract on PostgreSQL, whichever way its statements go to the driver."""

import pytest
import sqlalchemy as sa

from backoffice_core.storage.sql import SqlStorage
from backoffice_core.storage.sql.engines import url_of
from backoffice_core.storage.sql.tables import ORDERS
from backoffice_core.testing import StorageContract, a_shop
from backoffice_core.testing.contract_base import fail_after, read, write

pytestmark = pytest.mark.postgres


class PostgresContract(StorageContract):
    reopens = True
    plants = True
    use_compiled = True

    @pytest.fixture
    def storage(self, emptied_postgres):
        return emptied_postgres(use_compiled=self.use_compiled)

    def reopen(self, storage):
        again = SqlStorage(storage.engine.url, use_compiled=self.use_compiled)
        again.check()
        return again

    def plant(self, storage, order_id, text):
        with storage.engine.begin() as connection:
            connection.execute(sa.update(ORDERS).where(ORDERS.c.id == order_id).values(doc=text))


class TestPostgres(PostgresContract):
    pass


@pytest.mark.slow
class TestThroughCore(PostgresContract):
    """With every statement through SQLAlchemy Core, as SQLite has them by default."""

    use_compiled = False


def test_a_source_is_unique_through_core(emptied_postgres):
    """There an insert that meets another row of its key counts none, and is no error."""
    storage = emptied_postgres(use_compiled=False)
    write(storage, lambda unit: unit.create_shop(a_shop()))
    TestThroughCore().test_a_source_is_unique(storage)


@pytest.mark.parametrize("level", ["AUTOCOMMIT", "READ COMMITTED", "SERIALIZABLE"])
def test_transactions_are_ours_whatever_the_engine_was_made_with(emptied_postgres, level):
    """A view sees one state and writes nothing; a unit of work sees what others saved, and is saved whole or not."""
    engine = sa.create_engine(emptied_postgres().engine.url, isolation_level=level)
    storage = SqlStorage(engine)

    def way(unit):
        ask = "SELECT current_setting('transaction_isolation') || ' ' || current_setting('transaction_read_only')"
        return unit._session.core(sa.text(ask)).scalar()

    with storage.read("main") as unit:
        assert "repeatable read on" == way(unit)
    with storage.write("main") as unit:
        assert "read committed off" == way(unit)
    fail_after(storage, lambda unit: unit.create_shop(a_shop()))
    assert None is read(storage, lambda unit: unit.settings())
    with engine.connect() as connection:
        # The host's own transactions are as they were.
        by_itself = connection.connection.driver_connection.autocommit
        assert level == ("AUTOCOMMIT" if by_itself else connection.get_isolation_level())
    storage.close()


@pytest.mark.parametrize(
    ("given", "driver"),
    [("postgresql://u@h/d", "postgresql+psycopg"), ("postgresql+psycopg2://u@h/d", "postgresql+psycopg2")],
)
def test_the_driver_of_a_url(given, driver):
    """psycopg, unless another one is named: the default of SQLAlchemy 2.0 is an older one."""
    assert driver == url_of(given).drivername
