"""
What each action of an edit does to the order so far.

Rules:

1. What was agreed is frozen: prices, discounts and taxes change by an action that says so
   (``reprice.py``).
2. Units that were shipped cannot be removed, nor those that were refunded. Units that leave are
   worth their stored parts and take their share of discounts with them.
3. Stock: units that come are promised as at placing, units that leave go on sale again or are
   written off.
4. In figures it is the refund rule without money: goodwill granted earlier on what leaves is
   taken back with it, so the current total is never negative.
5. A variant that is on the order already is not added again unless the action says so.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Final

import attrs

from backoffice_core.failures import InvalidValue, Refused, reason
from backoffice_core.money import MOST
from backoffice_core.orders.actions import (
    Action,
    AddCustomItem,
    AddDiscount,
    AddShipping,
    AddVariant,
    ChangeShipping,
    RemoveDiscount,
    RemoveShipping,
    SetQuantity,
)
from backoffice_core.orders.amounts import shipping_gone
from backoffice_core.orders.asked import Line, Shipping, Tax
from backoffice_core.orders.change import Facts
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.facts import Movement
from backoffice_core.orders.find import discount_named, line_named, replaced_line, shipping_line_named
from backoffice_core.orders.givenback import RefundLine, Removal, Restock, ShippingPart
from backoffice_core.orders.lines import LineItem, ShippingLine
from backoffice_core.orders.order import Order
from backoffice_core.orders.parts import value
from backoffice_core.orders.place import MOST_LINES, TooManyLines
from backoffice_core.orders.pricing import Terms, applied, price, shares_of
from backoffice_core.orders.refund import shipping_part
from backoffice_core.orders.reprice import discounted, extended, given_back, price_left
from backoffice_core.orders.stock import Level, commit, free, seen_after


@reason
class BelowShipped(Refused):
    """
    A line is to have fewer units than were shipped and stay with the customer.

    Attributes:
        order_id: The order.

        line: The line's id.

        requested: Units that were asked for.

        minimum: The fewest that would have been possible.
    """

    code: ClassVar[str] = "below_shipped"
    order_id: str
    line: str
    requested: int
    minimum: int

    def __str__(self) -> str:
        return (
            f"order {self.order_id}: line {self.line} cannot have {self.requested} units, {self.minimum} were shipped;"
            f" {self.minimum} are possible, and shipped units are given back by a refund"
        )


@reason
class AlreadyOnOrder(Refused):
    """
    A variant is on the order already.

    Attributes:
        order_id: The order.

        variant: What was asked for, an id or SKU.

        line: The line that has it.
    """

    code: ClassVar[str] = "already_on_order"
    order_id: str
    variant: str
    line: str

    def __str__(self) -> str:
        return (
            f"order {self.order_id} has {self.variant!r} on line {self.line}; set the quantity of that line,"
            f" or add a second one with allow_duplicate=True"
        )


@attrs.frozen
class Fold:
    """
    How far an edit is.

    Attributes:
        order: The order so far.

        key: The id of the edit.

        facts: What a rule may know.

        levels: The stock as it is seen then.

        movements: What moved so far.

        field: What errors call the action.
    """

    order: Order
    key: str
    facts: Facts
    levels: Mapping[tuple[str, str], Level]
    movements: tuple[Movement, ...] = ()
    field: str = ""

    def moved(self, movements: Iterable[Movement]) -> "Fold":
        """Return it after some movements of stock."""
        made = tuple(movements)
        return evolve(self, movements=self.movements + made, levels=seen_after(self.levels, made))

    @property
    def terms(self) -> Terms:
        """How what comes is priced."""
        settings = self.facts.settings
        return Terms(
            currency=self.order.currency,
            taxes_included=self.order.taxes_included,
            tax_rounding=settings.tax_rounding,
            new_id=self.facts.new_id,
        )


# --- lines


def _add_variant(fold: Fold, action: AddVariant) -> Fold:
    sold = fold.facts.variants[action.variant]
    for line in fold.order.lines:
        if line.variant_id == sold.id and fold.order.counters[line.id].current and not action.allow_duplicate:
            raise AlreadyOnOrder(fold.order.id, action.variant, line.id)
    return _with_line(fold, action.line)


def _add_custom_item(fold: Fold, action: AddCustomItem) -> Fold:
    return _with_line(fold, action.line)


def _with_line(fold: Fold, asked: Line) -> Fold:
    if len(fold.order.lines) >= MOST_LINES:
        raise TooManyLines(len(fold.order.lines) + 1, MOST_LINES)
    (line,) = price((asked,), (), (), fold.terms, fold.facts.variants, field=fold.field).lines
    return _promised(evolve(fold, order=evolve(fold.order, lines=(*fold.order.lines, line))), line, line.quantity)


def _promised(fold: Fold, line: LineItem, units: int) -> Fold:
    """Promise the stock of more units of a line (rule 3)."""
    allocated, moves = commit(line, units, fold.key, fold.facts.places, fold.levels)
    if not moves:
        return fold
    lines = replaced_line(fold.order, evolve(line, allocated=allocated))
    return evolve(fold, order=evolve(fold.order, lines=lines)).moved(moves)


def _set_quantity(fold: Fold, action: SetQuantity) -> Fold:
    line = line_named(fold.order, action.line)
    more = action.quantity - fold.order.counters[line.id].current
    if more > 0:
        return _more(fold, line, more)
    return _fewer(fold, line, action) if more else fold


def _more(fold: Fold, line: LineItem, units: int) -> Fold:
    longer = extended(line, units, included=fold.order.taxes_included)
    if longer.unit_minor * longer.quantity > MOST:
        raise InvalidValue(fold.field, f"{longer.quantity} units", f"at most {MOST} minor units on a line")
    grown = evolve(fold, order=evolve(fold.order, lines=replaced_line(fold.order, longer)))
    return _promised(grown, longer, units)


def _fewer(fold: Fold, line: LineItem, action: SetQuantity) -> Fold:
    row = fold.order.counters[line.id]
    units, minimum = row.current - action.quantity, row.current - row.unshipped
    if action.quantity < minimum:
        raise BelowShipped(fold.order.id, line.id, action.quantity, minimum)
    part = value(line.spans, row.consumed, row.consumed + units)
    allocated, moves = free(line, units, fold.key, restock=action.restock)
    if moves:
        lines = replaced_line(fold.order, evolve(line, allocated=allocated))
        fold = evolve(fold, order=evolve(fold.order, lines=lines)).moved(moves)
    return _left(fold, part.paid, lines=(RefundLine.of(line, part, units, Restock.CANCEL),))


def _left(
    fold: Fold, worth: int, *, lines: tuple[RefundLine, ...] = (), shipping: tuple[ShippingPart, ...] = ()
) -> Fold:
    """Let lines and shipping worth so much leave the order, with the goodwill granted on them (rule 4)."""
    order = fold.order
    back = max(0, worth - order.sums.current_total)
    if not (lines or shipping or back):
        return fold
    made = [one for one in order.removals if one.id != fold.key]
    removal = order.removals[-1] if len(made) < len(order.removals) else _removal(fold)
    grown = evolve(
        removal,
        lines=removal.lines + lines,
        shipping=removal.shipping + shipping,
        adjustment_minor=removal.adjustment_minor - back,
    )
    return evolve(fold, order=evolve(order, removals=(*made, grown)))


def _removal(fold: Fold) -> Removal:
    facts = fold.facts
    return Removal(id=fold.key, at=facts.now, cause="edit", lines=(), currency=fold.order.currency, actor=facts.actor)


# --- discounts


def _add_discount(fold: Fold, action: AddDiscount) -> Fold:
    order, discount = fold.order, action.discount
    if discount.on == "shipping":
        raise InvalidValue(f"{fold.field}.discount", "one on shipping", "one on the order or lines, or ChangeShipping")
    whole = discount.on == "order"
    lines = [line for line in order.lines if not line.is_tip] if whole else _named(order, discount.on)
    if any(line.is_tip for line in lines):
        raise InvalidValue(f"{fold.field}.discount", "one on a tip", "one on the order, or on lines that are no tips")
    included = order.taxes_included
    left = [price_left(line, order.counters[line.id].consumed, included=included) for line in lines]
    shares = shares_of(discount, left, order.currency, each=not whole)
    if not sum(shares):
        return fold
    agreed = applied(discount, fold.facts.new_id(), "order" if whole else "lines", sum(shares), order.currency)
    fold = evolve(fold, order=evolve(order, discounts=(*order.discounts, agreed)))
    for line, share in zip(lines, shares, strict=True):
        consumed = order.counters[line.id].consumed
        after = discounted(line, consumed, share, agreed.id, included=included)
        fold = _repriced(fold, line, after, consumed)
    return fold


def _named(order: Order, on: str | tuple[str, ...]) -> list[LineItem]:
    """Return the lines that a discount names, each once."""
    lines = [line_named(order, name) for name in ((on,) if isinstance(on, str) else on)]
    return list({line.id: line for line in lines}.values())


def _repriced(fold: Fold, line: LineItem, after: LineItem, consumed: int) -> Fold:
    """Put a line with another price in the place of one; what it lost leaves the order."""
    worth = value(line.spans, consumed).paid - value(after.spans, consumed).paid
    fold = _left(fold, worth)
    return evolve(fold, order=evolve(fold.order, lines=replaced_line(fold.order, after)))


def _remove_discount(fold: Fold, action: RemoveDiscount) -> Fold:
    order = fold.order
    found = discount_named(order, action.discount)
    if found.target == "shipping":
        raise InvalidValue(f"{fold.field}.discount", "one on shipping", "one on the order or lines, or ChangeShipping")
    for line in order.lines:
        consumed = order.counters[line.id].consumed
        after = given_back(line, consumed, found.id, included=order.taxes_included)
        if after.spans != line.spans:
            fold = _repriced(fold, line, after, consumed)
    gone = evolve(found, removed_at=fold.facts.now)
    discounts = tuple(gone if one.id == gone.id else one for one in fold.order.discounts)
    return evolve(fold, order=evolve(fold.order, discounts=discounts))


# --- shipping


def _add_shipping(fold: Fold, action: AddShipping) -> Fold:
    return _with_shipping(fold, Shipping(action.title, action.price, action.taxes))


def _with_shipping(fold: Fold, asked: Shipping) -> Fold:
    charges = price((), (asked,), (), fold.terms, {}, field=fold.field).shipping_lines
    return evolve(fold, order=evolve(fold.order, shipping_lines=(*fold.order.shipping_lines, *charges)))


def _change_shipping(fold: Fold, action: ChangeShipping) -> Fold:
    line = shipping_line_named(fold.order, action.shipping)
    taxes = tuple(Tax(tax.title, tax.rate) for tax in line.taxes)
    fold = _without_shipping(fold, line)
    return _with_shipping(fold, Shipping(action.title or line.title, action.price, taxes))


def _remove_shipping(fold: Fold, action: RemoveShipping) -> Fold:
    return _without_shipping(fold, shipping_line_named(fold.order, action.shipping))


def _without_shipping(fold: Fold, line: ShippingLine) -> Fold:
    gone = shipping_gone(fold.order).get(line.id, 0)
    left = line.paid_minor - gone
    return _left(fold, left, shipping=(shipping_part(line, gone, left),)) if left else fold


#: What each action does to the order so far.
STEPS: Final[Mapping[type[Action], Callable[[Fold, Any], Fold]]] = {
    AddVariant: _add_variant,
    AddCustomItem: _add_custom_item,
    SetQuantity: _set_quantity,
    AddDiscount: _add_discount,
    RemoveDiscount: _remove_discount,
    AddShipping: _add_shipping,
    ChangeShipping: _change_shipping,
    RemoveShipping: _remove_shipping,
}
