"""The part of `backoffice_core.testing.StorageContract` about people, and lists of products."""

from typing import Any

import attrs
import pytest

from backoffice_core.catalog.customers import Bought, Customer, Errand
from backoffice_core.failures import UnknownId
from backoffice_core.money import Money
from backoffice_core.orders.asked import Line, Sale
from backoffice_core.orders.order import CustomerRef
from backoffice_core.search.conditions import ALWAYS, AllOf, Between, Condition, Has, Says
from backoffice_core.search.customers import persons
from backoffice_core.search.findable import term
from backoffice_core.search.sorting import Cursor, Sort
from backoffice_core.search.wanted import Wanted
from backoffice_core.storage.base import Storage
from backoffice_core.storage.trouble import AlreadyStored, StaleVersion
from backoffice_core.testing import personal
from backoffice_core.testing.builders import a_product, a_record, a_shop, placed, stocked
from backoffice_core.testing.clock import START
from backoffice_core.testing.contract_base import Contract, a_change, fail_after, put, read, write


def a_customer(number: int = 1, **fields: Any) -> Customer:
    """Return a customer of whom everything is known, the *number*-th."""
    at = START.add(minutes=number)
    whole = personal.a_customer()
    moments = {"consent_at": at, "created_at": at, "updated_at": at.add(hours=1), "archived_at": at.add(hours=2)}
    own = {"id": f"customer-{number}", "email": f"Ada-{number}@Example.com", **moments}
    return attrs.evolve(whole, version=0, **{**own, **fields})


def save(storage: Storage, customer: Customer, shop: str = "main") -> Customer:
    """Save a customer in a unit of work of its own."""
    return write(storage, lambda unit: unit.put_customer(customer), shop)


def found(storage: Storage, condition: Condition, sort: str = "name", **more: Any) -> list[str]:
    """Return the ids of the customers that meet a condition, in the order of a list."""
    wanted = Wanted(condition, Sort(sort.removeprefix("-"), sort.startswith("-")), more.pop("limit", 9), **more)
    return [hit.customer.id for hit in read(storage, lambda unit: unit.search_customers(wanted))]


