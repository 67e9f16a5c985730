"""
Numbered migrations, forward only.

Where there are no tables, those of today are made. Older ones are brought up step by step; a step
is written against the tables of its time, by statements of its own, and is never changed. That
both ways lead to the same tables is a test. All of it runs in one transaction, which leaves the
newest number in ``bo_schema``.

PostgreSQL came with version 5: a later step says ``COLLATE "C"`` there for texts that are keys or sorted by.
"""

from collections.abc import Callable
from typing import Final

import sqlalchemy as sa

from backoffice_core.failures import InvalidValue
from backoffice_core.storage.sql.accounts import tell_accounts_apart
from backoffice_core.storage.sql.checkouts import index_checkouts
from backoffice_core.storage.sql.index import index_all
from backoffice_core.storage.sql.products import index_products
from backoffice_core.storage.sql.refigured import refigure
from backoffice_core.storage.sql.tables import METADATA, SCHEMA, SEARCH, TERMS
from backoffice_core.storage.trouble import SchemaOutOfDate

Migration = Callable[[sa.Connection], None]


def _drafts_and_tombstones(connection: sa.Connection) -> None:
    """Drafts, their numbers, and stock that is set aside for them; tombstones of orders."""
    long, text = "BIGINT", "TEXT"
    for statement in (
        f"ALTER TABLE bo_shops ADD COLUMN next_draft {long} DEFAULT '1' NOT NULL",
        f"ALTER TABLE bo_orders ADD COLUMN deleted_at {long}",
        "CREATE INDEX bo_orders_deleted ON bo_orders (shop, deleted_at) WHERE deleted_at IS NOT NULL",
        f"ALTER TABLE bo_stock_ledger ADD COLUMN reserved {long} DEFAULT '0' NOT NULL",
        f"""CREATE TABLE bo_drafts (
            shop VARCHAR(32) NOT NULL, id VARCHAR(36) NOT NULL, version INTEGER NOT NULL,
            created_at {long} NOT NULL, due_at {long}, doc {text} NOT NULL, PRIMARY KEY (shop, id)
        )""",
        "CREATE INDEX bo_drafts_created ON bo_drafts (shop, created_at, id)",
        "CREATE INDEX bo_drafts_due ON bo_drafts (shop, due_at) WHERE due_at IS NOT NULL",
    ):
        connection.execute(sa.text(statement))


def _sources_of_drafts(connection: sa.Connection) -> None:
    """Where drafts were imported from."""
    for statement in (
        "ALTER TABLE bo_drafts ADD COLUMN source VARCHAR(200)",
        "ALTER TABLE bo_drafts ADD COLUMN request_print VARCHAR(64)",
        "CREATE UNIQUE INDEX bo_drafts_source ON bo_drafts (shop, source) WHERE source IS NOT NULL",
    ):
        connection.execute(sa.text(statement))


