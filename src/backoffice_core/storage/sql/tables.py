"""
The tables, for every dialect.

Every primary key and index begins with the shop. Instants are microseconds since 1970 UTC,
documents are text, ids are ASCII text of at most 36 characters.
"""

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql

METADATA = sa.MetaData()

#: Ids, keys and what lists are sorted by compare by bytes on every dialect: two databases give one order.
BYTEWISE = {"mysql": "utf8mb4_nopad_bin", "postgresql": "C"}


def _text(length: int) -> sa.types.TypeEngine[str]:
    plain = sa.String(length).with_variant(mysql.VARCHAR(length, collation=BYTEWISE["mysql"]), "mysql", "mariadb")
    return plain.with_variant(postgresql.VARCHAR(length, collation=BYTEWISE["postgresql"]), "postgresql")


def _shop() -> sa.Column[str]:
    return sa.Column("shop", _text(32), primary_key=True)


_DOCUMENT = sa.Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")
_LONG = sa.BigInteger


def _index_of_set(name: str, column: str, *more: str, unique: bool = False) -> sa.Index:
    """Return an index of the rows that have a value, where the dialect can: most orders have none."""
    is_set = sa.text(f"{column} IS NOT NULL")
    return sa.Index(name, "shop", column, *more, unique=unique, sqlite_where=is_set, postgresql_where=is_set)


SCHEMA = sa.Table(
    "bo_schema",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("version", sa.Integer),
)

SHOPS = sa.Table(
    "bo_shops",
    METADATA,
    _shop(),
    sa.Column("settings", _DOCUMENT, nullable=False),
    sa.Column("next_number", _LONG, nullable=False),
    sa.Column("next_draft", _LONG, nullable=False, server_default="1"),
    sa.Column("storefront", _DOCUMENT),
)

#: Numbers that are forgotten after a while: tries at the storefront's password, and sessions.
TALLIES = sa.Table(
    "bo_tallies",
    METADATA,
    _shop(),
    sa.Column("key", _text(80), primary_key=True),
    sa.Column("number", _LONG, nullable=False),
    sa.Column("until", _LONG, nullable=False),
    sa.Index("bo_tallies_until", "shop", "until"),
    sqlite_with_rowid=False,
)

#: Who changed which setting.
SETTING_CHANGES = sa.Table(
    "bo_setting_changes",
    METADATA,
    _shop(),
    sa.Column("id", _text(36), primary_key=True),
    sa.Column("at", _LONG, nullable=False),
    sa.Column("actor", _text(255)),
    sa.Column("name", _text(100), nullable=False),
    sa.Column("old", _DOCUMENT),
    sa.Column("new", _DOCUMENT),
    sa.Index("bo_setting_changes_at", "shop", "at", "id"),
    sqlite_with_rowid=False,
)