class PeopleContract(Contract):
    """Customers, and what is begun about people."""

    def test_customers_come_back_as_they_were(self, shop: Storage) -> None:
        """Every field, and a change of it; the version goes up."""
        saved = save(shop, a_customer())
        assert attrs.evolve(a_customer(), version=1) == saved
        assert saved == read(shop, lambda unit: unit.customer("customer-1"))
        plain = Customer(id="customer-1", version=1, created_at=START, updated_at=START)
        assert attrs.evolve(plain, version=2) == save(shop, plain)
        assert attrs.evolve(plain, version=2) == read(shop, lambda unit: unit.customer("customer-1"))

    def test_a_customer_that_changed_is_not_written_over(self, shop: Storage) -> None:
        """Nor one that is there, nor one that is gone; nothing is changed by trying."""
        first = save(shop, a_customer())
        second = save(shop, first)
        for stale in (first, a_customer()):
            with pytest.raises(StaleVersion, match="customer"):
                save(shop, stale)
        with pytest.raises(StaleVersion):
            write(shop, lambda unit: unit.drop_customer(first))
        assert second == read(shop, lambda unit: unit.customer("customer-1"))
        write(shop, lambda unit: unit.drop_customer(second))
        for work in (lambda unit: unit.drop_customer(second), lambda unit: unit.put_customer(second)):
            with pytest.raises(StaleVersion):
                write(shop, work)

    def test_an_address_is_that_of_one_customer(self, shop: Storage) -> None:
        """Whatever its case, in one shop; the error does not tell it. One that was given up is free again."""
        one, other = save(shop, a_customer(1)), save(shop, a_customer(2))
        for id in ("customer-2", "customer-3"):
            taken = attrs.evolve(other if id == other.id else a_customer(3), email="ada-1@EXAMPLE.com")
            with pytest.raises(AlreadyStored) as caught:
                save(shop, taken)
            assert "@" not in str(caught.value)
        assert other == read(shop, lambda unit: unit.customer(other.id))
        assert read(shop, lambda unit: unit.customer_with_email("ADA-1@example.com")) == "customer-1"
        save(shop, attrs.evolve(one, email=None))
        assert read(shop, lambda unit: unit.customer_with_email("ada-1@example.com")) is None
        save(shop, attrs.evolve(other, email="ADA-1@example.com"))
        assert read(shop, lambda unit: unit.customer_with_email("ada-1@example.com")) == "customer-2"

    def test_customers_that_are_not_there(self, shop: Storage) -> None:
        """Unknown, of another shop, or of a unit that failed."""
        write(shop, lambda unit: unit.create_shop(a_shop()), "other")
        save(shop, a_customer(1), "other")
        fail_after(shop, lambda unit: unit.put_customer(a_customer(2)))
        for id in ("customer-1", "customer-2", "é"):
            with pytest.raises(UnknownId, match="customer"):
                read(shop, lambda unit, id=id: unit.customer(id))  # type: ignore[misc]
        assert read(shop, lambda unit: unit.customer_with_email("ada-1@example.com")) is None
        assert found(shop, ALWAYS) == []

    def test_finding_customers(self, shop: Storage) -> None:
        """By terms, words and ranges, in the order of each sort, a page at a time, as they are now."""
        rows = [("Zoë", "vip"), ("ada", ""), ("Bob", "vip")]
        for number, (name, tags) in enumerate(rows, 1):
            save(shop, a_customer(number, name=name, tags=tags))
        assert found(shop, ALWAYS) == ["customer-2", "customer-3", "customer-1"]
        assert found(shop, ALWAYS, "-created_at") == ["customer-3", "customer-2", "customer-1"]
        assert found(shop, ALWAYS, "id", limit=2) == ["customer-1", "customer-2"]
        assert found(shop, ALWAYS, "id", start=Cursor("customer-2", "customer-2")) == ["customer-3"]
        assert found(shop, Has(term("tag", "VIP"))) == ["customer-3", "customer-1"]
        assert found(shop, Says(" zoe")) == ["customer-1"]
        late = Between("updated_at", low=int(a_customer(2).updated_at.timestamp()) * 1_000_000)
        assert found(shop, AllOf((late, Has(term("tag", "vip"))))) == ["customer-3"]
        assert read(shop, lambda unit: unit.count_customers(Has(term("tag", "vip")), 9)) == 2
        save(shop, attrs.evolve(a_customer(3, name="Cy", tags=()), version=1))
        write(shop, lambda unit: unit.drop_customer(unit.customer("customer-2")))
        assert found(shop, Has(term("tag", "vip"))) == ["customer-1"]
        assert found(shop, ALWAYS) == ["customer-3", "customer-1"]
        assert found(shop, Says(" bob")) == []

    def test_what_people_bought(self, shop: Storage) -> None:
        """Orders of the account and of the guest, not of others, no trials; what was paid, by currency."""
        assert Bought() == read(shop, lambda unit: unit.bought(persons("ada", "ada@example.com")))
        whose: list[tuple[str, CustomerRef | None, dict[str, Any]]] = [
            ("a-1", CustomerRef(id="ada"), {}),
            ("a-2", CustomerRef(email="ADA@example.com"), {}),
            ("a-3", CustomerRef(id="bob", email="ada@example.com"), {}),
            ("a-4", CustomerRef(id="ada"), {"test": True}),
            ("a-5", None, {}),
        ]
        paid = [Sale("7.00", gateway="cash")]
        changes = [placed(Line("Tea", price="9.00"), id=id, customer=c, payments=paid, **more) for id, c, more in whose]
        for change in changes:
            put(shop, a_record(change))
        bought = read(shop, lambda unit: unit.bought(persons("ada", "ada@example.com")))
        order = changes[0].order
        assert (2, "a-1", "a-2", (Money(1400, order.currency),)) == (
            bought.orders,
            bought.first,
            bought.last,
            bought.spent,
        )
        assert bought.first_at == bought.last_at == order.created_at
        assert read(shop, lambda unit: unit.bought(persons(None, "ada@example.com"))).orders == 1
        assert read(shop, lambda unit: unit.bought(())).orders == 0

    def test_errands(self, shop: Storage) -> None:
        """Kept whole until they are dropped, by id; dropping one again does nothing."""
        about = Errand(id="e-2", kind="merge", email="ada@example.com", into="ada", asked_at=START, actor="marie")
        errands = [about, Errand(id="e-1", kind="erase", customer_id="bob", salt="sea", asked_at=START)]
        for errand in errands:
            write(shop, lambda unit, errand=errand: unit.put_errand(errand))  # type: ignore[misc]
        assert errands[::-1] == list(read(shop, lambda unit: unit.errands()))
        for _ in range(2):
            write(shop, lambda unit: unit.drop_errand("e-1"))
        assert [about] == list(read(shop, lambda unit: unit.errands()))

    def test_scrubbing_changes_nothing(self, shop: Storage) -> None:
        """What is kept is there afterwards, and more can be written."""
        save(shop, a_customer(1))
        assert shop.scrub() in (True, False)
        save(shop, a_customer(2))
        assert found(shop, ALWAYS) == ["customer-1", "customer-2"]


