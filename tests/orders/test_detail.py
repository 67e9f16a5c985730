"""The page of an order as one value: it shows everything, and its figures are the order's."""

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice_core.money import Money
from backoffice_core.orders.asked import Authorization, Discount, Line, Tax
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.detail.money import PaymentDetail
from backoffice_core.orders.detail.page import OrderDetail, detail
from backoffice_core.orders.events import NoteSet, OrderPlaced
from backoffice_core.orders.facts import TransactionKind
from backoffice_core.orders.fulfill import CancelFulfillment, Fulfill
from backoffice_core.orders.givenback import Restock
from backoffice_core.orders.hold import HoldOrder, ReleaseHold
from backoffice_core.orders.notes import AddComment, DeleteComment, EditComment, SetNote
from backoffice_core.orders.order import CustomerRef, Order
from backoffice_core.orders.pay import Capture
from backoffice_core.orders.refund import RefundOrder
from backoffice_core.orders.restock import RestockUnits
from backoffice_core.orders.shipment import UpdateShipment
from backoffice_core.orders.states import FulfillmentStatus, TransactionStatus
from backoffice_core.testing.lives import a_cancelled_order, an_open_order
from backoffice_core.testing.wholelife import a_whole_life
from tests.orders.helpers import LATER, NOW, after, an_order, eur, facts, goods
from tests.orders.test_properties import some
from tests.orders.test_story import Row
from tests.orders.walks import Basket, Step, baskets, begin, steps, walk

TVA = Tax("TVA", "0.20")
STRIPE = {"gateways": frozenset({"stripe"})}


def page(order: Order, *rows: Row, **known: Any) -> OrderDetail:
    """Return the page of an order."""
    return detail(order, rows, facts(**known), "en")


def money(text: str) -> Money:
    """Return an amount of euros; its short name lets a page be read."""
    return eur(text)


def three_teas(**more: Any) -> Order:
    """Return an order of three teas and a tip, with a discount and shipping."""
    return an_order(
        goods(quantity=3, price="10.00", taxes=[TVA], variant_title="Green"),
        Line("Tip", price="2.00", kind="tip"),
        shipping="5.00",
        discounts=[Discount("Spring", amount="2.00", code="SPRING")],
        **more,
    )


class TestHead:
    def test_who_and_what(self) -> None:
        """What stands at the top of the page."""
        order = three_teas(
            customer=CustomerRef(id="c-1", name="Ada"),
            tags="vip",
            note="Ring twice",
            attributes={"gift": "yes"},
            source=("web", "checkout-1"),
            test=True,
        )
        seen = page(order)
        assert ("#1001", order.id, 0, "EUR") == (seen.name, seen.id, seen.version, seen.currency)
        assert ("open", "pending", "unfulfilled") == (seen.lifecycle, seen.financial_status, seen.fulfillment_status)
        assert (("vip",), "Ring twice", (("gift", "yes"),)) == (seen.tags, seen.note, seen.attributes)
        assert ("web", ("web", "checkout-1"), True) == (seen.channel, seen.source, seen.test)
        assert (False, "Ada") == (seen.guest, seen.customer and seen.customer.name)

    @pytest.mark.parametrize(
        ("asked", "guest"), [({}, True), ({"email": "ada@example.com"}, True), ({"customer": "c-1"}, False)]
    )
    def test_a_guest(self, asked: dict[str, Any], guest: bool) -> None:
        """Whoever has no id is one, whatever they left."""
        assert guest is page(an_order(**asked)).guest

    def test_nothing_personal_in_repr(self) -> None:
        """A page that gets into a log says nothing about people."""
        order = an_order(
            goods(properties={"engraving": "Ada"}),
            paid="10.00",
            note="Ada",
            attributes={"for": "Ada"},
            customer=CustomerRef(id="c-1", name="Ada"),
        )
        order = after(
            order,
            HoldOrder(note="Ada"),
            ReleaseHold(),
            RefundOrder(lines={"TEA": 1}, note="Ada"),
            AddComment(text="Ada"),
        )
        seen = page(order)
        parts = (seen, *seen.lines, *seen.holds, *seen.refunds, *seen.comments, *seen.timeline)
        assert [] == [part for part in parts if "Ada" in repr(part)]

    def test_every_field_of_an_order_is_shown(self) -> None:
        """A field that is added to orders gets a place on the page, or a reason here why it has none."""
        elsewhere = {
            "shipping_lines": "shipping",
            "transactions": "payments",
            "original_total_minor": "money",
            "visits": "conversion",
            **dict.fromkeys(("client", "assessments", "assessing", "assess_by"), "risk"),
        }
        shown = {field.name for field in attrs.fields(OrderDetail)}
        # A deleted order has no page; what was announced, and what an invoice said, is on the timeline or in a letter.
        shown |= {"deleted_at", "reminded_of", "invoice_subject", "invoice_message"}
        missing = [field.name for field in attrs.fields(Order) if elsewhere.get(field.name, field.name) not in shown]
        assert not missing, f"orders/detail/page.py: OrderDetail does not show Order.{', Order.'.join(missing)}"


