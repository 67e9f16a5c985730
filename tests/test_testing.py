"""The shipped testing package: its clock, its ids, its builders, and that its contracts notice."""

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pendulum
import pytest
from hypothesis import given, settings
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


@settings(max_examples=50)
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

    def failed(self, pytester, body, contract="StorageContract"):
        """Return how many tests fail; an error beside them would be a mistake of the body, and not noticed."""
        pytester.makepyfile(
            f"""
            import threading
            from contextlib import contextmanager
            import attrs
            import pytest
            from backoffice_core.storage import memory
            from backoffice_core.storage.trouble import StaleVersion
            from backoffice_core.storage.memory import MemoryStorage, MemoryUnit
            from backoffice_core.storage.layers import Layer, Tables
            from backoffice_core.storage.rows import CheckoutPage, DraftPage
            from backoffice_core.testing import StorageContract
            from backoffice_core.testing.contract_checkouts import CheckoutsContract
            from backoffice_core.testing.contract_draftlists import DraftListsContract
            from backoffice_core.testing.contract_drafts import DraftsContract

            {body}

            class TestFaulty({contract}):
                @pytest.fixture
                def storage(self):
                    return Faulty()
            """
        )
        result = pytester.runpytest_inprocess("-q", "-p", "no:xdist", "-p", "no:cacheprovider", "-x")
        outcomes = result.parseoutcomes()
        assert "errors" not in outcomes
        return outcomes.get("failed", 0)

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
                    tables = self._shops.setdefault(shop, Tables())
                    with self._writer:
                        layer = Layer(tables)
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
                    yield MemoryUnit(Layer(self._shops.setdefault(shop, Tables())))
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

    #: A storage in memory with another unit.
    OTHER_UNIT = """
            class Faulty(MemoryStorage):
                @contextmanager
                def read(self, shop):
                    with super().read(shop) as unit:
                        yield Unit(unit._layer)

                @contextmanager
                def write(self, shop):
                    with super().write(shop) as unit:
                        yield Unit(unit._layer)

            class Unit(MemoryUnit):
    """

    def test_no_fault(self, pytester):
        """What the faults of drafts and checkouts are put into passes."""
        body = f"{self.OTHER_UNIT}            pass"
        assert not self.failed(pytester, body.strip(), "DraftsContract, DraftListsContract, CheckoutsContract")

    @pytest.mark.parametrize(
        "body",
        [
            """
                def put_draft(self, record):
                    return super().put_draft(attrs.evolve(record, movements=()))
            """,
            """
                def put_draft(self, record):
                    return super().put_draft(attrs.evolve(record, events=()))
            """,
            """
                def put_draft(self, record):
                    return super().put_draft(attrs.evolve(record, key=None))
            """,
            """
                def put_draft(self, record):
                    return super().put_draft(attrs.evolve(record, messages=()))
            """,
            """
                def put_draft(self, record):
                    stored = self._layer.get("drafts", record.draft.id)
                    draft = attrs.evolve(record.draft, version=stored.version if stored else 0)
                    return super().put_draft(attrs.evolve(record, draft=draft))
            """,
            """
                def _move(self, move):
                    super()._move(attrs.evolve(move, reserved=0))
            """,
        ],
        ids=["movements", "events", "key", "messages", "version", "reserved"],
    )
    def test_what_is_forgotten_of_a_draft(self, pytester, body):
        """A part of a change that is not saved, or a version that is not compared."""
        assert self.failed(pytester, f"{self.OTHER_UNIT}{body}".strip(), "DraftsContract")

    @pytest.mark.parametrize(
        "body",
        [
            """
                def drafts(self, limit, after=None):
                    gone = {id: one for id, one in self._layer.items("drafts") if one.deleted_at is not None}
                    for id, one in gone.items():
                        self._layer.set("drafts", id, attrs.evolve(one, deleted_at=None))
                    page = super().drafts(limit, after)
                    for id, one in gone.items():
                        self._layer.set("drafts", id, one)
                    return page
            """,
            """
                def drafts(self, limit, after=None):
                    page = super().drafts(limit, after)
                    return DraftPage(page.drafts[::-1], page.next)
            """,
            """
                def drafts(self, limit, after=None):
                    page = super().drafts(limit, after)
                    return DraftPage(page.drafts, page.next if len(page.drafts) > 1 else None)
            """,
            """
                def drafts_due(self, now, limit):
                    return super().drafts_due(now, 10**6)
            """,
            """
                def drafts_due(self, now, limit):
                    return sorted(super().drafts_due(now, limit))
            """,
            """
                def next_draft(self):
                    return self.draft_ahead()
            """,
        ],
        ids=["deleted ones", "the oldest first", "one page", "no limit", "due by id", "a number twice"],
    )
    def test_a_wrong_list_of_drafts(self, pytester, body):
        """Lists, and numbers, that are not what was asked for."""
        assert self.failed(pytester, f"{self.OTHER_UNIT}{body}".strip(), "DraftListsContract")

    @pytest.mark.parametrize(
        "body",
        [
            """
                def put_checkout(self, record):
                    stored = self._layer.get("checkouts", record.checkout.id)
                    checkout = attrs.evolve(record.checkout, version=stored.version if stored else 0)
                    return super().put_checkout(attrs.evolve(record, checkout=checkout))
            """,
            """
                def put_checkout(self, record):
                    self._layer.drop("checkout_sources", record.checkout.source)
                    return super().put_checkout(record)
            """,
            """
                def put_checkout(self, record):
                    return super().put_checkout(attrs.evolve(record, request_print=None))
            """,
            """
                def put_checkout(self, record):
                    saved = super().put_checkout(record)
                    self._layer.set("checkouts", saved.id, attrs.evolve(saved, token=None))
                    return saved
            """,
            """
                def checkouts(self, limit, after=None):
                    page = super().checkouts(limit, after)
                    return CheckoutPage(page.checkouts[::-1], page.next)
            """,
            """
                def checkouts(self, limit, after=None):
                    page = super().checkouts(limit, after)
                    return CheckoutPage(page.checkouts, page.next if len(page.checkouts) > 1 else None)
            """,
        ],
        ids=["version", "a source twice", "print", "a field", "the oldest first", "one page"],
    )
    def test_a_fault_with_checkouts(self, pytester, body):
        """Saved as another, known by nothing, or listed wrongly."""
        assert self.failed(pytester, f"{self.OTHER_UNIT}{body}".strip(), "CheckoutsContract")


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
