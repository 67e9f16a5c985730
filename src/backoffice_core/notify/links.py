"""
The addresses that letters lead to. They are the host's: this library serves no pages.

Give an object with these methods to `BackOffice`; where one returns None, a letter has no such link.
"""

from typing import Protocol


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
