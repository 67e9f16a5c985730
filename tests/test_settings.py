"""What a shop has decided for itself."""

from pathlib import Path
from typing import Any

import pytest

from backoffice_core import BackOffice
from backoffice_core.channels import Channel
from backoffice_core.failures import InvalidValue
from backoffice_core.money import UnknownCurrency
from backoffice_core.notify.views import _shop
from backoffice_core.printing.sheet import letterhead
from backoffice_core.settings import Sender, Settings, Subscription
from backoffice_core.testing import FrozenClock


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


@pytest.mark.parametrize("name", ["", "a b", "a" * 51, "\0", "\ud800", "é"])
def test_who_cannot_be_called_so(name: str) -> None:
    """Rows of the outbox are named after assessors and listeners: with another name no order could be placed."""
    for make in (
        lambda: shop(assessors=["kount", name]),
        lambda: Subscription(name=name, events=("*",)),
        lambda: Subscription(name="stock", events=["OrderPlaced", "\ud800"]),
    ):
        with pytest.raises(InvalidValue):
            make()


def test_an_unknown_currency() -> None:
    """A currency is one of ISO 4217."""
    with pytest.raises(UnknownCurrency):
        shop(currency="EURO")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"locale": ""}, "locale"),
        ({"locale": "français"}, "locale"),
        ({"locale": "f"}, "locale"),
        ({"locale": "en-" + "a" * 40}, "locale"),
        ({"locale": 5}, "locale"),
        ({"name_prefix": "x" * 101}, "name_prefix"),
        ({"name_suffix": "a\nb"}, "name_suffix"),
        ({"name": " "}, "name"),
        ({"name": "x" * 256}, "name"),
        ({"name": 5}, "name"),
        ({"storefront_url": "the.example"}, "storefront_url"),
        ({"storefront_url": "javascript:alert(1)"}, "storefront_url"),
        ({"storefront_url": "https://"}, "storefront_url"),
        ({"storefront_url": "https://marie:secret@the.example"}, "storefront_url"),
        ({"storefront_url": 'https://the.example/"><script>'}, "storefront_url"),
        ({"storefront_url": "https://the.example/\n"}, "storefront_url"),
        ({"storefront_url": "https://the.example/" + "x" * 2000}, "storefront_url"),
        ({"channels": ["web"]}, "channels"),
        ({"channels": [Channel(handle="web", name="1"), Channel(handle="WEB", name="2")]}, "channels"),
        ({"channels": [Channel(handle="draft_order", name="1")]}, "channels"),
    ],
)
def test_what_the_shop_is_called_and_where_it_is(given: dict[str, Any], field: str) -> None:
    """Refused by name; a login in an address is not told."""
    with pytest.raises(InvalidValue) as error:
        shop(**given)
    assert field == error.value.field
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("locale", ["fr", "en-GB", "zh-Hant-TW", "pt_BR"])
def test_languages(locale: str) -> None:
    """With what follows a hyphen or an underscore."""
    assert locale == shop(locale=locale).locale


@pytest.mark.parametrize("url", ["https://the.example", "http://localhost:8000/boutique?a=1#x", "https://thé.example/"])
def test_web_addresses(url: str) -> None:
    """With a host, and whatever stands behind it."""
    assert url == shop(storefront_url=url).storefront_url


def test_the_name_of_the_shop() -> None:
    """Its own, or that of the sender."""
    sender = Sender(name="Maison Thé SARL")
    assert ["", "Maison Thé SARL", "Maison Thé"] == [
        shop().shop_name,
        shop(sender=sender).shop_name,
        shop(sender=sender, name="Maison Thé").shop_name,
    ]


class TestTrace:
    """Who changed what, when."""

    def test_each_setting(self) -> None:
        """The newest first; what did not change is not told, nor what failed."""
        clock = FrozenClock()
        with BackOffice.open("memory:", currency="EUR", taxes_included=True, clock=clock) as office:
            assert [] == list(office.settings_changes())
            marie = office.acting_as("marie")
            marie.change_settings(locale="fr", key_days=30, capture_mode="at_checkout")
            clock.tick(minutes=1)
            office.change_settings(locale="fr")
            with pytest.raises(InvalidValue):
                office.change_settings(locale="de", key_days=0)
            office.change_settings(key_days=7)
            told = [(one.actor, one.name, one.before, one.after) for one in office.settings_changes()]
            assert [
                (None, "key_days", "30", "7"),
                ("marie", "capture_mode", "'by_hand'", "'at_checkout'"),
                ("marie", "locale", "'en'", "'fr'"),
            ] == sorted(told, key=lambda row: (row[0] or "", row[1]))
            assert [clock(), clock().subtract(minutes=1)] == [one.at for one in office.settings_changes()][:2]
            assert 1 == len(office.settings_changes(limit=1))
            with pytest.raises(InvalidValue, match="limit"):
                office.settings_changes(limit=0)

    def test_addresses_are_not_told(self) -> None:
        """Whom letters come from and go to changed; not who they are."""
        with BackOffice.open("memory:", currency="EUR", taxes_included=True) as office:
            sender = Sender(name="Marie", email="marie@example.com")
            office.change_settings(sender=sender, owner_email="marie@example.com", staff_emails=["jean@example.com"])
            told = office.settings_changes()
            assert {"sender", "owner_email", "staff_emails"} == {one.name for one in told}
            assert {(None, None)} == {(one.before, one.after) for one in told}

    def test_one_that_failed_leaves_none(self, tmp_path: Path) -> None:
        """It is written with the change, or not at all."""
        with BackOffice.open(tmp_path / "shop.db", currency="EUR", taxes_included=True) as office:
            engine = office._context.storage.engine  # type: ignore[attr-defined]
            with engine.connect() as connection:
                office.within(connection).change_settings(locale="fr")
                connection.rollback()
            assert ("en", []) == (office.settings.locale, list(office.settings_changes()))


def test_paper_and_letters_name_the_shop() -> None:
    """By the sender where it says so, by the settings where it does not."""
    bare = letterhead(shop(name="Maison Thé", storefront_url="https://the.example"))
    assert ("Maison Thé", ("https://the.example",)) == (bare.name, bare.contact)
    own = letterhead(
        shop(name="x", storefront_url="https://the.example", sender=Sender(name="SARL", email="a@b.example"))
    )
    assert ("SARL", ("a@b.example", "https://the.example")) == (own.name, own.contact)
    other = letterhead(
        shop(storefront_url="https://x.example", sender=Sender(name="SARL", website="https://y.example"))
    )
    assert ("https://y.example",) == other.contact
    view = _shop(shop(name="Maison Thé", storefront_url="https://the.example"))
    assert ("Maison Thé", "https://the.example") == (view["name"], view["website"])
