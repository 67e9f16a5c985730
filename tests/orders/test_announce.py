"""What is said before time brings it: see the rules in `orders/announce.py`."""

from typing import Any

import attrs
import pytest

from backoffice_core import Authorization, PaymentTerms
from backoffice_core.orders.announce import AnnounceDue, next_due
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.events import AuthorizationExpiring, PaymentDue
from backoffice_core.orders.order import Order
from backoffice_core.orders.pay import Capture
from backoffice_core.orders.record import RecordPayment
from backoffice_core.orders.settle import ExpireAuthorizations
from backoffice_core.testing.builders import a_shop
from tests.orders.helpers import NOW, after, an_order, step


def authorized(days: int = 7) -> Order:
    """Return an order with an authorization that lapses in some days."""
    return an_order(payments=[Authorization("10.00", gateway="stripe", expires_at=NOW.add(days=days))])


def on_terms(days: int = 14) -> Order:
    """Return an order that is to be paid within some days."""
    return attrs.evolve(an_order(), terms=PaymentTerms("net", days=days))


class TestRule1_Warnings:
    def test_two_days_before(self) -> None:
        """Not a moment sooner, and once; then it lapses as it would have."""
        order, at = authorized(), NOW.add(days=5)
        assert at == next_due(order)
        assert not step(order, AnnounceDue(), now=at.subtract(microseconds=1))
        warned = step(order, AnnounceDue(), now=at)
        assert (AuthorizationExpiring(order.transactions[0].id, 1000),) == warned.events
        assert not step(warned.order, AnnounceDue(), now=at)
        assert NOW.add(days=7) == next_due(warned.order)
        assert step(warned.order, ExpireAuthorizations(), now=NOW.add(days=7))

    def test_what_is_left_of_it(self) -> None:
        """The event tells what can still be captured."""
        order = after(authorized(), Capture(amount="4.00"))
        assert [600] == [event.amount for event in step(order, AnnounceDue(), now=NOW.add(days=6)).events]  # type: ignore[attr-defined]

    @pytest.mark.parametrize("command", [Capture(), Cancel()])
    def test_what_does_not_lapse_any_more(self, command: Any) -> None:
        """Captured or let go: nobody is warned."""
        order = after(authorized(), command)
        assert None is next_due(order)
        assert not step(order, AnnounceDue(), now=NOW.add(days=6))


class TestRule2_Reminders:
    def test_on_the_day(self) -> None:
        """With what is unpaid, and once."""
        order, day = on_terms(), NOW.add(days=14)
        assert day == next_due(order)
        assert not step(order, AnnounceDue(), now=day.subtract(microseconds=1))
        due = step(order, AnnounceDue(), now=day)
        assert (PaymentDue(1000, notify=False),) == due.events
        assert None is next_due(due.order)
        assert not step(due.order, AnnounceDue(), now=day.add(days=1))

    def test_another_day(self) -> None:
        """A due day that comes later is told of anew."""
        due = after(on_terms(), AnnounceDue(), now=NOW.add(days=14))
        later = attrs.evolve(due, terms=PaymentTerms("net", days=30))
        assert step(later, AnnounceDue(), now=NOW.add(days=30))

    @pytest.mark.parametrize("command", [RecordPayment(amount="10.00"), Cancel()])
    def test_what_is_not_owed(self, command: Any) -> None:
        """Paid or cancelled: nobody is reminded."""
        assert None is next_due(after(on_terms(), command))

    @pytest.mark.parametrize("asked", [(), ("payment_reminder",)])
    def test_the_customer_is_told_where_the_shop_wants_it(self, asked: tuple[str, ...]) -> None:
        known = {"now": NOW.add(days=14), "settings": a_shop(notifications=asked)}
        (event,) = step(on_terms(), AnnounceDue(), **known).events
        assert PaymentDue(1000, notify=bool(asked)) == event


class TestRule3_NotTooLate:
    @pytest.mark.parametrize(("days", "told"), [(21, True), (22, False), (900, False)])
    def test_a_week_is_the_most(self, days: int, told: bool) -> None:
        """Old orders that were imported remind nobody, and do not stay due."""
        known = {"now": NOW.add(days=days), "settings": a_shop(notifications=("payment_reminder",))}
        change = step(on_terms(), AnnounceDue(), **known)
        assert (PaymentDue(1000, notify=told),) == change.events
        assert None is next_due(change.order)
