"""
Notes and comments.

Rules:

1. An order has one note, of at most 5,000 characters; an empty one takes it away.
2. A comment is staff's, has 1 to 5,000 characters, and says who wrote it.
3. Only the actor who wrote a comment may edit it; one that was written without an actor, whoever
   acts without one. The same text changes nothing.
4. Only the actor who wrote a comment may delete it. Its text is gone for good; what stays is that
   there was one, by whom and when, because a fact is never taken away and its events name it.
   Deleting it again changes nothing, and it cannot be edited any more.

Their texts stay in the order; events only say that they changed.
"""

from typing import Any, ClassVar

import attrs

from backoffice_core.failures import InvalidValue, NotFound, Refused, reason
from backoffice_core.orders.asked import text_up_to
from backoffice_core.orders.change import Change, Command, Facts, unchanged
from backoffice_core.orders.events import CommentAdded, CommentDeleted, CommentEdited, NoteSet, OrderEvent
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.facts import Comment
from backoffice_core.orders.order import Order
from backoffice_core.typed import check_text, kind_of

LONGEST = 5000


@reason
class UnknownComment(NotFound):
    """
    An order has no such comment, or none any more.

    Attributes:
        order_id: The order.

        comment: What was given.

        known: The ids of its comments that were not deleted, oldest first.
    """

    code: ClassVar[str] = "unknown_comment"
    order_id: str
    comment: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        return f"order {self.order_id} has no comment {self.comment!r}; it has {', '.join(self.known) or 'none'}"


@reason
class NotYourComment(Refused):
    """
    A comment is edited and deleted by its author only.

    Attributes:
        order_id: The order.

        comment: The comment's id.

        author: Who wrote it; None when nobody was named.

        actor: Who asked; None when nobody was named.
    """

    code: ClassVar[str] = "not_your_comment"
    order_id: str
    comment: str
    author: str | None
    actor: str | None

    def __str__(self) -> str:
        author, actor = (who or "nobody that was named" for who in (self.author, self.actor))
        return (
            f"order {self.order_id}: comment {self.comment} was written by {author}, who alone may change it;"
            f" {actor} may leave another one"
        )


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


@attrs.frozen(kw_only=True)
class EditComment(Command):
    """Change the text of a comment."""

    comment_id: str
    text: str = attrs.field(validator=text_up_to(LONGEST), repr=False)


@attrs.frozen(kw_only=True)
class DeleteComment(Command):
    """Take the text of a comment away for good."""

    comment_id: str


def set_note(order: Order, command: SetNote, facts: Facts) -> Change:
    """Set the note of an order."""
    if command.note == order.note:
        return unchanged(order)
    return Change(before=order, order=evolve(order, note=command.note), events=(NoteSet(),))


def comment(order: Order, command: AddComment, facts: Facts) -> Change:
    """Leave a comment on an order."""
    said = Comment(id=facts.new_id(), text=command.text, at=facts.now, actor=facts.actor)
    return Change(before=order, order=evolve(order, comments=(*order.comments, said)), events=(CommentAdded(said.id),))


def edit_comment(order: Order, command: EditComment, facts: Facts) -> Change:
    """
    Change the text of a comment.

    Raises:
        UnknownComment: There is none, or it was deleted (rule 4).
        NotYourComment: Rule 3.
    """
    said = _comment(order, command.comment_id)
    if said.deleted_at is not None:
        raise _unknown(order, command.comment_id)
    _check_author(order, said, facts.actor)
    if command.text == said.text:
        return unchanged(order)
    return _with(order, evolve(said, text=command.text, edited_at=facts.now), CommentEdited(said.id))


def delete_comment(order: Order, command: DeleteComment, facts: Facts) -> Change:
    """
    Take the text of a comment away for good.

    Raises:
        UnknownComment: There is none.
        NotYourComment: Rule 4.
    """
    said = _comment(order, command.comment_id)
    _check_author(order, said, facts.actor)
    if said.deleted_at is not None:
        return unchanged(order)
    return _with(order, evolve(said, text="", deleted_at=facts.now), CommentDeleted(said.id))


def _comment(order: Order, id: str) -> Comment:
    """Return a comment by its id."""
    for one in order.comments:
        if one.id == id:
            return one
    raise _unknown(order, id)


def _unknown(order: Order, id: str) -> UnknownComment:
    return UnknownComment(order.id, id, tuple(one.id for one in order.comments if one.deleted_at is None))


def _check_author(order: Order, said: Comment, actor: str | None) -> None:
    """Raise unless *actor* wrote a comment (rules 3 and 4)."""
    if said.actor != actor:
        raise NotYourComment(order.id, said.id, said.actor, actor)


def _with(order: Order, said: Comment, event: OrderEvent) -> Change:
    comments = tuple(said if one.id == said.id else one for one in order.comments)
    return Change(before=order, order=evolve(order, comments=comments), events=(event,))
