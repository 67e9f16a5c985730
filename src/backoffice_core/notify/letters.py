"""Letters: a message as people read it."""

from collections.abc import Mapping
from html import escape
from typing import Final

import attrs

from backoffice_core.notify.links import Links, NoLinks
from backoffice_core.orders.order import Order
from backoffice_core.printing.asked import Templates, is_written
from backoffice_core.printing.sheet import reader_of
from backoffice_core.settings import Settings

_SUBJECTS: Final[Mapping[str, tuple[str, str]]] = {
    "order_placed": ("We have your order {name}", "Nous avons bien reçu votre commande {name}"),
    "order_shipped": ("A parcel of your order {name} is on its way", "Un colis de votre commande {name} est en route"),
    "tracking_updated": ("New tracking for your order {name}", "Nouveau suivi pour votre commande {name}"),
    "order_refunded": ("A refund for your order {name}", "Un remboursement pour votre commande {name}"),
    "order_cancelled": ("Your order {name} was cancelled", "Votre commande {name} est annulée"),
    "order_edited": ("Your order {name} was changed", "Votre commande {name} a été modifiée"),
    "return_approved": ("Your return of {name}: how it goes on", "Votre retour de {name} : la suite"),
    "return_declined": ("Your return of {name}", "Votre retour de {name}"),
    "order_invoice": ("Payment for your order {name}", "Paiement de votre commande {name}"),
    "draft_invoice": ("Payment for your order {name}", "Paiement de votre commande {name}"),
}


@attrs.frozen
class Letter:
    """
    A message as people read it.

    Attributes:
        subject: What it is about, on one line.

        text: The letter as plain text.

        html: The letter as a page of HTML.
    """

    subject: str = attrs.field(repr=False)
    text: str = attrs.field(repr=False)
    html: str = attrs.field(repr=False)


class Letters:
    """
    Writes letters.

    Args:
        templates: A host's own templates, text by name or a folder, in place of those of the same name.

        links: Where letters lead to.
    """

    def __init__(self, templates: Templates | None = None, links: Links | None = None) -> None:
        self._templates = templates
        self._links: Links = links or NoLinks()

    def letter(self, kind: str, order: Order, locale: str, settings: Settings) -> Letter:
        """Return the letter of a kind about an order."""
        wanted = next((one for one in (locale, settings.locale) if is_written(one)), "en")
        reader = reader_of(wanted, settings.timezone)
        subject = _SUBJECTS[kind][reader.language == "fr"].format(name=order.name)
        total = f"{reader.say['total']}{reader.say['colon']}{reader.figures.money(order.current_total)}"
        page = f'<!DOCTYPE html><html lang="{reader.language}"><head><meta charset="utf-8"></head><body>'
        return Letter(
            subject, f"{subject}\n\n{total}\n", f"{page}<p>{escape(subject)}</p><p>{escape(total)}</p></body>"
        )
