"""
What a caller gives is of the type that was asked for.

Text is text that every storage can keep, a switch is a switch, units by line are a mapping. A
number where text belongs would be stored, and the order could not be read again.

What a field that is kept out of ``repr`` was given is personal, so an error tells its type alone.
"""

import enum
import inspect
from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Any, Final, TypeVar, Union, get_args, get_origin

import attrs

from backoffice_core.failures import InvalidValue

#: The most characters of any text; many fields have less.
LONGEST: Final = 5000

_WOULD_DO: Final[dict[Any, str]] = {
    str: f"text of at most {LONGEST} characters",
    bool: "True or False",
    Mapping: "values by line id or SKU, such as {'TEA-1': 2}",
}


W = TypeVar("W", bound=enum.StrEnum)
Plan = tuple[tuple[str, Any, bool, bool], ...]
_PLANS: Final[dict[type, Plan]] = {}


def _plan(cls: type) -> Plan:
    """Return the fields of a class that are text, switches or mappings; whether None will do; whether they are told."""
    if cls in _PLANS:
        return _PLANS[cls]
    rows = []
    for field in attrs.fields(cls):
        optional = get_origin(field.type) in (Union, UnionType)
        kinds = [kind for kind in (get_args(field.type) if optional else (field.type,)) if kind is not NoneType]
        kind = (get_origin(kinds[0]) or kinds[0]) if len(kinds) == 1 else None
        if kind in _WOULD_DO:
            rows.append((field.name, kind, optional, bool(field.repr)))
    _PLANS[cls] = plan = tuple(rows)
    return plan


def check_types(value: Any) -> None:
    """
    Raise unless the fields of an attrs value hold what they are annotated with.

    Raises:
        InvalidValue: One does not.
    """
    for name, kind, optional, told in _plan(type(value)):
        given = getattr(value, name)
        if given is None and optional:
            continue
        if not isinstance(given, kind) or (kind is Mapping and not all(isinstance(key, str) for key in given)):
            raise InvalidValue(name, repr(given) if told else kind_of(given), _WOULD_DO[kind])
        if kind is str:
            check_text(name, given)


def kind_of(value: Any) -> str:
    """Return what an error may say of a personal value: its type."""
    return f"a value of type {type(value).__name__}"


def check_progress(value: object) -> None:
    """
    Raise unless a value is None, or a plain function to call with how far something has come.

    Raises:
        InvalidValue: It cannot be called; or it is a coroutine function, which nobody would await.
    """
    waits = inspect.iscoroutinefunction(value) or inspect.iscoroutinefunction(getattr(value, "__call__", None))  # noqa: B004 - it is looked into, not called
    if value is not None and (waits or not callable(value)):
        given = "a coroutine function" if waits else kind_of(value)
        raise InvalidValue("progress", given, "a plain function that is called with how far it has come")


def whole_from(name: str, value: object, least: int, most: int = 10**9) -> None:
    """
    Raise unless a value is a whole number from *least* to *most*.

    Raises:
        InvalidValue: It is not.
    """
    if type(value) is not int or not least <= value <= most:
        given = repr(value) if not isinstance(value, int) or abs(value) <= 10**18 else "a number of more than 18 digits"
        raise InvalidValue(name, given, f"a whole number from {least} to {most}")


def whole(least: int, most: int = 10**9) -> Any:
    """Return a validator of whole numbers from *least* to *most*."""

    def validate(_: object, attribute: "attrs.Attribute[int]", value: int) -> None:
        whole_from(attribute.name, value, least, most)

    return validate


def word_of(name: str, words: type[W], value: Any) -> W:
    """
    Return a value as one of our words.

    Raises:
        InvalidValue: It is none of them.
    """
    try:
        return words(value)
    except ValueError:
        raise InvalidValue(name, repr(value)[:200], " or ".join(words)) from None


def instance(kind: type, example: str) -> Any:
    """Return a validator of values of a class; *example* is what an error says would do."""

    def validate(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
        if not isinstance(value, kind):
            raise InvalidValue(attribute.name, repr(value), example)

    return validate


def one_of(*allowed: str) -> Any:
    """Return a validator of words that are among *allowed*."""

    def validate(_: object, attribute: "attrs.Attribute[str]", value: Any) -> None:
        if value not in allowed:
            raise InvalidValue(attribute.name, repr(value), " or ".join(allowed))

    return validate


def check_text(name: str, text: str) -> None:
    """
    Raise unless every storage can keep *text*.

    Raises:
        InvalidValue: It is too long, or has characters that are none.
    """
    if len(text) > LONGEST:
        raise InvalidValue(name, f"text of {len(text)} characters", _WOULD_DO[str])
    if not can_be_kept(text):
        raise InvalidValue(
            name, "text with characters that are none", "text without null characters and lone surrogates"
        )


def can_be_kept(text: str) -> bool:
    """Whether every storage can hold a text: PostgreSQL has no zero character, and half a surrogate pair is no text."""
    return "\0" not in text and (text.isascii() or _encodable(text))


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
