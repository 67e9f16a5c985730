"""What a shop lets happen by itself after a command."""

from typing import Any

from backoffice_core.orders.asked import Authorization, Line, Sale
from backoffice_core.orders.assess import Assess, EndAssessing
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.fulfill import Fulfill
from backoffice_core.orders.hold import HoldOrder
from backoffice_core.orders.order import Order
from backoffice_core.orders.pay import Authorize, Capture, MarkAsPaid
from backoffice_core.orders.place import Place
from backoffice_core.orders.refund import RefundOrder
from backoffice_core.orders.risk import Assessment
from backoffice_core.orders.rules import decide
from backoffice_core.orders.settle import Settle
from backoffice_core.orders.tags import AddTags
from backoffice_core.policies import RiskPolicy
from tests.orders.helpers import LATER, NOW, after, an_order, eur, facts, goods, kinds, last, placed, shop, step

STRIPE = {"gateways": frozenset({"stripe"})}
AT_CHECKOUT = {"settings": shop(capture_mode="at_checkout")}
ON_FULFILLMENT = {"settings": shop(capture_mode="on_fulfillment")}
SHIPS = {"settings": shop(auto_fulfill=True)}


class TestRule1_CaptureAtCheckout:
    def test_captures_what_it_is_placed_with(self) -> None:
        """Placing is one change with the capture in it."""
        change = placed(authorized="10.00", known=AT_CHECKOUT)
        assert (["OrderPlaced", "PaymentAuthorized", "PaymentCaptured"], "paid") == (
            kinds(change),
            change.order.financial_status,
        )
        assert change.before is None

    def test_not_later(self) -> None:
        """An authorization that comes later is captured by hand."""
        order = after(an_order(authorized="10.00"), AddTags(tags="a"), **AT_CHECKOUT)
        assert eur("10.00") == order.capturable

    def test_not_what_comes_at_the_same_moment(self) -> None:
        """A clock that stands still makes no checkout of what is authorized later."""
        change = step(an_order(known=AT_CHECKOUT), Authorize(amount="4.00"), **AT_CHECKOUT)
        assert (["PaymentAuthorized"], eur("4.00")) == (kinds(change), change.order.capturable)

    def test_what_the_gateway_sets_aside_later(self) -> None:
        """It came with the order, whenever the answer comes."""
        order = an_order(payments=[Authorization("10.00", gateway="stripe")], known={**AT_CHECKOUT, **STRIPE})
        settled = Settle(transaction=last(order).id, outcome="success")
        change = step(order, settled, now=LATER, **{**AT_CHECKOUT, **STRIPE})
        assert ["PaymentAuthorized", "PaymentRequested"] == kinds(change)

    def test_not_without_the_setting(self) -> None:
        """By hand is the default."""
        assert eur("10.00") == an_order(authorized="10.00").capturable

    def test_asks_the_gateway_once_authorized(self) -> None:
        """An authorization that is only asked for cannot be captured yet."""
        change = placed(payments=[Authorization("10.00", gateway="stripe")], known={**AT_CHECKOUT, **STRIPE})
        assert ["OrderPlaced", "PaymentRequested"] == kinds(change)
        given = placed(
            payments=[Authorization("10.00", gateway="stripe", reference="a")], known={**AT_CHECKOUT, **STRIPE}
        )
        assert (last(given.order).id,) == given.intents


