"""Figures as a reader writes them: the rules that `printing/figures.py` numbers."""

import re

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice_core.currencies import DIGITS
from backoffice_core.money import Money
from backoffice_core.printing.figures import MINUS, Figures, figures_for

NBSP, THIN = "\u00a0", "\u202f"
READERS = ("en", "fr")


def written(locale: str, amount: str, currency: str) -> str:
    """Return an amount as a reader writes it."""
    return figures_for(locale, "UTC").money(Money.of(amount, currency))


class TestRule1_Amounts:
    @pytest.mark.parametrize(
        ("amount", "currency", "english", "french"),
        [
            ("129.90", "EUR", "€129.90", f"129,90{NBSP}€"),
            ("0", "EUR", "€0.00", f"0,00{NBSP}€"),
            ("-5.05", "EUR", f"{MINUS}€5.05", f"{MINUS}5,05{NBSP}€"),
            ("-0.05", "EUR", f"{MINUS}€0.05", f"{MINUS}0,05{NBSP}€"),
            ("1234567.80", "USD", "$1,234,567.80", f"1{THIN}234{THIN}567,80{NBSP}$US"),
            ("1234", "JPY", "¥1,234", f"1{THIN}234{NBSP}JPY"),
            ("1.5", "KWD", f"KWD{NBSP}1.500", f"1,500{NBSP}KWD"),
            ("12", "XOF", f"XOF{NBSP}12", f"12{NBSP}F{THIN}CFA"),
            ("7", "CHF", f"CHF{NBSP}7.00", f"7,00{NBSP}CHF"),
        ],
    )
    def test_both_ways(self, amount: str, currency: str, english: str, french: str) -> None:
        """Yen without digits, dinars with three; what has no sign of its own has its code."""
        assert (english, french) == (written("en", amount, currency), written("fr", amount, currency))

    @given(st.sampled_from(READERS), st.sampled_from(sorted(DIGITS)), st.integers(-(10**14), 10**14))
    def test_an_amount_can_be_read_back(self, locale: str, currency: str, minor: int) -> None:
        """No digit is lost, none is added, and no line can end within it."""
        figures = figures_for(locale, "UTC")
        text = figures.money(Money(minor, currency))
        digits = re.sub(r"\D", "", text)
        assert abs(minor) == int(digits)
        assert (minor < 0) == text.startswith(MINUS)
        assert " " not in text
        assert DIGITS[currency] == (len(digits) - len(re.sub(r"\D", "", text.partition(figures.point)[0]))) * (
            figures.point in text
        )

    @pytest.mark.parametrize(
        ("number", "english", "french"),
        [(0, "0", "0"), (999, "999", "999"), (-1000, f"{MINUS}1,000", f"{MINUS}1{THIN}000")],
    )
    def test_numbers(self, number: int, english: str, french: str) -> None:
        assert (english, french) == tuple(figures_for(locale, "UTC").number(number) for locale in READERS)

    @pytest.mark.parametrize(
        ("rate", "english", "french"),
        [
            ("0.20", "20%", f"20{THIN}%"),
            ("0.055", "5.5%", f"5,5{THIN}%"),
            ("0", "0%", f"0{THIN}%"),
            ("1", "100%", None),
        ],
    )
    def test_rates(self, rate: str, english: str, french: str | None) -> None:
        """A fraction is told in percent, without digits that say nothing."""
        assert english == figures_for("en", "UTC").rate(rate)
        assert french is None or french == figures_for("fr", "UTC").rate(rate)


class TestRule2_Signs:
    @pytest.mark.parametrize("locale", READERS)
    def test_no_two_currencies_are_written_alike(self, locale: str) -> None:
        """Whoever reads an amount knows its currency."""
        figures = figures_for(locale, "UTC")
        written = {re.sub(r"[\d.,]", "", figures.money(Money(0, code))) for code in DIGITS}
        assert len(DIGITS) == len(written)


class TestRule3_Moments:
    AT = pendulum.datetime(2024, 8, 1, 22, 5, tz="UTC")

    @pytest.mark.parametrize(
        ("locale", "day", "moment"),
        [
            ("en", "August 2, 2024", f"August 2, 2024, 12:05{NBSP}am"),
            ("en-US", "August 2, 2024", f"August 2, 2024, 12:05{NBSP}am"),
            ("en_GB", "2 August 2024", "2 August 2024, 00:05"),
            ("fr", "2 août 2024", "2 août 2024 à 00:05"),
            ("fr-CA", "2 août 2024", "2 août 2024 à 00:05"),
            ("de", "2 August 2024", "2 August 2024, 00:05"),
        ],
    )
    def test_in_the_shops_zone(self, locale: str, day: str, moment: str) -> None:
        """It is the day in Paris that counts, not that in London."""
        figures = figures_for(locale, "Europe/Paris")
        assert (day, moment) == (figures.day(self.AT), figures.moment(self.AT))

    def test_noon_and_the_first_of_a_month(self) -> None:
        at = pendulum.datetime(2024, 5, 1, 12, 0, tz="UTC")
        assert f"May 1, 2024, 12:00{NBSP}pm" == figures_for("en", "UTC").moment(at)
        assert "1er mai 2024" == figures_for("fr", "UTC").day(at)

    @pytest.mark.parametrize("locale", READERS)
    def test_every_month_has_a_name(self, locale: str) -> None:
        """Twelve, each another one."""
        days = {figures_for(locale, "UTC").day(pendulum.datetime(2024, month, 2, tz="UTC")) for month in range(1, 13)}
        assert 12 == len(days)


def test_there_are_no_plain_figures() -> None:
    """Figures are some language's."""
    with pytest.raises(TypeError, match="abstract"):
        Figures("UTC")  # type: ignore[abstract]
