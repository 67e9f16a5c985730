"""What a shop decided beside its settings, in SQL."""

from collections.abc import Iterable, Sequence

import pendulum
import sqlalchemy as sa

from backoffice_core.clock import from_micros, to_micros
from backoffice_core.settingtrace import SettingChange
from backoffice_core.storage.base_shop import Tally
from backoffice_core.storage.codec import decode, encode
from backoffice_core.storage.sql.exports import ExportsTable
from backoffice_core.storage.sql.search import after
from backoffice_core.storage.sql.tables import SETTING_CHANGES, SHOPS, TALLIES, TERMS
from backoffice_core.storefront import Storefront

_T = TALLIES.c
_C = SETTING_CHANGES.c


class ShopTable(ExportsTable):
    """The part of a unit that keeps a shop's door; see `backoffice_core.storage.base.Unit`."""

    def storefront(self, *, lock: bool = False) -> Storefront:
        """Return what the storefront is protected by."""
        query = sa.select(SHOPS.c.storefront).where(SHOPS.c.shop == self._session.shop)
        text = self._session.core(query.with_for_update() if lock else query).scalar()
        return Storefront() if text is None else decode(Storefront, text)

    def save_storefront(self, storefront: Storefront) -> None:
        """Replace what the storefront is protected by."""
        mine = sa.update(SHOPS).where(SHOPS.c.shop == self._session.shop)
        self._session.core(mine.values(storefront=encode(storefront)))

    def tally(self, key: str) -> Tally | None:
        """Return a number, also one that is over."""
        row = self._session.core(sa.select(_T.number, _T.until).where(*self._at(key))).fetchone()
        return None if row is None else Tally(row.number, from_micros(row.until))

    def raise_tally(self, key: str, *, now: pendulum.DateTime, until: pendulum.DateTime) -> Tally:
        """Add one to a number and return it; its row is locked until the unit ends."""
        end = to_micros(until)
        over = _T.until <= to_micros(now)
        raised = {"number": sa.case((over, 1), else_=_T.number + 1), "until": sa.case((over, end), else_=_T.until)}
        raising = sa.update(TALLIES).where(*self._at(key)).values(**raised)
        # One that was over may be forgotten by others at any moment.
        while not self._session.core(raising).rowcount:
            self._session.insert_new(TALLIES, key=key, number=0, until=end)
        row = self._session.core(sa.select(_T.number, _T.until).where(*self._at(key))).one()
        return Tally(row.number, from_micros(row.until))

    def lower_tally(self, key: str, until: pendulum.DateTime) -> None:
        """Take one from a number that is over at *until*."""
        same = (*self._at(key), _T.until == to_micros(until), _T.number > 0)
        self._session.core(sa.update(TALLIES).where(*same).values(number=_T.number - 1))

    def put_tally(self, key: str, tally: Tally) -> None:
        """Set a number."""
        row = {"number": tally.number, "until": to_micros(tally.until)}
        if not self._session.core(sa.update(TALLIES).where(*self._at(key)).values(**row)).rowcount:
            self._session.core(sa.insert(TALLIES).values(shop=self._session.shop, key=key, **row))

    def purge_tallies(self, before: pendulum.DateTime, limit: int) -> int:
        """Forget numbers that were over before a moment."""
        over = (_T.shop == self._session.shop, _T.until < to_micros(before))
        keys = [row.key for row in self._session.core(sa.select(_T.key).where(*over).order_by(_T.until).limit(limit))]
        return self._session.core(sa.delete(TALLIES).where(*over, _T.key.in_(keys))).rowcount if keys else 0

    def put_setting_changes(self, changes: Iterable[SettingChange]) -> None:
        """Write down who changed which settings."""
        for one in changes:
            row = {"id": one.id, "at": to_micros(one.at), "actor": one.actor, "name": one.name}
            row |= {"old": one.before, "new": one.after}
            self._session.core(sa.insert(SETTING_CHANGES).values(shop=self._session.shop, **row))

    def setting_changes(self, limit: int) -> Sequence[SettingChange]:
        """Return at most *limit* changes of settings, the newest first."""
        mine = sa.select(SETTING_CHANGES).where(_C.shop == self._session.shop)
        rows = self._session.core(mine.order_by(_C.at.desc(), _C.id.desc()).limit(limit))
        return [
            SettingChange(
                id=row.id, at=from_micros(row.at), actor=row.actor, name=row.name, before=row.old, after=row.new
            )
            for row in rows
        ]

    def terms_with(self, prefix: str, limit: int) -> Sequence[str]:
        """Return at most *limit* of the terms that begin with *prefix*, by one look into the index for each."""
        found: list[str] = []
        last, end = prefix, after(prefix)
        while len(found) < limit:
            beyond = TERMS.c.term > last if found else TERMS.c.term >= last
            one = sa.select(sa.func.min(TERMS.c.term)).where(
                TERMS.c.shop == self._session.shop, beyond, TERMS.c.term < end
            )
            term = self._session.core(one).scalar()
            if term is None:
                break
            found.append(term)
            last = term
        return found

    def _at(self, key: str) -> tuple[sa.ColumnElement[bool], ...]:
        return (_T.shop == self._session.shop, _T.key == key)