class TestRule2_ShipsOncePaid:
    def test_when_paid(self) -> None:
        """Becoming paid ships all that is left."""
        change = step(an_order(goods(quantity=2)), MarkAsPaid(), **SHIPS)
        assert (["PaymentReceived", "OrderFulfilled"], "fulfilled") == (kinds(change), change.order.fulfillment_status)

    def test_when_placed_paid(self) -> None:
        """Placed with its payment it is shipped at once."""
        assert "fulfilled" == an_order(paid="10.00", known=SHIPS).fulfillment_status

    def test_when_the_payment_arrives(self) -> None:
        """A payment that was waited for counts."""
        order = an_order(payments=[Sale("10.00", status="pending")], known=SHIPS)
        assert "unfulfilled" == order.fulfillment_status
        assert (
            "fulfilled"
            == after(order, Settle(transaction=last(order).id, outcome="success"), **SHIPS).fulfillment_status
        )

    def test_when_captured_at_checkout(self) -> None:
        """A step sees what the step before it did."""
        known = {"settings": shop(auto_fulfill=True, capture_mode="at_checkout", auto_archive=True)}
        change = placed(authorized="10.00", known=known)
        assert ["OrderPlaced", "PaymentAuthorized", "PaymentCaptured", "OrderFulfilled", "OrderArchived"] == kinds(
            change
        )

    def test_once(self) -> None:
        """What was paid before does not become paid."""
        order = an_order(paid="10.00")
        assert ["TagsAdded"] == kinds(step(order, AddTags(tags="a"), **SHIPS))

    def test_not_what_is_shipped(self) -> None:
        """With nothing left there is nothing to warn of either."""
        change = step(after(an_order(), Fulfill()), MarkAsPaid(), **SHIPS)
        assert (["PaymentReceived"], ()) == (kinds(change), change.warnings)

    def test_refused_leaves_a_warning(self) -> None:
        """A hold stops it; the payment stands."""
        order = after(an_order(), HoldOrder())
        change = step(order, MarkAsPaid(), **SHIPS)
        assert ["PaymentReceived"] == kinds(change)
        (warning,) = change.warnings
        assert f"order {order.id} has no unit left to fulfill; 1 are on hold, release them first" == warning

    def test_says_whether_to_tell_the_customer(self) -> None:
        """As the shop's notifications say."""
        known = {"settings": shop(auto_fulfill=True, notifications=("order_shipped",))}
        assert step(an_order(), MarkAsPaid(), **known).events[-1].notify  # type: ignore[attr-defined]
        assert not step(an_order(), MarkAsPaid(), **SHIPS).events[-1].notify  # type: ignore[attr-defined]


class TestRule3_CaptureOnFulfillment:
    def test_once_all_was_shipped(self) -> None:
        """The last parcel captures what is owed."""
        order = after(an_order(goods(quantity=2), authorized="20.00"), Fulfill(lines={"TEA": 1}), **ON_FULFILLMENT)
        assert eur("20.00") == order.capturable
        change = step(order, Fulfill(), **ON_FULFILLMENT)
        assert (["OrderFulfilled", "PaymentCaptured"], eur("20.00")) == (kinds(change), change.order.received)

    def test_when_a_refund_leaves_nothing_to_ship(self) -> None:
        """It becomes shipped when the last units leave it."""
        order = after(an_order(goods(quantity=2), authorized="20.00"), Fulfill(lines={"TEA": 1}), **ON_FULFILLMENT)
        change = step(order, RefundOrder(lines={"TEA": 1}), **ON_FULFILLMENT)
        assert eur("10.00") == change.order.received

    def test_what_is_authorized_after_the_last_parcel(self) -> None:
        """By hand, or by the late answer of a gateway: all was shipped, so it is captured at once."""
        change = step(after(an_order(), Fulfill()), Authorize(), **ON_FULFILLMENT)
        assert (["PaymentAuthorized", "PaymentCaptured"], eur("10.00")) == (kinds(change), change.order.received)
        known = {**ON_FULFILLMENT, **STRIPE}
        order = after(an_order(payments=[Authorization("10.00", gateway="stripe")], known=STRIPE), Fulfill(), **known)
        assert ["PaymentAuthorized", "PaymentRequested"] == kinds(
            step(order, Settle(transaction=last(order).id, outcome="success"), **known)
        )

    def test_a_decline_is_not_asked_again(self) -> None:
        """A capture that failed waits for somebody."""
        known = {**ON_FULFILLMENT, **STRIPE}
        order = an_order(payments=[Authorization("10.00", gateway="stripe", reference="a")], known=known)
        order = after(order, Fulfill(), **known)
        change = step(order, Settle(transaction=last(order).id, outcome="failure"), **known)
        assert (["PaymentFailed"], ()) == (kinds(change), change.intents)

    def test_not_twice(self) -> None:
        """What was shipped before does not capture again."""
        order = after(an_order(authorized="10.00"), Fulfill())
        assert ["TagsAdded"] == kinds(step(order, AddTags(tags="a"), **ON_FULFILLMENT))

    def test_nothing_to_capture(self) -> None:
        """A paid order is shipped without a word."""
        change = step(an_order(paid="10.00"), Fulfill(), **ON_FULFILLMENT)
        assert (["OrderFulfilled"], ()) == (kinds(change), change.warnings)

    def test_busy_leaves_a_warning(self) -> None:
        """Another capture has no outcome yet; the parcel is on its way all the same."""
        order = an_order(goods(price="100.00"), payments=[Authorization("100.00", gateway="stripe", reference="a")])
        order = after(order, Capture(amount="10.00"), **STRIPE)
        change = step(order, Fulfill(), **{**ON_FULFILLMENT, **STRIPE})
        assert (["OrderFulfilled"], 1) == (kinds(change), len(change.warnings))
        assert "settle it first" in change.warnings[0]


