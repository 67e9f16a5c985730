"""The built-in rules, one by one with figures."""

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice_core import errors
from backoffice_core.money import Money
from backoffice_core.orders.asked import Authorization, Line, Shipping
from backoffice_core.orders.order import Address, Client, Order
from backoffice_core.orders.risk import RiskFact, RiskLevel, Sentiment
from backoffice_core.orders.story.riskwords import ADVICE, FACTS, told
from backoffice_core.risk import BuiltInRules, Card
from backoffice_core.risk.builtin import HIGH, MEDIUM, RULES, Look, Rule, level_of
from backoffice_core.testing import AssessorContract, an_order
from backoffice_core.testing.assessor_contract import a_request

LONDON = Address(address1="1 Row", city="London", zip="W1", country="GB")
PARIS = Address(address1="2 rue du Bac", city="Paris", zip="75007", country="FR")


def carded(**card: str) -> Order:
    """Return an order that was paid for with a card."""
    return an_order(payments=[Authorization("10.00", card=Card(**card))], billing_address=LONDON)


def seen(order: Order, *, ip_country: str | None = None, **known: Any) -> dict[str, int]:
    """Return the points by the codes of what the rules saw."""
    look = Look(a_request(order, **known), ip_country)
    found = [saw for rule in RULES if (saw := rule.see(look)) is not None]
    return {str(fact.code): points for points, fact in found}


def eur(minor: int) -> Money:
    """Return minor units of euros."""
    return Money(minor, "EUR")


@pytest.mark.parametrize(
    ("order", "known", "points"),
    [
        (an_order(), {}, {}),
        (an_order(billing_address=LONDON, shipping_address=PARIS), {}, {"countries_differ": 2}),
        (
            an_order(billing_address=LONDON, shipping_address=attrs.evolve(LONDON, zip="W2")),
            {},
            {"addresses_differ": 1},
        ),
        (
            an_order(billing_address=LONDON, shipping_address=attrs.evolve(LONDON, city="london ")),
            {},
            {"addresses_agree": 0},
        ),
        (an_order(billing_address=LONDON), {}, {}),
        (an_order(), {"failed_payments": 2}, {}),
        (an_order(), {"failed_payments": 3}, {"many_attempts": 3}),
        (an_order(), {"cards": 2}, {}),
        (an_order(), {"cards": 3}, {"many_cards": 3}),
        (an_order(Line("Tea", price="49.99")), {"median": eur(1000)}, {}),
        (an_order(Line("Tea", price="50.00")), {"median": eur(1000)}, {"far_above_median": 2}),
        (an_order(Line("Tea", price="100.00")), {"median": eur(1000)}, {"far_above_median": 3}),
        (an_order(Line("Tea", price="100.00")), {"median": eur(0)}, {}),
        (an_order(), {"same_email": 1, "same_address": 1, "same_ip": 1}, {}),
        (an_order(), {"same_email": 2}, {"same_email": 2}),
        (an_order(), {"same_address": 4}, {"same_address": 2}),
        (an_order(), {"same_ip": 5}, {"same_ip": 3}),
        (an_order(email="ada@example.com"), {}, {}),
        (an_order(email="ada@YOPmail.com"), {}, {"disposable_mail": 3}),
        (an_order(email="ada@gmail.com"), {}, {"free_mail": 0}),
        (an_order(shipping=Shipping("DHL Express", "9.00")), {}, {"first_and_express": 1}),
        (an_order(shipping=Shipping("DHL Express", "9.00")), {"orders": 1}, {}),
        (an_order(shipping=Shipping("Expressionist post", "9.00")), {}, {"first_and_express": 1}),
        (an_order(shipping="9.00"), {}, {}),
        (an_order(), {"orders": 2, "read": 2, "paid": eur(2000)}, {"known_customer": -2}),
        (an_order(), {"orders": 2, "read": 2, "paid": eur(2000), "cancelled": 1}, {}),
        (an_order(), {"orders": 2, "read": 2}, {}),
        (an_order(), {"orders": 9, "read": 9, "paid": eur(2000), "chargebacks": 1}, {"chargebacks": HIGH}),
        (carded(avs="N"), {}, {"avs_none": 2}),
        (carded(avs="z"), {}, {"avs_part": 1}),
        (carded(avs="Y"), {}, {"avs_match": -1}),
        (carded(avs="U"), {}, {}),
        (carded(cvc="N"), {}, {"cvc_none": 3}),
        (carded(cvc="M"), {}, {"cvc_match": 0}),
        (carded(cvc="P"), {}, {}),
        (carded(country="FR"), {}, {"card_abroad": 2}),
        (carded(country="gb"), {}, {}),
        (an_order(billing_address=LONDON), {"ip_country": "NG"}, {"ip_abroad": 2}),
        (an_order(billing_address=LONDON), {"ip_country": "gb"}, {"ip_at_home": 0}),
        (an_order(), {"ip_country": "NG"}, {}),
    ],
)
def test_each_rule(order: Order, known: dict[str, Any], points: dict[str, int]) -> None:
    """What it sees, and what that counts."""
    assert points == seen(order, **known)


