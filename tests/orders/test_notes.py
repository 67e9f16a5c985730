"""Notes and comments."""

from typing import Any

import pytest

from backoffice_core.failures import InvalidValue
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.events import CommentAdded, CommentDeleted, CommentEdited, NoteSet
from backoffice_core.orders.notes import AddComment, DeleteComment, EditComment, NotYourComment, SetNote, UnknownComment
from backoffice_core.orders.order import Order
from tests.orders.helpers import LATER, NOW, after, an_order, refusal, step


class TestRule1_OneNote:
    def test_is_set(self) -> None:
        """The text is in the order; the event only says that it changed."""
        change = step(an_order(), SetNote(note="call first"))
        assert ("call first", (NoteSet(),)) == (change.order.note, change.events)

    def test_is_taken_away(self) -> None:
        """An empty note is none."""
        for nothing in ("", None):
            assert after(an_order(note="x"), SetNote(note=nothing)).note is None

    def test_the_same(self) -> None:
        """The same note changes nothing."""
        assert not step(an_order(note="x"), SetNote(note="x"))
        assert not step(an_order(), SetNote(note=""))

    def test_the_longest(self) -> None:
        """5,000 characters are a note."""
        assert 5000 == len(after(an_order(), SetNote(note="x" * 5000)).note or "")

    @pytest.mark.parametrize(("note", "given"), [("x" * 5001, "text of 5001 characters"), (5, "a value of type int")])
    def test_odd_notes(self, note: Any, given: str) -> None:
        """One more is refused, without repeating the text."""
        with pytest.raises(InvalidValue) as error:
            SetNote(note=note)
        assert {"field": "note", "given": given, "would_do": "text of at most 5000 characters"} == error.value.facts

    def test_is_not_in_any_repr(self) -> None:
        """What a customer wrote stays out of logs."""
        order = after(an_order(note="ring at Ada's"), AddComment(text="Ada called"))
        told = f"{order!r} {SetNote(note='ring at Ada')!r} {AddComment(text='Ada called')!r} {order.comments!r}"
        assert "Ada" not in told


class TestRule2_Comments:
    def test_say_who_and_when(self) -> None:
        """A comment is added behind the others; the event has its id only."""
        order = after(an_order(), AddComment(text="first"))
        change = step(order, AddComment(text="second"), now=LATER, actor="paul")
        said = change.order.comments[-1]
        assert ("second", LATER, "paul", 2) == (said.text, said.at, said.actor, len(change.order.comments))
        assert (CommentAdded(said.id),) == change.events

    @pytest.mark.parametrize("text", ["", "  ", "x" * 5001, None])
    def test_odd_comments(self, text: Any) -> None:
        """A comment has 1 to 5,000 characters."""
        with pytest.raises(InvalidValue) as error:
            AddComment(text=text)
        assert ("text", "text of 1 to 5000 characters") == (error.value.field, error.value.would_do)

    def test_on_a_cancelled_order(self) -> None:
        """Notes and comments stay possible."""
        order = after(an_order(), Cancel(), SetNote(note="n"), AddComment(text="c"))
        assert ("n", "c") == (order.note, order.comments[0].text)


def commented(*texts: str) -> tuple[Order, list[str]]:
    """Return an order with some comments of Marie's, and their ids."""
    order = after(an_order(), *(AddComment(text=text) for text in texts or ("Call her",)))
    return order, [one.id for one in order.comments]


