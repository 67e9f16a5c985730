"""
Checkouts as a host reports them: what somebody is about to buy.

Rules:

1. A checkout has 1 to 499 lines. Prices, discounts and taxes are reckoned by the code that prices
   orders (``pricing.py``); its figures are those that the customer was shown last.
2. Nothing is billed, no number is taken and no stock is set aside while it is a checkout.
3. It becomes one order, however often and by however many it is tried: of exactly what was priced,
   or of what `Place` says. An order of the same source, or of a draft that was made of it, completes
   it too. Completed or closed, it does not change any more.
4. Who can be written to has left an address, a number, or is a customer that the host knows.
5. What its customer does is a change of it; what staff and time do leaves ``updated_at`` alone.

What is done about checkouts that are left behind stands in ``recovery.py``.
"""

from typing import ClassVar, Final

from backoffice_core.failures import Conflict, InvalidInput, InvalidValue, reason
from backoffice_core.money import MOST, Money, digits, minor_of
from backoffice_core.orders.asked import customer_of
from backoffice_core.orders.change import Change, Facts
from backoffice_core.orders.channel import check_open as check_channel
from backoffice_core.orders.checkout import Checkout, TypedCode
from backoffice_core.orders.checkoutcommands import (
    CheckoutChange,
    CloseCheckout,
    CompleteCheckout,
    GiveContact,
    ReachStep,
    StartCheckout,
    TryPayment,
    UpdateCheckout,
    same,
)
from backoffice_core.orders.draftpricing import asked_again, price_draft
from backoffice_core.orders.drafts import promised
from backoffice_core.orders.events import (
    CheckoutClosed,
    CheckoutCompleted,
    CheckoutDrafted,
    CheckoutPaymentTried,
    CheckoutStarted,
    CheckoutStepReached,
    CheckoutUpdated,
    ContactGiven,
    OrderEvent,
    OrderPlaced,
)
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.lines import Applied
from backoffice_core.orders.notes import note_text
from backoffice_core.orders.order import CustomerRef
from backoffice_core.orders.place import TotalMismatch, check_references
from backoffice_core.orders.recovery import check_open, due_at, ended, recovering
from backoffice_core.orders.reminder import Attempt, CheckoutStep, ReminderState
from backoffice_core.orders.transactions import events_of, intents_of, transaction_of
from backoffice_core.orders.visits import Visit, kept_visits

#: The channel of a checkout that a host reports, unless it says otherwise.
CHANNEL: Final = "web"
#: So many payments that were tried are kept; those before are on the timeline.
MOST_ATTEMPTS: Final = 50
#: Where ids are not those that the host's own channels give: an order of there has another id.
_FOREIGN: Final = "shopify"
#: The letters and digits of its id that a checkout without a source is called by.
_SHOWN: Final = 12


@reason
class CheckoutSourceTaken(Conflict):
    """
    A checkout of the same source was begun before with another content.

    Attributes:
        channel: The channel.

        id: The channel's own id.

        checkout_id: The checkout that it is here.
    """

    code: ClassVar[str] = "checkout_source_taken"
    channel: str
    id: str
    checkout_id: str

    def __str__(self) -> str:
        return f"{self.channel} {self.id} is checkout {self.checkout_id} with another content; update that one instead"


@reason
class NoContact(InvalidInput):
    """Contact details without any."""

    code: ClassVar[str] = "no_contact"

    def __str__(self) -> str:
        return "contact details need an email, a phone or a customer"


def start_checkout(command: StartCheckout, facts: Facts) -> CheckoutChange:
    """
    Begin a checkout.

    Raises:
        NoLines: Rule 1.
        TooManyLines: Rule 1.
        ChannelDisabled: The shop takes no orders from there.
    """
    settings = facts.settings
    channel = command.channel or (command.source[0] if command.source else CHANNEL)
    check_channel(channel, settings)
    currency = command.currency or settings.currency
    digits(currency)
    included = settings.taxes_included if command.taxes_included is None else command.taxes_included
    id = facts.new_id()
    person = customer_of(command.customer, command.email, command.phone)
    empty = Checkout(
        id=id,
        name=f"#{command.source[1] if command.source else id[-_SHOWN:]}",
        currency=currency,
        taxes_included=included,
        created_at=facts.now,
        updated_at=facts.now,
        customer=person,
        shipping_address=command.shipping_address,
        billing_address=command.billing_address,
        note=command.note,
        attributes=command.attributes,
        lines=(),
        listed_minor=0,
        discounts_minor=0,
        subtotal_minor=0,
        tax_minor=0,
        total_minor=0,
        channel=channel,
        landing_site=command.landing_site,
        referring_site=command.referring_site,
        cart_token=command.cart_token,
        source=command.source,
        step=command.step or (CheckoutStep.CONTACT if reachable(person) else CheckoutStep.CART),
        contact_at=facts.now if reachable(person) else None,
    )
    priced = price_draft(empty, command.lines, command.shipping, command.discounts, facts, exempt=False)
    made = figured(priced)
    made = evolve(made, due_at=due_at(made, facts))
    return CheckoutChange(before=None, checkout=made, events=(CheckoutStarted(made.name, made.total_minor, currency),))


