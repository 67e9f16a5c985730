"""What can befall a person in what is kept: for codecs and storages."""

from backoffice_core.catalog.customers import Customer, Errand
from backoffice_core.orders.change import Change
from backoffice_core.orders.erase import erased, merged_into
from backoffice_core.orders.events import CustomerErased, CustomerMerged
from backoffice_core.orders.order import Address, CustomerRef
from backoffice_core.testing.builders import an_order
from backoffice_core.testing.clock import START


def a_customer() -> Customer:
    """Return a customer of whom everything is known."""
    return Customer(
        id="customer-1",
        version=1,
        name="Ada Lovelace",
        email="Ada@Example.com",
        phone="+33 6 12 34",
        locale="fr",
        note="likes green tea",
        tags=("vip", "Early"),
        accepts_marketing=True,
        consent_at=START,
        addresses=(Address(name="Ada", address1="Rue Oubliée 7", city="Paris", zip="75001", country="FR"),),
        created_at=START,
        updated_at=START.add(hours=1),
        archived_at=START.add(hours=2),
    )


def an_errand() -> Errand:
    """Return an errand of which everything is known."""
    about = {"id": "errand-1", "customer_id": "customer-1", "email": "ada@example.com", "into": "customer-2"}
    return Errand(kind="merge", salt="sea", asked_at=START, actor="marie", **about)


def a_person_going(id: str = "order-gone") -> list[Change]:
    """Return the changes by which a guest's order becomes an account's, and then nobody's."""
    order = an_order(id=id, customer=CustomerRef(name="Ada", email="ada@example.com"))
    theirs = merged_into(order, "customer-1")
    gone = erased(theirs, lambda _: "erased-0123456789abcdef01234567")
    return [
        Change(before=order, order=theirs, events=(CustomerMerged("customer-1"),)),
        Change(before=theirs, order=gone, events=(CustomerErased(),)),
    ]
