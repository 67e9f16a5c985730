"""
Text → tree: Shopify's query language (`Search syntax <https://shopify.dev/docs/api/usage/search-syntax>`_).

1. Terms side by side must all hold; ``AND`` says the same and binds tighter than ``OR``.
2. ``-`` or ``NOT`` before a term or a group turns it round.
3. ``field:value``; ``field:<5``, ``field:>=5``; ``field:a..b``, of which both may be quoted, or all of
   it; ``field:a,b`` is one of them; ``field:ab*`` whatever begins so; ``field:*`` whatever has one.
4. ``"two words"`` or ``'two words'`` is a phrase, and a star within it is a star; one behind it makes a
   prefix of it. A backslash takes the meaning from what follows it.
5. Any text is read. What cannot be meant is left out, and a warning says so and where.
6. The work is bounded: so many characters, terms, groups within groups, and warnings.
"""

import re
from typing import Final

import attrs

from backoffice_core.search.tree import COMPARATORS, EVERYTHING, Node, Term, Value, all_of, any_of, negation

#: The most characters of a query; what follows is left out.
LONGEST_QUERY: Final = 4000
#: The most values of a query; what follows is left out.
MOST_TERMS: Final = 100
#: The most warnings of one reading; a text of parentheses alone would have thousands.
MOST_WARNINGS: Final = 100
#: The most groups within groups; those deeper are read as if they had no parentheses.
DEEPEST: Final = 20

_SPACE: Final = re.compile(r"\s*")
_FIELD: Final = re.compile(r"([A-Za-z_][A-Za-z0-9_.]*):")
_CONNECTIVE: Final = re.compile(r"(AND|OR|NOT)(?=[\s()]|$)")
_COMPARATOR: Final = re.compile("|".join(COMPARATORS))
_FREE: Final = re.compile(r"(?:\\.|[^\s()\\])+", re.DOTALL)
_BARE: Final = re.compile(r"(?:\\.|[^\s(),\\])+", re.DOTALL)
_QUOTED: Final = {mark: re.compile(rf"{mark}((?:\\.|[^{mark}\\])*)({mark}?)", re.DOTALL) for mark in "\"'"}
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_STARS: Final = re.compile(r"\*+")


@attrs.frozen
class Warning:
    """
    What was left out of a query, or read otherwise than it may have been meant.

    Attributes:
        code: A stable name of the reason.

        at: Where in the text, from 0.

        message: What is wrong.

        suggestion: What may have been meant.
    """

    code: str
    at: int
    message: str
    suggestion: str | None = None

    def __str__(self) -> str:
        meant = f"; did you mean {self.suggestion}?" if self.suggestion else ""
        return f"at {self.at}: {self.message}{meant}"


@attrs.frozen
class Parsed:
    """
    A text that was read.

    Attributes:
        tree: What it asks for.

        warnings: What was left out of it, in the order of the text.
    """

    tree: Node
    warnings: tuple[Warning, ...]


def parse(text: str) -> Parsed:
    """Return the tree of a query, and what of its text was left out; no text is an error."""
    reader = _Reader(text[:LONGEST_QUERY])
    if len(text) > LONGEST_QUERY:
        reader.warn("too_long", LONGEST_QUERY, f"what follows the first {LONGEST_QUERY} characters is left out")
    tree = reader.alternatives(0)
    return Parsed(EVERYTHING if tree is None else tree, tuple(sorted(reader.warnings, key=lambda one: one.at)))


