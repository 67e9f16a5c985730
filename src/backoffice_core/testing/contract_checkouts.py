"""The part of `backoffice_core.testing.StorageContract` about checkouts: what is saved, their sources, their list."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import attrs
import pendulum
import pytest

from backoffice_core.failures import Conflict, InvalidValue, UnknownId
from backoffice_core.orders.checkout import Checkout
from backoffice_core.storage.base import Storage
from backoffice_core.storage.rows import CheckoutPage, CheckoutRecord
from backoffice_core.storage.trouble import AlreadyStored, StaleVersion
from backoffice_core.testing.builders import a_checkout, a_record, a_shop, an_order
from backoffice_core.testing.clock import START
from backoffice_core.testing.contract_base import Contract, everything, fail_after, patiently, put, read, write
from backoffice_core.testing.lives import a_whole_checkout

SOURCE = ("shopify", "450789469")


def keep(storage: Storage, checkout: Checkout, print_: str | None = None, shop: str = "main") -> Checkout:
    """Save a checkout in a unit of work of its own."""
    record = CheckoutRecord(checkout=checkout, request_print=print_)
    return write(storage, lambda unit: unit.put_checkout(record), shop)


def found(storage: Storage, id: str = "checkout-1", shop: str = "main") -> Checkout:
    """Return a checkout by its id."""
    return read(storage, lambda unit: unit.checkout(id), shop)


class CheckoutsContract(Contract):
    """Checkouts: saved whole or not at all, known by their source, listed newest first."""

    def test_a_checkout_is_read_as_it_was_saved(self, shop: Storage) -> None:
        """With every field; saving only raises the version, and moments are those of the domain."""
        whole = a_whole_checkout()
        saved = keep(shop, whole)
        assert attrs.evolve(whole, version=1) == saved == found(shop)
        assert (saved.total, saved.as_order.total) == (found(shop).total, found(shop).as_order.total)
        moments = [saved.created_at, saved.updated_at, saved.completed_at, saved.closed_at]
        assert moments == [found(shop).created_at, found(shop).updated_at, found(shop).completed_at, saved.closed_at]
        assert {(pendulum.DateTime, "UTC")} == {(type(one), one.timezone_name) for one in moments if one}

    def test_a_change_of_a_checkout(self, shop: Storage) -> None:
        """It takes the place of what was, with the next version."""
        first = keep(shop, a_checkout())
        later = START.add(hours=1)
        second = keep(shop, attrs.evolve(first, note="called", updated_at=later, completed_at=later))
        assert (2, "called", later) == (second.version, second.note, second.completed_at)
        assert second == found(shop) == write(shop, lambda unit: unit.checkout("checkout-1", lock=True))

    @pytest.mark.parametrize("version", [0, 1, 3])
    def test_a_stale_checkout_is_not_saved(self, shop: Storage, version: int) -> None:
        """Another version than the stored one is a conflict, and nothing is written."""
        saved = keep(shop, attrs.evolve(keep(shop, a_checkout()), note="called"))
        before = everything(shop)
        with pytest.raises(StaleVersion) as caught:
            keep(shop, attrs.evolve(saved, note="late", version=version))
        assert ("checkout", "checkout-1", version, 2) == tuple(caught.value.facts.values())
        assert before == everything(shop)

    def test_a_change_of_a_checkout_that_was_never_saved(self, shop: Storage) -> None:
        """It is stale: the stored version is none."""
        with pytest.raises(StaleVersion) as caught:
            keep(shop, a_checkout(version=1))
        assert tuple(caught.value.facts.values()) == ("checkout", "checkout-1", 1, 0)

    def test_a_checkout_that_is_not_there(self, shop: Storage) -> None:
        """It is an error that names the id, with a lock and without; an order is no checkout, nor the other way."""
        put(shop, a_record(an_order(id="order-1")))
        for id in ("checkout-9", "order-1", "ä"):
            for lock in (False, True):
                with pytest.raises(UnknownId, match=id):
                    write(shop, lambda unit, id=id, lock=lock: unit.checkout(id, lock=lock))  # type: ignore[misc]
        keep(shop, a_checkout())
        with pytest.raises(UnknownId):
            read(shop, lambda unit: unit.order("checkout-1"))

    def test_a_failed_unit_saves_no_checkout(self, shop: Storage) -> None:
        """Neither a new one, whose source stays free, nor a change."""
        saved = keep(shop, a_checkout(), "print")
        before = everything(shop)
        new = CheckoutRecord(checkout=a_checkout("checkout-2", source=SOURCE))
        fail_after(shop, lambda unit: unit.put_checkout(new))
        change = CheckoutRecord(checkout=attrs.evolve(saved, note="called"), request_print="other")
        fail_after(shop, lambda unit: unit.put_checkout(change))
        assert before == everything(shop)
        assert keep(shop, a_checkout("checkout-3", source=SOURCE)).version == 1

    # --- sources

    def test_a_checkout_is_found_by_its_source(self, shop: Storage) -> None:
        """With the print of what it was imported from last; a change without one leaves it."""

        def known(id: str = SOURCE[1]) -> tuple[str, str | None] | None:
            return read(shop, lambda unit: unit.checkout_imported_from((SOURCE[0], id)))

        saved = keep(shop, a_checkout(source=SOURCE), "first")
        assert known() == ("checkout-1", "first")
        saved = keep(shop, attrs.evolve(saved, note="called"))
        assert known() == ("checkout-1", "first")
        keep(shop, attrs.evolve(saved, note="imported again"), "second")
        assert known() == ("checkout-1", "second")
        assert None is known("450789470")

    def test_a_source_of_checkouts_is_used_once(self, shop: Storage) -> None:
        """The second checkout is refused whole; those without a source are as many as one likes."""
        keep(shop, a_checkout(source=SOURCE), "print")
        before = everything(shop)
        with pytest.raises(AlreadyStored):
            keep(shop, a_checkout("checkout-2", source=SOURCE), "other")
        assert before == everything(shop)
        for id in ("checkout-3", "checkout-4"):
            keep(shop, a_checkout(id))
        assert len(read(shop, lambda unit: unit.checkouts(9)).checkouts) == 3

    def test_the_checkouts_of_two_shops(self, shop: Storage) -> None:
        """The same id and source in another shop is another checkout."""
        write(shop, lambda unit: unit.create_shop(a_shop()), "other")
        keep(shop, a_checkout(source=SOURCE), "print")
        assert read(shop, lambda unit: unit.checkouts(9), "other").checkouts == ()
        assert None is read(shop, lambda unit: unit.checkout_imported_from(SOURCE), "other")
        with pytest.raises(UnknownId):
            found(shop, shop="other")
        before = everything(shop)
        theirs = keep(shop, a_checkout(source=SOURCE, note="theirs"), "another", "other")
        keep(shop, attrs.evolve(theirs, note="theirs again"), shop="other")
        assert before == everything(shop)

    def test_two_who_import_a_checkout_at_once(self, shop: Storage) -> None:
        """One of them does; the others are told, and nothing of theirs is saved."""

        def bring(at: int) -> str:
            with suppress(AlreadyStored, Conflict):
                return keep(shop, a_checkout(f"checkout-{at}", source=SOURCE)).id
            return ""

        with ThreadPoolExecutor(4) as pool:
            made = [id for id in pool.map(bring, range(4)) if id]
        assert made == [one.id for one in read(shop, lambda unit: unit.checkouts(9)).checkouts]
        assert len(made) == 1

    def test_no_change_of_a_checkout_is_lost(self, shop: Storage) -> None:
        """Many who change one at once: each waits or conflicts, and every success is one version."""
        keep(shop, a_checkout(note="0"))

        def change(_: int) -> None:
            def work() -> None:
                with shop.write("main") as unit:
                    one = unit.checkout("checkout-1", lock=True)
                    unit.put_checkout(CheckoutRecord(checkout=attrs.evolve(one, note=str(int(one.note or 0) + 1))))

            patiently(work)

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(change, range(12)))
        assert (found(shop).note, found(shop).version) == ("12", 13)

    # --- the list

    def _checkout_page(self, shop: Storage, limit: int, after: str | None = None) -> CheckoutPage:
        return read(shop, lambda unit: unit.checkouts(limit, after))

    def _all_checkouts(self, shop: Storage, limit: int) -> list[str]:
        """Return the ids of all pages; no page is empty but a first one, and none is too long."""
        ids: list[str] = []
        after: str | None = None
        while True:
            page = self._checkout_page(shop, limit, after)
            assert len(page.checkouts) <= limit
            assert page.checkouts or after is None
            assert page.next is None or len(page.checkouts) == limit
            ids += [one.id for one in page.checkouts]
            if page.next is None:
                return ids
            after = page.next

    def _some_checkouts(self, shop: Storage) -> list[str]:
        """Save ten checkouts, several of a moment; return their ids as they are listed."""
        rows: list[tuple[int, str]] = []
        for at in (7, 2, 9, 4, 0, 5, 1, 3, 8, 6):
            keep(shop, a_checkout(f"checkout-{at}", at=START.add(hours=at // 3)))
            rows.append((at // 3, f"checkout-{at}"))
        return [id for _, id in sorted(rows, reverse=True)]

    def test_there_is_no_checkout(self, shop: Storage) -> None:
        """An empty page, which is the last one."""
        assert CheckoutPage((), None) == self._checkout_page(shop, 3)

    @pytest.mark.parametrize("limit", [1, 2, 3, 9, 10, 11, 250])
    def test_the_list_of_checkouts(self, shop: Storage, limit: int) -> None:
        """Newest first, ties by id, page by page without a gap; a change leaves its place."""
        ids = self._some_checkouts(shop)
        assert ids == self._all_checkouts(shop, limit)
        keep(shop, attrs.evolve(found(shop, ids[-1]), note="called", updated_at=START.add(days=9)))
        assert ids == self._all_checkouts(shop, limit)

    def test_a_listed_checkout_is_whole(self, shop: Storage) -> None:
        """It equals what is read by its id, with its version."""
        keep(shop, attrs.evolve(keep(shop, a_whole_checkout()), note="called"))
        keep(shop, a_checkout("checkout-2"))
        listed = {one.id: one for one in self._checkout_page(shop, 9).checkouts}
        assert {id: one.version for id, one in listed.items()} == {"checkout-1": 2, "checkout-2": 1}
        assert all(one == found(shop, id) for id, one in listed.items())

    def test_a_checkout_that_comes_while_pages_are_turned(self, shop: Storage) -> None:
        """A newer one is not on the pages to come, and none of them is left out."""
        ids = self._some_checkouts(shop)
        first = self._checkout_page(shop, 4)
        keep(shop, a_checkout("checkout-99", at=START.add(days=2)))
        rest = self._checkout_page(shop, 250, first.next)
        assert ids == [one.id for one in (*first.checkouts, *rest.checkouts)]

    @pytest.mark.parametrize("after", ["", "no cursor", "MQ==", "MSAA", "MSDDqQ=="])
    def test_what_is_no_cursor_of_checkouts(self, shop: Storage, after: str) -> None:
        """It is refused."""
        with pytest.raises(InvalidValue):
            self._checkout_page(shop, 3, after)

    def test_checkouts_after_a_restart(self, shop: Storage) -> None:
        """Another storage over the same data has them, and knows their sources."""
        if not self.reopens:
            pytest.skip("this storage ends with its process")
        saved = keep(shop, a_whole_checkout(), "print")
        again: Any = self.reopen(shop)
        try:
            assert saved == found(again)
            assert read(again, lambda unit: unit.checkout_imported_from(SOURCE)) == ("checkout-1", "print")
        finally:
            again.close()
