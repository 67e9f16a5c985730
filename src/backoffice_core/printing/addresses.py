"""
An address as the lines that stand on a parcel.

1. The order is that of the country's post: the postal code before the town in most of Europe, behind it in the
   United States, on a line of its own in the United Kingdom.
2. The country comes last, by its name in the reader's language, in capitals, as the Universal Postal Union asks.
3. Nothing that is given is left out, but that of a province's code and name one is enough: the one that its post
   wants.
4. An address of Eastern Asia in its own script goes from the large to the small: postal code, province and town,
   street. Who lives there stays first.
"""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from backoffice_core.orders.order import Address
from backoffice_core.printing.countries import country_name

# A town line is words with fields in braces; a bar ends a line. What stands beside an empty field goes with it.
_LAYOUTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "{zip} {city}|{province_name}": "",
        "{city} {province} {zip}": "AU CA",
        "{city}, {province} {zip}": "US PR GU VI AS MP",
        "{city}|{province_name}|{zip}": "GB IE IM JE GG GI FK",
        "{city} {zip}|{province_name}": "NZ SG IN PK BD LK ID TH NP KH MM BN",
        "{zip} {city} {province}": "IT SM VA",
        "{city} - {province}|{zip}": "BR",
        "{zip} {city}, {province_name}": "MX",
        "{city}, {province_name} {zip}": "JP CN TW KR VN PH MY",
        "{city}|{province_name} {zip}": "HK MO AE SA QA KW OM BH EG IQ JO LB NG KE ZA",
    }
)
_BY_COUNTRY: Final = {country: layout for layout, countries in _LAYOUTS.items() for country in countries.split()}
_DEFAULT: Final = next(iter(_LAYOUTS))
_LARGE_FIRST: Final = "{zip}|{province_name}{city}"
_EAST: Final = frozenset(("CN", "HK", "JP", "KR", "MO", "TW"))
# Kana, ideographs, Hangul.
_EASTERN: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def address_lines(address: Address, language: str) -> tuple[str, ...]:
    """
    Return the lines of an address, who lives there first, the country last.

    Args:
        address: The address; every field may be missing.

        language: ``en`` or ``fr``, of the country's name.
    """
    country = _clean(address.country)
    who = [_clean(address.name), _clean(address.company)]
    street = [_clean(address.address1), _clean(address.address2)]
    if country.upper() in _EAST and _EASTERN.search(f"{address.city}{address.address1}"):
        where = [*_town(address, _LARGE_FIRST), *street]
    else:
        where = [*street, *_town(address, _BY_COUNTRY.get(country.upper(), _DEFAULT))]
    lines = (*who, *where, country_name(country, language).upper())
    return tuple(line for line in lines if line)


def _town(address: Address, layout: str) -> Iterator[str]:
    """Yield the lines with town, postal code and province."""
    province, named = _clean(address.province), _clean(address.province_name)
    fields = {
        "city": _clean(address.city),
        "zip": _clean(address.zip),
        "province": province or named,
        "province_name": named or province,
    }
    for line in layout.split("|"):
        yield _filled(line, fields)


def _filled(line: str, fields: Mapping[str, str]) -> str:
    """Return a line with its fields; a mark between two fields stays only where both are there."""
    text, mark = "", ""
    for part in line.replace("}", "{").split("{"):
        if part not in fields:
            mark = part
        elif fields[part]:
            text += (mark if text else "") + fields[part]
    return text


def _clean(text: str | None) -> str:
    """Return a field on one line."""
    return " ".join(text.split()) if text else ""
