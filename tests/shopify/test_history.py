"""The facts of an order, and the statuses and sums that follow from them."""

from typing import Any

import pytest

from backoffice_core.orders.givenback import Restock
from backoffice_core.orders.order import Order
from backoffice_core.settings import Settings
from backoffice_core.shopify.cells import BadCell, FiguresDisagree
from tests.shopify.helpers import PAID, codes, line, order, read, row, tip

UNSHIPPED = {"fulfillment_status": "unfulfilled", "fulfilled_at": "", "lineitem_fulfillment_status": "pending"}
CANCELLED = {**UNSHIPPED, "cancelled_at": "2025-03-02 10:00:00 -0500"}


def state(found: Order) -> dict[str, str]:
    return {
        "financial": str(found.financial_status),
        "fulfillment": str(found.fulfillment_status),
        "received": found.received.amount,
        "refunded": found.refunded.amount,
        "current": found.current_total.amount,
        "outstanding": found.outstanding.amount,
    }


def expected(financial: str, fulfillment: str, received: str, refunded: str, current: str, outstanding: str) -> Any:
    return {
        "financial": financial,
        "fulfillment": fulfillment,
        "received": received,
        "refunded": refunded,
        "current": current,
        "outstanding": outstanding,
    }


@pytest.mark.parametrize(
    ("cells", "outcome"),
    [
        ({}, expected("paid", "fulfilled", "25.95", "0.00", "25.95", "0.00")),
        (UNSHIPPED, expected("paid", "unfulfilled", "25.95", "0.00", "25.95", "0.00")),
        (
            {**UNSHIPPED, "financial_status": "pending", "outstanding_balance": "25.95"},
            expected("pending", "unfulfilled", "0.00", "0.00", "25.95", "25.95"),
        ),
        (
            {**UNSHIPPED, "financial_status": "pending", "outstanding_balance": "0.00"},
            expected("pending", "unfulfilled", "0.00", "0.00", "25.95", "0.00"),
        ),
        (
            {**UNSHIPPED, "financial_status": "authorized"},
            expected("authorized", "unfulfilled", "0.00", "0.00", "25.95", "0.00"),
        ),
        (
            {**UNSHIPPED, "financial_status": "voided", "outstanding_balance": "25.95"},
            expected("voided", "unfulfilled", "0.00", "0.00", "25.95", "25.95"),
        ),
        (
            {**UNSHIPPED, "financial_status": "expired", "outstanding_balance": "25.95"},
            expected("expired", "unfulfilled", "0.00", "0.00", "25.95", "25.95"),
        ),
        (
            {"financial_status": "partially_paid", "outstanding_balance": "5.95"},
            expected("partially_paid", "fulfilled", "20.00", "0.00", "25.95", "5.95"),
        ),
        (
            {"financial_status": "partially_refunded", "refunded_amount": "10.00"},
            expected("partially_refunded", "fulfilled", "25.95", "10.00", "15.95", "0.00"),
        ),
        (
            {"financial_status": "partially_refunded", "refunded_amount": "10.00", "outstanding_balance": "4.00"},
            expected("partially_refunded", "fulfilled", "25.95", "10.00", "19.95", "4.00"),
        ),
        (
            {"financial_status": "partially_refunded", "refunded_amount": "1.00", "outstanding_balance": "4.00"},
            expected("partially_refunded", "fulfilled", "22.95", "1.00", "25.95", "4.00"),
        ),
        (
            {"financial_status": "refunded", "refunded_amount": "25.95"},
            expected("refunded", "fulfilled", "25.95", "25.95", "0.00", "0.00"),
        ),
        (
            {**UNSHIPPED, "financial_status": "partially_refunded", "refunded_amount": "4.95"},
            expected("partially_refunded", "unfulfilled", "25.95", "4.95", "21.00", "0.00"),
        ),
        (
            {**CANCELLED, "financial_status": "refunded", "refunded_amount": "25.95"},
            expected("refunded", "unfulfilled", "25.95", "25.95", "0.00", "0.00"),
        ),
        (
            {**CANCELLED, "financial_status": "partially_refunded", "refunded_amount": "20.00"},
            expected("partially_refunded", "unfulfilled", "25.95", "20.00", "0.00", "-5.95"),
        ),
        (
            {**CANCELLED, "financial_status": "voided"},
            expected("voided", "unfulfilled", "0.00", "0.00", "0.00", "0.00"),
        ),
        (
            {**CANCELLED, "financial_status": "pending", "outstanding_balance": "25.95"},
            expected("pending", "unfulfilled", "0.00", "0.00", "0.00", "0.00"),
        ),
        (
            {**CANCELLED, "financial_status": "pending", "outstanding_balance": "0.00"},
            expected("pending", "unfulfilled", "0.00", "0.00", "0.00", "0.00"),
        ),
        (CANCELLED, expected("paid", "unfulfilled", "25.95", "0.00", "0.00", "-25.95")),
        (
            {**CANCELLED, "outstanding_balance": "5.95"},
            expected("paid", "unfulfilled", "20.00", "0.00", "0.00", "-20.00"),
        ),
        ({**UNSHIPPED, "fulfillment_status": "on_hold"}, expected("paid", "on_hold", "25.95", "0.00", "25.95", "0.00")),
        (
            {**UNSHIPPED, "fulfillment_status": "restocked"},
            expected("paid", "unfulfilled", "25.95", "0.00", "25.95", "0.00"),
        ),
    ],
)
def test_statuses_and_sums_follow_from_the_facts(cells: dict[str, str], outcome: dict[str, str]) -> None:
    found = read(row(**cells))
    assert outcome == state(found.order)
    assert set(codes(found)) <= {"cancelled_not_refunded"}


