"""
`attrs.evolve`, faster: rules make new values out of old ones all the time.

A function is written for each class at its first use, so that a copy costs little more than
calling the class. Type checkers see attrs' own function, with its checks.
"""

from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from attrs import evolve
else:
    _KEEP = object()
    _COPIERS: dict[type, Any] = {}

    def evolve(value: Any, /, **changes: Any) -> Any:
        """Return a copy of *value* with some fields changed; validators and converters run."""
        kind = type(value)
        copier = _COPIERS.get(kind)
        if copier is None:
            copier = _COPIERS[kind] = _copier(kind)
        return copier(value, **changes)

    def _copier(kind: type) -> Any:
        fields = [field for field in attrs.fields(kind) if field.init]
        parameters = ", ".join(f"{field.alias}=_KEEP" for field in fields)
        arguments = ", ".join(
            f"{field.alias}=v.{field.name} if {field.alias} is _KEEP else {field.alias}" for field in fields
        )
        scope: dict[str, Any] = {"_KEEP": _KEEP, "_kind": kind}
        source = f"def copied(v, /, *, {parameters}):\n    return _kind({arguments})"
        exec(source, scope)  # noqa: S102 - of field names that this library declares
        return scope["copied"]


__all__ = ["evolve"]
