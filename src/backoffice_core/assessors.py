"""
Assessors of the host's, asked about each order from the outbox.

1. Each has a lane of its own in the outbox, so that one that is down holds up nothing else. Who is asked
   is stored in the shop's settings, so every process writes rows for it.
2. It is asked outside of any transaction. One that is async is not waited for longer than its time; one
   that is not is told how long it has, and whoever hangs all the same loses the row with its lease.
3. What it answers is recorded by a command as any other; what follows from that, such as a capture, is
   done there.
4. One that fails is asked again later, as any message is. When it is given up, or its time is over
   (`run_due`), the order goes on without it, and an event says so.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final

import attrs

from backoffice_core.context import Context
from backoffice_core.enqueue import ASSESSOR
from backoffice_core.failures import InvalidValue, UnknownId
from backoffice_core.notify.compose import Skip
from backoffice_core.orders.assess import Assess, EndAssessing
from backoffice_core.orders.order import Order
from backoffice_core.orders.risk import Assessment
from backoffice_core.risk.base import RiskAssessor, RiskRequest
from backoffice_core.riskhistory import history
from backoffice_core.runner import Runner
from backoffice_core.settings import CALLED, WOULD_BE_CALLED, Settings
from backoffice_core.storage.base import Unit
from backoffice_core.storage.rows import OutboxRow
from backoffice_core.typed import kind_of


def checked_assessors(assessors: Iterable[RiskAssessor]) -> tuple[RiskAssessor, ...]:
    """
    Return assessors as a tuple.

    Raises:
        InvalidValue: One is none, or two have one name.
    """
    given: object = assessors
    if not isinstance(given, Iterable):
        raise InvalidValue("assessors", repr(given)[:200], "several assessors, such as [BuiltInRules()]")
    found = tuple(assessors)
    names = set[str]()
    for one in found:
        name = getattr(one, "name", None)
        if not callable(getattr(one, "assess", None)) or not isinstance(name, str) or not CALLED.fullmatch(name):
            would_do = f"a RiskAssessor, whose name has {WOULD_BE_CALLED}"
            raise InvalidValue("assessors", repr(one), would_do)
        if name in names:
            raise InvalidValue("assessors", f"two called {name!r}", "a name of its own for each")
        names.add(name)
    return found


def enlisted(settings: Settings, assessors: Iterable[RiskAssessor]) -> Settings:
    """Return settings by which the assessors are asked; others that are stay as they are."""
    names = {*settings.assessors, *(one.name for one in assessors)}
    return attrs.evolve(settings, assessors=tuple(names))


@attrs.frozen
class _Question:
    """What an assessor is asked, and how long it has, in seconds."""

    request: RiskRequest
    timeout: float

    @property
    def order(self) -> Order:
        """The order."""
        return self.request.order


class AssessorOutlet:
    """Questions to one assessor."""

    def __init__(self, context: Context, assessor: RiskAssessor) -> None:
        self._context = context
        self._assessor = assessor
        self._name = assessor.name

    def ready(self, row: OutboxRow) -> None:
        """Return None: what it is about is saved already."""

    def made(self, unit: Unit, row: OutboxRow, offer: Any) -> _Question | Skip:
        """Return what is asked; nothing about an order that was deleted, or that it answered meanwhile."""
        settings = self._context.settings_in(unit)
        try:
            order = unit.order(row.subject)
        except UnknownId:
            return Skip("deleted")
        said = [one.at for one in order.assessments if one.provider == self._name]
        if self._name not in order.assessing and any(at is not None and at >= row.created_at for at in said):
            return Skip("assessed")
        return _Question(RiskRequest(order=order, history=history(unit, order)), settings.risk.timeout_seconds)

    @property
    def send(self) -> Callable[[_Question], Any]:
        """What asks the assessor."""
        return self._ask

    def _ask(self, question: _Question) -> Any:
        try:
            answer = self._assessor.assess(question.request, timeout=question.timeout)
        except _ENDS:
            raise
        except BaseException as error:
            raise _plain(error) from error
        return _within(answer, question.timeout) if inspect.isawaitable(answer) else answer

    def answered(self, row: OutboxRow, answer: Any) -> None:
        """
        Record what it answered.

        Raises:
            InvalidValue: It is no assessment.
        """
        if not isinstance(answer, Assessment):
            raise InvalidValue("answer", kind_of(answer), "an Assessment")
        Runner(self._context).run(Assess(assessment=attrs.evolve(answer, provider=self._name)), row.subject)

    def sent(self, unit: Unit, row: OutboxRow) -> None:
        """Nothing: what it answered was recorded."""

    def done(self) -> None:
        """Nothing was kept."""

    def died(self, row: OutboxRow) -> None:
        """Let the order go on without it."""
        Runner(self._context).run(EndAssessing(provider=self._name, reason="failed"), row.subject)


class AssessorBroke(Exception):
    """An assessor ended by what is no `Exception`, such as the time limit of a library that cancels."""


#: What ends a process, and is none of an assessor's business to fail by.
_ENDS: Final = (KeyboardInterrupt, SystemExit, GeneratorExit)


def _plain(error: BaseException) -> Exception:
    """Return an error as one that a relay takes for a failure."""
    return error if isinstance(error, Exception) else AssessorBroke(type(error).__name__)


async def _within(answer: Awaitable[Any], seconds: float) -> Any:
    """Return what an assessor answers; one that does not within its time is cancelled, and not waited for."""
    task = asyncio.ensure_future(answer)
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
    finally:
        # Also where whoever delivers is cancelled: nobody waits for an answer any more.
        task.cancel()
    if not done:
        raise TimeoutError(f"no answer within {seconds} seconds")
    if task.cancelled():
        raise AssessorBroke("it cancelled itself")
    error = task.exception()
    if error is not None:
        raise _plain(error)
    return task.result()


def assessor_outlets(context: Context, assessors: Iterable[RiskAssessor]) -> dict[str, AssessorOutlet]:
    """Return the outlet of each assessor by its destination."""
    return {f"{ASSESSOR}{one.name}": AssessorOutlet(context, one) for one in assessors}
