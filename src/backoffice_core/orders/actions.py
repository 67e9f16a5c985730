"""
The small actions that an edit is made of.

Plain values, checked here as far as one can without knowing the order; ``edit.py`` folds them over
it, one after the other. Lines are named by their id or by a SKU that is unique in the order, and
so are lines that an action before made. Amounts are `Money` or text in the order's currency.
"""

from typing import Any

import attrs

from backoffice_core.orders.asked import (
    LONGEST_TITLE,
    Amount,
    Discount,
    Line,
    Tax,
    at_least,
    members,
    properties_of,
    taxes_of,
    text_up_to,
)
from backoffice_core.orders.lines import LineKind
from backoffice_core.typed import check_types, instance


@attrs.frozen
class Action:
    """One step of an edit."""

    def __attrs_post_init__(self) -> None:
        check_types(self)


@attrs.frozen
class AddVariant(Action):
    """
    Add units of a variant of the catalog, on a line of their own.

    Attributes:
        variant: Its id or SKU.

        quantity: How many, at least 1.

        price: Price of one; the catalog's unless one is given.

        taxes: The taxes on it.

        allow_duplicate: Whether a second line of the variant will do.
    """

    variant: str = attrs.field(validator=text_up_to(LONGEST_TITLE))
    quantity: int = attrs.field(default=1, validator=at_least(1))
    price: Amount | None = attrs.field(default=None, kw_only=True)
    taxes: tuple[Tax, ...] = attrs.field(default=(), converter=taxes_of, kw_only=True)
    allow_duplicate: bool = attrs.field(default=False, kw_only=True)

    @property
    def line(self) -> Line:
        """The line that it asks for."""
        return Line(variant=self.variant, quantity=self.quantity, price=self.price, taxes=self.taxes)


@attrs.frozen
class AddCustomItem(Action):
    """
    Add something that is in no catalog.

    Attributes:
        title: What it is called.

        price: Price of one, at least 0.

        quantity: How many, at least 1.

        sku: Stock keeping unit.

        taxes: The taxes on it.
    """

    title: str = attrs.field(validator=text_up_to(LONGEST_TITLE))
    price: Amount
    quantity: int = attrs.field(default=1, validator=at_least(1))
    sku: str | None = attrs.field(default=None, kw_only=True)
    taxes: tuple[Tax, ...] = attrs.field(default=(), converter=taxes_of, kw_only=True)
    requires_shipping: bool = attrs.field(default=False, kw_only=True)
    properties: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=properties_of, kw_only=True, repr=False)

    @property
    def line(self) -> Line:
        """The line that it asks for."""
        return Line(
            self.title,
            sku=self.sku,
            quantity=self.quantity,
            price=self.price,
            taxes=self.taxes,
            kind=LineKind.CUSTOM,
            requires_shipping=self.requires_shipping,
            properties=self.properties,
        )


@attrs.frozen
class SetQuantity(Action):
    """
    Say how many units of a line the customer pays for.

    Attributes:
        line: Its id or SKU.

        quantity: How many; 0 takes all that was not shipped out of the order.

        restock: Whether units that leave go on sale again; otherwise they are written off.
    """

    line: str
    quantity: int = attrs.field(validator=at_least(0))
    restock: bool = attrs.field(default=True, kw_only=True)


@attrs.frozen
class AddDiscount(Action):
    """
    Take something off lines, or off all of them: of the units that were neither refunded nor removed.

    Attributes:
        discount: What to take off; ``on`` is ``order``, or names lines by id or SKU.
    """

    discount: Discount = attrs.field(validator=instance(Discount, "a Discount"))


@attrs.frozen
class RemoveDiscount(Action):
    """
    Give back what a discount still takes off units that were neither refunded nor removed.

    Attributes:
        discount: Its id, its code, or a title that is unique in the order.
    """

    discount: str


@attrs.frozen
class AddShipping(Action):
    """
    Add a charge for shipping.

    Attributes:
        title: The method.

        price: The charge, at least 0.

        taxes: The taxes on it.
    """

    title: str = attrs.field(validator=text_up_to(LONGEST_TITLE))
    price: Amount
    taxes: tuple[Tax, ...] = attrs.field(default=(), converter=taxes_of, kw_only=True)


@attrs.frozen
class ChangeShipping(Action):
    """
    Put another charge in the place of one: what is left of it leaves the order, taxes keep their rates.

    Attributes:
        shipping: The shipping line's id.

        price: The new charge, at least 0.

        title: The method; what it was unless one is given.
    """

    shipping: str
    price: Amount
    title: str | None = attrs.field(
        default=None, kw_only=True, validator=attrs.validators.optional(text_up_to(LONGEST_TITLE))
    )


@attrs.frozen
class RemoveShipping(Action):
    """
    Take what is left of a charge for shipping out of the order.

    Attributes:
        shipping: The shipping line's id.
    """

    shipping: str


def actions_of(value: Any) -> tuple[Action, ...]:
    """
    Return one action or several as a tuple.

    Raises:
        InvalidValue: Something is no action.
    """
    return members(value, Action)