def reachable(person: CustomerRef | None) -> bool:
    """Whether a customer can be written to or is known (rule 4)."""
    return person is not None and bool(person.email or person.phone or person.id)


def figured(checkout: Checkout) -> Checkout:
    """
    Return a checkout with the figures that follow from its lines.

    Raises:
        InvalidValue: Its total is more than any storage keeps.
    """
    sums = checkout.as_order.sums
    if sums.total > MOST:
        raise InvalidValue("total", f"{sums.total} minor units", f"at most {MOST} minor units")
    return evolve(
        checkout,
        listed_minor=sum(line.unit_minor * line.quantity for line in checkout.lines if not line.is_tip),
        discounts_minor=sums.discounts,
        subtotal_minor=sums.subtotal,
        tax_minor=sums.tax,
        total_minor=sums.total,
        codes=tuple(_code(one) for one in checkout.discounts if one.code is not None),
    )


def _code(one: Applied) -> TypedCode:
    kind = "shipping" if one.target == "shipping" else "fixed_amount" if one.kind == "fixed" else "percentage"
    return TypedCode(code=one.code or "", kind=kind, minor=one.minor, currency=one.currency)


# --- what its customer does


def update_checkout(checkout: Checkout, command: UpdateCheckout, facts: Facts) -> CheckoutChange:
    """
    Change what a checkout holds; what is left out stays.

    Raises:
        CheckoutIsOver: Rule 3.
        NoLines: Rule 1.
        TooManyLines: Rule 1.
    """
    check_open(checkout)
    after = evolve(
        checkout,
        shipping_address=command.shipping_address or checkout.shipping_address,
        billing_address=command.billing_address or checkout.billing_address,
        note=checkout.note if command.note is None else note_text(command.note),
        attributes=checkout.attributes if command.attributes is None else command.attributes,
        step=command.step or checkout.step,
    )
    asked = (command.lines, command.shipping, command.discounts)
    if any(one is not None for one in asked):
        after = figured(asked_again(after, *asked, facts, exempt=False))
    if after == checkout:
        return same(checkout)
    return _touched(checkout, after, CheckoutUpdated(checkout.total_minor, after.total_minor), facts)


def give_contact(checkout: Checkout, command: GiveContact, facts: Facts) -> CheckoutChange:
    """
    Tell who is about to buy; what is left out stays.

    Raises:
        CheckoutIsOver: Rule 3.
        NoContact: Nothing was told.
    """
    check_open(checkout)
    person = customer_of(command.customer or checkout.customer, command.email, command.phone)
    if person is None or not reachable(person):
        raise NoContact
    if command.accepts_marketing is not None:
        person = evolve(person, accepts_marketing=command.accepts_marketing)
    step = CheckoutStep.CONTACT if checkout.step in (None, CheckoutStep.CART) else checkout.step
    after = evolve(checkout, customer=person, contact_at=checkout.contact_at or facts.now, step=step)
    return same(checkout) if after == checkout else _touched(checkout, after, ContactGiven(), facts)


def reach_step(checkout: Checkout, command: ReachStep, facts: Facts) -> CheckoutChange:
    """
    Tell how far the customer came; they may go back.

    Raises:
        CheckoutIsOver: Rule 3.
    """
    check_open(checkout)
    if checkout.step is command.step:
        return same(checkout)
    return _touched(checkout, evolve(checkout, step=command.step), CheckoutStepReached(command.step.value), facts)


def try_payment(checkout: Checkout, command: TryPayment, facts: Facts) -> CheckoutChange:
    """
    Tell that a payment was tried.

    Raises:
        CheckoutIsOver: Rule 3.
        InvalidValue: The amount is below zero.
    """
    check_open(checkout)
    given = command.amount
    minor = checkout.total_minor if given is None else minor_of(given, checkout.currency, "amount")
    if minor < 0:
        raise InvalidValue("amount", str(Money(minor, checkout.currency)), "an amount that is not below zero")
    one = Attempt(
        at=facts.now,
        gateway=command.gateway,
        status=command.status,
        minor=minor,
        currency=checkout.currency,
        reference=command.reference,
        error=command.error,
    )
    after = evolve(
        checkout,
        gateway=command.gateway,
        step=CheckoutStep.PAYMENT if checkout.step is not CheckoutStep.REVIEW else checkout.step,
        attempts=(*checkout.attempts, one)[-MOST_ATTEMPTS:],
    )
    return _touched(checkout, after, CheckoutPaymentTried(one.gateway, minor, one.status), facts)


