"""The storage in memory passes the contract of every storage."""

import pytest

from backoffice_core.storage import memory
from backoffice_core.storage.memory import MemoryStorage
from backoffice_core.storage.trouble import StorageBusy
from backoffice_core.testing import StorageContract, a_record, an_order


class TestMemory(StorageContract):
    @pytest.fixture
    def storage(self):
        return MemoryStorage()


def test_a_second_writer_does_not_wait_for_ever(monkeypatch):
    """A unit that does not end makes the storage busy, which changes nothing and ends with it."""
    monkeypatch.setattr(memory, "PATIENCE", 0.01)
    storage = MemoryStorage()
    with storage.write("main") as unit:
        unit.put(a_record(an_order(id="order-1")))
        with pytest.raises(StorageBusy), storage.write("main"):
            pass
    with storage.write("main") as unit:
        assert 1 == unit.count_orders()


def test_a_view_costs_no_copy_once_it_is_closed():
    """Copies are made only while somebody looks; afterwards the tables are changed in place."""
    storage = MemoryStorage()
    with storage.write("main") as unit:
        unit.put(a_record(an_order(id="order-1")))
    before = storage._shops["main"]
    with storage.read("main"):
        pass
    with storage.write("main") as unit:
        unit.put(a_record(an_order(id="order-2")))
    assert before is storage._shops["main"]
    with storage.read("main"), storage.write("main") as unit:
        unit.put(a_record(an_order(id="order-3")))
    assert before is not storage._shops["main"]
    assert 0 == storage._shops["main"].readers
