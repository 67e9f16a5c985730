"""The part of `backoffice_core.storage.base.Unit` that keeps exports which are sent by mail."""

from collections.abc import Sequence
from typing import Protocol

from backoffice_core.shopify.exportjob import ExportJob


class ExportsUnit(Protocol):
    """Exports of one shop that are sent by mail; what makes one wait its turn is a row of the outbox."""

    def put_export(self, job: ExportJob) -> None:
        """Save an export, a new one or another one of its id."""
        ...

    def export_job(self, id: str) -> ExportJob:
        """
        Return an export.

        Raises:
            UnknownId: There is none.
            DocumentTooNew: A newer library wrote it.
        """
        ...

    def export_jobs(self, limit: int) -> Sequence[ExportJob]:
        """Return at most *limit* exports, the newest first."""
        ...
