"""What a shop does by itself: whom it asks back to a checkout, and what it does about risky orders."""

from collections.abc import Iterable
from typing import Any, Final, Literal

import attrs

from backoffice_core.failures import InvalidValue
from backoffice_core.typed import check_text, one_of, whole

#: The longest time, in days, that a setting may speak of.
LONGEST_DAYS = 3650
#: The most mails that ask somebody back, and the last one, in hours after they left: 30 days.
MOST_STEPS = 5
LONGEST_HOURS = 720
#: The longest time, in minutes, after which a checkout counts as left behind, or an assessor as given up: a week.
LONGEST_MINUTES = 10_080
#: The longest time, in seconds, that an assessor has: well within a lease of the outbox.
LONGEST_SECONDS = 60


def _hours(value: Any) -> tuple[int, ...]:
    """Return hours, each after the one before."""
    hours = (value,) if isinstance(value, int) else tuple(value) if isinstance(value, Iterable) else (value,)
    would_do = f"at most {MOST_STEPS} whole hours, each more than the one before, such as 10 or (1, 24)"
    for hour in hours:
        if type(hour) is not int or not 1 <= hour <= LONGEST_HOURS:
            raise InvalidValue("after", repr(hour), would_do)
    if len(hours) > MOST_STEPS or list(hours) != sorted(set(hours)):
        raise InvalidValue("after", repr(hours), would_do)
    return hours


def _channels(value: Any) -> tuple[str, ...]:
    """Return names of channels as a tuple of text."""
    names = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, Iterable) else (value,)
    for name in names:
        if not isinstance(name, str) or not name:
            raise InvalidValue("channels", repr(name), "names of channels, such as 'web'")
        check_text("channels", name)
    return names


@attrs.frozen(kw_only=True)
class Recovery:
    """
    Whom a shop asks back to a checkout that they left behind, and when.

    Attributes:
        after: How many hours after it was left each mail is sent; none at all unless it is set.
            Shopify's choices are one of 1, 6, 10 and 24.

        to: ``everyone`` who left an address, or ``subscribers``, who agreed to be written to.

        channels: The channels whose customers are asked back.

        window_days: For how many days after its link was followed a checkout that is completed
            counts as recovered.
    """

    after: tuple[int, ...] = attrs.field(default=(), converter=_hours)
    to: Literal["everyone", "subscribers"] = attrs.field(
        default="everyone", validator=one_of("everyone", "subscribers")
    )
    channels: tuple[str, ...] = attrs.field(default=("web",), converter=_channels)
    window_days: int = attrs.field(default=30, validator=whole(1, LONGEST_DAYS))


_LIMIT: Final = attrs.validators.optional(one_of("medium", "high"))


RiskLimit = Literal["medium", "high"]


@attrs.frozen(kw_only=True)
class RiskPolicy:
    """
    What a shop does by itself about orders that are risky: nothing of it unless it says so.

    Attributes:
        hold_at: The level from which on all that is left to ship is held, for `high_risk_of_fraud`.

        no_capture_at: The level from which on nothing is captured by itself; staff captures, or does not.

        cancel_at: The level from which on an order is cancelled for `fraud`, and what was paid given back.

        wait_minutes: For how long automatic captures and shipments wait for an assessor.

        timeout_seconds: How long an assessor has for one attempt.
    """

    hold_at: RiskLimit | None = attrs.field(default=None, validator=_LIMIT)
    no_capture_at: RiskLimit | None = attrs.field(default=None, validator=_LIMIT)
    cancel_at: RiskLimit | None = attrs.field(default=None, validator=_LIMIT)
    wait_minutes: int = attrs.field(default=60, validator=whole(1, LONGEST_MINUTES))
    timeout_seconds: int = attrs.field(default=10, validator=whole(1, LONGEST_SECONDS))
