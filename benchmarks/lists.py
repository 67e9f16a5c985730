"""
A page of fifty orders, newest first: against the least work, and how it grows with the shop.

    python benchmarks/lists.py [--sizes 10000 100000 1000000] [--rounds 3] [--folder FOLDER]

The shops are SQLite files made by `many.fill`, kept in FOLDER where one is named. Growth is told from
the smallest to the largest of them: they are open at once and take turns, so that both feel the same
noise. The customer whose orders are asked for has ten of them in each shop.
"""

import argparse
import statistics
import tempfile
import time
from contextlib import ExitStack

from many import kept_shop
from turns import compared, yardstick

from backoffice_core import BackOffice

STATUS_AND_DATE = "financial_status:paid created_at:>=2025-03-01 created_at:<2025-11-01"
QUERIES = {
    "status and date": STATUS_AND_DATE,
    "tag of 1 %": "tag:vip",
    "one customer": "customer_id:{ten}",
    "word prefix, 50 hits": "zeppel*",
    "word prefix, 10 %": "lovel*",
    "everything": "",
}
#: Pages that are read of each query, and before them to warm up.
PAGES, WARM = 200, 20


def page(office: BackOffice, query: str) -> float:
    """Read a page, and return the milliseconds that it took."""
    start = time.perf_counter()
    found = office.orders.search(query, limit=50)
    took = (time.perf_counter() - start) * 1000
    assert found.orders, query
    return took


def of_ten(office: BackOffice) -> str:
    """Return the id of the first customer who has ten orders."""
    numbers = (f"c{at}" for at in range(1000))
    return next(id for id in numbers if len(office.orders.search(f"customer_id:{id}", limit=50).orders) == 10)


def once(folder: str, orders: int) -> None:
    """Print what a page by status and date takes."""
    with kept_shop(folder, orders) as office:
        took = [page(office, STATUS_AND_DATE) for _ in range(WARM + PAGES)][WARM:]
        print(f"{statistics.median(took):.3f} ms")


def growth(folder: str, sizes: list[int]) -> None:
    """Print what pages take in shops of different sizes."""
    with ExitStack() as stack:
        offices = [stack.enter_context(kept_shop(folder, size)) for size in sizes]
        for name, query in QUERIES.items():
            asked = [(office, query.replace("{ten}", of_ten(office))) for office in offices]
            took = [[page(*one) for one in asked] for _ in range(WARM + PAGES)][WARM:]
            medians = [statistics.median(column) for column in zip(*took, strict=True)]
            told = ", ".join(f"{median:.3f} ms at {size:,}" for median, size in zip(medians, sizes, strict=True))
            print(f"  {name}: {told}: {medians[-1] / medians[0]:.2f} times")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--orders", type=int, default=100_000, help="the shop to compare with the yardstick")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--once", action="store_true", help="measure the library alone, in this process")
    parser.add_argument("--folder", help="where the shops are kept")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as aside:
        folder = args.folder or aside
        if args.once:
            once(folder, args.orders)
            return
        common = ["--orders", str(args.orders)]
        print(f"a page by status and date at {args.orders:,} orders")
        ours = [__file__, "--once", "--folder", folder, *common]
        compared(ours, [str(yardstick()), "page", *common], args.rounds, "ms")
        print("growth")
        growth(folder, args.sizes)


if __name__ == "__main__":
    main()
