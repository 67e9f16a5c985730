"""`AssessorContract`: what every assessor of risk must do, as a class to subclass in your own test suite."""

import asyncio
import contextlib
import inspect
import pickle
import time
from typing import Any

import pytest

from backoffice_core.money import Money
from backoffice_core.orders.asked import Line
from backoffice_core.orders.order import Client, Order
from backoffice_core.orders.risk import Assessment, RiskLevel
from backoffice_core.risk.base import History, RiskAssessor, RiskRequest
from backoffice_core.testing.builders import an_order

#: How long an assessor has in these tests, in seconds.
TIMEOUT = 5.0


async def _awaited(value: Any) -> Any:
    return await value


def assessed_by(assessor: RiskAssessor, request: RiskRequest, timeout: float = TIMEOUT) -> Assessment:
    """Return what an assessor answers, whether it is sync or async."""
    answer: Any = assessor.assess(request, timeout=timeout)
    given: Assessment = asyncio.run(_awaited(answer)) if inspect.isawaitable(answer) else answer
    return given


def a_request(order: Order | None = None, **known: Any) -> RiskRequest:
    """Return a question about an order, of ten euros unless one is given, and a history."""
    order = order or an_order(Line("Tea", price="10.00"), id="order-1", email="ada@example.com")
    nothing = Money(0, order.currency)
    return RiskRequest(order=order, history=History(**{"paid": nothing, "refunded": nothing, **known}))


class AssessorContract:
    """
    What every assessor of risk must do.

    Name the subclass ``Test...`` and override the ``assessor`` fixture.
    """

    @pytest.fixture
    def assessor(self) -> RiskAssessor:
        """Return an assessor. Override it."""
        raise NotImplementedError("override the assessor fixture")

    def test_it_has_a_name(self, assessor: RiskAssessor) -> None:
        """By which the outbox finds it, in every process: it never changes."""
        assert assessor.name
        assert assessor.name == assessor.name

    @pytest.mark.parametrize(
        "order",
        [
            an_order(id="order-1"),
            an_order(id="order-1", email="ada@example.com", client=Client(ip="203.0.113.7", user_agent="Mozilla/5.0")),
            an_order(id="order-1", email="ada@example.com", client=Client(ip="no address at all")),
            an_order(Line("Nothing", price="0.00"), id="order-1", currency="JPY"),
        ],
    )
    def test_it_assesses_whatever_it_gets(self, assessor: RiskAssessor, order: Order) -> None:
        """Of an order with much or little in it, an assessment with a level."""
        answer = assessed_by(assessor, a_request(order))
        assert isinstance(answer, Assessment)
        assert answer.level in RiskLevel

    def test_it_says_the_same_again(self, assessor: RiskAssessor) -> None:
        """After a crash it is asked a second time; that is no other assessment."""
        request = a_request(orders=3)
        assert assessed_by(assessor, request).says_the_same(assessed_by(assessor, request))

    def test_it_changes_nothing(self, assessor: RiskAssessor) -> None:
        """The order is the same afterwards."""
        request = a_request()
        before = pickle.dumps(request)
        assessed_by(assessor, request)
        assert before == pickle.dumps(request)

    def test_it_is_done_in_time(self, assessor: RiskAssessor) -> None:
        """It gives up by itself; what it raises then means that it is asked again."""
        began = time.monotonic()
        with contextlib.suppress(Exception):
            assessed_by(assessor, a_request(), TIMEOUT)
        assert time.monotonic() - began <= TIMEOUT + 1
