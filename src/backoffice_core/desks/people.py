"""What the customers desk does about all that is kept of a person: telling it, giving it to an account, erasing it."""

import enum
import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, ClassVar, TypeVar

import attrs
import pendulum

from backoffice_core.catalog.customers import Customer, Errand
from backoffice_core.context import Context
from backoffice_core.failures import InvalidValue, Refused, StorageFailed, UnknownId, reason
from backoffice_core.money import Money
from backoffice_core.optouts import address_hash
from backoffice_core.persons import SOME, PersonReport, Worker, finish, is_theirs, kept, views_that_tell
from backoffice_core.search.findable import forget_terms
from backoffice_core.search.sorting import Cursor, Sort
from backoffice_core.search.text import forget
from backoffice_core.search.wanted import Wanted
from backoffice_core.storage.base import Unit
from backoffice_core.storage.codec import forget_recent
from backoffice_core.storage.trouble import DocumentTooNew, StorageBroken
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

        finish(self._context, "erase", customer_id)
        self._context.write(begin)
        return Worker(self._context, errand).run()

    def data(self, who: str) -> dict[str, Any]:
        """
        Return all that is kept of a person, as plain values for JSON.

        Amounts are texts such as ``19.99 EUR`` or minor units where a field's name says so, instants are ISO 8601.

        Args:
            who: The customer's id, or an address for mail; see `erase` for what is theirs.

        Returns:
            ``customer``, their record or None; ``orders``, ``drafts`` and ``checkouts``, by id; ``opted_out``,
            whether they want no mails that ask them back; ``unreadable``, the ids of documents that cannot be read
            and may be theirs: orders and checkouts that are found by them, and drafts of anybody.

        Raises:
            InvalidValue: *who* is no text, or an empty one.
        """

        def look(unit: Unit) -> dict[str, Any]:
            errand = self._about(unit, who)
            record, found = _record(unit, errand), _Found(unit, errand)
            opted_out = errand.email is not None and unit.opted_out(address_hash(self._context.shop, errand.email))
            return {
                "customer": None if record is None else _plain(record),
                "orders": found.orders(),
                "drafts": found.drafts(),
                "checkouts": found.checkouts(),
                "opted_out": opted_out,
                "unreadable": found.unreadable,
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

        It goes in small steps, and `run_due` goes on with what a crash left. Again changes nothing. A merge
        into the account that was begun is ended first: what it would bring is theirs.

        Args:
            who: The customer's id, or an address for mail.

            scrub: Whether a SQLite file is written anew at the end, so that nothing of the person is in its free
                pages and its log, which takes as long as copying it. Leave it to the last of many.

        Raises:
            InvalidValue: *who* is no text.
        """
        errand = self._context.read(lambda unit: self._about(unit, who))
        finish(self._context, "merge", errand.customer_id)
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


class _Found:
    """
    What is kept of a person.

    Attributes:
        unreadable: Ids of documents that cannot be read, and may be theirs.
    """

    def __init__(self, unit: Unit, errand: Errand) -> None:
        self._unit, self._errand = unit, errand
        self.unreadable: list[str] = []

    def orders(self) -> list[dict[str, Any]]:
        """Return their orders, by id."""
        read = (self._unit.orders(ids).items() for ids in _portions(self._kept(self._unit.search_ids)))
        return self._theirs(pair for pairs in read for pair in pairs)

    def drafts(self) -> list[dict[str, Any]]:
        """Return their drafts, by id; who a draft is for stands in it alone, so all are read."""
        return self._theirs(self._each(_portions(lambda after: self._unit.draft_ids(SOME, after)), self._unit.draft))

    def checkouts(self) -> list[dict[str, Any]]:
        """Return their checkouts, by id."""
        return self._theirs(self._each(_portions(self._kept(self._unit.checkout_ids)), self._unit.checkout))

    def _kept(self, ids: Callable[[Wanted], Sequence[str]]) -> Callable[[str | None], Sequence[str]]:
        condition, by_id = kept(self._errand), Sort("id", descending=False)
        return lambda after: ids(Wanted(condition, by_id, SOME, None if after is None else Cursor(after, after)))

    def _each(self, portions: Iterable[Sequence[str]], read: Callable[[str], Any]) -> Iterator[tuple[str, Any]]:
        for id in chain.from_iterable(portions):
            try:
                yield id, read(id)
            except UnknownId:
                continue
            except (DocumentTooNew, StorageBroken) as no:
                yield id, no

    def _theirs(self, found: Iterable[tuple[str, Any]]) -> list[dict[str, Any]]:
        theirs = []
        for id, document in found:
            if isinstance(document, StorageFailed):
                self.unreadable.append(id)
            elif is_theirs(self._errand, document.customer):
                theirs.append(_plain(document))
        return theirs


def _portions(ids: Callable[[str | None], Sequence[str]]) -> Iterator[Sequence[str]]:
    """Yield ids, some at a time, after one another."""
    after: str | None = None
    while found := ids(after):
        yield found
        after = found[-1]


def _plain(document: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(attrs.asdict(document, value_serializer=_value)))
    return found


def _value(_: Any, field: Any, value: Any) -> Any:
    if isinstance(value, Money):
        return str(value)
    if isinstance(value, pendulum.DateTime):
        return value.isoformat()
    return value.value if isinstance(value, enum.Enum) else value