def test_a_free_order_is_paid_without_a_payment() -> None:
    cells = {"subtotal": "0.00", "discount_amount": "20.00", "shipping": "0.00", "taxes": "0.00", "total": "0.00"}
    found = order(row(**cells, payment_method="", paid_at="", tax_1_value="0.00"))
    assert (("paid", ()), "fulfilled") == ((found.financial_status, found.transactions), found.fulfillment_status)


class TestPayments:
    def test_two_gateways_are_one_payment_since_the_file_does_not_say_how_they_share(self) -> None:
        found = order(row(payment_method="Gift Card + Stripe", payment_id="gc_1 + pi_2"))
        (sale,) = found.transactions
        assert ("Gift Card + Stripe", "gc_1 + pi_2", 2595) == (sale.gateway, sale.reference, sale.minor)
        assert "2025-03-02T04:30:05+00:00" == sale.at.isoformat()

    def test_a_refund_belongs_to_the_payment(self) -> None:
        found = order(row(financial_status="partially_refunded", refunded_amount="10.00"))
        sale, back = found.transactions
        assert (sale.id, sale.gateway, 1000) == (back.parent_id, back.gateway, back.minor)
        assert (back.id,) == found.refunds[0].transaction_ids
        assert (1000, ()) == (found.refunds[0].adjustment_minor, found.refunds[0].lines)

    @pytest.mark.parametrize(
        ("cells", "column"),
        [
            ({"financial_status": "partially_refunded", "refunded_amount": ""}, "Refunded Amount"),
            ({"financial_status": "partially_paid", "outstanding_balance": ""}, "Outstanding Balance"),
        ],
    )
    def test_a_figure_that_the_status_needs(self, cells: dict[str, str], column: str) -> None:
        with pytest.raises(BadCell) as caught:
            read(row(**cells))
        assert column == caught.value.column

    def test_a_balance_of_more_than_the_total_is_refused(self) -> None:
        with pytest.raises(FiguresDisagree, match=r"at most the Total of 25\.95") as caught:
            read(row(outstanding_balance="26.00"))
        assert "Outstanding Balance" == caught.value.column

    def test_a_refund_of_more_than_the_total_had_been_received(self) -> None:
        """It was overpaid; that more was received than given back is in no figure."""
        found = read(row(financial_status="refunded", refunded_amount="26.00"))
        assert expected("refunded", "fulfilled", "26.00", "26.00", "0.00", "0.00") == state(found.order)
        text = "Refunded Amount 26.00 is more than the Total 25.95, taken as overpaid"
        assert [("refunded_above_total", text)] == [(one.code, one.text) for one in found.findings]
        found = read(row(financial_status="partially_refunded", refunded_amount="26.00"))
        assert expected("refunded", "fulfilled", "26.00", "26.00", "0.00", "0.00") == state(found.order)
        assert ["refunded_whole", "refunded_above_total", "financial_status_differs"] == codes(found)

    def test_a_file_without_refunds_knows_the_whole_one(self) -> None:
        found = order(row(financial_status="refunded", refunded_amount="", outstanding_balance=""))
        assert ("refunded", "25.95") == (found.financial_status, found.refunded.amount)


