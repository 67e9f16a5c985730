"""
The kinds of error; the tree that ``backoffice_core.errors`` shows whole.

* BackOfficeError
  - Refused          the shop's rules say no; nothing changed
  - NotFound         no such document in this shop
  - Conflict         somebody else wrote first, or a key is in use; load again
  - InvalidInput     a value that no shop could mean
  - InvalidQuery     a search that cannot be read
  - GatewayFailed    a payment gateway could not be asked
  - StorageFailed    the storage failed; the cause is chained

Each reason is a class beside the rule that gives it, with its facts as positional fields
(keyword-only exceptions cannot be unpickled), a stable ``code`` and a text that says what
would have been possible.
"""

from typing import Any, ClassVar, TypeVar, dataclass_transform

import attrs

E = TypeVar("E", bound=type)


@dataclass_transform()
def reason(cls: E) -> E:
    """Make an exception class of its annotated fields, so that it carries facts and pickles."""
    return attrs.define(eq=False, slots=False, repr=False, str=False)(cls)


class BackOfficeError(Exception):
    """
    Any error of this library.

    Attributes:
        code: A stable name of the reason, also its anchor in the docs.
    """

    code: ClassVar[str] = "back_office_error"

    @property
    def facts(self) -> dict[str, Any]:
        """The fields of the reason by name, in the order they are declared."""
        kind: Any = type(self)
        names = [field.name for field in attrs.fields(kind)] if attrs.has(kind) else []
        return {name: getattr(self, name) for name in names}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self!s})"


class Refused(BackOfficeError):
    """The shop's rules say no. Nothing was changed."""

    code: ClassVar[str] = "refused"


class NotFound(BackOfficeError):
    """There is no such document in this shop."""

    code: ClassVar[str] = "not_found"


class Conflict(BackOfficeError):
    """Somebody else wrote first. Load again and decide again."""

    code: ClassVar[str] = "conflict"


class InvalidInput(BackOfficeError):
    """A value that no shop could mean."""

    code: ClassVar[str] = "invalid_input"


class InvalidQuery(BackOfficeError):
    """A search that cannot be read."""

    code: ClassVar[str] = "invalid_query"


class GatewayFailed(BackOfficeError):
    """A payment gateway could not be asked."""

    code: ClassVar[str] = "gateway_failed"


class StorageFailed(BackOfficeError):
    """The storage failed. The cause is chained."""

    code: ClassVar[str] = "storage_failed"


@reason
class InvalidValue(InvalidInput):
    """
    A field holds a value that cannot be meant.

    Attributes:
        field: The field, as the caller named it.

        given: What was given, as text.

        would_do: What would have been accepted.
    """

    code: ClassVar[str] = "invalid_value"
    field: str
    given: str
    would_do: str

    def __str__(self) -> str:
        return f"{self.field}: {self.given} was given; {self.would_do} would do"


@reason
class UnknownId(NotFound):
    """
    Nothing is stored under an id.

    Attributes:
        kind: What was looked for, such as ``order`` or ``variant``.

        id: The id that was given.
    """

    code: ClassVar[str] = "unknown_id"
    kind: str
    id: str

    def __str__(self) -> str:
        return f"there is no {self.kind} {self.id!r} in this shop"
