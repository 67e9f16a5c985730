"""Payments: authorize, capture, void, record what arrived, mark as paid."""

import pytest

from backoffice_core.failures import InvalidValue
from backoffice_core.money import CurrencyMismatch, Money, TooManyDigits
from backoffice_core.orders.actions import SetQuantity
from backoffice_core.orders.archive import OrderIsCancelled
from backoffice_core.orders.asked import Authorization, Sale
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.edit import EditOrder
from backoffice_core.orders.events import AuthorizationVoided, PaymentCaptured
from backoffice_core.orders.facts import TransactionKind
from backoffice_core.orders.find import UnknownTransaction
from backoffice_core.orders.order import Order
from backoffice_core.orders.pay import (
    AuthorizationBusy,
    Authorize,
    Capture,
    CaptureExceedsAuthorization,
    CaptureExceedsOwed,
    MarkAsPaid,
    NothingOwed,
    NothingToCapture,
    NothingToVoid,
    Void,
)
from backoffice_core.orders.pricing import NegativeAmount
from backoffice_core.orders.record import RecordPayment
from backoffice_core.orders.refund import RefundOrder
from backoffice_core.orders.settle import Settle
from backoffice_core.orders.states import TransactionStatus
from tests.orders.helpers import LATER, after, an_order, eur, goods, kinds, last, refusal, step

STRIPE = {"gateways": frozenset({"stripe"})}


def authorized(amount: str = "100.00", price: str = "100.00") -> Order:
    """Return an order with an authorization."""
    return an_order(goods(price=price), authorized=amount)


class TestRule1_NeverMoreThanAuthorized:
    def test_all_of_it(self) -> None:
        """What is authorized can be captured to the last cent."""
        change = step(authorized(), Capture(amount="100.00"))
        assert eur("100.00") == change.order.received
        assert (PaymentCaptured(last(change.order).id, 10000, "manual"),) == change.events

    def test_in_parts(self) -> None:
        """Several captures, until nothing is left."""
        order = after(authorized(), Capture(amount="60.00"), Capture(amount="40.00"))
        assert (eur("100.00"), eur("0.00")) == (order.received, order.capturable)

    @pytest.mark.parametrize("allow_over", [False, True])
    def test_a_cent_more(self, allow_over: bool) -> None:
        """A cent above what is left is refused, whatever may be taken over."""
        order = after(authorized(), Capture(amount="60.00"))
        expected = (
            CaptureExceedsAuthorization,
            {"order_id": order.id, "requested": eur("40.01"), "left": eur("40.00")},
        )
        assert expected == refusal(order, Capture(amount="40.01", allow_over=allow_over))

    def test_oldest_first(self) -> None:
        """One capture may need several authorizations."""
        order = an_order(goods(price="100.00"), payments=[Authorization("30.00"), Authorization("70.00")])
        change = step(order, Capture(amount="50.00"))
        first, second = order.transactions
        assert [(first.id, eur("30.00")), (second.id, eur("20.00"))] == [
            (one.parent_id, one.amount) for one in change.transactions
        ]

    def test_of_a_named_one(self) -> None:
        """A named authorization is the limit."""
        order = an_order(goods(price="100.00"), payments=[Authorization("30.00"), Authorization("70.00")])
        second = order.transactions[1].id
        assert eur("70.00") == step(order, Capture(authorization=second)).order.received
        kind, facts = refusal(order, Capture(amount="30.01", authorization=order.transactions[0].id))
        assert (CaptureExceedsAuthorization, eur("30.00")) == (kind, facts["left"])

    def test_of_an_unknown_one(self) -> None:
        """An unknown authorization is named with those that would do."""
        order = authorized()
        expected = (
            UnknownTransaction,
            {"order_id": order.id, "transaction": "x", "known": (order.transactions[0].id,)},
        )
        assert expected == refusal(order, Capture(authorization="x"))
        assert expected == refusal(order, Void(authorization="x"))

    def test_final(self) -> None:
        """After a final capture the rest of the authorization is let go."""
        change = step(authorized(), Capture(amount="60.00", final=True))
        assert (6000, 4000) == (change.events[0].amount, change.events[0].released)  # type: ignore[attr-defined]
        order = change.order
        assert (eur("0.00"), eur("40.00")) == (order.capturable, order.outstanding)

    @pytest.mark.parametrize("payments", [[], [Authorization("100.00", status="failure")]])
    def test_nothing_authorized(self, payments: list[Sale]) -> None:
        """Without an authorization there is nothing to capture."""
        order = an_order(goods(price="100.00"), payments=payments)
        expected = (
            NothingToCapture,
            {"order_id": order.id, "authorized": eur("0.00"), "owed": eur("100.00")},
        )
        assert expected == refusal(order, Capture())
        assert CaptureExceedsAuthorization is refusal(order, Capture(amount="1.00"))[0]


