"""
Write the sample orders export that the demo imports: an invented shop, with what real files have.

    python tools/sample_export.py [PATH]

The file is the same every time. Its people, places, products and codes are made up; its oddities
are those of real exports: notes of several lines, tips, two gateways in one cell, refunds in part
and in whole, cancelled orders, pending lines in fulfilled orders, more than five taxes, discounts
that are not on the lines, apostrophes that guard ZIP codes and formulas, and one odd number.
"""

import csv
import datetime as dt
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from backoffice_core.shopify.columns import NAMES

HERE = Path(__file__).resolve().parent.parent
PATH = HERE / "src/backoffice_core/demo/sample_orders_export.csv"
ORDERS = 300
FIRST = 2001
ZONE = dt.timezone(dt.timedelta(hours=-5))
START = dt.datetime(2025, 3, 31, 21, 40, 12, tzinfo=ZONE)

FIRST_NAMES = "Ada Bram Clea Dario Edda Femi Greta Hugo Ines Jonas Kaya Lior Mira Nils Oona Piet Quinn Rosa Sven Tara"
LAST_NAMES = "Abend Birk Calder Dorn Eklund Fenn Garve Holm Ister Jarl Kessel Lund Marl Norr Osk Perle Quist Renn"
STREETS = "Alder Brook Cedar Dune Elm Ferry Gorse Harbor"
#: City, ZIP, state, its name, and the taxes there in hundredths of a percent.
PLACES = [
    ("Northwick", "05412", "VT", "Vermont", [("Vermont State Tax", 600)]),
    ("Millbrae Falls", "12086", "NY", "New York", [("New York State Tax", 400), ("Adler County Tax", 300)]),
    ("Port Ansel", "04102", "ME", "Maine", [("Maine State Tax", 550)]),
    ("Larkfield", "43065", "OH", "Ohio", [("Ohio State Tax", 575), ("Larkfield County Tax", 125)]),
    ("Dry Creek", "97035", "OR", "Oregon", []),
    (
        "Summit Vale",
        "80439",
        "CO",
        "Colorado",
        [
            ("Colorado State Tax", 290),
            ("Vale County Tax", 50),
            ("Summit Vale City Tax", 300),
            ("Mountain Transit Tax", 100),
            ("Arts & Science Tax", 10),
            ("Summit Housing Tax", 25),
        ],
    ),
]
#: How often orders go to each of them.
SHARES = [5, 5, 4, 4, 3, 1]
#: Name, SKU, price in cents.
PRODUCTS = [
    ("Stoneware Teapot - Blue", "TEA-BLU", 4200),
    ("Stoneware Teapot - Sand", "TEA-SND", 4200),
    ("Linen Towel - Set of 2", "LIN-2", 2450),
    ("Beeswax Candle", "CND-1", 1299),
    ("Oak Board - Large", "OAK-L", 6800),
    ("Oak Board - Small", "OAK-S", 3900),
    ("Wool Throw - Grey", "WOL-GRY", 11900),
    ("Salt Cellar", "SLT-1", 1850),
    ("Herb Scissors", "HRB-1", 2199),
]


@dataclass
class Item:
    """A line of the file; amounts in cents."""

    name: str
    sku: str
    price: int
    quantity: int = 1
    discount: int = 0
    status: str = "fulfilled"
    ships: bool = True

    @property
    def net(self) -> int:
        return self.price * self.quantity - self.discount

    @property
    def tip(self) -> bool:
        return self.name == "Tip"


