"""Settling: what became of a movement of money."""

import pytest

from backoffice_core.failures import InvalidValue
from backoffice_core.orders.asked import Authorization, Sale
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.events import (
    AuthorizationExpired,
    PaymentConfirmedInPart,
    PaymentFailed,
    PaymentReceived,
    PaymentReversed,
    PaymentUnknown,
)
from backoffice_core.orders.find import UnknownTransaction
from backoffice_core.orders.order import Order
from backoffice_core.orders.pay import Capture, Void
from backoffice_core.orders.record import RecordPayment
from backoffice_core.orders.refund import RefundOrder
from backoffice_core.orders.settle import ExpireAuthorizations, Settle, SettledOtherwise
from backoffice_core.orders.states import TransactionStatus, TransitionRefused
from backoffice_core.orders.transactions import ConfirmedTooMuch
from tests.orders.helpers import LATER, NOW, after, an_order, eur, goods, kinds, last, refusal, step

STRIPE = {"gateways": frozenset({"stripe"})}
S = TransactionStatus


def waiting(amount: str = "10.00") -> Order:
    """Return an order whose payment a gateway was asked for."""
    return an_order(goods(price=amount), payments=[Sale(amount, gateway="stripe")], known=STRIPE)


def told(order: Order, outcome: str, **more: str | None) -> Settle:
    """Return the word about the last transaction."""
    return Settle(transaction=last(order).id, outcome=outcome, **more)  # type: ignore[arg-type]


class TestRule1_Outcomes:
    def test_success(self) -> None:
        """A pending payment succeeds, under the gateway's reference."""
        order = waiting()
        change = step(order, told(order, "success", reference="pi_1"))
        assert (PaymentReceived(last(order).id, 1000, "stripe"),) == change.events
        assert (S.SUCCESS, "pi_1", eur("10.00")) == (
            last(change.order).status,
            last(change.order).reference,
            change.order.received,
        )

    def test_failure(self) -> None:
        """A pending payment fails, and keeps the gateway's code."""
        order = waiting()
        change = step(order, told(order, "failure", error="card_declined"))
        assert (PaymentFailed(last(order).id, "sale", 1000, "card_declined"),) == change.events
        assert (S.FAILURE, eur("10.00")) == (last(change.order).status, change.order.outstanding)

    def test_unknown_then_either(self) -> None:
        """A lost answer is unknown until it is found, and still coming."""
        order = waiting()
        change = step(order, told(order, "unknown"))
        assert (PaymentUnknown(last(order).id, "sale", 1000),) == change.events
        assert (eur("0.00"), 1000) == (change.order.outstanding, change.order.sums.coming)
        for outcome, status in (("success", S.SUCCESS), ("failure", S.FAILURE)):
            assert status is last(after(change.order, told(order, outcome))).status

    @pytest.mark.parametrize("outcome", ["failure", "unknown"])
    def test_an_amount_counts_only_for_a_success(self, outcome: str) -> None:
        """A failure keeps the amount that was asked for."""
        order = waiting()
        assert eur("10.00") == last(after(order, told(order, outcome, amount="5.00"))).amount

    def test_an_unknown_transaction(self) -> None:
        """It is named with those that would do."""
        order = waiting()
        expected = (UnknownTransaction, {"order_id": order.id, "transaction": "x", "known": (last(order).id,)})
        assert expected == refusal(order, Settle(transaction="x", outcome="success"))

    def test_no_such_move(self) -> None:
        """A payment that is pending cannot be reversed; one that failed cannot be lost."""
        order = waiting()
        expected = {
            "machine": "transaction",
            "state": "pending",
            "action": "reverse",
            "allowed": ("fail", "lose", "succeed"),
        }
        assert (TransitionRefused, expected) == refusal(order, told(order, "reversed"))
        failed = after(order, told(order, "failure"))
        expected = {"machine": "transaction", "state": "failure", "action": "lose", "allowed": ("succeed",)}
        assert (TransitionRefused, expected) == refusal(failed, told(failed, "unknown"))

    def test_odd_words(self) -> None:
        """An outcome is one of four words."""
        with pytest.raises(InvalidValue) as error:
            Settle(transaction="x", outcome="done")  # type: ignore[arg-type]
        assert "success or failure or unknown or reversed" == error.value.would_do


