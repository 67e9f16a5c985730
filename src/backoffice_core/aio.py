"""
The same door, awaitable: `AsyncBackOffice`.

There is one body of logic. A SQL storage runs it in a greenlet over SQLAlchemy's asyncio engine,
so the event loop is free while the database works; any other storage runs it in a worker thread.
Gateways, notifiers, listeners and assessors may be async; they are awaited between transactions. A notifier or
listener that is not is called in a thread.

A call that is cancelled may have committed already: look, or ask again under the same
idempotency key. Its connection is free for others as soon as the call has ended.
"""

import asyncio
import inspect
import os
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
import sqlalchemy as sa
from sqlalchemy.util import await_only, greenlet_spawn

from backoffice_core.asynccheckouts import AsyncCheckouts
from backoffice_core.asyncdesks import (
    AsyncCatalog,
    AsyncCustomers,
    AsyncDrafts,
    AsyncExports,
    AsyncHome,
    AsyncOutbox,
    AsyncReports,
    Call,
)
from backoffice_core.asyncorders import AsyncOrders
from backoffice_core.asyncshop import AsyncChannels, AsyncStorefrontDoor
from backoffice_core.backoffice import BackOffice
from backoffice_core.clock import Clock, system_clock
from backoffice_core.due import DueReport
from backoffice_core.failures import InvalidValue
from backoffice_core.gateways.base import PaymentGateway
from backoffice_core.ids import IdSource
from backoffice_core.listeners import Listener
from backoffice_core.notify.base import Notifier
from backoffice_core.notify.links import Links
from backoffice_core.printing.asked import Templates
from backoffice_core.reports.home import Advisor
from backoffice_core.risk.base import RiskAssessor
from backoffice_core.settings import Settings
from backoffice_core.settingtrace import SettingChange
from backoffice_core.storage.base import Storage
from backoffice_core.storage.sql.engines import Synchronous, tune_sqlite, url_of
from backoffice_core.storage.sql.store import SqlStorage

if TYPE_CHECKING:
    # Without the extra ``async`` it cannot be imported, and a shop in memory needs none of it.
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

R = TypeVar("R")

_LOOP: ContextVar[asyncio.AbstractEventLoop] = ContextVar("backoffice_core_loop")


class AsyncBackOffice:
    """A shop's back office for asyncio; see `BackOffice`. Get one by `open`."""

    def __init__(self, office: BackOffice, call: Call, close: Callable[[], Awaitable[None]]) -> None:
        self._office = office
        self._call = call
        self._close = close

    @classmethod
    async def open(
        cls,
        url: "str | os.PathLike[str] | AsyncEngine | Storage",
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
    ) -> "AsyncBackOffice":
        """
        Open a shop; create it when it does not exist. See `BackOffice.open`.

        Raises:
            InvalidValue: A new shop without currency or taxes_included.
            ShopDiffers: The shop exists with another setting.
            ImportError: It is in a database, and the extra ``async`` is not installed.
        """
        engine = _engine(url, synchronous)
        where: Any = url if engine is None else SqlStorage(engine.sync_engine)
        call = _in_thread if engine is None else greenlet_spawn
        given: dict[str, Any] = {
            "shop": shop,
            "currency": currency,
            "timezone": timezone,
            "taxes_included": taxes_included,
            "gateways": gateways,
            "notifier": notifier,
            "listeners": listeners,
            "assessors": assessors,
            "links": links,
            "templates": templates,
            "publish": publish,
            "advice": advice,
            "clock": clock,
            "new_id": new_id,
            **settings,
        }

        try:
            office: BackOffice = await call(partial(_opened, where, threaded=engine is None, given=given))
        except BaseException:
            if engine is not None and engine is not url:
                await engine.dispose()
            raise
        return cls(office, call, partial(_closed, office, engine))

    @property
    def shop(self) -> str:
        """The shop's id."""
        return self._office.shop

    def acting_as(self, actor: str) -> "AsyncBackOffice":
        """Return a view in which *actor*, an opaque staff id, does everything."""
        return AsyncBackOffice(self._office.acting_as(actor), self._call, self._close)

    def within(self, host: "AsyncConnection | AsyncSession") -> "AsyncBackOffice":
        """Return a view that works inside a host's transaction; see `BackOffice.within`."""
        plain = getattr(host, "sync_session", None) or getattr(host, "sync_connection", None)
        if plain is None:
            raise InvalidValue("within", repr(host), "an open AsyncConnection or an AsyncSession")
        return AsyncBackOffice(self._office.within(plain), self._call, self._close)

    @cached_property
    def orders(self) -> AsyncOrders:
        """Orders."""
        return AsyncOrders(self._office.orders, self._call)

    @cached_property
    def drafts(self) -> AsyncDrafts:
        """Draft orders."""
        return AsyncDrafts(self._office.drafts, self._call)

    @cached_property
    def exports(self) -> AsyncExports:
        """Exports that are sent by mail."""
        return AsyncExports(self._office.exports, self._call)

    @cached_property
    def home(self) -> AsyncHome:
        """The home page: advice, and the latest figures."""
        return AsyncHome(self._office.home, self._call)

    @cached_property
    def reports(self) -> AsyncReports:
        """Sales figures and the money that moved."""
        return AsyncReports(self._office.reports, self._call)

    @cached_property
    def checkouts(self) -> AsyncCheckouts:
        """Checkouts, completed or not."""
        return AsyncCheckouts(self._office.checkouts, self._call)

    @cached_property
    def catalog(self) -> AsyncCatalog:
        """Products, locations and stock."""
        return AsyncCatalog(self._office.catalog, self._call)

    @cached_property
    def customers(self) -> AsyncCustomers:
        """Customers, and all that is kept of a person."""
        return AsyncCustomers(self._office.customers, self._call)

    @cached_property
    def outbox(self) -> AsyncOutbox:
        """Messages that wait to be sent."""
        return AsyncOutbox(self._office.outbox, self._call)

    @cached_property
    def channels(self) -> AsyncChannels:
        """Where the shop sells."""
        return AsyncChannels(self._office.channels, self._call)

    @cached_property
    def storefront(self) -> AsyncStorefrontDoor:
        """Who may see the storefront."""
        return AsyncStorefrontDoor(self._office.storefront, self._call)

    async def settings(self) -> Settings:
        """Return the shop's settings."""
        found: Settings = await self._call(lambda: self._office.settings)
        return found

    async def change_settings(self, **changes: Any) -> Settings:
        """Change settings of the shop; see `BackOffice.change_settings`."""
        changed: Settings = await self._call(partial(self._office.change_settings, **changes))
        return changed

    async def settings_changes(self, *, limit: int = 50) -> Sequence[SettingChange]:
        """Return who changed which settings; see `BackOffice.settings_changes`."""
        found: Sequence[SettingChange] = await self._call(partial(self._office.settings_changes, limit=limit))
        return found

    async def run_due(self, *, limit: int = 100) -> DueReport:
        """Do what time brings; see `BackOffice.run_due`."""
        report: DueReport = await self._call(partial(self._office.run_due, limit=limit))
        return report

    async def close(self) -> None:
        """Let go of files and connections."""
        await self._close()

    async def __aenter__(self) -> "AsyncBackOffice":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"Async{self._office!r}"


