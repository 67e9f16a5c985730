"""The list: its sorts, its cursors in both directions, counts with a limit, and all of it one by one."""

import pickle
import random
from collections.abc import Callable, Iterator

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backoffice_core import Line, errors
from backoffice_core.desks.found import LARGEST_PAGE, Count
from backoffice_core.orders.archive import Archive
from backoffice_core.orders.fulfill import Fulfill
from backoffice_core.orders.order import Address, CustomerRef
from backoffice_core.search.findable import findable
from backoffice_core.search.sorting import KEYS, sort_by
from backoffice_core.storage.memory import MemoryStorage
from backoffice_core.testing.builders import an_order, then
from backoffice_core.testing.clock import START
from backoffice_core.testing.ids import numbered_id
from tests.search.shops import Shop, numbered, several

#: For each sort key, orders in its order; the last two are equal by it.
SORTED: dict[str, Callable[[int], dict[str, object]]] = {
    "created_at": lambda at: {"created_at": START.add(minutes=min(at, 2))},
    "processed_at": lambda at: {"created_at": START.add(minutes=min(at, 2))},
    "updated_at": lambda at: {"updated_at": START.add(minutes=min(at, 2)), "created_at": START.subtract(days=at)},
    "id": lambda at: {"created_at": START.subtract(days=at)},
    "order_number": lambda at: {"number": (9, 100, 1001, 1001)[at]},
    "customer_name": lambda at: {"customer": (None, *map(called, ("ada", "Ève", "EVE")))[at]},
    "destination": lambda at: {"shipping_address": (None, to("DE"), to("FR", "Lyon"), to("FR", "lyon"))[at]},
    "financial_status": lambda at: {"transactions": paid("10.00", "0.00", None, None)[at]},
    "fulfillment_status": lambda at: {"fulfillments": shipped()[at]},
    "total_price": lambda at: {"lines": costing("0.00", "9.99", "10.00", "10.00")[at]},
    "current_total_price": lambda at: {"lines": costing("0.00", "9.99", "10.00", "10.00")[at]},
    "total_items_quantity": lambda at: {"lines": counting(1, 2, 16, 16)[at]},
}


def called(name: str) -> CustomerRef:
    """Return a customer of that name."""
    return CustomerRef(name=name)


def to(country: str, city: str | None = None) -> Address:
    """Return an address."""
    return Address(country=country, city=city)


def paid(*amounts: str | None) -> list[object]:
    """Return the transactions of orders that were paid so much: paid, partially, pending."""
    order = an_order(paid="10.00")
    part = attrs.evolve(order.transactions[0], minor=500)
    return [order.transactions, (part,), (), ()][: len(amounts)]


def shipped() -> list[object]:
    """Return the parcels of orders: all shipped, and nothing."""
    done = then(an_order(), Fulfill())[-1].order
    return [done.fulfillments, (), (), ()]


def costing(*prices: str) -> list[object]:
    """Return the lines of orders that cost so much."""
    return [an_order(Line("Tea", price=price)).lines for price in prices]


def counting(*units: int) -> list[object]:
    """Return the lines of orders of so many units."""
    return [an_order(Line("Tea", price="1.00", quantity=count)).lines for count in units]


