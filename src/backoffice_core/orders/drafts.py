"""
Draft orders: made in the back office, for telephone orders and the like.

Rules:

1. A draft has 1 to 499 lines. Prices, discounts and taxes are reckoned by the code that prices
   orders (``pricing.py``); beside codes a line has one discount at the most, and so has the order.
2. Nothing is billed and no order number is taken while it is a draft. A completed one does not
   change any more.
3. Stock is set aside for a draft only when it says until when: all of it or nothing. Otherwise a
   shortage is a warning.
4. Completed, it is an order of exactly what was priced: paid, or to be paid, at once or on terms.
   What was set aside is promised then, never taken twice; what was not is promised as at placing.
   Draft and order know each other. Completing it again gives the same order.
5. A draft that is deleted, or that nobody touched for a year, leaves its name and no content.
6. An invoice needs an address to go to.

A draft is called ``#D1``. What ``run_due`` does to it are commands too.
"""

from collections.abc import Iterable
from typing import ClassVar, Final

import pendulum

from backoffice_core.failures import InvalidValue, Refused, reason
from backoffice_core.money import digits
from backoffice_core.orders.asked import Sale, customer_of
from backoffice_core.orders.change import Change, Facts, Message
from backoffice_core.orders.draft import Draft
from backoffice_core.orders.draftcommands import (
    CompleteDraft,
    CreateDraft,
    DeleteDraft,
    DraftChange,
    EndReservation,
    SendDraftInvoice,
    UpdateDraft,
)
from backoffice_core.orders.draftpricing import asked_again, price_draft
from backoffice_core.orders.events import (
    DraftCompleted,
    DraftCreated,
    DraftDeleted,
    DraftInvoiceSent,
    DraftUpdated,
    OrderEvent,
    OrderPlaced,
    ReservationEnded,
    StockReserved,
)
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.facts import Movement, Transaction
from backoffice_core.orders.invoice import NoRecipient
from backoffice_core.orders.lines import LineItem
from backoffice_core.orders.notes import note_text
from backoffice_core.orders.states import DRAFT, DraftStatus, TransactionStatus, step
from backoffice_core.orders.stock import OutOfStock, commit, let_go, merged, reserve, seen_after, transfer
from backoffice_core.orders.tags import merged as merged_tags
from backoffice_core.orders.transactions import events_of, intents_of, transaction_of

#: The channel of an order that was a draft.
CHANNEL: Final = "draft_order"
#: For how many days a draft is kept that nobody touches.
IDLE_DAYS: Final = 365


@reason
class DraftIsCompleted(Refused):
    """
    A draft became an order and does not change any more.

    Attributes:
        draft_id: The draft.

        order_id: The order that it became; empty where that was never imported.
    """

    code: ClassVar[str] = "draft_is_completed"
    draft_id: str
    order_id: str

    def __str__(self) -> str:
        if not self.order_id:
            return f"draft {self.draft_id} was imported completed, without its order, and does not change any more"
        return f"draft {self.draft_id} became order {self.order_id} and does not change any more; edit that order"


def check_not_completed(draft: Draft) -> None:
    """
    Raise unless a draft may still change (rule 2).

    Raises:
        DraftIsCompleted: It became an order.
    """
    if draft.status is DraftStatus.COMPLETED:
        raise DraftIsCompleted(draft.id, draft.order_id or "")


def create_draft(command: CreateDraft, facts: Facts) -> DraftChange:
    """
    Make a draft.

    Raises:
        NoLines: Rule 1.
        TooManyLines: Rule 1.
        OutOfStock: Units are to be set aside and too few are available (rule 3).
    """
    settings = facts.settings
    currency = command.currency or settings.currency
    digits(currency)
    included = settings.taxes_included if command.taxes_included is None else command.taxes_included
    empty = Draft(
        id=facts.new_id(),
        name=f"#D{facts.number}",
        currency=currency,
        taxes_included=included,
        created_at=facts.now,
        updated_at=facts.now,
        customer=customer_of(command.customer, command.email, command.phone),
        shipping_address=command.shipping_address,
        billing_address=command.billing_address,
        note=command.note,
        attributes=command.attributes,
        tags=merged_tags((), command.tags),
        lines=(),
        reserve_until=_future(command.reserve_until, facts),
        terms=command.terms,
    )
    made = price_draft(empty, command.lines, command.shipping, command.discounts, facts, exempt=command.tax_exempt)
    return stocked(None, made, DraftCreated(made.name, made.total.minor, currency), facts)


