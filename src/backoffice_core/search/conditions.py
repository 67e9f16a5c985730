"""The few conditions that every query comes down to; two compilers read them."""

from collections.abc import Iterable
from typing import Final

import attrs


@attrs.frozen
class Has:
    """The order is found by this term."""

    term: str


@attrs.frozen
class Starts:
    """The order is found by a term that begins like this."""

    prefix: str


@attrs.frozen
class Says:
    """
    The order's words have this in them.

    It begins with a space, which is the beginning of a word; where it ends with one, that is the
    end of one.
    """

    needle: str


@attrs.frozen
class Between:
    """
    A column lies between two values, both included.

    Attributes:
        column: The column's name in `backoffice_core.search.findable.Columns`.

        low: The least value; None for no bound.

        high: The greatest value; None for no bound.
    """

    column: str
    low: int | str | None = None
    high: int | str | None = None


@attrs.frozen
class AllOf:
    """All conditions hold; of none at all, always."""

    parts: "tuple[Condition, ...]" = ()


@attrs.frozen
class AnyOf:
    """One of the conditions holds; of none at all, never."""

    parts: "tuple[Condition, ...]" = ()


@attrs.frozen
class Unless:
    """The condition does not hold."""

    part: "Condition"


Condition = Has | Starts | Says | Between | AllOf | AnyOf | Unless

ALWAYS: Final = AllOf()
NEVER: Final = AnyOf()


def every(parts: Iterable[Condition]) -> Condition:
    """Return the condition that all of *parts* hold."""
    flat: list[Condition] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, AllOf) else (part,))
    return flat[0] if len(flat) == 1 else AllOf(tuple(flat))


def some(parts: Iterable[Condition]) -> Condition:
    """Return the condition that one of *parts* holds."""
    flat: list[Condition] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, AnyOf) else (part,))
    return flat[0] if len(flat) == 1 else AnyOf(tuple(flat))


def unless(part: Condition) -> Condition:
    """Return the condition that *part* does not hold."""
    return part.part if isinstance(part, Unless) else Unless(part)
