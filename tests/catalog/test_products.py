"""Products: changing them, their variants, and finding them."""

from pathlib import Path

import pytest

from backoffice_core import BackOffice, Line, Money, Variant, errors
from backoffice_core.storage.memory import MemoryStorage
from backoffice_core.storage.trouble import StorageBusy
from tests.people.shops import START, an_office, lost_once


@pytest.fixture(params=["memory", "sqlite"])
def office(request: pytest.FixtureRequest, tmp_path: Path):
    with an_office(MemoryStorage() if request.param == "memory" else f"sqlite:///{tmp_path}/shop.db") as office:
        yield office


def cup(office: BackOffice, title: str = "Cup", **more):
    return office.catalog.add_product(title, **{"price": "5.00", "sku": title[:3].upper(), **more})


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


class TestProducts:
    def test_add_and_change(self, office):
        """What is left out stays, what is removed goes; the moments are kept."""
        made = cup(
            office,
            tags="Blue, b",
            images="https://x.example/1.jpg",
            product_type="Crockery",
            compare_at="6.00",
            weight_grams=320,
        )
        variant = made.variants[0]
        assert (("b", "Blue"), "Crockery", START, START) == (
            made.tags,
            made.product_type,
            made.created_at,
            made.updated_at,
        )
        assert (eur(500), eur(600), 320) == (variant.price, variant.compare_at, variant.weight_grams)
        changed = office.catalog.change_product(made.id, vendor="Clay", remove=["tags", "images", "product_type"])
        assert ("Cup", "Clay", (), (), None, 2) == (
            *(changed.title, changed.vendor, changed.tags, changed.images),
            *(changed.product_type, changed.version),
        )
        assert changed == office.catalog.change_product(made.id, vendor="Clay") == office.catalog.get(made.id)
        assert ("New",) == office.catalog.add_tags(made.id, "New").tags
        assert () == office.catalog.remove_tags(made.id, "NEW").tags

    @pytest.mark.parametrize(
        "given",
        [
            {"images": "javascript:alert(1)"},
            {"images": ["https://a.example/1 2.jpg"]},
            {"tags": 5},
            {"title": ""},
            {"product_type": "x" * 256},
            {"remove": "title"},
            {"remove": "vendor", "vendor": "Clay"},
        ],
    )
    def test_what_cannot_be_meant(self, office, given):
        made = cup(office)
        with pytest.raises(errors.InvalidInput):
            office.catalog.change_product(made.id, **given)
        assert made == office.catalog.get(made.id)

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"variants": ["S"]}, "variants"),
            ({"variants": 5}, "variants"),
            ({"images": 5}, "images"),
            ({"id": ""}, "id"),
        ],
    )
    def test_what_is_of_another_type(self, office, given, field):
        """An error names the field; nothing is there."""
        with pytest.raises(errors.InvalidValue) as caught:
            cup(office, **given)
        assert (field, 0) == (caught.value.field, office.catalog.count())

    def test_stale_forms(self, office):
        made = cup(office)
        office.catalog.change_product(made.id, vendor="Clay")
        with pytest.raises(errors.StaleVersion):
            office.catalog.change_product(made.id, vendor="X", expected_version=made.version)
        for id in ("none", None, "a\0"):
            with pytest.raises(errors.UnknownId):
                office.catalog.change_product(id, vendor="X")

    def test_an_iterator_after_a_lost_race(self, office, monkeypatch):
        """Is read once, however often the work is done."""
        lost = StorageBusy("locked")
        given = {"tags": iter(["new"]), "images": iter(["/cup.jpg"])}
        with lost_once(office, monkeypatch, "put_product", lost):
            made = office.catalog.add_product("Cup", variants=iter([Variant(price=eur(500))]), **given)
        assert (1, ("new",), ("/cup.jpg",)) == (len(made.variants), made.tags, made.images)
        with lost_once(office, monkeypatch, "put_product", lost):
            made = office.catalog.change_product(made.id, tags=iter(["old"]), images=iter(["/mug.jpg"]))
        assert (("old",), ("/mug.jpg",)) == (made.tags, made.images)

    def test_archive_and_back(self, office):
        """What is off sale cannot be ordered; it comes back unless its variant is another one's by then."""
        made = cup(office)
        off = office.catalog.archive_product(made.id)
        office._context.clock.tick(days=1)
        assert off == office.catalog.archive_product(made.id)
        with pytest.raises(errors.InvalidValue):
            office.orders.place(lines=[Line(variant="CUP")])
        assert office.catalog.unarchive_product(made.id).archived_at is None
        office.catalog.adjust("CUP", 5, location=office.catalog.add_location("here").id)
        assert office.orders.place(lines=[Line(variant="CUP")])
        office.catalog.archive_product(made.id)
        office.catalog.add_product("Other", variants=[made.variants[0]])
        with pytest.raises(errors.AlreadyStored):
            office.catalog.unarchive_product(made.id)

    def test_delete_what_was_never_sold(self, office):
        """What was sold stays, tracked or not, even when the order is gone; what was not is nowhere."""
        office.catalog.add_location("here")
        tracked, plain, never = cup(office, "Cup"), cup(office, "Pot", tracked=False), cup(office, "Mug")
        office.catalog.adjust("CUP", 5)
        office.catalog.adjust("MUG", 5)
        for sku in ("CUP", "POT"):
            order = office.orders.place(lines=[Line(variant=sku)]).order
            office.orders.cancel(order.id)
            office.orders.delete(order.id)
        for sold in (tracked, plain):
            with pytest.raises(errors.ProductSold) as caught:
                office.catalog.delete_product(sold.id)
            assert {"product_id": sold.id} == caught.value.facts
        office.catalog.delete_product(never.id)
        with pytest.raises(errors.UnknownId):
            office.catalog.get(never.id)
        with pytest.raises(errors.UnknownId):
            office.catalog.delete_product(never.id)
        assert ["Cup", "Pot"] == [one.title for one in office.catalog.all()]
        assert cup(office, "Mug")


