"""The home page: advice that follows what the shop contains, hushed for a while, and the latest figures."""

import asyncio
from typing import Any

import attrs
import pendulum
import pytest

from backoffice_core import AsyncBackOffice, Authorization, BackOffice, Line, Money, Sale, Settings, Variant, errors
from backoffice_core.notify.memory import MemoryNotifier
from backoffice_core.orders.risk import Assessment
from backoffice_core.orders.todo import TO_DO, ToDo, to_do
from backoffice_core.reports.home import MOST, RULES, Advice, Severity, ShopFacts, advice
from backoffice_core.reports.homewords import WORDS
from backoffice_core.search.query import Query
from backoffice_core.search.values import Scope
from backoffice_core.settings import Hushed, Sender
from backoffice_core.testing import FrozenClock
from tests.orders.helpers import an_order

NOW = pendulum.datetime(2026, 3, 31, 12)
READY: dict[str, Any] = {"sender": Sender(name="Tea House"), "owner_email": "marie@example.com"}


class Failing(MemoryNotifier):
    """A notifier that is refused for good."""

    def send(self, message: Any) -> None:
        raise ValueError("no such mailbox")


@pytest.fixture(params=["memory:", "sqlite"])
def make(request, tmp_path):
    """Return a function that opens a shop."""
    opened = []

    def _open(**given: Any) -> BackOffice:
        url = f"sqlite:///{tmp_path}/shop.db" if request.param == "sqlite" else request.param
        clock = given.pop("clock", FrozenClock(NOW))
        given = {"currency": "EUR", "taxes_included": True, "timezone": "Europe/Paris", "clock": clock} | given
        opened.append(BackOffice.open(url, **given))
        return opened[-1]

    yield _open
    for office in opened:
        office.close()


def ids(office: BackOffice, **how: Any) -> list[str]:
    return [one.id for one in office.home.advice(**how)]


def tea(office: BackOffice, units: int = 100, **variant: Any) -> str:
    """Put tea on sale; return the id of its variant."""
    given = {"price": Money(1000, "EUR"), "sku": "TEA"} | variant
    product = office.catalog.add_product("Tea", variants=[Variant(**given)])
    place = (office.catalog.locations() or [office.catalog.add_location("Shop")])[0]
    for count in (9, units):
        office.catalog.set_stock(product.variants[0].id, count, location=place.id)
    return product.variants[0].id


def sell(office: BackOffice, *payments: Any, **asked: Any):
    given = {"lines": [Line("Cup", price="10.00")], "channel": "web"} | asked
    return office.orders.place(payments=payments, **given).order


def is_due(office: BackOffice, **time: int) -> None:
    office._context.clock.tick(**time)
    office.run_due()


