"""The reference page of errors; `render_docs.py` writes it."""

from typing import Any

import attrs

from backoffice_core import Money, errors
from tools.rendering import WRITTEN, described, home, sentence, table, told_type

_AMOUNTS = {
    "requested": "50.00",
    "left": "40.00",
    "refundable": "40.00",
    "owed": "40.00",
    "authorized": "0.00",
    "amount": "50.00",
    "recorded": "40.00",
    "given": "50.00",
    "known": "40.00",
    "confirmed": "50.00",
    "most": "40.00",
    "expected": "129.90",
    "computed": "125.90",
    "split": "40.00",
}
_EXAMPLES: dict[str, Any] = {
    "order_id": "o-1",
    "line": "line-1",
    "line_ids": ("line-1", "line-2"),
    "sku": "TEA-1",
    "transaction": "t-2",
    "authorization": "t-1",
    "fulfillment": "#1001-F1",
    "fulfillments": ("#1001-F1",),
    "part": "shipping",
    "reference": "pi_3Nf",
    "requested": 3,
    "left": 2,
    "held": 1,
    "available": 2,
    "on_hand": 2,
    "change": -3,
    "location": "paris",
    "location_id": "paris",
    "variant_id": "v-1",
    "channel": "web",
    "id": "checkout-881",
    "key": "return-17",
    "kind": "order",
    "expected": 3,
    "stored": 4,
    "known": 1,
    "version": 2,
    "gateway": "stripe",
    "detail": "TimeoutError: no answer",
    "shop": "main",
    "field": "lines[0].price",
    "amount": -100,
    "tax": 120,
    "price": 100,
    "title": "Teapot",
    "tag": "a tag that is longer than what any shop would want",
    "longest": 40,
    "tags": 251,
    "lines": 501,
    "digits": 2,
    "currency": "EUR",
}
#: Where the field's name alone does not say what would stand in it.
_OF: dict[str, dict[str, Any]] = {
    "AdviceStays": {"id": "orders_to_fulfill"},
    "BadCell": {"line": 12, "column": "Total", "given": "'12,5O'", "would_do": "an amount such as 12.50"},
    "BadField": {"line": 12, "column": "line_items[0].quantity", "given": "-1", "would_do": "a whole number from 1"},
    "OtherContent": {"line": 1, "found": "checkouts", "wanted": "orders", "by": "checkouts.import_json"},
    "BrokenJson": {"line": 12, "column": 8, "found": "the file ends within a value", "would_do": "the rest of it"},
    "BrokenRow": {"line": 12, "found": "the row ends after 40 of 79 cells", "would_do": "79 cells"},
    "FiguresDisagree": {"line": 12, "column": "Total", "given": "12.50", "would_do": "13.50"},
    "MissingColumns": {"line": 1, "missing": ("Name", "Total"), "found": 70},
    "WrongEncoding": {"line": 12, "found": "the byte 0xE9"},
    "CurrencyMismatch": {"expected": "EUR", "given": "USD"},
    "InvalidValue": {"field": "quantity", "given": "0", "would_do": "a whole number of at least 1"},
    "NotYourComment": {"comment": "c-1", "author": "marie", "actor": "jean"},
    "NothingToDo": {"action": "archive"},
    "OrderIsCancelled": {"action": "capture"},
    "SchemaOutOfDate": {"stored": 1, "known": 2},
    "ShopDiffers": {"setting": "currency", "stored": "'EUR'", "given": "'USD'"},
    "TooManyDigits": {"amount": "1.005"},
    "TooManyLines": {"most": 500},
    "TooManyTags": {"most": 250},
    "TooManyUnits": {"action": "refund"},
    "TransitionRefused": {"machine": "transaction", "state": "expired", "action": "succeed", "allowed": ()},
    "NothingToAllocateOn": {"amount": 100},
    "UnknownComment": {"comment": "c-9", "known": ("c-1",)},
    "UnknownCurrency": {"currency": "EURO"},
    "UnknownDiscount": {"discount": "SPRING", "known": ("SUMMER",)},
    "BelowShipped": {"requested": 2, "minimum": 4},
    "AlreadyOnOrder": {"variant": "TEA-1"},
    "UnknownFulfillment": {"fulfillment": "#1001-F9", "known": ("#1001-F1",)},
    "UnknownHold": {"hold": "h-9", "known": ("h-1",)},
    "UnknownId": {"id": "o-9"},
    "UnknownKind": {"given": "order_lost", "known": ("order_placed", "order_shipped")},
    "UnknownLine": {"line": "TEA-9", "known": ("TEA-1", "line-2")},
    "UnknownReturn": {"given": "#1001-R9", "known": ("#1001-R1",)},
    "NothingToReturn": {"waiting": 2},
    "ReturnUnderWay": {"name": "#1001-R1", "received": 1},
    "ReturnsOpen": {"returns": ("#1001-R1",)},
    "DraftIsCompleted": {"draft_id": "d-1", "order_id": "o-1"},
    "TooManyTries": {"seconds": 480},
    "ChannelInUse": {"orders": 12},
    "UnknownSort": {"given": "'price'", "known": ("total_price", "created_at")},
    "UnknownTransaction": {"transaction": "t-9", "known": ("t-1",)},
    "UnitsOnHold": {"requested": 3, "held": 1, "left": 2},
    "AmbiguousSku": {"sku": "TEA-1", "variant_ids": ("v-1", "v-2")},
    "AlreadyStored": {"kind": "order", "key": "o-1"},
    "DocumentTooNew": {"kind": "order", "version": 2, "known": 1},
}


