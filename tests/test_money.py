"""Money: exact amounts of one currency, and how an amount is split."""

import pickle
import time
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backoffice_core.failures import BackOfficeError, InvalidValue
from backoffice_core.money import (
    MOST,
    CurrencyMismatch,
    Money,
    NothingToAllocateOn,
    TooManyDigits,
    UnknownCurrency,
    allocate,
    digits,
    half_up,
    minor_of,
    ratio,
)

#: One currency for each number of digits that ISO 4217 knows.
CURRENCIES = {"JPY": 0, "EUR": 2, "KWD": 3, "CLF": 4}


def facts_of(error: pytest.ExceptionInfo[BackOfficeError]) -> tuple[type[BackOfficeError], dict[str, Any]]:
    """Return the class and the facts of what was raised."""
    return type(error.value), error.value.facts


class TestRule1_WholeMinorUnits:
    @pytest.mark.parametrize(("currency", "places"), CURRENCIES.items())
    def test_digits(self, currency: str, places: int) -> None:
        """A currency has the digits of ISO 4217."""
        assert places == digits(currency)

    @pytest.mark.parametrize(
        ("text", "currency", "minor"),
        [
            ("12.50", "EUR", 1250),
            ("12.5", "EUR", 1250),
            ("12", "EUR", 1200),
            (" 12.50 ", "EUR", 1250),
            ("-0.01", "EUR", -1),
            ("+0.01", "EUR", 1),
            ("-0", "EUR", 0),
            ("12.5000", "EUR", 1250),
            ("1624", "JPY", 1624),
            ("1624.00", "JPY", 1624),
            ("1.005", "KWD", 1005),
            ("0.0001", "CLF", 1),
            (12, "EUR", 1200),
            (12, "JPY", 12),
            (Decimal("12.50"), "EUR", 1250),
            (Decimal("1E+3"), "EUR", 100_000),
            (Money(1250, "EUR"), "EUR", 1250),
        ],
    )
    def test_is_read(self, text: Any, currency: str, minor: int) -> None:
        """Text, ints of major units, Decimals and Money become minor units exactly."""
        assert Money(minor, currency) == Money.of(text, currency)

    @pytest.mark.parametrize("amount", [12.5, 0.0, float("nan"), True])
    def test_a_float_is_refused(self, amount: Any) -> None:
        """A float says what would do instead; a bool is no amount either."""
        with pytest.raises(InvalidValue) as error:
            minor_of(amount, "EUR", "price")
        expected = {"field": "price", "given": repr(amount), "would_do": "text such as '12.50', a Decimal or Money"}
        assert (InvalidValue, expected) == facts_of(error)

    @pytest.mark.parametrize("minor", [1.0, "1", None, True])
    def test_minor_is_an_int(self, minor: Any) -> None:
        """Money itself takes nothing but an int."""
        with pytest.raises(InvalidValue):
            Money(minor, "EUR")

    @pytest.mark.parametrize(
        "number",
        [
            10**5000,
            -(10**5000),
            "1" * 5000,
            "1e7000000",
            Decimal("1e7000000"),
            Decimal("1e-7000000"),
            Decimal("NaN"),
            Decimal("-Infinity"),
            Decimal("sNaN"),
        ],
        ids=lambda number: str(number)[:9] if not isinstance(number, int) else "int",
    )
    def test_endless(self, number: Any) -> None:
        """A number that would take for ever to reckon with, or even to print, is refused at once."""
        before = time.perf_counter()
        for attempt in (Money.of, Money.rounded):
            with pytest.raises(InvalidValue) as error:
                attempt(number, "EUR")
            assert ("amount", True) == (error.value.field, len(str(error.value)) < 200)
        assert time.perf_counter() - before < 0.2

    def test_the_most_that_is_rounded(self) -> None:
        """Rounding gives no more than can be stored."""
        most = Money(MOST, "EUR")
        assert most == Money.rounded(most.decimal, "EUR") == Money.of(most.amount, "EUR")
        with pytest.raises(InvalidValue):
            Money.rounded(most.decimal + Decimal("0.01"), "EUR")
        with pytest.raises(InvalidValue):
            Money.rounded(Fraction(1, 10**5000), "EUR")

    @pytest.mark.parametrize(
        ("text", "currency", "places"),
        [("1.005", "EUR", 2), ("16.24", "JPY", 0), ("1.0005", "KWD", 3), (Decimal("0.00001"), "CLF", 4)],
    )
    def test_too_many_digits(self, text: Any, currency: str, places: int) -> None:
        """An amount that is finer than its currency is refused, with the digits that would do."""
        with pytest.raises(TooManyDigits) as error:
            Money.of(text, currency)
        given = format(text, "f") if isinstance(text, Decimal) else text
        assert (TooManyDigits, {"amount": given, "currency": currency, "digits": places}) == facts_of(error)

    @pytest.mark.parametrize("text", ["", "1,50", "1.", ".5", "1e3", "12.50 EUR", "NaN", "٣", "1_000", "--1"])
    def test_odd_text(self, text: str) -> None:
        """Text that is no plain number is refused, never guessed at."""
        with pytest.raises(InvalidValue):
            Money.of(text, "EUR")

    @pytest.mark.parametrize("amount", [Decimal("NaN"), Decimal("Infinity"), None, b"1"])
    def test_odd_values(self, amount: Any) -> None:
        """What is no finite amount is refused as such."""
        with pytest.raises(InvalidValue):
            Money.of(amount, "EUR")

    def test_the_most(self) -> None:
        """Amounts end at what storages can hold."""
        assert 10**14 == Money.of("1000000000000.00", "EUR").minor
        with pytest.raises(InvalidValue) as error:
            Money.of("1000000000000.01", "EUR")
        assert "at most 100000000000000 minor units" == error.value.would_do

    @pytest.mark.parametrize("code", ["XXX9", "eur", "", None])
    def test_unknown_currency(self, code: Any) -> None:
        """A code must be one of ISO 4217, in capitals."""
        for attempt in (lambda: digits(code), lambda: Money(1, code), lambda: Money.of("1", code)):
            with pytest.raises(UnknownCurrency) as error:
                attempt()
            assert (UnknownCurrency, {"currency": str(code)}) == facts_of(error)

    @pytest.mark.parametrize(
        ("minor", "currency", "text"),
        [
            (1250, "EUR", "12.50 EUR"),
            (-5, "EUR", "-0.05 EUR"),
            (0, "EUR", "0.00 EUR"),
            (1624, "JPY", "1624 JPY"),
            (-1, "JPY", "-1 JPY"),
            (1005, "KWD", "1.005 KWD"),
            (1, "CLF", "0.0001 CLF"),
        ],
    )
    def test_is_printed(self, minor: int, currency: str, text: str) -> None:
        """Money prints all the digits of its currency."""
        assert text == str(Money(minor, currency))
        assert f"Money({text})" == repr(Money(minor, currency))

    @given(st.integers(-(10**14), 10**14), st.sampled_from(sorted(CURRENCIES)))
    def test_printed_is_read_again(self, minor: int, currency: str) -> None:
        """What is printed reads as the same amount, as text and as a Decimal."""
        money = Money(minor, currency)
        assert money == Money.of(money.amount, currency)
        assert money == Money.of(money.decimal, currency)

    def test_t20(self) -> None:
        """T20: 1624 yen and 1.005 dinars are amounts, 16.24 yen is not."""
        assert (1624, 1005) == (Money.of("1624", "JPY").minor, Money.of("1.005", "KWD").minor)
        with pytest.raises(TooManyDigits):
            Money.of("16.24", "JPY")


