"""The shop's figures in SQL: sums over the days that a report is about."""

import operator
from collections.abc import Sequence
from functools import reduce
from typing import Any

import attrs
import pendulum
import sqlalchemy as sa

from backoffice_core.clock import from_micros, to_micros
from backoffice_core.orders.ledger import Entry, MoneyEntry
from backoffice_core.reports.conversion import Earlier
from backoffice_core.reports.measures import MEASURES, NEW, RETURNING, UNKNOWN, Measure, Part, Sums
from backoffice_core.storage.rows import StoredEntry, StoredMoney
from backoffice_core.storage.sql.stock import StockTable
from backoffice_core.storage.sql.tables import ENTRIES, MONEY, SEARCH

_E, _M, _S = ENTRIES.c, MONEY.c, SEARCH.c
ENTRY_FIELDS = tuple(field.name for field in attrs.fields(Entry))


class FiguresTable(StockTable):
    """The part of a unit that keeps figures; see `backoffice_core.storage.base.Unit`."""

    def entries(self, order_id: str | None = None) -> Sequence[StoredEntry]:
        """Return the sales entries of an order, or of all."""
        query = sa.select(ENTRIES).where(_E.shop == self._session.shop)
        if order_id is not None:
            query = query.where(_E.order_id == order_id)
        return [
            StoredEntry(
                order_id=row.order_id,
                version=row.version,
                position=row.position,
                day=row.day,
                currency=row.currency,
                entry=Entry(**{name: getattr(row, name) for name in ENTRY_FIELDS}),
            )
            for row in self._session.core(query.order_by(_E.order_id, _E.version, _E.position))
        ]

    def money_entries(self, order_id: str | None = None) -> Sequence[StoredMoney]:
        """Return the money that moved for an order, or for all."""
        query = sa.select(MONEY).where(_M.shop == self._session.shop)
        if order_id is not None:
            query = query.where(_M.order_id == order_id)
        return [
            StoredMoney(
                order_id=row.order_id,
                version=row.version,
                day=row.day,
                currency=row.currency,
                entry=MoneyEntry(gateway=row.gateway, received=row.received, refunded=row.refunded),
            )
            for row in self._session.core(query.order_by(_M.order_id, _M.version, _M.gateway))
        ]

    def orders_before(self, person: str, at: pendulum.DateTime, id: str, most: int) -> Earlier:
        """Return the orders of a person before one of them."""
        row: Any = self._session.core(_orders_before(self._session.shop, person, to_micros(at), id, most)).fetchone()
        found, last = int(row[0]), row[1]
        return Earlier(min(found, most), found > most, None if last is None else from_micros(int(last)))

    def sales(self, since: str | None, until: str | None, by: Sequence[Part]) -> Sequence[Sums]:
        """Return the sums of sales entries, by currency and then by key."""
        where = [_E.shop == self._session.shop, *_between(_E.day, since, until)]
        query = _by_buyer(by, where) if "buyer" in by else _by(by, where)
        rows: Sequence[Any] = self._session.core(query).fetchall()
        cut = 1 + len(by)
        # Sums of whole numbers come as decimals from some servers.
        found = [Sums(row[0], tuple(row)[1:cut], tuple(map(int, tuple(row)[cut:]))) for row in rows]
        return sorted(found, key=lambda one: (one.currency, one.key))

    def takings(self, since: str | None, until: str | None) -> Sequence[tuple[str, str, str, int, int]]:
        """Return day, gateway, currency, and the sums received and refunded, by day, gateway and currency."""
        keys = (_M.day, _M.gateway, _M.currency)
        query = (
            sa.select(*keys, sa.func.sum(_M.received), sa.func.sum(_M.refunded))
            .where(_M.shop == self._session.shop, *_between(_M.day, since, until))
            .group_by(*keys)
        )
        rows: Sequence[Any] = self._session.core(query).fetchall()
        return sorted((day, gateway, currency, int(came), int(back)) for day, gateway, currency, came, back in rows)

    def owed(self, until: str | None) -> Sequence[tuple[str, int, int, int, int]]:
        """Return what is owed on orders, by currency: how many, how much, and the same of what the shop owes."""
        rows: Sequence[Any] = self._session.core(_owed(self._session.shop, until)).fetchall()
        return sorted((row[0], *map(int, row[1:])) for row in rows)


