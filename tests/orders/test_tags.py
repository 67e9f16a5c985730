"""Tags."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice_core.failures import InvalidValue
from backoffice_core.orders.events import TagsAdded, TagsRemoved
from backoffice_core.orders.order import Order
from backoffice_core.orders.place import Place
from backoffice_core.orders.tags import AddTags, RemoveTags, TagTooLong, TooManyTags
from tests.orders.helpers import after, an_order, goods, refusal, step


def tagged(*tags: str) -> Order:
    """Return an order with some tags."""
    return an_order(tags=tags)


class TestRule1_CaseIsIgnored:
    def test_adding(self) -> None:
        """The first spelling stays."""
        assert ("VIP",) == after(tagged("VIP"), AddTags(tags="vip, Vip")).tags
        assert ("VIP",) == tagged("VIP", "vip").tags

    def test_removing(self) -> None:
        """Any spelling removes it."""
        change = step(tagged("VIP", "new"), RemoveTags(tags="vIp"))
        assert (("new",), (TagsRemoved(("VIP",)),)) == (change.order.tags, change.events)

    def test_beyond_ascii(self) -> None:
        """Case is folded, not lowered: one sharp s is two."""
        assert ("STRASSE",) == after(tagged("STRASSE"), AddTags(tags="Straße")).tags


class TestRule2_LengthAndCommas:
    def test_the_longest(self) -> None:
        """40 characters are a tag."""
        assert ("x" * 40,) == after(an_order(), AddTags(tags="x" * 40)).tags

    def test_one_too_long(self) -> None:
        """41 are refused with the tag and the limit, when placing too."""
        for command in (AddTags, RemoveTags, lambda tags: Place(lines=[goods()], tags=tags)):
            with pytest.raises(TagTooLong) as error:
                command(tags="x" * 41)
            assert {"tag": "x" * 41, "longest": 40} == error.value.facts

    def test_spaces_and_commas(self) -> None:
        """A comma separates, spaces around a tag are dropped, inner ones stay."""
        assert ("a b", "c") == after(an_order(), AddTags(tags=[" a b ,, c", " "])).tags

    def test_the_length_is_measured_without_spaces(self) -> None:
        """Spaces that are dropped do not count."""
        assert ("x" * 40,) == after(an_order(), AddTags(tags=f"  {'x' * 40}  ")).tags

    @pytest.mark.parametrize("tags", [None, 5, [5], [None]])
    def test_odd_values(self, tags: Any) -> None:
        """Tags are text."""
        with pytest.raises(InvalidValue) as error:
            AddTags(tags=tags)
        assert "tags" == error.value.field


class TestRule3_AtMost250:
    def test_the_most(self) -> None:
        """250 tags are possible."""
        order = tagged(*[f"t{at}" for at in range(249)])
        assert 250 == len(after(order, AddTags(tags="one")).tags)

    def test_one_too_many(self) -> None:
        """The 251st is refused with both numbers; one that is there is not."""
        order = tagged(*[f"t{at}" for at in range(250)])
        assert (TooManyTags, {"tags": 251, "most": 250}) == refusal(order, AddTags(tags="one"))
        assert not step(order, AddTags(tags="T1"))
        many = Place(lines=[goods()], tags=[f"t{at}" for at in range(251)])
        assert (TooManyTags, {"tags": 251, "most": 250}) == refusal(None, many)


class TestRule4_NoChange:
    @pytest.mark.parametrize(
        "command", [AddTags(tags="a"), AddTags(tags=""), AddTags(tags=[]), RemoveTags(tags="b"), RemoveTags(tags=[])]
    )
    def test_is_falsy(self, command: AddTags | RemoveTags) -> None:
        """Adding what is there and removing what is not change nothing."""
        assert not step(tagged("A"), command)

    def test_only_what_is_new_is_told(self) -> None:
        """The event names the tags that were added, in order."""
        change = step(tagged("b"), AddTags(tags="c, B, a"))
        assert ((TagsAdded(("a", "c")),), ("a", "b", "c")) == (change.events, change.order.tags)


class TestRule5_Sorted:
    def test_ignoring_case(self) -> None:
        """Capitals do not come first."""
        assert ("a", "B", "c") == tagged("c", "B", "a").tags

    @given(st.lists(st.text("aAbB ,", max_size=6), max_size=8), st.lists(st.text("aAbB ", max_size=3), max_size=4))
    def test_any_history(self, more: list[str], less: list[str]) -> None:
        """After adding and removing tags are sorted, distinct, and none that was removed is left."""
        order = after(an_order(), AddTags(tags=more), RemoveTags(tags=less))
        folded = [tag.casefold() for tag in order.tags]
        assert sorted(set(folded)) == folded
        assert not set(folded) & {tag.strip().casefold() for tag in less}
