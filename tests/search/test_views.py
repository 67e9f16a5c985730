"""Saved views: names, queries that must be clear, the built-in ones, and looking them up."""

from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from backoffice_core import BackOffice, Line, errors
from backoffice_core.search.parse import LONGEST_QUERY
from backoffice_core.search.query import Chip, Query
from backoffice_core.search.views import BUILT_IN
from backoffice_core.testing import FrozenClock


@pytest.fixture(params=["memory", "sqlite"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BackOffice]:
    """Return a shop in memory, and one on SQLite."""
    url = "memory:" if request.param == "memory" else f"sqlite:///{tmp_path / 'shop.db'}"
    with BackOffice.open(url, currency="EUR", taxes_included=True, clock=FrozenClock()) as office:
        yield office


def refused(office: BackOffice, name: object, query: object = "", **more: object) -> list[str]:
    """Return what is wrong with a view that cannot be saved, and check that it was not."""
    before = list(office.orders.views)
    with pytest.raises(errors.InvalidView) as caught:
        office.orders.views.save(name, query, **more)  # type: ignore[arg-type]
    assert before == list(office.orders.views)
    assert "invalid_view" == caught.value.code
    return list(caught.value.problems)


class TestRule1_Names:
    @pytest.mark.parametrize("name", ["a", "x" * 40, "Gift wrap ", " Gift wrap", "été", "日本", "OPEN", "Allright"])
    def test_what_will_do(self, office: BackOffice, name: str) -> None:
        """1 to 40 characters as they are, spaces around them, too; case counts."""
        saved = office.orders.views.save(name, "tag:vip")
        assert name == saved.name
        assert saved == office.orders.views.get(name) == office.orders.views.get(saved.id)

    @pytest.mark.parametrize(
        ("name", "problem"),
        [
            ("", "name: it is blank; 1 to 40 characters would do"),
            ("  ", "name: it is blank; 1 to 40 characters would do"),
            ("x" * 41, "name: it has 41 characters; at most 40 would do"),
            ("ALL", "name: 'ALL' is what the list without a view is called; another one would do"),
            ("All orders", "name: 'All orders' is what the list without a view is called; another one would do"),
            ("Open", "name: another view is called 'Open'; another one would do"),
            ("built-in-open", "name: another view is called 'built-in-open'; another one would do"),
            (5, "name: a value of type int was given; text of 1 to 40 characters would do"),
            (None, "name: a value of type NoneType was given; text of 1 to 40 characters would do"),
        ],
    )
    def test_what_will_not(self, office: BackOffice, name: object, problem: str) -> None:
        """Blank, too long, taken, reserved, no text."""
        assert [problem] == refused(office, name)

    def test_what_no_database_could_keep(self, office: BackOffice) -> None:
        """Halves of surrogate pairs and null characters."""
        for name in ("a\ud800", "a\0"):
            (problem,) = refused(office, name)
            assert problem.startswith("name: text with characters that are none")

    def test_a_name_is_taken_once(self, office: BackOffice) -> None:
        """Until its view is renamed or deleted."""
        first = office.orders.views.save("Mine", "tag:a")
        refused(office, "Mine", "tag:b")
        office.orders.views.change(first.id, name="Yours")
        second = office.orders.views.save("Mine", "tag:b")
        assert (first.id, second.id) == (office.orders.views.get("Yours").id, office.orders.views.get("Mine").id)
        office.orders.views.delete("Yours")
        office.orders.views.save("Yours", "")

    def test_no_view_hides_another(self, office: BackOffice) -> None:
        """A view is looked up by id or name, so no name is the id of another one."""
        first = office.orders.views.save("Mine", "")
        assert ["name: another view is called " + repr(first.id) + "; another one would do"] == refused(
            office, first.id
        )
        mine = office.orders.views.save("open", "tag:mine")
        assert "tag:mine" == office.orders.views.get("open").query
        assert {"status:open", "tag:mine"} == {office.orders.views.get(name).query for name in ("Open", "open")}
        assert mine == office.orders.views.delete("open")
        assert "Open" == office.orders.views.get("Open").name


class TestRule2_Queries:
    @pytest.mark.parametrize(
        ("query", "plain"),
        [
            ("", ""),
            ("  ", ""),
            ("tag:'gift wrap'  OR (status:open AND NOT tag:x)", 'tag:"gift wrap" OR status:open -tag:x'),
            ("created_at:>=-7d", "created_at:>=-7d"),
            ("STATUS:open", "status:open"),
            ("*", "*"),
        ],
    )
    def test_written_plainly(self, office: BackOffice, query: str, plain: str) -> None:
        """With double quotes, fields in lower case, no parentheses that say nothing."""
        assert plain == office.orders.views.save("Mine", query).query == office.orders.views.get("Mine").query

    @pytest.mark.parametrize(
        ("query", "problem"),
        [
            ("tags:vip", "query: at 0: there is no field tags; did you mean tag?"),
            (
                "a finansial_status:paid",
                "query: at 2: there is no field finansial_status; did you mean financial_status?",
            ),
            ("status:opne", "did you mean open?"),
            ("po_number:5", "query: at 0: orders here hold nothing that po_number could find"),
            ("reference_location_id:5", "orders here hold nothing that reference_location_id could find"),
            ("created_at:soon", "'soon' is no date such as"),
            ("total_price:20..5", "did you mean 5..20?"),
            ("(a", "query: at 0: this parenthesis is not closed"),
            ("a OR", "query: at 2: nothing stands after OR"),
            ("tag:'x", "this quote is not closed"),
            ("!!!", "there is no word in this to look for"),
            ("tag:\ud800", "nothing in '\\ud800' can be looked for"),
            ("x " * 200, "what follows the first 100 values is left out"),
            ("x" * 4001, "what follows the first 4000 characters is left out"),
            (5, "query: a value of type int was given; text such as 'tag:vip' would do"),
        ],
    )
    def test_what_is_unclear(self, office: BackOffice, query: object, problem: str) -> None:
        """A search would leave it out; a view is refused, with what may have been meant."""
        (told,) = refused(office, "Mine", query)
        assert problem in told

    def test_the_longest(self, office: BackOffice) -> None:
        """What would be longer than a query may be once it is written plainly could not be read again."""
        query = "'" + '"' * (LONGEST_QUERY - 10) + "a'"
        assert [
            f"query: it has {2 * LONGEST_QUERY - 17} characters when it is written plainly; at most 4000 would do"
        ] == (refused(office, "Mine", query))
        text = "x" * LONGEST_QUERY
        assert text == office.orders.views.save("Mine", text).query

    def test_a_query_that_was_read(self, office: BackOffice) -> None:
        """It is saved as its text."""
        assert "tag:a -tag:b" == office.orders.views.save("Mine", Query.read("tag:a NOT tag:b")).query

    @pytest.mark.parametrize("text", ["(tag:vip", "tag:vip,", "tag:vip OR", "tag:" + "a" * LONGEST_QUERY])
    def test_what_was_left_out_of_one_that_was_read(self, office: BackOffice, text: str) -> None:
        """It is refused as the text is, for the same reasons, by saving and by changing."""
        read = Query.read(text)
        assert refused(office, "Mine", text) == refused(office, "Mine", read)
        with pytest.raises(errors.InvalidView) as caught:
            office.orders.views.change("Open", query=read)
        assert (tuple(refused(office, "Mine", text)), "status:open") == (
            caught.value.problems,
            office.orders.views.get("Open").query,
        )

    def test_what_a_view_finds(self, office: BackOffice) -> None:
        """The same as its query, in its own order unless told otherwise."""
        for price in ("3.00", "1.00", "2.00"):
            office.orders.place(lines=[Line("Tea", price=price)], tags="x")
        office.orders.place(lines=[Line("Tea", price="9.00")])
        view = office.orders.views.save("Mine", "tag:x", sort="total_price")
        assert [100, 200, 300] == [one.total.minor for one in office.orders.search(view)]
        assert [300, 200, 100] == [one.total.minor for one in office.orders.search(view, sort="-total_price")]
        assert 3 == office.orders.count(view)
        assert [100, 200, 300] == [one.total.minor for one in office.orders.search(office.orders.views.get("Mine"))]
        assert 3 == len(list(office.orders.all(view)))

    def test_sorts(self, office: BackOffice) -> None:
        """One that there is none of is refused."""
        assert "-created_at" == office.orders.views.save("Mine", "").sort
        (problem,) = refused(office, "Yours", "", sort="price")
        assert problem.startswith("sort: 'price' was given; one of created_at, ")


class TestRule3_BuiltIn:
    def test_a_shop_begins_with_four(self, office: BackOffice) -> None:
        """Unfulfilled, Unpaid, Open, Archived, in this order, before all others."""
        mine = office.orders.views.save("Mine", "")
        assert [
            ("built-in-unfulfilled", "Unfulfilled", "status:open fulfillment_status:unshipped,partial"),
            ("built-in-unpaid", "Unpaid", "status:open financial_status:unpaid"),
            ("built-in-open", "Open", "status:open"),
            ("built-in-archived", "Archived", "status:closed"),
            (mine.id, "Mine", ""),
        ] == [(view.id, view.name, view.query) for view in office.orders.views]

    def test_they_are_clear(self, office: BackOffice) -> None:
        """Each could be saved by anybody."""
        for view in BUILT_IN:
            assert view.query == office.orders.views.save(f"{view.name} 2", view.query).query

    def test_they_are_changed_and_deleted_like_others(self, office: BackOffice) -> None:
        """And stay so."""
        office.orders.views.change("Open", name="To do", query="status:open tag:x", sort="id")
        office.orders.views.delete("Unpaid")
        known = {view.id: view for view in office.orders.views}
        assert ["built-in-unfulfilled", "built-in-open", "built-in-archived"] == list(known)
        changed = known["built-in-open"]
        assert ("To do", "status:open tag:x", "id") == (changed.name, changed.query, changed.sort)
        assert BUILT_IN[2].created_at == changed.created_at

    def test_what_they_find(self, office: BackOffice) -> None:
        """Open orders of which something is to ship or to be paid, all open ones, and the archived ones."""
        paid = office.orders.place(lines=[Line("Tea", price="1.00")]).order
        office.orders.mark_as_paid(paid.id)
        sent = office.orders.place(lines=[Line("Tea", price="1.00")]).order
        office.orders.fulfill(sent.id)
        gone = office.orders.place(lines=[Line("Tea", price="1.00")]).order
        office.orders.archive(gone.id)
        found = {view.name: {one.name for one in office.orders.search(view)} for view in office.orders.views}
        expected = {
            "Unfulfilled": {paid.name},
            "Unpaid": {sent.name},
            "Open": {paid.name, sent.name},
            "Archived": {gone.name},
        }
        assert expected == found


class TestRule4_AllAtOnce:
    def test_all_that_is_wrong(self, office: BackOffice) -> None:
        """Name, each part of the query, and sort are told together."""
        problems = refused(office, "x" * 41, "tags:a status:opne", sort="price")
        assert ["name", "query", "query", "sort"] == [problem.partition(":")[0] for problem in problems]

    def test_a_change_is_held_to_the_same(self, office: BackOffice) -> None:
        """Nothing of a change that is refused is saved."""
        view = office.orders.views.save("Mine", "tag:a")
        with pytest.raises(errors.InvalidView) as caught:
            office.orders.views.change("Mine", name="All", query="nope:1")
        assert 2 == len(caught.value.problems)
        assert view == office.orders.views.get(view.id)


class TestChanging:
    def test_what_is_left_out_stays(self, office: BackOffice) -> None:
        """One thing at a time; an empty query is one."""
        view = office.orders.views.save("Mine", "tag:a", sort="id")
        assert attrs.evolve(view, name="Yours") == office.orders.views.change("Mine", name="Yours")
        assert "tag:b" == office.orders.views.change(view.id, query="tag:b").query
        assert "-total_price" == office.orders.views.change(view.id, sort="-total_price").sort
        assert "" == office.orders.views.change(view.id, query="").query
        assert attrs.evolve(view, name="Yours", query="", sort="-total_price") == office.orders.views.get("Yours")

    def test_its_own_name_is_not_taken(self, office: BackOffice) -> None:
        """A change may say the name that it has."""
        office.orders.views.save("Mine", "tag:a")
        assert "tag:b" == office.orders.views.change("Mine", name="Mine", query="tag:b").query

    def test_a_rename_may_change_case_only(self, office: BackOffice) -> None:
        """Case counts."""
        office.orders.views.save("Mine", "")
        assert "MINE" == office.orders.views.change("Mine", name="MINE").name
        with pytest.raises(errors.UnknownId):
            office.orders.views.get("Mine")

    def test_a_name_of_another(self, office: BackOffice) -> None:
        """It is refused, and neither is changed."""
        office.orders.views.save("Mine", "tag:a")
        with pytest.raises(errors.InvalidView, match="another view is called 'Open'"):
            office.orders.views.change("Mine", name="Open")
        assert "tag:a" == office.orders.views.get("Mine").query

    def test_what_is_not_there(self, office: BackOffice) -> None:
        """Getting, changing and deleting say so."""
        for call in (office.orders.views.get, office.orders.views.change, office.orders.views.delete):
            with pytest.raises(errors.UnknownId, match="nope"):
                call("nope")

    def test_the_oldest_first(self, tmp_path: Path) -> None:
        """A change moves no view."""
        clock = FrozenClock()
        office = BackOffice.open("memory:", currency="EUR", taxes_included=True, clock=clock)
        for name in ("b", "a", "c"):
            clock.tick(minutes=1)
            office.orders.views.save(name, "")
        clock.tick(minutes=1)
        office.orders.views.change("b", name="z")
        assert ["z", "a", "c"] == [view.name for view in office.orders.views][4:]


class TestChips:
    @pytest.mark.parametrize(
        ("query", "chips", "rest"),
        [
            ("tag:a", [Chip("tag", "is", "a")], ""),
            ("-tag:a", [Chip("tag", "not", "a")], ""),
            ("tag:a,b", [Chip("tag", "is", "a,b")], ""),
            ("tag:ab*", [Chip("tag", "is", "ab*")], ""),
            ("tag:*", [Chip("tag", "exists", "true")], ""),
            ("-tag:*", [], "-tag:*"),
            ("id:>5 id:<=9", [Chip("id", "min", "5"), Chip("id", "max", "9")], ""),
            ("-id:>5", [], "-id:>5"),
            ("tea tag:a cup", [Chip("tag", "is", "a")], "tea cup"),
            ("tag:a (tag:b OR tag:c)", [Chip("tag", "is", "a")], "tag:b OR tag:c"),
            ("tag:a OR tag:b", [], "tag:a OR tag:b"),
            ("tag:a (b OR c) (d OR e)", [Chip("tag", "is", "a")], "(b OR c) (d OR e)"),
            ("'a b' x:1", [Chip("x", "is", "1")], '"a b"'),
            ("", [], ""),
        ],
    )
    def test_filters_and_the_rest(self, query: str, chips: list[Chip], rest: str) -> None:
        """What must hold can be shown one by one; alternatives and free text stay text."""
        read = Query.read(query)
        assert (chips, rest) == (list(read.chips), read.rest)


def test_in_another_shop(tmp_path: Path) -> None:
    """Each shop has its own, by the same names."""
    first = BackOffice.open(f"sqlite:///{tmp_path / 'shop.db'}", currency="EUR", taxes_included=True)
    second = BackOffice.open(f"sqlite:///{tmp_path / 'shop.db'}", shop="two", currency="EUR", taxes_included=True)
    first.orders.views.save("Mine", "tag:a")
    second.orders.views.save("Mine", "tag:b")
    second.orders.views.delete("Open")
    assert ("tag:a", 5, 4) == (
        first.orders.views.get("Mine").query,
        len(list(first.orders.views)),
        len(list(second.orders.views)),
    )
    first.close()
    second.close()