def _search(connection: sa.Connection) -> None:
    """What orders are found by, made from their documents; the indexes that it takes the place of go."""
    long, text = "BIGINT", "TEXT"
    for statement in (
        f"""CREATE TABLE bo_search (
            shop VARCHAR(32) NOT NULL, id VARCHAR(36) NOT NULL, version INTEGER NOT NULL,
            created_at {long} NOT NULL, updated_at {long} NOT NULL, number {long} NOT NULL,
            total {long} NOT NULL, current_total {long} NOT NULL, items {long} NOT NULL,
            customer VARCHAR(100) NOT NULL, destination VARCHAR(100) NOT NULL,
            financial_status VARCHAR(32) NOT NULL, fulfillment_status VARCHAR(32) NOT NULL,
            summary {text} NOT NULL, terms {text} NOT NULL, words {text} NOT NULL, PRIMARY KEY (shop, id)
        )""",
        *(
            f"CREATE INDEX bo_search_{name} ON bo_search (shop, {column}, id)"
            for name, column in (
                ("created", "created_at"),
                ("updated", "updated_at"),
                ("number", "number"),
                ("total", "total"),
                ("current_total", "current_total"),
            )
        ),
        f"""CREATE TABLE bo_terms (
            shop VARCHAR(32) NOT NULL, term VARCHAR(100) NOT NULL, at {long} NOT NULL,
            order_id VARCHAR(36) NOT NULL, PRIMARY KEY (shop, term, at, order_id)
        ) {"WITHOUT ROWID" if connection.dialect.name == "sqlite" else ""}""",
        f"""CREATE TABLE bo_views (
            shop VARCHAR(32) NOT NULL, id VARCHAR(36) NOT NULL, name VARCHAR(40) NOT NULL,
            query {text} NOT NULL, sort VARCHAR(40) NOT NULL, created_at {long} NOT NULL, PRIMARY KEY (shop, id)
        )""",
        "CREATE UNIQUE INDEX bo_views_name ON bo_views (shop, name)",
        "DROP INDEX bo_orders_created",
        "DROP INDEX bo_orders_name",
        "DROP INDEX bo_orders_deleted",
    ):
        connection.execute(sa.text(statement))
    for at, (name, query) in enumerate(
        (
            ("Unfulfilled", "status:open fulfillment_status:unshipped,partial"),
            ("Unpaid", "status:open financial_status:unpaid"),
            ("Open", "status:open"),
            ("Archived", "status:closed"),
        )
    ):
        connection.execute(
            sa.text(
                "INSERT INTO bo_views (shop, id, name, query, sort, created_at)"
                " SELECT shop, :id, :name, :query, '-created_at', :at FROM bo_shops"
            ),
            {"id": f"built-in-{name.lower()}", "name": name, "query": query, "at": at},
        )


def _checkouts(connection: sa.Connection) -> None:
    """Checkouts, and where they were imported from."""
    long, text = "BIGINT", "TEXT"
    for statement in (
        f"""CREATE TABLE bo_checkouts (
            shop VARCHAR(32) NOT NULL, id VARCHAR(36) NOT NULL, version INTEGER NOT NULL,
            source VARCHAR(200), request_print VARCHAR(64),
            created_at {long} NOT NULL, doc {text} NOT NULL, PRIMARY KEY (shop, id)
        )""",
        "CREATE INDEX bo_checkouts_created ON bo_checkouts (shop, created_at, id)",
        "CREATE UNIQUE INDEX bo_checkouts_source ON bo_checkouts (shop, source) WHERE source IS NOT NULL",
    ):
        connection.execute(sa.text(statement))


def _leases_with_a_token(connection: sa.Connection) -> None:
    """Whose lease a message is under, its place among those of its subject, and when it was over."""
    text = ' COLLATE "C"' if connection.dialect.name == "postgresql" else ""
    for statement in (
        "ALTER TABLE bo_outbox ADD COLUMN seq BIGINT DEFAULT '0' NOT NULL",
        f"ALTER TABLE bo_outbox ADD COLUMN lease VARCHAR(36){text}",
        "ALTER TABLE bo_outbox ADD COLUMN done_at BIGINT",
        "UPDATE bo_outbox SET done_at = due_at WHERE state <> 'waiting'",
        "DROP INDEX bo_outbox_state",
        "CREATE INDEX bo_outbox_due ON bo_outbox (shop, state, destination, due_at, id)",
        "CREATE INDEX bo_outbox_lane ON bo_outbox (shop, state, subject, destination, seq, id)",
    ):
        connection.execute(sa.text(statement))


