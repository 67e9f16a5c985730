"""Exports that are sent by mail, in SQL."""

from collections.abc import Sequence

import sqlalchemy as sa

from backoffice_core.clock import to_micros
from backoffice_core.failures import UnknownId
from backoffice_core.shopify.exportjob import ExportJob
from backoffice_core.storage.codec import decode, encode
from backoffice_core.storage.sql.outbox import OutboxTable
from backoffice_core.storage.sql.session import is_id
from backoffice_core.storage.sql.tables import EXPORTS

_X = EXPORTS.c


class ExportsTable(OutboxTable):
    """The part of a unit that keeps exports; see `backoffice_core.storage.base.Unit`."""

    def put_export(self, job: ExportJob) -> None:
        """Save an export."""
        changed = sa.update(EXPORTS).where(_X.shop == self._session.shop, _X.id == job.id).values(doc=encode(job))
        if not self._session.core(changed).rowcount:
            row = {"shop": self._session.shop, "id": job.id, "created_at": to_micros(job.asked_at), "doc": encode(job)}
            self._session.core(sa.insert(EXPORTS).values(**row))

    def export_job(self, id: str) -> ExportJob:
        """Return an export."""
        query = sa.select(_X.doc).where(_X.shop == self._session.shop, _X.id == id)
        row = self._session.core(query).fetchone() if is_id(id) else None
        if row is None:
            raise UnknownId("export", id)
        return decode(ExportJob, row.doc)

    def export_jobs(self, limit: int) -> Sequence[ExportJob]:
        """Return at most *limit* exports, the newest first."""
        query = sa.select(_X.doc).where(_X.shop == self._session.shop)
        newest = query.order_by(_X.created_at.desc(), _X.id.desc()).limit(limit)
        return [decode(ExportJob, row.doc) for row in self._session.core(newest)]
