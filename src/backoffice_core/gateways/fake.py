"""A gateway for tests that does what real ones do on bad days."""

from collections.abc import Iterable
from typing import Literal

from backoffice_core.gateways.base import Declined, Outcome, PaymentRequest, Pending, Succeeded

#: What the next request meets.
Mood = Literal["succeed", "decline", "hang", "hang_undone", "late", "late_decline", "twice"]


class Hung(TimeoutError):
    """The answer never came."""


class FakeGateway:
    """
    Moves play money and remembers it.

    Args:
        moods: What the next requests meet, in turn, then ``succeed`` for ever: ``decline``;
            ``hang`` (it happens, and the answer is lost); ``hang_undone`` (it does not happen,
            and the answer is lost); ``late`` (pending, then it succeeds); ``late_decline``;
            ``twice`` (it is done, then done again under the same key, and moves nothing twice).

    Attributes:
        calls: Every request with its method, in order.

        moved: What happened: method and minor units, by key.
    """

    def __init__(self, moods: Iterable[Mood] = ()) -> None:
        self._moods = list(moods)
        self._later: dict[str, tuple[str, PaymentRequest] | Declined] = {}
        self._answers: dict[str, Outcome] = {}
        self.calls: list[tuple[str, PaymentRequest]] = []
        self.moved: dict[str, tuple[str, int]] = {}

    def then(self, *moods: Mood) -> None:
        """Say what the next requests meet."""
        self._moods.extend(moods)

    def authorize(self, request: PaymentRequest) -> Outcome:
        """Set money aside."""
        return self._asked("authorize", request)

    def sale(self, request: PaymentRequest) -> Outcome:
        """Set money aside and take it at once."""
        return self._asked("sale", request)

    def capture(self, request: PaymentRequest) -> Outcome:
        """Take money that was set aside."""
        return self._asked("capture", request)

    def refund(self, request: PaymentRequest) -> Outcome:
        """Give money back."""
        return self._asked("refund", request)

    def void(self, request: PaymentRequest) -> Outcome:
        """Let go what is left of an authorization."""
        return self._asked("void", request)

    def fetch(self, key: str) -> Outcome | None:
        """Tell what became of a key; what was late has happened by now."""
        later = self._later.pop(key, None)
        if isinstance(later, Declined):
            self._answers[key] = later
        elif later is not None:
            self._do(*later)
        return self._answers.get(key)

    def _asked(self, method: str, request: PaymentRequest) -> Outcome:
        self.calls.append((method, request))
        if request.key in self._answers:
            return self._answers[request.key]
        if request.key in self._later:
            return Pending()
        mood = self._moods.pop(0) if self._moods else "succeed"
        if mood == "decline":
            self._answers[request.key] = Declined("card_declined")
        elif mood in ("late", "late_decline"):
            self._later[request.key] = (method, request) if mood == "late" else Declined("card_declined")
            return Pending()
        elif mood == "hang_undone":
            raise Hung("no answer, and nothing was done")
        else:
            self._do(method, request)
            if mood == "twice":
                self._do(method, request)
            if mood == "hang":
                raise Hung("no answer, and it was done")
        return self._answers[request.key]

    def _do(self, method: str, request: PaymentRequest) -> None:
        if request.key not in self.moved:
            self.moved[request.key] = (method, request.amount.minor)
        self._answers[request.key] = Succeeded(reference=f"{method}-{request.key}")
