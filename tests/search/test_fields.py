"""The fields of queries: each filter that orders have something for, and every value of every status."""

import attrs
import pytest

from backoffice_core.orders.archive import Archive
from backoffice_core.orders.asked import Authorization, Discount, Line, Sale
from backoffice_core.orders.assess import Assess
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.facts import Fulfillment, Transaction, TransactionKind
from backoffice_core.orders.fulfill import Fulfill
from backoffice_core.orders.hold import HoldOrder
from backoffice_core.orders.order import CustomerRef, Order
from backoffice_core.orders.pay import Capture, Void
from backoffice_core.orders.refund import RefundOrder
from backoffice_core.orders.returns import ApproveReturn, CloseReturn, RequestReturn
from backoffice_core.orders.risk import Assessment, RiskLevel
from backoffice_core.orders.settle import ExpireAuthorizations
from backoffice_core.orders.states import FulfillmentStatus, TransactionStatus
from backoffice_core.orders.status import FinancialStatus, FulfillmentState, ReturnState
from backoffice_core.search.fields import FIELDS, UNPAID
from backoffice_core.testing.builders import an_order, then
from backoffice_core.testing.clock import START
from tests.search.helpers import found, unclear


def named(name: str, order: Order | None = None, **more: object) -> Order:
    """Return an order of that name."""
    return attrs.evolve(order or an_order(), name=name, id=f"id-{name}", **more)  # type: ignore[arg-type]


def lived(name: str, *commands: object, **asked: object) -> Order:
    """Return an order of two teas for 20.00 after some commands."""
    order = an_order(Line("Tea", sku="TEA", price="10.00", quantity=2), **asked)
    return named(name, then(order, *commands)[-1].order if commands else order)  # type: ignore[arg-type]


LAPSED = Authorization("20.00", expires_at=START)

#: One order for each word of the financial status.
MONEY = {
    FinancialStatus.PENDING: lived("pending"),
    FinancialStatus.AUTHORIZED: lived("authorized", authorized="20.00"),
    FinancialStatus.PARTIALLY_PAID: lived("partially_paid", Capture(amount="5.00"), authorized="20.00"),
    FinancialStatus.PAID: lived("paid", paid="20.00"),
    FinancialStatus.PARTIALLY_REFUNDED: lived("partially_refunded", RefundOrder(lines={"TEA": 1}), paid="20.00"),
    FinancialStatus.REFUNDED: lived("refunded", RefundOrder(lines={"TEA": 2}), paid="20.00"),
    FinancialStatus.VOIDED: lived("voided", Void(), authorized="20.00"),
    FinancialStatus.EXPIRED: lived("expired", ExpireAuthorizations(), payments=[LAPSED]),
}
#: One for each word of the fulfillment status.
GOODS = {
    FulfillmentState.UNFULFILLED: lived("unfulfilled"),
    FulfillmentState.PARTIALLY_FULFILLED: lived("partially_fulfilled", Fulfill(lines={"TEA": 1})),
    FulfillmentState.FULFILLED: lived("fulfilled", Fulfill()),
    FulfillmentState.ON_HOLD: lived("on_hold", HoldOrder()),
}


_PARCEL = (Fulfill(), RequestReturn(lines={"TEA": 1}))
_AGREED = (*_PARCEL, ApproveReturn(return_id="#1001-R1"))
#: One for each word of the return status.
RETURNS = {
    ReturnState.NO_RETURN: lived("no_return"),
    ReturnState.RETURN_REQUESTED: lived("return_requested", *_PARCEL),
    ReturnState.IN_PROGRESS: lived("in_progress", *_AGREED),
    ReturnState.RETURNED: lived("returned", *_AGREED, CloseReturn(return_id="#1001-R1")),
}


