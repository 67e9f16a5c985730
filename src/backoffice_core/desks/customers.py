"""The customers desk: `BackOffice.customers`."""

from collections.abc import Iterable
from typing import Any, ClassVar, Final

import attrs
import pendulum

from backoffice_core.catalog.customers import Bought, Customer
from backoffice_core.clock import maybe_utc
from backoffice_core.context import Context
from backoffice_core.desks.customerlist import CustomerList
from backoffice_core.desks.given import several
from backoffice_core.desks.people import People, check_email
from backoffice_core.failures import BackOfficeError, InvalidValue, Refused, UnknownId, reason
from backoffice_core.orders.order import Address
from backoffice_core.orders.tags import clean, merged
from backoffice_core.search.customers import persons
from backoffice_core.search.tree import Node, Term, Value, all_of, any_of, negation
from backoffice_core.storage.base import Unit
from backoffice_core.storage.trouble import StaleVersion
from backoffice_core.typed import can_be_kept, check_text, kind_of

#: What can be taken away from a customer.
REMOVABLE: Final = ("name", "email", "phone", "locale", "note", "tags", "addresses")


@reason
class CustomerHasOrders(Refused):
    """
    A customer who bought cannot be deleted.

    Attributes:
        customer_id: The customer.

        orders: How many orders they have.
    """

    code: ClassVar[str] = "customer_has_orders"
    customer_id: str
    orders: int

    def __str__(self) -> str:
        return (
            f"customer {self.customer_id} has {self.orders} orders and cannot be deleted; archive would do, or erase,"
            f" which takes the person out of the orders too"
        )


