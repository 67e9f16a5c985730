"""
What a draft order in REST JSON sells: lines, a shipping line and discounts that sum to its figures.

Rules:

1. A line's price, units and taxes are the file's, as those of an order. A draft has no tips: what
   is called so is goods.
2. ``applied_discount`` of a line is taken off that line, that of the draft is shared by what the
   lines cost then; its ``amount`` counts, its ``value`` only tells how it came about.
3. The shipping line has no taxes of its own in the file. What ``tax_lines`` of the draft have
   beyond those of the lines are its taxes.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import attrs

from backoffice_core.failures import InvalidInput
from backoffice_core.money import Money
from backoffice_core.orders.asked import LONGEST_TITLE, Discount
from backoffice_core.orders.lines import Applied
from backoffice_core.shopify.rest_discounts import Discounted, Off
from backoffice_core.shopify.rest_fields import Fields
from backoffice_core.shopify.rest_goods import RestGoods, charge_of, goods_of, line_of, share_off
from backoffice_core.shopify.rest_sold import Figures, Sold, tax_lines_of
from backoffice_core.shopify.sheet import SheetTax

NewId = Callable[[], str]

_APPLIED: Final = "applied_discount"


@attrs.frozen(kw_only=True)
class _Agreed:
    """A discount as the file has it; ``percent`` is None for an amount."""

    id: str
    title: str
    percent: str | None
    target: str
    minor: int


class DraftDiscounts:
    """
    The discounts of one draft.

    Raises:
        BadField: A field of that of the draft holds what cannot be meant.
    """

    def __init__(self, draft: Fields, currency: str, new_id: NewId) -> None:
        self._currency = currency
        self._new_id = new_id
        self._agreed: list[_Agreed] = []
        self._whole = self._told(draft, "order")

    @property
    def told(self) -> int:
        """What all of them take off, as the file has it."""
        return sum(one.minor for one in self._agreed)

    @property
    def of_whole(self) -> int:
        """What that of the draft as a whole takes off, as the file has it."""
        return self._whole.minor if self._whole is not None else 0

    def of_line(self, line: Fields, listed: int) -> Off:
        """Return what was taken off a line."""
        one = self._told(line, "lines")
        if one is None or not one.minor:
            return []
        if one.minor > listed:
            given, most = (Money(minor, self._currency).amount for minor in (one.minor, listed))
            raise line.bad(f"{_APPLIED}.amount", given, f"at most {most}, the price,")
        return [(one.id, one.minor)]

    def of_shipping(self, line: Fields, listed: int) -> Off:
        """Return nothing: a draft has no discounts on shipping."""
        return []

    def shared(self) -> str:
        """Return the id of the discount on the draft as a whole; one is made where there is none."""
        if self._whole is None:
            self._whole = _Agreed(id=self._new_id(), title="Discount", percent=None, target="order", minor=0)
            self._agreed.append(self._whole)
        return self._whole.id

    def applied(self, sold: Iterable[Discounted]) -> tuple[Applied, ...]:
        """Return the discounts with what they took off; those without are left out."""
        sums: dict[str, int] = {}
        for one in sold:
            for id, minor in one.off:
                sums[id] = sums.get(id, 0) + minor
        first = [one for one in self._agreed if one.target == "order"]
        rest = [one for one in self._agreed if one.target != "order"]
        return tuple(self._as_applied(one, sums[one.id]) for one in (*first, *rest) if one.id in sums)

    def _as_applied(self, one: _Agreed, minor: int) -> Applied:
        # Another sum than the file's is no longer that percentage: a later change would undo it.
        percent = one.percent if minor == one.minor else None
        return Applied(
            id=one.id,
            title=one.title,
            kind="fixed" if percent is None else "percentage",
            value=Money(minor, self._currency).amount if percent is None else percent,
            target=one.target,
            minor=minor,
            currency=self._currency,
        )

    def _told(self, of: Fields, target: str) -> _Agreed | None:
        one = of.one(_APPLIED)
        if one is None:
            return None
        minor = one.amount("amount", self._currency)
        if minor is None:
            raise one.bad("amount", "nothing", "what it takes off")
        title = one.text("title") or one.text("description") or "Discount"
        found = _Agreed(
            id=self._new_id(),
            title=title[:LONGEST_TITLE],
            percent=_percent(one) if one.word("value_type") == "percentage" else None,
            target=target,
            minor=minor,
        )
        self._agreed.append(found)
        return found


def _percent(one: Fields) -> str | None:
    """Return a percentage that a draft may have here; None for any other."""
    percent = one.text_of_number("value")
    try:
        return str(Discount("Discount", percent=percent).percent) if percent is not None else None
    except InvalidInput:
        return None


def draft_goods_of(draft: Fields, figures: Figures, new_id: NewId, *, taxes_included: bool) -> RestGoods:
    """
    Return lines, the shipping line and discounts that sum to the figures of the file.

    Args:
        draft: The draft as the file has it.

        figures: What it says of itself as a whole.

        new_id: Makes an id.

        taxes_included: What holds where the file does not say.

    Raises:
        BadField: A field holds what cannot be meant.
        FiguresDisagree: The subtotal is more than the lines cost, or less is taxed than the taxes
            that it contains.
    """
    currency = figures.currency
    discounts = DraftDiscounts(draft, currency, new_id)
    lines = [line_of(one, currency, discounts, tips=False) for one in draft.each("line_items")]
    _share_whole(draft, lines, discounts, figures)
    shipping = draft.one("shipping_line")
    charges = [charge_of(shipping, currency, discounts)] if shipping is not None else []
    for one in charges:
        beyond = list(_beyond(tax_lines_of(draft, currency), lines))
        if not one.taxes and sum(tax.minor for tax in beyond) <= one.price:
            one.taxes = beyond
    figures = attrs.evolve(figures, discounts=discounts.told)
    return goods_of(draft, figures, lines, charges, discounts, new_id, taxes_included=taxes_included)


def _share_whole(draft: Fields, lines: Sequence[Sold], discounts: DraftDiscounts, figures: Figures) -> None:
    """
    Take the discount of the draft off its lines, in proportion to what they cost (rule 2).

    Raises:
        BadField: It is more than they cost, and no subtotal says how much of it counts.
    """
    cost, off = sum(one.price for one in lines), discounts.of_whole
    if off > cost and figures.subtotal is None:
        would_do = f"at most {figures.text(cost)}, which the lines cost,"
        raise draft.bad(f"{_APPLIED}.amount", figures.text(off), would_do)
    if off and cost:
        share_off(lines, min(off, cost), [one.price for one in lines], discounts)


def _beyond(whole: Sequence[SheetTax], lines: Sequence[Sold]) -> Iterator[SheetTax]:
    """Yield what taxes of the draft have beyond those of its lines (rule 3)."""
    for tax in whole:
        on_lines = sum(one.minor for line in lines for one in line.taxes if _same(one, tax))
        # Where no line carries any tax, those of the whole are shared by price instead.
        if 0 < on_lines < tax.minor:
            yield SheetTax(tax.title, tax.rate, tax.minor - on_lines)


def _same(one: SheetTax, other: SheetTax) -> bool:
    return (one.title, one.rate) == (other.title, other.rate)
