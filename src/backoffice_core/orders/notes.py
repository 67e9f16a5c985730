"""
Notes and comments.

Rules:

1. An order has one note, of at most 5,000 characters; an empty one takes it away.
2. A comment is staff's, has 1 to 5,000 characters, and says who wrote it.

Their texts stay in the order; events only say that they changed.
"""

from typing import Any

import attrs

from backoffice_core.failures import InvalidValue
from backoffice_core.orders.asked import text_up_to
from backoffice_core.orders.change import Change, Command, Facts, unchanged
from backoffice_core.orders.events import CommentAdded, NoteSet
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.facts import Comment
from backoffice_core.orders.order import Order
from backoffice_core.typed import check_text, kind_of

LONGEST = 5000


def note_text(value: Any) -> str | None:
    """Return a note, None for an empty one."""
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > LONGEST:
        given = f"text of {len(value)} characters" if isinstance(value, str) else kind_of(value)
        raise InvalidValue("note", given, f"text of at most {LONGEST} characters")
    check_text("note", value)
    return value


@attrs.frozen(kw_only=True)
class SetNote(Command):
    """Set or take away the note."""

    note: str | None = attrs.field(converter=note_text, repr=False)


@attrs.frozen(kw_only=True)
class AddComment(Command):
    """Leave a comment on the timeline."""

    text: str = attrs.field(validator=text_up_to(LONGEST), repr=False)

    @classmethod
    def name(cls) -> str:
        """The command's name in the API."""
        return "comment"


def set_note(order: Order, command: SetNote, facts: Facts) -> Change:
    """Set the note of an order."""
    if command.note == order.note:
        return unchanged(order)
    return Change(before=order, order=evolve(order, note=command.note), events=(NoteSet(),))


def comment(order: Order, command: AddComment, facts: Facts) -> Change:
    """Leave a comment on an order."""
    said = Comment(id=facts.new_id(), text=command.text, at=facts.now, actor=facts.actor)
    return Change(before=order, order=evolve(order, comments=(*order.comments, said)), events=(CommentAdded(said.id),))
