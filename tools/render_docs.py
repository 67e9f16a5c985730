"""
Write the reference pages that the code itself says: states, errors, commands and queries.

Run it after a change of states, statuses, reasons, commands or fields: .venv/bin/python -m tools.render_docs
`tests/test_docs_current.py` fails while a page is not what the code renders.
"""

import enum
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

import attrs

from backoffice_core import Money, errors
from backoffice_core.channels import Channel
from backoffice_core.desks.checkouts import Checkouts
from backoffice_core.desks.drafts import Drafts
from backoffice_core.desks.orders import Orders
from backoffice_core.orders import states, status
from backoffice_core.orders.change import Command
from backoffice_core.orders.checkoutcommands import CheckoutCommand, StartCheckout
from backoffice_core.orders.checkoutdraft import DraftOfCheckout
from backoffice_core.orders.draftcommands import CreateDraft, DraftCommand
from backoffice_core.orders.place import Place
from backoffice_core.orders.rules import CHECKOUT_RULES, DRAFT_RULES, RULES
from tools.render_messages import messages_page
from tools.render_search import WRITTEN, search_page, table

ROOT = Path(__file__).parent.parent
REFERENCE = ROOT / "docs" / "reference"


def sentence(text: str | None) -> str:
    """Return the first paragraph of a docstring on one line, in Markdown."""
    return marked(" ".join(inspect.cleandoc(text or "").partition("\n\n")[0].split()))


def marked(text: str) -> str:
    """Return a docstring's text with its double backticks as single ones."""
    return text.replace("``", "`")


def home(thing: Any) -> str:
    """Return the file that something is written in, from the root of the repository."""
    return Path(inspect.getfile(thing)).resolve().relative_to(ROOT).as_posix()


def described(text: str | None, part: str) -> dict[str, str]:
    """Return the names and texts of a part of a docstring: ``Args``, ``Attributes`` or ``Raises``."""
    match = re.search(rf"^{part}:\n(.*?)(?=^\S|\Z)", inspect.cleandoc(text or ""), re.DOTALL | re.MULTILINE)
    found = (
        re.findall(r"^(\w+): (.*?)(?=^\w+: |\Z)", textwrap.dedent(match[1]), re.DOTALL | re.MULTILINE) if match else []
    )
    return {name: marked(" ".join(said.split())) for name, said in found}


# --- states


def comments(states_of: type[enum.StrEnum]) -> dict[str, str]:
    """Return the comment that stands after each member, by its value."""
    return dict(re.findall(r'^\s+[A-Z_]+ = "(\w+)"\s+#: (.+)$', inspect.getsource(states_of), re.MULTILINE))


def machines(
    module: ModuleType,
) -> Iterator[tuple[type[enum.StrEnum], Mapping[tuple[enum.StrEnum, str], enum.StrEnum]]]:
    """Yield every table of what leads where, with the states it is about."""
    for value in vars(module).values():
        if isinstance(value, MappingProxyType):
            yield type(next(iter(value))[0]), value


def machine(kind: type[enum.StrEnum], moves: Mapping[tuple[enum.StrEnum, str], enum.StrEnum]) -> str:
    """Return the section of one stored machine."""
    final = [state for state in kind if all(state is not at for at, _ in moves)]
    said = comments(kind)
    diagram = [f"    [*] --> {next(iter(kind))}"]
    diagram += [f"    {at} --> {to}: {action}" for (at, action), to in moves.items()]
    diagram += [f"    {state} --> [*]" for state in final]
    rows = [(f"`{state}`", said[state], "yes" if state in final else "") for state in kind]
    return "\n\n".join(
        [
            f"### {kind.__name__}",
            sentence(kind.__doc__),
            table(("state", "meaning", "final"), rows),
            table(("from", "action", "to"), [(f"`{at}`", f"`{act}`", f"`{to}`") for (at, act), to in moves.items()]),
            "```mermaid\nstateDiagram-v2\n" + "\n".join(diagram) + "\n```",
        ]
    )


def derived(kind: type[enum.StrEnum], name: str, rows: tuple[tuple[enum.StrEnum, str, Any], ...]) -> str:
    """Return the section of one derived status."""
    said = comments(kind)
    return "\n\n".join(
        [
            f"### `Order.{name}`",
            sentence(kind.__doc__),
            table(("status", "meaning"), [(f"`{one}`", said[one]) for one in kind]),
            table(("", "status", "when"), [(str(at), f"`{one}`", when) for at, (one, when, _) in enumerate(rows, 1)]),
        ]
    )


def states_page() -> str:
    """Return the page of states and statuses."""
    return "\n\n".join(
        [
            "# States",
            WRITTEN,
            "Few states are stored; what a merchant sees is derived from what happened. No state is a dead end: each"
            " has a way on or is final.",
            "## Stored",
            f"The tables stand in `{home(states)}`. A move that is not there is refused as"
            " [`transition_refused`](errors.md#transition_refused), with the moves that are. A transaction that a host"
            " reports begins where the report says; one that a registered gateway is asked about begins as `pending`.",
            *(machine(kind, moves) for kind, moves in machines(states)),
            "## Derived",
            f"The tables stand in `{home(status)}`. The first row that holds gives the status. No row asks a clock.",
            derived(status.FinancialStatus, "financial_status", status.FINANCIAL),
            derived(status.FulfillmentState, "fulfillment_status", status.FULFILLMENT),
            derived(status.ReturnState, "return_status", status.RETURNS),
            "### `Order.lifecycle`",
            "`cancelled` when `cancelled_at` is set, else `archived` when `closed_at` is set, else `open`.",
        ]
    )


