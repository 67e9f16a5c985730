"""
The orders, draft orders or checkouts of a file in Shopify's REST JSON, one after another.

Rules:

1. A file holds ``{"orders": [...]}``, ``{"order": {...}}``, orders in a list, an order, or several
   of these one after another: JSON Lines. What was parsed already may be any of them. Draft orders
   stand below ``draft_orders`` and ``draft_order``, checkouts below ``checkouts`` and ``checkout``.
2. The source of an order is its ``id``, or its name where it has none, as in the CSV.
3. Two files tell the same of an order when its JSON is the same, however it is written: order of
   keys, spaces and escapes make no difference.
4. What is no order is a `Piece` all the same, and is refused when it is read.
5. An object that holds something else of Shopify's, such as ``checkouts``, and nothing that is
   wanted is an error; beside what is wanted it is passed over.
"""

import hashlib
import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar, Final

import attrs

from backoffice_core.failures import InvalidValue, reason
from backoffice_core.shopify.columns import BrokenFile
from backoffice_core.shopify.imported import LONGEST_ID, LONGEST_NAME
from backoffice_core.shopify.json_text import JsonText


@attrs.frozen
class Content:
    """
    A kind of thing that a file may hold.

    Attributes:
        word: What one is called in messages.

        several: The key that a list of them stands below.

        one: The key that one stands below.

        marks: Keys that each of them has, null or not, and that nothing else has.

        by: What imports it.
    """

    word: str
    several: str
    one: str
    marks: tuple[str, ...]
    by: str

    @property
    def would_do(self) -> str:
        """What a file of them may hold."""
        a = "an" if self.word[0] in "aeiou" else "a"
        forms = f'{{"{self.several}": [...]}} or {{"{self.one}": {{...}}}}'
        return f"{a} {self.word}, a list of {self.word}s, {forms}"


ORDERS: Final = Content("order", "orders", "order", ("financial_status",), "orders.import_json")
DRAFTS: Final = Content(
    "draft order", "draft_orders", "draft_order", ("invoice_url", "invoice_sent_at"), "drafts.import_json"
)
CHECKOUTS: Final = Content("checkout", "checkouts", "checkout", ("abandoned_checkout_url",), "checkouts.import_json")
_CONTENTS: Final = (ORDERS, DRAFTS, CHECKOUTS)


@reason
class OtherContent(BrokenFile):
    """
    A file, or a place in it, holds something else than what is imported.

    Attributes:
        line: The line of that place, from 1; for data that came parsed, its place in there.

        found: What stands there.

        wanted: What would have been accepted.

        by: What imports what stands there.
    """

    code: ClassVar[str] = "other_content"
    line: int
    found: str
    wanted: str
    by: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.found} instead of {self.wanted}; {self.by} imports those"


def check_is(wanted: Content, data: Mapping[str, Any], line: int) -> None:
    """
    Raise for an object that can be told to be something else than what is wanted.

    Raises:
        OtherContent: It is.
    """
    if any(mark in data for mark in wanted.marks):
        return
    for other in _CONTENTS:
        if other is not wanted and any(mark in data for mark in other.marks):
            raise _other(other, wanted, line)


def _other(other: Content, wanted: Content, line: int) -> OtherContent:
    return OtherContent(line, f"{other.word}s", f"{wanted.word}s", other.by)


@attrs.frozen(repr=False, slots=False)
class JsonOrder:
    """
    An order as JSON has it.

    Attributes:
        data: What stands there; an order is a mapping.

        line: The line that it begins on, from 1; for data that came parsed, its place in there.

        of: What it should be.
    """

    data: Any
    line: int
    of: Content = ORDERS

    @property
    def name(self) -> str:
        """The order's name; where it has none, what can be said instead."""
        name = self._text("name", LONGEST_NAME)
        number = self._text("order_number", 20)
        return name or (f"#{number}" if number else f"{self.of.word} at {self.line}")

    @property
    def source_id(self) -> str:
        """Shopify's id of the order, or its name where the file has none."""
        return self._text("id", LONGEST_ID) or self.name

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the order's canonical JSON; empty for what cannot be written as JSON."""
        try:
            text = json.dumps(self.data, sort_keys=True, separators=(",", ":"), default=_plain)
        except (TypeError, ValueError, RecursionError):
            return ""
        return hashlib.sha256(text.encode()).hexdigest()

    def _text(self, key: str, most: int) -> str:
        """Return a short text or number; empty for anything else."""
        value = self.data.get(key) if isinstance(self.data, Mapping) else None
        if isinstance(value, bool) or not isinstance(value, str | int):
            return ""
        if isinstance(value, int):
            return str(value) if abs(value) < 10**30 else ""
        fits = len(value) <= most and "\0" not in value and value.isprintable()
        return value.strip() if fits else ""


