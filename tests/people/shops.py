"""A shop in which two people with one surname bought, drafted and left carts behind."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pendulum

from backoffice_core import Address, BackOffice, CustomerRef, Discount, Line, Sale, Tax
from backoffice_core.testing import FrozenClock

START = pendulum.datetime(2026, 3, 2, 9)
NEW = {"currency": "EUR", "timezone": "Europe/Paris", "taxes_included": True}

#: What tells who Augusta is; nothing of it may be left. The digits in one are in what is searched only.
ADA = ("Augusta", "augusta.byron@example.com", "6 12 34 56 78", "Oubliette", "Sommières", "engraved-aug", "612345678")
#: What tells who her brother is; all of it stays.
BOB = ("Barnabé", "barnabe.byron@example.com", "Lilas")
VAT = [Tax("TVA", "0.20")]


HOME = Address(
    name="Augusta Byron",
    address1="7 rue de l'Oubliette",
    city="Sommières",
    zip="30250",
    province="30",
    country="FR",
    phone="+33 6 12 34 56 78",
)
HIS = Address(name="Barnabé Byron", address1="3 rue des Lilas", city="Lyon", zip="69001", province="69", country="FR")


def ada(id: str | None = None) -> CustomerRef:
    return CustomerRef(id=id, name="Augusta Byron", email="Augusta.Byron@example.com", phone="+33 6 12 34 56 78")


def an_office(url, clock=None, **more) -> BackOffice:
    return BackOffice.open(url, clock=clock or FrozenClock(START), **NEW, **more)


@contextmanager
def lost_once(office: BackOffice, monkeypatch: Any, method: str, error: Exception) -> Iterator[None]:
    """Let the first call of a unit's method lose a race."""
    with office._context.storage.write("main") as unit:
        kind = type(unit)
    real, errors = getattr(kind, method), [error]

    def put(self: Any, *given: Any) -> Any:
        if errors:
            raise errors.pop()
        return real(self, *given)

    with monkeypatch.context() as patched:
        patched.setattr(kind, method, put)
        yield
    assert not errors


def two_people(office: BackOffice) -> str:
    """Fill a shop; return the id of Ada's record."""
    record = office.customers.create(
        name="Augusta Byron",
        email="Augusta.Byron@example.com",
        phone="+33 6 12 34 56 78",
        note="Augusta calls on Mondays",
        addresses=[HOME],
        tags="vip",
        accepts_marketing=True,
    )
    for account in (record.id, None):
        _buys(office, ada(account))
    bob = CustomerRef(name="Barnabé Byron", email="barnabe.byron@example.com")
    _buys(office, bob, HIS, "for Barnabé")
    archived = _buys(office, ada())
    office.orders.fulfill(archived, tracking="LX1")
    deleted = office.orders.place(lines=[Line("Tea", price="5.00")], customer=ada(), note="Augusta wants none").order
    office.orders.cancel(deleted.id, note="Augusta called")
    office.orders.delete(deleted.id)
    office.orders.place(lines=[Line("Tea", price="5.00")], customer=ada(), test=True)
    for customer, note, text in ((ada(), "Augusta asked", "engraved-aug"), (bob, "Barnabé asked", "plain")):
        cup = Line("Cup", price="9.00", properties={"text": text})
        address = HOME if text == "engraved-aug" else None
        office.drafts.create(lines=[cup], customer=customer, note=note, shipping_address=address)
        site = f"https://shop.example/?mail={customer.email}"
        office.checkouts.start(
            lines=[cup],
            customer=customer,
            note=note,
            landing_site=site,
            billing_address=address,
            attributes={"a": note},
        )
    return record.id


def _buys(office: BackOffice, customer: CustomerRef, address: Address | None = None, note: str = "for Augusta") -> str:
    properties = {"text": "engraved-aug" if address is None else "plain"}
    order = office.orders.place(
        lines=[Line("Tea", sku="TEA", price="24.00", quantity=3, taxes=VAT, properties=properties)],
        discounts=[Discount("Spring", percent="10", code="SPRING")],
        shipping="6.00",
        customer=customer,
        shipping_address=address or HOME,
        billing_address=address or HOME,
        note=note,
        attributes={"gift": note},
        payments=[Sale("50.00", gateway="cash")],
    ).order
    office.orders.hold(order.id, reason="other", note=note)
    office.orders.release_hold(order.id, reason=note)
    office.orders.comment(order.id, f"{note}, again")
    office.orders.send_invoice(order.id, subject=note, message=f"{note}: please pay")
    office.orders.refund(order.id, lines={"TEA": 1}, note=note)
    return order.id
