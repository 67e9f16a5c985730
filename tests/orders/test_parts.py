"""What each unit cost, to the last cent."""

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backoffice_core.orders.parts import (
    NOTHING,
    Part,
    Span,
    added,
    count,
    span,
    take_amount,
    taxes_of,
    unit_parts,
    value,
)


@st.composite
def rows(draw: st.DrawFn) -> list[Span]:
    """Return one to three spans with up to two taxes, at the edges of rounding."""
    taxes = draw(st.integers(0, 2))
    made = []
    for _ in range(draw(st.integers(1, 3))):
        quantity = draw(st.integers(1, 7))
        paid = draw(st.sampled_from((0, 1, 2, 99, 100, 1000, 7999)))
        tax = draw(st.integers(0, paid))
        first = draw(st.integers(0, tax))
        made.append(span(quantity, paid, (first, tax - first)[:taxes]))
    return made


def total(parts: list[Part]) -> Part:
    """Return the sum of some parts."""
    result = NOTHING
    for part in parts:
        result = result + part
    return result


class TestRule1_PaidIsSpreadOverUnits:
    @pytest.mark.parametrize(
        ("paid", "quantity", "units"),
        [
            (1000, 3, [333, 334, 333]),
            (1, 2, [1, 0]),
            (1, 3, [0, 1, 0]),
            (2, 3, [1, 0, 1]),
            (10000, 3, [3333, 3334, 3333]),
            (0, 2, [0, 0]),
            (17925, 10, [1793, 1792, 1793, 1792, 1793, 1792, 1793, 1792, 1793, 1792]),
        ],
        ids=str,
    )
    def test_cents(self, paid: int, quantity: int, units: list[int]) -> None:
        """The first k units cost paid * k / quantity, rounded half up."""
        assert units == [part.paid for part in unit_parts([span(quantity, paid, ())])]

    @given(st.integers(0, 10_000), st.integers(1, 50))
    def test_sum_to_the_whole(self, paid: int, quantity: int) -> None:
        """All units cost what was paid, none is negative, none is a cent off its fair share."""
        units = [part.paid for part in unit_parts([span(quantity, paid, ())])]
        assert paid == sum(units)
        assert all(0 <= unit and abs(unit * quantity - paid) <= quantity for unit in units)


class TestRule2_TaxFollowsPaid:
    def test_cents(self) -> None:
        """Of a tax of 1.67 in 10.00 three units carry their share of it."""
        units = unit_parts([span(3, 1000, (167,))])
        assert [(333, 56), (334, 55), (333, 56)] == [(part.paid, part.tax) for part in units]

    def test_two_taxes_share_the_cents_in_a_fixed_order(self) -> None:
        """The cents of the sum go to the single taxes, and each reaches its own amount."""
        units = unit_parts([span(3, 1000, (100, 67))])
        assert [(34, 22), (32, 23), (34, 22)] == [part.taxes for part in units]

    def test_nothing_paid(self) -> None:
        """A free line carries no tax."""
        assert [Part(0, (0,)), Part(0, (0,))] == unit_parts([span(2, 0, (0,))])

    def test_no_taxes(self) -> None:
        """A line without taxes has none on any unit."""
        assert () == taxes_of((), 1000, 500)

    @given(rows())
    @example([span(3, 1, (1, 0))])
    def test_no_cent_is_negative(self, spans: list[Span]) -> None:
        """No unit has a negative price, net price or single tax, and they sum to the spans."""
        units = unit_parts(spans)
        for part in units:
            assert part.paid >= 0
            assert part.net >= 0
            assert all(tax >= 0 for tax in part.taxes)
        assert value(spans) == total(units)

    @given(st.integers(0, 500), st.data())
    def test_any_cents_of_a_price(self, paid: int, data: st.DataObject) -> None:
        """What of the first cents is tax only grows, and ends at the taxes."""
        first = data.draw(st.integers(0, paid))
        taxes = (first, data.draw(st.integers(0, paid - first)))
        told = [taxes_of(taxes, paid, share) for share in range(paid + 1)]
        assert taxes == told[-1] or not paid
        for low, high in itertools.pairwise(told):
            assert 0 <= sum(high) - sum(low) <= 1
            assert all(b >= a for a, b in zip(low, high, strict=True))


