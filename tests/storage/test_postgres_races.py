"""
Commands at the same time on PostgreSQL, each made slow between what it reads and what it saves.

On SQLite and in memory there is one writer; here there are as many as there are rows to lock.
"""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from backoffice_core import Authorization, BackOffice, Line, Sale
from backoffice_core.errors import BackOfficeError, Refused
from backoffice_core.storage.sql.unit import SqlUnit
from backoffice_core.testing import FrozenClock
from tests.shopify import rest, restcheckouts, restdrafts

pytestmark = pytest.mark.postgres

TEA = [Line("Tea", sku="TEA", quantity=3, price="10.00")]


@pytest.fixture
def office(emptied_postgres):
    office = BackOffice.open(emptied_postgres(), currency="EUR", taxes_included=True, auto_archive=False)
    office.catalog.add_location("here")
    office.catalog.add_product("Cup", sku="CUP", price="5.00")
    return office


@pytest.fixture
def slow(monkeypatch):
    """Return what makes a method of a unit of work wait before it does what it does."""

    def make(name):
        quick = getattr(SqlUnit, name)

        def slowly(unit, *args, **kwargs):
            threading.Event().wait(0.05)
            return quick(unit, *args, **kwargs)

        monkeypatch.setattr(SqlUnit, name, slowly)

    return make


def together(*commands):
    """Run commands at the same time; return their answers, an error being one."""
    start = threading.Barrier(len(commands))

    def run(command):
        start.wait(5)
        try:
            return command()
        except BackOfficeError as no:
            return no

    with ThreadPoolExecutor(len(commands)) as pool:
        return list(pool.map(run, commands))


def test_two_settings(office, slow):
    """Neither change undoes the other."""
    slow("save_settings")
    together(lambda: office.change_settings(locale="fr"), lambda: office.change_settings(timezone="Europe/Paris"))
    assert ("fr", "Europe/Paris") == (office.settings.locale, office.settings.timezone)


@pytest.mark.parametrize("before", [0, 7])
def test_two_counts_of_one_shelf(office, slow, before):
    """The later one holds, not the sum of what both thought was missing; also where nothing was there."""
    office.catalog.adjust("CUP", before)
    slow("adjust")
    together(lambda: office.catalog.set_stock("CUP", 10), lambda: office.catalog.set_stock("CUP", 12))
    (level,) = office.catalog.levels("CUP")
    assert level.on_hand in (10, 12)
    assert level.on_hand == sum(row.on_hand for row in office.catalog.stock_changes("CUP"))


def test_two_who_take_the_last_units_off(office, slow):
    """One is told how many are left."""
    office.catalog.adjust("CUP", 7)
    slow("adjust")
    answers = together(*[lambda: office.catalog.adjust("CUP", -5)] * 2)
    assert ["not_that_many"] == [one.code for one in answers if isinstance(one, Refused)]
    assert 2 == office.catalog.levels("CUP")[0].on_hand


def test_two_new_places(office, slow):
    """Each has a place of its own in the order in which they are filled."""
    slow("put_location")
    together(lambda: office.catalog.add_location("there"), lambda: office.catalog.add_location("far"))
    assert [0, 1, 2] == [place.position for place in office.catalog.locations()]


def test_two_views_of_one_name(office, slow):
    """One is saved, the other is told what is wrong with its name."""
    slow("put_view")
    answers = together(*[lambda: office.orders.views.save("Mine", "tag:vip")] * 2)
    assert ["invalid_view"] == [one.code for one in answers if isinstance(one, BackOfficeError)]


def test_two_changes_of_one_view(office, slow):
    """Neither undoes the other."""
    view = office.orders.views.save("Mine", "tag:vip")
    slow("put_view")
    views = office.orders.views
    together(lambda: views.change(view.id, name="Ours"), lambda: views.change(view.id, query="tag:old"))
    assert ("Ours", "tag:old") == (views.get(view.id).name, views.get(view.id).query)


def test_one_checkout_placed_by_many(office, slow):
    """One order, whoever asked; the numbers have no gap."""
    slow("put")
    place = lambda: office.orders.place(lines=TEA, payments=[Sale("30.00")], source=("web", "881"))  # noqa: E731
    answers = together(*[place] * 4)
    assert {"#1001"} == {one.order.name for one in answers}
    assert [False, True, True, True] == sorted(one.replayed for one in answers)
    assert "#1002" == office.orders.place(lines=TEA).order.name


def test_one_key_used_by_many(office, slow):
    """What was asked for is done once."""
    order = office.orders.place(lines=TEA, payments=[Sale("30.00")]).order
    slow("put")
    answers = together(*[lambda: office.orders.refund(order.id, lines={"TEA": 1}, idempotency_key="k")] * 4)
    assert [False, True, True, True] == sorted(one.replayed for one in answers)
    assert "10.00 EUR" == str(office.orders.get(order.id).refunded)


ONCE = {
    "ship all": lambda office, id: office.orders.fulfill(id, idempotency_key="k"),
    "give all back": lambda office, id: office.orders.refund(id, lines={"TEA": 3}, idempotency_key="k"),
    "archive": lambda office, id: office.orders.archive(id, idempotency_key="k"),
    "cancel": lambda office, id: office.orders.cancel(id, idempotency_key="k"),
    "as it was seen": lambda office, id: office.orders.set_note(id, "n", idempotency_key="k", expected_version=1),
}


@pytest.mark.parametrize("command", sorted(ONCE))
def test_what_can_be_done_once(office, slow, command):
    """Those who wait for the first are answered as it was, though by then nothing is left to do."""
    order = office.orders.place(lines=TEA, payments=[Sale("30.00")]).order
    slow("put")
    answers = together(*[lambda: ONCE[command](office, order.id)] * 3)
    assert [] == [one for one in answers if isinstance(one, BackOfficeError)]
    assert [False, True, True] == sorted(one.replayed for one in answers)
    assert 2 == office.orders.get(order.id).version


