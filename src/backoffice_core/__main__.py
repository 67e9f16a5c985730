"""``python -m backoffice_core demo``: one day of a shop, on a SQLite file."""

import argparse
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command of the command line and return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m backoffice_core", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="import orders and walk one day of a shop")
    demo.add_argument("--file", help="keep the shop in this SQLite file; a temporary one unless given")
    demo.add_argument("--orders", help="a Shopify orders_export.csv to import too")
    given = parser.parse_args(arguments)
    from backoffice_core.demo.day import run

    return run(sys.stdout, file=given.file, orders=given.orders)


if __name__ == "__main__":
    sys.exit(main())
