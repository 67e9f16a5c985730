"""
Where a shop sells: its sales channels, which `Settings.channels` holds.

An order carries the handle of its channel as text. A handle that the shop does not know is taken as it
is, and listed as unknown: who never names a channel has nothing to set up. Handles are compared
without regard to case and surplus spaces, as a search compares them.
"""

import unicodedata
from collections.abc import Iterable
from typing import Any, Final, Literal, get_args

import attrs

from backoffice_core.failures import InvalidValue
from backoffice_core.typed import check_types, one_of

ChannelKind = Literal["online", "store", "marketplace", "social", "wholesale", "app", "draft", "other"]

#: The longest handle: what the half of a source may have.
LONGEST_HANDLE: Final = 64
#: The longest name of a channel.
LONGEST_NAME: Final = 100
#: The most channels of a shop; every command reads them.
MOST_CHANNELS: Final = 100


def _within(longest: int) -> Any:
    def validate(_: object, attribute: "attrs.Attribute[str]", value: Any) -> None:
        if not isinstance(value, str) or not value.strip() or len(value) > longest:
            raise InvalidValue(attribute.name, repr(value)[:200], f"text of 1 to {longest} characters")

    return validate


@attrs.frozen(kw_only=True)
class Channel:
    """
    A place where a shop sells.

    Attributes:
        handle: What orders carry, such as ``web``; unique in the shop.

        name: What staff read.

        kind: ``online``, ``store``, ``marketplace``, ``social``, ``wholesale``, ``app``, ``draft`` or ``other``.

        enabled: Whether orders are taken from it.
    """

    handle: str = attrs.field(validator=_within(LONGEST_HANDLE))
    name: str = attrs.field(validator=_within(LONGEST_NAME))
    kind: ChannelKind = attrs.field(default="other", validator=one_of(*get_args(ChannelKind)))
    enabled: bool = True

    def __attrs_post_init__(self) -> None:
        check_types(self)


#: Every shop has it: orders that were drafts. Its handle is what `orders.drafts` gives them.
DRAFTS: Final = Channel(handle="draft_order", name="Draft orders", kind="draft")


def folded(handle: str) -> str:
    """Return a handle as handles are compared: without case and surplus spaces, as a search does."""
    return " ".join(unicodedata.normalize("NFC", handle.casefold()).split())


def channels_of(value: Any) -> tuple[Channel, ...]:
    """
    Return channels as a tuple.

    Raises:
        InvalidValue: One is none, two have one handle, or there are too many.
    """
    found = tuple(value) if isinstance(value, Iterable) else (value,)
    for one in found:
        if not isinstance(one, Channel):
            raise InvalidValue("channels", repr(one)[:200], "a Channel")
    handles = [folded(one.handle) for one in (*found, DRAFTS)]
    if len(set(handles)) < len(handles):
        raise InvalidValue("channels", "two of one handle", f"a handle of its own for each, and not {DRAFTS.handle!r}")
    if len(found) > MOST_CHANNELS:
        raise InvalidValue("channels", f"{len(found)} channels", f"at most {MOST_CHANNELS}")
    return found
