"""Recording movements of money that happened elsewhere."""

import pytest

from backoffice_core.orders.asked import Authorization
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.events import PaymentReceived, PaymentReversed
from backoffice_core.orders.find import UnknownTransaction
from backoffice_core.orders.order import Order
from backoffice_core.orders.pay import (
    Authorize,
    Capture,
)
from backoffice_core.orders.record import RecordPayment, ReferenceTaken
from backoffice_core.orders.states import TransactionStatus
from tests.orders.helpers import after, an_order, eur, goods, kinds, last, refusal, step


def authorized(amount: str = "100.00", price: str = "100.00") -> Order:
    """Return an order with an authorization."""
    return an_order(goods(price=price), authorized=amount)


def recorded(order: Order, amount: str, reference: str | None = "r1", **more: str) -> Order:
    """Return the order after a payment was reported."""
    return after(order, RecordPayment(amount=amount, reference=reference, **more))


class TestRule1_AReferenceNamesOneMovement:
    def test_seen_again(self) -> None:
        """The same content under the same reference changes nothing."""
        assert not step(recorded(an_order(), "10.00"), RecordPayment(amount="10.00", reference="r1"))

    def test_other_names(self) -> None:
        """Another reference, another gateway, another kind or none is another movement."""
        order = recorded(an_order(), "10.00")
        for other in (
            RecordPayment(amount="10.00", reference="r2"),
            RecordPayment(amount="10.00", reference="r1", gateway="bank"),
            RecordPayment(amount="10.00", reference="r1", kind="authorization"),
            RecordPayment(amount="10.00"),
        ):
            assert 2 == len(step(order, other).order.transactions)

    def test_another_amount(self) -> None:
        """Another amount is refused with both."""
        order = recorded(an_order(), "10.00")
        expected = (
            ReferenceTaken,
            {"order_id": order.id, "reference": "r1", "recorded": eur("10.00"), "given": eur("9.99")},
        )
        assert expected == refusal(order, RecordPayment(amount="9.99", reference="r1"))

    def test_success_after_pending_and_failure(self) -> None:
        """A success is recorded whatever was said before."""
        for before in ("pending", "failure"):
            order = recorded(an_order(), "10.00", status=before)
            change = step(order, RecordPayment(amount="10.00", reference="r1"))
            assert (["PaymentReceived"], eur("10.00")) == (kinds(change), change.order.received)
            assert 1 == len(change.order.transactions)

    def test_failure_after_pending(self) -> None:
        """A pending one fails."""
        change = step(
            recorded(an_order(), "10.00", status="pending"),
            RecordPayment(amount="10.00", reference="r1", status="failure"),
        )
        assert ["PaymentFailed"] == kinds(change)

    def test_failure_after_success_is_a_reversal(self) -> None:
        """The money is gone again, and the transaction says so."""
        order = recorded(an_order(), "10.00")
        change = step(order, RecordPayment(amount="10.00", reference="r1", status="failure"))
        assert (PaymentReversed(last(order).id, "sale", 1000),) == change.events
        assert (TransactionStatus.REVERSED, eur("10.00")) == (last(change.order).status, change.order.outstanding)

    @pytest.mark.parametrize(
        ("first", "then"), [("success", "pending"), ("failure", "pending"), ("failure", "failure")]
    )
    def test_old_news(self, first: str, then: str) -> None:
        """A message that comes late changes nothing."""
        order = recorded(an_order(), "10.00", status=first)
        assert not step(order, RecordPayment(amount="10.00", reference="r1", status=then))

    def test_a_reversed_one_stays_reversed(self) -> None:
        """The success that is told again does not undo the reversal."""
        order = recorded(recorded(an_order(), "10.00"), "10.00", status="failure")
        assert not step(order, RecordPayment(amount="10.00", reference="r1"))

    def test_authorizing_twice(self) -> None:
        """An authorization's reference counts too."""
        order = after(an_order(), Authorize(reference="a1"))
        assert not step(order, Authorize(reference="a1"))
        assert not step(order, Authorize(reference="a1", amount="10.00"))
        assert ReferenceTaken is refusal(order, Authorize(reference="a1", amount="9.00"))[0]


class TestRule2_Captures:
    def test_a_capture_finds_its_authorization(self) -> None:
        """The open one of its gateway, or the one that is named."""
        order = an_order(goods(price="100.00"), payments=[Authorization("100.00", gateway="stripe")])
        auth = order.transactions[0].id
        by_gateway = step(order, RecordPayment(amount="60.00", gateway="stripe", kind="capture"))
        assert auth == last(by_gateway.order).parent_id
        by_name = step(order, RecordPayment(amount="60.00", kind="capture", authorization=auth))
        assert (auth, eur("40.00")) == (last(by_name.order).parent_id, by_name.order.capturable)

    def test_a_capture_prefers_an_open_one(self) -> None:
        """An authorization that is used up is not the one."""
        order = after(an_order(goods(price="100.00"), payments=[Authorization("40.00"), Authorization("60.00")]))
        order = after(order, Capture(amount="40.00"))
        assert (
            order.transactions[1].id == last(step(order, RecordPayment(amount="60.00", kind="capture")).order).parent_id
        )

    def test_a_capture_of_nothing(self) -> None:
        """A capture without an authorization it could be of is refused."""
        order = authorized()
        expected = {"order_id": order.id, "transaction": "authorization", "known": (order.transactions[0].id,)}
        assert (UnknownTransaction, expected) == refusal(
            order, RecordPayment(amount="1.00", kind="capture", gateway="stripe")
        )


class TestRule3_MoneyIsAFact:
    def test_is_possible_on_a_cancelled_order(self) -> None:
        """Money that arrives late is recorded, and owed back."""
        assert eur("-10.00") == recorded(after(an_order(), Cancel()), "10.00").outstanding

    def test_a_payment_is_a_fact(self) -> None:
        """What arrived is recorded, even above the total; then the shop owes."""
        change = step(an_order(), RecordPayment(amount="15.00", gateway="bank", reference="r1"))
        assert (PaymentReceived(last(change.order).id, 1500, "bank"),) == change.events
        assert eur("-5.00") == change.order.outstanding
