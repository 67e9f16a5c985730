"""A notifier that hands messages to a function of the host's, as plain values that JSON has a word for."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from backoffice_core.notify.base import Notification


def payload(notification: Notification) -> dict[str, Any]:
    """
    Return a message as plain values: key, kind, audience, name, fact, locale and view.

    The addresses that its letter leads to are not in it: who has one may go on with a customer's cart.
    """
    return {
        "key": notification.key,
        "kind": notification.kind,
        "audience": notification.audience,
        "name": notification.name,
        "fact": notification.fact,
        "locale": notification.locale,
        "view": {name: value for name, value in notification.view.items() if name != "links"},
    }


class WebhookNotifier:
    """
    Calls a function with each message as plain values; see `payload`.

    The function posts them, puts them on a queue, or whatever it likes. An exception means that the message did
    not arrive, and is sent again later; the key tells a second one.

    Args:
        call: The function; it may be async.
    """

    def __init__(self, call: Callable[[Mapping[str, Any]], Any]) -> None:
        self._call = call

    def send(self, notification: Notification) -> Awaitable[None] | None:
        """Call the function."""
        answer = self._call(payload(notification))
        return _awaited(answer) if inspect.isawaitable(answer) else None


async def _awaited(answer: Awaitable[Any]) -> None:
    await answer
