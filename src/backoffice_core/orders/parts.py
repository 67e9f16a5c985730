"""
What each unit cost, to the last cent, for ever.

Rules:

1. Of a line only the paid amount (what the customer pays for it, tax in) is spread over its
   units: the first *k* units cost ``paid * k / quantity``, rounded half up. Spreading net,
   discount and tax apart would give negative cents.
2. Of the sum T of the line's taxes the first *k* units carry ``T * paid(k) / paid``, rounded
   half up, and nothing when nothing was paid. These cents go to the single taxes in one fixed
   order, that of the line's taxes.
3. A line is a row of units cut into spans. Placing makes one, an increase appends one. What
   changes the value of units that nobody has consumed ends the span there and opens a new one,
   so a consumed unit keeps its cents for ever.
4. Removals and refunds consume units from the low end. Hence the parts of all units sum to the
   line's totals after any history, and none is negative.

Amounts are minor units of the order's currency.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import attrs

from backoffice_core.money import allocate, ratio
from backoffice_core.orders.evolve import evolve


@attrs.frozen
class Part:
    """
    What some units cost.

    Attributes:
        paid: What the customer pays for them, tax in.

        taxes: What of it is tax, one figure for each tax of the line, in the line's order.
    """

    paid: int
    taxes: tuple[int, ...] = ()

    @property
    def tax(self) -> int:
        """The sum of the taxes."""
        return sum(self.taxes)

    @property
    def net(self) -> int:
        """What is left without the taxes."""
        return self.paid - sum(self.taxes)

    def __add__(self, other: "Part") -> "Part":
        return Part(self.paid + other.paid, added(self.taxes, other.taxes))

    def __sub__(self, other: "Part") -> "Part":
        return Part(self.paid - other.paid, added(self.taxes, [-tax for tax in other.taxes]))


NOTHING: Final = Part(0)


def added(left: Sequence[int], right: Sequence[int]) -> tuple[int, ...]:
    """Add two rows of figures; a shorter one counts as zero at its end."""
    if len(left) < len(right):
        left, right = right, left
    return (*(a + b for a, b in zip(left, right, strict=False)), *left[len(right) :])


@attrs.frozen
class Span:
    """
    Units in a row that were agreed together.

    Attributes:
        quantity: Over how many units the amounts are spread.

        paid: What is paid for them all, tax in.

        taxes: What of it is tax, in the order of the line's taxes.

        until: How many of its units are still told by this span; the rest moved to the next.

        discounts: What each discount took off them all: id of the discount, amount.
    """

    quantity: int
    paid: int
    taxes: tuple[int, ...]
    until: int
    discounts: tuple[tuple[str, int], ...] = ()

    def first(self, units: int) -> Part:
        """Return what the first *units* units cost."""
        if units == self.quantity:
            return Part(self.paid, self.taxes)
        paid = ratio(self.paid, units, self.quantity)
        return Part(paid, taxes_of(self.taxes, self.paid, paid))

    def units(self, start: int, end: int) -> Part:
        """Return what the units from *start* up to *end* cost, counted within the span."""
        return self.first(end) - self.first(start) if start else self.first(end)


def span(quantity: int, paid: int, taxes: Sequence[int], discounts: Iterable[tuple[str, int]] = ()) -> Span:
    """Return a span that tells all of its units."""
    return Span(quantity, paid, tuple(taxes), quantity, tuple(discounts))


def taxes_of(taxes: tuple[int, ...], paid: int, share: int) -> tuple[int, ...]:
    """
    Return what of *share*, the first cents of *paid*, is each of the *taxes* (rule 2).

    Each figure grows with *share* and reaches its tax at the end, so no later cent is negative.
    """
    if not taxes:
        return ()
    whole = sum(taxes)
    cents = ratio(whole, share, paid) if paid else 0
    split: list[int] = []
    for tax in taxes:
        taken = ratio(tax, cents, whole) if whole else 0
        split.append(taken)
        cents, whole = cents - taken, whole - tax
    return tuple(split)


def count(spans: Sequence[Span]) -> int:
    """Return how many units the spans tell."""
    return sum(one.until for one in spans)


def value(spans: Sequence[Span], start: int = 0, end: int | None = None) -> Part:
    """Return what the units from *start* up to *end* cost; to the last one when *end* is left out."""
    total, base = NOTHING, 0
    for one in spans:
        low = max(start - base, 0)
        high = one.until if end is None else min(end - base, one.until)
        if low < high:
            total = total + one.units(low, high)
        base += one.until
    return total


def paid_and_tax(spans: Sequence[Span], start: int = 0) -> tuple[int, int]:
    """Return what `value` says of the units from *start* on, as two sums; every figure rests on it."""
    paid = tax = base = 0
    for one in spans:
        low = start - base
        if low < one.until:
            if one.until == one.quantity:
                paid, tax = paid + one.paid, tax + sum(one.taxes)
            else:
                part = one.first(one.until)
                paid, tax = paid + part.paid, tax + sum(part.taxes)
            if low > 0:
                part = one.first(low)
                paid, tax = paid - part.paid, tax - sum(part.taxes)
        base += one.until
    return paid, tax


def unit_parts(spans: Sequence[Span]) -> list[Part]:
    """Return what each single unit cost, first to last."""
    return [one.units(at, at + 1) for one in spans for at in range(one.until)]


def take_amount(spans: Sequence[Span], consumed: int, amount: int) -> tuple[tuple[Span, ...], Part]:
    """
    Take *amount* off the units that are not consumed, by what they paid.

    Args:
        spans: The spans of the line.

        consumed: How many units, from the low end, are gone; they keep their cents.

        amount: What to take, at most what the others are worth.

    Returns:
        The new spans, and what was taken with the tax in it.
    """
    lows = open_from(spans, consumed)
    worth = [one.units(low, one.until).paid for low, one in zip(lows, spans, strict=True)]
    shares = allocate(amount, worth)
    result: list[Span] = []
    taken = NOTHING
    for one, low, share in zip(spans, lows, shares, strict=True):
        if not share:
            result.append(one)
            continue
        rest = one.units(low, one.until)
        off = Part(share, taxes_of(rest.taxes, rest.paid, share))
        taken = taken + off
        result.extend(reopened(one, low, rest - off, carried(one, low)))
    return tuple(result), taken


def open_from(spans: Sequence[Span], consumed: int) -> list[int]:
    """Return for each span its first unit that is not consumed, counted within it; its end where all are."""
    lows, base = [], 0
    for one in spans:
        lows.append(min(max(consumed - base, 0), one.until))
        base += one.until
    return lows


def carried(one: Span, low: int) -> tuple[tuple[str, int], ...]:
    """Return what each discount takes off the units of a span from *low* on."""
    return tuple((of, ratio(off, one.until, one.quantity) - ratio(off, low, one.quantity)) for of, off in one.discounts)


def reopened(one: Span, low: int, rest: Part, discounts: Iterable[tuple[str, int]]) -> list[Span]:
    """End a span at its unit *low* and open one for what is left, now worth *rest* (rule 3)."""
    opened = span(one.until - low, rest.paid, rest.taxes, discounts)
    return [opened] if not low else [evolve(one, until=low), opened]