def _orders_before(shop: str, person: str, at: int, id: str, most: int) -> Any:
    """Return how many orders of a person are before a place, no further than one beyond *most*, and the last moment."""
    before = sa.and_(_S.created_at <= at, sa.or_(_S.created_at < at, _S.id < id))
    some = (
        sa.select(_S.created_at)
        .where(_S.shop == shop, _S.person == person, before)
        .order_by(_S.created_at.desc(), _S.id.desc())
        .limit(most + 1)
        .subquery()
    )
    return sa.select(sa.func.count(), sa.func.max(some.c.created_at)).select_from(some)


def _owed(shop: str, until: str | None) -> sa.Select[Any]:
    """Return what sums what is left of each order, and then by currency; it reads all entries of the shop."""
    sold = sa.select(_E.order_id, _E.currency, _E.total.label("left")).where(_E.shop == shop)
    paid = sa.select(_M.order_id, _M.currency, (_M.refunded - _M.received).label("left")).where(_M.shop == shop)
    both = sa.union_all(
        sold.where(*_between(_E.day, None, until)), paid.where(*_between(_M.day, None, until))
    ).subquery()
    order = (
        sa.select(both.c.currency, sa.func.sum(both.c.left).label("left"))
        .group_by(both.c.order_id, both.c.currency)
        .subquery()
    )
    left = order.c.left
    sums = [
        sa.func.sum(sa.case((condition, amount), else_=0))
        for condition, amount in ((left > 0, 1), (left > 0, left), (left < 0, 1), (left < 0, -left))
    ]
    return sa.select(order.c.currency, *sums).where(left != 0).group_by(order.c.currency)


def _between(day: sa.Column[Any], since: str | None, until: str | None) -> list[sa.ColumnElement[bool]]:
    return [*([day >= since] if since is not None else []), *([day <= until] if until is not None else [])]


def _measure(one: Measure) -> sa.ColumnElement[Any]:
    """Return the sum of a measure."""
    amount: sa.ColumnElement[Any] = reduce(operator.add, [_E[field] for field in one.fields])
    conditions = [
        *([_E.kind.in_(one.kinds)] if one.kinds else []),
        *([_E.action.in_(one.actions)] if one.actions else []),
    ]
    return sa.func.sum(sa.case((sa.and_(*conditions), amount), else_=0) if conditions else amount)


def _by(by: Sequence[Part], where: Sequence[sa.ColumnElement[bool]]) -> sa.Select[Any]:
    """Return what sums entries by currency and parts."""
    keys = (_E.currency, *[_E[one] for one in by])
    return sa.select(*keys, *map(_measure, MEASURES)).where(*where).group_by(*keys)


def _by_buyer(by: Sequence[Part], where: Sequence[sa.ColumnElement[bool]]) -> sa.Select[Any]:
    """
    Return the same where who buys is asked for: an order is looked up once a day, not with each of its entries.

    An order has one currency, so it need not be grouped by; without it entries are summed in the order they stand in.
    """
    parts = dict.fromkeys(("day", "order_id", *[one for one in by if one != "buyer"]))
    keys = [_E[one] for one in parts]
    figures = [sa.func.min(_E.currency).label("currency"), *[_measure(one).label(one.name) for one in MEASURES]]
    of_order = sa.select(_E.shop, *keys, *figures).where(*where).group_by(_E.shop, *keys).subquery()
    sold = of_order.outerjoin(SEARCH, sa.and_(_S.shop == of_order.c.shop, _S.id == of_order.c.order_id))
    told = (of_order.c.currency, *[_buyer() if one == "buyer" else of_order.c[one] for one in by])
    sums = [sa.func.sum(of_order.c[one.name]) for one in MEASURES]
    return sa.select(*told, *sums).select_from(sold).group_by(*told)


def _buyer() -> sa.ColumnElement[str]:
    """Return whether somebody buys who bought before; who placed two orders at one instant has two first ones."""
    earlier = SEARCH.alias("earlier")
    before = sa.exists().where(
        earlier.c.shop == _S.shop, earlier.c.person == _S.person, earlier.c.created_at < _S.created_at
    )
    return sa.case((_S.person.is_(None), UNKNOWN), (before, RETURNING), else_=NEW)
