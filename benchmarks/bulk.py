"""
Capturing many orders at once, against the least work that is as durable, and against one command after another.

    python benchmarks/bulk.py [--orders 10000] [--rounds 3] [--json]

Orders of three lines, authorized, on SQLite with the default settings. ``--json`` measures without
orjson, as an installation without the extra ``fast`` is.
"""

import argparse
import sys
import tempfile
import time

if __name__ == "__main__" and "--json" in sys.argv:
    sys.modules["orjson"] = None  # type: ignore[assignment]

from many import a_shop, fill
from turns import compared, yardstick


def once(orders: int, *, singly: bool) -> None:
    """Capture all orders of a new shop, and print how many a second."""
    with tempfile.TemporaryDirectory() as folder:
        office, storage = a_shop(folder)
        fill(office, storage, orders, paid="authorized")
        ids = sorted(found.id for found in office.orders.all("financial_status:authorized"))
        start = time.perf_counter()
        if singly:
            for id in ids:
                office.orders.capture(id)
        else:
            report = office.orders.bulk("financial_status:authorized").capture()
            assert report.done == len(ids), report
        print(f"{len(ids) / (time.perf_counter() - start):.0f} orders/s")
        office.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="without orjson")
    parser.add_argument("--once", choices=("bulk", "singly"), help="measure the library alone, in this process")
    args = parser.parse_args()
    if args.once:
        once(args.orders, singly=args.once == "singly")
        return
    common = ["--orders", str(args.orders)]
    ours = [__file__, *common, *["--json"] * args.json, "--once"]
    print(f"capturing {args.orders:,} orders{', without orjson' * args.json}: against the yardstick")
    compared([*ours, "bulk"], [str(yardstick()), "bulk", *common], args.rounds)
    print("against one command after another")
    compared([*ours, "bulk"], [*ours, "singly"], 1)


if __name__ == "__main__":
    main()