@dataclass
class Draft:
    """An order of the file; amounts in cents."""

    number: int
    created: dt.datetime
    place: tuple[str, str, str, str, list[tuple[str, int]]]
    items: list[Item]
    shipping: int = 0
    method: str = "Standard"
    code: str = ""
    order_discount: int = 0
    financial: str = "paid"
    fulfillment: str = "fulfilled"
    refunded: int = 0
    outstanding: int = 0
    cancelled: bool = False
    gateway: str = "Shopify Payments"
    cells: dict[str, str] = field(default_factory=dict)

    @property
    def subtotal(self) -> int:
        return sum(item.net for item in self.items if not item.tip) - self.order_discount

    @property
    def taxes(self) -> list[tuple[str, int]]:
        return [(f"{name} {rate / 100:g}%", (self.subtotal * rate + 5000) // 10000) for name, rate in self.place[4]]

    @property
    def total(self) -> int:
        tips = sum(item.net for item in self.items if item.tip)
        return self.subtotal + self.shipping + sum(tax for _, tax in self.taxes) + tips

    def status(self, status: str) -> None:
        """Set the status of every line that is shipped."""
        for item in self.items:
            if not item.tip:
                item.status = status


# --- what happens to orders


def _code_on_order(draft: Draft, rng: random.Random) -> None:
    draft.code, draft.order_discount = "SPRING10", draft.subtotal // 10


def _code_on_lines(draft: Draft, rng: random.Random) -> None:
    draft.code = "FRIENDS20"
    for item in draft.items:
        item.discount = item.price * item.quantity // 5


def _tip(draft: Draft, rng: random.Random) -> None:
    draft.items.insert(1, Item("Tip", "", rng.randrange(100, 900), status="not_eligible", ships=False))


def _two_gateways(draft: Draft, rng: random.Random) -> None:
    draft.gateway = "Gift Card + Shopify Payments"


def _part_refund(draft: Draft, rng: random.Random) -> None:
    draft.financial, draft.refunded = "partially_refunded", draft.total * rng.randrange(1, 8) // 9


def _whole_refund(draft: Draft, rng: random.Random) -> None:
    draft.financial, draft.refunded = "refunded", draft.total


def _unfulfilled(draft: Draft, rng: random.Random) -> None:
    draft.fulfillment = "unfulfilled"
    draft.status("pending")


def _cancelled(draft: Draft, rng: random.Random) -> None:
    _unfulfilled(draft, rng)
    _whole_refund(draft, rng)
    draft.cancelled = True


def _cancelled_and_owed(draft: Draft, rng: random.Random) -> None:
    _unfulfilled(draft, rng)
    draft.cancelled = True


def _part_fulfilled(draft: Draft, rng: random.Random) -> None:
    draft.fulfillment = "partial"
    draft.items.append(Item(*rng.choice(PRODUCTS), status="pending"))


def _upsell_taken_out(draft: Draft, rng: random.Random) -> None:
    """A line bought after the payment, which failed: it left the order, and the balance still counts it."""
    before = draft.total
    draft.items.append(Item(*rng.choice(PRODUCTS), status="pending"))
    draft.outstanding = draft.total - before


def _upsell_refunded(draft: Draft, rng: random.Random) -> None:
    before = draft.total
    draft.items.append(Item(*rng.choice(PRODUCTS), status="pending"))
    draft.financial, draft.refunded = "partially_refunded", draft.total - before


def _unpaid(status: str) -> Callable[[Draft, random.Random], None]:
    def happens(draft: Draft, rng: random.Random) -> None:
        _unfulfilled(draft, rng)
        draft.financial = status
        draft.outstanding = 0 if status == "authorized" else draft.total

    return happens


def _note(draft: Draft, rng: random.Random) -> None:
    draft.cells["Notes"] = 'Please ring twice.\nThe bell says "Abend", not Birk,\nand the dog is friendly.'
    draft.cells["Note Attributes"] = "gift: yes\ncard: Happy birthday!\nwith love"


def _guarded(draft: Draft, rng: random.Random) -> None:
    draft.cells["Notes"] = "'=SUM(A1:A9) is what the customer typed"


def _free(draft: Draft, rng: random.Random) -> None:
    draft.code, draft.order_discount, draft.gateway = "PRESS", draft.subtotal, ""


def _odd_number(draft: Draft, rng: random.Random) -> None:
    draft.cells["Total"] = f"1,04,{draft.total // 100 % 1000:03}.00"


#: How many orders each of these happens to; the others are paid and shipped.
HAPPENS: list[tuple[int, Callable[[Draft, random.Random], None]]] = [
    (30, _code_on_order),
    (25, _code_on_lines),
    (18, _tip),
    (8, _two_gateways),
    (12, _part_refund),
    (4, _whole_refund),
    (30, _unfulfilled),
    (6, _cancelled),
    (2, _cancelled_and_owed),
    (8, _part_fulfilled),
    (4, _upsell_taken_out),
    (3, _upsell_refunded),
    (10, _unpaid("authorized")),
    (4, _unpaid("pending")),
    (2, _unpaid("voided")),
    (2, _unpaid("expired")),
    (10, _note),
    (2, _guarded),
    (3, _free),
    (1, _odd_number),
]


def drafts(rng: random.Random) -> Iterator[Draft]:
    """Yield the orders, the newest first, as Shopify writes them."""
    fates = [happens for count, happens in HAPPENS for _ in range(count)]
    fates += [lambda draft, rng: None] * (ORDERS - len(fates))
    rng.shuffle(fates)
    created = START
    for at, happens in enumerate(fates):
        chosen = rng.sample(PRODUCTS, rng.choice((1, 1, 1, 2, 2, 3)))
        items = [Item(*product, quantity=rng.choice((1, 1, 1, 2, 3))) for product in chosen]
        place = rng.choices(PLACES, SHARES)[0]
        draft = Draft(FIRST + ORDERS - 1 - at, created, place, items, rng.choice((0, 495, 990)))
        happens(draft, rng)
        yield draft
        created -= dt.timedelta(seconds=rng.randrange(900, 16000))


# --- the file


def rows(draft: Draft, rng: random.Random) -> Iterator[dict[str, str]]:
    """Yield the rows of an order."""
    first, last = rng.choice(FIRST_NAMES.split()), rng.choice(LAST_NAMES.split())
    email = f"{first}.{last}@example.com".lower()
    every = {"Name": f"#{draft.number}", "Email": email, "Created at": _stamp(draft.created)}
    once = _once(draft) | _addresses(draft, f"{first} {last}", rng) | _taxes(draft) | draft.cells
    for item in draft.items:
        yield every | once | _item(item)
        once = {}


def _once(draft: Draft) -> dict[str, str]:
    paid = draft.financial in ("paid", "refunded", "partially_refunded")
    on_lines = sum(item.discount for item in draft.items)
    reference = f"pay_{draft.number * 7919:x}" if draft.gateway else ""
    return {
        "Financial Status": draft.financial,
        "Paid at": _stamp(draft.created + dt.timedelta(seconds=1)) if paid and draft.gateway else "",
        "Fulfillment Status": draft.fulfillment,
        "Fulfilled at": _stamp(draft.created + dt.timedelta(days=2)) if draft.fulfillment == "fulfilled" else "",
        "Accepts Marketing": "yes" if draft.number % 3 else "no",
        "Currency": "USD",
        "Subtotal": _money(draft.subtotal),
        "Shipping": _money(draft.shipping),
        "Taxes": _money(sum(tax for _, tax in draft.taxes)),
        "Total": _money(draft.total),
        "Discount Code": draft.code,
        "Discount Amount": _money(draft.order_discount + on_lines),
        "Shipping Method": draft.method,
        "Cancelled at": _stamp(draft.created + dt.timedelta(hours=5)) if draft.cancelled else "",
        "Payment Method": draft.gateway,
        "Payment Reference": reference,
        "Refunded Amount": _money(draft.refunded),
        "Outstanding Balance": _money(draft.outstanding),
        "Id": str(5_500_000_000_000 + draft.number),
        "Tags": "wholesale, Spring" if draft.number % 11 == 0 else "",
        "Risk Level": "Low",
        "Source": "web" if draft.number % 9 else "shopify_draft_order",
        "Payment ID": reference,
        "Payment References": reference,
    }


def _addresses(draft: Draft, name: str, rng: random.Random) -> dict[str, str]:
    city, code, state, state_name, _ = draft.place
    street = f"{rng.randrange(1, 200)} {rng.choice(STREETS.split())} Street"
    cells = {
        "Name": name,
        "Street": street,
        "Address1": street,
        "City": city,
        "Zip": f"'{code}",
        "Province": state,
        "Country": "US",
        "Phone": "+1 555 0100" if draft.number % 2 else "'+15550101",
        "Province Name": state_name,
    }
    return {f"{which} {key}": cell for which in ("Billing", "Shipping") for key, cell in cells.items()}


def _taxes(draft: Draft) -> dict[str, str]:
    cells = {}
    for number, (name, tax) in enumerate(draft.taxes[:5], 1):
        cells |= {f"Tax {number} Name": name, f"Tax {number} Value": _money(tax)}
    return cells


def _item(item: Item) -> dict[str, str]:
    return {
        "Lineitem quantity": str(item.quantity),
        "Lineitem name": item.name,
        "Lineitem price": _money(item.price),
        "Lineitem compare at price": "",
        "Lineitem sku": item.sku,
        "Lineitem requires shipping": str(item.ships).lower(),
        "Lineitem taxable": str(not item.tip).lower(),
        "Lineitem fulfillment status": item.status,
        "Vendor": "" if item.tip else "Hearth & Loom",
        "Lineitem discount": _money(item.discount),
    }


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def _stamp(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S %z")


def write(path: Path) -> None:
    """Write the file."""
    rng = random.Random(20250331)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, NAMES, restval="", lineterminator="\n")
        writer.writeheader()
        for draft in drafts(rng):
            writer.writerows(rows(draft, rng))


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else PATH)
