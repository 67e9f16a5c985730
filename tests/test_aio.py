"""The awaitable door: the same methods, the same answers, and an event loop that is never blocked."""

import asyncio
import gc
import inspect
import io
import time
from functools import cached_property
from typing import Any

import attrs
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from backoffice_core import (
    AddCustomItem,
    Address,
    AsyncBackOffice,
    Authorization,
    BackOffice,
    Line,
    PaymentTerms,
    Sale,
    SetQuantity,
    errors,
)
from backoffice_core.asynccheckouts import AsyncCheckoutExport, AsyncCheckoutPreview, AsyncCheckouts
from backoffice_core.asyncdesks import (
    AsyncCatalog,
    AsyncCustomers,
    AsyncDraftPreview,
    AsyncDrafts,
    AsyncExports,
    AsyncHome,
    AsyncOutbox,
    AsyncReports,
)
from backoffice_core.asyncorders import AsyncBulk, AsyncBulkSteps, AsyncExport, AsyncOrders, AsyncPreview, AsyncViews
from backoffice_core.asyncshop import AsyncChannels, AsyncStorefrontDoor
from backoffice_core.desks.bulk import Bulk, BulkSteps
from backoffice_core.desks.buying import CheckoutPreview
from backoffice_core.desks.catalog import Catalog
from backoffice_core.desks.channels import Channels
from backoffice_core.desks.checkoutexport import CheckoutExport
from backoffice_core.desks.checkouts import Checkouts
from backoffice_core.desks.customers import Customers
from backoffice_core.desks.drafts import DraftPreview, Drafts
from backoffice_core.desks.export import Export
from backoffice_core.desks.exports import Exports
from backoffice_core.desks.home import Home
from backoffice_core.desks.orders import Orders, Preview
from backoffice_core.desks.outbox import Outbox
from backoffice_core.desks.reports import Reports
from backoffice_core.desks.storefront import StorefrontDoor
from backoffice_core.desks.views import Views
from backoffice_core.gateways.fake import FakeGateway, Hung
from backoffice_core.notify.memory import MemoryNotifier
from backoffice_core.orders.allowed import Allowed
from backoffice_core.shopify.report import ImportReport
from backoffice_core.storage.memory import MemoryStorage
from backoffice_core.storage.sql import set_up_sqlite
from backoffice_core.testing import CountingIds, FrozenClock
from backoffice_core.testing.clock import START
from backoffice_core.testing.contract_base import everything
from tests.test_cancelled import LEAVES_FILES

TEA = Line("Tea", sku="TEA", quantity=3, price="10.00")
NEW: dict[str, Any] = {"currency": "EUR", "taxes_included": True, "auto_archive": False}

CHECKOUT: dict[str, Any] = {
    "id": 7,
    "name": "#7",
    "created_at": "2025-03-01T10:00:00Z",
    "currency": "EUR",
    "line_items": [{"title": "Tea", "quantity": 1, "price": "10.00"}],
}

DESKS = {
    "orders": (Orders, AsyncOrders),
    "views": (Views, AsyncViews),
    "bulk": (Bulk, AsyncBulk),
    "bulk.each": (BulkSteps, AsyncBulkSteps),
    "export": (Export, AsyncExport),
    "preview": (Preview, AsyncPreview),
    "catalog": (Catalog, AsyncCatalog),
    "outbox": (Outbox, AsyncOutbox),
    "drafts": (Drafts, AsyncDrafts),
    "checkouts": (Checkouts, AsyncCheckouts),
    "reports": (Reports, AsyncReports),
    "customers": (Customers, AsyncCustomers),
    "exports": (Exports, AsyncExports),
    "channels": (Channels, AsyncChannels),
    "storefront": (StorefrontDoor, AsyncStorefrontDoor),
    "home": (Home, AsyncHome),
    "drafts.preview": (DraftPreview, AsyncDraftPreview),
    "checkouts.preview": (CheckoutPreview, AsyncCheckoutPreview),
    "checkouts.export": (CheckoutExport, AsyncCheckoutExport),
}


def public(kind):
    return {name for name in dir(kind) if not name.startswith("_")}


