"""The home page: `BackOffice.home`."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TypeVar

import attrs
import pendulum

from backoffice_core.clock import day_in
from backoffice_core.context import Context
from backoffice_core.desks.scarce import Scarce, check_scarce, scarce
from backoffice_core.desks.showing import check_name, spoken
from backoffice_core.failures import UnknownId
from backoffice_core.orders.draft import Draft
from backoffice_core.orders.states import DraftStatus
from backoffice_core.orders.story.sentences import Language
from backoffice_core.reports.home import (
    FAILED_FOR,
    LONGEST_SNOOZE,
    LOOKED_AT,
    LOW_STOCK,
    MOST,
    RULES,
    Advice,
    Advisor,
    ShopFacts,
    advice,
    hush,
    lowered,
    shown,
)
from backoffice_core.reports.lately import DAYS, Lately, lately
from backoffice_core.search.checkouts import CHECKOUTS
from backoffice_core.search.conditions import ALWAYS
from backoffice_core.search.query import Query
from backoffice_core.search.values import Scope
from backoffice_core.settings import Hushed, Settings
from backoffice_core.storage.base import Unit
from backoffice_core.storage.trouble import DocumentTooNew, StorageBroken
from backoffice_core.typed import whole_from

T = TypeVar("T")


class Home:
    """What a shop's page begins with: advice that follows what the shop contains, and the latest figures."""

    def __init__(self, context: Context, *, advisors: Sequence[Advisor] = (), notifies: bool = True) -> None:
        self._context = context
        self._advisors = advisors
        self._notifies = notifies

    def advice(self, *, hushed: bool = False, language: Language | None = None) -> tuple[Advice, ...]:
        """
        Return what is to be done, the most severe first.

        Args:
            hushed: Show what was dismissed or snoozed, too.

            language: ``en`` or ``fr``; that of the shop's locale unless given, English where it is another.

        Raises:
            InvalidValue: There are no words in that language, or a host's advice has an id that is taken.
        """

        def look(unit: Unit) -> ShopFacts:
            settings = self._context.settings_in(unit)
            return self._facts(unit, settings, spoken(settings, language))

        facts = self._context.read(look)
        found = advice(facts, self._advisors)
        return found if hushed else shown(found, facts.settings.hushed, facts.now)

    def figures(self, *, language: Language | None = None) -> tuple[Lately, ...]:
        """
        Return what was sold today, in the last 7 and in the last 30 days, each beside as many days before.

        Args:
            language: ``en`` or ``fr``, of the titles; as in `advice`.

        Raises:
            InvalidValue: There are no words in that language.
        """

        def look(unit: Unit) -> tuple[Lately, ...]:
            settings = self._context.settings_in(unit)
            said = spoken(settings, language)
            today = dt.date.fromisoformat(day_in(self._context.now(), settings.timezone))
            first = (today - dt.timedelta(days=DAYS - 1)).isoformat()
            return lately(unit.sales(first, today.isoformat(), ("day",)), today, settings.currency, said)

        return self._context.read(look)

    def scarce(self, *, at_most: int = LOW_STOCK, limit: int = LOOKED_AT) -> tuple[Scarce, ...]:
        """
        Return the tracked variants on sale of which little is left, the least first; see `Catalog.scarce`.

        Args:
            at_most: So many units are little.

            limit: At most so many variants.

        Raises:
            InvalidValue: *at_most* is negative, or *limit* is not 1 to 250.
        """
        check_scarce(at_most, limit)
        return self._context.read(lambda unit: scarce(unit, at_most, limit))

    def dismiss(self, id: str) -> None:
        """
        Show a piece of advice no more, until there is more of it than now.

        Raises:
            UnknownId: There is no such advice now.
            AdviceStays: It cannot be dismissed, only snoozed.
        """
        self._hush(id, None)

    def snooze(self, id: str, *, days: int = 1) -> None:
        """
        Show a piece of advice no more for some days, 1 to 30.

        Raises:
            UnknownId: There is no such advice now.
            InvalidValue: *days* is not 1 to 30.
        """
        whole_from("days", days, 1, LONGEST_SNOOZE)
        self._hush(id, self._context.now().add(days=days))

    def restore(self, id: str | None = None) -> None:
        """
        Show a piece of advice again that was dismissed or snoozed; all of it unless one is named.

        Raises:
            UnknownId: It is not hushed.
        """
        if id is not None:
            check_name(id, "advice")

        def lift(hushed: tuple[Hushed, ...]) -> tuple[Hushed, ...]:
            kept = tuple(one for one in hushed if id is not None and one.id != id)
            if id is not None and len(kept) == len(hushed):
                raise UnknownId("advice", id)
            return kept

        self._save(lift)

    def _lower(self) -> None:
        """Notice what was dismissed and is less, or gone: `run_due` does, because a page writes nothing."""

        def look(unit: Unit) -> ShopFacts | None:
            settings = self._context.settings_in(unit)
            dismissed = any(one.until is None for one in settings.hushed)
            return self._facts(unit, settings, "en") if dismissed else None

        facts = self._context.read(look)
        if facts is None:
            return
        ours_only = False
        try:
            found = advice(facts, self._advisors)
        except Exception:  # noqa: BLE001 - a host's own advice may be broken; what time brings goes on
            found, ours_only = advice(facts), True
        if lowered(facts.settings.hushed, found, ours_only) != facts.settings.hushed:
            self._save(lambda hushed: lowered(hushed, found, ours_only))

    def _hush(self, id: str, until: pendulum.DateTime | None) -> None:
        check_name(id, "advice")
        found = next((one for one in self.advice(hushed=True) if one.id == id), None)
        if found is None:
            raise UnknownId("advice", id)
        self._save(lambda hushed: hush(hushed, found, self._context.now(), until))

    def _save(self, change: Callable[[tuple[Hushed, ...]], tuple[Hushed, ...]]) -> None:
        def work(unit: Unit) -> None:
            settings = self._context.settings_in(unit, lock=True)
            unit.save_settings(attrs.evolve(settings, hushed=change(settings.hushed)))

        self._context.write(work)

    def _facts(self, unit: Unit, settings: Settings, language: Language) -> ShopFacts:
        """Return what the shop contains; what it costs does not grow with the orders."""
        now = self._context.now()
        scope = Scope(now, settings.timezone)
        found = {
            rule.id: Query.read(rule.query or "").meaning(scope).condition for rule in RULES if rule.desk == "orders"
        }
        few = _readable(lambda: scarce(unit))

        def orders(id: str) -> int:
            return unit.count(found[id], MOST + 1)

        return ShopFacts(
            now=now,
            language=language,
            settings=settings,
            notifies=self._notifies,
            sells=unit.sells(),
            orders=unit.count(ALWAYS, 1),
            to_fulfill=orders("orders_to_fulfill"),
            to_capture=orders("payments_to_capture"),
            expiring=orders("authorizations_expiring"),
            to_collect=orders("payments_to_collect"),
            to_refund=orders("orders_to_refund"),
            risky=orders("risky_orders"),
            returns=orders("returns_to_answer"),
            drafts=sum(map(_unsent, _readable(lambda: unit.drafts(LOOKED_AT).drafts))),
            carts=unit.count_checkouts(Query.read("status:abandoned").meaning(scope, CHECKOUTS).condition, MOST + 1),
            sold_out=sum(one.available <= 0 for one in few),
            low=sum(one.available > 0 for one in few),
            closed=unit.storefront().protected,
            failed_messages=unit.count_messages("dead", MOST + 1),
            failed_exports=sum(
                one.state == "failed" and one.ended_at is not None and now - one.ended_at <= FAILED_FOR
                for one in unit.export_jobs(LOOKED_AT)
            ),
        )


def _unsent(draft: Draft) -> bool:
    return draft.status is DraftStatus.OPEN and draft.customer is not None and draft.customer.email is not None


def _readable(look: Callable[[], Sequence[T]]) -> Sequence[T]:
    """Return what is looked at; nothing where a document of it cannot be read: its own list says what is wrong."""
    try:
        return look()
    except (DocumentTooNew, StorageBroken):
        return ()