class TestLines:
    def test_a_line(self) -> None:
        """Title, price, discounts taken off, taxes, and what is left after one unit came back."""
        order = after(three_teas(paid="35.00"), RefundOrder(lines={"TEA": 1}))
        tea, tip = page(order).lines
        assert ("Tea - Green", "Tea", "Green", "TEA", "product") == (
            tea.name,
            tea.title,
            tea.variant_title,
            tea.sku,
            tea.kind,
        )
        assert (money("10.00"), 3, money("28.00"), money("4.67")) == (tea.price, tea.quantity, tea.amount, tea.tax)
        (off,) = tea.discounts
        assert ("Spring", "SPRING", money("2.00")) == (off.title, off.code, off.amount)
        (tax,) = tea.taxes
        assert ("TVA", "0.20", money("4.67"), money("3.11")) == (tax.title, tax.rate, tax.amount, tax.left)
        assert (money("18.67"), money("3.11")) == (tea.left, tea.left_tax)
        assert [("9.34", "1.55"), ("9.33", "1.56")] == [(one.amount.amount, one.tax.amount) for one in tea.parts]
        assert ("tip", money("2.00"), ()) == (tip.kind, tip.left, tip.taxes)

    def test_where_its_units_are(self) -> None:
        """Every counter, as the rules have it."""
        order = after(
            three_teas(paid="35.00"),
            Fulfill(lines={"TEA": 1}),
            RefundOrder(lines={"TEA": 1}, restock="no_restock"),
            HoldOrder(lines={"TEA": 1}),
        )
        row = page(order).lines[0].counters
        assert (3, 2, 2, 1, 1) == (row.ordered, row.current, row.to_fulfill, row.ready, row.held)
        assert (1, 0, 1, 0, 0, 1) == (row.fulfilled, row.returned, row.refunded, row.removed, row.waiting, row.kept)

    def test_an_amount_taken_off_a_line(self) -> None:
        """What was agreed is told as agreed, what is left without it."""
        order = after(three_teas(paid="35.00"), RefundOrder(amounts={"TEA": "4.00"}))
        tea = page(order).lines[0]
        assert (money("28.00"), money("24.00")) == (tea.amount, tea.left)
        assert (money("4.67"), money("2.00")) == (tea.tax, tea.discounts[0].amount)
        assert ["8.00"] * 3 == [one.amount.amount for one in tea.parts]

    def test_an_amount_taken_off_what_is_left_of_a_line(self) -> None:
        """Its units are told in two rows then; a discount is counted once."""
        order = after(three_teas(paid="35.00"), RefundOrder(lines={"TEA": 1}), RefundOrder(amounts={"TEA": "4.67"}))
        tea = page(order).lines[0]
        assert (2, money("2.00")) == (len(order.lines[0].spans), tea.discounts[0].amount)
        assert (money("28.00"), money("14.00")) == (tea.amount, tea.left)
        assert ["7.00", "7.00"] == [one.amount.amount for one in tea.parts]
        check_page(order)

    def test_parts_are_a_sequence(self) -> None:
        """They can be counted, cut and counted from the end."""
        parts = page(three_teas()).lines[0].parts
        assert (3, parts[2], (parts[1], parts[2])) == (len(parts), parts[-1], parts[1:])
        with pytest.raises(IndexError):
            parts[3]

    def test_parts_of_very_many_units(self) -> None:
        """They are reckoned when they are asked for, so a page of a billion units costs no more than another."""
        (line,) = page(an_order(goods(quantity=1_000_000_000, price="0.01"))).lines
        assert (1_000_000_000, money("0.01")) == (len(line.parts), line.parts[999_999_999].amount)

    def test_a_line_that_is_gone(self) -> None:
        """Nothing is left, and no part; its taxes are told as agreed."""
        tea = page(after(three_teas(paid="35.00"), RefundOrder(lines={"TEA": 3}))).lines[0]
        assert (money("0.00"), 0, []) == (tea.left, len(tea.parts), list(tea.parts))
        assert (money("4.67"), money("0.00")) == (tea.taxes[0].amount, tea.taxes[0].left)

    def test_shipping_and_discounts(self) -> None:
        """What is left of each charge, and the discounts as agreed."""
        order = an_order(
            goods(),
            shipping="5.00",
            discounts=[Discount("Post", amount="1.00", on="shipping"), Discount("Ten", percent="10")],
            paid="13.00",
        )
        seen = page(after(order, RefundOrder(shipping="1.50")))
        (post,) = seen.shipping
        assert (money("5.00"), money("4.00"), money("2.50")) == (post.price, post.amount, post.left)
        assert ["Post"] == [one.title for one in post.discounts]
        assert [("Post", "fixed", "shipping", "1.00"), ("Ten", "percentage", "order", "1.00")] == [
            (one.title, one.kind, one.target, one.amount.amount) for one in seen.discounts
        ]


