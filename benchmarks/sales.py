"""
The sales figures of one month, of a shop whose orders spread over three years.

    python benchmarks/sales.py [--orders 1000000] [--rounds 20] [--folder FOLDER]

The shop is a SQLite file with the entries of so many orders and who bought when (`many.fill_figures`), kept
in FOLDER where one is named. Each report is read so many times; the median is told, and the time of a report
of all months.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable

from many import kept_shop

#: A month of the shop.
MONTH = ("2025-03-01", "2025-03-31")
REPORTS = ((), ("day",), ("channel",), ("product",), ("customer",), ("discount",), ("day", "product"))


def timed(read: Callable[[], object]) -> float:
    """Return the milliseconds that something takes."""
    start = time.perf_counter()
    read()
    return (time.perf_counter() - start) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--folder", help="where the shop is kept")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as aside, kept_shop(args.folder or aside, args.orders, figures=True) as office:
        reports = office.reports
        (whole,) = reports.sales(*MONTH, by=())
        print(f"sales of a month of a shop of {args.orders:,} orders: {whole.orders:,} orders, {whole.net_sales}")
        for by in REPORTS:
            took = [timed(lambda by=by: reports.sales(*MONTH, by=by)) for _ in range(args.rounds)]  # type: ignore[misc]
            print(f"  by {' and '.join(by) or 'nothing'}: {statistics.median(took):.0f} ms", flush=True)
        took = [timed(lambda: reports.takings(*MONTH)) for _ in range(args.rounds)]
        print(f"  money by day: {statistics.median(took):.0f} ms")
        print(f"  sales of all months: {timed(lambda: reports.sales(by=['month'])):.0f} ms")


if __name__ == "__main__":
    main()
