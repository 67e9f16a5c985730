"""
How many digits each currency has after the point.

The table of ISO 4217 as published on 2026-01-01, taken from version 1.16.20260101 of the PyPI package iso4217.
`tools/currencies.py` writes this file: change it there. Funds codes that have digits (CLF, UYW) are in; codes for
which the standard gives none (metals, XDR, XTS, XXX) are not, since no amount can be written in them. Currencies
withdrawn since 2011 are in, for orders that are imported.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_CURRENT: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: (
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF "
        "CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD "
        "GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL "
        "MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR "
        "PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP "
        "TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG"
    ),
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}

_WITHDRAWN: Final = {
    0: "BYR",
    2: "ANG BGN CUC EEK HRK LTL LVL MRO SLL STD VEF ZMK ZWL",
}

#: Number of digits after the point by three-letter code, as in `DIGITS["JPY"] == 0`.
DIGITS: Final[Mapping[str, int]] = MappingProxyType(
    {code: digits for table in (_CURRENT, _WITHDRAWN) for digits, codes in table.items() for code in codes.split()}
)
