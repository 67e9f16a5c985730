"""
How risky an order is: what providers found out, and what follows from it.

* A provider has one assessment of an order, its last one: a level, and the facts that it rests on.
* The level of an order is the most severe one. While a provider is still waited for, an order is
   pending unless something worse is known of it already.
* A level recommends something; nothing is done by it but what the shop's settings ask for
   (``assess.py``).

A fact may name a person's address or mail: it stays in the document.
"""

import enum
from collections.abc import Iterable
from typing import Any, Final

import attrs
import pendulum

from backoffice_core.failures import InvalidValue
from backoffice_core.typed import check_text, check_types, kind_of, word_of

#: The longest description of a fact; the rest is cut off.
LONGEST_FACT: Final = 256
#: The longest name of a provider.
LONGEST_PROVIDER: Final = 64
#: The most facts of an assessment; those after them are left out.
MOST_FACTS: Final = 100


class RiskLevel(enum.StrEnum):
    """How risky an order is; from the least to the most severe."""

    NONE = "none"  #: nobody knows
    LOW = "low"  #: nothing speaks against it
    PENDING = "pending"  #: an assessment is still to come
    MEDIUM = "medium"  #: worth a look before it is shipped
    HIGH = "high"  #: probably a fraud

    @property
    def severity(self) -> int:
        """Its place among the levels, from 0."""
        return _SEVERITY[self]

    def reaches(self, limit: str | None) -> bool:
        """Return whether it is as severe as *limit*; never without one."""
        return limit is not None and self.severity >= RiskLevel(limit).severity


_SEVERITY: Final = {level: place for place, level in enumerate(RiskLevel)}


class Sentiment(enum.StrEnum):
    """What a fact says about an order."""

    POSITIVE = "positive"  #: it speaks for it
    NEUTRAL = "neutral"  #: it says nothing either way
    NEGATIVE = "negative"  #: it speaks against it


class Recommendation(enum.StrEnum):
    """What to do with an order."""

    CANCEL = "cancel"  #: it is probably a fraud
    INVESTIGATE = "investigate"  #: ask the customer before it is shipped
    ACCEPT = "accept"  #: nothing speaks against it
    NONE = "none"  #: nothing is known, or not all


#: What each level recommends.
RECOMMENDED: Final = {
    RiskLevel.HIGH: Recommendation.CANCEL,
    RiskLevel.MEDIUM: Recommendation.INVESTIGATE,
    RiskLevel.LOW: Recommendation.ACCEPT,
    RiskLevel.PENDING: Recommendation.NONE,
    RiskLevel.NONE: Recommendation.NONE,
}


def _level(value: Any) -> RiskLevel:
    return word_of("level", RiskLevel, value)


def _sentiment(value: Any) -> Sentiment:
    return word_of("sentiment", Sentiment, value)


def _cut(value: Any) -> str:
    """Return a description, cut at `LONGEST_FACT` characters."""
    if not isinstance(value, str):
        raise InvalidValue("description", kind_of(value), "text")
    short = value[:LONGEST_FACT]
    check_text("description", short)
    return short


@attrs.frozen
class RiskFact:
    """
    Something that an assessment rests on.

    Attributes:
        description: What it is, cut at 256 characters; empty once the person was erased.

        sentiment: ``positive``, ``neutral`` or ``negative``.

        code: The name of its sentence where the library has one in other languages, such as ``many_attempts``.

        values: What stands in that sentence.
    """

    description: str = attrs.field(converter=_cut, repr=False)
    sentiment: Sentiment = attrs.field(default=Sentiment.NEUTRAL, converter=_sentiment)
    code: str | None = attrs.field(default=None, kw_only=True)
    values: tuple[str, ...] = attrs.field(default=(), kw_only=True, repr=False)

    def __attrs_post_init__(self) -> None:
        check_types(self)


def _facts(value: Any) -> tuple[RiskFact, ...]:
    """Return one fact or several as a tuple."""
    facts = (value,) if isinstance(value, RiskFact) else tuple(value) if isinstance(value, Iterable) else (value,)
    for one in facts:
        if not isinstance(one, RiskFact):
            raise InvalidValue("facts", kind_of(one), "a RiskFact, or several")
    return facts[:MOST_FACTS]


def _provider(_: object, attribute: "attrs.Attribute[str]", value: Any) -> None:
    if not isinstance(value, str) or len(value) > LONGEST_PROVIDER:
        given = f"text of {len(value)} characters" if isinstance(value, str) else kind_of(value)
        raise InvalidValue("provider", given, f"text of at most {LONGEST_PROVIDER} characters")
    check_text("provider", value)


@attrs.frozen
class Assessment:
    """
    What a provider thinks of an order.

    Attributes:
        level: ``high``, ``medium``, ``low``, ``none``, or ``pending`` where it will say so later.

        facts: What it rests on.

        provider: Who says so; an assessor need not fill it in.

        at: When it was recorded, UTC.
    """

    level: RiskLevel = attrs.field(converter=_level)
    facts: tuple[RiskFact, ...] = attrs.field(default=(), converter=_facts, repr=False)
    provider: str = attrs.field(default="", kw_only=True, validator=_provider)
    at: pendulum.DateTime | None = attrs.field(default=None, kw_only=True)

    def says_the_same(self, other: "Assessment") -> bool:
        """Return whether it says what another one of its provider does."""
        return (self.level, self.facts) == (other.level, other.facts)


def overall(assessments: Iterable[Assessment], waited_for: Iterable[str]) -> RiskLevel:
    """Return the level of an order, by its assessments and the providers that are still waited for."""
    levels = [one.level for one in assessments]
    levels += [RiskLevel.PENDING for _ in waited_for]
    return max(levels, key=lambda level: level.severity, default=RiskLevel.NONE)
