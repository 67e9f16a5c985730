"""Exports that are sent by mail, in memory."""

from collections.abc import Sequence

from backoffice_core.shopify.exportjob import ExportJob
from backoffice_core.storage.memory_writing import MemoryWriter


class MemoryExports(MemoryWriter):
    """The part of a unit that keeps exports; see `backoffice_core.storage.base.Unit`."""

    def put_export(self, job: ExportJob) -> None:
        """Save an export."""
        self._layer.set("exports", job.id, job)

    def export_job(self, id: str) -> ExportJob:
        """Return an export."""
        job: ExportJob = self._one("exports", "export", id)
        return job

    def export_jobs(self, limit: int) -> Sequence[ExportJob]:
        """Return at most *limit* exports, the newest first."""
        jobs: list[ExportJob] = list(self._layer.values("exports"))
        return sorted(jobs, key=lambda job: (job.asked_at, job.id), reverse=True)[:limit]
