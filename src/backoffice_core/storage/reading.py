"""
Functions that read values of attrs classes from raw documents, written for each class at its first use.

Reading is most of what a list, a report or an export does, and a document has a few hundred
fields. Here the checks of plain fields stand in the function itself, where cattrs calls a hook for
each; that takes half as long. Whatever is not plain is left to the converter's hooks.

A value of the wrong type is a TypeError, a missing field or an unknown word a KeyError: nothing is
guessed. Fields that are not known are left out.
"""

import enum
from collections.abc import Callable
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin

import attrs
import cattrs
import pendulum

from backoffice_core.clock import from_micros
from backoffice_core.orders.evolve import is_plain

Read = Callable[[Any, Any], Any]

#: Types whose values are taken as they are, by exact type: True is no number here.
_PLAIN: Final = (str, int, bool)


def is_read_here(kind: Any) -> bool:
    """Whether a class is one that `reader` can write a function for: attrs, and no default that is made anew."""
    return attrs.has(kind) and not any(isinstance(field.default, attrs.Factory) for field in attrs.fields(kind))  # type: ignore[arg-type]


def reader(kind: type, converter: cattrs.Converter) -> Read:
    """Return a function that reads a value of *kind* from a raw document."""
    scope: dict[str, Any] = {"kind": kind, "wrong": _wrong, "new": object.__new__}
    fields = [field for field in attrs.fields(attrs.resolve_types(kind)) if field.init]
    names = [field.name for field in fields]
    body = [line for field in fields for line in _field(field, converter, scope)]
    if is_plain(kind) and kind.__dictoffset__:
        made = ["made = new(kind)", f"made.__dict__.update({', '.join(f'{n}=v_{n}' for n in names)})", "return made"]
    elif is_plain(kind):
        scope |= {f"s_{field.name}": getattr(kind, field.name).__set__ for field in fields}
        made = ["made = new(kind)", *(f"s_{field.name}(made, v_{field.name})" for field in fields), "return made"]
    else:
        made = [f"return kind({', '.join(f'{field.alias}=v_{field.name}' for field in fields)})"]
    check = ["if type(raw) is not dict:", "    wrong(raw, 'object')"]
    source = "\n    ".join(["def read(raw, _):", *check, *body, *made])
    exec(source, scope)  # noqa: S102 - of field names that this library declares
    read: Read = scope["read"]
    return read


def _field(field: "attrs.Attribute[Any]", converter: cattrs.Converter, scope: dict[str, Any]) -> list[str]:
    """Return the lines that read one field into a variable."""
    name = field.name
    lines = [f"v_{name} = raw[{name!r}]", *_checked(f"v_{name}", name, field.type, converter, scope)]
    if field.default is attrs.NOTHING:
        return lines
    scope[f"d_{name}"] = field.default
    return [f"if {name!r} in raw:", *(f"    {line}" for line in lines), "else:", f"    v_{name} = d_{name}"]


def _checked(value: str, name: str, kind: Any, converter: cattrs.Converter, scope: dict[str, Any]) -> list[str]:
    """Return the lines that check a raw value, and turn it into what it stands for."""
    if get_origin(kind) in (Union, UnionType):
        (inner,) = (part for part in get_args(kind) if part is not NoneType)
        return [f"if {value} is not None:", *(f"    {line}" for line in _checked(value, name, inner, converter, scope))]
    if kind in _PLAIN:
        return [f"if type({value}) is not {kind.__name__}:", f"    wrong({value}, {kind.__name__!r})"]
    if kind is pendulum.DateTime:
        scope["moment"] = from_micros
        return [f"{value} = moment({value})"]
    if isinstance(kind, type) and issubclass(kind, enum.StrEnum):
        scope[f"w_{name}"] = {str(word): word for word in kind}
        return [f"{value} = w_{name}[{value}]"]
    scope[f"h_{name}"], scope[f"t_{name}"] = converter.get_structure_hook(kind), kind
    return [f"{value} = h_{name}({value}, t_{name})"]


def _wrong(value: Any, wanted: str) -> None:
    raise TypeError(f"{type(value).__name__} is no {wanted}")
