"""Shops with many orders, made quickly: some are placed through the library, the rest are copies of them."""

import random
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import attrs
import pendulum
import sqlalchemy as sa

from backoffice_core import Authorization, BackOffice, Line, Sale, Tax
from backoffice_core.clock import day_in, to_micros
from backoffice_core.ids import Uuid7
from backoffice_core.orders.change import Change
from backoffice_core.orders.events import OrderPlaced
from backoffice_core.orders.ledger import entries, money_entries
from backoffice_core.orders.order import Address, CustomerRef, Order
from backoffice_core.search.findable import findable
from backoffice_core.storage.codec import encode
from backoffice_core.storage.sql.index import columns_of, index_terms
from backoffice_core.storage.sql.store import SqlStorage
from backoffice_core.storage.sql.tables import ENTRIES, MONEY, ORDERS, SEARCH, TERMS

FIRST = ("Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Margaret", "John", "Frances", "Dennis")
LAST = ("Lovelace", "Hopper", "Turing", "Dijkstra", "Liskov", "Knuth", "Hamilton", "Backus", "Allen", "Ritchie")
ZONE = "Europe/Paris"
#: The first and last moment that orders are placed at.
SINCE, UNTIL = pendulum.datetime(2023, 11, 1), pendulum.datetime(2026, 11, 1)


def examples(office: BackOffice) -> list[Order]:
    """Return orders in every state that a shop's list shows, placed through the library."""
    office.catalog.add_location("paris")
    for sku in ("A", "B", "C"):
        office.catalog.add_product(f"Product {sku}", price="19.99", sku=sku)
        office.catalog.set_stock(sku, 1_000_000)
    address = Address(name="A. Byron", address1="12 St James Square", city="London", zip="SW1Y", country="GB")
    made = []
    for at in range(40):
        lines = [Line(variant=sku, quantity=2, taxes=[Tax("VAT", "0.20")]) for sku in ("A", "B", "C")]
        paid = [Sale("124.94", gateway="stripe")] if at % 2 else [Authorization("124.94", gateway="stripe")]
        order = office.orders.place(
            lines=lines,
            shipping="5.00",
            email="ada@example.com",
            payments=paid if at % 4 else [],
            shipping_address=address,
            billing_address=address,
        ).order
        if at % 3 == 0:
            order = office.orders.fulfill(order.id).order
        if at % 10 == 9 and order.refundable.minor:
            order = office.orders.refund(order.id, lines={"A": 1}).order
        made.append(order)
    return made


