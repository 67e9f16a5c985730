"""What a later hunt found, each with the promise that it broke."""

import csv

import pendulum
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backoffice_core import Authorization, BackOffice, Line, Variant
from backoffice_core.channels import folded
from backoffice_core.context import Context
from backoffice_core.failures import BackOfficeError, InvalidValue, UnknownId
from backoffice_core.gateways.fake import FakeGateway
from backoffice_core.notify.memory import MemoryNotifier
from backoffice_core.orders.channel import ChannelDisabled
from backoffice_core.policies import Recovery
from backoffice_core.search.text import plain
from backoffice_core.storage.trouble import StorageBusy
from backoffice_core.testing import FrozenClock

NEW = {"currency": "EUR", "timezone": "Europe/Paris", "taxes_included": True}
CUP = Line("Cup", sku="CUP", price="12.00")


@pytest.fixture(params=["memory", "sqlite"])
def url(request, tmp_path):
    return "memory:" if request.param == "memory" else f"sqlite:///{tmp_path}/shop.db"


class TestBulkThatBreaksOff:
    """What was saved is told, and what was not is gone on with."""

    @pytest.fixture
    def office(self, url):
        with BackOffice.open(url, **NEW) as office:
            office.catalog.add_location("paris")
            yield office

    def broken(self, monkeypatch, after):
        """Let the storage fail once, after so many units of work were saved."""
        write, count = Context.write, iter(range(after + 1))

        def busy(context, work, **more):
            if next(count, None) == after:
                raise StorageBusy("it is locked")
            return write(context, work, **more)

        monkeypatch.setattr(Context, "write", busy)

    @pytest.mark.parametrize("chosen", ["ids", "query"])
    @pytest.mark.parametrize("after", [0, 1, 3])
    def test_one_by_one(self, office, monkeypatch, chosen, after):
        ids = [office.orders.place(lines=[CUP]).order.id for _ in range(5)]
        which, told = ids if chosen == "ids" else "fulfillment_status:unshipped", []
        with monkeypatch.context() as patch:
            self.broken(patch, after)
            report = office.orders.bulk(which, progress=told.append).fulfill(location="paris")
        assert (after, 5 - after, 0) == (report.done, report.not_reached, report.refused)
        assert isinstance(report.error, StorageBusy)
        assert ids[after:] == [one.order_id for one in report.outcomes]
        assert [after] * (after > 0) == [one.reached for one in told]
        assert after == sum(office.orders.get(id).fulfillment_status == "fulfilled" for id in ids)
        again = office.orders.bulk(which, resume=report.cursor).fulfill(location="paris")
        assert (5 - after, 0, None) == (again.done, again.refused, again.error)

    def test_as_an_iterator(self, office, monkeypatch):
        """Outcomes first, then the failure."""
        ids = [office.orders.place(lines=[CUP]).order.id for _ in range(4)]
        with monkeypatch.context() as patch:
            self.broken(patch, 2)
            outcomes = office.orders.bulk(ids).each.fulfill(location="paris")
            told = [next(outcomes).order_id, next(outcomes).order_id]
            with pytest.raises(StorageBusy):
                next(outcomes)
        assert ids[:2] == told == [id for id in ids if office.orders.get(id).fulfillment_status == "fulfilled"]

    def test_after_a_chunk_that_was_saved_in_part(self, office, monkeypatch):
        """Those behind the first that was not reached are told as they are, and are tried again."""
        ids = [office.orders.place(lines=[CUP]).order.id for _ in range(3)]
        office.orders.bulk(ids[1:2], idempotency_key="k").add_tags("go")
        with monkeypatch.context() as patch:
            self.broken(patch, 1)
            report = office.orders.bulk(ids, idempotency_key="k").add_tags("go")
        assert (2, 1) == (report.done, report.not_reached)
        assert [ids[1]] == [one.order_id for one in report.outcomes]
        again = office.orders.bulk(ids, idempotency_key="k", resume=report.cursor).add_tags("go")
        assert (2, 0) == (again.done, again.not_reached)
        assert all(office.orders.get(id).tags == ("go",) for id in ids)


def test_a_gateway_without_an_answer_is_in_the_report(url):
    gateway = FakeGateway()
    with BackOffice.open(url, **NEW, gateways={"stripe": gateway}) as office:
        paid = [Authorization("12.00", gateway="stripe")]
        ids = [office.orders.place(lines=[CUP], payments=paid).order.id for _ in range(3)]
        gateway.then("hang", "succeed", "hang")
        report = office.orders.bulk(ids).capture()
        assert (3, 2, {}) == (report.done, len(report.outcomes), report.reasons)
        assert all("stripe" in one.warnings[0] for one in report.outcomes)


@pytest.mark.parametrize("key", [5, True, b"x", [1], ""])
def test_keys_of_a_bulk_that_are_none(url, key):
    with BackOffice.open(url, **NEW) as office, pytest.raises(InvalidValue, match="idempotency_key"):
        office.orders.bulk(["x"], idempotency_key=key)


async def nobody_awaits(*how):
    """Called without being awaited, it would do nothing."""


