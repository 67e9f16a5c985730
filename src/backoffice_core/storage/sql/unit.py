"""One unit of work on one shop in SQL: the shop row, and the parts that keep the rest."""

import sqlalchemy as sa

from backoffice_core.settings import Settings
from backoffice_core.storage.codec import decode_settings, encode
from backoffice_core.storage.sql.products import ProductsTable
from backoffice_core.storage.sql.tables import SHOPS

_p = sa.bindparam
_SHOP = sa.select(SHOPS.c.settings).where(SHOPS.c.shop == _p("shop"))
_LOCKED = _SHOP.with_for_update()
_TAKE = sa.update(SHOPS).where(SHOPS.c.shop == _p("in_shop")).values(next_number=SHOPS.c.next_number + 1)
_NUMBER = sa.select(SHOPS.c.next_number).where(SHOPS.c.shop == _p("shop"))


class SqlUnit(ProductsTable):
    """A view of one shop, or a unit of work on it; see `backoffice_core.storage.base.Unit`."""

    def settings(self, *, lock: bool = False) -> Settings | None:
        """Return the shop's settings; None for a shop that does not exist yet."""
        row = self._session.run(_LOCKED if lock else _SHOP).fetchone()
        return None if row is None else decode_settings(row[0])

    def create_shop(self, settings: Settings) -> bool:
        """Create the shop; False when it exists, which changes nothing."""
        if self.settings() is not None:
            return False
        first = {"next_number": settings.first_number, "next_draft": 1, "storefront": None}
        return self._session.insert_new(SHOPS, settings=encode(settings), **first)

    def save_settings(self, settings: Settings) -> None:
        """Replace the shop's settings."""
        self._session.core(sa.update(SHOPS).where(SHOPS.c.shop == self._session.shop).values(settings=encode(settings)))

    def next_number(self) -> int:
        """Take the next order number, under a lock on the shop's row until the unit ends."""
        self._session.run(_TAKE)
        return self.number_ahead() - 1

    def number_ahead(self) -> int:
        """Return the number that `next_number` would take."""
        return int(self._session.run(_NUMBER).fetchone()[0])

    def raise_number(self, number: int) -> None:
        """See to it that numbers taken later are above *number*."""
        row = SHOPS.c
        self._session.core(
            sa.update(SHOPS)
            .where(row.shop == self._session.shop, row.next_number <= number)
            .values(next_number=number + 1)
        )
