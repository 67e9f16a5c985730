"""A query as a value: what list, count, bulk and export take."""

from typing import ClassVar

import attrs

from backoffice_core.failures import InvalidQuery, InvalidValue, reason
from backoffice_core.search.fields import ORDERS, Fields
from backoffice_core.search.meaning import Meaning, meaning
from backoffice_core.search.parse import LONGEST_QUERY, Warning, parse
from backoffice_core.search.tree import And, Node, Not, Term, all_of
from backoffice_core.search.values import Scope
from backoffice_core.typed import check_text


@reason
class UnclearQuery(InvalidQuery):
    """
    A query that something will be done by has parts that cannot be meant.

    A search leaves them out and warns; a saved view, a bulk command or an export would do other
    things than were meant.

    Attributes:
        query: The query.

        problems: What is unclear, and where.
    """

    code: ClassVar[str] = "unclear_query"
    query: str
    problems: tuple[str, ...]

    def __str__(self) -> str:
        return f"the query {self.query[:200]!r} is not clear: {'; '.join(self.problems)}"


@attrs.frozen
class Chip:
    """
    A filter of a query as a list shows it, to be taken away by itself.

    Attributes:
        key: The field.

        op: ``is``, ``not``, ``min``, ``max`` or ``exists``; ``min`` and ``max`` stand for ``>``, ``>=`` and
            ``<``, ``<=``, as in Shopify.

        value: The values as they were written.
    """

    key: str
    op: str
    value: str


@attrs.frozen
class Query:
    """
    A search that was read.

    ``str`` of it is a text that reads as the same query, unless it is longer than a query may be.

    Attributes:
        tree: What it asks for.

        warnings: What of its text was left out.
    """

    tree: Node
    warnings: tuple[Warning, ...] = attrs.field(default=(), eq=False)

    @classmethod
    def read(cls, text: "str | Query") -> "Query":
        """
        Return the query of a text; no text is an error, what cannot be meant is told by ``warnings``.

        Raises:
            InvalidValue: It is no text.
        """
        if isinstance(text, Query):
            return text
        if not isinstance(text, str):
            raise InvalidValue("query", f"a value of type {type(text).__name__}", "text such as 'tag:vip'")
        found = parse(text)
        return cls(found.tree, found.warnings)

    def __str__(self) -> str:
        return str(self.tree)

    @property
    def plain(self) -> str:
        """
        Its text, to be kept and read later.

        Raises:
            InvalidValue: It would be read as another one then, or no storage could keep it.
        """
        text = str(self)
        if len(text) > LONGEST_QUERY:
            given = f"a query of {len(text)} characters when it is written plainly"
            raise InvalidValue("query", given, f"one of at most {LONGEST_QUERY}")
        check_text("query", text)
        return text

    def meaning(self, scope: Scope, fields: Fields = ORDERS) -> Meaning:
        """Return what it comes down to at a moment and in a time zone, with all its warnings."""
        found = meaning(self.tree, scope, fields)
        return Meaning(found.condition, tuple(sorted((*self.warnings, *found.warnings), key=lambda one: one.at)))

    def strict_meaning(self, scope: Scope, fields: Fields = ORDERS) -> Meaning:
        """
        Return what it comes down to.

        Raises:
            UnclearQuery: Something in it cannot be meant.
        """
        found = self.meaning(scope, fields)
        if found.warnings:
            raise UnclearQuery(str(self), tuple(str(warning) for warning in found.warnings))
        return found

    @property
    def chips(self) -> tuple[Chip, ...]:
        """Its filters that must all hold, in the order of the text; what is in groups is none of them."""
        return tuple(chip for part in self._parts if (chip := _chip(part)) is not None)

    @property
    def rest(self) -> str:
        """What of it the chips do not say, as text."""
        return str(all_of(part for part in self._parts if _chip(part) is None))

    @property
    def _parts(self) -> tuple[Node, ...]:
        return self.tree.parts if isinstance(self.tree, And) else (self.tree,)


def _chip(part: Node) -> Chip | None:
    negated, term = (True, part.part) if isinstance(part, Not) else (False, part)
    if not isinstance(term, Term) or term.field is None:
        return None
    if len(term.values) == 1 and term.values[0].prefix and not term.values[0].text:
        return None if negated else Chip(term.field, "exists", "true")
    written = ",".join(value.text + "*" * value.prefix for value in term.values)
    if not term.comparator:
        return Chip(term.field, "not" if negated else "is", written)
    return None if negated else Chip(term.field, "min" if term.comparator[0] == ">" else "max", written)