class TestSorts:
    def test_each_key_is_tested(self) -> None:
        """But relevance, which has a test of its own."""
        assert {*SORTED, "relevance"} == set(KEYS)

    @pytest.mark.parametrize("key", SORTED)
    def test_both_ways(self, shop: Shop, key: str) -> None:
        """The least first, with a minus the greatest; what is missing is the least; ties go by id, the same way."""
        some = [attrs.evolve(an_order(), id=numbered_id(at + 1), name=f"{at}", **SORTED[key](at)) for at in range(4)]
        shuffled = random.Random(1).sample(some, len(some))
        shop.put(*shuffled)
        if key in ("financial_status", "fulfillment_status"):
            some.sort(key=lambda order: (getattr(order, key), order.id))
        ascending = [order.name for order in some]
        assert ascending == shop.names(sort=key)
        assert ascending[::-1] == shop.names(sort=f"-{key}")
        column = KEYS[key]
        values = [getattr(findable(order).columns, column) for order in some]
        assert key == "id" or len(set(values)) < len(values), "two are equal"
        assert len(set(values)) > 1

    def test_newest_first_by_default(self, shop: Shop) -> None:
        """The order that was placed last, not the one that was saved last."""
        names = shop.put(*random.Random(2).sample(several(6), 6))
        assert sorted(names, reverse=True) == shop.names()
        assert sorted(names) == shop.names(sort="created_at")

    def test_relevance(self, shop: Shop) -> None:
        """Whatever is found is found as a whole, so the newest comes first, whichever way."""
        names = shop.put(*several(3))
        assert names[::-1] == shop.names("tea", sort="relevance") == shop.names("tea", sort="-relevance")

    def test_statuses_go_by_their_words(self, shop: Shop) -> None:
        """Alphabetically."""
        archived = then(an_order(paid="10.00"), Archive())[-1].order
        shop.put(numbered(1), attrs.evolve(archived, id=numbered_id(2), name="#2"))
        assert ["#2", "#1"] == shop.names(sort="financial_status")

    @pytest.mark.parametrize(
        "sort", ["po_number", "--id", "-", "total price", "ID", 5, True, b"id", ["id"], sort_by("id")]
    )
    def test_an_unknown_key(self, shop: Shop, sort: object) -> None:
        """It is refused with those that there are."""
        with pytest.raises(errors.UnknownSort, match=r"created_at, .*, relevance would do") as caught:
            shop.office.orders.search(sort=sort)  # type: ignore[arg-type]
        assert "unknown_sort" == caught.value.code

    def test_a_sort_is_read_as_it_is_written(self) -> None:
        """The text of a sort that was read sorts the same."""
        assert ("-total", "id") == (str(sort_by("-total_price")), str(sort_by("id")))


