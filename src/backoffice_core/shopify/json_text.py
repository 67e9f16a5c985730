"""
The text of a JSON file, piece by piece: never more of it in memory than one value takes.

Rules:

1. Only UTF-8 is read, with or without a byte order mark; another encoding is never guessed.
2. What is no JSON stops the reading with its line and column. A value that is cut off is not
   taken.
3. ``NaN`` and numbers longer than any amount are read, so that the order that has them is refused
   and not the file.
"""

import codecs
import json
import re
from typing import Any, ClassVar, Final

from backoffice_core.failures import InvalidValue, reason
from backoffice_core.shopify.columns import BrokenFile
from backoffice_core.shopify.lines import WrongEncoding

#: How much of a file is read at first; twice as much each time a value goes on.
BLOCK: Final = 1 << 16
#: An error this near to the end of what was read may be gone when more was read.
_NEAR: Final = 16
#: Longer whole numbers stay text: reckoning with them would take for ever.
_LONGEST_NUMBER: Final = 30
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_MARK: Final = "\ufeff"
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")


@reason
class BrokenJson(BrokenFile):
    """
    A file is no JSON from some place on.

    Attributes:
        line: The line of that place, from 1.

        column: The character of the line, from 1.

        found: What is wrong there.

        would_do: What would have been accepted.
    """

    code: ClassVar[str] = "broken_json"
    line: int
    column: int
    found: str
    would_do: str

    def __str__(self) -> str:
        return f"line {self.line}, character {self.column}: {self.found}; {self.would_do} would do"


class JsonText:
    """
    Reads values out of a binary or text file.

    Attributes:
        bytes: How many bytes were read so far, in UTF-8.

        line: The line that the reader is in, from 1.
    """

    def __init__(self, file: Any) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._json = json.JSONDecoder(parse_int=_whole)
        self._text = ""
        self._at = 0
        self._ended = False
        self._started = False
        self._column = 1
        self.bytes = 0
        self.line = 1

    def peek(self) -> str:
        """Return the next character that is no space, empty at the end of the file."""
        while True:
            space = _SPACE.match(self._text, self._at)
            self._go(space.end() if space else self._at)
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more(BLOCK):
                return ""

    def skip(self, *expected: str) -> str:
        """
        Read one of some characters, and return it.

        Raises:
            BrokenJson: Another one stands there.
        """
        found = self.peek()
        if found not in expected:
            raise self.broken(self.found(), " or ".join(map(repr, expected)))
        self._go(self._at + 1)
        return found

    def value(self) -> Any:
        """
        Read a value whole.

        Raises:
            BrokenJson: There is none, or it is cut off.
        """
        if not self.peek():
            raise self.broken("the file ends", "the rest of it")
        block = BLOCK
        while True:
            try:
                value, end = self._json.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                open_string = error.msg.startswith("Unterminated string")
                if (open_string or error.pos > len(self._text) - _NEAR) and self._more(block):
                    block *= 2
                    continue
                raise self._broken_by(error, cut=open_string or error.pos >= len(self._text)) from None
            except RecursionError:
                raise self.broken("values nested too deeply", "an order as Shopify writes it") from None
            # A number at the very end may go on in what was not read yet.
            if end == len(self._text) and self._more(block):
                continue
            self._go(end)
            return value

    def broken(self, found: str, would_do: str) -> BrokenJson:
        """Return the error that this place is no JSON."""
        return BrokenJson(self.line, self._column, found, would_do)

    def found(self) -> str:
        """Return what stands at this place."""
        return f"{self._text[self._at]!r} stands there" if self._at < len(self._text) else "the file ends"

    def _broken_by(self, error: json.JSONDecodeError, *, cut: bool) -> BrokenJson:
        """Return the error at the place that the parser names; what stands there is not told, it may be personal."""
        self._go(min(error.pos, len(self._text)))
        if cut:
            return self.broken("the file ends within a value", "the rest of it")
        return self.broken(error.msg[:1].lower() + error.msg[1:], "JSON as in RFC 8259")

    def _go(self, to: int) -> None:
        """Go on to a place in the text, and count lines and characters up to there."""
        lines = self._text.count("\n", self._at, to)
        self.line += lines
        self._column = to - self._text.rfind("\n", 0, to) if lines else self._column + to - self._at
        self._at = to

    def _more(self, size: int) -> bool:
        """Read more of the file; return whether there was any."""
        while not self._ended:
            try:
                block = self._file.read(size)
            except UnicodeDecodeError as error:  # a text file whose own encoding does not fit it
                raise WrongEncoding(self.line, f"byte 0x{error.object[error.start]:02X}") from error
            self._ended = not block
            text = self._decoded(block)
            if text:
                self._text = self._text[self._at :] + text
                self._at = 0
                return True
        return False

    def _decoded(self, block: Any) -> str:
        if isinstance(block, str):
            self.bytes += len(block) if block.isascii() else len(block.encode("utf-8", "surrogatepass"))
            text = block
        elif isinstance(block, bytes):
            self.bytes += len(block)
            text = self._utf_8(block)
        else:
            raise InvalidValue("source", f"a block of type {type(block).__name__}", "a file of bytes or text")
        if text and not self._started:
            self._started = True
            return text.removeprefix(_MARK)
        return text

    def _utf_8(self, block: bytes) -> str:
        if not self._started and block.startswith(_UTF_16):
            raise WrongEncoding(1, "the mark of UTF-16")
        try:
            return self._decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            before = error.object[: error.start].count(b"\n") + self._text.count("\n", self._at)
            raise WrongEncoding(self.line + before, f"byte 0x{error.object[error.start]:02X}") from error


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else digits
