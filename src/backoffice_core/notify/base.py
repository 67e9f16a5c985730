"""What a notifier is, and what it is given."""

from collections.abc import Awaitable, Mapping
from typing import Any, Protocol

import attrs

from backoffice_core.notify.kinds import Audience
from backoffice_core.orders.order import Order


@attrs.frozen(kw_only=True)
class Attachment:
    """
    A file that goes along with a message.

    Attributes:
        name: What it is called, such as ``orders.csv``.

        media_type: What it is, such as ``text/csv``.

        content: What is in it.
    """

    name: str
    media_type: str
    content: bytes = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class Notification:
    """
    A message that is due, written for whoever it goes to.

    Attributes:
        key: Unique in the shop; a receiver that saw it drops it.

        kind: One of `backoffice_core.notify.kinds.KINDS`.

        audience: ``customer`` or ``staff``.

        order: The order as it is now; of a draft or a checkout, the order that it would be; None where there is none.

        name: What it is about is called, such as ``#1001``; empty where that has no name.

        fact: The id of what it speaks of: a fulfillment, a refund, a cancel, an edit, a return, or the order.

        locale: The language that it is written in.

        to: The address that it goes to; None where there is none.

        cc: Further addresses.

        subject: What it is about, on one line.

        text: The letter as plain text.

        html: The letter as a page of HTML.

        headers: Fields of a mail's head by name, such as ``Reply-To`` and ``List-Unsubscribe``.

        attachments: Files that go along.

        view: What templates see and webhooks send: plain values that JSON has a word for.
    """

    key: str
    kind: str
    audience: Audience = "customer"
    order: Order | None = None
    name: str = ""
    fact: str
    locale: str
    to: str | None = attrs.field(repr=False)
    cc: tuple[str, ...] = attrs.field(default=(), repr=False)
    subject: str = attrs.field(default="", repr=False)
    text: str = attrs.field(default="", repr=False)
    html: str = attrs.field(default="", repr=False)
    headers: tuple[tuple[str, str], ...] = attrs.field(default=(), repr=False)
    attachments: tuple[Attachment, ...] = attrs.field(default=(), repr=False)
    view: Mapping[str, Any] = attrs.field(factory=dict, repr=False)


class Undeliverable(Exception):
    """
    What a notifier raises when a message will never be taken, such as for an address that does not exist.

    The message is dead at once: it is listed, and may be sent again by hand.
    """


class Notifier(Protocol):
    """
    Sends messages.

    One that keeps something open from one message to the next has a method ``done`` too, which is
    called at the end of each `deliver`.
    """

    def send(self, notification: Notification) -> Awaitable[None] | None:
        """
        Send a message.

        An exception means that it was not sent; it is tried again later, but for `Undeliverable`. After
        a crash a message may come a second time, with the same key. It gives up within two minutes:
        then another relay may try.
        """
        ...
