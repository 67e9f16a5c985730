"""Notes and comments."""

from typing import Any

import pytest

from backoffice_core.failures import InvalidValue
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.events import CommentAdded, NoteSet
from backoffice_core.orders.notes import AddComment, SetNote
from tests.orders.helpers import LATER, after, an_order, step


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


def test_the_time_of_change() -> None:
    """Any change moves it; no change does not."""
    order = an_order(note="x")
    assert LATER == after(order, SetNote(note="y"), now=LATER).updated_at
    assert order == step(order, SetNote(note="x"), now=LATER).order
