"""
Tags.

Rules:

1. Tags are compared ignoring case; the first spelling stays.
2. A tag has 1 to 40 characters; spaces around it are dropped; a comma separates two tags.
3. An order has at most 250 tags.
4. Adding what is there, or removing what is not, changes nothing.
5. Tags are kept sorted, ignoring case.

Source of the limits: Shopify, which removes a tag from an order by exact spelling only; here
case is ignored both ways.
"""

from collections.abc import Iterable
from typing import Any, ClassVar

import attrs

from backoffice_core.failures import InvalidInput, InvalidValue, Refused, reason
from backoffice_core.orders.change import Change, Command, Facts, unchanged
from backoffice_core.orders.events import TagsAdded, TagsRemoved
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.order import Order
from backoffice_core.typed import check_text

LONGEST = 40
MOST = 250


@reason
class TagTooLong(InvalidInput):
    """
    A tag has too many characters.

    Attributes:
        tag: The tag.

        longest: How many it may have.
    """

    code: ClassVar[str] = "tag_too_long"
    tag: str
    longest: int

    def __str__(self) -> str:
        return f"the tag {self.tag!r} has {len(self.tag)} characters; at most {self.longest} would do"


@reason
class TooManyTags(Refused):
    """
    An order, a product or a customer would have too many tags.

    Attributes:
        tags: How many it would have.

        most: How many it may have.
    """

    code: ClassVar[str] = "too_many_tags"
    tags: int
    most: int

    def __str__(self) -> str:
        return f"there would be {self.tags} tags; at most {self.most} would do"


def clean(tags: Any) -> tuple[str, ...]:
    """
    Return tags from text with commas or from several texts, without spaces and repetitions.

    Raises:
        TagTooLong: Rule 2.
        InvalidValue: Not text.
    """
    if not isinstance(tags, Iterable):
        raise InvalidValue("tags", repr(tags), "text, or several")
    texts: Iterable[Any] = (tags,) if isinstance(tags, str) else tags
    found: dict[str, str] = {}
    for text in texts:
        if not isinstance(text, str):
            raise InvalidValue("tags", repr(text), "text")
        check_text("tags", text)
        for part in text.split(","):
            tag = part.strip()
            if len(tag) > LONGEST:
                raise TagTooLong(tag, LONGEST)
            if tag:
                found.setdefault(tag.casefold(), tag)
    return tuple(found.values())


def merged(tags: Iterable[str], more: Iterable[str]) -> tuple[str, ...]:
    """
    Return *tags* with *more*, sorted; the first spelling of a tag stays.

    Raises:
        TooManyTags: Rule 3.
    """
    found = {tag.casefold(): tag for tag in tags}
    for tag in more:
        found.setdefault(tag.casefold(), tag)
    if len(found) > MOST:
        raise TooManyTags(len(found), MOST)
    return tuple(found[key] for key in sorted(found))


def kept(tags: Any) -> tuple[str, ...]:
    """
    Return tags as they are kept, from what `clean` takes: each once, sorted.

    Raises:
        TagTooLong: Rule 2.
        TooManyTags: Rule 3.
        InvalidValue: Not text.
    """
    return merged((), clean(tags))


@attrs.frozen(kw_only=True)
class AddTags(Command):
    """Add tags."""

    tags: tuple[str, ...] = attrs.field(converter=clean)


@attrs.frozen(kw_only=True)
class RemoveTags(Command):
    """Remove tags."""

    tags: tuple[str, ...] = attrs.field(converter=clean)


def add_tags(order: Order, command: AddTags, facts: Facts) -> Change:
    """
    Add tags to an order.

    Raises:
        TooManyTags: Rule 3.
    """
    tags = merged(order.tags, command.tags)
    have = {tag.casefold() for tag in order.tags}
    new = tuple(tag for tag in tags if tag.casefold() not in have)
    if not new:
        return unchanged(order)
    return Change(before=order, order=evolve(order, tags=tags), events=(TagsAdded(new),))


def remove_tags(order: Order, command: RemoveTags, facts: Facts) -> Change:
    """Remove tags from an order."""
    unwanted = {tag.casefold() for tag in command.tags}
    gone = tuple(tag for tag in order.tags if tag.casefold() in unwanted)
    if not gone:
        return unchanged(order)
    left = tuple(tag for tag in order.tags if tag not in gone)
    return Change(before=order, order=evolve(order, tags=left), events=(TagsRemoved(gone),))
