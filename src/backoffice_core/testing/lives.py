"""An order that lived through everything: one fact of every kind, for codecs and storages."""

import attrs

from backoffice_core.orders.announce import AnnounceDue
from backoffice_core.orders.archive import Archive
from backoffice_core.orders.asked import Authorization, Discount, Line, Sale, Tax
from backoffice_core.orders.assess import Assess, EndAssessing, Reassess
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.change import Change
from backoffice_core.orders.checkout import Checkout, TypedCode
from backoffice_core.orders.delete import DeleteOrder
from backoffice_core.orders.draftcommands import (
    CompleteDraft,
    CreateDraft,
    DeleteDraft,
    DraftChange,
    DraftCommand,
    EndReservation,
    SendDraftInvoice,
    UpdateDraft,
)
from backoffice_core.orders.facts import Card
from backoffice_core.orders.invoice import SendInvoice
from backoffice_core.orders.order import Address, Client, CustomerRef, Order
from backoffice_core.orders.refund import RefundOrder
from backoffice_core.orders.risk import Assessment, RiskFact
from backoffice_core.orders.rules import decide, decide_draft
from backoffice_core.orders.stock import seen_after
from backoffice_core.orders.terms import PaymentTerms
from backoffice_core.orders.visits import Visit
from backoffice_core.policies import RiskPolicy
from backoffice_core.testing.builders import a_checkout, a_shop, placed, some_facts, stocked, then
from backoffice_core.testing.clock import START, FrozenClock
from backoffice_core.testing.ids import CountingIds


def an_open_order(id: str = "order-open") -> Order:
    """
    Return a trial order whose units are promised beyond what is there, and whose gateway is to be asked.

    It is told how it came about.
    """
    known = stocked({"here": 1, "there": 1}, "MUG", oversell=True)
    known = attrs.evolve(known, gateways=frozenset({"stripe"}))
    asked = [Sale("1.00", gateway="stripe")]
    visit = Visit(
        at=START.subtract(days=2), landing_page="/mugs?ref=ada", referrer="https://example.com", utm={"source": "mail"}
    )
    return placed(Line(variant="MUG", quantity=5), id=id, facts=known, test=True, payments=asked, visits=[visit]).order


def a_whole_checkout(id: str = "checkout-1") -> Checkout:
    """Return a checkout that was never saved, in which no field is left out."""
    order = placed(
        Line("Tea", sku="TEA", quantity=2, price="10.00", taxes=[Tax("TVA", "0.20")]),
        id=id,
        shipping="4.90",
        discounts=[Discount("Spring", code="SPRING", percent="10")],
    ).order
    home = Address(name="Ada Lovelace", address1="12 Row", city="London", zip="W1", country="GB", phone="+44 1")
    return a_checkout(
        id,
        lines=order.lines,
        shipping_lines=order.shipping_lines,
        discounts=order.discounts,
        name="#450789469",
        presentment_currency="GBP",
        updated_at=START.add(minutes=5),
        completed_at=START.add(hours=3),
        closed_at=START.add(hours=4),
        customer=CustomerRef(id="77", name="Ada Lovelace", email="ada@example.com", phone="+44 1", locale="en"),
        sms_phone="+44 2",
        shipping_address=home,
        billing_address=home,
        note="Ring twice",
        attributes=(("gift", "yes"),),
        codes=(TypedCode(code="SPRING", kind="percentage", minor=200, currency=order.currency),),
        listed_minor=2000,
        discounts_minor=order.sums.discounts,
        subtotal_minor=order.sums.subtotal,
        tax_minor=order.sums.tax,
        duties_minor=0,
        total_minor=order.sums.total,
        channel="web",
        gateway="stripe",
        landing_site="/collections/tea?utm_source=mail",
        referring_site="https://example.com/blog",
        token="2a1ace52255252df566af0faaedfbfa7",  # noqa: S106 - opens nothing
        cart_token="68778783ad298f1c80c3bafcddeea02f",  # noqa: S106 - opens nothing
        source=("shopify", "450789469"),
    )


def a_cancelled_order(id: str = "order-cancelled") -> Order:
    """Return an order that was cancelled before anything was shipped, after money had gone back on it."""
    placing = placed(Line("Tea", sku="TEA", quantity=4, price="10.00"), id=id, shipping="5.00", paid="45.00")
    changes = then(
        placing.order,
        RefundOrder(lines={"TEA": 1}, restock="no_restock", amount="10.00"),
        RefundOrder(amount="3.00", note="goodwill"),
        Cancel(reason="staff"),
    )
    return changes[-1].order


