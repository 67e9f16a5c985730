"""The manual gateway: cash, a bank transfer, a cheque. People move the money; it only agrees."""

from backoffice_core.gateways.base import Outcome, PaymentRequest, Succeeded


class ManualGateway:
    """Says that everything happened. Register it where manual payments shall go the way of all others."""

    def _agree(self, request: PaymentRequest) -> Outcome:
        return Succeeded(reference=f"manual-{request.key}")

    authorize = sale = capture = refund = void = _agree

    def fetch(self, key: str) -> Outcome | None:
        """Agree that it happened."""
        return Succeeded(reference=f"manual-{key}")