def parameters(method):
    return [(one.name, one.kind, one.default) for one in inspect.signature(inspect.unwrap(method)).parameters.values()]


class TestParity:
    @pytest.mark.parametrize("desk", sorted(DESKS))
    def test_every_method_has_its_twin(self, desk):
        """Neither door has a method that the other has not."""
        plain, awaitable = DESKS[desk]
        assert public(plain) == public(awaitable)

    @pytest.mark.parametrize(
        ("desk", "name"),
        [
            (desk, name)
            for desk, (plain, _) in sorted(DESKS.items())
            for name in sorted(public(plain))
            if inspect.isfunction(getattr(plain, name))
        ],
    )
    def test_twins_are_alike(self, desk, name):
        """The same parameters in the same order with the same defaults, and the same docstring; one is awaited."""
        plain, awaitable = (getattr(kind, name) for kind in DESKS[desk])
        assert parameters(plain) == parameters(awaitable)
        assert inspect.signature(plain).parameters.keys() == inspect.signature(awaitable).parameters.keys()
        assert inspect.iscoroutinefunction(awaitable) or hasattr(awaitable, "__wrapped__")
        assert plain.__doc__ == awaitable.__doc__
        assert plain.__name__ == awaitable.__name__

    def test_the_doors_themselves(self):
        """Each property, view and method; settings are awaited where they are a property of the plain door."""
        assert public(BackOffice) == public(AsyncBackOffice)
        for name in ("change_settings", "run_due", "close", "acting_as", "within"):
            theirs = [one[:2] for one in parameters(getattr(BackOffice, name))]
            ours = [one[:2] for one in parameters(getattr(AsyncBackOffice, name))]
            assert theirs == ours, name
        for name in ("change_settings", "run_due", "close", "settings"):
            assert inspect.iscoroutinefunction(getattr(AsyncBackOffice, name))

    def test_opening(self):
        """What the plain door takes, the other takes too, in the same order."""
        theirs = [one for one in parameters(BackOffice.open) if one[0] != "url"]
        ours = [one for one in parameters(AsyncBackOffice.open) if one[0] != "url"]
        assert theirs == [one for one in ours if one in theirs]
        assert {"synchronous"} >= {one[0] for one in ours} - {one[0] for one in theirs}

    def test_iterating(self):
        """`for` and `async for`."""
        assert hasattr(Orders, "__iter__")
        assert hasattr(AsyncOrders, "__aiter__")
        assert hasattr(Drafts, "__iter__")
        assert hasattr(AsyncDrafts, "__aiter__")
        assert hasattr(Checkouts, "__iter__")
        assert hasattr(AsyncCheckouts, "__aiter__")
        assert hasattr(Views, "__iter__")
        assert hasattr(AsyncViews, "__aiter__")
        assert hasattr(Export, "__iter__")
        assert hasattr(AsyncExport, "__aiter__")

    def test_no_desk_is_left_out(self):
        """Every desk of the plain door, and its preview, is compared above."""
        desks = {name for name, desk in vars(BackOffice).items() if isinstance(desk, cached_property)}
        doors = {name: vars(plain).get("preview") for name, (plain, _) in DESKS.items()}
        previews = {f"{name}.preview" for name, door in doors.items() if isinstance(door, cached_property)}
        assert {
            "orders",
            "catalog",
            "outbox",
            "drafts",
            "checkouts",
            "reports",
            "exports",
            "customers",
            "channels",
            "storefront",
            "home",
        } == desks
        assert {"orders.preview", "drafts.preview", "checkouts.preview"} == previews
        assert desks | {
            "preview",
            "views",
            "bulk",
            "bulk.each",
            "export",
            "drafts.preview",
            "checkouts.preview",
            "checkouts.export",
        } == set(DESKS)


# --- one scenario on both doors


