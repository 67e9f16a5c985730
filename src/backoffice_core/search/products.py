"""What a product is found by, and what can be asked for of products; see ``checkouts.py``."""

from typing import Final

import attrs

from backoffice_core.catalog.products import Product
from backoffice_core.clock import to_micros
from backoffice_core.search.conditions import Condition, Has
from backoffice_core.search.dates import moment
from backoffice_core.search.fields import Field, Fields, worded
from backoffice_core.search.findable import LONGEST_KEY, Findable, valued
from backoffice_core.search.text import fold, lines
from backoffice_core.search.values import identifier, keyword

#: The sort keys of products, Shopify's, and the column of each.
PRODUCT_KEYS: Final[dict[str, str]] = {
    "id": "id",
    "title": "title",
    "vendor": "vendor",
    "product_type": "product_type",
    "created_at": "created_at",
    "updated_at": "updated_at",
    "relevance": "created_at",
}


@attrs.frozen
class ProductColumns:
    """
    What products are sorted by, and what ranges are asked of; nothing is ever missing.

    Attributes:
        id: The product's id.

        created_at: When it was added, in microseconds since 1970 UTC; 0 where that was never kept.

        updated_at: When it was last changed, the same.

        title: What it is called, folded.

        vendor: Who makes it, folded; empty for nobody known.

        product_type: What kind of thing it is, folded; empty where nobody said.
    """

    id: str
    created_at: int
    updated_at: int
    title: str
    vendor: str
    product_type: str


def findable_product(product: Product) -> Findable[ProductColumns]:
    """Return what a product is found by."""
    columns = ProductColumns(
        id=product.id,
        created_at=0 if product.created_at is None else to_micros(product.created_at),
        updated_at=0 if product.updated_at is None else to_micros(product.updated_at),
        title=fold(product.title)[:LONGEST_KEY],
        vendor=fold(product.vendor or "")[:LONGEST_KEY],
        product_type=fold(product.product_type or "")[:LONGEST_KEY],
    )
    return Findable(tuple(sorted(set(_terms(product)))), _words(product), columns)


def _terms(product: Product) -> list[str]:
    return [
        "is:active" if product.archived_at is None else "is:archived",
        *valued("title", (product.title,)),
        *valued("vendor", (product.vendor,)),
        *valued("type", (product.product_type,)),
        *valued("tag", product.tags),
        *valued("sku", [one.sku for one in product.variants]),
        *valued("barcode", [one.barcode for one in product.variants]),
        *valued("variant", [one.id for one in product.variants]),
    ]


def _words(product: Product) -> str:
    variants = [text for one in product.variants for text in (one.title, one.sku, one.barcode)]
    return lines([product.title, product.vendor, product.product_type, *product.tags, *variants])


_STATUS: Final[dict[str, Condition]] = {"active": Has("is:active"), "archived": Has("is:archived")}
_TAG: Final = keyword("tag")
_FIELDS: Final = (
    Field("id", "the product's id", "id", identifier("id")),
    Field("title", "what it is called", "text", keyword("title")),
    Field("vendor", "who makes it", "text", keyword("vendor")),
    Field("product_type", "what kind of thing it is", "text", keyword("type")),
    Field("tag", "a tag", "text", _TAG),
    Field("tag_not", "products without a tag", "text", _TAG, without=True),
    Field("sku", "the SKU of a variant", "text", keyword("sku")),
    Field("barcode", "the barcode of a variant", "text", keyword("barcode")),
    Field("variant_id", "the id of a variant", "text", keyword("variant")),
    worded("status", "whether it is on sale", _STATUS),
    Field("created_at", "when it was added", "moment", moment("created_at")),
    Field("updated_at", "when it was last changed", "moment", moment("updated_at")),
)

#: What can be asked for of products.
PRODUCTS: Final = Fields("products", {field.name: field for field in _FIELDS})
