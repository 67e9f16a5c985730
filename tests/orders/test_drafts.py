"""Draft orders through the door, in memory and on SQLite."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import attrs
import pytest

from backoffice_core import (
    Address,
    BackOffice,
    CustomerRef,
    Discount,
    Draft,
    Line,
    Money,
    PaymentTerms,
    Shipping,
    Tax,
    errors,
)
from backoffice_core.gateways.fake import FakeGateway
from backoffice_core.notify.memory import MemoryNotifier
from backoffice_core.orders.draftcommands import DeleteDraft
from backoffice_core.orders.rules import decide_draft
from backoffice_core.storage.codec import encode
from backoffice_core.testing import FrozenClock
from backoffice_core.testing.builders import some_facts
from backoffice_core.testing.contract_base import everything

VAT = Tax("VAT", "0.20")
ADA = CustomerRef(id="c-1", name="Ada", email="ada@example.com", locale="fr")


@pytest.fixture(params=["memory", "sqlite"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """A shop with ten cups, which may not be oversold, and endless mugs."""
    url = "memory:" if request.param == "memory" else f"sqlite:///{tmp_path}/shop.db"
    office = BackOffice.open(
        url,
        currency="EUR",
        taxes_included=True,
        clock=FrozenClock(),
        notifier=MemoryNotifier(),
        gateways={"card": FakeGateway()},
    )
    office.catalog.add_location("here")
    office.catalog.add_location("there")
    office.catalog.add_product("Cup", sku="CUP", price="5.00")
    office.catalog.add_product("Mug", sku="MUG", price="3.00", policy="continue")
    office.catalog.set_stock("CUP", 6)
    office.catalog.set_stock("CUP", 4, location="there")
    yield office
    office.close()


def clock(office: BackOffice) -> FrozenClock:
    return office._context.clock  # type: ignore[return-value]


def made(office: BackOffice, *lines: Line, **more: Any) -> Draft:
    return office.drafts.create(lines=lines or [Line(variant="CUP", quantity=2)], **more).draft


def level(office: BackOffice, sku: str = "CUP") -> tuple[int, int, int, int]:
    """Return on hand, committed, reserved and available, over all locations."""
    rows = office.catalog.levels(sku)
    return (
        sum(row.on_hand for row in rows),
        sum(row.committed for row in rows),
        sum(row.reserved for row in rows),
        sum(row.available for row in rows),
    )


def kinds(office: BackOffice, draft: Draft) -> list[str]:
    return [type(row.event).__name__ for row in office.drafts.timeline(draft.id)]


class TestRule2_NothingIsBilled:
    def test_nothing_is_billed_and_no_number_is_taken(self, office: BackOffice) -> None:
        """A draft has a name of its own, no payment, no sales entry, no promised stock."""
        draft = made(office, Line(variant="CUP", quantity=2), Line("Engraving", price="4.00"), shipping="5.90")
        assert ("#D1", "open", 1, "19.90") == (draft.name, draft.status, draft.version, draft.total.amount)
        assert (10, 0, 0, 10) == level(office)
        assert 0 == office.orders.count()
        assert "#1001" == office.orders.place(lines=[Line("Tea", price="1.00")]).order.name
        assert "#D2" == made(office).name
        assert ["DraftCreated"] == kinds(office, draft)

    def test_it_does_not_change_any_more(self, office: BackOffice) -> None:
        draft = made(office, customer=ADA)
        office.drafts.complete(draft.id)
        for call in (
            lambda: office.drafts.update(draft.id, note="late"),
            lambda: office.drafts.delete(draft.id),
            lambda: office.drafts.send_invoice(draft.id),
        ):
            with pytest.raises(errors.DraftIsCompleted):
                call()


class TestRule1_PricedAsAnOrder:
    def test_it_is_priced_as_an_order_is(self, office: BackOffice) -> None:
        """The same lines, discounts, taxes and shipping come to the same, cent by cent."""
        wanted: dict[str, Any] = {
            "lines": [
                Line(variant="CUP", quantity=3, price="4.99", taxes=[VAT], discounts=[Discount("Off", amount="1.00")]),
                Line("Tea", sku="TEA", quantity=2, price="3.33", taxes=[VAT]),
            ],
            "discounts": [
                Discount("Tenth", percent="12.5", code="TENTH"),
                Discount("Post", percent="50", on="shipping"),
            ],
            "shipping": Shipping("Post", "5.90", [VAT]),
        }
        draft, order = office.drafts.create(**wanted).draft, office.orders.place(**wanted).order
        for name in ("subtotal", "total_discounts", "total_shipping", "total_tax", "total"):
            assert getattr(order, name) == getattr(draft, name), name
        assert [line.spans[0].paid for line in order.lines] == [line.spans[0].paid for line in draft.lines]

    def test_order_of_computation(self, office: BackOffice) -> None:
        """Line discounts, then the order's, then shipping: 40 - 4 - 5 = 31, and 7.25 make 38.25."""
        draft = made(
            office,
            Line("Item", price="20.00", quantity=2, discounts=[Discount("Line", amount="4.00")]),
            discounts=[Discount("Order", amount="5.00")],
            shipping="7.25",
        )
        assert ("31.00", "9.00", "38.25") == (
            draft.subtotal.amount,
            draft.total_discounts.amount,
            draft.total.amount,
        )

    @pytest.mark.parametrize(
        ("asked", "kind"),
        [
            ({"lines": []}, errors.NoLines),
            ({"lines": [Line("Item", price="1.00")] * 500}, errors.TooManyLines),
            ({"lines": [Line("Item", price="-1.00")]}, errors.NegativeAmount),
            ({"lines": [Line(variant="SPOON")]}, errors.InvalidValue),
            ({"lines": [Line("Item", price="1.00")], "email": "ada"}, errors.InvalidValue),
            ({"discounts": [Discount("a", amount="1.00"), Discount("b", amount="1.00")]}, errors.InvalidValue),
            (
                {"lines": [Line("I", price="9.00", discounts=[Discount("a", amount="1"), Discount("b", amount="1")])]},
                errors.InvalidValue,
            ),
            ({"terms": "net 30"}, errors.InvalidValue),
            ({"currency": "EURO"}, errors.UnknownCurrency),
        ],
    )
    def test_what_cannot_be_meant(self, office: BackOffice, asked: dict[str, Any], kind: Any) -> None:
        """A typed error; nothing is saved and no number taken."""
        before = everything(office._context.storage)
        with pytest.raises(kind):
            office.drafts.create(**{"lines": [Line("Item", price="9.00")], **asked})
        assert before == everything(office._context.storage)
        assert "#D1" == made(office).name

    @pytest.mark.parametrize("percent", ["150", "12.345", "0", "-5", "x"])
    def test_odd_percentages(self, percent: str) -> None:
        """More than 100, more than two decimals, nothing or less."""
        with pytest.raises(errors.InvalidValue, match="percent"):
            Discount("Off", percent=percent)

    def test_what_is_free(self, office: BackOffice) -> None:
        """Goods without a price cost nothing; a percentage of 12.34 is rounded half up."""
        assert "0.00" == made(office, Line("Sample")).total.amount
        ten = made(office, Line("Item", price="10.00"), discounts=[Discount("Off", percent="12.34")])
        assert "1.23" == ten.total_discounts.amount

    def test_without_taxes(self, office: BackOffice) -> None:
        """Exempt, whatever the lines say."""
        assert "0.00" == made(office, Line("Item", price="12.00", taxes=[VAT]), tax_exempt=True).total_tax.amount

    def test_a_shortage_is_a_warning(self, office: BackOffice) -> None:
        """It is told, and the draft is made."""
        change = office.drafts.create(lines=[Line(variant="CUP", quantity=8), Line(variant="CUP", quantity=3)])
        assert ("3 of CUP are wanted and 2 are available",) == change.warnings
        assert () == office.drafts.create(lines=[Line(variant="MUG", quantity=99)]).warnings

    def test_a_preview_saves_nothing(self, office: BackOffice) -> None:
        """It tells the name and the figures that the draft would get."""
        before = everything(office._context.storage)
        plan = office.drafts.preview.create(lines=[Line(variant="CUP")], shipping="1.00")
        assert ("#D1", "6.00") == (plan.draft.name, plan.draft.total.amount)
        assert before == everything(office._context.storage)

    def test_keys(self, office: BackOffice) -> None:
        """Made once; another request under the key is an error; an order's key is another request."""
        first = office.drafts.create(lines=[Line("Item", price="1.00")], idempotency_key="k")
        again = office.drafts.create(lines=[Line("Item", price="1.00")], idempotency_key="k")
        assert (True, first.draft, first.events) == (again.replayed, again.draft, again.events)
        with pytest.raises(errors.KeyReused):
            office.drafts.create(lines=[Line("Item", price="2.00")], idempotency_key="k")
        with pytest.raises(errors.KeyReused):
            office.orders.place(lines=[Line("Item", price="1.00")], idempotency_key="k")