class TestRule2_NeverMoreThanOwed:
    def test_what_is_owed(self) -> None:
        """Without an amount what is owed is captured, not what is authorized."""
        order = after(authorized("120.00"), Capture())
        assert eur("100.00") == order.received

    def test_a_cent_more(self) -> None:
        """More than is owed is refused with both figures."""
        order = authorized("120.00")
        expected = (
            CaptureExceedsOwed,
            {"order_id": order.id, "requested": eur("100.01"), "owed": eur("100.00")},
        )
        assert expected == refusal(order, Capture(amount="100.01"))

    def test_over_if_said(self) -> None:
        """The caller may take more, and the shop then owes it."""
        order = after(authorized("120.00"), Capture(amount="120.00", allow_over=True))
        assert eur("-20.00") == order.outstanding

    def test_nothing_owed(self) -> None:
        """A paid order has nothing to capture."""
        order = an_order(goods(price="100.00"), paid="100.00", authorized="50.00")
        expected = (
            NothingToCapture,
            {"order_id": order.id, "authorized": eur("50.00"), "owed": eur("0.00")},
        )
        assert expected == refusal(order, Capture())

    def test_after_a_refund_of_units(self) -> None:
        """Units that left are not owed any more."""
        order = after(an_order(goods(quantity=2, price="50.00"), authorized="100.00"), RefundOrder(lines={"TEA": 1}))
        assert eur("50.00") == order.capturable
        assert CaptureExceedsOwed is refusal(order, Capture(amount="50.01"))[0]


class TestRule3_OneAtATime:
    def busy(self) -> Order:
        """Return an order with a capture that a gateway was asked for."""
        order = an_order(goods(price="100.00"), payments=[Authorization("100.00", gateway="stripe", reference="a")])
        return after(order, Capture(amount="10.00"), **STRIPE)

    @pytest.mark.parametrize("command", [Capture(), Capture(amount="1.00"), Void(), Cancel(), MarkAsPaid()])
    def test_is_blocked(self, command: object) -> None:
        """While a capture has no outcome nothing else can be asked of its authorization."""
        order = self.busy()
        expected = (
            AuthorizationBusy,
            {"order_id": order.id, "authorization": order.transactions[0].id, "transaction": last(order).id},
        )
        assert expected == refusal(order, command)  # type: ignore[arg-type]

    @pytest.mark.parametrize("outcome", ["success", "failure"])
    def test_until_it_is_settled(self, outcome: str) -> None:
        """With an outcome the rest can be captured."""
        order = self.busy()
        settled = after(order, Settle(transaction=last(order).id, outcome=outcome), Capture())
        assert eur("100.00") == settled.received

    def test_unknown_blocks_too(self) -> None:
        """A lost answer is no outcome."""
        order = self.busy()
        lost = after(order, Settle(transaction=last(order).id, outcome="unknown"))
        assert AuthorizationBusy is refusal(lost, Void())[0]

    def test_an_authorization_that_waits_blocks_another_of_what_is_owed(self) -> None:
        """Asked for twice by an impatient finger, it is set aside once; an amount is meant as it is given."""
        order = after(an_order(), Authorize(gateway="stripe"), **STRIPE)
        id = last(order).id
        for lost in (order, after(order, Settle(transaction=id, outcome="unknown"))):
            expected = {"order_id": order.id, "authorization": id, "transaction": id}
            assert (AuthorizationBusy, expected) == refusal(lost, Authorize(gateway="stripe"))
            assert step(lost, Authorize(amount="1.00", gateway="stripe"))
        again = after(order, Settle(transaction=id, outcome="failure"), Authorize(gateway="stripe"))
        assert eur("10.00") == last(again).amount

    def test_a_named_other_one_is_free(self) -> None:
        """Another authorization can be captured meanwhile."""
        order = after(self.busy(), Authorize(amount="20.00"))
        assert eur("20.00") == step(order, Capture(authorization=last(order).id)).order.received

    def test_without_a_name_the_free_one_is_used(self) -> None:
        """What waits on one authorization does not keep the shop from the others."""
        order = after(self.busy(), Authorize(amount="20.00"))
        assert eur("20.00") == step(order, Capture()).order.received
        assert AuthorizationBusy is refusal(order, Capture(amount="20.01"))[0]
        assert AuthorizationBusy is refusal(order, Void())[0]


