"""Customers' ids in searches: each is found by itself, as it is spelled; how one begins has no case."""

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backoffice_core.orders.order import CustomerRef, Order
from backoffice_core.search.findable import account, findable, person, term
from backoffice_core.search.query import Query
from backoffice_core.search.text import plain
from backoffice_core.search.tree import Value, negation
from backoffice_core.testing.builders import an_order
from backoffice_core.typed import can_be_kept
from tests.search.helpers import IDS, TEXTS, found

#: Ids that differ in case and spaces only, those that queries are written with, and any.
ids = st.sampled_from((*IDS, *TEXTS)) | st.text(min_size=1, max_size=80).filter(can_be_kept)
some_ids = st.lists(ids, min_size=1, max_size=6, unique=True)


def of(id: str | None, **more: object) -> Order:
    """Return an order of somebody's, named after them."""
    return attrs.evolve(an_order(), name=id or "", customer=CustomerRef(id=id, **more))  # type: ignore[arg-type]


def asked(*some: str, quoted: bool = True) -> str:
    """Return the query of one of several ids."""
    return "customer_id:" + ",".join(Value(id, quoted=quoted).written(free=False) for id in some)


@given(some_ids, st.booleans())
@example(["uA1", "ua1", "UA1 ", " ua1", "u  a1", "u a1"], True)
@example(['a"b', "a\\b", "a:b", "(a) b", "a,b", "a*", "*", "-a", "a..b", " ", "\t"], True)
@example([">a", "'a b'", "..'a", "OR", "a\\"], False)
@example(["x" * 200, "X" * 200, "x" * 60, "x" * 61, "ﬁ", "fi", "é", "e\u0301"], True)
def test_each_finds_itself(some: list[str], quoted: bool) -> None:
    """However it is written, whatever it is made of; a list of them, and all others but one."""
    orders = [of(id) for id in some]
    for id in some:
        assert [id] == found(asked(id, quoted=quoted), *orders)
    assert some == found(asked(*some, quoted=quoted), *orders)
    others = str(negation(Query.read(asked(some[0], quoted=quoted)).tree))
    assert some[1:] == found(others, *orders)


@given(ids)
def test_terms(id: str) -> None:
    """One that is written without case has the term that a text has; others begin like it, and fit into the index."""
    whole = account(id)
    assert (plain(id) == id) == (term("customer", id) == whole)
    assert whole.startswith(f"customer:{plain(id)[:60]}")
    assert len(whole) <= 100
    assert whole == person(of(id))
    assert whole in findable(of(id)).terms


class TestBeginnings:
    @pytest.mark.parametrize("query", ["u*", "U*", "ua1*", "UA*", "' ua'*", "uA1*,x"])
    def test_have_no_case(self, query: str) -> None:
        """What an id begins with is looked for as in other values."""
        some = ("uA1", "ua1", "UA1 ", "UA12")
        assert list(some) == found(f"customer_id:{query}", *map(of, some), of("v"), of(None))

    def test_of_later_words(self) -> None:
        assert ["Ada Byron", "ada byron"] == found(
            "customer_id:by*", of("Ada Byron"), of("ada byron"), of("byr on "[2:])
        )

    def test_whether_there_is_one(self) -> None:
        """A guest has none, whatever the address."""
        some = (of("uA1"), of(" "), of(None, email="ada@example.com"))
        assert ["uA1", " "] == found("customer_id:*", *some)
        assert [""] == found("-customer_id:*", *some)
