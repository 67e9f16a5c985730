"""Changing products: a part of `backoffice_core.desks.catalog.Catalog`."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Final

import attrs

from backoffice_core.catalog.products import InventoryPolicy, Product, Variant, policy_of
from backoffice_core.desks.given import changes_of, money, several
from backoffice_core.desks.productlist import ProductList
from backoffice_core.failures import BackOfficeError, InvalidInput, InvalidValue, Refused, UnknownId, reason
from backoffice_core.orders.asked import Amount
from backoffice_core.orders.tags import clean, merged
from backoffice_core.storage.base import Unit
from backoffice_core.storage.trouble import AlreadyStored, StaleVersion
from backoffice_core.typed import can_be_kept

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


class Products(ProductList):
    """The part of the catalog desk that changes products; orders keep what they were placed with."""

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

    # --- what they share

    def _changed(
        self, product_id: str, change: Callable[[Product, str], Product], expected_version: int | None = None
    ) -> Product:
        def work(unit: Unit) -> Product:
            product = unit.product(_known(product_id))
            if expected_version not in (None, product.version):
                raise StaleVersion("product", product.id, expected_version or 0, product.version)
            after = change(product, self._context.settings_in(unit).currency)
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
        changes: dict[str, Any] = {"id": variant.id or self._context.new_id()}
        for name, amount in (("price", variant.price), ("compare_at", variant.compare_at)):
            if amount is not None:
                changes[name] = money(name, amount, currency)
        return attrs.evolve(variant, **changes)


def _known(product_id: object) -> str:
    if not isinstance(product_id, str) or not can_be_kept(product_id):
        raise UnknownId("product", f"of type {type(product_id).__name__}")
    return product_id


def _variant(product: Product, name: str) -> Variant:
    named = [one for one in product.variants if one.id == name] or [one for one in product.variants if one.sku == name]
    if len(named) != 1:
        raise UnknownId("variant", str(name))
    return named[0]
