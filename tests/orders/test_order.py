"""The order as a value: what it shows, what it hides, how it is copied."""

import traceback
from collections.abc import Callable
from typing import Any, cast

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice_core.failures import InvalidValue
from backoffice_core.orders import amounts, counters, status
from backoffice_core.orders.asked import Line, Shipping, Tax
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.facts import Units
from backoffice_core.orders.fulfill import Fulfill
from backoffice_core.orders.hold import HoldOrder, ReleaseHold
from backoffice_core.orders.notes import AddComment, EditComment, SetNote
from backoffice_core.orders.order import RESTS_ON, Address, CustomerRef, Order
from backoffice_core.orders.refund import RefundOrder
from backoffice_core.testing.wholelife import a_whole_life
from tests.orders.helpers import after, an_order, eur, goods, placed
from tests.orders.walks import Basket, baskets, begin

COMPUTED: dict[str, Callable[[Order], object]] = {
    "counters": counters.counters,
    "agreed": amounts.agreed,
    "sums": amounts.sums,
    "authorizations": amounts.authorizations,
    "financial_status": status.financial_status,
    "fulfillment_status": status.fulfillment_status,
}


class Asked:
    """An order that tells which of its fields were read; a figure stands for those that it rests on."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self.read: set[str] = set()

    def __getattr__(self, name: str) -> object:
        self.read |= RESTS_ON.get(name, {name})
        return getattr(self._order, name)


class TestFigures:
    def test_in_money(self) -> None:
        """Every amount that is shown is Money in the order's currency."""
        order = an_order(
            goods(quantity=2, price="12.00", taxes=[Tax("TVA", "0.20")]),
            Line("Tip", price="2.00", kind="tip"),
            shipping="5.00",
            paid="20.00",
        )
        order = after(order, RefundOrder(lines={"TEA": 1}, amount="11.00"))
        assert {
            "subtotal": eur("24.00"),
            "total_discounts": eur("0.00"),
            "total_shipping": eur("5.00"),
            "total_tax": eur("4.00"),
            "total_tips": eur("2.00"),
            "total": eur("31.00"),
            "original_total": eur("31.00"),
            "current_subtotal": eur("12.00"),
            "current_shipping": eur("5.00"),
            "current_tax": eur("2.00"),
            "current_total": eur("19.00"),
            "received": eur("20.00"),
            "refunded": eur("11.00"),
            "net_payment": eur("9.00"),
            "outstanding": eur("10.00"),
            "capturable": eur("0.00"),
            "refundable": eur("9.00"),
        } == {
            name: getattr(order, name)
            for name, what in vars(Order).items()
            if isinstance(what, property) and hasattr(getattr(order, name), "minor")
        }

    def test_of_units(self) -> None:
        """To fulfill, fulfilled and held are sums over the lines."""
        order = after(an_order(goods("A", 3), goods("B", 2)), Fulfill(lines={"A": 1}), HoldOrder(lines={"B": 2}))
        assert (4, 1, 2) == (order.to_fulfill, order.fulfilled, order.held)

    def test_of_parts(self) -> None:
        """Lines, shipping, discounts and facts show Money too."""
        order = an_order(goods(price="12.50"), shipping=Shipping("Post", "5.00"), paid="17.50")
        assert [eur("12.50"), eur("5.00"), eur("5.00"), eur("17.50")] == [
            order.lines[0].price,
            order.shipping_lines[0].price,
            order.shipping_lines[0].paid,
            order.transactions[0].amount,
        ]

    def test_a_lines_name(self) -> None:
        """Title and variant title."""
        assert ["Tea", "Tea - green"] == [one.name for one in an_order(goods(), goods(variant_title="green")).lines]