class TestStatuses:
    @pytest.mark.parametrize("kind", [FinancialStatus, FulfillmentState, ReturnState])
    def test_each_word_has_an_order(self, kind: type) -> None:
        """The orders of these tests stand where they are said to stand."""
        shown = {FinancialStatus: MONEY, FulfillmentState: GOODS, ReturnState: RETURNS}[kind]
        attribute = {FinancialStatus: "financial", FulfillmentState: "fulfillment", ReturnState: "return"}[kind]
        assert list(kind) == list(shown)  # type: ignore[call-overload]
        assert list(kind) == [getattr(order, f"{attribute}_status") for order in shown.values()]  # type: ignore[call-overload]

    @pytest.mark.parametrize("status", FinancialStatus)
    def test_money(self, status: FinancialStatus) -> None:
        """Each word of the financial status finds its orders and no others, in any case."""
        assert [status] == found(f"financial_status:{status}", *MONEY.values())
        assert [status] == found(f"financial_status:'{status.upper()} '", *MONEY.values())
        assert [one for one in FinancialStatus if one is not status] == found(
            f"-financial_status:{status}", *MONEY.values()
        )

    @pytest.mark.parametrize("status", FulfillmentState)
    def test_goods(self, status: FulfillmentState) -> None:
        """Each word of the fulfillment status finds its orders and no others."""
        assert [status] == found(f"fulfillment_status:{status}", *GOODS.values())

    @pytest.mark.parametrize("status", ReturnState)
    def test_returns(self, status: ReturnState) -> None:
        """Each word of the return status finds its orders and no others."""
        assert [status] == found(f"return_status:{status}", *RETURNS.values())

    def test_unpaid(self) -> None:
        """All that money is still to come for: authorized, pending, expired, partially paid."""
        unpaid = ["pending", "authorized", "partially_paid", "expired"]
        assert unpaid == found("financial_status:unpaid", *MONEY.values())
        assert set(unpaid) == set(UNPAID)

    @pytest.mark.parametrize(
        ("word", "names"),
        [
            ("unshipped", ["unfulfilled", "on_hold"]),
            ("partial", ["partially_fulfilled"]),
            ("shipped", ["fulfilled"]),
            ("unshipped,partial", ["unfulfilled", "partially_fulfilled", "on_hold"]),
            ("scheduled", []),
            ("request_declined", []),
            ("in_progress", []),
        ],
    )
    def test_shopifys_words_for_goods(self, word: str, names: list[str]) -> None:
        """Shopify's other words mean the same here; what no order ever is finds none, without a warning."""
        assert names == found(f"fulfillment_status:{word}", *GOODS.values())

    def test_shopifys_words_for_returns(self) -> None:
        """What no return of ours ever is finds none, without a warning."""
        assert [] == found("return_status:inspection_complete,return_failed", *RETURNS.values())

    @pytest.mark.parametrize(
        ("word", "names"),
        [
            ("open", ["open"]),
            ("not_closed", ["open"]),
            ("closed", ["archived", "cancelled"]),
            ("archived", ["archived", "cancelled"]),
            ("cancelled", ["cancelled"]),
            ("*", ["open", "archived", "cancelled"]),
        ],
    )
    def test_status(self, word: str, names: list[str]) -> None:
        """A cancelled order is closed, too."""
        some = [lived("open"), lived("archived", Archive()), lived("cancelled", Cancel(reason="customer"))]
        assert names == found(f"status:{word}", *some)


