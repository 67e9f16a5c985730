"""Small builders for the tests of checkouts: a shop, one that is begun, left and asked back."""

from typing import Any

from backoffice_core import BackOffice, Checkout, Line, Recovery
from backoffice_core.notify.memory import MemoryNotifier
from backoffice_core.testing import FrozenClock
from backoffice_core.testing.ids import CountingIds

ADA = "ada@example.com"


class Recover:
    """Addresses of a host, that show the token."""

    def order(self, order_id: str) -> str | None:
        return f"https://shop.example/orders/{order_id}"

    def pay(self, order_id: str) -> str | None:
        return f"https://shop.example/pay/{order_id}"

    def admin(self, order_id: str) -> str | None:
        return f"https://shop.example/admin/{order_id}"

    def draft(self, draft_id: str) -> str | None:
        return f"https://shop.example/drafts/{draft_id}"

    def recover(self, checkout_id: str, token: str) -> str | None:
        return f"https://shop.example/back/{checkout_id}?token={token}"

    def unsubscribe(self, token: str) -> str | None:
        return f"https://shop.example/stop?token={token}"


def a_shop_with_carts(url: str = "memory:", **settings: Any) -> BackOffice:
    """Return a shop that asks customers back after ten hours, with ten cups and endless mugs."""
    settings = {"recovery": Recovery(after=10), "notifications": (), **settings}
    office = BackOffice.open(
        url,
        currency="EUR",
        taxes_included=True,
        clock=FrozenClock(),
        new_id=CountingIds(),
        notifier=settings.pop("notifier", None) or MemoryNotifier(),
        links=Recover(),
        **settings,
    )
    if not office.catalog.products():
        office.catalog.add_location("here")
        office.catalog.add_product("Cup", sku="CUP", price="5.00")
        office.catalog.add_product("Mug", sku="MUG", price="3.00", policy="continue")
        office.catalog.set_stock("CUP", 10)
    return office


def clock(office: BackOffice) -> FrozenClock:
    """Return the clock of an office, to be moved."""
    return office._context.clock  # type: ignore[return-value]


def mails(office: BackOffice) -> list[Any]:
    """Return what was sent."""
    return office._notifier.sent  # type: ignore[attr-defined, no-any-return]


def begun(office: BackOffice, *lines: Line, **more: Any) -> Checkout:
    """Return a checkout that was begun by Ada, of two cups unless told otherwise."""
    more = {"email": ADA} | more
    return office.checkouts.start(lines=lines or [Line(variant="CUP", quantity=2)], **more).checkout


def left(office: BackOffice, *lines: Line, **more: Any) -> Checkout:
    """Return a checkout that was left behind."""
    checkout = begun(office, *lines, **more)
    clock(office).tick(minutes=11)
    office.run_due()
    return office.checkouts.get(checkout.id)


def asked_back(office: BackOffice, *lines: Line, **more: Any) -> tuple[Checkout, str]:
    """Return a checkout whose customer was asked back by a mail, and the token in its link."""
    checkout = left(office, *lines, **more)
    later(office, hours=10)
    return office.checkouts.get(checkout.id), token_of(mails(office)[-1])


def later(office: BackOffice, **time: int) -> None:
    """Let time pass, do what it brings, and send what waits."""
    clock(office).tick(**time)
    office.run_due()
    office.outbox.deliver()


def token_of(mail: Any) -> str:
    """Return the token in the recovery link of a mail."""
    return str(mail.text).partition("/back/")[2].partition("token=")[2].split()[0].strip(".)>")


def happened(office: BackOffice, checkout: Checkout) -> list[str]:
    """Return the names of what happened to a checkout."""
    return [type(row.event).__name__ for row in office.checkouts.timeline(checkout.id)]
