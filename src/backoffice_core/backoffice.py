"""The front door: `BackOffice`, and its desks."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import attrs
import sqlalchemy as sa
from sqlalchemy.orm import Session as OrmSession

from backoffice_core import shops
from backoffice_core.assessors import checked_assessors, enlisted
from backoffice_core.clock import Clock, system_clock
from backoffice_core.context import Context
from backoffice_core.desks.catalog import Catalog
from backoffice_core.desks.channels import Channels
from backoffice_core.desks.checkouts import Checkouts
from backoffice_core.desks.customers import Customers
from backoffice_core.desks.drafts import Drafts
from backoffice_core.desks.exportmaker import MailedExports
from backoffice_core.desks.exports import Exports
from backoffice_core.desks.home import Home
from backoffice_core.desks.orders import Orders
from backoffice_core.desks.outbox import Outbox
from backoffice_core.desks.reports import Reports
from backoffice_core.desks.storefront import StorefrontDoor
from backoffice_core.due import DueReport, run_due
from backoffice_core.failures import InvalidValue
from backoffice_core.gateways.base import PaymentGateway
from backoffice_core.ids import IdSource, Uuid7
from backoffice_core.listeners import Listener, checked, subscribed
from backoffice_core.notify.base import Notifier
from backoffice_core.notify.letters import Letters
from backoffice_core.notify.links import Links, checked_links
from backoffice_core.notify.log import LogNotifier
from backoffice_core.printing.asked import Templates
from backoffice_core.reports.home import Advisor, checked_advisors
from backoffice_core.risk.base import RiskAssessor
from backoffice_core.settings import Settings
from backoffice_core.settingtrace import SettingChange
from backoffice_core.storage.base import Storage
from backoffice_core.storage.opening import storage_at
from backoffice_core.storage.sql.engines import Synchronous
from backoffice_core.storage.sql.store import SqlStorage
from backoffice_core.typed import check_text, whole_from


class BackOffice:
    """
    A shop's back office.

    It owns no server, no thread and no global state. One instance may be shared between threads.

    Args:
        storage: Where shops are kept.

        shop: The shop's id, at most 32 ASCII characters.

        gateways: Payment gateways by the name that transactions carry. A name that is not
            registered is recorded, not called: the host moved the money.

        notifier: Sends messages, when `outbox.deliver` is called.

        listeners: Are told what happened, when `outbox.deliver` is called; `open` subscribes them.

        assessors: Say how risky an order is, when `outbox.deliver` is called; `open` has them asked about each order.

        links: Makes the addresses that letters lead to; without it they lead nowhere.

        templates: The host's own templates of letters, text by name or a folder, in place of ours
            of the same name.

        publish: Puts a file where its readers can get it and returns that address, awaitable or not:
            for exports that are too large for a mail.

        advice: Functions of the host's own that make advice of the shop's facts, for the home page.

        clock: Tells the moment, UTC.

        new_id: Makes ids.
    """

    def __init__(
        self,
        storage: Storage,
        *,
        shop: str = "main",
        gateways: Mapping[str, PaymentGateway] | None = None,
        notifier: Notifier | None = None,
        listeners: Iterable[Listener] = (),
        assessors: Iterable[RiskAssessor] = (),
        links: Links | None = None,
        templates: Templates | None = None,
        publish: Callable[[Path], Any] | None = None,
        advice: Iterable[Advisor] = (),
        clock: Clock = system_clock,
        new_id: IdSource | None = None,
        context: Context | None = None,
    ) -> None:
        _short("shop", shop, 32)
        if not shop.isascii():
            raise InvalidValue("shop", repr(shop), "1 to 32 ASCII characters")
        self._notifier: Notifier = notifier or LogNotifier()
        self._listeners = checked(listeners)
        self._advisors = checked_advisors(advice)
        self._assessors = checked_assessors(assessors)
        self._context = context or Context(
            storage=storage,
            shop=shop,
            clock=clock,
            new_id=new_id or Uuid7(clock),
            gateways=dict(gateways or {}),
            links=checked_links(links),
            templates=templates,
            publish=publish,
        )

    @classmethod
    def open(
        cls,
        url: str | os.PathLike[str] | sa.Engine | Storage,
        *,
        shop: str = "main",
        currency: str | None = None,
        timezone: str | None = None,
        taxes_included: bool | None = None,
        gateways: Mapping[str, PaymentGateway] | None = None,
        notifier: Notifier | None = None,
        listeners: Iterable[Listener] = (),
        assessors: Iterable[RiskAssessor] = (),
        links: Links | None = None,
        templates: Templates | None = None,
        publish: Callable[[Path], Any] | None = None,
        advice: Iterable[Advisor] = (),
        clock: Clock = system_clock,
        new_id: IdSource | None = None,
        synchronous: Synchronous = "FULL",
        **settings: Any,
    ) -> "BackOffice":
        """
        Open a shop; create it when it does not exist.

        Args:
            url: ``sqlite:///shop.db``, ``postgresql://…``, a path, ``memory:``, an engine or a storage.

            shop: The shop's id.

            currency: Required to create a shop; otherwise checked when it is given.

            timezone: IANA name; UTC for a new shop unless it is given.

            taxes_included: Whether prices contain their taxes. Required to create a shop.

            synchronous: Durability of a SQLite file that is opened by its URL or path; ``NORMAL``
                may lose the last commits in a power cut.

            settings: Any other field of `Settings`.

        Raises:
            InvalidValue: A new shop without currency or taxes_included, or a setting that
                cannot be meant.
            ShopDiffers: The shop exists with another setting.
            SchemaOutOfDate: The tables of a server have to be migrated first.
        """
        given = {"currency": currency, "timezone": timezone, "taxes_included": taxes_included, **settings}
        office = cls(
            storage_at(url, synchronous),
            shop=shop,
            gateways=gateways,
            notifier=notifier,
            listeners=listeners,
            assessors=assessors,
            links=links,
            templates=templates,
            publish=publish,
            advice=advice,
            clock=clock,
            new_id=new_id,
        )
        try:
            shops.create_or_check(office._context, given, office._heard_by)
        except BaseException:
            if isinstance(url, str | os.PathLike):
                office.close()
            raise
        return office

    def _heard_by(self, stored: Settings) -> Settings:
        """Return settings by which this back office's listeners and assessors are written for."""
        return enlisted(subscribed(stored, self._listeners), self._assessors)

    # --- views

    @property
    def shop(self) -> str:
        """The shop's id."""
        return self._context.shop

    def acting_as(self, actor: str) -> "BackOffice":
        """Return a view in which *actor*, an opaque staff id of at most 255 characters, does everything."""
        _short("actor", actor, 255)
        return self._with(attrs.evolve(self._context, actor=actor))

    def within(self, host: sa.Connection | OrmSession) -> "BackOffice":
        """
        Return a view that works inside a host's transaction.

        Every command is a SAVEPOINT in it. Nothing is committed, tried again or sent, and a
        command that would ask a gateway is refused.
        """
        storage = self._context.storage
        if not isinstance(storage, SqlStorage):
            raise InvalidValue("within", "a storage that is not SQL", "a back office on a SQL storage")
        return self._with(attrs.evolve(self._context, storage=storage.within(host), hosted=True))

    def _with(self, context: Context) -> "BackOffice":
        return BackOffice(
            context.storage,
            shop=context.shop,
            notifier=self._notifier,
            listeners=self._listeners,
            advice=self._advisors,
            assessors=self._assessors,
            context=context,
        )

    # --- desks

    @cached_property
    def orders(self) -> Orders:
        """Orders."""
        return Orders(self._context)

    @cached_property
    def drafts(self) -> Drafts:
        """Draft orders."""
        return Drafts(self._context)

    @cached_property
    def checkouts(self) -> Checkouts:
        """Checkouts, completed or not."""
        return Checkouts(self._context)

    @cached_property
    def catalog(self) -> Catalog:
        """Products, locations and stock."""
        return Catalog(self._context)

    @cached_property
    def customers(self) -> Customers:
        """Customers, and all that is kept of a person."""
        return Customers(self._context)

    @cached_property
    def outbox(self) -> Outbox:
        """Messages that wait to be sent."""
        return Outbox(self._context, self._notifier, self._listeners, self._assessors)

    @cached_property
    def reports(self) -> Reports:
        """Sales figures and the money that moved."""
        return Reports(self._context)

    @cached_property
    def home(self) -> Home:
        """The home page: advice, and the latest figures."""
        return Home(self._context, advisors=self._advisors, notifies=not isinstance(self._notifier, LogNotifier))

    @cached_property
    def exports(self) -> Exports:
        """Exports that are sent by mail."""
        return Exports(self._context)

    @cached_property
    def channels(self) -> Channels:
        """Where the shop sells."""
        return Channels(self._context)

    @cached_property
    def storefront(self) -> StorefrontDoor:
        """Who may see the storefront."""
        return StorefrontDoor(self._context)

    # --- the shop

    @property
    def settings(self) -> Settings:
        """The shop's settings."""
        return self._context.read(self._context.settings_in)

    def change_settings(self, **changes: Any) -> Settings:
        """
        Change settings of the shop; orders keep what they were placed with.

        Raises:
            InvalidValue: A setting that does not exist, or a value that cannot be meant.
        """
        return shops.change(self._context, changes)

    def settings_changes(self, *, limit: int = 50) -> Sequence[SettingChange]:
        """
        Return who changed which settings, channels and what protects the storefront, the newest first.

        Raises:
            InvalidValue: *limit* is below 1.
        """
        whole_from("limit", limit, 1)
        return self._context.read(lambda unit: unit.setting_changes(limit))

    def run_due(self, *, limit: int = 100) -> DueReport:
        """
        Do what time brings. Call it from cron.

        Authorizations lapse, which is told two days before, and so are payments that are due; stock
        that was set aside for drafts is on sale again, drafts that nobody touched for a year are
        deleted; checkouts are found to be left behind, their customers asked back, and those whose
        time is over deleted; old idempotency keys and messages are forgotten, and so are tries
        and sessions at the storefront; exports that go by mail are made and sent. Advice of the home page
        that was dismissed and is gone is forgotten, so that it is shown when it comes back.

        Args:
            limit: At most so many of each; what fails is not counted.

        Raises:
            InvalidValue: *limit* is below 1.
        """
        report = run_due(self._context, limit)
        self.home._lower()
        if self._context.hosted:  # where nothing is sent
            return report
        maker = MailedExports(self._context, self._notifier, Letters(self._context.templates, self._context.links))
        exports, unsent = maker.make_due(limit)
        return attrs.evolve(report, exports=exports, failed=report.failed + unsent)

    def close(self) -> None:
        """Let go of files and connections."""
        self._context.storage.close()

    def __enter__(self) -> "BackOffice":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"BackOffice(shop={self.shop!r}, actor={self._context.actor!r})"


def _short(field: str, given: object, longest: int) -> None:
    if not isinstance(given, str) or not 1 <= len(given) <= longest:
        raise InvalidValue(field, repr(given), f"text of 1 to {longest} characters")
    check_text(field, given)