def _figures(connection: sa.Connection) -> None:
    """Sales by day, with what was sold where; money by day; who bought, beside what orders are found by."""
    postgres = connection.dialect.name == "postgresql"
    text, end = (' COLLATE "C"', "") if postgres else ("", " WITHOUT ROWID")
    for statement in (
        "ALTER TABLE bo_entries RENAME TO bo_entries_old",
        *(["ALTER INDEX bo_entries_pkey RENAME TO bo_entries_old_pkey"] if postgres else []),
        f"""CREATE TABLE bo_entries (
            shop VARCHAR(32){text} NOT NULL, day VARCHAR(10){text} NOT NULL, order_id VARCHAR(36){text} NOT NULL,
            version INTEGER NOT NULL, position INTEGER NOT NULL, currency VARCHAR(3){text} NOT NULL,
            action VARCHAR(16){text} NOT NULL, kind VARCHAR(16){text} NOT NULL, line_id VARCHAR(36){text} NOT NULL,
            item VARCHAR(100){text} NOT NULL, channel TEXT NOT NULL, codes TEXT NOT NULL, orders INTEGER NOT NULL,
            quantity BIGINT NOT NULL, gross BIGINT NOT NULL, discounts BIGINT NOT NULL, tax BIGINT NOT NULL,
            total BIGINT NOT NULL, PRIMARY KEY (shop, day, order_id, version, position)
        ){end}""",
        "CREATE INDEX bo_entries_order ON bo_entries (shop, order_id, version, position)",
        f"""CREATE TABLE bo_money (
            shop VARCHAR(32){text} NOT NULL, day VARCHAR(10){text} NOT NULL, order_id VARCHAR(36){text} NOT NULL,
            version INTEGER NOT NULL, gateway VARCHAR(100){text} NOT NULL, currency VARCHAR(3){text} NOT NULL,
            received BIGINT NOT NULL, refunded BIGINT NOT NULL, PRIMARY KEY (shop, day, order_id, version, gateway)
        ){end}""",
        "CREATE INDEX bo_money_order ON bo_money (shop, order_id, version)",
        f"ALTER TABLE bo_search ADD COLUMN person VARCHAR(100){text}",
        "CREATE INDEX bo_search_person ON bo_search (shop, person, created_at, id) WHERE person IS NOT NULL",
    ):
        connection.execute(sa.text(statement))
    refigure(connection)
    connection.execute(sa.text("DROP TABLE bo_entries_old"))


def _live_checkouts(connection: sa.Connection) -> None:
    """What checkouts are found by, when time brings something to them, and who opted out of mails."""
    long, text, key = "BIGINT", "TEXT", ' COLLATE "C"' if connection.dialect.name == "postgresql" else ""
    ids = "WITHOUT ROWID" if connection.dialect.name == "sqlite" else ""
    for statement in (
        f"ALTER TABLE bo_checkouts ADD COLUMN updated_at {long} DEFAULT '0' NOT NULL",
        f"ALTER TABLE bo_checkouts ADD COLUMN total {long} DEFAULT '0' NOT NULL",
        f"ALTER TABLE bo_checkouts ADD COLUMN customer VARCHAR(100){key} DEFAULT '' NOT NULL",
        f"ALTER TABLE bo_checkouts ADD COLUMN due_at {long}",
        f"ALTER TABLE bo_checkouts ADD COLUMN terms {text} DEFAULT '' NOT NULL",
        f"ALTER TABLE bo_checkouts ADD COLUMN words {text} DEFAULT '' NOT NULL",
        "CREATE INDEX bo_checkouts_updated ON bo_checkouts (shop, updated_at, id)",
        "CREATE INDEX bo_checkouts_total ON bo_checkouts (shop, total, id)",
        "CREATE INDEX bo_checkouts_due ON bo_checkouts (shop, due_at) WHERE due_at IS NOT NULL",
        f"""CREATE TABLE bo_checkout_terms (
            shop VARCHAR(32){key} NOT NULL, term VARCHAR(100){key} NOT NULL, at {long} NOT NULL,
            checkout_id VARCHAR(36){key} NOT NULL, PRIMARY KEY (shop, term, at, checkout_id)
        ) {ids}""",
        f"""CREATE TABLE bo_opt_outs (
            shop VARCHAR(32){key} NOT NULL, token VARCHAR(64){key} NOT NULL,
            address VARCHAR(64){key} NOT NULL, at {long}, PRIMARY KEY (shop, token)
        ) {ids}""",
        "CREATE INDEX bo_opt_outs_address ON bo_opt_outs (shop, address)",
    ):
        connection.execute(sa.text(statement))
    index_checkouts(connection)


