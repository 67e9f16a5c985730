"""Placing an order."""

from typing import Any

import pendulum
import pytest

from backoffice_core.channels import Channel
from backoffice_core.failures import InvalidValue
from backoffice_core.money import UnknownCurrency
from backoffice_core.orders.asked import Authorization, CustomerRef, Line, Sale, Tax
from backoffice_core.orders.channel import ChannelDisabled
from backoffice_core.orders.events import OrderPlaced
from backoffice_core.orders.facts import Movement, TransactionKind
from backoffice_core.orders.place import NoLines, Place, SourceTaken, TooManyLines, TotalMismatch
from backoffice_core.orders.pricing import NegativeAmount
from backoffice_core.orders.states import TransactionStatus
from backoffice_core.orders.stock import Level, OutOfStock
from tests.orders.helpers import (
    HERE,
    NOW,
    THERE,
    Location,
    an_order,
    eur,
    goods,
    kinds,
    placed,
    refusal,
    shop,
    stock,
    stocked,
)


class TestRule1_OneTo500Lines:
    def test_none(self) -> None:
        """An order without lines is refused."""
        assert (NoLines, {}) == refusal(None, Place(lines=[]))

    def test_the_most(self) -> None:
        """500 lines are an order."""
        assert 500 == len(an_order(*[goods(f"S{at}") for at in range(500)]).lines)

    def test_one_too_many(self) -> None:
        """501 are not."""
        expected = (TooManyLines, {"lines": 501, "most": 500})
        assert expected == refusal(None, Place(lines=[goods()] * 501))

    def test_what_is_no_line(self) -> None:
        """Lines are `Line`s."""
        with pytest.raises(InvalidValue):
            Place(lines=["tea"])


class TestRule2_AgreedNow:
    def test_terms(self) -> None:
        """Currency, and whether taxes are contained, come from the settings unless the order says otherwise."""
        tax = [Tax("TVA", "0.20")]
        assert ("EUR", True, eur("10.00")) == (
            (order := an_order(goods(taxes=tax))).currency,
            order.taxes_included,
            order.total,
        )
        other = an_order(goods(price="10", taxes=tax), currency="JPY", taxes_included=False)
        assert ("JPY", False, "12 JPY") == (other.currency, other.taxes_included, str(other.total))

    def test_the_original_total_is_frozen(self) -> None:
        """It is the total when the order was placed."""
        order = an_order(goods(quantity=3), shipping="5.90")
        assert eur("35.90") == order.original_total == order.total

    def test_a_variant_has_no_price_in_another_currency(self) -> None:
        """A variant's price is in its own currency; another one needs a price."""
        kind, facts = refusal(None, Place(lines=[Line(variant="CUP")], currency="USD"), **stock(5))
        assert (InvalidValue, "lines[0].price") == (kind, facts["field"])
        assert facts["would_do"] == "a price in USD; the variant's is in EUR"

    def test_an_unknown_currency(self) -> None:
        """A currency is one of ISO 4217."""
        expected = (UnknownCurrency, {"currency": "EURO"})
        assert expected == refusal(None, Place(lines=[goods()], currency="EURO"))


