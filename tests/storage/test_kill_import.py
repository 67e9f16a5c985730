"""
An import that is killed with SIGKILL leaves whole orders, and importing the file again goes on from there.

The child imports in chunks of ten and tells each one that is written; the parent kills it after a
random one of them, at a random moment. In the end the shop is the one of an import that nobody killed.
"""

import os
import random
import signal
import subprocess
import sys
import time
from importlib.resources import as_file, files

import pytest

from backoffice_core import BackOffice
from backoffice_core.storage.sql import SqlStorage

CHILD = """
import sys
from backoffice_core import BackOffice
from backoffice_core.importer import import_orders

office = BackOffice.open(f"sqlite:///{sys.argv[1]}")
context = office._context
tell = lambda progress: print(progress.orders, flush=True)
import_orders(
    context.storage, context.shop, office.settings, sys.argv[2],
    now=context.now(), new_id=context.new_id, progress=tell, chunk=10,
)
print("end", flush=True)
"""

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL here")


def opened(path):
    return BackOffice.open(path, currency="EUR", taxes_included=True)


def facts(office):
    """Return what the shop holds, without the ids that each import makes."""
    return sorted(
        (
            order.name,
            order.source,
            order.total,
            order.current_total,
            order.refunded,
            order.outstanding,
            order.financial_status,
            order.fulfillment_status,
            order.tags,
            tuple((line.name, line.sku, line.quantity) for line in order.lines),
            sum(row.entry.total for row in office.orders.entries(order.id)),
            tuple(type(row.event).__name__ for row in office.orders.timeline(order.id)),
        )
        for order in office.orders
    )


def killed_after(chunks, path, file, chance):
    """Let a child import, kill it at some moment after so many chunks, and return what it had told."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path), str(file)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with child:
        told = [child.stdout.readline() for _ in range(chunks)]
        time.sleep(chance.random() * 0.01)
        child.send_signal(signal.SIGKILL)
        told += child.stdout.readlines()
    return [int(line) for line in told if line.strip().isdigit()]


@pytest.mark.timeout(120)
def test_an_import_that_is_killed_goes_on(tmp_path):
    """Three kills: what was told is there, every order is whole, and the end is that of an import without a kill."""
    chance = random.Random(20240517)
    path = tmp_path / "shop.db"
    with as_file(files("backoffice_core.demo") / "sample_orders_export.csv") as file:
        opened(path).close()
        seen = 0
        for number in range(3):
            told = killed_after(chance.randint(1, 3) + 3 * number, path, file, chance)
            storage = SqlStorage(f"sqlite:///{path}")
            with storage.engine.connect() as connection:
                assert "ok" == connection.exec_driver_sql("PRAGMA quick_check").scalar()
            storage.close()
            with opened(path) as office:
                there = facts(office)
            # One order of the file cannot be read, so that many may be missing from what was told.
            assert max(told) - 1 <= len(there)
            assert seen <= len(there)
            assert all(row[3].minor == row[-2] for row in there), "entries that do not sum to their order"
            seen = len(there)
        assert 0 < seen < 299
        with opened(path) as office:
            report = office.orders.import_csv(file)
            assert (299 - seen, seen, 1) == (report.imported, report.unchanged, len(report.refused))
            whole = facts(office)
        with opened(tmp_path / "other.db") as other:
            other.orders.import_csv(file)
            assert facts(other) == whole
