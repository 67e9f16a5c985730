"""What happened, in French: a row for each event class."""

from collections.abc import Callable
from typing import Any, ClassVar, Final

from backoffice_core.orders import events as happened
from backoffice_core.orders.events import OrderEvent
from backoffice_core.orders.story.words import Words

#: A space that is narrow and does not break.
NARROW: Final = "\u202f"

_MOVEMENTS: Final = {
    "authorization": "autorisation",
    "capture": "encaissement",
    "sale": "paiement",
    "refund": "remboursement",
}

_LEVELS: Final = {
    "high": "voit un risque élevé",
    "medium": "voit un risque moyen",
    "low": "voit un risque faible",
    "none": "n’a rien trouvé sur le risque",
    "pending": "évalue encore le risque",
}
_ALL_IN_ALL: Final = {
    "high": "élevé",
    "medium": "moyen",
    "low": "faible",
    "none": "inconnu",
    "pending": "pas encore connu",
}


_PARCELS: Final = {
    "label_purchased": "étiquette achetée",
    "label_printed": "étiquette imprimée",
    "confirmed": "attendu",
    "carrier_picked_up": "pris en charge",
    "in_transit": "en route",
    "delayed": "retardé",
    "out_for_delivery": "en cours de livraison",
    "attempted_delivery": "destinataire absent",
    "ready_for_pickup": "prêt à être retiré",
    "delivered": "livré",
    "failure": "impossible à livrer",
}


class French(Words):
    """French words."""

    thousands = NARROW
    point = ","
    gap = NARROW
    reasons: ClassVar = {
        "active": "le client est revenu",
        "channel": "pas de relance sur ce canal",
        "closed": "le panier a été fermé",
        "completed": "le panier est devenu une commande",
        "drafted": "un brouillon en a été fait",
        "free": "rien n’était à payer",
        "newer_abandoned": "le client a abandonné un panier plus récent",
        "no_address": "pas d’adresse",
        "no_consent": "pas de consentement",
        "opted_out": "le client s’est désabonné",
        "ordered_since": "le client a commandé depuis",
        "out_of_stock": "plus rien en stock",
        "paying": "un paiement était en cours",
        "turned_off": "la boutique ne relance personne",
        "undeliverable": "envoi abandonné",
        "dropped": "envoi annulé",
        "no_notifier": "aucun moyen d’envoi",
        "awaiting_payment": "paiement attendu",
        "awaiting_return_items": "retour attendu",
        "cancelled": "commande annulée",
        "customer": "à la demande du client",
        "failed": "échec",
        "overdue": "délai dépassé",
        "declined": "paiement refusé",
        "final_sale": "vente ferme",
        "fraud": "fraude",
        "high_risk_of_fraud": "risque de fraude élevé",
        "imported": "importée",
        "incorrect_address": "adresse incorrecte",
        "inventory": "rupture de stock",
        "inventory_out_of_stock": "rupture de stock",
        "other": "",
        "return_period_ended": "délai dépassé",
        "staff": "erreur de l’équipe",
        "unknown_delivery_date": "date de livraison inconnue",
    }

    @property
    def by(self) -> str:
        """Who did it."""
        return f" par {self.actor}" if self.actor else ""

    def units(self, units: int) -> str:
        """Return a number of units; 0 and 1 are singular."""
        return f"{self.number(units)} unité{'s' if units > 1 else ''}"

    def were(self, units: int, done: str) -> str:
        """Return a number of units to which something was done, told by a feminine participle."""
        return f"{self.units(units)} {f'ont été {done}s' if units > 1 else f'a été {done}'}"

    def added(self, event: happened.OrderEdited) -> str:
        """Return how many units came and left."""
        told = ((event.added, "ajoutée"), (event.removed, "retirée"))
        return "".join(f"{self.were(units, done)}, " for units, done in told if units)

    def level(self, event: happened.RiskAssessed) -> str:
        """Return how risky the order is with all that was found out."""
        return f" ; dans l’ensemble, le risque est {_ALL_IN_ALL.get(event.after, event.after)}"

    def movement(self, kind: str, minor: int) -> str:
        """Return what a transaction is."""
        if kind == "void":
            return "abandon d’une autorisation"
        return f"{_MOVEMENTS.get(kind, kind)} de {self.money(minor)}"

    def named(self, tags: tuple[str, ...], done: str) -> str:
        """Return some tags to which something was done, told by a feminine participle."""
        names = ", ".join(tags)
        if len(tags) == 1:
            return f"l’étiquette {names} a été {done}{self.by}"
        return f"les étiquettes {names} ont été {done}s{self.by}"