def _plain(value: object) -> Any:
    """Return what parsers give beside plain types as JSON has it."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError


def orders_in(text: JsonText, wanted: Content = ORDERS) -> Iterator[JsonOrder]:
    """
    Yield the orders of a file, or what else is wanted, in its order.

    Raises:
        BrokenJson: It is no JSON from some place on, or holds no orders.
        OtherContent: Rule 5.
        WrongEncoding: It is not in UTF-8.
    """
    if not text.peek():
        raise text.broken("the file is empty", wanted.would_do)
    while first := text.peek():
        if first == "[":
            yield from _listed(text, wanted)
        elif first == "{":
            yield from _in_object(text, wanted)
        else:
            raise text.broken(f"{first!r} stands there", wanted.would_do)


def _listed(text: JsonText, of: Content) -> Iterator[JsonOrder]:
    """Yield the members of a list, each once it was read whole."""
    text.skip("[")
    if text.peek() == "]":
        text.skip("]")
        return
    while True:
        text.peek()
        line = text.line
        yield JsonOrder(text.value(), line, of)
        if text.skip(",", "]") == "]":
            return


def _in_object(text: JsonText, wanted: Content) -> Iterator[JsonOrder]:
    """Yield what stands below the wanted keys of a top-level object; without them, the object itself."""
    line, members, wrapped = text.line, dict[str, Any](), False
    others: list[OtherContent] = []
    text.skip("{")
    more = text.peek() != "}"
    if not more:
        text.skip("}")
    while more:
        if text.peek() != '"':
            raise text.broken(text.found(), "a key in quotes")
        key = text.value()
        text.skip(":")
        first, inside = text.peek(), text.line
        content = _below(key, first == "[", first == "{")
        if content is None:
            members[key] = text.value()
        else:
            # Read one by one even where nobody wants them: a list may be longer than the memory.
            found = _listed(text, content) if first == "[" else iter((JsonOrder(text.value(), inside, content),))
            if content is wanted:
                wrapped = True
                yield from found
            else:
                others.append(_other(content, wanted, inside))
                deque(found, maxlen=0)
        more = text.skip(",", "}") == ","
    if others and not wrapped:
        raise others[0]
    if not wrapped:
        yield JsonOrder(members, line, wanted)


def _below(key: str, is_list: bool, is_object: bool) -> Content | None:
    """Return what stands below a key of a top-level object; None for one of its own members."""
    return next(
        (one for one in _CONTENTS if (is_list and key == one.several) or (is_object and key == one.one)),
        None,
    )


def orders_of(source: Any, wanted: Content = ORDERS) -> Iterator[JsonOrder]:
    """
    Yield the orders of data that was parsed already, or what else is wanted, in its order.

    ``line`` is the place, from 1.

    Raises:
        InvalidValue: It is neither an order nor several.
        OtherContent: Rule 5.
    """
    if isinstance(source, Mapping):
        source = _members(source, wanted)
    if isinstance(source, bytes | bytearray) or not isinstance(source, Iterable):
        would_do = f"a path, an open file or {wanted.would_do}"
        raise InvalidValue("source", f"a value of type {type(source).__name__}", would_do)
    for place, data in enumerate(source, 1):
        yield JsonOrder(data, place, wanted)


def _members(source: Mapping[str, Any], wanted: Content) -> Iterable[Any]:
    several = source.get(wanted.several)
    if isinstance(several, list | tuple):
        return several
    if isinstance(source.get(wanted.one), Mapping):
        return (source[wanted.one],)
    for key, value in source.items():
        other = _below(key, isinstance(value, list | tuple), isinstance(value, Mapping))
        if other is not None:
            raise _other(other, wanted, 1)
    return (source,)
