"""A shop as it was in version 13 of the tables, when terms of customers' ids had no case."""

import sqlalchemy as sa

from backoffice_core import BackOffice, Line
from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.order import CustomerRef, Order
from backoffice_core.search.findable import account, term
from backoffice_core.storage.codec import decode
from backoffice_core.storage.sql.index import term_text, terms_of
from backoffice_core.storage.sql.tables import CHECKOUT_TERMS, CHECKOUTS, ORDERS, SCHEMA, SEARCH, TERMS

#: Ids that were one, ids of several words, one that is long, one of spaces, and some that stay what they are.
IDS = (
    "uA1",
    "ua1",
    "UA1 ",
    "Ada  B C",
    "ada b c",
    "X" * 200,
    "x" * 200,
    " ",
    "01a225ca-0943-7004-8f3c-c22e57af7eaf",
    "42",
)


def lived_in(storage):
    """Open a shop with an order and a checkout of each id, a trial, a guest's, and one of nobody known; return it."""
    office = BackOffice.open(storage, currency="EUR", timezone="Europe/Paris", taxes_included=True)
    whose = [CustomerRef(id=id, email="ada@example.com") for id in IDS]
    for who in (*whose, *whose[:3], CustomerRef(email="Guest@example.com"), None):
        office.orders.place(lines=[Line("Tea", price="9.00")], customer=who)
        if who is not None:
            office.checkouts.start(lines=[Line("Tea", price="9.00")], customer=who)
    office.orders.place(lines=[Line("Tea", price="9.00")], customer=whose[0], test=True)
    gone = office.orders.place(lines=[Line("Tea", price="9.00")], customer=whose[0]).order
    office.orders.delete(office.orders.archive(office.orders.fulfill(gone.id).order.id).order.id)
    return office


def rows_of(engine):
    """Return all that orders and checkouts are found by, in the order of the keys."""
    tables = (SEARCH, TERMS, CHECKOUTS, CHECKOUT_TERMS)
    with engine.connect() as connection:
        return [connection.execute(sa.select(one).order_by(*one.primary_key)).fetchall() for one in tables]


def as_in_version_13(engine):
    """Find orders and checkouts by ids of customers without case."""
    kinds = (
        (Order, ORDERS, SEARCH, TERMS, "order_id"),
        (Checkout, CHECKOUTS, CHECKOUTS, CHECKOUT_TERMS, "checkout_id"),
    )
    with engine.begin() as connection:
        for kind, documents, found, index, name in kinds:
            d, f, i = documents.c, found.c, index.c
            for id, doc, version in connection.execute(sa.select(d.id, d.doc, d.version)).fetchall():
                document = decode(kind, doc, version)
                who = document.customer
                held = connection.execute(sa.select(f.terms).where(f.id == id)).scalar()
                if who is None or not who.id or held is None:
                    continue
                now, was = account(who.id), term("customer", who.id)
                ids = [] if not who.id.strip() else [was]  # one of spaces had no term
                of_one = sa.update(found).where(f.id == id)
                terms = sorted([*ids, *[one for one in terms_of(held) if one != now]])
                connection.execute(of_one.values(terms=term_text(terms)))
                if "person" in f:
                    connection.execute(of_one.where(f.person == now).values(person=was))
                its = sa.and_(i[name] == id, i.term == now)
                connection.execute(sa.update(index).where(its).values(term=was) if ids else sa.delete(index).where(its))
        connection.execute(sa.update(SCHEMA).values(version=13))
