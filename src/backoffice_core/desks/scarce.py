"""Variants of which little is left: what the catalog lists, and the home page counts."""

from collections.abc import Iterable
from typing import Final

import attrs

from backoffice_core.reports.home import LOOKED_AT, LOW_STOCK
from backoffice_core.storage.base import Unit
from backoffice_core.typed import whole_from

#: The most variants of one list.
MOST_SCARCE: Final = 250


@attrs.frozen(kw_only=True)
class Scarce:
    """
    A variant of which little is left.

    Attributes:
        variant_id: The variant.

        product_id: Its product.

        title: The product's title.

        variant_title: What tells it from the product's others.

        sku: Its stock keeping unit.

        available: How many units can be sold, as `Catalog.available` counts them; negative after overselling.
    """

    variant_id: str
    product_id: str
    title: str
    variant_title: str | None
    sku: str | None
    available: int


def check_scarce(at_most: int, limit: int) -> None:
    """
    Raise unless such a list can be meant.

    Raises:
        InvalidValue: *at_most* is negative, or *limit* is not 1 to 250.
    """
    whole_from("at_most", at_most, 0)
    whole_from("limit", limit, 1, MOST_SCARCE)


def scarce(unit: Unit, at_most: int = LOW_STOCK, limit: int = LOOKED_AT) -> tuple[Scarce, ...]:
    """Return the tracked variants on sale of which little is left, the least first."""
    found, seen, asked = list[Scarce](), 0, limit
    while True:
        left = unit.scarce(at_most, asked)
        found += _tracked(unit, left[seen:])
        if len(found) >= limit or len(left) < asked:
            return tuple(found[:limit])
        # Among them were some that are not counted any more, whose old stock says nothing.
        seen, asked = len(left), 2 * asked


def _tracked(unit: Unit, left: Iterable[tuple[str, int]]) -> list[Scarce]:
    units = dict(left)
    known = unit.variants(units)
    return [
        Scarce(
            variant_id=id,
            product_id=known[id].product_id,
            title=known[id].title,
            variant_title=known[id].variant_title,
            sku=known[id].sku,
            available=available,
        )
        for id, available in units.items()
        if id in known and known[id].tracked
    ]