class TestMoney:
    def test_the_summary(self) -> None:
        """Of an order of 35.00, paid, one unit and goodwill given back."""
        order = after(three_teas(paid="35.00"), RefundOrder(lines={"TEA": 1}), RefundOrder(amount="3.00", note="sorry"))
        seen = page(order).money
        assert ("28.00", "2.00", "5.00", "4.67", "2.00", "35.00", "35.00") == (
            seen.subtotal.amount,
            seen.discounts.amount,
            seen.shipping.amount,
            seen.tax.amount,
            seen.tips.amount,
            seen.total.amount,
            seen.original_total.amount,
        )
        assert ("18.67", "5.00", "3.11", "2.00", "3.00", "22.67") == (
            seen.current_subtotal.amount,
            seen.current_shipping.amount,
            seen.current_tax.amount,
            seen.current_tips.amount,
            seen.adjustments.amount,
            seen.current_total.amount,
        )
        assert ("35.00", "12.33", "22.67", "0.00", "0.00", "22.67") == (
            seen.received.amount,
            seen.refunded.amount,
            seen.net.amount,
            seen.outstanding.amount,
            seen.capturable.amount,
            seen.refundable.amount,
        )

    def test_payments_with_what_followed(self) -> None:
        """An authorization with its capture, and under that its refund."""
        order = three_teas(authorized="35.00")
        order = after(order, Capture(amount="20.00"), RefundOrder(lines={"TEA": 1}, amount="5.00"))
        (authorization,) = page(order).payments
        (capture,) = authorization.children
        (refund,) = capture.children
        assert ["authorization", "capture", "refund"] == [authorization.kind, capture.kind, refund.kind]
        assert (None, authorization.id, capture.id) == (authorization.parent_id, capture.parent_id, refund.parent_id)
        assert (money("15.00"), money("15.00"), money("0.00")) == (
            authorization.left,
            authorization.voidable,
            authorization.refundable,
        )
        # Of the 25.67 that is left to pay 15.00 was, so what remains of the authorization is more than is owed.
        assert (money("10.67"), money("15.00")) == (authorization.capturable, capture.refundable)
        assert (money("0.00"), money("0.00")) == (refund.refundable, refund.capturable)

    def test_while_a_gateway_is_asked(self) -> None:
        """Nothing can be captured or voided of an authorization on which something has no outcome."""
        order = three_teas(payments=[Authorization("35.00", gateway="stripe", reference="a")])
        order = after(order, Capture(amount="20.00"), **STRIPE)
        (authorization,) = page(order, **STRIPE).payments
        assert (money("15.00"), money("0.00"), money("0.00")) == (
            authorization.left,
            authorization.capturable,
            authorization.voidable,
        )
        assert "pending" == authorization.children[0].status

    def test_a_payment_of_which_less_was_confirmed_and_some_undone(self) -> None:
        """All that happened to it is told."""
        seen = {one.id: one for one in flat(page(a_whole_life()[-1].order).payments)}
        assert money("20.00") in [one.asked for one in seen.values()]
        assert money("0.50") in [one.reversed for one in seen.values()]
        assert "drawer_closed" in [one.error for one in seen.values()]


