"""An address as its lines: the rules that `printing/addresses.py` numbers."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice_core.orders.order import Address
from backoffice_core.printing.addresses import address_lines
from backoffice_core.printing.countries import NAMES, country_name

ADA = Address(name="Ada Lovelace", address1="12 Row", city="Town", zip="75020")


class TestRule1_TheOrderOfTheCountry:
    @pytest.mark.parametrize(
        ("given", "town"),
        [
            ({"country": "FR"}, ("75020 Town",)),
            ({"country": None}, ("75020 Town",)),
            ({"country": "ES", "province": "M", "province_name": "Madrid"}, ("75020 Town", "Madrid")),
            ({"country": "IT", "province": "MI", "province_name": "Milano"}, ("75020 Town MI",)),
            ({"country": "US", "province": "NY", "province_name": "New York"}, ("Town, NY 75020",)),
            ({"country": "US", "province_name": "New York"}, ("Town, New York 75020",)),
            ({"country": "us", "province": "NY", "city": None}, ("NY 75020",)),
            ({"country": "CA", "province": "QC"}, ("Town QC 75020",)),
            ({"country": "GB", "province_name": "Kent"}, ("Town", "Kent", "75020")),
            ({"country": "BR", "province": "SP"}, ("Town - SP", "75020")),
            ({"country": "MX", "zip": None, "province_name": "Jalisco"}, ("Town, Jalisco",)),
            ({"country": "JP", "province_name": "Tokyo", "zip": "105-0011"}, ("Town, Tokyo 105-0011",)),
            ({"country": "AE", "zip": None, "province_name": "Dubai"}, ("Town", "Dubai")),
            ({"country": "SG"}, ("Town 75020",)),
        ],
    )
    def test_towns(self, given: dict[str, str | None], town: tuple[str, ...]) -> None:
        """As the country's own post writes it; a mark beside what is missing goes with it."""
        lines = address_lines(attrs.evolve(ADA, **given), "en")
        assert town == lines[2 : 2 + len(town)]
        assert len(lines) == 2 + len(town) + (given["country"] is not None)


class TestRule2_TheCountryComesLast:
    @pytest.mark.parametrize(
        ("code", "language", "line"),
        [("DE", "en", "GERMANY"), ("DE", "fr", "ALLEMAGNE"), ("us", "fr", "ÉTATS-UNIS"), ("ZZ", "en", "ZZ")],
    )
    def test_in_capitals(self, code: str, language: str, line: str) -> None:
        """In the reader's language; what is no code is told as it was given."""
        assert line == address_lines(attrs.evolve(ADA, country=code), language)[-1]

    def test_names(self) -> None:
        """Every code has a name in both languages, and each name is that of one country."""
        assert NAMES["en"].keys() == NAMES["fr"].keys()
        for names in NAMES.values():
            assert len(names) == len(set(names.values())) >= 249
            assert all(name.strip() == name and len(name) > 2 for name in names.values())
        assert ("Côte d’Ivoire", "Royaume-Uni") == (country_name("CI", "en"), country_name("GB", "fr"))


class TestRule3_NothingIsLeftOut:
    @given(st.sampled_from([*NAMES["en"], "ZZ"]), st.sets(st.sampled_from(["name", "company", "address2", "zip"])))
    def test_each_field_is_there(self, country: str, missing: set[str]) -> None:
        """In its place, whatever else is missing; no line is empty."""
        given = {name: name for name in ("name", "company", "address1", "address2", "city", "zip")}
        address = Address(**{name: text for name, text in given.items() if name not in missing}, province="XY")
        lines = address_lines(attrs.evolve(address, country=country), "fr")
        text = "\n".join(lines)
        for name in {*given, "XY"} - missing:
            assert 1 == text.split().count(name.removesuffix(",")) or f"{name}," in text
        assert "" not in [line.strip() for line in lines]
        # Marks belong between two words.
        assert not any(line.strip(" -,") != line for line in lines)

    def test_an_empty_address(self) -> None:
        assert () == address_lines(Address(), "en")

    def test_a_field_is_one_line(self) -> None:
        """Line breaks that were typed in do not tear an address apart."""
        assert ("1 Row, rear",) == address_lines(Address(address1=" 1 Row,\n rear "), "en")


class TestRule4_FromTheLargeToTheSmall:
    SHIBA = Address(
        name="山田 太郎", address1="芝公園4-2-8", city="港区", province_name="東京都", zip="105-0011", country="JP"
    )

    def test_in_its_own_script(self) -> None:
        assert ("山田 太郎", "105-0011", "東京都港区", "芝公園4-2-8", "JAPAN") == address_lines(self.SHIBA, "en")

    def test_in_latin_letters(self) -> None:
        """Whoever writes a Japanese address in Latin letters writes it the other way round."""
        latin = attrs.evolve(self.SHIBA, address1="4-2-8 Shibakoen", city="Minato", province_name="Tokyo")
        assert ("4-2-8 Shibakoen", "Minato, Tokyo 105-0011") == address_lines(latin, "en")[1:3]

    def test_elsewhere(self) -> None:
        """A shop in Paris with a Japanese name is in Paris."""
        paris = attrs.evolve(self.SHIBA, city="Paris", zip="75001", province_name=None, country="FR")
        assert ("芝公園4-2-8", "75001 Paris", "FRANCE") == address_lines(paris, "en")[1:]
