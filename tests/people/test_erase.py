"""Erasing a person: nothing tells of them any more, in no byte of the files, and the books stay as they were."""

import json
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from backoffice_core import BackOffice, CustomerRef, Line, Sale, errors
from backoffice_core.notify.memory import MemoryNotifier
from backoffice_core.orders.events import CustomerErased
from backoffice_core.orders.risk import Assessment, RiskFact
from backoffice_core.persons import Worker
from backoffice_core.storage import codec
from backoffice_core.storage.sql import SqlStorage
from backoffice_core.storage.sql.tables import METADATA
from backoffice_core.storage.trouble import StorageBroken
from tests.people.shops import ADA, BOB, ada, an_office, two_people

EMAIL = "augusta.byron@EXAMPLE.com"


def figures(office: BackOffice) -> list[object]:
    """Return all that the books say, who is new and who came back too."""
    orders = list(office.orders)
    return [
        office.reports.sales(by=()),
        office.reports.sales(by=("day", "channel", "product")),
        office.reports.sales(by=("customer",)),
        office.reports.sales(by=("discount",)),
        office.reports.takings(),
        [office.orders.entries(one.id) for one in orders],
        [(one.name, one.sums, one.counters, one.financial_status, one.fulfillment_status) for one in orders],
        [[line.title for line in one.lines] for one in orders],
        [one.total for one in office.drafts],
        [one.total for one in office.checkouts],
    ]


def documents(office: BackOffice) -> str:
    """Return all documents as one text."""
    found = [*office.orders, *office.drafts, *office.checkouts, *office.customers.all()]
    return "\n".join(codec.encode(one) for one in found)


def told(text: str, names=ADA) -> list[str]:
    """Return what of a person a text tells, whatever the case."""
    return [name for name in names if name.casefold() in text.casefold()]


def test_nothing_tells_of_a_person_and_the_books_stay(office):
    """Documents, searches and the data that is handed out; another person of the same name keeps theirs."""
    two_people(office)
    assert list(ADA[:-1]) == told(documents(office))
    before, count = figures(office), len(office.orders.search("byron"))
    report = office.customers.erase(EMAIL)
    assert (4, 1, 1, True) == (report.orders, report.drafts, report.checkouts, report.record)
    assert ((), ()) == (report.unreadable, report.views)
    assert before == figures(office)
    assert [] == told(documents(office))
    assert list(BOB) == told(documents(office), BOB)
    assert (5, 1) == (count, len(office.orders.search("byron")))
    for query in ("augusta", "oubliette", f"email:{EMAIL}", "email:*", "sommieres", "30250"):
        found = [one.id for one in office.orders.search(query)]
        assert all("Barn" in (office.orders.get(id).customer.name or "") for id in found), query
        assert len(office.checkouts.search(query)) <= (query == "email:*"), query
    assert {"FR"} == {one.shipping_address.country for one in office.orders if one.shipping_address is not None}
    assert {"30", "69"} == {one.shipping_address.province for one in office.orders if one.shipping_address is not None}


def test_what_happened_says_that_it_happened(office):
    """An event on each document without a word about the person; who did it is told."""
    two_people(office)
    office.acting_as("marie").customers.erase(EMAIL)
    gone = [one for one in office.orders if one.customer is not None and (one.customer.id or "").startswith("erased-")]
    assert 4 == len(gone)
    for one in gone:
        row = office.orders.timeline(one.id)[-1]
        assert (CustomerErased(), "marie") == (row.event, row.actor)
        assert CustomerRef(id=one.customer.id) == one.customer
    events = [str(row.event) for one in office.orders for row in office.orders.timeline(one.id)]
    assert [] == told("\n".join(events))


def test_again_changes_nothing(office):
    """Neither by the address nor by the id, which nobody knows any more."""
    id = two_people(office)
    assert office.customers.erase(id)
    before = documents(office)
    for who in (id, EMAIL, "nobody", "nobody@example.com"):
        assert not office.customers.erase(who)
    assert before == documents(office)
    with pytest.raises(errors.UnknownId):
        office.customers.get(id)


