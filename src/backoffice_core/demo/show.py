"""How the demo prints: a progress bar, and a table of money and stock before and after a step."""

import time
from typing import TextIO

from backoffice_core import BackOffice, Money, Order
from backoffice_core.shopify.report import ImportReport, Progress

_WIDTH = 30


class Bar:
    """A progress bar; on a terminal it redraws itself, elsewhere it prints a line at the end."""

    def __init__(self, out: TextIO, label: str) -> None:
        self._out = out
        self._label = label
        self._started = time.monotonic()
        self._live = out.isatty()
        self._last = Progress(0, 0, None)

    def __call__(self, progress: Progress) -> None:
        """Show how far an import is."""
        self._last = progress
        if self._live:
            self._out.write("\r" + self._text())
            self._out.flush()

    def done(self) -> None:
        """Show that it is over."""
        self._out.write(("\r" if self._live else "") + self._text() + "\n")

    def _text(self) -> str:
        done, total = self._last.bytes, self._last.total_bytes
        share = 1.0 if not total else min(done / total, 1.0)
        full = round(_WIDTH * share)
        seconds = time.monotonic() - self._started
        return f"  {self._label} [{'#' * full}{'.' * (_WIDTH - full)}] {self._last.orders:>5} orders {seconds:5.1f} s"


def tell_import(out: TextIO, report: ImportReport) -> None:
    """Print what an import did."""
    out.write(
        f"  {report.imported} came in, {report.unchanged} were there already, {len(report.refused)} were left out\n"
    )
    for refusal in report.refused[:3]:
        out.write(f"    left out: {refusal}\n")
    for code, count in list(report.counts.items())[:6]:
        example = next(finding for finding in report.findings if finding.code == code)
        out.write(f"    {count:>4} x {code}, such as {example}\n")


class Account:
    """Prints the money of an order and the stock of some SKUs around every step."""

    def __init__(self, out: TextIO, office: BackOffice, skus: tuple[str, ...]) -> None:
        self._out = out
        self._office = office
        self._skus = skus

    def heading(self, text: str) -> None:
        """Print what comes now."""
        self._out.write(f"\n{text}\n")

    def line(self, text: str) -> None:
        """Print a line."""
        self._out.write(f"  {text}\n")

    def stock(self) -> str:
        """Return the stock of the SKUs: on hand, and how many of it are promised."""
        rows = []
        for sku in self._skus:
            levels = self._office.catalog.levels(sku)
            on_hand, committed = sum(one.on_hand for one in levels), sum(one.committed for one in levels)
            rows.append(f"{sku} {on_hand} ({committed} promised)")
        return ", ".join(rows)

    def step(self, text: str, before: Order | None, stock_before: str, after: Order) -> None:
        """Print an order's money and the stock, before and after a step."""
        self.heading(text)
        self.line(f"{'':8}{'total':>13}{'paid':>13}{'given back':>13}{'owed':>13}  status")
        self.line(f"{'before':8}{_figures(before) if before is not None else 'no order yet':>13}")
        self.line(f"{'after':8}{_figures(after)}")
        self.line(f"{'':8}stock before  {stock_before}")
        self.line(f"{'':8}stock after   {self.stock()}")


def _figures(order: Order) -> str:
    money: tuple[Money, ...] = (order.current_total, order.received, order.refunded, order.outstanding)
    words = f"{order.financial_status}, {order.fulfillment_status}, {order.lifecycle}"
    return "".join(f"{amount!s:>13}" for amount in money) + f"  {words}"
