"""A mail server for tests: what it was given, whom it refuses, and how it speaks."""

import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from backoffice_core.notify.smtp import SmtpNotifier

PASSWORD = "teapot"


def certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for localhost, with its key; both live for a day."""
    key, found = folder / "key.pem", folder / "cert.pem"
    ask = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-days", "1", "-nodes"]
    ask += ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-keyout", str(key), "-out", str(found)]
    subprocess.run(["openssl", "req", "-x509", *ask], check=True, capture_output=True)
    return found, key


class Post:
    """
    Takes mails.

    Attributes:
        mails: What was taken, parsed, with the addresses that it was for.

        refuses: What to answer to an address, or to ``DATA``, in place of taking it.

        dialogs: The connections that there were.
    """

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.refuses: dict[str, str] = {}
        self.to: list[list[str]] = []
        self.dialogs = 0
        self.logins: list[tuple[bytes, bytes]] = []

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.dialogs += 1
        return responses

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "MAIL" in self.refuses:
            return self.refuses["MAIL"]
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name
        if "DATA" in self.refuses:
            return self.refuses["DATA"]
        self.raw.append(bytes(envelope.content or b""))
        self.mails.append(message_from_bytes(self.raw[-1], policy=default))  # type: ignore[arg-type]
        self.to.append(list(envelope.rcpt_tos))
        return "250 OK"

    def login(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        """Let in who has the password."""
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False)


class _Server(Controller):
    """A server at a port that the system gives."""

    def _trigger_server(self) -> None:
        """Look whether it answers, at the port that it got."""
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()


@contextmanager
def mail_server(security: str, tls: tuple[Path, Path], *, login: bool = False) -> Iterator[tuple[Post, dict[str, Any]]]:
    """Run a mail server; yield it and what a notifier needs to use it."""
    post = Post()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*map(str, tls))
    options: dict[str, Any] = {}
    if login:
        options |= {"authenticator": post.login, "auth_required": True}
    if security == "tls":
        options |= {"ssl_context": context, "auth_require_tls": False}
    elif security == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    server = _Server(post, hostname="127.0.0.1", port=0, **options)
    server.start()
    try:
        trust = ssl.create_default_context(cafile=str(tls[0]))
        yield post, {"host": "127.0.0.1", "port": server.port, "security": security, "tls": trust}
    finally:
        server.stop()


def notifier_for(given: dict[str, Any], **more: Any) -> SmtpNotifier:
    """Return a notifier that uses a server."""
    return SmtpNotifier(**{"sender": "Maison Thé <shop@example.com>", **given, **more})
