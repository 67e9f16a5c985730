"""
Documents and events to text and back.

A document is JSON with ``v``, the version of its form. Reading chains upcasters from older forms;
a newer form than the library knows is an error, and so is never written over. An event of an
unknown type is kept as it is.

How single values are written stands in ``converter.py``.
"""

import json
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import Any, Final, TypeVar

import attrs

from backoffice_core.catalog.customers import Customer, Errand
from backoffice_core.catalog.products import Location, Product
from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.draft import Draft
from backoffice_core.orders.events import TYPES, OrderEvent, UnknownEvent
from backoffice_core.orders.order import Order
from backoffice_core.settings import Settings
from backoffice_core.shopify.exportjob import ExportJob
from backoffice_core.storage.converter import CONVERTER
from backoffice_core.storage.trouble import DocumentTooNew, StorageBroken
from backoffice_core.storefront import Storefront

orjson: Any
try:
    import orjson
except ImportError:  # the extra ``fast`` is not installed
    orjson = None

T = TypeVar("T")
Raw = dict[str, Any]

#: The form that this version of the library writes, by kind of document.
FORMS: Final[dict[type, tuple[str, int]]] = {
    Order: ("order", 1),
    Draft: ("draft", 1),
    Checkout: ("checkout", 1),
    Product: ("product", 1),
    Location: ("location", 1),
    Settings: ("settings", 1),
    ExportJob: ("export", 1),
    Storefront: ("storefront", 1),
    Customer: ("customer", 1),
    Errand: ("errand", 1),
}
#: Turns a raw document of form n into form n + 1, by (kind, n).
UPCASTERS: Final[dict[tuple[str, int], Callable[[Raw], Raw]]] = {}


_ENCODER: Final = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, check_circular=False)


def _fast(value: Any) -> str:
    text: str = orjson.dumps(value).decode()
    return text


dumps: Callable[[Any], str] = _ENCODER.encode if orjson is None else _fast
loads: Callable[[str], Any] = json.loads if orjson is None else orjson.loads


#: What writes values of a class; looking it up takes as long as writing a small one.
_WRITERS: Final[dict[type, Callable[[Any], Any]]] = {}


def _writer(kind: type) -> Callable[[Any], Any]:
    write = _WRITERS.get(kind)
    if write is None:
        write = _WRITERS[kind] = CONVERTER.get_unstructure_hook(kind)
    return write


def encode(document: Any) -> str:
    """Return a document as text, in the newest form."""
    kind = type(document)
    raw = _writer(kind)(document)
    raw["v"] = FORMS[kind][1]
    return dumps(raw)


#: The fields of an order with their defaults and what writes them.
_FIELDS: Final = tuple(
    (field.name, field.default, CONVERTER.get_unstructure_hook(field.type))
    for field in attrs.fields(attrs.resolve_types(Order))
    if field.name != "version"
)


def encode_changed(order: Order, before: Order, raw: Raw) -> str:
    """
    Return an order as text, as `encode` does; only what differs is written anew, which takes a third of the time.

    Args:
        order: The order.

        before: What it was made of.

        raw: The raw document of *before*; see `decode_raw`.
    """
    now, was, written = order.__dict__, before.__dict__, raw.copy()
    for name, default, write in _FIELDS:
        value = now[name]
        if value is was[name]:
            continue
        if value == default:
            written.pop(name, None)
        else:
            written[name] = write(value)
    written["v"] = FORMS[Order][1]
    return dumps(written)


#: The orders that were written or read last, by id and version, with their text.
_RECENT: Final[OrderedDict[tuple[str, int], tuple[str, Order]]] = OrderedDict()
_MOST_RECENT: Final = 64


def encode_order(order: Order) -> str:
    """Return an order as text, and remember what it stands for."""
    text = encode(order)
    _remember(text, order)
    return text


def decode_order(id: str, text: str, version: int) -> Order:
    """
    Return an order from text, with its stored version.

    The same text stands for the same frozen value, so an order that commands follow each other on
    is read, and its figures are computed, once.
    """
    known = _RECENT.get((id, version))
    if known is not None and known[0] == text:
        return known[1]
    return _remember(text, decode(Order, text, version))


def _remember(text: str, order: Order) -> Order:
    _RECENT[order.id, order.version] = (text, order)
    if len(_RECENT) > _MOST_RECENT:
        # Threads may race for the oldest one; whoever comes second has nothing to do.
        with suppress(KeyError):
            _RECENT.popitem(last=False)
    return order


def forget_recent() -> None:
    """Let go of the orders that were written or read last."""
    _RECENT.clear()


def decode(kind: type[T], text: str, version: int | None = None) -> T:
    """
    Return a document from text of any form that the library knows.

    Args:
        kind: The class of the document.

        text: The text.

        version: The stored version, for a document that has one; it is not in the text.

    Raises:
        DocumentTooNew: A newer library wrote it.
        StorageBroken: It is no such document.
    """
    return decode_raw(kind, text, version)[0]


def decode_raw(kind: type[T], text: str, version: int | None = None) -> tuple[T, Raw]:
    """
    Return a document, as `decode` does, and its raw form, the newest one.

    Raises:
        DocumentTooNew: A newer library wrote it.
        StorageBroken: It is no such document.
    """
    name, newest = FORMS[kind]
    try:
        raw = loads(text)
        form = raw.pop("v")
        if form > newest:
            raise DocumentTooNew(name, form, newest)
        while form < newest:
            raw = UPCASTERS[name, form](raw)
            form += 1
        if version is None:
            return CONVERTER.structure(raw, kind), raw
        raw["version"] = version
        document = CONVERTER.structure(raw, kind)
        del raw["version"]
    except DocumentTooNew:
        raise
    except Exception as error:
        raise StorageBroken(f"a stored {name} cannot be read: {type(error).__name__}") from error
    return document, raw


@lru_cache(maxsize=512)
def decode_product(text: str, version: int) -> Product:
    """Return a product from text, with its stored version."""
    return decode(Product, text, version)


@lru_cache(maxsize=64)
def decode_settings(text: str) -> Settings:
    """Return settings from text; every command reads them, and they hardly change."""
    return decode(Settings, text)


@lru_cache(maxsize=256)
def decode_location(text: str) -> Location:
    """Return a location from text; most commands on stock read them, and they hardly change."""
    return decode(Location, text)


def encode_event(event: OrderEvent) -> tuple[str, str]:
    """Return an event's type name and its fields as text."""
    if isinstance(event, UnknownEvent):
        return event.type, dumps(event.data)
    return type(event).__name__, dumps(_writer(type(event))(event))


def decode_event(type_name: str, text: str) -> OrderEvent:
    """Return an event; one of an unknown type, or with unknown fields, as `UnknownEvent`."""
    try:
        data = loads(text)
        kind = TYPES.get(type_name)
        if kind is None or not set(data) <= {field.name for field in attrs.fields(kind)}:
            return UnknownEvent(type_name, data)
        return CONVERTER.structure(data, kind)
    except Exception as error:
        raise StorageBroken(f"a stored {type_name} cannot be read: {type(error).__name__}") from error