class TestPersonalData:
    def test_is_in_no_repr(self) -> None:
        """Names, addresses, mail and notes stay out of logs."""
        where = Address(name="Ada Lovelace", address1="12 St James's Square", city="London", zip="SW1Y", phone="555")
        who = CustomerRef(id="c-1", name="Ada Lovelace", email="ada@example.com", phone="555")
        order = an_order(
            customer=who, shipping_address=where, billing_address=where, note="for Ada", attributes={"for": "Ada"}
        )
        told = f"{order!r} {where!r} {who!r}"
        assert [] == [word for word in ("Ada", "ada@", "James", "London", "SW1Y", "555") if word in told]

    def test_is_in_no_part_of_an_order(self) -> None:
        """Nor in the commands that bring it: notes of refunds and holds, properties of a line, comments."""
        asked = goods(quantity=3, properties={"engraving": "Ada"})
        order = an_order(asked, paid="30.00")
        commands = [
            HoldOrder(note="for Ada"),
            ReleaseHold(),
            RefundOrder(lines={"TEA": 1}, note="for Ada"),
            AddComment(text="Ada called"),
            SetNote(note="Ada"),
            Cancel(note="Ada"),
        ]
        for command in commands:
            order = after(order, command)
        commands.append(EditComment(comment_id=order.comments[0].id, text="Ada called twice"))
        order = after(order, commands[-1])
        parts = [*order.lines, *order.holds, *order.refunds, *order.comments, asked, *commands]
        assert [] == [part for part in parts if "Ada" in repr(part)]
        assert all("Ada" in str(attrs.asdict(part)) for part in (*order.lines, *order.holds, order.refunds[0]))

    @pytest.mark.parametrize(
        "asked",
        [
            {"email": b"hopper@example.com"},
            {"email": "hopper example com"},
            {"email": "hopper@example.com\0"},
            {"phone": ["hopper"]},
            {"phone": "hopper\ud800"},
            {"customer": ["hopper"]},
            {"customer": CustomerRef(name=["hopper"])},
            {"shipping_address": "hopper"},
            {"shipping_address": Address(city=b"hopper")},
            {"note": b"hopper"},
            {"attributes": "hopper"},
            {"attributes": ["hopper"]},
            {"attributes": {"for": "hopper\0"}},
        ],
    )
    def test_is_in_no_error(self, asked: dict[str, Any]) -> None:
        """The field is named and its type told, and what was typed in is not repeated."""
        with pytest.raises(InvalidValue) as caught:
            placed(**asked)
        assert "hopper" not in "".join(traceback.format_exception_only(caught.value))
        assert caught.value.would_do


class TestCopies:
    @given(baskets())
    def test_figures_stay_with_a_copy(self, basket: Basket) -> None:
        """A saved order differs by its version alone, and its figures are those it had."""
        order = begin(basket).order
        assert order is not None
        saved = evolve(order, version=7)
        assert attrs.evolve(order, version=7) == saved
        fresh = attrs.evolve(saved)
        assert (fresh.sums, fresh.counters) == (saved.sums, saved.counters)
        assert saved.counters is order.counters

    @pytest.mark.parametrize("figure", COMPUTED)
    def test_figures_rest_on_the_fields_that_are_named(self, figure: str) -> None:
        """Whatever a figure reads of an order is named, or a copy could keep one that is wrong."""
        read: set[str] = set()
        for change in a_whole_life():
            asked = Asked(change.order)
            assert COMPUTED[figure](cast("Order", asked)) == getattr(change.order, figure)
            read |= asked.read
        assert read == RESTS_ON[figure]

    def test_units_rest_on_the_counters(self) -> None:
        """Sums of counters rest on what counters rest on, and nothing else is kept."""
        others = RESTS_ON.keys() - COMPUTED.keys()
        assert others == {"to_fulfill", "fulfilled", "held"}
        assert all(RESTS_ON[name] == RESTS_ON["counters"] for name in others)

    def test_a_payment_leaves_what_was_agreed(self) -> None:
        """What an order costs is not computed again for a payment, nor what was shipped."""
        order = an_order(goods(quantity=2))
        paid = evolve(order, note="x", transactions=an_order(goods(), paid="1.00").transactions)
        assert order.agreed
        assert evolve(order, transactions=paid.transactions).agreed is order.agreed
        assert evolve(order, shipping_lines=()).agreed is not order.agreed

    def test_figures_are_not_carried_into_another_order(self) -> None:
        """A copy with other facts reckons anew."""
        order = an_order(goods(quantity=2), paid="20.00")
        assert eur("20.00") == order.current_total
        assert eur("10.00") == after(order, RefundOrder(lines={"TEA": 1})).current_total
        assert eur("0.00") == evolve(order, transactions=()).received

    @given(st.text(max_size=5), st.integers(1, 9))
    def test_evolve_is_attrs_own(self, line: str, quantity: int) -> None:
        """The faster copy gives what attrs gives."""
        one = Units("l", 1)
        assert attrs.evolve(one, line_id=line, quantity=quantity) == evolve(one, line_id=line, quantity=quantity)
        assert one == evolve(one)

    def test_evolve_knows_its_fields(self) -> None:
        """A field that is not there is an error, not forgotten."""
        with pytest.raises(TypeError):
            evolve(Units("l", 1), other=1)

    def test_is_frozen(self) -> None:
        """Nobody changes an order in place."""
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            an_order().note = "x"  # type: ignore[misc]
