"""Parcels, refunds and removals of a REST order: the money is the file's to the cent."""

from typing import Any

import pytest

from backoffice_core.orders.givenback import Restock
from backoffice_core.orders.order import Order
from backoffice_core.orders.states import FulfillmentStatus
from backoffice_core.shopify.rest_fields import BadField
from tests.shopify.rest import (
    CANDLE,
    SOAP,
    Json,
    adjustment,
    back,
    figures,
    line,
    money,
    odd,
    order,
    parcel,
    read,
    refund,
    rest,
    sale,
    statuses,
    tax,
    without,
)

ALL = {CANDLE: 2, SOAP: 1}
SHIPPED = {"fulfillments": [parcel(ALL)], "fulfillment_status": "fulfilled"}
PART_BACK = {"financial_status": "partially_refunded"}


def units(found: Order) -> dict[str, tuple[int, int, int]]:
    """Return current units, units to fulfill and shipped units of each line by its title."""
    rows = found.counters
    return {one.title: (rows[one.id].current, rows[one.id].to_fulfill, rows[one.id].fulfilled) for one in found.lines}


def ways(found: Order) -> list[tuple[str, int, int]]:
    """Return restock, units and shipped units of each refund line."""
    return [(str(one.restock), one.quantity, one.shipped) for given in found.refunds for one in given.lines]


class TestParcels:
    def test_what_a_parcel_says(self) -> None:
        found = read(rest(**SHIPPED))
        assert [] == odd(found)
        (one,) = found.order.fulfillments
        assert ("#1001-F1", "1Z2345", "https://example.com/1Z2345", "UPS") == (
            one.name,
            one.tracking,
            one.tracking_url,
            one.carrier,
        )
        assert [2, 1] == [units.quantity for units in one.lines]
        assert ("paid", "fulfilled", "open") == statuses(found.order)

    def test_names_go_on_where_those_of_the_file_end(self) -> None:
        """What never left takes no number, and Shopify's own name of a parcel is another one."""
        told = [parcel(ALL, 1, "failure"), parcel({CANDLE: 1}, 2, name="#1001.2")]
        found = read(rest(fulfillments=told, fulfillment_status="partial"))
        assert ["#1001-F1"] == [one.name for one in found.order.fulfillments]

    def test_some_and_some_more(self) -> None:
        one, other = parcel({CANDLE: 1}), without(parcel({CANDLE: 1, SOAP: 1}, 2), "name")
        assert "partially_fulfilled" == order(rest(fulfillments=[one], fulfillment_status="partial")).fulfillment_status
        found = order(rest(fulfillments=[one, other], fulfillment_status="fulfilled"))
        assert (["#1001-F1", "#1001-F2"], "fulfilled") == (
            [sent.name for sent in found.fulfillments],
            found.fulfillment_status,
        )

    def test_a_cancelled_one_is_recorded_as_undone(self) -> None:
        found = read(rest(fulfillments=[parcel(ALL, status="cancelled")]))
        assert [] == odd(found)
        (one,) = found.order.fulfillments
        assert (FulfillmentStatus.CANCELLED, "2025-03-04 14:00:00") == (one.status, str(one.cancelled_at)[:19])
        assert {"Candle": (2, 2, 0), "Soap": (1, 1, 0)} == units(found.order)
        assert "FulfillmentCancelled" in [type(event).__name__ for event in found.events]

    @pytest.mark.parametrize(
        ("word", "status"), [("out_for_delivery", "out_for_delivery"), ("teleported", None), (None, None)]
    )
    def test_where_its_carrier_says_that_it_is(self, word: str | None, status: str | None) -> None:
        """It is there since the parcel changed last; a word that Shopify never had says nothing."""
        found = read(rest(fulfillments=[parcel(ALL, shipment_status=word)], fulfillment_status="fulfilled"))
        (one,) = found.order.fulfillments
        assert (status, []) == (one.shipment_status, odd(found))
        assert ["2025-03-04 14:00:00"] * len(one.news) == [str(told.at)[:19] for told in one.news]

    @pytest.mark.parametrize("status", ["pending", "open", "error", "failure"])
    def test_one_that_never_left_is_told(self, status: str) -> None:
        found = read(rest(fulfillments=[parcel(ALL, status=status)]))
        assert (["fulfillment_not_shipped"], ()) == (odd(found), found.order.fulfillments)

    def test_more_than_was_ordered_is_cut_and_told(self) -> None:
        found = read(rest(fulfillments=[parcel({CANDLE: 3, SOAP: 1})], fulfillment_status="fulfilled"))
        assert ["fulfilled_beyond_ordered"] == odd(found)
        assert (2, 0, 2) == units(found.order)["Candle"]

    def test_without_any_the_lines_say_it(self) -> None:
        data = without(rest(fulfillment_status="partial"), "fulfillments")
        data["line_items"][0] |= {"fulfillment_status": "partial", "fulfillable_quantity": 1}
        data["line_items"][1] |= {"fulfillment_status": "fulfilled", "fulfillable_quantity": 0}
        found = read(data)
        assert ["fulfillments_implied"] == odd(found)
        assert {"Candle": (2, 1, 1), "Soap": (1, 0, 1)} == units(found.order)

    def test_units_left_that_the_file_has_otherwise_are_told(self) -> None:
        data = rest()
        data["line_items"][0]["fulfillable_quantity"] = 1
        assert ["fulfillable_quantity_differs"] == odd(read(data))


