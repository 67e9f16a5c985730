"""
Where a visit came from: its source, by campaign, referrer and the landing page.

First match wins: a campaign's source, a mail or a known platform that refers, the shop's own pages
or no referrer (direct), another domain. Addresses are read as far as they can be; no text fails.
"""

from typing import Final
from urllib.parse import parse_qsl, urlsplit

from backoffice_core.orders.detail.conversion import Moment, SourceKind, Tactic, Utm
from backoffice_core.orders.visits import UTM, Visit

#: The parameters of a landing page that hold a code of referral; the first that is there counts.
REFERRALS: Final = ("ref", "source", "r")
#: Click ids that advertisements alone add.
CLICKS: Final = ("gclid", "gbraid", "wbraid", "msclkid")
_MOST_PARAMETERS: Final = 200

_SEARCH: Final = {
    "google": "Google",
    "bing": "Bing",
    "duckduckgo": "DuckDuckGo",
    "yahoo": "Yahoo",
    "ecosia": "Ecosia",
    "qwant": "Qwant",
    "baidu": "Baidu",
    "yandex": "Yandex",
    "startpage": "Startpage",
    "brave": "Brave",
}
_SOCIAL: Final = {
    "facebook": "Facebook",
    "instagram": "Instagram",
    "twitter": "X",
    "x": "X",
    "pinterest": "Pinterest",
    "tiktok": "TikTok",
    "youtube": "YouTube",
    "linkedin": "LinkedIn",
    "reddit": "Reddit",
    "snapchat": "Snapchat",
    "threads": "Threads",
}
_PLATFORMS: Final = _SEARCH | _SOCIAL
#: Hosts whose name does not tell whose they are.
_HOSTS: Final = {"t.co": "twitter", "lnkd.in": "linkedin", "youtu.be": "youtube", "pin.it": "pinterest"}
_MAIL: Final = ("mail", "webmail", "outlook")
_MAIL_APPS: Final = ("com.google.android.gm", "com.microsoft.office.outlook", "com.yahoo.mobile.client.android.mail")

_TACTICS: Final[dict[str, Tactic]] = {
    **dict.fromkeys(("cpc", "ppc", "cpm", "paid", "paid_search", "paid_social", "display", "banner"), Tactic.AD),
    **dict.fromkeys(("ad", "ads", "product_sync", "shopping"), Tactic.AD),
    **dict.fromkeys(("email", "e_mail", "mail", "newsletter"), Tactic.NEWSLETTER),
    **dict.fromkeys(("affiliate", "affiliates", "partner"), Tactic.AFFILIATE),
    **dict.fromkeys(("social", "organic_social", "post", "blog"), Tactic.POST),
    **dict.fromkeys(("sms", "message", "chat", "whatsapp"), Tactic.MESSAGE),
    **dict.fromkeys(("push", "notification"), Tactic.NOTIFICATION),
    **dict.fromkeys(("retargeting", "remarketing"), Tactic.RETARGETING),
    **dict.fromkeys(("abandoned_cart", "abandoned_checkout", "cart_recovery"), Tactic.ABANDONED_CART),
    **dict.fromkeys(("link", "referral"), Tactic.LINK),
    **dict.fromkeys(("organic", "seo"), Tactic.SEO),
    **dict.fromkeys(("app", "storefront_app"), Tactic.STOREFRONT_APP),
    "loyalty": Tactic.LOYALTY,
    "transactional": Tactic.TRANSACTIONAL,
}
_EMAIL_MEDIA: Final = ("email", "e_mail", "mail", "newsletter")
_QR: Final = ("qr", "qr_code", "qrcode")


def moment(visit: Visit) -> Moment:
    """Return what is known of where a visit came from."""
    parameters = _parameters(visit.landing_page)
    utm = _utm(visit, parameters)
    kind, source = _source(visit, utm)
    code = next((parameters[name] for name in REFERRALS if parameters.get(name)), None)
    return Moment(
        at=visit.at,
        landing_page=visit.landing_page,
        referrer=visit.referrer,
        source=source,
        source_kind=kind,
        source_type=_tactic(kind, source, utm, parameters),
        referral_code=code,
        utm=utm,
    )


def _parameters(address: str | None) -> dict[str, str]:
    """Return the parameters of an address, the first of each name; none of one that cannot be read."""
    if not address:
        return {}
    try:
        pairs = parse_qsl(urlsplit(address).query, max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        return {}
    found: dict[str, str] = {}
    for name, value in pairs:
        found.setdefault(name.lower(), value)
    return found


def _utm(visit: Visit, parameters: dict[str, str]) -> Utm | None:
    told = {name: parameters.get(f"utm_{name}") for name in UTM} | dict(visit.utm)
    return Utm(**told) if any(told.values()) else None


def _host(address: str | None) -> str:
    """Return the host of an address in lower case, without ``www``; empty where there is none to be read."""
    if not address:
        return ""
    try:
        host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.").rstrip(".")


def _platform(host: str) -> str:
    """Return the name in a domain by which a platform is known: ``google`` of ``www.google.co.uk``; else empty."""
    if host in _HOSTS:
        return _HOSTS[host]
    labels = host.split(".")
    second = labels[-2] if len(labels) > 1 else ""
    if second in ("co", "com") and len(labels) > 2:  # a country's, such as co.uk
        second = labels[-3]
    return second if second in _PLATFORMS else ""


def _source(visit: Visit, utm: Utm | None) -> tuple[SourceKind, str]:
    if utm is not None:
        named, medium = _word(utm.source), _word(utm.medium)
        if named in _QR or medium in _QR:
            return SourceKind.QR_CODE, SourceKind.QR_CODE.value
        if medium in _EMAIL_MEDIA or named in _EMAIL_MEDIA:
            return SourceKind.EMAIL, SourceKind.EMAIL.value
        if utm.source:
            known = _PLATFORMS.get(named.split(".")[0])
            return (SourceKind.PLATFORM, known) if known else (SourceKind.CAMPAIGN, utm.source)
    host = _host(visit.referrer)
    if not host and visit.landing_page is None:
        return SourceKind.UNKNOWN, SourceKind.UNKNOWN.value
    if not host or host == _host(visit.landing_page):
        return SourceKind.DIRECT, SourceKind.DIRECT.value
    if host in _MAIL_APPS or host.split(".")[0] in _MAIL:
        return SourceKind.EMAIL, SourceKind.EMAIL.value
    if platform := _platform(host):
        return SourceKind.PLATFORM, _PLATFORMS[platform]
    return SourceKind.DOMAIN, host


def _tactic(kind: SourceKind, source: str, utm: Utm | None, parameters: dict[str, str]) -> Tactic | None:
    """Return what brought a visit about: its campaign's medium says it, else a click id, else its source."""
    if utm is not None and (named := _TACTICS.get(_word(utm.medium)) or _TACTICS.get(_word(utm.source))):
        return named
    if any(parameters.get(one) for one in CLICKS):
        return Tactic.AD
    if utm is not None:
        return None
    if kind is SourceKind.PLATFORM:
        return Tactic.SEO if source in _SEARCH.values() else Tactic.POST
    return Tactic.LINK if kind is SourceKind.DOMAIN else None


def _word(value: str | None) -> str:
    return (value or "").strip().lower().replace("-", "_").replace(" ", "_")
