"""The exports desk: `BackOffice.exports`."""

from collections.abc import Callable, Sequence
from typing import ClassVar

import attrs
import pendulum

from backoffice_core.context import Context
from backoffice_core.desks.exportmail import enqueued
from backoffice_core.failures import Refused, UnknownId, reason
from backoffice_core.shopify.exportjob import ExportJob
from backoffice_core.storage.base import Unit
from backoffice_core.typed import kind_of, whole_from


@reason
class ExportOver(Refused):
    """
    An export is not in a state in which that can be done.

    Attributes:
        export_id: The export.

        state: What it is.

        needed: What it would have to be.
    """

    code: ClassVar[str] = "export_over"
    export_id: str
    state: str
    needed: str

    def __str__(self) -> str:
        return f"export {self.export_id} is {self.state}; it would have to be {self.needed}"


class Exports:
    """Exports that are sent by mail: what became of them. `Orders.export` asks for one."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def list(self, *, limit: int = 50) -> Sequence[ExportJob]:
        """
        Return at most *limit* exports, the newest first.

        Raises:
            InvalidValue: *limit* is below 1.
        """
        whole_from("limit", limit, 1)
        return self._context.read(lambda unit: unit.export_jobs(limit))

    def get(self, export_id: str) -> ExportJob:
        """
        Return an export.

        Raises:
            UnknownId: There is none.
        """
        if not isinstance(export_id, str):
            raise UnknownId("export", kind_of(export_id))
        return self._context.read(lambda unit: unit.export_job(export_id))

    def cancel(self, export_id: str) -> ExportJob:
        """
        See to it that an export which waits is not made; one that is being made this very moment may arrive.

        Raises:
            UnknownId: There is none.
            ExportOver: It does not wait.
        """
        now = self._context.now()
        return self._changed(export_id, "waiting", lambda unit, job: _cancelled(unit, job, now))

    def again(self, export_id: str) -> ExportJob:
        """
        Make an export again that failed.

        Raises:
            UnknownId: There is none.
            ExportOver: It did not fail.
        """

        def work(unit: Unit, job: ExportJob) -> ExportJob:
            return enqueued(unit, self._context, attrs.evolve(job, state="waiting", error=None, ended_at=None))

        return self._changed(export_id, "failed", work)

    def _changed(self, export_id: str, needed: str, work: Callable[[Unit, ExportJob], ExportJob]) -> ExportJob:
        def checked(unit: Unit) -> ExportJob:
            unit.settings(lock=True)
            job = unit.export_job(export_id)
            if job.state != needed:
                raise ExportOver(job.id, job.state, needed)
            return work(unit, job)

        return self._context.write(checked)


def _cancelled(unit: Unit, job: ExportJob, now: pendulum.DateTime) -> ExportJob:
    cancelled = attrs.evolve(job, state="cancelled", ended_at=now)
    unit.put_export(cancelled)
    return cancelled
