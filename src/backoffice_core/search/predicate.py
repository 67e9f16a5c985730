"""Conditions → a function that tells whether a document meets them: one of the two compilers."""

from collections.abc import Callable
from typing import Any

from backoffice_core.search.conditions import AllOf, AnyOf, Between, Condition, Has, Says, Starts, Unless
from backoffice_core.search.findable import Findable

Predicate = Callable[[Findable[Any]], bool]


def predicate(condition: Condition) -> Predicate:
    """Return a function that tells whether what a document is found by meets *condition*."""
    match condition:
        case Has(term):
            return lambda found: term in found.terms
        case Starts(prefix):
            return lambda found: any(term.startswith(prefix) for term in found.terms)
        case Says(needle):
            return lambda found: needle in found.words
        case Between(column, low, high):
            return _between(column, low, high)
        case AllOf(parts):
            every = [predicate(part) for part in parts]
            return lambda found: all(holds(found) for holds in every)
        case AnyOf(parts):
            some = [predicate(part) for part in parts]
            return lambda found: any(holds(found) for holds in some)
        case Unless(part):
            never = predicate(part)
            return lambda found: not never(found)


def _between(column: str, low: int | str | None, high: int | str | None) -> Predicate:
    def holds(found: Findable[Any]) -> bool:
        """Tell whether the column lies between the bounds."""
        value = getattr(found.columns, column)
        return (low is None or value >= low) and (high is None or value <= high)

    return holds