class TestUpdating:
    def test_what_is_left_out_stays(self, office: BackOffice) -> None:
        """A note and tags change nothing else, not even an id of a line."""
        draft = made(office, shipping="5.00", discounts=[Discount("Off", amount="1.00")], customer=ADA, tags="a")
        after = office.drafts.update(draft.id, note="call back", tags="b, c").draft
        assert (draft.lines, draft.shipping_lines, draft.discounts) == (
            after.lines,
            after.shipping_lines,
            after.discounts,
        )
        assert ("call back", ("b", "c"), ADA, 2) == (after.note, after.tags, after.customer, after.version)
        assert not office.drafts.update(draft.id, note="call back")
        assert None is office.drafts.update(draft.id, note="").draft.note

    def test_discounts_and_shipping_without_lines(self, office: BackOffice) -> None:
        """The lines keep their ids, prices and rates, though the catalog has another price by now."""
        draft = made(office, Line(variant="CUP", quantity=4, taxes=[VAT]), Line("Tea", sku="TEA", price="10.00"))
        product = next(one for one in office.catalog.products() if one.title == "Cup")
        (variant,) = product.variants
        office.catalog.update_product(
            attrs.evolve(product, variants=(attrs.evolve(variant, price=Money.of("50.00", "EUR")),))
        )
        after = office.drafts.update(draft.id, discounts=[Discount("Cups", percent="50", on="CUP")]).draft
        assert ("20.00", "10.00") == (after.total.amount, after.total_discounts.amount)
        assert [line.id for line in draft.lines] == [line.id for line in after.lines]
        assert "1.67" == after.total_tax.amount
        posted = office.drafts.update(draft.id, shipping="4.00").draft
        assert ("24.00", "10.00") == (posted.total.amount, posted.total_discounts.amount)
        assert "30.00" == office.drafts.update(draft.id, shipping=[], discounts=[]).draft.total.amount
        assert "0.00" == office.drafts.update(draft.id, tax_exempt=True).draft.total_tax.amount

    def test_other_lines(self, office: BackOffice) -> None:
        """Priced anew; discounts on the order stay, those on lines go with their lines."""
        draft = made(
            office,
            Line("Item", price="10.00", discounts=[Discount("Line", amount="1.00")]),
            discounts=[Discount("Order", percent="10")],
        )
        assert "8.10" == draft.total.amount
        assert "18.00" == office.drafts.update(draft.id, lines=[Line("Item", price="20.00")]).draft.total.amount

    def test_what_is_cleared(self, office: BackOffice) -> None:
        """By name; a name that is none is refused."""
        where = Address(city="London")
        draft = made(office, customer=ADA, shipping_address=where, terms=PaymentTerms("net", days=30))
        after = office.drafts.update(draft.id, clear=["customer", "terms", "shipping_address"]).draft
        assert (None, None, None) == (after.customer, after.terms, after.shipping_address)
        with pytest.raises(errors.InvalidValue, match="clear"):
            office.drafts.update(draft.id, clear="lines")

    def test_versions(self, office: BackOffice) -> None:
        """A form that saw another version is told."""
        draft = made(office)
        office.drafts.update(draft.id, note="a", expected_version=1)
        with pytest.raises(errors.StaleVersion) as caught:
            office.drafts.update(draft.id, note="b", expected_version=1)
        assert ("draft", 1, 2) == (caught.value.kind, caught.value.expected, caught.value.stored)

    @pytest.mark.parametrize("id", ["nothing", None, 5, "#D1"])
    def test_an_unknown_draft(self, office: BackOffice, id: Any) -> None:
        for call in (office.drafts.get, office.drafts.update, office.drafts.complete, office.drafts.delete):
            with pytest.raises(errors.UnknownId, match="draft"):
                call(id)


