"""Making exports that are sent by mail; the rules stand in ``exportmail.py``."""

from pathlib import Path
from typing import Final

import attrs

from backoffice_core.context import Context
from backoffice_core.desks.chosen import Selection
from backoffice_core.desks.export import LAYOUTS, Export
from backoffice_core.desks.exportmail import (
    DESTINATION,
    MOST_MAILED,
    ZIPPED_FROM,
    ExportTooLarge,
    in_folder,
    row_of,
    zipped,
)
from backoffice_core.failures import BackOfficeError, InvalidInput, InvalidValue, NotFound, Refused
from backoffice_core.notify import relay as policy
from backoffice_core.notify.base import Attachment, Notifier, Undeliverable
from backoffice_core.notify.compose import Skip, compose
from backoffice_core.notify.letters import Letters
from backoffice_core.outlets import close
from backoffice_core.relay import told
from backoffice_core.search.query import Query
from backoffice_core.shopify.exportjob import ExportJob
from backoffice_core.storage.base import Unit
from backoffice_core.storage.rows import OutboxRow
from backoffice_core.storage.trouble import DocumentTooNew, StorageBroken
from backoffice_core.typed import LONGEST, can_be_kept, kind_of


class _Lost(Exception):
    """Another process makes the export now."""


#: What trying again does not change.
_WRONG: Final = (InvalidInput, NotFound, Refused, DocumentTooNew, StorageBroken, Undeliverable)


class MailedExports:
    """Makes exports whose time has come, and sends them."""

    def __init__(self, context: Context, notifier: Notifier, letters: Letters) -> None:
        self._context = context
        self._notifier = notifier
        self._letters = letters

    def make_due(self, limit: int) -> tuple[int, int]:
        """Make at most *limit* exports; return how many were sent, and how many were not."""
        sent = failed = 0
        try:
            for _ in range(limit):
                if (row := self._leased()) is None:
                    break
                try:
                    done = self._done(row)
                except _Lost:
                    continue
                sent, failed = sent + (done is True), failed + (done is False)
        finally:
            close(self._context, self._notifier)
        return sent, failed

    def _leased(self) -> OutboxRow | None:
        now, token = self._context.now(), self._context.new_id()
        if not self._context.read(lambda unit: unit.has_due(now, [DESTINATION])):
            return None
        rows = self._context.write(lambda unit: unit.lease(now, now + policy.LEASE, 1, token, [DESTINATION]))
        return rows[0] if rows else None

    def _done(self, row: OutboxRow) -> bool | None:
        """Make an export, save what came of it, and return whether it was sent; None for one that is wanted no more."""
        job = self._context.read(lambda unit: unit.export_job(row.subject))
        if job.state != "waiting":
            self._mark(self._over(row, "skipped", "cancelled"), None)
            return None
        attempts = row.attempts + 1
        try:
            made = self._sent(row, job)
        except _Lost:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a disk, a host or a mail server says
            if not isinstance(error, _WRONG) and attempts < policy.MOST_ATTEMPTS:
                due = self._context.now() + policy.wait(attempts, self._context.chance())
                self._mark(attrs.evolve(row, attempts=attempts, due_at=due, error=told(error)), None)
                return False
            failed = attrs.evolve(job, state="failed", error=_why(error), ended_at=self._context.now())
            self._mark(attrs.evolve(self._over(row, "dead", told(error)), attempts=attempts), failed)
            return False
        self._mark(attrs.evolve(self._over(row, "sent", None), attempts=attempts), made)
        return True

    def _over(self, row: OutboxRow, state: str, error: str | None) -> OutboxRow:
        return attrs.evolve(row, state=state, error=error, done_at=self._context.now())

    def _mark(self, row: OutboxRow, job: ExportJob | None) -> None:
        """Save what became of an export, if its lease is still ours, and enqueue the letter about a failure."""

        def work(unit: Unit) -> None:
            if unit.mark(row) and job is not None:
                unit.put_export(job)
                if job.state == "failed":
                    unit.put_messages([row_of(self._context, "export_failed", job)])

        self._context.write(work, repeatable=True)

    def _sent(self, row: OutboxRow, job: ExportJob) -> ExportJob:
        """Make the file and send it; return the export as it is then."""
        with in_folder() as folder:
            path = folder / job.name
            made = self._export(row, job).to_path(path)
            if path.stat().st_size > ZIPPED_FROM:
                path = zipped(path, folder / job.zip_name)
            size, url = path.stat().st_size, None
            if size > MOST_MAILED:
                url = self._published(path, size, made.orders)
            ended = self._context.now()
            done = attrs.evolve(
                job, state="done", orders=made.orders, rows=made.rows, size=size, url=url, ended_at=ended
            )
            ready = attrs.evolve(row, kind="export_ready", key=f"export_ready {job.id}")
            written = self._context.read(lambda unit: compose(ready, _Made(unit, done), self._letters))
            if isinstance(written, Skip):
                raise InvalidValue("to", "nobody", "an address to send the export to")
            files = () if url is not None else (_attachment(path),)
            self._keep(row)
            self._context.call(self._notifier.send, attrs.evolve(written, attachments=files))
        return done

    def _published(self, path: Path, size: int, orders: int) -> str:
        if self._context.publish is None:
            raise ExportTooLarge(orders, size, MOST_MAILED)
        url = self._context.call(self._context.publish, path)
        if not isinstance(url, str) or not url.strip() or len(url) > LONGEST or not can_be_kept(url):
            # Whoever has the address has the file: no error tells it.
            would_do = f"a function that returns where the file is, as text of at most {LONGEST} characters"
            raise InvalidValue("publish", kind_of(url), would_do)
        return url

    def _export(self, row: OutboxRow, job: ExportJob) -> Export:
        """Return the export of a job, reckoned from when it was asked for; making it keeps the lease."""
        until = self._context.now() + policy.LEASE / 2

        def kept(done: int, total: int | None) -> None:
            nonlocal until
            if self._context.now() >= until:
                self._keep(row)
                until = self._context.now() + policy.LEASE / 2

        then = attrs.evolve(self._context, clock=lambda: job.asked_at)
        return Export(then, LAYOUTS[job.file], _selection(job), job.since, job.until, kept)

    def _keep(self, row: OutboxRow) -> None:
        until = self._context.now() + policy.LEASE
        if not self._context.write(lambda unit: unit.renew(row, until)):
            raise _Lost


class _Made:
    """A view of a shop in which an export is done."""

    def __init__(self, unit: Unit, job: ExportJob) -> None:
        self._job = job
        self.settings, self.order, self.draft, self.checkout = unit.settings, unit.order, unit.draft, unit.checkout

    def export_job(self, id: str) -> ExportJob:
        """Return the export as it is once it was sent."""
        return self._job


def _why(error: Exception) -> str:
    """Return why an export failed, for whoever asked for it."""
    return str(error) if isinstance(error, BackOfficeError) else type(error).__name__


def _attachment(path: Path) -> Attachment:
    media_type = "application/zip" if path.suffix == ".zip" else "text/csv"
    return Attachment(name=path.name, media_type=media_type, content=path.read_bytes())


def _selection(job: ExportJob) -> Selection:
    return Selection(Query.read(job.query)) if job.query is not None else Selection(None, job.ids)
