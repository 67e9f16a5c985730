"""
Writing cells and lines of CSV.

Amounts have the digits of their currency, instants are the shop's time, taxes have their rate.
"""

import csv
import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import lru_cache

import attrs
import pendulum

from backoffice_core.clock import to_micros
from backoffice_core.money import digits

Written = Callable[[int], str]


@lru_cache(maxsize=64)
def amounts_in(currency: str) -> Written:
    """Return what writes minor units of a currency as an amount, such as ``12.50``; yen have no point."""
    places = digits(currency)
    if not places:
        return str
    unit = 10**places

    # Most amounts of a file are 0, or prices that come again and again.
    @lru_cache(maxsize=4096)
    def written(minor: int) -> str:
        """Return an amount in major units."""
        if minor < 0:
            return f"-{written(-minor)}"
        whole, rest = divmod(minor, unit)
        return f"{whole}.{rest:0{places}d}"

    return written


def stamp(moment: pendulum.DateTime | None, zone: dt.tzinfo) -> str:
    """Return an instant as ``2023-05-31 23:06:04 -0700``, in a time zone; empty for None."""
    if moment is None:
        return ""
    text = dt.datetime.fromtimestamp(to_micros(moment) // 1_000_000, zone).isoformat(" ")
    return f"{text[:19]} {text[19:22]}{text[23:25]}"


@lru_cache(maxsize=1024)
def tax_name(title: str, rate: str) -> str:
    """Return a tax with its rate, such as ``TVA 5.5%``."""
    percent = (Decimal(rate) * 100).normalize()
    return f"{title} {percent:f}%"


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as lines of CSV: cells quoted where they must be (RFC 4180), lines that end with a line feed."""
    lines: list[str] = []
    # With this end of line the writer quotes a carriage return in a cell, too, whatever the version of Python.
    writer = csv.writer(_Sink(lambda line: lines.append(line[:-2])), lineterminator="\r\n")
    for row in rows:
        line = ",".join(row)
        if line.count(",") >= len(row) or '"' in line or "\n" in line or "\r" in line:
            writer.writerow(row)
        else:  # nothing in it must be quoted: so are most rows, and this is three times as fast
            lines.append(line)
    lines.append("")
    return "\n".join(lines)


@attrs.frozen
class _Sink:
    """What the writer of the standard library writes to."""

    write: Callable[[str], object]
