"""Opening a shop: what creates one, what checks one, what is refused."""

import os

import pytest
import sqlalchemy as sa

from backoffice_core import BackOffice, Line, errors
from backoffice_core.settings import Settings
from backoffice_core.storage.memory import MemoryStorage
from backoffice_core.storage.sql import SqlStorage

pytestmark = pytest.mark.usefixtures("migrating")

NEW = {"currency": "EUR", "taxes_included": True}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "shop.db"


class TestCreate:
    def test_a_new_shop(self, path):
        """With what was given, and the defaults for the rest."""
        with BackOffice.open(path, **NEW, timezone="Europe/Paris", key_days=7, name_prefix="EN-") as office:
            expected = Settings(**NEW, timezone="Europe/Paris", key_days=7, name_prefix="EN-")
            assert expected == office.settings
            assert "EN-1001" == office.orders.place(lines=[Line("Tea", price="1.00")]).order.name

    @pytest.mark.parametrize("missing", ["currency", "taxes_included"])
    def test_what_a_new_shop_needs(self, path, missing):
        """The question that nobody can answer for the merchant is asked; nothing is created."""
        given = {name: value for name, value in NEW.items() if name != missing}
        with pytest.raises(errors.InvalidValue, match=missing):
            BackOffice.open(path, **given)
        with pytest.raises(errors.InvalidValue, match="currency"):
            BackOffice.open(path)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("currency", "EURO"),
            ("timezone", "Mars/Olympus"),
            ("tax_rounding", "never"),
            ("capture_mode", "later"),
            ("first_number", 0),
            ("key_days", -1),
        ],
    )
    def test_a_setting_that_cannot_be_meant(self, name, value):
        """It is refused by its name, with what was given."""
        with pytest.raises(errors.InvalidInput, match=str(value)):
            BackOffice.open("memory:", **{**NEW, name: value})

    def test_a_setting_that_does_not_exist(self):
        """It is refused with those that do."""
        with pytest.raises(errors.InvalidValue, match=r"colour.*auto_archive"):
            BackOffice.open("memory:", **NEW, colour="red")

    @pytest.mark.parametrize("shop", ["", "s" * 33, "café", None, 7])
    def test_a_shop_id_that_cannot_be_meant(self, shop):
        """1 to 32 characters, ASCII only."""
        with pytest.raises(errors.InvalidValue, match=r"shop: .*32"):
            BackOffice.open("memory:", **NEW, shop=shop)

    def test_many_at_once(self, path):
        """Twenty processes that start together make one shop."""
        from concurrent.futures import ThreadPoolExecutor

        def start(_):
            with BackOffice.open(path, **NEW) as office:
                return office.settings

        with ThreadPoolExecutor(8) as pool:
            assert [Settings(**NEW)] * 16 == list(pool.map(start, range(16)))


class TestCheck:
    def test_as_it_is(self, path):
        """Nothing has to be said again."""
        BackOffice.open(path, **NEW, locale="fr").close()
        with BackOffice.open(path) as office:
            assert "fr" == office.settings.locale

    @pytest.mark.parametrize(
        ("name", "value"),
        [("currency", "USD"), ("taxes_included", False), ("timezone", "Asia/Tokyo"), ("auto_archive", False)],
    )
    def test_another_setting(self, path, name, value):
        """The difference is told, with both; nothing is changed."""
        BackOffice.open(path, **NEW).close()
        with pytest.raises(errors.ShopDiffers) as caught:
            BackOffice.open(path, **{name: value})
        stored = getattr(Settings(**NEW), name)
        assert ("main", name, repr(stored), repr(value)) == tuple(caught.value.facts.values())
        with BackOffice.open(path) as office:
            assert Settings(**NEW) == office.settings

    def test_the_same_setting(self, path):
        """Saying it again is fine, as a list too."""
        BackOffice.open(path, **NEW, notifications=("order_shipped",)).close()
        with BackOffice.open(path, **NEW, notifications=["order_shipped"]) as office:
            assert ("order_shipped",) == office.settings.notifications

    @pytest.mark.parametrize(("synchronous", "level"), [("FULL", 2), ("NORMAL", 1)])
    def test_durability(self, path, synchronous, level):
        """By a path and by a URL; a word that is none is refused."""
        for url in (path, f"sqlite:///{path}"):
            office = BackOffice.open(url, **NEW, synchronous=synchronous)
            with office._context.storage.engine.connect() as connection:
                assert level == connection.exec_driver_sql("PRAGMA synchronous").scalar()
            office.close()
            with pytest.raises(errors.InvalidValue, match="synchronous"):
                BackOffice.open(url, **NEW, synchronous="OFF")

    def test_two_shops_in_one_file(self, path):
        """Each with its own currency and numbers."""
        with BackOffice.open(path, **NEW) as one, BackOffice.open(path, **{**NEW, "currency": "JPY"}, shop="b") as two:
            assert "#1001" == one.orders.place(lines=[Line("Tea", price="1.00")]).order.name
            order = two.orders.place(lines=[Line("Tea", price="100")]).order
            assert ("#1001", "100 JPY") == (order.name, str(order.total))
            with pytest.raises(errors.UnknownId):
                one.orders.get(order.id)


