"""Hypothesis profiles: the same examples every time by default, many new ones with ``--hypothesis-profile=deep``."""

from hypothesis import HealthCheck, Phase, settings

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
