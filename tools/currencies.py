"""
Write src/backoffice_core/currencies.py from the ISO 4217 table in the PyPI package iso4217.

Run it after an upgrade of that package: .venv/bin/python tools/currencies.py
"""

from pathlib import Path

import iso4217

TARGET = Path(__file__).parent.parent / "src" / "backoffice_core" / "currencies.py"

#: Withdrawn since 2011, so no longer in the table, but in the order files of shops that are older than the change.
WITHDRAWN = {
    "ANG": 2,
    "BGN": 2,
    "BYR": 0,
    "CUC": 2,
    "EEK": 2,
    "HRK": 2,
    "LTL": 2,
    "LVL": 2,
    "MRO": 2,
    "SLL": 2,
    "STD": 2,
    "VEF": 2,
    "ZMK": 2,
    "ZWL": 2,
}

TEMPLATE = '''\
"""
How many digits each currency has after the point.

The table of ISO 4217 as published on {published}, taken from version {version} of the PyPI package iso4217.
`tools/currencies.py` writes this file: change it there. Funds codes that have digits (CLF, UYW) are in; codes for
which the standard gives none (metals, XDR, XTS, XXX) are not, since no amount can be written in them. Currencies
withdrawn since 2011 are in, for orders that are imported.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_CURRENT: Final = {{
{current}
}}

_WITHDRAWN: Final = {{
{withdrawn}
}}

#: Number of digits after the point by three-letter code, as in `DIGITS["JPY"] == 0`.
DIGITS: Final[Mapping[str, int]] = MappingProxyType(
    {{code: digits for table in (_CURRENT, _WITHDRAWN) for digits, codes in table.items() for code in codes.split()}}
)
'''


def current() -> dict[str, int]:
    """Every code that the package gives digits for."""
    rows = iso4217.raw_table.items()
    return {code: int(row["CcyMnrUnts"]) for code, row in rows if code and row["CcyMnrUnts"].isdigit()}


def lines(table: dict[str, int], per_line: int = 24) -> str:
    """The rows of a dict literal, digits to codes."""
    rows = []
    for digits in sorted(set(table.values())):
        codes = sorted(code for code in table if table[code] == digits)
        chunks = [" ".join(codes[i : i + per_line]) for i in range(0, len(codes), per_line)]
        if len(chunks) == 1:
            rows.append(f'    {digits}: "{chunks[0]}",')
        else:
            texts = [f'        "{chunk} "' for chunk in chunks[:-1]] + [f'        "{chunks[-1]}"']
            rows.append("\n".join([f"    {digits}: (", *texts, "    ),"]))
    return "\n".join(rows)


def render() -> str:
    """The text of the module."""
    return TEMPLATE.format(
        published=iso4217.__published__,
        version=iso4217.__version__,
        current=lines(current()),
        withdrawn=lines(WITHDRAWN),
    )


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
    print(f"{TARGET.name}: {len(current())} codes of {iso4217.__published__}, {len(WITHDRAWN)} withdrawn")