async def scenario(call):
    """Do a day's work by *call*, which awaits where it has to; return every answer."""
    answers = [
        await call("catalog.add_location", "here"),
        await call("catalog.add_product", "Cup", sku="CUP", price="5.00"),
        await call("catalog.adjust", "CUP", 7, reason="received"),
        await call("orders.preview.place", lines=[TEA, Line(variant="CUP", quantity=2)]),
        await call(
            "orders.place",
            lines=[TEA, Line(variant="CUP", quantity=2)],
            payments=[Authorization("40.00", gateway="card")],
            email="ada@example.com",
            source=("web", "1"),
            idempotency_key="k1",
        ),
    ]
    order = answers[-1].order
    for name, args, kwargs in (
        ("orders.place", (), {"lines": [TEA], "source": ("web", "1")}),
        ("orders.place", (), {"lines": [Line(variant="CUP", quantity=9)]}),
        ("orders.allowed", (order.id,), {}),
        ("orders.capture", (order.id, "15.00"), {}),
        ("orders.capture", (order.id, "99.00"), {}),
        ("orders.fulfill", (order.id,), {"lines": {"CUP": 1}, "notify": True}),
        ("orders.preview.refund", (order.id,), {"lines": {"CUP": 1}}),
        ("orders.refund", (order.id,), {"lines": {"CUP": 1}, "idempotency_key": "k2"}),
        ("orders.refund", (order.id,), {"lines": {"CUP": 1}, "idempotency_key": "k2"}),
        ("orders.refund", (order.id,), {"lines": {"CUP": 2}, "idempotency_key": "k2"}),
        ("orders.set_note", (order.id, "n"), {"expected_version": 1}),
        ("orders.preview.edit", (order.id, [SetQuantity("CUP", 1), AddCustomItem("Item", "1.00")]), {}),
        ("orders.edit", (order.id, SetQuantity("CUP", 1), AddCustomItem("Item", "1.00")), {"idempotency_key": "k3"}),
        ("orders.edit", (order.id, SetQuantity("CUP", 2)), {"idempotency_key": "k3"}),
        ("orders.edit", (order.id,), {}),
        ("orders.add_tags", (order.id, "vip", "b"), {}),
        ("orders.comment", (order.id, "called"), {"idempotency_key": "k3"}),
        ("orders.edit_comment", (order.id, "nowhere", "x"), {}),
        ("orders.delete_comment", (order.id, "nowhere"), {}),
        ("orders.get", ("#1001",), {}),
        ("orders.get", ("#9",), {}),
        ("orders.page", (), {"limit": 10}),
        ("orders.page", (), {"limit": 0}),
        ("orders.count", (), {}),
        ("orders.timeline", (order.id,), {}),
        ("orders.detail", (order.id,), {"language": "fr"}),
        ("orders.detail", ("nowhere",), {}),
        ("orders.story", (order.id,), {}),
        ("orders.story", (order.id,), {"language": "de"}),
        ("orders.print", (order.id,), {"kind": "packing_slip"}),
        ("orders.print", ([order.id],), {"locale": "fr", "history": True}),
        ("orders.print", (["nowhere"],), {}),
        ("orders.print_to", (io.StringIO(), [order.id]), {}),
        ("orders.print_to", (io.StringIO(), []), {}),
        ("orders.entries", (order.id,), {}),
        ("orders.unresolved", (), {}),
        ("orders.resolve", (order.id,), {}),
        ("orders.request_return", (order.id,), {"lines": {"CUP": 1}, "approve": True}),
        ("orders.receive_return", (order.id, "#1001-R1"), {}),
        ("orders.receive_return", (order.id, "#1001-R1"), {}),
        ("orders.cancel", (order.id,), {"notify": True}),
        ("orders.close_return", (order.id, "#1001-R1"), {}),
        ("orders.cancel", (order.id,), {"notify": True}),
        ("orders.update_customer", (order.id,), {"phone": "+4420", "idempotency_key": "k4"}),
        ("orders.update_customer", (order.id,), {}),
        ("orders.update_address", (order.id,), {"shipping": Address(name="Ada", city="London")}),
        ("orders.update_address", (order.id,), {"remove": "shipping"}),
        ("orders.preview.send_invoice", (order.id,), {}),
        ("orders.send_invoice", (order.id,), {}),
        ("orders.duplicate", (order.id,), {"idempotency_key": "k5"}),
        ("orders.duplicate", (order.id,), {"idempotency_key": "k5"}),
        ("orders.duplicate", ("nowhere",), {}),
        ("orders.import_json", ({"orders": [{"id": 1}]},), {}),
        ("checkouts.import_json", ({"checkouts": [CHECKOUT, {"id": 2}]},), {}),
        ("checkouts.import_json", ({"checkouts": [CHECKOUT, CHECKOUT | {"note": "called"}]},), {}),
        ("checkouts.import_json", ({"orders": []},), {}),
        ("checkouts.get", ("nowhere",), {}),
        ("checkouts.preview.start", (), {"lines": [TEA], "email": "eve@example.com"}),
        ("checkouts.start", (), {"lines": [TEA], "email": "eve@example.com", "source": ("web", "cart-1")}),
        ("checkouts.start", (), {"lines": [TEA], "source": ("web", "cart-1")}),
        ("checkouts.search", ("email:eve@example.com",), {"sort": "-total_price"}),
        ("checkouts.count", ("status:open",), {}),
        ("checkouts.complete", ("nowhere",), {}),
        ("checkouts.open_link", ("nothing",), {}),
        ("checkouts.unsubscribe", ("nothing",), {}),
        ("checkouts.page", (), {"limit": 2}),
        ("checkouts.page", (), {"limit": 1}),
        ("checkouts.page", (), {"limit": 0}),
        ("catalog.levels", ("CUP",), {}),
        ("catalog.stock_changes", ("CUP",), {}),
        ("catalog.available", ("CUP",), {}),
        ("outbox.list", (), {}),
        ("outbox.deliver", (), {}),
        ("outbox.resend", ("nowhere",), {}),
        ("outbox.drop", ("nowhere",), {}),
        ("outbox.unsubscribe", ("nobody",), {}),
        ("change_settings", (), {"locale": "fr"}),
        ("settings", (), {}),
        ("run_due", (), {}),
    ):
        try:
            answers.append(await call(name, *args, **kwargs))
        except errors.BackOfficeError as no:
            answers.append((type(no), no.facts, str(no)))
    return [*answers, *await with_drafts(call)]


