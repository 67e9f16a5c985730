"""The channels desk: `BackOffice.channels`."""

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

import attrs

from backoffice_core.channels import DRAFTS, LONGEST_HANDLE, LONGEST_NAME, Channel, ChannelKind, folded
from backoffice_core.context import Context
from backoffice_core.desks.found import Count
from backoffice_core.failures import Conflict, InvalidValue, Refused, UnknownId, reason
from backoffice_core.search.conditions import Has
from backoffice_core.search.findable import term
from backoffice_core.search.sorting import NEWEST_FIRST, sort_by
from backoffice_core.search.tree import Term, Value
from backoffice_core.search.wanted import Wanted
from backoffice_core.storage.base import Unit
from backoffice_core.typed import whole_from

Channels_ = tuple[Channel, ...]

#: Orders of a channel are counted no further.
COUNT_LIMIT: Final = 10_000
#: The most channels that orders carry and the shop does not know which a list tells of.
MOST_UNKNOWN: Final = 100


@reason
class ChannelTaken(Conflict):
    """
    The shop has a channel of that handle.

    Attributes:
        channel: The handle.
    """

    code: ClassVar[str] = "channel_taken"
    channel: str

    def __str__(self) -> str:
        return f"there is a channel {self.channel!r} already; rename it, or take another handle"


@reason
class ChannelInUse(Refused):
    """
    Orders carry a channel that was to be removed.

    Attributes:
        channel: Its handle.

        orders: How many; it is counted no further than to 10,000.
    """

    code: ClassVar[str] = "channel_in_use"
    channel: str
    orders: int

    def __str__(self) -> str:
        return f"{self.orders} orders carry channel {self.channel!r}; disable it, and it stays in their lists by name"


@attrs.frozen
class ListedChannel:
    """
    A channel of a shop's list.

    Attributes:
        channel: The channel.

        orders: How many orders carry it.

        known: Whether the shop knows it; one that is not known stands there because orders carry it.

        carried: What orders carry: the handle; of one that is not known it may be longer.
    """

    channel: Channel
    orders: Count
    known: bool
    carried: str

    @property
    def query(self) -> str:
        """What finds its orders."""
        return str(Term("channel", "", (Value(self.carried, quoted=True),)))


