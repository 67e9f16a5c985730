"""
What discounts an order in REST JSON has, and what each took off what.

Rules:

1. ``discount_applications`` are the discounts as they were agreed; an allocation names one by its
   place.
2. An allocation that names none, and what a file without allocations says was taken off, belongs to
   the order's code, or to a discount without a name.
"""

from collections.abc import Callable, Iterable
from typing import Final, Protocol

import attrs

from backoffice_core.money import Money
from backoffice_core.orders.lines import Applied
from backoffice_core.shopify.rest_fields import Fields

NewId = Callable[[], str]
#: Ids of discounts with what they took off, in minor units.
Off = list[tuple[str, int]]

_SHARED: Final = "order"
_SHIPPING: Final = "shipping"


class Discounted(Protocol):
    """What a discount took something off."""

    @property
    def off(self) -> Off:
        """What each discount took off it."""


class Taken(Protocol):
    """What the discounts of an order, or of a draft, took off what."""

    def of_line(self, line: Fields, listed: int) -> Off:
        """Return what each discount took off a line of goods."""

    def of_shipping(self, line: Fields, listed: int) -> Off:
        """Return what each discount took off a shipping line."""

    def shared(self) -> str:
        """Return the id of the discount that what nothing else explains belongs to."""

    def applied(self, sold: Iterable[Discounted]) -> tuple[Applied, ...]:
        """Return the discounts with what they took off; those without are left out."""


@attrs.define(kw_only=True)
class _Discount:
    """A discount, before it is known what it took off."""

    id: str
    title: str
    code: str | None
    kind: str = "fixed"
    value: str | None = None
    target: str


class Discounts:
    """
    The discounts of one order.

    Raises:
        BadField: A field of one holds what cannot be meant.
    """

    def __init__(self, order: Fields, currency: str, new_id: NewId) -> None:
        self._currency = currency
        self._new_id = new_id
        self._told = [_told(one, new_id()) for one in order.each("discount_applications")]
        self._code = next((code for one in order.each("discount_codes") if (code := one.text("code"))), None)
        self._others: dict[str, _Discount] = {}

    def of_line(self, line: Fields, listed: int) -> Off:
        """Return what each discount took off a line of goods."""
        return self._off(line, _SHARED, listed, line.amount("total_discount", self._currency))

    def of_shipping(self, line: Fields, listed: int) -> Off:
        """Return what each discount took off a shipping line."""
        left = line.amount("discounted_price", self._currency)
        return self._off(line, _SHIPPING, listed, None if left is None else max(0, listed - left))

    def shared(self, target: str = _SHARED) -> str:
        """Return the id of the discount that nothing else is told of (rule 2)."""
        if target not in self._others:
            title = self._code or "Discount"
            self._others[target] = _Discount(id=self._new_id(), title=title, code=self._code, target=target)
        return self._others[target].id

    def applied(self, sold: Iterable[Discounted]) -> tuple[Applied, ...]:
        """Return the discounts with what they took off, in the file's order; those without are left out."""
        sums: dict[str, int] = {}
        for one in sold:
            for id, minor in one.off:
                sums[id] = sums.get(id, 0) + minor
        return tuple(
            Applied(
                id=one.id,
                title=one.title,
                code=one.code,
                kind=one.kind,
                value=one.value if one.value is not None else Money(sums[one.id], self._currency).amount,
                target=one.target,
                minor=sums[one.id],
                currency=self._currency,
            )
            for one in (*self._told, *self._others.values())
            if one.id in sums
        )

    def _off(self, line: Fields, target: str, listed: int, otherwise: int | None) -> Off:
        sums: dict[str, int] = {}
        for one in line.each("discount_allocations"):
            id = self._named(one, target)
            sums[id] = sums.get(id, 0) + (one.amount("amount", self._currency) or 0)
        if not sums and otherwise:
            sums[self.shared(target)] = otherwise
        if sum(sums.values()) > listed:
            given = Money(sum(sums.values()), self._currency).amount
            would_do = f"at most {Money(listed, self._currency).amount}, the price,"
            raise line.bad("discount_allocations", given, would_do)
        return [(id, minor) for id, minor in sums.items() if minor]

    def _named(self, allocation: Fields, target: str) -> str:
        place = allocation.units("discount_application_index")
        if place is None or place >= len(self._told):
            return self.shared(target)
        return self._told[place].id


def _told(one: Fields, id: str) -> _Discount:
    code = one.text("code")
    percentage = one.word("value_type") == "percentage"
    shipping, everything = one.word("target_type") == "shipping_line", one.word("target_selection") == "all"
    return _Discount(
        id=id,
        title=one.text("title") or code or one.text("description") or "Discount",
        code=code,
        kind="percentage" if percentage else "fixed",
        value=one.text_of_number("value") if percentage else None,
        target=_SHIPPING if shipping else (_SHARED if everything else "lines"),
    )
