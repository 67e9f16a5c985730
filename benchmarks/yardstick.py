"""
The least work of an order's life that is as durable, straight on the driver.

    python benchmarks/yardstick.py life [--orders 500] [--sync FULL|NORMAL] [--dsn postgresql://…]

Five transactions: an order's document of about 3 kB is written, then changed four times with a
version check, each with one event row and the stock rows that the command moves. Nothing is
decided and no document is read: whatever has an order domain can only be slower than this.
"""

import argparse
import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

#: Stock rows that place, authorize, capture, fulfill and a refund of one unit touch.
STOCK_ROWS = (3, 0, 0, 3, 1)
DOCUMENT = json.dumps({"v": 1, "lines": [{"id": f"line-{i}", "text": "x" * 900} for i in range(3)], "total": 14274})
EVENT = json.dumps({"amount": 8800, "currency": "EUR", "transaction": "tx-1"})
TABLES = """
create table orders (shop text not null, id text not null, version integer not null, status text not null,
                     created_at text not null, doc text not null, primary key (shop, id));
create index orders_by_status on orders (shop, status, created_at);
create table events (shop text not null, order_id text not null, seq integer not null, at text not null,
                     body text not null, primary key (shop, order_id, seq));
create table stock (shop text not null, variant text not null, on_hand integer not null,
                    committed integer not null, primary key (shop, variant));
"""
INSERT = "insert into orders values ('s', ?, 1, ?, ?, ?)"
SELECT = "select version, doc from orders where shop = 's' and id = ?"
UPDATE = "update orders set version = version + 1, status = ?, doc = ? where shop = 's' and id = ? and version = ?"
HAPPENED = "insert into events values ('s', ?, ?, ?, ?)"
MOVE = "update stock set on_hand = on_hand - ?, committed = committed + ? where shop = 's' and variant = ?"


def one(execute: Callable[..., Any], name: str, begin: str) -> None:
    """Let one order live."""
    for step, rows in enumerate(STOCK_ROWS):
        execute(begin)
        if step:
            version, _ = execute(SELECT, (name,)).fetchone()
            execute(UPDATE, ("paid", DOCUMENT, name, version))
        else:
            execute(INSERT, (name, "open", "2025-06-01T00:00:00", DOCUMENT))
        execute(HAPPENED, (name, step, "2025-06-01T00:00:00", EVENT))
        for row in range(rows):
            execute(MOVE, (1, 1, str(row)))
        execute("commit")


@contextmanager
def on_sqlite(synchronous: str) -> Iterator[tuple[Callable[..., Any], Callable[..., Any]]]:
    """Yield what runs a statement, and what runs one for many rows, in a new file."""
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(f"{folder}/yard.db", isolation_level=None, cached_statements=256)
        connection.execute("pragma journal_mode=wal")
        connection.execute(f"pragma synchronous={synchronous}")
        connection.executescript(TABLES)
        yield connection.execute, connection.executemany
        connection.close()


@contextmanager
def on_postgres(dsn: str) -> Iterator[tuple[Callable[..., Any], Callable[..., Any]]]:
    """Yield the same in a schema of its own, which is dropped at the end."""
    import psycopg

    with psycopg.connect(dsn, autocommit=True) as connection:
        cursor = connection.cursor()
        cursor.execute("create schema yardstick; set search_path to yardstick")
        try:
            cursor.execute(TABLES)
            yield (
                lambda text, values=None: cursor.execute(text.replace("?", "%s"), values),
                lambda text, rows: cursor.executemany(text.replace("?", "%s"), rows),
            )
        finally:
            cursor.execute("rollback; drop schema yardstick cascade")


def main() -> None:
    """Print orders a second."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("life",))
    parser.add_argument("--orders", type=int, default=500)
    parser.add_argument("--sync", default="FULL", choices=("FULL", "NORMAL"))
    parser.add_argument("--dsn", help="a PostgreSQL database to measure on")
    args = parser.parse_args()
    begin = "begin" if args.dsn else "begin immediate"
    with on_postgres(args.dsn) if args.dsn else on_sqlite(args.sync) as (execute, executemany):
        execute(begin)
        executemany("insert into stock values ('s', ?, 1000000, 0)", [(str(i),) for i in range(1000)])
        old = [(f"old-{i:08}", "open", f"2025-{1 + i % 12:02}-01", DOCUMENT) for i in range(10_000)]
        executemany(INSERT, old)
        execute("commit")
        for i in range(50):
            one(execute, f"warm-{i}", begin)
        start = time.perf_counter()
        for i in range(args.orders):
            one(execute, f"new-{i}", begin)
        print(f"{args.orders / (time.perf_counter() - start):.0f} orders/s")


if __name__ == "__main__":
    main()
