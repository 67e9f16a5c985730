"""Exports that are sent by mail, to whoever asked for them and to the owner."""

import asyncio
import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import attrs
import pendulum
import pytest

from backoffice_core import AsyncBackOffice, BackOffice, Line, Sale, errors
from backoffice_core.desks import exportmail, exportmaker
from backoffice_core.notify.base import Notification, Undeliverable
from backoffice_core.notify.memory import MemoryNotifier
from backoffice_core.notify.relay import LEASE, MOST_ATTEMPTS
from backoffice_core.testing import FrozenClock

OWNER, MARIE = "owner@example.com", "marie@example.com"


class Shaky(MemoryNotifier):
    """A notifier that fails when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.error: Exception | None = None

    def send(self, notification: Notification) -> None:
        """Keep a message, or fail."""
        if self.error is not None:
            raise self.error
        super().send(notification)


@pytest.fixture(params=["memory", "sqlite"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return "memory:" if request.param == "memory" else f"sqlite:///{tmp_path}/shop.db"


@attrs.define
class Shop:
    """A shop with what a test looks at."""

    office: BackOffice
    notifier: Shaky
    clock: FrozenClock
    published: list[tuple[str, int]] = attrs.field(factory=list)

    def place(self, count: int, **asked: Any) -> list[str]:
        """Place some orders; return their ids."""
        line = Line("Cup", sku="CUP", price="10.00")
        return [self.office.orders.place(lines=[line], email="ada@example.com", **asked).order.id for _ in range(count)]

    def gone(self, to: str | None = None) -> tuple[str, str]:
        """Ask for an export of an order that is deleted then; return the ids of both."""
        (id,) = self.place(1)
        job = self.office.orders.export([id]).by_mail(to)
        self.office.orders.archive(self.office.orders.fulfill(id).order.id)
        self.office.orders.delete(id)
        return job.id, id

    def mails(self, kind: str) -> list[Notification]:
        """Return what was sent of a kind."""
        return [one for one in self.notifier.sent if one.kind == kind]


@pytest.fixture
def shop(where: str):
    notifier, clock = Shaky(), FrozenClock(pendulum.datetime(2026, 3, 2, 9))
    plain: dict[str, Any] = {"currency": "EUR", "taxes_included": True, "notifications": (), "owner_email": OWNER}
    with BackOffice.open(where, notifier=notifier, clock=clock, **plain) as office:
        yield Shop(office, notifier, clock)


def rows_of(mail: Notification) -> list[list[str]]:
    """Return the rows of the file that came with a mail, zipped or not."""
    (file,) = mail.attachments
    content = file.content
    if file.media_type == "application/zip":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            (name,) = archive.namelist()
            content = archive.read(name)
    return list(csv.reader(io.StringIO(content.decode())))


class TestRule1_AskedFor:
    def test_when_it_goes_by_mail(self, shop: Shop) -> None:
        """Above 50 orders, or by date."""
        ids = shop.place(51)
        export = shop.office.orders.export
        assert export().goes_by_mail()
        assert not export(ids[:50]).goes_by_mail()
        assert export(ids).goes_by_mail()
        one = f"name:{shop.office.orders.get(ids[0]).name}"
        assert not export(one).goes_by_mail()
        assert export(one, since="2026-03-01").goes_by_mail()
        assert export(one, until="2026-03-01").goes_by_mail()

    def test_the_limits(self) -> None:
        """Of orders that are downloaded at once; of bytes that are not zipped, and that are mailed."""
        limits = (exportmail.AT_ONCE, exportmail.ZIPPED_FROM, exportmail.MOST_MAILED)
        assert (50, 1_000_000, 10_000_000) == limits

    @pytest.mark.parametrize(
        ("which", "more", "error"),
        [
            ("financial_status:payd", {}, errors.UnclearQuery),
            ("", {"since": "2026-03-03", "until": "2026-03-01"}, errors.InvalidValue),
            (["nope"], {}, errors.UnknownId),
        ],
    )
    def test_what_cannot_be_meant_is_told_at_once(self, shop: Shop, which: Any, more: Any, error: Any) -> None:
        with pytest.raises(error):
            shop.office.orders.export(which, **more).by_mail(MARIE)
        assert [] == list(shop.office.exports.list())

    @pytest.mark.parametrize("query", ["tea\0", "tea\ud800", "cup," * 990])
    def test_a_query_that_cannot_be_kept(self, shop: Shop, query: str) -> None:
        """It is clear, but what is read when the export is made would be another one, or nothing."""
        shop.office.orders.export(query).count()
        with pytest.raises(errors.InvalidValue, match="query"):
            shop.office.orders.export(query).by_mail(MARIE)
        assert [] == list(shop.office.exports.list())

    @pytest.mark.parametrize("odd", ["marie", "marie@example.com\nBcc: all@example.com", "", 5])
    def test_what_is_no_address(self, shop: Shop, odd: Any) -> None:
        with pytest.raises(errors.InvalidValue, match="to: what is no address"):
            shop.office.orders.export().by_mail(odd)

    def test_nobody_to_send_it_to(self, shop: Shop) -> None:
        shop.office.change_settings(owner_email=None)
        with pytest.raises(errors.InvalidValue, match="owner_email"):
            shop.office.orders.export().by_mail()

    def test_too_large_and_nobody_publishes_it(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        """It is refused up front, by what the first orders weigh; one that is just large enough is not."""
        monkeypatch.setattr("backoffice_core.desks.portions.MOST_ORDERS", 5)
        monkeypatch.setattr(exportmail, "SAMPLE", 5)
        shop.place(60)
        job = shop.office.orders.export().by_mail()
        assert "waiting" == job.state
        monkeypatch.setattr(exportmail, "MOST_MAILED", 100)
        with pytest.raises(errors.ExportTooLarge) as caught:
            shop.office.orders.export().by_mail()
        assert (60, 100) == (caught.value.orders, caught.value.most)
        assert 60 * 30 < caught.value.estimated < 60 * 300
        assert 1 == len(shop.office.exports.list())


class TestRule2_MadeLater:
    def test_nothing_is_sent_before_its_time(self, shop: Shop) -> None:
        """Asking makes nothing; delivering messages neither."""
        shop.place(2)
        shop.office.orders.export().by_mail(MARIE)
        assert 0 == shop.office.outbox.deliver().sent
        assert [] == shop.notifier.sent
        assert 1 == shop.office.run_due().exports
        assert 0 == shop.office.run_due().exports

    def test_the_file(self, shop: Shop) -> None:
        """The same as one that is written at once, with the orders that are there when it is made."""
        shop.place(3, payments=[Sale("10.00", gateway="card")])
        job = shop.office.acting_as("marie").orders.export("financial_status:paid").by_mail(MARIE)
        shop.place(1)
        shop.office.run_due()
        (mail,) = shop.mails("export_ready")
        text = io.StringIO()
        shop.office.orders.export("financial_status:paid").to_file(text)
        assert list(csv.reader(io.StringIO(text.getvalue()))) == rows_of(mail)
        done = shop.office.exports.get(job.id)
        assert ("done", 3, 3, "marie") == (done.state, done.orders, done.rows, done.actor)
        assert done.size == len(mail.attachments[0].content)
        assert shop.clock() == done.ended_at

    def test_transactions_ids_and_periods(self, shop: Shop) -> None:
        """What is asked for is kept: which file, which orders, which days."""
        first = shop.place(1, payments=[Sale("10.00", gateway="card")])
        shop.clock.tick(days=2)
        second = shop.place(2, payments=[Sale("10.00", gateway="card")])
        shop.office.orders.export_transactions([*second, *first]).by_mail()
        shop.office.orders.export(since="2026-03-03", until="2026-03-04").by_mail()
        shop.office.orders.export("", until="2026-03-02").by_mail()
        assert 3 == shop.office.run_due().exports
        assert [3, 2, 1] == [len(rows_of(mail)) - 1 for mail in shop.mails("export_ready")]
        names = [mail.attachments[0].name for mail in shop.mails("export_ready")]
        assert ["transactions_export.csv", "orders_export.csv", "orders_export.csv"] == names

    def test_last_week_is_that_before_it_was_asked_for(self, shop: Shop) -> None:
        """However late it is made."""
        shop.place(2)
        shop.clock.tick(days=6)
        shop.office.orders.export("created_at:>=-7d").by_mail()
        shop.clock.tick(days=30)
        shop.office.run_due()
        assert 2 == len(rows_of(shop.mails("export_ready")[0])) - 1

    def test_two_at_once(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        """While one makes it, the other finds nothing to make; a lease that is nearly over is renewed."""
        shop.place(3)
        shop.office.orders.export().by_mail()
        others = []
        export = exportmaker.Export
        batches = export._batches

        def slow(self: Any, start: Any) -> Any:
            for one in batches(self, start):
                yield one
                shop.clock.tick(seconds=LEASE.total_seconds() * 0.6)
                others.append(shop.office.run_due().exports)

        monkeypatch.setattr(export, "_batches", slow)
        monkeypatch.setattr("backoffice_core.desks.portions.MOST_ORDERS", 1)
        assert 1 == shop.office.run_due().exports
        assert {0} == set(others)
        assert len(others) >= 3
        assert 1 == len(shop.mails("export_ready"))

    def test_one_that_was_too_slow_sends_nothing(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whoever lost the lease leaves the mail to whoever has it."""
        shop.place(2)
        shop.office.orders.export().by_mail()
        made = exportmaker.MailedExports._export
        sent = []

        def slow(self: Any, row: Any, job: Any) -> Any:
            if not sent:
                sent.append(1)
                shop.clock.tick(seconds=LEASE.total_seconds() * 2)
                sent.append(shop.office.run_due().exports)
            return made(self, row, job)

        monkeypatch.setattr(exportmaker.MailedExports, "_export", slow)
        assert 0 == shop.office.run_due().exports
        assert [1, 1] == sent
        assert 1 == len(shop.mails("export_ready"))

    def test_one_whose_mail_took_too_long_changes_nothing_more(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The mail went twice, with one key; what became of the export is what the later one says."""
        shop.place(1)
        job = shop.office.orders.export().by_mail()
        send = shop.notifier.send

        def slow(notification: Notification) -> None:
            if not shop.notifier.sent:
                send(notification)
                shop.clock.tick(seconds=LEASE.total_seconds() * 2)
                assert 1 == shop.office.run_due().exports
            else:
                send(notification)

        monkeypatch.setattr(shop.notifier, "send", slow)
        shop.office.run_due()
        first, second = shop.mails("export_ready")
        assert first.key == second.key
        assert shop.clock() == shop.office.exports.get(job.id).ended_at


class TestRule3_WhereItGoes:
    def test_to_both(self, shop: Shop) -> None:
        """Whoever asked, and the owner; each once, when they are one person."""
        shop.place(1)
        shop.office.orders.export().by_mail(MARIE)
        shop.office.orders.export().by_mail(OWNER)
        shop.office.orders.export().by_mail()
        shop.office.run_due()
        assert [(MARIE, (OWNER,)), (OWNER, ()), (OWNER, ())] == [(mail.to, mail.cc) for mail in shop.notifier.sent]

    def test_the_letter(self, shop: Shop) -> None:
        """In the language that was asked for; it says how many rows there are."""
        shop.place(2)
        job = shop.office.orders.export().by_mail(MARIE, locale="fr")
        shop.office.run_due()
        (mail,) = shop.notifier.sent
        assert ("fr", "staff", f"export_ready {job.id}") == (mail.locale, mail.audience, mail.key)
        assert "orders_export.csv, avec 2 lignes, est joint." in mail.text

    def test_zipped(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        """What is large goes zipped, and is the same file."""
        monkeypatch.setattr(exportmaker, "ZIPPED_FROM", 500)
        shop.place(5)
        shop.office.orders.export().by_mail()
        shop.office.run_due()
        (mail,) = shop.notifier.sent
        assert ("orders_export.zip", "application/zip") == (mail.attachments[0].name, mail.attachments[0].media_type)
        assert 6 == len(rows_of(mail))

    def test_published(self, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """What is too large for a mail is published while its file is there; the letter leads to it."""
        for module in (exportmail, exportmaker):
            monkeypatch.setattr(module, "MOST_MAILED", 100)
        seen: list[bytes] = []

        def publish(path: Path) -> str:
            seen.append(path.read_bytes())
            return "https://files.example/1?key=s3cret"

        notifier = MemoryNotifier()
        plain: dict[str, Any] = {"currency": "EUR", "taxes_included": True, "notifications": (), "owner_email": OWNER}
        with BackOffice.open(where, notifier=notifier, publish=publish, **plain) as office:
            office.orders.place(lines=[Line("Cup", price="10.00")])
            job = office.orders.export().by_mail()
            assert 1 == office.run_due().exports
            done = office.exports.get(job.id)
        (mail,) = notifier.sent
        assert () == mail.attachments
        assert "https://files.example/1?key=s3cret" in mail.text
        assert (done.url, done.size) == ("https://files.example/1?key=s3cret", len(seen[0]))
        assert "s3cret" not in repr(done)

    @pytest.mark.parametrize(
        "odd", [None, "", " ", 5, b"https://x", "https://files.example/\udc80", "https://files.example/" + "k" * 5000]
    )
    def test_a_host_that_publishes_nothing(self, where: str, odd: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """An answer that is no address is a failure, and told."""
        monkeypatch.setattr(exportmaker, "MOST_MAILED", 100)
        plain: dict[str, Any] = {"currency": "EUR", "taxes_included": True, "owner_email": OWNER}
        notifier = MemoryNotifier()
        with BackOffice.open(where, notifier=notifier, publish=lambda path: odd, **plain) as office:
            job = office.orders.export().by_mail()
            assert (0, 1) == ((report := office.run_due()).exports, report.failed)
            failed = office.exports.get(job.id)
            assert ("failed", False) == (failed.state, "files.example" in str(failed.error))
            assert [] == notifier.sent


class TestRule4_Failures:
    def test_what_is_wrong_fails_at_once_and_is_told(self, shop: Shop) -> None:
        """An order that was deleted meanwhile; whoever asked and the owner get a letter, and it can be made again."""
        job, id = shop.gone(MARIE)
        report = shop.office.run_due()
        assert (0, 1) == (report.exports, report.failed)
        failed = shop.office.exports.get(job)
        assert "failed" == failed.state
        assert id in str(failed.error)
        assert 1 == shop.office.outbox.deliver().sent
        (mail,) = shop.mails("export_failed")
        assert (MARIE, (OWNER,)) == (mail.to, mail.cc)
        assert id in mail.text
        assert 0 == shop.office.run_due().failed

    def test_a_mail_server_that_is_down(self, shop: Shop) -> None:
        """It is tried again later, and nothing is told until it is given up; then it can be sent by hand again."""
        shop.place(1)
        job = shop.office.orders.export().by_mail()
        shop.notifier.error = ConnectionError("no")
        for at in range(MOST_ATTEMPTS):
            assert (0, 1) == ((report := shop.office.run_due()).exports, report.failed), at
            assert ("waiting" if at < MOST_ATTEMPTS - 1 else "failed") == shop.office.exports.get(job.id).state
            assert 0 == shop.office.run_due().failed
            shop.clock.tick(hours=7)
        shop.notifier.error = None
        assert 1 == shop.office.outbox.deliver().sent
        assert ["export_failed"] == [mail.kind for mail in shop.notifier.sent]
        assert "waiting" == shop.office.exports.again(job.id).state
        assert 1 == shop.office.run_due().exports
        assert ["export_failed", "export_ready"] == [mail.kind for mail in shop.notifier.sent]

    def test_an_address_that_is_none(self, shop: Shop) -> None:
        """What a notifier will never take is not tried again."""
        shop.place(1)
        job = shop.office.orders.export().by_mail()
        shop.notifier.error = Undeliverable("no such mailbox")
        shop.office.run_due()
        assert "failed" == shop.office.exports.get(job.id).state

    def test_one_that_fails_lets_the_next_one_pass(self, shop: Shop) -> None:
        shop.gone()
        shop.office.orders.export().by_mail()
        report = shop.office.run_due()
        assert (1, 1) == (report.exports, report.failed)

    def test_nothing_is_left_on_disk(self, shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whether it was sent or not."""
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "aside"))
        (tmp_path / "aside").mkdir()
        shop.gone()
        shop.office.orders.export().by_mail()
        assert 1 == shop.office.run_due().exports
        assert [] == list((tmp_path / "aside").iterdir())


