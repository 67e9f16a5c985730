"""
The public API as a user's type checker sees it. Never run; `make check` checks it strictly.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import IO, Any, assert_type

import pendulum

from backoffice_core import (
    AddCustomItem,
    Address,
    AsyncBackOffice,
    Authorization,
    BackOffice,
    Change,
    CustomerRef,
    Discount,
    Draft,
    DraftChange,
    Line,
    Money,
    Order,
    PaymentTerms,
    Sale,
    SetQuantity,
    Settings,
    Shipping,
    Tax,
    errors,
)
from backoffice_core.catalog.products import Product, StockLevel
from backoffice_core.channels import Channel
from backoffice_core.desks.export import Exported
from backoffice_core.desks.found import Count
from backoffice_core.desks.printing import Job
from backoffice_core.orders.checkout import Checkout, CheckoutStatus
from backoffice_core.orders.detail.page import OrderDetail
from backoffice_core.orders.facts import Transaction
from backoffice_core.orders.states import DraftStatus
from backoffice_core.orders.status import FinancialStatus
from backoffice_core.orders.story.sentences import Sentence
from backoffice_core.relay import Delivered
from backoffice_core.settingtrace import SettingChange
from backoffice_core.shopify.report import ImportReport
from backoffice_core.storage.rows import CheckoutPage, DraftPage, OutboxRow, Page, StoredEvent


def the_quickstart(office: BackOffice) -> None:
    """Every step of the README has the type that its reader expects."""
    staff = office.acting_as("marie")
    placed = staff.orders.place(
        lines=[Line("Teapot", sku="TEA-1", quantity=3, price="40.00", taxes=[Tax("TVA", "0.20")])],
        shipping=Shipping("Standard", "5.90"),
        discounts=[Discount("WELCOME", percent="10"), Discount("Friend", amount=Money.of("1.00", "EUR"))],
        payments=[Sale("129.90", gateway="stripe", reference="pi_3Nf"), Authorization("1.00")],
        source=("web", "checkout-881"),
    )
    assert_type(placed, Change)
    assert_type(placed.order, Order)
    assert_type(placed.order.total, Money)
    assert_type(placed.order.financial_status, FinancialStatus)
    sent = staff.orders.fulfill(placed.order.id, lines={"TEA-1": 2}, notify=True)
    assert sent.fulfillment is not None
    assert_type(sent.fulfillment.name, str)
    plan = staff.orders.preview.refund(placed.order.id, lines={"TEA-1": 1})
    assert plan.refund is not None
    assert_type(plan.refund.amount, Money)
    assert_type(plan.transactions, tuple[Transaction, ...])
    assert_type([one.possible for one in office.orders.allowed(placed.order.id)], list[bool])


def looking_up(office: BackOffice) -> None:
    """Look-ups tell what they find."""
    assert_type(office.orders.get("#1001"), Order)
    assert_type(office.orders.page(limit=10), Page)
    assert_type([order.name for order in office.orders], list[str])
    assert_type(office.orders.timeline("id"), Sequence[StoredEvent])
    assert_type(office.orders.story("id", language="fr"), Sequence[Sentence])
    page = office.orders.detail("id")
    assert_type(page, OrderDetail)
    assert_type([part.amount for line in page.lines for part in line.parts], list[Money])
    assert_type(page.payments[0].children[0].refundable, Money)
    assert_type(office.orders.edit_comment("id", "c", "text"), Change)
    assert_type(office.orders.delete_comment("id", "c"), Change)
    assert_type(office.orders.unresolved(), Page)
    assert_type(office.orders.import_csv("orders.csv"), ImportReport)
    assert_type(office.orders.export("tag:vip", since="-7d").to_path("vip.csv"), Exported)
    assert_type(office.orders.export(["id-1", "id-2"]).rows(), Iterator[list[str]])
    assert_type(office.orders.export_transactions(since=date(2025, 3, 1)).dicts(), list[dict[str, Any]])
    assert_type(office.orders.import_json("orders.json"), ImportReport)
    assert_type(office.orders.import_json({"orders": [{"id": 1}]}), ImportReport)
    assert_type(office.orders.import_json([{"id": 1}, {"id": 2}]), ImportReport)
    assert_type(office.drafts.import_json({"draft_orders": [{"id": 1}]}), ImportReport)
    assert_type(office.checkouts.import_json({"checkouts": [{"id": 1}]}), ImportReport)
    assert_type(office.checkouts.get("id"), Checkout)
    assert_type(office.channels.add("web", name="Web", kind="online"), Channel)
    assert_type(office.channels.list()[0].orders, Count)
    assert_type(office.storefront.protected, bool)
    assert_type(office.storefront.check("secret", visitor="203.0.113.7"), str | None)
    assert_type(office.settings_changes()[0], SettingChange)
    assert_type(office.checkouts.get("id").total, Money)
    assert_type(office.checkouts.page(limit=10), CheckoutPage)
    assert_type([one.status for one in office.checkouts], list[CheckoutStatus])
    assert_type(office.catalog.levels("TEA-1"), Sequence[StockLevel])
    assert_type(office.catalog.add_product("Teapot", price="40.00"), Product)
    assert_type(office.outbox.deliver(), Delivered)
    assert_type(office.outbox.resend("id"), OutboxRow)
    assert_type(office.outbox.drop("id"), OutboxRow)
    assert_type(office.outbox.unsubscribe("stock"), int)
    assert_type(office.settings, Settings)


def drafts(office: BackOffice) -> None:
    """A draft, from making it to the order that it becomes."""
    made = office.drafts.create(
        lines=[Line(variant="TEA-1", quantity=2, price="38.00"), Line("Engraving", price="5.00")],
        customer=CustomerRef(id="c-1", email="ada@example.com"),
        shipping_address=Address(name="Ada", city="London", country="GB"),
        reserve_until=pendulum.datetime(2030, 1, 1),
        terms=PaymentTerms("net", days=30),
    )
    assert_type(made, DraftChange)
    assert_type(made.draft, Draft)
    assert_type(made.draft.total, Money)
    assert_type(made.draft.status, DraftStatus)
    assert_type(made.warnings, tuple[str, ...])
    assert_type(made.order, Order | None)
    assert_type(office.drafts.preview.update("id", discounts=[], clear="terms"), DraftChange)
    assert_type(office.drafts.send_invoice("id"), DraftChange)
    done = office.drafts.complete("id", payment="pending", idempotency_key="k")
    assert done.order is not None
    assert_type(done.order.payment_due_at, pendulum.DateTime | None)
    assert_type(office.drafts.duplicate("id"), DraftChange)
    assert_type(office.drafts.delete("id", expected_version=3), DraftChange)
    assert_type(office.orders.duplicate("id"), DraftChange)
    assert_type(office.drafts.get("id"), Draft)
    assert_type(office.drafts.page(limit=10), DraftPage)
    assert_type([draft.name for draft in office.drafts], list[str])
    assert_type(office.drafts.timeline("id"), Sequence[StoredEvent])
    assert_type(office.run_due().released, int)
    office.drafts.complete("id", payment="later")  # type: ignore[arg-type]


def later(office: BackOffice) -> None:
    """What is changed of an order, and what comes back of it."""
    assert_type(office.orders.edit("id", SetQuantity("TEA-1", 1), AddCustomItem("Ribbon", "0.80")), Change)
    assert_type(office.orders.update_customer("id", email="ada@example.com"), Change)
    assert_type(office.orders.update_address("id", shipping=Address(city="Bath"), remove="billing"), Change)
    assert_type(office.orders.send_invoice("id"), Change)
    assert_type(office.orders.request_return("id", lines={"TEA-1": 1}, approve=True), Change)
    assert_type(office.orders.receive_return("id", "#1001-R1"), Change)


def printing(office: BackOffice, file: IO[bytes]) -> None:
    """Jobs of one order or several, to look at or to write."""
    job = office.orders.print(["a", "b"], kind="packing_slip", paper="letter", locale="fr-CA")
    assert_type(job, Job)
    assert_type(job.html, str)
    assert_type(job.names, tuple[str, ...])
    assert_type(office.orders.print_to(file, "a", templates={"order.html": ""}), int)
    office.orders.print("a", kind="invoice")  # type: ignore[arg-type]


async def awaiting(office: AsyncBackOffice) -> None:
    """The awaitable door gives the same."""
    assert_type(await office.orders.place(lines=[Line("A", price="1.00")]), Change)
    assert_type(await office.orders.preview.cancel("id"), Change)
    assert_type(await office.orders.get("#1001"), Order)
    assert_type(await office.orders.detail("id", language="en"), OrderDetail)
    assert_type(await office.drafts.import_json("draft_orders.json"), ImportReport)
    assert_type(await office.checkouts.import_json("checkouts.json"), ImportReport)
    assert_type(await office.checkouts.page(limit=10), CheckoutPage)
    assert_type(await office.channels.add("web", name="Web"), Channel)
    assert_type(await office.storefront.protected(), bool)
    assert_type(await office.storefront.check("secret", visitor="203.0.113.7"), str | None)
    async for checkout in office.checkouts:
        assert_type(checkout, Checkout)
    assert_type(await office.outbox.deliver(), Delivered)
    async for order in office.orders:
        assert_type(order, Order)
    assert_type(await office.drafts.create(lines=[Line("A", price="1.00")]), DraftChange)
    assert_type(await office.drafts.preview.complete("id"), DraftChange)
    assert_type(await office.drafts.page(limit=10), DraftPage)
    assert_type(await office.orders.duplicate("id"), DraftChange)
    assert_type(await office.orders.edit("id", SetQuantity("A", 1)), Change)
    assert_type(await office.orders.send_invoice("id"), Change)
    assert_type(await office.orders.update_customer("id", phone="+4420"), Change)
    assert_type(await office.orders.update_address("id", remove="billing"), Change)
    assert_type(await office.orders.request_return("id", lines={"A": 1}), Change)
    assert_type(await office.orders.story("id"), Sequence[Sentence])
    assert_type(await office.orders.import_json("orders.json"), ImportReport)
    async for draft in office.drafts:
        assert_type(draft, Draft)


def refusals(office: BackOffice) -> Mapping[str, object]:
    """A reason's facts are typed fields."""
    try:
        office.orders.refund("id", lines={"TEA-1": 9})
    except errors.TooManyUnits as no:
        assert_type(no.left, int)
        return no.facts
    except errors.RefundExceedsPaid as no:
        assert_type(no.refundable, Money)
    return {}
