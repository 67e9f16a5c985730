"""
Write the reference pages that the code itself says: states, errors, commands and queries.

Run it after a change of states, statuses, reasons, commands or fields: .venv/bin/python -m tools.render_docs
`tests/test_docs_current.py` fails while a page is not what the code renders.
"""

import enum
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType, ModuleType
from typing import Any

import attrs

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
from tools.render_errors import errors_page
from tools.render_messages import messages_page
from tools.render_search import search_page
from tools.rendering import ROOT, WRITTEN, default_of, described, home, sentence, table, told_type

REFERENCE = ROOT / "docs" / "reference"


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


# --- commands


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
