"""
A message as a mail: `as_mail`, for SMTP and for whatever else takes an `EmailMessage`.

1. The Message-ID is made of the message's key, so a second sending can be told; ``X-Message-Key`` is the key.
2. Nothing that a customer or a template wrote makes a field of the head: a line break in one is an error,
   and so is a field that is ours to write. An address is one address.
3. All of it is ASCII: every server takes it. Only an address that is not has to be carried by one that can.
"""

import hashlib
import re
from collections.abc import Callable
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any, Final

import pendulum

from backoffice_core.clock import system_clock
from backoffice_core.failures import InvalidValue
from backoffice_core.notify.base import Notification, Undeliverable

#: The fields that a message may not set by its `headers`.
OURS: Final = ("from", "sender", "to", "cc", "bcc", "subject", "date", "message-id", "mime-version", "x-message-key")
_FIELD: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,75}")
_BREAK: Final = re.compile(r"[\r\n\x00]")
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+", re.IGNORECASE)
#: Fields that stay on one line where a server takes it: wrapping encodes an address that is longer than a line.
_WHOLE: Final = ("list-unsubscribe", "message-id", "x-message-key")
_LONGEST_LINE: Final = 998


class _Policy(EmailPolicy):
    """Writes a head as servers want it, but for fields that have to stay whole."""

    def fold(self, name: str, value: Any) -> str:
        """Return a field as text."""
        whole = f"{name}: {value}"
        if name.lower() in _WHOLE and whole.isascii() and len(whole) <= _LONGEST_LINE:
            return whole + self.linesep
        folded: str = super().fold(name, value)
        return folded

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Return a field as it goes over the wire."""
        return self.fold(name, value).encode("ascii", "surrogateescape")


_POLICY: Final = _Policy(linesep="\r\n", cte_type="7bit")


def as_mail(
    notification: Notification, sender: Address, *, clock: Callable[[], pendulum.DateTime] = system_clock
) -> EmailMessage:
    """
    Return a message as a mail.

    Args:
        notification: The message; it has an address.

        sender: Who it is from; see `sender_of`.

        clock: Tells the moment that it is dated.

    Raises:
        Undeliverable: An address is none.
        ValueError: A field of the head is ours to write, or cannot be one.
    """
    mail = EmailMessage(_POLICY)
    mail["From"] = sender
    mail["To"] = _address(notification.to or "")
    if notification.cc:
        mail["Cc"] = [_address(one) for one in notification.cc]
    mail["Subject"] = _one_line("Subject", notification.subject)
    mail["Date"] = clock()
    mail["Message-ID"] = message_id(notification.key, sender.domain)
    mail["X-Message-Key"] = _one_line("X-Message-Key", notification.key)
    for name, value in notification.headers:
        if not _FIELD.fullmatch(name) or name.lower() in OURS or name.lower().startswith("content-"):
            raise ValueError(f"a message cannot set the field {name[:76]!r}")
        mail[name] = _one_line(name, value)
    mail.set_content(notification.text, cte="quoted-printable")
    if notification.html:
        mail.add_alternative(notification.html, subtype="html", cte="quoted-printable")
    for file in notification.attachments:
        kind = file.media_type if _MEDIA_TYPE.fullmatch(file.media_type) else "application/octet-stream"
        main, _, sub = kind.partition("/")
        mail.add_attachment(file.content, maintype=main, subtype=sub, filename=_BREAK.sub(" ", file.name))
    return mail


def sender_of(text: str) -> Address:
    """
    Return a sender such as ``Maison Thé <shop@example.com>``.

    Raises:
        InvalidValue: It is none.
    """
    try:
        return _parsed(text)
    except (ValueError, IndexError, AttributeError, MessageError):
        would_do = "an address such as 'Tea House <shop@example.com>'"
        raise InvalidValue("sender", repr(text), would_do) from None


def message_id(key: str, domain: str) -> str:
    """Return the Message-ID of a message's key: the same for the same key."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}>"


def _parsed(text: str) -> Address:
    """Return the one address that a text is, with its name."""
    mail = EmailMessage(_POLICY)
    mail["From"] = _one_line("From", text)
    (address,) = mail["From"].addresses
    if not address.username or not address.domain or mail["From"].defects:
        raise ValueError("no address")
    return Address(address.display_name, address.username, _ascii(address.domain))


def _address(text: str) -> Address:
    """Return what a text that is nothing but an address says."""
    if _BREAK.search(text):
        raise Undeliverable("an address has a line break in it")
    try:
        found = Address(addr_spec=text)
        if not found.username:
            raise ValueError("nobody there")
        return Address(username=found.username, domain=_ascii(found.domain))
    except (ValueError, IndexError, AttributeError, MessageError):
        raise Undeliverable("an address is none") from None


def _ascii(domain: str) -> str:
    """Return a domain as the network writes it."""
    if not domain:
        raise ValueError("no domain")
    return domain if domain.isascii() else domain.encode("idna").decode()


def _one_line(name: str, value: str) -> str:
    if _BREAK.search(value):
        raise ValueError(f"the field {name} has a line break in it")
    return value
