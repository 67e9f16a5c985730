"""What the customers desk does about all that is kept of a person: telling it, giving it to an account, erasing it."""

import enum
import json
import secrets
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, TypeVar

import attrs
import pendulum

from backoffice_core.catalog.customers import Customer, Errand
from backoffice_core.context import Context
from backoffice_core.failures import InvalidValue, Refused, StorageFailed, UnknownId, reason
from backoffice_core.money import Money
from backoffice_core.optouts import address_hash
from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.draft import Draft
from backoffice_core.orders.order import Order
from backoffice_core.persons import SOME, PersonReport, Worker, is_theirs, kept, views_that_tell
from backoffice_core.search.conditions import Condition
from backoffice_core.search.findable import forget_terms
from backoffice_core.search.sorting import Cursor, Sort
from backoffice_core.search.text import forget
from backoffice_core.search.wanted import Wanted
from backoffice_core.storage.base import Unit
from backoffice_core.storage.codec import forget_recent
from backoffice_core.typed import can_be_kept, check_text, kind_of

T = TypeVar("T")


@reason
class EmailTaken(Refused):
    """
    Another customer has the address for mail.

    Attributes:
        customer_id: Who has it.
    """

    code: ClassVar[str] = "email_taken"
    customer_id: str

    def __str__(self) -> str:
        return f"the address for mail is that of customer {self.customer_id}; change that one, or take another address"


class People:
    """The part of the customers desk that is about a person, with or without a record."""

    _context: Context

    def merge(self, email: str, customer_id: str) -> PersonReport:
        """
        Give all that a guest with an address for mail bought, and was about to, to a customer.

        Who bought is kept as it was then; only whose account it is changes. Figures stay what they are, but
        for who is new and who came back. It goes in small steps, and `run_due` goes on with what a crash left.

        Args:
            email: The guest's address for mail.

            customer_id: The customer.

        Raises:
            UnknownId: There is no such customer.
            EmailTaken: The address is that of another customer, whose the orders of a guest with it are.
            InvalidValue: *email* is no address.
        """
        address = "an address such as ada@example.com"
        if "@" not in _who(email, "email", address)[1:-1]:
            raise InvalidValue("email", "text that is no address", address)
        if "@" in _who(customer_id, "customer_id", "a customer's id"):
            raise InvalidValue("customer_id", "an address for mail", "a customer's id")
        errand = self._errand(kind="merge", email=email, into=customer_id)

        def begin(unit: Unit) -> None:
            unit.customer(customer_id, lock=True)
            check_email(unit, customer_id, email)
            unit.put_errand(errand)

        self._context.write(begin)
        return Worker(self._context, errand).run()

    def data(self, who: str) -> dict[str, Any]:
        """
        Return all that is kept of a person, as plain values for JSON.

        Amounts are texts such as ``19.99 EUR`` or minor units where a field's name says so, instants are ISO 8601.

        Args:
            who: The customer's id, or an address for mail; see `erase` for what is theirs.

        Returns:
            ``customer``, their record or None; ``orders``, ``drafts`` and ``checkouts``; ``opted_out``, whether
            they want no mails that ask them back.

        Raises:
            StorageFailed: A document of theirs cannot be read.
        """

        def look(unit: Unit) -> dict[str, Any]:
            errand = self._about(unit, who)
            condition, record = kept(errand), _record(unit, errand)
            opted_out = errand.email is not None and unit.opted_out(address_hash(self._context.shop, errand.email))
            return {
                "customer": None if record is None else _plain(record),
                "orders": [_plain(one) for one in _orders(unit, condition) if is_theirs(errand, one.customer)],
                "drafts": [_plain(one) for one in _drafts(unit) if is_theirs(errand, one.customer)],
                "checkouts": [_plain(one) for one in _checkouts(unit, condition) if is_theirs(errand, one.customer)],
                "opted_out": opted_out,
            }

        return self._context.read(look)

    def erase(self, who: str, *, scrub: bool = True) -> PersonReport:
        """
        Take a person out of all that is kept, for good; the books stay as they are.

        Theirs is what was bought, drafted or begun under their account, and as a guest with its address for
        mail. Where *who* is an address that no record has, it is what has that address. Names, addresses,
        numbers, notes, comments, attributes and properties go; lines, figures, payments, country and region
        stay, and an id that tells nothing stands in the place of the person. The record is deleted. That
        somebody opted out of mails is kept, as a hash.

        It goes in small steps, and `run_due` goes on with what a crash left. Again changes nothing.

        Args:
            who: The customer's id, or an address for mail.

            scrub: Whether a SQLite file is written anew at the end, so that nothing of the person is in its free
                pages and its log, which takes as long as copying it. Leave it to the last of many.

        Raises:
            InvalidValue: *who* is no text.
        """
        errand = self._context.read(lambda unit: self._about(unit, who))
        views = self._context.read(lambda unit: views_that_tell(unit, errand))
        self._context.write(lambda unit: unit.put_errand(errand))
        report = Worker(self._context, errand).run()
        forget_recent()
        forget_terms()
        forget()
        scrubbed = scrub and self._context.storage.scrub()
        return attrs.evolve(report, views=views, scrubbed=scrubbed)

    def _about(self, unit: Unit, who: str) -> Errand:
        """Return an errand about a person: the account and the address of their record, where there is one."""
        text = _who(who)
        id = unit.customer_with_email(text) if "@" in text else text
        if id is None:
            return self._errand(kind="erase", email=text)
        errand = self._errand(kind="erase", customer_id=id)
        record = _record(unit, errand)
        return errand if record is None else attrs.evolve(errand, email=record.email)

    def _errand(self, **about: Any) -> Errand:
        context = self._context
        salt = secrets.token_hex(16)
        return Errand(id=context.new_id(), asked_at=context.now(), actor=context.actor, salt=salt, **about)


