"""
The lines of a file: bytes or text in, text out, with a count of the bytes.

Only UTF-8 is read, with or without a byte order mark. Another encoding is never guessed: a wrong
guess would spoil names for good.
"""

from collections.abc import Iterable, Iterator
from typing import ClassVar, Final

from backoffice_core.failures import InvalidValue, reason
from backoffice_core.shopify.columns import BrokenFile

_MARK: Final = "\ufeff"
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")


@reason
class WrongEncoding(BrokenFile):
    """
    A file is not in UTF-8.

    Attributes:
        line: The first line that is not, from 1.

        found: What is there.
    """

    code: ClassVar[str] = "wrong_encoding"
    line: int
    found: str

    def __str__(self) -> str:
        return f'line {self.line}: {self.found} is not UTF-8; the file saved as UTF-8 ("CSV UTF-8") would do'


class Lines:
    """
    Iterates over the lines of a binary or text file.

    Attributes:
        bytes: How many bytes the lines so far had, in UTF-8.
    """

    def __init__(self, source: Iterable[bytes] | Iterable[str]) -> None:
        self._source = source
        self.bytes = 0

    def __iter__(self) -> Iterator[str]:
        number = 0
        try:
            for line in self._source:
                number += 1
                yield self._text(line, number)
        except UnicodeDecodeError as error:  # a text file whose own encoding does not fit it
            raise WrongEncoding(number + 1, f"byte 0x{error.object[error.start]:02X}") from error

    def _text(self, line: bytes | str, number: int) -> str:
        if isinstance(line, bytes):
            self.bytes += len(line)
            text = _decoded(line, number)
        elif not isinstance(line, str):
            raise InvalidValue("source", f"a line of type {type(line).__name__}", "a file of bytes or text")
        else:
            self.bytes += len(line) if line.isascii() else _encoded(line, number)
            text = line
        if "\0" in text:
            raise WrongEncoding(number, "a zero byte")
        return text.removeprefix(_MARK) if number == 1 else text


def _decoded(line: bytes, number: int) -> str:
    if number == 1 and line.startswith(_UTF_16):
        raise WrongEncoding(number, "the mark of UTF-16")
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise WrongEncoding(number, f"byte 0x{line[error.start]:02X}") from error


def _encoded(line: str, number: int) -> int:
    """Return how many bytes a line has; text that was decoded with holes in it has none."""
    try:
        return len(line.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise WrongEncoding(number, f"the half character {line[error.start]!r}") from error
