"""Shopify's file of abandoned checkouts: in, out, and there and back; what we know ourselves stays."""

import csv
import io
from typing import Any

import pytest

from backoffice_core import Address, BackOffice, CustomerRef, Discount, Line, Recovery, Shipping, Tax, errors
from backoffice_core.shopify.checkouts_csv import NAMES
from tests.orders.carts import a_shop_with_carts, asked_back, begun, clock, later
from tests.shopify.helpers import shared_file


def a_shop() -> BackOffice:
    """Return a shop with one checkout that has everything, one of another customer, and one that was closed."""
    office = a_shop_with_carts()
    address = Address(
        name="Ada Lovelace", address1="1 Main St", city="London", zip="01234", country="GB", phone="+4420"
    )
    office.checkouts.start(
        lines=[
            Line("Cup", sku="CUP", quantity=2, price="12.00", taxes=[Tax("VAT", "0.20")]),
            Line("=Card", price="4.00", discounts=[Discount("Old", amount="1.00")]),
        ],
        discounts=[Discount("Spring", percent="10", code="SPRING")],
        shipping=Shipping("Post", "6.00", [Tax("VAT", "0.20")]),
        customer=CustomerRef(name="Ada Lovelace", email="ada@example.com", accepts_marketing=True),
        shipping_address=address,
        billing_address=address,
        note="two\nlines",
        attributes={"gift": "yes"},
    )
    clock(office).tick(minutes=1)
    office.checkouts.close(begun(office, Line("Tea", price="3.00"), email="bob@example.com").id)
    return office


def text_of(office: BackOffice, query: str = "") -> str:
    file = io.StringIO(newline="")
    office.checkouts.export(query).to_file(file)
    return file.getvalue()


def test_there_and_back() -> None:
    """Imported into another shop, the checkouts are the same, and so is the file that is written of them."""
    office, other = a_shop(), a_shop_with_carts()
    text = text_of(office)
    assert list(NAMES) == next(csv.reader(io.StringIO(text)))
    assert 70 == len(NAMES)
    report = other.checkouts.import_csv(io.StringIO(text, newline=""))
    assert (2, ()) == (report.imported, report.refused)
    names = ("total", "subtotal", "total_tax", "total_discounts", "total_shipping", "email", "note", "attributes")
    names += ("shipping_address", "created_at", "status", "channel", "units", "taxes_included")
    for one, back in zip(office.checkouts, other.checkouts, strict=True):
        assert [getattr(one, name) for name in names] == [getattr(back, name) for name in names]
        assert [code.code for code in one.codes] == [code.code for code in back.codes]
    assert text == text_of(other)


@pytest.mark.parametrize("taxes_included", [True, False])
@pytest.mark.parametrize("post", [[], [Shipping("Post", "4.90")]])
def test_what_customs_take_is_shipping(post: list[Shipping], taxes_included: bool) -> None:
    """The file has no column for it; the Total counts it all the same."""
    office, other = a_shop_with_carts(), a_shop_with_carts()
    shipping = [*post, Shipping("Duties", "7.00", [Tax("VAT", "0.2")])]
    office.checkouts.start(lines=[Line("Tea", price="3.00")], shipping=shipping, taxes_included=taxes_included)
    text = text_of(office)
    report = other.checkouts.import_csv(io.StringIO(text, newline=""))
    assert ((), text) == (report.refused, text_of(other))
    (row,) = csv.DictReader(io.StringIO(text))
    assert ("11.90" if post else "7.00", "Post" if post else "Duties") == (row["Shipping"], row["Shipping Method"])


def test_a_query_and_plain_values() -> None:
    """As files, rows and dicts; text that begins like a formula is guarded in the file alone."""
    office = a_shop()
    export = office.checkouts.export("status:open")
    rows = export.dicts()
    assert ["Cup", "=Card"] == [row["Lineitem name"] for row in rows]
    assert (None, "SPRING", 2, True) == (
        *(rows[0]["Financial Status"], rows[0]["Discount Code"], rows[0]["Lineitem quantity"]),
        rows[0]["Accepts Marketing"],
    )
    assert "'=Card" in text_of(office, "status:open")
    assert 2 == len(list(export.rows()))
    with pytest.raises(errors.UnclearQuery):
        office.checkouts.export("staus:open").dicts()


