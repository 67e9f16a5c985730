"""The part of `backoffice_core.testing.StorageContract` about finding orders, and about saved views."""

from collections.abc import Iterable, Sequence

import attrs
import pytest

from backoffice_core.clock import to_micros
from backoffice_core.orders.asked import Line, Sale
from backoffice_core.orders.order import Address, CustomerRef, Order
from backoffice_core.search.conditions import (
    ALWAYS,
    NEVER,
    AllOf,
    AnyOf,
    Between,
    Condition,
    Has,
    Says,
    Starts,
    Unless,
)
from backoffice_core.search.findable import account, findable
from backoffice_core.search.predicate import predicate
from backoffice_core.search.sorting import COLUMN_TYPES, Sort
from backoffice_core.search.summary import summary
from backoffice_core.search.views import SavedView
from backoffice_core.search.wanted import Hit, Wanted
from backoffice_core.storage.base import Storage, Unit
from backoffice_core.storage.trouble import AlreadyStored
from backoffice_core.testing.builders import a_record, a_shop, an_order
from backoffice_core.testing.clock import START
from backoffice_core.testing.contract_base import Contract, fail_after, put, read, saved_life, write

_NEWEST = Sort("created_at", descending=True)
#: Texts that databases like to compare in ways of their own: case, accents, patterns, marks, other scripts.
_TEXTS = (
    "vip",
    "vi",
    "VIPs",
    "v_p",
    "v%",
    "%",
    "Été",
    "ete",
    "straße",
    "日本語",
    "日本",
    "a b",
    "a\\b",
    "a'b",
    "z" * 90,
)


def found_by(unit: Unit, condition: Condition, sort: Sort = _NEWEST) -> list[str]:
    """Return the ids that a condition finds, and check that counting says the same."""
    wanted = Wanted(condition, sort, 1000)
    ids = [hit.order.id for hit in unit.search(wanted)]
    assert list(unit.search_ids(wanted)) == ids
    assert unit.count(condition, 1000) == len(ids)
    return ids


def _expected(some: Iterable[Order], condition: Condition, sort: Sort = _NEWEST) -> list[str]:
    """Return the ids that a condition finds by its definition."""
    holds = predicate(condition)
    rows = [found.columns for found in map(findable, some) if holds(found)]
    rows.sort(key=lambda row: (getattr(row, sort.column), row.id), reverse=sort.descending)
    return [row.id for row in rows]