class TestRule4_Archive:
    def test_is_last(self) -> None:
        """After what the other settings did."""
        known = {"settings": shop(capture_mode="on_fulfillment", auto_archive=True)}
        order = an_order(authorized="10.00", known=known)
        assert ["OrderFulfilled", "PaymentCaptured", "OrderArchived"] == kinds(step(order, Fulfill(), **known))

    def test_not_a_change_of_nothing(self) -> None:
        """What changed nothing is followed by nothing."""
        order = after(an_order(Line("Tea", price="0.00")), Fulfill())
        assert not step(order, AddTags(tags=()), settings=shop(auto_archive=True))


def risky(
    assessors: tuple[str, ...] = ("kount",), *, no_capture_at: Any = None, hold_at: Any = None, **more: Any
) -> Any:
    """Return what rules know in a shop with assessors and a risk policy."""
    policy = RiskPolicy(no_capture_at=no_capture_at, hold_at=hold_at)
    return {"settings": shop(assessors=assessors, risk=policy, **more)}


def asked_about(known: Any, **more: Any) -> Order:
    """Return an order of two teas that the shop's assessors are asked about."""
    command = Place(lines=(goods(quantity=2),), **more)
    return decide(None, command, facts(**known)).order


def says(level: str, provider: str = "kount") -> Assess:
    """Return an assessment as it is recorded."""
    return Assess(assessment=Assessment(level, provider=provider))


class TestRule5_AutomaticStepsWait:
    AT_CHECKOUT = risky(("kount", "sift"), no_capture_at="high", capture_mode="at_checkout")

    def authorized(self) -> Order:
        """Return an order that money was set aside for."""
        return asked_about(self.AT_CHECKOUT, payments=[Authorization("20.00")])

    def test_captured_when_all_have_answered(self) -> None:
        """And not before."""
        order = self.authorized()
        assert "authorized" == order.financial_status
        order = after(order, says("low"), **self.AT_CHECKOUT)
        assert "authorized" == order.financial_status
        assert "paid" == after(order, says("medium", "sift"), **self.AT_CHECKOUT).financial_status

    def test_captured_when_the_last_one_is_given_up(self) -> None:
        """An assessor that fails or hangs keeps nothing from its way."""
        order = after(self.authorized(), says("low"), **self.AT_CHECKOUT)
        failed = step(order, EndAssessing(provider="sift", reason="failed"), **self.AT_CHECKOUT)
        overdue = step(order, EndAssessing(), **self.AT_CHECKOUT, now=NOW.add(hours=1))
        for change in (failed, overdue):
            assert ["RiskAssessmentFailed", "PaymentCaptured"] == kinds(change)[:2]

    def test_not_captured_from_a_level_on(self) -> None:
        """Staff captures, or a new assessment clears it."""
        order = after(self.authorized(), says("high"), says("low", "sift"), **self.AT_CHECKOUT)
        assert "authorized" == order.financial_status
        assert "paid" == after(order, says("low"), **self.AT_CHECKOUT).financial_status
        assert "paid" == after(order, Capture(), **self.AT_CHECKOUT).financial_status

    def test_what_was_let_go_meanwhile_is_not_captured(self) -> None:
        """A cancelled order takes no money."""
        order = after(self.authorized(), Cancel(), says("low"), **self.AT_CHECKOUT)
        change = step(order, says("low", "sift"), **self.AT_CHECKOUT)
        assert (["RiskAssessed"], ()) == (kinds(change), change.warnings)

    def test_shipped_by_itself_only_then(self) -> None:
        """Unless it is held."""
        known = risky(hold_at="high", auto_fulfill=True, auto_archive=False)
        order = asked_about(known, payments=[Sale("20.00")])
        assert 2 == order.to_fulfill
        assert 0 == after(order, says("low"), **known).to_fulfill
        assert 2 == after(order, says("high"), **known).to_fulfill

    def test_on_fulfillment(self) -> None:
        """What was shipped is captured as soon as it is cleared."""
        known = risky(no_capture_at="high", capture_mode="on_fulfillment")
        order = after(asked_about(known, payments=[Authorization("20.00")]), says("high"), Fulfill(), **known)
        assert "authorized" == order.financial_status
        assert "paid" == after(order, says("low"), **known).financial_status
