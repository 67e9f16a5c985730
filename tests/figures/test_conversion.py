"""How an order came about: its place among the customer's orders, and the visits that led to it."""

import asyncio
from typing import Any

import attrs
import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice_core import Address, AsyncBackOffice, BackOffice, Line, Visit, errors
from backoffice_core.orders.detail.conversion import SourceKind, Tactic, Utm
from backoffice_core.orders.visits import LONGEST_PAGE, MOST_VISITS, kept_visits
from backoffice_core.reports.conversion import Earlier, conversion
from backoffice_core.reports.origin import moment
from backoffice_core.testing import FrozenClock
from tests.orders.helpers import an_order

NOW = pendulum.datetime(2026, 3, 31, 12)
TEA = Line("Tea", sku="TEA", price="10.00")


@pytest.fixture(params=["memory:", "sqlite"])
def shop(request, tmp_path):
    url = f"sqlite:///{tmp_path}/shop.db" if request.param == "sqlite" else request.param
    with BackOffice.open(url, currency="EUR", taxes_included=True, clock=FrozenClock(NOW)) as office:
        office.clock = office._context.clock
        yield office


def visit(days: float, page: str | None = "https://shop.example/", referrer: str | None = None, **more: Any) -> Visit:
    """Return a visit so many days before now."""
    return Visit(at=NOW.subtract(seconds=int(days * 86_400)), landing_page=page, referrer=referrer, **more)


def sell(shop: BackOffice, *visits: Visit, **asked: Any):
    """Sell a tea by the web to Ada unless told otherwise."""
    given = {"channel": "web", "email": "ada@example.com"} | asked
    return shop.orders.place(lines=[TEA], visits=visits, **given).order


class TestPlace:
    def test_the_rank_counts_the_customers_orders(self, shop: BackOffice) -> None:
        """Trials and other people are not counted; the case of an address is not looked at."""
        first = sell(shop)
        shop.clock.tick(days=1)
        trial = sell(shop, test=True)
        sell(shop, email="bob@example.com")
        shop.clock.tick(days=1)
        second = sell(shop, email="Ada@Example.com")
        nobody = sell(shop, email=None)
        ranks = [shop.orders.conversion(one.id).order_index for one in (first, trial, second, nobody)]
        assert [1, None, 2, None] == ranks

    def test_orders_of_one_moment(self, shop: BackOffice) -> None:
        """Each has a place of its own."""
        orders = [sell(shop) for _ in range(3)]
        assert [1, 2, 3] == [shop.orders.conversion(one.id).order_index for one in orders]

    def test_more_than_are_counted(self) -> None:
        """It is that one or a later one."""
        order = an_order(TEA, channel="web")
        found = conversion(order, Earlier(10_000, True, order.created_at.subtract(days=1)))
        assert found is not None
        assert (10_001, True, "Order 10001 or later of this customer") == (
            found.order_index,
            found.at_least,
            found.text[0],
        )


class TestWindow:
    def test_thirty_days(self, shop: BackOffice) -> None:
        """A visit 30 days before counts; one before that is not even kept, nor one that is yet to come."""
        order = sell(shop, visit(-0.01), visit(2.5), visit(30), visit(30.01), visit(0))
        found = shop.orders.conversion(order.id)
        assert [30, 2, 0] == [(NOW - one.at).days for one in found.moments]
        assert (3, 30, 30, False) == (
            found.moments_count,
            found.days_to_conversion,
            found.days_between,
            found.since_order,
        )
        assert 3 == len(order.visits)

    def test_since_the_order_before(self, shop: BackOffice) -> None:
        """What led to the order before did not lead to this one."""
        sell(shop)
        shop.clock.tick(days=10)
        early, late = visit(1), visit(-3.5)
        found = shop.orders.conversion(sell(shop, early, late, visit(0)).id)
        assert [late.at] == [one.at for one in found.moments]
        assert (True, NOW, 6, 2) == (found.since_order, found.since, found.days_to_conversion, found.order_index)

    def test_an_order_longer_ago(self, shop: BackOffice) -> None:
        """Then 30 days count again."""
        sell(shop)
        shop.clock.tick(days=31)
        found = shop.orders.conversion(sell(shop, visit(-2), visit(0)).id)
        assert [29] == [(NOW.add(days=31) - one.at).days for one in found.moments]
        assert NOW.add(days=1) == found.since

    def test_of_many_visits_the_first_and_the_latest_are_kept(self) -> None:
        """An order never grows without bound, and the first visit is not lost."""
        many = [visit(20 - at / 100) for at in range(MOST_VISITS + 9)]
        kept = kept_visits(reversed(many), NOW)
        assert (MOST_VISITS, many[0], many[10:]) == (len(kept), kept[0], list(kept[1:]))


