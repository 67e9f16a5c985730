"""Values that cannot be meant: what is told of each, and what is found all the same."""

import pytest

from backoffice_core.search.fields import FIELDS, NOT_HELD
from backoffice_core.search.meaning import meaning
from backoffice_core.search.query import Query
from tests.search.helpers import SCOPE, found, unclear
from tests.search.test_fields import ALIASES, HELD, named


class TestWhatIsUnclear:
    @pytest.mark.parametrize("field", sorted(FIELDS))
    def test_without_a_value(self, field: str) -> None:
        """Nothing is found, and a warning says so; spaces are a value of nothing but ids of customers."""
        for written in ("", "''", *(['"  "'] if field != "customer_id" else [])):
            assert ["empty_value"] == unclear(f"{field}:{written}")

    @pytest.mark.parametrize("field", ["tag", "name", "sku", "email", "customer_id", "id"])
    def test_without_a_character(self, field: str) -> None:
        """
        Control characters and halves of a surrogate pair are in no order, so they cannot be looked for.

        In ids of customers the first may stand.
        """
        for text in ("\0", "\ud800", *(["'\x01 '"] if field != "customer_id" else [])):
            assert ["no_character"] == unclear(f"{field}:{text}")
        assert ["no_character"] == unclear(f"{field}:\ud800*")

    def test_a_hash_sign_is_no_name(self) -> None:
        """Names are compared without it."""
        assert ["no_character"] == unclear("name:#")

    @pytest.mark.parametrize(
        "field", sorted({*HELD, *ALIASES, "status", "financial_status", "test", "location_id", "tag_not"} - {"id"})
    )
    @pytest.mark.parametrize("comparator", ["<", "<=", ">", ">="])
    def test_what_has_no_order_cannot_be_compared(self, field: str, comparator: str) -> None:
        """A comparator is refused by a word, a tag, a name."""
        assert ["not_comparable"] == unclear(f"{field}:{comparator}true")

    def test_a_beginning_cannot_be_compared(self) -> None:
        """Neither that of an id."""
        assert ["not_a_prefix"] == unclear("id:>=a*")

    @pytest.mark.parametrize(
        ("query", "meant"),
        [
            ("financial_status:payed", "paid"),
            ("fulfillment_status:fulfiled", "fulfilled"),
            ("return_status:returnd", "returned"),
            ("status:opne", "open"),
            ("test:tru", "true"),
            ("financial_statu:paid", "financial_status"),
            ("tags:vip", "tag"),
            ("qwertyuiop:vip", None),
        ],
    )
    def test_what_may_have_been_meant(self, query: str, meant: str | None) -> None:
        """A word that is nearly one, or a field, is told with the one that it is nearest to."""
        (warning,) = Query.read(query).meaning(SCOPE).warnings
        assert meant == warning.suggestion

    def test_the_other_values_are_looked_for(self) -> None:
        """One that cannot be meant does not take its neighbours along."""
        asked = Query.read("financial_status:paid,payed").tree
        assert meaning(Query.read("financial_status:paid").tree, SCOPE).condition == meaning(asked, SCOPE).condition
        assert ["unknown_value", "unknown_value"] == unclear("status:opne,clsoed")

    @pytest.mark.parametrize("field", [*NOT_HELD, "metafields.custom.size"])
    def test_what_orders_hold_nothing_for(self, field: str) -> None:
        """Shopify's other filters are told apart from what nobody knows, and left out."""
        assert ["field_not_held"] == unclear(f"{field}:5")

    def test_an_unknown_field_is_left_out(self) -> None:
        """As in Shopify; the rest is looked for."""
        order = named("one", tags=("vip",))
        assert ["unknown_field"] == unclear("colour:red tag:vip")
        assert [] == found("tag:none", order)