async def with_drafts(call):
    """Make drafts and what becomes of them by *call*; return every answer."""
    until = START.add(days=2)
    cups = {"lines": [Line(variant="CUP", quantity=2)], "email": "ada@example.com", "reserve_until": until}
    answers = [
        await call("drafts.preview.create", **cups),
        await call("drafts.create", **cups, terms=PaymentTerms("net", days=30), idempotency_key="d1"),
        await call("drafts.create", lines=[TEA]),
    ]
    draft, other = (answer.draft.id for answer in answers[1:])
    for name, args, kwargs in (
        ("drafts.create", (), {"lines": []}),
        ("drafts.create", (), {**cups, "lines": [Line(variant="CUP", quantity=9)]}),
        ("drafts.create", (), {"lines": [TEA], "idempotency_key": "d1"}),
        ("drafts.update", (draft,), {"note": "call", "expected_version": 1}),
        ("drafts.update", (draft,), {"note": "late", "expected_version": 1}),
        ("drafts.preview.update", (draft,), {"clear": "reserve_until"}),
        ("drafts.send_invoice", (draft,), {}),
        ("drafts.send_invoice", (other,), {}),
        ("catalog.levels", ("CUP",), {}),
        ("drafts.duplicate", (draft,), {}),
        ("drafts.preview.complete", (draft,), {}),
        ("drafts.complete", (draft,), {"gateway": "card", "idempotency_key": "d2"}),
        ("drafts.complete", (draft,), {"gateway": "card", "idempotency_key": "d2"}),
        ("drafts.complete", (draft,), {}),
        ("drafts.update", (draft,), {"note": "too late"}),
        ("drafts.delete", (draft,), {}),
        ("drafts.complete", (other,), {"gateway": "card"}),
        ("drafts.preview.delete", (other,), {}),
        ("drafts.get", (draft,), {}),
        ("drafts.get", ("nowhere",), {}),
        ("drafts.page", (), {"limit": 2}),
        ("drafts.page", (), {"limit": 0}),
        ("drafts.timeline", (draft,), {}),
        ("catalog.levels", ("CUP",), {}),
        ("outbox.deliver", (), {}),
        ("run_due", (), {}),
    ):
        try:
            answers.append(await call(name, *args, **kwargs))
        except errors.BackOfficeError as no:
            answers.append((type(no), no.facts, str(no)))
    return answers