class TestRule3_SetAside:
    def test_until_a_moment(self, office: BackOffice) -> None:
        """Set aside in the order of the locations, and on sale again once the time is over."""
        until = clock(office)().add(hours=2)
        draft = made(office, Line(variant="CUP", quantity=8), Line("Engraving", price="1.00"), reserve_until=until)
        assert ((10, 0, 8, 2), 8) == (level(office), draft.reserved)
        assert ["DraftCreated", "StockReserved"] == kinds(office, draft)
        with pytest.raises(errors.OutOfStock):
            office.orders.place(lines=[Line(variant="CUP", quantity=3)])
        assert 0 == office.run_due().released
        clock(office).tick(hours=2)
        assert 1 == office.run_due().released
        assert (10, 0, 0, 10) == level(office)
        after = office.drafts.get(draft.id)
        assert (None, 0, draft.updated_at) == (after.reserve_until, after.reserved, after.updated_at)
        assert 0 == office.run_due().released

    def test_all_or_nothing(self, office: BackOffice) -> None:
        """Too little of one line sets nothing aside."""
        with pytest.raises(errors.OutOfStock):
            made(
                office, Line(variant="MUG"), Line(variant="CUP", quantity=11), reserve_until=clock(office)().add(days=1)
            )
        assert (0, 0, 0, 0) == level(office, "MUG")
        assert (10, 0, 0, 10) == level(office)

    def test_other_lines_are_set_aside_instead(self, office: BackOffice) -> None:
        """Report 108: all lines, not only those that were changed; never more than there is."""
        draft = made(office, Line(variant="CUP", quantity=8), reserve_until=clock(office)().add(days=1))
        office.drafts.update(draft.id, lines=[Line(variant="CUP", quantity=6), Line(variant="MUG", quantity=2)])
        assert ((10, 0, 6, 4), (0, 0, 2, -2)) == (level(office), level(office, "MUG"))
        office.drafts.update(draft.id, lines=[Line(variant="CUP", quantity=10)])
        assert ((10, 0, 10, 0), (0, 0, 0, 0)) == (level(office), level(office, "MUG"))
        office.drafts.update(draft.id, note="paid by transfer")
        assert (10, 0, 10, 0) == level(office)
        office.drafts.update(draft.id, clear="reserve_until")
        assert (10, 0, 0, 10) == level(office)

    @pytest.mark.parametrize("hours", [0, -1])
    def test_the_past(self, office: BackOffice, hours: int) -> None:
        """A reservation ends in the future."""
        with pytest.raises(errors.InvalidValue, match="reserve_until"):
            made(office, reserve_until=clock(office)().add(hours=hours))

    def test_the_ledger_tells_it(self, office: BackOffice) -> None:
        """What is set aside is the sum of what was written."""
        draft = made(office, Line(variant="CUP", quantity=3), reserve_until=clock(office)().add(days=1))
        office.drafts.complete(draft.id)
        changes = office.catalog.stock_changes("CUP")
        assert (0, 3, 10) == (
            sum(row.reserved for row in changes),
            sum(row.committed for row in changes),
            sum(row.on_hand for row in changes),
        )


