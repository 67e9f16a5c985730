"""
How values become what JSON can say, and back.

Instants are microseconds since 1970 UTC. Fields at their defaults are left out. What is read must
be of the very type that was written: nothing is converted without a word.
"""

from collections.abc import Callable
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin

import cattrs
import pendulum
from cattrs.fns import identity
from cattrs.gen import make_dict_unstructure_fn, override

from backoffice_core.catalog.customers import Customer
from backoffice_core.catalog.products import InventoryPolicy, Product
from backoffice_core.clock import from_micros, to_micros
from backoffice_core.money import Money
from backoffice_core.orders.actions import Action
from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.draft import Draft
from backoffice_core.orders.facts import TransactionKind
from backoffice_core.orders.givenback import Restock
from backoffice_core.orders.lines import LineKind
from backoffice_core.orders.order import Order
from backoffice_core.orders.reminder import CheckoutStep, ReminderKind, ReminderState
from backoffice_core.orders.risk import RiskLevel, Sentiment
from backoffice_core.orders.states import (
    DraftStatus,
    FulfillmentStatus,
    ReturnStatus,
    ShipmentStatus,
    TransactionStatus,
)
from backoffice_core.orders.terms import TermsKind
from backoffice_core.storage.reading import is_read_here, reader


def _strict(kind: type) -> Callable[[Any, Any], Any]:
    def check(value: Any, _: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(f"{type(value).__name__} is no {kind.__name__}")
        return value

    return check


def _is_row(kind: Any) -> bool:
    """Whether a type is a tuple of any number of one type."""
    return get_origin(kind) is tuple and get_args(kind)[1:] == (...,)


def _row_reader(converter: cattrs.Converter, kind: Any) -> Callable[[Any, Any], Any]:
    """Read tuples by a handler that is looked up once; cattrs looks it up for every member."""
    member = get_args(kind)[0]
    read = converter.get_structure_hook(member)

    def read_plain(rows: Any, _: Any) -> Any:
        if type(rows) is not list or not {*map(type, rows)} <= {member}:
            raise TypeError(f"this is no list of {member.__name__}")
        return tuple(rows)

    def read_rows(rows: Any, _: Any) -> Any:
        if type(rows) is not list:
            # Text would be read letter by letter.
            raise TypeError(f"{type(rows).__name__} is no list")
        if len(rows) == 1:
            return (read(rows[0], member),)
        return tuple([read(row, member) for row in rows])

    return read_plain if member in (int, str, bool) else read_rows


def _pair(second: type) -> Callable[[Any, Any], Any]:
    def read_pair(value: Any, _: Any) -> Any:
        if type(value) is list and len(value) == 2 and type(value[0]) is str and type(value[1]) is second:
            return tuple(value)
        raise TypeError(f"{type(value).__name__} is no pair of str and {second.__name__}")

    return read_pair


def _row_writer(converter: cattrs.Converter, kind: Any) -> Callable[[Any], Any]:
    write = converter.get_unstructure_hook(get_args(kind)[0])
    if write is identity:
        return identity
    return lambda rows: [write(row) for row in rows]


def _action_writer(converter: cattrs.Converter, kind: type) -> Callable[[Any], list[Any]]:
    """Write an action of an edit with its name: two actions with the same fields are two requests."""
    write: Callable[[Any], Any] = make_dict_unstructure_fn(kind, converter)
    return lambda action: [kind.__name__, write(action)]


def _is_plain(kind: Any) -> bool:
    """Whether JSON has a word for every value of a type: text, numbers, our words, or none of them."""
    parts = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    return all(part in _PLAIN for part in parts) or kind in (tuple[str, int], tuple[str, str])


_WORDS: Final = (
    LineKind,
    TransactionKind,
    Restock,
    TransactionStatus,
    FulfillmentStatus,
    ShipmentStatus,
    ReturnStatus,
    DraftStatus,
    TermsKind,
    InventoryPolicy,
    CheckoutStep,
    ReminderKind,
    ReminderState,
    RiskLevel,
    Sentiment,
)


_PLAIN: Final = (str, int, bool, NoneType, *_WORDS)


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(omit_if_default=True, detailed_validation=False)
    for plain in (int, str, bool):
        # cattrs would turn 12 into "12" and "12" into 12 without a word.
        converter.register_structure_hook(plain, _strict(plain))
    for words in _WORDS:
        # Each by itself: the hook of str would serve its subclasses too.
        converter.register_structure_hook(words, lambda value, kind: kind(value))
    converter.register_unstructure_hook(pendulum.DateTime, to_micros)
    converter.register_structure_hook(pendulum.DateTime, lambda value, _: from_micros(value))
    converter.register_unstructure_hook(Money, lambda money: [money.minor, money.currency])
    converter.register_structure_hook(Money, lambda value, _: Money(value[0], value[1]))
    converter.register_structure_hook_func(lambda kind: kind == tuple[str, str], _pair(str))
    converter.register_structure_hook_func(lambda kind: kind == tuple[str, int], _pair(int))
    converter.register_structure_hook_factory(is_read_here, lambda kind: reader(kind, converter))
    converter.register_structure_hook_factory(_is_row, lambda kind: _row_reader(converter, kind))
    converter.register_unstructure_hook_factory(_is_row, lambda kind: _row_writer(converter, kind))
    converter.register_unstructure_hook_factory(_is_plain, lambda kind: identity)
    writers = {kind: _action_writer(converter, kind) for kind in Action.__subclasses__()}
    for kind in (Action, *writers):
        converter.register_unstructure_hook(kind, lambda action: writers[type(action)](action))
    for document in (Order, Draft, Checkout, Product, Customer):
        converter.register_unstructure_hook(
            document,
            make_dict_unstructure_fn(document, converter, _cattrs_omit_if_default=True, version=override(omit=True)),
        )
    return converter


CONVERTER: Final = _converter()
