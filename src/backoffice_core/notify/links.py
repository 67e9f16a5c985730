"""
The addresses that letters lead to. They are the host's: this library serves no pages.

Give an object with these methods to `BackOffice`; where one returns None, a letter has no such link.
"""

from typing import Protocol

from backoffice_core.failures import InvalidValue


class Links(Protocol):
    """Makes addresses that begin with ``https://`` or ``http://``."""

    def order(self, order_id: str) -> str | None:
        """Return where a customer looks at an order."""
        ...

    def pay(self, order_id: str) -> str | None:
        """Return where a customer pays what is owed of an order."""
        ...

    def admin(self, order_id: str) -> str | None:
        """Return where staff looks at an order."""
        ...

    def draft(self, draft_id: str) -> str | None:
        """Return where a customer pays a draft."""
        ...

    def recover(self, checkout_id: str, token: str) -> str | None:
        """Return where a customer goes on with a checkout; who has the token may."""
        ...

    def unsubscribe(self, token: str) -> str | None:
        """Return where a customer says that they want no such letters any more."""
        ...


def checked_links(links: Links | None) -> Links:
    """
    Return links that can be asked; without any, such as know no addresses.

    Raises:
        InvalidValue: A method is missing: a letter would tell it long after.
    """
    if links is None:
        return NoLinks()
    wanted = [name for name in vars(NoLinks) if not name.startswith("_")]
    missing = [name for name in wanted if not callable(getattr(links, name, None))]
    if missing:
        given = f"{type(links).__name__} without {', '.join(missing)}"
        raise InvalidValue("links", given, f"an object with the methods {', '.join(wanted)}")
    return links


class NoLinks:
    """Knows no addresses: letters without links."""

    def order(self, order_id: str) -> str | None:
        """Return None."""
        return None

    def pay(self, order_id: str) -> str | None:
        """Return None."""
        return None

    def admin(self, order_id: str) -> str | None:
        """Return None."""
        return None

    def draft(self, draft_id: str) -> str | None:
        """Return None."""
        return None

    def recover(self, checkout_id: str, token: str) -> str | None:
        """Return None."""
        return None

    def unsubscribe(self, token: str) -> str | None:
        """Return None."""
        return None
