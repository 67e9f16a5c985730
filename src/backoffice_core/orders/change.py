"""
What goes into a rule and what comes out of it.

A command is a frozen value that says what is wanted. `Facts` is all that a rule may know beside
the order. A rule returns a `Change`: the new order, what happened, and how stock moves.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import ClassVar

import attrs
import pendulum

from backoffice_core.money import Money
from backoffice_core.orders.events import OrderEvent
from backoffice_core.orders.facts import Fulfillment, Movement, Transaction
from backoffice_core.orders.givenback import Refund
from backoffice_core.orders.order import Order
from backoffice_core.orders.stock import Level, Sellable, StockPlace
from backoffice_core.settings import Settings
from backoffice_core.typed import check_types


@lru_cache(maxsize=256)
def snake(text: str) -> str:
    """Return the name of a class as the API writes it, such as ``add_tags``."""
    return "".join(f"_{c.lower()}" if c.isupper() and at else c.lower() for at, c in enumerate(text))


@attrs.frozen(kw_only=True)
class Command:
    """
    Something that is wanted of an order.

    Attributes:
        places: Whether its rule reads the stock locations; it does anyway where one is named.

        levels: Whether its rule reads stock levels.

        beside: The fields that two tries of one request may differ in.
    """

    places: ClassVar[bool] = False
    levels: ClassVar[bool] = False
    beside: ClassVar[tuple[str, ...]] = ()

    def __attrs_post_init__(self) -> None:
        check_types(self)

    @classmethod
    def name(cls) -> str:
        """The command's name in the API, such as ``add_tags``."""
        return snake(cls.__name__)

    @property
    def wanted(self) -> Mapping[str, str]:
        """The variants of the catalog that it names, by id or SKU, by the field that names them."""
        return {}

    @property
    def reads_levels(self) -> bool:
        """Whether this one needs the stock levels, of a command that may."""
        return self.levels


@attrs.frozen(kw_only=True)
class Facts:
    """
    What a rule may know beside the order.

    Attributes:
        now: This moment, UTC.

        new_id: Makes an id.

        settings: The shop's.

        actor: Who wants it; an opaque staff id.

        gateways: Names of the registered payment gateways.

        places: The stock locations in the order in which they are filled.

        levels: Stock by variant and location, for the variants concerned.

        variants: What the catalog says, by the id or SKU that the command named.

        number: The number a new order gets.
    """

    now: pendulum.DateTime
    new_id: Callable[[], str]
    settings: Settings
    actor: str | None = None
    gateways: frozenset[str] = frozenset()
    places: tuple[StockPlace, ...] = ()
    levels: Mapping[tuple[str, str], Level] = attrs.field(factory=dict)
    variants: Mapping[str, Sellable] = attrs.field(factory=dict)
    number: int = 0

    @property
    def order_name(self) -> str:
        """What a new order is called: its number between what the settings put around it."""
        return f"{self.settings.name_prefix}{self.number}{self.settings.name_suffix}"

    def tells(self, kind: str, asked: bool | None) -> bool:
        """Whether a kind of message is sent: as it was asked for, else as the shop's notifications say."""
        return kind in self.settings.notifications if asked is None else asked


@attrs.frozen
class Message:
    """
    A message that a change calls for.

    Attributes:
        kind: What it is, such as ``order_shipped``.

        subject: The fact it speaks of; with the kind its unique key.

        locale: The language to write it in.
    """

    kind: str
    subject: str
    locale: str


@attrs.frozen(kw_only=True)
class Suggestion:
    """
    How much to give back, and what is neither a fee nor goodwill.

    Attributes:
        amount_minor: The suggestion, in minor units.

        low_minor: The least amount that is neutral.

        high_minor: The most that is neutral.

        currency: The order's currency.
    """

    amount_minor: int
    low_minor: int
    high_minor: int
    currency: str

    @property
    def amount(self) -> Money:
        """The suggestion."""
        return Money(self.amount_minor, self.currency)

    @property
    def low(self) -> Money:
        """The least amount that is neutral."""
        return Money(self.low_minor, self.currency)

    @property
    def high(self) -> Money:
        """The most that is neutral."""
        return Money(self.high_minor, self.currency)

    def nearest(self, minor: int) -> int:
        """Return the neutral amount that is nearest to *minor*."""
        return min(max(minor, self.low_minor), self.high_minor)


# Without slots one is made in half the time: attrs sets the fields in its dictionary.
@attrs.frozen(kw_only=True, slots=False)
class Change:
    """
    What a command did, or would do.

    It is falsy when nothing changed, and then nothing was saved.

    Attributes:
        before: The order as it was; None when it was placed.

        order: The order as it is now.

        events: What happened, in order.

        movements: How stock moves.

        intents: Ids of transactions that a registered gateway is to be asked about.

        messages: What the customer will be told.

        warnings: What is worth knowing and forbids nothing.

        suggestion: What a refund could have given back.

        replayed: Whether this is the answer to a request that was made before.
    """

    before: Order | None
    order: Order
    events: tuple[OrderEvent, ...] = ()
    movements: tuple[Movement, ...] = ()
    intents: tuple[str, ...] = ()
    messages: tuple[Message, ...] = ()
    warnings: tuple[str, ...] = ()
    suggestion: Suggestion | None = None
    replayed: bool = False

    def __bool__(self) -> bool:
        return bool(self.events)

    def then(self, later: "Change") -> "Change":
        """Return both changes as one."""
        return Change(
            before=self.before,
            order=later.order,
            events=self.events + later.events,
            movements=self.movements + later.movements,
            intents=self.intents + later.intents,
            messages=self.messages + later.messages,
            warnings=self.warnings + later.warnings,
            suggestion=self.suggestion or later.suggestion,
            replayed=self.replayed,
        )

    def _told(self, field: str) -> list[str]:
        return list(dict.fromkeys(getattr(event, field) for event in self.events if hasattr(event, field)))

    @property
    def refund(self) -> Refund | None:
        """The refund that was made."""
        made = self._told("refund_id")
        return next((one for one in self.order.refunds if one.id in made), None)

    @property
    def fulfillment(self) -> Fulfillment | None:
        """The fulfillment that was made or changed; the first where there are several."""
        made = self._told("fulfillment_id")
        return next((one for one in self.order.fulfillments if one.id in made), None)

    @property
    def transactions(self) -> tuple[Transaction, ...]:
        """The transactions that were recorded or changed, in order."""
        made = self._told("transaction_id")
        return tuple(one for one in self.order.transactions if one.id in made)


def unchanged(order: Order) -> Change:
    """Return the change that changes nothing."""
    return Change(before=order, order=order)