class TestWhere:
    @pytest.mark.parametrize("url", ["memory:", "memory://"])
    def test_in_memory(self, url):
        """Every opening is a shop of its own."""
        office = BackOffice.open(url, **NEW)
        office.orders.place(lines=[Line("Tea", price="1.00")])
        assert 0 == BackOffice.open(url, **NEW).orders.count()

    def test_a_url_a_path_an_engine_a_storage(self, path):
        """All lead to the same file."""
        engine = sa.create_engine(f"sqlite:///{path}")
        storage = SqlStorage(engine)
        for where in (f"sqlite:///{path}", path, engine, storage):
            office = BackOffice.open(where, **NEW)
            office.orders.place(lines=[Line("Tea", price="1.00")])
            office.close()
        with BackOffice.open(path) as office:
            assert 4 == office.orders.count()
        assert isinstance(path, os.PathLike)

    def test_a_storage_is_used_as_it_is(self):
        """Two offices on one storage see the same shop."""
        storage = MemoryStorage()
        one, two = BackOffice.open(storage, **NEW), BackOffice.open(storage)
        id = one.orders.place(lines=[Line("Tea", price="1.00")]).order.id
        assert id == two.orders.get(id).id

    @pytest.mark.parametrize("url", ["shop.db", "", "sqlite:///:memory:", "nosuch://x"])
    def test_a_url_that_leads_nowhere(self, url):
        """It is refused."""
        with pytest.raises(errors.InvalidValue, match="url"):
            BackOffice.open(url, **NEW)


class TestSettings:
    def test_they_change(self, path):
        """Orders keep what they were placed with; a setting that does not exist is refused."""
        with BackOffice.open(path, **NEW) as office:
            before = office.orders.place(lines=[Line("Tea", price="1.00")]).order
            changed = office.change_settings(currency="USD", taxes_included=False, name_prefix="US-")
            assert changed == office.settings
            after = office.orders.place(lines=[Line("Tea", price="1.00")]).order
            assert ("USD", False, "US-1002") == (after.currency, after.taxes_included, after.name)
            assert before == office.orders.get(before.id)
            with pytest.raises(errors.InvalidValue, match="colour"):
                office.change_settings(colour="red")
            with pytest.raises(errors.InvalidInput):
                office.change_settings(timezone="Mars/Olympus")
            assert changed == office.settings

    def test_two_who_change_them_at_once(self, path):
        """Neither change is lost."""
        from concurrent.futures import ThreadPoolExecutor

        with BackOffice.open(path, **NEW) as office, ThreadPoolExecutor(4) as pool:
            for at in range(10):
                list(
                    pool.map(
                        lambda change: office.change_settings(**change),
                        ({"locale": f"en-x{at}"}, {"key_days": at + 1}, {"name_suffix": f"s{at}"}),
                    )
                )
                now = office.settings
                assert (f"en-x{at}", at + 1, f"s{at}") == (now.locale, now.key_days, now.name_suffix)