class TestDesk:
    def test_the_list(self, shop: Shop) -> None:
        """Newest first; no address in its text."""
        jobs = []
        for _ in range(3):
            jobs.append(shop.office.orders.export().by_mail(MARIE))
            shop.clock.tick(seconds=1)
        assert [job.id for job in reversed(jobs)] == [job.id for job in shop.office.exports.list()]
        assert 2 == len(shop.office.exports.list(limit=2))
        assert MARIE not in repr(shop.office.exports.list())
        with pytest.raises(errors.InvalidValue, match="limit"):
            shop.office.exports.list(limit=0)
        with pytest.raises(errors.UnknownId):
            shop.office.exports.get("nope")

    def test_cancelling(self, shop: Shop) -> None:
        """One that waits is not made; one that is over cannot be cancelled, one that did not fail not made again."""
        job = shop.office.orders.export().by_mail()
        assert "cancelled" == shop.office.exports.cancel(job.id).state
        assert 0 == shop.office.run_due().exports
        assert [] == shop.notifier.sent
        for call in (shop.office.exports.cancel, shop.office.exports.again):
            with pytest.raises(errors.ExportOver, match="cancelled"):
                call(job.id)

    def test_no_address_is_in_the_outbox(self, shop: Shop) -> None:
        """Nor what was looked for."""
        shop.office.orders.export("ada").by_mail(MARIE)
        assert not any(text in repr(shop.office.outbox.list()) for text in (MARIE, OWNER, "'ada'"))

    def test_within_a_hosts_transaction_nothing_is_made(self, tmp_path: Path) -> None:
        """It waits until somebody outside does what time brings."""
        import sqlalchemy as sa

        notifier = MemoryNotifier()
        engine = sa.create_engine(f"sqlite:///{tmp_path}/shop.db")
        plain: dict[str, Any] = {"currency": "EUR", "taxes_included": True, "owner_email": OWNER}
        with BackOffice.open(engine, notifier=notifier, **plain) as office:
            office.orders.export().by_mail()
            with engine.begin() as connection:
                assert 0 == office.within(connection).run_due().exports
            assert 1 == office.run_due().exports


def test_the_awaitable_door(tmp_path: Path) -> None:
    """The same, with a notifier and a publisher that are awaited."""

    class Awaited(MemoryNotifier):
        async def send(self, notification: Notification) -> None:  # type: ignore[override]
            await asyncio.sleep(0)
            super().send(notification)

    async def day() -> None:
        notifier = Awaited()
        plain: dict[str, Any] = {"currency": "EUR", "taxes_included": True, "notifications": (), "owner_email": OWNER}
        async with await AsyncBackOffice.open(f"sqlite:///{tmp_path}/shop.db", notifier=notifier, **plain) as office:
            await office.orders.place(lines=[Line("Cup", price="10.00")])
            export = office.orders.export()
            assert not await export.goes_by_mail()
            job = await export.by_mail(MARIE)
            assert 1 == (await office.run_due()).exports
            assert "done" == (await office.exports.get(job.id)).state
            assert [MARIE] == [mail.to for mail in notifier.sent]

    asyncio.run(day())
