"""
Exports that are sent by mail: asked for in one process, made in any (see ``exportmaker.py``).

Rules:

1. What is asked for is checked at once: the query, the period, where it goes, and that a file that is too large for
   a mail can be published.
2. An export waits as a row of the outbox, under a destination of its own. Whoever calls `run_due` leases it, makes the
   file, and sends it by the notifier; the lease is renewed while the file is made.
3. It goes to whoever asked for it, and to the shop's owner. A file above `ZIPPED_FROM` is zipped; one above
   `MOST_MAILED` is published by the host, and the letter leads to it.
4. What the export itself is wrong about fails at once; a full disk or a mail server that is down is tried again, as
   messages are. A failure is told by mail too.
5. A crash between sending and marking sends it once more, with the same key.

Source of the limits: `Shopify's export of orders <https://help.shopify.com/en/manual/fulfillment/managing-orders/exporting-orders>`_
mails what is above 50 orders, or chosen by date, to whoever asked for it and to the owner; and mails a failure.
"""

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Final, Protocol, TextIO

from backoffice_core.context import Context
from backoffice_core.failures import Refused, reason
from backoffice_core.shopify.exportjob import ExportJob
from backoffice_core.storage.base import Unit
from backoffice_core.storage.rows import OutboxRow

#: The destination of rows that stand for an export.
DESTINATION: Final = "exports"
#: An export of more orders goes by mail, where somebody would wait for it.
AT_ONCE: Final = 50
#: A file of more bytes is zipped.
ZIPPED_FROM: Final = 1_000_000
#: A file of more bytes is not sent by mail: most mail servers refuse it.
MOST_MAILED: Final = 10_000_000
#: So many orders tell how large a file will be.
SAMPLE: Final = 200


@reason
class ExportTooLarge(Refused):
    """
    A file would be too large for a mail, and the host publishes none.

    Attributes:
        orders: How many orders it would have.

        estimated: About how many bytes it would have, zipped.

        most: How many a mail may have.
    """

    code: ClassVar[str] = "export_too_large"
    orders: int
    estimated: int
    most: int

    def __str__(self) -> str:
        return (
            f"an export of {self.orders} orders would have about {self.estimated} bytes, a mail at most {self.most};"
            f" open the back office with publish=..., or export fewer orders"
        )


class Sampled(Protocol):
    """An export that can tell how large it will be."""

    def count(self) -> int:
        """Return how many orders it has."""
        ...

    def sample(self, file: TextIO, orders: int) -> int:
        """Write the first of its orders; return how many these are."""
        ...


def check_size(context: Context, export: Sampled) -> None:
    """
    Raise unless the file can go by mail or be published.

    Raises:
        ExportTooLarge: It can be neither.
    """
    if context.publish is not None:
        return
    count = export.count()
    with in_folder() as folder:
        path = folder / "sample.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            sampled = export.sample(file, SAMPLE)
        size = zipped(path, path.with_suffix(".zip")).stat().st_size
    estimated = size * count // max(1, sampled)
    if estimated > MOST_MAILED:
        raise ExportTooLarge(count, estimated, MOST_MAILED)


def enqueued(unit: Unit, context: Context, job: ExportJob) -> ExportJob:
    """Save an export that waits its turn."""
    unit.put_export(job)
    unit.put_messages([row_of(context, "export", job, DESTINATION)])
    return job


def row_of(context: Context, kind: str, job: ExportJob, destination: str = "notifier") -> OutboxRow:
    """Return the row of the outbox that stands for an export, or for a letter about it."""
    now = context.now()
    return OutboxRow(
        id=context.new_id(),
        key=f"{kind} {job.id} {int(now.timestamp() * 1_000_000)}",
        kind=kind,
        subject=job.id,
        fact=job.id,
        locale=job.locale or "",
        destination=destination,
        created_at=now,
        due_at=now,
    )


@contextmanager
def in_folder() -> Iterator[Path]:
    """Yield a folder of its own, which is gone afterwards; nobody else on the machine may look into it."""
    with tempfile.TemporaryDirectory(prefix="backoffice-") as folder:
        yield Path(folder)


def zipped(path: Path, to: Path) -> Path:
    """Write a file into an archive of its own; return where that is."""
    with zipfile.ZipFile(to, "x", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, path.name)
    return to
