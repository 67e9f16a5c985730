"""
What brings the sales figures of a shop to version 7 of the tables.

Entries of before had taxes in their prices where the order's prices have, and did not say what was
sold where; money had no entries. All of it follows from the orders' documents.
"""

from collections.abc import Sequence
from contextlib import suppress
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from backoffice_core.clock import day_in
from backoffice_core.failures import StorageFailed
from backoffice_core.money import half_up
from backoffice_core.orders.ledger import codes_of, item_of, money_moved, money_sums
from backoffice_core.orders.order import Order
from backoffice_core.storage.codec import decode, decode_settings

#: So many documents are read at a time.
_SOME = 500
_ORDERS = sa.text(
    "SELECT shop, id, version, doc FROM bo_orders WHERE shop > :shop OR (shop = :shop AND id > :id)"
    " ORDER BY shop, id LIMIT :some"
)
_OLD = sa.text("SELECT * FROM bo_entries_old WHERE shop = :shop AND order_id = :id ORDER BY version, position")
_ENTRY = sa.text(
    "INSERT INTO bo_entries (shop, day, order_id, version, position, currency, action, kind, line_id, item, channel,"
    " codes, orders, quantity, gross, discounts, tax, total) VALUES (:shop, :day, :order_id, :version, :position,"
    " :currency, :action, :kind, :line_id, :item, :channel, :codes, :orders, :quantity, :gross, :discounts, :tax,"
    " :total)"
)
_MONEY = sa.text(
    "INSERT INTO bo_money (shop, day, order_id, version, gateway, currency, received, refunded)"
    " VALUES (:shop, :day, :order_id, :version, :gateway, :currency, :received, :refunded)"
)


def refigure(connection: sa.Connection) -> None:
    """Fill ``bo_entries`` from ``bo_entries_old`` and the documents, and ``bo_money`` from these."""
    shops = connection.execute(sa.text("SELECT shop, settings FROM bo_shops")).fetchall()
    zones = {shop: decode_settings(text).timezone for shop, text in shops}
    after = {"shop": "", "id": ""}
    while rows := connection.execute(_ORDERS, {**after, "some": _SOME}).fetchall():
        for shop, id, version, doc in rows:
            order = None
            # Of one that cannot be read the figures stay, without what only the document tells.
            with suppress(StorageFailed):
                order = decode(Order, doc, version)
            old = connection.execute(_OLD, {"shop": shop, "id": id}).mappings().all()
            if entries := _entries(old, order):
                connection.execute(_ENTRY, entries)
            if order is not None and (money := _money(shop, zones[shop], order)):
                connection.execute(_MONEY, money)
        after = {"shop": rows[-1][0], "id": rows[-1][1]}


def _entries(old: Sequence[sa.RowMapping], order: Order | None) -> list[dict[str, Any]]:
    """Return the entries of an order as they are now, the first one of its placing counted."""
    lines = {line.id: line for line in order.lines} if order is not None else {}
    # A deleted one is taken back on its own day, so neither is counted.
    counts = order is None or order.deleted_at is None
    found = list[dict[str, Any]]()
    for row in old:
        line = lines.get(row["line_id"])
        price = row["total"] - row["tax"]
        gross = row["gross"]
        if gross + row["discounts"] != price:
            rates = sum((Fraction(one.rate) for one in line.taxes), Fraction()) if line is not None else Fraction()
            gross = half_up(gross / (1 + rates)) if row["discounts"] else price
        found.append(
            {
                **row,
                "action": "order" if row["action"] == "delete" else row["action"],
                "item": item_of(line) if line is not None else "",
                "channel": (order.channel or "") if order is not None else "",
                "codes": codes_of(order) if order is not None else "",
                "orders": int(counts and not found),
                "gross": gross,
                "discounts": price - gross,
            }
        )
    return found


def _money(shop: str, timezone: str, order: Order) -> list[dict[str, Any]]:
    """Return the money that moved for an order, by day; nothing of a deleted one."""
    if order.deleted_at is not None:
        return []
    days: dict[str, list[Any]] = {}
    for moment, entry in money_moved(order):
        days.setdefault(day_in(moment, timezone), []).append((1, entry))
    return [
        {
            "shop": shop,
            "day": day,
            "order_id": order.id,
            "version": order.version,
            "gateway": one.gateway,
            "currency": order.currency,
            "received": one.received,
            "refunded": one.refunded,
        }
        for day, moved in days.items()
        for one in money_sums(moved)
    ]
