"""Commands that write on an order: a part of `backoffice_core.desks.orders.Orders`."""

from collections.abc import Iterable

from backoffice_core.desks.several import flat
from backoffice_core.orders.change import Change
from backoffice_core.orders.invoice import SendInvoice
from backoffice_core.orders.notes import AddComment, DeleteComment, EditComment, SetNote
from backoffice_core.orders.order import Address, CustomerRef
from backoffice_core.orders.people import UpdateAddress, UpdateCustomer
from backoffice_core.orders.tags import AddTags, RemoveTags
from backoffice_core.runner import Runner


class PaperCommands:
    """
    Commands that write on an order: tags, notes, comments, who bought it, where it goes, and its invoice.

    *expected_version* and *idempotency_key* are as in `MoneyCommands`.
    """

    _runner: Runner

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
        command = AddTags(tags=flat(tags))
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
        command = RemoveTags(tags=flat(tags))
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