class TestPages:
    def test_forwards_and_back(self, shop: Shop) -> None:
        """The next of each page leads on, the previous of each back, and ends are told."""
        names = shop.put(*several(7))[::-1]
        pages = [shop.office.orders.search(limit=3)]
        while pages[-1].next:
            pages.append(shop.office.orders.search(limit=3, after=pages[-1].next))
        assert [names[:3], names[3:6], names[6:]] == [[one.name for one in page] for page in pages]
        assert [None, True, True] == [page.previous and True for page in pages]
        back = shop.office.orders.search(limit=3, before=pages[2].previous)
        assert list(pages[1]) == list(back)
        first = shop.office.orders.search(limit=3, before=back.previous)
        assert (list(pages[0]), None) == (list(first), first.previous)
        assert list(pages[1]) == list(shop.office.orders.search(limit=3, after=first.next))

    def test_a_page_that_is_just_full_is_the_last(self, shop: Shop) -> None:
        """A next is told only where something follows."""
        shop.put(*several(4))
        page = shop.office.orders.search(limit=2, after=shop.office.orders.search(limit=2).next)
        assert (2, None) == (len(page), page.next)
        assert (4, None) == (len(shop.office.orders.search(limit=4)), shop.office.orders.search(limit=4).next)

    def test_nothing_found(self, shop: Shop) -> None:
        """An empty page has neither a next nor a previous."""
        page = shop.office.orders.search("tag:none")
        assert ((), None, None, 0) == (page.orders, page.next, page.previous, len(page))

    def test_orders_that_are_placed_meanwhile_move_no_page(self, shop: Shop) -> None:
        """The second page begins where the first one ended, whatever came on top of it."""
        names = shop.put(*several(6))[::-1]
        first = shop.office.orders.search(limit=3)
        shop.put(numbered(7), numbered(8))
        assert names[3:] == shop.names(limit=3, after=first.next)

    def test_orders_that_are_deleted_meanwhile_move_no_page(self, shop: Shop) -> None:
        """Not even the one that the cursor was made of, nor the one behind it."""
        names = shop.put(*several(6))[::-1]
        first = shop.office.orders.search(limit=3)
        shop.delete(first.orders[0].id)
        shop.delete(first.orders[2].id)
        assert names[3:] == shop.names(limit=3, after=first.next)
        shop.delete(numbered_id(3))
        assert names[4:] == shop.names(limit=3, after=first.next)

    def test_many_of_the_same_moment(self, shop: Shop) -> None:
        """An import places hundreds at once: ties are told apart, so none is left out and none comes twice."""
        names = shop.put(*[attrs.evolve(numbered(at), created_at=START) for at in range(1, 30)])
        for sort in ("created_at", "-created_at", "total_price", "-financial_status"):
            seen = [one.name for one in walked(shop, sort=sort, limit=4)]
            assert (len(names), set(names)) == (len(seen), set(seen))

    @pytest.mark.parametrize("limit", [0, -1, LARGEST_PAGE + 1, 2.0, True, "5", None])
    def test_the_size_of_a_page(self, shop: Shop, limit: object) -> None:
        """1 to 250."""
        with pytest.raises(errors.InvalidValue, match="limit"):
            shop.office.orders.search(limit=limit)  # type: ignore[arg-type]
        assert () == shop.office.orders.search(limit=LARGEST_PAGE).orders

    def test_a_cursor_is_one_of_its_sort(self, shop: Shop) -> None:
        """That of another sort or direction would lead anywhere, so it is refused."""
        shop.put(*several(3))
        after = shop.office.orders.search(limit=1).next
        for sort in ("created_at", "-total_price", "id"):
            with pytest.raises(errors.InvalidValue, match="after"):
                shop.office.orders.search(sort=sort, after=after)
        assert 2 == len(shop.names(sort="-processed_at", after=after)), "the same under another name"

    @pytest.mark.parametrize(
        "cursor",
        [
            *("", "x", "WzFd", "bnVsbA==", "W10=", 5, b"x", "é", "\ud800", "A" * 100_000),
            "WyItY3JlYXRlZF9hdCIsIDEuNSwgIm8iXQ==",  # a fraction
            "WyItY3JlYXRlZF9hdCIsIHRydWUsICJvIl0=",  # true
            "WyItY3JlYXRlZF9hdCIsIDk5OTk5OTk5OTk5OTk5OTk5OTk5LCAibyJd",  # more than 64 bits
            "WyItY3JlYXRlZF9hdCIsIDUsIDVd",  # an id that is none
            "WyItY3JlYXRlZF9hdCIsIDUsICJcdTAwMDAiXQ==",  # a null character
            "WyItY3JlYXRlZF9hdCIsIDUsICJcdWQ4MDAiXQ==",  # half of a surrogate pair
        ],
    )
    def test_what_is_no_cursor(self, shop: Shop, cursor: object) -> None:
        """It is refused, whatever it is, and never reaches the database."""
        for name in ("after", "before"):
            with pytest.raises(errors.InvalidValue, match=name):
                shop.office.orders.search(**{name: cursor})  # type: ignore[arg-type]

    def test_one_cursor_at_a_time(self, shop: Shop) -> None:
        """After and before at once mean nothing."""
        with pytest.raises(errors.InvalidValue, match="one of them"):
            shop.office.orders.search(after="x", before="x")

    def test_a_page_says_what_was_left_out(self, shop: Shop) -> None:
        """With the place and what may have been meant."""
        shop.put(*several(1))
        page = shop.office.orders.search("tags:vip tea")
        (warning,) = page.warnings
        assert ("unknown_field", 0, "tag") == (warning.code, warning.at, warning.suggestion)
        assert "at 0: there is no field tags; did you mean tag?" == str(warning)
        assert 1 == len(page)


class TestCounts:
    def test_up_to_a_limit(self, shop: Shop) -> None:
        """The whole number, or the limit and that there are more."""
        shop.put(*several(5))
        for limit, count, precision in ((None, 5, "exact"), (6, 5, "exact"), (5, 5, "exact"), (4, 4, "at_least")):
            found = shop.office.orders.count("tea", limit=limit)
            assert (count, precision, precision == "exact") == (found, found.precision, found.exact)
        assert ("5", "4+") == (str(shop.office.orders.count()), str(shop.office.orders.count(limit=4)))

    def test_a_count_is_a_number(self) -> None:
        """It adds up and can be pickled like one."""
        found = pickle.loads(pickle.dumps(Count(4, exact=False)))
        assert (4, 5, False) == (found, found + 1, found.exact)

    @pytest.mark.parametrize("limit", [0, -1, 1.5, True, "5"])
    def test_odd_limits(self, shop: Shop, limit: object) -> None:
        """A limit is a whole number from 1 on."""
        with pytest.raises(errors.InvalidValue, match="limit"):
            shop.office.orders.count(limit=limit)  # type: ignore[arg-type]

    def test_of_nothing(self, shop: Shop) -> None:
        """Zero, exactly."""
        assert (0, True) == (shop.office.orders.count("tag:x"), shop.office.orders.count("tag:x").exact)


