"""Products with variants, stock locations, and adjustments of stock with a reason."""

import enum
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

import attrs
import pendulum

from backoffice_core.failures import InvalidInput, InvalidValue, reason
from backoffice_core.money import Money
from backoffice_core.orders.asked import at_least, text_up_to
from backoffice_core.orders.stock import Level, Sellable, StockPlace
from backoffice_core.orders.tags import kept
from backoffice_core.typed import check_text, check_types, word_of

#: The most pictures of a product, as Shopify has it.
MOST_IMAGES = 250
#: Reasons for an adjustment, as Shopify has them.
ADJUSTMENT_REASONS = (
    "correction",
    "cycle_count_available",
    "damaged",
    "movement_received",
    "other",
    "promotion",
    "quality_control",
    "received",
    "restock",
    "safety_stock",
    "shrinkage",
)


@reason
class AmbiguousSku(InvalidInput):
    """
    A SKU is that of several variants on sale.

    Attributes:
        sku: The SKU that was given.

        variant_ids: The variants that have it; one of these would do.
    """

    code: ClassVar[str] = "ambiguous_sku"
    sku: str
    variant_ids: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.sku!r} is the SKU of several variants; name one of {', '.join(self.variant_ids)}"


class InventoryPolicy(enum.StrEnum):
    """What happens when a tracked variant is sold out."""

    DENY = "deny"  #: it cannot be bought
    CONTINUE = "continue"  #: it is sold below zero


def policy_of(value: Any) -> InventoryPolicy:
    """
    Return a policy from its word.

    Raises:
        InvalidValue: It is none.
    """
    return word_of("policy", InventoryPolicy, value)


def _id(value: Any) -> str | None:
    if value is not None and (not isinstance(value, str) or not 1 <= len(value) <= 36 or not value.isascii()):
        raise InvalidValue("id", repr(value), "1 to 36 ASCII characters, or none for a new id")
    return value


def _images(value: Any) -> tuple[str, ...]:
    """Return addresses of pictures, each once, as they were given."""
    if not isinstance(value, Iterable):
        raise InvalidValue("images", repr(value)[:200], "addresses such as https://shop.example/cup.jpg")
    given = (value,) if isinstance(value, str) else tuple(value)
    for url in given:
        if not isinstance(url, str) or not url.startswith(("https://", "http://", "/")) or any(map(str.isspace, url)):
            raise InvalidValue("images", repr(url)[:200], "addresses such as https://shop.example/cup.jpg")
        check_text("images", url)
    if len(given) > MOST_IMAGES:
        raise InvalidValue("images", f"{len(given)} of them", f"at most {MOST_IMAGES}")
    return tuple(dict.fromkeys(given))


@attrs.frozen(kw_only=True)
class Variant:
    """
    What of a product is sold and counted.

    Attributes:
        id: Its id; made when it is left out.

        title: What tells it from the others, such as ``Blue / L``; empty for the only one.

        sku: Stock keeping unit, at most 255 characters.

        barcode: EAN, UPC or ISBN.

        price: Price of a unit in the shop's currency.

        tracked: Whether its stock is counted.

        policy: What happens when it is sold out.

        taxable: Whether it is taxed.

        requires_shipping: Whether it is sent.

        compare_at: What it cost before, or elsewhere; shown beside the price, and no discount.

        weight_grams: What a unit weighs, in grams; None where nobody knows.
    """

    id: str | None = attrs.field(default=None, converter=_id)
    title: str = ""
    sku: str | None = attrs.field(default=None, validator=attrs.validators.optional(text_up_to(255)))
    barcode: str | None = None
    price: Money
    tracked: bool = True
    policy: InventoryPolicy = attrs.field(default=InventoryPolicy.DENY, converter=policy_of)
    taxable: bool = True
    requires_shipping: bool = True
    compare_at: Money | None = None
    weight_grams: int | None = attrs.field(default=None, validator=attrs.validators.optional(at_least(0)))

    def __attrs_post_init__(self) -> None:
        check_types(self)