def test_the_file_is_written_whole(tmp_path: Any) -> None:
    done = a_shop().checkouts.export().to_path(tmp_path / "carts.csv", mark=True)
    assert (2, 3) == (done.checkouts, done.rows)
    assert (tmp_path / "carts.csv").read_bytes().startswith(b"\xef\xbb\xbfName,Email,")


def test_again_changes_nothing() -> None:
    """The same file is unchanged; another state is written over, under the same id."""
    text, other = text_of(a_shop()), a_shop_with_carts()
    other.checkouts.import_csv(io.StringIO(text, newline=""))
    before = {one.source: one.id for one in other.checkouts}
    assert 2 == other.checkouts.import_csv(io.StringIO(text, newline="")).unchanged
    changed = other.checkouts.import_csv(io.StringIO(text.replace("two\nlines", "three"), newline=""))
    assert (1, 1) == (changed.updated, changed.unchanged)
    assert before == {one.source: one.id for one in other.checkouts}
    assert ["three"] == [one.note for one in other.checkouts.search("lovelace")]


def test_an_order_is_none() -> None:
    """A row with a financial status is refused, as is a checkout among orders."""
    office = a_shop()
    office.orders.place(lines=[Line("Tea", price="1.00")])
    orders = io.StringIO(newline="")
    office.orders.export().to_file(orders)
    report = office.checkouts.import_csv(io.StringIO(orders.getvalue(), newline=""))
    assert [errors.BadCell] == [type(one.reason) for one in report.refused]
    report = office.orders.import_csv(io.StringIO(text_of(office), newline=""))
    assert (0, 2) == (report.imported, len(report.refused))


def test_a_real_file() -> None:
    """Written again, it holds the same figures in the same columns."""
    path = shared_file("abandoned_checkouts_export_70cols.csv")
    office = BackOffice.open("memory:", currency="USD", taxes_included=False, timezone="America/Los_Angeles")
    office.checkouts.import_csv(path)
    with path.open(encoding="utf-8", newline="") as file:
        was = {(row["Name"], row["Lineitem name"]): row for row in csv.DictReader(file)}
    now = {(row["Name"], row["Lineitem name"]): row for row in csv.DictReader(io.StringIO(text_of(office)))}
    # Nobody keeps how risky it was, or that an e-mail is wanted by someone without one.
    left_out = {"Risk Level", "Vendor", "Lineitem fulfillment status", "Lineitem discount", "Billing Name"}
    assert was.keys() == now.keys()
    for key, row in was.items():
        odd = {
            name: (cell, now[key][name]) for name, cell in row.items() if cell and cell != now[key][name].lstrip("'")
        }
        assert set() == set(odd) - left_out, odd


def test_what_we_did_ourselves_stays() -> None:
    """A checkout that is imported again keeps its mails, its links and its recovery; its end is its end."""
    office = a_shop_with_carts()
    text = text_of(a_shop(), "status:open")
    office.checkouts.import_csv(io.StringIO(text, newline=""))
    (one,) = office.checkouts
    sent = office.checkouts.send_recovery(one.id, message="Still there?").checkout
    office.outbox.deliver()
    token = office.checkouts.link(one.id).token
    office.checkouts.open_link(token)
    again = text.replace("two\nlines", "three")
    assert 1 == office.checkouts.import_csv(io.StringIO(again, newline="")).updated
    kept = office.checkouts.get(one.id)
    assert ("three", "sent", 2) == (kept.note, kept.email_state, len(kept.reminders))
    assert sent.reminders[0].id == kept.reminders[0].id
    assert office.checkouts.open_link(token).id == one.id
    order = office.checkouts.complete(one.id).order
    assert order is not None
    office.checkouts.import_csv(io.StringIO(text, newline=""))
    done = office.checkouts.get(one.id)
    assert ("closed", "recovered", order.id) == (done.status, done.recovery_state, done.order_id)


def test_an_imported_one_is_not_asked_about_by_itself() -> None:
    """The other shop does that; and it is kept for a month, however old it is."""
    office = a_shop_with_carts(recovery=Recovery(after=1))
    office.checkouts.import_csv(io.StringIO(text_of(a_shop()), newline=""))
    clock(office).tick(days=200)
    office.checkouts.import_csv(io.StringIO(text_of(a_shop()).replace("two\nlines", "three"), newline=""))
    later(office, days=1)
    assert 0 == office.checkouts.count("status:abandoned")
    assert ["three"] == [one.note for one in office.checkouts]
    asked_back(office, email="eve@example.com")