class TestShops:
    def test_an_empty_shop(self, make) -> None:
        """What it lacks, and nothing about orders."""
        office = make()
        told = [(one.id, one.severity, one.title, one.text, one.count) for one in office.home.advice()]
        assert [
            ("nothing_for_sale", "info", "Nothing is for sale yet", "Add your first product.", 1),
            (
                "no_sender",
                "info",
                "Your shop has no name yet",
                "Say who stands on letters, order pages and packing slips.",
                1,
            ),
            (
                "no_owner_email",
                "info",
                "Nobody hears of new orders",
                "Set the address that messages to staff go to.",
                1,
            ),
        ] == told

    def test_a_new_shop(self, make) -> None:
        """It has something to sell."""
        office = make(locale="fr-CA", notifier=MemoryNotifier(), **READY)
        tea(office)
        (one,) = office.home.advice()
        assert ("no_orders", "info", "Pas encore de commande", "catalog") == (
            one.id,
            one.severity,
            one.title,
            "catalog",
        )
        assert "Passez une commande d'essai pour voir le déroulement." == one.text
        sell(office, Sale("10.00", gateway="card"), test=True)
        assert [] == ids(office)

    def test_a_busy_shop(self, make) -> None:
        """The day's work, in the order of the table."""
        office = make(notifier=MemoryNotifier(), **READY)
        cup = tea(office, 3)
        sell(office, Sale("10.00", gateway="card"), lines=[Line(variant=cup)])
        for _ in range(2):
            sell(office, Authorization("10.00", gateway="card", expires_at=NOW.add(days=7)))
        sell(office)
        draft = office.drafts.create(lines=[Line("Cup", price="10.00")], email="ada@example.com").draft
        office.drafts.create(lines=[Line("Cup", price="10.00")])
        office.checkouts.start(lines=[Line("Cup", price="10.00")], email="bob@example.com")
        is_due(office, hours=1)
        told = [(one.id, one.severity, one.title, one.desk, one.query) for one in office.home.advice()]
        assert [
            ("orders_to_fulfill", "default", "4 orders to fulfill", "orders", "to_do:fulfill"),
            ("payments_to_capture", "default", "2 payments to capture", "orders", "to_do:capture"),
            ("payments_to_collect", "default", "1 order is not paid", "orders", "to_do:collect"),
            ("invoices_to_send", "default", "1 draft without an invoice", "drafts", None),
            ("carts_to_recover", "default", "1 cart was left behind", "checkouts", "status:abandoned"),
            ("low_stock", "default", "1 variant is nearly sold out", "catalog", None),
        ] == told
        for one in office.home.advice():
            if one.desk == "orders":
                assert one.count == len(office.orders.search(one.query)), one.id
        (left,) = office.home.scarce()
        assert (cup, "Tea", "TEA", 2) == (left.variant_id, left.title, left.sku, left.available)
        office.drafts.send_invoice(draft.id)
        assert "invoices_to_send" not in ids(office)

    def test_a_neglected_shop(self, make) -> None:
        """What loses money or customers comes first."""
        office = make(notifier=Failing(), first_number=5, notifications=("order_placed",))
        tea(office, 0)
        late = sell(office, Authorization("10.00", gateway="card", expires_at=NOW.add(days=7)), email="ada@example.com")
        paid = sell(office, Sale("15.00", gateway="card"), email="bob@example.com")
        office.orders.fulfill(paid.id)
        office.orders.request_return(paid.id, lines={paid.lines[0].id: 1})
        for _ in range(30):
            office.outbox.deliver()
            is_due(office, hours=5)
        told = [(one.id, one.severity.value, one.title, one.dismissable) for one in office.home.advice(language="fr")]
        assert [
            ("authorizations_expiring", "critical", "1 autorisation est sur le point d'expirer", False),
            ("messages_failed", "critical", "2 messages n'ont pas pu être envoyés", False),
            ("orders_to_refund", "warning", "1 commande a été trop payée", False),
            ("returns_to_answer", "warning", "1 retour attend une réponse", False),
            ("sold_out", "warning", "1 variante est épuisée", True),
            ("orders_to_fulfill", "default", "1 commande à traiter", False),
            ("payments_to_capture", "default", "1 paiement à capturer", False),
            ("no_sender", "info", "Votre boutique n'a pas encore de nom", True),
            ("no_owner_email", "info", "Personne n'est averti des nouvelles commandes", True),
        ] == told
        assert [late.id] == [one.id for one in office.orders.search("to_do:expiring")]
        is_due(office, days=2)
        assert [] == list(office.orders.search("to_do:expiring"))

    def test_an_export_that_failed(self, make) -> None:
        """It is told of for seven days."""
        office = make(notifier=MemoryNotifier(), **READY)
        order = sell(office, Sale("10.00", gateway="card"))
        office.orders.export([order.id]).by_mail("ada@example.com")
        office.orders.cancel(order.id)
        office.orders.delete(order.id)
        office.run_due()
        assert ["failed"] == [job.state for job in office.exports.list()]
        (told,) = (one for one in office.home.advice() if one.id == "exports_failed")
        assert ("warning", "exports", 1) == (told.severity, told.desk, told.count)
        office._context.clock.tick(days=7)
        assert "exports_failed" in ids(office)
        office._context.clock.tick(seconds=1)
        assert "exports_failed" not in ids(office)

    @pytest.mark.parametrize("name", [{"name": "Tea House"}, {"sender": Sender(name="Tea House")}])
    @pytest.mark.parametrize("staff", [{"owner_email": "marie@example.com"}, {"staff_emails": ["jean@example.com"]}])
    def test_what_a_shop_has_it_does_not_lack(self, make, name, staff) -> None:
        """A name is one by itself or as a sender, and whoever of staff has an address hears of orders."""
        post = MemoryNotifier()
        office = make(notifier=post, notifications=["staff_order_placed"], **name, **staff)
        assert ["nothing_for_sale"] == ids(office)
        sell(office, Sale("10.00", gateway="card"))
        office.outbox.deliver()
        assert 1 == len(post.sent)

    def test_an_order_that_is_risky(self, make) -> None:
        """It is told of while it is open, and its query finds it."""
        office = make(notifier=MemoryNotifier(), **READY)
        order = sell(office, Sale("10.00", gateway="card"))
        office.orders.assess(order.id, Assessment("high", provider="mine"))
        assert ["risky_orders", "orders_to_fulfill"] == ids(office)
        assert [order.id] == [one.id for one in office.orders.search(office.home.advice()[0].query)]
        office.orders.cancel(order.id)
        assert [] == ids(office)

    def test_without_a_notifier(self, make) -> None:
        """It is told of as soon as there is a customer who waits for a mail."""
        office = make(**READY)
        assert "no_notifier" not in ids(office)
        sell(office, Sale("10.00", gateway="card"))
        assert ["no_notifier", "orders_to_fulfill"] == ids(office)

    def test_views_have_it_too(self, make) -> None:
        """Whoever acts, and inside a host's transaction."""
        office = make(advice=[lambda facts: Advice(id="mine", title="Mine")], notifier=MemoryNotifier())
        assert ids(office) == ids(office.acting_as("marie"))

    def test_no_shop(self, make) -> None:
        """There is no home without one."""
        other = BackOffice(make()._context.storage, shop="other")
        for ask in (other.home.advice, other.home.figures, other.home.restore):
            with pytest.raises(errors.UnknownShop):
                ask()