def comparable(answer):
    """Return an answer as something that can be compared: a refusal within one is no value."""
    if isinstance(answer, tuple) and answer and isinstance(answer[0], Allowed):
        return [(one.name, one.possible, repr(one.reason)) for one in answer]
    if isinstance(answer, ImportReport):
        return repr(answer)
    return answer


def options():
    card = FakeGateway(["succeed", "hang", "late"])
    return {"clock": FrozenClock(), "new_id": CountingIds(), "gateways": {"card": card}, "notifier": MemoryNotifier()}


def by(office):
    async def call(path, *args, **kwargs):
        found = office
        for name in path.split("."):
            found = getattr(found, name)
        if not callable(found):
            return found
        answer = found(*args, **kwargs)
        return await answer if inspect.isawaitable(answer) else answer

    return call


@pytest.fixture
def plain_answers():
    office = BackOffice.open("memory:", **NEW, **options())
    return asyncio.run(scenario(by(office)))


@pytest.mark.parametrize(
    "where",
    ["memory", "aiosqlite", "a sync storage on disk", pytest.param("PostgreSQL", marks=pytest.mark.postgres)],
)
def test_both_doors_give_equal_answers(plain_answers, where, tmp_path, request):
    """Changes, refusals with their facts and texts, pages, levels, messages: all of it."""
    from backoffice_core.storage.sql import SqlStorage

    server = request.getfixturevalue("postgres_url") if where == "PostgreSQL" else None

    async def run():
        url: Any = {"memory": "memory:", "aiosqlite": tmp_path / "shop.db", "PostgreSQL": server}.get(where)
        if url is None:
            url = SqlStorage(f"sqlite:///{tmp_path}/shop.db")
            url.migrate()
        async with await AsyncBackOffice.open(url, **NEW, **options()) as office:
            answers = await scenario(by(office))
            assert ["#1003", "#1002", "#1001"] == [order.name async for order in office.orders]
            assert {"#D1", "#D2", "#D3", "#D4"} == {draft.name async for draft in office.drafts}
            assert ["#7", "#cart-1"] == [checkout.name async for checkout in office.checkouts]
            return answers

    answers = asyncio.run(run())
    for expected, actual in zip(plain_answers, answers, strict=True):
        assert comparable(expected) == comparable(actual)


def test_the_file_is_the_same(tmp_path):
    """What one door wrote the other reads."""

    async def run():
        async with await AsyncBackOffice.open(tmp_path / "shop.db", **NEW, **options()) as office:
            await scenario(by(office))

    asyncio.run(run())
    plain = BackOffice.open(MemoryStorage(), **NEW, **options())
    asyncio.run(scenario(by(plain)))
    with BackOffice.open(tmp_path / "shop.db") as office:
        assert everything(plain._context.storage) == everything(office._context.storage)


@pytest.fixture
def postgres_url(emptied_postgres):
    """The URL of an empty shop on PostgreSQL, without a driver."""
    url = emptied_postgres().engine.url
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture(params=["memory", "aiosqlite", pytest.param("PostgreSQL", marks=pytest.mark.postgres)])
def url(request, tmp_path):
    if request.param == "PostgreSQL":
        return request.getfixturevalue("postgres_url")
    return "memory:" if request.param == "memory" else f"sqlite:///{tmp_path}/shop.db"


