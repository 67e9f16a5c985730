"""The page of an order through the door: the same on every storage, and nothing of it is kept."""

from importlib.resources import as_file, files
from pathlib import Path

import pytest

from backoffice_core import Authorization, BackOffice, Line, Sale, errors
from backoffice_core.testing import CountingIds, FrozenClock
from backoffice_core.testing.contract_base import everything
from tests.orders.test_detail import check_page

TEA = Line("Tea", sku="TEA", quantity=3, price="10.00")


@pytest.fixture(params=["memory", "sqlite"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> BackOffice:
    """A shop on each storage, in which Marie acts."""
    url = "memory:" if request.param == "memory" else f"sqlite:///{tmp_path}/shop.db"
    made = BackOffice.open(url, currency="EUR", taxes_included=True, clock=FrozenClock(), new_id=CountingIds())
    return made.acting_as("marie")


def test_it_is_read_and_nothing_is_saved(office: BackOffice) -> None:
    """Looking twice shows the same page, at the version that a command may expect."""
    order = office.orders.place(lines=[TEA], payments=[Sale("30.00")]).order
    before = everything(office._context.storage)
    page = office.orders.detail(order.id)
    assert page == office.orders.detail(order.id)
    assert before == everything(office._context.storage)
    assert office.orders.set_note(order.id, "Ring", expected_version=page.version)


def test_the_timeline_is_the_storys(office: BackOffice) -> None:
    """A sentence for each event, in the order of the events."""
    id = office.orders.place(lines=[TEA], payments=[Authorization("30.00")]).order.id
    office.orders.capture(id)
    office.orders.fulfill(id)
    office.acting_as("jean").orders.comment(id, "called")
    story = office.orders.story(id)
    assert [
        "Order #1001 of 30.00 EUR was placed by marie.",
        "30.00 EUR was authorized through manual by marie.",
        "30.00 EUR was captured through manual by marie.",
        "3 units were shipped as #1001-F1 by marie.",
        "The order was archived automatically.",
        "A comment was left by jean.",
    ] == [one.text for one in story]
    assert story == office.orders.detail(id).timeline
    told = [(row.at, row.actor) for row in office.orders.timeline(id)]
    assert told == [(one.at, one.actor) for one in story]
    assert "called" == story[-1].comment


def test_the_language(office: BackOffice) -> None:
    """That of the shop's locale unless another is asked for; one without sentences is refused."""
    id = office.orders.place(lines=[TEA]).order.id
    assert office.orders.story(id)[0].text.startswith("Order")
    office.change_settings(locale="fr-CA")
    assert office.orders.story(id)[0].text.startswith("La commande")
    assert office.orders.detail(id).timeline[0].text.startswith("La commande")
    assert office.orders.detail(id, language="en").timeline[0].text.startswith("Order")
    for ask in (office.orders.story, office.orders.detail):
        for language in ("de", ""):
            with pytest.raises(errors.InvalidValue, match="en or fr"):
                ask(id, language=language)  # type: ignore[arg-type]


def test_allowed_is_what_the_desk_says(office: BackOffice) -> None:
    """One answer, wherever it is asked for."""
    id = office.orders.place(lines=[TEA]).order.id
    page = office.orders.detail(id)
    assert [(one.name, one.possible) for one in office.orders.allowed(id)] == [
        (one.name, one.possible) for one in page.allowed
    ]
    assert (True, False) == (page.can("fulfill"), page.can("capture"))


def test_a_deleted_text_is_nowhere(office: BackOffice) -> None:
    """Not in the document, not in events, not under a key."""
    id = office.orders.place(lines=[TEA]).order.id
    said = office.orders.comment(id, "Hopper is cross", idempotency_key="k").order.comments[0].id
    office.orders.edit_comment(id, said, "Hopper is very cross", idempotency_key="k2")
    assert "Hopper" in str(office.orders.get(id).comments[0].text)
    with pytest.raises(errors.NotYourComment):
        office.acting_as("jean").orders.delete_comment(id, said)
    office.orders.delete_comment(id, said)
    assert "Hopper" not in str(everything(office._context.storage))
    assert () == office.orders.detail(id).comments
    assert [None] * 4 == [one.comment for one in office.orders.story(id)]


def test_pages_of_imported_orders(office: BackOffice) -> None:
    """What came from a file is shown too; its figures are the order's as far as the file agrees with itself."""
    with as_file(files("backoffice_core.demo") / "sample_orders_export.csv") as sample:
        report = office.orders.import_csv(sample)
    assert report.imported
    for order in office.orders:
        page = office.orders.detail(order.id)
        assert (order.name, order.current_total) == (page.name, page.money.current_total)
        assert len(order.lines) == len(page.lines)
        check_page(order)
