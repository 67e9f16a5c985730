"""What the home page says, in English and French: by advice and language."""

from typing import Final

import attrs

from backoffice_core.orders.story.sentences import Language


@attrs.frozen
class Said:
    """
    The words of one piece of advice.

    Attributes:
        one: The title where it is about one thing, or about the shop as a whole.

        many: The title where it is about several; ``{count}`` stands for how many.

        text: What to do.
    """

    one: str
    many: str
    text: str


def _of_the_shop(title: str, text: str) -> Said:
    return Said(title, title, text)


WORDS: Final[dict[str, dict[Language, Said]]] = {
    "authorizations_expiring": {
        "en": Said(
            "1 authorization is about to expire",
            "{count} authorizations are about to expire",
            "Capture them within two days, or the money is free again.",
        ),
        "fr": Said(
            "1 autorisation est sur le point d'expirer",
            "{count} autorisations sont sur le point d'expirer",
            "Capturez-les sous deux jours, sinon l'argent sera libéré.",
        ),
    },
    "risky_orders": {
        "en": Said(
            "1 order with a high risk", "{count} orders with a high risk", "Look at them before they are shipped."
        ),
        "fr": Said(
            "1 commande à haut risque", "{count} commandes à haut risque", "Vérifiez-les avant de les expédier."
        ),
    },
    "messages_failed": {
        "en": Said(
            "1 message could not be sent", "{count} messages could not be sent", "Send them again, or let them go."
        ),
        "fr": Said(
            "1 message n'a pas pu être envoyé",
            "{count} messages n'ont pas pu être envoyés",
            "Renvoyez-les ou abandonnez-les.",
        ),
    },
    "orders_to_refund": {
        "en": Said(
            "1 customer paid too much", "{count} orders were paid too much", "Give back what is owed to the customers."
        ),
        "fr": Said(
            "1 commande a été trop payée",
            "{count} commandes ont été trop payées",
            "Remboursez ce qui est dû aux clients.",
        ),
    },
    "returns_to_answer": {
        "en": Said("1 return waits for an answer", "{count} returns wait for an answer", "Approve or decline them."),
        "fr": Said(
            "1 retour attend une réponse", "{count} retours attendent une réponse", "Acceptez-les ou refusez-les."
        ),
    },
    "no_notifier": {
        "en": _of_the_shop("Messages are not sent", "Customers hear nothing of their orders: set up a notifier."),
        "fr": _of_the_shop(
            "Les messages ne sont pas envoyés",
            "Les clients ne sont pas informés de leurs commandes : configurez l'envoi des messages.",
        ),
    },
    "exports_failed": {
        "en": Said("1 export failed", "{count} exports failed", "See why, and ask for them again."),
        "fr": Said("1 export a échoué", "{count} exports ont échoué", "Voyez pourquoi et relancez-les."),
    },
    "sold_out": {
        "en": Said("1 variant is sold out", "{count} variants are sold out", "Order more of them, or archive them."),
        "fr": Said(
            "1 variante est épuisée", "{count} variantes sont épuisées", "Réapprovisionnez-les ou archivez-les."
        ),
    },
    "storefront_closed": {
        "en": _of_the_shop("Visitors need a password", "Take it away when your shop is ready to sell."),
        "fr": _of_the_shop(
            "Les visiteurs ont besoin d'un mot de passe", "Retirez-le quand votre boutique est prête à vendre."
        ),
    },
    "orders_to_fulfill": {
        "en": Said("1 order to fulfill", "{count} orders to fulfill", "Ship what was bought."),
        "fr": Said("1 commande à traiter", "{count} commandes à traiter", "Expédiez ce qui a été acheté."),
    },
    "payments_to_capture": {
        "en": Said("1 payment to capture", "{count} payments to capture", "Take the money that was set aside."),
        "fr": Said("1 paiement à capturer", "{count} paiements à capturer", "Encaissez l'argent mis de côté."),
    },
    "payments_to_collect": {
        "en": Said("1 order is not paid", "{count} orders are not paid", "Ask the customers, or mark them as paid."),
        "fr": Said(
            "1 commande n'est pas payée",
            "{count} commandes ne sont pas payées",
            "Relancez les clients ou marquez-les comme payées.",
        ),
    },
    "invoices_to_send": {
        "en": Said("1 draft without an invoice", "{count} drafts without an invoice", "Send the invoices."),
        "fr": Said(
            "1 brouillon sans facture envoyée", "{count} brouillons sans facture envoyée", "Envoyez les factures."
        ),
    },
    "carts_to_recover": {
        "en": Said("1 cart was left behind", "{count} carts were left behind", "Ask the customers back."),
        "fr": Said("1 panier abandonné", "{count} paniers abandonnés", "Invitez les clients à revenir."),
    },
    "low_stock": {
        "en": Said("1 variant is nearly sold out", "{count} variants are nearly sold out", "Order more of them."),
        "fr": Said(
            "1 variante est presque épuisée",
            "{count} variantes sont presque épuisées",
            "Pensez à les réapprovisionner.",
        ),
    },
    "nothing_for_sale": {
        "en": _of_the_shop("Nothing is for sale yet", "Add your first product."),
        "fr": _of_the_shop("Rien n'est encore en vente", "Ajoutez votre premier produit."),
    },
    "no_sender": {
        "en": _of_the_shop("Your shop has no name yet", "Say who stands on letters, order pages and packing slips."),
        "fr": _of_the_shop(
            "Votre boutique n'a pas encore de nom",
            "Indiquez qui figure sur les lettres, les commandes et les bons de livraison.",
        ),
    },
    "no_owner_email": {
        "en": _of_the_shop("Nobody hears of new orders", "Set the address that messages to staff go to."),
        "fr": _of_the_shop(
            "Personne n'est averti des nouvelles commandes", "Indiquez l'adresse des messages au personnel."
        ),
    },
    "no_orders": {
        "en": _of_the_shop("No order yet", "Place a trial order to see how it goes."),
        "fr": _of_the_shop("Pas encore de commande", "Passez une commande d'essai pour voir le déroulement."),
    },
}