#: For each field with values of its own: what an order has, and queries that find it and that do not.
HELD = {
    "id": ({}, ["id-1", "id*", ">=id-0", "<id-2", "<=id-1", "id-1,x"], ["id", "ID-1", ">id-1", "<id-1", "2*"]),
    "name": ({"name": "#A1 b"}, ["'#A1 B'", "'a1 b'", "a1*", "'#a1'*", "b*", "#*"], ["1", "a1", "'1 b'"]),
    "customer_id": ({"customer": CustomerRef(id="C-7")}, ["C-7", "'C-7'", "c*", "*"], ["c-7", "' C-7'", "7", "C-70"]),
    "email": ({"customer": CustomerRef(email="Ada@X.org")}, ["ada@x.org", "ADA*", "*"], ["ada", "x.org", "ada@x.or"]),
    "tag": ({"tags": ("VIP", "gift wrap")}, ["vip", "Gift\\ Wrap", "gift*", "wr*", "x,vip"], ["gift", "wrap", "vi"]),
    "discount_code": ({}, ["welcome10", "WELCOME10", "wel*", "*"], ["welcome", "10"]),
    "gateway": ({}, ["stripe", "Stripe", "str*", "*"], ["strip", "manual"]),
    "payment_id": ({}, ["pi_3Nf", "PI_3NF", "pi*", "*"], ["pi", "3nf"]),
    "source_identifier": ({"source": ("web", "checkout-881")}, ["checkout-881", "check*", "*"], ["881", "web"]),
    "channel": ({"channel": "Web shop"}, ["'web shop'", "web*", "pos,'WEB SHOP'", "shop*"], ["web", "pos"]),
    "sku": ({}, ["TEA-1", "tea-1", "tea*", "*"], ["tea", "1", "tea-11"]),
}
ALIASES = {"sales_channel": "channel", "source_name": "channel"}


def with_everything(**more: object) -> Order:
    """Return an order with a SKU, a discount code and a payment, and more."""
    order = an_order(
        Line("Tea", sku="TEA-1", price="10.00"),
        discounts=[Discount("Welcome", percent="10", code="Welcome10")],
        payments=[Sale("9.00", gateway="stripe", reference="pi_3Nf")],
    )
    return attrs.evolve(order, id="id-1", **{"name": "#1", **more})  # type: ignore[arg-type]


class TestRisk:
    @pytest.mark.parametrize("level", RiskLevel)
    def test_each_level(self, level: RiskLevel) -> None:
        """Each word finds its orders and no others; what was never assessed has none."""
        some = [
            lived(one.value, *([] if one is RiskLevel.NONE else [Assess(assessment=Assessment(one, provider="kount"))]))
            for one in RiskLevel
        ]
        assert [level] == found(f"risk_level:{level}", *some)
        assert [one for one in RiskLevel if one is not level] == found(f"-risk_level:{level}", *some)


