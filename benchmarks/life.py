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
import re
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
GIVEN = HERE.parent.parent / "shared" / "bench" / "yardstick.py"


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


def measured(command: list[str]) -> float:
    """Run a process that prints orders a second and return the figure."""
    run = subprocess.run([sys.executable, *command], check=True, capture_output=True, text=True)  # noqa: S603 - our own scripts
    printed = run.stdout
    found = re.search(r"([\d.]+) orders/s", printed)
    if found is None:
        raise SystemExit(f"no figure in {printed!r}")
    return float(found[1])


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
    yardstick = GIVEN if GIVEN.exists() and not args.dsn else HERE / "yardstick.py"
    common = ["--orders", str(args.orders), "--sync", args.sync, *(["--dsn", args.dsn] if args.dsn else [])]
    ours, theirs = [], []
    for turn in range(args.rounds):
        ours.append(measured([str(Path(__file__)), "--once", *common]))
        theirs.append(measured([str(yardstick), "life", *common]))
        print(f"round {turn + 1}: {ours[-1]:.0f} orders/s against {theirs[-1]:.0f}, {ours[-1] / theirs[-1]:.2f}")
    ratio = statistics.median(ours) / statistics.median(theirs)
    print(
        f"median {statistics.median(ours):.0f} orders/s against {statistics.median(theirs):.0f} of the yardstick"
        f" ({yardstick.name}, {'PostgreSQL' if args.dsn else f'synchronous={args.sync}'}): ratio {ratio:.2f}"
    )


if __name__ == "__main__":
    main()