def example(kind: type[errors.BackOfficeError]) -> errors.BackOfficeError:
    """Return an error of a kind with facts that it could have."""
    own = _OF.get(kind.__name__, {})
    facts = []
    for field in attrs.fields(kind) if attrs.has(kind) else ():
        if field.name in own:
            facts.append(own[field.name])
        elif field.type is Money:
            facts.append(Money.of(_AMOUNTS.get(field.name, "10.00"), "EUR"))
        else:
            facts.append(_EXAMPLES.get(field.name, 1 if field.type is int else f"some {field.name}"))
    return kind(*facts)


def reasons() -> dict[type[errors.BackOfficeError], list[type[errors.BackOfficeError]]]:
    """Return the reasons of each kind of error, in the order of the tree, by name."""
    known = [getattr(errors, name) for name in errors.__all__]
    kinds = [one for one in errors.BackOfficeError.__subclasses__() if one in known]
    return {kind: [one for one in known if issubclass(one, kind) and one is not kind] for kind in kinds}


def one_reason(kind: type[errors.BackOfficeError], cls: type[errors.BackOfficeError]) -> str:
    """Return the section of one reason, whose heading is its code."""
    said: dict[str, str] = {}
    for parent in reversed(cls.__mro__[:-1]):
        said |= described(parent.__doc__, "Attributes")
    fields = [(f"`{f.name}`", told_type(f.type), said[f.name]) for f in attrs.fields(cls)] if attrs.has(cls) else []
    return "\n\n".join(
        [
            f"### {cls.code}",
            f"`errors.{cls.__name__}`, a [{kind.__name__}](#{kind.code}), in `{home(cls)}`. {sentence(cls.__doc__)}",
            *([table(("field", "type", "meaning"), fields)] if fields else []),
            *([f"> {text}"] if (text := str(example(cls))) else []),
        ]
    )


def errors_page() -> str:
    """Return the page of errors."""
    tree = ["BackOfficeError"]
    for kind, found in reasons().items():
        tree += [f"  {kind.__name__}", *(f"    {cls.__name__}" for cls in found)]
    sections = []
    for kind, found in reasons().items():
        sections += [f"## {kind.code}", f"`errors.{kind.__name__}`. {sentence(kind.__doc__)}"]
        sections += [one_reason(kind, cls) for cls in found]
    return "\n\n".join(
        [
            "# Errors",
            WRITTEN,
            "Every error is a `BackOfficeError`. Its kind says what to do about it, its class says why, its fields say"
            " how much. `error.code` never changes and is the heading here; `error.facts` gives the fields by name;"
            " `str(error)` says what would have been possible. A refusal changed nothing.",
            "```text\n" + "\n".join(tree) + "\n```",
            *sections,
        ]
    )