def _touched(before: Checkout, after: Checkout, told: OrderEvent, facts: Facts) -> CheckoutChange:
    """Return a change that its customer made: whatever was planned to ask them back is not any more."""
    reminders = tuple(one for one in after.reminders if one.state is not ReminderState.SCHEDULED)
    after = evolve(after, updated_at=facts.now, abandoned_at=None, imported_at=None, reminders=reminders)
    if after.contact_at is None and reachable(after.customer):
        after = evolve(after, contact_at=facts.now)
    return CheckoutChange(before=before, checkout=evolve(after, due_at=due_at(after, facts)), events=(told,))


# --- its end


def order_source(checkout: Checkout) -> tuple[str, str]:
    """Return the source of the order that a checkout becomes: unique, so there is only one (rule 3)."""
    if checkout.source is not None and checkout.source[0] != _FOREIGN:
        return checkout.source
    return "checkout", checkout.id


def complete_checkout(checkout: Checkout, command: CompleteCheckout, facts: Facts) -> CheckoutChange:
    """
    Make an order of a checkout (rule 3).

    Raises:
        CheckoutIsOver: It was completed or closed.
        TotalMismatch: The caller expects another total.
        OutOfStock: Something of it is not there.
    """
    check_open(checkout)
    key = facts.new_id()
    lines, movements = promised(checkout.lines, key, facts)
    check_references(command.payments)
    made = tuple(
        evolve(transaction_of(payment, checkout.currency, facts), checkout=True) for payment in command.payments
    )
    settings = facts.settings
    order = evolve(
        checkout.as_order,
        id=key,
        name=f"{settings.name_prefix}{facts.number}{settings.name_suffix}",
        number=facts.number,
        version=0,
        created_at=facts.now,
        updated_at=facts.now,
        source=order_source(checkout),
        checkout_id=checkout.id,
        lines=lines,
        transactions=made,
        visits=_visits(checkout, facts),
    )
    _check_total(command, order.original_total_minor, checkout.currency)
    notify = "order_placed" in settings.notifications if command.notify is None else command.notify
    placed = OrderPlaced(order.name, order.original_total_minor, order.currency, False, notify)
    placing = Change(
        before=None,
        order=order,
        events=(placed, *events_of(made, order)),
        movements=movements,
        intents=intents_of(made, facts),
    )
    done = completed(checkout, key, facts, elsewhere=False)
    return evolve(done, order=order, placing=placing)


def _visits(checkout: Checkout, facts: Facts) -> tuple[Visit, ...]:
    """Return the visit that began with a checkout, where it was told how its customer came."""
    if checkout.landing_site is None and checkout.referring_site is None:
        return ()
    visit = Visit(at=checkout.created_at, landing_page=checkout.landing_site, referrer=checkout.referring_site)
    return kept_visits([visit], facts.now)


def _check_total(command: CompleteCheckout, total: int, currency: str) -> None:
    if command.expected_total is not None:
        expected = minor_of(command.expected_total, currency, "expected_total")
        if expected != total:
            raise TotalMismatch(Money(expected, currency), Money(total, currency))


def completed(checkout: Checkout, order_id: str, facts: Facts, *, elsewhere: bool) -> CheckoutChange:
    """
    Return the change of a checkout that became an order.

    Args:
        checkout: The checkout, open.

        order_id: The order.

        facts: What is known.

        elsewhere: Whether the order was made in another way, which recovers nothing.
    """
    by = None if elsewhere else recovering(checkout, facts)
    after, events = ended(checkout, "completed")
    told = CheckoutCompleted(order_id, recovered=by is not None, elsewhere=elsewhere)
    after = evolve(
        after,
        completed_at=facts.now,
        order_id=order_id,
        recovered_at=facts.now if by is not None else None,
        recovered_by=by.id if by is not None else None,
    )
    after = evolve(after, due_at=due_at(after, facts))
    return CheckoutChange(before=checkout, checkout=after, events=(told, *events))


def close_checkout(checkout: Checkout, command: CloseCheckout, facts: Facts) -> CheckoutChange:
    """Close a checkout that will not become an order; one that is over stays as it is."""
    if checkout.is_over:
        return same(checkout)
    after, events = ended(checkout, "closed")
    after = evolve(after, closed_at=facts.now)
    after = evolve(after, due_at=due_at(after, facts))
    return CheckoutChange(before=checkout, checkout=after, events=(CheckoutClosed(), *events))


def drafted(checkout: Checkout, draft_id: str, facts: Facts) -> CheckoutChange:
    """Return the change of a checkout that staff made a draft of: it is kept, and nobody is asked back."""
    after, events = ended(evolve(checkout, draft_id=draft_id), "drafted")
    after = evolve(after, due_at=due_at(after, facts))
    return CheckoutChange(before=checkout, checkout=after, events=(CheckoutDrafted(draft_id), *events))
