"""What a host tells of a checkout, and what staff ask of it: commands of `BackOffice.checkouts`."""

from collections.abc import Iterable, Mapping
from typing import Literal

from backoffice_core.checkoutrunner import CheckoutRunner
from backoffice_core.orders.asked import Amount, Discount, Line, Sale, Shipping
from backoffice_core.orders.checkoutcommands import (
    CheckoutChange,
    CloseCheckout,
    CompleteCheckout,
    GiveContact,
    ReachStep,
    SendRecovery,
    StartCheckout,
    TryPayment,
    UpdateCheckout,
)
from backoffice_core.orders.order import Address, CustomerRef


class CheckoutCommands:
    """
    Commands on checkouts.

    Amounts are `Money` or text in the checkout's currency. Every method takes *idempotency_key*: the
    same key with the same request is answered with what was done then; another request under it is an
    error. *expected_version* makes a checkout that somebody else changed a conflict.
    """

    _runner: CheckoutRunner

    def start(
        self,
        *,
        lines: Iterable[Line],
        shipping: Amount | Shipping | Iterable[Shipping] | None = None,
        discounts: Iterable[Discount] = (),
        customer: CustomerRef | str | None = None,
        email: str | None = None,
        phone: str | None = None,
        shipping_address: Address | None = None,
        billing_address: Address | None = None,
        note: str | None = None,
        attributes: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        channel: str | None = None,
        source: tuple[str, str] | None = None,
        step: str | None = None,
        cart_token: str | None = None,
        landing_site: str | None = None,
        referring_site: str | None = None,
        currency: str | None = None,
        taxes_included: bool | None = None,
        idempotency_key: str | None = None,
    ) -> CheckoutChange:
        """
        Begin a checkout; nothing is billed and nothing is set aside.

        Args:
            lines: What somebody is about to buy, 1 to 499 lines.

            shipping: A charge for shipping.

            discounts: Discounts on the order, on lines by SKU, or on shipping.

            customer: Who buys: a reference, or a customer's id.

            email: A guest's address.

            phone: A guest's number.

            shipping_address: Where to ship to.

            billing_address: Where to bill to.

            note: A remark, at most 5,000 characters.

            attributes: Free pairs of the host's own.

            channel: Where it is begun; that of the source, or ``web``, unless given.

            source: The channel and the channel's own id of it, unique in the shop; begun again with
                the same content it is the same checkout.

            step: How far its customer is: ``cart``, ``contact``, ``shipping``, ``payment``, ``review``.

            cart_token: What the channel calls the cart that it is made of.

            landing_site: The page that its customer came to the shop by.

            referring_site: Where they came from.

            currency: The shop's unless it is given.

            taxes_included: Whether its prices contain their taxes; as in the shop unless given.

        Raises:
            NoLines: There is no line.
            TooManyLines: More than 499.
            CheckoutSourceTaken: The source was begun before with another content.
            SourceTaken: The source became an order already.
            InvalidValue: Something that cannot be meant.
        """
        command = StartCheckout(
            lines=lines,
            shipping=shipping,
            discounts=discounts,
            customer=customer,
            email=email,
            phone=phone,
            shipping_address=shipping_address,
            billing_address=billing_address,
            note=note,
            attributes=attributes,
            channel=channel,
            source=source,
            step=step,
            cart_token=cart_token,
            landing_site=landing_site,
            referring_site=referring_site,
            currency=currency,
            taxes_included=taxes_included,
        )
        return self._runner.run(command, key=idempotency_key)

    def update(
        self,
        checkout_id: str,
        *,
        lines: Iterable[Line] | None = None,
        shipping: Amount | Shipping | Iterable[Shipping] | None = None,
        discounts: Iterable[Discount] | None = None,
        shipping_address: Address | None = None,
        billing_address: Address | None = None,
        note: str | None = None,
        attributes: Mapping[str, str] | Iterable[tuple[str, str]] | None = None,
        step: str | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> CheckoutChange:
        """
        Tell what was changed; what is left out stays.

        Args:
            checkout_id: The checkout.

            lines: All lines that it has now.

            shipping: Its charges for shipping.

            discounts: Its discounts; with other lines only those on the order and on shipping stay
                by themselves.

            shipping_address: Where to ship to.

            billing_address: Where to bill to.

            note: A remark; empty text takes it away.

            attributes: Free pairs of the host's own.

            step: How far its customer is.

        Raises:
            CheckoutIsOver: It was completed or closed.
            NoLines: There is no line; close it instead.
            UnknownId: There is no such checkout.
        """
        command = UpdateCheckout(
            lines=lines,
            shipping=shipping,
            discounts=discounts,
            shipping_address=shipping_address,
            billing_address=billing_address,
            note=note,
            attributes=attributes,
            step=step,
        )
        return self._runner.run(command, checkout_id, key=idempotency_key, expected_version=expected_version)

    def give_contact(
        self,
        checkout_id: str,
        *,
        customer: CustomerRef | str | None = None,
        email: str | None = None,
        phone: str | None = None,
        accepts_marketing: bool | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> CheckoutChange:
        """
        Tell who is about to buy; from then on a checkout can be left behind.

        Args:
            checkout_id: The checkout.

            customer: A reference, or a customer's id.

            email: Their address.

            phone: Their number.

            accepts_marketing: Whether they agreed to be written to.

        Raises:
            CheckoutIsOver: It was completed or closed.
            NoContact: None of them was told.
            UnknownId: There is no such checkout.
        """
        command = GiveContact(customer=customer, email=email, phone=phone, accepts_marketing=accepts_marketing)
        return self._runner.run(command, checkout_id, key=idempotency_key, expected_version=expected_version)

    def reach_step(
        self,
        checkout_id: str,
        step: str,
        *,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> CheckoutChange:
        """
        Tell how far the customer came; they may go back.

        Args:
            checkout_id: The checkout.

            step: ``cart``, ``contact``, ``shipping``, ``payment`` or ``review``.

        Raises:
            CheckoutIsOver: It was completed or closed.
            UnknownId: There is no such checkout.
        """
        command = ReachStep(step=step)
        return self._runner.run(command, checkout_id, key=idempotency_key, expected_version=expected_version)

    def try_payment(
        self,
        checkout_id: str,
        *,
        gateway: str,
        status: Literal["success", "pending", "failure"] = "failure",
        amount: Amount | None = None,
        reference: str | None = None,
        error: str | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> CheckoutChange:
        """
        Tell that a payment was tried before there is an order; it stands on the timeline.

        Args:
            checkout_id: The checkout.

            gateway: The gateway's name.

            status: ``failure``, ``pending`` or ``success``; after the last two nobody is asked back.

            amount: How much; all of it unless given.

            reference: The gateway's own name for it.

            error: Why it failed, a code of the gateway's.

        Raises:
            CheckoutIsOver: It was completed or closed.
            UnknownId: There is no such checkout.
        """
        command = TryPayment(gateway=gateway, status=status, amount=amount, reference=reference, error=error)
        return self._runner.run(command, checkout_id, key=idempotency_key, expected_version=expected_version)

    def complete(
        self,
        checkout_id: str,
        *,
        payments: Sale | Iterable[Sale] = (),
        expected_total: Amount | None = None,
        notify: bool | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> CheckoutChange:
        """
        Make an order of exactly what was priced; the same request again gives the same order.

        Args:
            checkout_id: The checkout.

            payments: Money that was taken, or is to be.

            expected_total: What it must come to.

            notify: Whether the customer is told; by the settings unless given.

        Raises:
            CheckoutIsOver: It was completed otherwise, or closed.
            TotalMismatch: It comes to another total.
            OutOfStock: Something of it is not there.
            UnknownId: There is no such checkout.
        """
        command = CompleteCheckout(payments=payments, expected_total=expected_total, notify=notify)
        return self._runner.run(command, checkout_id, key=idempotency_key, expected_version=expected_version)

    def close(
        self, checkout_id: str, *, expected_version: int | None = None, idempotency_key: str | None = None
    ) -> CheckoutChange:
        """
        Close a checkout that will not become an order: nobody is asked back to it.

        Raises:
            UnknownId: There is no such checkout.
        """
        return self._runner.run(CloseCheckout(), checkout_id, key=idempotency_key, expected_version=expected_version)

    def send_recovery(
        self,
        checkout_id: str,
        *,
        message: str | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> CheckoutChange:
        """
        Ask the customer back by hand; the mail waits in the outbox.

        Args:
            checkout_id: The checkout.

            message: What is written into it, at most 5,000 characters.

        Raises:
            CheckoutIsOver: It was completed or closed.
            NoRecipient: There is no address.
            OptedOut: The customer wants no such mails.
            UnknownId: There is no such checkout.
        """
        command = SendRecovery(message=message)
        return self._runner.run(command, checkout_id, key=idempotency_key, expected_version=expected_version)


class CheckoutPreview(CheckoutCommands):
    """The commands of `Checkouts`, decided and not saved: the same answers, the same refusals."""

    def __init__(self, runner: CheckoutRunner) -> None:
        self._runner = runner
