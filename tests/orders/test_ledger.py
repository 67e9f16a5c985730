"""Sales entries: what a change does to the shop's figures."""

from backoffice_core.orders.asked import Discount, Line, Shipping, Tax
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.change import Change
from backoffice_core.orders.ledger import Entry, entries
from backoffice_core.orders.pay import MarkAsPaid
from backoffice_core.orders.refund import RefundOrder
from tests.orders.helpers import after, an_order, goods, placed, step


def rows(change: Change) -> list[tuple[str, str, int, int, int, int, int]]:
    """Return the entries without the ids of their lines."""
    return [
        (one.action, one.kind, one.quantity, one.gross, one.discounts, one.tax, one.total) for one in entries(change)
    ]


VAT = [Tax("TVA", "0.20")]


class TestPlacing:
    def test_taxes_included(self) -> None:
        """Units, gross, discounts, tax and total of each line, and of shipping."""
        change = placed(
            goods(quantity=3, price="12.00", taxes=VAT),
            Line("Tip", price="2.00", kind="tip"),
            Line("Card", price="25.00", kind="gift_card"),
            shipping=Shipping("Post", "6.00", VAT),
            discounts=[Discount("d", amount="6.10")],
        )
        assert [
            ("order", "product", 3, 3000, -300, 540, 3240),
            ("order", "tip", 1, 200, 0, 0, 200),
            ("order", "gift_card", 1, 2500, -250, 0, 2250),
            ("order", "shipping", 0, 500, 0, 100, 600),
        ] == rows(change)

    def test_taxes_on_top(self) -> None:
        """Gross is without taxes, as with prices that contain them."""
        change = placed(goods(quantity=2, taxes=VAT), shipping=Shipping("Post", "5.00", VAT), taxes_included=False)
        assert [
            ("order", "product", 2, 2000, 0, 400, 2400),
            ("order", "shipping", 0, 500, 0, 100, 600),
        ] == rows(change)

    def test_without_discounts_none_are_told(self) -> None:
        """Also where the taxes that were given are not what their rates would make."""
        change = placed(goods(price="12.00", taxes=[Tax("TVA", "0.20", amount="1.95")]))
        assert [("order", "product", 1, 1005, 0, 195, 1200)] == rows(change)

    def test_a_test_order_writes_none(self) -> None:
        """Trials are left out of the figures."""
        assert () == entries(placed(test=True))

    def test_lines_are_named(self) -> None:
        """An entry says which line it is of."""
        change = placed(shipping="5.00")
        assert [change.order.lines[0].id, change.order.shipping_lines[0].id] == [one.line_id for one in entries(change)]


class TestRefunding:
    def test_units_and_a_fee(self) -> None:
        """Units leave with what they cost; the fee is an entry of its own, without tax."""
        order = an_order(goods(quantity=2, price="12.00", taxes=VAT), paid="24.00")
        assert [
            ("refund", "product", -1, -1000, 0, -200, -1200),
            ("refund", "adjustment", 0, 200, 0, 0, 200),
        ] == rows(step(order, RefundOrder(lines={"TEA": 1}, amount="10.00")))

    def test_goodwill(self) -> None:
        """Goodwill lowers the sales."""
        assert [("refund", "adjustment", 0, -300, 0, 0, -300)] == rows(
            step(an_order(paid="10.00"), RefundOrder(amount="3.00"))
        )

    def test_an_amount_on_a_line(self) -> None:
        """No units leave; the price falls."""
        order = an_order(goods(taxes=VAT, price="12.00"), paid="12.00")
        assert [("refund", "product", 0, 0, -500, -100, -600)] == rows(
            step(order, RefundOrder(amounts={"TEA": "6.00"}))
        )

    def test_shipping(self) -> None:
        """Shipping is given back in cents."""
        order = an_order(shipping=Shipping("Post", "6.00", VAT), paid="16.00")
        assert [("refund", "shipping", 0, -250, 0, -50, -300)] == rows(step(order, RefundOrder(shipping="3.00")))


class TestOthers:
    def test_a_cancel(self) -> None:
        """What leaves, whatever is refunded."""
        order = an_order(goods(quantity=2), shipping="5.00")
        assert [
            ("cancel", "product", -2, -2000, 0, 0, -2000),
            ("cancel", "shipping", 0, -500, 0, 0, -500),
        ] == rows(step(order, Cancel()))

    def test_money_alone(self) -> None:
        """A payment is no sale."""
        assert [] == rows(step(an_order(), MarkAsPaid()))

    def test_nothing(self) -> None:
        """No change, no entry."""
        order = an_order()
        assert () == entries(Change(before=order, order=order))

    def test_sum_to_the_order(self) -> None:
        """All entries of an order sum to what it is now."""
        change = placed(goods(quantity=3, price="3.33", taxes=VAT), shipping="4.99", paid="14.98")
        told = list(entries(change))
        for command in (
            RefundOrder(lines={"TEA": 1}, amount="1.00"),
            RefundOrder(amounts={"TEA": "0.01"}, shipping="0.99"),
            Cancel(),
        ):
            change = step(change.order, command)
            told += entries(change)
        assert (0, change.order.sums.current_tax, change.order.sums.current_total) == (
            sum(one.quantity for one in told),
            sum(one.tax for one in told),
            sum(one.total for one in told),
        )

    def test_empty(self) -> None:
        """An entry without figures says nothing."""
        assert Entry(action="edit", kind="product", line_id="l", quantity=0, gross=0, discounts=0, tax=0, total=0).empty
        assert not Entry(
            action="edit", kind="product", line_id="l", quantity=0, gross=0, discounts=0, tax=1, total=0
        ).empty

    def test_of_a_whole_life(self) -> None:
        """An order refunded to the end sums to nothing."""
        order = after(an_order(paid="10.00"), RefundOrder(amount="4.00"))
        change = step(order, RefundOrder(lines={"TEA": 1}))
        assert [("refund", "product", -1, -1000, 0, 0, -1000), ("refund", "adjustment", 0, 400, 0, 0, 400)] == rows(
            change
        )
