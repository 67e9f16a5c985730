"""
A query as a tree, and as text again.

``str`` of a tree is a text that `backoffice_core.search.parse.parse` makes the same tree of.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import attrs

#: How a term compares: ``:`` is equality, a list of values, a prefix or a range.
COMPARATORS: Final = ("<=", ">=", "<", ">")
#: The words that connect terms, when nothing in them is escaped.
CONNECTIVES: Final = ("AND", "OR", "NOT")

_ESCAPED: Final = re.compile(r"[\s()\\*,:\"]")


@attrs.frozen
class Value:
    """
    One value of a term.

    Attributes:
        text: What was typed, escapes and quotes taken away.

        quoted: Whether it stood in quotes, which makes a phrase of free text.

        prefix: Whether a star followed: whatever begins like this; without text, whatever there is.
    """

    text: str
    quoted: bool = False
    prefix: bool = False

    def written(self, *, free: bool) -> str:
        """Return it as text; *free* where no field stands before it."""
        if self.quoted:
            inner = self.text.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{inner}"' + "*" * self.prefix
        text = _ESCAPED.sub(lambda found: "\\" + found[0], self.text)
        first = "-'" if free else "<>='"
        # A range may begin with dots and an end in quotes, which this is not.
        if text and (text[0] in first or (self.text in CONNECTIVES if free else text.startswith("..'"))):
            text = "\\" + text
        return text + "*" * self.prefix


@attrs.frozen
class Term:
    """
    What one field is asked for, or free text.

    Attributes:
        field: The field's name in lower case; None for free text.

        comparator: One of `COMPARATORS`; empty for equality.

        values: One value, or several of which one will do.

        at: Where it stands in the text, from 0; no part of what it means.
    """

    field: str | None
    comparator: str
    values: tuple[Value, ...]
    at: int = attrs.field(default=0, eq=False)

    def __str__(self) -> str:
        values = ",".join(value.written(free=self.field is None) for value in self.values)
        return values if self.field is None else f"{self.field}:{self.comparator}{values}"


@attrs.frozen
class Not:
    """What must not be."""

    part: "Node"

    def __str__(self) -> str:
        return f"-{_grouped(self.part)}"


@attrs.frozen
class And:
    """All of several; of none at all, everything."""

    parts: "tuple[Node, ...]" = ()

    def __str__(self) -> str:
        return " ".join(_grouped(part) if isinstance(part, Or) else str(part) for part in self.parts)


@attrs.frozen
class Or:
    """One of several."""

    parts: "tuple[Node, ...]"

    def __str__(self) -> str:
        return " OR ".join(str(part) for part in self.parts)


Node = Term | Not | And | Or

#: The query that finds everything.
EVERYTHING: Final = And()


def _grouped(part: Node) -> str:
    return f"({part})" if isinstance(part, And | Or) else str(part)


def all_of(parts: Iterable[Node]) -> Node:
    """Return what all of *parts* make: one of them alone as it is, those within it as its own."""
    flat = list(_flat(And, parts))
    return flat[0] if len(flat) == 1 else And(tuple(flat))


def any_of(parts: Iterable[Node]) -> Node:
    """Return what one of *parts* makes, at least one: one of them alone as it is, those within it as its own."""
    flat = list(_flat(Or, parts))
    return flat[0] if len(flat) == 1 else Or(tuple(flat))


def negation(part: Node) -> Node:
    """Return what *part* is not."""
    return part.part if isinstance(part, Not) else Not(part)


def terms_of(node: Node) -> Iterator[Term]:
    """Yield the terms of a tree as they stand in its text."""
    if isinstance(node, Term):
        yield node
    else:
        for part in (node.part,) if isinstance(node, Not) else node.parts:
            yield from terms_of(part)


def _flat(kind: type[And] | type[Or], parts: Iterable[Node]) -> Iterator[Node]:
    for part in parts:
        if isinstance(part, kind):
            yield from part.parts
        else:
            yield part
