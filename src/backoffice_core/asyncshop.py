"""
The desks of what a shop decides, awaitable: each method is that of the desk it stands for.

What a method does stands nowhere here; `tests/test_aio.py` holds both doors equal.
"""

from backoffice_core.asyncdesks import Desk, mirrored
from backoffice_core.desks.channels import Channels
from backoffice_core.desks.storefront import StorefrontDoor


class AsyncChannels(Desk):
    """Where the shop sells."""

    _desk: Channels

    list = mirrored(Channels.list)
    get = mirrored(Channels.get)
    add = mirrored(Channels.add)
    rename = mirrored(Channels.rename)
    enable = mirrored(Channels.enable)
    disable = mirrored(Channels.disable)
    remove = mirrored(Channels.remove)


class AsyncStorefrontDoor(Desk):
    """Who may see the storefront."""

    _desk: StorefrontDoor

    protect = mirrored(StorefrontDoor.protect)
    open = mirrored(StorefrontDoor.open)
    say = mirrored(StorefrontDoor.say)
    end_sessions = mirrored(StorefrontDoor.end_sessions)
    check = mirrored(StorefrontDoor.check)
    admits = mirrored(StorefrontDoor.admits)

    async def protected(self) -> bool:
        """Return whether visitors need the password."""
        found: bool = await self._call(lambda: self._desk.protected)
        return found

    async def message(self) -> str:
        """Return what visitors are told where they give it."""
        found: str = await self._call(lambda: self._desk.message)
        return found
