"""What a shop has decided for itself."""

from typing import Any

import pytest

from backoffice_core.failures import InvalidValue
from backoffice_core.money import UnknownCurrency
from backoffice_core.settings import Settings


def shop(**more: Any) -> Settings:
    """Return settings with those that have no default."""
    return Settings(**({"currency": "EUR", "taxes_included": True} | more))


def test_defaults() -> None:
    """Captured by hand, archived by itself, taxes rounded by line, keys kept for 30 days, names from #1001."""
    made = shop()
    assert ("UTC", "en", "line", "by_hand", True, False, "#", "", 1001, 30) == (
        made.timezone,
        made.locale,
        made.tax_rounding,
        made.capture_mode,
        made.auto_archive,
        made.auto_fulfill,
        made.name_prefix,
        made.name_suffix,
        made.first_number,
        made.key_days,
    )


@pytest.mark.parametrize("missing", ["currency", "taxes_included"])
def test_what_has_no_default(missing: str) -> None:
    """A shop says its currency, and whether prices contain taxes."""
    given = {"currency": "EUR", "taxes_included": True}
    del given[missing]
    with pytest.raises(TypeError, match=missing):
        Settings(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize("zone", ["Europe/Paris", "UTC", "America/Argentina/Buenos_Aires"])
def test_zones(zone: str) -> None:
    """A zone is an IANA name."""
    assert zone == shop(timezone=zone).timezone


@pytest.mark.parametrize(
    ("given", "field", "would_do"),
    [
        ({"timezone": "Mars/Olympus"}, "timezone", "an IANA name such as 'Europe/Paris'"),
        ({"timezone": "../etc/passwd"}, "timezone", "an IANA name such as 'Europe/Paris'"),
        ({"tax_rounding": "unit"}, "tax_rounding", "line or order"),
        ({"capture_mode": "never"}, "capture_mode", "at_checkout or on_fulfillment or by_hand"),
        ({"first_number": 0}, "first_number", "a whole number from 1 to 1000000000"),
        ({"first_number": True}, "first_number", "a whole number from 1 to 1000000000"),
        ({"key_days": "30"}, "key_days", "a whole number from 1 to 3650"),
        ({"key_days": 3651}, "key_days", "a whole number from 1 to 3650"),
    ],
)
def test_odd_values(given: dict[str, Any], field: str, would_do: str) -> None:
    """What cannot be meant is refused by name, with what would do."""
    with pytest.raises(InvalidValue) as error:
        shop(**given)
    assert (field, would_do) == (error.value.field, error.value.would_do)


def test_an_unknown_currency() -> None:
    """A currency is one of ISO 4217."""
    with pytest.raises(UnknownCurrency):
        shop(currency="EURO")
