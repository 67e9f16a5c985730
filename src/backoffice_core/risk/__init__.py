"""Fraud hooks: what an assessor is, and built-in rules that need nothing else."""

from backoffice_core.orders.facts import Card as Card
from backoffice_core.orders.order import Client as Client
from backoffice_core.orders.risk import Assessment as Assessment
from backoffice_core.orders.risk import RiskFact as RiskFact
from backoffice_core.orders.risk import RiskLevel as RiskLevel
from backoffice_core.risk.base import History as History
from backoffice_core.risk.base import RiskAssessor as RiskAssessor
from backoffice_core.risk.base import RiskRequest as RiskRequest
from backoffice_core.risk.builtin import BuiltInRules as BuiltInRules

__all__ = [
    "Assessment",
    "BuiltInRules",
    "Card",
    "Client",
    "History",
    "RiskAssessor",
    "RiskFact",
    "RiskLevel",
    "RiskRequest",
]
