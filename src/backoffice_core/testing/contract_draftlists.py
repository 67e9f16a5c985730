"""The part of `backoffice_core.testing.StorageContract` about the numbers of drafts, their list, and what is due."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import attrs
import pendulum
import pytest

from backoffice_core.failures import InvalidValue
from backoffice_core.orders.drafts import IDLE_DAYS
from backoffice_core.orders.events import DraftUpdated
from backoffice_core.orders.states import DraftStatus
from backoffice_core.storage.base import Storage
from backoffice_core.testing.builders import a_shop
from backoffice_core.testing.clock import START
from backoffice_core.testing.contract_base import Contract, fail_after, patiently, put_draft, read, write
from backoffice_core.testing.contract_drafts import a_draft, a_draft_record, saved_draft_life


class DraftListsContract(Contract):
    """The numbers of drafts, their list, and those that time is over for."""

    def test_the_number_of_a_draft(self, shop: Storage) -> None:
        """Looking at the next one does not take it; drafts and orders, and other shops, count for themselves."""
        write(shop, lambda unit: unit.create_shop(a_shop()), "other")
        first, same = read(shop, lambda unit: (unit.draft_ahead(), unit.draft_ahead()))
        assert (first, first) == (first, same)
        taken = write(shop, lambda unit: (unit.next_draft(), unit.draft_ahead(), unit.next_draft()))
        assert (first, first + 1, first + 1) == taken
        assert read(shop, lambda unit: unit.number_ahead()) == 1001
        write(shop, lambda unit: unit.next_number())
        assert read(shop, lambda unit: unit.draft_ahead()) == first + 2
        assert read(shop, lambda unit: unit.draft_ahead(), "other") == first

    def test_a_failed_unit_and_the_number_of_a_draft(self, shop: Storage) -> None:
        """A number of a saved unit is not taken again; that of a failed one may be."""
        first = write(shop, lambda unit: unit.next_draft())
        fail_after(shop, lambda unit: unit.next_draft())
        assert first < write(shop, lambda unit: unit.next_draft()) <= first + 2

    def test_settings_leave_the_number_of_a_draft(self, shop: Storage) -> None:
        """Saving them begins no new count."""
        first = write(shop, lambda unit: unit.next_draft())
        write(shop, lambda unit: unit.save_settings(a_shop(first_number=7)))
        assert write(shop, lambda unit: unit.create_shop(a_shop())) is False
        assert write(shop, lambda unit: unit.next_draft()) == first + 1

    def test_numbers_of_drafts_from_many_threads(self, shop: Storage) -> None:
        """No two units take the same number, though a third of them fails."""

        def take(at: int) -> int | None:
            if at % 3 == 0:
                patiently(lambda: fail_after(shop, lambda unit: unit.next_draft()))
                return None
            return patiently(lambda: write(shop, lambda unit: unit.next_draft()))

        with ThreadPoolExecutor(8) as pool:
            numbers = [number for number in pool.map(take, range(48)) if number is not None]
        assert 32 == len(set(numbers)) == len(numbers)
        assert max(numbers) < read(shop, lambda unit: unit.draft_ahead())

    def _listed(self, shop: Storage, limit: int) -> list[str]:
        """Return the ids of all pages; no page is empty but a first one, and none is too long."""
        ids: list[str] = []
        after: str | None = None
        while True:
            page = read(shop, lambda unit, after=after: unit.drafts(limit, after))  # type: ignore[misc]
            assert len(page.drafts) <= limit
            assert page.drafts or after is None
            assert page.next is None or len(page.drafts) == limit
            ids += [draft.id for draft in page.drafts]
            if page.next is None:
                return ids
            after = page.next

    def _some(self, shop: Storage) -> list[str]:
        """Save twelve drafts, three of a moment, two moments of them deleted; return those that are listed."""
        left: list[tuple[int, str]] = []
        for at in (7, 2, 9, 4, 0, 11, 5, 1, 10, 3, 8, 6):
            gone = at // 3 == 2 or at == 0
            deleted = START.add(days=1) if gone else None
            put_draft(shop, a_draft_record(a_draft(f"draft-{at:02}", at=START.add(hours=at // 3), deleted_at=deleted)))
            left += [] if gone else [(at // 3, f"draft-{at:02}")]
        return [id for _, id in sorted(left, reverse=True)]

    def test_there_is_no_draft(self, shop: Storage) -> None:
        """An empty page, which is the last one; nothing is due."""
        assert read(shop, lambda unit: (unit.drafts(3).drafts, unit.drafts(3).next)) == ((), None)
        assert list(read(shop, lambda unit: unit.drafts_due(START.add(years=9), 9))) == []

    @pytest.mark.parametrize("limit", [1, 2, 3, 4, 7, 8, 9, 250])
    def test_the_list_of_drafts(self, shop: Storage, limit: int) -> None:
        """Newest first, ties by id, without those that are deleted, page by page without a gap."""
        assert self._some(shop) == self._listed(shop, limit)

    @pytest.mark.parametrize("limit", [1, 5, 12, 250])
    def test_ids_of_drafts(self, shop: Storage, limit: int) -> None:
        """All of them, deleted ones too, the least first; those of another shop are not among them."""
        self._some(shop)
        write(shop, lambda unit: unit.create_shop(a_shop()), "other")
        found: list[str] = []
        while True:
            after = found[-1] if found else None
            page = read(shop, lambda unit, after=after: unit.draft_ids(limit, after))  # type: ignore[misc]
            found += page
            if len(page) < limit:
                break
        assert found == [f"draft-{at:02}" for at in range(12)]
        assert list(read(shop, lambda unit: unit.draft_ids(9), "other")) == []

    def test_a_listed_draft_is_whole(self, shop: Storage) -> None:
        """It equals what is read by its id, with its version."""
        saved_draft_life(shop)
        put_draft(shop, a_draft_record(put_draft(shop, a_draft_record(a_draft("draft-2")))))
        found = read(shop, lambda unit: [(unit.draft(draft.id), draft) for draft in unit.drafts(9).drafts])
        assert {draft.id: draft.version for _, draft in found} == {"draft-1": 5, "draft-2": 2}
        assert all(one == other for one, other in found)

    def test_a_draft_that_is_deleted_leaves_the_list(self, shop: Storage) -> None:
        """Also while somebody turns the pages; it is still read by its id, with its timeline."""
        ids = self._some(shop)
        first = read(shop, lambda unit: unit.drafts(2))
        last = first.drafts[-1]
        put_draft(shop, a_draft_record(attrs.evolve(last, deleted_at=START), events=(DraftUpdated(1, 2),)))
        rest = read(shop, lambda unit: unit.drafts(250, first.next))
        assert ids == [draft.id for draft in (*first.drafts, *rest.drafts)]
        assert [id for id in ids if id != last.id] == self._listed(shop, 3)
        assert read(shop, lambda unit: unit.draft(last.id)).deleted_at == START
        assert len(read(shop, lambda unit: unit.events(last.id))) == 1

    def test_a_draft_that_comes_while_pages_are_turned(self, shop: Storage) -> None:
        """A newer one is not on the pages to come, and none of them is left out."""
        ids = self._some(shop)
        first = read(shop, lambda unit: unit.drafts(2))
        put_draft(shop, a_draft_record(a_draft("draft-99", at=START.add(days=2))))
        rest = read(shop, lambda unit: unit.drafts(250, first.next))
        assert ids == [draft.id for draft in (*first.drafts, *rest.drafts)]

    @pytest.mark.parametrize("after", ["", "no cursor", "MQ==", "MSAA", "MSDDqQ=="])
    def test_what_is_no_cursor_of_drafts(self, shop: Storage, after: str) -> None:
        """It is refused."""
        with pytest.raises(InvalidValue):
            read(shop, lambda unit: unit.drafts(3, after))

    def test_drafts_that_are_due(self, shop: Storage) -> None:
        """By the end of the reservation or of the year, the earliest first, at most as many as asked for."""
        soon, year = START.add(days=3), START.add(days=IDLE_DAYS)
        drafts: tuple[tuple[str, dict[str, Any]], ...] = (
            ("draft-1", {}),
            ("draft-2", {"reserve_until": soon.add(days=1)}),
            ("draft-3", {"reserve_until": soon}),
            ("draft-4", {"reserve_until": soon, "deleted_at": START}),
            ("draft-5", {"status": DraftStatus.COMPLETED, "completed_at": START, "order_id": "order-1"}),
            ("draft-6", {"updated_at": START.subtract(days=1), "status": DraftStatus.INVOICE_SENT}),
            ("draft-7", {"reserve_until": year.add(days=9)}),
        )
        for id, fields in drafts:
            put_draft(shop, a_draft_record(a_draft(id, **fields)))

        def due(now: pendulum.DateTime, limit: int = 9) -> list[str]:
            return list(read(shop, lambda unit: unit.drafts_due(now, limit)))

        assert due(soon.subtract(microseconds=1)) == []
        assert due(soon) == ["draft-3"]
        assert due(year.subtract(days=1, microseconds=1)) == ["draft-3", "draft-2"]
        assert due(year.subtract(days=1)) == ["draft-3", "draft-2", "draft-6"]
        late = due(year)
        assert late[:3] == ["draft-3", "draft-2", "draft-6"]
        assert {"draft-1", "draft-7"} == set(late[3:])
        assert late[:2] == due(year, 2)

    def test_a_draft_that_is_due_no_more(self, shop: Storage) -> None:
        """Any change says anew when it is due; a completed or deleted one never is."""
        soon, year = START.add(days=3), START.add(days=IDLE_DAYS)
        draft = put_draft(shop, a_draft_record(a_draft(reserve_until=soon)))

        def due(now: pendulum.DateTime) -> list[str]:
            return list(read(shop, lambda unit: unit.drafts_due(now, 9)))

        assert due(soon) == ["draft-1"]
        draft = put_draft(shop, a_draft_record(attrs.evolve(draft, reserve_until=None)))
        assert (due(soon), due(year)) == ([], ["draft-1"])
        draft = put_draft(shop, a_draft_record(attrs.evolve(draft, updated_at=START.add(days=1))))
        assert (due(year), due(year.add(days=1))) == ([], ["draft-1"])
        draft = put_draft(shop, a_draft_record(attrs.evolve(draft, status=DraftStatus.COMPLETED)))
        assert due(year.add(years=9)) == []
        draft = put_draft(shop, a_draft_record(attrs.evolve(draft, status=DraftStatus.OPEN)))
        put_draft(shop, a_draft_record(attrs.evolve(draft, deleted_at=START)))
        assert due(year.add(years=9)) == []