class TestRule3_SpansKeepConsumedUnits:
    def test_an_amount_opens_a_span(self) -> None:
        """An amount off the units that are left ends the span at the first of them."""
        spans, taken = take_amount([span(3, 3000, (300,))], 1, 500)
        assert Part(500, (50,)) == taken
        assert (Span(3, 3000, (300,), 1), Span(2, 1500, (150,), 2)) == spans
        assert [1000, 750, 750] == [part.paid for part in unit_parts(spans)]

    def test_nothing_consumed_replaces_the_span(self) -> None:
        """Before any unit is gone the span is replaced whole."""
        spans, taken = take_amount([span(2, 1000, (100,))], 0, 1000)
        assert Part(1000, (100,)) == taken
        assert (Span(2, 0, (0,), 2),) == spans

    def test_over_several_spans(self) -> None:
        """It is shared by what the units that are left paid; spans that are all gone keep theirs."""
        spans, taken = take_amount([span(1, 100, ()), span(1, 300, ()), span(1, 100, ())], 1, 100)
        assert Part(100) == taken
        assert [100, 225, 75] == [part.paid for part in unit_parts(spans)]

    def test_of_a_span_that_had_ended(self) -> None:
        """Only the units that a span still tells move to the new one."""
        spans, taken = take_amount([Span(4, 4000, (), 2), span(1, 1000, ())], 1, 500)
        assert (Part(500), [1000, 750, 750]) == (taken, [part.paid for part in unit_parts(spans)])
        assert (Span(4, 4000, (), 1), Span(1, 750, (), 1), Span(1, 750, (), 1)) == spans

    def test_discounts_go_along(self) -> None:
        """The new span carries what of each discount is on its units."""
        spans, _ = take_amount([span(3, 2000, (), [("d", 1000)])], 1, 100)
        assert (("d", 1000),) == spans[0].discounts
        assert (("d", 667),) == spans[1].discounts

    @given(rows(), st.data())
    def test_after_any_history(self, spans: list[Span], data: st.DataObject) -> None:
        """Consuming units and taking amounts by turns, every cent is given once and none is negative."""
        whole, consumed, gone = value(spans), 0, NOTHING
        for _ in range(4):
            units = data.draw(st.integers(0, count(spans) - consumed))
            gone = gone + value(spans, consumed, consumed + units)
            consumed += units
            left = value(spans, consumed)
            amount = data.draw(st.sampled_from((0, left.paid and 1, left.paid // 2, left.paid)))
            kept = unit_parts(spans)[:consumed]
            if amount:
                spans, taken = take_amount(spans, consumed, amount)
                assert amount == taken.paid
                assert 0 <= taken.tax <= amount
                gone = gone + taken
            assert kept == unit_parts(spans)[:consumed]
            assert all(
                part.paid >= 0 and part.net >= 0 and min(part.taxes, default=0) >= 0 for part in unit_parts(spans)
            )
        assert whole == gone + value(spans, consumed)


class TestRule4_TheLowEndGoesFirst:
    def test_ranges(self) -> None:
        """A range of units may cross spans and may be empty."""
        spans = [span(2, 100, (10,)), span(2, 40, (4,))]
        assert Part(50, (5,)) == value(spans, 1, 2)
        assert Part(70, (7,)) == value(spans, 1, 3)
        assert Part(40, (4,)) == value(spans, 2)
        assert NOTHING == value(spans, 2, 2)
        assert 4 == count(spans)

    @given(rows(), st.data())
    def test_one_by_one_or_at_once(self, spans: list[Span], data: st.DataObject) -> None:
        """However the units are taken, the parts sum to the same."""
        cut = data.draw(st.integers(0, count(spans)))
        assert value(spans) == value(spans, 0, cut) + value(spans, cut)
        assert value(spans, 0, cut) == total(unit_parts(spans)[:cut])

    def test_rows_of_figures_are_added(self) -> None:
        """A shorter row counts as zero at its end."""
        assert (4, 2) == added((1, 2), (3,)) == added((3,), (1, 2))
        assert Part(1, (1,)) == Part(3, (2,)) - Part(2, (1,))
