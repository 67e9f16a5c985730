"""
What the order page and the packing slip have in common: a reader, and the parts of a sheet.

Everything that a template sees is text, a number, a switch, or a value of this folder made of such. None of it leads
back to an order or a storage. The texts are not escaped yet: templates do that.
"""

import attrs

from backoffice_core.orders.order import Address, Order
from backoffice_core.orders.states import Lifecycle
from backoffice_core.orders.story.sentences import Language, language_for
from backoffice_core.printing.addresses import address_lines
from backoffice_core.printing.figures import Figures, figures_for
from backoffice_core.printing.words import TEXTS, Texts, reason_in_words
from backoffice_core.settings import Settings


@attrs.frozen
class Reader:
    """
    Who a sheet is written for.

    Attributes:
        language: ``en`` or ``fr``.

        say: The texts of that language.

        figures: How amounts and moments are written.
    """

    language: Language
    say: Texts
    figures: Figures

    def tell(self, text: str, **values: str) -> str:
        """Return a text with its values filled in."""
        return self.say[text].format(**values)


def reader_of(locale: str, zone: str) -> Reader:
    """Return a reader by locale, whose clock is that of *zone*."""
    language = language_for(locale)
    return Reader(language, TEXTS[language], figures_for(locale, zone))


@attrs.frozen
class Letterhead:
    """
    Who sends it.

    Attributes:
        name: What the shop is called; empty where it did not say.

        address: The lines of its address.

        contact: Its mail address, telephone number and website, as far as they are known.

        legal: What its country wants to be told.
    """

    name: str = ""
    address: tuple[str, ...] = ()
    contact: tuple[str, ...] = ()
    legal: str = ""


@attrs.frozen
class Fact:
    """
    Something with a name.

    Attributes:
        label: The name.

        text: What it is.

        link: Where it leads, an address that begins with http; empty for nowhere.
    """

    label: str
    text: str
    link: str = ""


@attrs.frozen
class Mark:
    """
    A word that says how an order stands.

    Attributes:
        text: The word.

        tone: ``good``, ``wait``, ``bad`` or ``plain``.
    """

    text: str
    tone: str


@attrs.frozen
class Party:
    """
    Somebody, and where they are.

    Attributes:
        label: What they are to the order, such as ``Ship to``.

        lines: Name and address, a line each.

        contact: Mail address and telephone number.
    """

    label: str
    lines: tuple[str, ...]
    contact: tuple[str, ...] = ()


def letterhead(settings: Settings) -> Letterhead:
    """Return who a shop is to its customers."""
    sender = settings.sender
    if sender is None:
        return Letterhead(settings.shop_name, (), (settings.storefront_url,) if settings.storefront_url else ())
    website = sender.website or settings.storefront_url
    contact = tuple(one for one in (sender.email, sender.phone, website) if one)
    return Letterhead(sender.name, sender.address, contact, sender.legal or "")


def address_party(label: str, address: Address, reader: Reader) -> Party:
    """Return an address with the telephone number that is on it."""
    return Party(label, address_lines(address, reader.language), (address.phone,) if address.phone else ())


def banner(order: Order, reader: Reader) -> Mark | None:
    """Return what stands across the head of a sheet whose order is not a plain open one."""
    day, kind = reader.figures.day, order.lifecycle
    if kind is Lifecycle.DELETED and order.deleted_at:
        return Mark(reader.tell("deleted", at=day(order.deleted_at)), "bad")
    if kind is Lifecycle.CANCELLED and order.cancelled_at:
        why = reason_in_words(order.cancel_reason, reader.language)
        return Mark(reader.tell("cancelled", at=day(order.cancelled_at)) + (f" ({why})" if why else ""), "bad")
    if kind is Lifecycle.ARCHIVED and order.closed_at:
        return Mark(reader.tell("archived", at=day(order.closed_at)), "plain")
    return None


def safe_link(url: str | None) -> str:
    """Return an address that a browser may be sent to, else nothing: no script hides behind http."""
    return url if url and url.lower().startswith(("https://", "http://")) else ""
