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
from backoffice_core.search.fields import FIELDS, NOT_HELD, Field
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


def meaning(tree: Node, scope: Scope) -> Meaning:
    """Return what a query comes down to, at a moment and in a time zone."""
    warnings: list[Warning] = []
    condition = _of(tree, scope, warnings)
    return Meaning(ALWAYS if condition is None else condition, tuple(warnings))


def _of(node: Node, scope: Scope, warnings: list[Warning]) -> Condition | None:
    """Return the condition of a node; None for what is left out."""
    match node:
        case Term():
            return _term(node, scope, warnings)
        case Not(part):
            inner = _of(part, scope, warnings)
            return None if inner is None else unless(inner)
        case And(parts) | Or(parts):
            read = [_of(part, scope, warnings) for part in parts]
            found = [condition for condition in read if condition is not None]
            if parts and not found:
                return None
            return every(found) if isinstance(node, And) else some(found)


def _term(asked: Term, scope: Scope, warnings: list[Warning]) -> Condition | None:
    if asked.field is None:
        return _free(asked, asked.values[0], warnings)
    field = FIELDS.get(asked.field)
    if field is None:
        warnings.append(_unknown(asked))
        return None
    found = some([_value(field, asked, value, scope, warnings) for value in asked.values])
    return unless(found) if field.without else found


def _value(field: Field, asked: Term, value: Value, scope: Scope, warnings: list[Warning]) -> Condition:
    try:
        return field.read(asked, value, scope)
    except Unclear as why:
        warning = Warning(why.code, asked.at, why.message, why.suggestion)
        if warning not in warnings:
            warnings.append(warning)
        return NEVER


def _unknown(asked: Term) -> Warning:
    name = asked.field or ""
    if name in NOT_HELD or name.startswith(_METAFIELD):
        return Warning("field_not_held", asked.at, f"orders here hold nothing that {name[:60]} could find")
    return Warning("unknown_field", asked.at, f"there is no field {name[:60]}", closest(name, FIELDS))


def _free(asked: Term, value: Value, warnings: list[Warning]) -> Condition | None:
    found = words(value.text)
    if not found:
        if not (value.prefix and not value.text):
            warnings.append(Warning("no_words", asked.at, "there is no word in this to look for"))
        return None
    if not value.quoted and (whole := address(value.text)):
        return Says(f" {whole}")
    return Says(f" {' '.join(found)}" + " " * (value.quoted and not value.prefix))