class TestHistory:
    def test_parcels(self) -> None:
        """With titles, SKUs and quantities; one that was undone stays on the page."""
        order = after(three_teas(), Fulfill(lines={"TEA": 2}, tracking="LX1", carrier="Post"))
        order = after(order, CancelFulfillment(fulfillment=order.fulfillments[0].id), now=LATER)
        (parcel,) = page(order).fulfillments
        assert ("#1001-F1", "cancelled", NOW, LATER, 2) == (
            parcel.name,
            parcel.status,
            parcel.at,
            parcel.cancelled_at,
            parcel.units,
        )
        assert ("LX1", "Post", "marie") == (parcel.tracking, parcel.carrier, parcel.actor)
        assert [("Tea", "Green", "TEA", 2)] == [
            (one.title, one.variant_title, one.sku, one.quantity) for one in parcel.lines
        ]

    def test_where_a_parcel_is(self) -> None:
        """What its carrier told last, with all that it told before."""
        order = after(three_teas(), Fulfill(), UpdateShipment(fulfillment="#1001-F1", status="in_transit"))
        (parcel,) = page(order).fulfillments
        assert ("in_transit", None, 1) == (parcel.shipment_status, parcel.delivered_at, len(parcel.news))
        order = after(order, UpdateShipment(fulfillment="#1001-F1", status="delivered"), now=LATER)
        (parcel,) = page(order).fulfillments
        assert ("delivered", LATER, 2) == (parcel.shipment_status, parcel.delivered_at, len(parcel.news))

    def test_a_refund(self) -> None:
        """What it was for, what it gave, what of it arrived."""
        order = after(
            three_teas(paid="35.00"), RefundOrder(lines={"TEA": 1}, shipping="5.00", amount="10.00", note="chipped")
        )
        (refund,) = page(order).refunds
        (back,) = refund.lines
        assert (money("10.00"), money("10.00"), money("0.00"), money("-4.33")) == (
            refund.amount,
            refund.sent,
            refund.pending,
            refund.adjustment,
        )
        assert ("Tea", 1, "cancel", money("9.33"), money("1.56")) == (
            back.title,
            back.quantity,
            back.restock,
            back.amount,
            back.tax,
        )
        assert [("Shipping", money("5.00"))] == [(one.title, one.amount) for one in refund.shipping]
        assert ("chipped", "marie", (order.transactions[-1].id,)) == (refund.note, refund.actor, refund.transaction_ids)

    def test_a_refund_whose_gateway_did_not_answer(self) -> None:
        """Its money is on the way."""
        order = three_teas(payments=[Authorization("35.00", gateway="stripe", reference="a")])
        order = after(order, Capture())
        order = after(order, RefundOrder(amount="3.00"), **STRIPE)
        (refund,) = page(order, **STRIPE).refunds
        assert (money("3.00"), money("0.00"), money("3.00")) == (refund.amount, refund.sent, refund.pending)

    def test_a_hold(self) -> None:
        """Why, which units, and how it ended."""
        order = after(three_teas(), HoldOrder(lines={"TEA": 2}, reason="awaiting_payment", note="call"), HoldOrder())
        first = order.holds[0]
        order = after(order, ReleaseHold(hold_id=first.id, reason="paid"), now=LATER, actor="paul")
        ended, stands = page(order).holds
        assert ("awaiting_payment", "call", "released", "paid", LATER, "paul") == (
            ended.reason,
            ended.note,
            ended.status,
            ended.release_reason,
            ended.released_at,
            ended.released_by,
        )
        assert [("Tea", 2)] == [(one.title, one.quantity) for one in ended.lines]
        assert ((), "active", "marie") == (stands.lines, stands.status, stands.actor)

    def test_restocked_later_and_removed(self) -> None:
        """Units that went back after their refund, and what a cancel took out."""
        order = after(
            three_teas(paid="35.00"), RefundOrder(lines={"TEA": 1}, restock="no_restock"), RestockUnits(), Cancel()
        )
        seen = page(order)
        (restocking,), (removal,) = seen.restockings, seen.removals
        assert [("Tea", 1, Restock.CANCEL)] == [(one.title, one.quantity, one.restock) for one in restocking.lines]
        assert ("cancel", [("Tea", 2), ("Tip", 1)]) == (
            removal.cause,
            [(one.title, one.quantity) for one in removal.lines],
        )
        assert ([money("5.00")], money("0.00")) == ([one.amount for one in removal.shipping], removal.adjustment)
        assert ("cancelled", money("0.00"), "other") == (seen.lifecycle, seen.money.current_total, seen.cancel_reason)

    def test_comments(self) -> None:
        """Those that were not deleted; who wrote one may change it."""
        order = after(an_order(), AddComment(text="a"), AddComment(text="b"), AddComment(text="c"))
        first, second, third = (one.id for one in order.comments)
        order = after(order, EditComment(comment_id=second, text="B"), DeleteComment(comment_id=third), now=LATER)
        order = after(order, AddComment(text="d"), actor="paul")
        assert [("a", None, True), ("B", LATER, True), ("d", None, False)] == [
            (one.text, one.edited_at, one.mine) for one in page(order).comments
        ]
        assert [False, False, False] == [one.mine for one in page(order, actor=None).comments]
        assert first == page(order).comments[0].id

    def test_the_timeline(self) -> None:
        """Sentences, in the language that was asked for."""
        order = an_order()
        rows = [Row(OrderPlaced("#1001", 1000, "EUR")), Row(NoteSet(), "paul", LATER)]
        assert ["order_placed", "note_set"] == [one.kind for one in page(order, *rows).timeline]
        seen = detail(order, rows, facts(), "fr").timeline[1]
        assert ("La note a été modifiée par paul.", "paul", LATER) == (seen.text, seen.actor, seen.at)

    def test_what_is_allowed(self) -> None:
        """The rules' own answers, and a short way to ask."""
        seen = page(an_order())
        assert (True, False, False) == (seen.can("fulfill"), seen.can("capture"), seen.can("no_such_command"))
        assert {"capture": "nothing_to_capture"}.items() <= {
            one.name: one.reason.code for one in seen.allowed if one.reason
        }.items()

    def test_the_same_order_has_the_same_page(self) -> None:
        """Nothing of it is stored or made anew."""
        order = a_whole_life()[-1].order
        assert page(order) == page(order)
        assert page(order) != page(after(order, SetNote(note="other")))


