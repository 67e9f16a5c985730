"""Transactions of a REST order: what they are, whose children, and what a file without them implies."""

from typing import Any

import pytest

from backoffice_core.orders.order import Order
from tests.shopify.rest import (
    CANDLE,
    Json,
    back,
    figures,
    odd,
    order,
    parcel,
    read,
    refund,
    rest,
    sale,
    statuses,
    without,
)

EARLY, LATE = "2025-03-01T20:00:00Z", "2025-03-09T20:00:00Z"


def held(**more: Any) -> Json:
    return sale("31.20", kind="authorization", **more)


def child(kind: str, amount: str, id: int = 902, parent: int | None = 901, **more: Any) -> Json:
    return sale(amount, id, kind=kind, parent_id=parent, **{"created_at": LATE, **more})


def kinds(found: Order) -> list[tuple[str, str, int]]:
    return [(str(one.kind), str(one.status), one.minor) for one in found.transactions]


class TestKinds:
    @pytest.mark.parametrize(
        ("transactions", "status", "told"),
        [
            ([sale("31.20")], "paid", "0.00"),
            ([sale("11.20")], "partially_paid", "20.00"),
            ([sale("31.20", status="pending")], "pending", "0.00"),
            ([sale("31.20", status="failure", error_code="card_declined")], "pending", "31.20"),
            ([sale("31.20", status="error")], "pending", "31.20"),
            ([held()], "authorized", "0.00"),
            ([held(), child("capture", "31.20")], "paid", "0.00"),
            ([held(), child("capture", "11.20")], "partially_paid", "0.00"),
            ([held(), child("void", "31.20")], "voided", "31.20"),
            ([held()], "expired", "31.20"),
            ([], "pending", "31.20"),
            ([sale("35.00"), child("change", "3.80")], "paid", "0.00"),
        ],
    )
    def test_each_leads_to_its_status(self, transactions: list[Json], status: str, told: str) -> None:
        found = read(rest(transactions=transactions, financial_status=status))
        assert [] == odd(found)
        assert (status, told) == (found.order.financial_status, found.order.outstanding.amount)

    def test_what_a_transaction_says(self) -> None:
        expires = "2025-03-08T23:30:00-05:00"
        found = order(rest(transactions=[held(authorization_expires_at=expires)], financial_status="authorized"))
        (one,) = found.transactions
        assert ("shopify_payments", "ch_901", "2025-03-09T04:30:00Z") == (
            one.gateway,
            one.reference,
            one.expires_at.isoformat().replace("+00:00", "Z") if one.expires_at else None,
        )
        assert (False, "31.20") == (one.intent, one.amount.amount)

    def test_a_status_that_does_not_follow_is_told_and_never_forced(self) -> None:
        found = read(rest(transactions=[sale("10.00")]))
        assert ["financial_status_differs"] == odd(found)
        assert "partially_paid" == found.order.financial_status

    def test_a_payment_by_way_of_trial_makes_a_trial_order(self) -> None:
        assert order(rest(transactions=[sale("31.20", test=True)])).test
        assert not order(rest()).test

    def test_the_customers_currency_counts_by_the_rate_of_the_totals(self) -> None:
        total = {"shop_money": {"amount": "31.20"}, "presentment_money": {"amount": "28.08", "currency_code": "EUR"}}
        paid = [sale("10.00", currency="EUR"), sale("18.08", 902, currency="EUR")]
        found = read(rest(transactions=paid, total_price_set=total))
        assert ["amounts_exchanged"] == odd(found)
        assert [1111, 2009] == [one.minor for one in found.order.transactions]
        assert ("31.20", "0.00") == (found.order.received.amount, found.order.outstanding.amount)

    def test_a_proposal_is_no_movement(self) -> None:
        assert 1 == len(order(rest(transactions=[sale("31.20"), child("suggested_refund", "5.00")])).transactions)


