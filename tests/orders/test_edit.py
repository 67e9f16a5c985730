"""Editing: one command of small actions, folded over the order."""

from typing import Any

import pytest

from backoffice_core.failures import InvalidValue
from backoffice_core.money import MOST, Money
from backoffice_core.orders.actions import (
    Action,
    AddCustomItem,
    AddDiscount,
    AddShipping,
    AddVariant,
    RemoveDiscount,
    RemoveShipping,
    SetQuantity,
)
from backoffice_core.orders.archive import Archive, OrderIsCancelled
from backoffice_core.orders.asked import Discount
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.edit import EditOrder, EmptyEdit
from backoffice_core.orders.events import OrderEdited
from backoffice_core.orders.find import UnknownDiscount, UnknownLine
from backoffice_core.orders.order import Order
from tests.orders.helpers import after, an_order, eur, goods, kinds, refusal, step


def edit(*actions: Action, **more: Any) -> EditOrder:
    """Return an edit of some actions."""
    return EditOrder(actions=actions, **more)


def edited(order: Order, *actions: Action, **known: Any) -> Order:
    """Return the order after an edit."""
    return after(order, edit(*actions), **known)


class TestRule1_AtLeastOneAction:
    def test_none(self) -> None:
        """An edit without actions is refused."""
        order = an_order()
        assert (EmptyEdit, {"order_id": order.id}) == refusal(order, edit())

    def test_that_changes_nothing(self) -> None:
        """It is no change, and an archived order stays filed."""
        order = after(an_order(goods(quantity=2)), Archive())
        change = step(order, edit(SetQuantity("TEA", 2), AddDiscount(Discount("None", amount="0.00"))))
        assert (False, order) == (bool(change), change.order)

    def test_one_or_several(self) -> None:
        """An action alone will do."""
        assert (SetQuantity("TEA", 2),) == EditOrder(actions=SetQuantity("TEA", 2)).actions

    @pytest.mark.parametrize("actions", [5, "SetQuantity", ["x"], [None]])
    def test_what_is_no_action(self, actions: Any) -> None:
        """It is refused by name."""
        with pytest.raises(InvalidValue) as caught:
            EditOrder(actions=actions)
        assert "action" == caught.value.field


class TestRule2_NotCancelled:
    def test_cancelled(self) -> None:
        """A cancelled order cannot be edited."""
        order = after(an_order(), Cancel())
        expected = (OrderIsCancelled, {"order_id": order.id, "action": "be edited"})
        assert expected == refusal(order, edit(AddCustomItem("Item", "1.00")))

    def test_archived(self) -> None:
        """An archived order is taken up again."""
        order = after(an_order(), Archive())
        change = step(order, edit(AddCustomItem("Item", "1.00")))
        assert (["OrderEdited", "OrderUnarchived"], "open") == (kinds(change), change.order.lifecycle)


class TestRule3_OneChange:
    def test_is_told_once(self) -> None:
        """With the totals before and after, and the units that came and left."""
        order = an_order(goods(quantity=3), goods("CUP", price="4.00"), paid="34.00")
        change = step(order, edit(SetQuantity("TEA", 1), AddCustomItem("Box", "2.50", 2), SetQuantity("CUP", 2)))
        (told,) = change.events
        assert isinstance(told, OrderEdited)
        assert (3400, 2300, 3, 2) == (told.before, told.after, told.added, told.removed)
        assert (eur("-11.00"), eur("34.00")) == (change.order.outstanding, change.order.original_total)
        assert change.order.removals[0].id == told.edit_id

    def test_a_note_becomes_a_comment(self) -> None:
        """Its text is in the order, and in no event."""
        change = step(an_order(), edit(AddCustomItem("Item", "1.00"), note="as agreed"))
        assert ["OrderEdited", "CommentAdded"] == kinds(change)
        assert ("as agreed", "marie") == (change.order.comments[0].text, change.order.comments[0].actor)
        assert None is change.order.note

    def test_all_or_nothing(self) -> None:
        """The action that is refused takes the others along."""
        order = an_order()
        for last in (SetQuantity("NONE", 1), RemoveDiscount("NONE"), RemoveShipping("NONE")):
            kind, facts = refusal(order, edit(AddCustomItem("Item", "1.00"), last))
            assert kind in (UnknownLine, UnknownDiscount)
            assert "NONE" in facts.values()

    def test_an_action_sees_those_before_it(self) -> None:
        """A line that was added is named by its SKU."""
        order = edited(an_order(), AddCustomItem("Box", "5.00", 2, sku="BOX"), SetQuantity("BOX", 1))
        assert (1, eur("15.00")) == (order.counters[order.lines[-1].id].current, order.current_total)

    def test_too_much(self) -> None:
        """A total that no column could hold is refused."""
        order = an_order(goods(price=Money(MOST, "EUR")))
        kind, facts = refusal(order, edit(AddShipping("Post", "0.01")))
        assert (InvalidValue, "total") == (kind, facts["field"])

    def test_errors_name_the_action(self) -> None:
        """By its place in the edit."""
        order = an_order()
        for action, field in (
            (AddCustomItem("Item", "1.005"), "amount"),
            (AddCustomItem("Item", Money(1, "USD")), None),
            (AddCustomItem("Item", "-1.00"), "actions[1].price"),
            (AddShipping("Post", "-1.00"), "actions[1].price"),
        ):
            _, facts = refusal(order, edit(SetQuantity("TEA", 2), action))
            assert facts.get("field") in (field, None)

    def test_wanted_variants(self) -> None:
        """The runner is told which variants to load, and by which field they are named."""
        command = edit(SetQuantity("TEA", 2), AddVariant("CUP"), AddCustomItem("Item", "1.00"), AddVariant("POT"))
        assert {"actions[1].variant": "CUP", "actions[3].variant": "POT"} == command.wanted