ORDERS = sa.Table(
    "bo_orders",
    METADATA,
    _shop(),
    sa.Column("id", _text(36), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("name", _text(255), nullable=False),
    sa.Column("source", _text(200)),
    sa.Column("request_print", _text(64)),
    sa.Column("created_at", _LONG, nullable=False),
    sa.Column("due_at", _LONG),
    sa.Column("unresolved_at", _LONG),
    sa.Column("deleted_at", _LONG),
    sa.Column("doc", _DOCUMENT, nullable=False),
    _index_of_set("bo_orders_source", "source", unique=True),
    _index_of_set("bo_orders_due", "due_at"),
    _index_of_set("bo_orders_unresolved", "unresolved_at"),
)

#: What the orders that are not deleted are found by; all of it can be made anew from their documents.
SEARCH = sa.Table(
    "bo_search",
    METADATA,
    _shop(),
    sa.Column("id", _text(36), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("created_at", _LONG, nullable=False),
    sa.Column("updated_at", _LONG, nullable=False),
    sa.Column("number", _LONG, nullable=False),
    sa.Column("total", _LONG, nullable=False),
    sa.Column("current_total", _LONG, nullable=False),
    sa.Column("items", _LONG, nullable=False),
    sa.Column("customer", _text(100), nullable=False),
    sa.Column("destination", _text(100), nullable=False),
    sa.Column("financial_status", _text(32), nullable=False),
    sa.Column("fulfillment_status", _text(32), nullable=False),
    sa.Column("summary", _DOCUMENT, nullable=False),
    sa.Column("terms", _DOCUMENT, nullable=False),
    sa.Column("words", _DOCUMENT, nullable=False),
    sa.Column("person", _text(100)),
    sa.Index("bo_search_created", "shop", "created_at", "id"),
    sa.Index("bo_search_updated", "shop", "updated_at", "id"),
    sa.Index("bo_search_number", "shop", "number", "id"),
    sa.Index("bo_search_total", "shop", "total", "id"),
    sa.Index("bo_search_current_total", "shop", "current_total", "id"),
    _index_of_set("bo_search_person", "person", "created_at", "id"),
)

VIEWS = sa.Table(
    "bo_views",
    METADATA,
    _shop(),
    sa.Column("id", _text(36), primary_key=True),
    sa.Column("name", _text(40), nullable=False),
    sa.Column("query", _DOCUMENT, nullable=False),
    sa.Column("sort", _text(40), nullable=False),
    sa.Column("created_at", _LONG, nullable=False),
    sa.Index("bo_views_name", "shop", "name", unique=True),
)

#: The inverted index: orders by term, the newest last.
TERMS = sa.Table(
    "bo_terms",
    METADATA,
    _shop(),
    sa.Column("term", _text(100), primary_key=True),
    sa.Column("at", _LONG, primary_key=True, autoincrement=False),
    sa.Column("order_id", _text(36), primary_key=True),
    sqlite_with_rowid=False,
)

DRAFTS = sa.Table(
    "bo_drafts",
    METADATA,
    _shop(),
    sa.Column("id", _text(36), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("source", _text(200)),
    sa.Column("request_print", _text(64)),
    sa.Column("created_at", _LONG, nullable=False),
    sa.Column("due_at", _LONG),
    sa.Column("doc", _DOCUMENT, nullable=False),
    sa.Index("bo_drafts_created", "shop", "created_at", "id"),
    _index_of_set("bo_drafts_source", "source", unique=True),
    _index_of_set("bo_drafts_due", "due_at"),
)

#: Checkouts, with what they are found by: there is less to keep of them than of orders.
CHECKOUTS = sa.Table(
    "bo_checkouts",
    METADATA,
    _shop(),
    sa.Column("id", _text(36), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("source", _text(200)),
    sa.Column("request_print", _text(64)),
    sa.Column("created_at", _LONG, nullable=False),
    sa.Column("doc", _DOCUMENT, nullable=False),
    sa.Column("updated_at", _LONG, nullable=False, server_default="0"),
    sa.Column("total", _LONG, nullable=False, server_default="0"),
    sa.Column("customer", _text(100), nullable=False, server_default=""),
    sa.Column("due_at", _LONG),
    sa.Column("terms", _DOCUMENT, nullable=False, server_default=""),
    sa.Column("words", _DOCUMENT, nullable=False, server_default=""),
    sa.Index("bo_checkouts_created", "shop", "created_at", "id"),
    sa.Index("bo_checkouts_updated", "shop", "updated_at", "id"),
    sa.Index("bo_checkouts_total", "shop", "total", "id"),
    _index_of_set("bo_checkouts_source", "source", unique=True),
    _index_of_set("bo_checkouts_due", "due_at"),
)

#: The inverted index of checkouts: as that of orders.
CHECKOUT_TERMS = sa.Table(
    "bo_checkout_terms",
    METADATA,
    _shop(),
    sa.Column("term", _text(100), primary_key=True),
    sa.Column("at", _LONG, primary_key=True, autoincrement=False),
    sa.Column("checkout_id", _text(36), primary_key=True),
    sqlite_with_rowid=False,
)

#: What mails let people opt out by, and who did; the address and the token are hashes.
OPT_OUTS = sa.Table(
    "bo_opt_outs",
    METADATA,
    _shop(),
    sa.Column("token", _text(64), primary_key=True),
    sa.Column("address", _text(64), nullable=False),
    sa.Column("at", _LONG),
    sa.Index("bo_opt_outs_address", "shop", "address"),
    sqlite_with_rowid=False,
)

#: Customers, with what they are found by, as checkouts.
CUSTOMERS = sa.Table(
    "bo_customers",
    METADATA,
    _shop(),
    sa.Column("id", _text(36), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("email", _text(100)),
    sa.Column("created_at", _LONG, nullable=False),
    sa.Column("updated_at", _LONG, nullable=False),
    sa.Column("name", _text(100), nullable=False),
    sa.Column("terms", _DOCUMENT, nullable=False),
    sa.Column("words", _DOCUMENT, nullable=False),
    sa.Column("doc", _DOCUMENT, nullable=False),
    sa.Index("bo_customers_created", "shop", "created_at", "id"),
    sa.Index("bo_customers_updated", "shop", "updated_at", "id"),
    sa.Index("bo_customers_name", "shop", "name", "id"),
    _index_of_set("bo_customers_email", "email", unique=True),
)

#: The inverted index of customers: as that of orders.
CUSTOMER_TERMS = sa.Table(
    "bo_customer_terms",
    METADATA,
    _shop(),
    sa.Column("term", _text(100), primary_key=True),
    sa.Column("at", _LONG, primary_key=True, autoincrement=False),
    sa.Column("customer_id", _text(36), primary_key=True),
    sqlite_with_rowid=False,
)

#: What was begun about a person, for all that is kept of them, and is not done.
ERRANDS = sa.Table(
    "bo_errands",
    METADATA,
    _shop(),
    sa.Column("id", _text(36), primary_key=True),
    sa.Column("doc", _DOCUMENT, nullable=False),
)

EXPORTS = sa.Table(
    "bo_exports",
    METADATA,
    _shop(),
    sa.Column("id", _text(36), primary_key=True),
    sa.Column("created_at", _LONG, nullable=False),
    sa.Column("doc", _DOCUMENT, nullable=False),
    sa.Index("bo_exports_created", "shop", "created_at", "id"),
)

EVENTS = sa.Table(
    "bo_events",
    METADATA,
    _shop(),
    sa.Column("order_id", _text(36), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", _LONG, nullable=False),
    sa.Column("actor", _text(255)),
    sa.Column("type", _text(64), nullable=False),
    sa.Column("data", _DOCUMENT, nullable=False),
    sqlite_with_rowid=False,
)

#: Sales by day: a report reads the days that it is about, one after another.
ENTRIES = sa.Table(
    "bo_entries",
    METADATA,
    _shop(),
    sa.Column("day", _text(10), primary_key=True),
    sa.Column("order_id", _text(36), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("currency", _text(3), nullable=False),
    sa.Column("action", _text(16), nullable=False),
    sa.Column("kind", _text(16), nullable=False),
    sa.Column("line_id", _text(36), nullable=False),
    sa.Column("item", _text(100), nullable=False),
    sa.Column("channel", _DOCUMENT, nullable=False),
    sa.Column("codes", _DOCUMENT, nullable=False),
    sa.Column("orders", sa.Integer, nullable=False),
    sa.Column("quantity", _LONG, nullable=False),
    sa.Column("gross", _LONG, nullable=False),
    sa.Column("discounts", _LONG, nullable=False),
    sa.Column("tax", _LONG, nullable=False),
    sa.Column("total", _LONG, nullable=False),
    sa.Index("bo_entries_order", "shop", "order_id", "version", "position"),
    sqlite_with_rowid=False,
)

#: Money by day, as `ENTRIES` are.
MONEY = sa.Table(
    "bo_money",
    METADATA,
    _shop(),
    sa.Column("day", _text(10), primary_key=True),
    sa.Column("order_id", _text(36), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("gateway", _text(100), primary_key=True),
    sa.Column("currency", _text(3), nullable=False),
    sa.Column("received", _LONG, nullable=False),
    sa.Column("refunded", _LONG, nullable=False),
    sa.Index("bo_money_order", "shop", "order_id", "version"),
    sqlite_with_rowid=False,
)

KEYS = sa.Table(
    "bo_keys",
    METADATA,
    _shop(),
    sa.Column("key", _text(255), primary_key=True),
    sa.Column("fingerprint", _text(64), nullable=False),
    sa.Column("order_id", _text(36), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("at", _LONG, nullable=False),
    sa.Index("bo_keys_at", "shop", "at"),
    sqlite_with_rowid=False,
)

PRODUCTS = sa.Table(
    "bo_products",
    METADATA,
    _shop(),
    sa.Column("id", _text(36), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("doc", _DOCUMENT, nullable=False),
    sa.Column("created_at", _LONG, nullable=False, server_default="0"),
    sa.Column("updated_at", _LONG, nullable=False, server_default="0"),
    sa.Column("title", _text(100), nullable=False, server_default=""),
    sa.Column("vendor", _text(100), nullable=False, server_default=""),
    sa.Column("product_type", _text(100), nullable=False, server_default=""),
    sa.Column("terms", _DOCUMENT, nullable=False, server_default=""),
    sa.Column("words", _DOCUMENT, nullable=False, server_default=""),
    sa.Index("bo_products_title", "shop", "title", "id"),
    sa.Index("bo_products_created", "shop", "created_at", "id"),
    sa.Index("bo_products_updated", "shop", "updated_at", "id"),
)

#: The inverted index of products: as that of orders.
PRODUCT_TERMS = sa.Table(
    "bo_product_terms",
    METADATA,
    _shop(),
    sa.Column("term", _text(100), primary_key=True),
    sa.Column("at", _LONG, primary_key=True, autoincrement=False),
    sa.Column("product_id", _text(36), primary_key=True),
    sqlite_with_rowid=False,
)

VARIANTS = sa.Table(
    "bo_variants",
    METADATA,
    _shop(),
    sa.Column("id", _text(36), primary_key=True),
    sa.Column("product_id", _text(36), nullable=False),
    sa.Column("sku", _text(255)),
    sa.Index("bo_variants_sku", "shop", "sku"),
)

LOCATIONS = sa.Table(
    "bo_locations",
    METADATA,
    _shop(),
    sa.Column("id", _text(36), primary_key=True),
    sa.Column("doc", _DOCUMENT, nullable=False),
)

STOCK = sa.Table(
    "bo_stock",
    METADATA,
    _shop(),
    sa.Column("variant_id", _text(36), primary_key=True),
    sa.Column("location_id", _text(36), primary_key=True),
    sa.Column("on_hand", _LONG, nullable=False),
    sa.Column("committed", _LONG, nullable=False),
    sa.Column("reserved", _LONG, nullable=False),
    sqlite_with_rowid=False,
)

STOCK_LEDGER = sa.Table(
    "bo_stock_ledger",
    METADATA,
    _shop(),
    sa.Column("variant_id", _text(36), primary_key=True),
    sa.Column("location_id", _text(36), primary_key=True),
    sa.Column("key", _text(36), primary_key=True),
    sa.Column("line_id", _text(36), primary_key=True),
    sa.Column("on_hand", _LONG, nullable=False),
    sa.Column("committed", _LONG, nullable=False),
    sa.Column("reason", _text(32), nullable=False),
    sa.Column("order_id", _text(36), nullable=False),
    sa.Column("at", _LONG, nullable=False),
    sa.Column("actor", _text(255)),
    sa.Column("reserved", _LONG, nullable=False, server_default="0"),
    sqlite_with_rowid=False,
)

OUTBOX = sa.Table(
    "bo_outbox",
    METADATA,
    _shop(),
    sa.Column("id", _text(36), primary_key=True),
    sa.Column("key", _text(160), nullable=False),
    sa.Column("kind", _text(64), nullable=False),
    sa.Column("subject", _text(36), nullable=False),
    sa.Column("fact", _text(36), nullable=False),
    sa.Column("locale", _text(35), nullable=False),
    sa.Column("destination", _text(64), nullable=False),
    sa.Column("created_at", _LONG, nullable=False),
    sa.Column("due_at", _LONG, nullable=False),
    sa.Column("leased_until", _LONG, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("state", _text(16), nullable=False),
    sa.Column("error", _text(500)),
    sa.Column("seq", _LONG, nullable=False, server_default="0"),
    sa.Column("lease", _text(36)),
    sa.Column("done_at", _LONG),
    sa.Index("bo_outbox_key", "shop", "key", unique=True),
    sa.Index("bo_outbox_due", "shop", "state", "destination", "due_at", "id"),
    sa.Index("bo_outbox_lane", "shop", "state", "subject", "destination", "seq", "id"),
)