def _varied() -> list[Order]:
    """Return orders that differ in all that they are found by; some of it is missing, and some is equal."""
    orders = []
    for at, text in enumerate(_TEXTS):
        order = an_order(
            Line(text, sku=text, price=f"{at % 4}.00", quantity=1 + at % 3),
            id=f"order-{at:02}",
            at=START.add(minutes=at // 2),
            number=1000 + at % 5,
            payments=[Sale("1.00", gateway=text)] if at % 2 else [],
        )
        orders.append(
            attrs.evolve(
                order,
                tags=(text, "all"),
                test=at % 7 == 0,
                updated_at=START.add(days=at % 3),
                customer=CustomerRef(name=text, email=f"{at}@example.com") if at % 3 else None,
                shipping_address=Address(city=text, country="FR") if at % 4 else None,
            )
        )
    return orders


def _conditions() -> list[Condition]:
    """Return conditions of every kind, alone and together."""
    tags = [Has(term) for order in _varied() for term in findable(order).terms if term.startswith("tag:")]
    plain: list[Condition] = [
        *dict.fromkeys(tags),
        *(Starts(f"tag:{text}") for text in ("vi", "v_", "v%", "日", "é", "all", "z" * 60, "", "\\")),
        *(Says(f" {text}") for text in ("vip", "vi", "ete", "e", "日本", "strasse", "a", "a b", "z" * 40)),
        *(Says(f" {text} ") for text in ("vi", "日本", "a b", "nothing")),
        Has("is:test"),
        Has("fin:paid"),
        Has("tag:none"),
        Between("total", 10_000, 20_000),
        Between("items", 2, None),
        Between("created_at", None, 0),
        Between("number", 1003, 1003),
        Between("id", "order-03", "order-05"),
        Between("total", 5, 4),
        ALWAYS,
        NEVER,
    ]
    return [
        *plain,
        *(Unless(one) for one in plain),
        AllOf((Has("tag:all"), Says(" vi"), Unless(Has("is:test")))),
        AllOf((Has("tag:all"), Between("created_at", 0, 2**62), Between("total", 0, 20_000))),
        AllOf((Has("tag:all"), Between("created_at", None, to_micros(START.add(minutes=3))))),
        AllOf((Has("tag:all"), Has("is:test"))),
        AnyOf((Has("tag:vip"), Starts("tag:日"), Says(" a"))),
        AllOf((AnyOf((Has("tag:vip"), Between("items", 3, 3))), Unless(AnyOf((Has("is:test"), NEVER))))),
        AnyOf((AllOf((Has("tag:vip"), Has("tag:all"))), Unless(AllOf((Has("tag:all"), Has("fin:pending")))))),
    ]


def _walked(shop: Storage, wanted: Wanted) -> Sequence[Hit]:
    """Return what pages of a list have, each begun behind the last one."""
    found: list[Hit] = []
    while hits := read(shop, lambda unit, asked=wanted: unit.search(asked)):  # type: ignore[misc]
        assert len(hits) <= wanted.limit
        assert not {hit.order.id for hit in hits} & {hit.order.id for hit in found}, "met twice"
        found += hits
        wanted = attrs.evolve(wanted, start=hits[-1].cursor)
    return found


class SearchContract(Contract):
    """Orders are found by conditions, listed in an order, and counted."""

    def test_every_kind_of_condition(self, shop: Storage) -> None:
        """Each finds the orders that its definition names, newest first; counting agrees."""
        some = _varied()
        write(shop, lambda unit: [unit.put(a_record(order)) for order in some])
        for condition in _conditions():
            assert read(shop, lambda unit, one=condition: found_by(unit, one)) == _expected(some, condition)  # type: ignore[misc]

    @pytest.mark.parametrize("column", sorted(COLUMN_TYPES))
    @pytest.mark.parametrize("descending", [False, True])
    def test_every_order_of_the_list(self, shop: Storage, column: str, descending: bool) -> None:
        """By the value, compared by code points, then by id; pages forwards and backwards are pieces of it."""
        some, sort = _varied(), Sort(column, descending)
        write(shop, lambda unit: [unit.put(a_record(order)) for order in some])
        for condition in (ALWAYS, Has("tag:all"), Starts("tag:v"), Unless(Has("is:test")), Says(" a")):
            whole = _expected(some, condition, sort)
            assert read(shop, lambda unit, one=condition: found_by(unit, one, sort)) == whole  # type: ignore[misc]
            forwards = _walked(shop, Wanted(condition, sort, 4))
            assert [hit.order.id for hit in forwards] == whole
            backwards = _walked(shop, Wanted(condition, sort, 4, forwards[-1].cursor, backwards=True))
            assert [hit.order.id for hit in backwards] == whole[-2::-1]

    def test_a_cursor_of_an_order_that_is_gone(self, shop: Storage) -> None:
        """A place in the list stays a place when its order is deleted."""
        for at in range(4):
            put(shop, a_record(an_order(id=f"order-{at}", at=START.add(minutes=at))))
        hits = read(shop, lambda unit: unit.search(Wanted(ALWAYS, _NEWEST, 2)))
        gone = read(shop, lambda unit: unit.order(hits[-1].order.id))
        put(shop, a_record(attrs.evolve(gone, deleted_at=START)))
        rest = read(shop, lambda unit: unit.search(Wanted(ALWAYS, _NEWEST, 2, hits[-1].cursor)))
        assert [hit.order.id for hit in rest] == ["order-1", "order-0"]

    def test_what_is_shown(self, shop: Storage) -> None:
        """The line of the list is the order's, with its stored version, and the value of its sort."""
        saved = [put(shop, a_record(order)) for order in _varied()[:3]]
        hits = read(shop, lambda unit: unit.search(Wanted(ALWAYS, Sort("id", descending=False), 9)))
        assert [hit.order for hit in hits] == [summary(order) for order in saved]
        assert [hit.value for hit in hits] == [order.id for order in saved]

    def test_counting_ends(self, shop: Storage) -> None:
        """No further than to what was asked for, by whatever is counted."""
        write(shop, lambda unit: [unit.put(a_record(order)) for order in _varied()])
        for condition in (ALWAYS, Has("tag:all"), Unless(NEVER), Starts("tag:"), Between("total", 0, None)):
            every = len(_expected(_varied(), condition))
            counts = [read(shop, lambda unit, c=condition, m=most: unit.count(c, m)) for most in (1, 3, 10**9)]  # type: ignore[misc]
            assert counts == [1, 3, every]

    def test_an_order_that_stands_under_a_beginning_twice(self, shop: Storage) -> None:
        """It is found and counted once."""
        put(shop, a_record(an_order(id="order-1", tags=("vip", "vip gold", "vipers"))))
        for condition in (Starts("tag:vip"), AnyOf((Has("tag:vip"), Starts("tag:vip"), Says(" tea")))):
            assert read(shop, lambda unit, one=condition: found_by(unit, one)) == ["order-1"]  # type: ignore[misc]

    def test_ids_of_customers_as_they_are_spelled(self, shop: Storage) -> None:
        """One is found by itself alone, whatever it is made of, also after another has taken its place."""
        ids = ("uA1", "ua1", "UA1 ", "u  a1", "u a1", "X" * 90, "x" * 90, 'a"b\\', " ")
        orders = [attrs.evolve(an_order(id=f"order-{at}"), customer=CustomerRef(id=id)) for at, id in enumerate(ids)]
        saved = [put(shop, a_record(order)) for order in orders]
        for order, id in zip(orders, ids, strict=True):
            assert read(shop, lambda unit, id=id: found_by(unit, Has(account(id)))) == [order.id]  # type: ignore[misc]
        theirs = Starts(account("ua1"))
        assert read(shop, lambda unit: found_by(unit, theirs, Sort("id", False))) == ["order-0", "order-1", "order-2"]
        changed = attrs.evolve(saved[0], customer=CustomerRef(id="ua1"))
        put(shop, a_record(changed, before=saved[0]))
        for id, found in (("uA1", []), ("ua1", ["order-0", "order-1"]), ("UA1 ", ["order-2"])):
            assert sorted(read(shop, lambda unit, id=id: found_by(unit, Has(account(id))))) == found  # type: ignore[misc]

    def test_a_change_is_found_at_once(self, shop: Storage) -> None:
        """By what it is now and no more by what it was, within the unit of work, too."""
        order = put(shop, a_record(an_order(id="order-1", tags=("old",), email="old@example.com")))
        changed = attrs.evolve(order, tags=("new",), customer=CustomerRef(email="new@example.com"), test=True)
        conditions = (Has("tag:old"), Says(" old@example"), Has("tag:new"), Says(" new@example"), Has("is:test"))

        def work(unit: Unit) -> list[list[str]]:
            unit.put(a_record(changed))
            return [found_by(unit, one) for one in conditions]

        expected: list[list[str]] = [[], [], ["order-1"], ["order-1"], ["order-1"]]
        assert write(shop, work) == expected
        assert read(shop, lambda unit: [found_by(unit, one) for one in conditions]) == expected

    def test_a_failed_unit_is_notfound_by(self, shop: Storage) -> None:
        """Neither the order that it placed nor what it made of another one."""
        order = put(shop, a_record(an_order(id="order-1", tags=("old",))))
        fail_after(shop, lambda unit: unit.put(a_record(attrs.evolve(order, tags=("new",)))))
        fail_after(shop, lambda unit: unit.put(a_record(an_order(id="order-2", tags=("new",)))))
        assert read(shop, lambda unit: (found_by(unit, Has("tag:new")), found_by(unit, ALWAYS))) == ([], ["order-1"])
        assert read(shop, lambda unit: found_by(unit, Has("tag:old"))) == ["order-1"]

    def test_a_view_of_before_finds_what_was(self, shop: Storage) -> None:
        """What is saved while somebody looks is found by the next one who does."""
        order = put(shop, a_record(an_order(id="order-1", tags=("old",))))
        with shop.read("main") as unit:
            assert found_by(unit, Has("tag:old")) == ["order-1"]
            put(shop, a_record(attrs.evolve(order, tags=("new",))))
            assert (found_by(unit, Has("tag:old")), found_by(unit, Has("tag:new"))) == (["order-1"], [])
        assert read(shop, lambda unit: found_by(unit, Has("tag:new"))) == ["order-1"]

    def test_a_deleted_order_is_notfound_by(self, shop: Storage) -> None:
        """By nothing at all."""
        steps = saved_life(shop)
        last = steps[-1][1]
        terms = findable(attrs.evolve(last, deleted_at=None)).terms
        before = read(shop, lambda unit: unit.count(ALWAYS, 9))
        put(shop, a_record(attrs.evolve(last, deleted_at=START)))
        assert before - read(shop, lambda unit: unit.count(ALWAYS, 9)) == (last.deleted_at is None)
        for term in terms:
            assert read(shop, lambda unit, one=term: found_by(unit, Has(one))) == []  # type: ignore[misc]

    def test_shops_find_their_own(self, shop: Storage) -> None:
        """The same ids and terms in two shops."""
        write(shop, lambda unit: unit.create_shop(a_shop()), "other")
        put(shop, a_record(an_order(id="order-1", tags=("a",))))
        put(shop, a_record(an_order(id="order-1", tags=("b",))), "other")
        put(shop, a_record(an_order(id="order-2", tags=("a",))), "other")
        asked = (Has("tag:a"), Has("tag:b"), Starts("tag:"), Unless(Has("tag:a")))
        for name, expected in (
            ("main", [["order-1"], [], ["order-1"], []]),
            ("other", [["order-2"], ["order-1"], ["order-2", "order-1"], ["order-1"]]),
        ):
            assert read(shop, lambda unit: [found_by(unit, one) for one in asked], name) == expected


def _a_view(id: str, **more: object) -> SavedView:
    """Return a view that is called like its id unless told otherwise."""
    plain = SavedView(id=f"id-{id}", name=id, query="tag:vip", created_at=START)
    return attrs.evolve(plain, **more)  # type: ignore[arg-type]


def _put_all(unit: Unit, *names: str) -> None:
    """Save views."""
    for name in names:
        unit.put_view(_a_view(name))


class ViewsContract(Contract):
    """Saved views: their order, names that are taken, changes and deletes."""

    def test_oldest_first(self, shop: Storage) -> None:
        """By when they were saved first, then by id, as they were given."""
        late = _a_view("late", created_at=START.add(days=1), query="", sort="-total_price")
        for view in (late, _a_view("b"), _a_view("Été 日本 "), _a_view("a")):
            write(shop, lambda unit, one=view: unit.put_view(one))  # type: ignore[misc]
        found = read(shop, lambda unit: unit.views())
        assert list(found) == [_a_view("a"), _a_view("b"), _a_view("Été 日本 "), late]

    def test_a_change(self, shop: Storage) -> None:
        """All but when it was saved first."""
        write(shop, lambda unit: unit.put_view(_a_view("a")))
        changed = _a_view("a", name="z", query="", sort="id", created_at=START.add(days=9))
        write(shop, lambda unit: unit.put_view(changed))
        write(shop, lambda unit: unit.put_view(changed))
        assert read(shop, lambda unit: unit.views())[-1] == attrs.evolve(changed, created_at=START)

    def test_a_name_is_taken(self, shop: Storage) -> None:
        """As it is spelled; by a new view, by a change, and not for ever."""
        write(shop, lambda unit: _put_all(unit, "a", "b", "A", "a "))
        before = read(shop, lambda unit: unit.views())
        for view in (_a_view("c", name="a"), _a_view("b", name="a")):
            with pytest.raises(AlreadyStored) as caught, shop.write("main") as unit:
                unit.put_view(view)
            assert caught.value.facts == {"kind": "view name", "key": view.name}
        assert read(shop, lambda unit: unit.views()) == before
        write(shop, lambda unit: unit.drop_view("id-a"))
        write(shop, lambda unit: unit.put_view(_a_view("b", name="a")))
        assert "id-b" in [view.id for view in read(shop, lambda unit: unit.views()) if view.name == "a"]

    def test_what_is_deleted_is_gone(self, shop: Storage) -> None:
        """Deleting says whether it was there; a unit that fails deletes nothing."""
        write(shop, lambda unit: unit.put_view(_a_view("a")))
        fail_after(shop, lambda unit: unit.drop_view("id-a"))
        assert write(shop, lambda unit: (unit.drop_view("id-a"), unit.drop_view("id-a"))) == (True, False)
        assert list(read(shop, lambda unit: unit.views())) == []

    def test_shops_have_their_own_views(self, shop: Storage) -> None:
        """The same id and name in two shops."""
        write(shop, lambda unit: unit.create_shop(a_shop()), "other")
        write(shop, lambda unit: unit.put_view(_a_view("a")))
        write(shop, lambda unit: unit.put_view(_a_view("a", query="tag:b")), "other")
        write(shop, lambda unit: unit.drop_view("id-a"))
        assert [view.query for view in read(shop, lambda unit: unit.views(), "other")][-1:] == ["tag:b"]
        assert list(read(shop, lambda unit: unit.views())) == []
