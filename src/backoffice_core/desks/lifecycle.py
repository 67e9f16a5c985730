"""Commands that place, change, file and end an order: a part of `backoffice_core.desks.orders.Orders`."""

from collections.abc import Iterable, Mapping
from typing import Any

from backoffice_core.desks.several import flat
from backoffice_core.orders.actions import Action
from backoffice_core.orders.archive import Archive, Unarchive
from backoffice_core.orders.asked import Amount, Discount, Line, Sale, Shipping
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.change import Change
from backoffice_core.orders.delete import DeleteOrder
from backoffice_core.orders.edit import EditOrder
from backoffice_core.orders.order import Address, Client, CustomerRef
from backoffice_core.orders.place import Place
from backoffice_core.orders.visits import Visit
from backoffice_core.runner import Runner


class LifecycleCommands:
    """
    Commands that place, change, file and end an order.

    *expected_version* and *idempotency_key* are as in `MoneyCommands`.
    """

    _runner: Runner

    def place(
        self,
        *,
        lines: Iterable[Line],
        shipping: Amount | Shipping | Iterable[Shipping] | None = None,
        discounts: Iterable[Discount] = (),
        payments: Iterable[Sale] = (),
        customer: CustomerRef | str | None = None,
        email: str | None = None,
        phone: str | None = None,
        shipping_address: Address | None = None,
        billing_address: Address | None = None,
        note: str | None = None,
        attributes: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        tags: str | Iterable[str] = (),
        channel: str | None = None,
        source: tuple[str, str] | None = None,
        currency: str | None = None,
        taxes_included: bool | None = None,
        expected_total: Amount | None = None,
        test: bool = False,
        notify: bool | None = None,
        checkout: str | None = None,
        visits: Iterable[Visit] = (),
        client: Client | None = None,
        idempotency_key: str | None = None,
    ) -> Change:
        """
        Place an order.

        Args:
            lines: What is sold, 1 to 500 lines.

            shipping: A charge for shipping.

            discounts: Discounts on the order, on lines by SKU, or on shipping.

            payments: Payments that come with it.

            customer: Who buys: a reference, or a customer's id.

            email: A guest's address.

            phone: A guest's number.

            shipping_address: Where to ship to.

            billing_address: Where to bill to.

            note: A remark of the customer's, at most 5,000 characters.

            attributes: Free pairs of the host's own.

            tags: Text, with commas between tags, or several.

            channel: Where it was sold, such as ``web``; the source's unless given.

            source: Channel and the channel's own id; one source becomes one order.

            currency: Of every amount; the shop's unless it is given.

            taxes_included: Whether prices contain their taxes; as the shop has it unless given.

            expected_total: Refuse an order that comes to another total.

            test: A trial that sales figures leave out.

            notify: Tell the customer; as the shop has it unless given.

            checkout: The checkout that it completes; the order is what is said here, and there is one
                of a checkout only.

            visits: The visits that led to it; those of the 30 days before are kept, for `conversion`.

            client: Where it was placed from, for those who assess its risk.

        Raises:
            NoLines: There are none.
            OutOfStock: More than can be had of a variant that may not be oversold.
            TotalMismatch: It comes to another total than expected.
            CheckoutIsOver: The checkout was completed in another way, or closed.
            SourceTaken: The source was placed with another content.
            InvalidInput: Something that no shop could mean.
        """
        wanted: dict[str, Any] = {
            "lines": lines,
            "shipping": shipping,
            "discounts": discounts,
            "payments": payments,
            "customer": customer,
            "email": email,
            "phone": phone,
            "shipping_address": shipping_address,
            "billing_address": billing_address,
            "note": note,
            "attributes": attributes,
            "tags": tags,
            "channel": channel,
            "source": source,
            "currency": currency,
            "taxes_included": taxes_included,
            "expected_total": expected_total,
            "test": test,
            "notify": notify,
            "checkout": checkout,
            "visits": visits,
            "client": client,
        }
        return self._runner.run(Place(**wanted), key=idempotency_key)

    def edit(
        self,
        order_id: str,
        *actions: Action | Iterable[Action],
        note: str | None = None,
        notify: bool | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Change:
        """
        Change what an order sells, by small actions that follow each other; an archived order is taken up again.

        Money is not moved by it: what is then owed, either way, is in the order's figures.

        Args:
            order_id: The order.

            actions: `AddVariant`, `AddCustomItem`, `SetQuantity`, `AddDiscount`, `RemoveDiscount`,
                `AddShipping`, `ChangeShipping`, `RemoveShipping`; at least one.

            note: For staff, at most 5,000 characters; it becomes a comment.

            notify: Tell the customer; as the shop's notifications say unless given.

        Raises:
            EmptyEdit: There is no action.
            OrderIsCancelled: The order is cancelled.
            BelowShipped: A line would have fewer units than were shipped.
            OutOfStock: Too few are available.
            AlreadyOnOrder: A variant is on the order already.
            UnknownLine: There is no such line or shipping line.
            UnknownDiscount: There is no such discount.
        """
        command = EditOrder(actions=flat(actions), note=note, notify=notify)
        return self._runner.run(command, order_id, key=idempotency_key, expected_version=expected_version)

    def cancel(
        self,
        order_id: str,
        *,
        reason: str = "other",
        restock: bool = True,
        refund: bool = True,
        note: str | None = None,
        notify: bool | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Change:
        """
        Cancel an order: void, refund, and restock or write off what was not shipped.

        Args:
            order_id: The order.

            reason: ``customer``, ``declined``, ``fraud``, ``inventory``, ``staff``, ``other``, or
                words of the shop's own.

            restock: Put unshipped units back on sale; otherwise they are written off.

            refund: Give back now what was paid for what leaves; otherwise the shop owes it.

            note: For staff, at most 255 characters.

            notify: Tell the customer; as the shop's notifications say unless given.

        Raises:
            AlreadyCancelled: It is cancelled.
            AllShipped: Nothing is left to cancel.
            CaptureFirst: Shipped units are covered by an authorization only.
            AuthorizationBusy: A capture or void has no outcome yet.
        """
        command = Cancel(reason=reason, restock=restock, refund=refund, note=note, notify=notify)
        return self._runner.run(command, order_id, key=idempotency_key, expected_version=expected_version)

    def archive(
        self, order_id: str, *, expected_version: int | None = None, idempotency_key: str | None = None
    ) -> Change:
        """File an order; one that is filed stays as it is."""
        return self._runner.run(Archive(), order_id, key=idempotency_key, expected_version=expected_version)

    def unarchive(
        self, order_id: str, *, expected_version: int | None = None, idempotency_key: str | None = None
    ) -> Change:
        """
        Take up a filed order; one that is open stays as it is.

        Raises:
            OrderIsCancelled: A cancelled order stays filed.
        """
        return self._runner.run(Unarchive(), order_id, key=idempotency_key, expected_version=expected_version)

    def delete(
        self, order_id: str, *, expected_version: int | None = None, idempotency_key: str | None = None
    ) -> Change:
        """
        Delete an archived or cancelled order that no gateway was paid through; see ``delete.py``.

        It is in no list and no count any more, and cannot be looked up; its sales figures are
        taken back. The order of the `Change` is what is left: its name.

        Raises:
            TransitionRefused: The order is open.
            PaidThroughGateway: Money went through a gateway; the order can be cancelled.
            PaymentWaiting: A transaction has no outcome yet.
            ReturnsOpen: Units are still to come back.
            UnknownId: There is no such order, or it was deleted.
        """
        return self._runner.run(DeleteOrder(), order_id, key=idempotency_key, expected_version=expected_version)
