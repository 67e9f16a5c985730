"""
The least work that is as durable, straight on the driver.

    python benchmarks/yardstick.py life [--orders 500] [--sync FULL|NORMAL] [--dsn postgresql://…]
    python benchmarks/yardstick.py bulk|page|export [--orders 100000]

Five transactions: an order's document of about 3 kB is written, then changed four times with a
version check, each with one event row and the stock rows that the command moves. Nothing is
decided and no document is read: whatever has an order domain can only be slower than this.

``bulk`` changes orders a hundred a transaction, ``page`` reads fifty by status and date from an index
that has just these, ``export`` decodes every document with ``json`` and writes rows of 79 cells.
"""

import argparse
import csv
import io
import json
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

#: Stock rows that place, authorize, capture, fulfill and a refund of one unit touch.
STOCK_ROWS = (3, 0, 0, 3, 1)
_PLACE = {
    "name": "Grace Hopper",
    "company": None,
    "address1": "3 Arlington Road",
    "address2": None,
    "city": "Paris",
    "province": None,
    "zip": "75002",
    "country": "FR",
    "phone": "+33 1 23 45 67 89",
}
_LINES = [
    {
        "id": f"0191f0a2-7c1e-7d2a-8000-00000000000{at}",
        "title": f"A cup of the collection, number {at}",
        "sku": f"CUP-{at:04}",
        "quantity": 2,
        "unit": 1999,
        "taxes": [{"title": "VAT", "rate": "0.20", "minor": 666}],
        "spans": [{"quantity": 2, "until": 2, "paid": 3998, "taxes": [666]}],
        "properties": [["Engraving", "For G. H."]],
        "allocated": [["paris", 2]],
    }
    for at in range(3)
]
_PAID = {
    "id": "0191f0a2-7c1e-7d2a-8000-0000000000ff",
    "kind": "capture",
    "status": "success",
    "minor": 12494,
    "gateway": "stripe",
    "reference": "pi_3NfTq2eZvKYlo2C1",
    "at": 1748779200000000,
}
#: An order of about 3 kB.
DOCUMENT = json.dumps(
    {
        "v": 1,
        "name": "#1001",
        "email": "grace@example.com",
        "billing": _PLACE,
        "shipping": _PLACE,
        "lines": _LINES,
        "transactions": [_PAID] * 3,
        "fulfillments": [{"id": "f-1", "at": 1748865600000000, "lines": [["line-0", 2], ["line-1", 2]]}],
        "refunds": [{"id": "r-1", "lines": [["line-0", 1]], "minor": 1999, "note": "too small"}],
        "tags": ["gift", "vip"],
        "totals": {"subtotal": 11994, "shipping": 500, "tax": 2082, "total": 12494},
    },
    separators=(",", ":"),
)
EVENT = json.dumps({"amount": 8800, "currency": "EUR", "transaction": "tx-1"})
TABLES = """
create table orders (shop text not null, id text not null, version integer not null, status text not null,
                     created_at text not null, doc text not null, primary key (shop, id));
create index orders_by_status on orders (shop, status, created_at, id);
create table events (shop text not null, order_id text not null, seq integer not null, at text not null,
                     body text not null, primary key (shop, order_id, seq));
create table stock (shop text not null, variant text not null, on_hand integer not null,
                    committed integer not null, primary key (shop, variant));
"""
INSERT = "insert into orders values ('s', ?, 1, ?, ?, ?)"
SELECT = "select version, doc from orders where shop = 's' and id = ?"
UPDATE = "update orders set version = version + 1, status = ?, doc = ? where shop = 's' and id = ? and version = ?"
HAPPENED = "insert into events values ('s', ?, ?, ?, ?)"
PAGE = (
    "select doc from orders where shop = 's' and status = ? and created_at between ? and ?"
    " order by created_at desc, id desc limit 50"
)
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


def lives(execute: Callable[..., Any], orders: int, begin: str) -> None:
    """Let orders live, one after another."""
    for i in range(50):
        one(execute, f"warm-{i}", begin)
    start = time.perf_counter()
    for i in range(orders):
        one(execute, f"new-{i}", begin)
    print(f"{orders / (time.perf_counter() - start):.0f} orders/s")


def bulk(execute: Callable[..., Any], executemany: Callable[..., Any], orders: int, begin: str) -> None:
    """Change each order once, a hundred a transaction."""
    names = [f"old-{i:08}" for i in range(orders)]
    start = time.perf_counter()
    for first in range(0, orders, 100):
        some = names[first : first + 100]
        execute(begin)
        versions = [execute(SELECT, (name,)).fetchone()[0] for name in some]
        executemany(UPDATE, [("paid", DOCUMENT, name, version) for name, version in zip(some, versions, strict=True)])
        executemany(HAPPENED, [(name, 1, "2025-06-01T00:00:00", EVENT) for name in some])
        execute("commit")
    print(f"{orders / (time.perf_counter() - start):.0f} orders/s")


def page(execute: Callable[..., Any]) -> None:
    """Read the newest fifty of a status and some months."""
    took = []
    for _ in range(220):
        start = time.perf_counter()
        rows = execute(PAGE, ("open", "2025-03-01", "2025-11-01")).fetchall()
        took.append((time.perf_counter() - start) * 1000)
        assert len(rows) == 50
    print(f"{statistics.median(took[20:]):.3f} ms")


def export(execute: Callable[..., Any], orders: int) -> None:
    """Read, decode and write every document."""
    out = csv.writer(io.StringIO())
    start = time.perf_counter()
    for (document,) in execute("select doc from orders where shop = 's' order by created_at"):
        order = json.loads(document)
        amounts = [minor / 100 for minor in order["totals"].values()]
        places = [*order["billing"].values(), *order["shipping"].values()]
        head = [order["name"], order["email"], *amounts, *places, ", ".join(order["tags"]), *[""] * 44]
        for line in order["lines"]:
            out.writerow([*head, line["quantity"], line["title"], line["unit"] / 100, line["sku"], *[""] * 6])
            head = [order["name"], order["email"], *[""] * 67]
    print(f"{orders / (time.perf_counter() - start):.0f} orders/s")


def main() -> None:
    """Print orders a second, or the milliseconds of a page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("life", "bulk", "page", "export"))
    parser.add_argument("--orders", type=int)
    parser.add_argument("--sync", default="FULL", choices=("FULL", "NORMAL"))
    parser.add_argument("--dsn", help="a PostgreSQL database to measure on")
    args = parser.parse_args()
    begin = "begin" if args.dsn else "begin immediate"
    with on_postgres(args.dsn) if args.dsn else on_sqlite(args.sync) as (execute, executemany):
        execute(begin)
        executemany("insert into stock values ('s', ?, 1000000, 0)", [(str(i),) for i in range(1000)])
        orders = args.orders or {"life": 500, "bulk": 10_000}.get(args.what, 100_000)
        count = 10_000 if args.what == "life" else orders
        old = ((f"old-{i:08}", "open", f"2025-{1 + i % 12:02}-{1 + i % 28:02}", DOCUMENT) for i in range(count))
        executemany(INSERT, list(old))
        execute("commit")
        if args.what == "bulk":
            bulk(execute, executemany, orders, begin)
        elif args.what == "page":
            page(execute)
        elif args.what == "export":
            export(execute, orders)
        else:
            lives(execute, orders, begin)


if __name__ == "__main__":
    main()
