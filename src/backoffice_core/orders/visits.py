"""
Visits that led to an order, as the host reports them.

* Those of the 30 days before the order are kept, oldest first: no summary looks further back.
* Of more than 250 the first and the latest ones are kept.
* An odd or endless address loses no order: what cannot be kept of it is left out.

Addresses of pages may tell who somebody is, so they stand in documents alone.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs
import pendulum

from backoffice_core.clock import utc
from backoffice_core.failures import InvalidValue
from backoffice_core.typed import can_be_kept, kind_of

#: How long before an order a visit counts as one that led to it.
WINDOW: Final = dt.timedelta(days=30)
MOST_VISITS: Final = 250
#: So much is kept of the address of a page, and of a campaign's parameter.
LONGEST_PAGE: Final = 2048
LONGEST_PARAMETER: Final = 255

#: The parameters that campaigns are told by.
UTM: Final = ("source", "medium", "campaign", "term", "content")


def _kept_text(field: str, value: Any, longest: int) -> str:
    if not isinstance(value, str):
        raise InvalidValue(field, kind_of(value), "text")
    short = value[:longest]
    if can_be_kept(short):
        return short
    return short.encode(errors="replace").decode().replace("\0", "?")


def _landing_page(value: Any) -> str | None:
    return None if value is None else _kept_text("landing_page", value, LONGEST_PAGE) or None


def _referrer(value: Any) -> str | None:
    return None if value is None else _kept_text("referrer", value, LONGEST_PAGE) or None


def _utm(value: Any) -> tuple[tuple[str, str], ...]:
    """Return the parameters of a campaign, in the order of `UTM`."""
    if not value:
        return ()
    would_do = "a mapping of some of " + ", ".join(UTM)
    if not isinstance(value, Mapping) and (isinstance(value, str) or not isinstance(value, Iterable)):
        raise InvalidValue("utm", kind_of(value), would_do)
    rows = list(value.items() if isinstance(value, Mapping) else value)
    if any(not isinstance(row, tuple | list) or len(row) != 2 or row[0] not in UTM for row in rows):
        raise InvalidValue("utm", "something else", would_do)
    told = {name: _kept_text("utm", text, LONGEST_PARAMETER) for name, text in rows if text is not None}
    return tuple((name, told[name]) for name in UTM if told.get(name))


@attrs.frozen(kw_only=True)
class Visit:
    """
    One visit of somebody who then bought.

    Attributes:
        at: When it began, UTC.

        landing_page: The address of the first page that was seen, with its query; at most 2,048
            characters of it are kept.

        referrer: The address of the page that led there.

        utm: What its campaign is told by: some of ``source``, ``medium``, ``campaign``, ``term`` and
            ``content``. What the landing page says of these is found by itself.
    """

    at: pendulum.DateTime = attrs.field(converter=utc)
    landing_page: str | None = attrs.field(default=None, converter=_landing_page, repr=False)
    referrer: str | None = attrs.field(default=None, converter=_referrer, repr=False)
    utm: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=_utm, repr=False)


def kept_visits(visits: Iterable[Visit], now: pendulum.DateTime) -> tuple[Visit, ...]:
    """Return the visits that are kept with an order placed now; see the head of this file."""
    found = sorted((one for one in visits if now - WINDOW <= one.at <= now), key=lambda one: one.at)
    return tuple(found if len(found) <= MOST_VISITS else [found[0], *found[1 - MOST_VISITS :]])
