"""
The conversion summary: how an order came about.

Rules:

1. The visits that led to it are those since the customer's order before, or of the 30 days before it
   where that order is older or there is none.
2. Without such visits the summary is short: which order of the customer it is, the channel, the
   landing page that is known. Orders of a till, of a draft and of the API have none then.
3. Trials are no orders of anybody: they are not counted, and have no place in the count.
"""

from typing import Final

import attrs
import pendulum

from backoffice_core.orders.detail.conversion import Conversion, Moment, SourceKind
from backoffice_core.orders.order import Order
from backoffice_core.orders.story.sentences import Language
from backoffice_core.orders.visits import WINDOW
from backoffice_core.reports.origin import moment

#: Channels whose orders come about without a visit.
WITHOUT_VISITS: Final = ("pos", "api", "draft", "shopify_draft_order")
#: How far the orders of one customer are counted.
MOST_EARLIER: Final = 10_000


@attrs.frozen
class Earlier:
    """
    The orders of a customer before one of theirs, trials left out.

    Attributes:
        count: How many, counted no further than to `MOST_EARLIER`.

        more: Whether there are more.

        last_at: When the last of them was placed, UTC.
    """

    count: int
    more: bool = False
    last_at: pendulum.DateTime | None = None


def conversion(order: Order, earlier: Earlier | None, language: Language = "en") -> Conversion | None:
    """
    Return how an order came about; None where nothing is to be said (rule 2).

    Args:
        order: The order.

        earlier: The customer's orders before it; None for a trial, and where nobody is known.

        language: ``en`` or ``fr``, of its lines of text.
    """
    window = order.created_at - WINDOW
    last = earlier.last_at if earlier is not None else None
    since_order = last is not None and last > window
    since = last if last is not None and since_order else window
    visits = sorted((one for one in order.visits if one.at <= order.created_at), key=lambda one: one.at)
    led = tuple(moment(one) for one in visits if (one.at > since if since_order else one.at >= since))
    if not led and _comes_without(order):
        return None
    pages = [one.landing_page for one in (led[:1] or reversed(visits)) if one.landing_page]
    found = Conversion(
        order_index=None if earlier is None else earlier.count + 1,
        at_least=earlier is not None and earlier.more,
        since=since,
        since_order=since_order,
        moments=led,
        days_to_conversion=(order.created_at - led[0].at).days if led else None,
        channel=order.channel,
        landing_page=pages[0] if pages else None,
        text=(),
    )
    return attrs.evolve(found, text=_SAID[language](found))


def _comes_without(order: Order) -> bool:
    return order.draft_id is not None or order.channel is None or order.channel.lower() in WITHOUT_VISITS


def _english(found: Conversion) -> tuple[str, ...]:
    lines = []
    if found.order_index is not None:
        more = " or later" if found.at_least else ""
        first = found.order_index == 1
        lines.append("First order of this customer" if first else f"Order {found.order_index}{more} of this customer")
    if found.moments:
        count = f"{found.moments_count} visit{'s' if found.moments_count > 1 else ''}"
        lines.append(f"{count} since the order before" if found.since_order else f"{count} in the 30 days before it")
        lines.append(f"First visit: {_place(found.moments[0], 'from {}', _FROM_EN)}")
        days = found.days_to_conversion or 0
        lines.append(f"Bought {days} day{'s' if days > 1 else ''} later" if days else "Bought within a day")
        return tuple(lines)
    lines += [f"Sold on {found.channel}"] if found.channel else []
    return (*lines, *([f"Landing page: {found.landing_page}"] if found.landing_page else []))


def _french(found: Conversion) -> tuple[str, ...]:
    lines = []
    if found.order_index is not None:
        more = " ou suivante" if found.at_least else ""
        first = found.order_index == 1
        lines.append(
            "Première commande de ce client" if first else f"Commande n° {found.order_index}{more} de ce client"
        )
    if found.moments:
        count = f"{found.moments_count} visite{'s' if found.moments_count > 1 else ''}"
        lines.append(f"{count} depuis la commande précédente" if found.since_order else f"{count} en 30 jours")
        lines.append(f"Origine de la première visite : {_place(found.moments[0], '{}', _FROM_FR)}")
        days = found.days_to_conversion or 0
        lines.append(f"Achat {days} jour{'s' if days > 1 else ''} plus tard" if days else "Achat en moins d'un jour")
        return tuple(lines)
    lines += [f"Vendue sur {found.channel}"] if found.channel else []
    return (*lines, *([f"Page d'arrivée : {found.landing_page}"] if found.landing_page else []))


def _place(one: Moment, named: str, words: dict[SourceKind, str]) -> str:
    return words.get(one.source_kind) or named.replace("{}", one.source)


_FROM_EN: Final = {
    SourceKind.EMAIL: "from a mail",
    SourceKind.QR_CODE: "from a QR code",
    SourceKind.DIRECT: "direct",
    SourceKind.UNKNOWN: "from somewhere unknown",
}
_FROM_FR: Final = {
    SourceKind.EMAIL: "un e-mail",
    SourceKind.QR_CODE: "un code QR",
    SourceKind.DIRECT: "accès direct",
    SourceKind.UNKNOWN: "inconnue",
}
_SAID: Final = {"en": _english, "fr": _french}
