"""How an order came about: the conversion summary on its page."""

import enum

import attrs
import pendulum


class SourceKind(enum.StrEnum):
    """What kind of place a visit came from."""

    PLATFORM = "platform"  #: a search engine or a network that is known
    CAMPAIGN = "campaign"  #: what a campaign calls its source
    EMAIL = "email"  #: a mail
    QR_CODE = "qr_code"  #: a printed code
    DOMAIN = "domain"  #: another site
    DIRECT = "direct"  #: nowhere: the address was typed in or kept
    UNKNOWN = "unknown"  #: nothing was reported


class Tactic(enum.StrEnum):
    """What brought a visit about, in Shopify's words (``MarketingTactic``)."""

    ABANDONED_CART = "abandoned_cart"  #: a reminder of a cart
    AD = "ad"  #: an advertisement
    AFFILIATE = "affiliate"  #: a partner
    LINK = "link"  #: a link on another site
    LOYALTY = "loyalty"  #: a program for those who buy often
    MESSAGE = "message"  #: a text message or a chat
    NEWSLETTER = "newsletter"  #: a mail to many
    NOTIFICATION = "notification"  #: a push notification
    POST = "post"  #: a post in a network or a blog
    RETARGETING = "retargeting"  #: an advertisement for those who were here
    TRANSACTIONAL = "transactional"  #: a mail about an order
    STOREFRONT_APP = "storefront_app"  #: the shop's app
    SEO = "seo"  #: a search engine


@attrs.frozen(kw_only=True)
class Utm:
    """What a campaign is told by."""

    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    term: str | None = None
    content: str | None = None


@attrs.frozen(kw_only=True)
class Moment:
    """
    One visit, and what is known of where it came from.

    Attributes:
        at: When it began, UTC.

        landing_page: The first page that was seen.

        referrer: The page that led there.

        source: Where it came from: a platform such as ``Google``, a campaign's source, a domain, else the kind.

        source_kind: What kind of place that is.

        source_type: What brought it about; None where that cannot be told.

        referral_code: The code in the landing page's ``ref``, ``source`` or ``r``.

        utm: What the campaign is told by; None for no campaign.
    """

    at: pendulum.DateTime
    landing_page: str | None = attrs.field(repr=False)
    referrer: str | None = attrs.field(repr=False)
    source: str = attrs.field(repr=False)
    source_kind: SourceKind
    source_type: Tactic | None
    referral_code: str | None = attrs.field(repr=False)
    utm: Utm | None = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class Conversion:
    """
    How an order came about.

    Attributes:
        order_index: Which order of the customer it is, trials left out; None for a trial, and where
            nobody is known.

        at_least: Whether the customer placed more orders than were counted: it is that one or a later one.

        since: What its visits are counted from: the order before, or 30 days before this one, UTC.

        since_order: Whether that is the order before.

        moments: The visits since, oldest first; empty where none is known.

        days_to_conversion: Whole days from the first visit to the order; None without visits.

        channel: Where it was sold.

        landing_page: Where the first of these visits began, else the last one before them.

        text: The same as lines to show.
    """

    order_index: int | None
    at_least: bool
    since: pendulum.DateTime
    since_order: bool
    moments: tuple[Moment, ...]
    days_to_conversion: int | None
    channel: str | None
    landing_page: str | None = attrs.field(repr=False)
    text: tuple[str, ...] = attrs.field(repr=False)

    @property
    def first_visit(self) -> Moment | None:
        """The first of the visits."""
        return self.moments[0] if self.moments else None

    @property
    def last_visit(self) -> Moment | None:
        """The last one."""
        return self.moments[-1] if self.moments else None

    @property
    def moments_count(self) -> int:
        """How many visits there were."""
        return len(self.moments)

    @property
    def days_between(self) -> int | None:
        """Whole days from the first visit to the last one; None without visits."""
        return (self.moments[-1].at - self.moments[0].at).days if self.moments else None
