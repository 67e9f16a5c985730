"""Arguments that may be given one by one, or several at a time."""

from collections.abc import Iterable
from typing import Any, TypeVar

T = TypeVar("T")


def flat(given: Iterable[T | Iterable[T]]) -> tuple[T, ...]:
    """Return what was given one by one, several at a time, or both, in its order."""
    found: list[Any] = []
    for one in given:
        found += [one] if isinstance(one, str) or not isinstance(one, Iterable) else one
    return tuple(found)
