"""A notifier that keeps what it is given."""

from backoffice_core.notify.base import Notification


class MemoryNotifier:
    """
    Keeps messages in a list, for tests and trials.

    Attributes:
        sent: What was sent, in order.
    """

    def __init__(self) -> None:
        self.sent: list[Notification] = []

    def send(self, notification: Notification) -> None:
        """Keep a message."""
        self.sent.append(notification)
