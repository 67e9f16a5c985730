"""Hypothesis profiles: the same examples every time by default, many new ones with ``--hypothesis-profile=deep``."""

from hypothesis import HealthCheck, settings

# The clock of a busy machine says nothing about a rule.
settings.register_profile("default", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("deep", settings.get_profile("default"), derandomize=False, max_examples=2000)
settings.load_profile("default")
