"""The generated pages are what the code renders, and say all of it."""

import re

import pytest

from backoffice_core.desks.orders import Preview
from tools import render_docs


@pytest.mark.parametrize("name", render_docs.PAGES)
def test_a_page_is_current(name: str) -> None:
    """Otherwise run tools/render_docs.py, and look at what it changed."""
    assert render_docs.PAGES[name]() + "\n" == (render_docs.REFERENCE / name).read_text(encoding="utf-8")


def test_every_table_of_states_is_on_the_page() -> None:
    page = (render_docs.REFERENCE / "states.md").read_text(encoding="utf-8")
    tables = ["Lifecycle", "TransactionStatus", "FulfillmentStatus", "HoldStatus", "ReturnStatus", "DraftStatus"]
    assert tables == re.findall(r"^### (\w+)$", page, re.MULTILINE)
    assert 6 == page.count("stateDiagram-v2")


def test_every_state_has_a_comment() -> None:
    for kind, _ in render_docs.machines(render_docs.states):
        assert {str(state) for state in kind} == set(render_docs.comments(kind))


def test_every_command_of_the_desk_is_on_the_page() -> None:
    page = (render_docs.REFERENCE / "commands.md").read_text(encoding="utf-8")
    methods = {name for name in dir(Preview) if not name.startswith("_")}
    drafts = {f"{name}_draft" for name in ("create", "update", "complete", "delete")}
    drafts |= {"duplicate", "send_draft_invoice", "end_reservation"}
    due = {"expire_authorizations", "announce_due", "end_assessing"}
    drafts |= {"draft_of_checkout"}
    checkouts = {f"{name}_checkout" for name in ("start", "update", "complete", "close")}
    checkouts |= {"give_contact", "reach_step", "try_payment", "send_recovery"}
    assert methods | drafts | checkouts | due == set(re.findall(r"^## (\w+)$", page, re.MULTILINE))


def test_every_field_of_a_command_has_a_meaning() -> None:
    page = (render_docs.REFERENCE / "commands.md").read_text(encoding="utf-8")
    assert [] == [row for row in page.splitlines() if row.endswith("|  |")]
