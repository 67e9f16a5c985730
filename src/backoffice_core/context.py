"""
Where and for whom commands run: the storage, the clock, the gateways, the actor.

`Context.read` and `Context.write` are the only ways into a storage. A unit of work that lost a
race is done again here, with jitter, for at most ten seconds; never in a host's transaction.
"""

import random
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar, Final, TypeVar

import attrs
import pendulum

from backoffice_core.clock import Clock, system_clock
from backoffice_core.failures import (
    BackOfficeError,
    NotFound,
    reason,
)
from backoffice_core.gateways.base import PaymentGateway
from backoffice_core.ids import IdSource, Uuid7
from backoffice_core.notify.links import Links, NoLinks
from backoffice_core.printing.asked import Templates
from backoffice_core.settings import Settings
from backoffice_core.settingtrace import Scribe
from backoffice_core.storage.base import Storage, Unit
from backoffice_core.storage.trouble import LOST_RACES, SaveUnknown

T = TypeVar("T")


#: For how many seconds a command that lost a race is tried again.
PATIENCE: Final = 10.0
#: For how many seconds tasks that are left over have time to end.
_ENDING: Final = 1.0


@reason
class UnknownShop(NotFound):
    """
    The storage has no such shop.

    Attributes:
        shop: Its id.
    """

    code: ClassVar[str] = "unknown_shop"
    shop: str

    def __str__(self) -> str:
        return f"there is no shop {self.shop!r} in this storage; BackOffice.open creates one"


def wait_for(value: Any) -> Any:
    """
    Return what an awaitable gives, by an event loop of its own; anything else as it is.

    Where a loop is running in this thread already, as in a notebook, it is another thread's.
    """
    if not hasattr(value, "__await__"):
        return value
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return _run(value)
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(_run, value).result()


def _run(value: Awaitable[Any]) -> Any:
    """
    Return what an awaitable gives, by an event loop of its own.

    Unlike `asyncio.run` it ends though a task swallows that it is cancelled, or a thread that was begun hangs:
    what is not waited for any more may not hold up all that follows.
    """
    import asyncio

    async def awaited() -> Any:
        """Make a coroutine of what may be any awaitable."""
        return await value

    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(awaited())
    finally:
        try:
            left = asyncio.all_tasks(loop)
            for task in left:
                task.cancel()
            if left:
                loop.run_until_complete(asyncio.wait(left, timeout=_ENDING))
            loop.run_until_complete(loop.shutdown_asyncgens())
        finally:
            loop.close()


def call_here(work: Callable[..., Any], *given: Any) -> Any:
    """Return what a function of the host's gives, awaitable or not."""
    return wait_for(work(*given))


@attrs.frozen(kw_only=True)
class Context:
    """
    Where and for whom commands run.

    Attributes:
        storage: Where shops are kept.

        shop: The shop's id.

        clock: Tells the moment.

        new_id: Makes ids.

        gateways: The registered payment gateways by name.

        actor: Who acts; an opaque staff id.

        hosted: Whether a host's transaction is used: nothing is tried again, no gateway asked.

        sleep: Waits a number of seconds.

        chance: Gives a random number from 0 to 1.

        wait: Gives the result of what a gateway returned, awaitable or not.

        call: Calls a notifier or listener, which may take its time, and gives what it returned,
            awaitable or not.

        links: Makes the addresses that letters lead to.

        templates: A host's own templates of letters, in place of ours.

        publish: Puts a file where whoever has the address that it returns can get it; None where the host does not.
    """

    storage: Storage
    shop: str
    clock: Clock = system_clock
    new_id: IdSource = attrs.field(factory=Uuid7)
    gateways: Mapping[str, PaymentGateway] = attrs.field(factory=dict)
    actor: str | None = None
    hosted: bool = False
    sleep: Callable[[float], Any] = time.sleep
    chance: Callable[[], float] = random.random
    wait: Callable[[Any], Any] = wait_for
    call: Callable[..., Any] = call_here
    links: Links = attrs.field(factory=NoLinks)
    templates: Templates | None = None
    publish: Callable[[Path], Any] | None = None

    def now(self) -> pendulum.DateTime:
        """This moment, UTC."""
        return self.clock()

    def scribe(self) -> Scribe:
        """Return what writes down which settings are changed now, and by whom."""
        return Scribe(self.now(), self.actor, self.new_id)

    def settings_in(self, unit: Unit, *, lock: bool = False) -> Settings:
        """
        Return the shop's settings as a unit has them.

        Raises:
            UnknownShop: There is no such shop.
        """
        settings = unit.settings(lock=lock)
        if settings is None:
            raise UnknownShop(self.shop)
        return settings

    def read(self, work: Callable[[Unit], T]) -> T:
        """Return what *work* finds in a consistent view of the shop."""
        with self.storage.read(self.shop) as unit:
            return work(unit)

    def write(
        self,
        work: Callable[[Unit], T],
        *,
        again: Callable[[BackOfficeError], bool] | None = None,
        repeatable: bool = False,
    ) -> T:
        """
        Return what *work* did in a unit of work; one that lost a race is tried again.

        Args:
            work: What to do. It may run several times.

            again: Whether an error is worth another try.

            repeatable: Whether *work* finds out by itself that it was saved already.

        Raises:
            Conflict: The race was lost for ten seconds.
            StorageBusy: The storage stayed locked.
            SaveUnknown: The connection was lost while saving what is not repeatable.
        """
        worth_it = again or (lambda error: True)
        started, tries = time.monotonic(), 0
        while True:
            try:
                with self.storage.write(self.shop) as unit:
                    return work(unit)
            except (*LOST_RACES, SaveUnknown) as error:
                tries += 1
                if isinstance(error, SaveUnknown) and not repeatable:
                    raise
                if self.hosted or not worth_it(error) or time.monotonic() - started > PATIENCE:
                    raise
                self.sleep(min(0.002 * 2 ** min(tries, 7), 0.25) * self.chance())
