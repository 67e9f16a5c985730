"""Customers: their records, finding them, what they bought, and a guest who becomes one."""

import pendulum
import pytest

from backoffice_core import Address, BackOffice, CustomerRef, Line, Money, Sale, errors
from backoffice_core.orders.events import CustomerMerged
from backoffice_core.storage.trouble import StaleVersion
from tests.people.shops import HOME, START, ada, lost_once, two_people


def sell(office: BackOffice, customer, price="10.00", **more):
    return office.orders.place(lines=[Line("Tea", price=price)], customer=customer, **more).order


class TestRecords:
    def test_create_and_change(self, office):
        """What is left out stays, what is removed goes; each change is a version."""
        made = office.customers.create(name=" Ada ", email="Ada@example.com", tags="vip, VIP, a")
        assert ("Ada", ("a", "vip"), None, 1) == (made.name, made.tags, made.consent_at, made.version)
        changed = office.customers.change(made.id, phone="+33 1", addresses=Address(city="Paris"), remove="name")
        assert (None, "Ada@example.com", "+33 1", 2) == (changed.name, changed.email, changed.phone, changed.version)
        assert changed == office.customers.get(made.id) == office.customers.with_email("ADA@EXAMPLE.com")
        assert changed == office.customers.change(made.id, phone="+33 1")
        emptied = office.customers.change(made.id, remove=["addresses", "tags", "phone"])
        assert ((), (), None) == (emptied.addresses, emptied.tags, emptied.phone)

    def test_consent_has_a_moment(self, office):
        """That of the change, given or taken back; another change leaves it."""
        agreed = START.subtract(days=3)
        made = office.customers.create(email="a@b.example", accepts_marketing=True, consent_at=agreed)
        assert agreed == office.customers.change(made.id, name="Ada").consent_at
        changed = office.customers.change(made.id, accepts_marketing=False)
        assert (False, START) == (changed.accepts_marketing, changed.consent_at)
        assert isinstance(changed.consent_at, pendulum.DateTime)

    def test_an_address_is_that_of_one(self, office):
        """Another one is refused, by who has it; changing case is no other one."""
        one = office.customers.create(email="ada@example.com")
        other = office.customers.create(email="bob@example.com")
        for work in (
            lambda: office.customers.create(email="ADA@example.com"),
            lambda: office.customers.change(other.id, email="Ada@Example.com"),
        ):
            with pytest.raises(errors.EmailTaken) as caught:
                work()
            assert {"customer_id": one.id} == caught.value.facts
            assert "@" not in str(caught.value)
        assert "ADA@example.com" == office.customers.change(one.id, email="ADA@example.com").email
        office.customers.change(one.id, remove="email")
        assert office.customers.change(other.id, email="ada@example.com")

    def test_tags_go_by_the_rules_of_orders(self, office):
        """Case is ignored both ways, the first spelling stays; too long and too many are refused."""
        id = office.customers.create(name="Ada", tags="VIP").id
        assert ("Early", "VIP") == office.customers.add_tags(id, "vip,Early").tags
        assert ("Early",) == office.customers.remove_tags(id, ["Vip", "none"]).tags
        with pytest.raises(errors.TagTooLong):
            office.customers.add_tags(id, "x" * 41)
        with pytest.raises(errors.TooManyTags):
            office.customers.add_tags(id, [f"t{n}" for n in range(250)])
        assert ("Early",) == office.customers.get(id).tags

    def test_archive_and_delete(self, office):
        """A customer who bought is not deleted, as a guest with the address neither."""
        made = office.customers.create(email="ada@example.com")
        assert START == office.customers.archive(made.id).archived_at
        office._context.clock.tick(days=1)
        assert (2, START) == ((again := office.customers.archive(made.id)).version, again.archived_at)
        assert office.customers.unarchive(made.id).archived_at is None
        order = sell(office, CustomerRef(email="ADA@example.com"))
        with pytest.raises(errors.CustomerHasOrders) as caught:
            office.customers.delete(made.id)
        assert {"customer_id": made.id, "orders": 1} == caught.value.facts
        office.orders.cancel(order.id)
        office.orders.delete(order.id)
        office.customers.delete(made.id)
        for work in (office.customers.get, office.customers.delete, office.customers.archive, office.customers.bought):
            with pytest.raises(errors.UnknownId):
                work(made.id)

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({}, "name"),
            ({"email": "nobody"}, "email"),
            ({"email": "a b@c.example"}, "email"),
            ({"name": 5}, "name"),
            ({"name": "x" * 256}, "name"),
            ({"name": "Ada", "note": "x" * 5001}, "note"),
            ({"name": "Ada", "locale": 5}, "locale"),
            ({"name": "Ada", "id": "a@b"}, "id"),
            ({"id": "x" * 37}, "id"),
            ({"name": "Ada", "addresses": ["Paris"]}, "addresses"),
            ({"name": " ", "email": "\n"}, "name"),
            ({"name": "Ada", "accepts_marketing": "yes"}, "accepts_marketing"),
            ({"name": "A\0da"}, "name"),
        ],
    )
    def test_what_cannot_be_meant(self, office, given, field):
        """The error names the field, tells nothing personal, and nothing is kept."""
        with pytest.raises(errors.InvalidValue) as caught:
            office.customers.create(**given)
        assert field == caught.value.field
        assert "nobody" not in str(caught.value)
        assert 0 == office.customers.count()

    def test_races_and_stale_forms(self, office):
        """A form that was shown an older version is told; the id of another one cannot be taken."""
        made = office.customers.create(id="acc-1", name="Ada")
        office.customers.change("acc-1", name="Ada L")
        with pytest.raises(errors.StaleVersion):
            office.customers.change("acc-1", name="X", expected_version=made.version)
        with pytest.raises(errors.StaleVersion):
            office.customers.create(id="acc-1", name="Bob")
        for remove, more in (("version", {}), ("name", {"name": "X"})):
            with pytest.raises(errors.InvalidValue):
                office.customers.change("acc-1", remove=remove, **more)
        assert "Ada L" == office.customers.get("acc-1").name

    def test_an_iterator_after_a_lost_race(self, office, monkeypatch):
        """Is read once, however often the work is done."""
        made = office.customers.create(name="Ada")
        with lost_once(office, monkeypatch, "put_customer", StaleVersion("customer", made.id, 1, 2)):
            after = office.customers.change(made.id, tags=iter(["vip"]), addresses=iter([HOME]))
        assert (("vip",), (HOME,)) == (after.tags, after.addresses)

    def test_errors_tell_no_address(self, office):
        """Where an id belongs, and none has an @."""
        for ask in (office.customers.get, office.customers.archive, office.customers.bought, office.customers.delete):
            with pytest.raises(errors.UnknownId) as caught:
                ask("ada@example.com")
            assert "ada" not in str(caught.value) + repr(caught.value)

    def test_repr_tells_nothing_personal(self, office):
        made = office.customers.create(name="Augusta", email="a@b.example", phone="123", note="calls")
        assert [] == [told for told in ("Augusta", "a@b", "123", "calls") if told in repr(made)]


