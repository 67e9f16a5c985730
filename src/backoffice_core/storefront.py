"""
What keeps visitors out of a storefront: one password for all of them, and a message that says so.

It is a shop-window's password, apart from whatever staff log in with: this library has no accounts of
staff. What is stored is scrypt's digest with a random salt and the cost that it was made at; a right
password that was hashed at another cost is hashed anew.

A password is text of 1 to 100 characters, compared after Unicode's NFKC: keyboards write one and the
same character in several ways, and a visitor sees no difference.
"""

import hashlib
import hmac
import unicodedata
from typing import Final

import attrs

from backoffice_core.failures import InvalidValue
from backoffice_core.typed import check_text, check_types, kind_of

#: The longest password, and the longest message for visitors.
LONGEST_PASSWORD: Final = 100
LONGEST_MESSAGE: Final = 1000

#: How many random bytes a salt is made of.
SALT_BYTES: Final = 16
#: scrypt takes 128 * r * n bytes; OpenSSL asks to be told that it may.
_MEMORY: Final = 2**30


@attrs.frozen
class Cost:
    """
    What one scrypt costs.

    Attributes:
        n: Rounds, a power of 2.

        r: The size of a block.

        p: How often.
    """

    n: int
    r: int
    p: int


#: 16 MiB and a tenth to two tenths of a second: one of the settings that OWASP holds equal.
COST: Final = Cost(2**14, 8, 5)


@attrs.frozen
class Hashed:
    """
    What is stored of a password. Nothing of it is ever shown.

    Attributes:
        salt: Random, hexadecimal.

        digest: What scrypt made of the password, hexadecimal.

        n: Rounds.

        r: The size of a block.

        p: How often.
    """

    salt: str = attrs.field(repr=False)
    digest: str = attrs.field(repr=False)
    n: int = attrs.field(repr=False)
    r: int = attrs.field(repr=False)
    p: int = attrs.field(repr=False)

    @property
    def cost(self) -> Cost:
        """What it was made at."""
        return Cost(self.n, self.r, self.p)


@attrs.frozen(kw_only=True)
class Storefront:
    """
    What a storefront is protected by.

    Attributes:
        protected: Whether visitors need the password.

        message: What they are told where they give it.

        password: What is stored of it; None before one was set.

        generation: How many passwords there have been; a session is of one of them.

        pepper: Random, hexadecimal; what visitors are told apart by is hashed with it.
    """

    protected: bool = False
    message: str = ""
    password: Hashed | None = attrs.field(default=None, repr=False)
    generation: int = attrs.field(default=0, repr=False)
    pepper: str = attrs.field(default="", repr=False)

    def __attrs_post_init__(self) -> None:
        check_types(self)


def plain_password(given: object) -> bytes | None:
    """Return what is hashed of a password; None for a text that no password can be."""
    if not isinstance(given, str) or not 1 <= len(given) <= LONGEST_PASSWORD:
        return None
    try:
        return unicodedata.normalize("NFKC", given).encode()
    except UnicodeEncodeError:
        return None


def check_password(given: object) -> bytes:
    """
    Return what is hashed of a new password.

    Raises:
        InvalidValue: It is none; what was given is not told.
    """
    plain = plain_password(given)
    if plain is None:
        would_do = f"text of 1 to {LONGEST_PASSWORD} characters"
        told = f"text of {len(given)} characters that cannot be one" if isinstance(given, str) else kind_of(given)
        raise InvalidValue("password", told, would_do)
    return plain


def check_message(given: object) -> str:
    """
    Return a message for visitors.

    Raises:
        InvalidValue: It is no text, or too long.
    """
    if not isinstance(given, str):
        raise InvalidValue("message", kind_of(given), f"text of at most {LONGEST_MESSAGE} characters")
    if len(given) > LONGEST_MESSAGE:
        raise InvalidValue("message", f"text of {len(given)} characters", f"at most {LONGEST_MESSAGE}")
    check_text("message", given)
    return given


def hashed(plain: bytes, salt: bytes, cost: Cost) -> Hashed:
    """Return what is stored of a password; it takes a tenth of a second or two, on purpose."""
    return Hashed(salt.hex(), _scrypt(plain, salt, cost).hex(), cost.n, cost.r, cost.p)


def matches(stored: Hashed, plain: bytes | None) -> bool:
    """Whether a password is the stored one; how long it takes tells nothing of how much of it was right."""
    digest = _scrypt(plain or b"", bytes.fromhex(stored.salt), stored.cost)
    same = hmac.compare_digest(digest, bytes.fromhex(stored.digest))
    return same and plain is not None


def visitor_key(visitor: str, pepper: str) -> str:
    """Return what a visitor is counted under; who reads the database learns no address from it."""
    return "visitor:" + hashlib.blake2b(visitor.encode(), key=bytes.fromhex(pepper), digest_size=20).hexdigest()


def _scrypt(plain: bytes, salt: bytes, cost: Cost) -> bytes:
    return hashlib.scrypt(plain, salt=salt, n=cost.n, r=cost.r, p=cost.p, maxmem=_MEMORY, dklen=32)