class TestRule4_Completing:
    def test_paid(self, office: BackOffice) -> None:
        """C084: exactly what was priced, with tags and note, paid by a manual sale; they know each other."""
        draft = made(office, Line(variant="CUP", quantity=2), shipping="5.00", customer=ADA, tags="a, b", note="n")
        done = office.drafts.complete(draft.id)
        order, after = done.order, done.draft
        assert order is not None
        assert ("draft_order", draft.id) == order.source
        assert ("#1001", "paid", "unfulfilled", "15.00") == (
            order.name,
            order.financial_status,
            order.fulfillment_status,
            order.total.amount,
        )
        assert (draft.total, draft.total_tax, ("a", "b"), "n", ADA) == (
            order.total,
            order.total_tax,
            order.tags,
            order.note,
            order.customer,
        )
        assert ("completed", order.id, draft.id, "draft_order") == (
            after.status,
            after.order_id,
            order.draft_id,
            order.channel,
        )
        assert [("sale", "success", "manual")] == [(t.kind, t.status, t.gateway) for t in order.transactions]
        assert order == office.orders.get(order.id)
        assert after == office.drafts.get(draft.id)
        assert (10, 2, 0, 8) == level(office)
        assert order.sums.current_total == sum(row.entry.total for row in office.orders.entries(order.id))

    def test_pending(self, office: BackOffice) -> None:
        """C085: on terms, or when it is said, the money is waited for."""
        on_terms = made(office, terms=PaymentTerms("net", days=30))
        for done in (office.drafts.complete(on_terms.id), office.drafts.complete(made(office).id, payment="pending")):
            assert done.order is not None
            assert "pending" == done.order.financial_status
            assert [("sale", "pending")] == [(t.kind, t.status) for t in done.order.transactions]
            assert "paid" == office.orders.mark_as_paid(done.order.id).order.financial_status

    def test_for_nothing(self, office: BackOffice) -> None:
        """An order for nothing is paid without a payment."""
        done = office.drafts.complete(made(office, Line("Sample")).id)
        assert done.order is not None
        assert ("paid", ()) == (done.order.financial_status, done.order.transactions)

    def test_by_a_registered_gateway(self, office: BackOffice) -> None:
        """It is asked for the whole, after the order is saved; not where the money is waited for."""
        done = office.drafts.complete(made(office).id, gateway="card")
        assert done.order is not None
        assert "paid" == done.order.financial_status
        card = office._context.gateways["card"]
        assert [("sale", "10.00")] == [(name, one.amount.amount) for name, one in card.calls]  # type: ignore[attr-defined]
        waits = office.drafts.complete(made(office).id, gateway="card", payment="pending")
        assert waits.order is not None
        assert "pending" == waits.order.financial_status
        assert 1 == len(card.calls)  # type: ignore[attr-defined]

    def test_what_is_set_aside_is_not_taken_twice(self, office: BackOffice) -> None:
        """T23 and report 109: one reservation, which becomes the promise; the custom item moves nothing."""
        draft = made(
            office,
            Line(variant="CUP", quantity=9),
            Line("Engraving", price="4.00"),
            reserve_until=clock(office)().add(days=1),
        )
        assert (10, 0, 9, 1) == level(office)
        done = office.drafts.complete(draft.id)
        assert done.order is not None
        assert (10, 9, 0, 1) == level(office)
        assert (0, None) == (done.draft.reserved, done.draft.reserve_until)
        assert [(6, 0), (3, 0)] == [(row.committed, row.reserved) for row in office.catalog.levels("CUP")]
        office.orders.fulfill(done.order.id)
        assert (1, 0, 0, 1) == level(office)

    def test_without_reservation_the_stock_is_taken_now(self, office: BackOffice) -> None:
        """And refused when it is not there: the draft stays, and no number is taken."""
        draft = made(office, Line(variant="CUP", quantity=8))
        office.orders.place(lines=[Line(variant="CUP", quantity=3)])
        before = everything(office._context.storage)
        with pytest.raises(errors.OutOfStock):
            office.drafts.complete(draft.id)
        assert before == everything(office._context.storage)
        assert "open" == office.drafts.get(draft.id).status

    def test_twice(self, office: BackOffice) -> None:
        """It gives the order that it became, and changes nothing."""
        draft = made(office)
        first, again = office.drafts.complete(draft.id), office.drafts.complete(draft.id)
        assert first.order is not None
        assert again.order is not None
        assert (first.order.id, False) == (again.order.id, bool(again))
        assert 1 == office.orders.count()
        assert (10, 2, 0, 8) == level(office)

    def test_many_at_once(self, office: BackOffice) -> None:
        """One order, one number, one set of units."""
        draft = made(office)
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: office.drafts.complete(draft.id), range(16)))
        assert 1 == len({answer.order.id for answer in answers if answer.order is not None})
        assert 1 == sum(bool(answer) for answer in answers)
        assert (1, (10, 2, 0, 8)) == (office.orders.count(), level(office))
        assert "#1002" == office.orders.place(lines=[Line("Tea", price="1.00")]).order.name

    def test_under_a_key(self, office: BackOffice) -> None:
        """Replayed with its order."""
        draft = made(office)
        first = office.drafts.complete(draft.id, idempotency_key="k")
        again = office.drafts.complete(draft.id, idempotency_key="k")
        assert (True, first.order, first.events) == (again.replayed, again.order, again.events)

    def test_what_the_settings_let_follow(self, office: BackOffice) -> None:
        """Paid, it is shipped by itself; the customer is told that it was placed."""
        office.change_settings(auto_fulfill=True)
        done = office.drafts.complete(made(office, customer=ADA).id)
        assert done.order is not None
        assert ("fulfilled", "archived") == (done.order.fulfillment_status, done.order.lifecycle)
        assert ["order_placed"] == [row.kind for row in office.outbox.list()]

    def test_a_preview(self, office: BackOffice) -> None:
        """The order that it would become, and nothing saved."""
        draft = made(office)
        before = everything(office._context.storage)
        plan = office.drafts.preview.complete(draft.id)
        assert plan.order is not None
        assert ("#1001", "paid") == (plan.order.name, plan.order.financial_status)
        assert before == everything(office._context.storage)