class TestRule3_StockIsPromised:
    def test_moves_available_to_committed(self) -> None:
        """A promise is made where the stock lies, guarded, and the line remembers where."""
        change = placed(stocked(quantity=3), known=stock(5))
        one = change.order.lines[0]
        assert (Movement("v-CUP", "here", 0, 3, one.id, change.order.id, guard=True),) == change.movements
        assert (("here", 3),) == one.allocated

    def test_fills_locations_in_their_order(self) -> None:
        """A line may be split."""
        order = an_order(stocked(quantity=7), known=stock(5, 4))
        assert (("here", 5), ("there", 2)) == order.lines[0].allocated

    def test_never_below_zero(self) -> None:
        """A variant that may not be oversold is refused with both figures."""
        expected = (OutOfStock, {"sku": "CUP", "requested": 10, "available": 9, "location": None})
        assert expected == refusal(None, Place(lines=[stocked(quantity=10)]), **stock(5, 4))

    def test_what_is_committed_is_not_available(self) -> None:
        """Promises and reservations of others count."""
        known = {**stock(5), "levels": {("v-CUP", "here"): Level(on_hand=5, committed=2, reserved=1)}}
        assert 2 == refusal(None, Place(lines=[stocked(quantity=3)]), **known)[1]["available"]

    def test_lines_of_one_variant_see_each_other(self) -> None:
        """Two lines cannot promise the same unit."""
        lines = [stocked(quantity=3), stocked(quantity=3)]
        assert (("here", 2), ("there", 1)) == an_order(*lines, known=stock(5, 1)).lines[1].allocated
        expected = (OutOfStock, {"sku": "CUP", "requested": 3, "available": 2, "location": None})
        assert expected == refusal(None, Place(lines=lines), **stock(5))

    def test_overselling(self) -> None:
        """A variant that may be oversold goes below zero at the first location, unguarded."""
        change = placed(stocked(quantity=9), known=stock(5, 2, oversell=True))
        assert (("here", 7), ("there", 2)) == change.order.lines[0].allocated
        assert [False, False] == [move.guard for move in change.movements]

    def test_only_where_it_sells(self) -> None:
        """A location that sells nothing promises nothing."""
        known = stock(5, 4) | {"places": (Location("here", sells=False), THERE)}
        assert (("there", 3),) == an_order(stocked(quantity=3), known=known).lines[0].allocated
        assert 4 == refusal(None, Place(lines=[stocked(quantity=5)]), **known)[1]["available"]

    def test_without_a_location(self) -> None:
        """Counted stock needs a place."""
        kind, facts = refusal(None, Place(lines=[stocked()]), **(stock(5) | {"places": ()}))
        assert (InvalidValue, "locations") == (kind, facts["field"])

    @pytest.mark.parametrize("lines", [[goods(quantity=9)], [stocked(quantity=9)]])
    def test_what_is_not_counted(self, lines: list[Line]) -> None:
        """The host's own goods and untracked variants move nothing."""
        change = placed(*lines, known=stock(5, tracked=False))
        assert ((), ()) == (change.movements, change.order.lines[0].allocated)


class TestRule4_ExpectedTotal:
    def test_as_expected(self) -> None:
        """The right total changes nothing."""
        assert eur("15.90") == an_order(shipping="5.90", expected_total="15.90").total

    def test_another(self) -> None:
        """Another total is refused with both figures."""
        expected = (TotalMismatch, {"expected": eur("15.91"), "computed": eur("15.90")})
        assert expected == refusal(None, Place(lines=[goods()], shipping="5.90", expected_total="15.91"))


class TestRule5_Source:
    def test_is_kept(self) -> None:
        """Channel and the channel's own id; the channel is the order's unless it says otherwise."""
        order = an_order(source=("web", "checkout-881"))
        assert (("web", "checkout-881"), "web") == (order.source, order.channel)
        assert "kiosk" == an_order(source=["web", "1"], channel="kiosk").channel

    @pytest.mark.parametrize("source", ["web", ("web",), ("web", ""), ("web", 1), ("w" * 65, "1"), ("web", "1" * 129)])
    def test_odd_sources(self, source: Any) -> None:
        """A source is two texts that fit into a column."""
        with pytest.raises(InvalidValue) as error:
            Place(lines=[goods()], source=source)
        assert "source" == error.value.field

    def test_taken(self) -> None:
        """The refusal names the order that the source became."""
        text = str(SourceTaken("web", "881", "id-9"))
        assert "web 881 became order id-9 with another content; edit that order instead" == text


class TestRule6_Names:
    def test_from_the_counter(self) -> None:
        """Prefix, number and suffix."""
        known = {"number": 7, "settings": shop(name_prefix="W-", name_suffix="/24")}
        order = an_order(known=known)
        assert ("W-7/24", 7) == (order.name, order.number)
        assert "#1001" == an_order().name


