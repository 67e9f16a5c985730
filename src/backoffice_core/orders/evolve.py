"""
`attrs.evolve`, faster: rules make new values out of old ones all the time.

A function is made for each class at its first use, so that a copy costs little more than
setting its fields. Type checkers see attrs' own function, with its checks.

What a value has computed of itself can stay with its copies: a class says with `keeps` which fields
each of its cached properties rests on.
"""

from collections.abc import Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from functools import cached_property
else:

    class cached_property:  # noqa: N801 - named as what it stands in for
        """`functools.cached_property` without the lock that Python 3.11 takes: figures are the same for all threads."""

        def __init__(self, compute: Any) -> None:
            self._compute = compute
            self.__doc__ = compute.__doc__

        def __set_name__(self, owner: type, name: str) -> None:
            self._name = name

        def __get__(self, value: Any, owner: Any = None) -> Any:
            # It is asked only while the dictionary has no such name.
            if value is None:
                return self
            computed = value.__dict__[self._name] = self._compute(value)
            return computed


#: The cached properties that copies keep, with the fields they rest on, by class.
_KEPT: dict[type, Mapping[str, frozenset[str]]] = {}


def keeps(kind: type, rests_on: Mapping[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
    """
    Let copies of a class keep what was computed on the original.

    Args:
        kind: The class, of attrs and without slots.

        rests_on: Its cached properties by name, each with all the fields that it is computed from.

    Returns:
        What was given.
    """
    _KEPT[kind] = rests_on
    return rests_on


def is_plain(kind: type) -> bool:
    """Whether making a value of an attrs class is no more than setting its fields: setting them takes half as long."""
    fields: tuple[attrs.Attribute[Any], ...] = attrs.fields(kind)
    plain = all(field.init and field.converter is None and field.validator is None for field in fields)
    return plain and not hasattr(kind, "__attrs_post_init__")


if TYPE_CHECKING:
    from attrs import evolve
else:
    _COPIERS: dict[type, Any] = {}

    def evolve(value: Any, /, **changes: Any) -> Any:
        """Return a copy of *value* with some fields changed; validators and converters run."""
        kind = type(value)
        copier = _COPIERS.get(kind)
        if copier is None:
            copier = _COPIERS[kind] = _copier(kind)
        return copier(value, changes)

    def _copier(kind: type) -> Any:
        fields = [field for field in attrs.fields(kind) if field.init]
        if not is_plain(kind) or len(fields) < 2:
            return _caller(kind, fields)
        return _by_slots(kind, fields) if not kind.__dictoffset__ else _by_dictionary(kind, fields)

    def _by_dictionary(kind: type, fields: list[Any]) -> Any:
        """Return a copier that copies the dictionary of a value, with what was computed and still holds."""
        names, kept = {field.alias for field in fields}, _KEPT.get(kind, {})
        stale: dict[tuple[str, ...], tuple[str, ...]] = {}

        def copied(value: Any, changes: dict[str, Any]) -> Any:
            key = tuple(changes)
            gone = stale.get(key)
            if gone is None:
                if not names.issuperset(key):
                    raise TypeError(f"{kind.__name__} has no field {min(set(key) - names)!r}")
                gone = stale[key] = tuple(name for name, on in kept.items() if not on.isdisjoint(key))
            made = object.__new__(kind)
            held = made.__dict__
            held.update(value.__dict__)
            held.update(changes)
            for name in gone:
                held.pop(name, None)
            return made

        return copied

    def _by_slots(kind: type, fields: list[Any]) -> Any:
        """Return a copier that sets slot after slot."""
        setters = {field.alias: getattr(kind, field.name).__set__ for field in fields}
        scope: dict[str, Any] = {"kind": kind, "new": object.__new__, "setters": setters}
        scope |= {"read": attrgetter(*(field.name for field in fields))}
        scope |= {f"set_{alias}": setter for alias, setter in setters.items()}
        body = [
            f"{', '.join(f'v_{alias}' for alias in setters)} = read(v)",
            "made = new(kind)",
            *(f"set_{alias}(made, v_{alias})" for alias in setters),
            "for alias, value in changes.items():",
            "    if alias not in setters:",
            "        raise TypeError(f'{kind.__name__} has no field {alias!r}')",
            "    setters[alias](made, value)",
            "return made",
        ]
        return _defined(body, scope)

    def _caller(kind: type, fields: list[Any]) -> Any:
        """Return a copier that calls the class, so that its validators and converters run."""
        values = ", ".join(f"{field.alias!r}: v.{field.name}" for field in fields)
        return _defined([f"return kind(**{{{values}, **changes}})"], {"kind": kind})

    def _defined(body: list[str], scope: dict[str, Any]) -> Any:
        source = "\n    ".join(["def copied(v, changes):", *body])
        exec(source, scope)  # noqa: S102 - of field names that this library declares
        return scope["copied"]


__all__ = ["cached_property", "evolve", "is_plain", "keeps"]