class Channels:
    """Where the shop sells. Orders and checkouts of a channel that nobody added are taken all the same."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def list(self, *, limit: int = COUNT_LIMIT) -> Sequence[ListedChannel]:
        """
        Return the channels of the shop, that of drafts, and those that orders carry and nobody added.

        Args:
            limit: Orders of each are counted no further.

        Raises:
            InvalidValue: *limit* is below 1.
        """
        whole_from("limit", limit, 1)

        def look(unit: Unit) -> tuple[ListedChannel, ...]:
            known = (*self._context.settings_in(unit).channels, DRAFTS)
            listed = [(channel, True, channel.handle) for channel in known]
            listed += [(_named(handle), False, handle) for handle in _unknown(unit, known)]
            return tuple(ListedChannel(one, _orders(unit, of, limit), is_known, of) for one, is_known, of in listed)

        return self._context.read(look)

    def get(self, handle: str) -> Channel:
        """
        Return a channel that the shop knows.

        Raises:
            UnknownId: It knows none of that handle.
        """
        return self._context.read(lambda unit: _the((*self._context.settings_in(unit).channels, DRAFTS), handle))

    def add(self, handle: str, *, name: str, kind: ChannelKind = "other", enabled: bool = True) -> Channel:
        """
        Add a channel, or give one that orders carry already a name.

        Args:
            handle: What orders carry, 1 to 64 characters.

            name: What staff read, 1 to 100 characters.

            kind: What it is; see `Channel`.

            enabled: Whether it takes orders.

        Raises:
            InvalidValue: One of them cannot be meant, or the shop has 100 channels.
            ChannelTaken: There is one of that handle.
        """
        channel = Channel(handle=handle, name=name, kind=kind, enabled=enabled)

        def work(known: Channels_, _: Unit) -> Channels_:
            if any(folded(one.handle) == folded(handle) for one in (*known, DRAFTS)):
                raise ChannelTaken(handle)
            return (*known, channel)

        self._changed(work)
        return channel

    def rename(self, handle: str, name: str) -> Channel:
        """
        Change what staff read; what orders carry stays.

        Raises:
            UnknownId: There is no such channel.
            InvalidValue: The name will not do, or the channel is that of drafts.
        """
        return self._evolved(handle, name=name)

    def enable(self, handle: str) -> Channel:
        """
        Take orders from a channel again.

        Raises:
            UnknownId: There is no such channel.
        """
        return self._evolved(handle, enabled=True)

    def disable(self, handle: str) -> Channel:
        """
        Take no new orders and checkouts from a channel; what was begun there is completed.

        Raises:
            UnknownId: There is no such channel.
            InvalidValue: It is that of drafts.
        """
        return self._evolved(handle, enabled=False)

    def remove(self, handle: str) -> Channel:
        """
        Remove a channel that no order carries; return what it was.

        Raises:
            UnknownId: There is no such channel.
            ChannelInUse: Orders carry it.
            InvalidValue: It is that of drafts.
        """
        gone: list[Channel] = []

        def work(known: Channels_, unit: Unit) -> Channels_:
            channel = _own(known, handle)
            carried = unit.count(Has(term("chan", channel.handle)), COUNT_LIMIT)
            if carried:
                raise ChannelInUse(channel.handle, carried)
            gone[:] = [channel]
            return tuple(one for one in known if one is not channel)

        self._changed(work)
        return gone[0]

    def _evolved(self, handle: str, **changes: object) -> Channel:
        changed: list[Channel] = []

        def work(known: Channels_, _: Unit) -> Channels_:
            channel = _own(known, handle)
            changed[:] = [attrs.evolve(channel, **changes)]  # type: ignore[arg-type]
            return tuple(changed[0] if one is channel else one for one in known)

        self._changed(work)
        return changed[0]

    def _changed(self, work: Callable[[Channels_, Unit], Channels_]) -> None:
        """Save what *work* makes of the channels, with a trace of it."""

        def save(unit: Unit) -> None:
            stored = self._context.settings_in(unit, lock=True)
            channels = work(stored.channels, unit)
            if channels == stored.channels:
                return
            unit.save_settings(attrs.evolve(stored, channels=channels))
            scribe = self._context.scribe()
            before, after = ({one.handle: one for one in group} for group in (stored.channels, channels))
            changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
            unit.put_setting_changes(
                [scribe.told(f"channels.{name}", before.get(name), after.get(name)) for name in changed]
            )

        self._context.write(save)


def _the(known: Channels_, handle: str) -> Channel:
    for channel in known:
        if folded(channel.handle) == folded(str(handle)):
            return channel
    raise UnknownId("channel", str(handle)[:100])


def _own(known: Channels_, handle: str) -> Channel:
    """Return a channel that can be changed."""
    channel = _the((*known, DRAFTS), handle)
    if channel is DRAFTS:
        raise InvalidValue("handle", repr(handle), "a channel that was added; every shop has that of drafts")
    return channel


def _orders(unit: Unit, handle: str, limit: int) -> Count:
    return Count.up_to(limit, lambda most: unit.count(Has(term("chan", handle)), most))


def _named(handle: str) -> Channel:
    """Return a channel that nobody added."""
    return Channel(handle=handle[:LONGEST_HANDLE], name=handle[:LONGEST_NAME])


def _unknown(unit: Unit, known: Channels_) -> list[str]:
    """Return the channels that orders carry and the shop does not know, by handle, as the newest order spells it."""
    ours = {term("chan", channel.handle) for channel in known}
    terms = [one for one in unit.terms_with("chan:", MOST_UNKNOWN + len(ours)) if one not in ours][:MOST_UNKNOWN]
    sort = sort_by(NEWEST_FIRST)
    # A term is written small.
    newest = [unit.search(Wanted(Has(one), sort, 1)) for one in terms]
    return [found[0].order.channel for found in newest if found and found[0].order.channel]
