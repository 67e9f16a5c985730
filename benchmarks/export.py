"""
Exporting all orders of a shop to Shopify's CSV, against the least work that reads, decodes and writes them.

    python benchmarks/export.py [--orders 20000] [--rounds 5] [--json] [--folder FOLDER]

The shop is a SQLite file of orders of three lines (`many.fill`), kept in FOLDER where one is named.
The yardstick reads as many
documents of about 3 kB with the driver, decodes them with ``json`` and writes rows of 79 cells,
with no order domain. The two take turns in processes of their own; quote the ratio of the medians.
Beside it the CPU time of an order is told, which other work on the machine disturbs less, and the
memory that the export takes above what the open shop has.

``--json`` measures without orjson, as an installation without the extra ``fast`` is.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time

if __name__ == "__main__" and "--json" in sys.argv:
    sys.modules["orjson"] = None  # type: ignore[assignment]

from many import kept_shop
from turns import compared, yardstick


def once(shops: str, orders: int) -> None:
    """Export a shop that another process made, and print what it took."""
    with tempfile.TemporaryDirectory() as folder, kept_shop(shops, orders) as office:
        office.orders.export("tag:vip", until="2024-01-31").to_path(f"{folder}/warm.csv")
        idle = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        cpu, start = time.process_time(), time.perf_counter()
        done = office.orders.export().to_path(f"{folder}/orders_export.csv")
        took, cpu = time.perf_counter() - start, time.process_time() - cpu
        above = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - idle) / 1024
        size = os.path.getsize(f"{folder}/orders_export.csv") / 1e6
        print(
            f"{done.orders / took:.0f} orders/s, {cpu / done.orders * 1e6:.0f} µs of CPU an order,"
            f" {done.rows} rows, {size:.0f} MB, at most {above:.0f} MB above idle"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="without orjson")
    parser.add_argument("--once", action="store_true", help="measure the library alone, in this process")
    parser.add_argument("--folder", help="where the shop is kept")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as aside:
        folder = args.folder or aside
        if args.once:
            once(folder, args.orders)
            return
        print(f"exporting {args.orders:,} orders{', without orjson' * args.json}")
        common = ["--orders", str(args.orders)]
        ours = [__file__, "--once", "--folder", folder, *common, *["--json"] * args.json]
        subprocess.run([sys.executable, *ours], check=True)  # noqa: S603 - this script; it makes the shop
        compared(ours, [str(yardstick()), "export", *common], args.rounds)


if __name__ == "__main__":
    main()
