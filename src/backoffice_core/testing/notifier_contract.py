"""`NotifierContract`: what every notifier must do, as a class to subclass in your own test suite."""

import asyncio
import inspect
import pickle
from collections.abc import Iterable
from typing import Any

import pytest

from backoffice_core.notify.base import Attachment, Notification, Notifier
from backoffice_core.notify.kinds import KINDS
from backoffice_core.testing.builders import an_order


async def _awaited(value: Any) -> Any:
    return await value


def sent_by(notifier: Notifier, notification: Notification) -> object:
    """Send a message, whether the notifier is sync or async, and return what it answered."""
    answer = notifier.send(notification)
    return asyncio.run(_awaited(answer)) if inspect.isawaitable(answer) else answer


def a_notification(kind: str = "order_placed", **fields: Any) -> Notification:
    """Return a message that is due."""
    order = an_order(id="order-1", email="ada@example.com")
    plain: dict[str, Any] = {
        "key": f"{kind} order-1 order-1 1",
        "kind": kind,
        "order": order,
        "fact": order.id,
        "locale": "en",
        "to": order.email,
        "name": order.name,
        "subject": f"Your order {order.name}",
        "text": "It is on its way.\n",
        "html": "<!DOCTYPE html><html><body><p>It is on its way.</p></body></html>",
        "headers": (("Auto-Submitted", "auto-generated"),),
        "view": {"kind": kind},
    }
    return Notification(**{**plain, **fields})


class NotifierContract:
    """
    What every notifier must do.

    Name the subclass ``Test...`` and override the ``notifier`` fixture. Where you can tell what
    was sent, override `sent` too.
    """

    @pytest.fixture
    def notifier(self) -> Notifier:
        """Return a notifier. Override it."""
        raise NotImplementedError("override the notifier fixture")

    def sent(self, notifier: Notifier) -> Iterable[str] | None:
        """Return the keys of what was sent, in order; None where that cannot be told."""
        return None

    @pytest.mark.parametrize("kind", sorted(KINDS))
    def test_it_sends_every_kind(self, notifier: Notifier, kind: str) -> None:
        """Each kind of message is accepted, and the answer says nothing."""
        notification = a_notification(kind)
        assert None is sent_by(notifier, notification)
        if (keys := self.sent(notifier)) is not None:
            assert [notification.key] == list(keys)

    @pytest.mark.parametrize("locale", ["en", "fr", "fr-CA", "xx"])
    def test_it_sends_in_every_locale(self, notifier: Notifier, locale: str) -> None:
        """A language it does not speak is no reason to fail."""
        assert None is sent_by(notifier, a_notification(locale=locale))

    def test_all_that_a_message_has(self, notifier: Notifier) -> None:
        """Copies, fields of the head, a file, words in any script and of any length."""
        file = Attachment(name="Bestellungen für 花子.csv", media_type="text/csv", content=b"a,b\r\n\xff")
        full = a_notification(
            subject="Ihre Bestellung 花子 " + "é" * 100,
            text="Grüße\n" + "x" * 2000 + "\n.\n",
            html="<p>Grüße</p>",
            cc=("staff@example.com",),
            headers=(
                ("Reply-To", "Thé <help@example.com>"),
                ("List-Unsubscribe", f"<https://example.com/{'t' * 300}>"),
            ),
            attachments=(file,),
        )
        assert None is sent_by(notifier, full)

    def test_about_no_order(self, notifier: Notifier) -> None:
        """A message may speak of something else."""
        assert None is sent_by(notifier, a_notification("export_ready", order=None, audience="staff"))

    def test_an_order_without_an_address(self, notifier: Notifier) -> None:
        """It is no error: there is nobody to tell."""
        assert None is sent_by(notifier, a_notification(to=None, order=an_order(id="order-1")))

    def test_the_order_of_messages_is_kept(self, notifier: Notifier) -> None:
        """What is sent first is sent first."""
        for kind in ("order_placed", "order_shipped", "order_refunded"):
            sent_by(notifier, a_notification(kind))
        if (keys := self.sent(notifier)) is not None:
            assert [key.split()[0] for key in keys] == ["order_placed", "order_shipped", "order_refunded"]

    def test_a_message_may_come_twice(self, notifier: Notifier) -> None:
        """After a crash the same key comes again; that is no error."""
        for _ in range(2):
            assert None is sent_by(notifier, a_notification())

    def test_it_changes_nothing(self, notifier: Notifier) -> None:
        """The message is the same afterwards."""
        notification = a_notification()
        before = pickle.dumps(notification)
        sent_by(notifier, notification)
        assert before == pickle.dumps(notification)