def _held(event: happened.OrderHeld, say: French) -> str:
    hold = say.hold(event.hold_id)
    if hold is not None and hold.lines:
        what = say.were(sum(one.quantity for one in hold.lines), "mise")
    else:
        what = "tout ce qui reste à expédier a été mis"
    return f"{what} en attente{say.by}{say.reason(event.reason)}"


def _released(event: happened.HoldReleased, say: French) -> str:
    hold = say.hold(event.hold_id)
    return f"la mise en attente a été levée{say.by}{say.reason(hold.release_reason if hold else None)}"


def _refunded(event: happened.OrderRefunded, say: French) -> str:
    if not event.amount:
        credit = f"un avoir de {say.worth(event.refund_id)} a été accordé"
        return f"{say.were(event.units, 'reprise') if event.units else credit}{say.by}, sans versement"
    amount = say.money(event.amount)
    if event.units:
        text = f"{say.were(event.units, 'remboursée')} pour {amount}{say.by}"
    else:
        text = f"un remboursement de {amount} a été accordé{say.by}"
    if not event.adjustment:
        return text
    size = say.money(abs(event.adjustment))
    return f"{text} ({'geste commercial' if event.adjustment > 0 else 'frais retenus'} de {size})"


def _cancelled(event: happened.OrderCancelled, say: French) -> str:
    text = f"la commande a été annulée{say.by}{say.reason(event.reason)}"
    if not event.units:
        return text
    where = "en vente" if event.restocked else "au rebut"
    return f"{text} et {say.were(event.units, 'remise' if event.restocked else 'mise')} {where}"


def _captured(event: happened.PaymentCaptured, say: French) -> str:
    text = f"un encaissement de {say.money(event.amount)} a été fait via {event.gateway}{say.by}"
    if not event.released:
        return text
    return f"{text} et le reste de l’autorisation, {say.money(event.released)}, a été abandonné"