class TestFinding:
    def test_by_every_field(self, office):
        """Names, addresses, numbers however they are written, tags, countries, words; what is odd is told."""
        home = Address(city="Sommières", country="FR", address1="7 rue X")
        id = office.customers.create(
            name="Ada Lovelace", email="Ada@b.example", phone="+33 (6) 12-34", tags="vip", addresses=home, note="tea"
        ).id
        office.customers.create(name="Bob", accepts_marketing=True)
        found = [
            *("ada", "lovelace", "sommieres", "tea", "Ada@B.example", "name:love*", "email:ada@b.example"),
            *("phone:336", "phone:33*", "phone:'+33 (6) 12-34'", "phone:33-61234", "tag:VIP", "country:fr", "vip"),
            *("accepts_marketing:false", f"id:{id}", "tag:* status:active", "created_at:today name:ada*"),
        ]
        assert {"phone:336"} == {one for one in found if [id] != [hit.id for hit in office.customers.search(one)]}
        assert ["Bob"] == [hit.name for hit in office.customers.search("tag_not:vip accepts_marketing:true")]
        page = office.customers.search("mood:good")
        assert (2, "unknown_field") == (len(page), page.warnings[0].code)

    def test_an_id_is_the_whole_of_it(self, office):
        """With its spaces: who differs by nothing else is somebody else."""
        for id in ("u1", " u1", "u1 ", "u 1"):
            office.customers.create(id=id, name="Ada")
        for id in ("u1", " u1", "u1 ", "u 1"):
            assert [id] == [one.id for one in office.customers.search(f"id:'{id}'")]
        assert ["u1", "u1 "] == [one.id for one in office.customers.search("id:'u1'*", sort="id")]
        assert ["u1 "] == [one.id for one in office.customers.search("id:'u1 '* id:>='u1 '", sort="id")]

    def test_pages_and_sorts(self, office):
        """By cursors, both ways; every customer once."""
        for name in ("cy", "Ada", "Zoë", "bob", "Ada"):
            office.customers.create(name=name)
        names = ["Ada", "Ada", "bob", "cy", "Zoë"]
        assert names == [one.name for one in office.customers.all(sort="name")]
        first = office.customers.search(sort="-name", limit=2)
        second = office.customers.search(sort="-name", limit=2, after=first.next)
        assert ["Zoë", "cy", "bob", "Ada"] == [one.name for one in (*first, *second)]
        assert first.customers == office.customers.search(sort="-name", limit=2, before=second.previous).customers
        assert (5, 3) == (office.customers.count(), office.customers.count("-name:ada"))
        assert "2+" == str(office.customers.count(limit=2))
        with pytest.raises(errors.UnknownSort):
            office.customers.search(sort="mood")

    def test_what_they_bought(self, office):
        """Paid less given back, by currency; the query gives the orders themselves, trials too."""
        made = office.customers.create(email='a"b@example.com', name="Ada")
        first = sell(office, made.ref, payments=[Sale("10.00", gateway="cash")])
        office.orders.refund(first.id, amount="4.00")
        last = sell(office, CustomerRef(email=made.email), currency="USD", payments=[Sale("10.00", gateway="cash")])
        trial = sell(office, made.ref, test=True)
        sell(office, CustomerRef(id="other", email=made.email))
        bought = office.customers.bought(made.id)
        assert (2, (Money(600, "EUR"), Money(1000, "USD"))) == (bought.orders, bought.spent)
        assert {first.id, last.id} == {bought.first, bought.last}
        query = office.customers.orders_of(made.id)
        assert {first.id, last.id, trial.id} == {one.id for one in office.orders.search(query)}
        assert 3 == office.orders.bulk(query).add_tags("mine").done
        known = office.customers.create(name="Nobody")
        assert [] == list(office.orders.search(office.customers.orders_of(known.id)))