class Customers(People, CustomerList):
    """
    Customers: their records, what they bought, and all that is kept of a person.

    Placing an order makes no record: an order keeps who bought as it was then, and a guest needs none.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    # --- records

    def create(
        self,
        *,
        name: str | None = None,
        email: str | None = None,
        phone: str | None = None,
        locale: str | None = None,
        note: str | None = None,
        tags: Iterable[str] | str = (),
        accepts_marketing: bool = False,
        consent_at: pendulum.DateTime | None = None,
        addresses: Iterable[Address] | Address = (),
        id: str | None = None,
    ) -> Customer:
        """
        Make a customer; one of the first four is needed.

        Args:
            name: What they are called.

            email: Their address for mail.

            phone: Their number.

            locale: The language of letters, such as ``fr``.

            note: A remark of staff's, at most 5000 characters.

            tags: Tags, by the rules of those of orders.

            accepts_marketing: Whether they agreed to be written to.

            consent_at: When they did; now unless given.

            addresses: Their addresses, the usual one first.

            id: The id of their account with the host; one is made unless given.

        Raises:
            EmailTaken: Another customer has the address.
            StaleVersion: There is a customer with this id.
            InvalidValue: Nothing that tells who it is, or something that cannot be meant.
        """
        now = self._context.now()
        agreed = maybe_utc(consent_at, "consent_at") or (now if accepts_marketing else None)
        customer = Customer(
            id=self._context.new_id() if id is None else id,
            name=name,
            email=email,
            phone=phone,
            locale=locale,
            note=note,
            tags=tags,
            accepts_marketing=accepts_marketing,
            consent_at=agreed,
            addresses=addresses,
            created_at=now,
            updated_at=now,
        )
        if id is None and not any((customer.name, customer.email, customer.phone)):
            raise InvalidValue("name", "nothing that tells who it is", "a name, an email, a phone or an id")

        def work(unit: Unit) -> Customer:
            check_email(unit, customer.id, customer.email)
            return unit.put_customer(customer)

        return self._context.write(work, again=lambda error: not isinstance(error, StaleVersion))

    def change(
        self,
        customer_id: str,
        *,
        name: str | None = None,
        email: str | None = None,
        phone: str | None = None,
        locale: str | None = None,
        note: str | None = None,
        tags: Iterable[str] | str | None = None,
        accepts_marketing: bool | None = None,
        addresses: Iterable[Address] | Address | None = None,
        remove: Iterable[str] = (),
        expected_version: int | None = None,
    ) -> Customer:
        """
        Change a customer; what is left out stays, and orders keep who bought as it was then.

        Args:
            customer_id: The customer.

            name: What they are called.

            email: Their address for mail.

            phone: Their number.

            locale: The language of letters.

            note: A remark of staff's.

            tags: All their tags.

            accepts_marketing: Whether they agree to be written to; the moment is kept when it changes.

            addresses: All their addresses, the usual one first.

            remove: What to take away, such as ``phone``; see `REMOVABLE`.

            expected_version: The version that the caller saw; another one is a conflict.

        Raises:
            EmailTaken: Another customer has the address.
            UnknownId: There is no such customer.
            StaleVersion: The customer is not at *expected_version*.
            InvalidValue: Something that cannot be meant.
        """
        texts = {"name": name, "email": email, "phone": phone, "locale": locale, "note": note}
        rows = {"tags": several(tags), "addresses": several(addresses)}
        given: dict[str, Any] = {**texts, **rows, "accepts_marketing": accepts_marketing}
        changes = {field: value for field, value in given.items() if value is not None}
        changes |= {field: () if field in ("tags", "addresses") else None for field in _removed(remove, changes)}

        def changed(customer: Customer) -> Customer:
            after = attrs.evolve(customer, **changes)
            if after.accepts_marketing != customer.accepts_marketing:
                after = attrs.evolve(after, consent_at=self._context.now())
            return after

        return self._changed(customer_id, changed, expected_version)

    def add_tags(self, customer_id: str, tags: Iterable[str] | str) -> Customer:
        """
        Add tags, by the rules of those of orders; those that are there stay as they are spelled.

        Raises:
            TooManyTags: More than 250.
            TagTooLong: One has more than 40 characters.
            UnknownId: There is no such customer.
        """
        more = clean(tags)
        return self._changed(customer_id, lambda one: attrs.evolve(one, tags=merged(one.tags, more)))

    def remove_tags(self, customer_id: str, tags: Iterable[str] | str) -> Customer:
        """
        Take tags away, whatever their case; those that are not there are none.

        Raises:
            UnknownId: There is no such customer.
        """
        unwanted = {tag.casefold() for tag in clean(tags)}

        def changed(customer: Customer) -> Customer:
            return attrs.evolve(customer, tags=tuple(tag for tag in customer.tags if tag.casefold() not in unwanted))

        return self._changed(customer_id, changed)

    def archive(self, customer_id: str) -> Customer:
        """
        Put a customer away; again changes nothing.

        Raises:
            UnknownId: There is no such customer.
        """
        now = self._context.now()
        return self._changed(customer_id, lambda one: attrs.evolve(one, archived_at=one.archived_at or now))

    def unarchive(self, customer_id: str) -> Customer:
        """
        Take a customer back who was put away.

        Raises:
            UnknownId: There is no such customer.
        """
        return self._changed(customer_id, lambda one: attrs.evolve(one, archived_at=None))

    def delete(self, customer_id: str) -> None:
        """
        Delete the record of a customer who never bought.

        Raises:
            CustomerHasOrders: There are orders.
            UnknownId: There is no such customer.
        """

        def work(unit: Unit) -> None:
            customer = _customer(unit, customer_id, lock=True)
            bought = unit.bought(persons(customer.id, customer.email))
            if bought.orders:
                raise CustomerHasOrders(customer.id, bought.orders)
            unit.drop_customer(customer)

        self._context.write(work)

    # --- looking up

    def get(self, customer_id: str) -> Customer:
        """
        Return a customer.

        Raises:
            UnknownId: There is none.
        """
        return self._context.read(lambda unit: _customer(unit, customer_id))

    def with_email(self, email: str) -> Customer | None:
        """
        Return the customer who has an address for mail, whatever its case; None where nobody has.

        Raises:
            InvalidValue: *email* is no text.
        """
        if not isinstance(email, str):
            raise InvalidValue("email", kind_of(email), "an address for mail")
        check_text("email", email)

        def look(unit: Unit) -> Customer | None:
            id = unit.customer_with_email(email)
            return None if id is None else unit.customer(id)

        return self._context.read(look)

    def bought(self, customer_id: str) -> Bought:
        """
        Return how many orders a customer has, the first and the last, and what was paid and not given back.

        Orders of a guest with the customer's address for mail are among them; trials and deleted orders are not.

        Raises:
            UnknownId: There is no such customer.
        """

        def look(unit: Unit) -> Bought:
            customer = _customer(unit, customer_id)
            return unit.bought(persons(customer.id, customer.email))

        return self._context.read(look)

    def orders_of(self, customer_id: str) -> str:
        """
        Return the query of a customer's orders, trials too: for `Orders.search`, `bulk` and `export`.

        Of an account whose id is another one's but for case or spaces there are none among them.

        Raises:
            UnknownId: There is no such customer.
        """
        customer = self.get(customer_id)
        mine: Node = _is("customer_id", Value(customer.id, quoted=True))
        if customer.email is None:
            return str(mine)
        guest = (_is("email", Value(customer.email, quoted=True)), negation(_is("customer_id", Value("", prefix=True))))
        return str(any_of([mine, all_of(guest)]))

    def _changed(self, customer_id: str, change: Any, expected_version: int | None = None) -> Customer:
        def work(unit: Unit) -> Customer:
            customer = _customer(unit, customer_id, lock=True)
            if expected_version not in (None, customer.version):
                raise StaleVersion("customer", customer.id, expected_version or 0, customer.version)
            after: Customer = change(customer)
            if after == customer:
                return customer
            check_email(unit, after.id, after.email)
            return unit.put_customer(attrs.evolve(after, updated_at=self._context.now()))

        def again(error: BackOfficeError) -> bool:
            return expected_version is None or not isinstance(error, StaleVersion)

        return self._context.write(work, again=again)


def _removed(remove: Iterable[str], changes: dict[str, Any]) -> tuple[str, ...]:
    if not isinstance(remove, Iterable):
        raise InvalidValue("remove", kind_of(remove), "names of fields")
    names = (remove,) if isinstance(remove, str) else tuple(remove)
    for name in names:
        if name not in REMOVABLE:
            raise InvalidValue("remove", repr(name), " or ".join(REMOVABLE))
        if name in changes:
            raise InvalidValue(name, "a value, and its removal", "one of them")
    return names


def _customer(unit: Unit, customer_id: object, *, lock: bool = False) -> Customer:
    if not isinstance(customer_id, str) or not can_be_kept(customer_id):
        raise UnknownId("customer", f"of type {type(customer_id).__name__}")
    if "@" in customer_id:
        # No id has one, and errors end in logs.
        raise UnknownId("customer", "that is an address for mail, see with_email")
    return unit.customer(customer_id, lock=lock)


def _is(field: str, value: Value) -> Term:
    return Term(field, "", (value,))