@pytest.mark.parametrize("progress", [5, nobody_awaits])
@pytest.mark.parametrize(
    "asked",
    [
        lambda office, told: office.orders.bulk("", progress=told),
        lambda office, told: office.orders.export(progress=told),
        lambda office, told: office.orders.export_transactions(progress=told),
        lambda office, told: office.orders.import_csv("nowhere.csv", progress=told),
        lambda office, told: office.drafts.import_json("nowhere.json", progress=told),
        lambda office, told: office.checkouts.import_csv("nowhere.csv", progress=told),
    ],
)
def test_progress_that_cannot_be_called(url, asked, progress):
    """A coroutine function cannot be: nobody awaits it."""
    with BackOffice.open(url, **NEW) as office, pytest.raises(InvalidValue, match="progress"):
        asked(office, progress)


@pytest.mark.parametrize("period", [{"since": pendulum.datetime(1, 1, 1, tz="Europe/Paris")}])
def test_a_period_outside_of_time(url, period):
    with BackOffice.open(url, **NEW) as office, pytest.raises(InvalidValue, match="since"):
        office.orders.export(**period).count()


def test_one_order_with_too_many_tags_is_left_out(tmp_path, url):
    with BackOffice.open("memory:", **NEW) as office:
        for _ in range(3):
            office.orders.place(lines=[CUP])
        office.orders.export().to_path(tmp_path / "orders.csv")
    with (tmp_path / "orders.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    rows[2][rows[0].index("Tags")] = ", ".join(f"tag {at}" for at in range(251))
    with (tmp_path / "orders.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    with BackOffice.open(url, **NEW) as office:
        report = office.orders.import_csv(tmp_path / "orders.csv")
        assert (2, 1) == (report.imported, len(report.refused))
        assert "at most 250" in str(report.refused[0])


def test_prices_of_a_variant_as_text(url):
    """As everywhere else that an amount is given."""
    with BackOffice.open(url, **NEW) as office:
        given = Variant(sku="C", tracked=False, price="9.00", compare_at="12.00")
        (made,) = office.catalog.add_product("Cup", variants=[given]).variants
        assert ("9.00", "12.00") == (made.price.amount, made.compare_at.amount)
        assert "9.00 EUR" == str(office.orders.place(lines=[Line(variant="C")]).order.total)


WRONG = {
    "set_stock": (lambda office: office.catalog.set_stock(None, 7), UnknownId),
    "available": (lambda office: office.catalog.available(None), UnknownId),
    "product": (lambda office: office.catalog.get(5), UnknownId),
    "export": (lambda office: office.exports.get(None), UnknownId),
    "with_email": (lambda office: office.customers.with_email(5), InvalidValue),
    "change": (lambda office: office.customers.change("c", name="B", remove=None), InvalidValue),
    "change_product": (lambda office: office.catalog.change_product("p", title="B", remove=None), InvalidValue),
}


@pytest.mark.parametrize("name", WRONG)
def test_arguments_of_another_type(url, name):
    """The same on both; nothing that nobody named is changed."""
    call, error = WRONG[name]
    with BackOffice.open(url, **NEW) as office:
        office.catalog.add_product("Gift wrap", price="9.00", id="p")
        office.catalog.add_location("paris")
        office.customers.create(name="A", id="c")
        with pytest.raises(error):
            call(office)


@pytest.mark.parametrize("kinds", [["order_placd"], {"order_placd"}, frozenset({"order_placd"}), 5])
def test_kinds_of_messages_that_there_are_not(url, kinds):
    with BackOffice.open(url, **NEW) as office:
        with pytest.raises(InvalidValue, match="notifications"):
            office.change_settings(notifications=kinds)
        with pytest.raises(InvalidValue, match="notifications"):
            BackOffice.open(office._context.storage, notifications=kinds)


@pytest.mark.parametrize("name", ["staff_emails", "channels", "hushed"])
def test_a_setting_of_a_shop_that_is_there(url, name):
    with BackOffice.open(url, **NEW) as office, pytest.raises(BackOfficeError, match=name):
        BackOffice.open(office._context.storage, **{name: 5})


def test_an_export_that_was_cancelled_is_no_failure(url):
    with BackOffice.open(url, **NEW) as office:
        job = office.orders.export("").by_mail("x@y.de")
        office.exports.cancel(job.id)
        assert (0, 0) == (office.run_due().failed, office.run_due().failed)
        assert "cancelled" == office.exports.get(job.id).state


def test_a_channel_is_asked_back_however_it_is_written():
    """Handles are compared without regard to case."""
    clock, notifier = FrozenClock(pendulum.datetime(2026, 3, 2, 10)), MemoryNotifier()
    recovery = Recovery(after=1, channels="WEB")
    with BackOffice.open("memory:", **NEW, clock=clock, notifier=notifier, recovery=recovery) as office:
        for mail, channel in (("a@x.de", "web"), ("b@x.de", "Web"), ("c@x.de", "pos")):
            office.checkouts.start(lines=[CUP], email=mail, channel=channel)
        for _ in range(6):
            clock.tick(minutes=30)
            office.run_due()
            office.outbox.deliver()
        assert ["a@x.de", "b@x.de"] == sorted(sent.to for sent in notifier.sent)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\U0010ffff"), max_size=8))
@example("Cafe\u0301  du\tCoin ")
def test_handles_are_compared_as_a_search_does(handle):
    assert plain(handle) == folded(handle)


@pytest.mark.parametrize("handle", ["web", "WEB", " web", "web  "])
def test_a_disabled_channel_takes_no_order_however_it_is_written(handle):
    with BackOffice.open("memory:", **NEW) as office:
        office.channels.add("web", name="Online store", kind="online")
        office.channels.disable("web")
        with pytest.raises(ChannelDisabled):
            office.orders.place(lines=[CUP], channel=handle)
