"""
The built-in rules: a table of small ones, each with the points that it gives.

A rule looks at one thing and says what it saw, or nothing. Points add up: from `MEDIUM` on an order is
worth a look, from `HIGH` on it is probably a fraud; one that nothing speaks against is low. The points
are common sense, not fitted to anybody's frauds; a shop brings a table of its own where it knows better.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import attrs

from backoffice_core.failures import InvalidValue
from backoffice_core.orders.facts import Card
from backoffice_core.orders.order import Order
from backoffice_core.orders.risk import Assessment, RiskFact, RiskLevel, Sentiment
from backoffice_core.orders.story.riskwords import fact
from backoffice_core.risk.base import RiskRequest
from backoffice_core.risk.mail import DISPOSABLE, FREE, domain_of

#: From so many points on the level is medium.
MEDIUM: Final = 3
#: From so many points on the level is high.
HIGH: Final = 6

_BAD, _GOOD, _PLAIN = Sentiment.NEGATIVE, Sentiment.POSITIVE, Sentiment.NEUTRAL
_EXPRESS: Final = re.compile(r"\b(express|overnight|next[ -]day|same[ -]day|24 ?h|chronopost)", re.IGNORECASE)
#: Results of comparing addresses, as the networks write them.
_AVS_MATCH: Final = frozenset("YXDMFV")
_AVS_PART: Final = frozenset("AZWPB")
_AVS_NONE: Final = frozenset("NC")


@attrs.frozen
class Look:
    """
    What a rule looks at.

    Attributes:
        request: The order and its history.

        ip_country: The country of the client's address, as the host tells it.
    """

    request: RiskRequest
    ip_country: str | None = attrs.field(repr=False)

    @property
    def order(self) -> Order:
        """The order."""
        return self.request.order

    @property
    def cards(self) -> Iterator[Card]:
        """What gateways tell of the cards, the last one first."""
        return (one.card for one in reversed(self.order.transactions) if one.card is not None)

    @property
    def home(self) -> str | None:
        """The country of the billing address, else of the shipping address."""
        places = (self.order.billing_address, self.order.shipping_address)
        return next((place.country.upper() for place in places if place is not None and place.country), None)

    def card(self, field: str) -> str | None:
        """Return the last thing that a gateway told of a card."""
        found = (getattr(card, field) for card in self.cards)
        return next((value.strip().upper() for value in found if value and value.strip()), None)


#: What a rule saw, with its points; None for nothing.
Seen = tuple[int, RiskFact] | None


@attrs.frozen
class Rule:
    """
    A rule.

    Attributes:
        name: What it is called.

        see: Looks at one thing.
    """

    name: str
    see: Callable[[Look], Seen]


def _addresses(look: Look) -> Seen:
    billing, shipping = look.order.billing_address, look.order.shipping_address
    if billing is None or shipping is None:
        return None
    if billing.country and shipping.country and billing.country.upper() != shipping.country.upper():
        return 2, fact("countries_differ", _BAD, billing.country, shipping.country)
    pairs = ((billing.zip, shipping.zip), (billing.city, shipping.city), (billing.address1, shipping.address1))
    differ = any(one and other and one.strip().lower() != other.strip().lower() for one, other in pairs)
    return (1, fact("addresses_differ", _BAD)) if differ else (0, fact("addresses_agree", _GOOD))


def _attempts(look: Look) -> Seen:
    failed = look.request.history.failed_payments
    return (3, fact("many_attempts", _BAD, failed)) if failed >= 3 else None


def _many_cards(look: Look) -> Seen:
    cards = look.request.history.cards
    return (3, fact("many_cards", _BAD, cards)) if cards >= 3 else None


def _amount(look: Look) -> Seen:
    median = look.request.history.median
    if median is None or median.minor <= 0:
        return None
    times = look.order.original_total_minor // median.minor
    points = 3 if times >= 10 else 2 if times >= 5 else 0
    return (points, fact("far_above_median", _BAD, times, median)) if points else None


def _velocity(name: str) -> Callable[[Look], Seen]:
    def see(look: Look) -> Seen:
        """See whether many orders within a while have it in common."""
        history = look.request.history
        others: int = getattr(history, name)
        points = 3 if others >= 5 else 2 if others >= 2 else 0
        return (points, fact(name, _BAD, others, history.window_hours)) if points else None

    return see


def _mail(look: Look) -> Seen:
    domain = domain_of(look.order.email)
    if domain in DISPOSABLE:
        return 3, fact("disposable_mail", _BAD, domain)
    return (0, fact("free_mail", _PLAIN, domain)) if domain in FREE else None


def _express(look: Look) -> Seen:
    if look.request.history.orders:
        return None
    title = next((one.title for one in look.order.shipping_lines if _EXPRESS.search(one.title)), None)
    return (1, fact("first_and_express", _BAD, title)) if title else None


def _known(look: Look) -> Seen:
    history = look.request.history
    if history.chargebacks:
        return HIGH, fact("chargebacks", _BAD, history.chargebacks)
    good = history.read - history.cancelled
    return (-2, fact("known_customer", _GOOD, good)) if good >= 2 and history.paid.minor > 0 else None


def _avs(look: Look) -> Seen:
    result = look.card("avs")
    if result in _AVS_NONE:
        return 2, fact("avs_none", _BAD, result)
    if result in _AVS_PART:
        return 1, fact("avs_part", _PLAIN, result)
    return (-1, fact("avs_match", _GOOD, result)) if result in _AVS_MATCH else None


def _cvc(look: Look) -> Seen:
    result = look.card("cvc")
    if result == "N":
        return 3, fact("cvc_none", _BAD, result)
    return (0, fact("cvc_match", _GOOD, result)) if result == "M" else None


def _card_abroad(look: Look) -> Seen:
    country = look.card("country")
    abroad = country is not None and look.home is not None and country != look.home
    return (2, fact("card_abroad", _BAD, country, look.home)) if abroad else None


def _ip_abroad(look: Look) -> Seen:
    if look.ip_country is None or look.home is None:
        return None
    country = look.ip_country.upper()
    if country == look.home:
        return 0, fact("ip_at_home", _GOOD, country)
    return 2, fact("ip_abroad", _BAD, country, look.home)


#: The rules, in the order in which they speak.
RULES: Final = (
    Rule("addresses", _addresses),
    Rule("failed payments", _attempts),
    Rule("cards", _many_cards),
    Rule("amount against the shop's median", _amount),
    Rule("velocity of the e-mail address", _velocity("same_email")),
    Rule("velocity of the address", _velocity("same_address")),
    Rule("velocity of the IP address", _velocity("same_ip")),
    Rule("e-mail service", _mail),
    Rule("first order by express", _express),
    Rule("earlier orders", _known),
    Rule("address at the bank", _avs),
    Rule("code of the card", _cvc),
    Rule("country of the card", _card_abroad),
    Rule("country of the IP address", _ip_abroad),
)


def _rules(value: Iterable[Rule]) -> tuple[Rule, ...]:
    rules = tuple(value)
    for rule in rules:
        given: object = rule
        if not isinstance(given, Rule):
            raise InvalidValue("rules", repr(rule), "a Rule, or several")
    return rules


@attrs.frozen
class BuiltInRules:
    """
    An assessor of small rules that needs nothing else.

    Attributes:
        ip_country: Tells the country of an IP address, as an ISO 3166 code, or None; of the host's own data.

        rules: The rules; `RULES` unless a shop has its own.

        name: What it is known by in the shop.
    """

    ip_country: Callable[[str], str | None] | None = attrs.field(default=None, kw_only=True, repr=False)
    rules: tuple[Rule, ...] = attrs.field(default=RULES, kw_only=True, converter=_rules, repr=False)
    name: str = attrs.field(default="built-in", kw_only=True)

    def assess(self, request: RiskRequest, *, timeout: float) -> Assessment:
        """Return what the rules say of an order."""
        client = request.order.client
        ip = client.ip if client is not None else None
        look = Look(request, self.ip_country(ip) if ip and self.ip_country is not None else None)
        seen = [found for rule in self.rules if (found := rule.see(look)) is not None]
        return Assessment(level_of(sum(points for points, _ in seen)), [one for _, one in seen])


def level_of(points: int) -> RiskLevel:
    """Return the level of a sum of points."""
    if points >= HIGH:
        return RiskLevel.HIGH
    return RiskLevel.MEDIUM if points >= MEDIUM else RiskLevel.LOW
