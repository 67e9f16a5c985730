"""The part of `backoffice_core.testing.StorageContract` about exports that are sent by mail."""

import attrs
import pytest

from backoffice_core.failures import UnknownId
from backoffice_core.shopify.exportjob import ExportJob
from backoffice_core.storage.base import Storage
from backoffice_core.testing.builders import a_shop
from backoffice_core.testing.clock import START
from backoffice_core.testing.contract_base import Contract, fail_after, read, write


def a_job(number: int = 1) -> ExportJob:
    """Return an export of which everything is known, the *number*-th."""
    at = START.add(minutes=number)
    return ExportJob(
        id=f"export-{number}",
        file="transactions",
        query="tag:vip",
        ids=("order-1", "order-2"),
        since=START,
        until=at,
        to="marie@example.com",
        locale="fr",
        actor="marie",
        asked_at=at,
    )


class ExportsContract(Contract):
    """Exports that are sent by mail."""

    def test_exports_come_back_as_they_were(self, shop: Storage) -> None:
        """Every field, and what became of one in its place."""
        job = a_job()
        write(shop, lambda unit: unit.put_export(job))
        assert read(shop, lambda unit: unit.export_job(job.id)) == job
        ended = {
            "orders": 2,
            "rows": 5,
            "size": 900,
            "url": "https://files.example/1",
            "error": "no",
            "ended_at": START,
        }
        done = attrs.evolve(job, state="done", **ended)  # type: ignore[arg-type]
        write(shop, lambda unit: unit.put_export(done))
        assert read(shop, lambda unit: unit.export_job(job.id)) == done
        assert list(read(shop, lambda unit: unit.export_jobs(9))) == [done]

    def test_the_list_of_exports(self, shop: Storage) -> None:
        """The newest first, those of one moment by id, not more than were asked for."""
        jobs = [a_job(1), a_job(3), a_job(2), attrs.evolve(a_job(9), asked_at=a_job(3).asked_at)]
        for job in jobs:
            write(shop, lambda unit, job=job: unit.put_export(job))  # type: ignore[misc]
        newest = ["export-9", "export-3", "export-2", "export-1"]
        assert [job.id for job in read(shop, lambda unit: unit.export_jobs(9))] == newest
        assert [job.id for job in read(shop, lambda unit: unit.export_jobs(2))] == newest[:2]

    def test_an_export_that_is_not_there(self, shop: Storage) -> None:
        """Unknown, of another shop, or of a unit that failed."""
        write(shop, lambda unit: unit.create_shop(a_shop()), "other")
        write(shop, lambda unit: unit.put_export(a_job(1)), "other")
        fail_after(shop, lambda unit: unit.put_export(a_job(2)))
        for id in ("export-1", "export-2", "é"):
            with pytest.raises(UnknownId, match="export"):
                read(shop, lambda unit, id=id: unit.export_job(id))  # type: ignore[misc]
        assert list(read(shop, lambda unit: unit.export_jobs(9))) == []
