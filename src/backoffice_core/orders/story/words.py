"""What sentences are made with: amounts and numbers as a language writes them, and who did it."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import attrs

from backoffice_core.money import Money
from backoffice_core.orders.events import OrderEvent
from backoffice_core.orders.facts import Hold
from backoffice_core.orders.order import Order


@attrs.frozen
class Words:
    """
    The words of a language about one event.

    Attributes:
        order: The order that it happened to, as it is now.

        actor: Who did it, None when nobody was named.

        written: Writes an amount, where it is to stand otherwise than `amount` has it.
    """

    #: Stands between each three digits of a number.
    thousands: ClassVar[str]
    #: Stands before the fraction of an amount.
    point: ClassVar[str]
    #: Stands between an amount and its currency.
    gap: ClassVar[str]
    #: Words for reasons that are known; others are told as they were given, and an empty word not at all.
    reasons: ClassVar[Mapping[str, str]]

    order: Order
    actor: str | None
    written: Callable[[Money], str] | None = None

    @classmethod
    def amount(cls, money: Money) -> str:
        """Return an amount as the language writes it, with its currency."""
        sign, digits = ("-", money.amount[1:]) if money.minor < 0 else ("", money.amount)
        whole, _, fraction = digits.partition(".")
        rest = f"{cls.point}{fraction}" if fraction else ""
        return f"{sign}{cls.number(int(whole))}{rest}{cls.gap}{money.currency}"

    @classmethod
    def number(cls, number: int) -> str:
        """Return a whole number as the language writes it."""
        return f"{number:,}".replace(",", cls.thousands)

    def money(self, minor: int) -> str:
        """Return minor units of the order's currency as the language writes them."""
        return (self.written or self.amount)(Money(minor, self.order.currency))

    def reason(self, reason: str | None) -> str:
        """Return why, in parentheses; nothing where that says nothing."""
        why = self.reasons.get(reason, reason) if reason else ""
        return f" ({why})" if why else ""

    def parcel(self, id: str) -> str:
        """Return the name of a fulfillment; its id where the order does not know it."""
        return next((one.name for one in self.order.fulfillments if one.id == id), id)

    def returned(self, id: str) -> str:
        """Return the name of a return; its id where the order does not know it."""
        return next((one.name for one in self.order.returns if one.id == id), id)

    def worth(self, id: str) -> str:
        """Return what a refund was for: units, amounts on lines, shipping."""
        refund = next((one for one in self.order.refunds if one.id == id), None)
        if refund is None:
            return self.money(0)
        return self.money(sum(one.minor for one in refund.lines) + sum(one.minor for one in refund.shipping))

    def hold(self, id: str) -> Hold | None:
        """Return a hold of the order."""
        return next((one for one in self.order.holds if one.id == id), None)


#: A sentence for each event class, without a capital and a full stop. The event is of that class.
Table = Mapping[type[OrderEvent], Callable[[Any, Any], str]]