class TestRule2_RoundingIsAskedFor:
    @pytest.mark.parametrize(
        ("amount", "currency", "minor"),
        [
            ("12.505", "EUR", 1251),
            ("12.504999", "EUR", 1250),
            ("-12.505", "EUR", -1251),
            (Fraction(1, 3), "EUR", 33),
            (Fraction(2, 3), "EUR", 67),
            (Decimal("16.5"), "JPY", 17),
            ("1.0005", "KWD", 1001),
            (2, "EUR", 200),
        ],
    )
    def test_half_up(self, amount: Any, currency: str, minor: int) -> None:
        """Halves go away from zero."""
        assert Money(minor, currency) == Money.rounded(amount, currency)

    @pytest.mark.parametrize("amount", [1.5, "many", "1/0", Decimal("Infinity"), Decimal("NaN"), None])
    def test_what_is_no_number(self, amount: Any) -> None:
        """Rounding takes no floats and nothing that is no number."""
        with pytest.raises(InvalidValue):
            Money.rounded(amount, "EUR")

    @given(st.fractions(max_denominator=10_000))
    def test_half_up_is_nearest(self, value: Fraction) -> None:
        """No whole number is nearer, and a tie goes away from zero."""
        rounded = half_up(value)
        assert abs(rounded - value) <= Fraction(1, 2)
        if abs(rounded - value) == Fraction(1, 2):
            assert abs(rounded) > abs(value)

    @given(st.integers(0, 10**9), st.integers(0, 10**6), st.integers(1, 10**6))
    def test_ratio_is_half_up(self, amount: int, part: int, whole: int) -> None:
        """A share is rounded like everything else."""
        assert half_up(Fraction(amount * part, whole)) == ratio(amount, part, whole)