class _Reader:
    """Reads a text from left to right, each character once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._terms = 0
        self._open_too_deep = 0
        self.warnings: list[Warning] = []

    def warn(self, code: str, at: int, message: str) -> None:
        """Say what is left out, unless enough was said."""
        if len(self.warnings) < MOST_WARNINGS:
            self.warnings.append(Warning(code, at, message))

    def alternatives(self, depth: int) -> Node | None:
        """Read what stands between ``OR``, up to the end of the text or of the group."""
        found = [self._sequence(depth)]
        while self._take("OR"):
            at = self._at - 2
            if found[-1] is None:
                self.warn("dangling_connective", at, "nothing stands before OR")
            found.append(self._sequence(depth))
            if found[-1] is None and self._ahead() != "OR":
                self.warn("dangling_connective", at, "nothing stands after OR")
        parts = [part for part in found if part is not None]
        return any_of(parts) if parts else None

    def _sequence(self, depth: int) -> Node | None:
        """Read what stands side by side, up to ``OR`` or the end."""
        parts: list[Node] = []
        joined_at: int | None = None
        while (ahead := self._ahead()) not in ("", "OR"):
            if ahead == ")":
                if not self._skips_end_of_group(depth):
                    break
            elif ahead == "AND":
                if not parts or joined_at is not None:
                    self.warn("dangling_connective", self._at, "nothing stands before AND")
                joined_at = self._at
                self._take("AND")
            elif (part := self._negatable(depth)) is not None:
                parts.append(part)
                joined_at = None
        if joined_at is not None and parts:
            self.warn("dangling_connective", joined_at, "nothing stands after AND")
        return all_of(parts) if parts else None

    def _skips_end_of_group(self, depth: int) -> bool:
        """Skip a parenthesis that closes no group of ours; return whether it was one."""
        if self._open_too_deep:
            self._open_too_deep -= 1
        elif depth == 0:
            self.warn("unexpected_parenthesis", self._at, "this parenthesis closes nothing")
        else:
            return False
        self._at += 1
        return True

    def _negatable(self, depth: int) -> Node | None:
        """Read a term or a group, with what turns it round."""
        start, negated = self._at, False
        while self._take("NOT") or self._takes_minus():
            negated = not negated
        ahead = self._ahead()
        if self._at > start and ahead in ("", ")", "AND", "OR"):
            self.warn("dangling_connective", start, "nothing stands after NOT")
            return None
        part = self._group(depth) if ahead == "(" else self._term()
        return negation(part) if negated and part is not None else part

    def _takes_minus(self) -> bool:
        # A minus before a space is a word that says nothing, not a negation of what comes next.
        if self._ahead() != "-" or not self._text[self._at + 1 : self._at + 2].strip():
            return False
        self._at += 1
        return True

    def _group(self, depth: int) -> Node | None:
        start = self._at
        self._at += 1
        if depth == DEEPEST:
            if not self._open_too_deep:
                self.warn("too_deep", start, f"more than {DEEPEST} groups within groups; this one is read without")
            self._open_too_deep += 1
            return None
        found = self.alternatives(depth + 1)
        if self._ahead() == ")":
            self._at += 1
        else:
            self.warn("unclosed_parenthesis", start, "this parenthesis is not closed")
        if found is None:
            self.warn("empty_group", start, "there is nothing in this group")
        return found

    def _term(self) -> Node | None:
        start = self._at
        if self._terms >= MOST_TERMS:
            self.warn("too_many_terms", start, f"what follows the first {MOST_TERMS} values is left out")
            self._at = len(self._text)
            return None
        named = _FIELD.match(self._text, self._at)
        if named is None:
            free = self._value(_FREE)
            return Term(None, "", (free,), start) if _says_something(free) else None
        self._at = named.end()
        compared = _COMPARATOR.match(self._text, self._at)
        self._at = compared.end() if compared else self._at
        return Term(named[1].lower(), compared[0] if compared else "", self._values(), start)

    def _values(self) -> tuple[Value, ...]:
        """Read values with commas between; the empty ones are left out, unless there is no other."""
        values = [self._end_or_range()]
        while self._text[self._at : self._at + 1] == "," and self._terms < MOST_TERMS:
            at = self._at
            self._at += 1
            values.append(self._end_or_range())
            if not _says_something(values[-1]) or not _says_something(values[-2]):
                self.warn("empty_value", at, "nothing stands on one side of this comma")
        return tuple(value for value in values if _says_something(value)) or (Value(""),)

    def _end_or_range(self) -> Value:
        """Read a value, or a range with ends that are quoted by themselves."""
        opened = self._text.startswith(("..'", '.."'), self._at)
        first = Value("") if opened else self._value(_BARE)
        if not opened and (not first.quoted or first.prefix or not self._text.startswith("..", self._at)):
            return first
        self._at += 2
        last = self._value(_BARE)
        return Value(f"{first.text}..{last.text}", quoted=True, prefix=last.prefix)

    def _value(self, bare: re.Pattern[str]) -> Value:
        self._terms += 1
        mark = self._text[self._at : self._at + 1]
        if mark in _QUOTED and mark:
            found = _QUOTED[mark].match(self._text, self._at)
            assert found is not None  # noqa: S101 - it begins with the mark
            if not found[2]:
                self.warn("unclosed_quote", self._at, "this quote is not closed")
            self._at = max(found.end(), self._at + 1) if found[2] else len(self._text)
            inner = found[1] if found[2] else self._text[found.start(1) :]
            stars = _STARS.match(self._text, self._at)
            self._at = stars.end() if stars else self._at
            return Value(_ESCAPE.sub(r"\1", inner), quoted=True, prefix=stars is not None)
        match = bare.match(self._text, self._at)
        if match is None:
            # A backslash at the very end of the text takes the meaning from nothing.
            if self._text[self._at : self._at + 1] == "\\":
                self.warn("dangling_escape", self._at, "nothing follows this backslash")
                self._at += 1
            return Value("")
        self._at = match.end()
        return _bare(match[0])

    def _ahead(self) -> str:
        """Skip spaces; return the connective that comes, else the next character, empty at the end."""
        match = _SPACE.match(self._text, self._at)
        self._at = match.end() if match else self._at
        connective = _CONNECTIVE.match(self._text, self._at)
        return connective[0] if connective else self._text[self._at : self._at + 1]

    def _take(self, connective: str) -> bool:
        if self._ahead() != connective:
            return False
        self._at += len(connective)
        return True


def _says_something(value: Value) -> bool:
    return bool(value.text) or value.quoted or value.prefix


def _bare(raw: str) -> Value:
    """Return a value that stood without quotes; a star at its end makes a prefix of it unless it is escaped."""
    body = raw.rstrip("*")
    stars = len(raw) - len(body)
    escapes = len(body) - len(body.rstrip("\\"))
    if stars and escapes % 2:
        body, stars = body + "*", stars - 1
    return Value(_ESCAPE.sub(r"\1", body), prefix=stars > 0)