class TestRefunds:
    def test_units_shipping_and_a_fee_in_one(self) -> None:
        """10.00 and 0.50 of tax for a candle, 3.00 of the shipping, less a fee of 2.00: 11.50."""
        given = refund(
            back(CANDLE, 1, "10.00", "0.50"),
            amount="11.50",
            adjustments=(adjustment("-3.00", "shipping_refund"), adjustment("2.00")),
        )
        left = {"current_total_price": "17.70", "total_outstanding": "0.00"}
        found = read(rest(**SHIPPED, **PART_BACK, **left, refunds=[given]))
        assert [] == odd(found)
        assert ("25.00", "1.25", "31.20", "11.50", "19.70", "0.00") == figures(found.order)
        (one,) = found.order.refunds
        assert (1150, -200, [1050], [300], "too small") == (
            one.minor,
            one.adjustment_minor,
            [part.minor for part in one.lines],
            [part.minor for part in one.shipping],
            one.note,
        )
        assert ("5", [("return", 1, 1)]) == (one.lines[0].location_id, ways(found.order))

    def test_goodwill(self) -> None:
        given = refund(amount="5.00", adjustments=(adjustment("-5.00"),))
        found = read(rest(**SHIPPED, **PART_BACK, refunds=[given], current_total_price="31.20"))
        assert ([], 500) == (odd(found), found.order.refunds[0].adjustment_minor)
        assert ("5.00", "26.20", "0.00") == figures(found.order)[3:]

    def test_goodwill_and_then_all_of_the_rest(self) -> None:
        first = refund(amount="5.00", adjustments=(adjustment("-5.00"),))
        rest_of_it = refund(
            back(CANDLE, 2, "20.00", "1.00"),
            back(SOAP, 1, "5.00", "0.25"),
            amount="26.20",
            adjustments=(adjustment("-4.95", "shipping_refund"), adjustment("5.00")),
            id=802,
            created_at="2025-03-11T12:00:00-05:00",
        )
        found = read(rest(**SHIPPED, financial_status="refunded", refunds=[rest_of_it, first]))
        assert [] == odd(found)
        assert ("31.20", "0.00", "0.00") == figures(found.order)[3:]
        assert [500, -500] == [one.adjustment_minor for one in found.order.refunds]

    def test_cents_that_shopify_rounds_otherwise_are_an_adjustment(self) -> None:
        """Three for 10.00: our first unit costs 3.33, the file gave back 3.34."""
        data = rest(
            line_items=[line(CANDLE, "Candle", "3.34", 3, discount_allocations=[{"amount": "0.02"}])],
            subtotal_price="10.00", total_discounts="0.02", total_tax="0.00", total_price="14.95",
            total_line_items_price="10.02", transactions=[sale("14.95")], **PART_BACK,
            fulfillments=[parcel({CANDLE: 3})], fulfillment_status="fulfilled",
            refunds=[refund(back(CANDLE, 1, "3.34", "0.00"), amount="3.34")],
            current_total_price="11.61", total_outstanding="0.00",
        )  # fmt: skip
        found = read(data)
        assert ["refund_parts_differ"] == odd(found)
        assert "came back for 3.34, their parts come to 3.33; the 0.01 between" in found.findings[0].text
        assert (333, 1) == (found.order.refunds[0].lines[0].minor, found.order.refunds[0].adjustment_minor)
        assert ("3.34", "11.61", "0.00") == figures(found.order)[3:]

    @pytest.mark.parametrize(
        ("restock", "shipped", "found"),
        [
            ("cancel", 1, [("cancel", 1, 0)]),
            ("return", 1, [("return", 1, 1)]),
            ("no_restock", 1, [("no_restock", 1, 1)]),
            ("no_restock", 0, [("no_restock", 1, 0)]),
            ("legacy_restock", 1, [("cancel", 1, 0)]),
            ("legacy_restock", 2, [("return", 1, 1)]),
        ],
    )
    def test_what_became_of_the_units(self, restock: str, shipped: int, found: list[tuple[str, int, int]]) -> None:
        sent = [parcel({CANDLE: shipped})] if shipped else []
        given = refund(back(CANDLE, 1, "10.00", "0.50", restock), amount="10.50")
        seen = read(
            rest(fulfillments=sent, refunds=[given], **PART_BACK, fulfillment_status="partial" if sent else None)
        )
        assert ([], found) == (odd(seen), ways(seen.order))

    @pytest.mark.parametrize(("restock", "shipped", "taken"), [("cancel", 2, "return"), ("return", 0, "cancel")])
    def test_what_the_parcels_contradict_is_told(self, restock: str, shipped: int, taken: str) -> None:
        sent = [parcel({CANDLE: shipped})] if shipped else []
        given = refund(back(CANDLE, 1, "10.00", "0.50", restock), amount="10.50")
        seen = read(
            rest(fulfillments=sent, refunds=[given], **PART_BACK, fulfillment_status="partial" if sent else None)
        )
        assert ["restock_differs"] == odd(seen)
        assert [taken] == [way for way, _, _ in ways(seen.order)]

    def test_what_was_shipped_later_had_not_shipped_by_then(self) -> None:
        """The refund is of March 10: the unit that it was for still waits, the other one was sent on the 11th."""
        given = refund(back(CANDLE, 1, "10.00", "0.50", "no_restock"), amount="10.50")
        for day, shipped in (("10", 1), ("11", 0)):
            sent = [parcel({CANDLE: 1}, created_at=f"2025-03-{day}T09:00:00-05:00")]
            seen = read(rest(fulfillments=sent, refunds=[given], **PART_BACK, fulfillment_status="partial"))
            assert ([], [("no_restock", 1, shipped)]) == (odd(seen), ways(seen.order))

    def test_units_that_left_without_money(self) -> None:
        """An edit of an unpaid order shows as a refund of nothing."""
        given = refund(back(SOAP, 1, "5.00", "0.25", "cancel"))
        found = read(rest(transactions=[], financial_status="pending", refunds=[given], current_total_price="25.95"))
        assert [] == odd(found)
        assert ("0.00", "25.95", "25.95") == figures(found.order)[3:]

    def test_a_refund_that_failed_gave_nothing(self) -> None:
        given = refund(back(CANDLE, 1, "10.00", "0.50"), amount="10.50")
        given["transactions"][0]["status"] = "failure"
        found = order(rest(**SHIPPED, refunds=[given]))
        assert ("0.00", "20.70", "-10.50") == figures(found)[3:]

    def test_without_adjustments_the_money_says_it(self) -> None:
        given = without(refund(back(CANDLE, 1, "10.00", "0.50"), amount="8.50"), "order_adjustments")
        found = read(rest(**SHIPPED, **PART_BACK, refunds=[given]))
        assert ([], -200) == (odd(found), found.order.refunds[0].adjustment_minor)

    def test_a_refund_that_nothing_explains_is_told(self) -> None:
        given = refund(back(CANDLE, 1, "10.00", "0.50"), amount="8.50")
        found = read(rest(**SHIPPED, **PART_BACK, refunds=[given]))
        assert (["refund_unexplained"], "-2.00") == (odd(found), found.order.outstanding.amount)
        assert [] == odd(read(rest(**SHIPPED, **PART_BACK, refunds=[given], total_outstanding="-2.00")))

    def test_shipping_as_newer_files_tell_it(self) -> None:
        part = {"subtotal_amount_set": money("3.00"), "tax_amount_set": money("0.00")}
        found = read(rest(**SHIPPED, **PART_BACK, refunds=[refund(amount="3.00", refund_shipping_lines=[part])]))
        assert ([], [300]) == (odd(found), [one.minor for one in found.order.refunds[0].shipping])

    def test_more_shipping_than_was_paid_is_an_adjustment(self) -> None:
        given = refund(amount="9.00", adjustments=(adjustment("-9.00", "shipping_refund"),))
        found = read(rest(**SHIPPED, **PART_BACK, refunds=[given]))
        assert (["refund_parts_differ"], 405) == (odd(found), found.order.refunds[0].adjustment_minor)
        assert ("9.00", "22.20", "0.00") == figures(found.order)[3:]

    def test_more_than_is_left_of_the_order(self) -> None:
        given = refund(amount="40.00", adjustments=(adjustment("-40.00"),))
        found = read(rest(**SHIPPED, transactions=[sale("40.00")], financial_status="refunded", refunds=[given]))
        assert "refund_beyond_total" in odd(found)
        assert "0.00" == found.order.current_total.amount

    def test_a_fee_that_no_order_could_bear(self) -> None:
        given = refund(amount="5.00", adjustments=(adjustment("99.00"),))
        found = read(rest(**SHIPPED, **PART_BACK, refunds=[given]))
        assert "refund_beyond_total" in odd(found)
        assert "31.20" == found.order.current_total.amount

    @pytest.mark.parametrize(
        ("row", "told"),
        [
            (back(999, 1, "10.00", "0.50"), "refund_line_items[0].line_item_id: 999"),
            (back(CANDLE, 3, "30.00", "1.50"), "refund_line_items[0].quantity: 3 was given; at most 2"),
            (back(CANDLE, -1, "10.00", "0.50"), "quantity: -1"),
            (back(CANDLE, 1, "10.00", "0.50", "burn"), "restock_type: 'burn'"),
            (back(CANDLE, 1, "-10.00", "0.50"), "subtotal: '-10.00'"),
        ],
    )
    def test_what_cannot_be_meant_is_refused(self, row: Json, told: str) -> None:
        with pytest.raises(BadField) as caught:
            read(rest(**SHIPPED, refunds=[refund(row, amount="10.50")]))
        assert told in str(caught.value)

    def test_a_tip_comes_back(self) -> None:
        tip = line(103, "Tip", "3.00", 1, (), tip={"payment_method": "card"})
        data = rest(
            total_price="34.20", transactions=[sale("34.20")], **SHIPPED, **PART_BACK,
            refunds=[refund(back(103, 1, "3.00", "0.00", "no_restock"), amount="3.00")],
        )  # fmt: skip
        data["line_items"].append(tip)
        found = read(data)
        assert [] == odd(found)
        assert ("3.00", "31.20", "0.00") == figures(found.order)[3:]


