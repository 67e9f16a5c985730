"""Assessing how risky an order is: `orders/risk.py` and `orders/assess.py`, a class for each rule."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backoffice_core import errors
from backoffice_core.orders.asked import Authorization
from backoffice_core.orders.assess import Assess, EndAssessing, Reassess
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.facts import Card
from backoffice_core.orders.fulfill import Fulfill
from backoffice_core.orders.hold import ReleaseHold
from backoffice_core.orders.order import Client, Order
from backoffice_core.orders.risk import Assessment, RiskFact, RiskLevel, overall
from backoffice_core.policies import RiskPolicy
from backoffice_core.testing.builders import a_shop, an_order, placed, some_facts, then
from tests.orders.helpers import NOW, after, facts, goods, kinds, step


def policy(assessors: tuple[str, ...] = ("kount",), *, shop: Any = None, **risk: Any) -> dict[str, Any]:
    """Return what rules know in a shop with a risk policy."""
    return {"settings": a_shop(assessors=assessors, risk=RiskPolicy(**risk), **(shop or {}))}


def asked(known: dict[str, Any], **more: Any) -> Order:
    """Return an order of two teas that the shop's assessors are asked about."""
    return placed(goods(quantity=2), facts=facts(**known), **more).order


def says(level: str, provider: str = "kount", *said: RiskFact) -> Assess:
    """Return an assessment as it is recorded."""
    return Assess(assessment=Assessment(level, said, provider=provider))


LEVELS = st.sampled_from(RiskLevel)


class TestLevel:
    @given(st.lists(LEVELS, max_size=5), st.lists(st.just("somebody"), max_size=2))
    def test_is_the_most_severe_one(self, levels: list[RiskLevel], waited_for: list[str]) -> None:
        """And pending while somebody is waited for, unless something worse is known."""
        level = overall([Assessment(one, provider=str(at)) for at, one in enumerate(levels)], waited_for)
        known = [*levels, *(RiskLevel.PENDING for _ in waited_for)]
        assert all(level.severity >= one.severity for one in known)
        assert level in known or (level, known) == (RiskLevel.NONE, [])

    def test_from_the_least_to_the_most(self) -> None:
        """What may still come is worse than what is known to be low."""
        assert ["none", "low", "pending", "medium", "high"] == sorted(RiskLevel, key=lambda one: one.severity)

    @given(st.text(min_size=1, max_size=600).filter(lambda text: text.strip() and text.isprintable()))
    @example("a" * 257)
    @example("a" * 100_000)
    def test_facts_are_cut(self, text: str) -> None:
        """At 256 characters; what is shorter stays as it is."""
        assert text[:256] == RiskFact(text).description

    @pytest.mark.parametrize(
        "bad",
        [
            lambda: Assessment("severe"),
            lambda: Assessment("low", ["text"]),
            lambda: Assessment("low", provider="x" * 65),
            lambda: RiskFact(5),
            lambda: RiskFact("text", "odd"),
            lambda: Card(bin="4111111111111111"),
            lambda: RiskPolicy(hold_at="low"),
            lambda: RiskPolicy(timeout_seconds=61),
            lambda: Assess(assessment=Assessment("low")),
        ],
    )
    def test_what_cannot_be_meant(self, bad: Any) -> None:
        """Refused, with the field."""
        with pytest.raises(errors.InvalidInput):
            bad()


class TestRule1_EachOrderIsAskedAbout:
    def test_as_it_is_placed(self) -> None:
        """By every assessor, for an hour."""
        order = asked(policy(("kount", "sift")))
        assert (("kount", "sift"), NOW.add(hours=1), "pending") == (order.assessing, order.assess_by, order.risk_level)

    def test_nobody_is_asked_by_a_shop_without_assessors(self) -> None:
        """Its orders are as they were."""
        change = placed(goods())
        assert ["OrderPlaced"] == kinds(change)
        assert ((), None, "none") == (change.order.assessing, change.order.assess_by, change.order.risk_level)

    def test_again_when_somebody_asks_for_it(self) -> None:
        """What was said stands until then."""
        order = after(asked(policy()), says("high"), Reassess(), **policy())
        assert ("kount",) == order.assessing
        assert "high" == order.risk_level

    def test_nobody_to_ask(self) -> None:
        """Refused."""
        with pytest.raises(errors.NobodyToAsk):
            step(an_order(), Reassess())