class TestMerging:
    def test_a_guest_becomes_an_account(self, office):
        """Orders, drafts and checkouts are the account's; who bought is as it was; figures stay but for who is new."""
        id = two_people(office)
        before = (office.reports.sales(by=("day", "product")), office.reports.takings())
        owed = {one.id: one.sums for one in office.orders}
        report = office.customers.merge("augusta.BYRON@example.com", id)
        assert (3, 1, 1, False) == (report.orders, report.drafts, report.checkouts, report.record)
        assert before == (office.reports.sales(by=("day", "product")), office.reports.takings())
        assert owed == {one.id: one.sums for one in office.orders}
        mine = [one for one in office.orders if one.email == ada().email]
        assert {ada(id)} == {one.customer for one in mine}
        events = [row.event for row in office.orders.timeline(mine[0].id)]
        assert CustomerMerged(id) == events[-1]
        assert not office.customers.merge("augusta.byron@example.com", id)
        assert 3 == office.customers.bought(id).orders

    def test_orders_of_other_accounts_stay_theirs(self, office):
        made = office.customers.create(name="Ada")
        kept = sell(office, CustomerRef(id="other", email="ada@example.com"))
        given = sell(office, CustomerRef(email="ADA@example.com"))
        drafts = [
            office.drafts.create(lines=[Line("Tea", price="9.00")], customer=one).draft
            for one in (CustomerRef(id="other", email="ada@example.com"), CustomerRef(email="ada@example.com"))
        ]
        assert (1, 1) == (
            (report := office.customers.merge("ada@example.com", made.id)).orders,
            report.drafts,
        )
        assert ["other", made.id] == [office.drafts.get(one.id).customer.id for one in drafts]
        assert ("other", made.id) == (
            office.orders.get(kept.id).customer.id,
            office.orders.get(given.id).customer.id,
        )

    def test_an_address_that_is_another_customers(self, office):
        """What a guest bought with it is theirs already; the same customer's own will do."""
        ada_, bob = (office.customers.create(email=f"{name}@example.com") for name in ("ada", "bob"))
        order = sell(office, CustomerRef(email="Bob@example.com"))
        with pytest.raises(errors.EmailTaken) as caught:
            office.customers.merge("BOB@example.com", ada_.id)
        assert (bob.id, None) == (caught.value.customer_id, office.orders.get(order.id).customer.id)
        assert 1 == office.customers.merge("bob@example.com", bob.id).orders
        assert (0, 1) == (office.customers.bought(ada_.id).orders, office.customers.bought(bob.id).orders)
        assert not office.customers.merge("bob@example.com", bob.id)

    @pytest.mark.parametrize(
        ("email", "into", "field"),
        [
            (None, "c-1", "email"),
            ("zoe", "c-1", "email"),
            (" ", "c-1", "email"),
            ("zoe@b.example", 5, "customer_id"),
            ("a@b.example", "zoe@b.example", "customer_id"),
        ],
    )
    def test_whom_nobody_can_be(self, office, email, into, field):
        """An error names what was given wrongly, and nothing of it."""
        office.customers.create(id="c-1")
        with pytest.raises(errors.InvalidValue) as caught:
            office.customers.merge(email, into)
        assert field == caught.value.field
        assert "zoe" not in str(caught.value)

    def test_with_nobody(self, office):
        """A customer that is not there, or what is no address, is told; nothing is begun."""
        with pytest.raises(errors.UnknownId):
            office.customers.merge("ada@example.com", "nobody")
        for email in ("ada", None, ""):
            with pytest.raises(errors.InvalidValue):
                office.customers.merge(email, "nobody")
        assert 0 == office.run_due().people

    def test_a_crash_half_way_is_gone_on_with(self, office, monkeypatch):
        from backoffice_core import persons

        id = two_people(office)

        def crash(*_):
            raise KeyboardInterrupt

        with monkeypatch.context() as broken:
            broken.setattr(persons.Worker, "_some_drafts", crash)
            with pytest.raises(KeyboardInterrupt):
                office.customers.merge(ada().email, id)
        assert 1 == office.run_due().people
        assert {id} == {one.customer.id for one in office.drafts if one.email == ada().email}