def a_deletion(id: str = "order-4") -> Change:
    """Return the change that deletes an order after it was archived."""
    order = placed(Line("Tea", price="10.00"), id=id, number=1004, paid="10.00").order
    known = some_facts(actor="marie")
    filed = decide(order, Archive(), known).order
    return decide(filed, DeleteOrder(), known)


def a_risky_life(id: str = "order-6") -> list[Change]:
    """Return the changes of an order that is assessed: one provider finds a high risk, another one is given up."""
    shop = a_shop(assessors=("kount", "sift"), risk=RiskPolicy(hold_at="high"), notifications=("staff_high_risk",))
    known = some_facts(actor="marie", settings=shop)
    card = Card(avs="N", cvc="M", country="FR", bin="411111")
    changes = [
        placed(
            id=id,
            number=1006,
            facts=attrs.evolve(known, number=1006),
            payments=[Authorization("10.00", gateway="stripe", reference="pi_6", card=card)],
            client=Client(ip="203.0.113.7", user_agent="Mozilla/5.0"),
            shipping_address=Address(address1="1 Row", city="London", country="GB"),
        )
    ]
    facts = [RiskFact("Three cards were tried", "negative", code="many_attempts", values=("3",)), RiskFact("A note")]
    for command in (
        Assess(assessment=Assessment("high", facts, provider="kount")),
        EndAssessing(provider="sift", reason="failed"),
        Reassess(),
    ):
        changes.append(decide(changes[-1].order, command, known))
    return changes


def what_is_due(id: str = "order-5") -> list[Change]:
    """Return the changes of an order on terms: an invoice with words of the merchant's own, and what time brings."""
    change = placed(id=id, number=1005, email="ada@example.com", authorized="4.00", expires_at=START.add(days=31))
    order = attrs.evolve(change.order, terms=PaymentTerms("net", days=30))
    asked = decide(order, SendInvoice(subject="Your tea", message="With thanks"), some_facts(actor="marie"))
    return [asked, decide(asked.order, AnnounceDue(), some_facts(now=START.add(days=30)))]


def a_draft_with_words(id: str = "draft-2") -> DraftChange:
    """Return the change that asks for what a draft comes to, in words of the merchant's own."""
    known = some_facts(actor="marie", number=2)
    asked = CreateDraft(lines=[Line("Tea", price="1.00")], email="ada@example.com")
    draft = attrs.evolve(decide_draft(None, None, asked, known).draft, id=id)
    return decide_draft(draft, None, SendDraftInvoice(subject="Your tea", message="With thanks"), known)


def a_draft_life(id: str = "draft-1") -> list[DraftChange]:
    """Return the changes of drafts: one that becomes an order after everything else, one that is deleted."""
    clock, ids = FrozenClock(START), CountingIds(series=7)
    known = attrs.evolve(stocked({"here": 9}, "CUP", now=START, actor="marie"), new_id=ids, number=1)
    address = Address(name="Ada Lovelace", city="London", country="GB")
    asked = CreateDraft(
        lines=[Line(variant="CUP", quantity=2, taxes=[Tax("TVA", "0.20")]), Line("Engraving", price="5.00")],
        shipping="4.00",
        discounts=[Discount("Friend", percent="10")],
        customer=CustomerRef(id="c-1", name="Ada Lovelace", email="ada@example.com"),
        shipping_address=address,
        billing_address=address,
        note="called",
        attributes={"gift": "yes"},
        tags="vip",
        taxes_included=False,
        reserve_until=START.add(days=2),
        terms=PaymentTerms("net", days=30),
    )
    first = decide_draft(None, None, asked, known)
    changes = [attrs.evolve(first, draft=attrs.evolve(first.draft, id=id, version=1))]

    def do(*commands: DraftCommand) -> None:
        """Run commands on the draft, one after the other."""
        for command in commands:
            clock.tick(days=1)
            before = changes[-1].draft
            levels = seen_after(known.levels, [move for change in changes for move in change.movements])
            change = decide_draft(before, None, command, attrs.evolve(known, now=clock(), levels=levels))
            assert change, command
            changes.append(attrs.evolve(change, draft=attrs.evolve(change.draft, version=before.version + 1)))

    do(UpdateDraft(note="called twice"), EndReservation(), SendDraftInvoice(), CompleteDraft())
    other = decide_draft(None, None, CreateDraft(lines=[Line("Tea", price="1.00")]), known)
    return [*changes, decide_draft(other.draft, None, DeleteDraft(), known)]