class TestShortForm:
    def test_without_visits(self, shop: BackOffice) -> None:
        """The rank and the channel; the landing page of a visit that is too old, where it is known."""
        found = shop.orders.conversion(sell(shop).id)
        assert ((), None, None, "web", None, None) == (
            found.moments,
            found.first_visit,
            found.last_visit,
            found.channel,
            found.days_to_conversion,
            found.days_between,
        )
        assert ("First order of this customer", "Sold on web") == found.text
        shop.clock.tick(days=1)
        late = shop.orders.conversion(sell(shop, visit(3, "/tea")).id)
        assert ("/tea", "Landing page: /tea") == (late.landing_page, late.text[-1])

    @pytest.mark.parametrize("channel", ["pos", "POS", "api", "shopify_draft_order", None])
    def test_nothing_of_a_till_and_the_like(self, shop: BackOffice, channel: str | None) -> None:
        """Nothing led there; visits that are known are shown all the same."""
        order = sell(shop, channel=channel)
        assert shop.orders.conversion(order.id) is None
        assert shop.orders.detail(order.id).conversion is None
        assert (
            1 == shop.orders.conversion(sell(shop, visit(0), channel=channel, email="b@example.com").id).moments_count
        )

    def test_nothing_of_a_draft(self, shop: BackOffice) -> None:
        """Staff made it."""
        draft = shop.drafts.create(lines=[TEA], email="ada@example.com").draft
        order = shop.drafts.complete(draft.id).order
        assert shop.orders.conversion(order.id) is None

    def test_a_checkout_tells_how_its_customer_came(self, shop: BackOffice) -> None:
        """Its landing page and referrer are the visit that began with it."""
        checkout = shop.checkouts.start(
            lines=[TEA], landing_site="/tea?utm_medium=email", referring_site="https://mail.google.com/"
        ).checkout
        shop.clock.tick(days=2)
        found = shop.orders.conversion(shop.checkouts.complete(checkout.id).order.id)
        assert (2, SourceKind.EMAIL, Tactic.NEWSLETTER, "/tea?utm_medium=email") == (
            found.days_to_conversion,
            found.first_visit.source_kind,
            found.first_visit.source_type,
            found.landing_page,
        )


