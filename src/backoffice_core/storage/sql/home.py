"""What the home page asks, in SQL."""

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from backoffice_core.storage.sql.people import PeopleTable
from backoffice_core.storage.sql.tables import OUTBOX, STOCK, VARIANTS

_O, _S, _V = OUTBOX.c, STOCK.c, VARIANTS.c
_FREE: Final = _S.on_hand - _S.committed - _S.reserved


class HomeTables(PeopleTable):
    """The part of a unit that the home page asks; see `backoffice_core.storage.base.Unit`."""

    def sells(self) -> bool:
        """Return whether a variant is on sale."""
        return self._session.core(sa.select(_V.id).where(_V.shop == self._session.shop).limit(1)).fetchone() is not None

    def scarce(self, at_most: int, limit: int) -> Sequence[tuple[str, int]]:
        """Return variants on sale with stock of which little is left, and how much, the least first."""
        closed = [place.id for place in self.locations() if not place.active]
        # What a place that sells no more has cannot be sold; what it lacks is owed all the same.
        idle = sa.and_(_S.location_id.in_(closed), _FREE > 0)
        available = sa.func.sum(sa.case((idle, 0), else_=_FREE) if closed else _FREE)
        query = (
            sa.select(_S.variant_id, available)
            .join(VARIANTS, sa.and_(_V.shop == _S.shop, _V.id == _S.variant_id))
            .where(_S.shop == self._session.shop)
            .group_by(_S.variant_id)
            .having(at_most >= available)
            .order_by(available, _S.variant_id)
            .limit(limit)
        )
        rows: Sequence[Any] = self._session.core(query).fetchall()
        return [(id, int(units)) for id, units in rows]

    def count_messages(self, state: str, most: int) -> int:
        """Return how many messages are in a state, counting no further than to *most*."""
        some = sa.select(_O.id).where(_O.shop == self._session.shop, _O.state == state).limit(most).subquery()
        return int(self._session.core(sa.select(sa.func.count()).select_from(some)).scalar_one())
