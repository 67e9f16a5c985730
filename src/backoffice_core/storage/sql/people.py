"""Customers in SQL, what they are found by, and what was begun about people."""

from collections.abc import Sequence
from typing import Any, Final

import attrs
import sqlalchemy as sa

from backoffice_core.catalog.customers import Bought, Customer, Errand
from backoffice_core.clock import from_micros
from backoffice_core.failures import UnknownId
from backoffice_core.money import Money
from backoffice_core.search.conditions import Condition
from backoffice_core.search.customers import email_key, findable_customer
from backoffice_core.search.wanted import CustomerHit, Wanted
from backoffice_core.storage.codec import decode, encode
from backoffice_core.storage.sql.index import Terms, index_terms, term_text, terms_of
from backoffice_core.storage.sql.search import Listing
from backoffice_core.storage.sql.session import is_id, unique
from backoffice_core.storage.sql.shop import ShopTable
from backoffice_core.storage.sql.tables import CUSTOMER_TERMS, CUSTOMERS, ERRANDS, MONEY, SEARCH
from backoffice_core.storage.trouble import AlreadyStored, StaleVersion
from backoffice_core.typed import can_be_kept

_C, _R, _M, _S = CUSTOMERS.c, ERRANDS.c, MONEY.c, SEARCH.c

#: The list of customers.
CUSTOMER_LIST: Final = Listing(
    CUSTOMERS, CUSTOMER_TERMS, "customer_id", "doc", ("created_at", "updated_at", "name", "id")
)


class PeopleTable(ShopTable):
    """The part of a unit that keeps customers; see `backoffice_core.storage.base.Unit`."""

    def customer(self, id: str, *, lock: bool = False) -> Customer:
        """Return a customer with its stored version."""
        query = sa.select(_C.version, _C.doc).where(*self._of_customer(id))
        row = self._session.core(query.with_for_update() if lock else query).fetchone() if is_id(id) else None
        if row is None:
            raise UnknownId("customer", id)
        return decode(Customer, row.doc, row.version)

    def customer_with_email(self, email: str) -> str | None:
        """Return the id of the customer who has an address for mail."""
        if not can_be_kept(email):
            return None
        mine = sa.select(_C.id).where(_C.shop == self._session.shop, _C.email == email_key(email))
        found: str | None = self._session.core(mine).scalar()
        return found

    def put_customer(self, customer: Customer) -> Customer:
        """Save a customer; return it with its new version."""
        saved = attrs.evolve(customer, version=customer.version + 1)
        found = findable_customer(saved)
        values = {
            "version": saved.version,
            "email": None if saved.email is None else email_key(saved.email),
            "created_at": found.columns.created_at,
            "updated_at": found.columns.updated_at,
            "name": found.columns.name,
            "terms": term_text(found.terms),
            "words": found.words,
            "doc": encode(saved),
        }
        before = self._customer_terms(saved.id) if customer.version else set[str]()
        self._update_customer(customer, values) if customer.version else self._insert_customer(saved, values)
        terms = Terms(self._session, CUSTOMER_TERMS, CUSTOMER_LIST.id)
        terms.change(saved.id, found.columns.created_at, before, index_terms(found.terms, found.words))
        terms.write()
        return saved

    def _insert_customer(self, saved: Customer, values: dict[str, Any]) -> None:
        if not self._session.insert_new(CUSTOMERS, id=saved.id, **values):
            if saved.email is not None and self.customer_with_email(saved.email) not in (None, saved.id):
                raise AlreadyStored("customer with the address for mail of", saved.id)
            raise self._stale_customer(saved.id, 0)

    def _update_customer(self, customer: Customer, values: dict[str, Any]) -> None:
        mine = sa.update(CUSTOMERS).where(*self._of_customer(customer.id), _C.version == customer.version)
        with unique("customer with the address for mail of", customer.id):
            done = self._session.core(mine.values(**values))
        if done.rowcount != 1:
            raise self._stale_customer(customer.id, customer.version)

    def _stale_customer(self, id: str, version: int) -> StaleVersion:
        stored = self._session.core(sa.select(_C.version).where(*self._of_customer(id))).scalar()
        return StaleVersion("customer", id, version, stored or 0)

    def drop_customer(self, customer: Customer) -> None:
        """Delete a customer."""
        id = customer.id
        row = self._session.core(sa.select(_C.created_at).where(*self._of_customer(id))).fetchone()
        held = self._customer_terms(id)
        gone = sa.delete(CUSTOMERS).where(*self._of_customer(id), _C.version == customer.version)
        if row is None or self._session.core(gone).rowcount != 1:
            raise self._stale_customer(id, customer.version)
        terms = Terms(self._session, CUSTOMER_TERMS, CUSTOMER_LIST.id)
        terms.change(id, row.created_at, held, set())
        terms.write()

    def search_customers(self, wanted: Wanted) -> Sequence[CustomerHit]:
        """Return customers that meet a condition, in the order of a list."""
        rows = self._found(CUSTOMER_LIST, wanted)
        return [CustomerHit(decode(Customer, doc, version), value) for _, version, doc, value in rows]

    def count_customers(self, condition: Condition, most: int) -> int:
        """Return how many customers meet a condition, counting no further than to *most*."""
        return self._counted(CUSTOMER_LIST, condition, most)

    def bought(self, persons: Sequence[str]) -> Bought:
        """Return what was bought by people."""
        theirs = (_S.shop == self._session.shop, _S.person.in_(list(persons)))
        query = sa.select(_S.created_at, _S.id).where(*theirs)
        first = self._session.core(query.order_by(_S.created_at, _S.id).limit(1)).fetchone()
        last = self._session.core(query.order_by(_S.created_at.desc(), _S.id.desc()).limit(1)).fetchone()
        if first is None or last is None:
            return Bought()
        count = self._session.core(sa.select(sa.func.count()).select_from(SEARCH).where(*theirs)).scalar_one()
        moved = (
            sa.select(_M.currency, sa.func.sum(_M.received - _M.refunded))
            .join_from(SEARCH, MONEY, sa.and_(_M.shop == _S.shop, _M.order_id == _S.id))
            .where(*theirs)
            .group_by(_M.currency)
        )
        rows: Sequence[Any] = self._session.core(moved).fetchall()
        spent = sorted((currency, int(minor)) for currency, minor in rows)
        return Bought(
            orders=int(count),
            first=first.id,
            last=last.id,
            first_at=from_micros(first.created_at),
            last_at=from_micros(last.created_at),
            spent=tuple(Money(minor, currency) for currency, minor in spent),
        )

    def errands(self) -> Sequence[Errand]:
        """Return what was begun about people and is not done, by id."""
        rows = self._session.core(sa.select(_R.doc).where(_R.shop == self._session.shop).order_by(_R.id))
        return [decode(Errand, row.doc) for row in rows]

    def put_errand(self, errand: Errand) -> None:
        """Keep something that is begun."""
        self._session.core(sa.insert(ERRANDS).values(shop=self._session.shop, id=errand.id, doc=encode(errand)))

    def drop_errand(self, id: str) -> None:
        """Forget something that is done."""
        self._session.core(sa.delete(ERRANDS).where(_R.shop == self._session.shop, _R.id == id))

    def _of_customer(self, id: str) -> tuple[sa.ColumnElement[bool], ...]:
        return _C.shop == self._session.shop, _C.id == id

    def _customer_terms(self, id: str) -> set[str]:
        row = self._session.core(sa.select(_C.terms, _C.words).where(*self._of_customer(id))).fetchone()
        return set() if row is None else index_terms(terms_of(row.terms), row.words)