class TestRule7_Payments:
    def test_are_recorded(self) -> None:
        """A sale and an authorization come with the order, by whoever placed it."""
        expires = pendulum.datetime(2024, 5, 24, tz="UTC")
        change = placed(
            goods(quantity=3),
            payments=[Sale("10.00", gateway="stripe", reference="pi_1"), Authorization("20.00", expires_at=expires)],
        )
        sale, auth = change.order.transactions
        assert (TransactionKind.SALE, TransactionStatus.SUCCESS, eur("10.00"), "stripe", "pi_1", "marie", NOW) == (
            sale.kind,
            sale.status,
            sale.amount,
            sale.gateway,
            sale.reference,
            sale.actor,
            sale.at,
        )
        assert (TransactionKind.AUTHORIZATION, expires, "manual") == (auth.kind, auth.expires_at, auth.gateway)
        assert ["OrderPlaced", "PaymentReceived", "PaymentAuthorized"] == kinds(change)
        assert (sale, auth) == change.transactions

    @pytest.mark.parametrize(("status", "told"), [("pending", "PaymentRequested"), ("failure", "PaymentFailed")])
    def test_other_outcomes(self, status: str, told: str) -> None:
        """A payment may still be on its way, or may have failed."""
        change = placed(payments=[Sale("10.00", status=status)])
        assert [told] == kinds(change)[1:]
        assert eur("0.00") == change.order.received

    def test_a_registered_gateway_is_asked(self) -> None:
        """Without a reference it is an intent; with one it has happened."""
        known = {"gateways": frozenset({"stripe"})}
        change = placed(payments=[Sale("10.00", gateway="stripe")], known=known)
        assert (TransactionStatus.PENDING, (change.order.transactions[0].id,)) == (
            change.order.transactions[0].status,
            change.intents,
        )
        done = placed(payments=[Sale("10.00", gateway="stripe", reference="pi")], known=known)
        assert (TransactionStatus.SUCCESS, ()) == (done.order.transactions[0].status, done.intents)

    def test_below_zero(self) -> None:
        """Nobody pays less than nothing."""
        expected = (NegativeAmount, {"field": "amount", "amount": -1000})
        assert expected == refusal(None, Place(lines=[goods()], payments=[Sale("-10")]))

    def test_odd_outcomes(self) -> None:
        """A payment succeeded, failed or is pending."""
        with pytest.raises(InvalidValue) as error:
            Sale("1.00", status="done")
        assert "success or pending or failure" == error.value.would_do


class TestTheOrder:
    def test_is_told(self) -> None:
        """One event with name, total and currency; whether a message is sent is a setting or said."""
        change = placed()
        assert OrderPlaced("#1001", 1000, "EUR") == change.events[0]
        assert (None, True) == (change.before, bool(change))
        told = {"settings": shop(notifications=("order_placed",))}
        assert placed(known=told).events[0].notify
        assert not placed(known=told, notify=False).events[0].notify
        assert placed(notify=True).events[0].notify

    def test_has_its_customer(self) -> None:
        """A guest by address, a customer by id, or what is known of one."""
        assert "ada@example.com" == an_order(email="ada@example.com").email
        assert CustomerRef(id="c-1") == an_order(customer="c-1").customer
        known = CustomerRef(id="c-1", email="old@example.com", name="Ada")
        assert (
            CustomerRef(id="c-1", email="new@example.com", name="Ada")
            == an_order(customer=known, email="new@example.com").customer
        )
        assert an_order().customer is None
        assert an_order().email is None

    @pytest.mark.parametrize("email", ["ada", "@example.com", "ada@", "a da@example.com", ""])
    def test_odd_addresses(self, email: str) -> None:
        """Text that cannot be an address is refused without being repeated."""
        kind, facts = refusal(None, Place(lines=[goods()], email=email))
        assert (InvalidValue, "email", "text that is no address") == (kind, facts["field"], facts["given"])

    def test_has_tags_note_and_attributes(self) -> None:
        """They are cleaned like everywhere."""
        order = an_order(tags="b, a", note="", attributes={"gift": "yes"}, test=True)
        assert (("a", "b"), None, (("gift", "yes"),), True) == (order.tags, order.note, order.attributes, order.test)

    def test_starts_open(self) -> None:
        """It was created and changed now, and nothing happened to it."""
        order = an_order()
        assert (NOW, NOW, None, None, 0) == (
            order.created_at,
            order.updated_at,
            order.closed_at,
            order.cancelled_at,
            order.version,
        )

    def test_places(self) -> None:
        """The shop of these tests has one location."""
        assert HERE == Location("here")


class TestRule8_Checkouts:
    """What a checkout has to do with it stands in ``test_checkouts.py``: here it is a field like others."""

    def test_a_checkout_is_named_by_its_id(self) -> None:
        """It says nothing about what is sold: the order is what the host says."""
        plain, named = placed(goods()), placed(goods(), checkout="checkout-1")
        assert plain.order.total == named.order.total
        with pytest.raises(InvalidValue, match="checkout"):
            placed(goods(), checkout=7)


class TestRule9_Channels:
    def test_a_disabled_one(self):
        """No order, but for that of a checkout that was begun there."""
        settings = shop(channels=[Channel(handle="web", name="Web", enabled=False)])
        for how in ({"channel": "web"}, {"source": ("web", "1")}):
            with pytest.raises(ChannelDisabled):
                placed(Line("Tea", price="10.00"), known={"settings": settings}, **how)
        begun = placed(Line("Tea", price="10.00"), known={"settings": settings}, channel="web", checkout="c-1")
        assert begun.order.channel == "web"
