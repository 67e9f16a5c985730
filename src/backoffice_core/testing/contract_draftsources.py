"""The part of `backoffice_core.testing.StorageContract` about drafts that were imported: their sources and numbers."""

import attrs
import pytest

from backoffice_core.orders.draft import Draft
from backoffice_core.storage.base import Storage
from backoffice_core.storage.rows import DraftRecord
from backoffice_core.storage.trouble import AlreadyStored, StaleVersion
from backoffice_core.testing.clock import START
from backoffice_core.testing.contract_base import Contract, fail_after, read, write
from backoffice_core.testing.lives import a_draft_life

SOURCE = ("shopify", "517")


def a_draft(id: str, source: tuple[str, str] | None = SOURCE) -> Draft:
    """Return a draft that was not saved yet."""
    return attrs.evolve(a_draft_life(id)[0].draft, version=0, source=source)


def keep(storage: Storage, draft: Draft, print_: str | None = None, shop: str = "main") -> Draft:
    """Save a draft."""
    record = DraftRecord(draft=draft, at=START, request_print=print_)
    return write(storage, lambda unit: unit.put_draft(record), shop)


class DraftSourcesContract(Contract):
    """Drafts by their source, and numbers above the imported ones."""

    def test_a_draft_is_found_by_its_source(self, shop: Storage) -> None:
        """With the print of what it was imported from, and after a change too."""
        saved = keep(shop, a_draft("d-1"), "print")
        assert read(shop, lambda unit: unit.draft("d-1")).source == SOURCE
        keep(shop, attrs.evolve(saved, note="called"))
        assert read(shop, lambda unit: unit.draft_imported_from(SOURCE)) == ("d-1", "print")
        assert read(shop, lambda unit: unit.draft_imported_from(("shopify", "518"))) is None

    def test_a_source_is_used_once(self, shop: Storage) -> None:
        """The second draft is refused whole; drafts without a source are as many as one likes."""
        keep(shop, a_draft("d-1"))
        with pytest.raises(AlreadyStored):
            keep(shop, a_draft("d-2"))
        with pytest.raises(StaleVersion):
            keep(shop, a_draft("d-1", None))
        for id in ("d-3", "d-4"):
            keep(shop, a_draft(id, None))
        assert {"d-1", "d-3", "d-4"} == {one.id for one in read(shop, lambda unit: unit.drafts(9)).drafts}

    def test_a_source_is_that_of_one_shop(self, shop: Storage) -> None:
        """Another shop may have the same."""
        keep(shop, a_draft("d-1"))
        assert read(shop, lambda unit: unit.draft_imported_from(SOURCE), "other") is None

    def test_a_failed_unit_leaves_its_source_free(self, shop: Storage) -> None:
        """What was not saved can be imported again."""
        fail_after(shop, lambda unit: unit.put_draft(DraftRecord(draft=a_draft("d-1"), at=START)))
        assert keep(shop, a_draft("d-2")).version == 1

    def test_numbers_of_drafts_are_raised_and_never_lowered(self, shop: Storage) -> None:
        """After the import of #D20 the next one is #D21; raising to less changes nothing."""
        write(shop, lambda unit: unit.raise_draft(20))
        assert write(shop, lambda unit: unit.next_draft()) == 21
        write(shop, lambda unit: unit.raise_draft(5))
        assert read(shop, lambda unit: unit.draft_ahead()) == 22
        write(shop, lambda unit: unit.raise_draft(22))
        assert read(shop, lambda unit: unit.draft_ahead()) == 23
