"""The part of `backoffice_core.testing.StorageContract` about shops, settings, numbers, products and locations."""

from concurrent.futures import ThreadPoolExecutor

import attrs
import pytest

from backoffice_core.catalog.products import AmbiguousSku, InventoryPolicy, Location, Variant
from backoffice_core.failures import UnknownId
from backoffice_core.money import Money
from backoffice_core.settings import Sender
from backoffice_core.storage.base import Storage, Unit
from backoffice_core.storage.trouble import AlreadyStored, StaleVersion
from backoffice_core.testing.builders import a_product, a_record, a_shop, an_order
from backoffice_core.testing.clock import START
from backoffice_core.testing.contract_base import Contract, everything, fail_after, patiently, put, read, write


class ShopsContract(Contract):
    """Shops and their settings."""

    def test_a_shop_that_nobody_created_has_no_settings(self, storage: Storage) -> None:
        """A storage tells that a shop does not exist; it makes none up."""
        assert None is read(storage, lambda unit: unit.settings())

    def test_a_shop_is_created_once(self, storage: Storage) -> None:
        """The second time nothing changes, and the answer says so."""
        first, second = a_shop(timezone="Europe/Paris", key_days=7), a_shop(currency="JPY")
        assert write(storage, lambda unit: unit.create_shop(first)) is True
        assert write(storage, lambda unit: unit.create_shop(second)) is False
        assert first == read(storage, lambda unit: unit.settings())

    def test_two_who_create_a_shop_at_once(self, storage: Storage) -> None:
        """One of them does."""
        with ThreadPoolExecutor(4) as pool:
            made = list(pool.map(lambda _: write(storage, lambda unit: unit.create_shop(a_shop())), range(4)))
        assert sorted(made) == [False, False, False, True]

    @pytest.mark.parametrize("odd", ["\0", "a\0b", "\ud800", "x" * 300, "%s", ""])
    def test_what_nothing_can_be_called(self, shop: Storage, odd: str) -> None:
        """Looking for it finds nothing, and is no error of the database."""
        looks = [
            lambda unit: unit.order(odd),
            lambda unit: unit.order(odd, lock=True),
            lambda unit: unit.draft(odd),
            lambda unit: unit.checkout(odd),
            lambda unit: unit.product(odd),
        ]
        for look in looks:
            with pytest.raises(UnknownId):
                write(shop, look)
        assert read(shop, lambda unit: (dict(unit.orders([odd])), dict(unit.variants([odd])))) == ({}, {})
        assert read(shop, lambda unit: (dict(unit.levels([odd])), list(unit.stock_changes(odd)))) == ({}, [])
        assert read(shop, lambda unit: (unit.order_id_named(odd), unit.key(odd))) == (None, None)
        for source in (("web", odd), (odd, "1")):
            found = read(
                shop,
                lambda unit, one=source: (  # type: ignore[misc]
                    *(unit.order_placed_from(one), unit.draft_imported_from(one), unit.checkout_imported_from(one)),
                ),
            )
            assert found == (None, None, None)

    def test_settings_are_replaced(self, shop: Storage) -> None:
        """What was saved last is read, every field of it."""
        changed = a_shop(
            timezone="Asia/Tokyo",
            locale="fr",
            tax_rounding="order",
            capture_mode="on_fulfillment",
            auto_archive=True,
            auto_fulfill=True,
            name_prefix="EN-",
            name_suffix="/24",
            first_number=7,
            notifications=("order_shipped", "order_cancelled"),
            key_days=3,
            sender=Sender(name="Teas", address=["1 Row", "London"], email="hello@example.com", legal="No. 1"),
        )
        write(shop, lambda unit: unit.save_settings(changed))
        assert changed == read(shop, lambda unit: unit.settings())

    def test_shops_know_nothing_of_each_other(self, storage: Storage) -> None:
        """The same ids, names, sources, keys, SKUs and messages in two shops do not meet."""
        for shop, currency in (("main", "EUR"), ("other", "JPY")):
            write(storage, lambda unit, currency=currency: unit.create_shop(a_shop(currency=currency)), shop)  # type: ignore[misc]
        put(storage, a_record(an_order(id="order-1", source=("web", "1"))))
        write(storage, lambda unit: unit.put_product(a_product()))
        write(storage, lambda unit: unit.put_location(Location(id="here", name="Here")))
        empty = read(storage, lambda unit: (unit.count_orders(), unit.products(), unit.locations()), "other")
        assert (empty[0], list(empty[1]), list(empty[2])) == (0, [], [])
        with pytest.raises(UnknownId):
            read(storage, lambda unit: unit.order("order-1"), "other")

        before = everything(storage)
        put(storage, a_record(an_order(id="order-1", source=("web", "1"), note="theirs")), "other")
        write(storage, lambda unit: unit.put_product(a_product(price="9.00")), "other")
        write(storage, lambda unit: unit.next_number(), "other")
        assert before == everything(storage)
        assert read(storage, lambda unit: unit.order("order-1"), "other").note == "theirs"

    def test_the_number_of_a_first_order(self, storage: Storage) -> None:
        """Numbers begin where the settings say, and every shop counts for itself."""
        write(storage, lambda unit: unit.create_shop(a_shop(first_number=42)))
        write(storage, lambda unit: unit.create_shop(a_shop()), "other")
        assert write(storage, lambda unit: [unit.next_number(), unit.next_number()]) == [42, 43]
        assert write(storage, lambda unit: [unit.next_number()], "other") == [1001]

    def test_the_number_ahead_is_not_taken(self, shop: Storage) -> None:
        """Looking at the next number leaves it there."""
        assert read(shop, lambda unit: (unit.number_ahead(), unit.number_ahead())) == (1001, 1001)
        assert write(shop, lambda unit: (unit.next_number(), unit.number_ahead())) == (1001, 1002)

    def test_a_failed_unit_gives_its_number_back(self, shop: Storage) -> None:
        """Numbers are gapless: what was not saved left none out."""
        write(shop, lambda unit: unit.next_number())
        taken: list[int] = []
        fail_after(shop, lambda unit: taken.append(unit.next_number()))
        assert taken == [1002]
        assert write(shop, lambda unit: unit.next_number()) == 1002

    def test_numbers_from_many_threads(self, shop: Storage) -> None:
        """No two units take the same number, none is left out, though a third of them fails."""

        def take(at: int) -> int | None:
            if at % 3 == 0:
                patiently(lambda: fail_after(shop, lambda unit: unit.next_number()))
                return None
            return patiently(lambda: write(shop, lambda unit: unit.next_number()))

        with ThreadPoolExecutor(8) as pool:
            numbers = [number for number in pool.map(take, range(48)) if number is not None]
        assert list(range(1001, 1001 + 32)) == sorted(numbers)

    def test_numbers_are_raised_and_never_lowered(self, shop: Storage) -> None:
        """After the import of order 2000 the next one is 2001; raising to less changes nothing."""
        write(shop, lambda unit: unit.raise_number(2000))
        assert write(shop, lambda unit: unit.next_number()) == 2001
        write(shop, lambda unit: unit.raise_number(5))
        assert write(shop, lambda unit: unit.next_number()) == 2002