class TestRule4_Void:
    def test_lets_go_what_is_left(self) -> None:
        """A void has the amount 0 and says how much it let go."""
        order = after(authorized(), Capture(amount="60.00"))
        change = step(order, Void())
        void = last(change.order)
        assert (TransactionKind.VOID, eur("0.00"), order.transactions[0].id) == (void.kind, void.amount, void.parent_id)
        assert (AuthorizationVoided(void.id, 4000, "manual"),) == change.events
        assert (eur("0.00"), eur("40.00")) == (change.order.capturable, change.order.outstanding)

    def test_all_of_them(self) -> None:
        """Unnamed, every open authorization is let go."""
        order = an_order(goods(price="100.00"), payments=[Authorization("30.00"), Authorization("70.00")])
        assert 2 == len(step(order, Void()).transactions)
        assert 7000 == step(order, Void(authorization=order.transactions[0].id)).order.sums.open_auth

    def test_nothing_left(self) -> None:
        """What was captured or voided cannot be voided."""
        order = after(authorized(), Capture())
        assert (NothingToVoid, {"order_id": order.id, "authorization": None}) == refusal(order, Void())
        auth = order.transactions[0].id
        assert (NothingToVoid, {"order_id": order.id, "authorization": auth}) == refusal(
            order, Void(authorization=auth)
        )

    def test_is_possible_on_a_cancelled_order(self) -> None:
        """An authorization that arrives after the cancel can be let go."""
        order = after(an_order(), Cancel(), RecordPayment(amount="10.00", kind="authorization"))
        assert ["AuthorizationVoided"] == kinds(step(order, Void()))


class TestRule5_MarkAsPaid:
    def test_a_manual_sale(self) -> None:
        """Without anything else a manual sale of what is owed is recorded."""
        change = step(an_order(), MarkAsPaid())
        sale = last(change.order)
        assert (TransactionKind.SALE, "manual", eur("10.00")) == (sale.kind, sale.gateway, sale.amount)
        assert ("paid", eur("0.00")) == (change.order.financial_status, change.order.outstanding)

    def test_pending_first(self) -> None:
        """A pending manual sale is taken as paid, not paid again."""
        order = an_order(payments=[Sale("10.00", status="pending")])
        paid = after(order, MarkAsPaid())
        assert (1, eur("10.00")) == (len(paid.transactions), paid.received)

    def test_no_more_than_is_owed(self) -> None:
        """What was asked for before an edit made the order cheaper: the customer paid what was owed then."""
        order = an_order(goods(quantity=2), payments=[Sale("20.00", status="pending")])
        order = after(order, EditOrder(actions=[SetQuantity("TEA", 1)]))
        change = step(order, MarkAsPaid())
        assert (eur("10.00"), eur("0.00"), "paid") == (
            change.order.received,
            change.order.outstanding,
            change.order.financial_status,
        )
        assert (1000, 2000) == (last(change.order).minor, last(change.order).asked_minor)

    def test_then_captured_then_the_rest(self) -> None:
        """What is authorized is captured, the rest is a sale; it is one change."""
        order = an_order(goods(price="100.00"), payments=[Sale("10.00", status="pending"), Authorization("50.00")])
        change = step(order, MarkAsPaid())
        assert ["PaymentReceived", "PaymentCaptured", "PaymentReceived"] == kinds(change)
        assert [eur("10.00"), eur("50.00"), eur("40.00")] == [one.amount for one in change.transactions]
        assert (order, eur("100.00")) == (change.before, change.order.received)

    def test_not_what_a_gateway_is_asked(self) -> None:
        """A pending sale of a registered gateway is the gateway's to settle."""
        order = an_order(payments=[Sale("10.00", gateway="stripe")], known=STRIPE)
        expected = (NothingOwed, {"order_id": order.id, "owed": eur("0.00")})
        assert expected == refusal(order, MarkAsPaid(), **STRIPE)

    @pytest.mark.parametrize(("paid", "owed"), [("10.00", "0.00"), ("12.00", "-2.00")])
    def test_nothing_owed(self, paid: str, owed: str) -> None:
        """A paid order is refused with what is owed."""
        order = an_order(paid=paid)
        assert (NothingOwed, {"order_id": order.id, "owed": eur(owed)}) == refusal(order, MarkAsPaid())