class TestRemovals:
    def current(self, candles: int, soaps: int, **more: Any) -> Json:
        data = rest(**more)
        data["line_items"][0]["current_quantity"], data["line_items"][1]["current_quantity"] = candles, soaps
        return data

    def test_an_edit_took_units_out(self) -> None:
        found = read(self.current(1, 1, current_total_price="20.70", total_outstanding="-10.50"))
        assert [] == odd(found)
        assert [("edit", [1050])] == [(gone.cause, [one.minor for one in gone.lines]) for gone in found.order.removals]
        assert ("31.20", "0.00", "20.70", "-10.50") == figures(found.order)[2:]

    def test_refunded_units_are_not_taken_out_again(self) -> None:
        given = refund(back(CANDLE, 1, "10.00", "0.50"), amount="10.50")
        found = read(self.current(1, 1, refunds=[given], **SHIPPED, **PART_BACK))
        assert ([], ()) == (odd(found), found.order.removals)

    def test_shipped_units_stay(self) -> None:
        found = read(self.current(1, 1, **SHIPPED))
        assert (["current_quantity_differs"], 2) == (odd(found), units(found.order)["Candle"][0])

    def test_cents_of_an_edit_are_an_adjustment(self) -> None:
        found = read(self.current(1, 1, current_total_price="20.71"))
        assert ["removal_parts_differ"] == odd(found)
        assert ("20.71", "-10.49") == figures(found.order)[4:]

    def test_a_removed_shipping_line(self) -> None:
        data = rest(current_total_price="26.25")
        data["shipping_lines"][0]["is_removed"] = True
        assert "26.25" == order(data).current_total.amount

    def test_an_edit_that_added(self) -> None:
        found = read(rest(transactions=[sale("20.00")], financial_status="partially_paid", total_outstanding="11.20"))
        assert ([], "11.20") == (odd(found), found.order.outstanding.amount)