def facts(**given: Any) -> ShopFacts:
    return ShopFacts(
        now=NOW,
        settings=Settings(currency="EUR", taxes_included=True, **READY),
        **({"sells": True, "orders": 1} | given),
    )


class TestRules:
    def test_every_rule_has_its_words(self) -> None:
        """In both languages, with the number where there are several."""
        assert {rule.id for rule in RULES} == set(WORDS)
        assert len(RULES) == len(WORDS)
        for id, by_language in WORDS.items():
            assert {"en", "fr"} == set(by_language), id
            for said in by_language.values():
                assert said.text.endswith(".")
                assert said.one == said.many or ("1 " in said.one and "{count}" in said.many), id

    def test_severity_first(self) -> None:
        """The table is sorted by it."""
        ranks = [list(Severity).index(rule.severity) for rule in RULES]
        assert sorted(ranks) == ranks

    def test_every_query_is_clear(self) -> None:
        """None of them says something that a search would leave out."""
        for rule in RULES:
            if rule.desk == "orders" and rule.query:
                assert () == Query.read(rule.query).meaning(Scope(NOW, "UTC")).warnings

    def test_risky_orders_come_with_what_is_critical(self) -> None:
        """After authorizations that lapse, before messages."""
        found = advice(facts(risky=2, expiring=1, failed_messages=1, to_fulfill=1))
        assert ["authorizations_expiring", "risky_orders", "messages_failed", "orders_to_fulfill"] == [
            one.id for one in found
        ]
        assert "2 orders with a high risk" == found[1].title

    def test_counting_ends(self) -> None:
        """And the title says that there is more."""
        for count, title, at_least in (
            (MOST, "10000 orders to fulfill", False),
            (MOST + 1, "10000+ orders to fulfill", True),
        ):
            (one,) = advice(facts(to_fulfill=count))
            assert (title, MOST, at_least) == (one.title, one.count, one.at_least)

    @pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
    def test_a_shop_that_lacks_nothing_hears_nothing(self, rule) -> None:
        """No rule speaks of a shop in order."""
        assert 0 == int(rule.count(facts()))

    def test_a_storefront_that_is_closed(self, make) -> None:
        """It matters once there is something to sell."""
        office = make(notifier=MemoryNotifier(), **READY)
        tea(office)
        office.storefront.protect("open sesame")
        assert ["storefront_closed", "no_orders"] == ids(office)
        office.storefront.open()
        assert ["no_orders"] == ids(office)
        assert ["storefront_closed"] == [one.id for one in advice(facts(closed=True))]
        assert () == advice(facts(closed=True, sells=False))

    def test_nothing_is_changed_by_advice(self) -> None:
        """The facts are frozen."""
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            facts().orders = 5  # type: ignore[misc]


