"""What the page of an order shows: a part of `backoffice_core.desks.orders.Orders`."""

from collections.abc import Sequence
from typing import get_args

from backoffice_core.context import Context
from backoffice_core.failures import InvalidValue, UnknownId
from backoffice_core.orders.detail.conversion import Conversion
from backoffice_core.orders.detail.page import OrderDetail, detail
from backoffice_core.orders.detail.risk import RiskDetail, risk_of
from backoffice_core.orders.order import Order
from backoffice_core.orders.story.sentences import Language, Sentence, language_for, story
from backoffice_core.reports.conversion import MOST_EARLIER, Earlier, conversion
from backoffice_core.runner import Runner
from backoffice_core.search.findable import person
from backoffice_core.settings import Settings
from backoffice_core.storage.base import Unit
from backoffice_core.typed import check_text


class Showing:
    """The part of the orders desk that shows one order."""

    _context: Context
    _runner: Runner

    def detail(self, order_id: str, *, language: Language | None = None) -> OrderDetail:
        """
        Return everything that the page of an order shows, read at one moment.

        Args:
            order_id: The order.

            language: ``en`` or ``fr``, of the timeline; that of the shop's locale unless given,
                English where it is another.

        Raises:
            UnknownId: There is no such order.
            InvalidValue: There are no sentences in that language.
        """

        def look(unit: Unit) -> OrderDetail:
            settings, order = self._settings(unit), named(unit, order_id)
            facts = self._runner.facts(unit, settings, None, order)
            said = spoken(settings, language)
            told = conversion(order, _earlier(unit, order), said)
            return detail(order, unit.events(order.id), facts, said, told)

        return self._context.read(look)

    def story(self, order_id: str, *, language: Language | None = None) -> Sequence[Sentence]:
        """
        Return what happened to an order as sentences, oldest first.

        Args:
            order_id: The order.

            language: ``en`` or ``fr``; that of the shop's locale unless given, English where it is another.

        Raises:
            UnknownId: There is no such order.
            InvalidValue: There are no sentences in that language.
        """

        def look(unit: Unit) -> Sequence[Sentence]:
            settings, order = self._settings(unit), named(unit, order_id)
            return story(order, unit.events(order.id), spoken(settings, language))

        return self._context.read(look)

    def risk(self, order_id: str, *, language: Language | None = None) -> RiskDetail:
        """
        Return how risky an order is, and why: what each provider thinks, and who is still to answer.

        Args:
            order_id: The order.

            language: ``en`` or ``fr``, of the advice and of what the built-in rules saw; that of the shop's
                locale unless given, English where it is another.

        Raises:
            UnknownId: There is no such order.
            InvalidValue: There are no sentences in that language.
        """

        def look(unit: Unit) -> RiskDetail:
            settings, order = self._settings(unit), named(unit, order_id)
            return risk_of(order, spoken(settings, language))

        return self._context.read(look)

    def conversion(self, order_id: str, *, language: Language | None = None) -> Conversion | None:
        """
        Return how an order came about: which one of its customer it is, and the visits that led to it.

        Args:
            order_id: The order.

            language: ``en`` or ``fr``, of its lines of text; that of the shop's locale unless given,
                English where it is another.

        Returns:
            None where nothing is to be said: of a till, a draft or the API, and no visit is known.

        Raises:
            UnknownId: There is no such order.
            InvalidValue: There are no sentences in that language.
        """

        def look(unit: Unit) -> Conversion | None:
            settings, order = self._settings(unit), named(unit, order_id)
            return conversion(order, _earlier(unit, order), spoken(settings, language))

        return self._context.read(look)

    def _settings(self, unit: Unit) -> Settings:
        """
        Return the shop's settings.

        Raises:
            UnknownShop: There is no such shop.
        """
        return self._context.settings_in(unit)


def spoken(settings: Settings, language: Language | None) -> Language:
    """
    Return the language that was asked for, else that of the shop's locale.

    Raises:
        InvalidValue: There are no sentences in it.
    """
    if language is not None and language not in get_args(Language):
        raise InvalidValue("language", repr(language), " or ".join(get_args(Language)))
    return language_for(settings.locale) if language is None else language


def _earlier(unit: Unit, order: Order) -> Earlier | None:
    """Return the orders of the same customer before an order; None for a trial, and where nobody is known."""
    who = person(order)
    return None if who is None else unit.orders_before(who, order.created_at, order.id, MOST_EARLIER)


def named(unit: Unit, order_id: str) -> Order:
    """
    Return an order by its id.

    Raises:
        UnknownId: There is none.
    """
    check_name(order_id)
    return unit.order(order_id)


def check_name(name: object, kind: str = "order") -> None:
    """
    Refuse what no storage could hold as a name: another type, half a surrogate pair.

    Raises:
        UnknownId: It is such a thing, so there is nothing of *kind* under it.
    """
    if not isinstance(name, str):
        raise UnknownId(kind, f"of type {type(name).__name__}")
    try:
        check_text(kind, name)
    except InvalidValue:
        raise UnknownId(kind, repr(name[:50])) from None