weights = st.lists(st.integers(0, 1000), min_size=1, max_size=8)


class TestRule3_PartsSumToTheWhole:
    @given(st.integers(-(10**6), 10**6), weights)
    @example(1, [1, 1, 1])
    @example(-1, [0, 5])
    def test_properties(self, amount: int, weights: list[int]) -> None:
        """The parts sum to the whole; none has the other sign; a zero weight gets zero; none is off by a unit."""
        if not any(weights):
            return
        parts = allocate(amount, weights)
        assert amount == sum(parts)
        for part, weight in zip(parts, weights, strict=True):
            assert part * amount >= 0
            assert weight or not part
            assert abs(part - Fraction(amount * weight, sum(weights))) < 1

    @given(st.integers(-(10**6), 10**6), st.lists(st.fractions(0, 100, max_denominator=50), min_size=1, max_size=6))
    def test_fractions(self, amount: int, weights: list[Fraction]) -> None:
        """Weights may be fractions, and scaling them changes nothing."""
        if not any(weights):
            return
        parts = allocate(amount, weights)
        assert amount == sum(parts)
        assert all(type(part) is int for part in parts)
        assert parts == allocate(amount, [weight * 7 for weight in weights])

    @given(st.integers(-(10**6), 10**6), weights)
    def test_ints_and_fractions_agree(self, amount: int, weights: list[int]) -> None:
        """The way for ints is only a faster one."""
        if any(weights):
            assert allocate(amount, weights) == allocate(amount, [Fraction(weight) for weight in weights])

    @given(st.integers(0, 10**6), weights)
    def test_negative_mirrors_positive(self, amount: int, weights: list[int]) -> None:
        """Minus an amount is split into minus its parts."""
        if any(weights):
            assert [-part for part in allocate(amount, weights)] == allocate(-amount, weights)

    @pytest.mark.parametrize(
        ("amount", "weights", "parts"),
        [
            (1, [1, 1, 1], [1, 0, 0]),
            (2, [1, 1, 1], [1, 1, 0]),
            (100, [1, 1, 1], [34, 33, 33]),
            (1, [0, 5], [0, 1]),
            (-1, [1, 1, 1], [-1, 0, 0]),
            (10, [1, 2, 1], [3, 5, 2]),
            (5, [1, 99], [0, 5]),
            (0, [0, 0], [0, 0]),
            (0, [], []),
            (0, [1, 2], [0, 0]),
        ],
        ids=str,
    )
    def test_largest_remainder(self, amount: int, weights: list[int], parts: list[int]) -> None:
        """The largest remainder gets the next unit, and of equal ones the first."""
        assert parts == allocate(amount, weights)

    def test_t14(self) -> None:
        """T14: a cent over three equal weights goes to the first."""
        assert [1, 0, 0] == allocate(1, [1, 1, 1])

    def test_t15(self) -> None:
        """T15: nothing goes where the weight is zero."""
        assert [0, 1] == allocate(1, [0, 5])

    @pytest.mark.parametrize("weights", [[], [0], [0, 0]])
    def test_nothing_to_allocate_on(self, weights: list[int]) -> None:
        """An amount cannot be split over nothing."""
        with pytest.raises(NothingToAllocateOn) as error:
            allocate(7, weights)
        assert (NothingToAllocateOn, {"amount": 7}) == facts_of(error)

    def test_a_negative_weight(self) -> None:
        """A weight is never below zero."""
        with pytest.raises(InvalidValue) as error:
            allocate(7, [1, -1])
        assert "[1, -1]" == error.value.given

    @pytest.mark.parametrize(("amount", "weights"), [(7, [1.0, 2]), (7.0, [1, 2])])
    def test_floats_are_refused(self, amount: Any, weights: list[Any]) -> None:
        """Neither an amount nor a weight is a float."""
        with pytest.raises(InvalidValue):
            allocate(amount, weights)

    def test_money_allocates(self) -> None:
        """Money is split into Money."""
        assert [Money(34, "EUR"), Money(33, "EUR"), Money(33, "EUR")] == Money(100, "EUR").allocate([1, 1, 1])