class TestToDo:
    def test_a_trial_needs_nothing(self) -> None:
        """Neither goods nor money."""
        assert () == to_do(an_order(test=True))
        assert (ToDo.FULFILL, ToDo.COLLECT) == to_do(an_order())

    def test_the_table_has_every_word_once(self) -> None:
        """In the order of the words."""
        assert list(ToDo) == [what for what, _, _ in TO_DO]

    def test_what_is_held_is_not_to_be_shipped(self, make) -> None:
        """Until it is released; and what is archived or cancelled is not either."""
        office = make()
        order = sell(office, Sale("10.00", gateway="card"))

        def found(query: str) -> bool:
            return bool(office.orders.search(query).orders)

        assert found("to_do:fulfill")
        held = office.orders.hold(order.id).order
        assert not found("to_do:fulfill")
        office.orders.release_hold(order.id, held.holds[0].id, reason="fine")
        assert found("to_do:fulfill")
        office.orders.archive(order.id)
        assert not found("to_do:fulfill")
        office.orders.unarchive(order.id)
        office.orders.cancel(order.id, refund=False)
        assert not found("to_do:fulfill")
        assert found("to_do:refund")
        office.orders.refund(order.id)
        assert not found("to_do:refund,collect,capture,fulfill,expiring")


class TestHushing:
    def test_what_is_dismissed_is_gone(self, make) -> None:
        """For good where there is never more of it; and it survives, for everybody."""
        office = make()
        office.home.dismiss("no_sender")
        assert ["nothing_for_sale", "no_owner_email"] == ids(office) == ids(office.acting_as("marie"))
        assert ["nothing_for_sale", "no_sender", "no_owner_email"] == ids(office, hushed=True)
        office._context.clock.tick(days=400)
        assert "no_sender" not in ids(office)
        office.home.restore("no_sender")
        assert "no_sender" in ids(office)

    def test_it_comes_back_when_there_is_more(self, make) -> None:
        """Two carts are not the one that was dismissed."""
        office = make(**READY)

        def leave() -> None:
            office.checkouts.start(lines=[Line("Cup", price="10.00")], email="bob@example.com")
            is_due(office, hours=1)

        leave()
        office.home.dismiss("carts_to_recover")
        assert "carts_to_recover" not in ids(office)
        leave()
        assert "carts_to_recover" in ids(office)

    def test_it_comes_back_after_it_was_gone(self, make) -> None:
        """What is left of it is noticed by what time brings; new ones are news though there were more before."""
        office = make(**READY)
        carts = [office.checkouts.start(lines=[Line("Cup", price="10.00")], email="b@c.example") for _ in range(3)]
        is_due(office, hours=1)
        office.home.dismiss("carts_to_recover")
        for cart in carts[:2]:
            office.checkouts.complete(cart.checkout.id)
        is_due(office)
        assert [1] == [one.count for one in office.settings.hushed]
        assert "carts_to_recover" not in ids(office)
        office.checkouts.start(lines=[Line("Cup", price="10.00")], email="b@c.example")
        is_due(office, hours=1)
        assert "carts_to_recover" in ids(office)
        office.home.dismiss("carts_to_recover")
        office.home.snooze("orders_to_fulfill", days=30)
        for cart in office.checkouts.search("status:open"):
            office.checkouts.close(cart.id)
        is_due(office)
        assert ["orders_to_fulfill"] == [one.id for one in office.settings.hushed]

    def test_a_hosts_own_that_was_gone(self, make) -> None:
        """It is forgotten as ours is; where it is broken, what time brings goes on, and ours is noticed."""
        told = ["mine"]

        def mine(facts):
            if told == ["broken"]:
                raise ValueError("broken")
            return [Advice(id=id, title="Mine") for id in told]

        office = make(advice=[mine])
        office.home.dismiss("mine")
        office.home.dismiss("no_sender")
        told[:] = ["broken"]
        office.change_settings(sender=Sender(name="Tea House"))
        is_due(office)
        assert ["mine"] == [one.id for one in office.settings.hushed]
        told[:] = []
        is_due(office)
        assert () == office.settings.hushed
        told[:] = ["mine"]
        assert "mine" in ids(office)

    def test_what_is_snoozed_comes_back(self, make) -> None:
        """When its time is over, to the moment; more of it does not matter before."""
        office = make(**READY)
        sell(office, Sale("10.00", gateway="card"))
        office.home.snooze("orders_to_fulfill", days=2)
        sell(office, Sale("10.00", gateway="card"))
        office._context.clock.tick(days=2, seconds=-1)
        assert "orders_to_fulfill" not in ids(office)
        office._context.clock.tick(seconds=1)
        assert "orders_to_fulfill" in ids(office)

    def test_what_costs_money_stays(self, make) -> None:
        """It can be snoozed only."""
        office = make()
        sell(office)
        with pytest.raises(errors.AdviceStays) as no:
            office.home.dismiss("orders_to_fulfill")
        assert "orders_to_fulfill" == no.value.id
        assert () == office.settings.hushed

    def test_what_is_over_is_let_go_of(self, make) -> None:
        """The row of the shop does not grow with each snooze."""
        office = make()
        for id in ("no_sender", "no_sender", "nothing_for_sale"):
            office.home.snooze(id, days=1)
        assert ["no_sender", "nothing_for_sale"] == [one.id for one in office.settings.hushed]
        office._context.clock.tick(days=1)
        office.home.dismiss("no_owner_email")
        assert (Hushed(id="no_owner_email"),) == office.settings.hushed
        office.home.restore()
        assert () == office.settings.hushed

    @pytest.mark.parametrize("days", [0, 31, "2", True])
    def test_days_that_cannot_be_meant(self, make, days) -> None:
        """One to thirty."""
        with pytest.raises(errors.InvalidValue):
            make().home.snooze("no_sender", days=days)

    def test_what_is_not_there(self, make) -> None:
        """Nothing is hushed in advance."""
        office = make(**READY)
        for call in (office.home.dismiss, office.home.snooze, office.home.restore):
            with pytest.raises(errors.UnknownId):
                call("no_sender")

    def test_a_setting_that_is_none(self, make) -> None:
        """Only the library's own values are kept."""
        with pytest.raises(errors.InvalidValue):
            make().change_settings(hushed=["no_sender"])


