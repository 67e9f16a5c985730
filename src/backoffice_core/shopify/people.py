"""Who bought, where it goes, and what was noted: the cells of an order's first row that are no figures."""

import re
from typing import Final

import attrs

from backoffice_core.failures import InvalidInput, InvalidValue
from backoffice_core.orders.notes import note_text
from backoffice_core.orders.order import Address, CustomerRef
from backoffice_core.orders.risk import Assessment
from backoffice_core.orders.tags import TooManyTags, kept
from backoffice_core.orders.terms import LONGEST_NET, PaymentTerms, TermsKind
from backoffice_core.shopify.cells import BadCell, code, moment, text, yes
from backoffice_core.shopify.rows import Row

_NUMBERS: Final = re.compile(r"\d+", re.ASCII)
#: Longer ones are ids, and would lift the shop's counter to where nobody wants it.
_LONGEST_NUMBER: Final = 12


def customer_of(row: Row) -> CustomerRef | None:
    """Return who bought; None when nothing at all is known."""
    name = text(row, "Billing Name") or text(row, "Shipping Name")
    email, phone = text(row, "Email"), code(row, "Phone")
    if not (name or email or phone):
        return None
    marketing = yes(row, "Accepts Marketing", default=False)
    return CustomerRef(name=name, email=email, phone=phone, accepts_marketing=marketing)


def address_of(row: Row, which: str) -> Address | None:
    """Return the ``Billing`` or ``Shipping`` address; None when it is empty."""
    address = Address(
        name=text(row, f"{which} Name"),
        company=text(row, f"{which} Company"),
        address1=text(row, f"{which} Address1") or text(row, f"{which} Street"),
        address2=text(row, f"{which} Address2"),
        city=text(row, f"{which} City"),
        zip=code(row, f"{which} Zip"),
        province=text(row, f"{which} Province"),
        province_name=text(row, f"{which} Province Name"),
        country=text(row, f"{which} Country"),
        phone=code(row, f"{which} Phone"),
    )
    return address if address != _NOWHERE else None


_NOWHERE: Final = Address()


def note_of(row: Row) -> str | None:
    """
    Return the note.

    Raises:
        BadCell: It is longer than a note may be.
    """
    try:
        return note_text(text(row, "Notes"))
    except InvalidValue as error:
        raise BadCell(row.line, "Notes", error.given, error.would_do) from error


def tags_of(row: Row) -> tuple[str, ...]:
    """
    Return the tags, sorted.

    Raises:
        BadCell: One is longer than a tag may be, or there are too many.
    """
    try:
        return kept(text(row, "Tags") or "")
    except TooManyTags as error:
        raise BadCell(row.line, "Tags", f"{error.tags} of them", f"at most {error.most}") from error
    except InvalidInput as error:
        raise BadCell(row.line, "Tags", str(error), "shorter ones") from error


def attributes_of(row: Row) -> tuple[tuple[str, str], ...]:
    """Return the note attributes: a pair for each line ``key: value``; a line without a key goes on the last."""
    pairs: list[tuple[str, str]] = []
    told = (text(row, "Note Attributes") or "").split("\n")
    if told[-1].endswith(":"):
        told[-1] += " "  # a value that is empty: what ends a cell was cut off with the spaces around it
    for line in told if told != [""] else ():
        key, found, value = line.partition(": ")
        if found or not pairs:
            pairs.append((key, value))
        else:
            pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]}\n{line}")
    return tuple(pairs)


def terms_of(row: Row) -> PaymentTerms | None:
    """
    Return when payment was agreed to be due; None without terms that are known here.

    Raises:
        BadCell: The day of payment is no instant.
    """
    name = (text(row, "Payment Terms Name") or "").casefold()
    if (days := _NET.fullmatch(name)) is not None and 1 <= int(days[1]) <= LONGEST_NET:
        return PaymentTerms(TermsKind.NET, days=int(days[1]))
    if name in _TERMS:
        return PaymentTerms(_TERMS[name])
    due = moment(row, "Next Payment Due At") if name.startswith("fixed") else None
    return None if due is None else PaymentTerms(TermsKind.FIXED, due_at=due)


_NET: Final = re.compile(r"net (\d{1,4})", re.ASCII)
_TERMS: Final = {"due on receipt": TermsKind.RECEIPT, "due on fulfillment": TermsKind.FULFILLMENT}


def number_of(name: str) -> int:
    """Return the number in a name, the longest and of several the last; 0 where there is none."""
    found = [number for number in _NUMBERS.findall(name) if len(number) <= _LONGEST_NUMBER]
    longest = max(map(len, found), default=0)
    return int(next((number for number in reversed(found) if len(number) == longest), 0))


def _assessed(row: Row) -> tuple[Assessment, ...]:
    """Return how risky the file says that an order is; a word that is no level says nothing."""
    level = text(row, "Risk Level")
    if level is None or level.lower() not in _LEVELS:
        return ()
    return (Assessment(level.lower(), provider="shopify", at=moment(row, "Created at")),)


_LEVELS: Final = ("low", "medium", "high")


@attrs.frozen(kw_only=True)
class People:
    """What the first row says beside figures and statuses."""

    customer: CustomerRef | None
    billing: Address | None
    shipping: Address | None
    note: str | None = attrs.field(repr=False)
    tags: tuple[str, ...]
    attributes: tuple[tuple[str, str], ...] = attrs.field(repr=False)
    channel: str | None
    terms: PaymentTerms | None = None
    assessments: tuple[Assessment, ...] = attrs.field(default=(), repr=False)


def people_of(row: Row) -> People:
    """
    Return what the first row of an order says beside figures and statuses.

    Raises:
        BadCell: A note or tag is too long, or yes and no are other words.
    """
    return People(
        customer=customer_of(row),
        billing=address_of(row, "Billing"),
        shipping=address_of(row, "Shipping"),
        note=note_of(row),
        tags=tags_of(row),
        attributes=attributes_of(row),
        channel=text(row, "Source"),
        terms=terms_of(row),
        assessments=_assessed(row),
    )
