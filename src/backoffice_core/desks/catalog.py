"""The catalog desk: `BackOffice.catalog`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

import attrs

from backoffice_core.catalog.products import (
    ADJUSTMENT_REASONS,
    InventoryPolicy,
    Location,
    Product,
    StockChange,
    StockLevel,
    Variant,
    policy_of,
)
from backoffice_core.context import Context
from backoffice_core.desks.given import money, several
from backoffice_core.desks.products import NoVariants, Products
from backoffice_core.desks.scarce import Scarce, check_scarce, scarce
from backoffice_core.failures import BackOfficeError, InvalidValue, Refused, UnknownId, reason
from backoffice_core.orders.asked import MOST_UNITS, Amount, members
from backoffice_core.orders.stock import Level
from backoffice_core.orders.tags import clean
from backoffice_core.reports.home import LOOKED_AT, LOW_STOCK
from backoffice_core.storage.base import Unit
from backoffice_core.storage.trouble import AlreadyStored, StaleVersion
from backoffice_core.typed import kind_of, whole_from


@reason
class NotThatMany(Refused):
    """
    Stock would fall below what is there.

    Attributes:
        variant_id: The variant.

        location_id: The place.

        change: The change asked for.

        on_hand: What is there.
    """

    code: ClassVar[str] = "not_that_many"
    variant_id: str
    location_id: str
    change: int
    on_hand: int

    def __str__(self) -> str:
        return (
            f"{self.on_hand} units of variant {self.variant_id} are at {self.location_id};"
            f" a change of {self.change} would leave less than none"
        )


class Catalog(Products):
    """Products, locations and stock."""

    def __init__(self, context: Context) -> None:
        self._context = context

    # --- products

    def add_product(
        self,
        title: str,
        *,
        variants: Iterable[Variant] | None = None,
        price: Amount | None = None,
        sku: str | None = None,
        barcode: str | None = None,
        vendor: str | None = None,
        tracked: bool = True,
        policy: InventoryPolicy | str = InventoryPolicy.DENY,
        taxable: bool = True,
        requires_shipping: bool = True,
        compare_at: Amount | None = None,
        weight_grams: int | None = None,
        product_type: str | None = None,
        tags: Iterable[str] | str = (),
        images: Iterable[str] | str = (),
        id: str | None = None,
    ) -> Product:
        """
        Add a product, with *variants* or with one variant that *price*, *sku* and so on describe.

        Args:
            title: What it is called.

            variants: Its variants.

            price: Price of a unit of its only variant.

            sku: The stock keeping unit of that one.

            barcode: Its EAN, UPC or ISBN.

            vendor: Who makes the product.

            tracked: Whether the variant's stock is counted.

            policy: What happens when it is sold out.

            taxable: Whether it is taxed.

            requires_shipping: Whether it is sent.

            compare_at: What it cost before.

            weight_grams: What a unit weighs.

            product_type: What kind of thing the product is.

            tags: Tags, by the rules of those of orders.

            images: Addresses of pictures, the main one first.

            id: The product's id; one is made unless given.

        Raises:
            NoVariants: Neither variants nor a price.
            StaleVersion: There is a product with this id.
            AlreadyStored: Another product has a variant with this id.
            NegativeAmount: A price below zero.
            CurrencyMismatch: A price in another currency than the shop's.
        """
        # Iterators are read once, however often the work is done.
        told, tagged, pictures = members(several(variants), Variant, "variants"), clean(tags), several(images)

        def work(unit: Unit) -> Product:
            currency = self._context.settings_in(unit).currency
            given = list(told)
            if price is not None:
                given.append(
                    Variant(
                        sku=sku,
                        barcode=barcode,
                        price=money("price", price, currency),
                        compare_at=None if compare_at is None else money("compare_at", compare_at, currency),
                        weight_grams=weight_grams,
                        tracked=tracked,
                        policy=policy_of(policy),
                        taxable=taxable,
                        requires_shipping=requires_shipping,
                    )
                )
            if not given:
                raise NoVariants(title)
            made = tuple(self._checked(variant, currency) for variant in given)
            now = self._context.now()
            product = Product(
                id=self._context.new_id() if id is None else id,
                title=title,
                vendor=vendor,
                variants=made,
                product_type=product_type,
                tags=tagged,
                images=pictures,
                created_at=now,
                updated_at=now,
            )
            return unit.put_product(product)

        return self._context.write(work, again=_lost_a_race)

    def update_product(self, product: Product) -> Product:
        """
        Save a changed product; orders that were placed keep what they were placed with.

        Raises:
            StaleVersion: Somebody else changed it since it was loaded.
            InvalidValue: It is no product.
        """
        if not isinstance(product, Product):
            raise InvalidValue("product", repr(product), "a Product, as `get` returns it")

        def work(unit: Unit) -> Product:
            currency = self._context.settings_in(unit).currency
            if not product.variants:
                raise NoVariants(product.title)
            made = tuple(self._checked(variant, currency) for variant in product.variants)
            return unit.put_product(attrs.evolve(product, variants=made, updated_at=self._context.now()))

        return self._context.write(work, again=_lost_a_race)

    def get(self, product_id: str) -> Product:
        """
        Return a product.

        Raises:
            UnknownId: There is none.
        """
        if not isinstance(product_id, str):
            raise UnknownId("product", kind_of(product_id))
        return self._context.read(lambda unit: unit.product(product_id))

    def products(self) -> Sequence[Product]:
        """Return all products, by title, then id."""
        return self._context.read(lambda unit: unit.products())

    # --- locations

    def add_location(
        self, id: str, name: str | None = None, *, restocks: bool | None = None, active: bool | None = None
    ) -> Location:
        """
        Add a place that holds stock, filled after those that are there; of a known one, change what is given.

        Args:
            id: Its id, such as ``paris``.

            name: What it is called; its id for a new one.

            restocks: Whether units that come back to it go on sale again; yes for a new one.

            active: Whether new orders are filled from it; yes for a new one.

        Raises:
            InvalidValue: Something that no place could have.
        """
        given = {"name": name, "restocks": restocks, "active": active}
        changes: dict[str, Any] = {field: value for field, value in given.items() if value is not None}

        def work(unit: Unit) -> Location:
            # Places are counted, and nothing else keeps two who add one from counting the same.
            unit.settings(lock=True)
            known = {place.id: place for place in unit.locations()}
            new = Location(id=id, name=id, position=len(known))
            place = attrs.evolve(known.get(id, new), **changes)
            unit.put_location(place)
            return place

        return self._context.write(work)

    def locations(self) -> Sequence[Location]:
        """Return all locations, in the order in which they are filled."""
        return self._context.read(lambda unit: unit.locations())

    # --- stock

    def levels(self, variant: str) -> Sequence[StockLevel]:
        """
        Return the stock of a variant, named by id or SKU, one row a location in their order.

        Raises:
            UnknownId: There is no such variant.
            AmbiguousSku: Several variants have the SKU.
        """

        def work(unit: Unit) -> list[StockLevel]:
            id = _variant(unit, variant)
            levels = unit.levels([id])
            return [_level(id, place.id, levels) for place in unit.locations()]

        return self._context.read(work)

    def available(self, variant: str) -> int:
        """
        Return how many units of a variant can be sold: what active locations have, less what others lack.

        Raises:
            UnknownId: There is no such variant.
        """
        active = {place.id for place in self.locations() if place.active}
        levels = self.levels(variant)
        return sum(level.available for level in levels if level.location_id in active or level.available < 0)

    def scarce(self, *, at_most: int = LOW_STOCK, limit: int = LOOKED_AT) -> tuple[Scarce, ...]:
        """
        Return the tracked variants on sale of which little is left, the least first.

        Those whose stock was never said are left out.

        Args:
            at_most: So many units are little, of all locations together; 0 lists what is sold out.

            limit: At most so many variants.

        Raises:
            InvalidValue: *at_most* is negative, or *limit* is not 1 to 250.
        """
        check_scarce(at_most, limit)
        return self._context.read(lambda unit: scarce(unit, at_most, limit))

    def adjust(
        self, variant: str, change: int, *, location: str | None = None, reason: str = "correction"
    ) -> StockLevel:
        """
        Change how many units of a variant are at a location.

        Args:
            variant: The variant's id or SKU.

            change: Units that came, or went when negative.

            location: Where; the first one unless it is given.

            reason: One of `ADJUSTMENT_REASONS`.

        Raises:
            NotThatMany: Less than none would be left.
            UnknownId: There is no such variant or location.
        """

        def work(unit: Unit) -> StockLevel:
            return self._adjusted(unit, variant, location, reason, lambda level: change)

        whole_from("change", change, -MOST_UNITS, MOST_UNITS)
        return self._context.write(work)

    def set_stock(
        self, variant: str, on_hand: int, *, location: str | None = None, reason: str = "cycle_count_available"
    ) -> StockLevel:
        """
        Say how many units of a variant are at a location, after a count.

        Raises:
            UnknownId: There is no such variant or location.
        """

        def work(unit: Unit) -> StockLevel:
            return self._adjusted(unit, variant, location, reason, lambda level: on_hand - level.on_hand)

        whole_from("on_hand", on_hand, -MOST_UNITS, MOST_UNITS)
        return self._context.write(work)

    def stock_changes(self, variant: str) -> Sequence[StockChange]:
        """Return what moved the stock of a variant, oldest first."""
        return self._context.read(lambda unit: unit.stock_changes(_variant(unit, variant)))

    def _adjusted(
        self, unit: Unit, variant: str, location: str | None, why: str, by: Callable[[StockLevel], int]
    ) -> StockLevel:
        if why not in ADJUSTMENT_REASONS:
            raise InvalidValue("reason", repr(why), " or ".join(ADJUSTMENT_REASONS))
        # A place that has none of a variant yet has no row to lock: then it is the shop's that keeps others waiting.
        unit.settings(lock=True)
        id, place = _variant(unit, variant), _location(unit, location)
        level = _level(id, place, unit.levels([id], lock=True))
        change = by(level)
        if level.on_hand + change < min(0, level.on_hand):
            raise NotThatMany(id, place, change, level.on_hand)
        if change:
            unit.adjust(
                StockChange(
                    variant_id=id,
                    location_id=place,
                    on_hand=change,
                    committed=0,
                    reason=why,
                    key=self._context.new_id(),
                    at=self._context.now(),
                    actor=self._context.actor,
                )
            )
        return attrs.evolve(level, on_hand=level.on_hand + change)


def _lost_a_race(error: BackOfficeError) -> bool:
    """Whether trying again may do: an id that is in use stays in use."""
    return not isinstance(error, StaleVersion | AlreadyStored)


def _variant(unit: Unit, variant: str) -> str:
    if not isinstance(variant, str):
        raise UnknownId("variant", kind_of(variant))
    known = unit.variants([variant])
    if variant in known:
        return known[variant].id
    # A product that was taken off sale still has stock to count.
    for product in unit.products():
        for one in product.variants:
            if one.id is not None and variant in (one.id, one.sku):
                return one.id
    raise UnknownId("variant", variant)


def _location(unit: Unit, location: str | None) -> str:
    known = [place.id for place in unit.locations()]
    if location is None and known:
        return known[0]
    if location not in known:
        raise UnknownId("location", location or "(none was added)")
    return str(location)


def _level(variant_id: str, location_id: str, levels: Mapping[tuple[str, str], Level]) -> StockLevel:
    level = levels.get((variant_id, location_id), Level())
    return StockLevel(level.on_hand, level.committed, level.reserved, variant_id=variant_id, location_id=location_id)