def test_the_orders_of_one_go_on_as_those_of_one(office):
    """Those of the account under one id, those of the guest under another; neither is made again."""
    id = two_people(office)
    office.customers.erase(id)
    ids = [one.customer.id for one in office.orders if one.customer is not None and one.customer.id]
    assert [1, 3] == sorted(map(ids.count, set(ids)))
    office.orders.place(lines=[Line("Tea", price="5.00")], customer=ada())
    office.customers.erase(EMAIL)
    after = [one.customer.id for one in office.orders if one.customer is not None and one.customer.id]
    assert 3 == len(set(after))


def test_orders_can_be_worked_on_afterwards(office):
    """What is owed can be paid and refunded, and parcels go out."""
    two_people(office)
    office.customers.erase(EMAIL)
    order = next(one for one in office.orders if one.to_fulfill and one.shipping_address is not None)
    office.orders.fulfill(order.id, notify=True)
    office.orders.record_payment(order.id, "2.00", gateway="cash")
    assert office.orders.refund(order.id, amount="1.00")
    office.outbox.deliver()
    assert [] == [row for row in office.outbox.list() if row.state == "dead"]


def test_data_is_all_that_is_kept(office):
    """The record, orders, drafts, checkouts, and whether they opted out; as JSON. Of the other person nothing."""
    id = two_people(office)
    data = office.customers.data(EMAIL)
    assert data == office.customers.data(id)
    text = json.dumps(data, ensure_ascii=False)
    assert list(ADA[:-1]) == told(text)
    assert [] == told(text, BOB)
    assert (id, 4, 1, 1, False) == (
        data["customer"]["id"],
        *(len(data[kind]) for kind in ("orders", "drafts", "checkouts")),
        data["opted_out"],
    )
    office.customers.erase(id)
    nothing = {"customer": None, "orders": [], "drafts": [], "checkouts": [], "opted_out": False, "unreadable": []}
    assert nothing == office.customers.data(id) == office.customers.data(EMAIL)