class TestUnits:
    def test_a_part_fulfilled_order_has_its_pending_line_to_ship(self) -> None:
        found = order(row(fulfillment_status="partial", subtotal="30.00", total="35.95"), pending("10.00"))
        assert ("partially_fulfilled", 1, 2) == (found.fulfillment_status, found.to_fulfill, found.fulfilled)

    def test_of_a_partial_line_one_unit_is_recorded_and_it_is_said_so(self) -> None:
        found = read(row(fulfillment_status="partial", lineitem_fulfillment_status="partial"))
        assert (1, 1) == (found.order.fulfilled, found.order.to_fulfill)
        text = (
            "line 1 (Candle) is partial and the file does not say how many of its 2 units were shipped; recorded as 1"
        )
        assert [("units_unknown", text)] == [(one.code, one.text) for one in found.findings]

    def test_a_pending_line_of_a_refunded_fulfilled_order_went_with_the_refund(self) -> None:
        cells = {"subtotal": "30.00", "taxes": "1.50", "tax_1_value": "1.50", "total": "36.45"}
        cells |= {"financial_status": "partially_refunded", "refunded_amount": "10.50"}
        found = read(row(**cells), pending("10.00"))
        (back,) = found.order.refunds[0].lines
        assert (1, Restock.CANCEL, 0, 1050) == (back.quantity, back.restock, back.shipped, back.minor)
        assert 0 == found.order.refunds[0].adjustment_minor
        assert ("fulfilled", "0.00") == (found.order.fulfillment_status, found.order.outstanding.amount)
        assert (
            "line 2 (Candle) is pending in a fulfilled order, recorded as refunded with the 10.50"
            == found.findings[0].text
        )

    def test_a_pending_line_of_a_paid_order_with_a_balance_was_taken_out(self) -> None:
        """Its tax is what makes it cost the balance: 0.51, where its share by price would be 0.50."""
        cells = {"subtotal": "30.00", "taxes": "1.50", "tax_1_value": "1.50", "total": "36.45"}
        found = read(row(**cells, outstanding_balance="10.51"), pending("10.00"))
        (removal,) = found.order.removals
        assert ("edit", 1051, 0) == (removal.cause, removal.lines[0].minor, removal.adjustment_minor)
        outcome = expected("paid", "fulfilled", "25.94", "0.00", "25.94", "0.00")
        assert outcome == state(found.order)
        assert ["pending_in_fulfilled", "paid_with_balance"] == codes(found)
        assert (
            "paid, and yet an Outstanding Balance of 10.51: it still counts line 2 (Candle), which left the order;"
            " nothing is owed"
        ) == found.findings[1].text

    def test_several_taxes_make_it_cost_the_balance_too(self) -> None:
        """Of 0.63 taxes on a third of the goods 0.64 make up the balance; both taxes still sum."""
        cells = {"subtotal": "30.00", "taxes": "1.89", "total": "36.84", "outstanding_balance": "10.64"}
        cells |= {"tax_1_value": "1.50", "tax_2_name": "Fir Tax 1.3%", "tax_2_value": "0.39"}
        found = read(row(**cells), pending("10.00"))
        assert [(1064, 0)] == [(one.lines[0].minor, one.adjustment_minor) for one in found.order.removals]
        sums = [sum(minors) for minors in zip(*(item.spans[0].taxes for item in found.order.lines), strict=True)]
        assert [150, 39] == sums
        assert ("paid", "0.00") == (found.order.financial_status, found.order.outstanding.amount)

    def test_a_fulfilled_order_whose_lines_are_all_pending_was_shipped(self) -> None:
        cells = {"lineitem_fulfillment_status": "pending", "outstanding_balance": "5.00"}
        found = read(row(**cells))
        assert (2, "fulfilled", "paid") == (
            found.order.fulfilled,
            found.order.fulfillment_status,
            found.order.financial_status,
        )

    def test_a_balance_that_no_line_explains_is_let_off(self) -> None:
        found = read(row(outstanding_balance="0.01"))
        assert (0, 1) == (len(found.order.removals[0].lines), found.order.removals[0].adjustment_minor)
        assert expected("paid", "fulfilled", "25.94", "0.00", "25.94", "0.00") == state(found.order)
        text = "paid, and yet an Outstanding Balance of 0.01 with nothing that left the order; recorded as let off"
        assert [("paid_with_balance", text)] == [(one.code, one.text) for one in found.findings]

    def test_a_pending_line_that_nothing_explains_was_shipped(self) -> None:
        found = read(row(subtotal="30.00", total="35.95"), pending("10.00"))
        assert (3, 0, "fulfilled") == (found.order.fulfilled, found.order.to_fulfill, found.order.fulfillment_status)
        assert "neither a refund nor a balance says that it left" in found.findings[0].text

    def test_cancelling_takes_out_units_shipping_and_tip_when_nothing_was_shipped(self) -> None:
        cells = {**CANCELLED, "total": "27.95", "financial_status": "refunded", "refunded_amount": "27.95"}
        found = order(row(**cells), tip("2.00"))
        (removal,) = found.removals
        assert [(2, 2100), (1, 200)] == [(gone.quantity, gone.minor) for gone in removal.lines]
        assert [495] == [gone.minor for gone in removal.shipping]
        assert "2025-03-02T15:00:00+00:00" == removal.at.isoformat()
        assert (found.cancelled_at, "cancelled") == (found.closed_at, found.lifecycle)

    def test_shipped_units_stay_when_the_rest_is_cancelled(self) -> None:
        """The pending unit is worth 10.33, a third of the tax of 1.00 in it; the shipping stays."""
        cells = {"cancelled_at": CANCELLED["cancelled_at"], "fulfillment_status": "partial", "fulfilled_at": ""}
        found = order(row(**cells, subtotal="30.00", total="35.95"), pending("10.00"))
        assert ("25.62", "-10.33", 2) == (found.current_total.amount, found.outstanding.amount, found.fulfilled)


