"""The shipped testing package: its clock, its ids, its builders, and that its contracts notice."""

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

import backoffice_core.testing as testing
from backoffice_core import BackOffice, Line, errors
from backoffice_core.orders.rules import decide
from backoffice_core.storage.memory import MemoryStorage
from backoffice_core.testing import CountingIds, FrozenClock, StorageContract, an_order
from backoffice_core.testing.builders import some_facts
from backoffice_core.testing.strategies import amounts, baskets, commands

pytest_plugins = ["pytester"]


class TestClock:
    def test_it_stands_still(self):
        """Until it is moved."""
        clock = FrozenClock()
        assert clock() == clock()
        assert pendulum.DateTime is type(clock())

    def test_it_moves_by_what_is_said(self):
        """Forth and back."""
        clock = FrozenClock(pendulum.datetime(2024, 2, 28, 23))
        assert pendulum.datetime(2024, 2, 29, 2) == clock.tick(hours=3) == clock()
        assert pendulum.datetime(2024, 2, 29, 1, 59, 59, 999_999) == clock.tick(microseconds=-1, seconds=0)
        assert type(clock()) is pendulum.DateTime
        assert pendulum.datetime(2025, 1, 1) == clock.set(
            dt.datetime(2025, 1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=1)))
        )
        assert "UTC" == clock().timezone_name

    def test_a_naive_start_is_refused(self):
        """A wall clock is no instant."""
        with pytest.raises(errors.InvalidValue, match="naive"):
            FrozenClock(dt.datetime(2024, 1, 1))  # noqa: DTZ001


class TestIds:
    def test_they_count_and_are_valid(self):
        """UUIDs of version 7, the same every time, sorted as they were made."""
        ids = CountingIds()
        made = [ids() for _ in range(300)]
        assert made == sorted(set(made))
        assert {7} == {uuid.UUID(id).version for id in made}
        again = CountingIds()
        assert made == [again() for _ in range(300)]
        other = CountingIds(series=1)
        assert not {other() for _ in range(300)} & set(made)

    def test_threads_share_them(self):
        """No id is given twice."""
        ids = CountingIds()
        with ThreadPoolExecutor(8) as pool:
            made = list(pool.map(lambda _: ids(), range(2000)))
        assert 2000 == len(set(made))


class TestBuilders:
    def test_an_order_is_one_that_a_shop_could_have(self):
        """Made by the rules, with figures that agree."""
        order = an_order(Line("Tea", price="10.00", quantity=2), shipping="5.00", paid="25.00", id="order-1")
        assert ("order-1", "25.00 EUR", "paid", 0) == (
            order.id,
            str(order.total),
            order.financial_status,
            order.version,
        )

    def test_every_name_can_be_loaded(self):
        """And is listed, sorted."""
        assert sorted(testing.__all__) == testing.__all__
        assert set(testing.__all__) == set(testing._WHERE)
        for name in testing.__all__:
            assert getattr(testing, name)
            assert name in dir(testing)
        with pytest.raises(AttributeError, match="teapot"):
            _ = testing.teapot


@given(baskets(), st.data())
def test_strategies_make_what_rules_understand(basket, data):
    """A basket can be placed, and a command on it is decided or refused, never a crash."""
    facts = some_facts()
    order = decide(None, basket, facts).order
    for _ in range(3):
        command = data.draw(commands(order))
        with suppress(errors.BackOfficeError):
            order = decide(order, command, facts).order
        assert order.sums.current_total >= 0
        assert all(row.current >= 0 and row.to_fulfill >= 0 for row in order.counters.values())


@given(amounts("JPY", least=1, most=50))
def test_amounts_stay_in_their_bounds(money):
    """In whole minor units of the currency."""
    assert ("JPY", True) == (money.currency, 1 <= money.minor <= 50)


class TestTheContractNotices:
    """Storages with one fault each fail it; these are the faults that a storage is likely to have."""

    def failed(self, pytester, body):
        pytester.makepyfile(
            f"""
            import threading
            from contextlib import contextmanager
            import pytest
            from backoffice_core.storage import memory
            from backoffice_core.storage.trouble import StaleVersion
            from backoffice_core.storage.memory import MemoryStorage, MemoryUnit
            from backoffice_core.storage.layers import _Layer, _Tables
            from backoffice_core.testing import StorageContract

            {body}

            class TestFaulty(StorageContract):
                @pytest.fixture
                def storage(self):
                    return Faulty()
            """
        )
        result = pytester.runpytest_inprocess("-q", "-p", "no:xdist", "-p", "no:cacheprovider", "-x")
        return result.parseoutcomes().get("failed", 0) + result.parseoutcomes().get("errors", 0)

    def test_no_lock(self, pytester):
        """Two writers at once, the later one wins: an update is lost."""
        body = """
            class Nothing:
                def acquire(self, timeout=0):
                    return True
                def release(self):
                    pass

            class Faulty(MemoryStorage):
                def __init__(self):
                    super().__init__()
                    self._writer = Nothing()
        """
        assert self.failed(pytester, body.strip())

    def test_no_rollback(self, pytester):
        """What a failed unit wrote stays."""
        body = """
            class Faulty(MemoryStorage):
                @contextmanager
                def write(self, shop):
                    tables = self._shops.setdefault(shop, _Tables())
                    with self._writer:
                        layer = _Layer(tables)
                        try:
                            yield MemoryUnit(layer)
                        finally:
                            self._shops[shop] = layer.merged()
        """
        assert self.failed(pytester, body.strip())

    def test_no_snapshot(self, pytester):
        """A view that changes while it is looked at."""
        body = """
            class Faulty(MemoryStorage):
                @contextmanager
                def read(self, shop):
                    yield MemoryUnit(_Layer(self._shops.setdefault(shop, _Tables())))
        """
        assert self.failed(pytester, body.strip())

    def test_one_shop_for_all(self, pytester):
        """Shops that share their tables."""
        body = """
            class Faulty(MemoryStorage):
                def read(self, shop):
                    return super().read("one")
                def write(self, shop):
                    return super().write("one")
        """
        assert self.failed(pytester, body.strip())


def test_the_contract_asks_for_its_fixture():
    """A subclass that forgets it is told."""
    with pytest.raises(NotImplementedError, match="override"):
        StorageContract.storage.__wrapped__(StorageContract())


def test_a_shop_in_a_test(tmp_path):
    """What a user's test looks like."""
    clock = FrozenClock()
    office = BackOffice.open(MemoryStorage(), currency="EUR", taxes_included=True, clock=clock, new_id=CountingIds())
    order = office.orders.place(lines=[Line("Tea", price="1.00")]).order
    clock.tick(hours=3)
    assert clock() == office.orders.comment(order.id, "called").order.updated_at
