"""The drafts desk: `BackOffice.drafts`."""

import datetime as dt
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import BinaryIO, Literal, TextIO

from backoffice_core.context import Context
from backoffice_core.desks.found import LARGEST_PAGE, pages
from backoffice_core.desks.orders import imported
from backoffice_core.draftimporter import import_drafts
from backoffice_core.draftrunner import DraftRunner, draft_with
from backoffice_core.importing import Parsed
from backoffice_core.orders.asked import Amount, Discount, Line, Shipping
from backoffice_core.orders.draft import Draft
from backoffice_core.orders.draftcommands import (
    CompleteDraft,
    CreateDraft,
    DeleteDraft,
    DraftChange,
    SendDraftInvoice,
    UpdateDraft,
)
from backoffice_core.orders.duplicate import Duplicate
from backoffice_core.orders.order import Address, CustomerRef
from backoffice_core.orders.terms import PaymentTerms
from backoffice_core.shopify.report import ImportReport, Progress
from backoffice_core.storage.rows import DraftPage, StoredEvent
from backoffice_core.typed import whole_from


class DraftCommands:
    """
    Commands on draft orders.

    Amounts are `Money` or text in the draft's currency. Every method takes *idempotency_key*: the
    same key with the same request is answered with what was done then; another request under it
    is an error. *expected_version*, for forms, makes a draft that somebody else changed a conflict.
    """

    _runner: DraftRunner

    def create(
        self,
        *,
        lines: Iterable[Line],
        shipping: Amount | Shipping | Iterable[Shipping] | None = None,
        discounts: Iterable[Discount] = (),
        customer: CustomerRef | str | None = None,
        email: str | None = None,
        phone: str | None = None,
        shipping_address: Address | None = None,
        billing_address: Address | None = None,
        note: str | None = None,
        attributes: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        tags: str | Iterable[str] = (),
        currency: str | None = None,
        taxes_included: bool | None = None,
        tax_exempt: bool = False,
        reserve_until: dt.datetime | None = None,
        terms: PaymentTerms | None = None,
        idempotency_key: str | None = None,
    ) -> DraftChange:
        """
        Make a draft; nothing is billed and no order number is taken.

        Args:
            lines: What is to be sold, 1 to 499 lines; goods without a price cost nothing.

            shipping: A charge for shipping.

            discounts: Discounts on the order, on lines by SKU, or on shipping.

            customer: Who buys: a reference, or a customer's id.

            email: A guest's address.

            phone: A guest's number.

            shipping_address: Where to ship to.

            billing_address: Where to bill to.

            note: A remark, at most 5,000 characters.

            attributes: Free pairs of the host's own.

            tags: Text, with commas between tags, or several.

            currency: The shop's unless it is given.

            taxes_included: Whether its prices contain their taxes; as in the shop unless given.

            tax_exempt: Whether no tax is charged, whatever its lines say.

            reserve_until: Set its stock aside until then, an aware moment in the future.

            terms: When the order is to be paid; at once unless given.

        Raises:
            NoLines: There is no line.
            TooManyLines: More than 499.
            OutOfStock: Stock is to be set aside and too little is available.
            InvalidValue: Something that cannot be meant.
        """
        command = CreateDraft(
            lines=lines,
            shipping=shipping,
            discounts=discounts,
            customer=customer,
            email=email,
            phone=phone,
            shipping_address=shipping_address,
            billing_address=billing_address,
            note=note,
            attributes=attributes,
            tags=tags,
            currency=currency,
            taxes_included=taxes_included,
            tax_exempt=tax_exempt,
            reserve_until=reserve_until,
            terms=terms,
        )
        return self._runner.run(command, key=idempotency_key)

    def update(
        self,
        draft_id: str,
        *,
        lines: Iterable[Line] | None = None,
        shipping: Amount | Shipping | Iterable[Shipping] | None = None,
        discounts: Iterable[Discount] | None = None,
        customer: CustomerRef | str | None = None,
        email: str | None = None,
        phone: str | None = None,
        shipping_address: Address | None = None,
        billing_address: Address | None = None,
        note: str | None = None,
        attributes: Mapping[str, str] | Iterable[tuple[str, str]] | None = None,
        tags: str | Iterable[str] | None = None,
        tax_exempt: bool = False,
        reserve_until: dt.datetime | None = None,
        terms: PaymentTerms | None = None,
        clear: str | Iterable[str] = (),
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> DraftChange:
        """
        Change a draft; what is left out stays, and what is given takes the place of what was.

        Args:
            draft_id: The draft.

            lines: All of its lines, priced anew, without the discounts on lines that it had.

            shipping: Its charges for shipping; an empty list takes them away.

            discounts: All of its discounts, those on lines too; an empty list takes them away.

            customer: Who buys.

            email: A guest's address.

            phone: A guest's number.

            shipping_address: Where to ship to.

            billing_address: Where to bill to.

            note: A remark; empty text takes it away.

            attributes: Free pairs of the host's own.

            tags: All of its tags.

            tax_exempt: Take the taxes off.

            reserve_until: Set its stock aside until then, an aware moment in the future.

            terms: When the order is to be paid.

            clear: What to take away: ``billing_address``, ``customer``, ``reserve_until``,
                ``shipping_address``, ``terms``.

        Raises:
            DraftIsCompleted: It became an order.
            NoLines: There is no line.
            TooManyLines: More than 499.
            OutOfStock: Stock is to be set aside and too little is available.
            InvalidValue: Something that cannot be meant.
        """
        command = UpdateDraft(
            lines=lines,
            shipping=shipping,
            discounts=discounts,
            customer=customer,
            email=email,
            phone=phone,
            shipping_address=shipping_address,
            billing_address=billing_address,
            note=note,
            attributes=attributes,
            tags=tags,
            tax_exempt=tax_exempt,
            reserve_until=reserve_until,
            terms=terms,
            clear=clear,
        )
        return self._runner.run(command, draft_id, key=idempotency_key, expected_version=expected_version)

    def send_invoice(
        self,
        draft_id: str,
        *,
        subject: str | None = None,
        message: str | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> DraftChange:
        """
        Ask the customer to pay what a draft comes to; it can be asked again.

        Args:
            draft_id: The draft.

            subject: What stands over the letter, in place of our words.

            message: What you write into it, up to 5,000 characters.

            expected_version: Refuse when the draft was changed since.

            idempotency_key: A retry under the same key sends no second one.

        Raises:
            NoRecipient: Its customer has no email.
            DraftIsCompleted: It became an order.
        """
        command = SendDraftInvoice(subject=subject, message=message)
        return self._runner.run(command, draft_id, key=idempotency_key, expected_version=expected_version)

    def complete(
        self,
        draft_id: str,
        *,
        payment: Literal["paid", "pending"] = "paid",
        gateway: str = "manual",
        notify: bool | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> DraftChange:
        """
        Make an order of a draft, exactly as it was priced; one that is completed gives the order that it became.

        Args:
            draft_id: The draft.

            payment: ``paid`` records a sale of all of it; ``pending`` waits for it, as an order
                on terms does.

            gateway: The name that the payment carries; a registered one is asked.

            notify: Tell the customer; as the shop's notifications say unless given.

        Raises:
            OutOfStock: What is not set aside is not there.
            UnknownId: There is no such draft.
        """
        command = CompleteDraft(payment=payment, gateway=gateway, notify=notify)
        return self._runner.run(command, draft_id, key=idempotency_key, expected_version=expected_version)

    def duplicate(self, draft_id: str, *, idempotency_key: str | None = None) -> DraftChange:
        """
        Make a new draft of a draft; `duplicate.py` lists what is copied.

        Raises:
            NoLines: Nothing of it is on sale any more.
            UnknownId: There is no such draft.
        """
        return self._runner.run(Duplicate(kind="draft", of=draft_id), key=idempotency_key)

    def delete(
        self, draft_id: str, *, expected_version: int | None = None, idempotency_key: str | None = None
    ) -> DraftChange:
        """
        Delete a draft: its name is left, and what is set aside for it is on sale again.

        Raises:
            DraftIsCompleted: It became an order.
            UnknownId: There is no such draft.
        """
        return self._runner.run(DeleteDraft(), draft_id, key=idempotency_key, expected_version=expected_version)


class DraftPreview(DraftCommands):
    """The commands of `Drafts`, decided and not saved: the same answers, the same refusals."""

    def __init__(self, context: Context) -> None:
        self._runner = DraftRunner(context, commit=False)


class Drafts(DraftCommands):
    """
    Draft orders: commands, and looking things up.

    Every command returns a `DraftChange`, falsy when nothing changed.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._runner = DraftRunner(context)

    @cached_property
    def preview(self) -> DraftPreview:
        """The same commands, decided and not saved."""
        return DraftPreview(self._context)

    def get(self, draft_id: str) -> Draft:
        """
        Return a draft.

        Raises:
            UnknownId: There is none, or it was deleted.
        """
        return self._context.read(lambda unit: draft_with(unit, draft_id))

    def page(self, *, limit: int = 50, after: str | None = None) -> DraftPage:
        """
        Return at most *limit* drafts, newest first; *after* is the ``next`` of the page before.

        Raises:
            InvalidValue: *limit* is not 1 to 250, or *after* is no cursor.
        """
        whole_from("limit", limit, 1, LARGEST_PAGE)
        return self._context.read(lambda unit: unit.drafts(limit, after))

    def __iter__(self) -> Iterator[Draft]:
        """Yield all drafts, newest first, a page at a time."""
        for page in pages(lambda after: self.page(limit=LARGEST_PAGE, after=after)):
            yield from page.drafts

    def timeline(self, draft_id: str) -> Sequence[StoredEvent]:
        """
        Return what happened to a draft, oldest first.

        Raises:
            UnknownId: There is none, or it was deleted.
        """
        return self._context.read(lambda unit: unit.events(draft_with(unit, draft_id).id))

    def import_json(
        self,
        source: str | os.PathLike[str] | BinaryIO | TextIO | Parsed,
        *,
        progress: Callable[[Progress], None] | None = None,
    ) -> ImportReport:
        """
        Import draft orders as Shopify's REST API gives them; importing the same ones again changes nothing.

        A completed draft is linked to its order where that was imported before. Nobody is notified,
        and no units are set aside.

        Args:
            source: A path, an open file, binary or text, or what was parsed already:
                ``{"draft_orders": [...]}``, ``{"draft_order": {...}}``, a draft, or several. A file
                may have one draft a line, too.

            progress: Called after every few hundred drafts.

        Returns:
            What came in, what did not and why, and each figure that a draft contradicts itself in.

        Raises:
            InvalidInput: The file cannot be read on: encoding, or no JSON. What came in before
                stays, and importing the mended file goes on from there. `OtherContent` where it
                holds orders or checkouts.
        """
        return imported(self._context, import_drafts, source, progress)