class TestAll:
    def test_page_by_page(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        """Each once, in the order of the sort, however many pages it takes."""
        monkeypatch.setattr("backoffice_core.desks.found.LARGEST_PAGE", 2)
        names = shop.put(*several(7))
        assert names[::-1] == [one.name for one in shop.office.orders.all()]
        assert names == [one.name for one in shop.office.orders.all("tea", sort="order_number")]
        assert [] == list(shop.office.orders.all("tag:none"))

    def test_orders_that_are_placed_meanwhile(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        """None is yielded twice; those behind the last one are yielded, too."""
        monkeypatch.setattr("backoffice_core.desks.found.LARGEST_PAGE", 2)
        names = shop.put(*several(4))
        seen = []
        for at, one in enumerate(shop.office.orders.all(sort="created_at")):
            seen.append(one.name)
            if at == 0:
                names += shop.put(numbered(9))
        assert names == seen

    def test_a_sort_is_refused_at_once_or_at_the_first(self, shop: Shop) -> None:
        """Whoever iterates is told."""
        with pytest.raises(errors.UnknownSort):
            next(shop.office.orders.all(sort="x"))


def test_a_summary_says_what_the_order_says(shop: Shop) -> None:
    """What the list shows is read from beside the order, and is the same."""
    order = attrs.evolve(
        numbered(1), customer=called("Ada"), shipping_address=to("FR"), tags=("a", "b"), channel="web", test=True
    )
    shop.put(order)
    (one,) = shop.office.orders.search()
    names = ("id", "name", "created_at", "updated_at", "total", "current_total", "outstanding", "lifecycle")
    statuses = ("financial_status", "fulfillment_status", "return_status", "channel", "test", "tags", "currency")
    for name in (*names, *statuses):
        assert getattr(order, name) == getattr(one, name), name
    assert (1, "Ada", "FR", 1) == (one.version, one.customer, one.country, one.items)
    assert "Ada" not in repr(one)


def walked(shop: Shop, **how: object) -> Iterator[object]:
    """Yield the lines of all pages."""
    page = shop.office.orders.search(**how)  # type: ignore[arg-type]
    yield from page
    while page.next:
        page = shop.office.orders.search(after=page.next, **how)  # type: ignore[arg-type]
        yield from page


moments = st.integers(0, 3).map(lambda minutes: START.add(minutes=minutes))


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(moments, min_size=1, max_size=8),
    st.sampled_from(sorted(KEYS)),
    st.booleans(),
    st.integers(1, 4),
    st.data(),
)
def test_pages_while_orders_come_and_go(
    placed: list[object], key: str, descending: bool, limit: int, data: st.DataObject
) -> None:
    """Whatever is there all the time is met once, forwards and back; what comes or goes is met once at most."""
    shop, sort = Shop(MemoryStorage()), "-" * descending + key
    shop.put(*[numbered(at, created_at=moment) for at, moment in enumerate(placed, 1)])
    before = shop.names(sort=sort, limit=LARGEST_PAGE)
    gone, seen, page = set(), [], shop.office.orders.search(sort=sort, limit=limit)
    seen += page.orders
    fresh = 100
    while page.next:
        if data.draw(st.booleans()):
            fresh += 1
            shop.put(numbered(fresh, created_at=data.draw(moments)))
        if (rest := list(shop.office.orders.search(limit=250))) and data.draw(st.booleans()):
            victim = data.draw(st.sampled_from(rest))
            gone.add(victim.name)
            shop.delete(victim.id)
        page = shop.office.orders.search(sort=sort, limit=limit, after=page.next)
        seen += page.orders
    names = [one.name for one in seen]
    assert len(names) == len(set(names))
    kept = [name for name in before if name not in gone]
    assert kept == [name for name in names if name in kept]
