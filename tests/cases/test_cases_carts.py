"""Cases on carts that were left: sessions of a shop told to a back office, and what it finds in them."""

import csv
import datetime as dt
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import attrs
import pendulum
import pytest

from backoffice_core import BackOffice, Line, Recovery
from backoffice_core.clock import utc
from backoffice_core.notify.memory import MemoryNotifier
from backoffice_core.testing import FrozenClock
from backoffice_core.testing.ids import CountingIds
from tests.orders.carts import clock, mails
from tests.shopify.helpers import shared_file

HERE = Path(__file__).parent
REAL = HERE.parents[2] / "shared" / "data" / "carts" / "ecom_2024.csv"
SMALL = HERE.parent / "fixtures" / "carts.csv"

CART = {"add_to_cart", "cart"}
CHECKOUT = {"shipping_details", "payment_details"}
TEA = [Line("Tea", sku="TEA", price="10.00")]


@attrs.frozen
class Told:
    """Something that a session of the file did; its address is that of its user."""

    user: str
    session: str
    event: str
    at: pendulum.DateTime

    @property
    def source(self) -> tuple[str, str]:
        return "web", f"{self.user} {self.session}"

    @property
    def email(self) -> str:
        return f"{self.user}@example.com"


def moment_of(text: str) -> pendulum.DateTime:
    return utc(dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC))


def told(path: Path) -> list[Told]:
    """Return what a file tells, the oldest first; its moments are UTC."""
    if not path.exists():
        pytest.skip("the file of sessions is not there: shared/data/carts beside the repository")
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            Told(row["user_id"], row["session_id"], row["event"], moment_of(row["timestamp"]))
            for row in csv.DictReader(file)
        ]
    return sorted(rows, key=lambda row: row.at)


@attrs.define
class Shop:
    """A back office that is told what sessions do, then and again what time brings, and sends what waits."""

    office: BackOffice
    ids: dict[tuple[str, str], str] = attrs.field(factory=dict)
    bought: set[tuple[str, str]] = attrs.field(factory=set)
    purged: int = 0
    sent: list[tuple[str, pendulum.DateTime]] = attrs.field(factory=list)

    def replay(self, rows: Iterable[Told]) -> None:
        for row in rows:
            self.until(row.at)
            self.tell(row)
        self.until(clock(self.office)().add(days=12))

    def until(self, moment: pendulum.DateTime) -> None:
        """Let time pass up to a moment, three hours at a time, where something may be due."""
        now = clock(self.office)
        while (step := now().start_of("hour").add(hours=3)) <= moment:
            now.set(step)
            report = self.office.run_due(limit=1000)
            self.purged += report.purged_checkouts
            if report.scheduled:
                before = len(mails(self.office))
                self.office.outbox.deliver(limit=1000)
                self.sent += [(mail.order.id, now()) for mail in mails(self.office)[before:]]
            elif not report.abandoned and moment.diff(now()).in_hours() > 48:
                now.set(moment.subtract(hours=24))
        now.set(max(moment, now()))

    def tell(self, row: Told) -> None:
        """Tell what a session did; what it does after it bought is no part of its checkout."""
        checkouts = self.office.checkouts
        if row.source in self.bought:
            return
        if row.event in CART | CHECKOUT | {"purchase"} and row.source not in self.ids:
            self.ids[row.source] = checkouts.start(lines=TEA, email=row.email, source=row.source).checkout.id
        if row.event in CHECKOUT:
            checkouts.reach_step(self.ids[row.source], row.event.partition("_")[0])
        elif row.event == "payment_error" and row.source in self.ids:
            checkouts.try_payment(self.ids[row.source], gateway="card")
        elif row.event == "purchase":
            checkouts.complete(self.ids[row.source])
            self.bought.add(row.source)


def shop_of(rows: list[Told]) -> Shop:
    office = BackOffice.open(
        "memory:",
        currency="EUR",
        taxes_included=True,
        clock=FrozenClock(rows[0].at.subtract(hours=1)),
        new_id=CountingIds(),
        notifier=MemoryNotifier(),
        notifications=(),
        recovery=Recovery(after=(10, 240)),
    )
    return Shop(office)


def sessions_with(rows: list[Told], events: set[str]) -> set[tuple[str, str]]:
    return {row.source for row in rows if row.event in events}


def users_with(rows: list[Told], events: set[str]) -> set[str]:
    return {row.user for row in rows if row.event in events}


