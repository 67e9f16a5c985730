"""
Hypothesis profiles: the same examples every time by default, many new ones with ``--hypothesis-profile=deep``.

And the PostgreSQL server that those share who need one.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, settings

if TYPE_CHECKING:
    from tests.storage.pgserver import Server

# The clock of a busy machine says nothing about a rule. Explaining a failure takes longer than finding it.
settings.register_profile(
    "default",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate, Phase.target, Phase.shrink],
)
settings.register_profile("deep", settings.get_profile("default"), derandomize=False, max_examples=2000)
settings.load_profile("default")


@pytest.fixture(scope="session")
def postgres() -> Iterator["Server"]:
    """A PostgreSQL server for this process; the test is skipped where there is none."""
    from tests.storage.pgserver import running

    with running() as server:
        yield server
