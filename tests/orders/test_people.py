"""Who buys, and where to ship and bill to, changed later."""

import pytest

from backoffice_core.failures import InvalidValue
from backoffice_core.orders.archive import Archive
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.order import Address, CustomerRef
from backoffice_core.orders.people import UpdateAddress, UpdateCustomer
from tests.orders.helpers import after, an_order, kinds, refusal, step

ADA = CustomerRef(id="c-1", name="Ada", email="ada@example.com", phone="555", locale="fr")


class TestRule1_AnyOrder:
    def test_what_is_left_out_stays(self) -> None:
        """A new number, and all else as it was."""
        order = an_order(customer=ADA)
        change = step(order, UpdateCustomer(phone="556"))
        assert (["CustomerUpdated"], ("Ada", "ada@example.com", "556", "fr")) == (
            kinds(change),
            (
                change.order.customer.name,  # type: ignore[union-attr]
                change.order.customer.email,  # type: ignore[union-attr]
                change.order.customer.phone,  # type: ignore[union-attr]
                change.order.customer.locale,  # type: ignore[union-attr]
            ),
        )
        assert not step(change.order, UpdateCustomer(phone="556"))

    def test_another_customer(self) -> None:
        """A reference takes the place of what was known."""
        grace = CustomerRef(id="c-2", name="Grace")
        assert grace == after(an_order(customer=ADA), UpdateCustomer(customer=grace)).customer

    def test_addresses(self) -> None:
        """Each by itself; one can be taken away."""
        order = an_order(shipping_address=Address(city="London"))
        change = step(order, UpdateAddress(billing=Address(city="Bath")))
        (told,) = change.events
        assert (False, True) == (told.shipping, told.billing)  # type: ignore[attr-defined]
        assert ("London", "Bath") == (
            change.order.shipping_address.city,  # type: ignore[union-attr]
            change.order.billing_address.city,  # type: ignore[union-attr]
        )
        assert None is after(order, UpdateAddress(remove="shipping")).shipping_address
        assert not step(order, UpdateAddress(shipping=Address(city="London")))
        assert not step(order, UpdateAddress(remove="billing"))

    def test_cancelled_and_archived_orders(self) -> None:
        """They can be changed too, and stay as they are otherwise."""
        for ended in (Cancel(), Archive()):
            order = after(an_order(customer=ADA), ended)
            assert order.lifecycle == after(order, UpdateCustomer(email="a@example.com")).lifecycle

    @pytest.mark.parametrize("odd", [{"remove": "home"}, {"remove": 5}, {"shipping": "London"}])
    def test_odd_addresses(self, odd: dict[str, object]) -> None:
        with pytest.raises(InvalidValue):
            UpdateAddress(**odd)  # type: ignore[arg-type]


class TestRule2_Guests:
    def test_a_customer_becomes_a_guest(self) -> None:
        """What they left stays, the customer's id does not."""
        order = after(an_order(customer=ADA), UpdateCustomer(guest=True))
        assert order.customer is not None
        assert (None, "Ada") == (order.customer.id, order.customer.name)
        assert not step(order, UpdateCustomer(guest=True))

    def test_one_of_them(self) -> None:
        """A guest is no customer."""
        kind, facts = refusal(an_order(), UpdateCustomer(guest=True, customer="c-1"))
        assert (InvalidValue, "guest") == (kind, facts["field"])

    def test_an_email_that_is_none(self) -> None:
        assert (InvalidValue, "email") == (
            refusal(an_order(), UpdateCustomer(email="ada"))[0],
            refusal(an_order(), UpdateCustomer(email="ada"))[1]["field"],
        )
