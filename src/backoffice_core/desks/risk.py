"""Commands about the risk of an order: a part of `backoffice_core.desks.orders.Orders`."""

from backoffice_core.orders.assess import Assess, Reassess
from backoffice_core.orders.change import Change
from backoffice_core.orders.risk import Assessment
from backoffice_core.runner import Runner


class RiskCommands:
    """
    Commands about the risk of an order.

    *expected_version* and *idempotency_key* are as in `MoneyCommands`.
    """

    _runner: Runner

    def assess(
        self,
        order_id: str,
        assessment: Assessment,
        *,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Change:
        """
        Record what a provider says about the risk of an order, in the place of what it said before.

        The same again changes nothing. What the shop does about it stands in its `RiskPolicy`.

        Args:
            order_id: The order.

            assessment: A level with facts, and the provider who says so.

        Raises:
            InvalidValue: It names no provider.
        """
        command = Assess(assessment=assessment)
        return self._runner.run(command, order_id, key=idempotency_key, expected_version=expected_version)

    def reassess(
        self, order_id: str, *, expected_version: int | None = None, idempotency_key: str | None = None
    ) -> Change:
        """
        Ask the shop's assessors about an order again, as after an edit, which asks nobody by itself.

        They are called when `outbox.deliver` is; what they said before stands until then.

        Raises:
            NobodyToAsk: The shop has none.
        """
        return self._runner.run(Reassess(), order_id, key=idempotency_key, expected_version=expected_version)