class TestTerms:
    @pytest.mark.parametrize(
        ("terms", "days"),
        [(PaymentTerms("net", days=30), 30), (PaymentTerms("receipt"), 0)],
    )
    def test_due_and_overdue(self, office: BackOffice, terms: PaymentTerms, days: int) -> None:
        """From the order's day; paid, it is not overdue."""
        done = office.drafts.complete(made(office, terms=terms).id)
        order = done.order
        assert order is not None
        due = order.created_at.add(days=days)
        assert (due, False, True) == (
            order.payment_due_at,
            order.overdue(due.subtract(seconds=1)),
            order.overdue(due),
        )
        assert not office.orders.mark_as_paid(order.id).order.overdue(due.add(years=1))

    def test_a_fixed_day_and_the_last_parcel(self, office: BackOffice) -> None:
        """The one is known from the start, the other once all was shipped."""
        day = clock(office)().add(days=9)
        fixed = office.drafts.complete(made(office, terms=PaymentTerms("fixed", due_at=day)).id).order
        assert fixed is not None
        assert day == fixed.payment_due_at
        later = office.drafts.complete(made(office, terms=PaymentTerms("fulfillment")).id).order
        assert later is not None
        assert None is later.payment_due_at
        clock(office).tick(days=3)
        shipped = office.orders.fulfill(later.id).order
        assert shipped.fulfillments[0].at == shipped.payment_due_at

    @pytest.mark.parametrize(
        "odd",
        [
            {"kind": "soon"},
            {"kind": "net"},
            {"kind": "net", "days": 0},
            {"kind": "net", "days": "30"},
            {"kind": "fixed"},
            {"kind": "receipt", "days": 3},
        ],
    )
    def test_odd_terms(self, odd: dict[str, Any]) -> None:
        with pytest.raises(errors.InvalidValue):
            PaymentTerms(**odd)


