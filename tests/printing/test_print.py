"""Printing through the door: `BackOffice.orders.print` and `print_to`, on every storage."""

import io
import tracemalloc
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import attrs
import pytest

from backoffice_core import BackOffice, CustomerRef, Line, Sale, Tax, errors
from backoffice_core.orders.order import Order
from backoffice_core.printing.press import Press
from backoffice_core.settings import Sender
from backoffice_core.testing.contract_base import everything
from backoffice_core.testing.lives import a_deletion
from tests.printing.helpers import SENDER, a_shop, parsed, text_of
from tests.printing.test_sums import check_column

TEA = Line("Tea", sku="TEA", quantity=3, price="10.00", taxes=[Tax("TVA", "0.20")])


@pytest.fixture(params=["memory", "sqlite"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> BackOffice:
    """A shop on each storage."""
    return a_shop("memory:" if request.param == "memory" else f"sqlite:///{tmp_path}/shop.db")


def placed(office: BackOffice, *lines: Line, **asked: Any) -> Order:
    """Return a new order."""
    return office.orders.place(lines=lines or (TEA,), **asked).order


class TestJob:
    def test_one_order(self, office: BackOffice) -> None:
        """A whole document, called after the order; nothing is saved by it."""
        order = placed(office, payments=[Sale("30.00")])
        before = everything(office._context.storage)
        job = office.orders.print(order.id)
        assert ("Order #1001", ("#1001",), 1) == (job.title, job.names, len(job))
        assert job.html.startswith('<!DOCTYPE html>\n<html lang="en">')
        assert "<title>Order #1001</title>" in job.html
        assert job.html.rstrip().endswith("</html>")
        assert job.pages[0] in job.html
        assert before == everything(office._context.storage)
        for words in (
            "Maison Camélia",
            "#1001",
            "Tea",
            "TEA",
            "€10.00",
            "€30.00",
            "Includes TVA 20%",
            "Balance due €0.00",
        ):
            assert words in text_of(job.html), words

    def test_several(self, office: BackOffice) -> None:
        """In the order in which they were named, each once, in one document."""
        ids = [placed(office).id for _ in range(3)]
        job = office.orders.print([ids[2], ids[0], ids[2]])
        more = [placed(office).id for _ in range(45)]
        assert [f"#{at}" for at in range(1048, 1003, -1)] == list(office.orders.print(reversed(more)).names)
        assert ("Orders", ("#1003", "#1001")) == (job.title, job.names)
        sheets = [tag for tag, _ in parsed(job.html).tags if tag == "article"]
        assert 2 == len(sheets)
        assert 1 == job.html.count("<!DOCTYPE")
        assert job.html.index(job.pages[0]) < job.html.index(job.pages[1])

    def test_to_a_path(self, office: BackOffice, tmp_path: Path) -> None:
        """In UTF-8; a file that is there is replaced, and nothing else is left behind."""
        folder = tmp_path / "out"
        folder.mkdir()
        (folder / "job.html").write_text("old")
        job = office.orders.print(placed(office).id, locale="fr")
        assert folder / "job.html" == job.to_path(folder / "job.html")
        assert job.html == (folder / "job.html").read_text(encoding="utf-8")
        assert ["job.html"] == [one.name for one in folder.iterdir()]

    def test_nothing_personal_in_repr(self, office: BackOffice) -> None:
        job = office.orders.print(placed(office, customer=CustomerRef(name="Ada")).id)
        assert "Ada" in job.html
        assert "Ada" not in repr(job)

    def test_pages_are_numbered_where_they_are_one_orders(self, office: BackOffice) -> None:
        one, two = placed(office), placed(office)
        assert "counter(page)" in office.orders.print(one.id).html
        assert "counter(page)" not in office.orders.print([one.id, two.id]).html

    @pytest.mark.parametrize(("paper", "size"), [("a4", "size: A4"), ("letter", "size: letter"), (None, None)])
    def test_paper(self, paper: Any, size: str | None) -> None:
        """Unless it is named the printer decides."""
        office = a_shop()
        html = office.orders.print(placed(office).id, paper=paper).html
        assert (size in html) if size else ("size: A4" not in html and "size: letter" not in html)


class TestLanguage:
    def test_of_the_shop_or_as_asked(self, office: BackOffice) -> None:
        """An order page is for the shop, whoever the customer is."""
        order = placed(office, customer=CustomerRef(locale="fr", email="ada@example.com"))
        assert "Order #1001" == office.orders.print(order.id).title
        assert "Commande #1001" == office.orders.print(order.id, locale="fr-CA").title
        office.change_settings(locale="fr")
        job = office.orders.print(order.id)
        assert ("Commande #1001", True) == (job.title, "30,00\u00a0€" in job.html)

    @pytest.mark.parametrize(
        ("theirs", "title"), [("fr", "Bon de livraison"), (None, "Packing slip"), ("de", "Packing slip")]
    )
    def test_a_slip_is_for_the_customer(self, office: BackOffice, theirs: str | None, title: str) -> None:
        """In their language where it is written here, else in that of the shop."""
        order = placed(office, customer=CustomerRef(locale=theirs, email="ada@example.com"))
        assert title in text_of(office.orders.print(order.id, kind="packing_slip").pages[0])
        assert "Packing slip" in text_of(office.orders.print(order.id, kind="packing_slip", locale="en").pages[0])

    def test_a_customer_whose_language_is_not_written_here(self) -> None:
        office = a_shop(locale="fr")
        order = placed(office, customer=CustomerRef(locale="de", email="ada@example.com"))
        assert "Bon de livraison" in text_of(office.orders.print(order.id, kind="packing_slip").pages[0])


class TestShown:
    def test_comments_and_history(self, office: BackOffice) -> None:
        """Only when they are asked for."""
        id = placed(office, tags="rich").id
        office.orders.comment(id, "a nuisance")
        plain = text_of(office.orders.print(id).html)
        assert not [word for word in ("nuisance", "rich", "marie", "History") if word in plain]
        assert "a nuisance" in text_of(office.orders.print(id, comments=True).html)
        told = text_of(office.orders.print(id, history=True).html)
        assert "Order #1001 of €30.00 was placed by marie." in told
        assert "nuisance" not in told

    def test_a_slip_of_a_fulfillment(self, office: BackOffice) -> None:
        id = placed(office).id
        office.orders.fulfill(id, lines={"TEA": 2})
        job = office.orders.print(id, kind="packing_slip", fulfillment="#1001-F1")
        assert "2 of 3" in text_of(job.html)
        assert "1 of 3" in text_of(office.orders.print(id, kind="packing_slip").html)

    def test_locations_have_names(self, office: BackOffice) -> None:
        """Of an order that is packed at two places each slip says where."""
        office.catalog.add_location("par", name="Paris")
        office.catalog.add_location("lyo", name="Lyon")
        office.catalog.add_product("Cup", sku="CUP", price="5.00")
        office.catalog.set_stock("CUP", 1, location="par")
        office.catalog.set_stock("CUP", 9, location="lyo")
        order = placed(office, Line(variant="CUP", quantity=3))
        (page,) = office.orders.print(order.id, kind="packing_slip").pages
        assert ["Packing slip · Paris", "Packing slip · Lyon"] == [
            words.strip() for words in parsed(page).words if "·" in words and "Packing" in words
        ]

    def test_a_hosts_template(self, office: BackOffice) -> None:
        """By name; it sees the sheet and the texts."""
        id = placed(office).id
        own = {"packing_slip.html": "<p>{{ say.thanks }} {{ sheet.name }} {{ sheet.lines | length }}</p>"}
        assert "Thank you for your order. #1001 1" == text_of(
            office.orders.print(id, kind="packing_slip", templates=own).pages[0]
        )
        extended = {"order.html": '{% extends "ours/order.html" %}{% block foot %}<p>Bye</p>{% endblock %}'}
        said = text_of(office.orders.print(id, templates=extended).html)
        assert said.endswith("Bye")
        assert "SIRET" not in said


class TestOver:
    def test_cancelled_and_archived(self, office: BackOffice) -> None:
        """Nobody takes it for an order to be worked on; a line that is gone is struck out."""
        cancelled, archived, plain = (placed(office).id for _ in range(3))
        office.orders.cancel(cancelled, reason="customer")
        office.orders.archive(archived)
        first, second, third = office.orders.print([cancelled, archived, plain]).pages
        assert "Cancelled on May 17, 2024 (the customer asked for it)" in text_of(first)
        assert "Archived on May 17, 2024" in text_of(second)
        assert [True, False, False] == ['class="gone"' in page for page in (first, second, third)]
        assert [True, True, False] == ['class="banner' in page for page in (first, second, third)]

    def test_what_is_left_of_a_deleted_order(self) -> None:
        """A press that is given a tombstone says so, and has nothing else to say."""
        page = text_of(Press(a_shop().settings).page(a_deletion().order))
        assert "#1004" in page
        assert "Deleted on " in page
        assert not [word for word in ("Item", "Customer", "Total", "Balance", "Payment pending") if word in page]

    def test_imported_orders(self, office: BackOffice) -> None:
        """What came from a file is printed like others, and its column sums."""
        with as_file(files("backoffice_core.demo") / "sample_orders_export.csv") as sample:
            assert office.orders.import_csv(sample).imported
        orders = list(office.orders)
        job = office.orders.print([order.id for order in orders], history=True, locale="fr")
        assert tuple(order.name for order in orders) == job.names
        for order, page in zip(orders, job.pages, strict=True):
            check_column(order)
            assert order.name in text_of(page)


class TestRefusals:
    def test_no_such_order(self, office: BackOffice) -> None:
        """One is unknown like everywhere; of several all that are not there are named."""
        order = placed(office)
        with pytest.raises(errors.UnknownId, match="there is no order 'nowhere'") as one:
            office.orders.print("nowhere")
        assert not isinstance(one.value, errors.UnknownOrders)
        with pytest.raises(errors.UnknownOrders, match="there are no orders 'a', 'b'") as several:
            office.orders.print(["a", order.id, "b"])
        assert ("order", "a", ("a", "b")) == (several.value.kind, several.value.id, several.value.ids)
        with pytest.raises(errors.UnknownId):
            office.orders.print("#1001\0")

    def test_a_deleted_order(self, office: BackOffice) -> None:
        """It cannot be looked up, so it cannot be printed."""
        id = placed(office).id
        office.orders.cancel(id)
        office.orders.delete(id)
        with pytest.raises(errors.UnknownId):
            office.orders.print(id)

    def test_nothing_to_pack(self, office: BackOffice) -> None:
        """All that have nothing are named at once."""
        first, second, third = (placed(office) for _ in range(3))
        office.orders.fulfill(first.id)
        office.orders.hold(third.id)
        with pytest.raises(errors.NothingToPack) as no:
            office.orders.print([first.id, second.id, third.id], kind="packing_slip")
        assert (("#1001", "#1003"), 3) == (no.value.orders, no.value.held)

    @pytest.mark.parametrize(
        ("asked", "field"),
        [
            ({"kind": "invoice"}, "kind"),
            ({"locale": "de"}, "locale"),
            ({"locale": ""}, "locale"),
            ({"locale": 7}, "locale"),
            ({"paper": "a5"}, "paper"),
            ({"fulfillment": "#1001-F1"}, "fulfillment"),
            ({"templates": 7}, "templates"),
            ({"comments": "no"}, "comments"),
            ({"history": None}, "history"),
        ],
    )
    def test_what_cannot_be_meant(self, office: BackOffice, asked: dict[str, Any], field: str) -> None:
        """By one and by many, and nothing is written; text such as "no" prints no comments by being true."""
        order, file = placed(office), io.StringIO()
        for ask in (office.orders.print, partial(office.orders.print_to, file)):
            with pytest.raises(errors.InvalidValue) as no:
                ask(order.id, **asked)
            assert field == no.value.field
        if field != "fulfillment":
            with pytest.raises(errors.InvalidValue, match=field):
                office.orders.bulk([order.id]).print(file, **asked)
        assert "" == file.getvalue()

    @pytest.mark.parametrize("given", [[], (), 7, None, [7]])
    def test_no_orders(self, office: BackOffice, given: Any) -> None:
        with pytest.raises(errors.InvalidValue, match="orders"):
            office.orders.print(given)

    def test_a_fulfillment_of_several(self, office: BackOffice) -> None:
        ids = [placed(office).id, placed(office).id]
        with pytest.raises(errors.InvalidValue, match="the one order"):
            office.orders.print(ids, kind="packing_slip", fulfillment="#1001-F1")


class TestPrintTo:
    def test_it_is_the_same(self, office: BackOffice, tmp_path: Path) -> None:
        """To a path, a file of text or one of bytes."""
        ids = [placed(office).id for _ in range(3)]
        expected = office.orders.print(ids, locale="fr").html
        text, binary = io.StringIO(), io.BytesIO()
        for file in (text, binary, tmp_path / "a.html", str(tmp_path / "b.html")):
            assert 3 == office.orders.print_to(file, ids, locale="fr")
        with (tmp_path / "c.html").open("wb") as opened:
            office.orders.print_to(opened, ids, locale="fr")
        read = [(tmp_path / name).read_text(encoding="utf-8") for name in ("a.html", "b.html", "c.html")]
        assert [expected] * 5 == [text.getvalue(), binary.getvalue().decode(), *read]

    def test_nothing_is_written_before_all_can_be(self, office: BackOffice, tmp_path: Path) -> None:
        """An unknown order, a slip with nothing on it: the file stays as it was."""
        order, sent = placed(office), placed(office)
        office.orders.fulfill(sent.id)
        file, path = io.StringIO(), tmp_path / "out.html"
        path.write_text("old")
        for ids, kind, no in (
            ([order.id, "nowhere"], "order", errors.UnknownOrders),
            ([order.id, sent.id], "packing_slip", errors.NothingToPack),
            ([order.id], "invoice", errors.InvalidValue),
        ):
            for to in (file, path):
                with pytest.raises(no):
                    office.orders.print_to(to, ids, kind=kind)  # type: ignore[arg-type]
        assert ("", "old") == (file.getvalue(), path.read_text())

    def test_a_broken_template_leaves_the_file(self, office: BackOffice, tmp_path: Path) -> None:
        id = placed(office).id
        path = tmp_path / "sub" / "out.html"
        path.parent.mkdir()
        path.write_text("old")
        with pytest.raises(errors.BrokenTemplate):
            office.orders.print_to(path, id, templates={"order.html": "{{ nothing }}"})
        assert ("old", ["out.html"]) == (path.read_text(), [one.name for one in path.parent.iterdir()])

    def test_what_is_no_file(self, office: BackOffice) -> None:
        with pytest.raises(errors.InvalidValue, match="a path, or a file"):
            office.orders.print_to(7, placed(office).id)  # type: ignore[arg-type]


class TestPress:
    def test_it_takes_orders_one_at_a_time(self) -> None:
        """Each is taken when its sheet is due, and none is kept: memory is that of one."""
        office = a_shop()
        order = placed(office, *[Line(f"Cup {at}", sku=f"C{at}", price="1.00") for at in range(30)])
        press = Press(office.settings)
        taken: list[int] = []

        class Counting:
            size = 0

            def write(self, text: str) -> None:
                self.size += len(text)

        def orders(count: int) -> Any:
            for at in range(count):
                taken.append(at)
                yield attrs.evolve(order, name=f"#{at}")

        file = Counting()
        parts = press.document(press.page(one) for one in orders(3))
        next(parts)
        assert len(taken) <= 1
        tracemalloc.start()
        assert 5 == press.write(orders(5), file)
        few = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        assert 60 == press.write(orders(60), file)
        many = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert file.size > 60 * 10_000
        assert many - few < 150_000

    def test_a_page_is_a_part_of_the_document(self) -> None:
        office = a_shop()
        order = placed(office)
        press, file = Press(office.settings, "packing_slip", locale="fr"), io.StringIO()
        press.write([order], file, "Mon bon")
        assert press.page(order) in file.getvalue()
        assert "<title>Mon bon</title>" in file.getvalue()
        assert "Bons de livraison" == press.title(["#1", "#2"])


def test_the_sender_is_a_setting(office: BackOffice) -> None:
    """It is kept with the shop; what is none is refused by name."""
    assert SENDER == office.settings.sender
    for wrong in ("Maison Camélia", {"name": "x"}):
        with pytest.raises(errors.InvalidValue, match="a Sender would do"):
            office.change_settings(sender=wrong)
    for given, field in (
        ({"name": " "}, "name"),
        ({"name": "x", "address": "1 Row"}, "address"),
        ({"name": 7}, "name"),
    ):
        with pytest.raises(errors.InvalidValue, match=field):
            Sender(**given)  # type: ignore[arg-type]
    assert ("1 Row",) == Sender(name="x", address=["1 Row"]).address  # type: ignore[arg-type]