@attrs.frozen(kw_only=True)
class Product:
    """
    Something the shop sells, in one or more variants.

    Attributes:
        id: Its id, at most 36 characters.

        title: What it is called.

        vendor: Who makes it.

        variants: At least one.

        version: How often it was saved; kept by the storage.

        archived_at: When it was taken off sale, UTC.

        product_type: What kind of thing it is, such as ``Crockery``.

        tags: Sorted ignoring case.

        images: Addresses of pictures, the main one first.

        created_at: When it was added, UTC; None where that was never kept.

        updated_at: When it was last changed, UTC; None where that was never kept.
    """

    id: str = attrs.field(validator=text_up_to(36))
    title: str = attrs.field(validator=text_up_to(255))
    vendor: str | None = None
    variants: tuple[Variant, ...]
    version: int = 0
    archived_at: pendulum.DateTime | None = None
    product_type: str | None = attrs.field(default=None, validator=attrs.validators.optional(text_up_to(255)))
    tags: tuple[str, ...] = attrs.field(default=(), converter=kept)
    images: tuple[str, ...] = attrs.field(default=(), converter=_images)
    created_at: pendulum.DateTime | None = None
    updated_at: pendulum.DateTime | None = None

    def __attrs_post_init__(self) -> None:
        check_types(self)

    def sellable(self, variant: Variant) -> Sellable:
        """Return what a rule knows of a variant."""
        return Sellable(
            id=variant.id or "",
            product_id=self.id,
            title=self.title,
            variant_title=variant.title or None,
            sku=variant.sku,
            price_minor=variant.price.minor,
            currency=variant.price.currency,
            vendor=self.vendor,
            tracked=variant.tracked,
            oversell=variant.policy is InventoryPolicy.CONTINUE,
            taxable=variant.taxable,
            requires_shipping=variant.requires_shipping,
        )


def the_one(sku: str, sold: Sequence[Sellable]) -> Sellable:
    """
    Return the only variant that has a SKU.

    Raises:
        AmbiguousSku: Several have it.
    """
    if len(sold) > 1:
        raise AmbiguousSku(sku, tuple(sorted(one.id for one in sold)))
    return sold[0]


@attrs.frozen(kw_only=True)
class Location:
    """
    A place that holds stock.

    Attributes:
        id: Its id, such as ``paris``.

        name: What it is called.

        position: Its place in the order in which locations are filled, from 0.

        active: Whether new orders are filled from it; one that is not still takes stock back.

        restocks: Whether units that come back to it go on sale again.
    """

    id: str = attrs.field(validator=text_up_to(36))
    name: str = attrs.field(validator=text_up_to(255))
    position: int = attrs.field(default=0, validator=at_least(0))
    active: bool = True
    restocks: bool = True

    def __attrs_post_init__(self) -> None:
        check_types(self)

    @property
    def place(self) -> StockPlace:
        """What a rule knows of it."""
        return StockPlace(self.id, sells=self.active, restocks=self.restocks)


@attrs.frozen(kw_only=True)
class StockLevel(Level):
    """
    The stock of a variant at a location.

    Attributes:
        variant_id: The variant.

        location_id: The place.
    """

    variant_id: str
    location_id: str


@attrs.frozen(kw_only=True)
class StockChange:
    """
    One line of the stock ledger.

    Attributes:
        variant_id: The variant.

        location_id: The place.

        on_hand: Change of what is there.

        committed: Change of what is promised.

        reason: ``order`` for what an order or a draft did, else the reason of the adjustment.

        order_id: The order or draft, when it was one.

        key: The fact it comes from.

        at: When, UTC.

        actor: Who did it.

        reserved: Change of what is set aside for drafts.
    """

    variant_id: str
    location_id: str
    on_hand: int
    committed: int
    reason: str
    order_id: str = ""
    line_id: str = ""
    key: str
    at: pendulum.DateTime
    actor: str | None = None
    reserved: int = 0