class TestArchive:
    def test_what_is_finished_is_archived_when_it_was_last_touched(self) -> None:
        found = order(row())
        assert "2025-03-03T14:00:00+00:00" == str(found.closed_at and found.closed_at.isoformat())

    def test_a_shop_that_does_not_archive_does_not_here(self) -> None:
        settings = Settings(currency="USD", taxes_included=False, auto_archive=False)
        assert order(row(), settings=settings).closed_at is None

    def test_what_is_unfinished_stays_open(self) -> None:
        assert order(row(**UNSHIPPED)).closed_at is None


def test_a_contradiction_shows_as_the_status_that_follows() -> None:
    found = read(row(fulfillment_status="unfulfilled"))
    assert "fulfilled" == found.order.fulfillment_status
    text = "the file says unfulfilled, fulfilled follows from what was recorded"
    assert [("fulfillment_status_differs", text)] == [(one.code, one.text) for one in found.findings]


def test_a_refund_on_an_order_that_is_said_to_be_paid_shows() -> None:
    found = read(row(refunded_amount="5.00"))
    text = "Refunded Amount is 5.00 in the file, 0.00 follows from what was recorded"
    assert [("refunded_amount_differs", text)] == [(one.code, one.text) for one in found.findings]


def test_a_whole_refund_that_is_less_than_the_total_shows() -> None:
    found = read(row(financial_status="refunded", refunded_amount="5.00"))
    assert "refunded" == found.order.financial_status
    assert ["refunded_below_total"] == codes(found)
    found = read(row(financial_status="partially_refunded", refunded_amount="25.95"))
    assert ["refunded_whole", "financial_status_differs"] == codes(found)


def test_the_events_tell_what_happened_and_notify_nobody() -> None:
    found = read(row(financial_status="partially_refunded", refunded_amount="10.00"))
    names = ["OrderPlaced", "PaymentReceived", "PaymentRefunded", "OrderFulfilled", "OrderRefunded", "OrderArchived"]
    assert names == [type(event).__name__ for event in found.events]
    placed = found.events[0]
    assert (PAID["Name"], 2595, True, False) == (
        placed.name,  # type: ignore[attr-defined]
        placed.total,  # type: ignore[attr-defined]
        placed.imported,  # type: ignore[attr-defined]
        placed.notify,  # type: ignore[attr-defined]
    )
    assert not any(getattr(event, "notify", False) for event in found.events)


def pending(price: str) -> dict[str, str]:
    return line(price, lineitem_fulfillment_status="pending")