class TestRule4_OneCurrencyOnly:
    @pytest.mark.parametrize(
        "meet",
        [
            lambda a, b: a + b,
            lambda a, b: a - b,
            lambda a, b: a < b,
            lambda a, b: a <= b,
            lambda a, b: a > b,
            lambda a, b: a >= b,
            lambda a, b: Money.of(b, a.currency),
        ],
    )
    def test_two_currencies_never_meet(self, meet: Any) -> None:
        """Adding, comparing and reading refuse another currency, and name both."""
        with pytest.raises(CurrencyMismatch) as error:
            meet(Money(1, "EUR"), Money(1, "USD"))
        assert (CurrencyMismatch, {"expected": "EUR", "given": "USD"}) == facts_of(error)

    def test_are_not_equal(self) -> None:
        """One euro is not one dollar."""
        assert Money(100, "EUR") != Money(100, "USD")

    def test_arithmetic(self) -> None:
        """Money adds, subtracts, negates, multiplies by whole numbers and compares."""
        one, two = Money(100, "EUR"), Money(200, "EUR")
        assert two == one + one == 2 * one == one * 2
        assert -one == one - two
        assert (True, True, True, True) == (one < two, one <= one, two > one, two >= two)
        assert (True, False) == (bool(one), bool(Money.zero("EUR")))

    @pytest.mark.parametrize("other", [1, 1.0, "1.00", None])
    def test_other_values(self, other: Any) -> None:
        """Money meets nothing but Money."""
        with pytest.raises(InvalidValue):
            Money(1, "EUR") + other

    @pytest.mark.parametrize("times", [1.5, "2", True])
    def test_times(self, times: Any) -> None:
        """A share is no multiple."""
        with pytest.raises(InvalidValue):
            Money(1, "EUR") * times

    def test_hashes(self) -> None:
        """Equal amounts are one key."""
        assert 1 == len({Money(100, "EUR"), Money.of("1.00", "EUR")})

    def test_pickles(self) -> None:
        """Money, and its errors with their facts, can be sent to another process."""
        assert Money(100, "EUR") == pickle.loads(pickle.dumps(Money(100, "EUR")))
        for made in (
            UnknownCurrency("x"),
            TooManyDigits("1.005", "EUR", 2),
            CurrencyMismatch("EUR", "USD"),
            NothingToAllocateOn(7),
        ):
            again = pickle.loads(pickle.dumps(made))
            assert (type(made), made.facts, str(made)) == (type(again), again.facts, str(again))
