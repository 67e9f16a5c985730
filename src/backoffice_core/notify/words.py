"""
The texts of letters, in English and French.

A row has a name, the English text and the French one; what stands in braces is filled in. What printed pages say
too, such as the rows of the sums, stands in ``printing/words.py``.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from backoffice_core.orders.story.sentences import Language
from backoffice_core.printing.words import Texts, typeset

_ROWS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        # orders
        "order_placed.subject": ("Your order {name} is confirmed", "Votre commande {name} est confirmée"),
        "order_placed.title": ("Thank you for your order", "Merci pour votre commande"),
        "order_placed": (
            "We have received your order {name} of {day}.",
            "Nous avons bien reçu votre commande {name} du {day}.",
        ),
        "order_edited.subject": ("Your order {name} has changed", "Votre commande {name} a été modifiée"),
        "order_edited.title": ("Your order has changed", "Votre commande a été modifiée"),
        "order_edited": (
            "This is your order {name} as it stands now.",
            "Voici votre commande {name} telle qu’elle est maintenant.",
        ),
        "order_invoice.subject": ("Payment for your order {name}", "Paiement de votre commande {name}"),
        "order_invoice.title": ("{amount} to pay", "{amount} à régler"),
        "order_invoice": (
            "This is what is left to pay for your order {name}.",
            "Voici ce qui reste à régler pour votre commande {name}.",
        ),
        "order_cancelled.subject": ("Your order {name} has been cancelled", "Votre commande {name} a été annulée"),
        "order_cancelled.title": ("Your order has been cancelled", "Votre commande a été annulée"),
        "order_cancelled": ("Your order {name} is cancelled.", "Votre commande {name} est annulée."),
        "cancelled_customer": (
            "Your order {name} is cancelled, as you asked.",
            "Votre commande {name} est annulée, comme vous l’avez demandé.",
        ),
        "cancelled_inventory": (
            "We are sorry: we had to cancel your order {name}, because we do not have what you ordered.",
            "Nous sommes désolés : nous avons dû annuler votre commande {name}, faute de stock.",
        ),
        "cancelled_declined": (
            "Your order {name} is cancelled, because its payment was declined.",
            "Votre commande {name} est annulée, car son paiement a été refusé.",
        ),
        "not_charged": ("You have not been charged.", "Vous n’avez pas été débité."),
        "shipped_before": (
            "What was shipped before is not concerned.",
            "Ce qui a déjà été expédié n’est pas concerné.",
        ),
        "order_refunded.subject": ("A refund for your order {name}", "Remboursement de votre commande {name}"),
        "order_refunded.title": ("{amount} refunded", "{amount} remboursés"),
        "order_refunded": (
            "We have refunded {amount} for your order {name}.",
            "Nous avons remboursé {amount} pour votre commande {name}.",
        ),
        "refund_pending": (
            "A refund of {amount} for your order {name} is on its way.",
            "Un remboursement de {amount} pour votre commande {name} est en cours.",
        ),
        "refund_arrives": (
            "It may take a few working days to show on your account.",
            "Il peut mettre quelques jours ouvrés à apparaître sur votre compte.",
        ),
        "taken_out.title": ("Your order has changed", "Votre commande a été modifiée"),
        "taken_out": ("We have taken this off your order {name}.", "Nous avons retiré ceci de votre commande {name}."),
        # parcels
        "order_shipped.subject": ("Your order {name} is on its way", "Votre commande {name} est en route"),
        "order_shipped.title": ("Your order is on its way", "Votre commande est en route"),
        "order_shipped": (
            "We have shipped your order {name}.",
            "Nous avons expédié votre commande {name}.",
        ),
        "part_shipped.subject": (
            "A part of your order {name} is on its way",
            "Une partie de votre commande {name} est en route",
        ),
        "part_shipped.title": (
            "A part of your order is on its way",
            "Une partie de votre commande est en route",
        ),
        "part_shipped": (
            "We have shipped a part of your order {name}.",
            "Nous avons expédié une partie de votre commande {name}.",
        ),
        "to_follow": ("The rest follows separately.", "Le reste suivra séparément."),
        "order_ready.subject": ("Your order {name} is ready", "Votre commande {name} est prête"),
        "order_ready.title": ("Your order is ready", "Votre commande est prête"),
        "order_ready": ("This part of your order {name} is ready.", "Cette partie de votre commande {name} est prête."),
        "tracking_updated.subject": (
            "New tracking for your order {name}",
            "Nouveau suivi de votre commande {name}",
        ),
        "tracking_updated.title": ("New tracking", "Nouveau suivi"),
        "tracking_updated": (
            "The tracking of the parcel {parcel} has changed.",
            "Le suivi du colis {parcel} a changé.",
        ),
        "parcel_out_for_delivery.subject": (
            "A parcel of your order {name} is out for delivery",
            "Un colis de votre commande {name} est en cours de livraison",
        ),
        "parcel_out_for_delivery.title": ("Your parcel is out for delivery", "Votre colis est en cours de livraison"),
        "parcel_out_for_delivery": (
            "The carrier is on the way to you with the parcel {parcel}.",
            "Le transporteur est en route avec le colis {parcel}.",
        ),
        "parcel_delivered.subject": (
            "A parcel of your order {name} has arrived",
            "Un colis de votre commande {name} est arrivé",
        ),
        "parcel_delivered.title": ("Your parcel has arrived", "Votre colis est arrivé"),
        "parcel_delivered": (
            "The carrier has delivered a parcel of your order {name}.",
            "Le transporteur a livré un colis de votre commande {name}.",
        ),
        "delivered_on": (
            "The carrier delivered a parcel of your order {name} on {day}.",
            "Le transporteur a livré un colis de votre commande {name} le {day}.",
        ),
        "carrier": ("Carrier", "Transporteur"),
        "tracking_number": ("Tracking number", "Numéro de suivi"),
        "in_parcel": ("In this parcel", "Dans ce colis"),
        "ready_now": ("Ready now", "Prêt maintenant"),
        # goods that come back
        "return_requested.subject": (
            "Your return request for {name}",
            "Votre demande de retour pour {name}",
        ),
        "return_requested.title": ("We have your return request", "Nous avons reçu votre demande de retour"),
        "return_requested": (
            "We look at your request {returned} and write to you about it.",
            "Nous examinons votre demande {returned} et revenons vers vous.",
        ),
        "return_approved.subject": ("Your return {returned} is accepted", "Votre retour {returned} est accepté"),
        "return_approved.title": ("Your return is accepted", "Votre retour est accepté"),
        "return_approved": (
            "Please send back to us what is listed here.",
            "Merci de nous renvoyer les articles ci-dessous.",
        ),
        "return_name": (
            "Put a note with the number {returned} into the parcel, so that we know what it is.",
            "Glissez dans le colis un mot avec le numéro {returned}, pour que nous sachions de quoi il s’agit.",
        ),
        "return_declined.subject": ("About your return {returned}", "À propos de votre retour {returned}"),
        "return_declined.title": ("About your return", "À propos de votre retour"),
        "return_declined": (
            "We are sorry: we cannot accept your return {returned}.",
            "Nous sommes désolés : nous ne pouvons pas accepter votre retour {returned}.",
        ),
        "declined_final_sale": (
            "What was sold as final cannot be returned.",
            "Les articles vendus à titre définitif ne peuvent pas être retournés.",
        ),
        "declined_return_period_ended": ("The time for returns is over.", "Le délai de retour est passé."),
        "to_return": ("To be returned", "À retourner"),
        "not_returned": ("What you wanted to return", "Ce que vous vouliez retourner"),
        "send_to": ("Send it to", "À envoyer à"),
        # money
        "payment_failed.subject": (
            "The payment for your order {name} failed",
            "Le paiement de votre commande {name} a échoué",
        ),
        "payment_failed.title": ("Your payment failed", "Votre paiement a échoué"),
        "payment_failed": (
            "The payment of {amount} for your order {name} did not go through. You have not been charged for it.",
            "Le paiement de {amount} pour votre commande {name} n’a pas abouti. Ce montant n’a pas été débité.",
        ),
        "payment_received.subject": (
            "We have received your payment for {name}",
            "Nous avons reçu votre paiement pour {name}",
        ),
        "payment_received.title": ("Thank you for your payment", "Merci pour votre paiement"),
        "payment_received": (
            "We have received {amount} for your order {name}.",
            "Nous avons reçu {amount} pour votre commande {name}.",
        ),
        "paid_in_full": ("Nothing is left to pay.", "Il ne reste rien à régler."),
        "payment_reminder.subject": (
            "Reminder: payment for your order {name}",
            "Rappel : paiement de votre commande {name}",
        ),
        "payment_reminder.title": ("{amount} to pay", "{amount} à régler"),
        "payment_reminder": (
            "The payment for your order {name} was due on {day}.",
            "Le paiement de votre commande {name} était attendu le {day}.",
        ),
        "reminder_crossed": (
            "If you have paid meanwhile, there is nothing left for you to do.",
            "Si vous avez réglé entre-temps, ne tenez pas compte de ce message.",
        ),
        "left_to_pay": ("{amount} is left to pay.", "Il reste {amount} à régler."),
        "owed_to_you": (
            "We owe you {amount} and will pay it back.",
            "Nous vous devons {amount} et vous rembourserons.",
        ),
        "refunded_so_far": ("We have refunded {amount}.", "Nous avons remboursé {amount}."),
        "pay_by": ("Please pay by {day}.", "Merci de régler avant le {day}."),
        "how_to_pay": (
            "Answer this message, and we tell you how to pay.",
            "Répondez à ce message, et nous vous dirons comment régler.",
        ),
        # what was not sold yet
        "draft_invoice.subject": ("Your order is ready to be paid", "Votre commande est prête à être réglée"),
        "draft_invoice.title": ("Your order is ready to be paid", "Votre commande est prête à être réglée"),
        "draft_invoice": ("This is what we have put together for you.", "Voici ce que nous avons préparé pour vous."),
        "checkout_recovery.subject": ("Your cart is still here", "Votre panier vous attend"),
        "checkout_recovery.title": ("Your cart is still here", "Votre panier vous attend"),
        "checkout_recovery": (
            "We have kept what you chose. You can go on where you left.",
            "Nous avons gardé ce que vous aviez choisi. Vous pouvez reprendre où vous en étiez.",
        ),
        "unsubscribe": ("Do not remind me of carts any more", "Ne plus me rappeler mes paniers"),
        # to staff
        "staff_order_placed.subject": ("New order {name}: {amount}", "Nouvelle commande {name} : {amount}"),
        "staff_order_placed.title": ("New order {name}", "Nouvelle commande {name}"),
        "staff_order_placed": ("{who} placed an order on {moment}.", "{who} a passé commande le {moment}."),
        "staff_return_requested.subject": ("Return {returned} asked for", "Retour {returned} demandé"),
        "staff_return_requested.title": ("A return is asked for", "Un retour est demandé"),
        "staff_return_requested": (
            "{who} would like to return a part of {name}. Approve or decline it.",
            "{who} souhaite retourner une partie de {name}. Acceptez ou refusez ce retour.",
        ),
        "staff_authorization_expiring.subject": (
            "{name}: an authorization of {amount} expires soon",
            "{name} : une autorisation de {amount} expire bientôt",
        ),
        "staff_authorization_expiring.title": ("An authorization expires soon", "Une autorisation expire bientôt"),
        "staff_authorization_expiring": (
            "{amount} of {name} are authorized until {moment}. Capture them before, or they are let go.",
            "{amount} de {name} sont autorisés jusqu’au {moment}. Encaissez-les avant, sinon ce ne sera plus possible.",
        ),
        "staff_overpaid.subject": ("{name}: paid {amount} too much", "{name} : {amount} payés en trop"),
        "staff_overpaid.title": ("An order was paid too much", "Une commande a été trop payée"),
        "staff_overpaid": (
            "{name} has {amount} more than it costs. Refund what is too much.",
            "{name} a reçu {amount} de plus qu’elle ne coûte. Remboursez ce qui est en trop.",
        ),
        "staff_payment_reversed.subject": (
            "{name}: a payment of {amount} was taken back",
            "{name} : un paiement de {amount} a été repris",
        ),
        "staff_payment_reversed.title": ("A payment was taken back", "Un paiement a été repris"),
        "staff_payment_reversed": (
            "{amount} of {name} were taken back from the shop through {gateway}, such as by a dispute.",
            "{amount} de {name} ont été repris à la boutique par {gateway}, par exemple à la suite d’une contestation.",
        ),
        "staff_high_risk.subject": ("{name}: high risk of fraud", "{name} : risque de fraude élevé"),
        "staff_high_risk.title": ("An order is of high risk", "Une commande présente un risque élevé"),
        "staff_high_risk": (
            "{who} placed {name} for {amount}, which is probably a fraud. Read the analysis before you ship it.",
            "{who} a passé la commande {name} de {amount}, probablement frauduleuse. Lisez l’analyse avant l’envoi.",
        ),
        "export_ready.subject": ("Your export {file} is ready", "Votre export {file} est prêt"),
        "export_ready.title": ("Your export is ready", "Votre export est prêt"),
        "export_attached": ("{file} with {rows} rows goes along.", "{file}, avec {rows} lignes, est joint."),
        "export_linked": ("{file} has {rows} rows.", "{file} a {rows} lignes."),
        "export_failed.subject": ("Your export {file} failed", "Votre export {file} a échoué"),
        "export_failed.title": ("Your export failed", "Votre export a échoué"),
        "export_failed": ("{file} could not be made: {error}", "{file} n’a pas pu être créé : {error}"),
        "somebody": ("Somebody", "Quelqu’un"),
        "payment_status": ("Payment", "Paiement"),
        # buttons
        "open_order": ("Open the order", "Ouvrir la commande"),
        "view_order": ("View your order", "Voir votre commande"),
        "pay": ("Pay {amount}", "Régler {amount}"),
        "track": ("Track the parcel", "Suivre le colis"),
        "go_on": ("Go on with your order", "Reprendre votre commande"),
        "download": ("Download the file", "Télécharger le fichier"),
        # parts
        "questions": (
            "A question? Answer this message or write to {email}.",
            "Une question ? Répondez à ce message ou écrivez à {email}.",
        ),
        "message_from": ("A message from {shop}", "Un message de {shop}"),
        "message": ("A message for you", "Un message pour vous"),
    }
)

#: The texts by language and name.
TEXTS: Final[Mapping[Language, Texts]] = MappingProxyType(
    {
        "en": MappingProxyType({name: english for name, (english, _) in _ROWS.items()}),
        "fr": MappingProxyType({name: typeset(french) for name, (_, french) in _ROWS.items()}),
    }
)