def check_nobody_who_bought_was_mailed(shop: Shop, rows: list[Told]) -> None:
    """
    Check each mail against the file, by nothing that the library says.

    Its session bought nothing; its user bought nothing since they were last at it, in any session,
    and left nothing newer; and it got one mail for each of the shop's two steps at the most.
    """
    session = {id: source for source, id in shop.ids.items()}
    bought = sessions_with(rows, {"purchase"})
    doing = CART | CHECKOUT | {"payment_error", "purchase"}
    by_user: dict[str, list[Told]] = {}
    for row in rows:
        by_user.setdefault(row.user, []).append(row)
    for id, at in shop.sent:
        source = session[id]
        assert source not in bought
        theirs = [row for row in by_user[source[1].split()[0]] if row.at <= at]
        last = max(row.at for row in theirs if row.source == source and row.event in doing)
        assert [] == [row for row in theirs if row.event == "purchase" and row.at >= last]
        newer = {row.source for row in theirs if row.event in CART and row.at > last} - bought - {source}
        assert set() == newer
    assert {1, 2} >= set(Counter(id for id, _ in shop.sent).values())


def counts(shop: Shop) -> dict[str, int]:
    """Return what the back office has of the sessions; those whose time was over were counted when they went."""
    count = shop.office.checkouts.count
    return {
        "with_cart": count() + shop.purged,
        "with_purchase": shop.office.orders.count(),
        "cart_without_purchase": count("status:open") + shop.purged,
        "abandoned": count("status:abandoned") + shop.purged,
    }


def test_a_small_shop() -> None:
    """The same replay of a file of our own, of which each count is known; who is mailed, too."""
    rows = told(SMALL)
    shop = shop_of(rows)
    shop.replay(rows)
    assert {"with_cart": 6, "with_purchase": 3, "cart_without_purchase": 3, "abandoned": 3} == counts(shop)
    assert [("web", "bob s2")] * 2 == [source for id, _ in shop.sent for source, one in shop.ids.items() if one == id]
    check_nobody_who_bought_was_mailed(shop, rows)


@pytest.fixture(scope="module")
def real() -> tuple[list[Told], Shop]:
    rows = told(REAL)
    shop = shop_of(rows)
    shop.replay(rows)
    return rows, shop


def test_c233_sessions_that_touched_the_cart(real: tuple[list[Told], Shop]) -> None:
    """A checkout begins when a session touches its cart; all that were not bought are left behind, once each."""
    rows, shop = real
    assert 3605 == len({row.source for row in rows})
    expected = {"with_cart": 1213, "with_purchase": 470, "cart_without_purchase": 743, "abandoned": 743}
    assert expected == counts(shop)


def test_c233_of_checkouts_started_some_were_left(real: tuple[list[Told], Shop]) -> None:
    """A session that told where to or how to pay started a checkout: 798, of which 328 were left."""
    rows, shop = real
    started = sessions_with(rows, CHECKOUT)
    assert (798, 328) == (len(started), len(started - sessions_with(rows, {"purchase"})))
    kept = {checkout.source: checkout for checkout in shop.office.checkouts.all()}
    steps = {source for source, one in kept.items() if one.step in ("shipping", "payment") or one.order_id}
    assert started & set(kept) == steps & set(shop.ids)


def test_c233_nobody_who_bought_is_mailed(real: tuple[list[Told], Shop]) -> None:
    """Each mail is checked against the file; the others were suppressed, for reasons that it bears out."""
    rows, shop = real
    check_nobody_who_bought_was_mailed(shop, rows)
    skipped = Counter(row.error for row in shop.office.outbox.list("skipped"))
    assert {"ordered_since", "newer_abandoned"} == set(skipped)
    assert [1354, 145] == [len(shop.sent), shop.purged]


def test_c236_users_that_left_their_carts(real: tuple[list[Told], Shop]) -> None:
    """By the addresses of the checkouts and orders: who had one, who bought, who never did."""
    rows, shop = real
    users = {row.user for row in rows}
    cart, checkout = (
        {source[1].split()[0] for source in sources} for sources in (shop.ids, sessions_with(rows, CHECKOUT))
    )
    paid = {str(order.customer and order.customer.email).partition("@")[0] for order in shop.office.orders}
    assert (600, 522, 441, 328) == (len(users), len(cart), len(checkout), len(paid))
    assert (194, 113) == (len(cart - paid), len(checkout - paid))


def test_c242_two_abandoned_checkouts() -> None:
    office = BackOffice.open("memory:", currency="USD", taxes_included=False)
    report = office.checkouts.import_csv(shared_file("abandoned_checkouts_export_70cols.csv"))
    assert (2, 2, ()) == (report.read, report.imported, report.refused)
    found = list(office.checkouts)
    assert [3, 1] == [len(one.lines) for one in found]
    assert ["132.26", "19.56"] == [one.total.amount for one in found]
    assert [None, None] == [one.completed_at for one in found]
    assert 2 == len([one for one in found if one.email])
    assert 0 == len([one for one in found if one.shipping_lines])