# --- errors

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


# --- commands


def told_type(type_: Any) -> str:
    """Return a type as a reader writes it."""
    text = str(type_) if not isinstance(type_, type) or str(type_).startswith(("tuple", "list")) else type_.__name__
    text = re.sub(r"(?<!['\w])(?:\w+\.)+(\w+)", r"\1", text).replace("Money | str | int | Decimal", "Amount")
    return f"`{text}`"


def default_of(field: Any) -> str:
    """Return a field's default as a reader writes it."""
    return "required" if field.default is attrs.NOTHING else f"`{field.default!r}`"


def one_command(cls: type[Command], rule: Callable[..., Any] | None) -> str:
    """Return the section of one command."""
    method = method_of(cls)
    said = described(cls.__doc__, "Attributes") | described(method.__doc__ if method else None, "Args")
    why = described(method.__doc__ if method else None, "Raises")
    fields = [
        (
            f"`{f.name}`",
            told_type(f.type),
            default_of(f),
            said.get(f.name) or said.get(f.name.removeprefix("customer_"), ""),
        )
        for f in attrs.fields(cls)
    ]
    by = f", decided by `{rule.__name__}`" if rule else ""
    refused = [f"- `{name}`: {text}" for name, text in why.items()]
    return "\n\n".join(
        [
            f"## {cls.name()}",
            f"`{cls.__name__}` in `{home(cls)}`{by}. {sentence(cls.__doc__)}"
            + ("" if method or cls is DraftOfCheckout else " Only `BackOffice.run_due` gives it."),
            *([table(("field", "type", "default", "meaning"), fields)] if fields else ["It has no fields."]),
            *(["Refusals:", "\n".join(refused)] if refused else []),
        ]
    )


def method_of(cls: type[Command]) -> Any:
    """Return the method of a desk that gives a command."""
    if issubclass(cls, DraftCommand):
        return getattr(Drafts, cls.name().replace("_draft", ""), None)
    if issubclass(cls, CheckoutCommand):
        return getattr(Checkouts, cls.name().replace("_checkout", ""), None)
    return getattr(Orders, cls.name(), None)


def commands_page() -> str:
    """Return the page of commands."""
    from backoffice_core.orders.checkoutdraft import draft_of_checkout
    from backoffice_core.orders.checkouts import start_checkout
    from backoffice_core.orders.drafts import create_draft
    from backoffice_core.orders.duplicate import Duplicate, duplicate
    from backoffice_core.orders.place import place

    return "\n\n".join(
        [
            "# Commands",
            WRITTEN,
            "A command is a frozen value; a rule decides it. `office.orders` has a method of the command's name, and"
            " `office.orders.preview` the same one, which saves nothing. All of them take `idempotency_key`, and all"
            ' but `place` take the order\'s id and `expected_version`. An `Amount` is `Money`, text such as `"19.99"`,'
            " a whole number of major units or a `Decimal`, in the order's currency.",
            one_command(Place, place),
            *(one_command(cls, rule) for cls, rule in RULES.items()),
            "# Commands on drafts",
            "`office.drafts` has them without `_draft`, and `office.drafts.preview` too; `office.orders.duplicate`"
            " makes a draft of an order.",
            one_command(CreateDraft, create_draft),
            one_command(Duplicate, duplicate),
            one_command(DraftOfCheckout, draft_of_checkout),
            *(one_command(cls, rule) for cls, rule in DRAFT_RULES.items()),
            "# Commands on checkouts",
            "`office.checkouts` has them without `_checkout`, and `office.checkouts.preview` too;"
            " `office.checkouts.to_draft` makes a draft of one. What links and relays tell are commands of their own,"
            " which nobody has to give.",
            one_command(StartCheckout, start_checkout),
            *(one_command(cls, rule) for cls, rule in CHECKOUT_RULES.items() if method_of(cls) is not None),
        ]
    )


def settings_page() -> str:
    """Return the page of settings."""
    from backoffice_core.policies import Recovery
    from backoffice_core.settings import Sender, Settings
    from backoffice_core.settingtrace import UNTOLD

    def fields(cls: type) -> str:
        said = described(cls.__doc__, "Attributes")
        shown = [field for field in attrs.fields(cls) if field.name != "subscriptions"]
        return table(
            ("setting", "type", "default", "meaning"),
            [(f"`{one.name}`", told_type(one.type), default_of(one), said[one.name]) for one in shown],
        )

    untold = " and ".join(f"`{name}`" for name in sorted(UNTOLD))
    return "\n\n".join(
        [
            "# Settings",
            WRITTEN,
            "`BackOffice.open` takes them when it creates a shop, `office.change_settings` changes them,"
            " `office.settings` has them. Who changed what is in `office.settings_changes()`, without the values of"
            f" {untold}. What protects the storefront is apart: `office.storefront`."
            " How to use them: [change settings](../how-to/settings.md).",
            "## Settings",
            fields(Settings),
            "## Sender",
            sentence(Sender.__doc__),
            fields(Sender),
            "## Recovery",
            sentence(Recovery.__doc__),
            fields(Recovery),
            "## Channel",
            sentence(Channel.__doc__),
            fields(Channel),
        ]
    )


PAGES: dict[str, Callable[[], str]] = {
    "states.md": states_page,
    "errors.md": errors_page,
    "commands.md": commands_page,
    "search.md": search_page,
    "messages.md": messages_page,
    "settings.md": settings_page,
}


def main() -> None:
    """Write the pages."""
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page() + "\n", encoding="utf-8")
        print(f"docs/reference/{name}")


if __name__ == "__main__":
    main()
