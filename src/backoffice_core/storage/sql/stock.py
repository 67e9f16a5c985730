"""Products, variants, locations and stock in SQL."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs
import sqlalchemy as sa

from backoffice_core.catalog.products import Location, Product, StockChange, the_one
from backoffice_core.clock import from_micros, to_micros
from backoffice_core.failures import UnknownId
from backoffice_core.orders.facts import Movement
from backoffice_core.orders.stock import Level, Sellable
from backoffice_core.search.products import ProductColumns, findable_product
from backoffice_core.storage.codec import decode, decode_location, decode_product, encode
from backoffice_core.storage.sql.index import term_text
from backoffice_core.storage.sql.session import Session, unique
from backoffice_core.storage.sql.tables import LOCATIONS, PRODUCTS, STOCK, STOCK_LEDGER, VARIANTS
from backoffice_core.storage.trouble import StaleVersion, StockTaken
from backoffice_core.typed import can_be_kept

_S = STOCK.c
_p = sa.bindparam
_HERE = (_S.shop == _p("in_shop"), _S.variant_id == _p("variant"), _S.location_id == _p("location"))
_MOVED = {
    "on_hand": _S.on_hand + _p("hand"),
    "committed": _S.committed + _p("promised"),
    "reserved": _S.reserved + _p("aside"),
}
_MOVE = sa.update(STOCK).where(*_HERE).values(_MOVED)
_GUARDED = _MOVE.where(_S.on_hand - _S.committed - _S.reserved + _p("free") >= 0)
_LEVEL = sa.select(_S.location_id, _S.on_hand, _S.committed, _S.reserved).where(
    _S.shop == _p("shop"), _S.variant_id == _p("variant")
)
_LEVEL_LOCKED = _LEVEL.order_by(_S.location_id).with_for_update()
_ON_SALE = sa.select(VARIANTS.c.id, PRODUCTS.c.version, PRODUCTS.c.doc).where(
    VARIANTS.c.shop == _p("shop"), PRODUCTS.c.shop == VARIANTS.c.shop, PRODUCTS.c.id == VARIANTS.c.product_id
)
_VARIANT = _ON_SALE.where(sa.or_(VARIANTS.c.id == _p("key"), VARIANTS.c.sku == _p("key")))
_PLACES = sa.select(LOCATIONS.c.doc).where(LOCATIONS.c.shop == _p("shop"))


class StockTable:
    """The part of a unit that keeps the catalog and its stock; see `backoffice_core.storage.base.Unit`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def product(self, id: str) -> Product:
        """Return a product."""
        p = PRODUCTS.c
        mine = sa.select(p.version, p.doc).where(p.shop == self._session.shop, p.id == id)
        row = self._session.core(mine).fetchone() if can_be_kept(id) else None
        if row is None:
            raise UnknownId("product", id)
        return decode(Product, row.doc, row.version)

    def products(self) -> Sequence[Product]:
        """Return all products, by title, then id."""
        p = PRODUCTS.c
        rows = self._session.core(sa.select(p.version, p.doc).where(p.shop == self._session.shop))
        found = [decode(Product, row.doc, row.version) for row in rows]
        return sorted(found, key=lambda product: (product.title, product.id))

    def put_product(self, product: Product) -> Product:
        """Save a product; return it with its new version."""
        saved = attrs.evolve(product, version=product.version + 1)
        self._save_document(saved)
        self._session.core(
            sa.delete(VARIANTS).where(VARIANTS.c.shop == self._session.shop, VARIANTS.c.product_id == product.id)
        )
        rows = [
            {"shop": self._session.shop, "id": variant.id, "product_id": product.id, "sku": variant.sku}
            for variant in product.variants
            if product.archived_at is None
        ]
        if rows:
            with unique("variant", ", ".join(str(row["id"]) for row in rows)):
                self._session.core(sa.insert(VARIANTS), rows)
        return saved

    def _save_document(self, saved: Product) -> None:
        p, shop, was = PRODUCTS.c, self._session.shop, saved.version - 1
        stored = self._session.core(sa.select(p.version).where(p.shop == shop, p.id == saved.id)).scalar() or 0
        if stored != was:
            raise StaleVersion("product", saved.id, was, stored)
        values: dict[str, Any] = {"version": saved.version, "doc": encode(saved), **found_by(saved)}
        if not was:
            if not self._session.insert_new(PRODUCTS, id=saved.id, **values):
                raise StaleVersion("product", saved.id, was, 0)
            return
        done = self._session.core(
            sa.update(PRODUCTS).where(p.shop == shop, p.id == saved.id, p.version == was).values(**values)
        )
        if done.rowcount != 1:
            raise StaleVersion("product", saved.id, was, 0)

    def variants(self, keys: Iterable[str]) -> Mapping[str, Sellable]:
        """Return variants on sale by the id or SKU that was given; an id wins over a SKU."""
        found: dict[str, Sellable] = {}
        products: dict[str, Product] = {}
        for key in sorted(filter(can_be_kept, set(keys))):
            rows = self._session.run(_VARIANT, key=key).fetchall()
            for _, version, doc in rows:
                # Variants of one product come with the same document.
                if doc not in products:
                    products[doc] = decode_product(doc, version)
            sold = [
                product.sellable(next(variant for variant in product.variants if variant.id == id))
                for id, _, doc in rows
                for product in [products[doc]]
            ]
            named = [one for one in sold if one.id == key] or sold
            if named:
                found[key] = the_one(key, named)
        return found

    def locations(self) -> Sequence[Location]:
        """Return all locations, by position, then id."""
        found = [decode_location(doc) for (doc,) in self._session.run(_PLACES).fetchall()]
        return sorted(found, key=lambda place: (place.position, place.id))

    def put_location(self, location: Location) -> None:
        """Save a location."""
        where = (LOCATIONS.c.shop == self._session.shop, LOCATIONS.c.id == location.id)
        done = self._session.core(sa.update(LOCATIONS).where(*where).values(doc=encode(location)))
        if done.rowcount != 1:
            self._session.core(
                sa.insert(LOCATIONS).values(shop=self._session.shop, id=location.id, doc=encode(location))
            )

    def levels(self, variant_ids: Iterable[str], *, lock: bool = False) -> Mapping[tuple[str, str], Level]:
        """Return the stock of variants by variant and location, where there is any."""
        found: dict[tuple[str, str], Level] = {}
        for variant in sorted(filter(can_be_kept, set(variant_ids))):
            rows = self._session.run(_LEVEL_LOCKED if lock else _LEVEL, variant=variant).fetchall()
            for location, on_hand, committed, reserved in rows:
                found[variant, location] = Level(on_hand, committed, reserved)
        return found

    def adjust(self, change: StockChange) -> None:
        """Change stock and write it in the stock ledger."""
        move = Movement(change.variant_id, change.location_id, change.on_hand, change.committed, "", change.key)
        self._move((move,))
        self._write_ledger(
            [
                (
                    *(self._session.shop, change.variant_id, change.location_id, change.key, change.line_id),
                    *(change.on_hand, change.committed, change.reason, change.order_id),
                    *(to_micros(change.at), change.actor, change.reserved),
                )
            ]
        )

    def _move(self, movements: Iterable[Movement]) -> None:
        # One order of rows for everybody, so that two units never wait for each other.
        for move in sorted(movements, key=lambda move: (move.variant_id, move.location_id)):
            values: dict[str, Any] = {"variant": move.variant_id, "location": move.location_id}
            values |= {"hand": move.on_hand, "promised": move.committed, "aside": move.reserved}
            if move.guard:
                done = self._session.run(_GUARDED, free=move.on_hand - move.committed - move.reserved, **values)
                if done.rowcount != 1:
                    raise StockTaken(move.variant_id, move.location_id)
            elif self._session.run(_MOVE, **values).rowcount != 1 and not self._first(move):
                self._session.run(_MOVE, **values)

    def _first(self, move: Movement) -> bool:
        """Make the row of a place that a variant was not at before; return whether nobody else just did."""
        return self._session.insert_new(
            STOCK,
            variant_id=move.variant_id,
            location_id=move.location_id,
            on_hand=move.on_hand,
            committed=move.committed,
            reserved=move.reserved,
        )

    def _write_ledger(self, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            with unique("stock change", rows[0][3]):
                self._session.insert(STOCK_LEDGER, rows)

    def stock_changes(self, variant_id: str) -> Sequence[StockChange]:
        """Return a variant's line of the stock ledger, oldest first."""
        if not can_be_kept(variant_id):
            return []
        s = STOCK_LEDGER.c
        rows = self._session.core(
            sa.select(STOCK_LEDGER)
            .where(s.shop == self._session.shop, s.variant_id == variant_id)
            .order_by(s.at, s.key, s.location_id, s.line_id)
        )
        return [
            StockChange(
                variant_id=row.variant_id,
                location_id=row.location_id,
                on_hand=row.on_hand,
                committed=row.committed,
                reason=row.reason,
                order_id=row.order_id,
                line_id=row.line_id,
                key=row.key,
                at=from_micros(row.at),
                actor=row.actor,
                reserved=row.reserved,
            )
            for row in rows
        ]


def found_by(product: Product) -> dict[str, Any]:
    """Return the columns that a product is found and sorted by."""
    found = findable_product(product)
    columns = {field.name: getattr(found.columns, field.name) for field in attrs.fields(ProductColumns)}
    del columns["id"]
    return {**columns, "terms": term_text(found.terms), "words": found.words}
