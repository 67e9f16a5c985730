"""A checkout that lived through everything, for codecs and storages."""

import attrs

from backoffice_core.orders.asked import Discount, Line, Sale, Tax
from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.checkoutcommands import (
    CheckoutChange,
    CheckoutCommand,
    CloseCheckout,
    CompleteCheckout,
    FollowLink,
    GiveContact,
    PassTime,
    ReachStep,
    ReadyReminder,
    ReminderAgain,
    ReminderFailed,
    ReminderSent,
    SendRecovery,
    StartCheckout,
    TakeLink,
    TryPayment,
    UpdateCheckout,
)
from backoffice_core.orders.checkouts import drafted
from backoffice_core.orders.rules import decide_checkout
from backoffice_core.policies import Recovery
from backoffice_core.testing.builders import a_shop, some_facts
from backoffice_core.testing.clock import START, FrozenClock
from backoffice_core.testing.ids import CountingIds


def a_checkout_life(id: str = "checkout-2") -> list[CheckoutChange]:
    """Return the changes of a checkout that was left, asked back and completed, and of one that was closed."""
    clock = FrozenClock(START)
    known = some_facts(
        settings=a_shop(recovery=Recovery(after=(10, 24))), new_id=CountingIds(series=5), actor="marie", number=1007
    )
    asked = StartCheckout(lines=[Line("Tea", sku="TEA", quantity=2, price="10.00")], source=("web", "cart-7"))
    first = decide_checkout(None, asked, known)
    changes = [attrs.evolve(first, checkout=attrs.evolve(first.checkout, id=id, version=1))]

    def do(*commands: CheckoutCommand, hours: int = 0) -> Checkout:
        """Run commands on the checkout, one after the other; return it."""
        clock.tick(hours=hours)
        for command in commands:
            clock.tick(minutes=1)
            before = changes[-1].checkout
            change = decide_checkout(before, command, attrs.evolve(known, now=clock()))
            assert change, command
            changes.append(attrs.evolve(change, checkout=attrs.evolve(change.checkout, version=before.version + 1)))
        return changes[-1].checkout

    do(
        GiveContact(email="ada@example.com", accepts_marketing=True),
        UpdateCheckout(
            lines=[Line("Tea", sku="TEA", quantity=3, price="10.00", taxes=[Tax("TVA", "0.20")])],
            discounts=[Discount("Spring", percent="10", code="SPRING")],
            shipping="4.90",
        ),
        ReachStep(step="payment"),
        TryPayment(gateway="card", error="declined", reference="pi_1"),
    )
    do(PassTime(), hours=1)
    waits = do(PassTime(), hours=10).reminders[0].id
    do(ReadyReminder(reminder_id=waits, hash="a" * 64), ReminderSent(reminder_id=waits))
    by_hand = do(SendRecovery(message="We kept it for you.")).reminders[-1].id
    do(
        ReadyReminder(reminder_id=by_hand, hash="b" * 64),
        ReminderFailed(reminder_id=by_hand, reason="undeliverable"),
        ReminderAgain(reminder_id=by_hand),
        ReminderSent(reminder_id=by_hand),
    )
    done = attrs.evolve(drafted(do(TakeLink(hash="c" * 64)), "draft-7", attrs.evolve(known, now=clock())))
    changes.append(attrs.evolve(done, checkout=attrs.evolve(done.checkout, version=done.checkout.version + 1)))
    do(FollowLink(hash="a" * 64), CompleteCheckout(payments=[Sale("31.90", gateway="card", reference="pi_2")]))
    other = decide_checkout(None, asked, known)
    return [*changes, decide_checkout(other.checkout, CloseCheckout(), known)]


def a_lived_checkout() -> Checkout:
    """Return the checkout that was completed; as if it had been imported once, too."""
    return attrs.evolve(a_checkout_life()[-2].checkout, imported_at=START)
