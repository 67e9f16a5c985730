"""What is the same for an order, a draft order and a checkout in REST JSON: an object with an id, and a currency."""

from collections.abc import Mapping

from backoffice_core.money import UnknownCurrency, digits
from backoffice_core.orders.place import TooManyLines
from backoffice_core.shopify.imported import LONGEST_ID, LONGEST_NAME
from backoffice_core.shopify.json_lines import JsonOrder, check_is
from backoffice_core.shopify.rest_fields import BadField, Fields


def fields_of(piece: JsonOrder, most_lines: int) -> Fields:
    """
    Return the fields of an order, a draft or a checkout.

    Raises:
        BadField: It is none, or neither its id nor its name says which.
        OtherContent: It is something else of Shopify's.
        TooManyLines: More than *most_lines*.
    """
    if not isinstance(piece.data, Mapping) or not all(isinstance(key, str) for key in piece.data):
        raise BadField(piece.line, piece.of.one, f"a value of type {type(piece.data).__name__}", "an object")
    if not piece.fingerprint:
        raise BadField(piece.line, piece.of.one, "values that JSON does not have", "what a JSON parser gives")
    check_is(piece.of, piece.data, piece.line)
    data = Fields(piece.data, piece.line)
    if data.text("id", LONGEST_ID) is None and data.text("name", LONGEST_NAME) is None:
        raise data.bad("id", "nothing", f"Shopify's id of the {piece.of.word}")
    name = data.text("name", LONGEST_NAME)
    if name is not None and name.strip() != piece.name:
        raise data.bad("name", "text with characters that are none", "printable text")
    lines = data.data.get("line_items")
    if isinstance(lines, list | tuple) and len(lines) > most_lines:
        raise TooManyLines(len(lines), most_lines)
    return data


def currency_of(data: Fields, key: str = "currency") -> str:
    """
    Return the currency of an order, a draft or a checkout, or another one that it names.

    Raises:
        BadField: It names none.
    """
    currency = (data.text(key) or "").strip().upper()
    try:
        digits(currency)
    except UnknownCurrency:
        raise data.bad(key, repr(currency[:10]), "an ISO 4217 code such as EUR") from None
    return currency