class TestVariants:
    def test_a_price_is_for_orders_from_now_on(self, office):
        """An order keeps what it was placed with; named by id or SKU."""
        made = cup(office, tracked=False)
        order = office.orders.place(lines=[Line(variant="CUP")]).order
        changed = office.catalog.change_variant(made.id, "CUP", price="7.50", compare_at="9.00", barcode="4006")
        assert (eur(750), eur(900), "4006") == (
            changed.variants[0].price,
            changed.variants[0].compare_at,
            changed.variants[0].barcode,
        )
        assert "5.00 EUR" == str(office.orders.get(order.id).total)
        assert "7.50 EUR" == str(office.orders.place(lines=[Line(variant="CUP")]).order.total)
        back = office.catalog.change_variant(made.id, changed.variants[0].id, remove=["compare_at", "barcode"])
        assert (None, None) == (back.variants[0].compare_at, back.variants[0].barcode)

    def test_add_and_remove(self, office):
        """A variant that is gone is still on old orders, and can be refunded; the last one stays."""
        made = cup(office, tracked=False)
        both = office.catalog.add_variant(made.id, Variant(title="Red", sku="RED", price=eur(600), tracked=False))
        assert 2 == len({one.id for one in both.variants})
        order = office.orders.place(lines=[Line(variant="RED", quantity=2)]).order
        office.catalog.remove_variant(made.id, "RED")
        line = office.orders.get(order.id).lines[0]
        assert ("Cup", "Red", "RED") == (line.title, line.variant_title, line.sku)
        with pytest.raises(errors.InvalidValue):
            office.orders.place(lines=[Line(variant="RED")])
        office.orders.mark_as_paid(order.id)
        assert office.orders.refund(order.id, lines={"RED": 1})
        with pytest.raises(errors.NoVariants):
            office.catalog.remove_variant(made.id, "CUP")
        assert ["CUP"] == [one.sku for one in office.catalog.get(made.id).variants]

    def test_what_cannot_be(self, office):
        """Prices below zero or in another currency, ids that are in use, variants that are not there."""
        made, other = cup(office), cup(office, "Pot")
        for given, error in (
            ({"price": "-1.00"}, errors.NegativeAmount),
            ({"compare_at": Money(100, "USD")}, errors.CurrencyMismatch),
            ({"weight_grams": -1}, errors.InvalidValue),
            ({"policy": "maybe"}, errors.InvalidValue),
            ({"remove": "price"}, errors.InvalidValue),
        ):
            with pytest.raises(error):
                office.catalog.change_variant(made.id, "CUP", **given)
        with pytest.raises(errors.AlreadyStored):
            office.catalog.add_variant(made.id, other.variants[0])
        with pytest.raises(errors.InvalidValue):
            office.catalog.add_variant(made.id, "CUP")
        for work in (office.catalog.remove_variant, office.catalog.change_variant):
            with pytest.raises(errors.UnknownId, match="variant"):
                work(made.id, "none")
        assert made == office.catalog.get(made.id)