#: Landing page, referrer, and the source, its kind and its type.
ORIGINS = [
    ("/", None, "direct", SourceKind.DIRECT, None),
    (None, None, "unknown", SourceKind.UNKNOWN, None),
    ("https://shop.example/", "https://shop.example/cart", "direct", SourceKind.DIRECT, None),
    ("/", "https://www.google.fr/", "Google", SourceKind.PLATFORM, Tactic.SEO),
    ("/", "https://www.google.co.uk/search?q=tea", "Google", SourceKind.PLATFORM, Tactic.SEO),
    ("/?gclid=abc", "https://www.google.com/", "Google", SourceKind.PLATFORM, Tactic.AD),
    ("/", "https://google.evil.example/", "google.evil.example", SourceKind.DOMAIN, Tactic.LINK),
    ("/", "https://l.facebook.com/l.php", "Facebook", SourceKind.PLATFORM, Tactic.POST),
    ("/", "https://t.co/abc", "X", SourceKind.PLATFORM, Tactic.POST),
    ("/", "https://mail.google.com/mail/u/0", "email", SourceKind.EMAIL, None),
    ("/", "android-app://com.google.android.gm/", "email", SourceKind.EMAIL, None),
    ("/", "https://www.Blog.example/post", "blog.example", SourceKind.DOMAIN, Tactic.LINK),
    ("/", "blog.example", "blog.example", SourceKind.DOMAIN, Tactic.LINK),
    ("/?utm_source=google&utm_medium=cpc", "https://www.google.com/", "Google", SourceKind.PLATFORM, Tactic.AD),
    ("/?utm_source=Spring%20mail&utm_medium=email", None, "email", SourceKind.EMAIL, Tactic.NEWSLETTER),
    ("/?utm_source=flyer&utm_medium=qr-code", None, "qr_code", SourceKind.QR_CODE, None),
    ("/?utm_source=partner-x&utm_medium=affiliate", None, "partner-x", SourceKind.CAMPAIGN, Tactic.AFFILIATE),
    ("/?utm_source=crm&utm_medium=abandoned-cart", None, "crm", SourceKind.CAMPAIGN, Tactic.ABANDONED_CART),
    ("/?utm_campaign=x", "https://blog.example/", "blog.example", SourceKind.DOMAIN, None),
]


class TestOrigin:
    @pytest.mark.parametrize(("page", "referrer", "source", "kind", "tactic"), ORIGINS)
    def test_where_a_visit_came_from(self, page, referrer, source, kind, tactic) -> None:
        """By campaign, referrer and landing page."""
        found = moment(visit(1, page, referrer))
        assert (source, kind, tactic) == (found.source, found.source_kind, found.source_type)

    @pytest.mark.parametrize(
        ("page", "code"),
        [
            ("/?ref=ada", "ada"),
            ("/?source=flyer&r=x", "flyer"),
            ("/?r=x", "x"),
            ("/?r=x&ref=ada", "ada"),
            ("/?ref=", None),
            ("/#ref=ada", None),
        ],
    )
    def test_the_code_of_referral(self, page: str, code: str | None) -> None:
        """The first of ``ref``, ``source`` and ``r`` that says something."""
        assert code == moment(visit(1, page)).referral_code

    def test_a_campaign(self) -> None:
        """All five of its parameters; what the host says wins over the landing page."""
        page = "/?utm_source=a&UTM_MEDIUM=b&utm_campaign=c&utm_term=d&utm_content=e&utm_source=twice"
        assert Utm(source="a", medium="b", campaign="c", term="d", content="e") == moment(visit(1, page)).utm
        found = moment(visit(1, page, utm={"source": "mine", "term": None}))
        assert Utm(source="mine", medium="b", campaign="c", term="d", content="e") == found.utm
        assert moment(visit(1, "/?x=1")).utm is None

    @given(st.text(max_size=80), st.text(max_size=80))
    def test_no_text_fails(self, page: str, referrer: str) -> None:
        """Whatever stands in an address, there is an answer."""
        assert moment(visit(1, page, referrer)).source

    @pytest.mark.parametrize(
        "text", ["http://[", "http://[::1]]/?ref=a", "//a:b:c/?" + "a=1&" * 500, "\ud800", "\0", "%ff"]
    )
    def test_odd_addresses(self, shop: BackOffice, text: str) -> None:
        """An order is never lost for one."""
        found = shop.orders.conversion(sell(shop, visit(1, text, text)).id)
        assert 1 == found.moments_count

    def test_endless_addresses_are_cut(self) -> None:
        """So much is kept as lists of pages show."""
        kept = visit(1, "/" + "a" * 5000)
        assert LONGEST_PAGE == len(kept.landing_page or "")


