"""Cases on queries: how their text is read, and what odd text finds."""

from backoffice_core.search.query import Chip, Query
from backoffice_core.search.tree import And, Not, Or, Term, Value
from tests.cases.helpers import goods, office, placed


def test_c096_a_range_is_two_chips() -> None:
    """The bounds are not included, and the chips are called min and max all the same."""
    query = Query.read("current_total_price:>2 current_total_price:<10")
    assert (Chip("current_total_price", "min", "2"), Chip("current_total_price", "max", "10")) == query.chips
    shop = office()
    for price in ("2.00", "2.01", "9.99", "10.00"):
        placed(shop, goods(price))
    assert ["9.99", "2.01"] == [one.total.amount for one in shop.orders.search(query)]


def test_c098_a_star_asks_whether_there_is_any() -> None:
    assert [("sku", "exists")] == [(chip.key, chip.op) for chip in Query.read("sku:*").chips]
    shop = office()
    placed(shop, goods("1.00"))
    placed(shop, goods("2.00", sku=None))
    assert ["1.00"] == [one.total.amount for one in shop.orders.search("sku:*")]


def test_c099_quotes_groups_and_a_minus() -> None:
    """AND binds tighter than OR, so the minus belongs to the second alternative; single quotes are double ones."""
    query = Query.read("title:'X Alpha' OR (status:ACTIVE tag:'t') -vendor:Archived")
    title = Term("title", "", (Value("X Alpha", quoted=True),))
    group = (Term("status", "", (Value("ACTIVE"),)), Term("tag", "", (Value("t", quoted=True),)))
    assert Or((title, And((*group, Not(Term("vendor", "", (Value("Archived"),))))))) == query.tree
    assert 'title:"X Alpha" OR status:ACTIVE tag:"t" -vendor:Archived' == query.rest


def test_c102_a_parenthesis_behind_a_colon() -> None:
    """No error; the tag is not told, so no order has it, and a warning says so."""
    shop = office()
    placed(shop, goods("1.00"), tags=["T"])
    page = shop.orders.search("tag:(T")
    assert 0 == len(page)
    assert ["empty_value", "unclosed_parenthesis"] == [warning.code for warning in page.warnings]


def test_c103_a_parenthesis_that_is_not_closed() -> None:
    """No error; it ends with the text."""
    shop = office()
    placed(shop, goods("1.00", title="T"))
    page = shop.orders.search("(T")
    assert 1 == len(page)
    assert ["unclosed_parenthesis"] == [warning.code for warning in page.warnings]
