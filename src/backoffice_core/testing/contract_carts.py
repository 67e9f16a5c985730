"""The part of `backoffice_core.testing.StorageContract` about live checkouts: found, due, gone, and who opted out."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import attrs
import pytest

from backoffice_core.failures import UnknownId
from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.events import CheckoutClosed, CheckoutStarted
from backoffice_core.orders.order import CustomerRef
from backoffice_core.orders.reminder import Reminder, ReminderKind, ReminderState
from backoffice_core.search.checkouts import CHECKOUTS, CheckoutColumns, findable_checkout
from backoffice_core.search.conditions import Has, Starts
from backoffice_core.search.findable import account
from backoffice_core.search.predicate import predicate
from backoffice_core.search.query import Query
from backoffice_core.search.sorting import Sort, column_types
from backoffice_core.search.values import Scope
from backoffice_core.search.wanted import CheckoutHit, Wanted
from backoffice_core.storage.base import Storage
from backoffice_core.storage.rows import CheckoutRecord
from backoffice_core.storage.trouble import AlreadyStored, StaleVersion
from backoffice_core.testing.builders import a_checkout, a_key, a_message, a_shop
from backoffice_core.testing.carts import a_lived_checkout
from backoffice_core.testing.clock import START
from backoffice_core.testing.contract_base import Contract, everything, fail_after, read, write

SCOPE = Scope(START.add(days=9), "UTC")
QUERIES = (
    *("", "status:open", "status:closed", "status:abandoned", "status:active", "-status:open"),
    *(
        "recovery_state:recovered",
        "recovery_state:not_recovered",
        "email_state:sent,scheduled",
        "email:ADA@example.com",
    ),
    *("tea", '"green tea"', "lovel*", "customer_id:c-1", "total_price:5..20", "total_price:>20 status:open", "sku:TEA"),
    *("created_at:>2024-05-17T12:00Z", "updated_at:<2024-05-18", "id:cart-3", "channel:web", "channel:pos OR coffee"),
)


def kept(storage: Storage, checkout: Checkout, **more: object) -> Checkout:
    """Save a checkout in a unit of work of its own."""
    record = CheckoutRecord(checkout=checkout, **more)  # type: ignore[arg-type]
    return write(storage, lambda unit: unit.put_checkout(record))


def some_carts() -> list[Checkout]:
    """Return checkouts that differ in all that they are found by, several of a moment."""
    ada = CustomerRef(id="c-1", name="Ada Lovelace", email="ada@example.com")
    later = START.add(days=2)
    sent = Reminder(id="r", kind=ReminderKind.BY_HAND, state=ReminderState.SENT, due_at=START, sent_at=START)
    waits = attrs.evolve(sent, state=ReminderState.SCHEDULED, sent_at=None)
    varied: Sequence[dict[str, object]] = (
        {},
        {"customer": ada, "channel": "web", "abandoned_at": START},
        {"customer": attrs.evolve(ada, id=None, email="ADA@example.com"), "completed_at": later, "order_id": "o-1"},
        {"closed_at": later, "channel": "pos"},
        {"reminders": (sent,), "abandoned_at": START, "recovered_at": later, "completed_at": later},
        {"reminders": (waits,), "abandoned_at": START, "customer": CustomerRef(name="Eve")},
        {"total_minor": 4200, "updated_at": later},
        {"total_minor": 500, "customer": CustomerRef(name="Zoe")},
    )
    return [a_checkout(f"cart-{at}", at=START.add(hours=at // 3), **more) for at, more in enumerate(varied)]


class CartsContract(Contract):
    """Live checkouts: found by what they are, due when they say, gone without a trace."""

    def test_a_lived_checkout_is_read_as_it_was_saved(self, shop: Storage) -> None:
        """With its steps, reminders and attempts."""
        lived = attrs.evolve(a_lived_checkout(), version=0)
        saved = kept(shop, lived)
        assert attrs.evolve(lived, version=1) == saved == read(shop, lambda unit: unit.checkout(lived.id))

    def test_its_events_messages_and_key(self, shop: Storage) -> None:
        """Are saved with it; a key or a message that is in use saves nothing."""
        told = (CheckoutStarted("#1", 100, "EUR"), CheckoutClosed())
        message = a_message(1, subject="checkout-1")
        saved = kept(shop, a_checkout(), at=START, actor="marie", events=told, messages=(message,), key=a_key())
        rows = read(shop, lambda unit: unit.events("checkout-1"))
        assert [(1, 0, "marie", told[0]), (1, 1, "marie", told[1])] == [
            (row.version, row.position, row.actor, row.event) for row in rows
        ]
        assert [message.key] == [row.key for row in read(shop, lambda unit: unit.outbox())]
        known = read(shop, lambda unit: unit.key("key-1"))
        assert known is not None
        assert (known.order_id, known.version) == ("checkout-1", 1)
        before = everything(shop)
        for again in ({"key": a_key()}, {"messages": (message,)}):
            with pytest.raises(AlreadyStored):
                kept(shop, attrs.evolve(saved, note="called"), at=START, **again)
        assert before == everything(shop)

    # --- searching

    @pytest.mark.parametrize("query", QUERIES)
    def test_a_search_is_what_its_condition_says(self, shop: Storage, query: str) -> None:
        """Both compilers agree, for every sort, both ways, page by page; so does the count."""
        saved = [kept(shop, one) for one in some_carts()]
        condition = Query.read(query).strict_meaning(SCOPE, CHECKOUTS).condition
        met = [one for one in saved if predicate(condition)(findable_checkout(one))]
        assert len(met) == read(shop, lambda unit: unit.count_checkouts(condition, 99))
        assert min(len(met), 2) == read(shop, lambda unit: unit.count_checkouts(condition, 2))
        for column in column_types(CheckoutColumns):
            for descending in (False, True):
                sort = Sort(column, descending)
                rows = [(getattr(findable_checkout(one).columns, column), one.id) for one in met]
                expected = [id for _, id in sorted(rows, reverse=descending)]
                assert expected == [hit.checkout.id for hit in self._paged(shop, Wanted(condition, sort, 3))]

    def test_ids_of_customers_as_they_are_spelled(self, shop: Storage) -> None:
        """Carts of accounts whose ids differ in case or spaces alone are those of several people."""
        ids = ("uA1", "ua1", "UA1 ", "u  a1", "u a1", "X" * 90, "x" * 90, " ")
        for at, id in enumerate(ids):
            kept(shop, a_checkout(f"cart-{at}", customer=CustomerRef(id=id)))
        for at, id in enumerate(ids):
            wanted = Wanted(Has(account(id)), Sort("id", False), 9)
            assert read(shop, lambda unit, wanted=wanted: unit.checkout_ids(wanted)) == [f"cart-{at}"]  # type: ignore[misc]
        assert read(shop, lambda unit: unit.count_checkouts(Starts(account("ua1")), 9)) == 3

    def _paged(self, shop: Storage, wanted: Wanted) -> list[CheckoutHit]:
        found: list[CheckoutHit] = []
        while True:
            start = found[-1].cursor if found else None
            page = read(shop, lambda unit, start=start: unit.search_checkouts(attrs.evolve(wanted, start=start)))  # type: ignore[misc]
            found += page
            if len(page) < wanted.limit:
                return found

    def test_a_hit_is_whole(self, shop: Storage) -> None:
        """It equals what is read by its id."""
        saved = [kept(shop, one) for one in some_carts()]
        condition = Query.read("").meaning(SCOPE, CHECKOUTS).condition
        wanted = Wanted(condition, Sort("id", descending=False), 99)
        hits = read(shop, lambda unit: unit.search_checkouts(wanted))
        assert saved == [hit.checkout for hit in hits]
        assert [one.id for one in saved] == list(read(shop, lambda unit: unit.checkout_ids(wanted)))

    def test_a_change_is_found_by_what_it_is_now(self, shop: Storage) -> None:
        """And not by what it was; a unit that fails changes nothing of that."""
        first = kept(shop, a_checkout(customer=CustomerRef(name="Ada", email="ada@example.com")))
        second = attrs.evolve(first, customer=CustomerRef(name="Bob"), closed_at=START)
        fail_after(shop, lambda unit: unit.put_checkout(CheckoutRecord(checkout=second)))
        assert [self._count(shop, query) for query in ("ada status:open", "bob")] == [1, 0]
        kept(shop, second)
        found = [self._count(shop, query) for query in ("ada", "email:ada@example.com", "bob status:closed")]
        assert found == [0, 0, 1]

    def _count(self, shop: Storage, query: str) -> int:
        condition = Query.read(query).meaning(SCOPE, CHECKOUTS).condition
        return read(shop, lambda unit: unit.count_checkouts(condition, 99))

    def test_the_carts_of_two_shops(self, shop: Storage) -> None:
        """Neither finds, nor is due with, those of the other."""
        write(shop, lambda unit: unit.create_shop(a_shop()), "other")
        kept(shop, a_checkout())
        condition = Query.read("").meaning(SCOPE, CHECKOUTS).condition
        late = START.add(years=1)
        assert read(
            shop, lambda unit: (unit.count_checkouts(condition, 9), list(unit.checkouts_due(late, 9))), "other"
        ) == (0, [])

    # --- time

    def test_what_is_due(self, shop: Storage) -> None:
        """By the moment that it says, else by the end of its time; the earliest first, and no more than asked for."""
        for at, moment in ((1, START.add(hours=3)), (2, START.add(hours=1)), (3, START.add(hours=2))):
            kept(shop, a_checkout(f"cart-{at}", due_at=moment))
        kept(shop, a_checkout("cart-4"))
        kept(shop, a_checkout("cart-5", completed_at=START, order_id="o-1"))

        def due(at: object, limit: int = 9) -> list[str]:
            return list(read(shop, lambda unit: unit.checkouts_due(at, limit)))  # type: ignore[arg-type]

        assert due(START.add(hours=2)) == ["cart-2", "cart-3"]
        assert due(START.add(hours=9), 1) == ["cart-2"]
        assert due(START.add(months=3)) == ["cart-2", "cart-3", "cart-1", "cart-4"]
        moved = read(shop, lambda unit: unit.checkout("cart-2"))
        kept(shop, attrs.evolve(moved, due_at=START.add(hours=9)))
        assert due(START.add(hours=2)) == ["cart-3"]

    def test_one_that_is_dropped(self, shop: Storage) -> None:
        """Leaves nothing: no document, words, events, source or moment; a version that is stale drops nothing."""
        source = ("web", "cart-7")
        told = {"request_print": "print", "at": START, "events": (CheckoutClosed(),)}
        saved = kept(shop, a_checkout(source=source), **told)
        before = everything(shop)
        with pytest.raises(StaleVersion):
            write(shop, lambda unit: unit.drop_checkout(attrs.evolve(saved, version=2)))
        fail_after(shop, lambda unit: unit.drop_checkout(saved))
        assert before == everything(shop)
        write(shop, lambda unit: unit.drop_checkout(saved))
        with pytest.raises(UnknownId):
            read(shop, lambda unit: unit.checkout(saved.id))
        assert [self._count(shop, query) for query in ("", "status:open")] == [0, 0]
        assert tuple(read(shop, lambda unit: unit.events(saved.id))) == ()
        assert None is read(shop, lambda unit: unit.checkout_imported_from(source))
        assert list(read(shop, lambda unit: unit.checkouts_due(START.add(years=9), 9))) == []
        with pytest.raises(StaleVersion):
            write(shop, lambda unit: unit.drop_checkout(saved))
        assert kept(shop, a_checkout("cart-8", source=source)).version == 1

    def test_two_who_drop_one_at_once(self, shop: Storage) -> None:
        """One of them does; the others are told."""
        saved = kept(shop, a_checkout())

        def drop(_: int) -> int:
            with suppress(StaleVersion):
                write(shop, lambda unit: unit.drop_checkout(saved))
                return 1
            return 0

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(drop, range(4))) == 1

    # --- opting out

    def test_opting_out(self, shop: Storage) -> None:
        """By a token that was offered, of its address alone; again changes nothing, another token neither."""

        def out(address: str, name: str = "main") -> bool:
            return read(shop, lambda unit: unit.opted_out(address), name)

        for token, address in (("t1", "ada"), ("t2", "ada"), ("t3", "bob"), ("t1", "bob")):
            write(shop, lambda unit, token=token, address=address: unit.offer_opt_out(token, address))  # type: ignore[misc]
        assert not out("ada")
        assert not write(shop, lambda unit: unit.opt_out("t9", START))
        fail_after(shop, lambda unit: unit.opt_out("t1", START))
        assert not out("ada")
        assert [write(shop, lambda unit: unit.opt_out("t1", START)) for _ in range(2)] == [True, True]
        assert (out("ada"), out("bob")) == (True, False)
        write(shop, lambda unit: unit.offer_opt_out("t1", "ada"))
        assert out("ada")
        write(shop, lambda unit: unit.create_shop(a_shop()), "other")
        assert not out("ada", "other")
