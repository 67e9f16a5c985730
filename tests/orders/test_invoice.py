"""The invoice of an order."""

from backoffice_core.orders.archive import OrderIsCancelled
from backoffice_core.orders.asked import Sale
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.events import InvoiceSent
from backoffice_core.orders.invoice import NoRecipient, SendInvoice
from backoffice_core.orders.pay import NothingOwed
from tests.orders.helpers import after, an_order, eur, goods, refusal, step


class TestRule1_AnAddress:
    def test_none(self) -> None:
        order = an_order()
        assert (NoRecipient, {"id": order.id}) == refusal(order, SendInvoice())


class TestRule2_SomethingIsOwed:
    def test_what_is_owed(self) -> None:
        """Again as often as it is asked for."""
        order = an_order(goods(price="30.00"), paid="10.00", email="ada@example.com")
        for _ in range(2):
            change = step(order, SendInvoice())
            assert (InvoiceSent(2000),) == change.events
            order = change.order

    def test_what_is_waited_for(self) -> None:
        """An order on terms waits for all of it, and can be asked for it; not for what a gateway is asked about."""
        waiting = [Sale("10.00", gateway="manual", status="pending")]
        order = an_order(payments=waiting, email="ada@example.com")
        assert (InvoiceSent(1000),) == step(order, SendInvoice()).events
        assert NothingOwed is refusal(order, SendInvoice(), gateways=frozenset({"manual"}))[0]

    def test_nothing(self) -> None:
        order = an_order(paid="10.00", email="ada@example.com")
        assert (NothingOwed, eur("0.00")) == (
            refusal(order, SendInvoice())[0],
            refusal(order, SendInvoice())[1]["owed"],
        )

    def test_cancelled(self) -> None:
        order = after(an_order(email="ada@example.com"), Cancel())
        assert OrderIsCancelled is refusal(order, SendInvoice())[0]
