"""
Tokens that stand in links of mails, and who does not want such mails.

Of a token only its hash is stored: whoever reads the database can follow no link. An address that
opted out is stored as a hash too, so that it outlives the checkout and is no personal data that
anybody can read; the shop is in it, so that two shops' hashes tell nothing of each other.
"""

import hashlib
import secrets

from backoffice_core.search.text import plain

#: How many random bytes a token is made of.
_BYTES = 24


def new_token() -> str:
    """Return a token that nobody can guess, of letters that an address can carry."""
    return secrets.token_urlsafe(_BYTES)


def token_hash(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def address_hash(shop: str, address: str) -> str:
    """Return what is stored of an address for mail, the same whatever its case."""
    return hashlib.sha256(f"{shop}\n{plain(address)}".encode()).hexdigest()
