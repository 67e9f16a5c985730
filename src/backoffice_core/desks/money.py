"""Commands about money: a part of `backoffice_core.desks.orders.Orders`."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Literal

from backoffice_core.orders.asked import Amount
from backoffice_core.orders.change import Change
from backoffice_core.orders.facts import Card
from backoffice_core.orders.pay import Authorize, Capture, MarkAsPaid, Void
from backoffice_core.orders.record import RecordPayment
from backoffice_core.orders.refund import RefundOrder
from backoffice_core.orders.settle import Settle
from backoffice_core.runner import Runner


class MoneyCommands:
    """
    Commands that move money.

    Amounts are `Money` or text in the order's currency. Every method takes *expected_version*
    (the version the caller saw; another one raises `StaleVersion`) and *idempotency_key* (the
    same request under the same key is done once and answered again).
    """

    _runner: Runner

    def authorize(
        self,
        order_id: str,
        amount: Amount | None = None,
        *,
        gateway: str = "manual",
        reference: str | None = None,
        expires_at: dt.datetime | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Change:
        """
        Set money aside; all that is owed unless *amount* is given.

        Args:
            order_id: The order.

            amount: How much.

            gateway: The gateway's name; one that is registered and gave no reference is asked.

            reference: The gateway's own name of it; names one movement.

            expires_at: When it lapses, an aware instant.

        Raises:
            NothingOwed: No amount was given, and nothing is owed.
            OrderIsCancelled: The order is cancelled.
        """
        command = Authorize(amount=amount, gateway=gateway, reference=reference, expires_at=expires_at)
        return self._runner.run(command, order_id, key=idempotency_key, expected_version=expected_version)

    def capture(
        self,
        order_id: str,
        amount: Amount | None = None,
        *,
        authorization: str | None = None,
        final: bool = False,
        allow_over: bool = False,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Change:
        """
        Take authorized money, the oldest authorization first; what is owed unless *amount* is given.

        Args:
            order_id: The order.

            amount: How much.

            authorization: The id of the authorization to take it from.

            final: Let the rest of the authorization go.

            allow_over: Take more than is owed.

        Raises:
            NothingToCapture: Nothing is authorized, or nothing is owed.
            CaptureExceedsAuthorization: More than is left of the authorization.
            CaptureExceedsOwed: More than is owed.
            AuthorizationBusy: Another capture or void has no outcome yet.
        """
        command = Capture(amount=amount, authorization=authorization, final=final, allow_over=allow_over)
        return self._runner.run(command, order_id, key=idempotency_key, expected_version=expected_version)

    def void(
        self,
        order_id: str,
        authorization: str | None = None,
        *,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Change:
        """
        Let go what is left of an authorization; of all unless one is named.

        Args:
            order_id: The order.

            authorization: The id of the authorization.

        Raises:
            NothingToVoid: Nothing is left of it.
            AuthorizationBusy: A capture or void has no outcome yet.
        """
        command = Void(authorization=authorization)
        return self._runner.run(command, order_id, key=idempotency_key, expected_version=expected_version)

    def record_payment(
        self,
        order_id: str,
        amount: Amount,
        *,
        gateway: str = "manual",
        reference: str | None = None,
        kind: Literal["sale", "capture", "authorization"] = "sale",
        status: Literal["success", "pending", "failure"] = "success",
        authorization: str | None = None,
        expires_at: dt.datetime | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Change:
        """
        Record a movement of money that a gateway or a person reports; a *reference* only once.

        Args:
            order_id: The order.

            amount: How much.

            gateway: The gateway's name; it is not asked.

            reference: The gateway's own name of the movement, told again as often as you like.

            kind: ``sale``, ``capture`` or ``authorization``.

            status: ``success``, ``pending`` or ``failure``; a failure after a success is a reversal.

            authorization: The id of the authorization that a capture is of; left out, an open one of the gateway's.

            expires_at: When an authorization lapses, an aware instant.

        Raises:
            ReferenceTaken: The reference was recorded with another amount.
            UnknownTransaction: A capture without an authorization it could be of.
        """
        command = RecordPayment(
            amount=amount,
            gateway=gateway,
            reference=reference,
            kind=kind,
            status=status,
            authorization=authorization,
            expires_at=expires_at,
        )
        return self._runner.run(command, order_id, key=idempotency_key, expected_version=expected_version)

    def mark_as_paid(
        self, order_id: str, *, expected_version: int | None = None, idempotency_key: str | None = None
    ) -> Change:
        """
        Record that everything owed was paid.

        Raises:
            NothingOwed: Nothing is owed.
            OrderIsCancelled: The order is cancelled.
        """
        return self._runner.run(MarkAsPaid(), order_id, key=idempotency_key, expected_version=expected_version)

    def settle(
        self,
        order_id: str,
        transaction: str,
        outcome: Literal["success", "failure", "unknown", "reversed"],
        *,
        amount: Amount | None = None,
        reference: str | None = None,
        error: str | None = None,
        card: Card | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Change:
        """
        Say what became of a transaction; less than was asked may be confirmed, never more.

        Args:
            order_id: The order.

            transaction: The id of the transaction.

            outcome: ``success``, ``failure``, ``unknown`` or ``reversed``.

            amount: How much was confirmed, or undone; all of it unless given. A failure after
                success undoes all of it.

            reference: The gateway's own name of the movement; one of the reversal's own where a
                part is undone.

            error: The gateway's code for a failure.

            card: What the gateway tells of the card, for those who assess the risk.

        Raises:
            UnknownTransaction: The order has no such transaction.
            TransitionRefused: Its state has no such move.
            ConfirmedTooMuch: More than it is for.
            SettledOtherwise: It was confirmed with another amount before.
            InvalidValue: A part is undone without a reference of its own.
        """
        command = Settle(
            transaction=transaction, outcome=outcome, amount=amount, reference=reference, error=error, card=card
        )
        return self._runner.run(command, order_id, key=idempotency_key, expected_version=expected_version)

    def refund(
        self,
        order_id: str,
        *,
        lines: Mapping[str, int] | None = None,
        restock: str | Mapping[str, str] | None = None,
        shipped: Mapping[str, int] | None = None,
        location: str | None = None,
        amounts: Mapping[str, Amount] | None = None,
        shipping: bool | Amount | Mapping[str, Amount] | None = None,
        amount: Amount | None = None,
        payments: Mapping[str, Amount] | Sequence[str] | None = None,
        pay_later: bool = False,
        note: str | None = None,
        notify: bool | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Change:
        """
        Give money back, and take units back.

        Args:
            order_id: The order.

            lines: Units by line id or SKU.

            restock: ``cancel``, ``return`` or ``no_restock``, for all lines or by line; left out,
                unshipped units first as ``cancel``, then shipped ones as ``return``.

            shipped: How many of the units refunded without restock had shipped, by line.

            location: Where shipped units come back to.

            amounts: Amounts on lines, without units.

            shipping: True for all that is left, an amount, or amounts by shipping line id.

            amount: The money to send; left out, what the customer would have paid too much.

            payments: Amounts by transaction id, or ids in the order in which they are used up.

            pay_later: Take the units out and send nothing; the shop owes.

            note: Why, for staff.

            notify: Tell the customer; as the shop's notifications say unless given.

        Raises:
            RefundExceedsPaid: More than was paid and is left.
            TooManyUnits: More units than are left.
            RefundExceedsPart: More than a line, shipping or a payment is worth.
            NothingToRefund: Nothing was named and nothing is owed.
        """
        command = RefundOrder(
            lines=lines,
            restock=restock,
            shipped=shipped,
            location=location,
            amounts=amounts,
            shipping=shipping,
            amount=amount,
            payments=payments,
            pay_later=pay_later,
            note=note,
            notify=notify,
        )
        return self._runner.run(command, order_id, key=idempotency_key, expected_version=expected_version)
