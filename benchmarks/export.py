"""
Exporting all orders of a shop to Shopify's CSV, against the least work that reads, decodes and writes them.

    python benchmarks/export.py [--orders 20000] [--rounds 5] [--json]

The shop is a SQLite file of orders of three lines (`many.fill`). The yardstick reads as many
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

from many import a_shop, fill
from turns import compared, yardstick


def filled(folder: str, orders: int) -> None:
    """Make a shop of so many orders in a folder."""
    office, storage = a_shop(folder, synchronous="NORMAL")
    fill(office, storage, orders)
    office.close()


def once(orders: int) -> None:
    """Export a shop that another process fills, and print what it took."""
    from backoffice_core import BackOffice

    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, __file__, "--fill", folder, "--orders", str(orders)], check=True)  # noqa: S603 - this script
        office = BackOffice.open(f"sqlite:///{folder}/shop.db")
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
        office.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="without orjson")
    parser.add_argument("--once", action="store_true", help="measure the library alone, in this process")
    parser.add_argument("--fill", help="only make a shop in this folder")
    args = parser.parse_args()
    if args.fill:
        filled(args.fill, args.orders)
        return
    if args.once:
        once(args.orders)
        return
    common = ["--orders", str(args.orders)]
    print(f"exporting {args.orders:,} orders{', without orjson' * args.json}")
    ours = [__file__, "--once", *common, *["--json"] * args.json]
    compared(ours, [str(yardstick()), "export", *common], args.rounds)
    subprocess.run([sys.executable, *ours], check=True)  # noqa: S603 - this script


if __name__ == "__main__":
    main()