def _exports(connection: sa.Connection) -> None:
    """Exports that are sent by mail."""
    text = ' COLLATE "C"' if connection.dialect.name == "postgresql" else ""
    for statement in (
        f"""CREATE TABLE bo_exports (
            shop VARCHAR(32){text} NOT NULL, id VARCHAR(36){text} NOT NULL, created_at BIGINT NOT NULL,
            doc TEXT NOT NULL, PRIMARY KEY (shop, id)
        )""",
        "CREATE INDEX bo_exports_created ON bo_exports (shop, created_at, id)",
    ):
        connection.execute(sa.text(statement))


def _doors(connection: sa.Connection) -> None:
    """What the storefront is protected by, what was tried at it, and who changed which setting."""
    text = ' COLLATE "C"' if connection.dialect.name == "postgresql" else ""
    end = " WITHOUT ROWID" if connection.dialect.name == "sqlite" else ""
    for statement in (
        "ALTER TABLE bo_shops ADD COLUMN storefront TEXT",
        f"""CREATE TABLE bo_tallies (
            shop VARCHAR(32){text} NOT NULL, key VARCHAR(80){text} NOT NULL, number BIGINT NOT NULL,
            until BIGINT NOT NULL, PRIMARY KEY (shop, key)
        ){end}""",
        "CREATE INDEX bo_tallies_until ON bo_tallies (shop, until)",
        f"""CREATE TABLE bo_setting_changes (
            shop VARCHAR(32){text} NOT NULL, id VARCHAR(36){text} NOT NULL, at BIGINT NOT NULL,
            actor VARCHAR(255){text}, name VARCHAR(100){text} NOT NULL, old TEXT, new TEXT, PRIMARY KEY (shop, id)
        ){end}""",
        "CREATE INDEX bo_setting_changes_at ON bo_setting_changes (shop, at, id)",
    ):
        connection.execute(sa.text(statement))


def _customers(connection: sa.Connection) -> None:
    """Customers, what they are found by, and what was begun about people."""
    postgres = connection.dialect.name == "postgresql"
    key, end = (' COLLATE "C"', "") if postgres else ("", " WITHOUT ROWID")
    for statement in (
        f"""CREATE TABLE bo_customers (
            shop VARCHAR(32){key} NOT NULL, id VARCHAR(36){key} NOT NULL, version INTEGER NOT NULL,
            email VARCHAR(100){key}, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL,
            name VARCHAR(100){key} NOT NULL, terms TEXT NOT NULL, words TEXT NOT NULL, doc TEXT NOT NULL,
            PRIMARY KEY (shop, id)
        )""",
        "CREATE INDEX bo_customers_created ON bo_customers (shop, created_at, id)",
        "CREATE INDEX bo_customers_updated ON bo_customers (shop, updated_at, id)",
        "CREATE INDEX bo_customers_name ON bo_customers (shop, name, id)",
        "CREATE UNIQUE INDEX bo_customers_email ON bo_customers (shop, email) WHERE email IS NOT NULL",
        f"""CREATE TABLE bo_customer_terms (
            shop VARCHAR(32){key} NOT NULL, term VARCHAR(100){key} NOT NULL, at BIGINT NOT NULL,
            customer_id VARCHAR(36){key} NOT NULL, PRIMARY KEY (shop, term, at, customer_id)
        ){end}""",
        f"""CREATE TABLE bo_errands (
            shop VARCHAR(32){key} NOT NULL, id VARCHAR(36){key} NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (shop, id)
        )""",
    ):
        connection.execute(sa.text(statement))


def _to_do(connection: sa.Connection) -> None:
    """Orders are found by what is to be done about them; `migrate` indexes them anew, and no table changes."""


