"""Commands about the order itself: the third part of `backoffice_core.desks.orders.Orders`."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from backoffice_core.orders.actions import Action
from backoffice_core.orders.archive import Archive, Unarchive
from backoffice_core.orders.asked import Amount, Discount, Line, Sale, Shipping
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.change import Change
from backoffice_core.orders.delete import DeleteOrder
from backoffice_core.orders.edit import EditOrder
from backoffice_core.orders.invoice import SendInvoice
from backoffice_core.orders.notes import AddComment, DeleteComment, EditComment, SetNote
from backoffice_core.orders.order import Address, Client, CustomerRef
from backoffice_core.orders.people import UpdateAddress, UpdateCustomer
from backoffice_core.orders.place import Place
from backoffice_core.orders.tags import AddTags, RemoveTags
from backoffice_core.orders.visits import Visit
from backoffice_core.runner import Runner

T = TypeVar("T")


class PaperCommands:
    """
    Commands that place, file, mark and end an order.

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
        command = EditOrder(actions=_flat(actions), note=note, notify=notify)
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

    def add_tags(
        self,
        order_id: str,
        *tags: str | Iterable[str],
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Change:
        """
        Add tags; case is ignored and the first spelling stays.

        Args:
            order_id: The order.

            tags: Text, with commas between tags, or several.

        Raises:
            TagTooLong: A tag has more than 40 characters.
            TooManyTags: The order would have more than 250.
        """
        command = AddTags(tags=_flat(tags))
        return self._runner.run(command, order_id, key=idempotency_key, expected_version=expected_version)

    def remove_tags(
        self,
        order_id: str,
        *tags: str | Iterable[str],
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Change:
        """
        Remove tags; case is ignored, and a tag that is not there is no error.

        Args:
            order_id: The order.

            tags: Text, with commas between tags, or several.
        """
        command = RemoveTags(tags=_flat(tags))
        return self._runner.run(command, order_id, key=idempotency_key, expected_version=expected_version)

    def set_note(
        self,
        order_id: str,
        note: str | None,
        *,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Change:
        """
        Set the note, of at most 5,000 characters; None takes it away.

        Args:
            order_id: The order.

            note: The text.
        """
        command = SetNote(note=note)
        return self._runner.run(command, order_id, key=idempotency_key, expected_version=expected_version)

    def update_customer(
        self,
        order_id: str,
        *,
        customer: CustomerRef | str | None = None,
        name: str | None = None,
        email: str | None = None,
        phone: str | None = None,
        guest: bool = False,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Change:
        """
        Say who buys; what is left out stays.

        Args:
            order_id: The order.

            customer: A reference, or a customer's id.

            name: The name.

            email: The address for mail.

            phone: The number.

            guest: Make a guest of who is known.

        Raises:
            InvalidValue: A guest with a customer, or an email that is none.
        """
        command = UpdateCustomer(customer=customer, customer_name=name, email=email, phone=phone, guest=guest)
        return self._runner.run(command, order_id, key=idempotency_key, expected_version=expected_version)

    def update_address(
        self,
        order_id: str,
        *,
        shipping: Address | None = None,
        billing: Address | None = None,
        remove: str | Iterable[str] = (),
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Change:
        """
        Say where to ship or bill to; what is left out stays.

        Args:
            order_id: The order.

            shipping: Where to ship to.

            billing: Where to bill to.

            remove: ``shipping``, ``billing`` or both, to take them away.

        Raises:
            InvalidValue: Something that is no address.
        """
        command = UpdateAddress(shipping=shipping, billing=billing, remove=remove)
        return self._runner.run(command, order_id, key=idempotency_key, expected_version=expected_version)

    def send_invoice(
        self,
        order_id: str,
        *,
        subject: str | None = None,
        message: str | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Change:
        """
        Ask the customer to pay what is owed; it can be asked again.

        Args:
            order_id: The order.

            subject: What stands over the letter, in place of our words.

            message: What you write into it, up to 5,000 characters.

            expected_version: Refuse when the order was changed since.

            idempotency_key: A retry under the same key sends no second one.

        Raises:
            NoRecipient: The customer has no email.
            NothingOwed: Nothing is owed.
            OrderIsCancelled: The order is cancelled.
        """
        command = SendInvoice(subject=subject, message=message)
        return self._runner.run(command, order_id, key=idempotency_key, expected_version=expected_version)

    def comment(
        self, order_id: str, text: str, *, expected_version: int | None = None, idempotency_key: str | None = None
    ) -> Change:
        """
        Leave a comment of 1 to 5,000 characters on the timeline; customers never see it.

        Args:
            order_id: The order.

            text: The text.
        """
        command = AddComment(text=text)
        return self._runner.run(command, order_id, key=idempotency_key, expected_version=expected_version)

    def edit_comment(
        self,
        order_id: str,
        comment_id: str,
        text: str,
        *,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Change:
        """
        Change the text of a comment; only who wrote it may. The same text changes nothing.

        Args:
            order_id: The order.

            comment_id: The comment.

            text: The text, of 1 to 5,000 characters.

        Raises:
            UnknownComment: There is no such comment, or it was deleted.
            NotYourComment: Somebody else wrote it.
        """
        command = EditComment(comment_id=comment_id, text=text)
        return self._runner.run(command, order_id, key=idempotency_key, expected_version=expected_version)

    def delete_comment(
        self,
        order_id: str,
        comment_id: str,
        *,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Change:
        """
        Take the text of a comment away for good; only who wrote it may. One that is deleted stays so.

        Args:
            order_id: The order.

            comment_id: The comment.

        Raises:
            UnknownComment: There is no such comment.
            NotYourComment: Somebody else wrote it.
        """
        command = DeleteComment(comment_id=comment_id)
        return self._runner.run(command, order_id, key=idempotency_key, expected_version=expected_version)


def _flat(given: Iterable[T | Iterable[T]]) -> tuple[T, ...]:
    """Return what was given one by one, several at a time, or both, in its order."""
    found: list[Any] = []
    for one in given:
        found += [one] if isinstance(one, str) or not isinstance(one, Iterable) else one
    return tuple(found)
