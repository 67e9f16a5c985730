"""Lists of products in SQL."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import sqlalchemy as sa

from backoffice_core.catalog.products import Product
from backoffice_core.failures import StorageFailed
from backoffice_core.search.conditions import Condition
from backoffice_core.search.products import findable_product
from backoffice_core.search.wanted import ProductHit, Wanted
from backoffice_core.storage.codec import decode
from backoffice_core.storage.sql.home import HomeTables
from backoffice_core.storage.sql.index import Terms, index_terms, terms_of
from backoffice_core.storage.sql.search import Listing
from backoffice_core.storage.sql.session import Session
from backoffice_core.storage.sql.stock import found_by
from backoffice_core.storage.sql.tables import ENTRIES, PRODUCT_TERMS, PRODUCTS, STOCK_LEDGER, VARIANTS
from backoffice_core.storage.trouble import StaleVersion

_P, _E, _L, _V = PRODUCTS.c, ENTRIES.c, STOCK_LEDGER.c, VARIANTS.c

#: The list of products.
PRODUCT_LIST: Final = Listing(PRODUCTS, PRODUCT_TERMS, "product_id", "doc", ("created_at", "updated_at", "title", "id"))


class ProductsTable(HomeTables):
    """The part of a unit that lists products; see `backoffice_core.storage.base.Unit`."""

    def put_product(self, product: Product) -> Product:
        """Save a product, and what it is found by; return it with its new version."""
        held = _held(self._session, product.id)
        saved = super().put_product(product)
        _change_terms(self._session, saved, *held)
        return saved

    def search_products(self, wanted: Wanted) -> Sequence[ProductHit]:
        """Return products that meet a condition, in the order of a list."""
        rows = self._found(PRODUCT_LIST, wanted)
        return [ProductHit(decode(Product, doc, version), value) for _, version, doc, value in rows]

    def count_products(self, condition: Condition, most: int) -> int:
        """Return how many products meet a condition, counting no further than to *most*."""
        return self._counted(PRODUCT_LIST, condition, most)

    def was_sold(self, variant_ids: Sequence[str]) -> bool:
        """Return whether one of some variants is in a sales entry, or was moved for an order or draft."""
        shop, ids = self._session.shop, list(variant_ids)
        moved = sa.select(_L.key).where(_L.shop == shop, _L.variant_id.in_(ids), _L.order_id != "").limit(1)
        if self._session.core(moved).fetchone() is not None:
            return True
        sold = sa.select(_E.order_id).where(_E.shop == shop, _E.item.in_(ids)).limit(1)
        return self._session.core(sold).fetchone() is not None

    def drop_product(self, product: Product) -> None:
        """Delete a product."""
        shop, id = self._session.shop, product.id
        at, held = _held(self._session, id)
        gone = sa.delete(PRODUCTS).where(_P.shop == shop, _P.id == id, _P.version == product.version)
        if self._session.core(gone).rowcount != 1:
            stored = self._session.core(sa.select(_P.version).where(_P.shop == shop, _P.id == id)).scalar()
            raise StaleVersion("product", id, product.version, stored or 0)
        self._session.core(sa.delete(VARIANTS).where(_V.shop == shop, _V.product_id == id))
        terms = Terms(self._session, PRODUCT_TERMS, PRODUCT_LIST.id)
        terms.change(id, at, held, set())
        terms.write()


def _held(session: Session, id: str) -> tuple[int, set[str]]:
    """Return under which moment and terms a product stands in the inverted index."""
    query = sa.select(_P.created_at, _P.terms, _P.words).where(_P.shop == session.shop, _P.id == id)
    row = session.core(query).fetchone()
    return (0, set()) if row is None else (row.created_at, index_terms(terms_of(row.terms), row.words))


def _change_terms(session: Session, product: Product, at: int, held: set[str]) -> None:
    """Find a product by what it is now, in the inverted index."""
    found = findable_product(product)
    now, terms = index_terms(found.terms, found.words), Terms(session, PRODUCT_TERMS, PRODUCT_LIST.id)
    if at != found.columns.created_at:
        terms.change(product.id, at, held, set())
        held = set()
    terms.change(product.id, found.columns.created_at, held, now)
    terms.write()


def index_products(connection: sa.Connection) -> None:
    """Write what the products of all shops are found by, where they are found by nothing yet."""
    rows = connection.execute(sa.select(_P.shop, _P.version, _P.doc).order_by(_P.shop, _P.id)).fetchall()
    for shop, version, doc in rows:
        # One that cannot be read stays out of what is searched; looking it up says what is wrong with it.
        with suppress(StorageFailed):
            product = decode(Product, doc, version)
            mine = sa.update(PRODUCTS).where(_P.shop == shop, _P.id == product.id)
            connection.execute(mine.values(**found_by(product)))
            _change_terms(Session(connection, shop, use_compiled=False), product, 0, set())