class TestOwnAdvice:
    def test_it_stands_among_ours(self, make) -> None:
        """By severity, after ours; with the facts and the language, and it can be hushed."""

        def asked(facts: ShopFacts) -> list[Advice]:
            title = {"en": "Ask for reviews", "fr": "Demandez des avis"}[facts.language]
            return [
                Advice(id="reviews", title=title, severity="warning", count=facts.to_fulfill),
                Advice(id="party", title="Party", severity="critical", dismissable=False),
            ]

        office = make(advice=[asked, lambda facts: None], **READY)
        sell(office, Sale("10.00", gateway="card"))
        assert ["party", "no_notifier", "reviews", "orders_to_fulfill"] == ids(office)
        assert "Demandez des avis" == office.home.advice(language="fr")[2].title
        office.home.dismiss("reviews")
        assert "reviews" not in ids(office)
        sell(office, Sale("10.00", gateway="card"))
        assert "reviews" in ids(office)

    @pytest.mark.parametrize(
        "given",
        [
            lambda facts: Advice(id="no_sender", title="Mine"),
            lambda facts: [Advice(id="a", title="A"), Advice(id="a", title="B")],
            lambda facts: ["text"],
        ],
    )
    def test_what_cannot_be_advice(self, make, given) -> None:
        """An id is one advice's, and text is none."""
        with pytest.raises(errors.InvalidValue):
            make(advice=[given]).home.advice()

    @pytest.mark.parametrize("advisors", [5, [5], [None], "abc"])
    def test_what_cannot_be_asked(self, make, advisors) -> None:
        """It is told as the shop is opened."""
        with pytest.raises(errors.InvalidValue, match="advice"):
            make(advice=advisors)

    @pytest.mark.parametrize("given", [{"severity": "bad"}, {"id": " "}, {"title": 5}, {"count": -1}])
    def test_advice_that_cannot_be_meant(self, given) -> None:
        """An error names the field."""
        with pytest.raises(errors.InvalidValue) as caught:
            Advice(**{"id": "mine", "title": "Look", **given})
        assert [caught.value.field] == list(given)

    def test_an_advisor_that_is_awaited(self, make) -> None:
        """A page waits for nobody."""

        async def later(facts):
            return None

        with pytest.raises(errors.InvalidValue, match="awaited"):
            make(advice=[later]).home.advice()


