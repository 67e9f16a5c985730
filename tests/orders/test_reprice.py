"""What units cost after an edit."""

import attrs
from hypothesis import given
from hypothesis import strategies as st

from backoffice_core.orders.asked import Discount, Tax
from backoffice_core.orders.lines import LineItem
from backoffice_core.orders.parts import Part, unit_parts, value
from backoffice_core.orders.pricing import taxed
from backoffice_core.orders.reprice import discounted, extended, given_back, price_left
from backoffice_core.testing.strategies import taxes
from tests.orders.helpers import an_order, goods, shop

VAT = Tax("VAT", "0.20")


def a_line(quantity: int = 4, price: str = "10.00", *, included: bool = True, **more: object) -> LineItem:
    """Return a line as it was agreed."""
    known = {"settings": shop(taxes_included=included)}
    return an_order(goods(quantity=quantity, price=price, **more), known=known).lines[0]


def costs(line: LineItem) -> list[int]:
    """Return what each unit costs."""
    return [part.paid for part in unit_parts(line.spans)]


class TestRule1_OnlyWhatIsLeft:
    def test_units_that_are_gone_keep_their_price(self) -> None:
        """Of four, one is gone: three share what comes off."""
        after = discounted(a_line(), 1, 600, "d", included=True)
        assert [1000, 800, 800, 800] == costs(after)

    def test_nothing_is_left(self) -> None:
        """Then there is nothing to take off."""
        line = a_line(2)
        assert line == discounted(line, 2, 0, "d", included=True)
        assert 0 == price_left(line, 2, included=True)

    @given(st.integers(1, 6), st.integers(0, 6), st.integers(0, 5000), st.booleans(), taxes())
    def test_of_any_line(self, quantity: int, consumed: int, off: int, included: bool, rates: tuple[Tax, ...]) -> None:
        """What is gone costs what it did, and what is left costs less by what was taken off, tax apart."""
        line = a_line(quantity, "9.99", included=included, taxes=rates)
        consumed = min(consumed, quantity)
        off = min(off, price_left(line, consumed, included=included))
        after = discounted(line, consumed, off, "d", included=included)
        assert value(line.spans, 0, consumed) == value(after.spans, 0, consumed)
        left = price_left(line, consumed, included=included)
        assert left - off == price_left(after, consumed, included=included)
        assert all(part.paid >= 0 and part.net >= 0 for part in unit_parts(after.spans))
        assert line.quantity == sum(span.until for span in after.spans)


class TestRule2_LateDiscounts:
    def test_taxes_at_the_stored_rate(self) -> None:
        """12.00 with 2.00 of tax in; at 6.00 it is 1.00, on top of 5.00 it is 1.00 too."""
        line = discounted(a_line(1, "12.00", taxes=[VAT]), 0, 600, "d", included=True)
        assert Part(600, (100,)) == value(line.spans)
        line = discounted(a_line(1, "10.00", included=False, taxes=[VAT]), 0, 500, "d", included=False)
        assert Part(600, (100,)) == value(line.spans)

    def test_is_told_beside_those_before_it(self) -> None:
        """Each discount keeps its share."""
        line = a_line(4, discounts=[Discount("One", amount="4.00")])
        ((first, _),) = line.spans[0].discounts
        after = discounted(line, 2, 100, "d", included=True)
        assert ((first, 200), ("d", 100)) == after.spans[1].discounts

    def test_over_several_spans(self) -> None:
        """By what their units cost."""
        line = extended(a_line(1, discounts=[Discount("Half", percent="50")]), 1, included=True)
        after = discounted(line, 0, 300, "d", included=True)
        assert [400, 800] == costs(after)


class TestRule3_TakenBack:
    def test_only_what_is_left_carries_it(self) -> None:
        """Of 8.00 off four, one unit left with 2.00: 6.00 come back."""
        line = a_line(4, discounts=[Discount("Eight", amount="8.00", code="E")])
        ((id, _),) = line.spans[0].discounts
        after = given_back(line, 1, id, included=True)
        assert [800, 1000, 1000, 1000] == costs(after)
        assert () == after.spans[-1].discounts

    @given(st.integers(1, 6), st.integers(0, 3000), st.booleans(), taxes())
    def test_a_late_discount_and_back(self, quantity: int, off: int, included: bool, rates: tuple[Tax, ...]) -> None:
        """It costs what it did, where its taxes were computed."""
        line = a_line(quantity, "7.77", included=included, taxes=rates)
        off = min(off, price_left(line, 0, included=included))
        back = given_back(discounted(line, 0, off, "d", included=included), 0, "d", included=included)
        assert value(line.spans) == value(back.spans)

    def test_one_that_it_never_had(self) -> None:
        """Nothing changes."""
        line = a_line()
        assert line == given_back(line, 0, "d", included=True)


class TestRule4_UnitsAddedLater:
    def test_without_discount(self) -> None:
        """Two of 10.00 at half price, a third at 10.00."""
        line = a_line(2, discounts=[Discount("Half", percent="50")])
        after = extended(line, 1, included=True)
        assert ([500, 500, 1000], 3) == (costs(after), after.quantity)

    @given(st.integers(1, 5), st.booleans(), taxes())
    def test_as_if_they_were_a_line(self, units: int, included: bool, rates: tuple[Tax, ...]) -> None:
        """They cost what a line of their own would."""
        line = a_line(1, "3.33", included=included, taxes=rates)
        after = extended(line, units, included=included)
        own = a_line(units, "3.33", included=included, taxes=rates)
        assert value(own.spans) == value(after.spans, 1)
        assert value(own.spans) == taxed(line.taxes, 333 * units, included=included)
        assert line.spans == attrs.evolve(after, spans=after.spans[:1]).spans
