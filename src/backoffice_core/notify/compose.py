"""
From a row of the outbox to a message: the address and the text are made when it is about to be sent.

1. What nobody should be told any more is skipped for a reason: what it is about was deleted, nobody can be written
   to, or it is not true any more (see ``truth.py``).
2. A customer is written to in their language, staff in the shop's.
3. Answers to what a customer gets go to the shop's address.
"""

from collections.abc import Iterator
from typing import Any, Final, Protocol

import attrs

from backoffice_core.failures import InvalidValue, UnknownId
from backoffice_core.notify.base import Notification
from backoffice_core.notify.kinds import kind_named
from backoffice_core.notify.letters import Letter, Letters
from backoffice_core.notify.matter import Export, Matter, Offer, facts_of, reader_for
from backoffice_core.notify.truth import untrue
from backoffice_core.notify.views import one_line
from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.draft import Draft
from backoffice_core.orders.order import Order
from backoffice_core.printing.asked import check_locale
from backoffice_core.settings import Settings
from backoffice_core.shopify.exportjob import ExportJob

#: Stands in the links of a preview in place of a token.
PREVIEWED: Final = "preview"


class Row(Protocol):
    """What a row of the outbox says of a message."""

    @property
    def key(self) -> str:
        """Unique in the shop."""

    @property
    def kind(self) -> str:
        """What it is."""

    @property
    def subject(self) -> str:
        """The id of the order, the draft or the checkout."""

    @property
    def fact(self) -> str:
        """The id of what it speaks of."""

    @property
    def locale(self) -> str:
        """The language that the customer asked for."""


class Source(Protocol):
    """Where documents are read: a unit of a storage."""

    def settings(self) -> Settings | None:
        """Return the shop's settings."""
        ...

    def order(self, id: str) -> Order:
        """Return an order that is not deleted."""
        ...

    def draft(self, id: str) -> Draft:
        """Return a draft, a deleted one too."""
        ...

    def checkout(self, id: str) -> Checkout:
        """Return a checkout."""
        ...

    def export_job(self, id: str) -> ExportJob:
        """Return an export that is sent by mail."""
        ...


@attrs.frozen
class Skip:
    """
    Nobody should get a message any more.

    Attributes:
        reason: Why, one of `backoffice_core.notify.truth.REASONS` or of a host's own.
    """

    reason: str


def compose(row: Row, source: Source, letters: Letters, offer: Offer | None = None) -> Notification | Skip:
    """
    Return the message of a row, or why nobody should get it.

    Args:
        row: The row.

        source: Where the order, the draft or the checkout is read.

        letters: Writes it.

        offer: What a letter about a checkout has beside it.

    Raises:
        UnknownKind: A newer library wrote the row.
        BrokenTemplate: A template of the host's own cannot be run.
        DocumentTooNew: A newer library wrote what it is about.
    """
    settings = source.settings()
    if settings is None:
        return Skip("deleted")
    kind = kind_named(row.kind)
    try:
        found = about(row.kind, row.subject, source)
    except UnknownId:
        return Skip("no_export" if kind.about == "export" else "deleted")
    locale, reader = reader_for(row.locale if kind.audience == "customer" or kind.about == "export" else None, settings)
    matter = Matter(
        name=row.kind,
        fact=row.fact,
        settings=settings,
        links=letters.links,
        reader=reader,
        locale=locale,
        offer=offer,
        **found,
    )
    reason = _cannot(matter) or untrue(matter)
    return Skip(reason) if reason else _notification(row, matter, letters.letter(matter))


def about(kind: str, subject: str, source: Source) -> dict[str, Any]:
    """
    Return the documents of a matter, by the names that `Matter` has for them.

    Raises:
        UnknownId: There is none, or it was deleted.
    """
    what = kind_named(kind).about
    if what == "order":
        return {"order": source.order(subject)}
    if what == "checkout":
        checkout = source.checkout(subject)
        return {"checkout": checkout, "order": checkout.as_order}
    if what == "draft":
        draft = source.draft(subject)
        if draft.deleted_at is None:
            return {"draft": draft, "order": draft.as_order}
    if what == "export":
        return {"export": _export(source.export_job(subject))}
    raise UnknownId(what, subject)


