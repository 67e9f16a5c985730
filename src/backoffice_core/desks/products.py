"""Changing and finding products: a part of `backoffice_core.desks.catalog.Catalog`."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar, Final

import attrs

from backoffice_core.catalog.products import InventoryPolicy, Product, Variant, policy_of
from backoffice_core.context import Context, UnknownShop
from backoffice_core.desks.found import COUNT_LIMIT, LARGEST_PAGE, Count, Listed, as_query, look_up, scope_of
from backoffice_core.failures import BackOfficeError, InvalidInput, InvalidValue, Refused, UnknownId, reason
from backoffice_core.money import Money, minor_of
from backoffice_core.orders.asked import Amount
from backoffice_core.orders.pricing import NegativeAmount
from backoffice_core.orders.tags import clean, merged
from backoffice_core.search.parse import Warning
from backoffice_core.search.products import PRODUCT_KEYS, PRODUCTS, ProductColumns
from backoffice_core.search.query import Query
from backoffice_core.settings import Settings
from backoffice_core.storage.base import Unit
from backoffice_core.storage.trouble import AlreadyStored, StaleVersion
from backoffice_core.typed import can_be_kept, whole_from

#: What can be taken away from a product, and from a variant.
REMOVABLE: Final = ("vendor", "product_type", "tags", "images")
REMOVABLE_OF_VARIANT: Final = ("sku", "barcode", "compare_at", "weight_grams")


@reason
class NoVariants(InvalidInput):
    """
    A product without variants.

    Attributes:
        title: The product's title.
    """

    code: ClassVar[str] = "no_variants"
    title: str

    def __str__(self) -> str:
        return f"the product {self.title!r} has no variant; at least one would do"


@reason
class ProductSold(Refused):
    """
    A product that was sold cannot be deleted.

    Attributes:
        product_id: The product.
    """

    code: ClassVar[str] = "product_sold"
    product_id: str

    def __str__(self) -> str:
        return f"product {self.product_id} was sold or set aside and cannot be deleted; archive_product would do"


@attrs.frozen
class ProductsFound:
    """
    A page of the list of products.

    Attributes:
        products: The products, in the order of the sort.

        next: The cursor of the page after it; None where there is none.

        previous: The cursor of the page before it; None where there is none.

        warnings: What of the query was left out.
    """

    products: tuple[Product, ...]
    next: str | None
    previous: str | None
    warnings: tuple[Warning, ...]

    def __iter__(self) -> Iterator[Product]:
        return iter(self.products)

    def __len__(self) -> int:
        return len(self.products)


class Products:
    """The part of the catalog desk that changes and finds products; orders keep what they were placed with."""

    _context: Context

    def change_product(
        self,
        product_id: str,
        *,
        title: str | None = None,
        vendor: str | None = None,
        product_type: str | None = None,
        tags: Iterable[str] | str | None = None,
        images: Iterable[str] | str | None = None,
        remove: Iterable[str] = (),
        expected_version: int | None = None,
    ) -> Product:
        """
        Change a product; what is left out stays.

        Args:
            product_id: The product.

            title: What it is called.

            vendor: Who makes it.

            product_type: What kind of thing it is.

            tags: All its tags.

            images: Addresses of all its pictures, the main one first.

            remove: What to take away: ``vendor``, ``product_type``, ``tags`` or ``images``.

            expected_version: The version that the caller saw; another one is a conflict.

        Raises:
            UnknownId: There is no such product.
            StaleVersion: The product is not at *expected_version*.
            InvalidValue: Something that cannot be meant.
        """
        given = {"title": title, "vendor": vendor, "product_type": product_type}
        given |= {"tags": several(tags), "images": several(images)}
        changes = changes_of(given, remove, REMOVABLE)
        changes |= {name: () for name in ("tags", "images") if name in changes and changes[name] is None}
        return self._changed(product_id, lambda one, _: attrs.evolve(one, **changes), expected_version)

    def add_tags(self, product_id: str, tags: Iterable[str] | str) -> Product:
        """
        Add tags to a product, by the rules of those of orders.

        Raises:
            TooManyTags: More than 250.
            TagTooLong: One has more than 40 characters.
            UnknownId: There is no such product.
        """
        more = clean(tags)
        return self._changed(product_id, lambda one, _: attrs.evolve(one, tags=merged(one.tags, more)))

    def remove_tags(self, product_id: str, tags: Iterable[str] | str) -> Product:
        """
        Take tags off a product, whatever their case.

        Raises:
            UnknownId: There is no such product.
        """
        unwanted = {tag.casefold() for tag in clean(tags)}

        def changed(product: Product, _: str) -> Product:
            return attrs.evolve(product, tags=tuple(tag for tag in product.tags if tag.casefold() not in unwanted))

        return self._changed(product_id, changed)

    def archive_product(self, product_id: str) -> Product:
        """
        Take a product off sale; orders that hold it stay as they are.

        Raises:
            UnknownId: There is no such product.
        """
        now = self._context.now()
        return self._changed(product_id, lambda one, _: attrs.evolve(one, archived_at=one.archived_at or now))

    def unarchive_product(self, product_id: str) -> Product:
        """
        Put a product on sale again.

        Raises:
            UnknownId: There is no such product.
            AlreadyStored: Another product on sale has a variant with the id of one of its.
        """
        return self._changed(product_id, lambda one, _: attrs.evolve(one, archived_at=None))

    def delete_product(self, product_id: str) -> None:
        """
        Delete a product that was never sold nor set aside.

        Raises:
            ProductSold: It was; `archive_product` takes it off sale.
            UnknownId: There is no such product.
        """

        def work(unit: Unit) -> None:
            product = unit.product(_known(product_id))
            if unit.was_sold([str(one.id) for one in product.variants]):
                raise ProductSold(product.id)
            unit.drop_product(product)

        self._context.write(work)

    # --- variants

    def add_variant(self, product_id: str, variant: Variant) -> Product:
        """
        Add a variant to a product; an id is made for it unless it has one.

        Raises:
            AlreadyStored: Another variant on sale has its id.
            UnknownId: There is no such product.
            InvalidValue: It is no variant.
        """

        def changed(product: Product, currency: str) -> Product:
            return attrs.evolve(product, variants=(*product.variants, self._checked(variant, currency)))

        return self._changed(product_id, changed)

    def change_variant(
        self,
        product_id: str,
        variant: str,
        *,
        title: str | None = None,
        sku: str | None = None,
        barcode: str | None = None,
        price: Amount | None = None,
        compare_at: Amount | None = None,
        weight_grams: int | None = None,
        tracked: bool | None = None,
        policy: InventoryPolicy | str | None = None,
        taxable: bool | None = None,
        requires_shipping: bool | None = None,
        remove: Iterable[str] = (),
        expected_version: int | None = None,
    ) -> Product:
        """
        Change a variant, named by its id or by a SKU that is unique in its product; what is left out stays.

        Args:
            product_id: The product.

            variant: The variant.

            title: What tells it from the others.

            sku: Its stock keeping unit.

            barcode: EAN, UPC or ISBN.

            price: Price of a unit, for orders from now on.

            compare_at: What it cost before.

            weight_grams: What a unit weighs.

            tracked: Whether its stock is counted.

            policy: What happens when it is sold out.

            taxable: Whether it is taxed.

            requires_shipping: Whether it is sent.

            remove: What to take away: ``sku``, ``barcode``, ``compare_at`` or ``weight_grams``.

            expected_version: The version of the product that the caller saw.

        Raises:
            UnknownId: There is no such product or variant.
            NegativeAmount: A price below zero.
            CurrencyMismatch: A price in another currency than the shop's.
            InvalidValue: Something that cannot be meant.
        """
        given: dict[str, Any] = {
            "title": title,
            "sku": sku,
            "barcode": barcode,
            "weight_grams": weight_grams,
            "tracked": tracked,
            "policy": None if policy is None else policy_of(policy),
            "taxable": taxable,
            "requires_shipping": requires_shipping,
        }
        amounts = {name: one for name, one in (("price", price), ("compare_at", compare_at)) if one is not None}
        plain = changes_of({**given, **amounts}, remove, REMOVABLE_OF_VARIANT)

        def changed(product: Product, currency: str) -> Product:
            priced = {name: money(name, amount, currency) for name, amount in amounts.items()}
            old = _variant(product, variant)
            new = attrs.evolve(old, **{**plain, **priced})
            return attrs.evolve(product, variants=tuple(new if one is old else one for one in product.variants))

        return self._changed(product_id, changed, expected_version)

    def remove_variant(self, product_id: str, variant: str) -> Product:
        """
        Take a variant out of a product; orders that hold it stay as they are, and so does what moved its stock.

        Raises:
            NoVariants: It is the only one.
            UnknownId: There is no such product or variant.
        """

        def changed(product: Product, _: str) -> Product:
            gone = _variant(product, variant)
            return attrs.evolve(product, variants=tuple(one for one in product.variants if one is not gone))

        return self._changed(product_id, changed)

    # --- looking up

    def search(
        self,
        query: str | Query = "",
        *,
        sort: str = "title",
        limit: int = 50,
        after: str | None = None,
        before: str | None = None,
    ) -> ProductsFound:
        """
        Return a page of the products that a query finds, those that were taken off sale too.

        Args:
            query: In the query language of orders, with ``title``, ``vendor``, ``product_type``, ``tag``, ``sku``,
                ``barcode``, ``variant_id``, ``status`` (``active`` or ``archived``), ``created_at``, ``updated_at``
                and ``id``. No text fails: what cannot be meant is told by ``warnings`` of the page.

            sort: ``title``, ``vendor``, ``product_type``, ``created_at``, ``updated_at`` or ``id``; with ``-``
                before it the greatest comes first. Ties go by id.

            limit: At most so many products.

            after: The ``next`` of a page with the same sort: the page behind it.

            before: The ``previous`` of a page with the same sort: the page before it.

        Raises:
            UnknownSort: There is no such key.
            InvalidValue: *limit* is not 1 to 250, a cursor is none of this sort, or both are given.
        """
        listed = Listed.of(sort, PRODUCT_KEYS, ProductColumns, limit, after, before)
        asked = as_query(query)

        def look(unit: Unit) -> ProductsFound:
            meaning = asked.meaning(scope_of(self._context, unit), PRODUCTS)
            hits, next, previous = look_up(unit.search_products, meaning.condition, listed)
            return ProductsFound(tuple(hit.product for hit in hits), next, previous, meaning.warnings)

        return self._context.read(look)

    def all(self, query: str | Query = "", *, sort: str = "title") -> Iterator[Product]:
        """
        Yield all products that a query finds, a page at a time.

        Raises:
            UnknownSort: There is no such key.
        """
        after: str | None = None
        while True:
            page = self.search(query, sort=sort, limit=LARGEST_PAGE, after=after)
            yield from page
            if page.next is None:
                return
            after = page.next

    def count(self, query: str | Query = "", *, limit: int | None = COUNT_LIMIT) -> Count:
        """
        Return how many products a query finds, counting no further than to *limit*; None counts all.

        Raises:
            InvalidValue: *limit* is below 1.
        """
        if limit is not None:
            whole_from("limit", limit, 1)
        asked = as_query(query)

        def look(unit: Unit) -> Count:
            condition = asked.meaning(scope_of(self._context, unit), PRODUCTS).condition
            return Count.up_to(limit, lambda most: unit.count_products(condition, most))

        return self._context.read(look)

    # --- what they share

    def _changed(
        self, product_id: str, change: Callable[[Product, str], Product], expected_version: int | None = None
    ) -> Product:
        def work(unit: Unit) -> Product:
            product = unit.product(_known(product_id))
            if expected_version not in (None, product.version):
                raise StaleVersion("product", product.id, expected_version or 0, product.version)
            after = change(product, settings_of(unit, self._context).currency)
            if after == product:
                return product
            if not after.variants:
                raise NoVariants(product.title)
            return unit.put_product(attrs.evolve(after, updated_at=self._context.now()))

        def again(error: BackOfficeError) -> bool:
            # An id that is in use stays in use.
            return not isinstance(error, AlreadyStored) and (
                expected_version is None or not isinstance(error, StaleVersion)
            )

        return self._context.write(work, again=again)

    def _checked(self, variant: Variant, currency: str) -> Variant:
        if not isinstance(variant, Variant):
            raise InvalidValue("variants", repr(variant)[:200], "a Variant, or several")
        for name, amount in (("price", variant.price), ("compare_at", variant.compare_at)):
            if amount is not None:
                money(name, amount, currency)
        return variant if variant.id else attrs.evolve(variant, id=self._context.new_id())


def several(value: Any) -> Any:
    """Return an iterator as a tuple, because work that lost a race is done again; anything else as it is."""
    return tuple(value) if isinstance(value, Iterator) else value


def money(name: str, amount: Amount, currency: str) -> Money:
    """
    Return an amount of the shop's currency.

    Raises:
        NegativeAmount: It is below zero.
        CurrencyMismatch: It is in another currency.
    """
    minor = minor_of(amount, currency, name)
    if minor < 0:
        raise NegativeAmount(name, minor)
    return Money(minor, currency)


def settings_of(unit: Unit, context: Context) -> Settings:
    """
    Return the shop's settings.

    Raises:
        UnknownShop: There is no such shop.
    """
    settings = unit.settings()
    if settings is None:
        raise UnknownShop(context.shop)
    return settings


def changes_of(given: dict[str, Any], remove: Iterable[str], removable: tuple[str, ...]) -> dict[str, Any]:
    """
    Return what changes by name: what is given, and None for what is taken away.

    Raises:
        InvalidValue: Something that cannot be taken away, or that is given too.
    """
    changes = {name: value for name, value in given.items() if value is not None}
    for name in (remove,) if isinstance(remove, str) else tuple(remove):
        if name not in removable:
            raise InvalidValue("remove", repr(name), " or ".join(removable))
        if name in changes and changes[name] is not None:
            raise InvalidValue(name, "a value, and its removal", "one of them")
        changes[name] = None
    return changes


def _known(product_id: object) -> str:
    if not isinstance(product_id, str) or not can_be_kept(product_id):
        raise UnknownId("product", f"of type {type(product_id).__name__}")
    return product_id


def _variant(product: Product, name: str) -> Variant:
    named = [one for one in product.variants if one.id == name] or [one for one in product.variants if one.sku == name]
    if len(named) != 1:
        raise UnknownId("variant", str(name))
    return named[0]
