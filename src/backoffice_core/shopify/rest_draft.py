"""
A draft order of Shopify's REST API: from its JSON to a `Draft`.

What it has in common with an order is read by the code that reads orders; ``rest_draft_goods.py``
tells what is another in what it sells.

Rules:

1. The status is the file's: a draft is not made of facts. What contradicts it is a finding.
2. What a draft became is Shopify's order; whoever writes it knows whether that was imported.
3. No units are set aside for it.
"""

from collections.abc import Callable, Iterator
from typing import Final

import attrs
import pendulum

from backoffice_core.failures import InvalidInput
from backoffice_core.orders import events as happened
from backoffice_core.orders.draft import Draft
from backoffice_core.orders.draftpricing import MOST_LINES
from backoffice_core.orders.events import OrderEvent
from backoffice_core.orders.states import DraftStatus
from backoffice_core.orders.terms import PaymentTerms, TermsKind
from backoffice_core.settings import Settings
from backoffice_core.shopify.imported import CHANNEL, LONGEST_ID
from backoffice_core.shopify.json_lines import JsonOrder
from backoffice_core.shopify.report import Finding
from backoffice_core.shopify.rest_check import Case, figures_follow
from backoffice_core.shopify.rest_draft_goods import draft_goods_of
from backoffice_core.shopify.rest_fields import Fields
from backoffice_core.shopify.rest_people import rest_people_of
from backoffice_core.shopify.rest_piece import currency_of, fields_of
from backoffice_core.shopify.rest_sold import Note, figures_of

NewId = Callable[[], str]

_STATUSES: Final = {str(status): status for status in DraftStatus}


@attrs.frozen(kw_only=True)
class DraftRead:
    """
    A draft that was read.

    Attributes:
        draft: The draft, linked to no order yet.

        order: Shopify's id of the order that it became; None for an open one, or where the file
            does not say.

        findings: What is odd about it.

        fingerprint: SHA-256 of what the file says of it.
    """

    draft: Draft
    order: str | None
    findings: tuple[Finding, ...]
    fingerprint: str


@attrs.frozen(kw_only=True)
class _State:
    """What the file says of the state of a draft."""

    status: DraftStatus
    created_at: pendulum.DateTime
    updated_at: pendulum.DateTime
    invoice_sent_at: pendulum.DateTime | None
    completed_at: pendulum.DateTime | None
    order: str | None
    notes: tuple[Note, ...]


def read_rest_draft(piece: JsonOrder, settings: Settings, new_id: NewId) -> DraftRead:
    """
    Return the draft that a piece of JSON tells.

    Args:
        piece: The draft as the file has it.

        settings: The shop's: they decide whether prices contain taxes where the draft does not say.

        new_id: Makes an id.

    Raises:
        BadField: A field holds what cannot be meant.
        OtherContent: It is an order or a checkout.
        FiguresDisagree: A figure does not follow from the others.
        TooManyLines: More lines than a draft may have.
    """
    data = fields_of(piece, MOST_LINES)
    state = _state(data)
    figures = figures_of(data, currency_of(data))
    sold = draft_goods_of(data, figures, new_id, taxes_included=settings.taxes_included)
    terms, odd = _terms(data)
    people, goods = rest_people_of(data), sold.goods
    draft = Draft(
        id=new_id(),
        name=piece.name,
        status=state.status,
        currency=figures.currency,
        taxes_included=goods.taxes_included,
        created_at=state.created_at,
        updated_at=state.updated_at,
        customer=people.customer,
        shipping_address=people.shipping,
        billing_address=people.billing,
        note=people.note,
        attributes=people.attributes,
        tags=people.tags,
        lines=goods.lines,
        shipping_lines=goods.shipping_lines,
        discounts=goods.discounts,
        terms=terms,
        invoice_sent_at=state.invoice_sent_at,
        completed_at=state.completed_at,
        source=(CHANNEL, piece.source_id),
    )
    follow = figures_follow(Case(data, figures, draft.as_order, None, None, 0))
    notes = (*state.notes, *sold.notes, *odd, *follow)
    return DraftRead(
        draft=draft,
        order=state.order,
        findings=tuple(Finding(draft.name, code, text) for code, text in notes),
        fingerprint=piece.fingerprint,
    )


def events_of_draft(draft: Draft) -> Iterator[OrderEvent]:
    """Yield what happened to a draft, as the file has it; nobody is to be told."""
    yield happened.DraftCreated(draft.name, draft.total.minor, draft.currency)
    if draft.invoice_sent_at is not None or draft.status is DraftStatus.INVOICE_SENT:
        yield happened.DraftInvoiceSent(draft.total.minor, notify=False)
    if draft.status is DraftStatus.COMPLETED:
        yield happened.DraftCompleted(draft.order_id or "")


def _state(data: Fields) -> _State:
    """Return status and instants (rule 1)."""
    created = data.moment("created_at")
    if created is None:
        raise data.bad("created_at", "nothing", "an instant such as 2023-05-31T23:06:04-07:00")
    sent, completed, order = data.moment("invoice_sent_at"), data.moment("completed_at"), data.text("order_id")
    if order is not None and len(order) > LONGEST_ID:
        raise data.bad("order_id", f"text of {len(order)} characters", f"at most {LONGEST_ID} characters")
    word = data.word("status")
    if word and word not in _STATUSES:
        raise data.bad("status", repr(word[:40]), " or ".join(_STATUSES))
    follows = DraftStatus.INVOICE_SENT if sent else DraftStatus.OPEN
    status = _STATUSES[word] if word else (DraftStatus.COMPLETED if completed or order else follows)
    is_done = status is DraftStatus.COMPLETED
    return _State(
        status=status,
        created_at=created,
        updated_at=max(created, data.moment("updated_at") or completed or created),
        invoice_sent_at=sent,
        completed_at=completed if is_done else None,
        order=order if is_done else None,
        notes=tuple(_odd(status, sent, completed, order)),
    )


def _odd(
    status: DraftStatus, sent: pendulum.DateTime | None, completed: pendulum.DateTime | None, order: str | None
) -> Iterator[Note]:
    """Yield what contradicts the status."""
    if status is not DraftStatus.COMPLETED and (completed or order):
        what = f"completed_at {completed.isoformat()}" if completed else f"order_id {order}"
        yield "status_differs", f"the file says {status}, and yet has {what}; taken as {status}, without it"
    if status is DraftStatus.COMPLETED and completed is None:
        yield "completed_at_unknown", "completed, and the file does not say when"
    if status is DraftStatus.INVOICE_SENT and sent is None:
        yield "invoice_sent_at_unknown", "its invoice was sent, and the file does not say when"


def _terms(data: Fields) -> tuple[PaymentTerms | None, list[Note]]:
    """Return when the order is to be paid; terms that have no counterpart here are left out and told."""
    told = data.one("payment_terms")
    if told is None:
        return None, []
    kind, days = told.word("payment_terms_type"), told.units("due_in_days")
    due = next((at for one in told.each("payment_schedules") if (at := one.moment("due_at"))), None)
    try:
        is_net, is_fixed = kind == TermsKind.NET, kind == TermsKind.FIXED
        return PaymentTerms(kind, days=days if is_net else None, due_at=due if is_fixed else None), []
    except InvalidInput as error:
        return None, [("terms_left_out", f"payment_terms are not kept: {error}")]
