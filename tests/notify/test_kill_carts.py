"""Three workers that win carts back, killed at random: nobody is forgotten, and nobody is written to twice for it."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.notify import killing, killing_carts

# Foundation does not like to be forked.
pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork") or sys.platform == "darwin", reason="workers are made by fork without exec"
)


def check(seen: dict[str, Any]) -> None:
    """Each customer gets a mail; what came twice was in hand at a kill, or its worker was slower than its lease."""
    print(seen)  # noqa: T201 - the figures are what the test is for
    assert (0, 0, 0) == (seen["lost"], seen["unknown"], seen["planned_twice"])
    assert 0 == seen["unexplained"]
    assert seen["twice"] <= seen["more"] <= seen["in_window"] + seen["slow"]
    assert seen["in_window"] <= seen["kills"]
    assert {"sent": seen["checkouts"]} == seen["states"]


@pytest.mark.timeout(240)
def test_workers_that_are_killed(tmp_path: Path) -> None:
    """Fifty checkouts, and four kills."""
    check(killing.figures(killing_carts.__file__, tmp_path / "shop.db", 50, 4, 20261129))


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_many_kills(tmp_path: Path) -> None:
    """Ten thousand checkouts and a hundred and fifty kills."""
    seen = killing.figures(killing_carts.__file__, tmp_path / "shop.db", 10_000, 150, 7)
    check(seen)
    assert (10_000, 150) == (seen["checkouts"], seen["kills"])