class TestRule2_OneAssessmentOfEachProvider:
    def test_the_last_one(self) -> None:
        """Others keep theirs."""
        order = after(an_order(), says("high"), says("medium", "sift"), says("low"))
        assert [("sift", "medium"), ("kount", "low")] == [(one.provider, one.level) for one in order.assessments]
        assert "medium" == order.risk_level

    def test_the_same_again_changes_nothing(self) -> None:
        """Even later."""
        order = after(an_order(), says("high", "kount", RiskFact("Odd", "negative")))
        assert not step(order, says("high", "kount", RiskFact("Odd", "negative")), now=NOW.add(days=1))
        assert step(order, says("high"))

    def test_the_event_tells_both_levels(self) -> None:
        """And nothing of what it rests on."""
        change = step(an_order(), says("high", "kount", RiskFact("Ada Lovelace used 203.0.113.7")))
        (event,) = change.events
        assert ("kount", "high", "none", "high") == (event.provider, event.level, event.before, event.after)  # type: ignore[attr-defined]
        assert "Ada" not in repr(change.events) + repr(change.order) + repr(change.order.assessments)

    def test_who_will_say_so_later_is_waited_for(self) -> None:
        """Until its time is over."""
        order = after(asked(policy()), says("pending"), **policy())
        assert ("kount",) == order.assessing
        assert not step(order, says("pending"), **policy())
        assert () == after(order, says("low"), **policy()).assessing


class TestRule3_NobodyIsWaitedForForEver:
    def test_overdue(self) -> None:
        """All whose time is over, and not before."""
        order = after(asked(policy(("kount", "sift"))), says("pending"))
        assert not step(order, EndAssessing(), now=NOW.add(minutes=59))
        change = step(order, EndAssessing(), now=NOW.add(minutes=60))
        assert [("kount", "overdue"), ("sift", "overdue")] == [(one.provider, one.reason) for one in change.events]  # type: ignore[attr-defined]
        assert ((), (), "none") == (change.order.assessing, change.order.assessments, change.order.risk_level)

    def test_one_that_failed(self) -> None:
        """The others are waited for."""
        order = after(asked(policy(("kount", "sift"))), EndAssessing(provider="sift", reason="failed"))
        assert ("kount",) == order.assessing
        assert not step(order, EndAssessing(provider="sift"))


class TestRule4_HoldsAndCancels:
    HOLDS = policy(hold_at="medium")

    @pytest.mark.parametrize(("level", "held"), [("high", 2), ("medium", 2), ("low", 0), ("none", 0), ("pending", 0)])
    def test_held_from_a_level_on(self, level: str, held: int) -> None:
        """All that is left to ship."""
        order = after(asked(self.HOLDS), says(level), **self.HOLDS)
        assert held == order.held
        assert ["high_risk_of_fraud"] * (held > 0) == [hold.reason for hold in order.holds]

    def test_nothing_by_itself_without_a_policy(self) -> None:
        """The level is told, and that is all."""
        assert ["RiskAssessed"] == kinds(step(asked(policy()), says("high"), **policy()))

    def test_once(self) -> None:
        """What a person released stays released."""
        order = after(asked(self.HOLDS), says("high"), **self.HOLDS)
        order = after(order, ReleaseHold(reason="called her"), **self.HOLDS, actor="marie")
        order = after(order, says("medium"), says("high", "sift"), **self.HOLDS)
        assert 0 == order.held

    def test_only_what_is_left(self) -> None:
        """Nothing is held of what was shipped or cancelled."""
        shipped = after(asked(self.HOLDS, paid="20.00"), Fulfill())
        assert ["RiskAssessed"] == kinds(step(shipped, says("high"), **self.HOLDS))
        cancelled = after(asked(self.HOLDS), Cancel())
        assert ["RiskAssessed"] == kinds(step(cancelled, says("high"), **self.HOLDS))

    def test_cancelled_where_that_is_asked_for(self) -> None:
        """What was set aside is let go; units go on sale again."""
        known = policy(cancel_at="high", hold_at="medium")
        order = asked(known, payments=[Authorization("20.00")])
        change = step(order, says("high"), **known)
        assert ["RiskAssessed", "OrderCancelled", "AuthorizationVoided"] == kinds(change)
        assert ("fraud", "voided") == (change.order.cancel_reason, change.order.financial_status)

    def test_a_cancel_that_is_refused_leaves_a_hold(self) -> None:
        """And a warning."""
        known = policy(cancel_at="high", shop={"capture_mode": "by_hand"})
        order = after(asked(known, payments=[Authorization("20.00")]), Fulfill(lines={"TEA": 1}))
        change = step(order, says("high"), **known)
        assert ["RiskAssessed", "OrderHeld"] == kinds(change)
        assert 1 == len(change.warnings)


def test_nothing_of_a_person_is_told() -> None:
    """Where an order came from and what a card says is in the document only."""
    card = Card(avs="N", cvc="N", country="FR", bin="41111111")
    change = placed(
        facts=some_facts(),
        client=Client(ip="203.0.113.7", user_agent="Mozilla"),
        payments=[Authorization("10.00", card=card)],
    )
    assert ("203.0.113.7", card) == (change.order.client.ip, change.order.transactions[0].card)  # type: ignore[union-attr]
    told = repr((change, change.order, change.order.client, change.order.transactions))
    assert not any(secret in told for secret in ("203.0.113.7", "Mozilla", "41111111"))
    assert then(change.order, says("low"))[0].order.client == change.order.client
