"""Mails by SMTP: encrypted, with the key in the head, one address each; and what becomes of a refusal."""

import socket
import threading

import pytest

from backoffice_core import BackOffice, Line, Sale, errors
from backoffice_core.notify.base import Attachment, Undeliverable
from backoffice_core.notify.mail import as_mail, message_id, sender_of
from backoffice_core.notify.smtp import SmtpNotifier
from backoffice_core.testing import FrozenClock, NotifierContract
from backoffice_core.testing.clock import START
from backoffice_core.testing.notifier_contract import a_notification
from tests.notify.mailserver import PASSWORD, certificate, mail_server, notifier_for

#: What aiosmtpd has to say about servers that no shop would run.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),
    pytest.mark.filterwarnings("ignore:Session.login_data is deprecated"),
]


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def server(tls):
    with mail_server("none", tls) as (post, given):
        yield post, given


class TestContract(NotifierContract):
    """The contract of all notifiers, over a real connection."""

    @pytest.fixture
    def notifier(self, server):
        self.post, given = server
        notifier = notifier_for(given)
        yield notifier
        notifier.done()

    def sent(self, notifier):
        return [mail["X-Message-Key"] for mail in self.post.mails]


class TestConnection:
    @pytest.mark.parametrize("security", ["none", "starttls", "tls"])
    def test_one_connection_for_many_mails(self, tls, security):
        """It is kept until the relay is done, and made anew where the server closed it."""
        with mail_server(security, tls) as (post, given):
            notifier = notifier_for(given)
            for number in range(3):
                notifier.send(a_notification(key=f"key {number}"))
            # After STARTTLS one greets again.
            once = 2 if security == "starttls" else 1
            assert (3, once) == (len(post.mails), post.dialogs)
            notifier.done()
            notifier.send(a_notification())
            notifier._idle[0].sock.shutdown(socket.SHUT_RDWR)
            notifier.send(a_notification())
            notifier.done()
            notifier.done()
            assert (5, 3 * once) == (len(post.mails), post.dialogs)

    @pytest.mark.parametrize("security", ["starttls", "tls"])
    def test_with_a_password(self, tls, security):
        """Over an encrypted connection, and a wrong one is not the message's fault."""
        with mail_server(security, tls, login=True) as (post, given):
            notifier = notifier_for(given, username="shop", password=PASSWORD)
            notifier.send(a_notification())
            notifier.done()
            assert [(b"shop", PASSWORD.encode())] == post.logins
            with pytest.raises(OSError, match="535") as no:
                notifier_for(given, username="shop", password="coffee").send(a_notification())
            assert not isinstance(no.value, Undeliverable)
            assert 1 == len(post.mails)

    def test_a_password_is_never_in_the_clear(self):
        """Nor in what is printed."""
        with pytest.raises(errors.InvalidValue, match="starttls or tls"):
            SmtpNotifier(host="h", sender="a@b.example", security="none", username="shop", password=PASSWORD)
        notifier = SmtpNotifier(host="h", sender="a@b.example", username="shop", password=PASSWORD)
        assert PASSWORD not in repr(notifier)
        assert "shop" not in repr(notifier)

    def test_a_server_without_encryption(self, server):
        """Where it is asked for, nothing is sent."""
        post, given = server
        with pytest.raises(OSError, match="STARTTLS"):
            notifier_for(given, security="starttls").send(a_notification())
        assert [] == post.mails

    def test_a_certificate_of_somebody_else(self, tls):
        """Nothing is sent to a server that cannot say who it is."""
        with mail_server("starttls", tls) as (post, given):
            del given["tls"]
            with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
                notifier_for(given).send(a_notification())
            assert [] == post.mails

    def test_a_server_that_says_nothing(self):
        """It is given up after the timeout."""
        with socket.create_server(("127.0.0.1", 0)) as silent:
            given = {"host": "127.0.0.1", "port": silent.getsockname()[1], "security": "none"}
            with pytest.raises(OSError, match="timed out"):
                notifier_for(given, timeout=0.1).send(a_notification())

    @pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
    def test_ports(self, security, port):
        """The usual one, unless another is given."""
        assert port == SmtpNotifier(host="h", sender="a@b.example", security=security).port
        assert 26 == SmtpNotifier(host="h", sender="a@b.example", security=security, port=26).port

    def test_many_threads(self, server):
        """Each has a connection to itself."""
        post, given = server
        notifier = notifier_for(given)

        def send(number):
            for at in range(5):
                notifier.send(a_notification(key=f"key {number} {at}"))

        threads = [threading.Thread(target=send, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        notifier.done()
        assert 20 == len({mail["X-Message-Key"] for mail in post.mails}) == len(post.mails)


class TestMail:
    def test_all_of_it(self, server):
        """Text and HTML, the head, a copy, a file; names and words in any script; nothing but ASCII on the wire."""
        post, given = server
        file = Attachment(name="Bestellungen für März.csv", media_type="text/csv", content=b"a,b\r\n\xff")
        asked = a_notification(
            key="order_shipped 0192-x 0192-y 3",
            subject="Ihre Bestellung für 花子 ist unterwegs " + "é" * 200,
            text="Grüße aus München\n" + "x" * 2000 + "\n.\n",
            html="<p>Grüße</p>",
            cc=("staff@example.com", "owner@bücher.example"),
            headers=(("Reply-To", "Thé <hilfe@example.com>"), ("List-Unsubscribe", f"<https://x.example/{'t' * 300}>")),
            attachments=(file,),
        )
        notifier = notifier_for(given, clock=FrozenClock())
        notifier.send(asked)
        notifier.done()
        (mail,), (to,) = post.mails, post.to
        assert ["ada@example.com", "staff@example.com", "owner@xn--bcher-kva.example"] == to
        assert ("Maison Thé", "shop@example.com") == (
            mail["From"].addresses[0].display_name,
            mail["From"].addresses[0].addr_spec,
        )
        assert (asked.subject, asked.key, START) == (mail["Subject"], mail["X-Message-Key"], mail["Date"].datetime)
        assert asked.headers[1][1] == mail["List-Unsubscribe"]
        assert "Thé <hilfe@example.com>" == mail["Reply-To"]
        assert asked.text == mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
        assert asked.html == mail.get_body(("html",)).get_content().strip()
        (part,) = mail.iter_attachments()
        assert (file.name, file.content) == (part.get_filename(), part.get_payload(decode=True))
        assert post.raw[0].isascii()
        assert max(map(len, post.raw[0].splitlines())) < 400
        assert "multipart/mixed" == mail.get_content_type()

    def test_the_message_id(self):
        """The same for the same key, another one for another."""
        sender = sender_of("shop@example.com")
        first, again, other = (as_mail(a_notification(key=key), sender)["Message-ID"] for key in ("a", "a", "b"))
        assert first == again == message_id("a", "example.com") != other

    @pytest.mark.parametrize(
        "field", ["Bcc", "from", "X-Message-Key", "Content-Type", "a b", "", "Subject:", "X-\r\nBcc"]
    )
    def test_fields_that_are_not_the_messages(self, field):
        """They are refused, so that no template can add a recipient."""
        with pytest.raises(ValueError, match="cannot set"):
            as_mail(a_notification(headers=((field, "x"),)), sender_of("shop@example.com"))

    @pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\0"])
    def test_a_line_break_in_the_head(self, break_):
        """It would be a field of its own: subject, key, header and sender are refused, an address too."""
        evil, sender = f"x{break_}Bcc: eve@example.com", sender_of("shop@example.com")
        for changes in ({"subject": evil}, {"key": evil}, {"headers": (("X-Note", evil),)}):
            with pytest.raises(ValueError, match="line break"):
                as_mail(a_notification(**changes), sender)
        for changes in ({"to": f"a@b.example{break_}"}, {"cc": (f"a@b.example{break_}x",)}):
            with pytest.raises(Undeliverable):
                as_mail(a_notification(**changes), sender)
        with pytest.raises(errors.InvalidValue, match="sender"):
            sender_of(f"Shop{break_} <shop@example.com>")
        file = Attachment(name=f"a{break_}b.csv", media_type="text/csv\r\nX: y", content=b"x")
        mail = as_mail(a_notification(attachments=(file,)), sender)
        (part,) = mail.iter_attachments()
        assert "application/octet-stream" == part.get_content_type()
        assert b"\nX: y" not in mail.as_bytes()

    @pytest.mark.parametrize(
        "address", ["", "ada", "@b.example", "ada@", "a@b.example, eve@c.example", "A <a@b.example>", "a b@c.example"]
    )
    def test_what_is_not_one_address(self, address):
        """Nobody gets it, and it is not tried again."""
        with pytest.raises(Undeliverable):
            as_mail(a_notification(to=address), sender_of("shop@example.com"))

    @pytest.mark.parametrize("sender", ["", "Shop", "Shop <>", "a@b.example, c@d.example", "@b.example", None, 7])
    def test_a_sender_that_is_none(self, sender):
        """It is refused when the notifier is made, not when the first mail is due."""
        with pytest.raises((errors.InvalidValue, TypeError)):
            SmtpNotifier(host="h", sender=sender)

    def test_an_address_that_the_server_cannot_carry(self, server):
        """One that is not ASCII, at a server that takes only that."""
        post, given = server
        with pytest.raises(Undeliverable):
            notifier_for(given).send(a_notification(to="zoë@example.com"))
        assert [] == post.mails


class TestRefusals:
    @pytest.mark.parametrize("where", ["ada@example.com", "DATA"])
    @pytest.mark.parametrize(("answer", "for_good"), [("550 5.1.1 no such user", True), ("451 4.7.1 later", False)])
    def test_for_good_or_for_now(self, server, where, answer, for_good):
        """The next mail goes over the same connection."""
        post, given = server
        notifier = notifier_for(given)
        post.refuses[where] = answer
        with pytest.raises(Undeliverable if for_good else OSError, match=answer[:3]) as no:
            notifier.send(a_notification())
        assert for_good == isinstance(no.value, Undeliverable)
        assert no.value.__cause__ is None
        post.refuses.clear()
        notifier.send(a_notification())
        notifier.done()
        assert (1, 1) == (len(post.mails), post.dialogs)

    def test_all_are_refused_and_one_for_now(self, server):
        """It is tried again."""
        post, given = server
        post.refuses |= {"ada@example.com": "550 no", "staff@example.com": "451 later"}
        notifier = notifier_for(given)
        with pytest.raises(OSError, match="550"):
            notifier.send(a_notification(cc=("staff@example.com",)))
        notifier.done()

    def test_a_copy_that_is_refused(self, server, caplog):
        """The mail was sent to the others: it is not sent again, and the log tells no address."""
        post, given = server
        post.refuses["staff@example.com"] = "550 no"
        notifier = notifier_for(given)
        notifier.send(a_notification(cc=("staff@example.com",)))
        notifier.done()
        assert [["ada@example.com"]] == post.to
        assert ["1 further recipients of order_placed order-1 order-1 1 were refused"] == caplog.messages

    def test_a_sender_that_is_refused(self, server):
        """That is for the shop to mend: the message waits."""
        post, given = server
        post.refuses["MAIL"] = "550 who are you"
        with pytest.raises(OSError, match="550") as no:
            notifier_for(given).send(a_notification())
        assert not isinstance(no.value, Undeliverable)


class TestDelivery:
    @pytest.fixture
    def office(self, server):
        clock = FrozenClock()
        given = {"currency": "EUR", "taxes_included": True, "clock": clock}
        with BackOffice.open("memory:", **given, notifier=notifier_for(server[1], clock=clock)) as office:
            yield office

    def place(self, office, email="ada@example.com"):
        return office.orders.place(lines=[Line("Tea", price="1.00")], payments=[Sale("1.00")], email=email).order

    def test_from_an_order_to_the_post(self, office, server):
        """The letter arrives, and the connection is closed when the relay is done."""
        order = self.place(office)
        assert 1 == office.outbox.deliver().sent
        (mail,) = server[0].mails
        assert order.name in mail["Subject"]
        assert order.name in mail.get_body(("plain",)).get_content()
        assert "auto-generated" == mail["Auto-Submitted"]
        assert not office._notifier._idle

    def test_refused_for_good(self, office, server):
        """Dead at once, without the address, and the next order's goes; what is refused for now is tried again."""
        post, _ = server
        post.refuses |= {"ada@example.com": "550 5.1.1 <ada@example.com> unknown", "bob@example.com": "450 busy"}
        for email in ("ada@example.com", "bob@example.com", "eve@example.com"):
            self.place(office, email)
        report = office.outbox.deliver()
        assert (1, 1, 1) == (report.sent, report.failed, report.dead)
        (dead,) = office.outbox.list("dead")
        assert ("Undeliverable: 550 5.1.1 <(address)> unknown", 1) == (dead.error, dead.attempts)
        post.refuses.clear()
        office._context.clock.tick(minutes=1)
        assert 1 == office.outbox.deliver().sent
        office.outbox.resend(dead.id)
        assert 1 == office.outbox.deliver().sent
        assert 3 == len(post.mails)

    def test_a_second_sending_can_be_told(self, office, server):
        """The worker dies after the server took the mail: it comes again, with the same Message-ID and key."""
        self.place(office)
        notifier = office._notifier
        send = notifier.send

        class Dies:
            def send(self, notification):
                send(notification)
                raise KeyboardInterrupt

        office._notifier = Dies()
        view = office._with(office._context)
        with pytest.raises(KeyboardInterrupt):
            view.outbox.deliver()
        office._context.clock.tick(minutes=2)
        office._notifier = notifier
        assert 1 == office._with(office._context).outbox.deliver().sent
        first, second = server[0].mails
        assert (first["Message-ID"], first["X-Message-Key"]) == (second["Message-ID"], second["X-Message-Key"])
