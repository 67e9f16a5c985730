"""
The orders of a file in Shopify's REST JSON, one after another.

Rules:

1. A file holds ``{"orders": [...]}``, ``{"order": {...}}``, orders in a list, an order, or several
   of these one after another: JSON Lines. What was parsed already may be any of them.
2. The source of an order is its ``id``, or its name where it has none, as in the CSV.
3. Two files tell the same of an order when its JSON is the same, however it is written: order of
   keys, spaces and escapes make no difference.
4. What is no order is a `Piece` all the same, and is refused when it is read.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

import attrs

from backoffice_core.failures import InvalidValue
from backoffice_core.shopify.imported import LONGEST_ID, LONGEST_NAME
from backoffice_core.shopify.json_text import JsonText

_WOULD_DO: Final = 'an order, a list of orders, {"orders": [...]} or {"order": {...}}'


@attrs.frozen(repr=False, slots=False)
class JsonOrder:
    """
    An order as JSON has it.

    Attributes:
        data: What stands there; an order is a mapping.

        line: The line that it begins on, from 1; for data that came parsed, its place in there.
    """

    data: Any
    line: int

    @property
    def name(self) -> str:
        """The order's name; where it has none, what can be said instead."""
        name = self._text("name", LONGEST_NAME)
        return name or (f"#{number}" if (number := self._text("order_number", 20)) else f"order at {self.line}")

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


def orders_in(text: JsonText) -> Iterator[JsonOrder]:
    """
    Yield the orders of a file, in its order.

    Raises:
        BrokenJson: It is no JSON from some place on, or holds no orders.
        WrongEncoding: It is not in UTF-8.
    """
    if not text.peek():
        raise text.broken("the file is empty", _WOULD_DO)
    while first := text.peek():
        if first == "[":
            yield from _listed(text)
        elif first == "{":
            yield from _in_object(text)
        else:
            raise text.broken(f"{first!r} stands there", _WOULD_DO)


def _listed(text: JsonText) -> Iterator[JsonOrder]:
    """Yield the members of a list, each once it was read whole."""
    text.skip("[")
    if text.peek() == "]":
        text.skip("]")
        return
    while True:
        text.peek()
        line = text.line
        yield JsonOrder(text.value(), line)
        if text.skip(",", "]") == "]":
            return


def _in_object(text: JsonText) -> Iterator[JsonOrder]:
    """Yield the orders of a top-level object: those below ``orders`` or ``order``, else the object itself."""
    line, members, wrapped = text.line, dict[str, Any](), False
    text.skip("{")
    more = text.peek() != "}"
    if not more:
        text.skip("}")
    while more:
        if text.peek() != '"':
            raise text.broken(text.found(), "a key in quotes")
        key = text.value()
        text.skip(":")
        if key == "orders" and text.peek() == "[":
            wrapped = True
            yield from _listed(text)
        elif key == "order" and text.peek() == "{":
            wrapped = True
            inside = text.line
            yield JsonOrder(text.value(), inside)
        else:
            members[key] = text.value()
        more = text.skip(",", "}") == ","
    if not wrapped:
        yield JsonOrder(members, line)


def orders_of(source: Any) -> Iterator[JsonOrder]:
    """
    Yield the orders of data that was parsed already, in its order; ``line`` is the place, from 1.

    Raises:
        InvalidValue: It is neither an order nor several.
    """
    if isinstance(source, Mapping):
        several = source.get("orders")
        source = several if isinstance(several, list | tuple) else (source.get("order", source),)
    if isinstance(source, bytes | bytearray) or not isinstance(source, Iterable):
        raise InvalidValue("source", f"a value of type {type(source).__name__}", f"a path, an open file or {_WOULD_DO}")
    for place, data in enumerate(source, 1):
        yield JsonOrder(data, place)