@pytest.mark.parametrize(
    ("points", "level"), [(-2, "low"), (0, "low"), (2, "low"), (MEDIUM, "medium"), (5, "medium"), (HIGH, "high")]
)
def test_points_make_a_level(points: int, level: str) -> None:
    """From three on it is worth a look, from six on probably a fraud."""
    assert level == level_of(points)


class TestAssessor:
    def test_adds_up_what_the_rules_say(self) -> None:
        """The facts in the order of the rules."""
        order = an_order(email="ada@yopmail.com", payments=[Authorization("10.00", card=Card(avs="N", cvc="N"))])
        answer = BuiltInRules().assess(a_request(order), timeout=1)
        assert RiskLevel.HIGH is answer.level
        assert ["disposable_mail", "avs_none", "cvc_none"] == [one.code for one in answer.facts]

    def test_the_country_of_the_ip_is_the_hosts(self) -> None:
        """Asked with the address; nobody is asked without one."""
        asked: list[str] = []

        def country(ip: str) -> str:
            asked.append(ip)
            return "NG"

        rules = BuiltInRules(ip_country=country)
        rules.assess(a_request(an_order(billing_address=LONDON)), timeout=1)
        answer = rules.assess(a_request(an_order(billing_address=LONDON, client=Client(ip="203.0.113.7"))), timeout=1)
        assert (["203.0.113.7"], ["ip_abroad"]) == (asked, [one.code for one in answer.facts])

    def test_a_table_of_the_shops_own(self) -> None:
        """In place of ours."""
        never = Rule("never again", lambda look: (HIGH, RiskFact("We know that one", "negative")))
        assert "high" == BuiltInRules(rules=[never]).assess(a_request(), timeout=1).level
        assert "low" == BuiltInRules(rules=()).assess(a_request(), timeout=1).level
        with pytest.raises(errors.InvalidValue):
            BuiltInRules(rules=[len])  # type: ignore[list-item]


class TestContract(AssessorContract):
    """They are an assessor as any other."""

    @pytest.fixture
    def assessor(self) -> BuiltInRules:
        """Return the rules."""
        return BuiltInRules(ip_country=lambda ip: "GB")


class TestWords:
    def test_each_sentence_fills_in_the_same(self) -> None:
        """In both languages, and none is left empty."""
        for english, french in FACTS.values():
            assert {at for at in range(3) if f"{{{at}}}" in english} == {at for at in range(3) if f"{{{at}}}" in french}
        assert set(RiskLevel) == set(ADVICE)

    @given(st.text(max_size=300), st.sampled_from(("en", "fr")))
    def test_a_fact_without_words_of_ours(self, text: str, language: Any) -> None:
        """Stays as it was written; so does one that a newer version made."""
        said = f"x{text}".encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "")
        assert said[:256] == told(RiskFact(said), language)
        assert said[:256] == told(RiskFact(said, code="many_attempts"), language)
        assert said[:256] == told(RiskFact(said, Sentiment.POSITIVE, code="unheard_of", values=("a",)), language)