class TestRule2_InPart:
    def test_less(self) -> None:
        """The rest is owed, and an event says so."""
        order = waiting()
        change = step(order, told(order, "success", amount="7.00"))
        id = last(order).id
        assert (PaymentReceived(id, 700, "stripe"), PaymentConfirmedInPart(id, 1000, 700)) == change.events
        assert (eur("7.00"), eur("3.00"), 1000) == (
            change.order.received,
            change.order.outstanding,
            last(change.order).asked_minor,
        )

    def test_all(self) -> None:
        """All of it is nothing special."""
        order = waiting()
        change = step(order, told(order, "success", amount="10.00"))
        assert (["PaymentReceived"], None) == (kinds(change), last(change.order).asked_minor)

    def test_never_more(self) -> None:
        """A cent more is refused with both figures."""
        order = waiting()
        expected = (
            ConfirmedTooMuch,
            {"order_id": order.id, "transaction": last(order).id, "confirmed": eur("10.01"), "most": eur("10.00")},
        )
        assert expected == refusal(order, told(order, "success", amount="10.01"))

    def test_a_capture_in_part_leaves_the_rest_authorized(self) -> None:
        """What was not captured can be captured again."""
        order = an_order(goods(price="100.00"), payments=[Authorization("100.00", gateway="stripe", reference="a")])
        order = after(order, Capture(), **STRIPE)
        order = after(order, told(order, "success", amount="60.00"))
        assert (eur("60.00"), eur("40.00")) == (order.received, order.capturable)

    def test_a_refund_in_part(self) -> None:
        """What did not go back is still owed to the customer."""
        order = an_order(payments=[Sale("10.00", gateway="stripe", reference="pi")])
        order = after(order, RefundOrder(lines={"TEA": 1}), **STRIPE)
        assert (eur("0.00"), eur("0.00"), eur("10.00")) == (order.refundable, order.refunded, order.net_payment)
        order = after(order, told(order, "success", amount="6.00"))
        assert (eur("6.00"), eur("-4.00"), eur("4.00")) == (order.refunded, order.outstanding, order.refundable)


class TestRule3_Reversals:
    def test_failure_after_success(self) -> None:
        """All of it is undone, whatever amount is named."""
        order = an_order(paid="10.00")
        for word in (told(order, "failure"), told(order, "failure", amount="1.00"), told(order, "reversed")):
            change = step(order, word)
            assert (PaymentReversed(last(order).id, "sale", 1000),) == change.events
            assert (S.REVERSED, eur("0.00")) == (last(change.order).status, change.order.received)

    def test_of_a_part(self) -> None:
        """Part by part, until all of it is gone."""
        order = an_order(paid="10.00")
        order = after(order, told(order, "reversed", amount="4.00", reference="dp_1"))
        assert (S.SUCCESS, eur("6.00")) == (last(order).status, order.received)
        order = after(order, told(order, "reversed", amount="6.00"))
        assert (S.REVERSED, eur("0.00")) == (last(order).status, order.received)

    def test_never_more(self) -> None:
        """No more is undone than is left of it."""
        order = an_order(paid="10.00")
        order = after(order, told(order, "reversed", amount="4.00", reference="dp_1"))
        expected = (
            ConfirmedTooMuch,
            {"order_id": order.id, "transaction": last(order).id, "confirmed": eur("6.01"), "most": eur("6.00")},
        )
        assert expected == refusal(order, told(order, "reversed", amount="6.01"))

    def test_of_a_refund(self) -> None:
        """Money that came back to the shop is owed to the customer again."""
        order = after(an_order(paid="10.00"), RefundOrder(lines={"TEA": 1}))
        order = after(order, told(order, "reversed"))
        assert (eur("0.00"), eur("-10.00"), eur("10.00")) == (order.refunded, order.outstanding, order.refundable)

    def test_of_a_void(self) -> None:
        """An authorization whose void did not hold can be captured."""
        order = after(an_order(authorized="10.00"), Void())
        order = after(order, told(order, "failure"))
        assert (eur("10.00"), "authorized") == (order.capturable, order.financial_status)

    def test_of_a_capture(self) -> None:
        """A captured amount that was taken back is not authorized again."""
        order = after(an_order(authorized="10.00"), Capture())
        order = after(order, told(order, "reversed"))
        assert (eur("0.00"), eur("10.00")) == (order.capturable, order.outstanding)


