"""
Whether a sales channel takes orders.

Rules:

1. A channel that the shop knows and has disabled takes no new order and no new checkout. One that the
   shop does not know takes them: who never names channels has nothing to set up.
2. A checkout that was begun before is completed all the same, and so is a draft: whoever has paid gets
   what they bought.
"""

from typing import ClassVar

from backoffice_core.channels import folded
from backoffice_core.failures import Refused, reason
from backoffice_core.settings import Settings


@reason
class ChannelDisabled(Refused):
    """
    The shop takes no orders from a channel.

    Attributes:
        channel: Its handle.
    """

    code: ClassVar[str] = "channel_disabled"
    channel: str

    def __str__(self) -> str:
        return f"channel {self.channel!r} is disabled; enable it by channels.enable, or sell on another one"


def check_open(handle: str | None, settings: Settings) -> None:
    """
    Raise where a channel takes no orders (rule 1).

    Raises:
        ChannelDisabled: The shop disabled it.
    """
    if handle is None or not settings.channels:
        return
    for channel in settings.channels:
        if not channel.enabled and folded(channel.handle) == folded(handle):
            raise ChannelDisabled(channel.handle)
