"""The tables of what leads where, as data."""

import enum
from typing import Any

import pytest

from backoffice_core.orders.states import (
    FULFILLMENT,
    HOLD,
    LIFECYCLE,
    RETURN,
    TRANSACTION,
    FulfillmentStatus,
    HoldStatus,
    Lifecycle,
    ReturnStatus,
    Table,
    TransactionStatus,
    TransitionRefused,
    step,
)

TABLES = {
    "order": (LIFECYCLE, Lifecycle, Lifecycle.OPEN),
    "transaction": (TRANSACTION, TransactionStatus, TransactionStatus.PENDING),
    "fulfillment": (FULFILLMENT, FulfillmentStatus, FulfillmentStatus.SUCCESS),
    "hold": (HOLD, HoldStatus, HoldStatus.ACTIVE),
    "return": (RETURN, ReturnStatus, ReturnStatus.REQUESTED),
}


@pytest.mark.parametrize(("table", "states", "start"), TABLES.values(), ids=list(TABLES))
def test_every_state_is_reachable(table: Table[Any], states: type[enum.StrEnum], start: enum.StrEnum) -> None:
    """From the first state every other one can be reached."""
    reached = {start}
    for _ in states:
        reached |= {to for (state, _), to in table.items() if state in reached}
    assert set(states) == reached


@pytest.mark.parametrize(("table", "states", "start"), TABLES.values(), ids=list(TABLES))
def test_no_move_stays(table: Table[Any], states: type[enum.StrEnum], start: enum.StrEnum) -> None:
    """A move leads to another state."""
    assert [] == [key for key, to in table.items() if key[0] is to]


def test_what_is_final() -> None:
    """A deleted order, an undone parcel, a released hold, a return that will not be, money undone or lapsed."""
    final = {
        name: [str(one) for one in states if all(state is not one for state, _ in table)]
        for name, (table, states, _) in TABLES.items()
    }
    assert {
        "order": ["deleted"],
        "transaction": ["expired", "reversed"],
        "fulfillment": ["cancelled"],
        "hold": ["released"],
        "return": ["declined", "cancelled"],
    } == final


def test_money() -> None:
    """The moves of a transaction, all of them."""
    told = {(str(state), action): str(to) for (state, action), to in TRANSACTION.items()}
    assert {
        ("pending", "succeed"): "success",
        ("pending", "fail"): "failure",
        ("pending", "lose"): "unknown",
        ("unknown", "succeed"): "success",
        ("unknown", "fail"): "failure",
        ("failure", "succeed"): "success",
        ("success", "reverse"): "reversed",
        ("success", "expire"): "expired",
    } == told


def test_orders() -> None:
    """The moves of an order, all of them."""
    told = {(str(state), action): str(to) for (state, action), to in LIFECYCLE.items()}
    assert {
        ("open", "archive"): "archived",
        ("open", "cancel"): "cancelled",
        ("archived", "unarchive"): "open",
        ("archived", "cancel"): "cancelled",
        ("archived", "delete"): "deleted",
        ("cancelled", "delete"): "deleted",
    } == told


def test_a_move() -> None:
    """A step is a look-up."""
    assert Lifecycle.ARCHIVED is step("order", LIFECYCLE, Lifecycle.OPEN, "archive")


def test_no_such_move() -> None:
    """A refusal says what would be possible, sorted."""
    with pytest.raises(TransitionRefused) as error:
        step("order", LIFECYCLE, Lifecycle.ARCHIVED, "archive")
    assert {
        "machine": "order",
        "state": "archived",
        "action": "archive",
        "allowed": ("cancel", "delete", "unarchive"),
    } == error.value.facts
    assert "a order that is archived cannot archive; possible: cancel, delete, unarchive" == str(error.value)


def test_a_final_state() -> None:
    """From a final state nothing is possible, and the text says so."""
    with pytest.raises(TransitionRefused) as error:
        step("hold", HOLD, HoldStatus.RELEASED, "release")
    assert "a hold that is released cannot release; possible: nothing, it is final" == str(error.value)


def test_tables_are_not_changed_by_chance() -> None:
    """They are read-only."""
    for table, _, _ in TABLES.values():
        with pytest.raises(TypeError):
            table[Lifecycle.OPEN, "x"] = Lifecycle.OPEN  # type: ignore[index]
