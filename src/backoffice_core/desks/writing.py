"""Writing text to a path or an open file; a file is there whole, or as it was before."""

import codecs
import errno
import io
import os
import secrets
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Protocol

import attrs

from backoffice_core.failures import InvalidValue
from backoffice_core.typed import kind_of

_WOULD_DO = "the path of a file in a folder that is there and may be written to"


def write_path(path: object, texts: Iterable[str], encoding: str) -> None:
    """
    Write a file, replacing one that is there once all of it was written.

    Args:
        path: Where to.

        texts: What to write, piece by piece.

        encoding: How it is encoded.

    Raises:
        InvalidValue: There can be no file.
    """
    with replacing(path, encoding) as file:
        for text in texts:
            file.write(text)


@contextmanager
def replacing(path: object, encoding: str) -> Iterator[IO[str]]:
    """
    Yield a file that takes the place of the one at a path once all of it was written.

    It is written beside its place under another name; a failure takes that away again. Whoever might
    not read the file that was there may not read the new one.

    Raises:
        InvalidValue: There can be no file.
    """
    place = _place(path)
    aside = place.with_name(f".{place.name}.{secrets.token_hex(6)}.part")
    try:
        file = aside.open("x", encoding=encoding, newline="")
    except OSError as error:
        raise InvalidValue("path", f"{str(path)!r}: {error.strerror}", _WOULD_DO) from error
    try:
        with file:
            if place.exists():
                os.chmod(aside, stat.S_IMODE(place.stat().st_mode))
            yield file
            file.flush()
            os.fsync(file.fileno())
        aside.replace(place)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def _place(path: object) -> Path:
    if not isinstance(path, str | os.PathLike):
        raise InvalidValue("path", kind_of(path), "a path; to_file takes an open file")
    try:
        place = Path(os.path.realpath(path))  # a link stays one, and what it leads to is replaced
    except (ValueError, TypeError) as error:
        raise InvalidValue("path", f"{str(path)!r}: {error}", _WOULD_DO) from error
    if place.exists() and not place.is_file():
        raise InvalidValue("path", f"{str(path)!r}, which is no file,", f"{_WOULD_DO}; to_file takes what is open")
    return place


def write_file(file: object, texts: Iterable[str], encoding: str) -> None:
    """
    Write to a file that is open, text or binary; it stays open.

    Raises:
        InvalidValue: It cannot be written to.
    """
    to = open_for_text(file, encoding)
    for text in texts:
        to.write(text)


class Writable(Protocol):
    """What text is written to."""

    def write(self, text: str, /) -> object:
        """Take a piece of text."""
        ...


def open_for_text(file: Any, encoding: str, would_do: str = "an open file; to_path takes a path") -> Writable:
    """
    Return what writes text to a file that is open, text or binary.

    Args:
        file: The file; what is not known as binary takes text.

        encoding: How a binary one gets it.

        would_do: What to say to who gives something else.

    Raises:
        InvalidValue: It cannot be written to.
    """
    if not callable(getattr(file, "write", None)):
        raise InvalidValue("file", kind_of(file), would_do)
    # A host's own class may define no more than how it writes, and says of itself that it cannot.
    if isinstance(file, io.IOBase) and (file.closed or (file.readable() and not file.writable())):
        raise InvalidValue("file", "a file that is closed, or open for reading only", would_do)
    encoding_itself = isinstance(file, codecs.StreamReaderWriter)
    binary = isinstance(file, io.RawIOBase | io.BufferedIOBase) or "b" in str(getattr(file, "mode", ""))
    writable: Writable = _Bytes(file, encoding) if binary and not encoding_itself else file
    return writable


@attrs.define
class _Bytes:
    """Takes text for a file of bytes."""

    file: Any
    encoding: str

    def write(self, text: str, /) -> None:
        """Write text; only what begins the file may have its mark."""
        left = text.encode(self.encoding)
        self.encoding = self.encoding.removesuffix("-sig")
        taken = self.file.write(left)
        while isinstance(self.file, io.RawIOBase) and taken != len(left):  # what has no buffer may take a part
            if not taken:
                raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
            left = left[taken:]
            taken = self.file.write(left)


@contextmanager
def opened(file: object, encoding: str) -> Iterator[Writable]:
    """
    Yield what takes text for a path, as `replacing`, or for an open file, as `open_for_text`.

    Raises:
        InvalidValue: It is neither.
    """
    if isinstance(file, str | os.PathLike):
        with replacing(file, encoding) as aside:
            yield aside
    else:
        yield open_for_text(file, encoding, "a path, or a file that is open for writing")
