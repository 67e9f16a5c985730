"""
Conditions → SQL: the other compiler.

A condition is split into its shape and its values. Statements are built once for each shape, so
that searching costs no more than the database's own work.
"""

from collections.abc import Iterator
from itertools import count
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

from backoffice_core.search.conditions import AllOf, AnyOf, Between, Condition, Has, Says, Starts, Unless
from backoffice_core.storage.sql.tables import SEARCH

#: What stands on both sides of each term in the column ``terms``.
MARK: Final = "\x1f"

Shape = tuple[Any, ...]


class within(sa.sql.functions.FunctionElement[bool]):  # noqa: N801 - a SQL function
    """Whether the second text stands in the first, compared byte by byte."""

    inherit_cache = True
    type = sa.Boolean()


@compiles(within)
def _instr(element: Any, compiler: Any, **options: Any) -> str:
    return f"instr({compiler.process(element.clauses, **options)}) > 0"


@compiles(within, "postgresql")
def _strpos(element: Any, compiler: Any, **options: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **options)}) > 0"


def split(condition: Condition, values: list[int | str]) -> Shape:
    """Return the shape of a condition, and append its values in the order in which `expression` takes them."""
    match condition:
        case Has(term):
            values.append(f"{MARK}{term}{MARK}")
            return ("terms",)
        case Starts(prefix):
            values.append(f"{MARK}{prefix}")
            return ("terms",)
        case Says(needle):
            values.append(needle)
            return ("words",)
        case Between(column, low, high):
            values += [bound for bound in (low, high) if bound is not None]
            return ("between", column, low is not None, high is not None)
        case AllOf(parts):
            return ("all", *[split(part, values) for part in parts])
        case AnyOf(parts):
            return ("any", *[split(part, values) for part in parts])
        case Unless(part):
            return ("not", split(part, values))


def expression(
    shape: Shape, led_by: str | None = None, names: Iterator[int] | None = None, table: sa.Table = SEARCH
) -> sa.ColumnElement[bool]:
    """
    Return the SQL of a shape; its values are the parameters ``v0``, ``v1`` and so on.

    Args:
        shape: The shape.

        led_by: The column whose index may be used for ranges of it, so that the database takes no other one.

        names: The numbers of the parameters that are left.

        table: What holds the columns.
    """
    names = count() if names is None else names
    kind, *rest = shape
    if kind == "all":
        return sa.and_(sa.true(), *[expression(part, led_by, names, table) for part in rest])
    if kind == "any":
        return sa.or_(sa.false(), *[expression(part, led_by, names, table) for part in rest])
    if kind == "not":
        return sa.not_(expression(rest[0], led_by, names, table))
    if kind == "between":
        column, has_low, has_high = rest
        held = table.c[column]
        return _between(held if column == led_by else without_index(held), has_low, has_high, names)
    needle: sa.BindParameter[str] = sa.bindparam(f"v{next(names)}", type_=sa.String())
    return sa.type_coerce(within(table.c[kind], needle), sa.Boolean())


def without_index(held: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Return a column as an expression, which has the same value and no index."""
    return held + 0 if isinstance(held.type, sa.Integer) else held.concat("")


def _between(
    held: sa.ColumnElement[Any], has_low: bool, has_high: bool, names: Iterator[int]
) -> sa.ColumnElement[bool]:
    bounds: list[sa.ColumnElement[bool]] = []
    if has_low:
        bounds.append(held >= sa.bindparam(f"v{next(names)}", type_=held.type))
    if has_high:
        bounds.append(held <= sa.bindparam(f"v{next(names)}", type_=held.type))
    return sa.and_(sa.true(), *bounds)


def parameters(values: list[int | str]) -> dict[str, int | str]:
    """Return the values of a shape by the names of their parameters."""
    return {f"v{at}": value for at, value in enumerate(values)}