def check_email(unit: Unit, customer_id: str, email: str | None) -> None:
    """
    Raise unless an address for mail is nobody's, or that customer's.

    Raises:
        EmailTaken: Another customer has it.
    """
    known = None if email is None else unit.customer_with_email(email)
    if known not in (None, customer_id):
        raise EmailTaken(str(known))


def _who(who: object, field: str = "who", would_do: str = "a customer's id, or an address for mail") -> str:
    if not isinstance(who, str) or not who.strip():
        raise InvalidValue(field, "empty text" if isinstance(who, str) else kind_of(who), would_do)
    check_text(field, who)
    return who


def _record(unit: Unit, errand: Errand) -> Customer | None:
    if errand.customer_id is None or not can_be_kept(errand.customer_id):
        return None
    try:
        return unit.customer(errand.customer_id)
    except UnknownId:
        return None


def _orders(unit: Unit, condition: Condition) -> Iterator[Order]:
    start: Cursor | None = None
    while True:
        ids = unit.search_ids(Wanted(condition, Sort("id", descending=False), SOME, start))
        for order in unit.orders(ids).values():
            if isinstance(order, StorageFailed):
                raise order
            yield order
        if len(ids) < SOME:
            return
        start = Cursor(ids[-1], ids[-1])


def _checkouts(unit: Unit, condition: Condition) -> Iterator[Checkout]:
    start: Cursor | None = None
    while True:
        hits: Sequence[Any] = unit.search_checkouts(Wanted(condition, Sort("id", descending=False), SOME, start))
        yield from (hit.checkout for hit in hits)
        if len(hits) < SOME:
            return
        start = hits[-1].cursor


def _drafts(unit: Unit) -> Iterator[Draft]:
    after: str | None = None
    while True:
        page = unit.drafts(SOME, after)
        yield from page.drafts
        if page.next is None:
            return
        after = page.next


def _plain(document: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(attrs.asdict(document, value_serializer=_value)))
    return found


def _value(_: Any, field: Any, value: Any) -> Any:
    if isinstance(value, Money):
        return str(value)
    if isinstance(value, pendulum.DateTime):
        return value.isoformat()
    return value.value if isinstance(value, enum.Enum) else value
