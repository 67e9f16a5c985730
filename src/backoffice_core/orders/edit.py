"""
Editing an order: small actions, folded over it one after the other.

Rules:

1. An edit has at least one action. There is no edit session: a form holds the version it saw.
2. A cancelled order cannot be edited; an archived one is taken up again.
3. One edit is one change: what its actions do together is told once, with the totals before and
   after; a note of staff becomes a comment. What is then owed, either way, is in plain sight, and
   money moves by commands of its own.

What each action may do stands in ``steps.py``.
"""

from collections.abc import Mapping
from typing import ClassVar

import attrs

from backoffice_core.failures import InvalidInput, InvalidValue, reason
from backoffice_core.money import MOST
from backoffice_core.orders.actions import Action, AddVariant, actions_of
from backoffice_core.orders.archive import check_not_cancelled, taken_up
from backoffice_core.orders.asked import text_up_to
from backoffice_core.orders.change import Change, Command, Facts, unchanged
from backoffice_core.orders.events import CommentAdded, OrderEdited, OrderEvent
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.facts import Comment
from backoffice_core.orders.notes import LONGEST
from backoffice_core.orders.order import Order
from backoffice_core.orders.steps import STEPS, Fold


@reason
class EmptyEdit(InvalidInput):
    """
    An edit without actions.

    Attributes:
        order_id: The order.
    """

    code: ClassVar[str] = "empty_edit"
    order_id: str

    def __str__(self) -> str:
        return f"order {self.order_id}: an edit needs at least one action, such as SetQuantity('TEA-1', 2)"


@attrs.frozen(kw_only=True)
class EditOrder(Command):
    """Change what an order sells."""

    places: ClassVar[bool] = True
    levels: ClassVar[bool] = True
    actions: tuple[Action, ...] = attrs.field(converter=actions_of)
    note: str | None = attrs.field(default=None, repr=False, validator=attrs.validators.optional(text_up_to(LONGEST)))
    notify: bool | None = None

    @classmethod
    def name(cls) -> str:
        """The command's name in the API."""
        return "edit"

    @property
    def wanted(self) -> Mapping[str, str]:
        """The variants that it adds."""
        return {
            f"actions[{at}].variant": one.variant for at, one in enumerate(self.actions) if isinstance(one, AddVariant)
        }


def edit(order: Order, command: EditOrder, facts: Facts) -> Change:
    """
    Change what an order sells.

    Raises:
        EmptyEdit: Rule 1.
        OrderIsCancelled: Rule 2.
        BelowShipped: Fewer units than were shipped.
        OutOfStock: Too few are available.
        AlreadyOnOrder: The variant is on the order.
        UnknownLine: There is no such line.
        UnknownDiscount: There is no such discount.
        TooManyLines: The order would have more than 500 lines.
    """
    if not command.actions:
        raise EmptyEdit(order.id)
    check_not_cancelled(order, "be edited")
    fold = Fold(order, facts.new_id(), facts, facts.levels)
    for at, action in enumerate(command.actions):
        fold = STEPS[type(action)](evolve(fold, field=f"actions[{at}]"), action)
    after = fold.order
    if after is order:
        return unchanged(order)
    if after.sums.total > MOST:
        raise InvalidValue("total", str(after.total), f"at most {MOST} minor units")
    edited = _told(order, after, fold.key, notify=facts.tells("order_edited", command.notify))
    events: tuple[OrderEvent, ...] = (edited,)
    if command.note is not None:
        said = Comment(id=facts.new_id(), text=command.note, at=facts.now, actor=facts.actor)
        after = evolve(after, comments=(*after.comments, said))
        events = (edited, CommentAdded(said.id))
    change = Change(before=order, order=after, events=events, movements=fold.movements)
    return change.then(taken_up(after, automatic=True))


def _told(before: Order, after: Order, key: str, *, notify: bool) -> OrderEdited:
    was = {id: row.current for id, row in before.counters.items()}
    by_line = [row.current - was.get(id, 0) for id, row in after.counters.items()]
    return OrderEdited(
        edit_id=key,
        before=before.sums.current_total,
        after=after.sums.current_total,
        added=sum(units for units in by_line if units > 0),
        removed=-sum(units for units in by_line if units < 0),
        notify=notify,
    )