def flat(payments: tuple[PaymentDetail, ...]) -> list[PaymentDetail]:
    """Return transactions with all that followed on them."""
    return [one for payment in payments for one in (payment, *flat(payment.children))]


def total(amounts: Any, currency: str) -> Money:
    """Return the sum of some amounts."""
    return sum(amounts, Money(0, currency))


def check_page(order: Order) -> None:
    """Check that the figures of an order's page sum to the order's."""
    seen, of = page(order), order.currency
    for line in seen.lines:
        assert order.counters[line.id] == line.counters
        assert line.counters.current == len(line.parts)
        assert (line.left, line.left_tax) == (
            total((one.amount for one in line.parts), of),
            total((one.tax for one in line.parts), of),
        )
        assert (line.tax, line.left_tax) == (
            total((one.amount for one in line.taxes), of),
            total((one.left for one in line.taxes), of),
        )
    sold = (*seen.lines, *seen.shipping)
    assert seen.money.total == total((one.amount for one in sold), of)
    assert seen.money.tax == total((one.tax for one in sold), of)
    assert seen.money.current_tax == total((one.left_tax for one in sold), of)
    assert seen.money.current_total == total((one.left for one in sold), of) - seen.money.adjustments
    shares = (share.amount for one in sold for share in one.discounts)
    assert seen.money.discounts == total(shares, of) == total((one.amount for one in seen.discounts), of)
    check_payments(order, seen)
    standing = [one for one in seen.fulfillments if one.status is FulfillmentStatus.SUCCESS]
    assert order.fulfilled == sum(one.units for one in standing)
    assert seen.money.refunded == total((one.sent for one in seen.refunds), of)
    assert seen.money.refunding == total((one.pending for one in seen.refunds), of)


def check_payments(order: Order, seen: OrderDetail) -> None:
    """Check that each transaction stands once, and that what can be done with them sums to the order's."""
    of, all_of_them = order.currency, flat(seen.payments)
    assert sorted(one.id for one in order.transactions) == sorted(one.id for one in all_of_them)
    assert seen.money.authorized == total((one.left for one in all_of_them), of)
    for one in all_of_them:
        assert one.capturable <= min(one.left, seen.money.capturable)
        assert one.refundable <= seen.money.refundable
        assert one.voidable in (one.left, Money(0, of))
        assert one.kind is TransactionKind.AUTHORIZATION or not (one.left or one.capturable or one.voidable)
    undone = any(one.reversed or one.status is TransactionStatus.REVERSED for one in all_of_them)
    if not undone and not any(one.open for one in order.transactions):
        assert seen.money.refundable == total((one.refundable for one in all_of_them), of)


@some(150)
@given(baskets(), st.lists(steps(), min_size=4, max_size=10))
def test_figures_of_any_walk(basket: Basket, path: list[Step]) -> None:
    """Whatever was done with whatever order."""
    world = begin(basket)
    for step in path:
        walk(world, step)
        assert world.order is not None
        check_page(world.order)


@pytest.mark.parametrize("order", [a_whole_life()[-1].order, a_cancelled_order(), an_open_order()])
def test_figures_of_whole_lives(order: Order) -> None:
    """Of orders with a fact of every kind."""
    check_page(order)