def test_a_crash_half_way_is_gone_on_with(office, monkeypatch):
    """The next `run_due` does the rest, and the ids are those that the first half took."""
    from backoffice_core import persons

    id = two_people(office)
    before = figures(office)
    monkeypatch.setattr(persons, "SOME", 1)

    def crash(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(persons.Worker, "_some_checkouts", crash)
        with pytest.raises(KeyboardInterrupt):
            office.customers.erase(id)
    assert told(documents(office))
    assert 1 == office.run_due().people
    assert [] == told(documents(office))
    assert before == figures(office)
    assert 0 == office.run_due().people


def test_a_merge_that_was_begun_is_ended_first(office, monkeypatch):
    """Or it would give the erased account what the guest bought, with name and address."""
    account = office.customers.create(name="Augusta", email="countess@example.com")
    tea = [Line("Tea", price="5.00")]
    bought = office.orders.place(lines=tea, customer=ada()).order
    draft = office.drafts.create(lines=tea, customer=ada()).draft

    def crash(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(Worker, "_some_orders", crash)
        with pytest.raises(KeyboardInterrupt):
            office.customers.merge(EMAIL, account.id)
    report = office.customers.erase(account.id)
    assert (1, 1, True) == (report.orders, report.drafts, report.record)
    assert 0 == office.run_due().people
    (nobody,) = {office.orders.get(bought.id).customer, office.drafts.get(draft.id).customer}
    assert account.id != nobody.id
    assert [] == told(documents(office))


def test_nothing_is_merged_into_who_is_being_erased(office, monkeypatch):
    """What a crash left of the erasure is done first, and there is nobody any more."""
    account = office.customers.create(name="Barnabé", email="barnabe.byron@example.com")
    bought = office.orders.place(lines=[Line("Tea", price="5.00")], customer=ada()).order

    def crash(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(Worker, "_ended", crash)
        with pytest.raises(KeyboardInterrupt):
            office.customers.erase(account.id)
    with pytest.raises(errors.UnknownId):
        office.customers.merge(EMAIL, account.id)
    assert 0 == office.run_due().people
    assert ada() == office.orders.get(bought.id).customer


def test_a_crash_between_two_orders(office, monkeypatch):
    """Each unit of work stands by itself; figures by customer are the same after the rest is done."""
    from backoffice_core import persons

    two_people(office)
    before = figures(office)
    monkeypatch.setattr(persons, "SOME", 1)
    steps = persons.Worker._some_orders

    def second_fails(self, unit, after):
        if after is not None:
            raise KeyboardInterrupt
        return steps(self, unit, after)

    with monkeypatch.context() as broken:
        broken.setattr(persons.Worker, "_some_orders", second_fails)
        with pytest.raises(KeyboardInterrupt):
            office.customers.erase(EMAIL)
    office.run_due()
    assert [] == told(documents(office))
    assert before == figures(office)


@pytest.mark.parametrize("table", ["bo_orders", "bo_checkouts", "bo_drafts"])
def test_a_document_that_cannot_be_read(tmp_path, table):
    """It is told and left; the others are done, and nobody waits for it for ever."""
    with an_office(f"sqlite:///{tmp_path}/shop.db") as office:
        id = two_people(office)
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        (broken,) = connection.execute(f"SELECT min(id) FROM {table} WHERE doc LIKE '%Augusta%'").fetchone()
        connection.execute(f"UPDATE {table} SET doc = '{{' WHERE id = ?", (broken,))
    connection.close()
    with an_office(f"sqlite:///{tmp_path}/shop.db") as office:
        data = office.customers.data(id)
        assert [broken] == data["unreadable"]
        assert {"bo_orders": (3, 1, 1), "bo_drafts": (4, 0, 1), "bo_checkouts": (4, 1, 0)}[table] == tuple(
            len(data[name]) for name in ("orders", "drafts", "checkouts")
        )
        report = office.customers.erase(id)
        assert ((broken,), True) == (report.unreadable, report.record)
        assert 0 == office.run_due().people
        assert {"orders": 4, "drafts": 1, "checkouts": 1} | {table[3:]: 3 if table == "bo_orders" else 0} == {
            name: getattr(report, name) for name in ("orders", "drafts", "checkouts")
        }
        assert office.home.advice()


def test_one_errand_that_cannot_be_ended(office, monkeypatch):
    """The next one is, and what time brings goes on; it is gone on with next time."""
    from backoffice_core import persons

    two_people(office)
    with monkeypatch.context() as broken:
        broken.setattr(persons.Worker, "run", lambda self: (_ for _ in ()).throw(StorageBroken("no")))
        for who in (EMAIL, "barnabe.byron@example.com"):
            with pytest.raises(StorageBroken):
                office.customers.erase(who)
        assert (2, 0) == ((report := office.run_due()).failed, report.people)
    real, failures = persons.Worker.run, [StorageBroken("once")]

    def once(self):
        if failures:
            raise failures.pop()
        return real(self)

    monkeypatch.setattr(persons.Worker, "run", once)
    assert (1, 1) == ((report := office.run_due()).failed, report.people)
    assert (0, 1) == ((report := office.run_due()).failed, report.people)


def test_what_a_server_said_of_a_person(office):
    """Only the part of an address is told, which no rule can find: what went wrong goes with the person."""

    class Refusing(MemoryNotifier):
        """A server that repeats whom it refuses."""

        def send(self, message):
            raise ConnectionError("550 unknown user augusta.byron")

    failing = BackOffice.open(office._context.storage, notifier=Refusing(), clock=office._context.clock)
    tea = [Line("Tea", price="5.00")]
    bought = failing.orders.place(lines=tea, customer=ada()).order
    draft = failing.drafts.create(lines=tea, customer=ada()).draft
    failing.drafts.send_invoice(draft.id)
    left = failing.checkouts.start(lines=tea, customer=ada()).checkout
    failing.checkouts.send_recovery(left.id)
    his = failing.orders.place(lines=tea, email="barnabe.byron@example.com").order

    def said() -> set[str]:
        return {row.subject for row in failing.outbox.list() if row.error and "augusta" in row.error}

    for _ in range(2):  # a server that refuses three in a row rests for a while
        failing.outbox.deliver()
        failing._context.clock.tick(minutes=30)
    assert {bought.id, draft.id, left.id, his.id} == said()
    failing.customers.erase(EMAIL, scrub=False)
    assert {his.id} == said()


def test_an_assessor_that_was_asked_before(office):
    """Its answer is kept without the words that name the person; of others with them."""
    hers, his = (office.orders.place(lines=[Line("Tea", price="5.00")], email=who).order for who in (EMAIL, "b@x.de"))
    office.customers.erase(EMAIL, scrub=False)
    for order, words in ((hers, ""), (his, "Augusta Byron was seen before")):
        facts = [RiskFact("Augusta Byron was seen before", "negative", values=("Augusta",))]
        office.orders.assess(order.id, Assessment("high", facts, provider="kount"))
        (said,) = office.orders.get(order.id).assessments
        assert ("high", words, "negative") == (said.level, said.facts[0].description, said.facts[0].sentiment)
    assert [] == told(codec.encode(office.orders.get(hers.id)))


def test_exports_and_views(office):
    """An export forgets the person, and is not made where it waits; a view is staff's to change, and is told."""
    two_people(office)
    office.orders.views.save("Augusta", f"email:{EMAIL}")
    asked = office.orders.export(f"email:{EMAIL}").by_mail(EMAIL)
    report = office.customers.erase(EMAIL)
    assert (1, ("Augusta",)) == (report.exports, report.views)
    job = office.exports.get(asked.id)
    assert ("cancelled", None, None) == (job.state, job.to, job.query)


def test_exports_and_views_about_others_stay(office):
    """Whose address, or whose id, holds that of the person; what only looks like the id is none."""
    for id, email in (("42", "ada@shop.co"), ("142", "maria.ada@shop.co"), ("43", "ada@shop.co.uk")):
        office.customers.create(id=id, email=email)
        office.orders.place(lines=[Line("Tea", price="9.00")], customer=CustomerRef(id=id, email=email))
    queries = (
        "customer_id:142",
        "total_price:>42",
        "email:maria.ada@shop.co",
        "email:ada@shop.co.uk",
        "customer_id:43,44",
    )
    others = [office.orders.export(query).by_mail("maria.ada@shop.co") for query in queries]
    theirs = [
        office.orders.export(query).by_mail("ada@shop.co.uk") for query in ("customer_id:43,42", "-customer_id:42")
    ]
    for query in (*queries, "customer_id:42 tag:vip"):
        office.orders.views.save(query, query)
    report = office.customers.erase("42")
    assert (2, ("customer_id:42 tag:vip",)) == (report.exports, report.views)
    assert {"waiting"} == {office.exports.get(one.id).state for one in others}
    assert {("cancelled", None)} == {
        (job.state, job.query) for job in map(office.exports.get, (one.id for one in theirs))
    }


class TestFiles:
    """The bytes of a SQLite file, of its log and of its index of the log."""

    def bytes_of(self, folder: Path) -> str:
        return b"\n".join(one.read_bytes() for one in sorted(folder.iterdir())).decode(errors="replace")

    def test_no_byte_tells_of_a_person(self, tmp_path):
        """Before: name, address for mail, number, street and all. After: nothing, in no case; the other is there."""
        with an_office(f"sqlite:///{tmp_path}/shop.db") as office:
            id = two_people(office)
            office.orders.views.save("VIP", "tag:vip")
            before = self.bytes_of(tmp_path)
            assert list(ADA) == told(before)
            report = office.customers.erase(id)
            assert report.scrubbed
            assert [] == told(self.bytes_of(tmp_path))
            assert list(BOB) == told(self.bytes_of(tmp_path), BOB)
            assert id not in self.bytes_of(tmp_path)
            figures(office)
        assert [] == told(self.bytes_of(tmp_path))

    def test_what_was_deleted_before_is_gone_too(self, tmp_path):
        """Free pages hold old documents until the file is written anew; it is still a sound database."""
        storage = SqlStorage(sa_file(tmp_path))
        # Some builds of SQLite overwrite what is deleted unless they are told not to.
        sa.event.listen(storage.engine, "connect", lambda driver, _: driver.execute("PRAGMA secure_delete=OFF"))
        storage.migrate()
        with an_office(storage) as office:
            for _ in range(50):
                order = office.orders.place(lines=[Line("Tea", price="1.00")], customer=ada(), note="Augusta " * 100)
                office.orders.cancel(order.order.id)
                office.orders.delete(order.order.id)
            office.customers.erase(EMAIL, scrub=False)
            with storage.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            assert told(self.bytes_of(tmp_path))
            assert office.customers.erase(EMAIL).scrubbed
            assert [] == told(self.bytes_of(tmp_path))
        with sqlite3.connect(tmp_path / "shop.db") as connection:
            assert [("ok",)] == connection.execute("PRAGMA integrity_check").fetchall()
        connection.close()

    def test_a_reader_keeps_the_log(self, tmp_path):
        """It is said that bytes are left; the next time nothing is."""
        with an_office(SqlStorage(sa_file(tmp_path), busy_seconds=0.2)) as office:
            storage = SqlStorage(sa_file(tmp_path))
            storage.migrate()
            two_people(office)
            with storage.read("main") as unit:
                unit.settings()
                assert not office.customers.erase(EMAIL).scrubbed
            assert office.customers.erase(EMAIL).scrubbed
            storage.close()
            assert [] == told(self.bytes_of(tmp_path))

    def test_within_a_hosts_transaction(self, tmp_path):
        """It is a part of it: rolled back with it, and the file is not written anew."""
        storage = SqlStorage(sa_file(tmp_path))
        storage.migrate()
        with an_office(storage) as office:
            two_people(office)
            before = documents(office)
            with storage.engine.connect() as connection:
                report = office.within(connection).customers.erase(EMAIL)
                assert (4, False) == (report.orders, report.scrubbed)
                connection.rollback()
            assert before == documents(office)


def sa_file(folder: Path) -> str:
    return f"sqlite:///{folder}/shop.db"


def test_caches_do_not_keep_a_person(tmp_path):
    """Orders that were read last are let go of, and so are texts and terms."""
    from backoffice_core.search import findable, text

    with an_office(sa_file(tmp_path)) as office:
        two_people(office)
        office.customers.erase(EMAIL)
        assert 0 == len(codec._RECENT)
        assert 0 == text.plain.cache_info().currsize == text.line.cache_info().currsize
        assert 0 == findable._all_terms.cache_info().currsize
        office.customers.erase("someone@example.com")


@pytest.mark.postgres
def test_no_row_of_postgresql_tells_of_a_person(emptied_postgres):
    """All columns of all tables; what VACUUM has not reached yet is the server's to keep."""
    storage = emptied_postgres()
    office = an_office(storage)
    two_people(office)
    assert not office.customers.erase(EMAIL).scrubbed
    with storage.engine.connect() as connection:
        for table in METADATA.sorted_tables:
            for row in connection.execute(sa.select(table)):
                assert [] == told(" ".join(map(str, row))), table.name


def test_who_must_be_told(office):
    """Text; an order's other forms are no person."""
    for who in (None, 5, "", "  ", "a\0b"):
        with pytest.raises(errors.InvalidValue, match="who"):
            office.customers.erase(who)


def test_accounts_are_told_by_case(office):
    """What is of another account stays, whatever the ids have in common; drafts, which are not searched, too."""
    for id in ("acc-1", "ACC-1"):
        for desk in (office.orders.place, office.drafts.create, office.checkouts.start):
            desk(lines=[Line("Tea", price="5.00")], customer=CustomerRef(id=id, name=id))
    data = office.customers.data("acc-1")
    kept = (*data["orders"], *data["drafts"], *data["checkouts"])
    assert ["acc-1"] * 3 == [one["customer"]["name"] for one in kept]
    report = office.customers.erase("acc-1")
    assert (1, 1, 1) == (report.orders, report.drafts, report.checkouts)
    left = (*office.orders, *office.drafts, *office.checkouts)
    assert ["ACC-1"] * 3 == [one.customer.name for one in left if one.customer.name]


def test_an_order_under_another_account_is_not_theirs(office):
    """A household's address on somebody else's account stays; without a record the address alone tells."""
    id = two_people(office)
    shared = CustomerRef(id="brother", name="Barnabé", email=EMAIL)
    other = office.orders.place(
        lines=[Line("Tea", price="5.00")], customer=shared, payments=[Sale("5.00", gateway="x")]
    )
    office.customers.erase(id)
    assert shared == office.orders.get(other.order.id).customer
    assert 1 == office.customers.erase(EMAIL).orders
    assert office.orders.get(other.order.id).customer.email is None
