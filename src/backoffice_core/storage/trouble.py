"""What can go wrong in a storage, as errors that a caller can tell apart."""

from typing import ClassVar

from backoffice_core.failures import Conflict, StorageFailed, reason


@reason
class StaleVersion(Conflict):
    """
    A document was changed by somebody else since it was loaded.

    Attributes:
        kind: What it is, such as ``order``.

        id: Its id.

        expected: The version it was to be changed from.

        stored: The version that is stored; 0 when it is not known.
    """

    code: ClassVar[str] = "stale_version"
    kind: str
    id: str
    expected: int
    stored: int

    def __str__(self) -> str:
        return f"{self.kind} {self.id} is at version {self.stored}, not at {self.expected}; load it again"


@reason
class AlreadyStored(Conflict):
    """
    A key that must be unique in the shop is in use.

    Attributes:
        kind: What is unique, such as ``order source``.

        key: The key.
    """

    code: ClassVar[str] = "already_stored"
    kind: str
    key: str

    def __str__(self) -> str:
        return f"the {self.kind} {self.key!r} is in use in this shop"


@reason
class StockTaken(Conflict):
    """
    Somebody else took the stock first; deciding again tells how much is left.

    Attributes:
        variant_id: The variant.

        location_id: The place.
    """

    code: ClassVar[str] = "stock_taken"
    variant_id: str
    location_id: str

    def __str__(self) -> str:
        return f"the stock of variant {self.variant_id} at {self.location_id} was taken meanwhile"


@reason
class StorageBusy(StorageFailed):
    """
    The storage is locked or had to give up this unit; nothing was saved, and trying again may do.

    Attributes:
        detail: What the driver said.
    """

    code: ClassVar[str] = "storage_busy"
    detail: str

    def __str__(self) -> str:
        return f"the storage is busy ({self.detail}); nothing was saved, try again"


@reason
class StorageUnreachable(StorageBusy):
    """
    The database server cannot be reached, or the connection to it was lost; nothing was saved.

    Attributes:
        detail: What the driver said.
    """

    code: ClassVar[str] = "storage_unreachable"
    detail: str

    def __str__(self) -> str:
        return f"the database cannot be reached ({self.detail}); nothing was saved, try again"


@reason
class SaveUnknown(StorageFailed):
    """
    The connection was lost while a unit of work was being saved; nobody can say whether it was.

    Attributes:
        detail: What the driver said.
    """

    code: ClassVar[str] = "save_unknown"
    detail: str

    def __str__(self) -> str:
        return (
            f"the connection was lost while saving ({self.detail}); it may be saved or not: look, or ask again under"
            f" the same idempotency key"
        )


@reason
class StorageBroken(StorageFailed):
    """
    The storage failed in another way, such as a full disk; nothing was saved.

    Attributes:
        detail: What the driver said.
    """

    code: ClassVar[str] = "storage_broken"
    detail: str

    def __str__(self) -> str:
        return f"the storage failed ({self.detail}); nothing was saved"


@reason
class DocumentTooNew(StorageFailed):
    """
    A document was written by a newer version of the library; it is not touched.

    Attributes:
        kind: What it is, such as ``order``.

        version: The version of its form.

        known: The newest form that this version of the library knows.
    """

    code: ClassVar[str] = "document_too_new"
    kind: str
    version: int
    known: int

    def __str__(self) -> str:
        return (
            f"a stored {self.kind} has form {self.version}, this library knows up to {self.known}; update the library"
        )


@reason
class SchemaOutOfDate(StorageFailed):
    """
    The tables are older or newer than this version of the library.

    Attributes:
        stored: The version of the tables.

        known: The version that this library works with.
    """

    code: ClassVar[str] = "schema_out_of_date"
    stored: int
    known: int

    def __str__(self) -> str:
        would_do = "migrate the storage" if self.stored < self.known else "update the library"
        return f"the tables are at version {self.stored}, this library works with {self.known}; {would_do}"


#: What loading and deciding again may help against.
LOST_RACES = (StaleVersion, AlreadyStored, StockTaken, StorageBusy)
