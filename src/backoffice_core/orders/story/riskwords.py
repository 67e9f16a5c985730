"""
What the built-in rules saw, in words: a row for each, in English and French.

A fact keeps its English sentence, and what it was made of, so that it can be told in another language.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from backoffice_core.orders.risk import LONGEST_FACT, RiskFact, RiskLevel, Sentiment

#: The sentences by code, in English and in French; what stands in braces is filled in by place.
FACTS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "countries_differ": (
            "The billing country ({0}) is not the shipping country ({1})",
            "Le pays de facturation ({0}) n’est pas celui de livraison ({1})",
        ),
        "addresses_differ": (
            "The billing address is not the shipping address",
            "L’adresse de facturation n’est pas celle de livraison",
        ),
        "addresses_agree": (
            "The billing address is the shipping address",
            "L’adresse de facturation est celle de livraison",
        ),
        "many_attempts": ("{0} payments failed before", "{0} paiements ont échoué auparavant"),
        "many_cards": ("{0} cards were tried", "{0} cartes ont été essayées"),
        "far_above_median": (
            "It costs {0} times what most orders do ({1})",
            "Elle coûte {0} fois le prix de la plupart des commandes ({1})",
        ),
        "same_email": (
            "{0} other orders by the same e-mail address within {1} hours",
            "{0} autres commandes avec la même adresse e-mail en {1} heures",
        ),
        "same_address": (
            "{0} other orders to the same address within {1} hours",
            "{0} autres commandes vers la même adresse en {1} heures",
        ),
        "same_ip": (
            "{0} other orders from the same IP address within {1} hours",
            "{0} autres commandes depuis la même adresse IP en {1} heures",
        ),
        "disposable_mail": (
            "The e-mail address is a disposable one ({0})",
            "L’adresse e-mail est jetable ({0})",
        ),
        "free_mail": (
            "The e-mail address is of a free service ({0})",
            "L’adresse e-mail est d’un service gratuit ({0})",
        ),
        "first_and_express": (
            "A first order with express shipping ({0})",
            "Une première commande en livraison express ({0})",
        ),
        "known_customer": (
            "The customer paid for {0} orders before",
            "Le client a déjà payé {0} commandes",
        ),
        "chargebacks": (
            "{0} payments of the customer were taken back before",
            "{0} paiements du client ont déjà été repris",
        ),
        "avs_none": (
            "The billing address is not the card’s (AVS {0})",
            "L’adresse de facturation n’est pas celle de la carte (AVS {0})",
        ),
        "avs_part": (
            "A part of the billing address is the card’s (AVS {0})",
            "Une partie de l’adresse de facturation est celle de la carte (AVS {0})",
        ),
        "avs_match": (
            "The billing address is the card’s (AVS {0})",
            "L’adresse de facturation est celle de la carte (AVS {0})",
        ),
        "cvc_none": ("The card’s code is wrong (CVC {0})", "Le code de la carte est faux (CVC {0})"),
        "cvc_match": ("The card’s code is right (CVC {0})", "Le code de la carte est juste (CVC {0})"),
        "card_abroad": (
            "The card is of {0}, the billing address of {1}",
            "La carte est de {0}, l’adresse de facturation de {1}",
        ),
        "ip_abroad": (
            "It was placed from {0}, the billing address is of {1}",
            "Elle a été passée depuis {0}, l’adresse de facturation est de {1}",
        ),
        "ip_at_home": (
            "It was placed from the country of the billing address ({0})",
            "Elle a été passée depuis le pays de l’adresse de facturation ({0})",
        ),
    }
)
#: What a level says to staff, in English and in French.
ADVICE: Final[Mapping[RiskLevel, tuple[str, str]]] = MappingProxyType(
    {
        RiskLevel.HIGH: (
            "High risk: probably a fraud. Consider cancelling it.",
            "Risque élevé : sans doute une fraude. Envisagez de l’annuler.",
        ),
        RiskLevel.MEDIUM: (
            "Medium risk: confirm it with the customer before you ship it.",
            "Risque moyen : confirmez-la auprès du client avant de l’expédier.",
        ),
        RiskLevel.LOW: ("Low risk: nothing speaks against it.", "Risque faible : rien ne s’y oppose."),
        RiskLevel.PENDING: ("It is still being assessed.", "L’évaluation est encore en cours."),
        RiskLevel.NONE: ("Nobody assessed it.", "Personne ne l’a évaluée."),
    }
)
_PLACE: Final = {"en": 0, "fr": 1}


def fact(code: str, sentiment: Sentiment, *values: object) -> RiskFact:
    """Return a fact that can be told in every language."""
    texts = tuple(str(value)[:80] for value in values)
    return RiskFact(FACTS[code][0].format(*texts), sentiment, code=code, values=texts)


def told(one: RiskFact, language: Literal["en", "fr"]) -> str:
    """Return the sentence of a fact; as it was written where there is no other."""
    rows = FACTS.get(one.code) if one.code else None
    if rows is None:
        return one.description
    try:
        return rows[_PLACE[language]].format(*one.values)[:LONGEST_FACT]
    except IndexError:  # a newer version wrote it, with less to fill in
        return one.description


def advice(level: RiskLevel, language: Literal["en", "fr"]) -> str:
    """Return what a level says to staff."""
    return ADVICE[level][_PLACE[language]]