class TestConcurrency:
    def test_forty_tasks_refund_one_order(self, url):
        """Each gets its refund or a refusal by the rule; none a conflict, none over."""

        async def run():
            async with await AsyncBackOffice.open(url, **NEW) as office:
                placed = await office.orders.place(
                    lines=[Line("Tea", sku="TEA", quantity=30, price="1.00")], payments=[Sale("30.00")]
                )
                calls = [office.orders.refund(placed.order.id, lines={"TEA": 1}, amount="1.00") for _ in range(40)]
                answers = await asyncio.gather(*calls, return_exceptions=True)
                return answers, await office.orders.get(placed.order.id)

        answers, order = asyncio.run(run())
        refused = [one for one in answers if isinstance(one, errors.Refused)]
        failed = [one for one in answers if isinstance(one, BaseException) and one not in refused]
        assert ([], 10) == (failed, len(refused))
        assert ("30.00 EUR", 30, 31) == (str(order.refunded), len(order.refunds), order.version)

    def test_the_same_key_and_the_same_source(self, url):
        """Twenty tasks, one order."""

        async def run():
            async with await AsyncBackOffice.open(url, **NEW) as office:
                same = {"lines": [TEA], "source": ("web", "1"), "idempotency_key": "k"}
                changes = await asyncio.gather(*(office.orders.place(**same) for _ in range(20)))
                return {change.order.id for change in changes}, [one.replayed for one in changes].count(False)

        ids, done = asyncio.run(run())
        assert (1, 1) == (len(ids), done)

    def test_many_tasks_complete_one_draft(self, url):
        """One order, one number; everybody is told the same."""

        async def run():
            async with await AsyncBackOffice.open(url, **NEW) as office:
                draft = (await office.drafts.create(lines=[TEA])).draft
                changes = await asyncio.gather(*(office.drafts.complete(draft.id) for _ in range(20)))
                orders = [order.name async for order in office.orders]
                return {change.order.name for change in changes}, sum(map(bool, changes)), orders

        assert ({"#1001"}, 1, ["#1001"]) == asyncio.run(run())

    def test_the_event_loop_is_free(self, url):
        """While commands run, other tasks go on: the longest pause is short, whatever the storage waits for."""

        async def run():
            async with await AsyncBackOffice.open(url, **NEW) as office:
                pauses, over = [], asyncio.Event()

                async def watch():
                    while not over.is_set():
                        before = time.perf_counter()
                        await asyncio.sleep(0.001)
                        pauses.append(time.perf_counter() - before)

                async def sell():
                    for _ in range(75):
                        await office.orders.place(lines=[TEA])

                watching = asyncio.create_task(watch())
                await asyncio.gather(*(sell() for _ in range(4)))
                over.set()
                await watching
                return pauses

        pauses = asyncio.run(run())
        assert len(pauses) > 10
        assert sorted(pauses)[len(pauses) // 2] < 0.1

    def test_a_locked_file_does_not_block_the_loop(self, tmp_path):
        """A command waits for its lock; the loop does not."""
        import sqlite3

        async def run():
            async with await AsyncBackOffice.open(tmp_path / "shop.db", **NEW) as office:
                rival = sqlite3.connect(tmp_path / "shop.db", isolation_level=None)
                rival.execute("BEGIN IMMEDIATE")
                task = asyncio.create_task(office.orders.place(lines=[TEA]))
                ticks = 0
                for _ in range(30):
                    await asyncio.sleep(0.01)
                    ticks += 1
                done = task.done()
                rival.execute("ROLLBACK")
                rival.close()
                return ticks, done, (await task).order.name

        assert (30, False, "#1001") == asyncio.run(run())


class Slow:
    """A gateway and a notifier that are awaited, on the loop of the caller."""

    def __init__(self, inner):
        self.inner, self.loops = inner, set()

    def __getattr__(self, name):
        async def call(*args):
            self.loops.add(id(asyncio.get_running_loop()))
            await asyncio.sleep(0.001)
            return getattr(self.inner, name)(*args)

        return call


class TestAwaited:
    def test_gateways_and_notifiers_are_awaited(self, url):
        """On the caller's loop, between transactions; sync ones work too."""

        async def run():
            card, post = Slow(FakeGateway(["hang"])), Slow(MemoryNotifier())
            async with await AsyncBackOffice.open(url, **NEW, gateways={"card": card}, notifier=post) as office:
                asked = {"payments": [Sale("30.00", gateway="card")], "email": "ada@example.com"}
                change = await office.orders.place(lines=[TEA], **asked)
                assert "unknown" == change.order.transactions[0].status
                resolved = await office.orders.resolve(change.order.id)
                assert "paid" == resolved.order.financial_status
                report = await office.outbox.deliver()
                assert {id(asyncio.get_running_loop())} == card.loops == post.loops
                return report.sent, len(post.inner.sent)

        assert (1, 1) == asyncio.run(run())

    def test_the_shop_is_free_while_a_gateway_thinks(self, url):
        """Another task changes the very order meanwhile."""

        async def run():
            asked, go_on = asyncio.Event(), asyncio.Event()

            class Thinks(FakeGateway):
                async def sale(self, request):
                    asked.set()
                    await go_on.wait()
                    return super().sale(request)

            async with await AsyncBackOffice.open(url, **NEW, gateways={"card": Thinks()}) as office:
                task = asyncio.create_task(office.orders.place(lines=[TEA], payments=[Sale("30.00", gateway="card")]))
                await asyncio.wait_for(asked.wait(), 10)
                order = (await office.orders.page()).orders[0]
                await office.orders.add_tags(order.id, "meanwhile")
                go_on.set()
                return (await task).order

        order = asyncio.run(run())
        assert (("meanwhile",), "paid") == (order.tags, order.financial_status)

    def test_a_gateway_that_cannot_tell(self, url):
        """The same typed error as by the plain door."""

        class Down(FakeGateway):
            async def fetch(self, key):
                raise Hung("reset")

        async def run():
            async with await AsyncBackOffice.open(url, **NEW, gateways={"card": Down(["late"])}) as office:
                change = await office.orders.place(lines=[TEA], payments=[Sale("30.00", gateway="card")])
                with pytest.raises(errors.GatewayUnreachable, match="Hung"):
                    await office.orders.resolve(change.order.id)

        asyncio.run(run())

    def test_retries_do_not_sleep_on_the_loop(self, tmp_path):
        """The waits between tries are awaited."""
        assert time.sleep is BackOffice.open("memory:", **NEW)._context.sleep

        async def run():
            async with await AsyncBackOffice.open(tmp_path / "shop.db", **NEW) as office:
                return office._office._context.sleep

        assert time.sleep is not asyncio.run(run())

    def test_acting_as(self, url):
        """A view, awaitable like the office."""

        async def run():
            async with await AsyncBackOffice.open(url, **NEW) as office:
                staff = office.acting_as("marie")
                change = await staff.orders.place(lines=[TEA])
                assert "AsyncBackOffice(shop='main', actor='marie')" == repr(staff)
                assert "main" == staff.shop
                return (await office.orders.timeline(change.order.id))[0].actor

        assert "marie" == asyncio.run(run())


class TestWithin:
    @pytest.mark.parametrize("set_up", ["ours", "theirs", pytest.param("PostgreSQL", marks=pytest.mark.postgres)])
    @pytest.mark.parametrize("kind", ["connection", "session"])
    def test_a_hosts_transaction(self, tmp_path, request, kind, set_up):
        """Committed together, rolled back together, refused commands undone to their savepoint."""
        url = f"sqlite+aiosqlite:///{tmp_path}/shop.db"
        if set_up == "PostgreSQL":
            url = request.getfixturevalue("emptied_postgres")().engine.url

        async def run():
            engine = create_async_engine(url)
            if set_up == "ours":
                set_up_sqlite(engine.sync_engine)
            office = await AsyncBackOffice.open(engine, **NEW)

            async def in_host(work, *, commit):
                if kind == "connection":
                    async with engine.connect() as host:
                        await host.begin()
                        await work(host)
                        await (host.commit() if commit else host.rollback())
                else:
                    async with AsyncSession(engine) as host:
                        await work(host)
                        await (host.commit() if commit else host.rollback())

            async def work(host):
                view = office.within(host)
                await host.execute(sa.text("CREATE TABLE IF NOT EXISTS notes (id INTEGER)"))
                await host.execute(sa.text("INSERT INTO notes VALUES (1)"))
                order = (await view.orders.place(lines=[TEA], payments=[Sale("10.00")])).order
                with pytest.raises(errors.RefundExceedsPaid):
                    await view.orders.refund(order.id, amount="10.01")
                await view.orders.refund(order.id, amount="1.00")
                assert order.id == (await view.orders.get(order.id)).id
                assert 1 == await view.orders.count()

            await in_host(work, commit=False)
            assert 0 == await office.orders.count()
            await in_host(work, commit=True)
            assert 1 == await office.orders.count()
            (order,) = (await office.orders.page()).orders
            assert ("#1001", "1.00 EUR") == (order.name, str(order.refunded))
            async with engine.begin() as connection:
                await connection.execute(sa.text("DROP TABLE notes"))
            await office.close()

        asyncio.run(run())

    def test_what_is_no_transaction(self, tmp_path):
        """An engine, a connection that is not open, a plain connection."""

        async def run():
            async with await AsyncBackOffice.open(tmp_path / "shop.db", **NEW) as office:
                engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/shop.db")
                for host in (engine, engine.connect(), None, "x"):
                    with pytest.raises(errors.InvalidValue, match="AsyncConnection"):
                        office.within(host)
                await engine.dispose()

        asyncio.run(run())


def test_opening_creates_and_checks(tmp_path):
    """As the plain door does."""

    async def run():
        with pytest.raises(errors.InvalidValue, match="currency"):
            await AsyncBackOffice.open(tmp_path / "shop.db")
        async with await AsyncBackOffice.open(tmp_path / "shop.db", **NEW, key_days=7) as office:
            assert 7 == (await office.settings()).key_days
        with pytest.raises(errors.ShopDiffers):
            await AsyncBackOffice.open(tmp_path / "shop.db", currency="USD")
        for url in ("shop.db", "", "sqlite:///:memory:"):
            with pytest.raises(errors.InvalidValue):
                await AsyncBackOffice.open(url, **NEW)

    asyncio.run(run())


def test_durability_can_be_chosen(tmp_path):
    """FULL by default."""

    async def level(**asked):
        async with await AsyncBackOffice.open(tmp_path / "shop.db", **NEW, **asked) as office:
            engine = create_async_engine("sqlite+aiosqlite://")
            await engine.dispose()
            context = office._office._context

            def look():
                with context.storage.engine.connect() as connection:
                    return connection.exec_driver_sql("PRAGMA synchronous").scalar()

            return await office._call(look)

    assert (2, 1) == (asyncio.run(level()), asyncio.run(level(synchronous="NORMAL")))


@LEAVES_FILES[0]
@LEAVES_FILES[1]
def test_a_cancelled_call_leaves_the_shop_usable(url):
    """Whatever it had done by then is whole; the next call works."""

    async def run():
        async with await AsyncBackOffice.open(url, **NEW) as office:
            for delay in (0, 0.0005, 0.001, 0.002, 0.005):
                task = asyncio.create_task(office.orders.place(lines=[TEA]))
                await asyncio.sleep(delay)
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
            change = await office.orders.place(lines=[TEA])
            orders = [order async for order in office.orders]
            assert change.order in orders
            assert [f"#{1001 + at}" for at in range(len(orders))] == sorted(order.name for order in orders)
            assert attrs.has(type(change))

    asyncio.run(run())
    gc.collect()


def test_exporting(url, tmp_path):
    """Rows and values for ``async for``, and the same file as the plain door writes."""

    async def run():
        async with await AsyncBackOffice.open(url, **NEW) as office:
            for _ in range(3):
                await office.orders.place(lines=[TEA, TEA])
            export = office.orders.export()
            rows = [row async for row in export.rows()]
            assert ["#1003", "#1003", "#1002", "#1002", "#1001", "#1001"] == [row[0] for row in rows]
            assert [value["Lineitem quantity"] async for value in export] == [3] * 6
            done = await export.to_path(tmp_path / "all.csv")
            assert (3, 6) == (done.orders, done.rows)
            text = (tmp_path / "all.csv").read_text(encoding="utf-8")
            assert [",".join(export.columns), *(",".join(row) for row in rows)] == text.splitlines()
            with pytest.raises(errors.UnclearQuery):
                await office.orders.export("totl:5").to_path(tmp_path / "none.csv")

    asyncio.run(run())
