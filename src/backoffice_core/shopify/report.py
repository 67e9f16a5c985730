"""What an import has to say: how far it is, what came in, what did not and why, what is odd about it."""

from collections import Counter
from collections.abc import Mapping

import attrs

from backoffice_core.failures import BackOfficeError


@attrs.frozen
class Progress:
    """
    How far an import is.

    Attributes:
        orders: Orders, drafts or checkouts read so far.

        bytes: Bytes read so far.

        total_bytes: Bytes of the whole file; None where that is not known.
    """

    orders: int
    bytes: int
    total_bytes: int | None = None


@attrs.frozen
class Finding:
    """
    An invariant that the file's figures of one order, draft or checkout break. It came in all the same.

    Attributes:
        order: The name of the order, draft or checkout.

        code: The invariant's stable name.

        text: What is wrong with this order, with its figures, and how it was taken.
    """

    order: str
    code: str
    text: str

    def __str__(self) -> str:
        return f"{self.order}: {self.text}"


@attrs.frozen
class Refusal:
    """
    An order, draft or checkout that was left out.

    Attributes:
        order: The name of the order, draft or checkout.

        line: The line of the file that it begins on, from 1; for data that came parsed, its place in
            there.

        reason: Why; one of the library's errors.
    """

    order: str
    line: int
    reason: BackOfficeError

    def __str__(self) -> str:
        return f"{self.order}: {self.reason}"


@attrs.frozen(kw_only=True)
class ImportReport:
    """
    What an import did.

    Attributes:
        read: Orders that the file has.

        imported: Orders that came in.

        updated: Checkouts that were there with another content, and were written over.

        unchanged: Orders that were there already with the same content.

        refused: Orders that were left out, in the file's order.

        findings: What is odd about orders that came in, in the file's order.

        word: What was imported: ``orders``, or ``drafts`` or ``checkouts``, of which all the rest tells
            then.
    """

    read: int = 0
    imported: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: tuple[Refusal, ...] = ()
    findings: tuple[Finding, ...] = ()
    word: str = "orders"

    @property
    def counts(self) -> Mapping[str, int]:
        """How many orders break each invariant, the most frequent first."""
        return dict(Counter(finding.code for finding in self.findings).most_common())

    @property
    def reasons(self) -> Mapping[str, int]:
        """How many orders were left out for each reason, the most frequent first."""
        return dict(Counter(refusal.reason.code for refusal in self.refused).most_common())

    def __str__(self) -> str:
        updated = f" {self.updated} updated," if self.updated else ""
        return (
            f"{self.read} {self.word} read: {self.imported} imported,{updated} {self.unchanged} unchanged,"
            f" {len(self.refused)} refused, {len(self.findings)} findings"
        )
