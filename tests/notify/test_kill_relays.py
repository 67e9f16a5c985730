"""Three relays in three processes, killed at random: nothing is lost, and only what was in hand comes twice."""

import os
import sys

import pytest

from tests.notify import killing

# Foundation does not like to be forked.
pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork") or sys.platform == "darwin", reason="relays are made by fork without exec"
)


def check(seen):
    """Nothing is lost; what came twice was in hand when its relay was killed, or was slower than its lease."""
    print(seen)  # noqa: T201 - the figures are what the test is for
    assert (0, 0) == (seen["lost"], seen["unknown"])
    assert 0 == seen["unexplained"]
    assert seen["twice"] <= seen["more"] <= seen["in_window"] + seen["slow"]
    assert seen["in_window"] <= seen["kills"]
    assert {"sent": seen["messages"]} == seen["states"]


@pytest.mark.timeout(240)
def test_relays_that_are_killed(tmp_path):
    """Some hundred messages in one file, and six kills."""
    seen = killing.figures(killing.__file__, tmp_path / "shop.db", 75, 6, 20261129)
    check(seen)
    assert (100, 6) == (seen["messages"], seen["kills"])


@pytest.mark.postgres
@pytest.mark.timeout(240)
def test_relays_of_postgresql_that_are_killed(postgres, tmp_path, monkeypatch):
    """The same on a server."""
    monkeypatch.chdir(tmp_path)
    url = postgres.create()
    check(killing.figures(killing.__file__, url, 45, 4, 20261129))
    postgres.drop(url)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_many_kills(tmp_path):
    """Ten thousand messages and two hundred kills."""
    seen = killing.figures(killing.__file__, tmp_path / "shop.db", 7500, 200, 7)
    check(seen)
    assert (10_000, 200) == (seen["messages"], seen["kills"])
