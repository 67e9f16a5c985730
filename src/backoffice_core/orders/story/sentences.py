"""
The sentences of a timeline, made of its events and the order as it is now.

Events carry no personal data, so the text of a comment comes from the order: as it was edited
last, and none once it was deleted. An event without a sentence of its own is told by a neutral one.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final, Literal, Protocol, get_args

import attrs
import pendulum

from backoffice_core.failures import InvalidValue
from backoffice_core.money import Money
from backoffice_core.orders.change import snake
from backoffice_core.orders.events import CommentAdded, OrderEvent, UnknownEvent, type_name
from backoffice_core.orders.order import Order
from backoffice_core.orders.story import english, french
from backoffice_core.orders.story.words import Table, Words

Language = Literal["en", "fr"]

#: The words and the sentences of each language.
LANGUAGES: Final[dict[Language, tuple[type[Words], Table]]] = {
    "en": (english.English, english.SENTENCES),
    "fr": (french.French, french.SENTENCES),
}


class Happened(Protocol):
    """What is told of one event, such as a stored one."""

    @property
    def at(self) -> pendulum.DateTime:
        """When, UTC."""

    @property
    def actor(self) -> str | None:
        """Who did it."""

    @property
    def event(self) -> OrderEvent:
        """What happened."""


@attrs.frozen(kw_only=True)
class Sentence:
    """
    What happened, as a merchant reads it.

    Attributes:
        at: When, UTC.

        actor: Who did it, an opaque staff id; None when nobody was named.

        kind: The event's class name in snake case, such as ``order_placed``.

        text: The sentence, who did it included.

        comment_id: The comment that the event is about.

        comment: The text of the comment that was left, as it is now; None once it was deleted.
    """

    at: pendulum.DateTime
    actor: str | None
    kind: str
    text: str
    comment_id: str | None = None
    comment: str | None = attrs.field(default=None, repr=False)


def story(
    order: Order, events: Iterable[Happened], language: Language, *, money: Callable[[Money], str] | None = None
) -> tuple[Sentence, ...]:
    """
    Return the sentences of an order's timeline, in the order of its events.

    Args:
        order: The order as it is now.

        events: What happened to it.

        language: ``en`` or ``fr``.

        money: Writes an amount; with the currency's code unless given.

    Raises:
        InvalidValue: It is another language.
    """
    words, table = _spoken(language)
    said = {one.id: one.text for one in order.comments if one.deleted_at is None}
    return tuple(
        Sentence(
            at=row.at,
            actor=row.actor,
            kind=snake(type_name(row.event)),
            text=_text(row.event, words(order, row.actor, money), table),
            comment_id=getattr(row.event, "comment_id", None),
            comment=said.get(row.event.comment_id) if isinstance(row.event, CommentAdded) else None,
        )
        for row in events
    )


def language_for(locale: str) -> Language:
    """Return the language of a locale such as ``fr-CA``; English where there are no words of its own."""
    spoken = locale.replace("_", "-").partition("-")[0].lower()
    return next((one for one in LANGUAGES if one == spoken), "en")


def _spoken(language: Any) -> tuple[type[Words], Table]:
    for known, spoken in LANGUAGES.items():
        if known == language:
            return spoken
    raise InvalidValue("language", repr(language), " or ".join(get_args(Language)))


def _text(event: OrderEvent, words: Words, table: Table) -> str:
    tell = table.get(type(event))
    if tell is None:
        event = UnknownEvent(type_name(event), {})
        tell = table[UnknownEvent]
    text = tell(event, words)
    return f"{text[:1].upper()}{text[1:]}."
