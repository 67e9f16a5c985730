"""Whatever the texts of an order say, they come back from its file."""

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice_core import Address, CustomerRef, Discount, Line, Sale, Shipping, Tax
from backoffice_core.shopify.columns import NAMES
from backoffice_core.testing.builders import an_order
from tests.shopify.test_export_round_trip import file_of, imported, rows

#: Text that is hard on files: quotes, ends of lines, formulas, what guards them, and other scripts.
PARTS = (
    "=1",
    "+",
    "-",
    "@",
    "'",
    '"',
    ",",
    "\n",
    "\r",
    "\t",
    " ",
    ": ",
    "a",
    "é",
    "日本",
    "\u2028",
    "0",
    "#",
    "%",
    ";",
)
texts = st.lists(st.sampled_from(PARTS), max_size=5).map("".join).map(lambda text: text if text.strip() else "")
maybe = st.none() | texts
#: Two of them stand in one cell, so spaces around one of them are within it.
lines = texts.map(str.strip)
addresses = st.none() | st.builds(
    Address,
    **dict.fromkeys(("address1", "address2"), st.none() | lines),
    **dict.fromkeys(("name", "company", "city", "zip"), maybe),
    **dict.fromkeys(("province", "province_name", "country", "phone"), maybe),
)


@settings(max_examples=150, deadline=None)
@given(
    billing=addresses,
    shipping=addresses,
    customer=st.none() | st.builds(CustomerRef, email=maybe, phone=maybe, accepts_marketing=st.booleans()),
    note=maybe,
    attributes=st.lists(st.tuples(texts.filter(lambda key: "\n" not in key), texts), max_size=2),
    channel=maybe,
    titles=st.lists(texts.filter(str.strip), min_size=1, max_size=2),
    gateway=texts.filter(str.strip),
    reference=maybe,
    code=maybe,
)
def test_whatever_texts_say_they_come_back(
    billing: Address | None,
    shipping: Address | None,
    customer: CustomerRef | None,
    note: str | None,
    attributes: list[tuple[str, str]],
    channel: str | None,
    titles: list[str],
    gateway: str,
    reference: str | None,
    code: str | None,
) -> None:
    """Every cell is the same but for spaces around it, which the import leaves out."""
    order = an_order(
        *(Line(title, sku=title, vendor=title, price="10.00", taxes=[Tax(title.strip(), "0.2")]) for title in titles),
        shipping=Shipping(titles[0], "1.00"),
        discounts=[Discount(titles[-1], amount="1.00", code=code)],
        payments=[Sale("5.00", gateway=gateway, reference=reference)],
    )
    order = attrs.evolve(
        order,
        billing_address=billing,
        shipping_address=shipping,
        customer=customer,
        note=note,
        attributes=tuple(attributes),
        channel=channel,
    )
    before = file_of(order)
    office, _ = imported(before)
    after = file_of(*office.orders)
    for row, twin in zip(rows(before), rows(after), strict=True):
        assert [] == [(name, row[name], twin[name]) for name in NAMES if row[name].strip() != twin[name].strip()]