class TestVisit:
    @pytest.mark.parametrize(
        ("field", "given"),
        [
            ("at", "2026-03-01"),
            ("at", NOW.naive()),
            ("landing_page", 5),
            ("referrer", b"x"),
            ("utm", "source"),
            ("utm", {"sauce": "x"}),
            ("utm", {"source": 5}),
        ],
    )
    def test_what_cannot_be_meant(self, field: str, given: Any) -> None:
        """A host that reports another type hears of it."""
        with pytest.raises(errors.InvalidValue) as no:
            Visit(**({"at": NOW} | {field: given}))
        assert field == no.value.field

    def test_not_a_visit(self, shop: BackOffice) -> None:
        """Addresses alone are none."""
        with pytest.raises(errors.InvalidValue):
            shop.orders.place(lines=[TEA], visits=["/"])

    def test_addresses_are_in_the_document_alone(self, shop: BackOffice) -> None:
        """Neither `repr` nor an event has them."""
        order = sell(shop, visit(1, "/?email=ada@example.com", "https://x.example/ada", utm={"term": "ada"}))
        found = shop.orders.conversion(order.id)
        told = repr((order, order.visits, found, found.moments, shop.orders.detail(order.id)))
        events = repr([attrs.asdict(row) for row in shop.orders.timeline(order.id)])
        for secret in ("?email=", "x.example", "'ada'"):
            assert secret not in told + events

    def test_two_tries_may_differ_in_them(self, shop: BackOffice) -> None:
        """The customer looked around between them; it is one order."""
        first = sell(shop, visit(2), source=("web", "c-1"))
        again = shop.orders.place(
            lines=[TEA], visits=[visit(2), visit(0)], channel="web", email="ada@example.com", source=("web", "c-1")
        )
        assert (True, first.id) == (again.replayed, again.order.id)

    def test_nothing_is_left_of_them_when_an_order_is_deleted(self, shop: BackOffice) -> None:
        """A tombstone has no addresses."""
        order = sell(shop, visit(1), test=True)
        shop.orders.archive(order.id)
        shop.orders.delete(order.id)
        assert () == shop._context.read(lambda unit: unit.order(order.id, deleted=True)).visits


class TestText:
    def test_in_both_languages(self, shop: BackOffice) -> None:
        """As lines to show."""
        sell(shop)
        shop.clock.tick(days=3)
        order = sell(shop, visit(-1, "/", "https://www.google.com/"), visit(-2))
        assert (
            "Order 2 of this customer",
            "2 visits since the order before",
            "First visit: from Google",
            "Bought 2 days later",
        ) == shop.orders.conversion(order.id).text
        assert (
            "Commande n° 2 de ce client",
            "2 visites depuis la commande précédente",
            "Origine de la première visite : Google",
            "Achat 2 jours plus tard",
        ) == shop.orders.detail(order.id, language="fr").conversion.text
        with pytest.raises(errors.InvalidValue):
            shop.orders.conversion(order.id, language="de")

    def test_a_single_visit_of_the_day(self, shop: BackOffice) -> None:
        """No plural, and no days."""
        order = sell(shop, visit(0.5), email=None, shipping_address=Address(country="FR"))
        assert (
            "1 visit in the 30 days before it",
            "First visit: direct",
            "Bought within a day",
        ) == shop.orders.conversion(order.id).text
        assert (
            "1 visite en 30 jours",
            "Origine de la première visite : accès direct",
            "Achat en moins d'un jour",
        ) == shop.orders.conversion(order.id, language="fr").text


def test_the_awaitable_door(tmp_path) -> None:
    """It answers the same."""

    async def ask():
        async with await AsyncBackOffice.open(tmp_path / "shop.db", currency="EUR", taxes_included=True) as office:
            placed = await office.orders.place(lines=[TEA], channel="web", visits=[Visit(at=pendulum.now("UTC"))])
            return await office.orders.conversion(placed.order.id)

    assert asyncio.run(ask()) is not None
