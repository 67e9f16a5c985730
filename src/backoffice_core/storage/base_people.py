"""The part of `backoffice_core.storage.base.Unit` that keeps customers, and what was begun about people."""

from collections.abc import Sequence
from typing import Protocol

from backoffice_core.catalog.customers import Bought, Customer, Errand
from backoffice_core.search.conditions import Condition
from backoffice_core.search.wanted import CustomerHit, Wanted


class PeopleUnit(Protocol):
    """Customers of one shop."""

    def customer(self, id: str, *, lock: bool = False) -> Customer:
        """
        Return a customer with its stored version.

        Args:
            id: The customer's id.

            lock: Keep others from changing it until the unit ends, where the storage can.

        Raises:
            UnknownId: There is none.
            DocumentTooNew: A newer library wrote it.
        """
        ...

    def customer_with_email(self, email: str) -> str | None:
        """Return the id of the customer who has an address for mail, whatever its case."""
        ...

    def put_customer(self, customer: Customer) -> Customer:
        """
        Save a customer with the version it was loaded at; return it with its new version.

        Raises:
            StaleVersion: The stored version is another one.
            AlreadyStored: Another customer has the address for mail; the error does not tell it.
        """
        ...

    def drop_customer(self, customer: Customer) -> None:
        """
        Delete a customer; nothing of it is left.

        Raises:
            StaleVersion: The stored version is another one, or it is gone already.
        """
        ...

    def search_customers(self, wanted: Wanted) -> Sequence[CustomerHit]:
        """Return customers that meet a condition, in the order of a list, ties by id."""
        ...

    def count_customers(self, condition: Condition, most: int) -> int:
        """Return how many customers meet a condition, counting no further than to *most*."""
        ...

    def bought(self, persons: Sequence[str]) -> Bought:
        """Return what was bought by people as orders tell them apart; see `backoffice_core.search.findable.person`."""
        ...

    def errands(self) -> Sequence[Errand]:
        """Return what was begun about people and is not done, by id."""
        ...

    def put_errand(self, errand: Errand) -> None:
        """Keep something that is begun."""
        ...

    def drop_errand(self, id: str) -> None:
        """Forget something that is done; what is not there is forgotten already."""
        ...