class TestRule6_Invoices:
    def test_it_is_asked_for(self, office: BackOffice) -> None:
        """A message waits, in the customer's language; it can be asked again."""
        draft = made(office, customer=ADA)
        sent = office.drafts.send_invoice(draft.id)
        assert ("invoice_sent", clock(office)()) == (sent.draft.status, sent.draft.invoice_sent_at)
        assert office.drafts.send_invoice(draft.id)
        assert [("draft_invoice", "fr")] * 2 == [(row.kind, row.locale) for row in office.outbox.list()]
        assert 2 == office.outbox.deliver().sent
        (first, _) = office._notifier.sent  # type: ignore[attr-defined]
        assert (draft.id, "ada@example.com", "10.00") == (first.order.id, first.to, first.order.total.amount)
        assert office.drafts.complete(draft.id).order is not None

    def test_without_an_address(self, office: BackOffice) -> None:
        with pytest.raises(errors.NoRecipient):
            office.drafts.send_invoice(made(office).id)


class TestRule5_WhatIsLeft:
    def test_deleting_lets_go(self, office: BackOffice) -> None:
        draft = made(office, customer=ADA, note="for Ada", reserve_until=clock(office)().add(days=1))
        assert office.drafts.delete(draft.id)
        assert (10, 0, 0, 10) == level(office)
        with pytest.raises(errors.UnknownId):
            office.drafts.get(draft.id)
        assert [] == list(office.drafts)
        with office._context.storage.read("main") as unit:
            left = encode(unit.draft(draft.id))
        assert draft.name in left
        assert "ada" not in left.lower()

    def test_a_year_without_a_change(self, office: BackOffice) -> None:
        """It is deleted; any change begins the year anew; completed ones stay."""
        idle, touched, done = made(office, customer=ADA), made(office), made(office)
        office.drafts.complete(done.id)
        clock(office).tick(days=364)
        office.drafts.update(touched.id, note="still here")
        clock(office).tick(days=1)
        assert 1 == office.run_due().purged
        assert {touched.id, done.id} == {draft.id for draft in office.drafts}
        with pytest.raises(errors.UnknownId):
            office.drafts.get(idle.id)
        assert 0 == office.run_due().purged

    def test_one_that_was_touched_meanwhile(self, office: BackOffice) -> None:
        """What is due is listed first and deleted later; a change between the two keeps the draft."""
        draft = made(office)
        later = some_facts(now=draft.updated_at.add(days=364))
        assert not decide_draft(draft, None, DeleteDraft(idle=True), later)
        assert decide_draft(draft, None, DeleteDraft(idle=True), some_facts(now=draft.updated_at.add(days=365)))

    def test_pages(self, office: BackOffice) -> None:
        """Newest first, deleted ones passed over."""
        ids = []
        for _ in range(7):
            clock(office).tick(seconds=1)
            ids.append(made(office).id)
        office.drafts.delete(ids[5])
        office.drafts.delete(ids[0])
        left = [id for id in reversed(ids) if id not in (ids[5], ids[0])]
        first = office.drafts.page(limit=2)
        second = office.drafts.page(limit=2, after=first.next)
        third = office.drafts.page(limit=2, after=second.next)
        assert left == [draft.id for page in (first, second, third) for draft in page.drafts]
        assert None is third.next
        assert left == [draft.id for draft in office.drafts]