def update_draft(draft: Draft, command: UpdateDraft, facts: Facts) -> DraftChange:
    """
    Change a draft; what is left out stays.

    Raises:
        DraftIsCompleted: Rule 2.
        NoLines: Rule 1.
        TooManyLines: Rule 1.
        OutOfStock: Units are to be set aside and too few are available (rule 3).
    """
    check_not_completed(draft)
    cleared = draft
    for name in command.clear:
        cleared = evolve(cleared, **{name: None})  # type: ignore[arg-type]
    until = _future(command.reserve_until, facts)
    after = evolve(
        cleared,
        customer=customer_of(command.customer or cleared.customer, command.email, command.phone),
        shipping_address=command.shipping_address or cleared.shipping_address,
        billing_address=command.billing_address or cleared.billing_address,
        note=cleared.note if command.note is None else note_text(command.note),
        attributes=cleared.attributes if command.attributes is None else command.attributes,
        tags=cleared.tags if command.tags is None else merged_tags((), command.tags),
        reserve_until=until or cleared.reserve_until,
        terms=command.terms or cleared.terms,
    )
    after = asked_again(after, command.lines, command.shipping, command.discounts, facts, exempt=command.tax_exempt)
    if after == draft:
        return DraftChange(before=draft, draft=draft)
    after = evolve(after, updated_at=facts.now)
    return stocked(draft, after, DraftUpdated(draft.total.minor, after.total.minor), facts)


def _future(until: pendulum.DateTime | None, facts: Facts) -> pendulum.DateTime | None:
    if until is not None and until <= facts.now:
        raise InvalidValue("reserve_until", str(until), "a moment in the future")
    return until


def stocked(before: Draft | None, after: Draft, told: OrderEvent, facts: Facts) -> DraftChange:
    """Return the change with what is set aside for the draft, or a warning of each shortage (rule 3)."""
    key = facts.new_id()
    had = before.lines if before is not None else ()
    same = after.lines == had and (after.reserve_until is None) == (before is None or before.reserve_until is None)
    if same:
        return DraftChange(before=before, draft=after, events=(told,), warnings=_shortages(after, facts))
    freed = tuple(move for line in had for move in let_go(line, key))
    levels = seen_after(facts.levels, freed)
    lines: list[LineItem] = []
    taken: list[Movement] = []
    for line in after.lines:
        free = evolve(line, allocated=())
        if after.reserve_until is not None:
            allocated, moves = reserve(free, key, facts.places, levels)
            free, levels = evolve(free, allocated=allocated), seen_after(levels, moves)
            taken += moves
        lines.append(free)
    draft = evolve(after, lines=tuple(lines))
    events = [told]
    was = before.reserved if before is not None else 0
    if draft.reserved:
        events.append(StockReserved(draft.reserved))
    elif was:
        events.append(ReservationEnded(was))
    return DraftChange(
        before=before,
        draft=draft,
        events=tuple(events),
        movements=merged((*freed, *taken)),
        warnings=_shortages(draft, facts),
    )


def _shortages(draft: Draft, facts: Facts) -> tuple[str, ...]:
    """Return what is missing for a draft that has nothing set aside."""
    if draft.reserve_until is not None:
        return ()
    levels, found = facts.levels, []
    for line in draft.lines:
        try:
            levels = seen_after(levels, commit(line, line.quantity, draft.id, facts.places, levels)[1])
        except OutOfStock as missing:
            found.append(str(missing))
        except InvalidValue as none_sells:
            found.append(str(none_sells))
    return tuple(found)


def send_draft_invoice(draft: Draft, command: SendDraftInvoice, facts: Facts) -> DraftChange:
    """
    Ask the customer to pay what a draft comes to; it can be asked again.

    Raises:
        DraftIsCompleted: Rule 2.
        NoRecipient: Rule 6.
    """
    check_not_completed(draft)
    if draft.email is None:
        raise NoRecipient(draft.id)
    sent = DraftStatus.INVOICE_SENT
    status = sent if draft.status is sent else step("draft", DRAFT, draft.status, "send")
    after = evolve(
        draft,
        status=status,
        invoice_sent_at=facts.now,
        invoice_subject=command.subject,
        invoice_message=command.message,
        updated_at=facts.now,
    )
    locale = (draft.customer.locale if draft.customer else None) or facts.settings.locale
    return DraftChange(
        before=draft,
        draft=after,
        events=(DraftInvoiceSent(draft.total.minor),),
        messages=(Message("draft_invoice", draft.id, locale),),
    )