class TestScarce:
    def test_all_locations_together_the_least_first(self, make) -> None:
        """Archived products and what is not counted any more are left out."""
        office = make()
        one, two = tea(office, 2, sku="A"), tea(office, 5, sku="B")
        second = office.catalog.add_location("Cellar")
        office.catalog.set_stock(one, 4, location=second.id)
        gone = tea(office, 0, sku="C")
        loose = tea(office, 1, sku="D", tracked=False)
        office.catalog.archive_product(next(p.id for p in office.catalog.products() if p.variants[0].id == gone))
        assert [two] == [row.variant_id for row in office.home.scarce()]
        assert [two, one] == [row.variant_id for row in office.home.scarce(at_most=6)]
        assert [two] == [row.variant_id for row in office.home.scarce(at_most=6, limit=2)][:1]
        assert loose not in [row.variant_id for row in office.home.scarce(at_most=100)]
        assert office.catalog.scarce(at_most=6) == office.home.scarce(at_most=6)

    def test_old_stock_of_what_is_not_counted_hides_nothing(self, make) -> None:
        """However many of those have less."""
        office = make()
        for at in range(5):
            tea(office, at, sku=f"L-{at}", tracked=False)
        few = [tea(office, 5, sku=f"T-{at}") for at in range(2)]
        for limit in (1, 2, 3):
            assert sorted(few)[:limit] == [row.variant_id for row in office.catalog.scarce(limit=limit)]

    def test_as_many_as_can_be_sold(self, make) -> None:
        """What lies where nothing is sold from is no stock for customers."""
        office = make()
        one = tea(office, 2)
        office.catalog.set_stock(one, 40, location=office.catalog.add_location("Fair", active=False).id)
        (row,) = office.catalog.scarce()
        assert office.catalog.available(one) == row.available == 2

    @pytest.mark.parametrize("how", [{"at_most": -1}, {"limit": 0}, {"limit": 251}, {"at_most": "5"}])
    def test_what_cannot_be_meant(self, make, how) -> None:
        """Whole numbers within bounds."""
        with pytest.raises(errors.InvalidValue):
            make().catalog.scarce(**how)