def fill(office: BackOffice, storage: SqlStorage, count: int, *, paid: str | None = None, seed: int = 1) -> None:
    """
    Put so many orders into a shop, spread over three years, of as many customers as a tenth of them.

    One order in a hundred has the tag ``vip``, ten customers in all share each last name, one order
    in a hundred thousand, but fifty at the least, has the word ``zeppelin`` in a title.
    """
    chance, ids = random.Random(seed), Uuid7()
    templates = [one for one in examples(office) if paid in (None, one.financial_status)]
    step = (UNTIL - SINCE).total_seconds() / count
    rare = max(1, count // 50)

    def orders() -> Iterator[Order]:
        for at in range(count):
            template = templates[at % len(templates)]
            buyer = chance.randrange(max(1, count // 10))
            name = f"{FIRST[buyer // 10 % 10]} {LAST[buyer % 10]}"
            moment = SINCE.add(seconds=int(at * step), microseconds=at % 1_000_000)
            lines = template.lines
            if at % rare == 0:
                lines = (attrs.evolve(lines[0], title="Zeppelin model"), *lines[1:])
            yield attrs.evolve(
                template,
                id=ids(),
                name=f"#{10_000 + at}",
                number=10_000 + at,
                version=1,
                created_at=moment,
                updated_at=moment,
                source=None,
                lines=lines,
                customer=CustomerRef(
                    id=f"c{buyer}", name=name, email=f"{name.split(maxsplit=1)[0].lower()}{buyer}@example.com"
                ),
                tags=("vip",) if at % 100 == 0 else (),
            )

    source = orders()
    insert = {table: sa.insert(table) for table in (ORDERS, SEARCH, TERMS)}
    while chunk := list(islice(source, 2000)):
        with storage.engine.begin() as connection:
            found = [findable(order) for order in chunk]
            connection.execute(
                insert[ORDERS],
                [
                    {
                        "shop": office.shop,
                        "id": order.id,
                        "version": 1,
                        "name": order.name,
                        "source": None,
                        "request_print": None,
                        "created_at": one.columns.created_at,
                        "due_at": None,
                        "unresolved_at": None,
                        "deleted_at": None,
                        "doc": encode(order),
                    }
                    for order, one in zip(chunk, found, strict=True)
                ],
            )
            connection.execute(
                insert[SEARCH],
                [{"shop": office.shop, **columns_of(one, order)} for order, one in zip(chunk, found, strict=True)],
            )
            placed = [OrderPlaced(order.name, order.original_total_minor, order.currency) for order in chunk]
            booked = [
                Change(before=None, order=order, events=(event,)) for order, event in zip(chunk, placed, strict=True)
            ]
            for table, rows in (("bo_entries", sales_of(office, booked)), ("bo_money", money_of(office, booked))):
                if rows:
                    marks = ", ".join("?" * len(rows[0]))
                    statement = f"INSERT INTO {table} VALUES ({marks})"  # noqa: S608 - ours
                    connection.connection.cursor().executemany(statement, rows)
            rows = [
                (office.shop, term, one.columns.created_at, one.columns.id)
                for one in found
                for term in index_terms(one.terms, one.words)
            ]
            rows.sort()
            connection.connection.cursor().executemany("INSERT INTO bo_terms VALUES (?, ?, ?, ?)", rows)


def sales_of(office: BackOffice, booked: list[Change]) -> list[tuple[object, ...]]:
    """Return the rows of sales entries, all of an order on the day that it was placed."""
    return [
        (office.shop, day, one.order.id, 1, at, one.order.currency, *attrs.astuple(entry))
        for one in booked
        for day in [day_in(one.order.created_at, ZONE)]
        for at, entry in enumerate(entries(one))
    ]


def money_of(office: BackOffice, booked: list[Change]) -> list[tuple[object, ...]]:
    """Return the rows of money that moved, on the same day."""
    return [
        (office.shop, day, one.order.id, 1, entry.gateway, one.order.currency, entry.received, entry.refunded)
        for one in booked
        for day in [day_in(one.order.created_at, ZONE)]
        for entry in money_entries(one)
    ]


def fill_figures(office: BackOffice, storage: SqlStorage, count: int, *, seed: int = 1) -> None:
    """
    Put what sales figures are made of into a shop: of so many orders the entries and who bought when, no documents.

    Orders, days and customers are as with `fill`, which takes an hour for a million.
    """
    chance, ids = random.Random(seed), Uuid7()
    templates = examples(office)
    booked = [
        Change(before=None, order=one, events=(OrderPlaced(one.name, one.original_total_minor, one.currency),))
        for one in templates
    ]
    told = [columns_of(findable(one), one) | {"summary": "", "terms": "", "words": ""} for one in templates]
    sales, money = [sales_of(office, [one]) for one in booked], [money_of(office, [one]) for one in booked]
    step = (UNTIL - SINCE).total_seconds() / count
    insert = {name: f"INSERT INTO {name} VALUES ({', '.join('?' * width)})" for name, width in _WIDTHS.items()}  # noqa: S608 - ours
    for first in range(0, count, 10_000):
        entries_, money_, search = [], [], []
        for at in range(first, min(first + 10_000, count)):
            kind, id = at % len(templates), ids()
            moment = SINCE.add(seconds=int(at * step))
            day, buyer = day_in(moment, ZONE), chance.randrange(max(1, count // 10))
            entries_ += [(row[0], day, id, *row[3:]) for row in sales[kind]]
            money_ += [(row[0], day, id, *row[3:]) for row in money[kind]]
            line = told[kind] | {"id": id, "created_at": to_micros(moment), "person": f"customer:c{buyer}"}
            search.append((office.shop, *line.values()))
        with storage.engine.begin() as connection:
            cursor = connection.connection.cursor()
            cursor.execute("PRAGMA cache_size = -400000")
            for name, rows in (("bo_entries", entries_), ("bo_money", money_), ("bo_search", search)):
                cursor.executemany(insert[name], rows)


#: How many columns the tables of figures have.
_WIDTHS = {"bo_entries": len(ENTRIES.c), "bo_money": len(MONEY.c), "bo_search": len(SEARCH.c)}


def a_shop(folder: str | Path, **options: object) -> tuple[BackOffice, SqlStorage]:
    """Return a new shop in a file."""
    storage = SqlStorage(f"sqlite:///{folder}/shop.db", **options)  # type: ignore[arg-type]
    return BackOffice.open(storage, currency="EUR", timezone=ZONE, taxes_included=True), storage


def kept_shop(folder: str | Path, orders: int, *, figures: bool = False) -> BackOffice:
    """
    Return a shop of so many orders in a folder; it is made where it is not there yet, which takes a while.

    Args:
        folder: Where shops are kept.

        orders: How many orders.

        figures: Only what sales figures are made of.
    """
    place = Path(folder) / (f"{orders}-figures" if figures else str(orders))
    place.mkdir(parents=True, exist_ok=True)
    whole = place / "whole"
    if not whole.exists():
        (place / "shop.db").unlink(missing_ok=True)
        start = time.perf_counter()
        office, storage = a_shop(place, synchronous="NORMAL")
        (fill_figures if figures else fill)(office, storage, orders)
        office.close()
        whole.touch()
        print(f"  a shop of {orders:,} orders made in {time.perf_counter() - start:.0f} s", flush=True)
    return BackOffice.open(f"sqlite:///{place}/shop.db", synchronous="NORMAL")
