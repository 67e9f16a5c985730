"""The checkout: a derived status, figures that stay as they were told, and a repr that tells no secrets."""

import attrs
import pytest

from backoffice_core import Line
from backoffice_core.money import Money
from backoffice_core.orders.checkout import CheckoutStatus
from backoffice_core.testing.builders import a_checkout
from backoffice_core.testing.clock import START
from backoffice_core.testing.lives import a_whole_checkout
from tests.shopify.helpers import check_invariants

TEA = Line("Tea", sku="TEA", quantity=3, price="10.00")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, CheckoutStatus.OPEN),
        ({"completed_at": START}, CheckoutStatus.CLOSED),
        ({"closed_at": START}, CheckoutStatus.CLOSED),
        ({"completed_at": START, "closed_at": START}, CheckoutStatus.CLOSED),
    ],
)
def test_it_is_open_until_it_is_completed_or_closed(fields, status):
    """A completed one is closed, whether or not somebody says so as well."""
    assert status is a_checkout(**fields).status


def test_its_figures_are_those_that_were_told():
    """Also where they do not follow from the lines; what follows from those stands beside them."""
    told = {"listed_minor": 1, "discounts_minor": 2, "subtotal_minor": 3, "tax_minor": 4, "duties_minor": 5}
    found = a_checkout("checkout-1", TEA, **told, total_minor=6)
    figures = (
        found.total_line_items,
        found.total_discounts,
        found.subtotal,
        found.total_tax,
        found.total_duties,
        found.total,
    )
    assert tuple(Money(minor, "EUR") for minor in range(1, 7)) == figures
    assert (Money(3000, "EUR"), 3) == (found.as_order.total, found.units)
    assert None is a_checkout().total_duties


def test_the_order_that_its_lines_make():
    """It carries all that the checkout says of goods and people, and its parts sum to its totals."""
    found = a_whole_checkout()
    order = found.as_order
    check_invariants(order)
    same = {field.name for field in attrs.fields(type(found))} & {field.name for field in attrs.fields(type(order))}
    # A source is that of one order, and what is over is over for the checkout only.
    assert {"source", "closed_at"} == {name for name in same if getattr(found, name) != getattr(order, name)}
    assert (found.total_shipping, found.total) == (order.total_shipping, order.total)


def test_nobody_has_to_be_known():
    """A checkout of which nothing but the cart is known has no email and no phone."""
    found = a_checkout()
    assert (None, None) == (found.email, found.phone)
    assert ("ada@example.com", "+44 1") == (a_whole_checkout().email, a_whole_checkout().phone)


def test_neither_people_nor_what_opens_it_are_in_its_repr():
    """Names, addresses, numbers, notes, codes, the pages that they came by, and the tokens stay out of logs."""
    found = a_whole_checkout()
    told = repr(found)
    secrets = (
        *(value for value in attrs.astuple(found.customer) if isinstance(value, str) and value not in ("77", "en")),
        found.sms_phone,
        found.shipping_address.address1,
        found.shipping_address.zip,
        found.note,
        found.codes[0].code,
        found.landing_site,
        found.referring_site,
        found.token,
        found.cart_token,
    )
    assert 12 == len(secrets)
    assert [] == [one for one in secrets if one is None or one in told]
    assert "#450789469" in told
