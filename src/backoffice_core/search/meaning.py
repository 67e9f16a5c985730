"""
Tree → conditions, at a moment and in a time zone.

1. A term whose field nobody knows is left out, as Shopify does, and a warning says so.
2. A value that cannot be meant is met by no order, and a warning says so; the other values of its
   field are looked for all the same.
3. Free text must be in the order's words: each word at the beginning of one, without case and
   accents; a phrase as it stands, its last word whole unless a star follows it.
4. Free text without a letter or digit is left out, and a warning says so.
"""

from typing import Final

import attrs

from backoffice_core.search.conditions import ALWAYS, NEVER, Condition, Says, every, some, unless
from backoffice_core.search.fields import ORDERS, Field, Fields
from backoffice_core.search.parse import Warning
from backoffice_core.search.text import address, words
from backoffice_core.search.tree import And, Node, Not, Or, Term, Value
from backoffice_core.search.values import Scope, Unclear, closest

#: Names by which people from Shopify ask for what we do not have, and what has it here.
_METAFIELD: Final = "metafields."


@attrs.frozen
class Meaning:
    """
    What a tree comes down to.

    Attributes:
        condition: What an order must meet.

        warnings: What was left out, or is met by no order.
    """

    condition: Condition
    warnings: tuple[Warning, ...]


@attrs.frozen
class _Reading:
    """What a reading goes by, and the warnings that it gathers."""

    scope: Scope
    fields: Fields
    warnings: list[Warning] = attrs.field(factory=list)


def meaning(tree: Node, scope: Scope, fields: Fields = ORDERS) -> Meaning:
    """Return what a query comes down to, at a moment and in a time zone, by what can be asked for."""
    reading = _Reading(scope, fields)
    condition, warnings = _of(tree, reading), reading.warnings
    return Meaning(ALWAYS if condition is None else condition, tuple(warnings))


def _of(node: Node, reading: _Reading) -> Condition | None:
    """Return the condition of a node; None for what is left out."""
    match node:
        case Term():
            return _term(node, reading)
        case Not(part):
            inner = _of(part, reading)
            return None if inner is None else unless(inner)
        case And(parts) | Or(parts):
            read = [_of(part, reading) for part in parts]
            found = [condition for condition in read if condition is not None]
            if parts and not found:
                return None
            return every(found) if isinstance(node, And) else some(found)


def _term(asked: Term, reading: _Reading) -> Condition | None:
    if asked.field is None:
        return _free(asked, asked.values[0], reading.warnings)
    field = reading.fields.by_name.get(asked.field)
    if field is None:
        reading.warnings.append(_unknown(asked, reading.fields))
        return None
    found = some([_value(field, asked, value, reading) for value in asked.values])
    return unless(found) if field.without else found


def _value(field: Field, asked: Term, value: Value, reading: _Reading) -> Condition:
    try:
        return field.read(asked, value, reading.scope)
    except Unclear as why:
        warning = Warning(why.code, asked.at, why.message, why.suggestion)
        if warning not in reading.warnings:
            reading.warnings.append(warning)
        return NEVER


def _unknown(asked: Term, fields: Fields) -> Warning:
    name = asked.field or ""
    if name in fields.not_held or name.startswith(_METAFIELD):
        return Warning("field_not_held", asked.at, f"{fields.things} here hold nothing that {name[:60]} could find")
    return Warning("unknown_field", asked.at, f"there is no field {name[:60]}", closest(name, fields.by_name))


def _free(asked: Term, value: Value, warnings: list[Warning]) -> Condition | None:
    found = words(value.text)
    if not found:
        if not (value.prefix and not value.text):
            warnings.append(Warning("no_words", asked.at, "there is no word in this to look for"))
        return None
    if not value.quoted and (whole := address(value.text)):
        return Says(f" {whole}")
    return Says(f" {' '.join(found)}" + " " * (value.quoted and not value.prefix))
