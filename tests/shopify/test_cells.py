"""Cells: what is read, and what is refused with its line and column."""

import pytest

from backoffice_core.shopify.cells import BadCell, amount, code, moment, text, units, yes
from backoffice_core.shopify.people import attributes_of, number_of
from backoffice_core.shopify.rows import Row
from backoffice_core.shopify.sheet import sheet_of
from tests.shopify.helpers import one_group, order, read, row


def cells(**given: str) -> Row:
    return one_group(row(**given)).first


@pytest.mark.parametrize(
    ("cell", "currency", "minor"),
    [
        ("104999.00", "INR", 10499900),
        ("0.00", "EUR", 0),
        ("", "EUR", 0),
        ("1200", "JPY", 1200),
        ("1200.00", "JPY", 1200),
        ("1.234", "KWD", 1234),
    ],
)
def test_amounts(cell: str, currency: str, minor: int) -> None:
    assert minor == amount(cells(total=cell), "Total", currency)


@pytest.mark.parametrize(
    ("cell", "currency", "would_do"),
    [
        ("1,04,999.00", "INR", "nothing between them"),
        ("$12.00", "USD", "digits with at most one point"),
        ("12,50", "EUR", "digits with at most one point"),
        ("-1.00", "EUR", "at least 0"),
        ("16.24", "JPY", "0 digits after the point"),
        ("1.005", "EUR", "2 digits after the point"),
        ("1e3", "EUR", "digits with at most one point"),
        ("99999999999999999999", "EUR", "digits with at most one point"),
    ],
)
def test_amounts_that_no_file_of_shopify_has(cell: str, currency: str, would_do: str) -> None:
    with pytest.raises(BadCell) as caught:
        amount(cells(total=cell), "Total", currency)
    assert (2, "Total", cell) == (caught.value.line, caught.value.column, caught.value.given)
    assert would_do in str(caught.value)


@pytest.mark.parametrize("cell", ["0", "-1", "1.5", "two", "", "²", "1000001"])
def test_units_are_whole_and_at_least_one(cell: str) -> None:
    with pytest.raises(BadCell, match="Lineitem quantity"):
        units(cells(lineitem_quantity=cell), "Lineitem quantity")


@pytest.mark.parametrize(
    "cell",
    [
        "2025-03-01 23:30:00 -0500",
        "2025-03-01 23:30:00 -05:00",
        "2025-03-02 04:30:00 UTC",
        "2025-03-01T23:30:00-05:00",
        "2025-03-02T04:30:00Z",
    ],
)
def test_instants_are_utc(cell: str) -> None:
    found = moment(cells(created_at=cell), "Created at")
    assert found is not None
    assert "2025-03-02T04:30:00+00:00" == found.isoformat()


@pytest.mark.parametrize("cell", ["2025-03-01 23:30:00", "01/03/2025", "2025-02-30 10:00:00 -0500", "soon"])
def test_an_instant_without_an_offset_is_refused(cell: str) -> None:
    with pytest.raises(BadCell, match="an instant such as 2023-05-31 23:06:04 -0700"):
        moment(cells(created_at=cell), "Created at")


def test_guards_are_stripped_and_other_apostrophes_stay() -> None:
    assert "=1+1" == text(cells(notes="'=1+1"), "Notes")
    assert "@ada" == text(cells(notes="'@ada"), "Notes")
    assert "'tis nice" == text(cells(notes="'tis nice"), "Notes")
    assert "05412" == code(cells(shipping_zip="'05412"), "Shipping Zip")
    assert "+15550101" == code(cells(shipping_phone="'+15550101"), "Shipping Phone")
    assert "+1 555" == code(cells(shipping_phone="+1 555"), "Shipping Phone")


def test_yes_and_no() -> None:
    assert yes(cells(accepts_marketing="Yes"), "Accepts Marketing", default=False)
    assert not yes(cells(accepts_marketing="no"), "Accepts Marketing", default=True)
    assert yes(cells(accepts_marketing=""), "Accepts Marketing", default=True)
    with pytest.raises(BadCell, match="true or false"):
        yes(cells(accepts_marketing="maybe"), "Accepts Marketing", default=True)


@pytest.mark.parametrize(
    ("cell", "given", "would_do"),
    [
        ("currency", "Euro", "an ISO 4217 code such as EUR"),
        ("financial_status", "", "pending or authorized"),
        ("financial_status", "payed", "pending or authorized"),
        ("fulfillment_status", "lost", "fulfilled or shipped"),
        ("lineitem_fulfillment_status", "lost", "fulfilled or partial"),
        ("created_at", "", "an instant such as"),
        ("total", "", "the figure on the order's first row"),
        ("lineitem_name", "", "the name of what was sold"),
        ("tags", "x" * 41, "shorter ones"),
        ("notes", "x" * 5001, "text of at most 5000 characters"),
        ("id", "9" * 129, "at most 128 characters"),
        ("name", "#" + "9" * 100, "at most 100 characters"),
    ],
)
def test_an_order_with_an_odd_value_is_refused_with_its_column(cell: str, given: str, would_do: str) -> None:
    with pytest.raises(BadCell) as caught:
        read(row(**{cell: given}))
    assert cell.replace("_", " ") == caught.value.column.casefold()
    assert would_do in caught.value.would_do


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("#1001", 1001),
        ("#S-13887", 13887),
        ("EX2023-1001", 1001),
        ("#1001-EU2", 1001),
        ("#8280000000001", 0),
        ("Ada", 0),
    ],
)
def test_the_number_in_a_name(name: str, number: int) -> None:
    assert number == number_of(name)


def test_note_attributes_are_pairs_and_a_line_without_a_key_goes_on_the_last() -> None:
    given = "gift: yes\ncard: Happy birthday!\nwith love\nempty:"
    expected = (("gift", "yes"), ("card", "Happy birthday!\nwith love"), ("empty", ""))
    assert expected == attributes_of(cells(note_attributes=given))


def test_what_is_said_once_per_order_is_kept() -> None:
    more = {"billing_name": "Ada Birk", "billing_zip": "'05412", "billing_country": "US", "phone": "+15550100"}
    found = order(row(**more, tags="vip, Spring, VIP", notes="Ring twice", source="web", discount_code=""))
    assert found.customer is not None
    assert ("Ada Birk", "ada@example.com", "+15550100", True) == (
        found.customer.name,
        found.customer.email,
        found.customer.phone,
        found.customer.accepts_marketing,
    )
    assert ("Spring", "vip") == found.tags
    assert ("Ring twice", "web", ("shopify", "5001")) == (found.note, found.channel, found.source)
    assert found.billing_address is not None
    assert ("05412", "US") == (found.billing_address.zip, found.billing_address.country)
    assert found.shipping_address is None
    assert "2025-03-02T04:30:00+00:00" == found.created_at.isoformat()


def test_taxes_lose_the_rate_from_their_name() -> None:
    rates = {"Maple State Tax 5%": ("Maple State Tax", "0.05"), "AT VAT 20 %": ("AT VAT", "0.2"), "GST": ("GST", None)}
    for given, expected in rates.items():
        (tax,) = sheet_of(one_group(row(tax_1_name=given))).tax_lines
        assert expected == (tax.title, tax.rate)


@pytest.mark.parametrize("given", ["5.62401E+12", "5,62E+12", "5E+12"])
def test_an_id_that_a_spreadsheet_rounded_is_none(given: str) -> None:
    with pytest.raises(BadCell, match=r"Id: .* the id itself, which a spreadsheet rounded"):
        read(row(id=given))
