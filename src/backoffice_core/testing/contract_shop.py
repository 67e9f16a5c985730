"""The part of `backoffice_core.testing.StorageContract` about a shop's door and who changed its settings."""

from concurrent.futures import ThreadPoolExecutor

import attrs

from backoffice_core.settingtrace import SettingChange
from backoffice_core.storage.base import Storage
from backoffice_core.storage.base_shop import Tally
from backoffice_core.storefront import Hashed, Storefront
from backoffice_core.testing.builders import a_record, a_shop, an_order
from backoffice_core.testing.clock import START
from backoffice_core.testing.contract_base import Contract, fail_after, patiently, put, read, write

END = START.add(minutes=10)


def a_storefront() -> Storefront:
    """Return a storefront of which everything is known."""
    hashed = Hashed("00" * 16, "ff" * 32, 2, 8, 1)
    return Storefront(protected=True, message="Bientôt", password=hashed, generation=3, pepper="ab" * 16)


def a_setting_change(number: int = 1) -> SettingChange:
    """Return a change of a setting, the *number*-th."""
    return SettingChange(
        id=f"change-{number}",
        at=START.add(minutes=number),
        actor="marie",
        name="locale",
        before="'en'",
        after="'fr'",
    )


class ShopDoorContract(Contract):
    """The storefront, numbers that are forgotten, changes of settings, terms that are used."""

    def test_a_storefront_comes_back_as_it_was(self, shop: Storage) -> None:
        """Open until something else is said; settings and it leave each other alone."""
        settings = read(shop, lambda unit: unit.settings())
        assert read(shop, lambda unit: unit.storefront()) == Storefront()
        write(shop, lambda unit: unit.save_storefront(a_storefront()))
        assert read(shop, lambda unit: unit.storefront(lock=False)) == a_storefront()
        assert write(shop, lambda unit: unit.storefront(lock=True)) == a_storefront()
        fail_after(shop, lambda unit: unit.save_storefront(Storefront()))
        write(shop, lambda unit: unit.save_settings(a_shop(locale="fr")))
        assert read(shop, lambda unit: unit.storefront()) == a_storefront()
        assert read(shop, lambda unit: unit.settings()) != settings
        write(shop, lambda unit: unit.create_shop(a_shop()), "other")
        assert read(shop, lambda unit: unit.storefront(), "other") == Storefront()

    def test_a_number_is_raised(self, shop: Storage) -> None:
        """It keeps the end it began with, begins anew when that is over, and a failed unit leaves it."""

        def raised(minute: int) -> Tally:
            at = START.add(minutes=minute)
            return write(shop, lambda unit: unit.raise_tally("one", now=at, until=at.add(minutes=10)))

        assert read(shop, lambda unit: unit.tally("one")) is None
        assert [raised(0), raised(5), raised(9)] == [Tally(1, END), Tally(2, END), Tally(3, END)]
        fail_after(shop, lambda unit: unit.raise_tally("one", now=START, until=END))
        assert read(shop, lambda unit: unit.tally("one")) == Tally(3, END)
        assert raised(10) == Tally(1, END.add(minutes=10))
        assert read(shop, lambda unit: unit.tally("other")) is None

    def test_a_number_is_lowered(self, shop: Storage) -> None:
        """That of the same end, and not below 0."""
        write(shop, lambda unit: unit.put_tally("one", Tally(1, END)))
        write(shop, lambda unit: unit.lower_tally("one", END.add(minutes=1)))
        write(shop, lambda unit: unit.lower_tally("other", END))
        assert read(shop, lambda unit: unit.tally("one")) == Tally(1, END)
        for _ in range(2):
            write(shop, lambda unit: unit.lower_tally("one", END))
        assert read(shop, lambda unit: unit.tally("one")) == Tally(0, END)

    def test_numbers_from_many_threads(self, shop: Storage) -> None:
        """Of several who raise a number that is not there yet each counts."""

        def once(_: int) -> int:
            return patiently(lambda: write(shop, lambda unit: unit.raise_tally("one", now=START, until=END))).number

        with ThreadPoolExecutor(8) as threads:
            assert sorted(threads.map(once, range(24))) == list(range(1, 25))

    def test_numbers_are_forgotten(self, shop: Storage) -> None:
        """Those that were over before a moment, the shop's own, not more than were asked for."""
        write(shop, lambda unit: unit.create_shop(a_shop()), "other")
        for number in range(3):
            write(shop, lambda unit, n=number: unit.put_tally(f"{n}", Tally(1, START.add(minutes=n))))  # type: ignore[misc]
        write(shop, lambda unit: unit.put_tally("0", Tally(7, START)), "other")
        assert write(shop, lambda unit: unit.purge_tallies(START, 9)) == 0
        assert write(shop, lambda unit: unit.purge_tallies(END, 2)) == 2
        assert write(shop, lambda unit: unit.purge_tallies(END, 2)) == 1
        assert read(shop, lambda unit: unit.tally("0"), "other") == Tally(7, START)

    def test_who_changed_settings(self, shop: Storage) -> None:
        """Every field, the newest first, those of one moment by id, not more than were asked for."""
        untold = SettingChange(id="change-9", at=a_setting_change(3).at, actor=None, name="sender")
        changes = [a_setting_change(1), a_setting_change(3), a_setting_change(2), untold]
        write(shop, lambda unit: unit.put_setting_changes(changes[:2]))
        write(shop, lambda unit: unit.put_setting_changes(changes[2:]))
        fail_after(shop, lambda unit: unit.put_setting_changes([a_setting_change(7)]))
        write(shop, lambda unit: unit.create_shop(a_shop()), "other")
        newest = [untold, a_setting_change(3), a_setting_change(2), a_setting_change(1)]
        assert list(read(shop, lambda unit: unit.setting_changes(9))) == newest
        assert list(read(shop, lambda unit: unit.setting_changes(2))) == newest[:2]
        assert list(read(shop, lambda unit: unit.setting_changes(9), "other")) == []

    def test_terms_that_are_used(self, shop: Storage) -> None:
        """Each once, sorted by bytes, the shop's own, of orders that are there, not more than were asked for."""
        for number, channel in enumerate(("web", "pos", "web", None, "éé")):
            order = an_order(id=f"order-{number}", channel=channel)
            put(shop, a_record(order))
        gone = an_order(id="order-9", channel="gone")
        put(shop, a_record(gone))
        stored = read(shop, lambda unit: unit.order("order-9"))
        put(shop, a_record(attrs.evolve(stored, deleted_at=START)))
        write(shop, lambda unit: unit.create_shop(a_shop()), "other")
        found = read(shop, lambda unit: list(unit.terms_with("chan:", 9)))
        assert found[:2] == ["chan:pos", "chan:web"]
        assert len(found) == 3
        assert read(shop, lambda unit: list(unit.terms_with("chan:", 2))) == ["chan:pos", "chan:web"]
        assert read(shop, lambda unit: list(unit.terms_with("chan:", 9)), "other") == []
