"""An export that is sent by mail: what was asked for, and what became of it."""

from pathlib import PurePath
from typing import Literal

import attrs
import pendulum

FileKind = Literal["orders", "transactions"]
JobState = Literal["waiting", "done", "failed", "cancelled"]


@attrs.frozen(kw_only=True)
class ExportJob:
    """
    An export that is made when its time comes, and sent by mail.

    Attributes:
        id: UUIDv7 text.

        file: Which file it is: the ``orders``, or the history of their ``transactions``.

        query: The query that finds the orders; None where ids were given.

        ids: The ids that were given.

        since: The first moment that orders were placed at, UTC; None for no bound.

        until: The last one, included; None for no bound.

        to: Where it goes, beside the owner.

        locale: The language of the letter; None for the shop's.

        actor: Who asked for it.

        asked_at: When, UTC. A query such as ``created_at:>-7d`` is reckoned from then.

        state: ``waiting``, ``done``, ``failed`` or ``cancelled``.

        orders: How many orders are in it, once it is done.

        rows: How many rows it has.

        size: How many bytes the file has that was sent.

        url: Where the host published it; None where it went along.

        error: Why it failed.

        ended_at: When it was done, failed or was cancelled, UTC.
    """

    id: str
    file: FileKind
    query: str | None = None
    ids: tuple[str, ...] = ()
    since: pendulum.DateTime | None = None
    until: pendulum.DateTime | None = None
    to: str | None = attrs.field(default=None, repr=False)
    locale: str | None = None
    actor: str | None = None
    asked_at: pendulum.DateTime
    state: JobState = "waiting"
    orders: int = 0
    rows: int = 0
    size: int = 0
    url: str | None = attrs.field(default=None, repr=False)
    error: str | None = attrs.field(default=None, repr=False)
    ended_at: pendulum.DateTime | None = None

    @property
    def name(self) -> str:
        """What the file is called."""
        return "orders_export.csv" if self.file == "orders" else "transactions_export.csv"

    @property
    def zip_name(self) -> str:
        """What it is called when it is zipped."""
        return PurePath(self.name).with_suffix(".zip").name
