"""The part of `backoffice_core.testing.StorageContract` about the outbox."""

from concurrent.futures import ThreadPoolExecutor

import attrs
import pendulum
import pytest

from backoffice_core.storage.base import Storage
from backoffice_core.storage.rows import OutboxRow
from backoffice_core.storage.trouble import AlreadyStored
from backoffice_core.testing.builders import a_message, a_record, a_shop, an_order
from backoffice_core.testing.clock import START
from backoffice_core.testing.contract_base import Contract, everything, fail_after, patiently, put, read, write

#: Until when the tests lease.
UNTIL = START.add(minutes=2)


class OutboxContract(Contract):
    """Messages: kept until they are sent, leased to one relay, in order per subject and destination."""

    def _waiting(self, shop: Storage, *messages: OutboxRow) -> None:
        # Ids have at most 36 characters, and those of messages have as many.
        put(shop, a_record(an_order(id=f"of-{messages[0].id[-30:]}"), messages=messages))

    def _lease(self, shop: Storage, now: pendulum.DateTime = START, limit: int = 10) -> list[OutboxRow]:
        return list(write(shop, lambda unit: unit.lease(now, now.add(minutes=2), limit)))

    def _mark(self, shop: Storage, row: OutboxRow) -> None:
        write(shop, lambda unit: unit.mark(row))

    def test_messages_come_back_as_they_were(self, shop: Storage) -> None:
        """Every field, oldest first, and by state."""
        first = a_message(1, fact="f-1", locale="fr-CA", destination="listener:stock", due_at=UNTIL)
        second = a_message(2, attempts=3, state="dead", error="SMTP said no")
        self._waiting(shop, second, first)
        assert [first, second] == list(read(shop, lambda unit: unit.outbox()))
        assert [first] == list(read(shop, lambda unit: unit.outbox("waiting")))
        assert [second] == list(read(shop, lambda unit: unit.outbox("dead")))
        assert list(read(shop, lambda unit: unit.outbox("sent"))) == []

    def test_a_message_is_stored_once(self, shop: Storage) -> None:
        """A second one of its key is refused with the whole change."""
        self._waiting(shop, a_message(1))
        before = everything(shop)
        with pytest.raises(AlreadyStored):
            self._waiting(shop, attrs.evolve(a_message(2), key=a_message(1).key))
        assert before == everything(shop)

    def test_what_is_due_is_leased_oldest_first(self, shop: Storage) -> None:
        """At most as many as asked for; what is due later is left alone."""
        rows = [a_message(at, subject=f"order-{at}") for at in range(4)]
        later = a_message(4, subject="order-4", due_at=START.add(seconds=1))
        self._waiting(shop, *reversed(rows), later)
        assert rows[:2] == self._lease(shop, limit=2)
        assert rows[2:] == self._lease(shop)
        assert self._lease(shop) == []
        assert [later] == self._lease(shop, START.add(seconds=1))

    def test_order_is_kept_per_subject_and_destination(self, shop: Storage) -> None:
        """The second message about an order waits for the first; those to another destination do not."""
        first, second = a_message(1), a_message(2)
        elsewhere, other = a_message(3, destination="listener:stock"), a_message(4, subject="order-2")
        self._waiting(shop, first, second, elsewhere, other)
        assert [first, elsewhere, other] == self._lease(shop)
        assert self._lease(shop) == []
        self._mark(shop, attrs.evolve(first, state="sent", attempts=1))
        assert [second] == self._lease(shop)

    def test_a_message_that_is_not_due_holds_up_those_behind_it(self, shop: Storage) -> None:
        """Until it was sent, or is given up: a dead letter lets the next one pass."""
        first, second = a_message(1), a_message(2)
        self._waiting(shop, first, second)
        assert [first] == self._lease(shop)
        failed = attrs.evolve(first, attempts=1, due_at=START.add(hours=1), error="timeout")
        self._mark(shop, failed)
        assert self._lease(shop, START.add(minutes=59)) == []
        assert [failed] == self._lease(shop, START.add(hours=1))
        dead = attrs.evolve(failed, state="dead", attempts=10)
        self._mark(shop, dead)
        assert [second] == self._lease(shop, START.add(hours=1))
        assert [dead] == list(read(shop, lambda unit: unit.outbox("dead")))

    def test_what_was_sent_stays_sent(self, shop: Storage) -> None:
        """A relay that lost its lease and failed does not put back what the next one sent."""
        row = a_message(1)
        self._waiting(shop, row)
        self._lease(shop)
        sent = attrs.evolve(row, state="sent", attempts=1)
        self._mark(shop, sent)
        self._mark(shop, attrs.evolve(row, attempts=1, error="timeout"))
        assert [sent] == list(read(shop, lambda unit: unit.outbox()))

    def test_marking_ends_the_lease(self, shop: Storage) -> None:
        """A message that waits again is taken as soon as it is due."""
        row = a_message(1)
        self._waiting(shop, row)
        self._lease(shop)
        again = attrs.evolve(row, attempts=1, due_at=START.add(seconds=5), error="no route")
        self._mark(shop, again)
        assert [again] == self._lease(shop, START.add(seconds=5))

    def test_an_expired_lease_is_taken_again(self, shop: Storage) -> None:
        """A relay that died gives its messages up when its lease ends, at that moment and not before."""
        row = a_message(1)
        self._waiting(shop, row)
        assert [row] == self._lease(shop)
        assert self._lease(shop, UNTIL.subtract(microseconds=1)) == []
        assert [row] == self._lease(shop, UNTIL)
        assert self._lease(shop, UNTIL) == []

    def test_a_lease_that_was_not_saved_is_none(self, shop: Storage) -> None:
        """A unit that failed leased nothing."""
        row = a_message(1)
        self._waiting(shop, row)
        taken: list[OutboxRow] = []
        fail_after(shop, lambda unit: taken.extend(unit.lease(START, UNTIL, 10)))
        assert [row] == taken
        assert [row] == self._lease(shop)

    def test_two_relays_never_get_the_same_message(self, shop: Storage) -> None:
        """Many relays at once: each message goes to exactly one of them."""
        rows = [a_message(at, subject=f"order-{at}") for at in range(40)]
        self._waiting(shop, *rows)

        def relay(_: int) -> list[str]:
            taken: list[str] = []
            while got := patiently(lambda: self._lease(shop, limit=3)):
                taken += [row.id for row in got]
            return taken

        with ThreadPoolExecutor(6) as pool:
            taken = [id for ids in pool.map(relay, range(6)) for id in ids]
        assert [row.id for row in rows] == sorted(taken)

    def test_other_shops_messages(self, shop: Storage) -> None:
        """A relay of one shop takes none of another's."""
        write(shop, lambda unit: unit.create_shop(a_shop()), "other")
        self._waiting(shop, a_message(1))
        assert list(write(shop, lambda unit: unit.lease(START, UNTIL, 10), "other")) == []
        write(shop, lambda unit: unit.mark(attrs.evolve(a_message(1), state="sent")), "other")
        assert [row.state for row in read(shop, lambda unit: unit.outbox())] == ["waiting"]
