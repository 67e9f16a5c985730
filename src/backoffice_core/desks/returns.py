"""Commands about returns: a part of `backoffice_core.desks.orders.Orders`."""

from collections.abc import Mapping

from backoffice_core.orders.change import Change
from backoffice_core.orders.returns import (
    ApproveReturn,
    CancelReturn,
    CloseReturn,
    DeclineReturn,
    ReceiveReturn,
    ReopenReturn,
    RequestReturn,
)
from backoffice_core.runner import Runner


class ReturnCommands:
    """
    Commands about what customers give back.

    A return is named by its id, or by its name such as ``#1001-R1``. *expected_version* and
    *idempotency_key* are as in `MoneyCommands`.
    """

    _runner: Runner

    def request_return(
        self,
        order_id: str,
        *,
        lines: Mapping[str, int] | None = None,
        reason: str | Mapping[str, str] = "unknown",
        note: str | None = None,
        approve: bool = False,
        notify: bool | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Change:
        """
        Enter that units are to come back; all that are with the customer unless some are named.

        Args:
            order_id: The order.

            lines: Units by line id or SKU.

            reason: Why, for all lines or by line: ``color``, ``defective``, ``not_as_described``,
                ``other``, ``size_too_large``, ``size_too_small``, ``style``, ``unknown``,
                ``unwanted`` or ``wrong_item``. With ``other`` a note says it.

            note: What the customer says, at most 255 characters.

            approve: Agree to it at once.

            notify: Tell the customer that it was agreed to; as the shop's notifications say unless given.

        Raises:
            NothingToReturn: No unit is with the customer.
            TooManyUnits: More than are with the customer, or are in other returns.
            OrderIsCancelled: The order is cancelled.
        """
        command = RequestReturn(lines=lines, reason=reason, note=note, approve=approve, notify=notify)
        return self._runner.run(command, order_id, key=idempotency_key, expected_version=expected_version)

    def approve_return(
        self,
        order_id: str,
        return_id: str,
        *,
        notify: bool | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Change:
        """
        Agree to a return; one that was agreed to stays as it is.

        Args:
            order_id: The order.

            return_id: The return.

            notify: Tell the customer; as the shop's notifications say unless given.

        Raises:
            UnknownReturn: The order has no such return.
            TransitionRefused: It was declined.
        """
        command = ApproveReturn(return_id=return_id, notify=notify)
        return self._runner.run(command, order_id, key=idempotency_key, expected_version=expected_version)

    def decline_return(
        self,
        order_id: str,
        return_id: str,
        *,
        reason: str = "other",
        note: str | None = None,
        notify: bool | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Change:
        """
        Say no to a return that was asked for.

        Args:
            order_id: The order.

            return_id: The return.

            reason: ``final_sale``, ``return_period_ended`` or ``other``.

            note: What the customer is told of it, at most 500 characters.

            notify: Tell the customer; as the shop's notifications say unless given.

        Raises:
            UnknownReturn: The order has no such return.
            TransitionRefused: It was approved.
        """
        command = DeclineReturn(return_id=return_id, reason=reason, note=note, notify=notify)
        return self._runner.run(command, order_id, key=idempotency_key, expected_version=expected_version)

    def receive_return(
        self,
        order_id: str,
        return_id: str,
        *,
        lines: Mapping[str, int] | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Change:
        """
        Say that units of an open return are back; `refund` gives the money, `restock` puts them on sale.

        Args:
            order_id: The order.

            return_id: The return.

            lines: Units by line id or SKU; all that are still to come unless some are named.

        Raises:
            UnknownReturn: The order has no such return.
            TooManyUnits: More than are still to come.
            TransitionRefused: It is not open.
        """
        command = ReceiveReturn(return_id=return_id, lines=lines)
        return self._runner.run(command, order_id, key=idempotency_key, expected_version=expected_version)

    def close_return(
        self,
        order_id: str,
        return_id: str,
        *,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Change:
        """
        Say that an open return was dealt with; a closed one stays as it is.

        Args:
            order_id: The order.

            return_id: The return.

        Raises:
            UnknownReturn: The order has no such return.
            TransitionRefused: It is not open.
        """
        command = CloseReturn(return_id=return_id)
        return self._runner.run(command, order_id, key=idempotency_key, expected_version=expected_version)

    def reopen_return(
        self,
        order_id: str,
        return_id: str,
        *,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Change:
        """
        Take up a closed return; an open one stays as it is.

        Args:
            order_id: The order.

            return_id: The return.

        Raises:
            UnknownReturn: The order has no such return.
            TransitionRefused: It was not closed.
            TooManyUnits: Other returns wait for its units now.
        """
        command = ReopenReturn(return_id=return_id)
        return self._runner.run(command, order_id, key=idempotency_key, expected_version=expected_version)

    def cancel_return(
        self,
        order_id: str,
        return_id: str,
        *,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Change:
        """
        Give up an open return by which nothing came back.

        Args:
            order_id: The order.

            return_id: The return.

        Raises:
            UnknownReturn: The order has no such return.
            ReturnUnderWay: Units came back by it.
            TransitionRefused: It is not open.
        """
        command = CancelReturn(return_id=return_id)
        return self._runner.run(command, order_id, key=idempotency_key, expected_version=expected_version)