class TestRule6_RegisteredGatewaysAreAsked:
    def test_an_intent(self) -> None:
        """The transaction is pending, counts as coming, and its id is the intent."""
        order = an_order(goods(price="100.00"), payments=[Authorization("100.00", gateway="stripe", reference="a")])
        change = step(order, Capture(amount="60.00"), **STRIPE)
        asked = last(change.order)
        assert (TransactionStatus.PENDING, (asked.id,)) == (asked.status, change.intents)
        assert ["PaymentRequested"] == kinds(change)
        assert (eur("0.00"), eur("40.00"), eur("0.00")) == (
            change.order.received,
            change.order.capturable,
            change.order.outstanding,
        )

    def test_an_unregistered_one_is_recorded(self) -> None:
        """The host moved the money."""
        order = an_order(goods(price="100.00"), payments=[Authorization("100.00", gateway="stripe")])
        change = step(order, Capture())
        assert (TransactionStatus.SUCCESS, ()) == (last(change.order).status, change.intents)


class TestAuthorize:
    def test_what_is_owed(self) -> None:
        """Without an amount all that is owed is set aside."""
        change = step(an_order(paid="4.00"), Authorize(expires_at=LATER))
        assert (eur("6.00"), LATER) == (last(change.order).amount, last(change.order).expires_at)
        assert ("PaymentAuthorized", eur("6.00"), eur("0.00")) == (
            kinds(change)[0],
            change.order.capturable,
            change.order.outstanding,
        )

    def test_nothing_owed(self) -> None:
        """What is paid or authorized needs no authorization."""
        for order in (an_order(paid="10.00"), an_order(authorized="10.00")):
            assert (NothingOwed, {"order_id": order.id, "owed": eur("0.00")}) == refusal(order, Authorize())


class TestAmounts:
    @pytest.mark.parametrize(
        "command",
        [
            lambda amount: Capture(amount=amount),
            lambda amount: Authorize(amount=amount),
            lambda amount: RecordPayment(amount=amount),
        ],
    )
    def test_odd_amounts(self, command: object) -> None:
        """Zero, less, too fine, another currency and floats are refused at the door."""
        order = authorized()
        assert callable(command)
        assert (InvalidValue, "an amount above 0") == (
            (no := refusal(order, command("0")))[0],
            no[1]["would_do"],
        )
        assert (NegativeAmount, {"field": "amount", "amount": -100}) == refusal(order, command("-1"))
        assert TooManyDigits is refusal(order, command("1.001"))[0]
        assert (CurrencyMismatch, {"expected": "EUR", "given": "USD"}) == refusal(order, command(Money(1, "USD")))
        assert InvalidValue is refusal(order, command(1.0))[0]

    @pytest.mark.parametrize("command", [Authorize(), Capture(), MarkAsPaid()])
    def test_on_a_cancelled_order(self, command: object) -> None:
        """No more money is asked for a cancelled order."""
        order = after(authorized(), Cancel())
        kind, facts = refusal(order, command)  # type: ignore[arg-type]
        assert (OrderIsCancelled, order.id) == (kind, facts["order_id"])

    @pytest.mark.parametrize("more", [{"kind": "refund"}, {"status": "done"}, {"gateway": ""}])
    def test_odd_words(self, more: dict[str, str]) -> None:
        """Kinds and outcomes are among a few words."""
        with pytest.raises(InvalidValue):
            RecordPayment(amount="1.00", **more)  # type: ignore[arg-type]