class TestFinding:
    def test_by_every_field(self, office):
        """Titles, SKUs, barcodes, makers, kinds, tags, what is off sale."""
        made = cup(office, "Teapot", sku="TEA-1", barcode="400638", vendor="Clay", product_type="Crockery", tags="new")
        office.catalog.archive_product(cup(office, "Mug").id)
        queries = (
            *("teap", "title:Teapot", "sku:tea-1", "barcode:400638", "vendor:clay", "product_type:crock*", "tag:NEW"),
            *("status:active", f"id:{made.id}", f"variant_id:{made.variants[0].id}", "400638", "created_at:today new"),
        )
        assert [] == [one for one in queries if [made.id] != [hit.id for hit in office.catalog.search(one)]]
        assert ["Mug"] == [hit.title for hit in office.catalog.search("status:archived tag_not:new")]
        office.catalog.change_variant(made.id, "TEA-1", sku="TEA-2")
        assert (0, 1) == (office.catalog.count("sku:TEA-1"), office.catalog.count("sku:TEA-2"))
        assert "unknown_field" == office.catalog.search("mood:good").warnings[0].code

    def test_pages(self, office):
        for title in ("cup", "Bowl", "Ähre", "bowl", "Zest"):
            cup(office, title)
        titles = [one.title for one in office.catalog.all()]
        assert ["Ähre", "Bowl", "bowl", "cup", "Zest"] == titles
        page = office.catalog.search(limit=2)
        rest = office.catalog.search(limit=9, after=page.next)
        assert titles == [one.title for one in (*page, *rest)]
        assert page.products == office.catalog.search(limit=2, before=rest.previous).products
        for sort in ("-title", "vendor", "product_type", "-created_at", "updated_at", "id"):
            assert 5 == len(office.catalog.search(sort=sort))


def test_older_products_are_found(tmp_path):
    """Products of tables before lists are found by the migration."""
    import sqlite3

    path = tmp_path / "shop.db"
    with an_office(f"sqlite:///{path}") as office:
        made = cup(office, "Teapot", vendor="Clay")
    with sqlite3.connect(path) as connection:
        for statement in (
            "DROP TABLE bo_product_terms",
            *[f"DROP INDEX bo_products_{name}" for name in ("title", "created", "updated")],
            *[
                f"ALTER TABLE bo_products DROP COLUMN {name}"
                for name in ("created_at", "updated_at", "title", "vendor", "product_type", "terms", "words")
            ],
            "UPDATE bo_schema SET version = 12",
        ):
            connection.execute(statement)
    connection.close()
    with an_office(f"sqlite:///{path}") as office:
        for query in ("teapot", "vendor:clay"):
            assert [made] == list(office.catalog.search(query))