def _export(job: ExportJob) -> Export:
    to = (job.to,) if job.to is not None else ()
    return Export(id=job.id, name=job.name, rows=job.rows, url=job.url, error=job.error, to=to)


def _cannot(matter: Matter) -> str | None:
    """Return why a letter cannot be written or sent at all; None where it can."""
    if matter.kind.fact not in (None, "edit") and matter.fact not in facts_of(matter.sold, matter.name, any_state=True):
        return "unknown_fact"
    return None if recipients(matter) else "no_address"


def recipients(matter: Matter) -> tuple[str, ...]:
    """Return the addresses that a message goes to, the main one first; none where nobody can be written to."""
    if matter.kind.audience == "customer":
        return (matter.sold.email,) if matter.sold.email else ()
    settings = matter.settings
    if matter.export is not None:
        return tuple(dict.fromkeys(one for one in (*matter.export.to, settings.owner_email) if one))
    return tuple(dict.fromkeys(one for one in (settings.owner_email, *settings.staff_emails) if one))


def _notification(row: Row, matter: Matter, letter: Letter) -> Notification:
    to, *cc = recipients(matter)
    return Notification(
        key=row.key,
        kind=row.kind,
        audience=matter.kind.audience,
        order=matter.order,
        name=one_line(matter.order.name if matter.order is not None else matter.export.name if matter.export else ""),
        fact=row.fact,
        locale=matter.locale,
        to=to,
        cc=tuple(cc),
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        headers=tuple(_headers(matter, letter)),
        view=letter.view,
    )


def _headers(matter: Matter, letter: Letter) -> Iterator[tuple[str, str]]:
    """Yield fields of the mail's head: that no machine need answer, who answers go to, and how to get no more of it."""
    yield "Auto-Submitted", "auto-generated"
    shop, stop = letter.view["shop"], letter.view["links"]["unsubscribe"]
    if shop["email"] and matter.kind.audience == "customer":
        yield "Reply-To", shop["email"]
    if stop:
        yield "List-Unsubscribe", f"<{one_line(stop)}>"
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"


def preview(
    kind: str, subject: str, source: Source, letters: Letters, *, fact: str | None = None, locale: str | None = None
) -> Letter:
    """
    Return a letter as it would be written now, whether or not it would be sent.

    Args:
        kind: Which kind of message.

        subject: The id of the order, the draft or the checkout.

        source: Where that is read.

        letters: Writes it.

        fact: The id of what it speaks of; the last one that there is unless given.

        locale: The language to write in; the customer's, or for staff the shop's, unless given.

    Raises:
        UnknownKind: There is no such kind.
        UnknownId: There is no such order, draft or checkout.
        InvalidValue: There is no such fact, or no such language.
        BrokenTemplate: A template of the host's own cannot be run.
    """
    check_locale(locale)
    asked, found, settings = kind_named(kind), about(kind, subject, source), source.settings()
    if settings is None:
        raise UnknownId(asked.about, subject)
    order: Order = found["order"]
    theirs = order.customer.locale if order.customer is not None and asked.audience == "customer" else None
    spoken, reader = reader_for(locale or theirs, settings)
    matter = Matter(
        name=kind,
        fact=_fact(order, kind, fact),
        settings=settings,
        links=letters.links,
        reader=reader,
        locale=spoken,
        offer=Offer(PREVIEWED, PREVIEWED) if asked.about == "checkout" else None,
        **found,
    )
    return letters.letter(matter)


def _fact(order: Order, kind: str, fact: str | None) -> str:
    """
    Return the id of what a letter speaks of.

    Raises:
        InvalidValue: The order has none, or not that one.
    """
    known = facts_of(order, kind)
    if fact is None and known:
        return known[-1]
    if fact is None or (kind_named(kind).fact not in (None, "edit") and fact not in known):
        what = kind_named(kind).fact
        would_do = f"the id of a {what}: {', '.join(known)}" if known else f"an order that has a {what} to tell of"
        raise InvalidValue("fact", repr(fact), would_do)
    return fact
