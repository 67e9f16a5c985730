"""The part of `backoffice_core.testing.StorageContract` about the outbox."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any, Final

import attrs
import pendulum
import pytest

from backoffice_core.failures import UnknownId
from backoffice_core.storage.base import Storage, Unit
from backoffice_core.storage.rows import OutboxRow, seq_of
from backoffice_core.storage.trouble import AlreadyStored
from backoffice_core.testing.builders import a_message, a_record, a_shop, an_order
from backoffice_core.testing.clock import START
from backoffice_core.testing.contract_base import Contract, everything, fail_after, patiently, put, read, write

#: Until when the tests lease.
UNTIL = START.add(minutes=2)
#: Where the messages of the tests go.
EVERYWHERE: Final = ("notifier", "listener:stock")
TOKENS: Final = count(1)
MINE: Final = "mine"


def ids(rows: Iterable[OutboxRow]) -> list[str]:
    """Return the ids of messages."""
    return [row.id for row in rows]


class OutboxContract(Contract):
    """Messages: kept until they are sent, leased to one relay, in order per subject and destination."""

    def _waiting(self, shop: Storage, *messages: OutboxRow) -> None:
        # Ids have at most 36 characters, and those of messages have as many.
        put(shop, a_record(an_order(id=f"of-{messages[0].id[-30:]}"), messages=messages))

    def _lease(
        self,
        shop: Storage,
        now: pendulum.DateTime = START,
        limit: int = 10,
        *,
        token: str | None = None,
        to: Iterable[str] = EVERYWHERE,
    ) -> list[OutboxRow]:
        mine = token or f"lease-{next(TOKENS)}"
        return list(write(shop, lambda unit: unit.lease(now, now.add(minutes=2), limit, mine, to)))

    def _mark(self, shop: Storage, row: OutboxRow, **changes: Any) -> bool:
        return write(shop, lambda unit: unit.mark(attrs.evolve(row, **changes)))

    def _stored(self, shop: Storage) -> list[OutboxRow]:
        return list(read(shop, lambda unit: unit.outbox()))

    def test_messages_come_back_as_they_were(self, shop: Storage) -> None:
        """Every field, oldest first, and by state."""
        first = a_message(1, fact="f-1", locale="fr-CA", destination="listener:stock", due_at=UNTIL)
        second = a_message(2, attempts=3, state="dead", error="SMTP said no")
        self._waiting(shop, second, first)
        assert [first, second] == list(read(shop, lambda unit: unit.outbox()))
        assert [first] == list(read(shop, lambda unit: unit.outbox("waiting")))
        assert [second] == list(read(shop, lambda unit: unit.outbox("dead")))
        assert list(read(shop, lambda unit: unit.outbox("sent"))) == []

    def test_messages_a_few_at_a_time(self, shop: Storage) -> None:
        """Behind an id, of a state, no more than so many: each comes once."""
        states = ("dead", "waiting", "dead", "waiting", "dead")
        rows = [a_message(number, state=state) for number, state in enumerate(states, 1)]
        self._waiting(shop, *rows)
        assert rows[:2] == list(read(shop, lambda unit: unit.outbox(limit=2)))
        assert rows[2:4] == list(read(shop, lambda unit: unit.outbox(None, 2, rows[1].id)))
        assert rows[4:] == list(read(shop, lambda unit: unit.outbox("dead", 2, rows[2].id)))
        assert [rows[3]] == list(read(shop, lambda unit: unit.outbox("waiting", None, rows[1].id)))
        assert list(read(shop, lambda unit: unit.outbox(after=rows[4].id))) == []

    def test_a_message_is_stored_once(self, shop: Storage) -> None:
        """A second one of its key is refused with the whole change."""
        self._waiting(shop, a_message(1))
        before = everything(shop)
        with pytest.raises(AlreadyStored):
            self._waiting(shop, attrs.evolve(a_message(2), key=a_message(1).key))
        assert before == everything(shop)

    def test_a_message_by_its_id(self, shop: Storage) -> None:
        """Or an error that says that there is none."""
        row = a_message(1, seq=seq_of(7, 2), done_at=UNTIL, state="sent")
        self._waiting(shop, row)
        assert row == read(shop, lambda unit: unit.message(row.id))
        for id in ("nowhere", "a\0b", "é"):
            with pytest.raises(UnknownId, match="message"):
                read(shop, lambda unit, id=id: unit.message(id))  # type: ignore[misc]

    def test_messages_that_come_with_no_document(self, shop: Storage) -> None:
        """They wait like the others; a key that is in use is refused."""
        write(shop, lambda unit: unit.put_messages([a_message(1), a_message(2)]))
        assert [a_message(1), a_message(2)] == self._stored(shop)
        with pytest.raises(AlreadyStored):
            write(shop, lambda unit: unit.put_messages([a_message(3, key=a_message(1).key)]))
        write(shop, lambda unit: unit.put_messages([]))
        assert len(self._stored(shop)) == 2

    def test_what_is_due_is_leased_longest_due_first(self, shop: Storage) -> None:
        """At most as many as asked for; what is due later is left alone."""
        rows = [a_message(at, subject=f"order-{at}") for at in range(4)]
        later = a_message(4, subject="order-4", due_at=START.add(seconds=1))
        self._waiting(shop, *reversed(rows), later)
        assert ids(rows[:2]) == ids(self._lease(shop, limit=2))
        assert ids(rows[2:]) == ids(self._lease(shop))
        assert self._lease(shop) == []
        assert ids([later]) == ids(self._lease(shop, START.add(seconds=1)))

    def test_something_is_due(self, shop: Storage) -> None:
        """Exactly when a lease would find it."""

        def due(now: pendulum.DateTime = START, *to: str) -> bool:
            return read(shop, lambda unit: unit.has_due(now, to or EVERYWHERE))

        assert not due()
        first = a_message(1, due_at=UNTIL)
        self._waiting(shop, first, a_message(2))
        assert (due(), due(UNTIL.subtract(microseconds=1)), due(UNTIL)) == (False, False, True)
        assert not due(UNTIL, "listener:stock")
        (taken,) = self._lease(shop, UNTIL)
        assert (due(UNTIL), due(UNTIL.add(minutes=2))) == (False, True)
        self._mark(shop, taken, state="sent")
        assert due(UNTIL)

    def test_a_lease_says_whose_it_is(self, shop: Storage) -> None:
        """The rows carry its token, and so do the stored ones until it ends."""
        self._waiting(shop, a_message(1))
        (taken,) = self._lease(shop, token=MINE)
        assert attrs.evolve(a_message(1), lease=MINE) == taken
        assert [taken] == self._stored(shop)
        self._mark(shop, taken, state="sent", done_at=UNTIL)
        assert [attrs.evolve(a_message(1), state="sent", done_at=UNTIL)] == self._stored(shop)

    def test_only_what_the_caller_can_send(self, shop: Storage) -> None:
        """What goes elsewhere is left to others, however long it waits."""
        rows = [a_message(at, destination="listener:stock", subject=f"order-{at}") for at in range(3)]
        mail = a_message(4)
        self._waiting(shop, *rows, mail)
        assert ids([mail]) == ids(self._lease(shop, limit=1, to=["notifier"]))
        assert self._lease(shop, to=["notifier"]) == []
        assert self._lease(shop, to=[]) == []
        assert ids(rows) == ids(self._lease(shop, to=["listener:stock", "listener:none"]))

    def test_order_is_kept_per_subject_and_destination(self, shop: Storage) -> None:
        """The second message about an order waits for the first; those to another destination do not."""
        first, second = a_message(1), a_message(2)
        elsewhere, other = a_message(3, destination="listener:stock"), a_message(4, subject="order-2")
        self._waiting(shop, first, second, elsewhere, other)
        taken = self._lease(shop)
        assert ids([first, elsewhere, other]) == ids(taken)
        assert self._lease(shop) == []
        self._mark(shop, taken[0], state="sent", attempts=1)
        assert ids([second]) == ids(self._lease(shop))

    def test_the_order_is_that_of_the_document(self, shop: Storage) -> None:
        """Not that of ids, which two machines make by two clocks; ids decide where the place is the same."""
        rows = [
            a_message(9, seq=seq_of(1, 0)),
            a_message(8, seq=seq_of(1, 1)),
            a_message(1, seq=seq_of(2, 0)),
            a_message(2, seq=seq_of(2, 0)),
        ]
        self._waiting(shop, *rows)
        for row in rows:
            (taken,) = self._lease(shop)
            assert row.id == taken.id
            self._mark(shop, taken, state="sent")

    def test_a_message_that_is_not_due_holds_up_those_behind_it(self, shop: Storage) -> None:
        """Until it was sent, or is given up: a dead letter lets the next one pass."""
        first, second = a_message(1), a_message(2)
        self._waiting(shop, first, second)
        (taken,) = self._lease(shop)
        self._mark(shop, taken, attempts=1, due_at=START.add(hours=1), error="timeout")
        assert self._lease(shop, START.add(minutes=59)) == []
        (taken,) = self._lease(shop, START.add(hours=1))
        assert (taken.attempts, taken.error) == (1, "timeout")
        self._mark(shop, taken, state="dead", attempts=10)
        assert ids([second]) == ids(self._lease(shop, START.add(hours=1)))
        assert ids([first]) == ids(read(shop, lambda unit: unit.outbox("dead")))

    def test_what_was_sent_stays_sent(self, shop: Storage) -> None:
        """A relay that failed later than another one sent does not put it back."""
        self._waiting(shop, a_message(1))
        (taken,) = self._lease(shop)
        assert self._mark(shop, taken, state="sent", attempts=1)
        assert not self._mark(shop, taken, attempts=1, error="timeout")
        assert [row.state for row in self._stored(shop)] == ["sent"]

    def test_a_lease_that_was_taken_over_marks_nothing(self, shop: Storage) -> None:
        """Nor is it renewed: whoever has the message now says what became of it."""
        self._waiting(shop, a_message(1))
        (slow,) = self._lease(shop)
        (now,) = self._lease(shop, UNTIL)
        before = self._stored(shop)
        assert not self._mark(shop, slow, state="sent")
        assert not write(shop, lambda unit: unit.renew(slow, UNTIL.add(days=1)))
        write(shop, lambda unit: unit.release([slow]))
        assert before == self._stored(shop)
        assert self._lease(shop, UNTIL.add(minutes=1)) == []
        assert self._mark(shop, now, state="sent")
        for stale in (slow, attrs.evolve(slow, lease=None)):
            assert not self._mark(shop, stale, state="dead")

    def test_marking_ends_the_lease(self, shop: Storage) -> None:
        """A message that waits again is taken as soon as it is due."""
        self._waiting(shop, a_message(1))
        (taken,) = self._lease(shop)
        self._mark(shop, taken, attempts=1, due_at=START.add(seconds=5), error="no route")
        assert [(row.attempts, row.error) for row in self._lease(shop, START.add(seconds=5))] == [(1, "no route")]

    def test_a_message_goes_elsewhere(self, shop: Storage) -> None:
        """Marking it with another destination puts it into that lane, at its place."""
        self._waiting(shop, a_message(1, seq=1), a_message(2, seq=2, destination="listener:stock"))
        (taken,) = self._lease(shop, to=["notifier"])
        assert self._mark(shop, taken, destination="listener:stock")
        assert self._lease(shop, to=["notifier"]) == []
        assert ids([a_message(1)]) == ids(self._lease(shop, to=["listener:stock"]))

    def test_a_lease_is_renewed(self, shop: Storage) -> None:
        """Then nobody takes it over until the later moment."""
        self._waiting(shop, a_message(1))
        (taken,) = self._lease(shop)
        assert write(shop, lambda unit: unit.renew(taken, UNTIL.add(minutes=1)))
        assert self._lease(shop, UNTIL.add(seconds=59)) == []
        assert len(self._lease(shop, UNTIL.add(minutes=1))) == 1

    def test_what_is_given_back_is_free_at_once(self, shop: Storage) -> None:
        """As if it had never been taken."""
        rows = [a_message(at, subject=f"order-{at}") for at in range(3)]
        self._waiting(shop, *rows)
        taken = self._lease(shop)
        write(shop, lambda unit: unit.release(taken[1:]))
        assert [*taken[:1], *rows[1:]] == self._stored(shop)
        assert [(row.id, 0) for row in rows[1:]] == [(row.id, row.attempts) for row in self._lease(shop)]

    def test_an_expired_lease_is_taken_again(self, shop: Storage) -> None:
        """A relay that died gives its messages up when its lease ends, at that moment and not before."""
        self._waiting(shop, a_message(1))
        assert len(self._lease(shop)) == 1
        assert self._lease(shop, UNTIL.subtract(microseconds=1)) == []
        assert [row.attempts for row in self._lease(shop, UNTIL)] == [1]
        assert self._lease(shop, UNTIL) == []

    def test_what_a_relay_died_with_is_taken_one_by_one(self, shop: Storage) -> None:
        """The one that it died of takes none of the others along again, and its attempts grow."""
        rows = [a_message(at, subject=f"order-{at}") for at in range(3)]
        fresh = a_message(3, subject="order-3", due_at=START.add(seconds=1))
        self._waiting(shop, *rows, fresh)
        assert len(self._lease(shop)) == 3
        for row in rows:
            assert [(row.id, 1)] == [(one.id, one.attempts) for one in self._lease(shop, UNTIL)]
        assert [(fresh.id, 0)] == [(one.id, one.attempts) for one in self._lease(shop, UNTIL)]

    def test_by_hand(self, shop: Storage) -> None:
        """A message in the state that the caller saw is saved, whoever has it; in another it is not."""
        self._waiting(shop, a_message(1))
        (taken,) = self._lease(shop)
        dropped = attrs.evolve(a_message(1), state="skipped", error="dropped", done_at=UNTIL)
        assert not write(shop, lambda unit: unit.settle(dropped, "dead"))
        assert write(shop, lambda unit: unit.settle(dropped, "waiting"))
        assert [dropped] == self._stored(shop)
        assert not self._mark(shop, taken, state="sent")
        assert write(shop, lambda unit: unit.settle(a_message(1), "skipped"))
        assert [(a_message(1).id, 0)] == [(row.id, row.attempts) for row in self._lease(shop)]

    def test_nobody_is_there_any_more(self, shop: Storage) -> None:
        """All that waits for a destination is skipped, whoever has it; what is over and what goes elsewhere is not."""
        waiting = [a_message(at, destination="listener:stock", subject=f"order-{at}") for at in range(2)]
        dead, mail = a_message(3, destination="listener:stock", state="dead"), a_message(4)
        self._waiting(shop, *waiting, dead, mail)
        taken = self._lease(shop, limit=1, to=["listener:stock"])
        assert write(shop, lambda unit: unit.skip_all("listener:stock", UNTIL, "unsubscribed")) == 2
        skipped = [attrs.evolve(row, state="skipped", error="unsubscribed", done_at=UNTIL) for row in waiting]
        assert [*skipped, dead, mail] == self._stored(shop)
        assert not self._mark(shop, taken[0], state="sent")
        assert write(shop, lambda unit: unit.skip_all("listener:stock", UNTIL, "unsubscribed")) == 0

    def test_what_went_wrong_is_forgotten(self, shop: Storage) -> None:
        """Of all that was not sent about one document; leases, and why nobody should get the rest, stay."""
        states = ("waiting", "dead", "skipped")
        ours = [a_message(at, state=state, error="no Ada here") for at, state in enumerate(states)]
        other = a_message(4, subject="order-9", error="no Ada here")
        self._waiting(shop, *ours, other)
        (taken,) = self._lease(shop, limit=1)
        write(shop, lambda unit: unit.forget_errors(ours[0].subject))
        assert [row.error for row in self._stored(shop)] == [None, None, "no Ada here", "no Ada here"]
        assert self._mark(shop, taken, state="sent")

    def test_what_is_over_is_forgotten(self, shop: Storage) -> None:
        """What was sent or skipped before a moment, at most so many; what is dead stays, and its key stays in use."""
        rows = [
            a_message(at, state=state, done_at=START.add(minutes=at))
            for at, state in enumerate(("sent", "skipped", "dead", "sent", "sent"))
        ]
        self._waiting(shop, *rows, a_message(5))

        def purge(before: pendulum.DateTime, most: int) -> int:
            return write(shop, lambda unit: unit.purge_outbox(before, most))

        assert purge(START, 10) == 0
        assert tuple(purge(START.add(minutes=2), 1) for _ in range(3)) == (1, 1, 0)
        assert purge(START.add(minutes=4), 10) == 1
        assert ids([*rows[2:3], *rows[4:], a_message(5)]) == ids(self._stored(shop))
        write(shop, lambda unit: unit.put_messages([a_message(6, key=rows[0].key)]))
        with pytest.raises(AlreadyStored):
            write(shop, lambda unit: unit.put_messages([a_message(7, key=rows[2].key)]))

    def test_a_lease_that_was_not_saved_is_none(self, shop: Storage) -> None:
        """A unit that failed leased nothing."""
        row = a_message(1)
        self._waiting(shop, row)
        taken: list[OutboxRow] = []
        fail_after(shop, lambda unit: taken.extend(unit.lease(START, UNTIL, 10, "lost", EVERYWHERE)))
        assert ids([row]) == ids(taken)
        assert [row] == self._stored(shop)
        assert [(row.id, 0)] == [(one.id, one.attempts) for one in self._lease(shop)]

    def test_two_relays_never_get_the_same_message(self, shop: Storage) -> None:
        """Many relays at once: each message goes to exactly one of them."""
        rows = [a_message(at, subject=f"order-{at}") for at in range(40)]
        self._waiting(shop, *rows)

        def relay(_: int) -> list[str]:
            taken: list[str] = []
            while read(shop, lambda unit: unit.has_due(START, EVERYWHERE)):
                taken += ids(patiently(lambda: self._lease(shop, limit=3)))
            return taken

        with ThreadPoolExecutor(6) as pool:
            taken = [id for ids in pool.map(relay, range(6)) for id in ids]
        assert ids(rows) == sorted(taken)

    def test_other_shops_messages(self, shop: Storage) -> None:
        """A relay of one shop takes none of another's."""
        write(shop, lambda unit: unit.create_shop(a_shop()), "other")
        self._waiting(shop, a_message(1))
        (taken,) = self._lease(shop)

        def elsewhere(unit: Unit) -> tuple[object, ...]:
            return (
                unit.has_due(UNTIL, EVERYWHERE),
                list(unit.lease(UNTIL, UNTIL.add(minutes=2), 10, "other", EVERYWHERE)),
                unit.mark(attrs.evolve(taken, state="sent")),
                unit.settle(attrs.evolve(taken, state="sent"), "waiting"),
                unit.renew(taken, UNTIL),
            )

        assert write(shop, elsewhere, "other") == (False, [], False, False, False)
        assert [taken] == self._stored(shop)