class TestValues:
    @pytest.mark.parametrize("field", [*HELD, *ALIASES])
    def test_whole_values_and_beginnings(self, field: str) -> None:
        """The whole value in any case, or a star behind the beginning of one of its words; nothing less."""
        held, finding, missing = HELD[ALIASES.get(field, field)]
        order = with_everything(**held)
        assert finding == [query for query in (*finding, *missing) if found(f"{field}:{query}", order)]

    @pytest.mark.parametrize("field", sorted({*HELD, *ALIASES} - {"id", "name"}))
    def test_none_at_all(self, field: str) -> None:
        """A star alone finds what has any value, with a minus what has none."""
        none = named("none", an_order(Line("Tea", price="10.00")), channel=None)
        some = with_everything(**HELD[ALIASES.get(field, field)][0])
        assert [some.name] == found(f"{field}:*", some, none)
        assert ["none"] == found(f"-{field}:*", some, none)

    def test_every_field_is_tested(self) -> None:
        """A new field gets a test here."""
        others = {
            "status",
            "financial_status",
            "fulfillment_status",
            "return_status",
            "test",
            "tag_not",
            "to_do",
            "risk_level",
        }
        moments = {"created_at", "processed_at", "updated_at"}  # in test_dates.py
        numbers = {"total_price", "current_total_price", "subtotal_line_items_quantity"}
        places = {"fulfillment_location_id", "location_id"}
        assert {*HELD, *ALIASES, *others, *moments, *numbers, *places} == set(FIELDS)

    def test_to_do(self) -> None:
        """Goods to ship, money to take, to ask for and to give back; nothing about a trial."""
        soon = lived("expiring", payments=[attrs.evolve(LAPSED, expires_at=START.add(days=1))])
        warned = [attrs.evolve(one, warned_at=START) for one in soon.transactions]
        some = [
            lived("pending"),
            lived("authorized", authorized="20.00"),
            lived("paid", paid="20.00"),
            lived("sent", Fulfill(), paid="20.00"),
            lived("too much", Fulfill(), paid="25.00"),
            named("expiring", soon, transactions=tuple(warned)),
            named("trial", an_order(test=True)),
        ]
        assert ["pending", "authorized", "paid", "expiring"] == found("to_do:fulfill", *some)
        assert ["authorized", "expiring"] == found("to_do:capture", *some)
        assert ["expiring"] == found("to_do:expiring", *some)
        assert ["pending"] == found("to_do:collect", *some)
        assert ["too much"] == found("to_do:refund", *some)

    def test_tag_not(self) -> None:
        """Without that tag, without any of several, without any at all."""
        some = [named("both", tags=("a", "b")), named("one", tags=("A",)), named("none")]
        assert ["none"] == found("tag_not:a", *some)
        assert ["one", "none"] == found("tag_not:b", *some)
        assert ["none"] == found("tag_not:a,b", *some)
        assert ["none"] == found("tag_not:*", *some)
        assert ["both", "one"] == found("-tag_not:a", *some)

    def test_each_value_counts(self) -> None:
        """An order with several values is found by each."""
        lines = [Line("Tea", sku="A-1", price="1.00"), Line("Cup", sku="B-2", price="1.00")]
        order = named("two", an_order(*lines))
        assert ["two"] == found("sku:a-1 sku:b-2", order)

    @pytest.mark.parametrize("field", ["location_id", "fulfillment_location_id"])
    def test_places(self, field: str) -> None:
        """A location that ships something of it, or did."""
        line = an_order().lines[0]
        allocated = attrs.evolve(line, allocated=(("paris", 1),))
        parcel = Fulfillment(id="f", name="f", status=FulfillmentStatus.SUCCESS, lines=(), at=START, location_id="lyon")
        some = [named("ships", lines=(allocated,)), named("shipped", fulfillments=(parcel,)), named("neither")]
        assert ["ships"] == found(f"{field}:paris", *some)
        assert ["shipped"] == found(f"{field}:Lyon", *some)
        assert ["neither"] == found(f"-{field}:*", *some)

    def test_trials(self) -> None:
        """Whether it is one."""
        some = [named("trial", test=True), named("real")]
        assert [["trial"], ["real"], ["trial", "real"]] == [
            found(f"test:{word}", *some) for word in ("true", "False", "*")
        ]

    def test_accents_are_told_apart_case_is_not(self) -> None:
        """A value of a field is meant as it is written, composed or not."""
        order = named("one", tags=("Été",))
        assert ["one"] == found("tag:ÉTÉ", order)
        assert ["one"] == found("tag:e\u0301te\u0301", order)
        assert [] == found("tag:ete", order)

    def test_spaces_around_a_value_do_not_count(self) -> None:
        """A run of spaces within it is one."""
        order = named("one", tags=("gift wrap",))
        assert ["one"] == found("tag:' gift \t wrap '", order)

    def test_long_values(self) -> None:
        """Two that begin alike are told apart, however long they are."""
        some = [named(end, transactions=(a_payment("x" * 200 + end),)) for end in ("a", "b")]
        assert ["b"] == found(f"payment_id:{'x' * 200}b", *some)
        assert ["a", "b"] == found(f"payment_id:{'x' * 100}*", *some)
        assert [] == found(f"payment_id:{'x' * 200}", *some)


def a_payment(reference: str) -> Transaction:
    """Return a payment with a reference."""
    return Transaction(
        id="t",
        kind=TransactionKind.SALE,
        status=TransactionStatus.SUCCESS,
        minor=1000,
        currency="EUR",
        gateway="stripe",
        at=START,
        reference=reference,
    )


def costing(*prices: str, currency: str = "EUR", quantity: int = 1) -> list[Order]:
    """Return orders that cost so much, named by it."""
    return [named(price, an_order(Line("Tea", price=price, quantity=quantity), currency=currency)) for price in prices]


