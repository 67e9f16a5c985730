"""Writing text to a path or an open file; a file is there whole, or as it was before."""

import io
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from backoffice_core.failures import InvalidValue
from backoffice_core.typed import kind_of

_WOULD_DO = "the path of a file in a folder that is there and may be written to"


def write_path(path: object, texts: Iterable[str], encoding: str) -> None:
    """
    Write a file, replacing one that is there once all of it was written.

    It is written beside its place under another name; a failure takes that away again.

    Args:
        path: Where to.

        texts: What to write, piece by piece.

        encoding: How it is encoded.

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
            for text in texts:
                file.write(text)
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


def write_file(file: Any, texts: Iterable[str], encoding: str) -> None:
    """
    Write to a file that is open, text or binary; it stays open.

    Raises:
        InvalidValue: It cannot be written to.
    """
    if not callable(getattr(file, "write", None)):
        raise InvalidValue("file", kind_of(file), "an open file; to_path takes a path")
    if isinstance(file, io.TextIOBase) or hasattr(file, "encoding"):
        for text in texts:
            file.write(text)
        return
    first = True
    for text in texts:
        # Only what begins the file may have its mark.
        file.write(text.encode(encoding if first else "utf-8"))
        first = False