class ProductListsContract(Contract):
    """Lists of products, and products that go."""

    def test_finding_products(self, shop: Storage) -> None:
        """By terms and words as they are now, in the order of each sort; not those of another shop."""
        write(shop, lambda unit: unit.create_shop(a_shop()), "other")
        write(shop, lambda unit: unit.put_product(a_product("p-9", sku="X")), "other")
        for id, title, vendor in (("p-1", "Zest", "Clay"), ("p-2", "apron", "Loom"), ("p-3", "Bowl", "Clay")):
            product = a_product(id, sku=id.upper(), title=title, vendor=vendor, created_at=START)
            write(shop, lambda unit, product=product: unit.put_product(product))  # type: ignore[misc]
        assert products(shop, ALWAYS) == ["p-2", "p-3", "p-1"]
        assert products(shop, Has(term("vendor", "clay")), "-title") == ["p-1", "p-3"]
        assert products(shop, Says(" bow"), "id") == ["p-3"]
        assert products(shop, ALWAYS, "created_at", limit=2) == ["p-1", "p-2"]
        assert products(shop, ALWAYS, "created_at", start=Cursor(int(START.timestamp()) * 1_000_000, "p-2")) == ["p-3"]
        assert read(shop, lambda unit: unit.count_products(Has(term("sku", "P-2")), 9)) == 1
        moved = attrs.evolve(
            read(shop, lambda unit: unit.product("p-3")), title="Cup", created_at=START.subtract(days=1)
        )
        saved = write(shop, lambda unit: unit.put_product(moved))
        assert products(shop, Says(" bowl")) == []
        assert products(shop, Has(term("vendor", "clay")), "-created_at") == ["p-1", "p-3"]
        write(shop, lambda unit: unit.drop_product(saved))
        assert products(shop, ALWAYS) == ["p-2", "p-1"]
        assert products(shop, Has(term("vendor", "clay"))) == ["p-1"]
        for work in (lambda unit: unit.drop_product(saved), lambda unit: unit.drop_product(moved)):
            with pytest.raises(StaleVersion):
                write(shop, work)

    def test_what_was_sold(self, shop: Storage) -> None:
        """A variant that stands in a sales entry, or was moved for an order; not one that was only counted."""
        write(shop, lambda unit: unit.adjust(a_change(5, variant_id="v-MUG")))
        write(shop, lambda unit: unit.adjust(a_change(5, 2)))
        put(shop, a_record(placed(Line(variant="CUP"), id="order-1", facts=stocked({"here": 5}, "CUP"))))
        for ids, sold in ((["v-CUP"], True), (["v-MUG"], False), (["v-MUG", "v-CUP"], True), ([], False)):
            assert read(shop, lambda unit, ids=ids: unit.was_sold(ids)) is sold  # type: ignore[misc]


def products(storage: Storage, condition: Condition, sort: str = "title", **more: Any) -> list[str]:
    """Return the ids of the products that meet a condition, in the order of a list."""
    wanted = Wanted(condition, Sort(sort.removeprefix("-"), sort.startswith("-")), more.pop("limit", 9), **more)
    return [hit.product.id for hit in read(storage, lambda unit: unit.search_products(wanted))]