def complete_draft(draft: Draft, command: CompleteDraft, facts: Facts) -> DraftChange:
    """
    Make an order of a draft (rule 4); one that is completed stays as it is.

    Raises:
        OutOfStock: What is not set aside is not there.
    """
    if draft.status is DraftStatus.COMPLETED:
        return DraftChange(before=draft, draft=draft)
    key = facts.new_id()
    lines, movements = promised(draft.lines, key, facts)
    made = _payment(draft, command, facts)
    order = evolve(
        draft.as_order,
        id=key,
        name=facts.order_name,
        number=facts.number,
        version=0,
        created_at=facts.now,
        updated_at=facts.now,
        channel=CHANNEL,
        source=(CHANNEL, draft.id),
        draft_id=draft.id,
        terms=draft.terms,
        lines=lines,
        transactions=made,
    )
    notify = facts.tells("order_placed", command.notify)
    placed = OrderPlaced(order.name, order.original_total_minor, order.currency, False, notify)
    after = evolve(
        draft,
        status=step("draft", DRAFT, draft.status, "complete"),
        completed_at=facts.now,
        updated_at=facts.now,
        order_id=key,
        reserve_until=None,
        lines=tuple(evolve(line, allocated=()) for line in draft.lines),
    )
    placing = Change(
        before=None,
        order=order,
        events=(placed, *events_of(made, order)),
        movements=movements,
        intents=intents_of(made, facts),
    )
    return DraftChange(before=draft, draft=after, order=order, events=(DraftCompleted(key),), placing=placing)


def promised(had: Iterable[LineItem], key: str, facts: Facts) -> tuple[tuple[LineItem, ...], tuple[Movement, ...]]:
    """Promise what was set aside where it is, and the rest as at placing; return the lines and how stock moves."""
    levels = facts.levels
    lines: list[LineItem] = []
    movements: list[Movement] = []
    for line in had:
        allocated, moves = line.allocated, transfer(line, key)
        if not allocated:
            allocated, moves = commit(line, line.quantity, key, facts.places, levels)
        levels = seen_after(levels, moves)
        lines.append(evolve(line, allocated=allocated))
        movements += moves
    return tuple(lines), tuple(movements)


def _payment(draft: Draft, command: CompleteDraft, facts: Facts) -> tuple[Transaction, ...]:
    """Return the payment of the order: all of it received, or waited for; none of an order for nothing."""
    if not draft.total.minor:
        return ()
    waits = command.payment == "pending" or draft.terms is not None
    asked = Sale(draft.total, gateway=command.gateway, status="pending" if waits else "success")
    made = evolve(transaction_of(asked, draft.currency, facts), checkout=True)
    if waits:
        # Nobody is charged now, whoever is named.
        made = evolve(made, status=TransactionStatus.PENDING, intent=False)
    return (made,)


def end_reservation(draft: Draft, command: EndReservation, facts: Facts) -> DraftChange:
    """Put what is set aside for a draft on sale again once its time is over; its year goes on."""
    until = draft.reserve_until
    if until is None or until > facts.now:
        return DraftChange(before=draft, draft=draft)
    key = facts.new_id()
    moves = merged([move for line in draft.lines for move in let_go(line, key)])
    lines = tuple(evolve(line, allocated=()) for line in draft.lines)
    after = evolve(draft, lines=lines, reserve_until=None)
    return DraftChange(
        before=draft, draft=after, events=(ReservationEnded(draft.reserved, expired=True),), movements=moves
    )


def delete_draft(draft: Draft, command: DeleteDraft, facts: Facts) -> DraftChange:
    """
    Delete a draft (rule 5).

    Raises:
        DraftIsCompleted: Rule 2.
    """
    check_not_completed(draft)
    if command.idle and draft.updated_at.add(days=IDLE_DAYS) > facts.now:
        return DraftChange(before=draft, draft=draft)
    key = facts.new_id()
    moves = merged([move for line in draft.lines for move in let_go(line, key)])
    after = Draft(
        id=draft.id,
        name=draft.name,
        version=draft.version,
        currency=draft.currency,
        taxes_included=draft.taxes_included,
        created_at=draft.created_at,
        updated_at=facts.now,
        lines=(),
        source=draft.source,
        deleted_at=facts.now,
    )
    return DraftChange(before=draft, draft=after, events=(DraftDeleted(command.idle),), movements=moves)