#: Of each event class its sentence, in the order of ``events.py``.
SENTENCES: Final[dict[type[OrderEvent], Callable[[Any, French], str]]] = {
    happened.OrderPlaced: lambda event, say: (
        f"la commande {event.name} de {say.money(event.total)} a été"
        f" {'importée' if event.imported else 'passée'}{say.by}"
    ),
    happened.PaymentRequested: lambda event, say: (
        f"une demande a été faite via {event.gateway}{say.by} ({say.movement(event.kind, event.amount)})"
    ),
    happened.PaymentAuthorized: lambda event, say: (
        f"une autorisation de {say.money(event.amount)} a été obtenue via {event.gateway}{say.by}"
    ),
    happened.PaymentCaptured: _captured,
    happened.PaymentReceived: lambda event, say: (
        f"un paiement de {say.money(event.amount)} via {event.gateway} a été enregistré{say.by}"
    ),
    happened.PaymentRefunded: lambda event, say: (
        f"un remboursement de {say.money(event.amount)} a été versé via {event.gateway}{say.by}"
    ),
    happened.AuthorizationVoided: lambda event, say: (
        f"une autorisation de {say.money(event.amount)} via {event.gateway} a été abandonnée{say.by}"
    ),
    happened.PaymentFailed: lambda event, say: (
        f"un échec a été enregistré{say.by} ({say.movement(event.kind, event.amount)}"
        f"{f', {event.error}' if event.error else ''})"
    ),
    happened.PaymentUnknown: lambda event, say: (
        f"la perte d’une réponse a été enregistrée{say.by}, l’opération a peut-être eu lieu"
        f" ({say.movement(event.kind, event.amount)})"
    ),
    happened.PaymentConfirmedInPart: lambda event, say: (
        f"une confirmation partielle a été enregistrée{say.by}"
        f" ({say.money(event.confirmed)} sur {say.money(event.asked)})"
    ),
    happened.PaymentReversed: lambda event, say: (
        f"une annulation après coup a été enregistrée{say.by} ({say.movement(event.kind, event.amount)})"
    ),
    happened.AuthorizationExpired: lambda event, say: (
        f"une autorisation a expiré avant l’encaissement de {say.money(event.amount)}"
    ),
    happened.AuthorizationExpiring: lambda event, say: (
        f"une autorisation de {say.money(event.amount)} expire dans les deux jours"
    ),
    happened.PaymentDue: lambda event, say: f"le paiement de {say.money(event.amount)} était attendu",
    happened.OrderFulfilled: lambda event, say: (
        f"{say.were(event.units, 'expédiée')} dans le colis {event.name}{say.by}"
    ),
    happened.TrackingUpdated: lambda event, say: (
        f"le suivi du colis {say.parcel(event.fulfillment_id)} a été modifié{say.by}"
    ),
    happened.ShipmentUpdated: lambda event, say: (
        f"une nouvelle {'tardive ' if event.late else ''}du transporteur a été enregistrée{say.by} (colis"
        f" {say.parcel(event.fulfillment_id)} : {_PARCELS.get(event.status, event.status)})"
    ),
    happened.FulfillmentCancelled: lambda event, say: (
        f"le colis {say.parcel(event.fulfillment_id)} de {say.units(event.units)} a été annulé{say.by}"
    ),
    happened.OrderHeld: _held,
    happened.HoldReleased: _released,
    happened.OrderRefunded: _refunded,
    happened.UnitsRestocked: lambda event, say: f"{say.were(event.units, 'remise')} en stock{say.by}",
    happened.OrderCancelled: _cancelled,
    happened.OrderArchived: lambda event, say: (
        f"la commande a été archivée{' automatiquement' if event.automatic else say.by}"
    ),
    happened.OrderUnarchived: lambda event, say: (
        f"la commande a été reprise{' automatiquement' if event.automatic else say.by}"
    ),
    happened.OrderDeleted: lambda event, say: f"la commande a été supprimée{say.by}",
    happened.TagsAdded: lambda event, say: say.named(event.tags, "ajoutée"),
    happened.TagsRemoved: lambda event, say: say.named(event.tags, "retirée"),
    happened.NoteSet: lambda event, say: f"la note a été modifiée{say.by}",
    happened.CommentAdded: lambda event, say: f"un commentaire a été laissé{say.by}",
    happened.CommentEdited: lambda event, say: f"un commentaire a été modifié{say.by}",
    happened.CommentDeleted: lambda event, say: f"un commentaire a été supprimé{say.by}",
    happened.OrderEdited: lambda event, say: (
        f"la commande a été modifiée{say.by} : {say.added(event)}le total passe de {say.money(event.before)} à"
        f" {say.money(event.after)}"
    ),
    happened.ReturnRequested: lambda event, say: f"le retour {event.name} de {say.units(event.units)} a été demandé",
    happened.ReturnApproved: lambda event, say: f"le retour {say.returned(event.return_id)} a été accepté{say.by}",
    happened.ReturnDeclined: lambda event, say: (
        f"le retour {say.returned(event.return_id)} a été refusé{say.by}{say.reason(event.reason)}"
    ),
    happened.ReturnReceived: lambda event, say: (
        f"{say.were(event.units, 'reçue')} par le retour {say.returned(event.return_id)}{say.by}"
    ),
    happened.ReturnClosed: lambda event, say: f"le retour {say.returned(event.return_id)} a été clos{say.by}",
    happened.ReturnReopened: lambda event, say: f"le retour {say.returned(event.return_id)} a été rouvert{say.by}",
    happened.ReturnCancelled: lambda event, say: f"le retour {say.returned(event.return_id)} a été abandonné{say.by}",
    happened.CustomerUpdated: lambda event, say: f"le client a été modifié{say.by}",
    happened.CustomerMerged: lambda event, say: f"l’invité a été rattaché à un compte client{say.by}",
    happened.CustomerErased: lambda event, say: f"ce qui disait qui est le client a été effacé{say.by}",
    happened.AddressUpdated: lambda event, say: f"une adresse a été modifiée{say.by}",
    happened.InvoiceSent: lambda event, say: f"une facture de {say.money(event.amount)} a été envoyée{say.by}",
    happened.DraftCreated: lambda event, say: (
        f"le brouillon {event.name} de {say.money(event.total)} a été créé{say.by}"
    ),
    happened.DraftUpdated: lambda event, say: (
        f"le brouillon a été modifié{say.by} ; son total passe de {say.money(event.before)} à {say.money(event.after)}"
    ),
    happened.DraftInvoiceSent: lambda event, say: f"une facture de {say.money(event.amount)} a été envoyée{say.by}",
    happened.StockReserved: lambda event, say: f"{say.were(event.units, 'mise')} de côté{say.by}",
    happened.ReservationEnded: lambda event, say: (
        f"{say.were(event.units, 'remise')} en vente{', le délai étant passé' if event.expired else say.by}"
    ),
    happened.DraftCompleted: lambda event, say: f"le brouillon est devenu une commande{say.by}",
    happened.DraftDeleted: lambda event, say: (
        f"le brouillon a été supprimé{' après un an sans modification' if event.idle else say.by}"
    ),
    happened.CheckoutStarted: lambda event, say: (
        f"le panier {event.name} de {say.money(event.total)} a été commencé{say.by}"
    ),
    happened.CheckoutUpdated: lambda event, say: (
        f"le panier a été modifié{say.by} ; son total est passé de {say.money(event.before)} à {say.money(event.after)}"
    ),
    happened.ContactGiven: lambda event, say: f"le client a laissé ses coordonnées{say.by}",
    happened.CheckoutStepReached: lambda event, say: f"le client est arrivé à l’étape {event.step}{say.by}",
    happened.CheckoutPaymentTried: lambda event, say: (
        f"un paiement de {say.money(event.amount)} par {event.gateway} a été tenté ({event.status}){say.by}"
    ),
    happened.CheckoutAbandoned: lambda event, say: f"le panier de {say.money(event.total)} a été abandonné",
    happened.RecoveryScheduled: lambda event, say: (
        f"un e-mail de relance a été {'prévu' if event.step else f'demandé{say.by}'}"
    ),
    happened.RecoverySent: lambda event, say: "un e-mail de relance a été envoyé",
    happened.RecoverySuppressed: lambda event, say: (
        f"un e-mail de relance n’a pas été envoyé{say.reason(event.reason)}"
    ),
    happened.RecoveryFailed: lambda event, say: (
        f"un e-mail de relance n’a pas pu être envoyé{say.reason(event.reason)}"
    ),
    happened.RecoveryLinkTaken: lambda event, say: f"un lien de relance a été copié{say.by}",
    happened.RecoveryLinkFollowed: lambda event, say: "le client a suivi un lien de relance",
    happened.CheckoutDrafted: lambda event, say: f"un brouillon a été créé à partir du panier{say.by}",
    happened.CheckoutCompleted: lambda event, say: (
        f"le panier est devenu une commande{' par une autre voie' if event.elsewhere else ''}"
        f"{' grâce à un lien de relance' if event.recovered else ''}{say.by}"
    ),
    happened.CheckoutClosed: lambda event, say: f"le panier a été fermé{say.by}",
    happened.RiskAssessmentRequested: lambda event, say: (
        f"l’évaluation du risque a été demandée à {', '.join(event.providers)}{say.by}"
    ),
    happened.RiskAssessed: lambda event, say: (
        f"{event.provider} {_LEVELS.get(event.level, event.level)}"
        f"{say.level(event) if event.after != event.level else ''}"
    ),
    happened.RiskAssessmentFailed: lambda event, say: (
        f"{event.provider} n’a pas évalué le risque{say.reason(event.reason)}, et la commande continue sans son avis"
    ),
    happened.UnknownEvent: lambda event, say: (
        f"un fait que cette version ne sait pas raconter a été enregistré{say.by} ({event.type})"
    ),
}