def test_the_last_units_bought_by_one_checkout(office, slow):
    """Asked for twice at once: one order, and nobody is told that they are sold out."""
    office.catalog.adjust("CUP", 2)
    slow("put")
    place = lambda: office.orders.place(lines=[Line(variant="CUP", quantity=2)], source=("web", "9"))  # noqa: E731
    answers = together(*[place] * 3)
    assert [] == [one for one in answers if isinstance(one, BackOfficeError)]
    assert [False, True, True] == sorted(one.replayed for one in answers)


@pytest.mark.parametrize("command", ["complete", "delete"])
def test_a_draft_that_is_done_with_once(office, slow, command):
    """The same for drafts, by their keys."""
    draft = office.drafts.create(lines=TEA).draft
    slow("put_draft")
    answers = together(*[lambda: getattr(office.drafts, command)(draft.id, idempotency_key="k")] * 3)
    assert [] == [one for one in answers if isinstance(one, BackOfficeError)]
    assert [False, True, True] == sorted(one.replayed for one in answers)


@pytest.mark.parametrize("what", ["idle drafts", "reservations", "authorizations"])
def test_several_who_do_what_time_brings(emptied_postgres, slow, what):
    """Each thing is done once, and none of them fails by what another one did first."""
    clock = FrozenClock()
    office = BackOffice.open(emptied_postgres(), currency="EUR", taxes_included=True, clock=clock)
    office.catalog.add_location("here")
    office.catalog.add_product("Cup", sku="CUP", price="5.00")
    office.catalog.adjust("CUP", 9)
    tomorrow = clock().add(days=1)
    for _ in range(4):
        if what == "authorizations":
            office.orders.place(lines=TEA, payments=[Authorization("30.00", expires_at=tomorrow)])
        else:
            until = tomorrow if what == "reservations" else None
            office.drafts.create(lines=[Line(variant="CUP")], reserve_until=until)
    clock.tick(days=400 if what == "idle drafts" else 2)
    slow("put")
    slow("put_draft")
    reports = together(*[office.run_due] * 3)
    assert [] == [one for one in reports if isinstance(one, BackOfficeError)]
    assert 4 == sum(one.expired + one.released + one.purged for one in reports)


def test_one_draft_completed_by_many(office, slow):
    """It becomes one order."""
    draft = office.drafts.create(lines=TEA).draft
    slow("put_draft")
    answers = together(*[lambda: office.drafts.complete(draft.id)] * 3)
    assert 1 == len({one.order.id for one in answers})
    assert 1 == office.orders.count()


@pytest.mark.parametrize("kind", ["orders", "drafts", "checkouts"])
def test_two_imports_of_one_file(office, slow, kind):
    """In opposite order, too: each piece comes in once, and nobody waits for the other for ever."""
    desk = getattr(office, kind)
    make = {"orders": rest.rest, "drafts": restdrafts.draft, "checkouts": restcheckouts.checkout}[kind]
    some = [make(id=number, name=f"#{number}") for number in range(1, 5)]
    slow({"orders": "put", "drafts": "put_draft", "checkouts": "put_checkout"}[kind])
    reports = together(lambda: desk.import_json(some), lambda: desk.import_json(some[::-1]))
    assert [0, 4] == sorted(one.imported for one in reports)
    assert [0, 4] == sorted(one.unchanged for one in reports)


def test_two_imports_of_two_states_of_checkouts(office, slow):
    """In opposite order, too: the later state stays, whichever import is first, and the earlier one is told of it."""
    first, second = (
        [restcheckouts.checkout(id=id, note=note, updated_at=f"2025-03-02T{note}:00Z") for id in range(1, 5)]
        for note in ("10:00", "11:00")
    )
    office.checkouts.import_json([restcheckouts.checkout(id=id) for id in range(1, 5)])
    slow("put_checkout")
    early, late = together(
        lambda: office.checkouts.import_json(first), lambda: office.checkouts.import_json(second[::-1])
    )
    assert {"11:00"} == {one.note for one in office.checkouts}
    assert (4, 4) == (late.updated, early.updated + early.reasons.get("checkout_is_newer", 0))


_A_DAY = """
import sys
from backoffice_core import BackOffice, Line, Sale
office = BackOffice.open(sys.argv[1])
for number in range(int(sys.argv[2])):
    order = office.orders.place(
        lines=[Line(variant="CUP"), Line("Tea", sku="TEA", price="1.00")],
        payments=[Sale("6.00")],
        source=("web", str(number)),
    ).order
    office.orders.fulfill(order.id, idempotency_key=f"ship-{number}")
    office.orders.refund(order.id, lines={"TEA": 1}, idempotency_key=f"back-{number}")
    office.change_settings(key_days=office.settings.key_days % 300 + 1)
"""


@pytest.mark.slow
def test_processes_that_are_asked_the_same(office):
    """Four of them, one day's work: every order is placed, shipped and refunded once; the numbers have no gap."""
    office.catalog.adjust("CUP", 100)
    url = office._context.storage.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", _A_DAY, url, "40"]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=env) for _ in range(4)]
    assert [""] * 4 == [one.communicate()[1] for one in running]
    orders = list(office.orders)
    assert list(range(1001, 1041)) == sorted(order.number for order in orders)
    assert {("1.00 EUR", 3)} == {(str(order.refunded), order.version) for order in orders}
    assert [(60, 0)] == [(level.on_hand, level.committed) for level in office.catalog.levels("CUP")]
