"""The longest queries, and values that no column holds: no limit of a database is met."""

import pytest

from tests.search.shops import Shop, numbered

#: Queries of as many values as are read, each kind of condition alone and under connectives.
LONGEST = {
    "beginnings": "tag:" + ",".join(f"a{at}*" for at in range(100)),
    "alternatives": " OR ".join(f"tag:a{at}*" for at in range(100)),
    "words with several conditions": " OR ".join(["financial_status:unpaid"] * 100),
    "all of them": " ".join(f"tag:a{at}*" for at in range(100)),
    "none of them": " ".join(f"-tag:a{at}*" for at in range(100)),
    "groups": "".join(f"-(a{at} OR " for at in range(19)) + "b" + ")" * 19,
    "ranges": " ".join(f"total_price:>{at}" for at in range(100)),
    "either range": " OR ".join(f"total_price:>{at}" for at in range(100)),
    "a phrase": '"' + "a " * 1900 + '"',
    "phrases": " ".join('"a b c d e f g h i j k l m"' for _ in range(100)),
    "ids": "id:" + ",".join(f"x{at}" for at in range(100)),
    "a long value": "tag:" + "x" * 3900,
}


@pytest.mark.parametrize("name", LONGEST)
def test_the_longest_queries(shop: Shop, name: str) -> None:
    """No limit of a database is met: terms of an OR, of a UNION, depth, parameters."""
    shop.put(numbered(1))
    for sort in ("-created_at", "customer_name", "total_price"):
        page = shop.office.orders.search(LONGEST[name], sort=sort)
        assert ((), len(page)) == (page.warnings, shop.office.orders.count(LONGEST[name]))


def test_numbers_that_no_column_holds(shop: Shop) -> None:
    """Nothing is above them and everything below; no database is asked about more than it can keep."""
    names = shop.put(numbered(1))
    for number in ("922337203685477", "999999999999999", "1e30", "1e99999"):
        assert ([], names) == (shop.names(f"total_price:>{number}"), shop.names(f"total_price:<={number}"))
        assert ([], names) == (shop.names(f"total_price:<-{number}"), shop.names(f"total_price:-{number}..{number}"))
    assert names == shop.names("subtotal_line_items_quantity:<=" + "9" * 50)


def test_texts_that_no_database_keeps(shop: Shop) -> None:
    """Halves of surrogate pairs and null characters are told, and never reach the database."""
    shop.put(numbered(1))
    for field in ("tag", "name", "email", "id", "sku"):
        for text in ("a\ud800*", "\0", "\ud800", "a\0b*"):
            assert isinstance(shop.names(f"{field}:{text}"), list)
    for text in ("a@\ud800", "\ud800 tea", "\0"):
        assert isinstance(shop.names(text), list)