class TestRule5_ReversalsByReference:
    def test_told_again(self) -> None:
        """One chargeback told twice takes its money back once; another takes its own."""
        order = an_order(paid="10.00")
        order = after(order, told(order, "reversed", amount="4.00", reference="dp_1"))
        for outcome in ("reversed", "failure"):
            change = step(order, told(order, outcome, amount="4.00", reference="dp_1"))
            assert (order, ()) == (change.order, change.events)
        order = after(order, told(order, "reversed", amount="4.00", reference="dp_2"))
        assert (eur("2.00"), ("dp_1", "dp_2")) == (order.received, last(order).reversals)

    def test_payment_keeps_its_own(self) -> None:
        """A payment reported again after a chargeback is not counted again."""
        paid = RecordPayment(amount="10.00", gateway="stripe", reference="pi_1")
        order = after(an_order(), paid)
        order = after(order, told(order, "reversed", amount="4.00", reference="dp_1"))
        change = step(order, paid)
        assert (order, (), eur("6.00"), "pi_1") == (change.order, change.events, order.received, last(order).reference)

    @pytest.mark.parametrize("reference", [None, "pi_1"])
    def test_a_part_without_a_name_of_its_own(self, reference: str | None) -> None:
        """Told twice it would be two, so it is refused; the rest is all that is left and needs no name."""
        order = after(an_order(), RecordPayment(amount="10.00", gateway="stripe", reference="pi_1"))
        kind, said = refusal(order, told(order, "reversed", amount="4.00", reference=reference))
        assert (InvalidValue, "reference") == (kind, said["field"])
        order = after(order, told(order, "reversed", amount="4.00", reference="dp_1"))
        order = after(order, told(order, "reversed", amount="6.00", reference=reference))
        assert (eur("0.00"), S.REVERSED) == (order.received, last(order).status)
        assert not step(order, told(order, "reversed", amount="6.00", reference=reference))


class TestRule4_SuccessAfterFailure:
    def test_is_recorded(self) -> None:
        """The gateway's word is final."""
        order = waiting()
        failed = after(order, told(order, "failure", error="timeout"))
        change = step(failed, told(order, "success"))
        assert (["PaymentReceived"], eur("10.00")) == (kinds(change), change.order.received)


class TestRule5_ToldAgain:
    @pytest.mark.parametrize("outcome", ["success", "failure", "unknown"])
    def test_the_same(self, outcome: str) -> None:
        """Told again what is known, nothing happens."""
        order = waiting()
        known = after(order, told(order, outcome))
        assert not step(known, told(order, outcome))

    @pytest.mark.parametrize("outcome", ["failure", "reversed"])
    def test_a_reversal(self, outcome: str) -> None:
        """A reversal is told once."""
        order = an_order(paid="10.00")
        assert not step(after(order, told(order, "reversed")), told(order, outcome))

    def test_with_the_same_amount(self) -> None:
        """A success may repeat its amount, also a partial one."""
        order = waiting()
        part = after(order, told(order, "success", amount="7.00"))
        assert not step(part, told(order, "success", amount="7.00"))

    def test_with_another_amount(self) -> None:
        """A success with another amount is refused with both."""
        order = waiting()
        part = after(order, told(order, "success", amount="7.00"))
        expected = (
            SettledOtherwise,
            {"order_id": order.id, "transaction": last(order).id, "known": eur("7.00"), "given": eur("8.00")},
        )
        assert expected == refusal(part, told(order, "success", amount="8.00"))

    def test_success_after_a_reversal(self) -> None:
        """A reversed payment is final; the refusal says that nothing is possible."""
        order = an_order(paid="10.00")
        gone = after(order, told(order, "reversed"))
        expected = {"machine": "transaction", "state": "reversed", "action": "succeed", "allowed": ()}
        assert (TransitionRefused, expected) == refusal(gone, told(order, "success"))


