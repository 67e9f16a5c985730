"""
The demo: a shop in a SQLite file imports its old orders, then has a day.

Nothing here is privileged: it uses the public API as any program would.
"""

import tempfile
from collections import Counter
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path
from typing import TextIO

import pendulum

from backoffice_core import Authorization, BackOffice, Change, Line, Order, Recovery, Sale, Tax, errors
from backoffice_core.demo.show import Account, Bar, tell_import
from backoffice_core.notify.memory import MemoryNotifier

_TEAPOT, _CUPS = "TEA-1", "CUP-6"
_VAT = Tax("TVA", "0.20")
#: A real export that may lie beside the project; it is only read.
_BESIDE = "../shared/data/shopify_csv/orders_export_2023_us_5121rows.csv"


def run(out: TextIO, *, file: str | None = None, orders: str | None = None) -> int:
    """Import, walk the day, print the account; return the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(file) if file else Path(folder) / "shop.db"
        out.write(f"A shop in the SQLite file {path}\n")
        notifier = MemoryNotifier()
        with BackOffice.open(
            path, currency="EUR", timezone="Europe/Paris", taxes_included=True, notifier=notifier
        ) as office:
            _import(out, office, orders)
            Day(out, office.acting_as("marie"), notifier).walk()
    return 0


def _import(out: TextIO, office: BackOffice, given: str | None) -> None:
    out.write("\nThe orders of the old shop, from Shopify's orders_export.csv\n")
    with as_file(files("backoffice_core.demo") / "sample_orders_export.csv") as sample:
        _import_one(out, office, sample, "sample")
        _import_one(out, office, sample, "again ")
    beside = Path(given) if given else Path(_BESIDE)
    if beside.exists():
        _import_one(out, office, beside, "real  ")
    statuses = Counter((str(order.financial_status), str(order.fulfillment_status)) for order in office.orders)
    out.write(f"  the shop has {office.orders.count()} orders now:\n")
    for (paid, shipped), count in statuses.most_common(6):
        out.write(f"    {count:>5}  {paid}, {shipped}\n")


def _import_one(out: TextIO, office: BackOffice, path: Path, label: str) -> None:
    bar = Bar(out, label)
    report = office.orders.import_csv(path, progress=bar)
    bar.done()
    tell_import(out, report)


class Day:
    """One day of the shop, step by step."""

    def __init__(self, out: TextIO, office: BackOffice, notifier: MemoryNotifier) -> None:
        self._office = office
        self._notifier = notifier
        self._account = Account(out, office, (_TEAPOT, _CUPS))

    def walk(self) -> None:
        """Walk the day."""
        self._fill_shelves()
        self._a_cart_won_back()
        ada = self._a_paid_order()
        grace = self._an_authorized_order()
        ben = self._an_order_on_account()
        self._refusals(ada, grace)
        self._the_evening(ada, ben)

    def _fill_shelves(self) -> None:
        catalog = self._office.catalog
        self._account.heading("Morning: the shelves are filled")
        catalog.add_location("paris", "Paris")
        known = {variant.sku for product in catalog.products() for variant in product.variants}
        if _TEAPOT not in known:
            catalog.add_product("Teapot", sku=_TEAPOT, price="40.00")
            catalog.add_product("Six cups", sku=_CUPS, price="24.00")
        catalog.set_stock(_TEAPOT, 10)
        catalog.set_stock(_CUPS, 5)
        self._account.line(f"stock   {self._account.stock()}")

    def _a_cart_won_back(self) -> None:
        """Somebody left a cart yesterday; a mail asks them back, and they follow its link and buy."""
        self._account.heading("A cart that was left yesterday is won back")
        office = self._office
        yesterday = pendulum.now("UTC").subtract(days=1)
        then = BackOffice(office._context.storage, clock=lambda: yesterday)
        cart = then.checkouts.start(lines=[Line("Gift voucher", price="15.00")], email="eve@example.com").checkout
        office.change_settings(recovery=Recovery(after=10))
        due = office.run_due()
        self._account.line(f"{due.abandoned} cart was left behind, {due.scheduled} mail is due")
        sent = office.outbox.deliver().sent
        link = office.checkouts.link(cart.id)
        office.checkouts.open_link(link.token)
        order = office.checkouts.complete(cart.id, payments=[Sale("15.00", gateway="card", reference="pi_0")]).order
        won = office.checkouts.get(cart.id)
        self._account.line(f"{sent} mail was sent; Eve comes back by a link and buys for {order and order.total}")
        self._account.line(f"the cart is {won.status}, {won.recovery_state}")

    def _step(self, text: str, order: Order | None, act: Callable[[], Change]) -> Order:
        stock = self._account.stock()
        after = act().order
        self._account.step(text, order, stock, after)
        return after

    def _a_paid_order(self) -> Order:
        orders = self._office.orders
        order = self._step(
            "Ada buys three teapots and a gift wrap, and pays by card",
            None,
            lambda: orders.place(
                lines=[
                    Line(variant=_TEAPOT, quantity=3, taxes=[_VAT]),
                    Line("Gift wrap", price="4.00", taxes=[_VAT]),
                ],
                shipping="5.90",
                email="ada@example.com",
                payments=[Sale("129.90", gateway="card", reference="pi_1")],
            ),
        )
        order = self._step(
            "Two teapots are shipped, and Ada is told",
            order,
            lambda: orders.fulfill(order.id, lines={_TEAPOT: 2}, tracking="LX123456789FR", notify=True),
        )
        order = self._step(
            "One shipped teapot comes back: refunded and restocked",
            order,
            lambda: orders.refund(order.id, lines={_TEAPOT: 1}, restock="return", notify=True),
        )
        order = self._step(
            "Ada's order gets two tags", order, lambda: orders.add_tags(order.id, "vip", "returned once")
        )
        return self._step(
            "The rest is shipped; nothing is left to do, so the order is archived by itself",
            order,
            lambda: orders.fulfill(order.id),
        )

    def _an_authorized_order(self) -> Order:
        orders = self._office.orders
        order = self._step(
            "Grace orders two teapots and the cups; the card is authorized only",
            None,
            lambda: orders.place(
                lines=[Line(variant=_TEAPOT, quantity=2, taxes=[_VAT]), Line(variant=_CUPS, taxes=[_VAT])],
                email="grace@example.com",
                payments=[Authorization("104.00", gateway="card", reference="pi_2")],
            ),
        )
        order = self._step("The cups are shipped", order, lambda: orders.fulfill(order.id, lines={_CUPS: 1}))
        order = self._step("24.00 is captured for them", order, lambda: orders.capture(order.id, "24.00"))
        return self._step(
            "Grace cancels the teapots: the rest of the authorization is let go, the stock is free again",
            order,
            lambda: orders.cancel(order.id, reason="customer", notify=True),
        )

    def _an_order_on_account(self) -> Order:
        orders = self._office.orders
        order = self._step(
            "Ben orders six cups by telephone; he will pay by bank transfer",
            None,
            lambda: orders.place(
                lines=[Line(variant=_CUPS, taxes=[_VAT])],
                email="ben@example.com",
                channel="phone",
            ),
        )
        order = self._step("The cups are shipped", order, lambda: orders.fulfill(order.id))
        return self._step(
            "Marie archives the order; money and stock stay as they are",
            order,
            lambda: orders.archive(order.id),
        )

    def _refusals(self, ada: Order, grace: Order) -> None:
        self._account.heading("What the rules say no to; nothing changes")
        orders = self._office.orders
        wanted: tuple[tuple[str, Callable[[], Change]], ...] = (
            ("refund nine teapots", lambda: orders.refund(ada.id, lines={_TEAPOT: 9})),
            ("refund 500.00", lambda: orders.refund(ada.id, amount="500.00")),
            ("cancel it twice", lambda: orders.cancel(grace.id)),
            ("capture what was let go", lambda: orders.capture(grace.id, "80.00")),
            ("sell eleven teapots", lambda: orders.place(lines=[Line(variant=_TEAPOT, quantity=11)])),
        )
        for text, act in wanted:
            try:
                act()
            except errors.BackOfficeError as no:
                self._account.line(f"{text:24} {no.code}: {_short(str(no), ada, grace)}")

    def _the_evening(self, ada: Order, ben: Order) -> None:
        orders = self._office.orders
        self._step("Evening: Ben's transfer arrives", ben, lambda: orders.mark_as_paid(ben.id))
        self._account.heading("The day's end")
        delivered = self._office.outbox.deliver()
        kinds = ", ".join(message.kind for message in self._notifier.sent)
        self._account.line(f"{delivered.sent} messages were sent: {kinds}")
        ada = orders.get(ada.id)
        self._account.line(f"{ada.name} is {ada.lifecycle}, tagged {', '.join(ada.tags)}")
        self._account.line(f"What happened to {ada.name}, by whom:")
        for row in self._office.orders.timeline(ada.id):
            self._account.line(f"  {row.actor}  {type(row.event).__name__}")
        booked = sum(row.entry.total for row in self._office.orders.entries(ada.id))
        total = ada.current_total.minor
        self._account.line(f"its sales entries sum to {booked} cents, its current total is {total} cents")


def _short(text: str, *orders: Order) -> str:
    """Return an error's text with names where it has ids."""
    for order in orders:
        text = text.replace(order.id, order.name)
        for line in order.lines:
            text = text.replace(line.id, line.sku or line.title)
    return text
