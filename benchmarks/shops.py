"""
Shops to measure: a SQLite file with as many orders as are wanted, in seconds.

`fill` makes a few hundred different orders through the door, so that they are orders that a shop
could have, and writes the others as copies of their rows: an id, a name and moments of their own,
all else the same. Copies have no events, sales entries, messages or keys.
"""

import random
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pendulum
import sqlalchemy as sa

from backoffice_core import Address, BackOffice, CustomerRef, Discount, Line, Shipping, Tax
from backoffice_core.ids import Uuid7
from backoffice_core.storage.sql.store import SqlStorage
from backoffice_core.storage.sql.tables import ORDERS, SHOPS
from backoffice_core.testing.clock import FrozenClock

SHOP = "main"
START = pendulum.datetime(2024, 1, 1, 8)
#: How many different orders are made.
KINDS = 200
#: Orders that are written at once.
CHUNK = 1000
#: Minutes from one order to the next.
PACE = 7

_MOMENT = re.compile(r'("(?:\w+_)?at":)(\d{16})')
_CITIES = (("London", "W1J 9", "LND", "GB"), ("Paris", "7500", "", "FR"), ("Québec", "G1R 2", "QC", "CA"))
_NAMES = ("Ada Lovelace", "Grace Hopper", "Émilie du Châtelet", "Sofja Kowalewskaja", "Alan Turing")


def realistic(office: BackOffice, clock: FrozenClock, number: int, chance: random.Random) -> None:
    """Let an order live: 3 lines with a tax, a discount, authorized, captured, shipped, one unit refunded."""
    name = chance.choice(_NAMES)
    city, zip, province, country = chance.choice(_CITIES)
    address = Address(
        name=name,
        address1=f"{chance.randint(1, 200)} St James Square",
        address2="2nd floor" if number % 2 else None,
        city=city,
        zip=f"{zip}{number % 10}",
        province=province or None,
        country=country,
        phone=f"+44 20 7946 {number:04}",
    )
    lines = [
        Line(
            f"A product with a usual name {at}",
            variant_title="Blue" if at else None,
            sku=f"SKU-{chance.randint(1, 999):04}-{at}",
            quantity=chance.randint(1, 3),
            price=f"{chance.randint(1, 90)}.99",
            vendor="Makers",
            taxes=[Tax("VAT", "0.20")],
        )
        for at in range(3)
    ]
    mail = f"{name.split()[0].lower()}.{number}@example.com"
    placed = office.orders.place(
        lines=lines,
        shipping=Shipping("Standard", "5.90", [Tax("VAT", "0.20")]),
        discounts=[Discount("WELCOME", percent="10", code="WELCOME")],
        customer=CustomerRef(name=name, email=mail, accepts_marketing=number % 3 == 0),
        shipping_address=address,
        billing_address=address,
        tags=("gift", "vip") if number % 10 == 0 else ("gift",),
        note="Ring twice" if number % 5 == 0 else None,
        attributes={"checkout": f"c-{number}"},
        channel="web",
    ).order
    office.orders.authorize(placed.id, gateway="stripe", reference=f"pi_{number}")
    clock.tick(hours=3, seconds=number % 60)
    office.orders.capture(placed.id)
    clock.tick(hours=21, seconds=number % 47)
    office.orders.fulfill(placed.id, tracking=f"LX{number:09}FR")
    clock.tick(days=6, seconds=number % 31)
    office.orders.refund(placed.id, lines={lines[0].sku or "": 1}, restock="return", note="wrong size")


def fill(file: Path, orders: int, *, seed: int = 7, kinds: int = KINDS) -> SqlStorage:
    """
    Return a storage on a new file with a shop of *orders* orders, `PACE` minutes apart.

    Args:
        file: Where; it is made.

        orders: How many.

        seed: What chance begins with: the same gives the same orders, but for their ids.

        kinds: How many of them are made through the door; the others are copies of these.
    """
    storage = SqlStorage(f"sqlite:///{file}", synchronous="NORMAL")
    clock, chance = FrozenClock(START), random.Random(seed)
    office = BackOffice.open(
        storage, shop=SHOP, currency="EUR", timezone="Europe/Paris", taxes_included=True, notifications=(), clock=clock
    )
    made = min(orders, kinds)
    for number in range(made):
        clock.set(START + timedelta(minutes=number * PACE))
        realistic(office, clock, number, chance)
    with storage.engine.begin() as connection:
        rows = [dict(row) for row in connection.execute(sa.select(ORDERS).order_by(ORDERS.c.created_at)).mappings()]
        copies = list(_copies(rows, made, orders))
        for first in range(0, len(copies), CHUNK):
            connection.execute(sa.insert(ORDERS), copies[first : first + CHUNK])
        connection.execute(sa.update(SHOPS).values(next_number=1001 + orders))
    with storage.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
    return storage


def _copies(rows: list[dict[str, object]], made: int, orders: int) -> Iterator[dict[str, object]]:
    """Yield a row for each further order; documents tell id, name and moments themselves."""
    clock = FrozenClock(START)
    new_id = Uuid7(clock)
    for number in range(made, orders):
        like = rows[number % made]
        clock.set(START + timedelta(minutes=number * PACE))
        id, name, moment = new_id(), f"#{1001 + number}", int(clock().timestamp()) * 1_000_000
        doc = str(like["doc"]).replace(str(like["id"]), id).replace(f'"{like["name"]}', f'"{name}')
        doc = doc.replace(f'"number":{str(like["name"])[1:]},', f'"number":{1001 + number},')
        by = moment - int(str(like["created_at"]))
        doc = _MOMENT.sub(lambda found, by=by: f"{found[1]}{int(found[2]) + by}", doc)  # type: ignore[misc]
        yield {**like, "id": id, "name": name, "created_at": moment, "doc": doc}
