"""
The public API as a user's type checker sees it. Never run; `make check` checks it strictly.
"""

from collections.abc import Mapping, Sequence
from typing import assert_type

from backoffice_core import (
    AsyncBackOffice,
    Authorization,
    BackOffice,
    Change,
    Discount,
    Line,
    Money,
    Order,
    Sale,
    Settings,
    Shipping,
    Tax,
    errors,
)
from backoffice_core.catalog.products import Product, StockLevel
from backoffice_core.desks.outbox import Delivered
from backoffice_core.orders.detail.page import OrderDetail
from backoffice_core.orders.facts import Transaction
from backoffice_core.orders.status import FinancialStatus
from backoffice_core.orders.story.sentences import Sentence
from backoffice_core.shopify.report import ImportReport
from backoffice_core.storage.rows import Page, StoredEvent


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
    assert_type(office.orders.import_json("orders.json"), ImportReport)
    assert_type(office.orders.import_json({"orders": [{"id": 1}]}), ImportReport)
    assert_type(office.orders.import_json([{"id": 1}, {"id": 2}]), ImportReport)
    assert_type(office.drafts.import_json({"draft_orders": [{"id": 1}]}), ImportReport)
    assert_type(office.catalog.levels("TEA-1"), Sequence[StockLevel])
    assert_type(office.catalog.add_product("Teapot", price="40.00"), Product)
    assert_type(office.outbox.deliver(), Delivered)
    assert_type(office.settings, Settings)


async def awaiting(office: AsyncBackOffice) -> None:
    """The awaitable door gives the same."""
    assert_type(await office.orders.place(lines=[Line("A", price="1.00")]), Change)
    assert_type(await office.orders.preview.cancel("id"), Change)
    assert_type(await office.orders.get("#1001"), Order)
    assert_type(await office.orders.detail("id", language="en"), OrderDetail)
    assert_type(await office.drafts.import_json("draft_orders.json"), ImportReport)
    assert_type(await office.outbox.deliver(), Delivered)
    async for order in office.orders:
        assert_type(order, Order)


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
