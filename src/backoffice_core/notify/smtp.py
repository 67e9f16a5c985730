"""
A notifier that sends mails by SMTP.

1. The connection is encrypted, by STARTTLS or from its first byte, unless the shop says ``none``; a server
   that does not offer it is not used. A password never goes over a connection that is not.
2. A refusal for good (5xx) of the recipient or of the letter is `Undeliverable`; what may pass (4xx), a
   server that cannot be reached, a login or a sender that is refused are tried again: those are for the shop to mend.
3. A connection is kept for the next message, until `done`; the relay says so at the end of each `deliver`.
"""

import contextlib
import smtplib
import ssl
from collections import deque
from collections.abc import Callable
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any, Final, Literal

import attrs
import pendulum

from backoffice_core.clock import system_clock
from backoffice_core.failures import InvalidValue
from backoffice_core.notify.base import Notification, Undeliverable
from backoffice_core.notify.log import LOGGER
from backoffice_core.notify.mail import as_mail, sender_of
from backoffice_core.typed import one_of

Security = Literal["starttls", "tls", "none"]

PORTS: Final = {"starttls": 587, "tls": 465, "none": 25}
#: What a refusal for good begins with.
_FOR_GOOD: Final = 500


@attrs.frozen(kw_only=True, eq=False)
class SmtpNotifier:
    """
    Sends mails by SMTP. Safe to share between threads.

    Attributes:
        host: The server.

        sender: Who mails are from, such as ``Tea House <shop@example.com>``.

        security: ``starttls``, ``tls`` from the first byte, or ``none``.

        port: The server's port; 587, 465 or 25 by the security unless it is given.

        username: Who logs in; nobody does unless it is given.

        password: Their password.

        timeout: For how many seconds the server may say nothing.

        tls: How certificates are checked; as the operating system does unless it is given.

        clock: Tells the moment that mails are dated.
    """

    host: str
    sender: Address = attrs.field(converter=sender_of)
    security: Security = attrs.field(default="starttls", validator=one_of("starttls", "tls", "none"))
    port: int = attrs.field()
    username: str | None = attrs.field(default=None, repr=False)
    password: str = attrs.field(default="", repr=False)
    timeout: float = 10.0
    tls: ssl.SSLContext = attrs.field(factory=ssl.create_default_context, repr=False)
    clock: Callable[[], pendulum.DateTime] = attrs.field(default=system_clock, repr=False)
    _idle: deque[smtplib.SMTP] = attrs.field(factory=deque, init=False, repr=False)

    @port.default
    def _usual_port(self) -> int:
        return PORTS.get(self.security, 25)

    def __attrs_post_init__(self) -> None:
        if self.username is not None and self.security == "none":
            raise InvalidValue("security", "'none' with a password", "starttls or tls")

    def send(self, notification: Notification) -> None:
        """
        Send a mail; nothing where there is no address.

        Raises:
            Undeliverable: The server refused it for good.
            OSError: It was not sent; the server may take it later.
        """
        if notification.to is None:
            return
        mail = as_mail(notification, self.sender, clock=self.clock)
        server = self._connected()
        try:
            refused = self._sent(server, mail)
        except (Undeliverable, Refused):
            # The server is fine, and has forgotten the mail.
            self._idle.append(server)
            raise
        except BaseException:
            server.close()
            raise
        self._idle.append(server)
        if refused:
            LOGGER.warning("%d further recipients of %s were refused", len(refused), notification.key)

    def done(self) -> None:
        """Close the connections that are kept."""
        while self._idle:
            with contextlib.suppress(IndexError, OSError):
                self._idle.pop().quit()

    def _sent(self, server: smtplib.SMTP, mail: EmailMessage) -> dict[str, Any]:
        """Hand a mail over; return whom the server refused, where it took it for others."""
        try:
            return server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as no:
            codes = [code for code, _ in no.recipients.values()]
            code, said = next(iter(no.recipients.values()))
            raise (_refusal(code, said) if min(codes) >= _FOR_GOOD else Refused(_words(code, said))) from None
        except smtplib.SMTPDataError as no:
            raise _refusal(no.smtp_code, no.smtp_error) from None
        except smtplib.SMTPNotSupportedError:
            raise Undeliverable("the mail server cannot carry this address") from None

    def _connected(self) -> smtplib.SMTP:
        """Return a connection that works: one that is kept, or a new one."""
        while self._idle:
            with contextlib.suppress(IndexError, OSError):
                server = self._idle.pop()
                if server.noop()[0] == 250:
                    return server
                server.close()
        if self.security == "tls":
            server = smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=self.tls)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            if self.security == "starttls":
                server.starttls(context=self.tls)
            if self.username is not None:
                server.login(self.username, self.password)
        except BaseException:
            server.close()
            raise
        return server


class Refused(OSError):
    """A server refused a mail for now."""


def _refusal(code: int, said: bytes | str) -> Undeliverable | Refused:
    return Undeliverable(_words(code, said)) if code >= _FOR_GOOD else Refused(_words(code, said))


def _words(code: int, said: bytes | str) -> str:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"
