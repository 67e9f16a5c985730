"""Products with variants, stock locations, and adjustments of stock with a reason."""

import enum
from typing import Any

import attrs
import pendulum

from backoffice_core.failures import InvalidValue
from backoffice_core.money import Money
from backoffice_core.orders.asked import at_least, text_up_to
from backoffice_core.orders.stock import Place, Sellable
from backoffice_core.typed import check_types

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

#: The most units of one variant at one place.
MOST_UNITS = 1_000_000_000


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
    try:
        return InventoryPolicy(value)
    except ValueError:
        raise InvalidValue("policy", repr(value), " or ".join(InventoryPolicy)) from None


def _id(value: Any) -> str | None:
    if value is not None and (not isinstance(value, str) or not 1 <= len(value) <= 36 or not value.isascii()):
        raise InvalidValue("id", repr(value), "1 to 36 ASCII characters, or none for a new id")
    return value


@attrs.frozen(kw_only=True)
class Variant:
    """
    What of a product is sold and counted.

    Attributes:
        id: Its id; made when it is left out.

        title: What tells it from the others, such as ``Blue / L``; empty for the only one.

        sku: Stock keeping unit.

        barcode: EAN, UPC or ISBN.

        price: Price of a unit in the shop's currency.

        tracked: Whether its stock is counted.

        policy: What happens when it is sold out.

        taxable: Whether it is taxed.

        requires_shipping: Whether it is sent.
    """

    id: str | None = attrs.field(default=None, converter=_id)
    title: str = ""
    sku: str | None = None
    barcode: str | None = None
    price: Money
    tracked: bool = True
    policy: InventoryPolicy = attrs.field(default=InventoryPolicy.DENY, converter=policy_of)
    taxable: bool = True
    requires_shipping: bool = True

    def __attrs_post_init__(self) -> None:
        check_types(self)


@attrs.frozen(kw_only=True)
class Product:
    """
    Something the shop sells, in one or more variants.

    Attributes:
        id: Its id.

        title: What it is called.

        vendor: Who makes it.

        variants: At least one.

        version: How often it was saved; kept by the storage.

        archived_at: When it was taken off sale, UTC.
    """

    id: str
    title: str = attrs.field(validator=text_up_to(255))
    vendor: str | None = None
    variants: tuple[Variant, ...]
    version: int = 0
    archived_at: pendulum.DateTime | None = None

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
    def place(self) -> Place:
        """What a rule knows of it."""
        return Place(self.id, sells=self.active, restocks=self.restocks)


@attrs.frozen(kw_only=True)
class StockLevel:
    """
    The stock of a variant at a location.

    Attributes:
        on_hand: Physically there.

        committed: Promised to placed orders.

        reserved: Set aside for drafts.

        available: What can be sold; negative after overselling.
    """

    variant_id: str
    location_id: str
    on_hand: int
    committed: int
    reserved: int

    @property
    def available(self) -> int:
        """What can be sold; negative after overselling."""
        return self.on_hand - self.committed - self.reserved


@attrs.frozen(kw_only=True)
class StockChange:
    """
    One line of the stock ledger.

    Attributes:
        variant_id: The variant.

        location_id: The place.

        on_hand: Change of what is there.

        committed: Change of what is promised.

        reason: ``order`` for what an order did, else the reason of the adjustment.

        order_id: The order, when it was one.

        key: The fact it comes from.

        at: When, UTC.

        actor: Who did it.
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