def _lists_of_products(connection: sa.Connection) -> None:
    """What products are found and sorted by."""
    postgres = connection.dialect.name == "postgresql"
    key, end = (' COLLATE "C"', "") if postgres else ("", " WITHOUT ROWID")
    for statement in (
        "ALTER TABLE bo_products ADD COLUMN created_at BIGINT DEFAULT '0' NOT NULL",
        "ALTER TABLE bo_products ADD COLUMN updated_at BIGINT DEFAULT '0' NOT NULL",
        *[
            f"ALTER TABLE bo_products ADD COLUMN {name} VARCHAR(100){key} DEFAULT '' NOT NULL"
            for name in ("title", "vendor", "product_type")
        ],
        "ALTER TABLE bo_products ADD COLUMN terms TEXT DEFAULT '' NOT NULL",
        "ALTER TABLE bo_products ADD COLUMN words TEXT DEFAULT '' NOT NULL",
        "CREATE INDEX bo_products_title ON bo_products (shop, title, id)",
        "CREATE INDEX bo_products_created ON bo_products (shop, created_at, id)",
        "CREATE INDEX bo_products_updated ON bo_products (shop, updated_at, id)",
        f"""CREATE TABLE bo_product_terms (
            shop VARCHAR(32){key} NOT NULL, term VARCHAR(100){key} NOT NULL, at BIGINT NOT NULL,
            product_id VARCHAR(36){key} NOT NULL, PRIMARY KEY (shop, term, at, product_id)
        ){end}""",
    ):
        connection.execute(sa.text(statement))
    index_products(connection)


#: What brings tables of version n to version n + 1 stands at place n - 1.
MIGRATIONS: Final[tuple[Migration, ...]] = (
    *(_drafts_and_tombstones, _sources_of_drafts, _search, _checkouts),
    *(_leases_with_a_token, _figures, _live_checkouts, _exports),
    *(_doors, _customers, _to_do, _lists_of_products),
    tell_accounts_apart,
)
NEWEST: Final = len(MIGRATIONS) + 1
#: What orders are found by took its present form in this version; it is made anew in tables that are older.
_FOUND_BY: Final = 12


#: Whoever migrates on PostgreSQL holds this lock; a number that nobody else uses.
_LOCK: Final = 0x6261636B6F666669


def stored_version(connection: sa.Connection) -> int:
    """Return the version of the tables; 0 where there are none."""
    if not sa.inspect(connection).has_table(SCHEMA.name):
        return 0
    return int(connection.execute(sa.select(SCHEMA.c.version)).scalar() or 0)


def is_newest(connection: sa.Connection) -> bool:
    """Return whether the tables are at the newest version."""
    return stored_version(connection) == NEWEST


def migrate(connection: sa.Connection) -> int:
    """
    Bring the tables to the newest version, within the connection's transaction.

    Returns:
        How many versions they went up; that of new tables counts from 0.

    Raises:
        SchemaOutOfDate: The tables are newer than this version of the library.
        InvalidValue: The database is in an encoding that has not every character.
    """
    if connection.dialect.name == "postgresql":
        _ready_postgres(connection)
    stored = stored_version(connection)
    if stored > NEWEST:
        raise SchemaOutOfDate(stored, NEWEST)
    if not stored:
        METADATA.create_all(connection)
    for migration in MIGRATIONS[stored - 1 :] if stored else ():
        migration(connection)
    if 0 < stored < _FOUND_BY:
        for table in (SEARCH, TERMS):
            connection.execute(sa.delete(table))
        index_all(connection)
    if stored < NEWEST:
        connection.execute(sa.delete(SCHEMA))
        connection.execute(sa.insert(SCHEMA), {"id": 1, "version": NEWEST})
    return NEWEST - stored


def _ready_postgres(connection: sa.Connection) -> None:
    """Wait for others who migrate, and see to it that texts can be kept."""
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    encoding = connection.execute(sa.text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise InvalidValue("url", f"a database in {encoding}", "one that was made with ENCODING 'UTF8'")


def check(connection: sa.Connection) -> None:
    """
    Raise unless the tables are at the newest version.

    Raises:
        SchemaOutOfDate: They are not.
    """
    stored = stored_version(connection)
    if stored != NEWEST:
        raise SchemaOutOfDate(stored, NEWEST)