class TestRule6_Expiry:
    def lapsing(self, **more: str) -> Order:
        """Return an order with an authorization that lapses now."""
        return an_order(goods(price="100.00"), payments=[Authorization("100.00", expires_at=NOW, **more)])

    def test_when_its_time_is_over(self) -> None:
        """What was left of it is said, and the whole is owed again."""
        order = after(self.lapsing(), Capture(amount="60.00"))
        change = step(order, ExpireAuthorizations())
        assert (AuthorizationExpired(order.transactions[0].id, 4000),) == change.events
        assert (S.EXPIRED, eur("0.00"), eur("40.00")) == (
            change.order.transactions[0].status,
            change.order.capturable,
            change.order.outstanding,
        )

    def test_all_that_lapsed(self) -> None:
        """Several at once are one change."""
        order = an_order(
            payments=[Authorization("4.00", expires_at=NOW), Authorization("6.00", expires_at=NOW.subtract(days=1))]
        )
        change = step(order, ExpireAuthorizations())
        assert (["AuthorizationExpired"] * 2, order, "expired") == (
            kinds(change),
            change.before,
            change.order.financial_status,
        )

    @pytest.mark.parametrize(
        "payments",
        [
            [Authorization("10.00", expires_at=NOW.add(microseconds=1))],
            [Authorization("10.00")],
            [Authorization("10.00", expires_at=NOW, status="failure")],
        ],
    )
    def test_not_before(self, payments: list[Authorization]) -> None:
        """One that stands, never lapses or never was is left alone."""
        assert not step(an_order(payments=payments), ExpireAuthorizations())

    def test_not_what_is_used_up(self) -> None:
        """Nothing is left of what was captured or voided."""
        for command in (Capture(), Void()):
            assert not step(after(self.lapsing(), command), ExpireAuthorizations(), now=LATER)

    def test_not_what_waits_for_an_answer(self) -> None:
        """A capture without outcome may still succeed."""
        order = after(self.lapsing(gateway="stripe", reference="a"), Capture(amount="60.00"), **STRIPE)
        assert not step(order, ExpireAuthorizations(), now=LATER)


class TestRule7_OnRecordAlready:
    def test_it_is_not_counted_twice(self) -> None:
        """The gateway's webhook recorded the sale before its lost answer was found: it counts once."""
        order = after(waiting(), RecordPayment(amount="10.00", gateway="stripe", reference="pi_1"))
        lost = order.transactions[0]
        change = step(order, Settle(transaction=lost.id, outcome="success", reference="pi_1"))
        assert (PaymentFailed(lost.id, "sale", 1000, "recorded_already"),) == change.events
        assert (eur("10.00"), 0) == (change.order.received, change.order.sums.coming)

    def test_another_reference_is_another_movement(self) -> None:
        """Two equal payments under two references are two."""
        order = after(waiting(), RecordPayment(amount="10.00", gateway="stripe", reference="pi_1"))
        settled = step(order, Settle(transaction=order.transactions[0].id, outcome="success", reference="pi_2"))
        assert eur("20.00") == settled.order.received

    def test_a_void_is_for_nothing(self) -> None:
        """A gateway that echoes the amount it let go does not disturb a void."""
        order = an_order(goods(), payments=[Authorization("10.00", gateway="stripe", reference="a")], known=STRIPE)
        pending = after(order, Void(), **STRIPE)
        settled = after(pending, told(pending, "success", amount="10.00"))
        assert (S.SUCCESS, eur("0.00")) == (last(settled).status, last(settled).amount)


class TestOnACancelledOrder:
    def test_stays_possible(self) -> None:
        """What was coming is recorded, and owed back."""
        order = waiting()
        late = after(order, Cancel(), told(order, "success"))
        assert (eur("10.00"), eur("-10.00"), "cancelled") == (late.received, late.outstanding, late.lifecycle)
