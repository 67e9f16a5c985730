"""
The texts of printed pages, in English and French.

Templates get those of one language as ``say``; a name that is not there is an error, not an empty place.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from backoffice_core.orders.story.sentences import LANGUAGES, Language

_ROWS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        # titles
        "order": ("Order", "Commande"),
        "packing_slip": ("Packing slip", "Bon de livraison"),
        "orders": ("Orders", "Commandes"),
        "packing_slips": ("Packing slips", "Bons de livraison"),
        "placed": ("Placed on {at}", "Passée le {at}"),
        "ordered": ("Ordered on {at}", "Commandé le {at}"),
        "shipped_on": ("Shipped on {at}", "Expédié le {at}"),
        # what an order may be
        "test": ("Test order", "Commande de test"),
        "cancelled": ("Cancelled on {at}", "Annulée le {at}"),
        "archived": ("Archived on {at}", "Archivée le {at}"),
        "deleted": ("Deleted on {at}", "Supprimée le {at}"),
        # people
        "customer": ("Customer", "Client"),
        "guest": ("Guest", "Invité"),
        "ship_to": ("Ship to", "Livrer à"),
        "bill_to": ("Bill to", "Facturer à"),
        "same_address": ("Same as the shipping address", "Identique à l’adresse de livraison"),
        # facts
        "channel": ("Sold through", "Canal de vente"),
        "drafts": ("Draft orders", "Brouillons"),
        "delivery": ("Delivery", "Livraison"),
        "due_on": ("Payment due", "Échéance"),
        "tags": ("Tags", "Étiquettes"),
        "tracking": ("Tracking", "Suivi"),
        "parcel": ("Parcel", "Colis"),
        # lines
        "colon": (": ", " : "),
        "item": ("Item", "Article"),
        "sku": ("SKU", "Réf."),
        "quantity": ("Qty", "Qté"),
        "price": ("Price", "Prix"),
        "amount": ("Amount", "Montant"),
        "shipped": ("{units} shipped", "expédié : {units}"),
        "returned": ("{units} returned", "retourné : {units}"),
        "refunded": ("{units} refunded", "remboursé : {units}"),
        "removed": ("{units} removed", "retiré : {units}"),
        "held": ("{units} on hold", "en attente : {units}"),
        "gift_card": ("Gift card", "Carte cadeau"),
        # sums
        "subtotal": ("Subtotal", "Sous-total"),
        "other_discounts": ("Other discounts", "Autres réductions"),
        "tip": ("Tip", "Pourboire"),
        "total": ("Total", "Total"),
        "includes": ("Includes {tax}", "Dont {tax}"),
        "taxes": ("taxes", "taxes"),
        "as_placed": ("As placed", "À la commande"),
        "taken_back": ("Returned or removed", "Retourné ou retiré"),
        "goodwill": ("Goodwill", "Geste commercial"),
        "fee": ("Fee kept", "Frais retenus"),
        "current_total": ("Total now", "Total actuel"),
        "paid": ("Paid", "Payé"),
        "refunds_sent": ("Refunded", "Remboursé"),
        "coming": ("Payment under way", "Paiement en cours"),
        "authorized": ("Authorized, to be captured", "Autorisé, à encaisser"),
        "balance": ("Balance due", "Reste à payer"),
        "owed": ("To be paid back", "À rembourser"),
        # sections
        "payments": ("Payments", "Paiements"),
        "authorization": ("Authorization", "Autorisation"),
        "capture": ("Capture", "Encaissement"),
        "sale": ("Payment", "Paiement"),
        "refund": ("Refund", "Remboursement"),
        "void": ("Authorization let go", "Autorisation abandonnée"),
        "pending": ("pending", "en attente"),
        "unknown": ("outcome not known", "issue inconnue"),
        "failure": ("failed", "échoué"),
        "expired": ("expired", "expiré"),
        "reversed": ("undone", "annulé"),
        "parcels": ("Parcels", "Colis"),
        "units": ("{units} × {title}", "{units} × {title}"),
        "note": ("Note", "Note"),
        "details": ("Details", "Précisions"),
        "comments": ("Comments", "Commentaires"),
        "edited": ("edited", "modifié"),
        "history": ("History", "Historique"),
        # packing slip
        "one_item": ("1 item in this parcel", "1 article dans ce colis"),
        "items": ("{units} items in this parcel", "{units} articles dans ce colis"),
        "of": ("{units} of {all}", "{units} sur {all}"),
        "not_inside": ("Not in this parcel", "Hors de ce colis"),
        "sent_apart": ("{units} sent separately", "envoyé séparément : {units}"),
        "to_follow": ("{units} to follow", "à suivre : {units}"),
        "thanks": ("Thank you for your order.", "Merci pour votre commande."),
        "questions": ("A question about your order?", "Une question sur votre commande ?"),
        # statuses
        "financial_pending": ("Payment pending", "Paiement en attente"),
        "financial_authorized": ("Authorized", "Autorisée"),
        "financial_partially_paid": ("Partially paid", "Payée en partie"),
        "financial_paid": ("Paid", "Payée"),
        "financial_partially_refunded": ("Partially refunded", "Remboursée en partie"),
        "financial_refunded": ("Refunded", "Remboursée"),
        "financial_voided": ("Voided", "Autorisation abandonnée"),
        "financial_expired": ("Authorization expired", "Autorisation expirée"),
        "fulfillment_unfulfilled": ("Not shipped", "Non expédiée"),
        "fulfillment_partially_fulfilled": ("Partially shipped", "Expédiée en partie"),
        "fulfillment_fulfilled": ("Shipped", "Expédiée"),
        "fulfillment_on_hold": ("On hold", "En attente"),
        "return_return_requested": ("Return requested", "Retour demandé"),
        "return_in_progress": ("Return in progress", "Retour en cours"),
        "return_returned": ("Returned", "Retournée"),
    }
)

Texts = Mapping[str, str]


def typeset(french: str) -> str:
    """Return a French text with spaces that do not break before its marks."""
    return french.replace(" :", "\u00a0:").replace(" ?", "\u202f?")


#: The texts by language and name.
TEXTS: Final[Mapping[Language, Texts]] = MappingProxyType(
    {
        "en": MappingProxyType({name: english for name, (english, _) in _ROWS.items()}),
        "fr": MappingProxyType({name: typeset(french) for name, (_, french) in _ROWS.items()}),
    }
)


def reason_in_words(reason: str | None, language: Language) -> str:
    """Return why an order was cancelled, as its timeline says it; nothing where that says nothing."""
    return LANGUAGES[language][0].reasons.get(reason, reason) if reason else ""