class TestFigures:
    def test_an_empty_shop(self, make) -> None:
        """A row of nothing in the shop's currency, with nothing to compare."""
        found = make().home.figures()
        assert [
            ("Today", "2026-03-31", "2026-03-31"),
            ("Last 7 days", "2026-03-25", "2026-03-31"),
            ("Last 30 days", "2026-03-02", "2026-03-31"),
        ] == [(one.title, one.since, one.until) for one in found]
        for period in found:
            (row,) = period.rows
            assert ("EUR", 0, "0.00 EUR", None, None) == (
                row.currency,
                row.orders,
                str(row.total_sales),
                row.orders_change,
                row.sales_change,
            )

    def test_beside_the_days_before(self, make) -> None:
        """Each period with as many days before it; days are the shop's."""
        clock = FrozenClock(pendulum.datetime(2026, 3, 1, 23, 30))  # the second of March in Paris
        office = make(clock=clock)

        def on(day: int, *prices: str, **more: Any) -> None:
            clock.set(pendulum.datetime(2026, 3, day, 12) if day else pendulum.datetime(2026, 3, 1, 23, 30))
            for price in prices:
                sell(office, lines=[Line("Cup", price=price)], **more)

        on(0, "7.00")  # the first of the last 30 days
        on(17, "3.00")
        on(18, "10.00")  # the first of the 7 days before
        on(25, "20.00")
        on(30, "10.00", "10.00")
        on(31, "25.00", "5.00", "1.00")
        on(31, "9.00", currency="USD")
        today, week, month = office.home.figures(language="fr")
        assert ("Aujourd'hui", "7 derniers jours", "30 derniers jours") == (today.title, week.title, month.title)
        euros, dollars = today.rows
        assert (3, "31.00 EUR", 50, 55) == (
            euros.orders,
            str(euros.total_sales),
            euros.orders_change,
            euros.sales_change,
        )
        assert ("USD", 1, "9.00 USD", None) == (
            dollars.currency,
            dollars.orders,
            str(dollars.total_sales),
            dollars.sales_change,
        )
        assert (6, "71.00 EUR", "10.00 EUR", 500) == (
            week.rows[0].orders,
            str(week.rows[0].total_sales),
            str(week.rows[0].before.total_sales),
            week.rows[0].orders_change,
        )
        assert (9, "91.00 EUR", 0) == (
            month.rows[0].orders,
            str(month.rows[0].total_sales),
            month.rows[0].before.orders,
        )

    def test_less_than_before(self, make) -> None:
        """A change is negative then."""
        clock = FrozenClock(NOW.subtract(days=1))
        office = make(clock=clock)
        for _ in range(3):
            sell(office)
        clock.tick(days=1)
        sell(office)
        (row,) = office.home.figures()[0].rows
        assert (-67, -67) == (row.orders_change, row.sales_change)

    def test_after_days_that_brought_more_back_than_they_sold(self, make) -> None:
        """There is nothing to be more than by so many percent."""
        clock = FrozenClock(NOW.subtract(days=2))
        office = make(clock=clock)
        order = sell(office, Sale("10.00", gateway="card"))
        clock.tick(days=1)
        office.orders.cancel(order.id)
        clock.tick(days=1)
        sell(office)
        (row,) = office.home.figures()[0].rows
        assert ("-10.00", None, None) == (row.before.total_sales.amount, row.orders_change, row.sales_change)

    def test_another_language(self, make) -> None:
        """There are words in two."""
        for ask in (make().home.figures, make().home.advice):
            with pytest.raises(errors.InvalidValue):
                ask(language="de")


def test_the_awaitable_door(tmp_path) -> None:
    """It answers the same."""

    async def ask():
        async with await AsyncBackOffice.open(tmp_path / "shop.db", currency="EUR", taxes_included=True) as office:
            await office.home.dismiss("no_sender")
            return [one.id for one in await office.home.advice()], len(await office.home.figures())

    assert (["nothing_for_sale", "no_owner_email"], 3) == asyncio.run(ask())
