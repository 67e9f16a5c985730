"""The tables of the storage in memory, and the layer that a unit of work writes into."""

from bisect import insort
from typing import Any, Final

from backoffice_core.clock import to_micros

GONE: Final = object()


class Tables:
    """One shop. Every table is a dict, so that a layer can hold what changed in it."""

    NAMES = (
        "shop",
        "tallies",
        "setting_changes",
        "orders",
        "found",
        "views",
        "sources",
        "names",
        "due",
        "unresolved",
        "deleted",
        "drafts",
        "drafts_due",
        "draft_sources",
        "checkouts",
        "checkout_sources",
        "checkouts_found",
        "checkouts_due",
        "opt_outs",
        "customers",
        "customers_found",
        "customer_emails",
        "errands",
        "events",
        "entries",
        "money",
        "exports",
        "keys",
        "products",
        "locations",
        "stock",
        "ledger",
        "outbox",
        "messages",
        "waiting",
    )

    def __init__(self) -> None:
        self.tables: dict[str, dict[Any, Any]] = {name: {} for name in self.NAMES}
        self.by_time: list[tuple[int, str]] = []
        self.readers = 0

    def apart(self) -> "Tables":
        """Return tables that can be changed without a reader of these seeing it."""
        other = Tables()
        other.tables = {name: dict(table) for name, table in self.tables.items()}
        other.by_time = list(self.by_time)
        return other


class Layer:
    """What a unit of work reads and writes: its own changes over the shop's tables."""

    def __init__(self, base: Tables) -> None:
        self.base = base
        self.changed: dict[str, dict[Any, Any]] = {}

    def get(self, table: str, key: Any) -> Any:
        """Return a row, or None."""
        value = self.changed.get(table, {}).get(key, self.base.tables[table].get(key))
        return None if value is GONE else value

    def set(self, table: str, key: Any, value: Any) -> None:
        """Write a row."""
        self.changed.setdefault(table, {})[key] = value

    def drop(self, table: str, key: Any) -> None:
        """Take a row away."""
        self.changed.setdefault(table, {})[key] = GONE

    def items(self, table: str) -> list[tuple[Any, Any]]:
        """Return keys and rows of a table."""
        merged = {**self.base.tables[table], **self.changed.get(table, {})}
        return [(key, value) for key, value in merged.items() if value is not GONE]

    def values(self, table: str) -> list[Any]:
        """Return the rows of a table."""
        return [value for _, value in self.items(table)]

    def merged(self) -> Tables:
        """Return the shop's tables with the changes; other ones while somebody reads the old ones."""
        into = self.base.apart() if self.base.readers else self.base
        for order in self.changed.get("orders", {}).values():
            if order.id not in into.tables["orders"]:
                insort(into.by_time, (to_micros(order.created_at), order.id))
        for name, changes in self.changed.items():
            table = into.tables[name]
            for key, value in changes.items():
                if value is GONE:
                    table.pop(key, None)
                else:
                    table[key] = value
        return into
