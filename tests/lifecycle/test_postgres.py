"""The state machines with a shop on PostgreSQL beside those in memory and on SQLite."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis.stateful import run_state_machine_as_test

from backoffice_core.storage.sql import SqlStorage
from tests.lifecycle.shops import Shops, examples
from tests.lifecycle.test_draft_machine import DraftMachine
from tests.lifecycle.test_machine import Machine
from tests.lifecycle.world import in_a_file

pytestmark = pytest.mark.postgres

Emptied = Callable[..., SqlStorage]


def on(emptied_postgres: Emptied, machine: type[Shops], **more: Callable[[Path], SqlStorage]) -> type[Shops]:
    """Return a machine with a shop on PostgreSQL, and more."""
    return type(machine.__name__, (machine,), {"databases": {"postgresql": lambda _: emptied_postgres(), **more}})


@pytest.mark.parametrize(("machine", "count"), [(Machine, 3), (DraftMachine, 1)])
def test_memory_and_postgresql_give_the_same_answers(machine: Any, count: int, emptied_postgres: Emptied) -> None:
    """A few short histories, the same ones every time."""
    run_state_machine_as_test(on(emptied_postgres, machine), settings=examples(count, 30))


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("machine", [Machine, DraftMachine])
def test_many_long_histories_on_all_three(machine: Any, emptied_postgres: Emptied) -> None:
    """Others every time."""
    three = on(emptied_postgres, machine, sqlite=in_a_file)
    run_state_machine_as_test(three, settings=examples(30, 40, derandomize=False))