class TestParents:
    def test_a_child_comes_after_its_parent_whatever_the_clock_says(self) -> None:
        found = order(rest(transactions=[child("capture", "31.20", created_at=EARLY), held()]))
        assert ["authorization", "capture"] == [one.kind for one in found.transactions]
        assert found.transactions[0].id == found.transactions[1].parent_id
        assert "0.00" == found.capturable.amount

    def test_without_one_a_capture_is_of_the_authorization(self) -> None:
        found = order(rest(transactions=[held(), child("capture", "31.20", parent=None)]))
        assert (found.transactions[0].id, "0.00") == (found.transactions[1].parent_id, found.capturable.amount)

    def test_without_one_a_refund_is_of_the_payment_by_its_gateway(self) -> None:
        paid = [sale("21.20", 901, gateway="gift_card"), sale("10.00", 902)]
        sent = sale("5.00", 903, kind="refund", created_at=LATE)
        found = order(rest(transactions=[*paid, sent], refunds=[refund() | {"transactions": [sent]}]))
        assert found.transactions[1].id == found.transactions[2].parent_id

    def test_a_refund_of_an_authorization_is_of_its_capture(self) -> None:
        sent = child("refund", "5.00", 903, parent=901)
        found = order(rest(transactions=[held(), child("capture", "31.20"), sent], refunds=[]))
        assert found.transactions[1].id == found.transactions[2].parent_id

    def test_a_refund_that_both_lists_have_counts_once(self) -> None:
        given = refund(back(CANDLE, 1, "10.00", "0.50"), amount="10.50")
        found = read(
            rest(
                transactions=[sale("31.20"), *given["transactions"]],
                refunds=[given],
                fulfillments=[parcel({CANDLE: 2})],
                fulfillment_status="partial",
                financial_status="partially_refunded",
            )
        )
        assert [] == odd(found)
        assert "10.50" == found.order.refunded.amount
        assert found.order.refunds[0].transaction_ids == (found.order.transactions[1].id,)

    def test_two_movements_do_not_share_a_reference(self) -> None:
        twice = [sale("21.20", 901, authorization="x"), sale("10.00", 902, authorization="x")]
        assert ["x", None] == [one.reference for one in order(rest(transactions=twice)).transactions]


class TestWithoutTransactions:
    """The file has no ``transactions``: its status and figures imply what moved, and a finding says so."""

    @pytest.mark.parametrize(
        ("said", "movements", "owed"),
        [
            ({"financial_status": "paid"}, [("sale", "success", 3120)], "0.00"),
            ({"financial_status": "authorized"}, [("authorization", "success", 3120)], "0.00"),
            ({"financial_status": "expired"}, [("authorization", "expired", 3120)], "31.20"),
            ({"financial_status": "voided"}, [("authorization", "success", 3120), ("void", "success", 0)], "31.20"),
            ({"financial_status": "pending"}, [], "31.20"),
            ({"financial_status": None}, [], "31.20"),
            ({"financial_status": "pending", "total_outstanding": "31.20"}, [], "31.20"),
            (
                {"financial_status": "partially_paid", "total_outstanding": "20.00"},
                [("sale", "success", 1120)],
                "20.00",
            ),
            ({"financial_status": "refunded"}, [("sale", "success", 3120), ("refund", "success", 3120)], "0.00"),
        ],
    )
    def test_the_status_follows(self, said: Json, movements: list[tuple[str, str, int]], owed: str) -> None:
        found = read(without(rest(**said), "transactions"))
        assert ["payments_implied"] == odd(found)
        assert (movements, owed) == (kinds(found.order), found.order.outstanding.amount)

    def test_part_paid_without_a_balance_is_left_open(self) -> None:
        found = read(without(rest(financial_status="partially_paid"), "transactions"))
        assert ["payments_unknown", "financial_status_differs"] == odd(found)
        assert () == found.order.transactions

    def test_refunds_bring_their_own(self) -> None:
        given = refund(back(CANDLE, 1, "10.00", "0.50"), amount="10.50")
        said = {"refunds": [given], "financial_status": "partially_refunded", "fulfillments": [parcel({CANDLE: 2})]}
        found = read(without(rest(**said, fulfillment_status="partial"), "transactions"))
        assert ["payments_implied"] == odd(found)
        assert [("sale", "success", 3120), ("refund", "success", 1050)] == kinds(found.order)
        assert found.order.transactions[0].id == found.order.transactions[1].parent_id
        assert ("partially_refunded", "partially_fulfilled", "open") == statuses(found.order)
        assert ("25.00", "1.25", "31.20", "10.50", "20.70", "0.00") == figures(found.order)

    def test_the_gateway_is_the_files(self) -> None:
        data = without(rest(payment_gateway_names=["paypal"]), "transactions")
        assert "paypal" == order(data).transactions[0].gateway