class TestNumbers:
    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("5", ["5.00"]),
            ("5.00", ["5.00"]),
            ("+5", ["5.00"]),
            ("5e0", ["5.00"]),
            ("5.", ["5.00"]),
            ("5.001", []),
            ("<5", ["0.00", "4.99"]),
            ("<=5", ["0.00", "4.99", "5.00"]),
            (">5", ["5.01", "20.00"]),
            (">=5", ["5.00", "5.01", "20.00"]),
            ("<5.001", ["0.00", "4.99", "5.00"]),
            (">4.991", ["5.00", "5.01", "20.00"]),
            ("<5.00001", ["0.00", "4.99", "5.00"]),
            (">=5.00001", ["5.01", "20.00"]),
            ("<=5.00999", ["0.00", "4.99", "5.00"]),
            ("5..20", ["5.00", "5.01", "20.00"]),
            ("5..", ["5.00", "5.01", "20.00"]),
            ("..5", ["0.00", "4.99", "5.00"]),
            ("'5 .. 20'", ["5.00", "5.01", "20.00"]),
            ("'.. 5'", ["0.00", "4.99", "5.00"]),
            ("0,20", ["0.00", "20.00"]),
            ("-1", []),
            (">-1", ["0.00", "4.99", "5.00", "5.01", "20.00"]),
            ("*", ["0.00", "4.99", "5.00", "5.01", "20.00"]),
            (">1e30", []),
            ("<1e30", ["0.00", "4.99", "5.00", "5.01", "20.00"]),
            (">999999999999999", []),
            ("-1e30..1e30", ["0.00", "4.99", "5.00", "5.01", "20.00"]),
            ("<=4.9999999999999999999999999999999999999999999999", ["0.00", "4.99"]),
        ],
    )
    def test_amounts(self, query: str, names: list[str]) -> None:
        """In major units; comparators and ranges include what they say, to the last digit."""
        some = costing("0.00", "4.99", "5.00", "5.01", "20.00")
        assert names == found(f"total_price:{query}", *some)
        assert names == found(f"current_total_price:{query}", *some)

    def test_an_amount_means_the_same_in_every_currency(self) -> None:
        """Twelve are twelve, with three digits, two or none."""
        some = [*costing("12.000", currency="KWD"), *costing("12.00"), *costing("12", currency="JPY")]
        assert ["12.000", "12.00", "12"] == found("total_price:12", *some)
        assert ["12.000"] == found("total_price:>=11.9995 total_price:<12.0005 -total_price:..11", *some[:1])

    def test_before_and_after_a_return(self) -> None:
        """The total stays, what is left of it falls."""
        order = MONEY[FinancialStatus.PARTIALLY_REFUNDED]
        assert [order.name] == found("total_price:20 current_total_price:10", order)

    def test_units(self) -> None:
        """How many were sold; a number between two whole ones has none."""
        some = [named(str(count), an_order(Line("Tea", price="1.00", quantity=count))) for count in (1, 2, 16)]
        assert ["2"] == found("subtotal_line_items_quantity:2", *some)
        assert ["2", "16"] == found("subtotal_line_items_quantity:>1", *some)
        assert ["2", "16"] == found("subtotal_line_items_quantity:2..20", *some)
        assert [] == found("subtotal_line_items_quantity:1.5", *some)
        assert ["2", "16"] == found("subtotal_line_items_quantity:>1.5", *some)

    @pytest.mark.parametrize("text", ["five", "5€", "1e", "0x10", "1_000", "NaN", "Infinity", "--5", "5" * 61, "٣"])
    def test_no_number(self, text: str) -> None:
        """It finds nothing, and a warning says so."""
        assert ["not_a_number"] == unclear(f"total_price:{text}")
        assert ["not_a_number"] == unclear(f"total_price:>={text}")

    def test_odd_ranges(self) -> None:
        """Without ends, with the ends exchanged, compared: told each."""
        assert ["empty_value"] == unclear("total_price:..")
        assert ["reversed_range"] == unclear("total_price:20..5")
        assert [] == unclear("total_price:1.4..1.4")
        assert ["range_compared"] == unclear("total_price:>5..20")
        assert ["not_a_number"] == unclear("total_price:5..x")
        assert ["not_a_prefix"] == unclear("total_price:5*")