class TestRule3_EditedByItsAuthor:
    def test_the_text_is_another(self) -> None:
        """Its place, its author and its moment stay; the event has its id only."""
        order, (first, second) = commented("first", "second")
        change = step(order, EditComment(comment_id=first, text="better"), now=LATER)
        said, other = change.order.comments
        assert ("better", "marie", NOW, LATER) == (said.text, said.actor, said.at, said.edited_at)
        assert (second, "second", None) == (other.id, other.text, other.edited_at)
        assert (CommentEdited(first),) == change.events

    def test_the_same_text(self) -> None:
        """It changes nothing."""
        order, (id,) = commented()
        assert not step(order, EditComment(comment_id=id, text="Call her"), now=LATER)

    @pytest.mark.parametrize("actor", ["paul", None, "Marie"])
    def test_somebody_else(self, actor: str | None) -> None:
        """Refused, with who wrote it and who asked."""
        order, (id,) = commented()
        assert (NotYourComment, {"order_id": order.id, "comment": id, "author": "marie", "actor": actor}) == refusal(
            order, EditComment(comment_id=id, text="no"), actor=actor
        )

    def test_somebody_else_with_the_same_text(self) -> None:
        """The author is asked for first, so that nobody can find out a text."""
        order, (id,) = commented()
        assert NotYourComment is refusal(order, EditComment(comment_id=id, text="Call her"), actor="paul")[0]

    def test_without_names(self) -> None:
        """What was written without an actor, whoever acts without one may edit, and no one with a name."""
        order = after(an_order(), AddComment(text="a"), actor=None)
        id = order.comments[0].id
        assert "b" == after(order, EditComment(comment_id=id, text="b"), actor=None).comments[0].text
        kind, told = refusal(order, DeleteComment(comment_id=id), actor="paul")
        assert (NotYourComment, None, "paul") == (kind, told["author"], told["actor"])

    def test_no_such_comment(self) -> None:
        """The ones that are there are told."""
        order, (id,) = commented()
        assert (UnknownComment, {"order_id": order.id, "comment": "x", "known": (id,)}) == refusal(
            order, EditComment(comment_id="x", text="a")
        )

    @pytest.mark.parametrize("text", ["", " ", "x" * 5001])
    def test_odd_texts(self, text: str) -> None:
        """It has 1 to 5,000 characters, as it had before."""
        with pytest.raises(InvalidValue):
            EditComment(comment_id="c", text=text)

    def test_is_not_in_any_repr(self) -> None:
        """What staff wrote about people stays out of logs."""
        assert "Ada" not in repr(EditComment(comment_id="c", text="Ada called"))

    def test_texts_of_the_refusals(self) -> None:
        """They say what would have been possible."""
        assert "order o: comment c was written by marie, who alone may change it; paul may leave another one" == str(
            NotYourComment("o", "c", "marie", "paul")
        )
        assert "written by nobody that was named" in str(NotYourComment("o", "c", None, "paul"))
        assert "order o has no comment 'x'; it has none" == str(UnknownComment("o", "x", ()))


class TestRule4_DeletedByItsAuthor:
    def test_the_text_is_gone(self) -> None:
        """What stays is that there was one; the others are as they were."""
        order, (first, second) = commented("first", "second")
        change = step(order, DeleteComment(comment_id=first), now=LATER)
        said, other = change.order.comments
        assert (first, "", "marie", NOW, LATER) == (said.id, said.text, said.actor, said.at, said.deleted_at)
        assert (second, "second", None) == (other.id, other.text, other.deleted_at)
        assert (CommentDeleted(first),) == change.events

    def test_somebody_else(self) -> None:
        """Refused."""
        order, (id,) = commented()
        assert (NotYourComment, {"order_id": order.id, "comment": id, "author": "marie", "actor": "paul"}) == refusal(
            order, DeleteComment(comment_id=id), actor="paul"
        )

    def test_again(self) -> None:
        """It changes nothing, and the first time stays."""
        order, (id,) = commented()
        order = after(order, DeleteComment(comment_id=id))
        change = step(order, DeleteComment(comment_id=id), now=LATER)
        assert (False, NOW) == (bool(change), change.order.comments[0].deleted_at)

    def test_cannot_be_edited_any_more(self) -> None:
        """It is no comment then, and is not among those that are told."""
        order, (first, second) = commented("first", "second")
        order = after(order, DeleteComment(comment_id=first))
        kind, told = refusal(order, EditComment(comment_id=first, text="a"))
        assert (UnknownComment, (second,)) == (kind, told["known"])

    def test_no_such_comment(self) -> None:
        """Unknown, as when it is edited."""
        assert UnknownComment is refusal(an_order(), DeleteComment(comment_id="x"))[0]

    def test_on_a_cancelled_order(self) -> None:
        """Editing and deleting stay possible."""
        order, (first, second) = commented("first", "second")
        order = after(order, Cancel(), EditComment(comment_id=first, text="better"), DeleteComment(comment_id=second))
        assert ["better", ""] == [one.text for one in order.comments]


def test_the_time_of_change() -> None:
    """Any change moves it; no change does not."""
    order = an_order(note="x")
    assert LATER == after(order, SetNote(note="y"), now=LATER).updated_at
    assert order == step(order, SetNote(note="x"), now=LATER).order
