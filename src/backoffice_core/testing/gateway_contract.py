"""`GatewayContract`: what every payment gateway must do, as a class to subclass in your own test suite."""

import asyncio
import inspect
from typing import Any

import attrs
import pytest

from backoffice_core.gateways.base import Declined, PaymentGateway, PaymentRequest, Pending, Succeeded
from backoffice_core.money import Money
from backoffice_core.testing.ids import CountingIds


async def _awaited(value: Any) -> Any:
    return await value


def answer_of(value: Any) -> Any:
    """Return a gateway's answer, whether it is sync or async."""
    return asyncio.run(_awaited(value)) if inspect.isawaitable(value) else value


class GatewayContract:
    """
    What every payment gateway must do.

    Name the subclass ``Test...`` and override the ``gateway`` fixture to yield a gateway that
    says yes, such as one on its test server. Override `moved` where you can tell what it moved.
    """

    #: The currency of the requests.
    currency = "EUR"

    @pytest.fixture
    def gateway(self) -> PaymentGateway:
        """Return a gateway that says yes. Override it."""
        raise NotImplementedError("override the gateway fixture")

    @pytest.fixture
    def declining(self) -> PaymentGateway:
        """Return a gateway that says no, or skip where there is none."""
        pytest.skip("no gateway that declines was given")

    @pytest.fixture
    def ids(self) -> CountingIds:
        """Return a source of keys; override it where keys must be fresh on a server."""
        return CountingIds()

    def moved(self, gateway: PaymentGateway) -> int | None:
        """Return how many movements were made in all; None where that cannot be told."""
        return None

    def a_request(self, key: str, minor: int = 1000, **fields: Any) -> PaymentRequest:
        """Return a request for an amount."""
        plain: dict[str, Any] = {"key": key, "order_id": "order-1", "amount": Money(minor, self.currency)}
        return PaymentRequest(**{**plain, **fields})

    def _done(self, gateway: PaymentGateway, method: str, request: PaymentRequest) -> Succeeded:
        answer = answer_of(getattr(gateway, method)(request))
        assert isinstance(answer, Succeeded | Pending), answer
        return answer if isinstance(answer, Succeeded) else Succeeded()

    def _paid(self, gateway: PaymentGateway, ids: CountingIds, method: str) -> tuple[PaymentRequest, Succeeded]:
        """Ask for a movement, after what it needs first; return the request and the answer."""
        reference = None
        if method in ("capture", "void"):
            reference = self._done(gateway, "authorize", self.a_request(ids())).reference
        elif method == "refund":
            reference = self._done(gateway, "sale", self.a_request(ids())).reference
        minor = 0 if method == "void" else 1000
        request = self.a_request(ids(), minor, reference=reference)
        return request, self._done(gateway, method, request)

    @pytest.mark.parametrize("method", ["authorize", "sale", "capture", "refund", "void"])
    def test_it_answers_what_happened(self, gateway: PaymentGateway, ids: CountingIds, method: str) -> None:
        """Every method gives an outcome, and what it confirms is never more than was asked."""
        request, answer = self._paid(gateway, ids, method)
        if answer.amount is not None and method != "void":
            assert request.amount.currency == answer.amount.currency
            assert 0 < answer.amount.minor <= request.amount.minor

    @pytest.mark.parametrize("method", ["authorize", "sale", "capture", "refund", "void"])
    def test_the_same_key_moves_nothing_twice(self, gateway: PaymentGateway, ids: CountingIds, method: str) -> None:
        """Asked again it answers the same, and no more was moved."""
        request, answer = self._paid(gateway, ids, method)
        before = self.moved(gateway)
        for _ in range(2):
            assert answer == self._done(gateway, method, request)
        assert before == self.moved(gateway)

    @pytest.mark.parametrize("method", ["authorize", "sale", "capture", "refund", "void"])
    def test_fetch_tells_what_became_of_a_key(self, gateway: PaymentGateway, ids: CountingIds, method: str) -> None:
        """The answer that was given, in kind and reference."""
        request, answer = self._paid(gateway, ids, method)
        told = answer_of(gateway.fetch(request.key))
        assert isinstance(told, Succeeded | Pending)
        if isinstance(told, Succeeded) and answer.reference is not None:
            assert answer.reference == told.reference

    def test_two_keys_are_two_movements(self, gateway: PaymentGateway, ids: CountingIds) -> None:
        """The same amount for the same order under another key is another movement, with its own name."""
        first = self._done(gateway, "sale", self.a_request(ids()))
        second = self._done(gateway, "sale", self.a_request(ids()))
        if first.reference is not None:
            assert first.reference != second.reference

    def test_the_methods_take_every_field(self, gateway: PaymentGateway, ids: CountingIds) -> None:
        """A final capture of a part is a capture."""
        held = self._done(gateway, "authorize", self.a_request(ids()))
        request = attrs.evolve(self.a_request(ids(), 400), reference=held.reference, final=True)
        self._done(gateway, "capture", request)

    def test_a_decline_is_an_answer(self, declining: PaymentGateway, ids: CountingIds) -> None:
        """It raises nothing, has a code, and stays what it was when asked again or fetched."""
        request = self.a_request(ids())
        answer = answer_of(declining.sale(request))
        assert isinstance(answer, Declined)
        assert answer.code
        assert answer == answer_of(declining.sale(request))
        assert answer == answer_of(declining.fetch(request.key))
