"""Customers in memory, and what was begun about people."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import attrs

from backoffice_core.catalog.customers import Bought, Customer, Errand
from backoffice_core.clock import from_micros
from backoffice_core.money import Money
from backoffice_core.search.conditions import Condition
from backoffice_core.search.customers import email_key, findable_customer
from backoffice_core.search.findable import Columns, Findable
from backoffice_core.search.predicate import predicate
from backoffice_core.search.wanted import CustomerHit, Wanted
from backoffice_core.storage.memory_search import listed
from backoffice_core.storage.memory_writing import MemoryWriter
from backoffice_core.storage.trouble import AlreadyStored, StaleVersion


class MemoryPeople(MemoryWriter):
    """The part of a unit in memory that keeps customers; see `backoffice_core.storage.base.Unit`."""

    def customer(self, id: str, *, lock: bool = False) -> Customer:
        """Return a customer with its stored version."""
        customer: Customer = self._one("customers", "customer", id)
        return customer

    def customer_with_email(self, email: str) -> str | None:
        """Return the id of the customer who has an address for mail."""
        found: str | None = self._layer.get("customer_emails", email_key(email))
        return found

    def put_customer(self, customer: Customer) -> Customer:
        """Save a customer; return it with its new version."""
        stored: Customer | None = self._before("customers", "customer", customer)
        saved = attrs.evolve(customer, version=customer.version + 1)
        if saved.email is not None and self.customer_with_email(saved.email) not in (None, saved.id):
            raise AlreadyStored("customer with the address for mail of", saved.id)
        if stored is not None and stored.email is not None:
            self._layer.drop("customer_emails", email_key(stored.email))
        if saved.email is not None:
            self._layer.set("customer_emails", email_key(saved.email), saved.id)
        self._layer.set("customers", saved.id, saved)
        self._layer.set("customers_found", saved.id, findable_customer(saved))
        return saved

    def drop_customer(self, customer: Customer) -> None:
        """Delete a customer."""
        stored: Customer | None = self._before("customers", "customer", customer)
        if stored is None:
            raise StaleVersion("customer", customer.id, customer.version, 0)
        if stored.email is not None:
            self._layer.drop("customer_emails", email_key(stored.email))
        for table in ("customers", "customers_found"):
            self._layer.drop(table, stored.id)

    def search_customers(self, wanted: Wanted) -> Sequence[CustomerHit]:
        """Return customers that meet a condition, in the order of a list."""
        rows = listed(self._customers_like(wanted.condition), wanted)
        return [CustomerHit(self.customer(id), value) for value, id in rows]

    def count_customers(self, condition: Condition, most: int) -> int:
        """Return how many customers meet a condition, counting no further than to *most*."""
        return sum(1 for _ in islice(self._customers_like(condition), most))

    def _customers_like(self, condition: Condition) -> Iterator[Findable[Any]]:
        return filter(predicate(condition), self._layer.values("customers_found"))

    def bought(self, persons: Sequence[str]) -> Bought:
        """Return what was bought by people."""
        found: list[Findable[Columns]] = [one for one in self._layer.values("found") if one.person in persons]
        if not found:
            return Bought()
        rows = sorted((one.columns.created_at, one.columns.id) for one in found)
        ids, spent = {id for _, id in rows}, dict[str, int]()
        for money in self._layer.values("money"):
            if money.order_id in ids:
                moved = money.entry.received - money.entry.refunded
                spent[money.currency] = spent.get(money.currency, 0) + moved
        return Bought(
            orders=len(rows),
            first=rows[0][1],
            last=rows[-1][1],
            first_at=from_micros(rows[0][0]),
            last_at=from_micros(rows[-1][0]),
            spent=tuple(Money(minor, currency) for currency, minor in sorted(spent.items())),
        )

    def errands(self) -> Sequence[Errand]:
        """Return what was begun about people and is not done, by id."""
        return sorted(self._layer.values("errands"), key=lambda one: one.id)

    def put_errand(self, errand: Errand) -> None:
        """Keep something that is begun."""
        self._layer.set("errands", errand.id, errand)

    def drop_errand(self, id: str) -> None:
        """Forget something that is done."""
        self._layer.drop("errands", id)
