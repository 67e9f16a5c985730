"""The storage in SQL passes the contract on PostgreSQL, whichever way its statements go to the driver."""

import pytest
import sqlalchemy as sa

from backoffice_core.storage.sql import SqlStorage
from backoffice_core.storage.sql.tables import ORDERS
from backoffice_core.testing import StorageContract

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


class TestThroughCore(PostgresContract):
    """With every statement through SQLAlchemy Core."""

    use_compiled = False
