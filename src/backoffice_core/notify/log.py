"""A notifier that writes to the standard library's log: kinds and ids, never names or addresses."""

import logging

from backoffice_core.notify.base import Notification

LOGGER = logging.getLogger("backoffice_core.notify")
LOGGER.addHandler(logging.NullHandler())


class LogNotifier:
    """Logs that a message is due, at INFO."""

    def send(self, notification: Notification) -> None:
        """Log a message."""
        LOGGER.info(
            "%s about %s in %s",
            notification.kind,
            notification.name or notification.fact,
            notification.locale,
            extra={"message_key": notification.key, "fact": notification.fact},
        )
