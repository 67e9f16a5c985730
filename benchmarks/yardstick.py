"""
The least work of an order's life that is as durable, straight on the driver.

    python benchmarks/yardstick.py life [--orders 500] [--sync FULL|NORMAL]

Five transactions: an order's document of about 3 kB is written, then changed four times with a
version check, each with one event row and the stock rows that the command moves. Nothing is
decided and no document is read: whatever has an order domain can only be slower than this.
"""

import argparse
import json
import sqlite3
import tempfile
import time

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


def one(connection: sqlite3.Connection, name: str) -> None:
    """Let one order live."""
    for step, rows in enumerate(STOCK_ROWS):
        connection.execute("begin immediate")
        if step:
            version, _ = connection.execute(SELECT, (name,)).fetchone()
            connection.execute(UPDATE, ("paid", DOCUMENT, name, version))
        else:
            connection.execute(INSERT, (name, "open", "2025-06-01T00:00:00", DOCUMENT))
        connection.execute(HAPPENED, (name, step, "2025-06-01T00:00:00", EVENT))
        for row in range(rows):
            connection.execute(MOVE, (1, 1, str(row)))
        connection.execute("commit")


def main() -> None:
    """Print orders a second."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("life",))
    parser.add_argument("--orders", type=int, default=500)
    parser.add_argument("--sync", default="FULL", choices=("FULL", "NORMAL"))
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(f"{folder}/yard.db", isolation_level=None, cached_statements=256)
        connection.execute("pragma journal_mode=wal")
        connection.execute(f"pragma synchronous={args.sync}")
        connection.executescript(TABLES)
        connection.execute("begin immediate")
        connection.executemany("insert into stock values ('s', ?, 1000000, 0)", [(str(i),) for i in range(1000)])
        old = [(f"old-{i:08}", "open", f"2025-{1 + i % 12:02}-01", DOCUMENT) for i in range(10_000)]
        connection.executemany(INSERT, old)
        connection.execute("commit")
        for i in range(50):
            one(connection, f"warm-{i}")
        start = time.perf_counter()
        for i in range(args.orders):
            one(connection, f"new-{i}")
        print(f"{args.orders / (time.perf_counter() - start):.0f} orders/s")
        connection.close()


if __name__ == "__main__":
    main()