class TestCancelled:
    AT = "2025-03-02T10:00:00-05:00"

    def test_unpaid(self) -> None:
        said = {"cancelled_at": self.AT, "cancel_reason": "fraud", "financial_status": "voided"}
        held = sale("31.20", kind="authorization")
        void = sale("31.20", 902, kind="void", parent_id=901)
        found = read(rest(**said, transactions=[held, void], current_total_price="0.00"))
        assert [] == odd(found)
        assert ("fraud", "0.00", "0.00") == (found.order.cancel_reason, *figures(found.order)[4:])
        assert ("voided", "unfulfilled", "cancelled") == statuses(found.order)
        assert {"Candle": (0, 0, 0), "Soap": (0, 0, 0)} == units(found.order)

    def test_refunded_whole(self) -> None:
        given = refund(
            back(CANDLE, 2, "20.00", "1.00", "cancel"),
            back(SOAP, 1, "5.00", "0.25", "no_restock"),
            amount="31.20",
            adjustments=(adjustment("-4.95", "shipping_refund"),),
        )
        found = read(rest(cancelled_at=self.AT, cancel_reason="customer", financial_status="refunded", refunds=[given]))
        assert [] == odd(found)
        assert ("31.20", "0.00", "0.00") == figures(found.order)[3:]
        assert (0, "cancelled") == (found.order.to_fulfill, found.order.lifecycle)

    def test_the_shipping_that_was_kept_stays(self) -> None:
        given = refund(
            back(CANDLE, 2, "20.00", "1.00", "cancel"), back(SOAP, 1, "5.00", "0.25", "cancel"), amount="26.25"
        )
        found = read(rest(cancelled_at=self.AT, **PART_BACK, refunds=[given], current_total_price="4.95"))
        assert ([], "4.95", "0.00") == (odd(found), *figures(found.order)[4:])

    def test_paid_and_not_given_back(self) -> None:
        found = read(rest(cancelled_at=self.AT, cancel_reason="because"))
        assert ["cancelled_not_refunded"] == odd(found)
        assert ("other", "-31.20") == (found.order.cancel_reason, found.order.outstanding.amount)

    def test_what_was_shipped_stays(self) -> None:
        found = order(rest(cancelled_at=self.AT, fulfillments=[parcel({CANDLE: 1})], fulfillment_status="fulfilled"))
        assert {"Candle": (1, 0, 1), "Soap": (0, 0, 0)} == units(found)
        assert [Restock.CANCEL, Restock.CANCEL] == [one.restock for one in found.removals[0].lines]


def test_an_archived_order_is_archived_and_others_are_not() -> None:
    found = order(rest(**SHIPPED, closed_at="2025-03-05T00:00:00Z"))
    assert ("archived", "2025-03-05") == (found.lifecycle, str(found.closed_at)[:10])
    assert "open" == order(rest(**SHIPPED)).lifecycle


def test_a_tax_that_is_contained_comes_back_with_its_unit() -> None:
    data = rest(
        taxes_included=True, total_tax="1.19", total_price="29.95", transactions=[sale("29.95")],
        **SHIPPED, **PART_BACK,
        line_items=[line(CANDLE, "Candle", "10.00", 2, (tax("0.95"),)), line(SOAP, "Soap", "5.00", 1, (tax("0.24"),))],
        refunds=[refund(back(CANDLE, 2, "20.00", "0.95"), amount="20.00")],
    )  # fmt: skip
    found = read(data)
    assert [] == odd(found)
    assert ("20.00", "9.95", "0.00") == figures(found.order)[3:]