# --- how the one body is run


def _opened(where: Any, *, threaded: bool, given: Mapping[str, Any]) -> BackOffice:
    """Open a shop whose gateways and notifiers are awaited from the thread or the greenlet that it runs in."""
    office = BackOffice.open(where, **given)
    if threaded:
        context = attrs.evolve(office._context, wait=_wait_threaded, call=_call_threaded)
    else:
        context = attrs.evolve(office._context, wait=_wait_green, call=_call_green, sleep=_sleep_green)
    return office._with(context)


async def _closed(office: BackOffice, engine: "AsyncEngine | None") -> None:
    if engine is not None:
        await engine.dispose()
    else:
        office.close()


async def _in_thread(work: Callable[[], R]) -> R:
    _LOOP.set(asyncio.get_running_loop())
    return await asyncio.to_thread(_carried, work)


def _carried(work: Callable[..., R], *given: Any) -> R:
    """Do something in a thread; before Python 3.12 a `StopIteration` of it would leave whoever awaits it for ever."""
    try:
        return work(*given)
    except StopIteration as error:
        raise RuntimeError("StopIteration") from error


async def _given(value: Awaitable[R]) -> R:
    return await value


def _wait_threaded(value: Any) -> Any:
    if not inspect.isawaitable(value):
        return value
    return asyncio.run_coroutine_threadsafe(_given(value), _LOOP.get()).result()


def _call_threaded(work: Callable[..., Any], *given: Any) -> Any:
    return _wait_threaded(work(*given))


def _wait_green(value: Any) -> Any:
    return await_only(_given(value)) if inspect.isawaitable(value) else value


def _call_green(work: Callable[..., Any], *given: Any) -> Any:
    return await_only(_called(work, given))


async def _called(work: Callable[..., Any], given: tuple[Any, ...]) -> Any:
    """Call what may block, such as a plain notifier, in a thread: the event loop is everybody's."""
    answer = work(*given) if inspect.iscoroutinefunction(work) else await asyncio.to_thread(_carried, work, *given)
    return await answer if inspect.isawaitable(answer) else answer


def _sleep_green(seconds: float) -> None:
    await_only(asyncio.sleep(seconds))


#: psycopg is for both doors.
_ASYNC_DRIVERS = {"sqlite": "sqlite+aiosqlite"}


def _engine(url: Any, synchronous: Synchronous) -> "AsyncEngine | None":
    """Return the asyncio engine of a URL, a path or an engine; None for a storage that has none."""
    if isinstance(getattr(url, "sync_engine", None), sa.Engine):
        given: AsyncEngine = url
        return given
    if isinstance(url, os.PathLike):
        url = sa.URL.create("sqlite", database=os.fspath(url))
    if not isinstance(url, str | sa.URL) or (isinstance(url, str) and url.startswith("memory:")):
        return None
    parsed = url_of(url)
    driver = parsed.drivername if "+" in parsed.drivername else _ASYNC_DRIVERS.get(parsed.drivername, parsed.drivername)
    is_file = parsed.get_backend_name() == "sqlite"
    try:
        from sqlalchemy.ext.asyncio import create_async_engine

        engine = create_async_engine(parsed.set(drivername=driver), hide_parameters=True, pool_pre_ping=not is_file)
    except ImportError as error:
        wanted = "backoffice-core[async]" if is_file else "backoffice-core[async,postgres]"
        raise ImportError(f"awaiting a database needs more packages: pip install '{wanted}'") from error
    if is_file:
        tune_sqlite(engine.sync_engine, synchronous)
    return engine
