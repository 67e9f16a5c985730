"""The analysis of an order's risk, as the page of an order shows it."""

import attrs
import pendulum

from backoffice_core.orders.order import Client, Order
from backoffice_core.orders.risk import RECOMMENDED, Assessment, Recommendation, RiskLevel, Sentiment
from backoffice_core.orders.story.riskwords import advice, told
from backoffice_core.orders.story.sentences import Language


@attrs.frozen(kw_only=True)
class FactDetail:
    """
    Something that an assessment rests on.

    Attributes:
        text: What it is, in the language that was asked for where the library has words for it.

        sentiment: Whether it speaks for the order or against it.
    """

    text: str = attrs.field(repr=False)
    sentiment: Sentiment


@attrs.frozen(kw_only=True)
class AssessmentDetail:
    """
    What one provider thinks.

    Attributes:
        provider: Who says so.

        level: How risky it is.

        at: When that was recorded, UTC.

        facts: What it rests on: what speaks against the order first, then what speaks for it.
    """

    provider: str
    level: RiskLevel
    at: pendulum.DateTime | None
    facts: tuple[FactDetail, ...] = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class RiskDetail:
    """
    How risky an order is, and why.

    Attributes:
        level: The most severe level of all.

        recommendation: What to do with it.

        advice: The same as a sentence.

        assessments: What each provider thinks, the most severe first.

        waiting_for: The providers that are still to answer.

        waits_until: Until when they are waited for, UTC; None when nobody is.

        holds: The ids of the holds that stand for its risk.

        client: Where the order was placed from, when the host said so.
    """

    level: RiskLevel
    recommendation: Recommendation
    advice: str
    assessments: tuple[AssessmentDetail, ...]
    waiting_for: tuple[str, ...]
    waits_until: pendulum.DateTime | None
    holds: tuple[str, ...]
    client: Client | None = attrs.field(repr=False)


_FIRST = (Sentiment.NEGATIVE, Sentiment.POSITIVE, Sentiment.NEUTRAL)


def risk_of(order: Order, language: Language) -> RiskDetail:
    """Return the analysis of an order's risk."""
    level = order.risk_level
    ranked = sorted(order.assessments, key=lambda one: (-one.level.severity, one.provider))
    return RiskDetail(
        level=level,
        recommendation=RECOMMENDED[level],
        advice=advice(level, language),
        assessments=tuple(_assessment(one, language) for one in ranked),
        waiting_for=order.assessing,
        waits_until=order.assess_by if order.assessing else None,
        holds=tuple(
            hold.id for hold in order.holds if hold.reason == "high_risk_of_fraud" and hold.released_at is None
        ),
        client=order.client,
    )


def _assessment(one: Assessment, language: Language) -> AssessmentDetail:
    # Of a person who was erased nothing is left to tell.
    facts = sorted((fact for fact in one.facts if fact.description), key=lambda fact: _FIRST.index(fact.sentiment))
    return AssessmentDetail(
        provider=one.provider,
        level=one.level,
        at=one.at,
        facts=tuple(FactDetail(text=told(fact, language), sentiment=fact.sentiment) for fact in facts),
    )
