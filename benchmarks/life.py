"""
One order's life against the least work that is as durable.

    python benchmarks/life.py [--orders 400] [--rounds 5] [--sync FULL|NORMAL]
    python benchmarks/life.py --dsn postgresql://shop:secret@localhost/shop

The life is five commands on SQLite with the default settings: place (3 lines with stock),
authorize, capture, fulfill, refund one unit with restock; each with an idempotency key, its
events, sales entries and messages written. The yardstick does five transactions of the same
durability straight on the driver, with no order domain. The two take turns in processes of
their own, and the ratio of the medians is printed: machines are noisy, so quote that.

With ``--dsn`` both are on PostgreSQL, each in a shop or in tables of its own: ours stay, so give it
a database for that.

The yardstick is ``../shared/bench/yardstick.py`` where that is present, else ``yardstick.py``
beside this file, which does the same work; on PostgreSQL it is that one.
"""

import argparse
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from turns import compared, yardstick


@contextmanager
def new_shop(synchronous: str, dsn: str | None) -> Iterator[Any]:
    """Open a new shop, in a new file or in a database."""
    from backoffice_core import BackOffice
    from backoffice_core.storage.sql import SqlStorage

    with tempfile.TemporaryDirectory() as folder:
        storage = SqlStorage(dsn or f"sqlite:///{folder}/shop.db", synchronous=synchronous)
        storage.migrate()
        asked = {"currency": "EUR", "timezone": "Europe/Paris", "taxes_included": True}
        with BackOffice.open(storage, shop=uuid.uuid4().hex, **asked) as office:
            yield office


def life(orders: int, synchronous: str, dsn: str | None) -> float:
    """Return how many orders a second live their whole life."""
    from backoffice_core import Line, Tax

    with new_shop(synchronous, dsn) as office:
        office.catalog.add_location("paris")
        for sku in ("A", "B", "C"):
            office.catalog.add_product(f"Product {sku}", price="19.99", sku=sku)
            office.catalog.set_stock(sku, 1_000_000)
        lines = [Line(variant=sku, quantity=2, taxes=[Tax("VAT", "0.20")]) for sku in ("A", "B", "C")]

        def one(name: str) -> None:
            placed = office.orders.place(
                lines=lines, shipping="5.00", email="ada@example.com", idempotency_key=f"{name}-place"
            )
            id = placed.order.id
            office.orders.authorize(id, idempotency_key=f"{name}-authorize")
            office.orders.capture(id, idempotency_key=f"{name}-capture")
            office.orders.fulfill(id, idempotency_key=f"{name}-fulfill")
            office.orders.refund(id, lines={"A": 1}, idempotency_key=f"{name}-refund")

        for i in range(50):
            one(f"warm-{i}")
        start = time.perf_counter()
        for i in range(orders):
            one(f"new-{i}")
        took = time.perf_counter() - start
    return orders / took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--sync", default="FULL", choices=("FULL", "NORMAL"))
    parser.add_argument("--dsn", help="a PostgreSQL database to measure on")
    parser.add_argument("--once", action="store_true", help="measure the library alone, in this process")
    args = parser.parse_args()
    if args.once:
        print(f"{life(args.orders, args.sync, args.dsn):.0f} orders/s")
        return
    against = yardstick(here=bool(args.dsn))
    common = ["--orders", str(args.orders), "--sync", args.sync, *(["--dsn", args.dsn] if args.dsn else [])]
    print(f"an order's life, {'PostgreSQL' if args.dsn else f'synchronous={args.sync}'}")
    compared([__file__, "--once", *common], [str(against), "life", *common], args.rounds)


if __name__ == "__main__":
    main()