class CatalogContract(Contract):
    """Products, variants and locations."""

    def test_a_product_comes_back_as_it_was(self, shop: Storage) -> None:
        """Every field of product and variants makes the round trip; saving raises the version."""
        product = attrs.evolve(
            a_product(vendor="Clay", barcode="4006381333931"),
            variants=(
                Variant(id="v-1", title="Blue / L", sku="B-L", price=Money.of("10.00", "EUR"), taxable=False),
                Variant(id="v-2", title="Red", price=Money.of("0.00", "EUR"), tracked=False, requires_shipping=False),
                Variant(id="v-3", title="Sold out", price=Money.of("7.77", "EUR"), policy=InventoryPolicy.CONTINUE),
            ),
        )
        saved = write(shop, lambda unit: unit.put_product(product))
        assert attrs.evolve(product, version=1) == saved
        assert saved == read(shop, lambda unit: unit.product("p-cup"))
        later = write(shop, lambda unit: unit.put_product(attrs.evolve(saved, title="Beaker", archived_at=START)))
        assert later.version == 2
        assert later == read(shop, lambda unit: unit.product("p-cup"))

    def test_a_product_that_is_not_there(self, shop: Storage) -> None:
        """It is an error that names the id."""
        with pytest.raises(UnknownId, match="p-none"):
            read(shop, lambda unit: unit.product("p-none"))

    @pytest.mark.parametrize("version", [0, 2])
    def test_a_stale_product_is_not_saved(self, shop: Storage, version: int) -> None:
        """Another version than the stored one is a conflict, and nothing is written."""
        saved = write(shop, lambda unit: unit.put_product(a_product()))
        stale = attrs.evolve(saved, title="Beaker", version=version)
        with pytest.raises(StaleVersion) as caught:
            write(shop, lambda unit: unit.put_product(stale))
        assert ("product", "p-cup", version, 1) == tuple(caught.value.facts.values())
        assert saved == read(shop, lambda unit: unit.product("p-cup"))

    def test_products_are_sorted(self, shop: Storage) -> None:
        """By title, then id."""
        for id, title in (("p-3", "Bowl"), ("p-1", "Cup"), ("p-2", "Bowl"), ("p-4", "Apron")):
            product = a_product(id, sku=id, title=title)
            write(shop, lambda unit, product=product: unit.put_product(product))  # type: ignore[misc]
        assert [one.id for one in read(shop, lambda unit: unit.products())] == ["p-4", "p-2", "p-3", "p-1"]

    def test_variants_are_found_by_id_and_by_sku(self, shop: Storage) -> None:
        """The answer is under the name that was asked for; unknown names are left out."""
        write(shop, lambda unit: unit.put_product(a_product()))
        found = read(shop, lambda unit: unit.variants(["v-CUP", "CUP", "cup", "none", "CUP"]))
        assert sorted(found) == ["CUP", "v-CUP"]
        assert {"v-CUP"} == {one.id for one in found.values()}
        assert found["CUP"].price_minor == 1000
        assert dict(read(shop, lambda unit: unit.variants([]))) == {}

    def test_an_id_wins_over_a_sku(self, shop: Storage) -> None:
        """Of a SKU that is another variant's id, the id is meant."""
        write(shop, lambda unit: unit.put_product(a_product("p-1", sku="A")))
        other = attrs.evolve(a_product("p-2"), variants=(Variant(id="v-2", sku="v-A", price=Money.of("1.00", "EUR")),))
        write(shop, lambda unit: unit.put_product(other))
        assert read(shop, lambda unit: unit.variants(["v-A"]))["v-A"].id == "v-A"

    def test_a_sku_of_several_variants(self, shop: Storage) -> None:
        """None of them is meant: the ids are told, and one of them is found by its id."""
        for id, title in (("p-1", "Zebra"), ("p-2", "Ant")):
            made = attrs.evolve(
                a_product(id, title=title), variants=(Variant(id=f"v-{id}", sku="SAME", price=Money.of("1.00", "EUR")),)
            )
            write(shop, lambda unit, made=made: unit.put_product(made))  # type: ignore[misc]
        with pytest.raises(AmbiguousSku) as caught:
            read(shop, lambda unit: unit.variants(["SAME"]))
        assert tuple(caught.value.facts.values()) == ("SAME", ("v-p-1", "v-p-2"))
        assert list(read(shop, lambda unit: unit.variants(["v-p-1"]))) == ["v-p-1"]

    def test_what_is_off_sale_is_not_found(self, shop: Storage) -> None:
        """Neither a variant of an archived product nor one that was taken out; both come back."""
        saved = write(shop, lambda unit: unit.put_product(a_product()))
        gone = write(shop, lambda unit: unit.put_product(attrs.evolve(saved, archived_at=START)))
        assert dict(read(shop, lambda unit: unit.variants(["CUP", "v-CUP"]))) == {}
        back = write(shop, lambda unit: unit.put_product(attrs.evolve(gone, archived_at=None)))
        assert list(read(shop, lambda unit: unit.variants(["CUP"]))) == ["CUP"]
        other = Variant(id="v-BIG", sku="BIG", price=Money.of("2.00", "EUR"))
        write(shop, lambda unit: unit.put_product(attrs.evolve(back, variants=(other,))))
        assert list(read(shop, lambda unit: unit.variants(["CUP", "BIG"]))) == ["BIG"]

    def test_a_variant_id_is_used_once(self, shop: Storage) -> None:
        """Another product with it is refused whole, and so is one that has it twice."""
        write(shop, lambda unit: unit.put_product(a_product()))
        before = everything(shop)
        variant = Variant(id="v-CUP", sku="X", price=Money.of("1.00", "EUR"))
        for variants in ((variant,), (attrs.evolve(variant, id="v-X"),) * 2):
            other = attrs.evolve(a_product("p-2"), variants=variants)
            with pytest.raises(AlreadyStored):
                write(shop, lambda unit, other=other: unit.put_product(other))  # type: ignore[misc]
            assert before == everything(shop)

    def test_locations_are_sorted_and_replaced(self, shop: Storage) -> None:
        """By position, then id; saving one again replaces it."""

        def add(unit: Unit) -> None:
            for id, position in (("paris", 1), ("lyon", 0), ("brest", 1)):
                unit.put_location(Location(id=id, name=id.title(), position=position))
            unit.put_location(Location(id="paris", name="Paris 2", position=0, active=False, restocks=False))

        write(shop, add)
        found = read(shop, lambda unit: unit.locations())
        assert [one.id for one in found] == ["lyon", "paris", "brest"]
        assert Location(id="paris", name="Paris 2", position=0, active=False, restocks=False) == found[1]
